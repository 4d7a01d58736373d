"""`python -m tests.simulator.volume --seeds 10 --scale 0.2`: how far estimators of the index are from the truth.

For each the mean error over months 13 to 36 and the bias of the last six: every true vacancy counted, the index, the
same model with negative binomial weights, and the index smoothed (level and season of `index_adjusted`).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import evolve

from analysis.cells import Cells, Selection, read_cells
from analysis.measures.season import season
from analysis.measures.volume import base_100, rake, usable_months
from corpus.db import open_corpus
from tests.simulator import write
from tests.simulator.run import ROUGH
from tests.simulator.world import Options, World, make_world, smaller


def estimates(world: World, cells: Cells) -> dict[str, np.ndarray]:
    """The series of each estimator over the world's months."""
    usable = usable_months(cells)
    flow = cells.covered_flow() * usable
    seen = flow.sum(axis=1) > 0
    flow, days = flow[seen], cells.exposure[seen] * usable
    poisson = rake(flow, days, np.ones((1, len(flow))))[0]
    found = {"index": poisson, "negative binomial": negative_binomial(flow, days, poisson)}
    number = np.array([12 * int(month[:4]) + int(month[5:7]) - 1 for month in cells.months])
    fitted = season(base_100(poisson, usable), number)
    if fitted is not None:
        found["smoothed"] = fitted.level * np.exp(fitted.effect)
    months = pd.period_range(world.options.first_month, periods=len(world.level), freq="M").astype(str)
    found = {name: pd.Series(series, cells.months).reindex(months).to_numpy() for name, series in found.items()}
    month = world.vacancies["month"].to_numpy()
    every = np.bincount(month[month >= 0], minlength=len(months)) / np.diff(world.starts)
    return {"every true vacancy": every} | found


def negative_binomial(flow: np.ndarray, days: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Month effects with weights 1 / (1 + mean / k), k by moments: large employers' own ups and downs count less."""
    size = flow.sum(axis=1) / np.maximum(days @ level, 1e-12)
    mean = size[:, None] * level * days
    spread = max(float(((flow - mean) ** 2 - mean)[mean > 0].sum() / (mean**2).sum()), 1e-3)
    for _ in range(200):
        weight = 1 / (1 + size[:, None] * level * days * spread)
        size = (weight * flow).sum(axis=1) / np.maximum((weight * days) @ level, 1e-12)
        weight = 1 / (1 + size[:, None] * level * days * spread)
        after = (weight * flow).sum(axis=0) / np.maximum(size @ (weight * days), 1e-12)
        after *= level.sum() / after.sum()
        if np.abs(after - level).max() < 1e-7 * level.mean():
            break
        level = after
    return level


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--scale", type=float, default=0.2, help="size of the worlds; 1 is 76,000 vacancies")
    parser.add_argument("--rough", choices=list(ROUGH), help="a rougher kind of world")
    parser.add_argument("--clean", action="store_true", help="without confounders")
    chosen = parser.parse_args()
    base = evolve(smaller(Options(), chosen.scale), is_clean=chosen.clean, **ROUGH.get(chosen.rough, {}))
    rows = []
    for seed in range(chosen.seeds):
        world = make_world(evolve(base, seed=seed))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "world.db"
            write.quick(world, path)
            with open_corpus(path) as corpus:
                cells = read_cells(corpus, Selection())
        truth = world.level / world.level[:12].mean()
        for name, series in estimates(world, cells).items():
            index = series / np.nanmean(series[:12])
            bias = np.nanmean(index[-6:]) / truth[-6:].mean() - 1
            rows.append((name, np.nanmean(np.abs(index / truth - 1)[12:]), bias))
    table = pd.DataFrame(rows, columns=["estimator", "error", "end_bias"]).groupby("estimator", sort=False)
    print(table.agg(["mean", "sem"]).round(4).to_string())


if __name__ == "__main__":
    main()
