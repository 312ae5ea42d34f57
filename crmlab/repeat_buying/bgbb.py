"""BG/BB: purchases at discrete opportunities, such as yearly donations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying import fitting, numerics, reasons
from crmlab.repeat_buying.opportunities import OpportunityModel
from crmlab.repeat_buying.simulation import simulated
from crmlab.repeat_buying.summary import Summary

BLOCK = 200_000


@dataclass(frozen=True)
class BGBB(OpportunityModel):
    r"""BG/BB: a customer who is alive buys or not at each opportunity, then may leave.

    Before each opportunity a customer leaves for good with their own chance theta; one who has
    stayed buys with their own chance p. The chances p follow a beta distribution (alpha, beta),
    theta a beta distribution (gamma, delta).

    Parameters
    ----------
    alpha, beta : float
        Of the chances to buy at an opportunity; their mean is alpha / (alpha + beta).
    gamma, delta : float
        Of the chances to leave before an opportunity; their mean is gamma / (gamma + delta).
    unit : str, optional
        Time from one opportunity to the next: day, week, month, quarter or year.

    Notes
    -----
    In the summary ``T`` is the number of opportunities since the first purchase, ``frequency`` the
    number of them used and ``recency`` the last one used; all are whole numbers. Rows with the
    same three numbers are merged before the fit. As in the paper, P(alive) is the chance to be
    there at the next opportunity, so it is below 1 even for a customer who never missed one.

    Source: Fader, Hardie & Shang (2010), "Customer-base analysis in a discrete-time
    noncontractual setting", Marketing Science 29(6).

    Examples
    --------
    >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783, unit="year")
    >>> three = pd.DataFrame({"frequency": [0, 3, 6], "recency": [0, 4, 6], "T": [6, 6, 6]})
    >>> model.p_alive(three).round(2)
       estimate
    0      0.11
    1      0.44
    2      0.93
    >>> model.expected_purchases(three, periods=5)["estimate"].round(2).tolist()
    [0.07, 1.03, 3.75]
    """

    alpha: float
    beta: float
    gamma: float
    delta: float

    title: ClassVar[str] = "BG/BB"
    humps: ClassVar[bool] = True
    about: ClassVar[str] = "purchases at opportunities"

    @classmethod
    def _compress(cls, customers):
        columns = {"x": customers.x, "tx": customers.tx, "T": customers.T}
        table = pd.DataFrame(columns | {"weight": customers.weights})
        merged = table.groupby(["x", "tx", "T"], as_index=False)["weight"].sum()
        return tuple(merged[name].to_numpy(dtype=float) for name in ("x", "tx", "T", "weight"))

    @classmethod
    def _starts(cls, rows):
        starts = (
            [1.0, 1.0, 0.5, 2.0],
            [1.0, 0.5, 0.4, 0.6],
            [1.0, 1.0, 10.0, 300.0],
            [20.0, 20.0, 0.3, 0.4],
        )
        return [np.array(start) for start in starts], np.ones(4)

    def _reasons(self, customers):
        return [
            *reasons.of_chances(self.alpha, self.beta, "buy"),
            *reasons.of_chances(self.gamma, self.delta, "leave"),
        ]

    @classmethod
    def _evaluate(cls, theta, rows):
        _, tx, T, _ = rows
        block = max(1, int(BLOCK / (2 + (T - tx).max())))
        return fitting.mixtures(lambda *part: _terms(theta, *part, curved=True), rows, block)

    def _log_odds(self, customers, with_gradient):
        """Log-odds of being alive, and their gradient by the log parameters."""
        table = pd.DataFrame({"x": customers.x, "tx": customers.tx, "T": customers.T})
        place = table.groupby(["x", "tx", "T"]).ngroup().to_numpy()
        rows = table.to_numpy()[np.unique(place, return_index=True)[1]]
        odds, gradient = np.empty(len(rows)), np.empty((4, len(rows)))
        block = max(1, int(BLOCK / (2 + (rows[:, 2] - rows[:, 1]).max())))
        for begin in range(0, len(rows), block):
            part = slice(begin, begin + block)
            odds[part], gradient[:, part] = self._odds_of(rows[part])
        return odds[place], gradient[:, place] if with_gradient else None

    def _odds_of(self, rows):
        """The same for distinct rows (x, tx, T), by way of being alive at the last opportunity."""
        terms, first, _ = _terms(self.theta, *rows.T, curved=False)
        top = terms.max(axis=0)
        share = np.exp(terms - top)
        share /= share.sum(axis=0)
        dead = share[1:].sum(axis=0)
        slope = np.array([one[0] - (share * one).sum(axis=0) for one in first])
        ahead = self.gamma + self.delta + rows[:, 2]
        slope[2] -= 1 / ahead
        slope[3] += 1 / (ahead - self.gamma) - 1 / ahead
        gone = dead + (1 - dead) * self.gamma / ahead
        log_stay = terms[0] - top - np.log(np.exp(terms - top).sum(axis=0))
        log_stay += np.log1p(-self.gamma / ahead)
        return log_stay - np.log(gone), slope * self.theta[:, None] / gone

    def _chance_to_buy(self, x, T):
        return (self.alpha + x)[:, None] / (self.alpha + self.beta + T)

    def _stay(self, T, horizon):
        """Chance to be there at each of the next opportunities, the first one certain."""
        k = np.arange(1, horizon + 1)
        ahead = self.delta + T[:, None] + k - 1
        return np.cumprod(np.where(k > 1, ahead / (self.gamma + ahead), 1.0), axis=1)

    def _residual(self, T, rate):
        """Mean of 1 / (rate + theta): discounted opportunities to come, the next one certain."""
        ends = (np.full((len(T), 1), 1 / rate), np.full((len(T), 1), 1 / (rate + 1)))
        shapes = (self.gamma, self.delta + T + 1)
        steep = np.full(len(T), 1 / rate)
        return numerics.beta_mean(lambda p: 1 / (rate + p), ends, shapes, steep)[:, 0]

    def _count_chance(self, x, T, horizon, count):
        """P(count purchases at the next opportunities | alive now), shape (k, j)."""
        if count > horizon:
            return np.zeros((len(x), len(T)))
        x, T = x[:, None, None], T[None, :, None]
        p_base = special.betaln(self.alpha + x, self.beta + T - x)
        leave_base = special.betaln(self.gamma, self.delta + T + 1)
        i = np.arange(max(count, 1), int(horizon) + 1)
        log_ways = (
            special.gammaln(i + 1) - special.gammaln(count + 1) - special.gammaln(i - count + 1)
        )
        bought = special.betaln(self.alpha + x + count, self.beta + T - x + i - count) - p_base
        gone = special.betaln(self.gamma + (i < horizon), self.delta + T + i) - leave_base
        return np.exp(log_ways + bought + gone).sum(axis=2)

    def simulate(self, T: inputs.Numbers, *, periods: int = 0, seed: int) -> Summary:
        """Draw customers from the model.

        Parameters
        ----------
        T : array-like of int
            Opportunities each customer has had.
        periods : int
            Opportunities in a holdout after the window.
        seed : int

        Returns
        -------
        Summary
            With the truth beside it: ``frequency``, ``recency``, ``T``,
            ``frequency_holdout``, ``purchase_rate`` (chance to buy at an opportunity), ``dropout``
            (chance to leave before one) and ``alive`` at the next opportunity
            after the window.
        """
        rng = np.random.default_rng(seed)
        periods = inputs.count(periods, "periods", at_least=0)
        T = inputs.numbers(T, "T", at_least=0, whole=True).to_numpy(int)
        p = rng.beta(self.alpha, self.beta, len(T))
        theta = np.clip(rng.beta(self.gamma, self.delta, len(T)), 1e-12, 1.0)
        stays = rng.geometric(theta) - 1
        x, recency = np.zeros(len(T)), np.zeros(len(T))
        for opportunity in range(1, T.max() + 1):
            buys = (opportunity <= np.minimum(stays, T)) & (rng.random(len(T)) < p)
            x += buys
            recency[buys] = opportunity
        later = np.clip(stays - T, 0, periods)
        holdout = rng.binomial(later, p)
        alive = stays > T
        return simulated(x, recency, T, self.unit, holdout, p, dropout=theta, alive=alive)


def _terms(theta, x, tx, T, *, curved):
    """Log terms (alive first, then one per opportunity at which the customer may have left).

    Shape (terms, n) each.
    """
    alpha, beta, gamma, delta = theta
    gone = (T - tx).astype(int)
    i = np.arange(max(gone.max(), 1))[:, None]
    there = np.concatenate([np.ones((1, len(x)), bool), i < gone])
    seen = np.where(there, np.concatenate([T[None], tx + i]), T)
    left = np.ones((len(i) + 1, 1))
    left[0] = 0
    betaln, psi = special.betaln, special.digamma
    terms = betaln(alpha + x, beta + seen - x) + betaln(gamma + left, delta + seen)
    terms = np.where(there, terms - betaln(alpha, beta) - betaln(gamma, delta), -np.inf)

    def slopes(function):
        both = function(alpha + beta + seen) - function(alpha + beta)
        leaves = function(gamma + delta + seen + left) - function(gamma + delta)
        return (
            both,
            leaves,
            [
                function(alpha + x) - function(alpha) - both,
                function(beta + seen - x) - function(beta) - both,
                function(gamma + left) - function(gamma) - leaves,
                function(delta + seen) - function(delta) - leaves,
            ],
        )

    first = slopes(psi)[2]
    if not curved:
        return terms, first, None
    both, leaves, square = slopes(lambda v: special.zeta(2, v))
    second = {(j, j): square[j] for j in range(4)}
    second[0, 1], second[2, 3] = -both, -leaves
    return terms, first, second
