"""Up and down the pyramid: who stayed, who rose, who fell, who was lost."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson


@dataclass(frozen=True)
class Migration:
    """Moves between tiers from one date to the next.

    Attributes
    ----------
    moves : pandas.DataFrame
        Indexed by ``before`` and ``after``: ``customers``, and ``estimate``, ``low``, ``high``
        of the share of the tier before.
    matrix : pandas.DataFrame
        The estimates as a square table, rows before, columns after.
    entered : pandas.Series
        Customers who were not there before, by tier after.
    lost : str
        Name of the state of those who are not there after.
    """

    moves: pd.DataFrame
    matrix: pd.DataFrame
    entered: pd.Series
    lost: str | None


def migration(before, after, *, lost="lost", confidence=0.95):
    r"""Share of each tier that stays, rises, falls or is lost, with intervals.

    Parameters
    ----------
    before, after : pandas.Series
        Tier (or cell, or segment) of each customer at two dates, indexed by customer. Ordered
        categories, best first, keep their order, as `pyramid` gives them; text is sorted.
    lost : str or None
        State for customers of `before` who are missing in `after`. None refuses them.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    Migration
        With ``moves``, ``matrix``, ``entered`` and ``lost``. Newcomers are counted in
        ``entered`` only.

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
    before, after = _tiers_of(before, "before"), _tiers_of(after, "after")
    inputs.shared_ids(before.index, after.index, "before and after")
    names = _states(before, after)
    where = after.index.get_indexer(before.index)
    if lost is None:
        remedy = "Give the state of lost customers a name, such as lost='lost'."
        inputs.refuse(
            where < 0, before.index, "before", ("is not in after", "are not in after"), remedy
        )
    elif (where < 0).any() and lost not in names:
        names.append(lost)
    origin, later = _codes(before, names), _codes(after, names)
    target = np.where(where < 0, names.index(lost) if lost in names else -1, later[where])
    counts = np.bincount(origin * len(names) + target, minlength=len(names) ** 2)
    counts = counts.reshape(len(names), len(names))
    rows = [place for place, name in enumerate(names) if name != lost or counts[place].any()]
    _warn_unvisited(counts, rows, names)
    held = np.repeat(counts[rows].sum(axis=1), len(names))
    moved = counts[rows].ravel()
    low, high = wilson(moved, held, confidence)
    index = pd.MultiIndex.from_product(
        [[names[row] for row in rows], names], names=["before", "after"]
    )
    moves = pd.DataFrame({"customers": moved}, index=index)
    moves["estimate"] = moved / np.where(held > 0, held, np.nan)
    moves["low"], moves["high"] = low, high
    matrix = moves["estimate"].unstack().reindex(index=[names[r] for r in rows], columns=names)
    new = np.delete(later, where[where >= 0])
    entered = pd.Series(np.bincount(new, minlength=len(names)), index=names, name="entered")
    entered = entered.drop(index=lost, errors="ignore")
    return Migration(moves, matrix, entered, lost)


def _tiers_of(tier, name):
    if isinstance(tier, pd.DataFrame) or hasattr(tier, "customers"):
        raise ValueError(
            f"{name} is a {type(tier).__name__}; give the tier of each customer, such as "
            "pyramid(value).customers['tier']."
        )
    tier = pd.Series(tier)
    if tier.empty:
        raise ValueError(f"{name} is empty; give the tier of each customer.")
    inputs.one_row_each(tier, name)
    remedy = "Give every customer a tier or a name for none."
    inputs.refuse(tier.isna(), tier, name, ("has no tier", "have no tier"), remedy)
    return tier


def _codes(tier, names):
    return pd.Categorical(tier.astype(object), names).codes.astype(np.int64)


def _states(before, after):
    names, present = [], set(before.unique()) | set(after.unique())
    for tier in (before, after):
        found = tier.cat.categories if hasattr(tier, "cat") else sorted(tier.unique(), key=str)
        names += [name for name in found if name in present and name not in names]
    return names


def _warn_unvisited(counts, rows, names):
    empty = [str(names[row]) for row in rows if not counts[row].any()]
    if empty:
        warnings.warn(
            f"nobody was in {', '.join(empty)} before; moves from there are unknown.",
            UserWarning,
            stacklevel=3,
        )


@style.figure(width=10, height=6)
def plot_migration(moves, ax=None):
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

    counts = moves.moves["customers"].unstack()
    names = list(moves.matrix.columns)
    counts = counts.reindex(index=names, columns=names, fill_value=0).to_numpy(dtype=float)
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
    stay = np.trace(counts) / total
    up, down = np.tril(counts, -1).sum() / total, np.triu(counts, 1).sum() / total
    ax.set_title(f"{stay:.0%} stay, {up:.0%} rise (green), {down:.0%} fall or leave (orange)")


def _draw_bands(ax, counts, tops):
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
