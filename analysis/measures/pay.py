"""What postings say they pay, and which skills go with higher pay at the same employer.

Amounts are brought to US dollars a year; only disclosed base pay is counted. A premium is no causal return.
"""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse, stats

from analysis.measures.quantiles import QUARTILE_ENDS, QUARTILES, clustered_quantiles
from analysis.measures.shares import indicator

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.cells import Cells

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0, "day": 260.0, "hour": 2080.0}
LOWEST, HIGHEST = 8_000.0, 1_500_000.0
"""US dollars a year outside of which an amount is a mistake."""
WIDEST = 3.0
"""A range whose end is more than this many times its start is no statement of pay."""
SOURCES = ("api", "jsonld", "text")
"""Whose word counts first; what a site predicts is no disclosure."""
MIN_GROUP, MIN_EMPLOYERS = 30, 5
MIN_WITH_SKILL = 30
PREMIUM_COLUMNS = ["skill", "premium_log_points", "low", "high", "n", "employers"]


@functools.cache
def exchange_rates() -> pd.DataFrame:
    """Units of each currency (column) for one US dollar, by year (index): fx.csv, which names its source."""
    with resources.files("analysis").joinpath("fx.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", index_col="year").interpolate(limit_direction="both")


def normalise(salaries: pd.DataFrame, year: Ints) -> pd.DataFrame:
    """Disclosed pay as US dollars a year: min, max, middle, and `problem` where a row cannot be used.

    `salaries`: min_amount, max_amount, currency, unit. `year`: of each row, for the exchange rate (nearest known).
    """
    rates = exchange_rates()
    at = np.clip(year, rates.index.min(), rates.index.max()) - rates.index.min()
    column = pd.Series(np.arange(rates.shape[1]), index=rates.columns).reindex(salaries["currency"]).to_numpy()
    known = np.isfinite(column)
    rate = np.full(len(salaries), np.nan)
    rate[known] = rates.to_numpy()[at[known], column[known].astype(int)]
    factor = salaries["unit"].map(PER_YEAR).to_numpy(dtype=np.float64) / rate
    low = salaries["min_amount"].fillna(salaries["max_amount"]).to_numpy(dtype=np.float64)
    high = salaries["max_amount"].fillna(salaries["min_amount"]).to_numpy(dtype=np.float64)
    low, high = np.minimum(low, high) * factor, np.maximum(low, high) * factor
    problem = np.select(
        [
            ~known,
            ~np.isfinite(salaries["unit"].map(PER_YEAR).to_numpy(dtype=np.float64)),
            ~np.isfinite(low) | (low < LOWEST) | (high > HIGHEST),
            high > WIDEST * low,
        ],
        ["currency not known", "period not known", "implausible", "range too wide"],
        default="",
    )
    return pd.DataFrame({"min": low, "max": high, "middle": (low + high) / 2, "problem": problem})


def disclosed(cells: Cells) -> pd.DataFrame:
    """The usable pay of each vacancy that discloses any, indexed by the row of the vacancy: min, max, middle."""
    pay = cells.facts.salaries
    if pay.empty:
        return pd.DataFrame({"min": [], "max": [], "middle": []})
    row = np.searchsorted(cells.vacancies["posting_id"].to_numpy(), pay["posting_id"].to_numpy())
    day = cells.vacancies["open_high"].to_numpy()[row]
    year = pd.to_datetime(np.nan_to_num(day), unit="D").year.to_numpy()
    found = normalise(pay, year.astype(np.int64))
    found["row"], found["order"] = row, pay["source"].map({s: i for i, s in enumerate(SOURCES)}).to_numpy()
    found = found[found["problem"] == ""].sort_values(["row", "order"], kind="stable")
    best = found.drop_duplicates("row").set_index("row")["order"]
    same = found[found["order"].to_numpy() == best.loc[found["row"]].to_numpy()]  # several places: their middle
    return pd.DataFrame(same.groupby("row")[["min", "max", "middle"]].mean())


def salary(cells: Cells, pay: pd.DataFrame) -> pd.DataFrame:
    """salary.csv: quartiles of the middle of disclosed ranges, of all and by stratum, in US dollars a year.

    Each quartile has its 95 % interval with employers as clusters.
    """
    names = [
        "group",
        "n",
        "p25",
        "median",
        "p75",
        "employers",
        "share_disclosed",
        "currency",
        "median_min",
        "median_max",
        *QUARTILE_ENDS,
    ]
    usable = pay.index[cells.counted()[pay.index.to_numpy(dtype=np.int64)]] if len(pay) else pay.index
    rows = cells.vacancies.iloc[usable.to_numpy(dtype=np.int64)]
    whole = cells.vacancies[cells.counted()]
    groups: list[tuple[str, pd.DataFrame, int]] = [("all", rows, len(whole))]
    for stratum in ("seniority", "country", "role_family", "work_mode"):
        sizes = whole[stratum].value_counts()
        parts = [(str(value), part) for value, part in rows.groupby(stratum, observed=True)]
        groups += [(name, part, int(sizes[name])) for name, part in sorted(parts, key=lambda p: (-len(p[1]), p[0]))]
    table = []
    for name, part, size in groups:
        if len(part) < MIN_GROUP or part["employer"].nunique() < MIN_EMPLOYERS:
            continue
        own = pay.loc[part.index]
        quartiles = clustered_quantiles(own["middle"].to_numpy(), part["employer"].to_numpy(), QUARTILES)
        table.append(
            (name, len(part), *quartiles[:, 0], part["employer"].nunique(), len(part) / size, "USD",
             own["min"].median(), own["max"].median(), *quartiles[:, 1:].ravel())
        )  # fmt: skip
    return pd.DataFrame(table, columns=names).round(
        dict.fromkeys(("p25", "median", "p75", "median_min", "median_max", *QUARTILE_ENDS), 0)
    )


def salary_premium(cells: Cells, pay: pd.DataFrame) -> pd.DataFrame:
    """salary_premium.csv: difference in log pay that goes with a skill, employer and circumstances held fixed."""
    nothing = pd.DataFrame({name: [] for name in PREMIUM_COLUMNS})
    rows = pay.index.to_numpy(dtype=np.int64)
    if len(rows) < 2 * MIN_WITH_SKILL:
        return nothing
    vacancies = cells.vacancies.iloc[rows]
    _, employer = np.unique(vacancies["employer"].to_numpy(), return_inverse=True)
    asks = cells.asks[rows].astype(np.float64)
    asking = (indicator(employer, employer.max() + 1) @ asks > 0).sum(axis=0)
    counts = np.asarray(asks.sum(axis=0)).ravel()
    support = (counts >= MIN_WITH_SKILL) & (np.asarray(asking).ravel() >= MIN_EMPLOYERS)
    support &= counts <= len(rows) - MIN_WITH_SKILL
    columns = np.flatnonzero(support)
    columns = columns[np.argsort(-counts[columns], kind="stable")][: len(rows) // 20]
    if not len(columns):
        return nothing
    month = cells.calendar.month_of(vacancies["open_high"].to_numpy())
    others = [
        _dummies(vacancies[name].cat.codes.to_numpy()) for name in ("role_family", "seniority", "country", "work_mode")
    ]
    design = sparse.hstack([asks[:, columns], *others, _dummies(month)], format="csr")
    slope, error = within_employer(design, np.log(pay["middle"].to_numpy()), employer.astype(np.int64), len(columns))
    spread = stats.t.ppf(0.975, max(employer.max(), 1))
    table = pd.DataFrame(
        {
            "skill": cells.skills["name"].to_numpy()[columns],
            "premium_log_points": slope,
            "low": slope - spread * error,
            "high": slope + spread * error,
            "n": counts[columns].astype(np.int64),
            "employers": np.asarray(asking).ravel()[columns].astype(np.int64),
        }
    )
    return table.sort_values(["premium_log_points", "skill"], ascending=[False, True], ignore_index=True)


def _dummies(codes: npt.NDArray[np.integer]) -> sparse.csr_matrix:
    """One column a value, the commonest left out as the base; -1 (not said) is a value too."""
    values, place = np.unique(codes, return_inverse=True)
    base = np.bincount(place).argmax()
    kept = place != base
    column = place - (place > base)
    rows = np.flatnonzero(kept)
    return sparse.csr_matrix((np.ones(len(rows)), (rows, column[kept])), shape=(len(codes), max(len(values) - 1, 0)))


def within_employer(design: sparse.csr_matrix, pay: Floats, employer: Ints, count: int) -> tuple[Floats, Floats]:
    """The first `count` coefficients of least squares with employer effects, and errors clustered by employer.

    Nothing dense is made of the postings: means by employer are taken off the products of the sparse design.
    """
    groups = int(employer.max()) + 1
    gather = indicator(employer, groups).astype(np.float64)
    sizes = np.asarray(gather.sum(axis=1)).ravel()
    means = sparse.diags(1 / sizes) @ (gather @ design)
    own = pay - (gather @ pay / sizes)[employer]
    normal = (design.T @ design - means.T @ sparse.diags(sizes) @ means).toarray()
    scale = np.sqrt(np.maximum(np.diag(normal), 1e-9))
    normal = normal / np.outer(scale, scale) + 1e-8 * np.eye(len(scale))
    inverse = np.linalg.pinv(normal, hermitian=True)
    slope = inverse @ (design.T @ own / scale) / scale
    rest = own - (design @ slope - (means @ slope)[employer])
    scores = (gather @ design.multiply(rest[:, None]).tocsr() - sparse.diags(gather @ rest) @ means).toarray()
    scores = (scores / scale) @ inverse / scale
    freedom = groups / max(groups - 1, 1) * (len(pay) - 1) / max(len(pay) - groups - len(slope), 1)
    error = np.sqrt(np.maximum((scores**2).sum(axis=0) * freedom, 0))
    return slope[:count], error[:count]
