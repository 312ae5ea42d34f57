"""Tiers and concentration of customers who lie in an engine: DuckDB, Polars, Arrow or Spark."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.inputs.engines import collected
from crmlab.scoring.ladder import Ladder, ladder, level, one_value, whole


def base(customers: Any, zeros: str) -> Ladder:
    """The values of customers, none below 0, as `gini` and `top_share` take them."""
    found, name = one_value(customers)
    value = nw.col(name).cast(nw.Float64)
    if zeros == "drop":
        found = type(found)(found.rows.filter(~(value == 0)), found.kind)
    ranks = ladder(found, value, "value")
    if ranks.lowest < 0:
        raise ValueError(
            f"value: the lowest is {ranks.lowest:.6g}, below 0. Concentration is not defined "
            "below zero; leave such customers out and say how many they are."
        )
    if ranks.total == 0:
        raise ValueError(f"value is 0 for all {ranks.size:,.0f} customers; nothing to share.")
    return ranks


def gini(ranks: Ladder) -> tuple[float, float]:
    """The Gini coefficient and its standard error, as in `gini`, over steps of equal values."""
    size, total = ranks.size, ranks.total
    value, many, before = nw.col("level"), nw.col("customers"), nw.col("before")
    (ordered,) = _sums(ranks, value * many * (before + (many + 1) / 2))
    estimate = 2 * ordered / (size * total) - (size + 1) / size
    influence = value * ((2 * before - 1) / size - estimate - 1) - 2 * nw.col("below") / size
    return estimate, _spread(ranks, influence) / total


def top(ranks: Ladder, wanted: float, count: int) -> tuple[float, float]:
    """Share of the largest and its standard error, as in `top_share`."""
    above = ranks.size - nw.col("before") - nw.col("customers")
    edge_row = (above < count) & (above + nw.col("customers") >= count)
    row = collected(ranks.steps.filter(edge_row)).iloc[0].astype(float)
    edge = float(row["level"])
    higher = ranks.size - row["before"] - row["customers"]
    held = ranks.total - row["below"] - row["customers"] * edge + (count - higher) * edge
    estimate = held / ranks.total
    shown = estimate - (count - wanted) * edge / ranks.total
    value = nw.col("level")
    over = nw.when(value > edge).then(value - edge).otherwise(nw.lit(0.0))
    return float(shown), _spread(ranks, over - float(shown) * value) / ranks.total


def tiers(
    customers: Any, by: str, cuts: NDArray[np.float64], names: tuple[str, ...], boundary: str
) -> tuple[pd.DataFrame, Any]:
    """Sums of each tier, and each customer's value and tier, where the customers lie."""
    found, name = one_value(customers)
    value = nw.col(name).cast(nw.Float64)
    size = whole(found.rows, value, "value")["size"]
    if size < len(names):
        raise ValueError(f"{size:,.0f} customers cannot fill {len(names)} tiers; name fewer tiers.")
    if by == "threshold":
        rows = found.rows.with_columns(_code=_beyond(value, cuts, boundary))
    else:
        ranks = ladder(found, value, "value")
        steps = ranks.steps.select(
            nw.col("level").alias("_level"), _code=_reached(ranks, by, cuts, boundary)
        )
        rows = found.rows.with_columns(_level=level(value)).join(steps, on="_level", how="left")
    sums = [
        nw.len().alias("customers"),
        nw.col("value").sum().alias("total"),
        nw.col("value").mean().alias("mean"),
        nw.col("value").min().alias("smallest"),
        nw.col("value").max().alias("largest"),
    ]
    rows = rows.select("customer_id", "_code", value=value)
    table = collected(rows.group_by("_code").agg(*sums)).set_index("_code")
    table = table.rename(columns={"total": "value"}).reindex(range(len(names)))
    table[["customers", "value"]] = table[["customers", "value"]].fillna(0)
    table.index = pd.Index(names, name="tier")
    tier = nw.lit(names[-1])
    for code in reversed(range(len(names) - 1)):
        tier = nw.when(nw.col("_code") == code).then(nw.lit(names[code])).otherwise(tier)
    told = found.back(rows.select("customer_id", "value", tier=tier))
    return table.astype({"customers": np.int64}), told


def _beyond(value: Any, cuts: NDArray[np.float64], boundary: str) -> Any:
    """How many amounts a value falls short of; equal up to rounding is equal."""
    short = []
    for cut in cuts:
        room = 1e-9 * abs(cut)
        short.append(value <= cut + room if boundary == "down" else value < cut - room)
    return _counted(short)


def _reached(ranks: Ladder, by: str, cuts: NDArray[np.float64], boundary: str) -> Any:
    """How many cuts lie behind those with a value: before them (up), or with them (down)."""
    above, more = ranks.size - nw.col("before") - nw.col("customers"), nw.col("customers")
    every = ranks.size
    if by == "profit":
        value, every = nw.col("level"), ranks.total
        gains = nw.when(value > 0).then(value * nw.col("customers")).otherwise(nw.lit(0.0))
        losses = nw.when(value < 0).then(-value * nw.col("customers")).otherwise(nw.lit(0.0))
        peak, lost = _sums(ranks, gains, losses)
        if not every > 1e-12 * (peak + lost):
            raise ValueError(
                f"value adds up to {every:.6g}, so no share of it exists. Cut by 'customers' or by "
                "'threshold'."
            )
        more = nw.when(value > 0).then(value * nw.col("customers")).otherwise(nw.lit(0.0))
        sure = every - nw.col("below") - value * nw.col("customers")
        above = nw.when(value > 0).then(sure).otherwise(nw.lit(peak))
    if boundary == "down":
        return _counted([(above + more) / every > cut + 1e-9 for cut in cuts])
    return _counted([above / every >= cut - 1e-9 for cut in cuts])


def _counted(conditions: list[Any]) -> Any:
    code = nw.lit(0)
    for one in conditions:
        code = code + one.cast(nw.Int64)
    return code


def _sums(ranks: Ladder, *expressions: Any) -> list[float]:
    """Sums over the steps, in one pass."""
    asked = {f"sum{place}": one.sum() for place, one in enumerate(expressions)}
    return [float(one) for one in collected(ranks.steps.select(**asked)).iloc[0]]


def _spread(ranks: Ladder, influence: Any) -> float:
    """Root of the sum of squares about the mean, which is close to 0, over all customers."""
    many = nw.col("customers")
    linear, squares = _sums(ranks, influence * many, influence * influence * many)
    return float(np.sqrt(max(squares - linear**2 / ranks.size, 0.0)))
