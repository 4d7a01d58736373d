"""`mljobs doctor` finds each fault that is planted here; `--live` each broken claim, on a loopback server."""

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner

from corpus import doctor, live
from corpus.cli import cli
from corpus.errors import CheckFailed
from tests.corpus.synthetic import build


@pytest.fixture
def database(tmp_path):
    return build(tmp_path / "a.db", postings=40)


def found(path, state=("fault", "note"), **options):
    return {check.name: str(check) for check in doctor.examine(path, **options) if check.state in state}


def execute(path, *statements):
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_healthy_file_has_no_fault(database):
    assert found(database, ("fault",)) == {}


def test_no_file_yet_is_no_fault(tmp_path):
    assert "make report" in found(tmp_path / "none" / "a.db")["file"]
    assert found(tmp_path / "a.db", ("fault",)) == {}


@pytest.mark.parametrize(
    ("statements", "name", "words"),
    [
        (["PRAGMA user_version = 0"], "file", "mljobs db migrate"),
        (["PRAGMA user_version = 999"], "file", "Upgrade mljobs"),
        (["UPDATE visits SET visited_at = '2199-01-01T00:00:00Z' WHERE visit_id = 1"], "observations", "clock right"),
        (["DELETE FROM extractions WHERE posting_id < 9"], "readings", "mljobs extract"),
    ],
)
def test_faults_of_the_file(database, statements, name, words):
    execute(database, *statements)
    assert words in found(database)[name]


def test_empty_pages_are_noted(database):
    execute(database, "CREATE TABLE big (b BLOB)", "INSERT INTO big VALUES (zeroblob(9000000))", "DROP TABLE big")
    assert "db vacuum" in found(database)["free pages"]


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "a.db").write_bytes(b"no database" * 1000)
    assert "not a database" in found(tmp_path / "a.db")["file"]


def test_a_torn_file(database):
    execute(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x13" * 4096 * 30)
    assert "db check" in found(database)["file"]


def test_a_clock_in_the_past(database):
    assert "Set the clock right" in found(database, now=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=3))["clock"]


@pytest.mark.parametrize(("free", "words"), [(1_000, "Free some space"), (600_000_000, None)])
def test_a_full_disk(database, monkeypatch, free, words):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free})())
    assert (words in found(database)["disk"]) if words else ("disk" not in found(database))


def test_a_package_too_old_and_one_missing(database, monkeypatch):
    real = doctor.metadata.version

    def version(name):
        if name == "attrs":
            return "19.1"
        if name in ("lxml", "datasette"):
            raise doctor.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    faults = found(database)
    assert "attrs is 19.1, needs" in faults["packages"]
    assert "lxml is missing" in faults["packages"]
    assert "make install" in faults["packages"]
    assert "mljobs[serve]" in faults["datasette"]


def test_other_versions_than_the_pins_are_noted(database, monkeypatch, tmp_path):
    pins = tmp_path / "constraints.txt"
    pins.write_text("pandas==9.9.9\nscrapy==0.1 ; python_version < '3'\n")
    monkeypatch.setattr(doctor, "CONSTRAINTS", pins)
    assert "instead of 9.9.9" in found(database)["constraints"]
    assert "0.1" not in found(database)["constraints"].lower().replace("mljobs 0.1.0", "")


def test_a_sqlite_too_old(database, monkeypatch):
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version", "3.31.1")
    assert "3.38 or later" in found(database)["sqlite"]


def test_a_network_file_system(database, monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    assert doctor.file_system(tmp_path / "deeper", mounts) == "nfs4"
    assert doctor.file_system(tmp_path.parent, mounts) == "ext4"
    assert doctor.file_system(tmp_path, tmp_path / "nothing") is None
    monkeypatch.setattr(doctor, "file_system", lambda _: "nfs4")
    assert "local disk" in found(database)["file system"]


def test_command_fails_with_the_fault_s_name(database):
    execute(database, "PRAGMA user_version = 999")
    result = CliRunner().invoke(cli, ["doctor", "--db", str(database)])
    assert isinstance(result.exception, CheckFailed)
    assert "file" in str(result.exception)


class Handler(BaseHTTPRequestHandler):
    pages: ClassVar[dict] = {}
    asked: ClassVar[list] = []

    def do_GET(self):
        path = self.path.split("?")[0]
        self.asked.append(path)
        status, body, headers = self.pages.get(path, (404, "", {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.pages, Handler.asked = {}, []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


URL = "https://api.board.example/v1/jobs?all=1"
CLAIM = live.Claim("board", URL, list="data.jobs", fields=("id", "title"))
PATH = "/api.board.example/v1/jobs"
GOOD = json.dumps({"data": {"jobs": [{"id": 1, "title": "ML Engineer", "more": 2}]}})


@pytest.mark.parametrize(
    ("claim", "robots", "answer", "expected"),
    [
        (CLAIM, (404, ""), (200, GOOD, {}), []),
        (CLAIM, (200, "User-agent: *\nDisallow: /admin"), (200, GOOD, {}), []),
        (CLAIM, (404, ""), (200, json.dumps({"data": {"jobs": []}}), {}), []),
        (CLAIM, (200, "User-agent: *\nDisallow: /"), (200, GOOD, {}), ["robots.txt: was allowed, is disallowed"]),
        (CLAIM, (200, "User-agent: mljobs\nDisallow: /"), (200, GOOD, {}), ["robots.txt: was allowed, is disallowed"]),
        (CLAIM, (503, ""), (200, GOOD, {}), ["robots.txt answers 503: as good as disallowed"]),
        (
            CLAIM,
            (404, ""),
            (410, "", {}),
            ["the endpoint answers 410: the address is gone, or the board that stands for the source"],
        ),
        (CLAIM, (404, ""), (403, "", {}), ["the endpoint answers 403"]),
        (CLAIM, (404, ""), (200, "<html>moved</html>", {}), ["the answer is no JSON"]),
        (CLAIM, (404, ""), (200, json.dumps({"jobs": []}), {}), ["no list of postings under data.jobs"]),
        (CLAIM, (404, ""), (200, json.dumps({"data": {"jobs": [{"id": 1}]}}), {}), ["fields gone: title"]),
        (live.Claim("b", URL, text="<rss"), (404, ""), (200, "<rss version='2.0'>", {}), []),
        (live.Claim("b", URL, text="<rss"), (404, ""), (200, "<html>", {}), ["the answer holds no <rss"]),
        (live.Claim("b", URL, text="x", etag=True), (404, ""), (200, "x", {}), ["ETag: none"]),
        (live.Claim("b", URL, text="x", etag=True), (404, ""), (200, "x", {"ETag": '"1"'}), []),
        (live.Claim("b", URL, robots="disallowed"), (200, "User-agent: *\nDisallow: /"), (200, "", {}), []),
        (
            live.Claim("b", URL, robots="disallowed"),
            (404, ""),
            (200, "", {}),
            ["robots.txt: was disallowed, is allowed"],
        ),
    ],
)
def test_live_claims(site, claim, robots, answer, expected):
    # the robots.txt of a source moved to loopback is the loopback server's
    Handler.pages = {"/robots.txt": (*robots, {}), PATH: answer}
    if "Disallow: /" in robots[1] and "admin" not in robots[1]:
        Handler.pages["/robots.txt"] = (robots[0], robots[1], {})
    [(_, broken)] = live.check_live([claim], base=site, pause=0)
    assert broken == expected
    if claim.robots == "disallowed":
        assert PATH not in Handler.asked


def test_a_source_that_cannot_be_reached():
    [(_, broken)] = live.check_live([CLAIM], base="http://127.0.0.1:9", pause=0)
    assert "refused" in broken[0]


def test_every_claim_is_of_a_source_with_a_spider():
    spiders = {path.stem for path in (Path(live.__file__).parent.parent / "crawler" / "spiders").glob("*.py")}
    claims = live.claims()
    assert len({claim.source for claim in claims}) == len(claims) >= 15
    assert {claim.source for claim in claims} <= spiders
    assert all(claim.text or claim.fields for claim in claims)
    assert all(claim.url.startswith("https://") for claim in claims)


@pytest.mark.parametrize("claim", live.claims(), ids=lambda claim: claim.source)
def test_a_claim_holds_in_our_recording_and_in_a_real_one(claim):
    """What `--live` looks for is what the spiders read: guessed names of fields would show here."""
    if claim.source == "hn":
        pytest.skip("the search for threads is asked by date; its recordings are threads")
    root = Path(live.__file__).parents[1]
    folders = [root / "tests" / "recorded" / claim.source, root.parent / "shared" / "recorded" / claim.source]
    assert _holds(claim, folders[0])
    if folders[1].is_dir() and claim.source not in OTHER_ANSWERS:
        assert _holds(claim, folders[1])


OTHER_ANSWERS = {
    "workable": "the real recording is of the call without details, which has no description",
    "rippling": "the real recording is of the first version of the interface",
}


def _holds(claim, folder):
    answers = [file.read_text(encoding="utf-8", errors="replace") for file in folder.iterdir() if file.is_file()]
    return any(not live._wrong_content(claim, body) and len(body) > 200 for body in answers)


def test_live_command(site, database):
    for claim in live.claims():
        host, _, path = claim.url.removeprefix("https://").partition("/")
        body = claim.text or json.dumps(_nested(claim.list, [dict.fromkeys(claim.fields, "x")]))
        Handler.pages[f"/{host}/{path.split('?')[0]}"] = (200, body, {})
    Handler.pages["/robots.txt"] = (200, "User-agent: *\nDisallow: /api.smartrecruiters.com/", {})
    result = CliRunner().invoke(cli, ["doctor", "--live", "--live-base", site, "--db", str(database)])
    assert result.exit_code == 0, result.output
    assert "ok    greenhouse: as claimed" in result.output
    Handler.pages.pop("/boards-api.greenhouse.io/v1/boards/anthropic/jobs")
    result = CliRunner().invoke(cli, ["doctor", "--live", "--live-base", site, "--db", str(database)])
    assert isinstance(result.exception, CheckFailed)
    assert "greenhouse" in str(result.exception)


def _nested(path, value):
    for key in reversed([key for key in path.split(".") if key]):
        value = {key: value}
    return value
