import numpy as np
import pandas as pd
import pytest

import crmlab as crm

tiers = crm.tiers


# ---------------------------------------------------------------- migration


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
    assert moves.table["customers"].sum() == len(before)
    with pytest.raises(ValueError, match="before: 1 of 4 rows is not in after; first row 'B'"):
        tiers.migration(before, after, lost=None)


def test_all_who_stayed_need_no_name_for_the_lost():
    tier = pd.Series(["a", "b", "b"])
    moves = tiers.migration(tier, tier, lost=None)
    assert moves.matrix.to_numpy().tolist() == [[1, 0], [0, 1]]
    assert moves.entered.to_dict() == {"a": 0, "b": 0}


def test_migration_keeps_the_order_of_the_tiers():
    value = pd.Series(range(1, 41))
    first = tiers.pyramid(value).tier
    second = tiers.pyramid(value[::-1].set_axis(value.index)).tier
    moves = tiers.migration(first, second)
    assert list(moves.matrix.columns) == ["key", "ordinary", "small"]
    assert np.allclose(moves.matrix.sum(axis=1), 1)
    shuffled = tiers.migration(first.sample(frac=1, random_state=1), second)
    assert shuffled.table.equals(moves.table)


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


def covered(hits, runs, coverage=0.8):
    """Neither too few nor too many: seen once in about 10,000 tests if coverage is right."""
    return abs(hits / runs - coverage) < 3.9 * np.sqrt(coverage * (1 - coverage) / runs)


def test_intervals_of_moves_of_the_long_run_and_of_values_cover():
    # Two tiers, .8/.2 and .1/.9, 60 and 120 customers: long run 1/3; profits 100 and 10, 10 %.
    value = np.linalg.solve(np.eye(2) - np.array([[0.8, 0.2], [0.1, 0.9]]) / 1.1, [100, 10])
    rng = np.random.default_rng(9)
    hits, runs = np.zeros(3), 150
    for _ in range(runs):
        stay, rise = rng.binomial(60, 0.8), rng.binomial(120, 0.1)
        counts = [[stay, 60 - stay], [rise, 120 - rise]]
        counted = tiers.migration(*moved(counts, ["key", "small"]), confidence=0.8)
        profit = {"key": 100, "small": 10}
        found = (
            (counted.table.loc[("key", "key")], 0.8),
            (tiers.steady_state(counted).loc["key"], 1 / 3),
            (tiers.tier_value(counted, profit, rate=0.1, first="start").loc["key"], value[0]),
        )
        hits += [got["low"] <= truth <= got["high"] for got, truth in found]
    assert all(covered(hit, runs) for hit in hits)


def test_value_of_a_chain_published():
    # Pfeifer & Carraway (2000), Journal of Interactive Marketing 14(2): purchase probabilities
    # .3, .2, .15, .05 by recency, net contribution 40, mailing 4, discount rate .2, four periods.
    chance = [0.3, 0.2, 0.15, 0.05]
    moves = pd.DataFrame(0.0, range(5), range(5))
    for state, p in enumerate(chance):
        moves.iloc[state, 0], moves.iloc[state, state + 1] = p, 1 - p
    moves.iloc[4, 4] = 1
    profit = [36, -4, -4, -4, 0]
    got = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, first="start", periods=5)[
        "estimate"
    ]
    assert got.round(3).tolist() == [50.115, 4.220, 0.592, -1.980, 0]
    for_ever = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, first="start")["estimate"]
    long = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, first="start", periods=400)[
        "estimate"
    ]
    assert np.allclose(for_ever, long)
    later = tiers.tier_value(moves, dict(enumerate(profit)), rate=0.2, first="end")["estimate"]
    assert np.allclose(later * 1.2, for_ever)
    no_row = tiers.tier_value(
        moves.drop(index=4), dict(enumerate(profit[:4])), rate=0.2, first="start"
    )
    assert np.allclose(no_row["estimate"], for_ever[:4])


def test_a_policy_may_leave_out_the_row_of_the_lost():
    now = pd.DataFrame(
        {"key": [0.8, 0.1], "small": [0.1, 0.7], "lost": [0.1, 0.2]}, ["key", "small"]
    )
    profit = {"key": 100, "small": 10}
    policy = now.copy()
    policy.loc["key"] = [0.85, 0.1, 0.05]
    value, then = (
        tiers.tier_value(moves, profit, rate=0.1, first="start") for moves in (now, policy)
    )
    # (I - P/1.1)^-1 R by hand: determinants of the two by two matrices.
    a, b, c, d = 1 - 0.8 / 1.1, -0.1 / 1.1, -0.1 / 1.1, 1 - 0.7 / 1.1
    assert value.loc["key", "estimate"] == pytest.approx((d * 100 - b * 10) / (a * d - b * c))
    assert tiers.policy_value(value, then, {"key": 5, "small": 9}, cost={})["gain"].gt(0).all()
    mixed = tiers.tier_value(now[["lost", "small", "key"]], profit, rate=0.1, first="start")
    assert np.allclose(mixed, value)


def test_value_without_discount_or_losses_never_ends():
    moves = pd.DataFrame([[0.5, 0.5], [0.5, 0.5]], ["a", "b"], ["a", "b"])
    with pytest.raises(ValueError, match="never ends"):
        tiers.tier_value(moves, {"a": 1, "b": 0}, rate=0, first="start")
    with pytest.raises(ValueError, match="profit names no 'b'; give a number for each of"):
        tiers.tier_value(moves, {"a": 1}, rate=0.1, first="start")


def test_value_from_counts_brackets_the_estimate():
    before, after = moved([[60, 20, 20], [10, 60, 30]], ["key", "small", "lost"], lost="lost")
    got = tiers.tier_value(
        tiers.migration(before, after), {"key": 100, "small": 10}, rate=0.1, first="start"
    )
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


def test_ids_as_numbers_here_and_text_there_lose_nobody_in_silence():
    before = pd.Series(["key", "small"], index=["7", "8"])
    with pytest.raises(ValueError, match="before and after have no id in common"):
        tiers.migration(before, before.rename(index=int))


def test_a_tier_nobody_holds_does_not_disturb_the_moves():
    held = pd.Categorical(["key", "small"], categories=["key", "ordinary", "small"], ordered=True)
    tier = pd.Series(held, index=["Ann", "Bo"])
    assert tiers.migration(tier, tier).matrix.to_numpy().tolist() == [[1, 0], [0, 1]]


def two_pyramids():
    value = pd.Series(range(1, 41), index=[f"c{number:02}" for number in range(40)])
    return tiers.pyramid(value), tiers.pyramid(value[::-1].set_axis(value.index)[5:])


def test_two_pyramids_are_compared_as_they_are():
    before, after = two_pyramids()
    moves = tiers.migration(before, after)
    assert moves == tiers.migration(before.tier, after.tier)
    assert moves.confidence == 0.95
    assert moves.counts.to_numpy().sum() == 40
    assert moves.counts["lost"].sum() == 5


def sure(moves):
    return (moves["low"] <= moves["estimate"]).all() and (moves["estimate"] <= moves["high"]).all()


def test_intervals_hold_their_estimate_where_nobody_moved():
    before, after = moved([[9, 1, 0], [0, 9, 1], [1, 0, 9]], list("abc"))
    moves = tiers.migration(before, after, confidence=0.5)
    assert sure(moves.table)
    assert sure(tiers.steady_state(moves))
    value = tiers.tier_value(moves, {"a": 9, "b": 3, "c": 0}, rate=0.1, first="start")
    assert sure(value)
    # Everybody ends in b: the estimate of a is 0, which no draw reaches.
    before, after = moved([[0, 5], [0, 5]], list("ab"))
    got = tiers.steady_state(tiers.migration(before, after))
    assert got["estimate"].tolist() == [0, 1]
    assert sure(got)


def test_confidence_is_that_of_the_migration():
    tables = [[60, 40], [10, 90]]
    wide, narrow = (
        tiers.migration(*moved(tables, ["key", "small"]), confidence=confidence)
        for confidence in (0.95, 0.5)
    )
    profit = {"key": 100, "small": 10}
    for measure in (
        tiers.steady_state,
        lambda moves: tiers.tier_value(moves, profit, rate=0.1, first="start"),
    ):
        ratio = (measure(wide)["high"] - measure(wide)["low"]) / (
            measure(narrow)["high"] - measure(narrow)["low"]
        )
        # Normal quantiles of 97.5 and 75 %: 1.960 and .674.
        assert ratio.tolist() == pytest.approx([1.96 / 0.6745] * 2, rel=0.1)


def test_value_is_that_of_the_chain():
    moves = tiers.migration(*moved([[6, 2, 2], [1, 6, 3]], ["key", "small", "lost"], lost="lost"))
    profit = pd.Series({"key": 100, "small": 10})
    for options in ({"first": "end"}, {"first": "start", "periods": 3}):
        chain = crm.lifetime_value.markov_value(moves.matrix, profit, rate=0.2, **options)
        value = tiers.tier_value(moves, profit, rate=0.2, **options)
        assert value["estimate"].tolist() == pytest.approx(chain.tolist())


TIER = pd.Series(["a", "b"])
SQUARE = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], ["a", "b"], ["a", "b"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tiers.migration([1], [1]), "before is a list; give a Pyramid"),
        (lambda: tiers.migration(SQUARE, SQUARE), "before is a DataFrame; give a Pyramid"),
        (lambda: tiers.migration(pd.Series([]), pd.Series(["a"])), "before is empty"),
        (
            lambda: tiers.migration(pd.Series(["a"]), pd.Series(["a"]), confidence="high"),
            "confidence is 'high'",
        ),
        (lambda: tiers.migration(TIER, TIER, lost=""), "lost is ''; give the state a name"),
        (lambda: tiers.migration(TIER, TIER, lost=[0]), "lost is .0.; give the state a name"),
        (
            lambda: tiers.steady_state(
                tiers.migration(TIER, TIER), entries=pd.Series([1, 2], index=["a", "a"])
            ),
            "entries: 1 of 2 rows repeats",
        ),
        (lambda: tiers.steady_state("moves"), "moves is of type str"),
        (lambda: tiers.steady_state(SQUARE, entries={"a": 1}), "entries replace the lost of a"),
        (lambda: tiers.steady_state(SQUARE[["b", "a"]]), "the same tiers, in the same order"),
        (lambda: tiers.steady_state(SQUARE.astype(str)), "moves.a: 2 of 2 rows are not numeric"),
        (
            lambda: tiers.tier_value(SQUARE, [1, 2], rate=0.1, first="start"),
            "profit is a list; give a number by name",
        ),
        (
            lambda: tiers.tier_value(SQUARE, {"a": 1, "b": "x"}, rate=0.1, first="start"),
            "profit: 1 of 2 rows is not numeric",
        ),
        (
            lambda: tiers.tier_value(SQUARE, {"a": 1, "b": 2, "c": 3}, rate=0.1, first="start"),
            "profit names 'c', which has no row",
        ),
        (
            lambda: tiers.tier_value(SQUARE, {"a": 1, "b": 2}, rate="0.1", first="start"),
            "rate is '0.1'",
        ),
        (lambda: tiers.tier_value(SQUARE, {"a": 1, "b": 2}, rate=1, first="now"), "first is 'now'"),
        (lambda: tiers.tier_value([1], {"a": 1}, rate=1, first="start"), "moves is of type list"),
    ],
)
def test_moves_refuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---------------------------------------------------------------- figure


def test_bands_rise_in_green_and_fall_in_orange():
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    counts = [[5, 2, 1], [3, 6, 3]]
    moves = tiers.migration(*moved(counts, ["key", "small", "lost"], lost="lost"))
    ax = moves.plot()
    # 11 of 20 stay, 3 rise, 6 fall or leave.
    title = "Of 20 customers 55% stay, 15% rise (green),\n30% fall or leave (orange)"
    assert ax.get_title(loc="left") == moves.title == title
    assert [text.get_text() for text in ax.texts] == [
        *("before", "key\n8 (40%)", "small\n12 (60%)"),
        *("after", "key\n8 (40%)", "small\n8 (40%)", "lost\n4 (20%)"),
    ]
    before, after = ax.texts[:3], ax.texts[3:]
    assert max(text.get_position()[0] for text in before) < min(
        text.get_position()[0] for text in after
    )
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert [(bar.get_x() > 0.5, bar.get_height()) for bar in bars] == [
        *((False, 8), (False, 12), (True, 8), (True, 8), (True, 4))
    ]
    bands = [patch for patch in ax.patches if not isinstance(patch, Rectangle)]
    grey, good, cost = (to_rgba(crm.style.COLOURS[c], 0.4) for c in ("neutral", "good", "cost"))
    drawn = []
    for band in bands:
        points = band.get_path().vertices
        start = points[np.isclose(points[:, 0], 0.05), 1]
        drawn.append((np.ptp(start), points[3, 1] > points[0, 1], band.get_facecolor()))
    sizes = [round(size) for size, _, _ in drawn]
    assert sizes == [5, 2, 1, 3, 6, 3]
    assert [colour for *_, colour in drawn] == [grey, cost, cost, good, grey, cost]
    assert [down for _, down, _ in drawn][1:4] == [True, True, False]
    ax.figure.canvas.draw()


def test_plot_migration_takes_migrations_only():
    with pytest.raises(ValueError, match="plot_migration draws a Migration; moves is a DataFrame"):
        tiers.plot_migration(SQUARE)


def test_moves_are_drawn_with_one_further_customer():
    # One of two stays: the share who stay is drawn from Beta(1 + 1/2, 1 + 1/2).
    from scipy.stats import beta

    tier = pd.Series(["key", "key"])
    moves = tiers.migration(tier, tier[:1])
    got = tiers.tier_value(moves, {"key": 100}, rate=0.1, first="start").loc["key"]
    stay = beta(1.5, 1.5).ppf([0.025, 0.975])
    assert got["estimate"] == pytest.approx(100 / (1 - 0.5 / 1.1))
    assert got["low"] == pytest.approx(100 / (1 - stay[0] / 1.1), abs=1.5)
    assert got["high"] == pytest.approx(100 / (1 - stay[1] / 1.1), rel=0.1)
