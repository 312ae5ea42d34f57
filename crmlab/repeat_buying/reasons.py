"""Why a fit runs away: what parameters far out say about the customers, in sentences.

A parameter runs away where the data hold less than the model asks: where customers do not differ,
where nobody leaves, where all do. The parameters tell which.
"""

from __future__ import annotations

import numpy as np

FAR, RARE = 200.0, 2e-3
PLAIN = "NBD.fit(summary), in which nobody leaves, describes them with intervals."


def of_rates(shape: float, rate: float, age: float) -> list[str]:
    """On purchase rates that follow a gamma distribution, of customers of a mean age."""
    if shape > FAR:
        return [
            f"Purchase rates hardly differ between customers: all buy about {shape / rate:.3g} "
            "times per period, and the counts vary no more than chance."
        ]
    return []


def of_leaving(shape: float, rate: float, age: float) -> list[str]:
    """On rates of leaving that follow a gamma distribution (Pareto/NBD)."""
    gone = -np.expm1(-shape * np.log1p(age / rate))
    if gone < RARE or shape * age / rate < RARE:
        return [f"Nobody seems to leave. {PLAIN}"]
    if shape > FAR:
        return ["Rates of leaving hardly differ between customers."]
    if shape < 1 / FAR or rate < age / FAR**2:
        return ["Some customers leave at once and the others never."]
    return []


def of_chances(one: float, other: float, act: str) -> list[str]:
    """On chances to do something at each turn, that follow a beta distribution.

    Examples
    --------
    >>> of_chances(400, 1600, "leave")
    ['Chances to leave hardly differ between customers: all are about 20 %.']
    """
    mean = one / (one + other)
    if mean < RARE:
        return [f"Nobody seems to {act}. {PLAIN if act == 'leave' else ''}".strip()]
    if mean > 1 - RARE:
        return [f"Everybody seems to {act} at the first chance."]
    if one + other > FAR:
        share = f"{100 * mean:.3g} %"
        return [f"Chances to {act} hardly differ between customers: all are about {share}."]
    if one + other < 1 / FAR:
        return [f"{100 * mean:.3g} % {act} at every chance and the others never."]
    return []
