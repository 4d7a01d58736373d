"""What is wrong with the vocabulary: one line a problem, for `mljobs taxonomy check` and the tests."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from extractor.taxonomy.forms import written
from extractor.taxonomy.model import PRODUCTS, Alias, Skill, Taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Finder = Callable[[str], set[str]]
    """The skills that the pipeline finds in a text, by id."""


def finder(taxonomy: Taxonomy) -> Finder:
    """The pipeline's own search for the names of `taxonomy`."""
    from extractor.components.page import plain
    from extractor.components.skills import Matcher, find
    from extractor.words import split

    matcher = Matcher(taxonomy)

    def search(text: str) -> set[str]:
        return {place.skill_id for place in find(matcher, text, split(plain(text)))}

    return search


LONGEST_DEFINITION = 15
"""Words."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def problems(taxonomy: Taxonomy, find: Finder) -> list[str]:
    """Every problem of the vocabulary, in the order of its rows."""
    return [
        *_clashes(taxonomy),
        *_broader(taxonomy),
        *_rules(taxonomy),
        *(problem for skill in taxonomy.skills.values() for problem in _row(skill, taxonomy, find)),
    ]


def _clashes(taxonomy: Taxonomy) -> Iterator[str]:
    for form, owner, other in taxonomy.clashes:
        where = "twice in" if owner == other else f"of {owner} and of"
        yield f"{other}: the alias {form!r} stands {where} {other}"


def _broader(taxonomy: Taxonomy) -> Iterator[str]:
    for skill in taxonomy.skills.values():
        seen = [skill.id]
        above = skill.broader
        while above is not None:
            if above not in taxonomy.skills:
                yield f"{seen[-1]}: its broader skill {above!r} does not exist"
                break
            if above in seen:
                if above == skill.id:
                    yield f"{skill.id}: is broader than itself: {' > '.join([*seen, above])}"
                break
            seen.append(above)
            above = taxonomy.skills[above].broader


def _rules(taxonomy: Taxonomy) -> Iterator[str]:
    for form in taxonomy.orphans:
        yield f"ambiguous.toml: [{form}] is the name or alias of no skill"
    source = (files("extractor.taxonomy") / "common_words.txt").read_text(encoding="utf-8")
    common = {line for line in source.splitlines() if not line.startswith("#")}
    for form, skill_id in taxonomy.forms.items():
        if form in common and taxonomy.skills[skill_id].kind in PRODUCTS:
            yield f"{skill_id}: {form!r} is also a common word and has no table in ambiguous.toml"


def _row(skill: Skill, taxonomy: Taxonomy, find: Finder) -> Iterator[str]:
    if not _ID.fullmatch(skill.id):
        yield f"{skill.id}: an id is lower-case words joined by hyphens"
    if not skill.definition or len(skill.definition.split()) > LONGEST_DEFINITION:
        yield f"{skill.id}: needs a definition of at most {LONGEST_DEFINITION} words"
    if skill.first_year is not None and not 1600 <= skill.first_year <= 2100:
        yield f"{skill.id}: {skill.first_year} is no year"
    if not skill.example:
        yield f"{skill.id}: has no example"
    elif skill.written and skill.id not in find(skill.example):
        yield f"{skill.id}: is not found in its example {skill.example!r}"
    for alias in skill.written:
        if not _is_reachable(alias, skill, taxonomy, find):
            yield f"{skill.id}: the pipeline never finds it by the alias {alias.text!r}"


def _is_reachable(alias: Alias, skill: Skill, taxonomy: Taxonomy, find: Finder) -> bool:
    """Standing alone, the alias names the skill; one that needs a context is left to its rule."""
    form = written(alias.text)
    rule = taxonomy.ambiguous.get(form)
    if rule is not None and written(alias.text, is_exact=True) not in taxonomy.exact:
        return rule.skill == skill.id
    return skill.id in find(alias.text)
