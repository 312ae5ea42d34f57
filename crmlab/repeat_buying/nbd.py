"""NBD: customers buy at their own rate and never leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying import reasons
from crmlab.repeat_buying.purchases import PurchaseModel, counting_chance
from crmlab.repeat_buying.simulation import order_statistic, simulated
from crmlab.repeat_buying.summary import Summary


@dataclass(frozen=True)
class NBD(PurchaseModel):
    r"""NBD: each customer buys at their own rate, for ever.

    The model to fall back on where a fit of `BGNBD` or `ParetoNBD` says that nobody leaves: it has
    the parameters that the data do determine, so its forecasts have intervals.

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the purchase rates; their mean is r / alpha per unit of time.
    unit : {"day", "week", "month", "quarter", "year"}, optional
        Time unit of alpha.

    Notes
    -----
    A customer with x repeat purchases at age T has the expected rate (r + x) / (alpha + T) and is
    alive for sure. Where customers do leave, this forecast is too high.

    Source: Ehrenberg (1959), "The pattern of consumer purchases", Applied Statistics 8(1).

    Examples
    --------
    >>> model = NBD(r=1, alpha=10, unit="week")
    >>> ann = {"frequency": 3, "recency": 20, "T": 30}
    >>> model.expected_purchases(ann, periods=10)["estimate"].tolist()
    [1.0]
    """

    r: float
    alpha: float

    title: ClassVar[str] = "NBD"
    seasonless: ClassVar[str] = ""

    @classmethod
    def _compress(cls, customers):
        code, ages = np.unique(customers.T, return_inverse=True)[::-1]
        values, counted = np.unique(customers.x, return_inverse=True)
        weights = customers.weights
        return (
            values,
            np.bincount(counted, weights=weights),
            ages,
            np.bincount(code, weights=weights),
            np.bincount(code, weights=weights * customers.x),
        )

    @classmethod
    def _starts(cls, rows):
        _, _, ages, count, bought = rows
        mean = (count @ ages) / bought.sum()
        return [np.array([0.5, 0.5 * mean])], np.array([1.0, ages.max()])

    @classmethod
    def _evaluate(cls, theta, rows):
        r, alpha = theta
        values, often, ages, count, bought = rows
        end, everyone = alpha + ages, count.sum()
        events = r * count + bought
        value = often @ special.gammaln(r + values) - events @ np.log(end)
        value += everyone * (r * np.log(alpha) - special.gammaln(r))
        gradient = np.array(
            [
                often @ special.digamma(r + values)
                - count @ np.log(end)
                + everyone * (np.log(alpha) - special.digamma(r)),
                everyone * r / alpha - events @ (1 / end),
            ]
        )
        cross = everyone / alpha - count @ (1 / end)
        curved = often @ special.zeta(2, r + values) - everyone * special.zeta(2, r)
        steep = events @ (1 / end**2) - everyone * r / alpha**2
        return value, gradient, np.array([[curved, cross], [cross, steep]])

    def _reasons(self, customers):
        return reasons.of_rates(self.r, self.alpha)

    def _log_odds(self, customers, with_gradient):
        odds = np.full(len(customers.x), np.inf)
        return odds, np.zeros((2, len(odds))) if with_gradient else None

    def _offset(self):
        return self.alpha

    def _alive_purchases(self, x, T, times):
        return ((self.r + x)[:, None] / (self.alpha + T))[:, :, None] * times

    def _alive_residual(self, x, T, force):
        return (self.r + x)[:, None] / (self.alpha + T) / force

    def _count_chance(self, x, T, horizon, count):
        return counting_chance((self.r + x)[:, None], (self.alpha + T)[None, :], horizon, count)

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
            With the truth beside it: ``frequency_holdout``, ``purchase_rate``.
        """
        self._drawn_without_season()
        rng = np.random.default_rng(seed)
        periods = inputs.number(periods, "periods", at_least=0)
        T = inputs.numbers(T, "T", at_least=0).to_numpy()
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        x, holdout = rng.poisson(rate * T), rng.poisson(rate * periods)
        recency = T * order_statistic(rng, x, x)
        return simulated(x, recency, T, self.unit, holdout, rate)
