"""What lost customers cost, and what a customer has given, gives and may give."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs

COMPONENTS = ("historical", "current", "potential")
_COUNTED = ("integer", "floating", "mixed-integer-float", "decimal")


def cost_of_lost_customers(
    customers: int,
    *,
    loss_rate: float,
    revenue: float,
    margin: float,
    cost_to_serve: float = 0.0,
) -> pd.Series:
    """What the customers lost in one year would have brought in that year.

    Parameters
    ----------
    customers : int
        Customers at the start of the year.
    loss_rate : float
        Share lost during the year, 0..1.
    revenue : float
        Revenue per customer and year, money.
    margin : float
        Share of revenue that goes with the customer. Net profit after overheads is too small:
        the overheads stay. Use the contribution.
    cost_to_serve : float
        Yearly cost per customer that is saved when they leave and that `margin` does not contain.

    Returns
    -------
    pandas.Series
        ``lost_customers``, ``lost_revenue``, ``lost_margin``, ``saved_service``,
        ``one_year_cost``. Times `margin_multiple` it covers the years the customers would have
        stayed.

    Warns
    -----
    UserWarning
        If losing these customers saves money.

    Examples
    --------
    >>> cost_of_lost_customers(1000, loss_rate=0.05, revenue=200, margin=0.4,
    ...                        cost_to_serve=30).tolist()
    [50.0, 10000.0, 4000.0, 1500.0, 2500.0]
    """
    lost = inputs.count(customers, "customers", at_least=0) * inputs.share(loss_rate, "loss_rate")
    lost_revenue = lost * inputs.number(revenue, "revenue", at_least=0)
    lost_margin = lost_revenue * inputs.number(margin, "margin (a share of revenue)", at_most=1)
    saved = lost * inputs.number(cost_to_serve, "cost_to_serve", at_least=0)
    if lost_margin < saved or margin < 0:
        warnings.warn(
            f"these customers bring {lost_margin:g} and cost {saved:g} to serve: "
            "losing them saves money",
            stacklevel=2,
        )
    return pd.Series(
        {
            "lost_customers": lost,
            "lost_revenue": lost_revenue,
            "lost_margin": lost_margin,
            "saved_service": saved,
            "one_year_cost": lost_margin - saved,
        },
        dtype=float,
    )


def value_components(amounts: pd.DataFrame) -> pd.DataFrame:
    """Historical, current and potential value per customer, no period counted twice.

    Parameters
    ----------
    amounts : pandas.DataFrame
        ``customer_id``; ``component``: ``"historical"`` (realised), ``"current"`` (if behaviour
        stays as it is) or ``"potential"`` (what may come beyond that); ``start`` and ``end`` of
        the period (dates or numbers, the end itself not included); ``amount`` in money.
        Optional ``part``: what the amount consists of (base, cross-buying, referral).

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; ``historical``, ``current``, ``potential``, ``future`` (current +
        potential), ``total``. NaN, with a warning, for a component a customer has no row for.

    Raises
    ------
    ValueError
        Two rows of one customer cover the same time. Only different parts of one component may.

    Examples
    --------
    >>> rows = [("C1", "historical", "base", 2022, 2025, 300),
    ...         ("C1", "current", "base", 2025, 2026, 100),
    ...         ("C1", "potential", "base", 2026, 2029, 250),
    ...         ("C1", "potential", "growth", 2026, 2029, 90)]
    >>> names = ["customer_id", "component", "part", "start", "end", "amount"]
    >>> value_components(pd.DataFrame(rows, columns=names)).loc["C1"].tolist()
    [300.0, 100.0, 340.0, 440.0, 740.0]
    """
    table = _components(amounts)
    _check_overlaps(table)
    wide = table.groupby(["customer_id", "component"], observed=True)["amount"].sum().unstack()
    wide = wide.reindex(columns=list(COMPONENTS)).astype(float)
    missing = wide.isna()
    if missing.to_numpy().any():
        counts = ", ".join(f"{name} {n}" for name, n in missing.sum().items() if n)
        warnings.warn(
            f"customers without a row, so without a total: {counts}; "
            "add a row with amount 0 where nothing is meant",
            stacklevel=2,
        )
    wide.columns.name = None
    wide["future"] = wide["current"] + wide["potential"]
    wide["total"] = wide["historical"] + wide["future"]
    return wide


def _components(amounts: pd.DataFrame) -> pd.DataFrame:
    """The rows as settled columns, in their order."""
    needed = ["customer_id", "component", "start", "end", "amount"]
    rows = inputs.table(amounts, needed, "amounts").reset_index(drop=True)
    table = pd.DataFrame(
        {"customer_id": inputs.ids(rows["customer_id"], "amounts.customer_id", rows=rows)}
    )
    wrong = ~rows["component"].isin(COMPONENTS)
    names = ", ".join(COMPONENTS)
    problem = f"is none of {names}", f"are none of {names}"
    inputs.refuse(wrong, rows, "amounts.component", problem, "Rename or remove it.")
    table["component"] = rows["component"].astype("str")
    parts = rows["part"] if "part" in rows else pd.Series("all", rows.index)
    table["part"] = inputs.ids(parts, "amounts.part", rows=rows)
    counted = {pd.api.types.infer_dtype(rows[side]) in _COUNTED for side in ("start", "end")}
    for side in ("start", "end"):
        read = inputs.numbers if counted == {True} else inputs.days
        table[side] = read(rows[side], f"amounts.{side}", rows=rows)
    problem = "does not lie after the start", "do not lie after the start"
    remedy = "The end is the first day that no longer counts."
    inputs.refuse(table["start"] >= table["end"], rows, "amounts.end", problem, remedy)
    table["amount"] = inputs.numbers(rows["amount"], "amounts.amount", rows=rows)
    return table


def _check_overlaps(table: pd.DataFrame) -> None:
    spans = table.assign(row=np.arange(len(table)))
    pairs = spans.merge(spans, on="customer_id", suffixes=("", "_other"))
    pairs = pairs[pairs["row"] < pairs["row_other"]]
    parts = (pairs["component"] == pairs["component_other"]) & (
        pairs["part"] != pairs["part_other"]
    )
    clash = pairs[
        (pairs["start"] < pairs["end_other"]) & (pairs["start_other"] < pairs["end"]) & ~parts
    ]
    if len(clash):
        one = clash.iloc[0]
        raise ValueError(
            f"amounts: {len(clash)} pairs of rows count the same time twice, first customer "
            f"{one['customer_id']}: {one['component']} (row {one['row']}) and "
            f"{one['component_other']} (row {one['row_other']}). Make the periods follow each "
            "other."
        )
