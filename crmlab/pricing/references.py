"""Reference prices: buyers compare a price with the one they are used to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.pricing.response import Elasticity, points, prepared, slopes


def reference_effect(
    sales: pd.DataFrame, *, fixed: Sequence[str] = (), confidence: float = 0.95
) -> Elasticity:
    r"""How sales respond to a price below or above the one that buyers are used to.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``price``, ``quantity`` and ``reference`` (the price buyers are used to, such as the last
        one), all above 0, and the columns of `fixed`.
    fixed : sequence of str
        Columns of categories held fixed, as in `elasticity`.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Elasticity
        Rows ``elasticity``, ``gain`` (per cent more sales per per cent below the reference) and
        ``loss`` (per cent fewer sales per per cent above it). Loss aversion says that the loss
        is the larger one.

    Raises
    ------
    ValueError
        As `elasticity`; also a reference that gains and losses cannot be told from, such as one
        that never differs from the price.

    Notes
    -----
    ln quantity = level - e ln price + g max(0, ln reference - ln price) - l max(0, ln price -
    ln reference): Kalyanaram & Winer (1995, Marketing Science 14).

    Examples
    --------
    >>> sales = pd.DataFrame({"price": [4, 4, 5, 5, 6, 6, 4, 6, 5],
    ...                       "reference": [5, 6, 4, 6, 4, 5, 4, 6, 5]})
    >>> gain = np.log(sales["reference"] / sales["price"]).clip(lower=0)
    >>> loss = np.log(sales["price"] / sales["reference"]).clip(lower=0)
    >>> sales["quantity"] = 100 * np.exp(-np.log(sales["price"]) + 0.5 * gain - 2 * loss)
    >>> reference_effect(sales)["estimate"].round(2).to_dict()
    {'elasticity': 1.0, 'gain': 0.5, 'loss': 2.0}
    """
    logs, levels = prepared(sales, fixed, ("reference",))
    usual = inputs.numbers(sales["reference"], "sales.reference", rows=sales, above=0)
    apart = logs["price"] - np.log(usual)
    for name, there in (("above", apart > 1e-9), ("below", apart < -1e-9)):
        if not there.any():
            raise ValueError(f"sales: no price lies {name} its reference, so one part is unknown.")
    causes = logs[["price"]].assign(gain=(-apart).clip(lower=0), loss=apart.clip(lower=0))
    table = slopes(causes, levels, logs["quantity"], confidence)
    turned = -table.loc[["gain"], ["estimate", "high", "low"]].to_numpy()
    table.loc[["gain"], ["estimate", "low", "high"]] = turned
    return Elasticity(table, points(logs, levels), len(logs))
