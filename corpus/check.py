"""`mljobs db check`: is the file sound, does what it says of itself hold, and what to do where it does not.

Rules that are one query are data (checks.toml). Here are the others: SQLite's own checks, the schema, the full-text
index, hashes, compressed HTML and instants.
"""

from __future__ import annotations

import sqlite3
import tomllib
import zlib
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from attrs import frozen

from corpus.db import explained, migrate
from corpus.dictionary import describe
from corpus.text import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PUBLISHED_ID = 0x6D6C6A70
"""`PRAGMA application_id` of a published copy ("mljp"), which has no texts and no hashes of them."""
INSTANT = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z"
SHOWN = 3


@frozen
class Finding:
    """One rule that does not hold: how many rows break it, the first of them, and what to do."""

    rule: str
    says: str
    do: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(self.examples) + (", …" if self.count > len(self.examples) else "")
        return f"{self.rule}: {self.count:,} {self.says} ({shown}). {self.do[0].upper()}{self.do[1:]}."


def check(path: Path, now: datetime | None = None) -> tuple[list[Finding], int]:
    """Check the file at `path`; gives what was found and the number of rules that were tried. Changes nothing."""
    instant = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with explained(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            return _check(connection, path, instant)
        finally:
            connection.close()


def _check(connection: sqlite3.Connection, path: Path, now: str) -> tuple[list[Finding], int]:
    damage = _finding("integrity", _integrity(connection))
    if damage:  # a torn page makes every other answer unreliable
        return [damage], 1
    missing = _finding("schema", _schema(connection))
    if missing and any(example.startswith("table") for example in missing.examples):
        return [missing], 2
    is_published = connection.execute("PRAGMA application_id").fetchone()[0] == PUBLISHED_ID
    rules = [rule for rule in _rules() if not (is_published and rule.get("texts"))]
    found = [missing, *(_finding_of_rule(connection, rule, now) for rule in rules)]
    others: list[tuple[str, Callable[[sqlite3.Connection], Iterator[str]]]] = [
        ("foreign_keys", _foreign_keys),
        ("instants", _instants),
    ]
    if not is_published:
        others += [("text_hash", _hashes), ("html", _html), ("full_text_rows", _full_text_rows)]
        found.append(_finding("full_text_index", _full_text(path)))
    found += [_finding(name, rows(connection)) for name, rows in others]
    return [finding for finding in found if finding], len(rules) + len(others) + 3


def _rules() -> list[dict[str, Any]]:
    text = resources.files("corpus").joinpath("checks.toml").read_text(encoding="utf-8")
    rules: list[dict[str, Any]] = tomllib.loads(text)["rule"]
    return rules


def _finding_of_rule(connection: sqlite3.Connection, rule: dict[str, Any], now: str) -> Finding | None:
    rows = (row[0] for row in connection.execute(rule["sql"], {"now": now} if ":now" in rule["sql"] else {}))
    return _finding(rule["name"], rows, rule["says"], rule["do"])


def _finding(rule: str, rows: Iterator[str], says: str = "", do: str = "") -> Finding | None:
    examples, count = [], 0
    for row in rows:
        count += 1
        if count <= SHOWN:
            examples.append(row)
    says, do = (says, do) if says else WORDS[rule]
    return Finding(rule, says, do, count, tuple(examples)) if count else None


WORDS = {
    "integrity": (
        "damaged places in the file",
        "save what can be read with `sqlite3 FILE .recover | sqlite3 NEW`, or go back to the last `mljobs db backup`",
    ),
    "schema": (
        "differences from the schema of this version",
        "run `mljobs db migrate`; what it does not mend was changed by hand",
    ),
    "foreign_keys": (
        "rows that point to a row which is not there",
        "delete them, or bring back the row that they point to from a backup",
    ),
    "instants": (
        "times that are not UTC instants (2026-03-01T12:00:00Z)",
        "correct them, or import again from the origin",
    ),
    "text_hash": (
        "texts that differ from the hash that was kept of them",
        "crawl or import them again: the text was changed by hand or damaged",
    ),
    "html": ("compressed HTML that cannot be unpacked", "set `html_zlib` to NULL or crawl them again"),
    "full_text_rows": (
        "texts that the full-text index lacks or has too many",
        "run `mljobs db vacuum`, which rebuilds the index",
    ),
    "full_text_index": (
        "faults in the full-text index",
        "run `mljobs db vacuum`, which rebuilds the index",
    ),
}


def _integrity(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        for (message,) in connection.execute("PRAGMA integrity_check(20)"):
            if message != "ok" and "fts5" not in message:
                yield message
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise
        yield str(error)


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    """Name what a new file has and this one lacks or has otherwise; own tables of the user are left alone."""
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite_%'"
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(fresh)
        expected = dict(fresh.execute(sql).fetchall())
    finally:
        fresh.close()
    actual = dict(connection.execute(sql).fetchall())
    yield from (f"{name} is missing" for name in expected if name not in actual)
    yield from (
        f"{name.removeprefix('table ')} differs" for name, is_so in expected.items() if actual.get(name, is_so) != is_so
    )


def _foreign_keys(connection: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table} row {rowid if rowid is not None else '?'} → {parent}"


def _instants(connection: sqlite3.Connection) -> Iterator[str]:
    for table in describe(connection):
        for column in table.columns:
            if column.unit == "UTC instant" and not table.is_view:
                sql = (
                    f'SELECT "{column.name}" FROM "{table.name}" WHERE "{column.name}" IS NOT NULL'
                    f' AND ("{column.name}" NOT GLOB ? OR julianday("{column.name}") IS NULL)'
                )
                yield from (f"{table.name}.{column.name} '{value}'" for (value,) in connection.execute(sql, [INSTANT]))


def _hashes(connection: sqlite3.Connection) -> Iterator[str]:
    sql = """
        SELECT t.posting_id, t.text, p.text_hash FROM posting_texts AS t
        JOIN postings AS p ON p.posting_id = t.posting_id WHERE p.text_hash IS NOT NULL
    """
    for posting_id, text, kept in connection.execute(sql):
        if fingerprint(text) != kept:
            yield f"posting {posting_id}"


def _html(connection: sqlite3.Connection) -> Iterator[str]:
    for posting_id, packed in connection.execute(
        "SELECT posting_id, html_zlib FROM posting_texts WHERE html_zlib IS NOT NULL"
    ):
        try:
            zlib.decompress(packed)
        except zlib.error:
            yield f"posting {posting_id}"


def _full_text_rows(connection: sqlite3.Connection) -> Iterator[str]:
    sql = """
        SELECT posting_id FROM posting_texts WHERE posting_id NOT IN (SELECT id FROM posting_search_docsize)
        UNION ALL SELECT id FROM posting_search_docsize WHERE id NOT IN (SELECT posting_id FROM posting_texts)
    """
    yield from (f"posting {posting_id}" for (posting_id,) in connection.execute(sql))


def _full_text(path: Path) -> Iterator[str]:
    """Let FTS5 compare its index with the texts; it asks for a writable file, so a read-only one goes without."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=5)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO posting_search (posting_search, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError:
        return
    except sqlite3.DatabaseError as error:
        yield str(error)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
