"""Tiers and concentration of customers who lie in an engine: DuckDB, Polars, Arrow or Spark."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs.engines import Engine, collected
from crmlab.scoring.ladder import Column, dealt, ladder, level, measured, one_each, one_value
from crmlab.scoring.shares import heads
from crmlab.tiers.resampling import Found, every


def gini_elsewhere(customers: Any, zeros: str) -> Found:
    """What `gini` finds, over steps of equal values."""
    column = _base(customers, zeros)
    size, total, steps = column.size, column.total, ladder(column)
    value, before = nw.col("level"), nw.col("before")
    ranked = value * ((2 * before - 1) / size - 1) - 2 * nw.col("below") / size
    ordered, mean = _sums(steps, value * (before + (nw.col("customers") + 1) / 2), ranked)
    estimate = 2 * ordered / (size * total) - (size + 1) / size
    about = ranked - estimate * value - (mean - estimate * total) / size
    error = float(np.sqrt(_sums(steps, about * about)[0])) / total
    return Found(estimate, error, size, _standing(steps, size))


def top_elsewhere(customers: Any, zeros: str, part: float, rule: str) -> Found:
    """What `top_share` finds, over steps of equal values."""
    column = _base(customers, zeros)
    size, total, steps = column.size, column.total, ladder(column)
    wanted, count = heads(part, size)
    counted = wanted if rule == "interpolate" else count
    above = size - nw.col("before") - nw.col("customers")
    edge_row = (above < count) & (above + nw.col("customers") >= count)
    row = collected(steps.filter(edge_row)).iloc[0].astype(float)
    edge, before, below = row[["level", "before", "below"]]
    over = total - below - (size - before) * edge
    share = (over + counted * edge) / total
    value = nw.col("level")
    about = nw.when(value > edge).then(value - edge).otherwise(nw.lit(0.0))
    about = about - share * value - (over - share * total) / size
    error = float(np.sqrt(_sums(steps, about * about)[0])) / total
    return Found(share, error, size, _standing(steps, size))


def tiers_elsewhere(
    customers: Any, by: str, cuts: NDArray[np.float64], names: tuple[str, ...], boundary: str
) -> tuple[pd.DataFrame, Any]:
    """Sums of each tier, and each customer's value and tier, where the customers lie.

    One row for each tier is all that is collected.
    """
    found, value = one_value(customers)
    remedy = "Fill in what you know, such as 0 for one who bought nothing, or drop these customers."
    column = measured(found, {"value": value}, at_least={}, remedy=remedy)["value"]
    one_each(found, column.size, "value")
    if column.size < len(names):
        raise ValueError(
            f"{column.size:,} customers cannot fill {len(names)} tiers; name fewer tiers."
        )
    if by == "threshold":
        steps = found.rows.select(level=level(value), customers=nw.lit(1))
        code = _beyond(nw.col("level"), cuts, boundary)
    else:
        code = _reached(column, by, cuts, boundary)
        steps = ladder(column)
    steps = steps.select(
        "level", "customers", code=code, held=nw.col("level") * nw.col("customers")
    )
    sums = [nw.col("customers").sum(), nw.col("held").sum().alias("value")]
    ends = [nw.col("level").min().alias("smallest"), nw.col("level").max().alias("largest")]
    table = collected(steps.group_by("code").agg(*sums, *ends)).set_index("code")
    table = table.astype(float).reindex(range(len(names))).set_axis(pd.Index(names, name="tier"))
    lowest = table["smallest"].dropna().to_dict()
    table[["customers", "value"]] = table[["customers", "value"]].fillna(0)
    table.insert(2, "mean", table["value"] / table["customers"].where(table["customers"] > 0))
    told = found.rows.select("customer_id", value=value, tier=dealt(level(value), lowest))
    return table.astype({"customers": np.int64}), found.back(told)


def _base(customers: Any, zeros: str) -> Column:
    """The values of customers, none below 0, as `gini` and `top_share` take them."""
    inputs.choice(zeros, "zeros", ("keep", "drop"))
    found, value = one_value(customers)
    remedy = (
        "Fill what is empty. Concentration is not defined below zero; leave such customers out."
    )
    column = measured(found, {"value": value}, at_least={"value": 0.0}, remedy=remedy)["value"]
    if column.total == 0:
        raise ValueError(
            f"value is 0 for all {column.size:,} customers; there is nothing to share."
        )
    if zeros == "drop" and column.low == 0:
        found = Engine(found.rows.filter(value > 0), found.kind)
        return measured(found, {"value": value}, at_least={}, remedy="")["value"]
    return column


def _beyond(value: Any, cuts: NDArray[np.float64], boundary: str) -> Any:
    """How many amounts a value falls short of; equal up to rounding is equal."""
    room = 1e-9 * np.abs(cuts)
    if boundary == "down":
        return _counted([value <= cut for cut in cuts + room])
    return _counted([value < cut for cut in cuts - room])


def _reached(column: Column, by: str, cuts: NDArray[np.float64], boundary: str) -> Any:
    """How many cuts lie behind those with a value: before them (up), or with them (down)."""
    value, more, every = nw.col("level"), nw.col("customers"), float(column.size)
    above = every - nw.col("before") - more
    if by == "profit":
        every = column.total
        if not every > 1e-12 * column.absolute:
            raise ValueError(
                f"value adds up to {every:.6g}, so no share of it exists. Cut by 'customers' or by "
                "'threshold'."
            )
        peak = (column.absolute + every) / 2
        more = nw.when(value > 0).then(value * more).otherwise(nw.lit(0.0))
        above = nw.when(value > 0).then(every - nw.col("below") - more).otherwise(nw.lit(peak))
    if boundary == "down":
        return _counted([(above + more) / every > cut + 1e-9 for cut in cuts])
    return _counted([above / every >= cut - 1e-9 for cut in cuts])


def _counted(conditions: list[Any]) -> Any:
    code = nw.lit(0)
    for one in conditions:
        code = code + one.cast(nw.Int64)
    return code


def _standing(steps: Any, size: int) -> NDArray[np.float64]:
    """The values that stand for all, ascending: at most twice 20,000 steps are collected."""
    first, step = every(size)
    behind, through = (
        ((count + (step - 1 - first)) / step).floor()
        for count in (nw.col("before"), nw.col("before") + nw.col("customers"))
    )
    steps = steps.select("level", times=through - behind).filter(nw.col("times") > 0)
    rows = collected(steps).astype(float).sort_values("level")
    return np.repeat(rows["level"].to_numpy(), rows["times"].to_numpy().astype(np.int64))


def _sums(steps: Any, *numbers: Any) -> list[float]:
    """Sums over the customers of the steps, in one pass."""
    many = nw.col("customers")
    asked = {f"sum{place}": (one * many).sum() for place, one in enumerate(numbers)}
    return [float(one) for one in collected(steps.select(**asked)).iloc[0]]
