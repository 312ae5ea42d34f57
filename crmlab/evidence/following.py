"""What customers did after the lot was drawn, each watched equally long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Followed(Result):
    """Customers of a trial and what each did in the same number of days.

    Attributes
    ----------
    table : pandas.DataFrame
        The columns that came in, and for each customer: ``before``, what was bought up to and
        on the day of the lot; ``purchases``, ``amount`` and, if known, ``margin`` of the days
        after it; ``still``, whether there was a purchase in the second half of these days.
    within : int
        Days that each was watched.
    left_out : int
        Customers drawn too late to be watched so long.
    """

    table: pd.DataFrame
    within: int
    left_out: int

    @property
    def caption(self) -> str:
        """How many are in and out."""
        return (
            f"{len(self.table):,} customers watched for {self.within} days; {self.left_out:,} "
            "left out, drawn too late to be watched so long."
        )


def follow(
    assigned: pd.DataFrame,
    transactions: Any,
    *,
    start: str = "start",
    within: int = 365,
    until: inputs.Day,
) -> Followed:
    """Add to each customer of a trial what she did in the days after the lot.

    Parameters
    ----------
    assigned : DataFrame
        One row per customer: ``customer_id``, the day of the lot, and whatever else is to be kept.
    transactions : DataFrame or CustomerDatabase
        ``customer_id``, ``date``, ``amount`` and, if known, ``margin``. A refund is no purchase;
        it is taken off the amount and the margin.
    start : str
        Column with the day of the lot.
    within : int
        Days to watch each customer.
    until : day
        Last day that the transactions cover.

    Returns
    -------
    Followed
        With ``table``, ``left_out``.

    Raises
    ------
    ValueError
        A missing column, id or day; a customer drawn twice; nobody watched long enough; ids that
        no transaction has.

    Notes
    -----
    Everybody is watched for the same days, so that nobody's outcome lies after the end of the
    data. What happened up to and on the day of the lot cannot be an effect; it is a covariate.

    Examples
    --------
    >>> drawn = pd.DataFrame({"customer_id": ["Ann", "Bo"], "treated": [1, 0],
    ...                       "start": ["2025-01-01", "2025-06-01"]})
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Ann"], "amount": [5.0, 8.0],
    ...                     "date": ["2025-01-01", "2025-03-15"]})
    >>> found = follow(drawn, log, within=100, until="2025-08-01")
    >>> found.table[["customer_id", "before", "amount", "still"]].values.tolist(), found.left_out
    ([['Ann', 5.0, 8.0, True]], 1)
    """
    rows = inputs.table(getattr(assigned, "table", assigned), ("customer_id", start), "assigned")
    days, last = inputs.count(within, "within"), inputs.day(until, "until")
    ids = inputs.ids(rows["customer_id"], "assigned.customer_id", rows=rows)
    said = "is in the trial twice", "are in the trial twice"
    twice = ids.duplicated()
    inputs.refuse(twice, rows, "assigned.customer_id", said, "A customer belongs to one arm only.")
    drawn = inputs.days(rows[start], f"assigned.{start}", rows=rows)
    log = getattr(transactions, "transactions", transactions)
    read = inputs.purchases(log, refunds="net").assign(row=np.arange(len(log)))
    inputs.shared_ids(pd.Index(ids), pd.Index(read["customer_id"]), "assigned and transactions")
    if "margin" in log:
        margin = inputs.numbers(log["margin"], "transactions.margin", rows=log)
        read["margin"] = margin.to_numpy()
    watched = (drawn + pd.Timedelta(days=days) <= last).to_numpy()
    if not watched.any():
        raise ValueError(
            f"Nobody was watched for {days} days by {last:%Y-%m-%d}; the first lot was drawn on "
            f"{drawn.min():%Y-%m-%d}. Give a smaller within."
        )
    first = pd.Series(drawn.to_numpy(), index=ids.to_numpy())[watched]
    read = read[read["customer_id"].isin(first.index)]
    read["day"] = (read["date"] - read["customer_id"].map(first)).dt.days
    kept = rows[watched].assign(customer_id=first.index)
    for name, values in _counted(read, days).items():
        kept[name] = values.reindex(first.index, fill_value=0).to_numpy()
    kept["still"] = kept["still"] > 0
    return Followed(kept, days, int((~watched).sum()))


def _counted(read: pd.DataFrame, days: int) -> dict[str, pd.Series]:
    """Sums by customer, by the name of their column."""
    after = read[read["day"].between(1, days)]
    bought = after[after["amount"] > 0]
    late = bought[bought["day"] > days / 2]
    before = read[read["day"] <= 0]
    sums = {
        "before": before.groupby("customer_id")["amount"].sum(),
        "purchases": bought.groupby("customer_id").size(),
        "amount": after.groupby("customer_id")["amount"].sum(),
    }
    if "margin" in read:
        sums["margin"] = after.groupby("customer_id")["margin"].sum()
    return {**sums, "still": late.groupby("customer_id").size()}
