"""Streams of postings of any size whose texts differ: lines of a pool, dealt anew by employer and date.

The pool is the demo's own sentences, or, where a file of real postings is given, its lines. Every employer keeps a
boilerplate of its own, as real ones do, so near-duplicate search and line reuse meet what they would meet.
"""

from __future__ import annotations

import gzip
import json
import random
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
FIRST_DAY = date(2023, 1, 2)
MONTHS = 36
ML_SHARE = 0.25
LEAST_LINES, LONGEST_LINE = 8, 1000
TITLES = (
    "Machine Learning Engineer", "Senior Machine Learning Engineer", "Data Scientist", "Senior Data Scientist",
    "MLOps Engineer", "Applied Scientist", "AI Engineer", "Research Scientist",
)  # fmt: skip
OTHER_TITLES = ("Account Executive", "Backend Engineer", "Product Designer", "Finance Manager", "Recruiter")


@frozen
class Pool:
    """Whole texts as lists of lines, with the titles that go with them."""

    texts: list[tuple[str, list[str]]]

    def in_lines(self) -> list[tuple[str, list[str]]]:
        """Those that can be dealt anew: a text that is one long line would outweigh all others."""
        return [(t, x) for t, x in self.texts if len(x) >= LEAST_LINES and max(map(len, x)) <= LONGEST_LINE]


def own_pool(seed: int = 1, size: int = 400) -> Pool:
    """Texts from the demo's sentences."""
    content = tomllib.loads((ROOT / "demo" / "content.toml").read_text(encoding="utf-8"))
    rng = random.Random(seed)
    names = [skill["name"] for skill in content["skill"]]
    texts = []
    for _ in range(size):
        lines = [rng.choice(content["headings"]["duty"]), *rng.sample(content["duties"]["lines"], 4)]
        for level, count in (("required", 6), ("preferred", 3)):
            lines.append(rng.choice(content["headings"][level]))
            frames = rng.choices(content["lines"][level], k=count)
            lines += ["- " + frame.format(", ".join(rng.sample(names, 2))) for frame in frames]
        lines.append("Bachelor's degree in computer science and 3+ years of experience")
        texts.append((rng.choice(TITLES), lines))
    return Pool(texts)


def file_pool(path: Path, limit: int = 4000) -> Pool:
    """Texts of a JSONL(.gz) file with `title` and `text`."""
    opener = gzip.open if path.suffix == ".gz" else open
    texts = []
    with opener(path, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            if row.get("text"):
                texts.append((row["title"], row["text"].split("\n")))
            if len(texts) >= limit:
                break
    return Pool(texts)


def employers_of(count: int) -> int:
    """How many employers a file of so many postings has."""
    return max(30, min(5000, count // 100))


def postings(
    count: int, pool: Pool, *, employers: int | None = None, seed: int = 7, characters: int | None = None
) -> Iterator[dict[str, object]]:
    """`count` rows of native JSONL, in order of their first sighting, over 36 months of weekly visits.

    `characters` cuts each text to about so many, beginning anywhere in it: a million whole texts take two core-hours.
    """
    rng = random.Random(seed)
    employers = employers or employers_of(count)
    weights = [rng.paretovariate(1.2) for _ in range(employers)]
    texts = pool.in_lines()
    boilerplate = [rng.choice(texts)[1][:3] for _ in range(employers)]
    chosen = rng.choices(range(employers), weights, k=count)
    for number, employer in enumerate(chosen):
        day = FIRST_DAY + timedelta(days=7 * (1 + number * (MONTHS * 4) // count))
        last = min(day + timedelta(days=7 * rng.randrange(1, 12)), FIRST_DAY + timedelta(days=7 * MONTHS * 4 + 7))
        title, lines = rng.choice(texts)
        other = rng.choice(texts)[1]
        if characters:
            lines = _cut(lines, rng.randrange(len(lines)), characters)
        mixed = [other[i % len(other)] if rng.random() < 0.25 else line for i, line in enumerate(lines)]
        yield {
            "source": "bench",
            "board": f"board{employer}",
            "external_id": str(number),
            "title": title if rng.random() < ML_SHARE else rng.choice(OTHER_TITLES),
            "employer": f"Employer {employer}",
            "description_text": "\n".join([*boilerplate[employer], f"Reference {number}.", *mixed]),
            "location": rng.choice(["Berlin, Germany", "Remote", "Austin, TX", "London, UK"]),
            "first_seen_at": f"{day}T06:00:00Z",
            "last_seen_at": f"{last}T06:00:00Z",
        }


def _cut(lines: list[str], first: int, characters: int) -> list[str]:
    """Lines from the one numbered `first` on, and around the end, until there are so many characters."""
    kept: list[str] = []
    for at in range(len(lines)):
        if characters <= 0:
            break
        kept.append(lines[(first + at) % len(lines)])
        characters -= len(kept[-1])
    return kept


def visits(employers: int) -> Iterator[dict[str, object]]:
    """One complete visit a week of every board."""
    for week in range(MONTHS * 4 + 3):
        moment = datetime.combine(FIRST_DAY, datetime.min.time()).replace(hour=6) + timedelta(days=7 * week)
        for employer in range(employers):
            yield {"board": f"board{employer}", "visited_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "outcome": "ok"}


def write(rows: Iterator[dict[str, object]], path: Path) -> None:
    """As gzipped JSONL."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
