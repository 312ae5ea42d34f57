"""Up and down the pyramid: who stayed, who rose, who fell, who was lost."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.intervals import wilson
from crmlab.results import Result
from crmlab.tiers.pyramid import Pyramid, tier_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Migration(Result):
    """Moves between tiers from one date to the next.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by ``before`` and ``after``: ``customers``, and ``estimate``, ``low``, ``high``
        of the share of the tier before.
    matrix : pandas.DataFrame
        The estimates as a square table, rows before, columns after.
    entered : pandas.Series
        Customers who were not there before, by tier after.
    lost : str or None
        Name of the state of those who are not there after.
    confidence : float
        Coverage of each interval, and of those of `steady_state` and `tier_value`.
    """

    table: pd.DataFrame
    matrix: pd.DataFrame
    entered: pd.Series
    lost: str | None
    confidence: float

    @property
    def counts(self) -> pd.DataFrame:
        """Customers by tier before (rows) and after (columns)."""
        counts = self.table["customers"].unstack()
        return counts.reindex(index=self.matrix.index, columns=self.matrix.columns)

    @property
    def moved(self) -> dict[str, float]:
        """Share of all customers of before who ``stay``, ``rise`` and ``fall``.

        The tiers count as ordered, best first; to be lost is to fall.
        """
        counts = self.counts.reindex(index=self.matrix.columns, fill_value=0).to_numpy()
        places = np.subtract.outer(np.arange(len(counts)), np.arange(len(counts)))
        ways = {"stay": places == 0, "rise": places > 0, "fall": places < 0}
        return {way: float(counts[chosen].sum() / counts.sum()) for way, chosen in ways.items()}

    @property
    def title(self) -> str:
        """How many stay, rise, and fall or leave."""
        moved = self.moved
        return (
            f"Of {self.counts.to_numpy().sum():,.0f} customers {moved['stay']:.0%} stay, "
            f"{moved['rise']:.0%} rise (green),\n{moved['fall']:.0%} fall or leave (orange)"
        )

    @property
    def caption(self) -> str:
        """How many are new."""
        return f"{self.entered.sum():,.0f} customers were not there before."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_migration`."""
        return plot_migration(self, ax)


def migration(
    before: Pyramid | pd.Series,
    after: Pyramid | pd.Series,
    *,
    lost: str | None = "lost",
    confidence: float = 0.95,
) -> Migration:
    r"""Share of each tier that stays, rises, falls or is lost, with intervals.

    Parameters
    ----------
    before, after : Pyramid or pandas.Series
        Two pyramids, or the tier (or cell, or segment) of each customer at two dates, indexed by
        customer. Ordered categories, best first, keep their order; text is sorted.
    lost : str or None
        State for customers of `before` who are missing in `after`. None refuses them.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    Migration
        With ``table``, ``matrix``, ``entered``, ``lost`` and ``confidence``. Newcomers are
        counted in ``entered`` only.

    Raises
    ------
    ValueError
        A missing tier, an id twice, customers lost while `lost` is None.

    Warns
    -----
    UserWarning
        A state that nobody held before, so nothing is known about leaving it (NaN). The lost
        state is expected to be such a one and stays out of the rows.

    Notes
    -----
    The maximum-likelihood estimate is :math:`n_{ij}/n_{i\cdot}` (Anderson & Goodman 1957,
    Annals of Mathematical Statistics 28); each interval is Wilson's.

    Examples
    --------
    >>> before = pd.Series({"Ann": "key", "Bo": "key", "Cy": "small"})
    >>> after = pd.Series({"Ann": "key", "Bo": "small", "Di": "small"})
    >>> migration(before, after).matrix
    after   key  small  lost
    before
    key     0.5    0.5   0.0
    small   0.0    0.0   1.0
    """
    if lost is not None and not (isinstance(lost, str) and lost):
        raise ValueError(f"lost is {inputs.shown(lost)}; give the state a name, or None.")
    was, later = tier_of(before, "before"), tier_of(after, "after")
    inputs.shared_ids(was.index, later.index, "before and after")
    names = _states(was, later)
    where = later.index.get_indexer(was.index)
    if lost is None:
        remedy = "Give the state of lost customers a name, such as lost='lost'."
        problem = "is not in after", "are not in after"
        inputs.refuse(where < 0, was.index, "before", problem, remedy)
    elif (where < 0).any() and lost not in names:
        names.append(lost)
    origin, target = _codes(was, names), _codes(later, names)
    arrived = np.where(where < 0, names.index(lost) if lost in names else -1, target[where])
    counts = np.bincount(origin * len(names) + arrived, minlength=len(names) ** 2)
    counts = counts.reshape(len(names), len(names))
    rows = [place for place, name in enumerate(names) if name != lost or counts[place].any()]
    _warn_unvisited(counts, rows, names)
    table = _shares(counts[rows], [names[row] for row in rows], names, confidence)
    matrix = table["estimate"].unstack().reindex(index=[names[r] for r in rows], columns=names)
    new = np.delete(target, where[where >= 0])
    entered = pd.Series(np.bincount(new, minlength=len(names)), index=names, name="entered")
    entered = entered.drop(index=[] if lost is None else lost, errors="ignore")
    return Migration(table, matrix, entered, lost, confidence)


def _shares(
    counts: NDArray[np.int64], origins: list, names: list, confidence: float
) -> pd.DataFrame:
    held, moved = np.repeat(counts.sum(axis=1), len(names)), counts.ravel()
    index = pd.MultiIndex.from_product([origins, names], names=["before", "after"])
    table = pd.DataFrame({"customers": moved}, index=index)
    table["estimate"] = moved / np.where(held > 0, held, np.nan)
    table["low"], table["high"] = wilson(moved, held, confidence)
    return table


def _codes(tier: pd.Series, names: list) -> NDArray[np.int64]:
    return pd.Categorical(tier.astype(object), names).codes.astype(np.int64)


def _states(before: pd.Series, after: pd.Series) -> list[Any]:
    names: list[Any] = []
    present = set(before.unique()) | set(after.unique())
    for tier in (before, after):
        found = tier.cat.categories if hasattr(tier, "cat") else sorted(tier.unique(), key=str)
        names += [name for name in found if name in present and name not in names]
    return names


def _warn_unvisited(counts: NDArray[np.int64], rows: list[int], names: list) -> None:
    empty = [str(names[row]) for row in rows if not counts[row].any()]
    if empty:
        warnings.warn(
            f"nobody was in {', '.join(empty)} before; moves from there are unknown.",
            UserWarning,
            stacklevel=3,
        )


@style.figure(Migration, width=10, height=6)
def plot_migration(moves: Migration, ax: Axes | None = None) -> None:
    """Draw the flow of customers between the tiers of two dates.

    Parameters
    ----------
    moves : Migration
        From `migration`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Green bands rise, orange bands fall or leave, grey bands stay, reading the order of the
        tiers as best first.
    """
    from matplotlib.patches import Rectangle

    names = list(moves.matrix.columns)
    counts = moves.counts.reindex(index=names, fill_value=0).to_numpy(dtype=float)
    total, heads = counts.sum(), (counts.sum(axis=1), counts.sum(axis=0))
    tops = [np.cumsum(np.append(0, held[:-1] + 0.05 * total)) for held in heads]
    _draw_bands(ax, counts, tops)
    for x, word, side, held, top in zip(
        (0, 0.95), ("before", "after"), ("right", "left"), heads, tops, strict=True
    ):
        ax.text(x + 0.025, -0.03 * total, word, ha="center", weight="bold", va="bottom")
        for name, size, begin in zip(names, held, top, strict=True):
            if size:
                ax.add_patch(Rectangle((x, begin), 0.05, size, color=style.COLOURS["ink"]))
                label = f"{name}\n{size:,.0f} ({size / total:.0%})"
                x_text = -0.02 if side == "right" else 1.02
                ax.text(x_text, begin + size / 2, label, ha=side, va="center")
    bottom = max((top + held)[held > 0].max() for top, held in zip(tops, heads, strict=True))
    ax.set(xlim=(-0.25, 1.25), ylim=(bottom * 1.01, -0.1 * total))
    ax.set_axis_off()
    ax.set_title(moves.title)


def _draw_bands(ax: Axes | None, counts: NDArray[np.float64], tops: list) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, right = tops[0].copy(), tops[1].copy()
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
    for i, j in np.argwhere(counts > 0):
        size, a, b = counts[i, j], left[i], right[j]
        colour = style.COLOURS["neutral" if i == j else "good" if j < i else "cost"]
        upper = [(0.05, a), (0.5, a), (0.5, b), (0.95, b)]
        lower = [(x, y + size) for x, y in reversed(upper)]
        ax.add_patch(PathPatch(Path(upper + lower, codes), facecolor=colour, alpha=0.4, lw=0))
        left[i] += size
        right[j] += size
