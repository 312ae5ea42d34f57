"""Terms of a sale: every sixth one free, pay later, money back if the price falls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs


def effective_discount(
    units: float | inputs.Numbers, *, pay: int, get: int, fee: float = 0.0
) -> float | pd.Series:
    r"""Share of the full price that "pay for 5, get 6" saves for so many units, after a club fee.

    Parameters
    ----------
    units : float or array-like, shape (n,)
        Units taken, whole and above 0.
    pay, get : int
        Of each ``get`` units, ``pay`` are paid.
    fee : float
        What membership costs, in prices of one unit: 2.5 for a fee of 10 where a unit costs 4.

    Returns
    -------
    float or pandas.Series
        Below 0 where the fee is more than what is free.

    Raises
    ------
    ValueError
        Units or terms that are not whole, more to pay than to get, a negative fee.

    Notes
    -----
    :math:`(\lfloor n / g \rfloor (g - p) - \text{fee}) / n`: only whole groups count.

    Examples
    --------
    >>> effective_discount([5, 6, 11, 12], pay=5, get=6).round(3).tolist()
    [0.0, 0.167, 0.091, 0.167]
    >>> effective_discount(2, pay=1, get=2)
    0.5
    """
    group = inputs.count(get, "get")
    paid = inputs.count(pay, "pay", at_least=0)
    if paid > group:
        raise ValueError(f"pay is {paid} and get is {group}; nobody pays for more than she gets.")
    cost = inputs.number(fee, "fee", at_least=0)
    given: Any = units
    if np.ndim(given) == 0 and not isinstance(given, Mapping):
        taken = pd.Series([inputs.number(given, "units", whole=True, at_least=1)])
        return float((((taken // group) * (group - paid) - cost) / taken).iloc[0])
    taken = inputs.numbers(given, "units", whole=True, at_least=1).astype(float)
    return ((taken // group) * (group - paid) - cost) / taken


def trade_credit(
    discount: float, *, discount_days: float, net_days: float, days_in_year: float = 365
) -> pd.Series:
    r"""Yearly interest that a buyer pays who lets a discount for early payment go.

    Parameters
    ----------
    discount : float
        Share taken off for early payment: 0.02 in "2/10 net 30".
    discount_days, net_days : float
        Last day for the discount, and the day on which the buyer pays otherwise: 10 and 30.
    days_in_year : float
        365 or, by the custom of some banks, 360.

    Returns
    -------
    pandas.Series
        ``per_period``, interest for the days between; ``simple``, times the number of such
        periods in a year; ``effective``, with interest on interest. Shares.

    Raises
    ------
    ValueError
        A discount outside 0 to 1 (1 excluded), net days that are not after the discount days.

    Notes
    -----
    :math:`i = d / (1 - d)` on what would have been paid; simple :math:`i k`, effective
    :math:`(1 + i)^k - 1` with :math:`k = \text{days in year} / (\text{net} - \text{discount
    days})`. A buyer who pays later than agreed pays less interest: give the day she pays.

    Examples
    --------
    >>> trade_credit(0.02, discount_days=10, net_days=30).round(4).tolist()
    [0.0204, 0.3724, 0.4459]
    """
    off = inputs.share(discount, "discount")
    if off == 1:
        raise ValueError("discount is 1; a buyer who pays nothing pays no interest.")
    first = inputs.number(discount_days, "discount_days", at_least=0)
    last = inputs.number(net_days, "net_days")
    if last <= first:
        raise ValueError(
            f"net_days is {last:g} and discount_days is {first:g}; net days must be later."
        )
    periods = inputs.number(days_in_year, "days_in_year", above=0) / (last - first)
    interest = off / (1 - off)
    with np.errstate(over="ignore"):
        effective = float(np.expm1(periods * np.log1p(interest)))
    return pd.Series({"per_period": interest, "simple": interest * periods, "effective": effective})


def expected_refund(
    price: float, later: inputs.Numbers, *, chances: inputs.Numbers, claimed: float = 1.0
) -> float:
    r"""What "money back if the price falls" costs the seller per unit sold, on average.

    Parameters
    ----------
    price : float
        What the buyer paid.
    later : array-like, shape (n,)
        Lowest prices that may come within the time of the guarantee.
    chances : array-like, shape (n,)
        Their probabilities, in the same order; together 1.
    claimed : float
        Share of the refunds that buyers ask for.

    Returns
    -------
    float
        Money per unit.

    Raises
    ------
    ValueError
        A negative price; chances that do not add up to 1 or are not one for each price.

    Notes
    -----
    :math:`\text{claimed} \sum_i q_i \max(0, p - p_i)`. To the buyer it is a right to sell back at
    the old price, a put option; a price that rises costs nobody anything.

    Examples
    --------
    A machine for 100; in the month after it costs 80 with a chance of 0.2, or 110.

    >>> expected_refund(100, [80, 110], chances=[0.2, 0.8])
    4.0
    """
    paid = inputs.number(price, "price", at_least=0)
    prices = inputs.numbers(later, "later", at_least=0)
    weights = inputs.weights(chances, "chances")
    if len(weights) != len(prices):
        raise ValueError(
            f"{len(prices)} later prices and {len(weights)} chances; give one chance for each."
        )
    asked = inputs.share(claimed, "claimed")
    back = np.maximum(0.0, paid - prices.to_numpy())
    return float(asked * (weights.to_numpy() @ back))
