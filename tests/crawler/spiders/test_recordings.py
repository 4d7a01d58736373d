"""Every spider over its recorded responses: what it asks for and what it reads, against an expected file.

A missing expected file is written once and the test fails: look at it, then commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.records import Board
from crawler.platforms import platforms
from tests.crawler.spiders.replay import look

FOLDER = Path(__file__).parents[2] / "recorded"
RECORDINGS = sorted(path for path in FOLDER.glob("*/*.*") if not path.name.endswith((".expected.json", ".setup.json")))


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADZUNA_APP_ID", "ADZUNA_APP_KEY"):
        monkeypatch.setenv(name, "example")
    for name in ("USAJOBS_API_KEY", "USAJOBS_EMAIL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recording(path: Path) -> None:
    setup_file = path.with_name(f"{path.stem}.setup.json")
    setup = json.loads(setup_file.read_text("utf-8")) if setup_file.exists() else {}
    board = Board(path.parent.name, **{"token": "acme", **setup.get("board", {})})
    found = look(board, path.read_bytes(), setup.get("more"), keep_all=setup.get("keep_all", False))

    expected_file = path.with_name(f"{path.stem}.expected.json")
    if not expected_file.exists():
        expected_file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{expected_file.name} was missing and has been written: look at it, then commit it")
    assert found == json.loads(expected_file.read_text("utf-8"))


@pytest.mark.parametrize("name", platforms())
def test_every_spider_has_a_recording_with_postings(name: str) -> None:
    expected = [json.loads(path.read_text("utf-8")) for path in (FOLDER / name).glob("*.expected.json")]
    assert any(found.get("postings") for found in expected), f"no recording in tests/recorded/{name}"


@pytest.mark.parametrize("name", platforms())
def test_every_spider_says_what_its_source_allows(name: str) -> None:
    spider = platforms()[name]
    assert spider.terms
    assert spider.homepage
    assert spider.__doc__


def test_a_recording_of_no_spider_is_refused() -> None:
    assert {path.parent.name for path in RECORDINGS} <= set(platforms())


def test_pages_of_postings_are_fetched_for_wanted_roles_only_unless_all_are_kept() -> None:
    path = FOLDER / "bamboohr" / "list.json"
    setup = json.loads(path.with_name("list.setup.json").read_text("utf-8"))
    board = Board("bamboohr", **setup["board"])
    wanted = look(board, path.read_bytes(), setup["more"])
    everything = look(board, path.read_bytes(), setup["more"], keep_all=True)
    assert [url for url in wanted["asked"] if "detail" in url] == [
        "GET https://saltmarsh.bamboohr.com/careers/31/detail"
    ]
    assert len([url for url in everything["asked"] if "detail" in url]) == 2
    assert everything["rejects"] == ["no text: HTTP 404 (https://saltmarsh.bamboohr.com/careers/32/detail)"]
