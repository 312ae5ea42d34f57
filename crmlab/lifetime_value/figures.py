"""Figures of lifetime value. Each draws a result; none computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.lifetime_value.cash import Bridge, CashFlows
from crmlab.lifetime_value.cohorts import Renewals
from crmlab.lifetime_value.multiples import RetentionTable
from crmlab.lifetime_value.spending import Spending
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.figure(CashFlows, width=9, height=5)
def plot_cash_flows(flows: CashFlows, ax: Axes | None = None) -> None:
    """Cash flow per period as bars, running totals as lines, payback in money of today marked.

    Parameters
    ----------
    flows : CashFlows
        Result of `cash_table`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    table, times = flows.table, flows.table.index
    ax.bar(times, table["net"], width=0.6, color=[_gain(net) for net in table["net"]])
    lines = {"cumulative_present_value": ("money of today", "value")}
    if flows.rate != 0:
        lines["cumulative"] = ("plain sum", "neutral")
    for column, (words, colour) in lines.items():
        ax.plot(times, table[column], color=style.COLOURS[colour], marker="o", markersize=5)
        _name_line(ax, table[column], f"{words}\n{table[column].iloc[-1]:,.0f}", colour)
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    if flows.paid_back == flows.paid_back:
        ax.axvline(flows.paid_back, color=style.COLOURS["warn"], linestyle="--", linewidth=2)
        ax.annotate(
            f"paid back after {flows.paid_back:.3g}",
            (flows.paid_back, 0.96),
            xycoords=("data", "axes fraction"),
            xytext=(8, 0),
            textcoords="offset points",
            va="top",
            color=style.COLOURS["ink"],
        )
    ax.set(title=flows.title, xlabel="Time (periods)", ylabel="Money")
    ax.set_xlim(times[0] - 0.6, times[-1] + 0.6)
    style.money(ax.yaxis)


@style.figure(RetentionTable, width=9, height=5)
def plot_value_by_retention(
    values: RetentionTable, ax: Axes | None = None, *, mark: float | None = None
) -> None:
    """Lifetime value against retention.

    Parameters
    ----------
    values : RetentionTable
        Result of `retention_table` over many rates.
    ax : matplotlib.axes.Axes, optional
    mark : float, optional
        A rate of the table to point out, with its value in money and in margins.

    Returns
    -------
    matplotlib.axes.Axes
    """
    line = values.table["value"].sort_index()
    ax.plot(line.index, line, color=style.COLOURS["value"])
    if mark is not None:
        row = values.at(mark)
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
    ax.set(title=values.title, xlabel="Retention per period", ylabel="Lifetime value (money)")
    style.percent(ax.xaxis)
    style.money(ax.yaxis)


@style.figure(Renewals, width=9, height=5)
def plot_survival(
    renewals: Renewals,
    ax: Axes | None = None,
    *,
    fitted: pd.DataFrame | Result | None = None,
    constant: pd.Series | None = None,
) -> None:
    """Customers still there by age: counted, fitted, and as one constant rate would have it.

    Parameters
    ----------
    renewals : Renewals
        Result of `count_renewals` or `renewals_from_survivors`.
    ax : matplotlib.axes.Axes, optional
    fitted : pandas.DataFrame or Result, optional
        Index age; ``estimate``, ``low``, ``high`` of survival under a model.
    constant : pandas.Series, optional
        Result of `survival` with one rate.

    Returns
    -------
    matplotlib.axes.Axes
    """
    observed, title = renewals.table, renewals.title
    if constant is not None:
        line = inputs.numbers(constant, "constant")
        ax.plot(line.index, line, color=style.COLOURS["cost"], linestyle="--")
        _name_line(ax, line, "constant rate", "cost")
    if fitted is not None:
        limits = ["estimate", "low", "high"]
        band = inputs.table(inputs.by_customer(fitted), limits, "fitted")
        light = style.COLOURS["light"]
        ax.fill_between(band.index, band["low"], band["high"], color=light, alpha=0.35)
        ax.plot(band.index, band["estimate"], color=style.COLOURS["value"])
        _name_line(ax, band["estimate"], "fitted", "value")
        title = title if constant is None else renewals.against(band, line)
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
    ax.set(title=title, xlabel="Renewals since the start", ylabel="Share of customers")
    ax.set_ylim(0, 1.03)
    style.percent(ax.yaxis)


@style.figure(Bridge, width=9, height=5)
def plot_bridge(bridge: Bridge, ax: Axes | None = None) -> None:
    """Steps that lead from all margins to the value today; steps of zero are left out.

    Parameters
    ----------
    bridge : Bridge
        Result of ``cash_table(...).bridge()``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    steps = bridge.shown
    low, high = steps[["start", "end"]].min(axis=1), steps[["start", "end"]].max(axis=1)
    looks = [*(_gain(money) for money in steps["money"].iloc[:-1]), style.COLOURS["value"]]
    places = range(len(steps))
    ax.bar(places, high - low, bottom=low, width=0.6, color=looks)
    for place, (money, top) in enumerate(zip(steps["money"], high, strict=True)):
        ax.annotate(
            style.short(money),
            (place, top),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontweight="bold" if place == len(steps) - 1 else "normal",
        )
    for place, end in enumerate(steps["end"].iloc[:-1]):
        ax.plot([place, place + 1], [end, end], color=style.COLOURS["neutral"], linewidth=1)
    ax.set_xticks(places, [step.replace(" ", "\n") for step in steps.index])
    ax.axhline(0, color=style.COLOURS["ink"], linewidth=1)
    room = 0.12 * ((high.max() - low.min()) or 1)
    ax.set_ylim(low.min() - room * (low.min() < 0), high.max() + room)
    ax.grid(axis="x", visible=False)
    ax.set(title=bridge.title, ylabel="Money")
    style.money(ax.yaxis)


@style.figure(Spending, width=9, height=5)
def plot_spending(spending: Spending, ax: Axes | None = None, *, won: float, kept: float) -> None:
    """Cost of one more customer by spend, the spends of today, and what a customer is worth.

    Parameters
    ----------
    spending : Spending
        Result of `best_spending`.
    ax : matplotlib.axes.Axes, optional
    won, kept : float
        What is spent today per prospect, and per customer and period.

    Returns
    -------
    matplotlib.axes.Axes
    """
    today, worth = spending.next_costs(won=won, kept=kept), spending.lifetime_value
    top = 1.25 * max(worth, *today)
    rows = (
        ("won", won, spending.acquisition, "acquisition", "value"),
        ("kept", kept, spending.retention, "retention", "cost"),
    )
    for name, spend, response, effort, colour in rows:
        reach = 1.05 * max(spending.table["spend"][effort], spend)
        spends = np.linspace(0, reach, 101)
        line = pd.Series(response.marginal_cost(spends), spends)
        line = line[line <= top]
        ax.plot(line.index, line, color=style.COLOURS[colour])
        _name_line(ax, line, f"one more {name}", colour)
        ax.plot([spend], [today[name]], "o", color=style.COLOURS["ink"])
    ax.axhline(worth, color=style.COLOURS["ink"], linestyle="--", linewidth=1.5)
    ax.annotate(
        f"worth: {worth:,.0f}",
        (0, worth),
        xytext=(2, 5),
        textcoords="offset points",
        color=style.COLOURS["ink"],
    )
    ax.set(
        title=spending.title(won=won, kept=kept),
        xlabel="Spent on each person (points: today)",
        ylabel="Cost of one more customer",
    )
    ax.set_ylim(0, top)
    style.money(ax.yaxis)


def _gain(money: float) -> str:
    return style.COLOURS["good" if money >= 0 else "cost"]


def _name_line(ax: Any, line: pd.Series, words: str, colour: str) -> None:
    ax.annotate(
        words,
        (line.index[-1], line.iloc[-1]),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        color=style.COLOURS[colour],
        annotation_clip=False,
    )
