"""Orders that swing more than sales, and quantities made before demand is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import expon, norm, uniform

from crmlab import delivery


def sales(n=200_000, seed=1):
    return np.random.default_rng(seed).normal(1000, 10, n)


@pytest.mark.parametrize(
    ("lead_time", "window", "ratio"), [(1, 5, 1.48), (2, 5, 2.12), (3, 5, 2.92), (2, 10, 1.48)]
)
def test_bullwhip_of_one_stage_as_published(lead_time, window, ratio):
    # Chen, Drezner, Ryan & Simchi-Levi 2000: 1 + 2L/p + 2L^2/p^2
    found = delivery.bullwhip(lead_time, window=window).table
    assert found.loc[1, ["shared", "unshared"]].tolist() == pytest.approx([ratio, ratio])


@pytest.mark.parametrize(("lead_time", "window"), [(1, 5), (2, 5), (3, 5), (2, 10)])
def test_simulated_orders_vary_as_the_formula_says(lead_time, window):
    chain = delivery.simulate_chain(sales(), [lead_time], window=window)
    expected = delivery.bullwhip(lead_time, window=window).table.loc[1, "shared"]
    # the variance of 200,000 values that hang together over a few periods: 1 %
    assert chain.table.loc[1, "variance_ratio"] == pytest.approx(expected, rel=0.01)


def test_knowing_the_sales_gives_the_formula_at_every_stage_and_not_knowing_exceeds_its_bound():
    formula = delivery.bullwhip([1, 1, 1, 1], window=5).table
    known = delivery.simulate_chain(sales(), [1, 1, 1, 1], window=5, shared=True).table
    blind = delivery.simulate_chain(sales(), [1, 1, 1, 1], window=5).table
    assert known["variance_ratio"].to_numpy() == pytest.approx(formula["shared"], rel=0.01)
    assert (blind["variance_ratio"] > 0.99 * formula["unshared"]).all()
    assert blind["variance_ratio"][4] > known["variance_ratio"][4]


def test_chain_by_hand():
    # window 1, lead time 1: order = sales + change of sales
    chain = delivery.simulate_chain([10, 10, 10, 10, 12, 9, 9], [1], window=1)
    assert chain.orders[0].tolist() == [10, 12, 9, 9]
    assert chain.orders[1].tolist() == [10, 14, 6, 9]
    # stock 0, 10 - 12 = -2, + 14 - 9 = 3, + 6 - 9 = 0: 2 of 40 asked for in vain
    assert chain.table.loc[1, "mean_stock"] == pytest.approx(3 / 4)
    assert chain.table.loc[1, "fill_rate"] == pytest.approx(38 / 40)


def test_safety_stock_fills_orders():
    plain = delivery.simulate_chain(sales(2000), [2], window=5).table
    safe = delivery.simulate_chain(sales(2000), [2], window=5, safety=100).table
    assert plain.loc[1, "fill_rate"] < 0.999 < safe.loc[1, "fill_rate"] == 1
    assert safe.loc[1, "variance_ratio"] == pytest.approx(plain.loc[1, "variance_ratio"])


@given(st.floats(0.1, 1000))
def test_ratios_do_not_depend_on_the_unit(factor):
    raw = sales(200)
    one = delivery.simulate_chain(raw, [1, 2], window=4).table["variance_ratio"]
    other = delivery.simulate_chain(raw * factor, [1, 2], window=4).table["variance_ratio"]
    assert other.to_numpy() == pytest.approx(one.to_numpy())


def test_constant_sales_have_no_ratio():
    assert delivery.simulate_chain([5] * 30, [1], window=3).table["variance_ratio"].isna().all()


def test_figures_say_what_they_show():
    result = delivery.bullwhip([1, 1, 1, 1], window=5)
    ax = result.plot()
    assert ax.get_title(loc="left") == (
        "Orders of the last stage vary 4.80 times as much as sales,\n"
        "3.88 times if it sees the sales"
    )
    lines = {text.get_text(): text.xy[1] for text in ax.texts}
    assert lines["sees only orders"] == pytest.approx(1.48**4)
    assert lines["sees the sales"] == pytest.approx(3.88)
    chain = delivery.simulate_chain(sales(100), [1], window=5)
    ax = chain.plot()
    assert f"{chain.table.loc[1, 'variance_ratio']:.2f} times" in ax.get_title(loc="left")
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert drawn["sales"].tolist() == chain.orders[0].tolist()
    assert drawn["orders of the last stage"].tolist() == chain.orders[1].tolist()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: delivery.bullwhip([], window=5), "lead_times is empty"),
        (lambda: delivery.bullwhip([1, -1], window=5), "below 0"),
        (lambda: delivery.bullwhip([1], window=0), "window is 0"),
        (lambda: delivery.simulate_chain([1] * 50, [0], window=5), "below 1"),
        (lambda: delivery.simulate_chain([1] * 50, [1.5], window=5), "not whole"),
        (lambda: delivery.simulate_chain([1] * 8, [1], window=5), "needs 7 to start"),
        (lambda: delivery.simulate_chain([1, -1] * 30, [1], window=5), "below 0"),
    ],
)
def test_chains_that_cannot_run(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_newsvendor_as_computed_by_hand():
    best = delivery.best_quantity(norm(100, 30), price=10, cost=5, salvage=2)
    assert best.critical_ratio == 0.625
    assert best.estimate == pytest.approx(100 + 30 * norm.ppf(0.625), abs=1e-9)
    # expected profit at the optimum: (p - c) mu - (p - s) sigma phi(z)
    z = norm.ppf(0.625)
    assert best.profit == pytest.approx(5 * 100 - 8 * 30 * norm.pdf(z), rel=1e-3)
    assert best.low == best.high == best.estimate


def test_newsvendor_of_uniform_demand():
    # F(x) = x / 100: Q* = 75; expected sales at 75: 75 - 75^2 / 200
    best = delivery.best_quantity(uniform(0, 100), price=4, cost=1)
    assert best.estimate == pytest.approx(75)
    row = best.table.loc[best.table["quantity"] == best.estimate].iloc[0]
    assert row["sold"] == pytest.approx(75 - 75**2 / 200, rel=1e-4)
    assert row["lost"] == pytest.approx(50 - row["sold"])
    assert row["left_over"] == pytest.approx(75 - row["sold"])


def test_best_of_observed_days_beats_every_other_quantity():
    days = np.random.default_rng(3).poisson(60, 300)
    best = delivery.best_quantity(days, price=3, cost=1.2, salvage=0.3)
    profits = [
        (3 * np.minimum(q, days) + 0.3 * np.maximum(q - days, 0) - 1.2 * q).mean()
        for q in range(30, 100)
    ]
    assert best.profit == pytest.approx(max(profits))
    assert best.estimate == 30 + int(np.argmax(profits))
    assert best.table["profit"].max() == pytest.approx(best.profit)


def test_interval_of_the_best_quantity_holds_the_truth_as_often_as_it_says():
    rng, truth = np.random.default_rng(5), expon(scale=50).ppf(0.75)
    held = []
    for _ in range(400):
        best = delivery.best_quantity(rng.exponential(50, 80), price=4, cost=1)
        assert best.low <= best.estimate <= best.high
        held.append(best.low <= truth <= best.high)
    # an interval of order statistics covers at least 95 %, at n = 80 exactly 95.9 %
    assert 0.93 < np.mean(held) < 0.985


def test_best_quantity_figure():
    days = [40, 50, 60, 70, 80]
    best = delivery.best_quantity(days, price=4, cost=1)
    ax = best.plot()
    assert ax.get_title(loc="left") == "Make 70: enough on 75% of the days"
    assert ax.lines[1].get_xdata()[0] == 70
    assert ax.lines[1].get_ydata()[0] == pytest.approx(best.profit)
    assert "Best quantity 70" in best.caption


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        ({"price": 4, "cost": 5}, "not in rising order"),
        ({"price": 4, "cost": 1, "salvage": 1}, "not in rising order"),
        ({"price": float("nan"), "cost": 1}, "price is nan"),
    ],
)
def test_prices_that_leave_no_choice(prices, said):
    with pytest.raises(ValueError, match=said):
        delivery.best_quantity([1, 2, 3], **prices)


@pytest.mark.parametrize("days", [[5], [], [3, -1], [3, None], "many"])
def test_demand_that_cannot_be_read(days):
    with pytest.raises(ValueError, match="demand"):
        delivery.best_quantity(days, price=2, cost=1)


def cases(**columns):
    one = {"demand": 100, "sd": 20, "lead_time": 2, "setup": 10} | columns
    return pd.DataFrame({name: np.atleast_1d(value) for name, value in one.items()})


def test_push_or_pull_by_hand():
    table = delivery.push_or_pull(cases(), holding=0.2, waiting=0.5).table
    assert table["push"][0] == pytest.approx(
        (2 * 10 * 100 * 0.2) ** 0.5 + 0.2 * 1.644854 * 20 * 2**0.5
    )
    assert table["pull"][0] == pytest.approx((2 * 10 * 100 * 0.5) ** 0.5 + 0.5 * 100 * 2)


@given(
    st.floats(0, 500), st.floats(0.01, 20), st.floats(0, 100), st.sampled_from(["sd", "lead_time"])
)
def test_boundary_moves_as_it_must(sd, lead_time, setup, moved):
    base = cases(sd=sd, lead_time=lead_time, setup=setup)
    table = delivery.push_or_pull(base, holding=0.2, waiting=0.5).table
    more = delivery.push_or_pull(
        base.assign(**{moved: base[moved] * 2}), holding=0.2, waiting=0.5
    ).table
    gap, wider = (float((one["pull"] - one["push"]).iloc[0]) for one in (table, more))
    if moved == "sd":
        assert wider <= gap + 1e-9
    assert (table["cheaper"][0] == "push") == (gap >= -1e-9 * table["push"][0])


@pytest.mark.parametrize(
    ("change", "said"),
    [({"demand": 0}, "demand"), ({"sd": -1}, "sd"), ({"lead_time": 0}, "lead_time")],
)
def test_cases_that_cannot_be_costed(change, said):
    with pytest.raises(ValueError, match=said):
        delivery.push_or_pull(cases(**change), holding=0.2, waiting=0.5)


def test_push_or_pull_figure_puts_each_case_on_its_side():
    three = [(10, 1), (90, 0.05), (20, 1)]
    grid = pd.concat([cases(sd=sd, lead_time=time, setup=0) for sd, time in three])
    result = delivery.push_or_pull(grid, holding=0.2, waiting=0.5)
    assert result.table[["sd", "lead_time"]].to_numpy().tolist() == [list(one) for one in three]
    assert result.variation.tolist() == [0.1, 0.9, 0.2]
    ax = result.plot()
    assert ax.get_title(loc="left") == "Selling first is cheaper in 1 of 3 cases"
    points = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert points == {
        "make first (push)": [[1, 0.1], [1, 0.2]],
        "sell first (pull)": [[0.05, 0.9]],
    }


def test_sales_that_follow_each_other_swing_the_first_stage_less():
    # Chen et al. 2000: 1 + (2L/p + 2L^2/p^2)(1 - rho^p)
    shocks = np.random.default_rng(4).normal(0, 10, 400_000)
    chain = delivery.simulate_chain(1000 + lfilter([1], [1, -0.8], shocks), [1], window=5)
    expected = 1 + (1.48 - 1) * (1 - 0.8**5)
    assert chain.table.loc[1, "variance_ratio"] == pytest.approx(expected, rel=0.01)
