"""Figures of Kano: the map of features, and their answers by category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmlab import style
from crmlab.drivers.kano_model import CATEGORIES, LETTERS, Kano
from crmlab.drivers.labels import label_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CORNERS = {
    "attractive": (0.01, 0.985, "good"),
    "one-dimensional": (0.99, 0.985, "value"),
    "indifferent": (0.01, -0.06, "neutral"),
    "must-be": (0.99, -0.06, "cost"),
}
_LETTER_COLOURS = dict(
    zip(LETTERS, ("cost", "value", "good", "pale", "other", "neutral"), strict=True)
)


@style.figure(Kano, width=9, height=7)
def plot_kano(result: Kano, ax: Axes | None = None) -> None:
    """Draw the Kano map: what it costs to lack each feature, what it gains to have it.

    Parameters
    ----------
    result : Kano
        Result of `kano`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    wide = result.coefficients.dropna().unstack()
    x, y = -wide["estimate"]["dissatisfaction"], wide["estimate"]["satisfaction"]
    for name, (across, up, colour) in _CORNERS.items():
        look: Any = {"color": style.COLOURS[colour], "weight": "bold", "fontsize": 16}
        look["ha"] = "left" if across < 0.5 else "right"
        ax.text(across, up, name, va="top" if up > 0.5 else "bottom", **look)
    ax.axhline(0.5, color=style.COLOURS["ink"], lw=1.2)
    ax.axvline(0.5, color=style.COLOURS["ink"], lw=1.2)
    low, high = wide["low"], wide["high"]
    across = [x + high["dissatisfaction"], -low["dissatisfaction"] - x]
    up = [y - low["satisfaction"], high["satisfaction"] - y]
    ax.errorbar(x, y, xerr=np.abs(across), yerr=np.abs(up), fmt="none", color="#B0B0B0", lw=1.5)
    named = result.table["category"].map(CATEGORIES).reindex(x.index)
    shades = [style.COLOURS[_CORNERS.get(name, (0, 0, "other"))[2]] for name in named]
    ax.scatter(x, y, s=120, color=shades, zorder=3)
    ax.set(xlim=(0, 1), ylim=(-0.08, 1), title=result.title)
    label_points(ax, x, y)
    ax.set_xlabel("dissatisfied if it is missing (share)")
    ax.set_ylabel("satisfied if it is there (share)")


@style.figure(Kano, width=10, height=6)
def plot_kano_answers(result: Kano, ax: Axes | None = None) -> None:
    """Draw how the answers to each feature are divided among the six categories.

    Parameters
    ----------
    result : Kano
        Result of `kano`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    shares = result.shares
    rows, left = np.arange(len(shares)), np.zeros(len(shares))
    for letter, colour in _LETTER_COLOURS.items():
        ax.barh(rows, shares[letter], left=left, color=style.COLOURS[colour], height=0.7)
        for row, (start, width) in enumerate(zip(left, shares[letter], strict=True)):
            if width > 0.05:
                ink = "black" if colour == "pale" else "white"
                ax.text(start + width / 2, row, letter, ha="center", va="center", color=ink)
        left = left + shares[letter].to_numpy()
    ax.set_yticks(rows, shares.index)
    ax.set(xlim=(0, 1), title="Answers by category")
    ax.set_xlabel(", ".join(f"{letter} {word}" for letter, word in CATEGORIES.items()))
    style.percent(ax.xaxis)
    ax.grid(visible=False)
