"""Touch-points before, during and after the purchase."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.labels import readable
from crmlab.intervals import student_quantile
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGES = ("before", "during", "after")
FEWEST = 5


@dataclass(frozen=True, eq=False, repr=False)
class Touchpoints(Result):
    """Performance at each touch-point; see `touchpoints`.

    Attributes
    ----------
    table : DataFrame
        One row per (stage, touchpoint).
    """

    @property
    def title(self) -> str:
        """What the figure says."""
        known = self.table.dropna(subset="estimate")
        if known.empty:
            return "Too few answers at every touch-point"
        weakest = known["estimate"].argmin()
        where: Any = known.index[weakest]
        return f"Weakest: {where[1]} ({where[0]}), {known['estimate'].iloc[weakest]:.1f}"

    @property
    def grid(self) -> pd.DataFrame:
        """The touch-points of each stage, the weakest on top: ``stage``, ``row``, ``label``."""
        table = self.table.reset_index().sort_values("estimate", kind="stable", na_position="last")
        columns = table[["touchpoint", "reason", "estimate", "low", "high"]]
        told = [
            f"{name}\n" + (reason or f"{estimate:.1f} ({low:.1f} to {high:.1f})")
            for name, reason, estimate, low, high in columns.to_numpy()
        ]
        return table[["stage", "estimate"]].assign(
            row=table.groupby("stage").cumcount(), label=told
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_touchpoints`."""
        return plot_touchpoints(self, ax)


def touchpoints(
    answers: pd.DataFrame, *, scale: tuple[float, float], confidence: float = 0.95
) -> Touchpoints:
    """Performance, and importance if asked, at each touch-point before, during and after.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent and touch-point: ``stage`` (before, during or after the
        purchase), ``touchpoint``, ``performance`` and, if asked, ``importance``.
    scale : tuple of float
        Lowest and highest possible answer of both.
    confidence : float
        Coverage of the intervals (Student's).

    Returns
    -------
    Touchpoints
        ``table``, one row per (stage, touchpoint), in order: performance as ``estimate``, ``low``,
        ``high``; ``importance`` (mean) and ``gap`` (importance - performance) if asked; ``n``,
        ``missing``, ``reason``. Fewer than five answers: NaN with a warning. ``plot()``.

    Raises
    ------
    ValueError
        Another stage, a missing touch-point, answers outside the scale.

    Examples
    --------
    >>> answers = pd.DataFrame({"stage": "during", "touchpoint": "queue",
    ...     "performance": [3, 4, 5, 4, 4]})
    >>> found = touchpoints(answers, scale=(1, 10)).table
    >>> found.loc[("during", "queue"), ["estimate", "low", "high"]].round(2).tolist()
    [4.0, 3.12, 4.88]
    """
    frame = inputs.table(answers, ["stage", "touchpoint", "performance"], "answers")
    problem = "is another stage", "are other stages"
    remedy = f"Stages are {', '.join(STAGES)}."
    other = ~frame["stage"].map(lambda stage: isinstance(stage, str) and stage in STAGES)
    inputs.refuse(other, frame, "answers.stage", problem, remedy)
    nameless = frame["touchpoint"].isna() | (frame["touchpoint"].astype("str").str.strip() == "")
    problem = "is empty", "are empty"
    inputs.refuse(nameless, frame, "answers.touchpoint", problem, "Name the touch-point.")
    low, high = inputs.scale(scale)
    asked = [name for name in ("performance", "importance") if name in frame]
    limits: Any = {"accept": ("empty",), "at_least": low, "at_most": high}
    remedy = "Correct them, or leave them empty: codes such as 99 are not answers."
    read = inputs.number_columns(frame, asked, "answers", remedy=remedy, **limits)
    stages = pd.Categorical(frame["stage"].astype("str"), STAGES, ordered=True)
    cells = read.groupby([stages, frame["touchpoint"].astype("str")], observed=True)
    given = cells["performance"]
    table = pd.DataFrame({"estimate": given.mean(), "n": given.count(), "missing": given.size()})
    table["missing"] -= table["n"]
    half = given.sem() * student_quantile(confidence, (table["n"] - 1).clip(lower=1))
    table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
    if "importance" in asked:
        table["importance"] = cells["importance"].mean()
        table["gap"] = table["importance"] - table["estimate"]
    few = table["n"] < FEWEST
    table["reason"] = [
        f"{n} answers, fewer than {FEWEST}" if n < FEWEST else "" for n in table["n"]
    ]
    table.loc[few, table.columns.intersection(["estimate", "low", "high", "importance", "gap"])] = (
        np.nan
    )
    table.index = pd.MultiIndex.from_tuples(list(table.index), names=["stage", "touchpoint"])
    where: Any
    for where, reason in table["reason"][few].items():
        warnings.warn(f"{where[0]}, {where[1]}: {reason}, NaN", stacklevel=2)
    order = ["estimate", "low", "high", "importance", "gap", "n", "missing", "reason"]
    return Touchpoints(table[[name for name in order if name in table]])


@style.figure(Touchpoints, width=10, height=5.5)
def plot_touchpoints(result: Touchpoints, ax: Axes | None = None) -> None:
    """Draw performance as a heat map: stages across, touch-points within each stage.

    Parameters
    ----------
    result : Touchpoints
        Result of `touchpoints`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    import seaborn as sns

    level, label = (
        result.grid.pivot(index="row", columns="stage", values=name).reindex(columns=STAGES)
        for name in ("estimate", "label")
    )
    known = label.where(level.notna(), "").fillna("")
    look: Any = {"cmap": "cividis", "cbar": False, "linewidths": 3, "annot_kws": {"fontsize": 13}}
    sns.heatmap(level.astype(float), annot=known, fmt="", ax=ax, **look)
    readable(ax)
    for row, column in zip(*np.nonzero((level.isna() & label.notna()).to_numpy()), strict=True):
        place: Any = {"ha": "center", "va": "center", "fontsize": 13}
        ax.text(column + 0.5, row + 0.5, label.iloc[row, column], **place)
    ax.set(xlabel="", ylabel="", yticks=[], title=result.title)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=16)
    ax.grid(visible=False)
