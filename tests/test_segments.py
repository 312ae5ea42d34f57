from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

segments = crm.segments


def blobs(size=300, seed=1):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, size)
    spend = np.exp(np.array([2.0, 4.0, 6.0])[group] + 0.2 * rng.normal(size=size))
    visits = rng.poisson(np.array([2, 30, 5])[group])
    return group, pd.DataFrame({"spend": spend, "visits": visits})


# ---------------------------------------------------------------- RFM


def rfm(days, frequency, amount):
    return pd.DataFrame(
        {"days_since_last": days, "frequency": frequency, "amount": amount}, dtype=float
    )


def test_untied_scores_are_quintiles():
    rng = np.random.default_rng(1)
    summary = rfm(rng.permutation(100), rng.permutation(100), rng.permutation(100))
    scores = segments.rfm_scores(summary)
    for name in ("recency", "frequency", "monetary"):
        assert (scores[f"{name}_score"].value_counts() == 20).all()
    by_pandas = pd.qcut(summary["amount"], 5, labels=False) + 1
    assert (scores["monetary_score"] == by_pandas).all()
    assert (scores.loc[summary["days_since_last"] < 20, "recency_score"] == 5).all()
    row = scores.iloc[0]
    assert row["rfm"] == f"{row['recency_score']}{row['frequency_score']}{row['monetary_score']}"


def test_nested_scores_against_a_loop():
    rng = np.random.default_rng(2)
    summary = rfm(rng.integers(0, 30, 200), rng.integers(0, 5, 200), rng.permutation(200))
    scores = segments.rfm_scores(summary, groups=3, nested=True)
    for _, part in summary.groupby(scores["recency_score"]):
        expected = np.ceil(3 * part["frequency"].rank() / len(part) - 1e-9)
        assert (scores.loc[part.index, "frequency_score"] == expected).all()
    for _, part in summary.groupby([scores["recency_score"], scores["frequency_score"]]):
        expected = np.ceil(3 * part["amount"].rank() / len(part) - 1e-9)
        assert (scores.loc[part.index, "monetary_score"] == expected).all()


def test_ties_stay_together_or_are_split():
    summary = rfm(range(10), [0] * 6 + [1, 2, 3, 4], range(10))
    with pytest.warns(UserWarning, match="ties in frequency leave score 1, 3 without customers"):
        together = segments.rfm_scores(summary)["frequency_score"]
    assert together.tolist() == [2] * 6 + [4, 4, 5, 5]
    split = segments.rfm_scores(summary, ties="split")["frequency_score"]
    assert split.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.filterwarnings("ignore:ties in")
@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 50)), min_size=5, max_size=40
    ),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_scores_are_monotone_and_ignore_order(rows, nested, random):
    summary = pd.DataFrame(rows, columns=["days_since_last", "frequency", "amount"])
    scores = segments.rfm_scores(summary, nested=nested)
    order = list(summary.index)
    random.shuffle(order)
    assert segments.rfm_scores(summary.loc[order], nested=nested).loc[summary.index].equals(scores)
    by_recency = scores["recency_score"].to_numpy()[
        np.argsort(-summary["days_since_last"], kind="stable")
    ]
    assert (np.diff(by_recency) >= 0).all()
    assert (
        scores[["recency_score", "frequency_score", "monetary_score"]].stack().between(1, 5).all()
    )


def test_summary_of_the_purchase_models_is_understood():
    summary = pd.DataFrame(
        {
            "frequency": [0, 3, 1],
            "recency": [0, 50, 20],
            "T": [60, 60, 60],
            "monetary_value": [0, 9, 5],
        }
    )
    direct = rfm([60, 10, 40], [0, 3, 1], [0, 9, 5])
    assert segments.rfm_scores(summary, groups=3).equals(segments.rfm_scores(direct, groups=3))


@pytest.mark.parametrize(
    ("summary", "options", "message"),
    [
        (rfm([1, 2], [1, 2], [1, 2]), {}, "2 customers cannot fill 5 groups"),
        (
            rfm([1, -2], [1, 2], [1, 2]),
            {"groups": 2},
            "days_since_last: 1 of 2 rows is below 0; first row 1: -2",
        ),
        (
            rfm([1, 2], [1, 2], [1, np.nan]),
            {"groups": 2},
            "summary.amount: 1 of 2 rows is empty; first row 1. Fill it",
        ),
        (
            rfm([1, 2], [1, 2], [1, np.nan]).rename(columns={"amount": "monetary_value"}),
            {"groups": 2},
            "monetary_value: 1 of 2 rows is empty; first row 1. One-time",
        ),
        (rfm([1, 2], [1, 2], [1, 2]).astype(str), {"groups": 2}, "are not numeric"),
        ([1, 2], {}, "summary is of type list"),
        (rfm([1, 2], [1, 2], [1, 2]), {"nested": "yes"}, "nested is 'yes'"),
        (rfm([1, 2], [1, 2], [1, 2]), {"groups": "2"}, "groups is '2'"),
        (rfm([1, 2], [1, 2], [1, 2]).set_axis(["A", "A"]), {"groups": 2}, "repeats an earlier id"),
        (pd.DataFrame({"frequency": [1]}), {}, "lacks the column recency, T"),
        (rfm([1, 2], [1, 2], [1, 2]), {"groups": 10}, "at least 2 and at most 9"),
        (rfm([1, 2], [1, 2], [1, 2]), {"ties": "x"}, "ties is 'x'"),
    ],
)
def test_rfm_refuses(summary, options, message):
    with pytest.raises(ValueError, match=message):
        segments.rfm_scores(summary, **options)


@pytest.mark.filterwarnings("ignore:ties in")
@pytest.mark.parametrize("nested", [False, True])
def test_scores_do_not_depend_on_the_unit_of_time(nested):
    log = crm.load("cdnow").transactions
    in_days, *others = (
        crm.repeat_buying.summarise(log, until="1997-09-30", later="ignore", unit=unit)
        for unit in ("day", "week", "month")
    )
    scores = segments.rfm_scores(in_days, nested=nested)
    for summary in others:
        assert segments.rfm_scores(summary, nested=nested).equals(scores)
    last = log[log["date"] <= "1997-09-30"].groupby("customer_id")["date"].max()
    same_day = scores.loc[last[last == "1997-06-23"].index, "recency_score"]
    assert len(same_day) > 1
    assert same_day.nunique() == 1


@pytest.mark.parametrize("nested", [False, True])
def test_split_ties_do_not_depend_on_the_order_of_the_rows(nested):
    rng = np.random.default_rng(8)
    summary = rfm(rng.integers(0, 3, 50), rng.integers(0, 3, 50), rng.integers(0, 3, 50))
    summary.index = [f"c{number:02}" for number in range(50)]
    scores = segments.rfm_scores(summary, ties="split", nested=nested)
    mixed = summary.sample(frac=1, random_state=1)
    again = segments.rfm_scores(mixed, ties="split", nested=nested)
    assert again.loc[summary.index].equals(scores)


def test_sums_of_a_tenth_are_ties():
    summary = rfm([5, 5, 5, 9], [1, 1, 1, 2], [0.1 + 0.2, 0.3, 0.1 * 3, 9])
    assert segments.rfm_scores(summary, groups=2)["monetary_score"].tolist() == [1, 1, 1, 2]


def test_ids_in_a_column_become_the_index():
    summary = rfm([3, 90, 20], [8, 1, 4], [90, 20, 160]).assign(customer_id=["A", "B", "C"])
    scores = segments.rfm_scores(summary, groups=3)
    assert scores["rfm"].astype(str).to_dict() == {"A": "332", "B": "111", "C": "223"}


def test_break_even_response():
    assert segments.break_even_response(0.60, 45) == pytest.approx(0.60 / 45)
    with pytest.raises(ValueError, match="margin is 0; it must be above 0"):
        segments.break_even_response(1, 0)


def test_grid_is_a_mean_per_field():
    rng = np.random.default_rng(3)
    summary = rfm(rng.permutation(60), rng.permutation(60), rng.permutation(60))
    scores, value = segments.rfm_scores(summary), pd.Series(rng.normal(size=60))
    grid = segments.rfm_grid(scores, value)
    inside = (scores["recency_score"] == 5) & (scores["frequency_score"] == 2)
    assert grid.table.loc[5, 2] == pytest.approx(value[inside].mean())
    assert grid.table.index[0] == 5
    assert grid.customers.loc[5, 2] == inside.sum()
    assert grid.customers.sum().sum() == 60
    with pytest.raises(ValueError, match="value: 1 of 60 rows is empty; first row 7"):
        segments.rfm_grid(scores, value.drop(index=7))
    with pytest.raises(ValueError, match="no id in common"):
        segments.rfm_grid(scores, value.rename(index=str))
    mixed = rng.permutation(60)
    assert segments.rfm_grid(scores.iloc[mixed], value.iloc[mixed[::-1]]) == grid


# ---------------------------------------------------------------- segments


def test_planted_segments_are_found_in_any_order():
    from sklearn.metrics import adjusted_rand_score

    group, features = blobs()
    found = segments.cluster(features, 3)
    assert adjusted_rand_score(group, found.customers) > 0.97
    assert found.table["customers"].is_monotonic_decreasing
    assert found.table["customers"].sum() == 300
    assert found.scaling["log"].tolist() == (features.skew() > 1).tolist()
    mixed = segments.cluster(features.sample(frac=1, random_state=2), 3)
    assert mixed.customers[features.index].equals(found.customers)


def test_segments_do_not_depend_on_the_order_of_the_rows():
    _, features = blobs(80)
    features.insert(0, "customer_id", [f"c{number:02}" for number in range(80)])
    found = segments.cluster(features, 3)
    mixed = segments.cluster(features.sample(frac=1, random_state=3), 3)
    assert mixed.customers.sort_index().equals(found.customers)
    assert mixed.table.equals(found.table)
    assert mixed.distinct.equals(found.distinct)
    assert mixed.scaling.equals(found.scaling)
    assert found.distinct.mul(found.table["customers"], axis=0).sum().abs().max() < 1e-9


def test_numbers_of_any_kind_give_the_same_segments():
    _, features = blobs(80)
    clean = segments.cluster(features, 3)
    objects = features.astype({"visits": object}).assign(
        spend=[Decimal(repr(number)) for number in features["spend"]]
    )
    assert segments.cluster(objects, 3).customers.equals(clean.customers)
    backwards = segments.cluster(features[::-1], 3).customers
    assert backwards[features.index].equals(clean.customers)


def test_the_number_is_the_best_parted_of_the_stable():
    from crmlab.segments.clusters import _chosen

    rows = {2: (0.5, 0.80, 0.7, 0.9), 3: (0.6, 0.9, 0.8, 1.0), 4: (0.9, 0.79, 0.7, 0.9)}
    tried = _chosen(rows)
    assert (tried.chosen, tried.stable) == (3, True)
    assert tried.caption == "3 part best of those with a stability of 0.8 or more."
    assert _chosen({2: rows[2], 4: rows[4]}).chosen == 2
    none = _chosen({4: rows[4], 5: (0.1, 0.5, 0.4, 0.6)})
    assert (none.chosen, none.stable) == (4, False)
    assert none.caption == "No number has a stability of 0.8; 4 is the most stable."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counts": 3}, "counts is 3; give a row of numbers"),
        ({"counts": []}, "counts is empty"),
        ({"counts": [2, 2.5]}, "counts: 1 of 2 rows is not whole"),
        ({"draws": 0}, "draws is 0"),
        ({"seed": 10**12}, "seed is 1e.12; it must be"),
        ({"log": "some"}, "log is 'some'"),
    ],
)
def test_the_trial_of_numbers_refuses(options, message):
    with pytest.raises(ValueError, match=message):
        segments.choose_segment_count(blobs(30)[1], **options)


def test_a_stability_lies_in_its_interval():
    from crmlab.segments.clusters import _stability

    # One sample of 100 that comes out otherwise lies outside the middle 95 %, the mean too.
    assert _stability(np.r_[np.ones(99), 0]) == pytest.approx((0.99, 0.99, 1))
    assert _stability(np.r_[np.zeros(99), 1]) == pytest.approx((0.01, 0, 0.01))
    assert _stability(np.linspace(0, 1, 101)) == pytest.approx((0.5, 0.025, 0.975))


def test_scaling_makes_the_unit_irrelevant():
    _, features = blobs()
    first = segments.cluster(features, 3, log="none").customers
    assert segments.cluster(features * [100, 0.5], 3, log="none").customers.equals(first)


def test_the_planted_count_is_chosen_and_quick_work_shows_no_progress_bar(capsys):
    _, features = blobs()
    tried = segments.choose_segment_count(features, counts=[2, 3, 4, 5], draws=8)
    assert capsys.readouterr() == ("", "")
    assert tried.chosen == 3
    assert tried.table.loc[3, "estimate"] > 0.95
    assert (tried.table["low"] <= tried.table["high"]).all()


@pytest.mark.parametrize(
    ("features", "count", "message"),
    [
        (
            pd.DataFrame({"a": [1, 1, 2]}),
            3,
            "count is 3; it must be .* at most 2. 2 customers differ",
        ),
        (pd.DataFrame({"a": [1, 2, 3]}), 1, "count is 1"),
        (pd.DataFrame({"a": [1, 1, 1]}), 2, "'a' is the same for everybody"),
        (pd.DataFrame({"a": [1, None, 3]}), 2, "features.a: 1 of 3 rows is empty; first row 1"),
        (pd.DataFrame({"a": list("xyz")}), 2, "3 of 3 rows are not numeric; first row 0: 'x'"),
        (pd.DataFrame(), 2, "features has no rows"),
        ([1, 2, 3], 2, "features is of type list"),
        (pd.DataFrame({"a": [1, 2, 3]}), "2", "count is '2'"),
        (pd.DataFrame({"a": [1, 2, 3]}), 2.5, "count is 2.5; it must be a whole number"),
    ],
)
def test_segments_refuse(features, count, message):
    with pytest.raises(ValueError, match=message):
        segments.cluster(features, count)


# ---------------------------------------------------------------- Cramer's V


def test_association_against_scipy():
    from scipy.stats.contingency import association

    rng = np.random.default_rng(2)
    segment = pd.Series(rng.integers(0, 3, 400))
    trait = np.where(rng.random(400) < 0.5, segment, rng.integers(0, 4, 400))
    got = segments.profile_association(segment, pd.DataFrame({"trait": trait})).loc["trait"]
    plain = association(pd.crosstab(segment, trait).to_numpy(), method="cramer")
    rows, columns = 3, 4
    corrected = np.sqrt(plain**2 - (rows - 1) * (columns - 1) / (400 * 2))
    assert got["estimate"] == pytest.approx(corrected)
    assert got["low"] < got["estimate"] < got["high"]


@pytest.mark.parametrize("confidence", [0.05, 0.95, 0.9999])
def test_an_association_lies_in_its_interval(confidence):
    rng = np.random.default_rng(9)
    segment = pd.Series(rng.integers(0, 2, 40))
    traits = pd.DataFrame({"same": segment, "noise": rng.integers(0, 3, 40)})
    got = segments.profile_association(segment, traits, confidence=confidence)
    assert (got["low"] <= got["estimate"]).all()
    assert (got["estimate"] <= got["high"]).all()
    assert got.index.tolist() == ["same", "noise"]


def test_association_takes_segments_and_ids_in_a_column():
    _, features = blobs(90)
    found = segments.cluster(features.set_axis([f"c{n}" for n in range(90)]), 3)
    traits = found.customers.map({1: "a", 2: "b", 3: "c"}).rename_axis("customer_id").to_frame()
    traits = traits.rename(columns={"segment": "region"}).reset_index().sample(frac=1)
    got = segments.profile_association(found, traits)
    assert got.loc["region", "customers"] == 90
    assert got.loc["region", "estimate"] > 0.98


def test_association_interval_covers():
    # Two groups, a trait that is right with probability .65 and .35: V = .3 exactly.
    rng = np.random.default_rng(3)
    segment = pd.Series(np.repeat([0, 1], 150))
    hits, runs = 0, 400
    for _ in range(runs):
        trait = (rng.random(300) < np.where(segment == 0, 0.35, 0.65)).astype(int)
        got = segments.profile_association(segment, pd.DataFrame({"trait": trait})).loc["trait"]
        hits += got["low"] <= 0.3 <= got["high"]
    assert abs(hits / runs - 0.95) < 3.9 * np.sqrt(0.95 * 0.05 / runs)


def test_unrelated_traits_say_nothing():
    rng = np.random.default_rng(4)
    segment = pd.Series(rng.integers(0, 4, 1_000))
    got = segments.profile_association(
        segment, pd.DataFrame({"region": rng.integers(0, 20, 1_000)})
    )
    assert got.loc["region", "estimate"] < 0.08
    assert got.loc["region", "low"] == 0
    with pytest.raises(ValueError, match="no profile row"):
        segments.profile_association(segment, pd.DataFrame({"region": [1]}))
    with pytest.raises(ValueError, match="segment: 2 of 2 rows are no categories"):
        segments.profile_association(pd.Series([[1], [2]]), pd.DataFrame({"region": [1, 2]}))
    with pytest.raises(ValueError, match="segment is a list"):
        segments.profile_association([1, 2], pd.DataFrame({"region": [1, 2]}))
    with pytest.raises(ValueError, match="profile: 1 of 2 rows repeats an earlier id"):
        segments.profile_association(segment[:1], pd.DataFrame({"a": [1, 2]}, index=[0, 0]))
    with pytest.raises(ValueError, match="one category only"):
        segments.profile_association(segment, pd.DataFrame({"region": [1] * 1_000}))


# ---------------------------------------------------------------- look-alikes


def base(size=1_500, seed=5):
    rng = np.random.default_rng(seed)
    features = pd.DataFrame({"visits": rng.normal(size=size), "kind": rng.choice(["a", "b"], size)})
    odds = -1.5 + 1.2 * features["visits"] + (features["kind"] == "b")
    return features, pd.Series(rng.random(size) < 1 / (1 + np.exp(-odds)))


def test_lookalike_finds_the_buyers():
    from scipy.stats import mannwhitneyu

    features, bought = base()
    found = segments.lookalike(features, bought)
    assert found.table["customers"].sum() == 1_500
    assert found.table["bought"].sum() == bought.sum()
    assert found.table["share_of_buyers"].iloc[-1] == 1
    assert found.table["low"].iloc[0] > 1.5
    assert found.coefficients.index[0] == "visits"
    assert np.average(found.table["estimate"], weights=found.table["customers"]) == pytest.approx(1)
    counted = mannwhitneyu(found.propensity[bought], found.propensity[~bought]).statistic
    assert found.auc["estimate"] == pytest.approx(counted / bought.sum() / (~bought).sum())


@pytest.mark.parametrize("kind", ["O", "float32", "Int64", "decimal"])
def test_numbers_held_in_any_way_are_numbers(kind):
    rng = np.random.default_rng(0)
    plain = pd.DataFrame({"spend": rng.integers(1, 300, 200)})
    bought = pd.Series(rng.random(200) < 1 / (1 + np.exp(-(plain["spend"] - 150) / 40)))
    right = segments.lookalike(plain, bought)
    spend = plain["spend"].map(Decimal) if kind == "decimal" else plain["spend"].astype(kind)
    found = segments.lookalike(plain.assign(spend=spend), bought)
    assert found.auc.equals(right.auc)
    assert found.coefficients.index.tolist() == ["spend"]


def test_text_that_holds_numbers_is_not_guessed():
    features, bought = base(200)
    text = features.assign(visits=features["visits"].astype(str))
    with pytest.raises(ValueError, match=r"features.visits is text that holds numbers. Convert it"):
        segments.lookalike(text, bought)
    named = features.assign(kind=np.where(features["kind"] == "a", "1", "2"))
    found = segments.lookalike(named.astype({"kind": "category"}), bought)
    assert set(found.coefficients.index) == {"visits", "kind = 2"}


def test_lookalike_does_not_depend_on_the_order_of_the_rows():
    features, bought = base(300)
    features["visits"] = features["visits"].round()  # with ties at the edges of the groups
    found = segments.lookalike(features, bought)
    mixed = features.sample(frac=1, random_state=4)
    assert segments.lookalike(mixed, bought.sample(frac=1)).table.equals(found.table)
    again = segments.lookalike(mixed, bought).propensity
    assert again.index.equals(mixed.index)
    assert again[features.index].equals(found.propensity)


def test_lift_by_hand():
    from crmlab.segments.lookalike import _lift

    answer = np.array([1, 1, 1, 0, 1, 0, 0, 0])
    table = _lift(np.linspace(1, 0.3, 8), answer, 2, 0.95)
    assert table["bought"].tolist() == [3, 1]
    assert table["estimate"].tolist() == [1.5, 0.5]
    assert table["share_of_buyers"].tolist() == [0.75, 1]
    # Wilson's interval of 3 of 4, .3006 to .9544, over the rate of all, .5.
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx([0.6013, 1.9088], abs=1e-4)


def test_a_list_without_information_has_no_lift():
    _, bought = base()
    rng = np.random.default_rng(6)
    noise = pd.DataFrame({"noise": rng.normal(size=len(bought))})
    found = segments.lookalike(noise, bought)
    assert found.auc["low"] < 0.5
    assert found.auc["high"] < 0.56


def test_area_interval_covers():
    # Normal scores half a standard deviation apart: area Phi(.5/sqrt 2) = .63816.
    from crmlab.segments.lookalike import _area

    rng = np.random.default_rng(7)
    answer = np.repeat([1, 0], [60, 140])
    hits, runs = 0, 1_000
    for _ in range(runs):
        got = _area(rng.normal(size=200) + 0.5 * answer, answer, 0.95)
        hits += got["low"] <= 0.638163 <= got["high"]
    assert abs(hits / runs - 0.95) < 3.9 * np.sqrt(0.95 * 0.05 / runs)


def test_a_feature_that_knows_the_answer_is_named():
    _, bought = base(200)
    with pytest.warns(UserWarning, match="does 'paid' know who bought"):
        segments.lookalike(pd.DataFrame({"paid": 100.0 * bought}), bought)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f, b: (f, b.iloc[:-1]), "different customers"),
        (lambda f, b: (f, b.astype(int) + 1), "not True or False"),
        (
            lambda f, b: (f, b & False),
            "0 of 200 customers did what the model is to learn",
        ),
        (lambda f, b: (f.assign(visits=np.nan), b), "visits: 200 of 200 rows are empty"),
        (lambda f, b: (f, b.map({True: "yes", False: "no"})), "200 of 200 rows are text"),
        (lambda f, b: (f, b.tolist()), "bought is of type list"),
        (lambda f, b: (f.assign(visits=pd.Timestamp("2025-01-01")), b), "are no numbers or text"),
        (lambda f, b: (f.assign(visits="1").iloc[:, :1].astype("category"), b), "the same for"),
        (lambda f, b: (f["visits"], b), "features is of type Series"),
    ],
)
def test_lookalike_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        segments.lookalike(*change(*base(200)))


def test_lookalike_refuses_groups_that_cannot_be():
    with pytest.raises(ValueError, match=r"groups is 201; it must be .* at most 200"):
        segments.lookalike(*base(200), groups=201)
    with pytest.raises(ValueError, match="seed is -1"):
        segments.lookalike(*base(200), seed=-1)


# ---------------------------------------------------------------- bases

RATINGS = pd.DataFrame(
    {"effectiveness": [2, 5, 4, 2], "difficulty": [1, 4, 4, 1]},
    index=["age", "benefits", "lifestyle", "income"],
)


def test_bases_on_the_frontier():
    got = segments.segmentation_bases(RATINGS).table
    assert got["efficient"].to_dict() == {
        "benefits": True,
        "lifestyle": False,
        "age": True,
        "income": True,
    }
    mixed = segments.segmentation_bases(RATINGS[::-1])
    assert mixed == segments.segmentation_bases(RATINGS)
    near = pd.DataFrame({"effectiveness": [0.1 + 0.2, 0.3], "difficulty": [1, 1]})
    assert segments.segmentation_bases(near).table["efficient"].all()
    with pytest.raises(ValueError, match=r"ratings.difficulty: 4 of 4 rows are empty"):
        segments.segmentation_bases(RATINGS.assign(difficulty=np.nan))


# ---------------------------------------------------------------- figures


def words(ax):
    return [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)]


def heights(ax):
    return [patch.get_height() for patch in ax.patches]


def test_grid_says_its_means_in_the_right_fields():
    scores = pd.DataFrame(
        {"recency_score": [1, 1, 2, 3], "frequency_score": [1, 2, 2, 3]}, index=list("ABCD")
    )
    grid = segments.rfm_grid(scores, pd.Series([10, 20, 40, 1_250], index=list("ABCD")))
    ax = grid.plot()
    placed = {text.get_position(): text.get_text() for text in ax.texts}
    nobody = "nobody"
    assert [[placed[column + 0.5, row + 0.5] for column in range(3)] for row in range(3)] == [
        [nobody, nobody, "1.25k\n(1)"],
        [nobody, "40\n(1)", nobody],
        ["10\n(1)", "20\n(1)", nobody],
    ]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["3", "2", "1"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2", "3"]
    assert ax.yaxis_inverted()
    assert ax.get_xlabel() == "frequency score (3 = most often)"
    assert ax.get_ylabel() == "recency score (3 = most recent)"
    assert ax.get_title(loc="left") == grid.title
    assert grid.title == "A customer brings 10 to 1.25k, by recency and frequency"
    colours = ax.collections[0].get_array()
    assert colours.max() == 1_250
    assert colours.reshape(3, 3)[0, 2] == 1_250
    ax.figure.canvas.draw()
    with pytest.raises(ValueError, match="plot_rfm_grid draws a RfmGrid; grid is a DataFrame"):
        segments.plot_rfm_grid(scores)


def test_segments_are_drawn_side_by_side():
    _, features = blobs(90)
    found = segments.cluster(features, 3)
    ax = found.plot()
    bars = ax.patches
    assert [bar.get_width() for bar in bars] == pytest.approx(found.distinct.to_numpy().ravel())
    sizes = found.table["share_of_customers"]
    assert words(ax) == [
        found.title,
        *(f"segment {name}\n{size:.0%} of customers" for name, size in sizes.items()),
    ]
    spread = found.distinct.max() - found.distinct.min()
    widest = "spend" if spread["spend"] > spread["visits"] else "visits"
    assert found.title == f"3 segments differ most in {widest}"
    centres = [text.get_position()[0] for text in ax.texts]
    assert [bars[0].get_x(), bars[2].get_x(), bars[4].get_x()] == pytest.approx(centres)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["spend", "visits"]
    from matplotlib.colors import to_rgba

    for bar in bars:
        name = "value" if bar.get_width() >= 0 else "cost"
        assert bar.get_facecolor() == to_rgba(crm.style.COLOURS[name])


def test_counts_are_drawn_with_the_chosen_marked():
    from crmlab.segments.clusters import _chosen

    tried = _chosen({2: (0.5, 0.85, 0.7, 0.9), 3: (0.6, 0.9, 0.8, 1.0), 4: (0.4, 0.7, 0.6, 0.9)})
    ax = tried.plot()
    assert words(ax) == [
        "3 segments: they come back and lie furthest apart",
        "silhouette",
        "stability",
    ]
    loose = _chosen({2: (0.5, 0.6, 0.4, 0.9), 3: (0.6, 0.7, 0.5, 1.0)})
    assert loose.title == "No number of segments comes back; 3 are the most stable"
    mark, *lines = ax.lines
    assert set(mark.get_xdata()) == {3}
    drawn = [line.get_ydata().tolist() for line in lines]
    assert drawn == [[0.5, 0.6, 0.4], [0.85, 0.9, 0.7]]
    for line, text in zip(lines, ax.texts, strict=True):
        assert line.get_color() == text.get_color()
    band = ax.collections[0].get_datalim(ax.transData)
    assert (band.y0, band.y1) == pytest.approx((0.6, 1.0))


def test_lift_is_drawn_group_by_group():
    from crmlab.segments.lookalike import Lookalike, _area, _lift

    answer = np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0])
    chance = np.linspace(1, 0.1, 10)
    table, area = _lift(chance, answer, 5, 0.95), _area(chance, answer, 0.95)
    effect, scaling = pd.Series({"visits": 1.0}), pd.DataFrame({"mean": [0], "spread": [1]})
    found = Lookalike(table, pd.Series(chance), area, effect, scaling, 0.0, {"visits": []})
    assert found.reach == (0.2, 0.5)
    ax = found.plot()
    assert words(ax) == ["The first 20% of the list reach 50% of the buyers", "picked at random"]
    assert heights(ax) == pytest.approx([2.5, 1.25, 1.25, 0, 0])
    ends = [segment[:, 1].tolist() for segment in ax.collections[0].get_segments()]
    assert np.allclose(ends, table[["low", "high"]])
    assert ax.get_ylabel() == "buyers, as a multiple of average"
    # 23 of 24 pairs of a buyer and another are ranked right.
    assert found.auc["estimate"] == pytest.approx(23 / 24)
    assert found.caption.startswith("A buyer is ranked above another in 96% of pairs (")


def test_bases_are_drawn_where_they_are_rated():
    ax = segments.segmentation_bases(RATINGS).plot()
    assert ax.get_title(loc="left") == "What to segment by: 1 of 4 bases are beaten by another"
    placed = {text.get_text(): tuple(text.xy) for text in ax.texts}
    assert placed == {"benefits": (4, 5), "lifestyle": (4, 4), "age": (1, 2), "income": (1, 2)}
    line = sorted(zip(*ax.lines[0].get_data(), strict=True))
    assert line == [(1, 2), (1, 2), (4, 5)]
    assert (ax.get_xlabel()[:10], ax.get_ylabel()[:13]) == ("difficulty", "effectiveness")
    grey = [
        text.get_text() for text in ax.texts if text.get_color() == crm.style.COLOURS["neutral"]
    ]
    assert grey == ["lifestyle"]
