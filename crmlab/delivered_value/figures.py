"""Figures of delivered value; each draws a result of this package and computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crmlab import style
from crmlab.delivered_value.costs import IndifferencePrice
from crmlab.delivered_value.market import PriceLadder, ValueMap
from crmlab.delivered_value.offers import Waterfall
from crmlab.delivered_value.units import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE = style.COLOURS["value"]
_VERDICTS = {"better value": "good", "worse value": "cost", "fair value": "value"}


@style.figure(Waterfall, width=10, height=5.5)
def plot_waterfall(steps: Waterfall, ax: Axes | None = None) -> None:
    """Four values up, four costs down, and the delivered value that is left.

    Parameters
    ----------
    steps : Waterfall
        The result of `waterfall`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    table, places = steps.table, range(len(steps.table))
    colours = {
        "value": style.COLOURS["value"],
        "cost": style.COLOURS["cost"],
        "delivered": style.COLOURS["good" if steps.left > 0 else "warn"],
    }
    looks = [colours[kind] for kind in table["kind"]]
    ax.bar(places, table["amount"], bottom=table["start"], width=0.72, color=looks)
    for place, end in enumerate(table["end"].iloc[:-1]):
        ax.plot([place, place + 1], [end, end], color=style.COLOURS["neutral"], linewidth=1)
    tops = table[["start", "end"]].max(axis=1)
    for place, kind, amount, top in zip(places, table["kind"], table["amount"], tops, strict=True):
        sign = "+" if kind == "value" and amount > 0 else ""
        _write(ax, sign + short(amount), (place, top), (0, 4), ha="center", weight="bold")
    words = [element.replace("_value", "").replace("_cost", "") for element in table["element"]]
    ax.set_xticks(places, [*words[:-1], "delivered\nvalue"], fontsize=12)
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    ax.grid(axis="x", visible=False)
    low, high = min(0, table["end"].min()), max(0, tops.max())
    room = 0.12 * (high - low or 1)
    ax.set_ylim(low - room if low < 0 else 0, high + room)
    ax.yaxis.set_major_formatter(_plain)
    ax.set_ylabel(steps.unit)
    ax.set_title(steps.title)


@style.figure(PriceLadder, width=10, height=5)
def plot_price_ladder(ladder: PriceLadder, ax: Axes | None = None) -> None:
    """Price band of each stage on a log scale, with its multiple of the first.

    Parameters
    ----------
    ladder : PriceLadder
        The result of `price_ladder`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    from matplotlib.ticker import NullFormatter

    table = ladder.table
    stages = zip(table["low"], table["high"], ladder.labels.to_numpy(), strict=True)
    for height, (low, high, (price, multiple)) in enumerate(stages):
        look: Any = {"solid_capstyle": "butt", "markersize": 14, "color": _BLUE}
        ax.plot([low, high], [height] * 2, "o-", linewidth=14, **look)
        _write(ax, price, (high, height), (16, 0), va="center", weight="bold")
        look = {"va": "center", "ha": "right", "color": style.COLOURS["neutral"]}
        _write(ax, multiple, (low, height), (-16, 0), **look)
    ax.set_xscale("log")
    ax.set_xlim(table["low"].min() / 2.2, table["high"].max() * 4)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_yticks(range(len(table)), table["stage"])
    ax.xaxis.set_major_formatter(_plain)
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{ladder.unit}, each grid line ten times the one before")
    ax.set_title(ladder.title)


@style.figure(IndifferencePrice, width=10, height=5.5)
def plot_break_even(
    result: IndifferencePrice, prices: Sequence[float] = (), ax: Axes | None = None
) -> None:
    """Cost in use against price, and the price at which the two options cost the same.

    Parameters
    ----------
    result : IndifferencePrice
        The result of `indifference_price`.
    prices : sequence of float
        Prices to mark on the line; the price in the table by default.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    marks, reference = result.at(prices), result.table["asked_price"].iloc[1]
    grey, ink = style.COLOURS["neutral"], style.COLOURS["ink"]
    right = 1.2 * max([result.price, reference, *marks["price"]]) or 1.0
    ends = result.at([0, right])["cost"]
    low, high = min(*ends, result.target_cost), max(*ends, result.target_cost)
    floor, ceiling = low - 0.15 * (high - low), high + 0.1 * (high - low)
    ax.set(xlim=(0, right), ylim=(floor, ceiling))
    ax.axhline(result.target_cost, color=grey)
    text = f"{result.against} at {short(reference)}: {short(result.target_cost)}"
    _write(ax, text, (right, result.target_cost), (-4, -6), ha="right", va="top", color=grey)
    ax.plot([0, right], ends, color=style.COLOURS["value"])
    for price, cost, verdict in marks.to_numpy():
        colour = style.COLOURS["good" if verdict == "cheaper" else "cost"]
        ax.plot(price, cost, "o", markersize=13, color=colour)
        text = f"at {short(price)}: {short(cost)}\n{verdict}"
        above = price, max(cost, result.target_cost)
        _write(ax, text, above, (-10, 8), ha="right", color=colour, weight="bold")
    if result.price > 0:
        upright = [floor, result.target_cost]
        ax.plot([result.price] * 2, upright, color=ink, linestyle=":")
        text = f"same cost at {short(result.price)}"
        _write(ax, text, (result.price, floor), (10, 8), weight="bold")
    ax.xaxis.set_major_formatter(_plain)
    ax.set_xlabel(f"price of {result.offer}, {result.price_unit}")
    ax.set_ylabel(f"cost in use, {result.cost_unit}")
    ax.set_title(result.title)


@style.figure(ValueMap, width=10, height=6.5)
def plot_value_map(market: ValueMap, ax: Axes | None = None) -> None:
    """Relative price against relative quality, the fair price of each offer, and the strategies.

    Parameters
    ----------
    market : ValueMap
        The result of `value_map`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    table = market.table.sort_values("relative_quality")
    quality = table["relative_quality"]
    heights = table[["relative_price", "fair_low", "fair_high"]].to_numpy()
    for limit, values in ((ax.set_xlim, quality.to_numpy()), (ax.set_ylim, heights)):
        low, high = min(values.min(), 0.9), max(values.max(), 1.1)
        limit(low - 0.18 * (high - low), high + 0.18 * (high - low))
    grey = style.COLOURS["neutral"]
    ax.axhline(1, color=grey, linewidth=1)
    ax.axvline(1, color=grey, linewidth=1)
    fair: Any = {"color": style.COLOURS["light"], "zorder": 1}
    if market.line == "fitted":
        ax.plot(quality, table["fair_price"], **fair)
        bars = ax.vlines(quality, table["fair_low"], table["fair_high"], linewidth=6, **fair)
        bars.set_alpha(0.45)
    else:
        ax.axline((1, 1), slope=1, **fair)
    names = ["offer", "relative_quality", "relative_price", "fair_price", "verdict"]
    for offer, across, up, line, verdict in table[names].to_numpy():
        colour = style.COLOURS[_VERDICTS[verdict]]
        ax.plot(across, up, "o", markersize=14, color=colour)
        left, above = across > 1, up > line
        place: Any = {"ha": "right" if left else "left", "va": "bottom" if above else "top"}
        place["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        shift = -9 if left else 9, 7 if above else -7
        _write(ax, str(offer), (across, up), shift, weight="bold", color=colour, **place)
    corners = {
        "neither": (0.01, 0.99, "left", "top"),
        "better product and service": (0.99, 0.99, "right", "top"),
        "lower price": (0.01, 0.01, "left", "bottom"),
        "both": (0.99, 0.01, "right", "bottom"),
    }
    look: Any = {"transform": ax.transAxes, "color": grey, "style": "italic"}
    for word, (across, up, ha, va) in corners.items():
        ax.text(across, up, word, ha=ha, va=va, **look)
    ax.set_xlabel(f"relative quality (1 = the average rival)\n{market.caption}")
    ax.set_ylabel("relative price (1 = the average rival)")
    ax.set_title(market.title)


def _write(
    ax: Any, text: str, at: tuple[float, float], shift: tuple[float, float], **look: Any
) -> None:
    """Write ``text`` beside the point ``at``, shifted by points on the page."""
    ax.annotate(text, at, shift, textcoords="offset points", **look)


def _plain(number: float, _: float) -> str:
    """A tick label in full, with commas."""
    return f"{number:,.12g}"
