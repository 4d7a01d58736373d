"""Skills that the taxonomy names: one pass over the words of a posting, the longest form first.

A form that is also a word (`Go`, `R`, `Spark`) is taken only where its context rule allows it, or where it stands
in a list beside a skill that is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from attrs import evolve, frozen
from spacy.language import Language
from spacy.tokens import Doc, Span

from corpus.records import SkillKind
from extractor.components.document import Component, attribute
from extractor.components.ellipsis import completed
from extractor.components.tokenizer import tokens_of
from extractor.taxonomy import Rule, Taxonomy, context_allows, load, spell
from extractor.words import Words, split, words

GROUP = "skills"
"""Name of the group in `doc.spans` that holds the mentions, labelled with their skill's id."""
_LINK = re.compile(r"[\s,/()&;|+–-]*(?:(?:and|or|and/or|e\.g\.|like|such as|including)?[\s,/()&;|+–-]*)")


GENERAL = frozenset(
    "tools tool tooling technologies technology platforms platform practices practice systems system containers container environments "
    "environment methodologies methodology techniques technique skills skill experience libraries library applications "
    "application processes process services service concepts principles solutions solution software stack methods "
    "approaches packages package products pipelines pipeline architectures architecture models model frameworks framework standards".split()
)
"""Words behind a name that add nothing to it."""


@frozen
class Found:
    """A span that names a skill; offsets are characters into the Doc's text."""

    skill_id: str
    name: str
    kind: SkillKind
    start: int
    end: int
    how: str
    """Which rule found it."""
    is_listed: bool = True


@frozen
class _Form:
    skill_id: str
    exact: frozenset[str] = frozenset()
    """Spellings that count; empty: any case."""
    rule: Rule | None = None
    core: tuple[int, int] | None = None
    """The words (from, to) that name the skill by themselves: `Docker` of `Docker containers`."""


class Matcher:
    """All forms of a taxonomy, by their words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        forms: dict[tuple[str, ...], list[_Form]] = {}
        for key, form in _forms(taxonomy):
            forms.setdefault(key, []).append(form)
        self._forms: dict[str, list[_Form]] = {}
        lengths: dict[str, set[int]] = {}
        for key, named in forms.items():
            if _is_list(key, forms):
                continue
            self._forms[" ".join(key)] = [
                evolve(form, core=_core(key, form, forms, taxonomy.skills[form.skill_id].kind)) for form in named
            ]
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def candidates(self, text: str, read: Words) -> Iterator[tuple[int, int, _Form]]:
        """(first word, word after the last, form) of every place that a form fits, the longest at each place."""
        folded, lengths = read.folded, self._lengths
        count, index = len(folded), 0
        while index < count:
            possible = lengths.get(folded[index])
            taken = 1
            if possible is not None and not _is_second_half(text, read, index):
                for length in possible:
                    form = self.fitting(text, read, index, index + length) if index + length <= count else None
                    if form is not None:
                        low, high = form.core or (0, length)
                        yield index + low, index + high, form
                        taken = high
                        break
            index += taken

    def fitting(self, text: str, read: Words, first: int, after: int) -> _Form | None:
        """The form that these words are, spelled as it must be."""
        found = self._forms.get(" ".join(read.folded[first:after]))
        return _fitting(found, text, read.starts[first], read.ends[after - 1]) if found else None

    def named(self, words: list[str]) -> str | None:
        """The skill that these folded words name in any case; for names that a list leaves a word out of."""
        found = self._forms.get(" ".join(words))
        return next((form.skill_id for form in found if form.rule is None and not form.exact), None) if found else None


def _is_second_half(text: str, read: Words, index: int) -> bool:
    """Whether a word in lower case is joined to the one before, as in `cutting-edge`."""
    start = read.starts[index]
    return start > 1 and text[start - 1] in "-‐‑" and text[start].islower() and text[start - 2].isalnum()


def _is_list(key: tuple[str, ...], forms: Mapping[tuple[str, ...], list[_Form]]) -> bool:
    """Whether a form joins two skills (`data structures and algorithms`), which are better found one by one."""
    own = {form.skill_id for form in forms[key]}
    for joiner in ("and", "or", "&", "/"):
        if joiner in key[1:-1]:
            at = key.index(joiner, 1)
            left, right = key[:at], key[at + 1 :]
            other = {form.skill_id for form in forms.get(right, ())} - own
            if other and (left in forms or (*left, right[-1]) in forms):
                return True
    return False


def _core(
    key: tuple[str, ...], form: _Form, forms: Mapping[tuple[str, ...], list[_Form]], kind: str
) -> tuple[int, int] | None:
    """The part of a form that names its skill without the general words around it: `Docker` of `Docker containers`.

    Of a soft skill it is the shortest part that does: `communication` of `strong written communication skills`.
    """
    for length in range(1, len(key)):
        for low in range(len(key) - length + 1 if kind == "soft" else 1):
            around = key[:low] + key[low + length :]
            if (kind == "soft" or GENERAL.issuperset(around)) and any(
                f.skill_id == form.skill_id and f.rule is None and (not f.exact or form.exact)
                for f in forms.get(key[low : low + length], ())
            ):
                return low, low + length
    return None


def _forms(taxonomy: Taxonomy) -> Iterator[tuple[tuple[str, ...], _Form]]:
    exact: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for form, skill_id in taxonomy.exact.items():
        exact.setdefault((_key(form), skill_id), set()).add(form)
    for (key, skill_id), spellings in exact.items():
        yield key, _Form(skill_id, exact=frozenset(spellings))
    for form, skill_id in taxonomy.forms.items():
        yield _key(form), _Form(skill_id)
    for form, rule in taxonomy.ambiguous.items():
        yield _key(form), _Form(rule.skill, rule=rule)


def _key(form: str) -> tuple[str, ...]:
    return tuple(words(*split(form)).folded)


def _fitting(forms: list[_Form], text: str, start: int, end: int) -> _Form | None:
    for form in forms:
        if form.rule is not None:
            if form.rule.fits(text[start:end]):
                return form
        elif not form.exact or " ".join(spell(text[start:end]).split()) in form.exact:
            return form
    return None


def find(matcher: Matcher, text: str, read: Words) -> list[tuple[int, int, str, str]]:
    """(first word, word after the last, skill id, how it was found) of every skill that the taxonomy names."""
    found: list[tuple[int, int, str, str]] = []
    chain: list[tuple[int, int, _Form]] = []
    for candidate in matcher.candidates(text, read):
        if chain and not _linked(text, read.ends[chain[-1][1] - 1], read.starts[candidate[0]]):
            found += _decide(chain, text, read)
            chain = []
        chain.append(candidate)
    return found + list(_decide(chain, text, read))


def _linked(text: str, end: int, start: int) -> bool:
    return start - end < 24 and "\n" not in text[end:start] and _LINK.fullmatch(text, end, start) is not None


def _decide(chain: list[tuple[int, int, _Form]], text: str, read: Words) -> Iterator[tuple[int, int, str, str]]:
    """Of skills that stand in one list: the sure ones, and the doubtful ones that their context or the list vouches for."""
    sure = [form.rule is None for _, _, form in chain]
    if not all(sure):
        for position, (first, after, form) in enumerate(chain):
            rule = form.rule
            if rule is not None:
                near = len(chain) > 1 and any(sure)
                sure[position] = context_allows(rule, text, read.starts[first], read.ends[after - 1], near_known=near)
        if any(sure) and len(chain) > 1:  # a list that starts with a doubtful name may be vouched for by a later one
            for position, (first, after, form) in enumerate(chain):
                if not sure[position] and form.rule is not None:
                    span = read.starts[first], read.ends[after - 1]
                    sure[position] = context_allows(form.rule, text, *span, near_known=True)
    for is_sure, (first, after, form) in zip(sure, chain, strict=True):
        if is_sure:
            yield first, after, form.skill_id, "alias in context" if form.rule else "alias"


@cache
def matcher_of(taxonomy_version: str) -> Matcher:
    """The packaged taxonomy's matcher; built once a process."""
    taxonomy = load()
    assert taxonomy.version == taxonomy_version
    return Matcher(taxonomy)


attribute("found_skills", default=())
WORDS = "mljobs_words"


def words_of(doc: Doc) -> Words:
    """The words of a Doc's text, made once."""
    read: Words | None = doc.user_data.get(WORDS)
    if read is None:
        read = doc.user_data[WORDS] = words(*tokens_of(doc))
    return read


def keep(doc: Doc, found: list[Found]) -> None:
    """Hang mentions on the Doc: `doc._.found_skills`, and as spans in `doc.spans["skills"]`."""
    doc._.found_skills = found
    spans = [doc.char_span(f.start, f.end, label=f.skill_id, alignment_mode="expand") for f in found]
    doc.spans[GROUP] = [span for span in spans if isinstance(span, Span)]


@Language.factory("mljobs_skills")
def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """The spaCy component: sets `doc._.found_skills` and `doc.spans["skills"]`."""
    matcher = matcher_of(load().version)
    skills: Mapping[str, object] = matcher.taxonomy.skills
    assert skills

    def component(doc: Doc) -> Doc:
        text, read = doc.text, words_of(doc)
        found = []
        listed = find(matcher, text, read)
        listed += completed(read, listed, matcher.named)
        for first, after, skill_id, how in sorted(listed):
            skill = matcher.taxonomy.skills[skill_id]
            found.append(Found(skill_id, skill.name, skill.kind, read.starts[first], read.ends[after - 1], how))
        keep(doc, found)
        return doc

    return component
