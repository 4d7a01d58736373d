"""The vocabulary in memory: one `Skill` a row of `skills/<kind>.csv`, and every form that names one."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

from attrs import evolve, frozen

from corpus.errors import InputError
from corpus.records import SkillKind
from extractor.taxonomy.context import Rule, read_rules
from extractor.taxonomy.forms import variants, written

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

PRODUCTS = frozenset({"language", "framework", "tool"})
HEADING = "!"
"""Stands among the aliases of a row whose own name is no mention."""
COLUMNS = ("id", "name", "broader", "aliases", "definition", "first_year", "example", "esco", "onet", "wikidata")


@frozen
class Alias:
    """One further way to write a skill."""

    text: str
    is_exact: bool = False
    """Written `=RAG` in the file: matches in exactly this case."""


@frozen
class Skill:
    """One row of the vocabulary."""

    id: str
    name: str
    kind: SkillKind
    broader: str | None = None
    aliases: tuple[Alias, ...] = ()
    definition: str = ""
    first_year: int | None = None
    """Calendar year in which it first appeared in public, where known."""
    example: str = ""
    """A phrase in which the skill must be found."""
    is_heading: bool = False
    """Its name is too general to be a mention (`artificial intelligence`); only its aliases are."""
    esco: str | None = None
    onet: str | None = None
    wikidata: str | None = None

    @property
    def written(self) -> tuple[Alias, ...]:
        """Every way to write it that the file holds: its name, unless it is a heading, and its aliases."""
        return self.aliases if self.is_heading else (Alias(self.name), *self.aliases)


@frozen
class Taxonomy:
    """All skills and the forms that name them. Forms are folded (`forms.fold`), so hyphens stand as blanks."""

    version: str
    skills: Mapping[str, Skill]
    forms: Mapping[str, str]
    """Folded form -> skill id, any case."""
    exact: Mapping[str, str]
    """Form -> skill id, exact case (`forms.spell`)."""
    ambiguous: Mapping[str, Rule]
    """Folded form -> what the form needs around it. None of these stands in `forms`; `exact` may hold another spelling
    (`ReAct` beside `React`)."""
    orphans: tuple[str, ...] = ()
    """Forms of ambiguous.toml that are the name or alias of no skill."""
    clashes: tuple[tuple[str, str, str], ...] = ()
    """(form, skill that has it, skill that also claims it); the first in order of file and row wins."""

    def named(self, form: str) -> Skill | None:
        """The skill that a form names, ambiguous or not; None if none does."""
        folded = written(form)
        rule = self.ambiguous.get(folded)
        found = rule.skill if rule else self.forms.get(folded) or self.exact.get(written(form, is_exact=True))
        return self.skills[found] if found else None

    def narrower(self, skill_id: str) -> tuple[Skill, ...]:
        """The skills whose broader skill is this one."""
        return tuple(skill for skill in self.skills.values() if skill.broader == skill_id)


@cache
def load() -> Taxonomy:
    """The packaged vocabulary; read once a process."""
    return read(files("extractor.taxonomy"))


def read(folder: Traversable) -> Taxonomy:
    """The vocabulary in `folder`: `skills/<kind>.csv` and `ambiguous.toml`.

    Raises InputError on a row that cannot be used. Doubts that leave it usable are left to `check.problems`.
    """
    digest = hashlib.sha256()
    skills: dict[str, Skill] = {}
    for kind in get_args(SkillKind):
        source = (folder / "skills" / f"{kind}.csv").read_text(encoding="utf-8")
        digest.update(source.encode())
        for skill in _rows(source, kind):
            if skill.id in skills:
                raise InputError(f"taxonomy: id {skill.id!r} stands twice (second in {kind}.csv)")
            skills[skill.id] = skill
    rules_source = (folder / "ambiguous.toml").read_text(encoding="utf-8")
    digest.update(rules_source.encode())
    rules = read_rules(rules_source)
    written_rules, rules = rules, _owned(rules, skills)
    forms, exact, clashes = _forms(skills, rules)
    return Taxonomy(
        digest.hexdigest()[:12],
        skills,
        forms,
        exact,
        rules,
        tuple(sorted(set(written_rules) - set(rules))),
        tuple(clashes),
    )


def _rows(source: str, kind: SkillKind) -> Iterator[Skill]:
    reader = csv.DictReader(source.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InputError(f"taxonomy: {kind}.csv must have the columns {','.join(COLUMNS)}")
    for row in reader:
        if None in row.values() or not row["id"] or not row["name"]:
            raise InputError(f"taxonomy: {kind}.csv line {reader.line_num}: cells are missing")
        aliases = row["aliases"].split("|") if row["aliases"] else []
        yield Skill(
            id=row["id"],
            name=row["name"],
            kind=kind,
            broader=row["broader"] or None,
            aliases=tuple(Alias(a.removeprefix("="), a.startswith("=")) for a in aliases if a != HEADING),
            is_heading=HEADING in aliases,
            definition=row["definition"],
            first_year=int(row["first_year"]) if row["first_year"] else None,
            example=row["example"],
            esco=row["esco"] or None,
            onet=row["onet"] or None,
            wikidata=row["wikidata"] or None,
        )


def _owned(rules: Mapping[str, Rule], skills: Mapping[str, Skill]) -> dict[str, Rule]:
    """Each rule with the skill whose name or alias its form is; the check tells of those that have none."""
    owner: dict[str, str] = {}
    for skill in skills.values():
        for alias in skill.written:
            owner.setdefault(written(alias.text), skill.id)
    return {form: evolve(rule, skill=owner[form]) for form, rule in rules.items() if form in owner}


def _forms(
    skills: Mapping[str, Skill], rules: Mapping[str, Rule]
) -> tuple[dict[str, str], dict[str, str], list[tuple[str, str, str]]]:
    """Written forms first, variants second, so that a variant never takes a form that another row writes itself."""
    forms: dict[str, str] = {}
    exact: dict[str, str] = {}
    clashes: list[tuple[str, str, str]] = []
    for is_generated in (False, True):
        for skill in skills.values():
            for alias in skill.written:
                table = exact if alias.is_exact else forms
                for form in (
                    _spelled(alias, skill.kind) if is_generated else (written(alias.text, is_exact=alias.is_exact),)
                ):
                    if (rule := rules.get(form.lower())) and (not alias.is_exact or form in rule.spelled | rule.listed):
                        continue
                    owner = table.setdefault(form, skill.id)
                    if owner != skill.id and not is_generated:
                        clashes.append((form, owner, skill.id))
    return forms, exact, clashes


def _spelled(alias: Alias, kind: SkillKind) -> list[str]:
    """The variants of an alias; the name of a product or of a quality has no plural."""
    return sorted(variants(alias.text, is_exact=alias.is_exact, inflected=kind not in PRODUCTS and kind != "soft"))
