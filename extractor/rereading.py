"""Which postings a change of the taxonomy can affect: those that hold every word of a form that came, went or changed.

What a posting asks for hangs on the taxonomy by its compiled forms alone (`Matcher.compiled`): by which there are, what
each names, of which kind that is, and what it needs around it. A form is matched word by word, or with a word that a
list left out and said elsewhere, so a posting that lacks one of its words cannot hold it. The version of each form is
kept with the extractor's version (`extractor_versions.forms`), so that the next taxonomy knows what is new in it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping

from ahocorasick_rs import AhoCorasick

from corpus.db import Corpus
from extractor.components.page import plain
from extractor.components.skills import Matcher
from extractor.pipeline import Version

CHECKSUM = 6
"""Bytes of a form's checksum: two of a form's versions are taken for the same once in 3e14 changes."""

Forms = Mapping[str, str]
"""Form (words in lower case, joined by blanks) -> checksum of all that it means."""

_OTHER = """
    SELECT extractor_version, forms FROM extractor_versions AS v
    WHERE code_version = ? AND extractor_version <> ? AND forms IS NOT NULL
    AND EXISTS (SELECT 1 FROM extractions AS e WHERE e.extractor_version = v.extractor_version) ORDER BY first_used_at
"""
_READ_BY = """
    SELECT p.posting_id, t.title, t.text FROM extractions AS e JOIN postings AS p USING (posting_id)
    JOIN posting_texts AS t USING (posting_id) WHERE e.extractor_version = ? AND e.text_hash = p.text_hash
"""


def forms_of(matcher: Matcher) -> Forms:
    """The checksum of each form of a taxonomy."""
    return {
        form: hashlib.blake2b(repr(meaning).encode(), digest_size=CHECKSUM).hexdigest()
        for form, meaning in matcher.compiled()
    }


def pack(forms: Forms) -> bytes:
    """The forms as they are kept in the file: JSON, compressed by zlib."""
    return zlib.compress(json.dumps(forms, ensure_ascii=False).encode(), 9)


def unpack(kept: bytes) -> Forms:
    """What `pack` has made."""
    forms: Forms = json.loads(zlib.decompress(kept))
    return forms


def changed(before: Forms, now: Forms) -> set[str]:
    """The forms that only one of two taxonomies has, or that mean something else in the other."""
    return {form for form in before.keys() | now.keys() if before.get(form) != now.get(form)}


def affects(forms: Iterable[str]) -> Callable[[str, str], bool]:
    """A test of title and text: whether they hold every word of one of these forms, in whatever order."""
    by_longest: dict[str, list[frozenset[str]]] = {}
    for form in forms:
        words = form.split()
        by_longest.setdefault(max(words, key=len), []).append(frozenset(words))
    words = sorted({word for some in by_longest.values() for needed in some for word in needed})
    finder = AhoCorasick(words)

    def test(title: str, text: str) -> bool:
        both = f"{title}\n{text}\n"
        held: set[str] = set()
        for number, start, end in finder.find_matches_as_indexes(plain(both), overlapping=True):
            if words[number] not in held and _is_edge(both, start) and _is_edge(both, end):
                held.add(words[number])
        return any(needed <= held for word in held for needed in by_longest.get(word, ()))

    return test


def _is_edge(text: str, at: int) -> bool:
    """Whether a word may begin or end at an offset, glued words (`skillsPython`) and quantities (`3.5k`) included."""
    before, after = text[at - 1 : at], text[at]
    return not (before.isalnum() and after.isalnum()) or after.isupper() or after.isdigit() or before.isdigit()


def keep_unaffected(corpus: Corpus, current: Version, now: Forms) -> int:
    """Mark as read by the current version what it would read as an earlier one did; returns how many postings."""
    same: list[tuple[str, int]] = []
    for version, kept in corpus.rows(_OTHER, (current.code, str(current))):
        test = affects(changed(unpack(kept), now))
        for rows in corpus.batches(_READ_BY, (version,)):
            same += [(str(current), row["posting_id"]) for row in rows if not test(row["title"], row["text"])]
    with corpus.transaction() as connection:
        connection.executemany("UPDATE extractions SET extractor_version = ? WHERE posting_id = ?", same)
    return len(same)
