"""When a customer database does not pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class DatabaseWorth(Result):
    """What a database brings, less what it costs, by how often customers buy.

    Attributes
    ----------
    table : pandas.DataFrame
        For each frequency (purchases of a customer in a year) ``gain``, ``cost`` and ``net``, in
        today's money.
    break_even : float
        Purchases in a year at which the net is 0; infinite where nothing is gained by a purchase.
    years : float
    """

    break_even: float
    years: float

    @property
    def title(self) -> str:
        """The break-even frequency."""
        if self.break_even == float("inf"):
            return "It never pays: a purchase gains nothing"
        return f"It pays from {self.break_even:.2g} purchases a year on"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_database_worth`."""
        return plot_database_worth(self, ax)


def database_worth(
    frequency: float | inputs.Numbers,
    *,
    customers: float,
    gain: float,
    costs: tuple[float, float],
    horizon: tuple[float, float],
) -> DatabaseWorth:
    r"""Value a database by how often customers buy.

    Parameters
    ----------
    frequency : number or row of numbers
        Purchases of a customer in a year, 0 or more.
    customers : float
        Customers in it, above 0.
    gain : float
        Margin that knowing a customer adds to one purchase: margin times the share by which it
        grows. What that share is, only a trial shows.
    costs : (float, float)
        To build it, today; to run it, at the end of each year.
    horizon : (int, float)
        Years, and the discount rate of a year, above -1.

    Returns
    -------
    DatabaseWorth
        With ``table``, ``break_even``, ``plot()``.

    Raises
    ------
    ValueError
        A number outside its range.

    Notes
    -----
    :math:`\sum_{t=1}^{T} (N \lambda g - run) / (1 + i)^t - build`; gains come at the end of each
    year, customers do not leave.

    Examples
    --------
    1,000 customers, 0.50 a purchase, 2,000 to build, 1,000 a year to run, two years, no discount:
    2 purchases a year bring 1,000 a year.

    >>> found = database_worth([2, 6], customers=1000, gain=0.5, costs=(2000, 1000), horizon=(2, 0))
    >>> found["net"].tolist(), found.break_even
    ([-2000.0, 2000.0], 4.0)
    """
    often = [frequency] if isinstance(frequency, int | float) else frequency
    rates = inputs.numbers(often, "frequency", at_least=0).to_numpy()
    count = inputs.number(customers, "customers", above=0)
    each = inputs.number(gain, "gain")
    build, run = (inputs.number(cost, "costs", at_least=0) for cost in _pair(costs, "costs"))
    span, yearly = _pair(horizon, "horizon")
    years, rate = inputs.count(span, "horizon"), inputs.number(yearly, "horizon", above=-1)
    today = sum((1 + rate) ** -year for year in range(1, years + 1))
    cost = build + run * today
    table = pd.DataFrame(
        {"gain": count * rates * each * today, "cost": cost},
        pd.Index(rates, name="frequency"),
    )
    table["net"] = table["gain"] - table["cost"]
    even = cost / (count * each * today) if each > 0 else float("inf")
    return DatabaseWorth(table, even, float(years))


def database_vetoes(
    worth: DatabaseWorth, *, repeat_rate: float, least: float = 0.2
) -> pd.DataFrame:
    """Say which of three vetoes forbids a database: rare purchase, no loyalty, cost above gain.

    Parameters
    ----------
    worth : DatabaseWorth
        For one frequency.
    repeat_rate : float
        Share of customers who come back, 0 to 1.
    least : float
        Share below which customers count as not loyal: your own goalpost.

    Returns
    -------
    pandas.DataFrame
        For each veto ``found``, ``limit`` and ``veto``. "rare purchase": fewer than one more
        purchase within the years.

    Raises
    ------
    ValueError
        No `DatabaseWorth` of one frequency; a share outside 0 to 1.

    Examples
    --------
    >>> worth = database_worth(0.1, customers=1000, gain=5, costs=(2000, 1000), horizon=(5, 0.1))
    >>> database_vetoes(worth, repeat_rate=0.5)["veto"].to_dict()
    {'rare purchase': True, 'no loyalty': False, 'cost above gain': True}
    """
    if not isinstance(worth, DatabaseWorth) or len(worth.table) != 1:
        raise ValueError("worth must be what database_worth returns for one frequency.")
    often, net = float(worth.table.index[0]), float(worth["net"].iloc[0])
    back, floor = inputs.share(repeat_rate, "repeat_rate"), inputs.share(least, "least")
    rows = {
        "rare purchase": (often * worth.years, 1.0, often * worth.years < 1),
        "no loyalty": (back, floor, back < floor),
        "cost above gain": (net, 0.0, net < 0),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["found", "limit", "veto"])


def _pair(given: tuple[float, float], where: str) -> tuple[float, float]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise ValueError(f"{where} is {inputs.shown(given)}; give two numbers.")
    return given[0], given[1]


@style.figure(DatabaseWorth, width=9, height=5)
def plot_database_worth(worth: DatabaseWorth, ax: Axes | None = None) -> None:
    """Draw the net worth against the frequency of purchase.

    Parameters
    ----------
    worth : DatabaseWorth
        From `database_worth`, for several frequencies.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A line; below 0 the database costs more than it brings. Dotted: the break-even.
    """
    table = worth.table.sort_index()
    ax.plot(table.index, table["net"], color=style.COLOURS["value"], marker="o")
    ink = style.COLOURS["ink"]
    ax.axhline(0, color=ink, lw=1)
    if worth.break_even < float("inf"):
        ax.axvline(worth.break_even, color=ink, lw=1, ls=":")
    style.money(ax.yaxis)
    ax.set_xlabel("purchases of a customer in a year")
    ax.set_ylabel("net worth today")
    ax.set_title(worth.title)
