"""Simulated customers, put into the columns of a summary with the truth beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.repeat_buying.summary import Summary


def simulated(
    x: NDArray,
    recency: NDArray,
    T: NDArray,
    unit: str | None,
    holdout: NDArray,
    rate: NDArray,
    **truth: NDArray,
) -> Summary:
    """Put simulated customers "1", "2", ... into the columns of a summary, the truth beside."""
    table = pd.DataFrame(
        {
            "frequency": x.astype(np.int64),
            "recency": recency,
            "T": T,
            "frequency_holdout": holdout.astype(np.int64),
            "purchase_rate": rate,
            **truth,
        },
        index=numbered(len(T)),
    )
    return Summary(table, unit=unit, conventions={"made_by": "simulate"})


def numbered(count: int) -> pd.Index:
    """Ids of simulated customers: "1", "2", ..."""
    return pd.Index(np.arange(1, count + 1).astype(str), dtype="str", name="customer_id")


def order_statistic(rng: np.random.Generator, place: NDArray, size: NDArray) -> NDArray:
    """Draw the place-th smallest of ``size`` uniform numbers; 0 where place is 0."""
    result = np.zeros(len(place))
    some = place > 0
    result[some] = rng.beta(place[some], size[some] - place[some] + 1)
    return result
