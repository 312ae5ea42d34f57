"""Satisfaction measured: published numbers, cases redone by hand, answers that are refused."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

import crmlab as crm
from crmlab.intervals import student_quantile, wilson

sat = crm.satisfaction


def exactly_correlated(correlation, n=200):
    """Rows whose sample correlations are exactly those given, with mean 0 and sd 1 (1/n)."""
    z = np.random.default_rng(0).normal(size=(n, len(correlation)))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    return q @ np.linalg.cholesky(np.asarray(correlation)).T * np.sqrt(n)


def days_log(purchases, refunds=0):
    """So many purchases of 5 on one day, then refunds of 5."""
    amounts = [5.0] * purchases + [-5.0] * refunds
    return pd.DataFrame({"customer_id": "a", "date": "2025-03-01", "amount": amounts})


# Labels, scales, missing answers


def test_labels_in_two_languages_follow_a_declared_order():
    answers = pd.Series(["Very satisfied", " 非常满意 ", "不满意", None, "neither", ""])
    numbers = sat.to_numbers(answers, "satisfaction")
    assert numbers.iloc[[0, 1, 2, 4]].tolist() == [5, 5, 2, 3]
    assert numbers.iloc[[3, 5]].isna().all()


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_labels_of_any_text_type(dtype):
    answers = pd.Series(["bad", "good", "bad"], index=[7, 8, 9], dtype=dtype)
    assert sat.to_numbers(answers, ["bad", "good"]).to_dict() == {7: 1, 8: 2, 9: 1}


def test_an_order_may_give_the_numbers():
    assert sat.to_numbers(["no", "yes"], {"no": 0, "yes": 1}).tolist() == [0, 1]


def test_an_unknown_label_is_named_with_its_row():
    with pytest.raises(ValueError, match=r"1 of 3 rows has a label.*row 2: 'awful'"):
        sat.to_numbers(["good", "bad", "awful"], ["bad", "good"])
    with pytest.raises(ValueError, match="names 'Good' twice"):
        sat.to_numbers(["good"], ["good", "bad", "Good"])


def test_labels_given_as_answers_say_what_to_do():
    with pytest.raises(
        ValueError, match=r"recommend: .* not numeric; first row 0: 'likely'.*to_numbers"
    ):
        sat.net_promoter_score(pd.Series(["likely", "unlikely"], name="recommend"))


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "object"])
def test_numbers_of_any_type(dtype):
    assert sat.net_promoter_score(pd.Series([10, 10, 8, 0], dtype=dtype))["estimate"] == 25


def test_missing_answers_are_counted_not_guessed():
    score = sat.net_promoter_score(pd.Series([10, pd.NA, 8, None, 0], dtype="Int64"))
    assert score[["n", "missing", "estimate"]].tolist() == [3, 2, 0]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([10, 11, -1], "2 of 3 rows are outside the scale 0 to 10; first row 1: 11"),
        ([10, 7.5], "1 of 2 rows is not whole; first row 1: 7.5"),
        ([10, np.inf], "infinite"),
        ([np.nan, np.nan], "none of 2 answers"),
        ([], "answers is empty"),
    ],
)
def test_answers_that_no_one_can_give(answers, message):
    with pytest.raises(ValueError, match=message):
        sat.net_promoter_score(answers)


def test_rescale_goes_end_to_end():
    assert sat.rescale([1, 5], old=(1, 5), new=(0, 100)).tolist() == [0, 100]
    with pytest.raises(ValueError, match="lowest point first"):
        sat.rescale([1], old=(5, 1), new=(0, 100))


# Intervals


def test_wilson_against_its_equation():
    # Wilson (1927): the ends solve |p - share| = z sqrt(p (1 - p) / n). 15 of 100 and 0 of 20
    # give the values printed in textbooks: .0931 to .2328, 0 to .1611.
    low, high = wilson(15, 100, 0.95)
    for end in (low, high):
        assert abs(end - 0.15) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / 100), rel=1e-6)
    assert (round(low, 4), round(high, 4)) == (0.0931, 0.2328)
    assert wilson(0, 20, 0.95) == (0, pytest.approx(0.1611, abs=5e-5))


@pytest.mark.parametrize(("count", "ends"), [(10, (4.795, 18.390)), (0, (0, 3.689))])
def test_complaints_have_garwoods_interval(count, ends):
    # Garwood (1936), as tabled
    complaints = pd.DataFrame({"cause": ["late"] * count})
    rate = sat.complaint_rate(complaints, days_log(1000))
    assert rate["estimate"] == count
    assert tuple(rate[["low", "high"]]) == pytest.approx(ends, abs=5e-4)


@pytest.mark.parametrize("n", [1, 2, 3, 20])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(("answer", "score"), [(10, 100), (0, -100), (8, 0)])
def test_a_score_lies_in_its_interval_where_all_agree(n, confidence, answer, score):
    found = sat.net_promoter_score([answer] * n, confidence=confidence)
    assert found["low"] <= found["estimate"] == score <= found["high"]
    assert found["high"] - found["low"] > 0


def test_all_promoters_leave_room_below():
    # p' = (20 + .75) / 23, d' = .75 / 23, by hand: .8696 less 1.2816 sqrt(.1783 / 23) = .7567
    found = sat.net_promoter_score([10] * 20, confidence=0.8)
    p, d = 20.75 / 23, 0.75 / 23
    low = p - d - 1.281552 * np.sqrt((p + d - (p - d) ** 2) / 23)
    assert found[["low", "high"]].tolist() == pytest.approx([100 * low, 100])


@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=12), st.sampled_from([0.5, 0.8, 0.95, 0.999])
)
@settings(max_examples=60)
def test_a_score_lies_in_its_interval(answers, confidence):
    found = sat.net_promoter_score(answers, confidence=confidence)
    assert -100 <= found["low"] <= found["estimate"] <= found["high"] <= 100
    up, down = (np.array(answers) >= 9).mean(), (np.array(answers) <= 6).mean()
    assert found["promoters"] == pytest.approx(up)
    assert found["detractors"] == pytest.approx(down)
    assert found["passives"] == pytest.approx(1 - up - down)
    assert found["estimate"] == pytest.approx(100 * (up - down))


def test_students_interval_exactly():
    # mean 8, s 2, n 3: 8 -+ 4.3027 x 2 / sqrt(3)
    found = sat.mean([6, 8, 10])
    assert found[["low", "high"]].tolist() == pytest.approx([3.0317, 12.9683], abs=5e-5)


def test_the_interval_of_a_weighted_mean_by_hand():
    # weights 1, 1, 2 of 2, 4, 8: mean 5.5; scores w (y - mean) / 4 = -.875, -.375, 1.25
    found = sat.mean([2, 4, 8], weights=[1, 1, 2])
    error = np.sqrt((0.875**2 + 0.375**2 + 1.25**2) * 3 / 2)
    half = student_quantile(0.95, 2) * error
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(
        [5.5, 5.5 - half, 5.5 + half]
    )


def test_the_interval_of_a_clustered_mean_by_hand():
    # shops with 2 4 | 6 8 | 1 3: mean 4; sums of (y - 4) / 6 are -1/3, 1, -2/3; 2 degrees
    found = sat.mean([2, 4, 6, 8, 1, 3], clusters=list("aabbcc"))
    half = student_quantile(0.95, 2) * np.sqrt((1 / 9 + 1 + 4 / 9) * 3 / 2)
    assert found[["low", "high"]].tolist() == pytest.approx([4 - half, 4 + half])


def test_answers_in_clusters_count_for_fewer():
    # shops with 1 1 1 | 0 0 1 | 1 0 0 | 1 1 0: share .5833, sums of (y - share) / 12 by hand; the
    # effective number shrinks by (1.96 / 3.18)² for a variance estimated from four shops
    answers, shops = [1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0], np.repeat(range(4), 3)
    found = sat.proportion(answers, clusters=shops)
    share = 7 / 12
    sums = (np.array([3, 1, 1, 2]) - 3 * share) / 12
    plain = share * (1 - share) / ((sums**2).sum() * 4 / 3)
    effective = plain * (1.959964 / 3.182446) ** 2
    assert found["effective_n"] == pytest.approx(effective, rel=1e-5)
    assert found[["low", "high"]].tolist() == pytest.approx(wilson(share * effective, effective))


def test_shops_that_agree_are_as_many_answers_as_shops():
    for answers in ([1] * 12, [1, 0, 0] * 4):
        assert sat.proportion(answers, clusters=np.repeat(range(4), 3))["effective_n"] == (
            pytest.approx(4 * (1.959964 / 3.182446) ** 2, rel=1e-5)
        )


def test_an_effective_number_never_exceeds_the_answers():
    # each shop has one yes and one no: less variance than by chance
    found = sat.mean([1, 0] * 10, clusters=np.repeat(range(10), 2))
    assert found["effective_n"] <= 20
    assert sat.proportion([1, 0, 0, 1] * 5, weights=[1, 1, 1, 2] * 5)["effective_n"] <= 20


@pytest.mark.parametrize(
    ("n", "low", "high"), [(6, 1, 6), (8, 1, 8), (9, 2, 8), (20, 6, 15), (45, 16, 30)]
)
def test_ranks_of_the_median(n, low, high):
    # as tabled for the sign test at 95 %: lower rank 1 from n = 6, 2 from 9, 6 at 20, 16 at 45
    found = sat.median(range(1, n + 1))
    assert found[["low", "high"]].tolist() == [low, high]
    missed = 2 * binom.cdf(low - 1, n, 0.5)
    assert missed <= 0.05 < 2 * binom.cdf(low, n, 0.5)


def test_the_interval_of_a_censored_share_by_hand():
    # S(60) = 8/15, Greenwood 1/(5 x 4) + 1/(3 x 2); S to the power exp(-+ z sqrt(v) / |ln S|)
    share = sat.share_within([10, 20, 30, 70, 80], [True, False, True, False, False], 60)
    stays, variance = 8 / 15, 1 / 20 + 1 / 6
    spread = 1.959964 * np.sqrt(variance) / abs(np.log(stays))
    ends = [1 - stays ** np.exp(-spread), 1 - stays ** np.exp(spread)]
    assert share[["low", "high"]].tolist() == pytest.approx(ends, rel=1e-6)
    assert share[["events", "n", "censored"]].tolist() == [2, 5, 1]


@pytest.mark.parametrize("seen", [[0, 0, 0], [1, 1, 0], [1, 0, 0]])
def test_a_censored_share_lies_in_its_interval(seen):
    share = sat.share_within([10, 20, 90], seen, 60)
    assert 0 <= share["low"] <= share["estimate"] <= share["high"] <= 1


def test_one_answer_per_cluster_is_no_cluster():
    answers = [1, 0, 1, 1, 0, 1, 1, 0]
    plain, alone = sat.mean(answers), sat.mean(answers, clusters=range(8))
    pd.testing.assert_series_equal(plain, alone)


def test_copied_answers_add_nothing():
    rng = np.random.default_rng(0)
    answers = rng.normal(size=40)
    once = sat.mean(answers)
    copied = sat.mean(np.repeat(answers, 5), clusters=np.repeat(range(40), 5))
    assert copied[["low", "high"]].tolist() == pytest.approx(once[["low", "high"]].tolist())
    assert copied["effective_n"] == pytest.approx(40)
    assert once["effective_n"] == pytest.approx(40)


def test_weighted_mean_against_copies_of_answers():
    # a weight of 3 moves the estimate as three equal answers do
    weighted = sat.proportion([1, 0, 0], weights=[3, 1, 1])
    assert weighted["estimate"] == pytest.approx(0.6)
    assert weighted["effective_n"] < 3


@pytest.mark.parametrize("weights", [[1, 0, 1], [1, -1, 1], [1, np.nan, 1]])
def test_weights_must_be_positive(weights):
    with pytest.raises(ValueError, match=r"weights: 1 of 3.*row 1"):
        sat.mean([1, 2, 3], weights=weights)


@pytest.mark.parametrize(
    "call",
    [
        lambda c: sat.mean([1, 2, 3], confidence=c),
        lambda c: sat.proportion([1, 0, 1], confidence=c),
        lambda c: sat.median(range(20), confidence=c),
        lambda c: sat.complaint_rate(pd.DataFrame(), days_log(1), confidence=c),
        lambda c: sat.share_within([1, 2, 3], [1, 0, 0], 2, confidence=c),
        lambda c: sat.share_within([1, 2], [1, 0], 9, confidence=c),
    ],
)
@pytest.mark.parametrize("confidence", [95, 1, 0])
def test_confidence_is_a_share(call, confidence):
    with pytest.raises(ValueError, match="give a share such as"):
        call(confidence)


def test_one_answer_has_no_interval():
    with pytest.warns(UserWarning, match="one answer has no interval"):
        assert sat.mean([3.0])[["low", "high"]].isna().all()


def test_difference_is_newcombe_for_shares():
    # Newcombe (1998, Statistics in Medicine 17), method 10, example 56/70 - 48/80:
    # .2000, .0524 to .3339
    first = sat.proportion([1] * 48 + [0] * 32)
    second = sat.proportion([1] * 56 + [0] * 14)
    change = sat.difference(first, second)
    assert change.tolist() == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_difference_of_the_same_people_is_sharper():
    # Symmetric answers: without skewness every interval is Student's, and the two are one.
    rng = np.random.default_rng(1)
    half, noise = rng.normal(size=(2, 100))
    before = np.concatenate([half, -half])
    after = 0.8 * before + 0.6 * np.concatenate([noise, -noise]) + 0.2
    paired = sat.mean(after - before)
    r = np.corrcoef(before, after)[0, 1]
    change = sat.difference(sat.mean(before), sat.mean(after), correlation=r)
    assert change.tolist() == pytest.approx(paired[["estimate", "low", "high"]].tolist(), rel=1e-9)


def test_the_same_answers_twice_have_not_changed():
    for answers in ([1.1, 2.3, 3.7], [0.1, 0.2, 0.7, 0.3]):
        same = sat.mean(answers)
        assert sat.difference(same, same, correlation=1).tolist() == pytest.approx([0, 0, 0])
        assert sat.difference(same, same, correlation=1).notna().all()


def test_a_difference_takes_each_end_from_the_right_side():
    # d = 5; low 5 - hypot(1, 4), high 5 + hypot(6, 2)
    first = pd.Series({"estimate": 10.0, "low": 8.0, "high": 14.0})
    second = pd.Series({"estimate": 15.0, "low": 14.0, "high": 21.0})
    change = sat.difference(first, second)
    assert change.tolist() == pytest.approx([5, 5 - np.hypot(1, 4), 5 + np.hypot(6, 2)])


def test_differences_of_tables_are_matched_by_name():
    first = pd.DataFrame(
        {"estimate": [1.0, 2], "low": [0.0, 1], "high": [2.0, 3]}, index=["a", "b"]
    )
    assert sat.difference(first, first.iloc[::-1])["estimate"].tolist() == [0, 0]
    with pytest.raises(ValueError, match="same rows"):
        sat.difference(first, first.iloc[:1])


def test_groups_too_small_say_why():
    answers = pd.Series([9, 10, 3, 8, 9, 10, np.nan, 2])
    groups = pd.Series([1, 1, 1, 1, 1, 2, 2, None])
    with pytest.warns(UserWarning, match="fewer than 5"):
        table = sat.by_group(answers, groups, sat.net_promoter_score)
    assert table["estimate"].iloc[0] == pytest.approx(40)
    assert table["estimate"].iloc[1:].isna().all()
    assert table["reason"].tolist() == ["", "1 answer, fewer than 5", "1 answer, fewer than 5"]
    assert "(missing)" in table.index


def test_groups_take_their_own_weights():
    answers = pd.Series([0.0, 1] * 10)
    weights = pd.Series([1.0, 3] * 5 + [1.0, 1] * 5)
    for kind in (weights, weights.to_numpy(), weights.tolist()):
        table = sat.by_group(answers, ["a"] * 10 + ["b"] * 10, sat.mean, weights=kind)
        assert table["estimate"].tolist() == [0.75, 0.5]


def test_groups_do_not_depend_on_the_order_of_rows():
    answers = pd.Series([9, 10, 3, 8, 9, 10, 4, 2, 6, 7], name="recommend")
    groups = pd.Series([2, 10, 2, 10, 2, 10, 2, 10, 2, 10], name="wave")
    table = sat.by_group(answers, groups, sat.net_promoter_score)
    assert table.index.tolist() == [2, 10]
    turned = sat.by_group(answers[::-1], groups[::-1], sat.net_promoter_score)
    pd.testing.assert_frame_equal(turned, table)
    mixed = groups.astype(object).replace(10, "last")
    assert sat.by_group(answers, mixed, sat.mean).index.tolist() == [2, "last"]


def test_groups_keep_the_order_of_their_categories():
    groups = pd.Categorical(["low", "high", None] * 5, ["low", "middle", "high"])
    table = sat.by_group(range(15), groups, sat.mean)
    assert table.index.tolist() == ["low", "high", "(missing)"]


def test_censored_share_is_kaplan_meier():
    # the example of a survival table worked by hand: S(60) = (1-1/5)(1-1/3) = 8/15
    share = sat.share_within([10, 20, 30, 70, 80], [True, False, True, False, False], 60)
    assert share["estimate"] == pytest.approx(1 - 8 / 15)
    with pytest.warns(UserWarning, match="nobody was watched for 60"):
        assert np.isnan(sat.share_within([10, 20], [True, False], 60)["estimate"])


# The six measures


def six():
    values = dict(
        zip(
            crm.satisfaction.scorecard.BETTER,
            (0.72, 0.35, 0.58, 0.012, 1250, 1.8),
            strict=True,
        )
    )
    posts = ((0.4, 0.9), (0.1, 0.5), (0.2, 0.8), (0.04, 0), (500, 2000), (3.0, 0.8))
    weights = (0.2, 0.15, 0.25, 0.15, 0.15, 0.1)
    return (
        values,
        dict(zip(values, posts, strict=True)),
        dict(zip(values, weights, strict=True)),
    )


def test_six_measures_on_fixed_goalposts():
    values, goalposts, weights = six()
    found = sat.six_measures(values, goalposts=goalposts, weights=weights)
    # (value - worst) / (best - worst), by hand
    assert found.table["score"].round(2).tolist() == [64, 62.5, 63.33, 70, 50, 54.55]
    assert found.index["estimate"] == pytest.approx(61.46, abs=0.005)
    assert found.table["better"].tolist() == ["higher"] * 3 + ["lower", "higher", "lower"]
    assert found.table["denominator"].isna().all()
    assert found.index[["low", "high"]].isna().all()
    assert "Index 61.5 of 100; no interval without that of reputation" in found.caption


def test_each_measure_keeps_its_denominator():
    survey = pd.DataFrame({"aware": [1, 1, 0], "attitude": [5, 2, None]})
    measures = {"reputation": sat.reputation(survey), "spend": sat.mean([60, 80, 100, 90])}
    posts = {"reputation": (0.4, 0.9), "spend": (50, 250)}
    assert sat.six_measures(measures, goalposts=posts).table["denominator"].tolist() == [2, 4]


def test_lower_is_better_turns_the_interval_round():
    rate = pd.Series({"estimate": 10.0, "low": 8.0, "high": 14.0})
    found = sat.six_measures({"complaint_rate": rate}, goalposts={"complaint_rate": (40, 0)})
    scores = found.table.loc["complaint_rate", ["score_low", "score", "score_high"]]
    assert scores.tolist() == [65, 75, 80]
    assert found.index[["low", "estimate", "high"]].tolist() == [65, 75, 80]
    assert found.caption == "Index 75.0 of 100 (65.0 to 80.0)."


def test_the_index_adds_the_squared_distances_of_its_scores():
    one = pd.Series({"estimate": 50.0, "low": 40.0, "high": 70.0})
    two = pd.Series({"estimate": 20.0, "low": 10.0, "high": 35.0})
    posts = {"one": (0, 100), "two": (0, 50)}
    found = sat.six_measures(
        {"one": one, "two": two}, goalposts=posts, weights={"two": 0.75, "one": 0.25}
    )
    # scores 50 (40 to 70) and 40 (20 to 70): 42.5, less sqrt(2.5² + 15²), plus sqrt(5² + 22.5²)
    ends = [42.5, 42.5 - np.hypot(2.5, 15), 42.5 + np.hypot(5, 22.5)]
    assert found.index[["estimate", "low", "high"]].tolist() == pytest.approx(ends)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spend": None}, "'spend' has no goalposts"),
        ({"spend": (5, 5)}, "equal"),
        ({"complaint_rate": (0, 0.04)}, "but lower is better"),
    ],
)
def test_goalposts_that_are_refused(change, message):
    values, goalposts, _ = six()
    goalposts = {k: v for k, v in (goalposts | change).items() if v is not None}
    with pytest.raises(ValueError, match=message):
        sat.six_measures(values, goalposts=goalposts)


def test_reputation_counts_only_those_who_know_the_brand():
    survey = pd.DataFrame({"aware": [1] * 6 + [0] * 4, "attitude": [5, 4, 3, 2, 1, None] + [5] * 4})
    result = sat.reputation(survey)
    assert result[["estimate", "denominator", "missing", "aware"]].tolist() == [0.4, 5, 1, 0.6]
    with pytest.raises(ValueError, match="no denominator; it is not 0"):
        sat.reputation(survey.assign(aware=0))


def test_named_purchase_clusters_by_customer():
    survey = pd.DataFrame(
        {
            "first_named": ["Lantern"] * 20 + ["Rival"] * 20,
            "customer_id": [f"C{i // 4}" for i in range(40)],
        }
    )
    clustered = sat.named_purchase(survey, "lantern")
    alone = sat.named_purchase(survey.drop(columns="customer_id"), "lantern")
    assert clustered["estimate"] == alone["estimate"] == 0.5
    assert clustered["high"] - clustered["low"] > 1.5 * (alone["high"] - alone["low"])
    with pytest.warns(UserWarning, match="nobody named 'Lanterns'"):
        sat.named_purchase(survey, "Lanterns")


def returning():
    days = pd.to_timedelta([0, 0, 4, 9, 39, 1, 2, 90, 150], unit="D")
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c", "c", "d", "d", "d", "e"],
            "date": pd.Timestamp("2024-01-01") + days,
            "amount": [5, 5, 5, 5, 5, 5, -5, 5, 5],
        }
    )


def test_repeat_rate_watches_everybody_long_enough():
    result = sat.repeat_rate(returning(), within=30, until="2024-06-20", refunds="ignore")
    # a: same day only; b: never; c: on day 30; d: a refund, then too late; e: watched for 21 days
    assert result[["estimate", "numerator", "denominator", "censored"]].tolist() == [0.25, 1, 4, 1]
    assert result[["low", "high"]].tolist() == pytest.approx(wilson(1, 4))
    watched = sat.repeat_rate(returning(), within=30, until="2024-06-29", refunds="ignore")
    assert watched["denominator"] == 5
    assert sat.repeat_rate(returning(), within=30, refunds="ignore")["censored"] == 1


def test_repeat_rate_is_the_rate_of_all_cohorts_together():
    log = crm.load("lantern").transactions
    for within in (30, 90):
        options = {"within": within, "refunds": "ignore"}
        pooled = crm.database.cohorts(log, **options).overall
        rate = sat.repeat_rate(log, **options)
        assert rate["estimate"] == pooled["estimate"]
        # counted another way: days since each customer's first purchase
        days = log[log["amount"] >= 0]
        first = days.groupby("customer_id")["date"].transform("min")
        since = (days["date"] - first).dt.days
        seen = (log["date"].max() - first).dt.days >= within
        came = days["customer_id"][seen & since.between(1, within)].nunique()
        assert rate["numerator"] == came
        assert rate["denominator"] == days["customer_id"][seen].nunique()


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {}, "1 of 9 rows is negative, a refund"),
        ({"customer_id": ["a", None, *"bccddde"]}, {}, r"customer_id: 1 of 9 rows is empty"),
        ({"customer_id": ["a", "nan", *"bccddde"]}, {}, r"customer_id: 1 of 9 rows is empty"),
        ({"date": ["1998-06", *["2024-01-01"] * 8]}, {}, "cannot be read as a date"),
        ({"date": [None, *["2024-01-01"] * 8]}, {}, r"date: 1 of 9 rows is empty"),
        ({}, {"refunds": "ignore", "until": "2024-02-10"}, "2 of 7 rows lie after until, 2024-02"),
        ({}, {"refunds": "ignore", "within": np.nan}, "within is nan"),
        ({}, {"refunds": "ignore", "within": 0}, "within is 0"),
        ({}, {"refunds": "ignore", "within": "30"}, "within is '30'"),
        ({}, {"refunds": "ignore", "within": 999}, "nobody was watched for 999 days by 2024-05-30"),
        ({}, {"refunds": "ignore", "until": "03/04/2025"}, "until is not a date"),
    ],
)
def test_repeat_rate_refuses(change, options, message):
    with pytest.raises(ValueError, match=message):
        sat.repeat_rate(returning().assign(**change), **{"within": 30, **options})


def test_complaints_per_thousand_and_behind_the_silence():
    complaints = pd.DataFrame({"cause": ["late"] * 10})
    rate = sat.complaint_rate(complaints, days_log(2000, refunds=7), refunds="ignore")
    assert rate[["numerator", "denominator"]].tolist() == [10, 2000]
    assert rate[["estimate", "low", "high"]].tolist() == pytest.approx(
        [5, 4.795 / 2, 18.390 / 2], abs=5e-4
    )
    assert sat.complaint_rate(complaints, days_log(2000), voiced=0.2)["estimate"] == 25
    with pytest.raises(ValueError, match="7 of 2,007 rows are negative, refunds"):
        sat.complaint_rate(complaints, days_log(2000, refunds=7))
    for refunds in ("ignore", "net"):
        with pytest.raises(ValueError, match="no purchase among them"):
            sat.complaint_rate(complaints, days_log(0, refunds=7), refunds=refunds)
    for voiced in (0, 1.2, "0.5", np.nan):
        with pytest.raises(ValueError, match="voiced is"):
            sat.complaint_rate(complaints, days_log(20), voiced=voiced)
    with pytest.raises(ValueError, match="complaints is of type int"):
        sat.complaint_rate(10, days_log(20))


def test_a_purchase_counts_whoever_made_it():
    log = days_log(4).assign(customer_id=["a", None, "", "b"])
    assert sat.complaint_rate(pd.DataFrame({"cause": ["late"]}), log)["denominator"] == 4
    unnamed = log.drop(columns="customer_id")
    assert sat.complaint_rate(pd.DataFrame({"cause": ["late"]}), unnamed)["denominator"] == 4


def bad_may():
    days = pd.date_range("2024-01-01", "2024-06-30", freq="8h")
    opened = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-03-05", "2024-06-01"])
    bad = pd.to_datetime(["2024-05-07"] * 14)
    return pd.DataFrame({"opened": opened.append(bad)}), pd.DataFrame({"date": days})


def test_complaint_chart_signals_a_bad_month():
    complaints, log = bad_may()
    chart = sat.complaint_chart(complaints, log)
    centre = 18 / len(log)
    assert chart.signals.to_dict() == pytest.approx({"May 2024": 1000 * 14 / 93})
    may = chart.table.loc["2024-05-01"]
    assert may["high"] == pytest.approx(1000 * (centre + 3 * np.sqrt(centre / 93)))
    assert (chart.table["low"] == 0).all()
    assert chart.caption == "1 month outside the limits of chance: May 2024."
    quiet = sat.complaint_chart(complaints.head(4), log)
    assert quiet.caption == "No month lies outside the limits of chance."


def test_complaint_chart_signals_a_good_month():
    # 30 complaints in each of 4 months with 93 purchases or so, none in May: the lower limit is
    # 1000 (u - 3 sqrt(u / n)) with u near .25, so above 0
    days = pd.date_range("2024-01-01", "2024-06-30", freq="8h")
    opened = [day for month in (1, 2, 3, 4, 6) for day in [f"2024-{month:02}-05"] * 30]
    chart = sat.complaint_chart(pd.DataFrame({"opened": opened}), pd.DataFrame({"date": days}))
    centre = 150 / len(days)
    low = 1000 * (centre - 3 * np.sqrt(centre / 93))
    assert low > 0
    assert chart.table.loc["2024-05-01", "low"] == pytest.approx(low)
    assert chart.signals.to_dict() == {"May 2024": 0}


def test_complaints_by_week_begin_on_monday():
    log = pd.DataFrame({"date": ["2024-01-07", "2024-01-08", "2024-01-14", "2024-01-15"]})
    chart = sat.complaint_chart(pd.DataFrame({"opened": ["2024-01-14"]}), log, period="week")
    assert chart.table["purchases"].to_dict() == {
        pd.Timestamp("2024-01-01"): 1,
        pd.Timestamp("2024-01-08"): 2,
        pd.Timestamp("2024-01-15"): 1,
    }
    assert chart.table["complaints"].tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="period is 'MS'; choose one of 'week'"):
        sat.complaint_chart(pd.DataFrame({"opened": ["2024-01-14"]}), log, period="MS")


def test_a_month_without_purchases_has_no_rate():
    complaints = pd.DataFrame({"opened": pd.to_datetime(["2024-02-05"])})
    log = pd.DataFrame({"date": pd.to_datetime(["2024-01-05", "2024-03-05"])})
    with pytest.warns(UserWarning, match=r"1 period has no purchases \(first: 2024-02-01\).*: 1$"):
        chart = sat.complaint_chart(complaints, log)
    assert chart.table["rate"].isna().tolist() == [False, True, False]


def test_a_chart_without_complaints_has_no_signal():
    chart = sat.complaint_chart(pd.DataFrame({"opened": []}), bad_may()[1])
    assert chart.table["rate"].eq(0).all()
    assert chart.signals.empty


def test_complaints_without_a_day_are_refused():
    complaints = pd.DataFrame({"opened": [pd.NaT, pd.Timestamp("2024-01-02")]})
    with pytest.raises(ValueError, match=r"complaints.opened: 1 of 2 rows is empty"):
        sat.complaint_chart(complaints, bad_may()[1])
    with pytest.raises(ValueError, match="complaints lacks the column opened"):
        sat.complaint_chart(complaints.rename(columns={"opened": "day"}), bad_may()[1])


def test_spend_takes_refunds_off_and_leaves_out_who_did_not_buy():
    amounts = [9, -4, 3, 3, -2, 8, 7, 6, 10]
    log = pd.DataFrame({"customer_id": list("aabbcdefg"), "amount": amounts, "date": "2025-03-01"})
    found = sat.spend(log, refunds="net")
    assert found.table.loc["mean", ["estimate", "n"]].tolist() == [20 / 3 + 1 / 3, 6]
    assert found.table.loc["median", "estimate"] == 6.5
    assert (found.refunds_only, found.refunds_left_out) == (1, -2)
    assert found.caption == "1 customer has refunds but no purchase, left out: -2.00"
    gross = sat.spend(log, refunds="ignore")
    assert gross.table.loc["mean", "estimate"] == pytest.approx(46 / 6)
    assert gross.caption == ""
    with pytest.raises(ValueError, match="2 of 9 rows are negative, refunds"):
        sat.spend(log)
    with pytest.raises(ValueError, match="no purchase among them"):
        sat.spend(log[log["amount"] < 0], refunds="net")
    with pytest.raises(ValueError, match=r"customer_id: 1 of 9 rows is empty"):
        sat.spend(log.assign(customer_id=[*"aabbcdef", ""]), refunds="net")


def test_spend_does_not_depend_on_types_or_the_order_of_rows():
    log = pd.DataFrame(
        {"customer_id": [1, 2, 1, 3], "amount": [4, 12.5, 1, 8], "date": "2025-03-01"}
    )
    with pytest.warns(UserWarning, match="3 answers are too few"):
        plain = sat.spend(log)
    decimals = log["amount"].map(lambda amount: Decimal(str(amount)))
    for other in (log[::-1], log.astype(object), log.assign(amount=decimals)):
        with pytest.warns(UserWarning, match="3 answers are too few"):
            assert sat.spend(other) == plain


# Index


def answers_with_means(*means):
    """Ten respondents whose items have exactly these means."""
    base = np.array([-1, 1] * 5) * 0.5
    return pd.DataFrame({f"item{i}": base + m for i, m in enumerate(means)})


OHIO = (0.3885, 0.3190, 0.2925)  # satisfaction survey of the State of Ohio, published by Verint


@pytest.mark.parametrize(
    ("means", "weights", "index"),
    [
        ((8.2, 7.6, 7.1), OHIO, 74.298),
        ((8.2, 7.6, 7.1), None, 73.704),
        ((8, 8, 8), OHIO, 77.778),
        ((1.5, 1.5, 1.5), OHIO, 100 * 0.5 / 9),
    ],
)
def test_index_formula_of_the_american_index(means, weights, index):
    # Fornell et al. (1996): 100 (sum w x - sum w) / (9 sum w)
    result = sat.index_0_100(answers_with_means(*means), scale=(1, 10), item_weights=weights)
    assert result["estimate"] == pytest.approx(index, abs=5e-4)


def test_index_ends():
    floor = pd.DataFrame({"a": [1] * 6, "b": [1] * 6})
    assert sat.index_0_100(floor, scale=(1, 10))["estimate"] == 0
    assert sat.index_0_100(floor * 10, scale=(1, 10))["estimate"] == 100


def test_index_uses_two_items_of_three_but_not_one():
    items = pd.DataFrame({"a": [10, 10, 10], "b": [1, 1, np.nan], "c": [4, np.nan, np.nan]})
    result = sat.index_0_100(items, scale=(1, 10))
    assert result[["n", "missing", "partial"]].tolist() == [2, 1, 1]
    assert result["estimate"] == pytest.approx(100 * ((5 - 1) / 9 + (5.5 - 1) / 9) / 2)


@pytest.mark.parametrize("weights", [(1, 2), (1, 2, 0), {"item0": 1}])
def test_index_weights_that_are_refused(weights):
    with pytest.raises(ValueError, match="item_weights"):
        sat.index_0_100(answers_with_means(5, 6, 7), scale=(1, 10), item_weights=weights)


MOBILE = np.array(
    # Correlations of three satisfaction and three loyalty items, mobile-phone customers
    # (Tenenhaus et al. 2005, Computational Statistics & Data Analysis 48), three decimals.
    [
        [1, 0.539, 0.490, 0.343, 0.044, 0.521],
        [0.539, 1, 0.592, 0.355, 0.087, 0.494],
        [0.490, 0.592, 1, 0.432, 0.130, 0.630],
        [0.343, 0.355, 0.432, 1, 0.046, 0.542],
        [0.044, 0.087, 0.130, 0.046, 1, 0.101],
        [0.521, 0.494, 0.630, 0.542, 0.101, 1],
    ]
)


def mobile():
    names = ["s1", "s2", "s3", "l1", "l2", "l3"]
    return pd.DataFrame(exactly_correlated(MOBILE, 250), columns=names)


def test_path_weights_of_the_mobile_phone_customers():
    table = mobile()
    model = sat.path_weights(table[["s1", "s2", "s3"]], table[["l1", "l2", "l3"]])
    assert model.table["estimate"].tolist() == pytest.approx(
        [0.3718, 0.3661, 0.4614, 0.4542, 0.1076, 0.6615], abs=5e-5
    )
    assert model.path["estimate"] == pytest.approx(0.6592, abs=5e-5)


def test_path_weights_are_the_fixed_point_of_the_iteration():
    # Wold's algorithm: each block's weights from the other block's score, until they stay
    x, y = MOBILE[:3, :3], MOBILE[3:, 3:]
    between = MOBILE[:3, 3:]
    w, v = np.ones(3), np.ones(3)
    for _ in range(200):
        w = between @ v
        w /= np.sqrt(w @ x @ w)
        v = between.T @ w
        v /= np.sqrt(v @ y @ v)
    table = mobile()
    model = sat.path_weights(table.iloc[:, :3], table.iloc[:, 3:])
    assert model.table["estimate"].tolist() == pytest.approx([*w, *v])
    assert model.table["loading"].tolist() == pytest.approx([*(x @ w), *(y @ v)])


def test_index_needs_two_thirds_of_its_items():
    # six items: four answered are two thirds, three are fewer; five items: three are fewer
    row = [5.0, 6, 7, 8, 9, 10]
    for items, answered, kept in ((6, 4, 1), (6, 3, 0), (5, 4, 1), (5, 3, 0), (3, 2, 1), (3, 1, 0)):
        answers = pd.DataFrame(
            [row[:answered] + [np.nan] * (items - answered), row[:items], [7] * items]
        )
        assert sat.index_0_100(answers, scale=(1, 10))["n"] == 2 + kept
        assert sat.index_0_100(answers, scale=(1, 10))["partial"] == kept


def test_index_interval_stays_on_the_scale():
    items = pd.DataFrame({"a": [1, 10], "b": [1, 10]})
    found = sat.index_0_100(items, scale=(1, 10))
    assert found[["low", "estimate", "high"]].tolist() == [0, 50, 100]


def test_index_interval_by_hand():
    # persons at 100 (x - 1) / 9 = 44.4, 55.6, 66.7, weighted 1, 1, 2
    items = pd.DataFrame({"a": [5, 6, 7], "b": [5, 6, 7]})
    found = sat.index_0_100(items, scale=(1, 10), weights=[1, 1, 2])
    persons = sat.mean([400 / 9, 500 / 9, 600 / 9], weights=[1, 1, 2])
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx(
        [persons["estimate"], persons["low"], persons["high"]]
    )


def test_index_weights_undo_the_spread_of_an_item():
    table = mobile()
    wide = table.assign(s1=table["s1"] * 4)
    kinds = [["s1", "s2", "s3"], ["l1", "l2", "l3"]]
    plain, spread = (
        sat.path_weights(*(data[names] for names in kinds)).table["index_weight"]
        for data in (table, wide)
    )
    assert spread["s1"] / spread["s2"] == pytest.approx(plain["s1"] / plain["s2"] / 4)
    assert spread.groupby([0, 0, 0, 1, 1, 1]).sum().tolist() == pytest.approx([1, 1])


def test_the_interval_of_the_path_is_moved_back_by_what_resamples_add():
    from crmlab.satisfaction.index import _path_ends

    drawn = np.tanh([0.5, 0.6, 0.7, 0.65, 0.55, np.nan])
    reach = 2.446912 * np.std([0.6, 0.7, 0.65, 0.55], ddof=1)
    middle = 0.5 - (0.625 - 0.5)
    assert _path_ends(drawn, 6, 0.95) == pytest.approx(
        (np.tanh(middle - reach), np.tanh(max(middle + reach, 0.5))), abs=1e-6
    )
    assert np.isnan(_path_ends(np.array([0.5, np.nan]), 6, 0.95)).all()


@pytest.mark.parametrize("size", [100, 300])
def test_the_interval_of_a_path_holds_the_truth_on_both_sides(size, monkeypatch):
    monkeypatch.setattr("crmlab.satisfaction.index.DRAWS", 100)
    root = np.linalg.cholesky(np.full((5, 5), 0.4) + 0.6 * np.eye(5))
    truth = 6 * 0.4 / np.sqrt((3 + 6 * 0.4) * (2 + 2 * 0.4))
    rng, runs, below, above = np.random.default_rng(11), 400, 0, 0
    for _ in range(runs):
        items = pd.DataFrame(rng.normal(size=(size, 5)) @ root.T)
        path = sat.path_weights(items.iloc[:, :3], items.iloc[:, 3:]).path
        below += truth < path["low"]
        above += truth > path["high"]
    # any seed: 92 to 97 % inside and at most 5 % on a side pass 999 times in 1,000
    fewest, most = binom.ppf(0.0003, runs, 0.92), binom.ppf(0.9997, runs, 0.97)
    assert fewest <= runs - below - above <= most < runs
    assert max(below, above) <= binom.ppf(0.9997, runs, 0.05)


def test_a_mean_that_hangs_on_a_few_answers_says_so():
    few = [1.0] * 38 + [60, 90]
    with pytest.warns(UserWarning, match="a few of 40 answers decide the mean: a 95 % interval"):
        found = sat.mean(few)
    # the long side is the right one
    assert found["high"] - found["estimate"] > 2 * (found["estimate"] - found["low"]) > 0
    sat.mean(few[-19:])  # so few cannot tell
    sat.mean(np.random.default_rng(0).gamma(2, size=40))


def test_path_weights_refuse():
    table = mobile()
    with pytest.raises(ValueError, match="in both blocks"):
        sat.path_weights(table[["s1", "s2"]], table[["s2"]])
    with pytest.raises(sat.NotIdentifiedError, match="'s1' is constant"):
        sat.path_weights(table[["s2"]].assign(s1=3), table[["l1"]])


# Precision


def test_net_promoter_score_with_the_adjusted_interval():
    # Adjusted Wald (Rocks 2016): 50 promoters, 20 detractors, n 100: .291, .1405 to .4420
    score = sat.net_promoter_score([10] * 50 + [7] * 30 + [0] * 20)
    assert score["estimate"] == 30
    assert score[["low", "high"]].tolist() == pytest.approx([14.05, 44.20], abs=0.005)
    assert score[["low", "high"]].mean() == pytest.approx(29.1, abs=0.05)


def test_margin_of_error_of_a_large_poll():
    # 16,677 answers in 30 cities, 556 in each
    assert 100 * sat.margin_of_error(0.5, 16_677) == pytest.approx(0.759, abs=5e-4)
    effect = sat.design_effect(556, 0.02)
    assert effect == pytest.approx(12.1)
    assert 100 * sat.margin_of_error(0.5, 16_677, design_effect=effect) == pytest.approx(
        2.64, abs=0.005
    )


def test_answers_needed():
    # 1.96^2 / .05^2 = 1536.6 for a score whose answers vary by 1; a quarter of that for a share
    assert sat.answers_needed(0.05, variance=1) == 1537
    assert sat.answers_needed(0.05) == 385
    assert sat.margin_of_error(0.5, 385) < 0.05 < sat.margin_of_error(0.5, 384)


def test_effective_sample_size():
    # Kish: (1+1+2+2)^2 / (1+1+4+4) = 3.6, design effect 4 / 3.6
    assert sat.effective_sample_size([1, 1, 2, 2]) == pytest.approx(3.6)
    assert sat.effective_sample_size([7.0] * 9) == pytest.approx(9)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30), st.floats(0.5, 3))
@settings(max_examples=50)
def test_effective_sample_size_never_exceeds_n_and_has_no_unit(weights, unit):
    effective = sat.effective_sample_size(weights)
    assert 1 - 1e-9 <= effective <= len(weights) + 1e-9
    scaled = [unit * weight for weight in weights]
    assert sat.effective_sample_size(scaled) == pytest.approx(effective)


def test_raking_meets_both_margins():
    rng = np.random.default_rng(5)
    sample = pd.DataFrame(
        {"kind": rng.choice(list("ab"), 300), "area": rng.choice(list("xyz"), 300)}
    )
    target = {"kind": {"a": 0.2, "b": 0.8}, "area": {"x": 0.5, "y": 0.3, "z": 0.2}}
    weight = sat.weight_to(sample, target)
    assert weight.mean() == pytest.approx(1)
    for column, shares in target.items():
        have = weight.groupby(sample[column]).sum() / weight.sum()
        assert have.to_dict() == pytest.approx(shares)
    # raking keeps the cross-product ratio of the sample (Deming & Stephan 1940)
    cells = weight.groupby([sample["kind"], sample["area"]]).first()
    assert cells["a", "x"] * cells["b", "y"] == pytest.approx(cells["a", "y"] * cells["b", "x"])


def test_weighting_brings_back_a_loyal_only_sample():
    rng = np.random.default_rng(6)
    loyal = rng.random(20_000) < 0.3
    score = np.where(loyal, 9, 6) + rng.normal(size=20_000) * 0.5
    answers = rng.random(20_000) < np.where(loyal, 0.5, 0.05)
    people = pd.DataFrame({"loyal": loyal, "score": score})
    sample = people[answers]
    weight = sat.weight_to(sample[["loyal"]], people)
    assert abs(sample["score"].mean() - score.mean()) > 1
    fixed = sat.mean(sample["score"], weights=weight)
    assert fixed["low"] < score.mean() < fixed["high"]


@pytest.mark.parametrize(
    ("population", "message"),
    [
        ({"kind": {"a": 0.5, "b": 0.3, "c": 0.2}}, "'kind': c in only one of sample"),
        ({"kind": {"a": 0.5, "b": 0.4}}, r"add up to 0\.9"),
        ({"area": {"a": 1.0}}, "population lacks the column kind"),
    ],
)
def test_populations_that_are_refused(population, message):
    with pytest.raises(ValueError, match=message):
        sat.weight_to(pd.DataFrame({"kind": ["a", "b"]}), population)


def test_margins_that_no_weights_can_meet():
    sample = pd.DataFrame({"kind": ["a", "b"], "area": ["x", "y"]})
    target = {"kind": {"a": 0.2, "b": 0.8}, "area": {"x": 0.6, "y": 0.4}}
    with pytest.raises(ValueError, match="no respondents"):
        sat.weight_to(sample, target)


# Lantern, the sample company


@pytest.fixture(scope="module")
def lantern():
    return crm.load("lantern")


def test_lantern_survey_end_to_end(lantern):
    survey = lantern.survey
    waves = sat.by_group(survey["recommend"], survey["wave"], sat.net_promoter_score)
    change = sat.difference(waves.loc[1], waves.loc[2])
    assert change["low"] < change["estimate"] < change["high"]
    items = survey[["satisfaction", "versus_expectation", "versus_ideal"]]
    model = sat.path_weights(items, survey[["recommend", "attitude"]])
    weights = model.table.loc[items.columns, "index_weight"]
    index = sat.index_0_100(items, scale=(1, 10), item_weights=weights)
    assert 40 < index["estimate"] < 80
    assert sat.repeat_rate(lantern, within=90, refunds="ignore")["censored"] > 0


def test_groups_belong_to_their_respondents():
    answers = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    groups = pd.Series(["a"] * 5 + ["b"] * 5)
    assert sat.by_group(answers, groups, sat.mean)["estimate"].tolist() == [3, 8]
    with pytest.raises(ValueError, match="different row labels"):
        sat.by_group(answers, groups[::-1], sat.mean)
    with pytest.raises(ValueError, match=r"survey\['wave'\]"):
        sat.by_group(answers, "wave", sat.mean)


def test_a_table_in_place_of_a_column_is_named():
    with pytest.raises(ValueError, match="a table of 2 columns; give one of them"):
        sat.mean(pd.DataFrame({"a": [1, 2], "b": [3, 4]}))


def test_a_measure_of_two_rows_needs_a_choice():
    rows = pd.DataFrame({"estimate": [3.0, 2], "low": [2.0, 1], "high": [4.0, 3]})
    with pytest.raises(ValueError, match="measure 'spend' is a table; give one row"):
        sat.six_measures({"spend": rows}, goalposts={"spend": (0, 5)})
    with pytest.raises(ValueError, match="measure 'spend' lacks the column low"):
        sat.six_measures({"spend": rows.loc[0, ["estimate", "high"]]}, goalposts={"spend": (0, 5)})
