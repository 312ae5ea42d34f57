"""Log-likelihoods of customers who each have parameters of their own, with their derivatives.

The logarithm of each customer's parameters is linear in the parameters of the fit, so the chain
rule is a weighted sum: with l_i the log-likelihood of customer i, theta_i the own parameters and
c_ij how much effect j moves the logarithm of theta_im, the gradient by effect j is the sum of
c_ij dl_i/dlog theta_im, and the second derivatives by j and k are the sums of
c_ij c_ik d2l_i/dlog theta_im dlog theta_in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab.repeat_buying import fitting
from crmlab.repeat_buying.paretonbd import CHUNK, _terms

Floats: TypeAlias = NDArray[np.float64]
BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the log-likelihood: a sum over rows.

    Attributes
    ----------
    function : callable
        Takes the parameters, shape (k, n), and the columns; returns the log-likelihood (n,) and
        its first (k, n) and second (k, k, n) derivatives by the logarithms of the parameters.
    columns : tuple of numpy.ndarray
    weights : numpy.ndarray
    moves : numpy.ndarray
        Shape (n, effects): how much each effect moves the logarithm of its parameter.
    """

    function: Callable[..., tuple[Floats, Floats, Floats]]
    columns: tuple[Floats, ...]
    weights: Floats
    moves: Floats
    block: int = BLOCK


def own(theta: Floats, shifts: Floats, places: Sequence[int]) -> Floats:
    """Parameters of each row, shape (k, n), from those of all and the shifts of their logarithms.

    Parameters
    ----------
    theta : numpy.ndarray
        Shape (k,).
    shifts : numpy.ndarray
        Shape (n, effects).
    places : list of int
        The parameter that each effect moves.
    """
    total = np.zeros((len(theta), len(shifts)))
    for effect, place in enumerate(places):
        total[place] += shifts[:, effect]
    return theta[:, None] * np.exp(total)


def evaluated(given: Floats, size: int, parts: Sequence[Part], places: Sequence[int]) -> Any:
    """Log-likelihood, gradient and Hessian by ``size`` parameters and the ratios of effects."""
    theta, logs = given[:size], np.log(given[size:])
    value = 0.0
    gradient, hessian = np.zeros(len(given)), np.zeros((len(given), len(given)))
    for one in parts:
        for begin in range(0, len(one.weights), one.block):
            rows = slice(begin, begin + one.block)
            weights, moves = one.weights[rows], one.moves[rows]
            values = own(theta, moves * logs, places)
            heights, first, second = one.function(values, *(each[rows] for each in one.columns))
            value += float(weights @ heights)
            moved = moves.T * weights
            gradient[:size] += first @ weights
            gradient[size:] += (first[places] * moved).sum(axis=1)
            hessian[:size, :size] += second @ weights
            hessian[:size, size:] += np.einsum("kjn,jn->kj", second[:, places], moved)
            for effect, place in enumerate(places):
                crossed = second[place, places] * moved * moves[:, effect]
                hessian[size + effect, size:] += crossed.sum(axis=1)
    hessian[size:, :size] = hessian[:size, size:].T
    return value, gradient / given, (hessian - np.diag(gradient)) / np.outer(given, given)


def distinct(columns: Sequence[Floats], moves: Floats, weights: Floats) -> Any:
    """Merge rows equal in all columns and moves; returns columns, weights, moves."""
    table = pd.DataFrame(np.column_stack([*columns, moves]))
    code = table.groupby(list(table.columns), sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    kept = tuple(column[first] for column in columns)
    return kept, np.bincount(code, weights=weights), moves[first]


def parts_of(kind: Any, rows: Any, moves: Floats, still: Floats) -> list[Part]:
    """The parts of a model's log-likelihood.

    Parameters
    ----------
    kind : class
    rows : Customers or Spending
    moves : numpy.ndarray
        Shape (n, effects).
    still : numpy.ndarray of bool
        Shape (effects,): effects on a parameter that meets the number of purchases only through
        other columns, so that the counting part of the likelihood does not depend on them.
    """
    weights = rows.weights
    counting = np.where(still, 0.0, moves)
    if kind.__name__ == "GammaGamma":
        columns, block = (rows.x, rows.mean), BLOCK
        functions = _spend_counts, _spend_amounts
    elif kind.__name__ == "ParetoNBD":
        columns, block = (rows.x, rows.tx, rows.T), CHUNK
        functions = _pareto_counts, _pareto_times
    else:
        columns, block = (rows.x, rows.tx, rows.T), BLOCK
        functions = _beta_counts(kind.first), _beta_times(kind.first)
    counted = distinct((rows.x,), counting, weights)
    timed = distinct(columns, moves, weights)
    last = Part(functions[1], timed[0], timed[1], timed[2], block)
    return [Part(functions[0], *counted), last]


def _room(size: int, count: int) -> tuple[Floats, Floats]:
    return np.zeros((size, count)), np.zeros((size, size, count))


def _mirrored(second: Floats) -> Floats:
    lower = np.tril_indices(len(second), -1)
    second[lower] = second.transpose(1, 0, 2)[lower]
    return second


def _rising(shape: Floats, steps: Floats) -> tuple[Floats, Floats, Floats]:
    """Log of Gamma(shape + steps) / Gamma(shape), and its derivatives by log(shape)."""
    up = shape + steps
    slope = shape * (special.digamma(up) - special.digamma(shape))
    curve = slope + shape**2 * (special.zeta(2, up) - special.zeta(2, shape))
    return special.gammaln(up) - special.gammaln(shape), slope, curve


def _beta_counts(chances: int) -> Any:
    """What the number of purchases says, under BG/NBD (0 first chances) or MBG/NBD (1)."""

    def counted(theta, x):
        r, _, a, b = theta
        first, second = _room(4, len(x))
        bought, first[0], second[0, 0] = _rising(r, x)
        stayed, first[3], second[3, 3] = _rising(b, x + chances)
        both, slope, curve = _rising(a + b, x + chances)
        first[2] -= slope * a / (a + b)
        first[3] -= slope * b / (a + b)
        bent = (curve - slope) / (a + b) ** 2
        second[2, 2] = -(slope * a / (a + b) + bent * a**2)
        second[2, 3] = -bent * a * b
        second[3, 3] -= slope * b / (a + b) + bent * b**2
        return bought + stayed - both, first, _mirrored(second)

    return counted


def _beta_times(chances: int) -> Any:
    """What the times say, under BG/NBD or MBG/NBD."""

    def timed(theta, x, tx, T):
        r, alpha, a, b = theta
        first, second = _room(4, len(x))
        s, end, last = r + x, alpha + T, alpha + tx
        part = alpha / end
        value = -r * np.log(end / alpha) - x * np.log(end)
        first[0] = second[0, 0] = -r * np.log(end / alpha)
        first[1], second[0, 1] = r - s * part, r * (1 - part)
        second[1, 1] = -s * part * (1 - part)
        turns = x + chances
        asked = turns > 0
        left = np.where(asked, b + turns - 1, 1.0)
        gap, near = np.log(end / last), alpha / last
        z = np.where(asked, s * gap + np.log(a / left), -np.inf)
        dead = special.expit(z)
        steps = np.zeros((4, len(x)))
        steps[0], steps[1], steps[2], steps[3] = r * gap, s * (part - near), 1, -b / left
        value += np.logaddexp(0, z)
        first += dead * steps
        second += dead * special.expit(-z) * steps[:, None] * steps[None]
        second[0, 0] += dead * steps[0]
        second[0, 1] += dead * r * (part - near)
        second[1, 1] += dead * s * (part * (1 - part) - near * (1 - near))
        second[3, 3] += dead * steps[3] * (1 + steps[3])
        return value, first, _mirrored(second)

    return timed


def _pareto_counts(theta, x):
    first, second = _room(4, len(x))
    value, first[0], second[0, 0] = _rising(theta[0], x)
    return value, first, second


def _pareto_times(theta, x, tx, T):
    """Log of a sum of terms, each with first and second derivatives (see `fitting.mixture`)."""
    r, alpha, s, beta = theta
    terms, slopes, curves = _terms(theta, x, tx, T, curved=True)
    top = terms.max(axis=0)
    share = np.exp(terms - top)
    total = share.sum(axis=0)
    share /= total
    value = top + np.log(total) + r * np.log(alpha) + s * np.log(beta)
    mean = np.array([(share * one).sum(axis=0) for one in slopes])
    second = -mean[:, None] * mean[None]
    for i in range(4):
        weighted = share * slopes[i]
        for j in range(i, 4):
            second[i, j] += (weighted * slopes[j]).sum(axis=0)
            if (i, j) in curves:
                second[i, j] += (share * curves[i, j]).sum(axis=0)
    first = mean + np.array([np.log(alpha), r / alpha, np.log(beta), s / beta])
    second[0, 1] += 1 / alpha
    second[1, 1] -= r / alpha**2
    second[2, 3] += 1 / beta
    second[3, 3] -= s / beta**2
    first *= theta
    second *= theta[:, None] * theta[None]
    second[np.arange(4), np.arange(4)] += first
    return value, first, _mirrored(second)


def _spend_counts(theta, x):
    p, q, _ = theta
    first, second = _room(3, len(x))
    shape = p * x
    grown, along, bent = _rising(shape, q)
    value = grown - special.gammaln(q)
    first[0], second[0, 0] = along, bent
    total = shape + q
    first[1] = q * (special.digamma(total) - special.digamma(q))
    second[1, 1] = first[1] + q**2 * (special.zeta(2, total) - special.zeta(2, q))
    second[0, 1] = shape * q * special.zeta(2, total)
    return value, first, _mirrored(second)


def _spend_amounts(theta, x, mean):
    p, q, v = theta
    first, second = _room(3, len(x))
    spent = x * mean
    money = v + spent
    part, far = v / money, np.log(spent / money)
    value = p * x * far + q * np.log(part) - np.log(mean)
    first[0] = second[0, 0] = p * x * far
    first[1] = second[1, 1] = q * np.log(part)
    first[2] = q - (p * x + q) * part
    second[0, 2], second[1, 2] = -p * x * part, q * (1 - part)
    second[2, 2] = -(p * x + q) * part * (1 - part)
    return value, first, _mirrored(second)


def maximised(
    kind: Any, rows: Any, moves: Floats, places: Sequence[int], names: tuple[str, ...]
) -> fitting.Optimum:
    """The maximum over the parameters of all and the ratios of the effects.

    Raises
    ------
    FitError
        No convergence.
    """
    data = kind._compress(rows)
    starts, typical = kind._starts(data)
    plain = kind._maximum(data, starts, typical)
    size, effects = len(kind.names()), len(places)
    from_here = plain is not None and plain.covariance is not None
    start = np.append(plain.theta if from_here else starts[0], np.ones(effects))
    counts = {"GammaGamma": (0, 1), "ParetoNBD": (0,)}.get(kind.__name__, (0, 2, 3))
    still = np.array([place not in counts for place in places])
    parts = parts_of(kind, rows, moves, still)
    return fitting.maximise(
        lambda given: evaluated(given, size, parts, places),
        start,
        typical=np.append(typical, np.ones(effects)),
        names=names,
    )
