"""Customers who move between states: value of each state as a Markov chain."""

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.timing import delay, discount_rate


def markov_value(transitions, rewards, *, rate, first, periods=None):
    r"""Lifetime value from each state of a customer who moves between states.

    Parameters
    ----------
    transitions : pandas.DataFrame or array-like, shape (k, k)
        Probability of moving from the row's state to the column's in one period. Rows sum to 1.
    rewards : array-like, shape (k,)
        Money per period in each state: contribution less the cost of promotion.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        When the reward of the present state falls.
    periods : int, optional
        Number of rewards counted; without it, no end.

    Returns
    -------
    pandas.Series
        Value by state.

    Raises
    ------
    ValueError
        A row that does not sum to 1, a probability outside 0..1, shapes that differ, or no end
        with a rate that is not positive.

    Notes
    -----
    :math:`V = \sum_t (P/(1+i))^t R`, without end :math:`(I - P/(1+i))^{-1} R` (Pfeifer & Carraway
    2000, J. Interactive Marketing 14). They count moves: their T = 4 is ``periods=5``.

    Examples
    --------
    An active customer gives 100 and stays with 0.8; a lost one never returns.

    >>> markov_value([[0.8, 0.2], [0, 1]], [100, 0], rate=0.10, first="start").round(2).tolist()
    [366.67, 0.0]
    """
    table = pd.DataFrame(transitions)
    size = len(table)
    if size == 0 or table.shape[1] != size:
        raise ValueError(f"transitions has shape {table.shape}; it must be square, not empty")
    if isinstance(transitions, pd.DataFrame) and list(table.index) != list(table.columns):
        raise ValueError("transitions: rows and columns must name the same states in one order")
    table = inputs.number_columns(table, table.columns, "transitions", at_least=0, at_most=1)
    totals, matrix = table.sum(axis=1), table.to_numpy()
    remedy = "Add the state where the rest goes."
    inputs.refuse(
        abs(totals - 1) > 1e-6,
        totals,
        "transitions",
        ("does not sum to 1", "do not sum to 1"),
        remedy,
    )
    money = inputs.numbers(rewards, "rewards").to_numpy()
    if len(money) != size:
        raise ValueError(f"rewards has {len(money)} numbers for {size} states")
    rate = discount_rate(rate)
    shift = delay(first)
    step = matrix / (1 + rate)
    if periods is not None:
        value = np.zeros(size)
        for _ in range(inputs.count(periods, "periods")):
            value = money + step @ value
    elif rate <= 0:
        raise ValueError(f"rate is {rate:g} and there is no end: give periods or a rate above 0")
    else:
        value = np.linalg.solve(np.eye(size) - step, money)
    return pd.Series(value * (1 + rate) ** -shift, index=table.index, name="value")
