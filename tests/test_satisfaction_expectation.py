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
    table = sat.disconfirmation([8, None], [6, 7], scale=(1, 10))
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
    assert sat.difference_reliability(0.9, 0.8, 0.5) == pytest.approx(0.70)
    with pytest.raises(ValueError, match="no spread"):
        sat.difference_reliability(0.9, 0.8, 1.0)


def test_reliability_of_a_difference_against_simulated_true_scores():
    rng = np.random.default_rng(4)
    true = rng.multivariate_normal([0, 0], [[4, 1.5], [1.5, 1]], 400_000)
    seen = true + rng.normal(size=true.shape) * [1.0, 0.7]
    (p, e), r = np.var(true, axis=0) / np.var(seen, axis=0), np.corrcoef(seen.T)[0, 1]
    truth = np.var(true[:, 0] - true[:, 1]) / np.var(seen[:, 0] - seen[:, 1])
    spread = tuple(seen.std(axis=0))
    assert sat.difference_reliability(p, e, r, spread=spread) == pytest.approx(truth, abs=0.005)


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
    assert surface.coefficients["estimate"].tolist() == pytest.approx(
        [6, 0.5, -0.2, -0.03, 0.04, -0.01]
    )
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
    assert gap.loc["gap", "estimate"] == pytest.approx(37.54 - 28.35)
    assert gap.loc["t", "estimate"] == pytest.approx(6.52, abs=0.005)  # as published
    assert np.corrcoef(*class_study())[0, 1] == pytest.approx(0.881, abs=0.001)


def test_padding_and_share_kept():
    gap = sat.promise_gap([37.54, 37.54, 20, 55.08], [28.35, 20, 28.35, 36.7])
    assert gap.loc["padding", "estimate"] == pytest.approx(37.54 / 28.35 - 1)
    assert round(37.54 / 28.35 - 1, 3) == 0.324
    assert gap.loc["kept", "estimate"] == 0.75


def test_who_left_enters_the_share_kept():
    # served at 10, left at 20, served at 30 and 50; all promised 40: by hand
    # S = (1 - 1/4) * (1 - 1/2) = 3/8 after 30, so 5/8 are served within 40
    gap = sat.promise_gap([40] * 4, [10, 20, 30, 50], abandoned=[False, True, False, False])
    assert gap.loc["kept", "estimate"] == pytest.approx(5 / 8)
    assert gap.loc["actual", ["estimate", "n"]].tolist() == [30, 3]


def test_promises_that_are_refused():
    with pytest.raises(ValueError, match="actual: 1 of 2 rows is negative; first row 1: -1"):
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
    assert table.loc["all, weighted", "estimate"] == pytest.approx(-0.715)
    assert table.loc["all, unweighted", "estimate"] == pytest.approx(-0.56)


def test_service_gaps_by_dimension_with_missing_answers():
    rng = np.random.default_rng(3)
    survey = pd.DataFrame(
        rng.integers(1, 8, (50, 6)),
        columns=[f"{i}_{part}" for i in "abc" for part in ("expected", "perceived")],
    ).astype(float)
    survey.loc[:3, "a_perceived"] = np.nan
    survey.loc[:1, "b_expected"] = np.nan
    table = sat.service_gaps(survey, scale=(1, 7), dimensions={"x": ["a", "b"], "y": ["c"]})
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
    assert table.loc["all, weighted", ends].tolist() == pytest.approx(sat.mean(person)[ends])


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        (["a_expected"], {}, "only one of the two for a"),
        (["a"], {}, "there is none"),
        (["a_expected", "a_perceived"], {"dimensions": {"x": ["z"]}}, "no items z"),
        (["a_expected", "a_perceived"], {"weights": {"a": 0.9}}, r"add up to 0\.9"),
        (["a_expected", "a_perceived"], {"weights": {"b": 1}}, "dimensions are"),
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
    return waits(rng).loc["kept"]


def padding(rng):
    return waits(rng).loc["padding"]


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


def test_promised_against_actual():
    ax = sat.plot_promised_actual([10, 20, 30], [12, 15, 30])
    told = [text.get_text() for text in ax.texts]
    assert told == ["later than promised: 33%", "promise kept: 67%"]
    plt.close(ax.figure)
