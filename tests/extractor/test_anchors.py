"""One pass over a text finds what the literals of every reader would find one by one."""

import re

from hypothesis import given
from hypothesis import strategies as st

from extractor.components.anchors import Anchors, find_all, scan

VISA = Anchors("visa", "sponsor", " h-1b")
CODES = Anchors("usd", "eur", "machine learning", whole=True)
DENIED = Anchors("not ", "n't ", anywhere=True)
PIECES = st.sampled_from(
    ["visa", "advisable", "sponsors", " h-1b", "usd", "neuro", "cannot ", "é", "’", "\n", " ", "a"]
)


def test_places_are_of_the_text():
    text = "we sponsor visas; sponsoring an h-1b is fine"
    assert scan(text)[VISA] == [(" h-1b", [31]), ("sponsor", [3, 18]), ("visa", [11])]


def test_a_literal_must_begin_a_word_once():
    assert VISA not in scan("it is advisable")
    assert scan("advisable, but no visa")[VISA] == [("visa", [2, 18])]


def test_whole_words_only():
    assert CODES not in scan("neurons and museums")
    assert scan("100 eur")[CODES] == [("eur", [4])]
    assert CODES not in scan("machine learnings")
    assert CODES in scan("machine learnings, machine work, learning")  # its words stand somewhere


def test_anywhere():
    assert scan("you cannot do it")[DENIED] == [("not ", [7])]


@given(st.lists(PIECES).map("".join))
def test_the_same_as_looking_for_each(text):
    found = scan(text)
    for anchors, before in ((VISA, "(?<![a-z])"), (DENIED, "")):
        expected = [
            (literal, list(find_all(text, literal)))
            for literal in sorted(anchors.literals)
            if re.search((before if literal[0].isalpha() else "") + re.escape(literal), text)
        ]
        assert found.get(anchors, []) == expected
