"""Imports: native rows, visits in any order, public data sets, and everything that files can have wrong."""

from __future__ import annotations

import gzip
import itertools
import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError, MljobsError
from crawler.cli import import_
from crawler.importers.mapping import bundled, choose, load_map, to_posting
from crawler.rows import Unusable
from tests.crawler.running import query

TEXT = "You will train models in PyTorch, write SQL and talk with people who read letters for a living. " * 2
TABLES = {
    "postings": "SELECT external_id, title, first_seen_at, last_seen_at, closed_at, content_hash FROM postings ORDER BY 1",
    "episodes": "SELECT p.external_id, e.number, e.first_seen_at, e.last_seen_at, e.previous_visit_at, e.next_visit_at, "
    "e.closed_at FROM episodes e JOIN postings p USING (posting_id) ORDER BY 1, 2",
    "visits": "SELECT b.source, b.token, v.visited_at, v.outcome, v.is_complete, v.advertised_count FROM visits v "
    "JOIN boards b USING (board_id) ORDER BY 1, 2, 3",
    "boards": "SELECT source, token FROM boards ORDER BY 1, 2",
    "salaries": "SELECT min_amount, max_amount, currency, unit FROM salaries ORDER BY 1",
}


def row(number, **more) -> dict:
    return {
        "source": "ashby",
        "board": "acme",
        "external_id": f"x{number}",
        "title": f"Data Scientist {number}",
        "employer": "Acme",
        "description_text": TEXT + str(number),
        "first_seen_at": "2026-01-10T00:00:00Z",
        "last_seen_at": "2026-02-10T00:00:00Z",
    } | more


def visit(day, outcome="ok", board="acme", **more) -> dict:
    return {"board": board, "visited_at": f"2026-{day}T00:00:00Z", "outcome": outcome, "advertised": 2} | more


def write(path, rows) -> str:
    path.write_text("".join(r if isinstance(r, str) else json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def run(tmp_path):
    def run(*arguments, db="a.db"):
        result = CliRunner().invoke(import_, [*map(str, arguments), "--db", str(tmp_path / db)])
        if isinstance(result.exception, MljobsError):
            raise result.exception
        assert result.exception is None, result.exception
        return result.stdout

    return run


def tables(tmp_path, db="a.db") -> dict[str, list]:
    return {name: query(tmp_path / db, sql) for name, sql in TABLES.items()}


VISITS = [visit(day) for day in ("01-03", "01-17", "02-03", "02-17")] + [visit("02-24", "http_error"), visit("03-03")]


def test_the_same_file_twice_changes_nothing(run, tmp_path):
    rows = write(tmp_path / "p.jsonl", [row(1, salary_min=50000, salary_max="70000", salary_currency="EUR"), row(2)])
    visits = write(tmp_path / "v.jsonl", VISITS)
    run(rows, "--visits", visits)
    before = tables(tmp_path)
    assert "0 new postings, 0 changed, 0 new visits" in run(rows, "--visits", visits)
    assert tables(tmp_path) == before


def test_visits_may_come_before_with_or_after_their_postings(run, tmp_path):
    first = write(tmp_path / "p1.jsonl", [row(1), row(3, board="other")])
    second = write(tmp_path / "p2.jsonl", [row(2, closed_at="2026-02-20T00:00:00Z")])
    visits = write(tmp_path / "v.jsonl", [*VISITS, visit("01-05", board="other")])
    results = []
    for order in itertools.permutations([(first,), (second,), ("--visits", visits)]):
        db = f"{len(results)}.db"
        for arguments in order:
            run(*arguments, db=db)
        results.append(tables(tmp_path, db))
    assert all(result == results[0] for result in results)
    assert results[0]["boards"] == [("ashby", "acme"), ("ashby", "other")]
    assert results[0]["episodes"] == [
        ("x1", 1, "2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z", "2026-01-03T00:00:00Z", "2026-02-17T00:00:00Z", "2026-02-17T00:00:00Z"),
        ("x2", 1, "2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z", "2026-01-03T00:00:00Z", "2026-02-17T00:00:00Z", "2026-02-20T00:00:00Z"),
        ("x3", 1, "2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z", "2026-01-05T00:00:00Z", None, None),
    ]  # fmt: skip


def test_spans_of_one_posting_come_in_any_order(run, tmp_path):
    early = row(1, last_seen_at="2026-01-20T00:00:00Z", closed_at="2026-01-27T00:00:00Z")
    late = row(1, first_seen_at="2026-03-01T00:00:00Z", last_seen_at="2026-03-09T00:00:00Z")
    for name, rows in (("a.db", [early, late]), ("b.db", [late, early])):
        run(write(tmp_path / f"{name}.jsonl", rows), db=name)
    spans = [r[:4] + r[-1:] for r in tables(tmp_path)["episodes"]]
    assert spans == [
        ("x1", 1, "2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z", "2026-01-27T00:00:00Z"),
        ("x1", 2, "2026-03-01T00:00:00Z", "2026-03-09T00:00:00Z", None),
    ]
    assert tables(tmp_path)["episodes"] == tables(tmp_path, "b.db")["episodes"]


def test_bad_rows_are_kept_aside_with_line_and_reason(run, tmp_path):
    rows = [
        row(1),
        '{"source": "ashby", "title": \n',
        "[1, 2]\n",
        row(2, title=""),
        row(3, description_text=None),
        row(4, first_seen_at="soon"),
        row(5, last_seen_at="2025-01-01T00:00:00Z"),
        row(6, external_id=None),
        row(7, source=None),
        row(8, closed_at="2026-01-11T00:00:00Z"),
        "\n",
        row(9, date_posted="never", employment_type="FULL_TIME", work_mode="Remote"),
    ]
    said = run(write(tmp_path / "p.jsonl", rows))
    assert "2 new postings" in said
    assert "9 rows set aside (line 2: not JSON" in said
    assert "1 dates not read (line 12: date_posted 'never' is no date: kept without it)" in said
    kept = dict(query(tmp_path / "a.db", "SELECT line_number, reason FROM rejects"))
    assert sorted(kept) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert query(tmp_path / "a.db", "SELECT DISTINCT file FROM rejects") == [("p.jsonl",)]
    assert kept[4] == "no title"
    assert kept[5] == "no description"
    assert "is no time" in kept[6]
    assert "is after last_seen_at" in kept[7]
    assert kept[9] == "no source"


def test_what_was_set_aside_is_kept_once_a_file_and_line(run, tmp_path):
    path = write(tmp_path / "p.jsonl", [row(1), row(2, title=""), "nonsense\n", row(3, date_posted="31.02.2026")])
    for _ in range(2):
        run(path)
    assert query(tmp_path / "a.db", "SELECT count(*) FROM rejects") == [(3,)]
    run(write(tmp_path / "q.jsonl", [row(4), row(2, title="")]))
    assert query(tmp_path / "a.db", "SELECT file, line_number FROM rejects ORDER BY 1, 2") == [
        ("p.jsonl", 2), ("p.jsonl", 3), ("p.jsonl", 4), ("q.jsonl", 2),
    ]  # fmt: skip


def test_columns_of_any_spelling_are_found_and_the_others_named(tmp_path):
    (tmp_path / "p.csv").write_text(
        f"JOB TITLE,Company_Name,JobDescription,Posted Date,mood\nML Engineer,Umbra,{TEXT.replace(',', ';')},2026-01-02,good\n"
    )
    done = CliRunner().invoke(import_, [str(tmp_path / "p.csv"), "--db", str(tmp_path / "a.db")])
    assert "1 new postings" in done.stdout
    assert "columns that no field takes: mood" in done.stderr
    assert query(
        tmp_path / "a.db", "SELECT title, name, date_posted FROM postings JOIN employers USING (employer_id)"
    ) == [("ML Engineer", "Umbra", "2026-01-02")]


def test_equal_texts_under_different_addresses_are_two_postings(run, tmp_path):
    rows = [
        {"title": "ML Engineer", "company": "Umbra", "description": TEXT, "url": f"https://umbra.example/jobs/{n}"}
        for n in (1, 2)
    ]
    assert "2 new postings" in run(write(tmp_path / "p.jsonl", [*rows, rows[0]]))


def test_a_file_that_cannot_be_read_leaves_no_new_database(run, tmp_path):
    whole = write(tmp_path / "p.jsonl", [row(1)])
    (tmp_path / "bad.csv").write_bytes("title,description\nIngénieur,données\n".encode("cp1252"))
    with pytest.raises(InputError, match="say --encoding"):
        run(tmp_path / "bad.csv")
    assert [path.name for path in tmp_path.glob("a.db*")] == ["a.db.lock"]
    run(whole)
    with pytest.raises(InputError, match="say --encoding"):
        run(tmp_path / "bad.csv")
    assert query(tmp_path / "a.db", "SELECT count(*) FROM postings") == [(1,)]


def test_bad_visits_are_kept_aside(run, tmp_path):
    rows = [
        visit("01-03"),
        visit("99-99"),
        visit("01-04", "splendid"),
        {"visited_at": "2026-01-01T00:00:00Z"},
        visit("01-05", advertised="many"),
    ]
    assert "4 rows set aside" in run("--visits", write(tmp_path / "v.jsonl", rows))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b"", "holds no rows"),
        ("a.jsonl", b"not json\nat all\n", "holds no rows: line 1: not JSON"),
        ("a.jsonl", b'{"a": 1}\n', "no map fits the columns a"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"title,company\nx,y\n", "no map fits the columns"),
        ("a.csv", "title,description\nIngénieur,données\n".encode("cp1252"), "say --encoding"),
        ("a.parquet", b"PAR1 not really", "is no Parquet file"),
        ("a.jsonl", b'{"source": "s", "external_id": "1", "title": ""}\n', "no row of"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(run, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        run(tmp_path / name)


def test_a_gzip_that_breaks_off_keeps_what_came_before(run, tmp_path):
    whole = gzip.compress("".join(json.dumps(row(n)) + "\n" for n in range(400)).encode())
    (tmp_path / "p.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    assert "the file breaks off here" in run(tmp_path / "p.jsonl.gz")
    assert 0 < query(tmp_path / "a.db", "SELECT count(*) FROM postings")[0][0] < 400


def test_csv_of_jobspy(run, tmp_path):
    (tmp_path / "jobs.csv").write_text(
        "id,site,job_url,title,company,location,date_posted,job_type,interval,min_amount,max_amount,currency,is_remote,description\n"
        'li-1,linkedin,https://example.org/1,ML Engineer,Umbra,"Austin, TX",2026-02-01,fulltime,yearly,150000,190000,USD,True,"'
        + TEXT + '"\n',
        encoding="utf-8",
    )  # fmt: skip
    assert "as jobspy" in run(tmp_path / "jobs.csv")
    assert query(tmp_path / "a.db", "SELECT b.source, p.date_posted, p.work_mode, p.employment_type, p.country, p.first_seen_at FROM postings p JOIN boards b USING (board_id)") == [
        ("linkedin", "2026-02-01", "remote", "full_time", "US", "2026-02-01T00:00:00Z")
    ]  # fmt: skip
    assert tables(tmp_path)["salaries"] == [(150000.0, 190000.0, "USD", "year")]


def test_parquet_and_rows_without_an_id(run, tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [
        {"job_title": f"ML Engineer {n}", "company": "Umbra", "description": TEXT, "posted_date": "2026-01-02"}
        for n in range(3)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "p.parquet")
    assert "3 new postings" in run(tmp_path / "p.parquet", "--source", "ours")
    assert "0 new postings" in run(tmp_path / "p.parquet", "--source", "ours")


def test_items_of_hacker_news(run, tmp_path):
    def item(number, time, text, **more):
        return {"id": number, "by": "someone", "parent": 1, "time": time, "type": "comment", "text": text} | more

    items = [
        item(11, 1483300000, f"Umbra | ML Engineer | Lyon, France | ONSITE<p>{TEXT}", thread_month="2017-01"),
        item(12, 1483300100, f"Velvet Labs | Backend Developer | REMOTE<p>{TEXT}", thread_month="2017-01", dead=True),
        {"id": 13, "deleted": True, "parent": 1, "time": 1483300200, "type": "comment", "thread_month": "2017-01"},
        item(14, 1486000000, f"Umbra | Data Scientist | Lyon, France<p>{TEXT}", thread_month="2017-02"),
        item(15, 1485900000, f"Vesper | Data Engineer | Ghent, Belgium<p>{TEXT}", thread_month="2017-02"),
    ]
    path = write(tmp_path / "hn.jsonl", items)
    assert "3 new postings" in run(path)
    assert tables(tmp_path)["episodes"] == [
        ("11", 1, "2017-01-01T19:46:40Z", "2017-01-31T23:59:59Z", None, "2017-02-28T23:59:59Z", None),
        ("14", 1, "2017-02-02T01:46:40Z", "2017-02-28T23:59:59Z", "2017-01-31T23:59:59Z", None, None),
        # written on the last day of January in February's thread
        ("15", 1, "2017-02-01T00:00:00Z", "2017-02-28T23:59:59Z", "2017-01-31T23:59:59Z", None, None),
    ]
    assert query(tmp_path / "a.db", "SELECT reason, raw FROM rejects ORDER BY raw") == [
        ("dead", "12"),
        ("deleted", "13"),
    ]
    run(path)
    assert query(tmp_path / "a.db", "SELECT count(*) FROM rejects") == [(2,)]


def test_a_map_of_ones_own(run, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'source = "mine"\nidentity = ["url"]\n[columns]\ntitle = "Rolle"\nurl = "Adresse"\ndescription_text = "Text"\n'
    )
    (tmp_path / "p.csv").write_text(f"Rolle;Adresse;Text\nDatenwissenschaftler;https://example.org/7;{TEXT}\n")
    assert "1 new postings" in run(tmp_path / "p.csv", "--map", tmp_path / "mine.toml")
    (tmp_path / "wrong.toml").write_text('[columns]\ntitel = "Rolle"\n')
    with pytest.raises(InputError, match="unknown fields: titel"):
        run(tmp_path / "p.csv", "--map", tmp_path / "wrong.toml")
    with pytest.raises(InputError, match="no map 'x'"):
        run(tmp_path / "p.csv", "--map", "x")


def test_each_map_is_known_by_its_columns():
    assert choose(frozenset({"source", "external_id", "title"})).name == "native"
    assert choose(frozenset({"id", "site", "job_url", "title", "description"})).name == "jobspy"
    assert choose(frozenset({"id", "by", "parent", "time", "type", "text"})).name == "hn_firebase"
    assert choose(frozenset({"Job Title", "Job Description"})).name == "generic"
    assert load_map("native") is bundled()["native"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(bundled()["native"].columns)), ANYTHING))
def test_a_row_gives_a_posting_or_a_reason_and_nothing_else(values):
    try:
        board, posting = to_posting(bundled()["native"], values, None)
    except Unusable:
        pass
    else:
        assert posting.title
        assert posting.external_id
        assert board.token
        assert posting.employer is None or posting.employer in str(values["employer"])
