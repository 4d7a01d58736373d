"""Which boards to visit: boards files (CSV), and what is named on the command line."""

from __future__ import annotations

import csv
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import evolve

from corpus.errors import InputError
from corpus.records import Board
from crawler.platforms import platform, platforms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = ("platform", "token", "employer", "region", "country", "api_base", "enabled")
_YES, _NO = frozenset({"", "1", "true", "yes", "y"}), frozenset({"0", "false", "no", "n"})


def read_boards(path: Path) -> list[Board]:
    """All rows of a boards file, the disabled ones too; `InputError` with the line number for the first bad one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"the boards file {path} cannot be read: {reason}") from error
    rows = csv.DictReader(text.splitlines(), strict=True)
    try:
        names = [name.strip().lower() for name in rows.fieldnames or ()]
        missing = {"platform", "token"} - set(names)
        if missing:
            raise InputError(f"{path}, line 1: no column {' and '.join(sorted(missing))}")
        rows.fieldnames = names
        boards = [_board(row, f"{path}, line {rows.line_num}") for row in rows if any(row.values())]
    except csv.Error as error:
        raise InputError(f"{path}, line {rows.line_num}: {error}") from error
    if not boards:
        raise InputError(f"{path} names no board")
    return list({(b.source, b.region, b.token): b for b in boards}.values())


def _board(row: dict[str, str | None], where: str) -> Board:
    cell = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if None in row:
        raise InputError(f"{where}: more cells than the first line has columns")
    if cell["platform"] not in platforms():
        raise InputError(f"{where}: no platform {cell['platform']!r}: there are {', '.join(platforms())}")
    if not cell["token"]:
        raise InputError(f"{where}: no token")
    if cell["country"] and not re.fullmatch(r"[A-Za-z]{2}", cell["country"]):
        raise InputError(f"{where}: country {cell['country']!r} is no two-letter code")
    if cell["enabled"].lower() not in _YES | _NO:
        raise InputError(f"{where}: enabled {cell['enabled']!r} is neither true nor false")
    return Board(
        source=cell["platform"],
        token=cell["token"],
        region=cell["region"],
        employer=cell["employer"] or None,
        country=cell["country"].upper() or None,
        api_base=_base(cell["api_base"], where),
        enabled=cell["enabled"].lower() in _YES,
    )


def _base(value: str, where: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{where}: api_base {value!r} is no http(s) address")
    return value


def default_boards() -> list[Board]:
    """The boards that come with the package."""
    return read_boards(Path(str(resources.files("crawler").joinpath("boards.csv"))))


def wanted(names: Sequence[str], boards: Iterable[Board], region: str | None = None) -> list[Board]:
    """Of the boards those that are enabled and named; a named `PLATFORM:TOKEN` that no file has is visited too.

    Without names: all of them but platforms that are off by default.
    """
    known = [b for b in boards if region is None or b.region == region]
    if not names:
        return [b for b in known if b.enabled and not platform(b.source).off_by_default]
    found: dict[tuple[str, str, str], Board] = {}
    for name in names:
        source, _, token = name.partition(":")
        platform(source)
        if token:
            matching = [b for b in known if b.source == source and b.token == token]
            matching = matching or [Board(source, token, region or "")]
        else:
            matching = [b for b in known if b.source == source and b.enabled]
            matching = matching or [Board(source, t, region or "") for t in platform(source).own_boards]
            if not matching:
                raise InputError(f"no board of {source} is known: name one as {source}:TOKEN, or give --boards FILE")
        found |= {(b.source, b.region, b.token): evolve(b, enabled=True) for b in matching}
    return list(found.values())


def in_turn(boards: Iterable[Board], visited: Mapping[tuple[str, str, str], str]) -> list[Board]:
    """Boards in the order in which they should be asked when time may run out: never visited first, then the oldest.

    `visited`: (source, region, token) -> instant of the last visit.
    """
    return sorted(boards, key=lambda board: visited.get((board.source, board.region, board.token), ""))
