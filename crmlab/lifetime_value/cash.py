"""Payments in time: what they are worth today, when they are earned back, at what rate."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.timing import delay, discount_rate


def _first_time(first):
    if isinstance(first, str) or first is None:
        return delay(first)
    return inputs.number(first, "first", at_least=0)


def present_value(flows, *, rate, first):
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

    >>> round(present_value([100, 100, 100], rate=0.10, first="end"), 2)
    248.69
    >>> round(present_value([100, 100, 100], rate=0.10, first="start"), 2)
    273.55
    """
    flows = inputs.numbers(flows, "flows").to_numpy()
    rate = discount_rate(rate)
    times = _first_time(first) + np.arange(len(flows))
    return float(np.sum(flows * np.exp(-times * np.log1p(rate))))


def cash_table(plan, *, acquisition, rate, first):
    """Cash flow of one customer, period by period, with running totals.

    Parameters
    ----------
    plan : pandas.DataFrame
        One row per period. ``margin``: contribution in money, which is revenue less what it costs
        to supply. Optional: ``revenue`` (shown, never added up) and ``service_cost`` (positive).
    acquisition : float
        Cost of winning the customer, paid at time 0, not negative.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"} or float
        When the first row of the plan is paid, see `present_value`.

    Returns
    -------
    pandas.DataFrame
        Index ``time`` in periods. Columns ``margin``, ``service_cost``, ``acquisition`` (costs
        positive), ``net``, ``cumulative``, ``present_value``, ``cumulative_present_value``; and
        ``revenue`` where the plan has it.

    Raises
    ------
    ValueError
        No ``margin`` column, a margin above its revenue, a negative cost.

    Examples
    --------
    >>> plan = pd.DataFrame({"margin": [100, 100, 100], "service_cost": [20, 20, 20]})
    >>> cash_table(plan, acquisition=80, rate=0, first="end")["cumulative"].tolist()
    [-80.0, 0.0, 80.0, 160.0]
    """
    inputs.table(plan, [], "plan")
    if "margin" not in plan:
        raise ValueError(
            "plan has no column margin; revenue is not margin: subtract the cost of supply "
            "and give the contribution in money"
        )
    rate, shift = discount_rate(rate), _first_time(first)
    given = [name for name in ("revenue", "margin") if name in plan]
    table = inputs.number_columns(plan, given, "plan")
    if "revenue" in table:
        remedy = "A contribution cannot exceed its revenue."
        above = table["margin"] > table["revenue"]
        inputs.refuse(above, plan, "plan.margin", ("is above revenue", "are above revenue"), remedy)
    served = plan["service_cost"] if "service_cost" in plan else table["margin"] * 0
    table["service_cost"] = inputs.numbers(served, "plan.service_cost", rows=plan, at_least=0)
    table.index = pd.Index(shift + np.arange(len(table)), name="time")
    if shift > 0:
        table = table.reindex(pd.Index([0.0, *table.index], name="time"), fill_value=0.0)
    table["acquisition"] = 0.0
    table.loc[0.0, "acquisition"] = inputs.number(acquisition, "acquisition", at_least=0)
    table["net"] = table["margin"] - table["service_cost"] - table["acquisition"]
    table["cumulative"] = table["net"].cumsum()
    table["present_value"] = table["net"] * (1 + rate) ** -table.index.to_numpy()
    table["cumulative_present_value"] = table["present_value"].cumsum()
    return table


def bridge(table):
    """Steps from all margins to the value today: service, acquisition, waiting.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `cash_table`.

    Returns
    -------
    pandas.Series
        ``margin``, ``service_cost``, ``acquisition``, ``discounting``, signed; their sum is the
        value today. Input of `plot_waterfall`.

    Examples
    --------
    >>> plan = pd.DataFrame({"margin": [100] * 10})
    >>> bridge(cash_table(plan, acquisition=80, rate=0.10, first="end")).round(2).tolist()
    [1000.0, 0.0, -80.0, -385.54]
    """
    table = inputs.table(table, ["margin", "service_cost", "acquisition", "net"], "table")
    return pd.Series(
        {
            "margin": table["margin"].sum(),
            "service_cost": 0.0 - table["service_cost"].sum(),
            "acquisition": 0.0 - table["acquisition"].sum(),
            "discounting": table["present_value"].sum() - table["net"].sum(),
        },
        name="money",
    )


def payback(table, *, discounted):
    """Time after which a customer has paid back what winning them cost.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `cash_table`.
    discounted : bool
        Count money of today (True) or plain money (False).

    Returns
    -------
    float
        Periods. Between two payments the money is taken to come in evenly. NaN, with a warning,
        if it is never paid back within the table.

    Examples
    --------
    >>> table = cash_table(pd.DataFrame({"margin": [100] * 3}), acquisition=80, rate=0, first="end")
    >>> payback(table, discounted=False)
    0.8
    """
    column = "cumulative_present_value" if discounted else "cumulative"
    table = inputs.table(table, [column], "table")
    times, money = table.index.to_numpy(dtype=float), table[column].to_numpy()
    paid = money >= 0
    if not paid.any():
        warnings.warn(
            f"never paid back: {-money[-1]:g} is still missing after {times[-1]:g} periods",
            stacklevel=2,
        )
        return float("nan")
    k = int(np.argmax(paid))
    if not paid[k:].all():
        warnings.warn(
            f"paid back first at {times[k]:g}, but the sum falls below zero again later",
            stacklevel=2,
        )
    if k == 0:
        return float(times[0])
    share = -money[k - 1] / (money[k] - money[k - 1])
    return float(times[k - 1] + share * (times[k] - times[k - 1]))


def break_even_tenure(acquisition, *, margin, rate, first):
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


def internal_rate(flows):
    """Discount rate at which a row of payments is worth nothing today.

    Parameters
    ----------
    flows : array-like, shape (n,)
        Payments at times 0, 1, 2, ... in money, costs negative: ``cash_table(...)["net"]``.

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

    flows = inputs.numbers(flows, "flows").to_numpy()
    signs = np.sign(flows[flows != 0])
    changes = int(np.sum(signs[1:] != signs[:-1]))
    if changes == 0:
        warnings.warn(
            "no internal rate: the payments never change sign, so no rate makes them worth nothing",
            stacklevel=2,
        )
        return float("nan")
    times = np.arange(len(flows))

    def worth(log_growth):
        exponent = -times * log_growth
        return np.sum(flows * np.exp(exponent - exponent.max()))

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
