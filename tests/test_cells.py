"""A report from cells is the report from the file: whoever counted them, and wherever the texts were read."""

import shutil
import subprocess
import sys

import pandas as pd
import pyarrow.dataset as ds
import pytest

from analysis.about import read_about
from analysis.cells import Selection
from analysis.tables import compute
from corpus.cells import COLUMNS, columns_of, open_folder, schema_of, write_folder
from corpus.db import open_corpus
from corpus.errors import InputError
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Posting, Salary
from tests.bench import stream
from tests.extractor.engines.test_engines import needs_spark

COSTLY = ("group_trends", "sensitivity", "headline_checks")
"""Tables on which no other stands, made of the same cells as the others."""


def mljobs(*arguments, timeout=300):
    done = subprocess.run(
        [sys.executable, "-c", "from corpus.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """`read.db`: 1,800 made-up postings of 12 employers with weekly visits, read; their cells in `cells`.

    One posting more has its pay in words.
    """
    folder = tmp_path_factory.mktemp("cells")
    stream.write(stream.postings(1800, stream.own_pool(size=80), employers=12), folder / "postings.jsonl.gz")
    stream.write(stream.visits(12), folder / "visits.jsonl.gz")
    rows = (folder / "postings.jsonl.gz", "--visits", folder / "visits.jsonl.gz")
    mljobs("import", *rows, "--db", folder / "unread.db")
    in_words = Posting(
        "w1",
        "Senior Machine Learning Engineer",
        description_text="You know Python, PyTorch and SQL, and have two years of experience with Kubernetes.",
        location="Berlin, Germany",
        salaries=(Salary(None, None, raw="from 70k to 85k"), Salary(90_000, 110_000, "EUR", "year")),
    )
    with open_corpus(folder / "unread.db", write=True) as corpus:
        ledger = Ledger(corpus)
        run = ledger.begin("crawl", {})
        ledger.record(run.run_id, BoardVisit(Board("ashby", "acme"), "2025-11-03T06:00:00Z", "ok", (in_words,)))
        ledger.finish(run.run_id, "ok", "1 board")
    shutil.copy(folder / "unread.db", folder / "read.db")
    mljobs("extract", "--jobs", 1, "--db", folder / "read.db")
    with open_corpus(folder / "read.db") as corpus:
        write_folder(corpus, folder / "cells")
    return folder


def rows_of(folder, name):
    columns = [(column, "ascending") for column, _ in columns_of(name)]
    return ds.dataset(folder / name, schema=schema_of(name)).to_table().sort_by(columns).to_pylist()


@pytest.mark.parametrize("selection", [Selection(), Selection(role="all", title="engineer"), Selection(country="DE")])
def test_every_figure_is_the_same(folder, selection):
    with open_corpus(folder / "read.db") as corpus:
        facts, tables = read_about(corpus, selection), compute(corpus, selection, without=COSTLY).tables
    with open_folder(folder / "cells") as cells:
        assert read_about(cells, selection) == facts
        again = compute(cells, selection, without=COSTLY).tables
    assert len(tables["volume"]) > 30
    assert len(tables["current_shares"]) > 10 or selection.country
    assert list(again) == list(tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(again[name], table, check_exact=True, obj=name)


def test_the_whole_report_is_the_same_but_for_keeping_its_numbers(folder, tmp_path):
    mljobs("report", "--db", folder / "read.db", "--out", tmp_path / "one")
    said = mljobs("report", "--cells", folder / "cells", "--out", tmp_path / "other")
    assert "report: " in said
    files = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert len(files) > 40
    assert files == {path.relative_to(tmp_path / "other") for path in (tmp_path / "other").rglob("*") if path.is_file()}
    differing = [str(f) for f in files if (tmp_path / "one" / f).read_bytes() != (tmp_path / "other" / f).read_bytes()]
    assert differing == []


def test_cells_hold_no_text_and_only_what_is_said(folder):
    assert {path.name for path in (folder / "cells").iterdir()} == set(COLUMNS)
    assert not any(
        "text" in column for name in COLUMNS for column, _ in columns_of(name) if column not in ("has_text", "texts")
    )
    with open_corpus(folder / "read.db") as corpus:
        named = corpus.value(
            "SELECT count(*) FROM posting_skills JOIN skills USING (skill_id) JOIN postings USING (posting_id) "
            "JOIN vacancies USING (vacancy_id) WHERE is_listed = 1 AND vacancies.posting_id = postings.posting_id"
        )
    assert sum(row["vacancies_with_skill"] for row in rows_of(folder / "cells", "counts")) == named > 0


def test_what_is_no_folder_of_cells_is_said(folder, tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match="no whole folder of cells"):
        open_folder(tmp_path)
    with open_corpus(folder / "read.db") as corpus, pytest.raises(InputError, match="holds something else"):
        write_folder(corpus, tmp_path)


@needs_spark
def test_spark_counts_the_same_cells(folder):
    """The file that was never read, exported; its texts read by an engine; vacancies and cells made by Spark."""
    mljobs("db", "export", folder / "export", "--format", "parquet", "--texts", "--db", folder / "unread.db")
    mljobs("extract", "--engine", "local", "--jobs", 1, folder / "unread.db", folder / "reading")
    places = ("--tables", folder / "export", "--read", folder / "reading")
    mljobs("cells", "--engine", "spark", *places, folder / "by_spark", timeout=900)
    for name in COLUMNS:
        ours, theirs = rows_of(folder / "cells", name), rows_of(folder / "by_spark", name)
        if name == "salaries":
            assert (70_000.0, 85_000.0) in {(row["min_amount"], row["max_amount"]) for row in theirs}
            # numbered anew, in the same order
            ours, theirs = ([row | {"salary_id": 0} for row in rows] for rows in (ours, theirs))
        if name == "about":  # the run that read the file
            ours, theirs = ([row | {"last_run_id": 0} for row in rows] for rows in (ours, theirs))
        assert theirs == ours, name
