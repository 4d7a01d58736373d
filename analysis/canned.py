"""The named queries of analysis/queries/: SQL with a head that gives title, description and parameters."""

from __future__ import annotations

import re
from importlib import resources

from attrs import frozen

_HEAD = re.compile(r"^-- (title|description|parameter (\w+)): (.+)$")


@frozen
class Query:
    """One named query."""

    name: str
    title: str
    description: str
    parameters: dict[str, str]
    """Name -> what it is, with its default."""
    sql: str


def read_queries() -> dict[str, Query]:
    """Read every query, by name."""
    folder = resources.files("analysis").joinpath("queries")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return {query.name: query for query in (parse(f.name[:-4], f.read_text(encoding="utf-8")) for f in files)}


def parse(name: str, text: str) -> Query:
    """Read one file: lines `-- title: …`, `-- description: …`, `-- parameter NAME: …`, then the SQL."""
    said: dict[str, str] = {}
    parameters: dict[str, str] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        found = _HEAD.match(line)
        if not found:
            sql = "\n".join(lines[number:]).strip()
            return Query(name, said["title"], said["description"], parameters, sql)
        if found[2]:
            parameters[found[2]] = found[3]
        else:
            said[found[1]] = found[3]
    raise ValueError(f"{name}.sql holds no SQL")
