"""Figures of repeat buying. Each draws a result of this package and computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.repeat_buying.holdout import AliveMap, ByFrequency, Calibration
from crmlab.repeat_buying.through_time import AliveHistory, Tracking


@style.figure(Tracking)
def plot_tracking(tracked: Tracking, ax: Any = None, *, cumulative: bool = True) -> None:
    """Actual and expected repeat purchases over time.

    Parameters
    ----------
    tracked : Tracking
        From `tracking`.
    ax : matplotlib.axes.Axes, optional
    cumulative : bool
        Purchases since the start, or those of each period.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table, periods = tracked.table, tracked.table.index.to_numpy()
    actual, expected = ("cumulative", "estimate") if cumulative else ("purchases", "expected")
    if cumulative and "low" in table:
        band = style.COLOURS["light"]
        ax.fill_between(periods, table["low"], table["high"], color=band, alpha=0.35, lw=0)
    ax.plot(periods, table[actual], color=style.COLOURS["ink"], label="actual")
    ax.plot(periods, table[expected], "--", color=style.COLOURS["value"], label="expected")
    ax.set_ylim(0, max(table[[actual, expected]].to_numpy().max(), 1) * 1.12)
    ax.set_xlim(0, periods[-1])
    if tracked.seen is not None:
        ax.axvline(tracked.seen, color=style.COLOURS["neutral"], linewidth=1.5, linestyle=":")
        ax.text(
            tracked.seen, ax.get_ylim()[1] * 0.03, " not seen by the model",
            color=style.COLOURS["neutral"],
        )  # fmt: skip
    ax.legend(loc="upper left" if cumulative else "upper right")
    ax.set_title(tracked.title)
    ax.set_xlabel(f"{tracked.unit}s since the first customer came")
    ax.set_ylabel("purchases since the start" if cumulative else f"purchases per {tracked.unit}")


@style.figure(ByFrequency)
def plot_by_frequency(compared: ByFrequency, ax: Any = None) -> None:
    """Purchases in the holdout by purchases before, actual and expected.

    Parameters
    ----------
    compared : ByFrequency
        From `by_frequency`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = compared.table
    place = np.arange(len(table))
    for name, low, high, label, colour, shift, mark in (
        ("actual", "actual_low", "actual_high", "actual", "ink", -0.08, "o"),
        ("estimate", "low", "high", "expected", "value", 0.08, "s"),
    ):
        reach = [table[name] - table[low], table[high] - table[name]] if low in table else None
        ax.errorbar(
            place + shift, table[name], yerr=reach, fmt=mark, color=style.COLOURS[colour],
            elinewidth=2, capsize=0, label=label,
        )  # fmt: skip
    ax.legend(loc="upper left")
    ax.set_xticks(place, table.index)
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.set_ylim(0, None)
    ax.grid(axis="x", visible=False)
    ax.set_title(compared.title)
    ax.set_xlabel("repeat purchases in calibration")
    ax.set_ylabel("purchases per customer")


@style.figure((Calibration, Mapping), height=5.5)
def plot_calibration(found: Calibration | Mapping[str, Calibration], ax: Any = None) -> None:
    """Forecast chances against shares that came true.

    Parameters
    ----------
    found : Calibration or dict of str to Calibration
        From `calibration`; several under their names, at most four.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    several: dict[Any, Any] = dict(found) if isinstance(found, Mapping) else {None: found}
    neutral = style.COLOURS["neutral"]
    ax.plot([0, 1], [0, 1], ":", color=neutral, linewidth=1.5, label="as forecast")
    looks = zip(("value", "cost", "good", "other"), "osD^", strict=True)
    for (name, one), (colour, mark) in zip(several.items(), looks, strict=False):
        table = one.table
        reach = [table["estimate"] - table["low"], table["high"] - table["estimate"]]
        ax.errorbar(
            table["predicted"], table["estimate"], yerr=reach, fmt=mark + "-",
            color=style.COLOURS[colour], linewidth=1.5, elinewidth=2, capsize=0, label=name,
        )  # fmt: skip
    ax.legend(loc="upper left")
    ax.set_xlim(-0.02, 1.03)
    ax.set_ylim(-0.02, 1.03)
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    alone = several.get(None)
    ax.set_title(_farthest(several) if alone is None else alone.title)
    ax.set_xlabel("mean chance forecast")
    ax.set_ylabel("share that came true")


def _farthest(several: dict[Any, Calibration]) -> str:
    """Where the largest gap lies, in words."""
    name, one = max(several.items(), key=lambda pair: float(pair[1].farthest["gap"]))
    row = one.farthest
    return f"{name} is farthest off: forecast {row['predicted']:.0%}, true {row['estimate']:.0%}"


@style.figure(AliveMap, height=5.5)
def plot_alive_map(chances: AliveMap, ax: Any = None) -> None:
    """P(alive) over recency and frequency, as a heat map with lines of equal chance.

    Parameters
    ----------
    chances : AliveMap
        From `alive_map`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = chances.table
    recency, frequency = table.columns.to_numpy(float), table.index.to_numpy(float)
    mesh = ax.pcolormesh(
        recency, frequency, table.to_numpy(), cmap="cividis", vmin=0, vmax=1, shading="nearest"
    )
    if min(table.shape) > 1:
        levels = [0.1, 0.5, 0.9]
        lines = ax.contour(
            recency, frequency, table.to_numpy(), levels=levels, colors="white", linewidths=1.5
        )
        ax.clabel(lines, fmt=lambda level: f"{level:.0%}", fontsize=12)
    bar = ax.figure.colorbar(mesh, ax=ax)
    bar.set_label("P(alive)")
    style.percent(bar.ax.yaxis)
    ax.grid(visible=False)
    ax.set_title(chances.title)
    unit = f", {chances.unit}s" if chances.unit else ""
    ax.set_xlabel(f"recency: age at the last purchase{unit}")
    ax.set_ylabel("frequency: repeat purchases")


@style.figure(AliveHistory, height=4.5)
def plot_alive_history(history: AliveHistory, ax: Any = None) -> None:
    """P(alive) of one customer day by day, with the purchases marked.

    Parameters
    ----------
    history : AliveHistory
        From `alive_history`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.dates import ConciseDateFormatter

    table, dates = history.table, history.table.index.to_numpy()
    ax.plot(dates, table["estimate"], color=style.COLOURS["value"])
    if "low" in table:
        band = style.COLOURS["light"]
        ax.fill_between(dates, table["low"], table["high"], color=band, alpha=0.35, lw=0)
    bought: pd.Index = table.index[table["purchase"]]
    ink = style.COLOURS["ink"]
    ax.plot(bought, np.zeros(len(bought)), "|", color=ink, markersize=22, mew=2.5)
    ax.annotate(
        "purchases", (bought[0], 0.0), xytext=(6, 14), textcoords="offset points", color=ink
    )
    ax.set_ylim(0, 1.03)
    style.percent(ax.yaxis)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.set_title(history.title)
    ax.set_ylabel("P(alive)")
