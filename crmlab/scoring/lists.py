"""Lists of the same length, made by different rules: who is on them, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import normal_quantile
from crmlab.results import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, repr=False)
class ListComparison(Result):
    """Lists of the best customers by several rules, compared with the first.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rule: ``shared``, seats that it gives to the same customers as the first rule.
        With an outcome also ``estimate``, ``low``, ``high``, the share of it that the list holds,
        and ``difference``, ``difference_low``, ``difference_high``, that share less the share of
        the first list.
    lists : pandas.DataFrame
        One row per customer, one column per rule: True for those on the list.
    seats : int
        Length of each list.
    """

    lists: pd.DataFrame
    seats: int

    @property
    def on_all(self) -> pd.Index:
        """Customers who are on every list."""
        return self.lists.index[self.lists.all(axis=1)]

    @property
    def caption(self) -> str:
        """How many seats are the same by every rule."""
        return f"{len(self.on_all):,} of {self.seats:,} seats are the same in all lists."


def compare_lists(
    scores: pd.DataFrame | Result,
    outcome: inputs.Numbers | None = None,
    *,
    seats: int,
    confidence: float = 0.95,
) -> ListComparison:
    r"""Give the seats to the best customers by each rule, and compare the lists.

    Parameters
    ----------
    scores : pandas.DataFrame
        One row per customer, one column per rule, high is good. The first column is the list that
        the others are compared with.
    outcome : Series or array-like, optional
        What each customer brought afterwards, 0 or more; a Series is matched by its index.
    seats : int
        Length of each list. Equal scores are parted by the order of their ids.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ListComparison

    Raises
    ------
    ValueError
        A score or an outcome is missing, fewer customers than seats, an outcome below 0 or of
        nothing but zeros.

    Notes
    -----
    The customers are taken as a sample, and each list of its best n-th part. The share is a ratio,
    :math:`S = \sum a_i y_i / \sum y_i` with :math:`a_i` 1 on the list and 0 off it; its influence
    function is :math:`(a_i (y_i - m) + p m - S y_i) / \bar y`, where p is the share of customers
    with a seat and m the mean outcome at the end of the list (Davidson 2009, Journal of
    Econometrics 150, for shares of the top). Of m we take the mean of a quarter of the seats on
    either side of it. The influence of a difference is the difference of the influences.

    Examples
    --------
    >>> scores = pd.DataFrame({"ours": [3, 2, 1], "theirs": [3, 1, 2]}, index=["Ann", "Bo", "Cy"])
    >>> found = compare_lists(scores, [50, 30, 20], seats=2)
    >>> found.table[["shared", "estimate", "difference"]].round(2).to_numpy().tolist()
    [[2.0, 0.8, 0.0], [1.0, 0.7, -0.1]]
    >>> list(found.on_all)
    ['Ann']
    """
    z = normal_quantile(confidence)
    scores = inputs.customer_table(scores, "scores")
    if not len(scores.columns):
        raise ValueError("scores has no column; give one for each rule.")
    for rule in scores:
        inputs.numbers(scores[rule], f"scores.{rule}", rows=scores)
    seats = inputs.count(seats, "seats")
    if seats > len(scores):
        raise ValueError(f"seats is {seats}; scores has {len(scores):,} customers only.")
    by_id = inputs.id_order(scores.index)
    ranked = [
        by_id[np.argsort(-inputs.settled(scores[rule].to_numpy())[by_id], kind="stable")]
        for rule in scores
    ]
    held = np.zeros(scores.shape, dtype=bool)
    for place, order in enumerate(ranked):
        held[order[:seats], place] = True
    lists = pd.DataFrame(held, index=scores.index, columns=scores.columns)
    table = pd.DataFrame({"shared": lists[lists.iloc[:, 0]].sum()}).rename_axis("rule")
    if outcome is None:
        return ListComparison(table, lists, seats)
    brought = _brought(outcome, scores.index)
    share = brought @ held / brought.sum()
    moved = np.column_stack([_influence(brought, order, seats) for order in ranked])
    half, half_of_difference = (z * _error(one) for one in (moved, moved - moved[:, [0]]))
    table["estimate"] = share
    table["low"], table["high"] = np.maximum(share - half, 0), np.minimum(share + half, 1)
    table["difference"] = share - share[0]
    table["difference_low"] = table["difference"] - half_of_difference
    table["difference_high"] = table["difference"] + half_of_difference
    return ListComparison(table, lists, seats)


def _brought(outcome: Any, index: pd.Index) -> NDArray[np.float64]:
    found = inputs.customer_values(outcome, "outcome")
    if isinstance(outcome, pd.Series):
        inputs.one_row_each(found, "outcome")
        found = found.reindex(index)
    if len(found) != len(index):
        raise ValueError(f"outcome has {len(found):,} numbers for {len(index):,} customers.")
    remedy = "Give each customer what she brought, 0 for nothing."
    brought = inputs.numbers(found, "outcome", at_least=0, remedy=remedy).to_numpy()
    if not brought.any():
        raise ValueError("outcome is 0 for everybody, so a share of it does not exist.")
    return brought


def _influence(
    brought: NDArray[np.float64], order: NDArray[np.intp], seats: int
) -> NDArray[np.float64]:
    """What each customer moves in the share that the list holds."""
    near = max(1, seats // 4)
    margin = brought[order[max(0, seats - near) : seats + near]].mean()
    on = np.zeros(len(brought))
    on[order[:seats]] = 1
    share = brought @ on / brought.sum()
    part = seats / len(brought)
    return (on * (brought - margin) + part * margin - share * brought) / brought.mean()


def _error(influence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of a mean of influences, for each column."""
    size = len(influence)
    return np.sqrt((influence**2).sum(axis=0) / max(size - 1, 1) / size)
