"""How likely customers are to leave, and when they do."""

import numpy as np

from .world import TYPICAL_SATISFACTION, WEEKS_PER_MONTH, Clock, level

# how fast others leave, as a share of members' rate
_SUBSCRIBER_PACE = 0.25
_SUBSCRIBER_SHAPE = 0.7  # subscribers are less alike than members
_WHOLESALE_PACE = 0.125


def leaving_rates(rng, people, base, world):
    """Each customer's own rate of leaving, per month, before anything happens.

    Members' and accounts' rates are gamma distributed times what satisfaction and referral do.
    Subscribers' monthly chances are beta distributed, dealt out in the order of such rates.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
    base : array of shape (customers,)
        Satisfaction before anything happens.
    world : World

    Returns
    -------
    array of shape (customers,)
    """
    kind = people["kind"].to_numpy()
    own = rng.gamma(world.churn_shape, 1 / world.churn_shape, len(people))
    own = own * np.exp(-world.satisfaction_effect * (base - TYPICAL_SATISFACTION))
    own = np.where(people["channel"] == "referral", own / world.referral_quality, own)
    rate = world.churn_rate * own * np.where(kind == "wholesale", _WHOLESALE_PACE, 1.0)
    contract = np.flatnonzero(kind == "subscriber")
    mean = _SUBSCRIBER_PACE * world.churn_rate
    first = _SUBSCRIBER_SHAPE * world.churn_shape
    chance = np.sort(rng.beta(first, first * (1 - mean) / mean, len(contract)))
    rate[contract[np.argsort(own[contract], kind="stable")]] = chance
    return rate


def leaving_factor(people, shift, world):
    """By how much problems, changed service and retention spending move the leaving rate.

    Parameters
    ----------
    people : pandas.DataFrame
        With `retention_spend`.
    shift : array of shape (customers, weeks)
        Satisfaction above its base level, as far as it counts for staying.
    world : World

    Returns
    -------
    array of shape (customers, weeks)
    """
    cut = 1 - np.exp(-people["retention_spend"].to_numpy() / world.retention_cost)
    kept = 1 - world.retention_effect * cut
    return kept[:, None] * np.exp(-world.satisfaction_effect * shift)


def quiet_leaving(rng, people, rate, factor):
    """Day on which each customer without a contract leaves, unseen; infinite if never.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        With `day`.
    rate : array of shape (customers,)
        Leaving rate per month.
    factor : array of shape (customers, weeks)

    Returns
    -------
    array of shape (customers,)
    """
    rows = np.arange(len(people))
    clock = Clock(rate[:, None] / WEEKS_PER_MONTH * factor)
    target = clock.read(rows, people["day"].to_numpy()) + rng.exponential(size=len(people))
    return clock.when(rows, target)


def contract_leaving(rng, people, chance, factor, calendar):
    """Day on which each contract ends: at every monthly renewal it may; infinite if never.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        With `day`.
    chance : array of shape (customers,)
        Chance of ending at a renewal, before anything happens.
    factor : array of shape (customers, weeks)
    calendar : Calendar

    Returns
    -------
    array of shape (customers,)
    """
    rows = np.arange(len(people))
    months = np.arange(1, calendar.months + 13)
    due = calendar.anniversary(people["day"].to_numpy()[:, None], months)
    renewed = (1 - np.minimum(chance, 0.999)[:, None]) ** level(factor, rows[:, None], due)
    ends = (rng.random(renewed.shape) >= renewed) & (due < calendar.horizon)
    return np.where(ends.any(axis=1), due[rows, ends.argmax(axis=1)], np.inf)
