"""A batch for each day, planned from the days before it, against what was made."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

import crmlab as crm
from crmlab import delivery

PRICES = {"price": 3.0, "cost": 1.2, "salvage": 0.3}


def days(n=200, regions=("east", "west"), seed=2, made=50):
    rng = np.random.default_rng(seed)
    rows = []
    for number, region in enumerate(regions):
        date = pd.date_range("2025-01-06", periods=n)  # a Monday
        mean = np.where(date.day_of_week == 4, 60, 40) * (1 + number / 2)
        asked = rng.poisson(mean)
        table = pd.DataFrame({"date": date, "region": region, "baked": made})
        table["sold"] = np.minimum(asked, made)
        rows.append(table.assign(asked_in_vain=asked - table["sold"]))
    return pd.concat(rows, ignore_index=True)


def test_batch_is_the_best_quantity_of_the_same_weekdays_at_the_level_of_last_week():
    table = days()
    plan = delivery.plan_batches(table, "2025-06-01", **PRICES)
    east = table[table["region"] == "east"].set_index("date")
    demand = east["sold"] + east["asked_in_vain"]
    for day in pd.to_datetime(["2025-06-01", "2025-06-06", "2025-07-24"]):
        until = demand[: day - pd.Timedelta(days=1)]
        usual = until.iloc[-7:].mean()
        same = until[until.index.day_of_week == day.day_of_week].iloc[1:]
        levels = [until[: one - pd.Timedelta(days=1)].iloc[-7:].mean() for one in same.index]
        best = delivery.best_quantity(same.to_numpy() / levels * usual, **PRICES)
        row = plan.table.query("region == 'east' and date == @day").iloc[0]
        assert row["usual"] == pytest.approx(usual)
        found = row[["low", "batch", "high"]].tolist()
        assert found == [np.ceil(best.low), np.ceil(best.estimate), np.ceil(best.high)]


def test_tomorrow_is_planned_as_it_will_be_once_it_is_past():
    table = days()
    last = table["date"].max()
    plan = delivery.plan_batches(table[table["date"] < last], "2025-06-01", **PRICES)
    later = delivery.plan_batches(table, "2025-06-01", **PRICES).table
    assert plan.next_day == last
    names = ["usual", "batch", "low", "high"]
    past = later[later["date"] == last].set_index("region")[names]
    pd.testing.assert_frame_equal(plan.tomorrow, past)


def test_what_a_day_brings_cannot_change_its_plan():
    table = days()
    other = table.copy()
    late = other["date"] >= "2025-07-01"
    other.loc[late, ["sold", "asked_in_vain"]] = [1, 0]
    one, two = (delivery.plan_batches(t, "2025-06-01", **PRICES).table for t in (table, other))
    until = one["date"] <= "2025-07-01"
    assert one["batch"][until].tolist() == two["batch"][until].tolist()
    assert one["batch"].tolist() != two["batch"].tolist()


def test_gain_is_the_mean_difference_of_days_with_students_interval():
    plan = delivery.plan_batches(days(), "2025-06-01", **PRICES)
    table = plan.table
    by_hand = [
        3 * min(q, d) + 0.3 * max(q - d, 0) - 1.2 * q
        for q, d in zip(table["batch"], table["demand"], strict=True)
    ]
    assert table["earned_by_plan"].tolist() == pytest.approx(by_hand)
    made = [3 * min(50, d) + 0.3 * max(50 - d, 0) - 60 for d in table["demand"]]
    assert table["earned"].tolist() == pytest.approx(made)
    more = (table["earned_by_plan"] - table["earned"]).groupby(table["date"]).sum()
    low, high = ttest_1samp(more, 0).confidence_interval()
    assert plan.gain.tolist() == pytest.approx([more.mean(), low, high])
    missed = (1.8 * table["demand"] - table["earned_by_plan"]).groupby(table["date"]).sum()
    low, high = ttest_1samp(missed, 0).confidence_interval()
    assert plan.missed.tolist() == pytest.approx([missed.mean(), low, high])


def test_batches_are_enough_on_the_share_of_days_that_pays():
    plan = delivery.plan_batches(days(1500, made=500), "2026-06-01", **PRICES)
    enough = (plan.table["batch"] >= plan.table["demand"]).mean()
    # 1.8 / 2.7 = 2/3, and a little more by rounding up; 1,974 days: 2 standard errors are 2 %
    assert 0.65 < enough < 0.71


def test_row_order_and_closed_days_change_nothing_else():
    table = days()
    shuffled = table.sample(frac=1, random_state=3)
    assert delivery.plan_batches(shuffled, "2025-06-01", **PRICES) == (
        delivery.plan_batches(table, "2025-06-01", **PRICES)
    )
    open_days = table[table["date"].dt.day_of_week != 6]
    until = open_days[open_days["date"] <= "2025-07-19"]  # a Saturday
    plan = delivery.plan_batches(until, "2025-06-01", **PRICES)
    assert plan.next_day == delivery.next_open_day(until) == pd.Timestamp("2025-07-21")
    assert plan.left_out == 0
    sundays = table[table["date"].dt.day_of_week == 6].query("date > '2025-06-20'")  # 4 of them
    now_and_then = pd.concat([until, sundays[sundays["date"] < "2025-07-19"]])
    assert delivery.next_open_day(now_and_then) == pd.Timestamp("2025-07-21")
    assert 6 not in plan.by_weekday.index


def test_days_without_enough_before_them_are_counted_not_hidden():
    plan = delivery.plan_batches(days(), "2025-03-05", **PRICES)
    # 9 Mondays to Sundays from 6 January; the first week has no usual: 8 comparable on 17 March
    assert plan.table["date"].min() == pd.Timestamp("2025-03-10")
    assert plan.left_out == 2 * 5
    assert plan.caption.endswith("10 left out: too few days before.")


def test_plan_beats_todays_batch_at_lantern_in_the_quarter_it_has_not_seen():
    plan = delivery.plan_batches(crm.load("lantern")["cups"], "2025-10-01", **PRICES)
    assert plan.gain["low"] > 0
    assert len(plan.table) == 92 * 4
    assert (plan.tomorrow["low"] <= plan.tomorrow["batch"]).all()
    assert (plan.tomorrow["batch"] <= plan.tomorrow["high"]).all()


def test_figure_shows_what_was_asked_made_and_planned():
    plan = delivery.plan_batches(days(), "2025-06-01", **PRICES)
    ax = plan.plot()
    gain, low, high = plan.gain
    assert ax.get_title(loc="left") == (
        f"Profit by plan: {gain:+,.2f} a day ({low:+,.2f} to {high:+,.2f})"
    )
    lines = {line.get_label(): line.get_ydata() for line in ax.lines}
    fridays = plan.table[plan.table["date"].dt.day_name() == "Friday"]
    for label, column in (("asked for", "demand"), ("made", "made"), ("plan", "batch")):
        assert lines[label][4] == pytest.approx(fridays[column].mean())
    assert [text.get_text() for text in ax.get_xticklabels()][4] == "Fri"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sold": -1}, "below 0"),
        ({"sold": 99}, "above baked"),
        ({"region": ""}, "empty"),
        ({"date": "yesterday"}, "date"),
        ({"date": pd.Timestamp("2025-01-07")}, "twice|more than one|repeat"),
        ({"asked_in_vain": np.nan}, "asked_in_vain"),
    ],
)
def test_days_that_cannot_be_read(change, said):
    table = days().astype({"date": object, "sold": float, "asked_in_vain": float})
    name, value = next(iter(change.items()))
    table.loc[0, name] = value
    with pytest.raises(ValueError, match=said):
        delivery.plan_batches(table, "2025-06-01", **PRICES)


@pytest.mark.parametrize(
    ("make", "since", "said"),
    [
        (lambda: days(), "2026-01-01", "fewer than two days"),
        (lambda: days(), "soon", "since"),
        (lambda: days(40), "2025-02-01", "comparable days"),
        (lambda: days().assign(sold=0, asked_in_vain=0), "2025-06-01", "without demand"),
        (lambda: days().drop(columns="asked_in_vain"), "2025-06-01", "asked_in_vain"),
        (lambda: days().iloc[:0], "2025-06-01", "no rows"),
    ],
)
def test_plans_that_cannot_be_made(make, since, said):
    with pytest.raises(ValueError, match=said):
        delivery.plan_batches(make(), since, **PRICES)
