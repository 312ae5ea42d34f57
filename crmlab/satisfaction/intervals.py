"""Estimates with their intervals: shares, means, medians, differences, one row per group."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import kaplan_meier, normal_quantile, student_quantile, tail, wilson
from crmlab.satisfaction.answers import numeric, paired

MIN_ANSWERS = 5


def interval(estimate, low, high, **more):
    """Series ``estimate``, ``low``, ``high`` and whatever else belongs to the estimate."""
    parts = {"estimate": estimate, "low": low, "high": high, **more}
    return pd.Series({name: float(value) for name, value in parts.items()})


def proportion(answers, *, weights=None, clusters=None, confidence=0.95):
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
    table = sampled(answers, weights, clusters)
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"answers must be 0 or 1, found {y[~np.isin(y, (0, 1))][0]:g}")
    share = np.average(y, weights=w)
    effective = effective_answers(table, confidence)
    low, high = wilson(share * effective, effective, confidence)
    return interval(
        share,
        low,
        high,
        numerator=y.sum(),
        denominator=len(y),
        missing=len(answers) - len(y),
        effective_n=effective,
    )


def mean(answers, *, weights=None, clusters=None, confidence=0.95):
    r"""Mean with Student's interval, for plain, weighted or clustered answers.

    Parameters
    ----------
    answers : Series or sequence of float, shape (n,)
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
        ``estimate``, ``low``, ``high``, ``n``, ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        No answer, or weights that are not positive.

    Notes
    -----
    The variance is that of the linearised weighted mean,
    :math:`\frac{c}{c-1}\sum_c (\sum_{i\in c} w_i(y_i-\bar y))^2/(\sum w)^2` over c clusters
    (each answer its own cluster if none are named), with c - 1 degrees of freedom.

    Examples
    --------
    >>> mean([6, 8, 10]).round(2)[["estimate", "low", "high"]].tolist()
    [8.0, 3.03, 12.97]
    """
    table = sampled(answers, weights, clusters)
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    centre = np.average(y, weights=w)
    variance, units = _linearised(table)
    if units < 2:
        warnings.warn("one answer has no interval: low and high are NaN", stacklevel=2)
        half = np.nan
    else:
        half = student_quantile(confidence, units - 1) * np.sqrt(variance)
    plain = np.average((y - centre) ** 2, weights=w) * units / max(units - 1, 1)
    effective = min(plain / variance, len(y)) if variance > 0 else w.sum() ** 2 / (w**2).sum()
    return interval(
        centre,
        centre - half,
        centre + half,
        n=len(y),
        missing=len(answers) - len(y),
        effective_n=effective,
    )


def median(answers, *, confidence=0.95):
    """Median with the interval between two ranked answers, whatever the distribution.

    Parameters
    ----------
    answers : Series or sequence of float, shape (n,)
        Missing ones are left out and counted.
    confidence : float
        Coverage of the interval, at least (ranks jump, so it is a little more).

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``n``, ``missing``. Fewer than six answers cannot
        give 95 %: low and high are NaN with a warning.

    Notes
    -----
    Low and high are the r-th smallest and r-th largest answer, r the largest rank with
    P(Binomial(n, 1/2) < r) at most half of what the interval may miss.

    Examples
    --------
    >>> median(range(1, 11))[["estimate", "low", "high"]].tolist()
    [5.5, 2.0, 9.0]
    """
    from scipy.special import bdtr

    y = np.sort(numeric(answers).dropna().to_numpy())
    if len(y) == 0:
        raise ValueError("no answer is there to take the median of")
    below = bdtr(np.arange(len(y) // 2 + 1), len(y), 0.5)
    rank = int(np.searchsorted(below, tail(confidence), side="right"))
    low, high = (y[rank - 1], y[-rank]) if rank else (np.nan, np.nan)
    if not rank:
        warnings.warn(f"{len(y)} answers are too few for a {confidence:.0%} interval", stacklevel=2)
    return interval(np.median(y), low, high, n=len(y), missing=len(answers) - len(y))


def share_within(times, observed, limit, *, confidence=0.95):
    r"""Share of cases in which an event happens within a limit, some watched too briefly.

    Parameters
    ----------
    times : Series or sequence of float, shape (n,)
        Time to the event, or time watched where the event was not seen.
    observed : Series or sequence of bool, shape (n,)
        Whether the event was seen.
    limit : float
        In the unit of `times`; an event at the limit counts.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``events`` (within the limit), ``n``, ``censored``
        (watched for less than the limit without an event). NaN with a warning if nobody was
        watched to the limit.

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
    times = numeric(table["times"], "times")
    if times.isna().any() or table["observed"].isna().any() or len(times) == 0:
        raise ValueError("times and observed must be there for every case, and for one at least")
    seen = table["observed"].astype(bool)
    events = int((seen & (times <= limit)).sum())
    censored = int((~seen & (times < limit)).sum())
    counts = {"events": events, "n": len(times), "censored": censored}
    if not censored:
        share = events / len(times)
        return interval(share, *wilson(events, len(times), confidence), **counts)
    if times.max() < limit:
        warnings.warn(
            f"nobody was watched for {limit:g}, the longest for {times.max():g}: the share "
            "within the limit is NaN; shorten the limit",
            stacklevel=2,
        )
        return interval(np.nan, np.nan, np.nan, **counts)
    share, low, high = _share_gone(times, seen, limit, confidence)
    return interval(share, low, high, **counts)


def checked_weights(weights):
    """Survey weights as floats, refused unless all are there and positive."""
    weights = numeric(weights, "weights")
    remedy = "Every respondent needs a positive weight."
    inputs.refuse(
        ~(weights > 0),
        weights,
        "weights",
        ("is empty or not positive", "are empty or not positive"),
        remedy,
    )
    return weights


def sampled(answers, weights, clusters):
    """Answers given, with weight and cluster of each (1 and its own if there are none)."""
    n = len(answers)
    table = paired(
        answer=answers,
        weight=np.ones(n) if weights is None else weights,
        cluster=np.arange(n) if clusters is None else clusters,
    )
    table["answer"] = numeric(table["answer"].rename(getattr(answers, "name", None)))
    table = table[table["answer"].notna()]
    if table.empty:
        raise ValueError(f"none of {n} answers is there: nothing can be estimated")
    lone, remedy = table["cluster"].isna(), "Say where each answer comes from."
    inputs.refuse(lone, table.index, "clusters", ("is empty", "are empty"), remedy)
    return table.assign(weight=checked_weights(table["weight"]))


def _linearised(table):
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    scores = w * (y - np.average(y, weights=w)) / w.sum()
    codes = pd.factorize(table["cluster"])[0]
    sums = np.bincount(codes, weights=scores)
    units = len(sums)
    return (sums**2).sum() * units / max(units - 1, 1), units


def effective_answers(table, confidence):
    """Simple random answers that would be as precise as these weighted or clustered ones."""
    y, w = table["answer"].to_numpy(), table["weight"].to_numpy()
    clustered = table["cluster"].nunique() < len(table)
    if not clustered and np.ptp(w) == 0:
        return float(len(y))
    variance, units = _linearised(table)
    if units < 2:
        raise ValueError("all answers come from one cluster: their spread cannot be told")
    plain = np.average((y - np.average(y, weights=w)) ** 2, weights=w)
    kish = w.sum() ** 2 / (w**2).sum()
    effective = plain / variance if variance > 0 else min(kish, units)
    shrink = (normal_quantile(confidence) / student_quantile(confidence, units - 1)) ** 2
    return float(min(effective * shrink, len(y)))


def _share_gone(times, seen, limit, confidence):
    when, codes = np.unique(times[times <= limit], return_inverse=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), when)
    lost = np.bincount(codes, weights=seen[times <= limit], minlength=len(when))
    survival, variance = kaplan_meier(lost, at_risk)
    stays = survival[-1] if len(when) else 1.0
    if not 0 < stays < 1:
        watched = int((times >= limit).sum()) or 1
        return 1 - stays, *wilson((1 - stays) * watched, watched, confidence)
    spread = normal_quantile(confidence) * np.sqrt(variance[-1]) / abs(np.log(stays))
    return 1 - stays, 1 - stays ** np.exp(-spread), 1 - stays ** np.exp(spread)
