"""Trials: how many customers it takes to see an effect."""

from __future__ import annotations

import math

from crmlab import inputs, intervals

LARGEST = 6  # standard deviations: a larger effect needs no more customers, and is not solved


def trial_size(effect: float, sd: float, *, power: float = 0.8, confidence: float = 0.95) -> int:
    r"""Customers needed in each of two groups, treated and not treated by lot.

    Parameters
    ----------
    effect : float
        Difference of the two means that must not be missed, in the unit of the outcome; not 0.
    sd : float
        Standard deviation of the outcome among customers, in the same unit. Of a share p it is
        :math:`\sqrt{p(1-p)}`.
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
    Statistical Power Analysis for the Behavioral Sciences), solved by statsmodels. A skewed
    outcome such as spending needs large groups before the t test holds. An effect of more than
    six standard deviations gets the groups of one of six.

    Examples
    --------
    An effect of half a standard deviation (Cohen 1988, table 2.4.1: 64).

    >>> trial_size(5, sd=10)
    64
    """
    from statsmodels.stats.power import TTestIndPower

    effect = inputs.number(effect, "effect")
    if effect == 0:
        raise ValueError("effect is 0; no trial can show an effect that is not there.")
    spread = inputs.number(sd, "sd", above=0)
    inputs.number(power, "power", above=0, at_most=0.9999, remedy="Give a share such as 0.8.")
    error = 2 * intervals.tail(confidence)
    ratio, test = min(abs(effect) / spread, LARGEST), TTestIndPower()
    if test.power(ratio, nobs1=2, alpha=error) >= power:
        return 2
    return math.ceil(float(test.solve_power(effect_size=ratio, alpha=error, power=power)))
