-- group: Study and experience
-- title: Degrees by seniority
-- description: Share of ML vacancies whose lowest required degree is each level, and of those that let experience do instead; out of all ML vacancies that were read.
WITH base AS MATERIALIZED (
    SELECT posting_id, coalesce(seniority, '(not said)') AS seniority FROM v_postings
    WHERE is_read AND is_representative AND is_ml
), gate AS (
    SELECT posting_id, min(CASE level WHEN 'high_school' THEN 1 WHEN 'associate' THEN 2 WHEN 'any' THEN 3
        WHEN 'bachelor' THEN 4 WHEN 'master' THEN 5 ELSE 6 END) AS level, max(or_experience) AS or_experience
    FROM degrees WHERE requirement = 'required' GROUP BY posting_id
)
SELECT
    base.seniority,
    count(*) AS vacancies,
    round(1.0 * sum(gate.level = 4) / count(*), 4) AS bachelor_share,
    round(1.0 * sum(gate.level = 5) / count(*), 4) AS master_share,
    round(1.0 * sum(gate.level = 6) / count(*), 4) AS phd_share,
    round(1.0 * sum(gate.level IS NULL) / count(*), 4) AS no_degree_required_share,
    round(1.0 * sum(gate.or_experience) / count(*), 4) AS or_experience_share
FROM base
LEFT JOIN gate ON gate.posting_id = base.posting_id
GROUP BY base.seniority
ORDER BY vacancies DESC
