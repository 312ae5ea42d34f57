"""Season: operational time, fits and forecasts in it, the profile estimated from a log."""

import dataclasses
import json

import matplotlib.pyplot as plt
import mpmath as mp
import numpy as np
import pandas as pd
import pytest

import crmlab as crm
from crmlab import repeat_buying as rb

WINTER = rb.Season([1.5, 1.3, 1.1, 1, 0.8, 0.6, 0.5, 0.6, 0.8, 1, 1.3, 1.6])
FLAT = rb.Season([1] * 12)
KINDS = (rb.BGNBD, rb.MBGNBD)
LAST = pd.Timestamp("2025-12-31")


def bought(kind, season, size, seed, days=731):
    """Thinned day by day from the story itself: a log, and what each customer does in a year."""
    rng = np.random.default_rng(seed)
    calendar = pd.date_range(end=LAST + pd.Timedelta(days=365), periods=days + 365)
    weight = np.array(season.weights)[calendar.month - 1]
    rate, leave = rng.gamma(0.6, 1 / 4, size) / 7, rng.beta(0.8, 2.5, size)
    first = rng.integers(0, days, size)
    there = rng.random(size) >= leave * (kind is rb.MBGNBD)
    who, when = [np.arange(size)], [first]
    for day in range(days + 365):
        buys = there & (first < day) & (rng.random(size) < -np.expm1(-rate * weight[day]))
        there &= ~(buys & (rng.random(size) < leave))
        who.append(np.flatnonzero(buys))
        when.append(np.full(buys.sum(), day))
    who, when = np.concatenate(who), np.concatenate(when)
    log = pd.DataFrame({"customer_id": who.astype(str), "date": calendar[when]})
    return log[when < days], int((when >= days).sum())


@pytest.fixture(scope="module")
def log():
    return bought(rb.BGNBD, WINTER, 4000, seed=3)[0]


@pytest.fixture(scope="module")
def summary(log):
    return rb.summarise(log, until=LAST)


def test_weights_have_the_mean_one_over_all_days():
    days = np.arange("1970-01-01", "2370-01-01", dtype="datetime64[D]")
    month = days.astype("datetime64[M]").astype(int) % 12
    assert np.array(WINTER.weights)[month].mean() == pytest.approx(1, abs=1e-12)
    assert rb.Season([3] * 12).weights == pytest.approx(FLAT.weights)
    assert FLAT.weights == (1.0,) * 12
    assert WINTER.weights[11] / WINTER.weights[6] == pytest.approx(3.2)


def test_operational_time_adds_up_the_days():
    days = pd.date_range("1999-12-01", "2001-03-05")
    got = WINTER.tau("2001-03-05") - WINTER.tau("1999-11-30")
    assert got == pytest.approx(np.array(WINTER.weights)[days.month - 1].sum(), rel=1e-12)
    steps = np.diff(WINTER.tau(days))
    assert steps == pytest.approx(np.array(WINTER.weights)[days.month - 1][1:])
    weekly = rb.Season(np.arange(1, 54))
    ratio = np.diff(weekly.tau(["2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01"]))
    assert ratio / ratio[-1] == pytest.approx([53, 53, 1])


@pytest.mark.parametrize("kind", [*KINDS, rb.NBD])
def test_a_flat_season_changes_nothing(kind, summary):
    some = summary[:400]
    plain, flat = kind.fit(some), kind.fit(some, season=FLAT)
    assert flat.theta == pytest.approx(plain.theta, rel=1e-9)  # as far as a maximum is known
    assert flat.fitted.log_likelihood == pytest.approx(plain.fitted.log_likelihood, rel=1e-12)
    fixed = dataclasses.replace(plain, season=FLAT)
    pairs = [
        (one.p_alive(some), one.expected_purchases(some, periods=33.3).table)
        for one in (plain, fixed)
    ]
    for years in (0.4, 3, None):
        options = {"margin": 0.3, "annual_rate": 0.15, "years": years}
        for found, one in zip((0, 1), (plain, fixed), strict=True):
            value = rb.lifetime_value(one, 1, some, **options, confidence=None)
            pairs[found] += (value.table,)
    for one, other in zip(*pairs, strict=True):
        np.testing.assert_allclose(
            one["estimate"], other["estimate"], rtol=1e-12 if len(one.columns) > 1 else 5e-12
        )
    np.testing.assert_allclose(
        plain.purchase_distribution(some, periods=20),
        fixed.purchase_distribution(some, periods=20),
        atol=1e-13,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_forecast_and_value_by_adding_up_days(kind, summary):
    """Second route: plain forecasts in hand-made operational time, discounted day by day."""
    some = summary[:6]
    model = kind(0.6, 4.0, 0.8, 2.5, unit="week", season=WINTER)
    plain = dataclasses.replace(model, season=None)
    day = pd.Timestamp(some.until)
    ahead = pd.date_range(day + pd.Timedelta(days=1), periods=500)
    run = np.array(WINTER.weights)[ahead.month - 1].cumsum() / 7
    first = day - pd.to_timedelta((some["T"] * 7).round(), unit="D")
    last = first + pd.to_timedelta((some["recency"] * 7).round(), unit="D")

    def between(start, end):
        days = pd.date_range(start + pd.Timedelta(days=1), end)
        return np.array(WINTER.weights)[days.month - 1].sum() / 7

    turned = some.table.assign(
        T=[between(one, day) for one in first],
        recency=[between(*pair) for pair in zip(first, last, strict=True)],
    )
    turned = rb.Summary(turned, unit="week")
    np.testing.assert_allclose(model.p_alive(some), plain.p_alive(turned), rtol=1e-10)
    got = model.expected_purchases(some, periods=500 / 7)["estimate"]
    steps = [plain.expected_purchases(turned, periods=one)["estimate"] for one in run]
    np.testing.assert_allclose(got, steps[-1], rtol=1e-10)
    spread = model.purchase_distribution(some, periods=500 / 7)
    np.testing.assert_allclose(spread, plain.purchase_distribution(turned, periods=run[-1]))
    value = rb.lifetime_value(model, 1, some, margin=1, annual_rate=0.5, years=500 / 365.25)
    force = np.log(1.5) / 365.25
    came = np.diff(np.array(steps), axis=0, prepend=0)
    want = np.exp(-force * (np.arange(500) + 0.5)) @ came
    np.testing.assert_allclose(value["estimate"], want, rtol=1e-4)
    assert not np.allclose(want, plain.expected_purchases(some, periods=500 / 7)["estimate"], 0.02)


def test_value_of_all_of_the_future_is_the_limit(summary):
    model = rb.BGNBD(0.6, 4.0, 0.8, 2.5, unit="week", season=WINTER)
    options = {"margin": 1, "annual_rate": 0.15}
    whole = rb.lifetime_value(model, 1, summary[:50], **options)["estimate"]
    long = rb.lifetime_value(model, 1, summary[:50], years=180, **options)["estimate"]
    np.testing.assert_allclose(whole, long, rtol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fit_finds_the_parameters_and_the_year_ahead(kind):
    log, came = bought(kind, WINTER, 8000, seed=11)
    summary = rb.summarise(log, until=LAST)
    model, plain = kind.fit(summary, season=WINTER), kind.fit(summary)
    table = model.parameters(confidence=0.999)
    true = np.array([0.6, 4.0, 0.8, 2.5])
    assert ((table["low"] < true) & (true < table["high"])).all()
    total = rb.luck(model, summary, periods=365 / 7).total()
    assert total["low"] < came < total["high"]
    late = rb.luck(plain, summary, periods=365 / 7).total()
    assert late["estimate"] > 1.05 * total["estimate"]


def test_the_profile_is_found_in_a_growing_ageing_base(log):
    found = rb.Season.estimate(log, confidence=0.99).table
    true = np.array(WINTER.weights)
    assert ((found["low"] < true) & (true < found["high"])).all()
    assert (found["high"] / found["low"]).max() < 1.5
    flat, _ = bought(rb.BGNBD, FLAT, 3000, seed=8)
    table = rb.Season.estimate(flat, confidence=0.99).table
    assert ((table["low"] < 1) & (table["high"] > 1)).all()


def test_intervals_of_the_profile_cover():
    held, true = [], np.array(WINTER.weights)
    for seed in range(25):
        log, _ = bought(rb.BGNBD, WINTER, 900, seed=100 + seed)
        table = rb.Season.estimate(log, until=LAST).table
        held.append((table["low"] <= true) & (table["high"] >= true))
    assert 0.90 < np.mean(held) < 0.985


def test_lantern_in_december():
    """Data end in December; every model without a season expects too much of the next year."""
    shop = crm.load("lantern")
    log = rb.free_buyers(shop)
    summary = rb.summarise(log, until=shop.until, refunds="net")
    truth = shop.truth.set_index("customer_id")["purchases_next_12_months"]
    came = truth.reindex(summary.index).sum()
    season = rb.Season.estimate(log, until=shop.until, refunds="net")
    for kind in (rb.BGNBD, rb.MBGNBD, rb.ParetoNBD):
        plain = rb.luck(kind.fit(summary), summary, periods=365 / 7).total()
        assert plain["low"] > came
    told = rb.luck(rb.BGNBD.fit(summary, season=season), summary, periods=365 / 7).total()
    assert told["low"] < came < told["high"]


def test_through_time_and_silence_know_the_season(log, summary):
    model = rb.BGNBD.fit(summary, season=WINTER)
    with_it, without = rb.tracking(model, log), rb.tracking(rb.BGNBD.fit(summary), log)
    misses = [
        (one.table["purchases"] - one.table["expected"]).abs().sum() for one in (with_it, without)
    ]
    assert misses[0] < 0.7 * misses[1]
    one = log[log["customer_id"] == summary["frequency"].idxmax()]
    history = rb.alive_history(model, one, until=LAST)["estimate"]
    who = summary[[summary["frequency"].idxmax()]]
    assert history.iloc[-1] == pytest.approx(model.p_alive(who)["estimate"].iloc[0])
    quick, slow = (
        rb.silence_limits(model, every=[2], since=day)["estimate"].iloc[0]
        for day in ("2025-11-15", "2025-05-15")
    )
    assert quick < slow
    new = model.expected_purchases_new(8, start="2025-11-01")["estimate"].iloc[0]
    assert new > model.expected_purchases_new(8, start="2025-06-01")["estimate"].iloc[0]
    winter = rb.alive_map(model, T=40, until="2026-01-31").table
    assert (winter.iloc[5, 30] < rb.alive_map(model, T=40, until="2025-08-31").table.iloc[5, 30]) \
        == (WINTER.tau("2026-01-31") - WINTER.tau("2025-11-10") > WINTER.tau("2025-08-31")
            - WINTER.tau("2025-06-10"))  # fmt: skip
    assert rb.read_model(model.to_json()) == model
    assert "with a season" in repr(model.summary())


def test_what_a_season_refuses(log, summary):
    for weights, said in (
        ([1] * 11, "11 weights; give 12"),
        ([1] * 11 + [0], "season: weights.*at most 0|above 0|Everybody buys"),
        ([1] * 11 + [np.nan], "weights"),
        ("winter", "season: weights is 'winter'"),
    ):
        with pytest.raises(ValueError, match=said):
            rb.Season(weights)
    with pytest.raises(ValueError, match="at least 2 full years"):
        rb.Season.estimate(log, until="2025-06-30")
    spring = log[log["date"].dt.month != 5]
    with pytest.raises(ValueError, match="no repeat purchase in May"):
        rb.Season.estimate(spring)
    with pytest.raises(ValueError, match="ParetoNBD takes no season: its customers leave by the"):
        rb.ParetoNBD.fit(summary, season=WINTER)
    for kind in (rb.BGBB, rb.ShiftedBetaGeometric):
        with pytest.raises(ValueError, match="takes no season"):
            kind.fit(summary, season=WINTER)
    with pytest.raises(ValueError, match="season is 'winter'; give a Season"):
        rb.BGNBD.fit(summary, season="winter")
    plain = rb.Summary(summary.table, unit="week")
    with pytest.raises(ValueError, match="does not say its last day"):
        rb.BGNBD.fit(plain, season=WINTER)
    model = rb.BGNBD.fit(summary, season=WINTER)
    far = rb.Summary(
        pd.DataFrame({"frequency": [0], "recency": 0.0, "T": 9e3}), "week", "2025-01-01"
    )
    with pytest.raises(ValueError, match="before 1900"):
        model.p_alive(far)
    with pytest.raises(ValueError, match="start: the model has a season"):
        model.expected_purchases_new(8)
    with pytest.raises(ValueError, match="since: the model has a season"):
        rb.silence_limits(model, every=[2])
    with pytest.raises(ValueError, match="until: the model has a season"):
        rb.alive_map(model, T=20)
    with pytest.raises(ValueError, match="different seasons"):
        rb.compare(model, rb.BGNBD.fit(summary))
    with pytest.raises(ValueError, match="simulate draws without a calendar"):
        model.simulate([10.0], seed=1)
    broken = json.loads(model.to_json()) | {"season": {"weights": 3}}
    with pytest.raises(ValueError, match="lacks 'season', or it is damaged"):
        rb.read_model(json.dumps(broken))


def test_the_figure_says_where_the_year_is_high():
    ax = WINTER.plot()
    assert ax.get_title(loc="left") == WINTER.title
    assert WINTER.title.startswith("Customers buy most in Dec (1.59 times the mean)")
    assert ax.lines[-1].get_ydata() == pytest.approx(WINTER.weights)
    plt.close(ax.figure)


@pytest.mark.parametrize(("x", "T"), [(500, 1.0), (500, 39.0), (0, 39.0)])
def test_value_where_decay_is_much_faster_than_the_horizon(x, T):
    """r + x and the chance to leave both large: the time nodes must follow the decay."""
    r, alpha, a, b, horizon = 0.5, 5, 5000, 0.5, 52.0
    force = mp.log(mp.mpf("1.15")) / 52
    s, end, m = mp.mpf(r) + x, mp.mpf(alpha) + T, mp.mpf(b) + x

    def mean(p):
        z, grown = force * end / p, 1 + p * horizon / end
        return s / p * mp.exp(z) * (
            mp.expint(s + 1, z) - grown**-s * mp.expint(s + 1, z * grown)
        )  # fmt: skip

    centre, wide = mp.log(a / m), mp.sqrt(1 / mp.mpf(a) + 1 / m)
    log_beta = mp.log(mp.beta(a, m))
    want = mp.quad(
        lambda y: (
            mp.exp(a * y - (a + m) * mp.log(1 + mp.exp(y)) - log_beta) * mean(1 / (1 + mp.exp(-y)))
        ),
        [centre + k * wide for k in (-40, -8, -3, 0, 3, 8, 40)],
    )
    model = rb.BGNBD(r, alpha, a, b, unit="week")
    got = model._future(np.array([float(x)]), np.array([T]), horizon, float(force))[0, 0]
    assert got == pytest.approx(float(want), rel=1e-10)


@pytest.mark.parametrize("model", [rb.BGNBD(0.5, 1e-8, 0.8, 2), rb.ParetoNBD(0.5, 9, 0.6, 1e-8)])
def test_tiny_scales_take_few_nodes(model):
    from crmlab.repeat_buying import numerics

    x, T = np.array([0.0]), np.array([0.0])
    value = model._future(x, T, 52.0, 0.003)[0, 0]
    bought = model._alive_purchases(x, T, np.array([52.0]))[0, 0, 0]
    assert 0.8 * bought < value < bought
    assert len(numerics.decaying(52.0, 1e8)[0]) < 200


UNEVEN = [1.2, 1.1, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.9, 1, 1.2, 1.3]


def test_named_weights_go_by_their_names():
    told = rb.Season(UNEVEN)
    by_name = told.table["estimate"]
    assert rb.Season(by_name.sort_index()) == told
    backwards = {"December": 1.3, **dict(zip(by_name.index[:11], UNEVEN[:11], strict=True))}
    assert rb.Season(backwards) == told
    assert rb.Season(pd.Series(UNEVEN, range(1, 13))[::-1]) == told
    assert rb.Season(pd.Series(UNEVEN)) == told
    weekly = rb.Season(np.linspace(1, 2, 52))
    assert rb.Season(weekly.table["estimate"][::-1]) == weekly
    around = rb.Season(by_name[::-1], low=by_name[::-1] * 0.9, high=by_name[::-1] * 1.1)
    assert around.low == pytest.approx(np.array(told.weights) * 0.9)
    for names in (list("abcdefghijkl"), ["Jan"] * 12, range(12, 24)):
        with pytest.raises(ValueError, match="season: weights are named"):
            rb.Season(pd.Series(UNEVEN, list(names)))


def test_a_season_of_its_own_weights_is_the_same_season(tmp_path):
    rng = np.random.default_rng(0)
    for count in (12, 52, 53):
        for _ in range(30):
            season = rb.Season(rng.uniform(0.3, 3, count))
            assert rb.Season(season.weights) == season
            assert dataclasses.replace(season, drift=0.1).weights == season.weights
    season = rb.Season(UNEVEN)
    model = rb.BGNBD(r=0.5, alpha=4, a=0.8, b=2.4, unit="week", season=season)
    model.save(tmp_path / "model.json")
    assert rb.read_model(tmp_path / "model.json").season == season


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"low": [1, 2], "high": [3, 4]}, "low has 2 numbers for 12 weights"),
        ({"low": [0.5] * 12}, "low without high"),
        ({"low": [9] * 12, "high": [10] * 12}, "low lies above the weights"),
        ({"low": [0.5] * 12, "high": [0.1] * 12}, "high lies below the weights"),
    ],
)
def test_ends_that_do_not_lie_around_the_weights_are_refused(limits, said):
    with pytest.raises(ValueError, match=said):
        rb.Season([1] * 12, **limits)


def steady(spread, seed=0, days=730, size=1500):
    """A log without a season of customers who start within so many days."""
    rng = np.random.default_rng(seed)
    rates, chances, found = rng.gamma(1, 1 / 30, size), rng.beta(1, 6, size), []
    for who in range(size):
        first = rng.integers(0, spread)
        later = np.flatnonzero(rng.random(days - 1 - first) < rates[who]) + 1 + first
        found += [(who, day) for day in (first, *later[: rng.geometric(chances[who])])]
    log = pd.DataFrame(found, columns=["customer_id", "day"])
    date = pd.Timestamp("2022-01-01") + pd.to_timedelta(log["day"], unit="D")
    return pd.DataFrame({"customer_id": log["customer_id"].astype(str), "date": date})


@pytest.fixture(scope="module")
def spread_out():
    return steady(400)


def test_an_empty_end_of_the_log_is_no_season(spread_out):
    last = spread_out["date"].max()
    told = rb.Season.estimate(spread_out, until=last)
    back = {"customer_id": "zz", "date": last + pd.Timedelta(days=40), "amount": -5.0}
    with_refund = pd.concat([spread_out.assign(amount=9.0), pd.DataFrame([back])])
    assert rb.Season.estimate(with_refund, refunds="net").weights == told.weights
    with pytest.raises(ValueError, match="days after the last purchase"):
        rb.Season.estimate(spread_out, until=last + pd.Timedelta(days=40))
    near = rb.Season.estimate(spread_out, until=last + pd.Timedelta(days=2))
    assert near.weights == pytest.approx(told.weights, rel=0.05)
    with pytest.raises(ValueError, match="no purchase is left"):
        rb.Season.estimate(spread_out.assign(amount=-1.0), refunds="net")


def test_a_season_of_few_customers_is_refused(spread_out):
    bought = spread_out["customer_id"].value_counts()
    some = spread_out[spread_out["customer_id"].isin(bought.index[:49])]
    with pytest.raises(ValueError, match=r"49 customers with repeat purchases; .* at least 50"):
        rb.Season.estimate(some)
    weekly = spread_out[spread_out["customer_id"].isin(bought.index[:103])]
    with pytest.raises(ValueError, match=r"103 customers with repeat purchases; .* at least 104"):
        rb.Season.estimate(weekly, by="week")


@pytest.mark.parametrize("spread", [1, 7, 30])
def test_age_and_season_of_customers_who_start_together_cannot_be_told_apart(spread):
    with pytest.raises(ValueError, match="started at about one time"):
        rb.Season.estimate(steady(spread))


def test_a_flat_season_is_worth_what_no_season_is():
    table = pd.DataFrame({"frequency": [0, 2, 9], "recency": [0, 30, 70.0], "T": [10, 50, 80.0]})
    summary = rb.Summary(table, unit="week", until="2024-01-02")
    for kind in KINDS:
        plain = kind(r=0.5, alpha=4, a=0.8, b=2.4, unit="week")
        flat = dataclasses.replace(plain, season=FLAT)
        for rate, years in ((0.001, None), (0.15, None), (2.0, None), (2.0, 10), (0.001, 100)):
            one, other = (
                rb.lifetime_value(each, 1.0, summary, margin=1, annual_rate=rate, years=years)
                for each in (plain, flat)
            )
            assert other["estimate"].to_numpy() == pytest.approx(
                one["estimate"].to_numpy(), rel=1e-12
            )


def test_very_short_and_very_long_forecasts_in_a_season():
    table = pd.DataFrame({"frequency": [2], "recency": [30.0], "T": [50.0]})
    summary = rb.Summary(table, unit="week", until="2024-01-02")
    model = rb.BGNBD(r=0.5, alpha=4, a=0.8, b=2.4, unit="week", season=WINTER)
    brief, short = (
        model.expected_purchases(summary, periods=length)["estimate"].iloc[0]
        for length in (1e-9, 1e-6)
    )
    assert brief * 1000 == pytest.approx(short, rel=1e-4)
    with pytest.raises(ValueError, match="periods reach"):
        model.expected_purchases(summary, periods=1e300)
