"""Forecasts of parts and their totals, against gradients taken on the finished numbers."""

import warnings

import numpy as np
import pandas as pd
import pytest

from crmlab import repeat_buying as rb
from crmlab import tiers
from crmlab.repeat_buying.forecast import Forecast

Z = 1.6448536269514722
TERMS = {"margin": 0.3, "annual_rate": 0.15, "years": 3}


@pytest.fixture(scope="module")
def fitted():
    """A summary, a model of purchases and one of spend, the latter from few customers."""
    summary = rb.BGNBD(0.6, 5.0, 0.9, 2.5, unit="week").simulate(np.full(600, 39.0), seed=2)
    money = rb.GammaGamma(6.0, 4.0, 15.0).simulate(summary["frequency"], seed=2)
    table = summary.table.assign(monetary_value=money["monetary_value"].to_numpy())
    summary = rb.Summary(table, unit="week")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rb.SpendWarning)
        spend = rb.GammaGamma.fit(summary[:90])
    return summary, rb.BGNBD.fit(summary), spend


def logs_and_gradient(models, ask):
    """Logarithm of what is asked of models made by hand, and its slopes by all log parameters."""
    bare = [type(model)(*model.theta, unit=model.unit) for model in models]
    slopes = []
    for place, model in enumerate(bare):
        for which in range(len(model.theta)):
            ends = []
            for step in (1e-3, -1e-3):
                theta = model.theta
                theta[which] *= np.exp(step)
                nudged = type(model)(*theta, unit=model.unit)
                ends.append(np.log(ask(*bare[:place], nudged, *bare[place + 1 :])))
            slopes.append((ends[0] - ends[1]) / 2e-3)
    return np.log(ask(*bare)), np.array(slopes)


def interval(models, ask):
    """The 90 % interval that the delta method gives of anything positive, all parameters nudged."""
    logs, slopes = logs_and_gradient(models, ask)
    variance, begin = 0.0, 0
    for model in models:
        part = slopes[begin : begin + len(model.theta)]
        begin += len(model.theta)
        covariance = model.covariance.to_numpy() / np.outer(model.theta, model.theta)
        variance = variance + np.einsum("i...,ij,j...->...", part, covariance, part)
    reach = Z * np.sqrt(variance)
    return np.exp(logs - reach), np.exp(logs + reach)


def value_of(summary, rows):
    def ask(model, spend):
        value = rb.lifetime_value(model, spend, summary, **TERMS)["estimate"].to_numpy()
        return value[rows]

    return ask


def test_each_value_carries_the_uncertainty_of_purchases_and_of_spend(fitted):
    summary, buying, spend = fitted
    value = rb.lifetime_value(buying, spend, summary, confidence=0.9, **TERMS)
    rows = np.arange(0, 600, 17)
    low, high = interval((buying, spend), value_of(summary, rows))
    np.testing.assert_allclose(value["low"].to_numpy()[rows], low, rtol=1e-5)
    np.testing.assert_allclose(value["high"].to_numpy()[rows], high, rtol=1e-5)
    # each of the two alone is too narrow
    alone = rb.lifetime_value(buying, 35, summary, confidence=0.9, **TERMS)
    wider = (value["high"] / value["estimate"]) / (alone["high"] / alone["estimate"])
    assert (wider > 1).all()
    assert wider.max() > 1.1


@pytest.mark.parametrize("rows", [np.arange(600), np.arange(0, 600, 17), np.array([3])])
def test_the_total_of_any_part_has_its_own_interval(fitted, rows):
    summary, buying, spend = fitted
    value = rb.lifetime_value(buying, spend, summary, confidence=0.9, **TERMS)
    ask = value_of(summary, rows)
    low, high = interval((buying, spend), lambda *models: ask(*models).sum())
    total = value[summary.index[rows]].total()
    assert total["estimate"] == pytest.approx(value["estimate"].to_numpy()[rows].sum(), rel=1e-12)
    assert total["low"] == pytest.approx(low, rel=1e-5)
    assert total["high"] == pytest.approx(high, rel=1e-5)


def test_the_total_of_purchases_and_of_spend(fitted):
    summary, buying, spend = fitted
    part = summary["frequency"] > 2
    for model, ask in (
        (buying, lambda model, **how: model.expected_purchases(summary, periods=26, **how)),
        (spend, lambda model, **how: model.expected_spend(summary, **how)),
    ):
        got = ask(model, confidence=0.9)[part].total()
        low, high = interval((model,), lambda m, a=ask: a(m)["estimate"][part].sum())
        np.testing.assert_allclose(got[["low", "high"]], [low, high], rtol=1e-5)


def test_rows_that_count_several_customers_weigh_as_much():
    summary = rb.BGNBD(0.6, 5.0, 0.9, 2.5, unit="week").simulate(np.full(900, 39.0), seed=3)
    model = rb.BGNBD.fit(summary)
    few = summary[:6]
    repeated = pd.concat([few.table] * 4, ignore_index=True)
    counted = few.table.assign(customers=4)
    one = model.expected_purchases(repeated, periods=9).total()
    two = model.expected_purchases(counted, periods=9).total()
    pd.testing.assert_series_equal(one, two)
    ids = list(few.index[[4, 1]])
    counted = few.table.assign(customers=[1, 2, 3, 4, 5, 6])
    part = model.expected_purchases(counted, periods=9)[ids].total()
    alone = model.expected_purchases(few[ids], periods=9)["estimate"]
    assert part["estimate"] == pytest.approx(alone.to_numpy() @ [5, 2])


def test_totals_lie_in_their_intervals_at_the_nominal_rate():
    """90 % intervals of the value of one part of a company, over 100 worlds."""
    buying, spend = rb.BGNBD(0.6, 5.0, 0.9, 2.5, unit="week"), rb.GammaGamma(6.0, 4.0, 15.0)
    part = pd.DataFrame(
        {
            "frequency": [0, 1, 3, 9],
            "recency": [0.0, 4, 20, 37],
            "T": 38.0,
            "monetary_value": [np.nan, 80, 20, 30],
        }
    )
    hits = 0
    for seed in range(100):
        summary = buying.simulate(np.full(400, 38.0), seed=seed)
        money = spend.simulate(summary["frequency"], seed=1000 + seed)
        table = summary.table.assign(monetary_value=money["monetary_value"].to_numpy())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rb.SpendWarning)
            models = rb.BGNBD.fit(table, unit="week"), rb.GammaGamma.fit(table)
        got = rb.lifetime_value(*models, part, confidence=0.9, **TERMS).total()
        want = rb.lifetime_value(buying, spend, part, **TERMS).total()["estimate"]
        hits += got["low"] < want < got["high"]
    assert 78 <= hits <= 98, hits  # binomial(100, .9): outside one time in 1,000


def test_parts_by_mask_by_id_and_by_place(fitted):
    summary, buying, _ = fitted
    forecast = buying.expected_purchases(summary, periods=26)
    assert isinstance(forecast, Forecast)
    assert len(forecast) == 600
    assert list(forecast) == ["estimate", "low", "high"]
    mask = summary["frequency"] > 2
    best = forecast.table.nlargest(10, "estimate").index
    for one, other in (
        (forecast[mask], forecast[mask.to_numpy()]),
        (forecast[mask], forecast[mask[::-1]]),
        (forecast[best], forecast[list(best)]),
        (forecast[:5], forecast[list(summary.index[:5])]),
        (forecast[mask], buying.expected_purchases(summary[mask], periods=26)),
    ):
        pd.testing.assert_frame_equal(one.table, other.table)
        pd.testing.assert_series_equal(one.total(), other.total(), rtol=1e-6)
    assert forecast[mask] == forecast[mask]
    assert forecast[mask] != forecast
    assert forecast[best].total()["estimate"] == pytest.approx(
        forecast.table.nlargest(10, "estimate")["estimate"].sum()
    )
    for wrong, words in (
        ("estimates", "lacks the column estimates"),
        (["1", "nobody"], "1 of 2 rows is no customer here"),
        (["1", "1"], "repeats an earlier"),
        (mask.to_numpy()[:5], "5 answers for 600"),
        ({"1": 2}, "a column, a mask or a row of ids"),
        (3, "a column, a mask or a row of ids"),
    ):
        with pytest.raises(ValueError, match=words):
            forecast[wrong]


def test_what_a_forecast_says(fitted):
    summary, buying, spend = fitted
    text = repr(buying.expected_purchases(summary, periods=26))
    assert text.endswith("purchases in the next 26 weeks; 95 % intervals of the parameters alone")
    assert "\n..." in text
    assert "26 weeks" in buying.expected_purchases(summary, periods=26)._repr_html_()
    value = rb.lifetime_value(buying, spend, summary, confidence=0.9, **TERMS)
    assert value.caption == (
        "value of 3 years, margin 30 %, 15 % a year; 90 % intervals of the parameters alone"
    )
    forever = rb.lifetime_value(buying, 35, summary, margin=0.3, annual_rate=0.1, confidence=None)
    assert forever.caption == "value of all of the future, margin 30 %, 10 % a year; no intervals"
    one = rb.ShiftedBetaGeometric(1, 1, unit="year").expected_purchases({"T": 3}, periods=1)
    assert one.caption == "renewals in the next 1 year; no intervals"
    assert spend.expected_spend(summary).caption.startswith("spend per purchase; ")


def test_no_interval_where_a_model_is_not_fitted(fitted):
    summary, buying, spend = fitted
    by_hand = rb.GammaGamma(6.0, 4.0, 15.0)
    for model, spent in ((buying, by_hand), (rb.BGNBD(*buying.theta, unit="week"), spend)):
        value = rb.lifetime_value(model, spent, summary, **TERMS)
        assert list(value) == ["estimate"]
        assert list(value.total().index) == ["estimate"]
    for confidence in (95, 0, "high"):
        with pytest.raises(ValueError, match="confidence"):
            rb.lifetime_value(buying, by_hand, summary, confidence=confidence, **TERMS)
        with pytest.raises(ValueError, match="confidence"):
            buying.expected_purchases(summary, periods=3, confidence=confidence)


def test_those_who_left_for_sure_add_nothing():
    rows = pd.DataFrame({"T": [1, 2, 3, 3], "churned": [1, 1, 1, 0], "customers": [60, 15, 5, 60]})
    model = rb.ShiftedBetaGeometric.fit(rows, unit="year")
    forecast = model.expected_purchases(rows, periods=4)
    assert forecast["estimate"].tolist()[:3] == [0, 0, 0]
    gone = forecast[rows["churned"] == 1].total()
    assert gone.tolist() == [0, 0, 0]
    pd.testing.assert_series_equal(forecast.total(), forecast[[3]].total())


def test_infinite_spend_has_an_infinite_total():
    heavy = rb.GammaGamma(3.0, 0.8, 5.0).simulate(np.full(3000, 3), seed=2)
    with pytest.warns(rb.SpendWarning, match="not above 1"):
        model = rb.GammaGamma.fit(heavy)
    once = pd.DataFrame({"frequency": [0, 3], "monetary_value": [np.nan, 9.0]})
    with pytest.warns(rb.SpendWarning, match="infinite"):
        forecast = model.expected_spend(once)
    assert forecast.total().tolist() == [np.inf] * 3
    assert np.isfinite(forecast[[1]].total()).all()


def test_a_forecast_is_taken_where_one_value_per_customer_is(fitted):
    summary, buying, spend = fitted
    value = rb.lifetime_value(buying, spend, summary, **TERMS)
    assert repr(tiers.pyramid(value)) == repr(tiers.pyramid(value["estimate"]))
