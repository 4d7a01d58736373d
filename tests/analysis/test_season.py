"""The season of the index: found where it is, not invented where it is not, and never from a short history."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.seasonal import STL

from analysis.measures.season import season, year_on_year

PATTERN = np.where(np.arange(12) == 11, -0.14, 0) + 0.05 * np.cos(2 * np.pi * (np.arange(12) - 1) / 12)
PATTERN = PATTERN - PATTERN.mean()
"""December falls by 14 %, and winter is livelier than summer."""


def series(length: int, noise: float, seed: int, *, pattern: np.ndarray = PATTERN, start: int = 0):
    months = start + np.arange(length)
    path = 0.45 * np.sin(np.pi * np.arange(length) / (length - 1) * 1.4 + 0.2)
    rng = np.random.default_rng(seed)
    return 100 * np.exp(path + pattern[months % 12] + rng.normal(0, noise, length)), months, path


@pytest.mark.parametrize("start", [0, 5])
def test_the_season_is_found_and_the_level_with_it(start):
    errors = []
    for seed in range(6):
        values, months, path = series(60, 0.02, seed, start=start)
        found = season(values, months)
        errors.append(np.sqrt(((found.effect[:12] - PATTERN[months[:12] % 12]) ** 2).mean()))
        assert np.log(found.level) - np.log(found.level).mean() == pytest.approx(path - path.mean(), abs=0.08)
    assert np.mean(errors) < 0.015


def test_month_on_month_is_told_better_than_without_and_than_by_stl():
    raw, ours, theirs = [], [], []
    for seed in range(8):
        values, months, path = series(36, 0.02, seed)
        log = np.log(values)

        def miss(told, path=path):
            return np.abs(np.diff(told) - np.diff(path)).mean()

        raw.append(miss(log))
        ours.append(miss(log - season(values, months).effect))
        theirs.append(miss(log - STL(log, period=12, robust=True).fit().seasonal))
    assert np.mean(ours) < 0.6 * np.mean(raw)
    assert np.mean(ours) < np.mean(theirs)


def test_where_there_is_no_season_next_to_none_is_found():
    sizes = []
    for seed in range(6):
        values, months, _ = series(36, 0.05, seed, pattern=np.zeros(12))
        sizes.append(np.sqrt((season(values, months).effect ** 2).mean()))
    assert np.mean(sizes) < 0.02


def test_unknown_months_are_bridged_and_short_histories_refused():
    values, months, _ = series(36, 0.02, 1)
    values[[0, 20]] = np.nan
    found = season(values, months)
    assert np.isfinite(found.effect).all()
    assert np.isnan(found.level[[0, 20]]).all()
    assert season(*series(23, 0.02, 1)[:2]) is None


def test_effects_add_up_to_nothing_over_a_year():
    values, months, _ = series(48, 0.03, 2)
    assert season(values, months).effect[:12].sum() == pytest.approx(0, abs=1e-9)


def test_year_on_year():
    values = np.concatenate([np.full(12, 50.0), np.full(3, 75.0)])
    found = year_on_year(values)
    assert np.isnan(found[:12]).all()
    assert found[12:] == pytest.approx([0.5] * 3)
