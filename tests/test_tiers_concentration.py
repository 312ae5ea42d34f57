import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf
from scipy.stats import binom

import crmlab as crm
from crmlab.tiers import concentration, resampling

tiers = crm.tiers
DATA = Path(__file__).parents[1] / "data" / "cdnow"


@pytest.fixture(scope="module")
def cdnow_log():
    customers = pd.read_csv(DATA / "customers.csv", dtype=str)
    log = pd.read_csv(DATA / "transactions.csv", dtype={"customer_id": str}, parse_dates=["date"])
    sample = customers.loc[customers["sample_id"].notna(), "customer_id"]
    return log[log["customer_id"].isin(sample)]


def covered(hits, runs, coverage=0.95):
    """Neither too few nor too many: seen once in about 10,000 tests if coverage is right."""
    return abs(hits / runs - coverage) < 3.9 * np.sqrt(coverage * (1 - coverage) / runs)


# ---------------------------------------------------------------- Lorenz, Gini, top share


def test_five_customers_by_hand():
    spent = [1, 2, 3, 4, 10]
    assert tiers.gini(spent)["estimate"] == pytest.approx(0.40)
    assert tiers.top_share(spent)["estimate"] == pytest.approx(0.50)
    curve = tiers.lorenz_curve(spent).table["share_of_value"].tolist()
    assert curve == pytest.approx([0, 0.05, 0.15, 0.30, 0.50, 1])


# Exact values: exponential 1/2 and .2(1 + ln 5); lognormal with sigma 1, 2 Phi(1/sqrt 2) - 1 and
# Phi(1 - z(.8)); Pareto 1/(2a - 1) and .2^(1 - 1/a), where a = ln 5/ln 4 gives 80/20.
POPULATIONS = {
    "exponential": (lambda u: -np.log1p(-u), 0.5, 0.5219),
    "lognormal": (None, 0.5205, 0.5629),
    "pareto": (lambda u: (1 - u) ** -0.25, 1 / 7, 0.2**0.75),
}


@pytest.mark.parametrize("name", POPULATIONS)
def test_known_populations(name):
    from scipy.stats import norm

    quantile, gini, top = POPULATIONS[name]
    grid = (np.arange(400_000) + 0.5) / 400_000
    spent = np.exp(norm.ppf(grid)) if quantile is None else quantile(grid)
    assert tiers.gini(spent)["estimate"] == pytest.approx(gini, abs=2e-4)
    assert tiers.top_share(spent)["estimate"] == pytest.approx(top, abs=2e-4)


def test_cdnow(cdnow_log):
    # Recomputed from the raw log: 472 of 2,357 customers hold 67.5 % of spend.
    spent = cdnow_log.groupby("customer_id")["amount"].sum()
    assert len(spent) == 2357
    top = tiers.top_share(spent)
    assert top["estimate"] == pytest.approx(spent.nlargest(472).sum() / spent.sum())
    assert top["estimate"] == pytest.approx(0.6746, abs=5e-5)
    assert tiers.top_share(spent, rule="interpolate")["estimate"] == pytest.approx(0.6742, abs=5e-5)
    assert tiers.gini(spent)["estimate"] == pytest.approx(0.6309, abs=5e-5)
    mean_gap = np.abs(spent.to_numpy()[:, None] - spent.to_numpy()).mean()
    assert tiers.gini(spent)["estimate"] == pytest.approx(mean_gap / 2 / spent.mean())


def test_lorenz_and_gini_agree(cdnow_log):
    spent = cdnow_log.groupby("customer_id")["amount"].sum()
    curve = tiers.lorenz_curve(spent).table
    area = np.trapezoid(curve["share_of_value"], curve["share_of_customers"])
    assert tiers.gini(spent)["estimate"] == pytest.approx(1 - 2 * area)


amounts = st.lists(st.integers(0, 10_000), min_size=5, max_size=40).filter(any)


@pytest.mark.filterwarnings("ignore:.*of whom a few hold most")
@settings(max_examples=80)
@given(amounts, st.integers(1, 1_000), st.randoms(use_true_random=False))
def test_concentration_ignores_order_and_unit(spent, factor, random):
    other = [x * factor for x in spent]
    random.shuffle(other)
    for measure in (tiers.gini, tiers.top_share):
        first, second = measure(spent), measure(other)
        assert np.allclose(first, second, atol=1e-9)
        assert first["low"] <= first["estimate"] + 1e-9 <= first["high"] + 2e-9
    assert tiers.top_share(spent, 1.0)["estimate"] == pytest.approx(1)
    assert np.allclose(tiers.lorenz_curve(spent).table, tiers.lorenz_curve(other).table)


@pytest.mark.filterwarnings("ignore:.*of whom a few hold most")
@settings(max_examples=40)
@given(amounts, st.integers(2, 4))
def test_copies_of_the_base_change_nothing(spent, copies):
    assert tiers.gini(spent * copies)["estimate"] == pytest.approx(
        tiers.gini(spent)["estimate"], abs=1e-9
    )


def test_zeros_in_or_out():
    spent = [0, 0, 0, 0, 0, 10, 10, 10, 10, 10]
    assert tiers.gini(spent)["estimate"] == pytest.approx(0.5)
    assert tiers.gini(spent, zeros="drop")["estimate"] == pytest.approx(0)
    assert tiers.top_share(spent, 0.5)["estimate"] == pytest.approx(1)
    assert tiers.top_share(spent, 0.5, zeros="drop")["estimate"] == pytest.approx(0.6)


UNEVEN = 2 * 0.841621  # lognormal spend as uneven as 80/20: Gini erf(sigma / 2), top fifth 0.8


@pytest.mark.parametrize("name", ["exponential", "80/20"])
def test_intervals_cover(name, monkeypatch):
    monkeypatch.setattr(resampling, "DRAWS", 199)
    # 300 customers; the exact truth of exponential spend stands above.
    truth = {"exponential": (0.5, 0.2 * (1 + np.log(5))), "80/20": (erf(UNEVEN / 2), 0.8)}[name]
    rng, missed, runs = np.random.default_rng(11), np.zeros((2, 2)), 400
    for _ in range(runs):
        drawn = (
            rng.exponential(size=300) if name == "exponential" else rng.lognormal(0, UNEVEN, 300)
        )
        for place, measure in enumerate((tiers.gini, tiers.top_share)):
            got = measure(drawn)
            missed[place] += got["low"] > truth[place], got["high"] < truth[place]
    # any seed: 92 to 97 % inside and at most 6 % on a side pass 999 times in 1,000
    fewest, most = binom.ppf(0.0002, runs, 0.92), binom.ppf(0.9998, runs, 0.97)
    for one in missed:
        assert fewest <= runs - one.sum() <= most < runs
        assert one.max() <= binom.ppf(0.9998, runs, 0.06)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1e9), min_size=5, max_size=60).filter(any), st.floats(0.05, 1))
def test_the_interval_is_a_number_and_holds_its_estimate(spent, share):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tiers.TailWarning)
        found = [tiers.gini(spent), tiers.top_share(spent, share)]
    for one in found:
        assert 0 <= one["low"] <= one["estimate"] <= one["high"] <= 1


def test_of_a_large_base_every_few_values_stand_for_all(monkeypatch):
    drawn = np.random.default_rng(6).lognormal(0, UNEVEN, 60_000)
    thinned = tiers.gini(drawn)
    monkeypatch.setattr(resampling, "LARGE", 60_000)
    whole = tiers.gini(drawn)
    reach = whole["high"] - whole["low"]
    assert thinned["estimate"] == whole["estimate"]
    assert thinned[["low", "high"]].tolist() == pytest.approx(
        whole[["low", "high"]].tolist(), abs=0.05 * reach
    )


def test_errors_against_leaving_one_out():
    # The jackknife: the spread of the estimate without each customer in turn.
    rng = np.random.default_rng(13)
    spent = np.sort(np.round(rng.gamma(0.8, 50, 150), 2))
    measures = (concentration._gini, lambda values: concentration._top(values, 0.2, "interpolate"))
    for measure in measures:
        error = measure(spent)[1]
        without = np.array([measure(np.delete(spent, i))[0] for i in range(150)])
        spread = np.sqrt(149 / 150 * ((without - without.mean()) ** 2).sum())
        assert error == pytest.approx(spread, rel=0.1)


def test_samples_and_populations_are_measured_alike():
    rng = np.random.default_rng(5)
    spent, even = np.sort(rng.exponential(size=50_000)), np.full(50_000, 1 / 50_000)
    whole = concentration._whole_gini(spent, even)
    assert concentration._gini(spent)[0] == pytest.approx(whole, abs=1e-9)
    stacked = concentration._gini(np.stack([spent[:100], spent[-100:]]))
    alone = [concentration._gini(part) for part in (spent[:100], spent[-100:])]
    assert np.allclose(np.array(stacked).T, alone)


def test_the_tail_that_is_drawn_out_is_the_one_that_was_there():
    # A Pareto tail of shape 0.4, and an exponential one, by the mean of what lies above its edge.
    grid = (np.arange(20_000) + 0.5) / 20_000
    for spent, shape in (((1 - grid) ** -0.4 - 1, 0.4), (-np.log1p(-grid), 0.0)):
        (values, weights), found = resampling._population(spent)
        assert found == pytest.approx(shape, abs=0.02)
        assert weights.sum() == pytest.approx(1)
        assert values @ weights == pytest.approx(spent.mean(), rel=0.01)
        assert (np.diff(values) >= 0).all()
        assert values[-1] > 1.4 * spent[-1]


def test_few_customers_and_a_long_tail_say_what_the_interval_covers():
    spent = np.exp(UNEVEN * np.sort(np.random.default_rng(2).normal(size=100)))
    with pytest.warns(
        tiers.TailWarning, match="100 customers of whom a few hold most: a 95 % interval"
    ):
        tiers.gini(spent)
    with pytest.warns(UserWarning, match="in about 9 of 10 cases; with 300 it keeps its word"):
        tiers.top_share(spent)
    tiers.gini(np.random.default_rng(2).exponential(size=100))  # no long tail, no warning


def test_a_larger_base_has_a_narrower_interval_near_the_normal_one():
    drawn = np.random.default_rng(4).exponential(size=200_000)
    got, error = tiers.gini(drawn), concentration._gini(np.sort(drawn))[1]
    below, above = got["estimate"] - got["low"], got["high"] - got["estimate"]
    assert [below / error, above / error] == pytest.approx([1.96, 1.96], abs=0.03)
    assert tiers.gini(drawn, confidence=0.5)["high"] < got["high"]


@pytest.mark.parametrize("spent", [[1] * 9, [0] * 8 + [1], [1e-12] * 4 + [1e12]])
def test_intervals_hold_their_estimate_at_the_ends(spent):
    for measure in (tiers.gini, tiers.top_share):
        got = measure(spent)
        assert 0 <= got["low"] <= got["estimate"] <= got["high"] <= 1


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([3, -1, 2], "value: 1 of 3 rows is below 0; first row 1: -1.*whale_curve"),
        ([0, 0, 0], "0 for all 3 customers"),
        ([1, np.nan], "value: 1 of 2 rows is empty; first row 1"),
        ([1, np.inf], "infinite"),
        ([], "empty"),
        (["a", "b"], "2 of 2 rows are not numeric; first row 0: 'a'"),
        (pd.Series(["a", "b"], dtype="category"), "2 of 2 rows are not numeric"),
        (pd.DataFrame({"a": [1]}), "one column"),
        (pd.Series(pd.to_datetime(["2025-01-01"])), "not numeric; first row 0: 2025-01-01"),
    ],
)
def test_concentration_refuses(value, message):
    for measure in (tiers.gini, tiers.top_share, tiers.lorenz_curve):
        with pytest.raises(ValueError, match=message):
            measure(value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tiers.top_share([1, 2], 0), "share is 0; it must be above 0"),
        (lambda: tiers.top_share([1, 2], "a fifth"), "share is 'a fifth'"),
        (lambda: tiers.top_share([1, 2], rule="round"), "rule is 'round'"),
        (lambda: tiers.gini([1, 2], zeros=False), "zeros is False"),
        (lambda: tiers.gini([1, 2], confidence=95), "confidence is 95"),
        (lambda: tiers.whale_curve("profit"), "profit is 'profit'"),
        (lambda: tiers.whale_curve([]), "profit is empty"),
        (lambda: tiers.share_by_window([1]), "transactions is of type list"),
        (lambda: tiers.share_by_window(WINDOWS, months=6), "months is 6; give a row of numbers"),
        (lambda: tiers.share_by_window(WINDOWS, months=(0.5,)), "is not whole"),
        (lambda: tiers.share_by_window(WINDOWS, until="2025-06"), "until is not a date"),
        (lambda: tiers.share_by_window(WINDOWS, until="2024-06-30"), "nobody bought in the 1"),
        (lambda: tiers.top_share_next([1], "x"), "after is 'x'"),
        (lambda: tiers.top_share_next([1, 2], [1, 2], seed=0.5), "seed is 0.5"),
        (lambda: tiers.plot_lorenz([1]), "plot_lorenz draws a Lorenz or dict"),
        (lambda: tiers.plot_lorenz({"a": 1}), "plot_lorenz draws a Lorenz or a dict of names"),
        (lambda: tiers.plot_lorenz({}), "plot_lorenz draws a Lorenz or a dict of names"),
        (lambda: tiers.plot_whale_curve(WINDOWS), "plot_whale_curve draws a WhaleCurve"),
        (lambda: tiers.plot_share_by_window(WINDOWS), "plot_share_by_window draws a TopShares"),
    ],
)
def test_concentration_refuses_what_is_no_option(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_few_customers_have_no_interval():
    with pytest.warns(UserWarning, match="too few for an interval"):
        got = tiers.gini([1, 2, 3])
    assert got["estimate"] == pytest.approx(2 / 9)
    assert np.isnan(got["low"])


@pytest.mark.parametrize("dtype", ["Int64", "int32", "float32", object])
def test_any_numeric_dtype(dtype):
    assert tiers.gini(pd.Series([1, 2, 3, 4, 10], dtype=dtype))["estimate"] == pytest.approx(0.4)


# ---------------------------------------------------------------- whale curve


def test_whale_curve_passes_the_whole():
    curve = tiers.whale_curve([100, 50, 0, -50]).table
    assert curve["share_of_profit"].tolist() == [0, 1, 1.5, 1.5, 1]
    assert curve["cumulative_profit"].max() == 150


def test_whale_curve_of_a_loss_has_no_shares():
    with pytest.warns(UserWarning, match="adds up to -5"):
        curve = tiers.whale_curve([5, -10]).table
    assert curve["share_of_profit"].isna().all()
    assert curve["cumulative_profit"].tolist() == [0, 5, -5]


@given(st.lists(st.integers(-100, 200), min_size=1, max_size=30).filter(lambda x: sum(x) > 0))
def test_whale_curve_rises_then_falls(profit):
    share = tiers.whale_curve(profit).table["share_of_profit"].to_numpy()
    step = np.diff(share)
    assert (np.diff(step) <= 1e-9).all()
    assert share[-1] == pytest.approx(1)
    assert share.max() == pytest.approx(sum(p for p in profit if p > 0) / sum(profit))


# ---------------------------------------------------------------- stability


WINDOWS = pd.DataFrame(
    {
        "customer_id": list("ABCDEA"),
        "date": pd.to_datetime(["2025-06-30"] * 5 + ["2025-05-31"]),
        "amount": [10, 10, 10, 10, 10, 50],
    }
)


def test_windows_end_on_the_same_day():
    got = tiers.share_by_window(WINDOWS, months=(1, 2))
    assert got.table.loc["buyers", "estimate"].tolist() == pytest.approx([0.2, 0.6])
    with pytest.warns(UserWarning, match="too few"):
        earlier = tiers.share_by_window(WINDOWS, months=(1,), until="2025-05-31")
    assert earlier.table["customers"].tolist() == [1, 1]
    assert earlier.caption == "Top 20% of customers, windows until 2025-05-31."


def test_everybody_is_who_bought_until_the_end_of_the_window():
    late = pd.DataFrame({"customer_id": list("FG"), "date": "2025-08-15", "amount": [30, 20]})
    log = pd.concat([WINDOWS, late])
    got = tiers.share_by_window(log, months=(2, 9), until="2025-08-30", share=1 / 7)
    assert got.table["customers"].tolist() == [5 + 2, 7, 7, 7]
    with pytest.warns(UserWarning, match="2 customers are too few"):
        one = tiers.share_by_window(log, months=(1,), until="2025-08-30", share=0.5).table
    assert one["customers"].tolist() == [2, 7]
    assert one.loc[("buyers", 1), "estimate"] == pytest.approx(0.6)
    assert one.loc[("everybody", 1), "estimate"] == 1


@pytest.mark.filterwarnings("ignore:.*of whom a few hold most")
def test_windows_of_cdnow(cdnow_log):
    shares = tiers.share_by_window(cdnow_log).table["estimate"]
    buyers, everybody = (shares[counted].to_numpy() for counted in ("buyers", "everybody"))
    assert (np.diff(buyers) > 0).all()
    assert (np.diff(everybody) <= 0).all()
    assert (everybody > buyers).all()
    mixed = cdnow_log.sample(frac=1, random_state=1)
    assert np.allclose(tiers.share_by_window(mixed).table["estimate"], shares, rtol=1e-12)


def test_refunds_beyond_purchases_count_as_nothing():
    log = pd.DataFrame(
        {"customer_id": list("ABCDEFA"), "date": "2025-01-01", "amount": [-5, 1, 1, 1, 1, 1, 2]}
    )
    with pytest.raises(ValueError, match="amount: 1 of 7 rows is negative, a refund"):
        tiers.share_by_window(log, months=(1,))
    got = tiers.share_by_window(log, months=(1,), refunds="net")
    assert got.refunded.loc[1].to_dict() == {"customers": 1, "money": 3}
    assert got.caption.endswith("In 1 months 1 got back 3.00 more than they paid; they count as 0.")
    assert got.table["customers"].tolist() == [5, 6]
    assert tiers.share_by_window(log, months=(1,), refunds="ignore").table["customers"].max() == 6
    with pytest.raises(ValueError, match="lacks the column amount"):
        tiers.share_by_window(log[["customer_id", "date"]])
    with pytest.raises(ValueError, match=r"amount: 1 of 7 rows is empty; first row 0 .*'A'"):
        tiers.share_by_window(log.assign(amount=[np.nan, 1, 1, 1, 1, 1, 1]))


def test_who_got_all_back_is_no_buyer():
    paid = pd.DataFrame({"customer_id": list("AAABCDEF"), "date": "2025-01-01"})
    paid["amount"] = [0.1, 0.2, -0.3, 5, 5, 5, 5, 5]
    got = tiers.share_by_window(paid, months=(1,), refunds="net")
    assert got.table["customers"].tolist() == [5, 6]


def test_next_share_by_hand_and_in_any_order():
    before = pd.Series([9, 5, 5, 5, 1], index=list("ABCDE"))
    after = pd.Series([4, 2, 4, 6], index=list("ABCD"))
    # Top two: A whole, and one of the three tied, each a third.
    got = tiers.top_share_next(before, after, 0.4)
    assert got["estimate"] == pytest.approx((4 + 12 / 3) / 16)
    mixed = tiers.top_share_next(before[::-1], after.sample(frac=1, random_state=1), 0.4)
    assert mixed.equals(got)
    assert got["low"] <= got["estimate"] <= got["high"]
    with pytest.raises(ValueError, match="bring nothing"):
        tiers.top_share_next(before, pd.Series([0.0, 9], index=["A", "Z"]))
    with pytest.raises(ValueError, match="have no id in common"):
        tiers.top_share_next(before, pd.Series([1.0], index=["Z"]))
    with pytest.raises(ValueError, match="share is 20; it must be above 0 and at most 1"):
        tiers.top_share_next(before, after, 20)


def test_next_share_interval_covers():
    # Gamma(2) rates, Poisson purchases in two years: target from two million customers.
    from crmlab.tiers.stability import _carried

    rng = np.random.default_rng(12)

    def two_years(size):
        rate = rng.gamma(2, 2, size)
        return pd.Series(rng.gamma(1 + rng.poisson(rate))), pd.Series(
            rng.gamma(1 + rng.poisson(rate))
        )

    truth = _carried(*(year.to_numpy() for year in two_years(2_000_000)), 0.2)
    hits, runs = 0, 100
    for _ in range(runs):
        got = tiers.top_share_next(*two_years(300), confidence=0.8)
        hits += got["low"] <= truth <= got["high"]
    assert covered(hits, runs, 0.8)


def test_windows_refuse_days_that_could_be_others():
    log = pd.DataFrame({"customer_id": ["A"], "date": ["03/04/2025"], "amount": [1.0]})
    with pytest.raises(ValueError, match=r"transactions.date: 1 of 1 rows cannot be read"):
        tiers.share_by_window(log, months=(1,))


# ---------------------------------------------------------------- figures


def words(ax):
    return [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)]


def test_the_lorenz_curve_says_what_the_top_fifth_holds():
    curve = tiers.lorenz_curve([1, 2, 3, 4, 10])
    assert curve.top_fifth == pytest.approx(0.5)
    assert curve.top_fifth == pytest.approx(
        tiers.top_share([1, 2, 3, 4, 10], rule="interpolate")["estimate"]
    )
    equal = tiers.lorenz_curve([1] * 10)
    ax = tiers.plot_lorenz({"five": curve, "equal": equal})
    assert words(ax) == [
        "How much hangs on how few",
        "all customers equal",
        "five: top fifth holds 50%",
        "equal: top fifth holds 20%",
    ]
    _, drawn, mark, _, other = ax.lines[:5]
    assert np.allclose(np.transpose(drawn.get_data()), curve.table)
    assert np.allclose(mark.get_data(), [[0.8], [0.5]])
    assert np.allclose(other.get_data(), [[0.8], [0.8]])
    assert ax.get_xlabel() == "share of customers, smallest first"
    alone = words(curve.plot())
    assert alone[0] == curve.title == "The largest fifth of customers holds 50%"
    assert alone[2] == "top fifth holds 50%"
    held = curve.plot().lines[3]
    assert np.allclose(held.get_data(), [[0.8, 0.8], [0.5, 1]])
    ax.figure.canvas.draw()


def test_the_whale_curve_says_who_earns_and_who_costs():
    curve = tiers.whale_curve([100, 50, 0, -10, -40])
    assert (curve.total, curve.loss) == (100, 50)
    ax = curve.plot()
    assert words(ax) == [
        "40% of customers cost more than they bring",
        "profit as booked",
        "40% of customers earn 150%",
        "the last 40% cost 50%",
    ]
    up, down, whole, peak = ax.lines
    assert np.allclose(up.get_data(), [[0, 0.2, 0.4], [0, 1, 1.5]])
    assert np.allclose(down.get_data(), [[0.4, 0.6, 0.8, 1], [1.5, 1.5, 1.4, 1]])
    assert set(whole.get_ydata()) == {1}
    assert np.allclose(peak.get_data(), [[0.4], [1.5]])
    assert ax.texts[1].xy == (0.4, 1.5)
    assert up.get_color() == ax.texts[1].get_color() == crm.style.COLOURS["value"]
    assert down.get_color() == ax.texts[2].get_color() == crm.style.COLOURS["cost"]
    ax.figure.canvas.draw()


def test_a_small_loss_is_not_said_to_be_nothing():
    curve = tiers.whale_curve([10] * 100 + [-2])
    assert curve.losers == pytest.approx(1 / 101)
    assert curve.lost == "the last 1.0% cost 0.2%"
    assert curve.title == "1.0% of customers cost more than they bring"


def test_the_whale_curve_without_losses_and_of_a_loss():
    fine = tiers.whale_curve([3, 2, 1])
    assert words(fine.plot()) == [
        "Nobody costs more than they bring",
        "profit as booked",
        "100% of customers earn 100%",
    ]
    with pytest.warns(UserWarning, match="adds up to"):
        loss = tiers.whale_curve([1_000, -3_000])
    ax = loss.plot()
    assert words(ax)[2:] == ["50% of customers earn 1,000", "the last 50% cost 3,000"]
    assert ax.get_ylabel() == "profit, added up"
    assert np.allclose(ax.lines[1].get_data(), [[0.5, 1], [1_000, -2_000]])
    ax.figure.canvas.draw()


WHO = ("buyers", "everybody")


def test_windows_are_drawn_for_buyers_and_for_everybody():
    late = pd.DataFrame({"customer_id": list("FGHIJ"), "date": "2025-07-15", "amount": range(5)})
    shares = tiers.share_by_window(pd.concat([WINDOWS, late]), months=(1, 3))
    ax = shares.plot()
    table = shares.table["estimate"]
    drawn = {line.get_label(): line for line in ax.lines}
    assert list(drawn) == ["of everybody, zeros included", "of buyers in the window"]
    for label, counted in zip(drawn, ("everybody", "buyers"), strict=True):
        assert drawn[label].get_ydata().tolist() == table[counted].tolist()
    said = [f"{number:.0%}" for counted in ("everybody", "buyers") for number in table[counted]]
    assert words(ax) == [shares.title, *said]
    told = [
        f"Top 20% of {who}: {table[who].iloc[0]:.0%} in 1 month, {table[who].iloc[-1]:.0%} in 3"
        for who in WHO
    ]
    assert shares.title == "\n".join(told)
    ends = [line[:, 1].tolist() for part in ax.collections for line in part.get_segments()]
    limits = shares.table.loc[["everybody", "buyers"], ["low", "high"]]
    assert np.allclose(ends, limits, equal_nan=True)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "3"]
    assert ax.get_ylabel() == "share of value of the top 20%"
    ax.figure.canvas.draw()
