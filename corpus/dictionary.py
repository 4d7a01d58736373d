"""What every table, view and column means: dictionary.toml joined with the schema of an open file."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import sqlite3

UNDESCRIBED = ("sqlite_%", "_sqlite_%", "posting_search_%")
"""Name patterns of tables that belong to SQLite, sqlite-utils and FTS5, not to us."""
_CHOICES = re.compile(r"CHECK \((\w+) IN \(([^)]*)\)\)")


@frozen
class Column:
    """One column: what the schema says of it and what the dictionary says."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    term: str | None = None
    """The standard term: schema.org's, or with a prefix another vocabulary's."""
    is_required: bool = False
    choices: tuple[str, ...] = ()
    references: tuple[str, str] | None = None
    """Table and column that it points to."""


@frozen
class Table:
    """One table or view with its columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    caveats: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    is_view: bool = False


@functools.cache
def _dictionary() -> dict[str, Any]:
    return tomllib.loads(resources.files("corpus").joinpath("dictionary.toml").read_text(encoding="utf-8"))


def table_names(connection: sqlite3.Connection) -> dict[str, bool]:
    """Name every table (False) and view (True) of ours in the file, tables first."""
    unlike = " AND ".join("name NOT LIKE ? ESCAPE '\\'" for _ in UNDESCRIBED)
    patterns = [pattern.replace("_", "\\_") for pattern in UNDESCRIBED]
    sql = f"SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND {unlike} ORDER BY type, rowid"
    return {name: kind == "view" for name, kind in connection.execute(sql, patterns)}


def describe(connection: sqlite3.Connection) -> list[Table]:
    """Describe every table and view of an open file, in the dictionary's order; columns in the schema's.

    What the dictionary lacks has an empty meaning: `differences` names it.
    """
    names = table_names(connection)
    order = {name: place for place, name in enumerate(_entries())}
    return [_table(connection, name, names[name]) for name in sorted(names, key=lambda n: order.get(n, len(order)))]


def differences(connection: sqlite3.Connection) -> list[str]:
    """Say where dictionary and schema differ; empty where they agree."""
    names = table_names(connection)
    entries = _entries()
    found = [f"{name}: in the dictionary, not in the file" for name in entries if name not in names]
    used: set[str] = set()
    for table in describe(connection):
        entry = entries.get(table.name, {})
        if not table.meaning:
            found.append(f"{table.name}: has no sentence in dictionary.toml")
        found += [f"{table.name}.{c.name}: has no sentence in dictionary.toml" for c in table.columns if not c.meaning]
        columns = {column.name for column in table.columns}
        found += [
            f"{table.name}.{name}: in the dictionary, not in the file"
            for name in entry.get("columns", {}).keys() - columns
        ]
        used |= columns - entry.get("columns", {}).keys()
    found += [f"common.{name}: no table needs it" for name in _dictionary()["common"].keys() - used]
    return sorted(found)


def _entries() -> dict[str, Any]:
    return {**_dictionary()["tables"], **_dictionary()["views"]}


def _table(connection: sqlite3.Connection, name: str, is_view: bool) -> Table:  # noqa: FBT001 - private, one caller
    entry = _entries().get(name, {})
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
    choices = {column: tuple(re.findall(r"'(\w+)'", listed)) for column, listed in _CHOICES.findall(sql)}
    foreign = {row[3]: (row[2], row[4] or row[3]) for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')}
    rows = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = []
    for _, column, kind, is_required, _, key in rows:
        said = entry.get("columns", {}).get(column) or _dictionary()["common"].get(column) or {"is": ""}
        said = {"is": said} if isinstance(said, str) else said
        columns.append(
            Column(
                name=column,
                type=kind,
                meaning=said["is"],
                unit=said.get("unit"),
                term=said.get("term"),
                is_required=bool(is_required or key),
                choices=choices.get(column, ()),
                references=foreign.get(column),
            )
        )
    keys = sorted((row[5], row[1]) for row in rows if row[5])
    return Table(
        name=name,
        meaning=entry.get("is", ""),
        columns=tuple(columns),
        caveats=tuple(entry.get("caveats", ())),
        primary_key=tuple(column for _, column in keys),
        is_view=is_view,
    )
