"""`mljobs db query` answers a SELECT as a table or as CSV, and changes nothing."""

import csv
import io

import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.errors import InputError
from tests.corpus.synthetic import build


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return build(tmp_path_factory.mktemp("query") / "a.db", postings=30)


def run(database, *arguments):
    return CliRunner().invoke(cli, ["db", "query", *arguments, "--db", str(database)])


def test_a_table_for_the_eye(database):
    result = run(
        database, "SELECT 'JAX' AS skill, 0.123456 AS share, NULL AS country, 'a\n' || hex(zeroblob(80)) AS long"
    )
    head, rule, row, count = result.output.splitlines()
    assert head.split() == ["skill", "share", "country", "long"]
    assert set(rule) == {"-", " "}
    assert row.split()[:2] == ["JAX", "0.1235"]
    assert row.endswith("…")
    assert count == "1 row"


def test_csv_has_everything(database):
    result = run(database, "--csv", "SELECT posting_id, title, 'a,\"b\"' AS odd FROM v_postings ORDER BY posting_id")
    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert [row["posting_id"] for row in rows] == [str(number) for number in range(1, 31)]
    assert {row["odd"] for row in rows} == {'a,"b"'}


def test_no_rows_are_an_answer(database):
    assert run(database, "SELECT title FROM v_postings WHERE 0").output.splitlines() == ["title", "-----", "0 rows"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT nope FROM postings", "no such column: nope"),
        ("DELETE FROM postings", "readonly"),
        ("SELECT 1; DROP TABLE postings", "one statement"),
        ("", "only SELECT"),
    ],
)
def test_what_cannot_be_answered_is_one_line(database, sql, words):
    before = database.read_bytes()
    result = run(database, sql)
    assert isinstance(result.exception, InputError)
    assert words in str(result.exception)
    assert database.read_bytes() == before
