"""`mljobs report` and `mljobs serve`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from corpus.cli import db_option


@click.command(short_help="Write the report: index.html, summary.md, charts and tables.")
@db_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("report"),
    show_default=True,
    help="The folder to write.",
)
@click.option(
    "--role",
    help="A role family's id, `ml` (the default: the ML families together), or `all`: every posting whose text is in"
    " the file.",
)
@click.option("--since", metavar="YYYY-MM", help="First month.")
@click.option("--until", metavar="YYYY-MM", help="Last month.")
@click.option("--title", metavar="REGEX", help="Only postings whose title holds this.")
@click.option("--country", metavar="CC", help="Only postings in this country, as two letters.")
@click.option(
    "--compare",
    metavar="VINTAGE",
    help="Lay an earlier report's numbers beside these: its number, the first digits of its fingerprint, or `last`.",
)
@click.option(
    "--cells",
    type=click.Path(path_type=Path, file_okay=False),
    help="Make it from this folder of cells (`mljobs cells`) instead of a database.",
)
def report(
    db_path: Path,
    out: Path,
    role: str | None,
    since: str | None,
    until: str | None,
    title: str | None,
    country: str | None,
    compare: str | None,
    cells: Path | None,
) -> None:
    """Compute every number, write the report, and keep the numbers in the file as a vintage.

    \b
    Example:
        mljobs report --db jobs.db --out report
        mljobs report --compare last
        mljobs report --cells cells/
        mljobs report --role data_engineer --country DE --since 2024-01
    """
    from analysis.cells import Selection
    from analysis.run import run_report

    selection = Selection(role=role, since=since, until=until, title=title, country=country).checked()
    is_terminal = sys.stderr.isatty()
    bar: Any = click.progressbar(
        length=1000, label="report", file=sys.stderr, show_eta=False, item_show_func=lambda item: str(item or "")
    )
    if is_terminal:
        with bar:
            made = run_report(
                db_path,
                selection,
                out,
                lambda part, what: bar.update(max(0, int(1000 * part) - bar.pos), what),
                compare,
                cells=cells,
            )
    else:
        made = run_report(db_path, selection, out, lambda _part, _what: None, compare, cells=cells)
    for line in made.headlines:
        click.echo(f"• {line.sentence}{'' if line.is_passed else f' [read with care: {line.reason}]'}")
    for text in made.comparison:
        click.echo(text)
    for text in made.warnings:
        click.echo(f"mljobs: {text}", err=True)
    click.echo(
        f"report: {made.index} ({made.index.stat().st_size / 1e6:.1f} MB), summary.md, "
        f"{made.chart_count} charts, {made.table_count} tables"
    )
    if made.failures:
        from corpus.errors import CheckFailed

        raise CheckFailed("; ".join(made.failures))


@click.command(short_help="Browse the file in Datasette, on this machine only.")
@db_option
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port on 127.0.0.1.")
@click.option("--texts", is_flag=True, help="Show the postings' texts too, each mention marked.")
def serve(db_path: Path, port: int, texts: bool) -> None:  # noqa: FBT001 - click's signature
    """Browse the file in Datasette until you press Ctrl-C.

    The file is opened read-only; its texts are hidden unless asked for.

    \b
    Example:
        mljobs serve --db jobs.db
        mljobs serve --texts --port 8080
    """
    from analysis.serve import serve as run

    click.echo(f"serving {db_path} at http://127.0.0.1:{port}/ (Ctrl-C stops)", err=True)
    run(db_path, port=port, texts=texts)
    click.echo(f"served {db_path}")
