"""Maximum likelihood by Newton's method in the logarithms of the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

WIDEST, WIDER = np.log(1e5), np.log(1e7)
FAR = np.log(1e2)
LOOSEST = 5.0
LONG, NEAR = 1e5, 3e-5


class FitError(ValueError):
    """The likelihood could not be maximised."""


class DegenerateFitWarning(UserWarning):
    """The likelihood has no maximum inside: a parameter runs away or is not identified."""


@dataclass(frozen=True)
class Optimum:
    """Where Newton's method stopped.

    Attributes
    ----------
    theta : numpy.ndarray
        Parameters on their natural scale.
    log_likelihood : float
    covariance : numpy.ndarray or None
        Of the logarithms of the parameters: the inverse of the observed information.
    steps : int
    status : str
        ``"converged"``, or what is wrong.
    """

    theta: np.ndarray
    log_likelihood: float
    covariance: np.ndarray | None
    steps: int
    status: str


def maximise(likelihood, start, *, typical, names, limit=200):
    """Maximise a log-likelihood whose parameters are all positive.

    Parameters
    ----------
    likelihood : callable
        Takes parameters (k,) and returns the log-likelihood, its gradient (k,) and its Hessian
        (k, k) on the natural scale.
    start : numpy.ndarray
        Where to begin.
    typical : numpy.ndarray
        The order of magnitude of each parameter; one that gets 100,000 times larger or smaller
        has run away, and stays there while the others reach their maximum.
    names : tuple of str
    limit : int
        Newton steps allowed.

    Returns
    -------
    Optimum

    Raises
    ------
    FitError
        No convergence within the steps allowed.

    Notes
    -----
    The last step is taken unseen: it leaves about the square of its length. With many customers,
    where each look at the likelihood is dear, it may be up to 3e-5 long.
    """
    position, typical = np.log(start), np.log(typical)
    reached, status, free = _in_logs(likelihood, position), "", np.ones(len(start), dtype=bool)
    for steps in range(1, limit + 1):
        value, gradient, curvature = reached
        step = np.zeros(len(start))
        step[free], gain = _newton_step(gradient[free], curvature[np.ix_(free, free)])
        if gain < 1e-9 or (abs(value) > LONG and np.abs(step).max() < NEAR):
            if not status:
                return _finish(position, step, reached, steps, names)
            break
        shrink, attempt = _shorter(likelihood, position, step, value, gradient)
        if attempt is None:
            break
        position, reached = position + shrink * step, attempt
        distance = np.where(free, position - typical, 0.0)
        if np.abs(distance).max() > (WIDER if status else WIDEST):
            status = status or _runs_away(names, distance)
            worst = np.argmax(np.abs(distance))
            free[worst] = False
            position[worst] = typical[worst] + np.clip(distance[worst], -WIDEST, WIDEST)
            reached = _in_logs(likelihood, position)
        if not free.any():
            break
    if not status and np.abs(position - typical).max() <= FAR:
        raise FitError(f"no convergence after {steps} steps; last at {_listed(names, position)}")
    status = status or _runs_away(names, position - typical)
    return Optimum(np.exp(position), float(reached[0]), None, steps, status)


def _runs_away(names, distance):
    worst = int(np.argmax(np.abs(distance)))
    where = "0" if distance[worst] < 0 else "infinity"
    return f"degenerate: {names[worst]} runs to {where}"


def _shorter(likelihood, position, step, value, gradient):
    """Shorten a step until it climbs; None for the point reached where none does."""
    shrink = 1.0
    while shrink > 1e-9:
        attempt = _in_logs(likelihood, position + shrink * step)
        needed = 1e-4 * shrink * (gradient @ step) - 1e-11 * abs(value)
        if attempt[0] >= value + needed:
            return shrink, attempt
        shrink *= 0.3
    return shrink, None


def _listed(names, position):
    return ", ".join(
        f"{name} {value:.4g}" for name, value in zip(names, np.exp(position), strict=True)
    )


def _in_logs(likelihood, position):
    theta = np.exp(position)
    value, gradient, hessian = likelihood(theta)
    if not (np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        return -np.inf, gradient, hessian
    slope = theta * gradient
    return value, slope, -(hessian * np.outer(theta, theta) + np.diag(slope))


def _newton_step(gradient, curvature):
    values, vectors = np.linalg.eigh(curvature)
    safe = np.maximum(np.abs(values), 1e-9 * np.abs(values).max() + 1e-300)
    along = vectors.T @ gradient
    step = vectors @ (along / safe)
    gain = 0.5 * float(along @ (along / safe))
    longest = np.abs(step).max()
    return (step if longest <= 1.5 else step * 1.5 / longest), gain


def _finish(position, step, reached, steps, names):
    value, gradient, curvature = reached
    values, vectors = np.linalg.eigh(curvature)
    covariance, status = None, "converged"
    if values[0] <= 1e-12 * values[-1]:
        worst = names[int(np.argmax(np.abs(vectors[:, 0])))]
        status = f"degenerate: the data do not determine {worst}"
    else:
        position, value = position + step, value + 0.5 * float(gradient @ step)
        covariance = np.linalg.inv(curvature)
        spread = np.sqrt(np.diag(covariance))
        if spread.max() > LOOSEST:
            worst = names[int(np.argmax(spread))]
            covariance, status = None, f"degenerate: the data do not determine {worst}"
    return Optimum(np.exp(position), float(value), covariance, steps, status)


def mixture(terms, first, second, weights):
    r"""Log-likelihood of rows whose likelihood is a sum of terms, with its derivatives.

    Parameters
    ----------
    terms : numpy.ndarray
        Logarithms of the terms, shape (terms, n); ``-inf`` for a term that is not there.
    first : list of k numpy.ndarray
        Their first derivatives, each (terms, n).
    second : dict
        Their second derivatives by pair of parameters, those that are not zero.
    weights : numpy.ndarray
        Customers per row, shape (n,).

    Returns
    -------
    value, gradient, hessian

    Notes
    -----
    With shares :math:`\pi_j = e^{\phi_j} / \sum e^{\phi}`, the gradient of
    :math:`\log \sum e^{\phi}` is the mean :math:`E_\pi[\phi']` and the Hessian
    :math:`E_\pi[\phi'' + \phi' \phi'^T] - E_\pi[\phi'] E_\pi[\phi']^T`.
    """
    top = terms.max(axis=0)
    share = np.exp(terms - top)
    total = share.sum(axis=0)
    share /= total
    value = weights @ (top + np.log(total))
    size = len(first)
    means = np.array([(share * part).sum(axis=0) for part in first])
    share *= weights
    hessian = -(means * weights) @ means.T
    for i in range(size):
        weighted = share * first[i]
        for j in range(i, size):
            entry = np.einsum("tn,tn", weighted, first[j])
            if (i, j) in second:
                entry += np.einsum("tn,tn", share, second[i, j])
            hessian[i, j] += entry
            if i != j:
                hessian[j, i] += entry
    return value, means @ weights, hessian


def mixtures(terms, rows, block):
    """Add up `mixture` over rows too many for one go.

    Parameters
    ----------
    terms : callable
        Takes the arrays of some rows, without their weights, and returns the first three arguments
        of `mixture`.
    rows : tuple of numpy.ndarray
        What ``terms`` takes, and last the weights, shape (n,) each.
    block : int
        Rows in one go.

    Returns
    -------
    value, gradient, hessian
    """
    *known, weights = rows
    total = (0.0, 0.0, 0.0)
    for begin in range(0, len(weights), block):
        part = slice(begin, begin + block)
        added = mixture(*terms(*(column[part] for column in known)), weights[part])
        total = tuple(old + new for old, new in zip(total, added, strict=True))
    return total


def standard_errors(gradient, covariance):
    """Delta method: standard errors of n quantities from their gradients.

    Parameters
    ----------
    gradient : numpy.ndarray
        Shape (k, n), with respect to the logarithms of the parameters.
    covariance : numpy.ndarray
        Shape (k, k), of the logarithms of the parameters.

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    root = np.linalg.cholesky(covariance).T
    errors = np.empty(gradient.shape[1])
    for begin in range(0, len(errors), 8192):
        along = root @ gradient[:, begin : begin + 8192]
        errors[begin : begin + 8192] = np.sqrt((along * along).sum(axis=0))
    return errors


def with_interval(middle, reach, scale, index):
    """Frame of estimates, and of intervals where there is a reach.

    Parameters
    ----------
    middle : numpy.ndarray
        Estimates before the transformation, shape (n,).
    reach : numpy.ndarray or None
        Half widths before the transformation.
    scale : callable
        Back to the natural scale, such as ``numpy.exp``.
    index : pandas.Index

    Returns
    -------
    pandas.DataFrame
        ``estimate``, and ``low`` and ``high`` unless ``reach`` is None.
    """
    names = ["estimate"] if reach is None else ["estimate", "low", "high"]
    table = np.empty((len(names), len(middle)))
    table[0] = scale(middle)
    if reach is not None:
        with np.errstate(over="ignore"):
            table[1], table[2] = scale(middle - reach), scale(middle + reach)
    return pd.DataFrame(table.T, columns=names, index=index, copy=False)
