"""The real recorded responses in ../shared: every file is read, or refused with its reason."""

from __future__ import annotations

import pytest

from tests.crawler.spiders.shared_files import FOLDER, OTHERS, Case, cases

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the recorded responses are not here")
CASES = list(cases()) if FOLDER.exists() else []
EMPTY = (
    "empty", "kraken", "last_page", "legal_only", "expired",
)  # fmt: skip
REFUSED = {
    "ashby/synthetic_strata_graphql_error.json": "parse_error",
    "greenhouse/vcr2013_invalid_id.yml": "parse_error",
    "greenhouse/vcr2013_invalid_organization.yml": "parse_error",
    "lever/sammyurfen_lever_notfound.json": "gone_404",
    "personio/synthetic_404.html": "parse_error",
    "schema_org/jobseek_didi_no_jsonld.html": "parse_error",
    "schema_org/jobseek_jobylon_mcdonalds_embed.html": "needs_rendering",
    "schema_org/synthetic_js_shell_no_jsonld.html": "needs_rendering",
    "smartrecruiters/synthetic_unknown_company_200.json": "gone_404",
}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADZUNA_APP_ID", "example")
    monkeypatch.setenv("ADZUNA_APP_KEY", "example")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
def test_file(case: Case) -> None:
    found = case.read()
    assert found.get("outcome") == REFUSED.get(case.path), found.get("detail")
    if case.path in REFUSED:
        assert found["detail"]
        return
    postings = found["postings"]
    assert bool(postings) != any(mark in case.path for mark in EMPTY), "empty, and not said to be"
    assert not [reason for reason in found["rejects"] if not reason.startswith(("no text", "a page is missing"))]
    for posting in postings:
        assert posting["title"] == " ".join(posting["title"].split())
        assert (posting.get("date_posted") is None) == (posting.get("date_posted_kind") is None)
    assert len({posting["external_id"] for posting in postings}) == len(postings)


@pytest.mark.skipif(not CASES, reason="the recorded responses are not here")
def test_every_folder_is_read_or_left_out_for_a_reason() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {case.path.split("/")[0] for case in CASES} | set(OTHERS)
    assert all(OTHERS.values())
