"""Waiting in line: who turns away, how long a queue gets, and a visit on a time line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.inputs import Numbers
from crmlab.intervals import normal_quantile, tail
from crmlab.results import Result
from crmlab.satisfaction.answers import paired
from crmlab.satisfaction.intervals import interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BUSY = "More arrive than can be served, so the queue grows without end."


@dataclass(frozen=True, eq=False, repr=False)
class Journey(Result):
    """A visit on a time line.

    Attributes
    ----------
    table : DataFrame
        One row per step, in order: ``start``, ``end``, ``minutes``, ``waiting``.
    """

    @property
    def total(self) -> float:
        """Length of the visit."""
        return float(self.table["minutes"].sum())

    @property
    def waiting(self) -> float:
        """How much of it is waiting."""
        return float(self.table.loc[self.table["waiting"], "minutes"].sum())

    @property
    def title(self) -> str:
        """Title of the figure."""
        return f"{self.waiting:.3g} of {self.total:.3g} min are waiting"

    @property
    def caption(self) -> str:
        """How much of the visit is waiting."""
        return f"{self.title}: {self.waiting / self.total:.0%}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the steps one below the other, see `plot_journey`."""
        return plot_journey(self, ax=ax)


def balking_rate(promised: Numbers, left: Any, *, confidence: float = 0.95) -> pd.Series:
    r"""Rate at which a longer promise sends people away.

    Parameters
    ----------
    promised : Series or sequence of float, shape (n,)
        Wait that each arrival was promised, above 0.
    left : Series or sequence of bool, shape (n,)
        Who turned away on reading it.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high`` per unit of time; ``n`` arrivals, ``left`` of them.

    Raises
    ------
    ValueError
        Promises not above 0, text for a flag, everybody left.

    Notes
    -----
    The share that stays is :math:`e^{-bp}`; b has the highest likelihood, its interval holds
    every b whose likelihood ratio the data do not reject. Where nobody left, the upper end is
    exact: that b at which nobody would leave as seldom as the interval may miss.

    Examples
    --------
    A promise of 10 minutes sends 5 of 50 away: -log(0.9) / 10.

    >>> round(float(balking_rate([10] * 50, [True] * 5 + [False] * 45)["estimate"]), 5)
    0.01054
    """
    from scipy.optimize import brentq

    missed, z = tail(confidence), normal_quantile(confidence)
    given = paired(promised=promised, left=left)
    minutes = inputs.numbers(given["promised"], "promised", above=0).to_numpy()
    gone = inputs.flags(given["left"], "left").to_numpy()
    counts = {"n": len(gone), "left": int(gone.sum())}
    if gone.all():
        raise ValueError(f"left: all {len(gone)} turned away, so no rate is too high")
    if not gone.any():
        return interval(0.0, 0.0, -np.log(missed) / minutes.sum(), **counts)
    lost, stayed = minutes[gone], minutes[~gone].sum()

    def likelihood(rate: float) -> float:
        return float(np.log(-np.expm1(-rate * lost)).sum() - rate * stayed)

    def score(rate: float) -> float:
        return float((lost / np.expm1(rate * lost)).sum() - stayed)

    least = 1 / minutes.sum()
    best = brentq(score, 1e-3 * least, 40 / lost.min(), xtol=1e-12 * least)
    reach = likelihood(best) - z**2 / 2

    def beyond(rate: float) -> float:
        return likelihood(rate) - reach

    top = best
    while beyond(top) > 0 or top == best:
        top *= 2
    bottom = best
    while beyond(bottom) > 0 or bottom == best:
        bottom /= 2
    low = brentq(beyond, bottom, best, xtol=1e-12 * least)
    high = brentq(beyond, best, top, xtol=1e-12 * least)
    return interval(best, low, high, **counts)


def queue_wait(arrivals: float, service: float, *, servers: int = 1) -> float:
    r"""Mean wait in a queue in front of one or several tills.

    Parameters
    ----------
    arrivals : float
        Mean number of arrivals per unit of time, above 0.
    service : float
        Mean time that one service takes, in that unit, above 0.
    servers : int
        Tills that serve one line.

    Returns
    -------
    float
        Mean time before being served.

    Raises
    ------
    ValueError
        As many arrive as can be served, or more.

    Notes
    -----
    M/M/c: arrivals at random, exponential service, first come, first served, nobody leaves.
    Erlang (1917): with load :math:`a = \lambda s` and :math:`\rho = a / c`, an arrival waits with
    probability :math:`C = \frac{a^c}{c!(1-\rho)} / (\sum_{k<c} \frac{a^k}{k!} +
    \frac{a^c}{c!(1-\rho)})`, and on average :math:`C s / (c(1-\rho))`.

    Examples
    --------
    Two an hour, 20 minutes each: with one doctor 40 minutes, with two 2.5 (the county hospital
    of Hillier and Lieberman, Introduction to Operations Research):

    >>> [round(60 * queue_wait(2, 1 / 3, servers=c), 3) for c in (1, 2)]
    [40.0, 2.5]
    """
    rate = inputs.number(arrivals, "arrivals", above=0)
    time = inputs.number(service, "service", above=0)
    tills = inputs.count(servers, "servers")
    load = rate * time
    if load >= tills * (1 - 1e-12):
        raise ValueError(f"{load:.3g} tills of {tills} would be busy. {_BUSY}")
    idle = 1.0  # Erlang's B, from no server up
    for till in range(1, tills + 1):
        idle = load * idle / (till + load * idle)
    waits = idle / (1 - load / tills * (1 - idle))
    return float(waits * time / (tills - load))


def service_journey(minutes: Numbers, waiting: Any) -> Journey:
    """Put the steps of a visit on a time line.

    Parameters
    ----------
    minutes : Series or mapping of str to float
        How long each step takes, in order, above 0.
    waiting : Series or sequence of bool
        Which steps are waiting.

    Returns
    -------
    Journey
        With ``table``, ``total`` and ``waiting``.

    Raises
    ------
    ValueError
        Steps that take no time, steps without a flag.

    Examples
    --------
    >>> service_journey({"queue": 6, "pay": 2}, [True, False]).title
    '6 of 8 min are waiting'
    """
    steps = inputs.numbers(minutes, "minutes", above=0)
    told = pd.Series(waiting, steps.index) if not isinstance(waiting, pd.Series) else waiting
    both = paired(minutes=steps, waiting=told)
    end = steps.cumsum()
    table = pd.DataFrame({"start": end - steps, "end": end, "minutes": steps})
    table["waiting"] = inputs.flags(both["waiting"], "waiting")
    return Journey(table.rename_axis("step"))


@style.figure(Journey, width=9, height=4)
def plot_journey(journey: Journey, ax: Axes | None = None) -> None:
    """Draw each step of a visit where it lies in time.

    Parameters
    ----------
    journey : Journey
        Result of `service_journey`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The first step on top; waiting in the colour of costs.
    """
    steps = journey.table
    colours = [style.COLOURS["cost" if waits else "value"] for waits in steps["waiting"]]
    rows = np.arange(len(steps))[::-1]
    ax.barh(rows, steps["minutes"], left=steps["start"], color=colours, height=0.6)
    for row, (start, minutes) in zip(rows, steps[["start", "minutes"]].to_numpy(), strict=True):
        ax.text(start + minutes, row, f" {minutes:.3g}", va="center", ha="left")
    ax.set_yticks(rows, steps.index)
    ax.set_xlim(0, journey.total * 1.06)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="minutes since she came in")
    ax.set_title(journey.title)
