"""`mljobs boards`: find the board behind a careers page, check a boards file, add a board to it."""

from __future__ import annotations

import asyncio
import csv
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from corpus.errors import CheckFailed, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.records import Board, BoardVisit
    from crawler.detect import Finding
    from crawler.spiders.base import Fetch

AT_ONCE = 8
DEAD = frozenset({"gone_404"})
"""Outcomes that say that there is no such board. Blocked, slow and broken ones may be back tomorrow."""


@click.group()
def boards() -> None:
    """Find, check and add employers' boards.

    \b
    Example:
        mljobs boards detect https://example.com/careers
        mljobs boards add greenhouse:example --boards boards.csv
        mljobs boards check --boards boards.csv
    """


api_base_option = click.option(
    "--api-base", help="Scheme and host that replace the platforms' own (a self-hosted copy, a server on loopback)."
)


@boards.command()
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@api_base_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def detect(urls: tuple[str, ...], api_base: str | None, as_json: bool) -> None:  # noqa: FBT001 - click's signature
    """Find the board behind each careers page, proven by calling it.

    A board counts as found when it answers with postings; what ties it to the page's owner is said with it.

    \b
    Example:
        mljobs boards detect https://example.com/careers https://jobs.lever.co/example
    """
    from crawler import detect as detection
    from crawler.network import ask

    addresses = [_address(url) for url in urls]

    async def all_of_them(fetch: Fetch) -> list[Finding]:
        found = []
        for url in addresses:
            click.echo(f"asking {url} …", err=True)
            found.append(await detection.detect(url, fetch, api_base))
        return found

    findings = ask(all_of_them, api_base)
    for finding in findings:
        click.echo(_as_json(finding) if as_json else _as_text(finding))
    missing = sum(finding.board is None for finding in findings)
    if not as_json:
        click.echo(f"{len(findings) - missing} of {len(findings)} pages lead to a board")
    if missing:
        raise CheckFailed(f"no board behind {missing} of {len(findings)} pages")


@boards.command()
@click.option(
    "--boards", "path", type=click.Path(path_type=Path, dir_okay=False), help="The boards file; it is updated."
)
@click.option("--disabled", is_flag=True, help="Check the disabled rows too, and enable those that answer again.")
@click.option("--dry-run", is_flag=True, help="Say what would change and leave the file as it is.")
def check(path: Path | None, disabled: bool, dry_run: bool) -> None:  # noqa: FBT001 - click's signature
    """Call each board of a file; rows whose board does not exist are disabled, never deleted.

    Without --boards the list that comes with mljobs is checked, and nothing is written.

    \b
    Example:
        mljobs boards check --boards boards.csv
    """
    from crawler.boards import default_boards, read_boards
    from crawler.platforms import platform

    known = read_boards(path) if path else default_boards()
    wanted = [b for b in known if (b.enabled or disabled) and not platform(b.source).off_by_default]
    visits = _visit(wanted)
    changes: dict[Board, bool] = {}
    for visit in visits:
        if visit.board.enabled and visit.outcome in DEAD:
            changes[visit.board] = False
        elif not visit.board.enabled and visit.postings:
            changes[visit.board] = True
    for visit in visits:
        if visit.outcome not in ("ok", "ok_empty"):
            click.echo(f"{visit.board.source}:{visit.board.token} {visit.outcome}: {visit.detail}")
    if path and changes and not dry_run:
        _write(path, changes)
    live = sum(visit.outcome in ("ok", "ok_empty", "truncated") for visit in visits)
    lost = sum(not alive for alive in changes.values())
    what = "would be " if dry_run or not path else ""
    click.echo(
        f"{live} of {len(visits)} boards answer; {lost} {what}disabled, {len(changes) - lost} {what}enabled again"
    )


@boards.command()
@click.argument("name", metavar="PLATFORM:TOKEN|URL")
@click.option(
    "--boards", "path", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The boards file."
)
@click.option("--employer", default="", help="The employer's name.")
@click.option("--region", default="", help="The platform's region, such as eu or wd5.")
@click.option("--country", default="", help="The employer's country, two letters.")
@api_base_option
@click.option("--unchecked", is_flag=True, help="Do not call the board first.")
def add(
    name: str,
    path: Path,
    employer: str,
    region: str,
    country: str,
    api_base: str | None,
    unchecked: bool,  # noqa: FBT001
) -> None:
    """Add a board to a boards file, once it has answered. A careers page is detected first.

    \b
    Example:
        mljobs boards add lever:example --region eu --employer "Example Ltd" --boards boards.csv
    """
    from corpus.records import Board
    from crawler.boards import COLUMNS, read_boards
    from crawler.platforms import platform

    if "://" in name:
        board = _detected(name, api_base)
    else:
        source, _, token = name.partition(":")
        platform(source)
        if not token:
            raise InputError(f"{name!r} is neither PLATFORM:TOKEN nor a URL")
        board = Board(source, token, region=region, api_base=api_base)
        if not unchecked:
            _prove(board)
    known = read_boards(path) if path.exists() else []
    if any((b.source, b.region, b.token) == (board.source, board.region, board.token) for b in known):
        click.echo(f"{board.source}:{board.token} is in {path} already")
        return
    row = dict.fromkeys(COLUMNS, "") | {
        "platform": board.source, "token": board.token, "employer": employer, "region": board.region,
        "country": country.upper(), "api_base": board.api_base or "", "enabled": "true",
    }  # fmt: skip
    _rewrite(path, [*_rows(path), row] if path.exists() else [row])
    click.echo(f"added {board.source}:{board.token} to {path}: {len(known) + 1} boards")


def _address(url: str) -> str:
    from urllib.parse import urlsplit

    full = url if "://" in url else f"https://{url}"
    if urlsplit(full).scheme not in ("http", "https") or not urlsplit(full).hostname:
        raise InputError(f"{url!r} is no http(s) address")
    return full


def _as_text(finding: Finding) -> str:
    if finding.board is None:
        return "\n  ".join([f"{finding.url} -> nothing: {finding.reason}", *finding.tried])
    region = f" region {finding.board.region}" if finding.board.region else ""
    proof = "; ".join(finding.evidence) or "nothing on it names the page's owner: look before you add it"
    return (
        f"{finding.url} -> {finding.board.source}:{finding.board.token}{region}, {finding.postings} postings ({proof})"
    )


def _as_json(finding: Finding) -> str:
    board = finding.board
    return json.dumps(
        {
            "url": finding.url,
            "platform": board.source if board else None,
            "token": board.token if board else None,
            "region": board.region if board else None,
            **attrs.asdict(finding, filter=lambda field, _: field.name in ("postings", "evidence", "reason", "tried")),
        },
        ensure_ascii=False,
    )


def _detected(url: str, api_base: str | None) -> Board:
    from crawler import detect as detection
    from crawler.network import ask

    finding = ask(lambda fetch: detection.detect(_address(url), fetch, api_base), api_base)
    if finding.board is None:
        raise CheckFailed(_as_text(finding))
    click.echo(_as_text(finding))
    return finding.board


def _prove(board: Board) -> None:
    visit = _visit([board])[0]
    if visit.outcome not in ("ok", "ok_empty", "truncated"):
        raise CheckFailed(f"{board.source}:{board.token} {visit.outcome}: {visit.detail} (--unchecked adds it anyway)")
    click.echo(f"{board.source}:{board.token} answers" + ("" if visit.postings else ", with no postings at present"))


def _visit(some: list[Board]) -> list[BoardVisit]:
    """One look at each board, a few at a time."""
    from crawler.detect import look_at
    from crawler.network import ask
    from crawler.progress import Progress

    async def all_of_them(fetch: Fetch) -> list[BoardVisit]:
        gate = asyncio.Semaphore(AT_ONCE)
        with Progress("boards", len(some)) as progress:

            async def one(board: Board) -> BoardVisit:
                async with gate:
                    visit = await look_at(board, fetch)
                progress.step(f"{board.source}:{board.token}")
                return attrs.evolve(visit, postings=visit.postings[:1])  # 500 boards' texts would fill the memory

            return list(await asyncio.gather(*map(one, some)))

    base = next((board.api_base for board in some if board.api_base), None)
    return ask(all_of_them, base) if some else []


def _rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a boards file with every column that it has."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        return list(reader)


def _write(path: Path, changes: dict[Board, bool]) -> None:
    states = {(board.source, board.region, board.token): alive for board, alive in changes.items()}
    rows = _rows(path)
    for row in rows:
        state = states.get(tuple((row.get(name) or "").strip() for name in ("platform", "region", "token")))  # type: ignore[arg-type]
        if state is not None:
            row["enabled"] = "true" if state else "false"
    _rewrite(path, rows)


def _rewrite(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Put the rows in the file's place at once: nothing half-written stays behind."""
    from crawler.boards import COLUMNS

    items = list(rows)
    columns = list(dict.fromkeys([*COLUMNS, *(name for row in items for name in row if name)]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore", restval="")
            writer.writeheader()
            writer.writerows(items)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise InputError(f"the boards file {path} cannot be written: {error.strerror}") from error
