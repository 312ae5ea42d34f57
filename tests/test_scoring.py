import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
from crmlab import style
from crmlab.intervals import wilson

scoring = crm.scoring

# Four fighter aircraft, Hwang & Yoon (1981), Multiple Attribute Decision Making, Springer.
FIGHTERS = pd.DataFrame(
    {
        "speed": [2.0, 2.5, 1.8, 2.2],
        "range": [1500, 2700, 2000, 1800],
        "load": [20000, 18000, 21000, 20000],
        "price": [5.5, 6.5, 4.5, 5.0],
        "reliability": [5, 3, 7, 5],
        "agility": [9, 5, 7, 5],
    },
    index=["A1", "A2", "A3", "A4"],
)
FIGHTER_WEIGHTS = dict(zip(FIGHTERS.columns, (0.2, 0.1, 0.1, 0.1, 0.2, 0.3), strict=True))

# Five factors of four customers; expected scores worked out by hand.
FACTORS = pd.DataFrame(
    [
        [120, 60, 0.9, 0.7, 0.2],
        [40, 150, 0.6, 0.8, 0.9],
        [80, 90, 0.8, 0.5, 0.5],
        [10, 15, 0.3, 0.2, 0.1],
    ],
    index=list("ABCD"),
    columns=["current", "future", "credit", "loyalty", "growth"],
)
WEIGHTS = dict(zip(FACTORS.columns, (0.30, 0.25, 0.15, 0.15, 0.15), strict=True))
LOYAL = pd.DataFrame({"loyalty": range(6), "profit": [1, 3, 2, 5, 4, 9]})


def values(current, future, ids=None):
    return pd.DataFrame({"current": current, "future": future}, index=ids)


# ---------------------------------------------------------------- matrix


def test_matrix_truth_table():
    placed = scoring.value_matrix(values([2, 2, 1, 1], [2, 1, 2, 1]), cut=1.5)
    assert placed.customers["cell"].tolist() == ["high_high", "high_low", "low_high", "low_low"]
    assert placed.table["customers"].tolist() == [1, 1, 1, 1]
    assert placed.table["metal_name"].tolist() == ["gold", "platinum", "iron", "lead"]
    assert placed.table["share_of_current"].sum() == pytest.approx(1)


@pytest.mark.parametrize(("side", "cell"), [("high", "high_high"), ("low", "low_low")])
def test_a_customer_on_the_cut_goes_where_asked(side, cell):
    placed = scoring.value_matrix(values([0, 9, -5], [0, 9, -5]), cut="break_even", at_cut=side)
    assert placed.customers["cell"].iloc[0] == cell


def test_cut_per_axis_and_median():
    table = values([1, 2, 3], [10, 20, 30])
    assert scoring.value_matrix(table).cut == {"current": 2, "future": 20}
    target = {"current": 2.5, "future": 15}
    cells = scoring.value_matrix(table, cut=target).customers["cell"].tolist()
    assert cells == ["low_low", "low_high", "high_high"]


def test_band_keeps_the_earlier_side_only_inside_it():
    table = values([101, 99, 120, 101], [500, 500, 500, 0], ids=["in", "in2", "far", "new"])
    before = pd.Series({"in": "low_high", "in2": "high_high", "far": "low_low"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        placed = scoring.value_matrix(table, cut=100, band=5, previous=before)
    assert placed.customers["cell"].tolist() == ["low_high", "high_high", "high_high", "high_low"]


def test_unknown_future_is_unclassified_and_counted():
    table = values([1, 5, 9], [1, np.nan, 9], ids=["Ann", "Bo", "Cy"])
    placed = scoring.value_matrix(table, cut=5)
    assert placed.caption == "High begins: current at 5, future at 5 (1 unclassified)."
    assert placed.customers["cell"].tolist() == ["low_low", "unclassified", "high_high"]
    assert placed.table["customers"].sum() == 3
    assert np.isnan(placed.table.loc["unclassified", "future"])


def test_all_on_one_side_warns():
    with pytest.warns(UserWarning, match="separates nobody"):
        scoring.value_matrix(values([1, 2], [3, -2]), cut=0)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (pd.DataFrame({"current": [1]}), {}, "lacks the column future"),
        (values(["x", 1], [1, 2]), {}, "current: 1 of 2 rows is not numeric; first row 0: 'x'"),
        (
            values([1, 2], [1, 2], ids=["A", "A"]),
            {},
            "1 of 2 rows repeats .* id; first row 'A'",
        ),
        (values([1, 2], [1, 2]), {"cut": "mean"}, "cut is 'mean'"),
        (values([1, 2], [1, 2]), {"band": -1}, "band of current is -1; it must be at least 0"),
        (values([1, 2], [1, 2]), {"previous": pd.Series(["gold"])}, "no cell of the matrix"),
        (values([1, np.inf], [1, 2]), {}, "infinite"),
    ],
)
def test_matrix_refuses(table, options, message):
    with pytest.raises(ValueError, match=message):
        scoring.value_matrix(table, **options)


# ---------------------------------------------------------------- composite score


def test_five_factors_by_hand():
    scores = scoring.composite_score(FACTORS, WEIGHTS, scale="min_max")
    assert scores["score"].round(4).tolist() == [0.6771, 0.7068, 0.6048, 0.0]
    assert scores["rank"].tolist() == [2, 1, 3, 4]
    assert np.allclose(scores[list(WEIGHTS)].sum(axis=1), scores["score"])


def test_additive_weighting_of_the_fighters():
    # Hwang & Yoon 1981.
    added = scoring.composite_score(
        FIGHTERS, FIGHTER_WEIGHTS, scale="share_of_best", lower_is_better=["price"]
    )
    assert added["score"].round(4).tolist() == [0.8355, 0.7073, 0.8514, 0.7374]
    assert added["score"].idxmax() == "A3"


def test_min_max_reverses_ranks_when_a_stranger_comes_and_goalposts_do_not():
    two = pd.DataFrame({"a": [5, 4, 0], "b": [4, 6, 0]}, index=["Ann", "Bo", "Cy"], dtype=float)
    three = pd.concat([two, pd.DataFrame({"a": [0.0], "b": [30.0]}, index=["Big"])])
    half = {"a": 0.5, "b": 0.5}
    posts = {"a": (0, 5), "b": (0, 30)}
    first, second = (
        scoring.composite_score(t, half, scale="min_max")["score"] for t in (two, three)
    )
    assert first["Bo"] > first["Ann"]
    assert second["Bo"] < second["Ann"]
    first, second = (scoring.composite_score(t, half, scale=posts)["score"] for t in (two, three))
    assert np.allclose(first, second[first.index])


def test_goalposts_may_run_down_and_say_who_lies_outside():
    table = pd.DataFrame({"service": [0, 50, 120]})
    with pytest.warns(UserWarning, match="1 of 3 customers lie outside"):
        assert scoring.scale_factors(table, scale={"service": (100, 0)})["service"].tolist() == [
            1,
            0.5,
            0,
        ]


def test_missing_factor_policies():
    table = pd.DataFrame(
        {"a": [1, 2, np.nan, 5], "b": [1, 2, 3, 4]}, index=list("WXYZ"), dtype=float
    )
    half = {"a": 0.5, "b": 0.5}
    with pytest.raises(
        ValueError, match=r"a: 1 of 4 rows is empty; first row 'Y'\. Fill it, or say"
    ):
        scoring.composite_score(table, half)
    with pytest.warns(UserWarning, match="stay NaN"):
        skipped = scoring.composite_score(table, half, scale="min_max", missing="skip")
    assert np.isnan(skipped.table.loc["Y", "score"])
    with pytest.warns(UserWarning, match="median"):
        filled = scoring.scale_factors(table, scale="min_max", missing="neutral")
    assert filled.loc["Y", "a"] == 0.25


def test_two_factors_that_say_the_same_are_named():
    rng = np.random.default_rng(1)
    current = rng.normal(size=50)
    table = pd.DataFrame({"current": current, "future": current + 0.1 * rng.normal(size=50)})
    half = {"current": 0.5, "future": 0.5}
    scores = scoring.composite_score(table, half)
    correlation = table.corr("spearman").iloc[0, 1]
    assert scores.overlaps.iloc[0].tolist() == ["current", "future", pytest.approx(correlation)]
    told = "current and future correlate at 0.99: together they count one thing twice."
    assert scores.caption == told
    assert scoring.composite_score(table.head(19), half).caption == ""
    apart = table.assign(future=rng.normal(size=50))
    assert scoring.composite_score(apart, half).overlaps.empty


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({**WEIGHTS, "growth": 0.2}, "add up to 1.05, not 1"),
        (
            {**WEIGHTS, "growth": -0.15},
            "1 of 5 rows is below 0; first row 'growth': -0.15",
        ),
        ({"current": 1.0}, "without weight"),
        ({**WEIGHTS, "charm": 0.0}, "without column"),
    ],
)
def test_weights_are_checked(weights, message):
    with pytest.raises(ValueError, match=message):
        scoring.composite_score(FACTORS, weights)


def test_a_factor_that_tells_nobody_apart_is_refused():
    table = pd.DataFrame({"a": [1, 1], "b": [1, 2]})
    for scale in ("min_max", "percentile"):
        with pytest.raises(ValueError, match="'a' has no two different numbers"):
            scoring.composite_score(table, {"a": 0.5, "b": 0.5}, scale=scale)


numbers = st.lists(
    st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)),
    min_size=3,
    max_size=12,
    unique=True,
).filter(lambda rows: len({r[0] for r in rows}) > 1 and len({r[1] for r in rows}) > 1)


@settings(max_examples=60)
@given(numbers, st.floats(0.5, 20), st.floats(-50, 50), st.randoms(use_true_random=False))
def test_scores_ignore_order_and_unit(rows, factor, shift, random):
    table = pd.DataFrame(rows, columns=["a", "b"], dtype=float)
    half = {"a": 0.5, "b": 0.5}
    order = list(table.index)
    random.shuffle(order)
    for scale in ("min_max", "percentile"):
        scores = scoring.composite_score(table, half, scale=scale)["score"]
        assert scores.between(0, 1).all()
        again = scoring.composite_score(table.loc[order] * factor + shift, half, scale=scale)[
            "score"
        ]
        if scale == "min_max":
            assert np.allclose(again[table.index], scores)
    assert np.allclose(
        scoring.composite_score(table.loc[order], half)["score"][table.index],
        scoring.composite_score(table, half)["score"],
    )


# ---------------------------------------------------------------- weights


def test_ahp_three_factors():
    # Matrix of Teknomo's AHP tutorial; eigenvector recomputed with numpy.
    names = ["a", "b", "c"]
    table = pd.DataFrame([[1, 1 / 3, 5], [3, 1, 7], [1 / 5, 1 / 7, 1]], names, names)
    judged = scoring.ahp_weights(table)
    assert judged.weights.round(4).tolist() == [0.2790, 0.6491, 0.0719]
    assert judged.largest_eigenvalue == pytest.approx(3.0649, abs=5e-5)
    assert judged.consistency_ratio == pytest.approx(0.0559, abs=5e-5)
    later = scoring.ahp_weights(table, random_index="saaty-later")
    assert later.consistency_ratio == pytest.approx(0.0624, abs=5e-5)
    pairs = {("a", "b"): 1 / 3, ("a", "c"): 5, ("b", "c"): 7}
    assert np.allclose(scoring.ahp_weights(pairs).weights, judged.weights)


def test_ahp_wealth_of_seven_nations():
    # Saaty (1977), Journal of Mathematical Psychology 15, wealth of nations example.
    upper = [
        [4, 9, 6, 6, 5, 5],
        [7, 5, 5, 3, 4],
        [1 / 5, 1 / 5, 1 / 7, 1 / 5],
        [1, 1 / 3, 1 / 3],
        [1 / 3, 1 / 3],
        [2],
    ]
    names = ["US", "USSR", "China", "France", "UK", "Japan", "Germany"]
    pairs = {
        (names[i], names[i + 1 + j]): x for i, row in enumerate(upper) for j, x in enumerate(row)
    }
    judged = scoring.ahp_weights(pairs)
    assert judged.weights.round(3).tolist() == [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094]
    assert judged.largest_eigenvalue == pytest.approx(7.608, abs=5e-4)
    assert judged.consistency_ratio == pytest.approx(0.077, abs=5e-4)


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=7))
def test_consistent_judgements_give_back_the_weights(raw):
    weights = np.array(raw) / sum(raw)
    names = list("abcdefg")[: len(raw)]
    judged = scoring.ahp_weights(pd.DataFrame(weights[:, None] / weights, names, names))
    assert np.allclose(judged.weights, weights)
    assert judged.consistency_ratio < 1e-6


def test_contradiction_is_named():
    # Weights 8:4:2:1, one judgement written upside down.
    pairs = {("a", "b"): 2, ("a", "c"): 4, ("a", "d"): 8, ("b", "c"): 2, ("b", "d"): 4}
    with pytest.warns(UserWarning, match="'d' over 'c' judged 9"):
        scoring.ahp_weights({**pairs, ("c", "d"): 1 / 9})


@pytest.mark.parametrize(
    ("judgements", "message"),
    [
        ({("a", "b"): 3, ("b", "c"): 2}, "2 of 9 rows are not above zero; first row 'a over c'"),
        ({("a", "b"): -3}, "2 of 4 rows are not above zero; first row 'a over b': -3"),
        ({("a", "b"): 3, ("b", "a"): 1 / 3}, "comes twice"),
        (pd.DataFrame([[1, 3], [0.33, 1]], list("ab"), list("ab")), "Write 1/3, not 0.33"),
        (pd.DataFrame([[1, 3], [1 / 3, 1]], list("ab"), list("ba")), "same order"),
    ],
)
def test_ahp_refuses(judgements, message):
    with pytest.raises(ValueError, match=message):
        scoring.ahp_weights(judgements)


def test_ahp_beyond_the_table_needs_an_index():
    names = [f"f{i}" for i in range(16)]
    ones = pd.DataFrame(1.0, names, names)
    with pytest.raises(ValueError, match="ends at 15"):
        scoring.ahp_weights(ones)
    assert scoring.ahp_weights(ones, random_index=1.6).consistency_ratio == pytest.approx(
        0, abs=1e-9
    )


def test_entropy_weights_of_the_fighters():
    # pymcdm 1.4 entropy_weights on the same matrix, identical to 1e-6.
    got = scoring.entropy_weights(FIGHTERS)
    assert got.tolist() == pytest.approx(
        [0.064190, 0.206088, 0.013445, 0.081326, 0.358680, 0.276272], abs=1e-6
    )


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(1, 100)), min_size=2, max_size=10),
    st.integers(1, 50),
)
def test_entropy_weights_ignore_unit_and_order(rows, factor):
    table = pd.DataFrame(rows, columns=["a", "b"])
    if (table.nunique() == 1).all():
        return
    weights = scoring.entropy_weights(table)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    scaled = table.assign(a=table["a"] * factor).iloc[::-1]
    assert np.allclose(scoring.entropy_weights(scaled), weights, atol=1e-6)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"a": [1, -1]}), "table.a: 1 of 2 rows is below 0; first row 1: -1"),
        (pd.DataFrame({"a": [0, 0], "b": [1, 2]}), "'a' is zero for everybody"),
        (pd.DataFrame({"a": [2, 2]}), "no dispersion"),
        (pd.DataFrame({"a": [2]}), "one row"),
    ],
)
def test_entropy_refuses(table, message):
    with pytest.raises(ValueError, match=message):
        scoring.entropy_weights(table)


# ---------------------------------------------------------------- ranking


def test_rank_acceptability_against_geometry():
    # Two factors: Ann beats Bo when her weight exceeds 1/3, which is 2/3 of the weights.
    scaled = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 0.5]}, index=["Ann", "Bo"])
    shares = scoring.rank_acceptability(scaled, draws=20_000).table
    assert shares.loc["Ann", "estimate"] == pytest.approx(2 / 3, abs=0.011)
    assert np.allclose(shares[["rank_1", "rank_2"]].sum(axis=1), 1)


def test_rank_acceptability_of_the_five_factors():
    # An independent simulation gave first places .64, .36, .001, 0.
    shares = scoring.rank_acceptability(scoring.scale_factors(FACTORS, scale="min_max")).table
    assert shares.loc[list("ABCD"), "estimate"].tolist() == pytest.approx(
        [0.365, 0.635, 0.001, 0], abs=0.02
    )


def test_ranks_by_counting_pairs():
    rng = np.random.default_rng(3)
    scaled = pd.DataFrame(rng.integers(0, 4, (12, 3)) / 3, columns=list("abc"))
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=200)
    scores = scaled.to_numpy() @ weights.T
    rank = 1 + (scores[None] > scores[:, None] + 1e-12).sum(axis=1)
    got = scoring.rank_acceptability(scaled, ranks=4, draws=200).table.sort_index()
    for place in range(1, 5):
        assert np.allclose(got[f"rank_{place}"], (rank == place).mean(axis=1))


def test_rank_acceptability_needs_scaled_factors():
    with pytest.raises(ValueError, match="outside 0 to 1"):
        scoring.rank_acceptability(FACTORS)


# ---------------------------------------------------------------- judgement


def ratings(rows, ids):
    return pd.DataFrame(rows, index=ids, columns=[*scoring.MERITS, *scoring.RISKS], dtype=float)


def test_good_is_not_big():
    table = ratings([[10] * 4 + [10] * 5, [6] * 4 + [1] * 5], ["giant", "steady"])
    scored = scoring.good_customer(table, scale=(1, 10))
    assert scored.loc["giant", "score"] == 0
    assert scored["rank"].tolist() == [2, 1]
    without = scoring.good_customer(table, scale=(1, 10), risk_weight=0)
    assert without["rank"].tolist() == [1, 2]


def test_good_customer_refuses():
    table = ratings([[11] + [5] * 8], ["x"])
    with pytest.raises(
        ValueError, match=r"1 of 1 rows is above 10; first row 'x': 11\. Ratings run"
    ):
        scoring.good_customer(table, scale=(1, 10))
    with pytest.raises(ValueError, match="lacks the column low_risk"):
        scoring.good_customer(table.drop(columns="low_risk"), scale=(1, 10))


def test_correlation_against_scipy():
    from scipy.stats import pearsonr, spearmanr

    rng = np.random.default_rng(5)
    table = pd.DataFrame({"loyalty": rng.integers(0, 9, 60), "profit": rng.normal(size=60)})
    got = scoring.loyalty_and_profit(table, method="pearson").table.loc["all"]
    other = pearsonr(table["loyalty"], table["profit"])
    limits = other.confidence_interval()
    assert got["estimate"] == pytest.approx(other.statistic)
    assert (got["low"], got["high"]) == pytest.approx((limits.low, limits.high))
    got = scoring.loyalty_and_profit(table, confidence=0.9).table.loc["all"]
    rank = spearmanr(table["loyalty"], table["profit"]).statistic
    half = 1.6448536 * np.sqrt((1 + rank**2 / 2) / 57)  # Bonett & Wright (2000)
    wanted = rank, np.tanh(np.arctanh(rank) - half), np.tanh(np.arctanh(rank) + half)
    assert got[["estimate", "low", "high"]].tolist() == pytest.approx(wanted, abs=1e-7)


def test_a_correlation_made_by_segments_alone():
    rng = np.random.default_rng(6)
    level = np.repeat([0.0, 5.0], 300)
    table = pd.DataFrame(
        {"loyalty": level + rng.normal(size=600), "profit": level + rng.normal(size=600)}
    )
    table["segment"] = np.repeat(["saver", "connoisseur"], 300)
    got = scoring.loyalty_and_profit(table, by="segment").table
    assert got.loc["all", "low"] > 0.6
    assert (got.loc[["saver", "connoisseur"], "low"] < 0).all()
    assert got["customers"].tolist() == [600, 300, 300]


def test_small_and_constant_groups_have_no_correlation():
    table = pd.DataFrame({"loyalty": range(9), "profit": [1.0] * 5 + [1, 2, 3, 4]})
    table["segment"] = ["flat"] * 5 + ["few"] * 4
    with pytest.warns(UserWarning, match="no correlation") as caught:
        got = scoring.loyalty_and_profit(table, by="segment").table
    assert sorted(str(w.message) for w in caught) == [
        "group 'few' has fewer than five customers: no correlation.",
        "group 'flat' has no variation: no correlation.",
    ]
    assert got.loc[["flat", "few"], "estimate"].isna().all()


def within_binomial(hits, runs, coverage=0.95):
    """True coverage this low or high would be seen once in about 10,000 tests."""
    return abs(hits / runs - coverage) < 3.9 * np.sqrt(coverage * (1 - coverage) / runs)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_correlation_interval_covers(method):
    # Bivariate normal with correlation .4; Spearman's is 6/pi asin(.2) (Kruskal 1958).
    truth = 0.4 if method == "pearson" else 6 / np.pi * np.arcsin(0.2)
    rng = np.random.default_rng(7)
    hits, runs = 0, 500
    for _ in range(runs):
        x, e = rng.normal(size=(2, 80))
        table = pd.DataFrame({"loyalty": x, "profit": 0.4 * x + np.sqrt(1 - 0.16) * e})
        got = scoring.loyalty_and_profit(table, method=method).table.loc["all"]
        hits += got["low"] <= truth <= got["high"]
    assert within_binomial(hits, runs)


def test_wilson_published():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81/263 and 0/20.
    low, high = wilson([81, 0], [263, 20])
    assert np.round(low, 4).tolist() == [0.2553, 0.0]
    assert np.round(high, 4).tolist() == [0.3662, 0.1611]


# ---------------------------------------------------------------- dtypes and figures


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "float32", object])
def test_any_numeric_dtype(dtype):
    table = pd.DataFrame({"a": [1, 2, 4], "b": [4, 1, 2]}).astype(dtype)
    scores = scoring.composite_score(table, {"a": 0.5, "b": 0.5}, scale="min_max")["score"]
    assert scores.round(4).tolist() == [0.5, 0.1667, 0.6667]


def test_previous_cells_under_other_ids_are_refused():
    values = pd.DataFrame({"current": [90, 10], "future": [20, 80]}, index=["7", "8"])
    cells = scoring.value_matrix(values).customers["cell"]
    with pytest.raises(ValueError, match="values and previous have no id in common"):
        scoring.value_matrix(values, band=5, previous=cells.rename(index=int))


# ---------------------------------------------------------------- equal up to rounding


def test_equal_scores_share_a_rank_whatever_the_order_of_their_sum():
    # .1 + .2 + .3 adds up to another last bit than .3 + .2 + .1.
    table = pd.DataFrame(
        [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.2, 0.2], [1, 1, 1], [0, 0, 0]],
        columns=list("abc"),
    )
    third = dict.fromkeys("abc", 1 / 3)
    posts = dict.fromkeys("abc", (0, 1))
    for rows in (table, table[::-1], table[["c", "a", "b"]], table * 7):
        posts = dict.fromkeys("abc", (0, float(rows.to_numpy().max())))
        scores = scoring.composite_score(rows, third, scale=posts).table.sort_index()
        assert scores["rank"].tolist() == [2, 2, 2, 1, 5]
        assert scores["score"].nunique() == 3


def test_equal_factors_share_a_percentile():
    table = pd.DataFrame({"a": [0.1 + 0.2, 0.3, 0.9]})
    assert scoring.scale_factors(table)["a"].tolist() == pytest.approx([1 / 3, 1 / 3, 5 / 6])
    with pytest.raises(ValueError, match="no two different numbers"):
        scoring.scale_factors(table.head(2), scale="min_max")


def test_a_sum_of_tenths_lies_on_the_goalpost():
    table = pd.DataFrame({"a": [0.1 + 0.2, 0, 0.15]})
    assert scoring.scale_factors(table, scale={"a": (0, 0.3)})["a"].tolist() == [1, 0, 0.5]


def test_less_is_better_turns_the_scale():
    table = pd.DataFrame({"debt": [0, 25, 100, 200.0]})
    scaled = {
        scale: scoring.scale_factors(table + 50, scale=scale, lower_is_better=["debt"])["debt"]
        for scale in ("min_max", "percentile", "share_of_best")
    }
    assert scaled["min_max"].tolist() == [1, 0.875, 0.5, 0]
    assert scaled["percentile"].tolist() == [0.875, 0.625, 0.375, 0.125]
    assert scaled["share_of_best"].tolist() == pytest.approx([1, 2 / 3, 1 / 3, 1 / 5])


def test_equal_scores_share_a_rank_under_every_weighting():
    scaled = pd.DataFrame({"a": [0.1 + 0.2, 0.3, 0.1], "b": [0.3, 0.1 + 0.2, 0.1]})
    shares = scoring.rank_acceptability(scaled, draws=100).table
    assert shares["rank_1"].tolist() == [1, 1, 0]
    assert shares["rank_3"].tolist() == [0, 0, 1]


def test_equal_merit_shares_a_rank():
    # .3 x .4 + .4 x .1 and .4 x .4 are .16 both, to another last bit.
    table = ratings([[0, 0, 4, 1] + [1] * 5, [0, 0, 0, 4] + [1] * 5], ["x", "y"])
    weights = dict(zip(scoring.MERITS, (0.1, 0.2, 0.3, 0.4), strict=True))
    scored = scoring.good_customer(table, scale=(0, 10), weights=weights)
    assert scored["rank"].tolist() == [1, 1]


def test_correlation_of_ranks_knows_ties_up_to_rounding():
    exact = pd.DataFrame({"loyalty": [0.3, 0.3, 0.1, 0.5, 0.2], "profit": [3, 1, 4, 1, 5]})
    near = exact.assign(loyalty=[0.1 + 0.2, 0.3, 0.1, 0.5, 0.2])
    assert scoring.loyalty_and_profit(near) == scoring.loyalty_and_profit(exact)


@pytest.mark.parametrize(("side", "cell"), [("high", "high_high"), ("low", "low_low")])
def test_a_sum_of_tenths_lies_on_the_cut(side, cell):
    for value in (0.1 + 0.2, 0.3, 0.4 - 0.1):
        table = values([value, 9, -5], [value, 9, -5])
        placed = scoring.value_matrix(table, cut=0.3, at_cut=side)
        assert placed.customers["cell"].iloc[0] == cell


def test_a_customer_on_the_edge_of_the_band_keeps_the_side_held():
    ids = ["above", "below", "out_above", "out_below"]
    for unit in (1, 0.1, 1 / 7):
        numbers = [55 * unit, 45 * unit, 55.01 * unit, 44.99 * unit]
        before = pd.Series(["low_low", "high_high", "low_low", "high_high"], index=ids)
        placed = scoring.value_matrix(
            values(numbers, numbers, ids), cut=50 * unit, band=5 * unit, previous=before
        )
        assert placed.customers["cell"].astype(str).to_dict() == {
            "above": "low_low",
            "below": "high_high",
            "out_above": "high_high",
            "out_below": "low_low",
        }


# ---------------------------------------------------------------- two dates

THEN = values([90, 80, 10, 20, 60], [200, 20, 150, 40, 90], ["Ann", "Bo", "Cy", "Di", "Flo"])
NOW = values([47, 44, 54, 56, 70], [180, 20, 150, 40, 10], ["Ann", "Bo", "Cy", "Di", "Gus"])


def test_moves_between_two_dates():
    before = scoring.value_matrix(THEN, cut=50)
    after = scoring.value_matrix(NOW, cut=50, band=5, previous=before)
    moves = scoring.cell_moves(before, after)
    assert moves.customers.query("moved").index.tolist() == ["Bo", "Di", "Flo", "Gus"]
    assert moves.table.loc["high_high"].to_dict() == {
        "high_high": 1,
        "high_low": 0,
        "low_high": 0,
        "low_low": 0,
        "gone": 1,
    }
    assert moves.table.loc["high_low", "low_low"] == moves.table.loc["low_low", "high_low"] == 1
    assert moves.table.loc["new", "high_low"] == 1
    assert moves.table.to_numpy().sum() == len(moves.customers) == 6
    assert moves.shares.sum(axis=1).tolist() == pytest.approx([1] * 5)
    assert moves.shares.loc["high_high", "gone"] == 0.5
    assert moves.caption == "2 of 4 customers changed cell."
    without = scoring.cell_moves(before, scoring.value_matrix(NOW, cut=50))
    assert without.caption == "4 of 4 customers changed cell."
    again = scoring.value_matrix(NOW, cut=50, band=5, previous=before.customers["cell"])
    assert again == after
    assert again != scoring.value_matrix(NOW, cut=50, band=4, previous=before)


def test_moves_refuse():
    before = scoring.value_matrix(THEN, cut=50)
    with pytest.raises(ValueError, match="after is of type DataFrame"):
        scoring.cell_moves(before, NOW)
    with pytest.raises(ValueError, match="a move needs one cut for both"):
        scoring.cell_moves(before, scoring.value_matrix(NOW, cut=60))
    strangers = scoring.value_matrix(NOW.add_suffix("").rename(index=str.lower), cut=50)
    with pytest.raises(ValueError, match="no id in common"):
        scoring.cell_moves(before, strangers)


# ---------------------------------------------------------------- what comes in


def test_nested_judgements_with_names():
    judged = scoring.ahp_weights([[1, 3], [1 / 3, 1]], names=["credit", "growth"])
    assert judged.weights.to_dict() == pytest.approx({"credit": 0.75, "growth": 0.25})
    same = scoring.ahp_weights(np.array([[1, 3], [1 / 3, 1]]), names=["credit", "growth"])
    assert same == judged
    assert judged.caption == "Consistency ratio 0.000 (saaty-1980)."


@pytest.mark.parametrize("kind", ["reversed", "strided", "object", "decimal", "arrow", "column"])
def test_clean_and_awkward_tables_agree(kind):
    from decimal import Decimal

    wanted = scoring.composite_score(FACTORS, WEIGHTS, scale="min_max").table
    table = {
        "reversed": lambda: FACTORS[::-1],
        "strided": lambda: FACTORS.loc[FACTORS.index.repeat(2)].iloc[::2],
        "object": lambda: FACTORS.astype(object),
        "decimal": lambda: FACTORS.map(lambda cell: Decimal(str(cell))),
        "arrow": lambda: FACTORS.astype("double[pyarrow]"),
        "column": lambda: FACTORS.rename_axis("customer_id").reset_index(),
    }[kind]()
    got = scoring.composite_score(table, WEIGHTS, scale="min_max").table
    pd.testing.assert_frame_equal(got.loc[wanted.index], wanted, check_names=False)
    placed = scoring.value_matrix(table[[c for c in table if c not in ("credit",)]])
    assert placed.customers["cell"].sort_index().tolist() == [
        "high_low",
        "low_high",
        "high_high",
        "low_low",
    ]


def test_a_result_is_taken_as_a_table():
    scores = scoring.composite_score(FACTORS, WEIGHTS, scale="min_max")
    drawn = scoring.rank_acceptability(scores, draws=50)
    assert drawn == scoring.rank_acceptability(scores.scaled, draws=50)
    assert np.allclose(scores.scaled @ scores.weights, scores["score"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scoring.value_matrix([1, 2]), "values is of type list"),
        (lambda: scoring.value_matrix(values([], [])), "values has no rows"),
        (lambda: scoring.value_matrix(values([np.nan], [1])), "no customer has both"),
        (lambda: scoring.value_matrix(THEN, cut=None), "cut of current is None"),
        (lambda: scoring.value_matrix(THEN, cut="50"), "cut is '50'"),
        (lambda: scoring.value_matrix(THEN, cut={"current": 5}), "cut needs current and future"),
        (lambda: scoring.value_matrix(THEN, band=np.nan), "band of current is nan"),
        (lambda: scoring.value_matrix(THEN, at_cut="both"), "at_cut is 'both'"),
        (lambda: scoring.composite_score("a", WEIGHTS), "table is of type str"),
        (lambda: scoring.composite_score(FACTORS, None), "weights is None"),
        (lambda: scoring.composite_score(FACTORS, {"current": "x"}), "is not numeric"),
        (
            lambda: scoring.composite_score(FACTORS.assign(score=1.0), WEIGHTS),
            "a factor named score",
        ),
        (lambda: scoring.scale_factors(FACTORS, scale=5), "scale is 5; give goalposts"),
        (lambda: scoring.scale_factors(FACTORS, scale="z"), "scale is 'z'; give goalposts"),
        (lambda: scoring.scale_factors(FACTORS, scale={"current": (0, 1)}), "goalposts lack"),
        (
            lambda: scoring.scale_factors(FACTORS[["credit"]], scale={"credit": ("0", "1")}),
            "goalposts of 'credit'",
        ),
        (
            lambda: scoring.scale_factors(FACTORS[["credit"]], scale={"credit": (1, 1)}),
            "give two different numbers",
        ),
        (
            lambda: scoring.scale_factors(FACTORS[["credit"]], scale={"credit": 3}),
            "goalposts of 'credit' is 3",
        ),
        (lambda: scoring.scale_factors(FACTORS, lower_is_better="credit"), "list some of"),
        (lambda: scoring.scale_factors(FACTORS, lower_is_better=["x"]), "list some of"),
        (lambda: scoring.scale_factors(FACTORS, lower_is_better=None), "list some of"),
        (
            lambda: scoring.scale_factors(
                pd.DataFrame({"a": [np.nan, np.nan]}), scale={"a": (0, 1)}, missing="skip"
            ),
            "'a' is unknown for everybody",
        ),
        (
            lambda: scoring.scale_factors(
                FACTORS.assign(credit=0.0), scale="share_of_best", lower_is_better=["credit"]
            ),
            "no two different numbers",
        ),
        (
            lambda: scoring.scale_factors(
                pd.DataFrame({"a": [0, 1]}), scale="share_of_best", lower_is_better=["a"]
            ),
            "1 of 2 rows is not positive",
        ),
        (
            lambda: scoring.scale_factors(pd.DataFrame({"a": [-2, 1]}), scale="share_of_best"),
            "1 of 2 rows is below 0",
        ),
        (lambda: scoring.rank_acceptability(FACTORS / 200, draws=0), "draws is 0"),
        (lambda: scoring.rank_acceptability(FACTORS / 200, ranks=1.5), "ranks is 1.5"),
        (lambda: scoring.rank_acceptability(FACTORS / 200, seed=-1), "seed is -1"),
        (
            lambda: scoring.rank_acceptability(FACTORS / 200, around={"current": 1}),
            "without weight",
        ),
        (lambda: scoring.ahp_weights([[1, 3], [1 / 3, 1]]), r"need names=\[...\]"),
        (lambda: scoring.ahp_weights([[1, 3]], names=["a", "b"]), "square of 2 by 2"),
        (lambda: scoring.ahp_weights(5, names=["a", "b"]), "square of 2 by 2"),
        (lambda: scoring.ahp_weights({("a", "b"): "3"}), "judgement of 'a' over 'b' is '3'"),
        (lambda: scoring.ahp_weights({"ab": 3}), "'ab' is no pair"),
        (lambda: scoring.ahp_weights({}), "judgements are empty"),
        (lambda: scoring.ahp_weights({("a", "b"): 3}, names=["a", "b"]), "names belong to"),
        (lambda: scoring.ahp_weights({("a", "b"): 3}, random_index="x"), "random_index is 'x'"),
        (lambda: scoring.ahp_weights({("a", "b"): 3}, random_index=0), "random_index is 0"),
        (lambda: scoring.ahp_weights(pd.DataFrame({"a": [1]}, ["a"])), "one factor"),
        (lambda: scoring.entropy_weights(None), "table is of type NoneType"),
        (lambda: scoring.good_customer(ratings([[5] * 9], ["x"]), scale=5), "scale is 5"),
        (
            lambda: scoring.good_customer(ratings([[5] * 9], ["x"]), scale=(1, 9), risk_weight=-1),
            "risk_weight is -1",
        ),
        (
            lambda: scoring.good_customer(ratings([[5] * 9], ["x"]), scale=(1, 9), weights={}),
            "weights is empty",
        ),
        (lambda: scoring.loyalty_and_profit(FACTORS), "lacks the column loyalty|lacks the column"),
        (lambda: scoring.loyalty_and_profit(LOYAL, method="kendall"), "method is 'kendall'"),
        (lambda: scoring.loyalty_and_profit(LOYAL, confidence="x"), "confidence is 'x'"),
        (lambda: scoring.loyalty_and_profit(LOYAL.assign(k="all"), by="k"), "a group 'all'"),
        (lambda: scoring.loyalty_and_profit(LOYAL.assign(k=None), by="k"), "k: 6 of 6 rows are"),
    ],
)
def test_one_sentence_refuses(call, message):
    with pytest.raises(ValueError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


# ---------------------------------------------------------------- intervals


def test_first_places_and_seats_have_wilson_intervals():
    from statsmodels.stats.proportion import proportion_confint

    scaled = scoring.scale_factors(FACTORS, scale="min_max")
    drawn = scoring.rank_acceptability(scaled, ranks=2, draws=400)
    held = drawn.seats.loc[drawn.table.index, "estimate"]
    for table, share in ((drawn.table, drawn.table["rank_1"]), (drawn.seats, held)):
        low, high = proportion_confint(share * 400, 400, 0.05, method="wilson")
        found = table.loc[share.index]
        assert np.allclose(found[["low", "high"]], np.column_stack([low, high]))
        assert (table["low"] <= table["estimate"] + 1e-12).all()
        assert (table["estimate"] <= table["high"] + 1e-12).all()
    assert np.allclose(held, drawn.table["rank_1"] + drawn.table["rank_2"])


@pytest.mark.parametrize("sign", [1, -1])
def test_a_full_correlation_says_that_its_interval_has_no_width(sign):
    table = pd.DataFrame({"loyalty": range(5), "profit": sign * np.array([1, 2, 4, 8, 16])})
    with pytest.warns(UserWarning, match="its interval has no width"):
        got = scoring.loyalty_and_profit(table).table.loc["all"]
    assert got[["estimate", "low", "high"]].tolist() == [sign] * 3


def test_full_to_the_last_bit_is_full():
    table = pd.DataFrame({"loyalty": [0.1, 0.2, 0.3, 0.4, 0.7], "profit": [1, 2, 3, 4, 7]})
    with pytest.warns(UserWarning, match="no width"):
        got = scoring.loyalty_and_profit(table, method="pearson").table.loc["all"]
    assert got["estimate"] == got["high"] == 1


# ---------------------------------------------------------------- figures


def told(axes):
    return [text.get_text() for text in axes.texts]


def test_matrix_figure_says_who_is_where():
    table = values([90, 80, 10, 60, 5], [200, 20, 150, np.nan, 10])
    matrix = scoring.value_matrix(table, cut={"current": 50, "future": 1200 / 20})
    axes = matrix.plot()
    assert axes.get_title(loc="left") == matrix.title
    told_share = "20% of the customers hold 53% of the profit to come"
    assert matrix.title == f"{told_share} (1 unclassified)"
    assert matrix.caption == "High begins: current at 50, future at 60 (1 unclassified)."
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places == {
        "protect": (1.05, 1.9),
        "harvest or renew": (1.05, 0.9),
        "grow": (0.05, 1.9),
        "serve at low cost": (0.05, 0.9),
        "1 customer (20%)\n37% of profit now\n53% of profit to come": (1.05, 1.7),
        "1 customer (20%)\n33% of profit now\n5% of profit to come": (1.05, 0.7),
        "1 customer (20%)\n4% of profit now\n39% of profit to come": (0.05, 1.7),
        "1 customer (20%)\n2% of profit now\n3% of profit to come": (0.05, 0.7),
    }
    assert axes.get_xlabel() == "profit now, per customer"
    assert axes.get_ylabel() == "profit to come, per customer"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["below 50", "50 and more"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["below 60", "60 and more"]


def test_matrix_of_losses_says_that_there_is_no_share():
    with pytest.warns(UserWarning, match="does not exist"):
        matrix = scoring.value_matrix(values([2, -5], [1, 2]), cut=1.5)
    assert "no share of profit now" in matrix.labels["low_low"]
    assert matrix.title == "0% of the customers hold 0% of the profit to come"
    with pytest.warns(UserWarning, match="does not exist"):
        losing = scoring.value_matrix(values([2, 5], [-1, -9]), cut={"current": 3, "future": -3})
    assert losing.title == "0% of the customers are high in both"
    matrix = scoring.value_matrix(
        values([90, 10], [9, 1]), cut={"current": 50, "future": 5}, band=3
    )
    assert matrix.caption == "High begins: current at 50 ± 3, future at 5 ± 3."


def test_moves_figure():
    before = scoring.value_matrix(THEN, cut=50)
    moves = scoring.cell_moves(before, scoring.value_matrix(NOW, cut=50, previous=before))
    axes = moves.plot()
    assert axes.get_title(loc="left") == "From cell to cell: 4 of 4 customers changed cell"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("cell after", "cell before")
    assert told(axes) == [str(count) for count in moves.table.to_numpy().ravel()]
    assert np.allclose(axes.collections[0].get_array().ravel(), moves.shares.to_numpy().ravel())
    assert [label.get_text() for label in axes.get_yticklabels()] == [*moves.table.index]
    assert [label.get_text() for label in axes.get_xticklabels()] == [*moves.table.columns]


def test_contributions_figure():
    scores = scoring.composite_score(FACTORS, WEIGHTS, scale="min_max")
    axes = scores.plot()
    assert axes.get_title(loc="left") == scores.title
    assert scores.title == "The best owe most to current and least to growth"
    swapped = {"current": 0.1, "future": 0.1, "credit": 0.1, "loyalty": 0.1, "growth": 0.6}
    other = scoring.composite_score(FACTORS.loc[["B", "D"]], swapped, scale="min_max")
    assert other.title == "The best owe most to growth and least to current"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A", "C", "D"]
    assert told(axes) == ["0.71", "0.68", "0.60", "0.00"]
    assert axes.get_ylim() == (3.5, -0.5)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == list(WEIGHTS)
    for name, bars in zip(labels, axes.containers, strict=True):
        drawn = [bar.get_width() for bar in bars]
        assert np.allclose(drawn, scores.contributions[name][["B", "A", "C", "D"]])
    many = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) ** 2 % 7})
    axes = scoring.composite_score(many, {"a": 0.9, "b": 0.1}).plot()
    assert len(axes.get_yticks()) == 12


def test_rank_acceptability_figure():
    scaled = scoring.scale_factors(FACTORS, scale="min_max")
    drawn = scoring.rank_acceptability(scaled, ranks=2, draws=2_000)
    axes = drawn.plot()
    assert axes.get_title(loc="left") == drawn.title
    assert drawn.title == f"{len(drawn.safe)} of 2 seats are safe in 95% of 2,000 weightings"
    held = drawn.seats["estimate"]
    assert held.is_monotonic_decreasing
    assert held.index.tolist()[-1] == "D"
    assert held["D"] == 0
    shown = np.concatenate([dots.get_offsets() for dots in axes.collections])
    assert np.allclose(shown, np.column_stack([[1, 2, 3], held.iloc[:3]]))
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    safe = int((held >= 0.95).sum())
    assert legend == [f"safe ({safe})", f"depends on the weights ({3 - safe})"]
    assert len(drawn.safe) == safe
    assert axes.lines[0].get_xdata()[0] == 2.5
    assert axes.get_ylabel() == "share of weightings with a seat"
    assert axes.get_xlabel() == "customers, the safest first; line: where the seats end"


def test_safe_seats_are_green():
    from matplotlib.colors import to_hex

    table = pd.DataFrame({"a": [1.0, 0.9, 0.2, 0.0], "b": [1.0, 0.1, 0.8, 0.0]}, index=[*"ABCD"])
    drawn = scoring.rank_acceptability(table, ranks=2, draws=500)
    assert drawn.safe.tolist() == ["A"]
    dots = drawn.plot().collections
    colours = [to_hex(one.get_facecolor()[0]).upper() for one in dots]
    assert colours == [style.COLOURS["good"], style.COLOURS["warn"]]
    assert [len(one.get_offsets()) for one in dots] == [1, 2]


def test_weights_near_ours_stay_within_half_and_double():
    # Two factors: B leads A where b weighs more than 0.6; near (0.5, 0.5) the ratio of the weights
    # is 2 to a difference of two uniform numbers, so b leads by 1.5 with probability
    # (2 - log2 1.5)^2 / 8.
    table = pd.DataFrame({"a": [0.6, 0.0], "b": [0.0, 0.4]}, index=["A", "B"])
    half = {"b": 0.5, "a": 0.5}
    drawn = scoring.rank_acceptability(table, around=half, draws=40_000)
    expected = (2 - np.log2(1.5)) ** 2 / 8
    assert drawn.table.loc["B", "estimate"] == pytest.approx(expected, abs=0.012)
    apart = pd.DataFrame({"a": [0.81, 0.0], "b": [0.0, 0.2]}, index=["A", "B"])
    always = scoring.rank_acceptability(apart, around=half, draws=4_000).table
    assert always["estimate"].to_dict() == {"A": 1.0, "B": 0.0}
    uneven = scoring.rank_acceptability(apart, around={"a": 0.02, "b": 0.98}, draws=500).table
    assert uneven["estimate"].to_dict() == {"B": 1.0, "A": 0.0}


# ---------------------------------------------------------------- lists


def test_lists_by_hand():
    scores = pd.DataFrame(
        {"ours": [9, 8, 1, 0], "theirs": [9, 0, 8, 1]}, index=["Ann", "Bo", "Cy", "Di"]
    )
    outcome = pd.Series({"Di": 10, "Cy": 20, "Bo": 30, "Ann": 40})
    found = scoring.compare_lists(scores, outcome, seats=2)
    assert found.lists["ours"].tolist() == [True, True, False, False]
    assert found.lists["theirs"].tolist() == [True, False, True, False]
    assert found.table["shared"].tolist() == [2, 1]
    assert found["estimate"].tolist() == pytest.approx([0.7, 0.6])
    assert found["difference"].tolist() == pytest.approx([0, -0.1])
    # Bo and Cy end and follow the first list: m is 25. Influences times 25: -0.5, -3.5, -1.5, 5.5.
    half = 1.959964 * np.sqrt(4 / 3 * 45) / 100
    assert found["low"].iloc[0] == pytest.approx(0.7 - half)
    assert found["high"].iloc[0] == pytest.approx(0.7 + half)
    # Of the second m is 15; influences less those of the first: 9, -7, 2, -4.
    half = 1.959964 * np.sqrt(4 / 3 * 150) / 100
    assert found["difference_low"].iloc[1] == pytest.approx(-0.1 - half)
    assert found["difference_high"].iloc[1] == pytest.approx(-0.1 + half)
    assert found.table.loc["ours", ["difference_low", "difference_high"]].tolist() == [0, 0]
    assert found.on_all.tolist() == ["Ann"]
    assert found.caption == "1 of 2 seats are the same in all lists."
    assert scoring.compare_lists(scores, seats=2).table.columns.tolist() == ["shared"]


def test_equal_scores_are_parted_by_id_whatever_the_order_of_rows():
    scores = pd.DataFrame({"a": [0.1 + 0.2, 0.3, 0.3]}, index=["c", "b", "a"])
    for rows in (scores, scores.iloc[::-1], scores.iloc[[1, 0, 2]]):
        lists = scoring.compare_lists(rows, seats=2).lists["a"]
        assert sorted(lists.index[lists]) == ["a", "b"]


def test_difference_of_lists_covers_the_truth():
    rng = np.random.default_rng(5)
    size = 200_000
    taste = rng.gamma(2, size=size)
    spent = rng.gamma(taste)
    rules = taste + rng.normal(size=size), taste + 3 * rng.normal(size=size)
    # Of the whole population the same share of seats: a tenth.
    on = [rule >= np.quantile(rule, 0.9) for rule in rules]
    truth = (spent[on[0]].sum() - spent[on[1]].sum()) / spent.sum()
    holds = spent[on[1]].sum() / spent.sum()
    hits = np.zeros(2)
    for _ in range(400):
        drawn = rng.choice(size, 1_000, replace=False)
        table = pd.DataFrame({"b": rules[1][drawn], "a": rules[0][drawn]})
        found = scoring.compare_lists(table, spent[drawn], seats=100).table
        row = found.loc["a"]
        hits[0] += row["difference_low"] <= truth <= row["difference_high"]
        hits[1] += found.loc["b", "low"] <= holds <= found.loc["b", "high"]
    assert (hits >= 0.91 * 400).all()
    assert (hits <= 0.985 * 400).all()


@pytest.mark.parametrize(
    ("outcome", "seats", "message"),
    [
        ([1, 2], 3, "scores has 2 customers only"),
        ([0, 0], 1, "0 for everybody"),
        ([1], 1, "outcome has 1 numbers for 2 customers"),
        ([1, -2], 1, "below 0"),
        (pd.Series({"A": 1.0}), 1, "outcome: 1 of 2 rows is empty"),
        ([1, 2], 0.5, "seats is 0.5"),
    ],
)
def test_lists_are_refused(outcome, seats, message):
    scores = pd.DataFrame({"a": [1, 2]}, index=["A", "B"])
    with pytest.raises(ValueError, match=message):
        scoring.compare_lists(scores, outcome, seats=seats)


def test_correlation_figure():
    table = pd.concat([LOYAL.assign(segment="x"), LOYAL.assign(segment="y", profit=[2, 1] * 3)])
    got = scoring.loyalty_and_profit(table, by="segment", confidence=0.9)
    axes = got.plot()
    assert axes.get_title(loc="left") == "Is the loyal customer the profitable one?"
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == got.labels == ["all (12)", "x (6)", "y (6)"]
    lines, dots = axes.collections
    assert np.allclose(dots.get_offsets()[:, 0], got["estimate"])
    ends = [segment[:, 0] for segment in lines.get_segments()]
    assert np.allclose(ends, got.table[["low", "high"]])
    assert axes.get_xlim()[0] < got["low"].min()
    assert got.caption == "Spearman correlations, 90% intervals."


def test_pairwise_figure():
    pairs = {("a", "b"): 1 / 3, ("a", "c"): 5, ("b", "c"): 7}
    axes = scoring.ahp_weights(pairs, random_index="saaty-later").plot()
    assert axes.get_title(loc="left") == "Consistency ratio 0.062 (saaty-later)"
    assert [text.strip() for text in told(axes)] == ["28%", "65%", "7%"]
    widths = [bar.get_width() for bar in axes.patches]
    assert np.allclose(widths, [0.2790, 0.6491, 0.0719], atol=5e-5)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]


def test_a_figure_names_what_it_draws():
    with pytest.raises(ValueError, match="plot_value_matrix draws a ValueMatrix; matrix is a Data"):
        scoring.plot_value_matrix(FACTORS)


# ---------------------------------------------------------------- profit now, profit to come


def shop(with_margin=True):
    rng = np.random.default_rng(3)
    rows = []
    for number, weeks in enumerate(rng.gamma(2, 3, 60)):
        days = rng.exponential(weeks * 7, 40).cumsum()
        stays = rng.exponential(400)
        dates = [0.0, *days[(days < stays) & (days < 700)]]
        rows += [(f"k{number:02}", d, a) for d, a in zip(dates, rng.gamma(4, 5, 41), strict=False)]
    log = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    log["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(log["date"].astype(int), unit="D")
    return log.assign(margin=0.25 * log["amount"]) if with_margin else log


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_current_and_future_are_what_the_rooms_say_one_by_one():
    rb, log = crm.repeat_buying, shop()
    found = scoring.current_and_future(log, until="2025-06-30", margin=0.9, years=2)
    past = log[log["date"] <= "2025-06-30"]
    recent = past[past["date"] > "2024-06-30"]
    last_year = recent.groupby("customer_id")["margin"].sum()
    assert found.table.index.tolist() == sorted(past["customer_id"].unique())
    expected = last_year.reindex(found.table.index, fill_value=0)
    assert np.allclose(found["current"], expected)
    summary = rb.summarise(past, until="2025-06-30")
    model, spend = rb.ParetoNBD.fit(summary), rb.GammaGamma.fit(summary)
    worth = rb.lifetime_value(model, spend, summary, margin=0.25, annual_rate=0.12, years=2)
    assert np.allclose(found["future"], worth["estimate"])
    assert np.allclose(found.table[["low", "high"]], worth[["low", "high"]])
    assert found.margin == pytest.approx(0.25)
    assert np.allclose(found["p_alive"], model.p_alive(summary)["estimate"])
    last = past.groupby("customer_id")["date"].max()
    assert np.allclose(found["silence"], (pd.Timestamp("2025-06-30") - last).dt.days / 7)
    span = (last - past.groupby("customer_id")["date"].min()).dt.days / 7
    back = past.groupby("customer_id")["date"].nunique() - 1
    assert np.allclose(found["rhythm"], (span / back).where(back > 0), equal_nan=True)
    assert found.caption.startswith("Twelve months to 2025-06-30; forecast: value of 2 years")
    shuffled = log.sample(frac=1, random_state=1)
    again = scoring.current_and_future(shuffled, until="2025-06-30", margin=0.9, years=2)
    pd.testing.assert_frame_equal(again.table, found.table)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_without_margins_the_share_given_counts():
    found = scoring.current_and_future(shop(False), until="2025-06-30", margin=0.25)
    known = scoring.current_and_future(shop(), until="2025-06-30", margin=0.9)
    assert np.allclose(found["current"], known["current"])
    assert np.allclose(found["future"], known["future"])
    matrix = scoring.value_matrix(found, cut=10)
    assert matrix.table["customers"].sum() == len(found.table)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"until": "2025-06"}, "until is not a date"),
        ({"margin": 30}, "margin is 30"),
        ({"until": "2020-01-01"}, "nothing happened"),
    ],
)
def test_current_and_future_refuses(options, message):
    asked = {"until": "2025-06-30", "margin": 0.25, **options}
    with pytest.raises(ValueError, match=message):
        scoring.current_and_future(shop(), **asked)
