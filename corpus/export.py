"""`mljobs db export`: the tables as CSV and Parquet, with a Frictionless data package that describes them."""

from __future__ import annotations

import csv
import json
import shutil
from importlib import metadata
from typing import TYPE_CHECKING, Any

from corpus.db import explained, open_corpus
from corpus.dictionary import Column, Table, describe
from corpus.errors import DatabaseUnwritable, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from corpus.db import Corpus

FORMATS = ("csv", "parquet")
TEXTS = "posting_texts"
PACKAGE = "datapackage.json"
BATCH = 20_000
TERMS = "https://schema.org/"


def export(
    path: Path, folder: Path, *, formats: Sequence[str] = FORMATS, names: Sequence[str] = (), texts: bool = False
) -> dict[str, int]:
    """Write tables of the file at `path` into `folder`, whole or not at all; gives rows a table.

    `names` picks tables or views (default: every table). Texts are left out unless asked for. A folder that holds an
    earlier export is replaced; any other that holds something is refused.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / PACKAGE).exists():
        raise InputError(f"{folder} holds something else: give an empty folder or a new name")
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    with open_corpus(path) as corpus:
        tables = _picked(corpus, names, texts=texts)
        try:
            with explained(folder):
                partial.mkdir(parents=True)
                counts = {table.name: _write(corpus, table, partial, formats) for table in tables}
                package = data_package(corpus, tables, formats)
                (partial / PACKAGE).write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", "utf-8")
                shutil.rmtree(folder, ignore_errors=True)
                partial.rename(folder)
        except OSError as error:
            raise DatabaseUnwritable(f"{folder} cannot be written: {error.strerror or error}") from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return counts


def _picked(corpus: Corpus, names: Sequence[str], *, texts: bool) -> list[Table]:
    described = {table.name: table for table in describe(corpus.connection) if table.name != "posting_search"}
    unknown = [name for name in names if name not in described]
    if unknown:
        raise InputError(f"no table or view {unknown[0]}: there are {', '.join(sorted(described))}")
    picked = [described[name] for name in names] or [table for table in described.values() if not table.is_view]
    return [table for table in picked if texts or table.name != TEXTS]


def _columns(table: Table) -> list[Column]:
    """Leave out the blobs: compressed HTML and signatures are of no use outside of the file."""
    return [column for column in table.columns if column.type != "BLOB"]


def _write(corpus: Corpus, table: Table, folder: Path, formats: Sequence[str]) -> int:
    names = ", ".join(f'"{column.name}"' for column in _columns(table))
    order = ", ".join(f'"{key}"' for key in table.primary_key) or ("1" if table.is_view else "rowid")
    sql = f'SELECT {names} FROM "{table.name}" ORDER BY {order}'
    if "csv" in formats:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in _columns(table)])
            for rows in corpus.batches(sql, size=BATCH):
                writer.writerows(rows)
    if "parquet" in formats:
        _write_parquet(corpus, table, sql, folder / f"{table.name}.parquet")
    count: int = corpus.value(f'SELECT count(*) FROM "{table.name}"')
    return count


def _write_parquet(corpus: Corpus, table: Table, sql: str, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = _columns(table)
    schema = pa.schema([pa.field(c.name, _arrow_type(c), metadata={"description": c.meaning}) for c in columns])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in corpus.batches(sql, size=BATCH):
            arrays = [_array([row[place] for row in rows], field.type) for place, field in enumerate(schema)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Cast as SQLite holds it: text to instants and dates, 0/1 to booleans; what is no date becomes empty."""
    import pyarrow as pa

    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        try:
            return pa.array(values, pa.string()).cast(kind)
        except pa.ArrowInvalid:
            return pa.array([_cast(value, kind) for value in values], kind)
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else bool(value) for value in values], kind)
    return pa.array(values, kind)


def _cast(value: str | None, kind: pa.DataType) -> Any:
    import pyarrow as pa

    try:
        return pa.scalar(value, pa.string()).cast(kind).as_py()
    except pa.ArrowInvalid:
        return None


def _arrow_type(column: Column) -> pa.DataType:
    import pyarrow as pa

    if column.unit == "UTC instant":
        return pa.timestamp("us", tz="UTC")
    if column.unit == "date":
        return pa.date32()
    if column.unit == "0/1":
        return pa.bool_()
    return {"INTEGER": pa.int64(), "REAL": pa.float64()}.get(column.type) or _guessed(column)


def _guessed(column: Column) -> pa.DataType:
    """Type a view's expression, of which SQLite knows none, by its unit: shares and amounts are numbers."""
    import pyarrow as pa

    if column.type == "TEXT" or column.unit is None or "YYYY" in column.unit or column.unit == "JSON":
        return pa.string()
    return pa.float64()


def data_package(corpus: Corpus, tables: Sequence[Table], formats: Sequence[str]) -> dict[str, Any]:
    """Describe an export: types, units, keys, missing values, sources with their terms, how it was made."""
    kind = "csv" if "csv" in formats else "parquet"
    last = corpus.value("SELECT max(last_seen_at) FROM postings")
    names = {table.name for table in tables}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "mljobs",
        "title": "Machine-learning postings and what they ask for",
        "description": "An export of an mljobs file. Adverts are not vacancies: see the caveats of each table.",
        "version": metadata.version("mljobs"),
        **({"created": last} if last else {}),
        "keywords": ["job postings", "skills", "machine learning", "labour market"],
        "licenses": [{"name": "notspecified", "title": "The terms of each source apply; the skill vocabulary is MIT."}],
        "sources": [
            {
                "title": row["name"],
                **({"path": row["homepage"]} if row["homepage"] else {}),
                "terms": row["terms"] or "",
            }
            for row in corpus.rows("SELECT name, homepage, terms FROM sources ORDER BY source")
        ],
        "provenance": {
            "newest_run": corpus.value("SELECT max(run_id) FROM runs"),
            "extractor_versions": [r[0] for r in corpus.rows("SELECT extractor_version FROM extractor_versions")],
        },
        "resources": [_resource(table, names, kind) for table in tables],
    }


def _resource(table: Table, names: set[str], kind: str) -> dict[str, Any]:
    references = [
        {"fields": column.name, "reference": {"resource": column.references[0], "fields": column.references[1]}}
        for column in table.columns
        if column.references and column.references[0] in names
    ]
    media = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"} if kind == "csv" else {"format": "parquet"}
    return {
        "name": table.name.replace("_", "-") if kind == "parquet" else table.name,
        "path": f"{table.name}.{kind}",
        "title": table.name,
        "description": " ".join([table.meaning, *table.caveats]),
        **media,
        "schema": {
            "fields": [_field(table, column) for column in _columns(table)],
            "missingValues": [""],
            **({"primaryKey": list(table.primary_key)} if table.primary_key else {}),
            **({"foreignKeys": references} if references else {}),
        },
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    type_, extra = _field_type(column)
    constraints: dict[str, Any] = {"required": True} if column.name in table.primary_key else {}
    if column.choices and type_ == "string":
        constraints["enum"] = list(column.choices)
    return {
        "name": column.name,
        "type": type_,
        "description": column.meaning,
        **extra,
        **({"unit": column.unit} if column.unit else {}),
        **({"rdfType": TERMS + column.term} if column.term and column.term.isalpha() else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _field_type(column: Column) -> tuple[str, dict[str, Any]]:
    if column.unit == "UTC instant":
        return "datetime", {"format": "any"}
    if column.unit == "date":
        return "date", {}
    if column.unit == "0/1":
        return "boolean", {"trueValues": ["1"], "falseValues": ["0"]}
    if column.type in ("INTEGER", "REAL"):
        return {"INTEGER": "integer", "REAL": "number"}[column.type], {}
    if column.type == "TEXT" or column.unit is None or "YYYY" in column.unit or column.unit == "JSON":
        return "string", {}
    return "number", {}
