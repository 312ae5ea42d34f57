"""Figures of delivered value; each draws a result of this package and computes nothing."""

from crmlab import style


@style.figure(width=10, height=5.5)
def plot_waterfall(steps, ax=None):
    """Four values up, four costs down, and the delivered value that is left.

    Parameters
    ----------
    steps : DataFrame
        The result of `waterfall`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    left = steps["amount"].iloc[-1]
    colours = {
        "value": style.COLOURS["value"],
        "cost": style.COLOURS["cost"],
        "delivered": style.COLOURS["good" if left > 0 else "warn"],
    }
    places = range(len(steps))
    looks = [colours[kind] for kind in steps["kind"]]
    ax.bar(places, steps["amount"], bottom=steps["start"], width=0.72, color=looks)
    for place, end in enumerate(steps["end"].iloc[:-1]):
        ax.plot([place, place + 1], [end, end], color=style.COLOURS["neutral"], linewidth=1)
    tops = steps[["start", "end"]].max(axis=1)
    for place, kind, amount, top in zip(places, steps["kind"], steps["amount"], tops, strict=True):
        sign = "+" if kind == "value" and amount > 0 else ""
        _write(ax, sign + _short(amount), (place, top), (0, 4), ha="center", weight="bold")
    words = [element.replace("_value", "").replace("_cost", "") for element in steps["element"]]
    ax.set_xticks(places, [*words[:-1], "delivered\nvalue"], fontsize=12)
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    ax.grid(axis="x", visible=False)
    low, high = min(0, steps["end"].min()), max(0, tops.max())
    room = 0.12 * (high - low or 1)
    ax.set_ylim(low - room if low < 0 else 0, high + room)
    ax.yaxis.set_major_formatter(_plain)
    ax.set_ylabel(steps["unit"].iloc[0])
    gained = _short(steps.loc[steps["kind"] == "value", "end"].iloc[-1])
    who = f"{steps['offer'].iloc[0]}, {steps['segment'].iloc[0]}"
    ax.set_title(f"{who}: of {gained} gained, {_short(left)} is left")


@style.figure(width=10, height=5)
def plot_price_ladder(ladder, ax=None):
    """Price band of each stage on a log scale, with its multiple of the first.

    Parameters
    ----------
    ladder : DataFrame
        The result of `price_ladder`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    from matplotlib.ticker import NullFormatter

    for height, stage in enumerate(ladder.itertuples()):
        band = [stage.low, stage.high], [height, height]
        look = {"solid_capstyle": "butt", "marker": "o", "markersize": 14}
        ax.plot(*band, color=style.COLOURS["value"], linewidth=14, **look)
        text = _band(stage.low, stage.high)
        _write(ax, text, (stage.high, height), (16, 0), va="center", weight="bold")
        if height:
            text = f"{_band(stage.multiple_low, stage.multiple_high)} times"
            look = {"va": "center", "ha": "right", "color": style.COLOURS["neutral"]}
            _write(ax, text, (stage.low, height), (-16, 0), **look)
    ax.set_xscale("log")
    ax.set_xlim(ladder["low"].min() / 2.2, ladder["high"].max() * 4)
    ax.set_ylim(-0.6, len(ladder) - 0.4)
    ax.set_yticks(range(len(ladder)), ladder["stage"])
    ax.xaxis.set_major_formatter(_plain)
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"{ladder['unit'].iloc[0]}, each grid line ten times the one before")
    ax.set_title(f"Price, and how many times the price of {ladder['stage'].iloc[0]}")


@style.figure(width=10, height=5.5)
def plot_break_even(result, prices=(), ax=None):
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
    prices = list(prices) or [result.asked_price]
    grey, ink = style.COLOURS["neutral"], style.COLOURS["ink"]
    right = 1.2 * max([result.price, result.reference_price, *prices])
    ends = [result.cost_at(0), result.cost_at(right)]
    low, high = min(*ends, result.target_cost), max(*ends, result.target_cost)
    floor, ceiling = low - 0.15 * (high - low), high + 0.1 * (high - low)
    ax.set(xlim=(0, right), ylim=(floor, ceiling))
    ax.axhline(result.target_cost, color=grey)
    text = f"{result.against} at {_short(result.reference_price)}: {_short(result.target_cost)}"
    _write(ax, text, (right, result.target_cost), (-4, -6), ha="right", va="top", color=grey)
    ax.plot([0, right], ends, color=style.COLOURS["value"])
    for price in prices:
        holds = result.holds_at(price)
        colour = style.COLOURS["good" if holds else "cost"]
        verdict = "cheaper" if holds else "not cheaper"
        at = price, result.cost_at(price)
        ax.plot(*at, "o", markersize=13, color=colour)
        text = f"at {_short(price)}: {_short(at[1])}\n{verdict}"
        above = price, max(at[1], result.target_cost)
        _write(ax, text, above, (-10, 8), ha="right", color=colour, weight="bold")
    if result.price > 0:
        upright = [floor, result.target_cost]
        ax.plot([result.price] * 2, upright, color=ink, linestyle=":")
        text = f"same cost at {_short(result.price)}"
        _write(ax, text, (result.price, floor), (10, 8), weight="bold")
    ax.xaxis.set_major_formatter(_plain)
    ax.set_xlabel(f"price of {result.offer}, {result.price_unit}")
    ax.set_ylabel(f"cost in use, {result.cost_unit}")
    ax.set_title(f"Is {result.offer} cheaper in use than {result.against}?")


@style.figure(width=9.5, height=6.5)
def plot_value_map(market, ax=None):
    """Relative price against relative quality, the fair-value line, and the strategies.

    Parameters
    ----------
    market : DataFrame
        The result of `value_map`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
    """
    points = market[["relative_quality", "relative_price"]].to_numpy()
    low, high = min(points.min(), 0.9), max(points.max(), 1.1)
    ends = low - 0.22 * (high - low), high + 0.22 * (high - low)
    ax.set(xlim=ends, ylim=ends)
    ax.xaxis.set_major_formatter(_ratio)
    ax.yaxis.set_major_formatter(_ratio)
    for line in (ax.axhline, ax.axvline):
        line(1, color=style.COLOURS["neutral"], linewidth=1)
    _fair_line(ax, market)
    colours = {"better value": "good", "worse value": "cost", "fair value": "value"}
    for offer in market.itertuples():
        at = offer.relative_quality, offer.relative_price
        colour = style.COLOURS[colours[offer.verdict]]
        ax.plot(*at, "o", markersize=14, color=colour)
        look = {"color": colour, "weight": "bold"}
        if offer.relative_price > offer.fair_price:
            _write(ax, offer.offer, at, (-8, 8), ha="right", **look)
        else:
            _write(ax, offer.offer, at, (8, -8), va="top", **look)
    bottom, top = ends
    for word, at, shift, across, up in (
        ("lower price", (1, bottom), (-8, 8), "right", "bottom"),
        ("better product and service", (1, top), (8, -8), "left", "top"),
        ("both", (top, bottom), (-8, 8), "right", "bottom"),
        ("neither", (bottom, top), (8, -8), "left", "top"),
    ):
        look = {"color": style.COLOURS["neutral"], "style": "italic"}
        _write(ax, word, at, shift, ha=across, va=up, **look)
    ax.set_xlabel("relative quality (1 = the average rival)")
    ax.set_ylabel("relative price (1 = the average rival)")
    ax.set_title("Below the line: more for the money")


def _fair_line(ax, market):
    """The fair-value line with its name, and its range at each offer if it was fitted."""
    line = market.sort_values("relative_quality")
    quality, look = line["relative_quality"], {"color": style.COLOURS["light"]}
    name = line["line"].iloc[0]
    text = "bars: range of the fitted line" if name == "fitted" else "line: price equals quality"
    grey = style.COLOURS["neutral"]
    _write(ax, text, (1, 1), (0, 12), xycoords="axes fraction", ha="right", color=grey)
    if name == "fitted":
        ax.vlines(quality, line["fair_low"], line["fair_high"], alpha=0.25, linewidth=16, **look)
        ax.plot(quality, line["fair_price"], **look)
    else:
        ax.axline((1, 1), slope=1, **look)


def _write(ax, text, at, shift, **look):
    """``text`` beside the point ``at``, shifted by points on the page."""
    ax.annotate(text, at, shift, textcoords="offset points", **look)


def _short(amount):
    """At least three figures, and never fewer than the amount has before the point."""
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.3g}"


def _plain(number, _):
    """A tick label in full, with commas."""
    return f"{number:,.12g}"


def _ratio(number, _):
    """A tick label for a ratio, nothing below 0."""
    return f"{number:.3g}" if number >= 0 else ""


def _band(low, high):
    """One number, or two with a dash."""
    return _short(low) if low == high else f"{_short(low)} to {_short(high)}"
