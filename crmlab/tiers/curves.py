"""Figures of concentration: Lorenz curve, whale curve, top share by window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from crmlab import style
from crmlab.tiers.concentration import Lorenz, WhaleCurve
from crmlab.tiers.stability import TopShares

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.figure((Lorenz, dict), width=7.5, height=6.5)
def plot_lorenz(curves: Lorenz | Mapping[str, Lorenz], ax: Axes | None = None) -> None:
    """Draw one or more Lorenz curves below the line of equal customers.

    Parameters
    ----------
    curves : Lorenz or dict of name to Lorenz
        From `lorenz_curve`; at most seven.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The more a curve sags, the more hangs on few.
    """
    named = {"": curves} if isinstance(curves, Lorenz) else curves
    if not named or not all(isinstance(curve, Lorenz) for curve in named.values()):
        raise ValueError("plot_lorenz draws a Lorenz or a dict of names to Lorenz, no other.")
    ax.plot([0, 1], [0, 1], color=style.COLOURS["neutral"], linewidth=1.5, linestyle="--")
    ax.text(
        0.42,
        0.45,
        "all customers equal",
        rotation=45,
        rotation_mode="anchor",
        transform_rotates_text=True,
        color=style.COLOURS["neutral"],
        ha="center",
    )
    for place, ((name, curve), colour) in enumerate(zip(named.items(), style.CYCLE, strict=False)):
        x, y = curve.table["share_of_customers"], curve.table["share_of_value"]
        ax.plot(_thin(x), _thin(y), color=colour)
        ax.plot([0.8], [1 - curve.top_fifth], "o", color=colour)
        if not name:
            ax.plot([0.8, 0.8], [1 - curve.top_fifth, 1], color=colour, linewidth=4, alpha=0.4)
        ax.text(
            0.03 if name else 0.78,
            0.95 - 0.075 * place,
            f"{name}: {curve.caption}" if name else curve.caption,
            ha="left" if name else "right",
            color=colour,
            weight="bold",
            fontsize=15,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
        )
    ax.axvline(0.8, color=style.COLOURS["neutral"], linewidth=1, linestyle=":")
    ax.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="share of customers, smallest first")
    ax.set(ylabel="share of value they hold")
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    alone = curves.title if isinstance(curves, Lorenz) else "How much hangs on how few"
    ax.set_title(alone)


@style.figure(WhaleCurve, width=9, height=5.5)
def plot_whale_curve(curve: WhaleCurve, ax: Axes | None = None) -> None:
    """Draw cumulative profit from the best to the worst customer.

    Parameters
    ----------
    curve : WhaleCurve
        From `whale_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The peak is what the base would earn without its losses. Where profit adds up to a loss,
        it is drawn in money.
    """
    shares = curve.total > 0
    column, whole = ("share_of_profit", 1.0) if shares else ("cumulative_profit", curve.total)
    x, y = curve.table["share_of_customers"].to_numpy(), curve.table[column].to_numpy()
    best, height = curve.peak["share_of_customers"], curve.peak[column]
    rising = x <= best
    value, cost, grey = (style.COLOURS[name] for name in ("value", "cost", "neutral"))
    ax.fill_between(_thin(x), whole, np.maximum(_thin(y), whole), color=cost, alpha=0.15)
    ax.plot(_thin(x[rising]), _thin(y[rising]), color=value)
    ax.plot(_thin(x[x >= best]), _thin(y[x >= best]), color=cost)
    ax.axhline(whole, color=grey, linewidth=1.5, linestyle="--")
    ax.text(0.005, whole, "profit as booked", color=grey, va="bottom")
    ax.plot(best, height, "o", color=value)
    ax.annotate(
        curve.gained,
        (best, height),
        (0, 10),
        textcoords="offset points",
        ha="right" if best > 0.7 else "left" if best < 0.2 else "center",
        va="bottom",
        color=value,
        weight="bold",
    )
    low, room = min(0, whole), max(height, 1.0 if shares else 0) - min(0, whole)
    if curve.lost:
        under = whole - 0.07 * room if shares else whole + 0.07 * room
        ax.text(0.99, under, curve.lost, ha="right", va="top", color=cost, weight="bold")
    ax.set(xlim=(0, 1.005), ylim=(low if shares else low - 0.05 * room, low + 1.15 * room))
    ax.set(xlabel="share of customers, most profitable first")
    ax.set(ylabel="share of total profit" if shares else "profit, added up")
    style.percent(ax.xaxis)
    style.percent(ax.yaxis) if shares else style.money(ax.yaxis)
    ax.set_title(curve.title)


@style.figure(TopShares, width=8.5, height=5)
def plot_share_by_window(shares: TopShares, ax: Axes | None = None) -> None:
    """Draw the top share by length of window with its interval, of buyers and of everybody.

    Parameters
    ----------
    shares : TopShares
        From `share_by_window`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Two dots per window.
    """
    from matplotlib.ticker import MaxNLocator

    looks = {"everybody": ("neutral", -0.12), "buyers": ("value", 0.12)}
    for counted, (colour, shift) in looks.items():
        part = shares.table.loc[counted]
        x = np.arange(len(part)) + shift
        colour = style.COLOURS[colour]
        ax.vlines(x, part["low"], part["high"], color=colour, linewidth=4)
        ax.plot(x, part["estimate"], "o", color=colour, markersize=12, label=shares.who[counted])
        for place, number in zip(x, part["estimate"], strict=True):
            ax.text(
                place + 0.5 * shift,
                number,
                f"{number:.0%}",
                ha="left" if shift > 0 else "right",
                va="center",
                color=colour,
                weight="bold",
            )
    months = shares.table.loc["buyers"].index
    ax.set_xticks(range(len(months)), [f"{count:,.0f}" for count in months])
    ax.set(xlim=(-0.6, len(months) - 0.4), xlabel="length of the window in months")
    ax.set(ylabel=f"share of value of the top {shares.share:.0%}")
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    style.percent(ax.yaxis)
    ax.grid(visible=False, axis="x")
    ax.legend()
    ax.set_title(shares.title)


def _thin(numbers: Any, most: int = 2_000) -> np.ndarray:
    numbers = np.asarray(numbers)
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).round().astype(int)]
