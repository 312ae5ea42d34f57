"""Payments in time against textbook factors, published numbers and sums written out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value
TEN = pd.DataFrame({"margin": [100.0] * 10})

rates = st.floats(0.01, 0.5)
timings = st.sampled_from(["start", "end"])
flows = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20)


def test_ten_years_of_100_less_80_is_920_at_a_zero_rate():
    table = ltv.cash_table(TEN, acquisition=80, rate=0, first="end").table
    assert table["cumulative"].iloc[-1] == 920
    assert table["cumulative_present_value"].iloc[-1] == 920


@pytest.mark.parametrize(
    ("rate", "end", "start"),
    # 100 times the textbook annuity factor for ten years, less 80
    [
        (0.05, 692.17, 730.78),
        (0.08, 591.01, 644.69),
        (0.10, 534.46, 595.90),
        (0.12, 485.02, 552.82),
        (0.15, 421.88, 497.16),
    ],
)
def test_ten_years_discounted_at_either_timing(rate, end, start):
    for first, value in (("end", end), ("start", start)):
        table = ltv.cash_table(TEN, acquisition=80, rate=rate, first=first).table
        assert table["present_value"].sum() == pytest.approx(value, abs=0.005)
        assert ltv.present_value([100] * 10, rate, first=first) - 80 == pytest.approx(
            value, abs=0.005
        )
    factor = (1 - (1 + rate) ** -10) / rate
    assert ltv.present_value([1] * 10, rate=rate, first="end") == pytest.approx(factor)


@given(flows)
def test_value_at_a_zero_rate_is_the_plain_sum(payments):
    for first in ("start", "end", 0.5):
        assert ltv.present_value(payments, 0, first=first) == pytest.approx(sum(payments))


@given(flows, rates)
def test_start_is_end_times_one_plus_rate(payments, rate):
    start = ltv.present_value(payments, rate=rate, first="start")
    end = ltv.present_value(payments, rate=rate, first="end")
    assert start == pytest.approx(end * (1 + rate), rel=1e-9, abs=1e-6)


def test_berger_and_nasr_1998_case_1():
    # Berger & Nasr 1998, J. Interactive Marketing 12(1): yearly contribution 260 from now on,
    # promotion 50 in the middle of each year, retention 75 %, rate 20 %, ten years.
    there = ltv.survival(0.75, periods=10)
    margins = ltv.present_value(260 * there, rate=0.20, first="start")
    promotion = ltv.present_value(50 * there[:10], rate=0.20, first=0.5)
    assert margins - promotion == pytest.approx(568.78, abs=0.005)


def test_cash_table_keeps_the_four_factors_apart():
    plan = pd.DataFrame({"revenue": [250, 250], "margin": [100, 100], "service_cost": [20, 30]})
    table = ltv.cash_table(plan, acquisition=80, rate=0.10, first="end").table
    assert table.index.tolist() == [0, 1, 2]
    assert table["net"].tolist() == [-80, 80, 70]
    assert table["revenue"].tolist() == [0, 250, 250]
    assert table["present_value"].sum() == pytest.approx(-80 + 80 / 1.1 + 70 / 1.21)
    now = ltv.cash_table(plan, acquisition=80, rate=0.10, first="start").table
    assert now["net"].tolist() == [0, 70]
    middle = ltv.cash_table(plan, acquisition=80, rate=0.10, first=0.5).table
    assert middle.index.tolist() == [0, 0.5, 1.5]


def test_bridge_adds_up_to_the_value():
    plan = pd.DataFrame({"margin": [100] * 10, "service_cost": [10] * 10})
    flows = ltv.cash_table(plan, acquisition=80, rate=0.10, first="start")
    bridge = flows.bridge()
    steps = bridge.table["money"]
    assert steps.iloc[:-1].sum() == pytest.approx(flows.table["present_value"].sum())
    assert steps["value today"] == pytest.approx(flows.value_today)
    assert bridge.value_today == steps["value today"]
    assert (steps["margin"], steps["service cost"], steps["acquisition"]) == (1000, -100, -80)
    assert steps["discounting"] < 0
    # each bar starts where the one before ends; the last one stands on zero
    assert bridge.table["end"].iloc[-1] == pytest.approx(bridge.table["end"].iloc[-2])
    assert bridge.table["start"].tolist()[1:-1] == bridge.table["end"].tolist()[:-2]
    assert bridge.table["start"].iloc[[0, -1]].tolist() == [0, 0]


def test_payback_and_break_even():
    flows = ltv.cash_table(TEN, acquisition=250, rate=0.10, first="end")
    assert flows.payback(discounted=False) == pytest.approx(2.5)
    # by hand: 90.91 + 82.64 = 173.55, 76.45 missing, third payment worth 75.13, fourth 68.30
    assert flows.payback(discounted=True) == pytest.approx(3 + 1.315 / 68.301, abs=1e-3)
    assert ltv.break_even_tenure(250, margin=100, rate=0.10, first="end") == 4
    early = ltv.cash_table(TEN, acquisition=80, rate=0, first="start")
    assert early.payback(discounted=False) == 0
    late = ltv.cash_table(TEN, acquisition=80, rate=0, first="end")
    assert late.payback(discounted=False) == pytest.approx(0.8)
    assert late.paid_back == pytest.approx(0.8)
    tenths = pd.DataFrame({"margin": [0.1] * 4})  # -0.4 and four times 0.1 is not 0 to the bit
    exact = ltv.cash_table(tenths, acquisition=0.4, rate=0, first="end")
    assert exact.payback(discounted=False) == pytest.approx(4)


@given(st.floats(1, 500), st.floats(0, 0.1), timings)
@example(101.0, 5e-324, "start")  # a rate so small that cost times rate is zero
def test_break_even_is_the_first_tenure_that_pays(cost, rate, first):
    tenure = int(ltv.break_even_tenure(cost, margin=100, rate=rate, first=first))
    assert ltv.present_value([100] * tenure, rate=rate, first=first) >= cost * (1 - 1e-6)
    if tenure > 1:
        assert ltv.present_value([100] * (tenure - 1), rate=rate, first=first) < cost * (1 + 1e-6)


def test_what_is_never_paid_back_is_nan_with_a_reason():
    poor = ltv.cash_table(TEN, acquisition=2000, rate=0, first="end")
    assert np.isnan(poor.paid_back)
    assert poor.caption == "Worth -1,000.00 today at 0 a period; never paid back."
    with pytest.warns(UserWarning, match="never paid back: 1000 is still missing after 10 periods"):
        assert np.isnan(poor.payback(discounted=False))
    with pytest.warns(UserWarning, match="no tenure"):  # 100 for ever at 10 % is worth 1,000
        assert np.isnan(ltv.break_even_tenure(1001, margin=100, rate=0.10, first="end"))
    with pytest.warns(UserWarning, match="not positive"):
        assert np.isnan(ltv.break_even_tenure(10, margin=0, rate=0, first="end"))
    loss = pd.DataFrame({"margin": [100, -50, 100]})
    with pytest.warns(UserWarning, match="falls below zero again"):
        ltv.cash_table(loss, acquisition=80, rate=0, first="end").payback(discounted=False)


def test_internal_rate():
    rate = ltv.internal_rate(ltv.cash_table(TEN, acquisition=80, rate=0, first="end").table["net"])
    assert rate == pytest.approx(1.25, abs=0.001)
    assert ltv.present_value([100] * 10, rate=rate, first="end") == pytest.approx(80)
    assert ltv.internal_rate([-100, 110]) == pytest.approx(0.10)
    assert ltv.internal_rate([-100, 50]) == pytest.approx(-0.5)
    long = [-1000, *[10] * 200]
    rate = ltv.internal_rate(long)
    assert rate > 0
    assert ltv.present_value(long, rate=rate, first="start") == pytest.approx(0, abs=1e-8)
    with pytest.warns(UserWarning, match="never change sign"):
        assert np.isnan(ltv.internal_rate([10, 20]))
    with pytest.warns(UserWarning, match=r"change sign 2 times; rates found: .*10.00%"):
        assert np.isnan(ltv.internal_rate([-100, 230, -132]))  # 10 % and 20 % both solve it
    with pytest.warns(UserWarning, match="rates found: none"):
        assert np.isnan(ltv.internal_rate([1, -2, 2]))


@pytest.mark.parametrize("rate", [-1, -1.5, float("nan"), float("inf"), "10%", None, True])
def test_rates_that_are_none(rate):
    with pytest.raises(ValueError, match="rate is"):
        ltv.present_value([1, 2], rate=rate, first="end")
    with pytest.raises(ValueError, match="rate is"):
        ltv.with_retention(1, 0.5, rate=rate, first="end")


@pytest.mark.parametrize(
    ("payments", "words"),
    [
        ([], "empty"),
        (5, "row of numbers"),
        ([[1, 2]], "row of numbers"),
        ([1, None, np.nan], "flows: 2 of 3 rows are empty; first row 1"),
        ([1, np.inf], "flows: 1 of 2 rows is infinite; first row 1: inf"),
        (["1", "2"], "first row 0: '1'. Convert text with pandas.to_numeric"),
        ([True, False], "flows: 2 of 2 rows are not numeric; first row 0: True"),
        (pd.Series(["a", "b"], dtype="category"), "not numeric; first row 0: 'a'"),
        (pd.Series(["1", "2"], dtype="string"), "not numeric; first row 0: '1'"),
        (pd.array([1, None], dtype="Int64"), "1 of 2 rows is empty; first row 1"),
    ],
)
def test_payments_that_are_none(payments, words):
    with pytest.raises(ValueError, match=words):
        ltv.present_value(payments, rate=0.1, first="end")


@pytest.mark.parametrize(
    "payments",
    [
        (1, 2),
        range(1, 3),
        np.array([1, 2], dtype="int8"),
        pd.array([1, 2], dtype="Int64"),
        np.array([1, 2], dtype=object),
        pd.Series([1, 2], index=["a", "b"]),
    ],
)
def test_payments_in_any_kind_of_row(payments):
    assert ltv.present_value(payments, rate=0, first="end") == 3


def test_plans_that_make_no_sense():
    for plan, words in [
        (pd.DataFrame({"revenue": [100]}), "lacks the column margin.*Revenue is not margin"),
        (
            pd.DataFrame({"margin": [120], "revenue": [100]}),
            "1 of 1 rows is above revenue; .* 0: 120",
        ),
        (pd.DataFrame({"margin": [100], "service_cost": [-1]}), "service_cost.*at least 0"),
        (pd.DataFrame({"margin": []}), "no rows"),
        ([100, 100], "give a pandas DataFrame"),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.cash_table(plan, acquisition=80, rate=0, first="end")
    with pytest.raises(ValueError, match="acquisition"):
        ltv.cash_table(TEN, acquisition=-80, rate=0, first="end")
