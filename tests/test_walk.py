"""The whole walk, as a new user takes it: archive -> crawl -> extract -> report, with nothing put in between."""

import csv
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_file import demo_folder

ROOT = Path(__file__).parents[1]
MLJOBS = Path(sys.executable).with_name("mljobs")
RISING = {"AI agents", "large language models", "retrieval-augmented generation"}
FALLING = {"TensorFlow", "Apache Hadoop"}
FLAT = {"Python", "SQL", "statistics", "Git", "computer vision", "problem solving"}


def mljobs(*arguments, db):
    return subprocess.run([MLJOBS, *arguments, "--db", db], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """Folder with the demo's database (crawled from its archive, and read) and the report on it."""
    made = demo_folder(tmp_path_factory)
    folder = tmp_path_factory.mktemp("walk")
    for name in ("boards.csv", "demo.warc.gz"):
        shutil.copy(made / name, folder)
    copied = mljobs("db", "backup", folder / "demo.db", db=made / "data" / "mljobs.db")
    assert copied.returncode == 0, copied.stderr
    done = mljobs("report", "--out", folder / "report", db=folder / "demo.db")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def file(walk):
    connection = sqlite3.connect(walk / "demo.db")
    yield connection
    connection.close()


def table(walk, name):
    with (walk / "report" / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_committed_boards_are_those_that_the_builder_makes(walk):
    assert (walk / "boards.csv").read_text() == (ROOT / "demo" / "boards.csv").read_text()


def test_every_visit_has_its_outcome(file):
    outcomes = dict(file.execute("SELECT outcome, count(*) FROM visits GROUP BY outcome"))
    assert outcomes["gone_404"] == 8
    assert outcomes["http_error"] == 3
    assert outcomes["parse_error"] == 1
    assert outcomes["ok_empty"] >= 1
    assert sum(outcomes.values()) == 888


def test_failed_visits_close_nothing(file):
    closed_in_the_dark = file.execute(
        "SELECT count(*) FROM postings p JOIN visits v USING (board_id)"
        " WHERE p.closed_at = v.visited_at AND v.is_complete = 0"
    ).fetchone()[0]
    assert closed_in_the_dark == 0
    after_the_end = file.execute(
        "SELECT count(*) FROM postings p JOIN boards b USING (board_id) WHERE b.token = 'willowbrook'"
        " AND closed_at > (SELECT max(visited_at) FROM visits v WHERE v.board_id = b.board_id AND v.is_complete)"
    ).fetchone()[0]
    assert after_the_end == 0


def test_what_comes_back_is_a_new_episode(file):
    assert file.execute("SELECT count(*) FROM episodes WHERE number = 2").fetchone()[0] > 10


def test_reposts_are_one_vacancy(file):
    reposted = file.execute(
        "SELECT count(*) FROM vacancies v JOIN employers e USING (employer_id)"
        " WHERE e.name = 'Tallow Street' AND v.repost_count > 0"
    ).fetchone()[0]
    assert reposted > 5


def test_planted_trends_are_found_and_flat_skills_left_alone(walk):
    trends = {row["skill"]: row["trend"] for row in table(walk, "skill_trends")}
    assert {skill: trends[skill] for skill in RISING} == dict.fromkeys(RISING, "rising")
    assert {skill: trends[skill] for skill in FALLING} == dict.fromkeys(FALLING, "falling")
    assert {skill: trends[skill] for skill in FLAT} == dict.fromkeys(FLAT, "flat")


def test_the_jump_is_found_in_its_month(walk):
    jumps = [row["month"] for row in table(walk, "change_points") if row["skill"] == "AI agents"]
    assert any("2025-10" <= month <= "2026-02" for month in jumps)


def test_the_report_says_first_that_it_is_the_demo(walk):
    summary = (walk / "report" / "summary.md").read_text(encoding="utf-8")
    assert "demo" in summary.splitlines()[0]
    assert len(summary.splitlines()) <= 60


def test_the_report_asks_nothing_of_the_network(walk):
    page = (walk / "report" / "index.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 3_000_000
    assert not [part for part in ('src="http', "@import", 'rel="stylesheet" href="http', "fetch(") if part in page]


def test_the_same_file_gives_the_same_bytes(walk):
    again = mljobs("report", "--out", walk / "again", db=walk / "demo.db")
    assert again.returncode == 0
    first = {
        p.relative_to(walk / "report"): p.read_bytes() for p in sorted((walk / "report").rglob("*")) if p.is_file()
    }
    second = {p.relative_to(walk / "again"): p.read_bytes() for p in sorted((walk / "again").rglob("*")) if p.is_file()}
    assert first == second


def test_walking_twice_adds_nothing(walk, file):
    count = "SELECT (SELECT count(*) FROM postings), (SELECT count(*) FROM visits), (SELECT count(*) FROM mentions)"
    before = file.execute(count).fetchone()
    archive = ("--from-archive", walk / "demo.warc.gz", "--all")
    assert mljobs("crawl", "--boards", walk / "boards.csv", *archive, db=walk / "demo.db").returncode == 0
    assert mljobs("extract", db=walk / "demo.db").returncode == 0
    assert file.execute(count).fetchone() == before
