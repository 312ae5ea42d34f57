"""Trials: their size against published tables and against trials that were simulated."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from crmlab import evidence
from crmlab.evidence import share_trial_size, trial_size


@pytest.mark.parametrize(("d", "size"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_cohens_table(d, size):
    """Cohen (1992), "A power primer", table 2: 393, 64 and 26 at power .80 (393.4 rounds up)."""
    assert trial_size(d, sd=1) == size
    assert trial_size(-d * 7, sd=7) == size


def test_a_simulated_trial_of_that_size_shows_the_effect_as_often_as_promised():
    rng, size = np.random.default_rng(0), trial_size(3, sd=10, power=0.9)
    treated = rng.normal(3, 10, (4000, size))
    others = rng.normal(0, 10, (4000, size))
    seen = stats.ttest_ind(treated, others, axis=1).pvalue < 0.05
    assert 0.885 < seen.mean() < 0.915


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("sd", [1 / 5.5, 1 / 6, 0.1, 0.05, 0.02, 1e-9])
def test_two_customers_are_the_least_however_large_the_effect(sd):
    assert trial_size(1, sd) == (3 if sd > 1 / 6 else 2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"effect": 0, "sd": 1}, "effect is 0"),
        ({"effect": "2", "sd": 1}, "effect is '2'; give one number"),
        ({"effect": float("nan"), "sd": 1}, "effect is nan"),
        ({"effect": 1, "sd": 0}, "sd is 0; it must be above 0"),
        ({"effect": 1, "sd": 1, "power": 1}, "power is 1"),
        ({"effect": 1, "sd": 1, "power": 80}, "power is 80"),
        ({"effect": 1, "sd": 1, "confidence": 95}, "confidence is 95"),
    ],
)
def test_what_no_trial_can_be(call, said):
    with pytest.raises(ValueError, match=said):
        trial_size(**call)


@pytest.mark.parametrize(
    ("confidence", "power"), [(0.999, 0.99), (0.99, 0.95), (0.95, 0.8), (0.99999, 0.9999)]
)
@pytest.mark.parametrize("effect", [0.3, 0.1, 0.01, 0.0001])
def test_the_size_follows_the_normal_form_where_both_chances_are_close_to_one(
    confidence, power, effect
):
    """n = 2 (z + z)^2 / d^2, and a quarter of z^2 more for the t test (Guenther 1981)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    plain = 2 * (z + NormalDist().inv_cdf(power)) ** 2 / effect**2
    size = trial_size(effect, sd=1, confidence=confidence, power=power)
    assert plain * (1 - 1e-5) < size < (plain + z**2 / 4) * 1.001 + 2


def test_the_size_of_the_normal_form_at_999_and_99():
    """2 (3.2905 + 2.3263)^2 / 0.1^2 = 6309.9, and 2.7 for the t test; statsmodels says 5000."""
    assert trial_size(0.1, sd=1, confidence=0.999, power=0.99) == 6313


def test_smaller_effects_and_surer_trials_need_more():
    sizes = [trial_size(effect, sd=1) for effect in (2, 1, 0.5, 0.1)]
    assert sizes == sorted(sizes)
    surer = [trial_size(0.5, sd=1, power=power) for power in (0.1, 0.5, 0.8, 0.99, 0.9999)]
    assert surer == sorted(surer)
    assert len(set(surer)) == 5


def test_shares_as_power_prop_test():
    """R: power.prop.test(p1 = .1, p2 = .12, power = .8) gives 3840.8."""
    assert share_trial_size(0.10, 0.12) == share_trial_size(0.12, 0.10) == 3841
    assert share_trial_size(0.9, 0.88) == 3841


def test_a_simulated_trial_of_shares_shows_the_difference_as_often_as_promised():
    rng, size = np.random.default_rng(1), share_trial_size(0.2, 0.3, power=0.9)
    one, two = (rng.binomial(size, share, 20_000) / size for share in (0.3, 0.2))
    mean = (one + two) / 2
    z = (one - two) / np.sqrt(2 * mean * (1 - mean) / size)
    assert 0.893 < (z > 1.959964).mean() < 0.907


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"share": 0.1, "other": 0.1}, "both 0.1; no trial"),
        ({"share": 10, "other": 12}, "share is 10"),
        ({"share": "a", "other": 0.2}, "share is 'a'"),
        ({"share": 0.1, "other": float("nan")}, "other is nan"),
        ({"share": 0.1, "other": 0.2, "power": 1}, "power is 1"),
        ({"share": 0.1, "other": 0.2, "confidence": 1}, "confidence is 1"),
    ],
)
def test_what_no_trial_of_shares_can_be(call, said):
    with pytest.raises(ValueError, match=said):
        share_trial_size(**call)


WEBSITE = {"mean": 0.68, "sd": sqrt(0.68 * 0.32), "prior_sd": 0.03}


def test_the_website_of_feit_and_berman():
    """Feit & Berman (2019): 2,284 per arm (2283.89 in their package) of 100,000 visitors."""
    assert evidence.test_and_roll(100_000, **WEBSITE).per_group == 2284


def test_it_grows_as_the_square_root_only_when_the_population_is_large():
    sizes = [evidence.test_and_roll(n, **WEBSITE).per_group for n in (10_000, 100_000, 400_000)]
    noise = 0.68 * 0.32 / 0.03**2
    by_hand = [sqrt(n / 4 * noise + (0.75 * noise) ** 2) - 0.75 * noise for n in (1e4, 1e5, 4e5)]
    assert np.allclose(sizes, by_hand, atol=0.5)
    assert sizes[2] == 4739
    assert sizes[1] / sizes[0] > sqrt(10)
    assert 2 < sizes[2] / sizes[1] < 2.1


@given(
    st.integers(4, 10**7),
    st.floats(0.01, 1e4),
    st.floats(1e-3, 1e3),
    st.floats(-100, 100),
)
def test_no_other_size_brings_more(count, sd, prior_sd, mean):
    found = evidence.test_and_roll(count, mean=mean, sd=sd, prior_sd=prior_sd)
    others = np.unique(np.linspace(1, count // 2, 200).round())
    near = np.array([found.per_group - 1, found.per_group + 1])
    gains = found.gain(np.concatenate([others, near[(near >= 0) & (near <= count / 2)]]))
    best = found.table["gain"]["test and roll"]
    assert gains.max() <= best * (1 + 1e-9)
    assert 0 <= best <= found.table["gain"]["known beforehand"]
    assert np.allclose(found["total"], count * mean + found["gain"])
    assert np.allclose(found["each"] * count, found["total"])


def test_the_expected_total_is_that_of_simulated_trials():
    rng, worlds, count, size = np.random.default_rng(2), 200_000, 1000, 60
    means = rng.normal(10, 2, (worlds, 2))
    seen = means + rng.normal(0, 8 / sqrt(size), (worlds, 2))
    rest = means[np.arange(worlds), seen.argmax(axis=1)]
    totals = size * means.sum(axis=1) + (count - 2 * size) * rest
    found = evidence.test_and_roll(count, mean=10, sd=8, prior_sd=2)
    error = totals.std() / sqrt(worlds)
    assert abs(totals.mean() - found.gain([size])[0] - 10 * count) < 4 * error
    best = means.max(axis=1).mean() * count
    assert abs(best - found.table["total"]["known beforehand"]) < 4 * error


def test_test_and_roll_says_and_draws_its_size():
    found = evidence.test_and_roll(100_000, **WEBSITE)
    assert found.title == "Test 2,284 in each group, 5% of 100,000 customers"
    assert "100,000 customers, outcome with mean 0.68" in found.caption
    axes = found.plot()
    assert [text.get_text() for text in axes.texts] == ["2,284"]
    assert axes.get_title("left") == found.title
    line, point = axes.lines
    assert point.get_ydata()[0] >= max(line.get_ydata())
    assert line.get_xdata()[-1] == 50_000
    assert np.isclose(line.get_ydata()[-1], 0)
    assert np.allclose(line.get_ydata(), found.gain(line.get_xdata()))
    assert point.get_ydata()[0] == found.table["gain"]["test and roll"]
    assert axes.get_ylabel() == "expected gain over no test"
    assert "each group" in axes.get_xlabel()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"population": 3}, "population is 3"),
        ({"population": 100.5}, "population is 100.5"),
        ({"population": "many"}, "population is 'many'"),
        ({"sd": 0}, "sd is 0"),
        ({"prior_sd": -1}, "prior_sd is -1"),
        ({"mean": None}, "mean is None"),
    ],
)
def test_what_cannot_be_tested_and_rolled(change, said):
    with pytest.raises(ValueError, match=said):
        evidence.test_and_roll(**{"population": 100, **WEBSITE, **change})


def test_no_arm_is_larger_than_half():
    found = evidence.test_and_roll(100, **WEBSITE)
    with pytest.raises(ValueError, match="above 50"):
        found.gain([51])
