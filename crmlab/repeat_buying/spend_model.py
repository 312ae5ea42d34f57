"""What models of spend share: what they read, what they warn of, the forecast."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.repeat_buying.customers import as_pandas, counts, numbers, row_weights
from crmlab.repeat_buying.fitted import Fitted
from crmlab.repeat_buying.forecast import Forecast, forecast_of
from crmlab.repeat_buying.models import Model
from crmlab.repeat_buying.purchases import Summaries
from crmlab.repeat_buying.rows import Rows


class SpendWarning(UserWarning):
    """An assumption of the spend model fails, or a mean does not exist."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Spending(Rows):
    """What customers spent, one entry per row.

    Attributes
    ----------
    x : numpy.ndarray
        Repeat purchases.
    mean : numpy.ndarray
        Mean amount of the repeat purchases; 0 without one.
    """

    x: NDArray[np.float64]
    mean: NDArray[np.float64]


@dataclass(frozen=True)
class SpendModel(Model):
    """A model of what a customer spends per purchase; q is the shape of the customers' means."""

    about: ClassVar[str] = "spend per purchase"

    def expected_spend(self, summary: Summaries, *, confidence: float | None = 0.95) -> Forecast:
        """Expected spend per future purchase of each customer.

        Parameters
        ----------
        summary : Summary, frame, mapping or Series
            ``frequency`` and ``monetary_value``, and the covariates of a model that has any.
        confidence : float or None
            Coverage of the intervals; None leaves them out.

        Returns
        -------
        Forecast
            One row per customer.

        Warns
        -----
        SpendWarning
            For q of 1 or less, customers without a repeat purchase get infinity.
        """
        spending = self._read(summary)
        model: Any = self
        slopes = self._room(len(spending.index), confidence)
        logs = self._log_spend(spending, slopes)
        infinite = int(np.isinf(logs).sum())
        if infinite:
            warnings.warn(
                f"GammaGamma: q is {model.q:.3g}, so the expected spend of {infinite:,} customers"
                " without enough purchases is infinite",
                SpendWarning,
                stacklevel=2,
            )
        known = None if slopes is None else (slopes, self._log_covariance(), confidence)
        what = "spend per purchase"
        return forecast_of(logs, spending.index, what, known=known, weights=spending.weight)

    def _counted(self, summary: Summaries) -> Any:
        return paying(self._read(summary))[0]

    def _read(self, summary: Summaries) -> Any:
        return read_spending(summary)

    def _log_spend(self, spending: Any, slopes: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Log of expected spend per row; fills ``slopes`` by log parameters unless None."""
        raise NotImplementedError


def read_spending(summary: Summaries) -> Spending:
    """Check ``frequency`` and ``monetary_value``, and take them apart."""
    table = as_pandas(summary, ("frequency", "monetary_value"), optional=("customers",))
    x = counts(table)
    mean = np.where(x > 0, numbers(table, "monetary_value", accept=("empty",)), 0.0)
    for bad, problem, remedy in (
        (
            np.isnan(mean),
            ("is empty for a repeat buyer", "are empty for repeat buyers"),
            "Fill it, or leave these rows out.",
        ),
        (mean < 0, ("is negative", "are negative"), "Decide about refunds in summarise."),
    ):
        inputs.refuse(bad, table, "summary.monetary_value", problem, remedy)
    return Spending(x=x, mean=mean, weight=row_weights(table), index=table.index)


def paying(spending: Spending) -> tuple[Spending, float]:
    """The repeat buyers who paid something, and the number of those who paid nothing."""
    paid = spending.mean > 0
    free = (spending.x > 0) & ~paid
    return spending.part(paid), float(spending.weights[free].sum())


def repeat_buyers(spending: Spending) -> tuple[Spending, float]:
    """What `paying` gives, for a fit: enough of them, and a warning where spend depends."""
    counted, free = paying(spending)
    if len(counted.index) < 2:
        raise ValueError(
            f"summary: {len(counted.index)} customers with repeat purchases that cost"
            " something; a spend model needs many"
        )
    _warn_if_dependent(counted)
    return counted, free


def warn_if_infinite(fitted: Fitted | None, q: float) -> None:
    """Say that the mean spend of all customers does not exist."""
    if fitted is not None and fitted.converged and q <= 1:
        warnings.warn(
            f"GammaGamma: q is {q:.3g}, not above 1: the mean spend of all customers is infinite."
            " Look for a few very large amounts.",
            SpendWarning,
            stacklevel=3,
        )


def _warn_if_dependent(spending: Spending) -> None:
    x, z = spending.x, spending.mean
    if x.min() == x.max() or z.min() == z.max():
        return
    covariance = np.cov(x, z, aweights=spending.weight)
    rho = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    if abs(rho) > 0.3:
        warnings.warn(
            f"GammaGamma: frequency and monetary_value correlate ({rho:.2f}); the model takes them"
            " as independent, so values of frequent customers are biased. Fit groups separately.",
            SpendWarning,
            stacklevel=4,
        )
