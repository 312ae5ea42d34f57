"""From measurement to action: which improvement comes first."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.by_segment import GIVEN, Candidates
from crmlab.drivers.ratings import ordered, within
from crmlab.drivers.shares import leads
from crmlab.intervals import tail
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Priorities(Result):
    """Projects, the most urgent first; see `priorities`.

    Attributes
    ----------
    table : DataFrame
        One row per project.
    draws : int
        Resamples behind the intervals; 0 where the numbers came without their doubt.
    """

    draws: int

    @property
    def title(self) -> str:
        """What the figure says."""
        first = self.table.iloc[0]
        told = f" in {first['leads']:.0%} of resamples" if self.draws else ""
        return f"First{told}: {first.name}"

    @property
    def caption(self) -> str:
        """What the order rests on."""
        first, gain, effort = self.table.iloc[0], self.table["gain"], self.table["effort"]
        if not self.draws:
            doubt = "The numbers came without their doubt, so there are no intervals."
        else:
            doubt = f"{first.name!r} leads in {first['leads']:.0%} of {self.draws} resamples."
        if gain.idxmax() == first.name:
            limit = first["effort_to_lead"]
            if limit != limit:
                return doubt
            if effort.nunique() == 1:
                times = limit / effort.iloc[0]
                return f"{doubt} It stays first up to {times:.2g} times the effort of the others."
            return f"{doubt} It has the largest gain, too; it stays first up to effort {limit:.2g}."
        other = self.table.loc[gain.idxmax()]
        often = f" (in {other['gain_leads']:.0%} of resamples)" if self.draws else ""
        return (
            f"{doubt} {other.name!r} has the largest gain{often}. It would come first at an effort "
            f"below {other['effort_to_lead']:.2g}."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_priorities`."""
        return plot_priorities(self, ax)


def priorities(
    projects: pd.DataFrame | Candidates,
    *,
    target: float | inputs.Numbers | None = None,
    effort: float | inputs.Numbers | None = None,
    confidence: float = 0.95,
) -> Priorities:
    r"""Rank improvements by importance x gap x reach / effort, with the doubt of each.

    Parameters
    ----------
    projects : DataFrame or Candidates
        One row per project: ``importance`` (any unit, not negative), ``actual`` (on the scale of
        the target), ``reach`` (share of customers touched, 0 to 1). The result of `candidates`
        also carries how far these may be off.
    target, effort : float, Series or mapping, optional
        Where each project shall lead, and what it costs (in any unit, positive): one number for
        all, or one per project, by name. Columns ``target`` and ``effort`` otherwise.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Priorities
        ``table``, the highest priority first: the columns that came in, ``gap`` (target - actual, 0
        where the target is met); ``gain`` (importance x gap x reach) and ``priority`` (gain /
        effort), each with ``_low`` and ``_high``; ``gain_leads`` and ``leads`` (share of resamples
        in which the project has the highest gain, the highest priority); ``rank``;
        ``effort_to_lead`` (the effort at which it would equal the best of the others). Without
        resamples intervals and leads are NaN. ``draws``; ``plot()``.

    Raises
    ------
    ValueError
        Missing columns or numbers, reach outside 0 to 1, effort of 0 or less.

    Warns
    -----
    UserWarning
        Targets already met: their priority is 0.

    Notes
    -----
    Percentile intervals, stretched where needed to hold the estimate. They carry the doubt of a
    sample, and none about target and effort, which are guesses: that is what ``effort_to_lead`` is
    for.

    Examples
    --------
    >>> projects = pd.DataFrame({"importance": [3, 2, 1], "actual": [6, 7, 4],
    ...     "reach": [0.5, 1, 0.2]}, index=["queue", "taste", "parking"])
    >>> found = priorities(projects, target=8, effort={"queue": 2, "taste": 1, "parking": 1})
    >>> found.table[["gain", "priority", "effort_to_lead"]].round(2)
             gain  priority  effort_to_lead
    taste     2.0       2.0            1.33
    queue     3.0       1.5            1.50
    parking   0.8       0.8            0.40
    """
    given = projects.table if isinstance(projects, Candidates) else projects
    table = _projects(given, target, effort)
    met = ~(table["target"] > table["actual"])
    if met.any():
        warnings.warn(f"target already met, priority 0: {list(table.index[met])}", stacklevel=2)
    table["gap"] = (table["target"] - table["actual"]).clip(lower=0)
    table["gain"] = table["importance"] * table["gap"] * table["reach"]
    table["priority"] = table["gain"] / table["effort"]
    gain = _resampled_gain(projects, table["target"].to_numpy())
    missed = tail(confidence)
    for name, draws in (("gain", gain), ("priority", gain / table["effort"].to_numpy())):
        kept = draws[~np.isnan(draws).any(axis=1)]
        nothing = np.full((2, len(table)), np.nan)
        ends = np.quantile(kept, (missed, 1 - missed), axis=0) if len(kept) else nothing
        table[f"{name}_low"], table[f"{name}_high"] = within(ends[0], table[name], ends[1])
        table["leads" if name == "priority" else "gain_leads"] = leads(kept)
    equal = pd.Series(inputs.settled(table["priority"].to_numpy()), table.index)
    table["rank"] = equal.rank(ascending=False, method="min").astype(int)
    best = [table["priority"].drop(name).max() for name in table.index]
    table["effort_to_lead"] = table["gain"] / pd.Series(best, table.index).replace(0, np.nan)
    front = [*(name for name in given.columns if name in table), "target", "effort"]
    made = ["gap", *_spread("gain"), "gain_leads", *_spread("priority"), "leads"]
    columns = list(dict.fromkeys([*front, *made, "rank", "effort_to_lead"]))
    return Priorities(ordered(table, equal)[columns], len(gain))


@style.figure(Priorities, width=9, height=4.5)
def plot_priorities(result: Priorities, ax: Axes | None = None) -> None:
    """Draw the priority of each project with its interval, and how often it comes first.

    Parameters
    ----------
    result : Priorities
        Result of `priorities`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = result.table
    rows = np.arange(len(table))[::-1]
    ax.barh(rows, table["priority"], color=style.COLOURS["value"], height=0.6, alpha=0.85)
    ax.hlines(rows, table["priority_low"], table["priority_high"], color="black", lw=2)
    if result.draws:
        for row, often in zip(rows, table["leads"], strict=True):
            text = f"first in {often:.0%}"
            ax.text(1.01, row, text, transform=ax.get_yaxis_transform(), va="center")
    ax.set_yticks(rows, table.index)
    ax.set_xlim(left=0)
    ax.set_xlabel("priority: importance x gap x reach / effort")
    ax.set_title(result.title)
    ax.grid(visible=False, axis="y")


def _projects(
    given: pd.DataFrame,
    target: float | inputs.Numbers | None,
    effort: float | inputs.Numbers | None,
) -> pd.DataFrame:
    stated = {"target": target, "effort": effort}
    needed = [*GIVEN, *(name for name, values in stated.items() if values is None)]
    inputs.table(given, needed, "projects")
    inputs.one_row_each(given, "projects")
    table = given.copy()
    for name, values in stated.items():
        if values is None:
            continue
        if pd.api.types.is_scalar(values):
            table[name] = inputs.number(values, name)
            continue
        given_values: Any = values
        found = inputs.numbers(given_values, name)
        if isinstance(found.index, pd.RangeIndex) and len(found) == len(table):
            found = found.set_axis(table.index)
        inputs.one_row_each(found, name)
        lacking = [project for project in table.index if project not in found.index]
        if lacking:
            raise ValueError(f"{name} lacks {inputs.listed(lacking)}; give one number per project.")
        table[name] = found[table.index]
    table[["target", "actual"]] = inputs.number_columns(table, ["target", "actual"], "projects")
    limits: Any = {"importance": {"at_least": 0}, "effort": {"above": 0}}
    limits["reach"] = {"at_least": 0, "at_most": 1}
    for name, limit in limits.items():
        table[name] = inputs.numbers(table[name], f"projects.{name}", rows=table, **limit)
    return table


def _resampled_gain(projects: pd.DataFrame | Candidates, target: np.ndarray) -> np.ndarray:
    """Importance x gap x reach of each project in each resample; no rows where there are none."""
    if not isinstance(projects, Candidates):
        return np.empty((0, len(projects)))
    importance, actual, reach = np.moveaxis(projects.resampled, 2, 0)
    return importance * (target - actual).clip(min=0) * reach


def _spread(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]
