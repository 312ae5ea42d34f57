"""Estimates compared: the difference of two, and one row for each group."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.satisfaction.answers import paired
from crmlab.satisfaction.intervals import MIN_ANSWERS, interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDS = ("estimate", "low", "high")


@overload
def difference(first: pd.Series, second: pd.Series, *, correlation: float = ...) -> pd.Series: ...
@overload
def difference(
    first: pd.DataFrame, second: pd.DataFrame, *, correlation: float = ...
) -> pd.DataFrame: ...
def difference(
    first: pd.Series | pd.DataFrame,
    second: pd.Series | pd.DataFrame,
    *,
    correlation: float = 0.0,
) -> pd.Series | pd.DataFrame:
    r"""Second estimate minus the first, with an interval made from the two intervals.

    Parameters
    ----------
    first, second : Series or DataFrame
        Results with ``estimate``, ``low``, ``high``; tables are matched by their rows.
    correlation : float
        Correlation of the two estimates: 0 for two separate samples. If the same people
        answered twice, r(answers) x overlap / sqrt(n1 n2).

    Returns
    -------
    Series or DataFrame
        ``estimate``, ``low``, ``high`` of the difference. It is real, as far as chance goes,
        when 0 lies outside.

    Raises
    ------
    ValueError
        Tables whose rows do not match, or a correlation outside -1 to 1.

    Notes
    -----
    Zou & Donner (2008, Statistics in Medicine 27): low = d -
    :math:`\sqrt{(b-l_b)^2 + (u_a-a)^2 - 2r(b-l_b)(u_a-a)}`, high likewise. For two Wilson
    intervals this is Newcombe's method 10 (1998, Statistics in Medicine 17).

    Examples
    --------
    >>> first = pd.Series({"estimate": 70.0, "low": 67.0, "high": 73.0})
    >>> second = pd.Series({"estimate": 75.0, "low": 71.0, "high": 79.0})
    >>> difference(first, second).tolist()
    [5.0, 0.0, 10.0]
    """
    r = inputs.number(correlation, "correlation", at_least=-1, at_most=1)
    tables = _ends(first, "first") + _ends(second, "second")
    if tables == 1 or (tables and set(first.index) != set(second.index)):
        raise ValueError("give two results of one kind; two tables must have the same rows")
    if tables:
        inputs.one_row_each(first, "first")
        inputs.one_row_each(second, "second")
        second = second.loc[first.index]
    before, after = ({name: part[name] for name in ENDS} for part in (first, second))
    below, above = before["estimate"] - before["low"], before["high"] - before["estimate"]
    fall, rise = after["estimate"] - after["low"], after["high"] - after["estimate"]
    change: Any = after["estimate"] - before["estimate"]
    low = change - np.sqrt(np.maximum(fall**2 + above**2 - 2 * r * fall * above, 0))
    high = change + np.sqrt(np.maximum(rise**2 + below**2 - 2 * r * rise * below, 0))
    if tables:
        return pd.DataFrame({"estimate": change, "low": low, "high": high})
    return interval(change, low, high)


def by_group(
    answers: pd.Series | pd.DataFrame | inputs.Numbers,
    groups: Any,
    statistic: Callable[..., pd.Series],
    **options: Any,
) -> pd.DataFrame:
    """One statistic for each group of respondents.

    Parameters
    ----------
    answers : Series or DataFrame, n rows
        What the statistic takes.
    groups : Series or sequence, shape (n,)
        Wave, segment, department, shown in their order: that of the categories where they are
        such. Respondents without a group form the group "(missing)".
    statistic : callable
        A function of this module that returns ``estimate``, ``low``, ``high``.
    **options
        Passed on; ``weights`` and ``clusters`` are cut to the group.

    Returns
    -------
    pandas.DataFrame
        One row per group, and ``reason``: why a group has no number. Groups with fewer than
        five answers are NaN, with a warning.

    Raises
    ------
    ValueError
        Groups that are no column, or of other respondents.

    Examples
    --------
    >>> from crmlab.satisfaction import mean
    >>> ratings = pd.Series([10, 9, 9, 8, 2, 7, 7])
    >>> with warnings.catch_warnings(action="ignore"):
    ...     by_group(ratings, list("aaaaabb"), mean)[["estimate", "reason"]]
           estimate                         reason
    group
    a           7.6
    b           NaN  2 answers, fewer than 5
    """
    name = getattr(groups, "name", None) or "group"
    answers = answers if isinstance(answers, pd.Series | pd.DataFrame) else pd.Series(answers)
    if isinstance(groups, str):
        raise ValueError(f"groups is {groups!r}; give the column itself: survey[{groups!r}]")
    if not callable(statistic):
        raise ValueError(f"statistic is {statistic!r}; give a function, such as mean itself.")
    rows = pd.Series(np.arange(len(answers)), answers.index)
    each = {key: options[key] for key in ("weights", "clusters") if options.get(key) is not None}
    table = paired(answers=rows, groups=groups, **each)
    each = {key: table[key] for key in each}
    labels = table["groups"].astype(object).reset_index(drop=True)
    labels = labels.where(labels.notna(), "(missing)")
    found: dict[Any, dict[Any, Any]] = {}
    for group, positions in labels.groupby(labels, sort=False).indices.items():
        part = answers.iloc[positions]
        count = len(part.dropna(how="all") if isinstance(part, pd.DataFrame) else part.dropna())
        if count < MIN_ANSWERS:
            reason = f"{count} {'answer' if count == 1 else 'answers'}, fewer than {MIN_ANSWERS}"
            warnings.warn(f"{name} {group}: {reason}, so its numbers are NaN", stacklevel=2)
            found[group] = {"reason": reason}
            continue
        cut = {key: values.iloc[positions] for key, values in each.items()}
        found[group] = {**statistic(part, **{**options, **cut}), "reason": ""}
    order = _in_order(found, getattr(groups, "dtype", None))
    result = pd.DataFrame.from_dict({g: found[g] for g in order}, orient="index")
    result = result.rename_axis(name)
    for column in reversed(ENDS):
        if column not in result:
            result.insert(0, column, np.nan)
    return result[[column for column in result if column != "reason"] + ["reason"]]


@style.figure(pd.DataFrame, width=9, height=5)
def plot_groups(table: pd.DataFrame, *, unit: str = "points", ax: Axes | None = None) -> None:
    """Draw one estimate with its interval for each group or wave, side by side.

    Parameters
    ----------
    table : DataFrame
        Result of `by_group`, or rows with ``estimate``, ``low``, ``high``.
    unit : str
        Unit of the estimate, for the axis.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    inputs.columns(table.columns, ENDS, "table")
    shown = table.dropna(subset="estimate")
    if shown.empty:
        raise ValueError("table: no group has an estimate, so there is nothing to draw.")
    places = np.arange(len(shown))
    estimate = shown["estimate"].to_numpy(dtype=float)
    reach = np.array([estimate - shown["low"], shown["high"] - estimate], dtype=float)
    ax.errorbar(
        places, estimate, yerr=reach, fmt="o", color=style.COLOURS["value"], capsize=8, ms=12, lw=3
    )
    for place, value in zip(places, estimate, strict=True):
        ax.text(place + 0.08, value, f"{value:.1f}", va="center", weight="bold")
    ax.set_xticks(places, [str(name) for name in shown.index])
    ax.set(xlim=(-0.5, len(shown) - 0.5), ylabel=unit, xlabel=table.index.name or "")
    ax.grid(visible=False, axis="x")
    ax.set_title(f"Each {table.index.name or 'group'} with its interval")


def _ends(result: Any, where: str) -> int:
    """1 for a table, 0 for a single result; refused if it has no estimate and interval."""
    if not isinstance(result, pd.Series | pd.DataFrame):
        kind = type(result).__name__
        raise ValueError(f"{where} is of type {kind}; give a result with its interval.")
    table = isinstance(result, pd.DataFrame)
    inputs.columns(result.columns if table else result.index, ENDS, where)
    return int(table)


def _in_order(groups: Any, kind: Any) -> list[Any]:
    named = [group for group in groups if group != "(missing)"]
    if isinstance(kind, pd.CategoricalDtype):
        named = sorted(named, key=list(kind.categories).index)
    else:
        try:
            named = sorted(named)
        except TypeError:
            named = sorted(named, key=str)
    return named + [group for group in groups if group == "(missing)"]
