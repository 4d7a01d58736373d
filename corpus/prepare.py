"""From a published posting to the row that is stored: text, hashes, language, role. Pure: no file, no clock."""

from __future__ import annotations

import functools
import hashlib
import operator
import zlib
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from corpus.employers import employer_key, intermediaries
from corpus.language import language_of
from corpus.roles import OTHER, role_family
from corpus.text import fingerprint_of, html_to_text, normal, tidy, without_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.records import Posting


@frozen
class Prepared:
    """A posting's columns, and its text where it is kept."""

    row: dict[str, Any]
    text: str | None
    html_zlib: bytes | None


COLUMNS = (
    "title", "location", "country", "work_mode", "work_mode_raw", "employment_type", "employment_type_raw",
    "department", "requisition_id", "url", "apply_url", "date_posted", "date_posted_kind", "valid_through",
    "updated_at",
)  # fmt: skip
"""Fields of a posting that are columns of the same name."""
_columns_of = operator.attrgetter(*COLUMNS)


def source_hash(posting: Posting, employer: str | None) -> str:
    """A fingerprint of the posting as its source gave it: equal means that there is nothing to read anew."""
    fields = (
        posting.title, employer, posting.description_html, posting.description_text, posting.location, posting.country,
        posting.work_mode, posting.work_mode_raw, posting.employment_type, posting.employment_type_raw,
        posting.department, posting.date_posted, posting.date_posted_kind, posting.valid_through, posting.updated_at,
        posting.language, posting.requisition_id, posting.url, posting.apply_url, posting.salaries,
        posting.is_evergreen, posting.is_intermediary,
    )  # fmt: skip
    joined = "\x1f".join("" if value is None else str(value) for value in fields)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def prepare(posting: Posting, employer: str | None, *, keep_text: bool) -> Prepared:
    """The stored form of a posting that is `clean`; `keep_text` False keeps hashes and language, no text or HTML."""
    html = posting.description_html
    readable = html_to_text if keep_text else without_markup
    text = readable(html) if html else tidy(posting.description_text or "")
    title = " ".join(posting.title.split())
    words = text.casefold().split()
    row: dict[str, Any] = dict(zip(COLUMNS, _columns_of(posting), strict=True))
    row |= {
        "title": title,
        "role_family": _family(title),
        "language": posting.language or language_of(text),
        "is_evergreen": int(posting.is_evergreen),
        "is_intermediary": int(posting.is_intermediary or _is_intermediary(employer or "")),
        "content_hash": fingerprint_of(normal(title), normal(employer), normal(posting.location), _letters(words)),
        "text_hash": fingerprint_of(" ".join(words)) if keep_text and text else None,
        "text_length": len(text) if keep_text and text else None,
    }
    kept = text if keep_text and text else None
    return Prepared(row, kept, zlib.compress(html.encode("utf-8"), 6) if kept and html else None)


def _letters(words: list[str]) -> str:
    """A text without what its markup decides: blanks and the dashes before list items."""
    return "".join(words).replace("-", "")


def wants_text(title: str, *, keep_all: bool) -> bool:
    """Whether the text of a posting with this title is kept."""
    return keep_all or _family(title) != OTHER


@functools.lru_cache(maxsize=10_000)
def _is_intermediary(employer: str) -> bool:
    return employer_key(employer) in intermediaries()


_family = functools.lru_cache(maxsize=100_000)(role_family)
"""A board shows the same titles at every visit."""


_TEXTS = (*COLUMNS, "external_id", "employer", "description_html", "description_text", "language")
_texts_of = operator.attrgetter(*_TEXTS)


def clean(posting: Posting) -> Posting:
    """Without what SQLite cannot store: lone surrogates and NUL, wherever a source has put them."""
    values: tuple[str | None, ...] = _texts_of(posting)
    if _is_storable("".join(filter(None, values))):
        return posting
    changes: dict[str, Any] = {
        name: value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
        for name, value in zip(_TEXTS, values, strict=True)
        if value and not _is_storable(value)
    }
    return evolve(posting, **changes)


def _is_storable(text: str) -> bool:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return False
    return "\x00" not in text


def salary_rows(posting_id: int, posting: Posting) -> Sequence[tuple[Any, ...]]:
    """Rows of `salaries`: posting_id, source, component, min, max, currency, unit, place, raw, flags.

    A pay field in words is still the source's field: `text` is what the extractor reads in descriptions.
    """
    return [
        (
            posting_id,
            "api" if s.source == "text" else s.source,
            *(s.component, s.min, s.max, s.currency, s.unit, s.place, s.raw, ",".join(s.flags)),
        )
        for s in posting.salaries
    ]
