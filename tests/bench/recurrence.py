"""How often lines recur within an employer: what there is to gain by remembering them.

python -m tests.bench.recurrence           # Ashby's boards and the ML postings of ../shared
python -m tests.bench.recurrence FILE      # JSONL(.gz) with employer (or company) and text
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.text import html_to_text

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Employer and text of each posting."""
    for row in rows(path):
        if "response" in row:  # a whole board
            for job in row["response"].get("jobs", []):
                yield row["board"], html_to_text(job.get("descriptionHtml") or "")
        elif row.get("text"):
            yield row.get("employer") or row.get("company") or "", row["text"]


def share(postings: Iterable[tuple[str, str]]) -> tuple[int, float, float]:
    """Lines that hold something, the share of them that stood in an earlier posting of their employer, and the
    share of their characters."""
    met: set[tuple[str, str]] = set()
    lines = characters = again = characters_again = 0
    for employer, text in postings:
        here = {(employer, line.strip()) for line in text.split("\n") if line.strip()}
        lines += len(here)
        characters += sum(len(line) for _, line in here)
        again += len(here & met)
        characters_again += sum(len(line) for _, line in here & met)
        met |= here
    return lines, again / max(lines, 1), characters_again / max(characters, 1)


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [
        DATA / "ashby_boards_2025-10-28.jsonl.gz",
        DATA / "ml_postings.jsonl.gz",
    ]
    for path in paths:
        lines, of_lines, of_characters = share(texts(path))
        print(
            f"{path.name}: {of_lines:.0%} of {lines:,} lines recur in their employer, {of_characters:.0%} of the text"
        )


if __name__ == "__main__":
    main()
