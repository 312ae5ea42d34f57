"""Every silence of every customer, and when a rule would have rung."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.database.cohorts import visit_days
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Silences(Result):
    """Silences between purchases, one row each.

    Attributes
    ----------
    table : pandas.DataFrame
        ``customer_id``; ``last``, day of the purchase after which the silence began;
        ``purchases`` (days with one) and ``usual_gap`` in days, as known on that day; ``back``,
        day of the next purchase, empty if none came.
    until : pandas.Timestamp
        Last day that counts.
    """

    table: pd.DataFrame
    until: pd.Timestamp

    @property
    def caption(self) -> str:
        """How many there are, and how many have not ended."""
        still = int(self.table["back"].isna().sum())
        return f"{len(self.table):,} silences, {still:,} not ended by {self.until:%Y-%m-%d}."

    def between(self, first: inputs.Day, last: inputs.Day) -> Silences:
        """Those that began on these days or between them, followed to the end of the data.

        Parameters
        ----------
        first, last : day
            First and last day on which the silence may begin.
        """
        start, end = inputs.day(first, "first"), inputs.day(last, "last")
        if end < start:
            raise ValueError(f"last is {end:%Y-%m-%d}, before first {start:%Y-%m-%d}.")
        inside = self.table["last"].between(start, end)
        return Silences(self.table[inside].reset_index(drop=True), self.until)

    def alarms(self, wait: inputs.Numbers | float) -> pd.DataFrame:
        """When a rule rings that waits so many days: once in each silence that lasts so long.

        Parameters
        ----------
        wait : float or array-like, shape (n,)
            Days of silence, above 0: one number, or one for each silence, as ``3 * usual_gap``.
            Part of a day counts as a day.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``, ``date`` of the alarm and ``last``.
        """
        if isinstance(wait, int | float | np.number):
            wait = [float(wait)] * len(self.table)
        days = inputs.numbers(wait, "wait", above=0).to_numpy()
        if len(days) != len(self.table):
            raise ValueError(f"wait has {len(days)} numbers for {len(self.table)} silences.")
        whole = np.ceil(inputs.settled(days) - 1e-9)
        ends = self.table["back"].fillna(self.until + pd.Timedelta(days=1))
        rings = whole < (ends - self.table["last"]).dt.days
        rung = self.table.loc[rings, ["customer_id", "last"]]
        date = rung["last"] + pd.to_timedelta(whole[rings], unit="D")
        return rung.assign(date=date)[["customer_id", "date", "last"]].reset_index(drop=True)

    def lost(self, days: float) -> pd.DataFrame:
        """Customers who did not come back: a stand-in where nobody knows who has left.

        Parameters
        ----------
        days : float
            Silence up to the end of the data that counts as lost.

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` and ``date`` of the last purchase. Slow customers who will be back
            are among them, and each left later than her last purchase.
        """
        least = inputs.number(days, "days", above=0)
        silent = (self.until - self.table["last"]).dt.days >= least
        gone = self.table[self.table["back"].isna() & silent]
        return gone[["customer_id", "last"]].rename(columns={"last": "date"})


def past_silences(
    transactions: pd.DataFrame,
    *,
    until: inputs.Day,
    least: int = 3,
    refunds: inputs.Refunds = "error",
) -> Silences:
    """Every silence of every customer who has a rhythm when it begins.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id``, ``date`` and, to know refunds, ``amount``.
    until : day
        Last day that counts; later purchases are left out.
    least : int
        Days with a purchase below which a customer has no rhythm, at least 2.
    refunds : {"error", "ignore", "net"}
        What a negative amount means; a day with a refund that does not end above 0 is no
        purchase.

    Returns
    -------
    Silences
        With ``table``, ``between``, ``alarms``, ``lost``; by customer and day.

    Raises
    ------
    ValueError
        What `crmlab.inputs.purchases` refuses; no customer has a rhythm.

    Notes
    -----
    The usual gap is the mean of the gaps before the silence began: nothing is used that was not
    known then.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": "Ann", "date": pd.to_datetime(
    ...     ["2025-01-01", "2025-01-11", "2025-01-31", "2025-03-31"])})
    >>> found = past_silences(log, until="2025-04-30")
    >>> found[["usual_gap", "purchases"]].round(1).to_numpy().tolist()
    [[15.0, 3.0], [29.7, 4.0]]
    >>> found.alarms(3 * found["usual_gap"])["date"].astype(str).tolist()
    ['2025-03-17']
    """
    end = inputs.day(until, "until")
    fewest = inputs.count(least, "least", at_least=2)
    days = visit_days(transactions, refunds=refunds)
    days = days[days["date"] <= end].sort_values(["customer_id", "date"], ignore_index=True)
    of_one = days.groupby("customer_id")["date"]
    bought = of_one.cumcount() + 1
    since = (days["date"] - of_one.transform("min")).dt.days
    table = pd.DataFrame(
        {
            "customer_id": days["customer_id"],
            "last": days["date"],
            "purchases": bought,
            "usual_gap": since / (bought - 1).where(bought > 1),
            "back": of_one.shift(-1),
        }
    )
    table = table[bought >= fewest].reset_index(drop=True)
    if table.empty:
        raise ValueError(
            f"transactions: no customer has {fewest} days of purchase up to {end:%Y-%m-%d}."
        )
    return Silences(table, end)
