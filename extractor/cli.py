"""Commands of the extractor: extract, explain, taxonomy. Heavy imports wait for the command that needs them."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from corpus.cli import db_option
from corpus.errors import InputError
from extractor.taxonomy_cli import taxonomy

__all__ = ["cells", "explain", "extract", "taxonomy"]


@click.command(epilog="Example: mljobs extract --jobs 2 --db jobs.db")
@db_option
@click.option("--jobs", type=click.IntRange(1), default=None, show_default="the machine's cores", help="Processes.")
@click.option(
    "--in", "source", type=click.Path(path_type=Path, dir_okay=False), help="Read texts from this JSONL file."
)
@click.option("--out", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the results there.")
@click.option("--engine", type=click.Choice(["local", "spark"]), help="Read IN, write the Parquet folder OUT.")
@click.argument("places", nargs=-1, metavar="[IN OUT]")
def extract(
    db_path: Path,
    jobs: int | None,
    source: Path | None,
    target: Path | None,
    engine: str | None,
    places: tuple[str, ...],
) -> None:
    """Read every new or changed posting; or, with --in and --out, a JSONL file without any database.

    Rows in: {"id", "title", "text" or "html", "location"}; rows out carry skills with their mentions, degrees,
    experience, salary and the rest. Safe to stop and start again at any time.

    With --engine, IN (Parquet, JSONL, .gz too, or a database) becomes a folder of Parquet, on this machine's cores or
    on a Spark cluster: mljobs extract --engine spark postings.parquet read/
    """
    if engine or places:
        _extract_with(engine, places, jobs)
        return
    if (source is None) != (target is None):
        raise InputError("--in and --out go together: give both, or neither to read the database")
    if source is not None and target is not None:
        from extractor.files import extract_file

        extract_file(source, target)
        return
    from extractor.run import extract_database

    extract_database(db_path, jobs)


def _extract_with(engine: str | None, places: tuple[str, ...], jobs: int | None) -> None:
    if engine is None or len(places) != 2:
        raise InputError("--engine takes two places: mljobs extract --engine local|spark IN OUT")
    module = importlib.import_module(f"extractor.engines.{engine}")
    module.extract_files(*places, jobs)


@click.command(epilog="Example: mljobs cells cells/ --db jobs.db && mljobs report --cells cells/")
@db_option
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True, help="Who counts.")
@click.option("--tables", metavar="EXPORT", help="Spark: the folder of `mljobs db export --format parquet`.")
@click.option("--read", "reading", metavar="READ", help="Spark: what `extract --engine` wrote, if not in EXPORT.")
@click.argument("target", metavar="OUT")
def cells(db_path: Path, engine: str, tables: str | None, reading: str | None, target: str) -> None:
    """Write the folder OUT of cells: all that `mljobs report --cells OUT` reads, without a text.

    Counted by SQLite in the database, or by Spark SQL in its export and in what an engine read: the same cells.
    """
    if engine == "spark":
        if tables is None:
            raise InputError("--engine spark needs --tables, the folder that `mljobs db export` wrote")
        from extractor.engines import spark_cells

        count = spark_cells.write_cells(tables, reading, target)
    else:
        if tables or reading:
            raise InputError("--tables and --read go with --engine spark; without it the database is counted")
        from corpus.cells import write_folder
        from corpus.db import open_corpus

        with open_corpus(db_path) as corpus:
            count = write_folder(corpus, Path(target))["postings"]
    click.echo(f"cells of {count} postings written to {target}")


@click.command(epilog="Example: mljobs explain 42 --db jobs.db")
@db_option
@click.argument("posting_id", type=int, required=False)
@click.option(
    "--text",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A text file instead; its first line is the title.",
)
def explain(db_path: Path, posting_id: int | None, file: Path | None) -> None:
    """Show one posting with each mention marked, its section and level, and the rule that decided."""
    if (posting_id is None) == (file is None):
        raise InputError("give a POSTING_ID of the database, or --text FILE")
    title, text, location = _text_file(file) if file else _stored(db_path, posting_id)
    from extractor import explain as explaining
    from extractor.pipeline import build, read

    found = read(build(), posting_id or 0, title, text, location)
    click.echo(explaining.explain(found, title, text))
    click.echo(f"explained {len(found.skills)} skills", err=True)


def _text_file(path: Path) -> tuple[str, str, str | None]:
    try:
        title, _, text = path.read_text(encoding="utf-8").partition("\n")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text") from error
    return title.strip(), text, None


def _stored(db_path: Path, posting_id: int | None) -> tuple[str, str, str | None]:
    from corpus.db import open_corpus

    with open_corpus(db_path) as corpus:
        rows = corpus.rows(
            "SELECT t.title, t.text, p.location FROM posting_texts AS t JOIN postings AS p USING (posting_id) "
            "WHERE posting_id = ?",
            (posting_id,),
        )
    if not rows:
        raise InputError(f"no posting {posting_id} with a text in {db_path}")
    return rows[0]["title"], rows[0]["text"], rows[0]["location"]
