"""Intervals from the likelihood, by other routes; and what the stored study says of them."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats

from crmlab import repeat_buying as rb
from crmlab.repeat_buying.covariates import Term
from crmlab.repeat_buying.fitting import WIDEST

STUDIES = Path(__file__).resolve().parent.parent / "benchmarks"
Z = 1.959963984540054
AGES = np.random.default_rng(0).uniform(27, 39, 400)
KINDS = {
    "BGNBD": rb.BGNBD(0.6, 5.0, 0.9, 2.5, unit="week"),
    "MBGNBD": rb.MBGNBD(0.8, 6.0, 0.9, 2.5, unit="week"),
    "ParetoNBD": rb.ParetoNBD(0.9, 8.0, 0.8, 10.0, unit="week"),
    "NBD": rb.NBD(0.9, 8.0, unit="week"),
    "BGBB": rb.BGBB(1.2, 0.75, 0.7, 2.8, unit="year"),
    "ShiftedBetaGeometric": rb.ShiftedBetaGeometric(0.8, 1.6, unit="year"),
    "GammaGamma": rb.GammaGamma(6.25, 3.74, 15.44),
}


@pytest.fixture(scope="module")
def study():
    sys.path.insert(0, str(STUDIES))
    import profiles

    yield profiles
    sys.path.remove(str(STUDIES))


def world(name):
    truth = KINDS[name]
    if name == "ShiftedBetaGeometric":
        return truth.simulate(1000, periods=8, seed=1)
    if name == "GammaGamma":
        return truth.simulate(np.arange(400) % 5, seed=1)
    return truth.simulate(np.full(1500, 6) if truth.whole else AGES, seed=2)


def plain(theta, table, first, z=0.0, on="buying"):
    """Log-likelihood of BG/NBD (first = 0) or MBG/NBD (1), customer by customer, as in print."""
    r, alpha, a, b, *effect = theta
    x, tx, T = (table[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    shift = np.exp(-np.asarray(z) * effect[0]) if effect else np.ones(len(x))
    alpha, b = (alpha * shift, b) if on == "buying" else (alpha, b * shift)
    n, s = x + first, r + x
    stays = special.betaln(a, b + n) - s * np.log(alpha + T)
    left = special.betaln(a + 1, b + np.maximum(n, 1) - 1) - s * np.log(alpha + tx)
    both = np.where(n > 0, np.logaddexp(stays, left), stays)
    rest = special.gammaln(s) - special.gammaln(r) + r * np.log(alpha)
    return float(np.sum(rest + both - special.betaln(a, b)))


def highest(likelihood, start):
    """The maximum over logarithms of parameters, by a general optimiser."""
    best = -np.inf
    for method in ("BFGS", "Nelder-Mead"):
        found = optimize.minimize(
            lambda logs: -likelihood(np.exp(logs)), np.log(start), method=method
        )
        best = max(best, -found.fun)
    return best


def fallen(likelihood, theta, place, value, top):
    """How far twice the log-likelihood falls where one parameter is held at a value."""
    others = np.delete(theta, place)
    return 2 * (top - highest(lambda rest: likelihood(np.insert(rest, place, value)), others))


@pytest.mark.parametrize("name", KINDS)
def test_at_both_ends_the_profile_has_fallen_by_z_squared(name):
    summary = world(name)
    model = type(KINDS[name]).fit(summary)
    table = rb.profile(model, summary).table
    assert list(table.columns) == ["estimate", "low", "high"]
    np.testing.assert_array_equal(table["estimate"], model.theta)
    rows = model._compress(model._counted(summary))

    def likelihood(theta):
        if name in ("BGNBD", "MBGNBD"):
            return plain(theta, summary, model.first)
        return model._evaluate(theta, rows)[0]

    top = likelihood(model.theta)
    for place, row in enumerate(table.itertuples()):
        assert row.low < row.estimate < row.high
        for end in (row.low, row.high) if np.isfinite(row.high) else (row.low,):
            assert fallen(likelihood, model.theta, place, end, top) == pytest.approx(Z**2, abs=0.01)


def test_alive_of_a_one_time_buyer_by_another_route():
    """With the odds to be alive in the place of b, they are a parameter like any other."""
    summary, age = world("MBGNBD"), 39.0
    model = rb.MBGNBD.fit(summary)
    one = {"frequency": 0, "recency": 0, "T": age}
    found = rb.profile(model, summary, lambda other: other.p_alive(one), confidence=0.9).table.loc[
        0
    ]

    def likelihood(theta):
        r, alpha, a, odds = theta
        return plain((r, alpha, a, odds * a * (1 + age / alpha) ** r), summary, 1)

    odds = found / (1 - found)
    theta = np.append(model.theta[:3], odds["estimate"])
    top = likelihood(theta)
    assert found["estimate"] == pytest.approx(model.p_alive(one)["estimate"][0])
    for end in ("low", "high"):
        drop = fallen(likelihood, theta, 3, odds[end], top)
        assert drop == pytest.approx(stats.chi2.ppf(0.9, 1), abs=0.01)


def test_a_parameter_as_a_quantity_and_several_numbers():
    summary = world("BGNBD")
    model = rb.BGNBD.fit(summary)
    own = rb.profile(model, summary)
    both = rb.profile(model, summary, lambda other: pd.Series({"r": other.r, "a": other.a}))
    np.testing.assert_allclose(both.table, own.table.loc[["r", "a"]], rtol=1e-3)
    assert own.caption == "95 % profile likelihood"
    total = rb.profile(model, summary, lambda other: other.expected_purchases_new(26)).table
    assert list(total.index) == [26.0]
    want = model.expected_purchases_new(26)
    np.testing.assert_allclose(total, want, rtol=0.05)


def test_what_no_parameter_moves_is_certain():
    summary = world("BGNBD")
    once = {"frequency": 0, "recency": 0, "T": 39.0}
    model = rb.BGNBD.fit(summary)
    found = rb.profile(model, summary, lambda other: other.p_alive(once)).table
    assert found.loc[0].tolist() == [1, 1, 1]


def test_in_a_large_sample_it_is_the_normal_interval():
    truth = KINDS["MBGNBD"]
    summary = truth.simulate(np.tile(AGES, 100), seed=4)
    model = rb.MBGNBD.fit(summary)
    normal = model.parameters()[["estimate", "low", "high"]]
    np.testing.assert_allclose(rb.profile(model, summary).table, normal, rtol=0.01)


def test_ends_that_the_data_do_not_set_are_said(study):
    base = study.drawn(study.MODELS[0], 300, 0)
    model = rb.MBGNBD.fit(base)
    assert model.covariance is not None
    found = rb.profile(model, base)
    assert found["high"].tolist()[2:] == [np.inf, np.inf]
    assert np.isfinite(found["high"][:2]).all()
    assert (found["low"] > 0).all()
    low = found["low"]
    assert found.says == (
        f"a has no upper end: any value above {low['a']:.3g} will do",
        f"b has no upper end: any value above {low['b']:.3g} will do",
    )
    assert found.caption.split("\n")[1:] == list(found.says)
    top = plain(model.theta, base, 1)
    far = np.exp(WIDEST)
    for place in (2, 3):
        assert fallen(lambda one: plain(one, base, 1), model.theta, place, far, top) < Z**2


def test_a_fit_that_ran_away_still_has_its_low_end():
    alike = pd.DataFrame({"frequency": np.tile([2, 3, 4], 100), "recency": 20.0, "T": 30.0})
    with pytest.warns(rb.DegenerateFitWarning, match="r runs to infinity"):
        model = rb.NBD.fit(alike, unit="week")
    found = rb.profile(model, alike)
    assert found["high"].tolist() == [np.inf, np.inf]
    assert (found["low"] > 1).all()
    assert not found.table.isna().any(axis=None)
    assert found.says[0].startswith("r has no upper end: any value above ")
    low = found["low"]["r"]
    top = model.log_likelihood(alike)
    alone = highest(lambda alpha: rb.NBD(low, *alpha).log_likelihood(alike), [10 * low])
    assert 2 * (top - alone) == pytest.approx(Z**2, abs=0.01)


def test_effects_of_covariates():
    base = rb.BGNBD(0.6, 5.0, 0.9, 2.5)
    truth = rb.WithCovariates(base, (Term("buying", "shop", "b", "a"),), (1.5,), unit="week")
    people = pd.DataFrame({"T": AGES, "shop": np.where(np.arange(400) % 3, "a", "b")})
    summary = truth.simulate(people, seed=5)
    model = rb.WithCovariates.fit(rb.BGNBD, summary, buying="shop")
    found = rb.profile(model, summary).table
    assert list(found.index) == list(model.names())
    z = (summary["shop"] == "b").to_numpy(float)

    def likelihood(theta):
        return plain((*theta[:4], np.log(theta[4])), summary, 0, z)

    top = likelihood(model.theta)
    for place in (0, 4):
        for end in found.iloc[place][["low", "high"]]:
            assert fallen(likelihood, model.theta, place, end, top) == pytest.approx(Z**2, abs=0.01)


def test_the_effect_of_a_number_is_told_for_one_more():
    people = pd.DataFrame({"T": AGES, "visits": np.arange(400) % 7.0})
    truth = rb.WithCovariates(
        rb.BGNBD(0.6, 5.0, 0.9, 2.5), (Term("buying", "visits"),), (1.1,), unit="week"
    )
    summary = truth.simulate(people, seed=5)
    tens = replace(summary, table=summary.table.assign(visits=summary["visits"] * 10))
    found, scaled = (
        rb.profile(rb.WithCovariates.fit(rb.BGNBD, one, buying="visits"), one)
        for one in (summary, tens)
    )
    name = "buying: visits"
    np.testing.assert_allclose(scaled.table.loc[name] ** 10, found.table.loc[name], rtol=1e-3)
    np.testing.assert_allclose(scaled.table.iloc[:4], found.table.iloc[:4], rtol=1e-3)
    assert found.table["low"][name] < 1.1 < found.table["high"][name] < 1.4


def test_wrong_questions_are_refused():
    summary = world("NBD")
    model = rb.NBD.fit(summary)
    for ask, says in (
        (lambda: rb.profile(KINDS["NBD"], summary), "made from given parameters"),
        (lambda: rb.profile(model, summary[:300]), "customers that the model was fitted to"),
        (lambda: rb.profile(model, summary, lambda other: "r"), "quantity"),
        (lambda: rb.profile(model, summary, lambda other: np.nan), "quantity"),
        (lambda: rb.profile(model, summary, lambda other: pd.DataFrame({"a": [1]})), "estimate"),
        (lambda: rb.profile(model, summary, lambda other: np.ones(101)), "at most 100"),
        (lambda: rb.profile(model, summary, confidence=95), "between 0 and 1"),
    ):
        with pytest.raises(ValueError, match=says):
            ask()


@pytest.mark.parametrize("moves", ["buying", "leaving"])
def test_both_maxima_of_a_ratio_test_by_another_optimiser(study, moves):
    """From five starts a general optimiser finds nothing higher."""
    starts = ([0.5, 20, 1, 3], [2, 40, 2, 0.4], [0.5, 20, 0.05, 0.2], [1, 5, 1, 1], [0.3, 2, 5, 20])
    for seed in range(3):
        base = study.drawn(study.PLAIN, 500, seed)
        coin = np.random.default_rng([seed, 7]).choice(["heads", "tails"], 500)
        both = rb.Summary(base.table.assign(coin=coin), unit="week")
        rich = rb.WithCovariates.fit(rb.BGNBD, both, **{moves: "coin"})
        z = (coin == rich.terms[0].level).astype(float)
        tops = []
        for size in (4, 5):

            def fall(logs, z=z, base=base):
                theta = (*np.exp(logs[:4]), *logs[4:])
                value = plain(theta, base, 0, z, moves)
                return -value if np.isfinite(value) else 1e10

            begins = (np.append(np.log(start), np.zeros(size - 4)) for start in starts)
            tops.append(-min(optimize.minimize(fall, one, method="BFGS").fun for one in begins))
        found = rb.likelihood_ratio_test(rb.BGNBD.fit(both), rich)["statistic"]
        assert found == pytest.approx(2 * (tops[1] - tops[0]), abs=1e-5)
        assert rich.fitted.log_likelihood == pytest.approx(tops[1], abs=1e-5)


def bounds(share, trials):
    """What a share leaves by chance once in 1,000 times on each side."""
    low, high = stats.binom.ppf([1e-3, 1 - 1e-3], np.asarray(trials)[..., None], share).T
    return low / trials, high / trials


def test_the_stored_ratio_tests_are_chi_square_on_both_sides(study):
    stored = pd.read_csv(study.TESTED).set_index(["customers", "moves"])
    assert set(stored.index) == {(size, on) for size in (500, 2000) for on in ("buying", "leaving")}
    assert (stored["worlds"] == 1000).all()
    for level in (10, 5, 1):
        low, high = bounds(level / 100, 1000)
        assert stored[[f"above_{level}", f"below_{level}"]].stack().between(low, high).all()
    error = np.sqrt(2 / 1000)
    assert stored["mean"].between(1 - 3.1 * error, 1 + 3.1 * error).all()


def test_the_stored_ratio_tests_are_made_by_the_program(study):
    rejected = sum(study.statistic(500, "leaving", seed) > 2.705543 for seed in range(40))
    low, high = bounds(0.125, 40)
    assert low * 40 <= rejected <= high * 40


@pytest.fixture(scope="module")
def stored(study):
    table = pd.read_csv(study.STORED)
    sizes = pd.MultiIndex.from_product([["MBG/NBD", "BG/NBD"], study.SIZES])
    assert pd.MultiIndex.from_frame(table[["model", "customers"]]).unique().equals(sizes)
    np.testing.assert_allclose(table[["inside", "below", "above"]].sum(axis=1), 1, atol=2e-4)
    return table


def test_stored_profiles_hold_the_truth_at_the_nominal_rate_on_both_sides(stored, study):
    found = stored[stored["method"] == "profile"]
    assert len(found) == 3 * (4 + 1) + 3 * 4
    assert (found["intervals"] >= 0.99 * study.WORLDS).all()
    low, high = bounds(0.95, found["intervals"])
    assert found["inside"].between(low - 1e-4, high + 1e-4).all()
    low, high = bounds(0.025, found["intervals"])
    for side in ("below", "above"):
        assert found[side].between(low - 1e-4, high + 1e-4).all()


def test_stored_forecasts_hold_the_truth_at_the_nominal_rate(stored):
    """And neither side misses more than both should together."""
    found = stored[stored["quantity"].str.startswith("purchases")]
    assert len(found) == 6 * 5
    low, high = bounds(0.95, found["intervals"])
    assert found["inside"].between(low - 1e-4, high + 1e-4).all()
    assert (found[["below", "above"]].max(axis=1) <= bounds(0.05, found["intervals"])[1]).all()


def test_stored_normal_intervals_fall_short_where_a_fit_says_so(stored):
    found = stored[(stored["method"] == "normal") & (stored["customers"] == 300)]
    found = found.set_index(["model", "quantity"])
    low = pd.Series(bounds(0.95, found["intervals"])[0], found.index)
    for quantity in ("r", "P(alive), bought once"):
        assert found["inside"]["MBG/NBD", quantity] < low["MBG/NBD", quantity]


def test_the_stored_coverage_is_made_by_the_program(stored, study):
    model = study.MODELS[0]
    truths, rows = study.truths_of(model), []
    for seed in range(10):
        rows += study.world(model, truths, study.drawn(model, 1000, seed))
    found = pd.concat(rows).reset_index()
    known = stored[(stored["model"] == model.title) & (stored["customers"] == 1000)]
    assert set(found["quantity"]) == set(known["quantity"])
    assert set(found["method"]) == set(known["method"])
    told = study.alive(model)["bought once"]
    assert model.p_alive(study.WHO)["estimate"].to_numpy() == pytest.approx(study.alive(model))
    assert study.once_alive(model) == pytest.approx(told)
    lies = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
    assert lies.groupby(found["quantity"]).mean().min() >= 0.6


def test_a_small_fit_says_that_normal_intervals_are_narrow(study):
    says = "fewer than 10,000 customers"
    small, large = (study.drawn(study.MODELS[0], size, 1) for size in (1000, 12000))
    assert says in rb.MBGNBD.fit(small).summary().caption
    assert says not in rb.MBGNBD.fit(large).summary().caption
    assert says not in rb.BGNBD.fit(small).summary().caption
