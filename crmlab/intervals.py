"""Quantiles and intervals that several modules report."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlab import inputs

SKEWED = 8


def tail(confidence: float) -> float:
    """What a two-sided interval may miss on each side: 0.025 for 0.95.

    Raises
    ------
    ValueError
        No number between 0 and 1.
    """
    share = inputs.number(confidence, "confidence", remedy="Give a share such as 0.95.")
    if not 0 < share < 1:
        raise ValueError(f"confidence is {share:g}; give a share such as 0.95, between 0 and 1.")
    return (1 - share) / 2


def normal_quantile(confidence: float) -> float:
    """Standard normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    return NormalDist().inv_cdf(1 - tail(confidence))


def student_quantile(confidence: float, freedom: ArrayLike) -> Any:
    """Student quantile of a two-sided interval; ``freedom`` is a number or an array.

    With infinite freedom it is the normal one.

    Examples
    --------
    >>> round(float(student_quantile(0.95, 2)), 3)
    4.303
    """
    from scipy.special import stdtrit

    return stdtrit(freedom, 1 - tail(confidence))


def skewed_reach(confidence: float, freedom: float, skew: float) -> tuple[float, float]:
    r"""Standard errors that an interval of a mean reaches below and above it, if skewed.

    Parameters
    ----------
    confidence : float
        Coverage of the interval.
    freedom : float
        Degrees of freedom of the standard error.
    skew : float
        Third cumulant of the estimate over the cube of its standard error: for a plain mean the
        skewness of the data over the root of their number, see `skewness`.

    Returns
    -------
    tuple of float
        Below, above. Both are Student's quantile without skewness.

    Notes
    -----
    The mean of skewed data and its standard error move together, so that plain intervals end too
    early on the long side. With :math:`T` = (mean - truth) / error,
    :math:`T + aT^2/3 + a^2T^3/27 + a/6` is nearly free of skewness (Hall 1992, "On the removal of
    skewness by transformation", Journal of the Royal Statistical Society B 54); its inverse at
    Student's quantiles gives the ends. A heavy tail shows less skewness than it has: then the
    interval still ends too early.

    Examples
    --------
    >>> [round(reach, 2) for reach in skewed_reach(0.95, 39, 0.0)]
    [2.02, 2.02]
    >>> [round(reach, 2) for reach in skewed_reach(0.95, 39, 0.3)]
    [1.68, 2.77]
    """
    quantile = float(student_quantile(confidence, freedom))
    if abs(skew) < 1e-6:
        return quantile, quantile
    ends = np.cbrt(1 + skew * (np.array([quantile, -quantile]) - skew / 6))
    below, above = 3 * (ends - 1) / skew
    return max(float(below), 0.0), max(float(-above), 0.0)


def skewness(scores: NDArray[np.float64]) -> float:
    """Skewness adjusted for the number of values; 0 for fewer than eight, which cannot show it.

    Examples
    --------
    >>> round(skewness(np.array([1.0, 1, 2, 2, 3, 3, 4, 16])), 2)
    2.59
    """
    size, away = len(scores), scores - scores.mean()
    spread = float((away**2).mean()) ** 0.5
    if size < SKEWED or not spread > 1e-12 * float(np.abs(scores).max()):
        return 0.0
    adjusted = (size * (size - 1)) ** 0.5 / (size - 2)
    return float((away**3).mean()) / spread**3 * adjusted


def wilson(successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> tuple[Any, Any]:
    """Wilson's score interval for a share, as statsmodels computes it.

    Parameters
    ----------
    successes, trials : float or array
        Counts; fractional where an effective number of trials stands for the plain one. Zero
        trials give NaN.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    tuple of float or array
        Lower and upper limit. They hold the share to the last bit.

    Notes
    -----
    Wilson (1927, Journal of the American Statistical Association 22). It stays within 0 and 1
    and does not collapse at 0 of n.

    Examples
    --------
    >>> [round(float(limit), 4) for limit in wilson(1, 3)]
    [0.0615, 0.7923]
    """
    from statsmodels.stats.proportion import proportion_confint

    trials = np.asarray(trials, dtype=float)
    trials = np.where(trials > 0, trials, np.nan)
    rate = np.asarray(successes, dtype=float) / trials
    low, high = proportion_confint(rate * trials, trials, 2 * tail(confidence), method="wilson")
    return np.clip(low, 0, rate), np.clip(high, rate, 1)


def poisson(counts: ArrayLike, confidence: float = 0.95) -> tuple[Any, Any]:
    """Exact limits of the mean of Poisson counts; the lower one is 0 where nothing was counted.

    Notes
    -----
    Garwood (1936, Biometrika 28).

    Examples
    --------
    >>> [round(float(limit), 3) for limit in poisson(0)]
    [0.0, 3.689]
    """
    from scipy.special import gammaincinv

    found, error = np.asarray(counts, dtype=float), tail(confidence)
    low = np.where(found > 0, gammaincinv(np.where(found > 0, found, 1.0), error), 0.0)
    return low, gammaincinv(found + 1, 1 - error)


def area_under_curve(
    scores: NDArray[np.float64], positive: NDArray[np.bool_]
) -> tuple[float, float]:
    """Chance that a positive case scores above another one, and its standard error.

    Ties count half. The error is that of DeLong, DeLong & Clarke-Pearson (1988, Biometrics 44); a
    kind with one case counts as if nothing were known of its spread.

    Examples
    --------
    >>> area_under_curve(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))[0]
    1.0
    """
    from scipy.stats import rankdata

    rank = rankdata(scores)
    n, m = int(positive.sum()), int((~positive).sum())
    wins = (rank[positive] - rankdata(scores[positive])) / m
    losses = 1 - (rank[~positive] - rankdata(scores[~positive])) / n
    parts = ((wins, n), (losses, m))
    variance = sum(one.var(ddof=1) / k if k > 1 else 0.25 for one, k in parts)
    return float(wins.mean()), float(variance) ** 0.5


def kaplan_meier(
    times: ArrayLike, seen: ArrayLike, at: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Survival where some are watched too briefly to see them go, read at times of your choice.

    Parameters
    ----------
    times : array-like, shape (n,)
        When each one went, or was watched for the last time.
    seen : array-like of bool, shape (n,)
        Whether it was seen to go.
    at : array-like, shape (m,)
        Times to read the curve at; what happens at such a time has happened.

    Returns
    -------
    survival, variance : numpy.ndarray, shape (m,)
        Share still there, and Greenwood's variance of its logarithm: 0 before anybody goes, NaN
        where nobody is left.

    Notes
    -----
    Kaplan & Meier (1958, Journal of the American Statistical Association 53), as statsmodels
    computes it.

    Examples
    --------
    Of three, one goes, one is watched no longer, the last one goes.

    >>> kaplan_meier([1, 2, 3], [True, False, True], [0, 1, 2, 3])[0].round(3).tolist()
    [1.0, 0.667, 0.667, 0.0]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = SurvfuncRight(np.asarray(times, dtype=float), np.asarray(seen, dtype=int))
    place = np.searchsorted(curve.surv_times, np.asarray(at, dtype=float), side="right")
    survival = np.concatenate([[1.0], curve.surv_prob])
    with np.errstate(invalid="ignore"):
        spread = np.concatenate([[0.0], curve.surv_prob_se]) / survival
    return survival[place], spread[place] ** 2


def ended_by(
    days: ArrayLike, ended: ArrayLike, confidence: float = 0.95, *, at: ArrayLike | None = None
) -> pd.DataFrame:
    """Share that has ended by each day, where some are watched too briefly to see them end.

    Parameters
    ----------
    days : array-like, shape (n,)
        Days until each one ended, or was watched for the last time.
    ended : array-like of bool, shape (n,)
        Whether it was seen to end.
    confidence : float
        Coverage of the intervals.
    at : array-like, shape (m,)
        Days to read the curve at; if left out, day 0 and each day on which one ended or was last
        watched.

    Returns
    -------
    pandas.DataFrame
        For each of these days the ``share`` ended by then, ``low`` and ``high``.

    Notes
    -----
    Kaplan-Meier with the interval on log(-log S). Wilson's where nobody was lost to sight before
    that day, or nobody or everybody has ended.

    Examples
    --------
    >>> ended_by([2, 4, 6], [True, False, True])["share"].round(3).to_dict()
    {0.0: 0.0, 2.0: 0.333, 4.0: 0.333, 6.0: 1.0}
    """
    times, seen = np.asarray(days, dtype=float), np.asarray(ended, dtype=bool)
    read = np.unique(np.append(times, 0.0)) if at is None else np.asarray(at, dtype=float)
    watched = len(times) - np.searchsorted(np.sort(times), read, side="left")
    lost = np.searchsorted(np.sort(times[~seen]), read, side="left")
    survival, variance = kaplan_meier(times, seen, read)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = normal_quantile(confidence) * np.sqrt(variance) / np.abs(np.log(survival))
        low, high = 1 - survival ** np.exp(-spread), 1 - survival ** np.exp(spread)
    plain = (lost == 0) | (survival <= 0) | (survival >= 1)
    number = np.where(lost == 0, len(times), np.maximum(watched, 1))
    flat = wilson((1 - survival) * number, number, confidence)
    columns = {
        "share": 1 - survival,
        "low": np.where(plain, flat[0], low),
        "high": np.where(plain, flat[1], high),
    }
    return pd.DataFrame(columns, index=pd.Index(read, name="day"))


def half_ended(share: pd.Series) -> float:
    """First day by which the share that has ended reaches one half; infinite if none.

    Examples
    --------
    >>> half_ended(ended_by([2, 4, 6], [True, False, True])["share"])
    6.0
    """
    reached = share.to_numpy() >= 0.5 - 1e-9
    days = share.index.get_level_values("day")
    return float(days[reached.argmax()]) if reached.any() else np.inf
