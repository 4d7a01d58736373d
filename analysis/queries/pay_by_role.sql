-- group: Pay
-- title: Pay by role and seniority
-- description: Median and quartiles of the middle of stated yearly base pay, in one currency; only vacancies that state pay, without doubtful ranges.
-- parameter currency: ISO code (default USD)
WITH pay AS (
    SELECT role, coalesce(seniority, '(not said)') AS seniority, annual_middle, employer_id FROM v_pay
    WHERE currency = coalesce(nullif(upper(:currency), ''), 'USD') AND is_plausible AND is_representative
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY role, seniority ORDER BY annual_middle) AS place,
        count(*) OVER (PARTITION BY role, seniority) AS n
    FROM pay
)
SELECT role, seniority, n AS vacancies, count(DISTINCT employer_id) AS employers,
    min(CASE WHEN place >= 0.25 * n THEN annual_middle END) AS p25,
    min(CASE WHEN place >= 0.5 * n THEN annual_middle END) AS median,
    min(CASE WHEN place >= 0.75 * n THEN annual_middle END) AS p75
FROM ranked
GROUP BY role, seniority
HAVING n >= 10
ORDER BY role, median
