"""Edge grids against mpmath, by other routes: closed forms and other integrals."""

import itertools
import warnings

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from crmlab import repeat_buying as rb
from crmlab.repeat_buying import numerics

TOLERANCE = 1e-8
YEAR_OF_WEEKS = 365.25 / 7


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(50):
        yield


def frame(x, tx, T):
    return pd.DataFrame({"frequency": x, "recency": tx, "T": T})


def bg_odds_dead(r, alpha, a, b, x, tx, T, first):
    if x + first == 0:
        return mp.mpf(0)
    ratio = (mp.mpf(alpha) + T) / (mp.mpf(alpha) + tx)
    return mp.mpf(a) / (mp.mpf(b) + x + first - 1) * ratio ** (mp.mpf(r) + x)


def bg_expected(r, alpha, a, b, x, tx, T, t, first):
    """Fader, Hardie & Lee (2005), equation 10, at 50 digits; a = 1 by its limit."""
    a = mp.mpf(a) + (mp.mpf(10) ** -22 if a == 1 else 0)
    s, A, m = mp.mpf(r) + x, mp.mpf(alpha) + T, mp.mpf(b) + x + first
    series = mp.hyp2f1(s, m, a + m - 1, mp.mpf(t) / (A + t))
    alive = (a + m - 1) / (a - 1) * (1 - (A / (A + t)) ** s * series)
    return alive / (1 + bg_odds_dead(r, alpha, a, b, x, tx, T, first))


BG_PARAMETERS = [
    (0.243, 4.414, 0.793, 2.426),
    (0.243, 4.414, 1.0, 2.426),
    (0.5, 2.0, 0.2, 0.3),
    (0.05, 0.5, 0.1, 0.6),
    (2.5, 30.0, 3.0, 0.4),
    (1.2, 8.0, 20.0, 45.0),
]
CUSTOMERS = [
    (0, 0.0, 0.0),
    (0, 0.0, 40.0),
    (1, 2.0, 40.0),
    (7, 38.0, 39.0),
    (60, 10.0, 52.0),
    (500, 90.0, 100.0),
    (2000, 99.5, 100.0),
]


@pytest.mark.parametrize("parameters", BG_PARAMETERS)
@pytest.mark.parametrize("kind", [rb.BGNBD, rb.MBGNBD])
def test_bgnbd_forecast_and_alive(kind, parameters):
    model = kind(*parameters)
    x, tx, T = (np.array(column) for column in zip(*CUSTOMERS, strict=True))
    got_alive = model.p_alive(frame(x, tx, T))["estimate"].to_numpy()
    for t in (1, 13, 52, 1000):
        got = model.expected_purchases(frame(x, tx, T), periods=t)["estimate"].to_numpy()
        assert np.isfinite(got).all()
        for place, customer in enumerate(CUSTOMERS):
            want = bg_expected(*parameters, *customer, t, kind.first)
            if abs(want) > 1e-290:
                assert abs(got[place] / want - 1) < TOLERANCE, (customer, t)
    for place, customer in enumerate(CUSTOMERS):
        want = 1 / (1 + bg_odds_dead(*parameters, *customer, kind.first))
        assert got_alive[place] == pytest.approx(float(want), rel=TOLERANCE, abs=1e-300)


@pytest.mark.parametrize("parameters", [*BG_PARAMETERS[:4], (0.4, 5.0, 1.5, 0.7)])
def test_bgnbd_dert(parameters):
    """As an integral over time of the discounted purchase intensity, which is a 2F1."""
    r, alpha, a, b = parameters
    force = mp.log(mp.mpf("1.15")) / mp.mpf(YEAR_OF_WEEKS)
    for x, tx, T in [(0, 0.0, 78.0), (3, 30.0, 39.0), (200, 38.0, 40.0)]:
        s, A = mp.mpf(r) + x, mp.mpf(alpha) + T
        with mp.workdps(20):
            total = mp.quad(
                lambda u, s=s, A=A, x=x: (
                    mp.exp(-force * u) * (s / A) * mp.hyp2f1(s + 1, a, mp.mpf(a) + b + x, -u / A)
                ),
                [0, 1, 10, 100, 1000, 10000, 25000],
            )
        want = total / (1 + bg_odds_dead(r, alpha, a, b, x, tx, T, 0))
        got = rb.lifetime_value(
            rb.BGNBD(*parameters, unit="week"),
            1.0,
            {"frequency": x, "recency": tx, "T": T},
            margin=1,
            annual_rate=0.15,
        )["estimate"].iloc[0]
        assert got == pytest.approx(float(want), rel=TOLERANCE), (x, tx, T)


@pytest.mark.parametrize("years", [0.25, 1.0, 19.0])
def test_bgnbd_discounted_horizon(years):
    r, alpha, a, b = BG_PARAMETERS[0]
    force = mp.log(mp.mpf("1.15")) / mp.mpf(YEAR_OF_WEEKS)
    horizon = mp.mpf(years) * mp.mpf(YEAR_OF_WEEKS)
    for x, tx, T in [(0, 0.0, 0.0), (3, 30.0, 39.0)]:
        s, A = mp.mpf(r) + x, mp.mpf(alpha) + T
        with mp.workdps(20):
            total = mp.quad(
                lambda u, s=s, A=A, x=x: (
                    mp.exp(-force * u) * (s / A) * mp.hyp2f1(s + 1, a, mp.mpf(a) + b + x, -u / A)
                ),
                [0, horizon / 100, horizon / 10, horizon],
            )
        want = total / (1 + bg_odds_dead(r, alpha, a, b, x, tx, T, 0))
        got = rb.lifetime_value(
            rb.BGNBD(r, alpha, a, b, unit="week"),
            1.0,
            {"frequency": x, "recency": tx, "T": T},
            margin=1,
            annual_rate=0.15,
            years=years,
        )["estimate"].iloc[0]
        assert got == pytest.approx(float(want), rel=TOLERANCE)


def pareto_dead_over_alive(r, alpha, s, beta, x, tx, T):
    """Fader & Hardie's two hypergeometric branches, at many digits."""
    r, alpha, s, beta = (mp.mpf(v) for v in (r, alpha, s, beta))
    n = r + s + x
    first, second = (s + 1, alpha - beta) if alpha >= beta else (r + x, beta - alpha)
    big = max(alpha, beta)

    def part(age):
        return mp.hyp2f1(n, first, n + 1, second / (big + age)) / (big + age) ** n

    return s / n * (alpha + T) ** (r + x) * (beta + T) ** s * (part(tx) - part(T))


PARETO_PARAMETERS = [
    (0.553, 10.578, 0.606, 11.669),
    (0.553, 11.669, 0.606, 10.578),
    (0.3, 20.0, 1.0, 2.0),
    (2.0, 1.5, 0.1, 60.0),
    (0.8, 7.0, 3.5, 7.0),
]


@pytest.mark.parametrize("parameters", PARETO_PARAMETERS)
def test_pareto_alive_forecast_and_likelihood(parameters):
    r, alpha, s, beta = (mp.mpf(v) for v in parameters)
    model = rb.ParetoNBD(*parameters)
    x, tx, T = (np.array(column) for column in zip(*CUSTOMERS, strict=True))
    table = frame(x, tx, T)
    got = model.p_alive(table)["estimate"].to_numpy()
    for place, customer in enumerate(CUSTOMERS):
        bought, _, age = customer
        with mp.workdps(150):
            dead = pareto_dead_over_alive(*parameters, *customer)
            alive = 1 / (1 + dead)
        assert got[place] == pytest.approx(float(alive), rel=TOLERANCE, abs=1e-300), customer
        likelihood = (
            mp.loggamma(r + bought)
            - mp.loggamma(r)
            + r * mp.log(alpha)
            + s * mp.log(beta)
            - (r + bought) * mp.log(alpha + age)
            - s * mp.log(beta + age)
            + mp.log(1 + dead)
        )
        one = table.iloc[[place]]
        assert model.log_likelihood(one) == pytest.approx(float(likelihood), rel=1e-10, abs=1e-9)
        for t in (1, 52, 1000):
            left = mp.quad(lambda u, age=age: ((beta + age) / (beta + age + u)) ** s, [0, t / 9, t])
            want = (r + bought) / (alpha + age) * left * alive
            forecast = model.expected_purchases(one, periods=t)["estimate"].iloc[0]
            assert forecast == pytest.approx(float(want), rel=TOLERANCE, abs=1e-290)


@pytest.mark.parametrize("parameters", PARETO_PARAMETERS)
def test_pareto_dert(parameters):
    """Fader, Hardie & Lee (2005), with the confluent hypergeometric function of mpmath."""
    r, alpha, s, beta = (mp.mpf(v) for v in parameters)
    for rate in (0.001, 0.15):
        force = mp.log(1 + mp.mpf(rate)) / mp.mpf(YEAR_OF_WEEKS)
        for x, tx, T in [(0, 0.0, 0.0), (0, 0.0, 78.0), (5, 30.0, 39.0)]:
            left = (beta + T) ** s * force ** (s - 1) * mp.hyperu(s, s, force * (beta + T))
            dead = pareto_dead_over_alive(*parameters, x, tx, T)
            want = (r + x) / (alpha + T) * left / (1 + dead)
            got = rb.lifetime_value(
                rb.ParetoNBD(*parameters, unit="week"),
                1.0,
                {"frequency": x, "recency": tx, "T": T},
                margin=1,
                annual_rate=rate,
            )["estimate"].iloc[0]
            assert got == pytest.approx(float(want), rel=TOLERANCE), (rate, x)


def test_likelihood_of_bgnbd_at_the_edges():
    """Checks 1 and 2 of the reference table, and the definition at 50 digits elsewhere."""
    model = rb.BGNBD(0.25, 4, 0.8, 2.5)
    one = model.log_likelihood({"frequency": 0, "recency": 0, "T": 40})
    many = model.log_likelihood({"frequency": 200, "recency": 38, "T": 40})
    assert one == pytest.approx(-0.59947382, abs=5e-9)
    assert many == pytest.approx(100.7957, abs=5e-5)
    for parameters, (x, tx, T) in itertools.product(BG_PARAMETERS, CUSTOMERS):
        for kind in (rb.BGNBD, rb.MBGNBD):
            r, alpha, a, b = (mp.mpf(v) for v in parameters)
            n = x + kind.first
            want = (
                mp.loggamma(r + x)
                - mp.loggamma(r)
                + r * mp.log(alpha)
                - (r + x) * mp.log(alpha + T)
                + mp.loggamma(b + n)
                - mp.loggamma(a + b + n)
                + mp.loggamma(a + b)
                - mp.loggamma(b)
                + mp.log(1 + bg_odds_dead(*parameters, x, tx, T, kind.first))
            )
            got = kind(*parameters).log_likelihood({"frequency": x, "recency": tx, "T": T})
            assert got == pytest.approx(float(want), rel=1e-10, abs=1e-9)


def test_bgbb_value_and_forecast():
    alpha, beta, gamma, delta = 1.204, 0.750, 0.657, 2.783
    model = rb.BGBB(alpha, beta, gamma, delta, unit="year")
    for n in (0, 6, 40):
        customer = {"frequency": n // 2, "recency": n, "T": n}
        chance = mp.mpf(alpha + n // 2) / (alpha + beta + n)
        theta = mp.beta(gamma, delta + n)
        with mp.workdps(20):
            mean = mp.quad(
                lambda y, n=n: (
                    (1 - mp.exp(y)) ** (delta + n) * mp.exp(gamma * y) / (mp.exp(y) + mp.mpf("0.1"))
                ),
                [-90, -30, -10, -5, -2, -1, 0],
            )
        want = chance * mean / theta
        got = rb.lifetime_value(model, 1.0, customer, margin=1, annual_rate=0.1)
        assert got["estimate"].iloc[0] == pytest.approx(float(want), rel=TOLERANCE)
        for periods in (1, 5, 300):
            ahead = sum(mp.beta(gamma, delta + n + k) for k in range(1, periods + 1)) / theta
            got = model.expected_purchases(customer, periods=periods)["estimate"].iloc[0]
            assert got == pytest.approx(float(chance * ahead), rel=TOLERANCE)


def test_many_ages_give_the_same_as_one_by_one():
    """Interpolation over the ages against direct evaluation, over a wide and a narrow window."""
    rng = np.random.default_rng(5)
    for widest, models in (
        (1000, (rb.BGNBD(0.243, 4.414, 0.793, 2.426, unit="day"),)),
        (
            60,
            (rb.MBGNBD(0.5, 6.0, 0.9, 1.6, unit="day"), rb.ParetoNBD(0.5, 9, 0.6, 12, unit="day")),
        ),
    ):
        T = np.sort(rng.uniform(0.5, widest, 2000))
        x = rng.choice([0, 1, 2, 30, 700], len(T))
        many = frame(x, np.where(x > 0, 0.9 * T, 0.0), T)
        few = many.iloc[::250]
        for model in models:
            for years in (1.0, None):
                options = {"margin": 1, "annual_rate": 0.1, "years": years}
                whole = rb.lifetime_value(model, 1.0, many, **options)["estimate"]
                direct = rb.lifetime_value(model, 1.0, few, **options)["estimate"]
                np.testing.assert_allclose(whole.iloc[::250], direct, rtol=1e-9)


def test_heavy_buyers_are_looked_up_from_few_frequencies(monkeypatch):
    """Interpolation over frequencies up to thousands against every one of them, all horizons."""
    ages = np.random.default_rng(1).integers(280, 714, 1500) / 7
    for truth in (rb.BGNBD(1, 0.09, 0.5, 20, unit="week"), rb.MBGNBD(2, 0.05, 0.3, 1, unit="week")):
        summary = truth.simulate(ages, seed=1)
        assert summary["frequency"].nunique() > 300
        model = type(truth).fit(summary)
        for years in (1, 20, None):
            options = {"margin": 1, "annual_rate": 0.1, "years": years}
            points = []
            spied = type(truth)._future

            def future(self, x, T, *more, spied=spied, points=points):
                points.append(len(x))
                return spied(self, x, T, *more)

            with monkeypatch.context() as changed:
                changed.setattr(type(truth), "_future", future)
                got = rb.lifetime_value(model, 1, summary, **options)
            assert max(points) < 120, "cost must not grow with the number of frequencies"
            few = summary[::50]
            want = rb.lifetime_value(model, 1, few, **options)
            assert few["frequency"].nunique() + 10 < max(points), "these are taken one by one"
            np.testing.assert_allclose(got["estimate"][::50], want["estimate"], rtol=1e-9)
            np.testing.assert_allclose(got["high"][::50], want["high"], rtol=1e-6)


@pytest.mark.parametrize("length", [1.0, 7.0, 30.4375])
def test_codes_of_counts_and_days_are_those_of_pandas(length):
    values = np.random.default_rng(0).integers(0, 900, 5000) / length
    huge = np.append(values, 1e300)
    for values_given in (values, np.append(values, 0.123), values + 2e6, huge, values[:0]):
        codes, distinct = numerics.coded(values_given)
        np.testing.assert_array_equal(distinct[codes], values_given)
        assert len(np.unique(distinct)) == len(distinct) == len(np.unique(values_given))


def test_standard_errors_of_forecasts_by_brute_force():
    """The delta method against a gradient taken on the finished forecast."""
    summary = rb.BGNBD(0.25, 4.4, 0.8, 2.4, unit="week").simulate(np.full(3000, 39.0), seed=2)
    few = summary[:40]
    options = {"margin": 0.3, "annual_rate": 0.1}
    questions = (
        lambda model: model.expected_purchases(few, periods=26),
        lambda model: rb.lifetime_value(model, 1, few, **options),
        lambda model: rb.lifetime_value(model, 1, few, years=1, **options),
    )
    for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD):
        model = kind.fit(summary)
        for ask in questions:
            got = ask(model)
            gradient = []
            for place in range(4):
                ends = []
                for step in (1e-3, -1e-3):
                    theta = model.theta
                    theta[place] *= np.exp(step)
                    ends.append(np.log(ask(kind(*theta, unit="week"))["estimate"]))
                gradient.append((ends[0] - ends[1]).to_numpy() / 2e-3)
            gradient = np.array(gradient)
            logs = model.covariance.to_numpy() / np.outer(model.theta, model.theta)
            errors = np.sqrt(np.einsum("in,ij,jn->n", gradient, logs, gradient))
            want = np.exp(1.959963984540054 * errors)
            np.testing.assert_allclose(got["high"] / got["estimate"], want, rtol=1e-4)
            np.testing.assert_allclose(got["estimate"] / got["low"], want, rtol=1e-4)


@settings(max_examples=50)
@given(
    a=st.floats(0.02, 30),
    m=st.floats(0.02, 3000),
    power=st.floats(0.05, 50),
    c=st.floats(1e-3, 1e3),
)
def test_beta_mean_of_any_shape(a, m, power, c):
    """Mean of (1 + c p)^-power is a 2F1 of mpmath."""
    ends = (np.ones((1, 1)), np.full((1, 1), (1 + c) ** -power))
    steep = np.array([power * c])
    got = numerics.beta_mean(
        lambda p: np.exp(-power * np.log1p(c * p)), ends, (a, np.array([m])), steep
    )[0, 0]
    want = float(mpmath.hyp2f1(power, a, a + m, -c))
    assert got == pytest.approx(want, rel=1e-9, abs=1e-13)


def test_nothing_is_nan_or_infinite_on_the_whole_grid():
    x = np.array([0, 1, 2, 5, 50, 500, 2000])
    for T in (0.1, 1.0, 39.0, 500.0):
        for share in (0.01, 0.5, 1.0):
            table = frame(x, np.where(x > 0, share * T, 0.0), np.full(len(x), T))
            models = [rb.BGNBD(*p, unit="week") for p in BG_PARAMETERS]
            models += [rb.MBGNBD(*p, unit="week") for p in BG_PARAMETERS]
            models += [rb.ParetoNBD(*p, unit="week") for p in PARETO_PARAMETERS]
            for model in models:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    for t in (1, 1000):
                        forecast = model.expected_purchases(table, periods=t)
                        assert np.isfinite(forecast.table).all(axis=None)
                    assert np.isfinite(model.p_alive(table)).all(axis=None)
                    value = rb.lifetime_value(model, 1.0, table, margin=1, annual_rate=0.1)
                    assert np.isfinite(value.table).all(axis=None)
                    chances = model.purchase_distribution(table, periods=10, most=3)
                    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-12)


@pytest.mark.parametrize(
    "model",
    [
        rb.BGNBD(0.243, 4.414, 0.793, 2.426),
        rb.MBGNBD(0.525, 6.183, 0.891, 1.614),
        rb.ParetoNBD(0.553, 10.578, 0.606, 11.669),
    ],
)
def test_distribution_has_the_expected_mean(model):
    """Two unrelated formulas: the mean of the distribution is the expected number."""
    table = frame([0, 2, 12], [0.0, 30.43, 38.0], [38.86, 38.86, 39.0])
    most = 150
    chances = model.purchase_distribution(table, periods=20, most=most)
    mean = chances[list(range(most + 1))].to_numpy() @ np.arange(most + 1)
    want = model.expected_purchases(table, periods=20)["estimate"]
    np.testing.assert_allclose(mean, want, rtol=2e-6)
    assert chances["more"].max() < 1e-6
