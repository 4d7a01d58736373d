"""`mljobs db …` and `mljobs doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from corpus.cli import db_option
from corpus.errors import CheckFailed, InputError

if TYPE_CHECKING:
    from pathlib import Path

HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=HELP)
def db() -> None:
    r"""Migrate, check, export or publish the file.

    \b
    Example:
        mljobs db check --db jobs.db
        mljobs db export tables --db jobs.db
    """


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InputError(f"no database at {path}: make one with `mljobs crawl`, `mljobs import FILE` or `make report`")
    return path


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.1f} MB"


@db.command()
@db_option
def migrate(db_path: Path) -> None:
    r"""Bring the file to the current schema and make its views anew.

    \b
    Example:
        mljobs db migrate --db jobs.db
    """
    from corpus.db import SCHEMA_VERSION, explained, open_corpus  # noqa: PLC0415 - sqlite-utils takes a second
    from corpus.db import migrate as apply  # noqa: PLC0415

    with open_corpus(_existing(db_path), write=True) as corpus, explained(db_path):
        apply(corpus.connection)  # opening has applied the steps; this makes the views anew
    click.echo(f"{db_path}: schema {SCHEMA_VERSION}, views made anew")


@db.command()
@db_option
def check(db_path: Path) -> None:
    r"""Find damage: torn pages, orphans, impossible times, stale readings. Changes nothing.

    Exit status 1 where something is found; each line says what to do.

    \b
    Example:
        mljobs db check --db jobs.db
    """
    from corpus.check import check as run_check  # noqa: PLC0415

    findings, rules = run_check(_existing(db_path))
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise CheckFailed(f"{db_path}: {len(findings)} of {rules} checks found something")
    click.echo(f"{db_path}: {rules} checks, nothing wrong")


@db.command()
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def stats(db_path: Path, as_json: bool) -> None:  # noqa: FBT001 - click's signature
    r"""Rows of every table, size, and what can be used for what.

    \b
    Example:
        mljobs db stats --db jobs.db
    """
    from corpus.db import open_corpus  # noqa: PLC0415
    from corpus.stats import file_stats, lines  # noqa: PLC0415

    with open_corpus(db_path) as corpus:
        numbers = file_stats(corpus)
    if as_json:
        import json  # noqa: PLC0415

        click.echo(json.dumps(numbers, indent=2))
        return
    for line in lines(numbers):
        click.echo(line)
