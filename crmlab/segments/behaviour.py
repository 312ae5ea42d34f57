"""How customers buy: how often, how much at a time, how long ago, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pandas as pd

from crmlab import inputs
from crmlab.results import Result

if TYPE_CHECKING:
    from crmlab.repeat_buying.customers import Unit


def behaviour(summary: Result | pd.DataFrame, *, unit: Unit | None = None) -> pd.DataFrame:
    r"""How each customer buys, whatever her total: the features to segment by.

    Parameters
    ----------
    summary : repeat_buying.Summary or pandas.DataFrame
        One row per customer: ``frequency`` (repeat purchases), ``recency`` and ``T`` (ages at the
        last purchase and today) and ``amount``, money in all.
    unit : {"day", "week", "month", "quarter", "year"}, optional
        Time unit of a plain frame; a `Summary` knows its own.

    Returns
    -------
    pandas.DataFrame
        Indexed as the summary: ``per_month``, purchases per month of the relationship;
        ``basket``, money per purchase; ``days_since_last``; ``months``, age of the relationship.

    Raises
    ------
    ValueError
        A column is missing, a cell empty, a number below zero where that cannot be, a last
        purchase after today, a unit unknown or not the one of the summary.

    Notes
    -----
    With months of age :math:`m`, purchases per month are :math:`(frequency + 1)/(m + 1)`: the
    month of the first purchase counts whole, or newcomers would look busiest of all.

    Examples
    --------
    >>> table = pd.DataFrame({"frequency": [5, 0], "recency": [10.0, 0], "T": [11.0, 2],
    ...                       "amount": [60, 8]}, index=["Ann", "Bo"])
    >>> behaviour(table, unit="month").round(2)[["per_month", "basket"]].loc["Ann"].tolist()
    [0.5, 10.0]
    """
    from crmlab.repeat_buying.customers import agreed_unit, unit_days

    agreed = agreed_unit(summary, unit)
    if agreed is None:
        raise ValueError("the summary tells no unit of time; say unit='week', for example.")
    days = unit_days(cast("Unit", agreed))
    table = inputs.table(
        inputs.by_customer(summary), ("frequency", "recency", "T", "amount"), "summary"
    )
    inputs.one_row_each(table, "summary")
    counts = inputs.number_columns(table, ("frequency", "recency", "T"), "summary", at_least=0)
    money = inputs.numbers(table["amount"], "summary.amount", rows=table)
    waited = (counts["T"] - counts["recency"]) * days
    problem = "lies after T, the age today", "lie after T, the age today"
    inputs.refuse(waited < -1e-6, table, "summary.recency", problem, "Correct them.")
    bought, months = counts["frequency"] + 1, counts["T"] * days / unit_days("month")
    return pd.DataFrame(
        {
            "per_month": bought / (months + 1),
            "basket": money / bought,
            "days_since_last": waited.clip(lower=0),
            "months": months,
        },
        index=table.index,
    )
