"""The one function that every engine runs: Arrow batches of postings in, Arrow batches of what they ask for out.

Postings (`POSTINGS`) have `id`, `title`, `text` or `html`, and `location`; other columns are not read. What comes out
(`EXTRACTIONS`) is the row of `mljobs extract --out` with three columns more: `kind` (`extractions`, or `rejects` for a
row that cannot be used), `error` and `raw` (why not, and what was there), and `extractor_version`.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
from attrs import fields, has

from corpus.errors import MljobsError
from corpus.records import Extraction, Salary, SkillRow
from corpus.text import html_to_text
from extractor.files import result_row
from extractor.pipeline import build, read, version

if TYPE_CHECKING:
    from spacy.language import Language

BATCH = 256
"""Rows of a batch: about a megabyte of texts."""
RAW = 2000
"""Characters that are kept of a row that cannot be used."""
POSTINGS = pa.schema([(name, pa.string()) for name in ("id", "title", "text", "html", "location")])
LINES = pa.schema([("value", pa.string())])
"""JSON Lines before they are parsed, named as Spark names them."""
_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int32(), float: pa.float64()}
_RENAMED = {"skill_id": "id"}


def _arrow_type(hint: Any) -> pa.DataType:
    """The Arrow type of a record's field: tuples become lists, records structs, a choice of words strings."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) in (types.UnionType, Union):
        return _arrow_type(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    assert has(hint), hint
    return pa.struct(_fields_of(hint, _RENAMED if hint is SkillRow else {}))


def _fields_of(record: type, renamed: dict[str, str]) -> list[pa.Field]:
    hints = get_type_hints(record)
    return [pa.field(renamed.get(f.name, f.name), _arrow_type(hints[f.name])) for f in fields(record)]


def _extractions() -> pa.Schema:
    amounts = {f.name: f.type for f in _fields_of(Salary, {})}
    salary = pa.struct({name: amounts[of] for name, of in _BASE_PAY.items()})
    found = [f for f in _fields_of(Extraction, {}) if f.name != "posting_id"]
    ours = [(name, pa.string()) for name in ("kind", "error", "raw", "extractor_version")]
    return pa.schema([("id", pa.string()), *found, ("salary", salary), ("text", pa.string()), *ours])


_BASE_PAY = {"min": "min", "max": "max", "currency": "currency", "period": "unit"}
EXTRACTIONS = _extractions()
"""`text` is given only where it was made from `html`: offsets count from its start."""


class Unusable(Exception):
    """A row that cannot be used; the message says why."""


class OtherVersion(MljobsError):
    """A worker has another version of mljobs than the one that started the run."""


def read_batches(batches: Iterable[pa.RecordBatch], expected: str | None = None) -> Iterator[pa.RecordBatch]:
    """What the postings of each batch ask for, one batch out for one in; a bad row becomes a reject, in its place.

    `expected` is the extractor version of whoever started the run: raises `OtherVersion` where this process differs.
    """
    stamp = _checked(expected)
    for batch in batches:
        wanted = [name for name in POSTINGS.names if name in batch.schema.names]
        rows = batch.select(wanted).to_pylist()
        yield _batch([_result(row, _shown(row), stamp) for row in rows])


def read_lines(batches: Iterable[pa.RecordBatch], expected: str | None = None) -> Iterator[pa.RecordBatch]:
    """The same from JSON Lines: batches with one column, `value`; empty lines are skipped."""
    stamp = _checked(expected)
    for batch in batches:
        lines = [line for line in batch.column(0).to_pylist() if line and line.strip()]
        yield _batch([_result_of_line(line, stamp) for line in lines])


def _checked(expected: str | None) -> str:
    stamp = str(version())
    if expected not in (None, stamp):
        raise OtherVersion(f"this worker reads with version {stamp}, the run with {expected}: install the same mljobs")
    return stamp


def _result_of_line(line: str, stamp: str) -> dict[str, Any]:
    try:
        row = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return _reject(None, f"not JSON: {error}", line, stamp)
    if not isinstance(row, dict):
        return _reject(None, f"a {type(row).__name__} instead of an object", line, stamp)
    return _result(row, line, stamp)


def _result(row: dict[str, Any], raw: str, stamp: str) -> dict[str, Any]:
    """The row that comes out for one that went in."""
    posting_id = row.get("id")
    try:
        result = _read(row)
    except Unusable as error:
        return _reject(posting_id, str(error), raw, stamp)
    except Exception as error:  # noqa: BLE001 - one odd posting must not stop a cluster; its reason is kept
        return _reject(posting_id, f"{type(error).__name__}: {error}", raw, stamp)
    return result | {"id": str(posting_id), "kind": "extractions", "extractor_version": stamp}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    posting_id, text, html = row.get("id"), row.get("text"), row.get("html")
    if posting_id is None or isinstance(posting_id, (bool, dict, list)) or posting_id == "":
        raise Unusable("no id")
    if text is None and html is None:
        raise Unusable("no text and no html")
    for name in ("title", "text", "html", "location"):
        if not isinstance(row.get(name), str | None):
            raise Unusable(f"{name} is a {type(row[name]).__name__}, not text")
        if _is_broken(row.get(name)):
            raise Unusable(f"{name} holds half a character (a lone surrogate)")
    read_text = html_to_text(html) if text is None and html is not None else text
    assert read_text is not None
    found = result_row(read(_pipeline(), str(posting_id), row.get("title") or "", read_text, row.get("location")))
    return found | ({"text": read_text} if text is None else {})


def _is_broken(value: str | None) -> bool:
    """Whether a string cannot be written as UTF-8: JSON may hold half of a pair."""
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        return True
    return False


def _reject(posting_id: Any, reason: str, raw: str, stamp: str) -> dict[str, Any]:
    name = None if posting_id is None else _writable(str(posting_id))
    return {
        "id": name,
        "kind": "rejects",
        "error": _writable(reason),
        "raw": _writable(raw)[:RAW],
        "extractor_version": stamp,
    }


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _shown(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _batch(rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=EXTRACTIONS)


@cache
def _pipeline() -> Language:
    """The reader of this process, built when its first posting comes and kept for all that follow."""
    return build()
