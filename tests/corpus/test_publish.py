"""The published copy holds no texts, no persons, no hashes of texts; and can still be worked with."""

import hashlib
import sqlite3

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpus.check import check
from corpus.cli import cli
from corpus.db import open_corpus
from corpus.dictionary import describe
from corpus.errors import InputError
from corpus.personal import link, scrub
from corpus.publish import publish, rules
from corpus.text import fingerprint
from tests.corpus.synthetic import build
from tests.demo_file import demo_folder

MAIL, PHONE, SECRET = "jane.roe@mail.example", "+44 20 7946 0958", "xylophone quartet by moonlight"
CLOSED_TEXT = {
    # TEXT columns that are copied as they are although neither the schema nor the unit closes them
    "sources.source", "boards.region", "runs.command", "runs.mljobs_version", "skills.skill_id", "skills.broader_id",
    "skill_crosswalks.identifier", "extractor_versions.extractor_version", "extractor_versions.code_version",
    "extractor_versions.taxonomy_version", "postings.role_family", "postings.country", "postings.language",
    "boards.country", "salaries.currency", "salaries.flags", "extractions.role_family", "posting_topics.topic",
    "vintages.mljobs_version", "vintages.extractor_version", "vintages.taxonomy_version", "vintages.method_version",
    "vintages.fingerprint",
    "stats.measure", "stats.subject", "stats.period", "quality_checks.name",
}  # fmt: skip


@pytest.fixture
def dirty(tmp_path):
    """A file with a mail, a phone number and a phrase of the text in every column that could hold one."""
    path = build(tmp_path / "dirty.db", postings=80)
    with open_corpus(path, write=True) as corpus:
        corpus.connection.execute("PRAGMA foreign_keys = OFF")
        corpus.insert("rejects", [{"run_id": 1, "reason": f"bad {SECRET}", "raw": f"{SECRET} {MAIL}"}])
        for table in describe(corpus.connection):
            rule = rules().get(table.name, {})
            for column in table.columns:
                if table.name == "posting_search" or table.is_view or column.type != "TEXT":
                    continue
                if column.choices or column.name in rule.get("keep", ()):
                    continue
                is_dropped = column.name in rule.get("drop", {}) or "*" in rule.get("drop", {})
                planted = f" {MAIL} {PHONE}" + (f" {SECRET}" if is_dropped else "")
                sql = f'UPDATE "{table.name}" SET "{column.name}" = coalesce("{column.name}", \'\') || ?'
                corpus.connection.execute(sql, [planted])
        corpus.connection.execute("UPDATE degrees SET fields = json_array(?)", [f"{MAIL} {PHONE}"])
        corpus.connection.execute("UPDATE postings SET apply_url = 'mailto:' || ? WHERE posting_id % 2", [MAIL])
        corpus.connection.execute("UPDATE postings SET title = 'ML Engineer, contact Jane Roe' WHERE posting_id = 3")
        corpus.connection.execute(
            "UPDATE employers SET name = 'HN poster 0a1b2c3d4e', name_key = 'hn poster 0a1b2c3d4e' WHERE employer_id = 2"
        )
        corpus.insert("posting_topics", [{"posting_id": 5, "topic_kind": "candidate_term", "topic": "Jane Roe"}])
        corpus.insert("skills", [{"skill_id": "~jane-roe", "name": "Jane Roe", "kind": "tool", "is_listed": 0}])
        corpus.insert(
            "posting_skills", [{"posting_id": 5, "skill_id": "~jane-roe", "requirement": "other", "mention_count": 1}]
        )
    return path


@pytest.fixture
def published(dirty, tmp_path):
    publish(dirty, tmp_path / "shared.db")
    return tmp_path / "shared.db"


def test_every_column_was_decided(tmp_path):
    """Each column of each table is kept, scrubbed, changed or dropped: a new one fails here until somebody decides."""
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        for table in describe(corpus.connection):
            if table.is_view or table.name == "posting_search":
                continue
            rule = rules()[table.name]
            if "*" in rule.get("drop", {}):
                continue
            said = [*rule.get("keep", ()), *rule.get("scrub", ()), *rule.get("change", {}), *rule.get("drop", {})]
            assert sorted(said) == sorted(column.name for column in table.columns), table.name


def test_free_text_is_never_kept_as_it_is(tmp_path):
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        for table in describe(corpus.connection):
            for column in table.columns:
                if column.name in rules().get(table.name, {}).get("keep", ()) and column.type == "TEXT":
                    is_closed = column.choices or column.references or column.unit in ("UTC instant", "date")
                    assert is_closed or f"{table.name}.{column.name}" in CLOSED_TEXT, f"{table.name}.{column.name}"


def test_no_personal_data_in_its_bytes(published):
    raw = published.read_bytes()
    for planted in (MAIL, PHONE, SECRET, "Jane Roe", "jane.roe", "7946", "Good knowledge of", "0a1b2c3d4e"):
        assert planted.encode() not in raw, planted


def test_no_long_piece_of_any_text_of_the_demo(tmp_path, tmp_path_factory):
    """No value of the shared copy holds forty characters in a row of any posting's text; the copy is less than half."""
    original = demo_folder(tmp_path_factory) / "data" / "mljobs.db"
    publish(original, tmp_path / "shared.db")
    with open_corpus(original) as corpus:
        texts = "\n".join(dict.fromkeys(row[0] for row in corpus.rows("SELECT text FROM posting_texts")))
    with open_corpus(tmp_path / "shared.db") as corpus:
        tables = [table for table in describe(corpus.connection) if not table.is_view]
        columns = [(table.name, column.name) for table in tables for column in table.columns if column.type == "TEXT"]
        values = {
            row[0]
            for table, column in columns
            for row in corpus.rows(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE length("{column}") >= 40')
        }
    windows = {value[start : start + 40] for value in values for start in range(0, len(value) - 39, 20)}
    assert len(windows) > 1000
    assert [window for window in windows if window in texts] == []
    assert (tmp_path / "shared.db").stat().st_size < original.stat().st_size / 2


def test_no_hash_of_a_text_in_its_bytes(dirty, published):
    raw = published.read_bytes()
    with open_corpus(dirty) as corpus:
        texts = [row[0] for row in corpus.rows("SELECT text FROM posting_texts")]
        hashes = [row[0] for row in corpus.rows("SELECT content_hash FROM postings")]
    for text in texts:
        hashes += [fingerprint(text), hashlib.sha256(text.encode()).hexdigest(), hashlib.md5(text.encode()).hexdigest()]
    assert not [one for one in hashes if one[:64].encode() in raw]
    with open_corpus(published) as corpus:
        assert not corpus.value("SELECT count(*) FROM extractions WHERE minhash IS NOT NULL")


def test_what_researchers_need_is_there(dirty, published):
    with open_corpus(dirty) as before, open_corpus(published) as after:
        for sql in (
            "SELECT count(*) FROM v_postings WHERE is_read",
            "SELECT sum(vacancies) FROM v_flow_month",
            "SELECT count(DISTINCT text_hash) FROM postings",
            "SELECT round(sum(share), 6) FROM v_skill_share_month WHERE skill_id NOT LIKE '~%'",
            "SELECT count(*), sum(annual_middle) FROM v_pay",
            "SELECT sum(complete_visits) FROM v_panel",
        ):
            assert tuple(before.rows(sql)[0]) == tuple(after.rows(sql)[0]), sql


def test_it_is_sound_and_says_what_it_is(published):
    assert check(published)[0] == []
    with open_corpus(published) as corpus:
        run = corpus.rows("SELECT * FROM runs ORDER BY run_id DESC LIMIT 1")[0]
        assert run["command"] == "db publish"
        assert "newest_run" in run["arguments"]
        assert corpus.rows("SELECT terms FROM sources WHERE source = 'ashby'")[0][0].startswith("Public posting API")


def test_a_copy_of_itself_is_refused_and_nothing_half_written(dirty, tmp_path):
    with pytest.raises(InputError, match="itself"):
        publish(dirty, dirty)
    connection = sqlite3.connect(dirty)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE postings SET board_id = 999 WHERE posting_id = 1")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="db check"):
        publish(dirty, tmp_path / "b.db")
    assert not list(tmp_path.glob("b.db*"))


def test_command(dirty, tmp_path):
    result = CliRunner().invoke(cli, ["db", "publish", str(tmp_path / "c.db"), "--db", str(dirty)])
    assert result.exit_code == 0, result.output
    assert "80 postings" in result.output
    assert "sha256" in result.output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Send your CV to jobs@acme.example", "Send your CV to [mail]"),
        ("jobs (at) acme (dot) example", "[mail]"),
        ("Call +1 (415) 555-0132 today", "Call [phone] today"),
        ("Tel. 030 / 901820-44", "Tel. [phone]"),
        ("415-555-0132", "[phone]"),
        ("Staff Engineer, reporting to Maria van Dijk", "Staff Engineer, reporting to [person]"),
        ("Contact: Dr. Åsa Öberg", "Contact: [person]"),
        ("Ping @someone_here on chat", "Ping [handle] on chat"),
        ("Machine Learning Engineer (f/m/d) - 2026-03-01", None),
        ("Engineer, C++ / CUDA 12.4", None),
        ("4401234567", None),
        ("Contact Center Engineer", None),
        ("50,000 - 60,000 EUR", None),
        ("Reports to Finance", None),
        ("0b9d7c7e-4123-8123-9d1e-1234567890ab", None),
    ],
)
def test_scrub(text, expected):
    assert scrub(text) == (text if expected is None else expected)


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://jobs.example.com/a/4401234567?gh_jid=4401234567", True),
        ("https://news.ycombinator.com/item?id=21126014", True),
        ("mailto:jane@x.example", False),
        ("tel:+442079460958", False),
        ("https://user:secret@x.example/", False),
        ("https://x.example/apply?to=jane%40x.example", False),
        ("http://[broken", False),
    ],
)
def test_link(url, is_kept):
    assert link(url) == (url if is_kept else None)


@given(st.text())
def test_scrub_never_raises_and_is_done_at_once(text):
    once = scrub(text)
    assert scrub(once) == once or "[" in once
