"""`make bench`: each stage's speed as a ratio to its limit in the same run, its memory, and how it grows.

    make bench ARGS="--write"                              the same as python -m tests.bench --write
    python -m tests.bench                                  all stages, 1,000 and 10,000 postings, about three minutes
    python -m tests.bench --stage extract --texts FILE     one stage; the lines of real postings as texts
    python -m tests.bench --sizes 1000 10000 100000 1000000 --write

Times of one machine say little about another; the ratios say how near the stage is to what the machine can do.
`--write` keeps what was measured in docs/bench.json and makes the table of docs/bench.md and docs/bench.svg of it.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import page, stages
from tests.bench.stages import Line

STAGES = ("crawl", "extract", "growth")


def main() -> None:
    options = _options()
    lines: list[Line] = []
    print(f"bench: {_machine()}")
    for line in _measure(options):
        lines.append(line)
        print(_plain(line), flush=True)
        if options.write:
            page.write(lines, _machine())
    print("\n" + "\n".join([*page.table(lines), "", *page.growth_table(lines)]))
    if options.write:
        print(f"written: {page.DOCS / 'bench.md'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this stage (again for more)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000], help="postings of the growth stage")
    parser.add_argument("--characters", type=int, help="cut the growth stage's texts to about so many")
    parser.add_argument("--texts", type=Path, help="JSONL(.gz) with title and text, instead of texts of our own")
    parser.add_argument("--boards", type=int, default=300, help="boards of the crawl stage")
    parser.add_argument("--reads", type=int, default=1500, help="texts of the extract stage")
    parser.add_argument("--write", action="store_true", help="keep the table as docs/bench.md")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> Iterator[Line]:
    chosen = options.stage or STAGES
    pool, rows = stages.texts(options.texts, options.reads)
    with tempfile.TemporaryDirectory() as name:
        if "crawl" in chosen:
            yield from stages.crawl(Path(name), options.boards)
        if "extract" in chosen:
            yield from stages.reading(rows, made_up=options.texts is None)
        if "growth" in chosen:
            for size in options.sizes:
                yield from stages.growth(Path(name), size, pool, options.characters)


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at this moment"


def _plain(line: Line) -> str:
    ratio = "" if line.ratio is None else f"  {line.ratio:5.2f} of {line.limit}"
    memory = "" if line.memory is None else f"  {line.memory:,.0f} MB"
    if line.is_size:
        return f"{line.stage}: {line.count:,} {line.unit}{memory}"
    return f"{line.stage}: {line.count:,} {line.unit} in {line.seconds:.2f} s, {line.rate:,.0f}/s{ratio}{memory}"


if __name__ == "__main__":
    main()
