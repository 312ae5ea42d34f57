"""From a transaction log to one row per customer, in the kind of frame that was given."""

from __future__ import annotations

import datetime
from typing import Any

import narwhals as nw
import pandas as pd

from crmlab import inputs
from crmlab.inputs.engines import Engine, collected
from crmlab.repeat_buying.customers import Unit, unit_days
from crmlab.repeat_buying.summary import Summary
from crmlab.repeat_buying.transactions import (
    Later,
    Log,
    checked,
    day_number,
    is_purchase,
    netted_days,
    one_row,
    opened,
    purchase_days,
    rounded,
)

MONEY = {"monetary_value", "amount", "spend_holdout"}
LAST_DAY = "last day of the log"


def summarise(
    transactions: Any,
    *,
    until: inputs.Day | None = None,
    unit: Unit = "week",
    refunds: inputs.Refunds = "error",
    later: Later = "error",
) -> Summary:
    """One row per customer: frequency, recency, T, monetary value and amount.

    Purchases of one customer on one day count once, as the models assume.

    Parameters
    ----------
    transactions : frame or CustomerDatabase
        ``customer_id``, ``date`` and, for money, ``amount``. pandas and pyarrow (computed by
        DuckDB), Polars (eager or lazy), a DuckDB relation or a Spark DataFrame.
    until : date or str, optional
        Last day of the window, included; the last day of the log if not given.
    unit : {"day", "week", "month", "quarter", "year"}
        Time unit of recency and T (see `unit_days`). Ages are whole days divided by the days of
        the unit, never rounded.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; leave such rows out; take it off the purchases of its
        day, where a day with a refund that does not end above zero is no purchase.
    later : {"error", "ignore"}
        Rows after ``until``: stop; leave them out.

    Returns
    -------
    Summary
        Sorted by customer. Its frame is of the kind given. ``conventions`` states what was
        decided and left out: ``rows`` and ``money`` of the log, ``rows_later`` and ``money_later``
        after ``until``, ``refund_rows`` and ``refund_money``, ``money_not_netted`` (refunds
        taken off no purchase), ``customers_left_out``.

    Raises
    ------
    ValueError
        Missing columns or values, text in place of dates or amounts, days before 1900, no rows,
        and what ``refunds`` and ``later`` forbid.
    UnitError
        Unknown unit.

    Notes
    -----
    The checks and the summary are two passes over the data. A lazy frame comes back lazy.

    Examples
    --------
    >>> log = pd.DataFrame(
    ...     {
    ...         "customer_id": ["a", "a", "a", "b", "c", "c"],
    ...         "date": pd.to_datetime(
    ...             ["2024-01-01", "2024-01-15", "2024-01-15", "2024-01-08"] + ["2024-01-22"] * 2
    ...         ),
    ...         "amount": [10.0, 20, 5, 8, 7, 7],
    ...     }
    ... )
    >>> summarise(log, until="2024-01-29")
                 frequency  recency    T  monetary_value  amount
    customer_id
    a                    1      2.0  4.0            25.0    35.0
    b                    0      0.0  3.0             NaN     8.0
    c                    0      0.0  1.0             NaN    14.0
    unit week, until 2024-01-29
    """
    inputs.choice(refunds, "refunds", ("error", "ignore", "net"))
    inputs.choice(later, "later", ("error", "ignore"))
    length = unit_days(unit)
    asked = None if until is None else inputs.day(until, "until").date()
    log = opened(transactions)
    said = checked(log, asked, refunds, later)
    last = said.pop("until")
    days = purchase_days(log, last, refunds)
    said |= _left_out(log, last, refunds, said)
    table = _columns(_one_window(days), last, length).sort("customer_id")
    stated = {"refunds": refunds, "later": later, **_stated(asked, said)}
    return Summary(_returned(table, log), unit=unit, until=str(last), conventions=stated)


def split(
    transactions: Any,
    *,
    calibration_end: inputs.Day,
    until: inputs.Day | None = None,
    unit: Unit = "week",
    refunds: inputs.Refunds = "error",
) -> Summary:
    """Calibration summary of each customer with what they did in the holdout.

    Parameters
    ----------
    transactions : frame or CustomerDatabase
        As for `summarise`.
    calibration_end : date or str
        Last day of the calibration window, included.
    until : date or str, optional
        Last day of the holdout, included; the last day of the log if not given. Later rows are
        left out and counted.
    unit, refunds : str
        As for `summarise`.

    Returns
    -------
    Summary
        The columns of `summarise` at ``calibration_end``, and ``frequency_holdout``, the purchases
        after it; ``spend_holdout``, what they came to; ``T_holdout``, the length of the holdout.
        Customers who first bought after ``calibration_end`` cannot be in a calibration summary;
        they are stated in ``conventions`` as ``new_customers``, ``new_customer_purchases`` and
        ``new_customer_money``.

    Raises
    ------
    ValueError
        As for `summarise`, and an ``until`` not after ``calibration_end``.

    Examples
    --------
    >>> log = pd.DataFrame(
    ...     {
    ...         "customer_id": ["a", "a", "b", "c", "c"],
    ...         "date": pd.to_datetime(
    ...             ["2024-01-01", "2024-01-15", "2024-01-08", "2024-01-15", "2024-01-22"]
    ...         ),
    ...         "amount": [10.0, 20, 8, 7, 9],
    ...     }
    ... )
    >>> both = split(log, calibration_end="2024-01-08", until="2024-01-22")
    >>> both[["frequency", "T", "frequency_holdout", "spend_holdout"]]
                 frequency    T  frequency_holdout  spend_holdout
    customer_id
    a                    0  1.0                  1           20.0
    b                    0  0.0                  0            0.0
    >>> both.conventions["new_customers"], both.conventions["new_customer_money"]
    (1, 16.0)
    """
    inputs.choice(refunds, "refunds", ("error", "ignore", "net"))
    length = unit_days(unit)
    end = inputs.day(calibration_end, "calibration_end").date()
    asked = None if until is None else inputs.day(until, "until").date()
    log = opened(transactions)
    said = checked(log, asked, refunds, "ignore")
    last = said.pop("until")
    if last <= end:
        raise ValueError(f"until {last} is not after calibration_end {end}")
    days = purchase_days(log, last, refunds)
    said |= _left_out(log, last, refunds, said)
    table = _two_windows(days, end)
    said |= _newcomers(table)
    known = table.filter(nw.col("first") <= nw.lit(end))
    table = _columns(known, end, length, (last - end).days / length).sort("customer_id")
    stated = {"refunds": refunds, "later": "ignore", **_stated(asked, said)}
    return Summary(
        _returned(table, log),
        unit=unit,
        until=str(last),
        calibration_end=str(end),
        conventions=stated,
    )


def _stated(asked: datetime.date | None, said: dict[str, Any]) -> dict[str, Any]:
    return {"until_is": LAST_DAY if asked is None else "given", **said}


def _left_out(
    log: Log, last: datetime.date, refunds: inputs.Refunds, said: dict[str, Any]
) -> dict[str, Any]:
    """Customers, rows and money that go with later rows and refunds."""
    if not (said["rows_later"] or said["refund_rows"]):
        return {}
    kept = nw.col("customer_id").n_unique().alias("customers")
    every = one_row(log.rows.select(kept))["customers"]
    left: dict[str, Any] = {}
    if said["refund_rows"] and refunds == "net":
        gone = netted_days(log, last, refunds).filter(~is_purchase())
        money = one_row(gone.select(nw.col("amount").sum()))["amount"]
        left["money_not_netted"] = float(rounded(-money))
    customers = one_row(purchase_days(log, last, refunds).select(kept))["customers"]
    return {**left, "customers_left_out": int(every - customers)}


def _one_window(days: Any) -> Any:
    """One row per customer: first and last day, number and amount of the purchases."""
    sums = [
        nw.col("date").min().alias("first"),
        nw.col("date").max().alias("latest"),
        nw.len().alias("purchases"),
    ]
    if "amount" in days.collect_schema().names():
        sums.append(nw.col("amount").sum())
    return _with_first(days, days, sums)


def _two_windows(days: Any, end: datetime.date) -> Any:
    """The same up to ``end``, beside number and amount of the purchases after it."""
    early = nw.col("date") <= nw.lit(end)
    inside = early.cast(nw.Int64)
    columns = [
        nw.when(early).then(nw.col("date")).alias("early_date"),
        inside.alias("early"),
        (1 - inside).alias("late"),
    ]
    sums = [
        nw.col("date").min().alias("first"),
        nw.col("early_date").max().alias("latest"),
        nw.col("early").sum().alias("purchases"),
        nw.col("late").sum(),
    ]
    if "amount" in days.collect_schema().names():
        columns += [
            (nw.col("amount") * inside).alias("early_amount"),
            (nw.col("amount") * (1 - inside)).alias("late_amount"),
        ]
        sums += [nw.col("early_amount").sum().alias("amount"), nw.col("late_amount").sum()]
    return _with_first(days.with_columns(*columns), days, sums)


def _with_first(table: Any, days: Any, sums: list[Any]) -> Any:
    if "amount" not in days.collect_schema().names():
        return table.group_by("customer_id").agg(*sums)
    if not days.implementation.is_spark_like():
        sums = [*sums, nw.col("amount").first(order_by="date").alias("first_amount")]
        return table.group_by("customer_id").agg(*sums)
    # Narwhals has no ordered `first` on Spark
    opening = days.select(
        "customer_id", nw.col("date").alias("first"), nw.col("amount").alias("first_amount")
    )
    summed = table.group_by("customer_id").agg(*sums)
    return summed.join(opening, on=["customer_id", "first"], how="left")


def _columns(table: Any, end: datetime.date, length: float, holdout: float | None = None) -> Any:
    money = "amount" in table.collect_schema().names()
    first, latest = _day_number(nw.col("first")), _day_number(nw.col("latest"))
    bought = nw.col("purchases").cast(nw.Int64)
    columns = [
        nw.col("customer_id"),
        (bought - 1).alias("frequency"),
        ((latest - first) / length).alias("recency"),
        ((day_number(end) - first) / length).alias("T"),
    ]
    if money:
        again = nw.col("amount") - nw.col("first_amount")
        mean = nw.when(bought > 1).then(again / (bought - 1))
        columns += [mean.alias("monetary_value"), nw.col("amount")]
    if holdout is not None:
        columns.append(nw.col("late").cast(nw.Int64).alias("frequency_holdout"))
        if money:
            columns.append(nw.col("late_amount").alias("spend_holdout"))
        columns.append(nw.lit(holdout).alias("T_holdout"))
    return table.select(*columns)


def _newcomers(table: Any) -> dict[str, Any]:
    new = table.filter(nw.col("purchases").cast(nw.Int64) == 0)
    sums = [nw.len().alias("customers"), nw.col("late").sum().alias("purchases")]
    money = "amount" in table.collect_schema().names()
    if money:
        sums.append(nw.col("late_amount").sum().alias("money"))
    found = one_row(new.select(*sums))
    counts = {
        "new_customers": int(found["customers"]),
        "new_customer_purchases": int(found["purchases"]),
    }
    return counts | ({"new_customer_money": float(rounded(found["money"]))} if money else {})


def _day_number(date: Any) -> Any:
    """Days since 1970-01-01 as an integer expression that every engine computes alike.

    Written with ``floor``: Narwhals turns ``//`` into SQL that takes DuckDB twice as long as all
    the rest of a summary.
    """
    before = date.dt.year() - 1
    leap = (before / 4).floor() - (before / 100).floor() + (before / 400).floor()
    return (365 * before + leap + date.dt.ordinal_day()).cast(nw.Int64) - 719163


def _returned(table: Any, log: Log) -> Any:
    if log.kind == "pandas":
        if log.names is None:
            table = table.with_columns(nw.col("customer_id").cast(nw.String)).sort("customer_id")
        found = collected(table)
        who = found.pop("customer_id")
        for name in MONEY.intersection(found):
            found[name] = rounded(found[name])
        ids = who if log.names is None else log.names.take(who.to_numpy())
        return found.set_index(pd.Index(ids, dtype="str", name="customer_id"))
    return Engine(table, log.kind).back(table)
