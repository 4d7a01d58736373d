-- group: Skills
-- title: Two skills together
-- description: Each of two skills alone, together, and what chance would give, by month of opening.
-- parameter skill_a: name of a skill (default Python)
-- parameter skill_b: name of another (default Kubernetes)
WITH base AS (
    SELECT posting_id, month FROM v_postings WHERE is_read AND is_representative AND is_ml
), a AS (
    SELECT ps.posting_id FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
    WHERE s.name = coalesce(nullif(:skill_a, ''), 'Python') COLLATE NOCASE
), b AS (
    SELECT ps.posting_id FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
    WHERE s.name = coalesce(nullif(:skill_b, ''), 'Kubernetes') COLLATE NOCASE
)
SELECT
    base.month,
    count(*) AS vacancies,
    count(a.posting_id) AS with_a,
    count(b.posting_id) AS with_b,
    count(a.posting_id + b.posting_id) AS with_both,
    round(1.0 * count(a.posting_id) * count(b.posting_id) / count(*), 1) AS expected_by_chance
FROM base
LEFT JOIN a ON a.posting_id = base.posting_id
LEFT JOIN b ON b.posting_id = base.posting_id
GROUP BY base.month
ORDER BY base.month
