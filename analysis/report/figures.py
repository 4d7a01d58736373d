"""What a page is made of: chapters of figures, and the artist who draws them wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import field, frozen

from analysis.svg import Drawing, draw

if TYPE_CHECKING:
    from analysis.report.source import Source

WIDE, NARROW, PANEL = 720, 344, 166
"""Pixels: the page's column, a phone's column, one of four small multiples in a row, or of two on a phone."""


@frozen
class Table:
    """Ready texts under headings; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


Columns = list[tuple[str, str, Callable[[Any], str]]]
"""Name in the frame, heading, how to write it."""


@frozen
class Panel:
    """One of several small multiples."""

    name: str
    note: str
    drawing: Drawing


@frozen
class Figure:
    """One chart (or several small ones) with everything a reader needs to trust it."""

    ident: str
    title: str
    """The finding."""
    subtitle: str
    """Measure, unit, place, period."""
    source: str
    """Where it is from and the minimum support."""
    wide: Drawing | None = None
    narrow: Drawing | None = None
    panels: tuple[Panel, ...] = ()
    table: Table | None = None
    csv: str | None = None
    """Name of the published table, without its ending."""
    is_table_shown: bool = False
    """The table is the figure, so it is not folded away."""
    key: str = ""
    """How to read the marks."""


@frozen
class Chapter:
    """A heading, what it says in a sentence or two, and its figures."""

    ident: str
    title: str
    lead: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    sections: tuple[Chapter, ...] = ()
    body: str = ""
    """Name of a template block for chapters that are mostly text."""
    data: Mapping[str, Any] = field(factory=dict)


class Artist:
    """Draws figures and keeps each drawing for `charts/`; `tick` is called after each."""

    def __init__(self, tick: Callable[[str], None] = lambda _: None) -> None:
        self.files: dict[str, str] = {}
        self._tick = tick

    def figure(self, ident: str, make: Callable[[int], Any], *, title: str, subtitle: str, **rest: Any) -> Figure:
        """Draw `make(width)` for both widths and put the figure together."""
        wide = self._draw(ident, make(WIDE), title, subtitle)
        narrow = self._draw(f"{ident}-narrow", make(NARROW), title, subtitle, keep=False)
        return Figure(ident=ident, title=title, subtitle=subtitle, wide=wide, narrow=narrow, **rest)

    def panel(self, ident: str, chart: Any, *, name: str, note: str) -> Panel:
        """Draw one small multiple."""
        return Panel(name=name, note=note, drawing=self._draw(ident, chart, name, note))

    def _draw(self, ident: str, chart: Any, title: str, description: str, *, keep: bool = True) -> Drawing:
        drawing = draw(chart, ident=ident, title=title, description=description)
        if keep:
            self.files[f"{ident}.svg"] = drawing.file
        self._tick(ident)
        return drawing


def table(
    frame: pd.DataFrame,
    columns: Iterable[tuple[str, str, Callable[[Any], str]]],
    *,
    caption: str = "",
    limit: int = 400,
) -> Table:
    """At most `limit` rows as texts; `columns` are (name, heading, how to write it), absent ones are left out."""
    wanted = [c for c in columns if c[0] in frame.columns]
    rows = tuple(
        tuple(write(value) for (_, _, write), value in zip(wanted, values, strict=True))
        for values in frame.head(limit)[[c[0] for c in wanted]].itertuples(index=False, name=None)
    )
    return Table(columns=tuple(heading for _, heading, _ in wanted), rows=rows, caption=caption)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries with text keys."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def nothing(ident: str, title: str, source: Source, name: str) -> Chapter:
    """A chapter that says why its table is empty."""
    return Chapter(ident, title, (source.too_little(name),))
