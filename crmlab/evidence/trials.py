"""Trials: how many customers it takes to see an effect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crmlab import inputs, intervals

if TYPE_CHECKING:
    from collections.abc import Callable


def trial_size(effect: float, sd: float, *, power: float = 0.8, confidence: float = 0.95) -> int:
    r"""Customers needed in each of two groups, treated and not treated by lot.

    Parameters
    ----------
    effect : float
        Difference of the two means that must not be missed, in the unit of the outcome; not 0.
    sd : float
        Standard deviation of the outcome among customers, in the same unit. Of a share p it is
        :math:`\sqrt{p(1-p)}`; see also `share_trial_size`.
    power : float
        Probability that the trial shows the effect if it is there.
    confidence : float
        Coverage of the interval that must lie on one side of 0.

    Returns
    -------
    int
        Customers in each group.

    Raises
    ------
    ValueError
        An effect of 0, a standard deviation not above 0, a power or confidence not between 0
        and 1.

    Notes
    -----
    Two-sided t test of two independent groups of one size and one spread (Cohen 1988,
    Statistical Power Analysis for the Behavioral Sciences); about
    :math:`2 (z_{1-\alpha/2} + z_{1-\beta})^2 s^2 / \delta^2`. A skewed outcome such as spending
    needs large groups before the t test holds.

    Examples
    --------
    An effect of half a standard deviation (Cohen 1988, table 2.4.1: 64).

    >>> trial_size(5, sd=10)
    64
    """
    effect = _effect(effect)
    ratio = abs(effect) / inputs.number(sd, "sd", above=0)
    wanted, error = _power(power), intervals.tail(confidence)
    return _smallest(lambda size: _shown(size, ratio, error) >= wanted)


def share_trial_size(
    share: float, other: float, *, power: float = 0.8, confidence: float = 0.95
) -> int:
    r"""Customers needed in each of two groups to tell one share from another.

    Parameters
    ----------
    share, other : float
        Shares that buy with and without the action, 0 to 1; not the same.
    power : float
        Probability that the trial shows the difference if it is there.
    confidence : float
        Coverage of the interval that must lie on one side of 0.

    Returns
    -------
    int
        Customers in each group.

    Raises
    ------
    ValueError
        A share outside 0 to 1, two equal shares, a power or confidence not between 0 and 1.

    Notes
    -----
    :math:`n = (z_{1-\alpha/2} \sqrt{2 \bar p (1 - \bar p)} + z_{1-\beta}
    \sqrt{p_1 (1 - p_1) + p_2 (1 - p_2)})^2 / (p_1 - p_2)^2` (Fleiss, Levin & Paik 2003,
    Statistical Methods for Rates and Proportions, without the correction for continuity).

    Examples
    --------
    >>> share_trial_size(0.10, 0.12)
    3841
    """
    from statistics import NormalDist

    one, two = inputs.share(share, "share"), inputs.share(other, "other")
    if abs(one - two) < 1e-9:
        raise ValueError(f"share and other are both {one:g}; no trial can tell them apart.")
    sure = NormalDist().inv_cdf(_power(power))
    mean = (one + two) / 2
    reach = intervals.normal_quantile(confidence) * math.sqrt(2 * mean * (1 - mean))
    reach += sure * math.sqrt(one * (1 - one) + two * (1 - two))
    size = (max(reach, 0.0) / (one - two)) ** 2
    return max(2, math.ceil(size * (1 - 1e-12)))


def _effect(effect: float) -> float:
    effect = inputs.number(effect, "effect")
    if effect == 0:
        raise ValueError("effect is 0; no trial can show an effect that is not there.")
    return effect


def _power(power: float) -> float:
    return inputs.number(power, "power", above=0, at_most=0.9999, remedy="Give a share as 0.8.")


def _smallest(enough: Callable[[int], bool]) -> int:
    """The smallest whole number from 2 on that is enough, where every larger one is too."""
    high = 2
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _shown(size: int, ratio: float, error: float) -> float:
    """How often a t test of two groups of this size shows an effect of so many deviations.

    The noncentral t is averaged over the sampling of the standard deviation: libraries return NaN
    or a wrong root of it where power and confidence are both close to 1.
    """
    from scipy.integrate import quad
    from scipy.special import chdtri, ndtr, stdtrit

    freedom, shift = 2 * size - 2, ratio * math.sqrt(size / 2)
    limit = float(stdtrit(freedom, 1 - error))

    def beyond(spread: float) -> float:
        return float(ndtr(shift - limit * spread) + ndtr(-shift - limit * spread))

    found, _ = quad(
        lambda chance: beyond(math.sqrt(chdtri(freedom, chance) / freedom)), 0, 1, limit=200
    )
    return float(found)
