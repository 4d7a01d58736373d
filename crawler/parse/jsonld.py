"""schema.org JobPosting out of a page: JSON-LD with its usual damage repaired, microdata, RDFa.

In: HTML. Out: the JobPosting nodes as dictionaries with schema.org's own keys, and how many blocks nobody could read.
"""

from __future__ import annotations

import html as entities
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import chompjs
from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]

DEEPEST = 24
"""Levels of nesting that are followed; real pages have fewer than ten."""


class Markup(NamedTuple):
    """What a page says about postings."""

    postings: tuple[Node, ...]
    unparseable: int
    """JSON-LD blocks that stayed unreadable after every repair; counted per site, never skipped silently."""


def job_postings(page: str) -> Markup:
    """Every JobPosting of a page. JSON-LD first; microdata and RDFa where it has none."""
    root = _document(page)
    if root is None:
        return Markup((), 0)
    found: list[Node] = []
    unparseable = 0
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        source = script.text or ""
        if not source.strip():
            continue
        value = loads(source)
        if value is None:
            unparseable += 1
        else:
            found += of_json(value)
    if not found:
        found = _of_attributes(root)
    return Markup(tuple(_distinct(found)), unparseable)


def loads(source: str) -> Any:
    """JSON as pages hold it, repaired step by step; None where no step helps (or where it says null)."""
    sliced = _slice(source)
    if sliced is None:
        sliced = source
    for candidate in (source, sliced, entities.unescape(sliced), _with_commas(sliced)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    for candidate in (sliced, entities.unescape(sliced)):
        try:
            return chompjs.parse_js_object(candidate)
        except (ValueError, RecursionError, IndexError):
            continue
    return None


def of_json(value: Any) -> list[Node]:
    """The JobPosting nodes anywhere in parsed JSON-LD, with references by `@id` put in place."""
    nodes = list(_nodes(value))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [_resolved(node, by_id, 0) for node in nodes if _is_posting(node)]


def _document(page: str) -> html.HtmlElement | None:
    cleaned = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", " ", page)
    cleaned = re.sub(r"^\s*<\?xml[^>]*\?>", "", cleaned)  # lxml refuses text that declares an encoding
    try:
        return html.document_fromstring(cleaned)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _slice(source: str) -> str | None:
    """From the first bracket to the last: without `<!-- -->`, `//<![CDATA[`, `window.x = …;`."""
    source = re.sub(r"<!\[CDATA\[|\]\]>", "", source)
    start = re.search(r"\[\s*\{|\{", source)
    end = max(source.rfind("}"), source.rfind("]"))
    return source[start.start() : end + 1] if start and end > start.start() else None


def _with_commas(source: str) -> str:
    """With a comma where a line ends in a value and the next begins with a key."""
    return re.sub(r'(["\d\]}el])([ \t]*\r?\n\s*)(?="[^"\n]{1,60}"\s*:)', r"\1,\2", source)


def _nodes(value: Any) -> Iterator[Node]:
    """Every object of a JSON value, keys in schema.org's spelling; without recursion, down to DEEPEST levels."""
    stack = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if depth > DEEPEST:
            continue
        if isinstance(item, list):
            stack += [(child, depth + 1) for child in reversed(item)]
        elif isinstance(item, dict):
            node = {_key(key): child for key, child in item.items()}
            yield node
            stack += [(child, depth + 1) for child in reversed(node.values()) if isinstance(child, (dict, list))]


def _key(key: str) -> str:
    """`Title` and `schema:title` are `title`."""
    name = re.sub(r"^(?:schema:|https?://schema\.org/)", "", str(key))
    return name[:1].lower() + name[1:]


def _is_posting(node: Node) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and re.search(r"(?:^|[/:#])JobPosting$", name.strip()) for name in names)


def _resolved(value: Any, by_id: dict[str, Node], depth: int) -> Any:
    """The value with spelled keys, and with the node in place of a bare `{"@id": …}`."""
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [_resolved(item, by_id, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("@id")
    if len(value) == 1 and isinstance(reference, str) and reference in by_id and depth < DEEPEST // 2:
        value = by_id[reference]
    return {_key(key): _resolved(item, by_id, depth + 1) for key, item in value.items()}


def _of_attributes(root: html.HtmlElement) -> list[Node]:
    """Microdata, then RDFa, then microdata whose scope was lost: loose `itemprop`s that make a posting together."""
    for scope, kind, prop in (("itemscope", "itemtype", "itemprop"), ("typeof", "typeof", "property")):
        scopes = [node for node in root.xpath(f"//*[@{kind}]") if re.search(r"\bJobPosting\b", node.get(kind) or "")]
        nodes = [_properties(element, scope, kind, prop) for element in scopes]
        nodes = [node for node in nodes if len(node) > 1]
        if nodes:
            return nodes
    loose = _properties(root, "itemscope", "itemtype", "itemprop")
    has_posting = {"title", "description"} <= loose.keys() and loose.keys() & {"datePosted", "hiringOrganization"}
    return [{**loose, "@type": "JobPosting"}] if has_posting else []


def _properties(element: html.HtmlElement, scope: str, kind: str, prop: str, depth: int = 0) -> Node:
    """The properties inside an element, scopes of their own as nested nodes."""
    node: Node = {"@type": re.split(r"[/#:]", (element.get(kind) or "").strip())[-1]}
    stack = [child for child in reversed(element) if isinstance(child.tag, str)]
    while stack:
        child = stack.pop()
        name = (child.get(prop) or "").split(":")[-1]
        is_scope = child.get(scope) is not None
        if name and is_scope and depth < DEEPEST:
            _put(node, name, _properties(child, scope, kind, prop, depth + 1))
        elif name:
            _put(node, name, _value(child, name))
        if not (is_scope and (name or scope == "typeof")):
            stack += [inner for inner in reversed(child) if isinstance(inner.tag, str)]
    return node


def _put(node: Node, name: str, value: Any) -> None:
    """A property that comes twice is a list."""
    if name not in node:
        node[name] = value
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]


def _value(element: html.HtmlElement, name: str) -> str:
    for attribute in ("content", "datetime"):
        value = element.get(attribute)
        if value is not None:
            return str(value).strip()
    if element.tag in ("a", "link") and name in ("url", "sameAs"):
        return str(element.get("href") or "").strip()
    if name == "description":
        inner = "".join(str(html.tostring(child, encoding="unicode")) for child in element)
        return entities.escape(element.text or "", quote=False) + inner
    return " ".join(" ".join(map(str, element.itertext())).split())


def _distinct(nodes: list[Node]) -> Iterator[Node]:
    """Without repetitions: many pages hold the same block twice."""
    seen = set()
    for node in nodes:
        key = json.dumps(node, sort_keys=True, default=str)
        if key not in seen:
            seen.add(key)
            yield node
