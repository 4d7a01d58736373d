-- group: Pay
-- title: Pay with and without a skill
-- description: Medians of stated yearly base pay of ML vacancies with and without the skill, by seniority. Not a premium: employers that pay well also ask for other things. The report's salary_premium.csv compares within employers.
-- parameter skill: name of the skill (default PyTorch)
-- parameter currency: ISO code (default USD)
WITH pay AS (
    SELECT coalesce(seniority, '(not said)') AS seniority, annual_middle, employer_id,
        posting_id IN (SELECT ps.posting_id FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
            WHERE s.name = coalesce(nullif(:skill, ''), 'PyTorch') COLLATE NOCASE) AS has_skill
    FROM v_pay
    WHERE currency = coalesce(nullif(upper(:currency), ''), 'USD') AND is_plausible AND is_representative AND is_ml
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY seniority, has_skill ORDER BY annual_middle) AS place,
        count(*) OVER (PARTITION BY seniority, has_skill) AS n
    FROM pay
)
SELECT seniority, has_skill, n AS vacancies, count(DISTINCT employer_id) AS employers,
    min(CASE WHEN place >= 0.5 * n THEN annual_middle END) AS median
FROM ranked
GROUP BY seniority, has_skill
ORDER BY seniority, has_skill
