"""Trials: their size against published tables and against trials that were simulated."""

import numpy as np
import pytest
from scipy import stats

from crmlab.evidence import trial_size


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
