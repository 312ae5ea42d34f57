"""Markov values against published numbers, constant retention and sums written out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmlab as crm

ltv = crm.lifetime_value

CHANCES = [0.3, 0.2, 0.15, 0.05]
MAILED = np.vstack([np.column_stack([CHANCES, np.diag([1 - p for p in CHANCES])]), np.eye(5)[4]])
REWARDS = [36, -4, -4, -4, 0]


def test_pfeifer_and_carraway_2000():
    # Pfeifer & Carraway 2000, J. Interactive Marketing 14(2): contribution 40, promotion 4,
    # purchase chances .3 .2 .15 .05 by recency, rate 20 %; T = 4 moves are five rewards.
    short = ltv.markov_value(MAILED, REWARDS, rate=0.20, first="start", periods=5)
    assert short.round(3).tolist() == [50.115, 4.220, 0.592, -1.980, 0]
    endless = ltv.markov_value(MAILED, REWARDS, rate=0.20, first="start")
    far = ltv.markov_value(MAILED, REWARDS, rate=0.20, first="start", periods=400)
    assert endless.to_numpy() == pytest.approx(far.to_numpy())
    late = ltv.markov_value(MAILED, REWARDS, rate=0.20, first="end")
    assert late.to_numpy() * 1.2 == pytest.approx(endless.to_numpy())


@given(st.floats(0.01, 0.99), st.floats(0, 0.5), st.sampled_from(["start", "end"]))
def test_two_states_are_constant_retention(kept, rate, first):
    value = ltv.markov_value([[kept, 1 - kept], [0, 1]], [100, 0], rate=rate, first=first)
    start = ltv.with_retention(100, kept, rate=rate, first="start")
    assert value[0] == pytest.approx(start / (1 if first == "start" else 1 + rate))


def test_periods_are_a_sum_written_out():
    step, value = MAILED / 1.1, np.zeros(5)
    for _ in range(7):
        value = REWARDS + step @ value
    got = ltv.markov_value(MAILED, REWARDS, rate=0.10, first="start", periods=7)
    assert got.to_numpy() == pytest.approx(value)
    one = ltv.markov_value(MAILED, REWARDS, rate=0.10, first="end", periods=1)
    assert one.to_numpy() == pytest.approx(np.array(REWARDS) / 1.1)


def test_a_rate_of_zero_is_allowed_where_the_sum_ends():
    absorbing = [[0.8, 0.2], [0, 1]]
    assert ltv.markov_value(absorbing, [100, 0], rate=0, first="start")[0] == pytest.approx(500)
    assert ltv.markov_value(absorbing, [100, 0], rate=0, first="end")[0] == pytest.approx(500)
    # two states of no money that are visited in turn for ever
    turning = [[0.5, 0.5, 0], [0, 0, 1], [0, 1, 0]]
    value = ltv.markov_value(turning, [10, 0, 0], rate=0, first="start")
    assert value.tolist() == pytest.approx([20, 0, 0])
    for_ever = [[0.5, 0.5], [0.5, 0.5]]
    six = ltv.markov_value(for_ever, [10, 10], rate=0, first="start", periods=6)
    assert six.tolist() == pytest.approx([60, 60])
    for moves, rewards, rate in [
        (for_ever, [10, 0], 0),
        (absorbing, [100, 1], 0),
        ([[0.8, 0.2], [0, 1]], [100, 0], -0.2),
    ]:
        with pytest.raises(ValueError, match=r"never ends. Raise the rate, or give periods"):
            ltv.markov_value(moves, rewards, rate=rate, first="start")
    shrinking = ltv.markov_value(absorbing, [100, 0], rate=-0.1, first="start")
    assert shrinking[0] == pytest.approx(100 / (1 - 0.8 / 0.9))


def test_names_decide_and_their_order_does_not():
    moves = pd.DataFrame([[0.8, 0.1, 0.1], [0.3, 0.5, 0.2]], ["a", "b"], ["a", "b", "lost"])
    by_hand = np.linalg.solve(np.eye(2) - moves[["a", "b"]] / 1.1, [100, 10])
    value = ltv.markov_value(moves, {"b": 10, "a": 100}, rate=0.1, first="start")
    assert value.to_dict() == pytest.approx(dict(zip("ab", by_hand, strict=True)))
    for other in (
        ltv.markov_value(moves[["lost", "b", "a"]], [100, 10], rate=0.1, first="start"),
        ltv.markov_value(moves[::-1], pd.Series({"a": 100, "b": 10}), rate=0.1, first="start"),
    ):
        assert other[["a", "b"]].tolist() == pytest.approx(by_hand.tolist())
    whole = moves.reindex(["a", "b", "lost"]).fillna({"a": 0, "b": 0, "lost": 1})
    value = ltv.markov_value(whole, [100, 10, 0], rate=0.1, first="start")
    assert value.tolist() == pytest.approx([*by_hand, 0])


def test_many_chains_at_once():
    from crmlab.lifetime_value.states import chain_value

    kept = np.array([0.5, 0.8, 0.9])
    moves = np.array([[[p, 1 - p], [0, 1]] for p in kept])
    values = chain_value(moves, np.array([100.0, 0]), rate=0.1, first="start")
    assert values[:, 0] == pytest.approx(ltv.margin_multiple(kept, rate=0.1, first="start") * 100)
    assert (values[:, 1] == 0).all()
    values = chain_value(moves, np.array([100.0, 0]), rate=0.1, first="start", periods=2)
    assert values[:, 0] == pytest.approx(100 + 100 * kept / 1.1)


GOOD = pd.DataFrame([[0.8, 0.2], [0, 1]], ["here", "gone"], ["here", "gone"])


@pytest.mark.parametrize(
    ("moves", "rewards", "words"),
    [
        ([[0.8, 0.1], [0, 1]], [1, 0], "1 of 2 rows does not sum to 1; first row 0: 0.9"),
        ([[0.8, 0.2]], [1], "square"),
        ([[0.8, 0.2], [1]], [1, 0], "square"),
        ([], [], "square"),
        (None, [1], "square"),
        ([[1.2, -0.2], [0, 1]], [1, 0], "at least 0"),
        ([["a", 0.2], [0, 1]], [1, 0], "not numeric"),
        ([[np.nan, 1], [0, 1]], [1, 0], "is empty"),
        ([[0.8, 0.2], [0, 1]], [1, 0, 0], "3 numbers for 2 states"),
        ([[0.8, 0.2], [0, 1]], None, "row of numbers"),
        (GOOD.rename(columns={"here": "there"}), [1, 0], "'here' has no column"),
        (GOOD, {"here": 1, "lost": 0}, "rewards are for here, lost; the states with a row are"),
        (pd.concat([GOOD, GOOD]), [1, 0, 1, 0], "repeat an earlier id"),
        (GOOD.iloc[:0], [], "no rows"),
    ],
)
def test_markov_refuses_what_is_no_chain(moves, rewards, words):
    with pytest.raises(ValueError, match=words):
        ltv.markov_value(moves, rewards, rate=0.1, first="start")
    with pytest.raises(ValueError, match="periods is"):
        ltv.markov_value(GOOD, [1, 0], rate=0.1, first="start", periods=0)
