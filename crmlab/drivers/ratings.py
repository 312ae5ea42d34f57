"""Ratings of drivers and the outcome they move, read by one door and put side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlab import inputs

FEWEST = 3  # complete answers


def ratings(X: pd.DataFrame, scale: tuple[float, float] | None = None) -> pd.DataFrame:
    """Ratings as floats, one column per driver; missing answers stay NaN."""
    frame = inputs.table(X, (), "X")
    limits = {}
    if scale is not None:
        limits["at_least"], limits["at_most"] = inputs.scale(scale)
    return inputs.number_columns(
        frame,
        frame.columns,
        "X",
        accept=("empty", "flags"),
        remedy="Correct them, or leave them empty: codes such as 99 are not answers.",
        **limits,
    )


def side_by_side(
    X: pd.DataFrame, y: inputs.Numbers, scale: tuple[float, float] | None = None
) -> pd.DataFrame:
    """Ratings and, last, the outcome, of the same respondents."""
    rated = ratings(X, scale)
    outcome = inputs.numbers(y, "y", accept=("empty", "flags"))
    if len(outcome) != len(rated):
        raise ValueError(
            f"X has {len(rated)} rows, y has {len(outcome)}; take both from one table."
        )
    if isinstance(y, pd.Series) and not outcome.index.equals(rated.index):
        raise ValueError(
            "X and y have different row labels; take both from one table, or call "
            "reset_index(drop=True) on each if the order is the same."
        )
    name = outcome.name if isinstance(outcome.name, str) else "outcome"
    name = f"{name} (outcome)" if name in rated else name
    return rated.assign(**{name: outcome.to_numpy()})


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """The rows in which nothing is missing, in an order that does not depend on theirs."""
    kept = table.dropna()
    if len(kept) < FEWEST:
        worst = table.isna().sum()
        raise ValueError(
            f"{len(kept)} of {len(table)} respondents answered everything; at least {FEWEST} are "
            f"needed. Column {worst.idxmax()!r} lacks {worst.max()} answers."
        )
    return kept.iloc[np.lexsort(kept.to_numpy().T)]


def ordered(frame: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """The rows by ``values``, the largest first; equal ones by name, missing ones last."""
    rank = -inputs.settled(values.to_numpy(dtype=float))
    return frame.iloc[np.lexsort((frame.index.astype(str), rank))]


def within(low: np.ndarray, estimate: pd.Series, high: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Ends of percentile intervals, moved so that each holds its estimate."""
    ends = np.minimum(low, estimate.to_numpy()), np.maximum(high, estimate.to_numpy())
    return pd.Series(ends[0], estimate.index), pd.Series(ends[1], estimate.index)


def side_of(values: pd.Series, cut: float) -> np.ndarray:
    """-1 below the cut, 0 on it up to rounding, 1 above."""
    equal = inputs.settled(np.append(values.to_numpy(dtype=float), cut))
    return np.sign(equal[:-1] - equal[-1])
