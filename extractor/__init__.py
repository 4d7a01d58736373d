"""Reads out of a posting's text what it asks for: skills with their level, degrees, years, pay, and more.

import extractor

nlp = extractor.build()
extractor.read(nlp, 1, "ML engineer", "Requirements:\\n- Python and PyTorch").skills
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

    from corpus.records import Extraction


def build() -> Language:
    """The pipeline, ready to read; takes about a second."""
    from extractor import pipeline

    return pipeline.build()


def read(nlp: Language, posting_id: int | str, title: str, text: str, location: str | None = None) -> Extraction:
    """Everything that one posting asks for."""
    from extractor import pipeline

    return pipeline.read(nlp, posting_id, title, text, location)
