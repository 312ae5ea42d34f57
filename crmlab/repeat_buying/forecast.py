"""What a model expects of each customer, and of any part of them together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Result):
    r"""One expected number per customer, with intervals; `total` adds up any part of them.

    ``forecast["estimate"]`` is a column; ``forecast[mask]`` and ``forecast[ids]`` are forecasts of
    these customers. The plain frame is ``forecast.table``.

    Attributes
    ----------
    table : pandas.DataFrame
        The customers' index; ``estimate``, and where the models are fitted ``low`` and ``high``:
        delta method on the logarithm, so above 0, for the uncertainty of the parameters alone.
    what : str
        What is expected.
    confidence : float or None
        Coverage of the intervals; None where there are none.
    weights : numpy.ndarray or None
        Customers per row, where the summary counts equal customers.
    slopes : numpy.ndarray or None
        Derivatives of the logarithm of each estimate by the logarithms of the k parameters, shape
        (k, n), float32.
    covariance : numpy.ndarray or None
        Of the logarithms of these parameters, shape (k, k).

    Notes
    -----
    Customers' estimates move together, because they rest on the same parameters. So the interval
    of a sum is neither the sum of the intervals nor that of independent errors: its variance on the
    logarithmic scale is :math:`\bar g' C \bar g`, where :math:`\bar g` is the mean of the rows'
    slopes weighted by their estimates, and C the covariance.

    Examples
    --------
    >>> two = pd.DataFrame({"estimate": [3.0, 1.0]}, index=["ann", "bob"])
    >>> slopes, covariance = np.array([[0.1, 0.5]], dtype="float32"), np.array([[0.04]])
    >>> forecast = Forecast(two, "purchases", 0.95, None, slopes, covariance)
    >>> forecast.total().round(2).tolist()
    [4.0, 3.7, 4.33]
    >>> forecast[["bob"]].total().round(2).tolist()
    [1.0, 0.82, 1.22]
    """

    what: str
    confidence: float | None = None
    weights: NDArray[np.float64] | None = None
    slopes: NDArray[np.float32] | None = None
    covariance: NDArray[np.float64] | None = None

    @property
    def caption(self) -> str:
        """What is expected, and what the intervals cover, in one line."""
        if self.slopes is None or self.confidence is None:
            return f"{self.what}; no intervals"
        return f"{self.what}; {100 * self.confidence:.4g} % intervals of the parameters alone"

    @property
    def index(self) -> pd.Index:
        """The customers' ids."""
        return self.table.index

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Any:
        return iter(self.table.columns)

    def __getitem__(self, asked: Any) -> Any:
        columns = self.table.columns
        if isinstance(asked, str):
            remedy = "For one customer write forecast[['her id']]."
            inputs.columns(columns, [asked], "forecast", remedy=remedy)
            return self.table[asked]
        if isinstance(asked, list) and asked and all(str(name) in columns for name in asked):
            return self.table[asked]
        rows = asked if isinstance(asked, slice) else inputs.places(self.index, asked, "forecast")
        return replace(
            self,
            table=self.table.iloc[rows],
            weights=None if self.weights is None else self.weights[rows],
            slopes=None if self.slopes is None else self.slopes[:, rows],
        )

    def total(self) -> pd.Series:
        """The sum over these customers, with its own interval.

        Returns
        -------
        pandas.Series
            ``estimate``, and ``low`` and ``high`` where the customers have intervals.
        """
        values = self.table["estimate"].to_numpy()
        if self.weights is not None:
            values = values * self.weights
        whole = float(values.sum())
        told = {"estimate": whole}
        if self.slopes is not None and self.confidence is not None:
            wide = 1.0
            if 0 < whole < np.inf:
                mean = np.array([[np.dot(row, values) / whole] for row in self.slopes])
                error = fitting.standard_errors(mean, self.covariance)[0]
                wide = float(np.exp(intervals.normal_quantile(self.confidence) * error))
            told |= {"low": whole / wide, "high": whole * wide}
        return pd.Series(told, name="total")


def forecast_of(
    logs: NDArray[np.float64],
    index: pd.Index,
    what: str,
    *,
    known: tuple[NDArray[np.float32], Any, Any] | None,
    weights: NDArray[np.float64] | None = None,
) -> Forecast:
    """A forecast from logarithms of estimates; ``known`` are slopes, covariance, confidence."""
    if known is None:
        return Forecast(fitting.with_interval(logs, None, np.exp, index), what, None, weights)
    slopes, covariance, confidence = known
    reach = fitting.standard_errors(slopes, covariance)
    reach *= intervals.normal_quantile(confidence)
    table = fitting.with_interval(logs, reach, np.exp, index)
    return Forecast(table, what, confidence, weights, slopes, covariance)
