"""Importance against performance, and what a bad or a good performance does."""

import warnings

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.drivers.labels import label_points
from crmlab.intervals import student_quantile
from crmlab.satisfaction.answers import checked_scale, numeric, numeric_table, paired
from crmlab.satisfaction.regression import NotIdentifiedError, fitted

QUADRANTS = {
    (True, True): "concentrate here",
    (True, False): "keep up",
    (False, True): "low priority",
    (False, False): "possible overkill",
}
FEWEST = 20


def importance_performance(importance, performance, *, cut="mean"):
    """Sort attributes into the four quadrants of importance and performance.

    Parameters
    ----------
    importance, performance : Series or DataFrame
        One value per attribute, in the same row labels; a table with ``estimate``, ``low``,
        ``high`` also tells whether the quadrant is settled.
    cut : str or tuple of float
        "mean" or "median" of the attributes, or the two cut values (importance, performance),
        such as the middle of the scale.

    Returns
    -------
    pandas.DataFrame
        One row per attribute, the most pressing first: ``importance``, ``performance`` (with
        ``_low`` and ``_high`` if given), ``importance_cut``, ``performance_cut``, ``quadrant``,
        ``tie`` (exactly on a cut: counted to the more pressing side), ``settled`` (both intervals
        on one side of the cut), ``margin``.

    Raises
    ------
    ValueError
        Different attributes in the two, missing values, an unknown cut.

    Notes
    -----
    Martilla & James (1977, J. Marketing 41). A relative cut always finds something to fix, and
    adding an attribute can move another across the line; with a fixed cut it cannot. ``margin``
    is the distance to the nearer cut, as a share of the range of the attributes.

    Examples
    --------
    >>> importance = pd.Series({"taste": 9.0, "speed": 8.0, "mugs": 4.0})
    >>> performance = pd.Series({"taste": 8.0, "speed": 5.0, "mugs": 8.0})
    >>> importance_performance(importance, performance)["quadrant"].to_dict()
    {'speed': 'concentrate here', 'taste': 'keep up', 'mugs': 'possible overkill'}
    """
    for values in (importance, performance):
        if not values.index.is_unique:
            raise ValueError(
                f"attribute {values.index[values.index.duplicated()][0]!r} comes twice"
            )
    table = pd.concat([_ends(importance, "importance"), _ends(performance, "performance")], axis=1)
    if len(table) != len(importance) or table[["importance", "performance"]].isna().any().any():
        raise ValueError(
            f"importance is for {list(importance.index)}, performance for "
            f"{list(performance.index)}: every attribute needs both, without gaps"
        )
    cuts = dict(zip(("importance", "performance"), _cuts(table, cut), strict=True))
    important = table["importance"] >= cuts["importance"]
    weak = table["performance"] <= cuts["performance"]
    table["importance_cut"], table["performance_cut"] = cuts.values()
    table["quadrant"] = [QUADRANTS[pair] for pair in zip(important, weak, strict=True)]
    off = [(table[name] - value).abs() for name, value in cuts.items()]
    table["tie"] = (off[0] < 1e-12) | (off[1] < 1e-12)
    if {"importance_low", "performance_low"} & set(table.columns):
        table["settled"] = _settled(table, cuts)
    ranges = [np.ptp(table[name]) or 1.0 for name in cuts]
    table["margin"] = np.minimum(off[0] / ranges[0], off[1] / ranges[1])
    rank = table["quadrant"].map(list(QUADRANTS.values()).index)
    order = np.lexsort((-table["importance"], rank))
    return table.iloc[order].rename_axis("attribute")


def penalty_reward(X, y, *, cuts, scale, confidence=0.95):
    r"""What a low rating of each driver costs in satisfaction, and what a high one adds.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of the drivers.
    y : Series or sequence, shape (n,)
        Overall satisfaction.
    cuts : tuple of float
        (a, b): a rating of a or less is low, of b or more is high.
    scale : tuple of float
        Lowest and highest possible rating.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per driver: ``penalty`` and ``reward`` in points of `y` against a middling rating,
        each with ``_low`` and ``_high``; reward + penalty as ``estimate``, ``low``, ``high``
        (negative: what is missing hurts more than what is good helps); ``kind``: "basic" or
        "excitement" where that interval lies below or above 0, else "performance" if penalty and
        reward are both clear of 0, else "unclear"; ``n_low``, ``n_high``,
        ``n``, ``missing``, ``reason``.

    Raises
    ------
    ValueError
        Cuts outside the scale or in the wrong order; ratings outside the scale; no driver with
        enough low and high ratings.

    Warns
    -----
    UserWarning
        A driver with fewer than 20 low, middling or high ratings: it is left out of the
        regression, its numbers are NaN.

    Notes
    -----
    One regression on two dummies per driver (Brandt 1987), HC3 errors. Methods for the asymmetry
    do not agree with each other in general (Matzler & Sauerwein 2002, International J. Service
    Industry Management 13).

    Examples
    --------
    >>> speed = pd.Series([2] * 20 + [5] * 20 + [9] * 20)
    >>> satisfaction = 5 - 2.0 * (speed == 2) + 0.5 * (speed == 9)
    >>> result = penalty_reward(speed.to_frame("speed"), satisfaction, cuts=(3, 8), scale=(1, 10))
    >>> result[["penalty", "reward", "estimate", "kind"]].round(2)
            penalty  reward  estimate   kind
    driver
    speed      -2.0     0.5      -1.5  basic
    """
    low, high = cuts
    bottom, top = checked_scale(scale)
    if not bottom <= low < high <= top:
        raise ValueError(f"cuts {cuts} must lie on the scale {scale}, the low one first")
    ratings = numeric_table(X, scale=scale)
    outcome = paired(ratings=ratings.iloc[:, 0], outcome=y)["outcome"]
    whole = ratings.notna().all(axis=1) & numeric(outcome, "outcome").notna()
    ratings, outcome = ratings[whole], outcome[whole]
    sides = {"low": ratings <= low, "high": ratings >= high}
    count = pd.DataFrame({f"n_{side}": found.sum() for side, found in sides.items()})
    middle = len(ratings) - count.sum(axis=1)
    scarce = count.assign(middle=middle).min(axis=1) < FEWEST
    kept = list(ratings.columns[~scarce])
    if not kept:
        raise ValueError(
            f"no driver has {FEWEST} low, middling and high ratings among {len(ratings)} complete "
            "answers: move the cuts or ask more people"
        )
    design = pd.concat(
        [found[kept].add_suffix(f" {side}") for side, found in sides.items()], axis=1
    )
    try:
        fit, n, _ = fitted(design.astype(float), outcome)
    except NotIdentifiedError as error:
        raise NotIdentifiedError(f"low and high ratings as dummies: {error}") from None
    table = _effects(fit, kept, confidence).reindex(ratings.columns).join(count)
    table["kind"] = _kind(table)
    table = table.assign(n=n, missing=len(whole) - n, reason="")
    for name in ratings.columns[scarce]:
        reason = (
            f"{count.loc[name, 'n_low']} low, {middle[name]} middling, "
            f"{count.loc[name, 'n_high']} high ratings: {FEWEST} of each are needed"
        )
        table.loc[name, "reason"] = reason
        warnings.warn(f"{name}: {reason}; its numbers are NaN", stacklevel=2)
    return table.rename_axis("driver")


@style.figure(width=9, height=7)
def plot_importance_performance(table, ax=None):
    """Draw the map of importance and performance with its four quadrants.

    Parameters
    ----------
    table : DataFrame
        Result of `importance_performance`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    x, y = table["performance"], table["importance"]
    cut = table["performance_cut"].iloc[0], table["importance_cut"].iloc[0]
    ends = []
    for name in ("performance", "importance"):
        values = table.filter(regex=f"^{name}(_low|_high|_cut)?$").to_numpy()
        pad = 0.12 * (np.ptp(values) or 1)
        ends.append((values.min() - pad, values.max() + pad))
    ax.set(xlim=ends[0], ylim=ends[1])
    ax.axvline(cut[0], color=style.COLOURS["ink"], lw=1.5)
    ax.axhline(cut[1], color=style.COLOURS["ink"], lw=1.5)
    colours = dict(zip(QUADRANTS.values(), ("cost", "good", "neutral", "warn"), strict=True))
    for (important, weak), name in QUADRANTS.items():
        ax.text(
            0.015 if weak else 0.985,
            0.98 if important else 0.02,
            name,
            transform=ax.transAxes,
            ha="left" if weak else "right",
            va="top" if important else "bottom",
            color=style.COLOURS[colours[name]],
            weight="bold",
            fontsize=16,
        )
    for values, axis in (("performance", "x"), ("importance", "y")):
        if f"{values}_low" in table:
            reach = np.abs(
                [table[values] - table[f"{values}_low"], table[f"{values}_high"] - table[values]]
            )
            ax.errorbar(x, y, **{f"{axis}err": reach}, fmt="none", color="#B0B0B0", lw=1.5)
    shades = [style.COLOURS[colours[name]] for name in table["quadrant"]]
    ax.scatter(x, y, s=110, color=shades, zorder=3)
    label_points(ax, x, y)
    ax.set(xlabel="performance", ylabel="importance", title="What to fix first")


@style.figure(width=9, height=6)
def plot_penalty_reward(table, ax=None):
    """Draw penalties to the left and rewards to the right, the most basic on top.

    Parameters
    ----------
    table : DataFrame
        Result of `penalty_reward`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    shown = table.dropna(subset="penalty").sort_values("estimate", ascending=False)
    rows = np.arange(len(shown))
    for side, colour in (("penalty", "cost"), ("reward", "good")):
        ax.barh(rows, shown[side], color=style.COLOURS[colour], height=0.62)
        ax.hlines(rows, shown[f"{side}_low"], shown[f"{side}_high"], color="black", lw=2)
    for row, kind in zip(rows, shown["kind"], strict=True):
        ax.text(1.01, row, kind, transform=ax.get_yaxis_transform(), va="center")
    ax.axvline(0, color=style.COLOURS["ink"], lw=1.5)
    ax.set_yticks(rows, shown.index)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("points of satisfaction:  a low rating costs  |  a high rating adds")
    ax.set_title("What hurts if bad, what delights if good")


def _ends(values, name):
    if isinstance(values, pd.DataFrame):
        columns = [column for column in ("estimate", "low", "high") if column in values]
        if "estimate" not in columns:
            raise ValueError(f"{name}: a table needs the column estimate, it has {list(values)}")
        table = numeric_table(values[columns])
        return table.rename(columns=lambda c: name if c == "estimate" else f"{name}_{c}")
    return numeric(values, name).to_frame(name)


def _cuts(table, cut):
    both = table[["importance", "performance"]]
    if isinstance(cut, str):
        if cut not in ("mean", "median"):
            raise ValueError(f'cut {cut!r}: "mean", "median" or two numbers')
        return both.agg(cut).to_numpy()
    return tuple(float(value) for value in cut)


def _settled(table, cuts):
    settled = pd.Series(True, index=table.index)
    for name, cut in cuts.items():
        if f"{name}_low" in table:
            low, high = table[f"{name}_low"], table[f"{name}_high"]
            settled &= (low > cut) | (high < cut)
    return settled


def _effects(fit, names, confidence):
    p = len(names)
    unit = np.eye(1 + 2 * p)
    combos = {
        "penalty": unit[1 : 1 + p],
        "reward": unit[1 + p :],
        "": unit[1 : 1 + p] + unit[1 + p :],
    }
    half = student_quantile(confidence, fit.df_resid)
    table = pd.DataFrame(index=names)
    for part, rows in combos.items():
        value = rows @ fit.params
        error = np.sqrt(np.einsum("ij,jk,ik->i", rows, fit.cov_params(), rows).clip(0))
        table[part or "estimate"] = value
        table[f"{part}_low".strip("_")] = value - half * error
        table[f"{part}_high".strip("_")] = value + half * error
    return table


def _kind(table):
    both_clear = (table["penalty_high"] < 0) & (table["reward_low"] > 0)
    return np.select(
        [table["high"] < 0, table["low"] > 0, both_clear, table["low"].notna()],
        ["basic", "excitement", "performance", "unclear"],
        "",
    )
