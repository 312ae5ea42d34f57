"""Payments in time: what they are worth today, how many are needed, at what rate they pay."""

from __future__ import annotations

import warnings

import numpy as np

from crmlab import inputs
from crmlab.lifetime_value.timing import (
    First,
    delay,
    discount_factors,
    discount_rate,
    first_time,
)


def present_value(flows: inputs.Numbers, rate: float, *, first: First | float) -> float:
    r"""Value today of a row of payments, one per period.

    Parameters
    ----------
    flows : array-like, shape (n,)
        Payments in money, costs negative. For customers who may leave, margin times survival.
    rate : float
        Discount rate per period as a fraction, above -1. Zero gives the plain sum.
    first : {"start", "end"} or float
        When the first payment falls: now, after one period, or after so many periods (0.5 is the
        middle of the first).

    Returns
    -------
    float
        Money of today.

    Raises
    ------
    ValueError
        A payment that is missing or infinite, a rate of -1 or below, an unknown timing.

    Notes
    -----
    :math:`\sum_k f_k (1+i)^{-(s+k)}`, :math:`k = 0, 1, \dots`, with :math:`s` the time of the
    first payment. So ``"start"`` is always :math:`1+i` times ``"end"``.

    Examples
    --------
    Three payments of 100 at 10 %: 100/1.1 + 100/1.21 + 100/1.331.

    >>> round(present_value([100, 100, 100], 0.10, first="end"), 2)
    248.69
    >>> round(present_value([100, 100, 100], 0.10, first="start"), 2)
    273.55
    """
    payments = inputs.numbers(flows, "flows").to_numpy()
    times = first_time(first) + np.arange(len(payments))
    return float(np.sum(payments * discount_factors(times, discount_rate(rate))))


def break_even_tenure(acquisition: float, *, margin: float, rate: float, first: First) -> float:
    r"""Number of payments a customer must make before winning them has paid off.

    Parameters
    ----------
    acquisition : float
        Cost of winning the customer, money.
    margin : float
        Contribution per period after service cost, money.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        When the first margin comes.

    Returns
    -------
    float
        A whole number of payments; NaN, with a warning, if no tenure is long enough.

    Notes
    -----
    The smallest :math:`n` with :math:`m \sum_{k<n} (1+i)^{-(s+k)} \ge C`. At a positive rate the
    sum never passes :math:`m(1+i)^{1-s}/i`, so a high enough cost is never earned back.

    Examples
    --------
    >>> break_even_tenure(250, margin=100, rate=0, first="end")
    3.0
    >>> break_even_tenure(250, margin=100, rate=0.10, first="end")
    4.0
    """
    cost = inputs.number(acquisition, "acquisition", at_least=0)
    margin, rate = inputs.number(margin, "margin"), discount_rate(rate)
    shift = delay(first)
    if cost == 0:
        return 0.0
    needed = cost * (1 + rate) ** (shift - 1) / margin if margin > 0 else np.inf
    if needed * rate >= 1 or not np.isfinite(needed):
        reason = "the margin is not positive" if margin <= 0 else f"at a rate of {rate:g}"
        warnings.warn(
            f"no tenure earns back {cost:g} with {margin:g} per period: {reason}", stacklevel=2
        )
        return float("nan")
    plain = abs(needed * rate) < 1e-12
    exact = needed if plain else -np.log1p(-needed * rate) / np.log1p(rate)
    return float(np.ceil(exact - 1e-9 * max(1.0, exact)))


def internal_rate(flows: inputs.Numbers) -> float:
    """Discount rate at which a row of payments is worth nothing today.

    Parameters
    ----------
    flows : array-like, shape (n,)
        Payments at times 0, 1, 2, ... in money, costs negative: ``cash_table(...).table["net"]``.

    Returns
    -------
    float
        Rate per period as a fraction. NaN, with a warning that names the reason, if there is no
        such rate or more than one.

    Notes
    -----
    One change of sign gives exactly one rate (Descartes). With more there may be none or several;
    the search runs over log(1 + rate) from -12 to 12 and lists what it finds. Compare present
    values at your own rate instead: that answer always exists.

    Examples
    --------
    >>> round(internal_rate([-100, 60, 60]), 4)
    0.1307
    """
    from scipy.optimize import brentq

    payments = inputs.numbers(flows, "flows").to_numpy()
    signs = np.sign(payments[payments != 0])
    changes = int(np.sum(signs[1:] != signs[:-1]))
    if changes == 0:
        warnings.warn(
            "no internal rate: the payments never change sign, so no rate makes them worth nothing",
            stacklevel=2,
        )
        return float("nan")
    times = np.arange(len(payments))

    def worth(log_growth: float) -> float:
        exponent = -times * log_growth
        return np.sum(payments * np.exp(exponent - exponent.max()))

    grid = np.linspace(-12, 12, 2401) + 1e-7
    values = np.array([worth(point) for point in grid])
    crossed = np.flatnonzero(values[1:] * values[:-1] < 0)
    rates = [np.expm1(brentq(worth, grid[k], grid[k + 1], xtol=1e-14)) for k in crossed]
    if len(rates) == 1:
        return float(rates[0])
    found = ", ".join(f"{rate:.2%}" for rate in rates) or "none"
    warnings.warn(
        f"no single internal rate: the payments change sign {changes} times; rates found: {found}; "
        "compare present values at your own rate instead",
        stacklevel=2,
    )
    return float("nan")
