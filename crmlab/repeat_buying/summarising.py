"""From a transaction log to one row per customer, in the kind of frame that was given."""

import narwhals as nw
import pandas as pd

from crmlab import inputs
from crmlab.repeat_buying.customers import unit_days
from crmlab.repeat_buying.summary import Summary
from crmlab.repeat_buying.transactions import (
    as_day,
    checked,
    counted,
    day_number,
    opened,
    purchase_days,
)

REFUNDS = ("error", "ignore", "net")
SAME_DAY = ("merge", "separate")
LATER = ("error", "ignore")


def summarise(
    transactions, *, until, unit="week", refunds="error", same_day="merge", later="error"
):
    """One row per customer: frequency, recency, T and monetary value.

    Parameters
    ----------
    transactions : frame
        ``customer_id``, ``date`` and, for monetary value, ``amount``. pandas and pyarrow (computed
        by DuckDB), Polars (eager or lazy), a DuckDB relation or a Spark DataFrame.
    until : date or str
        Last day of the window, included.
    unit : str
        Time unit of recency and T: ``"day"``, ``"week"``, ``"month"``, ``"quarter"``, ``"year"``
        (see `unit_days`). Ages are whole days divided by the days of the unit, never rounded.
    refunds : str
        What a negative amount means. ``"error"``: stop. ``"ignore"``: leave such rows out.
        ``"net"``: take it off the purchases of its day; a day with a refund that does not end
        above zero is no purchase.
    same_day : str
        ``"merge"``: purchases of one customer on one day count once, as the models assume.
        ``"separate"``: each row counts.
    later : str
        Rows after ``until``. ``"error"``: stop. ``"ignore"``: leave them out.

    Returns
    -------
    frame
        Of the kind given, sorted by customer: ``customer_id``; ``frequency``, the number of repeat
        purchases; ``recency``, the customer's age at the last purchase (0 for one-time buyers);
        ``T``, the age at ``until``; ``monetary_value``, the mean amount of the repeat purchases,
        the first purchase left out, missing for one-time buyers.
        What was decided and left out is counted and stated: in ``attrs["conventions"]`` of a
        pandas frame, in a constant column ``conventions`` of any other, for both readable
        with `conventions`.

    Raises
    ------
    ValueError
        Missing columns or values, text in place of dates or amounts, no rows, and what
        ``refunds`` and ``later`` forbid.
    UnitError
        Unknown unit.

    Notes
    -----
    The checks and the summary are two passes over the data. A lazy frame comes back lazy.

    Examples
    --------
    >>> import pandas as pd
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
      customer_id  frequency  recency    T  monetary_value
    0           a          1      2.0  4.0            25.0
    1           b          0      0.0  3.0             NaN
    2           c          0      0.0  1.0             NaN
    """
    options = {"refunds": refunds, "same_day": same_day, "later": later}
    return _per_customer(transactions, as_day(until, "until"), None, unit, options)


def split(transactions, *, calibration_end, until, unit="week", refunds="error", same_day="merge"):
    """Calibration summary of each customer with what they did in the holdout.

    Parameters
    ----------
    transactions : frame
        As for `summarise`.
    calibration_end : date or str
        Last day of the calibration window, included.
    until : date or str
        Last day of the holdout, included. Later rows are left out and counted.
    unit, refunds, same_day : str
        As for `summarise`.

    Returns
    -------
    frame
        The columns of `summarise` at ``calibration_end``, and ``frequency_holdout``, the purchases
        after it; ``spend_holdout``, what they came to; ``T_holdout``, the length of the holdout.
        Customers who first bought after ``calibration_end`` cannot be in a calibration summary;
        their number and purchases are stated in the conventions as ``new_customers`` and
        ``new_customer_purchases``.

    Raises
    ------
    ValueError
        As for `summarise`, and an ``until`` not after ``calibration_end``.

    Examples
    --------
    >>> import pandas as pd
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
    >>> both[["customer_id", "frequency", "T", "frequency_holdout", "spend_holdout"]]
      customer_id  frequency    T  frequency_holdout  spend_holdout
    0           a          0  1.0                  1           20.0
    1           b          0  0.0                  0            0.0
    >>> both.attrs["conventions"]["new_customers"]
    1
    """
    end, last = as_day(calibration_end, "calibration_end"), as_day(until, "until")
    if last <= end:
        raise ValueError(f"until {last} is not after calibration_end {end}")
    options = {"refunds": refunds, "same_day": same_day, "later": "ignore"}
    return _per_customer(transactions, end, last, unit, options)


def _per_customer(transactions, end, last, unit, options):
    for name, allowed in (("refunds", REFUNDS), ("same_day", SAME_DAY), ("later", LATER)):
        inputs.choice(options[name], name, allowed)
    length = unit_days(unit)
    rows, kind = opened(transactions)
    names = rows.collect_schema().names()
    final = last or end
    stated = {"unit": unit, "until": str(end), **options}
    if last is not None:
        stated |= {"calibration_end": str(end), "until": str(last)}
    stated["monetary_value"] = "mean of repeat purchases, first purchase left out"
    stated |= checked(rows, final, options, transactions)
    days = purchase_days(rows, final, options)
    if stated["rows_later"] or stated["refund_rows"]:
        kept = counted(days.select(nw.col("customer_id").n_unique().alias("kept")))["kept"]
        stated["customers_left_out"] = stated.pop("customers") - kept
    table = _aggregate(days, end, last)
    if last is not None:
        stated |= _newcomers(table)
        table = table.filter(nw.col("first") <= nw.lit(end))
    result = _columns(table, end, last, length, "amount" in names).sort("customer_id")
    return _returned(result, kind, stated)


def _aggregate(days, end, last):
    """One row per customer, both windows side by side; ``end`` closes the first."""
    names = days.collect_schema().names()
    each = nw.col("purchases") if "purchases" in names else nw.lit(1)
    sums = [nw.col("date").min().alias("first")]
    early = nw.col("date") <= nw.lit(end)
    if last is None:
        sums.append(nw.col("date").max().alias("latest"))
        separate = "purchases" in names
        sums.append(nw.col("purchases").sum() if separate else nw.len().alias("purchases"))
        if "amount" in names:
            sums.append(nw.col("amount").sum())
    else:
        inside = early.cast(nw.Int64)
        days = days.with_columns(
            nw.when(early).then(nw.col("date")).alias("early_date"),
            (inside * each).alias("early"),
            ((1 - inside) * each).alias("late"),
            *([(nw.col("amount") * inside).alias("early_amount")] if "amount" in names else []),
        )
        sums += [
            nw.col("early_date").max().alias("latest"),
            nw.col("early").sum().alias("purchases"),
            nw.col("late").sum(),
        ]
        if "amount" in names:
            sums += [nw.col("early_amount").sum(), nw.col("amount").sum().alias("all_amount")]
    firsts = [name for name in ("amount", "purchases") if name in names]
    if days.implementation.is_spark_like():
        return _joined_first(days, sums, firsts)
    sums += [nw.col(name).first(order_by="date").alias(f"first_{name}") for name in firsts]
    return days.group_by("customer_id").agg(*sums)


def _joined_first(days, sums, firsts):
    """The same by a join: Narwhals has no ordered ``first`` on Spark."""
    table = days.group_by("customer_id").agg(*sums)
    opening = days.select(
        "customer_id",
        nw.col("date").alias("first"),
        *(nw.col(name).alias(f"first_{name}") for name in firsts),
    )
    return table.join(opening, on=["customer_id", "first"], how="left")


def _columns(table, end, last, length, money):
    names = table.collect_schema().names()
    first, latest = _day_number(nw.col("first")), _day_number(nw.col("latest"))
    bought = nw.col("purchases").cast(nw.Int64)
    columns = [
        nw.col("customer_id"),
        (bought - 1).alias("frequency"),
        ((latest - first) / length).alias("recency"),
        ((day_number(end) - first) / length).alias("T"),
    ]
    if money:
        total = nw.col("amount" if last is None else "early_amount")
        opening = nw.col("first_amount")
        if "first_purchases" in names:
            opening = opening / nw.col("first_purchases")
        mean = nw.when(bought > 1).then((total - opening) / (bought - 1))
        columns += [mean.alias("monetary_value"), total.alias("amount")]
    if last is not None:
        columns.append(nw.col("late").cast(nw.Int64).alias("frequency_holdout"))
        if money:
            spend = (
                nw.when(nw.col("late") > 0)
                .then(nw.col("all_amount") - nw.col("early_amount"))
                .otherwise(nw.lit(0.0))
            )
            columns.append(spend.alias("spend_holdout"))
        width = (day_number(last) - day_number(end)) / length
        columns.append(nw.lit(width).alias("T_holdout"))
    return table.select(*columns)


def _newcomers(table):
    new = table.filter(nw.col("purchases").cast(nw.Int64) == 0)
    found = counted(new.select(nw.len().alias("n"), nw.col("late").sum().alias("purchases")))
    return {"new_customers": found["n"], "new_customer_purchases": found["purchases"]}


def _day_number(date):
    """Days since 1970-01-01 as an integer expression that every engine computes alike.

    Written with ``floor``: Narwhals turns ``//`` into SQL that takes DuckDB twice as long as all
    the rest of a summary.
    """
    before = date.dt.year() - 1
    leap = (before / 4).floor() - (before / 100).floor() + (before / 400).floor()
    return (365 * before + leap + date.dt.ordinal_day()).cast(nw.Int64) - 719163


def _returned(result, kind, stated):
    said = dict(stated)
    about = {name: said.pop(name, None) for name in ("unit", "until", "calibration_end")}
    if kind == "pandas":
        table = result.to_native().df()
        table = table.set_index(pd.Index(inputs.ids(table.pop("customer_id"), "customer_id")))
    elif kind == "pyarrow":
        table = result.to_native().to_arrow_table()
    else:
        table = result.to_native() if kind == "lazy" else result.collect().to_native()
    return Summary(table, **about, conventions=said)
