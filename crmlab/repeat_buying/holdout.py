"""Does the forecast hold? What happened after the fit, next to what was expected."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting
from crmlab.repeat_buying.customers import UnitError, as_pandas, collected, counts, unit_days
from crmlab.repeat_buying.purchases import PurchaseModel
from crmlab.repeat_buying.summary import Summary
from crmlab.repeat_buying.transactions import Log, checked, day_number, opened, purchase_days
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Tracking(Result):
    """Repeat purchases of all customers, period by period: actual and expected.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per period, counted from 1: ``end`` (date), ``purchases`` and ``expected`` in the
        period, ``cumulative`` purchases, and their expectation since the start: ``estimate``, and
        for a fitted model ``low`` and ``high`` (uncertainty of the parameters).
    unit : str
        Length of a period.
    calibration_end : str or None
        Last day the model has seen.
    new_customers : int
        Customers who came later, left out of both sides.
    """

    unit: str
    calibration_end: str | None
    new_customers: int

    @property
    def seen(self) -> int | None:
        """Number of periods the model has seen, or None where that was not said."""
        if self.calibration_end is None:
            return None
        return sum(str(day) <= self.calibration_end for day in self.table["end"])

    @property
    def title(self) -> str:
        """What came and what was expected, in all."""
        last = self.table.iloc[-1]
        return (
            f"Repeat purchases: {last['cumulative']:,.0f} came, "
            f"{last['estimate']:,.0f} were expected"
        )

    @property
    def caption(self) -> str:
        """Unit, what the model has seen, whom it leaves out."""
        told = f"periods of one {self.unit}"
        if self.calibration_end is not None:
            told += f"; the model has seen until {self.calibration_end}"
        if self.new_customers:
            told += f"; {self.new_customers:,} customers who came later left out"
        return told

    def plot(self, ax: Axes | None = None, *, cumulative: bool = True) -> Axes:
        """Actual and expected over time (see `plot_tracking`)."""
        from crmlab.repeat_buying.figures import plot_tracking

        return plot_tracking(self, ax, cumulative=cumulative)


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


@dataclass(frozen=True, eq=False, repr=False)
class AliveHistory(Result):
    """P(alive) of one customer on each day since the first purchase.

    Attributes
    ----------
    table : pandas.DataFrame
        Index: date; ``purchase``, whether the customer bought that day; ``estimate``, and for a
        fitted model ``low`` and ``high``.
    customer_id : str
        Whose history it is.
    """

    customer_id: str

    @property
    def title(self) -> str:
        """Whose history, and how it ends."""
        last = self.table["estimate"].iloc[-1]
        return f"P(alive) of {self.customer_id}: {last:.0%} on the last day"

    def plot(self, ax: Axes | None = None) -> Axes:
        """The chance day by day (see `plot_alive_history`)."""
        from crmlab.repeat_buying.figures import plot_alive_history

        return plot_alive_history(self, ax)


def _length(periods: float, unit: str | None) -> str:
    return f"{periods:.4g} {unit or 'period'}{'' if periods == 1 else 's'}"


def tracking(
    model: PurchaseModel,
    transactions: Any,
    *,
    until: inputs.Day | None = None,
    calibration_end: inputs.Day | None = None,
    refunds: inputs.Refunds = "error",
) -> Tracking:
    """Repeat purchases of all customers, period by period: actual and expected.

    Parameters
    ----------
    model : BGNBD, MBGNBD or ParetoNBD
        With a time unit; the periods are that long.
    transactions : frame or CustomerDatabase
        ``customer_id``, ``date``; any log that `summarise` takes. Purchases of one customer on
        one day count once.
    until : date or str, optional
        Last day shown; the last day of the log if not given. Later rows are left out.
    calibration_end : date or str, optional
        Last day the model has seen; customers who came later are left out of both sides and
        counted.
    refunds : {"error", "ignore", "net"}
        As in `summarise`.

    Returns
    -------
    Tracking

    Raises
    ------
    ValueError
        Less than one period, or as for `summarise`.
    UnitError
        The model has no time unit.
    """
    length = _days_of(model)
    log, last = _read(transactions, until, refunds)
    known = last if calibration_end is None else inputs.day(calibration_end, "calibration_end")
    known = known.date() if isinstance(known, pd.Timestamp) else known
    born, bought, newcomers = _daily(log, last, known, refunds)
    if born.empty:
        raise ValueError(f"transactions.date: nobody bought until {known}")
    start = int(born.index.min())
    count = int((day_number(last) - start + 1) // length)
    if count < 1:
        raise ValueError(f"until {last}: less than one {model.unit} after the first purchase")
    ends = start + np.ceil(length * np.arange(1, count + 1)).astype(int) - 1
    actual = np.array([bought[bought.index <= end].sum() for end in ends])
    expected = _expected(model, born, ends, length)
    table = pd.DataFrame(
        {
            "end": [_date_of(end) for end in ends],
            "purchases": np.diff(actual, prepend=0),
            "expected": np.diff(expected["estimate"], prepend=0.0),
            "cumulative": actual,
        },
        index=pd.RangeIndex(1, count + 1, name=model.unit),
    ).join(expected)
    seen = None if calibration_end is None else str(known)
    return Tracking(table, str(model.unit), seen, newcomers)


def _days_of(model: Any) -> float:
    """Days in the time unit of a model in continuous time."""
    if not isinstance(model, PurchaseModel) or model.whole:
        kind = type(model).__name__
        raise ValueError(f"model is a {kind}; give a model of purchases in continuous time.")
    if model.unit is None:
        raise UnitError("the model has no time unit; make it with unit='week'")
    return unit_days(model.unit)


def _read(
    transactions: Any, until: inputs.Day | None, refunds: inputs.Refunds
) -> tuple[Log, datetime.date]:
    """The log, checked, and the last day used."""
    inputs.choice(refunds, "refunds", ("error", "ignore", "net"))
    asked = None if until is None else inputs.day(until, "until").date()
    log = opened(transactions)
    return log, checked(log, asked, refunds, "ignore")["until"]


def _expected(
    model: PurchaseModel, born: pd.Series, ends: NDArray[np.int64], length: float
) -> pd.DataFrame:
    """Repeat purchases expected until each end; exactly 0 while nobody can have come back."""
    ages = np.arange(1, max(int(ends[-1] - born.index.min()), 1) + 1)
    customers = np.array([[born.get(end - age, 0) for age in ages] for end in ends])
    some = customers.any(axis=1)
    index = pd.RangeIndex(1, len(ends) + 1, name=model.unit)
    names = ["estimate"] if model.covariance is None else ["estimate", "low", "high"]
    table = pd.DataFrame(0.0, index=index, columns=names)
    if some.any():
        rows = model._nudged(lambda one: customers[some] @ one._new_purchases(ages / length))
        reach = None
        if model.covariance is not None:
            errors = fitting.standard_errors(rows[1:], model._log_covariance())
            reach = errors * intervals.normal_quantile(0.95)
        table[some] = fitting.with_interval(rows[0], reach, np.exp, index[some])
    return table


def _date_of(number: int) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(number))


def _daily(
    log: Log, last: datetime.date, known: datetime.date, refunds: inputs.Refunds
) -> tuple[pd.Series, pd.Series, int]:
    """First purchases and repeat purchases by day number; customers who came too late."""
    days = purchase_days(log, last, refunds).select("customer_id", "date")
    firsts = days.group_by("customer_id").agg(nw.col("date").min().alias("first"))
    both = days.join(firsts, on="customer_id", how="inner")
    by_day = collected(both.group_by("date", "first").agg(nw.len().alias("n")))
    day, came = _numbers_of(by_day["date"]), _numbers_of(by_day["first"])
    number, first = by_day["n"].to_numpy().astype(int), day == came
    early = came <= day_number(known)
    born = pd.Series(number[first & early], index=day[first & early]).groupby(level=0).sum()
    again = ~first & early
    bought = pd.Series(number[again], index=day[again]).groupby(level=0).sum()
    return born, bought, int(number[first & ~early].sum())


def _numbers_of(dates: pd.Series) -> NDArray[np.int64]:
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(int)


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
    names = ("frequency", "recency", "T", "frequency_holdout", "T_holdout")
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
    from scipy.special import gammaincinv

    tail, count, total = intervals.tail(confidence), len(found), found.sum()
    low = gammaincinv(total, tail) / count if total else 0.0
    high = gammaincinv(total + 1, 1 - tail) / count
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


def alive_map(model: PurchaseModel, T: float, *, most: int = 15, steps: int = 60) -> AliveMap:
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

    Returns
    -------
    AliveMap
    """
    age = inputs.number(T, "T", above=0)
    recency = np.linspace(0, age, inputs.count(steps, "steps") + 1)[1:]
    frequency = np.arange(1, inputs.count(most, "most") + 1)
    x, tx = (grid.ravel() for grid in np.meshgrid(frequency, recency, indexing="ij"))
    grid = {"frequency": x, "recency": tx, "T": np.full(len(x), age)}
    chance = model.p_alive(grid, confidence=None)["estimate"].to_numpy()
    table = pd.DataFrame(
        chance.reshape(len(frequency), len(recency)),
        index=pd.Index(frequency, name="frequency"),
        columns=pd.Index(recency, name="recency"),
    )
    return AliveMap(table, age, model.unit)


def alive_history(
    model: PurchaseModel,
    transactions: Any,
    *,
    until: inputs.Day | None = None,
    refunds: inputs.Refunds = "error",
    confidence: float | None = 0.95,
) -> AliveHistory:
    """P(alive) of one customer on each day since the first purchase.

    Parameters
    ----------
    model : model of repeat purchases in continuous time
        With a time unit.
    transactions : frame
        The rows of one customer: ``customer_id``, ``date`` and, if there, ``amount``.
    until : date or str, optional
        Last day shown; the day of the last row if not given.
    refunds : {"error", "ignore", "net"}
        As in `summarise`.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    AliveHistory

    Raises
    ------
    ValueError
        Rows of more than one customer, and what ``refunds`` forbids.
    UnitError
        The model has no time unit.
    """
    length = _days_of(model)
    log, last = _read(transactions, until, refunds)
    rows = collected(purchase_days(log, last, refunds).select("customer_id", "date"))
    if rows.empty:
        raise ValueError(f"transactions.date: no purchase up to {last}")
    who = rows["customer_id"].unique()
    if len(who) != 1:
        raise ValueError(
            f"transactions.customer_id: {len(who)} customers; give the rows of one customer"
        )
    bought = np.unique(_numbers_of(rows["date"]))
    days = np.arange(bought[0], day_number(last) + 1)
    before = np.searchsorted(bought, days, side="right")
    grid = {
        "frequency": before - 1,
        "recency": (bought[before - 1] - bought[0]) / length,
        "T": (days - bought[0]) / length,
    }
    chance = model.p_alive(grid, confidence=confidence)
    table = chance.set_index(pd.DatetimeIndex(days.astype("datetime64[D]"), name="date"))
    table.insert(0, "purchase", np.isin(days, bought))
    return AliveHistory(table, str(who[0] if log.names is None else log.names[who[0]]))
