"""`mljobs doctor --live`: does each source still do what its spider relies on? The claims are data (claims.toml)."""

from __future__ import annotations

import json
import os
import time
import tomllib
import urllib.error
import urllib.request
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECONDS = 30
MOST_BYTES = 32 * 1024 * 1024
PAUSE_SECONDS = 1.0


@frozen
class Claim:
    """What one source's spider relies on."""

    source: str
    url: str
    robots: str = "allowed"
    list: str = ""
    """Key of the postings in the answer; empty: the answer is the list."""
    fields: tuple[str, ...] = ()
    text: str | None = None
    """What must stand in an answer that is no JSON."""
    etag: bool | None = None
    """Whether an ETag comes with the answer; None: not known."""


@frozen
class Answer:
    """One response: status 0 where none came, with the reason in `body`."""

    status: int
    body: str
    etag: str | None = None


def claims() -> list[Claim]:
    """Read claims.toml."""
    rows = tomllib.loads(resources.files("corpus").joinpath("claims.toml").read_text(encoding="utf-8"))["claim"]
    return [Claim(**{**row, "fields": tuple(row.get("fields", ()))}) for row in rows]


def check_live(
    wanted: Sequence[Claim], *, base: str | None = None, pause: float = PAUSE_SECONDS
) -> Iterator[tuple[Claim, list[str]]]:
    """Ask each source and give what no longer holds, empty where all does.

    `base` replaces scheme and host of every address (a loopback server in tests).
    """
    for place, claim in enumerate(wanted):
        if place:
            time.sleep(pause)
        yield claim, _broken(claim, base, pause)


def _broken(claim: Claim, base: str | None, pause: float) -> list[str]:
    url = _moved(claim.url, base)
    robots = _robots(claim, url)
    if robots:
        return [robots]
    if claim.robots == "disallowed":
        return []  # never asked: that is what its robots.txt wants
    time.sleep(pause)
    answer = _get(url)
    if answer.status in (404, 410):
        return [f"the endpoint answers {answer.status}: the address is gone, or the board that stands for the source"]
    if answer.status != 200:
        return [f"the endpoint answers {answer.status or answer.body}"]
    found = [] if claim.etag is None or claim.etag == bool(answer.etag) else [f"ETag: {answer.etag or 'none'}"]
    return found + _wrong_content(claim, answer.body)


def _robots(claim: Claim, url: str) -> str | None:
    parts = urlsplit(url)
    answer = _get(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
    parser = RobotFileParser()
    if answer.status == 200:
        parser.parse(answer.body.splitlines())
    elif 400 <= answer.status < 500:
        parser.parse([])  # no rules: everything is allowed (RFC 9309)
    else:
        return f"robots.txt answers {answer.status or answer.body}: as good as disallowed"
    now = "allowed" if parser.can_fetch("mljobs", url) else "disallowed"
    return None if now == claim.robots else f"robots.txt: was {claim.robots}, is {now}"


def _wrong_content(claim: Claim, body: str) -> list[str]:
    if claim.text is not None:
        return [] if claim.text in body else [f"the answer holds no {claim.text}"]
    try:
        data: Any = json.loads(body)
    except ValueError:
        return ["the answer is no JSON"]
    for key in filter(None, claim.list.split(".")):
        data = data.get(key) if isinstance(data, dict) else None
    if not isinstance(data, list):
        return [f"no list of postings under {claim.list or 'the top'}"]
    missing = [name for name in claim.fields if data and name not in data[0]]
    return [f"fields gone: {', '.join(missing)}"] if missing else []


def _moved(url: str, base: str | None) -> str:
    if base is None:
        return url
    target, parts = urlsplit(base), urlsplit(url)
    return urlunsplit((target.scheme, target.netloc, f"/{parts.netloc}{parts.path}", parts.query, ""))


def _get(url: str) -> Answer:
    contact = os.environ.get("MLJOBS_CONTACT", "")
    agent = f"mljobs/{metadata.version('mljobs')} (checks job boards' interfaces{'; ' if contact else ''}{contact})"
    request = urllib.request.Request(url, headers={"User-Agent": agent, "Accept": "*/*"})  # noqa: S310 - from our data
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310 - the same
            body = response.read(MOST_BYTES).decode("utf-8", "replace")
            return Answer(response.status, body, response.headers.get("ETag"))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, "")
    except (OSError, ValueError) as error:
        return Answer(0, str(getattr(error, "reason", error)))
