"""`mljobs taxonomy`: check the vocabulary of skills, look into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.cli import db_option
from corpus.errors import CheckFailed, InputError

if TYPE_CHECKING:
    from extractor.taxonomy import Skill, Taxonomy


@click.group()
def taxonomy() -> None:
    """Check the vocabulary of skills, and look into it."""


@taxonomy.command(epilog="Example: mljobs taxonomy check")
def check() -> None:
    """Find clashes, aliases that never match, words without a rule, rows without example, broken links.

    Prints one line a problem; exit status 1 if there is any.
    """
    from extractor.taxonomy import load
    from extractor.taxonomy.check import finder, problems

    skills = load()
    found = problems(skills, finder(skills))
    for problem in found:
        click.echo(problem)
    if found:
        raise CheckFailed(f"{len(found):,} problems in {len(skills.skills):,} skills")
    aliases = sum(len(skill.aliases) for skill in skills.skills.values())
    click.echo(
        f"{len(skills.skills):,} skills, {aliases:,} aliases, {len(skills.ambiguous):,} forms with a rule of context; "
        f"no problem (version {skills.version})"
    )


@taxonomy.command(epilog="Example: mljobs taxonomy search kubernetes")
@click.argument("word")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Skills to print at most.")
def search(word: str, limit: int) -> None:
    """Print the skills whose name, alias or definition holds WORD."""
    from extractor.taxonomy import load

    skills = load()
    found = matching(skills, word)
    if not found:
        raise InputError(f"no skill is named or defined by {word!r}; to add one, see docs/add-a-skill.md")
    for skill in found[:limit]:
        click.echo(described(skill, skills))
    if len(found) > limit:
        click.echo(f"… and {len(found) - limit} more (--limit)")


@taxonomy.command(epilog="Example: mljobs taxonomy candidates --employers 5 --db jobs.db")
@db_option
@click.option("--employers", type=click.IntRange(1), default=3, show_default=True, help="Least number of employers.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Terms to print at most.")
def candidates(db_path: Path, employers: int, limit: int) -> None:
    """Print names that postings write beside known skills and that the vocabulary does not hold yet.

    Each with its employers, postings, first month and sentences, for a person to accept or not.
    """
    from corpus.db import open_corpus
    from extractor.candidates import candidates as find

    count = 0
    with open_corpus(db_path) as corpus:
        for found in find(corpus, min_employers=employers, limit=limit):
            count += 1
            click.echo(
                f"{found.term}: {found.employers} employers, {found.postings} postings, since {found.first_month}"
            )
            for sentence in found.sentences:
                click.echo(f"    … {sentence} …")
    click.echo(f"{count} terms that at least {employers} employers write")


def matching(skills: Taxonomy, word: str) -> list[Skill]:
    """Skills that `word` names first, then those with it in a name, an alias, the definition."""
    from extractor.taxonomy import fold

    wanted = fold(word)
    exact = skills.named(word)

    def place(skill: Skill) -> int | None:
        texts = ((skill.name,), tuple(alias.text for alias in skill.aliases), (skill.definition,))
        return next((at for at, group in enumerate(texts) if any(wanted in fold(text) for text in group)), None)

    ranked: list[tuple[int, str, Skill]] = []
    for skill in skills.skills.values():
        at = -1 if skill is exact else place(skill)
        if at is not None:
            ranked.append((at, skill.name.lower(), skill))
    return [skill for _, _, skill in sorted(ranked, key=lambda row: row[:2])]


def described(skill: Skill, skills: Taxonomy) -> str:
    """A few lines on one skill."""
    aliases = ", ".join(f"={alias.text}" if alias.is_exact else alias.text for alias in skill.aliases)
    broader = skills.skills.get(skill.broader) if skill.broader else None
    first = f", since {skill.first_year}" if skill.first_year else ""
    lines = [f"{skill.name}  [{skill.id}; {skill.kind}{first}]", f"  {skill.definition}"]
    if aliases:
        lines.append(f"  also: {aliases}")
    if broader:
        lines.append(f"  part of: {broader.name}")
    if rule := next((rule for rule in skills.ambiguous.values() if rule.skill == skill.id), None):
        lines.append(f"  {'/'.join(sorted(rule.spelled))} needs its context (ambiguous.toml: {rule.trust})")
    return "\n".join(lines)
