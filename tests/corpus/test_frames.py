"""`corpus.open(path)`: what notebooks use."""

import subprocess
import sys

import pytest

import corpus
from corpus.errors import InputError
from tests.corpus.synthetic import build


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    with corpus.open(build(tmp_path_factory.mktemp("frames") / "a.db", postings=400)) as frames:
        yield frames


def test_postings_are_vacancies_of_ml_roles(jobs):
    frame = jobs.postings()
    assert frame.posting_id.is_unique
    assert frame.is_ml.all()
    assert frame.is_representative.all()
    assert str(frame.first_seen_at.dtype).endswith("UTC]")
    assert len(frame) < len(jobs.postings(vacancies=False)) < len(jobs.postings(role="all", vacancies=False)) == 400


def test_postings_of_a_role_country_and_months(jobs):
    frame = jobs.postings(role="data_engineer", country="DE", since="2025-01", until="2025-12")
    assert len(frame) > 0
    assert set(frame.role_family) == {"data_engineer"}
    assert set(frame.country) == {"DE"}
    assert frame.month.between("2025-01", "2025-12").all()


def test_shares_are_those_of_the_rows(jobs):
    shares = jobs.shares("python", "JAX")
    assert list(shares.columns) == ["Python", "JAX"]
    skills = jobs.skills()
    month = shares.index[5]
    base = len(jobs.postings(since=month, until=month).query("is_read"))
    asking = len(skills.query("skill == 'Python' and month == @month"))
    assert shares.loc[month, "Python"] == pytest.approx(asking / base)
    assert (shares >= 0).all(axis=None)
    assert (shares <= 1).all(axis=None)
    assert shares["JAX"].iloc[-10:].mean() > shares["JAX"].iloc[:10].mean()


def test_mentions_point_at_their_words(jobs):
    posting = int(jobs.postings().query("is_read").posting_id.iloc[0])
    text = jobs.text(posting)
    for row in jobs.mentions(posting).itertuples():
        assert text[row.start_offset : row.end_offset] == row.words


def test_pay_search_and_sql(jobs):
    assert (jobs.pay().annual_middle > 50_000).all()
    assert jobs.pay(currency="CHF").empty
    assert len(jobs.search("python", limit=7)) == 7
    assert jobs.sql("SELECT count(*) AS n FROM boards").n[0] == 16


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda jobs: jobs.postings(role="wizard"), "no role 'wizard'"),
        (lambda jobs: jobs.shares("Cobolscript"), "no skill 'Cobolscript'"),
        (lambda _: corpus.open("nowhere.db"), "no database at nowhere.db"),
    ],
)
def test_mistakes_are_said_in_a_line(jobs, call, words):
    with pytest.raises(InputError, match=words):
        call(jobs)


def test_importing_corpus_is_light():
    code = "import corpus, sys; print(any(m in sys.modules for m in ('pandas', 'sqlite_utils', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
