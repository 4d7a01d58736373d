"""`mljobs explain`: one posting with each mention marked, its section and level, and the rule that decided."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.records import Extraction, Mention, SkillRow
from extractor.components.page import Page
from extractor.components.sections import read_lines

MARKS = {"required": "!", "preferred": "+", "duty": "~", "other": "."}
"""Sign after a marked mention, by its own level."""
LEGEND = "[[skill]] with its level: ! required, + preferred, ~ duty, . other"


def explain(read: Extraction, title: str, text: str) -> str:
    """The posting as text for a person: marked title and lines, then what decided each skill, then the facts."""
    mentions = [m for skill in read.skills for m in skill.mentions]
    parts = [LEGEND, "", _marked(title, 0, len(title), [m for m in mentions if m.field == "title"])]
    described = sorted((m for m in mentions if m.field == "description"), key=lambda m: m.start)
    section = ""
    for line in read_lines(Page(title, text)):
        if line.section != section:
            section = line.section
            parts.append(f"\n--- {section}" + (f' (heading "{line.heading}")' if line.heading else ""))
        inside = [m for m in described if line.start <= m.start < line.end]
        parts.append(_marked(text, line.start, line.end, inside))
    parts += ["", "skills:", *(row for skill in read.skills for row in _skill(skill, title, text))]
    parts += ["", "facts:", *_facts(read)]
    return "\n".join(parts)


def _marked(text: str, start: int, end: int, mentions: list[Mention]) -> str:
    out: list[str] = []
    at = start
    for mention in mentions:
        if mention.start < at:
            continue
        out += [text[at : mention.start], "[[", text[mention.start : mention.end], "]]", MARKS[mention.requirement]]
        at = mention.end
    return "".join([*out, text[at:end]])


def _skill(skill: SkillRow, title: str, text: str) -> Iterator[str]:
    listed = "" if skill.is_listed else ", not in the taxonomy"
    yield f"  {skill.name} ({skill.kind}{listed}): {skill.requirement}"
    for m in skill.mentions:
        where = title if m.field == "title" else text
        yield f'    {m.field} {m.start}-{m.end} "{where[m.start : m.end]}" in {m.section}: {m.requirement} <- {m.rule}'


def _facts(read: Extraction) -> Iterator[str]:
    for d in read.degrees:
        equivalent = ", or equivalent experience" if d.or_experience else ""
        fields = ", ".join(d.fields) or "any field"
        yield f"  degree: {d.level} in {fields}: {d.requirement}{equivalent} ({d.start}-{d.end})"
    for e in read.experience:
        years = f"{e.min_years:g}" if e.min_years is not None else "?"
        most = f"-{e.max_years:g}" if e.max_years is not None else "+"
        yield f"  experience: {years}{most} years of {e.of}: {e.requirement} ({e.start}-{e.end})"
    for s in read.salaries:
        yield f"  pay ({s.component}): {s.min} to {s.max} {s.currency} a {s.unit} {' '.join(s.flags)}".rstrip()
    for name in (
        "role_family",
        "is_ml_role",
        "seniority",
        "employment_type",
        "work_mode",
        "visa_sponsorship",
        "clearance",
    ):
        yield f"  {name}: {getattr(read, name)}"
    for name in ("tasks", "industries", "candidate_terms"):
        if values := getattr(read, name):
            yield f"  {name}: {', '.join(values)}"
    said = [n for n in ("bootcamp", "internship", "portfolio", "publications") if getattr(read, f"mentions_{n}")]
    if said:
        yield f"  also mentions: {', '.join(said)}"
