"""Days on which to do something for a customer: a threshold that was crossed, a birthday."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmlab import inputs


def rewards_due(
    transactions: pd.DataFrame,
    thresholds: Sequence[float],
    *,
    until: inputs.Day,
    since: inputs.Day | None = None,
    refunds: inputs.Refunds = "error",
) -> pd.DataFrame:
    """Find whose spending has crossed a threshold, and on which day.

    Parameters
    ----------
    transactions : pandas.DataFrame or CustomerDatabase
        ``customer_id``, ``date``, ``amount``.
    thresholds : sequence of float
        Sums, above 0, at which a reward is due.
    until, since : day
        Last and first day on which a crossing is told of. Spending is added up from the start
        of the log in any case.
    refunds : {"error", "ignore", "net"}
        What a negative amount means; "net" takes it off. A threshold is crossed once: who gives
        goods back and buys again gets no second reward.

    Returns
    -------
    pandas.DataFrame
        One row per customer and threshold: ``customer_id``, ``threshold``, ``date`` of the
        crossing, ``spent`` up to the end of that day; in order of the day.

    Raises
    ------
    ValueError
        What `crmlab.inputs.purchases` refuses; a threshold not above 0; a window that ends
        before it begins.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo"], "amount": [60.0, 150.0, 80.0],
    ...                     "date": ["2025-01-01", "2025-02-01", "2025-02-02"]})
    >>> rewards_due(log, [100, 200], until="2025-12-31")
      customer_id  threshold       date  spent
    0         Ann      100.0 2025-02-01  210.0
    1         Ann      200.0 2025-02-01  210.0
    """
    log = inputs.purchases(transactions, refunds=refunds)
    cuts = np.unique(inputs.numbers(thresholds, "thresholds", above=0))
    last = inputs.day(until, "until")
    first = log["date"].min() if since is None else inputs.day(since, "since")
    if since is not None and last < first:
        raise ValueError(f"until is {last:%Y-%m-%d}, before since, {first:%Y-%m-%d}.")
    days = log.groupby(["customer_id", "date"], as_index=False)["amount"].sum()
    days["spent"] = days.groupby("customer_id")["amount"].cumsum()
    days["spent"] = inputs.settled(days["spent"].to_numpy())
    days["top"] = days.groupby("customer_id")["spent"].cummax()
    found = []
    for cut in cuts:
        reached = days[days["top"] >= cut].drop_duplicates("customer_id")
        found.append(reached.assign(threshold=float(cut)))
    both = pd.concat(found)
    both = both[both["date"].between(first, last)]
    both = both.sort_values(["date", "customer_id", "threshold"], ignore_index=True)
    return both[["customer_id", "threshold", "date", "spent"]]


def birthdays(people: pd.DataFrame, *, since: inputs.Day, within: int = 7) -> pd.DataFrame:
    """Find who has a birthday in the days to come.

    Parameters
    ----------
    people : pandas.DataFrame
        ``born``, a day or empty, and any other columns. Who was born on 29 February has it on
        28 February in other years.
    since : day
        First day.
    within : int
        How many days, the first included, at most 365.

    Returns
    -------
    pandas.DataFrame
        Their rows, with ``birthday`` and ``turns``, the age reached; in order of the day. Who
        has no day of birth is left out, as is who is not born yet.

    Raises
    ------
    ValueError
        No column ``born``; a day that cannot be read; days that are none.

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Ann", "Bo"], "born": ["2000-02-29", "1990-01-02"]})
    >>> birthdays(people, since="2025-12-30")[["name", "birthday", "turns"]]
      name   birthday  turns
    1   Bo 2026-01-02     36
    """
    people = inputs.table(people, ("born",), "people")
    first = inputs.day(since, "since")
    days = inputs.count(within, "within")
    if days > 365:
        raise ValueError(f"within is {days}; give at most 365 days.")
    born = inputs.days(people["born"], "people.born", rows=people, accept=("empty",))
    last = first + pd.Timedelta(days=days - 1)
    found = []
    for year in range(first.year, last.year + 1):
        age = year - born.dt.year
        day = _in(born, year)
        due = day.between(first, last) & (age > 0)
        rows = people.assign(born=born, birthday=day, turns=age)[due]
        found.append(rows.astype({"turns": int}))
    return pd.concat(found).sort_values("birthday", kind="stable")


def _in(born: pd.Series, year: int) -> pd.Series:
    """The birthday in one year, 28 February for 29 where there is none."""
    leap = pd.Timestamp(year, 1, 1).is_leap_year
    day = born.dt.day.where(leap | (born.dt.month != 2) | (born.dt.day != 29), 28)
    parts = pd.DataFrame({"year": year, "month": born.dt.month, "day": day})
    return pd.to_datetime(parts, errors="coerce").astype(born.dtype)
