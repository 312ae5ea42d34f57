"""Other ways to a ranking: distance to the ideal customer, and what if the weights were others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson
from crmlab.results import Result
from crmlab.scoring.composite import CompositeScore
from crmlab.scoring.scaling import costs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

EQUAL = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class RankAcceptability(Result):
    """How often each customer holds each rank, over random weights.

    Attributes
    ----------
    table : pandas.DataFrame
        ``estimate``, ``low``, ``high`` of the share of weightings that put the customer first
        (Wilson's interval), then ``rank_1`` (the same share), ``rank_2``, ...
    draws : int
        Sets of weights drawn.
    """

    draws: int

    @property
    def ranks(self) -> pd.DataFrame:
        """The share of weightings at each rank alone, with ranks 1, 2, ... as columns."""
        held = self.table.drop(columns=["estimate", "low", "high"])
        return held.set_axis(range(1, held.shape[1] + 1), axis=1)

    @property
    def title(self) -> str:
        """Title of the figure."""
        return f"Ranks held under {self.draws:,} random weightings"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the ranks as a heat map, see `plot_rank_acceptability`."""
        return plot_rank_acceptability(self, ax=ax)


def topsis(
    table: pd.DataFrame | Result,
    weights: Mapping[Any, float] | pd.Series,
    *,
    lower_is_better: Sequence[Any] = (),
) -> pd.DataFrame:
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
    sign = np.where(table.columns.isin(costs(lower_is_better, table.columns)), -1.0, 1.0)
    for factor in table.columns:
        inputs.numbers(table[factor], f"table.{factor}", rows=table)
        if not table[factor].any():
            raise ValueError(f"factor {factor!r} is zero for everybody; leave it out.")
    values = np.column_stack([inputs.settled(table[factor].to_numpy()) for factor in table])
    values = values / np.abs(values).max(axis=0)
    values = sign * weight * values / np.sqrt((values**2).sum(axis=0))
    to_best = np.sqrt(((values - values.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((values - values.min(axis=0)) ** 2).sum(axis=1))
    if not (to_best + to_worst).all():
        raise ValueError("all customers are the same in every factor with weight; nothing to rank.")
    result = pd.DataFrame({"to_best": to_best, "to_worst": to_worst}, index=table.index)
    result["closeness"] = inputs.settled(to_worst / (to_best + to_worst))
    result["rank"] = result["closeness"].rank(ascending=False, method="min")
    return result


def rank_acceptability(
    scaled: pd.DataFrame | CompositeScore,
    *,
    ranks: int = 10,
    draws: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> RankAcceptability:
    r"""How often each customer is first, second, ... when weights are drawn at random.

    Parameters
    ----------
    scaled : pandas.DataFrame, shape (n, k), or CompositeScore
        Factors between 0 and 1, from `scale_factors` or `composite_score`.
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
    RankAcceptability
        With ``table``, most often first on top. Customers with scores that are equal up to
        rounding share the better rank.

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
    >>> rank_acceptability(scaled, draws=2_000).table["estimate"].round(1).to_dict()
    {'Ann': 0.5, 'Bo': 0.5, 'Cy': 0.0}
    """
    from tqdm.auto import tqdm

    scaled = scaled.scaled if isinstance(scaled, CompositeScore) else scaled
    scaled = inputs.customer_table(scaled, "scaled")
    outside = ~scaled.ge(0).all(axis=1) | ~scaled.le(1 + EQUAL).all(axis=1)
    problem = "is empty or outside 0 to 1", "are empty or outside 0 to 1"
    inputs.refuse(outside, scaled, "scaled", problem, "Use scale_factors first.")
    ranks, draws = inputs.count(ranks, "ranks"), inputs.count(draws, "draws")
    values, ranks = scaled.to_numpy(), min(ranks, len(scaled))
    generator = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
    weights = generator.dirichlet(np.ones(scaled.shape[1]), size=draws)
    counts = np.zeros((len(scaled), ranks))
    slow = values.shape[0] * draws > 50_000_000
    for weight in tqdm(weights, desc="weightings", disable=not slow):
        _count_ranks(values @ weight, counts)
    low, high = wilson(counts[:, 0], draws, confidence)
    first = pd.DataFrame(
        {"estimate": counts[:, 0] / draws, "low": low, "high": high}, index=scaled.index
    )
    names = [f"rank_{rank + 1}" for rank in range(ranks)]
    table = first.join(pd.DataFrame(counts / draws, scaled.index, names))
    return RankAcceptability(table.sort_values(names, ascending=False, kind="stable"), draws)


@style.figure(RankAcceptability, width=9, height=6)
def plot_rank_acceptability(acceptability: RankAcceptability, ax: Axes | None = None) -> None:
    """Draw a heat map: how often each customer holds each rank.

    Parameters
    ----------
    acceptability : RankAcceptability
        From `rank_acceptability`; the twelve top rows and ten best ranks are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Customers down, ranks across, the share of weightings in each field.
    """
    import seaborn as sns

    shown = acceptability.ranks.iloc[:12, :10]
    text = shown.map(lambda share: f"{share:.0%}" if share >= 0.01 else "")
    top = max(0.5, shown.to_numpy().max())
    sns.heatmap(shown, annot=text, fmt="", cmap="Blues", vmin=0, vmax=top, cbar=False, ax=ax)
    ax.tick_params(length=0, rotation=0)
    ax.set(xlabel="rank (1 is best)", ylabel="customer")
    ax.set_title(acceptability.title)


def _count_ranks(scores: NDArray[np.float64], counts: NDArray[np.float64]) -> None:
    ranks = counts.shape[1]
    threshold = np.partition(scores, len(scores) - ranks)[len(scores) - ranks]
    front = np.flatnonzero(scores >= threshold - EQUAL)
    order = front[np.argsort(-scores[front], kind="stable")]
    ordered = scores[order]
    new = np.concatenate(([True], ordered[:-1] - ordered[1:] > EQUAL))
    rank = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    inside = rank < ranks
    counts[order[inside], rank[inside]] += 1
