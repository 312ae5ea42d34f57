"""Reading a purchase summary: what the models need, checked, as NumPy arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.repeat_buying.summary import Summary

Unit = Literal["day", "week", "month", "quarter", "year"]

UNITS = {"day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}


class UnitError(ValueError):
    """A model and a summary, or two models, count time in different units."""


def unit_days(unit):
    """Days in one time unit, exactly.

    Parameters
    ----------
    unit : str
        ``"day"`` 1, ``"week"`` 7, ``"month"`` 30.4375, ``"quarter"`` 91.3125 or ``"year"``
        365.25 days. A month here is a twelfth of a year, not a calendar month.

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


def conventions(summary):
    """What a `Summary` says about itself, as a dict; empty for any other frame."""
    return {"unit": summary.unit, **summary.conventions} if isinstance(summary, Summary) else {}


def agreed_unit(summary, unit):
    """The time unit of a `Summary`, or the one expected where the summary does not say.

    Parameters
    ----------
    summary : Summary, frame or mapping
    unit : str or None
        The unit a model expects.

    Returns
    -------
    str or None

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


def collected(frame):
    """Bring a Narwhals lazy frame into pandas, without asking for pyarrow where it can be helped.

    Parameters
    ----------
    frame : narwhals.LazyFrame

    Returns
    -------
    pandas.DataFrame
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        return native.df()
    if frame.implementation.is_polars():
        table = native.collect()
        return pd.DataFrame({name: table[name].to_numpy() for name in table.columns})
    return frame.collect(backend="pandas").to_native()


def as_pandas(summary, columns, *, optional=()):
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
        A column is missing, there is no row, or a customer has two.
    """
    if isinstance(summary, Summary):
        summary = summary.table
    if isinstance(summary, Mapping | pd.Series):
        scalars = all(np.ndim(value) == 0 for value in dict(summary).values())
        summary = pd.DataFrame([dict(summary)] if scalars else dict(summary))
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
    table = inputs.table(summary, columns, "summary", remedy=remedy)
    if "customer_id" in table.columns:
        ids = inputs.ids(table["customer_id"], "summary.customer_id", rows=table)
        table = table.drop(columns="customer_id").set_index(pd.Index(ids, name="customer_id"))
        inputs.one_row_each(table, "summary")
    return table


def numbers(table, column, **options):
    """One column of a summary as floats, none of them missing.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
    **options
        What `crmlab.inputs.numbers` takes.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    Raises
    ------
    ValueError
        Text, missing or infinite values, values beyond the limits.
    """
    where = f"summary.{column}"
    return inputs.numbers(table[column], where, rows=table, **options).to_numpy()


def counts(table):
    """Repeat purchases: the column ``frequency`` as floats, checked.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    remedy = "Count each customer's repeat purchases, or leave these rows out."
    return numbers(table, "frequency", at_least=0, whole=True, remedy=remedy)


def row_weights(table):
    """Customers per row: the column ``customers``, checked, or None without it.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    numpy.ndarray or None
        Shape (n,).
    """
    if "customers" not in table:
        return None
    return numbers(table, "customers", above=0, remedy="Leave such rows out.")


@dataclass(frozen=True, eq=False)
class Customers:
    """A purchase summary as arrays, one entry per customer (or per group of equal customers).

    Attributes
    ----------
    x, tx, T : numpy.ndarray
        Repeat purchases, age at the last one, age; ages in ``unit``.
    weight : numpy.ndarray or None
        Customers per row where the summary has a column ``customers``.
    index : pandas.Index
    unit : str or None
    """

    x: np.ndarray
    tx: np.ndarray
    T: np.ndarray
    weight: np.ndarray | None
    index: pd.Index
    unit: str | None

    @property
    def weights(self):
        """Customers per row (numpy.ndarray): 1 where the summary does not say."""
        return np.ones(len(self.x)) if self.weight is None else self.weight

    @property
    def count(self):
        """Number of customers, float."""
        return float(len(self.x) if self.weight is None else self.weight.sum())

    def part(self, rows):
        """Some of the customers: a slice, or an array of bool."""
        weight = None if self.weight is None else self.weight[rows]
        parts = {name: getattr(self, name)[rows] for name in ("x", "tx", "T", "index")}
        return replace(self, weight=weight, **parts)


def read(summary, *, unit=None, whole=False):
    """Check a purchase summary and take it apart.

    Parameters
    ----------
    summary : frame, mapping or pandas.Series
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

    def refuse(bad, column, problem, remedy):
        inputs.refuse(bad, table, f"summary.{column}", problem, remedy)

    remedy = "recency is the customer's age at the last purchase, not the time since then."
    refuse(tx > T, "recency", ("is above T", "are above T"), remedy)
    once = x == 0
    remedy = "A customer who bought once has recency 0."
    refuse(
        once & (tx > 0),
        "recency",
        ("is above 0 without a repeat purchase", "are above 0 without a repeat purchase"),
        remedy,
    )
    if conventions(summary).get("same_day") != "separate":
        refuse(
            ~once & (tx == 0),
            "recency",
            ("is 0 with repeat purchases", "are 0 with repeat purchases"),
            "Check the summary.",
        )
    if whole:
        refuse(
            x > tx,
            "frequency",
            ("is above recency", "are above recency"),
            "Count one purchase per opportunity.",
        )
    return Customers(x, tx, T, weight, table.index, unit)


def merged(customers):
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
