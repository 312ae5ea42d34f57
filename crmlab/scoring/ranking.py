"""Which ranks depend on the weights: draw other weights, and count who keeps a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson
from crmlab.results import Result
from crmlab.scoring.composite import CompositeScore

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

EQUAL = 1e-9
SAFE, UNLIKELY = 0.95, 0.01


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
    def seats(self) -> pd.DataFrame:
        """How often each customer holds any of the ranks reported: ``estimate``, ``low``, ``high``.

        Most often on top.
        """
        held = self.ranks.sum(axis=1).clip(upper=1)
        low, high = wilson(np.rint(held * self.draws), self.draws)
        found = pd.DataFrame({"estimate": held, "low": low, "high": high})
        return found.sort_values("estimate", ascending=False, kind="stable")

    @property
    def safe(self) -> pd.Index:
        """Customers who hold one of the ranks in 95 % of the weightings or more."""
        held = self.seats["estimate"]
        return held.index[held >= SAFE - EQUAL]

    @property
    def title(self) -> str:
        """Title of the figure: how many seats are safe."""
        return (
            f"{len(self.safe)} of {self.ranks.shape[1]} seats are safe "
            f"in {SAFE:.0%} of {self.draws:,} weightings"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw how often each customer keeps a seat, see `plot_rank_acceptability`."""
        return plot_rank_acceptability(self, ax=ax)


def rank_acceptability(
    scaled: pd.DataFrame | CompositeScore,
    *,
    ranks: int = 10,
    around: Mapping[Any, float] | pd.Series | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> RankAcceptability:
    r"""How often each customer is first, second, ... when weights are drawn at random.

    Parameters
    ----------
    scaled : pandas.DataFrame, shape (n, k), or CompositeScore
        Factors between 0 and 1, from `scale_factors` or `composite_score`.
    ranks : int
        How many ranks to report, such as the seats there are.
    around : mapping or pandas.Series, optional
        Weights, adding up to one, to stay near: each is multiplied by a number between a half and
        two, all doublings equally likely, and the sum is made one again. Without them each set of
        weights is equally likely among all that add up to one.
    draws : int
        Sets of weights.
    seed : int
        Start of the random numbers.

    Returns
    -------
    RankAcceptability
        With ``table``, most often first on top, ``seats`` and ``safe``. Its 95 % intervals cover
        the drawing of weights only. Customers with scores that are equal up to
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
    weights = _drawn(generator, scaled.columns, around, draws)
    counts = np.zeros((len(scaled), ranks))
    slow = values.shape[0] * draws > 50_000_000
    for weight in tqdm(weights, desc="weightings", disable=not slow):
        _count_ranks(values @ weight, counts)
    low, high = wilson(counts[:, 0], draws)
    first = pd.DataFrame(
        {"estimate": counts[:, 0] / draws, "low": low, "high": high}, index=scaled.index
    )
    names = [f"rank_{rank + 1}" for rank in range(ranks)]
    table = first.join(pd.DataFrame(counts / draws, scaled.index, names))
    return RankAcceptability(table.sort_values(names, ascending=False, kind="stable"), draws)


@style.figure(RankAcceptability, width=9, height=5.5)
def plot_rank_acceptability(acceptability: RankAcceptability, ax: Axes | None = None) -> None:
    """Draw how often each customer keeps one of the seats, over the weightings.

    Parameters
    ----------
    acceptability : RankAcceptability
        From `rank_acceptability`; its ranks are the seats.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One dot per customer who is seated in 1 % of the weightings or more, the safest first; a
        line where the seats end.
    """
    held = acceptability.seats["estimate"]
    held = held[held >= UNLIKELY]
    place = np.arange(1, len(held) + 1)
    for part, mask, colour in (
        ("safe", held.index.isin(acceptability.safe), "good"),
        ("depends on the weights", ~held.index.isin(acceptability.safe), "warn"),
    ):
        dots = style.COLOURS[colour]
        ax.scatter(place[mask], held[mask], color=dots, label=f"{part} ({mask.sum():,})", zorder=3)
    ax.axvline(acceptability.ranks.shape[1] + 0.5, color=style.COLOURS["neutral"], linewidth=1.5)
    ax.set(ylim=(0, 1.03), xlim=(0, len(held) + 1))
    style.percent(ax.yaxis)
    ax.set_xlabel("customers, the safest first; line: where the seats end")
    ax.set_ylabel("share of weightings with a seat")
    ax.set_title(acceptability.title)
    ax.legend(loc="lower left")


def _drawn(
    generator: np.random.Generator, factors: pd.Index, around: Any, draws: int
) -> NDArray[np.float64]:
    if around is None:
        return generator.dirichlet(np.ones(len(factors)), size=draws)
    middle = inputs.weights(around, "around", factors).to_numpy()
    near = middle * 2 ** generator.uniform(-1, 1, (draws, len(factors)))
    return near / near.sum(axis=1, keepdims=True)


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
