"""The best of several prices that the same people answered to, and which others may be it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]


def best_price(
    prices: Grid, mean: Grid, products: Grid, n: int, *, worth: Grid, z: float
) -> dict[str, float]:
    r"""Price with the highest mean worth, and the prices that chance cannot tell from it.

    Parameters
    ----------
    prices : numpy.ndarray, shape (k,)
        Rising.
    mean : numpy.ndarray, shape (k,)
        Mean over people of the probability to buy at each price.
    products : numpy.ndarray, shape (k, k)
        Mean over people of the products of these probabilities.
    n : int
        People.
    worth : numpy.ndarray, shape (k,)
        What one purchase at each price is worth: 1, the price, or the price less the cost.
    z : float
        Standard errors by which a price that is not the best must fall short.

    Returns
    -------
    dict
        ``estimate``, ``low``, ``high`` of the price; ``value``, ``value_low``, ``value_high``.

    Notes
    -----
    The top of such a curve is flat, so resampling its highest point misleads. A price stays in
    the interval while the mean over people of (worth at the best - worth at this price) lies
    within z of its own standard errors.
    """
    value = mean * worth
    top = int(np.argmax(np.round(value / np.abs(value).max(), 9))) if value.any() else 0
    square: Any = products * np.outer(worth, worth)
    spread = square[top, top] + np.diag(square) - 2 * square[top]
    behind = value[top] - value
    error = np.sqrt(np.maximum(spread - behind**2, 0) / n)
    near = prices[behind <= z * error + 1e-12 * abs(value[top])]
    half = z * np.sqrt(max(square[top, top] - value[top] ** 2, 0) / n)
    return {
        "estimate": float(prices[top]),
        "low": float(near.min()),
        "high": float(near.max()),
        "value": float(value[top]),
        "value_low": float(value[top] - half),
        "value_high": float(value[top] + half),
    }
