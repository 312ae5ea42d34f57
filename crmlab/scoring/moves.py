"""Who moved between the cells of the value matrix from one date to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result
from crmlab.scoring.matrix import CELLS, UNKNOWN, ValueMatrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEW, GONE = "new", "gone"


@dataclass(frozen=True, eq=False, repr=False)
class CellMoves(Result):
    """Moves between the cells of two value matrices.

    Attributes
    ----------
    table : pandas.DataFrame
        Number of customers: a row for each cell before (``new``: not in it yet), a column for
        each cell after (``gone``: no longer in it).
    customers : pandas.DataFrame
        One row per customer of either date: ``before``, ``after``, ``moved``.
    """

    customers: pd.DataFrame

    @property
    def shares(self) -> pd.DataFrame:
        """Of those in a cell before, the share in each cell after; a row adds up to 1."""
        return self.table.div(self.table.sum(axis=1), axis=0)

    @property
    def caption(self) -> str:
        """How many of those known on both dates changed cell."""
        both = self.customers.query("before != @NEW and after != @GONE")
        return f"{both['moved'].sum():,} of {len(both):,} customers changed cell."

    @property
    def title(self) -> str:
        """Title of the figure."""
        return f"From cell to cell: {self.caption.removesuffix('.')}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the moves as a heat map, see `plot_cell_moves`."""
        return plot_cell_moves(self, ax=ax)


def cell_moves(before: ValueMatrix, after: ValueMatrix) -> CellMoves:
    """Count who moved from which cell to which between two dates.

    Parameters
    ----------
    before, after : ValueMatrix
        From `value_matrix` with the same cut; with ``previous=before`` and a band in the second,
        so that only moves that mean something are counted.

    Returns
    -------
    CellMoves
        With ``table`` (counts), ``shares`` of each row, and ``customers``.

    Raises
    ------
    ValueError
        Not two matrices, no customer in both, or two different cuts: then some would have moved
        without any change of theirs.

    Examples
    --------
    >>> from crmlab.scoring import value_matrix
    >>> first = pd.DataFrame({"current": [90, 10], "future": [90, 10]}, index=["Ann", "Bo"])
    >>> then = value_matrix(first, cut=50)
    >>> now = value_matrix(first.assign(future=[20, 80]), cut=50)
    >>> cell_moves(then, now).customers["after"].to_dict()
    {'Ann': 'high_low', 'Bo': 'low_high'}
    """
    for name, matrix in (("before", before), ("after", after)):
        if not isinstance(matrix, ValueMatrix):
            kind = type(matrix).__name__
            raise ValueError(f"{name} is of type {kind}; give what value_matrix returned.")
    inputs.shared_ids(before.customers.index, after.customers.index, "before and after")
    if not np.allclose(list(before.cut.values()), list(after.cut.values())):
        raise ValueError(
            f"before was cut at {before.cut}, after at {after.cut}; a move needs one cut for both: "
            "give the earlier one as cut to the second matrix."
        )
    everyone = before.customers.index.union(after.customers.index, sort=False)
    cells = {
        "before": before.customers["cell"].astype("str").reindex(everyone, fill_value=NEW),
        "after": after.customers["cell"].astype("str").reindex(everyone, fill_value=GONE),
    }
    customers = pd.DataFrame(cells)
    customers["moved"] = customers["before"] != customers["after"]
    table = pd.crosstab(customers["before"], customers["after"])
    rows, columns = ([*CELLS, UNKNOWN, name] for name in (NEW, GONE))
    table = table.reindex(index=rows, columns=columns, fill_value=0)
    idle = [name for name in (UNKNOWN, NEW) if not table.loc[name].any()]
    empty = [name for name in (UNKNOWN, GONE) if not table[name].any()]
    return CellMoves(table.drop(index=idle, columns=empty), customers)


@style.figure(CellMoves, width=9, height=5.5)
def plot_cell_moves(moves: CellMoves, ax: Axes | None = None) -> None:
    """Draw a heat map of moves: counts written, shares of the row as colour.

    Parameters
    ----------
    moves : CellMoves
        From `cell_moves`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Cells before down, cells after across.
    """
    import seaborn as sns

    sns.heatmap(
        moves.shares,
        annot=moves.table,
        fmt=",d",
        cmap="Blues",
        vmin=0,
        vmax=1,
        linewidths=2,
        cbar_kws={"label": "share of the row", "format": lambda share, _: f"{share:.0%}"},
        ax=ax,
    )
    ax.tick_params(length=0, rotation=0)
    ax.set(xlabel="cell after", ylabel="cell before")
    ax.set_title(moves.title)
