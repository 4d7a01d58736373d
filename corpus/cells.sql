-- What a report counts, without a text: the views that analysis reads, and the tables of a folder of cells.
-- SQLite runs these statements on the file, Spark SQL on its export; both know unixepoch() (Spark is taught it).
-- Times are days since 1970-01-01 UTC, flags 0/1. `cell_fields` is made by cells.py: JSON is read differently.

-- Every board, and what dates its postings.
CREATE TEMP VIEW cell_boards AS
SELECT b.board_id, b.source, s.kind, b.token, b.employer_id FROM boards AS b JOIN sources AS s ON s.source = b.source;

-- Complete visits.
CREATE TEMP VIEW cell_visits AS
SELECT board_id, unixepoch(visited_at) / 86400e0 AS at FROM visits
WHERE is_complete = 1 AND unixepoch(visited_at) IS NOT NULL;

-- One row a posting: whose, when it was seen, what it is. A folder of cells leaves out the unread of no wanted role.
CREATE TEMP VIEW cell_postings AS
SELECT
    p.posting_id,
    coalesce(p.vacancy_id, -p.posting_id) AS vacancy,
    CASE WHEN p.vacancy_id IS NULL OR v.posting_id = p.posting_id THEN 1 ELSE 0 END AS is_home,
    coalesce(p.employer_id, -p.board_id) AS employer,
    p.board_id AS board,
    CASE WHEN x.posting_id IS NULL THEN 0 ELSE 1 END AS is_read,
    CASE WHEN p.text_hash IS NULL THEN 0 ELSE 1 END AS has_text,
    unixepoch(e.previous_visit_at) / 86400e0 AS open_low,
    unixepoch(coalesce(e.first_seen_at, p.first_seen_at)) / 86400e0 AS open_high,
    unixepoch(coalesce(e.last_seen_at, p.last_seen_at)) / 86400e0 AS last_low,
    unixepoch(e.next_visit_at) / 86400e0 AS last_high,
    unixepoch(CASE WHEN e.posting_id IS NULL THEN p.closed_at ELSE e.closed_at END) / 86400e0 AS closed_at,
    unixepoch(p.date_posted) / 86400e0 AS posted,
    p.is_evergreen,
    coalesce(v.repost_count, 0) AS repost_count,
    coalesce(x.role_family, p.role_family) AS role_family,
    x.seniority,
    upper(p.country) AS country,
    coalesce(p.work_mode, x.work_mode) AS work_mode,
    p.title,
    CASE WHEN p.text_length < 300 THEN 1 ELSE 0 END AS is_short,
    CASE WHEN coalesce(p.language, 'en') = 'en' THEN 1 ELSE 0 END AS is_english,
    x.extractor_version
FROM postings AS p
LEFT JOIN vacancies AS v ON v.vacancy_id = p.vacancy_id
LEFT JOIN extractions AS x ON x.posting_id = p.posting_id
LEFT JOIN episodes AS e ON e.posting_id = p.posting_id AND e.number = 1;

-- Later episodes of postings that came back.
CREATE TEMP VIEW cell_returns AS
SELECT posting_id, number, unixepoch(last_seen_at) / 86400e0 AS last_low, unixepoch(next_visit_at) / 86400e0 AS last_high,
    unixepoch(closed_at) / 86400e0 AS closed_at
FROM episodes WHERE number > 1;

-- Openings of vacancies of every role, by the visits between which they opened.
CREATE TEMP VIEW cell_openings AS
SELECT p.board_id, unixepoch(e.previous_visit_at) / 86400e0 AS low, unixepoch(e.first_seen_at) / 86400e0 AS high,
    count(*) AS vacancies
FROM postings AS p
LEFT JOIN episodes AS e ON e.posting_id = p.posting_id AND e.number = 1
LEFT JOIN vacancies AS v ON v.vacancy_id = p.vacancy_id
WHERE p.is_evergreen = 0 AND (p.vacancy_id IS NULL OR v.posting_id = p.posting_id)
GROUP BY 1, 2, 3;

-- The same by the day that a posting bears itself, for imports without visits.
CREATE TEMP VIEW cell_days AS
SELECT p.board_id, unixepoch(coalesce(p.date_posted, p.first_seen_at)) / 86400e0 AS day, count(*) AS vacancies
FROM postings AS p
LEFT JOIN vacancies AS v ON v.vacancy_id = p.vacancy_id
WHERE p.is_evergreen = 0 AND (p.vacancy_id IS NULL OR v.posting_id = p.posting_id)
GROUP BY 1, 2;

-- What was looked at, by month and source.
CREATE TEMP VIEW cell_looked AS
SELECT substr(v.visited_at, 1, 7) AS month, b.source, count(DISTINCT v.board_id) AS boards,
    sum(v.is_complete) AS visits_ok, sum(1 - v.is_complete) AS visits_failed
FROM visits AS v JOIN boards AS b ON b.board_id = v.board_id
GROUP BY 1, 2;

-- What was first seen, by month and source.
CREATE TEMP VIEW cell_found AS
SELECT
    substr(CASE WHEN e.posting_id IS NULL THEN coalesce(p.date_posted, p.first_seen_at) ELSE e.first_seen_at END, 1, 7)
        AS month,
    b.source, count(*) AS postings, count(DISTINCT p.board_id) AS boards
FROM postings AS p
JOIN boards AS b ON b.board_id = p.board_id
LEFT JOIN episodes AS e ON e.posting_id = p.posting_id AND e.number = 1
GROUP BY 1, 2;

-- The vocabulary.
CREATE TEMP VIEW cell_skills AS
SELECT skill_id, name, kind FROM skills WHERE is_listed = 1;

-- Which posting names which skill of the vocabulary, and how strongly it is asked for.
CREATE TEMP VIEW cell_asks AS
SELECT a.posting_id, a.skill_id, a.requirement FROM posting_skills AS a JOIN skills AS s ON s.skill_id = a.skill_id
WHERE s.is_listed = 1;

-- Base pay, as stated.
CREATE TEMP VIEW cell_salaries AS
SELECT posting_id, salary_id, source, min_amount, max_amount, currency, unit FROM salaries
WHERE component = 'base' AND source <> 'predicted' AND flags NOT LIKE '%implausible%';

-- Degrees.
-- A degree that experience may replace is no requirement.
CREATE TEMP VIEW cell_degrees AS
SELECT posting_id, level, CASE WHEN or_experience = 1 THEN 'preferred' ELSE requirement END AS requirement FROM degrees;

-- Required years.
CREATE TEMP VIEW cell_experience AS
SELECT posting_id, min_years FROM experience WHERE requirement = 'required' AND min_years IS NOT NULL;

-- What else a posting says.
CREATE TEMP VIEW cell_marks AS
SELECT posting_id, 'bootcamp' AS label FROM extractions WHERE has_bootcamp = 1
UNION ALL SELECT posting_id, 'internship' AS label FROM extractions WHERE has_internship = 1
UNION ALL SELECT posting_id, 'portfolio or own projects' AS label FROM extractions WHERE has_portfolio = 1
UNION ALL SELECT posting_id, 'publications' AS label FROM extractions WHERE has_publications = 1
UNION ALL SELECT posting_id, 'visa sponsorship' AS label FROM extractions WHERE visa_sponsorship = 1
UNION ALL SELECT posting_id, 'security clearance' AS label FROM extractions WHERE has_clearance = 1;

-- Tasks, industries, and names that the vocabulary lacks: these only where ten postings hold them.
CREATE TEMP VIEW cell_topics AS
SELECT posting_id, topic_kind, topic FROM posting_topics
WHERE topic_kind <> 'candidate_term' OR topic IN (
    SELECT topic FROM posting_topics WHERE topic_kind = 'candidate_term' GROUP BY topic HAVING count(*) >= 10
);

-- Names of employers.
CREATE TEMP VIEW cell_employers AS
SELECT employer_id, name FROM employers;

-- Postings by source.
CREATE TEMP VIEW cell_sources AS
SELECT s.source, s.name, count(*) AS postings
FROM postings AS p JOIN boards AS b ON b.board_id = p.board_id JOIN sources AS s ON s.source = b.source
GROUP BY s.source, s.name;

-- Readings by the version that made them.
CREATE TEMP VIEW cell_versions AS
SELECT v.extractor_version, v.taxonomy_version, count(*) AS postings
FROM extractions AS x JOIN extractor_versions AS v ON v.extractor_version = x.extractor_version
GROUP BY v.extractor_version, v.taxonomy_version;

-- The file as a whole; one row.
CREATE TEMP VIEW cell_about AS
SELECT
    (SELECT count(*) FROM postings) AS postings,
    (SELECT count(*) FROM postings WHERE text_hash IS NOT NULL) AS texts,
    (SELECT count(*) FROM extractions) AS readings,
    (SELECT count(DISTINCT employer_id) FROM postings) AS employers,
    (SELECT count(*) FROM boards) AS boards,
    (SELECT count(*) FROM visits) AS visits,
    coalesce((SELECT max(visited_at) FROM visits), (SELECT max(last_seen_at) FROM postings)) AS data_until,
    (SELECT count(*) FROM runs WHERE command IN ('crawl', 'import')) AS runs,
    (SELECT count(*) FROM runs WHERE command IN ('crawl', 'import') AND arguments LIKE '%demo.warc.gz%') AS demo_runs,
    (SELECT max(run_id) FROM runs WHERE command IN ('crawl', 'import', 'extract')) AS last_run_id;

-- Vacancies by employer, month of the first sighting and skill. No report reads it: it is the smallest count that is
-- of use by itself, for whoever has too many postings for more.
CREATE TEMP VIEW cell_counts AS
SELECT p.employer, substr(q.first_seen_at, 1, 7) AS month, a.skill_id, count(*) AS vacancies_with_skill,
    sum(CASE WHEN a.requirement = 'required' THEN 1 ELSE 0 END) AS vacancies_requiring
FROM cell_postings AS p
JOIN postings AS q ON q.posting_id = p.posting_id
JOIN cell_asks AS a ON a.posting_id = p.posting_id
WHERE p.is_home = 1 AND p.is_evergreen = 0
GROUP BY 1, 2, 3;
