"""Reading a transaction log of any kind of frame, and checking it."""

import narwhals as nw
import pandas as pd

from crmlab import inputs
from crmlab.repeat_buying.customers import collected


def opened(transactions):
    """A Narwhals lazy frame over any transaction log; pandas and pyarrow go through DuckDB.

    Parameters
    ----------
    transactions : frame

    Returns
    -------
    rows : narwhals.LazyFrame
        With ``date`` as dates and ``amount``, if there, as floats.
    kind : str
        ``"pandas"``, ``"pyarrow"``, ``"eager"`` or ``"lazy"``: how to hand a result back.
    """
    try:
        frame = nw.from_native(transactions)
    except TypeError:
        kind = type(transactions).__name__
        raise ValueError(f"transactions is of type {kind}; give a frame.") from None
    names = frame.collect_schema().names()
    inputs.columns(names, ("customer_id", "date"), "transactions", remedy="Rename the columns.")
    kind = "eager" if isinstance(frame, nw.DataFrame) else "lazy"
    wanted = [name for name in ("customer_id", "date", "amount") if name in names]
    if frame.implementation.is_pandas_like() or frame.implementation.is_pyarrow():
        import duckdb

        kind = "pandas" if frame.implementation.is_pandas_like() else "pyarrow"
        native = frame.select(wanted).to_native()
        connection = duckdb.connect()
        frame = nw.from_native(
            connection.from_df(native) if kind == "pandas" else connection.from_arrow(native)
        )
    rows = frame.lazy().select(wanted)
    schema = rows.collect_schema()
    changes = [_as_date(schema["date"])]
    if "amount" in names:
        if not schema["amount"].is_numeric():
            raise ValueError(
                f"transactions.amount is of type {schema['amount']}, not a number; convert it."
            )
        changes.append(nw.col("amount").cast(nw.Float64))
    return rows.with_columns(*changes), kind


def _as_date(kind):
    if kind == nw.Date:
        return nw.col("date")
    if not isinstance(kind, nw.Datetime):
        raise ValueError(
            f"transactions.date is of type {kind}, not a date; convert it, in pandas with"
            " pd.to_datetime (with dayfirst=True if 03/04/2025 is 3 April)"
        )
    if kind.time_zone is not None and kind.time_zone != "UTC":
        raise ValueError(
            f"transactions.date has the time zone {kind.time_zone}; convert it to local"
            " dates without a zone, so that a day is the customer's day"
        )
    return nw.col("date").cast(nw.Date)


def checked(rows, final, options, transactions):
    """Count what is wrong or left out in one pass; stop where the options say so.

    Parameters
    ----------
    rows : narwhals.LazyFrame
        From `opened`.
    final : datetime.date
    options : dict
        ``refunds`` and ``later`` of `summarise`.
    transactions : frame
        As given, for naming the first bad row.

    Returns
    -------
    dict
        ``rows``, ``rows_later``, ``refund_rows``, and ``customers`` where some rows go.

    Raises
    ------
    ValueError
    """
    money = "amount" in rows.collect_schema().names()
    conditions = {
        "no_id": nw.col("customer_id").is_null(),
        "no_date": nw.col("date").is_null(),
        "rows_later": nw.col("date") > nw.lit(final),
    }
    if money:
        unknown = nw.col("amount").is_null() | ~nw.col("amount").is_finite()
        conditions["no_amount"] = unknown
        conditions["refund_rows"] = (nw.col("amount") < 0) & (nw.col("date") <= nw.lit(final))
    counts = [one.cast(nw.Int64).sum().alias(name) for name, one in conditions.items()]
    found = counted(rows.select(nw.len().alias("rows"), *counts))
    total = found["rows"]
    if total == 0:
        raise ValueError("transactions has no rows. Check the step that made this table.")
    problems = [
        ("no_id", "customer_id", ("is empty", "are empty"), "Give each purchase its customer."),
        ("no_date", "date", ("is empty", "are empty"), "Give each purchase its date."),
        (
            "no_amount",
            "amount",
            ("is empty or infinite", "are empty or infinite"),
            "Fill or leave out the rows.",
        ),
    ]
    if options["refunds"] == "error":
        remedy = "Choose refunds='net' or 'ignore'."
        problems.append(("refund_rows", "amount", ("is negative", "are negative"), remedy))
    if options["later"] == "error":
        problems.append(
            (
                "rows_later",
                "date",
                (f"is after {final}", f"are after {final}"),
                "Choose later='ignore'.",
            )
        )
    for name, column, problem, remedy in problems:
        if found.get(name):
            example = _first(rows, conditions[name], transactions)
            raise ValueError(
                f"transactions.{column}: {found[name]:,} of {total:,} rows "
                f"{problem[int(found[name] > 1)]}; first {example}. {remedy}"
            )
    later = found["rows_later"]
    stated = {"rows": total, "rows_later": later, "refund_rows": found.get("refund_rows", 0)}
    if later == total:
        raise ValueError(f"transactions.date: every row is after {final}")
    if later or stated["refund_rows"]:
        stated |= counted(rows.select(nw.col("customer_id").n_unique().alias("customers")))
    return stated


def _first(rows, condition, transactions):
    """The first row that meets a condition, in words; its number where rows have an order."""
    bad = condition.fill_null(False)
    row = collected(rows.filter(bad).head(1)).iloc[0]
    text = ", ".join(f"{name} {value}" for name, value in row.items())
    if not isinstance(nw.from_native(transactions), nw.DataFrame):
        return text
    flags = collected(rows.select(bad.alias("bad")))["bad"].to_numpy()
    return f"row {int(flags.argmax())}, counted from 0: {text}"


def purchase_days(rows, final, options):
    """One row per customer and purchase day: amount and number of purchases.

    Parameters
    ----------
    rows : narwhals.LazyFrame
        From `opened`.
    final : datetime.date
        Last day used.
    options : dict
        ``refunds`` and ``same_day`` of `summarise`.

    Returns
    -------
    narwhals.LazyFrame
    """
    money = "amount" in rows.collect_schema().names()
    rows = rows.filter(nw.col("date") <= nw.lit(final))
    if money and options["refunds"] == "ignore":
        rows = rows.filter(nw.col("amount") >= 0)
    sums = [nw.col("amount").sum()] if money else []
    separate = options["same_day"] == "separate"
    netted = money and options["refunds"] == "net"
    if separate:
        bought = (nw.col("amount") >= 0).cast(nw.Int64).sum() if netted else nw.len()
        sums.append(bought.alias("purchases"))
    if netted:
        sums.append((nw.col("amount") < 0).cast(nw.Int64).sum().alias("refunded"))
    days = rows.select("customer_id", "date", *(["amount"] if money else []))
    days = days.group_by("customer_id", "date").agg(*sums) if sums else days.unique()
    if netted:
        days = days.filter((nw.col("refunded") == 0) | (nw.col("amount") > 0))
    return days


def day_number(day):
    """Days since 1970-01-01.

    Parameters
    ----------
    day : datetime.date

    Returns
    -------
    int

    Examples
    --------
    >>> import datetime
    >>> day_number(datetime.date(1970, 1, 2))
    1
    """
    return day.toordinal() - 719163


def as_day(value, name):
    """A date from a date, a timestamp or text with the year first.

    Parameters
    ----------
    value : date or str
    name : str
        Of the argument, for the error.

    Returns
    -------
    datetime.date

    Raises
    ------
    ValueError
        Not a date.
    """
    return inputs.day(value, name).date()


def counted(frame):
    """The single row of a frame of counts, as a dict of int.

    Parameters
    ----------
    frame : narwhals.LazyFrame

    Returns
    -------
    dict
    """
    row = collected(frame).iloc[0]
    return {name: 0 if pd.isna(value) else int(value) for name, value in row.items()}
