"""Sales against plan and expenses against budget, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Progress(Result):
    """What was reached of a plan, from its start to each period.

    Attributes
    ----------
    table : pandas.DataFrame
        For each period ``plan``, ``actual``, both added up (``plan_to_date``,
        ``actual_to_date``), ``reached`` (their ratio) and ``state``: green, amber or red.
    tolerance : float
        Share by which the actual may miss the plan.
    kind : str
        ``"sales"``: too little is bad; ``"expenses"``: too much is.
    """

    table: pd.DataFrame
    tolerance: float
    kind: str

    @property
    def title(self) -> str:
        """Where the last period stands."""
        last = self.table.iloc[-1]
        what = "plan" if self.kind == "sales" else "budget"
        if np.isnan(last["reached"]):
            return f"No {what} yet"
        return f"{last['reached']:.0%} of the {what} to date: {last['state']}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_progress`."""
        return plot_progress(self, ax)


def sales_progress(plan: inputs.Numbers, actual: inputs.Numbers, *, tolerance: float) -> Progress:
    """Sales against a plan, added up from its start.

    Parameters
    ----------
    plan, actual : array-like, shape (n,)
        Money in each period, in order of time; a plan follows the season. A period without sales
        is 0, not missing.
    tolerance : float
        Share by which sales to date may miss the plan to date.

    Returns
    -------
    Progress
        State red below plan x (1 - tolerance), amber below plan, green from plan on; empty where
        nothing is planned yet.

    Raises
    ------
    ValueError
        Rows of different length or missing numbers; a negative plan; a tolerance outside 0 to 1.

    Examples
    --------
    >>> sales_progress([100, 100, 50], [90, 105, 20], tolerance=0.1)["state"].tolist()
    ['amber', 'amber', 'red']
    """
    return _progress(plan, actual, tolerance, "sales")


def expense_progress(
    budget: inputs.Numbers, actual: inputs.Numbers, *, tolerance: float
) -> Progress:
    """Selling expenses against a budget, added up from its start.

    Parameters
    ----------
    budget, actual : array-like, shape (n,)
        Money in each period, in order of time, not negative.
    tolerance : float
        Share by which expenses to date may exceed the budget to date.

    Returns
    -------
    Progress
        State red above budget x (1 + tolerance), amber above the budget, green up to it.

    Raises
    ------
    ValueError
        Rows of different length, missing or negative numbers; a tolerance outside 0 to 1.

    Examples
    --------
    >>> budget = [100, 0, 0, 0]
    >>> expense_progress(budget, [30, 32, 42, 2], tolerance=0.05)["state"].tolist()
    ['green', 'green', 'amber', 'red']
    """
    return _progress(budget, actual, tolerance, "expenses")


def _progress(
    plan: inputs.Numbers, actual: inputs.Numbers, tolerance: float, kind: str
) -> Progress:
    planned = inputs.numbers(plan, "plan" if kind == "sales" else "budget", at_least=0)
    least = -np.inf if kind == "sales" else 0.0
    done = inputs.numbers(actual, "actual", at_least=least)
    slack = inputs.share(tolerance, "tolerance")
    if len(planned) != len(done):
        raise ValueError(
            f"actual has {len(done)} periods and the plan {len(planned)}; give one each. A period "
            "without sales is 0."
        )
    table = pd.DataFrame({"plan": planned.to_numpy(), "actual": done.to_numpy()}, planned.index)
    table["plan_to_date"], table["actual_to_date"] = (
        table["plan"].cumsum(),
        table["actual"].cumsum(),
    )
    table["reached"] = table["actual_to_date"] / table["plan_to_date"].where(
        table["plan_to_date"] > 0
    )
    ratio = table["reached"].to_numpy() if kind == "sales" else 2 - table["reached"].to_numpy()
    bounds = [np.isnan(ratio), ratio < (1 - slack) * (1 - 1e-12), ratio < 1 - 1e-12]
    table["state"] = np.select(bounds, ["", "red", "amber"], default="green")
    return Progress(table, slack, kind)


@style.figure(Progress, width=9, height=4.5)
def plot_progress(progress: Progress, ax: Axes | None = None) -> None:
    """Draw what was reached against the plan, both added up.

    Parameters
    ----------
    progress : Progress
        From `sales_progress` or `expense_progress`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The plan with its tolerance, and the actual sum.
    """
    table, what = progress.table, "plan" if progress.kind == "sales" else "budget"
    index, planned = table.index, table["plan_to_date"].to_numpy()
    side = -1 if progress.kind == "sales" else 1
    edge = planned * (1 + side * progress.tolerance)
    ax.fill_between(index, planned, edge, color=style.COLOURS["warn"], alpha=0.25, lw=0)
    ax.plot(index, planned, color=style.COLOURS["ink"], label=f"{what} to date")
    actual = table["actual_to_date"]
    ax.plot(index, actual, "o-", color=style.COLOURS["value"], label=f"{progress.kind} to date")
    ax.set(xlabel="period", ylabel="money, added up")
    ax.legend()
    ax.set_title(progress.title)
