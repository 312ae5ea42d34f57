"""Ranks and running sums of a column where it lies, without moving the customers.

Equal values are one step. Steps are dealt into bins of rising values; running sums are taken inside
each bin, where the engine likes, and only one row per bin is collected to know what lies below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from crmlab import inputs
from crmlab.inputs.engines import Engine, collected, engine

BINS = 1024
DIGITS = 11


@dataclass(frozen=True)
class Ladder:
    """The distinct values of a column, from the lowest up, in the engine.

    Attributes
    ----------
    steps : narwhals.LazyFrame
        ``level``, the value; ``customers`` who have it; ``before``, how many have less; ``below``,
        what these come to.
    size, total, lowest : float
        Number of all customers, what all come to, and the lowest value.
    """

    steps: Any
    size: float
    total: float
    lowest: float


def level(value: Any) -> Any:
    """An expression of a column to twelve digits, where equal up to rounding is equal."""
    size = nw.when(value == 0).then(nw.lit(1.0)).otherwise(value.abs())
    scale = nw.lit(10.0) ** (DIGITS - size.log(10).floor())
    return (value * scale).round() / scale


def whole(rows: Any, value: Any, where: str) -> dict[str, float]:
    """Customers, sum, lowest, highest and mean size of a column, in one pass over it.

    Raises
    ------
    ValueError
        No rows; a value is empty or infinite.
    """
    asked = rows.select(_value=value)
    bad = nw.col("_value").is_null() | ~nw.col("_value").is_finite()
    sums = [
        nw.len().alias("size"),
        bad.cast(nw.Int64).sum().alias("bad"),
        nw.col("_value").sum().alias("total"),
        nw.col("_value").abs().mean().alias("typical"),
        nw.col("_value").min().alias("low"),
        nw.col("_value").max().alias("high"),
    ]
    row = collected(asked.select(*sums))
    size, wrong = (int(row[name].iloc[0]) for name in ("size", "bad"))
    if size == 0:
        raise ValueError(f"{where} has no rows. Check the step that made this table.")
    if wrong:
        problem = f"{wrong:,} of {size:,} rows {'is' if wrong == 1 else 'are'} empty or infinite"
        raise ValueError(f"{where}: {problem}. Fill them, or leave these customers out.")
    return {str(name): float(row[name].iloc[0]) for name in row}


def ladder(found: Engine, value: Any, where: str) -> Ladder:
    """Rank the values of a column where they lie.

    Parameters
    ----------
    found : Engine
    value : narwhals expression
        A number of each row.
    where : str
        What to call it in an error.
    """
    said = whole(found.rows, value, where)
    steps = found.rows.select(level=level(value)).group_by("level").agg(customers=nw.len())
    held = nw.col("level") * nw.col("customers")
    steps = steps.with_columns(nw.col("customers").cast(nw.Int64), _bin=_bin(said), _held=held)
    bins = steps.group_by("_bin").agg(nw.col("customers").sum(), nw.col("_held").sum())
    table = collected(bins).sort_values("_bin")
    counts, sums = (table[name].to_numpy(np.float64) for name in ("customers", "_held"))
    offsets = {
        "_bin": table["_bin"].to_numpy(np.int64),
        "_before": np.cumsum(counts) - counts,
        "_below": np.concatenate(([0.0], np.cumsum(sums)[:-1])),
    }
    inside = steps.with_columns(
        before=nw.col("customers").cum_sum().over("_bin", order_by="level") - nw.col("customers"),
        below=nw.col("_held").cum_sum().over("_bin", order_by="level") - nw.col("_held"),
    )
    both = inside.join(found.with_table(offsets), on="_bin", how="left").select(
        nw.col("level"),
        nw.col("customers"),
        before=nw.col("before") + nw.col("_before"),
        below=nw.col("below") + nw.col("_below"),
    )
    if both.implementation.is_spark_like():  # asked several times, and never larger than its values
        both = nw.from_native(both.to_native().cache())
    return Ladder(both, said["size"], float(sums.sum()), said["low"])


def _bin(said: dict[str, float]) -> Any:
    """Bins of rising values, of equal width on a scale that is logarithmic away from 0."""
    typical = said["typical"] or 1.0
    low, high = (np.sign(end) * np.log1p(abs(end) / typical) for end in (said["low"], said["high"]))
    width = (high - low) / BINS or 1.0
    size = (1 + nw.col("level").abs() / typical).log()
    place = nw.when(nw.col("level") < 0).then(-size).otherwise(size)
    return ((place - low) / width).floor().cast(nw.Int64)


def one_value(customers: Any, where: str = "value") -> tuple[Engine, str]:
    """Customers elsewhere, and the column that is their value.

    It is ``estimate``, as `joined` names a forecast, or the only column beside ``customer_id``.
    """
    found = engine(customers, ("customer_id",), where)
    others = [name for name in found.names if name != "customer_id"]
    if "estimate" in others:
        return found, "estimate"
    if len(others) != 1:
        raise ValueError(
            f"{where} has the columns {inputs.listed(found.names)}; give customer_id and one "
            "column of numbers, or a column estimate."
        )
    return found, others[0]
