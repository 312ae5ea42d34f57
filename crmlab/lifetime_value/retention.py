"""Customers who may leave: value under a retention rate, a retention curve, or moving states."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.cash import present_value
from crmlab.lifetime_value.timing import delay, discount_rate

_MOST_PERIODS = 5_000_000


def _rates(retention, ages):
    """Retention at the given ages (1 = first renewal) from a number, a row or a function."""
    if callable(retention):
        try:
            rates = np.broadcast_to(np.asarray(retention(ages), dtype=float), ages.shape)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"retention is a function but failed on an array of ages: {error}; "
                "it must return one rate per age"
            ) from None
        return inputs.numbers(rates, "retention", at_least=0, at_most=1).to_numpy()
    if np.ndim(retention) == 0:
        return np.full(len(ages), inputs.number(retention, "retention", at_least=0, at_most=1))
    rates = inputs.numbers(retention, "retention", at_least=0, at_most=1).to_numpy()
    if len(ages) and ages[-1] > len(rates):
        raise ValueError(
            f"retention has {len(rates)} rates but {ages[-1]} are needed; "
            "give a longer row, fewer periods, or a function of age"
        )
    return rates[ages - 1]


def survival(retention, *, periods):
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
    ages = np.arange(1, inputs.count(periods, "periods", at_least=0) + 1)
    shares = np.concatenate([[1.0], np.cumprod(_rates(retention, ages))])
    return pd.Series(shares, index=pd.RangeIndex(len(shares), name="age"), name="survival")


def with_retention(margin, retention, *, rate, first, periods=None):
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
    skip = int(delay(first))
    row = not callable(retention) and np.ndim(retention) > 0
    if periods is None and row:
        periods = len(inputs.numbers(retention, "retention")) + 1 - skip
    if periods is None:
        total = _endless(retention, rate)
        return float(margin * (total - skip))
    renewals = inputs.count(periods, "periods") - 1 + skip
    shares = survival(retention, periods=renewals).to_numpy()[skip:]
    return float(margin * present_value(shares, rate=rate, first=first))


def _endless(retention, rate):
    """Sum over t = 0, 1, ... of survival times discount factor."""
    if not callable(retention):
        kept = inputs.number(retention, "retention", at_least=0, at_most=1)
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


def margin_multiple(retention, *, rate, first):
    r"""How many yearly margins a customer is worth, for one or many constant retention rates.

    Parameters
    ----------
    retention : float, array-like, or pandas.Series
        Constant retention rates, each between 0 and 1 and below 1 + rate.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.

    Returns
    -------
    float, numpy.ndarray, or pandas.Series
        As given. The multiple rises with retention, so ``estimate``, ``low``, ``high`` of
        `retention_rate` become the ``estimate``, ``low``, ``high`` of the multiple.

    Notes
    -----
    :math:`(1+i)/(1+i-r)` at the start, :math:`r/(1+i-r)` at the end.

    Examples
    --------
    >>> margin_multiple([0.6, 0.8, 0.9], rate=0.12, first="end").round(2).tolist()
    [1.15, 2.5, 4.09]
    """
    rate = discount_rate(rate)
    skip = delay(first)
    given = [retention] if np.ndim(retention) == 0 else retention
    rates = inputs.numbers(given, "retention", at_least=0, at_most=1)
    problem = tuple(f"{verb} not below 1 + rate = {1 + rate:g}" for verb in ("is", "are"))
    remedy = "The value has no limit there: give a higher rate."
    inputs.refuse(rates >= 1 + rate, rates, "retention", problem, remedy)
    kept = rates.to_numpy()
    multiple = (1 + rate) / (1 + rate - kept) - skip
    if isinstance(retention, pd.Series):
        return pd.Series(multiple, index=retention.index, name="multiple")
    return float(multiple[0]) if np.ndim(retention) == 0 else multiple


def retention_table(margin, retention, *, rate, first, acquisition=0.0):
    r"""Value and what moves it, over a row of constant retention rates.

    Parameters
    ----------
    margin : float
        Contribution per period in money.
    retention : float or array-like, shape (n,)
        Retention rates.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.
    acquisition : float
        Cost of winning the customer, taken off the value.

    Returns
    -------
    pandas.DataFrame
        Index ``retention``; ``expected_payments`` (infinite at a retention of 1), ``multiple``,
        ``value``, and ``elasticity_retention``, ``elasticity_margin``, ``elasticity_rate``,
        ``elasticity_acquisition``: per cent of value for one per cent more of each. NaN with a
        warning where the value is not positive.

    Notes
    -----
    Before acquisition cost the elasticity to retention is :math:`r/(1+i-r)` (start) or
    :math:`(1+i)/(1+i-r)` (end), to the rate :math:`-ir/((1+i)(1+i-r))` or :math:`-i/(1+i-r)`, to
    the margin 1; each is then scaled by gross over net value. Gupta, Lehmann & Stuart (2004,
    J. Marketing Research 41) report about 5 for retention across five firms.

    Examples
    --------
    >>> table = retention_table(100, [0.6, 0.8, 0.9], rate=0.10, first="end")
    >>> table[["multiple", "value", "elasticity_retention"]].round(2)
               multiple   value  elasticity_retention
    retention
    0.6            1.20  120.00                  2.20
    0.8            2.67  266.67                  3.67
    0.9            4.50  450.00                  5.50
    """
    margin = inputs.number(margin, "margin")
    cost = inputs.number(acquisition, "acquisition", at_least=0)
    kept = np.atleast_1d(retention)
    multiple = margin_multiple(kept, rate=rate, first=first)
    gap = 1 + rate - kept
    gross = margin * multiple
    net = gross - cost
    if (net <= 0).any():
        warnings.warn(
            f"value is not positive at {(net <= 0).sum()} of {len(net)} retention rates, first "
            f"{kept[net <= 0][0]:g}: elasticities do not exist there",
            stacklevel=2,
        )
    scale = np.divide(gross, net, out=np.full(len(net), np.nan), where=net > 0)
    by_rate = -rate / gap if first == "end" else -rate * kept / ((1 + rate) * gap)
    payments = np.divide(1.0, 1 - kept, out=np.full(len(kept), np.inf), where=kept < 1)
    return pd.DataFrame(
        {
            "expected_payments": payments - delay(first),
            "multiple": multiple,
            "value": net,
            "elasticity_retention": scale * ((1 + rate) if first == "end" else kept) / gap,
            "elasticity_margin": scale,
            "elasticity_rate": scale * by_rate,
            "elasticity_acquisition": 1 - scale,
        },
        index=pd.Index(kept, name="retention"),
    )


def residual_value(margin, retention, *, rate, first, ages):
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
    ages = inputs.numbers(np.atleast_1d(ages), "ages", at_least=0, whole=True).astype(int).tolist()
    row = not callable(retention) and np.ndim(retention) > 0
    if row and max(ages) > len(retention):
        raise ValueError(
            f"ages reach {max(ages)} but retention has {len(retention)} rates; "
            "give fewer ages or a longer row"
        )

    def later(age):
        if callable(retention):
            return lambda more: retention(more + age)
        return np.append(np.asarray(retention)[age:], 0.0) if row else retention

    values = [with_retention(margin, later(age), rate=rate, first=first) for age in ages]
    return pd.Series(values, index=pd.Index(ages, name="age"), name="residual_value", dtype=float)
