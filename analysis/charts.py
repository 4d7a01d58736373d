"""The report's charts, one function per shape: frame in, altair chart out. Nothing is computed here.

Every function takes the width in pixels, so that a page can hold a wide and a narrow version of the same chart.
Frames carry a column `tip`, one sentence for the tooltip of each mark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import pandas as pd

from analysis.svg import COLOURS, TIP

Chart = Any
"""A layered altair chart; its own type differs from one version to the next."""
SERIES = ("blue", "vermillion", "green", "purple")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
TONES = {"rising": "blue", "falling": "vermillion", "flat": "grey", "too_few": "grey", "plain": "blue"}
SHAPES = {"rising": "triangle-up", "falling": "triangle-down", "flat": "circle", "too_few": "circle", "plain": "circle"}
NARROW = 480
"""Charts of at most this width are for a phone: shorter labels, fewer columns."""
BREAK = "\u2062"
"""Where a label goes on in a second line."""
TIGHT = 12
"""Pixels from one line of such a label to the next."""
LETTER = 6.3
"""Pixels of a letter of a label on average."""
ROW = 24
"""Pixels per row of a dot chart: room for one line of 13-pixel text."""


def lines(
    frame: pd.DataFrame,
    *,
    width: int,
    height: int = 240,
    form: str = ".0%",
    ghost: str | None = None,
    label_width: int = 110,
    top: float | None = None,
    marks: Sequence[str] = (),
    is_provisional: bool = False,
) -> Chart:
    """Lines with bands over months: columns month (YYYY-MM), series, value, low, high, tip; y starts at 0.

    At most four series; each has a colour, a dash and its name at its right end. `ghost` names a column that is drawn
    dotted and grey behind (raw values). `top` fixes the upper end of y, to let small multiples share a scale. `marks`
    are months with a step, drawn as a vertical line. `is_provisional` draws the last month as an open circle.
    """
    data = frame.assign(at=frame["month"] + "-01T00:00:00", tip=TIP + frame["tip"])
    names = list(dict.fromkeys(data["series"]))
    plot = width - 48 - label_width
    scale = alt.Scale(domainMin=0, nice=True) if top is None else alt.Scale(domain=[0, top], nice=False)
    x = alt.X("at:T", title=None, axis=_month_axis(data["month"], plot))
    y = alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=max(2, height // 48)))
    colour = alt.Color("series:N", legend=None, sort=names, scale=alt.Scale(domain=names, range=_hues(names)))
    dash = alt.StrokeDash(
        "series:N", legend=None, sort=names, scale=alt.Scale(domain=names, range=DASHES[: len(names)])
    )
    base = alt.Chart(data).encode(x=x)
    layers: list[alt.Chart] = []
    if ghost is not None:
        layers.append(
            base.mark_line(color=COLOURS["grey"], strokeWidth=1.2, strokeDash=[2, 2]).encode(
                y=alt.Y(f"{ghost}:Q", scale=scale), detail="series:N"
            )
        )
    layers += [
        base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour),
        base.mark_line(strokeWidth=2.2, strokeJoin="round").encode(y=y, color=colour, strokeDash=dash),
        base.mark_point(shape="square", filled=True, size=100, opacity=0, color=COLOURS["ink"]).encode(
            y=y, description=alt.Description("tip:N")
        ),
    ]
    if marks:
        steps = pd.DataFrame({"at": [f"{m}-01T00:00:00" for m in marks]})
        layers.append(
            alt.Chart(steps).mark_rule(color=COLOURS["ink"], strokeWidth=1.2, strokeDash=[3, 2]).encode(x="at:T")
        )
    if label_width:
        layers.append(_end_labels(data, names, plot, height, scale, colour))
    if data["value"].isna().any():
        layers.append(base.mark_point(filled=True, size=14, opacity=1).encode(y=y, color=colour))
    if is_provisional:
        last = data[data["month"] == data.dropna(subset=["value"])["month"].max()]
        open_circle: dict[str, Any] = {
            "filled": True,
            "fill": COLOURS["paper"],
            "stroke": COLOURS["ink"],
            "strokeWidth": 1.5,
            "size": 44 if height > 120 else 26,
        }
        layers.append(
            alt.Chart(last.dropna(subset=["value"]))
            .mark_point(opacity=1, **open_circle)
            .encode(x=x, y=y, description=alt.Description("tip:N"))
        )
    return alt.layer(*layers).properties(width=plot, height=height)


def dots(
    frame: pd.DataFrame,
    *,
    width: int,
    form: str = ".0%",
    zero: bool = True,
    label: tuple[int, int] = (150, 112),
    columns: Sequence[tuple[str, str, int]] = (),
    kept: int = 0,
    rule: float | None = None,
    axis: alt.Axis | None = None,
) -> Chart:
    """One row per label, a mark with its interval: columns label, value, low, high, tone, tip; order kept.

    `tone` is rising, falling, flat, too_few or plain and sets colour and shape. `columns` are (column of ready text,
    heading, width in pixels), printed to the right; a narrow chart has the first `kept`. `label` is the room for
    labels, wide and narrow. `rule` draws a reference line; `zero` starts the axis at 0; `axis`
    replaces the axis that `form` (a d3 format) gives.
    """
    data = frame.assign(tip=TIP + frame["tip"])
    label_width, columns = _fitted(width, label, columns, kept)
    plot = width - label_width - sum(w for _, _, w in columns) - 16
    data = _wrapped(data, label_width)
    y = _labels(data["label"], label_width)
    axis = axis or alt.Axis(format=form, tickCount=max(3, plot // 80), orient="top")
    x = alt.X("value:Q", title=None, scale=alt.Scale(zero=zero, nice=True), axis=axis)
    colour = alt.Color(
        "tone:N", legend=None, scale=alt.Scale(domain=list(TONES), range=[COLOURS[c] for c in TONES.values()])
    )
    shape = alt.Shape("tone:N", legend=None, scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())))
    base = alt.Chart(data).encode(y=y)
    layers: list[alt.Chart] = []
    if rule is not None:
        layers.append(
            alt.Chart(pd.DataFrame({"at": [rule]})).mark_rule(color=COLOURS["ink"], strokeWidth=1).encode(x="at:Q")
        )
    layers += [
        base.mark_rule(strokeWidth=3, opacity=0.45, strokeCap="round").encode(
            x=alt.X("low:Q", title=None), x2="high:Q", color=colour
        ),
        base.mark_point(filled=True, size=64, opacity=1).encode(x=x, color=colour, shape=shape),
        base.mark_rule(strokeWidth=18, opacity=0, color=COLOURS["ink"]).encode(
            x=alt.X("low:Q"), x2="high:Q", description=alt.Description("tip:N")
        ),
    ]
    layers += _text_columns(base, columns, plot)
    return alt.layer(*layers).properties(width=plot, height=alt.Step(_row(data)))


def odds(frame: pd.DataFrame, *, width: int, columns: Sequence[tuple[str, str, int]] = ()) -> Chart:
    """`dots` for changes in log odds, the axis labelled as people read it: ×½, ×1, ×2."""
    low, high = float(frame["low"].min()), float(frame["high"].max())
    ticks = [t for t in (math.log(2) * k for k in range(-8, 9)) if low - 0.1 <= t <= high + 0.1] or [0.0]
    label_width, shown = _fitted(width, (186, 128), columns, 1)
    plot = width - label_width - sum(w for _, _, w in shown) - 16
    step = max(1, -(-len(ticks) // max(2, plot // 42)))
    kept = [t for t in ticks if round(t / math.log(2)) % step == 0]
    axis = alt.Axis(
        values=kept, labelExpr="(datum.value < -0.01 ? '×1/' : '×') + round(exp(abs(datum.value)))", orient="top"
    )
    return dots(frame, width=width, zero=False, rule=0.0, columns=columns, kept=1, axis=axis, label=(186, 128))


def ranges(
    frame: pd.DataFrame,
    *,
    width: int,
    form: str = "~s",
    label: tuple[int, int] = (150, 112),
    columns: Sequence[tuple[str, str, int]] = (),
    kept: int = 1,
) -> Chart:
    """One row per label, a bar from p25 to p75 with the median marked: columns label, p25, median, p75, tip."""
    data = frame.assign(tip=TIP + frame["tip"])
    label_width, columns = _fitted(width, label, columns, kept)
    plot = width - label_width - sum(w for _, _, w in columns) - 16
    data = _wrapped(data, label_width)
    y = _labels(data["label"], label_width)
    axis = alt.Axis(format=form, tickCount=max(3, plot // 80), orient="top")
    base = alt.Chart(data).encode(y=y)
    layers = [
        base.mark_bar(height=11, color=COLOURS["blue"], opacity=0.4).encode(
            x=alt.X("p25:Q", title=None, axis=axis, scale=alt.Scale(zero=True)),
            x2="p75:Q",
            description=alt.Description("tip:N"),
        ),
        base.mark_tick(color=COLOURS["ink"], thickness=3, size=17).encode(x="median:Q"),
        *_text_columns(base, columns, plot),
    ]
    return alt.layer(*layers).properties(width=plot, height=alt.Step(_row(data)))


def strip(frame: pd.DataFrame, *, width: int, label: tuple[int, int] = (110, 84)) -> Chart:
    """Coverage: one row per source, one cell per month: columns month, source, level, tip.

    `level` is full (a large square), partial (a smaller one) or none (a dot): size carries it, not colour alone.
    """
    data = frame.assign(at=frame["month"] + "-01T00:00:00", tip=TIP + frame["tip"])
    months = sorted(set(data["month"]))
    label_width, _ = _fitted(width, label, (), 0)
    plot = width - label_width - 16
    cell = max(2.0, min(20.0, plot / max(1, len(months)) - 1))
    axis = alt.Axis(labelLimit=label_width - 8, ticks=False, domain=False, grid=False)
    y = alt.Y("source:N", title=None, sort=list(dict.fromkeys(data["source"])), axis=axis)
    x = alt.X("at:T", title=None, axis=_month_axis(data["month"], plot), scale=alt.Scale(padding=cell / 2 + 1))
    base = alt.Chart(data).encode(x=x, y=y, description=alt.Description("tip:N"))
    layers = [
        base.transform_filter(alt.datum.level == level).mark_square(
            size=(cell * part) ** 2, opacity=1, color=COLOURS[hue]
        )
        for level, part, hue in (("full", 1.0, "blue"), ("partial", 0.6, "vermillion"), ("none", 0.25, "grey"))
    ]
    return alt.layer(*layers).properties(width=plot, height=alt.Step(max(18, int(cell) + 4)))


def _fitted(
    width: int, label: tuple[int, int], columns: Sequence[tuple[str, str, int]], kept: int
) -> tuple[int, Sequence[tuple[str, str, int]]]:
    """The room for labels and the columns that a chart of this width has."""
    return (label[0], columns) if width > NARROW else (label[1], columns[:kept])


def _labels(labels: pd.Series[str], width: int) -> alt.Y:
    """Row names at the left, in the frame's order; those wider than `width` pixels stand in two lines."""
    axis = alt.Axis(
        labelExpr=f"split(datum.label, '{BREAK}')",
        labelLimit=width - 8,
        labelLineHeight=TIGHT,
        labelOffset={"condition": {"test": f"indexof(datum.value, '{BREAK}') > 0", "value": -TIGHT / 2}, "value": 0},
        minExtent=width,
        maxExtent=width,
        ticks=False,
        domain=False,
        labelPadding=8,
        grid=False,
    )
    return alt.Y("label:N", sort=list(labels), title=None, axis=axis)


def _wrapped(frame: pd.DataFrame, width: int) -> pd.DataFrame:
    """The frame with its labels broken where they are too wide, each at one place."""
    return frame.assign(label=[_in_two(str(label), (width - 8) / LETTER) for label in frame["label"]])


def _row(data: pd.DataFrame) -> int:
    """Pixels per row: more where a label takes two lines."""
    return ROW + 6 if data["label"].str.contains(BREAK).any() else ROW


def _in_two(label: str, letters: float) -> str:
    """A label in lines of at most `letters`, two of them where words allow it."""
    if len(label) <= letters:
        return label
    cuts = [i for i, letter in enumerate(label) if letter in " /-" and 0 < i < len(label) - 1]
    if not cuts:
        return label
    cut = min(cuts, key=lambda i: max(i, len(label) - i))
    return f"{label[: cut + 1].rstrip()}{BREAK}{label[cut + 1 :].lstrip()}"


def _hues(names: Sequence[str]) -> list[str]:
    return [COLOURS[SERIES[i % len(SERIES)]] for i, _ in enumerate(names)]


def _month_axis(months: pd.Series[str], plot: int) -> alt.Axis:
    """Ticks at months that tell: every January where there are years enough, else a few months by name."""
    seen = sorted(set(months))
    years = [m for m in seen if m.endswith("-01")]
    room = max(2, plot // 52)
    ticks = years if len(years) >= 2 else seen
    step = -(-len(ticks) // room)
    chosen = ticks[::step]
    label = "'%Y'" if ticks is years else "'%b %Y'" if plot // max(1, len(chosen)) > 60 else "'%b'"
    return alt.Axis(
        values=[f"{m}-01T00:00:00" for m in chosen],
        labelExpr=f"timeFormat(datum.value, {label})",
        grid=False,
        labelOverlap=True,
    )


def _end_labels(
    data: pd.DataFrame, names: Sequence[str], plot: int, height: int, scale: alt.Scale, colour: alt.Color
) -> Chart:
    """Each series' name beside its last point, moved apart where they would overlap."""
    last = (
        data.dropna(subset=["value"])
        .groupby("series", sort=False)
        .tail(1)
        .set_index("series")
        .reindex(list(names))
        .dropna(subset=["value"])
    )
    top = max(float(data[["value", "high"]].max().max()), 1e-9)
    spaced = _apart(sorted(last["value"]), 15 * top / height)
    places = dict(zip(last["value"].sort_values().index, spaced, strict=True))
    labels = last.reset_index().assign(place=lambda d: [places[s] for s in d["series"]])
    return (
        alt.Chart(labels)
        .mark_text(align="left", dx=7, fontSize=13, fontWeight=600)
        .encode(x=alt.value(plot), y=alt.Y("place:Q", scale=scale), text="series:N", color=colour)
    )


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Ascending values pushed up until neighbours are `gap` apart."""
    placed = list(values[:1])
    for _, after in pairwise(values):
        placed.append(max(after, placed[-1] + gap))
    return placed


def _text_columns(base: alt.Chart, columns: Sequence[tuple[str, str, int]], plot: int) -> list[alt.Chart]:
    """Ready texts to the right of the plot, right-aligned under their headings."""
    layers, right = [], plot + 8
    for column, heading, width in columns:
        right += width
        layers.append(base.mark_text(align="right", fontSize=12.5).encode(x=alt.value(right), text=f"{column}:N"))
        head = alt.Chart(pd.DataFrame({"text": [heading]})).mark_text(
            align="right", baseline="bottom", fontSize=11.5, color=COLOURS["muted"]
        )
        layers.append(head.encode(x=alt.value(right), y=alt.value(-6), text="text:N"))
    return layers
