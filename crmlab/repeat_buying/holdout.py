"""Does the forecast hold? What happened after the fit, next to what was expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.repeat_buying.customers import as_pandas, counts
from crmlab.repeat_buying.purchases import PurchaseModel
from crmlab.repeat_buying.summary import Summary
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ByFrequency(Result):
    """Purchases in the holdout by purchases before: actual and expected, per customer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per ``frequency``: ``customers``; ``actual``, their mean purchases in the holdout,
        with ``actual_low`` and ``actual_high``; expected purchases ``estimate``, and for a fitted
        model ``low`` and ``high``.
    periods : float
        Length of the holdout.
    unit : str or None
        Its time unit.
    """

    periods: float
    unit: str | None

    @property
    def title(self) -> str:
        """What the figure shows."""
        return f"Purchases in {_length(self.periods, self.unit)} by purchases before"

    @property
    def caption(self) -> str:
        """Length of the holdout."""
        return f"means per customer in {_length(self.periods, self.unit)}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Actual beside expected (see `plot_by_frequency`)."""
        from crmlab.repeat_buying.figures import plot_by_frequency

        return plot_by_frequency(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class Calibration(Result):
    """Chances that were forecast, against the shares that came true.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per step, named by its upper end: ``customers``; ``predicted``, their mean chance;
        ``estimate``, the share for whom it came true, with ``low`` and ``high`` (Wilson).
    """

    @property
    def title(self) -> str:
        """Mean chance forecast and share that came true, of all customers."""
        parts = self.table[["predicted", "estimate"]]
        forecast, true = np.average(parts, axis=0, weights=self.table["customers"])
        return f"Forecast for {forecast:.0%}, came true for {true:.0%}"

    @property
    def farthest(self) -> pd.Series:
        """The row of ``table`` whose share lies farthest from its chance, with this ``gap``."""
        gaps = (self.table["estimate"] - self.table["predicted"]).abs()
        return self.table.assign(gap=gaps).loc[gaps.idxmax()]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Shares that came true over chances (see `plot_calibration`)."""
        from crmlab.repeat_buying.figures import plot_calibration

        return plot_calibration(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class AliveMap(Result):
    """P(alive) of customers of one age, over frequency and recency.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows: frequency 1, 2, ...; columns: recency, up to T.
    T : float
        Age.
    unit : str or None
        Time unit of recency and T.
    """

    T: float
    unit: str | None

    @property
    def title(self) -> str:
        """What the figure shows."""
        return f"P(alive) at the age of {_length(self.T, self.unit)}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """The chances as a heat map (see `plot_alive_map`)."""
        from crmlab.repeat_buying.figures import plot_alive_map

        return plot_alive_map(self, ax)


def _length(periods: float, unit: str | None) -> str:
    return f"{periods:.4g} {unit or 'period'}{'' if periods == 1 else 's'}"


def by_frequency(
    model: PurchaseModel, both: Any, *, most: int = 7, confidence: float = 0.95
) -> ByFrequency:
    r"""Purchases in the holdout by purchases before: actual and expected, per customer.

    Parameters
    ----------
    model : model of repeat purchases
        Fitted to the calibration columns of ``both``.
    both : Summary or frame
        From `split`.
    most : int
        Customers with this many repeat purchases or more form the last group.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ByFrequency

    Raises
    ------
    ValueError
        Not a split summary, or holdouts of different length.

    Notes
    -----
    The interval of an actual mean of n customers is the wider of Student's,
    :math:`\bar x \pm t\,s/\sqrt n`, and that of a Poisson total (Garwood 1936, Biometrika 28): so
    it holds for a single customer, and where nobody bought.
    """
    known = dict.fromkeys(term.column for term in getattr(model, "terms", ()))
    names = ("frequency", "recency", "T", "frequency_holdout", "T_holdout", *known)
    table = as_pandas(both, names)[list(names)]
    last = inputs.count(most, "most")
    whole = both if isinstance(both, Summary) else Summary(table)
    whole = replace(whole, table=table)
    widths = inputs.numbers(table["T_holdout"], "summary.T_holdout", rows=table, above=0)
    periods = float(widths.iloc[0])
    if (widths - periods).abs().max() > 1e-9 * periods:
        raise ValueError("summary.T_holdout: holdouts of different length; split in one go.")
    later = inputs.numbers(
        table["frequency_holdout"], "summary.frequency_holdout", rows=table, at_least=0
    ).to_numpy()
    group = np.minimum(counts(table), last).astype(int)
    horizon = round(periods) if model.whole else periods
    rows = {}
    for value in np.unique(group):
        part = group == value
        low, high = _mean_interval(later[part], confidence)
        forecast = model.expected_purchases(whole[part], periods=horizon, confidence=confidence)
        rows[f"{value}+" if value == last else f"{value}"] = {
            "customers": int(part.sum()),
            "actual": later[part].mean(),
            "actual_low": low,
            "actual_high": high,
            **(forecast.total() / part.sum()).to_dict(),
        }
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("frequency")
    return ByFrequency(found, periods, whole.unit or model.unit)


def _mean_interval(found: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """An interval for the mean of counts: Student's or a Poisson total's, whichever is wider."""
    count = len(found)
    low, high = (limit / count for limit in intervals.poisson(found.sum(), confidence))
    if count > 1:
        quantile = float(intervals.student_quantile(confidence, count - 1))
        reach = quantile * found.std(ddof=1) / np.sqrt(count)
        low, high = min(low, found.mean() - reach), max(high, found.mean() + reach)
    return float(max(low, 0.0)), float(high)


def calibration(
    predicted: inputs.Numbers, happened: Any, *, groups: int = 10, confidence: float = 0.95
) -> Calibration:
    """Chances that were forecast against what happened: does 70 % come true seven times in ten?

    Parameters
    ----------
    predicted : Series
        A chance between 0 and 1 for each customer, such as ``model.p_alive(summary)["estimate"]``.
    happened : Series of bool
        Whether it came true, for the same customers in any order.
    groups : int
        Number of equal steps from 0 to 1; steps without a customer are left out.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Calibration

    Raises
    ------
    ValueError
        A chance that is missing or outside 0..1, no customers, or customers without an outcome.

    Examples
    --------
    >>> predicted = pd.Series([0.1, 0.2, 0.9, 0.8], index=["a", "b", "c", "d"])
    >>> happened = pd.Series([False, True, True, True], index=["a", "b", "c", "d"])
    >>> found = calibration(predicted, happened, groups=2)
    >>> found.table.round(2)
          customers  predicted  estimate   low  high
    step
    0.5           2       0.15       0.5  0.09  0.91
    1.0           2       0.85       1.0  0.34  1.00
    >>> found.title
    'Forecast for 50%, came true for 75%'
    """
    steps = inputs.count(groups, "groups")
    chance = inputs.numbers(predicted, "predicted", at_least=0, at_most=1)
    known = pd.Series(happened)
    inputs.one_row_each(known, "happened")
    outcome = known.reindex(chance.index)
    unknown = ~outcome.isin([True, False])
    problem = "is not True or False", "are not True or False"
    inputs.refuse(unknown, outcome, "happened", problem, "Give each customer an outcome.")
    upper = np.maximum(np.ceil((chance.to_numpy() * steps).round(9)), 1) / steps
    frame = pd.DataFrame({"predicted": chance.to_numpy(), "happened": outcome.to_numpy(bool)})
    grouped = frame.groupby(pd.Index(upper, name="step"))
    table = pd.DataFrame({"customers": grouped.size(), "predicted": grouped["predicted"].mean()})
    came_true = grouped["happened"].sum()
    table["estimate"] = came_true / table["customers"]
    low, high = intervals.wilson(came_true, table["customers"], confidence)
    table["low"] = np.minimum(low, table["estimate"])
    table["high"] = np.maximum(high, table["estimate"])
    return Calibration(table)


def alive_map(
    model: PurchaseModel,
    T: float,
    *,
    most: int = 15,
    steps: int = 60,
    until: inputs.Day | None = None,
) -> AliveMap:
    """P(alive) of customers of one age, over frequency and recency.

    Parameters
    ----------
    model : model of repeat purchases in continuous time
    T : float
        Age, in the model's time unit.
    most : int
        Largest number of repeat purchases.
    steps : int
        Points on the recency axis.
    until : date or str, optional
        Day at which the customers have this age; a model with a season needs it.

    Returns
    -------
    AliveMap
    """
    age = inputs.number(T, "T", above=0)
    recency = np.linspace(0, age, inputs.count(steps, "steps") + 1)[1:]
    frequency = np.arange(1, inputs.count(most, "most") + 1)
    x, tx = (grid.ravel() for grid in np.meshgrid(frequency, recency, indexing="ij"))
    grid = pd.DataFrame({"frequency": x, "recency": tx, "T": age})
    last = None if until is None else str(inputs.day(until, "until").date())
    if model.season is not None and last is None:
        raise ValueError("until: the model has a season; say the last day, as alive_map(until=...)")
    at_last = Summary(grid, unit=model.unit, until=last)
    chance = model.p_alive(at_last, confidence=None)["estimate"].to_numpy()
    table = pd.DataFrame(
        chance.reshape(len(frequency), len(recency)),
        index=pd.Index(frequency, name="frequency"),
        columns=pd.Index(recency, name="recency"),
    )
    return AliveMap(table, age, model.unit)
