"""Figures of lifetime value. Each draws a result; none computes."""

from crmlab import style


@style.figure(width=9, height=5)
def plot_cash_flows(table, *, paid_back=None, ax=None):
    """Cash flow per period as bars, running total as a line, payback marked.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `cash_table`.
    paid_back : float, optional
        Result of `payback`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    times, net = table.index.to_numpy(), table["net"].to_numpy()
    colours = [style.COLOURS["good" if flow >= 0 else "cost"] for flow in net]
    ax.bar(times, net, width=0.6, color=colours)
    for column, colour, words in (
        ("cumulative", "neutral", "plain sum"),
        ("cumulative_present_value", "value", "money of today"),
    ):
        if column == "cumulative" and table[column].equals(
            table["cumulative_present_value"].rename(column)
        ):
            continue
        ax.plot(times, table[column], color=style.COLOURS[colour], marker="o", markersize=5)
        ax.annotate(
            f"{words}\n{table[column].iloc[-1]:,.0f}",
            (times[-1], table[column].iloc[-1]),
            xytext=(10, 0),
            textcoords="offset points",
            color=style.COLOURS[colour],
            va="center",
            annotation_clip=False,
        )
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    if paid_back is not None and paid_back == paid_back:
        ax.axvline(paid_back, color=style.COLOURS["warn"], linestyle="--", linewidth=2)
        ax.annotate(
            f"paid back after {paid_back:.3g}",
            (paid_back, 0.96),
            xycoords=("data", "axes fraction"),
            xytext=(8, 0),
            textcoords="offset points",
            va="top",
            color=style.COLOURS["ink"],
        )
    ax.set(title="Cash flow of one customer", xlabel="Time (periods)", ylabel="Money")
    ax.set_xlim(times[0] - 0.6, times[-1] + 0.6)
    style.money(ax.yaxis)


@style.figure(width=9, height=5)
def plot_value_by_retention(table, *, mark=None, ax=None):
    """Lifetime value against retention, with the margin multiple on the right.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of `retention_table` over many rates.
    mark : float, optional
        A rate of the table to point out.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax.plot(table.index, table["value"], color=style.COLOURS["value"])
    if mark is not None:
        row = table.loc[mark]
        ax.plot([mark], [row["value"]], "o", color=style.COLOURS["cost"])
        ax.annotate(
            f"at {mark:.0%}: {row['value']:,.0f},\n{row['multiple']:.1f} margins",
            (mark, row["value"]),
            xytext=(-16, 8),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=style.COLOURS["ink"],
        )
    ax.set(
        title="Value climbs steeply only where retention is already high",
        xlabel="Retention per period",
        ylabel="Lifetime value (money)",
    )
    style.percent(ax.xaxis)
    style.money(ax.yaxis)
    ends = table.loc[table["value"].idxmin()], table.loc[table["value"].idxmax()]
    span = ends[1]["multiple"] - ends[0]["multiple"]
    slope = (ends[1]["value"] - ends[0]["value"]) / span if span else 1.0
    right = ax.secondary_yaxis(
        "right",
        functions=(
            lambda value: (value - ends[0]["value"]) / slope + ends[0]["multiple"],
            lambda multiple: (multiple - ends[0]["multiple"]) * slope + ends[0]["value"],
        ),
    )
    right.set_ylabel("Margin multiple")


@style.figure(width=9, height=5)
def plot_survival(observed, *, fitted=None, constant=None, ax=None):
    """Customers still there by age: counted, fitted, and as one constant rate would have it.

    Parameters
    ----------
    observed : pandas.DataFrame
        Result of `count_renewals` or `renewals_from_survivors`.
    fitted : pandas.DataFrame, optional
        Index age; ``estimate``, ``low``, ``high`` of survival under a model.
    constant : pandas.Series, optional
        Result of `survival` with one rate.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    if constant is not None:
        ax.plot(constant.index, constant, color=style.COLOURS["cost"], linestyle="--")
        _name_line(ax, constant, "constant rate", "cost")
    if fitted is not None:
        ax.fill_between(
            fitted.index, fitted["low"], fitted["high"], color=style.COLOURS["light"], alpha=0.35
        )
        ax.plot(fitted.index, fitted["estimate"], color=style.COLOURS["value"])
        _name_line(ax, fitted["estimate"], "fitted", "value")
    kept = observed["survival"]
    ax.errorbar(
        observed.index,
        kept,
        yerr=[kept - observed["survival_low"], observed["survival_high"] - kept],
        fmt="o",
        markersize=6,
        color=style.COLOURS["ink"],
        linewidth=1.5,
    )
    if fitted is None and constant is None:
        ax.plot(kept.index, kept, color=style.COLOURS["ink"], linewidth=1)
    ax.set_title("Customers still there (points: counted)")
    ax.set(xlabel="Renewals since the start", ylabel="Share of customers", ylim=(0, 1.03))
    style.percent(ax.yaxis)


def _name_line(ax, line, words, colour):
    ax.annotate(
        words,
        (line.index[-1], line.iloc[-1]),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=style.COLOURS[colour],
        annotation_clip=False,
    )


@style.figure(width=10, height=4.5)
def plot_schedule(events, *, ax=None):
    """A lane per stream, a disc per purchase, its area the contribution.

    Parameters
    ----------
    events : pandas.DataFrame
        Result of `schedule`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    names = list(dict.fromkeys(events["stream"]))
    largest = events["contribution"].abs().max() or 1.0
    for lane, name in enumerate(reversed(names)):
        rows = events[events["stream"] == name]
        ax.axhline(lane, color=style.COLOURS["pale"], linewidth=1, zorder=0)
        for gain, colour in ((True, "value"), (False, "cost")):
            part = rows[(rows["contribution"] >= 0) == gain]
            ax.scatter(
                part["year"],
                [lane] * len(part),
                s=700 * part["contribution"].abs() / largest + 12,
                color=style.COLOURS[colour],
                zorder=2,
            )
        ax.annotate(
            f"{len(rows)} x, {rows['contribution'].sum():.3g}",
            (1.01, lane),
            xycoords=("axes fraction", "data"),
            va="center",
            color=style.COLOURS["ink"],
            annotation_clip=False,
        )
    ax.set_yticks(range(len(names)), list(reversed(names)))
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.grid(axis="y", visible=False)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("Year")
    ax.set_title(
        f"Revenue {events['revenue'].sum():,.1f}, contribution {events['contribution'].sum():,.1f}"
    )
    ax.annotate(
        "times, contribution",
        (1.01, len(names) - 0.5),
        xycoords=("axes fraction", "data"),
        va="center",
        color=style.COLOURS["neutral"],
        annotation_clip=False,
    )


@style.figure(width=9, height=5)
def plot_waterfall(steps, *, total, unit="", good="up", ax=None):
    """Steps that lead from the first number to the total.

    Parameters
    ----------
    steps : pandas.Series
        Signed amounts in order, such as the result of `bridge`; steps of zero are left out.
    total : str
        What the steps add up to, such as ``"lifetime value"``.
    unit : str
        Sign put before each number.
    good : {"up", "down"}
        Whether a rise is welcome (value) or not (cost).
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    steps = steps[steps != 0]
    ends = steps.cumsum().to_numpy()
    starts = ends - steps.to_numpy()
    labels = [*(str(name).replace("_", " ") for name in steps.index), total]
    span = max(ends.max(), 0) - min(ends.min(), 0)
    for k, (low, high) in enumerate(zip([*starts, 0], [*ends, ends[-1]], strict=True)):
        last = k == len(steps)
        colour = "value" if last else ("good" if (high >= low) == (good == "up") else "cost")
        ax.bar(k, high - low, bottom=low, width=0.6, color=style.COLOURS[colour])
        ax.text(
            k,
            max(low, high) + 0.02 * span,
            style.short(high - low, unit),
            ha="center",
            va="bottom",
            fontweight="bold" if last else "normal",
        )
        if not last:
            ax.plot([k, k + 1], [high, high], color=style.COLOURS["neutral"], linewidth=1)
    ax.set_xticks(range(len(labels)), [label.replace(" ", "\n", 1) for label in labels])
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    ax.set_ylim(
        min(0, ends.min()) - (0.05 * span if ends.min() < 0 else 0),
        max(0, ends.max()) + 0.12 * span,
    )
    ax.grid(axis="x", visible=False)
    ax.set(title=f"What leads to the {total}", ylabel="Money")
    style.money(ax.yaxis, unit)


@style.figure(width=9, height=6)
def plot_customer_equity(surface, best, *, ax=None):
    """Contours of customer equity over both spends, with the best point.

    Parameters
    ----------
    surface : pandas.DataFrame
        Result of `equity_surface`.
    best : Spending
        Result of `best_spending`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    filled = ax.contourf(
        surface.columns, surface.index, surface, levels=14, cmap="Blues", alpha=0.75
    )
    lines = ax.contour(
        surface.columns,
        surface.index,
        surface,
        levels=filled.levels[::2],
        colors=style.COLOURS["ink"],
        linewidths=0.8,
    )
    ax.clabel(lines, fmt="%.3g", fontsize=11)
    ax.plot(
        best.acquisition_spend,
        best.retention_spend,
        "*",
        markersize=22,
        color=style.COLOURS["cost"],
        markeredgecolor="white",
        clip_on=False,
    )
    ax.annotate(
        f"best: win with {best.acquisition_spend:.3g}, keep with {best.retention_spend:.3g}\n"
        f"equity {best.customer_equity:.3g} per prospect",
        (best.acquisition_spend, best.retention_spend),
        xytext=(16, -34),
        textcoords="offset points",
        bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": "none", "alpha": 0.9},
    )
    ax.grid(visible=False)
    ax.set(
        title="Customer equity per prospect (money)",
        xlabel="Spend to win, per prospect",
        ylabel="Spend to keep, per customer and period",
    )
