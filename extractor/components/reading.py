"""A posting while it is read: what a `Page` has, and what the components have found so far.

The components of the pipeline are functions of a `Reading`. `Component` makes a spaCy component of such a function:
it works on any Doc, and where a pipeline has no other components than these, `extractor.read` gives them the
Reading directly and no Doc is made at all, which would cost more than the reading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property, partial
from itertools import chain
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from corpus.records import Mention
from extractor.components.found import Found, Note
from extractor.components.page import Page
from extractor.components.sections import DEAF, Line, read_lines
from extractor.components.tokenizer import TEXT
from extractor.words import Words, split

TEXT_START, LOCATION, READING = "mljobs_text_start", "mljobs_location", "mljobs_reading"
SPANS = "skills"
"""Group in `doc.spans` that holds the mentions of skills, labelled with the skill's id."""


class Reading(Page):
    """One posting and what has been read out of it."""

    lines: tuple[Line, ...]

    def __init__(self, title: str, text: str, location: str | None = None) -> None:
        super().__init__(" ".join(title.split()) if "\n" in title else title, text, location)
        self.lines = read_lines(self)
        self.found: list[Found] = []
        """Mentions of skills, title first, in order; after the levels are given those that were read anew."""
        self.notes: set[Note] = set()
        """What lines say that counts for the whole posting."""
        self.unread = [index for index, line in enumerate(self.lines) if line.section not in DEAF]
        """Numbers of the lines to read skills on."""
        self.judged: list[tuple[Found, Mention]] = []
        """All mentions with their levels, once these are given; only the `Mention` has offsets of this text."""
        self.waiting: list[SkillReader] = []
        """Readers of skills whose turn has not come."""
        self.values: dict[str, Any] = {}
        """What the components found, by field of `records.Extraction`."""

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [line.start for line in self.lines]

    @cached_property
    def skill_words(self) -> Words:
        """The words of the lines to read skills on."""
        stretches: list[tuple[int, int]] = []
        last = -2
        for index in self.unread:
            line = self.lines[index]
            if index == last + 1 and line.start > stretches[-1][1]:  # else the two are glued: `JavaExperience`
                stretches[-1] = (stretches[-1][0], line.end)
            else:
                stretches.append((line.start, line.end))
            last = index
        return split(self.plain, stretches)

    def finish(self) -> None:
        """Let the readers of skills that wait do their work."""
        waiting, self.waiting = self.waiting, []
        for reader in waiting:
            reader.take(self)


class Component:
    """A reader as a spaCy component; sets `doc._.<field>` for each of its fields."""

    def __init__(self, fields: tuple[str, ...], find: Callable[[Reading], Any]) -> None:
        self.fields = fields
        self.find = find

    def read(self, reading: Reading) -> None:
        """Read one posting; what is found is kept in `reading.values`."""
        found = self.find(reading)
        if len(self.fields) == 1:
            reading.values[self.fields[0]] = found
        else:
            reading.values.update(zip(self.fields, found, strict=True))

    def __call__(self, doc: Doc) -> Doc:
        """The same for a Doc."""
        reading = reading_of(doc)
        self.read(reading)
        for field in self.fields:
            doc._.set(field, reading.values[field])
        if "skills" in self.fields:
            doc.spans[SPANS] = _spans(doc, reading)
        return doc


class SkillReader(Component):
    """A reader of skills: it waits until somebody asks, for then only lines that were never met need be read."""

    def read(self, reading: Reading) -> None:
        """Take a place in the row."""
        reading.waiting.append(self)

    def take(self, reading: Reading) -> None:
        """Do the work."""
        super().read(reading)

    def __call__(self, doc: Doc) -> Doc:
        """Take a place in the row of a Doc."""
        self.read(reading_of(doc))
        return doc


def skill_reader(name: str, find: Callable[[Reading], Any], *fields: str) -> Callable[[Language, str], Component]:
    """The spaCy factory `mljobs_<name>` for a reader of skills."""
    for field in fields:
        if not Doc.has_extension(field):
            Doc.set_extension(field, getter=partial(_of_skills, field))
    return _factory(name, SkillReader(fields, find))


def _of_skills(field: str, doc: Doc) -> Any:
    reading = reading_of(doc)
    reading.finish()
    if field == "found_skills" and reading.judged:
        return [
            found._replace(start=m.start, end=m.end, line=max(0, bisect_right(reading.starts, m.start) - 1))
            for found, m in reading.judged
        ]
    return reading.values.get(field)


def component(name: str, find: Callable[[Reading], Any], *fields: str) -> Callable[[Language, str], Component]:
    """The spaCy factory `mljobs_<name>` for a reader; `find` returns one value, or a tuple for several fields."""
    fields = fields or (name,)
    for field in fields:
        if not Doc.has_extension(field):
            Doc.set_extension(field, default=None)
    return _factory(name, Component(fields, find))


def _factory(name: str, made: Component) -> Callable[[Language, str], Component]:

    def make(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
        return made

    factory: Callable[[Language, str], Component] = Language.factory(f"mljobs_{name}", func=make)
    return factory


def make_doc(nlp: Language, title: str, text: str, location: str | None = None) -> Doc:
    """A posting as a Doc: the title, a line break, the text; not yet read."""
    title = " ".join(title.split())
    doc = nlp.make_doc(f"{title}\n{text}")
    doc.user_data[TEXT_START] = len(title) + 1
    doc.user_data[LOCATION] = location
    return doc


def reading_of(doc: Doc) -> Reading:
    """The reading of a Doc; made once. A Doc of somebody else's has no title: its text is the description."""
    reading: Reading | None = doc.user_data.get(READING)
    if reading is None:
        start = doc.user_data.get(TEXT_START, 0)
        text = doc.user_data.get(TEXT) or doc.text
        reading = Reading(text[: max(0, start - 1)], text[start:], doc.user_data.get(LOCATION))
        doc.user_data[READING] = reading
    return reading


def _spans(doc: Doc, reading: Reading) -> list[Any]:
    offset = doc.user_data.get(TEXT_START, 0)
    mentions = sorted(
        chain.from_iterable(row.mentions for row in reading.values["skills"]),
        key=lambda m: (m.field != "title", m.start),
    )
    spans = (
        doc.char_span(m.start + offset * is_text, m.end + offset * is_text, label=m.skill_id, alignment_mode="expand")
        for m in mentions
        for is_text in (m.field != "title",)
    )
    return [span for span in spans if span is not None]
