"""The seller's side: what a customer leaves after being served, and growth."""

from __future__ import annotations

from typing import overload

import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import amounts, same_rows
from crmlab.results import Result


def customer_profit(customers: pd.DataFrame | Result, rates: inputs.Numbers) -> pd.DataFrame:
    r"""Profit of each customer after the work done for that customer (activity-based costing).

    Parameters
    ----------
    customers : DataFrame or result
        One row per customer, with ``customer_id`` as a column or in the index: ``margin`` (revenue
        less the cost of the goods, may be negative) and one column per activity, counting how much
        of it the customer used.
    rates : mapping or Series
        Cost of one unit of each activity, in the money of ``margin``, such as
        ``{"visits": 40, "calls": 6}``.

    Returns
    -------
    DataFrame
        One row per customer, in the order given: ``margin``, the cost of each activity under its
        name, ``cost_to_serve`` (their sum), ``profit``.

    Raises
    ------
    ValueError
        An activity without a column, a negative or empty count or rate, a customer listed twice.

    Notes
    -----
    Profit = margin - sum of rate x use (Cooper & Kaplan 1991, Harvard Business Review 69(3)).
    Rates should hold only costs that would fall if the activity were not done.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"customer_id": ["A", "B", "C"], "margin": [200, 200, 50],
    ...                           "visits": [1, 5, 0], "calls": [0, 10, 2]})
    >>> customer_profit(customers, {"visits": 40, "calls": 6})
                 margin  visits  calls  cost_to_serve  profit
    customer_id
    A             200.0    40.0    0.0           40.0   160.0
    B             200.0   200.0   60.0          260.0   -60.0
    C              50.0     0.0   12.0           12.0    38.0
    """
    costs_of_one = inputs.numbers(rates, "rates", at_least=0)
    activities = list(costs_of_one.index)
    reserved = {"margin", "cost_to_serve", "profit", "customer_id"}.intersection(activities)
    if reserved or len(set(activities)) < len(activities):
        raise ValueError(
            f"rates has {inputs.listed(activities)}: each activity needs a name of its own, and "
            "none may be called margin, cost_to_serve, profit or customer_id."
        )
    frame = inputs.table(
        inputs.by_customer(customers),
        ["margin", *activities],
        "customers",
        remedy="Every activity in rates needs a column that counts it.",
    ).rename_axis("customer_id")
    inputs.ids(frame.index, "customers.customer_id")
    inputs.one_row_each(frame, "customers")
    margin = inputs.numbers(frame["margin"], "customers.margin", rows=frame)
    remedy = "Enter 0 where an activity was not used."
    used = inputs.number_columns(frame, activities, "customers", at_least=0, remedy=remedy)
    costs = used * costs_of_one
    served = costs.sum(axis=1)
    result = pd.concat([margin.rename("margin"), costs], axis=1)
    return result.assign(cost_to_serve=served, profit=margin - served)


def economic_value_added(
    operating_profit: float, *, capital: float, cost_of_capital: float
) -> float:
    r"""Profit left after the capital has been paid for (EVA).

    Parameters
    ----------
    operating_profit : float
        Net operating profit after taxes (NOPAT), for one year.
    capital : float
        Capital tied up, above 0, in the same money.
    cost_of_capital : float
        Weighted average cost of capital a year (WACC), as a fraction: 0.10 for 10 per cent.

    Returns
    -------
    float
        Money, a year. Negative when the profit does not pay for the capital.

    Raises
    ------
    ValueError
        Capital not above 0, or a cost of capital outside 0 to 1.

    Notes
    -----
    :math:`\text{NOPAT} - \text{WACC} \times \text{capital}` (Stewart 1991, The Quest for Value).

    Examples
    --------
    >>> economic_value_added(120, capital=1_000, cost_of_capital=0.10)
    20.0
    """
    profit = inputs.number(operating_profit, "operating_profit")
    remedy = "Without capital tied up there is nothing to charge for."
    tied = inputs.number(capital, "capital", above=0, remedy=remedy)
    remedy = "Write 10 per cent as 0.10."
    cost = inputs.number(cost_of_capital, "cost_of_capital", at_least=0, at_most=1, remedy=remedy)
    return profit - cost * tied


@overload
def growth_rate(first: float, last: float, *, start: int, end: int) -> float: ...
@overload
def growth_rate(
    first: float | inputs.Numbers, last: float | inputs.Numbers, *, start: int, end: int
) -> float | pd.Series: ...
def growth_rate(
    first: float | inputs.Numbers, last: float | inputs.Numbers, *, start: int, end: int
) -> float | pd.Series:
    r"""Compound growth per year between two years.

    Parameters
    ----------
    first, last : float or array-like, shape (n,)
        The quantity in the year ``start`` and in the year ``end``, above 0.
    start, end : int
        The two years themselves, not a count of them.

    Returns
    -------
    float or Series
        Growth per year, as a fraction of the year before.

    Raises
    ------
    ValueError
        A value not above 0 (there is no rate from a loss to a profit), or ``end`` not after
        ``start``; a part of a year.

    Notes
    -----
    :math:`(\text{last} / \text{first})^{1 / (\text{end} - \text{start})} - 1`. From 1984 to 2005
    is 21 steps, although the list of years has 22 entries and people call it 20 years; so the
    function takes the years and counts the steps.

    Examples
    --------
    >>> [round(growth_rate(100, last, start=2022, end=2024), 3) for last in (100, 121, 81)]
    [0.0, 0.1, -0.1]
    """
    began, ended = (inputs.count(year, name) for year, name in ((start, "start"), (end, "end")))
    if ended <= began:
        raise ValueError(f"end: {ended} is not after start {began}. Give the two years in order.")
    remedy = "A compound rate needs both values above 0; report the change in money instead."
    before = amounts(first, "first", above=0, remedy=remedy)
    after = amounts(last, "last", above=0, remedy=remedy)
    same_rows(first=before, last=after)
    return (after / before) ** (1 / (ended - began)) - 1
