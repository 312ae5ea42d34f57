"""Season: a year in which everybody buys more in some months than in others."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.repeat_buying import numerics
from crmlab.repeat_buying.transactions import day_number
from crmlab.repeat_buying.year import CYCLE, MONTHS, in_order, parts_of_year, shares_of_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FINE, COARSE, EXACT = 16, 4, 400 * 365.2425
FADED, STEP, FARTHEST = 37.0, 0.5, 1e12
SAME, ROUNDING = 1e-12, 1e-9
CACHED = 32


@dataclass(frozen=True)
class Season:
    r"""How much faster or slower everybody buys by time of year: a profile with the mean 1.

    ``BGNBD.fit(summary, season=season)`` counts ages in *operational time*, which runs as fast as
    the season: :math:`\tau(t) = \int^t w(u)\,du`. A customer with the rate :math:`\lambda w(t)` who
    may leave at a purchase is a plain customer there, so nothing else of the model changes.

    Parameters
    ----------
    weights : list, Series or mapping of float
        12 for the months, or 52 or 53 for the weeks of the year (days 1-7, 8-14, ...; with 52 the
        last one is longer). Above 0; they are divided by their mean over all days. A Series or
        mapping is put in order by its names: months as Jan or January, or numbers from 1.
    low, high : list of float, optional
        Ends of the intervals of the weights, as `Season.estimate` gives them.
    drift : float, optional
        Change of the purchase rate in a year that `Season.estimate` found beside the season.

    Notes
    -----
    The profile is taken as known: intervals of forecasts do not hold the doubt about it.

    Examples
    --------
    >>> winter = Season([1.2, 1.1, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.9, 1, 1.2, 1.3])
    >>> winter.table["estimate"].round(2).tolist()[-3:]
    [1.0, 1.2, 1.3]
    >>> round(float(winter.tau("2024-12-31") - winter.tau("2024-11-30")), 1)
    40.3
    """

    weights: tuple[float, ...]
    low: tuple[float, ...] | None = None
    high: tuple[float, ...] | None = None
    drift: float | None = None

    def __post_init__(self) -> None:
        given = inputs.numbers(
            in_order(self.weights, "season: weights"), "season: weights", above=0,
            remedy="Everybody buys something in each part of a year; join parts without a purchase"
            " to others, or leave the season out.",
        ).to_numpy(float)  # fmt: skip
        if len(given) not in (12, 52, 53):
            raise ValueError(
                f"season: {len(given)} weights; give 12 for the months, or 52 or 53 for the weeks."
            )
        mean = float((given * shares_of_year(len(given))).sum())
        mean = 1.0 if abs(mean - 1) < SAME else mean
        object.__setattr__(self, "weights", tuple((given / mean).tolist()))
        if (self.low is None) != (self.high is None):
            raise ValueError("season: low without high, or high without low; give both or none.")
        for name, side in (("low", -1), ("high", 1)):
            limits: Any = getattr(self, name)
            if limits is None:
                continue
            where = f"season: {name}"
            read = inputs.numbers(in_order(limits, where), where, at_least=0).to_numpy(float)
            if len(read) != len(given):
                raise ValueError(f"{where} has {len(read)} numbers for {len(given)} weights.")
            if (side * (read - given) < -ROUNDING * given).any():
                wrong = "above" if side < 0 else "below"
                raise ValueError(f"{where} lies {wrong} the weights; give the ends around them.")
            object.__setattr__(self, name, tuple((read / mean).tolist()))

    @classmethod
    def estimate(
        cls,
        transactions: Any,
        *,
        by: Literal["month", "week"] = "month",
        until: inputs.Day | None = None,
        refunds: inputs.Refunds = "error",
        confidence: float = 0.95,
    ) -> Self:
        r"""The season of the repeat purchases in a log of at least two full years.

        Parameters
        ----------
        transactions : DataFrame or CustomerDatabase
            ``customer_id``, ``date`` and, if there, ``amount``.
        by : {"month", "week"}
            Parts of the year.
        until : date or str, optional
            Last day used; the day of the last purchase if not given.
        refunds : {"error", "ignore", "net"}
            As in `summarise`.
        confidence : float
            Coverage of the intervals.

        Returns
        -------
        Season

        Raises
        ------
        ValueError
            Less than two full years; no purchase for too long before ``until``; a part of the year
            without a repeat purchase; fewer than 50 customers with repeat purchases, by week than
            104; customers who all started at about one time; and what `summarise` refuses.

        Notes
        -----
        Poisson regression of the repeat purchases of each day, by the customers who had bought for
        the first time before it: :math:`\log E N = \log n + f(age) + \beta t + \log w`. The number
        of customers n takes up the growth of the base, a free level for each age (in operational
        time) their leaving and settling down, and a steady drift :math:`\beta` of the calendar or
        from cohort to cohort. What is left and returns each year is the season. It is assumed that
        cohorts differ by no more than such a drift: what a single year brought, such as one
        autumn's campaign, is taken for season by half in two years. Intervals are normal on the
        logarithm, with each customer's purchases as one cluster.
        """
        from crmlab.repeat_buying.seasonality import estimated

        inputs.choice(by, "by", ("month", "week"))
        found = estimated(transactions, until, refunds, (12 if by == "month" else 52, confidence))
        return cls(*found)

    @property
    def table(self) -> pd.DataFrame:
        """One row per month or week: ``estimate``, and where estimated ``low`` and ``high``."""
        count = len(self.weights)
        months = pd.Index(MONTHS, name="month")
        index = months if count == 12 else pd.RangeIndex(1, count + 1, name="week")
        columns = {"estimate": self.weights, "low": self.low, "high": self.high}
        return pd.DataFrame({k: v for k, v in columns.items() if v is not None}, index=index)

    @property
    def title(self) -> str:
        """Where the year is highest and lowest, and by how much."""
        weights = self.table["estimate"]
        part = "" if len(weights) == 12 else "week "
        return (
            f"Customers buy most in {part}{weights.idxmax()} ({weights.max():.2f} times the mean)\n"
            f"and least in {part}{weights.idxmin()} ({weights.min():.2f} times)"
        )

    def tau(self, day: Any) -> Any:
        """Operational days from the end of 1969 to the end of a day, or of each of several.

        Parameters
        ----------
        day : date, str, or Series or array of them

        Returns
        -------
        float or numpy.ndarray
        """
        if np.ndim(day):
            several = inputs.days(pd.Series(day), "day")
            return self._at(several.to_numpy().astype("datetime64[D]").astype(np.int64))
        return float(self._at(np.array([number_of(day, "day")]))[0])

    def plot(self, ax: Axes | None = None) -> Axes:
        """The profile over the year (see `plot_season`)."""
        return plot_season(self, ax)

    def _repr_html_(self) -> str:
        return self.table.to_html(notebook=True, border=0)

    def _at(self, number: NDArray[np.int64]) -> NDArray[np.float64]:
        """Operational days up to the end of days counted from 1970-01-01, the first one 0."""
        sums = _sums(self.weights)
        return number // CYCLE * sums[-1] + sums[number % CYCLE]

    def _ahead(self, day: int, ahead: NDArray[np.float64]) -> NDArray[np.float64]:
        """Operational days from the end of a day on, for lengths in days, negative for the past."""
        if np.abs(ahead).max() > FARTHEST:
            raise ValueError(
                f"periods reach {np.abs(ahead).max():.3g} days; a season is followed over "
                f"{FARTHEST:.0e} days at most."
            )
        near = np.round(ahead)
        ahead = np.where((np.abs(ahead - near) < 1e-6) & (near != 0), near, ahead)
        whole = np.floor(ahead).astype(np.int64)
        start = self._at(np.array([day]))
        rate = np.array(self.weights)[parts_of_year(len(self.weights))[(day + whole + 1) % CYCLE]]
        return self._at(day + whole) - start + (ahead - whole) * rate


@dataclass(frozen=True)
class Clock:
    """A season as customers see it from one day.

    Attributes
    ----------
    season : Season
    day : int
        The last day seen, counted from 1970-01-01.
    length : float
        Days in the time unit.
    """

    season: Season
    day: int
    length: float

    def ahead(self, periods: Any) -> Any:
        """Operational time in the next periods."""
        found = self.season._ahead(self.day, np.atleast_1d(periods) * self.length) / self.length
        return found if np.ndim(periods) else float(found[0])

    def back(self, periods: NDArray[np.float64]) -> NDArray[np.float64]:
        """Operational time in the periods that lie behind."""
        return -self.season._ahead(self.day, -periods * self.length) / self.length

    def seen(self, tx: NDArray[np.float64], T: NDArray[np.float64]) -> tuple[Any, Any]:
        """Age at the last purchase and age, in operational time.

        Raises
        ------
        ValueError
            A first purchase before 1900.
        """
        if self.day - T.max() * self.length < -25_567:
            raise ValueError(
                f"summary.T goes up to {T.max():,.0f}, so the first purchase lies before 1900, and"
                " the season knows no such days; is the unit right?"
            )
        age = self.back(T)
        return np.where(tx > 0, age - self.back(T - tx), 0.0), age

    def discounted(
        self, horizon: float, force: float, pace: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Operational times and weights: what is bought by each, weighted, is the discounted sum.

        Parameters
        ----------
        horizon : float
            In calendar time; may be infinite.
        force : float
            Of interest, in calendar time.
        pace : float
            As for `numerics.decaying`, in operational time.
        """
        steady = 2.0 ** np.ceil(np.log2(pace))
        return _discounted(self, min(horizon, FADED / force), force, steady)


def number_of(day: Any, where: str) -> int:
    """Days from 1970-01-01 to a day."""
    return day_number(inputs.day(day, where).date())


@functools.lru_cache(CACHED)
def _sums(weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Operational days up to the end of each day of the cycle, those of the first day included."""
    return np.cumsum(np.array(weights)[parts_of_year(len(weights))])


@functools.lru_cache(CACHED)
def _discounted(clock: Clock, horizon: float, force: float, pace: float) -> Any:
    """See `Clock.discounted`: weights of polynomials in log(1 + pace tau), integrated over days.

    What is bought is smooth in operational time, the discount is smooth between two changes of the
    profile; so the first is interpolated, and the second integrated from one change to the next.
    """
    width = np.log1p(pace * clock.ahead(horizon))
    nodes = 2 * numerics.decaying_nodes(width)
    v, share = numerics.legendre(nodes)
    times, mass = _calendar(clock, horizon, force, pace)
    mass = mass * force * np.exp(-force * times)
    at = np.log1p(pace * _reached(clock, times)) / width
    barycentric = np.sqrt(v * (1 - v) * share) * (-1.0) ** np.arange(nodes)
    total = np.zeros(nodes)
    for begin in range(0, len(at), 20_000):
        part = slice(begin, begin + 20_000)
        apart = at[part, None] - v
        apart[apart == 0] = 1e-300
        basis = barycentric / apart
        total += (mass[part] / basis.sum(axis=1)) @ basis
    until = np.append(np.expm1(width * v) / pace, clock.ahead(horizon))
    return until, np.append(total, np.exp(-force * horizon))


def _calendar(clock: Clock, horizon: float, force: float, pace: float) -> Any:
    """Nodes and weights in calendar time, between the changes of the profile and the decay."""
    decay = np.expm1(np.log(2) * np.arange(np.ceil(np.log2(1 + pace * horizon)) + 1)) / pace
    days = int(min(horizon * clock.length, EXACT)) + 1
    part = parts_of_year(len(clock.season.weights))[(clock.day + 1 + np.arange(days)) % CYCLE]
    changes = np.flatnonzero(np.diff(part)) + 1
    steps: Any = np.arange(0, horizon, STEP / force) if force else []
    ends = np.unique(np.concatenate([[0, horizon], decay, steps, changes / clock.length]))
    ends = ends[ends <= horizon]
    times, weights = [], []
    near, far = np.searchsorted(ends, np.array([2 * 365.25, EXACT]) / clock.length)
    spans = ends[: near + 1], ends[near : far + 1], ends[far:]
    for some, count in zip(spans, (FINE, COARSE, FINE), strict=True):
        u, w = numerics.legendre(count)
        span = np.diff(some)[:, None]
        times.append((some[:-1, None] + span * u).ravel())
        weights.append((span * w).ravel())
    return np.concatenate(times), np.concatenate(weights)


def _reached(clock: Clock, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Operational time at each of many times; past the exact ones, as on average over a year."""
    limit = EXACT / clock.length
    found = np.empty(len(times))
    near = times <= limit
    found[near] = clock.ahead(times[near])
    year = np.arange(366) / clock.length
    found[~near] = times[~near] + (clock.ahead(year) - year).mean()
    return found


@style.figure(Season)
def plot_season(season: Season, ax: Any = None) -> None:
    """The profile over the year, with its intervals where it was estimated.

    Parameters
    ----------
    season : Season
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = season.table
    place = np.arange(len(table))
    ax.axhline(1, color=style.COLOURS["neutral"], linestyle=":", linewidth=1.5)
    reach = None
    if "low" in table:
        reach = [table["estimate"] - table["low"], table["high"] - table["estimate"]]
    ax.errorbar(
        place, table["estimate"], yerr=reach, fmt="o-", color=style.COLOURS["value"], elinewidth=2
    )
    if len(table) == 12:
        ax.set_xticks(place, table.index)
    ax.set_ylim(bottom=0)
    ax.set_title(season.title)
    ax.set_xlabel(f"{table.index.name} of the year")
    ax.set_ylabel("purchase rate, mean of the year = 1")
