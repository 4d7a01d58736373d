"""Every platform end to end: `mljobs crawl` against a server on this machine that plays each one from its recording."""

from __future__ import annotations

import csv
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.boards import COLUMNS
from tests.crawler.running import mljobs, query

FOLDER = Path(__file__).parents[1] / "recorded"
CASES = {
    "arbeitnow": "pages", "ashby": "board", "bamboohr": "list", "breezy": "board", "career_site": "sitemaps", "greenhouse": "board",
    "himalayas": "newest", "icims": "portal", "jobicy": "jobs", "jobvite": "jobs", "lever": "board", "personio": "feed", "pinpoint": "board",
    "recruitee": "board", "remoteok": "api", "remotive": "jobs", "rippling": "board", "teamtailor": "rss", "themuse": "pages", "usajobs": "history",
    "weworkremotely": "feed", "workable": "v3", "workday": "two_pages", "workingnomads": "jobs",
}  # fmt: skip


class Case:
    def __init__(self, platform: str, name: str) -> None:
        folder = FOLDER / platform
        self.first = next(path for path in folder.glob(f"{name}.*") if path.suffix != ".json" or path.stem == name)
        setup = folder / f"{name}.setup.json"
        self.setup = json.loads(setup.read_text("utf-8")) if setup.exists() else {}
        self.expected = json.loads((folder / f"{name}.expected.json").read_text("utf-8"))
        self.pages = {
            self.expected["asked"][0].split(" ", 1)[0] + " " + place(self.expected["asked"][0]): self.first.read_bytes()
        }
        for key, page in self.setup.get("more", {}).items():
            body = page if isinstance(page, str) else json.dumps(page)
            self.pages[key.split(" ", 1)[0] + " " + place(key)] = body.encode()


def place(key: str) -> str:
    """Path, query and body of `POST https://host/path?query {…}`."""
    _, address, *body = key.split(" ", 2)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query} {body[0] if body else ''}"


@pytest.fixture
def server():
    cases = {platform: Case(platform, name) for platform, name in CASES.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.give("GET", "")

        def do_POST(self) -> None:
            self.give("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

        def give(self, method: str, sent: str) -> None:
            platform, _, rest = self.path.lstrip("/").partition("/")
            parts = urlsplit(f"/{rest}")
            pages = cases[platform].pages if platform in cases else {}
            body = pages.get(f"{method} {parts.path}?{parts.query} {sent}")
            self.send_response(404 if body is None else 200)
            kinds = {
                b"{": "application/json",
                b"[": "application/json",
                b"<": "text/html; charset=utf-8",
                b"U": "text/plain",
            }
            head = (body or b"").lstrip()
            self.send_header(
                "Content-Type", "application/xml" if head[:5] == b"<?xml" else kinds.get(head[:1], "text/html")
            )
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args) -> None:
            pass

    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{served.server_address[1]}", cases
    served.shutdown()
    served.server_close()


def test_every_platform_end_to_end(server, tmp_path: Path) -> None:
    base, cases = server
    boards, db = tmp_path / "boards.csv", tmp_path / "jobs.db"
    with boards.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for platform, case in cases.items():
            board = case.setup.get("board", {})
            writer.writerow(
                {
                    "platform": platform,
                    "token": board.get("token", "acme"),
                    "region": board.get("region", ""),
                    "api_base": f"{base}/{platform}",
                }
            )
    done = mljobs("crawl", "--boards", boards, "--db", db)
    assert "Traceback" not in done.stderr

    found = query(
        db,
        "SELECT b.source, v.outcome, (SELECT count(*) FROM postings p WHERE p.board_id = b.board_id) FROM visits v JOIN boards b USING (board_id)",
    )
    wanted = []
    for platform, case in cases.items():
        count, advertised = len(case.expected["postings"]), case.expected["advertised"]
        is_part = case.expected["is_truncated"] or advertised not in (None, count)
        wanted.append((platform, "truncated" if is_part else "ok", count))
    assert sorted(found) == sorted(wanted), done.stderr

    titles = {
        (source, number): title
        for source, number, title in query(
            db, "SELECT b.source, p.external_id, p.title FROM postings p JOIN boards b USING (board_id)"
        )
    }
    for platform, case in cases.items():
        for posting in case.expected["postings"]:
            assert titles[platform, posting["external_id"]] == posting["title"]
