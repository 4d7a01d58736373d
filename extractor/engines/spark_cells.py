"""Cells by Spark SQL: `mljobs cells OUT --engine spark --tables EXPORT [--read READ]`.

EXPORT is what `mljobs db export --format parquet` wrote, READ what an engine wrote. Both are given the names, columns
and types that the file's tables have in SQLite; then the statements of corpus/cells.sql run as they stand. With READ
and with the texts in EXPORT, vacancies are found anew; else those that the file has count.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.cells import COLUMNS, PREFIX, check_target, columns_of, select_of, statements
from corpus.errors import InputError
from extractor.components.salary import parse_pay
from extractor.engines.places import is_remote
from extractor.engines.spark import address, session
from extractor.engines.spark_vacancies import make_vacancies
from extractor.pipeline import version
from extractor.taxonomy import load

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPORTED = (
    "sources", "employers", "boards", "runs", "visits", "postings", "vacancies", "episodes", "salaries", "skills",
    "extractor_versions", "extractions", "posting_skills", "degrees", "experience", "posting_topics",
)  # fmt: skip
_TYPES = {"i": "BIGINT", "f": "DOUBLE", "s": "STRING"}
_UNIXEPOCH = (
    "CREATE OR REPLACE TEMPORARY FUNCTION unixepoch(at STRING) RETURNS DOUBLE "
    "RETURN CAST(try_cast(at AS TIMESTAMP) AS DOUBLE)"
)
_FIELDS = (
    f"CREATE TEMP VIEW {PREFIX}fields AS SELECT DISTINCT posting_id, label FROM "
    "(SELECT posting_id, explode(from_json(fields, 'array<string>')) AS label FROM degrees)"
)
TEXT_PAY = 10**15
"""Added to the numbers of pay that was read from texts: it comes after what the source said."""
PAY = "struct<min: double, max: double, currency: string, unit: string, flags: string>"
TEXTS = "posting_texts"
READ: dict[str, str] = {
    "extractions": """
        SELECT CAST(id AS BIGINT) AS posting_id, extractor_version, role_family, CAST(is_ml_role AS INT) AS is_ml_role,
            seniority, employment_type, work_mode, size(skills) AS skill_count,
            CAST(visa_sponsorship AS INT) AS visa_sponsorship, CAST(clearance AS INT) AS has_clearance,
            CAST(mentions_bootcamp AS INT) AS has_bootcamp, CAST(mentions_internship AS INT) AS has_internship,
            CAST(mentions_portfolio AS INT) AS has_portfolio, CAST(mentions_publications AS INT) AS has_publications
        FROM reading""",
    "posting_skills": """
        SELECT CAST(id AS BIGINT) AS posting_id, skill.id AS skill_id, skill.requirement,
            size(skill.mentions) AS mention_count
        FROM (SELECT id, explode(skills) AS skill FROM reading)""",
    "degrees": """
        SELECT CAST(id AS BIGINT) AS posting_id, degree.level, degree.requirement, to_json(degree.fields) AS fields,
            CAST(degree.or_experience AS INT) AS or_experience, degree.start AS start_offset, degree.end AS end_offset
        FROM (SELECT id, explode(degrees) AS degree FROM reading)""",
    "experience": """
        SELECT CAST(id AS BIGINT) AS posting_id, years.min_years, years.max_years, years.of, years.requirement,
            years.start AS start_offset, years.end AS end_offset
        FROM (SELECT id, explode(experience) AS years FROM reading)""",
    "salaries": f"""
        SELECT posting_id, salary_id, source, component, coalesce(min_amount, in_words.min) AS min_amount,
            coalesce(max_amount, in_words.max) AS max_amount, coalesce(currency, in_words.currency) AS currency,
            coalesce(unit, in_words.unit) AS unit, concat_ws(',', nullif(flags, ''), in_words.flags) AS flags
        FROM (SELECT s.*, read_pay(
                CASE WHEN s.min_amount IS NULL AND s.max_amount IS NULL THEN s.raw END, p.location) AS in_words
            FROM exported_salaries AS s JOIN postings AS p ON p.posting_id = s.posting_id WHERE s.source <> 'text')
        UNION ALL
        SELECT CAST(id AS BIGINT) AS posting_id, {TEXT_PAY} + place AS salary_id, 'text' AS source, pay.component,
            pay.min AS min_amount, pay.max AS max_amount, pay.currency, pay.unit, array_join(pay.flags, ',') AS flags
        FROM (SELECT id, posexplode(salaries) AS (place, pay) FROM reading)""",
    "posting_topics": " UNION ALL ".join(
        f"SELECT DISTINCT CAST(id AS BIGINT) AS posting_id, '{kind}' AS topic_kind, topic "
        f"FROM (SELECT id, explode({column}) AS topic FROM reading)"
        for kind, column in (("task", "tasks"), ("industry", "industries"), ("candidate_term", "candidate_terms"))
    ),
}
"""The tables that reading fills -> how they come out of what an engine wrote (the mapping of extractor/store.py)."""


def write_cells(tables: str, reading: str | None, target: str, jobs: int | None = None) -> int:
    """Count EXPORT (and READ) into the folder OUT; returns the number of rows in `postings`."""
    if not is_remote(target):
        check_target(Path(target))
    with session(jobs) as spark:
        spark.sql(_UNIXEPOCH)
        for name in EXPORTED:
            _table(spark, tables, name)
        if reading is not None:
            _read(spark, reading)
            if _is_there(spark, f"{tables}/{TEXTS}.parquet"):
                _table(spark, tables, TEXTS)
                make_vacancies(spark)
        for statement in (*statements(), _FIELDS):
            spark.sql(statement)
        _clear(spark, target)
        for name in COLUMNS:
            _cast(spark.sql(select_of(name)), columns_of(name)).write.parquet(address(f"{target}/{name}"))
        count: int = spark.read.parquet(address(f"{target}/postings")).count()
    return count


def _table(spark: Any, tables: str, name: str) -> None:
    """A table of the export under its name, its instants, dates and flags as SQLite holds them."""
    place = f"{tables}/{name}.parquet"
    if not _is_there(spark, place):
        raise InputError(f"{tables} lacks {name}.parquet: make it with `mljobs db export {tables} --format parquet`")
    frame = spark.read.parquet(address(place))
    frame.selectExpr(*(_as_stored(field, kind) for field, kind in frame.dtypes)).createOrReplaceTempView(name)


def _as_stored(name: str, kind: str) -> str:
    if kind.startswith("timestamp"):
        return f"date_format({name}, \"yyyy-MM-dd'T'HH:mm:ss'Z'\") AS {name}"
    into = {"boolean": "INT", "date": "STRING"}.get(kind)
    return f"CAST({name} AS {into}) AS {name}" if into else name


def _read(spark: Any, reading: str) -> None:
    """What an engine wrote in the place of what the file says of its readings."""
    spark.read.parquet(address(reading)).where("kind = 'extractions'").createOrReplaceTempView("reading")
    spark.table("salaries").createOrReplaceTempView("exported_salaries")
    spark.udf.register("read_pay", _read_pay, PAY)
    for name, sql in READ.items():
        spark.sql(sql).createOrReplaceTempView(name)
    skills = [(skill.id, skill.name, skill.kind, 1) for skill in load().skills.values()]
    _rows(spark, skills, "skill_id STRING, name STRING, kind STRING, is_listed INT", "skills")
    stamps = [row[0] for row in spark.sql("SELECT DISTINCT extractor_version FROM reading").collect()]
    current = version()
    if stamps not in ([], [str(current)]):
        raise InputError(f"{reading} was read by {', '.join(stamps)}, this is {current}: read it again")
    _rows(
        spark,
        [(str(current), current.taxonomy)],
        "extractor_version STRING, taxonomy_version STRING",
        "extractor_versions",
    )


def _read_pay(raw: str | None, location: str | None) -> tuple[Any, ...] | None:
    """The pay that a source gave in words only, as `extractor.store.read_pay_fields` reads it."""
    pay = parse_pay(raw, location) if raw else None
    return None if pay is None else (pay.min, pay.max, pay.currency, pay.unit, ",".join(pay.flags) or None)


def _rows(spark: Any, rows: Iterable[tuple[Any, ...]], schema: str, name: str) -> None:
    spark.createDataFrame(list(rows), schema).createOrReplaceTempView(name)


def _cast(frame: Any, columns: list[tuple[str, str]]) -> Any:
    return frame.selectExpr(*(f"CAST({name} AS {_TYPES[kind]}) AS {name}" for name, kind in columns))


def _clear(spark: Any, target: str) -> None:
    """Remove cells of before, on whatever file system they lie."""
    system, path = _system(spark, target)
    system.delete(path, True)  # noqa: FBT003 - Java's signature


def _is_there(spark: Any, place: str) -> bool:
    system, path = _system(spark, place)
    return bool(system.exists(path))


def _system(spark: Any, place: str) -> tuple[Any, Any]:
    """The file system that a place is on, and the place as it knows it; Spark's Python side has none of its own."""
    path = spark._jvm.org.apache.hadoop.fs.Path(address(place))  # noqa: SLF001
    return path.getFileSystem(spark._jsc.hadoopConfiguration()), path  # noqa: SLF001
