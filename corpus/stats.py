"""`mljobs db stats`: how much is in the file, and how much of it can be used for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus.dictionary import table_names

if TYPE_CHECKING:
    from corpus.db import Corpus


def file_stats(corpus: Corpus) -> dict[str, Any]:
    """Count rows a table, bytes, the period observed and the measures of `v_quality`."""
    first, last = corpus.rows("SELECT min(first_seen_at), max(last_seen_at) FROM postings")[0]
    tables = [name for name, is_view in table_names(corpus.connection).items() if not is_view]
    return {
        "path": str(corpus.path),
        "bytes": corpus.path.stat().st_size,
        "schema": corpus.value("PRAGMA user_version"),
        "first_seen_at": first,
        "last_seen_at": last,
        "rows": {name: corpus.value(f'SELECT count(*) FROM "{name}"') for name in tables if name != "posting_search"},
        "quality": {
            row["measure"]: {"postings": row["postings"] or 0, "of": row["of_postings"], "share": row["share"]}
            for row in corpus.rows("SELECT * FROM v_quality")
        },
    }


def lines(numbers: dict[str, Any]) -> list[str]:
    """Lay the numbers out for a terminal; the last line is the sum of it."""
    rows, quality = numbers["rows"], numbers["quality"]
    width = max(len(name) for name in [*rows, *quality])
    laid = [f"{name:<{width}} {count:>12,}" for name, count in rows.items()]
    laid += [
        f"{name:<{width}} {one['postings']:>12,} of {one['of']:,}"
        + (f" ({one['share']:.1%})" if one["share"] is not None else "")
        for name, one in quality.items()
    ]
    period = f", seen {numbers['first_seen_at']} to {numbers['last_seen_at']}" if numbers["first_seen_at"] else ""
    return [*laid, f"{numbers['path']}: {rows['postings']:,} postings, {numbers['bytes'] / 1e6:,.1f} MB{period}"]
