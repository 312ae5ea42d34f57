"""Cash flow of one customer: period by period, earned back when, and what waiting costs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.lifetime_value.timing import First, discount_factors, discount_rate, first_time
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Bridge(Result):
    """Steps from all margins to the value today, as `CashFlows.bridge` makes them.

    Attributes
    ----------
    table : pandas.DataFrame
        Index ``step``: margin, service cost, acquisition, discounting, value today. ``money``,
        signed; ``start`` and ``end`` of the bar that shows it.
    """

    @property
    def value_today(self) -> float:
        """Where the steps lead."""
        return float(self.table["end"].iloc[-1])

    @property
    def shown(self) -> pd.DataFrame:
        """The steps that move something, and the value today."""
        moves = self.table["money"].to_numpy() != 0
        moves[-1] = True
        return self.table[moves]

    @property
    def title(self) -> str:
        """What the figure says."""
        margins = self.table["money"].iloc[0]
        return f"Of {margins:,.0f} in margins, {self.value_today:,.0f} is the value today"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it, see `plot_bridge`."""
        from crmlab.lifetime_value.figures import plot_bridge

        return plot_bridge(self, ax=ax)


@dataclass(frozen=True, eq=False, repr=False)
class CashFlows(Result):
    """Cash flow of one customer, period by period, as `cash_table` makes it.

    Attributes
    ----------
    table : pandas.DataFrame
        Index ``time`` in periods. Columns ``margin``, ``service_cost``, ``acquisition`` (costs
        positive), ``net``, ``cumulative``, ``present_value``, ``cumulative_present_value``; and
        ``revenue`` where the plan has it.
    rate : float
        The discount rate per period.
    """

    rate: float

    @property
    def value_today(self) -> float:
        """Sum of the present values, acquisition taken off."""
        return float(self.table["present_value"].sum())

    @property
    def paid_back(self) -> float:
        """Periods until the money of today is earned back; NaN if it never is."""
        return _crossing(self.table["cumulative_present_value"])[0]

    @property
    def title(self) -> str:
        """What the figure says."""
        plain = self.table["cumulative"].iloc[-1]
        today = f", worth {self.value_today:,.0f} today" if self.rate else ""
        return f"One customer: {plain:,.0f} in money{today}"

    @property
    def caption(self) -> str:
        """Value today and payback, in words."""
        when = "never paid back"
        if self.paid_back == self.paid_back:
            when = f"paid back after {self.paid_back:.3g} periods"
        return f"Worth {self.value_today:,.2f} today at {self.rate:.4g} a period; {when}."

    def payback(self, *, discounted: bool) -> float:
        """Time after which the customer has paid back what winning them cost.

        Parameters
        ----------
        discounted : bool
            Count money of today (True) or plain money (False).

        Returns
        -------
        float
            Periods. Between two payments the money is taken to come in evenly. NaN, with a
            warning, if it is never paid back within the table.

        Examples
        --------
        >>> plan = pd.DataFrame({"margin": [100] * 3})
        >>> cash_table(plan, acquisition=80, rate=0, first="end").payback(discounted=False)
        0.8
        """
        today = inputs.flags([discounted], "discounted").iloc[0]
        money = self.table["cumulative_present_value" if today else "cumulative"]
        time, below_again = _crossing(money)
        if time != time:
            warnings.warn(
                f"never paid back: {-money.iloc[-1]:g} is still missing after "
                f"{money.index[-1]:g} periods",
                stacklevel=2,
            )
        elif below_again:
            warnings.warn(
                f"paid back first at {time:.4g}, but the sum falls below zero again later",
                stacklevel=2,
            )
        return time

    def bridge(self) -> Bridge:
        """Steps from all margins to the value today: service, acquisition, waiting.

        Returns
        -------
        Bridge
            ``table`` with one signed step per row, ``value_today``, ``plot()``.

        Examples
        --------
        >>> plan = pd.DataFrame({"margin": [100] * 10})
        >>> flows = cash_table(plan, acquisition=80, rate=0.10, first="end")
        >>> flows.bridge().table["money"].round(2).to_dict()
        {'margin': 1000.0, 'service cost': 0.0, 'acquisition': -80.0, 'discounting': -385.54,
         'value today': 534.46}
        """
        table, today = self.table, self.value_today
        steps = {
            "margin": table["margin"].sum(),
            "service cost": 0.0 - table["service_cost"].sum(),
            "acquisition": 0.0 - table["acquisition"].sum(),
            "discounting": today - table["net"].sum(),
            "value today": today,
        }
        money = pd.Series(steps, name="money").rename_axis("step")
        ends = np.append(money.iloc[:-1].cumsum(), today)
        starts = np.append(ends[:-1] - money.iloc[:-1], 0.0)
        return Bridge(money.to_frame().assign(start=starts, end=ends))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it, see `plot_cash_flows`."""
        from crmlab.lifetime_value.figures import plot_cash_flows

        return plot_cash_flows(self, ax=ax)


def cash_table(
    plan: pd.DataFrame, *, acquisition: float, rate: float, first: First | float
) -> CashFlows:
    """Cash flow of one customer, period by period, with running totals.

    Parameters
    ----------
    plan : pandas.DataFrame
        One row per period. ``margin``: contribution in money, which is revenue less what it costs
        to supply. Optional: ``revenue`` (shown, never added up) and ``service_cost`` (positive).
    acquisition : float
        Cost of winning the customer, paid at time 0, not negative.
    rate : float
        Discount rate per period as a fraction.
    first : {"start", "end"} or float
        When the first row of the plan is paid, see `present_value`.

    Returns
    -------
    CashFlows
        ``table``, ``value_today``, ``payback()``, ``bridge()``, ``plot()``.

    Raises
    ------
    ValueError
        No ``margin`` column, a margin above its revenue, a negative cost.

    Examples
    --------
    >>> plan = pd.DataFrame({"margin": [100, 100, 100], "service_cost": [20, 20, 20]})
    >>> flows = cash_table(plan, acquisition=80, rate=0, first="end")
    >>> flows.table["cumulative"].tolist()
    [-80.0, 0.0, 80.0, 160.0]
    """
    remedy = (
        "Revenue is not margin: subtract the cost of supply and give the contribution in money."
    )
    inputs.table(plan, ["margin"], "plan", remedy=remedy)
    rate, shift = discount_rate(rate), first_time(first)
    given = [name for name in ("revenue", "margin") if name in plan]
    table = inputs.number_columns(plan, given, "plan")
    if "revenue" in table:
        remedy = "A contribution cannot exceed its revenue."
        above = table["margin"] > table["revenue"]
        inputs.refuse(above, plan, "plan.margin", ("is above revenue", "are above revenue"), remedy)
    served = plan["service_cost"] if "service_cost" in plan else table["margin"] * 0
    table["service_cost"] = inputs.numbers(served, "plan.service_cost", rows=plan, at_least=0)
    table.index = pd.Index(shift + np.arange(len(table)), name="time", dtype=float)
    if shift > 0:
        table = table.reindex(pd.Index([0.0, *table.index], name="time"), fill_value=0.0)
    table["acquisition"] = 0.0
    table.loc[0.0, "acquisition"] = inputs.number(acquisition, "acquisition", at_least=0)
    table["net"] = table["margin"] - table["service_cost"] - table["acquisition"]
    table["cumulative"] = table["net"].cumsum()
    table["present_value"] = table["net"] * discount_factors(table.index.to_numpy(), rate)
    table["cumulative_present_value"] = table["present_value"].cumsum()
    return CashFlows(table, rate)


def _crossing(money: pd.Series) -> tuple[float, bool]:
    """When a running total first reaches 0, and whether it falls below again."""
    times, total = money.index.to_numpy(dtype=float), money.to_numpy()
    paid = total >= -1e-9 * max(1.0, np.abs(total).max())
    k = int(np.argmax(paid))
    if not paid[k]:
        return float("nan"), False
    below_again = not paid[k:].all()
    if k == 0:
        return float(times[0]), below_again
    share = min(-total[k - 1] / (total[k] - total[k - 1]), 1.0)
    return float(times[k - 1] + share * (times[k] - times[k - 1])), below_again
