"""What was promised against what was delivered, and the promise worth making."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import student_quantile, tail, wilson
from crmlab.satisfaction.answers import complete, numeric, paired
from crmlab.satisfaction.intervals import interval, mean, proportion, share_within


def promise_gap(promised, actual, *, abandoned=None, confidence=0.95):
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
    pandas.DataFrame
        Rows ``promised``, ``actual``, ``gap`` (promised - actual, positive = sooner than
        promised), ``padding`` (mean promised / mean actual - 1, a share), ``kept`` (share of
        promises kept), ``t`` (gap / its standard error, without interval). Columns
        ``estimate``, ``low``, ``high``, ``n``, ``missing``.

    Raises
    ------
    ValueError
        Negative times, promises of 0 with people who left, fewer than two complete rows, or
        waits that are all 0.

    Notes
    -----
    The gap is a paired t; padding uses the delta method for a ratio of means. With people who
    left, ``kept`` is the Kaplan-Meier share of actual / promised up to 1, which assumes that
    those who left would have waited like the others.

    Examples
    --------
    >>> promise_gap([45, 40, 30], [35, 38, 32])["estimate"].round(2).head(3).tolist()
    [38.33, 35.0, 3.33]
    """
    left = np.zeros(len(actual), dtype=bool) if abandoned is None else abandoned
    table = paired(promised=promised, actual=actual, left=left)
    if table["left"].isna().any():
        raise ValueError("abandoned must be there for every row")
    left = table.pop("left").astype(bool)
    times = table.apply(_time)
    times, missing = complete(times)
    if left.all():
        raise ValueError(f"abandoned: all {len(left)} left before being served, no wait is known")
    left = left[times.index]
    served, _ = complete(times[~left])
    gap = served["promised"] - served["actual"]
    rows = {name: mean(served[name], confidence=confidence) for name in served}
    rows["gap"] = mean(gap, confidence=confidence)
    rows["padding"] = _padding(served, confidence)
    rows["kept"] = _kept(times, left, confidence)
    error = gap.std() / np.sqrt(len(gap))
    rows["t"] = interval(gap.mean() / error if error else np.nan, np.nan, np.nan)
    result = pd.DataFrame(rows).T[["estimate", "low", "high"]]
    result["n"] = [len(times) if name == "kept" else len(served) for name in result.index]
    return result.assign(missing=missing)


@dataclass(frozen=True, eq=False)
class BestPromise:
    """The promise with the highest value per arriving customer.

    Attributes
    ----------
    table : DataFrame
        Rows ``promise``, ``kept``, ``stays``, ``value``; ``estimate``, ``low``, ``high``. The
        interval of the promise holds every promise that the data cannot tell from the best.
    curve : DataFrame
        ``promise``, ``kept``, ``stays``, ``value`` at every promise tried.
    """

    table: pd.DataFrame
    curve: pd.DataFrame


def best_promise(actual, *, balking, broken=0.0, confidence=0.95, seed=0):
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
    if not balking > 0:
        raise ValueError(f"balking {balking} must be positive: longer promises send people away")
    if not broken < 1:
        raise ValueError(f"broken {broken}: a broken promise is worth less than a kept one, 1")
    waits, _ = complete(_time(_named(actual, "actual")).to_frame())
    waits = np.sort(waits.iloc[:, 0].to_numpy())
    n = len(waits)
    tried = np.unique(waits if n <= 400 else np.quantile(waits, np.linspace(0, 1, 401)))
    kept = np.searchsorted(waits, tried, side="right") / n
    stays = np.exp(-balking * tried)
    value = stays * (kept + broken * (1 - kept))
    best = int(value.argmax())
    near = tried[_not_worse(value, stays * (1 - broken), kept * n, confidence, seed)]
    low, high = wilson(kept[best] * n, n, confidence)
    worth = [stays[best] * (share + broken * (1 - share)) for share in (low, high)]
    rows = {
        "promise": interval(tried[best], near.min(), near.max()),
        "kept": interval(kept[best], low, high),
        "stays": interval(stays[best], *np.exp(-balking * near[[-1, 0]])),
        "value": interval(value[best], *worth),
    }
    curve = pd.DataFrame({"promise": tried, "kept": kept, "stays": stays, "value": value})
    return BestPromise(pd.DataFrame(rows).T, curve)


@style.figure(width=8, height=7)
def plot_promised_actual(promised, actual, *, unit="min", ax=None):
    """Draw each promise against what happened; above the line is later than promised.

    Parameters
    ----------
    promised, actual : Series or sequence of float
        As given to `promise_gap`.
    unit : str
        Unit of both, for the axes.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = paired(promised=promised, actual=actual).astype(float).dropna()
    late = table["actual"] > table["promised"]
    top = table.to_numpy().max() * 1.05
    for here, colour in ((late, "cost"), (~late, "good")):
        ax.scatter(
            table["promised"][here],
            table["actual"][here],
            s=70,
            alpha=0.6,
            color=style.COLOURS[colour],
            edgecolor="none",
        )
    ax.plot((0, top), (0, top), color=style.COLOURS["ink"], lw=1.5)
    box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none"}
    for x, y, side, share, word, colour in (
        (0.03, 0.95, "left", late.mean(), "later than promised", "cost"),
        (0.97, 0.05, "right", 1 - late.mean(), "promise kept", "good"),
    ):
        ax.text(
            x,
            y,
            f"{word}: {share:.0%}",
            transform=ax.transAxes,
            ha=side,
            va="center",
            color=style.COLOURS[colour],
            weight="bold",
            bbox=box,
        )
    ax.set(xlim=(0, top), ylim=(0, top), aspect="equal", title="Promised and actual wait")
    ax.set(xlabel=f"promised ({unit})", ylabel=f"actual ({unit})")


@style.figure(width=9, height=5.5)
def plot_best_promise(best, *, unit="min", ax=None):
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
    """
    curve, promise = best.curve, best.table.loc["promise"]
    ax.axvspan(promise["low"], promise["high"], color=style.COLOURS["pale"], alpha=0.5, lw=0)
    lines = (("kept", -1, "good"), ("stays", 0, "cost"), ("value", -1, "value"))
    for name, at, colour in lines:
        line = {"color": style.COLOURS[colour], "lw": 3.5 if name == "value" else 2.5}
        ax.plot(curve["promise"], curve[name], **line)
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
    ax.plot(promise["estimate"], best.table.loc["value", "estimate"], "o", color="black", ms=10)
    ax.set(xlim=(curve["promise"].min(), curve["promise"].max()), ylim=(0, 1.08))
    ax.set(xlabel=f"promised wait ({unit})", ylabel="share of arriving customers")
    ax.set_title(
        f"Promise {promise['estimate']:.3g} {unit}; "
        f"{promise['low']:.3g} to {promise['high']:.3g} not ruled out"
    )
    style.percent(ax.yaxis)


def _named(values, name):
    return values if isinstance(values, pd.Series) else pd.Series(values, name=name)


def _time(column):
    times = numeric(column)
    inputs.refuse(
        times < 0,
        column,
        column.name,
        ("is negative", "are negative"),
        "A time starts at 0: correct them.",
    )
    return times


def _padding(served, confidence):
    ratio = served["promised"].sum() / served["actual"].sum() if served["actual"].any() else None
    if ratio is None:
        raise ValueError("column 'actual': all waits are 0, padding has no denominator")
    rest = served["promised"] - ratio * served["actual"]
    n = len(served)
    error = np.sqrt((rest**2).sum() / (n - 1) / n) / served["actual"].mean()
    half = student_quantile(confidence, n - 1) * error
    return interval(ratio - 1, ratio - 1 - half, ratio - 1 + half)


def _kept(times, left, confidence):
    if not left.any():
        return proportion(times["actual"] <= times["promised"], confidence=confidence)
    if (times["promised"] == 0).any():
        raise ValueError("column 'promised': promises of 0 cannot be compared with who left")
    return share_within(times["actual"] / times["promised"], ~left, 1.0, confidence=confidence)


def _not_worse(value, slope, count, confidence, seed):
    rng = np.random.default_rng(seed)
    n = round(count[-1])
    drawn = rng.multinomial(n, np.diff(count, prepend=0.0) / n, size=2000).cumsum(axis=1)
    noise = slope * (drawn - count) / n
    excess = noise.max(axis=1, keepdims=True) - noise
    allowed = np.quantile(excess, 1 - 2 * tail(confidence), axis=0)
    return value.max() - value <= allowed
