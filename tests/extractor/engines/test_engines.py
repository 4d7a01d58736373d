"""One function, three ways to run it: the same rows come out of the local engine, of Spark and of `extract --in`."""

import gzip
import json
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import InputError, MissingExtra, MljobsError
from extractor.engines import batches, local, spark
from extractor.engines.places import check_places, kind_of
from extractor.files import extract_file

HEADS = ("Requirements:", "Nice to have:", "What you will do", "Benefits")
LINES = (
    "- 5+ years of experience with Python, PyTorch and SQL",
    "- Master's degree in computer science or equivalent experience",
    "- Kubernetes, Terraform, CI/CD and C++ — “at scale”",
    "- Salary: $150,000 - $190,000 a year plus bonus",
    "- Visa sponsorship is not available; hybrid, two days in Zürich",
)
OURS = {"kind", "error", "raw", "extractor_version"}


def posting(number):
    text = "\n".join([HEADS[number % 4], LINES[number % 5], HEADS[(number + 1) % 4], LINES[(number + 2) % 5]])
    row = {"id": f"p{number}", "title": f"Senior Machine Learning Engineer {number}", "location": None}
    if number % 3 == 0:
        return row | {"html": "".join(f"<p>{line.replace('&', '&amp;')}</p>" for line in text.split("\n"))}
    return row | {"text": text, "location": "Berlin, Germany"}


GOOD = [posting(number) for number in range(60)]
BAD = [
    ("{not json", "not JSON"),
    ('["a list"]', "a list instead of an object"),
    ('{"title": "no id", "text": "Python"}', "no id"),
    ('{"id": "empty"}', "no text and no html"),
    ('{"id": "half", "text": "half a \\ud83d"}', "half a character"),
    ('{"id": "number", "text": 7}', "text is a int"),
]


def write(path, rows, bad=()):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
        out.write("\n")
        for line, _ in bad:
            out.write(line + "\n")
    return path


def read(out, kind):
    """Rows of one kind by id (rejects: by what was there), whatever files they lie in."""
    rows = ds.dataset(str(out / f"kind={kind}"), format="parquet").to_table().to_pylist()
    return {row["id"] if kind == "extractions" else row["raw"]: row for row in rows}


def as_json(row):
    """A row as `extract --out` writes it."""
    return {k: v for k, v in row.items() if k not in OURS and (k != "text" or v is not None)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(scope="module")
def plain(folder):
    """What `extract --in --out` says of the good rows."""
    extract_file(write(folder / "good.jsonl", GOOD), folder / "plain.jsonl")
    rows = (json.loads(line) for line in (folder / "plain.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def from_local(folder):
    local.extract_files(str(write(folder / "mixed.jsonl.gz", GOOD, BAD)), str(folder / "local"), 1)
    return folder / "local"


def test_the_rows_say_something(plain):
    assert sum(len(row["skills"]) for row in plain.values()) > 100
    assert any(row["salary"] for row in plain.values())
    assert any(row["degrees"] for row in plain.values())


def test_local_engine_equals_extract_in_out(plain, from_local):
    assert {key: as_json(row) for key, row in read(from_local, "extractions").items()} == plain


def test_bad_rows_are_kept_aside_with_their_reason(from_local):
    rejects = read(from_local, "rejects")
    assert set(rejects) == {line for line, _ in BAD}
    for line, reason in BAD:
        assert reason in rejects[line]["error"]
        assert rejects[line]["skills"] is None


def test_parquet_and_plain_jsonl_give_the_same(folder, plain):
    pq.write_table(pa.Table.from_pylist(GOOD, schema=batches.POSTINGS), folder / "good.parquet")
    local.extract_files(str(folder / "good.parquet"), str(folder / "from_parquet"), 1)
    assert {key: as_json(row) for key, row in read(folder / "from_parquet", "extractions").items()} == plain


def test_a_database_goes_in(tmp_path):
    from corpus.db import open_corpus
    from corpus.ledger import Ledger
    from corpus.records import Board, BoardVisit, Posting

    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        ledger = Ledger(corpus, keep_all=True)
        run = ledger.begin("crawl", {})
        visit = BoardVisit(
            Board("ashby", "acme"),
            "2026-01-05T10:00:00Z",
            "ok",
            tuple(Posting(f"x{n}", "ML Engineer", description_text=LINES[0] + f"\n{n}") for n in range(3)),
        )
        ledger.record(run.run_id, visit)
    assert local.extract_files(str(tmp_path / "a.db"), str(tmp_path / "out"), 1) == 3
    rows = read(tmp_path / "out", "extractions")
    assert all("python" in {skill["id"] for skill in row["skills"]} for row in rows.values())


def test_parts_that_are_there_are_not_read_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(local, "PART", 20)
    monkeypatch.setattr(local, "BATCH", 10)
    source = write(tmp_path / "in.jsonl", GOOD)
    out = tmp_path / "out"
    local.extract_files(str(source), str(out), 1)
    files = sorted((out / "kind=extractions").iterdir())
    before = {path: path.stat().st_mtime_ns for path in files}
    files[1].unlink()  # as if the run had been killed
    capsys.readouterr()
    assert local.extract_files(str(source), str(out), 1) == 60
    assert f"{len(files) - 1} of {len(files)} parts were there already" in capsys.readouterr().out
    after = {path: path.stat().st_mtime_ns for path in sorted((out / "kind=extractions").iterdir())}
    assert {path for path in before if before[path] != after[path]} == {files[1]}
    write(source, GOOD[:20])
    assert local.extract_files(str(source), str(out), 1) == 20
    assert len(read(out, "extractions")) == 20


def test_a_pool_changes_nothing(tmp_path, monkeypatch, plain):
    monkeypatch.setattr(local, "PART", 20)
    monkeypatch.setattr(local, "BATCH", 10)
    local.extract_files(str(write(tmp_path / "in.jsonl", GOOD)), str(tmp_path / "out"), 2)
    assert {key: as_json(row) for key, row in read(tmp_path / "out", "extractions").items()} == plain


def has_spark():
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return False
    return shutil.which("java") is not None


needs_spark = pytest.mark.skipif(not has_spark(), reason="needs pyspark and java")


@needs_spark
def test_spark_equals_local(folder, from_local, plain):
    """As users run it, in a process of its own, twice into the same folder."""
    command = "from corpus.cli import main; main()"
    arguments = ("extract", "--engine", "spark", "--jobs", "2", str(folder / "mixed.jsonl.gz"), str(folder / "spark"))
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", command, *arguments], capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "extracted 60 postings" in done.stdout
    assert f"{len(BAD)} rows set aside" in done.stdout
    for kind in ("extractions", "rejects"):
        assert read(folder / "spark", kind) == read(from_local, kind)
    spark_rows = ds.dataset(str(folder / "spark" / "kind=extractions"), format="parquet").count_rows()
    assert spark_rows == len(plain)
    assert (folder / "spark" / "_SUCCESS").exists()


@needs_spark
def test_spark_says_in_one_line_what_it_misses(folder):
    pq.write_table(pa.table({"name": ["x"]}), folder / "other.parquet")
    with pytest.raises(InputError, match="needs the columns id and text"):
        spark.extract_files(str(folder / "other.parquet"), str(folder / "nothing"), 1)


def test_without_pyspark_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    write(folder / "good2.jsonl", GOOD[:1])
    with pytest.raises(MissingExtra, match=r"pip install 'mljobs\[spark\]'"):
        spark.extract_files(str(folder / "good2.jsonl"), str(folder / "no_spark"))


def test_a_worker_of_another_version_stops(folder):
    batch = pa.RecordBatch.from_pylist([{"id": "1", "text": "Python"}], schema=batches.POSTINGS)
    with pytest.raises(MljobsError, match="install the same mljobs"):
        list(batches.read_batches([batch], expected="an older one"))


def test_nothing_of_others_is_overwritten(tmp_path):
    (tmp_path / "thesis.docx").touch()
    source = write(tmp_path / "in.jsonl", GOOD[:1])
    with pytest.raises(InputError, match="holds something else"):
        check_places(str(source), str(tmp_path))
    with pytest.raises(InputError, match="no file or folder"):
        check_places(str(tmp_path / "missing.jsonl"), str(tmp_path / "out"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.parquet", "parquet"),
        ("s3a://bucket/year=2026/", "parquet"),
        ("s3a://bucket/*.jsonl.gz", "lines"),
        ("jobs.DB", "database"),
        ("texts.ndjson", "lines"),
    ],
)
def test_kind_of_input(name, kind):
    assert kind_of(name) == kind


def test_an_unknown_ending_is_refused():
    with pytest.raises(InputError, match="must end in"):
        kind_of("postings.xlsx")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(), st.dictionaries(st.sampled_from(["id", "title", "text", "html", "location"]), st.none() | st.text() | st.integers() | st.lists(st.integers()))).map(json.dumps) | st.text(), max_size=5))  # fmt: skip
def test_any_lines_give_one_row_each(lines):
    lines = [line.encode(errors="replace").decode() for line in lines]
    batch = pa.RecordBatch.from_pydict({"value": lines}, schema=batches.LINES)
    rows = next(batches.read_lines([batch])).to_pylist()
    assert len(rows) == sum(bool(line.strip()) for line in lines)
    assert all((row["error"] is None) == (row["kind"] == "extractions") for row in rows)
