"""Ranks and running sums of a column where it lies, without moving the customers.

Equal values are one step. Steps are dealt into bins of rising values; running sums are taken inside
each bin, where the engine likes, and only one row per bin is collected to know what lies below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from crmlab import inputs
from crmlab.inputs.engines import Engine, collected, engine

BINS = 1024
DIGITS = 11
NOTHING = 1e-100


@dataclass(frozen=True)
class Column:
    """Numbers of customers in an engine, and what one pass over them tells.

    Attributes
    ----------
    found : Engine
    value : narwhals expression
    size, total, absolute : float
        Number of customers; what they come to, and come to without signs.
    low, high : float
        The least and the greatest.
    """

    found: Engine
    value: Any
    size: int
    total: float
    absolute: float
    low: float
    high: float


def level(value: Any) -> Any:
    """An expression of a column to twelve digits, where equal up to rounding is equal."""
    size = nw.when(value.abs() < NOTHING).then(nw.lit(1.0)).otherwise(value.abs())
    scale = nw.lit(10.0) ** (DIGITS - size.log(10).floor())
    return (value * scale).round() / scale


def measured(
    found: Engine, numbers: Mapping[str, Any], *, at_least: Mapping[str, float], remedy: str
) -> dict[str, Column]:
    """Look at columns in one pass, and refuse what is empty, infinite or too low.

    Parameters
    ----------
    found : Engine
    numbers : mapping
        Expressions, by what to call them in an error.
    at_least : mapping
        The least that some of them may be.
    remedy : str
        What to do about it, a sentence.

    Raises
    ------
    ValueError
        No rows; a value is bad, told with how many are and the least id of them.
    """
    asked, wrong = [nw.len().alias("size")], {}
    for where, value in numbers.items():
        empty = "is empty or infinite", "are empty or infinite"
        wrong[where, empty] = value.is_null() | ~value.is_finite()
        if where in at_least:
            least = at_least[where]
            below = f"is below {least:g}", f"are below {least:g}"
            wrong[where, below] = value < least
    asked += [bad.cast(nw.Int64).sum().alias(f"bad{n}") for n, bad in enumerate(wrong.values())]
    for n, value in enumerate(numbers.values()):
        told = value.sum(), value.abs().sum(), value.min(), value.max()
        asked += [one.alias(f"{n} {place}") for place, one in enumerate(told)]
    row = collected(found.rows.select(*asked)).iloc[0]
    size = int(row["size"])
    if size == 0:
        raise ValueError(f"{next(iter(numbers))} has no rows. Check the step that made this table.")
    for n, ((where, problem), bad) in enumerate(wrong.items()):
        count = 0 if np.isnan(row[f"bad{n}"]) else int(row[f"bad{n}"])
        if count:
            who = collected(found.rows.filter(bad).select(nw.col("customer_id").min()))
            raise ValueError(
                f"{where}: {count:,} of {size:,} rows {problem[count > 1]}; first customer_id "
                f"{inputs.shown(who.iloc[0, 0])}. {remedy}"
            )
    return {
        where: Column(found, value, size, *(float(row[f"{n} {place}"]) for place in range(4)))
        for n, (where, value) in enumerate(numbers.items())
    }


def ladder(column: Column) -> Any:
    """Rank the values of a column where they lie.

    Returns
    -------
    narwhals.LazyFrame
        One row per distinct value: ``level``, the value; ``customers`` who have it; ``before``,
        how many have less; ``below``, what these come to. Never collected.
    """
    steps = column.found.rows.select(level=level(column.value))
    steps = steps.group_by("level").agg(nw.len().cast(nw.Int64).alias("customers"))
    many = nw.col("customers")
    steps = steps.with_columns(_bin=_bin(column), _held=nw.col("level") * many)
    bins = steps.group_by("_bin").agg(many.sum(), nw.col("_held").sum())
    table = collected(bins).sort_values("_bin")
    counts, sums = (table[name].to_numpy(np.float64) for name in ("customers", "_held"))
    offsets = {
        "_bin": table["_bin"].to_numpy(np.int64),
        "_before": np.cumsum(counts) - counts,
        "_below": np.concatenate(([0.0], np.cumsum(sums)[:-1])),
    }
    inside = steps.with_columns(
        before=many.cum_sum().over("_bin", order_by="level") - many,
        below=nw.col("_held").cum_sum().over("_bin", order_by="level") - nw.col("_held"),
    )
    return inside.join(column.found.with_table(offsets), on="_bin", how="left").select(
        nw.col("level"),
        many,
        before=nw.col("before") + nw.col("_before"),
        below=nw.col("below") + nw.col("_below"),
    )


def dealt(value: Any, lowest: Mapping[Any, float]) -> Any:
    """An expression that gives each value the group with the greatest lowest value not above it."""
    (group, _), *rest = sorted(lowest.items(), key=lambda item: item[1])
    found: Any = nw.lit(group)
    for group, least in rest:
        found = nw.when(value >= least).then(nw.lit(group)).otherwise(found)
    return found


def one_each(found: Engine, size: int, where: str) -> None:
    """Raise where an id occurs twice, in one pass.

    Raises
    ------
    ValueError
        It does, as where a log of purchases is given in place of customers.
    """
    asked = found.rows.select(nw.col("customer_id").n_unique())
    many = int(collected(asked)["customer_id"].iloc[0])
    if many < size:
        again = "repeats an earlier id" if size - many == 1 else "repeat an earlier id"
        raise ValueError(
            f"{where}: {size - many:,} of {size:,} rows {again}. Keep one row per customer_id, or "
            "add them up before."
        )


def one_value(customers: Any) -> tuple[Engine, Any]:
    """Customers elsewhere, and their value as an expression.

    It is ``estimate``, as `joined` names a forecast, or the only column beside ``customer_id``.
    """
    names = engine(customers, ("customer_id",), "value").names
    others = [name for name in names if name != "customer_id"]
    if "estimate" not in others and len(others) != 1:
        raise ValueError(
            f"value has the columns {inputs.listed(names)}; give customer_id and one column of "
            "numbers, or a column estimate."
        )
    name = "estimate" if "estimate" in others else others[0]
    found = engine(customers, ("customer_id", name), "value")
    return found, nw.col(name).cast(nw.Float64)


def _bin(column: Column) -> Any:
    """Bins of rising values, of equal width on a scale that is logarithmic away from 0."""
    typical = column.absolute / column.size or 1.0
    low, high = (np.sign(end) * np.log1p(abs(end) / typical) for end in (column.low, column.high))
    width = (high - low) / BINS or 1.0
    size = (1 + nw.col("level").abs() / typical).log()
    place = nw.when(nw.col("level") < 0).then(-size).otherwise(size)
    return ((place - low) / width).floor().cast(nw.Int64)
