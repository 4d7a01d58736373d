"""Chapter: the same shares by role, level, country and work mode, and of what is required only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import narrative as say
from analysis.report.figures import Chapter, Columns, Figure, nothing, records, table
from analysis.report.source import Source

ROWS = 24
MOST_GROUPS = 5
STRATA = {
    "role_family": ("role", "Roles are told by their titles; the rule is printed under Methods."),
    "seniority": ("level", "“Mid or not stated” holds every posting that names no level."),
    "country": ("country", "The place of work, where the posting names one country."),
    "work_mode": ("work mode", "Only postings that say where the work is done."),
}
REQUIRED_COLUMNS = (
    ("label", "Skill", str),
    ("share", "Required", say.percent),
    ("share_low", "Low", say.percent),
    ("share_high", "High", say.percent),
    ("share_named", "Named at all", say.percent),
    ("postings_with_skill", "Postings", say.number),
    ("employers_asking", "Employers", say.number),
    ("trend", "Trend", say.trend_word),
)


def groups(source: Source) -> Chapter:
    """Tables of the most asked for skills: columns are groups; each group's whole list is in its file."""
    figures = [f for f in (_required(source), *(_by(source, stratum) for stratum in STRATA)) if f]
    title = "By role, level, country and work mode"
    if not figures:
        return nothing("groups", title, source, "shares_by_group")
    lead = (
        "The most asked for skills among other cuts of the same postings. The files hold every skill, and the trend "
        "within each group of 500 postings or more (group_trends).",
    )
    return Chapter("groups", title, lead, tuple(figures))


def _required(source: Source) -> Figure | None:
    frame = source.table("required_shares")
    if frame.empty:
        return None
    frame = frame[frame["group"] == "all"].sort_values("share", ascending=False, kind="stable")
    named = source.current().set_index("skill")["share"]
    frame = frame.assign(share_named=frame["skill"].map(named), label=say.labels(frame))
    trends = source.table("required_trends")
    if len(trends):
        frame = frame.assign(trend=frame["skill"].map(trends.set_index("skill")["trend"]).fillna("too_few"))
    first, *rest = records(frame.head(3))
    after = [f"{r['skill']} by {say.percent(r['share'])}" for r in rest]
    return Figure(
        "required",
        say.capital(
            say.listing([f"{first['skill']} is required by {say.percent(first['share'])} of postings", *after])
        ),
        f"Share of postings that require the skill, rather than name it, {source.population}, {source.last_period}",
        source.credit("Required: said as a must, or under such a heading. Trend: of what is required."),
        table=table(frame, REQUIRED_COLUMNS, limit=ROWS),
        csv="required_shares",
        is_table_shown=True,
    )


def _by(source: Source, stratum: str) -> Figure | None:
    frame = source.table("shares_by_group")
    if "stratum" not in frame:
        return None
    frame = frame[frame["stratum"] == stratum]
    sizes = frame.groupby("group", observed=True)["postings"].max()
    shown = list(sizes.sort_values(ascending=False, kind="stable").index[:MOST_GROUPS])
    if len(shown) < 2:
        return None
    if stratum == "seniority":
        shown.sort(key=list(say.SENIORITY).index)
    top = list(source.current()["skill"].head(ROWS))
    rows = frame[frame["skill"].isin(top) & frame["group"].isin(shown)]
    cells = rows.assign(
        cell=[f"{say.percent(r['share'])} ({say.span(r['share_low'], r['share_high'])})" for r in records(rows)]
    )
    wide = cells.pivot_table(index="skill", columns="group", values="cell", aggfunc="first", observed=True)
    wide = wide.reindex([name for name in top if name in wide.index])[shown].reset_index()
    names = dict(zip(rows["skill"], say.labels(rows), strict=True))
    wide = wide.assign(skill=wide["skill"].map(names))
    write = lambda value: value if isinstance(value, str) else say.NOTHING  # noqa: E731
    columns: Columns = [("skill", "Skill", str)]
    columns += [(name, f"{source.group(name)} ({say.number(sizes[name])})", write) for name in shown]
    what, note = STRATA[stratum]
    return Figure(
        f"by-{what.replace(' ', '-')}",
        _finding(source, rows, what),
        f"Share of postings that name the skill with its 95% interval, by {what} (postings), {source.last_period}",
        source.credit(
            f"{note} The five largest; printed from 100 postings, 10 with the skill, 5 employers; — is less than that."
        ),
        table=table(wide, columns),
        csv="shares_by_group",
        is_table_shown=True,
    )


def _finding(source: Source, rows: pd.DataFrame, what: str) -> str:
    """The widest difference between two groups whose intervals do not touch."""
    best: tuple[float, str] | None = None
    told_by_name = rows["share"] == 1  # a role's title names the skill: no finding
    for skill, part in rows[~told_by_name].groupby("skill", sort=False, observed=True):
        told: list[dict[str, Any]] = sorted(records(part), key=lambda r: float(r["share"]))
        low, high = told[0], told[-1]
        gap = high["share"] - low["share"]
        if high["share_low"] > low["share_high"] and (best is None or gap > best[0]):
            best = (
                gap,
                f"{say.label(str(skill), high['kind'])}: {say.percent(high['share'])} of postings "
                f"({source.group(high['group'])}), {say.percent(low['share'])} ({source.group(low['group'])})",
            )
    return f"By {what}: {best[1]}" if best else f"By {what}, no two groups differ beyond their intervals"
