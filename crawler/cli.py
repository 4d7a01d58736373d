"""`mljobs crawl`, `import`, `status`; `mljobs boards` lives in boards_cli.py."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.cli import db_option
from corpus.errors import CheckFailed, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.ledger import Ledger, Run
    from corpus.records import Board
    from crawler.crawl import Options, Tally
    from crawler.health import Finding
    from crawler.importers.run import Imported

FEWER = "`mljobs crawl ashby`, `mljobs crawl ashby:TOKEN`, --boards FILE, or --deadline MINUTES"
"""How to visit less than everything."""


def __getattr__(name: str) -> Any:
    """`boards` comes from its own module, imported when it is asked for."""
    if name == "boards":
        from crawler.boards_cli import boards

        return boards
    raise AttributeError(name)


@click.command()
@click.argument("names", metavar="[PLATFORM[:TOKEN]]...", nargs=-1)
@db_option
@click.option("--boards", "boards_path", type=click.Path(path_type=Path), help="Boards file (CSV) to visit.")
@click.option("--all", "keep_all", is_flag=True, help="Keep the text of every posting, not only of wanted roles.")
@click.option("--region", help="Only boards of this region of their platform, such as eu.")
@click.option("--archive", type=click.Path(path_type=Path), help="Keep every response in this WARC file.")
@click.option(
    "--from-archive", multiple=True, type=click.Path(path_type=Path), help="Read this WARC file, not the network."
)
@click.option("--history", type=click.Choice(["wayback", "commoncrawl"]), help="Read the past from this web archive.")
@click.option("--since", type=click.DateTime(["%Y-%m", "%Y-%m-%d"]), help="Of --history: first day.")
@click.option("--until", type=click.DateTime(["%Y-%m", "%Y-%m-%d"]), help="Of --history: last day.")
@click.option("--deadline", type=click.FloatRange(min=0, min_open=True), help="Take up no board after so many minutes.")
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests; never fewer than is polite.")
@click.option(
    "--at-once", default=16, type=click.IntRange(1, 256), show_default=True, help="Boards a platform at once."
)
@click.option(
    "--reports", type=click.Path(path_type=Path), help="Folder of the run reports.  [default: runs/NAME beside DB]"
)
@click.option("--hook", help="Command that gets the run report (JSON) on its standard input: mail, webhook.")
@click.option("--verbose", is_flag=True, help="Show Scrapy's own log.")
def crawl(
    names: tuple[str, ...],
    db_path: Path,
    boards_path: Path | None,
    from_archive: tuple[Path, ...],
    region: str | None,
    reports: Path | None,
    hook: str | None,
    **given: Any,
) -> None:
    """Visit boards and write their postings and the ledger of visits.

    Without names all enabled boards of the boards file are visited (default: the list that comes with mljobs).
    A run that was cut off is taken up again by the same command. Exit status 1: done, but a health check failed.

    \b
    Example:
        mljobs crawl ashby:openai lever --db jobs.db
        mljobs crawl --boards boards.csv --archive raw/today.warc.gz
        mljobs crawl greenhouse --history wayback --since 2022-01
    """
    from corpus.db import open_corpus
    from corpus.ledger import Ledger
    from crawler.boards import default_boards, read_boards, wanted
    from crawler.lock import lock

    known = read_boards(boards_path) if boards_path else default_boards() if not names else _optional_boards()
    boards = wanted(names, known, region)
    if not boards:
        raise InputError("no board to visit: none is enabled")
    options = _options(given)
    for path in from_archive:
        if not path.is_file():
            raise InputError(f"no archive at {path}")
    arguments = {
        "names": sorted(names),
        "boards": str(boards_path) if boards_path else None,
        "region": region,
        "all": options.keep_all,
        "from_archive": [str(path) for path in from_archive],
    }
    if options.history:
        arguments |= {"history": options.history, "since": options.since, "until": options.until}
    if not names and not boards_path and not from_archive:
        click.echo(f"visiting all {len(boards)} boards of the list that comes with mljobs; fewer: {FEWER}", err=True)
    with lock(db_path), _none_left_where_none_was(db_path), open_corpus(db_path, write=True) as corpus:
        ledger = Ledger(corpus, keep_all=options.keep_all)
        run = ledger.begin("crawl", arguments)
        started, tally, left = time.monotonic(), *_run(ledger, run, boards, options, list(from_archive), bool(names))
        summary = _summary(tally, left, time.monotonic() - started)
        folder = reports or db_path.parent / "runs" / db_path.stem
        found = _finish(ledger, run, arguments, tally, left, summary, folder, hook)
    click.echo(summary)
    if found:
        raise CheckFailed("the run is not healthy: " + "; ".join(finding.text for finding in found))


def _optional_boards() -> list[Board]:
    from crawler.boards import default_boards

    try:
        return default_boards()
    except InputError:  # named boards need no list
        return []


def _options(given: dict[str, Any]) -> Options:
    from crawler.crawl import Options

    return Options(
        keep_all=given["keep_all"],
        archive=given["archive"],
        deadline_seconds=given["deadline"] * 60 if given["deadline"] else None,
        delay=given["delay"],
        boards_at_once=given["at_once"],
        history=given["history"],
        since=f"{given['since']:%Y%m%d}" if given["since"] else "19960101",
        until=f"{given['until']:%Y%m%d}" if given["until"] else "99991231",
        verbose=given["verbose"],
    )


def _run(
    ledger: Ledger,
    run: Run,
    boards: list[Board],
    options: Options,
    archives: list[Path],
    is_named: bool,  # noqa: FBT001
) -> tuple[Tally, int]:
    """Do what is still to do; returns the tally and how many boards are left."""
    from crawler.boards import in_turn
    from crawler.crawl import crawl as over_network
    from crawler.crawl import replay
    from crawler.platforms import platform
    from crawler.progress import Progress

    if archives:
        with Progress("visits") as progress:
            tick = lambda visit: progress.step(f"{visit.board.source}:{visit.board.token}")  # noqa: E731
            return replay(ledger, run.run_id, boards, archives, options, tick), 0
    done = ledger.visited_in(run.run_id) if run.is_resumed else set()
    skipped = done if is_named else done | ledger.resting()
    todo = [
        board
        for board in boards
        if (board.source, board.region, board.token) not in skipped
        or platform(board.source).many_visits
        or options.history
    ]
    if options.deadline_seconds:  # whom the last run did not come to is asked first
        todo = in_turn(todo, ledger.last_visits())
    if run.is_resumed:
        click.echo(f"taking up run {run.run_id} again: {len(boards) - len(todo)} boards are done", err=True)
    with Progress("boards", len(todo)) as progress:
        tick = lambda visit: progress.step(f"{visit.board.source}:{visit.board.token}")  # noqa: E731
        tally = over_network(ledger, run.run_id, todo, options, tick)
    return tally, 0 if options.history else len(todo) - len(tally.boards)


def _summary(tally: Tally, left: int, seconds: float) -> str:
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    rate = f", {tally.requests / seconds:.0f} requests/s" if tally.requests and seconds > 1 else ""
    return (
        f"{len(tally.boards)} boards, {sum(tally.outcomes.values())} visits ({outcomes or 'none'}): "
        f"{tally.seen} postings seen, {tally.new} new, {tally.changed} changed, {tally.reopened} reopened, "
        f"{tally.closed} closed, {tally.rejected} rows set aside"
        + (f"; {left} boards left for next time" if left else "")
        + f"; {seconds:.1f} s{rate}"
    )


def _finish(
    ledger: Ledger,
    run: Run,
    arguments: dict[str, Any],
    tally: Tally,
    left: int,
    summary: str,
    folder: Path,
    hook: str | None,
) -> list[Finding]:
    """Judge the run, write its report, call the hook."""
    from crawler import health

    stored = json.dumps(arguments, sort_keys=True, ensure_ascii=False)
    found = health.findings(
        ledger.corpus, run.run_id, "crawl", stored, tally.fields, _last_report(folder, ledger.corpus.path), left=left
    )
    ledger.finish(run.run_id, "check_failed" if found else "ok", summary)
    row = ledger.corpus.rows("SELECT started_at, finished_at FROM runs WHERE run_id = ?", (run.run_id,))[0]
    data = {
        "database": str(ledger.corpus.path.absolute()),
        **health.report(run.run_id, tally, found, summary, dict(row)),
    }
    text = json.dumps(data, indent=1, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"run-{run.run_id}.json", text)
        _write(folder / f"run-{run.run_id}.md", health.markdown(data))
        _write(folder / "latest.json", text)
    except OSError as error:
        click.echo(f"mljobs: the run report cannot be written to {folder}: {error.strerror or error}", err=True)
    if hook:
        subprocess.run(hook, shell=True, input=text, text=True, check=False, timeout=60)  # noqa: S602 - the user's own
    return found


def _last_report(folder: Path, db_path: Path) -> dict[str, Any] | None:
    """The report of the run before, where it was of this database and healthy: fields are compared with it."""
    try:
        data: dict[str, Any] = json.loads((folder / "latest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if data.get("is_healthy") and data.get("database") == str(db_path.absolute()) else None


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


@click.command("import")
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@db_option
@click.option("--map", "map_name", metavar="NAME|MAP.toml", help="How to read FILE.  [default: by its columns]")
@click.option("--source", help="Source of rows that name none.")
@click.option("--visits", type=click.Path(path_type=Path), help="Ledger of visits that goes with the postings.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of text files.")
def import_(
    path: Path | None, db_path: Path, map_name: str | None, source: str | None, visits: Path | None, encoding: str
) -> None:
    """Bring in postings (JSONL, CSV, Parquet, .gz too) or visits that somebody already has.

    A row that cannot be used is kept aside with its file, line number and reason. The same file twice changes nothing.
    A file that cannot be read makes no database.

    \b
    Example:
        mljobs import postings.jsonl.gz --visits visits.jsonl --db jobs.db
        mljobs import jobs.csv --map jobspy
    """
    from corpus.db import open_corpus
    from corpus.ledger import Ledger
    from crawler.importers.mapping import load_map
    from crawler.importers.run import Importer
    from crawler.lock import lock
    from crawler.progress import Progress

    files = [file for file in (path, visits) if file is not None]
    if not files:
        raise InputError("nothing to import: give a FILE of postings, or --visits FILE")
    for file in files:
        if not file.is_file():
            raise InputError(f"no file at {file}")
    _check_encoding(encoding)
    row_map = load_map(map_name) if map_name else None
    arguments = {"file": str(path) if path else None, "visits": str(visits) if visits else None, "source": source}
    with (
        lock(db_path),
        _none_left_where_none_was(db_path),
        open_corpus(db_path, write=True) as corpus,
        Progress("rows") as progress,
    ):
        ledger = Ledger(corpus, keep_all=True)
        run = ledger.begin("import", arguments)
        importer = Importer(ledger, run.run_id, source, progress)
        try:
            used = importer.postings(path, row_map, encoding) if path else None
            if visits:
                importer.visits(visits, encoding)
        finally:  # what came before an unreadable place is whole, too
            importer.settle()
        summary = _imported(importer.done, used.name if used else None)
        ledger.finish(run.run_id, "ok", summary)
    if importer.done.unused:
        click.echo(f"columns that no field takes: {', '.join(importer.done.unused)}", err=True)
    click.echo(summary)


@contextlib.contextmanager
def _none_left_where_none_was(db_path: Path) -> Iterator[None]:
    """A command that ends with a wrong input leaves no new database behind; one that was there stays."""
    was_there = db_path.exists()
    try:
        yield
    except InputError:
        if not was_there:
            for ending in ("", "-wal", "-shm"):
                db_path.with_name(db_path.name + ending).unlink(missing_ok=True)
        raise


def _check_encoding(encoding: str) -> None:
    import codecs

    try:
        codecs.lookup(encoding)
    except LookupError:
        raise InputError(f"no encoding {encoding!r}") from None


def _imported(done: Imported, map_name: str | None) -> str:
    aside = ""
    if done.rejects:
        shown = "; ".join(f"line {reject.line}: {reject.reason}" for reject in done.rejects[:3])
        aside = f", {len(done.rejects)} rows set aside ({shown}{' …' if len(done.rejects) > 3 else ''})"
    if done.doubts:
        first = done.doubts[0]
        aside += f", {len(done.doubts)} dates not read (line {first.line}: {first.reason})"
    return (
        f"{done.rows} rows read{f' as {map_name}' if map_name else ''}: {done.new} new postings, {done.changed} "
        f"changed, {done.visits} new visits of {len(done.boards)} boards, {done.closed} closed"
        + (f", {done.skipped} comments skipped (deleted, dead or no posting)" if done.skipped else "")
        + aside
    )


@click.command()
@db_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--runs", "limit", default=5, show_default=True, type=click.IntRange(1), help="How many runs to show.")
def status(db_path: Path, as_json: bool, limit: int) -> None:  # noqa: FBT001 - a flag
    """Last runs, health of boards, coverage.

    \b
    Example:
        mljobs status --db jobs.db
        mljobs status --json | jq .boards
    """
    from corpus.db import open_corpus
    from crawler.status import as_text, overview

    with open_corpus(db_path) as corpus:
        data = overview(corpus, limit)
    click.echo(json.dumps(data, indent=1, ensure_ascii=False) if as_json else as_text(data), file=sys.stdout)
