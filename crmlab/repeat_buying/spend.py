"""Gamma-Gamma: what customers spend per purchase."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar, Never, Self

import numpy as np
import pandas as pd
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying.models import one_table
from crmlab.repeat_buying.purchases import Summaries
from crmlab.repeat_buying.reasons import FAR
from crmlab.repeat_buying.spend_model import (
    Spending,
    SpendModel,
    SpendWarning,
    paying,
    read_spending,
    repeat_buyers,
    warn_if_infinite,
)
from crmlab.repeat_buying.summary import Summary

FREE, WILD = 0.01, 1e6


@dataclass(frozen=True)
class GammaGamma(SpendModel):
    r"""Gamma-Gamma: each customer has a mean spend; single purchases vary around it.

    Purchases of a customer follow a gamma distribution of shape p around the customer's own mean;
    the scales follow a gamma distribution (q, v). Spend is assumed not to depend on how often a
    customer buys.

    Parameters
    ----------
    p : float
        Shape of single purchases: the larger, the less they vary within a customer.
    q, v : float
        Of the customers: the larger q, the less they differ; v is in money.

    Notes
    -----
    A customer with x repeat purchases of mean :math:`\bar z` is expected to spend
    :math:`p (v + x \bar z) / (p x + q - 1)` per purchase, a weighted mean of their own average and
    the mean of all, :math:`p v / (q - 1)`. For q of 1 or less the mean of all is infinite.

    Source: Fader, Hardie & Lee (2005), "RFM and CLV: using iso-value curves for customer base
    analysis", Journal of Marketing Research 42(4).

    Examples
    --------
    >>> spend = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> three = pd.DataFrame({"frequency": [0, 1, 9], "monetary_value": [np.nan, 80.0, 80.0]})
    >>> spend.expected_spend(three)["estimate"].round(2).tolist()
    [35.22, 66.35, 77.92]
    """

    p: float
    q: float
    v: float

    title: ClassVar[str] = "Gamma-Gamma"
    leaves_out: ClassVar[str] = "customers whose repeat purchases were free"

    @property
    def population_mean(self) -> float:
        """Mean spend per purchase of all customers, p v / (q - 1); infinite for q of 1 or less."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else np.inf

    @classmethod
    def fit(cls, summary: Summaries, *separate: Never) -> Self:
        """Fit by maximum likelihood to the customers with repeat purchases.

        Parameters
        ----------
        summary : Summary or frame
            ``frequency`` and ``monetary_value``, the mean of the repeat purchases (see
            `summarise`). Customers without a repeat purchase say nothing about it and stay out;
            ``model.fitted.customers`` is the number that counted. So do those whose repeat
            purchases were all free, which a gamma distribution rules out:
            ``model.fitted.left_out`` is their number.

        Returns
        -------
        GammaGamma

        Raises
        ------
        ValueError
            Bad input: a spend that is missing or negative for a repeat buyer.
        FitError
            No convergence.

        Warns
        -----
        SpendWarning
            Frequency and spend correlate by more than 0.3 either way, so the forecast of their
            product is biased; more than 1 % of the repeat buyers paid nothing; or the mean of all
            customers is infinite.
        DegenerateFitWarning
            A parameter runs away: spend hardly varies within customers, or customers do not
            differ; ``model.fitted.status`` says which.
        """
        one_table(cls, separate)
        counted, free = repeat_buyers(_own_means(summary))
        again = counted.count + free
        if free > FREE * again:
            warnings.warn(
                f"GammaGamma: {free:,.0f} of {again:,.0f} repeat buyers paid nothing and are left"
                " out of the fit. Are these gifts, or amounts that are not known?",
                SpendWarning,
                stacklevel=2,
            )
        model = cls._fitted(counted, None, left_out=free)
        warn_if_infinite(model.fitted, model.q)
        return model

    def _counted(self, summary: Summaries) -> Any:
        return paying(_own_means(summary))[0]

    def _log_spend(self, spending, slopes):
        """Log of expected spend per row; fills ``slopes`` by log parameters unless None."""
        p, q, v = self.theta
        order = p * spending.x
        order += q - 1
        money = spending.x * spending.mean
        money += v
        none = order <= 0
        order[none] = 1.0
        if slopes is not None:
            slopes[0] = (q - 1) / order
            slopes[1] = -q / order
            slopes[2] = v / money
            slopes[:, none] = 0
        money /= order
        np.log(money, out=money)
        money += np.log(p)
        money[none] = np.inf
        return money

    def _why(self, spending):
        least, most = spending.mean.min(), spending.mean.max()
        if most > WILD * least:
            return (
                f"Amounts differ without measure, from {least:.3g} to {most:.3g}: look for some "
                "far too large, or close to 0."
            )
        told = []
        if self.p > FAR:
            told.append(
                "Spend hardly varies within customers: use their own averages instead, and the "
                "mean of all for one-time buyers."
            )
        if self.q > FAR:
            told.append(
                "Customers do not differ in their mean spend: use everyone's mean, "
                f"{_mean(spending):.4g}, for each."
            )
        return " ".join(told) or f"{spending.count:,.0f} customers say too little: use more."

    @classmethod
    def _compress(cls, spending):
        x, z, weight = spending.x, spending.mean, spending.weights
        code, values = pd.factorize(x)
        log_z = np.log(z)
        fixed = (weight @ log_z, (weight * x) @ log_z + (weight * x) @ np.log(x))
        return x, x * z, weight, values, np.bincount(code, weights=weight), fixed

    @classmethod
    def _starts(cls, rows):
        x, spent, weight = rows[:3]
        middle = np.exp(weight @ np.log(spent / x) / weight.sum())
        starts = [4.0, 4.0, 0.75 * middle], [2.0, 0.5, 0.1 * middle]
        return [np.array(start) for start in starts], np.array([1.0, 1.0, middle])

    @classmethod
    def _evaluate(cls, theta, rows):
        p, q, v = theta
        x, spent, weight, values, count, (logs, logs_by_x) = rows
        everyone, shape, total = count.sum(), p * values, p * values + q
        psi, gammaln = special.digamma, special.gammaln
        sums = np.zeros(6)
        for begin in range(0, len(x), 8192):
            part = slice(begin, begin + 8192)
            money = v + spent[part]
            log_money, inverse = np.log(money), 1 / money
            w, wx = weight[part], weight[part] * x[part]
            square = inverse * inverse
            sums += (
                w @ log_money, wx @ log_money, w @ inverse,
                wx @ inverse, w @ square, wx @ square,
            )  # fmt: skip
        log_q, log_p, inverse_q, inverse_p, square_q, square_p = sums
        value = (
            count @ (gammaln(total) - gammaln(shape))
            + everyone * (q * np.log(v) - gammaln(q))
            + p * logs_by_x - logs - p * log_p - q * log_q
        )  # fmt: skip
        gradient = np.array(
            [
                (count * values) @ (psi(total) - psi(shape)) + logs_by_x - log_p,
                count @ psi(total) + everyone * (np.log(v) - psi(q)) - log_q,
                everyone * q / v - p * inverse_p - q * inverse_q,
            ]
        )
        curved = special.zeta(2, total)
        hessian = np.empty((3, 3))
        hessian[0, 0] = (count * values**2) @ (curved - special.zeta(2, shape))
        hessian[0, 1] = hessian[1, 0] = (count * values) @ curved
        hessian[0, 2] = hessian[2, 0] = -inverse_p
        hessian[1, 1] = count @ curved - everyone * special.zeta(2, q)
        hessian[1, 2] = hessian[2, 1] = everyone / v - inverse_q
        hessian[2, 2] = p * square_p + q * square_q - everyone * q / v**2
        return value, gradient, hessian

    def simulate(self, frequency: inputs.Numbers, *, seed: int) -> pd.DataFrame:
        """Draw mean spends from the model.

        Parameters
        ----------
        frequency : array-like of int
            Repeat purchases of each customer.
        seed : int

        Returns
        -------
        pandas.DataFrame
            The index of ``frequency``, if it has one; ``frequency``, ``monetary_value`` (NaN
            without a repeat purchase) and the truth, ``mean_spend``.
        """
        rng = np.random.default_rng(seed)
        given = inputs.numbers(frequency, "frequency", at_least=0, whole=True)
        x = given.to_numpy()
        scale = rng.gamma(self.q, 1 / self.v, len(x))
        value = np.full(len(x), np.nan)
        some = x > 0
        value[some] = rng.gamma(self.p * x[some], 1 / (scale[some] * x[some]))
        return pd.DataFrame(
            {
                "frequency": x.astype(np.int64),
                "monetary_value": value,
                "mean_spend": self.p / scale,
            },
            index=given.index,
        )


def _own_means(summary: Summaries) -> Spending:
    """What customers spent, refused where it is the mean over customers of one history."""
    if isinstance(summary, Summary) and summary.conventions.get("distinct") == "purchases":
        raise ValueError(
            "summary.monetary_value is the mean over the customers of a history; a spend model "
            "needs their own. Use distinct(summary, of='spend')."
        )
    return read_spending(summary)


def _mean(spending: Spending) -> float:
    bought = spending.weights * spending.x
    return float(bought @ spending.mean / bought.sum())
