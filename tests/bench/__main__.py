"""`make bench`: each stage's speed as a ratio to its limit in the same run, its memory, and how it grows.

    python -m tests.bench                                  all stages, 1,000 and 10,000 postings, about three minutes
    python -m tests.bench --stage extract --texts FILE     one stage; the lines of real postings as texts
    python -m tests.bench --sizes 1000 10000 100000 1000000 --write

Times of one machine say little about another; the ratios say how near the stage is to what the machine can do.
`--write` keeps the table as docs/bench.md and the growth as docs/bench.svg.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import stages
from tests.bench.stages import Line

STAGES = ("crawl", "extract", "growth")
DOCS = Path(__file__).parents[2] / "docs"
HEAD = """# Bench

Written by `make bench` (`python -m tests.bench --write`). Each line stands beside its limit, measured in the same run:
the ratio is our speed as a part of the limit's, so 1.00 is as fast as the limit. Commands are timed as users start
them, their start of one to three seconds included; memory is the peak of the process (of its largest one, where it
has several), for the file its size. Where the processor's seconds are far below the
seconds, the machine was busy with something else, and only the ratios say much.
"""


def main() -> None:
    options = _options()
    lines: list[Line] = []
    print(HEAD.splitlines()[0] + f": {_machine()}")
    for line in _measure(options):
        lines.append(line)
        print(_plain(line), flush=True)
    page = "\n".join([HEAD, f"Machine: {_machine()}.", "", *_table(lines), ""])
    print("\n" + "\n".join(_table(lines)))
    if options.write:
        growing = _growth_chart(lines)
        (DOCS / "bench.md").write_text(page + ("\n![Growth](bench.svg)\n" if growing else ""), encoding="utf-8")
        print(f"written: {DOCS / 'bench.md'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this stage (again for more)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], help="postings of the growth stage")
    parser.add_argument("--texts", type=Path, help="JSONL(.gz) with title and text, instead of texts of our own")
    parser.add_argument("--boards", type=int, default=300, help="boards of the crawl, with 20 postings each")
    parser.add_argument("--reads", type=int, default=1500, help="texts of the extract stage")
    parser.add_argument("--write", action="store_true", help="keep the table as docs/bench.md")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> Iterator[Line]:
    chosen = options.stage or STAGES
    pool, rows = stages.texts(options.texts, options.reads)
    with tempfile.TemporaryDirectory() as name:
        if "crawl" in chosen:
            yield from stages.crawl(Path(name), options.boards, 20)
        if "extract" in chosen:
            yield from stages.reading(rows, made_up=options.texts is None)
        if "growth" in chosen:
            for size in options.sizes:
                yield from stages.growth(Path(name), size, pool)


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at this moment"


def _plain(line: Line) -> str:
    ratio = "" if line.ratio is None else f"  {line.ratio:5.2f} of {line.limit}"
    memory = "" if line.memory is None else f"  {line.memory:,.0f} MB"
    if line.is_size:
        return f"{line.stage}: {line.count:,} {line.unit}{memory}"
    return f"{line.stage}: {line.count:,} {line.unit} in {line.seconds:.2f} s, {line.rate:,.0f}/s{ratio}{memory}"


def _table(lines: list[Line]) -> list[str]:
    rows = ["| stage | of | seconds | processor | a second | limit | ratio | MB |", "|---|--:|--:|--:|--:|---|--:|--:|"]
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        memory = "" if line.memory is None else f"{line.memory:,.0f}"
        cpu = "" if line.cpu is None else f"{line.cpu:.2f}"
        times = " | | |" if line.is_size else f"{line.seconds:.2f} | {cpu} | {line.rate:,.0f} |"
        rows.append(f"| {line.stage} | {line.count:,} {line.unit} | {times} {line.limit} | {ratio} | {memory} |")
    return rows


def _growth_chart(lines: list[Line]) -> bool:
    """Write docs/bench.svg, seconds over postings with both axes logarithmic; False with fewer than two sizes."""
    import altair as alt
    import pandas as pd
    import vl_convert

    growing = [line for line in lines if line.size and not line.is_size]
    if len({line.size for line in growing}) < 2:
        return False
    frame = pd.DataFrame([{"postings": x.size, "seconds": x.seconds, "stage": x.stage} for x in growing])
    chart = (
        alt.Chart(frame.drop_duplicates(["postings", "stage"]), title="Seconds of each command as a file grows")
        .mark_line(point=True)
        .encode(
            alt.X("postings:Q").scale(type="log").title("postings in the file"),
            alt.Y("seconds:Q").scale(type="log").title("seconds"),
            alt.Color("stage:N").title(None),
            alt.Shape("stage:N").title(None),
        )
        .properties(width=480, height=300)
    )
    (DOCS / "bench.svg").write_text(vl_convert.vegalite_to_svg(chart.to_json()), encoding="utf-8")
    return True


if __name__ == "__main__":
    main()
