import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

pricing = crm.pricing
ENDS = ["estimate", "low", "high"]


def test_a_free_sixth_and_one_for_one():
    # Pay for five and get six, 16.7 %; one paid and one free, 50 %.
    assert pricing.effective_discount(6, pay=5, get=6) == pytest.approx(0.16667, abs=1e-5)
    assert pricing.effective_discount(2, pay=1, get=2) == pytest.approx(0.5)


def test_only_whole_groups_are_free_and_the_fee_is_taken_off():
    found = pricing.effective_discount([1, 5, 6, 7, 12, 17], pay=5, get=6)
    assert found.tolist() == pytest.approx([0, 0, 1 / 6, 1 / 7, 1 / 6, 2 / 17])
    with_fee = pricing.effective_discount([6, 12, 30], pay=5, get=6, fee=2)
    assert with_fee.tolist() == pytest.approx([-1 / 6, 0, 0.1])


@given(st.integers(1, 500), st.integers(0, 9), st.integers(1, 9), st.floats(0, 20))
def test_a_discount_is_one_less_what_is_paid_unit_by_unit(units, pay, more, fee):
    get = pay + more
    bill = fee + sum(place % get < pay for place in range(units))
    found = pricing.effective_discount(units, pay=pay, get=get, fee=fee)
    # Whoever takes part of a group pays its first units: never less than the whole groups cost.
    assert found <= 1 - bill / units + 1e-9 or units % get > pay
    if units % get == 0:
        assert found == pytest.approx(1 - bill / units, abs=1e-9)


def test_two_ten_net_thirty():
    found = pricing.trade_credit(0.02, discount_days=10, net_days=30)
    assert found["per_period"] == pytest.approx(0.02 / 0.98)
    assert found["simple"] == pytest.approx(0.3724, abs=5e-5)
    assert found["effective"] == pytest.approx(0.4459, abs=5e-5)
    late = pricing.trade_credit(0.02, discount_days=10, net_days=45)
    assert late["simple"] == pytest.approx(0.2128, abs=5e-5)
    banker = pricing.trade_credit(0.01, discount_days=10, net_days=45, days_in_year=360)
    assert banker["simple"] == pytest.approx(360 / 35 / 99)


@given(st.floats(0.001, 0.2), st.floats(0, 60), st.floats(1, 120))
def test_the_effective_rate_discounts_the_full_price_to_the_reduced_one(off, first, more):
    found = pricing.trade_credit(off, discount_days=first, net_days=first + more)
    grown = (1 - off) * (1 + found["effective"]) ** (more / 365)
    assert grown == pytest.approx(1, rel=1e-6)
    assert found["effective"] >= found["simple"] * (1 - 1e-9) or more > 365


def test_a_refund_is_a_put_option():
    from scipy.stats import norm

    assert pricing.expected_refund(100, [80, 110], chances=[0.2, 0.8]) == pytest.approx(4)
    half = pricing.expected_refund(100, [80, 110], chances=[0.2, 0.8], claimed=0.5)
    assert half == pytest.approx(2)
    # Bachelier's put: (p - m) Phi(z) + s phi(z), against a fine grid of a normal price.
    cells = np.linspace(0.00005, 0.99995, 10_000)
    later = norm.ppf(cells, 103, 10)
    found = pricing.expected_refund(100, later, chances=np.full(10_000, 1e-4))
    z = (100 - 103) / 10
    assert found == pytest.approx(-3 * norm.cdf(z) + 10 * norm.pdf(z), rel=1e-3)


THREE = pd.DataFrame({"before": [50, 200, 300], "after": [90, 100, 300]}, index=["A", "B", "C"])
TERMS = {"fee": 10, "discount": 0.10, "margin": 0.60}


def test_a_club_by_hand():
    club = pricing.club_fee(THREE, **TERMS)
    assert club.customers["saving"].tolist() == pytest.approx([-5, 10, 20])
    assert club.customers["joins"].tolist() == [False, True, True]
    assert club.customers["gain"].tolist() == pytest.approx([0, 0, -20])
    # Mean 200; 12.706 standard errors of 100 on each side.
    assert club.table.loc["spent per joiner"].tolist() == pytest.approx(
        [200, -1070.6, 1470.6], 1e-4
    )
    assert club.table.loc["gain per joiner"].tolist() == pytest.approx([-10, -137.06, 117.06], 1e-4)
    needed = club.table.loc["extra purchases needed"]
    assert needed["estimate"] == pytest.approx(10 / (0.5 * 200))
    assert needed["low"] == -np.inf
    assert needed["high"] == pytest.approx((0.1 - 10 / 1470.6) / 0.5, rel=1e-4)
    assert club.table.loc["elasticity needed", "estimate"] == pytest.approx(
        np.log(1.1) / -np.log(0.9)
    )
    assert club.caption == ("2 of 3 customers join: those who spent more than 100 before.")
    assert club.title == "The club pays if joiners buy 10% more (at most 19%)"


def skewed(n=400, seed=3):
    rng = np.random.default_rng(seed)
    taste = rng.gamma(1.2, 80, n)
    spent = {when: taste * rng.gamma(2, 0.5, n) for when in ("before", "after")}
    return pd.DataFrame(spent, index=[f"C{i:04}" for i in range(n)])


def test_the_needed_purchases_are_those_at_which_the_bill_is_even():
    # Another way: raise the purchases of each joiner and count the money.
    spent = skewed()
    club = pricing.club_fee(spent, **TERMS)
    joined = spent.loc[spent["before"] > 100, "after"]
    for end, sales in zip(ENDS, club.table.loc["spent per joiner", ENDS], strict=True):
        more = club.table.loc["extra purchases needed", end]
        without = 0.60 * sales
        with_club = 10 + (0.60 - 0.10) * sales * (1 + more)
        assert with_club == pytest.approx(without, rel=1e-9)
    e = club.table.loc["elasticity needed", "estimate"]
    lifted = 0.9**-e * joined
    bill = 10 * len(joined) + (0.5 * lifted).sum() - (0.6 * joined).sum()
    assert bill == pytest.approx(0, abs=1e-6)


def test_the_interval_is_that_of_the_bootstrap():
    spent = skewed()
    club = pricing.club_fee(spent, **TERMS, confidence=0.90)
    after = spent.loc[spent["before"] > 100, "after"].to_numpy()
    rng = np.random.default_rng(1)
    means = rng.choice(after, (20_000, len(after))).mean(axis=1)
    needed = (0.1 - 10 / means) / 0.5
    drawn = np.quantile(needed, [0.05, 0.95])
    found = club.table.loc["extra purchases needed", ["low", "high"]].to_numpy()
    width = found[1] - found[0]
    assert width == pytest.approx(drawn[1] - drawn[0], rel=0.04)
    assert found == pytest.approx(drawn, abs=0.06 * width)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    # Spending before decides who joins; the mean of the same rule in a large world is the truth.
    truth = pricing.club_fee(skewed(400_000), **TERMS).table["estimate"]
    held = [pricing.club_fee(skewed(400, seed), **TERMS).table for seed in range(1_000, 1_400)]
    for row in truth.index:
        inside = np.mean([t.loc[row, "low"] <= truth[row] <= t.loc[row, "high"] for t in held])
        assert 0.92 < inside < 0.98


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(-50, 1e4), st.floats(-50, 1e4)), min_size=1, max_size=30),
    st.floats(0.5, 500),
    st.floats(0.01, 0.4),
)
def test_a_club_says_the_same_in_any_order_and_unit(rows, fee, off):
    spent = pd.DataFrame(
        rows, columns=["before", "after"], index=[f"c{i}" for i in range(len(rows))]
    )
    club = pricing.club_fee(spent, fee=fee, discount=off, margin=0.5)
    table = club.table.dropna()
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    turned = pricing.club_fee(spent[::-1], fee=fee, discount=off, margin=0.5)
    pd.testing.assert_frame_equal(club.table, turned.table)
    cents = pricing.club_fee(100 * spent, fee=100 * fee, discount=off, margin=0.5)
    assert cents.customers["joins"].tolist() == club.customers["joins"].tolist()
    assert cents.table.iloc[2:].to_numpy() == pytest.approx(
        club.table.iloc[2:].to_numpy(), rel=1e-6, abs=1e-6, nan_ok=True
    )
    # What joiners expect to save is what the club loses, if they spend as before.
    same = spent.assign(after=spent["before"])
    zero_sum = pricing.club_fee(same, fee=fee, discount=off, margin=0.5).customers
    joined = zero_sum[zero_sum["joins"]]
    assert joined["gain"].to_numpy() == pytest.approx(-joined["saving"].to_numpy())
    assert (joined["gain"] < 0).all()


def test_who_would_save_exactly_nothing_does_not_join():
    spent = pd.DataFrame({"before": [3 * 0.1, 0.31], "after": [1.0, 1.0]})
    club = pricing.club_fee(spent, fee=0.03, discount=0.1, margin=0.5)
    assert club.customers["joins"].tolist() == [False, True]


def test_nobody_or_one_joins():
    nobody = pricing.club_fee(THREE, fee=1_000, discount=0.1, margin=0.6)
    assert nobody.table[ENDS].isna().all().all()
    assert nobody.caption.endswith("10,000 before. So nothing can be estimated.")
    with pytest.raises(ValueError, match="nobody joins"):
        nobody.plot()
    one = pricing.club_fee(THREE, fee=25, discount=0.1, margin=0.6)
    assert one.table.loc["gain per joiner"].tolist() == [-5, -np.inf, np.inf]
    assert len(one.plot().collections) == 0
    gone = pricing.club_fee(THREE.assign(after=0), **TERMS)
    assert gone.table.loc["gain per joiner"].tolist() == [10, 10, 10]
    assert gone.table.loc["extra purchases needed"].isna().all()
    assert gone.title == "No joiner spends anything, so no purchases can be added"
    gone.plot()


def test_groups_of_customers():
    club = pricing.club_fee(THREE, **TERMS)
    groups = pd.Series(["small", "key", "key"], index=["A", "B", "C"], name="tier")
    found = club.by(groups[::-1])
    assert found.index.name == "tier"
    assert found.loc["key", ["customers", "joiners", "did not come back"]].tolist() == [2, 2, 0]
    assert found.loc["key", ENDS].tolist() == pytest.approx(
        club.table.loc["gain per joiner"].tolist()
    )
    assert found.loc["small", "joiners"] == 0
    assert np.isnan(found.loc["small", "estimate"])
    left = pricing.club_fee(THREE.assign(after=[90, 0, 300]), **TERMS).by(groups)
    assert left["did not come back"].to_dict() == {"key": 1, "small": 0}
    tiers = crm.tiers.pyramid([80, 15, 5]).tier.set_axis(THREE.index)
    assert club.by(tiers).index.tolist() == ["key", "ordinary", "small"]


def test_the_figure_says_what_the_club_says():
    club = pricing.club_fee(skewed(), **TERMS)
    ax = club.plot()
    needed = club.table.loc["extra purchases needed"]
    shown = [f"{needed[end]:.0%}" for end in ENDS]
    title = f"The club pays if joiners buy {shown[0]} more ({shown[1]} to {shown[2]})"
    assert ax.get_title(loc="left") == title == club.title
    assert [text.get_text() for text in ax.texts] == [f"{needed['estimate']:.1%}"]
    x, y = ax.lines[0].get_data()
    assert y[0] == pytest.approx(club.table.loc["gain per joiner", "estimate"])
    assert np.interp(needed["estimate"], x, y) == pytest.approx(0, abs=1e-9)
    curve = club.curve
    for end in ("low", "high"):
        assert np.interp(needed[end], curve.index, curve[end]) == pytest.approx(0, abs=1e-6)
    dot = ax.lines[2].get_data()
    assert (dot[0][0], dot[1][0]) == pytest.approx((needed["estimate"], 0))
    assert ax.get_xlabel() == "extra purchases of a joiner"
    assert ax.get_ylabel() == "our gain per joiner"
    assert ax.get_xlim() == pytest.approx((0, curve.index[-1]))
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == pytest.approx(curve[["low", "high"]].to_numpy().min())
    ax.figure.canvas.draw()
    early = pricing.club_fee(THREE.assign(after=10), **TERMS)
    assert early.title == "The club pays without extra purchases"
    assert not early.plot().texts


TWICE = pd.DataFrame({"before": [1, 2], "after": [1, 2], "customer_id": ["a", "a"]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pricing.effective_discount(5.5, pay=5, get=6), "units is 5.5"),
        (lambda: pricing.effective_discount([0, 6], pay=5, get=6), "units"),
        (lambda: pricing.effective_discount("six", pay=5, get=6), "units"),
        (lambda: pricing.effective_discount(6, pay=7, get=6), "pay is 7 and get is 6"),
        (lambda: pricing.effective_discount(6, pay=5, get=6, fee=-1), "fee is -1"),
        (lambda: pricing.effective_discount(float("nan"), pay=5, get=6), "units is nan"),
        (lambda: pricing.trade_credit(2, discount_days=10, net_days=30), "Write 0.3 for 30 %"),
        (lambda: pricing.trade_credit(1, discount_days=10, net_days=30), "pays nothing"),
        (lambda: pricing.trade_credit(0.02, discount_days=30, net_days=30), "must be later"),
        (lambda: pricing.trade_credit(0.02, discount_days=-1, net_days=30), "discount_days is -1"),
        (lambda: pricing.trade_credit("2%", discount_days=10, net_days=30), "discount is '2%'"),
        (lambda: pricing.expected_refund(-1, [80], chances=[1]), "price is -1"),
        (lambda: pricing.expected_refund(100, [80, 90], chances=[1]), "2 later prices and 1 chan"),
        (lambda: pricing.expected_refund(100, [80, 90], chances=[0.5, 0.2]), "add up to 0.7"),
        (lambda: pricing.expected_refund(100, [], chances=[]), "later is empty"),
        (lambda: pricing.club_fee(THREE, fee=0, discount=0.1, margin=0.6), "fee is 0"),
        (lambda: pricing.club_fee(THREE, fee=10, discount=10, margin=0.6), "10 and margin is 0.6"),
        (lambda: pricing.club_fee(THREE, fee=10, discount=0, margin=0.6), "discount is 0"),
        (lambda: pricing.club_fee(THREE, fee=10, discount=0.1, margin=60), "margin is 60"),
        (lambda: pricing.club_fee(THREE, **TERMS, confidence=95), "confidence is 95"),
        (lambda: pricing.club_fee(THREE[["before"]], **TERMS), "after"),
        (lambda: pricing.club_fee(THREE.assign(after=None), **TERMS), "spent.after"),
        (lambda: pricing.club_fee(THREE.assign(after="x"), **TERMS), "spent.after"),
        (lambda: pricing.club_fee(THREE[:0], **TERMS), "spent has no rows"),
        (lambda: pricing.club_fee(TWICE, **TERMS), "a"),
        (lambda: pricing.club_fee([1, 2], **TERMS), "spent"),
        (lambda: pricing.club_fee(THREE, **TERMS).by(["a"]), "groups"),
        (
            lambda: pricing.club_fee(THREE, **TERMS).by(pd.Series(["key"], index=["B"])),
            "groups: 2 of 3 rows are missing",
        ),
        (
            lambda: pricing.club_fee(THREE, **TERMS).by(pd.Series(["key"], index=["Z"])),
            "no id in common",
        ),
        (lambda: pricing.plot_club_fee(THREE), "draws a ClubFee"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_any_number_type_gives_the_same_club():
    from decimal import Decimal

    plain = pricing.club_fee(THREE, **TERMS)
    odd = THREE.astype({"before": "Int64"})
    odd["after"] = [Decimal(90), Decimal(100), Decimal(300)]
    assert pricing.club_fee(odd, **TERMS).table.equals(plain.table)
