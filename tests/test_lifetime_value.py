"""Lifetime value against published numbers, exact cases and a second way of computing."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value
TEN = pd.DataFrame({"margin": [100.0] * 10})

rates = st.floats(0.01, 0.5)
shares = st.floats(0.01, 0.99)
timings = st.sampled_from(["start", "end"])
flows = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20)


# --- payments in time ---------------------------------------------------------------------------


def test_ten_years_of_100_less_80_is_920_at_a_zero_rate():
    table = ltv.cash_table(TEN, acquisition=80, rate=0, first="end")
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
        table = ltv.cash_table(TEN, acquisition=80, rate=rate, first=first)
        assert table["present_value"].sum() == pytest.approx(value, abs=0.005)
        assert ltv.present_value([100] * 10, rate=rate, first=first) - 80 == pytest.approx(
            value, abs=0.005
        )
    factor = (1 - (1 + rate) ** -10) / rate
    assert ltv.present_value([1] * 10, rate=rate, first="end") == pytest.approx(factor)


@given(flows)
def test_value_at_a_zero_rate_is_the_plain_sum(payments):
    for first in ("start", "end", 0.5):
        assert ltv.present_value(payments, rate=0, first=first) == pytest.approx(sum(payments))


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
    table = ltv.cash_table(plan, acquisition=80, rate=0.10, first="end")
    assert table.index.tolist() == [0, 1, 2]
    assert table["net"].tolist() == [-80, 80, 70]
    assert table["revenue"].tolist() == [0, 250, 250]
    assert table["present_value"].sum() == pytest.approx(-80 + 80 / 1.1 + 70 / 1.21)
    now = ltv.cash_table(plan, acquisition=80, rate=0.10, first="start")
    assert now["net"].tolist() == [0, 70]
    middle = ltv.cash_table(plan, acquisition=80, rate=0.10, first=0.5)
    assert middle.index.tolist() == [0, 0.5, 1.5]


def test_bridge_adds_up_to_the_value():
    plan = pd.DataFrame({"margin": [100] * 10, "service_cost": [10] * 10})
    table = ltv.cash_table(plan, acquisition=80, rate=0.10, first="start")
    steps = ltv.bridge(table)
    assert steps.sum() == pytest.approx(table["present_value"].sum())
    assert steps["service_cost"] == -100


def test_payback_and_break_even():
    table = ltv.cash_table(TEN, acquisition=250, rate=0.10, first="end")
    assert ltv.payback(table, discounted=False) == pytest.approx(2.5)
    # by hand: 90.91 + 82.64 = 173.55, 76.45 missing, third payment worth 75.13, fourth 68.30
    assert ltv.payback(table, discounted=True) == pytest.approx(3 + 1.315 / 68.301, abs=1e-3)
    assert ltv.break_even_tenure(250, margin=100, rate=0.10, first="end") == 4
    early = ltv.cash_table(TEN, acquisition=80, rate=0, first="start")
    assert ltv.payback(early, discounted=False) == 0
    assert ltv.payback(
        ltv.cash_table(TEN, acquisition=80, rate=0, first="end"), discounted=False
    ) == pytest.approx(0.8)


@given(st.floats(1, 500), st.floats(0, 0.1), timings)
@example(101.0, 5e-324, "start")  # a rate so small that cost times rate is zero
def test_break_even_is_the_first_tenure_that_pays(cost, rate, first):
    tenure = int(ltv.break_even_tenure(cost, margin=100, rate=rate, first=first))
    assert ltv.present_value([100] * tenure, rate=rate, first=first) >= cost * (1 - 1e-6)
    if tenure > 1:
        assert ltv.present_value([100] * (tenure - 1), rate=rate, first=first) < cost * (1 + 1e-6)


def test_what_is_never_paid_back_is_nan_with_a_reason():
    with pytest.warns(UserWarning, match="never paid back"):
        assert np.isnan(
            ltv.payback(
                ltv.cash_table(TEN, acquisition=2000, rate=0, first="end"), discounted=False
            )
        )
    with pytest.warns(UserWarning, match="no tenure"):  # 100 for ever at 10 % is worth 1,000
        assert np.isnan(ltv.break_even_tenure(1001, margin=100, rate=0.10, first="end"))
    with pytest.warns(UserWarning, match="not positive"):
        assert np.isnan(ltv.break_even_tenure(10, margin=0, rate=0, first="end"))
    loss = pd.DataFrame({"margin": [100, -50, 100]})
    with pytest.warns(UserWarning, match="falls below zero again"):
        ltv.payback(ltv.cash_table(loss, acquisition=80, rate=0, first="end"), discounted=False)


def test_internal_rate():
    rate = ltv.internal_rate(ltv.cash_table(TEN, acquisition=80, rate=0, first="end")["net"])
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


# --- retention ----------------------------------------------------------------------------------


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
    row = ltv.retention_table(100, [0.8], rate=0.12, first=first, acquisition=acquisition).loc[0.8]
    step = 1e-6

    def value(margin=100.0, kept=0.8, rate=0.12, cost=acquisition):
        return ltv.with_retention(margin, kept, rate=rate, first=first) - cost

    assert row["value"] == pytest.approx(value())
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


# --- counting renewals --------------------------------------------------------------------------


def test_retention_rate_solves_the_score_equation():
    rate = ltv.retention_rate(90, 100)
    for limit in (rate["low"], rate["high"]):  # Wilson 1927: |p - limit| = 1.96 standard errors
        assert abs(0.9 - limit) / np.sqrt(limit * (1 - limit) / 100) == pytest.approx(1.959964)
    assert ltv.retention_rate(5, 5)["high"] == 1
    assert ltv.retention_rate(5, 5)["low"] < 0.7
    multiple = ltv.margin_multiple(rate, rate=0.10, first="start")
    assert multiple.index.tolist() == ["estimate", "low", "high"]
    assert multiple["low"] < multiple["estimate"] < multiple["high"]
    assert 100 * multiple["estimate"] == pytest.approx(550)
    with pytest.warns(UserWarning, match="no renewal fell due"):
        assert ltv.retention_rate(0, 0).isna().all()
    with pytest.raises(ValueError, match="swapped"):
        ltv.retention_rate(100, 90)


def test_printed_survivors():
    # Fader & Hardie 2007, J. Interactive Marketing 21(1): "Regular" segment, per 1,000
    counts = [1000, 631, 468, 382, 326, 289, 262, 241]
    table = ltv.renewals_from_survivors(counts)
    assert table["retention"][1:].round(3).tolist() == [
        0.631,
        0.742,
        0.816,
        0.853,
        0.887,
        0.907,
        0.920,
    ]
    assert table["survival"].to_numpy() == pytest.approx(np.array(counts) / 1000)
    assert table["lost"].sum() + table["censored"].sum() == 1000
    # without censoring the survival interval is the plain Wilson interval of the share
    for age in (1, 4, 7):
        plain = ltv.retention_rate(counts[age], 1000)
        assert table.loc[age, ["survival_low", "survival_high"]].tolist() == pytest.approx(
            plain[["low", "high"]].tolist()
        )


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([100, 120], "survivors: 1 of 2 rows is above the one before; first row 1: 120"),
        ([1.0, 0.63], "multiply shares"),
        ([0, 0], "at least 1 customer"),
        ([], "empty"),
        ([10, None], "survivors: 1 of 2 rows is empty; first row 1"),
        (["10", "9"], "pandas.to_numeric"),
    ],
)
def test_survivors_that_are_none(survivors, words):
    with pytest.raises(ValueError, match=words):
        ltv.renewals_from_survivors(survivors)


def contracts(customers=300, seed=6):
    random = np.random.default_rng(seed)
    started = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 600, customers), "D")
    ended = pd.Series(started + pd.to_timedelta(random.geometric(0.005, customers), "D"))
    return pd.DataFrame(
        {
            "customer_id": [f"C{k}" for k in range(customers)],
            "started": started,
            "ended": ended.where(ended <= pd.Timestamp("2026-03-01")),
            "monthly_price": 18.0,
        }
    )


@pytest.mark.parametrize("unit", ["week", "month", "year"])
def test_count_renewals_against_a_walk_through_every_contract(unit):
    table, until = contracts(), pd.Timestamp("2025-12-31")
    counted = ltv.count_renewals(table, until=until, unit=unit)
    due, kept = {}, {}
    for row in table.itertuples():
        for age in itertools.count(1):
            day = row.started + pd.DateOffset(**{f"{unit}s": age})
            if day > until:
                break
            due[age] = due.get(age, 0) + 1
            if pd.notna(row.ended) and row.ended <= day:
                break
            kept[age] = kept.get(age, 0) + 1
    assert counted["at_risk"][1:].to_dict() == due
    assert {age: n for age, n in counted["renewed"][1:].items() if n} == kept
    assert counted["lost"].sum() + counted["censored"].sum() == len(table)


def test_what_happens_after_the_last_day_is_not_known_yet():
    table, until = contracts(), "2025-12-31"
    blind = table.assign(ended=table["ended"].where(table["ended"] <= until))
    pd.testing.assert_frame_equal(
        ltv.count_renewals(table, until=until, unit="month"),
        ltv.count_renewals(blind, until=until, unit="month"),
    )
    text = table.assign(
        started=table["started"].dt.strftime("%Y-%m-%d"),
        ended=table["ended"].dt.strftime("%Y-%m-%d"),
    )
    pd.testing.assert_frame_equal(
        ltv.count_renewals(text, until=until, unit="month"),
        ltv.count_renewals(table, until=until, unit="month"),
    )


def test_short_months_renew_on_their_last_day():
    one = pd.DataFrame({"customer_id": ["C1"], "started": ["2024-01-31"], "ended": [None]})
    assert ltv.count_renewals(one, until="2024-02-28", unit="month").index.max() == 0
    assert ltv.count_renewals(one, until="2024-02-29", unit="month").index.max() == 1
    on_the_day = one.assign(ended="2024-02-29")
    assert ltv.count_renewals(on_the_day, until="2024-12-31", unit="month")["lost"][1] == 1
    day_after = one.assign(ended="2024-03-01")
    assert ltv.count_renewals(day_after, until="2024-12-31", unit="month")["lost"][2] == 1


def test_survival_interval_covers_at_its_nominal_rate():
    random = np.random.default_rng(6)
    covered = []
    for _ in range(300):
        lives = random.geometric(0.15, 150)  # renewal at which the contract is lost
        follow = random.integers(1, 9, 150)  # renewals that can be seen
        started = pd.Timestamp("2025-12-31") - pd.to_timedelta(7 * follow, "D")
        ended = pd.Series(started + pd.to_timedelta(7 * lives - 3, "D"))
        table = pd.DataFrame({"customer_id": range(150), "started": started, "ended": ended})
        row = ltv.count_renewals(table, until="2025-12-31", unit="week").loc[5]
        covered.append(row["survival_low"] <= 0.85**5 <= row["survival_high"])
    assert 0.91 <= np.mean(covered) <= 0.99


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"started": "soon"},
            "300 of 300 rows cannot be read as dates; first row 0 .*'C0'.*'soon'",
        ),
        ({"started": None}, "started: 300 of 300 rows are empty"),
        ({"started": 20240101}, "started: 300 of 300 rows cannot be read as dates"),
        ({"ended": "2020-01-01"}, "ended: 300 of 300 rows lie before started; first row 0"),
        ({"customer_id": None}, "customer_id: 300 of 300 rows are empty"),
        (
            {"customer_id": "C1", "started": "2024-05-05", "ended": None},
            "first row 1 .*one row per customer_id and",
        ),
    ],
)
def test_contracts_that_cannot_be_counted(change, words):
    with pytest.raises(ValueError, match=words):
        ltv.count_renewals(contracts().assign(**change), until="2025-12-31", unit="month")


def test_arguments_of_count_renewals():
    table = contracts()
    for options, words in [
        (
            {"until": "2024-02-01", "unit": "month"},
            "of 300 rows lie after 2024-02-01",
        ),
        ({"until": "never", "unit": "month"}, "until is not a date"),
        ({"until": 20251231, "unit": "month"}, "until is not a date"),
        ({"until": "2025-12-31", "unit": "day"}, "choose one of 'week', 'month', 'year'"),
        ({"until": "2025-12-31", "unit": "month", "confidence": 95}, "0.95"),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.count_renewals(table, **options)
    with pytest.raises(ValueError, match="subscriptions lacks the column ended"):
        ltv.count_renewals(table.drop(columns="ended"), until="2025-12-31", unit="month")


def test_renewal_tables_feed_the_shifted_beta_geometric_model():
    # Fader & Hardie 2007: all seven renewals of the "Regular" segment give .704 and 1.182
    table = ltv.renewals_from_survivors([1000, 631, 468, 382, 326, 289, 262, 241])
    model = crm.repeat_buying.ShiftedBetaGeometric.fit(ltv.contract_histories(table), unit="year")
    assert (round(model.alpha, 3), round(model.beta, 3)) == (0.704, 1.182)
    # its residual value, by quadrature there, is the sum over the retention curve here
    customers = pd.DataFrame({"T": [0, 1, 5]})
    theirs = crm.repeat_buying.lifetime_value(model, 100, customers, margin=1, annual_rate=0.10)
    ours = ltv.residual_value(
        100,
        lambda age: (model.beta + age - 1) / (model.alpha + model.beta + age - 1),
        rate=0.10,
        first="end",
        ages=[0, 1, 5],
    )
    assert theirs["estimate"].to_numpy() == pytest.approx(ours.to_numpy(), rel=1e-8)
    row = ltv.with_retention(100, model.retention(400)["estimate"], rate=0.10, first="end")
    assert row == pytest.approx(ours[0], rel=1e-8)


def test_histories_keep_every_contract():
    counted = ltv.count_renewals(contracts(), until="2025-12-31", unit="month")
    assert ltv.contract_histories(counted)["customers"].sum() == 300


# --- schedules ----------------------------------------------------------------------------------

# A household's cars for twenty years, in units of 10,000: one of many ways to reach the totals
OWN = [
    ltv.Stream("own car", start=0, every=4, revenue=40, margin=0.04),
    ltv.Stream("trade-in", start=4, every=4, revenue=10, margin=0.10),
    ltv.Stream("service", start=0, every=1, revenue=0.54, margin=0.40),
    ltv.Stream("insurance", start=0, every=1, revenue=0.24, margin=0.10),
]


def test_twenty_years_of_one_car_owner():
    events = ltv.schedule(OWN, years=20, last_year="excluded", rate=0)
    assert events["revenue"].sum() == pytest.approx(255.6)
    assert events["contribution"].sum() == pytest.approx(16.8)
    assert events.groupby("stream").size().to_dict() == {
        "own car": 5,
        "trade-in": 4,
        "service": 20,
        "insurance": 20,
    }
    discounted = ltv.schedule(OWN, years=20, last_year="excluded", rate=0.10)
    again = sum(row.contribution / 1.10**row.year for row in events.itertuples())  # one by one
    assert discounted["present_value"].sum() == pytest.approx(again)


def test_the_last_year_counts_only_if_it_is_said_to():
    with_it = ltv.schedule(OWN, years=20, last_year="included", rate=0)
    without = ltv.schedule(OWN, years=20, last_year="excluded", rate=0)
    assert with_it["revenue"].sum() - without["revenue"].sum() == pytest.approx(40 + 10 + 0.78)
    third = ltv.Stream("third", start=0, every=1 / 3, revenue=1, margin=1, until=2)
    assert len(ltv.schedule(third, years=9, last_year="included", rate=0)) == 7
    assert len(ltv.schedule(third, years=9, last_year="excluded", rate=0)) == 6
    late = ltv.Stream("late", start=30, every=1, revenue=1, margin=1)
    assert len(ltv.schedule([late], years=20, last_year="included", rate=0)) == 0


FAMILY = [
    *OWN,
    ltv.Stream("second car", start=2, every=6, revenue=50, margin=0.05),
    ltv.Stream("third car", start=4, every=4, revenue=50, margin=0.05),
]


def test_two_printed_totals_do_not_identify_the_schedule():
    vary = {
        "second car": {
            "start": range(1, 11),
            "every": range(3, 9),
            "margin": [0.05, 0.06, 0.07, 0.08],
        },
        "third car": {
            "start": range(1, 21),
            "every": range(3, 9),
            "margin": [0.05, 0.06, 0.07, 0.08],
        },
    }
    within = {"revenue": (750, 850), "contribution": (50.5, 51.5)}
    found = ltv.fitting_schedules(FAMILY, vary, within=within, years=20, last_year="excluded")
    assert found.attrs["tried"] == 10 * 6 * 4 * 20 * 6 * 4
    assert len(found) > 50
    assert found["third car: start"].nunique() > 3
    for row in found.iloc[[0, len(found) // 2, -1]].to_dict("records"):
        redone = [
            *OWN,
            *(
                ltv.Stream(
                    name,
                    start=row[f"{name}: start"],
                    every=row[f"{name}: every"],
                    revenue=50,
                    margin=row[f"{name}: margin"],
                )
                for name in ("second car", "third car")
            ),
        ]
        events = ltv.schedule(redone, years=20, last_year="excluded", rate=0)
        assert events["revenue"].sum() == pytest.approx(row["revenue"])
        assert events["contribution"].sum() == pytest.approx(row["contribution"])
    none = ltv.fitting_schedules(
        FAMILY, vary, within={"revenue": (1, 2)}, years=20, last_year="excluded"
    )
    assert len(none) == 0
    assert list(none.columns) == list(found.columns)


def test_schedules_that_make_no_sense():
    for field, value, words in [
        ("every", 0, "every is 0; it must be above 0"),
        ("every", -1, "must be above 0"),
        ("margin", 4, "share of revenue"),
        ("start", -1, "at least 0"),
        ("revenue", float("nan"), "finite"),
        ("until", -3, "at least 0"),
    ]:
        options = {"start": 0, "every": 1, "revenue": 1, "margin": 0.1, field: value}
        with pytest.raises(ValueError, match=words):
            ltv.Stream("car", **options)
    with pytest.raises(ValueError, match="more than once"):
        ltv.schedule([OWN[0], OWN[0]], years=20, last_year="excluded", rate=0)
    with pytest.raises(ValueError, match="at least one Stream"):
        ltv.schedule([], years=20, last_year="excluded", rate=0)
    with pytest.raises(ValueError, match="last_year"):
        ltv.schedule(OWN, years=20, last_year=True, rate=0)
    for vary, within, words in [
        ({"boat": {"every": [1]}}, {"revenue": (1, 2)}, "vary names 'boat'"),
        ({"own car": {"colour": [1]}}, {"revenue": (1, 2)}, "no 'colour'"),
        ({"own car": {"every": 4}}, {"revenue": (1, 2)}, "list of values"),
        ({}, {"profit": (1, 2)}, "revenue, contribution or both"),
        ({}, {"revenue": (2, 1)}, "needs \\(low, high\\)"),
        (
            {s.name: {"revenue": range(100)} for s in OWN},
            {"revenue": (1, 2)},
            "fewer values",
        ),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.fitting_schedules(OWN, vary, within=within, years=20, last_year="excluded")


# --- lost customers, components -----------------------------------------------------------------


def test_cost_of_lost_customers_and_its_three_corrections():
    printed = ltv.cost_of_lost_customers(64_000, loss_rate=0.05, revenue=40_000, margin=0.10)
    assert printed["lost_customers"] == 3200
    assert printed["lost_revenue"] == 128e6
    assert printed["one_year_cost"] == pytest.approx(12.8e6)
    # several years: 12.8 million x 1.1 / (1.1 - 0.95)
    years = ltv.margin_multiple(0.95, rate=0.10, first="start")
    assert printed["one_year_cost"] * years == pytest.approx(93.87e6, abs=5e3)
    # contribution instead of net margin, less the service that is no longer given
    corrected = ltv.cost_of_lost_customers(
        64_000, loss_rate=0.05, revenue=40_000, margin=0.30, cost_to_serve=5000
    )
    assert corrected["one_year_cost"] == pytest.approx(3200 * (12_000 - 5000))


def test_losing_unprofitable_customers_is_said_to_save_money():
    with pytest.warns(UserWarning, match="saves money"):
        saved = ltv.cost_of_lost_customers(
            100, loss_rate=0.1, revenue=50, margin=0.2, cost_to_serve=30
        )
    assert saved["one_year_cost"] == -200
    with pytest.warns(UserWarning, match="saves money"):
        ltv.cost_of_lost_customers(100, loss_rate=0.1, revenue=50, margin=-0.2)
    with pytest.raises(ValueError, match="share of revenue"):
        ltv.cost_of_lost_customers(100, loss_rate=0.1, revenue=50, margin=20)
    with pytest.raises(ValueError, match="at most 1"):
        ltv.cost_of_lost_customers(100, loss_rate=5, revenue=50, margin=0.2)


def components(**change):
    rows = [
        ("C1", "historical", "base", "2022-01-01", "2025-01-01", 300),
        ("C1", "current", "base", "2025-01-01", "2026-01-01", 100),
        ("C1", "potential", "base", "2026-01-01", "2029-01-01", 250),
        ("C1", "potential", "growth", "2026-01-01", "2029-01-01", 90),
    ]
    names = ["customer_id", "component", "part", "start", "end", "amount"]
    return pd.DataFrame(rows, columns=names).assign(**change)


def test_components_add_up_when_their_periods_are_disjoint():
    row = ltv.value_components(components()).loc["C1"]
    assert row.to_dict() == {
        "historical": 300,
        "current": 100,
        "potential": 340,
        "future": 440,
        "total": 740,
    }


def test_components_that_cover_the_same_time_are_refused():
    table = components()
    table.loc[1, "end"] = "2026-06-01"
    with pytest.raises(ValueError, match=r"2 pairs .* customer C1: current \(row 1\) and pot"):
        ltv.value_components(table)
    with pytest.raises(ValueError, match="same time twice"):  # one part twice
        ltv.value_components(components(part="base"))
    other = pd.concat([table.iloc[[0, 1]], components(customer_id="C2").iloc[2:]])
    with pytest.warns(UserWarning, match="historical 1, current 1, potential 1"):
        wide = ltv.value_components(other)  # the overlap was between two customers: no clash
    assert np.isnan(wide.loc["C1", "future"])
    for change, words in [
        (
            {"component": "hoped"},
            "4 of 4 rows are none of historical.*first row 0 .*'hoped'",
        ),
        ({"end": "2020-01-01"}, "amounts.end: 4 of 4 rows do not lie after the start; first row 0"),
        ({"end": "later"}, "amounts.end: 4 of 4 rows do not lie after the start; first row 0"),
        ({"amount": np.nan}, "4 of 4 rows have an empty cell; first row 0"),
        ({"amount": "a lot"}, "amount: 4 of 4 rows are not numeric; first row 0 .*: 'a lot'"),
    ]:
        with pytest.raises(ValueError, match=words):
            ltv.value_components(components(**change))


# --- claims -------------------------------------------------------------------------------------


def test_five_points_of_retention_are_worth_what_the_starting_rate_makes_of_them():
    start = [0.6, 0.7, 0.8, 0.85, 0.9]
    plain = ltv.retention_lift(start, change=5, unit="pp", rate=0, first="start")
    assert (100 * plain).round().tolist() == [14, 20, 33, 50, 100]
    tenth = ltv.retention_lift(start, change=5, unit="pp", rate=0.10, first="start")
    assert (100 * tenth).round().tolist() == [11, 14, 20, 25, 33]
    percent = ltv.retention_lift(start, change=5, unit="pct", rate=0, first="start")
    assert (percent < plain).all()


def test_the_famous_claims_contradict_each_other():
    claims = pd.DataFrame(
        {"change": [5, -5], "unit": "pp", "lift": [0.85, -0.25]}, index=["plus", "minus"]
    )
    table = ltv.compare_claims(claims, rate=0, first="start")
    assert table.loc["plus", "retention"] == pytest.approx(0.891, abs=5e-4)
    assert table.loc["minus", "retention"] == pytest.approx(0.85)
    assert table.loc["plus", "plus"] == pytest.approx(0.85)
    assert table.loc["minus", "plus"] == pytest.approx(0.50)
    assert table.loc["minus", "minus"] == pytest.approx(-0.25)


@given(
    st.floats(0.3, 0.9),
    st.sampled_from([-5, -1, 1, 5]),
    st.sampled_from(["pp", "pct"]),
    rates,
    timings,
)
def test_the_rate_behind_a_lift_gives_the_lift(kept, change, unit, rate, first):
    options = {"change": change, "unit": unit, "rate": rate, "first": first}
    lift = ltv.retention_lift(kept, **options)
    behind = ltv.retention_behind(lift, **options)
    assert ltv.retention_lift(behind, **options) == pytest.approx(lift, rel=1e-6)
    assert behind >= kept - 1e-6
    if first == "start":
        assert behind == pytest.approx(kept, abs=1e-6)


def test_lifts_that_cannot_be():
    with pytest.raises(ValueError, match="between 0 and 1"):
        ltv.retention_lift(0.97, change=5, unit="pp", rate=0.1, first="start")
    with pytest.raises(ValueError, match="no limit"):
        ltv.retention_lift(0.95, change=5, unit="pp", rate=0, first="start")
    with pytest.raises(ValueError, match="'pp', 'pct'"):
        ltv.retention_lift(0.9, change=5, unit="points", rate=0, first="start")
    with pytest.raises(ValueError, match="worth nothing"):
        ltv.retention_lift(0, change=5, unit="pp", rate=0, first="end")
    with pytest.warns(UserWarning, match="no retention rate gives a lift of -0.5"):
        assert np.isnan(ltv.retention_behind(-0.5, change=5, unit="pp", rate=0, first="start"))
    with pytest.raises(ValueError, match="change is 0"):
        ltv.retention_behind(0.5, change=0, unit="pct", rate=0, first="start")


# --- winning against keeping --------------------------------------------------------------------

WIN = ltv.Response(ceiling=0.40, speed=0.06)


@pytest.mark.parametrize(("speed", "ratio", "value"), [(0.12, 2.41, 115.96), (0.30, 4.83, 153.28)])
def test_at_the_optimum_marginal_costs_are_equal_and_average_costs_are_not(speed, ratio, value):
    # Pfeifer 2005, J. Targeting, Measurement and Analysis for Marketing 13: both marginal costs
    # equal the lifetime value. The ratio is recomputed from the inputs below by grid search.
    keep = ltv.Response(ceiling=0.80, speed=speed)
    best = ltv.best_spending(WIN, keep, margin=60, rate=0.15)
    assert best.average_ratio == pytest.approx(ratio, abs=0.005)
    assert best.lifetime_value == pytest.approx(value, abs=0.005)
    assert best.marginal_acquisition_cost == pytest.approx(best.lifetime_value)
    assert best.marginal_retention_cost == pytest.approx(best.lifetime_value)
    assert best.corner == ""
    if speed == 0.12:
        assert best.acquisition_spend == pytest.approx(17.06, abs=0.005)
        assert best.retention_spend == pytest.approx(20.08, abs=0.005)
    win, keeping = np.arange(0, 40, 0.05), np.arange(0, 40, 0.05)
    kept = 0.8 * (1 - np.exp(-speed * keeping))
    times = np.arange(200)[:, None]
    worth = (kept**times * (60 - keeping / 1.15) / 1.15**times).sum(axis=0)
    equity = np.outer(worth, 0.4 * (1 - np.exp(-0.06 * win))) - win
    row, column = np.unravel_index(equity.argmax(), equity.shape)
    assert best.acquisition_spend == pytest.approx(win[column], abs=0.05)
    assert best.retention_spend == pytest.approx(keeping[row], abs=0.05)
    assert best.customer_equity == pytest.approx(equity.max(), abs=1e-3)
    surface = ltv.equity_surface(WIN, keep, margin=60, rate=0.15, spends=(win, keeping))
    np.testing.assert_allclose(surface, equity, atol=1e-6)


def test_corners_are_reported():
    keep = ltv.Response(ceiling=0.8, speed=0.12)
    poor = ltv.best_spending(WIN, keep, margin=5, rate=0.15)
    assert poor.corner == "no spending on acquisition or retention"
    assert poor.customer_equity == 0
    assert np.isnan(poor.average_ratio)
    slow = ltv.best_spending(WIN, ltv.Response(0.01, 0.01), margin=100, rate=0.15)
    assert slow.corner == "no spending on retention"
    assert slow.lifetime_value == 100
    hard = ltv.best_spending(ltv.Response(0.01, 0.01), keep, margin=60, rate=0.15)
    assert hard.corner == "no spending on acquisition"


def test_response_goes_through_its_point_and_stays_below_its_ceiling():
    response = ltv.Response.through(10, 0.2, ceiling=0.4)
    assert response.rate(10) == pytest.approx(0.2)
    slope = (response.rate(10 + 1e-6) - response.rate(10)) / 1e-6
    assert response.marginal_cost(10) == pytest.approx(1 / slope, rel=1e-5)
    with pytest.raises(ValueError, match="not below its ceiling"):
        ltv.Response.through(10, 0.4, ceiling=0.4)
    with pytest.raises(ValueError, match="at most 1"):
        ltv.Response(1.2, 0.1)
    with pytest.raises(ValueError, match="no limit"):
        ltv.best_spending(WIN, ltv.Response(1, 0.1), margin=60, rate=0)
    with pytest.raises(ValueError, match="give a Response"):
        ltv.best_spending(0.4, WIN, margin=60, rate=0.15)


# --- bad input everywhere -----------------------------------------------------------------------


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


def test_plans_that_make_no_sense():
    for plan, words in [
        (pd.DataFrame({"revenue": [100]}), "revenue is not margin"),
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


def test_elasticities_do_not_exist_where_there_is_no_value():
    with pytest.warns(UserWarning, match="not positive at 1 of 2"):
        table = ltv.retention_table(100, [0.1, 0.9], rate=0.1, first="start", acquisition=200)
    assert np.isnan(table.loc[0.1, "elasticity_retention"])
    assert table.loc[0.1, "value"] < 0
    assert table.loc[0.9, "elasticity_retention"] > 0


# --- figures ------------------------------------------------------------------------------------


def test_every_figure_draws_on_the_axes_it_is_given():
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    cash = ltv.cash_table(TEN, acquisition=250, rate=0.1, first="end")
    table = ltv.retention_table(100, np.linspace(0.5, 0.95, 10), rate=0.1, first="start")
    observed = ltv.renewals_from_survivors([1000, 631, 468, 382])
    best = ltv.best_spending(WIN, ltv.Response(0.8, 0.12), margin=60, rate=0.15)
    surface = ltv.equity_surface(
        WIN, ltv.Response(0.8, 0.12), margin=60, rate=0.15, spends=(range(40), range(50))
    )
    events = ltv.schedule(OWN, years=20, last_year="excluded", rate=0)
    for draw in (
        lambda ax: ltv.plot_cash_flows(cash, paid_back=3.1, ax=ax),
        lambda ax: ltv.plot_value_by_retention(table, mark=0.95, ax=ax),
        lambda ax: ltv.plot_survival(observed, constant=ltv.survival(0.63, periods=9), ax=ax),
        lambda ax: ltv.plot_schedule(events, ax=ax),
        lambda ax: ltv.plot_waterfall(ltv.bridge(cash), total="lifetime value", ax=ax),
        lambda ax: ltv.plot_customer_equity(surface, best, ax=ax),
    ):
        figure, ax = plt.subplots()
        assert draw(ax) is ax
        assert ax.get_title(loc="left") or ax.get_title()
        assert ax.get_xlabel() or ax.get_xticklabels()
        figure.canvas.draw()
        plt.close(figure)


def test_a_percentage_where_a_fraction_belongs_is_remarked_upon():
    with pytest.warns(UserWarning, match="rate is 10, 1000% a period"):
        ltv.present_value([100], rate=10, first="end")
    rows = pd.DataFrame({"customer_id": ["A"], "started": ["2025-01-01"], "ended": [None]})
    with pytest.raises(ValueError, match="until is not a date: '05/06/2026'"):
        ltv.count_renewals(rows, until="05/06/2026", unit="month")
