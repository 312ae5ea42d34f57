"""Forecasts that every model of repeat purchases gives, with intervals, for each customer."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting, numerics
from crmlab.repeat_buying.customers import Customers, UnitError, conventions, read
from crmlab.repeat_buying.models import Model

BLOCK = 16_384


@dataclass(frozen=True)
class PurchaseModel(Model):
    """A model of who is still a customer and how often they buy.

    Every interval below is the uncertainty of the *parameters* (delta method, from the covariance
    of the fit). It is not the spread of one customer's luck: that is in `purchase_distribution`.
    """

    about = "purchases in continuous time"
    advice = "Too few customers came back, or nobody seems to leave; try a longer window."
    whole = False

    @classmethod
    def fit(cls, summary, *, unit=None):
        """Fit by maximum likelihood: Newton's method with analytic derivatives.

        Parameters
        ----------
        summary : frame
            One row per customer: ``frequency``, ``recency``, ``T`` (see `summarise`). A column
            ``customers`` says how many equal customers a row stands for.
        unit : str, optional
            Time unit of recency and T; taken from the summary if it says so.

        Returns
        -------
        Model
            With standard errors and covariance.

        Raises
        ------
        ValueError
            Bad input, nobody with a repeat purchase, or no time unit known.
        UnitError
            ``unit`` contradicts the summary.
        FitError
            No convergence.

        Warns
        -----
        DegenerateFitWarning
            A parameter runs away; ``model.fitted.status`` names it and no standard errors are
            given.
        """
        customers = read(summary, unit=unit, whole=cls.whole)
        if customers.unit is None:
            raise UnitError(
                "the summary does not say its time unit; write fit(summary, unit='week')"
            )
        if len(customers.x) < 2:
            raise ValueError("summary: one row; a fit needs many customers")
        if not customers.x.any():
            raise ValueError(
                "summary.frequency: 0 in every row; nobody bought again, so nothing can"
                " be learned about repeat buying. Use a longer window."
            )
        model = cls._fitted(customers, customers.unit, cls._compress)
        return replace(model, fitted=replace(model.fitted, oldest=float(customers.T.max())))

    def log_likelihood(self, summary):
        """Log-likelihood of these parameters for these customers.

        Parameters
        ----------
        summary : frame

        Returns
        -------
        float
        """
        customers = self._read(summary)
        return float(self._evaluate(self.theta, self._compress(customers))[0])

    def p_alive(self, summary, *, confidence=0.95):
        """Probability that each customer is still a customer at the end of the window.

        Parameters
        ----------
        summary : frame, mapping or Series
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            The summary's index; ``estimate``, and for a fitted model ``low`` and ``high``: delta
            method on the logit, so between 0 and 1.

        Warns
        -----
        UserWarning
            The summary does not say its unit, and T is far beyond what the fit saw.
        """
        customers = self._read(summary)
        covariance = None if confidence is None else self._log_covariance()
        count = len(customers.x)
        odds, reach = np.empty(count), None if covariance is None else np.empty(count)
        for begin in range(0, count, BLOCK):
            part = slice(begin, begin + BLOCK)
            odds[part], slope = self._log_odds(customers.part(part), covariance is not None)
            if covariance is not None:
                reach[part] = fitting.standard_errors(slope, covariance)
        if covariance is not None:
            reach *= intervals.normal_quantile(confidence)
        return fitting.with_interval(odds, reach, special.expit, customers.index)

    def expected_purchases(self, summary, *, periods, confidence=0.95):
        """Expected number of purchases of each customer in the next periods.

        Parameters
        ----------
        summary : frame, mapping or Series
        periods : float
            Length of the forecast, in the model's time unit.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            The summary's index; ``estimate``, and for a fitted model ``low`` and ``high``: delta
            method on the logarithm, so above 0. ``attrs["total"]`` is the sum over all rows with
            its own interval, which is not the sum of the intervals.
        """
        customers = self._read(summary)
        estimate, gradient = self._forecast(
            customers, self._horizon(periods), with_gradient=confidence is not None
        )
        result = self._positive(estimate, gradient, confidence, customers.index)
        parts = [] if gradient is None else [(gradient, self._log_covariance())]
        values = result["estimate"].to_numpy()
        result.attrs["total"] = fitting.total(values, customers.weight, parts, confidence)
        return result

    def expected_purchases_new(self, periods, *, confidence=0.95):
        """Expected repeat purchases of a new customer, counted from the first purchase.

        Parameters
        ----------
        periods : float or array-like
            One or several lengths, in the model's time unit.
        confidence : float or None

        Returns
        -------
        pandas.DataFrame
            One row per length: ``estimate``, and for a fitted model ``low`` and ``high``.
        """
        lengths = np.atleast_1d(np.asarray(periods, dtype=float))
        for length in lengths:
            self._horizon(length)
        rows = self._nudged(lambda model: model._new_purchases(lengths))
        gradient = None if confidence is None or self.covariance is None else rows[1:]
        return self._positive(rows[0], gradient, confidence, pd.Index(lengths, name="periods"))

    def purchase_distribution(self, summary=None, *, periods, most=10):
        """Probability of 0, 1, 2, ... purchases in the next periods.

        Parameters
        ----------
        summary : frame, mapping or Series, optional
            Customers; without it, a new customer counted from the first purchase.
        periods : float
            In the model's time unit.
        most : int
            The largest number shown; what lies above is in the column ``more``.

        Returns
        -------
        pandas.DataFrame
            One row per customer, columns 0 .. ``most`` and ``more``; each row sums to 1.
        """
        customers = _new(self.unit) if summary is None else self._read(summary)
        horizon = self._horizon(periods)
        alive = special.expit(self._log_odds(customers, False)[0])
        counts = [
            numerics.tabulate(
                lambda x, T, k=k: self._count_chance(x, T, horizon, k)[None],
                customers.x,
                customers.T,
                offset=None,
            )(slice(None))[0]
            for k in range(int(most) + 1)
        ]
        table = pd.DataFrame(np.array(counts).T * alive[:, None], index=customers.index)
        table[0] += 1 - alive
        table["more"] = np.maximum(1 - table.sum(axis=1), 0)
        return table

    def _read(self, summary):
        customers = read(summary, unit=self.unit, whole=self.whole)
        seen = None if self.fitted is None else self.fitted.oldest
        if seen and customers.T.max() > 4 * seen and not conventions(summary).get("unit"):
            warnings.warn(
                f"T goes up to {customers.T.max():.4g}, the fit saw up to {seen:.4g} {self.unit}s,"
                " and the summary does not say its unit (a merge drops it): is it the same?",
                stacklevel=3,
            )
        return customers

    def _horizon(self, periods):
        limits = {"whole": True} if self.whole else {}
        return inputs.number(periods, "periods", above=0, **limits)

    def _forecast(self, customers, horizon, *, force=0.0, with_gradient=True):
        """Log of expected (discounted) purchases and its gradient by log parameters, per row."""
        with_gradient = with_gradient and self.covariance is not None

        def table(x, T):
            if with_gradient:
                return self._nudged(lambda model: model._future(x, T, horizon, force))
            return np.log(self._future(x, T, horizon, force))[None]

        look_up = numerics.tabulate(table, customers.x, customers.T, offset=self._offset())
        count = len(customers.x)
        estimate = np.empty(count)
        gradient = np.empty((len(self.names()), count)) if with_gradient else None
        for begin in range(0, count, BLOCK):
            part = slice(begin, begin + BLOCK)
            odds, slope = self._log_odds(customers.part(part), with_gradient)
            rows = look_up(part)
            estimate[part] = rows[0] + np.minimum(odds, 0) - np.log1p(np.exp(-np.abs(odds)))
            if with_gradient:
                gradient[:, part] = rows[1:] + slope * special.expit(-odds)
        return estimate, gradient

    def _new_purchases(self, lengths):
        """Expected repeat purchases of a new customer within each length."""
        stays = special.expit(self._log_odds(_new(self.unit), False)[0][0])
        return stays * self._alive_purchases(np.zeros(1), np.zeros(1), lengths)[0, 0]

    def _future(self, x, T, horizon, force):
        """Expected purchases within the horizon of customers alive now, discounted at ``force``."""
        if force == 0:
            return self._alive_purchases(x, T, np.array([horizon]))[:, :, 0]
        if np.isinf(horizon):
            return self._alive_residual(x, T, force)
        nearest = self._offset() + T.min()
        u, weights = numerics.legendre(numerics.legendre_nodes(horizon / nearest))
        times = np.append(horizon * u, horizon)
        bought = self._alive_purchases(x, T, times)
        inner = weights * np.exp(-force * times[:-1]) * horizon * force
        return bought[:, :, :-1] @ inner + np.exp(-force * horizon) * bought[:, :, -1]


def _new(unit):
    return Customers(*np.zeros((3, 1)), None, pd.RangeIndex(1), unit)


def counting_chance(shape, rate, length, count):
    """Probability of ``count`` events in ``length`` when the rate is gamma distributed.

    Parameters
    ----------
    shape, rate : array-like
        Of the gamma distribution of the event rate.
    length : array-like
    count : int

    Returns
    -------
    numpy.ndarray
        The negative binomial probability.

    Examples
    --------
    >>> round(float(counting_chance(1.0, 1.0, 1.0, 2)), 6)
    0.125
    """
    log_chance = (
        special.gammaln(shape + count)
        - special.gammaln(shape)
        - special.gammaln(count + 1)
        - shape * np.log1p(length / rate)
        - count * np.log1p(np.divide(rate, length))
    )
    return np.exp(log_chance)
