"""How much hangs on how few: Lorenz, Gini, top share, and the whale curve for profit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs.engines import elsewhere
from crmlab.results import Result
from crmlab.scoring.shares import heads
from crmlab.scoring.shares import share as share_of
from crmlab.tiers.elsewhere import gini_elsewhere, top_elsewhere
from crmlab.tiers.resampling import found, studentised

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Values: TypeAlias = "inputs.Numbers | pd.DataFrame | Result"
Zeros = Literal["keep", "drop"]


@dataclass(frozen=True, eq=False, repr=False)
class Lorenz(Result):
    """Who holds how much, from the smallest customer up.

    Attributes
    ----------
    table : pandas.DataFrame
        ``share_of_customers`` and ``share_of_value``, both from 0 to 1.
    top_fifth : float
        Share of the value that the largest fifth of the customers holds, read off the curve.
    """

    table: pd.DataFrame
    top_fifth: float

    @property
    def title(self) -> str:
        """What the largest fifth holds, as a sentence."""
        return f"The largest fifth of customers holds {self.top_fifth:.0%}"

    @property
    def caption(self) -> str:
        """What the largest fifth holds."""
        return f"top fifth holds {self.top_fifth:.0%}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_lorenz`."""
        from crmlab.tiers.curves import plot_lorenz

        return plot_lorenz(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class WhaleCurve(Result):
    """Profit added up from the best customer to the worst.

    Attributes
    ----------
    table : pandas.DataFrame
        ``share_of_customers``, ``cumulative_profit`` and ``share_of_profit`` (of the total; NaN
        where profit adds up to nothing or a loss).
    peak : pandas.Series
        The row of the table where the curve is highest.
    """

    table: pd.DataFrame
    peak: pd.Series

    @property
    def losers(self) -> float:
        """Share of the customers whose profit is below zero."""
        steps = self.table["cumulative_profit"].diff().iloc[1:]
        return float((steps < 0).mean())

    @property
    def loss(self) -> float:
        """What those after the peak cost, in money."""
        return float(self.peak["cumulative_profit"] - self.table["cumulative_profit"].iloc[-1])

    @property
    def gained(self) -> str:
        """The sentence at the peak."""
        said = f"{self.peak['share_of_profit']:.0%}"
        if not self.total > 0:
            said = f"{self.peak['cumulative_profit']:,.0f}"
        return f"{self.peak['share_of_customers']:.0%} of customers earn {said}"

    @property
    def lost(self) -> str:
        """The sentence on those after the peak; empty where nobody costs anything."""
        last = self.losers
        if not self.loss >= 0.0005 * abs(self.total) > 0:
            return ""
        cost = _percent(self.loss / self.total) if self.total > 0 else f"{self.loss:,.0f}"
        return f"the last {_percent(last)} cost {cost}"

    @property
    def total(self) -> float:
        """Profit of all."""
        return float(self.table["cumulative_profit"].iloc[-1])

    @property
    def title(self) -> str:
        """What the curve shows."""
        if self.lost:
            return f"{_percent(self.losers)} of customers cost more than they bring"
        return "Nobody costs more than they bring"

    @property
    def caption(self) -> str:
        """Both sentences."""
        return "; ".join(filter(None, (self.gained, self.lost)))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_whale_curve`."""
        from crmlab.tiers.curves import plot_whale_curve

        return plot_whale_curve(self, ax)


def lorenz_curve(value: Values, *, zeros: Zeros = "keep") -> Lorenz:
    """Cumulative share of value held by the smallest customers up to the largest.

    Parameters
    ----------
    value : pandas.Series, array-like or result, shape (n,)
        One number per customer, not negative, any unit.
    zeros : {"keep", "drop"}
        Whether customers who bought nothing belong to the base. It changes everything.

    Returns
    -------
    Lorenz
        With ``table``, n + 1 rows, and ``top_fifth``.

    Raises
    ------
    ValueError
        A missing or negative number (profit can be negative: see `whale_curve`), only zeros.

    Notes
    -----
    Lorenz (1905, Publications of the American Statistical Association 9).

    Examples
    --------
    >>> lorenz_curve([10, 30, 60]).table["share_of_value"].round(2).tolist()
    [0.0, 0.1, 0.4, 1.0]
    """
    ordered = np.sort(_base(value, zeros))
    held = np.concatenate(([0.0], np.cumsum(ordered)))
    counted, held = np.linspace(0, 1, len(held)), held / held[-1]
    table = pd.DataFrame({"share_of_customers": counted, "share_of_value": held})
    return Lorenz(table, float(1 - np.interp(0.8, counted, held)))


def gini(value: Values, *, zeros: Zeros = "keep", confidence: float = 0.95) -> pd.Series:
    r"""Gini coefficient of concentration, with its interval.

    0 when every customer is worth the same, close to 1 when one customer holds everything.

    Parameters
    ----------
    value : pandas.Series, array-like or result, shape (n,)
        One number per customer, not negative, any unit. Frames of engines as for `pyramid`.
    zeros : {"keep", "drop"}
        Whether customers who bought nothing belong to the base. It changes everything.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``.

    Raises
    ------
    ValueError
        A missing or negative number (profit can be negative: see `whale_curve`), only zeros.

    Warns
    -----
    UserWarning
        Fewer than five customers: no interval.
    TailWarning
        Of 20 to 299 customers a few hold most: the interval covers less than it says.

    Notes
    -----
    With values in ascending order, :math:`G = 2\sum_i i\,x_{(i)}/(n\sum_i x_i) - (n+1)/n`. The
    interval treats the customers as a sample from a larger base: standard error from the influence
    function (Davidson 2009, "Reliable inference for the Gini index", Journal of Econometrics 150),
    quantiles from samples in which the largest fifth is drawn out to a longer tail (Davidson &
    Flachaire 2007, "Asymptotic and bootstrap inference for inequality and poverty measures",
    Journal of Econometrics 141). With 300 customers whose spend is lognormal and as uneven as 80/20
    a 95 % interval holds the truth in 95 % of samples, the normal one in 82 %
    (``benchmarks/README.md``). With a tail longer than a generalised Pareto one of shape 0.7 no
    sample tells how much the largest may hold.

    Examples
    --------
    >>> round(float(gini([1, 2, 3, 4, 10])["estimate"]), 2)
    0.4
    """
    if elsewhere(value):
        seen = gini_elsewhere(value, zeros)
    else:
        seen = found(np.sort(_base(value, zeros)), _gini)
    return studentised(seen, _gini, _whole_gini, confidence)


def top_share(
    value: Values,
    share: float = 0.2,
    *,
    rule: Literal["ceiling", "interpolate"] = "ceiling",
    zeros: Zeros = "keep",
    confidence: float = 0.95,
) -> pd.Series:
    r"""Share of all value held by the largest customers, with its interval.

    Parameters
    ----------
    value : pandas.Series, array-like or result, shape (n,)
        One number per customer, not negative, any unit. Frames of engines as for `pyramid`.
    share : float
        Share of customers counted as the top, above 0 and at most 1.
    rule : {"ceiling", "interpolate"}
        A fifth of 2,357 customers is 471.4: take 472 of them, or 471 and 0.4 of the next.
    zeros : {"keep", "drop"}
        Whether customers who bought nothing belong to the base. It changes everything.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``.

    Raises
    ------
    ValueError
        A missing or negative number (profit can be negative: see `whale_curve`), only zeros.

    Warns
    -----
    UserWarning
        Fewer than five customers: no interval.
    TailWarning
        Of 20 to 299 customers a few hold most: the interval covers less than it says.

    Notes
    -----
    With top share t, threshold q and total share S, a customer's influence is
    :math:`(x - q)^+ + tq - Sx`, over the mean (Beach & Davidson 1983, "Distribution-free
    statistical inference with Lorenz curves and income shares", Review of Economic Studies 50).
    The interval is that of `gini`.

    Examples
    --------
    >>> float(top_share([1, 2, 3, 4, 10])["estimate"])
    0.5
    """
    share = top_part(share)
    inputs.choice(rule, "rule", ("ceiling", "interpolate"))

    def measured(samples: NDArray[np.float64]) -> tuple[Any, Any]:
        return _top(samples, share, rule)

    def whole(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
        held = np.cumsum((values * weights)[::-1])
        return float(np.interp(share, np.cumsum(weights[::-1]), held) / held[-1])

    if elsewhere(value):
        seen = top_elsewhere(value, zeros, share, rule)
    else:
        seen = found(np.sort(_base(value, zeros)), measured)
    return studentised(seen, measured, whole, confidence)


def whale_curve(profit: Values) -> WhaleCurve:
    """Cumulative profit from the most to the least profitable customer.

    It climbs above 100 % where the profitable customers are and comes down again through those
    who cost money.

    Parameters
    ----------
    profit : pandas.Series, array-like or result, shape (n,)
        Profit of each customer in money, may be negative.

    Returns
    -------
    WhaleCurve
        With ``table``, n + 1 rows, and ``peak``.

    Raises
    ------
    ValueError
        A missing number.

    Warns
    -----
    UserWarning
        Profit adds up to zero or a loss, so no share of it exists (NaN).

    Notes
    -----
    Kaplan & Narayanan (2001, Journal of Cost Management 15(5)).

    Examples
    --------
    >>> whale_curve([100, 50, -50]).table["share_of_profit"].tolist()
    [0.0, 1.0, 1.5, 1.0]
    """
    ordered = np.sort(inputs.customer_values(profit, "profit").to_numpy())[::-1]
    held = np.concatenate(([0.0], np.cumsum(ordered)))
    table = pd.DataFrame(
        {"share_of_customers": np.linspace(0, 1, len(held)), "cumulative_profit": held}
    )
    added = table["cumulative_profit"]
    table["share_of_profit"] = share_of(added, "profit", total=float(held[-1]))
    return WhaleCurve(table, table.iloc[int(held.argmax())].rename("peak"))


def top_part(share: Any) -> float:
    """Share of customers counted as the top: above 0, at most 1."""
    return inputs.number(share, "share", above=0, at_most=1, remedy="Write 0.2 for a fifth.")


def _percent(share: float) -> str:
    """A share as per cent, with a decimal where there would be 0 % or 1 % without."""
    return f"{share:.1%}" if share < 0.015 else f"{share:.0%}"


def _base(value: Any, zeros: Zeros) -> NDArray[np.float64]:
    inputs.choice(zeros, "zeros", ("keep", "drop"))
    found = inputs.customer_values(value)
    remedy = "Concentration is not defined below zero; for profit draw whale_curve."
    inputs.refuse(found < 0, found, "value", ("is below 0", "are below 0"), remedy)
    numbers = found.to_numpy()
    if not numbers.any():
        raise ValueError(
            f"value is 0 for all {len(numbers):,} customers; there is nothing to share."
        )
    return numbers[numbers > 0] if zeros == "drop" else numbers


def _gini(ordered: NDArray[np.float64]) -> tuple[Any, Any]:
    """Gini of ascending samples, shape (..., n), and its standard error."""
    size, total = ordered.shape[-1], ordered.sum(axis=-1)
    ranks = np.arange(1, size + 1)
    estimate = 2 * (ordered @ ranks) / (size * total) - (size + 1) / size
    influence = ordered * ((2 * ranks - 1) / size - estimate[..., None] - 1)
    influence -= 2 * np.cumsum(ordered, axis=-1) / size
    return estimate, influence.std(axis=-1) * np.sqrt(size) / total


def _whole_gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Gini of a population of ascending values with weights that add up to 1."""
    held = values * weights
    return float(2 * (held @ (np.cumsum(weights) - weights / 2)) / held.sum() - 1)


def _top(ordered: NDArray[np.float64], share: float, rule: str) -> tuple[Any, Any]:
    """Share that the largest hold in ascending samples, and its standard error."""
    size, total = ordered.shape[-1], ordered.sum(axis=-1)
    wanted, count = heads(share, size)
    edge = ordered[..., size - count]
    estimate = ordered[..., size - count :].sum(axis=-1) / total
    if rule == "interpolate":
        estimate = estimate - (count - wanted) * edge / total
    influence = np.maximum(ordered - edge[..., None], 0) - estimate[..., None] * ordered
    return estimate, influence.std(axis=-1) * np.sqrt(size) / total
