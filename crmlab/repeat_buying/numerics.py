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
DIGITS, SINGLE, MANY = 11.7, 10, 1_000_000
STRIP = 1.2


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


def decaying(longest, pace):
    """Nodes and weights for integrals from 0 to ``longest`` of a function that decays.

    Parameters
    ----------
    longest : float
        Upper end.
    pace : float
        The function is a mean of exp(-u t) with u from 0 up to about ``pace``.

    Returns
    -------
    t, weights : numpy.ndarray
        Ascending; ``(function(t) * weights).sum()`` is the integral.

    Notes
    -----
    Gauss-Legendre in the logarithm of 1 + pace t, where decay of any pace takes the same few
    nodes: their number grows with the logarithm of ``longest`` alone.

    Examples
    --------
    >>> t, weights = decaying(1000.0, 5.0)
    >>> round(float(np.exp(-5 * t) @ weights), 12), len(t)
    (0.2, 66)
    """
    width = np.log1p(longest * pace)
    v, weights = legendre(decaying_nodes(width))
    return np.expm1(width * v) / pace, weights * width * np.exp(width * v) / pace


def discounted(horizon, force, pace):
    """Times and weights: what is bought by each time, weighted, is the discounted sum.

    By parts: the sum is the integral of force exp(-force t) M(t), and exp(-force h) M(h), where
    M(t) is what is bought by t and h the horizon.

    Parameters
    ----------
    horizon, force : float
    pace : float
        As for `decaying`, of M.

    Returns
    -------
    times, weights : numpy.ndarray
    """
    times, weights = decaying(horizon, pace)
    weights = weights * force * np.exp(-force * times)
    return np.append(times, horizon), np.append(weights, np.exp(-force * horizon))


def decaying_nodes(width):
    """Nodes that `decaying` takes where the logarithm of 1 + pace t reaches ``width``."""
    return int(np.ceil(17 / np.arcsinh(2 * STRIP / max(width, 1e-3)))) + 4


def tabulate(function, x, T, *, offset, base=None, digits=DIGITS):
    """Evaluate a smooth function of (x, T) at few points, to look it up for every row.

    Parameters
    ----------
    function : callable
        Takes distinct x (k,) and ages T (j,) and returns an array (c, k, j).
    x, T : numpy.ndarray or tuple
        Shape (n,), one pair per row; or what `coded` makes of them.
    offset, base : float or None
        The function is smooth in log(offset + T), and in log(base + x); None: evaluate it at every
        distinct value.
    digits : float
        Correct digits wanted between these points.

    Returns
    -------
    callable
        Takes a slice of the rows and returns the values there, shape (c, rows).

    Notes
    -----
    With many distinct values the function is computed at Chebyshev points and interpolated. Their
    number follows from the width of the interval and the digits wanted: about 8 to 40 for ages,
    up to 100 for frequencies however large, of which the smallest are taken one by one.
    """
    (x_row, x_values), (T_row, T_values) = (
        one if isinstance(one, tuple) else coded(one) for one in (x, T)
    )
    x_points, along_x = _points(x_values, base, digits, SINGLE)
    T_points, along_T = _points(T_values, offset, digits, 0)
    values = function(x_points, T_points)
    if along_x is not None:
        values = np.einsum("ax,cxt->cat", along_x, values, optimize=True)
    if along_T is None:
        return _table(values, x_row, T_row)
    if len(x_values) * len(T_values) <= 2 * len(x_row) + 200_000:
        return _table(values @ along_T.T, x_row, T_row)
    return lambda rows: np.einsum("cnk,nk->cn", values[:, x_row[rows]], along_T[T_row[rows]])


def coded(values):
    """Codes and distinct values, as pandas.factorize gives them, quickly for counts and days.

    Examples
    --------
    >>> [part.tolist() for part in coded(np.array([2.0, 0.0, 2.0]))]
    [[1, 0, 1], [0.0, 2.0]]
    """
    for length in (1.0, 7.0):
        scaled = values * length
        if not (np.rint(scaled[:1000]) / length == values[:1000]).all():
            continue
        if scaled.min(initial=0) < 0 or scaled.max(initial=0) >= MANY:
            continue
        whole = scaled.astype(np.intp) if length == 1 else np.rint(scaled).astype(np.intp)
        if (whole / length == values).all():
            present = np.bincount(whole) > 0
            return (np.cumsum(present) - 1)[whole], np.flatnonzero(present) / length
    return pd.factorize(values)


def _table(values, x_row, T_row):
    flat, width = values.reshape(len(values), -1), values.shape[2]
    return lambda rows: np.take(flat, x_row[rows] * width + T_row[rows], axis=1)


def _points(values, offset, digits, single):
    """Where to evaluate, and the matrix that leads from there to all values; None: they are all.

    The ``single`` smallest values are taken one by one.
    """
    if offset is None or len(values) <= single + 1:
        return values, None
    alone, rest = np.split(np.argsort(values), [single])
    position = np.log(offset + values[rest])
    nodes = chebyshev_nodes(position, digits)
    if nodes + single >= len(values):
        return values, None
    points, matrix = chebyshev(position, nodes)
    spread = np.clip(np.exp(points) - offset, values[rest].min(), values[rest].max())
    whole = np.zeros((len(values), single + nodes))
    whole[alone, np.arange(single)] = 1
    whole[rest, single:] = matrix
    return np.append(values[alone], spread), whole


def chebyshev_nodes(position, digits):
    """Chebyshev points that interpolate between these positions to so many digits."""
    half = 0.5 * (position.max() - position.min())
    if half == 0:
        return 1
    return int(np.ceil(np.log(10) * digits / np.arcsinh(0.5 * np.pi / half))) + 2


def chebyshev(position, nodes):
    """Chebyshev points between positions (n,), and the matrix (n, nodes) that interpolates."""
    low, high = position.min(), position.max()
    angle = np.pi * (np.arange(nodes) + 0.5) / nodes
    transform = np.cos(np.outer(angle, np.arange(nodes))) * 2 / nodes
    transform[:, 0] /= 2
    scaled = np.clip((2 * position - low - high) / (high - low), -1, 1)
    matrix = np.cos(np.outer(np.arccos(scaled), np.arange(nodes))) @ transform.T
    return 0.5 * (low + high) + 0.5 * (high - low) * np.cos(angle), matrix
