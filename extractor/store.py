"""What an extraction is in the file: its rows by table, and the writing of a batch in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from corpus.records import Extraction
from extractor.components.salary import parse_pay
from extractor.shingles import signature
from extractor.taxonomy import Taxonomy

Rows = dict[str, list[tuple[Any, ...]]]
"""Table -> rows in the order of COLUMNS; plain values only, so that they travel between processes cheaply."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "skills": ("skill_id", "name", "kind", "is_listed"),
    "extractions": (
        *("posting_id", "extractor_version", "text_hash", "role_family", "is_ml_role", "seniority", "employment_type"),
        *("work_mode", "visa_sponsorship", "has_clearance", "has_bootcamp", "has_internship", "has_portfolio"),
        *("has_publications", "skill_count", "minhash"),
    ),
    "posting_skills": ("posting_id", "skill_id", "requirement", "mention_count"),
    "mentions": (*("posting_id", "field", "start_offset", "end_offset", "skill_id", "section", "requirement", "rule"),),
    "degrees": ("posting_id", "level", "requirement", "fields", "or_experience", "start_offset", "end_offset"),
    "experience": ("posting_id", "min_years", "max_years", "of", "requirement", "start_offset", "end_offset"),
    "salaries": (
        *("posting_id", "source", "component", "min_amount", "max_amount", "currency", "unit", "place", "raw", "flags"),
    ),
    "posting_topics": ("posting_id", "topic_kind", "topic"),
}
"""In an order in which rows may be inserted."""
_OF_A_POSTING = tuple(table for table in COLUMNS if table not in ("skills", "salaries"))


def rows_of(extraction: Extraction, text: str, text_hash: str, version: str) -> Rows:
    """The rows of one extraction."""
    e, posting_id = extraction, extraction.posting_id
    topics = {("task", t) for t in e.tasks} | {("industry", t) for t in e.industries}
    topics |= {("candidate_term", t) for t in e.candidate_terms}
    flags = (e.clearance, e.mentions_bootcamp, e.mentions_internship, e.mentions_portfolio, e.mentions_publications)
    return {
        "skills": [(s.skill_id, s.name, s.kind, 0) for s in e.skills if not s.is_listed],
        "extractions": [
            (
                *(posting_id, version, text_hash, e.role_family, int(e.is_ml_role), e.seniority, e.employment_type),
                *(e.work_mode, None if e.visa_sponsorship is None else int(e.visa_sponsorship), *map(int, flags)),
                *(len(e.skills), signature(text)),
            )
        ],
        "posting_skills": [(posting_id, s.skill_id, s.requirement, len(s.mentions)) for s in e.skills],
        "mentions": [
            (posting_id, m.field, m.start, m.end, m.skill_id, m.section, m.requirement, m.rule)
            for s in e.skills
            for m in s.mentions
        ],
        "degrees": [
            (posting_id, d.level, d.requirement, json.dumps(d.fields), int(d.or_experience), d.start, d.end)
            for d in e.degrees
        ],
        "experience": [
            (posting_id, x.min_years, x.max_years, x.of, x.requirement, x.start, x.end) for x in e.experience
        ],
        "salaries": [
            (posting_id, "text", s.component, s.min, s.max, s.currency, s.unit, s.place, s.raw, ",".join(s.flags))
            for s in e.salaries
        ],
        "posting_topics": [(posting_id, kind, topic) for kind, topic in sorted(topics)],
    }


def merge(parts: Iterable[Rows]) -> Rows:
    """The rows of several extractions together."""
    kept = list(parts)
    return {table: list(chain.from_iterable(part[table] for part in kept)) for table in COLUMNS}


def write(connection: sqlite3.Connection, posting_ids: Sequence[int], rows: Rows) -> None:
    """Put the rows of these postings in the place of what was read before; within a transaction that has begun."""
    ids = [(posting_id,) for posting_id in posting_ids]
    for table in _OF_A_POSTING:
        connection.executemany(f"DELETE FROM {table} WHERE posting_id = ?", ids)
    connection.executemany("DELETE FROM salaries WHERE posting_id = ? AND source = 'text'", ids)
    for table, columns in COLUMNS.items():
        verb = "INSERT OR IGNORE" if table == "skills" else "INSERT"
        sql = f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        connection.executemany(sql, rows[table])


def read_pay_fields(connection: sqlite3.Connection) -> None:
    """Read the pay that a source gave in words only; within a transaction that has begun.

    The row stays the source's, with its words; what cannot be read stays as it is.
    """
    in_words = connection.execute(
        "SELECT salary_id, raw, location, flags FROM salaries JOIN postings USING (posting_id) WHERE source <> 'text' "
        "AND raw IS NOT NULL AND min_amount IS NULL AND max_amount IS NULL ORDER BY salary_id"
    ).fetchall()
    read = ((salary_id, flags, parse_pay(raw, location)) for salary_id, raw, location, flags in in_words)
    connection.executemany(
        "UPDATE salaries SET min_amount = ?, max_amount = ?, currency = coalesce(currency, ?), "
        "unit = coalesce(unit, ?), flags = ? WHERE salary_id = ?",
        [
            (pay.min, pay.max, pay.currency, pay.unit, ",".join(filter(None, (flags, *pay.flags))), salary_id)
            for salary_id, flags, pay in read
            if pay is not None
        ],
    )


def sync_skills(connection: sqlite3.Connection, taxonomy: Taxonomy) -> None:
    """Bring `skills` and `skill_crosswalks` to the taxonomy at hand; within a transaction that has begun."""
    connection.executemany(
        "INSERT INTO skills (skill_id, name, kind, broader_id, definition, first_year, is_listed) "
        "VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (skill_id) DO UPDATE SET name = excluded.name, kind = excluded.kind, "
        "broader_id = excluded.broader_id, definition = excluded.definition, first_year = excluded.first_year, "
        "is_listed = 1",
        [(s.id, s.name, s.kind, s.broader, s.definition or None, s.first_year) for s in taxonomy.skills.values()],
    )
    connection.execute("DELETE FROM skill_crosswalks")
    connection.executemany(
        "INSERT INTO skill_crosswalks (skill_id, scheme, identifier) VALUES (?, ?, ?)",
        [
            (s.id, scheme, identifier)
            for s in taxonomy.skills.values()
            for scheme, identifier in (("esco", s.esco), ("onet", s.onet), ("wikidata", s.wikidata))
            if identifier
        ],
    )


def drop_unused_skills(connection: sqlite3.Connection, taxonomy: Taxonomy) -> None:
    """Remove skills that neither the taxonomy nor any mention names any more; within a transaction that has begun."""
    named = {row[0] for row in connection.execute("SELECT DISTINCT skill_id FROM posting_skills")}
    known = {row[0] for row in connection.execute("SELECT skill_id FROM skills")}
    unused = [(skill_id,) for skill_id in sorted(known - named - set(taxonomy.skills))]
    connection.executemany("DELETE FROM skills WHERE skill_id = ?", unused)
