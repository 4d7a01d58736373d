"""The season of the index: what a month of the year adds to it, told apart from where it is going.

`log index = level + season + noise`: a level that walks (a smooth one and a restless one together), twelve effects that
add up to nothing and are shrunk towards it, and noise. How much each may vary is what makes the series itself most
likely (marginal likelihood; Harvey 1989, Koopman and Ooms 2006), so a short or a noisy series gets small effects.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

YEAR = 12
MIN_MONTHS = 24
"""With fewer months a season cannot be told from the level."""
SETTLED_MONTHS = 36
"""With fewer months the factors are provisional."""
WALKS = (0.01, 0.02, 0.04, 0.08, 0.16)
BENDS = (0.0, 0.002, 0.006, 0.02)
SEASONS = (1e-4, 0.02, 0.05, 0.1, 0.2)
NOISES = (0.01, 0.02, 0.04, 0.08, 0.16)
"""Deviations a month that are tried, in logs: steps of the level, changes of its slope, effects, noise."""
VAGUE = 10.0


@frozen
class Season:
    """The effect of each month of the series in logs (mean 0 over a year), and the level without it."""

    effect: Floats
    level: Floats


def season(series: Floats, months: Ints) -> Season | None:
    """Fit the season of a positive series of consecutive `months`, counted from a January; NaN where one is unknown.

    None where fewer than 24 months are known.
    """
    known = np.flatnonzero(np.isfinite(series) & (series > 0))
    if len(known) < MIN_MONTHS:
        return None
    value = np.log(series[known])
    centre = value.mean()
    at = months[known] - months[known][0]
    walk = np.minimum.outer(at, at).astype(np.float64)
    ramp = np.maximum(at[:, None] - np.arange(at[-1] + 1)[None, :], 0).astype(np.float64)
    wave = np.eye(YEAR) - 1 / YEAR
    own = wave[months[known] % YEAR]
    base = VAGUE + np.outer(at - at.mean(), at - at.mean()) / YEAR**2
    parts = (walk, ramp @ ramp.T, own @ own.T)
    best, chosen = -np.inf, np.zeros(4)
    for deviations in product(WALKS, BENDS, SEASONS, NOISES):
        likelihood = _likelihood(value - centre, _covariance(base, parts, deviations))
        if likelihood > best:
            best, chosen = likelihood, np.array(deviations)
    pull = np.linalg.solve(_covariance(base, parts, tuple(chosen)), value - centre)
    of_year = chosen[2] ** 2 * wave @ own.T @ pull
    effect = of_year[months % YEAR]
    level = np.full(len(series), np.nan)
    smooth = base + chosen[0] ** 2 * parts[0] + chosen[1] ** 2 * parts[1]
    level[known] = np.exp(centre + smooth @ pull)
    return Season(effect=effect, level=level)


def _covariance(base: Floats, parts: tuple[Floats, ...], deviations: tuple[float, ...]) -> Floats:
    out = base + deviations[3] ** 2 * np.eye(len(base))
    for part, deviation in zip(parts, deviations, strict=False):
        out = out + deviation**2 * part
    return np.asarray(out)


def _likelihood(value: Floats, covariance: Floats) -> float:
    root = np.linalg.cholesky(covariance)
    half = np.linalg.solve(root, value)
    return float(-0.5 * half @ half - np.log(np.diag(root)).sum())


def year_on_year(series: Floats) -> Floats:
    """Relative change against the same month a year before; unknown where that was nothing."""
    out = np.full(len(series), np.nan)
    before = series[:-YEAR]
    out[YEAR:] = series[YEAR:] / np.where(before == 0, np.nan, before) - 1
    return out
