"""The first screen: up to five sentences with number, interval, population and date, each with its quality gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from analysis import narrative as say
from analysis.report.figures import records
from analysis.report.source import Source


LOOSE = 3.0
"""Ends of the index' interval this many times apart make no headline."""


@frozen
class Headline:
    """One sentence and the number that stands large beside it."""

    key: str
    figure: str
    sentence: str
    support: str
    is_passed: bool = True
    reason: str = ""
    """Why the gate fails, for a person."""


def headlines(source: Source) -> list[Headline]:
    """The headlines that the tables bear, most telling first; five at most."""
    makers: tuple[Callable[[Source], Headline | None], ...] = (_volume, _riser, _faller, _common, _pay, _degree)
    made = [headline for maker in makers if (headline := maker(source)) is not None]
    return [_gated(source, headline) for headline in made[:5]]


def _gated(source: Source, headline: Headline) -> Headline:
    """Grey, with the reason, where the checks say that the headline does not stand by itself."""
    checks = source.table("headline_checks")
    if checks.empty:
        return headline
    failed = [r for r in records(checks) if r["headline"] == headline.key and not r["is_passed"]]
    if not failed:
        return headline
    return Headline(headline.key, headline.figure, headline.sentence, headline.support, False, str(failed[0]["detail"]))  # noqa: FBT003 - the record's own order


def _volume(source: Source) -> Headline | None:
    frame = source.table("volume")
    if frame.empty:
        return None
    rows = records(frame.dropna(subset=["index"]))
    settled = [r for r in rows if r["month"] not in source.preliminary]
    if len(settled) < 2:
        return _stock(source, records(frame))
    last = settled[-1]
    if is_loose(last):
        return None
    return Headline(
        "volume",
        say.number(last["index"]),
        f"New postings for {source.population} stood at {say.number(last['index'])} "
        f"({say.number(last['index_low'])}–{say.number(last['index_high'])}) in {say.month(last['month'])}, "
        f"where {source.base} is 100{', at the same employers' if source.is_crawled else ''}.",
        f"{say.count(last['new_postings'], 'new posting')} on {say.count(last['boards'], 'board')} that month",
    )


def is_loose(row: dict[str, Any]) -> bool:
    """Whether the index is hardly known: its interval's ends are more than three times apart."""
    low, high = row["index_low"], row["index_high"]
    return not (say.is_known(low) and say.is_known(high)) or float(high) > LOOSE * float(low)


def _stock(source: Source, rows: list[dict[str, Any]]) -> Headline | None:
    counted = [r for r in rows if r["new_postings"]]
    if not counted:
        return None
    last = counted[-1]
    return Headline(
        "volume",
        say.number(last["new_postings"]),
        f"{say.count(last['new_postings'], 'posting')} for {source.population} "
        f"were seen in {say.month(last['month'])}: "
        "one look shows what is open, not what opens.",
        f"{say.count(last['boards'], 'board')} read",
    )


def _riser(source: Source) -> Headline | None:
    return _moving(source, "rising", "More")


def _faller(source: Source) -> Headline | None:
    return _moving(source, "falling", "Fewer")


def _moving(source: Source, trend: str, word: str) -> Headline | None:
    frame = source.trends()
    if frame.empty:
        return None
    rows = records(frame[frame["trend"] == trend])
    if not rows:
        return None
    row = rows[0] if trend == "rising" else rows[-1]
    before, now = say.percent(row["share_first"]), say.percent(row["share_last"])
    span = "year" if source.is_long else "half"
    not_yet = "" if source.is_long else " Under 24 months: a change, not yet a trend."
    return Headline(
        trend,
        f"{before} → {now}",
        f"{word} postings ask for {row['skill']}: {before} in the first {span}, {now} "
        f"({say.span(row['share_last_low'], row['share_last_high'])}) in "
        f"{source.last_period}.{_parts(source, row)}{not_yet}",
        f"{say.count(row['postings_with_skill'], 'posting')} of "
        f"{say.count(row['employers'], 'employer')}, q {say.q_value(row['q_value'])}",
    )


def _parts(source: Source, row: dict[str, Any]) -> str:
    """The change at the employers read in both spans, which the shares of all postings need not give exactly."""
    names = ("change_pp", "within_pp", "between_pp")
    if not source.is_crawled or not all(say.is_known(row.get(name)) for name in names):
        return ""
    change, within, between = (say.points(row[name]) for name in names)
    verb = "more" if row["within_pp"] > 0 else "less"
    return (
        f" At the employers read in both: {change} points, {within} because they ask for it {verb} often, "
        f"{between} because of who among them hires more."
    )


def _common(source: Source) -> Headline | None:
    frame = source.table("current_shares")
    if frame.empty:
        return None
    rows = records(frame[(frame["group"] == "all") & (frame["kind"] != "soft")])
    if not rows:
        return None
    row = rows[0]
    after = say.listing([f"{r['skill']} ({say.percent(r['share'])})" for r in rows[1:3]])
    return Headline(
        "common",
        say.percent(row["share"]),
        f"{say.capital(row['skill'])} is named in {say.share_of(row)} of postings for "
        f"{source.population}, {source.last_period}"
        f"{f'; then {after}' if after else ''}.",
        f"{say.number(row['postings_with_skill'])} of "
        f"{say.count(row['postings'], 'posting')}, {say.count(row['employers'], 'employer')}",
    )


def _pay(source: Source) -> Headline | None:
    frame = source.table("salary")
    if frame.empty:
        return None
    row = next((r for r in records(frame) if r["group"] == "all" and say.is_known(r["median"])), None)
    if row is None:
        return None
    currency = str(row.get("currency") or "USD")
    return Headline(
        "pay",
        say.money(row["median"], currency),
        f"The median posting that names its pay offers {say.money(row['median'], currency)}"
        f"{_median_interval(row, currency)} a year; half offer between "
        f"{say.money(row['p25'], currency)} and {say.money(row['p75'], currency)}. Advertised, not paid.",
        say.count(row["n"], "posting")
        + " with pay"
        + (f" of {say.count(row['employers'], 'employer')}" if "employers" in row else ""),
    )


def _median_interval(row: dict[str, Any], currency: str) -> str:
    low, high = row.get("median_low"), row.get("median_high")
    if not (say.is_known(low) and say.is_known(high)):
        return ""
    return f" ({say.money(low, currency).removesuffix('k')}–{say.money(high, currency).lstrip('$€£')})"


def _degree(source: Source) -> Headline | None:
    frame = source.table("education")
    if frame.empty:
        return None
    frame = frame[
        (frame["seniority"] == "all") & (frame["requirement"] == "required") & (frame["level"] == "phd")
    ].dropna(subset=["share"])
    if frame.empty:
        return None
    row = records(frame)[-1]
    return Headline(
        "phd",
        say.percent(row["share"]),
        f"A PhD is the least degree required in {say.share_of(row)} of postings for {source.population}.",
        say.count(row["postings"], "posting"),
    )
