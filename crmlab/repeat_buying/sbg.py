"""Shifted-beta-geometric: how long customers with a contract keep renewing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Never, Self, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting, numerics, reasons
from crmlab.repeat_buying.customers import (
    Unit,
    UnitError,
    agreed_unit,
    as_pandas,
    numbers,
    row_weights,
    unit_days,
)
from crmlab.repeat_buying.models import one_table
from crmlab.repeat_buying.opportunities import OpportunityModel
from crmlab.repeat_buying.purchases import Summaries
from crmlab.repeat_buying.rows import Rows
from crmlab.repeat_buying.simulation import numbered
from crmlab.repeat_buying.summary import Summary

Survivors: TypeAlias = "Summaries | inputs.Numbers"


@dataclass(frozen=True, eq=False, kw_only=True)
class Contracts(Rows):
    """Customers with a contract, one entry per row.

    Attributes
    ----------
    T : numpy.ndarray
        Renewals each was asked for.
    churned : numpy.ndarray of bool
        Whether they left at the last of them.
    unit : str or None
        Time from one renewal to the next.
    """

    T: NDArray[np.float64]
    churned: NDArray[np.bool_]
    unit: Unit | None


@dataclass(frozen=True)
class ShiftedBetaGeometric(OpportunityModel):
    r"""Shifted-beta-geometric: at each renewal a customer leaves with their own chance.

    The chances to leave follow a beta distribution (alpha, beta). Those with a high chance go
    first, so the retention rate of a cohort rises with its age although nobody changes.

    Parameters
    ----------
    alpha, beta : float
        Of the chances to leave at a renewal; their mean is alpha / (alpha + beta).
    unit : str, optional
        Time from one renewal to the next: day, week, month, quarter or year.

    Notes
    -----
    Survival to age t is :math:`S(t) = B(\alpha, \beta + t) / B(\alpha, \beta)`, retention at the
    t-th renewal :math:`r_t = (\beta + t - 1) / (\alpha + \beta + t - 1)`.

    Methods that take a summary read the column ``T``, the number of renewals made so far, and
    ``churned`` if it is there. A purchase is a renewal, so `expected_purchases` counts renewals
    to come.

    Source: Fader & Hardie (2007), "How to project customer retention", Journal of Interactive
    Marketing 21(1); Fader & Hardie (2010), "Customer-base valuation in a contractual setting",
    Marketing Science 29(1).

    Examples
    --------
    With alpha = 1 and beta = 1 the survivors are 1, 1/2, 1/3, 1/4:

    >>> model = ShiftedBetaGeometric(alpha=1, beta=1, unit="year")
    >>> model.survival(3)["estimate"].round(3).tolist()
    [1.0, 0.5, 0.333, 0.25]
    >>> model.retention(3)["estimate"].round(3).tolist()
    [0.5, 0.667, 0.75]
    """

    alpha: float
    beta: float

    title: ClassVar[str] = "Shifted-beta-geometric"
    about: ClassVar[str] = "contracts"
    counted: ClassVar[str] = "renewals"

    @classmethod
    def fit(  # type: ignore[override]
        cls, survivors: Survivors, *separate: Never, unit: Unit | None = None, season: None = None
    ) -> Self:
        """Fit by maximum likelihood.

        Parameters
        ----------
        survivors : array-like, Summary or frame
            Either the number of customers of one cohort still there at ages 0, 1, 2, ..., whole
            numbers; or one row per customer with ``T``, the number of renewals seen, and
            ``churned``, whether the customer left at the last of them (``customers`` may count
            equal rows).
        unit : {"day", "week", "month", "quarter", "year"}, optional
            Time from one renewal to the next; taken from the summary if it says so.
        season : None
            Refused: renewals come at their date, whatever the season.

        Returns
        -------
        ShiftedBetaGeometric

        Raises
        ------
        ValueError
            Survivors that grow, per cent or shares, negative or missing numbers, nobody who left.
        UnitError
            No time unit known.

        Warns
        -----
        DegenerateFitWarning
            The chances to leave do not differ, or are all or nothing.
        """
        one_table(cls, separate)
        if season is not None:
            cls._accept(season)
        contracts = _opened(survivors, unit)
        if contracts.unit is None:
            raise UnitError("the time between renewals is not known; write unit='year'")
        unit_days(contracts.unit)
        gone = contracts.churned @ contracts.weights
        if gone == 0:
            raise ValueError("survivors: nobody left, so the chance to leave cannot be estimated")
        if gone == contracts.count and contracts.T.max() == 1:
            raise ValueError("survivors: everybody left at the first renewal; nothing to fit")
        return cls._fitted(contracts, contracts.unit)

    def survival(self, periods: int, *, confidence: float | None = 0.95) -> pd.DataFrame:
        """Share of a new cohort still there at ages 0 to ``periods``.

        Parameters
        ----------
        periods : int
        confidence : float or None

        Returns
        -------
        pandas.DataFrame
            One row per age: ``estimate``, and for a fitted model ``low`` and ``high`` (delta
            method on the logit).
        """
        age = np.arange(int(self._horizon(periods)) + 1)
        index = pd.Index(age, name="age")
        return self._share(lambda model: model._survival(age), confidence, index)

    def retention(self, periods: int, *, confidence: float | None = 0.95) -> pd.DataFrame:
        """Retention rate at renewals 1 to ``periods``: kept / up for renewal.

        Parameters
        ----------
        periods : int
        confidence : float or None

        Returns
        -------
        pandas.DataFrame
            One row per renewal: ``estimate``, and for a fitted model ``low`` and ``high``.
        """
        renewal = np.arange(1, int(self._horizon(periods)) + 1)

        def kept(model):
            return (model.beta + renewal - 1) / (model.alpha + model.beta + renewal - 1)

        return self._share(kept, confidence, pd.Index(renewal, name="renewal"))

    def _share(self, function, confidence, index):
        rows = self._nudged(function)
        gone = np.maximum(-np.expm1(rows[0]), 1e-300)
        reach = None
        if confidence is not None and self._room(1, confidence) is not None:
            reach = fitting.standard_errors(rows[1:] / gone, self._log_covariance())
            reach *= intervals.normal_quantile(confidence)
        return fitting.with_interval(rows[0] - np.log(gone), reach, special.expit, index)

    def _survival(self, age):
        start = special.betaln(self.alpha, self.beta)
        return np.exp(special.betaln(self.alpha, self.beta + age) - start)

    @classmethod
    def _compress(cls, contracts):
        """Up for renewal, and lost, at each renewal 1, 2, ..."""
        last = int(contracts.T.max())
        T, weights = contracts.T.astype(int), contracts.weights
        seen = np.bincount(T, weights=weights, minlength=last + 1)
        lost = np.bincount(T, weights=weights * contracts.churned, minlength=last + 1)
        asked = seen[::-1].cumsum()[::-1]
        return asked[1:], lost[1:]

    @classmethod
    def _starts(cls, rows):
        return [np.array([1.0, 2.0])], np.ones(2)

    def _why(self, contracts):
        asked, lost = self._compress(contracts)
        if len(asked) == 1:
            return "One renewal cannot tell how chances to leave differ: give more ages."
        if reasons.rises(lost, asked):
            return "Retention falls with age, which customers of differing chances cannot do."
        told = reasons.of_chances(self.alpha, self.beta, "leave")
        return " ".join(told) or "Too few customers left."

    @classmethod
    def _evaluate(cls, theta, rows):
        alpha, beta = theta
        asked, lost = rows
        kept = asked - lost
        stay = beta + np.arange(len(asked))
        both = alpha + stay
        value = lost @ np.full(len(lost), np.log(alpha)) + kept @ np.log(stay)
        value -= asked @ np.log(both)
        shared = asked @ (1 / both)
        curved = asked @ (1 / both**2)
        gradient = np.array([lost.sum() / alpha - shared, kept @ (1 / stay) - shared])
        hessian = np.array(
            [
                [curved - lost.sum() / alpha**2, curved],
                [curved, curved - kept @ (1 / stay**2)],
            ]
        )
        return value, gradient, hessian

    def _counted(self, survivors: Survivors) -> Contracts:
        return _opened(survivors, self.unit)

    def _read(self, summary: Summaries) -> Contracts:
        return _from_frame(summary, self.unit, known=False)

    def _new(self):
        nobody = np.zeros(1)
        return Contracts(
            T=nobody, churned=nobody > 0, unit=self.unit, weight=None, index=pd.RangeIndex(1)
        )

    def _state(self, contracts):
        return np.zeros(len(contracts.T)), contracts.T

    def _log_odds(self, contracts, with_gradient):
        odds = np.where(contracts.churned, -np.inf, np.inf)
        return odds, np.zeros((2, len(odds))) if with_gradient else None

    def _chance_to_buy(self, x, T):
        """A customer who stays renews."""
        return np.ones((len(x), len(T)))

    def _stay(self, T, horizon):
        """Chance to make each of the next renewals."""
        ahead = self.beta + T[:, None] + np.arange(horizon)
        return np.cumprod(ahead / (self.alpha + ahead), axis=1)

    def _residual(self, T, rate):
        """Mean of (1 - theta) / (rate + theta)."""
        ends = (np.full((len(T), 1), 1 / rate), np.zeros((len(T), 1)))
        shapes = (self.alpha, self.beta + T)
        steep = np.full(len(T), 1 / rate)
        return numerics.beta_mean(lambda p: (1 - p) / (rate + p), ends, shapes, steep)[:, 0]

    def _count_chance(self, x, T, horizon, count):
        """P(count renewals within the horizon), shape (k, j)."""
        if count > horizon:
            return np.zeros((len(x), len(T)))
        start = special.betaln(self.alpha, self.beta + T)
        log_chance = special.betaln(self.alpha + (count < horizon), self.beta + T + count) - start
        return np.broadcast_to(np.exp(log_chance), (len(x), len(T)))

    def simulate(self, customers: int, *, periods: int, seed: int) -> Summary:
        """Draw customers from the model.

        Parameters
        ----------
        customers : int
            Number of customers, all starting together.
        periods : int
            Renewals observed.
        seed : int

        Returns
        -------
        Summary
            ``T`` (renewals seen), ``churned``, and the truth: ``dropout``.
        """
        customers, periods = inputs.count(customers, "customers"), inputs.count(periods, "periods")
        rng = np.random.default_rng(seed)
        theta = np.clip(rng.beta(self.alpha, self.beta, customers), 1e-12, 1.0)
        leaves = rng.geometric(theta)
        columns = {"T": np.minimum(leaves, periods), "churned": leaves <= periods, "dropout": theta}
        table = pd.DataFrame(columns, index=numbered(customers))
        return Summary(table, unit=self.unit, conventions={"made_by": "simulate"})


def _opened(survivors: Any, unit: Unit | None) -> Contracts:
    row = isinstance(survivors, list | tuple | np.ndarray | pd.Series)
    return _from_counts(survivors, unit) if row else _from_frame(survivors, unit)


def _from_counts(survivors: Any, unit: Unit | None) -> Contracts:
    remedy = (
        "Give the number of customers still there at each age; per cent do not say how many were "
        "counted: multiply them by the customers at the start, and round."
    )
    there = inputs.numbers(survivors, "survivors", at_least=0, whole=True, remedy=remedy)
    counts = there.to_numpy()
    if len(counts) < 2:
        raise ValueError("survivors: at least two ages are needed, 0 and 1")
    grown = np.append(False, np.diff(counts) > 0)
    problem = "is above the row before", "are above the row before"
    inputs.refuse(grown, there, "survivors", problem, "A cohort can only shrink.")
    age = np.arange(1, len(counts))
    churned = np.append(np.ones(len(age), bool), False)
    weight = np.append(-np.diff(counts), counts[-1])
    T = np.append(age, age[-1]).astype(float)
    index = pd.RangeIndex(len(T))
    return Contracts(T=T, churned=churned, unit=unit, weight=weight, index=index)


def _from_frame(summary: Any, unit: Any, *, known: bool = True) -> Contracts:
    unit = agreed_unit(summary, unit)
    needed = ("T", "churned") if known else ("T",)
    table = as_pandas(summary, needed, optional=("churned", "customers"))
    T = numbers(table, "T", at_least=0, whole=True, remedy="Count the renewals, from 0.")
    churned = np.zeros(len(T), bool)
    if "churned" in table:
        churned = inputs.flags(table["churned"], "summary.churned", rows=table).to_numpy()
    problem = "is 0 for a customer who left", "are 0 for customers who left"
    inputs.refuse(churned & (T < 1), table, "summary.T", problem, "Count from 1.")
    return Contracts(T=T, churned=churned, unit=unit, weight=row_weights(table), index=table.index)
