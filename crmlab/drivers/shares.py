"""Key drivers: how much of the variance of satisfaction each driver explains."""

from math import comb

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.satisfaction.answers import numeric
from crmlab.satisfaction.regression import (
    check_identified,
    percentiles,
    resampled_correlations,
    together,
)

MOST_DRIVERS = 12
_SINGULAR = 1e-10


def shapley_shares(X, y, *, confidence=0.95, draws=500, seed=0):
    r"""Share of R² that each driver adds, averaged over all orders of adding them (LMG).

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of up to twelve drivers.
    y : Series or sequence, shape (n,)
        Outcome, such as overall satisfaction.
    confidence : float
        Coverage of the intervals.
    draws : int
        Bootstrap resamples of the respondents.
    seed : int
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        One row per driver, the largest first: ``estimate``, ``low``, ``high`` in units of R²
        (they add up to it); ``share``, ``share_low``, ``share_high`` as shares of R²;
        ``correlation`` with the outcome; ``beta``, the standardised coefficient; ``sign`` (of the
        correlation); ``note`` where correlation and beta differ in sign; ``n``, ``missing``
        (respondents with a missing answer, left out).

    Raises
    ------
    ValueError
        More than twelve drivers: use `relative_weights`.
    NotIdentifiedError
        A constant column, or drivers of which one is made of the others.

    Notes
    -----
    The Shapley value of R² (Lindeman, Merenda & Gold 1980; Grömping 2006, J. Statistical Software
    17). All 2^p values of R² come from the correlation matrix: each driver in turn is either
    swept out of the residual matrix or not, for all resamples at once. Percentile intervals;
    for a driver without any effect they stay above 0, as the share itself does. A share says
    how well the outcome can be told from a driver and those it moves with; with correlated
    drivers a driver without effect of its own gets a share too.

    Examples
    --------
    Two unrelated drivers, so each share is a squared correlation:

    >>> X = pd.DataFrame({"speed": [1, 1, 9, 9], "taste": [1, 9, 1, 9]})
    >>> shapley_shares(X, [1, 2, 5, 6], draws=0)["share"].round(3).to_dict()
    {'speed': 0.941, 'taste': 0.059}
    """
    if X.shape[1] > MOST_DRIVERS:
        raise ValueError(
            f"{X.shape[1]} drivers have {2 ** X.shape[1]:,} subsets: use "
            f"crm.drivers.relative_weights, or keep {MOST_DRIVERS}"
        )
    return _importance(X, y, _lmg, confidence, (draws, seed))


def relative_weights(X, y, *, confidence=0.95, draws=500, seed=0):
    r"""Share of R² of each driver by Johnson's relative weights, for any number of drivers.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of the drivers.
    y : Series or sequence, shape (n,)
        Outcome, such as overall satisfaction.
    confidence : float
        Coverage of the intervals.
    draws : int
        Bootstrap resamples of the respondents.
    seed : int
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        As `shapley_shares`.

    Raises
    ------
    NotIdentifiedError
        A constant column, or drivers of which one is made of the others.

    Notes
    -----
    With :math:`\Lambda = R_{xx}^{1/2}` and :math:`\beta = \Lambda^{-1} r_{xy}` the weights are
    :math:`\Lambda^{\circ 2}\beta^{\circ 2}`; they add up to R² (Johnson 2000, Multivariate
    Behavioral Research 35). Usually close to `shapley_shares`, at the cost of one
    eigendecomposition.

    Examples
    --------
    >>> X = pd.DataFrame({"speed": [1, 1, 9, 9], "taste": [1, 9, 1, 9]})
    >>> relative_weights(X, [1, 2, 5, 6], draws=0)["share"].round(3).to_dict()
    {'speed': 0.941, 'taste': 0.059}
    """
    return _importance(X, y, _johnson, confidence, (draws, seed))


def stated_and_derived(stated, derived):
    """Set what customers say is important against what moves with their satisfaction.

    Parameters
    ----------
    stated : Series
        Stated importance of each driver, on any scale where more is more important.
    derived : Series or DataFrame
        Derived importance of the same drivers: a column, or the result of `shapley_shares`.

    Returns
    -------
    pandas.DataFrame
        One row per driver: ``stated``, ``derived`` as shares of their sums, the rank of each,
        and ``kind``: "important" (both at or above the mean), "said only" (often a condition
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
    if isinstance(derived, pd.DataFrame):
        derived = derived["share"]
    if set(stated.index) != set(derived.index):
        raise ValueError(f"stated has {list(stated.index)}, derived has {list(derived.index)}")
    table = pd.DataFrame({"stated": stated, "derived": derived[stated.index]})
    for name in table:
        values = numeric(table[name])
        if values.isna().any() or (values < 0).any() or values.sum() == 0:
            raise ValueError(f"{name} importance must be there, not negative and not all 0")
        table[name] = values / values.sum()
    for name in ("stated", "derived"):
        table[f"{name}_rank"] = table[name].rank(ascending=False, method="min").astype(int)
    high = table[["stated", "derived"]] >= 1 / len(table) - 1e-12
    table["kind"] = np.select(
        [high.all(axis=1), high["stated"], high["derived"]],
        ["important", "said only", "hidden"],
        "minor",
    )
    return table


@style.figure(width=9, height=6)
def plot_shares(shares, ax=None):
    """Draw drivers from the strongest to the weakest, with intervals.

    Parameters
    ----------
    shares : DataFrame
        Result of `shapley_shares` or `relative_weights`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = np.arange(len(shares))[::-1]
    colours = [style.COLOURS["value" if sign >= 0 else "cost"] for sign in shares["sign"]]
    ax.barh(rows, shares["share"], color=colours, height=0.62, alpha=0.85)
    ax.hlines(rows, shares["share_low"], shares["share_high"], color="black", lw=2)
    ax.set_yticks(rows, shares.index)
    ax.set_xlim(left=0)
    ax.grid(visible=False, axis="y")
    style.percent(ax.xaxis)
    ax.set_xlabel(f"share of what the drivers explain (R² {shares['estimate'].sum():.2f})")
    ax.set_title("What satisfaction moves with")
    if (shares["sign"] < 0).any():
        ax.text(
            0.98,
            0.04,
            "orange: more of it goes with less satisfaction",
            transform=ax.transAxes,
            ha="right",
            color=style.COLOURS["cost"],
        )


def _importance(drivers, outcome, method, confidence, bootstrap):
    table, missing = together(drivers, outcome)
    names = list(table.columns[:-1])
    if (table.max() == table.min()).iloc[-1]:
        check_identified(table.iloc[:, -1:])
    check_identified(table[names])
    correlations = resampled_correlations(table, *bootstrap)
    shares = method(correlations)
    r, target = correlations[0][:-1, :-1], correlations[0][:-1, -1]
    result = pd.DataFrame({"estimate": shares[0]}, index=pd.Index(names, name="driver"))
    total = shares.sum(axis=1, keepdims=True)
    parts = {"": shares, "share": shares / np.where(total > 0, total, np.nan)}
    result["share"] = parts["share"][0]
    for part, values in parts.items():
        ends = percentiles(values[1:], confidence) if len(values) > 1 else np.full((2, 1), np.nan)
        for end, numbers in zip(("low", "high"), ends, strict=True):
            result[f"{part}_{end}".strip("_")] = np.broadcast_to(numbers, len(names))
    result["correlation"] = target
    result["beta"] = np.linalg.solve(r, target)
    result["sign"] = np.sign(target).astype(int)
    turned = np.sign(result["beta"]) * result["sign"] < 0
    result["note"] = np.where(turned, "beta has the other sign: overlaps with other drivers", "")
    order = ["estimate", "low", "high", "share", "share_low", "share_high", "correlation", "beta"]
    result = result[[*order, "sign", "note"]].assign(n=len(table), missing=missing)
    return result.sort_values("estimate", ascending=False, kind="stable")


def _lmg(correlations):
    rest = _unexplained(correlations)
    p = correlations.shape[1] - 1
    subsets = np.arange(2**p)
    size = np.bitwise_count(subsets)
    gain = np.zeros((2**p, p))
    for driver in range(p):
        inside = (subsets >> driver) & 1 == 1
        weight = [1 / (p * comb(p - 1, min(k, p - 1))) for k in range(p + 1)]
        gain[:, driver] = np.where(inside, -np.array(weight)[size - inside], np.array(weight)[size])
    return rest @ gain


def _unexplained(correlations):
    """Unexplained variance of the last column by every subset of the others, bit i = column i."""
    rest = correlations[:, None]
    p = correlations.shape[1] - 1
    for _ in range(p):
        column = rest[:, :, 0, 1:]
        pivot = rest[:, :, 0, 0][:, :, None, None]
        swept = rest[:, :, 1:, 1:] - column[..., :, None] * column[..., None, :] / np.where(
            pivot > _SINGULAR, pivot, np.inf
        )
        rest = np.concatenate([rest[:, :, 1:, 1:], swept], axis=1)
    return rest[:, :, 0, 0]


def _johnson(correlations):
    failed = np.isnan(correlations).any(axis=(1, 2))
    clean = np.where(failed[:, None, None], np.eye(correlations.shape[1]), correlations)
    values, vectors = np.linalg.eigh(clean[:, :-1, :-1])
    root = np.sqrt(np.clip(values, 0, None))
    turned = np.einsum("dij,di->dj", vectors, clean[:, :-1, -1])
    turned /= np.where(root > np.sqrt(_SINGULAR), root, np.inf)
    beta = np.einsum("dij,dj->di", vectors, turned)
    half = np.einsum("dij,dj,dkj->dik", vectors, root, vectors)
    weights = np.einsum("dij,dj->di", half**2, beta**2)
    weights[failed] = np.nan
    return weights
