"""A first look at a customer base: visits, cohorts and the repeat rate."""

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson


def cohorts(transactions, *, until, within=90, confidence=0.95):
    """Repeat rate of each monthly cohort, giving every customer the same time to come back.

    A cohort holds the customers whose first purchase falls in one calendar month. A customer has
    repeated when she bought on a second day. Customers observed for less than ``within`` days
    are not at risk: they count neither above nor below the line.

    Parameters
    ----------
    transactions : pandas.DataFrame
        One row per purchase with ``customer_id`` and ``date``. Every row counts as a purchase:
        take refunds out before.
    until : date-like
        Last day of observation.
    within : int
        Days a customer has for her second purchase.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per month, indexed by ``cohort`` ("2025-03"): ``customers``, ``repeated_so_far``
        (share with a second day by ``until``, whatever their age), ``at_risk``, and the repeat
        rate within the window: ``estimate``, ``low``, ``high`` (NaN where nobody is at risk).

    Raises
    ------
    ValueError
        No purchases, a missing column, a missing date, a purchase after ``until``, or a window
        below one day.

    Notes
    -----
    The interval is Wilson's (1927, JASA 22): it takes the customers as independent.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["Ana", "Ana", "Ben", "Chen"],
    ...     "date": pd.to_datetime(["2025-01-10", "2025-03-10", "2025-01-15", "2025-11-01"]),
    ... })
    >>> cohorts(log, until="2025-12-31")[["customers", "at_risk", "estimate"]]
             customers  at_risk  estimate
    cohort
    2025-01          2        2       0.5
    2025-11          1        0       NaN
    """
    until = inputs.day(until, "until")
    inputs.number(within, "within", remedy="Give the window in days.", at_least=1)
    days = _visit_days(transactions, until)
    first = days.groupby("customer_id")["date"].transform("min")
    start = days[days["date"] == first].set_index("customer_id")["date"]
    second = days[days["date"] > first].groupby("customer_id")["date"].min()
    gap = (second.reindex(start.index) - start).dt.days
    at_risk = (until - start).dt.days >= within
    by_month = start.dt.strftime("%Y-%m").rename("cohort")
    table = pd.DataFrame(
        {
            "customers": gap.groupby(by_month).size(),
            "repeated_so_far": gap.notna().groupby(by_month).mean(),
            "at_risk": at_risk.groupby(by_month).sum(),
        }
    )
    repeated = (at_risk & (gap <= within)).groupby(by_month).sum()
    table["estimate"] = repeated / table["at_risk"].where(table["at_risk"] > 0)
    table["low"], table["high"] = wilson(repeated, table["at_risk"], confidence)
    table.attrs["within"] = within
    return table


def _visit_days(transactions, until):
    """Reduce to one row per customer and day; refuse what cannot be counted."""
    inputs.table(transactions, ("customer_id", "date"), "transactions")
    days = transactions[["customer_id"]].assign(
        date=inputs.days(transactions["date"], "transactions.date", rows=transactions)
    )
    for bad, column, problem, remedy in (
        (days["customer_id"].isna(), "customer_id", ("is empty", "are empty"), "Say who bought."),
        (days["date"].isna(), "date", ("is empty", "are empty"), "Say when it was."),
        (
            days["date"] > until,
            "date",
            (f"lies after until, {until:%Y-%m-%d}", f"lie after until, {until:%Y-%m-%d}"),
            "Move until.",
        ),
    ):
        inputs.refuse(bad, transactions, f"transactions.{column}", problem, remedy)
    return days.drop_duplicates()


@style.figure()
def plot_cohorts(result, ax=None):
    """Draw the table of `cohorts`: the rate so far, and the rate within the same window for all.

    Parameters
    ----------
    result : pandas.DataFrame
        What `cohorts` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without one.

    Returns
    -------
    matplotlib.axes.Axes
    """
    x = np.arange(len(result))
    ax.plot(
        x,
        result["repeated_so_far"],
        color=style.COLOURS["neutral"],
        linestyle=":",
        label="so far, whatever time they had",
    )
    ax.errorbar(
        x,
        result["estimate"],
        yerr=[result["estimate"] - result["low"], result["high"] - result["estimate"]],
        color=style.COLOURS["value"],
        marker="o",
        elinewidth=1.5,
        label=f"within {result.attrs['within']} days",
    )
    ax.legend(loc="lower left")
    step = -(-len(x) // 12)
    ax.set_xticks(x[::step], result.index[::step], rotation=45, ha="right")
    ax.set_ylim(0, None)
    style.percent(ax.yaxis)
    ax.set_title("Share of each month's new customers who bought again")
    ax.set_xlabel("month of first purchase")


@style.figure()
def plot_purchase_counts(counts, ax=None):
    """Draw how many customers bought on 1, 2, 3, ... days.

    Parameters
    ----------
    counts : pandas.Series
        Days with a purchase of each customer, 1 or more.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure without one.

    Returns
    -------
    matplotlib.axes.Axes
    """
    most = 12
    bars = counts.clip(upper=most).value_counts().reindex(range(1, most + 1), fill_value=0)
    colours = [style.COLOURS["cost"]] + [style.COLOURS["value"]] * (most - 1)
    drawn = ax.bar(bars.index, bars, color=colours)
    ax.bar_label(drawn, [f"{share:.0%}" if share >= 0.01 else "" for share in bars / len(counts)])
    ax.set_xticks(bars.index, [*map(str, bars.index[:-1]), f"{most}+"])
    ax.grid(visible=False, axis="x")
    ax.set_title("How many customers came how often")
    ax.set_xlabel("days with a purchase")
    ax.set_ylabel("customers")


@style.figure(height=3.6)
def plot_recency(transactions, ax=None, *, until):
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
    until = inputs.day(until, "until")
    visits = transactions.groupby("customer_id", observed=True)["date"]
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
                )
        ax.plot(dates, [y] * len(dates), "o", color=style.COLOURS["ink"], zorder=3)
    ax.axvline(until, color=style.COLOURS["neutral"], linestyle="--", linewidth=1.5)
    ax.set_yticks(range(visits.ngroups), [str(name) for name in visits.groups])
    ax.set_ylim(visits.ngroups - 0.5, -0.7)
    ax.grid(visible=False, axis="y")
    ax.set_title("Recency is an age; what follows it is silence")
