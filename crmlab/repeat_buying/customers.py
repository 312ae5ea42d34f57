"""Reading a purchase summary: what the models need, checked, as NumPy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.repeat_buying.rows import Rows
from crmlab.repeat_buying.summary import Summary

Unit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]

UNITS: dict[Unit, float] = {
    "day": 1.0,
    "week": 7.0,
    "month": 30.4375,
    "quarter": 91.3125,
    "year": 365.25,
}


class UnitError(ValueError):
    """A model and a summary, or two models, count time in different units."""


def unit_days(unit: Unit) -> float:
    """Days in one time unit, exactly.

    Parameters
    ----------
    unit : {"day", "week", "month", "quarter", "year"}
        1, 7, 30.4375, 91.3125 and 365.25 days. A month here is a twelfth of a year, not a
        calendar month.

    Returns
    -------
    float

    Raises
    ------
    UnitError
        Any other unit.

    Examples
    --------
    >>> unit_days("week"), 12 * unit_days("month")
    (7.0, 365.25)
    """
    if not isinstance(unit, str) or unit not in UNITS:
        raise UnitError(f"unit {unit!r} is not known; use one of {', '.join(UNITS)}")
    return UNITS[unit]


def agreed_unit(summary: Any, unit: str | None) -> str | None:
    """The time unit of a `Summary`, or the one expected where the summary does not say.

    Raises
    ------
    UnitError
        The summary is in another unit.
    """
    known = summary.unit if isinstance(summary, Summary) else None
    if unit is not None and known is not None and unit != known:
        raise UnitError(
            f"the summary counts in {known}s, the model in {unit}s; summarise with unit={unit!r}"
            f" or fit a model to a summary in {known}s"
        )
    return known if unit is None else unit


def collected(frame: Any) -> pd.DataFrame:
    """Bring a Narwhals lazy frame into pandas, without asking for pyarrow where it can be helped.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, also where DuckDB makes an error of its own of it.
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        import duckdb

        try:
            return native.df()
        except (duckdb.InterruptException, RuntimeError) as error:
            if "interrupted" not in str(error).lower():
                raise
            raise KeyboardInterrupt from None
    if frame.implementation.is_polars():
        table = native.collect()
        columns = {name: table[name].to_numpy() for name in table.columns}
        return pd.DataFrame(columns).infer_objects()
    return frame.collect(backend="pandas").to_native()


def as_pandas(
    summary: Any, columns: tuple[str, ...], *, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Any summary, frame, mapping or row as a pandas DataFrame with the named columns.

    Parameters
    ----------
    summary : Summary, frame, mapping or pandas.Series
        A mapping or a Series of names is one customer.
    columns, optional : tuple of str
        Columns that must, and may, be there.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``customer_id`` where there is such a column; a pandas frame as it came, of
        another kind of frame only the named columns.

    Raises
    ------
    ValueError
        A column is missing, or there is no row.
    """
    if isinstance(summary, Summary):
        summary = summary.table
    if isinstance(summary, Mapping | pd.Series):
        cells = dict(summary)
        scalars = all(np.ndim(value) == 0 for value in cells.values())
        summary = pd.DataFrame([cells] if scalars else cells)
    remedy = "Make the summary with summarise, or rename the columns."
    if not isinstance(summary, pd.DataFrame):
        try:
            frame = nw.from_native(summary).lazy()
        except TypeError:
            kind = type(summary).__name__
            raise ValueError(
                f"summary is of type {kind}; give a summary, a frame or a mapping of columns."
            ) from None
        names = frame.collect_schema().names()
        inputs.columns(names, columns, "summary", remedy=remedy)
        named = ("customer_id", *optional)
        wanted = dict.fromkeys([*columns, *(name for name in named if name in names)])
        summary = collected(frame.select(*wanted))
    return inputs.by_customer(inputs.table(summary, columns, "summary", remedy=remedy))


def numbers(table: pd.DataFrame, column: str, **options: Any) -> NDArray[np.float64]:
    """One column of a summary as floats, none of them missing (see `crmlab.inputs.numbers`)."""
    where = f"summary.{column}"
    return inputs.numbers(table[column], where, rows=table, **options).to_numpy()


def counts(table: pd.DataFrame) -> NDArray[np.float64]:
    """Repeat purchases: the column ``frequency``, checked."""
    remedy = "Count each customer's repeat purchases, or leave these rows out."
    return numbers(table, "frequency", at_least=0, whole=True, remedy=remedy)


def row_weights(table: pd.DataFrame) -> NDArray[np.float64] | None:
    """Customers per row: the column ``customers``, checked, or None without it."""
    if "customers" not in table:
        return None
    return numbers(table, "customers", above=0, remedy="Leave such rows out.")


@dataclass(frozen=True, eq=False, kw_only=True)
class Customers(Rows):
    """A purchase summary as arrays, one entry per customer (or per group of equal customers).

    Attributes
    ----------
    x, tx, T : numpy.ndarray
        Repeat purchases, age at the last one, age; ages in ``unit``.
    unit : str or None
    """

    x: NDArray[np.float64]
    tx: NDArray[np.float64]
    T: NDArray[np.float64]
    unit: str | None

    @classmethod
    def unnamed(cls, x: Any, tx: Any, T: Any, unit: str | None) -> Customers:
        """Customers made up for a curve or a map, numbered from 0."""
        index = pd.RangeIndex(len(x))
        return cls(x=x, tx=tx, T=T, unit=unit, weight=None, index=index)


def read(summary: Any, *, unit: str | None = None, whole: bool = False) -> Customers:
    """Check a purchase summary and take it apart.

    Parameters
    ----------
    summary : Summary, frame, mapping or pandas.Series
        Columns ``frequency``, ``recency``, ``T``; optionally ``customers``, the number of equal
        customers a row stands for.
    unit : str or None
        The unit a model expects; refused if the summary says another one.
    whole : bool
        Ages must be whole numbers (purchase opportunities).

    Returns
    -------
    Customers

    Raises
    ------
    ValueError
        Missing columns, missing or infinite values, a frequency that is not a whole number,
        recency above T, one of frequency and recency without the other.
    UnitError
        The summary is in another unit.
    """
    unit = agreed_unit(summary, unit)
    table = as_pandas(summary, ("frequency", "recency", "T"), optional=("customers",))
    limits = {"at_least": 0} | ({"whole": True} if whole else {})
    x, weight = counts(table), row_weights(table)
    meaning = "T is the number of opportunities since" if whole else "T is the time since"
    remedy = f"{meaning} the first purchase; fill it, or leave these rows out."
    T = numbers(table, "T", remedy=remedy, **limits)
    remedy = "recency is the customer's age at the last purchase, 0 for one who bought once."
    tx = numbers(table, "recency", remedy=remedy, **limits)
    once = x == 0
    age = "recency is the customer's age at the last purchase, not the time since then."
    above = "is above 0 without a repeat purchase", "are above 0 without a repeat purchase"
    zero = "is 0 with repeat purchases", "are 0 with repeat purchases"
    wrong = [
        (tx > T, "recency", ("is above T", "are above T"), age),
        (once & (tx > 0), "recency", above, "A customer who bought once has recency 0."),
        (~once & (tx == 0), "recency", zero, "Purchases of one day count once."),
    ]
    if whole:
        remedy = "Count one purchase per opportunity."
        wrong.append((x > tx, "frequency", ("is above recency", "are above recency"), remedy))
    for bad, column, problem, remedy in wrong:
        inputs.refuse(bad, table, f"summary.{column}", problem, remedy)
    return Customers(x=x, tx=tx, T=T, unit=unit, weight=weight, index=table.index)


def merged(customers: Customers) -> tuple[tuple[NDArray[np.float64], ...], int]:
    """Merge the customers without a repeat purchase by age, and put them first.

    Parameters
    ----------
    customers : Customers

    Returns
    -------
    rows : tuple of numpy.ndarray
        x, tx, T and customers per row.
    once : int
        Leading rows that stand for customers without a repeat purchase.
    """
    once, weights = customers.x == 0, customers.weights
    place, ages = pd.factorize(customers.T[once])
    zeros, again = np.zeros(len(ages)), ~once
    bought_once = np.bincount(place, weights=weights[once], minlength=len(ages))
    columns = (
        (zeros, customers.x[again]),
        (zeros, customers.tx[again]),
        (ages, customers.T[again]),
        (bought_once, weights[again]),
    )
    return tuple(np.concatenate(pair) for pair in columns), len(ages)
