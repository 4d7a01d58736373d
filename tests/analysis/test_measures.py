"""Each estimator against a hand-worked case, another library, or a world where the answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from analysis.coverage import Boards, Calendar, _blocks, _gaps, spoken_for, spread, spread_evenly
from analysis.measures.breaks import find_steps, segments
from analysis.measures.chance import percentiles
from analysis.measures.emerging import one_sided, spelling
from analysis.measures.lifetimes import kaplan_meier, lifetime
from analysis.measures.mix import _split
from analysis.measures.pairs import communities, npmi
from analysis.measures.pay import exchange_rates, normalise, within_employer
from analysis.measures.ranking import shrunk
from analysis.measures.shares import clustered_shares, wilson
from analysis.measures.study import gates
from analysis.measures.trends import Panel, benjamini_hochberg, capped_weights, odds_change, slope_test
from analysis.measures.volume import base_100, rake


def day(text: str) -> float:
    return pd.Timestamp(text).value / 86_400e9


class TestCalendar:
    def test_months_and_their_days(self):
        calendar = Calendar.between(day("2024-01-31"), day("2024-03-01"))
        assert calendar.names == ["2024-01", "2024-02"]
        assert calendar.days.tolist() == [31, 29]
        assert calendar.month_of(np.array([day("2024-02-29 23:00"), day("2024-03-01"), np.nan])).tolist() == [1, -1, -1]

    def test_an_opening_between_two_visits_is_spread_over_the_days_between(self):
        calendar = Calendar.between(day("2024-01-01"), day("2024-03-01"))
        rows, months, parts = spread_evenly(
            np.array([day("2024-01-30"), day("2024-02-02")]),
            np.array([day("2024-02-03"), day("2024-02-03")]),
            calendar.edges,
        )
        assert rows.tolist() == [0, 1, 0]
        assert months.tolist() == [0, 1, 1]
        assert parts.tolist() == [0.5, 1.0, 0.5]

    @given(st.lists(st.tuples(st.floats(0, 300), st.floats(0.01, 200)), min_size=1, max_size=20))
    def test_spreading_loses_nothing(self, spans):
        low = np.array([a for a, _ in spans])
        high = low + np.array([b for _, b in spans])
        rows, _, days = spread(low, high, Calendar.between(0, 600).edges)
        assert np.bincount(rows, weights=days, minlength=len(low)) == pytest.approx(high - low)

    def test_copies_are_no_coverage_while_the_employers_own_board_is_read(self):
        """Employer 1 leaves in May; what the aggregator copies of it from then on is no rise of its demand."""
        table = pd.DataFrame(
            {"kind": ["ats", "aggregator"], "first_at": [day("2024-01-01")] * 2,
             "last_at": [day("2024-05-10"), day("2024-08-31")]}, index=[10, 20],
        )  # fmt: skip
        boards = Boards(table, pd.DataFrame(), pd.DataFrame())
        rows = pd.DataFrame(
            [(1, 1, 10, True), (1, 1, 20, False), (2, 1, 10, True), (3, 1, 20, True), (4, 2, 20, True)],
            columns=["vacancy", "employer", "board", "is_home"],
        ).eval("seat = board")
        units = pd.DataFrame({"employer": [1, 1, 2], "board": [10, 20, 20]})
        calendar = Calendar.between(day("2024-01-01"), day("2024-09-01"))
        assert spoken_for(rows, units, boards, calendar).tolist() == [
            [False] * 8,
            [True] * 5 + [False] * 3,
            [False] * 8,
        ]
        unknown = rows[rows["is_home"]]  # without a copy nothing says that the aggregator shows the same adverts
        assert not spoken_for(unknown, units, boards, calendar).any()

    def test_a_silence_longer_than_the_rhythm_is_a_gap(self):
        board = np.array([1, 1, 1, 1, 2, 2])
        at = np.array([0.0, 1, 2, 14, 0, 7])
        gaps = _gaps(board, at)
        assert gaps["days"].tolist() == [1, 1, 12, 7]
        blocks = _blocks(gaps[gaps["days"] < 10])
        assert blocks.to_numpy().tolist() == [[1, 0, 2], [2, 0, 7]]


class TestVolume:
    def test_an_employer_that_enters_does_not_move_the_index(self):
        level = np.array([1.0, 1.2, 0.9, 1.5])
        days = np.array([[30.0, 30, 30, 30], [0, 0, 30, 30], [30, 15, 30, 0]])
        flow = np.array([2.0, 50.0, 7.0])[:, None] * level * days
        found = rake(flow, days, np.ones((1, 3)))[0]
        assert found / found[0] == pytest.approx(level)

    def test_it_is_poisson_pseudo_likelihood(self):
        rng = np.random.default_rng(1)
        flow = rng.poisson(5, (4, 6)).astype(float)
        days = rng.uniform(5, 30, (4, 6))
        unit, month = np.divmod(np.arange(24), 6)
        design = np.column_stack([np.eye(4)[unit], np.eye(6)[month][:, 1:]])
        fit = sm.GLM(flow.ravel(), design, family=sm.families.Poisson(), offset=np.log(days.ravel())).fit()
        found = rake(flow, days, np.ones((1, 4)))[0]
        assert np.log(found[1:] / found[0]) == pytest.approx(fit.params[4:], abs=1e-5)

    def test_base(self):
        series = np.arange(1.0, 25)
        usable = np.ones(24, dtype=bool)
        usable[0] = False
        index = base_100(series, usable)
        assert np.isnan(index[0])
        assert np.nanmean(index[1:13]) == pytest.approx(100)


class TestShares:
    @pytest.mark.parametrize(("k", "n"), [(0, 50), (3, 40), (50, 100), (99, 100)])
    def test_wilson(self, k, n):
        low, high = wilson(np.array([k / n]), np.array([n]))
        assert (low[0], high[0]) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-6)

    def test_one_voice_an_employer(self):
        """Twenty employers that say the same in all their postings are worth about twenty postings."""
        employer = np.repeat(np.arange(20), 50)
        asks = sparse.csr_matrix(((employer % 2)[:, None]).astype(np.float32))
        found = clustered_shares(np.zeros(1000, dtype=np.int64), 1, employer, asks)
        assert found.share[0, 0] == 0.5
        assert found.effective[0, 0] == pytest.approx(19, abs=1)
        assert found.high[0, 0] - found.low[0, 0] > 0.4

    def test_independent_postings_keep_their_number(self):
        employer = np.arange(2000)
        rng = np.random.default_rng(0)
        asks = sparse.csr_matrix((rng.random((2000, 1)) < 0.3).astype(np.float32))
        found = clustered_shares(np.zeros(2000, dtype=np.int64), 1, employer, asks)
        assert found.effective[0, 0] == pytest.approx(2000, rel=0.01)

    def test_a_few_employers_that_post_most_leave_the_market_inside_the_interval(self):
        """Twelve employers of very unequal size, each asking at its own rate around 30 %."""
        rng = np.random.default_rng(6)
        hit = 0
        for _ in range(400):
            employer = np.repeat(np.arange(12), np.exp(rng.normal(3, 1.3, 12)).astype(int) + 1)
            rate = rng.beta(3, 7, 12)[employer]
            asks = sparse.csr_matrix((rng.random(len(employer)) < rate)[:, None].astype(np.float32))
            found = clustered_shares(np.zeros(len(employer), dtype=np.int64), 1, employer, asks)
            hit += found.low[0, 0] <= 0.3 <= found.high[0, 0]
        assert hit / 400 >= 0.95  # 0.945 by the plain variance

    def test_a_single_employer_has_no_interval_over_employers(self):
        asks = sparse.csr_matrix(np.ones((4, 1), dtype=np.float32))
        found = clustered_shares(np.zeros(4, dtype=np.int64), 1, np.zeros(4, dtype=np.int64), asks)
        assert found.share[0, 0] == 1
        assert not found.is_supported.any()

    def test_percentiles_of_many_employers_and_of_few(self):
        assert percentiles(np.ones(10_000)) == pytest.approx((2.5, 97.5), abs=0.02)
        low, high = percentiles(np.ones(10))  # Hesterberg 2015, table 5: 0.0086 instead of 0.025
        assert (low, high) == (pytest.approx(0.86, abs=0.02), pytest.approx(99.14, abs=0.02))
        assert percentiles(np.array([50.0, 1, 1, 1]))[0] < 0.01  # one that posts nearly everything


def panel(counts: np.ndarray, asking: np.ndarray) -> Panel:
    """Units x months of postings, and units x months x skills of those that ask; every unit is an employer."""
    unit, month = np.nonzero(counts)
    size = counts[unit, month].astype(float)
    totals = counts.sum(axis=1).astype(float)
    return Panel(
        unit, month, size, sparse.csr_matrix(asking[unit, month].astype(float)), np.arange(len(counts)), len(counts),
        capped_weights(totals),
    )  # fmt: skip


class TestTrends:
    def test_odds_ratio_by_hand(self):
        """Two strata: (8 of 20 -> 12 of 20) and (1 of 10 -> 3 of 10)."""
        found = odds_change(
            panel(np.array([[20, 20], [10, 10]]), np.array([[[8], [12]], [[1], [3]]])), range(1), range(1, 2)
        )
        up = 12 * 12 / 40 + 3 * 9 / 20
        down = 8 * 8 / 40 + 1 * 7 / 20
        assert found.change[0] == pytest.approx(np.log(up / down))
        each = [np.log((3 * 9 / 20) / (1 * 7 / 20)), np.log((12 * 12) / (8 * 8))]
        mean = sum(each) / 2
        assert found.error[0] == pytest.approx(np.sqrt(0.5 * sum((e - mean) ** 2 for e in each)))

    def test_wild_bootstrap_equals_the_plain_computation(self):
        """The three matrix products against refitting every replicate by least squares."""
        rng = np.random.default_rng(3)
        counts = rng.integers(1, 6, (12, 30))
        asking = rng.binomial(counts, 0.4)[:, :, None]
        data = panel(counts, asking)
        found = slope_test(data, np.array([0]), replicates=199)
        assert found.p_value[0] == pytest.approx(_plain_wild_p(data, 199), abs=0.011)

    def test_flat_worlds_are_rarely_called_and_slopes_are_found(self):
        rng = np.random.default_rng(5)
        employers, months, skills = 60, 36, 200
        counts = rng.poisson(6, (employers, months)) + 1
        own = rng.normal(0, 0.9, (employers, 1, skills))
        slopes = rng.normal(0, 0.4, (employers, 1, skills)) * np.linspace(-0.5, 0.5, months)[None, :, None]
        trend = np.where(np.arange(skills) < 20, 1.2, 0.0) * np.linspace(0, 1, months)[:, None]
        share = 1 / (1 + np.exp(-(own + slopes + trend[None] - 1)))
        data = panel(counts, rng.binomial(counts[:, :, None], share))
        p_value = slope_test(data, np.arange(skills), replicates=999).p_value
        assert (p_value[20:] < 0.05).mean() < 0.10
        assert (p_value[:20] < 0.01).mean() > 0.95

    def test_one_employer_is_no_trend(self):
        counts = np.full((30, 36), 5)
        asking = np.full((30, 36, 1), 1)
        asking[0, 18:, 0] = 5
        assert slope_test(panel(counts, asking), np.array([0]), replicates=999).p_value[0] > 0.2

    def test_a_season_is_no_trend(self):
        rng = np.random.default_rng(2)
        counts = np.full((50, 24), 20)
        share = 0.4 + 0.2 * np.cos(2 * np.pi * (np.arange(24) + 4) / 12)
        asking = rng.binomial(counts, share[None, :])[:, :, None]
        assert slope_test(panel(counts, asking), np.array([0]), replicates=999).p_value[0] > 0.05

    def test_weights_cap(self):
        sizes = np.array([1000.0, 300.0] + [10.0] * 100)
        weighted = sizes * capped_weights(sizes)
        assert weighted.max() / weighted.sum() == pytest.approx(0.05)
        assert capped_weights(np.full(100, 5.0)).tolist() == [1.0] * 100

    @given(st.lists(st.floats(0.1, 1e5), min_size=1, max_size=60))
    def test_weights_never_exceed_one_and_respect_the_cap(self, sizes):
        sizes = np.array(sizes)
        weight = capped_weights(sizes)
        assert (weight <= 1).all()
        assert (weight * sizes).max() <= max(0.05, 2 / len(sizes)) * (weight * sizes).sum() * (1 + 1e-6)

    def test_unknown_p_values_stay_unknown(self):
        q_values = benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03]))
        assert q_values[[0, 2, 3]] == pytest.approx([0.03, 0.04, 0.04])
        assert np.isnan(q_values[1])

    def test_noise_is_shrunk_and_signal_stays(self):
        mean, _ = shrunk(np.array([2.0, -0.1, 0.1, 1.0]), np.array([1.5, 0.05, 0.05, 0.05]))
        assert abs(mean[0]) < 1
        assert mean[3] > 0.95


def _plain_wild_p(data: Panel, replicates: int) -> float:
    share = data.asks.toarray()[:, 0] / data.size
    weight = data.size * data.weight[data.unit]
    angle = 2 * np.pi * data.month / 12
    waves = np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])
    units = np.eye(data.employers)[data.unit]
    null = np.column_stack([units, waves])
    full = np.column_stack([data.month / 12, units, waves])
    root = np.sqrt(weight)[:, None]

    def t_value(y):
        fit = np.linalg.lstsq(full * root, y * root[:, 0], rcond=None)[0]
        rest = y - full @ fit
        slope = full[:, 0] - null @ np.linalg.lstsq(null * root, full[:, 0] * root[:, 0], rcond=None)[0]
        scores = np.array([(weight * slope * rest)[data.unit == g].sum() for g in range(data.employers)])
        return abs(fit[0]) * (weight @ slope**2) / np.sqrt((scores**2).sum())

    fitted = null @ np.linalg.lstsq(null * root, share * root[:, 0], rcond=None)[0]
    flips = 2 * np.random.default_rng(20220817).integers(0, 2, (replicates, data.employers), dtype=np.int8) - 1
    real = t_value(share)
    hits = sum(t_value(fitted + flip[data.unit] * (share - fitted)) >= real - 1e-6 for flip in flips)
    return (hits + 1) / (replicates + 1)


class TestBreaks:
    weight = np.ones(36)
    months = np.arange(36)

    def test_a_step_is_found_in_its_month(self):
        for at in (6, 13, 22, 30):
            series = np.where(self.months < at, 0.2, 0.3) + np.random.default_rng(at).normal(0, 0.01, 36)
            breaks, levels = find_steps(series, self.weight, self.months)
            assert breaks == [at]
            assert levels == pytest.approx([0.2, 0.3], abs=0.01)

    def test_no_step_in_noise_or_seasons(self):
        found = 0
        for seed in range(60):
            noise = np.random.default_rng(seed).normal(0, 0.02, 36)
            season = 0.05 * np.cos(2 * np.pi * self.months / 12) * (seed % 2)
            found += len(find_steps(0.3 + season + noise, self.weight, self.months)[0])
        assert found <= 2

    def test_a_line_is_no_staircase(self):
        for seed in range(20):
            series = 0.2 + 0.004 * self.months + np.random.default_rng(seed).normal(0, 0.01, 36)
            assert find_steps(series, self.weight, self.months)[0] == []

    def test_segments_are_optimal(self):
        series = np.array([0, 0, 0, 5, 5, 5, 5, 1, 1, 1], dtype=float)
        assert segments(series, np.ones(10), 0.5) == [3, 7]
        assert segments(series, np.ones(10), 1000) == []


class TestLifetimes:
    def test_as_statsmodels(self):
        rng = np.random.default_rng(4)
        entry = rng.uniform(0, 5, 300)
        leave = entry + rng.exponential(20, 300) + 0.01
        event = rng.random(300) < 0.7
        curve = kaplan_meier(entry, leave, event, np.ones(300))
        other = SurvfuncRight(leave, event.astype(int), entry=entry)
        assert [curve.at(t) for t in (5, 15, 30)] == pytest.approx(
            [other.surv_prob[other.surv_times <= t][-1] for t in (5, 15, 30)], abs=1e-3
        )

    @pytest.mark.parametrize("every", [1.0, 7.0])
    def test_visits_apart_do_not_move_the_median(self, every):
        rng = np.random.default_rng(6)
        opened = rng.uniform(0, 700, 20_000)
        closed = opened + rng.exponential(25 / np.log(2), 20_000)
        first = np.ceil(opened / every) * every
        last = np.floor(closed / every) * every
        seen = last >= first
        end = last + every
        rows = pd.DataFrame({"open_low": first - every, "open_high": first, "last_low": np.minimum(last, 730)})
        rows["is_closed"] = end <= 730
        rows["last_high"] = rows["closed_at"] = np.where(rows["is_closed"], end, np.nan)
        assert lifetime(rows[seen & (first <= 730)]).quantile() == pytest.approx(25, abs=1.2)


def test_within_and_between_by_hand():
    """A asks 1/10 -> 2/10, B asks 8/10 -> 8/10 and doubles."""
    n0, n1 = np.array([10.0, 10.0]), np.array([10.0, 20.0])
    y0, y1 = np.array([[1.0], [8.0]]), np.array([[2.0], [16.0]])
    change, within = _split(np.ones((1, 2)), n0, y0, n1, y1)
    assert change[0, 0] == pytest.approx(18 / 30 - 9 / 20)
    assert within[0, 0] == pytest.approx((0.5 + 1 / 3) / 2 * 0.1)


class TestPay:
    def test_normalise(self):
        rows = pd.DataFrame(
            [
                (100_000, 120_000, "USD", "year"),
                (50, 60, "USD", "hour"),
                (5_000, None, "EUR", "month"),
                (100_000, 120_000, "XXX", "year"),
                (1, 2, "USD", "year"),
                (60_000, 250_000, "USD", "year"),
                (90_000, 80_000, "USD", "year"),
                (90_000, 80_000, "USD", None),
            ],
            columns=["min_amount", "max_amount", "currency", "unit"],
        )
        found = normalise(rows, np.full(len(rows), 2023))
        assert found["problem"].tolist() == [
            *("", "", "", "currency not known", "implausible", "range too wide", "", "period not known")
        ]
        assert found["middle"].iloc[:3].tolist() == pytest.approx([110_000, 55 * 2080, 60_000 / 0.9245])
        assert found["min"].iloc[6] == 80_000

    def test_every_rate_is_known_and_sane(self):
        rates = exchange_rates()
        assert not rates.isna().any().any()
        assert (rates["USD"] == 1).all()
        assert rates["EUR"].between(0.6, 1.1).all()

    def test_as_least_squares_with_dummies(self):
        rng = np.random.default_rng(7)
        employer = rng.integers(0, 15, 400)
        x = (rng.random((400, 3)) < 0.4).astype(float)
        y = x @ [0.1, -0.2, 0.0] + rng.normal(0, 1, 15)[employer] + rng.normal(0, 0.1, 400)
        slope, error = within_employer(sparse.csr_matrix(x), y, employer, 3)
        design = np.column_stack([x, np.eye(15)[employer]])
        fit = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": employer})
        assert slope == pytest.approx(fit.params[:3], abs=1e-5)
        assert error == pytest.approx(fit.bse[:3], rel=0.02)


def test_the_gate_is_the_lowest_required_degree():
    rows = pd.DataFrame(
        [
            (0, "master", "required"),
            (0, "bachelor", "required"),
            (0, "high_school", "preferred"),
            (1, "phd", "preferred"),
        ],
        columns=["row", "level", "requirement"],
    )
    assert gates(rows, 3).tolist() == [2 * 3, 2 * 5 + 1, -1]


def test_communities_and_closeness():
    weights = np.zeros((6, 6))
    for a, b in [(0, 1), (0, 2), (1, 2), (3, 4), (4, 5), (3, 5)]:
        weights[a, b] = weights[b, a] = 0.5
    weights[2, 3] = weights[3, 2] = 0.05
    assert sorted(communities(weights)) == [[0, 1, 2], [3, 4, 5]]
    assert npmi(np.array([10.0]), np.array([10.0]), np.array([10.0]), 100)[0] == pytest.approx(1)
    assert npmi(np.array([1.0]), np.array([10.0]), np.array([10.0]), 100)[0] == pytest.approx(0)


def test_new_terms():
    assert spelling("vLLM") == spelling("v-LLMs")
    assert spelling("Kubernetes") != spelling("Kubeflow")
    p_value = one_sided(np.array([30.0, 6.0]), 200, np.array([2.0, 6.0]), 200)
    assert p_value[0] < 0.001 < 0.3 < p_value[1]
