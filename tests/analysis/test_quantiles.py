"""Quantiles whose intervals know that postings of one employer are alike."""

import numpy as np
import pytest

from analysis.measures.quantiles import clustered_quantiles


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Employers that pay alike within, and not between: 400 worlds of 40 employers."""
    rng = np.random.default_rng(3)
    hit = plain = 0
    for _ in range(400):
        employer = np.repeat(np.arange(40), rng.integers(3, 40, 40))
        pay = np.exp(12 + rng.normal(0, 0.25, 40)[employer] + rng.normal(0, 0.15, len(employer)))
        ((_, low, high),) = clustered_quantiles(pay, employer, (0.5,))
        hit += low <= np.exp(12) <= high
        ((_, low, high),) = clustered_quantiles(pay, np.arange(len(pay)), (0.5,))
        plain += low <= np.exp(12) <= high
    assert 0.91 <= hit / 400 <= 0.98
    assert plain / 400 < 0.75  # as if postings were independent


def test_a_few_employers_that_post_most_widen_the_interval():
    """Twelve employers of very unequal size: the plain variance holds the truth less often than it says."""
    rng = np.random.default_rng(4)
    hit = 0
    for _ in range(400):
        employer = np.repeat(np.arange(12), np.exp(rng.normal(3, 1.3, 12)).astype(int) + 1)
        pay = np.exp(12 + rng.normal(0, 0.25, 12)[employer] + rng.normal(0, 0.15, len(employer)))
        ((_, low, high),) = clustered_quantiles(pay, employer, (0.5,))
        hit += low <= np.exp(12) <= high
    assert hit / 400 >= 0.93


def test_round_numbers_keep_their_interval():
    """Years and salaries come in steps: many values at the median itself."""
    values = np.repeat([2.0, 3.0, 5.0], [30, 50, 30])
    clusters = np.tile(np.arange(11), 10)
    (low_quartile, median, high_quartile) = clustered_quantiles(values, clusters, (0.25, 0.5, 0.75))
    assert median.tolist() == [3.0, 3.0, 3.0]
    assert low_quartile[0] == 2.0 or low_quartile[0] == 3.0
    assert low_quartile[1] <= low_quartile[0] <= low_quartile[2]
    assert high_quartile[1] <= high_quartile[0] <= high_quartile[2]


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_the_quantile_is_numpys(share):
    values = np.random.default_rng(5).normal(size=101)
    found = clustered_quantiles(values, np.arange(101) % 9, (share,))
    assert found[0, 0] == np.quantile(values, share)
