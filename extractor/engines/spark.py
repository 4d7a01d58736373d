"""Files in, Parquet out, on a cluster: `mljobs extract --engine spark IN OUT`, alone or under `spark-submit`.

The work is `read_batches` inside `mapInArrow`, so the numbers are those of one machine. A Python worker builds the
reader (and with it loads the vocabulary, which is part of the installed package) once and keeps it between tasks.
Every worker checks that it has the driver's version. OUT is overwritten as a whole; a task that is tried again leaves
no rows twice, because Spark commits each partition once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq

from corpus.errors import InputError, MissingExtra, MljobsError
from extractor.engines.batches import BATCH, EXTRACTIONS, POSTINGS, read_batches, read_lines
from extractor.engines.local import batches_of, check_columns
from extractor.engines.places import check_places, is_remote, kind_of
from extractor.pipeline import version

UNDER_SPARK_SUBMIT = "PYSPARK_GATEWAY_PORT"
"""The variable by which spark-submit tells a Python program where its Java side listens."""
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
}
"""Settings of local mode: nothing listens beyond this machine, and only errors are told."""
STAGED = ".staged.parquet"
"""Texts of a database, written beside OUT for the workers to read, and removed at the end."""


def extract_files(source: str, target: str, jobs: int | None = None) -> int:
    """Read IN, write the folder OUT; returns the number of postings that were read.

    `jobs` is the number of cores in local mode; under `spark-submit` its master and settings count.
    """
    check_places(source, target)
    started = time.monotonic()
    staged = Path(target.rstrip("/") + STAGED)
    try:
        with session(jobs) as spark:
            found = _results(*_frame(spark, source, staged))
            found.write.mode("overwrite").partitionBy("kind").parquet(address(target))
            counts = _counts(spark, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    click.echo(
        f"extracted {counts.get('extractions', 0)} postings to {target} in {time.monotonic() - started:.1f} s; "
        f"{counts.get('rejects', 0)} rows set aside in {target.rstrip('/')}/kind=rejects"
    )
    return counts.get("extractions", 0)


@contextlib.contextmanager
def session(jobs: int | None) -> Iterator[Any]:
    """A session: under `spark-submit` the cluster's; else local, with as many cores as `jobs`. Stopped at the end.

    What Spark complains of comes out as `InputError`, our own errors as they are.
    """
    with warnings.catch_warnings():
        # Spark asks for pandas wherever Arrow is used, warns about its version, and uses nothing of it here
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        spark = _session(jobs)
        try:
            yield spark
        except MljobsError:
            raise
        except Exception as error:
            if type(error).__module__.startswith(("pyspark", "py4j")):
                raise InputError(f"Spark gave up: {_first_line(error)}") from error
            raise
        finally:
            spark.stop()


def _session(jobs: int | None) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("the Spark engine is an extra: pip install 'mljobs[spark]' (and Java 17)") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = SparkSession.builder.appName("mljobs")
    if UNDER_SPARK_SUBMIT not in os.environ:
        builder = builder.master(f"local[{jobs or '*'}]").config(map=LOCAL)
    try:
        spark: Any = builder.getOrCreate()
    except Exception as error:
        raise MissingExtra(f"Spark did not start ({_first_line(error)}): it needs Java 17 or later") from error
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    return spark


def _frame(spark: Any, source: str, staged: Path) -> tuple[Any, bool]:
    """IN as a data frame, and whether its rows are unparsed lines."""
    kind = kind_of(source)
    if kind == "lines":
        lines = spark.read.text(address(source))
        return _spread(spark, lines), True
    if kind == "database":
        _stage(source, staged)
        source = str(staged)
    rows = spark.read.option("recursiveFileLookup", "true").parquet(address(source))
    known = check_columns(source, rows.columns)
    return _spread(spark, rows.select(*known)), False


def _spread(spark: Any, frame: Any) -> Any:
    """Rows over all cores: one gzipped file is one partition, however many cores there are."""
    wanted = 2 * spark.sparkContext.defaultParallelism
    return frame.repartition(wanted) if frame.rdd.getNumPartitions() < wanted else frame


def _stage(source: str, staged: Path) -> None:
    """The texts of a database as Parquet: SQLite is read by one process, and no cluster can share its file."""
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    with pq.ParquetWriter(staged / "texts.parquet", POSTINGS, compression="zstd") as writer:
        for batch in batches_of(source):
            writer.write_batch(batch)


def _results(frame: Any, is_lines: bool) -> Any:  # noqa: FBT001
    from pyspark.sql.pandas.types import from_arrow_schema

    work = partial(read_lines if is_lines else read_batches, expected=str(version()))
    return frame.mapInArrow(work, from_arrow_schema(EXTRACTIONS))


def _counts(spark: Any, target: str) -> dict[str, int]:
    """Rows by kind, from the files that were written."""
    schema = "kind string, id string"
    rows = spark.read.schema(schema).parquet(address(target)).groupBy("kind").count().collect()
    return {row["kind"]: row["count"] for row in rows}


def address(place: str) -> str:
    """A path of this machine made whole and marked as such; an address of a cluster as it is."""
    return place if is_remote(place) else Path(place).absolute().as_uri()


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]
