"""Rows of a file that somebody has: JSON Lines, CSV or Parquet, plain or gzipped; one row at a time."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import sys
import zlib
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from corpus.errors import InputError
from corpus.records import Reject

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

LONGEST_CELL = 32 * 1024 * 1024
csv.field_size_limit(min(LONGEST_CELL, sys.maxsize))


class Line(NamedTuple):
    """One row with its line number (Parquet: row number), from 1; or why there is none."""

    number: int
    row: dict[str, Any] | Reject


def read_rows(path: Path, encoding: str = "utf-8") -> Generator[Line]:
    """The rows of a file, whatever its kind; `InputError` where it cannot be read as what it is."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith((".parquet", ".pq")):
            yield from _parquet(path)
            return
        with _opened(path) as file:
            yield from _csv(path, file, encoding) if name.endswith((".csv", ".tsv")) else _jsonl(file, encoding)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        is_zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if is_zipped:
            with gzip.GzipFile(fileobj=file) as unzipped:
                yield unzipped
        else:
            yield file


def _jsonl(file: IO[bytes], encoding: str) -> Iterator[Line]:
    number = 0
    try:
        for number, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            yield Line(number, _object(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, encoding, number))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Line(number + 1, Reject(f"the file breaks off here: {error}", line=number + 1))


def _object(raw: bytes, encoding: str, number: int) -> dict[str, Any] | Reject:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return Reject(f"not {encoding} text", raw=raw[:2000].decode("latin-1"), line=number)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Reject(f"not JSON: {error}", raw=text[:2000].strip(), line=number)
    if not isinstance(value, dict):
        return Reject(f"a {type(value).__name__} instead of an object", raw=text[:2000].strip(), line=number)
    return value


def _csv(path: Path, file: IO[bytes], encoding: str) -> Iterator[Line]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    try:
        first = text.readline()
        mark = max(",;\t", key=first.count)
        names = next(csv.reader([first], delimiter=mark), [])
        if not names:
            raise InputError(f"{path} is empty")
        rows = csv.reader(text, delimiter=mark)
        for cells in rows:
            number = rows.line_num + 1
            if len(cells) > len(names):
                reason = f"{len(cells)} cells where the first line names {len(names)} columns"
                yield Line(number, Reject(reason, raw=mark.join(cells)[:2000], line=number))
            elif any(cells):
                yield Line(number, dict(zip(names, cells, strict=False)))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not {encoding} text (byte {error.object[error.start]:#04x}): say --encoding, such as cp1252"
        ) from error
    except csv.Error as error:
        raise InputError(f"{path}: {error}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Line(0, Reject(f"the file breaks off: {error}"))
    finally:
        with contextlib.suppress(ValueError):
            text.detach()


def _parquet(path: Path) -> Iterator[Line]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        number = 0
        for batch in pq.ParquetFile(path).iter_batches(batch_size=2000):
            for row in batch.to_pylist():
                number += 1
                yield Line(number, row)
    except pa.ArrowException as error:
        raise InputError(f"{path} is no Parquet file: {error}") from error
