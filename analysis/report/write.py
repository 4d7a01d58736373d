"""From results to files: index.html, summary.md, charts, tables, provenance; all or nothing, same in same out."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from analysis import narrative as say
from analysis.about import About, as_record, role_rule
from analysis.measures.quality import GATES
from analysis.report import groups, method, people, revisions, role, skills, volume
from analysis.report.figures import Artist, Chapter, Figure, records
from analysis.report.headlines import Headline, headlines
from analysis.report.package import csv_text, data_package, dictionary
from analysis.report.source import Source
from analysis.report.summary import summary
from analysis.tables import Results
from analysis.vintage import Comparison
from corpus.errors import DatabaseUnwritable

DEMO_LINE = "This is the bundled demo: its employers are fictional and its trends were planted. Nothing here is news."
TEXT_COLUMNS = ("Subject", "Number", "Period", "Examples", "What was found", "Kind", "Trend", "with", "Requirement", "Degree", "Source", "Result")
REPOSITORY = "mljobs"


@frozen
class Report:
    """What was written."""

    index: Path
    summary: str
    headlines: tuple[Headline, ...]
    failures: tuple[str, ...]
    """Checks that failed, one sentence each: the exit status is 1 where there are any."""
    chart_count: int
    table_count: int
    comparison: tuple[str, ...] = ()
    """Lines on what changed since an earlier vintage."""
    warnings: tuple[str, ...] = ()
    """What went wrong beside the report, for stderr."""


def write_report(
    results: Results | None,
    about: About,
    out: Path,
    *,
    problem: str | None = None,
    comparison: Comparison | None = None,
    tick: Callable[[str], None] = lambda _: None,
) -> Report:
    """Write the whole report into the folder `out`; `problem` says why there is nothing to report."""
    if results is not None and comparison is not None and len(comparison.revisions):
        results = evolve(results, tables=results.tables | {"revisions": comparison.revisions})
    source = Source(results, about)
    artist = Artist(tick)
    lines = [] if problem else headlines(source)
    chapters, coverage = _chapters(source, artist, comparison, is_empty=problem is not None)
    text = summary(source, lines, problem, f"**{DEMO_LINE}**" if about.is_demo else None)
    files = {
        "index.html": _page(source, lines, chapters, coverage, problem),
        "summary.md": text,
        "provenance.json": _provenance(source),
        "tables/datapackage.json": data_package({n: source.table(n) for n in source.names}, source),
    }
    files |= {f"charts/{name}": svg for name, svg in sorted(artist.files.items())}
    files |= {f"tables/{name}.csv": csv_text(source.table(name)) for name in source.names}
    _publish(files, out)
    checks = records(source.table("quality_checks"))
    broken = [f"{r['name']}: {r['detail']}" for r in checks if r["name"] in GATES and not r["is_passed"]]
    failures = (problem,) if problem else tuple(broken)
    told = tuple(revisions.lines(comparison)) if comparison is not None else ()
    return Report(out / "index.html", text, tuple(lines), failures, len(artist.files), len(source.names), told)


def _chapters(
    source: Source, artist: Artist, comparison: Comparison | None, *, is_empty: bool
) -> tuple[list[Chapter], Figure | None]:
    coverage = method.coverage_figure(source, artist)
    words = Chapter("glossary", "Words used here", body="glossary", data={"words": method.GLOSSARY})
    if is_empty:
        return [method.reading(source), words], coverage
    return [
        method.reading(source),
        volume.volume(source, artist),
        skills.trends(source, artist),
        skills.skills(source, artist),
        role.engineer(source, artist),
        groups.groups(source),
        skills.together(source, artist),
        people.pay(source, artist),
        people.education(source, artist),
        method.curriculum(source),
        skills.emerging(source),
        method.methods(source, comparison),
        _downloads(source),
        words,
    ], coverage


def _downloads(source: Source) -> Chapter:
    about = dictionary()["tables"]
    tables = [
        {"name": n, "rows": say.number(len(source.table(n))), "description": about.get(n, {}).get("description", "")}
        for n in source.names
    ]
    citation = (
        f"The mljobs authors ({str(source.about.data_until or '')[:4]}): What "
        f"{source.role} are asked for, {source.period}. "
        f"mljobs {source.about.mljobs_version}, data to "
        f"{say.day(source.about.data_until)}, fingerprint {source.about.fingerprint}."
    )
    return Chapter(
        "downloads", "Downloads, and how to cite", body="downloads", data={"tables": tables, "citation": citation}
    )


def _page(
    source: Source, lines: list[Headline], chapters: list[Chapter], coverage: Figure | None, problem: str | None
) -> str:
    environment = Environment(
        loader=PackageLoader("analysis"),
        autoescape=select_autoescape(["jinja", "html"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["code"] = _code
    assert environment.loader is not None
    read: Callable[[str], str] = lambda name: environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]  # noqa: E731
    facts = source.about
    dek = (
        f"{say.count(facts.read, 'posting')} of all roles, of {say.count(facts.employers, 'employer')} on "
        f"{say.count(facts.boards, 'board')} were read, "
        f"{source.period}. Every share, median and index comes with its interval; where there are too few postings, "
        "there is none."
    )
    return environment.get_template("index.html.jinja").render(
        style=read("style.css"),
        script=read("tip.js"),
        title=f"What {source.role} are asked for, to {say.day(facts.data_until)}",
        heading=f"What {source.role} are asked for, and how it changes",
        kicker=f"mljobs report · data to {say.day(facts.data_until)}",
        dek=dek,
        headlines=lines,
        chapters=chapters,
        coverage=coverage,
        problem=problem,
        is_demo=facts.is_demo,
        demo_line=DEMO_LINE,
        about=facts,
        role=source.role,
        rule=role_rule(source.results.selection) if source.results else "",
        versions=_versions(source),
        text_columns=TEXT_COLUMNS,
    )


def _code(text: str) -> Markup:
    """Commands that a sentence names in backticks, as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just before


def _versions(source: Source) -> list[tuple[str, str]]:
    facts = source.about
    return [
        ("mljobs", facts.mljobs_version),
        ("extractor", str(facts.extractor_version or say.NOTHING)),
        ("taxonomy", str(facts.taxonomy_version or say.NOTHING)),
        ("data to", str(facts.data_until or say.NOTHING)),
        ("fingerprint of the data", facts.fingerprint),
        ("vintage of the numbers", facts.vintage or say.NOTHING),
    ]


def _provenance(source: Source) -> str:
    record: dict[str, Any] = {"data": as_record(source.about)}
    if source.results is not None:
        record |= {
            "selection": asdict(source.results.selection),
            "universe": source.results.universe,
            "basis": source.results.basis,
            "months": source.months,
            "notes": source.results.notes,
        }
    return json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _publish(files: dict[str, str], out: Path) -> None:
    """Write everything into a folder beside `out`, then move it there piece by piece; foreign files in `out` stay."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise DatabaseUnwritable(f"{out} cannot be written: {error.strerror or error}") from error
    try:
        for name, text in files.items():
            path = staging / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        staging.chmod(0o755)
        _move(staging, out)
    except OSError as error:
        raise DatabaseUnwritable(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move(staging: Path, out: Path) -> None:
    if not out.exists():
        staging.rename(out)
        return
    for fresh in sorted(staging.iterdir()):
        old = out / fresh.name
        if old.is_dir() and not old.is_symlink():
            aside = staging / f"old-{fresh.name}"
            old.rename(aside)
            fresh.rename(old)
            shutil.rmtree(aside)
        else:
            fresh.replace(old)
