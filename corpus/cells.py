"""Cells: everything that a report counts, without a text, as views of the file or as a folder of Parquet.

The views of `cells.sql` are the same on a database and on a folder of cells, so a report made from either is one
report. A folder holds for each view a folder `NAME/` with Parquet files of the columns in `COLUMNS`, written by
`mljobs cells` on one machine or on Spark; `about` comes last, so `about/_SUCCESS` says that all of it is there.
"""

from __future__ import annotations

import shutil
import sqlite3
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.db import Corpus, explained
from corpus.errors import DatabaseUnwritable, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

DONE = "about/_SUCCESS"
PREFIX = "cell_"
BATCH = 50_000
COLUMNS: dict[str, str] = {
    "boards": "board_id:i source:s kind:s token:s employer_id:i",
    "visits": "board_id:i at:f",
    "postings": "posting_id:i vacancy:i is_home:i employer:i board:i is_read:i has_text:i open_low:f open_high:f "
    "last_low:f last_high:f closed_at:f posted:f is_evergreen:i repost_count:i role_family:s seniority:s country:s "
    "work_mode:s title:s is_short:i is_english:i extractor_version:s",
    "returns": "posting_id:i number:i last_low:f last_high:f closed_at:f",
    "openings": "board_id:i low:f high:f vacancies:i",
    "days": "board_id:i day:f vacancies:i",
    "looked": "month:s source:s boards:i visits_ok:i visits_failed:i",
    "found": "month:s source:s postings:i boards:i",
    "skills": "skill_id:s name:s kind:s",
    "asks": "posting_id:i skill_id:s requirement:s",
    "salaries": "posting_id:i salary_id:i source:s min_amount:f max_amount:f currency:s unit:s",
    "degrees": "posting_id:i level:s requirement:s",
    "experience": "posting_id:i min_years:f",
    "fields": "posting_id:i label:s",
    "marks": "posting_id:i label:s",
    "topics": "posting_id:i topic_kind:s topic:s",
    "employers": "employer_id:i name:s",
    "sources": "source:s name:s postings:i",
    "versions": "extractor_version:s taxonomy_version:s postings:i",
    "counts": "employer:i month:s skill_id:s vacancies_with_skill:i vacancies_requiring:i",
    "about": "postings:i texts:i readings:i employers:i boards:i visits:i data_until:s runs:i demo_runs:i "
    "last_run_id:i",
}
"""View, without its prefix -> columns and kinds: i whole number, f number, s text. cells.sql says what each is."""
WANTED = "is_read = 1 OR has_text = 1 OR role_family <> 'other'"
"""Of `postings`, what a folder holds: the rest, with neither text nor wanted role, is only counted there."""
_FIELDS = (
    "CREATE TEMP VIEW cell_fields AS SELECT DISTINCT posting_id, value AS label "
    "FROM degrees, json_each(degrees.fields) WHERE degrees.fields <> '[]'"
)
_SQLITE = {"i": "INTEGER", "f": "REAL", "s": "TEXT"}


def columns_of(name: str) -> list[tuple[str, str]]:
    """Names and kinds (`i`, `f`, `s`) of a table's columns."""
    return [(column, kind) for column, _, kind in (part.partition(":") for part in COLUMNS[name].split())]


def select_of(name: str) -> str:
    """What a folder's table holds, as a SELECT over its view."""
    columns = ", ".join(column for column, _ in columns_of(name))
    return f"SELECT {columns} FROM {PREFIX}{name}" + (f" WHERE {WANTED}" if name == "postings" else "")


def statements() -> list[str]:
    """The statements of cells.sql that make the views, in their order."""
    text = resources.files("corpus").joinpath("cells.sql").read_text(encoding="utf-8")
    return [part.strip() for part in text.split(";\n") if part.strip()]


def make_views(corpus: Corpus) -> None:
    """Let the `cell_…` views be there on this connection; the file itself is not touched."""
    there = corpus.value("SELECT 1 FROM sqlite_temp_master WHERE name = 'cell_boards'")
    if not there:
        for statement in (*statements(), _FIELDS):
            corpus.connection.execute(statement)


def write_folder(corpus: Corpus, folder: Path) -> dict[str, int]:
    """Write a file's cells; gives rows a table. A folder of cells that is there is replaced."""
    import pyarrow.parquet as pq

    check_target(folder)
    make_views(corpus)
    counts = dict.fromkeys(COLUMNS, 0)
    try:
        with explained(folder):
            shutil.rmtree(folder, ignore_errors=True)
            for name in COLUMNS:
                (folder / name).mkdir(parents=True)
                schema = schema_of(name)
                with pq.ParquetWriter(folder / name / "part-0.parquet", schema, compression="zstd") as writer:
                    for batch in _batches(corpus, name, schema):
                        writer.write_batch(batch)
                        counts[name] += batch.num_rows
                (folder / name / Path(DONE).name).touch()
    except OSError as error:
        raise DatabaseUnwritable(f"{folder} cannot be written: {error.strerror or error}") from error
    return counts


def check_target(folder: Path) -> None:
    """Raise `InputError` where a folder holds something else than cells."""
    if folder.exists() and any(path.name not in COLUMNS for path in folder.iterdir()):
        raise InputError(f"{folder} holds something else: give an empty folder or a new name")


def _batches(corpus: Corpus, name: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    cursor = corpus.connection.execute(select_of(name))
    cursor.row_factory = None
    while rows := cursor.fetchmany(BATCH):
        arrays = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def schema_of(name: str) -> pa.Schema:
    """The Arrow schema of a table."""
    import pyarrow as pa

    kinds = {"i": pa.int64(), "f": pa.float64(), "s": pa.string()}
    return pa.schema([(column, kinds[kind]) for column, kind in columns_of(name)])


def open_folder(folder: Path) -> Corpus:
    """A folder of cells, its tables in memory under the names of the views; raises `InputError` where it is none."""
    if not (folder / DONE).exists():
        raise InputError(f"{folder} is no whole folder of cells: make one with `mljobs cells {folder}`")
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    corpus = Corpus(folder, connection)
    try:
        for name in COLUMNS:
            if name != "counts":
                _load(connection, folder, name)
    except BaseException:
        corpus.close()
        raise
    return corpus


def _load(connection: sqlite3.Connection, folder: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns = ", ".join(f"{column} {_SQLITE[kind]}" for column, kind in columns_of(name))
    is_many = name == "asks"  # by far the largest, and always asked for by posting
    key, rest = (", PRIMARY KEY (posting_id, skill_id)", " WITHOUT ROWID") if is_many else ("", "")
    connection.execute(f"CREATE TEMP TABLE {PREFIX}{name} ({columns}{key}){rest}")
    insert = f"INSERT INTO {PREFIX}{name} VALUES ({', '.join('?' * len(columns_of(name)))})"
    try:
        table: Any = ds.dataset(folder / name, schema=schema_of(name), format="parquet").to_table()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{folder / name} is no readable Parquet: {error}") from error
    table = table.sort_by([(column, "ascending") for column, _ in columns_of(name)])
    connection.execute("BEGIN")
    for batch in table.to_batches(max_chunksize=BATCH):
        connection.executemany(insert, zip(*(column.to_pylist() for column in batch.columns), strict=True))
    connection.execute("COMMIT")
