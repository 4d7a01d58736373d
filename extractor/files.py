"""`mljobs extract --in TEXTS.jsonl --out OUT.jsonl`: reading postings from a file, without a database."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import click
from attrs import asdict

from corpus.errors import InputError
from corpus.records import Extraction, Salary
from corpus.text import html_to_text
from extractor.pipeline import build, read, settle


def extract_file(source: Path, target: Path) -> int:
    """Read each row of `source`, write its result to `target`; returns the number of rows.

    The result appears under its name only when it is whole. Raises InputError on a row that cannot be used.
    """
    nlp = build()
    settle()
    count = 0
    unfinished = target.with_name(target.name + ".part")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            for row in rows(source):
                text, is_made = row.get("text"), False
                if text is None:
                    text, is_made = html_to_text(row["html"]), True
                result = result_row(read(nlp, row["id"], row.get("title") or "", text, row.get("location")))
                if is_made:
                    result["text"] = text
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
                count += 1
        unfinished.replace(target)
    except OSError as error:
        raise InputError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"extracted {count} postings to {target}")
    return count


def rows(source: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file (.gz too), each with an id and a text or html."""
    try:
        opened = (gzip.open if source.suffix == ".gz" else open)(source, "rt", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from error
    with cast("IO[str]", opened) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{source} line {number}: not JSON ({error})") from None
            if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text", row.get("html")), str):
                raise InputError(f"{source} line {number}: needs an id and a text or html")
            yield row


def result_row(extraction: Extraction) -> dict[str, Any]:
    """The row of `--out`: the extraction, with the posting's base pay as one range."""
    row = asdict(extraction)
    row["id"] = row.pop("posting_id")
    row["skills"] = [
        {
            "id": skill.skill_id,
            "name": skill.name,
            "kind": skill.kind,
            "requirement": skill.requirement,
            "is_listed": skill.is_listed,
            "mentions": [asdict(mention) for mention in skill.mentions],
        }
        for skill in extraction.skills
    ]
    row["salary"] = base_pay(extraction.salaries)
    return row


def base_pay(salaries: tuple[Salary, ...]) -> dict[str, Any] | None:
    """The widest range of base pay in the unit and currency that is stated first; None where none is."""
    base = [s for s in salaries if s.component == "base" and (s.min is not None or s.max is not None)]
    if not base:
        return None
    same = [s for s in base if (s.currency, s.unit) == (base[0].currency, base[0].unit)]
    lows = [s.min for s in same if s.min is not None]
    highs = [s.max for s in same if s.max is not None]
    return {
        "min": min(lows, default=None),
        "max": max(highs, default=None),
        "currency": base[0].currency,
        "period": base[0].unit,
    }
