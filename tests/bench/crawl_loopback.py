"""How fast a crawl is, and whether it loses anything: a loopback platform of many boards, with trouble and kills.

    python -m tests.bench.crawl_loopback --boards 1000 --postings 50 --kills 20
    python -m tests.bench.crawl_loopback --recorded ../shared/data/ashby_boards_2025-10-28.jsonl.gz

First the speed: a bare Scrapy spider on the same responses, a first crawl, one of unchanged boards, one of boards with
a change each, by the clock and by processor time (start-up told apart: the clock of a busy machine says little). Then
three stormy crawls, days apart, with every kind of trouble; and a crawl that is killed again and again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import MAIN, content, query, start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boards", type=int, default=1000)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--recorded", type=Path)
    parser.add_argument("--no-storm", action="store_true", help="only the speed")
    options = parser.parse_args()
    quiet = recorded(options.recorded) if options.recorded else made(options.boards, options.postings)
    truth = sum(len(json.loads(answers[-1].body)["jobs"]) for answers in quiet.values())
    with Platform() as platform, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platform.boards = quiet
        platform.write_boards(folder / "boards.csv")
        speed(platform, folder, quiet, truth)
        if not options.no_storm:
            storms(platform, folder, quiet, truth)
        if options.kills:
            platform.boards = quiet
            platform.rewind()
            killed(platform, folder, options.kills)
            crawl(platform, folder, "calm.db")
            same = content(folder / "killed.db") == content(folder / "calm.db")
            print(f"killed {options.kills} times: {'the same tables' if same else 'OTHER TABLES'}")
            said(folder / "killed.db", truth)


def speed(platform: Platform, folder: Path, quiet: dict[str, list[Answer]], truth: int) -> None:
    """Each kind of crawl beside a bare spider on the same responses, and what memory a posting takes."""
    one = dict(list(quiet.items())[:1])
    platform.write_boards(folder / "one.csv", one)
    small = crawl(platform, folder, "one.db", "one.csv")
    idle = [plain_fetch(platform, folder, one).cpu, small.cpu, crawl(platform, folder, "one.db", "one.csv").cpu]
    changes = {token: [changed(answers[-1])] for token, answers in quiet.items()}
    plain = plain_fetch(platform, folder, quiet)
    print("| crawl | seconds | of bare Scrapy | processor seconds | of bare Scrapy | MB |\n|---|--:|--:|--:|--:|--:|")
    bare_cpu = plain.cpu - idle[0]
    print(f"| bare Scrapy | {plain.working:.1f} | 1 | {bare_cpu:.1f} | 1 | {plain.memory:.0f} |")
    for run, boards, base in (
        ("first", quiet, idle[1]),
        ("the same", quiet, idle[2]),
        ("a change each", changes, idle[2]),
    ):
        platform.boards = boards
        done = crawl(platform, folder, "quiet.db")
        cpu = done.cpu - base
        print(
            f"| {run} | {done.working:.1f} | {plain.working / done.working:.2f} | {cpu:.1f} | {bare_cpu / cpu:.2f} | "
            f"{done.memory:.0f} |"
        )
        if run == "first":
            each = (done.memory - small.memory) * 1e6 / truth * 1000
    print(f"{len(quiet)} boards, {truth} postings; {each / 1e6:.2f} MB of memory for each 1,000 postings of the first")
    said(folder / "quiet.db", truth)
    platform.boards = quiet


STORM_DAYS = (6, 4, 2)
"""How long ago the stormy crawls were: far enough apart for the closing rule."""


def storms(platform: Platform, folder: Path, quiet: dict[str, list[Answer]], truth: int) -> None:
    """Crawls through trouble, days apart, and a calm one: nothing closed, nothing lost, whatever failed in between."""
    kinds = dict(zip(quiet, [kind for _ in quiet for kind in (*TROUBLES, *["none"] * len(TROUBLES))], strict=False))
    kinds |= {token: ROBOTS for token in quiet if token.startswith("denied")}
    db = folder / "storm.db"
    for days in STORM_DAYS:
        platform.boards = {t: TROUBLES.get(kinds[t], lambda answer: [answer])(a[-1]) for t, a in quiet.items()}
        platform.robots = Answer(body=b"User-agent: *\nDisallow: /posting-api/job-board/denied\n")
        platform.rewind()
        done = crawl(platform, folder, db.name)
        print(f"\nstorm {days} days ago: {len(platform.hits)} requests in {done.working:.0f} s")
        if days == STORM_DAYS[0]:
            by_kind(db, kinds)
        age(db, 2)
    platform.robots = Answer(body=b"User-agent: *\nAllow: /\n")
    platform.boards = quiet
    crawl(platform, folder, db.name)
    crawl(platform, folder, "calm.db")
    closed = query(db, "SELECT count(*) FROM episodes WHERE closed_at IS NOT NULL OR number > 1")[0][0]
    same = content(db) == content(folder / "calm.db")
    print(f"after a calm crawl: {'the same tables as without storms' if same else 'OTHER TABLES'}, {closed} closings")
    said(db, truth)


def by_kind(db: Path, kinds: dict[str, str]) -> None:
    """What each kind of trouble came to in the last run."""
    seen = dict(
        query(
            db,
            "SELECT b.token, v.outcome FROM visits AS v JOIN boards AS b USING (board_id) "
            "WHERE run_id = (SELECT max(run_id) FROM runs)",
        )
    )
    counts: dict[tuple[str, str], int] = {}
    for token, kind in kinds.items():
        counts[kind, seen.get(token, "no visit")] = counts.get((kind, seen.get(token, "no visit")), 0) + 1
    print("| trouble | outcome | boards |\n|---|---|--:|")
    for (kind, outcome), count in sorted(counts.items()):
        print(f"| {kind} | {outcome} | {count} |")


def age(db: Path, days: int) -> None:
    """Move everything that was observed into the past, so that the next crawl is days later."""
    times = {
        "visits": ("visited_at",),
        "postings": ("first_seen_at", "last_seen_at", "closed_at"),
        "episodes": ("first_seen_at", "last_seen_at", "previous_visit_at", "next_visit_at", "closed_at"),
        "runs": ("started_at", "finished_at"),
    }
    with closing(sqlite3.connect(db)) as connection, connection:
        for table, columns in times.items():
            moved = ", ".join(f"{c} = strftime('%Y-%m-%dT%H:%M:%SZ', {c}, '-{days} days')" for c in columns)
            connection.execute(f"UPDATE {table} SET {moved}")


def recorded(path: Path) -> dict[str, list[Answer]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["board"]: [Answer(body=json.dumps(row["response"]).encode())] for row in rows}


def made(boards: int, postings: int) -> dict[str, list[Answer]]:
    """Every fiftieth board has a name that robots.txt denies in a storm."""
    return {
        f"{'denied' if n % 50 == 49 else 'board'}{n}": [board(*range(n * postings, (n + 1) * postings))]
        for n in range(boards)
    }


def changed(answer: Answer) -> Answer:
    """A board on which the first posting has another place."""
    data = json.loads(answer.body)
    if data["jobs"]:
        data["jobs"][0]["location"] = "Lisbon, Portugal"
    return replace(answer, body=json.dumps(data).encode())


ROBOTS = "robots.txt denies it"
TROUBLES = {
    "429": lambda answer: [Answer(429), answer],
    "429 with Retry-After": lambda answer: [Answer(429, headers={"Retry-After": "1"}), answer],
    "500, then 502": lambda answer: [Answer(500), Answer(502), answer],
    "connection reset": lambda answer: [Answer(reset=True), answer],
    "body cut short": lambda answer: [replace(answer, cut=True), answer],
    "two seconds late": lambda answer: [replace(answer, delay=2.0)],
    "redirect": lambda answer: [Answer(302, headers={"Location": "?again=1"}), answer],
    "wrong content type": lambda answer: [replace(answer, headers={"Content-Type": "image/png"})],
    "truncated JSON": lambda answer: [replace(answer, body=answer.body[: len(answer.body) // 2])],
    "HTML instead": lambda _: [Answer(body=b"<html><h1>We are moving house</h1></html>")],
    "a challenge page": lambda _: [Answer(403, b"<title>Just a moment...</title>")],
    "404": lambda _: [Answer(404, b"Not Found")],
    "an empty board": lambda _: [board()],
}
"""Each board in trouble has one kind; what follows the trouble is the board as it is."""


BARE = """
import sys
from pathlib import Path
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

class Bare(Spider):
    name = "bare"

    async def start(self):
        for url in Path(sys.argv[1]).read_text().splitlines():
            yield Request(url, dont_filter=True)

    def parse(self, response):
        return None

process = AsyncCrawlerProcess({"LOG_ENABLED": False, "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
                               "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False})
process.crawl(Bare)
process.start()
"""
"""As `scrapy bench`: a spider without delays, rules or reading, as many requests at a time as a crawl has here."""


@dataclass(frozen=True)
class Timed:
    """Seconds of a process: until its first request, and from there to its end; its processor seconds and peak MB."""

    start_up: float
    working: float
    cpu: float
    memory: float


def timed(platform: Platform, command: list[str]) -> Timed:
    """Run a process that asks the platform."""
    platform.hits.clear()
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    ended = time.monotonic()
    first = platform.hits[0][0]
    return Timed(first - begun, ended - first, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def plain_fetch(platform: Platform, folder: Path, boards: dict[str, list[Answer]] | None = None) -> Timed:
    """Every response fetched by a bare Scrapy spider, and not looked at."""
    urls = folder / "urls.txt"
    tokens = boards or platform.boards
    urls.write_text("\n".join(f"{platform.base}/posting-api/job-board/{quote(t)}" for t in tokens), encoding="utf-8")
    return timed(platform, [sys.executable, "-c", BARE, str(urls)])


def crawl(platform: Platform, folder: Path, db: str, boards: str = "boards.csv") -> Timed:
    return timed(platform, [*MAIN, "crawl", "--boards", str(folder / boards), "--db", str(folder / db)])


def killed(platform: Platform, folder: Path, kills: int) -> None:
    dice = random.Random(3)
    command = ("crawl", "--boards", folder / "boards.csv", "--db", folder / "killed.db")
    for _ in range(kills):
        goal, running = len(platform.hits) + dice.randint(1, max(2, len(platform.boards) // kills)), start(*command)
        while len(platform.hits) < goal and running.poll() is None:
            time.sleep(0.002)
        running.kill()
        running.wait()
    crawl(platform, folder, "killed.db")


def said(db: Path, truth: int) -> None:
    postings, visits = query(db, "SELECT (SELECT count(*) FROM postings), (SELECT count(*) FROM visits)")[0]
    outcomes = query(db, "SELECT outcome, count(*) FROM visits GROUP BY 1 ORDER BY 1")
    print(f"  {postings} of {truth} postings, {visits} visits: {', '.join(f'{n} {o}' for o, n in outcomes)}")


if __name__ == "__main__":
    main()
