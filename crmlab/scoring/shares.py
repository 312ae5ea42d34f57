"""Shares of a total that may not exist."""

from __future__ import annotations

import warnings

import numpy as np
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


def heads(share: float, size: int) -> tuple[float, int]:
    """A share of the customers as a number of them, exactly and as whole ones.

    Examples
    --------
    >>> heads(0.2, 12), heads(0.1 + 0.2, 10)
    ((2.4000000000000004, 3), (3, 3))
    """
    wanted = share * size
    wanted = round(wanted) if abs(wanted - round(wanted)) < 1e-9 * size else wanted
    return wanted, int(np.ceil(wanted))
