"""Pareto/NBD: customers buy at their own rate until an unseen clock runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying import fitting, numerics, reasons
from crmlab.repeat_buying.customers import merged
from crmlab.repeat_buying.purchases import PurchaseModel, counting_chance
from crmlab.repeat_buying.simulation import simulated
from crmlab.repeat_buying.summary import Summary

CHUNK = 2048
NODES = (6, 0.6, 1.0), (8, 1.2, 2.5), (10, 2.2, 4.0), (14, 2.5, 8.0), (24, np.inf, np.inf)
FADED = 40.0


@dataclass(frozen=True)
class ParetoNBD(PurchaseModel):
    r"""Pareto/NBD: each customer buys at their own rate until they leave, at any moment.

    While a customer stays, purchases come at random at the customer's own rate; the time until
    they leave is exponential with the customer's own rate of leaving. Purchase rates follow a
    gamma distribution (r, alpha), rates of leaving a gamma distribution (s, beta).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the purchase rates; their mean is r / alpha per unit of time.
    s, beta : float
        Shape and rate of the rates of leaving; their mean is s / beta per unit of time.
    unit : str, optional
        Time unit of alpha and beta: day, week, month, quarter or year.

    Notes
    -----
    A customer who is dead at T left at some u between the last purchase and T, so the likelihood
    is :math:`\frac{\Gamma(r+x)}{\Gamma(r)} \alpha^r \beta^s [(\alpha+T)^{-(r+x)} (\beta+T)^{-s} +
    s \int_{t_x}^T (\alpha+u)^{-(r+x)} (\beta+u)^{-(s+1)} du]`. The integral is taken by
    Gauss-Legendre quadrature in log(min(alpha, beta) + u): one formula whichever of alpha and beta
    is larger, and no hypergeometric function.

    Source: Schmittlein, Morrison & Colombo (1987), "Counting your customers", Management Science
    33(1).

    Examples
    --------
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, unit="week")
    >>> three = pd.DataFrame(
    ...     {"frequency": [2, 0, 10], "recency": [30.43, 0, 20], "T": [38.86, 38.86, 39]}
    ... )
    >>> model.p_alive(three).round(4)
       estimate
    0    0.8692
    1    0.2953
    2    0.0804
    >>> model.expected_purchases_new(52).round(3)
             estimate
    periods
    52.0        1.473
    """

    r: float
    alpha: float
    s: float
    beta: float

    title: ClassVar[str] = "Pareto/NBD"
    seasonless: ClassVar[str] = (
        "its customers leave by the calendar, not at purchases, so that in operational time their "
        "leaving would swing with the season too"
    )
    humps: ClassVar[bool] = True

    @classmethod
    def _compress(cls, customers):
        x, tx, T, weight = merged(customers)[0]
        far = T.max() or 1.0
        need = (x + 1) * np.log((far + T) / (far + tx))
        alike = np.argsort(np.minimum(need * 4096, 65_535).astype(np.uint16), kind="stable")
        return x[alike], tx[alike], T[alike], weight[alike]

    @classmethod
    def _starts(cls, rows):
        x, _, T, weight = rows
        mean = (weight * T).sum() / (weight * x).sum()
        starts = [
            [0.5, 0.5 * mean, 0.5, T.max() / 3],
            [2.0, mean, 0.1, T.max() / 1000],
            [20.0, 10 * mean, 0.3, T.max() / 1000],
        ]
        typical = np.array([1.0, T.max(), 1.0, T.max()])
        return [np.array(start) for start in starts], typical

    def _reasons(self, customers):
        rates = reasons.of_rates(self.r, self.alpha)
        age = float(customers.weights @ customers.T) / customers.count
        leaving = reasons.of_leaving(self.s, self.beta, age)
        return rates + (reasons.of_nobody_leaving(self, customers) or leaving)

    @classmethod
    def _evaluate(cls, theta, rows):
        r, alpha, s, beta = theta
        x, _, _, weight = rows
        code, values = pd.factorize(x)
        count = np.bincount(code, weights=weight)
        everyone = count.sum()
        value = count @ special.gammaln(r + values) + everyone * (
            r * np.log(alpha) + s * np.log(beta) - special.gammaln(r)
        )
        gradient = everyone * np.array(
            [np.log(alpha) - special.digamma(r), r / alpha, np.log(beta), s / beta]
        )
        gradient[0] += count @ special.digamma(r + values)
        hessian = np.zeros((4, 4))
        hessian[0, 0] = count @ special.zeta(2, r + values) - everyone * special.zeta(2, r)
        hessian[0, 1] = hessian[1, 0] = everyone / alpha
        hessian[1, 1] = -everyone * r / alpha**2
        hessian[2, 3] = hessian[3, 2] = everyone / beta
        hessian[3, 3] = -everyone * s / beta**2
        added = fitting.mixtures(lambda *part: _terms(theta, *part, curved=True), rows, CHUNK)
        return value + added[0], gradient + added[1], hessian + added[2]

    def _log_odds(self, customers, with_gradient):
        """Log-odds of being alive, and their gradient by the log parameters."""
        x, tx, T = customers.x, customers.tx, customers.T
        odds = np.empty(len(x))
        gradient = np.empty((4, len(x))) if with_gradient else None
        for begin in range(0, len(x), CHUNK):
            part = slice(begin, begin + CHUNK)
            terms, first, _ = _terms(self.theta, x[part], tx[part], T[part], curved=False)
            dead = terms[1:]
            top = dead.max(axis=0)
            share = np.exp(dead - top)
            total = share.sum(axis=0)
            odds[part] = terms[0] - (top + np.log(total))
            if with_gradient:
                share /= total
                for place, slope in enumerate(first):
                    mean = (share * slope[1:]).sum(axis=0)
                    gradient[place, part] = self.theta[place] * (slope[0] - mean)
        return odds, gradient

    def _offset(self):
        return min(self.alpha, self.beta)

    def _alive_purchases(self, x, T, times):
        """Purchase rate times expected time left within each of ``times``."""
        rate = (self.r + x)[:, None] / (self.alpha + T)
        end = (self.beta + T)[:, None]
        span = np.log1p(times / end)
        power = self.s - 1
        left = end * (span if power == 0 else -np.expm1(-power * span) / power)
        return rate[:, :, None] * left

    def _alive_residual(self, x, T, force):
        """Purchase rate times the mean of 1 / (rate of leaving + force)."""
        rate = (self.r + x)[:, None] / (self.alpha + T)
        end = self.beta + T
        z = end * force
        steady = self.s < 1
        g, weights = numerics.gamma_rule(self.s, 1 / z.min(), vanishes=steady)
        values = 1 / (g + z[:, None])
        mean = 1 / z + (values - 1 / z[:, None]) @ weights if steady else values @ weights
        return rate * (end * mean)

    def _count_chance(self, x, T, horizon, count):
        """P(count purchases within the horizon | alive now), shape (k, j)."""
        shape, rate = (self.r + x)[:, None], (self.alpha + T)[None, :]
        end = (self.beta + T)[None, :]
        stayed = counting_chance(shape, rate, horizon, count) * (1 + horizon / end) ** -self.s
        nearest = np.minimum(rate, end)[:, :, None]
        v, weights = numerics.legendre(64)
        width = np.log1p(horizon / nearest)
        u = nearest * np.expm1(v * width)
        end = end[:, :, None]
        density = self.s / (end + u) * np.exp(-self.s * np.log1p(u / end))
        chance = counting_chance(shape[:, :, None], rate[:, :, None], u, count)
        return stayed + (chance * density * (nearest + u) * width) @ weights

    def simulate(self, T: inputs.Numbers, *, periods: float = 0.0, seed: int) -> Summary:
        """Draw customers from the model.

        Parameters
        ----------
        T : array-like
            Ages of the customers at the end of the window, in the model's time unit.
        periods : float
            Length of a holdout after the window.
        seed : int

        Returns
        -------
        Summary
            With the truth beside it: ``frequency``, ``recency``, ``T``,
            ``frequency_holdout``, ``purchase_rate``, ``left_at`` (age at leaving) and ``alive`` at
            the end of the window.
        """
        rng = np.random.default_rng(seed)
        periods = inputs.number(periods, "periods", at_least=0)
        T = inputs.numbers(T, "T", at_least=0).to_numpy()
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        leaving = np.maximum(rng.gamma(self.s, 1 / self.beta, len(T)), 1e-300)
        left_at = rng.standard_exponential(len(T)) / leaving
        stay = np.minimum(left_at, T)
        x = rng.poisson(rate * stay)
        recency = np.zeros(len(T))
        recency[x > 0] = stay[x > 0] * rng.beta(x[x > 0], 1)
        holdout = rng.poisson(rate * (np.minimum(left_at, T + periods) - stay))
        alive = left_at > T
        return simulated(x, recency, T, self.unit, holdout, rate, left_at=left_at, alive=alive)


def _terms(theta, x, tx, T, *, curved):
    """Log terms (alive first, then the nodes of the integral over the time of leaving).

    Shape (terms, n) each: few terms of many rows, so that rows lie together. The parameters are
    numbers, or arrays of one entry per row.
    """
    r, alpha, s, beta = theta
    near, gap = np.minimum(alpha, beta), np.abs(alpha - beta)
    rho = r + x
    start = near + tx
    log_start = np.log(start)
    width = np.log(near + T) - log_start
    fade = rho * start / (alpha + tx) + (s + 1) * start / (beta + tx) - 1
    width = np.where(fade * width > FADED, FADED / np.maximum(fade, 1e-9), width)
    most = width.max(), (fade * width).max()
    enough = (nodes for nodes, *limits in NODES if most[0] <= limits[0] and most[1] <= limits[1])
    v, weights = (one[:, None] for one in numerics.legendre(next(enough)))
    log_near = np.concatenate([np.log(near + T)[None], log_start + v * width])
    u_near = np.concatenate([(near + T)[None], start * np.exp(v * width)])
    u_far = u_near + gap
    pair = [(log_near, 1 / u_near), (np.log(u_far), 1 / u_far)]
    (log_purchase, per_purchase), (log_leave, per_leave) = _in_order(alpha <= beta, *pair)
    dead = np.ones((len(v) + 1, 1))
    dead[0] = 0
    sigma = s + dead
    terms = -rho * log_purchase - sigma * log_leave
    with np.errstate(divide="ignore"):
        log_width = np.maximum(np.log(width), -700)
    terms[1:] += log_near[1:] + (np.log(s * weights) + log_width)
    first = [
        -log_purchase,
        -rho * per_purchase,
        dead / s - log_leave,
        -sigma * per_leave,
    ]
    if not curved:
        return terms, first, None
    second = {
        (0, 1): -per_purchase,
        (1, 1): -first[1] * per_purchase,
        (2, 2): np.broadcast_to(-dead / s**2, terms.shape),
        (2, 3): -per_leave,
        (3, 3): -first[3] * per_leave,
    }
    return terms, first, second


def _in_order(ahead, first, second):
    """Both as they come where ``ahead``, else changed over: all of them, or row by row."""
    if np.ndim(ahead) == 0:
        return (first, second) if ahead else (second, first)
    both = list(zip(first, second, strict=True))
    return (
        [np.where(ahead, one, other) for one, other in both],
        [np.where(ahead, other, one) for one, other in both],
    )
