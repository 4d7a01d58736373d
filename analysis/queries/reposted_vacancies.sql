-- group: Postings
-- title: Vacancies that were published again
-- description: Vacancies with the most re-posts, and the employers behind them.
SELECT v.vacancy_id, p.title, p.employer, v.posting_count, v.repost_count, p.first_seen_at, p.posting_id
FROM vacancies AS v
JOIN v_postings AS p ON p.posting_id = v.posting_id
WHERE v.repost_count > 0
ORDER BY v.repost_count DESC, v.posting_count DESC
LIMIT 200
