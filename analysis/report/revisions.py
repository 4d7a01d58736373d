"""What changed since an earlier vintage: the lines for a terminal and the table of the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import narrative as say
from analysis.report.figures import Figure, Table, records
from analysis.vintage import Comparison

SHOWN_LINES, SHOWN_ROWS = 20, 200
SAME = "data, code and options are the same"


def lines(comparison: Comparison) -> list[str]:
    """The largest revisions, one a line, and why they may have come."""
    frame = comparison.revisions
    told = [f"Compared with vintage {comparison.before}: {summary(frame)}."]
    told += [f"  {reason}" for reason in comparison.reasons or (SAME,)]
    for row in records(frame.head(SHOWN_LINES)):
        told.append(f"  {row['measure']}  {row['subject']}  {row['period']}:  {_then(row)} → {_now(row)}{_size(row)}")
    if len(frame) > SHOWN_LINES:
        told.append(f"  … and {say.count(len(frame) - SHOWN_LINES, 'smaller one')}: tables/revisions.csv")
    return told


def summary(frame: pd.DataFrame) -> str:
    """How many numbers changed, and how many of them left their old interval."""
    if frame.empty:
        return "no published number changed"
    outside = int((frame["half_widths"] > 1).sum())
    return f"{say.count(len(frame), 'number')} changed, {say.number(outside)} to outside of the old interval"


def figure(comparison: Comparison) -> Figure:
    """The table of the page, largest first."""
    frame = comparison.revisions
    rows = tuple(
        (str(r["subject"]), _words(r["measure"]), say.month(r["period"]), _then(r), _now(r), _size(r).strip(" ()"))
        for r in records(frame.head(SHOWN_ROWS))
    )
    return Figure(
        "revisions",
        f"Since vintage {comparison.before}: {summary(frame)}",
        f"Published then and now, largest change first. What differs: {'; '.join(comparison.reasons or (SAME,))}.",
        "Size: the change in half-widths of the old interval; above 1, the new number lies outside of it. "
        "Numbers without an interval come last, by relative change.",
        table=Table(("About", "Number", "Period", "Then", "Now", "Size"), rows) if rows else None,
        csv="revisions" if rows else None,
        is_table_shown=bool(rows),
    )


def _words(measure: str) -> str:
    table, _, column = measure.partition(".")
    return f"{column.replace('_', ' ')} ({table.replace('_', ' ')})"


def _then(row: dict[str, Any]) -> str:
    return _value(row["measure"], row["value_before"], row["low_before"], row["high_before"])


def _now(row: dict[str, Any]) -> str:
    return _value(row["measure"], row["value_now"], row["low_now"], row["high_now"])


def _size(row: dict[str, Any]) -> str:
    return f"  ({row['half_widths']:.1f} half-widths)" if say.is_known(row["half_widths"]) else ""


def _value(measure: str, value: float, low: Any, high: Any) -> str:
    column = measure.rpartition(".")[2]
    is_share = column.startswith("share") or column.endswith("share")
    known = say.is_known(low) and say.is_known(high)
    if is_share:
        return f"{say.percent(value, 1)}{f' ({say.percent(low, 1)}–{say.percent(high, 1)})' if known else ''}"
    return f"{value:.4g}{f' ({low:.4g} to {high:.4g})' if known else ''}".replace("-", "−")
