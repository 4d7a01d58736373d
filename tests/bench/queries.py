"""Time of each named query and of the views on a file of 100,000 made-up postings: `python -m tests.bench.queries`.

Takes a minute and 300 MB of disk; `python -m tests.bench.queries FILE` takes a file that is there.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from analysis.canned import read_queries
from tests.corpus.synthetic import build

LIMIT_SECONDS = 1.0
VIEWS = (
    "SELECT * FROM v_skill_share_month WHERE skill = 'Python'",
    "SELECT * FROM v_required_beside WHERE skill = 'PyTorch'",
    "SELECT * FROM v_posting_skills WHERE skill = 'Rust' AND is_ml",
    "SELECT * FROM v_postings WHERE role_family = 'ml_engineer' AND month = '2025-03'",
    "SELECT * FROM v_pay WHERE is_ml AND country = 'DE'",
    "SELECT * FROM v_flow_month",
    "SELECT * FROM v_coverage",
    "SELECT * FROM v_quality",
)


def timed(connection, sql, parameters=()):
    """Seconds of the faster of two runs: the first also reads the disk."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        connection.execute(sql, parameters).fetchall()
        best = min(best, time.perf_counter() - start)
    return best


def measure(path):
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    try:
        times = {q.name: timed(connection, q.sql, dict.fromkeys(q.parameters, "")) for q in read_queries().values()}
        return times | {sql: timed(connection, sql) for sql in VIEWS}
    finally:
        connection.close()


def main(path=None):
    with tempfile.TemporaryDirectory() as folder:
        times = measure(path or build(Path(folder) / "big.db", postings=100_000))
    for name, seconds in sorted(times.items(), key=lambda item: -item[1]):
        print(f"{seconds * 1000:7.0f} ms  {name}")
    slow = [name for name, seconds in times.items() if seconds > LIMIT_SECONDS]
    print(f"{len(times)} queries, {len(slow)} over {LIMIT_SECONDS:g} s" + (f": {', '.join(slow)}" if slow else ""))
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
