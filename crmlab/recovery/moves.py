"""How customers move between states, and what the moves lead to if they go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEEN = ("new", "active", "lost")


@dataclass(frozen=True, eq=False, repr=False)
class Moves(Result):
    """How customers move from one state to another in one step.

    Attributes
    ----------
    table : pandas.DataFrame
        Share of the customers in the state of the row who are in the state of the column one
        step later. A row adds up to 1, or is NaN if nobody was there.
    low, high : pandas.DataFrame
        Wilson intervals, which take each customer and step as a draw of its own.
    counts : pandas.DataFrame
        The moves counted.
    by_customer : numpy.ndarray, shape (customers, states, states)
        The same for each customer.
    confidence : float
        Coverage.
    """

    table: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    counts: pd.DataFrame
    by_customer: NDArray[np.int_]
    confidence: float

    @classmethod
    def counted(cls, by_customer: NDArray[np.int_], confidence: float) -> Moves:
        """Moves from the counts of each customer."""
        names = pd.Index(SEEN, name="from"), pd.Index(SEEN, name="to")
        counts = pd.DataFrame(by_customer.sum(axis=0), *names)
        rows = counts.sum(axis=1).to_numpy()[:, None]
        shares = pd.DataFrame(_shares(counts.to_numpy()), *names)
        low, high = intervals.wilson(counts.to_numpy(), np.broadcast_to(rows, (3, 3)), confidence)
        ends = pd.DataFrame(low, *names), pd.DataFrame(high, *names)
        return cls(shares, *ends, counts, by_customer, confidence)

    @property
    def caption(self) -> str:
        """How many moves stand behind the shares."""
        return f"{self.counts.to_numpy().sum():,} moves of {len(self.by_customer):,} customers."

    def steps_to(self, state: str, *, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
        """Expected steps to a state, with an interval from customers drawn again.

        Parameters
        ----------
        state : str
            One of the states that customers move between.
        draws, seed : int
            Samples of customers with replacement, and their seed.

        Returns
        -------
        pandas.DataFrame
            For each other state ``estimate``, ``low`` and ``high``, in steps.

        Raises
        ------
        ValueError
            `steps_to` refuses the shares; `state` is not one of them.

        Notes
        -----
        Percentiles of the draws. It holds only if the shares are the same for all customers of a
        state, however long they have been in it.
        """
        rng = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
        number = inputs.count(draws, "draws", at_least=100)
        inputs.choice(state, "state", SEEN)
        there = self.counts.sum(axis=1) > 0
        known = [name for name in SEEN if there[name]]
        chosen = [SEEN.index(name) for name in known]
        estimate = steps_to(self.table.loc[known, known], state)
        size = len(self.by_customer)
        drawn = np.empty((number, len(estimate)))
        for draw in range(number):
            weight = np.bincount(rng.integers(0, size, size), minlength=size)
            total = np.tensordot(weight, self.by_customer, axes=1)[np.ix_(chosen, chosen)]
            shares = np.where(total.sum(axis=1, keepdims=True) > 0, _shares(total), 0.0)
            drawn[draw] = _steps(shares, known.index(state))
        tail = intervals.tail(self.confidence)
        ends = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf")
        table = pd.DataFrame({"estimate": estimate})
        table["low"], table["high"] = np.minimum(ends[0], estimate), np.maximum(ends[1], estimate)
        return table


def steps_to(shares: pd.DataFrame, state: Any) -> pd.Series:
    r"""Expected number of steps until a state is reached for the first time.

    Parameters
    ----------
    shares : pandas.DataFrame
        Square, the same states in rows and columns, each row adding up to 1.
    state : label
        The state to reach.

    Returns
    -------
    pandas.Series
        For each other state the expected steps; infinite where the state may never be reached.

    Raises
    ------
    ValueError
        Not square, a row that does not add up to 1, an unknown state.

    Notes
    -----
    With Q the shares among the other states, :math:`t = (I - Q)^{-1} 1` (Kemeny & Snell 1960,
    Finite Markov Chains). The shares must not depend on how long a customer has been there.

    Examples
    --------
    Of the prospects 30 % buy each month: 1 / .3 months.

    >>> names = ["prospect", "active", "lost"]
    >>> shares = pd.DataFrame([[.7, .3, 0], [0, .8, .2], [0, .1, .9]], names, names)
    >>> float(steps_to(shares, "active")["prospect"].round(2))
    3.33
    """
    settled = _chain(shares)
    if state not in settled.index:
        known = ", ".join(map(str, settled.index))
        raise ValueError(f"state {state!r} is not one of the states {known}.")
    others = settled.index.drop(state)
    steps = _steps(settled.to_numpy(), list(settled.index).index(state))
    return pd.Series(steps, others, name="steps")


def long_run(shares: pd.DataFrame) -> pd.Series:
    """Share of time in each state in the long run.

    Parameters
    ----------
    shares : pandas.DataFrame
        As for `steps_to`.

    Returns
    -------
    pandas.Series
        Adds up to 1.

    Raises
    ------
    ValueError
        As for `steps_to`; or the end depends on where one starts.

    Examples
    --------
    >>> names = ["prospect", "active", "lost"]
    >>> shares = pd.DataFrame([[.7, .3, 0], [0, .8, .2], [0, .1, .9]], names, names)
    >>> long_run(shares).round(3).tolist()
    [0.0, 0.333, 0.667]
    """
    settled = _chain(shares)
    size = len(settled)
    system = np.vstack([settled.to_numpy().T - np.eye(size), np.ones(size)])
    if np.linalg.matrix_rank(system) < size:
        raise ValueError("shares lead to different ends from different states.")
    found = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0]
    return pd.Series(np.clip(found, 0, 1), settled.index, name="share").round(12) + 0.0


def _chain(shares: Any) -> pd.DataFrame:
    given = inputs.table(shares, (), "shares")
    if given.empty or list(given.index) != list(given.columns):
        raise ValueError("shares must have the same states in rows and columns, in one order.")
    numbers = inputs.number_columns(given, list(given.columns), "shares", at_least=0, at_most=1)
    totals = numbers.sum(axis=1)
    off = (totals - 1).abs() > 1e-9
    if off.any():
        row = off.idxmax()
        raise ValueError(f"shares: the row {row!r} adds up to {totals[row]:g}, not to 1.")
    return numbers


def _shares(counts: NDArray[np.int_]) -> NDArray[np.float64]:
    totals = counts.sum(axis=1, keepdims=True)
    return counts / np.where(totals > 0, totals, np.nan)


def _steps(shares: NDArray[np.float64], state: int) -> NDArray[np.float64]:
    """Expected steps from each other state; infinite where it may never come."""
    others = np.delete(np.arange(len(shares)), state)
    inner = shares[np.ix_(others, others)]
    comes = shares[others, state] > 0
    for _ in others:
        comes = comes | (inner[:, comes] > 0).any(axis=1)
    sure = comes.copy()
    for _ in others:
        sure = sure & ~((inner[:, ~sure] > 0).any(axis=1))
    steps = np.full(len(others), np.inf)
    if sure.any():
        among = inner[np.ix_(sure, sure)]
        steps[sure] = np.linalg.solve(np.eye(len(among)) - among, np.ones(len(among)))
    return steps
