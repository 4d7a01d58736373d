"""Degrees and years of experience that postings ask for, by seniority and year.

The gate is the lowest degree that is required ("Bachelor's or Master's" asks for a Bachelor's). Both denominators are
given: all postings, and those that speak of education at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.quantiles import QUARTILE_ENDS, QUARTILES, clustered_quantiles
from analysis.measures.shares import clustered_shares

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Ints = npt.NDArray[np.int64]

LADDER = ["high_school", "associate", "any", "bachelor", "master", "phd"]
"""Lowest first; `any` is a degree whose level is not said."""
MIN_CELL, MIN_EMPLOYERS = 30, 5
NAMES = ["period", "seniority", "level", "requirement", "postings", "share", "share_low", "share_high"]


def gates(degrees: pd.DataFrame, count: int) -> npt.NDArray[np.int64]:
    """For each of `count` vacancies 2 * level + (0 required, 1 preferred) of its gate; -1 where none is named.

    `degrees`: row (of the vacancy), level, requirement. The lowest required level decides; else the lowest preferred.
    """
    found = np.full(count, -1, dtype=np.int64)
    if degrees.empty:
        return found
    rank = degrees["level"].map({level: at for at, level in enumerate(LADDER)}).to_numpy()
    preferred = (degrees["requirement"] == "preferred").to_numpy().astype(np.int64)
    row = degrees["row"].to_numpy()
    order = np.lexsort((rank, preferred, row))[::-1]  # the lowest comes last, and the last written stays
    found[row[order]] = (2 * rank + preferred)[order]
    return found


def _cells(cells: Cells) -> tuple[Ints, list[tuple[str, str]]]:
    """For each vacancy the numbers of its (period, seniority) cells, four columns, and the labels of the cells."""
    rows = cells.vacancies
    used = cells.counted()
    years = np.array([int(month[:4]) for month in cells.months])
    year = np.where(used, years[np.maximum(rows["month"].to_numpy(), 0)], -1)
    levels = list(rows["seniority"].cat.categories)
    code = rows["seniority"].cat.codes.to_numpy()
    periods = ["all", *map(str, sorted(set(years.tolist())))]
    labels = [(period, level) for period in periods for level in ["all", *levels]]
    width = len(levels) + 1
    at = np.where(year >= 0, year - years.min() + 1, -1)
    columns = [
        np.where((period >= 0) & (level >= 0), period * width + level, -1)
        for period in (np.where(used, 0, -1), at)
        for level in (np.zeros(len(rows), dtype=np.int64), np.where(code >= 0, code + 1, -1))
    ]
    return np.stack(columns, axis=1).astype(np.int64), labels


def education(cells: Cells) -> pd.DataFrame:
    """education.csv: share of postings by gate; `postings` is the cell's size, `none` names no degree at all."""
    gate = gates(_with_rows(cells, cells.facts.degrees), len(cells.vacancies))
    kinds = [("none", "none"), *((level, need) for level in LADDER for need in ("required", "preferred"))]
    marks = sparse.csr_matrix(
        (np.ones(len(gate), np.float32), (np.arange(len(gate)), gate + 1)), shape=(len(gate), len(kinds))
    )
    groups, labels = _cells(cells)
    employers = cells.vacancies["employer"].to_numpy()
    table = []
    for column in groups.T:
        found = clustered_shares(column, len(labels), employers, marks)
        for at in np.flatnonzero((found.postings[:, 0] >= MIN_CELL) & (found.employers[:, 0] >= MIN_EMPLOYERS)):
            naming = found.postings[at, 0] - found.with_skill[at, 0]
            table += [
                (*labels[at], *kinds[kind], int(found.postings[at, 0]), found.share[at, kind], found.low[at, kind],
                 found.high[at, kind], int(found.with_skill[at, kind]),
                 found.with_skill[at, kind] / naming if naming and kind else np.nan, int(found.employers[at, 0]))
                for kind in np.flatnonzero(found.with_skill[at] > 0)
            ]  # fmt: skip
    names = [*NAMES, "postings_with", "share_of_mentioning", "employers"]
    out = pd.DataFrame(table, columns=names)
    return out.sort_values(
        ["period", "seniority", "share"], ascending=[True, True, False], kind="stable", ignore_index=True
    )


def experience(cells: Cells) -> pd.DataFrame:
    """experience.csv: quartiles of the least years of experience that are required, where any are named."""
    years = _with_rows(cells, cells.facts.experience)
    names = ["period", "seniority", "n", "p25", "median", "p75", "employers", "share_naming", *QUARTILE_ENDS]
    if years.empty:
        return pd.DataFrame({name: [] for name in names})
    least = years.groupby("row")["min_years"].max()
    value = np.full(len(cells.vacancies), np.nan)
    value[least.index.to_numpy()] = least.to_numpy()
    groups, labels = _cells(cells)
    employers = cells.vacancies["employer"].to_numpy()
    table = []
    for column in groups.T:
        for at in np.unique(column[column >= 0]):
            inside = column == at
            known = inside & np.isfinite(value)
            if known.sum() >= MIN_CELL and len(np.unique(employers[known])) >= MIN_EMPLOYERS:
                quartiles = clustered_quantiles(value[known], employers[known], QUARTILES)
                table.append((*labels[at], int(known.sum()), *quartiles[:, 0], len(np.unique(employers[known])),
                              known.sum() / inside.sum(), *quartiles[:, 1:].ravel()))  # fmt: skip
    return pd.DataFrame(table, columns=names).sort_values(["period", "seniority"], kind="stable", ignore_index=True)


def _with_rows(cells: Cells, facts: pd.DataFrame) -> pd.DataFrame:
    """Facts with the row of their vacancy."""
    row = np.searchsorted(cells.vacancies["posting_id"].to_numpy(), facts["posting_id"].to_numpy())
    return facts.assign(row=row)


def share_of_labels(cells: Cells, facts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Share of counted postings with each label; `facts`: posting_id, label."""
    columns = [name, "postings_with", "postings", "share", "share_low", "share_high", "employers"]
    used = cells.counted()
    if facts.empty or not used.any():
        return pd.DataFrame({column: [] for column in columns})
    labels, code = np.unique(facts["label"].to_numpy().astype(str), return_inverse=True)
    row = np.searchsorted(cells.vacancies["posting_id"].to_numpy(), facts["posting_id"].to_numpy())
    marks = sparse.csr_matrix(
        (np.ones(len(row), np.float32), (row, code)), shape=(len(cells.vacancies), len(labels)), dtype=np.float32
    )
    marks.data[:] = 1
    found = clustered_shares(np.where(used, 0, -1), 1, cells.vacancies["employer"].to_numpy(), marks)
    kept = np.flatnonzero(found.is_supported[0])
    table = pd.DataFrame(
        {
            name: labels[kept],
            "postings_with": found.with_skill[0, kept].astype(np.int64),
            "postings": int(found.postings[0, 0]),
            "share": found.share[0, kept],
            "share_low": found.low[0, kept],
            "share_high": found.high[0, kept],
            "employers": found.asking[0, kept].astype(np.int64),
        }
    )
    return table.sort_values(["share", name], ascending=[False, True], ignore_index=True)
