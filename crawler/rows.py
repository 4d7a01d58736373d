"""From a source's rows to postings: what the leaves share. JSON may hold anything anywhere; nothing here minds."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin

from attrs import evolve
from lxml import etree
from scrapy.http import Request

from corpus.prepare import wants_text
from corpus.records import Board, Posting, Reject, Salary, SalarySource, WorkMode
from crawler.outcomes import Unreadable
from crawler.parse import dates, fields, markup, place, salary

if TYPE_CHECKING:
    from scrapy.http import Response

Row = Mapping[str, Any]
Item = TypeVar("Item")

LONGEST_RAW = 2_000
"""Characters of a rejected row that are kept for a person to look at."""
EVERYTHING = "all"
"""The token of an aggregator's board that is not one category."""
ONWARD = frozenset({"gone_404", "parse_error", "http_error"})
"""Outcomes of a posting's own page after which it makes sense to ask for the next."""


class Unusable(ValueError):
    """One row that is no posting; becomes a `Reject` with this reason."""


def read_rows(rows: Any, read_one: Callable[[Row], Posting | None]) -> tuple[list[Posting], list[Reject]]:
    """Each JSON object through `read_one`: a posting, None (deliberately left out), or aside with its reason.

    Rows of one posting (one a place) become one posting with all its places.
    """
    good, bad = [], []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            good.append(row)
        else:
            bad.append(Reject(f"a {type(row).__name__} instead of a posting", raw_of(row)))
    postings, rejects = _read(good, read_one, raw_of)
    return postings, bad + rejects


def read_elements(
    elements: Iterable[etree._Element], read_one: Callable[[etree._Element], Posting | None]
) -> tuple[list[Posting], list[Reject]]:
    """The same for the elements of an XML feed or a page."""
    return _read(elements, read_one, lambda element: str(etree.tostring(element, encoding="unicode"))[:LONGEST_RAW])


def _read(
    items: Iterable[Item], read_one: Callable[[Item], Posting | None], show: Callable[[Item], str]
) -> tuple[list[Posting], list[Reject]]:
    postings: dict[str, Posting] = {}
    rejects: list[Reject] = []
    for item in items:
        try:
            posting = read_one(item)
        except Unusable as error:
            rejects.append(Reject(str(error), show(item)))
        except Exception as error:  # noqa: BLE001 - one odd row must not cost the board
            rejects.append(Reject(f"the reader failed with {type(error).__name__}: {error}", show(item)))
        else:
            if posting is not None:
                known = postings.get(posting.external_id)
                postings[posting.external_id] = merged(known, posting) if known else posting
    return list(postings.values()), rejects


def merged(first: Posting, second: Posting) -> Posting:
    """One posting of two rows with the same id: the first, with the places of both."""
    places = joined([*(first.location or "").split(" | "), *(second.location or "").split(" | ")])
    text = first if first.description_html else second
    return evolve(
        first,
        location=places,
        country=first.country or second.country,
        work_mode=first.work_mode if first.work_mode == second.work_mode else None,
        description_html=text.description_html,
        salaries=tuple(dict.fromkeys((*first.salaries, *second.salaries))),
    )


def raw_of(row: Any) -> str:
    """The start of a row as JSON."""
    return json.dumps(row, ensure_ascii=False, default=str)[:LONGEST_RAW]


def needed(value: Any, what: str) -> str:
    """A non-empty text (numbers count), or `Unusable`."""
    text = text_of(value)
    if text is None:
        raise Unusable(f"no {what}")
    return text


def text_of(value: Any) -> str | None:
    """A non-empty text in one line: strings stripped, whole numbers written out; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else None
    return " ".join(storable(value).split()) or None if isinstance(value, str) else None


def storable(value: str) -> str:
    """Without NUL and the lone halves of surrogate pairs, which neither UTF-8 nor SQLite can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\x00", "")


def html_of(value: Any) -> str | None:
    """A non-empty string of HTML with its markup unescaped once where it was escaped."""
    if not isinstance(value, str) or not value.strip():
        return None
    return markup.with_line_ends(markup.unescaped(storable(value))) or None


def objects(value: Any) -> list[Row]:
    """The JSON objects of a list; of a single object, itself."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def dig(value: Any, *keys: str) -> Any:
    """`value[a][b]…` through JSON objects, None where a step is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def joined(parts: Iterable[Any], separator: str = " | ") -> str | None:
    """The distinct non-empty texts, in their order."""
    return separator.join(dict.fromkeys(filter(None, map(text_of, parts)))) or None


def address(*parts: Any) -> str | None:
    """`City, Region, Country` without gaps and repetitions."""
    return joined(parts, ", ")


def split_places(location: str | None, marks: str = ";|") -> str | None:
    """Places that a source joins by `;` or `|`, joined by ` | `."""
    if not location:
        return None
    for mark in marks:
        location = location.replace(mark, "|")
    return joined(location.split("|"))


def work_mode_of(location: str | None) -> WorkMode | None:
    """The work mode where every place of a location says the same one."""
    modes = {fields.work_mode(part) for part in (location or "").split(" | ")}
    return modes.pop() if len(modes) == 1 else None


def country_of(code: Any, location: str | None = None) -> str | None:
    """The country of a field made for it; else of the location."""
    return place.country_code(code) or place.country(location)


def pay(
    found: salary.PayRange | None,
    source: SalarySource = "api",
    **more: Any,
) -> tuple[Salary, ...]:
    """A parsed range as the salaries of a posting."""
    return (Salary(**found, source=source, **more),) if found else ()


def pay_text(raw: Any) -> tuple[Salary, ...]:
    """A short pay field in words; kept raw where it cannot be read."""
    text = text_of(raw)
    if text is None:
        return ()
    found = salary.from_text(text)
    return pay(found, "text", raw=text) if found else (Salary(None, None, source="text", raw=text[:500]),)


def own_name(board: Board, stated: Any) -> str | None:
    """The employer that the response names, where the registry does not name the board's."""
    return None if board.employer else text_of(stated)


def language_of(value: Any) -> str | None:
    """`en` of `en`, `en-US`, `en_GB`."""
    text = (text_of(value) or "").replace("_", "-").split("-")[0].lower()
    return text if len(text) == 2 and text.isascii() and text.isalpha() else None


def seen_at(response: Response) -> str | None:
    """The instant of the visit, else that at which the server answered: for "3 days ago"."""
    at = response.request.meta.get("at") if response.request is not None else None
    if at:
        return dates.to_instant(at)
    stamp = response.headers.get("Date")
    return dates.to_instant(stamp.decode("latin-1")) if stamp else None


def parse_xml(response: Response, *roots: str) -> etree._Element:
    """The root of an XML body, one of `roots`; `Unreadable` for HTML, broken XML or another root."""
    if response.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise Unreadable("HTML instead of XML", http_status=response.status)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)
    try:
        root = etree.fromstring(response.body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"broken XML: {error}", http_status=response.status) from error
    if not isinstance(root.tag, str) or etree.QName(root).localname not in roots:
        raise Unreadable(f"XML of another kind: <{root.tag}> instead of <{roots[0]}>")
    return root


def child_text(element: etree._Element, *path: str) -> str | None:
    """The text at a path of local names, whatever their namespaces."""
    found = next(iter(children(element, *path)), None)
    return None if found is None else text_of("".join(map(str, found.itertext())))


def children(element: etree._Element, *path: str) -> Iterator[etree._Element]:
    """The elements at a path of local names."""
    step, *rest = path
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname == step:
            yield from children(child, *rest) if rest else (child,)


def absolute(base: str, link: str) -> str:
    """A link as a whole address, or `Unusable`."""
    try:
        return urljoin(base, link)
    except ValueError as error:
        raise Unusable("no address") from error


def follow(base: str, link: str) -> Request | None:
    """A request for a link that stands in a response; None where it is no address."""
    try:
        return Request(urljoin(base, link))
    except ValueError:
        return None


async def further(
    fetch: Callable[[Request], Awaitable[Response]],
    request: Request | None,
    read: Callable[[Response], Item],
    rejects: list[Reject],
) -> Item | None:
    """One more page of a list, read; None where it cannot be had, and the reason among the rejects.

    The reading is then truncated: what the other pages hold is kept, and nothing is closed.
    """
    if request is None:
        rejects.append(Reject("a page is missing: its link is no address"))
        return None
    try:
        return read(await fetch(request))
    except Unreadable as error:
        rejects.append(Reject(f"a page is missing: {error.outcome}: {error.detail}", request.url))
        return None


def _checked(request_of: Callable[[Posting], Request | None], posting: Posting) -> Request | None:
    try:
        return request_of(posting)
    except ValueError as error:
        raise Unreadable(f"no address can be made of {posting.external_id[:80]!r}") from error


async def with_details(
    postings: list[Posting],
    fetch: Callable[[Request], Awaitable[Response]],
    request_of: Callable[[Posting], Request | None],
    add: Callable[[Posting, Response], Posting],
    *,
    keep_all: bool,
    known: Mapping[str, str],
) -> tuple[list[Posting], list[Reject]]:
    """Postings with what their own pages add, one request each, only for those whose text is kept.

    `known`: id -> title of those whose page was read before; under another title it is asked for again.
    A page that fails leaves its posting as the list gave it and is said. After a refusal (blocked, throttled, no
    answer) no further page is asked for: the list has been read, and the texts come another day.
    """
    done: list[Posting] = []
    rejects: list[Reject] = []
    refused = False
    for posting in postings:
        if refused or posting.description_html or not wants_text(posting.title, keep_all=keep_all):
            done.append(posting)
            continue
        if known.get(posting.external_id) == posting.title:
            done.append(evolve(posting, has_known_text=True))
            continue
        try:
            request = _checked(request_of, posting)
            done.append(add(posting, await fetch(request)) if request else posting)
        except Unreadable as error:
            refused = error.outcome not in ONWARD
            more = ", so no further texts were asked for" if refused else ""
            done.append(posting)
            rejects.append(Reject(f"no text: {error.detail}{more}", posting.external_id))
    return done, rejects
