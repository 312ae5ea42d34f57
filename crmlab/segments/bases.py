"""Choosing what to segment by: how much it tells against how hard it is to use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class SegmentationBases(Result):
    """Bases of segmentation, and which of them no other beats on both counts.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per basis, most effective first: ``effectiveness``, ``difficulty``, ``efficient``
        (no other is at least as effective and as easy, and better in one) and ``beaten_by`` (one
        that is, or empty).
    """

    table: pd.DataFrame

    @property
    def title(self) -> str:
        """Which bases are worth their trouble."""
        beaten = int((~self.table["efficient"]).sum())
        return f"What to segment by: {beaten} of {len(self.table)} bases are beaten by another"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_segmentation_bases`."""
        return plot_segmentation_bases(self, ax)


def segmentation_bases(ratings: pd.DataFrame) -> SegmentationBases:
    """Mark the bases of segmentation that no other basis beats on both counts.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per basis (age, benefits sought, past purchases): ``effectiveness`` and
        ``difficulty``, each on one scale, high meaning much.

    Returns
    -------
    SegmentationBases
        With ``table``.

    Raises
    ------
    ValueError
        A column is missing, a rating missing, a basis twice.

    Examples
    --------
    >>> ratings = pd.DataFrame({"effectiveness": [2, 5, 4], "difficulty": [1, 4, 4]},
    ...                        index=["age", "benefits", "lifestyle"])
    >>> segmentation_bases(ratings).table["beaten_by"].to_dict()
    {'benefits': '', 'lifestyle': 'benefits', 'age': ''}
    """
    names = ["effectiveness", "difficulty"]
    inputs.one_row_each(inputs.table(ratings, names, "ratings"), "ratings")
    table = inputs.number_columns(ratings, names, "ratings", remedy="Rate every basis.")
    table = table.apply(lambda column: inputs.settled(column.to_numpy()))
    table = table.iloc[inputs.id_order(table.index)]
    table = table.sort_values(names, ascending=[False, True], kind="stable")
    beaten = []
    for effect, effort in table.to_numpy():
        as_good = (table["effectiveness"] >= effect) & (table["difficulty"] <= effort)
        better = as_good & ((table["effectiveness"] > effect) | (table["difficulty"] < effort))
        beaten.append(table.index[better.argmax()] if better.any() else "")
    table["efficient"] = [name == "" for name in beaten]
    table["beaten_by"] = beaten
    return SegmentationBases(table)


@style.figure(SegmentationBases, width=8.5, height=5.5)
def plot_segmentation_bases(bases: SegmentationBases, ax: Axes | None = None) -> None:
    """Draw effectiveness against difficulty, the unbeaten bases joined by a line.

    Parameters
    ----------
    bases : SegmentationBases
        From `segmentation_bases`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Best is up and to the left.
    """
    table, good = bases.table, style.COLOURS["good"]
    best = table[table["efficient"]].sort_values("difficulty")
    ax.plot(best["difficulty"], best["effectiveness"], color=good)
    colours = np.where(table["efficient"], good, style.COLOURS["neutral"])
    ax.scatter(table["difficulty"], table["effectiveness"], color=colours, s=150, zorder=3)
    for name, colour in zip(table.index, colours, strict=True):
        ax.annotate(
            str(name),
            (table.loc[name, "difficulty"], table.loc[name, "effectiveness"]),
            xytext=(9, -9),
            color=colour,
            textcoords="offset points",
            va="top",
            weight="bold",
        )
    ax.margins(x=0.18, y=0.15)
    ax.set(xlabel="difficulty of use (left is easier)", ylabel="effectiveness (up is better)")
    ax.set_title(bases.title)
