"""Simulated customers, put into the columns of a summary with the truth beside them."""

import numpy as np
import pandas as pd

from crmlab.repeat_buying.summary import Summary


def simulated(x, recency, T, unit, holdout, rate, **truth):
    """Put simulated customers into the columns of a summary.

    Parameters
    ----------
    x, recency, T : numpy.ndarray
    unit : str or None
    holdout, rate : numpy.ndarray
    **truth : numpy.ndarray

    Returns
    -------
    Summary
        Customers "1", "2", ...; beside the columns of a summary the truth.
    """
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


def order_statistic(rng, place, size):
    """Draw the place-th smallest of ``size`` uniform numbers; 0 where place is 0.

    Parameters
    ----------
    rng : numpy.random.Generator
    place, size : numpy.ndarray
        Shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    result = np.zeros(len(place))
    some = place > 0
    result[some] = rng.beta(place[some], size[some] - place[some] + 1)
    return result
