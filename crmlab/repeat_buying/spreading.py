"""How far the purchases of single customers spread around their mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from crmlab.repeat_buying.purchases import PurchaseModel

MOST, BLOCK = 20_000, 4
DONE, SMALL, ROUNDING, LEAST = 1e-4, 1e-6, 1e-12, 1e-300


def spread(
    model: PurchaseModel, customers: Any, mean: NDArray[np.float64], asked: tuple[float, float]
) -> NDArray[np.float64]:
    """Standard deviation, chance of nothing, and both ends of the range, of each customer.

    Chances of 0, 1, 2, ... purchases are added up. A customer for whom hardly anything lies above
    is done and drops out, so that a few heavy buyers cost little; `_beyond` adds to the variance
    what lies above.

    Parameters
    ----------
    model : model of repeat purchases
    customers : Customers
        As the model reads them, n rows.
    mean : numpy.ndarray
        Expected purchases of each, shape (n,).
    asked : tuple
        Horizon in the model's time unit; chance to lie below the range, and above it.

    Returns
    -------
    numpy.ndarray
        Shape (n, 4); the standard deviation is correct to about 1e-5 of itself.

    Raises
    ------
    ValueError
        A customer who may buy more than 20,000 times.
    """
    horizon, tail = asked
    alive = special.expit(model._log_odds(customers, False)[0])
    below, squares, none, low, high = np.zeros((5, len(alive)))
    rows, left = np.arange(len(alive)), np.full(len(alive), -1)
    for count in range(MOST):
        if not model.whole and count % max(BLOCK, _stride(count)) == 0:
            left[rows[(left[rows] < 0) & (1 - below[rows] <= DONE)]] = count
            rows = rows[1 - below[rows] > min(tail / 10, DONE)]
        if not len(rows) or (model.whole and count > horizon):
            if not model.whole:
                squares += _beyond(model, customers, alive, (mean, left, squares, horizon))
            return np.column_stack([np.sqrt(squares), none, low, high])
        chance = alive[rows] * model._count_chances(customers.part(rows), horizon, count)
        if count == 0:
            chance = chance + 1 - alive
            none = chance
        below[rows] += chance
        squares[rows] += np.where(left[rows] < 0, (count - mean[rows]) ** 2 * chance, 0)
        low[rows] += below[rows] + ROUNDING < tail
        high[rows] += below[rows] + ROUNDING < 1 - tail
    raise ValueError(f"summary: a customer may buy more than {MOST:,} times; is the unit right?")


def _stride(count: int) -> int:
    """A power of two, a 32nd to a 16th of the count; 1 for small counts."""
    return max(1, 1 << (count.bit_length() - 5)) if count >= 32 else 1


def _beyond(
    model: PurchaseModel, customers: Any, alive: NDArray[np.float64], known: tuple[Any, ...]
) -> NDArray[np.float64]:
    """Squared distances from the mean, times chances, from the count where each customer left.

    Chances far out fall by nearly the same factor from one count to the next, so they are computed
    over `_stride` and taken as geometric in between, until what is added no longer counts.
    """
    mean, left, squares, horizon = known
    added, last = np.zeros(len(alive)), np.zeros(len(alive))
    count, rows = int(left.min()), np.arange(0)
    while len(rows) or count <= left.max():
        here = np.append(rows, np.flatnonzero(left == count))
        width = _stride(count - 1) if count else 1
        if len(here):
            chance = alive[here] * model._count_chances(customers.part(here), horizon, count)
            chance, old = np.maximum(chance, LEAST), last[here]
            new = old == 0
            fall = np.where(new, 1.0, chance / np.where(new, 1.0, old))
            for step in range(1, width + 1):
                there = chance * fall ** (step / width - 1)
                more = (count - width + step - mean[here]) ** 2 * there
                more = np.where(new & (step < width), 0, more)
                added[here] += more
            last[here] = chance
            rows = here[more * count > SMALL * (squares[here] + added[here])]
        count += _stride(count)
    return added
