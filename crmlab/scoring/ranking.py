"""Other ways to a ranking: distance to the ideal customer, and what if the weights were others."""

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson


def topsis(table, weights, *, lower_is_better=()):
    r"""Rank by closeness to the best and distance from the worst customer (TOPSIS).

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, k)
        One row per customer, one column per factor, nothing missing.
    weights : mapping or pandas.Series
        Factor to weight, adding up to one.
    lower_is_better : sequence of str
        Factors that count against a customer.

    Returns
    -------
    pandas.DataFrame
        ``to_best`` and ``to_worst`` (distances), ``closeness`` (0 worst, 1 best), ``rank``.

    Raises
    ------
    ValueError
        A missing number, a factor of zeros only, no two customers different, wrong weights.

    Notes
    -----
    Columns are divided by their Euclidean length and weighted; closeness is
    :math:`d^-/(d^+ + d^-)` (Hwang & Yoon 1981). It can disagree with the weighted sum, because
    one very bad factor costs more than a little badness everywhere, and it uses the customers
    at hand, so a newcomer can swap two others.

    Examples
    --------
    >>> table = pd.DataFrame({"margin": [3, 4, 0], "cost": [1, 1, 1]}, index=["Ann", "Bo", "Cy"])
    >>> ranking = topsis(table, {"margin": 0.5, "cost": 0.5}, lower_is_better=["cost"])
    >>> ranking["closeness"].round(2).to_dict()
    {'Ann': 0.75, 'Bo': 1.0, 'Cy': 0.0}
    """
    table = inputs.customer_table(table)
    weight = inputs.weights(weights, "weights", table.columns).to_numpy()
    unknown = set(lower_is_better) - set(table.columns)
    if isinstance(lower_is_better, str) or unknown:
        raise ValueError(
            f"lower_is_better holds {sorted(unknown)}; factors are {[*table.columns]}."
        )
    for factor in table.columns:
        inputs.numbers(table[factor], f"table.{factor}", rows=table)
        if not table[factor].any():
            raise ValueError(f"factor {factor!r} is zero for everybody; leave it out.")
    numbers = table.to_numpy()
    numbers = weight * numbers / np.sqrt((numbers**2).sum(axis=0))
    sign = np.where(table.columns.isin(list(lower_is_better)), -1.0, 1.0)
    numbers = sign * numbers
    to_best = np.sqrt(((numbers - numbers.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((numbers - numbers.min(axis=0)) ** 2).sum(axis=1))
    if not (to_best + to_worst).all():
        raise ValueError("all customers are the same in every factor with weight; nothing to rank.")
    result = pd.DataFrame({"to_best": to_best, "to_worst": to_worst}, index=table.index)
    result["closeness"] = to_worst / (to_best + to_worst)
    result["rank"] = result["closeness"].rank(ascending=False, method="min")
    return result


def rank_acceptability(scaled, *, ranks=10, draws=10_000, confidence=0.95, seed=0):
    r"""How often each customer is first, second, ... when weights are drawn at random.

    Parameters
    ----------
    scaled : pandas.DataFrame, shape (n, k)
        Factors between 0 and 1, from `scale_factors`.
    ranks : int
        How many ranks to report.
    draws : int
        Sets of weights, each set equally likely among all that add up to one.
    confidence : float
        Coverage of the interval, which covers the drawing of weights only.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.DataFrame
        ``estimate``, ``low``, ``high`` of the share of weightings that put the customer first
        (Wilson's interval), then ``rank_1`` (the same share), ``rank_2``, ... Customers with
        equal scores share the better rank. Sorted, most often first on top.

    Raises
    ------
    ValueError
        Numbers missing or outside 0 to 1, fewer than one draw or rank.

    Notes
    -----
    Rank acceptability (Lahdelma, Hokkanen & Salminen 1998, European Journal of Operational
    Research 106). A customer who is first under most weightings needs no defence of weights.

    Examples
    --------
    >>> scaled = pd.DataFrame({"value": [1, 0, 0.4], "growth": [0, 1, 0.4]},
    ...                       index=["Ann", "Bo", "Cy"])
    >>> rank_acceptability(scaled, draws=2_000)["estimate"].round(1).to_dict()
    {'Ann': 0.5, 'Bo': 0.5, 'Cy': 0.0}
    """
    from tqdm.auto import tqdm

    scaled = inputs.customer_table(scaled, "scaled")
    outside = ~scaled.ge(0).all(axis=1) | ~scaled.le(1 + 1e-12).all(axis=1)
    remedy = "Use scale_factors first."
    inputs.refuse(
        outside,
        scaled,
        "scaled",
        ("is empty or outside 0 to 1", "are empty or outside 0 to 1"),
        remedy,
    )
    if draws < 1 or ranks < 1:
        raise ValueError(f"draws is {draws} and ranks is {ranks}; both must be 1 or more.")
    numbers, ranks = scaled.to_numpy(), min(ranks, len(scaled))
    weights = np.random.default_rng(seed).dirichlet(np.ones(scaled.shape[1]), size=draws)
    counts = np.zeros((len(scaled), ranks))
    slow = numbers.shape[0] * draws > 50_000_000
    for weight in tqdm(weights, desc="weightings", disable=not slow):
        _count_ranks(numbers @ weight, counts)
    low, high = wilson(counts[:, 0], draws, confidence)
    result = pd.DataFrame(
        {"estimate": counts[:, 0] / draws, "low": low, "high": high}, index=scaled.index
    )
    for rank in range(ranks):
        result[f"rank_{rank + 1}"] = counts[:, rank] / draws
    return result.sort_values(
        ["estimate", *[f"rank_{r + 1}" for r in range(1, ranks)]], ascending=False, kind="stable"
    )


def _count_ranks(scores, counts):
    ranks = counts.shape[1]
    threshold = np.partition(scores, len(scores) - ranks)[len(scores) - ranks]
    front = np.flatnonzero(scores >= threshold - 1e-12)
    order = front[np.argsort(-scores[front], kind="stable")]
    ordered = scores[order]
    new = np.concatenate(([True], ordered[:-1] - ordered[1:] > 1e-12))
    rank = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    inside = rank < ranks
    counts[order[inside], rank[inside]] += 1


@style.figure(width=9, height=6)
def plot_rank_acceptability(acceptability, ax=None):
    """Draw a heat map: how often each customer holds each rank.

    Parameters
    ----------
    acceptability : pandas.DataFrame
        From `rank_acceptability`; the twelve top rows are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Customers down, ranks across, the share of weightings in each field.
    """
    columns = [column for column in acceptability.columns if column.startswith("rank_")]
    shown = acceptability[columns].head(12)
    numbers = shown.to_numpy()
    ax.imshow(numbers, cmap="Blues", vmin=0, vmax=max(0.5, numbers.max()), aspect="auto")
    for row, column in np.argwhere(numbers >= 0.01):
        dark = numbers[row, column] > 0.6 * max(0.5, numbers.max())
        ax.text(
            column,
            row,
            f"{numbers[row, column]:.0%}",
            ha="center",
            va="center",
            color="white" if dark else style.COLOURS["ink"],
        )
    ax.set_xticks(range(len(columns)), [column.removeprefix("rank_") for column in columns])
    ax.set_yticks(range(len(shown)), shown.index.astype(str))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set(xlabel="rank (1 is best)", ylabel="customer")
    ax.set_title("Ranks held when weights are drawn at random")
