"""`mljobs boards`: a server on this machine plays careers pages and platforms."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.boards import read_boards
from crawler.detect import boards_in, unsupported_in
from tests.crawler.loopback import Answer, Platform
from tests.crawler.running import MAIN, mljobs
from tests.crawler.spiders.shared_files import FOLDER

RECORDED = Path(__file__).parents[1] / "recorded"
GREENHOUSE = (RECORDED / "greenhouse" / "board.json").read_text("utf-8")
EMPTY = '{"jobs": [], "meta": {"total": 0}}'
LD = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Bell Founder", "description": "<p>Cast.</p>"}</script>'
WORDS = "<p>" + "We cast bells for churches and ships, and have done so for a very long time. " * 6 + "</p>"
PAGES = {
    "/northwind/careers": f'<h1>Careers at Northwind Robotics</h1>{WORDS}<iframe src="https://boards.greenhouse.io/embed/job_board?for=northwind"></iframe>',
    "/stale/careers": f'<h1>Careers</h1>{WORDS}<a href="https:\\/\\/jobs.lever.co\\/gone">Jobs</a>',
    "/custom/careers": f'<h1>Careers</h1>{WORDS}<a href="/custom/jobs/bell-founder">Bell Founder</a>',
    "/custom/jobs/bell-founder": f"<html><head>{LD}</head><body>{WORDS}</body></html>",
    "/phenom": f'<h1>Open roles</h1>{WORDS}<script src="https://cdn.phenompeople.com/x.js"></script>',
    "/shell": '<html><body><div id="root"></div><script src="/app.js"></script></body></html>',
    "/plain": f"<h1>Join</h1>{WORDS}<p>Write to us.</p>",
    "/v1/boards/northwind/jobs": GREENHOUSE,
    "/v1/boards/quiet/jobs": EMPTY,
}


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGES.get(self.path.split("?")[0])
            self.send_response(404 if body is None else 200)
            is_json = body is not None and body.startswith("{")
            self.send_header("Content-Type", "application/json" if is_json else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "not found").encode())

        def log_message(self, *args) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{served.server_address[1]}"
    served.shutdown()
    served.server_close()


def boards(*arguments: str) -> subprocess.CompletedProcess[str]:
    return mljobs("boards", *arguments)


def test_a_careers_page_leads_to_its_board_and_says_what_speaks_for_it(server: str) -> None:
    done = boards("detect", f"{server}/northwind/careers", "--api-base", server)
    assert done.returncode == 0, done.stderr
    assert "-> greenhouse:northwind, 3 postings (employer 'Northwind Robotics' is named on the page" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 of 1 pages lead to a board"


def test_what_is_no_board_is_said_with_its_reason_and_status_1(server: str) -> None:
    paths = ["/stale/careers", "/custom/careers", "/phenom", "/shell", "/plain", "/missing"]
    done = boards("detect", *(server + path for path in paths), "--api-base", server, "--json")
    assert done.returncode == 1
    assert "no board behind 5 of 6 pages" in done.stderr
    found = {json.loads(line)["url"].removeprefix(server): json.loads(line) for line in done.stdout.splitlines()}
    assert found["/stale/careers"]["reason"] == "the boards that the page links to give no postings"
    assert found["/stale/careers"]["tried"][0].startswith("lever:gone: gone_404")
    assert (found["/custom/careers"]["platform"], found["/custom/careers"]["postings"]) == ("career_site", 1)
    assert found["/phenom"]["reason"] == "Phenom is a platform that has no spider yet"
    assert found["/shell"]["reason"].startswith("needs_rendering")
    assert found["/plain"]["reason"] == "no board and no markup found"
    assert found["/missing"]["reason"] == "the page cannot be read"


def test_a_page_that_does_not_answer_is_one_line() -> None:
    done = mljobs("boards", "detect", "http://127.0.0.1:9/careers")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "nothing: the page cannot be read" in done.stdout
    assert "network_error" in done.stdout


def test_an_interrupted_detection_is_one_line() -> None:
    with Platform() as platform:
        platform.robots = Answer(delay=60)
        command = [*MAIN, "boards", "detect", f"{platform.base}/careers"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert running.stderr is not None
        assert "asking" in running.stderr.readline()
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert (running.returncode, said.strip()) == (2, "mljobs: stopped")


def test_add_proves_a_board_and_check_disables_the_dead(server: str, tmp_path: Path) -> None:
    path = tmp_path / "boards.csv"
    added = boards(
        "add",
        "greenhouse:northwind",
        "--employer",
        "Northwind",
        "--country",
        "nl",
        "--api-base",
        server,
        "--boards",
        str(path),
    )
    assert added.returncode == 0, added.stderr
    assert (
        boards("add", "greenhouse:northwind", "--api-base", server, "--boards", str(path))
        .stdout.strip()
        .endswith("already")
    )
    refused = boards("add", "greenhouse:nobody", "--api-base", server, "--boards", str(path))
    assert refused.returncode == 1
    assert "gone_404" in refused.stderr
    boards("add", "greenhouse:nobody", "--unchecked", "--api-base", server, "--boards", str(path))
    boards("add", "greenhouse:quiet", "--api-base", server, "--boards", str(path))
    with path.open("a", encoding="utf-8") as file:
        file.write(f"greenhouse,northwind2,,,,{server},false\n")

    before = path.read_text("utf-8")
    dry = boards("check", "--boards", str(path), "--dry-run")
    assert path.read_text("utf-8") == before
    assert dry.stdout.splitlines()[-1] == "2 of 3 boards answer; 1 would be disabled, 0 would be enabled again"
    done = boards("check", "--boards", str(path))
    assert done.returncode == 0, done.stderr
    states = {board.token: board.enabled for board in read_boards(path)}
    assert states == {"northwind": True, "nobody": False, "quiet": True, "northwind2": False}
    with path.open(encoding="utf-8") as file:
        assert next(csv.DictReader(file))["employer"] == "Northwind"

    PAGES["/v1/boards/nobody/jobs"] = GREENHOUSE
    try:
        again = boards("check", "--boards", str(path), "--disabled")
    finally:
        del PAGES["/v1/boards/nobody/jobs"]
    assert again.stdout.splitlines()[-1] == "3 of 4 boards answer; 0 disabled, 1 enabled again"


@pytest.mark.parametrize(
    "arguments",
    [
        ("detect", "ftp://x"),
        ("add", "greenhouse", "--boards", "x.csv"),
        ("add", "nowhere:x", "--boards", "x.csv"),
        ("check", "--boards", "missing.csv"),
    ],
    ids=repr,
)
def test_wrong_use_is_one_line_and_status_2(arguments: tuple[str, ...]) -> None:
    done = boards(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "board"),
    [
        ("https://jobs.lever.co/tidewater/123", ("lever", "tidewater", "")),
        ("https://jobs.eu.lever.co/tidewater", ("lever", "tidewater", "eu")),
        (
            'src="https://boards.greenhouse.io/embed/job_board/js?b=1&amp;for=northwind"',
            ("greenhouse", "northwind", ""),
        ),
        ("https://job-boards.eu.greenhouse.io/northwind/jobs/1", ("greenhouse", "northwind", "")),
        (r'{"url":"https:\/\/jobs.ashbyhq.com\/Heron%20Labs\/1"}', ("ashby", "Heron Labs", "")),
        ("https://apply.workable.com/olive-grove/j/A1/", ("workable", "olive-grove", "")),
        ("https://olive-grove.workable.com/", ("workable", "olive-grove", "")),
        ("https://harzwerk.jobs.personio.com/job/1", ("personio", "harzwerk", "com")),
        ("https://harzwerk.jobs.personio.de/xml", ("personio", "harzwerk", "")),
        ("https://brightwell.wd3.myworkdayjobs.com/en-US/Careers/job/x", ("workday", "brightwell/Careers", "wd3")),
        (
            "https://brightwell.wd3.myworkdayjobs.com/wday/cxs/brightwell/Careers/jobs",
            ("workday", "brightwell/Careers", "wd3"),
        ),
        ("https://careers-hollow.icims.com/jobs/search", ("icims", "careers-hollow", "")),
        ("https://ats.rippling.com/en-GB/cedar/jobs", ("rippling", "cedar", "")),
        ("https://jobs.jobvite.com/careers/larchwood/jobs", ("jobvite", "larchwood", "")),
        ("https://kestrel.breezy.hr/p/1", ("breezy", "kestrel", "")),
    ],
    ids=repr,
)
def test_an_address_is_a_board(text: str, board: tuple[str, str, str]) -> None:
    assert [(found.source, found.token, found.region) for found in boards_in(text)] == [board]


@pytest.mark.parametrize(
    "text",
    [
        "https://www.workable.com/pricing",
        "https://help.bamboohr.com/x",
        "https://jobs.lever.co/js/embed.js",
        "https://boards.greenhouse.io/embed/job_board",
        "https://apply.workable.com/j/A1",
        "https://example.com/careers",
        "",
    ],
    ids=repr,
)
def test_a_vendors_own_address_is_no_board(text: str) -> None:
    assert boards_in(text) == []


@pytest.mark.skipif(not FOLDER.exists(), reason="the recorded pages are not here")
def test_recorded_careers_pages() -> None:
    found, named = 0, 0
    for path in sorted((FOLDER / "career_pages").glob("*.html")):
        text = path.read_text("utf-8")
        leads = [board.source for board in boards_in(text)]
        if "unknown_custom" in path.name:
            assert not leads
            assert unsupported_in(text) is None
        elif leads:
            assert leads[0] in path.name
            found += 1
        else:
            assert unsupported_in(text)
            named += 1
    assert (found, named) == (9, 3)
