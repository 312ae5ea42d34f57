"""A supply chain: how orders swing more than sales, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Bullwhip(Result):
    """How much more than sales the orders of each stage vary.

    Attributes
    ----------
    table : pandas.DataFrame
        For each stage, the one nearest to the customer first: ``lead_time``, ``shared`` and
        ``unshared``, the variance of its orders over the variance of sales.
    window : int
        Periods in the moving average.
    """

    table: pd.DataFrame
    window: int

    @property
    def title(self) -> str:
        """What the last stage meets."""
        last = self.table.iloc[-1]
        return (
            f"Orders of the last stage vary {last['unshared']:.2f} times as much as sales,\n"
            f"{last['shared']:.2f} times if it sees the sales"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_bullwhip`."""
        return plot_bullwhip(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class Chain(Result):
    """A supply chain that was simulated.

    Attributes
    ----------
    table : pandas.DataFrame
        For each stage ``variance_ratio`` (variance of its orders over that of sales),
        ``mean_stock`` and ``fill_rate`` (share of what was ordered from it that it delivered
        from stock at once).
    orders : pandas.DataFrame
        Orders in each period, a column for each stage, after the warm-up; column 0 is sales.
    """

    table: pd.DataFrame
    orders: pd.DataFrame

    @property
    def title(self) -> str:
        """What the last stage meets."""
        ratio = self.table["variance_ratio"].iloc[-1]
        return f"Orders of the last stage vary {ratio:.2f} times as much as sales"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_chain`."""
        return plot_chain(self, ax)


def bullwhip(lead_times: float | Sequence[float], *, window: int) -> Bullwhip:
    r"""Variance of each stage's orders over the variance of sales, from a formula.

    Parameters
    ----------
    lead_times : float or sequence of float
        Periods from order to delivery for each stage, the one nearest to the customer first.
    window : int
        Periods in the moving average by which each stage forecasts.

    Returns
    -------
    Bullwhip
        With ``table`` and ``window``.

    Raises
    ------
    ValueError
        A negative lead time, no stage, a window below 1.

    Notes
    -----
    Sales are independent from period to period; a stage orders up to lead time x forecast plus
    a fixed safety stock. With sales known to all, :math:`1 + 2\sum L/p + 2(\sum L)^2/p^2`; if each
    stage sees only the orders that reach it, :math:`\prod_k (1 + 2L_k/p + 2L_k^2/p^2)`, which is
    exact for the first stage and a lower bound behind it (Chen, Drezner, Ryan & Simchi-Levi 2000,
    Management Science 46). Sales that resemble those of the period before (correlation rho above
    0) swing the first stage less, by the factor :math:`1 - \rho^p`; price promotions and orders
    in batches swing it more.

    Examples
    --------
    Four stages, one period each, forecasts from five.

    >>> bullwhip([1, 1, 1, 1], window=5).table.loc[4, ["shared", "unshared"]].round(2).tolist()
    [3.88, 4.8]
    """
    times = inputs.numbers(np.atleast_1d(lead_times), "lead_times", at_least=0).to_numpy()
    periods = inputs.count(window, "window")
    table = pd.DataFrame(
        {
            "lead_time": times,
            "shared": _ratio(np.cumsum(times), periods),
            "unshared": np.cumprod(_ratio(times, periods)),
        },
        index=pd.RangeIndex(1, len(times) + 1, name="stage"),
    )
    return Bullwhip(table, periods)


def _ratio(lead_time: np.ndarray, window: int) -> np.ndarray:
    return 1 + 2 * lead_time / window + 2 * lead_time**2 / window**2


def simulate_chain(
    sales: inputs.Numbers,
    lead_times: Sequence[int],
    *,
    window: int,
    shared: bool = False,
    safety: float = 0.0,
) -> Chain:
    """Let a supply chain run on sales: who orders what, holds what and can deliver.

    Parameters
    ----------
    sales : array-like, shape (n,)
        Sales in each period, not negative.
    lead_times : sequence of int
        Whole periods from order to delivery for each stage, the one nearest to the customer
        first; at least 1.
    window : int
        Periods in the moving average by which each stage forecasts.
    shared : bool
        Whether every stage forecasts from sales; else from the orders that reach it.
    safety : float
        Safety stock of each stage, in the unit of sales.

    Returns
    -------
    Chain
        With ``table`` and ``orders``. The periods in which not every stage has a whole window
        behind it are left out.

    Raises
    ------
    ValueError
        Negative sales; a lead time that is not whole or below 1; fewer periods than the chain
        needs to start.

    Notes
    -----
    Order = what was asked for + change of (lead time x forecast). Orders may be negative: stock
    that is sent back. What a stage lacks is delivered late and counted as not filled.

    Examples
    --------
    >>> chain = simulate_chain([10] * 40, [1, 1], window=5)
    >>> chain.orders.iloc[-1].tolist()
    [10.0, 10.0, 10.0]
    """
    asked = inputs.numbers(sales, "sales", at_least=0).to_numpy()
    times = inputs.numbers(lead_times, "lead_times", at_least=1, whole=True).to_numpy().astype(int)
    periods = inputs.count(window, "window")
    extra = inputs.number(safety, "safety", at_least=0)
    start = (periods + 1) * len(times) + int(times.sum())
    if len(asked) < start + 2:
        raise ValueError(
            f"sales has {len(asked)} periods; this chain needs {start} to start and 2 to show. "
            "Give more periods, fewer stages or a shorter window."
        )
    orders, rows, met = [asked], [], asked
    for time in times:
        seen = pd.Series(asked if shared else met)
        forecast = seen.rolling(periods, min_periods=1).mean().to_numpy()
        order = met + time * np.diff(forecast, prepend=forecast[0])
        arrived = np.concatenate([np.full(time, forecast[0]), order[:-time]])
        stock = extra + np.cumsum(arrived - met)
        rows.append((stock, met))
        orders.append(order)
        met = order
    shown = pd.DataFrame(np.column_stack(orders)[start:]).rename_axis(columns="stage")
    variance = shown.var()
    if variance[0] == 0:
        variance = variance.replace(0, np.nan)
    table = pd.DataFrame(
        {
            "variance_ratio": variance[1:].to_numpy() / variance[0],
            "mean_stock": [np.maximum(stock[start:], 0).mean() for stock, _ in rows],
            "fill_rate": [_filled(stock[start:], met[start:]) for stock, met in rows],
        },
        index=pd.RangeIndex(1, len(times) + 1, name="stage"),
    )
    return Chain(table, shown)


def _filled(stock: np.ndarray, asked: np.ndarray) -> float:
    """Share of what was asked for that the stock held; NaN where nothing was."""
    wanted = np.maximum(asked, 0)
    short = np.clip(-stock, 0, wanted)
    return float(1 - short.sum() / wanted.sum()) if wanted.sum() > 0 else np.nan


@style.figure(Bullwhip, width=9, height=4.5)
def plot_bullwhip(result: Bullwhip, ax: Axes | None = None) -> None:
    """Draw how the variance of orders grows from stage to stage.

    Parameters
    ----------
    result : Bullwhip
        From `bullwhip`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Two lines, with and without knowledge of sales.
    """
    stages = result.table.index.to_numpy()
    for name, colour in (("unshared", style.COLOURS["cost"]), ("shared", style.COLOURS["good"])):
        values = result.table[name].to_numpy()
        ax.plot(stages, values, "o-", color=colour)
        label = "sees only orders" if name == "unshared" else "sees the sales"
        where = (8, 6 if name == "unshared" else -14)
        ax.annotate(
            label, (stages[-1], values[-1]), where, textcoords="offset points", color=colour
        )
    ax.axhline(1, color=style.COLOURS["ink"], lw=1)
    ax.set(xlabel="stage, from the shop upwards", ylabel="variance of orders over that of sales")
    ax.set_xticks(stages)
    ax.set_xlim(0.8, stages[-1] + 1)
    ax.set_ylim(0, 1.12 * result.table["unshared"].max())
    ax.set_title(result.title)


@style.figure(Chain, width=9, height=4.5)
def plot_chain(result: Chain, ax: Axes | None = None) -> None:
    """Draw sales and the orders of the last stage, period by period.

    Parameters
    ----------
    result : Chain
        From `simulate_chain`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Two lines.
    """
    first, last = result.orders.iloc[:, 0], result.orders.iloc[:, -1]
    ax.plot(last.index, last, color=style.COLOURS["cost"], lw=1, label="orders of the last stage")
    ax.plot(first.index, first, color=style.COLOURS["ink"], label="sales")
    ax.set(xlabel="period", ylabel="units")
    ax.legend()
    ax.set_title(result.title)
