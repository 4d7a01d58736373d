-- group: Skills
-- title: Skills that a role asks for
-- description: Most named skills of a role and seniority, with the share that requires them. One row a vacancy.
-- parameter role: id of the role family, as in v_roles (default ml_engineer)
-- parameter seniority: intern, entry, mid, senior, staff, lead or manager (default: all)
WITH base AS (
    SELECT posting_id, employer_id FROM v_postings
    WHERE is_read AND is_representative AND role_family = coalesce(nullif(:role, ''), 'ml_engineer')
        AND (:seniority IS NULL OR :seniority = '' OR seniority = :seniority)
)
SELECT
    s.name AS skill,
    s.kind,
    count(*) AS vacancies_with_skill,
    (SELECT count(*) FROM base) AS vacancies,
    round(1.0 * count(*) / (SELECT count(*) FROM base), 4) AS share,
    round(1.0 * sum(ps.requirement = 'required') / (SELECT count(*) FROM base), 4) AS required_share,
    count(DISTINCT base.employer_id) AS employers
FROM base
JOIN posting_skills AS ps ON ps.posting_id = base.posting_id
JOIN skills AS s ON s.skill_id = ps.skill_id
GROUP BY ps.skill_id
ORDER BY vacancies_with_skill DESC
LIMIT 100
