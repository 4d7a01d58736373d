"""Backup while a crawl runs, and giving space back: `mljobs db backup`, `mljobs db vacuum`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.db import explained, open_corpus
from corpus.errors import DatabaseUnwritable, InputError

PAGES = 5_000
"""Pages a step of a backup; between steps a crawl that runs beside may write."""


def backup(source: Path, target: Path) -> int:
    """Copy the file to `target`, whole or not at all, while others may write to it; gives bytes.

    SQLite's own backup: the copy is the state at the end, never a mixture.
    """
    if target.exists() and target.samefile(source):
        raise InputError(f"{target} is the database itself: give the backup another name")
    partial = target.with_name(target.name + ".partial")
    try:
        with open_corpus(source) as corpus, explained(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = sqlite3.connect(partial)
            try:
                corpus.connection.backup(copy, pages=PAGES, sleep=0.01)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
            os.replace(partial, target)  # noqa: PTH105 - the same file system, one step
    finally:
        for left in (partial, *(Path(f"{partial}{end}") for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)
    return target.stat().st_size


def vacuum(path: Path, *, drop_html_days: int | None = None, now: datetime | None = None) -> tuple[int, int, int]:
    """Rebuild the full-text index and give free space back; gives bytes before, bytes after, HTMLs dropped.

    With `drop_html_days` the raw HTML of postings last seen longer ago than that is dropped; texts and readings stay.
    """
    before = path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < 2 * before:
        needed = f"{2 * before / 1e6:,.0f} MB of free disk, there are {free / 1e6:,.0f}"
        raise DatabaseUnwritable(f"to rebuild {path} takes {needed}: free some space")
    with open_corpus(path, write=True) as corpus:
        dropped = _drop_html(corpus.connection, path, drop_html_days, now or datetime.now(UTC))
        with explained(path):
            corpus.connection.execute("INSERT INTO posting_search (posting_search) VALUES ('rebuild')")
            corpus.connection.execute("VACUUM")
            corpus.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before, path.stat().st_size, dropped


def _drop_html(connection: sqlite3.Connection, path: Path, days: int | None, now: datetime) -> int:
    if days is None:
        return 0
    until = (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with explained(path):
        cursor = connection.execute(
            "UPDATE posting_texts SET html_zlib = NULL WHERE html_zlib IS NOT NULL AND posting_id IN "
            "(SELECT posting_id FROM postings WHERE last_seen_at < ?)",
            [until],
        )
    return cursor.rowcount
