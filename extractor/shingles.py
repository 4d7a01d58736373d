"""Fingerprints of texts by which near-duplicates are found without comparing every pair."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from rensa import RMinHash

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = 5
"""Words in a shingle: long enough that two texts rarely share one by chance."""
PERMUTATIONS = 128
BANDS = 32
"""Bands of 4 values: a pair with Jaccard 0.75 becomes a candidate with probability 0.99999, one with 0.3 with 0.23."""
SEED = 20220817
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+[+#]*")


def words(text: str) -> list[str]:
    """The words of a text in lower case; in scripts without spaces each character is one. `c++` and `c#` stay whole."""
    return _WORD.findall(text.casefold())


def shingles(text: str) -> set[str]:
    """Every run of five words, once; of a shorter text the whole of it."""
    tokens = words(text)
    if len(tokens) <= WORDS:
        return {" ".join(tokens)} if tokens else set()
    return {" ".join(tokens[i : i + WORDS]) for i in range(len(tokens) - WORDS + 1)}


def signature(text: str) -> bytes:
    """MinHash of a text's shingles: 128 values of 4 bytes, little-endian; empty for a text without words."""
    found = shingles(text)
    if not found:
        return b""
    minhash = RMinHash(PERMUTATIONS, SEED)
    minhash.update(sorted(found))
    return np.asarray(minhash.digest(), dtype="<u4").tobytes()


def candidate_pairs(signatures: Sequence[bytes], most: int = 50) -> set[tuple[int, int]]:
    """Pairs (i < j) of non-empty signatures that agree in at least one whole band.

    In a bucket of more than `most` signatures each is paired with its nearest predecessors only: the pairs join up to
    the same groups, and a template used a thousand times does not cost a million comparisons.
    """
    found: set[tuple[int, int]] = set()
    width = 4 * PERMUTATIONS // BANDS
    for start in range(0, 4 * PERMUTATIONS, width):
        buckets: dict[bytes, list[int]] = {}
        for row, signed in enumerate(signatures):
            if signed:
                buckets.setdefault(signed[start : start + width], []).append(row)
        for members in buckets.values():
            for at in range(1, len(members)):
                found.update((other, members[at]) for other in members[max(0, at - most) : at])
    return found


def estimated_jaccard(one: bytes, other: bytes) -> float:
    """Share of equal values: the Jaccard similarity of the two texts' shingles, give or take 0.04."""
    return float(np.mean(np.frombuffer(one, dtype="<u4") == np.frombuffer(other, dtype="<u4")))


def jaccard(one: set[str], other: set[str]) -> float:
    """Shared shingles over all shingles of two texts, 0-1; two empty texts are not alike."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
