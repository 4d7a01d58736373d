-- group: Postings
-- title: One employer, month by month
-- description: How often the employer's boards were seen and what it opened. A month without a complete visit says nothing.
-- parameter employer: a part of the name (default: the employer with the most vacancies)
WITH chosen AS (
    SELECT employer_id FROM employers WHERE :employer <> '' AND name LIKE '%' || :employer || '%'
    UNION
    SELECT employer_id FROM (
        SELECT employer_id FROM vacancies WHERE :employer IS NULL OR :employer = ''
        GROUP BY employer_id ORDER BY count(*) DESC LIMIT 1)
), seen AS (
    SELECT b.employer_id, substr(v.visited_at, 1, 7) AS month, sum(v.is_complete) AS complete_visits,
        sum(NOT v.is_complete) AS failed_visits
    FROM boards AS b JOIN visits AS v ON v.board_id = b.board_id
    WHERE b.employer_id IN chosen GROUP BY b.employer_id, substr(v.visited_at, 1, 7)
), opened AS (
    SELECT employer_id, month, count(*) AS postings, sum(is_representative) AS vacancies,
        sum(is_representative AND is_ml) AS ml_vacancies
    FROM v_postings WHERE employer_id IN chosen AND NOT is_evergreen GROUP BY employer_id, month
), months AS (
    SELECT employer_id, month FROM seen UNION SELECT employer_id, month FROM opened
)
SELECT e.name AS employer, months.month, s.complete_visits, s.failed_visits, o.postings AS new_postings,
    o.vacancies AS new_vacancies, o.ml_vacancies AS new_ml_vacancies
FROM months
JOIN employers AS e ON e.employer_id = months.employer_id
LEFT JOIN seen AS s ON s.employer_id = months.employer_id AND s.month = months.month
LEFT JOIN opened AS o ON o.employer_id = months.employer_id AND o.month = months.month
ORDER BY e.name, months.month
LIMIT 500
