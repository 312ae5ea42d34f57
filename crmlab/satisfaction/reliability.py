"""Reliability: how far items agree, and what is left of it in a difference."""

import warnings

import numpy as np

from crmlab.intervals import tail
from crmlab.satisfaction.answers import complete, numeric_table
from crmlab.satisfaction.intervals import interval


def cronbach_alpha(items, *, confidence=0.95):
    r"""Cronbach's alpha: how far items that should measure one thing agree.

    Parameters
    ----------
    items : DataFrame, shape (n, k)
        Two or more items, all with high = good. Rows with a missing answer are left out.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``items``, ``n``, ``missing``.

    Raises
    ------
    ValueError
        One item only, no spread at all, fewer than two complete rows.

    Warns
    -----
    UserWarning
        Negative alpha, or an item that runs against the rest: it names the item.

    Notes
    -----
    :math:`\frac{k}{k-1}(1-\sum s_i^2/s_{total}^2)` (Cronbach 1951, Psychometrika 16); interval
    from the F distribution with n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt 1965,
    Psychometrika 30).

    Examples
    --------
    >>> import pandas as pd
    >>> items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3], "c": [2, 2, 5]})
    >>> round(float(cronbach_alpha(items)["estimate"]), 3)
    0.923
    """
    from scipy.special import fdtri

    table, missing = complete(numeric_table(items))
    n, k = table.shape
    if k < 2:
        raise ValueError("alpha compares items with each other: give two or more columns")
    alpha = alpha_of(table)
    if np.isnan(alpha):
        raise ValueError("the sum of the items is the same for everybody: alpha has no denominator")
    total = table.sum(axis=1)
    against = [
        name
        for name in table
        if table[name].std() > 0
        and (total - table[name]).std() > 0
        and table[name].corr(total - table[name]) < 0
    ]
    if alpha < 0 or against:
        warnings.warn(
            f"alpha is {alpha:.2f} and {', '.join(map(repr, against)) or 'no item'} runs against "
            "the rest: is high good in every item? Turn a reversed one round (low + high - answer)",
            stacklevel=2,
        )
    freedom, missed = (n - 1, (n - 1) * (k - 1)), tail(confidence)
    low, high = (1 - (1 - alpha) * fdtri(*freedom, p) for p in (1 - missed, missed))
    return interval(alpha, low, high, items=k, n=n, missing=missing)


def alpha_of(table):
    """Cronbach's alpha of the complete rows; NaN for one item or no spread."""
    table = table.dropna()
    k = table.shape[1]
    total = table.sum(axis=1).var()
    if k < 2 or len(table) < 2 or not total > 0:
        return np.nan
    return k / (k - 1) * (1 - table.var().sum() / total)


def difference_reliability(perceived, expected, correlation, *, spread=(1.0, 1.0)):
    r"""Reliability of the difference of two ratings, from the reliability of each.

    Parameters
    ----------
    perceived, expected : float
        Reliability of each rating (alpha), above 0 to 1.
    correlation : float
        Correlation of the two ratings.
    spread : tuple of float
        Standard deviations of perceived and expected; only their ratio matters.

    Returns
    -------
    float
        Reliability of perceived - expected.

    Raises
    ------
    ValueError
        A reliability outside 0 to 1, or ratings so alike that no difference is left.

    Notes
    -----
    :math:`(s_p^2 r_{pp} + s_e^2 r_{ee} - 2 r s_p s_e) / (s_p^2 + s_e^2 - 2 r s_p s_e)`; with
    equal spread, (mean reliability - r) / (1 - r) (Peter, Churchill & Brown 1993, J. Consumer
    Research 19). A negative result says the inputs contradict each other.

    Examples
    --------
    >>> round(difference_reliability(0.9, 0.8, 0.5), 2)
    0.7
    """
    for name, value in (("perceived", perceived), ("expected", expected)):
        if not 0 < value <= 1:
            raise ValueError(f"reliability of {name} is {value}: it lies above 0, up to 1")
    if not -1 <= correlation <= 1:
        raise ValueError(f"correlation {correlation} lies outside -1 to 1")
    p, e = spread
    shared = 2 * correlation * p * e
    total = p**2 + e**2 - shared
    if total < 1e-12:
        raise ValueError("the two ratings are the same: their difference has no spread")
    return (p**2 * perceived + e**2 * expected - shared) / total
