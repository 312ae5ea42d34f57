"""Charts that say when a row of numbers has moved: CUSUM and EWMA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ControlChart(Result):
    """A row of numbers watched for a move.

    Attributes
    ----------
    table : pandas.DataFrame
        For each number ``value``; of a CUSUM ``high`` and ``low`` sums, of an EWMA ``average``
        with its ``lower`` and ``upper`` limit; and ``alarm``.
    limit : float
        The sum, or the last distance of the average from the target, at which it alarms.
    kind : str
        ``"cusum"`` or ``"ewma"``.
    """

    table: pd.DataFrame
    limit: float
    kind: str

    @property
    def first(self) -> object:
        """Label of the first alarm, or None."""
        alarms = self.table.index[self.table["alarm"]]
        return alarms[0] if len(alarms) else None

    @property
    def title(self) -> str:
        """What the chart says."""
        return "No alarm" if self.first is None else f"First alarm: {_said(self.first)}"

    @property
    def caption(self) -> str:
        """How many alarms."""
        return f"{int(self.table['alarm'].sum())} alarms in {len(self.table)} periods."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_control_chart`."""
        return plot_control_chart(self, ax)


def cusum(values: inputs.Numbers, *, target: float, slack: float, limit: float) -> ControlChart:
    r"""Add up how far values lie above and below a target, beyond a slack.

    Parameters
    ----------
    values : array-like, shape (n,)
        One number per period, in order of time.
    target : float
        Where they should lie.
    slack : float
        Distance that counts as noise, in the unit of the values: half the move to be found.
    limit : float
        Sum at which it alarms, in the same unit; about 5 standard deviations.

    Returns
    -------
    ControlChart
        With ``table`` (``value``, ``high``, ``low``, ``alarm``).

    Raises
    ------
    ValueError
        A missing number, a negative slack, a limit not above 0.

    Notes
    -----
    :math:`C^+_t = \max(0, x_t - (\mu + K) + C^+_{t-1})` and
    :math:`C^-_t = \max(0, (\mu - K) - x_t + C^-_{t-1})` (Page 1954). Values must not hang together
    over time: with positive autocorrelation it alarms too often.

    Examples
    --------
    >>> cusum([10, 10, 12, 13], target=10, slack=1, limit=2.5).table["high"].tolist()
    [0.0, 0.0, 1.0, 3.0]
    """
    read = inputs.numbers(values, "values")
    target = inputs.number(target, "target")
    slack = inputs.number(slack, "slack", at_least=0)
    limit = inputs.number(limit, "limit", above=0)
    high, low = np.zeros(len(read)), np.zeros(len(read))
    above = below = 0.0
    for place, value in enumerate(read.to_numpy()):
        high[place] = above = max(0.0, value - (target + slack) + above)
        low[place] = below = max(0.0, (target - slack) - value + below)
    table = pd.DataFrame({"value": read, "high": high, "low": low}, index=read.index)
    sums = inputs.settled(np.maximum(high, low))
    return ControlChart(table.assign(alarm=sums > limit * (1 + 1e-9)), limit, "cusum")


def ewma(
    values: inputs.Numbers,
    *,
    target: float,
    sd: float,
    weight: float = 0.2,
    width: float = 3.0,
) -> ControlChart:
    r"""Average values with weights that fade, and watch the average.

    Parameters
    ----------
    values : array-like, shape (n,)
        One number per period, in order of time.
    target, sd : float
        Where they should lie, and their standard deviation while nothing has moved.
    weight : float
        Of the newest value, above 0 to 1.
    width : float
        Limits, in standard deviations of the average.

    Returns
    -------
    ControlChart
        With ``table`` (``value``, ``average``, ``lower``, ``upper``, ``alarm``).

    Raises
    ------
    ValueError
        A missing number; a standard deviation, weight or width not above 0.

    Notes
    -----
    :math:`z_t = \lambda x_t + (1 - \lambda) z_{t-1}`, :math:`z_0 = \mu`, limits
    :math:`\mu \pm L \sigma \sqrt{\lambda (1 - (1 - \lambda)^{2t}) / (2 - \lambda)}` (Roberts 1959).

    Examples
    --------
    >>> ewma([10, 14], target=10, sd=1, weight=0.5).table["average"].tolist()
    [10.0, 12.0]
    """
    read = inputs.numbers(values, "values")
    target = inputs.number(target, "target")
    sd = inputs.number(sd, "sd", above=0)
    weight = inputs.number(weight, "weight", above=0, at_most=1)
    width = inputs.number(width, "width", above=0)
    started = pd.concat([pd.Series([target]), read.reset_index(drop=True)])
    average = started.ewm(alpha=weight, adjust=False).mean().to_numpy()[1:]
    period = np.arange(1, len(read) + 1)
    spread = np.sqrt(weight * (1 - (1 - weight) ** (2 * period)) / (2 - weight))
    reach = width * sd * spread
    table = pd.DataFrame(
        {"value": read, "average": average, "lower": target - reach, "upper": target + reach}
    )
    alarm = np.abs(average - target) > reach * (1 + 1e-9)
    return ControlChart(table.assign(alarm=alarm), float(reach[-1]), "ewma")


def _said(label: object) -> str:
    return f"{label:%Y-%m-%d}" if isinstance(label, pd.Timestamp) else str(label)


@style.figure(ControlChart, width=9, height=4.5)
def plot_control_chart(result: ControlChart, ax: Axes | None = None) -> None:
    """Draw a control chart with its limits and alarms.

    Parameters
    ----------
    result : ControlChart
        From `cusum` or `ewma`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Of a CUSUM the low sum points down.
    """
    table, ink = result.table, style.COLOURS["ink"]
    bounds: list[Any]
    if result.kind == "cusum":
        lines = {"above target": table["high"], "below target": -table["low"]}
        bounds = [result.limit, -result.limit]
        ax.set_ylabel("sum of what lies beyond the slack")
    else:
        lines = {"average": table["average"]}
        bounds = [table["upper"], table["lower"]]
        ax.set_ylabel("average that fades")
    for (name, values), colour in zip(lines.items(), style.CYCLE, strict=False):
        ax.plot(table.index, values, "o-", color=colour, markersize=4, label=name)
        hit = table["alarm"] & ((np.abs(values) > result.limit) | (result.kind == "ewma"))
        ax.plot(table.index[hit], values[hit], "o", color=style.COLOURS["cost"], markersize=9)
    for bound in bounds:
        ax.plot(table.index, np.broadcast_to(bound, len(table)), "--", color=ink, lw=1)
    ax.legend()
    ax.set_xlabel("period")
    ax.set_title(result.title)
