"""From a row of somebody's file to a posting: maps are data (maps/*.toml), one for each public data set.

A map names for each of our fields the columns that may hold it; the first that is filled counts.
"""

from __future__ import annotations

import functools
import hashlib
import math
import tomllib
from collections import defaultdict
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from corpus.errors import InputError
from corpus.records import Board, Posting, Salary
from crawler.parse import dates, fields, salary
from crawler.rows import Unusable, country_of, language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIELDS = frozenset(
    "source board external_id url apply_url title employer description_html description_text location country "
    "date_posted valid_through employment_type work_mode is_remote salary_min salary_max salary_currency salary_unit "
    "salary_text first_seen_at last_seen_at closed_at requisition_id language department".split()
)
ORPHANS = "import"
"""The source where nobody names one: of postings, and of boards that are so far only known by their visits."""
NATIVE = "native"


@frozen
class RowMap:
    """How a file's rows are read."""

    name: str
    about: str = ""
    reader: str = "postings"
    """`postings`, or `hn` for items that the Hacker News spider reads itself."""
    source: str | None = None
    detect: frozenset[str] = frozenset()
    """Columns by which a file of this kind is known without being told."""
    columns: Mapping[str, tuple[str, ...]] = field(factory=dict)
    identity: tuple[str, ...] = ()
    """Fields whose values together stand for an id where the file has none."""

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Our fields of a row; missing and empty ones are left out."""
        found = {name: self.value(row, name) for name in self.columns}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, row: Mapping[str, Any], name: str) -> Any:
        """The first filled column of a field of ours, or None."""
        for column in self.columns.get(name, ()):
            value = row.get(column)
            if value is not None and value != "" and not (isinstance(value, float) and math.isnan(value)):
                return value
        return None

    def fitted(self, columns: Iterable[str]) -> RowMap:
        """The same map with the names as a file spells them: `Job Title` and `JOB_TITLE` are `job_title`."""
        spelled: dict[str, list[str]] = defaultdict(list)
        for column in columns:
            spelled[_letters(column)].append(column)
        return evolve(
            self,
            columns={
                ours: tuple(dict.fromkeys(name for column in theirs for name in (column, *spelled[_letters(column)])))
                for ours, theirs in self.columns.items()
            },
        )

    def unused(self, columns: Iterable[str]) -> list[str]:
        """The columns of a file that no field of ours takes."""
        used = {column for theirs in self.columns.values() for column in theirs}
        return sorted(set(columns) - used) if self.columns else []


def load_map(name: str) -> RowMap:
    """A map by name, or from a TOML file; `InputError` where there is none or it is wrong."""
    if name in bundled():
        return bundled()[name]
    path = Path(name)
    if path.suffix != ".toml":
        raise InputError(f"no map {name!r}: there are {', '.join(bundled())}, or give a .toml file")
    try:
        return _parse(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the map {path} cannot be read: {error}") from error


@functools.cache
def bundled() -> dict[str, RowMap]:
    """The maps that come with the package, the native one first."""
    folder = resources.files("crawler.importers").joinpath("maps")
    files = sorted(
        (f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: (f.name != "native.toml", f.name)
    )
    return {f.name.removesuffix(".toml"): _parse(f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in files}


def _parse(name: str, text: str) -> RowMap:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the map {name} is no TOML: {error}") from error
    columns = data.get("columns", {})
    wrong = sorted(set(columns) - FIELDS)
    if wrong:
        raise InputError(
            f"the map {name} names unknown fields: {', '.join(wrong)}; there are {', '.join(sorted(FIELDS))}"
        )
    return RowMap(
        name=name,
        about=data.get("about", ""),
        reader=data.get("reader", "postings"),
        source=data.get("source"),
        detect=frozenset(data.get("detect", ())),
        columns={ours: (c,) if isinstance(c, str) else tuple(c) for ours, c in columns.items()},
        identity=tuple(data.get("identity", ())),
    )


def choose(columns: frozenset[str]) -> RowMap:
    """The map whose columns a file has; `InputError` says what is missing."""
    for known in bundled().values():
        if known.detect and known.detect <= columns:
            return known
    generic = bundled()["generic"]
    fitted = generic.fitted(columns).columns
    if all(columns & set(fitted[name]) for name in ("title", "description_text")):
        return generic
    raise InputError(
        f"no map fits the columns {', '.join(sorted(columns)[:20])}: native rows need source, external_id, title and "
        "a description; else say --map NAME or write a map (docs/import.md)"
    )


def to_posting(row_map: RowMap, row: Mapping[str, Any], source: str | None) -> tuple[Board, Posting]:
    """The board and posting of a row; `Unusable` says why there is none. `source` is for rows that name none."""
    values = row_map.values(row)
    text = {name: _text(value) for name, value in values.items()}
    own_source = text.get("source") or row_map.source or source
    if row_map.name == NATIVE and not own_source:
        raise Unusable("no source")
    html, plain = text.get("description_html"), _lines(values.get("description_text"))
    if not html and not plain:
        raise Unusable("no description")
    title = text.get("title")
    if not title:
        raise Unusable("no title")
    own_source = own_source or ORPHANS
    times = _times(values)
    location = text.get("location")
    posting = Posting(
        external_id=text.get("external_id") or _identity(row_map, text),
        title=title,
        url=text.get("url"),
        apply_url=text.get("apply_url"),
        employer=text.get("employer"),
        description_html=html,
        description_text=None if html else plain,
        location=location,
        country=country_of(text.get("country"), location),
        work_mode=fields.work_mode(text.get("work_mode")) or ("remote" if _is_true(values.get("is_remote")) else None),
        work_mode_raw=text.get("work_mode"),
        employment_type=fields.employment_type(text.get("employment_type")),
        employment_type_raw=text.get("employment_type"),
        department=text.get("department"),
        date_posted=times["date_posted"],
        date_posted_kind="stated" if times["date_posted"] else None,
        valid_through=dates.to_date(values.get("valid_through")),
        language=language_of(text.get("language")),
        requisition_id=text.get("requisition_id"),
        salaries=_pay(values, text),
        first_seen_at=times["first_seen_at"],
        last_seen_at=times["last_seen_at"],
        closed_at=times["closed_at"],
    )
    return Board(own_source, text.get("board") or text.get("employer") or own_source), posting


def dates_not_read(row_map: RowMap, row: Mapping[str, Any], posting: Posting) -> list[str]:
    """What a row says of its dates that is no date: the posting stands without it."""
    read = {"date_posted": posting.date_posted, "valid_through": posting.valid_through}
    stated = {name: row_map.value(row, name) for name, found in read.items() if found is None}
    return [
        f"{name} {str(value)[:40]!r} is no date: kept without it" for name, value in stated.items() if value is not None
    ]


def _times(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Instants in order, or `Unusable`: a wrong time would bend the series."""
    found: dict[str, str | None] = {"date_posted": dates.to_date(values.get("date_posted"))}
    for name in ("first_seen_at", "last_seen_at", "closed_at"):
        found[name] = dates.to_instant(values.get(name))
        if name in values and found[name] is None:
            raise Unusable(f"{name} {str(values[name])[:40]!r} is no time")
    first = found["first_seen_at"]
    if first is None and found["date_posted"]:
        first = f"{found['date_posted']}T00:00:00Z"
        first = min(filter(None, (first, found["last_seen_at"], found["closed_at"])))
    last = found["last_seen_at"] or first
    closed = found["closed_at"]
    if first and last and first > last:
        raise Unusable(f"first_seen_at {first} is after last_seen_at {last}")
    if first and closed and closed < first:
        raise Unusable(f"closed_at {closed} is before first_seen_at {first}")
    if last and closed and closed < last:
        raise Unusable(f"closed_at {closed} is before last_seen_at {last}")
    return found | {"first_seen_at": first, "last_seen_at": last}


def _pay(values: Mapping[str, Any], text: Mapping[str, str | None]) -> tuple[Salary, ...]:
    found = salary.pay_range(
        values.get("salary_min"), values.get("salary_max"), text.get("salary_currency"), text.get("salary_unit")
    )
    if found is None:
        found = salary.from_text(text.get("salary_text"))
    return (Salary(**found, raw=text.get("salary_text")),) if found else ()


def _identity(row_map: RowMap, text: Mapping[str, str | None]) -> str:
    if not row_map.identity:
        raise Unusable("no external_id")
    joined = "\x1f".join(text.get(name) or "" for name in row_map.identity)
    return hashlib.sha256(joined.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _letters(column: str) -> str:
    return "".join(filter(str.isalnum, column.casefold()))


def _text(value: Any) -> str | None:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (list, tuple)):
        return " | ".join(filter(None, map(_text, value))) or None
    return str(value).strip() or None


def _lines(value: Any) -> str | None:
    r"""A description; spreadsheets that were saved twice hold `\\n` in two characters."""
    text = _text(value)
    if text and "\n" not in text and text.count("\\n") > 2:
        text = text.replace("\\r", "").replace("\\n", "\n")
    return text


def _is_true(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes", "remote")
