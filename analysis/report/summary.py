"""summary.md: the report for a terminal, a mail or a comment under a build; at most 60 lines of 80 characters."""

from __future__ import annotations

import textwrap
from typing import Any

from analysis import narrative as say
from analysis.measures.quality import GATES
from analysis.report.figures import records
from analysis.report.headlines import Headline
from analysis.report.source import Source

WIDTH = 80
LINES = 60
RISERS, FALLERS, COMMON = 7, 4, 6


def summary(source: Source, lines: list[Headline], problem: str | None, first_line: str | None) -> str:
    """The whole text."""
    out = [first_line, ""] if first_line else []
    out += [f"# What {source.role} are asked for", ""]
    out += _wrap(_population(source))
    if problem:
        return "\n".join([*out, "", *_wrap(f"There is no report yet. {problem}")]) + "\n"
    out += ["", "## Headlines", ""]
    for line in lines:
        mark = "-" if line.is_passed else "- (read with care)"
        out += _wrap(f"{mark} {line.sentence}{'' if line.is_passed else f' {line.reason}'}", "  ")
    end = ["", *_checks(source)]
    room = LINES - len(end)
    for part in (_moves(source), _common(source)):
        if part and len(out) + 1 + len(part) <= room:
            out += ["", *part]
    return "\n".join([*out[:room], *end]) + "\n"


def _population(source: Source) -> str:
    facts = source.about
    return (
        f"{source.population[0].upper()}{source.population[1:]}, {source.period}: "
        f"{say.count(facts.read, 'posting')} of all roles read, "
        f"{say.count(facts.employers, 'employer')}, "
        f"{say.count(facts.boards, 'board')}; data to {say.day(facts.data_until)}."
    )


def _moves(source: Source) -> list[str]:
    frame = source.trends()
    if frame.empty or source.is_stock:
        return []
    rising = records(frame[frame["trend"] == "rising"])[:RISERS]
    falling = records(frame[frame["trend"] == "falling"])[::-1][:FALLERS]
    if not rising and not falling:
        return ["## Rising and falling", "", "No skill can be told from flat."]
    out = [
        "## Rising and falling",
        "",
        "```",
        f"{'':2}{'skill':<31}{'then':>7}{'now':>7}{'points':>8}{'within':>8}{'employers':>10}{'q':>7}",
    ]
    points = _wrap("Points and within: at the employers read in both periods; then and now: of all postings.")
    return [*out, *(_move(row) for row in [*rising, *falling]), "```", *points]


def _move(row: dict[str, Any]) -> str:
    return (
        f"{'+' if row['trend'] == 'rising' else '-':<2}{_cut(row['skill'], 30):<31}"
        f"{say.percent(row['share_first']):>7}{say.percent(row['share_last']):>7}"
        f"{say.points(row.get('change_pp')):>8}{say.points(row.get('within_pp')):>8}"
        f"{say.number(row['employers']):>10}{say.q_value(row['q_value']):>7}"
    )


def _common(source: Source) -> list[str]:
    frame = source.table("current_shares")
    if frame.empty:
        return []
    rows = records(frame[frame["group"] == "all"])[:COMMON]
    out = [
        "## Most asked for",
        "",
        "```",
        f"  {'skill':<30}{'share':>7}  {'interval':<12}{'postings':>9}{'employers':>11}",
    ]
    out += [
        f"  {_cut(r['skill'], 29):<30}{say.percent(r['share']):>7}  {say.span(r['share_low'], r['share_high']):<12}"
        f"{say.number(r['postings_with_skill']):>9}{say.number(r['employers_asking']):>11}"
        for r in rows
    ]
    return [*out, "```"]


def _checks(source: Source) -> list[str]:
    rows = records(source.table("quality_checks"))
    out = []
    if rows:
        failed = [r for r in rows if not r["is_passed"]]
        text = f"Quality: {len(rows) - len(failed)} of {len(rows)} checks passed."
        told = (f"{'Failed' if r['name'] in GATES else 'Caution'}: {r['detail']}." for r in failed[:3])
        out += _wrap(" ".join([text, *told]))
    if source.preliminary:
        out += _wrap(f"{say.month(source.preliminary[-1])} is preliminary.")
    return [
        *out,
        *_wrap(f"All of it, with charts, data and methods: index.html (mljobs {source.about.mljobs_version})."),
    ]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _wrap(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
