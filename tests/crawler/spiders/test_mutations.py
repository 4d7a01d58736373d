"""Whatever a platform sends, a spider reads it or says why not: it raises nothing else, and it invents nothing."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.records import Board
from crawler.platforms import platforms
from tests.crawler.spiders.mutation import invented, mutated, words_of
from tests.crawler.spiders.replay import look
from tests.crawler.spiders.test_recordings import RECORDINGS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "title", "name", "jobs", "data", "results", "items", "location", "content", "text", "url"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADZUNA_APP_ID", "example")
    monkeypatch.setenv("ADZUNA_APP_KEY", "example")


def check(board: Board, body: bytes, more: dict[str, Any]) -> None:
    found = look(board, body, more, keep_all=True)
    assert not [reason for reason in found.get("rejects", ()) if "the reader failed" in reason], found["rejects"]
    held = [body, *(page if isinstance(page, str) else json.dumps(page) for page in more.values())]
    if board.source != "remoteok":  # it mends text that was decoded wrongly
        assert not invented(found, words_of(*held))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_damaged_recordings(path) -> None:
    setup_file = path.with_name(f"{path.stem}.setup.json")
    setup = json.loads(setup_file.read_text("utf-8")) if setup_file.exists() else {}
    board = Board(path.parent.name, **{"token": "acme", **setup.get("board", {})})

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        chance = random.Random(seed)
        more = setup.get("more", {})
        if more and chance.random() < 0.5:
            more = {key: _damaged(page, chance) for key, page in more.items()}
        check(board, mutated(path.read_bytes(), chance), more)

    holds()


def _damaged(page: Any, chance: random.Random) -> str:
    source = page if isinstance(page, str) else json.dumps(page)
    return mutated(source.encode(), chance).decode("utf-8", "replace")


@pytest.mark.parametrize("name", platforms())
def test_any_json_at_all(name: str) -> None:
    board = Board(name, "acme/site" if name == "workday" else "acme", region="wd1" if name == "workday" else "")

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(JSON)
    def holds(value: Any) -> None:
        check(board, json.dumps(value).encode(), {})

    holds()
