"""Spellings that nobody should have to list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.taxonomy.forms import fold, spell, variants, written


@pytest.mark.parametrize(
    ("alias", "form"),
    [
        ("fine-tuning", "fine tuning"),
        ("optimisation", "optimization"),
        ("hyperparameter optimization", "hyperparameter optimisation"),
        ("data modelling", "data modeling"),
        ("large language model", "large language models"),
        ("neural networks", "neural network"),
        ("technology strategy", "technology strategies"),
        ("research and development", "research & development"),
        ("colour centre", "color center"),
        ("k‑means", "k means"),
    ],
)
def test_a_variant_stands_for_its_alias(alias, form):
    assert form in variants(alias)


@pytest.mark.parametrize(
    ("alias", "form"),
    [
        ("machine learning", "machine learnings"),
        ("statistics", "statistic"),
        ("keras", "kera"),
    ],
)
def test_a_word_that_nobody_would_write_is_no_variant(alias, form):
    assert form not in variants(alias, inflected=alias != "keras")


def test_an_exact_acronym_keeps_its_case_and_takes_a_small_s():
    assert variants("RAG", is_exact=True) == {"RAG", "RAGs"}
    assert variants("ReAct", is_exact=True) == {"ReAct"}


@given(st.text())
def test_folding_keeps_the_length_so_that_offsets_hold(text):
    assert len(fold(text)) == len(text) == len(spell(text))


@given(st.text())
def test_variants_never_raise_and_hold_the_alias_itself(text):
    assert written(text) in variants(text)
