"""`mljobs db …` and `mljobs doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from corpus.cli import db_option
from corpus.db import SCHEMA_VERSION, existing, explained, open_corpus
from corpus.db import migrate as apply
from corpus.errors import CheckFailed

HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=HELP)
def db() -> None:
    """Migrate, check, export or publish the file.

    \b
    Example:
        mljobs db check --db jobs.db
        mljobs db export tables --db jobs.db
    """


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.1f} MB"


@db.command()
@db_option
def migrate(db_path: Path) -> None:
    """Bring the file to the current schema and make its views anew.

    \b
    Example:
        mljobs db migrate --db jobs.db
    """
    with open_corpus(existing(db_path), write=True) as corpus, explained(db_path):
        apply(corpus.connection)  # opening has applied the steps; this makes the views anew
    click.echo(f"{db_path}: schema {SCHEMA_VERSION}, views made anew")


@db.command()
@db_option
def check(db_path: Path) -> None:
    """Find damage: torn pages, orphans, impossible times, stale readings. Changes nothing.

    Exit status 1 where something is found; each line says what to do.

    \b
    Example:
        mljobs db check --db jobs.db
    """
    from corpus.check import check as run_check

    findings, rules = run_check(existing(db_path))
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise CheckFailed(f"{db_path}: {len(findings)} of {rules} checks found something")
    click.echo(f"{db_path}: {rules} checks, nothing wrong")


@db.command()
@db_option
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table for the eye.")
@click.argument("sql")
def query(db_path: Path, sql: str, as_csv: bool) -> None:  # noqa: FBT001 - click's signature
    """Answer one SELECT; the file cannot be changed by it.

    \b
    Example:
        mljobs db query "SELECT skill, postings FROM v_skills ORDER BY postings DESC LIMIT 10"
        mljobs db query --csv "SELECT * FROM v_coverage" > coverage.csv
    """
    from corpus.query import answer

    for line in answer(db_path, sql, as_csv=as_csv):
        click.echo(line)


@db.command()
@db_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def stats(db_path: Path, as_json: bool) -> None:  # noqa: FBT001 - click's signature
    """Rows of every table, size, and what can be used for what.

    \b
    Example:
        mljobs db stats --db jobs.db
    """
    from corpus.stats import file_stats, lines

    with open_corpus(db_path) as corpus:
        numbers = file_stats(corpus)
    if as_json:
        import json

        click.echo(json.dumps(numbers, indent=2))
        return
    for line in lines(numbers):
        click.echo(line)


@db.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@db_option
def publish(target: Path, db_path: Path) -> None:
    """Write a copy without posting texts and personal data, fit to share.

    Leaves out texts, mentions, hashes, mails, phone numbers, named persons, and words that fewer than five employers
    use and the vocabulary does not list.

    \b
    Example:
        mljobs db publish shared.db --db jobs.db
    """
    import hashlib

    from corpus.publish import publish as write

    counts = write(existing(db_path), target)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    click.echo(f"{target}: {counts['postings']:,} postings without texts, {_size(target)}, sha256 {digest}")


@db.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "formats", type=click.Choice(["csv", "parquet"]), multiple=True, help="Default: both.")
@click.option("--table", "names", multiple=True, metavar="NAME", help="A table or view; default: every table.")
@click.option("--texts", is_flag=True, help="With the postings' texts, which belong to their employers.")
@db_option
def export(folder: Path, formats: tuple[str, ...], names: tuple[str, ...], texts: bool, db_path: Path) -> None:  # noqa: FBT001 - click's signature
    """Write the tables as CSV and Parquet, with a data package that describes them.

    \b
    Example:
        mljobs db export tables --db jobs.db
        mljobs db export pay --table v_pay --format csv --db jobs.db
    """
    from corpus.export import FORMATS
    from corpus.export import export as write

    counts = write(existing(db_path), folder, formats=formats or FORMATS, names=names, texts=texts)
    click.echo(f"{folder}: {len(counts)} tables, {sum(counts.values()):,} rows, datapackage.json")


@db.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@db_option
def backup(target: Path, db_path: Path) -> None:
    """Copy the file, also while a crawl runs: the copy is never a mixture of two states.

    \b
    Example:
        mljobs db backup jobs-2026-03-01.db --db jobs.db
    """
    from corpus.upkeep import backup as copy

    copy(existing(db_path), target)
    click.echo(f"{target}: {_size(target)}")


@db.command()
@click.option("--drop-html", "days", type=click.IntRange(0), metavar="DAYS", help="Drop raw HTML not seen for so long.")
@db_option
def vacuum(days: int | None, db_path: Path) -> None:
    """Rebuild the full-text index and give free space back; optionally drop old raw HTML.

    Texts and readings stay; without its HTML a posting's text can no longer be made anew from the page.

    \b
    Example:
        mljobs db vacuum --drop-html 365 --db jobs.db
    """
    from corpus.upkeep import vacuum as rebuild

    before, after, dropped = rebuild(existing(db_path), drop_html_days=days)
    click.echo(f"{db_path}: {before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB now, {dropped:,} raw HTML dropped")


@click.command(context_settings=HELP)
@click.option("--live", is_flag=True, help="Ask every source whether it still does what its spider relies on.")
@click.option("--live-base", metavar="URL", hidden=True, help="Scheme and host that replace the sources' own.")
@db_option
def doctor(live: bool, live_base: str | None, db_path: Path) -> None:  # noqa: FBT001 - click's signature
    """Check the installation, the file, the disk and the clock, and with --live each source.

    Exit status 1 where there is a fault; each line says what to do. --live makes two requests a source, with pauses.

    \b
    Example:
        mljobs doctor --db jobs.db
        mljobs doctor --live
    """
    from corpus.doctor import examine

    checks = examine(db_path)
    for check in checks:
        click.echo(str(check))
    faults = [check.name for check in checks if check.state == "fault"]
    count = len(checks)
    if live:
        from corpus.live import PAUSE_SECONDS, check_live, claims

        for claim, broken in check_live(claims(), base=live_base, pause=0 if live_base else PAUSE_SECONDS):
            count += 1
            click.echo(f"{'fault' if broken else 'ok':<5} {claim.source}: {'; '.join(broken) or 'as claimed'}")
            faults += [claim.source] * bool(broken)
    if faults:
        raise CheckFailed(f"{len(faults)} of {count} checks found a fault: {', '.join(faults)}")
    click.echo(f"{count} checks, no fault")
