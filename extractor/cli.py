"""Commands of the extractor: extract, explain, taxonomy. Heavy imports wait for the command that needs them."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.cli import db_option
from corpus.errors import InputError


@click.command(epilog="Example: mljobs extract --jobs 2 --db jobs.db")
@db_option
@click.option("--jobs", type=click.IntRange(1), default=None, show_default="the machine's cores", help="Processes.")
@click.option(
    "--in", "source", type=click.Path(path_type=Path, dir_okay=False), help="Read texts from this JSONL file."
)
@click.option("--out", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the results there.")
def extract(db_path: Path, jobs: int | None, source: Path | None, target: Path | None) -> None:
    """Read every new or changed posting; or, with --in and --out, a JSONL file without any database.

    Rows in: {"id", "title", "text" or "html", "location"}; rows out carry skills with their mentions, degrees,
    experience, salary and the rest. Safe to stop and start again at any time.
    """
    if (source is None) != (target is None):
        raise InputError("--in and --out go together: give both, or neither to read the database")
    if source is not None and target is not None:
        from extractor.files import extract_file  # noqa: PLC0415

        extract_file(source, target)
        return
    from extractor.run import extract_database  # noqa: PLC0415

    extract_database(db_path, jobs)
