"""Silence in the customer's own rhythm, plans and budgets, alarms held against what happened."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from crmlab import alerts
from crmlab.intervals import wilson


def log(**customers):
    """Purchases of each customer, as days since 1 January 2025."""
    start = pd.Timestamp("2025-01-01")
    rows = [
        (name, start + pd.Timedelta(days=day), 10.0)
        for name, days in customers.items()
        for day in days
    ]
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def day(number):
    return pd.Timestamp("2025-01-01") + pd.Timedelta(days=number)


def test_silence_by_hand():
    found = alerts.silence(log(Ann=[0, 30, 60], Bo=[0, 100], Cy=[0, 10, 10, 20, 90]), until=day(80))
    assert found.table["silence"].to_dict() == {"Cy": 60, "Ann": 20, "Bo": 80}
    # Cy's purchase on day 90 is later, the two on day 10 are one day
    assert found.table["purchases"].to_dict() == {"Cy": 3, "Ann": 3, "Bo": 1}
    assert found["chance"]["Ann"] == pytest.approx(np.exp(-20 / 30))
    assert found["chance"]["Cy"] == pytest.approx(np.exp(-60 / 10))
    assert np.isnan(found["chance"]["Bo"])
    assert found.table.index[0] == "Cy"
    assert "1 of 3 customers have bought too seldom" in found.caption


def test_a_regular_buyer_is_more_alarming():
    # Erlang 3, gap a month, silent for three: e^-9 (1 + 9 + 81 / 2)
    months = log(Ann=[0, 30, 60, 90])
    found = alerts.silence(months, until=day(180), regularity=3)
    assert found["chance"]["Ann"] == pytest.approx(np.exp(-9) * (1 + 9 + 40.5))
    assert found["chance"]["Ann"] < alerts.silence(months, until=day(180))["chance"]["Ann"]


def test_refunds_are_no_purchases():
    back = log(Ann=[0, 30, 60, 70]).assign(amount=[10, 10, 10, -10])
    with pytest.raises(ValueError, match="refund"):
        alerts.silence(back, until=day(80))
    for meaning in ("net", "ignore"):
        found = alerts.silence(back, until=day(80), refunds=meaning)
        assert found["silence"]["Ann"] == 20


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_silence_does_not_depend_on_the_order_of_rows(seed):
    rows = log(Ann=[0, 30, 60], Bo=[0, 100, 120], Cy=[0, 10, 20])
    one = alerts.silence(rows, until=day(150)).table
    other = alerts.silence(rows.sample(frac=1, random_state=seed), until=day(150)).table
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index())


@pytest.mark.parametrize("shape", [1.0, 3.0])
def test_regularity_is_recovered_and_its_interval_covers(shape):
    rng, held, found = np.random.default_rng(1), [], []
    for _ in range(60):
        gaps = gamma(shape, scale=2000 / shape).rvs((300, 3), random_state=rng)
        days = gaps.cumsum(axis=1).round()
        rows = {f"c{k}": row for k, row in enumerate(days)}
        # day 0 of the calendar is far from the limits of dates: gaps are a few thousand days
        table = pd.DataFrame(
            [(name, value) for name, row in rows.items() for value in row],
            columns=["customer_id", "days"],
        )
        table["date"] = pd.Timestamp("1950-01-01") + pd.to_timedelta(table["days"], unit="D")
        regularity = alerts.gap_regularity(table[["customer_id", "date"]])
        held.append(regularity["low"] <= shape <= regularity["high"])
        found.append(regularity["estimate"])
    assert np.mean(found) == pytest.approx(shape, rel=0.06)
    assert np.mean(held) > 0.86
    assert regularity["customers"] == 300


def test_too_few_customers_have_no_regularity():
    with pytest.raises(ValueError, match="1 customers have three or more days"):
        alerts.gap_regularity(log(Ann=[0, 3, 9], Bo=[1]))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"until": "2024-12-31"}, "every row is after 2024-12-31"),
        ({"until": "2025"}, "until"),
        ({"until": "2025-06-01", "least": 1}, "least"),
        ({"until": "2025-06-01", "regularity": 0}, "regularity"),
    ],
)
def test_silences_that_cannot_be_measured(options, said):
    with pytest.raises(ValueError, match=said):
        alerts.silence(log(Ann=[0, 30, 60]), **options)


# ---------------------------------------------------------------- plans


def test_expenses_as_computed_by_hand():
    # budget 100, 5 %: cumulative 30, 62, 104, 106
    found = alerts.expense_progress([100, 0, 0, 0], [30, 32, 42, 2], tolerance=0.05)
    assert found["actual_to_date"].tolist() == [30, 62, 104, 106]
    assert found["state"].tolist() == ["green", "green", "amber", "red"]
    assert found.title == "106% of the budget to date: red"
    assert alerts.expense_progress([100], [105], tolerance=0.05)["state"].tolist() == ["amber"]


def test_sales_follow_the_season_of_the_plan():
    found = alerts.sales_progress([0, 50, 150], [0, 45, 150], tolerance=0.1)
    assert found["state"].tolist() == ["", "amber", "amber"]
    assert found["reached"].round(3).tolist()[1:] == [0.9, 0.975]
    assert alerts.sales_progress([100], [89.9], tolerance=0.1)["state"].tolist() == ["red"]
    assert alerts.sales_progress([0.3], [0.1 + 0.2], tolerance=0)["state"].tolist() == ["green"]
    assert alerts.sales_progress([0], [5], tolerance=0).title == "No plan yet"


@given(
    st.lists(st.tuples(st.floats(1, 100), st.floats(0, 100)), min_size=1, max_size=12),
    st.floats(0.01, 1000),
)
def test_states_do_not_depend_on_the_currency(rows, rate):
    plan, actual = (np.array(column) for column in zip(*rows, strict=True))
    for progress in (alerts.sales_progress, alerts.expense_progress):
        one = progress(plan, actual, tolerance=0.1)
        other = progress(plan * rate, actual * rate, tolerance=0.1)
        assert one["reached"].to_numpy() == pytest.approx(other["reached"].to_numpy())


def test_progress_figure():
    found = alerts.sales_progress([100, 100], [90, 100], tolerance=0.1)
    ax = found.plot()
    assert ax.get_title(loc="left") == "95% of the plan to date: amber"
    drawn = {line.get_label(): line.get_ydata().tolist() for line in ax.lines}
    assert drawn == {"plan to date": [100, 200], "sales to date": [90, 190]}
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (90, 200)
    band = alerts.expense_progress([100], [90], tolerance=0.1).plot().collections[0]
    assert band.get_paths()[0].vertices[:, 1].max() == pytest.approx(110)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alerts.sales_progress([1, 2], [1], tolerance=0), "actual has 1 periods"),
        (lambda: alerts.sales_progress([1], [None], tolerance=0), "actual"),
        (lambda: alerts.sales_progress([-1], [1], tolerance=0), "plan"),
        (lambda: alerts.expense_progress([1], [-1], tolerance=0), "actual"),
        (lambda: alerts.expense_progress([-1], [1], tolerance=0), "budget"),
        (lambda: alerts.sales_progress([1], [1], tolerance=5), "tolerance"),
    ],
)
def test_plans_that_cannot_be_read(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# ---------------------------------------------------------------- alarms


def dated(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "date"])


EVENTS = dated(("Ann", "2025-03-20"), ("Cy", "2025-06-01"), ("Di", "2026-02-01"))
TERMS = {"span": ("2025-01-01", "2025-12-31"), "within": (60, 10), "worth": (100, 5)}


def test_alarms_by_hand():
    rules = {
        "early": dated(
            ("Ann", "2025-01-01"),  # 78 days before: too early, false
            ("Ann", "2025-02-01"),  # 47 days before: a hit
            ("Ann", "2025-03-25"),  # follows the hit
            ("Bo", "2025-04-01"),  # nothing happened
            ("Di", "2025-12-20"),  # its event lies after the span: false
            ("Cy", "2026-01-01"),  # after the span: left out
        ),
        "late": dated(("Cy", "2025-06-11")),
        "never": dated(),
    }
    table = alerts.evaluate(rules, EVENTS, **TERMS).table
    early, late, never = (table.loc[name] for name in rules)
    assert early[["alarms", "hits", "events", "delay"]].tolist() == [5, 1, 2, -47]
    assert (early["precision"], early["recall"]) == (0.2, 0.5)
    assert early["false_per_month"] == pytest.approx(3 / (365 / 365.25 * 12))
    assert early["worth"] == 100 - 25
    assert (early["precision_low"], early["precision_high"]) == pytest.approx(wilson(1, 5))
    assert (early["recall_low"], early["recall_high"]) == pytest.approx(wilson(1, 2))
    assert late[["alarms", "hits", "delay", "worth"]].tolist() == [1, 1, 10, 95]
    assert never[["alarms", "hits", "worth"]].tolist() == [0, 0, 0]
    assert np.isnan(never["precision"])
    assert never["recall"] == 0


def test_a_late_alarm_gains_less():
    # 100, and half of it gone each 10 days: on the day, 10 days late, 20 days early
    events = dated(("Ann", "2025-03-20"), ("Bo", "2025-03-20"), ("Cy", "2025-03-20"))
    alarms = dated(("Ann", "2025-03-20"), ("Bo", "2025-03-30"), ("Cy", "2025-02-28"))
    terms = TERMS | {"worth": (100, 5, 10)}
    row = alerts.evaluate({"one": alarms}, events, **terms).table.loc["one"]
    assert row["worth"] == pytest.approx(95 + 45 + 95)
    reach = 1.959964 * np.sqrt(95**2 + 45**2 + 95**2)
    assert row["worth_high"] - row["worth"] == pytest.approx(reach)
    assert row["worth"] - row["worth_low"] == pytest.approx(reach)
    # Dee's false alarms cost 10 together, and are one customer's
    more = pd.concat([alarms, dated(("Dee", "2025-02-01"), ("Dee", "2025-04-01"))])
    row = alerts.evaluate({"one": more}, events, **terms).table.loc["one"]
    reach = 1.959964 * np.sqrt(95**2 + 45**2 + 95**2 + 10**2)
    assert row["worth_high"] - 225 == pytest.approx(reach)


def test_an_event_may_be_worth_more():
    events = dated(("Ann", "2025-03-20"), ("Bo", "2025-03-20")).assign(value=[200, 30])
    alarms = dated(("Bo", "2025-03-20"), ("Ann", "2025-03-20"))
    terms = TERMS | {"worth": (0.1, 5)}
    assert alerts.evaluate({"one": alarms}, events, **terms)["worth"].tolist() == [20 + 3 - 10]
    assert alerts.evaluate({"one": alarms[:1]}, events, **terms)["worth"].tolist() == [3 - 5]
    with pytest.raises(ValueError, match=r"events\.value"):
        alerts.evaluate({"one": alarms}, events.assign(value=[-1, 2]), **terms)


def test_a_rule_that_never_rings_is_worth_nothing():
    table = alerts.evaluate({"never": dated()}, EVENTS, **TERMS).table
    assert table[["worth", "worth_low", "worth_high"]].to_numpy().tolist() == [[0, 0, 0]]


def test_the_interval_of_the_worth_covers():
    rng, held = np.random.default_rng(3), []
    for _ in range(300):
        number = rng.poisson(80)
        lost = rng.random(number) < 0.4
        ids = np.arange(number)
        alarms = pd.DataFrame({"customer_id": ids, "date": "2025-03-20"})
        row = alerts.evaluate({"one": alarms}, alarms[lost], **TERMS | {"worth": (10, 3)}).table
        held.append(row["worth_low"].iloc[0] <= 80 * (4 - 3) <= row["worth_high"].iloc[0])
    assert 0.91 < np.mean(held) < 0.985


# ---------------------------------------------------------------- silences


def test_silences_by_hand():
    found = alerts.past_silences(
        log(Ann=[0, 10, 30, 90], Bo=[0, 5], Cy=[3, 3, 4, 8]), until=day(100)
    )
    table = found.table
    assert table["customer_id"].tolist() == ["Ann", "Ann", "Cy"]
    assert table["last"].tolist() == [day(30), day(90), day(8)]
    assert table["usual_gap"].tolist() == [15, 30, 2.5]
    assert table["purchases"].tolist() == [3, 4, 3]
    assert table["back"].tolist()[0] == day(90)
    assert table["back"].isna().tolist() == [False, True, True]
    assert found.caption == "3 silences, 2 not ended by 2025-04-11."
    # 59 days of silence ring before she is back on the sixtieth; 60 do not
    assert found.alarms(59)["date"].tolist() == [day(89), day(67)]
    assert found.alarms(60)["date"].tolist() == [day(68)]
    # silent up to day 100: day 100 itself still counts
    assert found.alarms([90, 10, 93])["date"].tolist() == [day(100)]
    assert found.alarms([90, 10, 92])["date"].tolist() == [day(100), day(100)]
    assert found.alarms(3 * found["usual_gap"])["date"].tolist() == [day(75), day(16)]
    assert found.lost(92).to_numpy().tolist() == [["Cy", day(8)]]
    assert found.lost(93).empty
    assert found.between(day(8), day(30))["customer_id"].tolist() == ["Ann", "Cy"]


def test_a_rule_rings_where_silence_is_as_odd():
    # second route: the chance on the day of the alarm is at most e^-3, on the day before it is not
    rng = np.random.default_rng(5)
    rows = log(**{f"c{k}": rng.integers(0, 300, 6) for k in range(30)})
    past = alerts.past_silences(rows, until=day(365))
    for ring in past.alarms(3 * past["usual_gap"]).itertuples():
        for date, rang in ((ring.date, True), (ring.date - pd.Timedelta(days=1), False)):
            chance = alerts.silence(rows, until=date)["chance"][ring.customer_id]
            assert (chance <= np.exp(-3) * (1 + 1e-9)) == rang


def test_silences_know_refunds_and_no_order():
    back = log(Ann=[0, 30, 60, 70, 70, 80]).assign(amount=[10, 10, 10, -10, 10, -10])
    found = alerts.past_silences(back, until=day(90), refunds="net")
    assert found["last"].tolist() == [day(60)]
    assert alerts.past_silences(back[::-1], until=day(90), refunds="net") == found
    with pytest.raises(ValueError, match="refund"):
        alerts.past_silences(back, until=day(90))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: alerts.past_silences(log(Ann=[0, 3]), until=day(9)), "no customer has 3 days"),
        (lambda: PAST.alarms(0), "wait"),
        (lambda: PAST.alarms([1, 2, 3]), "3 numbers for 1 silences"),
        (lambda: PAST.alarms(None), "wait"),
        (lambda: PAST.lost(-1), "days"),
        (lambda: PAST.between("2025-02-01", "2025-01-01"), "before first"),
    ],
)
def test_silences_that_cannot_be_read(call, said):
    with pytest.raises(ValueError, match=said):
        call()


PAST = alerts.past_silences(log(Ann=[0, 30, 60]), until=day(90))


@pytest.mark.parametrize(
    ("date", "hits"), [("2025-01-19", 1), ("2025-01-18", 0), ("2025-03-31", 0)]
)
def test_days_around_the_event_are_inclusive(date, hits):
    table = alerts.evaluate({"one": dated(("Ann", date))}, EVENTS, **TERMS).table
    assert table["hits"].tolist() == [hits]


def test_figure_of_alarms():
    rules = {"cheap": dated(("Ann", "2025-03-01")), "dear": dated(*[("Bo", "2025-03-01")] * 30)}
    scores = alerts.evaluate(rules, EVENTS, **TERMS)
    assert scores.best == "cheap"
    ax = scores.plot()
    assert ax.get_title(loc="left") == "Worth most: cheap, 95 (-91 to 281)"
    assert [bar.get_width() for bar in ax.patches] == [-150, 95]
    ends = [line[:, 0].tolist() for line in ax.collections[0].get_segments()]
    bounds = scores.table[["worth_low", "worth_high"]]
    assert ends == [bounds.loc[name].tolist() for name in ("dear", "cheap")]
    assert [text.get_text() for text in ax.texts] == [
        "0 of 2 events, 30 alarms",
        "1 of 2 events, 1 alarms",
    ]
    none = alerts.evaluate({"dear": rules["dear"]}, EVENTS, **TERMS)
    assert none.plot().get_title(loc="left") == "No rule is worth its calls"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rules": {}}, "rules must be a mapping"),
        ({"rules": {"a": pd.DataFrame({"customer_id": ["x"]})}}, "date"),
        ({"rules": {"a": dated(("", "2025-01-01"))}}, r"rules\['a'\].customer_id"),
        ({"events": dated(("Ann", "2025-03-01"), ("Ann", "2025-04-01"))}, "second event"),
        ({"events": dated(("Ann", "2024-03-01"))}, "events holds none"),
        ({"span": ("2025-12-31", "2025-01-01")}, "before it begins"),
        ({"within": (-1, 0)}, "within"),
        ({"worth": (100, None)}, "worth"),
        ({"worth": (100, 5, 0)}, "worth"),
        ({"worth": (100,)}, "worth has 1"),
    ],
)
def test_alarms_that_cannot_be_evaluated(change, said):
    given_ = {"rules": {"a": dated(("Ann", "2025-03-01"))}, "events": EVENTS, **TERMS} | change
    with pytest.raises(ValueError, match=said):
        alerts.evaluate(given_.pop("rules"), given_.pop("events"), **given_)
