-- group: Study and experience
-- title: Years of experience by seniority
-- description: Least number of years that ML vacancies require, overall or in one field: quartiles of those that say it.
WITH asked AS (
    SELECT p.seniority, p.posting_id, max(x.min_years) AS years FROM experience AS x
    JOIN v_postings AS p ON p.posting_id = x.posting_id
    WHERE x.requirement = 'required' AND x.min_years IS NOT NULL AND p.is_representative AND p.is_ml
    GROUP BY p.posting_id
), ranked AS (
    SELECT coalesce(seniority, '(not said)') AS seniority, years,
        row_number() OVER (PARTITION BY seniority ORDER BY years) AS place, count(*) OVER (PARTITION BY seniority) AS n
    FROM asked
)
SELECT seniority, n AS vacancies, min(CASE WHEN place >= 0.25 * n THEN years END) AS p25,
    min(CASE WHEN place >= 0.5 * n THEN years END) AS median, min(CASE WHEN place >= 0.75 * n THEN years END) AS p75
FROM ranked
GROUP BY seniority
ORDER BY median
