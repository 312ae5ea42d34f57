"""Fixed covariates: no covariate changes nothing, each customer is a plain model of their own."""

import json

import mpmath
import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from crmlab import repeat_buying as rb
from crmlab.repeat_buying import ahead, rowwise
from crmlab.repeat_buying.covariates import Term
from crmlab.repeat_buying.customers import read
from crmlab.repeat_buying.spend import read_spending

BASES = {
    "BGNBD": rb.BGNBD(0.6, 5.0, 0.9, 2.5),
    "MBGNBD": rb.MBGNBD(0.8, 6.0, 0.9, 2.5),
    "ParetoNBD": rb.ParetoNBD(0.9, 8.0, 0.8, 10.0),
}
SHOP = Term("buying", "channel", "shop", "web")
AGE = Term("buying", "age", centre=40.0)
GOES = Term("leaving", "channel", "shop", "web")
OLD = Term("leaving", "age", centre=40.0)
TERMS = (SHOP, AGE, GOES, OLD)
EACH = pytest.mark.parametrize("kind", BASES)


def people(count, seed=0):
    rng = np.random.default_rng(seed)
    index = pd.Index([f"c{place}" for place in range(count)], name="customer_id")
    return pd.DataFrame(
        {
            "T": rng.uniform(20, 40, count),
            "channel": rng.choice(["web", "shop"], count, p=[0.6, 0.4]),
            "age": rng.normal(40, 10, count).round(),
        },
        index=index,
    )


def made(kind, ratios=(1.5, 1.02, 1.6, 1.03), terms=TERMS):
    return rb.WithCovariates(BASES[kind], terms, ratios, unit="week")


def drawn(kind, count, seed, **options):
    return made(kind, **options).simulate(people(count, seed), periods=26, seed=seed)


@pytest.fixture(scope="module")
def fitted():
    known = {}
    for kind in BASES:
        summary = drawn(kind, 2500, 3)
        fit = rb.WithCovariates.fit(
            getattr(rb, kind), summary, buying=["channel", "age"], leaving=["channel", "age"]
        )
        known[kind] = fit, summary
    return known


def plain_of(model, row):
    """The plain model of one customer, by hand."""
    shifts = dict.fromkeys(model.base.names(), 0.0)
    moved = {"buying": "alpha", "leaving": "beta" if "beta" in shifts else "b"}
    for term, ratio in zip(model.terms, model.ratios, strict=True):
        z = float(row[term.column] == term.level) if term.level else row[term.column] - term.centre
        shifts[moved[term.on]] -= z * np.log(ratio)
    theta = {name: getattr(model.base, name) * np.exp(by) for name, by in shifts.items()}
    return type(model.base)(**theta, unit="week")


@EACH
def test_ratios_of_one_change_nothing(kind):
    summary = drawn(kind, 300, 1)
    plain = type(BASES[kind])(*BASES[kind].theta, unit="week")
    none = made(kind, ratios=(1, 1, 1, 1))
    spend = rb.GammaGamma(6, 4, 15)
    bought = summary.table.assign(monetary_value=20.0)
    same = {"rtol": 1e-12, "atol": 0}
    np.testing.assert_allclose(none.p_alive(summary), plain.p_alive(summary), **same)
    for method, options in (
        ("expected_purchases", {"periods": 26}),
        ("purchase_distribution", {"periods": 26, "most": 3}),
    ):
        one, other = (getattr(model, method)(summary, **options) for model in (none, plain))
        one, other = (getattr(each, "table", each) for each in (one, other))
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)
    for years in (None, 2):
        worth = [
            rb.lifetime_value(model, spend, bought, margin=0.3, annual_rate=0.1, years=years)
            for model in (none, plain)
        ]
        np.testing.assert_allclose(worth[0]["estimate"], worth[1]["estimate"], **same)
    assert none.log_likelihood(summary) == pytest.approx(plain.log_likelihood(summary), rel=1e-12)
    new = none.expected_purchases_new([5, 26], covariates={"channel": "web", "age": 3})
    np.testing.assert_allclose(new, plain.expected_purchases_new([5, 26]), **same)
    one, other = (rb.luck(model, summary, periods=26).table for model in (none, plain))
    assert (one[["low", "high"]] == other[["low", "high"]]).all(axis=None)


@EACH
def test_a_fit_without_effects_is_the_plain_fit(kind):
    """No columns at all, handed to the inner fit, which the public one refuses."""
    summary = drawn(kind, 1500, 2)
    plain = getattr(rb, kind).fit(summary)
    found = rowwise.maximised(
        getattr(rb, kind), read(summary), np.empty((1500, 0)), [], plain.names()
    )
    assert found.log_likelihood == pytest.approx(plain.fitted.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(found.theta, plain.theta, rtol=1e-8)
    covariance = found.covariance * np.outer(found.theta, found.theta)
    np.testing.assert_allclose(covariance, plain.covariance, rtol=1e-4)


@EACH
def test_each_customer_is_a_plain_model_of_their_own(kind):
    """Forecast, P(alive), value, chances, likelihood: a call per customer beside one for all."""
    model, summary = made(kind), drawn(kind, 60, 4)
    worth = {"margin": 0.3, "annual_rate": 0.1}
    alive, ahead = model.p_alive(summary), model.expected_purchases(summary, periods=26)
    chances = model.purchase_distribution(summary, periods=26, most=4)
    long = rb.lifetime_value(model, 35, summary, **worth)
    short = rb.lifetime_value(model, 35, summary, **worth, years=2)
    new = model.expected_purchases_new(26, covariates=summary[["channel", "age"]])
    rise = 0.0
    for her in summary.index:
        one = summary[[her]]
        plain = plain_of(model, summary.table.loc[her])
        rise += plain.log_likelihood(one)
        for found, wanted in (
            (alive.loc[her, "estimate"], plain.p_alive(one)["estimate"].iloc[0]),
            (ahead["estimate"][her], plain.expected_purchases(one, periods=26)["estimate"].iloc[0]),
            (long["estimate"][her], rb.lifetime_value(plain, 35, one, **worth)["estimate"].iloc[0]),
            (
                short["estimate"][her],
                rb.lifetime_value(plain, 35, one, **worth, years=2)["estimate"].iloc[0],
            ),
            (new.loc[her, "estimate"], plain.expected_purchases_new(26)["estimate"].iloc[0]),
        ):
            assert found == pytest.approx(wanted, rel=1e-9)
        law = plain.purchase_distribution(one, periods=26, most=4)
        np.testing.assert_allclose(chances.loc[her], law.iloc[0], atol=1e-11)
    assert model.log_likelihood(summary) == pytest.approx(rise, rel=1e-12)


def test_many_values_of_b_are_interpolated_to_ten_digits():
    summary = drawn("BGNBD", 60, 4).table
    summary["age"] = np.linspace(10, 90, 60)
    model = made("BGNBD")
    nodes, shares = ahead._nodes(model._own(model._moves(summary))[3])
    assert shares.shape == (len(nodes), 60)
    assert len(nodes) < 60
    found = model.expected_purchases(summary, periods=26)["estimate"]
    for her in summary.index[::7]:
        plain = plain_of(model, summary.loc[her])
        wanted = plain.expected_purchases(summary.loc[[her]], periods=26)["estimate"]
        assert found[her] == pytest.approx(wanted.iloc[0], rel=1e-10)


@EACH
def test_slopes_carry_the_covariance(kind, fitted):
    """The interval of a total, against differences of the total by each parameter."""
    model, summary = fitted[kind]
    some = summary[:40]
    total = model.expected_purchases(some, periods=26).total()
    theta, slope = model.theta, []
    for place in range(len(theta)):
        ends = []
        for way in (1e-4, -1e-4):
            moved = theta.copy()
            moved[place] *= np.exp(way)
            other = rb.WithCovariates(
                type(model.base)(*moved[:4]), model.terms, tuple(moved[4:]), unit="week"
            )
            ends.append(other.expected_purchases(some, periods=26).total()["estimate"])
        slope.append(np.log(ends[0] / ends[1]) / 2e-4)
    error = np.sqrt(np.array(slope) @ model._log_covariance() @ np.array(slope))
    wide = np.exp(stats.norm.ppf(0.975) * error)
    assert total["high"] / total["estimate"] == pytest.approx(wide, rel=1e-5)
    assert total["estimate"] / total["low"] == pytest.approx(wide, rel=1e-5)


@pytest.mark.parametrize("kind", [*BASES, "GammaGamma"])
def test_analytic_derivatives(kind):
    """Gradient and Hessian of parameters and ratios, against differences."""
    known = people(200, 5)
    rng = np.random.default_rng(1)
    if kind == "GammaGamma":
        table = rb.GammaGamma(6, 4, 15).simulate(rng.integers(1, 6, 200), seed=1)
        rows, theta, places = read_spending(table), np.array([6, 4, 15.0]), [2, 2]
        moves = np.column_stack([known["channel"] == "shop", (known["age"] - 40) / 10])
    else:
        model = made(kind)
        rows = read(drawn(kind, 200, 5).table.assign(customers=rng.integers(1, 4, 200)))
        theta, places, moves = BASES[kind].theta, model._places, model._moves(known)
        moves = moves / np.abs(moves).max(axis=0)
    size, given = len(theta), np.append(1.2 * theta, np.linspace(0.8, 1.3, len(places)))
    parts = rowwise.parts_of(getattr(rb, kind), rows, moves, np.zeros(len(places), dtype=bool))

    def at(point):
        return rowwise.evaluated(point, size, parts, places)

    _, gradient, hessian = at(given)
    for place in range(len(given)):
        up, down = given.copy(), given.copy()
        step = 1e-5 * given[place]
        up[place] += step
        down[place] -= step
        above, below = at(up), at(down)
        slope = (above[0] - below[0]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-6 * abs(gradient).max())
        curve = (above[1] - below[1]) / (2 * step)
        np.testing.assert_allclose(hessian[place], curve, rtol=1e-6, atol=2e-7 * abs(hessian).max())


def test_gradient_against_fifty_digits():
    """BG/NBD with a ratio on each side, two customers, differentiated by mpmath."""
    rows = read({"frequency": [3, 0], "recency": [20.0, 0], "T": [30.0, 25]})
    moves = -np.array([[1.0, 0.5], [0.3, 1.0]])
    given = np.array([0.6, 5.0, 0.9, 2.5, 1.4, 1.7])
    parts = rowwise.parts_of(rb.BGNBD, rows, moves, np.array([False, False]))

    def exact(*values):
        r, alpha, a, b, *ratios = values
        total = mpmath.mpf(0)
        for x, tx, T, z in ((3, 20, 30, moves[0]), (0, 0, 25, moves[1])):
            mine, stay = alpha * ratios[0] ** z[0], b * ratios[1] ** z[1]
            here = mpmath.gamma(r + x) / mpmath.gamma(r) * mine**r
            alive = mpmath.beta(a, stay + x) / mpmath.beta(a, stay) * (mine + T) ** -(r + x)
            gone = mpmath.mpf(0)
            if x:
                gone = mpmath.beta(a + 1, stay + x - 1) / mpmath.beta(a, stay)
                gone *= (mine + tx) ** -(r + x)
            total += mpmath.log(here * (alive + gone))
        return total

    value, gradient, hessian = rowwise.evaluated(given, 4, parts, [1, 3])
    with mpmath.workdps(50):
        assert value == pytest.approx(float(exact(*map(mpmath.mpf, given))), rel=1e-13)
        for i in range(6):
            order = tuple(int(j == i) for j in range(6))
            slope = float(mpmath.diff(exact, tuple(map(mpmath.mpf, given)), order))
            assert gradient[i] == pytest.approx(slope, rel=1e-11)
            for j in range(i, 6):
                order = tuple(int(k == i) + int(k == j) for k in range(6))
                curve = float(mpmath.diff(exact, tuple(map(mpmath.mpf, given)), order))
                assert hessian[i, j] == pytest.approx(curve, rel=1e-9, abs=1e-11)


@EACH
def test_a_second_route_to_the_maximum(kind, fitted):
    """The likelihood of each group, by the plain models, climbed without derivatives."""
    summary = drawn(kind, 800, 6, terms=(SHOP, GOES), ratios=(1.5, 1.6))
    model = rb.WithCovariates.fit(getattr(rb, kind), summary, buying="channel", leaving="channel")
    groups = [
        (getattr(rb, kind)._compress(read(summary[summary["channel"] == name])), name == base)
        for base in [model.terms[0].base]
        for name in ("web", "shop")
    ]

    def loss(logs):
        total = 0.0
        for data, base in groups:
            theta = np.exp(logs[:4])
            if not base:
                theta[[1, 3]] /= np.exp(logs[4:])
            total -= getattr(rb, kind)._evaluate(theta, data)[0]
        return total

    start = np.append(np.log(BASES[kind].theta), [0, 0])
    options = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 20_000, "maxfev": 20_000}
    found = optimize.minimize(loss, start, method="Nelder-Mead", options=options)
    assert model.fitted.log_likelihood == pytest.approx(-found.fun, abs=1e-6)
    np.testing.assert_allclose(model.theta, np.exp(found.x), rtol=2e-3)


def test_spend_of_two_groups_that_share_shapes():
    """Ratios of 1 change nothing; otherwise money of a group is in another currency."""
    known = people(900, 7)
    rng = np.random.default_rng(7)
    table = rb.GammaGamma(6, 4, 15).simulate(rng.integers(0, 6, 900), seed=7)
    table["channel"] = known["channel"].to_numpy()
    table.loc[table["channel"] == "shop", ["monetary_value", "mean_spend"]] *= 1.4
    model = rb.SpendWithCovariates.fit(table, spend="channel")
    ratio = model.effects().table.iloc[0]
    assert model.terms[0].base == "web"
    assert ratio["low"] < 1.4 < ratio["high"]
    one = rb.SpendWithCovariates(model.base, model.terms, (1.0,))
    plain = rb.GammaGamma(*model.base.theta)
    assert one.log_likelihood(table) == pytest.approx(plain.log_likelihood(table), rel=1e-12)
    np.testing.assert_allclose(
        one.expected_spend(table).table, plain.expected_spend(table).table, rtol=1e-12
    )
    shop = table[table["channel"] == "shop"]
    other = rb.GammaGamma(model.base.p, model.base.q, model.base.v * model.ratios[0])
    wanted = other.expected_spend(shop)["estimate"]
    found = model.expected_spend(shop)
    np.testing.assert_allclose(found["estimate"], wanted, rtol=1e-12)
    assert (found["low"] < found["estimate"]).all()
    assert (found["high"] > found["estimate"]).all()
    parted = sum(
        rb.GammaGamma(*model.base.theta[:2], model.base.v * each).log_likelihood(group)
        for each, group in ((1, table[table["channel"] == "web"]), (model.ratios[0], shop))
    )
    assert model.fitted.log_likelihood == pytest.approx(parted, rel=1e-12)
    assert rb.likelihood_ratio_test(rb.GammaGamma.fit(table), model)["p_value"] < 1e-4


def test_value_with_covariates_of_both():
    """Slopes of both models in one interval; the value is the product."""
    summary = drawn("BGNBD", 900, 3, terms=(SHOP, GOES), ratios=(1.5, 1.6))
    buying = rb.WithCovariates.fit(rb.BGNBD, summary, buying="channel", leaving="channel")
    money = rb.GammaGamma(6, 4, 15).simulate(summary["frequency"], seed=2)["monetary_value"]
    shop = (summary["channel"] == "shop").to_numpy()
    table = summary.table.assign(monetary_value=money * np.where(shop, 1.3, 1.0))
    summary = rb.Summary(table, unit="week")
    spend = rb.SpendWithCovariates.fit(summary, spend="channel")
    value = rb.lifetime_value(buying, spend, summary, margin=0.3, annual_rate=0.1, years=1)
    alone = rb.lifetime_value(buying, 1, summary, margin=0.3, annual_rate=0.1, years=1)
    product = alone["estimate"] * spend.expected_spend(summary)["estimate"]
    np.testing.assert_allclose(value["estimate"], product, rtol=1e-12)
    assert value.slopes.shape == (6 + 4, len(summary))
    reach = np.log(value["high"] / value["estimate"]) ** 2
    parts = [
        np.log(each["high"] / each["estimate"]) ** 2
        for each in (alone, spend.expected_spend(summary))
    ]
    np.testing.assert_allclose(reach, parts[0] + parts[1], rtol=1e-5)


@EACH
def test_effects_are_ratios_with_intervals(kind, fitted):
    model, _ = fitted[kind]
    effects = model.effects(confidence=0.9)
    table = effects.table
    assert table.index.tolist() == [
        "buying: channel shop", "buying: age", "leaving: channel shop", "leaving: age",
    ]  # fmt: skip
    assert table["base"].iloc[0] == "web"
    errors = np.sqrt(np.diag(model._log_covariance()))[4:] / [term.spread for term in model.terms]
    wide = np.exp(stats.norm.ppf(0.95) * errors)
    np.testing.assert_allclose(table["high"], table["estimate"] * wide, rtol=1e-12)
    np.testing.assert_allclose(table["low"], table["estimate"] / wide, rtol=1e-12)
    wald = 2 * stats.norm.sf(np.abs(np.log(table["estimate"])) / errors)
    np.testing.assert_allclose(table["p_value"], wald, rtol=1e-9)
    verbs = {"BGNBD": "has", "MBGNBD": "has", "ParetoNBD": "leaves"}
    first, second, third, _ = effects.says
    row = table.iloc[0]
    assert first == (
        f"channel shop against web: buys {row['estimate']:.3g} times as often "
        f"({row['low']:.3g} to {row['high']:.3g})"
    )
    assert second.startswith("1 more of age: buys 1.0")
    assert third.startswith(f"channel shop against web: {verbs[kind]} ")
    assert effects.caption.splitlines()[0] == first
    assert model.summary().heading.startswith(f"{BASES[kind].title} with covariates, fitted to")
    given = made(kind).effects()
    assert given.table["estimate"].tolist() == [1.5, 1.02, 1.6, 1.03]
    assert "low" not in given.table


def test_the_scale_of_a_number_does_not_matter(fitted):
    model, summary = fitted["BGNBD"]
    days = rb.Summary(summary.table.assign(age=summary["age"] * 365.25), unit="week")
    names = {"buying": ["channel", "age"], "leaving": ["channel", "age"]}
    other = rb.WithCovariates.fit(rb.BGNBD, days, **names)
    assert other.fitted.log_likelihood == pytest.approx(model.fitted.log_likelihood, rel=1e-10)
    found = [
        np.log(one.effects().table[["estimate", "low", "high"]].iloc[1]) for one in (other, model)
    ]
    np.testing.assert_allclose(found[0] * 365.25, found[1], rtol=1e-5)
    ahead = [
        one.expected_purchases(table[:60], periods=9).table
        for one, table in ((model, summary), (other, days))
    ]
    np.testing.assert_allclose(ahead[0], ahead[1], rtol=1e-5)


@pytest.mark.parametrize("factor", [1e200, 1e16, 1e12, 1e-9, 1e-200])
def test_forecast_and_p_value_whatever_the_scale(factor, fitted):
    model, summary = fitted["BGNBD"]
    names = {"buying": ["channel", "age"], "leaving": ["channel", "age"]}
    scaled = rb.Summary(summary.table.assign(age=summary["age"] * factor), unit="week")
    other = rb.WithCovariates.fit(rb.BGNBD, scaled, **names)
    assert other.log_likelihood(scaled) == pytest.approx(other.fitted.log_likelihood, rel=1e-10)
    one, two = model.effects(), other.effects()
    np.testing.assert_allclose(one.table["p_value"], two.table["p_value"], rtol=1e-6)
    told = [
        each.expected_purchases(rows[:50], periods=26)
        for each, rows in ((model, summary), (other, scaled))
    ]
    np.testing.assert_allclose(told[0].table, told[1].table, rtol=1e-6)
    np.testing.assert_allclose(told[0].total(), told[1].total(), rtol=1e-6)
    said = "too large or too small for a number" if factor < 1 else "1 to three digits"
    assert two.says[1].endswith(f"; 1 more of age is a ratio {'' if factor < 1 else 'of '}{said}")
    per = np.exp(np.log(one.table["estimate"].iloc[1]) * model.terms[1].spread)
    more = f"{model.terms[1].spread * factor:.3g} more of age: buys {per:.3g} times as often ("
    assert two.says[1].startswith(more)
    assert rb.read_model(other.to_json()) == other


def test_a_ratio_of_one_more_and_its_error():
    """A ratio of 1.5 for 10 more is 1.5 ** 0.1 for 1 more, with a tenth of its error in logs."""
    summary = drawn("BGNBD", 900, 3, terms=(AGE,), ratios=(1.05,))
    model = rb.WithCovariates.fit(rb.BGNBD, summary, buying="age")
    (term,), (ratio,) = model.terms, model.ratios
    age = summary["age"]
    assert (term.centre, term.spread) == pytest.approx((age.mean(), age.std(ddof=0)))
    row = model.parameters().loc["buying: age"]
    assert row["estimate"] == pytest.approx(ratio ** (1 / term.spread), rel=1e-12)
    error = np.sqrt(model._log_covariance()[4, 4]) / term.spread
    assert row["standard_error"] == pytest.approx(error * row["estimate"], rel=1e-12)
    assert row["low"] < 1.05 < row["high"]


def test_weights_stand_for_equal_customers():
    summary = drawn("BGNBD", 400, 9).table
    counts = np.random.default_rng(0).integers(1, 4, 400)
    weighted = summary.assign(customers=counts)
    repeated = summary.loc[summary.index.repeat(counts)].reset_index(drop=True)
    one, other = (
        rb.WithCovariates.fit(rb.BGNBD, table, buying=["channel", "age"], unit="week")
        for table in (weighted, repeated)
    )
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-7)
    assert one.fitted.customers == counts.sum()
    assert one.terms[1].centre == pytest.approx(repeated["age"].mean())


def test_likelihood_ratio_of_nested_models(fitted):
    model, summary = fitted["BGNBD"]
    plain = rb.BGNBD.fit(summary)
    less = rb.WithCovariates.fit(rb.BGNBD, summary, buying=["channel", "age"])
    found = rb.likelihood_ratio_test(plain, model)
    gain = 2 * (model.fitted.log_likelihood - plain.fitted.log_likelihood)
    assert found["statistic"] == pytest.approx(gain)
    assert found["degrees_of_freedom"] == 4
    assert found["p_value"] == pytest.approx(stats.chi2.sf(gain, 4))
    assert rb.likelihood_ratio_test(less, model)["degrees_of_freedom"] == 2
    for one, other in ((model, less), (rb.MBGNBD.fit(summary), model), (model, model)):
        with pytest.raises(ValueError, match="not nested in BGNBD with covariates"):
            rb.likelihood_ratio_test(one, other)
    with pytest.raises(ValueError, match="customers"):
        rb.likelihood_ratio_test(rb.BGNBD.fit(summary[:500]), model)
    table = rb.compare(plain, model)
    assert table.index.tolist() == ["BGNBD with covariates", "BGNBD"]
    assert table["parameters"].tolist() == [8, 4]


def test_saved_and_read(fitted, tmp_path):
    spend = rb.SpendWithCovariates(
        rb.GammaGamma(6, 4, 15), (Term("spend", "channel", "shop", "web"),), (1.2,)
    )
    for model in (fitted["ParetoNBD"][0], fitted["BGNBD"][0], made("MBGNBD"), spend):
        model.save(tmp_path / "model.json")
        assert rb.read_model(tmp_path / "model.json") == model
    record = json.loads(spend.to_json())
    assert record["base"] == "GammaGamma"
    assert record["parameters"]["spend: channel shop"] == 1.2
    old = json.loads(made("BGNBD").to_json())
    for term in old["terms"]:
        assert term.pop("spread") == 1
    assert rb.read_model(json.dumps(old)) == made("BGNBD")
    for name, value in (("base", "BGXNBD"), ("terms", []), ("terms", [{"on": 1}]), ("base", 1)):
        with pytest.raises(ValueError, match="damaged"):
            rb.read_model(json.dumps(record | {name: value}))
    with pytest.raises(ValueError, match="model's parameters are p, q, v"):
        rb.read_model(json.dumps(record | {"parameters": {"p": 1, "q": 2, "v": 3}}))
    with pytest.raises(ValueError, match="has no covariates for spend"):
        rb.read_model(
            json.dumps(
                record
                | {"base": "NBD", "parameters": {"r": 1, "alpha": 1, "spend: channel shop": 1}}
            )
        )


def summary_of(count=200, **columns):
    table = drawn("BGNBD", count, 11).table
    return rb.Summary(table.assign(**columns), unit="week")


BLANK = ["web"] * 198 + [None, "shop"]
RARE = ["web"] * 197 + ["tv"] * 3


@pytest.mark.parametrize(
    ("columns", "options", "said"),
    [
        ({"channel": BLANK}, {}, r"summary.channel: 1 of 200 rows is empty; first .*'c198'"),
        ({"channel": "web"}, {}, r"summary.channel is 'web' for everybody"),
        ({"age": 7}, {"leaving": "age"}, r"summary.age is 7 for everybody"),
        ({"channel": RARE}, {}, r"summary.channel: 3 of 200 customers have 'tv'; first .*c197.*10"),
        ({"age": [np.inf] * 200}, {"buying": "age"}, r"summary.age: 200 of 200 rows are infinite"),
        ({}, {"buying": ["age", "age"]}, "buying: age is there twice"),
        ({}, {"buying": "frequency"}, "frequency is what the model explains"),
        ({}, {"buying": "nothing"}, "summary lacks the column nothing"),
        ({}, {"buying": pd.DataFrame({"age": [1]})}, "buying is of type DataFrame. Name columns"),
        ({}, {"buying": 7}, "buying is of type int. Name columns"),
        ({}, {"buying": (), "leaving": ()}, "no column of covariates; name one for buying or leav"),
        (
            {"amount": 1.5},
            {"buying": "amount"},
            "buying: amount holds the purchases that the model",
        ),
        ({"spend": 1.5}, {"leaving": ["age", "spend"]}, "leaving: spend holds the purchases"),
        (
            {},
            {"buying": "T_holdout"},
            "buying: T_holdout holds the purchases .* or rename a column",
        ),
        ({"twice": ...}, {"buying": ["age", "twice"]}, "buying: twice follows from the columns"),
        ({"frequency": 0, "recency": 0.0}, {}, "nobody bought again"),
    ],
)
def test_bad_covariates_are_refused(columns, options, said):
    summary = summary_of()
    table = summary.table
    index = [f"c{place}" for place in range(200)]
    table = table.set_axis(pd.Index(index, name="customer_id"))
    if "twice" in columns:
        columns = {"twice": 2 * table["age"] + 1}
    summary = rb.Summary(table.assign(**columns), unit="week")
    given = {"buying": "channel"} | options
    with pytest.raises(ValueError, match=said):
        rb.WithCovariates.fit(rb.BGNBD, summary, **given)


def test_wrong_calls_are_refused():
    summary = summary_of()
    for kind in (rb.BGBB, rb.GammaGamma, summary, None):
        with pytest.raises(ValueError, match=r"write WithCovariates.fit\(rb.BGNBD, summary"):
            rb.WithCovariates.fit(kind, summary, buying="channel")
    with pytest.raises(rb.UnitError, match="does not say its time unit"):
        rb.WithCovariates.fit(rb.BGNBD, summary.table, buying="channel")
    model = made("BGNBD")
    unknown = summary.table.assign(channel=["tv", *summary["channel"].iloc[1:]])
    for call, said in (
        (lambda: model.p_alive(unknown), "channel: 1 of 200 rows has a level .* not seen; .*shop"),
        (lambda: model.p_alive(summary[["frequency", "recency", "T"]]), "lacks the column channel"),
        (
            lambda: model.p_alive(summary.table.assign(age="old")),
            "age: 200 of 200 rows are not num",
        ),
        (lambda: model.expected_purchases_new(9), "covariates: give channel, age of the new cust"),
        (
            lambda: model.expected_purchases_new([1, 2], covariates=summary.table),
            "2 lengths for a table",
        ),
        (lambda: model.purchase_distribution(periods=3), "a new customer needs covariates"),
        (
            lambda: rb.WithCovariates(rb.NBD(1, 1), (SHOP,), (1,)),
            "NBD has no covariates for buying",
        ),
        (lambda: rb.WithCovariates(BASES["BGNBD"], (SHOP,), (0,)), "ratios"),
        (lambda: rb.WithCovariates(BASES["BGNBD"], (SHOP,), (1, 2)), "2 ratios for 1 terms"),
        (lambda: rb.SpendWithCovariates.fit(summary, spend="channel"), "monetary_value"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


@EACH
def test_a_far_off_covariate_is_refused_by_row_value_and_column(kind):
    model = made(kind, ratios=(1.5, 1.05, 1.6, 1.05))
    table = drawn(kind, 60, 4).table
    for value, said in ((1e6, "1000000"), (-1e6, "-1000000"), (1e308, r"1e\+308")):
        table.loc[table.index[3], "age"] = value
        said = rf"summary.age: 1 of 60 rows is too far from 40, .*; first customer_id .*4.*: {said}"
        for call in (
            lambda: model.p_alive(table),
            lambda: model.expected_purchases(table, periods=26),
            lambda: model.log_likelihood(table),
        ):
            with pytest.raises(ValueError, match=said):
                call()
    new = {"channel": "web", "age": -1e6}
    with pytest.raises(ValueError, match=r"summary.age: 1 of 1 rows is too far .*: -1000000"):
        model.expected_purchases_new(26, covariates=new)


def test_columns_that_are_too_far_together_are_refused_by_the_furthest():
    model = made("BGNBD", ratios=(1.01, 1.01), terms=(AGE, Term("buying", "years", centre=1.0)))
    table = drawn("BGNBD", 60, 4).table.assign(years=1.0)
    reach = 12 / np.log(1.01)
    table.loc[table.index[5], ["age", "years"]] = 40 + reach, 0.0
    assert model.p_alive(table).notna().all(axis=None)
    table.loc[table.index[5], "years"] = -1.1 * reach
    with pytest.raises(
        ValueError, match=r"summary.years: 1 of 60 rows is too far from 1, the mean"
    ):
        model.p_alive(table)


@EACH
def test_the_furthest_covariate_that_is_taken_gives_its_own_plain_forecast(kind):
    model = made(kind)
    table = drawn(kind, 60, 4).table
    reach = 19.5 / np.log(1.03)
    table["age"] = np.where(np.arange(60) % 2, 40 + reach, 40 - reach)
    found = model.expected_purchases(table, periods=26)["estimate"]
    for her in table.index[:12]:
        plain = plain_of(model, table.loc[her])
        wanted = plain.expected_purchases(table.loc[[her]], periods=26)["estimate"].iloc[0]
        assert found[her] == pytest.approx(wanted, rel=1e-8)


def test_what_has_no_covariates_is_refused_in_a_sentence():
    model, summary = made("BGNBD"), summary_of()
    log = pd.DataFrame({"customer_id": "a", "date": pd.date_range("2023-01-01", periods=5)})
    season, plain = rb.Season([1] * 12), r"take the plain BGNBD"
    given = {"channel": "web", "age": 40}
    for call, said in (
        (lambda: rb.silence_limits(model, every=[1]), f"with covariates: .* {plain}"),
        (lambda: rb.alive_history(model, log), f"with covariates: .* {plain}"),
        (
            lambda: rb.refits(rb.WithCovariates, log, ends=["2023-01-03"], periods=1),
            "WithCovariates: refits takes models without covariates",
        ),
        (
            lambda: rb.WithCovariates.fit(rb.BGNBD, summary, buying="channel", season=season),
            r"season: a model with covariates takes none; write BGNBD.fit\(summary, season",
        ),
        (
            lambda: model.expected_purchases_new(26, covariates={"channel": "web"}),
            r"covariates lacks the column age; it has channel\. Give each covariate",
        ),
        (
            lambda: model.expected_purchases_new(
                26, covariates=given | {"channel": ["web", "shop"]}
            ),
            "covariates: channel is of type list; give one value, or a frame",
        ),
        (
            lambda: model.expected_purchases_new(26, covariates=given, start="soon"),
            "start",
        ),
    ):
        with pytest.raises(ValueError, match=said):
            call()
    with pytest.raises(TypeError, match=r"WithCovariates\.fit has no sales; it takes a kind"):
        rb.WithCovariates.fit(rb.BGNBD, summary, buying="channel", sales=1)
    one, other = (
        model.expected_purchases_new(26, covariates=given, start=start)
        for start in (None, "2024-01-01")
    )
    pd.testing.assert_frame_equal(one, other)
    more = model.expected_purchases_new(26, covariates=given | {"customers": 0, "note": ["a"]})
    pd.testing.assert_frame_equal(one, more)


def test_by_frequency_with_covariates_is_the_sum_of_the_forecasts():
    model = made("BGNBD")
    both = drawn("BGNBD", 300, 8)
    both = rb.Summary(both.table.assign(T_holdout=26.0), unit="week")
    found = rb.by_frequency(model, both, most=3).table
    group = both["frequency"].clip(upper=3)
    each = model.expected_purchases(both, periods=26)["estimate"].groupby(group).mean()
    np.testing.assert_allclose(found["estimate"], each, rtol=1e-9)
    assert found["customers"].sum() == 300


def test_a_level_of_one_time_buyers_only_tells_nothing_of_spend():
    known = people(300, 7)
    rng = np.random.default_rng(7)
    table = rb.GammaGamma(6, 4, 15).simulate(rng.integers(0, 6, 300), seed=7)
    table["channel"] = np.where(table["frequency"] == 0, "tv", known["channel"])
    once = int((table["frequency"] == 0).sum())
    said = f"summary.channel: {once} of 300 rows have levels that no customer with a repeat purch"
    with pytest.raises(ValueError, match=said):
        rb.SpendWithCovariates.fit(table, spend="channel")
    table["channel"] = known["channel"].to_numpy()
    table["age"] = known["age"].to_numpy()
    assert rb.SpendWithCovariates.fit(table, spend=["channel", "age"]).fitted.converged


def test_columns_are_matched_by_id_and_checked():
    summary = summary_of(50)
    table = summary.table.drop(columns=["channel", "age"])
    bare = rb.Summary(table, unit="week")
    known = people(60).assign(customer_id=[str(place) for place in range(1, 61)])[::-1]
    known = known.reset_index(drop=True)[["customer_id", "channel"]]
    found = rb.add_covariates(bare, known)
    assert found["channel"].tolist() == people(60)["channel"].iloc[:50].tolist()
    assert found.unit == "week"
    for customers, said in (
        (
            known[known["customer_id"] != "7"],
            "summary: 1 of 50 rows is missing in customers; .*'7'",
        ),
        (pd.concat([known, known[:1]]), "repeats an earlier id"),
        (known.rename(columns={"channel": "T"}), "summary has a column T already"),
        (known.assign(customer_id=[f"x{i}" for i in range(60)]), "no id in common"),
    ):
        with pytest.raises(ValueError, match=said):
            rb.add_covariates(bare, customers)
    twice = rb.Summary(pd.concat([table, table[:1]]), unit="week")
    with pytest.raises(ValueError, match=r"summary: 1 of 51 rows repeats an earlier id; .*'1'"):
        rb.add_covariates(twice, known)
    with pytest.raises(ValueError, match="summary is of type DataFrame"):
        rb.add_covariates(table, known)


def test_kinds_of_columns_and_their_base():
    summary = summary_of()
    web = (summary["channel"] == "web").to_numpy()
    rng = np.random.default_rng(0)
    for column, base, level in (
        (pd.Categorical(np.where(web, "w", "s"), categories=["s", "w", "x"]), "s", "w"),
        (web, "False", "True"),
        (pd.array(web, dtype="boolean"), "False", "True"),
        (np.where(web, "w", "s"), "w" if web.mean() > 0.5 else "s", None),
        (pd.Categorical(rng.integers(1, 3, 200)), "1", "2"),
    ):
        term = rb.WithCovariates.fit(rb.BGNBD, summary_of(card=column), buying="card").terms[0]
        assert term.base == base
        assert level in (None, term.level)
    from decimal import Decimal

    numbers = [Decimal(int(one)) for one in summary["age"]]
    one, other = (
        rb.WithCovariates.fit(rb.BGNBD, summary_of(age=column), buying="age")
        for column in (numbers, pd.array([int(each) for each in numbers], dtype="Int64"))
    )
    assert one == other
    assert one.terms[0].level is None


@pytest.mark.parametrize(
    ("cells", "levels"),
    [([True, False], (True, False)), ([2, 1], (2, 1)), ([2.5, 1.0], (2.5, 1.0))],
)
def test_a_level_that_is_no_text_is_taken_by_its_text(cells, levels):
    told = Term("buying", "card", *levels), Term("buying", "card", *map(str, levels))
    assert told[0] == told[1]
    model = rb.WithCovariates(BASES["BGNBD"], told[:1], (2.0,), unit="week")
    plain = rb.BGNBD(*BASES["BGNBD"].theta, unit="week")
    two = pd.DataFrame({"frequency": 2, "recency": 20.0, "T": 30.0, "card": cells})
    found = model.expected_purchases(two, periods=26)["estimate"]
    base = plain.expected_purchases(two, periods=26)["estimate"]
    assert found[1] == pytest.approx(base[1], rel=1e-12)
    assert found[0] > 1.01 * base[0]


def test_columns_whose_names_run_together_are_told_apart():
    coin = np.random.default_rng(2)
    known = {"a": coin.choice(["b c", "z"], 200), "a b": coin.choice(["c", "z"], 200)}
    summary = summary_of(**{**known, "a b c": coin.normal(size=200)})
    model = rb.WithCovariates.fit(rb.BGNBD, summary, buying=["a", "a b", "a b c"])
    table = model.effects().table
    assert table.index.is_unique
    assert table.index[-1] == "buying: 'a b c'"
    assert len(table) == 3
    assert rb.read_model(model.to_json()) == model
    less = rb.WithCovariates.fit(rb.BGNBD, summary, buying="a")
    assert rb.likelihood_ratio_test(less, model)["degrees_of_freedom"] == 2


def test_level_and_base_of_a_column_of_numbers_are_empty_alike():
    texts = Term("buying", "channel", "shop", "web")
    for terms in ((AGE,), (AGE, texts), (texts,)):
        table = made("BGNBD", ratios=(1.2,) * len(terms), terms=terms).effects().table
        assert (table[["level", "base"]].dtypes == "str").all()
        assert table["level"].isna().tolist() == [term is AGE for term in terms]


def test_rows_in_another_order_give_the_same():
    summary = summary_of(400)
    one, other = (
        rb.WithCovariates.fit(rb.BGNBD, table, buying=["channel", "age"])
        for table in (summary, summary[::-1])
    )
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9)
    assert [term.base for term in one.terms] == [term.base for term in other.terms]


def test_a_level_that_never_comes_back_runs_away():
    summary = summary_of(400)
    never = summary["channel"] == "shop"
    table = summary.table.copy()
    table.loc[never, ["frequency", "recency"]] = 0
    with pytest.warns(rb.DegenerateFitWarning, match="channel shop runs to 0. Merge the level"):
        model = rb.WithCovariates.fit(rb.BGNBD, rb.Summary(table, unit="week"), buying="channel")
    assert model.covariance is None
    assert list(model.effects().table) == ["covariate", "level", "base", "estimate"]


@pytest.mark.parametrize(
    "kind",
    [
        "BGNBD",
        pytest.param("MBGNBD", marks=pytest.mark.slow),
        pytest.param("ParetoNBD", marks=pytest.mark.slow),
    ],
)
def test_effects_lie_in_their_intervals_at_the_nominal_rate(kind):
    """90 % intervals over 100 worlds: a chance below 1 in 1,000 of fewer than 79 or more than 98.

    And an effect that is none is found at the 10 % level in 2 to 21 of them.
    """
    hits, found = 0, 0
    for seed in range(100):
        summary = drawn(kind, 700, 100 + seed, terms=(SHOP, OLD), ratios=(1.4, 1.03))
        model = rb.WithCovariates.fit(getattr(rb, kind), summary, buying="channel", leaving="age")
        table = model.parameters(confidence=0.9)
        truth = np.append(BASES[kind].theta, [1.4, 1.03])
        inside = (table["low"] <= truth) & (truth <= table["high"])
        hits = hits + inside.iloc[4:].astype(int)
        coin = np.random.default_rng(seed).choice(["heads", "tails"], 700)
        more = rb.Summary(summary.table.assign(coin=coin), unit="week")
        rich = rb.WithCovariates.fit(
            getattr(rb, kind), more, buying=["channel", "coin"], leaving="age"
        )
        found += rb.likelihood_ratio_test(model, rich)["p_value"] < 0.1
    assert hits.between(79, 98).all(), hits
    assert 2 <= found <= 21
