-- group: Skills
-- title: Names that the vocabulary does not know
-- description: Terms read beside known skills, by how many employers use them: candidates for the vocabulary.
-- parameter least_employers: least number of employers (default 3)
SELECT t.topic AS term, count(*) AS postings, count(DISTINCT p.employer_id) AS employers,
    min(p.first_seen_at) AS first_seen_at, max(p.last_seen_at) AS last_seen_at
FROM posting_topics AS t
JOIN postings AS p ON p.posting_id = t.posting_id
WHERE t.topic_kind = 'candidate_term'
GROUP BY t.topic
HAVING employers >= coalesce(nullif(:least_employers, ''), 3) + 0
ORDER BY employers DESC, postings DESC
LIMIT 200
