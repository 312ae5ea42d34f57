"""Parts of the year: which day belongs to which month or week, and what they are called."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs

CYCLE = 146_097  # days of 400 years, after which the calendar returns
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December")  # fmt: skip


def in_order(given: Any, where: str) -> Any:
    """The numbers of a Series or mapping in the order of the year that its names say.

    Parameters
    ----------
    given : list, Series or mapping
        Names are months, as Jan or January, or numbers from 1. A list, and a Series without names
        of its own, is returned as it is.
    where : str
        What a refusal calls them.

    Returns
    -------
    list or Series

    Raises
    ------
    ValueError
        Other names, a name twice, or one that is lacking.

    Examples
    --------
    >>> in_order({2: 0.5, 1: 1.5}, "weights").tolist()
    [1.5, 0.5]
    """
    if not isinstance(given, Mapping | pd.Series):
        return given
    named = pd.Series(given)
    if isinstance(given, pd.Series) and named.index.equals(pd.RangeIndex(len(named))):
        return named
    names = [_part(one) for one in named.index]
    if sorted(names) != list(range(1, len(names) + 1)):
        raise ValueError(
            f"{where} are named {inputs.listed(list(named.index))}; name each month, as Jan or"
            " January, or number the parts of the year from 1, or give a plain list in order."
        )
    return named.iloc[np.argsort(names)]


def _part(name: Any) -> int:
    """Number of a month or a week by its name, 0 where it is none."""
    if isinstance(name, int | np.integer) and not isinstance(name, bool):
        return int(name)
    short = str(name).strip().lower()
    for place in range(1, 13):
        if short in (FULL[place - 1].lower(), MONTHS[place - 1].lower()):
            return place
    return 0


@functools.cache
def parts_of_year(count: int) -> NDArray[np.int64]:
    """Month or week of the year of each day of the cycle that starts on 1970-01-01."""
    days = np.arange(CYCLE).astype("datetime64[D]")
    if count == 12:
        return days.astype("datetime64[M]").astype(np.int64) % 12
    within = (days - days.astype("datetime64[Y]")).astype(np.int64)
    return np.minimum(within // 7, count - 1)


@functools.cache
def shares_of_year(count: int) -> NDArray[np.float64]:
    """Share of all days in each part of the year."""
    return np.bincount(parts_of_year(count), minlength=count) / CYCLE
