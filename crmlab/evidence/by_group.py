"""The effect by group: whom the action helps more, and whom it harms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals, style
from crmlab.evidence.arms import difference, read_trial
from crmlab.evidence.effects import draw_intervals
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Uplift(Result):
    """The effect in each group.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group ``treated`` and ``control`` (customers), ``without`` (mean outcome of those
        not treated) and ``estimate``, ``low``, ``high`` of the effect.
    average : float
        Effect among all customers.
    differ : float
        Chance of effects so far apart if it were the same in all groups (Cochran's Q).
    outcome : str
        What was measured.
    shares : bool
        Whether the outcome is yes or no.
    left_out : list
        Groups too small to tell: fewer than two customers treated or not, or no spread.
    """

    table: pd.DataFrame
    average: float
    differ: float
    outcome: str
    shares: bool
    left_out: list[Any]

    @property
    def harmed(self) -> list[Any]:
        """Groups whose whole interval lies below 0."""
        return list(self.table.index[self.table["high"] < 0])

    @property
    def title(self) -> str:
        """Whether the groups differ, and whether one is harmed."""
        if self.harmed:
            return f"The action harms: {', '.join(map(str, self.harmed))}"
        if self.differ < 0.05:
            return f"The effect differs between groups (p = {max(self.differ, 0.001):.3f})"
        return "The groups do not show different effects"

    @property
    def caption(self) -> str:
        """How many customers, and the chance of such differences."""
        count = int(self.table[["treated", "control"]].to_numpy().sum())
        said = f"{count:,} customers; effects so unequal by chance alone: p = {self.differ:.3f}."
        small = ", ".join(map(str, self.left_out))
        return f"{said} Left out, too small: {small}." if small else said

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_uplift`."""
        return plot_uplift(self, ax)


def uplift(
    customers: pd.DataFrame,
    outcome: str,
    *,
    by: str,
    treated: str = "treated",
    confidence: float = 0.95,
) -> Uplift:
    """Give the effect of a trial in each group of customers.

    Parameters
    ----------
    customers : DataFrame
        One row per customer.
    outcome : str
        Column of what was measured: a number, or yes and no.
    by : str
        Column of the group, known before the lot.
    treated : str
        Column of what the lot said: 0 is not treated, anything above 0 treated.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    Uplift
        With ``table``, ``average``, ``differ``, ``harmed``.

    Raises
    ------
    ValueError
        A missing column, an outcome or group that is missing, no group with two customers
        treated and two not.

    Notes
    -----
    Intervals as in `trial_effect`. Groups whose intervals overlap may still differ and groups that
    look different may be alike: ``differ`` tests all of them at once (Cochran 1954).

    Examples
    --------
    >>> trial = pd.DataFrame({"treated": [1, 1, 0, 0] * 2, "spent": [8, 6, 3, 1, 4, 6, 4, 6],
    ...                       "kind": ["new"] * 4 + ["old"] * 4})
    >>> uplift(trial, "spent", by="kind")["estimate"].to_dict()
    {'new': 5.0, 'old': 0.0}
    """
    intervals.tail(confidence)
    trial = read_trial(customers, outcome, treated, [by])
    column = trial.rows[by]
    empty = "is empty", "are empty"
    inputs.refuse(column.isna(), trial.rows, f"customers.{by}", empty, "Name what is not known.")
    ordered = isinstance(column.dtype, pd.CategoricalDtype)
    kinds = [kind for kind in column.cat.categories if (column == kind).any()] if ordered else None
    rows, errors, kept, left_out = [], [], [], []
    names = kinds if kinds is not None else sorted(column.unique(), key=_sortable)
    for kind in names:
        inside = (column == kind).to_numpy()
        one, other = trial.treated(inside), trial.control(inside)
        if min(len(one), len(other)) < 2 or not (trial.shares or one.var() + other.var()):
            left_out.append(kind)
            continue
        kept.append(kind)
        effect = difference(trial, one, other, confidence)
        rows.append((len(one), len(other), float(other.mean()), *effect))
        errors.append(_variance(one, trial.shares) + _variance(other, trial.shares))
    columns = ["treated", "control", "without", "estimate", "low", "high"]
    if not rows:
        raise ValueError(
            f"customers.{by}: no group has two customers treated and two not, with outcomes that "
            "differ. Merge small groups."
        )
    table = pd.DataFrame(rows, pd.Index(kept, name=by), columns)
    average = float(trial.treated().mean() - trial.control().mean())
    differ = _cochran(table["estimate"], errors)
    return Uplift(table, average, differ, outcome, trial.shares, left_out)


def _variance(sample: NDArray[np.float64], shares: bool) -> float:
    if shares:  # two more, one of each kind: 0 of n is not certain (Agresti & Caffo 2000)
        share = (sample.sum() + 1) / (len(sample) + 2)
        return float(share * (1 - share)) / (len(sample) + 2)
    return float(sample.var(ddof=1)) / len(sample)


def _cochran(effects: pd.Series, variances: Sequence[float]) -> float:
    from scipy.stats import chi2

    spread = np.asarray(variances)
    weight = 1 / spread
    mean = float((weight * effects).sum() / weight.sum())
    return float(chi2.sf(float((weight * (effects - mean) ** 2).sum()), max(len(spread) - 1, 1)))


def _sortable(kind: Any) -> tuple[str, Any]:
    return ("", kind) if isinstance(kind, int | float | np.number) else ("text", str(kind))


@style.figure(Uplift, width=8, height=4)
def plot_uplift(result: Uplift, ax: Axes | None = None) -> None:
    """Draw the effect in each group with its interval.

    Parameters
    ----------
    result : Uplift
        From `uplift`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Green lies above 0, red below it, grey holds it; the dotted line is the average effect.
    """
    table = result.table
    places = np.arange(len(table))
    draw_intervals(ax, table, places)
    ax.axvline(0, color=style.COLOURS["ink"], ls="--", lw=1)
    ax.axvline(result.average, color=style.COLOURS["value"], ls=":", lw=2, label="average effect")
    ax.set_yticks(places, [str(kind) for kind in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel(f"effect on {result.outcome}")
    if result.shares:
        style.percent(ax.xaxis)
    ax.legend()
    ax.set_title(result.title)
