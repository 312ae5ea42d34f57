import numpy as np
import pandas as pd
import pytest

import crmlab as crm

pricing, segments, tiers = crm.pricing, crm.segments, crm.tiers


# ---------------------------------------------------------------- migration


def blobs(size=300, seed=1):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 3, size)
    spend = np.exp(np.array([2.0, 4.0, 6.0])[group] + 0.2 * rng.normal(size=size))
    visits = rng.poisson(np.array([2, 30, 5])[group])
    return group, pd.DataFrame({"spend": spend, "visits": visits})


def base(size=1_500, seed=5):
    rng = np.random.default_rng(seed)
    features = pd.DataFrame({"visits": rng.normal(size=size), "kind": rng.choice(["a", "b"], size)})
    odds = -1.5 + 1.2 * features["visits"] + (features["kind"] == "b")
    return features, pd.Series(rng.random(size) < 1 / (1 + np.exp(-odds)))


def moved(counts, names, lost=None):
    before, after = [], []
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            before += [names[i]] * count
            after += [names[j]] * count
    after = pd.Series(after)
    return pd.Series(before), after[after != lost]


def test_migration_counts_the_lost_and_the_new():
    before = pd.Series({"A": "key", "B": "key", "C": "small", "D": "small"})
    after = pd.Series({"A": "key", "C": "key", "D": "small", "E": "small", "F": "key"})
    moves = tiers.migration(before, after)
    assert moves.matrix.loc["key"].tolist() == [0.5, 0, 0.5]
    assert moves.matrix.loc["small"].tolist() == [0.5, 0.5, 0]
    assert moves.entered.to_dict() == {"key": 1, "small": 1}
    assert moves.moves["customers"].sum() == len(before)
    with pytest.raises(ValueError, match="before: 1 of 4 rows is not in after; first row 'B'"):
        tiers.migration(before, after, lost=None)


def test_migration_keeps_the_order_of_the_tiers():
    value = pd.Series(range(1, 41))
    first = tiers.pyramid(value).customers["tier"]
    second = tiers.pyramid(value[::-1].set_axis(value.index)).customers["tier"]
    moves = tiers.migration(first, second)
    assert list(moves.matrix.columns) == ["key", "ordinary", "small"]
    assert np.allclose(moves.matrix.sum(axis=1), 1)
    shuffled = tiers.migration(first.sample(frac=1, random_state=1), second)
    assert shuffled.moves.equals(moves.moves)


def test_a_tier_nobody_left_from_is_unknown():
    with pytest.warns(UserWarning, match="nobody was in small before"):
        moves = tiers.migration(pd.Series(["key", "key"]), pd.Series(["key", "small"]))
    assert moves.matrix.loc["small"].isna().all()
    with pytest.raises(ValueError, match="no customers before"):
        tiers.steady_state(moves)


def test_migration_refuses():
    with pytest.raises(ValueError, match="before: 1 of 2 rows has no tier; first row 1"):
        tiers.migration(pd.Series(["a", None]), pd.Series(["a", "a"]))
    with pytest.raises(ValueError, match="repeats an earlier id"):
        tiers.migration(pd.Series(["a", "b"], index=["A", "A"]), pd.Series(["a"]))


def test_long_run_of_two_tiers():
    moves = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], ["a", "b"], ["a", "b"])
    assert tiers.steady_state(moves)["estimate"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_long_run_against_many_steps():
    rng = np.random.default_rng(8)
    names = list("abcd")
    moves = pd.DataFrame(rng.dirichlet(np.ones(4), 4), names, names)
    power = np.linalg.matrix_power(moves.to_numpy(), 200)[0]
    assert np.allclose(tiers.steady_state(moves)["estimate"], power)


def test_long_run_with_losses_replaced():
    names = ["key", "small", "lost"]
    before, after = moved([[60, 20, 20], [10, 60, 30]], names, lost="lost")
    moves = tiers.migration(before, after)
    with pytest.raises(ValueError, match="nobody enters"):
        tiers.steady_state(moves)
    got = tiers.steady_state(moves, entries=pd.Series({"small": 1.0}))
    # key loses .4 and gains .1 of small: .4 key = .1 small.
    assert got["estimate"].tolist() == pytest.approx([0.2, 0.8])
    assert (got["low"] < got["estimate"]).all()
    assert (got["estimate"] < got["high"]).all()
    with pytest.raises(ValueError, match="entries names"):
        tiers.steady_state(moves, entries={"gold": 1})


def test_tiers_that_never_meet_have_no_long_run():
    moves = pd.DataFrame(np.eye(2), ["a", "b"], ["a", "b"])
    with pytest.raises(ValueError, match="depends on the start"):
        tiers.steady_state(moves)
    with pytest.raises(ValueError, match="add up to one"):
        tiers.steady_state(moves * 0.9)


def test_intervals_of_moves_and_long_run_cover():
    # Two tiers, .8/.2 and .1/.9, 60 and 120 customers: long run 1/3.
    rng = np.random.default_rng(9)
    moves, shares, runs = 0, 0, 300
    for _ in range(runs):
        stay, rise = rng.binomial(60, 0.8), rng.binomial(120, 0.1)
        counted = tiers.migration(*moved([[stay, 60 - stay], [rise, 120 - rise]], ["key", "small"]))
        row = counted.moves.loc[("key", "key")]
        moves += row["low"] <= 0.8 <= row["high"]
        got = tiers.steady_state(counted, draws=400).loc["key"]
        shares += got["low"] <= 1 / 3 <= got["high"]
    limit = 3.9 * np.sqrt(0.95 * 0.05 / runs)
    assert abs(moves / runs - 0.95) < limit
    assert abs(shares / runs - 0.95) < limit


def test_value_of_a_chain_published():
    # Pfeifer & Carraway (2000), Journal of Interactive Marketing 14(2): purchase probabilities
    # .3, .2, .15, .05 by recency, net contribution 40, mailing 4, discount rate .2, four periods.
    chance = [0.3, 0.2, 0.15, 0.05]
    moves = pd.DataFrame(0.0, range(5), range(5))
    for state, p in enumerate(chance):
        moves.iloc[state, 0], moves.iloc[state, state + 1] = p, 1 - p
    moves.iloc[4, 4] = 1
    profit = [36, -4, -4, -4, 0]
    got = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, periods=5)["estimate"]
    assert got.round(3).tolist() == [50.115, 4.220, 0.592, -1.980, 0]
    for_ever = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2)["estimate"]
    long = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, periods=400)["estimate"]
    assert np.allclose(for_ever, long)
    later = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, first="end")["estimate"]
    assert np.allclose(later * 1.2, for_ever)
    no_row = tiers.tier_value(moves.drop(index=4), dict(enumerate(profit[:4])), rate=0.2)
    assert np.allclose(no_row["estimate"], for_ever[:4])


def test_a_policy_may_leave_out_the_row_of_the_lost():
    now = pd.DataFrame(
        {"key": [0.8, 0.1], "small": [0.1, 0.7], "lost": [0.1, 0.2]}, ["key", "small"]
    )
    profit = {"key": 100, "small": 10}
    policy = now.copy()
    policy.loc["key"] = [0.85, 0.1, 0.05]
    value, then = (tiers.tier_value(moves, profit, rate=0.1) for moves in (now, policy))
    # (I - P/1.1)^-1 R by hand: determinants of the two by two matrices.
    a, b, c, d = 1 - 0.8 / 1.1, -0.1 / 1.1, -0.1 / 1.1, 1 - 0.7 / 1.1
    assert value.loc["key", "estimate"] == pytest.approx((d * 100 - b * 10) / (a * d - b * c))
    assert tiers.policy_value(value, then, {"key": 5, "small": 9}, cost={})["gain"].gt(0).all()
    with pytest.raises(ValueError, match="same tiers"):
        tiers.tier_value(now[["lost", "key", "small"]], profit, rate=0.1)


def test_value_without_discount_or_losses_never_ends():
    moves = pd.DataFrame([[0.5, 0.5], [0.5, 0.5]], ["a", "b"], ["a", "b"])
    with pytest.raises(ValueError, match="never ends"):
        tiers.tier_value(moves, {"a": 1, "b": 0}, rate=0)
    with pytest.raises(ValueError, match="profit: 1 of 2 rows is empty; first row 'b'"):
        tiers.tier_value(moves, {"a": 1}, rate=0.1)


def test_value_from_counts_brackets_the_estimate():
    before, after = moved([[60, 20, 20], [10, 60, 30]], ["key", "small", "lost"], lost="lost")
    got = tiers.tier_value(tiers.migration(before, after), {"key": 100, "small": 10}, rate=0.1)
    # By hand: solve V = R + P V / 1.1 for the two tiers.
    by_hand = np.linalg.solve(np.eye(2) - np.array([[0.6, 0.2], [0.1, 0.6]]) / 1.1, [100, 10])
    assert got["estimate"].tolist() == pytest.approx(by_hand.tolist())
    assert (got["low"] < got["estimate"]).all()
    assert (got["estimate"] < got["high"]).all()


def test_policy_value_by_hand():
    names = ["key", "small"]
    now = pd.DataFrame({"estimate": [200.0, 20.0]}, index=names)
    then = pd.DataFrame({"estimate": [260.0, 20.0]}, index=names)
    got = tiers.policy_value(now, then, {"key": 10, "small": 90}, cost={"key": 40})
    assert got["gain"].tolist() == [200, 0]
    with pytest.raises(ValueError, match="cost names"):
        tiers.policy_value(now, then, {"key": 10, "small": 90}, cost={"gold": 1})


# ---------------------------------------------------------------- figures


def test_figures_draw():
    import matplotlib.pyplot as plt

    _, features = blobs(60)
    before, after = moved([[6, 2, 2], [1, 6, 3]], ["key", "small", "lost"], lost="lost")
    for axes in (
        segments.plot_segments(segments.segments(features, 3)),
        segments.plot_segment_counts(
            segments.choose_segment_count(features, counts=[2, 3], draws=2)
        ),
        tiers.plot_migration(tiers.migration(before, after)),
        segments.plot_lift(segments.lookalike(*base(200), groups=5)),
    ):
        assert axes.get_title(loc="left")
        axes.figure.canvas.draw()
    plt.close("all")


def test_ids_as_numbers_here_and_text_there_lose_nobody_in_silence():
    before = pd.Series(["key", "small"], index=["7", "8"])
    with pytest.raises(ValueError, match="before and after have no id in common"):
        tiers.migration(before, before.rename(index=int))
    with pytest.raises(ValueError, match="before is a Pyramid; give the tier"):
        tiers.migration(tiers.pyramid({"Ann": 85, "Bo": 12, "Cy": 3}), before)


def test_a_tier_nobody_holds_does_not_disturb_the_moves():
    held = pd.Categorical(["key", "small"], categories=["key", "ordinary", "small"], ordered=True)
    tier = pd.Series(held, index=["Ann", "Bo"])
    assert tiers.migration(tier, tier).matrix.to_numpy().tolist() == [[1, 0], [0, 1]]
