"""Factors of different units on one scale from 0 (worst) to 1 (best)."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.results import Result

NAMED_SCALES = ("percentile", "min_max", "share_of_best")
Scale: TypeAlias = (
    "Literal['percentile', 'min_max', 'share_of_best'] | Mapping[Any, Sequence[float]]"
)
Missing = Literal["error", "skip", "neutral"]


def scale_factors(
    table: pd.DataFrame | Result,
    *,
    scale: Scale = "percentile",
    lower_is_better: Sequence[Any] = (),
    missing: Missing = "error",
) -> pd.DataFrame:
    r"""Put factors of different units on one scale from 0 (worst) to 1 (best).

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, k)
        One row per customer, one column per factor, in any units.
    scale : {"percentile", "min_max", "share_of_best"} or mapping of goalposts
        Goalposts are fixed in advance, factor to (worst, best); worst may exceed best, and
        whoever lies outside is set to 0 or 1. The three named rules use the customers at hand.
    lower_is_better : sequence of str
        Factors that count against a customer. Goalposts say so by themselves.
    missing : {"error", "skip", "neutral"}
        What to do with an unknown number: stop, leave it NaN, or give it the median of the
        scaled factor.

    Returns
    -------
    pandas.DataFrame
        Same shape, between 0 and 1.

    Raises
    ------
    ValueError
        A factor unknown, missing, or the same for everybody (it cannot tell customers apart).

    Warns
    -----
    UserWarning
        Customers outside the goalposts; unknown numbers skipped or filled.

    Notes
    -----
    Percentile: (rank - 1/2)/n, ties sharing their mean rank. Min-max: (x - min)/(max - min).
    Share of best: x/max, and min/x where less is better (Hwang & Yoon 1981). Only goalposts
    leave a customer's scaled value alone when other customers come or go; under the other
    rules a newcomer can swap the order of two customers who did not change.

    Examples
    --------
    >>> table = pd.DataFrame({"margin": [120, 40, 80]}, index=["Ann", "Bo", "Cy"])
    >>> scale_factors(table, scale="min_max")["margin"].tolist()
    [1.0, 0.0, 0.5]
    >>> scale_factors(table, scale={"margin": (0, 160)})["margin"].tolist()
    [0.75, 0.25, 0.5]
    """
    table = inputs.customer_table(table)
    goalposts = _goalposts(scale, table.columns, lower_is_better)
    inputs.choice(missing, "missing", ("error", "skip", "neutral"))
    columns = {}
    for factor in table.columns:
        values = table[factor]
        if missing == "error":
            remedy = "Fill it, or say missing='skip' or missing='neutral'."
            inputs.numbers(values, f"table.{factor}", rows=table, remedy=remedy)
        elif values.isna().all():
            raise ValueError(f"factor {factor!r} is unknown for everybody; leave it out.")
        if goalposts is not None:
            columns[factor] = _between(values, *goalposts[factor], factor)
        else:
            columns[factor] = _relative(values, scale, factor in lower_is_better, factor)
    scaled = pd.DataFrame(columns, index=table.index)
    unknown = scaled.isna().any(axis=1).to_numpy()
    if unknown.any():
        done = "stay NaN" if missing == "skip" else "get the median of the factor"
        warnings.warn(
            f"{unknown.sum():,} of {len(unknown):,} customers lack a factor, "
            f"first {table.index[unknown.argmax()]!r}; the missing numbers {done}.",
            UserWarning,
            stacklevel=2,
        )
    return scaled.fillna(scaled.median()) if missing == "neutral" else scaled


def costs(lower_is_better: Any, factors: pd.Index) -> list[Any]:
    """The factors that count against a customer, each of them a column."""
    given = isinstance(lower_is_better, list | tuple | set | frozenset | pd.Index | np.ndarray)
    unknown = [name for name in lower_is_better if name not in factors] if given else ["no list"]
    if unknown:
        raise ValueError(
            f"lower_is_better is {lower_is_better!r}; list some of {inputs.listed(list(factors))}."
        )
    return list(lower_is_better)


def _goalposts(
    scale: Any, factors: pd.Index, lower_is_better: Any
) -> dict[Any, tuple[float, float]] | None:
    against = costs(lower_is_better, factors)
    if not isinstance(scale, Mapping):
        if not isinstance(scale, str) or scale not in NAMED_SCALES:
            named = ", ".join(NAMED_SCALES)
            raise ValueError(f"scale is {scale!r}; give goalposts or one of {named}.")
        return None
    if against:
        raise ValueError("lower_is_better is for named scales; put (worst, best) in the goalposts.")
    missing = [factor for factor in factors if factor not in scale]
    if missing:
        raise ValueError(f"goalposts lack {inputs.listed(missing)}; give each (worst, best).")
    goalposts = {}
    for factor in factors:
        posts = inputs.numbers(scale[factor], f"goalposts of {factor!r}").tolist()
        if len(posts) != 2 or posts[0] == posts[1]:
            raise ValueError(f"goalposts of {factor!r} are {posts}; give two different numbers.")
        goalposts[factor] = (posts[0], posts[1])
    return goalposts


def _between(values: pd.Series, worst: float, best: float, factor: Any) -> pd.Series:
    ends = inputs.settled(np.array([*values, worst, best]))
    position = (values - worst) / (best - worst)
    outside = (ends[:-2] < ends[-2:].min()) | (ends[:-2] > ends[-2:].max())
    if outside.any():
        warnings.warn(
            f"{outside.sum():,} of {len(values):,} customers lie outside the goalposts of "
            f"{factor!r} ({worst:g} to {best:g}) and count as 0 or 1.",
            UserWarning,
            stacklevel=3,
        )
    return position.clip(0, 1)


def _relative(values: pd.Series, scale: Any, less_is_better: bool, factor: Any) -> pd.Series:
    values = pd.Series(inputs.settled(values.to_numpy()), values.index)
    lowest, highest = values.min(), values.max()
    if not highest > lowest:
        raise ValueError(
            f"factor {factor!r} has no two different numbers, so it cannot tell customers apart. "
            "Leave it out or give goalposts."
        )
    if scale == "percentile":
        return (values.rank(ascending=not less_is_better) - 0.5) / values.notna().sum()
    if scale == "min_max":
        position = (values - lowest) / (highest - lowest)
        return 1 - position if less_is_better else position
    wrong = values <= 0 if less_is_better else values < 0
    positive = ("is not positive", "are not positive")
    problem = positive if less_is_better else ("is below 0", "are below 0")
    remedy = "A share of the best needs positive numbers; use goalposts or 'min_max'."
    inputs.refuse(wrong, values, f"table.{factor}", problem, remedy)
    return lowest / values if less_is_better else values / highest
