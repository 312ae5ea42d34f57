"""What each customer brings: contribution, less what the contacts with the customer cost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmlab import inputs


def customer_profit(
    data: Any,
    *,
    margin: float,
    contacts: pd.DataFrame | None = None,
    after: inputs.Day | None = None,
    until: inputs.Day | None = None,
) -> pd.Series:
    """Profit of each customer: contribution less the cost of contacts.

    Parameters
    ----------
    data : CustomerDatabase or pandas.DataFrame
        A database, or its transactions: ``customer_id``, ``date``, ``amount`` and, if known,
        ``margin``. A refund is a negative amount and is taken off.
    margin : float
        Share of the amount that is contribution, above 0 and at most 1, used only where there is
        no column ``margin``.
    contacts : pandas.DataFrame, optional
        ``customer_id``, ``date``, ``cost``; those of the database if not given. A database whose
        contacts tell no cost counts none.
    after, until : date, optional
        Only what happened later than the first day and not later than the second.

    Returns
    -------
    pandas.Series
        ``profit`` in money, indexed by ``customer_id``, of every customer with a transaction or
        a contact in that time.

    Raises
    ------
    ValueError
        A column is missing, a cell empty or unreadable, a negative cost, nothing in that time.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Bo"], "date": "2025-03-01",
    ...                     "amount": [100, 40]})
    >>> visits = pd.DataFrame({"customer_id": ["Bo"], "date": ["2025-03-02"], "cost": [15]})
    >>> customer_profit(log, margin=0.3, contacts=visits).to_dict()
    {'Ann': 30.0, 'Bo': -3.0}
    """
    kept = inputs.number(margin, "margin", above=0, at_most=1, remedy="Write 0.3 for 30 %.")
    tables = getattr(data, "tables", {})
    given = getattr(data, "transactions", data)
    log = inputs.purchases(given, refunds="net")
    if "margin" in given:
        log["profit"] = inputs.numbers(
            given["margin"], "transactions.margin", rows=given, remedy="Fill it or drop the column."
        ).to_numpy()
    else:
        log["profit"] = kept * log["amount"]
    parts = [log]
    if contacts is None and "contacts" in tables and "cost" in tables["contacts"]:
        contacts = tables["contacts"]
    if contacts is not None:
        parts.append(_costs(contacts))
    ledger = pd.concat([part[["customer_id", "date", "profit"]] for part in parts])
    if after is not None:
        ledger = ledger[ledger["date"] > inputs.day(after, "after")]
    if until is not None:
        ledger = ledger[ledger["date"] <= inputs.day(until, "until")]
    if ledger.empty:
        raise ValueError("nothing happened between after and until; choose other days.")
    return ledger.groupby("customer_id")["profit"].sum()


def _costs(contacts: pd.DataFrame) -> pd.DataFrame:
    rows = inputs.table(contacts, ("customer_id", "date", "cost"), "contacts")
    cost = inputs.numbers(rows["cost"], "contacts.cost", rows=rows, at_least=0)
    return pd.DataFrame(
        {
            "customer_id": inputs.ids(rows["customer_id"], "contacts.customer_id", rows=rows),
            "date": inputs.days(rows["date"], "contacts.date", rows=rows),
            "profit": -cost,
        }
    )
