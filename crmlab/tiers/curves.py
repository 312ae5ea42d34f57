"""Figures of concentration: Lorenz curve, whale curve, top share by window."""

import numpy as np

from crmlab import style


@style.figure(width=7.5, height=6.5)
def plot_lorenz(curves, ax=None):
    """Draw one or more Lorenz curves below the line of equal customers.

    Parameters
    ----------
    curves : pandas.DataFrame or mapping of name to DataFrame
        From `lorenz_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The more a curve sags, the more hangs on few.
    """
    curves = curves if isinstance(curves, dict) else {"": curves}
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
    for place, ((name, curve), colour) in enumerate(zip(curves.items(), style.CYCLE, strict=False)):
        x, y = _thin(curve["share_of_customers"]), _thin(curve["share_of_value"])
        ax.plot(x, y, color=colour)
        top = 1 - np.interp(0.8, x, y)
        ax.plot([0.8], [1 - top], "o", color=colour)
        ax.text(
            0.03,
            0.95 - 0.075 * place,
            f"{name + ': ' if name else ''}top fifth holds {top:.0%}",
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
    ax.set_title("How much hangs on how few")


@style.figure(width=9, height=5.5)
def plot_whale_curve(curve, ax=None):
    """Draw cumulative profit from the best to the worst customer.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `whale_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The peak is what the base would earn without its losses.
    """
    x, y = curve["share_of_customers"].to_numpy(), curve["share_of_profit"].to_numpy()
    peak = int(y.argmax())
    ax.fill_between(_thin(x), 1, np.maximum(_thin(y), 1), color=style.COLOURS["cost"], alpha=0.15)
    ax.plot(_thin(x[: peak + 1]), _thin(y[: peak + 1]), color=style.COLOURS["value"])
    ax.plot(_thin(x[peak:]), _thin(y[peak:]), color=style.COLOURS["cost"])
    ax.axhline(1, color=style.COLOURS["neutral"], linewidth=1.5, linestyle="--")
    ax.text(0.005, 1.01, "profit as booked", color=style.COLOURS["neutral"], va="bottom")
    ax.plot(x[peak], y[peak], "o", color=style.COLOURS["value"])
    side = "right" if x[peak] > 0.7 else "center"
    ax.text(
        x[peak],
        y[peak] + 0.03,
        f"{x[peak]:.0%} of customers earn {y[peak]:.0%}",
        ha=side,
        va="bottom",
        color=style.COLOURS["value"],
        weight="bold",
    )
    losses = y[peak] - 1 >= 0.0005
    if losses:
        ax.text(
            0.99,
            0.93,
            f"the last {1 - x[peak]:.0%} cost {y[peak] - 1:.0%}",
            ha="right",
            va="top",
            color=style.COLOURS["cost"],
            weight="bold",
        )
    ax.set(xlim=(0, 1.005), ylim=(0, max(1.15, y[peak] * 1.15)))
    ax.set(xlabel="share of customers, most profitable first", ylabel="share of total profit")
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    ax.set_title(
        "Some customers earn what others cost" if losses else "Nobody costs more than they bring"
    )


@style.figure(width=8, height=5)
def plot_share_by_window(shares, ax=None):
    """Draw the top share by length of window with its interval.

    Parameters
    ----------
    shares : pandas.DataFrame
        From `share_by_window`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One dot per window.
    """
    from matplotlib.ticker import MaxNLocator

    x = np.arange(len(shares))
    ax.vlines(x, shares["low"], shares["high"], color=style.COLOURS["value"], linewidth=4)
    ax.plot(x, shares["estimate"], "o", color=style.COLOURS["value"], markersize=12)
    for place, number in zip(x, shares["estimate"], strict=True):
        ax.text(place + 0.08, number, f"{number:.0%}", va="center", weight="bold")
    labels = [f"{m}\n({n:,.0f})" for m, n in shares["customers"].items()]
    ax.set_xticks(x, labels)
    ax.set(xlim=(-0.5, len(x) - 0.3), xlabel="length of the window in months (customers counted)")
    ax.set(ylabel="share of value of the top customers")
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    style.percent(ax.yaxis)
    ax.grid(visible=False, axis="x")
    ax.set_title("The top share depends on how long one looks")


def _thin(numbers, most=2_000):
    numbers = np.asarray(numbers)
    if len(numbers) <= most:
        return numbers
    return numbers[np.linspace(0, len(numbers) - 1, most).round().astype(int)]
