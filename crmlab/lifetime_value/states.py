"""Customers who move between states: value of each state as a Markov chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.lifetime_value.timing import First, delay, discount_rate


def markov_value(
    transitions: pd.DataFrame | NDArray[Any] | list,
    rewards: inputs.Numbers,
    *,
    rate: float,
    first: First,
    periods: int | None = None,
) -> pd.Series:
    r"""Lifetime value from each state of a customer who moves between states.

    Parameters
    ----------
    transitions : pandas.DataFrame or array-like, shape (k, k)
        Probability of moving from the row's state to the column's in one period. Rows sum to 1.
        A named column without a row is a state that earns nothing and is never left.
    rewards : mapping or array-like, shape (k,)
        Money per period in each row's state: contribution less the cost of promotion. Names are
        matched with those of the rows; numbers without names are taken in their order.
    rate : float
        Discount rate per period as a fraction, above -1.
    first : {"start", "end"}
        When the reward of the present state falls.
    periods : int, optional
        Number of rewards counted; without it, no end.

    Returns
    -------
    pandas.Series
        Value by state, one for each row of ``transitions``.

    Raises
    ------
    ValueError
        A row that does not sum to 1, a probability outside 0..1, states that differ, or no end
        and a sum without limit. A rate of 0 is allowed with ``periods``, and without end where
        every customer is lost sooner or later to states that earn nothing; refused where money
        is earned for ever.

    Notes
    -----
    :math:`V = \sum_t (P/(1+i))^t R`, without end :math:`(I - P/(1+i))^{-1} R` (Pfeifer & Carraway
    2000, J. Interactive Marketing 14). They count moves: their T = 4 is ``periods=5``.

    Examples
    --------
    An active customer gives 100 and stays with 0.8; a lost one never returns.

    >>> moves = [[0.8, 0.2], [0, 1]]
    >>> markov_value(moves, [100, 0], rate=0.10, first="start").round(2).tolist()
    [366.67, 0.0]
    >>> markov_value(moves, [100, 0], rate=0, first="start").round(2).tolist()
    [500.0, 0.0]
    """
    table = _chain(transitions)
    money = _by_state(rewards, table.index)
    never_left = np.eye(table.shape[1])[len(table) :]
    matrix = np.vstack([table.to_numpy(), never_left])
    money = np.append(money, np.zeros(len(never_left)))
    value = chain_value(matrix, money, rate=rate, first=first, periods=periods)
    return pd.Series(value[: len(table)], index=table.index, name="value")


def chain_value(
    moves: NDArray[np.float64],
    rewards: NDArray[np.float64],
    *,
    rate: float,
    first: First,
    periods: int | None = None,
) -> NDArray[np.float64]:
    """Value by state, for one chain or many: moves (..., k, k), rewards (k,), values (..., k).

    The numbers behind `markov_value`. What leads to no money is worth 0, and is left out of the
    sum without end; there the rest must leave faster than the rate grows.
    """
    rate = discount_rate(rate)
    shift = (1 + rate) ** -delay(first)
    step, size = moves / (1 + rate), len(rewards)
    if periods is not None:
        sums = np.zeros((*step.shape[:-2], size + 1, size + 1))
        sums[..., :size, :size], sums[..., :size, size], sums[..., size, size] = step, rewards, 1
        sums = np.linalg.matrix_power(sums, inputs.count(periods, "periods"))
        return shift * sums[..., :size, size]
    linked = (moves.reshape(-1, size, size) > 0).any(axis=0) | np.eye(size, dtype=bool)
    live = np.linalg.matrix_power(linked, size)[:, rewards != 0].any(axis=1)
    later = step[..., live, :][..., :, live]
    if np.abs(np.linalg.eigvals(later)).max(initial=0) >= 1 - 1e-12:
        raise ValueError(
            f"rate is {rate:g} and money is earned for ever: this sum never ends. Raise the rate, "
            "or give periods."
        )
    value = np.zeros(step.shape[:-1])
    right = np.broadcast_to(rewards[live, None], (*later.shape[:-1], 1))
    value[..., live] = np.linalg.solve(np.eye(live.sum()) - later, right)[..., 0]
    return shift * value


def _chain(transitions: Any) -> pd.DataFrame:
    """Rows of probabilities; columns named as the rows come first, in their order."""
    if isinstance(transitions, pd.DataFrame):
        table = inputs.table(transitions, (), "transitions")
        inputs.one_row_each(table, "transitions")
        strange = [name for name in table.index if name not in table.columns]
        if strange:
            raise ValueError(
                f"transitions: rows and columns must name the same states; {strange[0]!r} has no "
                "column. Name rows and columns alike."
            )
        absorbing = [name for name in table.columns if name not in table.index]
        table = table[[*table.index, *absorbing]]
    else:
        shape = np.shape(np.asarray(transitions, dtype=object))
        if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
            raise ValueError(f"transitions has shape {shape}; it must be square, not empty.")
        table = pd.DataFrame(transitions)
    table = inputs.number_columns(table, table.columns, "transitions", at_least=0, at_most=1)
    totals = table.sum(axis=1)
    problem, remedy = ("does not sum to 1", "do not sum to 1"), "Add the state where the rest goes."
    inputs.refuse(abs(totals - 1) > 1e-6, totals, "transitions", problem, remedy)
    return table


def _by_state(rewards: inputs.Numbers, states: pd.Index) -> NDArray[np.float64]:
    found = inputs.numbers(rewards, "rewards")
    named = isinstance(rewards, Mapping | pd.Series) and not isinstance(found.index, pd.RangeIndex)
    if named and (set(found.index) != set(states) or found.index.has_duplicates):
        raise ValueError(
            f"rewards are for {inputs.listed(list(found.index))}; the states with a row are "
            f"{inputs.listed(list(states))}. Give each of these one reward."
        )
    if len(found) != len(states):
        raise ValueError(f"rewards has {len(found)} numbers for {len(states)} states.")
    return (found[states] if named else found).to_numpy()
