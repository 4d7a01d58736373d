"""Pages that are made from the dictionary: docs/tables.md, and the metadata that Datasette shows.

`python -m corpus.docs` writes docs/tables.md; with `--check` it only says whether the page is fresh (exit status 1
where it is not).
"""

from __future__ import annotations

import re
import sqlite3
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.db import migrate
from corpus.dictionary import Column, Table, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = Path(__file__).parent.parent / "docs" / "tables.md"
HEAD = """# The tables

Made from `corpus/dictionary.toml` by `make docs`; do not edit it here. Times are UTC instants such as
`2026-03-01T12:00:00Z`, dates `YYYY-MM-DD`, shares 0-1, countries ISO 3166-1 alpha-2, currencies ISO 4217. An empty
value (NULL) means "not said" or "not known", never "no". Terms are those of schema.org's JobPosting unless a prefix
says otherwise. **Bold** columns are the key; columns marked * are never empty.

Start with the views (`v_…`): they answer common questions in one SELECT, and `docs/cookbook.md` shows how.
"""


def current_tables() -> list[Table]:
    """Describe a new, empty file of the current schema."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(connection)
        return describe(connection)
    finally:
        connection.close()


def tables_page(tables: Iterable[Table]) -> str:
    """Lay out docs/tables.md: contents, then each table and view with its caveats and columns."""
    tables = list(tables)
    parts = [HEAD]
    for heading, is_view in (("Views", True), ("Tables", False)):
        group = [table for table in tables if table.is_view == is_view]
        links = "\n".join(f"- [{table.name}](#{table.name}): {table.meaning}" for table in group)
        parts += [f"## {heading}\n\n{links}\n", *(_section(table) for table in group)]
    return "\n".join(parts)


def _section(table: Table) -> str:
    caveats = "".join(f"- {caveat}\n" for caveat in table.caveats)
    rows = "".join(_row(table, column) for column in table.columns)
    return (
        f"### {table.name}\n\n{table.meaning}\n\n{caveats}{'' if not caveats else chr(10)}"
        f"| column | type | what it is | unit | term |\n|---|---|---|---|---|\n{rows}"
    )


def _row(table: Table, column: Column) -> str:
    name = f"**{column.name}**" if column.name in table.primary_key else column.name
    star = "\\*" if column.is_required and not table.is_view else ""
    target = f" → [{column.references[0]}](#{column.references[0]})" if column.references else ""
    cells = [name + star, column.type.lower(), column.meaning + target, column.unit or "", column.term or ""]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def datasette_tables(tables: Iterable[Table]) -> dict[str, Any]:
    """Give each table's and column's sentence in the form of Datasette's metadata."""
    return {
        table.name: {
            "description_html": f"<p>{_html(table.meaning)}</p>"
            + (f"<ul>{''.join(f'<li>{_html(caveat)}</li>' for caveat in table.caveats)}</ul>" if table.caveats else ""),
            "columns": {column.name: _column_note(column) for column in table.columns},
        }
        for table in tables
    }


def _html(sentence: str) -> str:
    """Escape a sentence; what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(sentence))


def _column_note(column: Column) -> str:
    notes = [note for note in (column.unit, f"term: {column.term}" if column.term else None) if note]
    return column.meaning + (f" [{'; '.join(notes)}]" if notes else "")


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` compare it; returns the exit status."""
    page = tables_page(current_tables())
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
            return 0
        print(f"{PAGE.name} is not fresh: run `make docs` and commit it", file=sys.stderr)
        return 1
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
