"""Why a fit runs away: what its parameters and the data say about the customers, in sentences.

A parameter runs away where the data hold less than the model asks: where customers do not differ,
where nobody leaves, where all do. The parameters tell which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from crmlab.repeat_buying.models import Model

FAR, RARE = 200.0, 2e-3
GAIN = 3.0


def of_rates(shape: float, rate: float) -> list[str]:
    """On purchase rates that follow a gamma distribution."""
    if shape < FAR:
        return []
    return [
        f"Purchase rates hardly differ between customers: all buy about {shape / rate:.3g} times "
        "per period, and their numbers vary no more than chance makes them."
    ]


def of_nobody_leaving(model: Model, customers: Any) -> list[str]:
    """On a likelihood no higher than that of customers who never leave."""
    from crmlab.repeat_buying.nbd import NBD

    data = NBD._compress(customers)
    plain = NBD._maximum(data, *NBD._starts(data))
    if plain is None:
        return []
    here = model._evaluate(model.theta, model._compress(customers))[0]
    if here - plain.log_likelihood > GAIN:
        return []
    known = plain.covariance is not None
    advice = "NBD.fit(summary) describes them, with intervals." if known else ""
    return [f"Nobody seems to leave. {advice}".strip()]


def of_leaving(shape: float, rate: float, age: float) -> list[str]:
    """On rates of leaving that follow a gamma distribution, of customers of a mean age."""
    if shape > FAR:
        return [
            "Rates of leaving hardly differ between customers: all stay about "
            f"{rate / shape:.3g} periods."
        ]
    if shape < 1 / FAR or rate < age / FAR**2:
        gone = -np.expm1(-shape * np.log1p(age / rate))
        return [f"{100 * gone:.3g} % leave at once and the others never."]
    return []


def of_chances(one: float, other: float, act: str) -> list[str]:
    """On chances to do something at each turn, which follow a beta distribution.

    Examples
    --------
    >>> of_chances(400, 1600, "leave")
    ['Chances to leave hardly differ between customers: all are about 20 %.']
    """
    mean = one / (one + other)
    share = f"{100 * mean:.3g} %"
    if mean < RARE:
        return [f"Hardly anybody seems to {act}: less than {100 * RARE:g} % at each chance."]
    if mean > 1 - RARE:
        return [
            "Everybody seems to leave at the first chance."
            if act == "leave"
            else f"Everybody who stays seems to {act} at every chance."
        ]
    if one + other > FAR:
        return [f"Chances to {act} hardly differ between customers: all are about {share}."]
    if one + other < 1 / FAR:
        return [f"{share} {act} at every chance and the others never."]
    return []


def rises(lost: NDArray[np.float64], asked: NDArray[np.float64]) -> bool:
    """Whether the share lost rises from one renewal to the next, by more than chance makes it.

    Examples
    --------
    >>> rises(np.array([50, 100, 250]), np.array([1000, 950, 850]))
    True
    """
    share, age = lost.sum() / asked.sum(), np.arange(len(asked))
    away = age - asked @ age / asked.sum()
    spread = np.sqrt(share * (1 - share) * (asked @ away**2))
    return bool((lost - asked * share) @ away > 2 * spread)
