-- group: Skills
-- title: Share of a skill by month
-- description: Share of the ML vacancies opened in each month that name the skill. No interval and no adjustment for the mix of employers: for a trend read the report.
-- parameter skill: name of the skill, as in v_skills (default Python)
WITH base AS (
    SELECT posting_id, month, employer_id FROM v_postings WHERE is_read AND is_representative AND is_ml
), asking AS (
    SELECT ps.posting_id, ps.requirement FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
    WHERE s.name = coalesce(nullif(:skill, ''), 'Python') COLLATE NOCASE
)
SELECT
    base.month,
    count(asking.posting_id) AS vacancies_with_skill,
    count(*) AS vacancies,
    round(1.0 * count(asking.posting_id) / count(*), 4) AS share,
    round(1.0 * count(CASE WHEN asking.requirement = 'required' THEN 1 END) / count(*), 4) AS required_share,
    count(DISTINCT CASE WHEN asking.posting_id IS NOT NULL THEN base.employer_id END) AS employers
FROM base
LEFT JOIN asking ON asking.posting_id = base.posting_id
GROUP BY base.month
ORDER BY base.month
