"""How many go on from one step of the way to the next, and what a customer won costs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Funnel(Result):
    """How many go on from step to step, group by group, and what a customer won costs.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group and step after the first: ``people``, and of those at the step before the
        share who go on, ``estimate``, with ``low`` and ``high`` (Wilson).
    cost : pandas.DataFrame
        For each group ``won``, ``cost``, and the cost of a customer won, ``estimate`` with
        ``low`` and ``high``; the cheapest first.
    """

    table: pd.DataFrame
    cost: pd.DataFrame

    @property
    def title(self) -> str:
        """The finding of the figure."""
        known = self.cost.dropna(subset="estimate")
        if len(known) < 2:
            return "What a customer won costs"
        cheap, dear = known.iloc[0], known.iloc[-1]
        return (
            f"A customer costs {cheap['estimate']:,.2f} by {cheap.name}, "
            f"{dear['estimate']:,.2f} by {dear.name}"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what a customer won costs in each group."""
        return plot_funnel(self, ax)


def funnel(
    table: pd.DataFrame,
    *,
    steps: Sequence[str],
    by: str,
    cost: str = "cost",
    confidence: float = 0.95,
) -> Funnel:
    r"""Add the rows of each group up, and follow its people from step to step.

    Parameters
    ----------
    table : pandas.DataFrame
        People at each step, and money, such as one row per month and channel.
    steps : list of str
        Columns of the steps, the first one first and customers won last; whole numbers.
    by : str
        Column of the groups.
    cost : str
        Column of the money spent.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Funnel

    Raises
    ------
    ValueError
        Fewer than two steps, a column that is missing, a count that is no whole number from 0, a
        negative cost, more people at a step than at the step before.

    Notes
    -----
    A customer costs C / W. Money C is known and the number won W is a Poisson count, so the
    limits are C over the exact limits of W (Garwood 1936, Biometrika 28); with nobody won the
    cost is infinite. An average says nothing of what one customer *more* would cost.

    Examples
    --------
    200 leads for 10,000 bring 8 customers.

    >>> table = pd.DataFrame({"method": ["letters"], "leads": [200], "won": [8], "cost": [10_000]})
    >>> found = funnel(table, steps=["leads", "won"], by="method")
    >>> float(found["estimate"].iloc[0]), float(found.cost["estimate"].iloc[0])
    (0.04, 1250.0)
    """
    names = list(steps)
    if isinstance(steps, str) or len(names) < 2 or len(set(names)) < len(names):
        raise ValueError("steps must name two columns or more, each once, the first step first.")
    given = inputs.table(table, (*names, by, cost), "table")
    counts = inputs.number_columns(given, names, "table", at_least=0)
    for name in names:
        broken = counts[name] % 1 != 0
        inputs.refuse(broken, given, f"table.{name}", ("is no count", "are no counts"), "")
    for before, after in itertools.pairwise(names):
        more = counts[after] > counts[before]
        problem = f"is more than {before}", f"are more than {before}"
        inputs.refuse(more, given, f"table.{after}", problem, "Count each step of the one before.")
    money = inputs.numbers(given[cost], f"table.{cost}", rows=given, at_least=0)
    groups = inputs.ids(given[by], f"table.{by}", rows=given).rename(by)
    people = counts.groupby(groups).sum().astype(int)
    return Funnel(
        _shares(people, confidence),
        _costs(people[names[-1]], money.groupby(groups).sum(), confidence),
    )


def _shares(people: pd.DataFrame, confidence: float) -> pd.DataFrame:
    parts = {}
    for before, after in itertools.pairwise(people.columns):
        low, high = intervals.wilson(people[after], people[before], confidence)
        share = people[after] / people[before].where(people[before] > 0)
        part = {"people": people[after], "estimate": share, "low": low, "high": high}
        parts[after] = pd.DataFrame(part)
    both = pd.concat(parts, names=["step"]).swaplevel()
    return both.reindex(
        pd.MultiIndex.from_product([people.index, list(parts)], names=both.index.names)
    )


def _costs(won: pd.Series, spent: pd.Series, confidence: float) -> pd.DataFrame:
    few, many = intervals.poisson(won, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "won": won,
                "cost": spent,
                "estimate": spent / won,
                "low": spent / many,
                "high": np.where(spent > 0, spent / few, 0.0),
            }
        )
    return table.sort_values("estimate", kind="stable")


@style.figure(Funnel, width=9, height=4)
def plot_funnel(funnel: Funnel, ax: Axes | None = None) -> None:
    """Draw what a customer won costs in each group, with its interval.

    Parameters
    ----------
    funnel : Funnel
        From `funnel`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The cheapest group on top; a group that won nobody is left out.
    """
    table = funnel.cost[np.isfinite(funnel.cost["high"])].iloc[::-1]
    names = [str(name) for name in table.index]
    reach = [table["estimate"] - table["low"], table["high"] - table["estimate"]]
    ax.barh(names, table["estimate"], xerr=reach, color=style.COLOURS["value"])
    style.money(ax.xaxis)
    ax.set_xlim(left=0)
    ax.set_xlabel("cost of a customer won")
    ax.set_title(funnel.title)
