-- group: Postings
-- title: Remote, hybrid, on site by month
-- description: Work mode of the ML vacancies opened in each month, out of those that say it.
SELECT
    month,
    count(*) AS vacancies,
    sum(work_mode IS NOT NULL) AS vacancies_that_say,
    round(1.0 * sum(work_mode = 'remote') / nullif(sum(work_mode IS NOT NULL), 0), 4) AS remote_share,
    round(1.0 * sum(work_mode = 'hybrid') / nullif(sum(work_mode IS NOT NULL), 0), 4) AS hybrid_share,
    round(1.0 * sum(work_mode = 'onsite') / nullif(sum(work_mode IS NOT NULL), 0), 4) AS onsite_share
FROM v_postings
WHERE is_representative AND is_ml
GROUP BY month
ORDER BY month
