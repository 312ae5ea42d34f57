"""Averages over a beta or gamma distribution, to twelve digits, without hypergeometric functions.

The average is taken by the trapezoidal rule in the logit (beta) or the logarithm (gamma) of the
variable. For analytic functions that rule converges exponentially in the number of nodes, and on
these scales a factor that changes quickly near zero costs a few nodes more, not accuracy
(Trefethen & Weideman 2014, "The exponentially convergent trapezoidal rule", SIAM Review 56).
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from scipy import special

GAP = 33.0
STEP = 0.24


def _bisect(function, low, high):
    for _ in range(40):
        middle = 0.5 * (low + high)
        above = function(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return high


def _grid(left, right, width):
    step = np.minimum(STEP, 0.6 * width)
    nodes = int(np.ceil(np.max((right - left) / step)))
    spacing = (right - left) / nodes
    return left[:, None] + spacing[:, None] * np.arange(nodes + 1), spacing[:, None]


def beta_mean(function, ends, shapes, steep):
    """Mean of functions of p, with p following beta distributions.

    Parameters
    ----------
    function : callable
        Takes p of shape (k, 1, nodes) and returns values of shape (k, j, nodes).
    ends : tuple of two numpy.ndarray
        The functions at p = 0 and p = 1, shape (k, j) each.
    shapes : tuple (a, m)
        Beta parameters: a number and an array of shape (k,).
    steep : numpy.ndarray
        Shape (k,): the functions change on the scale 1 / steep near zero.

    Returns
    -------
    numpy.ndarray
        Shape (k, j).

    Notes
    -----
    Where the density is infinite at an end, the straight line through the function's end values is
    taken out first; its mean is known exactly.
    """
    a, m = shapes
    log_steep = np.log(np.maximum(steep, 1.0)) + np.log(2.0)
    log_beta = special.betaln(a, m)
    at_zero, at_one = float(a < 1), np.where(m < 1, 1.0, 0.0)
    left = (log_beta - GAP - (1 + at_zero) * log_steep) / (a + at_zero)
    left = np.minimum(left, np.log(a / m) - 1)
    start = np.maximum(np.log(a / m), left + 1)
    end = np.maximum(start, 0) + (GAP + log_steep + np.abs(log_beta)) / (m + at_one) + 1

    def height(y):
        log_density = a * y - (a + m + at_one) * np.logaddexp(0, y) - log_beta
        return log_density + GAP + log_steep

    right = _bisect(height, start, end)
    y, spacing = _grid(left, right, np.sqrt(1 / a + 1 / m))
    weights = spacing * np.exp(a * y - (a + m)[:, None] * np.logaddexp(0, y) - log_beta[:, None])
    p, q = special.expit(y), special.expit(-y)
    first, last = ends[0] * at_zero, ends[1] * at_one[:, None]
    share = m / (a + m)
    beyond_zero = share - np.einsum("kn,kn->k", q, weights)
    beyond_one = 1 - share - np.einsum("kn,kn->k", p, weights)
    inside = np.einsum("kjn,kn->kj", function(p[:, None, :]), weights)
    return inside + first * beyond_zero[:, None] + last * beyond_one[:, None]


def gamma_rule(shape, steep, *, vanishes):
    """Nodes and weights for means over a gamma distribution with rate 1.

    Parameters
    ----------
    shape : float
    steep : float
        The function changes on the scale 1 / steep near zero.
    vanishes : bool
        The function is zero at zero, so that a shape below 1 needs no special care.

    Returns
    -------
    g, weights : numpy.ndarray
        Shape (nodes,). ``(function(g) * weights).sum()`` is the mean.
    """
    shape = np.atleast_1d(np.asarray(shape, dtype=float))
    order = shape + float(vanishes)
    log_steep = np.log(max(steep, 1.0)) + np.log(2.0)
    log_gamma = special.gammaln(shape)
    left = (log_gamma - GAP - (1 + float(vanishes)) * log_steep) / order
    left = np.minimum(left, np.log(shape) - 1)
    start = np.maximum(np.log(shape), left + 1)
    end = np.log(4 * shape + 2 * (GAP + log_steep) + 50)
    right = _bisect(lambda y: shape * y - np.exp(y) - log_gamma + GAP + log_steep, start, end)
    y, spacing = _grid(left, right, 1 / np.sqrt(shape))
    weights = spacing * np.exp(shape[:, None] * y - np.exp(y) - log_gamma[:, None])
    return np.exp(y[0]), weights[0]


@functools.cache
def legendre(nodes):
    """Gauss-Legendre nodes and weights on the interval from 0 to 1.

    Parameters
    ----------
    nodes : int

    Returns
    -------
    nodes, weights : numpy.ndarray

    Examples
    --------
    >>> u, w = legendre(8)
    >>> round(float((u**2 * w).sum()), 12)
    0.333333333333
    """
    u, w = np.polynomial.legendre.leggauss(nodes)
    return 0.5 * (u + 1), 0.5 * w


def legendre_nodes(ratio):
    """Nodes needed on (0, h) for a function whose nearest singular point is at -h / ratio.

    Parameters
    ----------
    ratio : float

    Returns
    -------
    int

    Examples
    --------
    >>> legendre_nodes(1.0), legendre_nodes(100.0)
    (10, 73)
    """
    near = 2 / max(ratio, 1e-3)
    return int(np.ceil(14 / np.log1p(near + np.sqrt(near * (near + 2))))) + 2


def tabulate(function, x, T, *, offset):
    """Evaluate a smooth function of (x, T) at few points, to look it up for every row.

    Parameters
    ----------
    function : callable
        Takes distinct x (k,) and ages T (j,) and returns an array (c, k, j).
    x, T : numpy.ndarray
        Shape (n,), one pair per row.
    offset : float or None
        The function is smooth in log(offset + T); None: evaluate it at every distinct T.

    Returns
    -------
    callable
        Takes a slice of the rows and returns the values there, shape (c, rows).

    Notes
    -----
    With many distinct ages the function is computed at Chebyshev points of log(offset + T) and
    interpolated. The number of points follows from the width of that interval for an error below
    1e-11: between 8 and about 40 in practice.
    """
    x_row, x_values = _coded(x)
    T_row, T_values = pd.factorize(T)
    nodes = None if offset is None else _chebyshev_nodes(offset, T_values)
    if nodes is None or len(T_values) <= nodes:
        return _table(function(x_values, T_values), x_row, T_row)
    position = np.log(offset + T_values)
    low, high = position.min(), position.max()
    angle = np.pi * (np.arange(nodes) + 0.5) / nodes
    ages = np.exp(0.5 * (low + high) + 0.5 * (high - low) * np.cos(angle)) - offset
    values = function(x_values, np.clip(ages, T_values.min(), T_values.max()))
    transform = np.cos(np.outer(angle, np.arange(nodes))) * 2 / nodes
    transform[:, 0] /= 2
    coefficients = values @ transform
    scaled = np.clip((2 * position - low - high) / (high - low), -1, 1)
    basis = np.cos(np.outer(np.arccos(scaled), np.arange(nodes)))
    if len(x_values) * len(T_values) <= 2 * len(x) + 200_000:
        return _table(coefficients @ basis.T, x_row, T_row)
    return lambda rows: np.einsum("cnk,nk->cn", coefficients[:, x_row[rows]], basis[T_row[rows]])


def _coded(counts):
    """Codes and distinct values, as pandas.factorize gives them, quickly for small counts."""
    if counts.max() > 1_000_000:
        return pd.factorize(counts)
    whole = counts.astype(np.intp)
    present = np.bincount(whole) > 0
    return (np.cumsum(present) - 1)[whole], np.flatnonzero(present).astype(float)


def _table(values, x_row, T_row):
    flat, width = values.reshape(len(values), -1), values.shape[2]
    return lambda rows: np.take(flat, x_row[rows] * width + T_row[rows], axis=1)


def _chebyshev_nodes(offset, T):
    half = 0.5 * np.log((offset + T.max()) / (offset + T.min()))
    if half == 0:
        return 1
    reach = 0.5 * np.pi / half
    return int(np.ceil(27 / np.log(reach + np.sqrt(1 + reach**2)))) + 2
