"""The trade's sayings about retention, worked backwards to what they assume."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.retention import margin_multiple
from crmlab.lifetime_value.timing import delay, discount_rate

UNITS = ("pp", "pct")


def _changed(retention, change, unit):
    inputs.choice(unit, "unit", UNITS)
    step = inputs.number(change, "change") / 100
    return retention + step if unit == "pp" else retention * (1 + step)


def retention_lift(retention, *, change, unit, rate, first):
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
    float or numpy.ndarray
        0.25 is a quarter more.

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
    >>> retention_lift([0.6, 0.8, 0.9], change=5, unit="pp", rate=0, first="start").round(2)
    array([0.14, 0.33, 1.  ])
    >>> round(retention_lift(0.8, change=5, unit="pct", rate=0, first="start"), 2)
    0.25
    """
    before = inputs.numbers(np.atleast_1d(retention), "retention", at_least=0, at_most=1).to_numpy()
    after = _changed(before, change, unit)
    outside = (after > 1 + 1e-12) | (after < -1e-12)
    if outside.any():
        raise ValueError(
            f"a change of {change:g} {unit} takes retention {before[outside][0]:g} to "
            f"{after[outside][0]:g}; it must stay between 0 and 1"
        )
    if first == "end" and (before == 0).any():
        raise ValueError("retention 0 is worth nothing with first='end': no relative change exists")
    lift = margin_multiple(np.clip(after, 0, 1), rate=rate, first=first) / margin_multiple(
        before, rate=rate, first=first
    )
    return float(lift[0] - 1) if np.ndim(retention) == 0 else lift - 1


def retention_behind(lift, *, change, unit, rate, first):
    """Starting retention at which a change of retention gives a claimed change of value.

    Parameters
    ----------
    lift : float
        Claimed relative change of value: 0.85 for "85 % more profit".
    change, unit, rate, first
        As in `retention_lift`.

    Returns
    -------
    float
        Retention before the change; NaN, with a warning, if no rate gives that lift. With
        ``first="end"`` and points two rates can; the higher one is returned.

    Examples
    --------
    >>> round(retention_behind(1.0, change=5, unit="pp", rate=0, first="start"), 3)
    0.9
    """
    lift = inputs.number(lift, "lift", above=-1)
    rate = discount_rate(rate)
    delay(first)
    step = _changed(0.0 if unit == "pp" else 1.0, change, unit)
    if step == (0.0 if unit == "pp" else 1.0):
        raise ValueError("change is 0; give the change that the claim is about")
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
            stacklevel=2,
        )
        return float("nan")
    return float(good[-1])


def compare_claims(claims, *, rate, first):
    """Whether several claims about retention can hold for one company.

    Parameters
    ----------
    claims : pandas.DataFrame
        One claim per row, index its name; ``change``, ``unit``, ``lift`` as in
        `retention_behind`.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"}
        As in `with_retention`.

    Returns
    -------
    pandas.DataFrame
        Index as given. ``retention``: the starting rate the claim needs. Then one column per
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
    if not claims.index.is_unique or "retention" in claims.index:
        raise ValueError("claims: give each row its own name in the index, none of them retention")
    table = pd.DataFrame(index=claims.index)
    table["retention"] = [
        retention_behind(row.lift, change=row.change, unit=row.unit, rate=rate, first=first)
        for row in claims.itertuples()
    ]
    for row in claims.itertuples():
        lifts = []
        for kept in table["retention"]:
            after = _changed(kept, row.change, row.unit)
            possible = -1e-12 <= after <= 1 + 1e-12 and after < 1 + rate
            lifts.append(
                retention_lift(kept, change=row.change, unit=row.unit, rate=rate, first=first)
                if possible
                else np.nan
            )
        table[row.Index] = lifts
    return table
