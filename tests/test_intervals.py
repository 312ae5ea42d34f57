"""Quantiles and closed-form intervals, against printed numbers and other libraries."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

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


def test_wilson_against_statsmodels_and_at_the_ends():
    successes, trials = np.array([0, 1, 7, 10, 40]), np.array([10, 10, 10, 10, 41])
    for confidence in (0.5, 0.95, 0.999):
        expected = proportion_confint(successes, trials, alpha=1 - confidence, method="wilson")
        assert np.allclose(wilson(successes, trials, confidence), expected, atol=1e-12)
    assert wilson(0, 20)[0] == 0
    assert wilson(20, 20)[1] == 1
    assert np.isnan(wilson(0, 0)).all()
    assert wilson(1.5, 10.2)[0] < 1.5 / 10.2 < wilson(1.5, 10.2)[1]


def test_kaplan_meier_against_statsmodels():
    random = np.random.default_rng(5)
    times, seen = random.integers(1, 12, 60), random.random(60) < 0.6
    moments = np.unique(times)
    lost = [(seen & (times == moment)).sum() for moment in moments]
    at_risk = [(times >= moment).sum() for moment in moments]
    survival, variance = kaplan_meier(lost, at_risk)
    curve = SurvfuncRight(times, seen.astype(int))
    places = np.searchsorted(moments, curve.surv_times)
    assert survival[places] == pytest.approx(curve.surv_prob)
    alive = curve.surv_prob > 0
    spread = (survival * np.sqrt(variance))[places]
    assert spread[alive] == pytest.approx(curve.surv_prob_se[alive])


def test_kaplan_meier_without_censoring_is_a_share():
    survival, variance = kaplan_meier([2, 3, 5], [10, 8, 5])
    assert survival == pytest.approx([0.8, 0.5, 0])
    binomial = np.sqrt(np.array([0.8 * 0.2, 0.5 * 0.5]) / 10)
    assert (survival * np.sqrt(variance))[:2] == pytest.approx(binomial)
