"""The trade's sayings about retention, worked backwards to what they assume."""

from __future__ import annotations

import warnings
from typing import Any, Literal, TypeAlias, overload

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.multiples import SHARES, is_one, margin_multiple
from crmlab.lifetime_value.timing import First, delay, discount_rate

Unit: TypeAlias = Literal["pp", "pct"]
UNITS = ("pp", "pct")


@overload
def retention_lift(
    retention: float, *, change: float, unit: Unit, rate: float, first: First
) -> float: ...
@overload
def retention_lift(
    retention: inputs.Numbers, *, change: float, unit: Unit, rate: float, first: First
) -> pd.Series: ...
def retention_lift(
    retention: float | inputs.Numbers, *, change: float, unit: Unit, rate: float, first: First
) -> float | pd.Series:
    """Relative change of lifetime value when retention changes, everything else as it was.

    Parameters
    ----------
    retention : float or array-like
        Retention before the change, each between 0 and 1.
    change : float
        Size of the change in the unit given: 5 means five points or five per cent.
    unit : {"pp", "pct"}
        Percentage points (0.80 to 0.85) or per cent of the rate (0.80 to 0.84).
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.

    Returns
    -------
    float or pandas.Series
        One for each rate; 0.25 is a quarter more.

    Raises
    ------
    ValueError
        If the change leads above 1 or below 0, or to a value without limit.

    Notes
    -----
    Value of one customer without end, before acquisition cost and before what the better
    retention costs. The lift belongs to a starting rate: five points close half the gap from 0.90
    to 1, but an eighth of the gap from 0.60.

    Examples
    --------
    >>> lift = retention_lift([0.6, 0.8, 0.9], change=5, unit="pp", rate=0, first="start")
    >>> lift.round(2).tolist()
    [0.14, 0.33, 1.0]
    >>> round(retention_lift(0.8, change=5, unit="pct", rate=0, first="start"), 2)
    0.25
    """
    delay(first)
    given: Any = [retention] if is_one(retention) else retention
    before = inputs.numbers(given, "retention", **SHARES)
    after = _changed(before, change, unit)
    outside = (after > 1 + 1e-12) | (after < -1e-12)
    if outside.any():
        raise ValueError(
            f"a change of {change:g} {unit} takes retention {before[outside].iloc[0]:g} to "
            f"{after[outside].iloc[0]:g}; it must stay between 0 and 1."
        )
    if first == "end" and (before == 0).any():
        raise ValueError(
            "retention 0 is worth nothing with first='end': no relative change exists."
        )
    one, other = (
        margin_multiple(kept, rate=rate, first=first) for kept in (before, after.clip(0, 1))
    )
    lift = (other / one - 1).rename("lift")
    return float(lift.iloc[0]) if is_one(retention) else lift


def compare_claims(claims: pd.DataFrame, *, rate: float, first: First) -> pd.DataFrame:
    """Whether several claims about retention can hold for one company.

    Parameters
    ----------
    claims : pandas.DataFrame
        One claim per row, index its name. ``change`` and ``unit`` as in `retention_lift`;
        ``lift``: the claimed relative change of value, 0.85 for "85 % more profit".
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.

    Returns
    -------
    pandas.DataFrame
        Index as given. ``retention``: the starting rate the claim needs; NaN, with a warning, if
        no rate gives that lift, and with ``first="end"`` the higher of two. Then one column per
        claim: the lift that claim would give at this starting rate. Claims agree where a row
        repeats the claimed lifts. NaN where a change would leave 0..1.

    Examples
    --------
    >>> claims = pd.DataFrame({"change": [5, -5], "unit": "pp", "lift": [1.0, -0.25]},
    ...                       index=["gain", "loss"])
    >>> compare_claims(claims, rate=0, first="start").round(3)
          retention  gain   loss
    gain       0.90   1.0 -0.333
    loss       0.85   0.5 -0.250
    """
    inputs.table(claims, ["change", "unit", "lift"], "claims")
    rate = discount_rate(rate)
    delay(first)
    if not claims.index.is_unique or "retention" in claims.index:
        raise ValueError("claims: give each row its own name in the index, none of them retention.")
    numbers = inputs.number_columns(claims, ["change", "lift"], "claims")
    said = list(zip(claims.index, numbers["change"], claims["unit"], numbers["lift"], strict=True))
    starts = [_retention_behind(lift, change, unit, rate, first) for _, change, unit, lift in said]
    table = pd.DataFrame({"retention": starts}, index=claims.index)
    for name, change, unit, _ in said:
        table[name] = [_lift_from(start, change, unit, rate, first) for start in starts]
    return table


def _changed(retention: Any, change: float, unit: Unit) -> Any:
    inputs.choice(unit, "unit", UNITS)
    step = inputs.number(change, "change") / 100
    return retention + step if unit == "pp" else retention * (1 + step)


def _lift_from(kept: float, change: float, unit: Unit, rate: float, first: First) -> float:
    """Lift from one starting rate; NaN where the change would lead out of 0..1."""
    after = _changed(kept, change, unit)
    if not (-1e-12 <= after <= 1 + 1e-12 and after < 1 + rate):
        return float("nan")
    return retention_lift(kept, change=change, unit=unit, rate=rate, first=first)


def _retention_behind(lift: float, change: float, unit: Unit, rate: float, first: First) -> float:
    """Starting retention at which a change of retention gives a claimed change of value.

    With ``first="end"`` and points two rates can; the higher one is returned.
    """
    lift = inputs.number(lift, "lift", above=-1)
    origin = 0.0 if unit == "pp" else 1.0
    step = _changed(origin, change, unit)
    if step == origin:
        raise ValueError("change is 0; give the change that the claim is about.")
    before = np.poly1d([1.0, 0.0])
    after = before + step if unit == "pp" else before * step
    paying = (before, after) if first == "end" else (np.poly1d([1.0]), np.poly1d([1.0]))
    gap = 1 + rate
    balance = paying[1] * (gap - before) - (1 + lift) * paying[0] * (gap - after)
    roots = np.asarray(balance.roots)
    roots = np.sort(roots.real[np.abs(roots.imag) < 1e-12]) if len(roots) else roots
    good = [
        root
        for root in roots
        if 1e-12 < root < min(1, gap) and 0 <= after(root) <= 1 and after(root) < gap
    ]
    if not good:
        warnings.warn(
            f"no retention rate gives a lift of {lift:g} from a change of {change:g} {unit}",
            stacklevel=3,
        )
        return float("nan")
    return float(good[-1])
