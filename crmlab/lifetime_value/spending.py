"""How much to spend on winning and on keeping a customer (Blattberg & Deighton 1996)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.lifetime_value.multiples import is_one
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Spends: TypeAlias = "float | NDArray[np.float64]"


@dataclass(frozen=True)
class Response:
    r"""How a rate answers to spending: rising, ever more slowly, towards a ceiling.

    Parameters
    ----------
    ceiling : float
        Rate that no spending exceeds, above 0, at most 1.
    speed : float
        How fast the ceiling is approached, per unit of money, above 0.

    Notes
    -----
    :math:`\text{rate}(x) = \text{ceiling}\,(1 - e^{-\text{speed}\,x})`.

    Examples
    --------
    >>> Response(ceiling=0.4, speed=0.06).rate(np.array([10, 20])).round(3)
    array([0.18, 0.28])
    """

    ceiling: float
    speed: float

    def __post_init__(self) -> None:
        ceiling = inputs.number(self.ceiling, "ceiling", above=0, at_most=1)
        object.__setattr__(self, "ceiling", ceiling)
        object.__setattr__(self, "speed", inputs.number(self.speed, "speed", above=0))

    @classmethod
    def through(cls, spend: float, rate: float, *, ceiling: float) -> Response:
        """Response through what is spent now, the rate it gives, and a judged ceiling.

        Parameters
        ----------
        spend : float
            Money per prospect, or per customer and period, above 0.
        rate : float
            Rate reached with it, above 0 and below the ceiling.
        ceiling : float
            Rate a manager expects if money were no object.

        Returns
        -------
        Response
            With the speed that fits the point.

        Examples
        --------
        >>> round(Response.through(10, 0.2, ceiling=0.4).speed, 4)
        0.0693
        """
        ceiling = inputs.number(ceiling, "ceiling", above=0, at_most=1)
        rate = inputs.number(rate, "rate", above=0)
        if rate >= ceiling:
            raise ValueError(
                f"rate {rate:g} is not below its ceiling {ceiling:g}; raise the ceiling."
            )
        spend = inputs.number(spend, "spend", above=0)
        return cls(ceiling, float(-np.log1p(-rate / ceiling) / spend))

    def rate(self, spend: float | inputs.Numbers) -> Spends:
        """Rate reached with a spend (number or array)."""
        return -self.ceiling * np.expm1(-self.speed * _spend(spend))

    def marginal_cost(self, spend: float | inputs.Numbers) -> Spends:
        """Cost of one more unit of the rate, at a spend."""
        with np.errstate(over="ignore"):
            return np.exp(self.speed * _spend(spend)) / (self.ceiling * self.speed)


@dataclass(frozen=True, eq=False, repr=False)
class Spending(Result):
    """Spending that makes a prospect worth most, as `best_spending` finds it.

    Attributes
    ----------
    table : pandas.DataFrame
        Index ``effort``: acquisition, per prospect, and retention, per customer and period.
        ``spend``; ``rate`` reached; ``average_cost`` of one won or kept; ``marginal_cost`` of one
        more.
    lifetime_value : float
        Of a customer once won.
    customer_equity : float
        Per prospect, after the cost of winning.
    corner : str
        Empty, or which spending is best left at zero.
    acquisition, retention : Response
        How winning and keeping answer to spending.
    """

    lifetime_value: float
    customer_equity: float
    corner: str
    acquisition: Response
    retention: Response

    @property
    def average_ratio(self) -> float:
        """How many times as much winning one costs as keeping one, on average."""
        won, kept = self.table["average_cost"]
        return float(won / kept)

    @property
    def caption(self) -> str:
        """What the spending leads to."""
        corner = f"; {self.corner}" if self.corner else ""
        return (
            f"Lifetime value {self.lifetime_value:,.2f}, equity {self.customer_equity:,.2f} per "
            f"prospect{corner}."
        )

    def next_costs(self, *, won: float, kept: float) -> pd.Series:
        """Cost of one more customer ``won`` and one more ``kept``, at two spends.

        Examples
        --------
        >>> best = best_spending(Response(0.4, 0.06), Response(0.8, 0.12), margin=60, rate=0.15)
        >>> best.next_costs(won=10, kept=10).round(1).to_dict()
        {'won': 75.9, 'kept': 34.6}
        """
        costs = self.acquisition.marginal_cost(won), self.retention.marginal_cost(kept)
        return pd.Series(costs, index=["won", "kept"], dtype=float)

    def title(self, *, won: float, kept: float) -> str:
        """What the figure says of two spends."""
        costs = self.next_costs(won=won, kept=kept)
        return f"One more won costs {costs['won']:,.0f}, one more kept {costs['kept']:,.0f}"

    def plot(self, ax: Axes | None = None, *, won: float, kept: float) -> Axes:
        """Draw it with the spends of today, see `plot_spending`."""
        from crmlab.lifetime_value.figures import plot_spending

        return plot_spending(self, won=won, kept=kept, ax=ax)


def best_spending(
    acquisition: Response, retention: Response, *, margin: float, rate: float
) -> Spending:
    r"""Spending on acquisition and retention that maximises customer equity per prospect.

    Parameters
    ----------
    acquisition : Response
        Share of prospects won, by spend per prospect.
    retention : Response
        Share of customers kept, by spend per customer and period.
    margin : float
        Contribution per period in money, before retention spending; the first one now.
    rate : float
        Discount rate per period as a fraction, not negative.

    Returns
    -------
    Spending
        ``table`` of spends, rates, average and marginal costs, NaN where a rate of 0 leaves no
        average; ``lifetime_value``, ``customer_equity``, ``average_ratio``, ``corner``.

    Notes
    -----
    Equity per prospect :math:`a(A)\,V(R) - A` with :math:`V(R) = m + (m\,r(R) - R)/(1+i-r(R))`:
    retention money is spent at the end of each period, on everybody who was there. At an inner
    optimum both marginal costs equal :math:`V`, whatever the ratio of average costs
    (Blattberg & Deighton 1996, Harvard Business Review 74(4); Pfeifer 2005, J. Targeting,
    Measurement and Analysis for Marketing 13). So "five times cheaper to keep" decides nothing.

    Examples
    --------
    >>> best = best_spending(Response(0.4, 0.06), Response(0.8, 0.12), margin=60, rate=0.15)
    >>> best.table["spend"].round(2).to_dict()
    {'acquisition': 17.06, 'retention': 20.08}
    >>> round(best.average_ratio, 2), round(best.lifetime_value, 2)
    (2.41, 115.96)
    """
    from scipy.optimize import brentq

    margin, rate = _check(acquisition, retention, margin, rate)

    def gain(spend: float) -> Any:
        return _lifetime_value(retention, spend, margin, rate) / retention.marginal_cost(spend) - 1

    keep = brentq(gain, 0, margin * (1 + rate), xtol=1e-12) if gain(0) > 0 else 0.0
    value = _lifetime_value(retention, keep, margin, rate)
    win = max(float(np.log(value / acquisition.marginal_cost(0)) / acquisition.speed), 0.0)
    won, kept = acquisition.rate(win), retention.rate(keep)
    corner = [name for name, spend in (("acquisition", win), ("retention", keep)) if spend == 0]
    table = pd.DataFrame(
        {"spend": [win, keep], "rate": [won, kept]},
        index=pd.Index(["acquisition", "retention"], name="effort"),
    )
    table["average_cost"] = table["spend"] / table["rate"].where(table["rate"] > 0)
    table["marginal_cost"] = [acquisition.marginal_cost(win), retention.marginal_cost(keep)]
    return Spending(
        table.astype(float),
        lifetime_value=float(value),
        customer_equity=float(won * value - win),
        corner=f"no spending on {' or '.join(corner)}" if corner else "",
        acquisition=acquisition,
        retention=retention,
    )


def _lifetime_value(retention: Response, spend: float, margin: float, rate: float) -> float:
    return (margin * (1 + rate) - spend) / (1 + rate - float(retention.rate(spend)))


def _spend(spend: Any) -> Spends:
    if is_one(spend):
        return inputs.number(spend, "spend", at_least=0)
    return inputs.numbers(spend, "spend", at_least=0).to_numpy()


def _check(acquisition: Any, retention: Any, margin: Any, rate: Any) -> tuple[float, float]:
    for name, response in (("acquisition", acquisition), ("retention", retention)):
        if not isinstance(response, Response):
            raise ValueError(f"{name} is {response!r}; give a Response(ceiling, speed).")
    margin, rate = inputs.number(margin, "margin", above=0), inputs.number(rate, "rate", at_least=0)
    if retention.ceiling >= 1 + rate:
        raise ValueError(
            f"retention ceiling {retention.ceiling:g} is not below 1 + rate = {1 + rate:g}: "
            "the value has no limit."
        )
    return margin, rate
