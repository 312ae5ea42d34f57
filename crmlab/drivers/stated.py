"""What customers say is important against what moves with their satisfaction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.drivers.shares import Shares


def stated_and_derived(stated: inputs.Numbers, derived: inputs.Numbers | Shares) -> pd.DataFrame:
    """Set what customers say is important against what moves with their satisfaction.

    Parameters
    ----------
    stated : Series or mapping
        Stated importance of each driver, on any scale where more is more important.
    derived : Series, mapping or Shares
        Derived importance of the same drivers.

    Returns
    -------
    pandas.DataFrame
        One row per driver: ``stated``, ``derived`` as shares of their sums, the rank of each,
        and ``kind``: "important" (both at the mean or above it), "said only" (often a condition
        nobody lacks), "hidden" (moves satisfaction, rarely named), "minor".

    Raises
    ------
    ValueError
        Different drivers in the two, missing or negative importance, or nothing but zeros.

    Notes
    -----
    The four kinds follow Gustafsson & Johnson (2004, J. Service Research 7). The methods measure
    different things; where they differ, neither is wrong by that alone.

    Examples
    --------
    >>> stated = pd.Series({"taste": 9, "speed": 4, "price": 8})
    >>> derived = pd.Series({"taste": 0.3, "speed": 0.25, "price": 0.05})
    >>> stated_and_derived(stated, derived)["kind"].to_dict()
    {'taste': 'important', 'speed': 'hidden', 'price': 'said only'}
    """
    if isinstance(derived, Shares):
        derived = derived.table["share"]
    given = {"stated": inputs.numbers(stated, "stated", at_least=0)}
    given["derived"] = inputs.numbers(derived, "derived", at_least=0)
    for name, values in given.items():
        inputs.one_row_each(values, name)
        if not values.any():
            raise ValueError(f"{name} is 0 for every driver. Give at least one some importance.")
    first, second = (list(values.index) for values in given.values())
    if set(first) != set(second):
        raise ValueError(
            f"stated is for {inputs.listed(first)}, derived for {inputs.listed(second)}; give the "
            "importance of the same drivers in both."
        )
    table = pd.DataFrame(given).loc[first]
    table /= table.sum()
    for name in ("stated", "derived"):
        equal = pd.Series(inputs.settled(table[name].to_numpy()), table.index)
        table[f"{name}_rank"] = equal.rank(ascending=False, method="min").astype(int)
    high = table[["stated", "derived"]] >= (1 - 1e-9) / len(table)
    table["kind"] = np.select(
        [high.all(axis=1), high["stated"], high["derived"]],
        ["important", "said only", "hidden"],
        "minor",
    )
    return table.rename_axis("driver")
