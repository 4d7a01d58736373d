-- group: Postings
-- title: New postings by month
-- description: Openings by month, all boards together: a raw count, which jumps when boards are added. `boards` says how many were seen completely that month. Only postings whose opening was observed or is stated by a forum or import.
-- parameter role: id of the role family, as in v_roles (default: the ML families together)
SELECT
    p.month,
    count(*) AS postings,
    sum(p.is_representative) AS vacancies,
    count(DISTINCT p.employer_id) AS employers,
    c.boards
FROM v_postings AS p
LEFT JOIN (SELECT month, sum(boards_complete) AS boards FROM v_coverage GROUP BY month) AS c ON c.month = p.month
WHERE NOT p.is_evergreen
    AND (p.month_basis = 'visits' OR (p.month_basis = 'stated' AND p.source_kind IN ('forum', 'import')))
    AND CASE WHEN :role IS NULL OR :role = '' THEN p.is_ml ELSE p.role_family = :role END
GROUP BY p.month
ORDER BY p.month
