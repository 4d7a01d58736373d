"""`mljobs db publish`: a copy that may be shared. What it holds is an allow-list, publish.toml."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sqlite3
import tomllib
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from corpus.check import PUBLISHED_ID
from corpus.db import explained, open_corpus
from corpus.dictionary import table_names
from corpus.errors import InputError
from corpus.personal import link, scrub

LEAST_EMPLOYERS = 5
"""A word that the vocabulary does not list is shown when so many employers use it."""


@functools.cache
def rules() -> dict[str, dict[str, Any]]:
    """Table -> its part of publish.toml."""
    text = resources.files("corpus").joinpath("publish.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)["tables"]
    return tables


def publish(source: Path, target: Path, now: datetime | None = None) -> dict[str, int]:
    """Write the shareable copy of `source` to `target`, whole or not at all; gives rows a table.

    Texts never touch the new file, not even for a moment: rows are selected into an empty one.
    """
    if target.exists() and target.samefile(source):
        raise InputError(f"{target} is the database itself: give the copy another name")
    open_corpus(source).close()
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with open_corpus(partial, write=True) as copy, explained(partial):
            counts = _fill(copy.connection, source, now or datetime.now(UTC))
        os.replace(partial, target)  # noqa: PTH105 - the same file system, one step
    finally:
        for left in (partial, *(Path(f"{partial}{end}") for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)
    return counts


def _fill(connection: sqlite3.Connection, source: Path, now: datetime) -> dict[str, int]:
    connection.create_function("scrub", 1, scrub, deterministic=True)
    connection.create_function("link", 1, link, deterministic=True)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("ATTACH ? AS original", [f"{source.absolute().as_uri()}?mode=ro"])
    connection.execute("BEGIN")
    for table, rule in rules().items():
        if "*" not in rule.get("drop", {}):
            _copy(connection, table, rule)
    _provenance(connection, source, now)
    broken = connection.execute("PRAGMA main.foreign_key_check").fetchall()
    if broken:
        raise InputError(f"{source} has rows that point to nothing: run `mljobs db check --db {source}` first")
    connection.execute("COMMIT")
    counts = {
        name: connection.execute(f'SELECT count(*) FROM main."{name}"').fetchone()[0]
        for name, is_view in table_names(connection).items()
        if not is_view and name != "posting_search"
    }
    connection.execute("DETACH original")
    connection.execute(f"PRAGMA application_id = {PUBLISHED_ID}")
    connection.execute("PRAGMA journal_mode = DELETE")
    return counts


def _copy(connection: sqlite3.Connection, table: str, rule: dict[str, Any]) -> None:
    values = {name: f'"{name}"' for name in rule.get("keep", ())}
    values |= {name: f'scrub("{name}")' for name in rule.get("scrub", ())}
    values |= rule.get("change", {})
    columns = ", ".join(f'"{name}"' for name in values)
    where = rule.get("where", "1")
    select = f'SELECT {", ".join(values.values())} FROM original."{table}" AS "{table}" WHERE {where}'
    connection.execute(
        f'INSERT INTO main."{table}" ({columns}) {select}',
        {"employers": LEAST_EMPLOYERS} if ":employers" in where else {},
    )


def _provenance(connection: sqlite3.Connection, source: Path, now: datetime) -> None:
    """Leave a run that says what the copy was made of: newest run and observation, and the rules."""
    instant = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    newest = connection.execute("SELECT max(run_id) FROM original.runs").fetchone()[0] or 0
    until = connection.execute("SELECT max(last_seen_at) FROM original.postings").fetchone()[0]
    rule = hashlib.sha256(json.dumps(rules(), sort_keys=True).encode()).hexdigest()
    said = {"made_from": source.name, "newest_run": newest, "data_until": until, "rules_sha256": rule}
    connection.execute(
        "INSERT INTO main.runs (run_id, command, arguments, started_at, finished_at, status, mljobs_version, summary) "
        "VALUES (?, 'db publish', ?, ?, ?, 'ok', ?, 'published copy: no texts, no personal data, no hashes of texts')",
        [newest + 1, json.dumps(said), instant, instant, metadata.version("mljobs")],
    )
