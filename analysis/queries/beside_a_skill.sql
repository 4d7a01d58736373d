-- group: Skills
-- title: What stands beside a skill
-- description: Skills named in the same ML vacancies, with how often they are required there and how much more often than in all ML vacancies (lift; about 1 is chance).
-- parameter skill: name of the skill (default PyTorch)
WITH base AS MATERIALIZED (
    SELECT posting_id FROM v_postings WHERE is_read AND is_representative AND is_ml
), asking AS MATERIALIZED (
    SELECT ps.posting_id FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
    WHERE s.name = coalesce(nullif(:skill, ''), 'PyTorch') COLLATE NOCASE AND +ps.posting_id IN base
), beside AS MATERIALIZED (
    SELECT ps.skill_id, count(*) AS both, sum(ps.requirement = 'required') AS required
    FROM asking JOIN posting_skills AS ps ON ps.posting_id = asking.posting_id
    GROUP BY ps.skill_id HAVING both >= 5 ORDER BY both DESC LIMIT 101
), everywhere AS (
    SELECT skill_id, count(*) AS vacancies FROM posting_skills
    WHERE +posting_id IN base AND skill_id IN (SELECT skill_id FROM beside) GROUP BY skill_id
)
SELECT
    s.name AS beside,
    s.kind,
    b.both AS vacancies,
    round(1.0 * b.both / (SELECT count(*) FROM asking), 4) AS share,
    b.required AS required_vacancies,
    round(1.0 * b.both * (SELECT count(*) FROM base) / ((SELECT count(*) FROM asking) * e.vacancies), 2) AS lift
FROM beside AS b
JOIN everywhere AS e ON e.skill_id = b.skill_id
JOIN skills AS s ON s.skill_id = b.skill_id
WHERE s.name <> coalesce(nullif(:skill, ''), 'PyTorch') COLLATE NOCASE
ORDER BY b.both DESC
LIMIT 100
