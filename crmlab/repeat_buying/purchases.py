"""Forecasts that every model of repeat purchases gives, with intervals, for each customer."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Never, Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting, numerics
from crmlab.repeat_buying.customers import Customers, Unit, UnitError, agreed_unit, read
from crmlab.repeat_buying.forecast import Forecast, forecast_of
from crmlab.repeat_buying.in_season import SeasonModel, in_season
from crmlab.repeat_buying.models import one_table
from crmlab.repeat_buying.season import Season
from crmlab.repeat_buying.summary import Summary

Summaries: TypeAlias = "Summary | pd.DataFrame | pd.Series | Mapping[str, Any]"
BLOCK = 16_384
FEW, RARE = 30, 0.1
ROUGH = 7.0


@dataclass(frozen=True)
class PurchaseModel(SeasonModel):
    """A model of who is still a customer and how often they buy.

    Every interval below is the uncertainty of the *parameters* (delta method, from the covariance
    of the fit). It is not the spread of one customer's luck: that is in `purchase_distribution`.
    """

    about: ClassVar[str] = "purchases in continuous time"
    counted: ClassVar[str] = "purchases"
    whole: ClassVar[bool] = False

    @classmethod
    def fit(
        cls,
        summary: Summaries,
        *separate: Never,
        unit: Unit | None = None,
        season: Season | None = None,
    ) -> Self:
        """Fit by maximum likelihood: Newton's method with analytic derivatives.

        Parameters
        ----------
        summary : Summary or frame
            One row per customer: ``frequency``, ``recency``, ``T`` (see `summarise`). A column
            ``customers`` says how many equal customers a row stands for.
        unit : {"day", "week", "month", "quarter", "year"}, optional
            Time unit of recency and T; taken from the summary if it says so.
        season : Season, optional
            BGNBD, MBGNBD and NBD: ages and every forecast then run in operational time. The
            summary must say its last day. The log-likelihood, and so AIC, is that of the times so
            measured and lacks the sum of log w over the purchases, which a summary does not know:
            it cannot be compared with that of a fit without this season.

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
            A parameter runs away; ``model.fitted.status`` names it and the reason, and no standard
            errors are given.
        """
        one_table(cls, separate)
        if season is not None:
            cls._accept(season)
        customers = fit_rows(read(summary, unit=unit, whole=cls.whole), "fit(summary, unit='week')")
        oldest = float(customers.T.max())
        if season is None:
            return cls._fitted(customers, customers.unit, oldest=oldest)
        customers = in_season(customers, season, summary)
        return replace(cls._fitted(customers, customers.unit, oldest=oldest), season=season)

    def p_alive(self, summary: Summaries, *, confidence: float | None = 0.95) -> pd.DataFrame:
        """Probability that each customer is still a customer at the end of the window.

        Parameters
        ----------
        summary : Summary, frame, mapping or Series
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            The summary's index; ``estimate``, and for a fitted model ``low`` and ``high``: delta
            method on the logit, so between 0 and 1. For a few customers of a small base take
            `crmlab.repeat_buying.profile`.

        Warns
        -----
        UserWarning
            The summary does not say its unit, and T is far beyond what the fit saw.
        """
        return self._chance_alive(self._read(summary), confidence)

    def _chance_alive(self, customers: Any, confidence: float | None) -> pd.DataFrame:
        count = len(customers.index)
        known = self._room(1, confidence) is not None
        covariance: Any = self._log_covariance() if known else None
        odds, reach = np.empty(count), np.empty(count) if known else None
        for begin in range(0, count, BLOCK):
            part = slice(begin, begin + BLOCK)
            odds[part], slope = self._log_odds(customers.part(part), known)
            if known:
                reach[part] = fitting.standard_errors(slope, covariance)
        if confidence is not None and known:
            reach *= intervals.normal_quantile(confidence)
        return fitting.with_interval(odds, reach, special.expit, customers.index)

    def expected_purchases(
        self, summary: Summaries, *, periods: float, confidence: float | None = 0.95
    ) -> Forecast:
        """Expected number of purchases of each customer in the next periods.

        Parameters
        ----------
        summary : Summary, frame, mapping or Series
        periods : float
            Length of the forecast, in the model's time unit.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        Forecast
            One row per customer; ``forecast[ids].total()`` is the sum of any part, with its own
            interval.
        """
        customers = self._read(summary)
        horizon = self._horizon(periods)
        slopes = self._room(len(customers.index), confidence)
        logs = self._forecast(customers, horizon, slopes=slopes)
        known = None if slopes is None else (slopes, self._log_covariance(), confidence)
        what = (
            f"{self.counted} in the next {horizon:g} {self.unit or 'period'}{'s' * (horizon != 1)}"
        )
        return forecast_of(logs, customers.index, what, known=known, weights=customers.weight)

    def expected_purchases_new(
        self,
        periods: float | inputs.Numbers,
        *,
        start: inputs.Day | None = None,
        confidence: float | None = 0.95,
    ) -> pd.DataFrame:
        """Expected repeat purchases of a new customer, counted from the first purchase.

        Parameters
        ----------
        periods : float or array-like
            One or several lengths, in the model's time unit.
        start : date or str, optional
            Day of the first purchase; a model with a season needs it.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        pandas.DataFrame
            One row per length: ``estimate``, and for a fitted model ``low`` and ``high``.
        """
        several: Any = periods
        given: Any = several if np.ndim(several) else [several]
        limits: dict[str, Any] = {"whole": True} if self.whole else {}
        lengths = inputs.numbers(given, "periods", above=0, **limits).to_numpy()
        clock = self._clock_from(start, "expected_purchases_new(periods, start=...)")
        spans = lengths if clock is None else clock.ahead(lengths)
        rows, reach = self._nudged(lambda model: model._new_purchases(spans)), None
        if confidence is not None and self._room(1, confidence) is not None:
            reach = fitting.standard_errors(rows[1:], self._log_covariance())
            reach *= intervals.normal_quantile(confidence)
        index = pd.Index(lengths, name="periods")
        return fitting.with_interval(rows[0], reach, np.exp, index)

    def purchase_distribution(
        self,
        summary: Summaries | None = None,
        *,
        periods: float,
        most: int = 10,
        start: inputs.Day | None = None,
    ) -> pd.DataFrame:
        """Probability of 0, 1, 2, ... purchases in the next periods.

        Parameters
        ----------
        summary : Summary, frame, mapping or Series, optional
            Customers; without it, a new customer counted from the first purchase.
        periods : float
            In the model's time unit.
        most : int
            The largest number shown; what lies above is in the column ``more``.
        start : date or str, optional
            Day of the new customer's first purchase; a model with a season needs it.

        Returns
        -------
        pandas.DataFrame
            One row per customer, columns 0 .. ``most`` and ``more``; each row sums to 1.
        """
        if summary is None:
            clock = self._clock_from(start, "purchase_distribution(periods=..., start=...)")
            customers = self._new() if clock is None else replace(self._new(), clock=clock)
        else:
            customers = self._read(summary)
        horizon, last = self._horizon(periods), inputs.count(most, "most", at_least=0)
        alive = special.expit(self._log_odds(customers, False)[0])
        counts = [self._count_chances(customers, horizon, k) for k in range(last + 1)]
        table = pd.DataFrame(np.array(counts).T * alive[:, None], index=customers.index)
        table[0] += 1 - alive
        table["more"] = np.maximum(1 - table.sum(axis=1), 0)
        return table

    def _why(self, customers: Any) -> str:
        again, more = (float(customers.weights @ (customers.x > least)) for least in (0, 1))
        everyone = customers.count
        if again < min(FEW, RARE * everyone):
            return (
                f"Almost nobody came back: {again:,.0f} of {everyone:,.0f} customers bought again. "
                "Use a longer window or more customers."
            )
        told = self._reasons(customers)
        if more == 0:
            told.append("Nobody has a frequency above 1: was it cut off there?")
        if again == everyone:
            told.append(
                "Nobody has frequency 0: is the first purchase counted? Frequency is the number "
                "of repeat purchases."
            )
        return " ".join(told) or "Use a longer window or more customers."

    def _reasons(self, customers: Any) -> list[str]:
        """What parameters that ran away say of these customers, a sentence each."""
        raise NotImplementedError

    def _log_odds(self, customers: Any, with_gradient: bool) -> Any:
        """Log-odds of being alive, and their gradient by the log parameters."""
        raise NotImplementedError

    def _offset(self) -> float | None:
        """What to add to T so that forecasts are smooth in its logarithm; None: they are not."""
        raise NotImplementedError

    def _base(self) -> float | None:
        """What to add to x so that forecasts are smooth in its logarithm; None: no need."""
        return None

    def _count_chance(self, x: Any, T: Any, horizon: float, count: int) -> NDArray[np.float64]:
        """P(count purchases within the horizon | alive now), shape (k, j)."""
        raise NotImplementedError

    def _count_chances(self, customers: Any, horizon: float, count: int) -> NDArray[np.float64]:
        """P(count purchases within the horizon | alive now) of each customer."""
        x, T = self._state(customers)
        horizon = horizon if customers.clock is None else customers.clock.ahead(horizon)
        table = numerics.tabulate(
            lambda x, T: self._count_chance(x, T, horizon, count)[None], x, T, offset=None
        )
        return table(slice(None))[0]

    def _alive_purchases(self, x: Any, T: Any, times: Any) -> NDArray[np.float64]:
        """Expected purchases within each of the times of customers alive now, shape (k, j, i)."""
        raise NotImplementedError

    def _alive_residual(self, x: Any, T: Any, force: float) -> NDArray[np.float64]:
        """Expected purchases of customers alive now, discounted for ever, shape (k, j)."""
        raise NotImplementedError

    def _new(self) -> Any:
        """One new customer."""
        zero = np.zeros(1)
        return Customers.unnamed(zero, zero, zero, self.unit)

    def _state(self, customers: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the future of a customer who is alive depends on."""
        return customers.x, customers.T

    def _counted(self, summary: Summaries) -> Any:
        return self._read(summary)

    def _read(self, summary: Summaries) -> Any:
        customers = read(summary, unit=self.unit, whole=self.whole)
        seen = None if self.fitted is None else self.fitted.oldest
        if seen and customers.T.max() > 4 * seen and agreed_unit(summary, None) is None:
            warnings.warn(
                f"T goes up to {customers.T.max():.4g}, the fit saw up to {seen:.4g} {self.unit}s,"
                " and the table does not say its unit (a plain frame never does): is it the same?",
                stacklevel=3,
            )
        if self.season is not None:
            customers = in_season(customers, self.season, summary)
        return customers

    def _horizon(self, periods: float) -> float:
        limits: dict[str, Any] = {"whole": True} if self.whole else {}
        return inputs.number(periods, "periods", above=0, **limits)

    def _forecast(
        self,
        customers: Any,
        horizon: float,
        *,
        force: float = 0.0,
        slopes: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float64]:
        """Log of expected (discounted) purchases per row; fills ``slopes`` by log parameters."""
        asked = horizon, force, customers.clock
        look_up, *leaning = self._look_ups(*self._state(customers), asked, slopes is not None)
        count = len(customers.index)
        estimate = np.empty(count)
        for begin in range(0, count, BLOCK):
            part = slice(begin, begin + BLOCK)
            odds, slope = self._log_odds(customers.part(part), slopes is not None)
            alive = np.minimum(odds, 0) - np.log1p(np.exp(-np.abs(odds)))
            estimate[part] = look_up(part)[0] + alive
            if slopes is not None:
                slopes[:, part] = leaning[0](part) + slope * special.expit(-odds)
        return estimate

    def _look_ups(self, x: Any, T: Any, asked: tuple[Any, ...], sloped: bool) -> list[Any]:
        """Log of `_future` for slices of the rows, and where ``sloped`` its slopes."""

        def table(x, T):
            return np.log(self._future(x, T, *asked))[None]

        def steep(x, T):
            return self._nudged(lambda model: model._future(x, T, *asked))[1:]

        state = numerics.coded(x), numerics.coded(T)
        smooth: dict[str, Any] = {"offset": self._offset(), "base": self._base()}
        found = [numerics.tabulate(table, *state, **smooth)]
        if sloped:
            found.append(numerics.tabulate(steep, *state, **smooth, digits=ROUGH))
        return found

    def _new_purchases(self, lengths):
        """Expected repeat purchases of a new customer within each length."""
        stays = special.expit(self._log_odds(self._new(), False)[0][0])
        return stays * self._alive_purchases(np.zeros(1), np.zeros(1), lengths)[0, 0]

    def _future(self, x, T, horizon, force, clock=None):
        """Expected purchases within the horizon of customers alive now, discounted at ``force``."""
        if force == 0:
            reach = horizon if clock is None else clock.ahead(horizon)
            return self._alive_purchases(x, T, np.array([reach]))[:, :, 0]
        if np.isinf(horizon) and clock is None:
            return self._alive_residual(x, T, force)
        shape = max(self.theta[0] + x.max(), self.theta[-2])
        pace = max((1 + shape / 10) / (self._offset() + T.min()), force)
        rule = numerics.discounted if clock is None else clock.discounted
        times, weights = rule(horizon, force, pace)
        return self._alive_purchases(x, T, times) @ weights


def fit_rows(customers: Any, call: str) -> Any:
    """The customers, if a model of purchases can be fitted to them; ``call`` names their unit."""
    if customers.unit is None:
        raise UnitError(f"the summary does not say its time unit; write {call}")
    if len(customers.x) < 2:
        raise ValueError("summary: one row; a fit needs many customers")
    if not customers.x.any():
        raise ValueError(
            "summary.frequency: 0 in every row; nobody bought again, so nothing can"
            " be learned about repeat buying. Use a longer window."
        )
    return customers


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
