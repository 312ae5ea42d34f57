"""Importance against performance: four quadrants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.labels import label_points
from crmlab.drivers.ratings import ordered, side_of
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUADRANTS = {
    (True, True): "concentrate here",
    (True, False): "keep up",
    (False, True): "low priority",
    (False, False): "possible overkill",
}
_NAMES = ["importance", "performance"]
_COLOURS = dict(zip(QUADRANTS.values(), ("cost", "good", "neutral", "warn"), strict=True))


@dataclass(frozen=True, eq=False, repr=False)
class ImportancePerformance(Result):
    """Attributes in the four quadrants of importance and performance.

    Attributes
    ----------
    table : DataFrame
        One row per attribute, the most pressing first.
    importance_cut, performance_cut : float
        Where the quadrants meet.
    """

    importance_cut: float
    performance_cut: float

    @property
    def title(self) -> str:
        """What the figure says."""
        pressing = self.table.index[self.table["quadrant"] == "concentrate here"]
        told = f"Important and weak: {inputs.listed(list(pressing), most=4)}"
        return told if len(pressing) else "Nothing is both important and weak"

    @property
    def caption(self) -> str:
        """Where the quadrants meet."""
        return (
            f"Cut at importance {self.importance_cut:.3g} and performance "
            f"{self.performance_cut:.3g}."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_importance_performance`."""
        return plot_importance_performance(self, ax)


def importance_performance(
    importance: pd.DataFrame | Result | inputs.Numbers,
    performance: pd.DataFrame | Result | inputs.Numbers,
    *,
    cut: Literal["mean", "median"] | tuple[float, float] = "mean",
) -> ImportancePerformance:
    """Sort attributes into the four quadrants of importance and performance.

    Parameters
    ----------
    importance, performance : Series, DataFrame or result
        One value per attribute, in the same row labels; a table with ``estimate``, ``low``,
        ``high``, such as that of `shapley_shares`, also tells whether the quadrant is settled.
    cut : str or tuple of float
        "mean" or "median" of the attributes, or the two cut values (importance, performance),
        such as the middle of the scale.

    Returns
    -------
    ImportancePerformance
        ``table``, one row per attribute, the most pressing first: ``importance``, ``performance``
        (with ``_low`` and ``_high`` if given), ``quadrant``, ``tie`` (on a cut: counted to the more
        pressing side), ``settled`` (both intervals on one side of the cut), ``margin``.
        ``importance_cut``, ``performance_cut``; ``plot()``.

    Raises
    ------
    ValueError
        Different attributes in the two, missing values, an unknown cut.

    Notes
    -----
    Martilla & James (1977, J. Marketing 41). A relative cut always finds something to fix, and
    adding an attribute can move another across the line; with a fixed cut it cannot. ``margin``
    is the distance to the nearer cut, as a share of the range of the attributes.

    Examples
    --------
    >>> importance = pd.Series({"taste": 9.0, "speed": 8.0, "mugs": 4.0})
    >>> performance = pd.Series({"taste": 8.0, "speed": 5.0, "mugs": 8.0})
    >>> importance_performance(importance, performance).table["quadrant"].to_dict()
    {'speed': 'concentrate here', 'taste': 'keep up', 'mugs': 'possible overkill'}
    """
    parts = [_ends(importance, "importance"), _ends(performance, "performance")]
    first, second = (list(part.index) for part in parts)
    if set(first) != set(second):
        raise ValueError(
            f"importance is for {inputs.listed(first)}, performance for {inputs.listed(second)}; "
            "every attribute needs both."
        )
    table = pd.concat(parts, axis=1)
    cuts = dict(zip(_NAMES, _cuts(table, cut), strict=True))
    side = {name: side_of(table[name], value) for name, value in cuts.items()}
    important, weak = side["importance"] >= 0, side["performance"] <= 0
    table["quadrant"] = [QUADRANTS[pair] for pair in zip(important, weak, strict=True)]
    table["tie"] = (side["importance"] == 0) | (side["performance"] == 0)
    if {"importance_low", "performance_low"} & set(table.columns):
        table["settled"] = _clear_of(table, cuts)
    off = [(table[name] - value).abs() / (np.ptp(table[name]) or 1) for name, value in cuts.items()]
    table["margin"] = np.minimum(*off)
    table = ordered(table, table["importance"]).rename_axis("attribute")
    rank = table["quadrant"].map(list(QUADRANTS.values()).index)
    return ImportancePerformance(table.iloc[np.argsort(rank, kind="stable")], *cuts.values())


@style.figure(ImportancePerformance, width=9, height=7)
def plot_importance_performance(result: ImportancePerformance, ax: Axes | None = None) -> None:
    """Draw the map of importance and performance with its four quadrants.

    Parameters
    ----------
    result : ImportancePerformance
        Result of `importance_performance`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = result.table
    x, y = table["performance"], table["importance"]
    for limit, name, cut in (
        (ax.set_xlim, "performance", result.performance_cut),
        (ax.set_ylim, "importance", result.importance_cut),
    ):
        values = np.append(table.filter(regex=f"^{name}(_low|_high)?$").to_numpy(), cut)
        pad = 0.12 * (np.ptp(values) or 1)
        limit(values.min() - pad, values.max() + pad)
    ax.axvline(result.performance_cut, color=style.COLOURS["ink"], lw=1.5)
    ax.axhline(result.importance_cut, color=style.COLOURS["ink"], lw=1.5)
    for (important, weak), name in QUADRANTS.items():
        across, ha = (0.015, "left") if weak else (0.985, "right")
        up, va = (0.98, "top") if important else (0.02, "bottom")
        look: Any = {"ha": ha, "va": va, "weight": "bold", "fontsize": 16}
        look |= {"color": style.COLOURS[_COLOURS[name]], "transform": ax.transAxes}
        ax.text(across, up, name, **look)
    for name, axis in (("performance", "x"), ("importance", "y")):
        if f"{name}_low" in table:
            below, above = table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]
            bars: Any = {f"{axis}err": np.abs([below, above]), "fmt": "none", "lw": 1.5}
            ax.errorbar(x, y, color="#B0B0B0", **bars)
    shades = [style.COLOURS[_COLOURS[name]] for name in table["quadrant"]]
    ax.scatter(x, y, s=110, color=shades, zorder=3)
    label_points(ax, x, y)
    ax.set(xlabel="performance", ylabel="importance", title=result.title)


def _ends(values: pd.DataFrame | Result | inputs.Numbers, name: str) -> pd.DataFrame:
    given: Any = values.table if isinstance(values, Result) else values
    if isinstance(given, pd.DataFrame):
        inputs.table(given, ["estimate"], name)
        kept = [column for column in ("estimate", "low", "high") if column in given]
        read = inputs.number_columns(given, ["estimate"], name)
        read = inputs.number_columns(given, kept, name, accept=("empty",)).assign(**read)
        read = read.rename(columns=lambda c: name if c == "estimate" else f"{name}_{c}")
    else:
        read = inputs.numbers(given, name).to_frame(name)
    inputs.one_row_each(read, name)
    return read


def _cuts(table: pd.DataFrame, cut: Any) -> tuple[float, float]:
    if isinstance(cut, str):
        rule = inputs.choice(cut, "cut", ("mean", "median"))
        importance, performance = table[_NAMES].agg(rule)
        return float(importance), float(performance)
    if not isinstance(cut, tuple | list) or len(cut) != 2:
        raise ValueError(f"cut is {cut!r}; choose 'mean', 'median' or two numbers, such as (3, 3).")
    importance, performance = (inputs.number(value, "cut") for value in cut)
    return importance, performance


def _clear_of(table: pd.DataFrame, cuts: dict[str, float]) -> pd.Series:
    clear = pd.Series(True, index=table.index)
    for name, cut in cuts.items():
        if f"{name}_low" in table:
            low, high = table[f"{name}_low"], table[f"{name}_high"]
            clear &= (low > cut) | (high < cut)
    return clear
