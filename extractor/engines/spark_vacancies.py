"""Which postings are one vacancy, on Spark: each employer's postings go to one task, and there as on one machine.

Vacancies never cross employers, so nothing is lost by splitting them; within an employer, MinHash bands pick the pairs
that are compared (extractor/vacancies.py).
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from extractor.shingles import signature
from extractor.vacancies import advert_of, group, rows_of

KEYS = ("employer_id", "lone_board_id")
"""Postings without an employer stand together by board."""
ADVERTS = """
SELECT p.posting_id, p.board_id, s.kind, p.title, p.location, p.country,
    coalesce(p.text_hash, p.content_hash) AS content,
    unixepoch(CASE WHEN seen.board_id IS NULL THEN coalesce(p.date_posted, p.first_seen_at) ELSE p.first_seen_at END)
        / 86400e0 AS first,
    unixepoch(p.last_seen_at) / 86400e0 AS last,
    CASE WHEN s.kind = 'forum' THEN substr(p.first_seen_at, 1, 7) ELSE '' END AS thread,
    x.posting_id IS NOT NULL AS is_read, t.text,
    shared.board_id IS NOT NULL AS is_shared,
    p.employer_id, CASE WHEN p.employer_id IS NULL THEN p.board_id END AS lone_board_id
FROM postings AS p
JOIN boards AS b ON b.board_id = p.board_id
JOIN sources AS s ON s.source = b.source
LEFT JOIN (SELECT DISTINCT board_id FROM visits) AS seen ON seen.board_id = p.board_id
LEFT JOIN (SELECT board_id FROM postings GROUP BY board_id HAVING count(DISTINCT employer_id) > 1) AS shared
    ON shared.board_id = p.board_id
LEFT JOIN extractions AS x ON x.posting_id = p.posting_id
LEFT JOIN posting_texts AS t ON t.posting_id = p.posting_id
"""
_OF_ADVERT = "posting_id board_id kind title location country content first last thread is_read".split()
FOUND = pa.schema(
    [(name, pa.int64()) for name in ("posting_id", "vacancy_id", "employer_id", "home_id", "count", "reposts")]
)


def make_vacancies(spark: Any) -> None:
    """Put `vacancies` and the vacancies of `postings` in the place of those that the file has.

    Needs the views postings, boards, sources, visits, extractions and posting_texts.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    adverts = spark.sql(ADVERTS)
    found = adverts.groupBy(*KEYS).applyInArrow(_of_one_employer, from_arrow_schema(FOUND)).cache()
    found.createOrReplaceTempView("found")
    spark.table("postings").drop("vacancy_id").createOrReplaceTempView("postings_alone")
    spark.sql(
        "SELECT p.*, found.vacancy_id FROM postings_alone AS p JOIN found ON found.posting_id = p.posting_id"
    ).createOrReplaceTempView("postings")
    spark.sql(
        "SELECT DISTINCT vacancy_id, employer_id, home_id AS posting_id, count AS posting_count, "
        "reposts AS repost_count FROM found"
    ).createOrReplaceTempView("vacancies")


def _of_one_employer(table: pa.Table) -> pa.Table:
    """One row a posting, with its vacancy."""
    adverts, texts, employer = [], {}, None
    for row in table.to_pylist():
        employer = row["employer_id"]
        texts[row["posting_id"]] = row["text"] or ""
        minhash = signature(row["text"]) if row["is_read"] and row["text"] else b""
        shared = (row["board_id"],) if row["is_shared"] else ()
        adverts.append(advert_of((*(row[name] for name in _OF_ADVERT), minhash), shared))
    vacancies, members = rows_of(employer, group(adverts, texts.__getitem__))
    known = {row[0]: row for row in vacancies}
    rows = [dict(zip(FOUND.names, (posting, *known[vacancy][:5]), strict=True)) for vacancy, posting in members]
    return pa.Table.from_pylist(rows, schema=FOUND)
