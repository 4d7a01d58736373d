"""A schema.org JobPosting node, as `crawler.parse.jsonld` finds it, to a posting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus.records import Posting, Salary
from crawler.parse import dates, fields, markup, place, salary
from crawler.parse.marks import is_evergreen
from crawler.rows import (
    Row,
    Unusable,
    address,
    dig,
    html_of,
    joined,
    language_of,
    objects,
    own_name,
    pay,
    pay_text,
    text_of,
    work_mode_of,
)

if TYPE_CHECKING:
    from corpus.records import Board


def posting_of(board: Board, node: Row, url: str, external_id: str | None = None) -> Posting:
    """The posting that a node describes; `external_id` is else the node's identifier, else its address."""
    title = text_of(node.get("title")) or text_of(node.get("name"))
    if title is None:
        raise Unusable("no title")
    identifier = _identifier(node)
    location, country = _location(node)
    employer = next((_name(item) for item in _items(node.get("hiringOrganization"))), None)
    mode_raw = next((text_of(item) for item in _items(node.get("jobLocationType"))), None)
    type_raw = joined(_items(node.get("employmentType")), ", ")
    date_posted, kind = dates.posted(text_of(node.get("datePosted")) or node.get("datePosted"), "stated")
    own = text_of(node.get("url"))
    return Posting(
        external_id=external_id or identifier or own or url,
        title=title,
        url=own if own and own.startswith("http") else url or None,
        employer=own_name(board, employer),
        description_html=_text(node),
        location=location,
        country=country,
        work_mode=fields.work_mode(mode_raw) or work_mode_of(location),
        work_mode_raw=mode_raw,
        employment_type=fields.employment_type(list(map(text_of, _items(node.get("employmentType"))))),
        employment_type_raw=type_raw,
        department=next((text_of(item) for item in _items(node.get("industry"))), None),
        date_posted=date_posted,
        date_posted_kind=kind,
        valid_through=dates.to_date(node.get("validThrough")),
        language=language_of(_name(node.get("inLanguage"))),
        requisition_id=identifier,
        salaries=_salaries(node),
        is_evergreen=is_evergreen(title),
    )


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _name(value: Any) -> str | None:
    """`Acme` of a text, of `{"name": "Acme"}`, or of the first of a list of either."""
    for item in _items(value):
        text = text_of(item) or text_of(dig(item, "name")) or _name(dig(item, "name"))
        if text:
            return text
    return None


def _identifier(node: Row) -> str | None:
    for item in _items(node.get("identifier")):
        found = text_of(dig(item, "value")) or text_of(item)
        if found:
            return found
    return None


def _text(node: Row) -> str | None:
    """The description, and the parts that some sites hold beside it and not in it."""
    description = html_of(node.get("description"))
    parts: list[tuple[str | None, str | None]] = [(None, description)]
    for heading in ("Responsibilities", "Qualifications", "Skills"):
        body = html_of(node.get(heading.lower()))
        if body and body[:200] not in (description or ""):
            parts.append((heading, body))
    return markup.sections(parts)


def _location(node: Row) -> tuple[str | None, str | None]:
    """All places, and the country of the first that names one; for remote work, from where one may apply."""
    places = _items(node.get("jobLocation"))
    stated = [_address(item) for item in places]
    names = [text_of(dig(item, "name")) for item in places]
    if len(places) > 1 and len(set(stated)) == 1 and len(set(filter(None, names))) > 1:
        stated = names  # one address copied into every place, which only its name tells apart
    if any(stated):
        countries = [_country(dig(item, "address")) for item in places]
        location = joined(stated)
        return location, next(filter(None, countries), None) or place.country(location)
    applicants = [_name(item) or _address(item) for item in _items(node.get("applicantLocationRequirements"))]
    location = joined(applicants)
    return location, next(filter(None, map(place.country_code, applicants)), None) or place.country(location)


def _address(item: Any) -> str | None:
    postal = dig(item, "address") if isinstance(item, dict) and "address" in item else item
    postal = next(iter(_items(postal)), None)
    if isinstance(postal, dict):
        parts = [postal.get(key) for key in ("addressLocality", "addressRegion", "addressCountry")]
        return address(*map(_name, parts)) or text_of(postal.get("name"))
    return text_of(postal)


def _country(postal: Any) -> str | None:
    return place.country_code(_name(dig(next(iter(_items(postal)), None), "addressCountry")))


def _salaries(node: Row) -> tuple[Salary, ...]:
    """`baseSalary` in its many shapes: number, text, amount, or range with the unit on either level."""
    found: list[Salary] = []
    for item in _items(node.get("baseSalary")):
        if isinstance(item, dict):
            found += _of_amount(node, item)
            continue
        currency = node.get("salaryCurrency")
        plain = salary.pay_range(item, item, currency)
        found += pay(plain, "jsonld") if plain and currency else pay_text(item)
    return tuple(dict.fromkeys(found))


def _of_amount(node: Row, item: Row) -> list[Salary]:
    currency = text_of(item.get("currency")) or text_of(node.get("salaryCurrency"))
    unit = text_of(item.get("unitText"))
    values = objects(item.get("value")) or [item]
    found: list[Salary] = []
    for value in values:
        single = value.get("value")
        low = value.get("minValue") if value.get("minValue") is not None else single
        high = value.get("maxValue") if value.get("maxValue") is not None else single
        money = currency or text_of(value.get("currency"))
        found += pay(salary.pay_range(low, high, money, text_of(value.get("unitText")) or unit), "jsonld")
    return found
