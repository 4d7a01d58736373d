"""The three stories of boards in trouble end as they should."""

from tests.crawler.trust_story import collapse, migration, relist, spells, tell


def test_a_collapse_closes_nothing_until_six_visits_agree():
    told = tell(collapse())
    assert [came.closed for _, came in told.visits] == [0] * 12 + [67]
    assert [came.health for _, came in told.visits][7:] == ["healthy"] * 2 + ["suspect"] * 3 + ["empty"]
    assert all("suspect" in (came.detail or "") for _, came in told.visits[7:12])
    assert {days[2:] for days in told.episodes} == {(1, "day 0", "day 6", "", "day 7")}


def test_a_posting_that_comes_back_is_one_vacancy_in_two_episodes():
    told = tell(relist())
    assert [row[2:] for row in told.episodes if row[1] == "ashby-1"] == [
        (1, "day 0", "day 2", "", "day 3"),
        (2, "day 30", "day 31", "day 29", ""),
    ]
    assert told.vacancies == 2


def test_an_employer_that_moves_closes_nothing_opens_nothing_and_is_said():
    told = tell(migration())
    assert sum(came.closed for _, came in told.visits) == 0
    assert {row[5] for row in told.episodes if row[0] == "greenhouse"} == {""}  # there when first read: not new
    assert told.vacancies == 12
    assert told.health == {"ashby": "dormant", "greenhouse": "healthy"}
    assert spells(told.visits)[-2][0] == "11-12"
    assert "mljobs boards detect" in spells(told.visits)[-2][1][-1]
