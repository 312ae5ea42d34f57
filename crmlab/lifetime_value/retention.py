"""Customers who may leave: value under a retention rate or a retention curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.lifetime_value.multiples import SHARES, is_one
from crmlab.lifetime_value.payments import present_value
from crmlab.lifetime_value.timing import First, delay, discount_rate

Retention: TypeAlias = "float | inputs.Numbers | Callable[[NDArray[Any]], Any]"

_MOST_PERIODS = 5_000_000


def survival(retention: Retention, *, periods: int) -> pd.Series:
    r"""Share of customers still there after 0, 1, 2, ... renewals.

    Parameters
    ----------
    retention : float, array-like of shape (periods,), or callable
        Share kept at each renewal: one rate for all, one per renewal, or a function that takes an
        array of ages (1 is the first renewal) and returns as many rates.
    periods : int
        Number of renewals.

    Returns
    -------
    pandas.Series
        Index ``age`` 0..periods, values from 1 downwards.

    Notes
    -----
    :math:`S(0) = 1,\ S(t) = r_t\,S(t-1)`.

    Examples
    --------
    >>> survival([0.6, 0.8, 0.9], periods=3).round(3).tolist()
    [1.0, 0.6, 0.48, 0.432]
    """
    last = inputs.number(periods, "periods", whole=True, at_least=0, at_most=_MOST_PERIODS)
    ages = np.arange(1, int(last) + 1)
    shares = np.concatenate([[1.0], np.cumprod(_rates(retention, ages))])
    return pd.Series(shares, index=pd.RangeIndex(len(shares), name="age"), name="survival")


def with_retention(
    margin: float,
    retention: Retention,
    *,
    rate: float,
    first: First,
    periods: int | None = None,
) -> float:
    r"""Lifetime value of a customer who may leave, before the cost of winning them.

    Parameters
    ----------
    margin : float
        Contribution per period in money, from a customer who is there.
    retention : float, array-like, or callable
        As in `survival`. A row of n rates is a finite life: with ``first="end"`` it gives n
        payments, with ``"start"`` n + 1.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        ``"start"``: the first margin is paid now and is certain, then one at each renewal.
        ``"end"``: nothing now, the first margin comes with the first renewal.
    periods : int, optional
        Number of payments at most. Without it: no end, or the end of the row.

    Returns
    -------
    float
        Money of today.

    Raises
    ------
    ValueError
        A rate of -1 or below, retention outside 0..1, or a sum without limit (retention at or
        above 1 + rate, no horizon).

    Notes
    -----
    Constant retention, no end: :math:`m(1+i)/(1+i-r)` at the start, :math:`m\,r/(1+i-r)` at the
    end (Gupta & Lehmann 2003, J. Interactive Marketing 17). The two differ by the one margin
    paid today. A margin paid in arrears, by everybody who began the period, is
    :math:`m/(1+i-r)`: the ``"start"`` value divided by 1 + rate.

    Examples
    --------
    At a zero rate 0.9 means ten payments on average: 10 x 100.

    >>> round(with_retention(100, 0.9, rate=0, first="start"), 2)
    1000.0
    >>> round(with_retention(100, 0.9, rate=0.10, first="end"), 2)
    450.0
    >>> round(with_retention(100, [0.6, 0.8, 0.9], rate=0, first="start"), 2)
    251.2
    """
    margin, rate = inputs.number(margin, "margin"), discount_rate(rate)
    skip = delay(first)
    row = not callable(retention) and not is_one(retention)
    if periods is None and row:
        rates: Any = retention
        periods = len(inputs.numbers(rates, "retention")) + 1 - skip
    if periods is None:
        total = _endless(retention, rate)
        return float(margin * (total - skip))
    renewals = inputs.count(periods, "periods") - 1 + skip
    shares = survival(retention, periods=renewals).to_numpy()[skip:]
    return float(margin * present_value(shares, rate, first=first))


def residual_value(
    margin: float,
    retention: Retention,
    *,
    rate: float,
    first: First,
    ages: int | inputs.Numbers,
) -> pd.Series:
    """Expected remaining value of customers who have already stayed for so many renewals.

    Parameters
    ----------
    margin, retention, rate, first
        As in `with_retention`. A row of rates ends the life where it ends.
    ages : int or array-like of int
        Renewals already made.

    Returns
    -------
    pandas.Series
        Index ``age``, value today of what is still to come. With ``first="start"`` it contains
        the margin that falls due right now, after the renewal.

    Notes
    -----
    With one constant rate the residual value is the same at every age. Where retention rises with
    age, because the inconstant leave first, old customers are worth more than new ones
    (Fader & Hardie 2010, Marketing Science 29).

    Examples
    --------
    >>> residual_value(100, [0.5, 0.8, 0.9], rate=0, first="end", ages=[0, 1, 2]).round(1).tolist()
    [126.0, 152.0, 90.0]
    """
    given: Any = [ages] if is_one(ages) else ages
    reached = inputs.numbers(given, "ages", at_least=0, whole=True).astype(int).tolist()
    row = not callable(retention) and not is_one(retention)
    rates: Any = retention
    if row:
        rates = inputs.numbers(rates, "retention", **SHARES).to_numpy()
    if row and max(reached) > len(rates):
        raise ValueError(
            f"ages reach {max(reached)} but retention has {len(rates)} rates; "
            "give fewer ages or a longer row."
        )

    def later(age: int) -> Any:
        if callable(rates):
            return lambda more: rates(more + age)
        return np.append(rates[age:], 0.0) if row else rates

    values = [with_retention(margin, later(age), rate=rate, first=first) for age in reached]
    return pd.Series(values, index=pd.Index(reached, name="age"), name="residual_value")


def _rates(retention: Any, ages: NDArray[Any]) -> NDArray[np.float64]:
    """Retention at the given ages (1 = first renewal) from a number, a row or a function."""
    if callable(retention):
        if not len(ages):
            return np.empty(0)
        try:
            rates = np.broadcast_to(np.asarray(retention(ages), dtype=float), ages.shape)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"retention is a function but failed on an array of ages: {error}; "
                "it must return one rate per age"
            ) from None
        return inputs.numbers(rates, "retention", **SHARES).to_numpy()
    if is_one(retention):
        return np.full(len(ages), inputs.number(retention, "retention", **SHARES))
    rates = inputs.numbers(retention, "retention", **SHARES).to_numpy()
    if len(ages) and ages[-1] > len(rates):
        raise ValueError(
            f"retention has {len(rates)} rates but {ages[-1]} are needed; "
            "give a longer row, fewer periods, or a function of age"
        )
    return rates[ages - 1]


def _endless(retention: Any, rate: float) -> float:
    """Sum over t = 0, 1, ... of survival times discount factor."""
    if not callable(retention):
        kept = inputs.number(retention, "retention", **SHARES)
        if kept >= 1 + rate:
            raise ValueError(
                f"retention {kept:g} is not below 1 + rate = {1 + rate:g}: the value has no limit; "
                "give periods or a higher rate"
            )
        return (1 + rate) / (1 + rate - kept)
    if rate <= 0:
        raise ValueError(
            f"rate is {rate:g} and retention a function: nothing bounds the sum; "
            "give periods or a rate above 0"
        )
    total, share, age, block = 1.0, 1.0, 0, 1024
    while age < _MOST_PERIODS:
        weights = _rates(retention, np.arange(age + 1, age + block + 1)) / (1 + rate)
        shares = share * np.cumprod(weights)
        total, share, age = total + shares.sum(), shares[-1], age + block
        if share / rate < 1e-13 * total:
            return total
        block *= 2
    raise ValueError(
        f"rate {rate:g} is so small that {_MOST_PERIODS:,} periods do not settle the sum; "
        "give periods"
    )
