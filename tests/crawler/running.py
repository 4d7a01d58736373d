"""Running `mljobs` as users do, and looking at what it wrote."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

MAIN = [sys.executable, "-c", "from corpus.cli import main; main()"]


def mljobs(*arguments, timeout=120, **more) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*MAIN, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False, **more
    )


def start(*arguments) -> subprocess.Popen:
    return subprocess.Popen(
        [*MAIN, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy()
    )


def query(db, sql, *parameters) -> list[tuple]:
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    try:
        return [tuple(row) for row in connection.execute(sql, parameters)]
    finally:
        connection.close()


def outcomes(db) -> dict[str, str]:
    return dict(query(db, "SELECT b.token, v.outcome FROM visits v JOIN boards b USING (board_id) ORDER BY visit_id"))


CONTENT = (
    "SELECT b.source, b.token, p.external_id, p.title, e.name, p.location, p.country, p.text_hash, p.content_hash, "
    "t.text, p.closed_at IS NULL FROM postings p JOIN boards b USING (board_id) LEFT JOIN employers e "
    "ON e.employer_id = p.employer_id LEFT JOIN posting_texts t USING (posting_id) ORDER BY 1, 2, 3"
)
"""What a posting says, without ids and instants: equal for an undisturbed and a restarted run."""


def content(db) -> list[tuple]:
    return query(db, CONTENT)
