-- group: Postings
-- title: Open for longest
-- description: Open ML postings by the days since they were first seen. Long-lived adverts are standing offers, hard to fill or forgotten; the file cannot tell which.
SELECT p.posting_id, p.title, p.employer, p.country, p.first_seen_at, p.last_seen_at,
    round(julianday(p.last_seen_at) - julianday(p.first_seen_at)) AS days_seen, p.url
FROM v_postings AS p
WHERE p.is_open AND p.is_ml AND NOT p.is_evergreen
ORDER BY days_seen DESC
LIMIT 200
