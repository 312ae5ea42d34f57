"""From contracts to renewals: who could renew, who did, and how sure the rate is."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.intervals import kaplan_meier, tail, wilson
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Unit: TypeAlias = Literal["week", "month", "year"]
UNITS = ("week", "month", "year")


@dataclass(frozen=True, eq=False, repr=False)
class Renewals(Result):
    """Renewals by age, from `count_renewals` or `renewals_from_survivors`.

    Attributes
    ----------
    table : pandas.DataFrame
        Index ``age`` (renewals; 0 is the start). ``at_risk``: customers whose renewal fell due;
        ``renewed``; ``lost``; ``censored``: renewed this often, next renewal not seen yet;
        ``retention`` and ``survival``, each with ``_low`` and ``_high``.
    confidence : float
        Coverage of the intervals.
    """

    confidence: float

    @property
    def caption(self) -> str:
        """How many customers there are, and how many are still there."""
        lost, running = self.table["lost"].sum(), self.table["censored"].sum()
        return (
            f"{lost + running:,} customers: {lost:,} lost, {running:,} still there; intervals of "
            f"{self.confidence:.4g}."
        )

    @property
    def title(self) -> str:
        """What the figure says."""
        last = self.table.iloc[-1]
        return f"{last['survival']:.0%} still there after {last.name} renewals (points: counted)"

    def against(self, fitted: pd.DataFrame, constant: pd.Series) -> str:
        """What the figure says with both curves, at the last age that they share."""
        age = min(fitted.index.max(), constant.index.max())
        renewals = f"{age} renewal" + ("" if age == 1 else "s")
        return (
            f"{fitted['estimate'][age]:.0%} still there after {renewals}, "
            f"not {constant[age]:.0%} as at one rate"
        )

    @property
    def histories(self) -> pd.DataFrame:
        """The equal histories that the table consists of, to fit a retention model to.

        ``T`` (renewals seen), ``churned`` (left at the last of them), ``customers`` (how many):
        what ``crm.repeat_buying.ShiftedBetaGeometric.fit`` takes.

        Examples
        --------
        >>> renewals_from_survivors([10, 7, 7, 4]).histories
           T  churned  customers
        0  1     True          3
        1  3     True          3
        2  3    False          4
        """
        table = self.table
        parts = [
            pd.DataFrame({"T": table.index, "churned": left, "customers": table[column].array})
            for column, left in (("lost", True), ("censored", False))
        ]
        rows = pd.concat(parts, ignore_index=True)
        return rows[rows["customers"] > 0].reset_index(drop=True)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        fitted: pd.DataFrame | Result | None = None,
        constant: pd.Series | None = None,
    ) -> Axes:
        """Draw it, see `plot_survival`."""
        from crmlab.lifetime_value.figures import plot_survival

        return plot_survival(self, fitted=fitted, constant=constant, ax=ax)


def retention_rate(renewed: int, at_risk: int, *, confidence: float = 0.95) -> pd.Series:
    """Retention rate with its interval, from counts.

    Parameters
    ----------
    renewed : int
        Customers who renewed.
    at_risk : int
        Customers whose renewal fell due.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``. Feed it to `margin_multiple`: the value rises with
        retention, so the limits carry over.

    Notes
    -----
    Wilson (1927) score interval: stays within 0..1 and never has zero width. It holds for one
    common rate and customers who decide independently.

    Examples
    --------
    >>> retention_rate(90, 100).round(3).tolist()
    [0.9, 0.826, 0.945]
    """
    total = inputs.count(at_risk, "at_risk", at_least=0)
    kept = inputs.count(renewed, "renewed", at_least=0)
    if kept > total:
        raise ValueError(f"renewed {kept} exceeds at_risk {total}; are the two swapped?")
    if total == 0:
        tail(confidence)
        warnings.warn("no renewal fell due: there is no retention rate", stacklevel=2)
        return pd.Series({"estimate": np.nan, "low": np.nan, "high": np.nan}, name="retention")
    low, high = wilson(kept, total, confidence)
    return pd.Series({"estimate": kept / total, "low": low, "high": high}, name="retention")


def renewals_from_survivors(survivors: inputs.Numbers, *, confidence: float = 0.95) -> Renewals:
    """Renewal table from printed counts of one cohort.

    Parameters
    ----------
    survivors : array-like of int, shape (n,)
        Customers at age 0, 1, 2, ...; never rising.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Renewals
        As from `count_renewals`; all survivors of the last age are censored there.

    Raises
    ------
    ValueError
        Counts that rise, are negative or not whole: shares must be multiplied by the cohort size.

    Examples
    --------
    >>> renewals_from_survivors([1000, 631, 468, 382]).table["retention"].round(3).tolist()
    [1.0, 0.631, 0.742, 0.816]
    """
    remedy = "Survivors are whole counts: multiply shares by the size of the cohort."
    found = inputs.numbers(survivors, "survivors", whole=True, at_least=0, remedy=remedy)
    counts = found.to_numpy()
    if counts[0] < 1:
        raise ValueError("survivors begin with 0; give at least 1 customer at age 0.")
    rising = np.diff(counts, prepend=counts[0]) > 0
    problem = "is above the one before", "are above the one before"
    remedy = "Customers who came later belong to their own cohort."
    inputs.refuse(rising, found, "survivors", problem, remedy)
    counts = counts.astype(int)
    lost = np.concatenate([[0], -np.diff(counts)])
    censored = np.zeros_like(lost)
    censored[-1] = counts[-1]
    return _renewal_table(lost, censored, confidence)


def count_renewals(
    subscriptions: Any, *, until: inputs.Day, unit: Unit, confidence: float = 0.95
) -> Renewals:
    """Renewal table of all contracts, by age, with those still running treated as unfinished.

    Parameters
    ----------
    subscriptions : pandas.DataFrame or CustomerDatabase
        ``customer_id``, ``started``, ``ended`` (missing = still running); one row per contract.
    until : date
        Last day that is known. What ends later counts as running.
    unit : {"week", "month", "year"}
        Time between renewals.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Renewals
        ``table`` by age, ``histories`` to fit a model to, ``plot()``.

    Raises
    ------
    ValueError
        A missing column, a date that cannot be read, an end before its start, a start after
        ``until``, an unnamed customer, a contract listed twice.

    Notes
    -----
    A contract that ends on the day of a renewal, or before it, is lost at that renewal. Only
    renewals due by ``until`` count, for leavers and stayers alike, or the newest ages would hold
    leavers alone. A month that is too short renews on its last day.

    Survival is the product of retention rates (Kaplan & Meier 1958). Retention has the Wilson
    interval, survival the Wilson interval with Greenwood's effective number of customers
    (Rothman 1978, J. Chronic Diseases 31).

    Examples
    --------
    >>> contracts = pd.DataFrame({
    ...     "customer_id": ["C1", "C2", "C3"],
    ...     "started": ["2024-01-10", "2024-01-31", "2024-03-01"],
    ...     "ended": ["2024-02-20", None, None],
    ... })
    >>> found = count_renewals(contracts, until="2024-03-31", unit="month")
    >>> found.table[["at_risk", "renewed", "lost", "censored"]]
         at_risk  renewed  lost  censored
    age
    0          3        3     0         1
    1          2        2     0         0
    2          2        1     1         1
    """
    seen = contract_histories(subscriptions, until=until, unit=unit)
    size = int(seen["T"].max()) + 1
    lost, censored = (
        np.bincount(seen.loc[left, "T"], minlength=size)
        for left in (seen["churned"], ~seen["churned"])
    )
    return _renewal_table(lost, censored, confidence)


def contract_histories(subscriptions: Any, *, until: inputs.Day, unit: Unit) -> pd.DataFrame:
    """Each contract's renewals, to forecast single customers with a fitted model.

    Parameters
    ----------
    subscriptions : pandas.DataFrame or CustomerDatabase
        As in `count_renewals`.
    until : date
        Last day that is known. What ends later counts as running.
    unit : {"week", "month", "year"}
        Time between renewals.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``, one row per contract in the order given. ``T``: renewals that fell
        due and were seen, the one at which the customer left among them; ``churned``: whether
        she left at the last of them. What ``crm.repeat_buying.ShiftedBetaGeometric`` takes.
        A contract that ended is not lost before the renewal that it would have missed is due.

    Raises
    ------
    ValueError
        As in `count_renewals`.

    Examples
    --------
    >>> contracts = pd.DataFrame({
    ...     "customer_id": ["Ana", "Ben", "Chen"],
    ...     "started": ["2025-01-10", "2025-01-31", "2025-03-01"],
    ...     "ended": ["2025-02-20", None, None],
    ... })
    >>> contract_histories(contracts, until="2025-03-31", unit="month")
                 T  churned
    customer_id
    Ana          2     True
    Ben          2    False
    Chen         0    False
    """
    inputs.choice(unit, "unit", UNITS)
    last = inputs.day(until, "until")
    who, started, ended = _contracts(subscriptions, last)
    seen = _whole_periods(started, pd.Series(last, index=started.index), unit)
    closed = (ended <= last).to_numpy()
    stopped = (ended - pd.Timedelta(days=1)).where(ended > started, started)
    kept = np.where(closed, np.minimum(_whole_periods(started, stopped, unit), seen), seen)
    gone = closed & (kept < seen)
    index = pd.Index(who.array, name="customer_id")
    return pd.DataFrame({"T": (kept + gone).astype(int), "churned": gone}, index=index)


def _contracts(subscriptions: Any, last: pd.Timestamp) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Customer, first day and end of each contract; no end while it runs."""
    if not isinstance(subscriptions, pd.DataFrame):
        subscriptions = getattr(subscriptions, "subscriptions", subscriptions)
    where = "subscriptions"
    rows = inputs.table(subscriptions, ["customer_id", "started", "ended"], where)
    who = inputs.ids(rows["customer_id"], f"{where}.customer_id", rows=rows)
    started = inputs.days(rows["started"], f"{where}.started", rows=rows)
    blank = rows["ended"].map(lambda cell: isinstance(cell, str) and not cell.strip())
    open_ended = rows["ended"].mask(blank)
    ended = inputs.days(open_ended, f"{where}.ended", rows=rows, accept=("empty",))
    problem = "lies before started", "lie before started"
    inputs.refuse(ended < started, rows, f"{where}.ended", problem, "Correct the dates.")
    problem = f"lies after {last:%Y-%m-%d}", f"lie after {last:%Y-%m-%d}"
    remedy = "Keep the rows with started <= until."
    inputs.refuse(started > last, rows, f"{where}.started", problem, remedy)
    contracts = pd.DataFrame({"customer_id": who, "started": started})
    inputs.one_row_each(contracts, where, by=["customer_id", "started"])
    return who, started, ended


def _whole_periods(start: pd.Series, end: pd.Series, unit: Unit) -> NDArray[Any]:
    """Renewal days after `start` up to and including `end`."""
    if unit == "week":
        return ((end - start).dt.days // 7).to_numpy()
    months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month
    months -= end.dt.day < np.minimum(start.dt.day, end.dt.days_in_month)
    return (months // 12 if unit == "year" else months).to_numpy()


def _renewal_table(lost: NDArray[Any], censored: NDArray[Any], confidence: float) -> Renewals:
    """Life table from counts by age; censored[t] renewed t times and are not seen further."""
    before = np.cumsum(lost + censored) - (lost + censored)
    at_risk = (lost + censored).sum() - before
    last = int(np.flatnonzero(at_risk > 0)[-1])
    lost, censored, at_risk = lost[: last + 1], censored[: last + 1], at_risk[: last + 1]
    renewed = at_risk - lost
    ages = np.arange(last + 1)
    times = np.repeat(np.concatenate([ages, ages]), np.concatenate([lost, censored]))
    kept, greenwood = kaplan_meier(times, np.arange(len(times)) < lost.sum(), ages)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = (1 - kept) / (kept * greenwood)
    usable = np.isfinite(effective) & (kept > 0)
    known = np.where(kept == 1, at_risk, np.where(usable, effective, np.nan))
    effective = pd.Series(known).ffill().to_numpy()
    low, high = wilson(renewed, at_risk, confidence)
    survival_low, survival_high = wilson(kept * effective, effective, confidence)
    table = pd.DataFrame(
        {
            "at_risk": at_risk,
            "renewed": renewed,
            "lost": lost,
            "censored": censored,
            "retention": renewed / at_risk,
            "retention_low": low,
            "retention_high": high,
            "survival": kept,
            "survival_low": np.minimum(survival_low, kept),
            "survival_high": np.maximum(survival_high, kept),
        },
        index=pd.RangeIndex(last + 1, name="age"),
    )
    sure = ["retention_low", "retention_high", "survival_low", "survival_high"]
    table.loc[0, sure] = 1.0
    return Renewals(table, confidence)
