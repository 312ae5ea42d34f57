"""Figures of repeat buying. Each takes a result of this package and computes nothing."""

import numpy as np

from crmlab import style


@style.figure(width=9, height=5)
def plot_tracking(tracked, ax=None, *, cumulative=True):
    """Actual and expected repeat purchases over time.

    Parameters
    ----------
    tracked : pandas.DataFrame
        From `tracking`.
    ax : matplotlib.axes.Axes, optional
    cumulative : bool
        Purchases since the start, or those of each period.

    Returns
    -------
    matplotlib.axes.Axes
    """
    periods = tracked.index.to_numpy()
    actual = tracked["cumulative" if cumulative else "purchases"]
    expected = tracked["estimate" if cumulative else "expected"]
    ax.plot(periods, actual, color=style.COLOURS["ink"])
    ax.plot(periods, expected, color=style.COLOURS["value"], linestyle="--")
    if cumulative and "low" in tracked:
        ax.fill_between(
            periods, tracked["low"], tracked["high"], color=style.COLOURS["light"], alpha=0.35, lw=0
        )
    top = max(actual.max(), expected.max()) * 1.12
    end = tracked.attrs.get("calibration_end")
    if end is not None:
        seen = sum(str(day) <= end for day in tracked["end"])
        ax.axvline(seen, color=style.COLOURS["neutral"], linewidth=1.5, linestyle=":")
        ax.text(seen, top, " not seen by the model", va="top", color=style.COLOURS["neutral"])
    ax.set_ylim(0, top)
    ax.set_xlim(0, periods[-1])
    apart = np.abs(expected - actual).to_numpy()[len(periods) // 5 : -len(periods) // 8]
    place = len(periods) // 5 + int(np.argmax(apart))
    over = expected.iloc[place] > actual.iloc[place]
    for series, name, colour, above in (
        (actual, "actual", "ink", not over),
        (expected, "expected", "value", over),
    ):
        if cumulative:
            spot = (periods[place], series.iloc[place])
            shift = (-10, 16) if above else (10, -30)
        else:
            peak = int(np.argmax(series.to_numpy()))
            spot, shift = (periods[peak], series.iloc[peak]), (12, -2 if name == "actual" else 10)
        align = "right" if shift[0] < 0 else "left"
        ax.annotate(
            name,
            spot,
            xytext=shift,
            textcoords="offset points",
            ha=align,
            color=style.COLOURS[colour],
        )
    what = "Repeat purchases since the start" if cumulative else "Repeat purchases per period"
    ax.set_title(what)
    ax.set_xlabel(f"{tracked.index.name}s since the first customer came")
    ax.set_ylabel("purchases")


@style.figure(width=9, height=5)
def plot_by_frequency(table, ax=None):
    """Purchases in the holdout by purchases before, actual and expected.

    Parameters
    ----------
    table : pandas.DataFrame
        From `by_frequency`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    place = np.arange(len(table))
    for name, low, high, colour, shift, mark in (
        ("actual", "actual_low", "actual_high", "ink", -0.08, "o"),
        ("estimate", "low", "high", "value", 0.08, "s"),
    ):
        reach = None
        if low in table:
            reach = [table[name] - table[low], table[high] - table[name]]
        ax.errorbar(
            place + shift, table[name], yerr=reach, fmt=mark, color=style.COLOURS[colour],
            elinewidth=2, capsize=0,
        )  # fmt: skip
        left = name == "actual"
        ax.annotate(
            "actual" if left else "expected",
            (place[-1] + shift, table[name].iloc[-1]),
            xytext=(-10 if left else 10, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            color=style.COLOURS[colour],
        )
    ax.set_xticks(place, table.index)
    ax.set_xlim(-0.5, len(table) + 0.3)
    ax.set_ylim(0, None)
    ax.grid(axis="x", visible=False)
    ax.set_title("Purchases in the holdout by purchases before")
    ax.set_xlabel("repeat purchases in calibration")
    ax.set_ylabel("purchases per customer")


@style.figure(width=9, height=5.5)
def plot_calibration(table, ax=None):
    """Forecast chances against shares that came true.

    Parameters
    ----------
    table : pandas.DataFrame
        From `calibration`, or several of them under their names:
        ``pd.concat({"one": ..., "other": ...})``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    several = table.index.nlevels > 1
    names = list(table.index.unique(0)) if several else [None]
    ax.plot(
        [0, 1], [0, 1], ":", color=style.COLOURS["neutral"], linewidth=1.5, label="as forecast"
    )  # fmt: skip
    for name, colour, mark in zip(names, ("value", "cost", "good", "other"), "osD^", strict=False):
        part = table.loc[name] if several else table
        reach = [part["estimate"] - part["low"], part["high"] - part["estimate"]]
        ax.errorbar(
            part["predicted"], part["estimate"], yerr=np.maximum(reach, 0), fmt=mark + "-",
            color=style.COLOURS[colour], linewidth=1.5, elinewidth=2, capsize=0, label=name,
        )  # fmt: skip
    ax.legend(loc="upper left")
    ax.set_xlim(-0.02, 1.03)
    ax.set_ylim(-0.02, 1.03)
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    ax.set_title("Chances that were forecast, and what came true")
    ax.set_xlabel("mean chance forecast")
    ax.set_ylabel("share that came true")


@style.figure(width=9, height=5.5)
def plot_alive_map(chances, ax=None):
    """P(alive) over recency and frequency, as a heat map.

    Parameters
    ----------
    chances : pandas.DataFrame
        From `alive_map`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    recency, frequency = chances.columns.to_numpy(float), chances.index.to_numpy(float)
    mesh = ax.pcolormesh(
        recency, frequency, chances.to_numpy(), cmap="cividis", vmin=0, vmax=1, shading="nearest"
    )
    lines = ax.contour(
        recency,
        frequency,
        chances.to_numpy(),
        levels=[0.1, 0.5, 0.9],
        colors="white",
        linewidths=1.5,
    )
    ax.clabel(lines, fmt=lambda level: f"{level:.0%}", fontsize=12)
    bar = ax.figure.colorbar(mesh, ax=ax)
    bar.set_label("P(alive)")
    style.percent(bar.ax.yaxis)
    ax.grid(visible=False)
    unit = chances.attrs.get("unit")
    ax.set_title("The more often they bought, the sooner silence tells")
    ax.set_xlabel("recency: age at the last purchase" + (f", {unit}s" if unit else ""))
    ax.set_ylabel("frequency: repeat purchases")


@style.figure(width=9, height=4.5)
def plot_alive_history(history, ax=None):
    """P(alive) of one customer day by day, with the purchases marked.

    Parameters
    ----------
    history : pandas.DataFrame
        From `alive_history`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    dates = history.index.to_numpy()
    ax.plot(dates, history["estimate"], color=style.COLOURS["value"])
    if "low" in history:
        ax.fill_between(
            dates, history["low"], history["high"], color=style.COLOURS["light"], alpha=0.35, lw=0
        )
    bought = dates[history["purchase"].to_numpy()]
    ax.plot(
        bought, np.full(len(bought), 0.0), "|", color=style.COLOURS["ink"], markersize=22, mew=2.5
    )
    ax.annotate(
        "purchases", (bought[0], 0.0), xytext=(6, 14), textcoords="offset points",
        color=style.COLOURS["ink"],
    )  # fmt: skip
    ax.set_ylim(0, 1.03)
    style.percent(ax.yaxis)
    locator = ax.xaxis.get_major_locator()
    ax.xaxis.set_major_formatter(_concise(locator))
    ax.set_title("P(alive) of one customer: it falls with each silent day")
    ax.set_ylabel("P(alive)")


def _concise(locator):
    from matplotlib.dates import ConciseDateFormatter

    return ConciseDateFormatter(locator)
