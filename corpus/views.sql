-- The researcher's doors into the file: common questions in one SELECT. Every column has its sentence in
-- dictionary.toml; `mljobs db migrate` makes the views anew, so they may change without a migration.
-- v_roles, the published rule of roles.toml as a table, is made by corpus/db.py.

-- One row a posting, with names instead of numbers, and the month in which it opened.
CREATE VIEW v_postings AS
SELECT
    p.posting_id,
    p.title,
    em.name AS employer,
    p.employer_id,
    b.source,
    so.kind AS source_kind,
    b.token AS board,
    p.board_id,
    coalesce(x.role_family, p.role_family) AS role_family,
    r.name AS role,
    coalesce(r.is_ml, 0) AS is_ml,
    x.seniority,
    coalesce(p.employment_type, x.employment_type) AS employment_type,
    coalesce(p.work_mode, x.work_mode) AS work_mode,
    p.location,
    p.country,
    p.language,
    p.url,
    p.date_posted,
    p.date_posted_kind,
    -- A posting opened somewhere between two visits: the middle of that gap avoids a burst on crawl days.
    CASE
        WHEN o.previous_visit_at IS NOT NULL
            THEN strftime('%Y-%m', (julianday(o.previous_visit_at) + julianday(o.first_seen_at)) / 2)
        WHEN p.date_posted IS NOT NULL AND p.date_posted_kind IN ('first_published', 'created', 'stated')
            THEN substr(p.date_posted, 1, 7)
        ELSE substr(p.first_seen_at, 1, 7)
    END AS month,
    CASE
        WHEN o.previous_visit_at IS NOT NULL THEN 'visits'
        WHEN p.date_posted IS NOT NULL AND p.date_posted_kind IN ('first_published', 'created', 'stated') THEN 'stated'
        ELSE 'first_seen'
    END AS month_basis,
    p.first_seen_at,
    p.last_seen_at,
    p.closed_at,
    p.closed_at IS NULL AS is_open,
    p.text_length,
    x.posting_id IS NOT NULL AS is_read,
    x.skill_count,
    p.vacancy_id,
    p.vacancy_id IS NULL OR va.posting_id = p.posting_id AS is_representative,
    p.is_evergreen,
    p.is_intermediary
FROM postings AS p
-- Every posting has a board and every board a source: joined from the left only so that SQLite begins with postings.
LEFT JOIN boards AS b ON b.board_id = p.board_id
LEFT JOIN sources AS so ON so.source = b.source
LEFT JOIN employers AS em ON em.employer_id = p.employer_id
LEFT JOIN extractions AS x ON x.posting_id = p.posting_id
LEFT JOIN v_roles AS r ON r.role_family = coalesce(x.role_family, p.role_family)
LEFT JOIN episodes AS o ON o.posting_id = p.posting_id AND o.number = 1
LEFT JOIN vacancies AS va ON va.vacancy_id = p.vacancy_id;

-- One row a posting and skill.
CREATE VIEW v_posting_skills AS
SELECT
    ps.posting_id,
    p.title,
    p.employer,
    p.month,
    p.role_family,
    p.is_ml,
    p.seniority,
    p.country,
    p.is_representative,
    ps.skill_id,
    s.name AS skill,
    s.kind,
    ps.requirement,
    ps.mention_count
FROM v_postings AS p
JOIN posting_skills AS ps ON ps.posting_id = p.posting_id
JOIN skills AS s ON s.skill_id = ps.skill_id
-- Always true. It has SQLite begin with the postings unless the question names a skill, and so find each one's month
-- once and not once a skill: three to a hundred times faster (python -m tests.bench.queries).
WHERE likelihood(p.posting_id IS NOT NULL, 0.01);

-- One row a skill that at least one posting names.
CREATE VIEW v_skills AS
SELECT
    s.skill_id,
    s.name AS skill,
    s.kind,
    s.is_listed,
    count(*) AS postings,
    sum(ps.requirement = 'required') AS required_postings,
    sum(ps.requirement = 'preferred') AS preferred_postings,
    count(DISTINCT p.employer_id) AS employers
FROM skills AS s
JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
JOIN postings AS p ON p.posting_id = ps.posting_id
GROUP BY s.skill_id, s.name, s.kind, s.is_listed;  -- the names too, so that `WHERE skill = …` counts that one only

-- One row a mention, with the words themselves and where they stand.
CREATE VIEW v_mentions AS
SELECT
    m.posting_id,
    m.field,
    m.start_offset,
    m.end_offset,
    substr(CASE m.field WHEN 'title' THEN t.title ELSE t.text END, m.start_offset + 1, m.end_offset - m.start_offset)
        AS words,
    m.skill_id,
    s.name AS skill,
    s.kind,
    m.section,
    m.requirement,
    m.rule
FROM mentions AS m
JOIN skills AS s ON s.skill_id = m.skill_id
LEFT JOIN posting_texts AS t ON t.posting_id = m.posting_id;

-- New postings and vacancies by month, source and role.
CREATE VIEW v_flow_month AS
SELECT
    month,
    source,
    role_family,
    month_basis,
    count(*) AS postings,
    sum(is_representative) AS vacancies,
    count(DISTINCT employer_id) AS employers
FROM v_postings
WHERE NOT is_evergreen
GROUP BY month, source, role_family, month_basis;

-- Share of the ML vacancies of a month that name a skill. A month without a row for a skill is share 0.
CREATE VIEW v_skill_share_month AS
SELECT
    n.month,
    n.skill_id,
    n.skill,
    n.kind,
    n.postings_with_skill,
    n.required_postings,
    d.postings,
    1.0 * n.postings_with_skill / d.postings AS share,
    n.employers
FROM (
    SELECT
        p.month,
        ps.skill_id,
        s.name AS skill,
        s.kind,
        count(*) AS postings_with_skill,
        sum(ps.requirement = 'required') AS required_postings,
        count(DISTINCT p.employer_id) AS employers
    FROM v_postings AS p
    JOIN posting_skills AS ps ON ps.posting_id = p.posting_id
    JOIN skills AS s ON s.skill_id = ps.skill_id
    -- `unlikely` only for the order of the search, as in v_posting_skills.
    WHERE unlikely(p.is_read) AND unlikely(p.is_representative) AND unlikely(p.is_ml)
    GROUP BY p.month, ps.skill_id, s.name, s.kind
) AS n
JOIN (
    SELECT month, count(*) AS postings
    FROM v_postings
    WHERE is_read AND is_representative AND is_ml
    GROUP BY month
) AS d ON d.month = n.month;

-- What stands beside a skill. Ask it for one skill: WHERE skill = 'PyTorch'.
CREATE VIEW v_required_beside AS
SELECT
    n.skill_id,
    n.skill,
    n.beside_id,
    s.name AS beside,
    s.kind,
    n.postings,
    n.required_postings,
    1.0 * n.postings / d.postings AS share
FROM (
    SELECT
        a.skill_id,
        sa.name AS skill,
        b.skill_id AS beside_id,
        count(*) AS postings,
        sum(b.requirement = 'required') AS required_postings
    FROM posting_skills AS a
    JOIN skills AS sa ON sa.skill_id = a.skill_id
    JOIN posting_skills AS b ON b.posting_id = a.posting_id AND b.skill_id <> a.skill_id
    GROUP BY a.skill_id, sa.name, b.skill_id
) AS n
JOIN skills AS s ON s.skill_id = n.beside_id
JOIN (SELECT skill_id, count(*) AS postings FROM posting_skills GROUP BY skill_id) AS d ON d.skill_id = n.skill_id;

-- One row an employer and month in which at least one of its boards was visited or it opened a posting.
CREATE VIEW v_panel AS
SELECT
    c.employer_id,
    e.name AS employer,
    c.month,
    sum(c.complete_visits) AS complete_visits,
    sum(c.failed_visits) AS failed_visits,
    sum(c.postings) AS new_postings,
    sum(c.vacancies) AS new_vacancies,
    sum(c.ml_vacancies) AS new_ml_vacancies
FROM (
    SELECT
        b.employer_id,
        substr(v.visited_at, 1, 7) AS month,
        v.is_complete AS complete_visits,
        NOT v.is_complete AS failed_visits,
        0 AS postings,
        0 AS vacancies,
        0 AS ml_vacancies
    FROM visits AS v
    JOIN boards AS b ON b.board_id = v.board_id
    UNION ALL
    SELECT employer_id, month, 0, 0, 1, is_representative, is_representative AND is_ml
    FROM v_postings
    WHERE NOT is_evergreen
) AS c
JOIN employers AS e ON e.employer_id = c.employer_id
GROUP BY c.employer_id, e.name, c.month;

-- One row a stated range of base pay, brought to a year. Predicted pay is left out.
CREATE VIEW v_pay AS
SELECT
    f.posting_id,
    p.title,
    p.employer,
    p.employer_id,
    p.role_family,
    p.role,
    p.is_ml,
    p.seniority,
    p.country,
    p.month,
    p.is_representative,
    f.source,
    f.currency,
    f.unit,
    f.min_amount,
    f.max_amount,
    f.min_amount * u.per_year AS annual_min,
    f.max_amount * u.per_year AS annual_max,
    (coalesce(f.min_amount, f.max_amount) + coalesce(f.max_amount, f.min_amount)) / 2 * u.per_year AS annual_middle,
    f.flags,
    f.flags = '' AS is_plausible
FROM salaries AS f
JOIN (
    SELECT 'year' AS unit, 1 AS per_year UNION ALL SELECT 'month', 12 UNION ALL SELECT 'week', 52
    UNION ALL SELECT 'day', 260 UNION ALL SELECT 'hour', 2080
) AS u ON u.unit = f.unit
JOIN v_postings AS p ON p.posting_id = f.posting_id
WHERE f.component = 'base' AND f.source <> 'predicted' AND coalesce(f.min_amount, f.max_amount) IS NOT NULL;

-- What was looked at: one row a month and source.
CREATE VIEW v_coverage AS
SELECT
    substr(v.visited_at, 1, 7) AS month,
    b.source,
    count(DISTINCT v.board_id) AS boards,
    count(DISTINCT CASE WHEN v.is_complete THEN v.board_id END) AS boards_complete,
    sum(v.is_complete) AS complete_visits,
    sum(NOT v.is_complete) AS failed_visits,
    sum(v.new_count) AS new_postings,
    sum(v.rejected_count) AS rejected_rows
FROM visits AS v
JOIN boards AS b ON b.board_id = v.board_id
GROUP BY substr(v.visited_at, 1, 7), b.source;

-- Stretches of more than 35 days in which a board was not seen completely.
CREATE VIEW v_coverage_gaps AS
SELECT g.board_id, b.source, b.token AS board, e.name AS employer, g.after_at, g.until_at, g.days
FROM (
    SELECT
        board_id,
        visited_at AS after_at,
        lead(visited_at) OVER w AS until_at,
        julianday(lead(visited_at) OVER w) - julianday(visited_at) AS days
    FROM visits
    WHERE is_complete
    WINDOW w AS (PARTITION BY board_id ORDER BY visited_at)
) AS g
JOIN boards AS b ON b.board_id = g.board_id
LEFT JOIN employers AS e ON e.employer_id = b.employer_id
WHERE g.days > 35;

-- How long postings stay: one row an episode.
CREATE VIEW v_episodes AS
SELECT
    o.episode_id,
    o.posting_id,
    o.number,
    b.source,
    em.name AS employer,
    o.previous_visit_at,
    o.first_seen_at,
    o.last_seen_at,
    o.next_visit_at,
    o.closed_at,
    o.previous_visit_at IS NOT NULL AS is_opening_known,
    o.closed_at IS NOT NULL AS is_closed,
    julianday(o.last_seen_at) - julianday(o.first_seen_at) AS days_seen,
    julianday(o.next_visit_at) - julianday(o.previous_visit_at) AS days_at_most
FROM episodes AS o
JOIN postings AS p ON p.posting_id = o.posting_id
JOIN boards AS b ON b.board_id = p.board_id
LEFT JOIN employers AS em ON em.employer_id = p.employer_id;

-- How much of the file can be used for what.
CREATE VIEW v_quality AS
SELECT 'postings with a text' AS measure, sum(text_length IS NOT NULL) AS postings, count(*) AS of_postings,
    1.0 * sum(text_length IS NOT NULL) / count(*) AS share
FROM postings
UNION ALL
SELECT 'postings with a text that were read', count(x.posting_id), count(*), 1.0 * count(x.posting_id) / count(*)
FROM postings AS p LEFT JOIN extractions AS x ON x.posting_id = p.posting_id
WHERE p.text_length IS NOT NULL
UNION ALL
SELECT 'read postings without any skill', sum(skill_count = 0), count(*), 1.0 * sum(skill_count = 0) / count(*)
FROM extractions
UNION ALL
SELECT 'read by the newest extractor', sum(extractor_version = (
    SELECT extractor_version FROM extractor_versions ORDER BY first_used_at DESC, rowid DESC LIMIT 1
)), count(*), 1.0 * sum(extractor_version = (
    SELECT extractor_version FROM extractor_versions ORDER BY first_used_at DESC, rowid DESC LIMIT 1
)) / count(*)
FROM extractions
UNION ALL
SELECT 'postings with a known employer', sum(employer_id IS NOT NULL), count(*),
    1.0 * sum(employer_id IS NOT NULL) / count(*)
FROM postings
UNION ALL
SELECT 'postings with a known country', sum(country IS NOT NULL), count(*), 1.0 * sum(country IS NOT NULL) / count(*)
FROM postings
UNION ALL
SELECT 'postings whose opening was observed', sum(previous_visit_at IS NOT NULL), count(*),
    1.0 * sum(previous_visit_at IS NOT NULL) / count(*)
FROM episodes WHERE number = 1
UNION ALL
SELECT 'postings that repeat a vacancy', count(*) - count(DISTINCT vacancy_id), count(*),
    1.0 - 1.0 * count(DISTINCT vacancy_id) / count(*)
FROM postings WHERE vacancy_id IS NOT NULL
UNION ALL
SELECT 'postings with base pay', count(DISTINCT posting_id), (SELECT count(*) FROM postings),
    1.0 * count(DISTINCT posting_id) / (SELECT count(*) FROM postings)
FROM salaries WHERE component = 'base' AND source <> 'predicted'
UNION ALL
SELECT 'postings by an intermediary', sum(is_intermediary), count(*), 1.0 * sum(is_intermediary) / count(*)
FROM postings;
