"""`mljobs serve` on loopback, as a browser meets it."""

import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest

from analysis import serve as module
from analysis.canned import read_queries
from corpus.db import open_corpus
from corpus.errors import InputError, MissingExtra

from .conftest import CHROMIUM, free_port


def get(address, path):
    try:
        with urllib.request.urlopen(address + path, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ask(address, sql):
    status, body = get(address, "/mljobs.json?" + urllib.parse.urlencode({"sql": sql, "_shape": "array"}))
    return json.loads(body) if status == 200 else body


def test_pages_say_what_they_show(server):
    address, _ = server
    status, body = get(address, "/mljobs")
    assert status == 200
    for query in read_queries().values():
        assert query.title in body.replace("&#39;", "'"), query.name
    status, body = get(address, "/mljobs/v_postings?_size=5")
    assert "Count vacancies with <code>WHERE is_representative</code>" in body
    assert "/-/mljobs.css" in body
    assert "column-descriptions" in get(address, "/-/mljobs.css")[1]
    assert "Month in which the posting opened" in body
    status, body = get(address, "/mljobs/postings.json?_search=python&_size=3&_facet=role_family")
    found = json.loads(body)
    assert status == 200
    assert found["filtered_table_rows_count"] > 0
    assert "role_family" in found["facet_results"]


@pytest.mark.parametrize("name", sorted(read_queries()))
def test_each_query_answers_without_parameters(server, name):
    address, texts = server
    if texts:
        pytest.skip("the same with texts")
    status, body = get(address, f"/mljobs/{name}.json?_shape=objects")
    assert status == 200, body[:500]
    answer = json.loads(body)
    assert answer.get("error") is None
    empty = {"coverage_gaps", "failing_boards", "new_terms"}  # nothing of the kind is in the file
    assert bool(answer["rows"]) == (name not in empty)


def test_parameters_do_something(server):
    address, _ = server
    rows = {
        skill: json.loads(get(address, f"/mljobs/skill_share_by_month.json?skill={skill}&_shape=objects")[1])["rows"]
        for skill in ("python", "jax")
    }
    assert (
        sum(row["vacancies_with_skill"] for row in rows["python"])
        > sum(row["vacancies_with_skill"] for row in rows["jax"])
        > 0
    )
    assert all(0 <= row["share"] <= 1 for row in rows["jax"])


def test_texts_are_hidden_unless_asked_for(server):
    address, texts = server
    ways = [
        "SELECT group_concat(text) AS t FROM posting_texts",
        "SELECT group_concat(substr(text, 1, 50)) AS t FROM (SELECT * FROM posting_texts)",
        "SELECT snippet(posting_search, 1, '', '', '', 20) AS t FROM posting_search WHERE posting_search MATCH 'knowledge' LIMIT 1",
        "SELECT group_concat(words) AS t FROM v_mentions WHERE field = 'description'",
        "SELECT group_concat(text) AS t FROM posting_search",
    ]
    for sql in ways:
        answer = ask(address, sql)
        shown = bool(answer[0]["t"] and answer[0]["t"].strip(", ")) if isinstance(answer, list) else False
        assert shown == texts, sql
    _, body = get(address, "/-/posting/5")
    assert ('<mark class="required" title=' in body) == texts
    assert ("mljobs serve --texts" in body) == (not texts)


def test_nothing_can_be_written_or_downloaded(server, database):
    address, _ = server
    before = database.read_bytes()
    assert get(address, "/mljobs.db")[0] == 403
    for sql in (
        "DELETE FROM postings",
        "SELECT 1; DROP TABLE postings",
        "PRAGMA user_version = 9",
        "ATTACH '/tmp/x.db' AS x",
    ):
        assert not isinstance(ask(address, sql), list), sql
    assert database.read_bytes() == before


def test_a_query_that_never_ends_is_stopped(server):
    address, texts = server
    if texts:
        pytest.skip("the same with texts")
    body = ask(address, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    assert "interrupted" in str(body) or "too long" in str(body)


def test_a_posting_that_is_not_there(server):
    assert get(server[0], "/-/posting/999999")[0] == 404


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_real_browser_shows_the_marks(server, tmp_path):
    address, texts = server
    if not texts:
        pytest.skip("marks are shown with texts")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path}",
        "--dump-dom",
    ]

    def dom(path):
        run = [CHROMIUM, *flags, address + path]
        return subprocess.run(run, capture_output=True, text=True, timeout=120, check=False).stdout

    posting = dom("/-/posting/5")
    assert '<mark class="required"' in posting
    assert "<h2>What it asks for</h2>" in posting
    answer = dom("/mljobs/skill_share_by_month?skill=jax")
    assert '<td class="col-month">2025-03</td>' in answer
    assert 'value="jax"' in answer


def test_marks_are_escaped_and_never_overlap():
    text = "<b>C++ & CUDA</b>"
    mention = {"skill": 'C++ "x"', "requirement": "required", "section": "s", "rule": "<r>"}
    html = module.marked(
        text,
        [
            mention | {"start_offset": 3, "end_offset": 6},
            mention | {"start_offset": 4, "end_offset": 9},
            mention | {"start_offset": 90, "end_offset": 95},
        ],
    )
    assert html.count("<mark") == 1
    assert "&lt;b&gt;<mark" in html
    assert ">C++</mark> &amp; CUDA&lt;/b&gt;" in html
    assert "<r>" not in html


def test_metadata_describes_every_table_and_column(database):
    with open_corpus(database) as corpus:
        metadata = module.build_metadata(corpus.connection)
        tables = metadata["databases"]["mljobs"]["tables"]
        for name in ("postings", "v_pay", "stats", "episodes"):
            columns = {row[1] for row in corpus.rows(f"PRAGMA table_info({name})")}
            assert set(tables[name]["columns"]) == columns
            assert all(tables[name]["columns"].values())
        for name, facets in module.FACETS.items():
            assert set(facets) <= set(tables[name]["columns"]), name


def test_without_datasette_the_extra_is_named(database, monkeypatch):
    real = module.importlib.import_module

    def refuse(name, *rest):
        if name.startswith("datasette"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(module.importlib, "import_module", refuse)
    with pytest.raises(MissingExtra, match=r"pip install 'mljobs\[serve\]'"):
        module.build(database)


def test_a_taken_port_is_said_in_a_line():
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(InputError, match="is taken"):
            module.check_port(holder.getsockname()[1])
    module.check_port(free_port())
