"""Score the rules of context on labelled mentions: python -m tests.extractor.taxonomy.ambiguous_score.

A prediction that overlaps a target counts, as the labels' own README says; a longer name that holds the target
(`C#` over `C`) is another skill and no prediction of it.
"""

from __future__ import annotations

import json
from pathlib import Path

from extractor import taxonomy
from extractor.components.page import plain
from extractor.components.skills import Matcher, find
from extractor.words import split

GOLD = Path(__file__).parents[4] / "shared" / "gold" / "ambiguous.jsonl"


def score(rows):
    """(precision, recall, the rows that were wrong) of rows {text, target: [start, end], label}."""
    matcher = Matcher(taxonomy.load())
    right = predicted = wanted = 0
    wrong = []
    for row in rows:
        start, end = row["target"]
        read = split(plain(row["text"]))
        places = [(read.starts[p.first], read.ends[p.after - 1]) for p in find(matcher, row["text"], read)]
        hits = [row["text"][low:high] for low, high in places if low < end and high > start]
        is_hit = any(not hit.endswith("#") for hit in hits)
        right += is_hit and row["label"]
        predicted += is_hit
        wanted += row["label"]
        if is_hit != bool(row["label"]):
            wrong.append((row["label"], row["text"][max(0, start - 60) : end + 40], hits))
    return right / max(1, predicted), right / max(1, wanted), wrong


if __name__ == "__main__":
    precision, recall, wrong = score([json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()])
    for label, text, hits in wrong:
        print("missed" if label else "invented", repr(text), hits)
    print(f"precision {precision:.3f} recall {recall:.3f}")
