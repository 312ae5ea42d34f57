"""Amounts, and the one unit that all of them must share."""

import numpy as np
import pandas as pd

from crmlab import inputs


class UnitMismatchError(ValueError):
    """Amounts in different units were about to be added, subtracted or compared."""


def amounts(values, where, **options):
    """A number, array or Series as floats of the same kind, after `crmlab.inputs` checked it."""
    if np.ndim(values) == 0:
        return inputs.number(values, where, **options)
    found = inputs.numbers(values, where, **options)
    return found if isinstance(values, pd.Series) else found.to_numpy()


def same_unit(frame, name, *, table):
    """The one unit in column ``name``; raise where rows differ or a unit is empty."""
    where = f"{table}.{name}"
    remedy = "State the unit, for instance 'USD per month'."
    inputs.refuse(frame[name].isna(), frame, where, ("is empty", "are empty"), remedy)
    units = frame[name].astype(str).str.strip()
    odd = units != units.iloc[0]
    if odd.any():
        raise UnitMismatchError(
            f"{where}: the first row is in {units.iloc[0]!r}, {odd.sum()} of {len(frame)} not; "
            f"first {inputs.first_row(frame, odd, where)}. Amounts in two units cannot be "
            "compared. Convert all rows to one unit."
        )
    return units.iloc[0]
