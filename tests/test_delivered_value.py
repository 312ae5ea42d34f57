import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

dv = crm.delivered_value
ELEMENTS = dv.VALUES + dv.COSTS


def table(rows, segment="commuter", unit="USD per month"):
    """Offers from a dict of offer -> eight amounts."""
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=ELEMENTS)
    frame = frame.rename_axis("offer").reset_index()
    return frame.assign(segment=segment, benefit_unit=unit, cost_unit=unit)


@pytest.fixture
def offers():
    # The worked case: {50, 20, 10, 20} less {60, 5, 3, 2} leaves 30; the kiosk gives 40 for 20.
    return table({"bar": [50, 20, 10, 20, 60, 5, 3, 2], "kiosk": [30, 4, 4, 2, 16, 2, 1, 1]})


@pytest.fixture
def plastics():
    # Prices and life multiples of a purchasing case; processing, yield and failure are assumed.
    return pd.DataFrame(
        {
            "offer": ["cheap", "dear"],
            "price": [3_000, 10_000],
            "quantity": 0.1 / 1_000,
            "processing": [0.50, 0.42],
            "yield_rate": [0.90, 0.98],
            "failure_cost": [0.15, 0.02],
            "price_unit": "CNY per tonne",
            "cost_unit": "CNY per part",
        }
    )


@pytest.fixture
def brands():
    return pd.DataFrame(
        {
            "offer": ["a", "b", "c", "d", "e"],
            "taste": [8.0, 7, 6, 5, 9],
            "service": [5.0, 6, 7, 4, 9],
            "monetary_cost": [4.0, 3.6, 3.1, 2, 4.4],
        }
    )


# --- compare -----------------------------------------------------------------------------------


def test_compare_worked_case(offers):
    comparison = dv.compare(offers)
    assert list(comparison.columns) == [
        *["segment", "offer", "unit", "total_value", "total_cost", "delivered_value", "ratio"]
    ]
    assert comparison["delivered_value"].tolist() == [30, 20]
    assert comparison["ratio"].tolist() == pytest.approx([100 / 70, 2])
    assert comparison["ratio"].iloc[0] == pytest.approx(1.4286, abs=5e-5)
    assert set(comparison["unit"]) == {"USD per month"}


def test_compare_equals_plain_pandas_and_keeps_the_index(offers):
    offers.index = [7, 7]
    comparison = dv.compare(offers)
    plain = offers[dv.VALUES].sum(axis=1) - offers[dv.COSTS].sum(axis=1)
    pd.testing.assert_series_equal(
        comparison["delivered_value"], plain.astype(float), check_names=False
    )


def test_rating_minus_price_is_refused_and_explained(offers):
    mixed = offers.assign(benefit_unit=["USD per month", "points 1-7"])
    with pytest.raises(dv.UnitMismatchError, match=r"(?s)1 of 2 rows.*kiosk.*willingness to pay"):
        dv.compare(mixed)
    assert issubclass(dv.UnitMismatchError, ValueError)


def test_offers_in_two_currencies_are_refused(offers):
    euros = ["USD per month", "EUR per month"]
    with pytest.raises(dv.UnitMismatchError, match=r"kiosk.*EUR per month"):
        dv.compare(offers.assign(benefit_unit=euros, cost_unit=euros))


def test_a_blank_behind_a_unit_does_no_harm(offers):
    assert dv.compare(offers.assign(cost_unit="USD per month "))["delivered_value"].sum() == 50


@pytest.mark.parametrize("column", ["psychic_cost", "image_value", "segment", "cost_unit"])
def test_missing_column_is_named(offers, column):
    with pytest.raises(ValueError, match=f"offers lacks the column {column};.*enter 0"):
        dv.compare(offers.drop(columns=column))


@pytest.mark.parametrize(
    ("column", "amounts", "words"),
    [
        ("time_cost", [5, None], r"offers.time_cost: 1 of 2 rows is empty; first row 1.*kiosk.*0"),
        ("time_cost", [np.inf, 1], "time_cost: 1 of 2 rows is infinite"),
        ("time_cost", ["5", "2"], r"time_cost: 2 of 2 rows are not numeric; first row 0 \(.*: '5'"),
        (
            "time_cost",
            [True, False],
            "time_cost: 2 of 2 rows are not numeric; first row 0 .*: True",
        ),
        ("time_cost", [-5, -2], "time_cost: 2 of 2 rows are below 0.*positive amount"),
        ("offer", ["bar", "bar"], "offer: 1 of 2 rows repeats an earlier one; first row 1"),
        ("offer", ["bar", None], "offers.offer: 1 of 2 rows is empty"),
        ("benefit_unit", ["USD per month", None], "benefit_unit: 1 of 2 rows is empty"),
    ],
)
def test_bad_cells_are_named(offers, column, amounts, words):
    with pytest.raises(ValueError, match=words):
        dv.compare(offers.assign(**{column: amounts}))


def test_empty_and_wrong_kind_of_input(offers):
    with pytest.raises(ValueError, match="no rows"):
        dv.compare(offers.iloc[:0])
    with pytest.raises(ValueError, match="offers is of type dict; give a pandas DataFrame"):
        dv.compare({"offer": ["bar"]})


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "float32"])
def test_dtypes(offers, dtype):
    typed = offers.astype(dict.fromkeys(ELEMENTS, dtype)).astype(
        {"segment": "category", "offer": "category", "cost_unit": "category"}
    )
    comparison = dv.compare(typed)
    assert comparison["delivered_value"].tolist() == [30, 20]
    assert dv.choose(comparison)["choice"].tolist() == ["bar"]


def test_total_cost_of_zero_leaves_the_difference(offers):
    free = offers.copy()
    free.loc[1, dv.COSTS] = 0
    with pytest.warns(UserWarning, match=r"total cost of 0.*kiosk.*divided by 0"):
        comparison = dv.compare(free)
    assert np.isnan(comparison["ratio"].iloc[1])
    assert comparison["delivered_value"].tolist() == [30, 40]
    assert dv.choose(comparison)["choice"].tolist() == ["kiosk"]
    with pytest.raises(ValueError, match="use rule='difference'"):
        dv.choose(comparison, rule="ratio")


amounts = st.integers(0, 1_000)
some_offers = st.lists(
    st.lists(amounts, min_size=8, max_size=8).filter(lambda row: sum(row[4:]) > 0),
    min_size=1,
    max_size=5,
).map(lambda rows: table({f"offer {number}": row for number, row in enumerate(rows)}))


@settings(max_examples=40)
@given(some_offers, st.sampled_from(dv.COSTS), st.integers(1, 500))
def test_delivered_value_and_ratio_fall_when_any_cost_rises(offers, cost, rise):
    before, after = dv.compare(offers), dv.compare(offers.assign(**{cost: offers[cost] + rise}))
    assert (after["delivered_value"] < before["delivered_value"]).all()
    assert (after["ratio"] <= before["ratio"]).all()


@settings(max_examples=40)
@given(some_offers, st.randoms())
def test_order_of_offers_changes_nothing(offers, random):
    order = random.sample(range(len(offers)), len(offers))
    before, after = dv.compare(offers), dv.compare(offers.iloc[order])
    pd.testing.assert_frame_equal(before, after.sort_index())
    for rule in ("difference", "ratio"):
        pd.testing.assert_frame_equal(dv.choose(before, rule=rule), dv.choose(after, rule=rule))


@settings(max_examples=40)
@given(some_offers, st.sampled_from([0.01, 0.13, 7.2, 1_000]))
def test_another_unit_of_money_scales_the_difference_and_leaves_the_ratio(offers, rate):
    before = dv.compare(offers)
    after = dv.compare(offers.assign(**{name: offers[name] * rate for name in ELEMENTS}))
    np.testing.assert_allclose(
        after["delivered_value"], before["delivered_value"] * rate, atol=1e-9 * rate * 4_000
    )
    np.testing.assert_allclose(after["ratio"], before["ratio"])
    choices = [dv.choose(each)[["choice", "tied"]] for each in (before, after)]
    pd.testing.assert_frame_equal(*choices)


# --- choose ------------------------------------------------------------------------------------


def test_the_two_rules_disagree(offers):
    comparison = dv.compare(offers)
    difference, ratio = dv.choose(comparison), dv.choose(comparison, rule="ratio")
    assert difference.iloc[0].to_dict() == {
        "segment": "commuter",
        "choice": "bar",
        "delivered_value": 30,
        "lead": 10,
        "tied": False,
        "unit": "USD per month",
    }
    assert ratio.loc[0, ["choice", "ratio"]].tolist() == ["kiosk", 2]


def test_nobody_buys_below_nothing_and_ties_are_flagged():
    frames = [
        table({"bar": [1, 0, 0, 0, 5, 0, 0, 0]}, "saver"),
        table({"bar": [5, 0, 0, 0, 5, 0, 0, 0]}, "borderline"),
        table({"bar": [0.3, 0, 0, 0, 0, 0, 0, 0.1], "aim": [0.2, 0.1, 0, 0, 0, 0.1, 0, 0]}, "twin"),
    ]
    comparison = dv.compare(pd.concat(frames))
    for rule in ("difference", "ratio"):
        chosen = dv.choose(comparison, rule=rule).set_index("segment")
        assert chosen["choice"].to_dict() == {
            "saver": "no purchase",
            "borderline": "bar or no purchase",
            "twin": "aim or bar",
        }
        assert chosen["tied"].to_dict() == {"saver": False, "borderline": True, "twin": True}
        assert (chosen.loc[chosen["tied"], "lead"] == 0).all()
    assert dv.choose(comparison).set_index("segment").loc["saver", "lead"] == 4


def test_choose_refuses(offers):
    comparison = dv.compare(offers)
    with pytest.raises(ValueError, match="choose one of 'difference', 'ratio'"):
        dv.choose(comparison, rule="best")
    with pytest.raises(ValueError, match="compare"):
        dv.choose(offers)
    with pytest.raises(ValueError, match="not buying is always an option"):
        dv.choose(comparison.assign(offer=["bar", "no purchase"]))
    with pytest.raises(dv.UnitMismatchError):
        dv.choose(comparison.assign(unit=["USD", "EUR"]))


# --- waterfall ---------------------------------------------------------------------------------


def test_waterfall_runs_from_nothing_to_the_delivered_value(offers):
    result = dv.waterfall(offers.iloc[0])
    steps = result.table
    assert (result.segment, result.offer, result.unit) == ("commuter", "bar", "USD per month")
    assert (result.gained, result.left) == (100, 30)
    assert steps["end"].tolist() == [50, 70, 80, 100, 40, 35, 32, 30, 30]
    assert steps["start"].tolist() == [0, 50, 70, 80, 100, 40, 35, 32, 0]
    assert steps["kind"].tolist() == ["value"] * 4 + ["cost"] * 4 + ["delivered"]
    assert result == dv.waterfall(offers.iloc[:1])


def test_waterfall_shows_one_offer_and_needs_no_ratio(offers):
    with pytest.raises(ValueError, match=r"2 offers were given.*iloc"):
        dv.waterfall(offers)
    free = offers.assign(**dict.fromkeys(dv.COSTS, 0)).iloc[0]
    assert dv.waterfall(free).table["amount"].tolist() == [50, 20, 10, 20, 0, 0, 0, 0, 100]


# --- time, risk --------------------------------------------------------------------------------


def test_time_cost_shapes_and_units():
    assert dv.time_cost(90, "minutes", value_per_hour=20) == 30
    assert dv.time_cost(1.5, "hours", value_per_hour=20) == 30
    queue = pd.Series([0, 30, 60], index=list("abc"))
    pd.testing.assert_series_equal(
        dv.time_cost(queue, "minutes", value_per_hour=10), pd.Series([0.0, 5, 10], list("abc"))
    )
    np.testing.assert_allclose(dv.time_cost([60, 60], "minutes", value_per_hour=[1, 2]), [1.0, 2.0])


@pytest.mark.parametrize(
    ("duration", "unit", "hour"),
    [(1, "h", 5), (-1, "hours", 5), (1, "hours", -5), (None, "hours", 5), ("1", "hours", 5)],
)
def test_time_cost_refuses(duration, unit, hour):
    with pytest.raises(ValueError, match=r"unit|duration|value_per_hour"):
        dv.time_cost(duration, unit, value_per_hour=hour)


def test_risk_cost_is_expected_loss():
    risks = pd.DataFrame({"probability": [0.5, 0.02, 1], "loss": [10, 300, 4]})
    assert dv.risk_cost(risks) == 5 + 6 + 4
    by_offer = pd.concat([risks.assign(offer="a"), risks.assign(offer="b", loss=0)])
    assert by_offer.groupby("offer").apply(dv.risk_cost).to_dict() == {"a": 15, "b": 0}
    with pytest.raises(ValueError, match=r"probability: 1 of 3 rows is above 1.*0\.05"):
        dv.risk_cost(risks.assign(probability=[0.5, 5, 0]))
    with pytest.raises(ValueError, match="gain belongs to the values"):
        dv.risk_cost(risks.assign(loss=[1, -1, 0]))


# --- cost of ownership, indifference price -----------------------------------------------------


def test_plastics(plastics):
    # By hand: (3000 x 0.0001 + 0.50) / 0.90 + 0.15 and (10000 x 0.0001 + 0.42) / 0.98 + 0.02.
    costs = dv.cost_of_ownership(plastics)
    assert costs["total_cost"].round(4).tolist() == [1.0389, 1.4690]
    parts = costs[["material", "processing", "scrap", "failure_cost"]].sum(axis=1)
    np.testing.assert_allclose(parts, costs["total_cost"])
    dear = dv.indifference_price(plastics, "dear", against="cheap")
    assert dear.price == pytest.approx(5_785, abs=0.5)
    assert not dear.holds_at(10_000)
    assert dear.holds_at(5_000)
    assert dear.life_needed(10_000) == pytest.approx(3.33, abs=0.005)
    assert dear.life_needed(5_000) == pytest.approx(1.67, abs=0.005)
    assert dear.cost_at(10_000) == pytest.approx(1.4690, abs=5e-5)
    assert (dear.price_unit, dear.cost_unit) == ("CNY per tonne", "CNY per part")


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.1, 50), min_size=8, max_size=8),
    st.lists(st.floats(0.2, 1), min_size=2, max_size=2),
    st.lists(st.floats(0.5, 20), min_size=2, max_size=2),
    st.sampled_from([None, 0, 0.08]),
)
def test_indifference_price_equalises_the_costs(numbers, yields, lives, rate):
    options = pd.DataFrame(
        np.reshape(numbers, (2, 4)), columns=["price", "quantity", "processing", "failure_cost"]
    ).assign(offer=["a", "b"], yield_rate=yields, price_unit="USD per kg", cost_unit="USD per part")
    if rate is not None:
        options["service_life"] = lives
    found = dv.indifference_price(options, "b", against="a", rate=rate)
    if found.price >= 0:
        options.loc[1, "price"] = found.price
        cost = "total_cost" if rate is None else "annual_cost"
        costs = dv.cost_of_ownership(options, rate=rate)[cost]
        assert costs[0] == pytest.approx(costs[1], rel=1e-9)
        assert costs[0] == pytest.approx(found.target_cost)


def test_a_gift_can_be_too_dear(plastics):
    dear = dv.indifference_price(plastics.assign(processing=[0.5, 3]), "dear", against="cheap")
    assert dear.price < 0
    assert not dear.holds_at(0)


def test_unequal_lives_need_a_rate():
    pumps = pd.DataFrame(
        {
            "offer": ["short", "long"],
            "price": [3_000, 10_000],
            "quantity": 1,
            "processing": 0,
            "yield_rate": 1,
            "failure_cost": 0,
            "service_life": [3, 10],
            "price_unit": "USD",
            "cost_unit": "USD",
        }
    )
    with pytest.raises(ValueError, match=r"lives differ.*equivalent annual cost"):
        dv.cost_of_ownership(pumps)
    # Without interest: 3000 over 3 years and 10000 over 10 years are both 1000 a year.
    assert dv.cost_of_ownership(pumps, rate=0)["annual_cost"].tolist() == [1_000, 1_000]
    assert dv.indifference_price(pumps, "long", against="short", rate=0).price == 10_000
    # With interest, the level payment is what the present value of its years repays.
    annual = dv.cost_of_ownership(pumps, rate=0.08)["annual_cost"]
    for payment, years, price in zip(annual, [3, 10], [3_000, 10_000], strict=True):
        assert sum(payment / 1.08**year for year in range(1, years + 1)) == pytest.approx(price)
    same = pumps.assign(service_life=5)
    assert dv.cost_of_ownership(same)["total_cost"].tolist() == [3_000, 10_000]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"yield_rate": [0, 0.9]}, "yield_rate: 1 of 2 rows is not above 0.*cheap"),
        ({"yield_rate": [0.9, 98]}, r"yield_rate: 1 of 2 rows is above 1.*dear.*0\.90"),
        ({"price": [-1, 5]}, "price: 1 of 2 rows is below 0"),
        ({"failure_cost": [None, 0]}, "failure_cost: 1 of 2 rows is empty"),
        ({"offer": ["dear", "dear"]}, "repeats an earlier one; first row 1"),
        ({"price_unit": ["CNY per tonne", "CNY per kg"]}, "CNY per kg.*cannot be compared"),
        ({"service_life": [0, 1]}, "service_life: 1 of 2 rows is not above 0"),
    ],
)
def test_ownership_refuses(plastics, change, words):
    with pytest.raises(ValueError, match=words):
        dv.cost_of_ownership(plastics.assign(**change))


def test_indifference_price_refuses(plastics):
    with pytest.raises(ValueError, match=r"no 'dearest'.*cheap, dear"):
        dv.indifference_price(plastics, "dearest", against="cheap")
    with pytest.raises(ValueError, match="quantity: 0 for 'dear'"):
        dv.indifference_price(plastics.assign(quantity=[1, 0]), "dear", against="cheap")
    with pytest.raises(ValueError, match="service_life is missing"):
        dv.indifference_price(plastics, "dear", against="cheap", rate=0.1)
    with pytest.raises(ValueError, match=r"0\.08"):
        dv.cost_of_ownership(plastics.assign(service_life=1), rate=8)


# --- economic value ----------------------------------------------------------------------------


def test_economic_value_published_cases():
    # Kotler & Keller (2012), Marketing Management, 14th ed., ch. 14, perceived-value pricing.
    caterpillar = dv.economic_value(
        90_000,
        {"durability": 7_000, "reliability": 6_000, "service": 5_000, "warranty": 2_000},
        unit="USD",
    )
    assert caterpillar.value == 110_000
    assert caterpillar.surplus(100_000) == 10_000
    # McKinsey's example of Forbis & Mehta's method: 300 + 350 + 100 + 200.
    worth = dv.economic_value(300, pd.Series({"f": 350, "s": 100, "p": 200}), unit="USD")
    assert worth.value == 950
    assert worth.surplus(950) == 0


@pytest.mark.parametrize(
    ("reference", "differences"),
    [(-1, {"a": 1}), (np.nan, {"a": 1}), (1, {}), (1, {"a": None}), (1, {"a": "7"})],
)
def test_economic_value_refuses(reference, differences):
    with pytest.raises(ValueError, match=r"reference_price|differences"):
        dv.economic_value(reference, differences, unit="USD")


def test_amounts_keep_three_figures():
    from crmlab.delivered_value.units import short

    numbers = (0.01149, 0.9588, 41.26, 100.4, 999.6, 5_785.2)
    assert [short(number) for number in numbers] == [
        *("0.0115", "0.959", "41.3", "100", "1,000", "5,785")
    ]
    assert short(99.99) == "100"


# --- price ladder ------------------------------------------------------------------------------


def test_coffee_ladder():
    # Bands: Pine & Gilmore (1999), The Experience Economy, ch. 1. Raw price: 1.70 USD a kilogram
    # at 148 cups a kilogram.
    raw = 1.70 / 148
    ladder = dv.price_ladder(
        [("raw", raw, raw), ("packaged", 0.05, 0.25), ("cafe", 0.5, 1), ("experience", 2, 5)],
        unit="USD per cup",
    ).table.set_index("stage")
    assert 100 * ladder.loc["raw", "middle"] == pytest.approx(1.15, abs=0.005)
    top = ladder.loc["experience"]
    assert [top["multiple_low"], top["multiple_high"]] == pytest.approx([174.1, 435.3], abs=0.05)
    assert [top["added_low"], top["added_high"]] == pytest.approx([173.1, 434.3], abs=0.05)
    assert np.isnan(ladder["step_share"].iloc[0])
    # A cup at 25 where the coffee alone sells for 5: four fifths are the experience.
    two = dv.price_ladder([("coffee", 5, 5), ("experience", 25, 25)], unit="CNY per cup")
    assert two.table["step_share"].iloc[1] == 0.8


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([("raw", 0.01, 0.01), ("cafe", 0.51, 0.5)], "low: 1 of 2 rows is above high.*cafe.*dash"),
        ([("raw", 0, 1), ("cafe", 1, 2)], "stages.low: 1 of 2 rows is not above 0"),
        ([("raw", 1, 1)], "no ladder"),
        ([("raw", 1), ("cafe", 2)], "give it twice"),
        ([("raw", 1, 1), ("raw", 2, 2)], "repeats an earlier one; first row 1"),
        ([], "no rows"),
        (pd.DataFrame({"stage": ["raw"], "low": [1]}), "stages lacks the column high"),
    ],
)
def test_price_ladder_refuses(stages, words):
    with pytest.raises(ValueError, match=words):
        dv.price_ladder(stages, unit="USD")


# --- value map ---------------------------------------------------------------------------------


def test_two_brands_by_hand():
    # Equal ratings of 8, prices 10 and 8: quality 1.00, price 1.25, so worse value.
    market = dv.value_map(
        pd.DataFrame({"offer": ["us", "them"], "taste": [8, 8], "monetary_cost": [10, 8]}),
        {"taste": 1},
    )
    assert market.line == "45 degrees"
    assert market.title == "them: better value; us: worse value"
    market = market.table
    assert market["relative_quality"].tolist() == [1, 1]
    assert market["relative_price"].tolist() == [1.25, 0.8]
    assert market["verdict"].tolist() == ["worse value", "better value"]
    assert market["strategy"].tolist() == ["neither", "lower price"]
    assert (market["fair_low"] == market["fair_high"]).all()


def test_value_map_line_against_scipy(brands):
    from scipy.stats import linregress, t

    weights = {"taste": 0.6, "service": 0.4}
    result = dv.value_map(brands, weights, confidence=0.9)
    assert result.line == "fitted"
    market = result.table
    rivals = brands.set_index("offer").apply(
        lambda column: column / [column.drop(name).mean() for name in column.index]
    )
    quality = 0.6 * rivals["taste"] + 0.4 * rivals["service"]
    np.testing.assert_allclose(market["relative_quality"], quality)
    np.testing.assert_allclose(market["relative_price"], rivals["monetary_cost"])
    line = linregress(quality, rivals["monetary_cost"])
    np.testing.assert_allclose(market["fair_price"], line.intercept + line.slope * quality)
    # The line at its centre is known like a mean, and away from it its slope's error is added.
    centred = (quality - quality.mean()).to_numpy()
    spread = np.sqrt((centred**2).sum())
    error = line.stderr * spread
    half = t.ppf(0.95, 3) * np.sqrt(error**2 / 5 + (line.stderr * centred) ** 2)
    np.testing.assert_allclose(market["fair_high"] - market["fair_price"], half)


def test_strategies_are_the_four_corners():
    market = dv.value_map(
        pd.DataFrame({"offer": list("abcd"), "q": [8, 8, 5, 5], "monetary_cost": [3, 6, 3, 6]}),
        pd.Series({"q": 1.0}),
    ).table
    expected = ["both", "better product and service", "lower price", "neither"]
    assert market["strategy"].tolist() == expected


def test_value_map_falls_back_and_warns(brands):
    weights = {"taste": 0.5, "service": 0.5}
    assert dv.value_map(brands.iloc[:3], weights).line == "45 degrees"
    assert dv.value_map(brands.iloc[:4], weights).line == "fitted"
    alike = brands.assign(taste=5, service=5)
    assert dv.value_map(alike, weights).line == "45 degrees"
    with pytest.warns(UserWarning, match="line falls"):
        dv.value_map(brands.assign(monetary_cost=[1, 2, 3, 4, 0.5]), weights)


def test_value_map_with_price_equal_to_quality_when_asked(brands):
    market = dv.value_map(
        brands.assign(monetary_cost=[1, 2, 3, 4, 0.5]), {"taste": 1}, line="45 degrees"
    )
    assert market.line == "45 degrees"
    assert (market["fair_price"] == market["relative_quality"]).all()
    assert (market["fair_low"] == market["fair_high"]).all()
    assert market.caption == "The line: price equals quality."
    assert market["verdict"].tolist() == ["better value"] * 2 + ["worse value"] * 2 + [
        "better value"
    ]


@pytest.mark.parametrize(
    ("change", "weights", "words"),
    [
        ({}, {"taste": 0.5, "service": 0.4}, "add up to 0.9, not 1"),
        (
            {},
            {"taste": 1.5, "service": -0.5},
            "weights: 1 of 2 rows is below 0; first row 'service': -0.5",
        ),
        ({}, {}, "weights is empty"),
        ({}, {"looks": 1}, "offers lacks the column looks"),
        ({"taste": [0, 7, 6, 5, 9]}, {"taste": 1}, "taste: 1 of 5 rows is not above 0"),
        ({"monetary_cost": 0}, {"taste": 1}, "monetary_cost: 5 of 5 rows are not above 0"),
        ({"segment": list("aabbb")}, {"taste": 1}, "several segments"),
    ],
)
def test_value_map_refuses(brands, change, weights, words):
    with pytest.raises(ValueError, match=words):
        dv.value_map(brands.assign(**change), weights)
    with pytest.raises(ValueError, match="only one offer"):
        dv.value_map(brands.iloc[:1], {"taste": 1})


# --- the highest price -------------------------------------------------------------------------


def test_highest_price_by_hand(offers):
    found = dv.highest_price(offers, "bar").loc["commuter"]  # 60 + 30 - 20
    told = ["asked_price", "delivered_value", "best_other", "other_value", "highest_price", "room"]
    assert found[told].tolist() == [60, 30, "kiosk", 20, 70, 10]
    assert found["unit"] == "USD per month"
    kiosk = dv.highest_price(offers, "kiosk").loc["commuter"]  # 16 + 20 - 30
    assert kiosk[["highest_price", "room", "best_other"]].tolist() == [6, -10, "bar"]


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_at_the_highest_price_the_choice_turns(shift):
    offers = crm.load("lantern").offers
    found = dv.highest_price(offers, "Lantern")
    ours = offers["offer"] == "Lantern"
    prices = offers["segment"].map(found["highest_price"] + shift)
    tried = offers.assign(monetary_cost=offers["monetary_cost"].mask(ours, prices))
    chosen = dv.choose(dv.compare(tried[::-1]))
    assert (chosen["tied"] == (shift == 0)).all()
    assert (chosen["choice"].str.contains("Lantern") == (shift <= 0)).all()


def test_highest_price_where_nothing_is_the_rival(offers):
    alone = dv.highest_price(offers[offers["offer"] == "bar"], "bar").loc["commuter"]
    assert alone[["best_other", "highest_price"]].tolist() == ["no purchase", 90]
    dear = offers.assign(monetary_cost=[60, 90])
    assert dv.highest_price(dear, "bar").loc["commuter", "highest_price"] == 90
    two = pd.concat([offers, offers.assign(segment="a")[:1]])
    mixed = dv.highest_price(two, "bar")
    assert mixed["highest_price"].to_dict() == {"a": 90, "commuter": 70}
    assert list(mixed.index) == ["a", "commuter"]
    with pytest.raises(ValueError, match="there is no 'barr'; choose from bar, kiosk"):
        dv.highest_price(offers, "barr")


# --- the seller's side -------------------------------------------------------------------------


def test_customer_profit_by_hand():
    customers = pd.DataFrame(
        {"customer_id": ["B", "A"], "margin": [100.0, -5], "visits": [2, 0], "calls": [1, 3]}
    )
    profit = dv.customer_profit(customers, pd.Series({"visits": 10, "calls": 2}))
    assert profit["cost_to_serve"].to_dict() == {"B": 22, "A": 6}
    assert profit["profit"].to_dict() == {"B": 78, "A": -11}
    by_id = dv.customer_profit(customers.set_index("customer_id"), {"visits": 10, "calls": 2})
    pd.testing.assert_frame_equal(profit, by_id)


@pytest.mark.parametrize(
    ("change", "rates", "words"),
    [
        ({"visits": [None, 1]}, {"visits": 1}, "visits: 1 of 2 rows is empty.*'A'.*Enter 0"),
        ({"visits": [-1, 1]}, {"visits": 1}, "visits: 1 of 2 rows is below 0"),
        ({"margin": [None, 1]}, {"visits": 1}, "customers.margin: 1 of 2 rows is empty"),
        ({}, {"visits": -1}, "rates: 1 of 1 rows is below 0; first row 'visits': -1"),
        ({}, {"letters": 1}, "customers lacks the column letters;.*counts it"),
        ({}, {"margin": 1}, "name of its own"),
        ({"customer_id": ["A", "A"]}, {"visits": 1}, "repeats an earlier id; first"),
        ({"customer_id": ["A", "nan"]}, {"visits": 1}, "customer_id: 1 of 2 rows is empty"),
    ],
)
def test_customer_profit_refuses(change, rates, words):
    customers = pd.DataFrame({"customer_id": ["A", "B"], "margin": [1, 1], "visits": [1, 1]})
    with pytest.raises(ValueError, match=words):
        dv.customer_profit(customers.assign(**change), rates)


def test_economic_value_added():
    assert dv.economic_value_added(120, capital=1_000, cost_of_capital=0.10) == 20
    assert dv.economic_value_added(-5, capital=100, cost_of_capital=0) == -5
    with pytest.raises(ValueError, match="capital is 0; it must be above 0"):
        dv.economic_value_added(120, capital=0, cost_of_capital=0.10)
    with pytest.raises(ValueError, match=r"0\.10"):
        dv.economic_value_added(120, capital=1_000, cost_of_capital=10)


def test_growth_from_1984_to_2005_has_21_steps():
    # A developer's sales and profit in CNY, as taught: 58 million to 13.95 billion and 5 million to
    # 1.35 billion. Checked by multiplying up again.
    first, last = pd.Series([58e6, 5e6]), pd.Series([13.95e9, 1.35e9])
    rate = dv.growth_rate(first, last, start=1984, end=2005)
    assert rate.round(3).tolist() == [0.298, 0.306]
    np.testing.assert_allclose(first * (1 + rate) ** 21, last)
    assert isinstance(dv.growth_rate(1, 2, start=2000, end=2001), float)


@pytest.mark.parametrize(
    ("first", "last", "start", "end"),
    [(0, 5, 1, 2), (-5, 5, 1, 2), (5, -5, 1, 2), (5, 6, 2005, 1984), (5, 6, 2005, 2005)],
)
def test_growth_rate_refuses(first, last, start, end):
    with pytest.raises(ValueError, match=r"above 0|not after"):
        dv.growth_rate(first, last, start=start, end=end)


# --- equal up to rounding ----------------------------------------------------------------------


def test_a_value_equal_to_its_cost_delivers_nothing():
    # 0.1 + 0.2 is not 0.3 to the last bit
    rows = {"a": [0.1, 0.2, 0, 0, 0.3, 0, 0, 0], "b": [0.3, 0, 0, 0, 0.1, 0.2, 0, 0]}
    offers = table(rows)
    compared = dv.compare(offers)
    assert compared["delivered_value"].tolist() == [0, 0]
    assert dv.choose(compared)["choice"].tolist() == ["a or b or no purchase"]
    assert dv.choose(compared, rule="ratio")["choice"].tolist() == ["a or b or no purchase"]
    assert dv.waterfall(offers.iloc[0]).left == 0


def test_an_offer_on_the_line_is_fair_in_any_currency():
    offers = pd.DataFrame({"offer": list("abcd"), "q": [1, 2, 3, 7], "monetary_cost": [1, 2, 3, 7]})
    for rate in (1, 0.1, 7.3):
        market = dv.value_map(offers.assign(monetary_cost=rate * offers["monetary_cost"]), {"q": 1})
        assert market.table["verdict"].unique().tolist() == ["fair value"]
    same = offers.assign(q=0.3, monetary_cost=[0.3, 0.1 + 0.2, 0.3, 0.3])
    assert dv.value_map(same, {"q": 1}).table["strategy"].unique().tolist() == ["neither"]


def test_at_the_indifference_price_it_is_not_cheaper(plastics):
    dear = dv.indifference_price(plastics, "dear", against="cheap")
    assert not dear.holds_at(dear.price * (1 - 1e-15))
    assert dear.holds_at(dear.price * (1 - 1e-6))


# --- results -----------------------------------------------------------------------------------


def test_indifference_price_keeps_both_options(plastics):
    dear = dv.indifference_price(plastics, "dear", against="cheap")
    assert dear.table.index.tolist() == ["dear", "cheap"]
    assert dear.table["asked_price"].tolist() == [10_000, 3_000]
    assert (
        dear.table["cost"].tolist() == dv.cost_of_ownership(plastics)["total_cost"].tolist()[::-1]
    )
    marks = dear.at([5_000, 10_000])
    assert marks["verdict"].tolist() == ["cheaper", "not cheaper"]
    # by hand: (5000 x 0.0001 + 0.42) / 0.98 + 0.02
    assert marks["cost"].tolist() == pytest.approx([0.92 / 0.98 + 0.02, 1.42 / 0.98 + 0.02])
    assert dear.at()["price"].tolist() == [10_000]
    assert dear.title == "dear is cheaper in use than cheap below 5,785"
    gift = dv.indifference_price(plastics.assign(processing=[0.5, 3]), "dear", against="cheap")
    assert gift.title == "dear costs more in use than cheap, even as a gift"


def test_economic_value_shows_its_steps():
    worth = dv.economic_value(300, {"function": 350, "start-up": -100}, unit="USD")
    assert worth.table["total"].to_dict() == {
        "reference price": 300,
        "function": 650,
        "start-up": 550,
    }
    assert "550" in repr(worth)
    assert worth == dv.economic_value(300, {"function": 350, "start-up": -100}, unit="USD")
    assert worth != dv.economic_value(300, {"function": 350, "start-up": -100}, unit="EUR")


def test_a_fair_price_is_never_negative(brands):
    # three points and an outlier: the band of the line reaches below 0
    market = dv.value_map(
        brands.iloc[:4].assign(taste=[8, 6, 7, 4], monetary_cost=[9, 1, 8, 2]), {"taste": 1}
    ).table
    assert (market["fair_low"] >= 0).all()
    assert (market["fair_low"] == 0).any()


# --- wrong arguments ---------------------------------------------------------------------------

WRONG = [None, "no", float("nan"), float("inf"), -1, 1 + 2j, [], {}, pd.DataFrame(), object(), True]


def calls():
    """Each public function with one argument left open, and arguments it takes."""
    offers = table({"bar": [50, 20, 10, 20, 60, 5, 3, 2], "kiosk": [30, 4, 4, 2, 16, 2, 1, 1]})
    options = pd.DataFrame(
        {"offer": ["a", "b"], "price": [3.0, 5], "quantity": 1.0, "processing": 0.5}
        | {"yield_rate": 0.9, "failure_cost": 0.1, "price_unit": "USD", "cost_unit": "USD"}
    )
    brands = pd.DataFrame({"offer": list("ab"), "q": [8.0, 7], "monetary_cost": [4.0, 3]})
    customers = pd.DataFrame({"customer_id": ["A", "B"], "margin": [1.0, 2], "visits": [1.0, 2]})
    stages = [("raw", 1, 1), ("cup", 2, 3)]
    found = dv.indifference_price(options, "b", against="a")
    worth = dv.economic_value(300, {"a": 1}, unit="USD")
    return {
        "compare": dv.compare,
        "choose": dv.choose,
        "rule": lambda x: dv.choose(dv.compare(offers), rule=x),
        "waterfall": dv.waterfall,
        "time_cost": lambda x: dv.time_cost(x, "hours", value_per_hour=3),
        "time_cost unit": lambda x: dv.time_cost(1, x, value_per_hour=3),
        "value_per_hour": lambda x: dv.time_cost(1, "hours", value_per_hour=x),
        "risk_cost": dv.risk_cost,
        "cost_of_ownership": dv.cost_of_ownership,
        "indifference_price": lambda x: dv.indifference_price(x, "a", against="b"),
        "offer": lambda x: dv.indifference_price(options, x, against="b"),
        "against": lambda x: dv.indifference_price(options, "a", against=x),
        "cost_at": found.cost_at,
        "holds_at": found.holds_at,
        "life_needed": found.life_needed,
        "economic_value": lambda x: dv.economic_value(x, {"a": 1}, unit="USD"),
        "differences": lambda x: dv.economic_value(3, x, unit="USD"),
        "value unit": lambda x: dv.economic_value(3, {"a": 1}, unit=x),
        "surplus": worth.surplus,
        "price_ladder": lambda x: dv.price_ladder(x, unit="USD"),
        "ladder unit": lambda x: dv.price_ladder(stages, unit=x),
        "value_map": lambda x: dv.value_map(x, {"q": 1}),
        "weights": lambda x: dv.value_map(brands, x),
        "highest_price": lambda x: dv.highest_price(x, "bar"),
        "highest_price offer": lambda x: dv.highest_price(offers, x),
        "line": lambda x: dv.value_map(brands, {"q": 1}, line=x),
        "confidence": lambda x: dv.value_map(brands, {"q": 1}, confidence=x),
        "customer_profit": lambda x: dv.customer_profit(x, {"visits": 1}),
        "rates": lambda x: dv.customer_profit(customers, x),
        "capital": lambda x: dv.economic_value_added(1, capital=x, cost_of_capital=0.1),
        "cost_of_capital": lambda x: dv.economic_value_added(1, capital=1, cost_of_capital=x),
        "growth_rate": lambda x: dv.growth_rate(x, 2, start=2000, end=2001),
        "last": lambda x: dv.growth_rate(1, x, start=2000, end=2001),
        "start": lambda x: dv.growth_rate(1, 2, start=x, end=2001),
        "end": lambda x: dv.growth_rate(1, 2, start=2000, end=x),
    }


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(type(wrong).__name__))
@pytest.mark.parametrize("name", calls())
def test_wrong_arguments_are_refused_in_a_sentence(name, wrong):
    if name.endswith(" unit") and name != "time_cost unit" and isinstance(wrong, str):
        return  # any words will do as a unit
    with pytest.raises(ValueError, match=r"[.;:]"):
        calls()[name](wrong)


def test_rows_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="labels differ"):
        dv.time_cost([1, 2], "hours", value_per_hour=[1, 2, 3])
    first, last = pd.Series([1, 2], ["a", "b"]), pd.Series([1, 2], ["b", "a"])
    with pytest.raises(ValueError, match="labels differ"):
        dv.growth_rate(first, last, start=2000, end=2001)
    with pytest.raises(ValueError, match="start"):
        dv.growth_rate(1, 2, start=2000.5, end=2002)


@pytest.mark.parametrize("kind", ["object", "Int64", "Decimal", "reversed", "strided"])
def test_any_clean_frame_gives_the_same_numbers(offers, kind):
    from decimal import Decimal

    frames = {
        "object": offers.astype(object),
        "Int64": offers.astype(dict.fromkeys(ELEMENTS, "Int64")),
        "Decimal": offers.assign(**{name: offers[name].map(Decimal) for name in ELEMENTS}),
        "reversed": offers[::-1],
        "strided": pd.concat([offers, offers]).iloc[::2].assign(offer=["bar", "bar 2"]),
    }
    frame = frames[kind]
    if kind == "strided":
        assert dv.compare(frame)["delivered_value"].tolist() == [30, 30]
        return
    pd.testing.assert_frame_equal(
        dv.compare(frame).sort_index().astype({"segment": "str", "offer": "str"}),
        dv.compare(offers).astype({"segment": "str", "offer": "str"}),
    )


# --- figures -----------------------------------------------------------------------------------


@pytest.fixture
def drawing():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def words_on(axes):
    axes.figure.canvas.draw()
    return [text.get_text() for text in axes.texts]


def colours_of(axes):
    from matplotlib.colors import to_hex

    named = {shade.lower(): name for name, shade in crm.style.COLOURS.items()}
    return [named[to_hex(bar.get_facecolor())] for bar in axes.patches]


def test_waterfall_figure(drawing, offers):
    steps = dv.waterfall(offers.iloc[0])
    axes = steps.plot()
    assert [bar.get_height() for bar in axes.patches] == [50, 20, 10, 20, -60, -5, -3, -2, 30]
    assert [bar.get_y() for bar in axes.patches] == [0, 50, 70, 80, 100, 40, 35, 32, 0]
    assert colours_of(axes) == ["value"] * 4 + ["cost"] * 4 + ["good"]
    assert axes.get_ylabel() == "USD per month"
    links = [line.get_ydata() for line in axes.lines][:8]
    assert [float(link[0]) for link in links] == [50, 70, 80, 100, 40, 35, 32, 30]
    assert all(link[0] == link[1] for link in links)
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks[:2] == ["product", "service"]
    assert ticks[4:] == ["monetary", "time", "psychic", "physical", "delivered\nvalue"]
    expected = ["+50", "+20", "+10", "+20", "-60", "-5", "-3", "-2", "30"]
    assert words_on(axes) == expected
    assert axes.get_title(loc="left") == "bar, commuter: of 100 gained, 30 is left"
    bad = dv.plot_waterfall(dv.waterfall(offers.assign(time_cost=99).iloc[0]))
    assert colours_of(bad)[-1] == "warn"


def test_price_ladder_figure(drawing):
    ladder = dv.price_ladder([("raw", 0.01, 0.01), ("cup", 2, 5)], unit="USD per cup")
    axes = ladder.plot()
    assert axes.get_xscale() == "log"
    assert words_on(axes) == ["0.01", "", "2 to 5", "200 to 500 times"]
    assert [line.get_xdata().tolist() for line in map(_as_arrays, axes.lines)] == [
        [0.01, 0.01],
        [2, 5],
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["raw", "cup"]
    assert axes.get_xlabel() == "USD per cup, each grid line ten times the one before"
    assert axes.get_title(loc="left") == "cup sells at 200 to 500 times the price of raw"
    assert ladder.caption == "Prices in USD per cup; multiples of the middle price of raw."


def _as_arrays(line):
    line.set_data(*(np.asarray(part) for part in line.get_data()))
    return line


def test_break_even_figure(drawing, plastics):
    result = dv.indifference_price(plastics, "dear", against="cheap")
    axes = dv.plot_break_even(result, prices=[5_000, 10_000])
    assert words_on(axes) == [
        "cheap at 3,000: 1.04",
        "at 5,000: 0.959\ncheaper",
        "at 10,000: 1.47\nnot cheaper",
        "same cost at 5,785",
    ]
    level, line, *dots, upright = axes.lines
    assert set(level.get_ydata()) == {result.target_cost}
    assert list(line.get_ydata()) == pytest.approx([result.cost_at(0), result.cost_at(12_000)])
    assert [dot.get_color() for dot in dots] == [crm.style.COLOURS[it] for it in ("good", "cost")]
    assert [float(dot.get_ydata()[0]) for dot in dots] == result.at([5_000, 10_000])[
        "cost"
    ].tolist()
    assert set(upright.get_xdata()) == {result.price}
    assert axes.get_xlabel() == "price of dear, CNY per tonne"
    assert axes.get_ylabel() == "cost in use, CNY per part"
    assert axes.get_title(loc="left") == result.title
    plain = result.plot()
    assert "at 10,000: 1.47\nnot cheaper" in words_on(plain)


def test_value_map_figure(drawing, brands):
    _, axes = drawing.subplots()
    fitted, plain = dv.value_map(brands, {"taste": 1}), dv.value_map(brands[:3], {"taste": 1})
    assert dv.plot_value_map(plain, ax=axes) is axes
    assert axes.get_xlabel().endswith("The line: price equals quality.")
    assert axes.lines[-4].get_slope() == 1
    assert [set(line.get_xdata()) for line in axes.lines[1:2]] == [{1}]
    axes = fitted.plot()
    fair = fitted.table.sort_values("relative_quality")
    assert list(axes.lines[2].get_xdata()) == fair["relative_quality"].tolist()
    assert list(axes.lines[2].get_ydata()) == fair["fair_price"].tolist()
    bars = axes.collections[0].get_segments()
    drawn = sorted((bar[0][1], bar[1][1]) for bar in bars)
    ends = fitted.table[["fair_low", "fair_high"]]
    assert drawn == sorted(map(tuple, ends.to_numpy()))
    low, high = axes.get_ylim()
    assert low < ends["fair_low"].min()
    assert ends["fair_high"].max() < high
    dots = [tuple(line.get_data()) for line in axes.lines if line.get_marker() == "o"]
    points = [(float(x[0]), float(y[0])) for x, y in dots]
    expected = fitted.table.sort_values("relative_quality")
    assert points == list(map(tuple, expected[["relative_quality", "relative_price"]].to_numpy()))
    words = words_on(axes)
    assert words[:5] == expected["offer"].tolist()
    places = {text.get_text(): text.get_position() for text in axes.texts[5:]}
    assert places == {
        "neither": (0.01, 0.99),
        "better product and service": (0.99, 0.99),
        "lower price": (0.01, 0.01),
        "both": (0.99, 0.01),
    }
    assert axes.get_xlabel().startswith("relative quality")
    assert axes.get_ylabel().startswith("relative price")
    assert axes.get_title(loc="left") == fitted.title
    assert fitted.caption == "Bars: how far the line through 5 offers is known."
    theirs = dv.value_map(brands.assign(segment="commuter"), {"taste": 1}, line="45 degrees")
    assert theirs.segment == "commuter"
    assert theirs.caption == "Segment: commuter. The line: price equals quality."


def test_colours_of_the_map_tell_the_verdict(drawing):
    offers = pd.DataFrame({"offer": ["us", "them"], "taste": [8, 8], "monetary_cost": [10, 8]})
    axes = dv.value_map(offers, {"taste": 1}).plot()
    shades = {text.get_text(): text.get_color() for text in axes.texts}
    assert shades["us"] == crm.style.COLOURS["cost"]
    assert shades["them"] == crm.style.COLOURS["good"]


def test_a_figure_names_what_it_draws(offers):
    with pytest.raises(ValueError, match="plot_waterfall draws a Waterfall; steps is a DataFrame"):
        dv.plot_waterfall(dv.waterfall(offers.iloc[0]).table)


def test_drawing_libraries_wait_for_a_figure():
    code = "import crmlab, sys; crmlab.delivered_value.compare; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
