"""Where the moves lead: shares of the tiers in the long run, and what a tier is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.intervals import tail
from crmlab.lifetime_value.states import chain_value, markov_value
from crmlab.lifetime_value.timing import First
from crmlab.tiers.migration import Migration

DRAWS, SEED = 2_000, 0


def steady_state(
    moves: Migration | pd.DataFrame, *, entries: pd.Series | Mapping[Any, float] | None = None
) -> pd.DataFrame:
    r"""Shares of the tiers in the long run, if the moves went on like this.

    Parameters
    ----------
    moves : Migration or square pandas.DataFrame
        From `migration`, or probabilities whose rows add up to one.
    entries : pandas.Series or mapping, optional
        Mix of newcomers by tier, taken as known; they replace the lost one for one. Those
        observed if not given.

    Returns
    -------
    pandas.DataFrame
        One row per tier: ``estimate``, and ``low``, ``high`` where moves were counted, with the
        confidence of the migration.

    Raises
    ------
    ValueError
        Customers are lost and nobody is known to enter; rows that do not add up to one; tiers
        between which nobody moves, so that the long run depends on the start.

    Notes
    -----
    Solves :math:`\pi P = \pi`. The interval draws each row 2,000 times from the Dirichlet
    distribution of its counts, with one further customer spread over the states (Perks 1947,
    Journal of the Institute of Actuaries 73), and is widened to the estimate where that lies
    outside, as 0 can. Moves rarely go on like this for long; it is a direction, not a forecast.

    Examples
    --------
    >>> moves = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], ["key", "small"], ["key", "small"])
    >>> steady_state(moves)["estimate"].round(3).to_dict()
    {'key': 0.333, 'small': 0.667}
    """
    if not isinstance(moves, Migration):
        if entries is not None:
            raise ValueError("entries replace the lost of a Migration; a table of moves has none.")
        matrix = _square(moves)
        return _by_tier(_stationary(matrix), list(moves.index))
    counts = _counts(moves)
    names, columns = list(moves.matrix.index), list(moves.matrix.columns)
    kept = np.isin(np.arange(len(columns)), [columns.index(name) for name in names])
    coming = _arrivals(moves.entered if entries is None else entries, names)
    leaves = bool(counts[:, ~kept].any())
    if leaves and not coming.sum() > 0:
        raise ValueError("customers are lost and nobody enters, so none are left; give entries.")
    mix = coming / max(coming.sum(), 1e-300)
    generator = np.random.default_rng(SEED)
    shares = _draw(generator, counts)
    observed = leaves and entries is None
    mixes = _draw(generator, coming[None, :])[:, 0] if observed else mix
    expected = _replaced(counts / counts.sum(axis=1, keepdims=True), kept, mix)
    estimate = _stationary(expected)
    drawn = _stationary(_replaced(shares, kept, mixes))
    return _by_tier(estimate, names, drawn, moves.confidence)


def tier_value(
    moves: Migration | pd.DataFrame,
    profit: pd.Series | Mapping[Any, float],
    *,
    rate: float,
    first: First,
    periods: int | None = None,
) -> pd.DataFrame:
    r"""Value of a customer by tier today, counting all later moves.

    Parameters
    ----------
    moves : Migration or pandas.DataFrame
        From `migration`, or probabilities. A state without a row, such as lost, earns nothing
        and is never left.
    profit : mapping or pandas.Series
        Profit per customer and period in each tier.
    rate : float
        Discount rate per period, 0.10 for 10 %.
    first : {"start", "end"}
        Whether the first profit comes at once or after one period.
    periods : int, optional
        Number of profits counted; without end if not given.

    Returns
    -------
    pandas.DataFrame
        One row per tier: ``estimate``, and ``low``, ``high`` where moves were counted, with the
        confidence of the migration.

    Raises
    ------
    ValueError
        A tier without profit, a rate of -1 or below, a sum that never ends.

    Notes
    -----
    The formula is that of `crmlab.lifetime_value.markov_value`. The interval draws the moves as
    `steady_state` does and takes profit and rate as known.

    Examples
    --------
    >>> moves = pd.DataFrame([[0.5, 0.5]], ["key"], ["key", "lost"])
    >>> tier_value(moves, {"key": 100}, rate=0, first="start")["estimate"].loc["key"].item()
    200.0
    """
    options: dict[str, Any] = {"rate": rate, "first": first, "periods": periods}
    if not isinstance(moves, Migration):
        names = list(inputs.table(moves, (), "moves").index)
        value = markov_value(moves, _per_tier(profit, names, "profit"), **options)
        return _by_tier(value.to_numpy(), names)
    counts, names = _counts(moves), list(moves.matrix.index)
    money = _per_tier(profit, names, "profit")
    value = markov_value(moves.matrix, money, **options)
    size, width = counts.shape
    drawn = np.zeros((DRAWS, width, width))
    drawn[:, :size] = _draw(np.random.default_rng(SEED), counts)
    drawn[:, range(size, width), range(size, width)] = 1
    rewards = np.append(money.to_numpy(), np.zeros(width - size))
    values = chain_value(drawn, rewards, **options)[:, :size]
    return _by_tier(value.to_numpy(), names, values, moves.confidence)


def _counts(moves: Migration) -> NDArray[np.float64]:
    """Moves counted, from the tiers in their order, to the tiers and then all other states."""
    counts = moves.counts
    rest = [name for name in counts.columns if name not in counts.index]
    found = counts[[*counts.index, *rest]].to_numpy(dtype=float)
    if not found.sum(axis=1).all():
        raise ValueError("a tier had no customers before, so moves from it are unknown; merge it.")
    return found


def _arrivals(entries: Any, names: list) -> NDArray[np.float64]:
    found = inputs.numbers(entries, "entries", at_least=0)
    inputs.one_row_each(found, "entries")
    strangers = [name for name in found.index if name not in names and found[name]]
    if strangers:
        raise ValueError(f"entries names {strangers}; tiers are {names}.")
    return found.reindex(names, fill_value=0.0).to_numpy()


def _per_tier(values: Any, names: list, where: str) -> pd.Series:
    """One number per tier, named; other states may be told to earn nothing."""
    if not isinstance(values, pd.Series | Mapping):
        raise ValueError(f"{where} is a {type(values).__name__}; give a number by name of tier.")
    lacking = [name for name in names if name not in values]
    if lacking:
        raise ValueError(f"{where} names no {lacking[0]!r}; give a number for each of {names}.")
    found = inputs.numbers(values, where)
    others = [name for name in found.index if name not in names and found[name]]
    if others:
        raise ValueError(
            f"{where} names {others[0]!r}, which has no row in moves and so earns nothing. Add the "
            "row, or leave it out."
        )
    return found[names]


def _replaced(
    shares: NDArray[np.float64], kept: NDArray[np.bool_], mix: NDArray[np.float64]
) -> NDArray[np.float64]:
    lost = shares[..., ~kept].sum(axis=-1)
    return shares[..., kept] + lost[..., :, None] * mix[..., None, :]


def _square(moves: Any) -> NDArray[np.float64]:
    table = inputs.table(moves, (), "moves")
    if list(table.columns) != list(table.index):
        raise ValueError("moves must have the same tiers, in the same order, in rows and columns.")
    numbers = inputs.number_columns(table, table.columns, "moves").to_numpy()
    bad = ~((numbers >= 0).all(axis=1) & (np.abs(numbers.sum(axis=1) - 1) < 1e-6))
    problem = "does not add up to one, or is negative", "do not add up to one, or are negative"
    inputs.refuse(bad, table, "moves", problem, "Correct these rows.")
    return numbers


def _stationary(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    size = matrix.shape[-1]
    system = np.swapaxes(np.eye(size) - matrix, -1, -2)
    if (np.linalg.matrix_rank(system, tol=1e-10) < size - 1).any():
        raise ValueError(
            "some tiers never exchange customers, so the long run depends on the start."
        )
    system = system.copy()
    system[..., -1, :] = 1
    right = np.zeros((*matrix.shape[:-1], 1))
    right[..., -1, :] = 1
    return np.clip(np.linalg.solve(system, right)[..., 0], 0, 1)


def _draw(generator: np.random.Generator, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    prior = counts + 1 / counts.shape[-1]
    gamma = generator.standard_gamma(prior, size=(DRAWS, *counts.shape))
    return gamma / gamma.sum(axis=-1, keepdims=True)


def _by_tier(
    estimate: NDArray[np.float64],
    names: list,
    drawn: NDArray[np.float64] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    table = pd.DataFrame({"estimate": estimate}, index=pd.Index(names, name="tier"))
    if drawn is not None:
        missed = tail(confidence)
        low, high = np.quantile(drawn, [missed, 1 - missed], axis=0)
        table["low"], table["high"] = np.minimum(low, estimate), np.maximum(high, estimate)
    return table
