"""Complaints per purchase: the rate, what silence hides, and a chart that knows chance."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.inputs import Refunds
from crmlab.intervals import poisson
from crmlab.results import Result
from crmlab.satisfaction.intervals import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PER = 1000  # purchases a rate refers to
PERIODS = {"week": "W-MON", "month": "MS", "quarter": "QS"}
NAMED = {"week": "%d %b %Y", "month": "%b %Y", "quarter": "%b %Y"}


def complaint_rate(
    complaints: pd.DataFrame,
    transactions: Any,
    *,
    voiced: float = 1.0,
    refunds: Refunds = "error",
    confidence: float = 0.95,
) -> pd.Series:
    r"""Complaints per thousand purchases, and what they stand for if most people keep silent.

    Parameters
    ----------
    complaints : DataFrame
        One row per complaint.
    transactions : DataFrame or CustomerDatabase
        ``date`` and, if there, ``amount`` of each purchase. Purchases of unknown customers count.
    voiced : float
        Share of incidents that are complained about. 1 gives the rate of complaints; less
        gives the rate of incidents, complaints / voiced.
    refunds : {"error", "ignore", "net"}
        Whether to stop at a negative amount. A refund is no purchase.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        Per 1,000 purchases: ``estimate``, ``low``, ``high``; ``numerator`` (complaints),
        ``denominator`` (purchases).

    Raises
    ------
    ValueError
        No purchases, unreadable days or amounts, or `voiced` outside 0 to 1.

    Notes
    -----
    Exact Poisson interval (Garwood 1936, Biometrika 28). A falling rate is good news only if
    `voiced` stayed the same. Several complaints of one customer about one incident make the
    interval too narrow: count incidents.

    Examples
    --------
    Three complaints in 1,500 purchases:

    >>> log = pd.DataFrame({"date": ["2025-03-01"] * 1500})
    >>> float(complaint_rate(pd.DataFrame({"cause": ["late"] * 3}), log)["estimate"])
    2.0
    """
    voiced = inputs.number(voiced, "voiced", above=0, at_most=1)
    count = len(_frame(complaints))
    bought = len(_purchase_days(transactions, refunds))
    factor = PER / bought / voiced
    low, high = poisson(count, confidence)
    return interval(
        count * factor, low * factor, high * factor, numerator=count, denominator=bought
    )


@dataclass(frozen=True, eq=False, repr=False)
class ComplaintChart(Result):
    """Complaints per thousand purchases by period, with the limits of chance.

    Attributes
    ----------
    table : DataFrame
        One row per period, by its first day: ``complaints``, ``purchases``, ``rate`` and
        ``centre`` per 1,000 purchases, ``low``, ``high`` (limits), ``signal`` (rate outside them).
    period : str
        "week", "month" or "quarter".
    """

    period: str

    @property
    def signals(self) -> pd.Series:
        """Rates outside the limits, by the name of their period."""
        out = self.table.loc[self.table["signal"], "rate"]
        return out.set_axis(out.index.strftime(NAMED[self.period]))

    @property
    def title(self) -> str:
        """How many periods lie outside the limits."""
        count = len(self.signals)
        if not count:
            return f"No {self.period} lies outside the limits of chance"
        return f"{count} {self.period}{'s' * (count > 1)} outside the limits of chance"

    @property
    def limits(self) -> str:
        """What the grey band of the figure is."""
        return f"{self.period} (grey: 3 standard deviations to each side of the mean rate)"

    @property
    def caption(self) -> str:
        """The title, with the periods named."""
        named = inputs.listed(list(self.signals.index))
        return f"{self.title}: {named}." if len(self.signals) else f"{self.title}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the rates within the limits of chance."""
        return plot_complaints(self, ax)


def complaint_chart(
    complaints: pd.DataFrame,
    transactions: Any,
    *,
    period: Literal["week", "month", "quarter"] = "month",
    refunds: Refunds = "error",
) -> ComplaintChart:
    r"""Complaints per thousand purchases by period, with the limits of chance (u-chart).

    Parameters
    ----------
    complaints : DataFrame
        ``opened``, the day of each complaint.
    transactions : DataFrame or CustomerDatabase
        ``date`` and, if there, ``amount`` of each purchase. Purchases of unknown customers count.
    period : {"week", "month", "quarter"}
        A week begins on Monday.
    refunds : {"error", "ignore", "net"}
        Whether to stop at a negative amount. A refund is no purchase.

    Returns
    -------
    ComplaintChart
        Rate of each period, and the limits of a process that does not change.

    Raises
    ------
    ValueError
        No purchases, days that are empty or cannot be read.

    Warns
    -----
    UserWarning
        Periods without purchases: their rate is NaN, and their complaints do not count.

    Notes
    -----
    :math:`\bar u \pm 3\sqrt{\bar u/n_t}`, not below 0 (Montgomery, Introduction to Statistical
    Quality Control). ``low`` and ``high`` are limits for a process that does not change, not an
    interval of the rate.

    Examples
    --------
    >>> log = pd.DataFrame({"date": ["2024-01-03", "2024-01-09", "2024-02-02", "2024-02-20"]})
    >>> chart = complaint_chart(pd.DataFrame({"opened": ["2024-01-03"]}), log)
    >>> chart.table[["rate", "centre"]]
                 rate  centre
    period
    2024-01-01  500.0   250.0
    2024-02-01    0.0   250.0
    """
    rule = PERIODS[inputs.choice(period, "period", PERIODS)]
    bought = _purchase_days(transactions, refunds)
    opened = bought[:0]
    if len(_frame(complaints)):
        inputs.table(complaints, ["opened"], "complaints")
        opened = inputs.days(complaints["opened"], "complaints.opened", rows=complaints)
    table = _counted({"complaints": opened, "purchases": bought}, rule)
    empty = table["purchases"] == 0
    if empty.any():
        none = "period has no purchases" if empty.sum() == 1 else "periods have no purchases"
        lost = int(table.loc[empty, "complaints"].sum())
        warnings.warn(
            f"{int(empty.sum())} {none} (first: {empty.idxmax():%Y-%m-%d}): no rate there, and "
            f"complaints that do not count: {lost}",
            stacklevel=2,
        )
    n = table["purchases"].where(~empty)
    centre = table["complaints"][~empty].sum() / n.sum()
    reach = 3 * np.sqrt(centre / n)
    table["rate"] = PER * table["complaints"] / n
    table["centre"] = PER * centre
    table["low"] = PER * (centre - reach).clip(lower=0)
    table["high"] = PER * (centre + reach)
    slack = 1e-9 * table["high"]
    table["signal"] = (table["rate"] < table["low"] - slack) | (
        table["rate"] > table["high"] + slack
    )
    return ComplaintChart(table, period)


@style.figure(ComplaintChart, width=10, height=5)
def plot_complaints(chart: ComplaintChart, ax: Axes | None = None) -> None:
    """Draw a u-chart: the complaint rate by period within the limits of chance.

    Parameters
    ----------
    chart : ComplaintChart
        Result of `complaint_chart`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = chart.table
    ax.fill_between(
        table.index, table["low"], table["high"], step="mid", color=style.COLOURS["pale"], alpha=0.5
    )
    ax.plot(table.index, table["centre"], color=style.COLOURS["neutral"], lw=1.5)
    ax.plot(table.index, table["rate"], "o-", color=style.COLOURS["value"])
    out = table[table["signal"]]
    ax.plot(out.index, out["rate"], "o", color=style.COLOURS["cost"], ms=14)
    for day, (name, rate) in zip(out.index, chart.signals.items(), strict=True):
        ax.annotate(
            str(name),
            (day, rate),
            xytext=(0, 12),
            textcoords="offset points",
            ha="center",
            color=style.COLOURS["cost"],
            weight="bold",
        )
    ax.set(ylabel=f"complaints per {PER:,} purchases", xlabel=chart.limits)
    top = float(np.nanmax(table[["rate", "high"]].to_numpy()))
    ax.set_ylim(0, 1.18 * top if top else 1)
    ax.set_title(chart.title)


def _frame(complaints: Any) -> pd.DataFrame:
    if not isinstance(complaints, pd.DataFrame):
        kind = type(complaints).__name__
        raise ValueError(f"complaints is of type {kind}; give a pandas DataFrame.")
    return complaints


def _purchase_days(transactions: Any, refunds: Refunds) -> pd.Series:
    """Day of each purchase, whoever made it: a rate per purchase needs no customer."""
    transactions = getattr(transactions, "transactions", transactions)
    log = inputs.table(transactions, ["date"], "transactions")
    who: Any = "unknown"
    if "customer_id" in log:
        where = "transactions.customer_id"
        who = inputs.ids(log["customer_id"], where, rows=log, accept=("empty",)).fillna("unknown")
    log = inputs.purchases(log.assign(customer_id=who), amount=False, refunds=refunds)
    if "amount" in log:
        log = log[log["amount"] >= 0]
    if log.empty:
        raise ValueError(
            f"transactions: {len(transactions)} rows, no purchase among them. A rate per purchase "
            "has no denominator; it is not 0."
        )
    return log["date"]


def _counted(events: dict[str, pd.Series], rule: str) -> pd.DataFrame:
    """How many of each kind in every period, from the first to the last."""
    side: Any = {"closed": "left", "label": "left"}
    counts = {
        name: pd.Series(1, index=pd.DatetimeIndex(days)).resample(rule, **side).sum()
        for name, days in events.items()
        if len(days)
    }
    table = pd.DataFrame(counts).reindex(columns=list(events)).fillna(0)
    return table.asfreq(rule, fill_value=0).rename_axis("period")
