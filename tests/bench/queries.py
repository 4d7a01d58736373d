"""Processor time of each named query and view on 100,000 made-up postings: `python -m tests.bench.queries [FILE]`.

The file is made anew (a minute, 500 MB of disk) unless one is given. Its postings name as many skills as those of
machine-learning boards do: about 25 each, out of 2,000 whose counts fall as one over their rank.
"""

import re
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from analysis.canned import read_queries
from tests.corpus.synthetic import build

LIMIT_SECONDS = 1.0
MOST_SECONDS = 30.0
ASKED = (
    "SELECT * FROM v_skill_share_month WHERE skill = 'Python'",
    "SELECT * FROM v_skill_share_month WHERE month = '2025-03'",
    "SELECT * FROM v_skill_share_month WHERE kind = 'framework' AND month = '2025-03' ORDER BY share DESC LIMIT 10",
    "SELECT * FROM v_required_beside WHERE skill = 'PyTorch'",
    "SELECT * FROM v_posting_skills WHERE skill = 'Rust' AND is_ml",
    "SELECT * FROM v_posting_skills WHERE posting_id = 5000",
    "SELECT * FROM v_postings WHERE role_family = 'ml_engineer' AND month = '2025-03'",
    "SELECT * FROM v_mentions WHERE posting_id = 5000",
    "SELECT * FROM v_pay WHERE is_ml AND country = 'DE'",
    "SELECT * FROM v_panel WHERE employer = 'Example 3 Ltd'",
    "SELECT * FROM v_skills WHERE skill = 'JAX'",
)
COOKBOOK = Path(__file__).parents[2] / "docs" / "cookbook.md"
SKILLS_MORE = 18
PAIRS = "v_required_beside"
"""Every pair of skills of every posting: meant to be asked for one skill, and not timed whole."""


def made(folder):
    """Make the file: the tests' synthetic one, with more skills."""
    path = build(Path(folder) / "big.db", postings=100_000)
    connection = sqlite3.connect(path)
    connection.executescript(f"""
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
        INSERT INTO skills (skill_id, name, kind)
        SELECT 'made-' || n, 'Made ' || n, CASE n % 3 WHEN 0 THEN 'tool' WHEN 1 THEN 'concept' ELSE 'framework' END FROM n;
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {SKILLS_MORE})
        INSERT OR IGNORE INTO posting_skills (posting_id, skill_id, requirement, mention_count)
        SELECT posting_id, 'made-' || CAST(pow(2000, (random() & 1048575) / 1048576.0) AS INTEGER),
            CASE n % 4 WHEN 0 THEN 'preferred' WHEN 1 THEN 'duty' ELSE 'required' END, 1
        FROM extractions, n;
        UPDATE extractions SET skill_count =
            (SELECT count(*) FROM posting_skills AS s WHERE s.posting_id = extractions.posting_id);
        """)
    connection.commit()
    connection.close()
    return path


def cookbook():
    """Give the SQL of each question of the cookbook, by its title."""
    text = COOKBOOK.read_text(encoding="utf-8")
    return dict(re.findall(r"^## (\d+\. .+?)$.*?^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def timed(connection, sql, parameters=()):
    """Processor seconds of the faster of two runs (the first also reads the disk), and the number of rows.

    A query is cut off after 30 seconds and counts as infinite.
    """
    best, rows = float("inf"), 0
    for _ in range(2):
        start = time.process_time()
        connection.set_progress_handler(lambda start=start: time.process_time() - start > MOST_SECONDS, 100_000)
        try:
            rows = sum(1 for _ in connection.execute(sql, parameters))
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
            return best, rows
        best = min(best, time.process_time() - start)
    return best, rows


def measure(path):
    """Give (seconds, rows) of each question (named queries, the cookbook, views with a condition) and of whole views."""
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    try:
        asked = {q.name: timed(connection, q.sql, dict.fromkeys(q.parameters, "")) for q in read_queries().values()}
        asked |= {sql: timed(connection, sql) for sql in ASKED}
        asked |= {title: timed(connection, sql) for title, sql in cookbook().items()}
        views = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
        whole = {name: timed(connection, f"SELECT * FROM {name}") for name in views if name != PAIRS}
        return asked, whole
    finally:
        connection.close()


def show(times):
    for name, (seconds, rows) in sorted(times.items(), key=lambda item: -item[1][0]):
        print(f"{seconds * 1000:7.0f} ms  {rows:9,} rows  {name}")


def main(path=None):
    with tempfile.TemporaryDirectory() as folder:
        asked, whole = measure(path or made(folder))
    show(asked)
    print("Whole views, every row of them read:")
    show(whole)
    slow = [name for name, (seconds, _) in asked.items() if seconds > LIMIT_SECONDS]
    print(f"{len(asked)} questions, {len(slow)} over {LIMIT_SECONDS:g} s" + (f": {', '.join(slow)}" if slow else ""))
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
