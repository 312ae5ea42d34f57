import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm
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


def values(current, future, ids=None):
    return pd.DataFrame({"current": current, "future": future}, index=ids)


# ---------------------------------------------------------------- matrix


def test_matrix_truth_table():
    placed = scoring.value_matrix(values([2, 2, 1, 1], [2, 1, 2, 1]), cut=1.5)
    assert placed.customers["cell"].tolist() == ["high_high", "high_low", "low_high", "low_low"]
    assert placed.cells["customers"].tolist() == [1, 1, 1, 1]
    assert placed.cells["metal_name"].tolist() == ["gold", "platinum", "iron", "lead"]
    assert placed.cells["share_of_current"].sum() == pytest.approx(1)


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


def test_unknown_future_is_unclassified_and_named():
    table = values([1, 5, 9], [1, np.nan, 9], ids=["Ann", "Bo", "Cy"])
    with pytest.warns(UserWarning, match=r"1 of 3 customers .* first 'Bo'"):
        placed = scoring.value_matrix(table, cut=5)
    assert placed.customers["cell"].tolist() == ["low_low", "unclassified", "high_high"]
    assert placed.cells["customers"].sum() == 3
    assert np.isnan(placed.cells.loc["unclassified", "future"])


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
        (values([1, 2], [1, 2]), {"band": -1}, "0 or more"),
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


def test_additive_and_topsis_disagree_on_the_fighter():
    # Hwang & Yoon 1981; pymcdm 1.4 gives the same closeness to 1e-6.
    added = scoring.composite_score(
        FIGHTERS, FIGHTER_WEIGHTS, scale="share_of_best", lower_is_better=["price"]
    )
    close = scoring.topsis(FIGHTERS, FIGHTER_WEIGHTS, lower_is_better=["price"])
    assert added["score"].round(4).tolist() == [0.8355, 0.7073, 0.8514, 0.7374]
    assert close["closeness"].tolist() == pytest.approx(
        [0.643277, 0.268384, 0.613542, 0.312291], abs=1e-6
    )
    assert added["score"].idxmax() == "A3"
    assert close["closeness"].idxmax() == "A1"


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
    assert np.isnan(skipped.loc["Y", "score"])
    with pytest.warns(UserWarning, match="median"):
        filled = scoring.scale_factors(table, scale="min_max", missing="neutral")
    assert filled.loc["Y", "a"] == 0.25


def test_two_factors_that_say_the_same_are_named():
    rng = np.random.default_rng(1)
    current = rng.normal(size=50)
    table = pd.DataFrame({"current": current, "future": current + 0.1 * rng.normal(size=50)})
    with pytest.warns(UserWarning, match="count one thing twice"):
        scoring.composite_score(table, {"current": 0.5, "future": 0.5})


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


@settings(max_examples=60, deadline=None)
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


def test_profile_of_one_customer():
    scaled = scoring.scale_factors(FACTORS, scale="min_max")
    profile = scoring.factor_profile(scaled, "B")
    assert profile.loc["future", "customer"] == 1
    with pytest.raises(ValueError, match="no customer 'Z'"):
        scoring.factor_profile(scaled, "Z")


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


@settings(deadline=None)
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


def test_topsis_ends_and_refusals():
    table = pd.DataFrame({"a": [3, 1, 2], "b": [3, 1, 2]}, index=["best", "worst", "mid"])
    close = scoring.topsis(table, {"a": 0.5, "b": 0.5})["closeness"]
    assert (close["best"], close["worst"]) == (1, 0)
    with pytest.raises(ValueError, match="nothing to rank"):
        scoring.topsis(pd.DataFrame({"a": [1, 1]}), {"a": 1})
    with pytest.raises(ValueError, match=r"table\.a: 1 of 2 rows is empty; first row 1"):
        scoring.topsis(pd.DataFrame({"a": [1, None]}), {"a": 1})


def test_rank_acceptability_against_geometry():
    # Two factors: Ann beats Bo when her weight exceeds 1/3, which is 2/3 of the weights.
    scaled = pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 0.5]}, index=["Ann", "Bo"])
    shares = scoring.rank_acceptability(scaled, draws=20_000)
    assert shares.loc["Ann", "estimate"] == pytest.approx(2 / 3, abs=0.011)
    assert np.allclose(shares[["rank_1", "rank_2"]].sum(axis=1), 1)


def test_rank_acceptability_of_the_five_factors():
    # An independent simulation gave first places .64, .36, .001, 0.
    shares = scoring.rank_acceptability(scoring.scale_factors(FACTORS, scale="min_max"))
    assert shares.loc[list("ABCD"), "estimate"].tolist() == pytest.approx(
        [0.365, 0.635, 0.001, 0], abs=0.02
    )


def test_ranks_by_counting_pairs():
    rng = np.random.default_rng(3)
    scaled = pd.DataFrame(rng.integers(0, 4, (12, 3)) / 3, columns=list("abc"))
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=200)
    scores = scaled.to_numpy() @ weights.T
    rank = 1 + (scores[None] > scores[:, None] + 1e-12).sum(axis=1)
    got = scoring.rank_acceptability(scaled, ranks=4, draws=200).sort_index()
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
    got = scoring.loyalty_and_profit(table, method="pearson").loc["all"]
    other = pearsonr(table["loyalty"], table["profit"])
    limits = other.confidence_interval()
    assert got["estimate"] == pytest.approx(other.statistic)
    assert (got["low"], got["high"]) == pytest.approx((limits.low, limits.high))
    got = scoring.loyalty_and_profit(table).loc["all"]
    assert got["estimate"] == pytest.approx(spearmanr(table["loyalty"], table["profit"]).statistic)


def test_a_correlation_made_by_segments_alone():
    rng = np.random.default_rng(6)
    level = np.repeat([0.0, 5.0], 300)
    table = pd.DataFrame(
        {"loyalty": level + rng.normal(size=600), "profit": level + rng.normal(size=600)}
    )
    table["segment"] = np.repeat(["saver", "connoisseur"], 300)
    got = scoring.loyalty_and_profit(table, by="segment")
    assert got.loc["all", "low"] > 0.6
    assert (got.loc[["saver", "connoisseur"], "low"] < 0).all()
    assert got["customers"].tolist() == [600, 300, 300]


def test_small_and_constant_groups_have_no_correlation():
    table = pd.DataFrame({"loyalty": range(9), "profit": [1.0] * 5 + [1, 2, 3, 4]})
    table["segment"] = ["flat"] * 5 + ["few"] * 4
    with pytest.warns(UserWarning, match="no correlation") as caught:
        got = scoring.loyalty_and_profit(table, by="segment")
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
        got = scoring.loyalty_and_profit(table, method=method).loc["all"]
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


def test_figures_draw():
    scaled = scoring.scale_factors(FACTORS)
    scores = scoring.composite_score(FACTORS, WEIGHTS)
    draws = scoring.rank_acceptability(scaled, draws=50)
    matrix = scoring.value_matrix(FACTORS)
    loyal = scoring.loyalty_and_profit(
        pd.DataFrame({"loyalty": range(6), "profit": [1, 3, 2, 5, 4, 9]})
    )
    for axes in (
        scoring.plot_value_matrix(matrix),
        scoring.plot_contributions(scores),
        scoring.plot_rank_acceptability(draws),
        scoring.plot_profile(scoring.factor_profile(scaled, "A")),
        scoring.plot_loyalty_and_profit(loyal),
    ):
        assert axes.get_title(loc="left")
        axes.figure.canvas.draw()


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_previous_cells_under_other_ids_are_refused():
    values = pd.DataFrame({"current": [90, 10], "future": [20, 80]}, index=["7", "8"])
    cells = scoring.value_matrix(values).customers["cell"]
    with pytest.raises(ValueError, match="values and previous have no id in common"):
        scoring.value_matrix(values, band=5, previous=cells.rename(index=int))
