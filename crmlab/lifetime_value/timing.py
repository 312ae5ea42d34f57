"""When payments fall, and what waiting for them costs."""

import warnings

from crmlab import inputs

FIRST = {"start": 0.0, "end": 1.0}


def delay(first):
    """Periods until the first payment, from the name of a convention."""
    return FIRST[inputs.choice(first, "first", FIRST)]


def discount_rate(rate):
    """A rate per period as a fraction, above -1; a doubtful one is remarked upon."""
    rate = inputs.number(rate, "rate", above=-1)
    if rate >= 2:
        warnings.warn(f"rate is {rate:g}, {rate:.0%} a period; 10 % is 0.10", stacklevel=3)
    return rate
