"""Fingerprints of texts by which near-duplicates are found without comparing every pair."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from rensa import RMinHash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Rows = np.ndarray
    """Numbers of signatures, or a flag for each."""

WORDS = 5
"""Words in a shingle: long enough that two texts rarely share one by chance."""
PERMUTATIONS = 128
BANDS = 32
"""Bands of 4 values: a pair with Jaccard 0.75 becomes a candidate with probability 0.99999, one with 0.3 with 0.23."""
SEED = 20220817
CHUNK = 20_000
"""Pairs whose whole signatures are compared at once: 20 MB."""
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


def candidate_pairs(
    signatures: Sequence[bytes],
    least: float,
    may: Callable[[Rows, Rows], Rows] | None = None,
    most: int = 50,
) -> Iterator[tuple[int, int]]:
    """Pairs (i < j) of non-empty signatures that agree in a whole band, and of whose values at least `least` are equal.

    `may` tells for two arrays of rows which pairs can be of use at all. In a bucket of more than `most` signatures
    each is paired with its nearest predecessors only: the pairs join up to the same groups, and a template used a
    thousand times does not cost a million comparisons. A pair takes eight bytes until it is given, sorted.
    """
    rows = np.array([row for row, signed in enumerate(signatures) if signed], dtype=np.int64)
    if len(rows) < 2:
        return
    values = np.frombuffer(b"".join(signatures), dtype="<u4").reshape(-1, PERMUTATIONS)
    count = len(signatures)
    keys = np.empty(0, dtype=np.int64)
    for band in np.split(values, BANDS, axis=1):
        met = [one * count + other for one, other in _in_one_bucket(band, rows, most, may)]
        keys = np.unique(np.concatenate([keys, *met]))
    at = np.zeros(count, dtype=np.int64)
    at[rows] = np.arange(len(rows))
    for start in range(0, len(keys), CHUNK):
        one, other = np.divmod(keys[start : start + CHUNK], count)
        near = (values[at[one]] == values[at[other]]).mean(axis=1) >= least
        yield from zip(one[near].tolist(), other[near].tolist(), strict=True)


def _in_one_bucket(
    band: np.ndarray, rows: Rows, most: int, may: Callable[[Rows, Rows], Rows] | None
) -> Iterator[tuple[Rows, Rows]]:
    """Arrays of rows (i < j) whose four values of a band are the same, each with its `most` nearest predecessors."""
    halves = np.ascontiguousarray(band).view("<u8")
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    sorted_halves, sorted_rows = halves[order], rows[order]
    for step in range(1, most + 1):
        same = (sorted_halves[:-step] == sorted_halves[step:]).all(axis=1)
        if not same.any():
            return
        one, other = sorted_rows[:-step][same], sorted_rows[step:][same]
        if may is not None:
            useful = may(one, other)
            one, other = one[useful], other[useful]
        yield one, other


def numbers(text: str) -> np.ndarray:
    """The shingles of a text as sorted numbers, eight bytes each; comparable within a process only."""
    return np.unique(np.fromiter(map(hash, shingles(text)), dtype=np.int64))


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Shared shingles over all shingles of two texts (`numbers`), 0-1; two empty texts are not alike."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0
