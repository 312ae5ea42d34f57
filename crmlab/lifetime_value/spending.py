"""How much to spend on winning and on keeping a customer (Blattberg & Deighton 1996)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs


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

    def __post_init__(self):
        inputs.number(self.ceiling, "ceiling", above=0, at_most=1)
        inputs.number(self.speed, "speed", above=0)

    @classmethod
    def through(cls, spend, rate, *, ceiling):
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
                f"rate {rate:g} is not below its ceiling {ceiling:g}; raise the ceiling"
            )
        spend = inputs.number(spend, "spend", above=0)
        return cls(ceiling, float(-np.log1p(-rate / ceiling) / spend))

    def rate(self, spend):
        """Rate reached with a spend (number or array)."""
        return -self.ceiling * np.expm1(-self.speed * spend)

    def marginal_cost(self, spend):
        """Cost of one more unit of the rate, at a spend."""
        return np.exp(self.speed * spend) / (self.ceiling * self.speed)


@dataclass(frozen=True)
class Spending:
    """Spending that makes a prospect worth most, as `best_spending` finds it.

    Spends are money per prospect (acquisition) and per customer and period (retention).
    ``corner`` is empty, or says which spending is best left at zero.
    """

    acquisition_spend: float
    retention_spend: float
    acquisition_rate: float
    retention_rate: float
    lifetime_value: float
    customer_equity: float
    average_acquisition_cost: float
    average_retention_cost: float
    average_ratio: float
    marginal_acquisition_cost: float
    marginal_retention_cost: float
    corner: str


def _lifetime_value(retention, spend, margin, rate):
    kept = retention.rate(spend)
    return (margin * (1 + rate) - spend) / (1 + rate - kept)


def best_spending(acquisition, retention, *, margin, rate):
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
        Spends, rates, value, average and marginal costs; NaN where a rate of 0 leaves no average.

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
    >>> round(best.acquisition_spend, 2), round(best.retention_spend, 2)
    (17.06, 20.08)
    >>> round(best.average_ratio, 2), round(best.lifetime_value, 2)
    (2.41, 115.96)
    """
    from scipy.optimize import brentq

    margin, rate = _check(acquisition, retention, margin, rate)

    def gain(spend):
        return _lifetime_value(retention, spend, margin, rate) / retention.marginal_cost(spend) - 1

    keep = brentq(gain, 0, margin * (1 + rate), xtol=1e-12) if gain(0) > 0 else 0.0
    value = _lifetime_value(retention, keep, margin, rate)
    win = max(np.log(value / acquisition.marginal_cost(0)) / acquisition.speed, 0.0)
    won, kept = acquisition.rate(win), retention.rate(keep)
    cost_won = win / won if win > 0 else np.nan
    cost_kept = keep / kept if keep > 0 else np.nan
    corner = [name for name, spend in (("acquisition", win), ("retention", keep)) if spend == 0]
    return Spending(
        acquisition_spend=float(win),
        retention_spend=float(keep),
        acquisition_rate=float(won),
        retention_rate=float(kept),
        lifetime_value=float(value),
        customer_equity=float(won * value - win),
        average_acquisition_cost=float(cost_won),
        average_retention_cost=float(cost_kept),
        average_ratio=float(cost_won / cost_kept),
        marginal_acquisition_cost=float(acquisition.marginal_cost(win)),
        marginal_retention_cost=float(retention.marginal_cost(keep)),
        corner=f"no spending on {' or '.join(corner)}" if corner else "",
    )


def equity_surface(acquisition, retention, *, margin, rate, spends):
    """Customer equity per prospect over a grid of spends.

    Parameters
    ----------
    acquisition, retention, margin, rate
        As in `best_spending`.
    spends : tuple of two array-likes
        Spends on acquisition and on retention to try.

    Returns
    -------
    pandas.DataFrame
        Rows ``retention_spend``, columns ``acquisition_spend``, money per prospect.

    Examples
    --------
    >>> equity_surface(Response(0.4, 0.06), Response(0.8, 0.12), margin=60, rate=0.15,
    ...                spends=([0, 17], [0, 20])).round(2)
    acquisition_spend   0      17
    retention_spend
    0                  0.0  -1.65
    20                 0.0  12.66
    """
    margin, rate = _check(acquisition, retention, margin, rate)
    if len(spends) != 2:
        raise ValueError("spends needs two rows of numbers: for acquisition and for retention")
    win = inputs.numbers(spends[0], "spends on acquisition", at_least=0).to_numpy()
    keep = inputs.numbers(spends[1], "spends on retention", at_least=0).to_numpy()
    value = _lifetime_value(retention, keep, margin, rate)
    return pd.DataFrame(
        np.outer(value, acquisition.rate(win)) - win,
        index=pd.Index(spends[1], name="retention_spend"),
        columns=pd.Index(spends[0], name="acquisition_spend"),
    )


def _check(acquisition, retention, margin, rate):
    for name, response in (("acquisition", acquisition), ("retention", retention)):
        if not isinstance(response, Response):
            raise ValueError(f"{name} is {response!r}; give a Response(ceiling, speed)")
    margin, rate = inputs.number(margin, "margin", above=0), inputs.number(rate, "rate", at_least=0)
    if retention.ceiling >= 1 + rate:
        raise ValueError(
            f"retention ceiling {retention.ceiling:g} is not below 1 + rate = {1 + rate:g}: "
            "the value has no limit"
        )
    return margin, rate
