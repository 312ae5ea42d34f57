"""Win-back: published numbers, hand-exact cases, a second route, coverage, refusals, figures."""

import importlib.util

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.intervals import kaplan_meier, wilson
from crmlab.recovery import (
    hazard_ratios,
    longest_watch,
    profit_by,
    regain_profit,
    return_shares,
    second_lives,
)
from crmlab.recovery.second_life import survival_of

START = pd.Timestamp("2024-01-01")
UNTIL = "2025-12-31"
# Freireich et al. (1963), weeks to relapse: 6-MP with (1) or without (0) relapse, and placebo
DRUG = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
SEEN = [1] * 9 + [0] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def made(wait, came, offer, **more):
    """A table of customers watched so many days each, whose return is on the last of them or not.

    All are watched to one day; who was watched more briefly got the offer later.
    """
    wait, came = np.asarray(wait), np.asarray(came, dtype=bool)
    last = START + pd.Timedelta(days=100)
    days = pd.to_timedelta(wait, unit="D")
    table = pd.DataFrame(
        {
            "customer_id": [f"c{place}" for place in range(len(wait))],
            "offer": offer,
            "offered": last - days,
            "returned": pd.Series(last, range(len(wait))).where(came),
        }
    )
    return table.assign(**more), last


def leukaemia():
    return made(DRUG + PLACEBO, SEEN + [1] * 21, ["none"] * 21 + ["call"] * 21)


def lives(stay, ended, margin, *, offer="none", more=100):
    """Customers who returned on the next day and stayed so long, or were watched so long."""
    count = len(stay)
    offered = START + pd.Timedelta(days=more) - pd.to_timedelta(stay, unit="D")
    last = START + pd.Timedelta(days=more)
    table = pd.DataFrame(
        {
            "customer_id": [f"{offer}{place}" for place in range(count)],
            "offer": offer,
            "offered": offered - pd.Timedelta(days=1),
            "returned": offered,
            "left_again": pd.Series(last, range(count)).where(np.asarray(ended, bool)),
            "margin": margin,
            "offer_cost": 0.0,
            "gift": 0.0,
        }
    )
    return table, last


# ---------------------------------------------------------------- shares that return


def test_without_censoring_shares_are_wilsons_and_the_difference_newcombes():
    # Newcombe (1998, Statistics in Medicine 17), method 10: 56/70 - 48/80 = 0.2 (0.0524, 0.3339)
    came = np.repeat([1, 0, 1, 0], [48, 32, 56, 14])
    wait = np.where(came, 5, 60)
    table, last = made(wait, came, ["none"] * 80 + ["call"] * 70)
    found = return_shares(table, last, within=30)
    assert found.added.loc["call"].round(4).tolist() == [0.2, 0.0524, 0.3339]
    for name, (back, n) in {"none": (48, 80), "call": (56, 70)}.items():
        row = found.table.loc[name]
        assert row[["customers", "returned", "watched"]].tolist() == [n, back, n]
        np.testing.assert_allclose(row[["low", "high"]].astype(float), wilson(back, n))
    assert list(found.table.index) == ["none", "call"]


def test_the_curve_of_a_published_table():
    # Kalbfleisch & Prentice; 6-MP: S(6)=.857, S(7)=.807, S(10)=.753, S(13)=.690, S(16)=.627
    table, last = leukaemia()
    found = return_shares(table, last, within=22)
    curve = found.curves[found.curves["offer"] == "none"].set_index("day")
    stays = (1 - curve["estimate"]).round(3)
    assert stays.to_dict() == {0: 1, 6: 0.857, 7: 0.807, 10: 0.753, 13: 0.69, 16: 0.627, 22: 0.538}
    # at 10, by hand on log(-log S) with the published error .0963; Stata lists .5032 and .8894
    assert curve.loc[10, ["low", "high"]].tolist() == pytest.approx([0.1106, 0.4968], abs=1e-4)
    reach = np.exp(1.959964 * 0.0963 / (0.7529 * abs(np.log(0.7529))))
    ends = [1 - 0.7529 ** (1 / reach), 1 - 0.7529**reach]
    assert curve.loc[10, ["low", "high"]].tolist() == pytest.approx(ends, abs=2e-4)
    row = found.table.loc["none"]
    assert row[["returned", "watched"]].tolist() == [8, 8 + 6]
    assert row["estimate"] == curve["estimate"].iloc[-1]


def test_log_rank_of_a_published_table():
    # Cox & Oakes; R survdiff: chi2 = 16.8 on 1 degree of freedom
    table, last = leukaemia()
    test = return_shares(table, last, within=10).log_rank
    assert test["chi2"] == pytest.approx(16.79, abs=0.005)
    assert test["freedom"] == 1
    assert test["p"] == pytest.approx(4.17e-5, rel=0.01)


def test_log_rank_where_nobody_has_returned_says_nothing_differs():
    table, last = made([9, 9, 9], [0, 0, 0], ["none", "call", "call"])
    found = return_shares(table, last, within=5)
    assert found.log_rank.tolist() == [0, 1, 1]
    assert (found["estimate"] == 0).all()
    assert (found["high"] > 0.5).all()


@pytest.mark.parametrize("back", [0, 3, 7])
def test_an_interval_holds_its_estimate_at_the_ends_too(back):
    came = [1] * back + [0] * (7 - back)
    table, last = made([4] * 7 + [4] * 7, came + [1, 0] * 3 + [1], ["none"] * 7 + ["call"] * 7)
    row = return_shares(table, last, within=4).table.loc["none"]
    assert row["estimate"] == pytest.approx(back / 7)
    assert row["low"] <= row["estimate"] <= row["high"]
    np.testing.assert_allclose(row[["low", "high"]].astype(float), wilson(back, 7), atol=1e-12)


def test_shares_cover_on_both_sides():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(150):
        wait, watch = rng.exponential(200, 60), rng.integers(20, 200, 60)
        came = np.ceil(wait) <= watch
        days = np.where(came, np.ceil(wait), watch).astype(int)
        days[-1], came[-1] = 200, False
        table, last = made(days, came, ["none"] * 60)
        row = return_shares(table, last, within=100).table.loc["none"]
        held.append(row["low"] <= 1 - np.exp(-0.5) <= row["high"])
    assert 0.9 <= np.mean(held) <= 0.987


def test_customers_without_an_offer_are_left_out_and_said():
    table, last = leukaemia()
    extra = table.iloc[:3].assign(customer_id=["x", "y", "z"], offer=[None, "", np.nan])
    both = pd.concat([table, extra], ignore_index=True)
    found = return_shares(both, last, within=10)
    assert found.left_out == 3
    assert "3 customers without an offer are left out" in found.caption
    assert found.table.equals(return_shares(table, last, within=10).table)
    assert "left out" not in return_shares(table, last, within=10).caption


@pytest.mark.parametrize("change", ["shuffled", "object", "arrow", "reversed", "text days"])
def test_form_and_order_of_the_table_change_nothing(change):
    lost = crm.load("lantern")["win_back"]
    plain = lost.head(700)
    other = plain
    if change == "shuffled":
        other = plain.sample(frac=1, random_state=0)
    if change == "object":
        other = plain.astype(object)
    if change == "arrow":
        other = plain.convert_dtypes(dtype_backend="pyarrow")
    if change == "reversed":
        other = plain[::-1].set_axis([7] * len(plain))
    if change == "text days":
        days = ["offered", "returned", "left_again"]
        other = plain.assign(**{name: plain[name].dt.strftime("%Y-%m-%d") for name in days})
    assert return_shares(other, UNTIL).table.equals(return_shares(plain, UNTIL).table)
    mine, theirs = (regain_profit(one, UNTIL, within=90) for one in (other, plain))
    pd.testing.assert_frame_equal(mine.table.iloc[:, :6], theirs.table.iloc[:, :6])
    pd.testing.assert_frame_equal(mine.added, theirs.added)


def test_the_longest_watch_is_the_most_that_no_offer_refuses():
    table, last = made([9, 40, 12, 30], [1, 0, 0, 1], ["none", "none", "call", "call"])
    assert longest_watch(table, last) == 30
    return_shares(table, last, within=30)
    with pytest.raises(ValueError, match="nobody was watched for more than 30 days"):
        return_shares(table, last, within=31)
    with pytest.raises(ValueError, match="lacks the column offer"):
        longest_watch(table.drop(columns="offer"), last)


def good():
    return pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "offer": ["none", "none", "call", "call"],
            "offered": ["2025-01-01"] * 4,
            "returned": [None, "2025-01-05", "2025-01-09", None],
            "left_again": [None, "2025-02-01", None, None],
            "margin": [0, 5.0, 9.0, 0],
            "offer_cost": [0, 0, 2.0, 2.0],
            "gift": [0, 0, 1.0, 0],
            "reason": ["price", "moved", "price", "moved"],
        }
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"customer_id": ["a", "a", "c", "d"]}, "repeats an earlier one"),
        ({"customer_id": ["a", "", "c", "d"]}, "lost.customer_id: 1 of 4 rows is empty"),
        ({"offer": [1, 2, 3, 4]}, "lost.offer: 4 of 4 rows are not text"),
        ({"offer": [None] * 4}, "nobody was in the lot"),
        ({"offer": ["call"] * 4}, "no 'none'"),
        ({"offered": [None, *["2025-01-01"] * 3]}, "lost.offered: 1 of 4 rows is empty"),
        ({"offered": ["2025-01", *["2025-01-01"] * 3]}, "cannot be read as a date"),
        ({"offered": ["2026-05-01", *["2025-01-01"] * 3]}, "lost.offered: .* lies after 2025-12"),
        ({"returned": [None, "2024-12-31", None, None]}, "lies before its offered"),
        ({"returned": [None, "2026-01-05", None, None]}, "lost.returned: .* lies after"),
        ({"returned": [1, None, None, None]}, "cannot be read as a date"),
    ],
)
def test_bad_tables_are_refused_everywhere(change, said):
    bad = good().assign(**change)
    for ask in (return_shares, regain_profit):
        with pytest.raises(ValueError, match=said):
            ask(bad, UNTIL)
    if "no 'none'" not in said:
        with pytest.raises(ValueError, match=said):
            second_lives(bad, UNTIL)
        with pytest.raises(ValueError, match=said):
            hazard_ratios(bad, ["offer"], until=UNTIL)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"left_again": [None, "2025-01-04", None, None]}, "lies before its returned"),
        ({"left_again": ["2025-03-01", None, None, None]}, "there without a return"),
        ({"left_again": [None, "2026-03-01", None, None]}, "lost.left_again: .* lies after"),
        ({"margin": [0, "five", 9, 0]}, "lost.margin"),
        ({"margin": [0, None, 9, 0]}, "lost.margin: 1 of 2 rows is empty"),
    ],
)
def test_bad_second_lives_are_refused(change, said):
    bad = good().assign(**change)
    for ask in (second_lives, regain_profit):
        with pytest.raises(ValueError, match=said):
            ask(bad, UNTIL)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"within": 0}, "within is 0"),
        ({"within": 400}, "nobody was watched for more than 364"),
        ({"within": "30"}, "within is '30'"),
        ({"horizon": -1}, "horizon is -1"),
        ({"confidence": 95}, "confidence is 95"),
    ],
)
def test_bad_options_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        regain_profit(good(), UNTIL, **options)
    if "horizon" not in options:
        with pytest.raises(ValueError, match=said):
            return_shares(good(), UNTIL, **options)


def test_missing_columns_and_nobody_back_are_refused():
    for column in ("left_again", "margin"):
        with pytest.raises(ValueError, match=f"lacks the column {column}"):
            second_lives(good().drop(columns=column), UNTIL)
    with pytest.raises(ValueError, match="lacks the column offer_cost"):
        regain_profit(good().drop(columns="offer_cost"), UNTIL)
    with pytest.raises(ValueError, match=r"lost.offer_cost: 1 of 4 rows is below 0"):
        regain_profit(good().assign(offer_cost=[0, 0, -1, 2]), UNTIL)
    with pytest.raises(ValueError, match="lacks the column shop"):
        second_lives(good(), UNTIL, by="shop")
    with pytest.raises(ValueError, match="lacks the column shop"):
        profit_by(good(), "shop", until=UNTIL)
    with pytest.raises(ValueError, match=r"lost.reason: 1 of 4 rows is empty"):
        profit_by(good().assign(reason=[None, "a", "a", "a"]), "reason", until=UNTIL)
    nobody = good().assign(returned=None, left_again=None)
    with pytest.raises(ValueError, match="nobody has returned by 2025-12-31"):
        second_lives(nobody, UNTIL)
    with pytest.raises(ValueError, match="until is not a date"):
        return_shares(good(), "2025-12")


# ---------------------------------------------------------------- hazard of return


def test_hazard_ratio_of_a_published_table():
    # R coxph, Efron: coefficient 1.5721, standard error 0.4124
    table, last = leukaemia()
    found = hazard_ratios(table, ["offer"], until=last)
    row = found.loc[("offer", "call")]
    assert np.log(row["estimate"]) == pytest.approx(1.5721, abs=1e-4)
    reach = 1.959964 * 0.4124
    assert np.log(row["low"]) == pytest.approx(1.5721 - reach, abs=3e-4)
    assert np.log(row["high"]) == pytest.approx(1.5721 + reach, abs=3e-4)
    assert row["against"] == "none"


def test_hazard_ratios_of_the_sample_company_are_near_the_true_ones():
    # true within price: bundle 3.2, call 1.3, discount 2.6; service: 4.6, 4.0, 1.3
    lost = crm.load("lantern")["win_back"]
    for reason, true in {"price": [3.2, 1.3, 2.6], "service": [4.6, 4.0, 1.3]}.items():
        rows = lost[lost["reason"] == reason]
        found = hazard_ratios(rows, ["offer"], until=UNTIL, confidence=0.99)
        assert list(found.index) == [("offer", n) for n in ("bundle", "call", "discount")]
        assert (found["low"].to_numpy() < true).all()
        assert (found["high"].to_numpy() > true).all()


def test_numbers_and_flags_count_per_unit_and_text_against_the_most_frequent():
    lost = crm.load("lantern")["win_back"]
    lost = lost[lost["offer"].notna()].assign(early=lambda x: x["lost"] < "2025-01-01")
    found = hazard_ratios(lost, ["offer", "reason", "first_margin", "early"], until=UNTIL)
    assert found.loc[("reason", "service"), "against"] == "price"
    assert ("reason", "price") not in found.index
    assert found.loc[("first_margin", ""), "against"] == ""
    assert 0.99 < found.loc[("first_margin", ""), "estimate"] < 1.01
    assert 0.7 < found.loc[("early", ""), "estimate"] < 1.4
    assert ((found["low"] < found["estimate"]) & (found["estimate"] < found["high"])).all()
    twice = hazard_ratios(lost.assign(first_margin=lost["first_margin"] * 10), ["first_margin"],
                          until=UNTIL)  # fmt: skip
    once = hazard_ratios(lost, ["first_margin"], until=UNTIL)
    assert twice["estimate"].iloc[0] ** 10 == pytest.approx(once["estimate"].iloc[0])


@pytest.mark.parametrize(
    ("change", "columns", "said"),
    [
        ({}, "offer", "must be a list"),
        ({}, [], "must be a list"),
        ({}, ["shop"], "lacks the column shop"),
        ({"reason": "price"}, ["reason"], "says the same in every row"),
        ({"reason": ["a", "b", "b", "c"]}, ["reason"], "nobody with 'a' has returned"),
        ({"reason": ["a", None, "b", "c"]}, ["reason"], "is empty or no text"),
        ({"age": [1, 2, None, 4]}, ["age"], "lost.age: 1 of 4 rows is empty"),
    ],
)
def test_columns_that_fit_no_ratio_are_refused(change, columns, said):
    with pytest.raises(ValueError, match=said):
        hazard_ratios(good().assign(**change), columns, until=UNTIL)


def test_two_columns_that_say_the_same_are_refused():
    lost = crm.load("lantern")["win_back"]
    again = lost.assign(again=lost["offer"])
    with pytest.raises(ValueError, match="two say the same"):
        hazard_ratios(again, ["offer", "again"], until=UNTIL)


@pytest.mark.skipif(importlib.util.find_spec("lifelines") is None, reason="lifelines not there")
def test_ratios_agree_with_lifelines():
    from lifelines import CoxPHFitter

    table, last = leukaemia()
    frame = pd.DataFrame({"days": DRUG + PLACEBO, "came": SEEN + [1] * 21})
    frame["call"] = np.repeat([0, 1], 21)
    fit = CoxPHFitter().fit(frame, "days", "came")
    found = hazard_ratios(table, ["offer"], until=last)
    assert found["estimate"].iloc[0] == pytest.approx(fit.hazard_ratios_["call"], rel=1e-4)


# ---------------------------------------------------------------- second lives


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=30))
def test_survival_by_weights_is_that_of_repeated_customers(cases):
    times = pd.Series([time for time, _ in cases])
    seen = pd.Series([ended for _, ended in cases])
    weights = np.arange(1, len(cases) + 1)
    distinct, stays = survival_of(times, seen, np.array([weights, np.ones(len(cases))], float))
    expected, _ = kaplan_meier(times.repeat(weights), seen.repeat(weights), distinct)
    np.testing.assert_allclose(stays[0, 1:], expected, atol=1e-12)
    expected, _ = kaplan_meier(times, seen, distinct)
    np.testing.assert_allclose(stays[1, 1:], expected, atol=1e-12)
    assert (stays[:, 0] == 1).all()


def test_months_within_the_horizon_by_hand():
    # 10, 20 and 40 days, all ended: within 30 days they live 10, 20 and 30
    table, last = lives([10, 20, 40], [1, 1, 1], [10.0, 40.0, 90.0])
    row = second_lives(table, last, horizon=30).table.loc["none"]
    assert row["months"] == pytest.approx(60 / 3 / (365.25 / 12))
    assert row["monthly"] == pytest.approx(140 / 70 * 365.25 / 12)
    assert row["estimate"] == pytest.approx(20 * 2)
    assert row[["returned", "left_again"]].tolist() == [3, 3]
    whole = second_lives(table, last, horizon=1000).table.loc["none"]
    assert whole["estimate"] == pytest.approx(140 / 3)  # all ended: the mean margin


def test_beyond_the_longest_life_the_curve_goes_on_as_an_exponential():
    # one of two ends after 10 days, one is watched for 20: S(20) = 1/2, so S(t) = 2 ** (-t / 20)
    table, last = lives([10, 20], [1, 0], [0.0, 0.0])
    row = second_lives(table, last, horizon=60).table.loc["none"]
    tail = 0.5 * (1 - 0.25) * 20 / np.log(2)
    assert row["months"] * 365.25 / 12 == pytest.approx(10 + 5 + tail)
    endless, last = lives([10, 20], [0, 0], [1.0, 2.0])
    row = second_lives(endless, last, horizon=60).table.loc["none"]
    assert row["months"] * 365.25 / 12 == pytest.approx(60)
    assert row["estimate"] == pytest.approx(60 * 3 / 30)


def test_few_returns_have_no_interval_and_say_why():
    table, last = lives([10, 20, 40], [1, 1, 1], [10.0, 40.0, 90.0])
    row = second_lives(table, last).table.loc["none"]
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])
    assert row["note"] == "3 returned; an interval needs 5"
    five, last = lives([10, 20, 40, 50, 60], [1] * 5, [1.0, 2.0, 3.0, 4.0, 5.0])
    row = second_lives(five, last).table.loc["none"]
    assert row["low"] < row["estimate"] < row["high"]
    assert row["note"] == ""


def test_second_lives_say_how_many_had_not_ended():
    found = second_lives(crm.load("lantern")["win_back"], UNTIL, by="reason")
    assert list(found.table.index) == ["moved", "other", "price", "service"]
    going = found["returned"].sum() - found["left_again"].sum()
    said = f"{going} of {found['returned'].sum()} had not ended by 2025-12-31"
    assert said in found.caption
    assert "first 365 days" in found.caption


# ---------------------------------------------------------------- profit


def test_profit_is_the_formula_of_its_parts():
    found = regain_profit(good(), UNTIL, within=30)
    call, none = found.table.loc["call"], found.table.loc["none"]
    # call: one of two returns, stays to the end (356 of 356 days watched), margin 9 in 356 days
    assert call["value"] == pytest.approx(9 / 356 * 365)
    assert call[["chance", "gift", "cost"]].tolist() == [0.5, 1, 2]
    assert call["estimate"] == pytest.approx(0.5 * (9 / 356 * 365 - 1) - 2)
    assert none["estimate"] == pytest.approx(0.5 * 5)  # her life has ended: the margin itself
    added = found.added.loc["call"]
    assert added["estimate"] == pytest.approx(call["estimate"] - none["estimate"])
    assert added["returns"] == 0
    assert added["note"] == "call: 1 returned; an interval needs 5; none: 1 returned; an " \
        "interval needs 5"  # fmt: skip
    free = regain_profit(good().drop(columns="gift"), UNTIL, within=30).table.loc["call"]
    assert free["estimate"] == pytest.approx(call["estimate"] + 0.5)


def test_an_offer_that_nobody_took_costs_what_it_costs():
    lost = good().assign(returned=[None, "2025-01-05", None, None], margin=[0, 5.0, 0, 0])
    lost["left_again"] = [None, "2025-02-01", None, None]
    row = regain_profit(lost, UNTIL).table.loc["call"]
    assert row[["chance", "value", "gift", "cost", "estimate"]].tolist() == [0, 0, 0, 2, -2]
    assert row["note"] == "0 returned; an interval needs 5"


def test_where_nothing_is_censored_the_interval_is_that_of_a_mean():
    rng = np.random.default_rng(3)
    tables = []
    for offer, mean in {"none": 20, "call": 30}.items():
        stay = rng.integers(5, 90, 150)
        tables.append(lives(stay, [1] * 150, rng.gamma(2, mean / 2, 150), offer=offer)[0])
    both, last = pd.concat(tables), START + pd.Timedelta(days=100)
    found = regain_profit(both, last, within=1, horizon=400)
    margin = both.groupby("offer")["margin"]
    error = margin.std() / np.sqrt(150)
    for name, row in found.table.iterrows():
        assert row["estimate"] == pytest.approx(margin.mean()[name])
        for side in ("low", "high"):
            reach = abs(row[side] - row["estimate"]) / (1.96 * error[name])
            assert 0.85 < reach < 1.17, side
    row = found.added.loc["call"]
    width = (row["high"] - row["low"]) / (2 * 1.96 * np.hypot(*error))
    assert 0.92 < width < 1.08


def test_added_profit_covers_the_truth_on_both_sides():
    rng = np.random.default_rng(8)

    def arm(name, hazard, worth, count=80):
        watch = rng.integers(190, 500, count)
        wait = np.ceil(rng.exponential(180 / hazard, count)).astype(int)
        stay = np.maximum(np.round(rng.exponential(150, count)), 1).astype(int)
        came = wait < watch
        lived = np.where(came, np.minimum(stay, watch - wait), 0)
        ended = came & (stay < watch - wait)
        last = pd.Timestamp(UNTIL)
        day = lambda values: last - pd.to_timedelta(values, unit="D")  # noqa: E731
        returned = pd.Series(day(watch - wait)).where(came)
        return pd.DataFrame(
            {
                "customer_id": [f"{name}{place}" for place in range(count)],
                "offer": name,
                "offered": day(watch),
                "returned": returned,
                "left_again": (returned + pd.to_timedelta(stay, unit="D")).where(ended),
                "margin": worth * lived * rng.gamma(4, 1 / 4, count),
                "offer_cost": 2.0 * (name != "none"),
            }
        )

    def true(hazard, worth):
        return (1 - np.exp(-hazard)) * worth * 150 * (1 - np.exp(-365 / 150))

    expected = true(0.6, 0.4) - true(0.2, 0.4) - 2
    held, below = [], []
    for _ in range(120):
        lots = pd.concat([arm("none", 0.2, 0.4), arm("call", 0.6, 0.4)])
        row = regain_profit(lots, UNTIL).added.loc["call"]
        held.append(row["low"] <= expected <= row["high"])
        below.append(row["high"] < expected)
    assert 0.89 <= np.mean(held) <= 0.992
    assert np.mean(below) < 0.06


def test_total_is_per_customer_times_customers_less_fixed():
    found = regain_profit(crm.load("lantern")["win_back"], UNTIL)
    row = found.added.loc["call", ["estimate", "low", "high"]].astype(float)
    total = found.total("call", 200, fixed=150)
    np.testing.assert_allclose(total, row * 200 - 150)
    with pytest.raises(ValueError, match="offer is 'letter'"):
        found.total("letter", 10)
    with pytest.raises(ValueError, match="customers is -1"):
        found.total("call", -1)
    with pytest.raises(ValueError, match="offer is 'none'"):
        found.total("none", 10)


def test_the_truth_of_the_sample_company_lies_in_the_intervals():
    db = crm.load("lantern")
    lost = db["win_back"]
    both = lost[lost["offer"].notna()].merge(db["truth_win_back"], on="customer_id")
    found, shares = regain_profit(lost, UNTIL), return_shares(lost, UNTIL)
    for offer in found.added.index:
        group = lost[lost["offer"] == offer]
        gift, cost = group["gift"].max(), group["offer_cost"].max()
        earns = both[f"chance_{offer}"] * (both[f"value_{offer}"] - gift) - cost
        more = (earns - both["chance_none"] * both["value_none"]).mean()
        assert found.added.loc[offer, "low"] < more < found.added.loc[offer, "high"]
        adds = (both[f"chance_{offer}"] - both["chance_none"]).mean()
        assert shares.added.loc[offer, "low"] < adds < shares.added.loc[offer, "high"]


def test_profit_by_reason_is_that_of_each_reason():
    lost = crm.load("lantern")["win_back"]
    found = profit_by(lost, "reason", until=UNTIL)
    assert found.index.names == ["reason", "offer"]
    alone = regain_profit(lost[lost["reason"] == "service"], UNTIL)
    pd.testing.assert_frame_equal(found.loc["service"].drop(columns="customers"), alone.added)
    assert found.loc["service", "customers"].equals(alone.table["customers"].drop("none"))
    assert found.loc[("service", "call"), "low"] > 0
    assert found.loc[("price", "bundle"), "high"] < 0
    assert found["low"].isna().equals(found["note"] != "")
    assert "moved" in found.index.get_level_values("reason")[found["note"] != ""]


def test_groups_in_which_nothing_can_be_compared_say_why():
    lost = crm.load("lantern")["win_back"]
    kept = lost[~(lost["reason"].eq("moved") & lost["offer"].eq("none"))]
    kept = kept[~(kept["reason"].eq("other") & kept["offer"].eq("bundle"))]
    found = profit_by(kept, "reason", until=UNTIL)
    assert (found.loc["moved", "note"] == "nobody with no offer was watched for 180 days").all()
    assert found.loc["moved", ["returns", "estimate", "low", "high"]].isna().all(axis=None)
    assert found.loc[("other", "bundle"), "note"] == "nobody was watched for 180 days"
    assert found.loc[("other", "bundle"), "customers"] == 0
    whole = profit_by(lost, "reason", until=UNTIL)
    pd.testing.assert_frame_equal(found.loc["price"], whole.loc["price"])
    assert list(found.loc["other"].index) == ["bundle", "call", "discount"]


# ---------------------------------------------------------------- figures


def test_curves_are_drawn_with_their_bands_and_names():
    found = return_shares(crm.load("lantern")["win_back"], UNTIL)
    ax = found.plot()
    share = found["estimate"]
    said = (
        f"Within 180 days {share['bundle']:.0%} return for bundle, {share['none']:.0%} for no offer"
    )
    assert ax.get_title("left") == said == found.title
    assert ax.get_xlabel() == "days after the offer"
    assert ax.get_ylabel() == "returned"
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert list(heights) == list(share.sort_values().index)
    assert max(abs(heights[name] - share[name]) for name in share.index) < 0.025
    assert np.diff(list(heights.values())).min() > 0.015
    for line, name in zip(ax.lines, ["none", *found.added.index], strict=True):
        curve = found.curves[found.curves["offer"] == name]
        np.testing.assert_array_equal(line.get_ydata(), curve["estimate"])
        np.testing.assert_array_equal(line.get_xdata(), curve["day"])
        assert line.get_drawstyle() == "steps-post"
    for band, name in zip(ax.collections, ["none", *found.added.index], strict=True):
        curve = found.curves[found.curves["offer"] == name]
        corners = band.get_paths()[0].vertices[:, 1]
        assert corners.max() == pytest.approx(curve["high"].max())
        assert np.isin(curve["low"].iloc[-2], corners)


def test_profit_is_drawn_with_its_interval_and_the_returns():
    found = regain_profit(crm.load("lantern")["win_back"], UNTIL)
    ax = found.plot()
    assert ax.get_title("left") == "Most returns: bundle. Most profit: call" == found.title
    assert (
        ax.get_xlabel()
        == "profit that the offer adds per customer who gets it (unit of the margin)"
    )
    order = found.added.sort_values("estimate")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(order.index)
    said = [f"+{100 * returns:.0f} returns of 100" for returns in order["returns"]]
    assert [text.get_text() for text in ax.texts] == said
    assert [text.xy for text in ax.texts] == list(zip(order["estimate"], range(3), strict=True))
    ends = [path.vertices.tolist() for c in ax.collections for path in c.get_paths()]
    rows = zip(order["low"], order["high"], strict=True)
    assert ends == [[[low, at], [high, at]] for at, (low, high) in enumerate(rows)]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    good, cost = crm.style.COLOURS["good"], crm.style.COLOURS["cost"]
    assert [dot.get_color() for dot in dots] == [cost, cost, good]
    assert "180 days" in found.caption
    assert "365 days" in found.caption


def test_a_title_says_when_no_offer_earns():
    poor = regain_profit(good().assign(offer_cost=[0, 0, 50.0, 50.0]), UNTIL)
    assert poor.title == "Most returns: call. No offer earns more than none"
