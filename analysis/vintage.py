"""The numbers of a report as rows of `stats`, what identifies them, and what changed since an earlier vintage.

Every number of the published tables is kept but for its support (which is beside it) and for what is only a step on
the way to another number. The measure is `table.column`; the subject joins the row's names; the period is its month,
quarter or year, or `all`. Numbers are kept as published: six significant digits.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import asdict, evolve, frozen

from corpus import vintages
from corpus.vintages import Check, Row, Vintage

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from analysis.about import About
    from analysis.cells import Selection
    from analysis.tables import Results
    from corpus.db import Corpus

PERIODS = ("month", "quarter", "year", "period")
SUPPORT = ("postings", "n", "postings_with_skill")
"""The first of these that a table has is the sample of its numbers."""
EMPLOYERS = "employers"
UNNAMED = frozenset({"kind", "trend", "note", "detail", "examples", "first_month", "currency"})
"""Columns of text that describe a row but do not name it."""
UNKEPT = frozenset(
    {"postings_with", "postings_with_skill", "employers_asking", "months", "p_value", "rank", "log_odds_error"}
    | {"log_odds_change_shrunk", "slope_a_year", "value_without", "bundle"}
)
"""Numbers that are only support, or a step towards a number that is kept."""
MAIN = {"salary_premium": "premium_log_points", "lifetimes": "median_days", "per_million": "per_million"}
"""Whose interval the columns `low` and `high` are."""
PRESENTING = ("__init__", "about", "canned", "charts", "cli", "narrative", "run", "serve", "svg", "vintage")
"""Modules beside the measures that decide no number; a new one decides until it is named here."""
COLUMNS = (
    *("measure", "subject", "period", "value_before", "low_before", "high_before"),
    *("value_now", "low_now", "high_now", "change", "half_widths"),
)


@cache
def method_version() -> str:
    """Checksum of the code that computes: no change of it can be forgotten, and no number of two methods confused."""
    digest = hashlib.sha256()
    for path in deciding():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def deciding() -> list[Traversable]:
    """The files that decide the numbers: what is counted (the views of cells) and what is made of the counts."""
    package = resources.files("analysis")
    found = [p for p in package.iterdir() if p.name.endswith((".py", ".csv"))]
    found = [p for p in found if p.name.removesuffix(".py") not in PRESENTING]
    found += [p for p in package.joinpath("measures").iterdir() if p.name.endswith(".py")]
    found += [resources.files("corpus").joinpath(name) for name in ("cells.py", "cells.sql")]
    return sorted(found, key=str)


def arguments_of(selection: Selection) -> str:
    """The options that were given, as JSON."""
    return json.dumps({k: v for k, v in asdict(selection).items() if v is not None}, sort_keys=True)


def vintage_of(results: Results, about: About, rows: Sequence[Row]) -> Vintage:
    """What made these numbers. Only `published_at` is the clock's; the fingerprint leaves it out."""
    made = Vintage(
        published_at="",
        data_until=str(about.data_until or ""),
        mljobs_version=about.mljobs_version,
        extractor_version=about.extractor_version,
        taxonomy_version=about.taxonomy_version,
        method_version=method_version(),
        last_run_id=about.last_run_id,
        posting_count=about.postings,
        read_count=about.read,
        arguments=arguments_of(results.selection),
        fingerprint="",
    )
    facts = asdict(evolve(made, last_run_id=None))  # a run that brought nothing new makes no new vintage
    content = json.dumps([facts, rows, checks_of(results)], sort_keys=True, ensure_ascii=False)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return evolve(made, published_at=now, fingerprint=hashlib.sha256(content.encode()).hexdigest())


def rows_of(results: Results) -> list[Row]:
    """Every published number, in the order of measure, subject and period."""
    found: dict[tuple[str, str, str], Row] = {}
    for name, frame in results.tables.items():
        if name != "quality_checks" and len(frame):
            for row in _table_rows(name, frame):
                found.setdefault(row[:3], row)
    return [found[key] for key in sorted(found)]


def _table_rows(table: str, frame: pd.DataFrame) -> list[Row]:
    period = next((c for c in PERIODS if c in frame), None)
    periods = ["all"] * len(frame) if period is None else [str(v) for v in frame[period]]
    names = [c for c in frame if c != period and c not in UNNAMED and not pd.api.types.is_numeric_dtype(frame[c])]
    subjects = [" / ".join(str(v) for v in row if v != "all") or "all" for row in frame[names].itertuples(index=False)]
    support = next((c for c in SUPPORT if c in frame), None)
    sizes = _counts(frame, support)
    employers = _counts(frame, EMPLOYERS if EMPLOYERS in frame else None)
    rows: list[Row] = []
    for column in frame:
        if (
            column in (period, support, EMPLOYERS)
            or column in UNKEPT
            or _is_end(column)
            or not _is_number(frame[column])
        ):
            continue
        low, high = _ends(table, str(column), frame)
        for i, value in enumerate(_six(frame[column])):
            if value is not None:
                rows.append(
                    (f"{table}.{column}", subjects[i], periods[i], value, low[i], high[i], sizes[i], employers[i])
                )
    return rows


def _is_number(values: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _is_end(column: Any) -> bool:
    return str(column) in {"low", "high"} or str(column).endswith(("_low", "_high"))


def _ends(table: str, column: str, frame: pd.DataFrame) -> tuple[list[float | None], list[float | None]]:
    """The interval of a column: `share` has share_low, `within_pp` within_low, a table's main number low."""
    stems = [column, column.removesuffix("_pp"), column.removesuffix("_change")]
    prefix = next((f"{stem}_" for stem in stems if f"{stem}_low" in frame), None)
    if prefix is None and MAIN.get(table) == column:
        prefix = ""
    if prefix is None or f"{prefix}low" not in frame:
        return [None] * len(frame), [None] * len(frame)
    return _six(frame[f"{prefix}low"]), _six(frame[f"{prefix}high"])


def _six(values: pd.Series[Any]) -> list[float | None]:
    """Six significant digits, as the CSV files have them."""
    return [float(f"{v:.6g}") if v is not None and math.isfinite(v) else None for v in values.astype(float)]


def _counts(frame: pd.DataFrame, column: str | None) -> list[int | None]:
    if column is None:
        return [None] * len(frame)
    return [int(v) if math.isfinite(v) else None for v in frame[column].astype(float)]


def checks_of(results: Results) -> list[Check]:
    """Rows of `quality_checks`."""
    frame = results.tables.get("quality_checks")
    if frame is None or frame.empty:
        return []
    values, thresholds = _six(frame["value"]), _six(frame["threshold"])
    told = zip(frame["name"], frame["is_passed"], values, thresholds, frame["detail"], strict=True)
    return [(str(n), bool(p), value, threshold, str(d)) for n, p, value, threshold, d in told]


@frozen
class Comparison:
    """What changed since an earlier vintage."""

    before: str
    """Name of the earlier vintage."""
    reasons: tuple[str, ...]
    """What differs and so may have moved the numbers; empty where nothing does."""
    revisions: pd.DataFrame


def compare(corpus: Corpus, old: Vintage, new: Vintage, rows: Sequence[Row]) -> Comparison:
    """Lay the numbers of a new vintage beside those of an old one."""
    return Comparison(old.name, tuple(reasons(old, new)), revisions(corpus, old, rows))


def revisions(corpus: Corpus, old: Vintage, rows: Sequence[Row]) -> pd.DataFrame:
    """Numbers that both vintages publish and that differ, largest first.

    The size of a revision is counted in half-widths of the old interval (above 1: the new number lies outside);
    numbers without an interval come after those with one, by their relative change.
    """
    before = {row[:3]: row for row in vintages.numbers(corpus, old)}
    changed = []
    for now in rows:
        was = before.get(now[:3])
        if was is None or was[3] == now[3] or was[3] is None or now[3] is None:
            continue
        change = now[3] - was[3]
        width = (was[5] - was[4]) / 2 if was[4] is not None and was[5] is not None else 0.0
        size = abs(change) / width if width > 0 else math.nan
        changed.append((*now[:3], *was[3:6], *now[3:6], change, size))
    frame = pd.DataFrame(changed, columns=COLUMNS)
    relative = frame["change"].abs() / frame[["value_before", "value_now"]].abs().max(axis=1)
    frame = frame.assign(_none=frame["half_widths"].isna(), _size=frame["half_widths"].fillna(relative))
    frame = frame.sort_values(
        ["_none", "_size", "measure", "subject", "period"], ascending=[True, False, True, True, True], kind="stable"
    )
    return frame.drop(columns=["_none", "_size"]).reset_index(drop=True)


def reasons(old: Vintage, new: Vintage) -> list[str]:
    """What differs between two vintages and so may have moved their numbers, one clause each."""
    said = []
    if old.arguments != new.arguments:
        said.append(f"other options: {old.arguments} then, {new.arguments} now")
    more, read = new.posting_count - old.posting_count, new.read_count - old.read_count
    if more or read or old.data_until != new.data_until:
        said.append(
            f"new data: {more:+,} postings ({old.posting_count:,} then, {new.posting_count:,} now), {read:+,} read,"
            f" data to {old.data_until[:10]} then, {new.data_until[:10]} now"
        )
    for what, was, now in (
        ("extractor", _code(old), _code(new)),
        ("taxonomy", old.taxonomy_version, new.taxonomy_version),
        ("method", old.method_version, new.method_version),
        ("mljobs", old.mljobs_version, new.mljobs_version),
    ):
        if was != now:
            said.append(f"another {what}: {was} then, {now} now")
    return said


def _code(vintage: Vintage) -> str:
    """The extractor's own part of its version, which ends with that of the taxonomy."""
    return str(vintage.extractor_version).removesuffix(f"+{vintage.taxonomy_version}")
