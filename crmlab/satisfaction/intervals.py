"""Estimates with their intervals: shares, means, medians, events within a time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs import Numbers
from crmlab.intervals import (
    ended_by,
    normal_quantile,
    skewed_reach,
    skewness,
    student_quantile,
    tail,
    wilson,
)
from crmlab.satisfaction.answers import Scale, on_scale, paired

MIN_ANSWERS = 5
TOLD, LEANING = 20, 0.4  # answers that can show it; skewness of their mean


def interval(estimate: float, low: float, high: float, **more: float) -> pd.Series:
    """Series ``estimate``, ``low``, ``high`` and whatever else belongs to the estimate."""
    parts = {"estimate": estimate, "low": low, "high": high, **more}
    return pd.Series({name: float(value) for name, value in parts.items()})


def proportion(
    answers: Numbers,
    *,
    weights: Numbers | None = None,
    clusters: Any = None,
    confidence: float = 0.95,
) -> pd.Series:
    r"""Share of yes among the answers, with Wilson's interval.

    Parameters
    ----------
    answers : Series or sequence of bool or 0/1, shape (n,)
        Missing ones are left out and counted.
    weights : Series or sequence of float, shape (n,), optional
        Survey weights, positive.
    clusters : Series or sequence, shape (n,), optional
        Who or where the answers come from, when several share a person, shop or city.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator``, ``denominator`` (answers given),
        ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        Answers other than 0 and 1, or none at all.

    Notes
    -----
    With weights or clusters the number of answers in Wilson's formula is replaced by the
    effective number, :math:`n\,/\,\mathrm{deff}` (Korn & Graubard 1998, Survey Methodology 24).
    The interval stays within 0 and 1 and does not collapse at 0 of n (Wilson 1927, JASA 22).

    Examples
    --------
    >>> round(float(proportion([1, 0, 1])["estimate"]), 3)
    0.667
    >>> proportion([1] * 15 + [0] * 85)[["low", "high"]].round(4).tolist()
    [0.0931, 0.2328]
    """
    table, missing = sampled(answers, weights, clusters, (0, 1))
    inputs.flags(table["answer"], getattr(answers, "name", None) or "answers")
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    share = np.average(y, weights=w)
    effective = effective_answers(table, confidence)
    low, high = wilson(share * effective, effective, confidence)
    return interval(
        share,
        low,
        high,
        numerator=y.sum(),
        denominator=len(y),
        missing=missing,
        effective_n=effective,
    )


def mean(
    answers: Numbers,
    *,
    weights: Numbers | None = None,
    clusters: Any = None,
    scale: Scale | None = None,
    confidence: float = 0.95,
) -> pd.Series:
    r"""Mean with an interval that allows for skewness, plain, weighted or clustered answers.

    Parameters
    ----------
    answers : Series or sequence of float, shape (n,)
        Missing ones are left out and counted.
    weights : Series or sequence of float, shape (n,), optional
        Survey weights, positive.
    clusters : Series or sequence, shape (n,), optional
        Who or where the answers come from, when several share a person, shop or city.
    scale : tuple of float, optional
        Lowest and highest possible answer; anything else, such as 99 for "no answer", is refused.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``n``, ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        No answer, answers outside the scale, or weights that are not positive.

    Warns
    -----
    UserWarning
        A single answer: low and high are NaN. A few of 20 or more answers decide the mean: the
        interval covers less than it says. Without `scale`: answers that look like codes for no
        answer.

    Notes
    -----
    The variance is that of the linearised weighted mean,
    :math:`\frac{c}{c-1}\sum_c (\sum_{i\in c} w_i(y_i-\bar y))^2/(\sum w)^2` over c clusters
    (each answer its own cluster if none are named), with c - 1 degrees of freedom. The interval is
    Student's, moved towards the long side where the answers are skewed (Hall 1992, "On the removal
    of skewness by transformation", Journal of the Royal Statistical Society B 54). It assumes that
    the sample shows the skewness there is; a heavy tail shows less than it has, and then even 300
    answers can cover less than they say: see ``benchmarks/README.md``.

    Examples
    --------
    >>> mean([6, 8, 10]).round(2)[["estimate", "low", "high"]].tolist()
    [8.0, 3.03, 12.97]
    """
    table, missing = sampled(answers, weights, clusters, scale)
    return mean_of(table, confidence, missing=missing)


def mean_of(table: pd.DataFrame, confidence: float, *, missing: int = 0) -> pd.Series:
    """`mean` of answers that `sampled` has checked."""
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    centre = np.average(y, weights=w)
    sums = _sums(table)
    variance, units = _linearised(sums)
    below = above = np.nan
    if units < 2:
        warnings.warn("one answer has no interval: low and high are NaN", stacklevel=2)
    else:
        skew = skewness(sums) / np.sqrt(units)
        below, above = skewed_reach(confidence, units - 1, skew)
        if units >= TOLD and abs(skew) > LEANING:
            warnings.warn(
                f"a few of {units:,} answers decide the mean: a 95 % interval holds the truth in "
                "about 9 of 10 such samples",
                stacklevel=3,
            )
    plain = np.average((y - centre) ** 2, weights=w) * units / max(units - 1, 1)
    effective = min(plain / variance, len(y)) if variance > 0 else w.sum() ** 2 / (w**2).sum()
    return interval(
        centre,
        centre - below * np.sqrt(variance),
        centre + above * np.sqrt(variance),
        n=len(y),
        missing=missing,
        effective_n=effective,
    )


def median(answers: Numbers, *, scale: Scale | None = None, confidence: float = 0.95) -> pd.Series:
    """Median with the interval between two ranked answers, whatever the distribution.

    Parameters
    ----------
    answers : Series or sequence of float, shape (n,)
        Missing ones are left out and counted.
    scale : tuple of float, optional
        Lowest and highest possible answer.
    confidence : float
        Coverage of the interval, at least (ranks jump, so it is a little more).

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``n``, ``missing``. Fewer than six answers cannot
        give 95 %: low and high are NaN with a warning.

    Raises
    ------
    ValueError
        No answer, or answers outside the scale.

    Notes
    -----
    Low and high are the r-th smallest and r-th largest answer, r the largest rank with
    P(Binomial(n, 1/2) < r) at most half of what the interval may miss.

    Examples
    --------
    >>> median(range(1, 11))[["estimate", "low", "high"]].tolist()
    [5.5, 2.0, 9.0]
    """
    table, missing = sampled(answers, None, None, scale)
    return median_of(table, confidence, missing=missing)


def median_of(table: pd.DataFrame, confidence: float, *, missing: int = 0) -> pd.Series:
    """`median` of answers that `sampled` has checked."""
    from scipy.special import bdtr

    y = np.sort(table["answer"].to_numpy())
    below = bdtr(np.arange(len(y) // 2 + 1), len(y), 0.5)
    rank = int(np.searchsorted(below, tail(confidence), side="right"))
    low, high = (y[rank - 1], y[-rank]) if rank else (np.nan, np.nan)
    if not rank:
        few = "1 answer is" if len(y) == 1 else f"{len(y)} answers are"
        told = f"{few} too few for a {confidence:.0%} interval: low and high are NaN"
        warnings.warn(told, stacklevel=3)
    return interval(np.median(y), low, high, n=len(y), missing=missing)


def share_within(
    times: Numbers, observed: Any, within: float, *, confidence: float = 0.95
) -> pd.Series:
    r"""Share of cases in which an event happens within a limit, some watched too briefly.

    Parameters
    ----------
    times : Series or sequence of float, shape (n,)
        Time to the event, or time watched where the event was not seen.
    observed : Series or sequence of bool, shape (n,)
        Whether the event was seen: True and False, or 1 and 0.
    within : float
        Limit in the unit of `times`; an event at the limit counts.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``events`` (within the limit), ``n``, ``censored``
        (watched for less than the limit without an event). NaN with a warning if nobody was
        watched to the limit.

    Raises
    ------
    ValueError
        Times that are empty or negative, text in `observed`, a limit that is not above 0.

    Notes
    -----
    Kaplan & Meier (1958, JASA 53) with the interval on :math:`\log(-\log S)`; Wilson's interval
    where everybody was watched to the limit, since the estimate is then a plain share.

    Examples
    --------
    Three customers: one buys again on day 10, one is watched for 20 days only, one for 90.

    >>> round(float(share_within([10, 20, 90], [True, False, False], 60)["estimate"]), 3)
    0.333
    """
    table = paired(times=times, observed=observed)
    when = inputs.numbers(table["times"], "times", at_least=0)
    seen = inputs.flags(table["observed"], "observed")
    within = inputs.number(within, "within", above=0)
    n, events = len(when), int((seen & (when <= within)).sum())
    censored = int((~seen & (when < within)).sum())
    counts = {"events": events, "n": n, "censored": censored}
    if not censored:
        return interval(events / n, *wilson(events, n, confidence), **counts)
    if when.max() < within:
        tail(confidence)
        warnings.warn(
            f"nobody was watched for {within:g}, the longest for {when.max():g}: the share "
            "within the limit is NaN; shorten the limit",
            stacklevel=2,
        )
        return interval(np.nan, np.nan, np.nan, **counts)
    return interval(*ended_by(when, seen, confidence, at=[within]).iloc[0], **counts)


def checked_weights(weights: Numbers) -> pd.Series:
    """Survey weights as floats, refused unless all are there and positive."""
    remedy = "Every respondent needs a positive weight."
    return inputs.numbers(weights, "weights", above=0, remedy=remedy)


def sampled(
    answers: Any, weights: Any, clusters: Any, scale: Scale | None = None
) -> tuple[pd.DataFrame, int]:
    """Answers given, with weight and cluster of each; and how many are missing."""
    given = on_scale(answers, scale=scale)
    n = len(given)
    table = paired(
        answer=answers,
        weight=np.ones(n) if weights is None else weights,
        cluster=np.arange(n) if clusters is None else clusters,
    )
    table["answer"] = given.to_numpy()
    table = table[table["answer"].notna()]
    if table.empty:
        raise ValueError(f"none of {n} answers is there: nothing can be estimated")
    lone, remedy = table["cluster"].isna(), "Say where each answer comes from."
    inputs.refuse(lone, table.index, "clusters", ("is empty", "are empty"), remedy)
    return table.assign(weight=checked_weights(table["weight"])), n - len(table)


def _sums(table: pd.DataFrame) -> NDArray[np.float64]:
    """What each cluster adds to the error of the weighted mean."""
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    scores = w * (y - np.average(y, weights=w)) / w.sum()
    return np.asarray(np.bincount(pd.factorize(table["cluster"])[0], weights=scores), float)


def _linearised(sums: NDArray[np.float64]) -> tuple[float, int]:
    units = len(sums)
    return (sums**2).sum() * units / max(units - 1, 1), units


def effective_answers(table: pd.DataFrame, confidence: float) -> float:
    """Simple random answers that would be as precise as these weighted or clustered ones."""
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    clustered = table["cluster"].nunique() < len(table)
    if not clustered and np.ptp(w) == 0:
        return float(len(y))
    variance, units = _linearised(_sums(table))
    if units < 2:
        raise ValueError("all answers come from one cluster: their spread cannot be told")
    plain = np.average((y - np.average(y, weights=w)) ** 2, weights=w)
    kish = w.sum() ** 2 / (w**2).sum()
    told_apart = variance > 1e-18 * plain
    effective = plain / variance if told_apart else min(kish, units)
    shrink = (normal_quantile(confidence) / student_quantile(confidence, units - 1)) ** 2
    return float(min(effective * shrink, len(y)))
