"""How much to make for each day, place by place, and what such a plan would have earned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.delivery.stock import day_quantile, profit_of, service_level
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

USUAL = 7  # days whose mean says how busy a place is now
FEWEST = 8  # comparable days without which nothing is planned


@dataclass(frozen=True, eq=False, repr=False)
class BatchPlan(Result):
    """What to make each day, planned the evening before, and what came of it.

    Attributes
    ----------
    table : pandas.DataFrame
        For each ``region`` and ``date``: what is ``usual`` there, the planned ``batch`` with
        ``low`` and ``high``, what was ``made``, the ``demand``, and what the day ``earned`` with
        what was made and with the plan (``earned_by_plan``).
    tomorrow : pandas.DataFrame
        ``usual``, ``batch``, ``low`` and ``high`` of each region for ``next_day``.
    next_day : pandas.Timestamp
        First day after the table on which the regions are open.
    gain : pandas.Series
        ``estimate``, ``low`` and ``high`` of what the plan earns more in a day, all regions
        together.
    missed : pandas.Series
        The same of what would be earned more than by plan if every piece were made after somebody
        asked for it: the most that knowing demand, or selling first, can be worth.
    left_out : int
        Days of a region that could not be planned: too few comparable days before them.
    """

    tomorrow: pd.DataFrame
    next_day: pd.Timestamp
    gain: pd.Series
    missed: pd.Series
    left_out: int

    @property
    def by_weekday(self) -> pd.DataFrame:
        """Means of ``demand``, ``made`` and ``batch`` by weekday, Monday first."""
        days = self.table["date"].dt.day_of_week.rename("weekday")
        return self.table.groupby(days)[["demand", "made", "batch"]].mean()

    @property
    def caption(self) -> str:
        """What the plan earns more than what was made, and what it leaves out."""
        estimate, low, high = self.gain
        said = f"More by plan: {estimate:,.2f} a day ({low:,.2f} to {high:,.2f})."
        return said + (f" {self.left_out} left out: too few days before." if self.left_out else "")

    @property
    def title(self) -> str:
        """What the plan would have changed."""
        estimate, low, high = self.gain
        return f"Profit by plan: {estimate:+,.2f} a day ({low:+,.2f} to {high:+,.2f})"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_batches`."""
        return plot_batches(self, ax)


def plan_batches(
    days: pd.DataFrame, since: inputs.Day, *, price: float, cost: float, salvage: float = 0.0
) -> BatchPlan:
    r"""Plan each day's batch from the days before it, and compare it with what was made.

    Parameters
    ----------
    days : pandas.DataFrame
        One row per day and region on which it was open: ``date``, ``region``, ``baked`` (made
        that day), ``sold`` and ``asked_in_vain`` (asked for when none was left).
    since : day
        First day to plan.
    price, cost, salvage : float
        Of a piece, as in `best_quantity`.

    Returns
    -------
    BatchPlan
        With ``table``, ``tomorrow``, ``next_day``, ``gain``, ``missed`` and ``left_out``.

    Raises
    ------
    ValueError
        A missing column, an unreadable day, a day and region twice; prices in another order;
        more sold than baked; a region in which nobody asked for seven days; fewer than two days
        to compare; no day after the table that can be planned.

    Notes
    -----
    What is usual is the mean demand of the region's last seven days. Demand over the usual is
    taken for all earlier days of the same region and weekday; the batch is the smallest quantity
    that would have been enough on the share :math:`c_u/(c_u + c_o)` of them, times what is usual
    now, rounded up. So the plan knows the weekday, the season and growth, but no holiday. The
    interval of a batch is that of `best_quantity`; those of money are Student's, over days.
    Demand is taken as it was, whatever was made: guests who learn that the shelf is empty may
    stay away.

    Examples
    --------
    >>> days = pd.DataFrame({"date": pd.date_range("2025-01-01", periods=120), "region": "all"})
    >>> days["sold"] = [10, 20] * 60
    >>> days = days.assign(baked=20, asked_in_vain=0)
    >>> plan_batches(days, "2025-04-01", price=3, cost=1).tomorrow.columns.tolist()
    ['usual', 'batch', 'low', 'high']
    """
    ratio = service_level(price, cost, salvage)
    read = _read(days)
    first = inputs.day(since, "since")
    next_day = _next_open(read)
    usual = read.groupby("region")["demand"].apply(lambda one: one.tail(USUAL).mean())
    coming = usual.rename("usual").reset_index().assign(date=next_day)
    with_next = pd.concat([read, coming], ignore_index=True)
    planned = _batches(with_next, first, ratio)
    tomorrow = planned[planned["date"] == next_day].set_index("region")
    if tomorrow["batch"].isna().any():
        raise ValueError(
            f"days: no day after {read['date'].max():%Y-%m-%d} has {FEWEST} comparable days "
            "before it in every region. Give more days, or one region at a time."
        )
    past = planned[planned["demand"].notna()]
    table = past.dropna(subset="batch").reset_index(drop=True)
    if table["date"].nunique() < 2:
        raise ValueError(
            f"since {first:%Y-%m-%d} leaves fewer than two days that can be planned and compared. "
            "Give an earlier day, or more days before it."
        )
    money = {"price": float(price), "cost": float(cost), "salvage": float(salvage)}
    table["earned"] = profit_of(table["made"], table["demand"], **money)
    table["earned_by_plan"] = profit_of(table["batch"], table["demand"], **money)
    known = profit_of(table["demand"], table["demand"], **money)
    shown = tomorrow[["usual", "batch", "low", "high"]]
    gain = _a_day(table["earned_by_plan"] - table["earned"], table["date"])
    missed = _a_day(known - table["earned_by_plan"], table["date"])
    return BatchPlan(table, shown, next_day, gain, missed, len(past) - len(table))


def next_open_day(days: pd.DataFrame) -> pd.Timestamp:
    """The first day after the table on which the regions are likely to be open.

    Parameters
    ----------
    days : pandas.DataFrame
        As in `plan_batches`.

    Returns
    -------
    pandas.Timestamp
        The next day whose weekday is in the table at least eight times in every region; the day
        after the last one if there is none.

    Raises
    ------
    ValueError
        As in `plan_batches`, of a table that cannot be read.

    Examples
    --------
    Closed on Sundays; the last day is a Saturday.

    >>> days = pd.DataFrame({"date": pd.date_range("2025-01-06", "2025-04-05"), "region": "all"})
    >>> days = days[days["date"].dt.day_of_week < 6].assign(baked=9, sold=7, asked_in_vain=0)
    >>> next_open_day(days)
    Timestamp('2025-04-07 00:00:00')
    """
    return _next_open(_read(days))


def _read(days: pd.DataFrame) -> pd.DataFrame:
    """Demand and what was made, in order of region and date, with what was usual each day."""
    counts = ("baked", "sold", "asked_in_vain")
    days = inputs.table(days, ("date", "region", *counts), "days")
    number = inputs.number_columns(days, counts, "days", at_least=0)
    unnamed = days["region"].isna() | (days["region"].astype(str).str.strip() == "")
    empty = ("is empty", "are empty")
    inputs.refuse(unnamed, days, "days.region", empty, "Name the place, also if there is one.")
    more = (number["sold"] > number["baked"]).to_numpy()
    above = ("is above baked", "are above baked")
    inputs.refuse(pd.Series(more, days.index), days, "days.sold", above, "Correct these rows.")
    read = pd.DataFrame(
        {
            "date": inputs.days(days["date"], "days.date", rows=days),
            "region": days["region"].astype(str),
            "demand": number["sold"] + number["asked_in_vain"],
            "made": number["baked"],
        }
    )
    inputs.one_row_each(read, "days", ("date", "region"))
    read = read.sort_values(["region", "date"], ignore_index=True)
    before = read.groupby("region")["demand"]
    read["usual"] = before.transform(lambda one: one.rolling(USUAL).mean().shift())
    none = read["usual"] == 0
    asked = ("follows seven days without demand", "follow seven days without demand")
    inputs.refuse(none, read, "days", asked, "Leave out the days on which it was closed.")
    return read


def _next_open(read: pd.DataFrame) -> pd.Timestamp:
    """The next day on whose weekday every region has been open often enough; else the next."""
    open_days = read[read["usual"].notna()]
    seen = open_days.groupby([open_days["date"].dt.day_of_week, "region"]).size().unstack()
    enough = seen.reindex(range(7)).ge(FEWEST).all(axis=1)
    enough &= seen.shape[1] == read["region"].nunique()
    last = read["date"].max()
    coming = [last + pd.Timedelta(days=ahead) for ahead in range(1, 8)]
    good = [day for day in coming if enough[day.day_of_week]]
    return (good or coming)[0]


def _batches(read: pd.DataFrame, first: pd.Timestamp, ratio: float) -> pd.DataFrame:
    """Rows from the first day on, each with the batch that the days before it ask for."""
    rows = []
    for _, same in read.groupby(["region", read["date"].dt.day_of_week]):
        over = (same["demand"] / same["usual"]).to_numpy()
        for place in np.flatnonzero(same["date"] >= first):
            known = np.sort(over[:place][~np.isnan(over[:place])])
            found = (np.nan,) * 3
            if len(known) >= FEWEST:
                found = day_quantile(known, ratio, 0.95)
            rows.append((same.index[place], *found))
    quantiles = pd.DataFrame(rows, columns=["row", "low", "batch", "high"]).set_index("row")
    planned = read.loc[quantiles.index.sort_values()]
    for name in ("batch", "low", "high"):
        scaled = (quantiles[name] * planned["usual"]).to_numpy()
        planned = planned.assign(**{name: np.ceil(np.round(scaled, 9))})
    return planned


def _a_day(more: pd.Series, date: pd.Series) -> pd.Series:
    """Student's interval of a difference a day, the regions of a day added up."""
    daily = more.groupby(date).sum()
    wide = intervals.student_quantile(0.95, len(daily) - 1) * daily.std() / np.sqrt(len(daily))
    mean = daily.mean()
    return pd.Series({"estimate": mean, "low": mean - wide, "high": mean + wide})


@style.figure(BatchPlan, width=9, height=4.8)
def plot_batches(result: BatchPlan, ax: Axes | None = None) -> None:
    """Draw what was asked for, made and planned, by weekday.

    Parameters
    ----------
    result : BatchPlan
        From `plan_batches`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Three lines of means for one region and day.
    """
    means = result.by_weekday
    lines = {"demand": ("asked for", "ink"), "made": ("made", "cost"), "batch": ("plan", "good")}
    for name, (label, colour) in lines.items():
        style_of = "o--" if name == "demand" else "o-"
        ax.plot(means.index, means[name], style_of, color=style.COLOURS[colour], label=label)
    names = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    ax.set_xticks(means.index, names[means.index])
    ax.set(xlabel="weekday", ylabel="pieces in a region, mean", ylim=(0, None))
    ax.legend()
    ax.set_title(result.title)
