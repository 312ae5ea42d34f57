"""Simulated customers, put into the columns of a summary with the truth beside them."""

import numpy as np
import pandas as pd


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
    pandas.DataFrame
    """
    table = pd.DataFrame(
        {
            "customer_id": np.arange(1, len(T) + 1),
            "frequency": x.astype(np.int64),
            "recency": recency,
            "T": T,
            "frequency_holdout": holdout.astype(np.int64),
            "purchase_rate": rate,
            **truth,
        }
    )
    if unit is not None:
        table.attrs["conventions"] = {"unit": unit, "made_by": "simulate"}
    return table


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
