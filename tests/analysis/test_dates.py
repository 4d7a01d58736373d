"""Which dates of imports are believed, what coverage follows, and boards that took the place of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from analysis.cells import Selection, read_cells
from analysis.coverage import Boards, continued
from analysis.dates import believed, covered_by_dates, own_day
from analysis.tables import compute
from corpus.db import open_corpus
from tests.simulator import write
from tests.simulator.score import score
from tests.simulator.world import Options, make_world


def postings(posted: list[float], seen: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"posted": posted, "open_high": seen}, dtype=float)


def boards(*rows: tuple[int, str, float, float]) -> Boards:
    table = pd.DataFrame(rows, columns=["board_id", "source", "first_at", "last_at"]).set_index("board_id")
    return Boards(table=table, blocks=pd.DataFrame(), outages=pd.DataFrame())


def test_a_date_that_the_sighting_contradicts_is_not_believed():
    nan = np.nan
    found = own_day(postings([19000, 0, 40000, nan, 18990], [19000, 19005, 19006, 19007, 19001]))
    assert found.tolist() == [19000, 19005, 19006, 19007, 18990]


def test_dates_far_from_all_others_are_strays():
    days = [19000.0 + at for at in range(0, 300, 3)]
    table = postings([0.0, 47000.0, 47000.0, *days], [0.0, 47000.0, 47000.0, *days])
    found = believed(table, np.array(["import"] * len(table), dtype=object))
    assert np.isnan(found[:3]).all()
    assert np.isfinite(found[3:]).all()


def test_a_long_silence_between_two_large_parts_is_believed():
    days = [*range(19000, 19100), *range(19300, 19400)]
    table = postings(days, days)
    assert np.isfinite(believed(table, np.array(["import"] * 200, dtype=object))).all()


def test_what_was_there_on_the_first_day_opened_nobody_knows_when():
    seen = [19000.2, 19000.9, 19001.5, 19003.0]
    table = postings([np.nan] * 4, seen)
    found = believed(table, np.array(["import"] * 4, dtype=object))
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [19001.5, 19003.0]


def test_where_the_first_day_is_all_there_is_it_stays():
    found = believed(postings([np.nan] * 3, [20_000.2, 20_000.2, 20_000.9]), np.array(["import"] * 3, dtype=object))
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("step", "covered"), [(1, 100.0), (30, 91.0)])
def test_a_source_that_dates_by_the_month_is_covered_in_whole_months(step, covered):
    low = pd.Timestamp("2024-01-01").timestamp() / 86400
    days = np.arange(low, low + 100, step)
    found = covered_by_dates(
        boards((1, "import", np.nan, np.nan)), days, np.array(["import"] * len(days), dtype=object)
    )
    assert found.blocks["high"].iloc[0] - found.blocks["low"].iloc[0] == pytest.approx(covered, abs=1)


@pytest.mark.parametrize(
    ("first", "last", "seat"),
    [
        (203, 500, 1),  # the old board ended on day 200, the new one began three days later
        (190, 500, 1),  # both for ten days
        (300, 500, 2),  # a hundred days later
        (190, 201, 2),  # a second board beside it that ended too
    ],
)
def test_a_board_takes_the_place_of_the_one_that_the_employer_left(first, last, seat):
    table = boards((1, "lever", 0, 200), (2, "ashby", first, last), (3, "wide", 205, 500))
    employer, board = pd.Series([7, 7, 7, 8]), pd.Series([1, 2, 3, 3])
    assert continued(employer, board, table).tolist() == [1, seat, 3, 3]


def test_an_employer_that_changes_its_platform_stays_one_unit(tmp_path):
    world = make_world(Options(seed=3, employers=40, vacancies=6_000, moving=1.0, late_share=0.0))
    write.quick(world, tmp_path / "moved.db")
    with open_corpus(tmp_path / "moved.db") as corpus:
        cells = read_cells(corpus, Selection())
    assert len(cells.boards.table) > 1.5 * len(world.employers)
    assert len(cells.units) <= len(world.employers)
    assert score(world, compute(tmp_path / "moved.db").tables)["power_main"] == 1


def test_postings_without_visits_and_dates_are_counted_from_the_second_day(tmp_path):
    world = make_world(Options(seed=3, employers=60, vacancies=6_000, has_visits=False))
    write.quick(world, tmp_path / "dated.db")
    results = compute(tmp_path / "dated.db")
    assert results.universe == "dated"
    assert abs(score(world, results.tables)["volume_end_bias"]) < 0.12


def test_few_employers_have_a_wide_interval_and_very_few_no_index(tmp_path):
    few = Options(seed=4, employers=6, vacancies=600, months=24, is_clean=True)
    for employers, name in ((6, "six"), (3, "three")):
        write.quick(make_world(evolve(few, employers=employers)), tmp_path / f"{name}.db")
    six = compute(tmp_path / "six.db").tables["volume"].dropna(subset=["index"])
    width = (six["index_high"] - six["index_low"]) / six["index"]
    assert len(six) >= 20
    assert (width > 0.2).all()
    assert ((six["index_low"] <= six["index"]) & (six["index"] <= six["index_high"])).all()
    assert compute(tmp_path / "three.db").tables["volume"]["index"].isna().all()


def test_a_date_of_publication_alone_says_nothing_of_a_lifetime(tmp_path):
    world = make_world(Options(seed=5, employers=40, vacancies=3_000, is_clean=True))
    path = tmp_path / "told.db"
    write.quick(world, path)
    whole = compute(path).tables["lifetimes"].set_index("group").loc["all"]
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        connection.execute("UPDATE postings SET date_posted = substr(first_seen_at, 1, 10) WHERE posting_id % 3 = 0")
        connection.execute(
            "UPDATE episodes SET (first_seen_at, last_seen_at) = (SELECT date_posted || 'T00:00:00Z', date_posted ||"
            " 'T00:00:00Z' FROM postings p WHERE p.posting_id = episodes.posting_id) WHERE posting_id % 3 = 0"
        )
    told = compute(path).tables["lifetimes"].set_index("group").loc["all"]
    assert told["postings"] < 0.75 * whole["postings"]
    assert told["median_days"] == pytest.approx(whole["median_days"], abs=1.5)
