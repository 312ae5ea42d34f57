"""Quantiles and closed-form intervals that several modules report."""

from statistics import NormalDist

import numpy as np

from crmlab import inputs


def tail(confidence):
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


def normal_quantile(confidence):
    """Standard normal quantile of a two-sided interval.

    Examples
    --------
    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    return NormalDist().inv_cdf(1 - tail(confidence))


def student_quantile(confidence, freedom):
    """Student quantile of a two-sided interval; ``freedom`` is a number or an array.

    Examples
    --------
    >>> round(float(student_quantile(0.95, 2)), 3)
    4.303
    """
    from scipy.special import stdtrit

    return stdtrit(freedom, 1 - tail(confidence))


def wilson(successes, trials, confidence=0.95):
    r"""Wilson's score interval for a share.

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
        Lower and upper limit.

    Notes
    -----
    :math:`\frac{\hat p + z^2/2n \pm z\sqrt{\hat p(1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}`
    (Wilson 1927, Journal of the American Statistical Association 22). It stays within 0 and 1
    and does not collapse at 0 of n.

    Examples
    --------
    >>> [round(float(limit), 4) for limit in wilson(1, 3)]
    [0.0615, 0.7923]
    """
    z = normal_quantile(confidence)
    successes, trials = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    trials = np.where(trials > 0, trials, np.nan)
    rate = successes / trials
    centre = (rate + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * np.sqrt(rate * (1 - rate) / trials + (z / (2 * trials)) ** 2) / (1 + z**2 / trials)
    return np.clip(centre - half, 0, rate), np.clip(centre + half, rate, 1)


def kaplan_meier(lost, at_risk):
    r"""Survival where some are watched too briefly to see them go.

    Parameters
    ----------
    lost, at_risk : array-like, shape (n,)
        How many went, of how many who were still watched, at each time in order.

    Returns
    -------
    survival, variance : numpy.ndarray, shape (n,)
        Share still there after each time, and Greenwood's variance of its logarithm.

    Notes
    -----
    :math:`S = \prod (1 - d/n)` and :math:`\sum d/(n(n-d))` (Kaplan & Meier 1958, Journal of the
    American Statistical Association 53). From a time on at which everybody at risk goes, survival
    is 0 and the variance says nothing.

    Examples
    --------
    Of three, one goes, one is watched no longer, the last one goes.

    >>> kaplan_meier([1, 1], [3, 1])[0].round(3).tolist()
    [0.667, 0.0]
    """
    lost, at_risk = np.asarray(lost, dtype=float), np.asarray(at_risk, dtype=float)
    stayed = at_risk - lost
    terms = np.divide(lost, at_risk * stayed, out=np.zeros(len(lost)), where=stayed > 0)
    return np.cumprod(stayed / at_risk), np.cumsum(terms)
