"""RFM scores of customers who lie in an engine: DuckDB, Polars, Arrow or Spark."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from typing import Any

import narwhals as nw

from crmlab import inputs
from crmlab.inputs.engines import collected, engine
from crmlab.scoring.ladder import dealt, ladder, level, measured, one_each


def scores_elsewhere(summary: Any, groups: int) -> Any:
    """What `rfm_scores` returns, as a frame of the kind given, with ``customer_id``.

    Where each score begins is all that is collected.
    """
    names = engine(summary, ("customer_id", "frequency"), "summary").names
    ages = ["days_since_last"]
    if "days_since_last" not in names:
        ages = ["T", "recency"]
        inputs.columns(names, ages, "summary without days_since_last")
    money = "amount" if "amount" in names else "monetary_value"
    inputs.columns(names, (money,), "summary without amount")
    remedy = "Fill it or drop these customers."
    if money == "monetary_value":
        remedy = "One-time buyers have no monetary_value; add a column amount, the money in all."
    found = engine(summary, ("customer_id", "frequency", *ages, money), "summary")
    waited = nw.col(ages[0]).cast(nw.Float64)
    if len(ages) == 2:
        waited = (waited - nw.col("recency")).round(9)
    numbers = {
        "summary.days_since_last": waited,
        "summary.frequency": nw.col("frequency").cast(nw.Float64),
        f"summary.{money}": nw.col(money).cast(nw.Float64),
    }
    none = {"summary.days_since_last": 0.0, "summary.frequency": 0.0}
    columns = list(measured(found, numbers, at_least=none, remedy=remedy).values())
    size = columns[0].size
    one_each(found, size, "summary")
    if size < groups:
        raise ValueError(f"{size:,} customers cannot fill {groups} groups; ask for fewer.")
    scored = {}
    for name, column in zip(("recency", "frequency", "monetary"), columns, strict=True):
        down = name == "recency"
        rank = nw.col("before") + (nw.col("customers") + 1) / 2
        rank = size + 1 - rank if down else rank
        score = (groups * rank / size - 1e-9).ceil().cast(nw.Int64)
        steps = ladder(column).select("level", score=score)
        begins = collected(steps.group_by("score").agg(nw.col("level").min()))
        lowest = {int(one): float(least) for one, least in begins.to_numpy()}
        _warn_empty(lowest, groups, name)
        scored[f"{name}_score"] = dealt(level(column.value), lowest)
    recency, frequency, monetary = map(nw.col, scored)
    digits = (100 * recency + 10 * frequency + monetary).cast(nw.String)
    rows = found.rows.select("customer_id", **scored)
    return found.back(rows.with_columns(rfm=digits))


def _warn_empty(there: Collection[int], groups: int, name: str) -> None:
    empty = [str(step) for step in range(1, groups + 1) if step not in there]
    if empty:
        warnings.warn(
            f"ties in {name} leave score {', '.join(empty)} without customers; use fewer groups.",
            UserWarning,
            stacklevel=4,
        )
