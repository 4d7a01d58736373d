"""What a report published stays in the file, and the next one says what it revised and why."""

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import vintage
from analysis.cells import Selection
from analysis.cli import report
from analysis.tables import compute
from corpus import vintages
from corpus.db import open_corpus
from corpus.errors import InputError
from corpus.vintages import Vintage
from tests.corpus.synthetic import build
from tests.report import world


def made(**changes):
    facts = {
        "published_at": "2026-03-01T00:00:00Z",
        "data_until": "2026-02-28T06:00:00Z",
        "mljobs_version": "0.1.0",
        "extractor_version": "c1+t1",
        "taxonomy_version": "t1",
        "method_version": "m1",
        "last_run_id": None,
        "posting_count": 100,
        "read_count": 90,
        "arguments": "{}",
        "fingerprint": "a" * 64,
    }
    return Vintage(**(facts | changes))


def share(skill, value, low, high, period="2026-01"):
    return ("skill_shares.share", skill, period, value, low, high, 200, 12)


@pytest.fixture
def file(tmp_path):
    with open_corpus(tmp_path / "jobs.db", write=True) as corpus:
        yield corpus


def test_the_same_vintage_is_kept_once(file):
    rows, checks = [share("Python", 0.7, 0.6, 0.8)], [("coverage", True, 0.99, 0.9, "boards seen")]
    assert vintages.keep(file, made(), rows, checks)
    assert not vintages.keep(file, made(published_at="2026-03-02T00:00:00Z"), rows, checks)
    (held,) = vintages.vintages(file)
    assert vintages.numbers(file, held) == rows
    assert file.value("SELECT detail FROM quality_checks") == "boards seen"


def test_a_vintage_that_cannot_be_written_leaves_nothing(file):
    twice = [share("Python", 0.7, 0.6, 0.8)] * 2
    with pytest.raises(Exception, match="UNIQUE"):
        vintages.keep(file, made(), twice, [])
    assert vintages.vintages(file) == []


def test_a_vintage_is_found_by_number_by_digits_and_as_the_last_with_the_same_options(file):
    vintages.keep(file, made(), [], [])
    vintages.keep(file, made(fingerprint="b7" * 32, arguments='{"country": "DE"}'), [], [])
    find = lambda name: vintages.find(file, name, arguments="{}").vintage_id  # noqa: E731
    assert (find("1"), find("2"), find("b7b7"), find("AAAA"), find("last")) == (1, 2, 2, 1, 1)
    with pytest.raises(
        InputError, match=r"no vintage 'c0ffee' in .*jobs\.db: there is 2 or b7b7b7b7b7b7 of 2026-03-01"
    ):
        find("c0ffee")


def test_without_vintages_there_is_nothing_to_compare(file):
    with pytest.raises(InputError, match="no report has been kept yet"):
        vintages.find(file, "last", arguments="{}")


def test_revisions_come_largest_first_in_widths_of_the_old_interval(file):
    old = [share("Python", 0.70, 0.60, 0.80), share("Rust", 0.05, 0.04, 0.06), share("Go", 0.2, 0.1, 0.3)]
    plain = ("volume.boards", "all", "2026-01", 40.0, None, None, None, None)
    vintages.keep(file, made(), [*old, plain], [])
    new = [
        share("Python", 0.72, 0.6, 0.8),  # a fifth of a half-width
        share("Rust", 0.08, 0.07, 0.09),  # three half-widths
        share("Go", 0.2, 0.1, 0.35),  # the same number
        share("Zig", 0.1, 0.0, 0.2),  # not published before
        (*plain[:3], 50.0, *plain[4:]),
    ]
    frame = vintage.revisions(file, vintages.vintages(file)[0], new)
    assert list(frame["subject"]) == ["Rust", "Python", "all"]
    assert list(frame["half_widths"].round(2))[:2] == [3.0, 0.2]
    assert frame["half_widths"].isna().tolist() == [False, False, True]
    assert frame.loc[0, ["value_before", "low_before", "high_before", "value_now"]].tolist() == [0.05, 0.04, 0.06, 0.08]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, []),
        ({"fingerprint": "b" * 64, "last_run_id": 9}, []),
        (
            {"posting_count": 140, "read_count": 120, "data_until": "2026-03-28T06:00:00Z"},
            [
                "new data: +40 postings (100 then, 140 now), +30 read, data to 2026-02-28 then, 2026-03-28 now",
            ],
        ),
        ({"extractor_version": "c2+t1"}, ["another extractor: c1 then, c2 now"]),
        ({"extractor_version": "c1+t2", "taxonomy_version": "t2"}, ["another taxonomy: t1 then, t2 now"]),
        ({"method_version": "m2"}, ["another method: m1 then, m2 now"]),
        ({"arguments": '{"role": "all"}'}, ['other options: {} then, {"role": "all"} now']),
    ],
)
def test_what_differs_between_vintages_is_said(changes, says):
    assert vintage.reasons(made(), made(**changes)) == says


def test_numbers_carry_their_interval_and_support_and_no_two_share_a_name():
    results = world.results()
    rows = vintage.rows_of(results)
    assert len({row[:3] for row in rows}) == len(rows)
    by_name = {row[:3]: row[3:] for row in rows}
    trend = results.tables["skill_trends"].set_index("skill").loc["LangChain"]
    assert by_name["skill_trends.share_last", "LangChain", "all"][:3] == pytest.approx(
        (trend["share_last"], trend["share_last_low"], trend["share_last_high"]), rel=1e-5
    )
    premium = results.tables["salary_premium"].iloc[0]
    kept = by_name["salary_premium.premium_log_points", premium["skill"], "all"]
    assert kept[:4] == pytest.approx((premium["premium_log_points"], premium["low"], premium["high"], premium["n"]))
    month = results.tables["volume"].iloc[5]
    assert by_name["volume.index", "all", month["month"]][0] == pytest.approx(month["index"], rel=1e-5)


@pytest.fixture(scope="module")
def world_of_postings(tmp_path_factory):
    return build(tmp_path_factory.mktemp("vintage") / "jobs.db", postings=700, per_employer=40)


@pytest.fixture(scope="module")
def computed(world_of_postings):
    return compute(world_of_postings, Selection(), without=("group_trends",))


def test_the_fingerprint_is_of_the_content_and_not_of_the_clock(computed):
    rows = vintage.rows_of(computed)
    assert len(rows) > 300
    one, other = (vintage.vintage_of(computed, world.about(last_run_id=run), rows) for run in (1, 2))
    assert one.fingerprint == other.fingerprint
    assert vintage.vintage_of(computed, world.about(postings=1), rows).fingerprint != one.fingerprint
    moved = [*rows[:-1], (*rows[-1][:3], 0.123, *rows[-1][4:])]
    assert vintage.vintage_of(computed, world.about(), moved).fingerprint != one.fingerprint


def test_every_number_of_a_real_file_lies_in_its_interval(computed):
    rows = vintage.rows_of(computed)
    outside = [r for r in rows if r[3] is not None and ((r[4] or r[3]) > r[3] or r[3] > (r[5] or r[3]))]
    assert outside == []


def test_reports_are_kept_compared_and_explained(world_of_postings, tmp_path):
    """The whole way: a report, the same again, then with postings fewer than before."""
    path = tmp_path / "jobs.db"
    shutil.copy(world_of_postings, path)
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        connection.execute("DELETE FROM vintages")

    def run(*options):
        return CliRunner().invoke(report, ["--db", str(path), "--out", str(tmp_path / "out"), *options])

    def bytes_of():
        return {p.name: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}

    first = run()
    assert first.exit_code in (0, 1), first.output
    one = bytes_of()
    assert run().exit_code == first.exit_code
    assert bytes_of() == one
    with open_corpus(path) as corpus:
        (kept,) = vintages.vintages(corpus)
        assert corpus.value("SELECT count(*) FROM stats") > 300
        assert corpus.value("SELECT count(*) FROM quality_checks") > 10
    assert kept.name in one["index.html"].decode()
    assert json.loads(one["provenance.json"])["data"]["vintage"] == kept.name
    same = run("--compare", "last")
    assert f"Compared with vintage {kept.name}: no published number changed." in same.output
    assert "data, code and options are the same" in same.output
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        connection.execute("DELETE FROM posting_skills WHERE skill_id = 'rust' AND posting_id % 2 = 0")
        connection.execute("DELETE FROM extractions WHERE posting_id IN (SELECT max(posting_id) FROM extractions)")
    changed = run("--compare", kept.name[:6])
    assert "numbers changed" in changed.output
    assert "new data: +0 postings (700 then, 700 now), -1 read" in changed.output
    assert "Rust" in changed.output
    revised = pd.read_csv(tmp_path / "out" / "tables" / "revisions.csv")
    assert {"measure", "value_before", "value_now", "half_widths"} <= set(revised.columns)
    assert f"Since vintage {kept.name}" in bytes_of()["index.html"].decode()
    with open_corpus(path) as corpus:
        assert len(vintages.vintages(corpus)) == 2


def test_a_file_that_cannot_be_written_has_its_report_all_the_same(world_of_postings, tmp_path, monkeypatch):
    from corpus.errors import DatabaseUnwritable

    def refuse(*_arguments):
        raise DatabaseUnwritable("jobs.db is read-only: check the permissions of the file and its folder")

    monkeypatch.setattr(vintages, "store", refuse)
    done = CliRunner().invoke(report, ["--db", str(world_of_postings), "--out", str(tmp_path / "out")])
    assert "the numbers were not kept for later comparison: jobs.db is read-only" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("report: ")
    assert (tmp_path / "out" / "index.html").is_file()


def test_the_method_version_follows_the_code():
    assert len(vintage.method_version()) == 12
    deciding = {f"{path.parent.name}/{path.name}" for path in vintage.deciding()}
    assert {"corpus/cells.sql", "analysis/cells.py", "measures/volume.py"} < deciding
    assert not {"analysis/charts.py", "report/write.py"} & deciding
