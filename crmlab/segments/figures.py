"""Figures of segments: what sets each apart, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmlab import style
from crmlab.segments.clusters import SegmentCounts, Segments

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.figure(Segments, width=11, height=4.5)
def plot_segments(result: Segments, ax: Axes | None = None) -> None:
    """Draw each segment as a small panel: how its features differ from the average customer.

    Parameters
    ----------
    result : Segments
        From `cluster`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Bars to the right are above average, bars to the left below.
    """
    distinct = result.distinct
    reach = max(1.0, float(distinct.abs().to_numpy().max()))
    step = 2.4 * reach
    rows = np.arange(distinct.shape[1])
    for place, means in enumerate(distinct.to_numpy()):
        centre = place * step
        colours = np.where(means >= 0, style.COLOURS["value"], style.COLOURS["cost"])
        ax.barh(rows, means, left=centre, color=colours, height=0.65)
        ax.vlines(centre, -0.5, len(rows) - 0.5, color=style.COLOURS["ink"], linewidth=1.2)
        ax.text(centre, -0.65, result.labels[place], ha="center", va="bottom", weight="bold")
    ax.set_yticks(rows, distinct.columns)
    ax.set(
        ylim=(len(rows) - 0.5, -1.45),
        xlim=(-1.15 * reach, step * (len(distinct) - 1) + 1.15 * reach),
    )
    ax.set(
        xticks=[],
        xlabel=f"below or above the average (longest bar: {reach:.1f} standard deviations)",
    )
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_title(result.title)


@style.figure(SegmentCounts, width=9, height=5)
def plot_segment_counts(tried: SegmentCounts, ax: Axes | None = None) -> None:
    """Draw silhouette and stability against the number of segments.

    Parameters
    ----------
    tried : SegmentCounts
        From `choose_segment_count`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The chosen number is marked.
    """
    table = tried.table
    counts = table.index.to_numpy()
    ax.axvline(tried.chosen, color=style.COLOURS["pale"], linewidth=18)
    ax.fill_between(counts, table["low"], table["high"], color=style.COLOURS["good"], alpha=0.15)
    ends = sorted(
        [
            (table["estimate"].iloc[-1], "stability", "good", "estimate"),
            (table["silhouette"].iloc[-1], "silhouette", "value", "silhouette"),
        ]
    )
    ends[1] = (max(ends[1][0], ends[0][0] + 0.09), *ends[1][1:])
    for height, text, name, column in ends:
        colour = style.COLOURS[name]
        ax.plot(counts, table[column], "o-", color=colour)
        ax.text(counts[-1] + 0.12, height, text, color=colour, va="center", weight="bold")
    ax.set_xticks(counts)
    ax.set(xlim=(counts[0] - 0.4, counts[-1] + 0.28 * max(4, len(counts))))
    ax.set(ylim=(min(0, table["low"].min()), 1.03), xlabel="number of segments", ylabel="1 is best")
    ax.set_title(tried.title)
