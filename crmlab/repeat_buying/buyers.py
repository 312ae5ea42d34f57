"""Whose purchases a model of repeat buying may be fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from crmlab import inputs

if TYPE_CHECKING:
    from crmlab.database import CustomerDatabase


def free_buyers(
    db: CustomerDatabase, *, bound: Sequence[str] = ("subscriber", "wholesale")
) -> pd.DataFrame:
    """Purchases of the customers who are free to stay away without telling.

    Subscribers have a contract and must end it; business accounts order by plan. The models of
    repeat buying describe neither.

    Parameters
    ----------
    db : CustomerDatabase
    bound : list of str
        Values of ``kind`` in the table of customers that mean a contract or a plan.

    Returns
    -------
    pandas.DataFrame
        ``db.transactions`` without the rows of these customers. Without a table of customers, or
        without a column ``kind`` in it, all rows.

    Raises
    ------
    ValueError
        Nobody is left.

    Examples
    --------
    >>> import crmlab as crm
    >>> shop = crm.load("lantern")
    >>> shop.transactions["customer_id"].nunique(), free_buyers(shop)["customer_id"].nunique()
    (4000, 2907)
    """
    log = db.transactions
    customers = db.tables.get("customers")
    if customers is None or "kind" not in customers:
        return log
    kinds = [inputs.choice(one, "bound", sorted(set(customers["kind"].dropna()) | {one}))
             for one in bound]  # fmt: skip
    away = customers.loc[customers["kind"].isin(kinds), "customer_id"]
    kept = log[~log["customer_id"].isin(away)]
    if kept.empty:
        raise ValueError(f"transactions: every customer is one of {', '.join(kinds)}.")
    return kept
