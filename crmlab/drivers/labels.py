"""Names beside the points of a map, next to their own; texts that stand out on a heat map."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd

Box: TypeAlias = tuple[float, float, float]  # left, right, height, as shares of the axes


def label_points(ax: Any, x: pd.Series, y: pd.Series) -> None:
    """Write each row's name beside its point, where it covers nothing and is nearest to it."""
    from matplotlib.patheffects import withStroke

    left, bottom = ax.get_xlim()[0], ax.get_ylim()[0]
    across, up = (x - left) / np.ptp(ax.get_xlim()), (y - bottom) / np.ptp(ax.get_ylim())
    points = pd.DataFrame({"x": across, "y": up})
    taken: dict[Any, Box] = {
        name: (at - 0.012, at + 0.012, up) for name, at, up in points.itertuples()
    }
    for name in y.sort_values(ascending=False).index:
        at, up = points.loc[name]
        right = x[name] < np.quantile(ax.get_xlim(), 0.78)
        others = [box for other, box in taken.items() if other != name]
        side, dy, box = _free_spot(len(str(name)), at, up, 1 if right else -1, others)
        taken["label", name] = box
        ax.annotate(
            str(name),
            (x[name], y[name]),
            xytext=(7 * side, dy),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            path_effects=[withStroke(linewidth=4, foreground="white")],
        )


def readable(ax: Any) -> None:
    """Write the text of each cell of a heat map in black or white, whichever stands out more."""
    mesh = ax.collections[0]
    shown = ~np.ma.getmaskarray(mesh.get_array()).ravel()
    colours = mesh.get_facecolors()[shown, :3]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    for text, light in zip(ax.texts, luminance, strict=True):
        text.set_color("black" if (light + 0.05) ** 2 > 1.05 * 0.05 else "white")


def _free_spot(
    letters: int, at: float, up: float, side: int, taken: list[Box]
) -> tuple[int, int, Box]:
    """The side, the shift and the box of the name that covers least."""
    spots: list[tuple[int, int, int, int, Box]] = []
    for turn, dy in ((1, 12), (1, -12), (-1, 12), (-1, -12), (1, -28), (1, 28)):
        near, far = sorted((at + 0.008 * side * turn, at + 0.016 * letters * side * turn))
        box = near, far, up + dy / 400
        covered = [
            other
            for other in taken
            if box[0] < other[1] and other[0] < box[1] and abs(box[2] - other[2]) < 0.036
        ]
        outside = near < 0 or far > 1
        spots.append((len(covered) + outside, len(spots), side * turn, dy, box))
    return min(spots)[2:]
