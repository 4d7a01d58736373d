"""Does a headline stand when one employer or one source is left out? Each is computed anew without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from analysis.measures.shares import recent_months
from analysis.measures.trends import make_panel, odds_change, periods
from analysis.measures.volume import base_100, rake, usable_months

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from analysis.cells import Cells

LARGEST = 10
"""Employers that are left out in turn: those with the most postings."""
TOLERANCE = {"volume": 0.15, "common": 0.15, "pay": 0.10, "phd": 0.25}
"""Relative change at which a headline that has no sign no longer stands."""


@frozen
class Subject:
    """One headline: how it is computed, and what it is on the whole."""

    name: str
    about: str
    value: float
    compute: Callable[[npt.NDArray[np.bool_]], float]
    """From the vacancies that are kept."""


def subjects(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> list[Subject]:
    """The headlines that the tables bear."""
    everything = np.ones(len(cells.vacancies), dtype=bool)
    made: list[tuple[str, str, Callable[[npt.NDArray[np.bool_]], float]]] = []
    if tables["volume"]["index"].notna().any():
        made.append(("volume", "index", lambda kept: _last_index(cells, kept)))
    rank = tables["skill_rank"]
    for trend, at in (("rising", 0), ("falling", -1)):
        rows = rank[rank["trend"] == trend]
        if len(rows):
            made.append((trend, str(rows["skill"].iloc[at]), _odds(cells, str(rows["skill"].iloc[at]))))
    shares = tables["current_shares"]
    whole = shares[(shares["group"] == "all") & (shares["kind"] != "soft")]
    if len(whole):
        made.append(("common", str(whole["skill"].iloc[0]), _share(cells, str(whole["skill"].iloc[0]))))
    if len(tables["pay_of_vacancies"]) and len(tables["salary"]):
        made.append(("pay", "median pay", _median_pay(cells, tables["pay_of_vacancies"])))
    return [Subject(name, about, compute(everything), compute) for name, about, compute in made]


def _last_index(cells: Cells, kept: npt.NDArray[np.bool_]) -> float:
    """The last settled value of the matched index, of the units of the kept vacancies."""
    usable = usable_months(cells)
    units = np.zeros(len(cells.units), dtype=bool)
    units[cells.vacancies["unit"].to_numpy()[kept]] = True
    flow, days = cells.covered_flow()[units] * usable, cells.exposure[units] * usable
    index = base_100(rake(flow, days, np.ones((1, len(flow))), 60, 1e-5)[0], usable)
    known = index[np.isfinite(index)]
    return float(known[-3:].mean()) if len(known) else np.nan


def _odds(cells: Cells, skill: str) -> Callable[[npt.NDArray[np.bool_]], float]:
    from attrs import evolve

    column = int(np.flatnonzero(cells.skills["name"] == skill)[0])
    narrow = evolve(cells, asks=cells.asks[:, [column]].tocsr(), skills=cells.skills.iloc[[column]])
    first, last = periods(cells)
    counted = cells.counted()

    def change(kept: npt.NDArray[np.bool_]) -> float:
        at = kept & counted
        part = evolve(narrow, vacancies=cells.vacancies[at], asks=narrow.asks[at])
        panel = make_panel(part)
        return float(odds_change(panel, first, last).change[0]) if panel is not None else np.nan

    return change


def _share(cells: Cells, skill: str) -> Callable[[npt.NDArray[np.bool_]], float]:
    column = int(np.flatnonzero(cells.skills["name"] == skill)[0])
    asks = cells.asks[:, [column]].toarray().ravel() > 0
    first, last = recent_months(cells)
    months = cells.vacancies["month"].to_numpy()
    base = cells.counted() & (months >= first) & (months < last)
    return lambda kept: float(asks[base & kept].mean()) if (base & kept).any() else np.nan


def _median_pay(cells: Cells, pay: pd.DataFrame) -> Callable[[npt.NDArray[np.bool_]], float]:
    rows = pay.index.to_numpy(dtype=np.int64)
    used = cells.counted()[rows]
    middle = pay["middle"].to_numpy()
    return lambda kept: float(np.median(middle[used & kept[rows]])) if (used & kept[rows]).any() else np.nan


def sensitivity(cells: Cells, found: list[Subject]) -> pd.DataFrame:
    """Each headline without each of the largest employers and without each source."""
    employers = cells.vacancies["employer"]
    largest = employers.value_counts().index[:LARGEST]
    sources = cells.boards.table["source"].reindex(cells.vacancies["board"]).to_numpy()
    groups = [
        ("employer", cells.employer_names.get(e) or f"employer {e}", (employers != e).to_numpy()) for e in largest
    ]
    names = sorted(set(sources))
    if len(names) > 1:
        groups += [("source", name, sources != name) for name in names]
    rows = [
        (subject.name, subject.about, kind, name, subject.value, without, without - subject.value)
        for subject in found
        for kind, name, kept in groups
        for without in [subject.compute(kept)]
    ]
    return pd.DataFrame(
        rows, columns=["headline", "subject", "without", "left_out", "value", "value_without", "change"]
    )


def headline_checks(table: pd.DataFrame) -> pd.DataFrame:
    """One row a headline: it passes if no single employer or source turns its sign or moves it beyond tolerance."""
    rows = []
    for name, part in table.groupby("headline", sort=False):
        value = part["value"].iloc[0]
        if name in ("rising", "falling"):
            bad = part[~(part["value_without"] * value > 0)]
            what = "changes its sign"
        else:
            bad = part[~(part["change"].abs() <= TOLERANCE[str(name)] * abs(value))]
            what = f"moves by more than {TOLERANCE[str(name)]:.0%}"
        worst = part.iloc[int(np.nan_to_num(part["change"].abs().to_numpy()).argmax())]
        if len(bad):
            detail = f"without {bad['left_out'].iloc[0]} it {what}"
        else:
            detail = f"moves most without {worst['left_out']}: {worst['value']:.3g} to {worst['value_without']:.3g}"
        rows.append((name, part["subject"].iloc[0], bad.empty, detail))
    return pd.DataFrame(rows, columns=["headline", "subject", "is_passed", "detail"])
