"""`mljobs db query`: one SELECT, answered as a table for the eye or as CSV."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.db import open_corpus
from corpus.errors import InputError

WIDEST = 60
"""Characters of a cell that are shown in the table; CSV has them all."""


def answer(path: Path, sql: str, *, as_csv: bool = False) -> Iterator[str]:
    """Give the answer line by line, its head first and, for the eye, the number of rows last."""
    with open_corpus(path) as corpus:
        try:
            cursor = corpus.connection.execute(sql)
        except (sqlite3.OperationalError, sqlite3.ProgrammingError, sqlite3.Warning) as error:
            raise InputError(
                f"the query cannot be answered: {error}; docs/tables.md names tables and columns"
            ) from error
        if cursor.description is None:
            raise InputError("the query gives no rows: only SELECT is answered")
        head = [column[0] for column in cursor.description]
        yield from _csv(head, cursor) if as_csv else _table(head, cursor.fetchall())


def _csv(head: Sequence[str], rows: sqlite3.Cursor) -> Iterator[str]:
    yield _line(head)
    for row in rows:
        yield _line(tuple(row))


def _line(row: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


def _table(head: Sequence[str], rows: Sequence[sqlite3.Row]) -> Iterator[str]:
    cells = [[_shown(value) for value in row] for row in rows]
    is_number = [any(isinstance(row[n], int | float) for row in rows) for n in range(len(head))]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    for line in (head, ["-" * width for width in widths], *cells):
        placed = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        ]
        yield "  ".join(placed).rstrip()
    yield f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.4g}" if isinstance(value, float) and abs(value) < 1 else str(value)
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
