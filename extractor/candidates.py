"""`mljobs taxonomy candidates`: names that postings write beside known skills and that the taxonomy does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from corpus.db import Corpus

SENTENCES = 3
REACH = 90
"""Characters that are shown on either side of a candidate."""


@frozen
class Candidate:
    """A term that many employers write, with places where they do."""

    term: str
    postings: int
    employers: int
    first_month: str | None
    sentences: tuple[str, ...]


def candidates(corpus: Corpus, *, min_employers: int = 2, limit: int = 100) -> Iterator[Candidate]:
    """Candidates that at least `min_employers` employers write, those of most employers first."""
    rows = corpus.rows(
        "SELECT topic, count(*) AS postings, count(DISTINCT employer_id) AS employers, "
        "substr(min(coalesce(date_posted, first_seen_at)), 1, 7) AS first_month "
        "FROM posting_topics JOIN postings USING (posting_id) WHERE topic_kind = 'candidate_term' "
        "GROUP BY topic HAVING employers >= ? ORDER BY employers DESC, postings DESC, topic LIMIT ?",
        (min_employers, limit),
    )
    for row in rows:
        sentences = tuple(_sentences(corpus, row["topic"]))
        yield Candidate(row["topic"], row["postings"], row["employers"], row["first_month"], sentences)


def _sentences(corpus: Corpus, term: str) -> Iterator[str]:
    """Where different employers write the term, shortened."""
    rows = corpus.rows(
        "SELECT text FROM posting_topics JOIN postings USING (posting_id) JOIN posting_texts USING (posting_id) "
        "WHERE topic_kind = 'candidate_term' AND topic = ? GROUP BY employer_id ORDER BY posting_id LIMIT ?",
        (term, SENTENCES),
    )
    pattern = re.compile(r"\s+".join(map(re.escape, term.split())), re.IGNORECASE)
    for row in rows:
        found = pattern.search(row["text"])
        if found:
            start, end = max(0, found.start() - REACH), found.end() + REACH
            yield " ".join(row["text"][start:end].split())
