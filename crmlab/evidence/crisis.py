"""What a crisis cost: one series before and after a day, and why picked firms prove nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BEFORE, AFTER = 8, 4  # points that must lie before and from the event on
CORRELATED = 0.05  # chance below which neighbouring errors do not look independent


@dataclass(frozen=True, eq=False, repr=False)
class InterruptedSeries(Result):
    """A series before and after an event.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows ``level`` (jump at the event), ``slope`` (change of the trend per period) and
        ``loss`` (what is missing over all periods from the event on, a positive number), each
        with ``estimate``, ``low``, ``high``.
    series : pandas.DataFrame
        For each period ``actual``, ``fitted``, and from the event on ``expected`` (the old trend
        carried on), ``low``, ``high`` of it.
    event : pandas.Timestamp or number
        First period after the event.
    autocorrelation : float
        Correlation of neighbouring errors; NaN if there are none.
    correlation_p : float
        Chance of such a correlation, or a larger one, in independent errors (Ljung & Box).
    """

    series: pd.DataFrame
    event: Any
    autocorrelation: float
    correlation_p: float
    confidence: float

    @property
    def title(self) -> str:
        """The loss and its interval."""
        loss = self.table.loc["loss"]
        return f"Missing after the event: {loss['estimate']:,.0f} ({loss['low']:,.0f} to " + (
            f"{loss['high']:,.0f})"
        )

    @property
    def caption(self) -> str:
        """How far neighbouring errors go together."""
        if not np.isfinite(self.autocorrelation):
            return "The lines pass through every point; there are no errors to look at."
        said = "depend on each other" if self.correlation_p < CORRELATED else "look independent"
        return (
            f"Neighbouring errors {said} (correlation {self.autocorrelation:.2f}, "
            f"p {self.correlation_p:.2f}); the intervals allow for it."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_interrupted_series`."""
        return plot_interrupted_series(self, ax)


def interrupted_series(
    series: pd.Series, event: Any, *, confidence: float = 0.95, lags: int | None = None
) -> InterruptedSeries:
    r"""Fit a line before an event, and a new level and slope from it on.

    Parameters
    ----------
    series : pandas.Series
        One number per period, index in order: days at equal steps, or numbers.
    event : day or number
        First period after the event, in the terms of the index.
    confidence : float
        Coverage of the intervals.
    lags : int, optional
        Neighbours whose errors may go together. Default: the whole part of the fourth root of
        the number of periods.

    Returns
    -------
    InterruptedSeries
        With ``table``, ``series``, ``plot``.

    Raises
    ------
    ValueError
        Fewer than 8 periods before or 4 from the event on, a period missing or twice.

    Notes
    -----
    :math:`y_t = a + bt + D_t(c + d(t - T)) + e_t`, least squares with errors that may depend on
    their neighbours (Newey & West 1987, Econometrica 55), Student's t. The loss over m periods is
    :math:`-(mc + d\,m(m-1)/2)`. It holds only if the old trend had gone on, and if nothing else
    happened then.

    Examples
    --------
    >>> flat = pd.Series([100.0] * 12 + [60.0] * 6)
    >>> interrupted_series(flat, 12)["estimate"].round(6).add(0.0).tolist()
    [-40.0, 0.0, 240.0]
    """
    values, first = _periods(series, event)
    import statsmodels.api as sm
    from statsmodels.stats.diagnostic import acorr_ljungbox

    count = len(values)
    after = np.arange(count) >= first
    since = np.where(after, np.arange(count) - first, 0)
    design = np.column_stack([np.ones(count), np.arange(count) - first, after, since])
    reach = int(count**0.25) if lags is None else inputs.count(lags, "lags", at_least=0)
    fit = sm.OLS(values, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": reach, "use_correction": True}
    )
    errors = values - fit.fittedvalues
    exact = np.abs(errors).max() <= 1e-9 * max(np.abs(values).max(), 1e-300)
    spread = np.zeros_like(fit.cov_params()) if exact else fit.cov_params()
    step = float(intervals.student_quantile(confidence, count - 4))
    later = int(after.sum())
    wanted = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, -later, -later * (later - 1) / 2]])
    estimate = wanted @ fit.params
    half = step * np.sqrt(np.einsum("ij,jk,ik->i", wanted, spread, wanted))
    table = pd.DataFrame(
        {"estimate": estimate, "low": estimate - half, "high": estimate + half},
        index=pd.Index(["level", "slope", "loss"], name="change"),
    )
    old = design * [1, 1, 0, 0]
    width = step * np.sqrt(np.einsum("ij,jk,ik->i", old, spread, old))
    lines = pd.DataFrame({"actual": values, "fitted": fit.fittedvalues}, index=series.index)
    lines.columns.name = series.name
    past = old @ fit.params
    ends = {"expected": past, "low": past - width, "high": past + width}
    for name, line in ends.items():
        lines[name] = np.where(after, line, np.nan)
    together, chance = float("nan"), float("nan")
    if not exact:
        together = float(np.corrcoef(errors[1:], errors[:-1])[0, 1])
        chance = float(acorr_ljungbox(errors, lags=[1])["lb_pvalue"].iloc[0])
    return InterruptedSeries(table, lines, series.index[first], together, chance, confidence)


def _periods(series: Any, event: Any) -> tuple[Any, int]:
    if not isinstance(series, pd.Series):
        raise ValueError("series: give a pandas Series, one number per period.")
    values = inputs.numbers(series, "series").to_numpy()
    index = series.index
    if not (index.is_monotonic_increasing and index.is_unique):
        raise ValueError("series: the index must hold each period once, in order.")
    if isinstance(index, pd.DatetimeIndex):
        start = inputs.day(event, "event")
        days = np.diff(index.to_numpy()).astype("m8[D]").astype(int)
        uneven = len(days) and days.max() > 1.25 * days.min()
    else:
        start = inputs.number(event, "event")
        steps = np.diff(inputs.numbers(pd.Series(index), "series.index").to_numpy())
        uneven = len(steps) and steps.max() > 1.000001 * steps.min()
    if uneven:
        raise ValueError("series: a period is missing; write 0 where nothing was sold.")
    first = int((index < start).sum())
    if first < BEFORE or len(values) - first < AFTER:
        raise ValueError(
            f"event: {first} periods before and {len(values) - first} from it on; at least "
            f"{BEFORE} and {AFTER} are needed to tell a change from chance."
        )
    return values, first


@style.figure(InterruptedSeries, width=9, height=4.5)
def plot_interrupted_series(result: InterruptedSeries, ax: Axes | None = None) -> None:
    """Draw the series, the lines, and the old trend carried on with its interval.

    Parameters
    ----------
    result : InterruptedSeries
        From `interrupted_series`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Points are what happened; the broken line is what the old trend says; the shaded area
        between both is the loss.
    """
    lines = result.series
    later = lines["expected"].notna()
    ax.plot(lines.index, lines["actual"], "o", color=style.COLOURS["neutral"], label="actual")
    for part, label in ((~later, "fitted lines"), (later, None)):
        ax.plot(lines.index[part], lines["fitted"][part], color=style.COLOURS["value"], label=label)
    old = lines[later]
    ax.plot(old.index, old["expected"], "--", color=style.COLOURS["good"], label="old trend")
    ax.fill_between(
        old.index, old["low"], old["high"], color=style.COLOURS["good"], alpha=0.2, lw=0
    )
    ax.axvline(result.event, color=style.COLOURS["cost"], lw=1, label="event")
    ax.set_ylim(bottom=min(0, float(lines["actual"].min())))
    period = str(lines.index.name or "period")
    ax.set_xlabel(period)
    ax.set_ylabel(f"{lines.columns.name or 'amount'} per {period}")
    ax.legend()
    ax.set_title(result.title)


def firms(
    count: int = 500, *, effect: float = 0.0, crisis: float = 0.7, seed: int = 0
) -> pd.DataFrame:
    """Simulate firms in a crisis, some of which care for their customers.

    Parameters
    ----------
    count : int
        Firms, at least 10.
    effect : float
        How much caring adds to the chance to survive, as a share; 0 for nothing.
    crisis : float
        Chance that a firm that does not care is ruined.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.DataFrame
        For each firm ``firm``, ``cares`` (half of them, by chance) and ``survived``.

    Examples
    --------
    >>> some = firms(500, seed=1)
    >>> len(some), bool(some["survived"].mean() < 0.5)
    (500, True)
    """
    size = inputs.count(count, "count", at_least=10)
    gain = inputs.number(effect, "effect", at_least=-1, at_most=1)
    ruin = inputs.share(crisis, "crisis")
    rng = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
    cares = rng.random(size) < 0.5
    alive = rng.random(size) < np.clip(1 - ruin + gain * cares, 0, 1)
    names = [f"F{number:03d}" for number in range(1, size + 1)]
    return pd.DataFrame({"firm": names, "cares": cares, "survived": alive})


def crisis_sales(
    day: inputs.Day, size: float, *, weeks: int = 26, customers: int = 4000, seed: int = 1
) -> pd.DataFrame:
    """Simulate the weekly sales of the sample company with a crisis, and the same without.

    Parameters
    ----------
    day : day
        On which the crisis comes; its week is the first one after the event.
    size : float
        Share of the purchases of members and accounts lost at once; half of the loss is made
        good every 13 weeks.
    weeks : int
        Weeks to keep before the crisis, and as many from it on.
    customers, seed : int
        As in `crmlab.company.simulate`.

    Returns
    -------
    pandas.DataFrame
        ``crisis`` and ``no crisis``, money per week, indexed by Monday. Up to the crisis both are
        the same but for chance.

    Raises
    ------
    ValueError
        A day so early or late that the weeks do not lie in 2024 and 2025.

    Examples
    --------
    >>> sales = crisis_sales("2025-03-03", 0.5, weeks=8, customers=300)
    >>> sales.shape
    (16, 2)
    """
    from crmlab.company import World, simulate

    when = inputs.day(day, "day")
    length = inputs.count(weeks, "weeks", at_least=BEFORE)
    monday = when - pd.Timedelta(days=when.weekday())
    reach = pd.Timedelta(weeks=length)
    if monday - reach < pd.Timestamp("2024-01-01") or monday + reach > pd.Timestamp("2025-12-31"):
        raise ValueError(f"day: {length} weeks before and after it must lie in 2024 and 2025.")
    index = pd.date_range(monday - reach, monday + reach, freq="W-MON", inclusive="left")
    sales = {}
    for name, lost in {"crisis": inputs.share(size, "size"), "no crisis": 0.0}.items():
        knobs = World(crisis_size=lost, crisis_date=f"{when:%Y-%m-%d}")
        log = simulate(seed, customers=customers, world=knobs)["transactions"]
        start = log["date"] - pd.to_timedelta(log["date"].dt.day_of_week, unit="D")
        sales[name] = log.groupby(start)["amount"].sum().reindex(index, fill_value=0.0)
    return pd.DataFrame(sales).rename_axis("week")
