"""Which adverts are one vacancy: copies, re-posts and siblings, as a reader would decide."""

from __future__ import annotations

import random
import tracemalloc
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from corpus.db import open_corpus
from extractor.shingles import candidate_pairs, jaccard, numbers, signature
from extractor.vacancies import (
    Advert,
    group,
    home,
    is_same_title,
    place_key,
    siblings,
    spells,
    title_words,
    update_vacancies,
)

WORDS = [f"word{i}" for i in range(4000)]


def text(seed: int, length: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def edited(source: str, every: int = 60) -> str:
    words = source.split()
    words[::every] = ["changed"] * len(words[::every])
    return " ".join(words)


class World:
    """Adverts of one employer and their texts."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.adverts: list[Advert] = []

    def add(
        self, content: str, *, title="Machine Learning Engineer", place="berlin", board=1, first=0.0, last=20.0, **kw
    ):
        words, levels = title_words(title)
        posting = len(self.adverts) + 1
        self.texts[posting] = content
        order = kw.pop("home_order", (0, False))
        name = f"hash {content}"
        signed = signature(content)
        self.adverts.append(
            Advert(posting, board, order, words, levels, place, name, first, last, signature=signed, **kw)
        )

    def groups(self) -> list[list[int]]:
        return sorted(sorted(a.posting_id for a in part) for part in group(self.adverts, self.texts.__getitem__))


def test_same_text_on_two_boards_is_one_vacancy():
    world = World()
    world.add(text(1))
    world.add(text(1), board=2)
    assert world.groups() == [[1, 2]]


def test_an_edited_copy_is_one_vacancy_and_another_text_is_not():
    world = World()
    world.add(text(1))
    world.add(edited(text(1)), board=2)
    world.add(text(2), board=2)
    assert world.groups() == [[1, 2], [3]]


def test_siblings_in_other_places_stay_apart_and_know_each_other():
    world = World()
    for place in ("berlin", "paris", "london"):
        world.add(text(1), place=place)
    world.add(text(2))
    found = group(world.adverts, world.texts.__getitem__)
    assert len(found) == 4
    assert siblings(found) == {0: 0, 1: 0, 2: 0}


def test_a_copy_without_a_place_joins_but_does_not_join_two_places():
    world = World()
    world.add(text(1), place="berlin")
    world.add(text(1), place="", board=2)
    world.add(text(1), place="paris")
    assert sorted(map(len, world.groups())) == [1, 2]


def test_a_weekly_reposter_is_one_vacancy():
    world = World()
    for week in range(8):
        world.add(text(1), first=7.0 * week, last=7.0 * week + 6)
    assert world.groups() == [list(range(1, 9))]


def test_a_repost_after_more_than_sixty_days_is_a_new_vacancy():
    world = World()
    world.add(text(1), first=0, last=10)
    world.add(text(1), first=69, last=75)
    world.add(text(1), first=136, last=140)
    assert world.groups() == [[1, 2], [3]]


def test_boilerplate_does_not_make_two_vacancies_one():
    world = World()
    company = text(0, 600)
    for number, title in enumerate(["Machine Learning Engineer", "Data Engineer", "Product Designer", "Accountant"]):
        world.add(f"{company} {text(10 + number, 100)}", title=title)
    world.add(f"{company} {text(99, 100)}", first=30, last=50)  # the first's title and place, another job
    assert len(world.groups()) == 5


def test_two_texts_side_by_side_on_one_board_are_two_vacancies():
    world = World()
    world.add(text(1), first=0, last=30)
    world.add(edited(text(1)), first=1, last=30)
    assert world.groups() == [[1], [2]]


def test_levels_are_not_mixed():
    world = World()
    world.add(text(1), title="Senior Machine Learning Engineer")
    world.add(text(1), title="Machine Learning Engineer")
    assert world.groups() == [[1], [2]]


def test_a_forums_months_are_apart():
    world = World()
    world.add(text(1), thread="2019-01", first=0, last=0)
    world.add(text(1), thread="2019-01", first=2, last=2)
    world.add(text(1), thread="2019-02", first=31, last=31)
    assert world.groups() == [[1, 2], [3]]


def test_the_employers_own_board_speaks():
    world = World()
    world.add(text(1), board=7, home_order=(3, True), first=0)
    world.add(text(1), board=1, first=2)
    world.add(text(1), board=1, first=3)
    assert home(world.adverts).posting_id == 2
    assert home([evolve(world.adverts[1], is_read=False), world.adverts[2]]).posting_id == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Berlin, Germany", "berlin"),
        ("Berlin | Paris", "Paris, France; Berlin (DE)"),
        ("New York, NY (Hybrid)", "New York"),
        ("Remote - London", "London"),
    ],
)
def test_places_that_are_equal(one, other):
    assert place_key(one, None) == place_key(other, None) != ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Senior ML Engineer (m/f/d)", "Sr. ML Engineer", True),
        ("Machine Learning Engineer II", "Machine Learning Engineer", False),
        ("Machine Learning Engineer, Search", "Machine Learning Engineer - Search (Remote)", True),
        ("Data Scientist", "Data Engineer", False),
    ],
)
def test_titles(one, other, same):
    adverts = []
    for title in (one, other):
        words, levels = title_words(title)
        adverts.append(Advert(1, 1, (0, False), words, levels, "", "", 0, 0))
    assert is_same_title(*adverts) is same


@given(st.text())
def test_signatures_never_fail_and_equal_texts_are_equal(value):
    assert signature(value) == signature(value)
    assert len(signature(value)) in (0, 512)


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 100)), max_size=30))
def test_spells_keep_every_advert_and_are_sixty_days_apart(times):
    adverts = [Advert(i, 1, (0, False), frozenset(), frozenset(), "", "", a, a + d) for i, (a, d) in enumerate(times)]
    found = spells(adverts)
    assert sorted(a.posting_id for part in found for a in part) == list(range(len(times)))
    for before, after in pairwise(found):
        assert after[0].first > max(a.last for a in before) + 60


def test_estimates_are_near_the_truth():
    a, b = text(1, 800), edited(text(1, 800), 25)
    truth = jaccard(numbers(a), numbers(b))
    assert 0.5 < truth < 0.8
    signed = [signature(a), signature(text(2)), b"", signature(b)]
    assert list(candidate_pairs(signed, truth - 0.13)) == [(0, 3)]
    assert not list(candidate_pairs(signed, truth + 0.13))


def test_one_employer_with_many_postings_of_one_template_takes_little_memory():
    signed = [signature(text(n % 5, 200)) for n in range(5)] * 8000
    tracemalloc.start()
    pairs = list(candidate_pairs(signed, 0.9, lambda one, other: (one + other) % 1000 == 0, most=20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pairs
    assert all(one < other <= one + 100 and signed[one] == signed[other] for one, other in pairs)
    assert peak < 120_000_000


def test_the_file_gets_its_vacancies_once(tmp_path):
    with open_corpus(tmp_path / "a.db", write=True) as corpus:
        with corpus.transaction():
            corpus.insert("sources", [{"source": "x", "kind": "ats", "name": "X"}])
            corpus.insert("employers", [{"employer_id": 1, "name": "A", "name_key": "a"}])
            corpus.insert("boards", [{"board_id": 1, "source": "x", "token": "a", "employer_id": 1}])
            corpus.insert("postings", [posting(1, "same"), posting(2, "same"), posting(3, "other")])
        assert update_vacancies(corpus) == 2
        before = [tuple(row) for row in corpus.rows("SELECT * FROM vacancies ORDER BY 1")]
        assert [row[:5] for row in before] == [(1, 1, 1, 2, 1), (3, 1, 3, 1, 0)]
        assert update_vacancies(corpus) == 2
        with corpus.transaction():
            corpus.insert("postings", [posting(4, "same")])
        update_vacancies(corpus)
        assert [r[0] for r in corpus.rows("SELECT vacancy_id FROM postings ORDER BY posting_id")] == [1, 1, 3, 1]


def posting(number: int, content: str) -> dict[str, object]:
    return {
        "posting_id": number, "board_id": 1, "external_id": str(number), "employer_id": 1, "title": "ML Engineer",
        "location": "Berlin", "content_hash": content, "first_seen_at": "2024-01-01T00:00:00Z",
        "last_seen_at": "2024-01-05T00:00:00Z",
    }  # fmt: skip
