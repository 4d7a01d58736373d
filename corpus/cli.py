"""The command `mljobs`. Each command's module is imported only when that command runs, so `--help` is quick."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (where, one-line help shown by `mljobs --help`); the stages are named as text, never imported here
    "crawl": ("crawler.cli:crawl", "Visit boards and write their postings and the ledger."),
    "import": ("crawler.cli:import_", "Bring in postings or visits that somebody already has."),
    "boards": ("crawler.cli:boards", "Find, check and add employers' boards."),
    "status": ("crawler.cli:status", "Last runs, health of boards, coverage."),
    "extract": ("extractor.cli:extract", "Read out of every new posting what it asks for."),
    "explain": ("extractor.cli:explain", "Show one posting with each mention and the rule that decided."),
    "taxonomy": ("extractor.cli:taxonomy", "Check and search the vocabulary of skills."),
    "cells": ("extractor.cli:cells", "Count what a report reads, into a small folder of Parquet."),
    "report": ("analysis.cli:report", "Write the report: index.html, summary.md, charts and tables."),
    "serve": ("analysis.cli:serve", "Browse the file in Datasette, on this machine only."),
    "db": ("corpus.db_cli:db", "Migrate, check, export or publish the file."),
    "doctor": ("corpus.db_cli:doctor", "Check the installation, the file and (with --live) each source."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def db_option(function: Any) -> Any:
    """The option `--db PATH` that every command takes."""
    return click.option(
        "--db",
        "db_path",
        type=click.Path(path_type=Path, dir_okay=False),
        default=lambda: Path(os.environ.get("MLJOBS_DB") or "data/mljobs.db"),
        show_default="$MLJOBS_DB, else data/mljobs.db",
        help="The database file.",
    )(function)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mljobs")
def cli() -> None:
    """What machine-learning engineers have to know, and how that changes.

    Collects postings (crawl, import), reads them (extract), and reports on them (report).
    All of it lives in one SQLite file.

    \b
    Example:
        mljobs crawl ashby:openai --db jobs.db
        mljobs extract --db jobs.db
        mljobs report --db jobs.db --out report
    """


def main() -> NoReturn:
    """Run the command line; an error of ours is one line on stderr and its exit status, never a traceback."""
    from corpus.errors import MljobsError

    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("mljobs: stopped", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except MljobsError as error:
        click.echo(f"mljobs: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
