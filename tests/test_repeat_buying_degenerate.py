"""Fits that run away say what in the data made it so; two-humped likelihoods; free orders."""

import warnings

import numpy as np
import pandas as pd
import pytest

from crmlab import repeat_buying as rb
from crmlab.repeat_buying.spend import read_spending

PLENTY = 2000


def clock(rate, life, *, age=39.0, seed=3, regular=False):
    """Customers who buy at a rate until the end of a life; ``regular`` ones by the calendar."""
    rng = np.random.default_rng(seed)
    stay = np.minimum(np.broadcast_to(life, PLENTY), age)
    x = np.floor(rate * stay + rng.random(PLENTY)) if regular else rng.poisson(rate * stay)
    last = np.where(x > 0, stay * rng.beta(np.maximum(x, 1), 1), 0.0)
    return pd.DataFrame({"frequency": x, "recency": last, "T": age})


def coin(rate, leaves, *, first=0, age=39.0, seed=3):
    """Customers who leave after a purchase with a chance, after the first one too if ``first``."""
    rng = np.random.default_rng(seed)
    rate, leaves = np.broadcast_to(rate, PLENTY), np.broadcast_to(leaves, PLENTY)
    x, last = np.zeros(PLENTY), np.zeros(PLENTY)
    there = rng.random(PLENTY) >= leaves * first
    clock = np.zeros(PLENTY)
    while there.any():
        clock += rng.exponential(1 / rate)
        there &= clock < age
        x += there
        last[there] = clock[there]
        there &= rng.random(PLENTY) >= leaves
    return pd.DataFrame({"frequency": x, "recency": last, "T": age})


def turns(buys, leaves, *, count=6, seed=3):
    """Customers at numbered opportunities."""
    rng = np.random.default_rng(seed)
    x, last, there = np.zeros(PLENTY), np.zeros(PLENTY), np.ones(PLENTY, bool)
    for turn in range(1, count + 1):
        there &= rng.random(PLENTY) >= leaves
        bought = there & (rng.random(PLENTY) < buys)
        x += bought
        last[bought] = turn
    return pd.DataFrame({"frequency": x, "recency": last, "T": count})


def every_other_turn():
    """Customers who buy at every second opportunity, begin with the first or the second."""
    first = np.arange(PLENTY) % 2
    return pd.DataFrame({"frequency": 3, "recency": 6 - first, "T": 6})


def gammas(shape, rate, seed=5):
    return np.random.default_rng(seed).gamma(shape, 1 / rate, PLENTY)


def betas(a, b, seed=5):
    return np.random.default_rng(seed).beta(a, b, PLENTY)


def heads(seed=5):
    return np.random.default_rng(seed).integers(0, 2, PLENTY).astype(float)


NOBODY_LEAVES = r"Nobody seems to leave\. NBD\.fit\(summary\) describes them, with intervals"
SAME_RATES = (
    r"Purchase rates hardly differ between customers: all buy about 0\.\d+ times per period"
)
LIVES = 1 / gammas(0.8, 10.0, seed=6)
AWAY = {
    "few": (clock(1e-4, np.inf), "all", r"Almost nobody came back: \d+ of 2,000"),
    "nobody leaves": (clock(gammas(2, 10), np.inf), "all", NOBODY_LEAVES),
    "one rate, nobody leaves": (
        clock(0.1, np.inf, regular=True),
        "all",
        rf"{SAME_RATES}.*Nobody seems to leave\. (?!NBD)",
    ),
    "one rate": (clock(0.1, LIVES, regular=True), "MBGNBD ParetoNBD", SAME_RATES),
    "one chance": (
        coin(gammas(1, 8), 0.2),
        "BGNBD MBGNBD",
        "Chances to leave hardly differ between customers: all are about 1",
    ),
    "one rate of leaving": (
        clock(gammas(1, 8), 25.0),
        "ParetoNBD",
        "Rates of leaving hardly differ between customers: all stay about",
    ),
    "one more only": (coin(gammas(1, 8), 1.0), "BGNBD", "Everybody seems to leave at the first"),
    "cut at one": (
        clock(gammas(1, 8), np.inf).assign(frequency=lambda rows: rows["frequency"].clip(upper=1)),
        "all",
        "Nobody has a frequency above 1: was it cut off there",
    ),
    "half at once": (coin(gammas(1, 4), heads()), "BGNBD", r"\d\d.* % leave at every chance"),
    "half at first": (
        clock(0.5 + gammas(1, 4), np.where(heads() > 0, np.inf, 1e-9)),
        "MBGNBD ParetoNBD",
        r"\d\d.* % leave at (every chance|once) and the others never",
    ),
}
PURCHASES = [rb.BGNBD, rb.MBGNBD, rb.ParetoNBD]
CASES = [
    pytest.param(kind, summary, words, id=f"{name}-{kind.__name__}")
    for name, (summary, kinds, words) in AWAY.items()
    for kind in PURCHASES
    if kinds == "all" or kind.__name__ in kinds.split()
]


def refused_gently(kind, summary, words, **options):
    with pytest.warns(rb.DegenerateFitWarning, match=words):
        model = kind.fit(summary, **options)
    assert model.fitted.status.startswith("degenerate: ")
    assert not model.fitted.converged
    assert model.covariance is None
    assert "low" not in model.parameters()
    return model


@pytest.mark.parametrize(("kind", "summary", "words"), CASES)
def test_purchase_models_say_which_reason_holds(kind, summary, words):
    model = refused_gently(kind, summary, words, unit="week")
    for forecast in (model.expected_purchases(summary, periods=9), model.p_alive(summary)):
        table = getattr(forecast, "table", forecast)
        assert list(table) == ["estimate"]
    assert list(model.expected_purchases(summary, periods=9).total().index) == ["estimate"]


def test_nobody_with_frequency_0_is_asked_about():
    summary = clock(gammas(20, 40), np.inf)
    assert (summary["frequency"] > 0).all()
    refused_gently(rb.BGNBD, summary, "Nobody has frequency 0: is the first purchase", unit="week")
    with pytest.warns(rb.DegenerateFitWarning) as said:
        rb.BGNBD.fit(clock(gammas(2, 10), np.inf), unit="week")
    assert "frequency 0" not in str(said[0].message)


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        (every_other_turn(), "Chances to buy hardly differ.*all are about 5"),
        (turns(1.0, betas(0.66, 2.8)), "Everybody who stays seems to buy at every chance"),
        (turns(1.0, 0.0), "Hardly anybody seems to leave: less than 0.2 %"),
        (turns(0.0005, 0.0), "Almost nobody came back"),
    ],
)
def test_opportunities_say_which_reason_holds(summary, words):
    refused_gently(rb.BGBB, summary, words, unit="year")


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([10_000, 8_000, 6_400, 5_120, 4_096], "hardly differ between customers: all are about 20"),
        ([1000, 500, 500, 500], "50 % leave at every chance and the others never"),
        ([1000, 999, 999, 999], "Hardly anybody seems to leave"),
        ([1000, 950, 850, 600, 200], "Retention falls with age"),
        ([1000, 500], "give more ages"),
    ],
)
def test_contracts_say_which_reason_holds(survivors, words):
    refused_gently(rb.ShiftedBetaGeometric, survivors, words, unit="year")


FREQUENCY = np.random.default_rng(2).integers(1, 9, 500)


def amounts(kind):
    rng = np.random.default_rng(4)
    if kind == "one customer mean":
        return rng.gamma(2.0 * FREQUENCY, 35 / (2.0 * FREQUENCY))
    if kind == "within":
        return rng.lognormal(3.5, 0.3, 500)
    return np.where(rng.random(500) < 0.5, 1e-6, 50.0)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("one customer mean", "q runs.*Customers do not differ.*use everyone's mean, 3[45]"),
        ("wild", "Amounts differ without measure, from 1e-06 to 50"),
    ],
)
def test_spend_says_which_reason_holds(kind, words):
    table = pd.DataFrame({"frequency": FREQUENCY, "monetary_value": amounts(kind)})
    refused_gently(rb.GammaGamma, table, words)


def test_own_averages_where_spend_hardly_varies_within_customers():
    """The spread of the means does not shrink with the number of purchases: p runs away."""
    money = amounts("within")
    table = pd.DataFrame({"frequency": FREQUENCY, "monetary_value": money})
    once = table.assign(monetary_value=np.exp(3.5 + (np.log(money) - 3.5) * FREQUENCY**0.2))
    model = refused_gently(rb.GammaGamma, once, "p runs to infinity.*use their own averages")
    assert "do not differ" not in model.fitted.status
    np.testing.assert_allclose(
        model.expected_spend(once)["estimate"], once["monetary_value"], rtol=1e-2
    )


def test_the_fallback_has_intervals_that_hold():
    """NBD: 90 % intervals of both parameters and of a total, over 200 worlds without leaving."""
    truth = rb.NBD(1.5, 12.0, unit="week")
    ages = np.random.default_rng(0).uniform(20, 39, 400)
    hits = np.zeros(3)
    for seed in range(200):
        summary = truth.simulate(ages, seed=seed)
        model = rb.NBD.fit(summary)
        table = model.parameters(confidence=0.9)
        hits[:2] += ((table["low"] < truth.theta) & (truth.theta < table["high"])).to_numpy()
        part = summary["frequency"] > 2
        got = model.expected_purchases(summary, periods=26, confidence=0.9)[part].total()
        want = truth.expected_purchases(summary, periods=26)[part].total()["estimate"]
        hits[2] += got["low"] < want < got["high"]
    assert (hits >= 165).all(), hits  # binomial(200, .9): below 165 or above 194 one in 1,000
    assert (hits <= 194).all(), hits


def test_nbd_by_hand():
    model = rb.NBD(1.0, 10.0, unit="week")
    table = {"frequency": [0, 3], "recency": [0.0, 20], "T": [10.0, 30]}
    forecast = model.expected_purchases(table, periods=20)
    assert forecast["estimate"].tolist() == pytest.approx([1.0, 2.0])
    assert model.p_alive(table)["estimate"].tolist() == [1, 1]
    value = rb.lifetime_value(model, 10, table, margin=0.5, annual_rate=0.1)
    force = np.log(1.1) / (365.25 / 7)
    assert value["estimate"].tolist() == pytest.approx([5 * 0.05 / force, 5 * 0.1 / force])
    # the chance of no purchase: (alpha + T) / (alpha + T + t) to the power of r + x
    chances = model.purchase_distribution(table, periods=20, most=400)
    assert chances[0].tolist() == pytest.approx([0.5, (40 / 60) ** 4])
    mean = chances[list(range(401))].to_numpy() @ np.arange(401)
    assert mean.tolist() == pytest.approx([1.0, 2.0])


def test_a_rough_fit_does_not_depend_on_the_order_of_rows():
    """A channel too young to have bought again, put between the rows of two others."""
    model = rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="week")
    count = 20_001
    drawn = [model.simulate(np.full(count, 38.0), seed=seed).table for seed in (1, 2)]
    young = drawn[0].assign(frequency=0, recency=0.0, T=3.0)
    names = ["frequency", "recency", "T"]
    every_third = pd.concat([young[names], *(one[names] for one in drawn)], ignore_index=True)
    every_third = every_third.iloc[np.arange(3 * count).reshape(3, count).T.ravel()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = rb.BGNBD.fit(every_third.reset_index(drop=True), unit="week")
        mixed = rb.BGNBD.fit(every_third.sample(frac=1, random_state=0), unit="week")
    np.testing.assert_allclose(fitted.theta, mixed.theta, rtol=1e-6)
    np.testing.assert_allclose(fitted.standard_errors, mixed.standard_errors, rtol=1e-5)


def several_starts(kind, data, count):
    """The highest maximum found from starts drawn around the usual one."""
    rng = np.random.default_rng(0)
    first, typical = kind._starts(data)
    starts = [first[0] * np.exp(rng.normal(0, 1.5, len(first[0]))) for _ in range(count)]
    found = [kind._maximum(data, [start], typical) for start in starts]
    return max(one.log_likelihood for one in found if one is not None)


SMALL = {
    rb.BGNBD: [-0.5, 2.3, 0.0, 0.5],
    rb.MBGNBD: [-0.5, 2.3, 0.0, 0.5],
    rb.ParetoNBD: [-0.5, 2.3, -0.5, 2.5],
    rb.BGBB: [0.0, 0.0, -0.5, 1.0],
    rb.GammaGamma: [1.8, 1.3, 2.7],
}


def small_base(kind, seed):
    """40 to 150 customers of a world drawn at random, and what the fit makes of them."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(40, 151))
    truth = kind(*np.exp(rng.normal(SMALL[kind], 0.8)))
    if kind is rb.GammaGamma:
        summary = truth.simulate(rng.geometric(rng.uniform(0.2, 0.7), count), seed=seed)
        return summary, kind._compress(read_spending(summary))
    ages = np.full(count, 8.0) if kind is rb.BGBB else rng.integers(70, 730, count) / 7
    summary = truth.simulate(ages, seed=seed)
    if not (summary["frequency"] > 0).any():
        return None
    return summary, kind._compress(truth._read(summary))


@pytest.mark.parametrize("kind", SMALL)
def test_small_bases_have_the_highest_maximum_or_a_reason(kind):
    """No fit fails, whatever runs away; no other start leads higher."""
    missed_alone = reasons = 0
    for seed in range(30, 80):
        base = small_base(kind, seed)
        if base is None:
            continue
        summary, data = base
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            how = {} if kind is rb.GammaGamma else {"unit": "week"}
            model = kind.fit(summary.table if how else summary, **how)
        best = model.fitted.log_likelihood
        assert best > several_starts(kind, data, 3) - 2e-3, seed
        reasons += not model.fitted.converged
        starts, typical = kind._starts(data)
        alone = kind._maximum(data, starts[:1], typical)
        missed_alone += alone is None or alone.log_likelihood < best - 0.1
    assert reasons >= 2
    assert missed_alone >= kind.humps


def test_what_runs_away_leaves_the_others_at_their_maximum():
    """Nobody leaves: the rates are those of the model without leaving."""
    summary = clock(gammas(2, 10), np.inf)
    plain = rb.NBD.fit(summary, unit="week")
    for kind in PURCHASES:
        with pytest.warns(rb.DegenerateFitWarning):
            model = kind.fit(summary, unit="week")
        assert model.fitted.log_likelihood == pytest.approx(plain.fitted.log_likelihood, abs=0.02)
        np.testing.assert_allclose(model.theta[:2], plain.theta, rtol=5e-3)


def test_free_orders_stay_out_of_the_fit_and_are_counted():
    model = rb.GammaGamma(6.0, 4.0, 15.0)
    paid = model.simulate(np.random.default_rng(1).integers(1, 6, 400), seed=1)
    free = paid.head(3).assign(monetary_value=0.0)
    fitted = rb.GammaGamma.fit(pd.concat([paid, free], ignore_index=True))
    alone = rb.GammaGamma.fit(paid)
    np.testing.assert_array_equal(fitted.theta, alone.theta)
    assert fitted.fitted.left_out == 3
    assert fitted.fitted.customers == 400
    assert "left out: 3 customers whose repeat purchases were free" in str(fitted.summary())
    assert "left out" not in str(alone.summary())
    assert fitted.log_likelihood(pd.concat([paid, free])) == pytest.approx(
        fitted.fitted.log_likelihood
    )
    many = pd.concat([paid, paid.head(30).assign(monetary_value=0.0)], ignore_index=True)
    with pytest.warns(rb.SpendWarning, match="30 of 430 repeat buyers paid nothing"):
        rb.GammaGamma.fit(many)
    with pytest.raises(ValueError, match="0 customers with repeat purchases that cost"):
        rb.GammaGamma.fit(free)
