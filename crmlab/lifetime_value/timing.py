"""When payments fall, and what waiting for them costs."""

from __future__ import annotations

import warnings
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crmlab import inputs

First: TypeAlias = Literal["start", "end"]
FIRST = {"start": 0, "end": 1}


def delay(first: First) -> int:
    """Periods until the first payment, from the name of a convention."""
    return FIRST[inputs.choice(first, "first", FIRST)]


def first_time(first: First | float) -> float:
    """Periods until the first payment, from a name or a number."""
    if isinstance(first, str) or first is None:
        return delay(first)
    return inputs.number(first, "first", at_least=0)


def discount_rate(rate: float) -> float:
    """A rate per period as a fraction, above -1; a doubtful one is remarked upon."""
    rate = inputs.number(rate, "rate", above=-1)
    if rate >= 2:
        warnings.warn(f"rate is {rate:g}, {rate:.0%} a period; 10 % is 0.10", stacklevel=3)
    return rate


def discount_factors(times: NDArray[Any], rate: float) -> NDArray[np.float64]:
    """What one unit of money at each time is worth today."""
    with np.errstate(over="ignore"):
        factors = np.exp(-times * np.log1p(rate))
    if not np.isfinite(factors).all():
        raise ValueError(f"rate is {rate:g}: over {times[-1]:g} periods money grows without limit.")
    return factors
