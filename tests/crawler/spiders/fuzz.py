"""`python -m tests.crawler.spiders.fuzz SECONDS [SEED]`: damaged recordings through their spiders, for as long as you like.

Ours, and the real ones of ../shared where they are. Prints each distinct failure with the seed that repeats it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from corpus.records import Board
from tests.crawler.spiders.mutation import invented, mutated, words_of
from tests.crawler.spiders.replay import look
from tests.crawler.spiders.shared_files import FOLDER, cases

OURS = Path(__file__).parents[2] / "recorded"
LARGEST = 60_000
"""Bytes: larger bodies are only slower."""


def bodies() -> list[tuple[Board, bytes, dict[str, Any]]]:
    found = []
    for path in sorted(OURS.glob("*/*.*")):
        if not path.name.endswith((".expected.json", ".setup.json")):
            setup_file = path.with_name(f"{path.stem}.setup.json")
            setup = json.loads(setup_file.read_text("utf-8")) if setup_file.exists() else {}
            board = Board(path.parent.name, **{"token": "acme", **setup.get("board", {})})
            found.append((board, path.read_bytes(), setup.get("more", {})))
    for case in cases() if FOLDER.exists() else ():
        body = case.body if isinstance(case.body, str) else json.dumps(case.body)
        found.append((case.board, body.encode(), case.more))
    return [item for item in found if len(item[1]) <= LARGEST]


def problem(board: Board, body: bytes, more: dict[str, Any]) -> str | None:
    try:
        found = look(board, body, more, keep_all=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the run looks for
        return f"{type(error).__name__}: {error}"
    failed = [reason for reason in found.get("rejects", ()) if "the reader failed" in reason]
    held = [body, *(page if isinstance(page, str) else json.dumps(page) for page in more.values())]
    made_up = [] if board.source == "remoteok" else invented(found, words_of(*held))
    return next(iter(failed), None) or (f"invented {made_up[:3]}" if made_up else None)


def main(seconds: float, seed: int) -> int:
    some, end, count, seen = bodies(), time.monotonic() + seconds, 0, set()
    while time.monotonic() < end:
        chance = random.Random(seed + count)
        board, body, more = chance.choice(some)
        damaged = mutated(body, chance)
        found = problem(board, damaged, more)
        if found and (board.source, found[:60]) not in seen:
            seen.add((board.source, found[:60]))
            print(f"{board.source}, seed {seed + count}: {found}", flush=True)
        count += 1
    print(f"{count} damaged bodies in {seconds:.0f} s, {len(seen)} distinct failures")
    return 1 if seen else 0


if __name__ == "__main__":
    os.environ |= {"ADZUNA_APP_ID": "x", "ADZUNA_APP_KEY": "x"}
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
