"""How much to make before anybody has asked for it, and when not to make it before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 201


@dataclass(frozen=True, eq=False, repr=False)
class BestQuantity(Result):
    """The quantity to make before demand is known.

    Attributes
    ----------
    table : pandas.DataFrame
        Expected ``sold``, ``left_over``, ``lost`` (asked for in vain) and ``profit`` by
        ``quantity``, around the best one.
    critical_ratio : float
        The share of days on which the best quantity is enough.
    estimate, low, high : float
        The best quantity and its interval; the interval is the estimate itself where the
        distribution of demand is given and not estimated.
    profit : float
        Expected profit at the best quantity.
    """

    table: pd.DataFrame
    critical_ratio: float
    estimate: float
    low: float
    high: float
    profit: float

    @property
    def caption(self) -> str:
        """The best quantity, with its interval where there is one."""
        sure = self.low == self.high
        between = "" if sure else f" ({self.low:,.0f} to {self.high:,.0f})"
        return f"Best quantity {self.estimate:,.1f}{between}, enough in {self.critical_ratio:.1%}."

    @property
    def title(self) -> str:
        """What the figure says."""
        return f"Make {self.estimate:,.0f}: enough on {self.critical_ratio:.0%} of the days"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_best_quantity`."""
        return plot_best_quantity(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class PushOrPull(Result):
    """What making to stock and making to order cost.

    Attributes
    ----------
    table : pandas.DataFrame
        For each case ``demand``, ``sd``, ``lead_time`` and ``setup`` as given; costs in a period:
        ``push_batches``, ``push_safety``, ``push``; ``pull_batches``, ``pull_waiting``, ``pull``;
        and ``cheaper`` (push or pull).
    """

    @property
    def caption(self) -> str:
        """How often which is cheaper."""
        push = int((self.table["cheaper"] == "push").sum())
        return f"Making to stock is cheaper in {push} of {len(self.table)} cases."

    @property
    def title(self) -> str:
        """How often which is cheaper."""
        pull = int((self.table["cheaper"] == "pull").sum())
        return f"Selling first is cheaper in {pull} of {len(self.table)} cases"

    @property
    def variation(self) -> pd.Series:
        """How hard demand is to foresee: its standard deviation over its mean."""
        return self.table["sd"] / self.table["demand"]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_push_or_pull`."""
        return plot_push_or_pull(self, ax)


def best_quantity(
    demand: Any, *, price: float, cost: float, salvage: float = 0.0, confidence: float = 0.95
) -> BestQuantity:
    r"""Quantity of a perishable to make before its demand is known: the newsvendor's problem.

    Parameters
    ----------
    demand : array-like, shape (n,), or a distribution of scipy.stats
        What was asked for on each of n comparable days, sold or not; or a frozen distribution
        such as ``scipy.stats.norm(100, 30)``.
    price, cost, salvage : float
        Price of a piece, its cost, and what an unsold one still brings: salvage < cost < price.
    confidence : float
        Coverage of the interval for the best quantity.

    Returns
    -------
    BestQuantity
        With ``table``, ``critical_ratio``, ``estimate``, ``low``, ``high`` and ``profit``.

    Raises
    ------
    ValueError
        Prices in another order; negative or missing demand; fewer than two days.

    Notes
    -----
    :math:`Q^* = F^{-1}(c_u / (c_u + c_o))` with underage :math:`c_u` = price - cost and overage
    :math:`c_o` = cost - salvage (Arrow, Harris & Marschak 1951). From days it is the smallest
    quantity that was enough on that share of them; its interval runs between two order statistics
    chosen by the binomial distribution, which needs days that do not depend on each other. Sales
    are not demand: a day that sold out asks for more than it sold.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> best = best_quantity(norm(100, 30), price=10, cost=5, salvage=2)
    >>> best.critical_ratio, round(best.estimate, 2)
    (0.625, 109.56)
    """
    ratio = service_level(price, cost, salvage)
    price, cost, salvage = float(price), float(cost), float(salvage)
    if hasattr(demand, "ppf"):
        estimate = low = high = float(demand.ppf(ratio))
        grid = np.linspace(float(demand.ppf(0.001)), float(demand.ppf(0.999)), POINTS)
        grid = np.unique(np.append(np.maximum(grid, 0), estimate))
        sold = np.array([_expected_sales(demand, quantity) for quantity in grid])
        mean = float(demand.mean())
    else:
        days = np.sort(inputs.numbers(demand, "demand", at_least=0).to_numpy())
        if len(days) < 2:
            raise ValueError("demand holds one day; give at least two comparable days.")
        low, estimate, high = day_quantile(days, ratio, confidence)
        grid = np.unique(np.append(np.linspace(days[0], days[-1], POINTS), estimate))
        sold = np.minimum(grid[:, None], days[None, :]).mean(axis=1)
        mean = float(days.mean())
    table = pd.DataFrame(
        {"quantity": grid, "sold": sold, "left_over": grid - sold, "lost": mean - sold}
    )
    table["profit"] = price * sold + salvage * table["left_over"] - cost * grid
    profit = float(table["profit"][np.flatnonzero(grid == estimate)[0]])
    return BestQuantity(table, ratio, estimate, low, high, profit)


def service_level(price: float, cost: float, salvage: float) -> float:
    """The critical ratio of a piece; prices in another order are refused."""
    price, cost = inputs.number(price, "price"), inputs.number(cost, "cost", at_least=0)
    salvage = inputs.number(salvage, "salvage")
    if not salvage < cost < price:
        raise ValueError(
            f"salvage {salvage:g}, cost {cost:g} and price {price:g} are not in rising order. "
            "With salvage at or above cost make as many as you can, with cost at or above price "
            "make none."
        )
    return (price - cost) / (price - salvage)


def profit_of(made: Any, demand: Any, *, price: float, cost: float, salvage: float) -> Any:
    """What a day earns: what was sold, what is left over, less what all of it cost."""
    sold = np.minimum(made, demand)
    return price * sold + salvage * (made - sold) - cost * made


def _expected_sales(demand: Any, quantity: float) -> float:
    """Mean of the smaller of demand and quantity: the integral of P(demand > x) up to it."""
    x = np.linspace(0, quantity, 2001)
    return float(np.trapezoid(demand.sf(x), x))


def day_quantile(days: np.ndarray, ratio: float, confidence: float) -> tuple[float, float, float]:
    """The quantile of sorted days between two of them that hold it with the confidence."""
    low, middle, high = days[list(_places(len(days), ratio, intervals.tail(confidence)))]
    return float(low), float(middle), float(high)


@cache
def _places(n: int, ratio: float, tail: float) -> tuple[int, int, int]:
    """Which of n sorted days are the quantile and the ends of its interval."""
    from scipy.stats import binom

    place = max(int(np.ceil(ratio * n - 1e-9)), 1)
    first = int(binom.ppf(tail, n, ratio))
    last = int(binom.ppf(1 - tail, n, ratio)) + 1
    return max(min(first, place), 1) - 1, place - 1, min(max(last, place), n) - 1


def push_or_pull(
    cases: pd.DataFrame, *, holding: float, waiting: float, service: float = 0.95
) -> PushOrPull:
    r"""What making to stock (push) and making to order (pull) cost, case by case.

    Parameters
    ----------
    cases : pandas.DataFrame
        For each product ``demand`` (units a period), ``sd`` of it, ``lead_time`` (periods it
        takes to make, above 0) and ``setup`` (cost of starting a batch).
    holding : float
        Cost of keeping a unit in stock for a period.
    waiting : float
        What it costs the seller when a customer waits for a unit for a period.
    service : float
        Share of lead times in which the safety stock must be enough.

    Returns
    -------
    PushOrPull
        With ``table``.

    Raises
    ------
    ValueError
        A missing column; demand, lead time or costs not above 0; a negative ``sd`` or ``setup``.

    Notes
    -----
    Push: batches of the economic order quantity and a safety stock,
    :math:`\sqrt{2 K D h} + h z \sigma \sqrt{L}`. Pull: orders are collected into batches and then
    made, :math:`\sqrt{2 K D b} + b D L`. K set-up, D demand, h holding, b waiting, L lead time.
    Demand is near normal and independent from period to period; what goes out of fashion costs
    more than holding says. Fisher (1997, Harvard Business Review 75) puts it in words: functional
    products to stock, innovative ones to order.

    Examples
    --------
    >>> cases = pd.DataFrame({"demand": [100, 100], "sd": [10, 90], "lead_time": [2, 0.05],
    ...                       "setup": [20, 0]}, index=["house blend", "birthday cake"])
    >>> push_or_pull(cases, holding=0.2, waiting=0.5).table["cheaper"].to_dict()
    {'house blend': 'push', 'birthday cake': 'pull'}
    """
    from scipy.stats import norm

    cases = inputs.table(cases, ("demand", "sd", "lead_time", "setup"), "cases")
    above = inputs.number_columns(cases, ("demand", "lead_time"), "cases", above=0)
    least = inputs.number_columns(cases, ("sd", "setup"), "cases", at_least=0)
    held = inputs.number(holding, "holding", above=0)
    wait = inputs.number(waiting, "waiting", above=0)
    served = inputs.number(service, "service", at_least=0.5, at_most=0.9999)
    flow = 2 * least["setup"] * above["demand"]
    table = pd.DataFrame(
        {
            "push_batches": np.sqrt(flow * held),
            "push_safety": held * norm.ppf(served) * least["sd"] * np.sqrt(above["lead_time"]),
            "pull_batches": np.sqrt(flow * wait),
            "pull_waiting": wait * above["demand"] * above["lead_time"],
        }
    )
    table.insert(2, "push", table["push_batches"] + table["push_safety"])
    table["pull"] = table["pull_batches"] + table["pull_waiting"]
    same = np.isclose(table["push"], table["pull"], rtol=1e-9)
    table["cheaper"] = np.where((table["push"] < table["pull"]) | same, "push", "pull")
    return PushOrPull(
        pd.concat([above["demand"], least["sd"], above["lead_time"], least["setup"], table], axis=1)
    )


@style.figure(BestQuantity, width=9, height=4.5)
def plot_best_quantity(result: BestQuantity, ax: Axes | None = None) -> None:
    """Draw the expected profit by quantity, with the best one.

    Parameters
    ----------
    result : BestQuantity
        From `best_quantity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A curve; the best quantity is marked, its interval shaded.
    """
    table = result.table
    ax.plot(table["quantity"], table["profit"], color=style.COLOURS["value"])
    if result.low < result.high:
        ax.axvspan(result.low, result.high, color=style.COLOURS["good"], alpha=0.15, lw=0)
    ax.plot(result.estimate, result.profit, "o", color=style.COLOURS["good"], markersize=10)
    ax.set(xlabel="quantity made", ylabel="expected profit a day")
    ax.set_title(result.title)


@style.figure(PushOrPull, width=9, height=5)
def plot_push_or_pull(result: PushOrPull, ax: Axes | None = None) -> None:
    """Draw where making first and where selling first is cheaper.

    Parameters
    ----------
    result : PushOrPull
        From `push_or_pull`; cases that differ in nothing but set-up cost lie on one another.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One square per case, by lead time and by how hard its demand is to foresee.
    """
    names = {"push": ("make first (push)", "value"), "pull": ("sell first (pull)", "warn")}
    for cheaper, (label, colour) in names.items():
        rows = result.table["cheaper"] == cheaper
        across, up = result.table["lead_time"][rows], result.variation[rows]
        ax.plot(across, up, "s", color=style.COLOURS[colour], markersize=11, label=label)
    ax.set(xlabel="lead time, in periods", ylabel="sd of demand over its mean")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_title(result.title)
