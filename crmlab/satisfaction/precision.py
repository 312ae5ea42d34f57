"""How precise a survey is: net promoter score, margins of error, weights, reliability."""

import math

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import normal_quantile
from crmlab.satisfaction.intervals import checked_weights


def margin_of_error(share, n, *, design_effect=1.0, confidence=0.95):
    r"""Half-width of the usual interval of a share: what "plus or minus" means in a press report.

    Parameters
    ----------
    share : float
        Between 0 and 1; 0.5 is the worst case.
    n : int
        Number of answers.
    design_effect : float
        How much clustering and weighting multiply the variance, see `design_effect`.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    float
        As a share; times 100 for percentage points.

    Raises
    ------
    ValueError
        A share outside 0 to 1, fewer than two answers, a design effect of 0 or less.

    Notes
    -----
    :math:`z\sqrt{\mathrm{deff}\,p(1-p)/n}` (Kish 1965, Survey Sampling). Chance only: it says
    nothing about who did not answer.

    Examples
    --------
    >>> round(100 * margin_of_error(0.5, 16_677), 2)
    0.76
    >>> round(100 * margin_of_error(0.5, 16_677, design_effect=design_effect(556, 0.02)), 2)
    2.64
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share {share} lies outside 0 to 1")
    if n < 2 or not design_effect > 0:
        raise ValueError(f"n {n} must be 2 or more, design_effect {design_effect} above 0")
    return normal_quantile(confidence) * math.sqrt(design_effect * share * (1 - share) / n)


def answers_needed(margin, *, variance=0.25, design_effect=1.0, confidence=0.95):
    """Answers needed so that the margin of error is no wider than wanted.

    Parameters
    ----------
    margin : float
        Half-width wanted, as a share: 0.05 for 5 points.
    variance : float
        Variance of one answer: 0.25 is the worst case of a share, 1 of a net promoter score.
    design_effect : float
        How much clustering and weighting multiply the variance.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    int
        Answers, not questionnaires sent: divide by the response rate for those.

    Raises
    ------
    ValueError
        A margin, variance or design effect that is not positive.

    Examples
    --------
    >>> answers_needed(0.05), answers_needed(0.05, variance=1)
    (385, 1537)
    """
    if not (margin > 0 and variance > 0 and design_effect > 0):
        raise ValueError("margin, variance and design_effect must be positive")
    return math.ceil(normal_quantile(confidence) ** 2 * variance * design_effect / margin**2)


def design_effect(cluster_size, correlation):
    r"""How much sampling in clusters multiplies the variance.

    Parameters
    ----------
    cluster_size : float
        Answers per cluster (city, shop), 1 or more.
    correlation : float
        Correlation of two answers from one cluster.

    Returns
    -------
    float
        :math:`1 + (m - 1)\rho` (Kish 1965).

    Raises
    ------
    ValueError
        A cluster of less than one answer, or a correlation that leaves no variance.

    Examples
    --------
    >>> round(design_effect(556, 0.02), 1)
    12.1
    """
    effect = 1 + (cluster_size - 1) * correlation
    if cluster_size < 1 or not -1 <= correlation <= 1 or effect <= 0:
        raise ValueError(f"clusters of {cluster_size} with correlation {correlation} do not exist")
    return effect


def effective_sample_size(weights):
    r"""Number of equally weighted answers that would tell as much as these weighted ones.

    Parameters
    ----------
    weights : Series or sequence of float, shape (n,)
        Survey weights, positive.

    Returns
    -------
    float
        :math:`(\sum w)^2 / \sum w^2` (Kish 1965). n divided by it is the design effect.

    Raises
    ------
    ValueError
        Weights that are missing or not positive, or none at all.

    Examples
    --------
    >>> effective_sample_size([1, 1, 2, 2])
    3.6
    """
    w = checked_weights(weights).to_numpy()
    if len(w) == 0:
        raise ValueError("no weight is given")
    return float(w.sum() ** 2 / (w**2).sum())


def weight_to(sample, population, *, rounds=1000):
    r"""Weights that make a sample match the population in every column given.

    Parameters
    ----------
    sample : DataFrame, shape (n, k)
        Categories of each respondent, such as segment and kind.
    population : mapping or DataFrame
        ``{column: {category: share}}``, or a table of the whole population with the same
        columns (the customer table) from which the shares are taken.
    rounds : int
        Passes over the columns before giving up.

    Returns
    -------
    pandas.Series
        ``weight`` of each respondent, mean 1.

    Raises
    ------
    ValueError
        A category without respondents or without a share, missing categories, shares that do
        not add up to 1, or margins that no weights can meet.

    Notes
    -----
    Raking (Deming & Stephan 1940, Annals of Mathematical Statistics 11). It corrects who
    answered only as far as the columns tell it: if within a category the content answer more
    readily than the others, the bias stays.

    Examples
    --------
    >>> sample = pd.DataFrame({"kind": ["loyal", "loyal", "other"]})
    >>> weight_to(sample, {"kind": {"loyal": 0.5, "other": 0.5}}).tolist()
    [0.75, 0.75, 1.5]
    """
    sample = sample.to_frame() if isinstance(sample, pd.Series) else sample
    if sample.empty:
        raise ValueError("the sample has no rows or no columns")
    if isinstance(population, pd.DataFrame):
        inputs.table(population, sample.columns, "population")
        population = {
            name: population[name].value_counts(normalize=True) for name in sample.columns
        }
    cells = [_margin(sample[name], population, name) for name in sample.columns]
    weight = np.ones(len(sample))
    for _ in range(rounds):
        off = 0.0
        for codes, target in cells:
            have = np.bincount(codes, weights=weight, minlength=len(target)) / weight.sum()
            off = max(off, np.abs(have - target).max())
            weight *= (target / have)[codes]
        if off < 1e-10:
            break
    else:
        raise ValueError(
            f"after {rounds} rounds the shares are still off by {off:.2g}: some combination of "
            "categories has no respondents. Merge small categories or drop a column."
        )
    return pd.Series(weight / weight.mean(), index=sample.index, name="weight")


def _margin(answers, population, name):
    if name not in population:
        raise ValueError(f"the population has no shares for column {name!r}")
    target = pd.Series(population[name], dtype=float)
    if answers.isna().any():
        raise ValueError(
            f"column {name!r}: {int(answers.isna().sum())} of {len(answers)} respondents have no "
            f"category (first: row {answers.isna().idxmax()}). Fill them or leave them out."
        )
    if (target <= 0).any() or abs(target.sum() - 1) > 1e-6:
        raise ValueError(f"shares of {name!r} add up to {target.sum():.4g}: positive, together 1")
    here = set(answers)
    if here != set(target.index):
        raise ValueError(
            f"column {name!r}: {sorted(map(str, here ^ set(target.index)))} appear in only one of "
            "sample and population. Merge categories until both have the same."
        )
    return target.index.get_indexer(answers), target.to_numpy()
