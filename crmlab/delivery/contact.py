"""By which door a customer is met: four ways of contact, weighed by what matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# ranks of the ways of contact, 4 is most: how well the seller controls what happens, what it
# costs, how much the seller learns
CONTACT_RANKS = pd.DataFrame(
    {"control": [4, 2, 3, 1], "cost": [4, 3, 2, 1], "information": [3, 4, 2, 1]},
    index=pd.Index(["workplace", "visit", "phone", "digital"], name="mode"),
)
GRID, FINE = 60, 600


@dataclass(frozen=True, eq=False, repr=False)
class ContactScores(Result):
    """How the ways of contact score under given weights.

    Attributes
    ----------
    table : pandas.DataFrame
        For each mode the points of ``control``, ``cheapness`` and ``information``, the ``score``
        and whether it is ``best`` (ties are all best).
    weights : pandas.Series
        Of control, cost and information.
    """

    table: pd.DataFrame
    weights: pd.Series

    @property
    def best(self) -> list[str]:
        """The modes with the highest score; more than one if they tie."""
        return self.table.index[self.table["best"]].tolist()

    @property
    def caption(self) -> str:
        """Which mode wins, or which tie."""
        if len(self.best) > 1:
            return f"A tie of {', '.join(self.best)}: the weights decide nothing here."
        return f"Best: {self.best[0]}."


@dataclass(frozen=True, eq=False, repr=False)
class ContactRegions(Result):
    """Which way of contact wins under which weights.

    Attributes
    ----------
    table : pandas.DataFrame
        For each mode the ``share`` of all weights under which it wins alone.
    points : pandas.DataFrame
        A grid of weights (``control``, ``cost``, ``information``) with the ``mode`` that wins;
        "tie" on the borders.
    """

    table: pd.DataFrame
    points: pd.DataFrame

    @property
    def title(self) -> str:
        """How far the best of them is from winning always."""
        most = self.table["share"].max()
        return f"No way wins everywhere: the largest share is {most:.0%}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_contact_regions`."""
        return plot_contact_regions(self, ax)


def contact_mode(weights: inputs.Numbers, *, ranks: pd.DataFrame | None = None) -> ContactScores:
    """Score the ways of contact by how much control, cost and information matter.

    Parameters
    ----------
    weights : mapping
        Of ``control``, ``cost`` and ``information``; they add up to 1.
    ranks : pandas.DataFrame, optional
        Ranks 1 to n of each mode in the three, 1 the lowest; cost 1 is the cheapest. The table of
        the lecture if left out.

    Returns
    -------
    ContactScores
        With ``table`` and ``weights``.

    Raises
    ------
    ValueError
        Weights that do not add up to 1; ranks that are not each of 1 to n once.

    Notes
    -----
    Simple additive weighting; the cost rank is turned round (n + 1 - rank). Ranks are an order:
    their sums use distances that nobody has measured, and a ratio of them says nothing.

    Examples
    --------
    >>> contact_mode({"control": 0.5, "cost": 0.2, "information": 0.3}).best
    ['workplace']
    """
    table = _ranks(ranks)
    given = inputs.weights(weights, "weights", ("control", "cost", "information"))
    points = _points(table)
    score = pd.Series(points.to_numpy() @ given.to_numpy(), points.index)
    best = np.isclose(score, score.max(), rtol=1e-9)
    return ContactScores(points.assign(score=score, best=best), given)


def contact_regions(ranks: pd.DataFrame | None = None) -> ContactRegions:
    """For which weights each way of contact is best.

    Parameters
    ----------
    ranks : pandas.DataFrame, optional
        As in `contact_mode`.

    Returns
    -------
    ContactRegions
        With ``table`` and ``points``.

    Raises
    ------
    ValueError
        Ranks that are not each of 1 to n once.

    Notes
    -----
    With the ranks of the lecture: digital wins if three times the weight of cost exceeds both
    2 - information and 1 + 2 information; else workplace if control exceeds 1/3 and cost does
    not; else a visit if information exceeds 1/3; else the phone. The shares are areas of the
    triangle of all weights, counted in 360,000 small triangles.

    Examples
    --------
    >>> contact_regions().table["share"].round(3).to_dict()
    {'workplace': 0.333, 'visit': 0.326, 'phone': 0.185, 'digital': 0.156}
    """
    points = _points(_ranks(ranks))
    small = np.concatenate([_triangle(FINE, 1 / 3), _triangle(FINE - 1, 2 / 3)])
    middles = np.column_stack([small, FINE - small.sum(axis=1)]) / FINE
    won = np.argmax(middles @ points.to_numpy().T, axis=1)
    share = np.bincount(won, minlength=len(points)) / len(middles)
    shown = _triangle(GRID + 1, 0)
    grid = np.column_stack([shown, GRID - shown.sum(axis=1)]) / GRID
    scores = inputs.settled((grid @ points.to_numpy().T).ravel()).reshape(len(grid), -1)
    tied = (scores == scores.max(axis=1, keepdims=True)).sum(axis=1) > 1
    mode = np.where(tied, "tie", points.index.to_numpy()[scores.argmax(axis=1)])
    mapped = pd.DataFrame(grid, columns=["control", "cost", "information"]).assign(mode=mode)
    return ContactRegions(pd.DataFrame({"share": share}, index=points.index), mapped)


def _triangle(size: int, shift: float) -> np.ndarray:
    """Pairs of whole numbers from 0 whose sum is below ``size``, each number shifted."""
    control, cost = np.divmod(np.arange(size * size), size)
    inside = control + cost < size
    return np.column_stack([control, cost])[inside] + shift


def _ranks(ranks: pd.DataFrame | None) -> pd.DataFrame:
    if ranks is None:
        return CONTACT_RANKS
    names = ("control", "cost", "information")
    table = inputs.number_columns(inputs.table(ranks, names, "ranks"), names, "ranks")
    inputs.one_row_each(table, "ranks")
    for name in names:
        if sorted(table[name]) != list(range(1, len(table) + 1)):
            raise ValueError(
                f"ranks.{name} is {table[name].tolist()}; give each of 1 to {len(table)} once."
            )
    return table


def _points(ranks: pd.DataFrame) -> pd.DataFrame:
    """Ranks with cost turned round: high is good in every column."""
    return pd.DataFrame(
        {
            "control": ranks["control"],
            "cheapness": len(ranks) + 1 - ranks["cost"],
            "information": ranks["information"],
        }
    )


@style.figure(ContactRegions, width=8, height=7)
def plot_contact_regions(result: ContactRegions, ax: Axes | None = None) -> None:
    """Draw which way of contact wins under which weights, in a triangle.

    Parameters
    ----------
    result : ContactRegions
        From `contact_regions`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Each corner gives all the weight to one criterion.
    """
    points = result.points
    across = points["information"] + points["cost"] / 2
    up = points["cost"] * np.sqrt(3) / 2
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    for number, mode in enumerate(result.table.index):
        rows = points["mode"] == mode
        colour = style.CYCLE[number]
        ax.plot(across[rows], up[rows], "h", color=colour, markersize=7, alpha=0.55, lw=0)
        if rows.any():
            text = f"{mode}\n{result.table['share'][mode]:.0%}"
            ax.text(across[rows].mean(), up[rows].mean(), text, weight="bold", **middle)
    corners = {"control": (0, 0), "information": (1, 0), "cost": (0.5, np.sqrt(3) / 2)}
    for name, (x, y) in corners.items():
        ax.text(x, y + (0.06 if y else -0.09), f"only {name}", **middle)
    ax.set(xlim=(-0.15, 1.15), ylim=(-0.14, 1))
    ax.set_aspect("equal")
    ax.axis("off")
    ax.set_title(result.title)
