"""Forecasts day by day and period by period, beside what happened."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting, numerics
from crmlab.repeat_buying.customers import Customers, UnitError, collected, unit_days
from crmlab.repeat_buying.purchases import PurchaseModel
from crmlab.repeat_buying.season import Season
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

    Notes
    -----
    A period ends with its last day, and an age at that end counts to that day: one day less than
    in the papers, which count to the end of the week, so that a customer of day 0 is 6 days old
    at the end of the first week here and 7 there.
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
    latest = bought[before - 1]
    clock = days if model.season is None else model.season._at(days)
    began, latest = (clock[np.searchsorted(days, one)] for one in (bought[0], latest))
    ages = (latest - began) / length, (clock - began) / length
    customers = Customers.unnamed((before - 1).astype(np.float64), *ages, model.unit)
    chance = model._chance_alive(customers, confidence)
    table = chance.set_index(pd.DatetimeIndex(days.astype("datetime64[D]"), name="date"))
    table.insert(0, "purchase", np.isin(days, bought))
    return AliveHistory(table, str(who[0] if log.names is None else log.names[who[0]]))


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
    some = ends > born.index.min()
    index = pd.RangeIndex(1, len(ends) + 1, name=model.unit)
    names = ["estimate"] if model.covariance is None else ["estimate", "low", "high"]
    table = pd.DataFrame(0.0, index=index, columns=names)
    if some.any():
        rows = model._nudged(lambda one: _so_far(one, born, ends[some], length, model.season))
        reach = None
        if model.covariance is not None:
            errors = fitting.standard_errors(rows[1:], model._log_covariance())
            reach = errors * intervals.normal_quantile(0.95)
        table[some] = fitting.with_interval(rows[0], reach, np.exp, index[some])
    return table


def _so_far(
    model: PurchaseModel,
    born: pd.Series,
    ends: NDArray[np.int64],
    length: float,
    season: Season | None,
) -> NDArray[np.float64]:
    """Repeat purchases expected until each end of all customers born before it."""
    births, customers = born.index.to_numpy(), born.to_numpy()
    began, over = np.nonzero(births[:, None] < ends)
    if season is None:
        spans = (ends[over] - births[began]) / length
    else:
        spans = (season._at(ends)[over] - season._at(births)[began]) / length
    code, few = pd.factorize(spans)
    look_up = numerics.tabulate(
        lambda _, spans: model._new_purchases(spans)[None, None],
        np.zeros(len(few)),
        few,
        offset=None if season is None else model._offset(),
    )
    expected = look_up(slice(None))[0][code] * customers[began]
    return np.bincount(over, weights=expected, minlength=len(ends)).astype(np.float64)


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
