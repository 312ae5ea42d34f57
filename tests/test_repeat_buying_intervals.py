"""Intervals on both sides: too wide fails as well as too narrow."""

import warnings

import numpy as np
import pandas as pd
import pytest

from crmlab import repeat_buying as rb

Z = 1.6448536269514722
KINDS = {
    "BGNBD": rb.BGNBD(0.6, 5.0, 0.9, 2.5, unit="week"),
    "MBGNBD": rb.MBGNBD(0.8, 6.0, 0.9, 2.5, unit="week"),
    "ParetoNBD": rb.ParetoNBD(0.9, 8.0, 0.8, 10.0, unit="week"),
    "NBD": rb.NBD(0.9, 8.0, unit="week"),
    "BGBB": rb.BGBB(1.2, 0.75, 0.7, 2.8, unit="year"),
    "ShiftedBetaGeometric": rb.ShiftedBetaGeometric(0.8, 1.6, unit="year"),
}


def world(truth):
    if isinstance(truth, rb.ShiftedBetaGeometric):
        return truth.simulate(1500, periods=8, seed=1)
    ages = np.full(1500, 6) if truth.whole else np.random.default_rng(0).uniform(27, 39, 1500)
    return truth.simulate(ages, seed=1)


@pytest.fixture(scope="module", params=KINDS)
def fitted(request):
    summary = world(KINDS[request.param])
    return summary, type(KINDS[request.param]).fit(summary)


def errors(model, ask):
    """Standard errors of what is asked, by nudging each parameter of a model made by hand."""
    slopes = []
    for which in range(len(model.theta)):
        ends = []
        for step in (1e-3, -1e-3):
            theta = model.theta
            theta[which] *= np.exp(step)
            ends.append(ask(type(model)(*theta, unit=model.unit)))
        slopes.append((ends[0] - ends[1]) / 2e-3)
    slopes = np.array(slopes)
    covariance = model.covariance.to_numpy() / np.outer(model.theta, model.theta)
    return np.sqrt(np.einsum("in,ij,jn->n", slopes, covariance, slopes))


def logit(share):
    return np.log(share) - np.log1p(-share)


def test_parameters(fitted):
    """Normal on the logarithmic scale, the standard error divided by the estimate."""
    _, model = fitted
    table = model.parameters(confidence=0.9)
    reach = Z * model.standard_errors / model.theta
    np.testing.assert_allclose(np.log(table["high"] / table["estimate"]), reach)
    np.testing.assert_allclose(np.log(table["estimate"] / table["low"]), reach)


def test_alive(fitted):
    summary, model = fitted
    alive = model.p_alive(summary[:200], confidence=0.9)
    assert (alive["low"] <= alive["estimate"]).all()
    assert (alive["estimate"] <= alive["high"]).all()
    unsure = alive["estimate"].between(1e-6, 1 - 1e-6)
    if not unsure.any():
        assert model.title in ("NBD", "Shifted-beta-geometric")
        return
    some = summary[:200][unsure]
    want = Z * errors(model, lambda one: logit(one.p_alive(some)["estimate"].to_numpy()))
    shown = alive[unsure]
    np.testing.assert_allclose(logit(shown["high"]) - logit(shown["estimate"]), want, rtol=1e-4)
    np.testing.assert_allclose(logit(shown["estimate"]) - logit(shown["low"]), want, rtol=1e-4)


def test_new_customers(fitted):
    _, model = fitted
    lengths = [1, 4, 20]
    shown = model.expected_purchases_new(lengths, confidence=0.9)
    want = Z * errors(
        model, lambda one: np.log(one.expected_purchases_new(lengths)["estimate"].to_numpy())
    )
    np.testing.assert_allclose(np.log(shown["high"] / shown["estimate"]), want, rtol=1e-4)
    np.testing.assert_allclose(np.log(shown["estimate"] / shown["low"]), want, rtol=1e-4)


def test_forecasts(fitted):
    summary, model = fitted
    some = summary[:60]
    shown = model.expected_purchases(some, periods=4, confidence=0.9).table
    there = shown["estimate"] > 0
    some, shown = some[there], shown[there]

    def ask(one):
        return np.log(one.expected_purchases(some, periods=4)["estimate"].to_numpy())

    want = Z * errors(model, ask)
    np.testing.assert_allclose(np.log(shown["high"] / shown["estimate"]), want, rtol=1e-4)
    np.testing.assert_allclose(np.log(shown["estimate"] / shown["low"]), want, rtol=1e-4)


@pytest.mark.parametrize("what", ["survival", "retention"])
def test_contracts(what):
    model = rb.ShiftedBetaGeometric.fit([1000, 631, 468, 382, 326, 289, 262, 241], unit="year")
    shown = getattr(model, what)(12, confidence=0.9)
    shown = shown[shown["estimate"] < 1]

    def ask(one):
        return logit(getattr(one, what)(12)["estimate"][shown.index].to_numpy())

    want = Z * errors(model, ask)
    np.testing.assert_allclose(logit(shown["high"]) - logit(shown["estimate"]), want, rtol=1e-4)
    np.testing.assert_allclose(logit(shown["estimate"]) - logit(shown["low"]), want, rtol=1e-4)


def test_survival_at_age_0_is_certain():
    model = rb.ShiftedBetaGeometric.fit([1000, 631, 468, 382], unit="year")
    assert model.survival(2).loc[0].tolist() == [1, 1, 1]


@pytest.mark.parametrize("count", [30, 60])
def test_small_samples_hold_their_estimate(count):
    """Wherever a fit of a few customers gives intervals, they hold the estimate."""
    tried = 0
    for seed in range(12):
        summary = KINDS["BGNBD"].simulate(np.full(count, 39.0), seed=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rb.DegenerateFitWarning)
            model = rb.BGNBD.fit(summary)
        table = model.expected_purchases(summary, periods=9).table
        if "low" in table:
            tried += 1
            assert (table["low"] < table["estimate"]).all()
            assert (table["estimate"] < table["high"]).all()
            assert np.isfinite(table).all(axis=None)
        else:
            assert not model.fitted.converged
    assert tried


def test_a_part_of_weighted_rows():
    rows = pd.DataFrame({"T": [1, 2, 3, 3], "churned": [1, 1, 1, 0], "customers": [60, 15, 5, 60]})
    model = rb.ShiftedBetaGeometric.fit(rows, unit="year")
    total = model.expected_purchases(rows, periods=4, confidence=0.9).total()
    one = model.expected_purchases({"T": 3}, periods=4, confidence=0.9).table.iloc[0]
    np.testing.assert_allclose(total, 60 * one, rtol=1e-6)
