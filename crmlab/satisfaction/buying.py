"""Measures of satisfaction that customers show with their feet: repeat rate and spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlab import inputs
from crmlab.inputs import Day, Refunds
from crmlab.results import Result
from crmlab.satisfaction.intervals import interval, mean_of, median_of


def repeat_rate(
    transactions: Any,
    *,
    within: int,
    until: Day | None = None,
    refunds: Refunds = "error",
    confidence: float = 0.95,
) -> pd.Series:
    """Share of customers who buy again within so many days of their first purchase.

    Parameters
    ----------
    transactions : DataFrame or CustomerDatabase
        ``customer_id``, ``date`` and, if there, ``amount``.
    within : int
        Days a customer has; a purchase on the last of them counts, one on the day of the first
        does not.
    until : date, optional
        Last day watched; the last date in the log if not given.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; such a row is no purchase; it is taken off the
        purchases of its day, and a day that does not end above zero is no purchase.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator`` (who came back in time), ``denominator``
        (customers watched for all of `within`), ``censored`` (first purchase too late for that:
        left out, above and below the line).

    Raises
    ------
    ValueError
        No purchases, a window of less than a day, purchases after `until`, refunds if not said
        what they mean; nobody watched long enough.

    Notes
    -----
    All months of `crmlab.database.cohorts` together, with Wilson's interval. The first purchase is
    the first in the log: pass customers who were new in the period, or the early regulars will
    look like fast returners.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b", "c"],
    ...     "date": ["2024-01-01", "2024-01-20", "2024-01-05", "2024-03-20"]})
    >>> repeat_rate(log, within=30, until="2024-03-31")[["estimate", "censored"]].tolist()
    [0.5, 1.0]
    """
    from crmlab.database.cohorts import cohorts

    found = cohorts(
        transactions, until=until, within=within, refunds=refunds, confidence=confidence
    )
    pooled = found.overall
    if not pooled["at_risk"]:
        raise ValueError(
            f"nobody was watched for {found.within} days by {found.until:%Y-%m-%d}: there is no "
            "rate. Choose a smaller within, or wait."
        )
    return interval(
        pooled["estimate"],
        pooled["low"],
        pooled["high"],
        numerator=pooled["repeated"],
        denominator=pooled["at_risk"],
        censored=found.table["customers"].sum() - pooled["at_risk"],
    )


@dataclass(frozen=True, eq=False, repr=False)
class Spend(Result):
    """What customers spend: mean and median, and what was left out.

    Attributes
    ----------
    table : DataFrame
        Rows ``mean``, ``median``; columns ``estimate``, ``low``, ``high``, ``n`` (customers
        with at least one purchase).
    refunds_only : int
        Customers of whom there are refunds and no purchase: they are left out.
    refunds_left_out : float
        Their refunds, an amount of 0 or less.
    """

    refunds_only: int = 0
    refunds_left_out: float = 0.0

    @property
    def caption(self) -> str:
        """Who was left out, and how much money; empty where nobody was."""
        if not self.refunds_only:
            return ""
        who = (
            "1 customer has" if self.refunds_only == 1 else f"{self.refunds_only:,} customers have"
        )
        return f"{who} refunds but no purchase, left out: {self.refunds_left_out:,.2f}"


def spend(transactions: Any, *, refunds: Refunds = "error", confidence: float = 0.95) -> Spend:
    """Mean and median amount per active customer.

    Parameters
    ----------
    transactions : DataFrame or CustomerDatabase
        ``customer_id``, ``date`` and ``amount``, of the period in question.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; leave such rows out; take them off.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Spend
        Mean and median among customers with at least one purchase.

    Raises
    ------
    ValueError
        Missing ids, days or amounts, nobody who bought, refunds if not said what they mean.

    Notes
    -----
    Among customers who bought: if the small ones leave, the mean rises and nobody is happier.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": list("aabc"), "date": "2025-03-01",
    ...     "amount": [5.0, 7.0, 3.0, 30.0]})
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     spend(log).table["estimate"].tolist()
    [15.0, 12.0]
    """
    log = inputs.purchases(transactions, refunds=refunds)
    if not (log["amount"] >= 0).any():
        raise ValueError(
            f"transactions: {len(log)} rows, no purchase among them. A mean per customer who "
            "bought has no denominator; it is not 0."
        )
    totals = log.groupby("customer_id")["amount"].sum()
    bought = totals.index.isin(log.loc[log["amount"] >= 0, "customer_id"])
    amounts = totals[bought].to_numpy()
    table = pd.DataFrame({"answer": amounts, "weight": 1.0, "cluster": range(len(amounts))})
    rows = {
        "mean": mean_of(table, confidence).drop("effective_n"),
        "median": median_of(table, confidence),
    }
    rest = totals[~bought]
    return Spend(pd.DataFrame(rows).T.drop(columns="missing"), len(rest), float(rest.sum()))
