"""Shares of a total that may not exist."""

from __future__ import annotations

import warnings

import pandas as pd


def share(parts: pd.Series, what: str, *, total: float | None = None) -> pd.Series:
    """Divide by the total; NaN with a warning where the total is zero or below."""
    total = parts.sum() if total is None else total
    if total > 0:
        return parts / total
    warnings.warn(
        f"{what} adds up to {total:.6g}, so a share of it does not exist.",
        UserWarning,
        stacklevel=3,
    )
    return parts * float("nan")
