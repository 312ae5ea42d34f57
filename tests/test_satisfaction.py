"""Satisfaction measured: published numbers, cases redone by hand, answers that are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab.intervals import wilson
from crmlab.satisfaction.complaints import poisson_interval

sat = crm.satisfaction


def exactly_correlated(correlation, n=200):
    """Rows whose sample correlations are exactly those given, with mean 0 and sd 1 (1/n)."""
    z = np.random.default_rng(0).normal(size=(n, len(correlation)))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    return q @ np.linalg.cholesky(np.asarray(correlation)).T * np.sqrt(n)


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


def test_poisson_interval():
    # Garwood (1936), as tabled: 10 -> 4.795, 18.390; 0 -> 0, 3.689
    assert poisson_interval(10, 0.95) == pytest.approx((4.795, 18.390), abs=5e-4)
    assert poisson_interval(0, 0.95) == pytest.approx((0, 3.689), abs=5e-4)


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
        lambda c: sat.complaint_rate(pd.DataFrame(), pd.DataFrame({"amount": [1.0]}), confidence=c),
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
    rng = np.random.default_rng(1)
    before = rng.normal(size=200)
    after = 0.8 * before + 0.6 * rng.normal(size=200) + 0.2
    paired = sat.mean(after - before)
    r = np.corrcoef(before, after)[0, 1]
    change = sat.difference(sat.mean(before), sat.mean(after), correlation=r)
    assert change.tolist() == pytest.approx(paired[["estimate", "low", "high"]].tolist(), rel=1e-9)


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
    assert table["reason"].tolist() == ["", "1 answers, fewer than 5", "1 answers, fewer than 5"]
    assert "(missing)" in table.index


def test_groups_take_their_own_weights():
    answers = pd.Series([0.0, 1] * 10)
    weights = pd.Series([1.0, 3] * 5 + [1.0, 1] * 5)
    table = sat.by_group(answers, ["a"] * 10 + ["b"] * 10, sat.mean, weights=weights)
    assert table["estimate"].tolist() == [0.75, 0.5]


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
    table = sat.six_measures(values, goalposts=goalposts, weights=weights)
    # (value - worst) / (best - worst), by hand
    assert table["score"].round(2).tolist() == [64, 62.5, 63.33, 70, 50, 54.55, 61.46]
    assert table["better"].tolist()[:6] == ["higher"] * 3 + ["lower", "higher", "lower"]
    assert table["denominator"].isna().all()


def test_each_measure_keeps_its_denominator():
    survey = pd.DataFrame({"aware": [1, 1, 0], "attitude": [5, 2, None]})
    measures = {"reputation": sat.reputation(survey), "spend": sat.mean([60, 80, 100, 90])}
    posts = {"reputation": (0.4, 0.9), "spend": (50, 250)}
    assert sat.six_measures(measures, goalposts=posts)["denominator"].tolist()[:2] == [2, 4]


def test_lower_is_better_turns_the_interval_round():
    rate = pd.Series({"estimate": 10.0, "low": 8.0, "high": 14.0})
    table = sat.six_measures({"complaint_rate": rate}, goalposts={"complaint_rate": (40, 0)})
    assert table.loc["complaint_rate", ["score_low", "score", "score_high"]].tolist() == [
        65,
        75,
        80,
    ]
    assert table.loc["index", ["low", "estimate", "high"]].tolist() == [65, 75, 80]


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


def test_repeat_rate_watches_everybody_long_enough():
    log = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c", "c", "d", "d", "d"],
            "date": pd.Timestamp("2024-01-01")
            + pd.to_timedelta([0, 0, 4, 9, 39, 1, 2, 90], unit="D"),
            "amount": [5, 5, 5, 5, 5, 5, -5, 5],
        }
    )
    result = sat.repeat_rate(log, window=30, as_of="2024-06-30")
    # a: same day only; b: never; c: on day 30; d: a refund, then too late
    assert result[["estimate", "events", "n", "censored"]].tolist() == [0.25, 1, 4, 0]
    with pytest.raises(ValueError, match="1 purchases lie after as_of 2024-02-10"):
        sat.repeat_rate(log, window=30, as_of="2024-02-10")


def test_complaints_per_thousand_and_behind_the_silence():
    log = pd.DataFrame({"amount": [5.0] * 2000 + [-5.0] * 7})
    complaints = pd.DataFrame({"cause": ["late"] * 10})
    rate = sat.complaint_rate(complaints, log)
    assert rate[["estimate", "low", "high"]].tolist() == pytest.approx(
        [5, 4.795 / 2, 18.390 / 2], abs=5e-4
    )
    assert sat.complaint_rate(complaints, log, voiced=0.2)["estimate"] == 25
    with pytest.raises(ValueError, match="no purchase among them"):
        sat.complaint_rate(complaints, log[log["amount"] < 0])


def test_complaint_chart_signals_a_bad_month():
    days = pd.date_range("2024-01-01", "2024-06-30", freq="8h")
    opened = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-03-05", "2024-06-01"])
    bad = pd.to_datetime(["2024-05-07"] * 14)
    chart = sat.complaint_chart(
        pd.DataFrame({"opened": opened.append(bad)}), pd.DataFrame({"date": days})
    )
    centre = 18 / len(days)
    assert chart.index[chart["signal"]].tolist() == [pd.Timestamp("2024-05-01")]
    assert chart.loc["2024-05-01", "high"] == pytest.approx(
        1000 * (centre + 3 * np.sqrt(centre / 93))
    )
    assert (chart["low"] >= 0).all()


def test_a_month_without_purchases_has_no_rate():
    complaints = pd.DataFrame({"opened": pd.to_datetime(["2024-02-05"])})
    log = pd.DataFrame({"date": pd.to_datetime(["2024-01-05", "2024-03-05"])})
    with pytest.warns(UserWarning, match="1 periods have no purchases"):
        chart = sat.complaint_chart(complaints, log)
    assert chart["rate"].isna().tolist() == [False, True, False]


def test_spend_takes_refunds_off_and_leaves_out_who_did_not_buy():
    log = pd.DataFrame({"customer_id": list("aabbcdefg"), "amount": [9, -4, 3, 3, -2, 8, 7, 6, 10]})
    table = sat.spend(log)
    assert table.loc["mean", ["estimate", "n"]].tolist() == [7, 6]
    assert table.loc["median", "estimate"] == 6.5


def test_price_sensitivity_of_constant_elasticity():
    price = np.array([1.0, 2, 3, 5, 8])
    result = sat.price_sensitivity(price, 100 * price**-1.8)
    assert result[["estimate", "low", "high"]].tolist() == pytest.approx([1.8] * 3)
    with pytest.warns(UserWarning, match="rises with price"):
        sat.price_sensitivity(price, [1, 2, 3, 4, 6])
    with pytest.raises(ValueError, match="prices that differ"):
        sat.price_sensitivity([2, 2, 2], [5, 6, 7])
    with pytest.raises(ValueError, match="quantity: 1 of 3 rows is not positive; first row 1: 0"):
        sat.price_sensitivity([1, 2, 3], [5, 0, 7])


def test_price_sensitivity_within_regions_and_quarters():
    """Dear regions sell more: only inside a region and a quarter does the price show its effect."""
    shops = pd.MultiIndex.from_product([list("abc"), range(4)], names=["region", "quarter"])
    shops = shops.to_frame(index=False)
    price = pd.Series([1, 1.05, 0.95, 1, 1.2, 1.25, 1.3, 1.2, 1.5, 1.4, 1.5, 1.6])
    level = shops["region"].map({"a": 1, "b": 4, "c": 16}) * (1 + shops["quarter"])
    result = sat.price_sensitivity(price, level * price**-1.2, within=shops)
    assert result[["estimate", "low", "high"]].tolist() == pytest.approx([1.2] * 3)
    with pytest.warns(UserWarning, match="rises with price"):
        sat.price_sensitivity(price, level * price**-1.2)


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
    model = sat.path_weights(table[["s1", "s2", "s3"]], table[["l1", "l2", "l3"]], draws=50)
    assert model.weights["estimate"].tolist() == pytest.approx(
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
    model = sat.path_weights(table.iloc[:, :3], table.iloc[:, 3:], draws=2)
    assert model.weights["estimate"].tolist() == pytest.approx([*w, *v])
    assert model.weights["loading"].tolist() == pytest.approx([*(x @ w), *(y @ v)])


def test_index_weights_undo_the_spread_of_an_item():
    table = mobile()
    wide = table.assign(s1=table["s1"] * 4)
    kinds = [["s1", "s2", "s3"], ["l1", "l2", "l3"]]
    plain, spread = (
        sat.path_weights(*(data[names] for names in kinds), draws=2).weights["index_weight"]
        for data in (table, wide)
    )
    assert spread["s1"] / spread["s2"] == pytest.approx(plain["s1"] / plain["s2"] / 4)
    assert spread.groupby([0, 0, 0, 1, 1, 1]).sum().tolist() == pytest.approx([1, 1])


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
@settings(deadline=None, max_examples=50)
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
        ({"kind": {"a": 0.5, "b": 0.3, "c": 0.2}}, r"\['c'\] appear in only one"),
        ({"kind": {"a": 0.5, "b": 0.4}}, r"add up to 0\.9"),
        ({"area": {"a": 1.0}}, "no shares for column 'kind'"),
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
    model = sat.path_weights(items, survey[["recommend", "attitude"]], draws=50)
    weights = model.weights.loc[items.columns, "index_weight"]
    index = sat.index_0_100(items, scale=(1, 10), item_weights=weights)
    assert 40 < index["estimate"] < 80
    assert sat.repeat_rate(lantern.transactions, window=90)["censored"] > 0


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


def test_days_that_could_be_others_are_refused():
    log = pd.DataFrame({"customer_id": ["a", "b"], "date": ["2025-01-02", "03/04/2025"]})
    with pytest.raises(ValueError, match=r"transactions.date: 1 of 2 rows cannot be read"):
        sat.repeat_rate(log, window=30)
    with pytest.raises(ValueError, match="as_of is not a date"):
        sat.repeat_rate(log.head(1), window=30, as_of="03/04/2025")
    with pytest.raises(ValueError, match=r"transactions.date: 1 of 2"):
        sat.complaint_chart(pd.DataFrame({"opened": ["2025-01-02"]}), log)


def test_a_measure_of_two_rows_needs_a_choice():
    rows = pd.DataFrame({"estimate": [3.0, 2], "low": [2.0, 1], "high": [4.0, 3]})
    with pytest.raises(ValueError, match="a measure is a table; give one row"):
        sat.six_measures({"spend": rows}, goalposts={"spend": (0, 5)})
