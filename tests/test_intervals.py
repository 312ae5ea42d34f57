"""Quantiles and closed-form intervals, against printed numbers and other libraries."""

import numpy as np
import pytest
from scipy.stats import binom

from crmlab import intervals
from crmlab.intervals import kaplan_meier, normal_quantile, student_quantile, tail, wilson


def test_quantiles_of_the_tables():
    assert tail(0.95) == pytest.approx(0.025)
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=5e-7)
    assert normal_quantile(0.99) == pytest.approx(2.575829, abs=5e-7)
    assert student_quantile(0.95, [1, 10]) == pytest.approx([12.706205, 2.228139], abs=5e-7)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1, np.nan, "0.95", None, True])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"confidence is .*[Gg]ive a share such as 0\.95"):
        normal_quantile(confidence)


def test_wilson_solves_the_score_equation():
    # The limits are the roots of |p - limit| = 1.959964 sqrt(limit (1 - limit) / n).
    low, high = wilson([15, 0], [100, 20])
    for limit in (low[0], high[0]):
        assert abs(0.15 - limit) / np.sqrt(limit * (1 - limit) / 100) == pytest.approx(1.959964)
    assert low == pytest.approx([0.0931, 0], abs=5e-5)
    assert high == pytest.approx([0.2328, 0.1611], abs=5e-5)


def test_wilson_at_the_ends_and_for_parts_of_a_trial():
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1
    assert np.isnan(wilson(0, 0)).all()
    assert wilson(1.5, 10.2)[0] < 1.5 / 10.2 < wilson(1.5, 10.2)[1]


def test_wilson_holds_its_share_and_no_more_than_it_must():
    """The chance of holding the truth, added up over all counts: near 95 % for every share."""
    counts = np.arange(61)
    low, high = wilson(counts, 60)
    assert (low <= counts / 60).all()
    assert (high >= counts / 60).all()
    for share in (0.1, 0.25, 0.5):
        held = binom.pmf(counts, 60, share)[(low <= share) & (share <= high)].sum()
        assert 0.93 < held < 0.975


def test_kaplan_meier_of_a_published_table():
    # Freireich et al. (1963), 21 patients on 6-MP, weeks in remission, + still watched: 6 6 6 6+
    # 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+. Survival and standard errors
    # as printed in textbooks.
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    gone = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    survival, variance = kaplan_meier(times, gone, [5, 6, 7, 10, 13, 16, 22, 23, 40])
    printed = [1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448, 0.448]
    assert survival == pytest.approx(printed, abs=6e-4)
    errors = [0, 0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135, 0.135]
    assert survival * np.sqrt(variance) == pytest.approx(errors, abs=6e-4)


def test_kaplan_meier_without_censoring_is_a_share():
    times = np.repeat([1, 2, 3], [2, 3, 5])
    survival, variance = kaplan_meier(times, np.ones(10), [0, 1, 2, 3])
    assert survival == pytest.approx([1, 0.8, 0.5, 0])
    binomial = np.sqrt(np.array([0, 0.8 * 0.2, 0.5 * 0.5]) / 10)
    assert (survival * np.sqrt(variance))[:3] == pytest.approx(binomial)
    assert np.isnan(variance[3])


def test_kaplan_meier_where_nobody_goes():
    survival, variance = kaplan_meier([3, 5], [False, False], [0, 9])
    assert survival.tolist() == [1, 1]
    assert variance.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda rng: rng.gamma(0.3, size=40), 0.3),
        (lambda rng: -rng.exponential(size=40), -1.0),
        (lambda rng: rng.normal(size=40), 0.0),
        (lambda rng: rng.normal(size=8), 0.0),
    ],
)
def test_the_interval_of_a_skewed_mean_holds_the_truth_on_both_sides(draw, truth):
    rng, runs, below, above = np.random.default_rng(11), 2000, 0, 0
    for _ in range(runs):
        drawn = draw(rng)
        error = drawn.std(ddof=1) / len(drawn) ** 0.5
        skew = intervals.skewness(drawn) / len(drawn) ** 0.5
        ends = intervals.skewed_reach(0.95, len(drawn) - 1, skew)
        below += truth < drawn.mean() - ends[0] * error
        above += truth > drawn.mean() + ends[1] * error
    # any seed: 94 to 96 % inside and at most 4 % on a side pass 999 times in 1,000
    fewest, most = binom.ppf(0.0003, runs, 0.94), binom.ppf(0.9997, runs, 0.96)
    assert fewest <= runs - below - above <= most
    assert max(below, above) <= binom.ppf(0.9997, runs, 0.04)


def test_a_skewed_reach_turns_with_the_data():
    below, above = intervals.skewed_reach(0.95, 39, 0.3)
    assert intervals.skewed_reach(0.95, 39, -0.3) == pytest.approx((above, below))
    assert above > below
    q = intervals.student_quantile(0.95, 39)
    assert intervals.skewed_reach(0.95, 39, 1e-5) == pytest.approx((q, q), rel=1e-4)
    assert min(intervals.skewed_reach(0.05, 39, 3.0)) >= 0
