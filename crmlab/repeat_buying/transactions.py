"""Reading a transaction log of any kind of frame, settling its types, and checking it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs import engines
from crmlab.inputs.days import FIRST_YEAR
from crmlab.inputs.tables import NO_ID

Later = Literal["error", "ignore"]

_WHERE = "transactions"


@dataclass(frozen=True)
class Log:
    """A transaction log, its types settled.

    Attributes
    ----------
    rows : narwhals.LazyFrame
        ``customer_id``, ``date`` as dates and, if there, ``amount`` as floats.
    kind : str
        ``"pandas"``, ``"pyarrow"``, ``"eager"`` or ``"lazy"``: how to hand a result back.
    given : frame
        As handed in, to name a bad row by.
    names : pandas.Index or None
        The ids, in order, that numbers in ``customer_id`` stand for.
    """

    rows: Any
    kind: str
    given: Any
    names: pd.Index | None = None

    @property
    def money(self) -> bool:
        """Whether there are amounts."""
        return "amount" in self.rows.collect_schema().names()


def opened(transactions: Any) -> Log:
    """Open a log of any kind, or that of a whole database; pandas and pyarrow go through DuckDB.

    What pandas holds is settled before: ids are text or whole numbers, days are days in the zone
    written, amounts are float64, all in contiguous arrays, so that no engine guesses.
    """
    if isinstance(getattr(transactions, "tables", None), Mapping):
        transactions = transactions.transactions
    if isinstance(transactions, pd.DataFrame):
        return _from_pandas(transactions)
    try:
        frame: Any = nw.from_native(transactions)
    except TypeError:
        kind = type(transactions).__name__
        raise ValueError(f"{_WHERE} is of type {kind}; give a frame.") from None
    names = frame.collect_schema().names()
    inputs.columns(names, ("customer_id", "date"), _WHERE, remedy="Rename the columns.")
    wanted = [name for name in ("customer_id", "date", "amount") if name in names]
    if frame.implementation.is_pandas_like():
        return _from_pandas(frame.to_pandas())
    found = engines.opened(_without_zone(frame.select(wanted)), _WHERE)
    return Log(_typed(found.rows), found.kind, transactions)


def _from_pandas(given: pd.DataFrame) -> Log:
    wanted = ["customer_id", "date", *(["amount"] if "amount" in given else [])]
    inputs.columns(given.columns, wanted, _WHERE, remedy="Rename the columns.")
    settled, names = _settled(inputs.table(given, wanted, _WHERE))
    import duckdb

    return Log(_typed(nw.from_native(duckdb.connect().from_df(settled))), "pandas", given, names)


def _settled(log: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index | None]:
    """The columns in types that leave an engine nothing to guess; ids of mixed type as numbers."""
    ids, names = _ids(log)
    columns = {"customer_id": ids, "date": _days(log)}
    if "amount" in log:
        columns["amount"] = _amounts(log)
    return pd.DataFrame(columns, copy=False), names


def _ids(log: pd.DataFrame) -> tuple[Any, pd.Index | None]:
    column = log["customer_id"]
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        return np.ascontiguousarray(column), None
    if isinstance(column.dtype, pd.StringDtype):
        return column.array.copy(), None
    try:
        codes, distinct = pd.factorize(column)
        written = inputs.ids(pd.Series(distinct), "", accept=("empty",))
        known = codes.min(initial=0) >= 0 and written.notna().all()
    except (TypeError, ValueError):
        known = False
    if not known:
        inputs.ids(column, f"{_WHERE}.customer_id", rows=log)
    places, names = pd.factorize(written, sort=True)
    return places[codes], pd.Index(names, dtype="str")


def _days(log: pd.DataFrame) -> NDArray[Any]:
    column = log["date"]
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if not pd.api.types.is_datetime64_dtype(column.dtype):
        column = inputs.days(column, f"{_WHERE}.date", rows=log)
    return np.ascontiguousarray(column.to_numpy())


def _amounts(log: pd.DataFrame) -> NDArray[Any]:
    column = log["amount"]
    if not (isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiu"):
        column = inputs.numbers(column, f"{_WHERE}.amount", rows=log)
    return np.ascontiguousarray(column, dtype=np.float64)


def _without_zone(frame: Any) -> Any:
    """Keep the clock of the zone written; refuse where the engine does not keep a zone."""
    kind = frame.collect_schema()["date"]
    zone = getattr(kind, "time_zone", None)
    if zone is None:
        return frame
    if frame.implementation.is_polars() or frame.implementation.is_pyarrow():
        return frame.with_columns(nw.col("date").dt.replace_time_zone(None))
    if frame.implementation.is_pyspark() and zone == "UTC":
        return frame
    raise ValueError(
        f"{_WHERE}.date has a time zone, shown in that of this session, {zone}: the customer's day "
        "cannot be known. Make dates of it in the zone of the purchases, in DuckDB with "
        "CAST(timezone('Europe/Berlin', date) AS DATE)."
    )


def _typed(rows: Any) -> Any:
    rows = rows.lazy()
    schema = rows.collect_schema()
    kind = schema["date"]
    if kind != nw.Date and not isinstance(kind, nw.Datetime):
        raise ValueError(
            f"{_WHERE}.date is of type {kind}, not a date; convert it first, so that 03/04/2025 "
            "is the day you mean."
        )
    changes = [nw.col("date").cast(nw.Date)]
    if "amount" in schema:
        if not schema["amount"].is_numeric():
            raise ValueError(
                f"{_WHERE}.amount is of type {schema['amount']}, not a number; convert it."
            )
        changes.append(nw.col("amount").cast(nw.Float64))
    return rows.with_columns(*changes)


def checked(
    log: Log, final: datetime.date | None, refunds: inputs.Refunds, later: Later
) -> dict[str, Any]:
    """Count in one pass what is wrong or left out; stop where the options say so.

    Parameters
    ----------
    log : Log
    final : datetime.date or None
        Last day used; None for the last day of the log.
    refunds, later : str
        As in `summarise`.

    Returns
    -------
    dict
        ``until`` (the last day used), ``rows``, ``money``, ``rows_later``, ``money_later``,
        ``refund_rows``, ``refund_money``; what is money only where there are amounts.
    """
    conditions = _conditions(log, final)
    counts = [one.cast(nw.Int64).sum().alias(name) for name, one in conditions.items()]
    counts += [nw.len().alias("rows"), nw.col("date").max().alias("latest")]
    if log.money:
        amount = nw.col("amount")
        back = nw.when(conditions["refund_rows"]).then(-amount)
        counts += [amount.sum().alias("money"), back.sum().alias("refund_money")]
        if final is not None:
            after = nw.when(conditions["rows_later"]).then(amount)
            counts.append(after.sum().alias("money_later"))
    found = one_row(log.rows.select(*counts))
    if found["rows"] == 0:
        raise ValueError(f"{_WHERE} has no rows. Check the step that made this table.")
    _stop(log, found, conditions, final, refunds, later)
    stated: dict[str, Any] = {
        "rows": int(found["rows"]),
        "rows_later": int(found.get("rows_later", 0)),
    }
    if stated["rows_later"] == stated["rows"]:
        raise ValueError(f"{_WHERE}.date: every row is after {final}")
    stated["refund_rows"] = int(found.get("refund_rows", 0))
    if log.money:
        money = ("money", "money_later", "refund_money")
        stated |= {name: float(rounded(found.get(name, 0.0))) for name in money}
    return stated | {"until": final or pd.Timestamp(found["latest"]).date()}


def _no_name(who: Any) -> Any:
    """Whether text is no id, such as "nan"; the first character spares most rows the question."""
    suspects = [who < nw.lit("0")]
    suspects += [(who >= nw.lit(one)) & (who < nw.lit(chr(ord(one) + 1))) for one in "<Nn"]
    written = who.str.strip_chars().str.to_lowercase().is_in(sorted(NO_ID))
    return (
        nw.when(nw.any_horizontal(*suspects, ignore_nulls=True))
        .then(written)
        .otherwise(nw.lit(False))
    )


def _conditions(log: Log, final: datetime.date | None) -> dict[str, Any]:
    who, day, amount = nw.col("customer_id"), nw.col("date"), nw.col("amount")
    nobody = who.is_null()
    if log.rows.collect_schema()["customer_id"] == nw.String:
        nobody = nobody | _no_name(who)
    conditions = {
        "no_id": nobody,
        "no_date": day.is_null(),
        "early": day < nw.lit(datetime.date(FIRST_YEAR, 1, 1)),
    }
    if log.money:
        conditions["no_amount"] = amount.is_null() | ~amount.is_finite()
        conditions["refund_rows"] = amount < 0
    if final is not None:
        conditions["rows_later"] = day > nw.lit(final)
        if log.money:
            conditions["refund_rows"] = (amount < 0) & (day <= nw.lit(final))
    return conditions


def _stop(
    log: Log,
    found: Mapping[str, Any],
    conditions: Mapping[str, Any],
    final: datetime.date | None,
    refunds: inputs.Refunds,
    later: Later,
) -> None:
    early = f"lies before {FIRST_YEAR}", f"lie before {FIRST_YEAR}"
    infinite = "is empty or infinite", "are empty or infinite"
    after = f"is after {final}", f"are after {final}"
    empty = "is empty", "are empty"
    problems = [
        ("no_id", "customer_id", empty, "Give each row its customer."),
        ("no_date", "date", empty, "Fill them or leave these rows out."),
        ("early", "date", early, "Such days often stand for no date at all; correct them."),
        ("no_amount", "amount", infinite, "Fill or leave out the rows."),
    ]
    if refunds == "error":
        negative = "is negative, a refund", "are negative, refunds"
        remedy = "Choose refunds='net' or refunds='ignore'."
        problems.append(("refund_rows", "amount", negative, remedy))
    if later == "error":
        problems.append(("rows_later", "date", after, "Choose later='ignore'."))
    for name, column, problem, remedy in problems:
        if found.get(name):
            bad = conditions[name].fill_null(False)
            if log.kind == "pandas":
                flags = engines.collected(log.rows.select(bad.alias("bad")))["bad"].to_numpy(bool)
                inputs.refuse(flags, log.given, f"{_WHERE}.{column}", problem, remedy)
            row = engines.collected(log.rows.filter(bad).head(1)).iloc[0]
            first = ", ".join(f"{key} {inputs.shown(value)}" for key, value in row.items())
            raise ValueError(
                f"{_WHERE}.{column}: {int(found[name]):,} of {int(found['rows']):,} rows "
                f"{problem[found[name] > 1]}; first {first}. {remedy}"
            )


def purchase_days(log: Log, final: datetime.date, refunds: inputs.Refunds) -> Any:
    """One row per customer and purchase day, a Narwhals LazyFrame: amount, if there.

    A day with a refund that does not end above zero, up to rounding, is no purchase.
    """
    days = netted_days(log, final, refunds)
    if not (log.money and refunds == "net"):
        return days
    return days.filter(is_purchase()).select("customer_id", "date", "amount")


def netted_days(log: Log, final: datetime.date, refunds: inputs.Refunds) -> Any:
    """One row per customer and day with any row, and where refunds are netted their sum."""
    rows = log.rows.filter(nw.col("date") <= nw.lit(final))
    if not log.money:
        return rows.select("customer_id", "date").unique()
    amount = nw.col("amount")
    if refunds == "ignore":
        rows = rows.filter(amount >= 0)
    sums = [amount.sum()]
    if refunds == "net":
        sums.append(nw.when(amount < 0).then(-amount).otherwise(nw.lit(0.0)).sum().alias("back"))
    return rows.group_by("customer_id", "date").agg(*sums)


def is_purchase() -> Any:
    """Whether what remains of a day in `netted_days` is a purchase."""
    return (nw.col("back") == 0) | (nw.col("amount") > 1e-9 * nw.col("back"))


def one_row(frame: Any) -> dict[str, Any]:
    """The single row of a Narwhals frame of numbers and days; numbers that are missing are 0."""
    row = engines.collected(frame)
    return {str(name): _plain(row[name].iloc[0]) for name in row}


def _plain(cell: Any) -> Any:
    if pd.isna(cell):
        return 0.0
    return float(cell) if isinstance(cell, int | float | np.number) else cell


_TENS = np.array([float(f"1e{power}") for power in range(23)])


def rounded(money: Any) -> NDArray[np.float64]:
    """Sums to twelve digits: the same whatever the order in which an engine adds.

    Examples
    --------
    >>> rounded([0.1 + 0.2, -1e9 / 3, 0]).tolist()
    [0.3, -333333333.333, 0.0]
    """
    given = np.asarray(money, dtype=np.float64)
    size = np.where(np.isfinite(given) & (given != 0), np.abs(given), 1.0)
    scale = _TENS[np.clip(11 - np.floor(np.log10(size)), 0, 22).astype(int)]
    return np.round(given * scale) / scale + 0.0


def day_number(day: datetime.date) -> int:
    """Days since 1970-01-01.

    Examples
    --------
    >>> day_number(datetime.date(1970, 1, 2))
    1
    """
    return day.toordinal() - 719163
