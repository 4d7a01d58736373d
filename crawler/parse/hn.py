"""The head of a "Who is hiring?" comment: who hires, for what, where. Free text, so what is not plain stays None."""

from __future__ import annotations

import functools
import html
import re
import tomllib
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from crawler.parse import place

LONGEST_COMPANY = 60
LONGEST_TITLE = 160
_SEPARATORS = (r"\s*\|+\s*", r"\s+[-–—]{1,3}\s+", r"\s+[•·]\s+", r"\s+//\s+")
_TAG = re.compile(r"<[^>]*>")
_HREF = re.compile(r'<a[^>]+href="([^"]+)"', re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\")|]+|\bwww\.[^\s<>\")|]+")
_DOMAIN = re.compile(r"^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/\S*)?$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]?")
_HIRING = re.compile(
    r"^(?P<who>.{2,50}?)\s+(?:is|are)\s+(?:hiring|looking|seeking|searching|growing|expanding)\b", re.IGNORECASE
)
_SECOND_LEVEL = frozenset("co com org net ac gov".split())


@frozen
class Head:
    """What the first line says."""

    title: str
    company: str | None = None
    location: str | None = None
    country: str | None = None
    work_mode_raw: str | None = None
    employment_type_raw: str | None = None


@functools.cache
def _words() -> dict[str, Any]:
    data = tomllib.loads(resources.files("crawler.parse").joinpath("hn.toml").read_text(encoding="utf-8"))
    return {
        name: frozenset(value) if isinstance(value, list) else re.compile(value, re.IGNORECASE)
        for name, value in data.items()
    }


def read_head(comment: str) -> Head:
    """The head of a comment's HTML."""
    line = first_line(comment)
    parts = _parts(line)
    kinds = [(_kind(part), part) for part in parts]
    company = _company(kinds, line) or domain(comment)
    roles = [part for kind, part in kinds if kind == "role" and part != company]
    places = [part for kind, part in kinds if kind == "place"]
    location = " | ".join(dict.fromkeys(_without_brackets(p) or p for p in places)) or None
    modes = [part for part in parts if _words()["mode"].search(part)]
    types = [part for part in parts if _words()["type"].search(part)]
    return Head(
        title=_title(roles, line),
        company=company,
        location=location,
        country=place.country(location) if location else None,
        work_mode_raw=" / ".join(dict.fromkeys(modes))[:LONGEST_TITLE] or None if len(parts) > 1 else None,
        employment_type_raw=" / ".join(dict.fromkeys(types))[:LONGEST_TITLE] or None if len(parts) > 1 else None,
    )


def first_line(comment: str) -> str:
    """The first paragraph with words in it, without markup, in one line."""
    for paragraph in re.split(r"<p>|</p>|<br\s*/?>|\n\n", comment, maxsplit=6):
        text = " ".join(html.unescape(_TAG.sub("", paragraph)).split())
        if re.search(r"\w", text):
            return text
    return ""


def _parts(line: str) -> list[str]:
    """The header's parts, by the first separator that it uses."""
    head = re.split(r"(?<=[a-z)])[.!?]\s+(?=[A-Z])", line, maxsplit=1)[0] if "|" not in line else line
    for separator in _SEPARATORS:
        parts = [part.strip(" ,;:|") for part in re.split(separator, head)]
        parts = [part for part in parts if part]
        if len(parts) > 1:
            return parts
    return [head]


def _kind(part: str) -> str:
    """What a part of a header is: place, mode, type, pay, link, other, role, or (unknown) name."""
    words, bare = _words(), _without_brackets(part) or part
    if _URL.match(bare) or (_DOMAIN.match(bare) and " " not in bare and "/" in bare):
        return "link"
    for kind in ("pay", "mode", "type"):
        rest = words[kind].sub("", bare)
        if rest != bare and not re.search(r"\w{4,}", _BRACKETS.sub("", rest)):
            return kind
    if len(bare) <= LONGEST_COMPANY and not words["role"].search(bare) and place.country(bare):
        return "place"
    for kind in ("role", "mode", "type", "pay", "other"):
        if words[kind].search(bare):
            return kind
    return "name"


def _company(kinds: list[tuple[str, str]], line: str) -> str | None:
    """The first part that can be a name; the very first may even look like a role (`Data Robot | Engineer`)."""
    if len(kinds) == 1:
        found = _HIRING.match(line)
        return _named(found["who"]) if found else None
    first_kind, first = kinds[0]
    has_role = any(kind == "role" for kind, _ in kinds[1:])
    if (
        first_kind == "role"
        and has_role
        and len(first.split()) <= 3
        and not re.search(r"(?i)\b(engineer|developer|scientist|designer|manager|lead|intern)s?\b", first)
    ):
        return _named(first)
    return next((name for kind, part in kinds if kind == "name" and (name := _named(part))), None)


def _named(part: str) -> str | None:
    """A part as a company's name; None where it is a sentence, too long, or has no letters."""
    name = _URL.sub("", re.split(r"[(\[]", part)[0]).strip(" ,;:.-–—|*\"'")
    name = re.sub(r"\s+(is|are) (hiring|looking)\b.*", "", name, flags=re.IGNORECASE)
    if not re.search(r"[^\W\d_]", name) or len(name) > LONGEST_COMPANY or len(name.split()) > 6:
        return None
    return None if _words()["sentence"].match(name) else name


def _without_brackets(part: str) -> str:
    return _BRACKETS.sub("", part).strip(" ,;:")


def _title(roles: list[str], line: str) -> str:
    title = " / ".join(dict.fromkeys(roles)) or line
    if len(title) <= LONGEST_TITLE:
        return title
    return title[:LONGEST_TITLE].rsplit(" ", 1)[0]


def domain(comment: str) -> str | None:
    """The first domain of a link or an e-mail address that is an employer's own."""
    text = html.unescape(comment)
    hosts = [urlsplit(url if "//" in url else f"//{url}").hostname for url in _links(text)]
    hosts += [found.group(1) for found in _EMAIL.finditer(text)]
    for host in hosts:
        own = _registered((host or "").lower().strip("."))
        if own and own not in _words()["shared_hosts"]:
            return own
    return None


def _links(text: str) -> list[str]:
    links = _HREF.findall(text) + _URL.findall(_TAG.sub(" ", text))
    return [link for link in links if _is_parsable(link)]


def _is_parsable(link: str) -> bool:
    try:
        return bool(urlsplit(link if "//" in link else f"//{link}").hostname)
    except ValueError:
        return False


def _registered(host: str) -> str | None:
    """`jobs.acme.co.uk` -> `acme.co.uk`: without the labels that every site has in front."""
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit():
        return None
    keep = (
        3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("co", "com", "org", "net", "ac", "gov") else 2
    )
    return ".".join(labels[-keep:])
