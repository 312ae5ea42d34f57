from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

tiers = crm.tiers
DATA = Path(__file__).parents[1] / "data" / "cdnow"


@pytest.fixture(scope="module")
def cdnow_log():
    customers = pd.read_csv(DATA / "customers.csv", dtype=str)
    log = pd.read_csv(DATA / "transactions.csv", dtype={"customer_id": str}, parse_dates=["date"])
    sample = customers.loc[customers["sample_id"].notna(), "customer_id"]
    return log[log["customer_id"].isin(sample)]


def covered(hits, runs, coverage=0.95):
    """True coverage this low would be seen once in about 10,000 tests."""
    return hits / runs > coverage - 3.7 * np.sqrt(coverage * (1 - coverage) / runs)


# ---------------------------------------------------------------- Lorenz, Gini, top share


def test_five_customers_by_hand():
    spent = [1, 2, 3, 4, 10]
    assert tiers.gini(spent)["estimate"] == pytest.approx(0.40)
    assert tiers.top_share(spent)["estimate"] == pytest.approx(0.50)
    curve = tiers.lorenz_curve(spent)["share_of_value"].tolist()
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
    curve = tiers.lorenz_curve(spent)
    area = np.trapezoid(curve["share_of_value"], curve["share_of_customers"])
    assert tiers.gini(spent)["estimate"] == pytest.approx(1 - 2 * area)


amounts = st.lists(st.integers(0, 10_000), min_size=5, max_size=40).filter(any)


@settings(max_examples=80, deadline=None)
@given(amounts, st.integers(1, 1_000), st.randoms(use_true_random=False))
def test_concentration_ignores_order_and_unit(spent, factor, random):
    other = [x * factor for x in spent]
    random.shuffle(other)
    for measure in (tiers.gini, tiers.top_share):
        first, second = measure(spent), measure(other)
        assert np.allclose(first, second, atol=1e-9)
        assert first["low"] <= first["estimate"] + 1e-9 <= first["high"] + 2e-9
    assert tiers.top_share(spent, 1.0)["estimate"] == pytest.approx(1)
    assert np.allclose(tiers.lorenz_curve(spent), tiers.lorenz_curve(other))


@settings(max_examples=40, deadline=None)
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


@pytest.mark.parametrize("measure", ["gini", "top_share"])
def test_intervals_cover(measure):
    # Exponential spend, 1,000 customers; exact targets above.
    truth = {"gini": 0.5, "top_share": 0.2 * (1 + np.log(5))}[measure]
    rng = np.random.default_rng(11)
    hits, runs = 0, 1_000
    for _ in range(runs):
        got = getattr(tiers, measure)(rng.exponential(size=1_000))
        hits += got["low"] <= truth <= got["high"]
    assert covered(hits, runs)


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
    curve = tiers.whale_curve([100, 50, 0, -50])
    assert curve["share_of_profit"].tolist() == [0, 1, 1.5, 1.5, 1]
    assert curve["cumulative_profit"].max() == 150


def test_whale_curve_of_a_loss_has_no_shares():
    with pytest.warns(UserWarning, match="adds up to -5"):
        curve = tiers.whale_curve([5, -10])
    assert curve["share_of_profit"].isna().all()
    assert curve["cumulative_profit"].tolist() == [0, 5, -5]


@settings(deadline=None)
@given(st.lists(st.integers(-100, 200), min_size=1, max_size=30).filter(lambda x: sum(x) > 0))
def test_whale_curve_rises_then_falls(profit):
    share = tiers.whale_curve(profit)["share_of_profit"].to_numpy()
    step = np.diff(share)
    assert (np.diff(step) <= 1e-9).all()
    assert share[-1] == pytest.approx(1)
    assert share.max() == pytest.approx(sum(p for p in profit if p > 0) / sum(profit))


# ---------------------------------------------------------------- stability


def test_windows_end_on_the_same_day():
    log = pd.DataFrame(
        {
            "customer_id": list("ABCDEA"),
            "date": pd.to_datetime(["2025-06-30"] * 5 + ["2025-05-31"]),
            "amount": [10, 10, 10, 10, 10, 50],
        }
    )
    got = tiers.share_by_window(log, months=(1, 2))
    assert got["estimate"].tolist() == pytest.approx([0.2, 0.6])
    with pytest.warns(UserWarning, match="too few"):
        earlier = tiers.share_by_window(log, months=(1,), as_of="2025-05-31")
    assert earlier["customers"].tolist() == [1]


def test_windows_of_cdnow(cdnow_log):
    buyers = tiers.share_by_window(cdnow_log)["estimate"].to_numpy()
    everybody = tiers.share_by_window(cdnow_log, zeros="keep")["estimate"].to_numpy()
    assert (np.diff(buyers) > 0).all()
    assert (np.diff(everybody) <= 0).all()
    assert (everybody > buyers).all()


def test_refunds_beyond_purchases_count_as_nothing():
    log = pd.DataFrame(
        {"customer_id": list("ABCDEF"), "date": "2025-01-01", "amount": [-5, 1, 1, 1, 1, 1]}
    )
    with pytest.warns(UserWarning, match="1 of 6 customers got back more"):
        got = tiers.share_by_window(log, months=(1,))
    assert got.loc[1, "customers"] == 5
    with pytest.raises(ValueError, match="lacks the column amount"):
        tiers.share_by_window(log[["customer_id", "date"]])
    with pytest.raises(ValueError, match=r"amount: 1 of 6 rows is empty; first row 0 .*'A'"):
        tiers.share_by_window(log.assign(amount=[np.nan, 1, 1, 1, 1, 1]))


def test_next_share_by_hand_and_in_any_order():
    before = pd.Series([9, 5, 5, 5, 1], index=list("ABCDE"))
    after = pd.Series([4, 2, 4, 6], index=list("ABCD"))
    # Top two: A whole, and one of the three tied, each a third.
    got = tiers.top_share_next(before, after, 0.4, draws=50)
    assert got["estimate"] == pytest.approx((4 + 12 / 3) / 16)
    mixed = tiers.top_share_next(before[::-1], after.sample(frac=1, random_state=1), 0.4, draws=50)
    assert mixed["estimate"] == pytest.approx(got["estimate"])
    with pytest.raises(ValueError, match="bring nothing"):
        tiers.top_share_next(before, pd.Series([1.0], index=["Z"]))


def test_next_share_interval_covers():
    # Gamma(2) rates, Poisson purchases in two years: target from two million customers.
    rng = np.random.default_rng(12)

    def two_years(size):
        rate = rng.gamma(2, 2, size)
        return pd.Series(rng.gamma(1 + rng.poisson(rate))), pd.Series(
            rng.gamma(1 + rng.poisson(rate))
        )

    truth = tiers.top_share_next(*two_years(2_000_000), draws=1)["estimate"]
    hits, runs = 0, 200
    for _ in range(runs):
        got = tiers.top_share_next(*two_years(300), draws=200)
        hits += got["low"] <= truth <= got["high"]
    assert covered(hits, runs)


def test_windows_refuse_days_that_could_be_others():
    log = pd.DataFrame({"customer_id": ["A"], "date": ["03/04/2025"], "amount": [1.0]})
    with pytest.raises(ValueError, match=r"transactions.date: 1 of 1 rows cannot be read"):
        tiers.share_by_window(log, months=(1,))
