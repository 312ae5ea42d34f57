"""What each customer brought last year and is expected to bring, from a log of purchases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from crmlab import inputs
from crmlab.results import Result

if TYPE_CHECKING:
    from crmlab.repeat_buying.forecast import Forecast


@dataclass(frozen=True, eq=False, repr=False)
class CurrentAndFuture(Result):
    """Profit of the last twelve months and profit to come, for each customer.

    Attributes
    ----------
    table : pandas.DataFrame
        ``current``, contribution of the twelve months before ``until``; ``future``, the forecast,
        with ``low`` and ``high`` (uncertainty of its parameters); ``p_alive``; ``silence``, weeks
        since the last purchase; ``rhythm``, weeks from one purchase to the next on average,
        missing for one who never came back.
    forecast : Forecast
        The forecast itself; ``forecast[ids].total()`` has an interval of its own.
    margin : float
        Share of the amount that was taken as contribution.
    until : pandas.Timestamp
        Last day that counts.
    """

    forecast: Forecast
    margin: float
    until: pd.Timestamp

    @property
    def caption(self) -> str:
        """Which twelve months, and what was forecast."""
        return f"Twelve months to {self.until:%Y-%m-%d}; forecast: {self.forecast.what}."


def current_and_future(
    transactions: Any,
    *,
    until: inputs.Day,
    margin: float,
    annual_rate: float = 0.12,
    years: float = 3,
) -> CurrentAndFuture:
    """Contribution of the last twelve months, and of the years to come, for each customer.

    Parameters
    ----------
    transactions : DataFrame or CustomerDatabase
        Purchases of customers without a contract: ``customer_id``, ``date``, ``amount`` and, if
        known, ``margin``. A refund is no purchase; it is taken off the spending of its day.
    until : date
        Last day that counts; later purchases are not looked at.
    margin : float
        Contribution as a share of the amount, above 0 and at most 1, used only where there is no
        column ``margin``.
    annual_rate : float
        Discount rate a year.
    years : float
        How far the forecast reaches.

    Returns
    -------
    CurrentAndFuture
        With ``table``, as `value_matrix` takes it, and ``forecast``.

    Raises
    ------
    ValueError
        A column is missing, a cell empty or unreadable; nothing was bought in the twelve months;
        the contributions do not add up to something between 0 and the amounts.

    Notes
    -----
    The forecast is that of Pareto/NBD and Gamma/Gamma, fitted to the purchases up to ``until``.
    With a column ``margin``, its share of the amounts in the log is the margin of the forecast.

    Examples
    --------
    CDNOW's customers bring less in three years than they brought in the last twelve months times
    three, since many will leave.

    >>> import crmlab as crm
    >>> found = current_and_future(crm.load("cdnow"), until="1998-06-30", margin=0.3)
    >>> found.table[["current", "future"]].sum().round(-3).tolist()
    [29000.0, 50000.0]
    """
    from crmlab import repeat_buying, tiers

    given = getattr(transactions, "transactions", transactions)
    last = inputs.day(until, "until")
    log = inputs.purchases(given, refunds="net")
    past = log[log["date"] <= last]
    profit = tiers.customer_profit(given, margin=margin, until=last)
    share = inputs.number(
        profit.sum() / past["amount"].sum(),
        "margin up to until, as a share of the amounts",
        above=0,
        at_most=1,
    )
    summary = repeat_buying.summarise(past, until=last, refunds="net")
    model, spend = repeat_buying.ParetoNBD.fit(summary), repeat_buying.GammaGamma.fit(summary)
    forecast = repeat_buying.lifetime_value(
        model, spend, summary, margin=share, annual_rate=annual_rate, years=years
    )
    year_ago = last - pd.DateOffset(years=1)
    current = tiers.customer_profit(given, margin=margin, after=year_ago, until=last)
    table = pd.DataFrame({"current": current.reindex(summary.index, fill_value=0.0)})
    table["future"] = forecast["estimate"]
    table[["low", "high"]] = forecast[["low", "high"]]
    table["p_alive"] = model.p_alive(summary)["estimate"]
    table["silence"] = summary["T"] - summary["recency"]
    table["rhythm"] = (summary["recency"] / summary["frequency"]).where(summary["frequency"] > 0)
    return CurrentAndFuture(table, forecast, float(share), last)
