"""What was promised against what was delivered, and the promise worth making."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.inputs import Numbers
from crmlab.intervals import student_quantile, tail, wilson
from crmlab.results import Result
from crmlab.satisfaction.answers import complete, paired
from crmlab.satisfaction.intervals import interval, proportion, share_within

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOOTSTRAPS = 2000


@dataclass(frozen=True, eq=False, repr=False)
class PromiseGap(Result):
    """How far promises lie from what happened.

    Attributes
    ----------
    table : DataFrame
        Rows ``promised``, ``actual``, ``gap`` (promised - actual, positive = sooner than
        promised), ``padding`` (mean promised / mean actual - 1, a share), ``kept`` (share of
        promises kept). Columns ``estimate``, ``low``, ``high``, ``n``, ``missing``.
    t : float
        The gap over its standard error; NaN where every gap is the same.
    waits : DataFrame
        The complete rows: ``promised``, ``actual``, ``left`` (before being served).
    """

    t: float
    waits: pd.DataFrame

    @property
    def caption(self) -> str:
        """The paired t of the gap, and who left."""
        n, left = int(self.table["n"]["gap"]), int(self.waits["left"].sum())
        gone = f"; {left:,} left before being served" if left else ""
        return f"Paired t of the gap {self.t:.2f} with {n - 1:,} degrees of freedom{gone}."

    @property
    def title(self) -> str:
        """Title of the figure: the share of promises kept."""
        kept = float(self.table["estimate"]["kept"])
        return f"{kept:.0%} of promises were kept" if kept == kept else "Promised and actual wait"

    @property
    def labels(self) -> tuple[str, str]:
        """What the figure says above and below the line."""
        kept = float(self.table["estimate"]["kept"])
        late, in_time = (f"{1 - kept:.0%}", f"{kept:.0%}") if kept == kept else ("unknown",) * 2
        return f"later than promised: {late}", f"promise kept: {in_time}"

    def plot(self, ax: Axes | None = None, *, unit: str = "min") -> Axes:
        """Draw each promise against what happened, see `plot_promised_actual`."""
        return plot_promised_actual(self, unit=unit, ax=ax)


@dataclass(frozen=True, eq=False, repr=False)
class BestPromise(Result):
    """The promise with the highest value per arriving customer.

    Attributes
    ----------
    table : DataFrame
        Rows ``promise``, ``kept``, ``stays``, ``value``; ``estimate``, ``low``, ``high``. The
        interval of the promise holds every promise that the data cannot tell from the best.
    curve : DataFrame
        ``promise``, ``kept``, ``stays``, ``value`` at every promise tried.
    """

    curve: pd.DataFrame

    def title(self, unit: str = "min") -> str:
        """Title of the figure."""
        promise = self.table.loc["promise"]
        return (
            f"Promise {promise['estimate']:.3g} {unit}; "
            f"{promise['low']:.3g} to {promise['high']:.3g} not ruled out"
        )

    def plot(self, ax: Axes | None = None, *, unit: str = "min") -> Axes:
        """Draw what each promise is worth, see `plot_best_promise`."""
        return plot_best_promise(self, unit=unit, ax=ax)


def promise_gap(
    promised: Numbers,
    actual: Numbers,
    *,
    abandoned: Any = None,
    confidence: float = 0.95,
) -> PromiseGap:
    r"""How far promises lie from what happened, and how often they are kept.

    Parameters
    ----------
    promised, actual : Series or sequence of float, shape (n,)
        Times (or any amount where less is better) in one unit, not negative.
    abandoned : Series or sequence of bool, shape (n,), optional
        Who left before being served; their `actual` is the time until they left, so the true
        wait is longer. They enter the share kept, and cannot enter the means.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PromiseGap
        With ``table``, ``t`` and ``waits``.

    Raises
    ------
    ValueError
        Negative times, text in `abandoned`, promises of 0 with people who left, fewer than two
        complete rows, or waits that are all 0.

    Warns
    -----
    UserWarning
        Who waited longest left before the promise was due: the share kept is NaN.

    Notes
    -----
    The gap is a paired t; padding uses the delta method for a ratio of means. With people who
    left, ``kept`` is the Kaplan-Meier share of actual / promised up to 1, which assumes that
    those who left would have waited like the others.

    Examples
    --------
    >>> promise_gap([45, 40, 30], [35, 38, 32]).table["estimate"].round(2).head(3).tolist()
    [38.33, 35.0, 3.33]
    """
    given = paired(promised=promised, actual=actual)
    waits = pd.DataFrame({name: _times(given[name], name) for name in ("promised", "actual")})
    waits["left"] = False
    if abandoned is not None:
        flags = paired(promised=promised, actual=actual, abandoned=abandoned)["abandoned"]
        waits["left"] = inputs.flags(flags, "abandoned").to_numpy()
    times = ["promised", "actual"]
    waits[times] = inputs.settled(waits[times].to_numpy().ravel()).reshape(-1, 2)
    waits, missing = complete(waits)
    if waits["left"].all():
        raise ValueError(f"abandoned: all {len(waits)} left before being served, no wait is known")
    served, _ = complete(waits.loc[~waits["left"], times])
    gap = pd.Series(inputs.settled((served["promised"] - served["actual"]).to_numpy()))
    rows = {name: _mean(served[name], confidence) for name in times}
    rows |= {"gap": _mean(gap, confidence), "padding": _padding(served, confidence)}
    rows["kept"] = _kept(waits, confidence)
    table = pd.DataFrame(rows).T[["estimate", "low", "high"]]
    table["n"] = [len(waits) if name == "kept" else len(served) for name in table.index]
    error = gap.std() / np.sqrt(len(gap))
    t = float(gap.mean() / error) if error > 0 else np.nan
    return PromiseGap(table.assign(missing=missing), t, waits)


def best_promise(
    actual: Numbers,
    *,
    balking: float,
    broken: float = 0.0,
    confidence: float = 0.95,
    seed: int = 0,
) -> BestPromise:
    r"""Find the promise that balances keeping it against customers who will not wait.

    Parameters
    ----------
    actual : Series or sequence of float, shape (n,)
        Waits that were observed, not negative. Missing ones are left out.
    balking : float
        Rate at which a longer promise sends people away, per unit of time: the share that
        stays is exp(-balking x promise).
    broken : float
        Worth of a served customer whose promise was broken, if one whose promise was kept is
        worth 1. Below 0 if it does harm.
    confidence : float
        Coverage of the intervals.
    seed : int
        Of the 2,000 bootstrap draws.

    Returns
    -------
    BestPromise
        The promise, the share kept, the share that stays, the value per arrival, and the curve.

    Raises
    ------
    ValueError
        A rate that is not positive, `broken` of 1 or more, negative waits, fewer than two.

    Notes
    -----
    :math:`V(p) = e^{-bp}\,[F(p) + v(1-F(p))]` with F the observed distribution of waits; the
    best p is one of the observed waits. Balking against waiting: Naor (1969, Econometrica 37);
    guaranteed times: Kumar, Kalwani & Dada (1997, Marketing Science 16). The top of V is flat,
    so the ordinary bootstrap of the best p fails (it converges like the cube root of n); the
    interval instead keeps each p whose value falls short of the highest by no more than chance
    explains.

    Examples
    --------
    Three waits; one in ten leaves per 10 minutes of promised wait:

    >>> float(best_promise([10, 20, 30], balking=0.0105).table.loc["promise", "estimate"])
    30.0
    """
    remedy = "It is the rate at which longer promises send people away."
    balking = inputs.number(balking, "balking", above=0, remedy=remedy)
    broken = inputs.number(broken, "broken", remedy="A kept promise is worth 1.")
    if broken >= 1:
        raise ValueError(f"broken {broken:g}: a broken promise is worth less than a kept one, 1")
    seed = inputs.count(seed, "seed", at_least=0)
    waits, _ = complete(_times(actual, "actual").to_frame())
    waits = np.sort(inputs.settled(waits.iloc[:, 0].to_numpy()))
    n = len(waits)
    tried = np.unique(waits if n <= 400 else np.quantile(waits, np.linspace(0, 1, 401)))
    kept = np.searchsorted(waits, tried, side="right") / n
    stays = np.exp(-balking * tried)
    value = inputs.settled(stays * (kept + broken * (1 - kept)))
    best = int(value.argmax())
    near = tried[_not_worse(value, stays * (1 - broken), kept * n, confidence, seed)]
    low, high = wilson(kept[best] * n, n, confidence)
    worth = [stays[best] * (share + broken * (1 - share)) for share in (low, high)]
    rows = {
        "promise": interval(tried[best], near.min(), near.max()),
        "kept": interval(kept[best], low, high),
        "stays": interval(stays[best], *np.exp(-balking * near[[-1, 0]])),
        "value": interval(value[best], min(worth[0], value[best]), max(worth[1], value[best])),
    }
    curve = pd.DataFrame({"promise": tried, "kept": kept, "stays": stays, "value": value})
    return BestPromise(pd.DataFrame(rows).T, curve)


@style.figure(PromiseGap, width=8, height=7)
def plot_promised_actual(gap: PromiseGap, *, unit: str = "min", ax: Axes | None = None) -> None:
    """Draw each promise against what happened; above the line is later than promised.

    Parameters
    ----------
    gap : PromiseGap
        Result of `promise_gap`.
    unit : str
        Unit of the times, for the axes.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Hollow dots are those who left before being served. Where many share a promise, dots are
        shaken a little to the sides.
    """
    waits = gap.waits
    across = _shaken(waits["promised"])
    late, left = waits["actual"] > waits["promised"], waits["left"]
    for here, colour in ((late & ~left, "cost"), (~late & ~left, "good")):
        paint: dict[str, Any] = {
            "s": 70,
            "alpha": 0.6,
            "color": style.COLOURS[colour],
            "edgecolor": "none",
        }
        ax.scatter(across[here], waits["actual"][here], **paint)
    hollow: dict[str, Any] = {"s": 70, "color": "none", "edgecolor": style.COLOURS["neutral"]}
    ax.scatter(across[left], waits["actual"][left], **hollow)
    top = waits[["promised", "actual"]].to_numpy().max() * 1.05
    ax.plot((0, top), (0, top), color=style.COLOURS["ink"], lw=1.5)
    box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none"}
    spots = ((0.03, 0.95, "left", "cost"), (0.97, 0.05, "right", "good"))
    for label, (x, y, side, colour) in zip(gap.labels, spots, strict=True):
        text: dict[str, Any] = {"color": style.COLOURS[colour], "weight": "bold", "bbox": box}
        ax.text(x, y, label, transform=ax.transAxes, ha=side, va="center", **text)
    ax.set(xlim=(0, top), ylim=(0, top), aspect="equal", title=gap.title)
    ax.set(xlabel=f"promised ({unit})", ylabel=f"actual ({unit})")


@style.figure(BestPromise, width=9, height=5.5)
def plot_best_promise(best: BestPromise, *, unit: str = "min", ax: Axes | None = None) -> None:
    """Draw the share kept (the waits' ECDF), the share that stays and the value of each promise.

    Parameters
    ----------
    best : BestPromise
        Result of `best_promise`.
    unit : str
        Unit of the waits, for the axis.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The promises that are not ruled out lie in the grey band.
    """
    curve, (estimate, low, high) = best.curve, best.table.loc["promise"].tolist()
    ax.axvspan(low, high, color=style.COLOURS["pale"], alpha=0.5, lw=0)
    lines = (("kept", -1, "good"), ("stays", 0, "cost"), ("value", -1, "value"))
    for name, at, colour in lines:
        line: dict[str, Any] = {"color": style.COLOURS[colour], "lw": 2.5 + (name == "value")}
        ax.plot(curve["promise"], curve[name], label=name, **line)
        ax.annotate(
            name,
            (curve["promise"].iloc[at], curve[name].iloc[at]),
            xytext=(8, 0) if at else (4, 6),
            textcoords="offset points",
            color=style.COLOURS[colour],
            va="center" if at else "bottom",
            weight="bold",
            annotation_clip=False,
        )
    ax.plot([estimate], [best.table["estimate"]["value"]], "o", color="black", ms=10)
    if len(curve) > 1:
        ax.set_xlim(curve["promise"].iloc[0], curve["promise"].iloc[-1])
    ax.set(ylim=(0, 1.08))
    ax.set(xlabel=f"promised wait ({unit})", ylabel="share of guests; value of an arrival")
    ax.set_title(best.title(unit))
    style.percent(ax.yaxis)


def _shaken(promised: pd.Series) -> pd.Series:
    steps = np.diff(np.unique(promised))
    if 3 * (len(steps) + 1) > len(promised):
        return promised
    width = 0.3 * (steps.min() if len(steps) else promised.iloc[0])
    return promised + np.random.default_rng(0).uniform(-width, width, len(promised))


def _times(values: Any, where: str) -> pd.Series:
    remedy = "A time starts at 0: correct them."
    return inputs.numbers(values, where, accept=("empty",), at_least=0, remedy=remedy)


def _mean(values: pd.Series, confidence: float) -> pd.Series:
    half = student_quantile(confidence, len(values) - 1) * values.std() / np.sqrt(len(values))
    return interval(values.mean(), values.mean() - half, values.mean() + half)


def _padding(served: pd.DataFrame, confidence: float) -> pd.Series:
    if not served["actual"].any():
        raise ValueError("actual: all waits are 0, padding has no denominator")
    ratio = served["promised"].sum() / served["actual"].sum()
    rest = served["promised"] - ratio * served["actual"]
    n = len(served)
    error = np.sqrt((rest**2).sum() / (n - 1) / n) / served["actual"].mean()
    half = student_quantile(confidence, n - 1) * error
    return interval(ratio - 1, ratio - 1 - half, ratio - 1 + half)


def _kept(waits: pd.DataFrame, confidence: float) -> pd.Series:
    if not waits["left"].any():
        return proportion(waits["actual"] <= waits["promised"], confidence=confidence)
    if (waits["promised"] == 0).any():
        raise ValueError("promised: promises of 0 cannot be compared with who left")
    share, served = waits["actual"] / waits["promised"], ~waits["left"]
    longest = share.max()
    if longest < 1 and not served[share == longest].any():
        told = "who waited longest left before the promise was due: the share kept is unknown (NaN)"
        warnings.warn(told, stacklevel=3)
        return interval(np.nan, np.nan, np.nan)
    return share_within(share, served, min(longest, 1.0), confidence=confidence)


def _not_worse(
    value: NDArray[np.float64],
    slope: NDArray[np.float64],
    count: NDArray[np.float64],
    confidence: float,
    seed: int,
) -> NDArray[np.bool_]:
    """Promises whose value falls short of the highest by no more than chance explains."""
    n = round(count[-1])
    chances = np.diff(count, prepend=0.0) / n
    drawn = np.random.default_rng(seed).multinomial(n, chances, size=BOOTSTRAPS).cumsum(axis=1)
    noise = slope * (drawn - count) / n
    excess = noise.max(axis=1, keepdims=True) - noise
    allowed = np.quantile(excess, 1 - 2 * tail(confidence), axis=0)
    return value.max() - value <= allowed
