"""Chapters on people: pay, education, experience."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import charts
from analysis import narrative as say
from analysis.report.figures import Artist, Chapter, Figure, records, table
from analysis.report.source import Source

PREMIUM_ROWS = 20


def pay(source: Source, artist: Artist) -> Chapter:
    """Chapter 7: who says what is paid, how much it is, and what goes with it."""
    figures = [*_salary(source, artist), *_premium(source, artist)]
    lead = ["Only postings that name their pay can be counted, and those that do are not like those that don't."]
    if note := source.note("salary"):
        lead.append(note)
    if not figures:
        return Chapter("pay", "Pay", (*lead, "Too few do for quartiles: 30 postings of 5 employers are needed."))
    return Chapter("pay", "Pay", tuple(lead), tuple(figures))


def _salary(source: Source, artist: Artist) -> list[Figure]:
    frame = source.table("salary")
    if frame.empty:
        return []
    frame = frame.dropna(subset=["median"])
    if frame.empty:
        return []
    rows = records(frame)
    whole = next((r for r in rows if r["group"] == "all"), rows[0])
    currency = str(whole.get("currency") or "USD")
    drawn = pd.DataFrame(
        {
            "label": [source.group(r["group"]) for r in rows],
            "p25": frame["p25"].to_list(),
            "median": frame["median"].to_list(),
            "p75": frame["p75"].to_list(),
            "mid": [say.money(r["median"], currency) for r in rows],
            "interval": [_ends(r, currency).strip(" ()") for r in rows],
            "n": [say.number(r["n"]) for r in rows],
            "tip": [
                f"{source.group(r['group'])}: median {say.money(r['median'], currency)}{_ends(r, currency)}, "
                f"middle half {say.money(r['p25'], currency)} "
                f"to {say.money(r['p75'], currency)}, {say.count(r['n'], 'posting')}"
                for r in rows
            ],
        }
    )
    columns = (("mid", "median", 60), ("interval", "interval", 92), ("n", "postings", 66))
    return [
        artist.figure(
            "salary",
            lambda width: charts.ranges(
                drawn,
                width=width,
                columns=columns,
                label=(176, 128),
            ),
            title=(
                f"Half of the postings that name pay offer {say.money(whole['p25'], currency)} to "
                f"{say.money(whole['p75'], currency)} a year"
            ),
            subtitle=(
                f"Advertised annual pay in {currency}, midpoint of the range: quartiles "
                f"(bar) and median (mark) with its 95% interval, {source.period}"
            ),
            source=source.credit(
                f"{say.count(whole['n'], 'posting')} with pay. Hours × 2,080, days × 260, weeks × 52, "
                "months × 12; ranges wider than 3 to 1 left out. "
                "Advertised is not paid."
            ),
            table=table(
                frame.assign(group=drawn["label"].to_list()),
                (
                    ("group", "Group", str),
                    ("n", "Postings", say.number),
                    ("p25", "Lower quartile", say.number),
                    ("median", "Median", say.number),
                    ("median_low", "Low", say.number),
                    ("median_high", "High", say.number),
                    ("p75", "Upper quartile", say.number),
                    ("employers", "Employers", say.number),
                    ("share_disclosed", "Name pay", say.percent),
                ),
            ),
            csv="salary",
        )
    ]


def _ends(row: dict[str, Any], currency: str) -> str:
    """The interval of a median of pay in brackets, or nothing where the table has none."""
    low, high = row.get("median_low"), row.get("median_high")
    if not (say.is_known(low) and say.is_known(high)):
        return ""
    return f" ({say.money(low, currency).removesuffix('k')}–{say.money(high, currency).lstrip('$€£')})"


def _premium(source: Source, artist: Artist) -> list[Figure]:
    frame = source.table("salary_premium")
    if frame.empty:
        return []
    frame = frame.sort_values("premium_log_points", ascending=False, kind="stable")
    clear = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    rows = records((clear if len(clear) else frame).head(PREMIUM_ROWS))
    drawn = pd.DataFrame(
        {
            "label": [say.capital(r["skill"]) for r in rows],
            "value": [r["premium_log_points"] for r in rows],
            "low": [r["low"] for r in rows],
            "high": [r["high"] for r in rows],
            "tone": ["rising" if r["low"] > 0 else "falling" if r["high"] < 0 else "flat" for r in rows],
            "n": [say.number(r["n"]) for r in rows],
            "tip": [
                f"{r['skill']}: {say.signed(r['premium_log_points'])} log points "
                f"({say.signed(r['low'])} to {say.signed(r['high'])})"
                for r in rows
            ],
        }
    )
    best = rows[0]
    return [
        artist.figure(
            "premium",
            lambda width: charts.dots(
                drawn,
                width=width,
                form="+.3~f",
                zero=False,
                rule=0.0,
                columns=(("n", "postings", 66),),
                label=(160, 118),
            ),
            title=(
                f"Postings that ask for {best['skill']} offer more than the same employer's others"
                if len(clear) and best["low"] > 0
                else "No skill goes with clearly higher pay at the same employer"
            ),
            subtitle=(
                "Difference in log pay within an employer, all skills, role, level, country and "
                f"month held fixed, {source.period}, 95% interval"
            ),
            source=source.credit("0.10 is about 10% more. What goes with pay, not what causes it."),
            key="▲ higher, ▼ lower, ● not distinguishable from no difference.",
            table=table(
                frame,
                (
                    ("skill", "Skill", str),
                    ("premium_log_points", "Log points", say.signed),
                    ("low", "Low", say.signed),
                    ("high", "High", say.signed),
                    ("n", "Postings", say.number),
                ),
            ),
            csv="salary_premium",
        )
    ]


def education(source: Source, artist: Artist) -> Chapter:
    """Chapter 8: the lowest degree that opens the door, and the years asked for, by level."""
    figures = [*_degrees(source, artist), *_years(source, artist)]
    if not figures:
        return Chapter("education", "Education and experience", (source.too_little("education"),))
    lead = (
        (
            "The gate is the lowest degree that a posting requires: “Bachelor's required, "
            "Master's preferred” counts as a Bachelor's. "
            "“Or equivalent experience” makes the degree no must, like “preferred”."
        ),
    )
    return Chapter("education", "Education and experience", lead, tuple(figures))


def _latest(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the whole period where there are such, else of the last one."""
    periods = list(dict.fromkeys(frame["period"]))
    return frame[frame["period"] == ("all" if "all" in periods else periods[-1])]


def _degrees(source: Source, artist: Artist) -> list[Figure]:
    frame = source.table("education")
    if frame.empty:
        return []
    frame = _latest(frame).dropna(subset=["share"])
    rows = [r for r in records(frame) if r["requirement"] != "preferred" or r["seniority"] == "all"]
    if not rows:
        return []
    drawn = pd.DataFrame([_degree_row(r) for r in rows])
    whole = {r["level"]: r for r in rows if r["seniority"] == "all" and r["requirement"] != "preferred"}
    first = max(whole.values(), key=lambda r: r["share"]) if whole else rows[0]
    return [
        artist.figure(
            "degrees",
            lambda width: charts.dots(
                drawn,
                width=width,
                columns=(("interval", "interval", 84), ("n", "postings", 66)),
                label=(230, 170),
            ),
            title=_degree_title(first, whole),
            subtitle=f"Share of postings by the lowest degree required, by level, {_when(frame, source)}, 95% interval",
            source=source.credit(
                "All postings with text are the base, also those that name no degree. No must: preferred, or experience "
                "will do instead."
            ),
            table=table(
                frame.assign(
                    seniority=[source.group(s) for s in frame["seniority"]],
                    level=[say.LEVELS.get(v, v) for v in frame["level"]],
                ),
                (
                    ("seniority", "Level", str),
                    ("level", "Degree", str),
                    ("requirement", "Requirement", str),
                    ("postings", "Postings", say.number),
                    ("share", "Share", say.percent),
                    ("share_low", "Low", say.percent),
                    ("share_high", "High", say.percent),
                ),
            ),
            csv="education",
        )
    ]


def _degree_row(row: dict[str, Any]) -> dict[str, Any]:
    who, what = say.SENIORITY.get(row["seniority"], row["seniority"]), say.LEVELS.get(row["level"], row["level"])
    if row["requirement"] == "preferred":
        what += ", no must"
    return {
        "label": f"{who}: {what}",
        "value": row["share"],
        "low": row["share_low"],
        "high": row["share_high"],
        "tone": "plain",
        "interval": say.span(row["share_low"], row["share_high"]),
        "n": say.number(row["postings"]),
        "tip": f"{who}, {what}: {say.share_of(row)} of {say.count(row['postings'], 'posting')}",
    }


def _degree_title(first: dict[str, Any], whole: dict[str, dict[str, Any]]) -> str:
    if first["level"] == "none":
        title = f"{say.tenths(first['share']).capitalize()} postings name no degree"
    else:
        title = (
            f"{say.tenths(first['share']).capitalize()} postings require a "
            f"{say.LEVELS.get(first['level'], first['level'])}"
        )
    phd = whole.get("phd")
    return f"{title}; a PhD: {say.percent(phd['share'])}" if phd is not None and first["level"] != "phd" else title


def _when(frame: pd.DataFrame, source: Source) -> str:
    period = str(frame["period"].iloc[0])
    return source.period if period == "all" else period


def _years_of(value: Any) -> str:
    return say.number(value, 1).removesuffix(".0")


def _years(source: Source, artist: Artist) -> list[Figure]:
    frame = source.table("experience")
    if frame.empty:
        return []
    frame = _latest(frame).dropna(subset=["median"])
    rows = records(frame)
    if not rows:
        return []
    drawn = pd.DataFrame(
        {
            "label": [source.group(r["seniority"]) for r in rows],
            "p25": [r["p25"] for r in rows],
            "median": [r["median"] for r in rows],
            "p75": [r["p75"] for r in rows],
            "n": [say.number(r["n"]) for r in rows],
            "mid": [_years_of(r["median"]) for r in rows],
            "interval": [
                f"{_years_of(r['median_low'])}–{_years_of(r['median_high'])}" if "median_low" in r else "" for r in rows
            ],
            "tip": [
                f"{source.group(r['seniority'])}: median {say.number(r['median'], 1)} years, middle half "
                f"{say.number(r['p25'], 1)} to {say.number(r['p75'], 1)}, "
                f"{say.count(r['n'], 'posting')}"
                for r in rows
            ],
        }
    )
    whole = next((r for r in rows if r["seniority"] == "all"), rows[0])
    columns = (("mid", "median", 60), ("interval", "interval", 66), ("n", "postings", 66))
    return [
        artist.figure(
            "experience",
            lambda width: charts.ranges(
                drawn,
                width=width,
                form=".0f",
                columns=columns,
                label=(176, 128),
            ),
            title=(
                f"The median posting that names years asks for {_years_of(whole['median'])} "
                f"{'year' if whole['median'] == 1 else 'years'} of experience"
            ),
            subtitle=(
                "Least years of experience required, where a posting names them: "
                f"quartiles (bar) and median (mark) with its 95% interval, {_when(frame, source)}"
            ),
            source=source.credit("Postings that name no years are left out."),
            table=table(
                frame.assign(seniority=[source.group(s) for s in frame["seniority"]]),
                (
                    ("seniority", "Level", str),
                    ("n", "Postings", say.number),
                    ("p25", "Lower quartile", lambda v: say.number(v, 1)),
                    ("median", "Median", lambda v: say.number(v, 1)),
                    ("median_low", "Low", lambda v: say.number(v, 1)),
                    ("median_high", "High", lambda v: say.number(v, 1)),
                    ("p75", "Upper quartile", lambda v: say.number(v, 1)),
                ),
            ),
            csv="experience",
        )
    ]
