"""When payments fall, and what waiting for them costs."""

from __future__ import annotations

import warnings
from typing import Literal, TypeAlias

from crmlab import inputs

First: TypeAlias = Literal["start", "end"]
FIRST = {"start": 0, "end": 1}


def delay(first: First) -> int:
    """Periods until the first payment, from the name of a convention."""
    return FIRST[inputs.choice(first, "first", FIRST)]


def discount_rate(rate: float) -> float:
    """A rate per period as a fraction, above -1; a doubtful one is remarked upon."""
    rate = inputs.number(rate, "rate", above=-1)
    if rate >= 2:
        warnings.warn(f"rate is {rate:g}, {rate:.0%} a period; 10 % is 0.10", stacklevel=3)
    return rate
