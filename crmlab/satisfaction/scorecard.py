"""The six measures as one table and one index, and the figure of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result
from crmlab.satisfaction.intervals import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BETTER = {
    "reputation": "higher",
    "named_purchase": "higher",
    "repeat_rate": "higher",
    "complaint_rate": "lower",
    "spend": "higher",
    "price_sensitivity": "lower",
}
Measures: TypeAlias = "Mapping[str, pd.Series | float] | pd.DataFrame"


@dataclass(frozen=True, eq=False, repr=False)
class SixMeasures(Result):
    """The measures on one scale, and their index.

    Attributes
    ----------
    table : DataFrame
        One row per measure: ``estimate``, ``low``, ``high`` in its own unit, ``denominator``
        (what it divides by, NaN if it was given as a number), ``better``, ``worst``, ``best``,
        ``weight``, and in points ``score``, ``score_low``, ``score_high``. A score below 0 or
        above 100 has passed its goalpost.
    index : Series
        ``estimate``, ``low``, ``high`` of the weighted sum, in points. Without an interval where
        one of the measures has none.
    """

    index: pd.Series

    @property
    def title(self) -> str:
        """The index, and of how many measures."""
        many = "1 measure" if len(self.table) == 1 else f"{len(self.table)} measures"
        return f"{many}, one index: {self.index['estimate']:.0f} of 100"

    @property
    def caption(self) -> str:
        """The index with its interval, or the measures that leave it without one."""
        bare = self.table.index[self.table[["score_low", "score_high"]].isna().any(axis=1)]
        if len(bare):
            named = inputs.listed(list(bare))
            return (
                f"Index {self.index['estimate']:.1f} of 100; no interval without that of {named}."
            )
        low, high = self.index["low"], self.index["high"]
        return f"Index {self.index['estimate']:.1f} of 100 ({low:.1f} to {high:.1f})."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw all scores and the index with their intervals."""
        return plot_six_measures(self, ax)


def six_measures(
    measures: Measures,
    *,
    goalposts: Mapping[str, tuple[float, float]],
    weights: inputs.Numbers | None = None,
) -> SixMeasures:
    r"""Put the measures on one scale by fixed goalposts, and add them up to one index.

    Parameters
    ----------
    measures : mapping of str to Series or float, or DataFrame
        Each measure as its function returns it (``estimate``, ``low``, ``high``), or a number.
        The six are reputation, named_purchase, repeat_rate, complaint_rate, spend,
        price_sensitivity; others may be added.
    goalposts : mapping of str to tuple of float
        (worst, best) of each measure: 0 and 100 points. Worst above best where lower is better.
    weights : mapping of str to float, optional
        Weight of each measure in the index, adding up to 1; equal if not given.

    Returns
    -------
    SixMeasures
        Scores of all measures, and the index.

    Raises
    ------
    ValueError
        A measure without goalposts or weight, goalposts that are equal or point the wrong way.

    Notes
    -----
    Score = 100 (value - worst) / (best - worst). Goalposts stay fixed over the years, so a
    measure's score cannot move because others did. The index' interval adds the squared
    distances of the scores' ends, weighted (Zou & Donner 2008, Statistics in Medicine 27), as if
    the measures were estimated separately.

    Examples
    --------
    >>> found = six_measures({"reputation": 0.7, "complaint_rate": 10},
    ...     goalposts={"reputation": (0.4, 0.9), "complaint_rate": (40, 0)})
    >>> found.table["score"].round(1).tolist(), float(found.index["estimate"])
    ([60.0, 75.0], 67.5)
    """
    rows = measures.T if isinstance(measures, pd.DataFrame) else measures
    if not isinstance(rows, Mapping | pd.DataFrame) or not len(rows.keys()):
        raise ValueError("no measure is given: name each, such as {'reputation': 0.7}.")
    names = list(rows.keys())
    posts = {name: _goalpost(name, goalposts) for name in names}
    table = pd.DataFrame(
        [_estimate(rows[name], name) for name in names], index=pd.Index(names, name="measure")
    )
    table["worst"], table["best"] = zip(*posts.values(), strict=True)
    table.insert(3, "denominator", [_denominator(rows[name]) for name in names])
    table.insert(4, "better", np.where(table["best"] > table["worst"], "higher", "lower"))
    equal = dict.fromkeys(names, 1 / len(names))
    table["weight"] = inputs.weights(equal if weights is None else weights, "weights", names)
    ends = {end: _score(table[end], table) for end in ("estimate", "low", "high")}
    table["score"] = ends["estimate"]
    table["score_low"] = np.fmin(ends["low"], ends["high"])
    table["score_high"] = np.fmax(ends["low"], ends["high"])
    total = (table["weight"] * table["score"]).sum()
    fall, rise = (
        np.sqrt(((table["weight"] * (table[end] - table["score"])) ** 2).sum(skipna=False))
        for end in ("score_low", "score_high")
    )
    return SixMeasures(table, interval(total, total - fall, total + rise))


@style.figure(SixMeasures, width=9, height=5.5)
def plot_six_measures(result: SixMeasures, ax: Axes | None = None) -> None:
    """Draw the scores of all measures and the index with their intervals (a forest plot).

    Parameters
    ----------
    result : SixMeasures
        Result of `six_measures`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    scores = result.table[["score", "score_low", "score_high"]].to_numpy(dtype=float)
    scores = np.vstack([scores, result.index[["estimate", "low", "high"]].to_numpy(dtype=float)])
    rows = np.arange(len(scores))[::-1]
    for row, (score, low, high) in zip(rows, scores, strict=True):
        colour = style.COLOURS["value" if row else "ink"]
        ax.hlines(row, low, high, color=colour, lw=3)
        ax.plot(score, row, "o" if row else "D", color=colour, ms=11)
        ax.text(1.01, row, f"{score:.0f}", transform=ax.get_yaxis_transform(), va="center")
    ax.axhline(0.5, color=style.COLOURS["neutral"], lw=1)
    ax.set_yticks(rows, [*map(_label, result.table.index), "index"])
    passed = min(0, np.nanmin(scores[:, 0])), max(100, np.nanmax(scores[:, 0]))
    ax.set(xlim=passed, ylim=(-0.6, len(rows) - 0.4))
    ax.set(xlabel="points between the goalposts (0 = worst, 100 = best)")
    ax.grid(visible=False, axis="y")
    ax.set_title(result.title)


def _estimate(measure: Any, name: str) -> pd.Series:
    if isinstance(measure, pd.DataFrame | Result):
        raise ValueError(
            f"measure {name!r} is a table; give one row of it, such as spend(log).table.loc['mean']"
        )
    if not isinstance(measure, pd.Series):
        return interval(inputs.number(measure, f"measure {name!r}"), np.nan, np.nan)
    inputs.columns(measure.index, ("estimate", "low", "high"), f"measure {name!r}")
    inputs.number(measure["estimate"], f"measure {name!r}")
    return measure[["estimate", "low", "high"]].astype(float)


def _denominator(measure: Any) -> float:
    if not isinstance(measure, pd.Series):
        return np.nan
    found = [measure[name] for name in ("denominator", "n") if name in measure.index]
    return float(found[0]) if found else np.nan


def _goalpost(name: str, goalposts: Any) -> tuple[float, float]:
    if not isinstance(goalposts, Mapping):
        raise ValueError("goalposts: give a mapping of each measure to (worst, best).")
    if name not in goalposts:
        raise ValueError(f"measure {name!r} has no goalposts; there are {list(goalposts)}")
    ends = goalposts[name]
    if not isinstance(ends, tuple | list) or len(ends) != 2:
        raise ValueError(f"goalposts of {name!r} are {ends!r}; give (worst, best).")
    worst, best = (inputs.number(end, f"goalposts of {name!r}: one end") for end in ends)
    if worst == best:
        raise ValueError(f"goalposts of {name!r} are equal ({worst:g}): no scale between them")
    known = BETTER.get(name)
    if known and known != ("higher" if best > worst else "lower"):
        raise ValueError(
            f"goalposts of {name!r} are ({worst:g}, {best:g}), but {known} is better: give the "
            "worst value first, then the best"
        )
    return worst, best


def _score(values: pd.Series, table: pd.DataFrame) -> pd.Series:
    return 100 * (values - table["worst"]) / (table["best"] - table["worst"])


def _label(name: object) -> str:
    return str(name).replace("_", " ")
