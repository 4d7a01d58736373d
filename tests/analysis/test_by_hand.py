"""Numbers of the demo's report, counted once more in plain SQL from the tables of postings and mentions.

Nothing of ours stands between these queries and the file: neither the views nor the analysis. What a posting is
counted as is written out in COUNTED, in the words of METHODOLOGY.md.
"""

import sqlite3

import pytest

from analysis.tables import compute
from tests.demo_file import demo_folder

COUNTED = """
CREATE TEMP TABLE counted AS
SELECT p.posting_id, p.employer_id, x.seniority, substr(date(
    (julianday(e.previous_visit_at) + julianday(e.first_seen_at)) / 2), 1, 7) AS month  -- opened between two visits
FROM postings AS p
JOIN extractions AS x ON x.posting_id = p.posting_id                                    -- its text was read
JOIN episodes AS e ON e.posting_id = p.posting_id AND e.number = 1
LEFT JOIN vacancies AS v ON v.vacancy_id = p.vacancy_id
WHERE p.is_evergreen = 0
    AND (p.vacancy_id IS NULL OR v.posting_id = p.posting_id)                           -- one posting a vacancy
    AND x.role_family IN ('ml_engineer', 'mlops_engineer', 'research_scientist', 'data_scientist', 'ai_engineer')
    AND julianday(e.first_seen_at) - julianday(e.previous_visit_at) <= 62               -- no outage in between
"""
ASKS = """EXISTS (SELECT 1 FROM posting_skills AS s JOIN skills AS k ON k.skill_id = s.skill_id
    WHERE s.posting_id = c.posting_id AND k.name = '{}' AND s.requirement <> 'other')"""
REQUIRES = ASKS.replace("s.requirement <> 'other'", "s.requirement = 'required'")
MUST = "SELECT 1 FROM degrees AS d WHERE d.posting_id = c.posting_id AND d.requirement = 'required' AND NOT d.or_experience"
LAST_YEAR = "c.month IN (SELECT DISTINCT month FROM counted ORDER BY month DESC LIMIT 12)"
FIRST_YEAR = "c.month IN (SELECT DISTINCT month FROM counted ORDER BY month LIMIT 12)"
PAID = """SELECT s.posting_id, avg((s.min_amount + s.max_amount) / 2) AS pay FROM salaries AS s
    JOIN counted AS c ON c.posting_id = s.posting_id
    WHERE s.source = 'api' AND s.component = 'base' AND s.unit = 'year' AND s.currency = 'USD' GROUP BY 1"""
TABLE = [
    # the number: table, column, the row it stands in, and how it is counted by hand
    ("lifetimes", "postings", {"group": "all"}, "SELECT count(*) FROM counted"),
    (
        "current_shares",
        "share",
        {"group": "all", "skill": "Python"},
        f"SELECT avg({ASKS.format('Python')}) FROM counted AS c WHERE {LAST_YEAR}",
    ),
    (
        "current_shares",
        "employers_asking",
        {"group": "all", "skill": "PyTorch"},
        f"SELECT count(DISTINCT employer_id) FROM counted AS c WHERE {LAST_YEAR} AND {ASKS.format('PyTorch')}",
    ),
    (
        "required_shares",
        "share",
        {"group": "all", "skill": "PyTorch"},
        f"SELECT avg({REQUIRES.format('PyTorch')}) FROM counted AS c WHERE {LAST_YEAR}",
    ),
    (
        "shares_by_group",
        "share",
        {"group": "entry", "skill": "Python"},
        f"SELECT avg({ASKS.format('Python')}) FROM counted AS c WHERE {LAST_YEAR} AND c.seniority = 'entry'",
    ),
    (
        "skill_trends",
        "share_first",
        {"skill": "AI agents"},
        f"SELECT avg({ASKS.format('AI agents')}) FROM counted AS c WHERE {FIRST_YEAR}",
    ),
    (
        "education",
        "share",
        {"period": "all", "seniority": "all", "level": "phd", "requirement": "required"},
        (
            f"SELECT avg(EXISTS ({MUST} AND d.level = 'phd') AND NOT EXISTS ({MUST} AND d.level <> 'phd'))"
            " FROM counted AS c"
        ),
    ),
    (
        "tasks",
        "share",
        {"item": "build_data_pipelines"},
        (
            "SELECT avg(EXISTS (SELECT 1 FROM posting_topics AS t WHERE t.posting_id = c.posting_id"
            " AND t.topic_kind = 'task' AND t.topic = 'build_data_pipelines')) FROM counted AS c"
        ),
    ),
    (
        "experience",
        "n",
        {"period": "all", "seniority": "all"},
        (
            "SELECT count(*) FROM counted AS c WHERE EXISTS (SELECT 1 FROM experience AS y"
            " WHERE y.posting_id = c.posting_id AND y.requirement = 'required' AND y.min_years IS NOT NULL)"
        ),
    ),
    (
        "salary",
        "median",
        {"group": "all"},
        (
            f"SELECT avg(pay) FROM (SELECT pay, row_number() OVER (ORDER BY pay) AS place, count(*) OVER () AS n FROM ({PAID}))"
            " WHERE place IN ((n + 1) / 2, n / 2 + 1)"
        ),
    ),
    ("salary", "n", {"group": "all"}, f"SELECT count(*) FROM ({PAID})"),
    (
        "coverage",
        "visits_failed",
        {"month": "2026-10", "source": "greenhouse"},
        (
            "SELECT sum(v.outcome NOT IN ('ok', 'ok_empty', 'not_modified')) FROM visits AS v"
            " JOIN boards AS b ON b.board_id = v.board_id WHERE b.source = 'greenhouse' AND v.visited_at LIKE '2026-10-%'"
        ),
    ),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return demo_folder(tmp_path_factory) / "data" / "mljobs.db"


@pytest.fixture(scope="module")
def results(path):
    return compute(path, without=("group_trends", "sensitivity", "headline_checks", "skill_pairs", "bundles"))


@pytest.fixture(scope="module")
def by_hand(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.execute(COUNTED)
    yield connection
    connection.close()


@pytest.mark.parametrize(("table", "column", "row", "sql"), TABLE, ids=[f"{t}.{c}" for t, c, _, _ in TABLE])
def test_a_published_number_is_what_plain_sql_counts(results, by_hand, table, column, row, sql):
    frame = results.tables[table]
    for name, value in row.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    (counted,) = by_hand.execute(sql).fetchone()
    assert counted
    assert float(frame[column].iloc[0]) == pytest.approx(counted, rel=1e-9, abs=0.5 if column == "median" else 0)


def test_the_last_year_is_named_as_it_is_counted(results, by_hand):
    months = "SELECT min(month), max(month) FROM (SELECT DISTINCT month FROM counted ORDER BY month DESC LIMIT 12)"
    assert results.recent == tuple(by_hand.execute(months).fetchone())
