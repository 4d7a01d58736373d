"""The closing rule, and that episodes follow from the ledger whatever the order in which it was written."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import episodes
from corpus.db import open_corpus
from corpus.employers import employer_key
from corpus.ledger import Ledger
from corpus.records import Board, BoardVisit, Posting, Reject, Salary
from corpus.trust import trust

BOARD = Board("ashby", "acme", employer="Acme Robotics")
TEXT = "<p>We want Python, PyTorch and patience. We train models that read scanned letters for banks.</p>"


def at(day, hour=6) -> str:
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def posting(number, **more) -> Posting:
    return Posting(str(number), f"Machine Learning Engineer {number}", **({"description_html": TEXT} | more))


class World:
    """A file with one board, visited by `see(day, numbers)`."""

    def __init__(self, path, kind="ats") -> None:
        self.corpus = open_corpus(path, write=True)
        self.ledger = Ledger(self.corpus)
        self.ledger.set_source(BOARD.source, kind, name="Ashby")
        self.run = self.ledger.begin("crawl", {}).run_id

    def see(self, day, numbers=(), outcome=None, hour=6, **more):
        outcome = outcome or ("ok" if numbers else "ok_empty")
        postings = tuple(posting(n) for n in numbers)
        return self.ledger.record(self.run, BoardVisit(BOARD, at(day, hour), outcome, postings, **more))

    def spans(self, number) -> list[tuple]:
        return [
            tuple(row)
            for row in self.corpus.rows(
                "SELECT e.number, e.previous_visit_at, e.first_seen_at, e.last_seen_at, e.next_visit_at, e.closed_at "
                "FROM episodes e JOIN postings p USING (posting_id) WHERE p.external_id = ? ORDER BY e.number",
                (str(number),),
            )
        ]

    def is_open(self, number) -> bool:
        return self.spans(number)[-1][-1] is None


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path / "a.db")
    yield world
    world.corpus.close()


@pytest.fixture
def forum(tmp_path):
    world = World(tmp_path / "f.db", kind="forum")
    yield world
    world.corpus.close()


def test_a_posting_closes_after_two_complete_visits_without_it(world):
    world.see(0, [1, 2])
    world.see(1, [1, 2])
    assert world.see(2, [2]).closed == 0
    assert world.is_open(1)
    assert world.see(3, [2]).closed == 1
    assert world.spans(1) == [(1, None, at(0), at(1), at(2), at(2))]
    assert world.is_open(2)


def test_two_visits_within_a_day_close_nothing(world):
    world.see(0, [1, 2])
    for hour in (7, 12, 23):
        assert world.see(0, [2], hour=hour).closed == 0
    assert world.see(1, [2], hour=12).closed == 1


@pytest.mark.parametrize("outcome", ["http_error", "blocked", "throttled", "parse_error", "timeout", "truncated"])
def test_a_failed_visit_neither_sees_nor_closes(world, outcome):
    world.see(0, [1, 2])
    world.see(1, [2])
    for day in range(2, 12):
        world.see(day, [2] if outcome == "truncated" else (), outcome)
    assert world.is_open(1)
    assert world.spans(2)[0][3] == at(1)


def test_a_posting_that_comes_back_gets_a_second_episode(world):
    world.see(0, [1, 2])
    for day in (1, 2):
        world.see(day, [2])
    world.see(29, [1, 2])  # 27 days later, under its old id
    assert world.spans(1) == [
        (1, None, at(0), at(0), at(1), at(1)),
        (2, at(2), at(29), at(29), None, None),
    ]


def test_a_posting_missed_once_goes_on_in_the_same_episode(world):
    world.see(0, [1, 2])
    world.see(1, [2])
    world.see(2, [1, 2])
    assert world.spans(1) == [(1, None, at(0), at(2), None, None)]


def test_a_board_that_falls_from_67_to_nothing_loses_them_only_when_six_visits_say_so(world):
    for day in range(7):
        world.see(day, range(67))
    healths = [world.see(day).health for day in range(7, 12)]
    assert healths == ["healthy", "healthy", "suspect", "suspect", "suspect"]
    assert all(world.is_open(n) for n in (0, 66))
    believed = world.see(12)
    assert (believed.closed, believed.health) == (67, "empty")
    assert world.spans(0) == [(1, None, at(0), at(6), at(7), at(7))]


def test_a_collapse_that_passes_closes_nothing(world):
    for day in range(7):
        world.see(day, range(40))
    seen = world.see(7, range(10))
    assert not seen.is_complete
    assert "suspect" in seen.detail
    world.see(8, range(40))
    assert world.spans(39) == [(1, None, at(0), at(8), None, None)]


def test_a_collapse_that_a_second_visit_confirms_is_believed(world):
    for day in range(7):
        world.see(day, range(40))
    world.see(7, range(10))
    assert world.see(8, range(10)).closed == 30
    assert world.spans(39)[0][4:] == (at(7), at(7))
    assert world.see(9, range(10)).is_complete  # the new size is the usual one now


def test_a_small_board_may_change_as_it_likes(world):
    world.see(0, range(5))
    assert world.see(1, [0]).is_complete


def test_an_empty_board_is_complete_when_nothing_was_open(world):
    assert world.see(0).is_complete
    assert world.see(1).health == "empty"
    world.see(2, [1])
    assert world.spans(1)[0][1] == at(1)


def test_404_makes_a_board_dormant_after_five_spaced_visits_and_closes_nothing(world):
    world.see(0, [1])
    for day in range(1, 5):
        assert world.see(day, outcome="gone_404").health == "healthy"
        world.see(day, outcome="gone_404", hour=8)  # not spaced: does not count
    assert world.see(5, outcome="gone_404").health == "dormant"
    assert world.is_open(1)
    assert world.see(12, [1]).health == "healthy"


@pytest.mark.parametrize(("advertised", "outcome"), [(200, "ok"), (201, "ok"), (202, "ok"), (210, "truncated")])
def test_a_total_that_is_missed_by_more_than_one_per_cent_is_a_truncation(world, advertised, outcome):
    assert world.see(0, range(200), advertised=advertised).outcome == outcome


def test_an_archive_never_closes_and_may_reach_back(world):
    world.see(10, [1, 2])
    world.see(3, [1, 3], from_archive=True)
    for day in (20, 30, 40):
        assert world.see(day, [2], from_archive=True).closed == 0
    assert world.spans(1) == [(1, None, at(3), at(10), None, None)]
    assert world.spans(3) == [(1, None, at(3), at(3), at(10), None)]


def test_not_modified_sees_what_the_last_complete_visit_saw(world):
    world.see(0, [1, 2])
    world.see(1, [2])
    world.see(2, outcome="not_modified")
    assert world.spans(2)[0][3] == at(2)
    assert world.spans(1)[0][3:] == (at(0), at(1), at(1))


def test_posts_of_a_forum_never_close(forum):
    for month in range(6):
        forum.see(30 * month, [month])
    assert all(forum.is_open(month) for month in range(6))
    assert forum.spans(2) == [(1, at(30), at(60), at(60), at(90), None)]


def test_a_changed_text_is_stored_and_an_unchanged_one_is_not_touched(world):
    world.see(0, [1])
    assert world.see(1, [1]).changed == 0
    changed = posting(1, description_html=TEXT + "<p>And Rust.</p>", salaries=(Salary(90000, 110000, "EUR", "year"),))
    assert world.ledger.record(world.run, BoardVisit(BOARD, at(2), "ok", (changed,))).changed == 1
    text, length = world.corpus.rows(
        "SELECT t.text, p.text_length FROM postings p JOIN posting_texts t USING (posting_id)"
    )[0]
    assert "And Rust." in text
    assert length == len(text)
    assert world.corpus.value("SELECT count(*) FROM posting_search WHERE posting_search MATCH 'rust'") == 1
    assert world.corpus.value("SELECT max_amount FROM salaries") == 110000


def test_visits_of_one_transaction_are_searched_like_any_and_a_text_that_stays_keeps_its_index(world):
    other = Board("ashby", "beta", employer="Beta Optics")
    visits = [BoardVisit(BOARD, at(0), "ok", (posting(1), posting(2))), BoardVisit(other, at(0), "ok", (posting(1),))]
    assert [recorded.new for recorded in world.ledger.record_all(world.run, visits)] == [2, 1]
    found = "SELECT count(*) FROM posting_search WHERE posting_search MATCH 'pytorch'"
    assert world.corpus.value(found) == 3
    written = world.corpus.value("SELECT sum(length(block)) FROM posting_search_data")
    moved = posting(1, location="Lisbon, Portugal")
    assert world.ledger.record(world.run, BoardVisit(other, at(1), "ok", (moved,))).changed == 1
    assert world.corpus.value(found) == 3
    assert world.corpus.value("SELECT sum(length(block)) FROM posting_search_data") == written


def test_what_cannot_be_used_is_kept_aside_with_its_reason(world):
    rows = (posting(1), posting(1), Posting("2", "  "), Posting("", "Data Scientist"))
    visit = BoardVisit(BOARD, at(0), "ok", rows, rejects=(Reject("no id", raw='{"x": "\ud800\x00"}'),))
    assert world.ledger.record(world.run, visit).rejected == 4
    reasons = [row["reason"] for row in world.corpus.rows("SELECT reason FROM rejects ORDER BY reason")]
    assert reasons == ["no id", "no id", "no title", "the id comes twice on the board"]


def test_what_sqlite_cannot_store_is_cleaned(world):
    odd = posting("a\ud800", location="Berlin\x00", description_html="<p>\ud83d " + "text " * 40)
    world.ledger.record(world.run, BoardVisit(BOARD, at(0), "ok", (odd,)))
    world.ledger.record(world.run, BoardVisit(BOARD, at(1), "ok", (odd,)))
    assert world.corpus.value("SELECT count(*) FROM postings") == 1


def test_a_visit_is_written_whole_or_not_at_all(world):
    class Trap(str):
        __slots__ = ()

        def split(self, *args):
            raise RuntimeError("in the middle")

    rows = (posting(1), Posting("2", Trap("Data Engineer")))
    with pytest.raises(RuntimeError):
        world.ledger.record(world.run, BoardVisit(BOARD, at(0), "ok", rows))
    for table in ("visits", "postings", "posting_texts", "episodes", "employers", "boards"):
        assert world.corpus.value(f"SELECT count(*) FROM {table}") == 0
    assert world.see(0, [2]).new == 1
    assert world.corpus.value("SELECT count(*) FROM posting_texts") == 1


def test_the_boards_file_may_name_the_employer_later(world):
    nameless = Board("ashby", "acme")
    world.ledger.record(world.run, BoardVisit(nameless, at(0), "ok", (posting(1), posting(2, employer="Other Ltd"))))
    names = "SELECT e.name FROM postings p JOIN employers e USING (employer_id) ORDER BY external_id"
    assert [row[0] for row in world.corpus.rows(names)] == ["acme", "Other Ltd"]
    world.see(1, [1])
    assert [row[0] for row in world.corpus.rows(names)] == ["Acme Robotics", "Other Ltd"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme, Inc.", "ACME"), ("Müller GmbH & Co. KG", "Muller"), ("O’Neil Ltd.", "ONeil"), ("A. B. Corp", "AB Corp.")],
)
def test_an_employer_has_one_key_however_it_is_written(one, other):
    assert employer_key(one).replace(" ", "") == employer_key(other).replace(" ", "")


@given(st.text(min_size=1).filter(str.strip))
def test_every_name_has_a_key(name):
    assert employer_key(name)


# Properties: random histories of one board


VISITS = st.lists(
    st.tuples(
        st.integers(1, 60),  # hours since the visit before
        st.sets(st.integers(0, 5), max_size=6),
        st.sampled_from(["ok", "ok", "ok", "ok", "http_error", "truncated", "gone_404"]),
    ),
    min_size=1,
    max_size=14,
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_names = itertools.count()


def walk(tmp_path, visits) -> World:
    world, hours = World(tmp_path / f"{next(_names)}.db"), 0
    for gap, numbers, outcome in visits:
        hours += gap
        shown = numbers if outcome in ("ok", "truncated") else ()
        world.see(0, sorted(shown), outcome if outcome != "ok" or shown else "ok_empty", hour=hours)
    return world


@SLOW
@given(VISITS)
def test_what_the_crawl_derives_step_by_step_is_what_the_ledger_says_as_a_whole(tmp_path, visits):
    world = walk(tmp_path, visits)
    rows = "SELECT * FROM episodes ORDER BY episode_id"
    before = [tuple(row) for row in world.corpus.rows(rows)]
    with world.corpus.transaction() as connection:
        for (board_id,) in world.corpus.rows("SELECT board_id FROM boards"):
            episodes.derive(connection, board_id)
    assert [tuple(row) for row in world.corpus.rows(rows)] == before
    world.corpus.close()


@SLOW
@given(VISITS)
def test_closings_obey_the_rule(tmp_path, visits):
    world = walk(tmp_path, visits)
    rule = trust().closing_of("ats")
    complete = [row[0] for row in world.corpus.rows("SELECT visited_at FROM visits WHERE is_complete ORDER BY 1")]
    for row in world.corpus.rows("SELECT * FROM episodes"):
        assert row["first_seen_at"] <= row["last_seen_at"]
        if row["closed_at"] is None:
            continue
        missed = [v for v in complete if v >= row["closed_at"]]
        assert row["last_seen_at"] < row["closed_at"] == row["next_visit_at"]
        assert len(missed) >= rule.absent_visits
        assert episodes.hours_before(missed[-1], rule.absent_hours) >= row["closed_at"]
    numbers = world.corpus.rows(
        "SELECT posting_id, group_concat(number) AS n FROM (SELECT * FROM episodes ORDER BY number) GROUP BY 1"
    )
    assert all(row["n"] == ",".join(str(i + 1) for i in range(len(row["n"].split(",")))) for row in numbers)
    world.corpus.close()


@SLOW
@given(VISITS)
def test_the_same_visits_again_change_nothing(tmp_path, visits):
    world = walk(tmp_path, visits)
    tables = ("visits", "postings", "posting_texts", "episodes", "rejects", "salaries")
    everything = lambda: [[tuple(r) for r in world.corpus.rows(f"SELECT * FROM {t}")] for t in tables]  # noqa: E731
    before, hours = everything(), 0
    for gap, numbers, outcome in visits:
        hours += gap
        shown = numbers if outcome in ("ok", "truncated") else ()
        world.see(0, sorted(shown), outcome if outcome != "ok" or shown else "ok_empty", hour=hours)
    assert everything() == before
    world.corpus.close()
