"""Whom to treat: effects by group, foreseen effects and curves, against exact cases and lots."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from crmlab.evidence import foresee, targeting_curve, trial_effect, uplift


def trial(seed=0, size=400):
    """The effect is 0 for the first half of x and 8 for the second."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"customer_id": [f"C{i:04}" for i in range(size)]})
    frame["treated"] = rng.permutation(np.resize([0, 1], size))
    frame["x"] = rng.permutation(np.arange(size))
    frame["kind"] = np.where(frame["x"] < size / 2, "cold", "warm")
    frame["spent"] = 10 + 8 * frame["treated"] * (frame["kind"] == "warm") + rng.normal(0, 3, size)
    return frame


def wide(curve):
    return curve.table.pivot(index="share", columns="ranking", values="gain")


def test_each_group_has_its_effect_as_if_alone():
    frame = trial()
    found = uplift(frame, "spent", by="kind")
    for kind, part in frame.groupby("kind"):
        alone = trial_effect(part, "spent")
        row = found.table.loc[kind]
        names = ["estimate", "low", "high"]
        assert list(row[names]) == pytest.approx(list(alone.table.loc[1, names]))
        assert row["without"] == pytest.approx(alone.control["mean"])
        assert row["treated"] == (part["treated"] == 1).sum()
        assert row["control"] == (part["treated"] == 0).sum()
    assert found.average == pytest.approx(trial_effect(frame, "spent").table["estimate"][1])


def test_two_groups_differ_as_two_effects_do():
    """For two groups Cochran's Q is the square of the z of their difference."""
    found = uplift(trial(), "spent", by="kind")
    frame = trial()
    var = frame.groupby(["kind", "treated"])["spent"].agg(lambda s: s.var() / len(s)).sum()
    z = (found["estimate"]["warm"] - found["estimate"]["cold"]) / var**0.5
    assert found.differ == pytest.approx(2 * stats.norm.sf(abs(z)))


def test_equal_effects_are_called_different_as_often_as_agreed():
    rng, seen = np.random.default_rng(3), 0
    for _ in range(400):
        frame = pd.DataFrame({"treated": rng.integers(0, 2, 300), "kind": rng.integers(0, 3, 300)})
        frame["bought"] = rng.random(300) < 0.3 + 0.1 * frame["treated"]
        seen += uplift(frame, "bought", by="kind").differ < 0.05
    assert 8 <= seen <= 36


def test_a_group_that_is_harmed_is_named():
    frame = trial()
    frame.loc[frame["kind"] == "cold", "spent"] -= 5 * frame["treated"]
    found = uplift(frame, "spent", by="kind")
    assert found.harmed == ["cold"]
    assert found.title == "The action harms: cold"
    axes = found.plot()
    assert axes.get_title("left") == found.title
    colours = [box.lines[0].get_color() for box in axes.containers]
    assert colours == ["#D55E00", "#009E73"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["cold", "warm"]
    assert [box.lines[0].get_xdata()[0] for box in axes.containers] == list(found["estimate"])
    assert axes.lines[-1].get_xdata()[0] == found.average
    assert axes.get_legend().get_texts()[0].get_text() == "average effect"
    assert axes.get_xlabel() == "effect on spent"


def test_titles_say_whether_groups_differ():
    frame = trial()
    assert uplift(frame, "spent", by="kind").title == (
        "The effect differs between groups (p = 0.001)"
    )
    frame["half"] = np.arange(len(frame)) % 2
    found = uplift(frame, "spent", by="half")
    assert found.differ > 0.05
    assert found.title == "The groups do not show different effects"
    assert found.caption.startswith("400 customers; effects so unequal by chance alone: p = 0.")


def test_groups_keep_the_order_of_a_category_and_sort_otherwise():
    frame = trial()
    frame["kind"] = pd.Categorical(frame["kind"], ["warm", "none", "cold"])
    assert list(uplift(frame, "spent", by="kind").table.index) == ["warm", "cold"]
    frame["many"] = frame["x"] % 11
    assert list(uplift(frame, "spent", by="many").table.index) == list(range(11))


def test_foreseen_effects_follow_the_true_ones():
    frame = trial(1, 4000)
    frame["spent"] = 5 + frame["x"] / 100 + frame["treated"] * frame["x"] / 200
    found = foresee(frame, "spent", covariates=["x"])
    assert found.index.equals(frame.index)
    assert np.allclose(found["effect"], frame["x"] / 200)
    assert np.allclose(found["without"], 5 + frame["x"] / 100)


def test_nobody_is_foreseen_by_her_own_outcome():
    frame = trial(2, 60)
    before = foresee(frame, "spent", covariates=["x", "kind"])
    frame.loc[7, "spent"] += 1000
    after = foresee(frame, "spent", covariates=["x", "kind"])
    changed = (before != after).any(axis=1)
    assert not changed[7]
    assert changed.sum() >= 30


def test_the_gain_is_counted_among_the_first_of_each_ranking():
    """By hand: the first half of 4 pairs is 2 pairs."""
    frame = pd.DataFrame({"treated": [1, 0] * 20, "rank": np.repeat(np.arange(20), 2)})
    frame["spent"] = 5.0 + frame["treated"] * (frame["rank"] >= 15) * 6
    frame.loc[frame["rank"] % 2 == 0, "spent"] += 1
    curve = targeting_curve(frame, "spent", rankings=["rank"], cost=1)
    gain = wide(curve)["rank"]
    assert gain[0] == 0
    assert gain[0.2] == pytest.approx(8 * (6 - 1))
    assert gain[0.5] == pytest.approx(20 * (6 * 5 / 10 - 1))
    assert gain[1.0] == pytest.approx(40 * (6 * 5 / 20 - 1))
    assert curve.rankings.loc["rank", ["best_share", "best_gain"]].tolist() == [0.3, 48]
    first = frame[frame["rank"] >= 10]
    alone = trial_effect(first, "spent").table.loc[1]
    row = curve.table.query("ranking == 'rank' and share == 0.5").iloc[0]
    parts = [first["spent"][first["treated"] == arm] for arm in (0, 1)]
    error = 20 * sum(part.var() / len(part) for part in parts) ** 0.5
    assert row["gain"] == pytest.approx(20 * (alone["estimate"] - 1))
    assert row["high"] - row["gain"] == pytest.approx(1.959964 * error)
    assert row["gain"] - row["low"] == pytest.approx(1.959964 * error)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(0, 5))
def test_random_is_straight_and_so_is_a_ranking_that_says_nothing(seed, cost):
    frame = trial(seed, 300).assign(same=3.0)
    curve = targeting_curve(frame, "spent", rankings=["same", "x"], cost=cost)
    gains = wide(curve)
    line = gains["random"][1.0] * gains.index
    assert np.allclose(gains["random"], line)
    assert np.allclose(gains["same"], line)
    assert np.isclose(gains["x"][1.0], gains["random"][1.0])
    assert curve.rankings.loc["same", "above_random"] == pytest.approx(0, abs=1e-9)
    assert curve.rankings.loc["random", "best_gain"] == pytest.approx(max(0, line.max()))


def test_with_one_effect_for_all_every_ranking_is_random():
    """Exact: pairs alike but for the treatment, each worth 3 more by it."""
    frame = pd.DataFrame({"treated": [1, 0] * 100, "rank": np.repeat(np.arange(100), 2)})
    frame["spent"] = frame["rank"] % 7 + 3.0 * frame["treated"]
    curve = targeting_curve(frame, "spent", rankings=["rank"], cost=1)
    gains = wide(curve)
    assert np.allclose(gains["rank"], gains["random"])
    assert np.allclose(gains["random"], 200 * (3 - 1) * gains.index)


def test_the_height_above_random_is_the_mean_of_the_differences_and_holds_the_truth():
    curve = targeting_curve(trial(), "spent", rankings=["x"], cost=2)
    gains = wide(curve)
    height = np.trapezoid(gains["x"] - gains["random"], gains.index)
    assert curve.rankings["above_random"]["x"] == pytest.approx(height)
    heights, held = [], []
    for seed in range(300):
        row = targeting_curve(trial(seed, 200), "spent", rankings=["x"]).rankings.loc["x"]
        heights.append(row["above_random"])
        held.append(row["low"] <= TRUE_HEIGHT * 200 <= row["high"])
    error = np.std(heights) / len(heights) ** 0.5
    assert abs(np.mean(heights) - TRUE_HEIGHT * 200) < 3.5 * error
    assert 0.91 <= np.mean(held) <= 0.98


# per customer: treating the first share q by x gains 8 min(q, 1/2), at random 4 q
TRUE_HEIGHT = np.trapezoid(8 * np.minimum(np.arange(11) / 10, 0.5) - 0.4 * np.arange(11), dx=0.1)


def test_neither_row_order_nor_rounding_moves_a_curve():
    frame = trial()
    frame["sum"] = 0.1 + 0.2 * (frame["x"] // 50)
    frame["also"] = frame["sum"] + 1e-15 * (frame["x"] % 3)
    names = ["sum", "also"]
    one = targeting_curve(frame, "spent", rankings=names)
    two = targeting_curve(frame.sample(frac=1, random_state=1), "spent", rankings=names)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.rankings, two.rankings)
    assert np.allclose(wide(one)["sum"], wide(one)["also"])
    mixed = frame.sample(frac=1, random_state=2)
    left = foresee(frame, "spent", covariates=["x", "kind"])
    right = foresee(mixed, "spent", covariates=["x", "kind"])
    pd.testing.assert_frame_equal(left, right.loc[left.index])


def test_what_a_curve_says_and_draws():
    frame = trial().assign(last=lambda f: f["customer_id"].str[-1].astype(int))
    curve = targeting_curve(frame, "spent", rankings=["x", "last"], cost=2)
    assert curve.best == "x"
    assert curve.title == "Ranking by x beats treating at random"
    assert curve.caption == "Net gain in spent of 400 customers, less 2 for each one treated."
    axes = curve.plot()
    assert axes.get_title("left") == curve.title
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert texts == ["x", "last", "random"]
    gains = wide(curve)
    for line, name in zip(axes.lines, texts, strict=False):
        assert np.allclose(line.get_ydata(), gains[name])
        assert np.allclose(line.get_xdata(), gains.index)
        assert (line.get_linestyle() == "--") == (name == "random")
    assert axes.get_xlabel() == "share of the customers treated, the first of each ranking"
    assert axes.get_ylabel() == "net gain: spent less cost"


def test_shares_too_small_to_compare_are_left_out():
    frame = pd.DataFrame({"treated": [1, 1, 1, 0, 0, 0, 1, 0, 1, 0], "x": np.arange(10, 0, -1)})
    frame["spent"] = [9.0, 8, 7, 3, 2, 1, 5, 4, 6, 0]
    curve = targeting_curve(frame, "spent", rankings=["x"])
    gains = wide(curve)
    assert list(gains.index) == [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    assert gains["x"][0.5] == pytest.approx(5 * (8 - 2.5))
    height = np.trapezoid(gains["x"] - gains["random"], gains.index)
    assert curve.rankings["above_random"]["x"] == pytest.approx(height)


def test_a_ranking_by_luck_is_not_praised():
    frame = trial().assign(luck=lambda f: f["customer_id"].str[-1].astype(int))
    frame["spent"] = np.random.default_rng(5).normal(size=len(frame))
    curve = targeting_curve(frame, "spent", rankings=["luck"])
    assert curve.title == "No ranking clearly beats treating at random"


def refused(said, function, frame, **options):
    with pytest.raises(ValueError, match=said):
        function(frame, "spent", **options)


def test_what_cannot_be_ranked_or_grouped():
    frame = trial()
    refused("lacks the column y", targeting_curve, frame, rankings=["y"])
    refused("must name columns", targeting_curve, frame, rankings=[])
    refused("must name columns", targeting_curve, frame, rankings=["random"])
    refused("must name columns", targeting_curve, frame, rankings=["x", "x"])
    refused("not numeric", targeting_curve, frame, rankings=["kind"])
    refused("cost is -1", targeting_curve, frame, rankings=["x"], cost=-1)
    refused("customers have 0", targeting_curve, frame.query("treated == 1"), rankings=["x"])
    twice = pd.concat([frame, frame.iloc[:1]])
    refused("in the trial twice", targeting_curve, twice, rankings=["x"])
    refused("lacks the column y", uplift, frame, by="y")
    refused("no group has two customers treated.*Merge small groups", uplift, frame, by="x")
    refused("is empty", uplift, frame.assign(kind=frame["kind"].where(frame["x"] > 0)), by="kind")
    refused("nobody was treated", uplift, frame.assign(treated=0), by="kind")
    refused("covariates is empty", foresee, frame, covariates=[])
    refused("lacks the column y", foresee, frame, covariates=["y"])
    refused("too few to learn", foresee, frame[::80], covariates=["kind", "x"])
    refused("seed is -1", foresee, frame, covariates=["x"], seed=-1)


def test_groups_too_small_to_tell_are_left_out_and_named():
    frame = pd.DataFrame({"treated": [1, 1, 0, 0] * 2 + [1, 0, 0], "kind": list("aaaabbbbccc")})
    frame["spent"] = [5.0, 7, 1, 2, 9, 9, 4, 5, 1, 2, 3]
    found = uplift(frame, "spent", by="kind")
    assert list(found.table.index) == ["a", "b"]
    assert found.left_out == ["c"]
    assert found.caption.endswith("Left out, too small: c.")
    assert found.caption.startswith("8 customers")
    frame["spent"] = [5.0, 7, 1, 2, 9, 9, 4, 4, 1, 2, 3]
    assert uplift(frame, "spent", by="kind").left_out == ["b", "c"]
    frame["spent"] = (frame["spent"] > 4) * 1
    assert uplift(frame, "spent", by="kind").left_out == ["c"]
