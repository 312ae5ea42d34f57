"""Complaints per purchase: the rate, what silence hides, and a chart that knows chance."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import tail
from crmlab.satisfaction.intervals import interval
from crmlab.satisfaction.measures import purchases


def complaint_rate(complaints, transactions, *, per=1000, voiced=1.0, confidence=0.95):
    r"""Complaints per thousand purchases, and what they stand for if most people keep silent.

    Parameters
    ----------
    complaints : DataFrame
        One row per complaint.
    transactions : DataFrame
        One row per transaction; refunds (negative ``amount``) are no purchases.
    per : int
        Purchases the rate refers to.
    voiced : float
        Share of incidents that are complained about. 1 gives the rate of complaints; less
        gives the rate of incidents, complaints / voiced.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator`` (complaints), ``denominator``
        (purchases), ``per``.

    Raises
    ------
    ValueError
        No purchases, or `voiced` outside 0 to 1.

    Notes
    -----
    Exact Poisson interval (Garwood 1936, Biometrika 28). A falling rate is good news only if
    `voiced` stayed the same. Several complaints of one customer about one incident make the
    interval too narrow: count incidents.

    Examples
    --------
    Three complaints in 1,500 purchases:

    >>> log = pd.DataFrame({"amount": [5.0] * 1500})
    >>> float(complaint_rate(pd.DataFrame({"cause": ["late"] * 3}), log)["estimate"])
    2.0
    """
    if not 0 < voiced <= 1:
        raise ValueError(f"voiced {voiced}: a share above 0, up to 1")
    count, bought = len(complaints), len(purchases(transactions))
    low, high = poisson_interval(count, confidence)
    factor = per / bought / voiced
    return interval(
        count * factor,
        low * factor,
        high * factor,
        numerator=count,
        denominator=bought,
        per=per,
    )


def complaint_chart(complaints, transactions, *, period="MS", per=1000):
    r"""Complaints per thousand purchases by period, with the limits of chance (u-chart).

    Parameters
    ----------
    complaints : DataFrame
        ``opened``, the day of each complaint.
    transactions : DataFrame
        ``date`` of each purchase; refunds (negative ``amount``) are left out.
    period : str
        Pandas frequency: "MS" months, "W" weeks, "QS" quarters.
    per : int
        Purchases the rate refers to.

    Returns
    -------
    pandas.DataFrame
        One row per period: ``complaints``, ``purchases``, ``rate``, ``centre``, ``low``,
        ``high`` (limits), ``signal`` (rate outside the limits).

    Warns
    -----
    UserWarning
        Periods without purchases: their rate is NaN.

    Notes
    -----
    :math:`\bar u \pm 3\sqrt{\bar u/n_t}`, not below 0 (Montgomery, Introduction to Statistical
    Quality Control). `low` and `high` are limits for a process that does not change, not an
    interval of the rate.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-03", "2024-01-09", "2024-02-02", "2024-02-20"])
    >>> log = pd.DataFrame({"date": days})
    >>> chart = complaint_chart(pd.DataFrame({"opened": days[:1]}), log, per=100)
    >>> chart["rate"].tolist(), chart["centre"].tolist()
    ([50.0, 0.0], [25.0, 25.0])
    """
    inputs.table(complaints, ["opened"], "complaints")
    inputs.table(transactions, ["date"], "transactions")
    counts = {
        "complaints": inputs.days(complaints["opened"], "complaints.opened"),
        "purchases": inputs.days(purchases(transactions)["date"], "transactions.date"),
    }
    chart = pd.DataFrame(
        {name: pd.Series(1, index=dates).resample(period).sum() for name, dates in counts.items()}
    ).fillna(0)
    empty = chart["purchases"] == 0
    if empty.any():
        warnings.warn(
            f"{int(empty.sum())} periods have no purchases (first: {empty.idxmax().date()}): their "
            "rate is NaN",
            stacklevel=2,
        )
    bought = chart["purchases"].where(~empty)
    centre = chart["complaints"][~empty].sum() / bought.sum()
    reach = 3 * np.sqrt(centre / bought)
    chart["rate"] = per * chart["complaints"] / bought
    chart["centre"] = per * centre
    chart["low"] = per * (centre - reach).clip(lower=0)
    chart["high"] = per * (centre + reach)
    chart["signal"] = (chart["rate"] < chart["low"]) | (chart["rate"] > chart["high"])
    return chart.rename_axis("period")


def poisson_interval(count, confidence):
    """Garwood's exact interval of an expected count."""
    from scipy.special import chdtri

    missed = tail(confidence)
    low = chdtri(2 * count, 1 - missed) / 2 if count else 0.0
    return low, chdtri(2 * count + 2, missed) / 2


@style.figure(width=10, height=5)
def plot_complaints(chart, *, per=1000, ax=None):
    """Draw a u-chart: the complaint rate by period within the limits of chance.

    Parameters
    ----------
    chart : DataFrame
        Result of `complaint_chart`.
    per : int
        Purchases the rate refers to, for the axis.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax.fill_between(
        chart.index, chart["low"], chart["high"], step="mid", color=style.COLOURS["pale"], alpha=0.5
    )
    ax.plot(chart.index, chart["centre"], color=style.COLOURS["neutral"], lw=1.5)
    ax.plot(chart.index, chart["rate"], "o-", color=style.COLOURS["value"])
    out = chart[chart["signal"]]
    ax.plot(out.index, out["rate"], "o", color=style.COLOURS["cost"], ms=14)
    for day, rate in out["rate"].items():
        ax.annotate(
            f"{day:%b %Y}",
            (day, rate),
            xytext=(0, 12),
            textcoords="offset points",
            ha="center",
            color=style.COLOURS["cost"],
            weight="bold",
        )
    ax.set(ylabel=f"complaints per {per:,} purchases", xlabel="")
    ax.set_ylim(0, 1.18 * np.nanmax(chart[["rate", "high"]].to_numpy()))
    count = len(out)
    ax.set_title(
        "No period lies outside the limits of chance"
        if not count
        else f"{count} period{'s' * (count > 1)} outside the limits of chance"
    )
