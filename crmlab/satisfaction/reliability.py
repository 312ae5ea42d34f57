"""Reliability: how far items agree, and what is left of it in a difference."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import tail
from crmlab.satisfaction.answers import Scale, complete, items_on_scale
from crmlab.satisfaction.intervals import interval


def cronbach_alpha(
    items: pd.DataFrame, *, scale: Scale | None = None, confidence: float = 0.95
) -> pd.Series:
    r"""Cronbach's alpha: how far items that should measure one thing agree.

    Parameters
    ----------
    items : DataFrame, shape (n, k)
        Two or more items, all with high = good. Rows with a missing answer are left out.
    scale : tuple of float, optional
        Lowest and highest possible answer, such as (1, 10); codes such as 99 are then refused.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``items``, ``n``, ``missing``.

    Raises
    ------
    ValueError
        One item only, no spread at all, fewer than two complete rows, answers outside the scale.

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

    missed = tail(confidence)
    table, missing = complete(items_on_scale(items, scale=scale))
    n, k = table.shape
    if k < 2:
        raise ValueError("alpha compares items with each other: give two or more columns")
    alpha = alpha_of(table)
    if np.isnan(alpha):
        raise ValueError("the sum of the items is the same for everybody: alpha has no denominator")
    against = _against(table)
    if alpha < 0 or against:
        warnings.warn(
            f"alpha is {alpha:.2f} and {', '.join(map(repr, against)) or 'no item'} runs against "
            "the rest: is high good in every item? Turn a reversed one round (low + high - answer)",
            stacklevel=2,
        )
    freedom = (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * fdtri(*freedom, p) for p in (1 - missed, missed))
    low, high = min(low, alpha), max(high, alpha)
    return interval(alpha, low, high, items=k, n=n, missing=missing)


def alpha_of(table: pd.DataFrame) -> float:
    """Cronbach's alpha of the complete rows; NaN for one item or no spread."""
    table = table.dropna()
    k = table.shape[1]
    if k < 2 or len(table) < 2:
        return np.nan
    total = inputs.settled(table.sum(axis=1).to_numpy()).var(ddof=1)
    return float(k / (k - 1) * (1 - table.var().sum() / total)) if total > 0 else np.nan


def difference_reliability(
    perceived: float, expected: float, *, correlation: float, spread: tuple[float, float] = (1, 1)
) -> float:
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
    >>> round(difference_reliability(0.9, 0.8, correlation=0.5), 2)
    0.7
    """
    perceived = inputs.number(perceived, "reliability of perceived", above=0, at_most=1)
    expected = inputs.number(expected, "reliability of expected", above=0, at_most=1)
    correlation = inputs.number(correlation, "correlation", at_least=-1, at_most=1)
    p, e = inputs.numbers(spread, "spread", above=0) if np.shape(spread) == (2,) else (0, 0)
    if not p:
        raise ValueError(f"spread is {spread!r}; give two standard deviations, such as (1.2, 0.8).")
    shared = 2 * correlation * p * e
    total = p**2 + e**2 - shared
    if total < 1e-12 * (p**2 + e**2):
        raise ValueError("the two ratings are the same: their difference has no spread")
    return float((p**2 * perceived + e**2 * expected - shared) / total)


def _against(table: pd.DataFrame) -> list[str]:
    """Items that fall where the sum of the others rises."""
    total = table.sum(axis=1)
    return [
        str(name)
        for name in table
        if table[name].std() > 0
        and (total - table[name]).std() > 0
        and table[name].corr(total - table[name]) < 0
    ]
