"""Estimates compared: the difference of two, and one row for each group."""

import warnings

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.satisfaction.answers import paired
from crmlab.satisfaction.intervals import MIN_ANSWERS, interval


def difference(first, second, *, correlation=0.0):
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
    if not -1 <= correlation <= 1:
        raise ValueError(f"correlation {correlation} lies outside -1 to 1")
    tables = [item for item in (first, second) if isinstance(item, pd.DataFrame)]
    if len(tables) == 1 or (tables and set(first.index) != set(second.index)):
        raise ValueError("give two results of one kind; two tables must have the same rows")
    if tables:
        second = second.loc[first.index]
    below, above = first["estimate"] - first["low"], first["high"] - first["estimate"]
    fall, rise = second["estimate"] - second["low"], second["high"] - second["estimate"]
    change = second["estimate"] - first["estimate"]
    low = change - np.sqrt(fall**2 + above**2 - 2 * correlation * fall * above)
    high = change + np.sqrt(rise**2 + below**2 - 2 * correlation * rise * below)
    if tables:
        return pd.DataFrame({"estimate": change, "low": low, "high": high})
    return interval(change, low, high)


def by_group(answers, groups, statistic, **options):
    """One statistic for each group of respondents.

    Parameters
    ----------
    answers : Series or DataFrame, n rows
        What the statistic takes.
    groups : Series or sequence, shape (n,)
        Wave, segment, department. Respondents without a group form the group "(missing)".
    statistic : callable
        A function of this module that returns ``estimate``, ``low``, ``high``.
    **options
        Passed on. A Series with the row labels of `answers`, such as weights, is cut to the group.

    Returns
    -------
    pandas.DataFrame
        One row per group, and ``reason``: why a group has no number. Groups with fewer than
        five answers are NaN, with a warning.

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
    answers = answers if hasattr(answers, "iloc") else pd.Series(answers)
    if isinstance(groups, str):
        raise ValueError(f"groups is {groups!r}; give the column itself: survey[{groups!r}]")
    order = pd.Series(np.arange(len(answers)), answers.index)
    labels = paired(answers=order, groups=groups)["groups"].astype(object).reset_index(drop=True)
    labels = labels.where(labels.notna(), "(missing)")
    same = [
        key
        for key, value in options.items()
        if isinstance(value, pd.Series) and value.index.equals(answers.index)
    ]
    rows = {}
    for group, positions in labels.groupby(labels, sort=True).indices.items():
        part = answers.iloc[positions]
        given = part.notna().any(axis=1) if part.ndim == 2 else part.notna()
        if given.sum() < MIN_ANSWERS:
            reason = f"{int(given.sum())} answers, fewer than {MIN_ANSWERS}"
            warnings.warn(f"{name} {group}: {reason}, so its numbers are NaN", stacklevel=2)
            rows[group] = {"reason": reason}
            continue
        cut = {key: options[key].iloc[positions] for key in same}
        rows[group] = {**statistic(part, **{**options, **cut}), "reason": ""}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(name)
    for column in ("high", "low", "estimate"):
        if column not in table:
            table.insert(0, column, np.nan)
    return table[[column for column in table if column != "reason"] + ["reason"]]


@style.figure(width=9, height=5)
def plot_groups(table, *, unit="points", ax=None):
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
    shown = table.dropna(subset="estimate")
    places = np.arange(len(shown))
    estimate = shown["estimate"].to_numpy(dtype=float)
    reach = np.abs([estimate - shown["low"], shown["high"] - estimate])
    ax.errorbar(
        places, estimate, yerr=reach, fmt="o", color=style.COLOURS["value"], capsize=8, ms=12, lw=3
    )
    for place, value in zip(places, estimate, strict=True):
        ax.text(place + 0.08, value, f"{value:.1f}", va="center", weight="bold")
    ax.set_xticks(places, [str(name) for name in shown.index])
    ax.set(xlim=(-0.5, len(shown) - 0.5), ylabel=unit, xlabel=table.index.name or "")
    ax.grid(visible=False, axis="x")
    ax.set_title(f"Each {table.index.name or 'group'} with its interval")
