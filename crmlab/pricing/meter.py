"""Van Westendorp's price sensitivity meter: four thresholds a person, four curves, four points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THRESHOLDS = ("too_cheap", "cheap", "expensive", "too_expensive")
# point: falling curve, rising curve
POINTS = {
    "marginal cheapness": ("too_cheap", "not_cheap"),
    "optimal price": ("too_cheap", "too_expensive"),
    "indifference price": ("cheap", "expensive"),
    "marginal expensiveness": ("not_expensive", "too_expensive"),
}
_DRAWN, _FEW, _ROUNDING = 400, 30, 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class PriceMeter(Result):
    """The four points of the price sensitivity meter.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows marginal cheapness, optimal price, indifference price, marginal expensiveness;
        columns ``estimate``, ``low``, ``high``, ``share`` (height at which the curves meet) and
        ``width`` (of the stretch on which they lie on each other; the estimate is its middle).
    curves : pandas.DataFrame
        Shares of respondents by ``price``: too_cheap, cheap, expensive, too_expensive.
    valid, given : int
        Respondents whose thresholds rise, and all of them.
    left_out : pandas.DataFrame
        The respondents left out, with their answers and the ``reason``.
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    valid: int
    given: int
    left_out: pd.DataFrame

    @property
    def range(self) -> tuple[float, float]:
        """Acceptable prices: from marginal cheapness to marginal expensiveness."""
        ends = self.table["estimate"]
        return float(ends["marginal cheapness"]), float(ends["marginal expensiveness"])

    @property
    def caption(self) -> str:
        """How many respondents count, and why the others do not."""
        told = f"{self.valid:,} of {self.given:,} respondents"
        reasons = self.left_out["reason"].value_counts().sort_index()
        lost = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
        return f"{told}; left out: {lost}." if lost else f"{told}."

    @property
    def title(self) -> str:
        """Title of the figure: the range of acceptable prices."""
        low, high = self.range
        return f"Acceptable from {low:.2f} to {high:.2f}"

    @property
    def labels(self) -> list[str]:
        """What the figure calls its four points."""
        points = self.table["estimate"].items()
        return [f"{at} {name} {price:.2f}" for at, (name, price) in enumerate(points, start=1)]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the four curves: see `plot_price_meter`."""
        return plot_price_meter(self, ax)


def price_meter(answers: pd.DataFrame, *, confidence: float = 0.95) -> PriceMeter:
    r"""Points at which van Westendorp's curves cross, with their intervals.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row per respondent: ``too_cheap``, ``cheap``, ``expensive``, ``too_expensive``,
        prices in one currency, not negative. Other columns are ignored.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PriceMeter
        With ``table``, ``curves``, ``valid``, ``given`` and ``left_out``. Respondents with a
        missing threshold, or whose thresholds do not rise (an intransitive answer), are left
        out, counted and listed.

    Raises
    ------
    ValueError
        A column is missing; text or a negative price; fewer than two respondents whose
        thresholds rise.

    Warns
    -----
    UserWarning
        Fewer than 30 respondents whose thresholds rise: the intervals are rough.

    Notes
    -----
    Too cheap and cheap are the shares of respondents with a threshold of at least p, expensive
    and too expensive those with a threshold of at most p; not cheap and not expensive are the
    rest (van Westendorp 1976, ESOMAR Congress). On a stretch where two curves lie on each other
    the point is its middle.

    Two curves of a bootstrap resample have crossed before p exactly if their difference at p is
    not above 0. That difference is a mean over respondents of 1, 0 or -1, so the ends of the
    percentile interval are known without drawing: the prices at which the difference lies z
    standard errors from 0.

    Examples
    --------
    Three people whose thresholds rise in step, and one who read the form from the wrong end:

    >>> answers = pd.DataFrame({"too_cheap": [1, 2, 3, 8], "cheap": [2, 3, 4, 6],
    ...                         "expensive": [3, 4, 5, 4], "too_expensive": [4, 5, 6, 2]})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     meter = price_meter(answers)
    >>> meter["estimate"].tolist()
    [2.5, 3.5, 3.5, 4.5]
    >>> meter.caption
    '3 of 4 respondents; left out: 1 not in rising order.'
    """
    z = normal_quantile(confidence)
    given, reason = ordered_answers(answers)
    sound = given[(reason == "").to_numpy()]
    if len(sound) < 2:
        raise ValueError(
            f"answers: {len(sound)} of {len(given):,} respondents have thresholds that rise from "
            "too_cheap to too_expensive; two are needed. Are the columns in the right order?"
        )
    if len(sound) < _FEW:
        few = f"only {len(sound)} respondents have thresholds that rise: the intervals are rough"
        warnings.warn(few, stacklevel=2)
    told = {name: np.sort(sound[name].to_numpy()) for name in THRESHOLDS}
    rows = {point: _crossing(told, *pair, z) for point, pair in POINTS.items()}
    left_out = answers.loc[(reason != "").to_numpy()].assign(reason=reason[reason != ""])
    return PriceMeter(pd.DataFrame(rows).T, _curves(told), len(sound), len(given), left_out)


def ordered_answers(answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The four thresholds as numbers, and for each respondent why she is left out, or ""."""
    answers = inputs.table(answers, THRESHOLDS, "answers")
    given = inputs.number_columns(answers, THRESHOLDS, "answers", accept=("empty",), at_least=0)
    told = given.to_numpy()
    steps = np.diff(told, axis=1) > _ROUNDING * told[:, 1:]
    missing = np.isnan(told).any(axis=1)
    reason = np.where(missing, "without a threshold", "not in rising order")
    reason[steps.all(axis=1)] = ""
    return given, pd.Series(reason, given.index)


def _counted(told: dict[str, Any], curve: str, price: Any, after: bool) -> Any:
    """How many respondents a curve counts at a price, or (after) just above it."""
    name = curve.removeprefix("not_")
    up, down = price * (1 + _ROUNDING), price * (1 - _ROUNDING)
    if name in ("too_cheap", "cheap"):
        below = np.searchsorted(told[name], up if after else down, "right" if after else "left")
        holds = len(told[name]) - below
    else:
        holds = np.searchsorted(told[name], up, "right")
    return len(told[name]) - holds if curve != name else holds


def _crossing(told: dict[str, Any], falls: str, rises: str, z: float) -> dict[str, float]:
    """Where a falling and a rising curve meet, the height, and the interval."""
    n = len(told["cheap"])
    columns = [told[name.removeprefix("not_")] for name in (falls, rises)]

    def ahead(place: tuple[float, bool], errors: float) -> float:
        down, up = (_counted(told, curve, *place) / n for curve in (falls, rises))
        return down - up - errors * np.sqrt(max(down + up - (down - up) ** 2, 0) / n)

    low, high = (
        _end(columns, holds)
        for holds in (lambda at: ahead(at, 0) > 0, lambda at: ahead(at, 0) >= 0)
    )
    ends = [
        _end(columns, holds)
        for holds in (lambda at: ahead(at, z) > 0, lambda at: ahead(at, -z) >= 0)
    ]
    estimate = (low + high) / 2
    both = [_counted(told, c, estimate * (1 - 2 * _ROUNDING), True) for c in (falls, rises)]
    both += [_counted(told, curve, estimate, True) for curve in (falls, rises)]
    return {
        "estimate": estimate,
        "low": min(ends[0], estimate),
        "high": max(ends[1], estimate),
        "share": sum(both) / (4 * n),
        "width": high - low,
    }


def _end(columns: list[Any], holds: Callable[[tuple[float, bool]], bool]) -> float:
    """Price up to which something holds that, once lost, is not found again at higher prices.

    It can be lost only at a price that somebody named, or just above it.
    """
    last = (-np.inf, False)
    for column in columns:
        known, open_ = -1, 2 * len(column)  # holds at the one, not known to hold at the other
        while open_ - known > 1:
            middle = (known + open_) // 2
            if holds((column[middle // 2], bool(middle % 2))):
                known = middle
            else:
                open_ = middle
        if known >= 0:
            last = max(last, (float(column[known // 2]), bool(known % 2)))
    price, after = last
    if np.isfinite(price) and not after:
        return price
    later = [np.searchsorted(column, price * (1 + _ROUNDING), "right") for column in columns]
    found = [c[at] for c, at in zip(columns, later, strict=True) if at < len(c)]
    return float(min(found)) if found else price


def _curves(told: dict[str, Any]) -> pd.DataFrame:
    """The four shares at prices that were named, thinned out where there are many."""
    step = max(1, len(told["cheap"]) // 2_000)
    prices = np.unique(np.concatenate([column[::step] for column in told.values()]))
    thin = np.linspace(0, len(prices) - 1, min(_DRAWN, len(prices))).round().astype(int)
    prices = prices[thin]
    n = len(told["cheap"])
    curves = {name: _counted(told, name, prices, False) / n for name in told}
    return pd.DataFrame({"price": prices, **curves})


@style.figure(PriceMeter, width=11, height=5.5)
def plot_price_meter(meter: PriceMeter, ax: Axes | None = None) -> None:
    """Draw van Westendorp's four curves, the four points and the acceptable range.

    Parameters
    ----------
    meter : PriceMeter
        From `price_meter`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The acceptable range is grey. Not cheap and not expensive are dashed.
    """
    curves, price = meter.curves, meter.curves["price"]
    ax.axvspan(*meter.range, color=style.COLOURS["pale"], alpha=0.45, lw=0)
    colours = {"too_cheap": "light", "cheap": "value", "expensive": "warn", "too_expensive": "cost"}
    for name, colour in colours.items():
        paint: dict[str, Any] = {"color": style.COLOURS[colour]}
        ax.plot(price, curves[name], label=name.replace("_", " "), **paint)
        if name in ("cheap", "expensive"):
            ax.plot(price, 1 - curves[name], ls="--", lw=1.5, label=f"not {name}", **paint)
    spots = meter.table[["estimate", "share"]].to_numpy()
    for number, (label, (x, y)) in enumerate(zip(meter.labels, spots, strict=True), start=1):
        dot: dict[str, Any] = {"color": "black", "ms": 15, "ls": "none", "zorder": 5}
        ax.plot([x], [y], "o", label=label, **dot)
        ink: dict[str, Any] = {"color": "white", "ha": "center", "va": "center", "zorder": 6}
        ax.text(x, y, str(number), fontsize=10, weight="bold", **ink)
    ax.set(ylim=(0, 1.02), xlim=(price.min(), price.max()), title=meter.title)
    ax.set(xlabel="price", ylabel="share of respondents")
    style.percent(ax.yaxis)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), markerscale=0.6)
