"""Amounts, and the one unit that all of them must share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs


class UnitMismatchError(ValueError):
    """Amounts in different units were about to be added, subtracted or compared."""


def amounts(values: float | inputs.Numbers, where: str, **options: Any) -> float | pd.Series:
    """A number as a float, or a row of them as a Series of floats, checked by `crmlab.inputs`."""
    given: Any = values
    if pd.api.types.is_scalar(given):
        return inputs.number(given, where, **options)
    return inputs.numbers(given, where, **options)


def same_rows(**named: float | pd.Series) -> None:
    """Raise unless all that are rows of numbers have the same row labels."""
    rows = {name: values for name, values in named.items() if isinstance(values, pd.Series)}
    first = next(iter(rows), "")
    for name, values in rows.items():
        if not values.index.equals(rows[first].index):
            raise ValueError(
                f"{first} has {len(rows[first])} rows, {name} has {len(values)}, and their labels "
                "differ. Take both from one table, in one order."
            )


def stated(unit: str) -> str:
    """A unit in words; raise where there is none."""
    if not isinstance(unit, str) or not unit.strip():
        raise ValueError(f"unit is {inputs.shown(unit)}; write it in words, such as 'USD per cup'.")
    return unit.strip()


def same_unit(frame: pd.DataFrame, name: str, *, table: str) -> str:
    """The one unit in column ``name``; raise where rows differ or a unit is empty."""
    where = f"{table}.{name}"
    remedy = "State the unit, for instance 'USD per month'."
    units = frame[name].astype(object).where(frame[name].notna(), "").astype(str).str.strip()
    inputs.refuse(units == "", frame, where, ("is empty", "are empty"), remedy)
    odd = units != units.iloc[0]
    if odd.any():
        raise UnitMismatchError(
            f"{where}: the first row is in {units.iloc[0]!r}, {odd.sum()} of {len(frame)} not; "
            f"first {inputs.first_row(frame, odd, where)}. Amounts in two units cannot be "
            "compared. Convert all rows to one unit."
        )
    return units.iloc[0]


def short(amount: float) -> str:
    """At least three figures, and never fewer than the amount has before the point.

    Examples
    --------
    >>> short(5785.2), short(1.469), short(0.3)
    ('5,785', '1.47', '0.3')
    """
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.3g}"


def below(values: Any, limits: Any) -> np.ndarray:
    """Which values lie below their limits, where equal up to rounding is not below."""
    values, limits = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (values, limits)))
    apart = inputs.settled(np.concatenate([values.ravel(), limits.ravel()]))
    return apart[: values.size] < apart[values.size :]
