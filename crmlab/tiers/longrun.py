"""Where the moves lead: shares of the tiers in the long run, and what a tier is worth."""

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import tail
from crmlab.tiers.migration import Migration


def steady_state(moves, *, entries=None, confidence=0.95, draws=2_000, seed=0):
    r"""Shares of the tiers in the long run, if the moves went on like this.

    Parameters
    ----------
    moves : Migration or square pandas.DataFrame
        From `migration`, or probabilities whose rows add up to one.
    entries : pandas.Series, optional
        Mix of newcomers by tier, taken as known; they replace the lost one for one. Those
        observed if not given.
    confidence : float
        Coverage of the interval.
    draws : int
        Random matrices from which the interval is taken.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.DataFrame
        One row per tier: ``estimate``, and ``low``, ``high`` where moves were counted.

    Raises
    ------
    ValueError
        Customers are lost and nobody is known to enter; rows that do not add up to one; tiers
        between which nobody moves, so that the long run depends on the start.

    Notes
    -----
    Solves :math:`\pi P = \pi`. The interval draws each row from the Dirichlet distribution of
    its counts, with one further customer spread over the states (Perks 1947, Journal of the
    Institute of Actuaries 73). Moves rarely go on like this for long; it is a direction, not a
    forecast.

    Examples
    --------
    >>> moves = pd.DataFrame([[0.8, 0.2], [0.1, 0.9]], ["key", "small"], ["key", "small"])
    >>> steady_state(moves)["estimate"].round(3).to_dict()
    {'key': 0.333, 'small': 0.667}
    """
    if isinstance(moves, pd.DataFrame):
        names, matrix = list(moves.index), _check_matrix(moves)
        return pd.DataFrame({"estimate": _stationary(matrix)}, index=pd.Index(names, name="tier"))
    names, columns = list(moves.matrix.index), list(moves.matrix.columns)
    counts = moves.moves["customers"].unstack().reindex(index=names, columns=columns)
    counts = counts.to_numpy(dtype=float)
    if not counts.sum(axis=1).all():
        raise ValueError("a tier had no customers before, so moves from it are unknown; merge it.")
    kept = np.isin(np.arange(len(columns)), [columns.index(name) for name in names])
    coming = _arrivals(moves.entered if entries is None else entries, names)
    leaves = bool(counts[:, ~kept].any())
    if leaves and not coming.sum() > 0:
        raise ValueError("customers are lost and nobody enters, so none are left; give entries.")
    mix = coming / max(coming.sum(), 1e-300)
    generator = np.random.default_rng(seed)
    shares = _draw(generator, counts, draws)
    observed = leaves and entries is None
    mixes = _draw(generator, coming[None, :], draws)[:, 0] if observed else mix
    low, high = _middle(_stationary(_replaced(shares, kept, mixes)), confidence)
    expected = _replaced(counts / counts.sum(axis=1, keepdims=True), kept, mix)
    table = {"estimate": _stationary(expected), "low": low, "high": high}
    return pd.DataFrame(table, index=pd.Index(names, name="tier"))


def _arrivals(entries, names):
    entries = pd.Series(entries, dtype=float)
    strangers = [name for name in entries.index if name not in names and entries[name]]
    if strangers or not (entries >= 0).all():
        raise ValueError(f"entries names {strangers} or is negative; tiers are {names}.")
    return entries.reindex(names, fill_value=0.0).to_numpy()


def _replaced(shares, kept, mix):
    lost = shares[..., ~kept].sum(axis=-1)
    return shares[..., kept] + lost[..., :, None] * mix[..., None, :]


def _check_matrix(moves, *, closed=True):
    names = list(moves.index)
    if list(moves.columns if closed else moves.columns[: len(names)]) != names:
        raise ValueError("moves must have the same tiers, in the same order, in rows and columns.")
    numbers = moves.to_numpy(dtype=float)
    bad = ~((numbers >= 0).all(axis=1) & (np.abs(numbers.sum(axis=1) - 1) < 1e-6))
    problem = "does not add up to one, or is negative", "do not add up to one, or are negative"
    inputs.refuse(bad, moves, "moves", problem, "Correct these rows.")
    return numbers[:, : len(names)]


def _stationary(matrix):
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


def _draw(generator, counts, draws):
    prior = counts + 1 / counts.shape[-1]
    gamma = generator.standard_gamma(prior, size=(draws, *counts.shape))
    return gamma / gamma.sum(axis=-1, keepdims=True)


def _middle(draws, confidence):
    missed = tail(confidence)
    return np.quantile(draws, [missed, 1 - missed], axis=0)


def tier_value(moves, profit, *, rate, first="start", periods=None):
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
        One row per tier: ``estimate``, and ``low``, ``high`` (95 %) where moves were counted.

    Raises
    ------
    ValueError
        A tier without profit, a rate of -1 or below, a sum that never ends.

    Notes
    -----
    :math:`V = \sum_t P^t R/(1+i)^t`, without end :math:`(I - P/(1+i))^{-1} R` (Pfeifer &
    Carraway 2000, Journal of Interactive Marketing 14(2)). The interval draws the moves as
    `steady_state` does and takes profit and rate as known.

    Examples
    --------
    >>> moves = pd.DataFrame([[0.5, 0.5], [0, 1]], ["key", "lost"], ["key", "lost"])
    >>> tier_value(moves, {"key": 100, "lost": 0}, rate=0)["estimate"].loc["key"].item()
    200.0
    """
    inputs.choice(first, "first", ("start", "end"))
    rate = inputs.number(rate, "rate", above=-1, remedy="Give a rate per period such as 0.10.")
    counted = isinstance(moves, Migration)
    names = list((moves.matrix if counted else moves).index)
    profit = inputs.customer_values(pd.Series(profit).reindex(names), "profit").to_numpy()
    if counted:
        counts = (
            moves.moves["customers"].unstack().reindex(index=names, columns=moves.matrix.columns)
        )
        draws = _draw(np.random.default_rng(0), counts.to_numpy(dtype=float), 2_000)[
            ..., : len(names)
        ]
        matrix = moves.matrix[names].to_numpy()
    else:
        matrix = _check_matrix(moves, closed=False)
    factor = 1 / (1 + rate)
    later = factor if first == "end" else 1.0
    table = {"estimate": later * _present_value(matrix, profit, factor, periods)}
    if counted:
        values = later * _present_value(draws, profit, factor, periods)
        table["low"], table["high"] = _middle(values, 0.95)
    return pd.DataFrame(table, index=pd.Index(names, name="tier"))


def _present_value(matrix, profit, factor, periods):
    value = np.zeros(matrix.shape[:-1])
    if periods is not None:
        for _ in range(inputs.count(periods, "periods")):
            value = profit + factor * (matrix @ value[..., None])[..., 0]
        return value
    stays = np.diagonal(matrix, axis1=-2, axis2=-1).reshape(-1, len(profit)).min(axis=0)
    live = ~((profit == 0) & (stays == 1))
    later = factor * matrix[..., live, :][..., :, live]
    if np.abs(np.linalg.eigvals(later)).max(initial=0) >= 1 - 1e-12:
        raise ValueError("this sum never ends: raise the rate, or give periods.")
    right = np.broadcast_to(profit[live, None], (*later.shape[:-1], 1))
    value[..., live] = np.linalg.solve(np.eye(live.sum()) - later, right)[..., 0]
    return value
