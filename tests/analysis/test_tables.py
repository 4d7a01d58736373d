"""The tables of small simulated files: INTERFACE's columns, the same bytes twice, and honesty where data is thin."""

from __future__ import annotations

import sqlite3

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from analysis.cells import Selection, read_cells
from analysis.tables import compute
from corpus.db import open_corpus
from corpus.errors import InputError
from tests.simulator import write
from tests.simulator.run import ROUGH
from tests.simulator.score import score
from tests.simulator.world import Options, make_world

INTERFACE = {
    "volume": "month, new_postings, active_postings, boards, index, index_low, index_high",
    "skill_shares": "month, skill, kind, postings_with_skill, postings, share, share_low, share_high",
    "skill_trends": "skill, kind, postings_with_skill, employers, share_first, share_last, share_last_low, "
    "share_last_high, log_odds_change, log_odds_low, log_odds_high, p_value, q_value, trend",
    "skill_rank": "rank, skill, trend, score",
    "decomposition": "skill, change_pp, within_pp, between_pp",
    "change_points": "skill, month, share_before, share_after",
    "skill_pairs": "skill_a, skill_b, postings, lift, lift_low, lift_high",
    "salary": "group, n, p25, median, p75",
    "salary_premium": "skill, premium_log_points, low, high, n",
    "education": "period, seniority, level, requirement, postings, share, share_low, share_high",
    "experience": "period, seniority, n, p25, median, p75",
    "lifetimes": "group, median_days, low, high, postings",
    "coverage": "month, source, boards, visits_ok, visits_failed, postings",
    "emerging_terms": "term, first_month, postings, employers, examples",
}


@pytest.fixture(scope="module")
def world():
    return make_world(Options(seed=1, employers=90, vacancies=9_000))


@pytest.fixture(scope="module")
def path(world, tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "world.db"
    write.quick(world, path)
    return path


@pytest.fixture(scope="module")
def results(path):
    return compute(path)


@pytest.mark.parametrize("name", INTERFACE)
def test_columns_of_the_interface_come_first(results, name):
    columns = INTERFACE[name].split(", ")
    assert list(results.tables[name].columns[: len(columns)]) == columns


def test_the_truth_is_found(world, results):
    got = score(world, results.tables)
    assert got["power_main"] >= 0.8
    assert got["flat_called"] + got["rare_called"] <= 0.1
    assert got["seasonal_called"] == 0
    assert got["wrong_sign"] == 0
    assert got["odds_covered_low"] > 0.85
    assert got["share_covered"] > 0.85
    assert got["volume_error"] < 0.10
    assert abs(got["volume_end_bias"]) < 0.12
    assert abs(got["lifetime_error"]) < 2.5
    assert got["premium_rmse"] < 0.02


def test_the_raw_count_misleads_and_the_index_does_not(world, results):
    """The source that enters halfway: the raw count jumps, the matched index follows the truth."""
    table = results.tables["volume"]
    truth = 100 * world.level / world.level[:12].mean()
    raw, index = (table[name].to_numpy()[20:30] / truth[20:30] - 1 for name in ("index_raw", "index"))
    assert raw.mean() > 0.25
    assert abs(index.mean()) < 0.12


def test_the_same_file_gives_the_same_tables(path, results):
    again = compute(path)
    for name, table in results.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_counts_are_those_of_sql(path, results):
    """Ten numbers, computed by hand in SQL."""
    with open_corpus(path) as corpus:
        opened = dict(
            corpus.connection.execute(
                "SELECT strftime('%Y-%m', (julianday(e.previous_visit_at) + julianday(e.first_seen_at)) / 2), count(*)"
                " FROM vacancies v JOIN postings p USING (posting_id) JOIN episodes e USING (posting_id)"
                " WHERE julianday(e.first_seen_at) - julianday(e.previous_visit_at) <= 3.01"
                " AND p.board_id IN (SELECT board_id FROM boards WHERE source <> 'ats_c') GROUP BY 1"
            ).fetchall()
        )
        cells = read_cells(corpus, Selection())
    daily = ~cells.vacancies["board"].map(cells.boards.table["source"]).eq("ats_c")
    months = cells.vacancies.loc[daily & (cells.vacancies["month"] >= 0), "month"]
    counted = pd.Series(cells.months)[months].value_counts()
    assert {month: int(counted[month]) for month in cells.months} == {month: opened[month] for month in cells.months}


def test_first_crawl_stock_is_no_flow(path):
    with open_corpus(path) as corpus:
        cells = read_cells(corpus, Selection())
        unknown = corpus.value(
            "SELECT count(*) FROM vacancies JOIN episodes USING (posting_id) WHERE previous_visit_at IS NULL"
        )
    assert unknown > 100
    assert cells.vacancies["open_low"].isna().sum() == unknown
    assert not cells.vacancies.loc[cells.vacancies["open_low"].isna(), "is_flow"].any()


def test_an_outage_is_a_gap(path):
    with open_corpus(path) as corpus:
        cells = read_cells(corpus, Selection())
    source = cells.boards.table["source"]
    long = cells.boards.outages[(cells.boards.outages["high"] - cells.boards.outages["low"]) > 10]
    assert set(source.loc[long["board_id"]]) == {"ats_a"}
    one = long.iloc[0]
    rows = cells.vacancies[cells.vacancies["board"] == one["board_id"]]
    after = rows[np.isclose(rows["open_high"], one["high"])]
    assert not after["is_flow"].any()
    unit = cells.units.index[cells.units["board"] == one["board_id"]][0]
    month = cells.calendar.month_of(np.array([one["low"] + 5]))[0]
    assert cells.exposure[unit, month] < cells.calendar.days[month] - 3


def test_selection(path):
    few = compute(path, Selection(since="2023-01", until="2024-06", country="us"))
    assert few.months[0] == "2023-01"
    assert few.months[-1] == "2024-06"
    assert few.tables["skill_trends"]["trend"].isin(["too_few"]).all(), "18 months show no trend"
    assert few.tables["skill_trends"]["note"].str.contains("18 months").any()
    whole = compute(path, without=("group_trends",))
    assert few.tables["volume"]["new_postings"].sum() < whole.tables["volume"]["new_postings"].sum()
    senior = compute(path, Selection(title="^senior"))
    assert set(senior.tables["shares_by_group"].query("stratum == 'seniority'")["group"]) == {"senior"}


@pytest.mark.parametrize(
    "wrong",
    [
        Selection(role="astronaut"),
        Selection(since="2024-13"),
        Selection(since="2024-05", until="2024-01"),
        Selection(country="Germany"),
        Selection(title="(unclosed"),
        Selection(since="2031-01"),
        Selection(country="JP"),
    ],
)
def test_a_selection_that_makes_no_sense_is_one_clear_line(path, wrong):
    with pytest.raises(InputError) as error:
        compute(path, wrong)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ROUGH)
def test_rough_worlds_neither_break_nor_lie(kind, tmp_path):
    options = evolve(
        Options(seed=2, employers=60, vacancies=4_000), **{k: v for k, v in ROUGH[kind].items() if k != "vacancies"}
    )
    world = make_world(options)
    write.quick(world, tmp_path / "rough.db")
    results = compute(tmp_path / "rough.db")
    got = score(world, results.tables)
    assert got["flat_called"] <= 0.15
    assert got["wrong_sign"] == 0
    if options.months < 24:
        assert not results.tables["skill_trends"]["trend"].isin(["rising", "falling"]).any()
    if not options.has_visits:
        assert results.universe == "dated"
        assert results.tables["lifetimes"].empty
        assert "lifetimes" in results.notes


def test_one_look_is_a_stock(tmp_path):
    world = make_world(evolve(Options(seed=3, employers=40, vacancies=9_000), is_clean=True))
    world.visits = world.visits[world.visits["day"] < 1]
    world.adverts = world.adverts[world.adverts["first"] < 1].assign(next=np.nan, closed=np.nan)
    world.adverts["last"] = world.adverts["first"]
    write.quick(world, tmp_path / "one.db")
    results = compute(tmp_path / "one.db")
    assert results.basis == "stock"
    volume = results.tables["volume"]
    assert volume["new_postings"].sum() == volume["active_postings"].sum() == world.adverts["vacancy"].nunique()
    assert volume["index"].isna().all()
    assert results.tables["skill_trends"]["trend"].eq("too_few").all()
    assert len(results.tables["current_shares"])
    assert "volume" in results.notes


def test_a_forum_counts_every_month_and_never_closes(tmp_path):
    world = make_world(evolve(Options(seed=4, employers=60, vacancies=6_000), is_clean=True, has_visits=False))
    path = tmp_path / "forum.db"
    write.quick(world, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sources SET kind = 'forum'")
        connection.execute("UPDATE postings SET date_posted = substr(first_seen_at, 1, 10)")
        expected = dict(
            connection.execute(
                "SELECT substr(date_posted, 1, 7), count(*) FROM postings JOIN vacancies USING (posting_id) GROUP BY 1"
            ).fetchall()
        )
    results = compute(path)
    assert results.universe == "forum"
    volume = results.tables["volume"]
    assert dict(zip(volume["month"], volume["new_postings"], strict=True)) == expected
    assert volume["active_postings"].isna().all()
    assert results.tables["lifetimes"].empty
    raw = volume["index_raw"].dropna()
    assert np.allclose(volume["index"].dropna(), raw, rtol=1e-6), "everybody may post in every month"


def test_two_kinds_of_dating_are_never_mixed(path, tmp_path):
    copy = tmp_path / "mixed.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("INSERT INTO sources VALUES ('old', 'import', 'Old', NULL, NULL)")
        connection.execute("INSERT INTO boards (board_id, source, token) VALUES (9999, 'old', 'old')")
        connection.execute(
            "INSERT INTO postings (board_id, external_id, title, role_family, content_hash, text_hash, date_posted,"
            " first_seen_at, last_seen_at) VALUES (9999, '1', 'ML Engineer', 'ml_engineer', 'x', 'x', '2019-05-01',"
            " '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z')"
        )
    results = compute(copy)
    assert results.months[0] == "2022-01"
    assert "1 of imports without visits" in results.notes["population"]


def test_an_empty_file_says_so(tmp_path):
    with open_corpus(tmp_path / "empty.db", write=True):
        pass
    with pytest.raises(InputError, match="no postings"):
        compute(tmp_path / "empty.db")
