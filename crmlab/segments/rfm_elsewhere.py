"""RFM scores of customers who lie in an engine: DuckDB, Polars, Arrow or Spark."""

from __future__ import annotations

import warnings
from typing import Any

import narwhals as nw

from crmlab import inputs
from crmlab.inputs.engines import collected, engine
from crmlab.scoring.ladder import ladder, level


def scores(summary: Any, groups: int) -> Any:
    """What `rfm_scores` returns, as a frame of the kind given, with ``customer_id``."""
    found = engine(summary, ("customer_id", "frequency"), "summary")
    names = found.names
    waiting = nw.col("days_since_last")
    if "days_since_last" not in names:
        inputs.columns(names, ("recency", "T"), "summary without days_since_last")
        waiting = (nw.col("T") - nw.col("recency")).round(9)
    money = "amount" if "amount" in names else "monetary_value"
    inputs.columns(names, (money,), "summary without amount")
    numbers = {
        "recency": 0.0 - waiting.cast(nw.Float64),
        "frequency": nw.col("frequency").cast(nw.Float64),
        "monetary": nw.col(money).cast(nw.Float64),
    }
    rows, shown = found.rows, []
    for name, number in numbers.items():
        ranks = ladder(found, number, f"summary.{name if name != 'monetary' else money}")
        if ranks.size < groups:
            raise ValueError(
                f"{ranks.size:,.0f} customers cannot fill {groups} groups; ask for fewer."
            )
        rank = nw.col("before") + (nw.col("customers") + 1) / 2
        score = (groups * rank / ranks.size - 1e-9).ceil().cast(nw.Int64)
        column, key = f"{name}_score", f"_{name}"
        steps = ranks.steps.select(nw.col("level").alias(key), score.alias(column))
        _warn_empty(collected(steps.select(column).unique())[column], groups, name)
        rows = rows.with_columns(level(number).alias(key)).join(steps, on=key, how="left")
        shown.append(nw.col(column))
    digits = (100 * shown[0] + 10 * shown[1] + shown[2]).cast(nw.String)
    return found.back(rows.select("customer_id", *shown, rfm=digits))


def _warn_empty(there: Any, groups: int, name: str) -> None:
    empty = [str(step) for step in range(1, groups + 1) if step not in set(there)]
    if empty:
        warnings.warn(
            f"ties in {name} leave score {', '.join(empty)} without customers; use fewer groups.",
            UserWarning,
            stacklevel=4,
        )
