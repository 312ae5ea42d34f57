"""Value under retention against published multiples, sums written out and slopes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value
rates = st.floats(0.01, 0.5)
shares = st.floats(0.01, 0.99)
timings = st.sampled_from(["start", "end"])


def test_the_same_mean_life_is_920_again_only_at_a_zero_rate():
    assert ltv.with_retention(100, 0.9, rate=0, first="start") - 80 == pytest.approx(920)
    assert ltv.with_retention(100, 0.9, rate=0.10, first="start") - 80 == pytest.approx(470)
    assert ltv.with_retention(100, 0.9, rate=0.10, first="end") - 80 == pytest.approx(370)


def test_margin_multiples_of_gupta_and_lehmann_2003():
    # Gupta & Lehmann 2003, J. Interactive Marketing 17(1), table of margin multiples
    published = {0.10: [1.20, 1.75, 2.67, 4.50], 0.12: [1.15, 1.67, 2.50, 4.09]}
    for rate, row in published.items():
        multiple = ltv.margin_multiple([0.6, 0.7, 0.8, 0.9], rate=rate, first="end")
        assert multiple.round(2).tolist() == row


@given(shares, rates, timings, st.integers(1, 40))
def test_constant_retention_is_the_sum_written_out(kept, rate, first, periods):
    times = range(periods) if first == "start" else range(1, periods + 1)
    plain = sum(50 * kept**t / (1 + rate) ** t for t in times)
    assert ltv.with_retention(50, kept, rate=rate, first=first, periods=periods) == pytest.approx(
        plain
    )


@given(shares, rates, timings)
def test_a_long_horizon_reaches_the_endless_value(kept, rate, first):
    endless = ltv.with_retention(100, kept, rate=rate, first=first)
    periods = int(np.ceil(np.log(1e-12) / np.log(kept / (1 + rate)))) + 1
    long = ltv.with_retention(100, kept, rate=rate, first=first, periods=periods)
    assert long == pytest.approx(endless, rel=1e-9)
    assert ltv.with_retention(
        100, lambda age: np.full(age.shape, kept), rate=rate, first=first
    ) == pytest.approx(endless, rel=1e-9)


@given(shares, shares, rates, timings)
def test_value_rises_with_retention(one, other, rate, first):
    low, high = sorted([one, other])
    assert ltv.with_retention(100, low, rate=rate, first=first) <= ltv.with_retention(
        100, high, rate=rate, first=first
    )


@given(shares, rates)
def test_the_two_timings_differ_by_one_margin_and_by_one_renewal(kept, rate):
    start = ltv.with_retention(100, kept, rate=rate, first="start")
    end = ltv.with_retention(100, kept, rate=rate, first="end")
    assert start - end == pytest.approx(100)
    assert end == pytest.approx(start * kept / (1 + rate))


def test_a_row_of_rates_is_a_finite_life():
    row = [0.6, 0.8, 0.9]
    alive = [1, 0.6, 0.48, 0.432]
    assert ltv.with_retention(10, row, rate=0, first="start") == pytest.approx(10 * sum(alive))
    assert ltv.with_retention(10, row, rate=0, first="end") == pytest.approx(10 * sum(alive[1:]))
    assert ltv.with_retention(10, row, rate=0.1, first="start", periods=2) == pytest.approx(
        10 + 6 / 1.1
    )
    assert ltv.with_retention(10, 1, rate=0, first="start", periods=7) == 70
    assert ltv.with_retention(10, 0, rate=0, first="end") == 0


def shifted_beta_geometric(alpha, beta):
    return lambda age: (beta + age - 1) / (alpha + beta + age - 1)


def test_rising_retention_beats_its_first_rate_and_residual_value_rises_with_age():
    # parameters of Fader & Hardie 2007, J. Interactive Marketing 21(1), "Regular" segment
    curve = shifted_beta_geometric(0.704, 1.182)
    whole = ltv.with_retention(100, curve, rate=0.10, first="start")
    flat = ltv.with_retention(100, 1.182 / 1.886, rate=0.10, first="start")
    assert whole > flat
    alive = np.concatenate([[1], np.cumprod(curve(np.arange(1, 2000)))])
    assert whole == pytest.approx(100 * np.sum(alive * 1.1 ** -np.arange(2000)))
    residual = ltv.residual_value(100, curve, rate=0.10, first="start", ages=range(6))
    assert residual[0] == pytest.approx(whole)
    assert residual.is_monotonic_increasing
    # what is worth V now is this margin plus what the kept are worth a period later
    for age in range(5):
        later = curve(age + 1) * residual[age + 1] / 1.1
        assert residual[age] == pytest.approx(100 + later)


def test_residual_value_of_constant_and_finite_lives():
    flat = ltv.residual_value(100, 0.8, rate=0.10, first="end", ages=[0, 3, 9])
    assert flat.nunique() == 1
    row = ltv.residual_value(100, [0.5, 0.8], rate=0, first="start", ages=[0, 1, 2])
    assert row.tolist() == pytest.approx([190, 180, 100])
    assert ltv.residual_value(100, [0.5], rate=0, first="end", ages=1)[1] == 0
    with pytest.raises(ValueError, match="ages reach 3 but retention has 2 rates"):
        ltv.residual_value(100, [0.5, 0.8], rate=0, first="start", ages=[3])


@pytest.mark.parametrize("first", ["start", "end"])
@pytest.mark.parametrize("acquisition", [0, 80])
def test_elasticities_are_the_slopes_of_the_logarithms(first, acquisition):
    found = ltv.retention_table(100, [0.8], rate=0.12, first=first, acquisition=acquisition)
    row = found.at(0.8)
    step = 1e-6

    def value(margin=100.0, kept=0.8, rate=0.12, cost=acquisition):
        return ltv.with_retention(margin, kept, rate=rate, first=first) - cost

    assert row["value"] == pytest.approx(value())
    # 1 + 0.8 + 0.64 + ... = 5, without the one of today 4
    assert row["expected_payments"] == pytest.approx({"start": 5, "end": 4}[first])
    for name, up in {
        "elasticity_retention": value(kept=0.8 * (1 + step)),
        "elasticity_margin": value(margin=100 * (1 + step)),
        "elasticity_rate": value(rate=0.12 * (1 + step)),
        "elasticity_acquisition": value(cost=acquisition * (1 + step)),
    }.items():
        assert row[name] == pytest.approx((up / value() - 1) / step, abs=1e-3)


def test_the_thirty_year_customer_is_worth_10560_not_72000():
    assert ltv.present_value([2400] * 30, rate=0, first="start") == 72_000
    value = ltv.with_retention(2400, 0.85, rate=0.10, first="start")
    assert value == pytest.approx(10_560)


def test_value_without_limit_is_refused():
    with pytest.raises(ValueError, match="no limit"):
        ltv.with_retention(100, 1.0, rate=0, first="start")
    with pytest.raises(ValueError, match="no limit"):
        ltv.with_retention(100, 0.95, rate=-0.05, first="start")
    with pytest.raises(ValueError, match="no limit"):
        ltv.margin_multiple([0.5, 1.0], rate=0, first="end")
    with pytest.raises(ValueError, match="nothing bounds"):
        ltv.with_retention(100, shifted_beta_geometric(1, 1), rate=0, first="start")
    assert ltv.with_retention(100, 1.0, rate=0.10, first="start") == pytest.approx(1100)


def test_retention_and_timing_that_are_none():
    for kept in (1.1, -0.1, "0.9", None, [0.9, 1.2], [], lambda age: "high"):
        with pytest.raises(ValueError, match="retention"):
            ltv.with_retention(100, kept, rate=0.1, first="start")
    for first in ("begin", None, 0.5):
        with pytest.raises(ValueError, match="first is"):
            ltv.with_retention(100, 0.9, rate=0.1, first=first)
    with pytest.raises(TypeError):
        ltv.with_retention(100, 0.9, rate=0.1)
    with pytest.raises(ValueError, match="2 rates but 5 are needed"):
        ltv.with_retention(100, [0.9, 0.8], rate=0.1, first="end", periods=5)
    with pytest.raises(ValueError, match="whole number"):
        ltv.with_retention(100, 0.9, rate=0.1, first="end", periods=2.5)


def test_elasticities_do_not_exist_where_there_is_no_value():
    with pytest.warns(UserWarning, match="not positive at 1 of 2"):
        table = ltv.retention_table(100, [0.1, 0.9], rate=0.1, first="start", acquisition=200).table
    assert np.isnan(table.loc[0.1, "elasticity_retention"])
    assert table.loc[0.1, "value"] < 0
    assert table.loc[0.9, "elasticity_retention"] > 0
