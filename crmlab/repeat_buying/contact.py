"""Whom to call and how many: calls that bring more than they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.repeat_buying.forecast import Forecast
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ContactPlan(Result):
    """Customers in the order in which a call pays, and how many calls pay.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per customer, the most valuable first: ``value`` without a call; ``gain``, what a
        call adds; ``net``, gain less the cost of the call; ``call``, whether it pays;
        ``net_so_far``, the net of this customer and all above.
    value : Forecast or None
        The values with their uncertainty, where they were given so.
    lift, cost : float
        Share of the value that a call adds, and what a call costs.
    """

    value: Forecast | None
    lift: float
    cost: float

    @property
    def ids(self) -> pd.Index:
        """The customers to call, the most valuable first."""
        return self.table.index[self.table["call"]]

    @property
    def totals(self) -> pd.Series:
        """The calls that pay: their number, cost, gain and net, with the interval of the net.

        The interval is that of the values' parameters; it does not hold the doubt about ``lift``.
        """
        chosen = self.table[self.table["call"]]
        cost = self.cost * len(chosen)
        told = {"calls": len(chosen), "cost": cost, "gain": chosen["gain"].sum()}
        told["net"] = told["gain"] - cost
        if self.value is not None and "low" in self.value.table:
            whole = self.value[self.ids].total() if len(chosen) else {"low": 0.0, "high": 0.0}
            told["net_low"] = self.lift * whole["low"] - cost
            told["net_high"] = self.lift * whole["high"] - cost
        return pd.Series(told, name="calls that pay")

    @property
    def break_even(self) -> pd.Series:
        """The share that a call must add to the values of those called to pay for all calls.

        Cost of the calls by value of the called: ``estimate``, and ``low`` and ``high`` where the
        values have an interval. Missing where no call pays.
        """
        whole = self.table.loc[self.table["call"], "value"].sum()
        cost = self.cost * int(self.table["call"].sum())
        told = {"estimate": cost / whole if whole else np.nan}
        if self.value is not None and "low" in self.value.table:
            told |= {"low": np.nan, "high": np.nan}
            if whole:
                limits = self.value[self.ids].total()
                told |= {"low": cost / limits["high"], "high": cost / limits["low"]}
        return pd.Series(told, name="break-even effect")

    @property
    def title(self) -> str:
        """How many calls pay, what they bring, and what calling everybody would."""
        made, everyone = self.totals, self.table["net"].sum()
        brings = f"bring {everyone:,.0f}" if everyone >= 0 else f"lose {-everyone:,.0f}"
        return (
            f"{made['calls']:,.0f} of {len(self.table):,} calls pay and bring {made['net']:,.0f};\n"
            f"calling everybody would {brings}"
        )

    @property
    def caption(self) -> str:
        """What was assumed of a call."""
        return f"a call costs {self.cost:g} and adds {100 * self.lift:.4g} % of the value"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Net over the number of calls (see `plot_contact_plan`)."""
        return plot_contact_plan(self, ax)


def contact_plan(value: Forecast | inputs.Numbers, *, lift: float, cost: float) -> ContactPlan:
    r"""Whom to call, when a call adds a share of a customer's value and costs the same for all.

    Parameters
    ----------
    value : Forecast or Series
        Margin that each customer brings without a call, such as `lifetime_value` gives.
    lift : float
        Share of the value that a call adds, such as 0.10.
    cost : float
        Cost of one call, in the unit of the values.

    Returns
    -------
    ContactPlan

    Raises
    ------
    ValueError
        No customers, a value that is missing or negative, a lift or a cost not above 0.

    Notes
    -----
    A call pays where :math:`lift \times value > cost`. The lift stands in no list of sales; a trial
    tells it (see `crmlab.evidence.trial_size`).

    Examples
    --------
    >>> plan = contact_plan(pd.Series([8.0, 48, 120], index=["a", "b", "c"]), lift=0.1, cost=3)
    >>> plan.table.round(1)
       value  gain  net   call  net_so_far
    c  120.0  12.0  9.0   True         9.0
    b   48.0   4.8  1.8   True        10.8
    a    8.0   0.8 -2.2  False         8.6
    >>> list(plan.ids), plan.totals.round(1).tolist()
    (['c', 'b'], [2.0, 6.0, 16.8, 10.8])
    """
    share = inputs.number(lift, "lift", above=0, remedy="Write 0.10 for a tenth.")
    price = inputs.number(cost, "cost", above=0)
    forecast = value if isinstance(value, Forecast) else None
    given: Any = value["estimate"] if isinstance(value, Forecast) else value
    worth = inputs.numbers(given, "value", at_least=0)
    inputs.one_row_each(worth, "value")
    order = np.argsort(-inputs.settled(worth.to_numpy()), kind="stable")
    table = pd.DataFrame({"value": worth.iloc[order]})
    table["gain"] = share * table["value"]
    table["net"] = table["gain"] - price
    table["call"] = table["net"] > 1e-9 * price
    table["net_so_far"] = table["net"].cumsum()
    return ContactPlan(table, forecast, share, price)


@style.figure(ContactPlan)
def plot_contact_plan(plan: ContactPlan, ax: Any = None) -> None:
    """Net over the number of calls, the most valuable customers first.

    Parameters
    ----------
    plan : ContactPlan
        From `contact_plan`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    so_far, made = plan.table["net_so_far"].to_numpy(), plan.totals
    ax.plot(np.arange(len(so_far) + 1), np.append(0, so_far), color=style.COLOURS["value"])
    ax.axhline(0, color=style.COLOURS["neutral"], linewidth=1)
    ax.plot(made["calls"], made["net"], "o", color=style.COLOURS["good"])
    ax.annotate(
        f"{made['calls']:,.0f} calls", (made["calls"], made["net"]), xytext=(0, -32),
        textcoords="offset points", ha="center", color=style.COLOURS["good"],
    )  # fmt: skip
    ax.set_xlim(0, len(so_far))
    ax.set_title(plan.title)
    ax.set_xlabel("calls, the most valuable customer first")
    ax.set_ylabel("gain less cost of the calls")


def ranked_share(
    scores: pd.DataFrame, came: inputs.Numbers, *, top: float = 0.2, confidence: float = 0.95
) -> pd.DataFrame:
    r"""What share of what came did the customers bring whom each score ranks first?

    Parameters
    ----------
    scores : DataFrame
        One row per customer and one column per ranking; the larger, the better.
    came : Series
        What each of these customers brought afterwards, such as ``both["spend_holdout"]``.
    top : float
        Share of the customers that counts as first.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per score, the best first, and ``hindsight``, the best that any order could do:
        ``estimate``, ``low``, ``high``.

    Raises
    ------
    ValueError
        Customers without an outcome, negative outcomes, or nothing that came.

    Notes
    -----
    With :math:`I_i` for being ranked first, the share is :math:`s = \sum I_i y_i / \sum y_i`, a
    ratio; its standard error is :math:`\sqrt{\sum (I_i - s)^2 y_i^2} / \sum y_i`.

    Examples
    --------
    >>> scores = pd.DataFrame({"size": [9, 8, 1, 2], "age": [1, 3, 2, 9]}, index=list("abcd"))
    >>> came = pd.Series([60, 20, 10, 10], index=list("abcd"))
    >>> ranked_share(scores, came, top=0.5)["estimate"].to_dict()
    {'hindsight': 0.8, 'size': 0.8, 'age': 0.3}
    """
    table = inputs.customer_table(scores, "scores")
    brought = inputs.numbers(came, "came", at_least=0)
    missing = ~pd.Series(table.index.isin(brought.index), index=table.index)
    problem = "has no outcome", "have no outcomes"
    inputs.refuse(missing, table.index.to_series(), "came", problem, "Give each customer one.")
    inputs.one_row_each(brought, "came")
    money = brought.reindex(table.index).to_numpy(float)
    if not money.sum() > 0:
        raise ValueError("came: 0 for every customer; there is nothing to share out.")
    part = inputs.number(top, "top", above=0, at_most=1)
    first = max(round(part * len(money)), 1)
    quantile = intervals.normal_quantile(confidence)
    rows: dict[str, dict[str, float]] = {}
    orders: dict[str, Any] = {"hindsight": money, **{str(n): table[n] for n in table}}
    for name, score in orders.items():
        chosen = np.zeros(len(money))
        values = inputs.numbers(score, f"scores.{name}").to_numpy(float)
        chosen[np.argsort(-inputs.settled(values), kind="stable")[:first]] = 1
        share = float(chosen @ money / money.sum())
        reach = quantile * float(np.sqrt(((chosen - share) ** 2) @ money**2) / money.sum())
        rows[name] = {
            "estimate": share, "low": max(share - reach, 0.0), "high": min(share + reach, 1.0)
        }  # fmt: skip
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("ranked by")
    return found.sort_values("estimate", ascending=False, kind="stable")
