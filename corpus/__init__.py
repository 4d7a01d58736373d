"""The file: schema, typed records, opening, documentation. Imports none of the three stages.

For notebooks: `import corpus`, then `corpus.open("jobs.db").postings()` gives a DataFrame (corpus/frames.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.frames import Frames

__all__ = ["open"]


def open(path: str | Path) -> Frames:  # noqa: A001 - `corpus.open`, as `gzip.open`
    """Open a database file to read: DataFrames of its postings, skills, shares, mentions and pay."""
    from corpus.frames import Frames

    return Frames(path)
