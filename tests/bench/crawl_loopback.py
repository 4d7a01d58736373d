"""How fast a crawl is, and whether it loses anything: a loopback platform of many boards, with trouble and kills.

    python -m tests.bench.crawl_loopback --boards 1000 --postings 50 --kills 20
    python -m tests.bench.crawl_loopback --recorded ../shared/data/ashby_boards_2025-10-28.jsonl.gz

Says in one line each: a bare Scrapy spider on the same responses, a first crawl, one of unchanged boards, one of
boards with a change each, a stormy one, a killed one. Start-up (imports, models) is told apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import MAIN, content, query, start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=1000)
    parser.add_argument("--postings", type=int, default=50)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--recorded", type=Path)
    options = parser.parse_args()
    quiet = recorded(options.recorded) if options.recorded else made(options.boards, options.postings)
    truth = sum(len(json.loads(answers[-1].body)["jobs"]) for answers in quiet.values())
    with Platform() as platform, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platform.boards = quiet
        platform.write_boards(folder / "boards.csv")
        plain = plain_fetch(platform, folder)
        print(f"plain Scrapy: {rate(plain, len(quiet))}")
        for run in ("first crawl", "crawl of the same", "crawl with a change a board"):
            if run.endswith("change a board"):
                platform.boards = {token: [changed(answers[-1])] for token, answers in quiet.items()}
            done = crawl(platform, folder, "quiet.db")
            print(f"{run}: {rate(done, len(quiet))}, {plain.working / done.working:.2f} of plain Scrapy")
            print(f"  {done.last_line}")
            said(folder / "quiet.db", truth)
        crawl_of_storm(platform, folder, quiet)
        said(folder / "storm.db", truth)
        if options.kills:
            platform.boards = quiet
            platform.rewind()
            killed(platform, folder, options.kills)
            print("killed run: same tables:", content(folder / "killed.db") == content(folder / "storm.db"))
            said(folder / "killed.db", truth)
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


def crawl_of_storm(platform: Platform, folder: Path, quiet: dict[str, list[Answer]]) -> None:
    """A fresh file through trouble, and one without: the same postings."""
    platform.boards = stormy(quiet)
    platform.rewind()
    done = crawl(platform, folder, "storm.db")
    print(f"stormy crawl: {rate(done, len(platform.hits))}")
    platform.boards = quiet
    platform.rewind()
    crawl(platform, folder, "calm.db")
    print("same postings as a quiet crawl:", content(folder / "storm.db") == content(folder / "calm.db"))


def rate(done: Timed, requests: int) -> str:
    return f"{done.working:.1f} s, {requests / done.working:.0f} requests/s, {done.start_up:.1f} s of start-up before"


def changed(answer: Answer) -> Answer:
    """A board on which the first posting has another place."""
    data = json.loads(answer.body)
    if data["jobs"]:
        data["jobs"][0]["location"] = "Lisbon, Portugal"
    return Answer(body=json.dumps(data).encode())


def recorded(path: Path) -> dict[str, list[Answer]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["board"]: [Answer(body=json.dumps(row["response"]).encode())] for row in rows}


def made(boards: int, postings: int) -> dict[str, list[Answer]]:
    return {f"board{n}": [board(*range(n * postings, (n + 1) * postings))] for n in range(boards)}


def stormy(quiet: dict[str, list[Answer]]) -> dict[str, list[Answer]]:
    """Trouble that passes, on a fifth of the boards."""
    dice = random.Random(7)
    troubles = [
        [Answer(429)],
        [Answer(429, headers={"Retry-After": "1"})],
        [Answer(500), Answer(502)],
        [Answer(reset=True)],
    ]
    return {
        token: [*(dice.choice(troubles) if dice.random() < 0.2 else []), *answers] for token, answers in quiet.items()
    }


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
    """Seconds of a process: until its first request, and from there to its end."""

    start_up: float
    working: float
    last_line: str


def timed(platform: Platform, command: list[str]) -> Timed:
    """Run a process that asks the platform."""
    platform.hits.clear()
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000, check=False)
    ended = time.monotonic()
    first = platform.hits[0][0]
    return Timed(first - begun, ended - first, (done.stdout + done.stderr).strip().rpartition("\n")[2])


def plain_fetch(platform: Platform, folder: Path) -> Timed:
    """Every response fetched by a bare Scrapy spider, and not looked at."""
    urls = folder / "urls.txt"
    urls.write_text(
        "\n".join(f"{platform.base}/posting-api/job-board/{quote(token)}" for token in platform.boards),
        encoding="utf-8",
    )
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
