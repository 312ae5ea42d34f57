"""Gamma-Gamma: what customers spend per purchase."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from crmlab import inputs
from crmlab.repeat_buying.customers import Customers, as_pandas, counts, numbers, row_weights
from crmlab.repeat_buying.models import Model


class SpendWarning(UserWarning):
    """An assumption of the spend model fails, or a mean does not exist."""


@dataclass(frozen=True)
class GammaGamma(Model):
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
    >>> spend.expected_spend(three).round(2)
       estimate
    0     35.22
    1     66.35
    2     77.92
    """

    p: float
    q: float
    v: float

    title = "Gamma-Gamma"
    about = "spend per purchase"
    advice = "Spend may hardly vary within customers; use their own averages instead."

    @property
    def population_mean(self):
        """Mean spend per purchase of all customers, p v / (q - 1); infinite for q of 1 or less."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else np.inf

    @classmethod
    def fit(cls, summary):
        """Fit by maximum likelihood to the customers with repeat purchases.

        Parameters
        ----------
        summary : frame
            ``frequency`` and ``monetary_value``, the mean of the repeat purchases (see
            `summarise`). Customers without a repeat purchase say nothing about it and stay out;
            ``model.fitted.customers`` is the number that counted.

        Returns
        -------
        GammaGamma

        Raises
        ------
        ValueError
            Bad input: a spend that is missing, zero or negative for a repeat buyer.
        FitError
            No convergence.

        Warns
        -----
        SpendWarning
            Frequency and spend correlate by more than 0.3 either way, so the forecast of their
            product is biased; or the mean of all customers is infinite.
        DegenerateFitWarning
            A parameter runs away, usually p where spend hardly varies within customers.
        """
        customers = _read(summary)
        again = customers.x > 0
        if again.sum() < 2:
            raise ValueError(
                f"summary.frequency: {int(again.sum())} customers with a repeat purchase;"
                " a spend model needs many"
            )
        inputs.refuse(
            again & (customers.tx == 0),
            customers.index,
            "summary.monetary_value",
            (
                "is 0 for a repeat buyer, which a gamma distribution rules out",
                "are 0 for a repeat buyer, which a gamma distribution rules out",
            ),
            "Leave free orders out, as in fit(summary[summary['monetary_value'] != 0]).",
        )
        customers = customers.part(again)
        _warn_if_dependent(customers)
        model = cls._fitted(customers, None, cls._compress)
        if model.fitted.converged and model.q <= 1:
            warnings.warn(
                f"GammaGamma: q is {model.q:.3g}, not above 1: the mean spend of all customers is"
                " infinite. Look for a few very large amounts.",
                SpendWarning,
                stacklevel=2,
            )
        return model

    def log_likelihood(self, summary):
        """Log-likelihood of these parameters for the customers with repeat purchases.

        Parameters
        ----------
        summary : frame

        Returns
        -------
        float
        """
        customers = _read(summary)
        rows = self._compress(customers.part(customers.x > 0))
        return float(self._evaluate(self.theta, rows)[0])

    def expected_spend(self, summary, *, confidence=0.95):
        """Expected spend per future purchase of each customer.

        Parameters
        ----------
        summary : frame, mapping or Series
            ``frequency`` and ``monetary_value``.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            The summary's index; ``estimate``, and for a fitted model ``low`` and ``high``: delta
            method on the logarithm, uncertainty of the parameters only.

        Warns
        -----
        SpendWarning
            For q of 1 or less, customers without a repeat purchase get infinity.
        """
        customers = _read(summary)
        estimate, gradient = self._log_spend(customers, confidence is not None)
        infinite = int(np.isinf(estimate).sum())
        if infinite:
            warnings.warn(
                f"GammaGamma: q is {self.q:.3g}, so the expected spend of {infinite:,} customers"
                " without enough purchases is infinite",
                SpendWarning,
                stacklevel=2,
            )
        return self._positive(estimate, gradient, confidence, customers.index)

    def _log_spend(self, customers, with_gradient):
        p, q, v = self.theta
        money = v + customers.x * customers.tx
        order = p * customers.x + q - 1
        none = order <= 0
        order[none] = 1.0
        estimate = np.log(p * money / order)
        estimate[none] = np.inf
        if not with_gradient or self.covariance is None:
            return estimate, None
        gradient = np.array([1 - p * customers.x / order, -q / order, v / money])
        gradient[:, none] = 0
        return estimate, gradient

    @classmethod
    def _compress(cls, customers):
        x, z, weight = customers.x, customers.tx, customers.weights
        code, values = pd.factorize(x)
        log_z = np.log(z)
        fixed = (weight @ log_z, (weight * x) @ log_z + (weight * x) @ np.log(x))
        return x, x * z, weight, values, np.bincount(code, weights=weight), fixed

    @classmethod
    def _start(cls, rows):
        x, spent, weight = rows[:3]
        mean = (weight @ spent) / (weight @ x)
        return np.array([4.0, 4.0, 0.75 * mean]), np.array([1.0, 1.0, mean])

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

    def simulate(self, frequency, *, seed):
        """Draw mean spends from the model.

        Parameters
        ----------
        frequency : array-like of int
            Repeat purchases of each customer.
        seed : int

        Returns
        -------
        pandas.DataFrame
            ``frequency``, ``monetary_value`` (NaN without a repeat purchase) and the truth,
            ``mean_spend``.
        """
        rng = np.random.default_rng(seed)
        x = np.asarray(frequency, dtype=float)
        scale = rng.gamma(self.q, 1 / self.v, len(x))
        value = np.full(len(x), np.nan)
        some = x > 0
        value[some] = rng.gamma(self.p * x[some], 1 / (scale[some] * x[some]))
        return pd.DataFrame(
            {
                "frequency": x.astype(np.int64),
                "monetary_value": value,
                "mean_spend": self.p / scale,
            }
        )


def _read(summary):
    """Frequency, spend (0 where it is not known, in the place of ``tx``) and weights."""
    table = as_pandas(summary, ("frequency", "monetary_value"), optional=("customers",))
    x = counts(table)
    money = np.where(x > 0, numbers(table, "monetary_value", accept=("empty",)), 0.0)
    for bad, problem, remedy in (
        (
            np.isnan(money),
            ("is empty for a repeat buyer", "are empty for repeat buyers"),
            "Fill it, or leave these rows out.",
        ),
        (money < 0, ("is negative", "are negative"), "Decide about refunds in summarise."),
    ):
        inputs.refuse(bad, table, "summary.monetary_value", problem, remedy)
    return Customers(x, money, np.zeros(len(x)), row_weights(table), table.index, None)


def _warn_if_dependent(customers):
    x, z = customers.x, customers.tx
    if x.min() == x.max() or z.min() == z.max():
        return
    covariance = np.cov(x, z, aweights=customers.weight)
    rho = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    if abs(rho) > 0.3:
        warnings.warn(
            f"GammaGamma: frequency and monetary_value correlate ({rho:.2f}); the model takes them"
            " as independent, so values of frequent customers are biased. Fit groups separately.",
            SpendWarning,
            stacklevel=3,
        )
