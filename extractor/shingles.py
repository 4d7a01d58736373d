"""Fingerprints of texts by which near-duplicates are found without comparing every pair."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

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


def matrix(signatures: Iterable[bytes]) -> npt.NDArray[np.uint32]:
    """Signatures as rows of 128 values. All of them must be non-empty."""
    joined = b"".join(signatures)
    return np.frombuffer(joined, dtype="<u4").reshape(-1, PERMUTATIONS).astype(np.uint32, copy=False)


def candidate_pairs(signed: npt.NDArray[np.uint32], most: int = 50) -> set[tuple[int, int]]:
    """Pairs (i < j) of rows that agree in at least one whole band.

    In a bucket of more than `most` rows only each row's nearest predecessors are paired: the pairs join up to the
    same groups, and a template used a thousand times does not cost a million comparisons.
    """
    rows = signed.shape[0]
    found: set[tuple[int, int]] = set()
    if rows < 2:
        return found
    width = PERMUTATIONS // BANDS
    for band in range(BANDS):
        keys = np.ascontiguousarray(signed[:, band * width : (band + 1) * width])
        _, bucket = np.unique(keys, axis=0, return_inverse=True)
        order = np.argsort(bucket, kind="stable")
        edges = np.flatnonzero(np.diff(bucket[order])) + 1
        for members in np.split(order, edges):
            if len(members) > 1:
                for at, row in enumerate(members.tolist()):
                    found.update((other, row) for other in members[max(0, at - most) : at].tolist())
    return found


def estimated_jaccard(one: npt.NDArray[np.uint32], other: npt.NDArray[np.uint32]) -> float:
    """Share of equal values: the Jaccard similarity of the two texts' shingles, give or take 0.04."""
    return float(np.mean(one == other))


def jaccard(one: set[str], other: set[str]) -> float:
    """Shared shingles over all shingles of two texts, 0-1; two empty texts are not alike."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
