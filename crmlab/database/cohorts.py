"""A first look at a customer base: visits, cohorts and the repeat rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmlab.database.base import CustomerDatabase

MOST = 12


@dataclass(frozen=True, eq=False, repr=False)
class Cohorts(Result):
    """Repeat rate by month of first purchase, and of all customers together.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per month, indexed by ``cohort`` ("2025-03"): ``customers``, ``repeated_so_far``
        (share with a second day by ``until``, whatever their age), ``at_risk``, and the repeat
        rate within the window: ``estimate``, ``low``, ``high`` (NaN where nobody is at risk).
    overall : pandas.Series
        ``at_risk``, ``repeated``, ``estimate``, ``low``, ``high`` of all customers together.
    within : int
        Days each customer had for her second purchase.
    until : pandas.Timestamp
        Last day of observation.
    """

    overall: pd.Series
    within: int
    until: pd.Timestamp

    @property
    def caption(self) -> str:
        """The repeat rate of all months together, with its denominator and interval."""
        one = self.overall
        if not one["at_risk"]:
            return f"Nobody was watched for {self.within} days by {self.until:%Y-%m-%d}."
        return (
            f"Within {self.within} days {one['repeated']:,.0f} of {one['at_risk']:,.0f} customers "
            f"came back: {one['estimate']:.1%} ({one['low']:.1%} to {one['high']:.1%})."
        )

    @property
    def title(self) -> str:
        """What the figure says."""
        if not self.overall["at_risk"]:
            return f"No new customer has been watched for {self.within} days yet"
        share = f"{self.overall['estimate']:.0%}"
        return f"{share} of new customers came back within {self.within} days"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the rate so far and the rate within the same window for all."""
        return plot_cohorts(self, ax)


def cohorts(
    transactions: pd.DataFrame | CustomerDatabase,
    *,
    until: inputs.Day | None = None,
    within: int = 90,
    refunds: inputs.Refunds = "error",
    confidence: float = 0.95,
) -> Cohorts:
    """Repeat rate of each monthly cohort, giving every customer the same time to come back.

    A cohort holds the customers whose first purchase falls in one calendar month. A customer has
    repeated when she bought on a second day. Customers observed for less than ``within`` days
    are not at risk: they count neither above nor below the line.

    Parameters
    ----------
    transactions : pandas.DataFrame or CustomerDatabase
        One row per purchase with ``customer_id`` and ``date``, and ``amount`` if it is known.
    until : date-like, optional
        Last day of observation; without it the last day in the log.
    within : int
        Days a customer has for her second purchase.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; such a row is no purchase; it is taken off the
        purchases of its day, and a day that does not end above zero is no purchase.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Cohorts

    Raises
    ------
    ValueError
        No purchases, a missing column, id or date, a refund, a purchase after ``until``, or a
        window below one day.

    Notes
    -----
    The interval is Wilson's (1927, JASA 22): it takes the customers as independent.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["Ana", "Ana", "Ben", "Chen"],
    ...     "date": pd.to_datetime(["2025-01-10", "2025-03-10", "2025-01-15", "2025-11-01"]),
    ... })
    >>> found = cohorts(log, until="2025-12-31")
    >>> found.table[["customers", "at_risk", "estimate"]]
             customers  at_risk  estimate
    cohort
    2025-01          2        2       0.5
    2025-11          1        0       NaN
    >>> found.caption
    'Within 90 days 1 of 2 customers came back: 50.0% (9.5% to 90.5%).'
    """
    within = inputs.count(within, "within")
    days = visit_days(transactions, refunds=refunds)
    last = days["date"].max() if until is None else inputs.day(until, "until")
    late = f"lies after until, {last:%Y-%m-%d}", f"lie after until, {last:%Y-%m-%d}"
    inputs.refuse(days["date"] > last, days, "transactions.date", late, "Move until.")
    first = days.groupby("customer_id")["date"].transform("min")
    start = days[days["date"] == first].set_index("customer_id")["date"]
    second = days[days["date"] > first].groupby("customer_id")["date"].min()
    gap = (second.reindex(start.index) - start).dt.days
    at_risk = (last - start).dt.days >= within
    repeated = at_risk & (gap <= within)
    by_month = start.dt.strftime("%Y-%m").rename("cohort")
    table = pd.DataFrame(
        {
            "customers": gap.groupby(by_month).size(),
            "repeated_so_far": gap.notna().groupby(by_month).mean(),
        }
    )
    rates = _rates(at_risk.groupby(by_month).sum(), repeated.groupby(by_month).sum(), confidence)
    overall = _rates(pd.Series([at_risk.sum()]), pd.Series([repeated.sum()]), confidence)
    table = table.join(rates.drop(columns="repeated"))
    return Cohorts(table, overall.iloc[0].rename("overall"), within, last)


def visit_days(
    transactions: pd.DataFrame | CustomerDatabase, *, refunds: inputs.Refunds = "error"
) -> pd.DataFrame:
    """One row per customer and day with a purchase: ``customer_id`` and ``date``.

    Parameters
    ----------
    transactions : pandas.DataFrame or CustomerDatabase
    refunds : {"error", "ignore", "net"}
        As in `cohorts`.

    Returns
    -------
    pandas.DataFrame
        In the order of the rows, each named by the first row of its day.

    Raises
    ------
    ValueError
        As for `cohorts`.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ana", "Ana", "Ben", "Ben"], "amount": [3, 4, 5, -5],
    ...                     "date": ["2025-01-10", "2025-01-10", "2025-01-15", "2025-01-18"]})
    >>> visit_days(log, refunds="net")["customer_id"].tolist()
    ['Ana', 'Ben']
    """
    log = inputs.purchases(transactions, amount=False, refunds=refunds)
    days = log.drop_duplicates(["customer_id", "date"])[["customer_id", "date"]]
    if refunds == "net" and "amount" in log:
        by_day = log.groupby(["customer_id", "date"])["amount"].agg(["sum", "min"])
        undone = by_day.index[(by_day["min"] < 0) & ~(by_day["sum"] > 1e-9)]
        days = days[~pd.MultiIndex.from_frame(days).isin(undone)]
    return days


def _rates(at_risk: pd.Series, repeated: pd.Series, confidence: float) -> pd.DataFrame:
    table = pd.DataFrame({"at_risk": at_risk, "repeated": repeated})
    table["estimate"] = repeated / at_risk.where(at_risk > 0)
    table["low"], table["high"] = wilson(repeated, at_risk, confidence)
    return table


@style.figure(Cohorts)
def plot_cohorts(result: Cohorts, ax: Axes | None = None) -> None:
    """Draw the rate so far, and the rate within the same window for all.

    Parameters
    ----------
    result : Cohorts
        From `cohorts`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without one.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = result.table
    x = np.arange(len(table))
    ax.plot(
        x,
        table["repeated_so_far"],
        color=style.COLOURS["neutral"],
        linestyle=":",
        label="so far, whatever time they had",
    )
    ax.errorbar(
        x,
        table["estimate"],
        yerr=[table["estimate"] - table["low"], table["high"] - table["estimate"]],
        color=style.COLOURS["value"],
        marker="o",
        elinewidth=1.5,
        label=f"within {result.within} days",
    )
    ax.legend(loc="lower left")
    step = -(-len(x) // 12)
    ax.set_xticks(x[::step], table.index[::step], rotation=45, ha="right")
    ax.set_ylim(0, None)
    style.percent(ax.yaxis)
    ax.set_title(result.title)
    ax.set_xlabel("month of first purchase")
    ax.set_ylabel("share who bought again")


@dataclass(frozen=True, eq=False, repr=False)
class PurchaseCounts(Result):
    """How many customers bought on 1, 2, 3, ... days.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by ``days`` (1 to 12): ``customers`` and ``share``; the last row holds 12 and more.
    """

    @property
    def title(self) -> str:
        """What the figure says."""
        return f"{self.table['share'].iloc[0]:.0%} of customers bought on one day only"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw one bar for each number of days."""
        return plot_purchase_counts(self, ax)


def purchase_counts(
    transactions: pd.DataFrame | CustomerDatabase, *, refunds: inputs.Refunds = "error"
) -> PurchaseCounts:
    """Count the customers by the number of days on which they bought.

    Parameters
    ----------
    transactions : pandas.DataFrame or CustomerDatabase
        ``customer_id`` and ``date``.
    refunds : {"error", "ignore", "net"}
        As in `cohorts`.

    Returns
    -------
    PurchaseCounts

    Raises
    ------
    ValueError
        As for `cohorts`.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ana", "Ana", "Ben"],
    ...                     "date": ["2025-01-10", "2025-03-10", "2025-01-15"]})
    >>> purchase_counts(log).table.loc[[1, 2], "customers"].tolist()
    [1, 1]
    """
    counts = visit_days(transactions, refunds=refunds)["customer_id"].value_counts()
    bars = counts.clip(upper=MOST).value_counts().reindex(range(1, MOST + 1), fill_value=0)
    table = pd.DataFrame({"customers": bars, "share": bars / len(counts)})
    return PurchaseCounts(table.rename_axis("days"))


@style.figure(PurchaseCounts)
def plot_purchase_counts(result: PurchaseCounts, ax: Axes | None = None) -> None:
    """Draw how many customers bought on 1, 2, 3, ... days.

    Parameters
    ----------
    result : PurchaseCounts
        From `purchase_counts`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without one.

    Returns
    -------
    matplotlib.axes.Axes
    """
    bars = result.table["customers"]
    colours = [style.COLOURS["cost"]] + [style.COLOURS["value"]] * (len(bars) - 1)
    drawn = ax.bar(bars.index, bars, color=colours)
    said = [f"{share:.0%}" if share >= 0.01 else "" for share in result.table["share"]]
    ax.bar_label(drawn, said)
    ax.set_xticks(bars.index, [*map(str, bars.index[:-1]), f"{len(bars)}+"])
    ax.grid(visible=False, axis="x")
    ax.set_title(result.title)
    ax.set_xlabel("days with a purchase")
    ax.set_ylabel("customers")


@style.figure(pd.DataFrame, height=3.6)
def plot_recency(transactions: pd.DataFrame, ax: Axes | None = None, *, until: inputs.Day) -> None:
    """Draw each customer's purchases as dots, with recency and the silence since.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id`` and ``date`` of a handful of customers.
    until : date-like
        Last day of observation.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without one.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib import dates as mdates

    until = inputs.day(until, "until")
    visits = inputs.purchases(transactions, amount=False).groupby("customer_id")["date"]
    if visits.ngroups > 30:
        raise ValueError(f"{visits.ngroups:,} customers cannot be told apart here; pick up to 30")
    for y, (_, dates) in enumerate(visits):
        first, last = dates.min(), dates.max()
        spans = ((first, last, "recency", "value"), (last, until, "days since last", "warn"))
        for start, end, label, colour in spans:
            days = (end - start).days
            if days:
                ax.plot(
                    [start, end],
                    [y, y],
                    color=style.COLOURS[colour],
                    linewidth=6,
                    solid_capstyle="butt",
                )
                middle = start + (end - start) / 2
                text = f"{label} {days}" if days > 60 else str(days)
                ax.annotate(
                    text,
                    (middle, y),
                    xytext=(0, 12),
                    textcoords="offset points",
                    ha="center",
                    color=style.COLOURS[colour],
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                )
        ax.plot(dates, [y] * len(dates), "o", color=style.COLOURS["ink"], zorder=3)
    ax.axvline(
        mdates.date2num(until), color=style.COLOURS["neutral"], linestyle="--", linewidth=1.5
    )
    ax.set_yticks(range(visits.ngroups), [str(name) for name in visits.groups])
    ax.set_ylim(visits.ngroups - 0.5, -0.7)
    ax.grid(visible=False, axis="y")
    last = visits.max()
    longest = (until - last.min()).days
    ax.set_title(f"{last.idxmin()} has been silent longest: {longest} days")
