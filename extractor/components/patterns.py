r"""Long alternations that are quick to search for.

`\bfoo|\bbar` tests for a word's edge once for each alternative at each character; `\b(?:foo|bar)` tests once. The
readers' rules read best in the first form, so `either` turns them into the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_EDGE = r"\b"


def either(source: str, flags: int = 0) -> re.Pattern[str]:
    r"""`source` compiled, with those of its alternatives that begin with `\b` behind a single one.

    It is found wherever `source` is; which alternative is taken where several fit may differ.
    """
    rules = list(alternatives(source))
    at_edges = [rule.removeprefix(_EDGE) for rule in rules if rule.startswith(_EDGE)]
    others = [rule for rule in rules if not rule.startswith(_EDGE)]
    if at_edges:
        others.append(rf"\b(?:{'|'.join(at_edges)})")
    return re.compile("|".join(others), flags)


def alternatives(source: str) -> Iterator[str]:
    """The alternatives of a pattern at its top level: `a(b|c)|[|]d` -> `a(b|c)`, `[|]d`."""
    start = depth = 0
    in_class = False
    for piece in re.finditer(r"\\.|\[\^?\]?|[\]()|]", source):
        sign = piece[0]
        if in_class:
            in_class = sign != "]"
        elif sign.startswith("["):
            in_class = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "|" and depth == 0:
            yield source[start : piece.start()]
            start = piece.end()
    yield source[start:]
