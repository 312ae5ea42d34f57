import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crmlab as crm

pricing, segments, tiers = crm.pricing, crm.segments, crm.tiers


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
@settings(max_examples=80, deadline=None)
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
            "1 of 2 rows is empty; .*One-time",
        ),
        (pd.DataFrame({"frequency": [1]}), {}, "lacks the column recency, T"),
        (rfm([1, 2], [1, 2], [1, 2]), {"groups": 10}, "from 2 to 9"),
        (rfm([1, 2], [1, 2], [1, 2]), {"ties": "x"}, "ties is 'x'"),
    ],
)
def test_rfm_refuses(summary, options, message):
    with pytest.raises(ValueError, match=message):
        segments.rfm_scores(summary, **options)


def test_break_even_response():
    assert segments.break_even_response(0.60, 45) == pytest.approx(0.60 / 45)
    with pytest.raises(ValueError, match="margin above 0"):
        segments.break_even_response(1, 0)


def test_grid_is_a_mean_per_field():
    rng = np.random.default_rng(3)
    summary = rfm(rng.permutation(60), rng.permutation(60), rng.permutation(60))
    scores, value = segments.rfm_scores(summary), pd.Series(rng.normal(size=60))
    grid = segments.rfm_grid(scores, value)
    inside = (scores["recency_score"] == 5) & (scores["frequency_score"] == 2)
    assert grid.loc[5, 2] == pytest.approx(value[inside].mean())
    assert grid.index[0] == 5
    with pytest.raises(ValueError, match="value: 1 of 60 rows is empty; first row 7"):
        segments.rfm_grid(scores, value.drop(index=7))


# ---------------------------------------------------------------- segments


def test_planted_segments_are_found_in_any_order():
    from sklearn.metrics import adjusted_rand_score

    group, features = blobs()
    found = segments.segments(features, 3)
    assert adjusted_rand_score(group, found.customers) > 0.97
    assert found.profile["customers"].is_monotonic_decreasing
    assert found.profile["customers"].sum() == 300
    assert found.scaling["log"].tolist() == (features.skew() > 1).tolist()
    mixed = segments.segments(features.sample(frac=1, random_state=2), 3)
    assert mixed.customers[features.index].equals(found.customers)


def test_scaling_makes_the_unit_irrelevant():
    _, features = blobs()
    first = segments.segments(features, 3, log="none").customers
    assert segments.segments(features * [100, 0.5], 3, log="none").customers.equals(first)


def test_the_planted_count_is_chosen_and_quick_work_shows_no_progress_bar(capsys):
    _, features = blobs()
    tried = segments.choose_segment_count(features, counts=[2, 3, 4, 5], draws=8)
    assert capsys.readouterr() == ("", "")
    assert tried.index[tried["chosen"]].tolist() == [3]
    assert tried.loc[3, "estimate"] > 0.95
    assert (tried["low"] <= tried["high"]).all()


@pytest.mark.parametrize(
    ("features", "count", "message"),
    [
        (pd.DataFrame({"a": [1, 1, 2]}), 3, "from 2 to 2"),
        (pd.DataFrame({"a": [1, 2, 3]}), 1, "count is 1"),
        (pd.DataFrame({"a": [1, 1, 1]}), 2, "'a' is the same for everybody"),
        (pd.DataFrame({"a": [1, None, 3]}), 2, "features.a: 1 of 3 rows is empty; first row 1"),
        (pd.DataFrame({"a": list("xyz")}), 2, "3 of 3 rows are not numeric; first row 0: 'x'"),
        (pd.DataFrame(), 2, "features has no rows"),
    ],
)
def test_segments_refuse(features, count, message):
    with pytest.raises(ValueError, match=message):
        segments.segments(features, count)


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
    assert found.lift["customers"].sum() == 1_500
    assert found.lift["bought"].sum() == bought.sum()
    assert found.lift["share_of_buyers"].iloc[-1] == 1
    assert found.lift["low"].iloc[0] > 1.5
    assert found.coefficients.index[0] == "visits"
    assert np.average(found.lift["estimate"], weights=found.lift["customers"]) == pytest.approx(1)
    counted = mannwhitneyu(found.propensity[bought], found.propensity[~bought]).statistic
    assert found.auc["estimate"] == pytest.approx(counted / bought.sum() / (~bought).sum())


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
        (lambda f, b: (f, b.astype(int) + 1), "not 0 or 1"),
        (lambda f, b: (f, b & False), "0 of 200 customers bought"),
        (lambda f, b: (f.assign(visits=np.nan), b), "visits: 200 of 200 rows are empty"),
    ],
)
def test_lookalike_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        segments.lookalike(*change(*base(200)))
