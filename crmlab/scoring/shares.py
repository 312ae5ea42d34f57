"""Shares of a total that may not exist."""

import warnings

import numpy as np


def share(parts, what, *, total=None):
    """Divide by the total; NaN with a warning where the total is zero or below."""
    total = parts.sum() if total is None else total
    if total > 0:
        return parts / total
    warnings.warn(
        f"{what} adds up to {total:.6g}, so a share of it does not exist.",
        UserWarning,
        stacklevel=3,
    )
    return parts * np.nan
