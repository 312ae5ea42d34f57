"""The seller's side: what a customer leaves after being served, and growth."""

import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import amounts


def customer_profit(customers, rates, *, unit):
    r"""Profit of each customer after the work done for that customer (activity-based costing).

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``customer_id``, ``margin`` (revenue less the cost of the goods, may
        be negative) and one column per activity, counting how much of it the customer used.
    rates : dict or Series
        Cost of one unit of each activity, such as ``{"visits": 40, "calls": 6}``.
    unit : str
        Unit of ``margin`` and of the costs, such as "USD per year".

    Returns
    -------
    DataFrame
        ``customer_id``, ``margin``, the cost of each activity under its name, ``cost_to_serve``
        (their sum), ``profit``, ``unit``. Index as in ``customers``.

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
    >>> customer_profit(customers, {"visits": 40, "calls": 6}, unit="USD").drop(columns="unit")
      customer_id  margin  visits  calls  cost_to_serve  profit
    0           A   200.0    40.0    0.0           40.0   160.0
    1           B   200.0   200.0   60.0          260.0   -60.0
    2           C    50.0     0.0   12.0           12.0    38.0
    """
    rates = inputs.numbers(rates, "rates", at_least=0)
    activities = list(rates.index)
    inputs.table(
        customers,
        ["customer_id", "margin", *activities],
        "customers",
        remedy="Every activity in rates needs a column that counts it.",
    )
    inputs.one_row_each(customers, "customers", by=["customer_id"])
    margin = inputs.numbers(customers["margin"], "customers.margin", rows=customers)
    used = inputs.number_columns(
        customers,
        activities,
        "customers",
        at_least=0,
        remedy="Enter 0 where an activity was not used.",
    )
    costs = used * rates
    served = costs.sum(axis=1)
    result = pd.concat([customers[["customer_id"]].assign(margin=margin), costs], axis=1)
    return result.assign(cost_to_serve=served, profit=margin - served, unit=unit)


def economic_value_added(operating_profit, *, capital, cost_of_capital):
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
    profit = amounts(operating_profit, "operating_profit")
    capital = amounts(
        capital,
        "capital",
        above=0,
        remedy="Without capital tied up there is nothing to charge for.",
    )
    cost = amounts(
        cost_of_capital,
        "cost_of_capital",
        at_least=0,
        at_most=1,
        remedy="Write 10 per cent as 0.10.",
    )
    return profit - cost * capital


def growth_rate(first, last, *, start, end):
    r"""Compound growth per year between two years.

    Parameters
    ----------
    first, last : float, array-like or Series
        The quantity in the year ``start`` and in the year ``end``, above 0.
    start, end : int
        The two years themselves, not a count of them.

    Returns
    -------
    float, array or Series
        Growth per year, as a fraction of the year before.

    Raises
    ------
    ValueError
        A value not above 0 (there is no rate from a loss to a profit), or ``end`` not after
        ``start``.

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
    start, end = amounts(start, "start"), amounts(end, "end")
    if end <= start:
        raise ValueError(f"end: {end:g} is not after start {start:g}. Give the two years in order.")
    remedy = "A compound rate needs both values above 0; report the change in money instead."
    first = amounts(first, "first", above=0, remedy=remedy)
    last = amounts(last, "last", above=0, remedy=remedy)
    return (last / first) ** (1 / (end - start)) - 1
