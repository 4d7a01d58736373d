-- group: Trust
-- title: Boards whose last visit failed
-- description: The last visit of each board where it did not see the whole board, with what went wrong.
SELECT b.source, b.token, e.name AS employer, b.health, v.outcome, v.http_status, v.visited_at, v.detail
FROM boards AS b
JOIN visits AS v ON v.visit_id = (
    SELECT w.visit_id FROM visits AS w WHERE w.board_id = b.board_id ORDER BY w.visited_at DESC LIMIT 1)
LEFT JOIN employers AS e ON e.employer_id = b.employer_id
WHERE NOT v.is_complete
ORDER BY v.visited_at DESC
