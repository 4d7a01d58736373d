"""The chapter on volume: how much is asked for, and how long it stays open."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import charts
from analysis import narrative as say
from analysis.report.headlines import is_loose
from analysis.report.figures import PANEL, Artist, Chapter, Figure, nothing, records, table
from analysis.report.source import Source


def volume(source: Source, artist: Artist) -> Chapter:
    """Chapter 3: the matched index, what lies behind it, how long postings stay."""
    frame = source.table("volume")
    if frame.empty:
        return nothing("volume", "Volume", source, "volume")
    figures = [
        f
        for f in (
            _index(source, artist, frame),
            _counts(source, artist, frame),
            *_by_group(source, artist),
            *_lifetimes(source, artist),
        )
        if f
    ]
    if source.is_stock:
        return Chapter("volume", "Volume", _stock_lead(source, frame), tuple(_lifetimes(source, artist)))
    lead = (
        (
            "The index follows the same employers through time: it compares each with itself, so an employer or a "
            "board that enters does not make it rise, and one that leaves or fails to answer does not make it fall."
        )
        if source.is_crawled
        else (
            "These postings were not seen on boards that were visited again and again, so their months are those of "
            "their own dates or threads, and who posts there may have changed."
        ),
    )
    return Chapter("volume", "Volume", lead, tuple(figures), _season_notes(source))


def _stock_lead(source: Source, frame: pd.DataFrame) -> tuple[str, ...]:
    """What one look, or a few close together, can say."""
    seen = int(frame["new_postings"].sum())
    return (
        f"{say.count(seen, 'posting')} for {source.population} were open on {say.count(frame['boards'].max(), 'board')}. "
        "The boards were watched for less than three months: what is open is known, what opens is not yet. Crawl them "
        "again every few days, and after three months this chapter shows how fast new ones come.",
    )


def _index(source: Source, artist: Artist, frame: pd.DataFrame) -> Figure | None:
    rows = frame.dropna(subset=["index"])
    if len(rows) < 2:
        return None
    last = rows.iloc[-1]
    settled = rows[~rows["month"].isin(source.preliminary)]
    told = records(settled if len(settled) else rows)[-1]
    tip = [
        f"{say.month(r['month'])}: index {say.number(r['index'])} "
        f"({say.number(r['index_low'])}–{say.number(r['index_high'])})"
        for r in records(rows)
    ]
    drawn = pd.DataFrame(
        {
            "month": rows["month"],
            "series": "Index",
            "value": rows["index"],
            "low": rows["index_low"],
            "high": rows["index_high"],
            "raw": rows.get("index_raw", None),
            "tip": tip,
        }
    )
    has_raw = "index_raw" in rows
    return artist.figure(
        "volume-index",
        lambda width: charts.lines(
            drawn,
            width=width,
            form=",.0f",
            label_width=0,
            ghost="raw" if has_raw else None,
            is_provisional=last["month"] in source.preliminary,
        ),
        title=(
            f"How far new postings moved since {source.base} can't be told: too few of them then"
            if is_loose(told)
            else f"New postings stood at {say.number(told['index'])} "
            f"({say.number(told['index_low'])}–{say.number(told['index_high'])}) in {say.month(told['month'])}"
        ),
        subtitle=(
            f"Index of new postings a day, mean of {source.base} = 100, "
            f"{source.population}, {source.period}, 95% interval"
        ),
        source=source.credit(
            "Two-way model over employers and months, bootstrap over employers."
            + (" Dotted grey: the raw count on the same base, which moves with coverage." if has_raw else "")
            + (" Open circle: the month is not over." if last["month"] in source.preliminary else "")
        ),
        table=table(rows, VOLUME_COLUMNS),
        csv="volume",
    )


VOLUME_COLUMNS = (
    ("month", "Month", say.month),
    ("new_postings", "New postings", say.number),
    ("active_postings", "Open postings", say.number),
    ("boards", "Boards", say.number),
    ("index", "Index", say.number),
    ("index_low", "Low", say.number),
    ("index_high", "High", say.number),
)


def _counts(source: Source, artist: Artist, frame: pd.DataFrame) -> Figure:
    """Flow, stock and boards as they are: three panels, each on its own scale."""
    panels = []
    for column, name in (
        ("new_postings", "New postings"),
        ("active_postings", "Open postings"),
        ("boards", "Boards read"),
    ):
        rows = frame[~frame["month"].isin(source.preliminary)].dropna(subset=[column])
        if rows.empty or not (rows[column] > 0).any():
            continue
        drawn = pd.DataFrame(
            {
                "month": rows["month"],
                "series": name,
                "value": rows[column],
                "low": rows[column],
                "high": rows[column],
                "tip": [f"{say.month(m)}: {say.number(v)}" for m, v in zip(rows["month"], rows[column], strict=True)],
            }
        )
        chart = charts.lines(drawn, width=PANEL, height=110, form="~s", label_width=0)
        panels.append(
            artist.panel(
                f"volume-{column}",
                chart,
                name=name,
                note=f"{say.number(rows[column].iloc[-1])} in {say.month(rows['month'].iloc[-1])}",
            )
        )
    return Figure(
        "volume-counts",
        "What was counted: raw, and moved by which boards were read",
        f"Unique postings opened in the month, open in the month, and boards read; not adjusted; {source.period}",
        source.credit(
            "Raw counts: compare months only where the number of boards stands still; "
            "the last, unfinished month is left out."
        ),
        panels=tuple(panels),
        table=table(frame, VOLUME_COLUMNS),
        csv="volume",
    )


def _by_group(source: Source, artist: Artist) -> list[Figure]:
    """Small multiples of the index by role and by country, on one scale within each."""
    frame = source.table("volume_by_group")
    figures = []
    for stratum, what in (("role_family", "role"), ("country", "country")):
        rows = frame[frame["stratum"] == stratum] if len(frame) else frame
        rows = rows.dropna(subset=["index"]) if len(rows) else rows
        rows = rows[~rows["month"].isin(source.preliminary)] if len(rows) else rows
        everyone = [g for g in dict.fromkeys(rows["group"]) if (rows["group"] == g).sum() > 1] if len(rows) else []
        groups = [g for g in everyone if not is_loose(records(rows[rows["group"] == g])[-1])]
        if len(groups) < 2:
            continue
        rows = rows[rows["group"].isin(groups)]
        figures.append(_group_panels(source, artist, rows, groups, what))
    return figures


def _group_panels(source: Source, artist: Artist, rows: pd.DataFrame, groups: list[str], what: str) -> Figure:
    top = min(float(rows["index_high"].max()), 3 * float(rows["index"].max())) * 1.02
    panels, last = [], {}
    for i, group in enumerate(groups):
        mine = rows[rows["group"] == group]
        last[group] = records(mine)[-1]
        drawn = pd.DataFrame(
            {
                "month": mine["month"],
                "series": group,
                "value": mine["index"],
                "low": mine["index_low"].fillna(mine["index"]),
                "high": mine["index_high"].fillna(mine["index"]).clip(upper=top),
                "tip": [f"{source.group(group)}, {say.month(r['month'])}: {_index_of(r)}" for r in records(mine)],
            }
        )
        chart = charts.lines(drawn, width=PANEL, height=92, form=",.0f", label_width=0, top=top)
        note = f"{_index_of(last[group])} in {say.short_month(last[group]['month'])}"
        panels.append(artist.panel(f"volume-{what}-{i + 1}", chart, name=source.group(group), note=note))
    told = rows.assign(group=[source.group(g) for g in rows["group"]])
    return Figure(
        f"volume-by-{what}",
        _group_title(source, last, what),
        f"Index of new postings a day by {what}, mean of the first twelve months = 100 in each, {source.period}, "
        "95% interval",
        source.credit(
            f"The largest by postings, from 100 postings of 5 employers; each {what} compared with itself at the same "
            "employers; one scale for all. Left out: those whose interval's ends are three times apart."
        ),
        panels=tuple(panels),
        table=table(
            told,
            (
                ("group", what.capitalize(), str),
                ("month", "Month", say.month),
                ("new_postings", "New postings", say.number),
                ("index", "Index", say.number),
                ("index_low", "Low", say.number),
                ("index_high", "High", say.number),
            ),
        ),
        csv="volume_by_group",
    )


def _index_of(row: dict[str, Any]) -> str:
    return f"{say.number(row['index'])} ({say.number(row['index_low'])}–{say.number(row['index_high'])})"


def _group_title(source: Source, last: dict[str, dict[str, Any]], what: str) -> str:
    """What can be told apart from where it began: above or below 100 with the whole interval."""
    up = [source.group(g) for g, r in last.items() if r["index_low"] > 100]
    down = [source.group(g) for g, r in last.items() if r["index_high"] < 100]
    parts = [f"up: {say.listing(up)}"] if up else []
    parts += [f"down: {say.listing(down)}"] if down else []
    return f"By {what}, {'; '.join(parts)}" if parts else f"By {what}, none can be told from where it began"


def _lifetimes(source: Source, artist: Artist) -> list[Figure]:
    frame = (
        source.table("lifetimes").dropna(subset=["median_days"])
        if "median_days" in source.table("lifetimes")
        else pd.DataFrame()
    )
    if frame.empty:
        return []
    rows = records(frame)
    whole = next((r for r in rows if r["group"] == "all"), rows[0])
    drawn = pd.DataFrame(
        {
            "label": [source.group(r["group"]) for r in rows],
            "value": frame["median_days"].to_list(),
            "low": frame["low"].fillna(frame["median_days"]).to_list(),
            "high": frame["high"].fillna(frame["median_days"]).to_list(),
            "tone": "plain",
            "tip": [
                f"{source.group(r['group'])}: {say.number(r['median_days'])} days "
                f"({say.number(r['low'])}–{say.number(r['high'])}), "
                f"{say.count(r['postings'], 'posting')}"
                for r in rows
            ],
            "n": [say.number(r["postings"]) for r in rows],
        }
    )
    return [
        artist.figure(
            "lifetimes",
            lambda width: charts.dots(
                drawn,
                width=width,
                form=",.0f",
                columns=(("n", "postings", 76),),
                label=(196, 164),
            ),
            title=f"Half of the postings are gone after {say.number(whole['median_days'])} days",
            subtitle=(
                "Median days that a posting stays open, by Kaplan-Meier with delayed "
                f"entry, {source.period}, 95% interval"
            ),
            source=source.credit("Postings still open count as such; the end of coverage is never a closing."),
            table=table(
                frame.assign(group=[source.group(g) for g in frame["group"]]),
                (
                    ("group", "Group", str),
                    ("median_days", "Median days", say.number),
                    ("low", "Low", say.number),
                    ("high", "High", say.number),
                    ("postings", "Postings", say.number),
                ),
            ),
            csv="lifetimes",
        )
    ]


def _season_notes(source: Source) -> tuple[str, ...]:
    note = source.note("volume")
    season = "Not seasonally adjusted: compare a month with the same month a year before."
    return tuple(text for text in (season if "index_adjusted" not in source.table("volume") else None, note) if text)
