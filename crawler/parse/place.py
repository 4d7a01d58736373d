"""The country of a place as sources write it: `San Francisco, CA`, `Remote (US)`, `Berlin`, `DE`. Names: places.toml.

Every word group of a place stands for a set of possible countries; from right to left they narrow one another
("Perth, WA" is Australia, "Seattle, WA" is not). What stays open is None: never a guess between two countries,
with one exception written down in places.toml (a bare "CA" after an unknown town is California).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

LONGEST = 300
"""Characters; more is prose and no place."""

_PLACES = re.compile(r"\s*(?:[|;•·\n]|\s/\s|\s(?:or|oder|ou)\s)\s*")
_PARTS = re.compile(r"\s*[,()\[\]/–—:]\s*|\s+-+\s*|\s*-+\s+|(?<=\b[A-Z]{2})-(?=[A-Z])")
_CODES_FIRST = re.compile(r"([A-Z]{2,3})[-.](?:([A-Z]{2})[-.])?(?=[A-Z])")
_FILLER = re.compile(
    r"\b(?:fully|100%|remote(?:ly)?|hybrid|on-?site|in[- ]office|in[- ]person|friendly|anywhere|based|only|office|hq"
    r"|headquarters|within|the|in|from|greater|metro|metropolitan|area|region|city of|downtown|county|province|state of"
    r"|republic of|telecommute|home ?office|flexible|candidates?|residents?|timezones?|hours|eligible|preferred)\b",
    re.IGNORECASE,
)


def country(text: object) -> str | None:
    """The country, ISO 3166-1 alpha-2, of the first place in `text` that names one clearly."""
    return _country(text) if isinstance(text, str) and len(text) <= LONGEST else None


@lru_cache(maxsize=8192)  # boards repeat the same few places
def _country(text: str) -> str | None:
    for place in _PLACES.split(text):
        found = _of_place(place)
        if found:
            return found
    return None


def country_code(value: object) -> str | None:
    """The country of a field that can hold nothing but a country: `de`, `DEU`, `Germany`; here `CA` is Canada."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    text = value.strip()
    code = text.upper()
    if len(code) == 2:
        return {"UK": "GB", "EL": "GR"}.get(code, code if code in _gazetteer()["countries"] else None)
    found = _lookup("countries", code if len(code) == 3 else text) or _lookup("countries", text)
    return next(iter(found)) if len(found) == 1 else None


def _of_place(place: str) -> str | None:
    leading = _CODES_FIRST.match(place.strip())
    if leading and country_code(leading[1]) and (leading[2] or not _lookup("regions", leading[1])):
        return country_code(leading[1])  # Workday and iCIMS write "US-CA-Irvine", and so "CA-San Diego" is no Canada
    parts = [part for part in _PARTS.split(place) if part and part.strip()]
    candidates: frozenset[str] = frozenset()
    code = ""
    for part in reversed(parts):
        possible = _possible(part)
        if not possible:
            continue
        if not candidates:
            candidates, code = possible, part.strip().strip(".")
        elif candidates & possible:
            candidates &= possible
        if len(candidates) == 1:
            return next(iter(candidates))
    return _by_code(code, candidates)


def _by_code(code: str, candidates: frozenset[str]) -> str | None:
    """A code of two letters that is both a country and a region (`CA`, `DE`), with nothing beside it that decides."""
    if not candidates or not re.fullmatch("[A-Z]{2}", code):
        return None
    if code in _gazetteer()["codes_of_countries"]["codes"]:
        return code
    return "US" if "US" in candidates else None


def _possible(part: str) -> frozenset[str]:
    """The countries that a word group can mean; the whole group first, then without filler words."""
    stripped = " ".join(_FILLER.sub(" ", part).split()).strip(" -.&+")
    for text in dict.fromkeys((part.strip(), stripped)):
        codes = _lookup("countries", text) | _lookup("regions", text) | _lookup("cities", text)
        if re.fullmatch("[A-Z]{2}", text) and text in _gazetteer()["countries"]:
            codes |= {text}
        if codes:
            return codes
    return frozenset()


def _lookup(kind: str, text: str) -> frozenset[str]:
    """Codes count in upper case only: "in" is no state and "us" in a sentence no country."""
    names = _names()[kind]
    if len(text) <= 3 and text.isascii() and text.isalpha():
        return names.get(text, frozenset())
    return names.get(_plain(text), frozenset())


@cache
def _names() -> dict[str, dict[str, frozenset[str]]]:
    """For each kind of place, name -> countries."""
    tables: dict[str, dict[str, frozenset[str]]] = {}
    for kind in ("countries", "regions", "cities"):
        table = tables.setdefault(kind, {})
        for code, names in _gazetteer()[kind].items():
            for name in names.split(" | "):
                key = name if len(name) <= 3 and name.isascii() and name.isalpha() else _plain(name)
                table[key] = table.get(key, frozenset()) | {code}
    return tables


@cache
def _gazetteer() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("places.toml").read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    """Lower case, without accents and dots: `São Paulo` is `sao paulo`, `U.S.` is `us`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFC", kept).replace("ł", "l").replace(".", "").replace("’", "'").split())
