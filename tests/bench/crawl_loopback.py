"""How fast a crawl is, and whether it loses anything: a loopback platform of many boards, with trouble and kills.

    python -m tests.bench.crawl_loopback --boards 1000 --postings 50 --kills 20
    python -m tests.bench.crawl_loopback --recorded ../shared/data/ashby_boards_2025-10-28.jsonl.gz

Says in one line each: a plain fetch of the same responses, a quiet crawl, a second one, a stormy one, a killed one.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.crawler.loopback import Answer, Platform, board
from tests.crawler.running import content, mljobs, query, start


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
        plain = plain_fetch(platform)
        print(f"plain fetch: {len(quiet)} responses in {plain:.1f} s, {len(quiet) / plain:.0f} requests/s")
        for run in ("first crawl", "second crawl"):
            seconds = crawl(folder, "quiet.db")
            print(
                f"{run}: {seconds:.1f} s, {len(quiet) / seconds:.0f} boards/s, {plain / seconds:.2f} of plain fetching"
            )
            said(folder / "quiet.db", truth)
        platform.boards = stormy(quiet)
        platform.rewind()
        print(f"stormy crawl: {crawl(folder, 'storm.db'):.1f} s, {len(platform.hits)} requests")
        said(folder / "storm.db", truth)
        print("same postings as the quiet crawl:", content(folder / "storm.db") == content(folder / "quiet.db"))
        if options.kills:
            platform.boards = quiet
            platform.rewind()
            killed(platform, folder, options.kills)
            print("killed run: same tables:", content(folder / "killed.db") == content(folder / "quiet.db"))
            said(folder / "killed.db", truth)
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


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


def plain_fetch(platform: Platform) -> float:
    """Seconds to fetch every response over 16 kept connections, without reading it."""
    host = urlsplit(platform.base).netloc
    tokens = list(platform.boards)

    def fetch(some: list[str]) -> None:
        connection = http.client.HTTPConnection(host)
        for token in some:
            connection.request("GET", f"/posting-api/job-board/{quote(token)}")
            connection.getresponse().read()
        connection.close()

    begun = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(fetch, [tokens[n::16] for n in range(16)]))
    return time.monotonic() - begun


def crawl(folder: Path, db: str) -> float:
    begun = time.monotonic()
    done = mljobs("crawl", "--boards", folder / "boards.csv", "--db", folder / db, timeout=3000)
    print("  " + (done.stdout + done.stderr).strip().splitlines()[-1])
    return time.monotonic() - begun


def killed(platform: Platform, folder: Path, kills: int) -> None:
    dice = random.Random(3)
    command = ("crawl", "--boards", folder / "boards.csv", "--db", folder / "killed.db")
    for _ in range(kills):
        goal, running = len(platform.hits) + dice.randint(1, max(2, len(platform.boards) // kills)), start(*command)
        while len(platform.hits) < goal and running.poll() is None:
            time.sleep(0.002)
        running.kill()
        running.wait()
    crawl(folder, "killed.db")


def said(db: Path, truth: int) -> None:
    postings, visits = query(db, "SELECT (SELECT count(*) FROM postings), (SELECT count(*) FROM visits)")[0]
    outcomes = query(db, "SELECT outcome, count(*) FROM visits GROUP BY 1 ORDER BY 1")
    print(f"  {postings} of {truth} postings, {visits} visits: {', '.join(f'{n} {o}' for o, n in outcomes)}")


if __name__ == "__main__":
    main()
