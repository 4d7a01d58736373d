"""Postings for the tests of facts: a text under one section, or lines that name their section."""

from typing import NamedTuple

from extractor.components.page import Page


class Line(NamedTuple):
    start: int
    end: int
    section: str
    is_heading: bool = False


def page(text, section="required", title="Machine Learning Engineer", location=None):
    """One posting whose whole text stands in one section."""
    return Page(title, text, location, (Line(0, len(text), section),))


def sectioned(*lines, title="Machine Learning Engineer", location=None):
    """A posting of (section, line) pairs."""
    rows, at = [], 0
    for section, line in lines:
        rows.append(Line(at, at + len(line), section))
        at += len(line) + 1
    return Page(title, "\n".join(line for _, line in lines), location, tuple(rows))
