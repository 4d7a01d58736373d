"""Recorded bodies, damaged: what platforms send on a bad day, and what they never should."""

from __future__ import annotations

import contextlib
import copy
import html
import json
import random
import re
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 7.5, 1e308, -1e308, 10**40, 1767261600000, "", " ", "x", "\u0000", "\ud83d", "0", "null", "NaN",
    "2026-13-45", "99999999-01-01", "<p", "&lt;&amp;", "<script>", "[", "{", "http://[", "//", "a" * 5000, [], {}, [[]], [None], [{}],
    {"name": None}, {"value": []}, {"@id": "x"}, {"@type": "JobPosting"}, [[[[[[]]]]]], {"": ""}, {"name": {"name": {"name": "x"}}},
)  # fmt: skip
PIECES = (
    b"<",
    b">",
    b"&",
    b'"',
    b"\x00",
    b"\xff\xfe",
    b"{",
    b"}",
    b"]]>",
    b"<!--",
    b"&#xD800;",
    b"\\u0000",
    b"\\ud800",
    b"<![CDATA[",
)


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The body with one to four things wrong: a value of another kind, a missing key, a cut, odd bytes."""
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if value is not None and chance.random() < 0.85:
        changed = copy.deepcopy(value)
        for _ in range(chance.randint(1, 4)):
            changed = _change(changed, chance)
        return json.dumps(changed).encode()
    for _ in range(chance.randint(1, 4)):
        body = _damage(body, chance)
    return body


def _change(value: Any, chance: random.Random) -> Any:
    """One node of a JSON value replaced, removed, doubled or swapped with another."""
    places = list(_places(value))
    if not places:
        return chance.choice(ODD)
    holder, key = chance.choice(places)
    action = chance.random()
    if action < 0.6:
        holder[key] = copy.deepcopy(chance.choice(ODD))
    elif action < 0.75:
        del holder[key]
    elif action < 0.85 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        other, place = chance.choice(places)
        holder[key] = copy.deepcopy(other[place])
    return value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found, waiting = [], [value]
    while waiting and len(found) < 5000:
        item = waiting.pop()
        keys = list(item) if isinstance(item, dict) else range(len(item)) if isinstance(item, list) else []
        for key in keys:
            found.append((item, key))
            waiting.append(item[key])
    return found


def _damage(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((1, 2, 8, 40, 400)))
    action = chance.random()
    if action < 0.25:
        return body[:start]
    if action < 0.5:
        return body[:start] + body[end:]
    if action < 0.75:
        return body[:start] + chance.choice(PIECES) + body[start:]
    return body[:start] + body[start:end] * chance.randint(2, 5) + body[end:]


def words_of(*bodies: bytes | str) -> set[str]:
    """Every word that stands in the bodies, whatever it is wrapped or escaped in."""
    words: set[str] = set()
    for body in bodies:
        text = body if isinstance(body, str) else body.decode("utf-8", "replace")
        with contextlib.suppress(ValueError):
            text += " " + json.dumps(json.loads(text), ensure_ascii=False)
        text += " " + text.replace("\x00", "").replace("\\u0000", "")  # left out of what is read
        for _ in range(3):
            words |= set(_split(text))
            text = html.unescape(text)
    return words


def _split(text: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in text.casefold()).split()


def invented(found: dict[str, Any], words: set[str]) -> list[str]:
    """Words in titles and employers that no body holds."""
    said = [str(row.get(name) or "") for row in found.get("postings", ()) for name in ("title", "employer")]
    read = [word for text in said if not text.startswith("HN poster") for word in _split(text)]
    return [word for word in read if word not in words and not _is_cut_or_glued(word, words)]


def _is_cut_or_glued(word: str, words: set[str]) -> bool:
    """Damage cuts words, runs two into one where it takes the markup between them away, and repeats what it likes."""
    repeated = re.fullmatch(r"(.{3,}?)\1+", word)
    word = repeated[1] if repeated else word

    def held(part: str) -> bool:
        return any(part in known for known in words)

    return held(word) or any(held(word[:at]) and held(word[at:]) for at in range(1, len(word)))
