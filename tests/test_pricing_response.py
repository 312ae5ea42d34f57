"""Gabor-Granger, the logistic curve, elasticity and reference prices."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab import pricing
from crmlab import satisfaction as sat

# 55 people, of whom 14, 11, 9, 12 and 8 name these highest prices and one none
DART_PRICES = [1000, 1500, 2000, 2500, 3000]
DART = np.repeat([*DART_PRICES, np.nan], [14, 11, 9, 12, 8, 1])
ENDS = ["estimate", "low", "high"]


def answers_of(curve, prices, n, seed):
    """Highest prices of people who follow a logistic curve: each has one price to give up at."""
    rng = np.random.default_rng(seed)
    most = (np.log(1 / rng.random(n) - 1) - curve.intercept) / curve.slope
    place = np.searchsorted(prices, most, side="right")
    return np.array([np.nan, *prices])[place]


def cells(e=1.2, relief=0.0, noise=0.05, seed=0, periods=8):
    """Sales by group, region and quarter, with prices that go round the regions."""
    rng, rows = np.random.default_rng(seed), []
    for group, points in (("low", 6.0), ("high", 8.0)):
        for region in range(4):
            for quarter in range(periods):
                price = 1 + 0.1 * (-1, 0, 1, 0)[(region + quarter) % 4]
                level = 5 + 0.3 * region + 0.2 * quarter + 0.5 * (group == "high") * quarter
                own = e - relief * (points - 7)
                sold = np.exp(level - own * np.log(price) + noise * rng.standard_normal())
                rows.append((group, points, f"r{region}", f"q{quarter}", price, sold))
    names = ["group", "satisfaction", "region", "quarter", "price", "quantity"]
    return pd.DataFrame(rows, columns=names)


# ---------------------------------------------------------------- Gabor-Granger


def test_published_ladder_of_prices():
    ladder = pricing.gabor_granger(DART, prices=DART_PRICES)
    assert ladder["buyers"].tolist() == [54, 40, 29, 20, 8]
    assert (55 * ladder["revenue"]).round(6).tolist() == [54_000, 60_000, 58_000, 50_000, 24_000]
    assert ladder["elasticity"].round(2).tolist()[:4] == [0.52, 0.82, 1.24, 3.0]
    assert ladder["elasticity"].iloc[1] == pytest.approx(0.825)  # printed .83
    assert ladder.best["estimate"]["most revenue"] == 1500
    assert ladder.caption == "55 respondents; 1 would buy at none of the prices."
    assert np.isnan(ladder["elasticity"].iloc[-1])


def test_shares_have_wilsons_interval():
    ladder = pricing.gabor_granger(DART, prices=DART_PRICES)
    for price, row in ladder.table.iterrows():
        share = sat.proportion((price <= DART).astype(int))
        assert row[["demand", "low", "high"]].tolist() == pytest.approx(share[ENDS].tolist())


def test_yes_and_no_give_the_same_as_highest_prices():
    yes = pd.DataFrame({str(price): price <= DART for price in reversed(DART_PRICES)})
    ladder = pricing.gabor_granger(yes, unit_cost=300)
    same = pricing.gabor_granger(DART, prices=DART_PRICES, unit_cost=300)
    assert ladder.table.equals(same.table)
    assert ladder.best.equals(same.best)
    as_numbers = pricing.gabor_granger(yes.astype(int), unit_cost=300)
    assert as_numbers.table.equals(same.table)


def test_profit_takes_off_the_cost():
    ladder = pricing.gabor_granger(DART, prices=DART_PRICES, unit_cost=800)
    expected = [(price - 800) * (price <= DART).mean() for price in DART_PRICES]
    assert ladder["profit"].tolist() == pytest.approx(expected)
    assert ladder.best["estimate"].to_dict() == {"most revenue": 1500, "most profit": 2000}
    assert ladder.best["value"]["most profit"] == pytest.approx(1200 * 29 / 55)


def test_the_interval_of_the_best_price_compares_the_same_people():
    ladder = pricing.gabor_granger(DART, prices=DART_PRICES, unit_cost=500)
    brought = ladder.answers.to_numpy() * (np.array(DART_PRICES) - 500)
    best = DART_PRICES.index(ladder.best["estimate"]["most profit"])
    behind = brought[:, [best]] - brought
    error = behind.std(axis=0) / np.sqrt(55)
    near = np.array(DART_PRICES)[behind.mean(axis=0) <= 1.959964 * error]
    row = ladder.best.loc["most profit"]
    assert (row["low"], row["high"]) == (near.min(), near.max())
    half = 1.959964 * brought[:, best].std() / np.sqrt(55)
    assert row["value_high"] - row["value"] == pytest.approx(half)
    assert row["value"] - row["value_low"] == pytest.approx(half)


def test_demand_that_rises_is_told():
    yes = pd.DataFrame({1: [1, 0, 0, 1], 2: [1, 1, 0, 1], 3: [0, 0, 0, 1]})
    with pytest.warns(UserWarning, match="more people say yes at 2 than at 1"):
        pricing.gabor_granger(yes)


@settings(max_examples=40)
@given(st.lists(st.sampled_from([None, 1.1, 2.2, 3.3, 4.4]), min_size=2, max_size=40))
def test_ladder_is_monotone_and_indifferent_to_order(answers):
    if all(answer is None for answer in answers):
        return
    asked = [1.1, 2.2, 3.3, 4.4]
    ladder = pricing.gabor_granger(answers, prices=asked)
    assert ladder["demand"].is_monotonic_decreasing
    assert (ladder["low"] <= ladder["demand"]).all()
    assert (ladder["demand"] <= ladder["high"]).all()
    assert (ladder.best["low"] <= ladder.best["estimate"]).all()
    assert (ladder.best["estimate"] <= ladder.best["high"]).all()
    again = pricing.gabor_granger(answers[::-1], prices=asked[::-1])
    assert again.table.equals(ladder.table)


@pytest.mark.parametrize(
    ("answers", "options", "message"),
    [
        (["1", "2"], {}, "answers: 2 of 2 rows are not numeric"),
        ([None, None], {}, "nobody would buy at any price"),
        ([1, 1], {}, "2 respondents and 1 prices"),
        ([1], {"prices": [1, 2]}, "1 respondents and 2 prices"),
        ([1, 3], {"prices": [1, 2]}, "answers: 1 of 2 rows is no price asked"),
        ([1, 2], {"prices": [1, 2, 2]}, "prices: 2 is there twice"),
        ([1, -2], {}, "answers: 1 of 2 rows is below 0"),
        ([1, 2], {"unit_cost": np.nan}, "unit_cost is nan"),
        (pd.DataFrame({"cheap": [1, 0]}), {}, "name each column by its price"),
        (pd.DataFrame({1: ["yes", "no"], 2: [0, 0]}), {}, "answers.1: 2 of 2 rows are text"),
        (pd.DataFrame({1: [1, 2], 2: [0, 0]}), {}, "answers.1: 1 of 2 rows is not True or False"),
        ("abc", {}, "answers is 'abc'"),
    ],
)
def test_bad_ladders_are_refused(answers, options, message):
    with pytest.raises(ValueError, match=message):
        pricing.gabor_granger(answers, **options)


def test_figure_of_the_ladder():
    ladder = pricing.gabor_granger(DART, prices=DART_PRICES, unit_cost=800)
    ax = ladder.plot()
    assert ax.get_title("left") == "Most profit at 2,000.00 of the prices asked"
    left, right = ax.figure.axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), ladder["demand"])
    np.testing.assert_array_equal(right.lines[0].get_ydata(), ladder["profit"])
    assert right.lines[1].get_xdata() == [2000]
    assert right.lines[1].get_ydata() == [ladder["profit"][2000]]
    assert left.get_ylabel() == "share that would buy"
    assert right.get_ylabel() == "profit per respondent"
    segments = left.collections[0].get_segments()
    np.testing.assert_allclose([s[0][1] for s in segments], ladder["low"])
    np.testing.assert_allclose([s[1][1] for s in segments], ladder["high"])


# ---------------------------------------------------------------- the logistic curve


def test_published_optimum_is_a_value_of_a_grid():
    curve = pricing.LogisticDemand(8.3, -0.97, ceiling=0.33)
    costs = {"unit_cost": 3, "market": 10_000, "fixed_cost": 5_000}
    at_grid = 10_000 * curve.demand([7.5]).iloc[0] * (7.5 - 3) - 5_000
    assert at_grid == pytest.approx(5_928.79, abs=0.005)  # as printed, called optimal
    best = curve.best(**costs)["estimate"]
    assert best["price"] == pytest.approx(7.351, abs=0.0005)
    assert best["profit"] == pytest.approx(5_956.25, abs=0.006)
    grid = np.linspace(5, 10, 50_001)
    profit = 10_000 * curve.demand(grid) * (grid - 3) - 5_000
    assert best["price"] == pytest.approx(grid[np.argmax(profit)], abs=1e-4)
    assert best["profit"] == pytest.approx(profit.max(), abs=1e-6)


def test_elasticity_of_the_curve_is_its_slope_in_logarithms():
    curve = pricing.LogisticDemand(5, -1.5, ceiling=0.6)
    near = curve.demand([3, 3.0001])
    slope = -np.diff(np.log(near)) / np.diff(np.log([3, 3.0001]))
    assert curve.elasticity([3])["estimate"].iloc[0] == pytest.approx(slope[0], rel=1e-3)


def test_fit_finds_the_curve_that_made_the_answers():
    made, asked = pricing.LogisticDemand(9, -2), np.arange(2.5, 6.5, 0.5)
    inside, prices = 0, []
    for seed in range(200):
        told = answers_of(made, asked, 150, seed)
        fit = pricing.logistic_demand(pricing.gabor_granger(told, prices=asked))
        best = fit.best(unit_cost=1.5)
        prices.append(best["estimate"]["price"])
        row = best.loc["price"]
        assert row["low"] < row["estimate"] < row["high"]
        inside += row["low"] <= made.best(unit_cost=1.5)["estimate"]["price"] <= row["high"]
    assert np.mean(prices) == pytest.approx(made.best(unit_cost=1.5)["estimate"]["price"], abs=0.02)
    assert 0.90 <= inside / 200 <= 0.99


def test_fit_is_that_of_statsmodels_clustered_by_respondent():
    import statsmodels.api as sm

    asked = np.arange(2.5, 6.5, 0.5)
    told = answers_of(pricing.LogisticDemand(9, -2), asked, 120, 4)
    ladder = pricing.gabor_granger(told, prices=asked)
    fit = pricing.logistic_demand(ladder)
    long = ladder.answers.stack()
    design = sm.add_constant(long.index.get_level_values(1).to_numpy(dtype=float))
    model = sm.GLM(long.to_numpy(dtype=float), design, family=sm.families.Binomial())
    who = long.index.get_level_values(0).to_numpy()
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": who, "use_correction": False})
    assert [fit.intercept, fit.slope] == pytest.approx(robust.params, rel=1e-6)
    np.testing.assert_allclose(fit.covariance, robust.cov_params() * 120 / 119, rtol=1e-5)


def test_intervals_of_the_optimum_by_the_delta_method():
    curve = pricing.LogisticDemand(9, -2, covariance=((0.1, -0.021), (-0.021, 0.005)))
    found, step = curve.best(unit_cost=1.5, market=50, fixed_cost=10), 1e-6
    up = pricing.LogisticDemand(9 + step, -2).best(unit_cost=1.5, market=50, fixed_cost=10)
    over = pricing.LogisticDemand(9, -2 + step).best(unit_cost=1.5, market=50, fixed_cost=10)
    slopes = [(moved["estimate"] - found["estimate"]) / step for moved in (up, over)]
    spread = np.array(curve.covariance)
    for row in ("price", "profit"):
        gradient = np.array([slope[row] for slope in slopes])
        half = 1.959964 * np.sqrt(gradient @ spread @ gradient)
        assert found["high"][row] - found["estimate"][row] == pytest.approx(half, rel=1e-3)
        assert found["estimate"][row] - found["low"][row] == pytest.approx(half, rel=1e-3)
    assert "low" not in pricing.LogisticDemand(9, -2).best()
    at = [3.5, 5]
    steep = curve.elasticity(at)
    moved = [pricing.LogisticDemand(9 + step, -2), pricing.LogisticDemand(9, -2 + step)]
    slopes = np.array([(one.elasticity(at) - steep)["estimate"] / step for one in moved])
    half = 1.959964 * np.sqrt(np.einsum("ip,ij,jp->p", slopes, spread, slopes))
    np.testing.assert_allclose(steep["high"] - steep["estimate"], half, rtol=1e-3)
    np.testing.assert_allclose(steep["estimate"] - steep["low"], half, rtol=1e-3)


def test_curves_that_cannot_be():
    with pytest.raises(ValueError, match="it must be below 0"):
        pricing.LogisticDemand(1, 0.2)
    with pytest.raises(ValueError, match="ceiling is 33"):
        pricing.LogisticDemand(8.3, -0.97, ceiling=33)
    with pytest.raises(ValueError, match="asked is of type list"):
        pricing.logistic_demand([1, 2])
    flat = pricing.gabor_granger([2, 2, 2], prices=[1, 2, 3])
    with pytest.raises(ValueError, match="everybody or nobody would buy"):
        pricing.logistic_demand(flat)
    with pytest.warns(UserWarning, match="more people say yes"):
        rising = pricing.gabor_granger(pd.DataFrame({1: [0, 0, 1], 2: [1, 0, 1], 3: [1, 1, 1]}))
    with pytest.raises(ValueError, match="demand does not fall"):
        pricing.logistic_demand(rising)


# ---------------------------------------------------------------- elasticity


def test_published_elasticities_from_step_to_step():
    steps = pricing.step_elasticity(DART_PRICES, [54, 40, 29, 20, 8])
    assert steps["elasticity"].tolist() == pytest.approx([0.5185, 0.825, 1.2414, 3.0], abs=1e-4)
    middle = pricing.step_elasticity([10, 8], [100, 120], base="middle")
    assert middle["elasticity"].tolist() == pytest.approx([(20 / 110) / (2 / 9)])
    mixed = pricing.step_elasticity(DART_PRICES[::-1], [8, 20, 29, 40, 54])
    assert mixed.equals(steps)
    assert np.isnan(pricing.step_elasticity([1, 2], [0, 0])["elasticity"].iloc[0])


def test_constant_elasticity_is_found_exactly():
    sales = pd.DataFrame(
        {"price": [1.0, 2, 4, 5], "quantity": 100 * np.array([1.0, 2, 4, 5]) ** -1.7}
    )
    found = pricing.elasticity(sales)["estimate"]
    assert found.tolist() == pytest.approx([1.7])
    sales["price"] *= 4  # another currency
    assert pricing.elasticity(sales)["estimate"].tolist() == pytest.approx([1.7])


def test_dear_regions_sell_more_but_within_them_the_price_shows_its_effect():
    sales = pd.MultiIndex.from_product([list("abc"), list("1234")], names=["region", "quarter"])
    sales = sales.to_frame(index=False)
    sales["price"] = [1, 1.05, 0.95, 1, 1.2, 1.25, 1.3, 1.2, 1.5, 1.4, 1.5, 1.6]
    level = sales["region"].map({"a": 1, "b": 4, "c": 16}) * sales["quarter"].astype(int)
    sales["quantity"] = level * sales["price"] ** -1.2
    found = pricing.elasticity(sales, fixed=["region", "quarter"])
    assert found.table.loc["elasticity"].tolist() == pytest.approx([1.2] * 3)
    slope = np.polyfit(found.points["price"], found.points["quantity"], 1)[0]
    assert -slope == pytest.approx(1.2)
    with pytest.warns(UserWarning, match="rise with the price"):
        pricing.elasticity(sales)


def test_moderator_is_the_difference_of_two_groups():
    sales = cells(relief=0.3, seed=5)
    both = pricing.elasticity(sales, fixed=["region", "quarter"], moderator="satisfaction")
    low, high = (
        pricing.elasticity(sales[sales["group"] == name], fixed=["region", "quarter"])
        for name in ("low", "high")
    )
    change = both.table.loc["change per satisfaction"]
    low, high = low.table.loc["elasticity"], high.table.loc["elasticity"]
    assert change["estimate"] == pytest.approx((high["estimate"] - low["estimate"]) / 2)
    assert both["estimate"]["elasticity"] == pytest.approx((high["estimate"] + low["estimate"]) / 2)
    assert change["low"] < change["estimate"] < change["high"]
    renamed = sales.assign(satisfaction=sales["satisfaction"] * 10)
    tenth = pricing.elasticity(renamed, fixed=["region", "quarter"], moderator="satisfaction")
    assert tenth["high"].iloc[1] * 10 == pytest.approx(change["high"])


def test_intervals_cover_the_truth_as_often_as_they_say():
    inside = np.zeros(2)
    for seed in range(200):
        sales = cells(relief=0.3, noise=0.08, seed=seed)
        found = pricing.elasticity(sales, fixed=["region", "quarter"], moderator="satisfaction")
        inside += ((found["low"] <= [1.2, -0.3]) & (found["high"] >= [1.2, -0.3])).to_numpy()
    # HC3 is careful with few rows
    assert (inside / 200 >= 0.93).all()
    assert (inside / 200 <= 1).all()
    assert inside.min() / 200 < 0.995


def test_sales_that_rise_with_the_price_are_told():
    sales = pd.DataFrame({"price": [1, 2, 3, 4, 5], "quantity": [10, 19, 33, 38, 52]})
    with pytest.warns(UserWarning, match="sales rise with the price"):
        found = pricing.elasticity(sales)
    assert found.title.startswith("1 % higher price: 1.0 % more sales")


def test_row_order_and_types_change_nothing():
    sales = cells(seed=1)
    found = pricing.elasticity(sales, fixed=["region", "quarter"]).table
    mixed = sales.sample(frac=1, random_state=2).astype({"price": object, "quantity": "Float64"})
    again = pricing.elasticity(mixed, fixed=["region", "quarter"]).table
    np.testing.assert_allclose(again, found, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"quantity": 0.0}, {}, "sales.quantity: 64 of 64 rows are not above 0"),
        ({"price": -1.0}, {}, "sales.price: 64 of 64 rows are not above 0"),
        ({"price": 4.0}, {}, "prices that differ freely"),
        ({"price": "4"}, {}, "sales.price: 64 of 64 rows are not numeric"),
        ({}, {"fixed": ["shop"]}, "sales lacks the column shop"),
        ({}, {"fixed": "region"}, "fixed is 'region'; give a list"),
        ({"region": None}, {"fixed": ["region"]}, "sales.region: 64 of 64 rows are empty"),
        ({"satisfaction": 7.0}, {"moderator": "satisfaction"}, "is the same in all rows"),
        ({"satisfaction": "7"}, {"moderator": "satisfaction"}, "are not numeric"),
        ({}, {"moderator": "mood"}, "sales lacks the column mood"),
    ],
)
def test_bad_sales_are_refused(change, options, message):
    with pytest.raises(ValueError, match=message):
        pricing.elasticity(cells().assign(**change), **options)


@pytest.mark.parametrize(
    ("prices", "quantities", "options", "message"),
    [
        ([1], [2], {}, "prices has 1 and quantities 1 rows"),
        ([1, 2, 3], [2, 1], {}, "prices has 3 and quantities 2 rows"),
        ([2, 2], [3, 1], {}, "one is there twice"),
        ([0, 2], [3, 1], {}, "prices: 1 of 2 rows is not above 0"),
        ([1, 2], [3, -1], {}, "quantities: 1 of 2 rows is below 0"),
        ([1, 2], [3, 1], {"base": "end"}, "base is 'end'"),
    ],
)
def test_bad_steps_are_refused(prices, quantities, options, message):
    with pytest.raises(ValueError, match=message):
        pricing.step_elasticity(prices, quantities, **options)


def test_figure_of_the_elasticity():
    found = pricing.elasticity(cells(noise=0.01), fixed=["region", "quarter"])
    ax, row = found.plot(), found.table.loc["elasticity"]
    assert ax.get_title("left") == (
        f"1 % higher price: {row['estimate']:.1f} % fewer sales "
        f"({row['low']:.1f} to {row['high']:.1f})"
    )
    dots = ax.collections[0].get_offsets()
    np.testing.assert_allclose(dots[:, 0], np.expm1(found.points["price"]))
    np.testing.assert_allclose(dots[:, 1], np.expm1(found.points["quantity"]))
    line = ax.lines[0]
    assert line.get_ydata()[0] > 0 > line.get_ydata()[-1]
    assert ax.get_xlabel() == "price against the usual one"
    assert ax.get_ylabel() == "sales against the usual ones"


# ---------------------------------------------------------------- reference prices


def with_references(gain, loss, noise=0.0, seed=0):
    rng = np.random.default_rng(seed)
    sales = pd.DataFrame({"price": rng.uniform(3, 5, 80), "reference": rng.uniform(3, 5, 80)})
    apart = np.log(sales["price"] / sales["reference"])
    level = 5 - 1.2 * np.log(sales["price"]) + gain * (-apart).clip(lower=0)
    level = level - loss * apart.clip(lower=0) + noise * rng.standard_normal(80)
    return sales.assign(quantity=np.exp(level))


def test_gains_and_losses_are_found():
    exact = pricing.reference_effect(with_references(0.4, 1.1))["estimate"]
    assert exact.to_dict() == pytest.approx({"elasticity": 1.2, "gain": 0.4, "loss": 1.1})
    inside = 0
    for seed in range(150):
        found = pricing.reference_effect(with_references(0.4, 1.1, 0.1, seed))
        assert (found["low"] < found["high"]).all()
        inside += (
            (found["low"] <= [1.2, 0.4, 1.1]) & (found["high"] >= [1.2, 0.4, 1.1])
        ).to_numpy()
    assert ((inside / 150 > 0.9) & (inside / 150 < 0.995)).all()


def test_a_price_test_that_goes_round_cannot_tell_gain_from_loss():
    # after the low price always comes the usual one, after the usual one the high one, and back
    sales = cells().query("group == 'low'").sort_values(["region", "quarter"])
    sales["reference"] = sales.groupby("region")["price"].shift()
    with pytest.raises(ValueError, match=r"loss = .* holds in every row"):
        pricing.reference_effect(sales.dropna())


def test_references_that_tell_nothing():
    sales = with_references(0.4, 1.1)
    with pytest.raises(ValueError, match="no price lies above its reference"):
        pricing.reference_effect(sales.assign(reference=9.0))
    with pytest.raises(ValueError, match="no price lies below its reference"):
        pricing.reference_effect(sales.assign(reference=1.0))
    with pytest.raises(ValueError, match="sales lacks the column reference"):
        pricing.reference_effect(cells())
    with pytest.raises(ValueError, match="80 of 80 rows are not above 0"):
        pricing.reference_effect(sales.assign(reference=0.0))


# ---------------------------------------------------------------- the sample company


def test_the_sample_company_has_the_elasticity_built_in():
    db = crm.load("lantern")
    members = db.customers.query("kind == 'member'")[["customer_id", "region", "joined"]]
    orders = db.transactions.query("amount > 0").merge(members, on="customer_id")
    orders = orders.query("date > joined")
    quarter = orders["date"].dt.to_period("Q").astype(str)
    sales = orders.assign(quarter=quarter).groupby(["region", "quarter"], as_index=False)
    sales = sales.agg(price=("price_index", "mean"), quantity=("amount", "size"))
    found = pricing.elasticity(sales, fixed=["region", "quarter"]).table.loc["elasticity"]
    truth = db.truth["price_elasticity"]
    assert found["low"] < truth[truth > 0].mean() < found["high"]
    each = orders.groupby("customer_id").agg(price=("amount", "mean"), quantity=("amount", "size"))
    with warnings.catch_warnings(action="ignore"):
        naive = pricing.elasticity(each).table.loc["elasticity"]
    assert naive["high"] < 0  # what she pays per order is no price
