"""Renewals counted from contracts, against a walk through every contract and by simulation."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value


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
    table = ltv.renewals_from_survivors(counts).table
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
    counted = ltv.count_renewals(table, until=until, unit=unit).table
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
    found = ltv.count_renewals(table, until=until, unit="month")
    assert ltv.count_renewals(blind, until=until, unit="month") == found
    text = table.assign(
        started=table["started"].dt.strftime("%Y-%m-%d"),
        ended=table["ended"].dt.strftime("%Y-%m-%d"),
    )
    assert ltv.count_renewals(text, until=until, unit="month") == found


def test_short_months_renew_on_their_last_day():
    one = pd.DataFrame({"customer_id": ["C1"], "started": ["2024-01-31"], "ended": [None]})
    assert ltv.count_renewals(one, until="2024-02-28", unit="month").table.index.max() == 0
    assert ltv.count_renewals(one, until="2024-02-29", unit="month").table.index.max() == 1
    on_the_day = one.assign(ended="2024-02-29")
    assert ltv.count_renewals(on_the_day, until="2024-12-31", unit="month").table["lost"][1] == 1
    day_after = one.assign(ended="2024-03-01")
    assert ltv.count_renewals(day_after, until="2024-12-31", unit="month").table["lost"][2] == 1


def test_survival_interval_covers_at_its_nominal_rate():
    random = np.random.default_rng(6)
    covered = []
    for _ in range(300):
        lives = random.geometric(0.15, 150)  # renewal at which the contract is lost
        follow = random.integers(1, 9, 150)  # renewals that can be seen
        started = pd.Timestamp("2025-12-31") - pd.to_timedelta(7 * follow, "D")
        ended = pd.Series(started + pd.to_timedelta(7 * lives - 3, "D"))
        table = pd.DataFrame({"customer_id": range(150), "started": started, "ended": ended})
        row = ltv.count_renewals(table, until="2025-12-31", unit="week").table.loc[5]
        covered.append(row["survival_low"] <= 0.85**5 <= row["survival_high"])
    assert 0.91 <= np.mean(covered) <= 0.99


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40))
def test_intervals_hold_their_estimates_and_are_as_wide_as_they_should_be(people):
    """Each person: renewals made, and whether lost at the next one or running."""
    until = pd.Timestamp("2025-12-31")
    weeks = pd.to_timedelta([7 * (kept + lost) for kept, lost in people], "D")
    started = pd.Series(until - weeks)
    ended = pd.Series(until, started.index).where([lost for _, lost in people])
    table = pd.DataFrame({"customer_id": range(len(people)), "started": started, "ended": ended})
    found = ltv.count_renewals(table, until=until, unit="week", confidence=0.9).table
    survival, greenwood = 1.0, 0.0
    for age, row in found.iterrows():
        at_risk = sum(kept + lost >= age for kept, lost in people)
        gone = sum(lost and kept + 1 == age for kept, lost in people)
        assert (row["at_risk"], row["lost"]) == (at_risk, gone)
        for name in ("retention", "survival"):
            assert 0 <= row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] <= 1
        if age == 0:
            assert (row[["retention_low", "survival_low", "survival_high"]] == 1).all()
            continue
        rate = ltv.retention_rate(at_risk - gone, at_risk, confidence=0.9)
        limits = row[["retention", "retention_low", "retention_high"]]
        assert limits.tolist() == pytest.approx(rate.tolist())
        survival *= 1 - gone / at_risk
        assert row["survival"] == pytest.approx(survival)
        if gone < at_risk:
            greenwood += gone / (at_risk * (at_risk - gone))
            people_worth = (1 - survival) / survival / greenwood if greenwood else at_risk
            low, high = wilson_by_hand(survival, people_worth, 1.6448536)
            assert row["survival_low"] == pytest.approx(low)
            assert row["survival_high"] == pytest.approx(high)
        else:
            assert row["survival_low"] == 0 < row["survival_high"]


def wilson_by_hand(share, n, z):
    """Both roots of (share - p)^2 = z^2 p (1 - p) / n."""
    half = np.sqrt((2 * n * share + z**2) ** 2 - 4 * (n + z**2) * n * share**2)
    return [(2 * n * share + z**2 + sign * half) / (2 * (n + z**2)) for sign in (-1, 1)]


def test_retention_rate_at_the_ends():
    none, all_of_them = ltv.retention_rate(0, 10), ltv.retention_rate(10, 10)
    assert none[["estimate", "low"]].tolist() == [0, 0]
    assert all_of_them[["estimate", "high"]].tolist() == [1, 1]
    # z^2 / (n + z^2)
    assert none["high"] == pytest.approx(3.841459 / 13.841459)
    assert all_of_them["low"] == pytest.approx(10 / 13.841459)


def test_contracts_of_any_kind_are_the_same_contracts():
    table, options = contracts(), {"until": "2025-12-31", "unit": "month"}
    found = ltv.count_renewals(table, **options)
    days = table[["started", "ended"]]
    written = days.apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    for other in (
        days[::-1],
        days.sample(frac=1, random_state=1),
        days.astype(object),
        days.apply(lambda column: column.dt.date),
        days.apply(lambda column: column.dt.tz_localize("Asia/Shanghai")),
        days.astype("date32[pyarrow]"),
        written.fillna(""),
        days.fillna({"ended": pd.Timestamp("9999-12-31")}),
    ):
        same = other.assign(customer_id=table["customer_id"])
        assert ltv.count_renewals(same, **options) == found
    numbered = table.assign(customer_id=pd.array(range(300), dtype="Int64"))
    assert ltv.count_renewals(numbered, **options) == found

    class Database:
        subscriptions = table

    assert ltv.count_renewals(Database(), **options) == found


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
        ({"started": "2024-06"}, "started: 300 of 300 rows cannot be read as dates"),
        ({"ended": "1899-12-30"}, "ended: 300 of 300 rows lie before 1900"),
        ({"customer_id": ""}, "customer_id: 300 of 300 rows are empty"),
        ({"customer_id": "nan"}, "customer_id: 300 of 300 rows are empty"),
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
    model = crm.repeat_buying.ShiftedBetaGeometric.fit(table.histories, unit="year")
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
    assert counted.histories["customers"].sum() == 300


def test_a_percentage_where_a_fraction_belongs_is_remarked_upon():
    with pytest.warns(UserWarning, match="rate is 10, 1000% a period"):
        ltv.present_value([100], rate=10, first="end")
    rows = pd.DataFrame({"customer_id": ["A"], "started": ["2025-01-01"], "ended": [None]})
    with pytest.raises(ValueError, match="until is not a date: '05/06/2026'"):
        ltv.count_renewals(rows, until="05/06/2026", unit="month")


def test_histories_of_single_contracts_add_up_to_the_table():
    contracts = pd.DataFrame(
        {
            "customer_id": ["D", "A", "C", "B", "E"],
            "started": ["2025-01-31", "2025-01-10", "2025-03-01", "2025-01-31", "2025-02-15"],
            "ended": [None, "2025-02-20", "2025-03-20", "2025-03-31", "2025-03-15"],
        }
    )
    days = {"until": "2025-03-31", "unit": "month"}
    found = ltv.contract_histories(contracts, **days)
    # A missed the renewal of 10 March, B that of 31 March, E that of 15 March; C's is not due
    assert found.index.tolist() == ["D", "A", "C", "B", "E"]
    assert found["T"].tolist() == [2, 2, 0, 2, 1]
    assert found["churned"].tolist() == [False, True, False, True, True]
    counted = found.reset_index().groupby(["T", "churned"])["customer_id"].size()
    table = ltv.count_renewals(contracts, **days).histories.set_index(["T", "churned"])
    assert counted.to_dict() == table["customers"].to_dict()
    with pytest.raises(ValueError, match="unit"):
        ltv.contract_histories(contracts, until="2025-03-31", unit="fortnight")
