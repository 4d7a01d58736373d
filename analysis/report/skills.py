"""Chapters on skills: rising and falling, one by one, what is learnt together, new terms."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import charts
from analysis import narrative as say
from analysis.report.figures import PANEL, Artist, Chapter, Columns, Figure, nothing, records, table
from analysis.report.source import Series, Source

PANELS_PER_KIND = 12
RISERS = 15
INTERVAL = "95% interval with employers as clusters"
MATCHED = (
    "Points: change at the employers read in both periods, in percentage points, so it need not be the difference of "
    "the two shares; within: because these employers ask more; between: because those of them that ask grew."
)
ODDS_KEY = "▲ rising, ▼ falling, ● not distinguishable from flat; the bar is the 95% interval."


def trends(source: Source, artist: Artist) -> Chapter:
    """Chapter 4: which skills rise or fall, with what carries the change, and those of which nothing can be said."""
    frame = source.trends()
    if frame.empty or source.is_stock:
        return nothing("trends", "Rising and falling", source, "skill_trends")
    moving = frame[frame["trend"].isin(["rising", "falling"])]
    flat = frame[(frame["trend"] == "flat") & frame["log_odds_low"].notna()]
    lead = [_trend_lead(source, frame)]
    figures: list[Figure] = []
    if len(moving):
        figures.append(_trend_figure(source, artist, moving))
    elif len(flat):
        figures.append(_trend_figure(source, artist, flat.nlargest(RISERS, "postings_with_skill")))
    figures.append(_all_trends(source, frame))
    return Chapter(
        "trends",
        "Rising and falling" if source.is_long else "What has changed",
        tuple(lead),
        tuple(figures),
        _flat_notes(frame),
    )


def _trend_lead(source: Source, frame: pd.DataFrame) -> str:
    counts = frame["trend"].value_counts()
    tested = int(sum(counts.get(t, 0) for t in ("rising", "falling", "flat")))
    text = (
        f"Of {say.count(tested, 'skill')} with enough postings to test, {say.number(counts.get('rising', 0))} are rising and "
        f"{say.number(counts.get('falling', 0))} falling; {say.number(counts.get('flat', 0))} can't be told from flat, and "
        f"{say.number(counts.get('too_few', 0))} have too few postings to say. At most 1 in 20 "
        "of those called rising or falling is "
        "expected to be a false call."
    )
    if not source.is_long:
        text += " There are fewer than 24 months: these are changes, not yet trends, and the season may explain them."
    return text


def _trend_figure(source: Source, artist: Artist, moving: pd.DataFrame) -> Figure:
    rising = moving[moving["trend"] != "falling"].head(RISERS)
    falling = moving[moving["trend"] == "falling"].head(RISERS)
    rows = pd.concat([rising, falling])
    drawn = pd.DataFrame(
        {
            "label": say.labels(rows),
            "value": rows["log_odds_change"],
            "low": rows["log_odds_low"],
            "high": rows["log_odds_high"],
            "tone": rows["trend"],
            "tip": [_trend_tip(r) for r in records(rows)],
            "shares": [f"{say.percent(r['share_first'])} → {say.percent(r['share_last'])}" for r in records(rows)],
            "points": [say.points(v) for v in rows.get("change_pp", pd.Series([None] * len(rows)))],
            "within": [say.points(v) for v in rows.get("within_pp", pd.Series([None] * len(rows)))],
            "between": [say.points(v) for v in rows.get("between_pp", pd.Series([None] * len(rows)))],
            "employers": [say.number(v) for v in rows["employers"]],
        }
    )
    columns = (
        ("shares", "share", 98),
        ("points", "points", 48),
        ("within", "within", 48),
        ("between", "between", 56),
        ("employers", "employers", 66),
    )
    return artist.figure(
        "trend-dots",
        lambda width: charts.odds(drawn, width=width, columns=columns),
        title=_trend_title(source, rising, falling),
        subtitle=(
            "Change in the odds that a posting asks for the skill, last against first period, "
            f"each employer compared with itself, {source.period}, 95% interval"
        ),
        source=source.credit(
            f"Share: of all postings, first and last period. {MATCHED} Tested: 30 postings and 5 employers or more; "
            "false discovery rate 5%."
        ),
        key=ODDS_KEY,
        table=table(rows, TREND_COLUMNS),
        csv="skill_trends",
    )


def _trend_title(source: Source, rising: pd.DataFrame, falling: pd.DataFrame) -> str:
    if not len(falling) and not (rising["trend"] == "rising").any():
        return "No skill's demand can be told from flat"
    up, down = say.listing(list(rising["skill"].head(3))), say.listing(list(falling["skill"].head(2)))
    parts = [f"{'Rising fastest' if source.is_long else 'Up most'}: {up}"] if up else []
    if down:
        parts.append(f"{'losing ground' if source.is_long else 'down'}: {down}")
    return say.capital("; ".join(parts))


def _trend_tip(row: dict[str, Any]) -> str:
    return (
        f"{row['skill']}: {say.percent(row['share_first'])} → {say.percent(row['share_last'])} of postings, "
        f"odds ×{math.exp(row['log_odds_change']):.2f} (×{math.exp(row['log_odds_low']):.2f} "
        f"to ×{math.exp(row['log_odds_high']):.2f}), "
        f"{say.count(row['postings_with_skill'], 'posting')} of {say.count(row['employers'], 'employer')}"
    )


TREND_COLUMNS = (
    ("skill", "Skill", str),
    ("kind", "Kind", str),
    ("share_first", "Share then", say.percent),
    ("share_last", "Share now", say.percent),
    ("share_last_low", "Low", say.percent),
    ("share_last_high", "High", say.percent),
    ("change_pp", "Points", say.points),
    ("within_pp", "Within", say.points),
    ("between_pp", "Between", say.points),
    ("log_odds_change", "Log odds", say.signed),
    ("q_value", "q", say.q_value),
    ("postings_with_skill", "Postings", say.number),
    ("employers", "Employers", say.number),
    ("trend", "Trend", say.trend_word),
)


def _all_trends(source: Source, frame: pd.DataFrame) -> Figure:
    return Figure(
        "trend-table",
        f"All {say.count(len(frame), 'skill')}, with those that can't be told from flat",
        f"Share of postings in the first and the last period, change and its test, {source.period}",
        source.credit(f"{MATCHED} Too few: under 30 postings or 5 employers, so no test is made."),
        table=table(frame, TREND_COLUMNS, caption="Every skill", limit=600),
        csv="skill_trends",
    )


def _flat_notes(frame: pd.DataFrame) -> tuple[str, ...]:
    flat = frame[frame["trend"] == "flat"].nlargest(40, "postings_with_skill")
    if flat.empty:
        return ()
    return (f"Not distinguishable from flat (the most asked for first): {say.listing(list(flat['skill']))}.",)


def skills(source: Source, artist: Artist) -> Chapter:
    """Chapter 5: the most asked for skills of each kind as small multiples that share a scale."""
    series = source.series()
    if series.frame.empty:
        return nothing("skills", "Skill by skill", source, "skill_shares")
    if series.frame["name"].nunique() == 1:
        one = f"One {series.unit} has no course to draw: its shares stand in the next chapter, and all in the tables."
        return Chapter("skills", "Skill by skill", (one,))
    figures = []
    for kind, heading in say.KINDS.items():
        of_kind = series.frame[series.frame["kind"] == kind]
        ranked = of_kind.groupby("skill", observed=True)["postings_with_skill"].sum().nlargest(PANELS_PER_KIND).index
        if len(ranked):
            figures.append(_panels(source, artist, kind, heading, series, list(ranked)))
    lead = (
        (
            "The most asked for skills of each kind, on one scale within a kind. "
            "Line: share of postings; band: interval "
            "for employers like these; a vertical mark: a step that the change-point test accepts; a gap: too few "
            f"postings to print.{' An open circle: the period is not over.' if series.ends_unfinished else ''}"
        ),
    )
    return Chapter("skills", "Skill by skill", lead, tuple(figures))


def _panels(source: Source, artist: Artist, kind: str, heading: str, series: Series, ranked: list[str]) -> Figure:
    rows = series.frame[series.frame["skill"].isin(ranked)]
    top = min(1.0, float(rows[["share", "share_high"]].max().max()) * 1.02)
    steps = source.table("change_points")
    trends_of = {r["skill"]: r for r in records(source.trends())}
    panels = []
    for i, skill in enumerate(ranked):
        marks = list(steps.loc[steps["skill"] == skill, "month"]) if "skill" in steps else []
        mine = series.of(skill)
        chart = charts.lines(
            series.drawn(skill),
            width=PANEL,
            height=92,
            label_width=0,
            top=top,
            marks=marks,
            is_provisional=mine["name"].max() in series.unfinished,
        )
        note = _panel_note(source, trends_of.get(skill), *series.settled(skill))
        panels.append(artist.panel(f"skill-{kind}-{i + 1}", chart, name=say.label(skill, kind), note=note))
    wide = rows.pivot_table(index="name", columns="skill", values="share", observed=True)[ranked].reset_index()
    unfinished = lambda name: f"{say.month(name)}{' (unfinished)' if name in series.unfinished else ''}"  # noqa: E731
    columns: Columns = [("name", series.unit.capitalize(), unfinished)]
    columns += [(skill, skill, say.percent) for skill in ranked]
    return Figure(
        f"skills-{kind}",
        _kind_title(heading, [trends_of[skill] for skill in ranked if skill in trends_of], ranked[0]),
        f"Share of postings that name the skill, by {series.unit}, {source.population}, {source.period}, {INTERVAL}",
        source.credit(f"A {series.unit} with fewer than 100 postings, 10 with the skill or 5 employers is left out."),
        panels=tuple(panels),
        table=table(wide, columns),
        csv=series.name,
    )


def _kind_title(heading: str, rows: list[dict[str, Any]], first: str) -> str:
    """The finding of a kind's panels: what leads, rises and falls."""
    rising = [str(r["skill"]) for r in rows if r["trend"] == "rising"][:3]
    falling = [str(r["skill"]) for r in rows if r["trend"] == "falling"][:2]
    leads = [r for r in rows if r["skill"] == first and r["trend"] in {"rising", "falling"}]
    parts = [f"{first} leads and is {leads[0]['trend']}" if leads else f"{first} leads"]
    rising, falling = [s for s in rising if s != first], [s for s in falling if s != first]
    if rising:
        parts.append(f"rising: {say.listing(rising)}")
    if falling:
        parts.append(f"falling: {say.listing(falling)}")
    return f"{heading}: {'; '.join(parts)}"


def _panel_note(source: Source, trend: dict[str, Any] | None, last: dict[str, Any], doubt: str) -> str:
    now = f"{say.percent(last['share'])} in {say.short_month(last['name'])}{doubt}"
    if trend is None:
        return now
    return f"{say.MARKS.get(str(trend['trend']), '')} {now}, {say.trend_word(trend['trend'], is_long=source.is_long)}"


def together(source: Source, artist: Artist) -> Chapter:
    """Chapter: what is asked for in the same posting."""
    frame = source.table("skill_pairs")
    figures = []
    if not frame.empty:
        rows = frame.head(20)
        drawn = pd.DataFrame(
            {
                "label": [f"{a} + {b}" for a, b in zip(rows["skill_a"], rows["skill_b"], strict=True)],
                "value": rows["lift"],
                "low": rows["lift_low"],
                "high": rows["lift_high"],
                "tone": "plain",
                "tip": [
                    f"{r['skill_a']} and {r['skill_b']}: {r['lift']:.1f} times as often together as by chance "
                    f"({r['lift_low']:.1f}–{r['lift_high']:.1f}), {say.count(r['postings'], 'posting')}"
                    for r in records(rows)
                ],
                "n": [say.number(v) for v in rows["postings"]],
            }
        )
        best = rows.iloc[0]
        figures.append(
            artist.figure(
                "pairs",
                lambda width: charts.dots(
                    drawn,
                    width=width,
                    form=".1~f",
                    rule=1.0,
                    label=(230, 204),
                    columns=(("n", "postings", 76),),
                ),
                title=say.capital(
                    f"{best['skill_a']} and {best['skill_b']} go together {best['lift']:.1f} "
                    "times as often as chance would have it"
                ),
                subtitle=(
                    "Lift: postings that ask for both, over what independence would "
                    f"give, {source.period}, 95% interval"
                ),
                source=source.credit(
                    "Pairs in 30 postings and of 5 employers or more; interval by bootstrap over employers."
                ),
                table=table(frame, PAIR_COLUMNS, limit=200),
                csv="skill_pairs",
            )
        )
    bundles = _bundles(source)
    lead = (
        (
            "Skills that the same posting asks for, more often than their own frequency would "
            "make them meet: a plan for what to learn next."
        ),
    )
    if not figures and not bundles:
        return nothing("together", "What to learn together", source, "skill_pairs")
    return Chapter(
        "together", "What to learn together", lead, tuple(figures), data={"bundles": bundles}, body="bundles"
    )


PAIR_COLUMNS = (
    ("skill_a", "Skill", str),
    ("skill_b", "with", str),
    ("postings", "Postings", say.number),
    ("lift", "Lift", lambda v: say.number(v, 1)),
    ("lift_low", "Low", lambda v: say.number(v, 1)),
    ("lift_high", "High", lambda v: say.number(v, 1)),
)


def _bundles(source: Source) -> list[list[str]]:
    frame = source.table("bundles")
    if frame.empty:
        return []
    return [[str(s) for s in group["skill"]] for _, group in frame.groupby("bundle", sort=False)]


def emerging(source: Source) -> Chapter:
    """Chapter: names that the vocabulary does not hold yet."""
    frame = source.table("emerging_terms")
    lead = (
        (
            "Names read beside known skills that the vocabulary does not hold, more "
            "common now than a year before. They wait "
            "for a person: a name becomes a skill by a row in the taxonomy only, and then all history is read again."
        ),
    )
    if frame.empty:
        return Chapter(
            "emerging",
            "New terms",
            (
                "No new name passed the test: 5 employers, 20 postings, false discovery rate 5%. A year of postings is needed to "
                "tell the new from the rare.",
            ),
        )
    rows = table(
        frame,
        (
            ("term", "Term", str),
            ("first_month", "First seen", say.month),
            ("postings", "Postings", say.number),
            ("employers", "Employers", say.number),
            ("examples", "Examples", str),
        ),
        limit=60,
    )
    figure = Figure(
        "emerging-terms",
        f"{say.listing([str(t) for t in frame['term'].head(3)])} {'are' if len(frame) > 1 else 'is'} new in postings",
        f"Candidate terms by number of employers, {source.period}",
        source.credit("5 employers and 20 postings or more."),
        table=rows,
        csv="emerging_terms",
        is_table_shown=True,
    )
    return Chapter("emerging", "New terms", lead, (figure,))
