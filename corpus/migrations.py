"""The schema, as append-only steps. A released step is never edited; a change is a new step.

`PRAGMA user_version` counts the steps that a file has had. Every table is STRICT; every table and
column has its sentence in `dictionary.toml`. Wide or heavy values (texts, raw HTML) live in tables
of their own, so that counting never reads them.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("mljobs")

OBSERVATION = [
    """
    CREATE TABLE sources (
        source TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('ats', 'career_site', 'aggregator', 'forum', 'import')),
        name TEXT NOT NULL,
        homepage TEXT,
        terms TEXT
    ) STRICT
    """,
    """
    CREATE TABLE employers (
        employer_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        is_intermediary INTEGER NOT NULL DEFAULT 0 CHECK (is_intermediary IN (0, 1))
    ) STRICT
    """,
    """
    CREATE TABLE boards (
        board_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES sources (source),
        region TEXT NOT NULL DEFAULT '',
        token TEXT NOT NULL,
        employer_id INTEGER REFERENCES employers (employer_id),
        country TEXT,
        health TEXT NOT NULL DEFAULT 'new' CHECK (health IN ('new', 'healthy', 'suspect', 'empty', 'dormant')),
        UNIQUE (source, region, token)
    ) STRICT
    """,
    """
    CREATE TABLE runs (
        run_id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        arguments TEXT NOT NULL DEFAULT '{}',
        started_at TEXT NOT NULL,
        finished_at TEXT,
        status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'ok', 'check_failed', 'stopped')),
        mljobs_version TEXT NOT NULL,
        summary TEXT
    ) STRICT
    """,
    """
    CREATE TABLE visits (
        visit_id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs (run_id),
        board_id INTEGER NOT NULL REFERENCES boards (board_id),
        visited_at TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'ok_empty', 'not_modified', 'truncated', 'blocked',
            'throttled', 'gone_404', 'http_error', 'parse_error', 'robots_denied', 'needs_rendering', 'timeout',
            'network_error')),
        is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
        is_archive INTEGER NOT NULL DEFAULT 0 CHECK (is_archive IN (0, 1)),
        http_status INTEGER,
        advertised_count INTEGER,
        posting_count INTEGER NOT NULL DEFAULT 0,
        new_count INTEGER NOT NULL DEFAULT 0,
        rejected_count INTEGER NOT NULL DEFAULT 0,
        request_count INTEGER NOT NULL DEFAULT 0,
        duration_seconds REAL,
        response_sha256 TEXT,
        etag TEXT,
        detail TEXT,
        UNIQUE (board_id, visited_at)
    ) STRICT
    """,
    "CREATE INDEX visits_of_a_run ON visits (run_id, board_id)",
    "CREATE INDEX visits_complete ON visits (board_id, is_complete, is_archive, visited_at)",
    """
    CREATE TABLE rejects (
        reject_id INTEGER PRIMARY KEY,
        run_id INTEGER NOT NULL REFERENCES runs (run_id),
        board_id INTEGER REFERENCES boards (board_id),
        file TEXT,
        line_number INTEGER,
        reason TEXT NOT NULL,
        raw TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX rejects_of_a_run ON rejects (run_id)",
    "CREATE INDEX rejects_of_a_file ON rejects (file, line_number) WHERE file IS NOT NULL",
]

POSTINGS = [
    """
    CREATE TABLE vacancies (
        vacancy_id INTEGER PRIMARY KEY,
        employer_id INTEGER REFERENCES employers (employer_id),
        posting_id INTEGER NOT NULL,
        posting_count INTEGER NOT NULL,
        repost_count INTEGER NOT NULL,
        sibling_group INTEGER
    ) STRICT
    """,
    "CREATE INDEX vacancies_of_an_employer ON vacancies (employer_id)",
    """
    CREATE TABLE postings (
        posting_id INTEGER PRIMARY KEY,
        board_id INTEGER NOT NULL REFERENCES boards (board_id),
        external_id TEXT NOT NULL,
        employer_id INTEGER REFERENCES employers (employer_id),
        vacancy_id INTEGER REFERENCES vacancies (vacancy_id) ON DELETE SET NULL,
        title TEXT NOT NULL,
        role_family TEXT NOT NULL DEFAULT 'other',
        location TEXT,
        country TEXT,
        work_mode TEXT CHECK (work_mode IN ('remote', 'hybrid', 'onsite')),
        work_mode_raw TEXT,
        employment_type TEXT CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'internship')),
        employment_type_raw TEXT,
        department TEXT,
        requisition_id TEXT,
        url TEXT,
        apply_url TEXT,
        date_posted TEXT,
        date_posted_kind TEXT CHECK (date_posted_kind IN ('first_published', 'created', 'last_publish',
            'relative_floor', 'capture', 'stated')),
        valid_through TEXT,
        updated_at TEXT,
        language TEXT,
        is_evergreen INTEGER NOT NULL DEFAULT 0 CHECK (is_evergreen IN (0, 1)),
        is_intermediary INTEGER NOT NULL DEFAULT 0 CHECK (is_intermediary IN (0, 1)),
        content_hash TEXT NOT NULL,
        source_hash TEXT NOT NULL DEFAULT '',
        text_hash TEXT,
        text_length INTEGER,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        closed_at TEXT,
        UNIQUE (board_id, external_id)
    ) STRICT
    """,
    "CREATE INDEX postings_of_an_employer ON postings (employer_id, first_seen_at)",
    "CREATE INDEX postings_by_first_seen ON postings (first_seen_at)",
    "CREATE INDEX postings_by_role ON postings (role_family, first_seen_at)",
    "CREATE INDEX postings_of_a_vacancy ON postings (vacancy_id)",
    "CREATE INDEX postings_with_text ON postings (text_hash, posting_id) WHERE text_hash IS NOT NULL",
    "CREATE INDEX postings_open ON postings (board_id, last_seen_at) WHERE closed_at IS NULL",
    """
    CREATE TABLE posting_texts (
        posting_id INTEGER PRIMARY KEY REFERENCES postings (posting_id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        html_zlib BLOB
    ) STRICT
    """,
    """
    CREATE VIRTUAL TABLE posting_search USING fts5 (
        title, text, content = 'posting_texts', content_rowid = 'posting_id', tokenize = "unicode61 tokenchars '+#'"
    )
    """,
    """
    CREATE TRIGGER posting_texts_added AFTER INSERT ON posting_texts BEGIN
        INSERT INTO posting_search (rowid, title, text) VALUES (new.posting_id, new.title, new.text);
    END
    """,
    """
    CREATE TRIGGER posting_texts_removed AFTER DELETE ON posting_texts BEGIN
        INSERT INTO posting_search (posting_search, rowid, title, text)
        VALUES ('delete', old.posting_id, old.title, old.text);
    END
    """,
    """
    CREATE TRIGGER posting_texts_changed AFTER UPDATE OF title, text ON posting_texts BEGIN
        INSERT INTO posting_search (posting_search, rowid, title, text)
        VALUES ('delete', old.posting_id, old.title, old.text);
        INSERT INTO posting_search (rowid, title, text) VALUES (new.posting_id, new.title, new.text);
    END
    """,
    """
    CREATE TABLE episodes (
        episode_id INTEGER PRIMARY KEY,
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        previous_visit_at TEXT,
        next_visit_at TEXT,
        closed_at TEXT,
        UNIQUE (posting_id, number)
    ) STRICT
    """,
    """
    CREATE TABLE salaries (
        salary_id INTEGER PRIMARY KEY,
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        source TEXT NOT NULL CHECK (source IN ('api', 'jsonld', 'predicted', 'text')),
        component TEXT NOT NULL DEFAULT 'base' CHECK (component IN ('base', 'bonus', 'equity', 'commission')),
        min_amount REAL,
        max_amount REAL,
        currency TEXT,
        unit TEXT CHECK (unit IN ('year', 'month', 'week', 'day', 'hour')),
        place TEXT,
        raw TEXT,
        flags TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX salaries_of_a_posting ON salaries (posting_id, source)",
]

READING = [
    """
    CREATE TABLE extractor_versions (
        extractor_version TEXT PRIMARY KEY,
        code_version TEXT NOT NULL,
        taxonomy_version TEXT NOT NULL,
        first_used_at TEXT NOT NULL,
        forms BLOB
    ) STRICT
    """,
    """
    CREATE TABLE extractions (
        posting_id INTEGER PRIMARY KEY REFERENCES postings (posting_id) ON DELETE CASCADE,
        extractor_version TEXT NOT NULL REFERENCES extractor_versions (extractor_version),
        text_hash TEXT NOT NULL,
        role_family TEXT NOT NULL,
        is_ml_role INTEGER NOT NULL CHECK (is_ml_role IN (0, 1)),
        seniority TEXT CHECK (seniority IN ('intern', 'entry', 'mid', 'senior', 'staff', 'lead', 'manager')),
        employment_type TEXT CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'internship')),
        work_mode TEXT CHECK (work_mode IN ('remote', 'hybrid', 'onsite')),
        visa_sponsorship INTEGER CHECK (visa_sponsorship IN (0, 1)),
        has_clearance INTEGER NOT NULL DEFAULT 0 CHECK (has_clearance IN (0, 1)),
        has_bootcamp INTEGER NOT NULL DEFAULT 0 CHECK (has_bootcamp IN (0, 1)),
        has_internship INTEGER NOT NULL DEFAULT 0 CHECK (has_internship IN (0, 1)),
        has_portfolio INTEGER NOT NULL DEFAULT 0 CHECK (has_portfolio IN (0, 1)),
        has_publications INTEGER NOT NULL DEFAULT 0 CHECK (has_publications IN (0, 1)),
        skill_count INTEGER NOT NULL,
        minhash BLOB
    ) STRICT
    """,
    "CREATE INDEX extractions_by_version ON extractions (extractor_version)",
    """
    CREATE TABLE mentions (
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        field TEXT NOT NULL CHECK (field IN ('title', 'description')),
        start_offset INTEGER NOT NULL,
        end_offset INTEGER NOT NULL,
        skill_id TEXT NOT NULL REFERENCES skills (skill_id),
        section TEXT NOT NULL,
        requirement TEXT NOT NULL CHECK (requirement IN ('required', 'preferred', 'duty', 'other')),
        rule TEXT NOT NULL,
        PRIMARY KEY (posting_id, field, start_offset, end_offset, skill_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE posting_skills (
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        skill_id TEXT NOT NULL REFERENCES skills (skill_id),
        requirement TEXT NOT NULL CHECK (requirement IN ('required', 'preferred', 'duty', 'other')),
        mention_count INTEGER NOT NULL,
        PRIMARY KEY (posting_id, skill_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX postings_with_a_skill ON posting_skills (skill_id, requirement, posting_id)",
    """
    CREATE TABLE degrees (
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        level TEXT NOT NULL CHECK (level IN ('high_school', 'associate', 'bachelor', 'master', 'phd', 'any')),
        requirement TEXT NOT NULL CHECK (requirement IN ('required', 'preferred')),
        fields TEXT NOT NULL DEFAULT '[]',
        or_experience INTEGER NOT NULL DEFAULT 0 CHECK (or_experience IN (0, 1)),
        start_offset INTEGER NOT NULL,
        end_offset INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX degrees_of_a_posting ON degrees (posting_id)",
    """
    CREATE TABLE experience (
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        min_years REAL,
        max_years REAL,
        of TEXT NOT NULL DEFAULT 'overall',
        requirement TEXT NOT NULL CHECK (requirement IN ('required', 'preferred')),
        start_offset INTEGER NOT NULL,
        end_offset INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX experience_of_a_posting ON experience (posting_id)",
    """
    CREATE TABLE posting_topics (
        posting_id INTEGER NOT NULL REFERENCES postings (posting_id) ON DELETE CASCADE,
        topic_kind TEXT NOT NULL CHECK (topic_kind IN ('task', 'industry', 'candidate_term')),
        topic TEXT NOT NULL,
        PRIMARY KEY (posting_id, topic_kind, topic)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX postings_with_a_topic ON posting_topics (topic_kind, topic, posting_id)",
]

VOCABULARY = [
    """
    CREATE TABLE skills (
        skill_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('language', 'framework', 'tool', 'concept', 'math', 'soft', 'domain')),
        broader_id TEXT,
        definition TEXT,
        first_year INTEGER,
        is_listed INTEGER NOT NULL DEFAULT 1 CHECK (is_listed IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX skills_by_name ON skills (name)",
    """
    CREATE TABLE skill_crosswalks (
        skill_id TEXT NOT NULL REFERENCES skills (skill_id) ON DELETE CASCADE,
        scheme TEXT NOT NULL CHECK (scheme IN ('esco', 'onet', 'wikidata')),
        identifier TEXT NOT NULL,
        PRIMARY KEY (skill_id, scheme, identifier)
    ) STRICT, WITHOUT ROWID
    """,
]

PUBLISHED = [
    """
    CREATE TABLE vintages (
        vintage_id INTEGER PRIMARY KEY,
        published_at TEXT NOT NULL,
        data_until TEXT NOT NULL,
        mljobs_version TEXT NOT NULL,
        extractor_version TEXT,
        taxonomy_version TEXT,
        method_version TEXT NOT NULL,
        last_run_id INTEGER REFERENCES runs (run_id),
        posting_count INTEGER NOT NULL,
        read_count INTEGER NOT NULL,
        arguments TEXT NOT NULL,
        fingerprint TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE stats (
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id) ON DELETE CASCADE,
        measure TEXT NOT NULL,
        subject TEXT NOT NULL,
        period TEXT NOT NULL,
        value REAL,
        low REAL,
        high REAL,
        sample_count INTEGER,
        employer_count INTEGER,
        PRIMARY KEY (vintage_id, measure, subject, period)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE quality_checks (
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        is_passed INTEGER NOT NULL CHECK (is_passed IN (0, 1)),
        value REAL,
        threshold REAL,
        detail TEXT NOT NULL,
        PRIMARY KEY (vintage_id, name)
    ) STRICT, WITHOUT ROWID
    """,
]


@migrations()
def m001_first_schema(db: Database) -> None:
    """Observation (what was looked at when), postings, what they ask for, and what was published of them."""
    for statement in OBSERVATION + POSTINGS + VOCABULARY + READING + PUBLISHED:
        db.conn.execute(statement)
    db.conn.execute("PRAGMA user_version = 1")
