"""The named queries of analysis/queries/: SQL with a head that gives title, description and parameters."""

from __future__ import annotations

import re
from importlib import resources

from attrs import frozen

GROUPS = ("Skills", "Postings", "Pay", "Study and experience", "Trust")
_HEAD = re.compile(r"^-- (group|title|description|parameter (\w+)): (.+)$")


@frozen
class Query:
    """One named query."""

    name: str
    group: str
    title: str
    description: str
    parameters: dict[str, str]
    """Name -> what it is, with its default."""
    sql: str


def read_queries() -> dict[str, Query]:
    """Read every query, by name; in the order of GROUPS and of their titles."""
    folder = resources.files("analysis").joinpath("queries")
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    queries = [parse(file.name[:-4], file.read_text(encoding="utf-8")) for file in files]
    return {query.name: query for query in sorted(queries, key=lambda one: (GROUPS.index(one.group), one.title))}


def parse(name: str, text: str) -> Query:
    """Read one file: lines `-- group: …`, `-- title: …`, `-- description: …`, `-- parameter NAME: …`, then the SQL."""
    said: dict[str, str] = {}
    parameters: dict[str, str] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        found = _HEAD.match(line)
        if not found:
            sql = "\n".join(lines[number:]).strip()
            return Query(name, said["group"], said["title"], said["description"], parameters, sql)
        if found[2]:
            parameters[found[2]] = found[3]
        else:
            said[found[1]] = found[3]
    raise ValueError(f"{name}.sql holds no SQL")
