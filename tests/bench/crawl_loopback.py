"""How fast a crawl is, and whether it loses anything: a loopback platform of many boards, with trouble and kills.

    python -m tests.bench.crawl_loopback --boards 1000 --postings 50 --kills 20
    python -m tests.bench.crawl_loopback --recorded ../shared/data/ashby_boards_2025-10-28.jsonl.gz

First the speed: a bare Scrapy spider on the same responses, a first crawl, one of unchanged boards, one of boards with
a change each, by the clock and by processor time (start-up told apart: the clock of a busy machine says little). Then
three stormy crawls, days apart, with every kind of trouble; and a crawl that is killed again and again.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from tests.crawler.loopback import Answer, Platform, board, job
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
    print("| crawl | seconds | of bare Scrapy | processor seconds | of bare Scrapy | MB |\n|---|--:|--:|--:|--:|--:|")
    idle = start_up(platform, folder)
    for run, ours, bare in compared(platform, folder, quiet, idle, ("first", "the same", "a change each")):
        if run == "first":
            print(f"| bare Scrapy | {bare.working:.1f} | 1 | {bare.cpu:.1f} | 1 | {bare.memory:.0f} |")
            each = (ours.memory - idle.memory) * 1e6 / truth * 1000
        print(
            f"| {run} | {ours.working:.1f} | {bare.working / ours.working:.2f} | {ours.cpu:.1f} | "
            f"{bare.cpu / ours.cpu:.2f} | {ours.memory:.0f} |"
        )
    print(f"{len(quiet)} boards, {truth} postings; {each / 1e6:.2f} MB of memory for each 1,000 postings of the first")
    said(folder / "quiet.db", truth)


@dataclass(frozen=True)
class Idle:
    """What a crawl, and a bare spider, take for one board: their start."""

    ours: Timed
    bare: Timed
    memory: float
    """Peak MB where the board's posting is new."""


def start_up(platform: Platform, folder: Path) -> Idle:
    platform.boards = made(1, 1)
    platform.write_boards(folder / "boards.csv")
    crawl(platform, folder, "idle.db")  # compiles what is not compiled yet
    memory = crawl(platform, folder, "new.db").memory
    ours = min((crawl(platform, folder, "idle.db") for _ in range(3)), key=lambda timed: timed.cpu)
    bare = min((plain_fetch(platform, folder) for _ in range(3)), key=lambda timed: timed.cpu)
    return Idle(ours, bare, memory)


def compared(
    platform: Platform,
    folder: Path,
    quiet: dict[str, list[Answer]],
    idle: Idle,
    runs: Sequence[str],
    source: str = "ashby",
    db: str = "quiet.db",
) -> Iterator[tuple[str, Timed, Timed]]:
    """For each run its name, how long it took us, and a bare spider right before it; starts are taken off.

    The start of the process that writes for many boards counts as work.
    """
    platform.boards = quiet
    platform.write_boards(folder / "boards.csv", names_of(quiet), source)
    for run in runs:
        if run == "a change each":
            platform.boards = {token: [changed(answers[-1])] for token, answers in quiet.items()}
        bare = plain_fetch(platform, folder)
        ours = crawl(platform, folder, db)
        yield run, replace(ours, cpu=ours.cpu - idle.ours.cpu), replace(bare, cpu=bare.cpu - idle.bare.cpu)
    platform.boards = quiet


def names_of(answers: dict[str, list[Answer]]) -> list[str]:
    """The boards among what a platform answers: names, or the part before `/jobs` of a list's path."""
    return [
        key.split("/")[-2] if key.endswith("/jobs") else key
        for key in answers
        if key[0] != "/" or key.endswith("/jobs")
    ]


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
    with contextlib.closing(sqlite3.connect(db)) as connection, connection:
        for table, columns in times.items():
            moved = ", ".join(f"{c} = strftime('%Y-%m-%dT%H:%M:%SZ', {c}, '-{days} days')" for c in columns)
            connection.execute(f"UPDATE {table} SET {moved}")


def recorded(path: Path) -> dict[str, list[Answer]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["board"]: [Answer(body=json.dumps(row["response"]).encode())] for row in rows}


def made(boards: int, postings: int, **more: str) -> dict[str, list[Answer]]:
    """Every fiftieth board has a name that robots.txt denies in a storm."""
    return {
        f"{'denied' if n % 50 == 49 else 'board'}{n}": [board(*range(n * postings, (n + 1) * postings), **more)]
        for n in range(boards)
    }


def page_each(boards: int, postings: int) -> dict[str, list[Answer]]:
    """Boards whose list has no texts (Rippling's API): a page for each posting."""
    answers: dict[str, list[Answer]] = {}
    for n in range(boards):
        jobs = [job(number) for number in range(n * postings, (n + 1) * postings)]
        path = f"/platform/api/ats/v2/board/board{n}/jobs"
        places = [{"name": "Berlin, Germany", "workplaceType": "ON_SITE"}]
        rows = [{"id": one["id"], "name": one["title"], "url": one["jobUrl"], "locations": places} for one in jobs]
        answers[path] = [as_json({"items": rows, "page": 0, "totalPages": 1})]
        for one in jobs:
            page = {"uuid": one["id"], "createdOn": one["publishedAt"], "description": {"role": one["descriptionHtml"]}}
            answers[f"{path}/{one['id']}"] = [as_json(page)]
    return answers


def as_json(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


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
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=as_installed())
    memory = Peak(child.pid)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    ended = time.monotonic()
    first = platform.hits[0][0]
    return Timed(first - begun, ended - first, used.ru_utime + used.ru_stime, memory.megabytes())


class Peak(threading.Thread):
    """Peak memory of a process while it runs; what `wait4` says of it begins with the memory of whoever started it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.status = Path(f"/proc/{pid}/status")
        self.kilobytes = 0
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError):  # it has ended
            while found := re.search(r"VmHWM:\s+(\d+)", self.status.read_text(encoding="ascii")):
                self.kilobytes = int(found[1])
                time.sleep(0.05)

    def megabytes(self) -> float:
        self.join()
        return self.kilobytes / 1024


def as_installed() -> dict[str, str]:
    """The environment of a user: modules are compiled once, here into a folder of the bench's own."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return env | {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / f"mljobs-bench-{os.getuid()}")}


def plain_fetch(platform: Platform, folder: Path) -> Timed:
    """Every response fetched by a bare Scrapy spider, and not looked at."""
    urls = folder / "urls.txt"
    paths = [key if key[0] == "/" else f"/posting-api/job-board/{quote(key)}" for key in platform.boards]
    urls.write_text("\n".join(platform.base + path for path in paths), encoding="utf-8")
    return timed(platform, [sys.executable, "-c", BARE, str(urls)])


def crawl(platform: Platform, folder: Path, db: str) -> Timed:
    return timed(platform, [*MAIN, "crawl", "--boards", str(folder / "boards.csv"), "--db", str(folder / db)])


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
