"""From contracts to renewals: who could renew, who did, and how sure the rate is."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import kaplan_meier, tail, wilson

UNITS = ("week", "month", "year")


def retention_rate(renewed, at_risk, *, confidence=0.95):
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


def _renewal_table(lost, censored, confidence):
    """Life table from counts by age; censored[t] renewed t times and are not seen further."""
    before = np.cumsum(lost + censored) - (lost + censored)
    at_risk = (lost + censored).sum() - before
    last = int(np.flatnonzero(at_risk > 0)[-1])
    lost, censored, at_risk = lost[: last + 1], censored[: last + 1], at_risk[: last + 1]
    renewed = at_risk - lost
    kept, greenwood = kaplan_meier(lost, at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = (1 - kept) / (kept * greenwood)
    usable = np.isfinite(effective) & (kept > 0)
    effective = pd.Series(np.where(kept == 1, at_risk, np.where(usable, effective, np.nan))).ffill()
    low, high = wilson(renewed, at_risk, confidence)
    survival_low, survival_high = wilson(
        kept * effective.to_numpy(), effective.to_numpy(), confidence
    )
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
            "survival_low": survival_low,
            "survival_high": survival_high,
        },
        index=pd.RangeIndex(last + 1, name="age"),
    )
    sure = ["retention_low", "retention_high", "survival_low", "survival_high"]
    table.loc[0, sure] = 1.0
    return table


def renewals_from_survivors(survivors, *, confidence=0.95):
    """Renewal table from printed counts of one cohort.

    Parameters
    ----------
    survivors : array-like of int, shape (n,)
        Customers at age 0, 1, 2, ...; never rising.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        As from `count_renewals`; all survivors of the last age are censored there.

    Raises
    ------
    ValueError
        Counts that rise, are negative or not whole: shares must be multiplied by the cohort size.

    Examples
    --------
    >>> renewals_from_survivors([1000, 631, 468, 382])["retention"].round(3).tolist()
    [1.0, 0.631, 0.742, 0.816]
    """
    counts = inputs.numbers(survivors, "survivors", at_least=0).to_numpy()
    if (counts != np.round(counts)).any() or counts[0] < 1:
        raise ValueError(
            "survivors must be whole counts that begin with at least 1 customer; "
            "multiply shares by the size of the cohort"
        )
    rising = np.diff(counts, prepend=counts[0]) > 0
    remedy = "Customers who came later belong to their own cohort."
    inputs.refuse(
        rising,
        pd.Series(counts),
        "survivors",
        ("is above the one before", "are above the one before"),
        remedy,
    )
    counts = counts.astype(int)
    lost = np.concatenate([[0], -np.diff(counts)])
    censored = np.zeros_like(lost)
    censored[-1] = counts[-1]
    return _renewal_table(lost, censored, confidence)


def count_renewals(subscriptions, *, until, unit, confidence=0.95):
    """Renewal table of all contracts, by age, with those still running treated as unfinished.

    Parameters
    ----------
    subscriptions : pandas.DataFrame
        ``customer_id``, ``started``, ``ended`` (missing = still running); one row per contract.
    until : date
        Last day that is known. What ends later counts as running.
    unit : {"week", "month", "year"}
        Time between renewals.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Index ``age`` (renewals; 0 is the start). ``at_risk``: renewal fell due by ``until``;
        ``renewed``; ``lost``; ``censored``: renewed this often, next renewal not seen yet;
        ``retention`` and ``survival``, each with ``_low`` and ``_high``.

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
    >>> table = count_renewals(contracts, until="2024-03-31", unit="month")
    >>> table[["at_risk", "renewed", "lost", "censored"]]
         at_risk  renewed  lost  censored
    age
    0          3        3     0         1
    1          2        2     0         0
    2          2        1     1         1
    """
    inputs.table(subscriptions, ["customer_id", "started", "ended"], "subscriptions")
    inputs.choice(unit, "unit", UNITS)
    started, ended = (
        inputs.days(
            subscriptions[name], f"subscriptions.{name}", rows=subscriptions, accept=("empty",)
        )
        for name in ("started", "ended")
    )
    until = inputs.day(until, "until")
    for bad, column, problem, remedy in (
        (started.isna(), "started", ("is empty", "are empty"), "Give every contract a start."),
        (
            ended < started,
            "ended",
            ("lies before started", "lie before started"),
            "Correct the dates.",
        ),
        (
            started > until,
            "started",
            (f"lies after {until:%Y-%m-%d}", f"lie after {until:%Y-%m-%d}"),
            "Keep the rows with started <= until.",
        ),
    ):
        inputs.refuse(bad, subscriptions, f"subscriptions.{column}", problem, remedy)
    contracts = subscriptions.assign(started=started)
    inputs.one_row_each(contracts, "subscriptions", by=["customer_id", "started"])

    seen = _whole_periods(started, pd.Series(until, index=started.index), unit)
    closed = (ended <= until).to_numpy()
    stopped = (ended - pd.Timedelta(days=1)).where(ended > started, started)
    kept = np.where(closed, np.minimum(_whole_periods(started, stopped, unit), seen), seen)
    gone = closed & (kept < seen)
    size = int(seen.max()) + 1
    lost = np.bincount(kept[gone] + 1, minlength=size)
    censored = np.bincount(kept[~gone], minlength=size)
    return _renewal_table(lost, censored, confidence)


def contract_histories(renewals):
    """Renewal table as the equal histories it consists of, to fit a retention model to.

    Parameters
    ----------
    renewals : pandas.DataFrame
        Result of `count_renewals` or `renewals_from_survivors`.

    Returns
    -------
    pandas.DataFrame
        ``T`` (renewals seen), ``churned`` (left at the last of them), ``customers`` (how many):
        what ``crm.repeat_buying.ShiftedBetaGeometric.fit`` takes.

    Examples
    --------
    >>> contract_histories(renewals_from_survivors([10, 7, 7, 4]))
       T  churned  customers
    0  1     True          3
    1  3     True          3
    2  3    False          4
    """
    renewals = inputs.table(renewals, ["lost", "censored"], "renewals")
    parts = [
        pd.DataFrame({"T": renewals.index, "churned": left, "customers": renewals[column].array})
        for column, left in (("lost", True), ("censored", False))
    ]
    rows = pd.concat(parts, ignore_index=True)
    return rows[rows["customers"] > 0].reset_index(drop=True)


def _whole_periods(start, end, unit):
    """Renewal days after `start` up to and including `end`."""
    if unit == "week":
        return ((end - start).dt.days // 7).to_numpy()
    months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month
    months -= end.dt.day < np.minimum(start.dt.day, end.dt.days_in_month)
    months = months.to_numpy()
    return months // 12 if unit == "year" else months
