"""A posting as a spaCy Doc: the title, a line break, the text; and what the components hang on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc

from extractor.components.page import Page
from extractor.components.tokenizer import text_of

TEXT_START, LOCATION, PAGE = "mljobs_text_start", "mljobs_location", "mljobs_page"


def make_doc(nlp: Language, title: str, text: str, location: str | None = None) -> Doc:
    """A Doc that the components know the title and the place of; not yet read."""
    title = " ".join(title.split())
    doc = nlp.make_doc(f"{title}\n{text}")
    doc.user_data[TEXT_START] = len(title) + 1
    doc.user_data[LOCATION] = location
    return doc


def text_start(doc: Doc) -> int:
    """Where the description starts in the Doc's text; 0 where the Doc has no title."""
    start: int = doc.user_data.get(TEXT_START, 0)
    return start


def page_of(doc: Doc) -> Page:
    """The posting as the fact readers see it; made once a Doc."""
    page: Page | None = doc.user_data.get(PAGE)
    if page is None:
        from extractor.components.sections import lines_of  # noqa: PLC0415 - sections.py builds on this file

        start = text_start(doc)
        whole = text_of(doc)
        page = Page(whole[: max(0, start - 1)], whole[start:], doc.user_data.get(LOCATION), lines_of(doc))
        doc.user_data[PAGE] = page
    return page


class Component(Protocol):
    """A spaCy component."""

    def __call__(self, doc: Doc) -> Doc: ...


def attribute(name: str, default: Any = None) -> None:
    """Declare `doc._.<name>`; declaring it again changes nothing."""
    if not Doc.has_extension(name):
        Doc.set_extension(name, default=default)


def fact(fields: str | tuple[str, ...], find: Callable[[Page], Any]) -> Callable[[Language, str], Component]:
    """A spaCy factory `mljobs_<first field>` that keeps what `find(page)` returns in `doc._.<field>`.

    With several fields `find` returns a tuple in their order. Fields are named as in `records.Extraction`.
    """
    names = (fields,) if isinstance(fields, str) else fields
    for name in names:
        attribute(name)

    def component(doc: Doc) -> Doc:
        found = find(page_of(doc))
        for name, value in zip(names, (found,) if isinstance(fields, str) else found, strict=True):
            doc._.set(name, value)
        return doc

    def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
        return component

    factory: Callable[[Language, str], Component] = Language.factory(f"mljobs_{names[0]}", func=make)
    return factory
