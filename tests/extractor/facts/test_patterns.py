"""Quick alternations find what the plain ones find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.components import employment_type, topics, visa, work_mode
from extractor.components.patterns import alternatives, either

SOURCE = r"\bon-?site\b|[|(] ?remote|\b(?:no|not) (?:a|b)|x\|y|[]|]z|#li|\bvisa$"


def test_alternatives_are_cut_at_the_top_level_only():
    expected = [r"\bon-?site\b", "[|(] ?remote", r"\b(?:no|not) (?:a|b)", r"x\|y", "[]|]z", "#li", r"\bvisa$"]
    assert list(alternatives(SOURCE)) == expected


@given(st.text(st.sampled_from("on-site| (remot)vabxyz#li]\n"), max_size=40))
def test_what_is_found_is_the_same(text):
    assert (either(SOURCE).search(text) is None) == (re.search(SOURCE, text) is None)


@pytest.mark.parametrize("module", [employment_type, topics, visa, work_mode])
def test_the_readers_patterns_compile_to_themselves_again(module):
    for pattern in [value for value in vars(module).values() if isinstance(value, re.Pattern)]:
        assert either(pattern.pattern, pattern.flags & re.MULTILINE).groups == pattern.groups
