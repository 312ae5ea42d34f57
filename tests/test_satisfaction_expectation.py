"""Expected against perceived: published numbers, cases redone by hand, coverage, figures."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

import crmlab as crm

mpl.use("Agg")
sat = crm.satisfaction
DRAWS = 300
FEWEST, MOST = binom.ppf([0.0005, 0.9995], DRAWS, 0.95)


def exactly_correlated(correlation, n=200):
    """Rows whose sample correlations are exactly those given, with mean 0 and sd 1 (1/n)."""
    z = np.random.default_rng(0).normal(size=(n, len(correlation)))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    return q @ np.linalg.cholesky(np.asarray(correlation)).T * np.sqrt(n)


# Expected and perceived


def test_states_and_tolerance():
    table = sat.disconfirmation([8, 7, 7, 6], [6, 7, 8, 9], scale=(1, 10), tolerance=1)
    assert table["state"].tolist() == ["dissatisfied", "satisfied", "satisfied", "very satisfied"]
    # Tversky & Kahneman (1992): v(2) = 2^0.88, v(-2) = -2.25 * 2^0.88
    assert table["felt"].iloc[0] == pytest.approx(-2.25 * 2**0.88)
    assert table["felt"].iloc[3] == pytest.approx(3**0.88)
    assert table["ratio"].iloc[0] == pytest.approx(6 / 8)


def test_a_row_with_a_missing_answer_stays():
    table = sat.disconfirmation([8, None], [6, 7], scale=(1, 10)).table
    assert len(table) == 2
    assert table.loc[1, ["difference", "state"]].isna().all()


def test_scales_that_differ_are_refused():
    both = {"expected": (1, 5), "perceived": (1, 10)}
    with pytest.raises(ValueError, match=r"asked on.*rescale"):
        sat.disconfirmation([4, 5], [8, 9], scale=both)
    with pytest.warns(UserWarning, match=r"'expected' never exceeds 5.*shorter scale"):
        sat.disconfirmation([1, 2, 3, 4, 5] * 6, [2, 4, 6, 8, 10] * 6, scale=(1, 10))


def test_answers_heaped_at_the_end_of_the_scale():
    with pytest.warns(UserWarning, match="60% of the answers in 'perceived' are the highest"):
        sat.disconfirmation([5, 6, 7, 8] * 5, [10] * 12 + [7, 3] * 4, scale=(1, 10))


def test_a_ratio_needs_a_scale_above_zero():
    with pytest.warns(UserWarning, match="ratio is NaN"):
        assert sat.disconfirmation([0, 2], [1, 2], scale=(0, 10))["ratio"].isna().all()


def test_series_of_different_people_are_refused():
    with pytest.raises(ValueError, match="different row labels"):
        sat.disconfirmation(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2]), scale=(1, 10))
    with pytest.raises(ValueError, match="different length"):
        sat.disconfirmation([1, 2], [1], scale=(1, 10))


def test_reliability_of_a_difference():
    # mean reliability .85, correlation .5: (.85 - .5) / (1 - .5)
    assert sat.difference_reliability(0.9, 0.8, correlation=0.5) == pytest.approx(0.70)
    with pytest.raises(ValueError, match="no spread"):
        sat.difference_reliability(0.9, 0.9, correlation=1.0)


def test_reliability_of_a_difference_against_simulated_true_scores():
    rng = np.random.default_rng(4)
    true = rng.multivariate_normal([0, 0], [[4, 1.5], [1.5, 1]], 400_000)
    seen = true + rng.normal(size=true.shape) * [1.0, 0.7]
    (p, e), r = np.var(true, axis=0) / np.var(seen, axis=0), np.corrcoef(seen.T)[0, 1]
    truth = np.var(true[:, 0] - true[:, 1]) / np.var(seen[:, 0] - seen[:, 1])
    spread = tuple(seen.std(axis=0))
    assert sat.difference_reliability(p, e, correlation=r, spread=spread) == pytest.approx(
        truth, abs=0.005
    )


def test_perceived_expected_and_their_difference_cannot_be_told_apart():
    table = pd.DataFrame({"perceived": [7, 9, 6, 8, 7, 5], "expected": [6, 9, 8, 7, 5, 5]})
    table["gap"] = table["perceived"] - table["expected"]
    with pytest.raises(sat.NotIdentifiedError, match="gap = perceived - expected holds in every"):
        sat.regress(table, [6, 9, 4, 8, 7, 5])
    with pytest.raises(sat.NotIdentifiedError, match="gap = perceived - expected"):
        crm.drivers.shapley_shares(table, [6, 9, 4, 8, 7, 5])
    table["gap"] = 3 - 2 * table["perceived"] + table["expected"]
    with pytest.raises(sat.NotIdentifiedError, match=r"gap = - 2 perceived \+ expected \+ 3"):
        sat.regress(table, [6, 9, 4, 8, 7, 5])


def test_response_surface_finds_the_surface_it_was_made_from():
    p, e = (side.ravel() for side in np.meshgrid(np.arange(1.0, 11), np.arange(1.0, 11)))
    cp, ce = p - 5.5, e - 5.5
    made = 6 + 0.5 * cp - 0.2 * ce - 0.03 * cp**2 + 0.04 * cp * ce - 0.01 * ce**2
    surface = sat.response_surface(e, p, made, scale=(1, 10))
    assert surface["estimate"].tolist() == pytest.approx([6, 0.5, -0.2, -0.03, 0.04, -0.01])
    assert surface.lines["estimate"].tolist() == pytest.approx([0.3, 0.0, 0.7, -0.08], abs=1e-12)
    assert surface.predict(3, 8) == pytest.approx(made[(e == 3) & (p == 8)][0])


def test_surface_knows_where_people_answered():
    e, p = [2, 5, 8, 2, 5, 8, 2, 5, 8, 4, 1], [2, 2, 2, 5, 5, 5, 8, 8, 8, 6, 9]
    surface = sat.response_surface(e, p, [5, 4, 2, 6, 5, 4, 8, 7, 5, 6, np.nan], scale=(1, 10))
    assert {tuple(corner) for corner in surface.edge} == {(2, 2), (8, 2), (8, 8), (2, 8)}


def test_a_difference_score_is_tested_against_the_surface():
    rng = np.random.default_rng(1)
    p, e = rng.integers(1, 11, (2, 400))
    noise = rng.normal(size=400)
    plain = sat.response_surface(e, p, 5 + 0.5 * (p - e) + noise, scale=(1, 10))
    curved = sat.response_surface(e, p, 5 + 0.5 * p - 0.1 * e + noise, scale=(1, 10))
    assert plain.difference_test["p"] > 0.05
    assert curved.difference_test["p"] < 1e-6


def test_expectations_follow_experience_hearsay_and_promises():
    path = sat.expectation_path(
        [8, 4, 8], start=6, learning=(0.5, 0.25), others=[6, 10, 6], promise=[0, 0, 1]
    )
    # 6; 6 + .5(8-6) + .25(6-6) = 7; 7 + .5(4-7) + .25(10-7) + 1 = 7.25
    assert path["expected"].tolist() == [6, 7, 7.25]
    with pytest.raises(ValueError, match="add up to 1"):
        sat.expectation_path([8], start=6, learning=(0.8, 0.3))


# Promises


def class_study():
    """Fifty-seven waits with the published moments and the correlation they imply."""
    # Class study at amusement parks, University of Southern California
    # (sites.google.com/view/uscadisney): posted 37.54 (SD 22.44), actual 28.35 (SD 20.35).
    r = (22.44**2 + 20.35**2 - 10.64**2) / (2 * 22.44 * 20.35)
    z = exactly_correlated([[1, r], [r, 1]], n=57) * np.sqrt(56 / 57)
    shift = 300.0  # keeps times positive without changing gap or t
    return z[:, 0] * 22.44 + 37.54 + shift, z[:, 1] * 20.35 + 28.35 + shift


def test_class_study_of_posted_waits():
    gap = sat.promise_gap(*class_study())
    assert gap.table.loc["gap", "estimate"] == pytest.approx(37.54 - 28.35)
    assert gap.t == pytest.approx(6.52, abs=0.005)  # as published
    assert np.corrcoef(*class_study())[0, 1] == pytest.approx(0.881, abs=0.001)


def test_padding_and_share_kept():
    gap = sat.promise_gap([37.54, 37.54, 20, 55.08], [28.35, 20, 28.35, 36.7])
    assert gap.table.loc["padding", "estimate"] == pytest.approx(37.54 / 28.35 - 1)
    assert round(37.54 / 28.35 - 1, 3) == 0.324
    assert gap.table.loc["kept", "estimate"] == 0.75


def test_who_left_enters_the_share_kept():
    # served at 10, left at 20, served at 30 and 50; all promised 40: by hand
    # S = (1 - 1/4) * (1 - 1/2) = 3/8 after 30, so 5/8 are served within 40
    gap = sat.promise_gap([40] * 4, [10, 20, 30, 50], abandoned=[False, True, False, False])
    assert gap.table.loc["kept", "estimate"] == pytest.approx(5 / 8)
    assert gap.table.loc["actual", ["estimate", "n"]].tolist() == [30, 3]


def test_promises_that_are_refused():
    with pytest.raises(ValueError, match="actual: 1 of 2 rows is below 0; first row 1: -1"):
        sat.promise_gap([4, 5], [3, -1])
    with pytest.raises(ValueError, match="no denominator"):
        sat.promise_gap([4, 5], [0, 0])


@pytest.mark.parametrize(("rate", "balking"), [(0.1, 0.05), (0.1, 0.2), (0.02, 0.01)])
def test_best_promise_for_exponential_waits(rate, balking):
    # maximise exp(-bp)(1 - exp(-mp)): p = ln(1 + m/b) / m
    n = 20_000
    waits = -np.log(1 - (np.arange(n) + 0.5) / n) / rate
    best = sat.best_promise(waits, balking=balking)
    truth = np.log(1 + rate / balking) / rate
    promise = best.table.loc["promise"]
    assert promise["estimate"] == pytest.approx(truth, rel=0.02)
    assert promise["low"] < truth < promise["high"]
    assert best.table.loc["kept", "estimate"] == pytest.approx(1 - np.exp(-rate * truth), abs=0.01)


def test_harm_of_a_broken_promise_lengthens_it():
    waits = np.random.default_rng(2).gamma(4, 8, 500)
    promises = [
        sat.best_promise(waits, balking=0.02, broken=worth).table.loc["promise", "estimate"]
        for worth in (0.5, 0.0, -2.0)
    ]
    assert promises == sorted(promises)
    assert promises[0] < promises[2]


@pytest.mark.parametrize("bad", [{"balking": 0}, {"balking": 0.1, "broken": 1}])
def test_best_promise_refuses(bad):
    with pytest.raises(ValueError, match=r"balking|broken"):
        sat.best_promise([10, 20], **bad)


# Service gaps


def test_weighted_and_plain_service_gaps():
    # Gaps -1.3, -.7, -.4, -.5, +.1 with weights .32, .22, .19, .16, .11, added by hand:
    # weighted -.416 -.154 -.076 -.080 +.011 = -.715, plain -2.8 / 5 = -.56
    gaps = dict(zip("abcde", (-1.3, -0.7, -0.4, -0.5, 0.1), strict=True))
    expected = np.array([6.0, 7.0, 8.0, 7.0, 6.5])
    survey = pd.DataFrame(
        {f"{k}_expected": expected for k in gaps}
        | {f"{k}_perceived": expected + gap for k, gap in gaps.items()}
    )
    weights = dict(zip(gaps, (0.32, 0.22, 0.19, 0.16, 0.11), strict=True))
    table = sat.service_gaps(survey, scale=(1, 10), weights=weights)
    assert table.totals.loc["weighted", "estimate"] == pytest.approx(-0.715)
    assert table.totals.loc["unweighted", "estimate"] == pytest.approx(-0.56)


def test_service_gaps_by_dimension_with_missing_answers():
    rng = np.random.default_rng(3)
    survey = pd.DataFrame(
        rng.integers(1, 8, (50, 6)),
        columns=[f"{i}_{part}" for i in "abc" for part in ("expected", "perceived")],
    ).astype(float)
    survey.loc[:3, "a_perceived"] = np.nan
    survey.loc[:1, "b_expected"] = np.nan
    table = sat.service_gaps(survey, scale=(1, 7), dimensions={"x": ["a", "b"], "y": ["c"]}).table
    person = pd.concat(
        [survey[f"{i}_perceived"] - survey[f"{i}_expected"] for i in "ab"], axis=1
    ).mean(axis=1)
    assert table.loc["x", "estimate"] == pytest.approx(person.mean())
    assert table.loc["x", ["n", "missing"]].tolist() == [48, 2]
    assert np.isnan(table.loc["y", "alpha_gap"])


def test_the_overall_gap_has_the_interval_of_its_respondents():
    rng = np.random.default_rng(3)
    survey = pd.DataFrame(
        rng.integers(1, 8, (60, 4)),
        columns=["a_expected", "a_perceived", "b_expected", "b_perceived"],
    )
    table = sat.service_gaps(survey, scale=(1, 7), weights={"a": 0.7, "b": 0.3})
    person = 0.7 * (survey["a_perceived"] - survey["a_expected"])
    person += 0.3 * (survey["b_perceived"] - survey["b_expected"])
    ends = ["estimate", "low", "high"]
    assert table.totals.loc["weighted", ends].tolist() == pytest.approx(sat.mean(person)[ends])


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (["a_expected"], {}, "only one of the two for a"),
        (["a"], {}, "there is none"),
        (["a_expected", "a_perceived"], {"dimensions": {"x": ["z"]}}, "no items z"),
        (["a_expected", "a_perceived"], {"weights": {"a": 0.9}}, r"add up to 0\.9"),
        (["a_expected", "a_perceived"], {"weights": {"b": 1}}, "without weight"),
    ],
)
def test_service_gaps_refuse(columns, options, message):
    survey = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in columns})
    with pytest.raises(ValueError, match=message):
        sat.service_gaps(survey, scale=(1, 7), **options)


# Reliability


def test_alpha_with_its_interval():
    # 250 answers to three items with alpha .7701: .716 to .815 (Feldt), as pingouin prints it
    r = 0.7701 / (3 - 2 * 0.7701)
    items = pd.DataFrame(exactly_correlated(np.full((3, 3), r) + (1 - r) * np.eye(3), 250))
    alpha = sat.cronbach_alpha(items)
    assert alpha["estimate"] == pytest.approx(0.7701)
    assert alpha[["low", "high"]].tolist() == pytest.approx([0.716, 0.815], abs=5e-4)


def test_a_reversed_item_is_named():
    items = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 4, 5], "turned": [5, 4, 3, 2, 1]})
    with pytest.warns(UserWarning, match=r"alpha is -.*'turned'.*reversed"):
        assert sat.cronbach_alpha(items)["estimate"] < 0
    with pytest.raises(ValueError, match="two or more"):
        sat.cronbach_alpha(items[["a"]])
    with pytest.raises(ValueError, match="same for everybody"):
        sat.cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]}))


@pytest.mark.parametrize(
    "call",
    [
        lambda c: sat.best_promise([1, 2, 3], balking=0.1, confidence=c),
        lambda c: sat.regress(pd.DataFrame({"a": range(9)}), [3, 1, 2] * 3, confidence=c),
        lambda c: sat.cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 3]}), confidence=c),
    ],
)
@pytest.mark.parametrize("confidence", [95, 1, 0])
def test_confidence_is_a_share(call, confidence):
    with pytest.raises(ValueError, match="give a share such as"):
        call(confidence)


def test_lantern_survey_end_to_end():
    survey = crm.load("lantern").survey
    gaps = sat.service_gaps(survey, scale=(1, 10))
    assert gaps["n"].min() > 1000
    items = survey[["satisfaction", "versus_expectation", "versus_ideal"]]
    assert sat.cronbach_alpha(items)["estimate"] > 0.6


# Intervals hold the truth as often as they say: see test_satisfaction_coverage


def held(draw, truth, seed, times=DRAWS):
    rng = np.random.default_rng(seed)
    return sum(bool((r := draw(rng))["low"] <= truth <= r["high"]) for _ in range(times))


def reliability(rng):
    common = rng.normal(size=(100, 1))
    return sat.cronbach_alpha(pd.DataFrame(common + rng.normal(size=(100, 3))))


def waits(rng):
    promised = rng.choice([20, 40], 120)
    return sat.promise_gap(promised, promised * rng.lognormal(-0.3, 0.3, 120))


def kept(rng):
    return waits(rng).table.loc["kept"]


def padding(rng):
    return waits(rng).table.loc["padding"]


def slope_across_the_surface(rng):
    p, e = rng.integers(1, 11, (2, 200))
    noise = rng.normal(size=200) * (0.5 + 0.1 * p)
    truth = 5 + 0.6 * (p - 5.5) - 0.3 * (e - 5.5) - 0.02 * (p - 5.5) ** 2
    return sat.response_surface(e, p, truth + noise, scale=(1, 10)).lines.loc["gap slope"]


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (reliability, 0.75),
        (kept, norm.cdf(1)),
        (padding, np.exp(0.3 - 0.045) - 1),
        (slope_across_the_surface, 0.9),
    ],
)
def test_intervals_hold_the_truth_at_the_rate_they_say(draw, truth):
    assert FEWEST <= held(draw, truth, seed=11) <= MOST


def test_best_promise_holds_at_least_as_often():
    truth = np.log(1 + 0.1 / 0.05) / 0.1

    def promise(rng):
        waits = rng.exponential(10, 150)
        return sat.best_promise(waits, balking=0.05).table.loc["promise"]

    assert held(promise, truth, seed=14, times=60) >= binom.ppf(0.0005, 60, 0.95)


# Figures


RNG = np.random.default_rng(0)
NAMES = ["taste", "speed", "price"]
RATINGS = pd.DataFrame(RNG.integers(1, 11, (300, 3)), columns=NAMES)
OVERALL = RATINGS.mean(axis=1) + RNG.normal(size=300)
TURNED = RATINGS[::-1].reset_index(drop=True)
PAIRS = RATINGS.add_suffix("_expected").join(TURNED.add_suffix("_perceived"))
FIGURES = {
    sat.plot_expectations: lambda: sat.disconfirmation(
        RATINGS["taste"], RATINGS["speed"], scale=(1, 10)
    ),
    sat.plot_response_surface: lambda: sat.response_surface(
        RATINGS["taste"], RATINGS["speed"], OVERALL, scale=(1, 10)
    ),
    sat.plot_best_promise: lambda: sat.best_promise(RNG.gamma(4, 5, 90), balking=0.02),
    sat.plot_gaps: lambda: sat.service_gaps(PAIRS, scale=(1, 10)),
    sat.plot_promised_actual: lambda: sat.promise_gap([10, 20, 30], [12, 15, 30]),
}


@pytest.mark.parametrize("plot", FIGURES, ids=lambda plot: plot.__name__)
def test_figure(plot):
    figure, ax = plt.subplots()
    result = FIGURES[plot]()
    assert plot(result, ax=ax) is ax
    figure.canvas.draw()
    assert ax.get_title(loc="left")
    assert ax.lines or ax.patches or ax.collections
    plt.close(figure)
    own = plot(result)
    assert own is not ax
    plt.close(own.figure)


# Equal up to rounding


def test_a_gap_on_the_edge_of_the_tolerance_is_inside_it():
    for unit in (1, 0.1, 1 / 7):
        expected, perceived = np.full(4, 5.0), np.array([8.0, 2, 8.001, 1.999])
        points = {"scale": (unit, 10 * unit), "tolerance": 3 * unit}
        found = sat.disconfirmation(expected * unit, perceived * unit, **points)
        assert found["state"].tolist() == [
            "satisfied",
            "satisfied",
            "very satisfied",
            "dissatisfied",
        ]


def test_a_wait_as_long_as_promised_is_a_promise_kept():
    promised, actual = [0.3, 0.3, 0.3, 0.3], [0.1 + 0.2, 0.3, 0.2, 0.4]
    assert sat.promise_gap(promised, actual).table.loc["kept", "estimate"] == 0.75
    left = [False, False, False, True]
    found = sat.promise_gap(promised, actual, abandoned=left).table
    assert found.loc["kept", "estimate"] == 0.75


def test_equal_gaps_have_no_t():
    found = sat.promise_gap([0.3, 0.5, 0.9], [0.1 + 0.1, 0.4, 0.8])
    assert np.isnan(found.t)
    assert found.table.loc["gap", ["estimate", "low", "high"]].tolist() == pytest.approx([0.1] * 3)


def test_equal_values_take_the_shorter_promise():
    # exp(-b p) F(p): with b = ln(2) / 10 waits of 10 and 20 are worth .25 both.
    for waits in ([10, 20], [20, 10], [0.1, 0.2]):
        best = sat.best_promise(waits, balking=np.log(2) / min(waits))
        assert best.table.loc["promise", "estimate"] == min(waits)


def test_values_equal_up_to_rounding_take_the_shorter_promise():
    # with b = ln(4) / 7.2 the first and the last wait are worth the same
    waits = [np.float64(0.3), np.float64(7.3), np.float64(7.4), np.float64(7.5)]
    best = sat.best_promise(waits, balking=np.log(4) / 7.2)
    assert best.table.loc["promise", "estimate"] == waits[0]


def test_the_order_of_rows_and_the_unit_change_nothing():
    rng = np.random.default_rng(8)
    e, p = rng.integers(1, 11, (2, 60))
    s = rng.normal(size=60)
    order = rng.permutation(60)
    first = sat.response_surface(e, p, s, scale=(1, 10))
    second = sat.response_surface(e[order], p[order], s[order], scale=(1, 10))
    assert np.array_equal(first.edge, second.edge)
    assert np.allclose(first.table, second.table)
    waits = rng.gamma(4, 5, 60)
    minutes, hours = (sat.best_promise(w, balking=b) for w, b in ((waits, 0.02), (waits / 60, 1.2)))
    assert np.allclose(minutes.table.loc["promise"], hours.table.loc["promise"] * 60)
    assert minutes == sat.best_promise(waits[order], balking=0.02)


# What comes in


@pytest.mark.parametrize("kind", ["object", "decimal", "Int64", "int64[pyarrow]", "strided"])
def test_awkward_columns_give_the_same_answer(kind):
    from decimal import Decimal

    def awkward(values):
        series = pd.Series(values)
        if kind == "decimal":
            return series.map(lambda cell: Decimal(int(cell))).astype(object)
        if kind == "strided":
            return series.repeat(2).reset_index(drop=True)[::2].set_axis(series.index)
        return series.astype(kind)

    promised, actual = [45, 40, 30, 20], [35, 38, 32, 10]
    assert sat.promise_gap(awkward(promised), awkward(actual)) == sat.promise_gap(
        pd.Series(promised), pd.Series(actual)
    )
    assert sat.disconfirmation(awkward([3, 4]), awkward([4, 4]), scale=(1, 5)) == (
        sat.disconfirmation(pd.Series([3, 4]), pd.Series([4, 4]), scale=(1, 5))
    )
    survey = pd.DataFrame({"a_expected": [1, 2, 3, 4], "a_perceived": [3, 3, 3, 1]})
    assert sat.service_gaps(survey.apply(awkward), scale=(1, 5)) == (
        sat.service_gaps(survey, scale=(1, 5))
    )
    outcome = [2, 3, 4, 1]
    got = sat.regress(survey.apply(awkward)[["a_expected"]], awkward(outcome))
    pd.testing.assert_frame_equal(got, sat.regress(survey["a_expected"], outcome))


PAIR = pd.DataFrame({"a_expected": [1, 2, 3], "a_perceived": [3, 2, 3]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: sat.promise_gap([4, 5, 6], [3, 4, 5], abandoned=["no", "no", "yes"]),
            "abandoned: 3 of 3 rows are text; first row 0: 'no'",
        ),
        (
            lambda: sat.promise_gap([4, 5, 6], [3, 4, 5], abandoned=[True, None, False]),
            "abandoned: 1 of 3 rows is empty",
        ),
        (
            lambda: sat.promise_gap([4, 5], [3, 4], abandoned=[1, 1]),
            "all 2 left before being served",
        ),
        (lambda: sat.promise_gap([4, 5], [3, 4], abandoned=[1, 0]), "at least 2 are needed"),
        (
            lambda: sat.promise_gap([0, 5, 6], [3, 4, 5], abandoned=[1, 0, 0]),
            "promises of 0 cannot be compared",
        ),
        (lambda: sat.promise_gap(["4", "5"], [3, 4]), "promised: 2 of 2 rows are not numeric"),
        (lambda: sat.promise_gap(None, [3, 4]), "promised is None"),
        (lambda: sat.promise_gap([4, 5], [3]), "different length"),
        (lambda: sat.promise_gap([], []), "empty|no row|at least"),
        (lambda: sat.promise_gap([4, np.inf], [3, 4]), "promised: 1 of 2 rows is infinite"),
        (lambda: sat.best_promise([1, 2], balking="1"), "balking is '1'"),
        (lambda: sat.best_promise([1, 2], balking=np.nan), "balking is nan"),
        (lambda: sat.best_promise([1, 2], balking=1, seed=1.5), "seed is 1.5"),
        (lambda: sat.best_promise("12", balking=1), "actual is '12'"),
        (lambda: sat.best_promise([1], balking=1), "at least 2 are needed"),
        (lambda: sat.disconfirmation([1], [2], scale=5), "scale is 5"),
        (lambda: sat.disconfirmation([1], [2], scale=(1, 5), tolerance=-1), "tolerance is -1"),
        (lambda: sat.disconfirmation([1], [2], scale=(1, 5), tolerance="1"), "tolerance is '1'"),
        (lambda: sat.disconfirmation([1], [9], scale=(1, 5)), "outside the scale 1 to 5"),
        (lambda: sat.disconfirmation([None], [3], scale=(1, 5)), "nobody gave both answers"),
        (lambda: sat.disconfirmation(["good"], [3], scale=(1, 5)), "is not numeric"),
        (lambda: sat.expectation_path([8], start="6", learning=0.5), "start is '6'"),
        (lambda: sat.expectation_path([8], start=6, learning="all"), "learning is 'all'"),
        (lambda: sat.expectation_path([8, None], start=6, learning=0.5), "experience: 1 of 2"),
        (
            lambda: sat.expectation_path([8, 7], start=6, learning=0.5, promise=[1]),
            "different length",
        ),
        (lambda: sat.service_gaps([1], scale=(1, 5)), "survey is of type list"),
        (lambda: sat.service_gaps(PAIR, scale=None), "scale is None"),
        (lambda: sat.service_gaps(PAIR, scale=(1, 5), dimensions={"x": "a"}), "list its items"),
        (lambda: sat.service_gaps(PAIR, scale=(1, 5), dimensions={"x": []}), "list its items"),
        (lambda: sat.service_gaps(PAIR, scale=(1, 5), dimensions=["a"]), "dimensions is"),
        (lambda: sat.service_gaps(PAIR, scale=(1, 5), weights="equal"), "weights is 'equal'"),
        (lambda: sat.service_gaps(PAIR * np.nan, scale=(1, 5)), "nobody answered both"),
        (lambda: sat.service_gaps(PAIR, scale=(1, 2)), "outside the scale 1 to 2"),
        (lambda: sat.response_surface([1] * 9, [2] * 9, [3] * 9, scale=(1, 5)), "is constant"),
        (lambda: sat.response_surface([1], [2], [3], scale="ab"), "scale is 'ab'"),
        (lambda: sat.regress([1, 2, 3], [1, 2, 3]), "predictors is of type list"),
        (lambda: sat.regress(PAIR, ["a", "b", "c"]), "outcome: 3 of 3 rows are not numeric"),
        (lambda: sat.regress(PAIR, None), "outcome is None"),
        (lambda: sat.cronbach_alpha(None), "items is of type NoneType"),
        (lambda: sat.cronbach_alpha(PAIR + 98, scale=(1, 10)), "outside the scale 1 to 10"),
        (lambda: sat.difference_reliability(1.2, 0.8, correlation=0.5), "perceived is 1.2"),
        (lambda: sat.difference_reliability(0.8, 0, correlation=0.5), "expected is 0"),
        (lambda: sat.difference_reliability(0.8, 0.8, correlation="x"), "correlation is 'x'"),
        (lambda: sat.difference_reliability(0.8, 0.8, correlation=0, spread=1), "spread is 1"),
        (
            lambda: sat.difference_reliability(0.8, 0.8, correlation=0, spread=(0, 1)),
            "spread: 1 of 2",
        ),
    ],
)
def test_one_sentence_refuses(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_codes_for_no_answer_are_told():
    items = pd.DataFrame({"a": [7, 8, 6, 99] * 3, "b": [7, 9, 6, 8] * 3})
    with pytest.warns(UserWarning, match="99"):
        sat.cronbach_alpha(items)
    with pytest.raises(ValueError, match="a: 3 of 12 rows are outside the scale 1 to 10"):
        sat.cronbach_alpha(items, scale=(1, 10))


# Intervals, recomputed another way


def test_regression_against_the_formula_of_hc3():
    from scipy.stats import t

    rng = np.random.default_rng(5)
    table = pd.DataFrame({"a": rng.normal(size=40), "b": rng.integers(0, 3, 40)})
    y = 1 + 2 * table["a"] + rng.normal(size=40) * (1 + table["b"])
    x = np.column_stack([np.ones(40), table])
    inner = np.linalg.inv(x.T @ x)
    beta = inner @ x.T @ y
    lever = np.einsum("ij,jk,ik->i", x, inner, x)
    meat = x.T @ (x * (((y - x @ beta) / (1 - lever)) ** 2).to_numpy()[:, None])
    half = t.ppf(0.95, 37) * np.sqrt(np.diag(inner @ meat @ inner))
    got = sat.regress(table, y, confidence=0.9)
    assert np.allclose(got["estimate"], beta)
    assert np.allclose(got["low"], beta - half)
    assert np.allclose(got["high"], beta + half)
    assert got.index.tolist() == ["intercept", "a", "b"]


def test_a_row_that_alone_decides_is_named():
    table = pd.DataFrame({"a": [0, 0, 0, 1, 0, 0]}, index=[*"uvwxyz"])
    with pytest.raises(sat.NotIdentifiedError, match="row 'x' alone decides"):
        sat.regress(table, [1, 2, 3, 4, 5, 6])


def test_the_gap_has_the_paired_interval():
    from scipy.stats import ttest_1samp, ttest_rel

    promised, actual = class_study()
    found = sat.promise_gap(promised, actual, confidence=0.9)
    other = ttest_rel(promised, actual)
    limits = other.confidence_interval(0.9)
    assert found.table.loc["gap", ["low", "high"]].tolist() == pytest.approx([*limits])
    assert found.t == pytest.approx(other.statistic)
    assert found.caption == "Paired t of the gap 6.52 with 56 degrees of freedom."
    for name, times in (("promised", promised), ("actual", actual)):
        limits = ttest_1samp(times, 0).confidence_interval(0.9)
        assert found.table.loc[name, ["low", "high"]].tolist() == pytest.approx([*limits])


@pytest.mark.parametrize("actual", [[1, 2, 3], [9, 8, 7]])
@pytest.mark.parametrize("left", [None, [True, False, False]])
def test_all_or_none_kept_still_has_an_interval(actual, left):
    kept = sat.promise_gap([5, 5, 5], actual, abandoned=left).table.loc["kept"]
    assert kept["low"] <= kept["estimate"] <= kept["high"]
    assert kept["estimate"] == (actual[0] == 1)
    assert 0.2 < kept["high"] - kept["low"] < 1


def test_who_left_last_and_early_leaves_the_share_open():
    with pytest.warns(UserWarning, match="who waited longest left before the promise was due"):
        found = sat.promise_gap([9, 9, 9], [1, 2, 3], abandoned=[0, 0, 1])
    assert found.table.loc["kept", ["estimate", "low", "high"]].isna().all()
    assert found.plot().texts[0].get_text() == "later than promised: unknown"


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
def test_promises_not_ruled_out_by_all_resamples(confidence):
    from itertools import product

    waits, balking = np.array([10, 22, 23, 41, 70]), 0.03
    chance = {p: (waits <= p).mean() for p in waits}
    value = {p: np.exp(-balking * p) * chance[p] for p in waits}
    drawn = np.array(list(product(waits, repeat=5)))
    noise = {p: np.exp(-balking * p) * ((drawn <= p).mean(axis=1) - chance[p]) for p in waits}
    highest = np.max(list(noise.values()), axis=0)
    near = [
        p
        for p in waits
        if max(value.values()) - value[p] <= np.quantile(highest - noise[p], confidence)
    ]
    promise = sat.best_promise(waits, balking=balking, confidence=confidence).table.loc["promise"]
    assert (promise["low"], promise["high"]) == (min(near), max(near))


def test_best_promise_share_and_value_at_the_ends_of_wilson():
    from statsmodels.stats.proportion import proportion_confint

    best = sat.best_promise(np.arange(1, 41), balking=0.02, broken=0.25)
    promise, kept, stays, value = (best.table.loc[name] for name in best.table.index)
    n_kept = round(kept["estimate"] * 40)
    ends = proportion_confint(n_kept, 40, 0.05, method="wilson")
    assert kept[["low", "high"]].tolist() == pytest.approx(ends)
    left = np.exp(-0.02 * promise["estimate"])
    assert value[["low", "high"]].tolist() == pytest.approx(
        [left * (share + 0.25 * (1 - share)) for share in ends]
    )
    assert stays[["low", "high"]].tolist() == pytest.approx(
        [np.exp(-0.02 * promise["high"]), np.exp(-0.02 * promise["low"])]
    )


def test_alpha_lies_in_its_interval_at_any_confidence():
    items = pd.DataFrame({"a": [1, 3], "b": [1, 4], "c": [2, 2]})
    for confidence in (0.01, 0.5, 0.95):
        alpha = sat.cronbach_alpha(items, confidence=confidence)
        assert alpha["low"] <= alpha["estimate"] <= alpha["high"]


# What the figures say


def told(ax):
    return [text.get_text() for text in ax.texts]


def points(collection):
    return np.asarray(collection.get_offsets())


def colours(collection):
    from matplotlib.colors import to_hex

    return {to_hex(colour).upper() for colour in collection.get_facecolors()}


COLOURS = crm.style.COLOURS


def test_promised_against_actual():
    gap = sat.promise_gap([10, 20, 30], [12, 15, 30])
    ax = gap.plot(unit="h")
    assert told(ax) == list(gap.labels) == ["later than promised: 33%", "promise kept: 67%"]
    assert [text.get_position()[1] for text in ax.texts] == [0.95, 0.05]
    late, kept, left = ax.collections
    assert points(late).tolist() == [[10, 12]]
    assert points(kept).tolist() == [[20, 15], [30, 30]]
    assert (colours(late), colours(kept)) == ({COLOURS["cost"]}, {COLOURS["good"]})
    assert len(points(left)) == 0
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("promised (h)", "actual (h)")
    assert ax.get_title(loc="left") == gap.title == "67% of promises were kept"
    gone = sat.promise_gap([10, 20, 30, 30], [12, 15, 30, 5], abandoned=[0, 0, 0, 1])
    ax = gone.plot()
    assert points(ax.collections[2]).tolist() == [[30, 5]]
    assert [len(points(dots)) for dots in ax.collections] == [1, 2, 1]
    assert gone.caption.endswith("with 2 degrees of freedom; 1 left before being served.")


def test_dots_that_share_a_promise_are_shaken_to_the_sides_only():
    rng = np.random.default_rng(3)
    promised, actual = rng.choice([10, 15], 60), rng.gamma(4, 3, 60)
    for boards in (promised, np.full(60, 10)):
        late, kept, _ = sat.promise_gap(boards, actual).plot().collections
        for dots, here in ((late, actual > boards), (kept, actual <= boards)):
            assert points(dots)[:, 1].tolist() == actual[here].tolist()
            off = points(dots)[:, 0] - boards[here]
            assert len(np.unique(off)) == len(off)
            assert 0.5 < np.abs(off).max() <= 3


def test_expectations_figure():
    found = sat.disconfirmation([8, 7, 7, 6, 5], [6, 7, 8, 9, None], scale=(1, 10), tolerance=1)
    assert found.shares.to_dict() == {
        "dissatisfied": 0.25,
        "satisfied": 0.5,
        "very satisfied": 0.25,
    }
    assert found.caption == "As expected: within 1 points; 4 of 5 gave both answers."
    ax = found.plot()
    assert told(ax) == ["dissatisfied: 25%", "satisfied: 50%", "very satisfied: 25%"]
    assert [text.get_position() for text in ax.texts] == [(0.97, 0.05), (0.03, 0.88), (0.03, 0.95)]
    below, on, above = ax.collections
    assert points(below).tolist() == [[8, 6]]
    assert points(on).tolist() == [[7, 7], [7, 8]]
    assert points(above).tolist() == [[6, 9]]
    assert ax.get_title(loc="left") == found.title
    assert found.title == "25% rate it more than 1 below expected"
    assert [colours(dots) for dots in ax.collections] == [
        {COLOURS["cost"]},
        {COLOURS["neutral"]},
        {COLOURS["good"]},
    ]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("expected (points)", "perceived (points)")
    plt.close(ax.figure)


def test_the_area_of_a_dot_is_the_number_of_people():
    expected, perceived = [8] * 30 + [7] * 10 + [6], [6] * 30 + [7] * 10 + [9]
    found = sat.disconfirmation(expected, perceived, scale=(1, 10))
    assert found.title == "73% rate it below expected"
    assert found.crowds["people"].tolist() == [1, 10, 30]
    ax = found.plot()
    areas = [dots.get_sizes().tolist() for dots in ax.collections]
    assert areas == [[900], [300], [30]]


def test_mean_ratings_take_only_what_was_rated_on_both_sides():
    two = pd.DataFrame({"speed_expected": [8, 9, None], "speed_perceived": [6, None, 4]})
    two = two.assign(taste_expected=[7, 7, 7], taste_perceived=[9, 10, None], satisfaction=5)
    found = sat.mean_ratings(two, scale=(1, 10))
    assert found.iloc[0].tolist() == [7.5, 7.5, 0]
    assert found.iloc[1].tolist() == [10, 7, 3]
    assert found.iloc[2].isna().all()
    gaps = sat.service_gaps(two, scale=(1, 10), dimensions={"all": ["speed", "taste"]})
    assert gaps["estimate"]["all"] == pytest.approx(found["difference"].mean())
    with pytest.raises(ValueError, match="outside the scale 1 to 9"):
        sat.mean_ratings(two, scale=(1, 9))
    with pytest.raises(ValueError, match="only one of the two for speed"):
        sat.mean_ratings(two.drop(columns="speed_expected"), scale=(1, 10))


def test_gaps_title_names_what_falls_shortest():
    two = pd.DataFrame({"speed_expected": [8, 9], "speed_perceived": [6, 8]})
    two = two.assign(taste_expected=[7, 7], taste_perceived=[7, 9])
    gaps = sat.service_gaps(two, scale=(1, 10))
    assert gaps.plot().get_title(loc="left") == gaps.title == "speed falls shortest: -1.50 points"
    taste = sat.service_gaps(two.filter(like="taste"), scale=(1, 10))
    assert taste.title == "Nothing falls short of what was expected"


def test_gaps_figure():
    shifted = PAIRS.assign(speed_perceived=1, taste_expected=1)
    weights = {"taste": 0.5, "speed": 0.3, "price": 0.2}
    gaps = sat.service_gaps(shifted, scale=(1, 10), weights=weights)
    assert gaps.sorted.index.tolist() == ["taste", "price", "speed"]
    ax = gaps.plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == gaps.sorted.index.tolist()
    stems, whiskers, dots = ax.collections
    assert np.allclose(points(dots)[:, 0], gaps.sorted["estimate"])
    ends = [segment[:, 0] for segment in whiskers.get_segments()]
    assert np.allclose(ends, gaps.sorted[["low", "high"]])
    assert np.allclose(
        [line[:, 0] for line in stems.get_segments()], [[0, g] for g in points(dots)[:, 0]]
    )
    assert ax.get_xlabel() == "perceived minus expected (points)"
    row = gaps.totals.loc["weighted"]
    assert gaps.caption.endswith(
        f"weighted {row['estimate']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})."
    )
    from matplotlib.colors import to_hex

    painted = [to_hex(colour).upper() for colour in dots.get_facecolors()]
    assert painted == [COLOURS["good" if x >= 0 else "cost"] for x in points(dots)[:, 0]]
    assert len(set(painted)) == 2


def test_best_promise_figure():
    best = sat.best_promise([10, 20, 40, 70], balking=0.01)
    ax = best.plot(unit="h")
    assert ax.get_title(loc="left") == best.title("h") == "Promise 40 h; 10 to 70 not ruled out"
    assert best.title().startswith("Promise 40 min;")
    *lines, dot = ax.lines
    assert told(ax) == [line.get_label() for line in lines] == ["kept", "stays", "value"]
    for line in lines:
        assert np.allclose(line.get_xydata(), best.curve[["promise", line.get_label()]])
    (x,), (y,) = dot.get_data()
    assert (x, y) == (40, best.table.loc["value", "estimate"])
    band = ax.patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == (10, 70)
    assert ax.get_xlabel() == "promised wait (h)"
    assert sat.best_promise([5, 5, 5], balking=0.1).plot().get_title(loc="left")


def test_surface_figure():
    surface = FIGURES[sat.plot_response_surface]()
    ax = surface.plot()
    assert ax.get_title(loc="left") == surface.title
    assert surface.title == f"Satisfaction where people answered (R² {surface.r_squared:.2f})"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("expected (points)", "perceived (points)")
    assert "as expected" in told(ax)
    (line,) = ax.lines
    assert np.array_equal(*line.get_data())
    corners = ax.patches[0].get_xy()[:-1]
    assert np.allclose(corners, surface.edge)
    lopsided = sat.response_surface(
        [2, 5, 8, 2, 5, 8, 2, 5, 8, 4], [2, 2, 2, 3, 3, 3, 5, 5, 5, 4], range(10), scale=(1, 10)
    )
    ax = lopsided.plot()
    assert (ax.get_xlim(), ax.get_ylim()) == ((2, 8), (2, 5))
    filled = next(
        c for c in ax.collections if hasattr(c, "get_array") and c.get_array() is not None
    )
    low, high = filled.get_clim()
    inside = lopsided.predict([2, 8, 8, 2], [2, 2, 5, 5])
    assert low <= inside.min()
    assert high >= inside.max()
    told_caption = lopsided.caption
    assert told_caption.startswith("10 respondents, 0 left out for a missing answer; ")


def test_the_map_is_as_high_as_the_surface():
    # perceived lifts by 2 a point, expected by nothing: contours lie level
    e, p = (side.ravel() for side in np.meshgrid(np.arange(1.0, 8), np.arange(1.0, 8)))
    noise = np.random.default_rng(0).normal(size=len(e)) * 1e-3
    surface = sat.response_surface(e, p, 2 * p + noise, scale=(1, 7))
    assert surface.predict(1, 7) == pytest.approx(14, abs=0.05)
    assert surface.predict(pd.Series([7.0, None]), pd.Series([1.0, 2.0]))[0] == pytest.approx(
        2, abs=0.05
    )
    ax = surface.plot()
    contours = [c for c in ax.collections if type(c).__name__ == "QuadContourSet"]
    for path in contours[-1].get_paths():
        if len(path.vertices):
            assert np.ptp(path.vertices[:, 1]) < 0.1
