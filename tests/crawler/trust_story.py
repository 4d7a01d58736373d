"""`python -m tests.crawler.trust_story`: three things that go wrong with boards, day by day, and what the file says.

A board that falls from 67 postings to nothing, a posting that comes back after 27 days, and an employer that moves to
another platform. Each story is played through the ledger with a visit a day and printed as two tables: what each
visit came to, and the episodes at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import field, frozen

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Outcome, Posting
from corpus.visit_writer import Recorded
from extractor.vacancies import update_vacancies

OLD = Board("ashby", "lanternfish", employer="Lanternfish Robotics")
NEW = Board("greenhouse", "lanternfish", employer="Lanternfish Robotics")
TEXT = (
    "<p>Job number {0}: you teach robots number {0} to see in murky water, with Python, PyTorch and dry socks. "
    "You label what no camera has seen, you measure what you ship, and you write it down for the next shift.</p>"
)


def _numbers(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(numbers)


@frozen
class Look:
    """One visit of a story."""

    day: int
    numbers: tuple[int, ...] = field(converter=_numbers, default=())
    outcome: Outcome | None = None
    board: Board = OLD


@frozen
class Told:
    """What a story came to."""

    visits: list[tuple[Look, Recorded]]
    episodes: list[tuple[str, str, int, str, str, str, str]]
    """Board, id, number, first seen, last seen, previous visit, closed; days as `day N`."""
    vacancies: int
    health: dict[str, str]


def collapse() -> list[Look]:
    """67 postings for a week, then none on six days in a row."""
    return [Look(day, range(67)) for day in range(7)] + [Look(day) for day in range(7, 13)]


def relist() -> list[Look]:
    """One of two postings is gone for 27 days and comes back under its id."""
    gone = [Look(day, [2]) for day in range(3, 30)]
    return [Look(day, [1, 2]) for day in range(3)] + gone + [Look(day, [1, 2]) for day in (30, 31)]


def migration() -> list[Look]:
    """The same twelve jobs: first on one platform, whose address then answers 404, and from day 7 on another."""
    before = [Look(day, range(12)) for day in range(7)]
    gone = [Look(day, outcome="gone_404") for day in range(7, 13)]
    return before + gone + [Look(day, range(12), board=NEW) for day in range(7, 13)]


STORIES = {
    "A board that falls from 67 postings to none": collapse,
    "A posting that comes back after 27 days": relist,
    "An employer that moves to another platform": migration,
}


def at(day: int) -> str:
    return (datetime(2026, 1, 1, 6, tzinfo=UTC) + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(instant: str | None) -> str:
    """`day 7`; empty for none."""
    return f"day {(datetime.fromisoformat(instant) - datetime(2026, 1, 1, tzinfo=UTC)).days}" if instant else ""


def tell(looks: Iterable[Look]) -> Told:
    """Play a story into a file of its own."""
    with tempfile.TemporaryDirectory() as name, open_corpus(Path(name) / "story.db", write=True) as corpus:
        ledger = Ledger(corpus)
        for board, title in ((OLD, "Ashby"), (NEW, "Greenhouse")):
            ledger.set_source(board.source, "ats", name=title)
        run = ledger.begin("crawl", {}).run_id
        visits = []
        for look in sorted(looks, key=lambda look: look.day):
            postings = [
                Posting(f"{look.board.source}-{n}", f"Machine Learning Engineer {n}", description_html=TEXT.format(n))
                for n in look.numbers
            ]
            outcome = look.outcome or ("ok" if postings else "ok_empty")
            visits.append((look, ledger.record(run, BoardVisit(look.board, at(look.day), outcome, tuple(postings)))))
        rows = corpus.rows(
            "SELECT b.source, p.external_id, e.number, e.first_seen_at, e.last_seen_at, e.previous_visit_at, "
            "e.closed_at FROM episodes AS e JOIN postings AS p USING (posting_id) JOIN boards AS b USING (board_id) "
            "ORDER BY p.posting_id, e.number"
        )
        health = {row[0]: row[1] for row in corpus.rows("SELECT source, health FROM boards")}
        return Told(visits, [(*row[:3], *map(day_of, row[3:])) for row in rows], update_vacancies(corpus), health)


def spells(visits: Iterable[tuple[Look, Recorded]]) -> list[tuple[str, tuple[str, ...]]]:
    """The days of a board that came to the same, as `0-6`."""
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for look, came in sorted(visits, key=lambda visit: (visit[0].board.source, visit[0].day)):
        believed = "yes" if came.is_complete else "no"
        said = (look.board.source, came.outcome, came.seen, believed, came.health, came.closed, came.detail or "")
        cells = tuple(map(str, said))
        if found and found[-1][2] == cells:
            found[-1] = (found[-1][0], look.day, cells)
        else:
            found.append((look.day, look.day, cells))
    return [(f"{first}-{last}" if last > first else str(first), cells) for first, last, cells in found]


def main() -> None:
    for title, story in STORIES.items():
        told = tell(story())
        print(f"\n## {title}\n\n| days | board | outcome | seen | believed | health | closed | warning |")
        print("|---|---|---|--:|---|---|--:|---|")
        for days, cells in spells(told.visits):
            print(f"| {days} | {' | '.join(cells)} |")
        print("\n| board | postings | episode | first seen | last seen | visit before | closed |")
        print("|---|--:|--:|---|---|---|---|")
        alike: dict[tuple[str, ...], int] = {}
        for source, _, number, *days in told.episodes:
            key = (source, str(number), *days)
            alike[key] = alike.get(key, 0) + 1
        for (source, *rest), count in alike.items():
            print(f"| {source} | {count} | {' | '.join(rest)} |")
        print(f"\n{told.vacancies} vacancies; boards are {', '.join(f'{k} {v}' for k, v in told.health.items())}")


if __name__ == "__main__":
    main()
