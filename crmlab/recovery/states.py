"""Where each customer stands on a day, and how many of the lost return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.database.cohorts import visit_days
from crmlab.recovery.moves import SEEN, Moves
from crmlab.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

STATES = ("not yet", *SEEN)
_SHADES = {"new": "light", "active": "good", "lost": "cost"}


@dataclass(frozen=True, eq=False, repr=False)
class States(Result):
    """One state for every customer on every day asked for.

    Attributes
    ----------
    table : pandas.DataFrame
        A row per customer, a column per day, and in it one of ``STATES``.
    silent : int
        Days without a purchase after which a customer counts as lost.
    """

    table: pd.DataFrame
    silent: int

    @property
    def counts(self) -> pd.DataFrame:
        """Customers in each state, a row per day."""
        counts = pd.DataFrame({day: self.table[day].value_counts() for day in self.table}).T
        return counts.reindex(columns=STATES).fillna(0).astype(int).rename_axis("day")

    @property
    def step(self) -> str:
        """What lies between two days: week, month, or step where it is neither."""
        gaps = set(np.diff(self.table.columns.to_numpy()) // np.timedelta64(1, "D"))
        return "week" if gaps == {7} else "month" if gaps and gaps <= {28, 29, 30, 31} else "step"

    @property
    def caption(self) -> str:
        """What the last day shows, and the rule."""
        last = self.counts.iloc[-1]
        told = ", ".join(f"{last[state]:,} {state}" for state in STATES if last[state])
        return f"{self.table.columns[-1]:%Y-%m-%d}: {told}. Lost after {self.silent} silent days."

    @property
    def title(self) -> str:
        """The finding of the figure."""
        last = self.counts.iloc[-1]
        known = int(last[list(SEEN)].sum())
        return f"Of {known:,} customers seen so far, {last['lost']:,} are lost"

    def moves(self, *, confidence: float = 0.95) -> Moves:
        """Count the moves from each day to the next; customers who have not come yet are left out.

        Parameters
        ----------
        confidence : float
            Coverage of the intervals.

        Returns
        -------
        Moves

        Raises
        ------
        ValueError
            Fewer than two days, or nobody who could move.
        """
        intervals.tail(confidence)
        if self.table.shape[1] < 2:
            raise ValueError("states has one day; moves need two days or more.")
        codes = self.table.apply(lambda day: day.map(STATES.index)).to_numpy() - 1
        size = len(SEEN)
        before, after = codes[:, :-1], codes[:, 1:]
        seen = before >= 0
        if not seen.any():
            raise ValueError("states has nobody who bought before its last day, so nobody moves.")
        who = np.broadcast_to(np.arange(len(codes))[:, None], before.shape)[seen]
        place = (who * size + before[seen]) * size + after[seen]
        each = np.bincount(place, minlength=len(codes) * size * size)
        by_customer = each.reshape(len(codes), size, size)
        return Moves.counted(by_customer[by_customer.sum(axis=(1, 2)) > 0], confidence)

    def returns(self, *, confidence: float = 0.95) -> ReturnRates:
        """Share of the lost who buy again within a step, by how many steps they have been lost.

        Customers who are lost on the first day are left out until they return: nobody saw when
        their silence began.

        Parameters
        ----------
        confidence : float
            Coverage of the Wilson intervals.

        Returns
        -------
        ReturnRates

        Raises
        ------
        ValueError
            Nobody was seen to become lost before the last day.
        """
        lost = (self.table == "lost").to_numpy()
        lost &= ~np.logical_and.accumulate(lost, axis=1)
        length = np.zeros(lost.shape, dtype=int)
        for day in range(1, lost.shape[1]):
            length[:, day] = np.where(lost[:, day], 1 + length[:, day - 1], 0)
        at_risk = np.bincount(length[:, :-1][lost[:, :-1]])[1:]
        if not len(at_risk):
            raise ValueError("states has nobody who was seen to become lost before its last day.")
        ends = lost[:, :-1] & ~lost[:, 1:]
        back = np.bincount(length[:, :-1][ends], minlength=len(at_risk) + 1)
        steps = pd.RangeIndex(1, len(at_risk) + 1, name="lost_for")
        table = pd.DataFrame({"at_risk": at_risk, "returned": back[1:]}, steps)
        table["estimate"] = table["returned"] / table["at_risk"]
        low, high = intervals.wilson(table["returned"], table["at_risk"], confidence)
        return ReturnRates(table.assign(low=low, high=high), self.step)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the customers in each state, day by day."""
        return plot_states(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class ReturnRates(Result):
    """Share of the lost who buy again in the next step, by how long they have been lost.

    Attributes
    ----------
    table : pandas.DataFrame
        For each number of steps lost: ``at_risk``, ``returned``, ``estimate``, ``low``, ``high``.
    step : str
        What a step is: week, month or step.
    """

    table: pd.DataFrame
    step: str

    @property
    def overall(self) -> float:
        """Share of all steps lost after which the customer was back."""
        return float(self.table["returned"].sum() / self.table["at_risk"].sum())

    @property
    def title(self) -> str:
        """The finding of the figure."""
        first = float(self.table["estimate"].iloc[0])
        step = self.step
        return f"{first:.1%} return after one {step} lost, {self.overall:.1%} over all {step}s"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares with their intervals, and the share over all steps."""
        return plot_returns(self, ax)


def customer_states(
    transactions: pd.DataFrame,
    *,
    days: Sequence[inputs.Day] | pd.DatetimeIndex,
    silent: int = 90,
    refunds: inputs.Refunds = "error",
) -> States:
    """Give every customer exactly one state on every day asked for.

    The first rule that fits decides: *not yet* (no purchase up to the day), *lost* (more than
    `silent` days since the last purchase), *new* (at most `silent` days since the first), else
    *active*.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id``, ``date`` and, to know refunds, ``amount``.
    days : list of days
        Days on which to look, each later than the one before; equal steps make moves comparable.
    silent : int
        Days without a purchase after which a customer counts as lost.
    refunds : {"error", "ignore", "net"}
        What a negative amount means. A refund is no purchase; "error" stops at the first.

    Returns
    -------
    States
        Rows in the order of the customers' ids.

    Raises
    ------
    ValueError
        What `crmlab.inputs` refuses of the log; no day, or days not in order.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ana", "Ana", "Ben"],
    ...                     "date": ["2025-01-05", "2025-05-20", "2025-03-10"]})
    >>> states = customer_states(log, days=["2025-02-28", "2025-04-30", "2025-05-31"])
    >>> states.table.loc["Ana"].tolist()
    ['new', 'lost', 'active']
    >>> states.table.loc["Ben"].tolist()
    ['not yet', 'new', 'new']
    """
    looks = inputs.days(days, "days")
    if looks.empty:
        raise ValueError("days is empty; say on which days to look.")
    if not (looks.diff().dropna() > pd.Timedelta(0)).all():
        raise ValueError("days are not in order; each must be later than the one before.")
    limit = inputs.count(silent, "silent")
    visits = visit_days(transactions, refunds=refunds)
    if visits.empty:
        raise ValueError("transactions has no purchase.")
    first = visits.groupby("customer_id")["date"].min()
    table = {}
    for day in looks:
        last = visits[visits["date"] <= day].groupby("customer_id")["date"].max()
        since_last = (day - last.reindex(first.index)).dt.days
        since_first = (day - first).dt.days
        rules = [since_last.isna(), since_last > limit, since_first <= limit]
        table[day] = np.select(rules, ["not yet", "lost", "new"], "active")
    return States(pd.DataFrame(table, first.index), limit)


@style.figure(States, width=9, height=4.5)
def plot_states(states: States, ax: Axes | None = None) -> None:
    """Draw the customers in each state, day by day, one above the other.

    Parameters
    ----------
    states : States
        From `customer_states`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    counts = states.counts[list(SEEN)]
    names = [f"{day:%Y-%m}" for day in counts.index]
    floor = np.zeros(len(counts))
    for state in SEEN:
        ax.bar(names, counts[state], bottom=floor, color=style.COLOURS[_SHADES[state]], label=state)
        floor = floor + counts[state].to_numpy()
    ax.set_xticks(range(0, len(names), max(1, len(names) // 8)))
    ax.set_ylabel("customers")
    ax.legend(loc="upper left")
    ax.set_title(states.title)


@style.figure(ReturnRates, width=9, height=4.5)
def plot_returns(returns: ReturnRates, ax: Axes | None = None) -> None:
    """Draw the share who return in the next step, by steps lost so far.

    Parameters
    ----------
    returns : ReturnRates
        From `States.returns`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The dashed line is the share over all steps.
    """
    table = returns.table
    reach = [table["estimate"] - table["low"], table["high"] - table["estimate"]]
    ax.errorbar(table.index, table["estimate"], yerr=reach, fmt="o", color=style.COLOURS["value"])
    ax.axhline(returns.overall, color=style.COLOURS["ink"], ls="--", lw=1)
    ax.annotate(f"all {returns.step}s", (1, returns.overall), (4, 0), va="center",
                xycoords=("axes fraction", "data"), textcoords="offset points")  # fmt: skip
    style.percent(ax.yaxis)
    ax.locator_params(axis="x", integer=True)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(f"{returns.step}s lost so far")
    ax.set_ylabel(f"share who return in the next {returns.step}")
    ax.set_title(returns.title)
