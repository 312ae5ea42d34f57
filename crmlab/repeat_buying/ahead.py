"""What is ahead of customers who each have parameters of their own, without a call for each.

What is to come of a customer who is alive depends on alpha and T by their sum alone. So a customer
with an alpha of their own is one of another alpha and another age, and the tables of the plain
models serve them all; likewise with beta. Only b needs a table for each of its values, or, where
these are many, for some, between which the logarithm of the forecast is interpolated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.repeat_buying import numerics
from crmlab.repeat_buying.covaried import spread
from crmlab.repeat_buying.fitted import Fitted
from crmlab.repeat_buying.paretonbd import CHUNK, ParetoNBD
from crmlab.repeat_buying.purchases import BLOCK, PurchaseModel

Floats: TypeAlias = NDArray[np.float64]

DIGITS = 10
SOME = Fitted(0.0, 0.0, tuple(map(tuple, np.eye(4).tolist())), 0, "converged")


def log_odds(base: PurchaseModel, values: Floats, customers: Any) -> tuple[Floats, Floats]:
    """Log-odds of being alive, and their slopes by the customers' own log parameters.

    Parameters
    ----------
    base : BGNBD, MBGNBD or ParetoNBD
    values : numpy.ndarray
        Parameters of each customer, shape (4, n).
    customers : Customers
    """
    count = values.shape[1]
    odds, slopes = np.empty(count), np.empty(values.shape)
    block = CHUNK if isinstance(base, ParetoNBD) else BLOCK
    for begin in range(0, count, block):
        part = slice(begin, begin + block)
        own = spread(type(base), list(values[:, part]))
        odds[part], slopes[:, part] = own._log_odds(customers.part(part), True)
    return odds, slopes


def log_purchases(
    base: PurchaseModel, values: Floats, customers: Any, asked: tuple[float, float, bool]
) -> Floats:
    """Log of purchases expected of customers alive now, and below it its slopes where asked.

    Parameters
    ----------
    base, values, customers
        As for `log_odds`.
    asked : tuple
        Horizon, force of interest, whether slopes are wanted.

    Returns
    -------
    numpy.ndarray
        Shape (1, n), or (5, n).
    """
    if isinstance(base, ParetoNBD):
        return _of_two_clocks(base, values, customers, asked)
    kind: Any = type(base)
    alpha, b = values[1], values[3]
    least = alpha.min()
    age = customers.T + (alpha - least)
    nodes, shares = _nodes(b)
    rows = np.zeros((5 if asked[2] else 1, len(alpha)))
    for place, node in enumerate(nodes):
        here: Any = shares == place if shares.ndim == 1 else slice(None)
        plain = kind(base.theta[0], least, base.theta[2], node, fitted=SOME)
        found = _looked_up(plain, customers.x[here], age[here], asked)
        rows[:, here] += found if shares.ndim == 1 else found * shares[place]
    if asked[2]:
        rows[2] *= alpha / least
    return rows


def _of_two_clocks(
    base: ParetoNBD, values: Floats, customers: Any, asked: tuple[float, float, bool]
) -> Floats:
    """Under Pareto/NBD the rate of purchases is a factor, and the rest depends on beta + T."""
    alpha, beta = values[1], values[3]
    least = beta.min()
    age = customers.T + (beta - least)
    plain = replace(base, beta=least, unit=None, fitted=SOME)
    rows = _looked_up(plain, customers.x, age, asked)
    rows[0] += np.log((base.alpha + age) / (alpha + customers.T))
    if asked[2]:
        rows[2] = -alpha / (alpha + customers.T)
        rows[4] *= beta / least
    return rows


def count_chances(
    base: PurchaseModel, values: Floats, customers: Any, asked: tuple[float, int]
) -> Floats:
    """Chance of so many purchases within a horizon of customers alive now, shape (n,).

    Parameters
    ----------
    base, values, customers
        As for `log_odds`.
    asked : tuple
        Horizon, number of purchases.
    """
    kind, x, T = type(base), customers.x, customers.T
    own: list[Any] = list(base.theta)
    if not isinstance(base, ParetoNBD):
        own[1], own[3] = values[1], values[3]
        return spread(kind, own)._count_chance(x[None], T, *asked)[0, 0]
    chance = np.empty(len(x))
    for bought in np.unique(x):
        rows = np.flatnonzero(x == bought)
        for part in np.array_split(rows, len(rows) // BLOCK + 1):
            own[1], own[3] = values[1, part], values[3, part]
            few = spread(kind, own)._count_chance(np.array([bought]), T[part], *asked)
            chance[part] = few[0]
    return chance


def _looked_up(base: PurchaseModel, x: Any, T: Any, asked: tuple[float, float, bool]) -> Floats:
    """Rows of the plain model, from its tables."""
    horizon, force, sloped = asked
    found = base._look_ups(x, T, (horizon, force), sloped)
    parts = [slice(begin, begin + BLOCK) for begin in range(0, len(x), BLOCK)]
    return np.concatenate(
        [np.concatenate([look_up(part) for look_up in found]) for part in parts], axis=1
    )


def _nodes(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Where to compute: each distinct value if they are few, with the code of each row.

    Otherwise Chebyshev points of the logarithm, with the share of each in each row, shape
    (nodes, n); their number follows from the width, for an error below 1e-9.
    """
    code, few = pd.factorize(values)
    position = np.log(values)
    count = numerics.chebyshev_nodes(position, DIGITS)
    if len(few) <= count:
        return few, code
    points, matrix = numerics.chebyshev(position, count)
    return np.exp(points), matrix.T
