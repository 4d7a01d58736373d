"""Files in, Parquet out, on one machine: `mljobs extract --engine local IN OUT`.

IN is cut into parts of `PART` rows, and each part becomes one task of a pool whose workers read and write by
themselves, so that nothing large goes back. A part's files carry a fingerprint of their rows and of the reader's
version: a run that was cut off, or is started again, reads only the parts that have changed.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import IO, cast

import click
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from attrs import frozen

from corpus.db import open_corpus
from corpus.errors import InputError, MljobsError
from extractor.engines.batches import BATCH, LINES, POSTINGS, read_batches, read_lines
from extractor.engines.places import DONE, KINDS, check_places, kind_of
from extractor.pipeline import version

PART = 2048
"""Rows of a part: some seconds of work, some ten megabytes of texts."""
STORED = """
    SELECT t.posting_id AS id, t.title, t.text, p.location FROM posting_texts AS t JOIN postings AS p USING (posting_id)
    ORDER BY posting_id
"""
_FINGERPRINT = b"mljobs.fingerprint"


@frozen
class Done:
    """One part: how many rows came out as what."""

    extractions: int
    rejects: int
    is_kept: bool
    """Nothing had changed since a run before."""


def extract_files(source: str, target: str, jobs: int | None = None) -> int:
    """Read IN, write the folder OUT; returns the number of postings that were read."""
    check_places(source, target)
    started = time.monotonic()
    out = Path(target)
    for kind in KINDS:
        (out / f"kind={kind}").mkdir(parents=True, exist_ok=True)
    (out / DONE).unlink(missing_ok=True)
    parts: list[Done] = []
    for part in _all(_parts(batches_of(source)), out, jobs or os.cpu_count() or 1):
        parts.append(part)
        _progress(parts)
    _drop_other_parts(out, len(parts))
    (out / DONE).touch()
    count, rejects = sum(part.extractions for part in parts), sum(part.rejects for part in parts)
    kept = sum(part.is_kept for part in parts)
    click.echo(
        f"extracted {count} postings to {target} in {time.monotonic() - started:.1f} s; {rejects} rows set aside in "
        f"{out / 'kind=rejects'}" + (f"; {kept} of {len(parts)} parts were there already" if kept else "")
    )
    return count


def batches_of(source: str) -> Iterator[pa.RecordBatch]:
    """IN as Arrow batches: of `POSTINGS`, or of unparsed `LINES`."""
    kind = kind_of(source)
    if kind == "lines":
        return _lines(Path(source))
    return _parquet(source) if kind == "parquet" else _stored(Path(source))


def _lines(path: Path) -> Iterator[pa.RecordBatch]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with cast("IO[str]", opener(path, "rt", encoding="utf-8", errors="replace")) as lines:
            while some := [line.rstrip("\n") for line in itertools.islice(lines, BATCH)]:
                yield pa.RecordBatch.from_pydict({"value": some}, schema=LINES)
    except (OSError, EOFError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def _parquet(source: str) -> Iterator[pa.RecordBatch]:
    try:
        data = ds.dataset(source, format="parquet")
        known = check_columns(source, data.schema.names)
        yield from data.to_batches(columns=known, batch_size=BATCH)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{source} is no readable Parquet: {error}") from error


def check_columns(source: str, names: Iterable[str]) -> list[str]:
    """The columns that are read; `InputError` where the needed ones are missing."""
    known = [name for name in POSTINGS.names if name in set(names)]
    if "id" not in known or not {"text", "html"} & set(known):
        raise InputError(f"{source} needs the columns id and text (or html); it has {', '.join(names)}")
    return known


def _stored(path: Path) -> Iterator[pa.RecordBatch]:
    with open_corpus(path) as corpus:
        for rows in corpus.batches(STORED, size=BATCH):
            plain = [dict(row) | {"id": str(row["id"])} for row in rows]
            yield pa.RecordBatch.from_pylist(plain, schema=POSTINGS)


def _parts(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches in lists of about `PART` rows."""
    part: list[pa.RecordBatch] = []
    for batch in batches:
        part.append(batch)
        if sum(b.num_rows for b in part) >= PART:
            yield part
            part = []
    if part:
        yield part


def _all(parts: Iterator[list[pa.RecordBatch]], out: Path, jobs: int) -> Iterator[Done]:
    """Every part done, in order; a pool only where there is more than one part to do at once."""
    numbered = enumerate(parts)
    head = list(itertools.islice(numbered, 2))
    if jobs == 1 or len(head) < 2:
        for number, part in itertools.chain(head, numbered):
            yield do_part(number, part, out)
        return
    waiting: deque[Future[Done]] = deque()
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            for number, part in itertools.chain(head, numbered):
                waiting.append(pool.submit(do_part, number, part, out))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise MljobsError("a reading process was killed (out of memory?): start again, nothing is lost") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def do_part(number: int, batches: list[pa.RecordBatch], out: Path) -> Done:
    """Read one part and write its two files, unless files with the same fingerprint are there."""
    mark = _fingerprint(batches)
    paths = [out / f"kind={kind}" / f"part-{number:06d}.parquet" for kind in KINDS]
    there = [_rows_if_marked(path, mark) for path in paths]
    if there[0] is not None and there[1] is not None:
        return Done(there[0], there[1], is_kept=True)
    reader = read_lines if batches[0].schema.names == LINES.names else read_batches
    table = pa.Table.from_batches(reader(batches))
    counts = []
    for kind, path in zip(KINDS, paths, strict=True):
        rows = table.filter(pc.equal(table["kind"], kind)).drop_columns(["kind"])
        unfinished = path.with_name(f".{path.name}.tmp")
        pq.write_table(rows.replace_schema_metadata({_FINGERPRINT: mark}), unfinished, compression="zstd")
        unfinished.replace(path)
        counts.append(rows.num_rows)
    return Done(counts[0], counts[1], is_kept=False)


def _fingerprint(batches: list[pa.RecordBatch]) -> bytes:
    digest = hashlib.sha256(str(version()).encode())
    for batch in batches:
        digest.update(batch.serialize())
    return digest.hexdigest().encode()


def _rows_if_marked(path: Path, mark: bytes) -> int | None:
    """The number of rows of a file that was made from the same rows by the same reader; else None."""
    try:
        about = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return None
    return about.num_rows if (about.metadata or {}).get(_FINGERPRINT) == mark else None


def _drop_other_parts(out: Path, count: int) -> None:
    """Remove what a longer run, or another engine, left behind."""
    ours = {f"part-{number:06d}.parquet" for number in range(count)}
    for kind in KINDS:
        for path in (out / f"kind={kind}").iterdir():
            if path.name not in ours:
                path.unlink()


def _progress(parts: list[Done]) -> None:
    if sys.stderr.isatty() or len(parts) % 10 == 0:
        rows = sum(part.extractions + part.rejects for part in parts)
        click.echo(f"extract: {rows} rows in {len(parts)} parts", err=True)
