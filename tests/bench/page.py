"""docs/bench.md: the table and the growth of the lines that are kept in docs/bench.json, between two marks of the page.

What stands around the marks is written by hand; a run replaces the lines that it measured anew and keeps the others.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from attrs import asdict

from tests.bench.stages import Line

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(lines: Sequence[Line], machine: str, docs: Path = DOCS) -> list[Line]:
    """Keep new lines, and make page and chart anew from all that are kept; returns those."""
    store = docs / "bench.json"
    kept = {}
    if store.exists():
        kept = {_key(line): line for line in (Line(**row) for row in json.loads(store.read_text("utf-8"))["lines"])}
    kept |= {_key(line): line for line in lines}
    ordered = sorted(kept.values(), key=lambda line: (_order(line.stage), line.size))
    rows = [{k: v for k, v in asdict(line).items() if v not in (None, False, 0, "")} for line in ordered]
    rows = [{"limit": ""} | row for row in rows]
    store.write_text(json.dumps({"machine": machine, "lines": rows}, indent=1) + "\n", encoding="utf-8")
    page = docs / "bench.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    chart = growth_chart(ordered)
    parts = [f"Machine: {machine}.", "", *table(ordered)]
    if chart:
        (docs / "bench.svg").write_text(chart, encoding="utf-8")
        parts += ["", *growth_table(ordered), "", "![Processor seconds of each command as a file grows](bench.svg)"]
    page.write_text("\n".join([before + BEGIN, *parts, END + after]), encoding="utf-8")
    return ordered


def _key(line: Line) -> tuple[str, str, int]:
    return line.stage, line.limit, line.size


def _order(stage: str) -> int:
    known = ("crawl", "fetching", "extract, lines", "extract, two", "import", "size", "extract, the", "report")
    return next((number for number, start in enumerate(known) if stage.startswith(start)), len(known))


def table(lines: Sequence[Line]) -> list[str]:
    """All lines as a Markdown table."""
    rows = ["| stage | of | seconds | processor | a second | limit | ratio | MB |", "|---|--:|--:|--:|--:|---|--:|--:|"]
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        memory = "" if line.memory is None else f"{line.memory:,.0f}"
        cpu = "" if line.cpu is None else f"{line.cpu:,.1f}"
        times = " | | |" if line.is_size else f"{line.seconds:,.1f} | {cpu} | {line.rate:,.0f} |"
        rows.append(f"| {line.stage} | {line.count:,} {line.unit} | {times} {line.limit} | {ratio} | {memory} |")
    return rows


def growing(lines: Sequence[Line]) -> dict[str, dict[int, float]]:
    """Stage -> postings of the file -> processor seconds (of the file: MB)."""
    found: dict[str, dict[int, float]] = {}
    for line in lines:
        value = line.memory if line.is_size else line.cpu
        if line.size and value:
            found.setdefault(line.stage, {})[line.size] = value
    return {stage: values for stage, values in found.items() if len(values) > 1}


def exponent(values: dict[int, float]) -> float:
    """Of the last step: 1 where ten times the postings cost ten times as much, 0 where they cost no more."""
    (small, low), (large, high) = sorted(values.items())[-2:]
    return math.log(high / low) / math.log(large / small)


def growth_table(lines: Sequence[Line]) -> list[str]:
    """Processor seconds by the size of the file, and the exponent of the last step."""
    stages = growing(lines)
    sizes = sorted({size for values in stages.values() for size in values})
    heads = ["processor seconds (file: MB)", *(f"{size:,}" for size in sizes), "exponent of the last step"]
    rows = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(sizes) + 1)}"]
    for stage, values in stages.items():
        cells = [f"{values[size]:,.1f}" if size in values else "" for size in sizes]
        rows.append(f"| {' | '.join([stage, *cells, f'{exponent(values):.2f}'])} |")
    return rows


def growth_chart(lines: Sequence[Line]) -> str | None:
    """An SVG, processor seconds over postings, both axes logarithmic; None with fewer than two sizes."""
    import altair as alt
    import pandas as pd
    import vl_convert

    stages = {stage: values for stage, values in growing(lines).items() if not stage.startswith("size")}
    if not stages:
        return None
    frame = pd.DataFrame(
        [{"postings": n, "seconds": s, "stage": stage} for stage, values in stages.items() for n, s in values.items()]
    )
    chart = (
        alt.Chart(frame, title="Processor seconds of each command as a file grows")
        .mark_line(point=True)
        .encode(
            alt.X("postings:Q").scale(type="log").title("postings in the file"),
            alt.Y("seconds:Q").scale(type="log").title("processor seconds"),
            alt.Color("stage:N").title(None),
            alt.Shape("stage:N").title(None),
        )
        .properties(width=480, height=300)
    )
    svg: str = vl_convert.vegalite_to_svg(chart.to_json())
    return svg
