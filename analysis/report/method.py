"""Chapters on trust: coverage, quality checks, sensitivity, definitions, downloads."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import charts
from analysis import narrative as say
from analysis.measures.quality import GATES
from analysis.report import revisions
from analysis.report.figures import Artist, Chapter, Figure, Table, records, table
from analysis.report.source import Source
from analysis.vintage import Comparison

MISSING = (
    "Only boards that were read are here: no private boards, no referrals, no jobs that are never advertised.",
    "A posting is not a hire, an applicant or a vacancy filled; advertised pay is not paid pay.",
    "Naming a skill is not needing it: shares count what postings say, with the level they say it at.",
    "The index and the trends speak of covered employers. They say nothing of employers that were not yet read.",
)
GLOSSARY = (
    (
        "posting",
        (
            "one unique advert: copies on several boards, and re-posts within 60 days, "
            "are one; the same job in two places is two"
        ),
    ),
    ("employer, board", "who hires; one employer's page on one platform"),
    ("covered", "a board was read in full in that month. Months without that are gaps, never zeros"),
    ("share", "postings that name the skill over all postings of the group with text"),
    (
        "interval",
        (
            "95%: were other employers like these drawn, 19 of 20 such intervals would hold the true value. "
            "Each employer counts as one, however many postings it has"
        ),
    ),
    ("odds ×", "×2 means twice the odds that a posting asks for the skill, comparing each employer with itself"),
    ("within, between", "the part of a change that comes from the same employers asking more, and from askers growing"),
    ("q", "the false-discovery rate at which the skill would be called rising or falling; called from 0.05 down"),
    ("lift", "how many times as often two skills meet as they would by chance"),
    ("preliminary", "the last month: postings of its last days have not all been seen"),
    ("too few", "under the support that a figure needs, so none is printed"),
)


def coverage_figure(source: Source, artist: Artist) -> Figure | None:
    """The strip: which source was read in which month, and how fully."""
    frame = source.table("coverage")
    if frame.empty:
        return None
    rows = records(frame)
    drawn = pd.DataFrame(
        {
            "month": frame["month"].to_list(),
            "source": [str(r["source"]) for r in rows],
            "level": [
                "none" if not r["visits_ok"] and not r["postings"] else "partial" if r["visits_failed"] else "full"
                for r in rows
            ],
            "tip": [
                f"{r['source']}, {say.month(r['month'])}: {say.count(r['boards'], 'board')}, "
                f"{say.number(r['visits_ok'])} visits read, "
                f"{say.number(r['visits_failed'])} failed, {say.count(r['postings'], 'posting')}"
                for r in rows
            ],
        }
    )
    return artist.figure(
        "coverage",
        lambda width: charts.strip(drawn, width=width, label=(110, 84)),
        title="What was read, and when",
        subtitle=f"Sources by month, {source.period}",
        source=(
            "Large: every visit succeeded. Small: some failed, and those boards count "
            "as not covered. A dot: nothing was read."
        ),
        table=table(
            frame,
            (
                ("month", "Month", say.month),
                ("source", "Source", str),
                ("boards", "Boards", say.number),
                ("visits_ok", "Visits read", say.number),
                ("visits_failed", "Visits failed", say.number),
                ("postings", "Postings", say.number),
            ),
        ),
        csv="coverage",
    )


def reading(source: Source) -> Chapter:
    """Chapter 2: how to read the page, and whether the data passed its checks."""
    lead = [
        (
            "Every share, median and index has its interval and its support; counts are what was counted. Where the support is too "
            "small, nothing is printed; where a check "
            "fails, the headline that rests on it is grey and says why."
        )
    ]
    if source.preliminary and not source.is_stock:
        lead.append(f"{say.month(source.preliminary[-1])} is preliminary: it will still grow by a few per cent.")
    figures = []
    quality = source.table("quality_checks")
    if len(quality):
        rows = records(quality)
        failed = [r for r in rows if not r["is_passed"]]
        shown = Table(
            ("Check", "What was found"),
            tuple((f"{_mark(r)} {_words(r['name'])}", say.capital(str(r["detail"]))) for r in rows),
        )
        figures.append(
            Figure(
                "quality",
                f"{say.number(len(rows) - len(failed))} of {say.count(len(rows), 'check')} passed"
                if failed
                else f"All {len(rows)} quality checks passed",
                "Checks on coverage, concentration, duplicates, texts and dates",
                "Thresholds and values are in the table's file.",
                table=shown,
                csv="quality_checks",
                is_table_shown=True,
            )
        )
    return Chapter("reading", "How to read this, and what is missing", tuple(lead), tuple(figures), MISSING)


def methods(source: Source, comparison: Comparison | None = None) -> Chapter:
    """Chapter 11: what was done, in words, and how much each headline depends on one employer or source."""
    figures = []
    checks = source.table("headline_checks")
    if not checks.empty:
        passed = [str(r["headline"]) for r in records(checks) if r["is_passed"]]
        shown = (
            ("headline", "Headline", say.capital),
            ("subject", "Subject", str),
            ("is_passed", "Result", lambda v: "✓ stands" if v else "✗ does not"),
            ("detail", "What was found", str),
        )
        figures.append(
            Figure(
                "headline-checks",
                f"{len(passed)} of {say.count(len(checks), 'headline')} {'stands' if len(passed) == 1 else 'stand'} "
                "whatever is left out",
                "Each headline without its most influential employers and without each source",
                "A headline that changes its sign is printed grey with the reason.",
                table=table(checks, shown),
                csv="headline_checks",
                is_table_shown=True,
            )
        )
    sensitivity = source.table("sensitivity")
    if not sensitivity.empty:
        title = "How far each headline moves when something is left out"
        figures.append(Figure("sensitivity", title, "", "", table=_plain(sensitivity), csv="sensitivity"))
    if comparison is not None:
        figures.append(revisions.figure(comparison))
    return Chapter("methods", "Methods and sensitivity", (), tuple(figures), body="methods")


def _plain(frame: pd.DataFrame) -> Table:
    """A table as it is, column names as headings."""
    return table(frame, [(str(c), str(c).replace("_", " ").capitalize(), _cell) for c in frame.columns])


def _mark(check: dict[str, Any]) -> str:
    if check["is_passed"]:
        return "✓"
    return "✗ fails:" if check["name"] in GATES else "▲ caution:"


def _words(name: object) -> str:
    """`largest_employer` -> `largest employer`."""
    return str(name).replace("_", " ")


def _cell(value: Any) -> str:
    if not say.is_known(value):
        return say.NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def curriculum(source: Source) -> Chapter:
    """Chapter 9: for people who teach: what is required at the door, by level, and how fast it turns over."""
    frame = source.current()
    if frame.empty:
        return Chapter("curriculum", "For teachers: a curriculum view", (source.too_little("current_shares"),))
    asked = frame.head(50)
    figure = Figure(
        "curriculum-table",
        "What the fifty most asked for skills are, and where they are going",
        f"Share of postings that name the skill, {source.population}, {source.last_period}",
        source.credit("Sort or join it with your course list: the CSV holds every skill."),
        table=table(
            asked,
            (
                ("skill", "Skill", str),
                ("kind", "Kind", str),
                ("share", "Share", say.percent),
                ("share_required", "Required", say.percent),
                ("share_junior", "Junior", say.percent),
                ("share_senior", "Senior", say.percent),
                ("share_first", "Before", say.percent),
                ("trend", "Trend", say.trend_word),
            ),
        ),
        csv="skill_trends",
    )
    lead = [
        (
            "A course that follows demand teaches what is asked for often and is not falling; "
            "what is new is in the chapter after this."
        )
    ]
    return Chapter("curriculum", "For teachers: a curriculum view", tuple(lead), (figure,))
