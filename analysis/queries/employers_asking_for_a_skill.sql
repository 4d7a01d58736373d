-- group: Skills
-- title: Employers that ask for a skill
-- description: ML vacancies of each employer, how many name the skill, and since when.
-- parameter skill: name of the skill (default Kubernetes)
SELECT
    p.employer,
    count(*) AS vacancies_with_skill,
    sum(ps.requirement = 'required') AS required,
    min(p.month) AS first_month,
    max(p.month) AS last_month,
    sum(p.is_open) AS open_now
FROM skills AS s
JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
JOIN v_postings AS p ON p.posting_id = ps.posting_id
WHERE s.name = coalesce(nullif(:skill, ''), 'Kubernetes') COLLATE NOCASE AND p.is_representative AND p.is_ml
GROUP BY p.employer_id
ORDER BY vacancies_with_skill DESC
LIMIT 200
