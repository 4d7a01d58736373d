"""From an altair chart to two SVG texts: one for a file of its own, one for inside the page.

The page's one takes its colours from the page's CSS variables, so it follows light and dark; its marks carry their
tooltip as `<title>` (shown by every browser, scripts or not). Both are byte-identical for identical charts.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen
from lxml import etree

COLOURS = {
    # Okabe and Ito's palette, the marks; 3:1 against paper in both themes (checked in tests/report)
    "ink": "#1c1c1a",
    "muted": "#5b5b57",
    "grid": "#e4e2dd",
    "blue": "#0072b2",
    "vermillion": "#d55e00",
    "green": "#008f68",
    "purple": "#b5558b",
    "grey": "#84847e",
    "paper": "#fdfcfa",
}
"""Name of the CSS variable -> its light value, which a chart names and the page replaces."""

STYLE = {
    # quiet axes, no frame, text in ink; the font is bundled with the renderer, so text is as wide on every machine
    "background": COLOURS["paper"],
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelColor": COLOURS["muted"],
        "labelFontSize": 12,
        "gridColor": COLOURS["grid"],
        "domainColor": COLOURS["grey"],
        "tickColor": COLOURS["grey"],
    },
    "axisLeft": {"labelFontSize": 12.5, "domain": False, "ticks": False},
    "text": {"color": COLOURS["ink"], "fontSize": 12.5},
}
TIP = "\u2063"
"""Invisible separator in front of a mark's description: tells ours from those that Vega makes up."""

SVG = "{http://www.w3.org/2000/svg}"
NOISE = ("aria-roledescription", "aria-hidden", "aria-label", "role", "class", "pointer-events", "stroke-miterlimit")
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-\d+)?")


@frozen
class Drawing:
    """One chart, drawn."""

    file: str
    """A complete SVG file with literal colours on a light ground: for slides, print and other programs."""
    inline: str
    """The same without ground, coloured by CSS variables, with tooltips: for the page."""
    width: int
    height: int


def draw(chart: Any, *, ident: str, title: str, description: str) -> Drawing:
    """Render an altair chart; `ident` makes its ids unique in the page, `title` and `description` are read out."""
    import vl_convert

    specification = chart.to_dict(validate=False) | {"config": STYLE}
    root = etree.fromstring(vl_convert.vegalite_to_svg(specification).encode())
    _prefix_ids(root, ident)
    for element in list(root.iter()):
        _clean(element)
    _name(root, ident, title, description)
    ground = root.find(f"{SVG}rect")
    file = etree.tostring(root, encoding="unicode")
    if ground is not None:
        root.remove(ground)
    width, height = round(float(root.get("width", "0"))), round(float(root.get("height", "0")))
    root.set("style", f"max-width:{width}px")
    for element in root.iter():
        element.attrib.pop("font-family", "")  # the page's own
    for name in ("width", "height"):
        del root.attrib[name]
    return Drawing(file=file, inline=_themed(etree.tostring(root, encoding="unicode")), width=width, height=height)


def _prefix_ids(root: Any, ident: str) -> None:
    """Vega calls its clip paths clip0, clip1 … in every chart; in one page they must differ."""
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, f"{ident}-{value}")
            elif "url(#" in value:
                element.set(key, re.sub(r"url\(#([^)]+)\)", rf"url(#{ident}-\1)", value))


def _clean(element: Any) -> None:
    """Drop what only Vega's own runtime reads, round numbers, and turn our descriptions into tooltips."""
    label = element.get("aria-label", "")
    for name in NOISE:
        element.attrib.pop(name, None)
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    for key in ("transform", "d", "x", "y", "x2", "y2", "width", "height"):
        if key in element.attrib:
            element.set(key, LONG_NUMBER.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), element.get(key)))
    if label.startswith(TIP):
        element.set("data-tip", "")
        etree.SubElement(element, f"{SVG}title").text = label.removeprefix(TIP)
    elif element.tag == f"{SVG}path" and element.get("d") in {"", "M0,0h0v0h0Z"}:
        element.getparent().remove(element)


def _name(root: Any, ident: str, title: str, description: str) -> None:
    """Give the drawing its accessible name and text alternative."""
    root.attrib.pop("version", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{ident}-title {ident}-desc")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = etree.Element(f"{SVG}{tag}", id=f"{ident}-{tag}")
        element.text = text
        root.insert(position, element)
    etree.cleanup_namespaces(root)


def _themed(svg: str) -> str:
    """Literal colours -> CSS variables that fall back to them."""
    for name, value in COLOURS.items():
        svg = svg.replace(f'"{value}"', f'"var(--{name})"')
    return svg
