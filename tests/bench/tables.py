"""Wall time and memory of the report's tables at 10,000, 100,000 and 1,000,000 postings with 30 skills each.

    python -m tests.bench.tables --postings 10000 100000

The files are written straight into the tables, weekly visits over 36 months, one board an employer; what is measured
is a process of its own that opens the file and computes every table.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from corpus.db import open_corpus

SKILLS, EACH, WEEKS = 500, 30, 156
START = 19_358  # 2023-01-01 in days since 1970


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.file:
        measure(chosen.file)
        return
    for count in chosen.postings:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            started = time.monotonic()
            fill(path, count)
            print(f"{count} postings written in {time.monotonic() - started:.0f} s", flush=True)
            subprocess.run([sys.executable, "-m", "tests.bench.tables", "--file", str(path)], check=True)


def measure(path: Path) -> None:
    from analysis.tables import compute

    marks: list[tuple[float, str]] = []
    started = time.monotonic()
    compute(path, progress=lambda _step, _of, what: marks.append((time.monotonic(), what)))
    end = time.monotonic()
    times = [b[0] - a[0] for a, b in zip(marks, [*marks[1:], (end, "")], strict=True)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"tables in {end - started:.1f} s, {memory:.0f} MB; reading {marks[0][0] - started:.1f} s; slowest:")
    for seconds, (_, what) in sorted(zip(times, marks, strict=True), reverse=True)[:6]:
        print(f"  {seconds:6.1f} s  {what}")


def fill(path: Path, count: int) -> None:
    """A file of `count` postings whose skills, employers and weeks are drawn at random."""
    rng = np.random.default_rng(1)
    employers = max(20, count // 200)
    weight = rng.pareto(1.5, employers) + 0.2
    employer = np.sort(rng.choice(employers, count, p=weight / weight.sum()))
    week = rng.integers(0, WEEKS - 1, count)
    life = rng.geometric(0.2, count)
    popularity = 1 / (np.arange(SKILLS) + 5)
    popularity /= popularity.sum()

    def at(weeks):
        return np.datetime_as_string((START + 7 * weeks).astype("datetime64[D]")).astype(object) + "T06:00:00Z"

    first, last, before = at(week), at(np.minimum(week + life, WEEKS - 1)), at(week - 1)
    closed = np.where(week + life < WEEKS - 2, at(np.minimum(week + life + 1, WEEKS - 1)), None)
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        put = connection.executemany
        put("INSERT INTO sources (source, kind, name) VALUES (?, 'ats', ?)", [(f"s{i}", f"S{i}") for i in range(5)])
        names = range(1, employers + 1)
        put(
            "INSERT INTO employers (employer_id, name, name_key) VALUES (?, ?, ?)",
            ((i, f"E{i}", f"e{i}") for i in names),
        )
        put("INSERT INTO boards (board_id, source, token, employer_id) VALUES (?, ?, ?, ?)",
            ((i, f"s{i % 5}", f"e{i}", i) for i in names))  # fmt: skip
        connection.execute(
            "INSERT INTO runs (run_id, command, started_at, mljobs_version) VALUES (1, 'x', '2023', '0')"
        )
        weeks = at(np.arange(WEEKS))
        put("INSERT INTO visits (run_id, board_id, visited_at, outcome, is_complete) VALUES (1, ?, ?, 'ok', 1)",
            ((i, w) for i in names for w in weeks))  # fmt: skip
        put(
            "INSERT INTO skills (skill_id, name, kind) VALUES (?, ?, 'tool')",
            ((f"skill-{i:03d}", f"Skill {i}") for i in range(SKILLS)),
        )
        connection.execute("INSERT INTO extractor_versions VALUES ('v', 'v', 'v', '2023', NULL)")
        ids = range(1, count + 1)
        put(
            "INSERT INTO vacancies VALUES (?, ?, ?, 1, 0, NULL)",
            ((i, int(e) + 1, i) for i, e in zip(ids, employer, strict=True)),
        )
        put("INSERT INTO postings (posting_id, board_id, external_id, employer_id, vacancy_id, title, role_family, country,"
            " content_hash, text_hash, text_length, first_seen_at, last_seen_at, closed_at) VALUES (?1, ?2, ?1, ?2, ?1,"
            " 'Machine Learning Engineer', 'ml_engineer', ?3, 'x', 'x', 3000, ?4, ?5, ?6)",
            ((i, int(e) + 1, ("US", "DE", "GB", "IN")[i % 4], f, u, c) for i, e, f, u, c in
             zip(ids, employer, first, last, closed, strict=True)))  # fmt: skip
        put("INSERT INTO episodes (posting_id, number, first_seen_at, last_seen_at, previous_visit_at, next_visit_at,"
            " closed_at) VALUES (?, 1, ?, ?, ?, ?, ?)",
            ((i, f, u, b if w else None, c, c) for i, f, u, b, w, c in
             zip(ids, first, last, before, week, closed, strict=True)))  # fmt: skip
        levels = ("entry", "mid", "senior", "staff")
        put("INSERT INTO extractions (posting_id, extractor_version, text_hash, role_family, is_ml_role, seniority,"
            " skill_count) VALUES (?, 'v', 'x', 'ml_engineer', 1, ?, ?)", ((i, levels[i % 7 % 4], EACH) for i in ids))  # fmt: skip
        for start in range(0, count, 20_000):
            rows = ids[start : start + 20_000]
            drawn = np.unique(
                np.stack([np.repeat(rows, EACH), rng.choice(SKILLS, len(rows) * EACH, p=popularity)]), axis=1
            )
            put("INSERT INTO posting_skills VALUES (?, printf('skill-%03d', ?), ?, 1)",
                ((p, s, "required" if s % 3 else "preferred") for p, s in drawn.T.tolist()))  # fmt: skip
        put("INSERT INTO salaries (posting_id, source, min_amount, max_amount, currency, unit) VALUES (?, 'api', ?, ?, 'USD', 'year')",
            ((i, 1e5 + i % 5e4, 1.4e5 + i % 5e4) for i in ids if i % 3 == 0))  # fmt: skip
        put("INSERT INTO degrees (posting_id, level, requirement, start_offset, end_offset) VALUES (?, ?, 'required', 0, 1)",
            ((i, ("bachelor", "master")[i % 2]) for i in ids if i % 5))  # fmt: skip


if __name__ == "__main__":
    main()
