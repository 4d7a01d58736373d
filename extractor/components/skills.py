"""Skills that the taxonomy names: one pass over the words of a posting, the longest form first.

A form that is also a word (`Go`, `R`, `Spark`) is taken only where its context rule allows it, or where it stands
in a list beside a skill that is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import compress
from typing import NamedTuple

from attrs import astuple, evolve, frozen

from extractor.components.ellipsis import completed
from extractor.components.found import Found, Place
from extractor.components.page import plain
from extractor.components.reading import Reading, skill_reader
from extractor.taxonomy import Rule, Skill, Taxonomy, context_allows, load, spell
from extractor.words import Words, split

GENERAL = frozenset(
    "tools tool tooling technologies technology platforms platform practices practice systems system containers "
    "container environments environment methodologies methodology techniques technique skills skill experience "
    "libraries library applications application processes process services service concepts principles solutions "
    "solution software methods approaches packages package products pipelines pipeline architectures "
    "architecture models model frameworks framework standards capabilities providers provider servers server teams "
    "team tasks task problems algorithms features engines engine databases database".split()
)
"""Words behind a name that add nothing to it."""
HARD = frozenset({"language", "framework", "tool"})
LONGEST_LINK = 24
"""Characters between two skills of one list."""
_ADJECTIVE = re.compile(r"(?:.*(?:cal|ional|tial|ic|ed|ive|oriented)|cloud|backend|frontend|end|batch|parallel)")
"""Words that name a skill only together with the next: `cloud platforms`, `agentic systems`."""
_OF = frozenset({"with", "in", "under", "through", "of", "for", "about"})
_HYPHENS = ("-", "‐", "‑")
_LINK = re.compile(r"[\s,/()&;|+–-]*(?:(?:and|or|and/or|e\.g\.|like|such as|including)?[\s,/()&;|+–-]*)")


@frozen
class _Form:
    skill_id: str
    is_soft: bool
    """Qualities vouch for qualities in a list, and trades for trades: `swift, decisive` names no language."""
    exact: frozenset[str] = frozenset()
    """Spellings that count; empty: any case."""
    rule: Rule | None = None
    core: tuple[int, int] | None = None
    """The words (from, to) that name the skill by themselves: `Docker` of `Docker containers`."""


class _Candidate(NamedTuple):
    first: int
    after: int
    form: _Form


_Forms = Mapping[tuple[str, ...], list[_Form]]


class Matcher:
    """All forms of a taxonomy, by their words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        forms: dict[tuple[str, ...], list[_Form]] = {}
        for key, form in _forms(taxonomy):
            forms.setdefault(key, []).append(form)
        self._single: dict[str, list[_Form]] = {}
        """Forms of one word."""
        self._more: dict[str, dict[str, tuple[int, ...]]] = {}
        """First word -> second word -> lengths of the forms that start so, longest first."""
        self._long: dict[str, list[_Form]] = {}
        """Forms of several words, joined by blanks."""
        for key, named in forms.items():
            if _is_list(key, forms):
                continue
            kept = [evolve(f, core=_core(key, f, forms, taxonomy.skills[f.skill_id])) for f in named]
            if len(key) == 1:
                self._single[key[0]] = kept
                continue
            self._long[" ".join(key)] = kept
            seconds = self._more.setdefault(key[0], {})
            seconds[key[1]] = tuple(sorted({*seconds.get(key[1], ()), len(key)}, reverse=True))
        self._starting = frozenset(self._single) | frozenset(self._more)
        self.first_words = frozenset(self._more)
        self.last_words = frozenset(key[-1] for key in forms if len(key) > 1)

    def compiled(self) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
        """Each form, its words joined by blanks, with all that decides what it names and where, in a stable order."""
        skills = self.taxonomy.skills
        for form, named in (*self._single.items(), *self._long.items()):
            yield form, [(f.skill_id, skills[f.skill_id].kind, sorted(f.exact), f.core, _told(f.rule)) for f in named]

    def candidates(self, text: str, read: Words) -> Iterator[_Candidate]:
        """Every place that a form fits, the longest at each."""
        folded, single, more = read.folded, self._single, self._more
        followed = [*folded, ""]
        at = 0
        for index in compress(range(len(folded)), map(self._starting.__contains__, folded)):
            word = folded[index]
            if word not in single and followed[index + 1] not in more[word]:
                continue
            if index < at:
                continue
            if index and read.gaps[index - 1] in _HYPHENS and text[read.starts[index]].islower():
                continue  # the second half of `cutting-edge`
            form, length = self._longest(text, read, index, len(folded))
            if form is not None:
                low, high = form.core or (0, length)
                yield _Candidate(index + low, index + high, form)
                at = index + high

    def _longest(self, text: str, read: Words, index: int, count: int) -> tuple[_Form | None, int]:
        folded = read.folded
        seconds = self._more.get(folded[index])
        if seconds is not None and index + 1 < count:
            for length in seconds.get(folded[index + 1], ()):
                found = self._long.get(" ".join(folded[index : index + length]))
                if found is None or index + length > count or read.is_broken(index, index + length):
                    continue
                form = _fitting(found, text, read.starts[index], read.ends[index + length - 1])
                if form is not None:
                    return form, length
        found = self._single.get(folded[index])
        return (_fitting(found, text, read.starts[index], read.ends[index]), 1) if found else (None, 1)

    def named(self, words: list[str]) -> str | None:
        """The skill that these folded words name in any case; for names that a list leaves a word out of."""
        found = self._single.get(words[0]) if len(words) == 1 else self._long.get(" ".join(words))
        return next((form.skill_id for form in found if form.rule is None and not form.exact), None) if found else None


def _told(rule: Rule | None) -> list[object]:
    """What a rule holds, with sets in order and patterns as they are written."""
    return [
        sorted(value) if isinstance(value, frozenset) else value.pattern if isinstance(value, re.Pattern) else value
        for value in (astuple(rule, recurse=False) if rule else ())
    ]


def _is_list(key: tuple[str, ...], forms: _Forms) -> bool:
    """Whether a form joins two skills (`data structures and algorithms`), which are better found one by one."""
    own = {form.skill_id for form in forms[key]}
    for joiner in ("and", "or", "&", "/"):
        if joiner in key[1:-1]:
            at = key.index(joiner, 1)
            left, right = key[:at], key[at + 1 :]
            named = forms.get(right) or (forms.get(right[:-1]) if right[-1] in GENERAL else None) or ()
            if {form.skill_id for form in named} - own and (left in forms or (*left, right[-1]) in forms):
                return True
    return False


def _core(key: tuple[str, ...], form: _Form, forms: _Forms, skill: Skill) -> tuple[int, int] | None:
    """The part of a form that names its skill without the general words around it: `Docker` of `Docker containers`.

    Of a soft skill it is the shortest part that does: `communication` of `strong written communication skills`. Behind
    the name of a product no word adds to it: `Kaggle` of `Kaggle competitions`.
    """
    kind = skill.kind
    name = _key(skill.name)
    if kind in HARD and len(key) == len(name) and key[-1] == name[-1]:  # `MS SQL Server`
        return None
    for length in range(1, len(key)):
        for low in range(len(key) - length + 1 if kind == "soft" else 1):
            around = key[:low] + key[low + length :]
            if kind != "soft" and _ADJECTIVE.fullmatch(key[length - 1]):
                continue
            if kind == "soft" and low and key[low - 1] in _OF:
                continue  # `comfort with ambiguity`, whose head stands before
            if (kind == "soft" or kind in HARD or GENERAL.issuperset(around)) and any(
                f.skill_id == form.skill_id and (f.rule is None or kind == "concept")
                for f in forms.get(key[low : low + length], ())
            ):
                return low, low + length
    return None


def _forms(taxonomy: Taxonomy) -> Iterator[tuple[tuple[str, ...], _Form]]:
    soft = {skill.id for skill in taxonomy.skills.values() if skill.kind == "soft"}
    exact: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for form, skill_id in taxonomy.exact.items():
        exact.setdefault((_key(form), skill_id), set()).add(form)
    for (key, skill_id), spellings in exact.items():
        yield key, _Form(skill_id, skill_id in soft, exact=frozenset(spellings))
    for form, skill_id in taxonomy.forms.items():
        yield _key(form), _Form(skill_id, skill_id in soft)
    for form, rule in taxonomy.ambiguous.items():
        yield _key(form), _Form(rule.skill, rule.skill in soft, rule=rule)


def _key(form: str) -> tuple[str, ...]:
    return tuple(split(plain(form)).folded)


def _fitting(forms: list[_Form], text: str, start: int, end: int) -> _Form | None:
    for form in forms:
        if form.rule is not None:
            if form.rule.fits(text[start:end]):
                return form
        elif not form.exact or " ".join(spell(text[start:end]).split()) in form.exact:
            return form
    return None


def find(matcher: Matcher, text: str, read: Words) -> list[Place]:
    """Every skill that the taxonomy names, in order."""
    candidates = list(matcher.candidates(text, read))
    found = [Place(c.first, c.after, c.form.skill_id, "alias") for c in candidates if c.form.rule is None]
    doubtful = list(_doubtful(candidates, text, read)) if len(found) < len(candidates) else []
    found += [place for place in doubtful if place.after - place.first > 1]
    shortened = completed(read, found, matcher)
    if shortened:
        named = {index for place in shortened for index in range(place.first, place.after)}
        doubtful = [place for place in doubtful if place.first not in named]
    found += [place for place in doubtful if place.after - place.first == 1]
    found += shortened
    found.sort()
    return found


def _doubtful(candidates: list[_Candidate], text: str, read: Words) -> Iterator[Place]:
    """The forms that are also words, where their context allows them, or the list that they stand in."""
    starts, ends = read.starts, read.ends

    def goes_on(index: int) -> bool:
        before, behind = candidates[index - 1], candidates[index]
        end, start = ends[before.after - 1], starts[behind.first]
        if start - end == 1 and text[end] == " " and (_is_word(before.form) or _is_word(behind.form)):
            return False  # `agent performance`
        return linked(text, end, start)

    after = 0
    for index, candidate in enumerate(candidates):
        if index < after or candidate.form.rule is None:
            continue
        first, after = index, index + 1
        while first and goes_on(first):
            first -= 1
        while after < len(candidates) and goes_on(after):
            after += 1
        yield from _decide(candidates[first:after], text, read)


def _is_word(form: _Form) -> bool:
    """Whether no spelling of a form sets the skill apart from the word (`performance`, unlike `Go`)."""
    return form.rule is not None and not form.rule.spelled


def linked(text: str, end: int, start: int) -> bool:
    """Whether what stands between two mentions is what joins the elements of a list."""
    return start - end < LONGEST_LINK and _is_link(text[end:start])


@lru_cache(maxsize=4096)
def _is_link(between: str) -> bool:
    return "\n" not in between and _LINK.fullmatch(between) is not None


def _decide(chain: list[_Candidate], text: str, read: Words) -> Iterator[Place]:
    """Of skills in one list: the doubtful ones that their own context vouches for, then those that the list does."""
    sure = [candidate.form.rule is None for candidate in chain]
    for near in (False, True):
        vouched = {candidate.form.is_soft for candidate, is_sure in zip(chain, sure, strict=True) if is_sure}
        if near and (len(chain) == 1 or not vouched):
            return
        for position, (first, after, form) in enumerate(chain):
            if not sure[position] and form.rule is not None:
                start, end = read.starts[first], read.ends[after - 1]
                read.doubtful.append((first, after))
                sure[position] = context_allows(
                    form.rule, text, start, end, near_known=near and form.is_soft in vouched
                )
                if sure[position]:
                    yield Place(first, after, form.skill_id, "alias in a list" if near else "alias in context")


@cache
def matcher_of(taxonomy_version: str) -> Matcher:
    """The packaged taxonomy's matcher; built once a process."""
    taxonomy = load()
    assert taxonomy.version == taxonomy_version
    return Matcher(taxonomy)


def read_skills(reading: Reading) -> list[Found]:
    """The listed skills of a posting, in its title and on the lines that can ask for something."""
    matcher = matcher_of(load().version)
    skills = matcher.taxonomy.skills
    found: list[Found] = []
    title = split(reading.plain_title)
    for place in find(matcher, reading.title, title):
        skill = skills[place.skill_id]
        span = title.starts[place.first], title.ends[place.after - 1]
        found.append(Found(place.skill_id, skill.name, skill.kind, "title", *span, place.how))
    read = reading.skill_words
    starts, ends = read.starts, read.ends
    line, lines = 0, reading.lines
    for first, after, skill_id, how in find(matcher, reading.text, read):
        skill = skills[skill_id]
        start = starts[first]
        while lines[line].end <= start:
            line += 1
        found.append(Found(skill_id, skill.name, skill.kind, "description", start, ends[after - 1], how, line))
    reading.found = found
    return found


make = skill_reader("skills", read_skills, "found_skills")
