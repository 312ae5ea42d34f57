"""Van Westendorp's meter, Newton-Miller-Smith: exact cases, a second route, bad answers."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab import pricing

NAMES = ["too_cheap", "cheap", "expensive", "too_expensive"]
POINTS = ["marginal cheapness", "optimal price", "indifference price", "marginal expensiveness"]
ENDS = ["estimate", "low", "high"]


def in_step(n):
    """Comonotone uniform thresholds on [10, 50], [20, 60], [30, 70], [40, 80]."""
    steps = np.linspace(0, 1, n)[:, None]
    return pd.DataFrame(np.array([10, 20, 30, 40]) + 40 * steps, columns=NAMES)


def crowd(n, seed=0, digits=None):
    rng = np.random.default_rng(seed)
    told = np.sort(np.exp(rng.normal(1.4, 0.3, (n, 4))), axis=1)
    return pd.DataFrame(told if digits is None else told.round(digits), columns=NAMES)


def meter(answers, **options):
    with warnings.catch_warnings(action="ignore"):
        return pricing.price_meter(answers, **options)


def by_counting(answers):
    """The four points on a fine grid, by counting: middle of where the curves meet or cross."""
    told = answers.to_numpy()
    prices = np.unique(told)
    grid = np.unique(np.concatenate([prices, (prices[1:] + prices[:-1]) / 2]))
    tc, ch = ((told[:, [k]] >= grid).sum(axis=0) for k in (0, 1))
    ex, te = ((told[:, [k]] <= grid).sum(axis=0) for k in (2, 3))
    n, found = len(told), []
    for falls, rises in ((tc, n - ch), (tc, te), (ch, ex), (n - ex, te)):
        ahead = falls - rises
        ends = []
        for place in (np.flatnonzero(ahead > 0), np.flatnonzero(ahead >= 0)):
            at = grid[place[-1]] if len(place) else -np.inf
            ends.append(at if at in prices else prices[np.searchsorted(prices, at)])
        found.append(sum(ends) / 2)
    return found


@pytest.mark.parametrize("n", [2, 3, 40, 41, 1000, 1001])
def test_points_of_thresholds_in_step_are_exact(n):
    found = meter(in_step(n))
    assert found["estimate"].to_dict() == pytest.approx(
        dict(zip(POINTS, [35, 45, 45, 55], strict=True)), abs=1e-9
    )
    assert found.range == pytest.approx((35, 55))


def test_heights_of_thresholds_in_step():
    # at 45: too cheap (50 - 45) / 40, cheap (60 - 45) / 40; at 35: too cheap (50 - 35) / 40
    found = pricing.price_meter(in_step(4001))
    assert found["share"].round(3).tolist() == [0.375, 0.125, 0.375, 0.375]
    assert (found["width"] < 0.011).all()


@pytest.mark.parametrize(("n", "digits"), [(7, None), (50, 1), (301, 1), (300, None)])
def test_points_agree_with_counting(n, digits):
    answers = crowd(n, seed=n, digits=digits)
    sound = answers[(answers.diff(axis=1).iloc[:, 1:] > 0).all(axis=1)]
    assert meter(answers)["estimate"].tolist() == pytest.approx(by_counting(sound), abs=1e-9)


def test_curves_fall_and_rise_and_start_at_everybody():
    curves = meter(crowd(500)).curves
    assert curves["price"].is_monotonic_increasing
    assert len(curves) <= 400
    for name in ("too_cheap", "cheap"):
        assert curves[name].is_monotonic_decreasing
        assert curves[name].iloc[0] == 1
    for name in ("expensive", "too_expensive"):
        assert curves[name].is_monotonic_increasing
        assert curves[name].iloc[-1] == 1
    assert (curves["too_cheap"] <= curves["cheap"]).all()
    assert (curves["too_expensive"] <= curves["expensive"]).all()


def test_where_curves_lie_on_each_other_the_middle_and_the_width_are_told():
    answers = pd.DataFrame([[1, 2, 7, 9], [2, 3, 8, 10]], columns=NAMES)
    found = meter(answers)
    # nobody finds it too cheap above 2 nor too expensive below 9; not cheap half from 2 to 3
    assert found.table.loc["optimal price", ["estimate", "width", "share"]].tolist() == [5.5, 7, 0]
    assert found.table.loc["indifference price", ["estimate", "width"]].tolist() == [5, 4]


def test_intransitive_and_missing_answers_are_counted_and_named():
    answers = in_step(40)
    answers.index = [f"Q{number}" for number in range(40)]
    answers.loc["Q3", NAMES] = [40, 30, 20, 10]
    answers.loc["Q5", "cheap"] = answers.loc["Q5", "expensive"]
    answers.loc["Q9", "too_cheap"] = np.nan
    found = pricing.price_meter(answers)
    assert (found.valid, found.given) == (37, 40)
    assert found.left_out["reason"].to_dict() == {
        "Q3": "not in rising order",
        "Q5": "not in rising order",
        "Q9": "without a threshold",
    }
    assert found.caption == (
        "37 of 40 respondents; left out: 2 not in rising order, 1 without a threshold."
    )
    assert found.table.equals(pricing.price_meter(answers.drop(index=["Q3", "Q5", "Q9"])).table)
    assert pricing.price_meter(in_step(40)).caption == "40 of 40 respondents."


def test_interval_is_the_percentile_interval_of_the_bootstrap():
    answers = crowd(200, seed=3)
    found = pricing.price_meter(answers).table
    rng, told = np.random.default_rng(1), []
    for _ in range(600):
        told.append(meter(answers.iloc[rng.integers(200, size=200)])["estimate"])
    ends = np.quantile(np.array(told), [0.025, 0.975], axis=0)
    width = found["high"] - found["low"]
    assert (abs(found["low"] - ends[0]) < 0.22 * width).all()
    assert (abs(found["high"] - ends[1]) < 0.22 * width).all()


@pytest.mark.parametrize("n", [40, 300])
def test_intervals_cover_neither_too_often_nor_too_rarely(n):
    truth = pricing.price_meter(crowd(400_000, seed=99)).table["estimate"]
    hits = np.zeros(4)
    for seed in range(300):
        found = meter(crowd(n, seed=seed), confidence=0.9).table
        hits += ((found["low"] <= truth) & (truth <= found["high"])).to_numpy()
    # 300 rounds of a 90 % interval: 0.9 +- 4 x 0.017; a little more where prices are few
    assert (hits / 300 > 0.83).all()
    assert (hits / 300 < 0.975).all()


@settings(max_examples=40)
@given(st.integers(2, 60), st.integers(0, 10_000), st.sampled_from([0, 1, 6]))
def test_intervals_hold_their_points_whatever_the_order_unit_and_type(n, seed, digits):
    rng = np.random.default_rng(seed)
    answers = crowd(n, seed=seed, digits=digits)
    if (answers.diff(axis=1).iloc[:, 1:] > 0).all(axis=1).sum() < 2:
        return
    found = meter(answers)
    assert (found["low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["high"]).all()
    assert found["estimate"].iloc[0] <= found["estimate"].iloc[3] + 1e-9
    mixed = answers.iloc[rng.permutation(n)]
    assert meter(mixed).table.equals(found.table)
    assert meter(mixed.astype(object)).table.equals(found.table)
    cents = meter(answers * 100)
    np.testing.assert_allclose(cents[ENDS].to_numpy(), found[ENDS].to_numpy() * 100, rtol=1e-9)


def test_prices_that_differ_by_rounding_are_one_price():
    answers = pd.DataFrame([[0.1, 0.3, 0.4, 0.5], [0.1, 0.2, 0.1 + 0.2, 0.4]], columns=NAMES)
    whole = (answers * 10).round()
    np.testing.assert_allclose(meter(answers)["estimate"] * 10, meter(whole)["estimate"])
    answers.loc[2] = [0.1, 0.3, 0.1 + 0.2, 0.5]
    assert meter(answers).left_out.index.tolist() == [2]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([1, 2], "answers is of type list"),
        (in_step(5).drop(columns="cheap"), "answers lacks the column cheap"),
        (in_step(5).assign(cheap="12"), "answers.cheap: 5 of 5 rows are not numeric"),
        (in_step(5).assign(too_cheap=-1.0), "answers.too_cheap: 5 of 5 rows are below 0"),
        (in_step(5).assign(cheap=np.inf), "answers.cheap: 5 of 5 rows are infinite"),
        (in_step(5)[:0], "answers has no rows"),
        (in_step(5)[::1].iloc[:, ::-1].set_axis(NAMES, axis=1), "0 of 5 respondents have"),
        (in_step(5)[:1], "1 of 1 respondents have"),
    ],
)
def test_bad_answers_are_refused(answers, message):
    with pytest.raises(ValueError, match=message):
        pricing.price_meter(answers)
    with pytest.raises(ValueError, match="confidence is 95"):
        pricing.price_meter(in_step(40), confidence=95)


def test_few_respondents_are_told():
    with pytest.warns(UserWarning, match="only 12 respondents"):
        pricing.price_meter(in_step(12))


def test_figure_of_the_meter_says_its_points():
    found = pricing.price_meter(in_step(41))
    ax = found.plot()
    assert ax.get_title("left") == "Acceptable from 35.00 to 55.00"
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend[-4:] == [
        *("1 marginal cheapness 35.00", "2 optimal price 45.00"),
        *("3 indifference price 45.00", "4 marginal expensiveness 55.00"),
    ]
    assert legend[:6] == [
        *("too cheap", "cheap", "not cheap", "expensive", "not expensive", "too expensive"),
    ]
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["too cheap"].get_ydata()[0] == 1
    assert lines["too expensive"].get_ydata()[0] == 0
    assert lines["not cheap"].get_ydata()[0] == 0
    assert lines["not expensive"].get_ydata()[0] == 1
    assert lines["1 marginal cheapness 35.00"].get_xdata() == [35]
    [band] = ax.patches
    assert band.get_x() == 35
    assert band.get_width() == pytest.approx(20)
    assert ax.get_xlabel() == "price"
    assert ax.get_ylabel() == "share of respondents"


# ---------------------------------------------------------------- Newton, Miller & Smith


def with_intents(answers, cheap=5, expensive=2):
    return answers.assign(intent_cheap=cheap, intent_expensive=expensive)


def test_intent_by_hand():
    answers = with_intents(pd.DataFrame([[1, 2, 4, 5]] * 3, columns=NAMES))
    found = pricing.price_intent(answers, unit_cost=1)
    at = dict(zip(found.curve["price"].round(6), found.curve["demand"], strict=True))
    assert at[2] == pytest.approx(0.7)
    assert at[4] == pytest.approx(0.1)
    assert at[1] == 0
    assert at[5] == 0
    assert at[3] == pytest.approx(0.4)
    # revenue p (1.3 - 0.3 p) is highest at 2.1667, profit (p - 1)(1.3 - 0.3 p) at 2.6667
    assert found["estimate"].tolist() == pytest.approx([2, 2.1667, 2.6667], abs=0.011)
    assert found["value"].tolist() == pytest.approx([0.7, 1.4083, 0.8333], abs=1e-3)
    assert found.caption.startswith("3 of 3 respondents")


def test_calibration_is_an_argument():
    answers = with_intents(crowd(200), 4, 1)
    usual = pricing.price_intent(answers)
    halved = {code: share / 2 for code, share in pricing.CALIBRATION.items()}
    half = pricing.price_intent(answers, calibration=halved)
    np.testing.assert_allclose(half.curve["demand"], usual.curve["demand"] / 2)
    assert half["estimate"].equals(usual["estimate"])
    words = pricing.price_intent(with_intents(answers, 1, 0), calibration={1: 0.5, 0: 0})
    np.testing.assert_allclose(words.curve["demand"], usual.curve["demand"])
    assert pricing.CALIBRATION == {5: 0.7, 4: 0.5, 3: 0.3, 2: 0.1, 1: 0.0}


def test_demand_agrees_with_interpolating_each_respondent():
    survey = crm.load("lantern").price_survey
    found = pricing.price_intent(survey, unit_cost=1.52)
    sound = survey[(survey[NAMES].diff(axis=1).iloc[:, 1:] > 0).all(axis=1)]
    assert (found.valid, found.given) == (len(sound), len(survey))
    chance = [sound[name].map(pricing.CALIBRATION) for name in ("intent_cheap", "intent_expensive")]
    price = found.curve["price"].to_numpy()
    each = [
        np.interp(price, row, [0, first, second, 0])
        for row, first, second in zip(sound[NAMES].to_numpy(), *chance, strict=True)
    ]
    np.testing.assert_allclose(found.curve["demand"], np.mean(each, axis=0), atol=1e-12)
    np.testing.assert_allclose(found.curve["revenue"], price * found.curve["demand"])
    np.testing.assert_allclose(found.curve["profit"], (price - 1.52) * found.curve["demand"])
    profit = (price - 1.52) * np.array(each)
    best = np.argmax(profit.mean(axis=0))
    assert found["estimate"]["most profit"] == price[best]
    behind = profit[:, [best]] - profit
    error = behind.std(axis=0) / np.sqrt(len(each))
    near = price[behind.mean(axis=0) <= 1.959964 * error]
    assert found.table.loc["most profit", ["low", "high"]].tolist() == [near.min(), near.max()]


def test_interval_of_the_best_price_covers_as_it_should():
    def asked(n, seed):
        rng = np.random.default_rng(seed)
        return with_intents(crowd(n, seed), rng.integers(2, 6, n), rng.integers(1, 4, n))

    truth = pricing.price_intent(asked(60_000, 999), unit_cost=1).table["estimate"]["most profit"]
    hits = 0
    for seed in range(200):
        row = pricing.price_intent(asked(80, seed), unit_cost=1).table.loc["most profit"]
        hits += row["low"] <= truth <= row["high"]
        assert row["low"] <= row["estimate"] <= row["high"]
    assert 0.91 <= hits / 200 <= 0.995


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"intent_cheap": 6}, {}, "answers.intent_cheap: 40 of 40 rows have no probability"),
        ({"intent_cheap": "5"}, {}, "answers.intent_cheap: 40 of 40 rows are not numeric"),
        ({"intent_cheap": np.nan}, {}, "0 of 40 respondents have"),
        ({"intent_cheap": 1, "intent_expensive": 1}, {}, "nobody would buy"),
        ({}, {"calibration": {5: 70, 2: 10}}, "calibration\\[5\\] is 70"),
        ({}, {"calibration": [0.7, 0.5]}, "calibration: give a dict"),
        ({}, {"unit_cost": -1}, "unit_cost is -1"),
        ({}, {"unit_cost": "1"}, "unit_cost is '1'"),
    ],
)
def test_bad_intents_are_refused(change, options, message):
    answers = with_intents(in_step(40)).assign(**change)
    with pytest.raises(ValueError, match=message):
        pricing.price_intent(answers, **options)
    with pytest.raises(ValueError, match="lacks the column intent_cheap"):
        pricing.price_intent(in_step(40))


def test_figure_of_the_intents():
    found = pricing.price_intent(with_intents(crowd(100)), unit_cost=1)
    ax, best = found.plot(), found.table.loc["most profit"]
    assert ax.get_title("left") == found.title
    assert found.title == (
        f"Most profit at {best['estimate']:.2f} ({best['low']:.2f} to {best['high']:.2f})"
    )
    line, dot = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), found.curve["profit"])
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (best["estimate"], best["value"])
    [band] = ax.patches
    assert band.get_x() == best["low"]
    assert band.get_width() == pytest.approx(best["high"] - best["low"])
    with pytest.raises(ValueError, match="plot_price_intent draws a PriceIntent"):
        pricing.plot_price_intent(found.table)
