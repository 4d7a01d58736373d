"""Chapter 6: the questions that articles on the role raise, each answered with share, interval, support and trend."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

from analysis import charts
from analysis import narrative as say
from analysis.report.figures import Artist, Chapter, Figure, records, table
from analysis.report.source import Source

ROWS = 12
ANSWER_COLUMNS = (
    ("label", "Asked for", str),
    ("share", "Share", say.percent),
    ("share_low", "Low", say.percent),
    ("share_high", "High", say.percent),
    ("share_first", "Before", say.percent),
    ("share_required", "Required", say.percent),
    ("share_junior", "Junior", say.percent),
    ("share_senior", "Senior", say.percent),
    ("n", "Postings", say.number),
    ("employers", "Employers", say.number),
    ("trend", "Trend", say.trend_word),
)


@lru_cache(maxsize=1)
def questions() -> dict[str, Any]:
    """questions.toml as it is."""
    return tomllib.loads(resources.files("analysis").joinpath("questions.toml").read_text(encoding="utf-8"))


def engineer(source: Source, artist: Artist) -> Chapter:
    """The chapter: one section a question, and those that postings can't answer."""
    sections = []
    for question in questions()["question"]:
        if question["ident"] == "growth":
            sections.append(_growth(source, artist, question))
            continue
        rows, csv = _answers(source, question)
        sections.append(_section(source, artist, question, rows, csv))
    lead = (
        (
            "Articles on how to become a machine-learning engineer ask much the same questions. Here are the answers "
            "that "
            f"postings give: shares of postings for {source.population} in the last "
            "period, with interval, support and trend."
        ),
    )
    return Chapter(
        "engineer",
        "The ML engineer",
        lead,
        sections=tuple(sections),
        body="unanswerable",
        data={"unanswerable": questions()["unanswerable"]},
    )


def _answers(source: Source, question: dict[str, Any]) -> tuple[pd.DataFrame, str]:
    """Rows (label, share with interval, n, trend) that answer a question, most common first; their table's name."""
    if "table" in question:
        frame = source.table(question["table"])
        if frame.empty:
            return frame, question["table"]
        label = _label_column(frame)
        counted = frame["postings_with"] if "postings_with" in frame else frame["postings"]
        frame = frame.assign(label=[say.capital(source.group(v)) for v in frame[label]], n=counted)
        return frame.sort_values("share", ascending=False, kind="stable"), question["table"]
    frame = source.current()
    if frame.empty:
        return frame, "current_shares"
    chosen = frame[frame["kind"].isin(question["kind"])]
    if "skills" in question:
        chosen = chosen[chosen["skill"].isin(question["skills"])]
    if "without" in question:
        others = [q["skills"] for q in questions()["question"] if q["ident"] in question["without"]]
        chosen = chosen[~chosen["skill"].isin([skill for skills in others for skill in skills])]
    return chosen.assign(label=say.labels(chosen), n=chosen["postings_with_skill"]), "current_shares"


def _label_column(frame: pd.DataFrame) -> str:
    return next(c for c in ("item", "field", "fact", "group") if c in frame)


def _section(source: Source, artist: Artist, question: dict[str, Any], rows: pd.DataFrame, csv: str) -> Chapter:
    ident, title, asked = f"engineer-{question['ident']}", question["title"], question["asked"]
    if "share" in rows:
        rows = rows.dropna(subset=["share"])
    if rows.empty:
        return Chapter(ident, title, (asked, "Too few postings in this file say anything about it."))
    top = rows.head(ROWS)
    named = question.get("named", [])
    key = "skill" if "skill" in rows else _label_column(rows)
    top = pd.concat([top, rows[rows[key].isin(named) & ~rows[key].isin(top[key])]])
    missing = [name for name in named if name not in set(rows[key])]
    is_tested = "trend" in top and bool((top["trend"] != "too_few").any())
    drawn = pd.DataFrame(
        {
            "label": top["label"],
            "value": top["share"],
            "low": top["share_low"],
            "high": top["share_high"],
            "tone": top["trend"] if is_tested else "plain",
            "share": [say.percent(v) for v in top["share"]],
            "interval": [say.span(r["share_low"], r["share_high"]) for r in records(top)],
            "n": [say.number(v) for v in top["n"]],
            "tip": [_tip(r) for r in records(top)],
        }
    )
    columns = [("share", "share", 42), ("interval", "interval", 72), ("n", "postings", 62)]
    if "share_required" in top:
        drawn["required"] = [say.percent(v) for v in top["share_required"]]
        columns.insert(2, ("required", "required", 62))
    period = source.last_period if "trend" in top else source.period
    figure = artist.figure(
        ident,
        lambda width: charts.dots(
            drawn,
            width=width,
            columns=columns,
            kept=1,
            label=(190, 136),
        ),
        title=say.capital(_finding(records(top))),
        subtitle=f"Share of postings, {source.population}, {period}, 95% interval",
        source=source.credit(
            "Printed from 100 postings, 10 with it, 5 employers; "
            + ("tested from 30 postings with it." if is_tested else "no trend is tested here.")
        ),
        key="▲ rising, ▼ falling, ● flat or not tested." if is_tested else "",
        table=table(rows, ANSWER_COLUMNS, limit=80),
        csv=csv,
    )
    beside = _beside(source, artist, question)
    too_few = f"Too few postings to print a share: {say.listing(missing)}."
    return Chapter(ident, title, (asked, *([too_few] if missing else [])), (figure, *beside))


def _beside(source: Source, artist: Artist, question: dict[str, Any]) -> list[Figure]:
    """Two rivals on one chart, where the question names a pair and both are printed for two periods or more."""
    series = source.series()
    pair = [name for name in question.get("pair", ()) if len(series.of(name)) > 1]
    if len(pair) < 2:
        return []
    drawn = pd.concat([series.drawn(name) for name in pair])
    last = [records(series.of(name))[-1] for name in pair]
    ends = [f"{r['skill']} in {say.percent(r['share'])}" for r in sorted(last, key=lambda r: -r["share"])]
    return [
        artist.figure(
            f"engineer-{question['ident']}-pair",
            lambda width: charts.lines(drawn, width=width, height=220, label_width=96),
            title=f"{say.listing(ends)} of postings, {say.month(last[0]['name'])}",
            subtitle=f"Share of postings by {series.unit}, {source.population}, {source.period}, 95% interval",
            source=source.credit(f"A {series.unit} with fewer than 100 postings is left out."),
            csv=series.name,
        )
    ]


def _small(label: str) -> str:
    """A label inside of a sentence."""
    return label[:1].lower() + label[1:]


def _finding(rows: list[dict[str, Any]]) -> str:
    shares = [f"{r.get('skill', _small(r['label']))} in {say.percent(r['share'])}" for r in rows[:3]]
    return say.listing([f"{shares[0]} of postings", *shares[1:]])


def _tip(row: dict[str, Any]) -> str:
    text = f"{row['label']}: {say.share_of(row)}, {say.count(row['n'], 'posting')}"
    return f"{text}, {say.trend_word(row['trend'])}" if say.is_known(row.get("trend")) else text


ML_BOARDS = 50_000
"""Postings of the role per million from which the boards were plainly chosen for it: of all jobs it is a few hundred
to a few thousand (0.84% to 2.84% of United States postings asked for any AI skill in 2022, by definition)."""
NOT_COMPARABLE = (
    "A much-read article of 2022 counts 179 of a million postings in 2018, 350% more than in 2015, of all occupations on "
    "one site. The boards in this file were chosen because they hire for such roles, so their share says nothing about "
    "the economy and is not set beside that figure; how it moves at the same boards is what can be read."
)


def _growth(source: Source, artist: Artist, question: dict[str, Any]) -> Chapter:
    frame = source.table("per_million")
    figures: list[Figure] = []
    lead = [question["asked"]]
    if frame.empty:
        lead.append("This file has no postings of other roles to divide by, or less than a year of them.")
        return Chapter("engineer-growth", question["title"], tuple(lead))
    period = "year" if "year" in frame else "period"
    rows = frame.dropna(subset=["per_million"])
    if len(rows) and float(rows["per_million"].iloc[-1]) > ML_BOARDS:
        lead = [NOT_COMPARABLE]
    if len(rows):
        names = [_year(r, period) for r in records(rows)]
        drawn = pd.DataFrame(
            {
                "label": names,
                "value": rows["per_million"],
                "low": rows["low"],
                "high": rows["high"],
                "tone": "plain",
                "n": [f"{say.number(r['postings'])} of {say.number(r['covered'])}" for r in records(rows)],
                "tip": [
                    f"{name}: {say.number(r['per_million'])} per million "
                    f"({say.number(r['low'])}–{say.number(r['high'])})"
                    for name, r in zip(names, records(rows), strict=True)
                ],
            }
        )
        last = records(rows)[-1]
        figures.append(
            artist.figure(
                "per-million",
                lambda width: charts.dots(
                    drawn,
                    width=width,
                    form=",.0f",
                    columns=(("n", "postings", 130),),
                    label=(130, 104),
                ),
                title=_growth_title(source, last, names[-1]),
                subtitle=(
                    f"New postings of the role per million new postings of any role on the same "
                    f"{say.count(source.about.boards, 'board')}, {source.period}, 95% interval"
                ),
                source=source.credit(
                    "What is divided by: every new posting of these boards, whatever its role; not all jobs of the economy."
                ),
                table=table(
                    rows,
                    (
                        (period, "Period", str),
                        ("postings", "Postings", say.number),
                        ("covered", "Covered", say.number),
                        ("per_million", "Per million", say.number),
                        ("low", "Low", say.number),
                        ("high", "High", say.number),
                        ("growth", "Growth", lambda v: say.percent(v) if say.is_known(v) and v >= 0 else say.signed(v)),
                    ),
                ),
                csv="per_million",
            )
        )
    return Chapter("engineer-growth", question["title"], tuple(lead), tuple(figures))


def _year(row: dict[str, Any], period: str) -> str:
    """`2026`, or `2026 (10 months)` where not all of the year is covered."""
    months = row.get("months")
    return str(row[period]) if months in (None, 12) else f"{row[period]} ({say.count(months, 'month')})"


def _growth_title(source: Source, row: dict[str, Any], name: str) -> str:
    ends = f"({say.number(row['low'])}–{say.number(row['high'])})"
    if float(row["per_million"]) <= ML_BOARDS:
        return f"{say.number(row['per_million'])} {ends} of a million postings on these boards were for {source.role}, {name}"
    return (
        f"On these boards {say.percent(row['per_million'] / 1e6)} "
        f"({say.span(row['low'] / 1e6, row['high'] / 1e6)}) of all new postings were for {source.role}, {name}"
    )
