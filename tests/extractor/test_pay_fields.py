"""Pay that a source gave in words only: `mljobs extract` reads it, and leaves what nobody could read."""

from __future__ import annotations

import pytest

from corpus.db import open_corpus
from corpus.ledger import Ledger
from corpus.records import Board, Posting, Salary
from extractor.run import extract_database

FIELDS = {
    "$95k to $120k a year, plus shares": (95_000, 120_000, "USD", "year"),
    "up to 85 000 EUR per annum": (None, 85_000, "EUR", "year"),
    "£500 per day": (500, None, "GBP", "day"),
    "Competitive, depending on experience": (None, None, None, None),
    "Updated 2024-10": (None, None, None, None),
}


def pay_rows(path):
    with open_corpus(path) as corpus:
        rows = corpus.rows(
            "SELECT raw, min_amount, max_amount, currency, unit, source FROM salaries ORDER BY salary_id"
        )
        return {row[0]: (*row[1:5], row[5]) for row in rows}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "jobs.db"
    with open_corpus(path, write=True) as corpus:
        ledger = Ledger(corpus, keep_all=True)
        begun = ledger.begin("import", {})
        ledger.set_source("test", "import", name="test")
        postings = [
            Posting(
                external_id=str(number),
                title="Machine Learning Engineer",
                employer="Somebody",
                description_text="Requirements\n- Python and PyTorch",
                salaries=(Salary(None, None, source="text", raw=raw),),
            )
            for number, raw in enumerate(FIELDS)
        ]
        ledger.add_postings(begun.run_id, Board("test", "here"), postings, seen_at="2026-01-01T00:00:00Z")
        ledger.finish(begun.run_id, "ok", "done")
    return path


def test_pay_in_words_is_read_once_and_stays_the_sources(path):
    before = pay_rows(path)
    extract_database(path, 1)
    first = pay_rows(path)
    assert {raw: row[:4] for raw, row in first.items()} == FIELDS
    assert {raw: row[4] for raw, row in first.items()} == {raw: row[4] for raw, row in before.items()}
    extract_database(path, 1)
    assert pay_rows(path) == first
