-- group: Postings
-- title: Search in title and text
-- description: Full-text search, newest first. Words together: rust kubernetes; a phrase: "machine learning"; either: jax OR pytorch; C++ as "c++".
-- parameter words: what to look for (default "machine learning")
SELECT p.posting_id, p.title, p.employer, p.month, p.country, p.url
FROM posting_search AS f
JOIN v_postings AS p ON p.posting_id = f.rowid
WHERE posting_search MATCH coalesce(nullif(:words, ''), '"machine learning"')
ORDER BY f.rowid DESC
LIMIT 200
