"""What customers expect and perceive, how satisfied that leaves them, and what goes wrong."""

from dataclasses import dataclass

import numpy as np

from crmlab.database.columns import ELEMENTS

from .world import SEGMENTS, TYPICAL_SATISFACTION, level

# columns in the order of ELEMENTS
_WEIGHT = {
    "commuter": (0.15, 0.13, 0.09, 0.04, 0.16, 0.29, 0.06, 0.08),
    "connoisseur": (0.36, 0.14, 0.16, 0.10, 0.09, 0.05, 0.07, 0.03),
    "saver": (0.15, 0.11, 0.06, 0.03, 0.40, 0.12, 0.05, 0.08),
}
_EXPECTED = (7.7, 7.4, 7.3, 7.0, 7.2, 7.3, 7.1, 7.2)
_PERCEIVED = (8.0, 7.4, 7.5, 7.6, 6.5, 6.6, 7.5, 7.4)
_HALO = (0.9, 1.2, 1.6, 1.7, 0.8, 0.8, 1.3, 1.1)
CHANGED = {"personnel": 0.6, "time": -0.4}
PROBLEM_DROP = 1.0  # points of satisfaction
PROBLEM_WEEKS = 52
_PROBLEM_PER_PURCHASE = 0.035
_COMPLAIN_SHARE = {"member": 0.35, "subscriber": 0.45, "wholesale": 0.75}
_WELL_HANDLED = 0.6


@dataclass(frozen=True)
class Feelings:
    """Arrays with one row per customer: scores by element, weights, and satisfaction by week."""

    expected: np.ndarray
    perceived: np.ndarray
    changed: np.ndarray
    weights: np.ndarray
    base: np.ndarray
    shift: np.ndarray

    def changed_satisfaction(self):
        """Points of satisfaction that the change in service is worth to each customer."""
        return (self.weights * (self.changed - self.perceived)).sum(axis=1)


def make_feelings(rng, people, world):
    """Draw expectations, perceptions and weights, and work out satisfaction.

    Satisfaction is 7.4 plus the weighted sum of perceived minus expected, plus the direct effect
    of expectation, plus what no element explains.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
    world : World

    Returns
    -------
    Feelings
    """
    count, width = len(people), len(ELEMENTS)
    halo, hope = rng.standard_normal((2, count, 1))
    expected = _EXPECTED + 0.5 * halo + 0.4 * hope + 0.7 * rng.standard_normal((count, width))
    perceived = _PERCEIVED + np.multiply(_HALO, halo) + 0.2 * hope
    perceived = perceived + 1.2 * rng.standard_normal((count, width))
    expected, perceived = np.clip(expected, 1, 10), np.clip(perceived, 1, 10)
    step = np.array([CHANGED.get(element, 0.0) for element in ELEMENTS])
    weights = np.empty((count, width))
    for segment in SEGMENTS:
        rows = (people["segment"] == segment).to_numpy()
        weights[rows] = rng.dirichlet(np.multiply(_WEIGHT[segment], 60), rows.sum())
    direct = expected.mean(axis=1) - np.mean(_EXPECTED)
    base = 7.4 + (weights * (perceived - expected)).sum(axis=1)
    base = base + world.expectation_effect * direct + 0.5 * rng.standard_normal(count)
    changed = np.clip(perceived + step, 1, 10)
    return Feelings(expected, perceived, changed, weights, base, np.zeros((count, 0)))


def make_problems(rng, people, base, calendar):
    """Draw the problems customers meet, whether they complain, and how that is handled.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        With `rate`.
    base : array of shape (customers,)
        Satisfaction before anything happens.
    calendar : Calendar

    Returns
    -------
    dict
        Arrays with one entry per problem: `who` (row of `people`), `day`, `complained`, `well`.
        Problems after the customer has left are among them; the caller drops those.
    """
    each = _PROBLEM_PER_PURCHASE * np.exp(-0.25 * (base - TYPICAL_SATISFACTION))
    weekly = each * np.minimum(people["rate"].to_numpy(), 1.0)
    start = people["day"].to_numpy()
    number = rng.poisson(weekly * (calendar.horizon - start) / 7)
    who = np.repeat(np.arange(len(people)), number)
    day = start[who] + rng.random(len(who)) * (calendar.horizon - start[who])
    share = people["kind"].map(_COMPLAIN_SHARE).to_numpy(dtype=float)
    complained = rng.random(len(who)) < share[who]
    well = complained & (rng.random(len(who)) < _WELL_HANDLED)
    return {"who": who, "day": day, "complained": complained, "well": well}


def by_week(problems, value, count, calendar):
    """Spread each problem's effect over the year after it, as a customer-by-week matrix.

    Parameters
    ----------
    problems : dict
        From `make_problems`.
    value : array
        Effect of each problem, in points of satisfaction.
    count : int
        Customers.
    calendar : Calendar

    Returns
    -------
    array of shape (customers, weeks)
    """
    weeks = len(calendar.weeks) - 1
    first = np.minimum(problems["day"] // 7 + 1, weeks).astype(int)
    last = np.minimum(first + PROBLEM_WEEKS, weeks)
    step = np.zeros((count, weeks + 1))
    np.add.at(step, (problems["who"], first), value)
    np.add.at(step, (problems["who"], last), -value)
    return step.cumsum(axis=1)[:, :weeks]


def satisfaction_by_week(feelings, problems, recovered, calendar):
    """Satisfaction minus its base level, week by week, given what recovery is worth.

    Parameters
    ----------
    feelings : Feelings
    problems : dict
        From `make_problems`.
    recovered : float
        Points after a well handled complaint, for a year.
    calendar : Calendar

    Returns
    -------
    array of shape (customers, weeks)
    """
    value = np.where(problems["well"], recovered, -PROBLEM_DROP)
    shift = by_week(problems, value, len(feelings.base), calendar)
    after = calendar.weeks[:-1] >= calendar.change
    return shift + np.outer(feelings.changed_satisfaction(), after)


def tellings(satisfaction, world):
    """Mean number of people told in a year, by satisfaction.

    Parameters
    ----------
    satisfaction : array
    world : World

    Returns
    -------
    array
    """
    told = (world.told_dissatisfied, 1.0, world.told_satisfied)
    return np.interp(satisfaction, (3, 6, 9), told)


def praise(satisfaction, world):
    """Mean number of people told good things in a year, by satisfaction.

    Parameters
    ----------
    satisfaction : array
    world : World

    Returns
    -------
    array
    """
    return np.interp(satisfaction, (3, 6, 9), (0.01, 1.0, world.told_satisfied))


def satisfaction_at(feelings, rows, days):
    """Read satisfaction, on its 1 to 10 scale, of some customers on some days.

    Parameters
    ----------
    feelings : Feelings
    rows : array of int
    days : array of float

    Returns
    -------
    array
    """
    return np.clip(feelings.base[rows] + level(feelings.shift, rows, days), 1, 10)
