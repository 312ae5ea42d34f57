import inspect
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

tiers = crm.tiers

# ---------------------------------------------------------------- pyramid

profits = st.lists(st.integers(-50, 200), min_size=3, max_size=40).filter(lambda x: sum(x) > 0)
rules = st.sampled_from(["profit", "customers", "threshold"])
sides = st.sampled_from(["up", "down", "split"])


def cut(values, by, boundary):
    cuts = (60, 10) if by == "threshold" else None
    return tiers.pyramid(values, by=by, cuts=cuts, boundary=boundary)


@pytest.mark.filterwarnings("ignore:no customer is in tier")
@settings(max_examples=150)
@given(profits, rules, sides)
def test_tiers_are_exclusive_exhaustive_and_monotone(values, by, boundary):
    result = cut(values, by, boundary)
    assert result.tier.notna().all()
    assert result.table["customers"].sum() == len(values)
    assert result.table["share_of_value"].sum() == pytest.approx(1)
    code = result.tier.cat.codes.to_numpy()
    order = np.argsort(-np.array(values), kind="stable")
    assert (np.diff(code[order]) >= 0).all()
    if boundary != "split":
        assert result.customers.groupby("value")["tier"].nunique().max() == 1


@pytest.mark.filterwarnings("ignore:no customer is in tier")
@settings(max_examples=100)
@given(profits, rules, st.sampled_from(["up", "down"]), st.randoms(use_true_random=False))
def test_pyramid_ignores_order_and_unit(values, by, boundary, random):
    value = pd.Series(values)
    order = list(value.index)
    random.shuffle(order)
    first = cut(value, by, boundary).tier
    assert cut(value[order], by, boundary).tier[value.index].equals(first)
    if by != "threshold":
        assert cut(value * 8, by, boundary).tier.equals(first)


def names_of(result):
    return result.tier.astype(str).tolist()


def test_pyramid_by_hand():
    value = [50, 30, 15, 5]
    assert names_of(tiers.pyramid(value)) == ["key", "key", "ordinary", "small"]
    # The third begins at .79, so it is the one who crosses the line: up it is key, down it is not.
    near = [50, 29, 13, 5, 3]
    assert names_of(tiers.pyramid(near)) == ["key", "key", "key", "ordinary", "small"]
    down = tiers.pyramid(near, boundary="down")
    assert names_of(down) == ["key", "key", "ordinary", "small", "small"]
    with pytest.warns(UserWarning, match="no customer is in tier ordinary"):
        alone = tiers.pyramid([97, 2, 1], cuts=(0.5, 0.9))
    assert names_of(alone) == ["key", "small", "small"]


def test_thresholds_by_hand():
    value = [50, 30, 15, 5]
    up = tiers.pyramid(value, by="threshold", cuts=(30, 15))
    assert names_of(up) == ["key", "key", "ordinary", "small"]
    down = tiers.pyramid(value, by="threshold", cuts=(30, 15), boundary="down")
    assert names_of(down) == ["key", "ordinary", "small", "small"]


def test_head_count_is_exact_when_ties_may_be_split():
    value = [7] * 100
    split = tiers.pyramid(value, by="customers", boundary="split")
    assert split.table["customers"].tolist() == [5, 15, 80]
    with pytest.warns(UserWarning, match="ordinary, small"):
        assert tiers.pyramid(value, by="customers").table["customers"].tolist() == [100, 0, 0]
    two = tiers.pyramid(range(10), by="customers", cuts=(0.3,), names=("top", "rest"))
    assert two.table["customers"].tolist() == [3, 7]
    assert "0.3" in two.rule


def test_thresholds_meet_sums_of_a_tenth():
    value = pd.Series([2, 0.1 + 0.2, 0.3, 0.7 + 0.1, 0.8, 0.1])
    for boundary, expected in (("up", "kookks"), ("down", "kssoos")):
        got = tiers.pyramid(value, by="threshold", cuts=(0.8, 0.3), boundary=boundary)
        assert "".join(name[0] for name in got.tier) == expected
    tied = tiers.pyramid([0.8, 0.7 + 0.1, 0.1 * 8, 0.2], cuts=(0.5,), names=("key", "rest"))
    assert tied.tier.tolist() == ["key", "key", "key", "rest"]


def test_split_ties_go_by_id_whatever_the_order_of_the_rows():
    value = pd.Series(7.0, index=[f"c{number:02}" for number in range(20)])
    first = tiers.pyramid(value, by="customers", boundary="split")
    assert first.tier.iloc[0] == "key"
    assert (
        tiers.pyramid(value[::-1], by="customers", boundary="split")
        .tier[value.index]
        .equals(first.tier)
    )
    assert first.caption == (
        "Lines at 0.05, 0.2 (shares of the head-count, best customers first); "
        "equal values are separated in the order of their ids."
    )


def test_the_order_of_the_rows_changes_no_digit():
    rng = np.random.default_rng(4)
    value = pd.Series(rng.lognormal(3, 2, 500))
    result = tiers.pyramid(value)
    mixed = tiers.pyramid(value.sample(frac=1, random_state=5))
    assert mixed.table.equals(result.table)
    assert mixed.customers.sort_index().equals(result.customers)
    assert mixed != result  # customers come in the order in which they were handed in
    assert tiers.pyramid(value) == result


@pytest.mark.parametrize("kind", ["float32", "Int64", "O", "decimal"])
def test_values_of_any_kind(kind):
    plain = pd.Series([50, 30, 15, 5], index=list("ABCD"))
    value = plain.map(Decimal) if kind == "decimal" else plain.astype(kind)
    assert tiers.pyramid(value) == tiers.pyramid(plain)


def test_customers_keep_their_names():
    table = pd.DataFrame({"customer_id": list("ABC"), "estimate": [85, 12, 3], "low": [0, 0, 0]})
    assert tiers.pyramid(table).tier.astype(str).to_dict() == {
        "A": "key",
        "B": "ordinary",
        "C": "small",
    }
    with pytest.raises(ValueError, match="value is a table; pass one column"):
        tiers.pyramid(table[["customer_id", "low"]])


def test_losses_end_at_the_bottom():
    # Cumulative shares .6, .9, 1.02, 1.1, 1.05, 1: past the whole before the losses begin.
    result = tiers.pyramid([-5, -5, 8, 12, 30, 60])
    assert names_of(result) == ["small", "small", "small", "ordinary", "key", "key"]
    assert result.table["share_of_value"].tolist() == pytest.approx([0.9, 0.12, -0.02])


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        ([1, 2], {}, "2 customers cannot fill 3 tiers"),
        ([0, 0, 0], {}, "adds up to 0"),
        ([1, -5, 1], {}, "adds up to -3"),
        ([1, np.nan, 1], {}, "value: 1 of 3 rows is empty; first row 1"),
        (
            pd.Series([1, 2, 3], index=["A", "B", "A"]),
            {},
            "1 of 3 rows repeats an earlier id; first row 'A'",
        ),
        ([1, 2, 3], {"by": "size"}, "by is 'size'"),
        ([1, 2, 3], {"by": "threshold"}, "needs cuts"),
        ([1, 2, 3], {"by": "threshold", "cuts": (1, 2)}, "falling amounts"),
        ([1, 2, 3], {"cuts": (0.9, 0.8)}, "rising shares"),
        ([1, 2, 3], {"cuts": (0.8,)}, "3 tiers need 2 cuts"),
        ([1, 2, 3], {"names": ("a", "a", "b")}, "different tiers"),
        ([1, 2, 3], {"names": "abc"}, "names are 'abc'"),
        ([1, 2, 3], {"names": 3}, "names are 3"),
        ([1, 2, 3], {"cuts": ("a", "b")}, "cuts: 2 of 2 rows are not numeric"),
        ([1, 2, 3], {"cuts": (0.8, np.nan)}, "cuts: 1 of 2 rows is empty"),
        ([1, 2, 3], {"cuts": 0.8}, "cuts is 0.8; give a row of numbers"),
        ([1, 2, 3], {"boundary": 1}, "boundary is 1"),
        ("abc", {}, "value is 'abc'"),
        (["1", "2", "3"], {}, "value: 3 of 3 rows are not numeric"),
        ([], {}, "value is empty"),
    ],
)
def test_pyramid_refuses(value, options, message):
    with pytest.raises(ValueError, match=message):
        tiers.pyramid(value, **options)


# ---------------------------------------------------------------- treatment and choice of a basis


def test_cost_to_serve_counts_the_silent_ones():
    contacts = pd.DataFrame(
        {
            "customer_id": list("AABCC"),
            "mode": ["visit", "phone", "phone", "phone", "visit"],
            "cost": [50, 6, 6, 6, 40],
        }
    )
    tier = pd.Series({"A": "key", "B": "small", "C": "small", "D": "small"})
    with pytest.warns(UserWarning, match="tier key has fewer than two customers, so no interval"):
        costs = tiers.cost_to_serve(contacts, tier)
    assert costs.loc[("key", "all"), ["estimate", "low", "high"]].isna().tolist() == [0, 1, 1]
    row = costs.loc[("small", "phone")]
    spent = np.array([6, 6, 0])
    half = 4.302653 * spent.std(ddof=1) / np.sqrt(3)  # t table, 2 degrees of freedom
    assert row["estimate"] == pytest.approx(4)
    assert row["high"] == pytest.approx(4 + half, abs=1e-5)
    assert row["low"] == 0
    assert costs.loc[("key", "all"), "cost"] == 56
    assert costs["cost"].drop(index="all", level=1).sum() == contacts["cost"].sum()
    shifted = tiers.shift_channel(costs, source="visit", target="phone", share=1)
    assert shifted["saving"].tolist() == [44, 34]
    # of 50 one half comes back: 50 - 6 - 25; of 40: 40 - 6 - 20
    some = tiers.shift_channel(costs, source="visit", target="phone", share=1, again=0.5)
    assert some["saving"].tolist() == [19, 14]
    with pytest.raises(ValueError, match="again is 2"):
        tiers.shift_channel(costs, source="visit", target="phone", share=1, again=2)
    with pytest.raises(ValueError, match=r"2 of 5 rows are without tier; first row 3 .*'C'"):
        tiers.cost_to_serve(contacts, tier.drop(index="C"))


CONTACTS = pd.DataFrame(
    {"customer_id": ["A", "B", "D"], "mode": ["visit", "phone", "phone"], "cost": [50, 6, 6]}
)


def test_costs_of_a_pyramid_whatever_the_ids_are_made_of():
    result = tiers.pyramid(pd.Series([60, 25, 10, 5], index=[1, 2, 3, 4]), cuts=(0.8, 0.9))
    contacts = CONTACTS.assign(customer_id=["1", "2", "4"])
    with pytest.warns(UserWarning, match="tier ordinary, small has fewer"):
        costs = tiers.cost_to_serve(contacts, result)
    assert costs["cost"].xs("all", level="mode").to_dict() == {"key": 56, "ordinary": 0, "small": 6}
    named = tiers.tier_plan(result, pd.DataFrame({"tier": ["key"], "action": ["x"], "cost": [2]}))
    assert named.loc["key", "total_cost"] == 4


TIER = pd.Series({"A": "key", "C": "key", "B": "small", "D": "small"})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tiers.cost_to_serve([1], TIER), "contacts is of type list"),
        (lambda: tiers.cost_to_serve(CONTACTS, CONTACTS), "tier is a DataFrame; give a Pyramid"),
        (lambda: tiers.cost_to_serve(CONTACTS, TIER, by="way"), "lacks the column way"),
        (lambda: tiers.cost_to_serve(CONTACTS, TIER, by=["mode"]), "by is .*; name the column"),
        (
            lambda: tiers.shift_channel(COSTS, source="visit", target="visit", share=1),
            "source and target are both 'visit'",
        ),
        (
            lambda: tiers.cost_to_serve(CONTACTS.assign(cost="6"), TIER),
            "contacts.cost: 3 of 3 rows are not numeric",
        ),
        (
            lambda: tiers.cost_to_serve(CONTACTS.assign(mode=None), TIER),
            "contacts.mode: 3 of 3 rows are empty",
        ),
        (lambda: tiers.cost_to_serve(CONTACTS, TIER, confidence=95), "confidence is 95"),
        (
            lambda: tiers.shift_channel(CONTACTS, source="a", target="b", share=1),
            "costs lacks the column contacts",
        ),
        (
            lambda: tiers.shift_channel(COSTS, source="all", target="phone", share=1),
            "source is 'all'; choose one of 'phone', 'visit'",
        ),
        (
            lambda: tiers.shift_channel(COSTS, source="visit", target="phone", share=50),
            "share is 50; .* 0.3 for 30 %",
        ),
        (lambda: tiers.tier_plan([1], CONTACTS), "tiers is of type list"),
        (lambda: tiers.tier_plan(tiers.pyramid([85, 12, 3]), [1]), "actions is of type list"),
        (lambda: tiers.policy_value([1], [1], {}, cost={}), "now is of type list"),
        (lambda: tiers.policy_value(NOW, NOW, {}, cost={}), "customers is empty"),
        (lambda: tiers.policy_value(TWO, TWO, {"key": 1}, cost={}), "customers: without weight"),
        (lambda: tiers.policy_value(NOW, NOW, [1], cost={}), "customers is a list; give a number"),
        (lambda: tiers.policy_value(NOW, NOW, {"key": 1}, cost={"x": 1}), "cost names x"),
    ],
)
def test_treatment_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


COSTS = tiers.cost_to_serve(CONTACTS, TIER)
NOW = pd.DataFrame({"estimate": [1.0]}, index=["key"])
TWO = pd.DataFrame({"estimate": [1.0, 2.0]}, index=["key", "small"])


def test_tier_plan_lists_every_tier():
    pyramid = tiers.pyramid([90, 60, 30, 10, 5, 5])
    actions = pd.DataFrame(
        {
            "tier": ["key", "key"],
            "action": ["adviser", "gift"],
            "cost": [12, 3],
            "gain": [48, np.nan],
        }
    )
    plan = tiers.tier_plan(pyramid, actions)
    assert plan.index.tolist() == ["key", "key", "ordinary", "small"]
    assert plan["total_cost"].tolist() == [36, 9, 0, 0]
    assert plan["break_even_lift"].iloc[0] == pytest.approx(12 / 60)
    assert plan["break_even_response"].iloc[0] == pytest.approx(0.25)
    with pytest.raises(ValueError, match=r"1 of 1 rows is no tier of the pyramid; .*'gold'"):
        tiers.tier_plan(pyramid, pd.DataFrame({"tier": ["gold"], "action": ["x"], "cost": [1]}))


def test_a_tier_at_a_loss_has_no_break_even_lift():
    table = pd.DataFrame({"customers": [1], "mean": [-4.0]}, index=["small"])
    actions = pd.DataFrame({"tier": ["small"], "action": ["letter"], "cost": [1]})
    with pytest.warns(UserWarning, match="tier small brings nothing or a loss"):
        assert np.isnan(tiers.tier_plan(table, actions)["break_even_lift"].item())


# ---------------------------------------------------------------- speed


def test_a_million_customers_take_about_a_second():
    rng = np.random.default_rng(5)
    value = pd.Series(rng.lognormal(3, 1.5, 1_000_000).round(2))
    summary = pd.DataFrame(
        {
            "days_since_last": rng.integers(0, 700, 1_000_000),
            "frequency": rng.poisson(4, 1_000_000),
            "amount": value,
        }
    )
    for task in (
        lambda: crm.segments.rfm_scores(summary),
        lambda: tiers.pyramid(value),
        lambda: tiers.lorenz_curve(value),
        lambda: tiers.gini(value),
    ):
        begin = time.process_time()
        task()
        assert time.process_time() - begin < 2  # measured 0.1 to 0.6 s; room for a slow machine


# ---------------------------------------------------------------- figures


def words(ax):
    return [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)]


def test_the_pyramid_has_customers_left_and_value_right():
    result = tiers.pyramid([50, 30, 12, 6, 2])
    ax = result.plot()
    assert words(ax) == [
        "40.0% of customers bring 80.0% of the value",
        *("key", "40.0%\n2", "80.0%\n80"),
        *("ordinary", "40.0%\n2", "18.0%\n18"),
        *("small", "20.0%\n1", "2.0%\n2"),
        *("customers", "value"),
    ]
    left, right = ax.patches[:3], ax.patches[3:]
    assert [bar.get_width() for bar in left] == pytest.approx([-0.4, -0.4, -0.2])
    assert [bar.get_width() for bar in right] == pytest.approx([0.8, 0.18, 0.02])
    for bar, other in zip(left, right, strict=True):
        assert bar.get_x() == -other.get_x() < 0
        assert bar.get_y() == other.get_y()
    for name, heads, money in zip(ax.texts[:9:3], ax.texts[1:9:3], ax.texts[2:9:3], strict=True):
        assert heads.get_position()[0] < name.get_position()[0] < money.get_position()[0]
    assert ax.texts[-2].get_position()[0] < 0 < ax.texts[-1].get_position()[0]
    assert ax.yaxis_inverted()
    ax.figure.canvas.draw()


def test_a_tier_at_a_loss_is_drawn_as_one():
    from matplotlib.colors import to_rgba

    ax = tiers.pyramid([-5, -5, 8, 12, 30, 60]).plot()
    loss = ax.patches[-1]
    assert loss.get_width() == pytest.approx(0.02)
    assert loss.get_facecolor() == to_rgba(crm.style.COLOURS["cost"])
    assert ax.patches[3].get_facecolor() == to_rgba(crm.style.COLOURS["value"])
    assert "-2.0%\n-2" in words(ax)


def test_a_base_that_loses_money_is_drawn_without_shares():
    with pytest.warns(UserWarning, match="value adds up to -250, so a share"):
        result = tiers.pyramid([10, -50, -10, -200, 0], by="customers", cuts=(0.2, 0.5))
    ax = result.plot()
    assert words(ax)[0] == "All customers together bring -250: there are no shares of it"
    assert [text.get_text() for text in ax.texts[2:9:3]] == ["10", "-10", "-250"]
    assert all(bar.get_width() == 0 for bar in ax.patches[3:])
    ax.figure.canvas.draw()


def test_plot_pyramid_takes_pyramids_only():
    with pytest.raises(ValueError, match="plot_pyramid draws a Pyramid; result is a DataFrame"):
        tiers.plot_pyramid(tiers.pyramid([85, 12, 3]).table)


# ---------------------------------------------------------------- from a raw file to a tier table


def tiers_of(path):
    names = {"Buyer": "customer_id", "Day": "date", "Total": "amount"}
    db = crm.load(path, columns=names, dayfirst=True)
    summary = crm.repeat_buying.summarise(db.transactions, until="1997-09-30", later="ignore")
    model = crm.repeat_buying.BGNBD.fit(summary)
    spend = crm.repeat_buying.GammaGamma.fit(summary)
    money = {"margin": 0.3, "annual_rate": 0.1, "years": 3}
    value = crm.repeat_buying.lifetime_value(model, spend, summary, **money)
    return crm.tiers.pyramid(value), (model, spend)


def test_from_a_transaction_file_to_tiers_with_values_in_under_ten_lines(tmp_path):
    assert len(inspect.getsource(tiers_of).splitlines()) - 1 < 10
    log = crm.load("cdnow").transactions[["customer_id", "date", "amount"]]
    log = log.assign(date=log["date"].dt.strftime("%d.%m.%Y"))
    log = log.rename(columns={"customer_id": "Buyer", "date": "Day", "amount": "Total"})
    path = tmp_path / "sales.csv"
    log.to_csv(path, index=False, sep=";", decimal=",", encoding="gb18030")
    result, (model, spend) = tiers_of(path)
    value = result.customers["value"]

    # Fader, Hardie & Lee (2005), Marketing Science 24(2) and "RFM and CLV", J. Marketing Research
    # 42(4), on these customers: .243, 4.414, .793, 2.426 and 6.25, 3.74, 15.44.
    fitted = [model.r, model.alpha, model.a, model.b, spend.p, spend.q, spend.v]
    assert fitted == pytest.approx([0.243, 4.414, 0.793, 2.426, 6.25, 3.74, 15.44], rel=2e-3)
    ranked = value.sort_values(ascending=False)
    held = ranked.cumsum() / value.sum()
    last = [ranked.iloc[(held < cut).sum()] for cut in (0.80, 0.95)]
    heads = [(value >= least).sum() for least in last] + [log["Buyer"].nunique()]
    assert result.table["customers"].cumsum().tolist() == heads
    assert result.table["value"].sum() == pytest.approx(value.sum())
    assert result.table["mean"].is_monotonic_decreasing
