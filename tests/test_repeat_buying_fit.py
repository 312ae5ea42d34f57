"""Fitting: derivatives, recovery of known parameters at the nominal rate, degenerate data."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from crmlab import repeat_buying as rb

AGES = np.random.default_rng(0).uniform(27, 39, 1500)


def world(kind, seed):
    """A simulated summary and the model that made it."""
    if kind is rb.BGNBD:
        model = kind(0.6, 5.0, 0.9, 2.5, unit="week")
    elif kind is rb.MBGNBD:
        model = kind(0.8, 6.0, 0.9, 2.5, unit="week")
    elif kind is rb.ParetoNBD:
        model = kind(0.9, 8.0, 0.8, 10.0, unit="week")
    elif kind is rb.BGBB:
        model = kind(1.2, 0.75, 0.7, 2.8, unit="year")
        return model, model.simulate(np.full(1500, 6), periods=5, seed=seed)
    elif kind is rb.ShiftedBetaGeometric:
        model = kind(0.8, 1.6, unit="year")
        return model, model.simulate(1000, periods=8, seed=seed)
    else:
        model = kind(6.0, 4.0, 15.0)
        frequency = np.random.default_rng(seed).integers(1, 6, 800)
        return model, model.simulate(frequency, seed=seed)
    return model, model.simulate(AGES, periods=26, seed=seed)


KINDS = [
    rb.BGNBD,
    rb.MBGNBD,
    rb.ParetoNBD,
    rb.BGBB,
    rb.ShiftedBetaGeometric,
    rb.GammaGamma,
]


@pytest.mark.parametrize("kind", KINDS)
def test_analytic_derivatives(kind):
    """Gradient and Hessian against differences of the value and of the gradient."""
    model, summary = world(kind, 1)
    if kind is rb.GammaGamma:
        from crmlab.repeat_buying.spend import read_spending

        data = kind._compress(read_spending(summary))
    else:
        if kind is not rb.ShiftedBetaGeometric:
            weights = np.random.default_rng(0).integers(1, 4, len(summary))
            summary = summary.table.assign(customers=weights)
        data = kind._compress(model._read(summary))
    theta = 1.3 * model.theta
    _, gradient, hessian = kind._evaluate(theta, data)
    for place in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        step = 1e-5 * theta[place]
        up[place] += step
        down[place] -= step
        above, below = kind._evaluate(up, data), kind._evaluate(down, data)
        slope = (above[0] - below[0]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-6 * abs(gradient).max())
        curve = (above[1] - below[1]) / (2 * step)
        np.testing.assert_allclose(
            hessian[place], curve, rtol=1e-6, atol=1e-7 * np.abs(hessian).max()
        )


REPLICATIONS = 150


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_lie_in_their_intervals_at_the_nominal_rate(kind):
    """90 % intervals of each parameter over 150 simulated worlds.

    At the nominal rate, fewer than 121 or more than 148 hits of 150, or fewer than 44 of 60, have
    a chance below 1 in 1,000 (binomial).
    """
    count = 60 if kind is rb.ParetoNBD else REPLICATIONS
    least, most = (44, 60) if count == 60 else (121, 148)
    hits = 0
    for seed in range(count):
        truth, summary = world(kind, 1000 + seed)
        table = kind.fit(summary).parameters(confidence=0.9)
        hits = hits + ((table["low"] <= truth.theta) & (truth.theta <= table["high"]))
    assert hits.between(least, most).all(), hits


@pytest.mark.parametrize("kind", [rb.BGNBD, rb.MBGNBD, rb.BGBB])
def test_forecasts_lie_in_their_intervals_at_the_nominal_rate(kind):
    """The forecast under the true parameters, for four customers, 90 % intervals."""
    if kind is rb.BGBB:
        few = {"frequency": [0, 1, 3, 6], "recency": [0, 2, 5, 6], "T": [6] * 4}
    else:
        few = {"frequency": [0, 1, 3, 9], "recency": [0.0, 4, 20, 37], "T": [38.0] * 4}
    inside = {"forecast": 0, "alive": 0, "value": 0}
    for seed in range(100):
        truth, summary = world(kind, 5000 + seed)
        model = kind.fit(summary)
        options = {"margin": 0.3, "annual_rate": 0.1, "years": 2}
        for name, ask in (
            ("forecast", lambda m: m.expected_purchases(few, periods=5, confidence=0.9)),
            ("alive", lambda m: m.p_alive(few, confidence=0.9)),
            ("value", lambda m, o=options: rb.lifetime_value(m, 40, few, confidence=0.9, **o)),
        ):
            got, want = ask(model), ask(truth)["estimate"]
            close = 1e-9 * want
            inside[name] += (got["low"] <= want + close) & (want - close <= got["high"])
    # one-time buyers are alive for sure under BG/NBD: always inside
    sure = 1 if kind is rb.BGNBD else 0
    for name, hits in inside.items():
        skip = sure if name == "alive" else 0
        assert hits.iloc[skip:].between(78, 99 + skip).all(), (name, hits)


def test_simulated_customers_follow_the_model():
    """Means of a large simulated holdout against the forecast, and its share of zeros."""
    ages = np.full(200_000, 39.0)
    for model in (
        rb.BGNBD(0.243, 4.414, 0.793, 2.426),
        rb.MBGNBD(0.525, 6.183, 0.891, 1.614),
        rb.ParetoNBD(0.553, 10.578, 0.606, 11.669),
    ):
        drawn = model.simulate(ages, periods=39, seed=4)
        drawn = drawn.table
        assert (drawn["recency"] <= drawn["T"]).all()
        mean, error = drawn["frequency"].mean(), drawn["frequency"].std() / np.sqrt(len(drawn))
        want = model.expected_purchases_new(39)["estimate"].iloc[0]
        assert abs(mean - want) < 4 * error
        none = model.purchase_distribution(periods=39)[0].iloc[0]
        assert (drawn["frequency"] == 0).mean() == pytest.approx(none, abs=0.005)
        for x in (0, 1, 4):
            group = drawn[drawn["frequency"] == x]
            want = model.expected_purchases(group, periods=39)["estimate"].mean()
            later = group["frequency_holdout"]
            assert abs(later.mean() - want) < 4 * later.std() / np.sqrt(len(group))
            alive = model.p_alive(group)["estimate"].mean()
            assert group["alive"].mean() == pytest.approx(alive, abs=0.02)


def test_simulated_opportunities_follow_the_model():
    model = rb.BGBB(1.2, 0.75, 0.66, 2.8)
    drawn = model.simulate(np.full(100_000, 6), periods=5, seed=4).table
    for x in (0, 3, 6):
        group = drawn[drawn["frequency"] == x]
        want = model.expected_purchases(group, periods=5)["estimate"].mean()
        assert group["frequency_holdout"].mean() == pytest.approx(want, abs=0.05)
        chances = model.purchase_distribution(group.head(1), periods=5, most=5)
        assert chances.sum(axis=1).iloc[0] == pytest.approx(1)
        assert group["alive"].mean() == pytest.approx(
            model.p_alive(group)["estimate"].mean(), abs=0.02
        )


def test_distribution_of_opportunities_has_the_expected_mean():
    model = rb.BGBB(1.2, 0.75, 0.66, 2.8)
    table = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": [6, 6, 6]})
    chances = model.purchase_distribution(table, periods=9, most=9)
    mean = chances[list(range(10))].to_numpy() @ np.arange(10)
    np.testing.assert_allclose(mean, model.expected_purchases(table, periods=9)["estimate"])
    contract = rb.ShiftedBetaGeometric(0.7, 1.2)
    chances = contract.purchase_distribution({"T": 3}, periods=9, most=9)
    mean = chances[list(range(10))].to_numpy() @ np.arange(10)
    np.testing.assert_allclose(mean, contract.expected_purchases({"T": 3}, periods=9)["estimate"])


def test_a_million_rows_take_the_warm_start_to_the_same_place():
    """Weights, repeated rows and the rough first fit change nothing."""
    _, summary = world(rb.BGNBD, 3)
    once = rb.BGNBD.fit(summary)
    many = pd.concat([summary.table] * 50, ignore_index=True)
    weighted = summary.table.assign(customers=50)
    for data in (many, weighted):
        model = rb.BGNBD.fit(data, unit="week")
        np.testing.assert_allclose(model.theta, once.theta, rtol=1e-6)
        np.testing.assert_allclose(model.standard_errors * 50**0.5, once.standard_errors, rtol=1e-4)
        assert model.fitted.customers == 50 * 1500


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_fit_ends_where_no_step_is_left(kind, seed):
    """Newton's method stops early, with many customers, only if its last step arrives."""
    model, summary = world(kind, seed)
    if kind is rb.GammaGamma:
        from crmlab.repeat_buying.spend import read_spending

        summary = summary.assign(customers=100)
        data = kind._compress(read_spending(summary))
    else:
        if kind is not rb.ShiftedBetaGeometric:
            summary = replace(summary, table=summary.table.assign(customers=100))
        data = kind._compress(model._read(summary))
    found = kind.fit(summary)
    _, gradient, hessian = kind._evaluate(found.theta, data)
    step = np.linalg.solve(hessian, gradient) / found.theta
    assert np.abs(step).max() < 1e-7
    assert np.linalg.eigvalsh(hessian).max() < 0


def test_the_integral_over_the_time_of_leaving_takes_enough_nodes():
    """However few nodes a customer's history needs, log L is that of 200 nodes."""
    from crmlab.repeat_buying import numerics

    rng = np.random.default_rng(0)
    v, weights = numerics.legendre(200)
    for draw in range(600):
        r, alpha, s, beta = np.exp(rng.uniform([-1, 0, -1, 0], [1.5, 5, 1.5, 5]))
        T, x = rng.uniform(1, 80), int(rng.integers(0, 12))
        tx = T * rng.uniform(0.2, 1) ** (1 + draw % 4) if x else 0.0
        u = tx + (T - tx) * v
        inside = weights @ ((alpha + u) ** -(r + x) * (beta + u) ** -(s + 1)) * (T - tx)
        whole = (alpha + T) ** -(r + x) * (beta + T) ** -s + s * inside
        exact = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        exact += s * np.log(beta) + np.log(whole)
        customer = {"frequency": x, "recency": tx, "T": T}
        found = rb.ParetoNBD(r, alpha, s, beta, unit="week").log_likelihood(customer)
        assert found == pytest.approx(exact, abs=2e-12)


def test_the_unit_changes_only_the_scale():
    _, summary = world(rb.ParetoNBD, 3)
    weeks = rb.ParetoNBD.fit(summary)
    daily = summary.table.assign(recency=summary["recency"] * 7, T=summary["T"] * 7)
    days = rb.ParetoNBD.fit(daily, unit="day")
    np.testing.assert_allclose(days.theta / weeks.theta, [1, 7, 1, 7], rtol=1e-5)
    value = [
        rb.lifetime_value(model, 30, data, margin=0.3, annual_rate=0.1)
        for model, data in ((weeks, summary), (days, daily))
    ]
    np.testing.assert_allclose(value[0].table, value[1].table, rtol=1e-5)


def test_nobody_leaves_is_named():
    """A gamma-Poisson world without dropout: a / b runs away."""
    rng = np.random.default_rng(3)
    rate = rng.gamma(2.0, 0.1, 2000)
    bought = rng.poisson(rate * 39)
    recency = np.where(bought > 0, 39 * rng.beta(np.maximum(bought, 1), 1), 0.0)
    summary = pd.DataFrame({"frequency": bought, "recency": recency, "T": 39.0})
    for kind in (rb.BGNBD, rb.ParetoNBD):
        with pytest.warns(rb.DegenerateFitWarning, match=r"runs to|do not determine"):
            model = kind.fit(summary, unit="week")
        assert not model.fitted.converged
        assert model.fitted.status.startswith("degenerate: ")
        assert model.covariance is None
        assert "degenerate" in str(model.summary())
        assert list(model.p_alive(summary)) == ["estimate"]


def test_equal_spend_is_named():
    """Everybody spends about the same, whatever they bought before: p runs away."""
    rng = np.random.default_rng(1)
    frequency = rng.integers(1, 9, 500)
    money = 35 * (1 + 0.05 * rng.standard_normal(500))
    summary = pd.DataFrame({"frequency": frequency, "monetary_value": money})
    with pytest.warns(rb.DegenerateFitWarning, match="p runs to infinity"):
        model = rb.GammaGamma.fit(summary)
    assert not model.fitted.converged
    assert model.standard_errors is None
    assert list(model.expected_spend(summary).table) == ["estimate"]


def test_constant_retention_is_named():
    with pytest.warns(rb.DegenerateFitWarning, match="ShiftedBetaGeometric"):
        rb.ShiftedBetaGeometric.fit([10000, 8000, 6400, 5120, 4096], unit="year")


def test_spend_that_depends_on_frequency_is_named():
    model = rb.GammaGamma(6.0, 4.0, 15.0)
    frequency = np.random.default_rng(1).integers(1, 20, 2000)
    summary = model.simulate(frequency, seed=1)
    summary["monetary_value"] *= summary["frequency"]
    with pytest.warns(rb.SpendWarning, match="correlate"):
        rb.GammaGamma.fit(summary)


def test_infinite_mean_spend_is_a_named_state():
    model = rb.GammaGamma(3.0, 0.8, 5.0)
    assert model.population_mean == np.inf
    table = pd.DataFrame({"frequency": [0, 2], "monetary_value": [np.nan, 10.0]})
    with pytest.warns(rb.SpendWarning, match="1 customers"):
        spend = model.expected_spend(table)["estimate"]
    assert spend.iloc[0] == np.inf
    assert spend.iloc[1] == pytest.approx(3 * (5 + 20) / (6 + 0.8 - 1))
    base = rb.BGNBD(0.2, 4, 0.8, 2, unit="week")
    summary = table.assign(recency=[0.0, 3.0], T=[9.0, 9.0])
    with pytest.raises(ValueError, match="infinite"):
        rb.lifetime_value(base, model, summary, margin=0.3, annual_rate=0.1)
    heavy = rb.GammaGamma(3.0, 0.8, 5.0).simulate(np.full(3000, 3), seed=2)
    with pytest.warns(rb.SpendWarning, match="not above 1"):
        fitted = rb.GammaGamma.fit(heavy)
    assert fitted.q < 1


def test_json_round_trip(tmp_path):
    for kind in KINDS:
        truth, summary = world(kind, 1)
        for model in (truth, kind.fit(summary)):
            again = rb.read_model(model.to_json())
            assert again == model
            model.save(tmp_path / "model.json")
            assert rb.read_model(tmp_path / "model.json") == model
        assert len(model.to_json()) < 2000
    with pytest.raises(ValueError, match="not a saved model"):
        rb.read_model("{}")


def test_comparison():
    _, summary = world(rb.MBGNBD, 1)
    models = [kind.fit(summary) for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD)]
    table = rb.compare(*models)
    assert table.index[0] == "MBGNBD"
    assert table["behind"].iloc[0] == 0
    first = models[0]
    assert first.aic == pytest.approx(8 - 2 * first.fitted.log_likelihood)
    assert first.bic == pytest.approx(4 * np.log(1500) - 2 * first.fitted.log_likelihood)
    _, other = world(rb.BGBB, 1)
    with pytest.raises(ValueError, match="cannot be compared"):
        rb.compare(first, rb.BGBB.fit(other.table, unit="week"))
    with pytest.raises(ValueError, match="customers"):
        rb.compare(first, rb.MBGNBD.fit(summary[:900]))
    with pytest.raises(ValueError, match="made from given parameters"):
        rb.compare(first, rb.MBGNBD(1, 1, 1, 1, unit="week"))


def test_likelihood_ratio():
    """Equal groups give small statistics at the nominal rate; different groups a large one."""
    small = 0
    for seed in range(40):
        _, summary = world(rb.BGNBD, 300 + seed)
        parts = [rb.BGNBD.fit(summary[place::2]) for place in (0, 1)]
        result = rb.likelihood_ratio_test(rb.BGNBD.fit(summary), *parts)
        assert result["degrees_of_freedom"] == 4
        small += result["p_value"] > 0.1
    assert 27 <= small <= 40
    quick = rb.BGNBD(2.0, 5.0, 0.9, 2.5, unit="week").simulate(AGES, seed=1)
    both = pd.concat([summary.table, quick.table], ignore_index=True)
    parts = [rb.BGNBD.fit(part) for part in (summary, quick)]
    assert rb.likelihood_ratio_test(rb.BGNBD.fit(both, unit="week"), *parts)["p_value"] < 1e-9
    with pytest.raises(ValueError, match="not nested"):
        rb.likelihood_ratio_test(parts[0], rb.MBGNBD.fit(summary), parts[1])
    with pytest.raises(ValueError, match="make up all"):
        rb.likelihood_ratio_test(parts[0], *parts)


def test_text_and_parameters():
    truth, summary = world(rb.BGNBD, 1)
    model = rb.BGNBD.fit(summary)
    text = str(model.summary())
    for word in ("BG/NBD", "1,500 customers", "week", "alpha", "log-likelihood", "converged"):
        assert word in text
    assert "no intervals" in str(truth.summary())
    table = model.parameters()
    np.testing.assert_allclose(table["standard_error"], model.standard_errors)
    assert (table["low"] < table["estimate"]).all()
    assert list(truth.parameters()) == ["estimate"]
    assert truth.covariance is None
    assert repr(rb.BGNBD(1, 2, 3, 4)) == "BGNBD(unit=None, r=1.0, alpha=2.0, a=3.0, b=4.0)"


def test_contracts_from_rows_equal_contracts_from_counts():
    survivors = [1000, 631, 468, 382]
    rows = pd.DataFrame(
        {"T": [1, 2, 3, 3], "churned": [1, 1, 1, 0], "customers": [369, 163, 86, 382]}
    )
    one = rb.ShiftedBetaGeometric.fit(survivors, unit="year")
    two = rb.ShiftedBetaGeometric.fit(rows, unit="year")
    np.testing.assert_allclose(one.theta, two.theta)
    assert one.log_likelihood(survivors) == pytest.approx(two.log_likelihood(rows))


def test_contract_value_by_summing_the_series():
    model = rb.ShiftedBetaGeometric(0.704, 1.182, unit="year")
    alive = np.cumprod((1.182 + 3 + np.arange(4000)) / (0.704 + 1.182 + 3 + np.arange(4000)))
    want = 100 * (alive / 1.1 ** np.arange(1, 4001)).sum()
    got = rb.lifetime_value(model, 100, {"T": 3}, margin=1, annual_rate=0.1)["estimate"].iloc[0]
    assert got == pytest.approx(want, rel=1e-9)
    few = rb.lifetime_value(model, 100, {"T": 3}, margin=1, annual_rate=0.1, years=4)["estimate"]
    assert few.iloc[0] == pytest.approx(100 * (alive / 1.1 ** np.arange(1, 4001))[:4].sum())
    gone = rb.lifetime_value(model, 100, {"T": 3, "churned": True}, margin=1, annual_rate=0.1)
    assert gone["estimate"].iloc[0] == 0


def test_lifetime_value_is_purchases_times_spend_without_discount():
    truth, summary = world(rb.BGNBD, 1)
    model = rb.BGNBD.fit(summary)
    year = 365.25 / 7
    value = rb.lifetime_value(model, 20, summary, margin=0.5, annual_rate=0, years=1)
    bought = model.expected_purchases(summary, periods=year)
    np.testing.assert_allclose(value.table, 10 * bought.table)
    wide = value.total()
    assert wide["estimate"] == pytest.approx(value["estimate"].sum())
    assert wide["high"] / wide["estimate"] < (value["high"] / value["estimate"]).max()
    for bad, message in (
        ({"margin": 30, "annual_rate": 0.1}, "margin"),
        ({"margin": 0.3, "annual_rate": 0}, "years"),
        ({"margin": 0.3, "annual_rate": -2}, "annual_rate"),
        ({"margin": 0.3, "annual_rate": 0.1, "years": -1}, "years"),
    ):
        with pytest.raises(ValueError, match=message):
            rb.lifetime_value(model, 20, summary, **bad)
    with pytest.raises(ValueError, match="spend"):
        rb.lifetime_value(model, -3, summary, margin=0.3, annual_rate=0.1)
    plain = summary[["frequency", "recency", "T"]]
    with pytest.raises(rb.UnitError, match="time unit"):
        rb.lifetime_value(rb.BGNBD(1, 2, 3, 4), 20, plain, margin=0.3, annual_rate=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rb.lifetime_value(truth, 20, plain, margin=0.3, annual_rate=0.1)


def test_spend_is_matched_by_customer_not_by_place():
    model, summary = world(rb.BGNBD, 1)
    summary = summary[:5]
    spend = pd.Series([10.0, 20, 30, 40, 50], index=summary.index)
    terms = {"margin": 0.3, "annual_rate": 0.1, "years": 1}
    right = rb.lifetime_value(model, spend, summary, **terms)
    assert rb.lifetime_value(model, spend[::-1], summary, **terms) == right
    assert rb.lifetime_value(model, spend.to_numpy(), summary, **terms) == right
    for wrong, words in (
        (spend.head(4), "does not name each of the 5"),
        (spend.to_numpy()[:4], "4 amounts for 5 customers"),
        (spend.to_frame(), "spend is a DataFrame"),
        (model, "spend is a BGNBD"),
    ):
        with pytest.raises(ValueError, match=words):
            rb.lifetime_value(model, wrong, summary, **terms)
    with pytest.raises(ValueError, match="model is a GammaGamma"):
        rb.lifetime_value(rb.GammaGamma(6, 4, 15), model, summary, **terms)
    with pytest.raises(ValueError, match="annual_rate is 10"):
        rb.lifetime_value(model, 10, summary, margin=0.3, annual_rate=10)


def test_a_summary_that_lost_its_unit_is_doubted():
    _, summary = world(rb.BGNBD, 2)
    fitted = rb.BGNBD.fit(summary, unit="week")
    assert fitted.fitted.oldest == summary["T"].max()
    days = summary.table.assign(recency=7 * summary["recency"], T=7 * summary["T"])
    with pytest.warns(UserWarning, match="does not say its unit"):
        fitted.p_alive(days)
    with pytest.raises(rb.UnitError):
        fitted.p_alive(rb.Summary(days, unit="day"))


def test_what_is_compared_is_looked_at_before_its_unit():
    one = rb.BGNBD.fit(world(rb.BGNBD, 3)[1], unit="week")
    with pytest.raises(ValueError, match="different things"):
        rb.compare(one, rb.GammaGamma.fit(world(rb.GammaGamma, 3)[1]))
    with pytest.raises(ValueError, match=r"compare\(one, other\)"):
        rb.compare([one, one])


def test_a_file_that_is_no_model_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("not a model")
    with pytest.raises(ValueError, match="not a saved model"):
        rb.read_model(tmp_path / "notes.txt")
