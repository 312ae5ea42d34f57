"""How precise a survey is: margins of error, answers needed, design effects, weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs import Numbers
from crmlab.intervals import normal_quantile
from crmlab.satisfaction.intervals import checked_weights

ROUNDS = 1000


def margin_of_error(
    share: float, n: float, *, design_effect: float = 1.0, confidence: float = 0.95
) -> float:
    r"""Half-width of the usual interval of a share: what "plus or minus" means in a press report.

    Parameters
    ----------
    share : float
        Between 0 and 1; 0.5 is the worst case.
    n : float
        Number of answers, plain or effective.
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
    share, n = inputs.share(share, "share"), inputs.number(n, "n", at_least=2)
    effect = inputs.number(design_effect, "design_effect", above=0)
    return normal_quantile(confidence) * math.sqrt(effect * share * (1 - share) / n)


def answers_needed(
    margin: float,
    *,
    variance: float = 0.25,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> int:
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
    margin = inputs.number(margin, "margin", above=0)
    variance = inputs.number(variance, "variance", above=0)
    effect = inputs.number(design_effect, "design_effect", above=0)
    needed = normal_quantile(confidence) ** 2 * variance * effect / margin**2
    return math.ceil(needed * (1 - 1e-12))


def design_effect(cluster_size: float, correlation: float) -> float:
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
    cluster_size = inputs.number(cluster_size, "cluster_size", at_least=1)
    correlation = inputs.number(correlation, "correlation", at_least=-1, at_most=1)
    effect = 1 + (cluster_size - 1) * correlation
    if effect <= 0:
        raise ValueError(
            f"clusters of {cluster_size:g} with correlation {correlation:g} do not exist: at least "
            f"{-1 / (cluster_size - 1):.3g} is possible."
        )
    return effect


def effective_sample_size(weights: Numbers) -> float:
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
    return float(w.sum() ** 2 / (w**2).sum())


def weight_to(
    sample: pd.DataFrame | pd.Series, population: pd.DataFrame | Mapping[str, Any]
) -> pd.Series:
    r"""Weights that make a sample match the population in every column given.

    Parameters
    ----------
    sample : DataFrame, shape (n, k)
        Categories of each respondent, such as segment and kind.
    population : mapping or DataFrame
        ``{column: {category: share}}``, or a table of the whole population with the same
        columns (the customer table) from which the shares are taken.

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
    sample = inputs.table(sample, (), "sample")
    shares = _shares(population, sample.columns)
    cells = [_margin(sample, name, shares[name]) for name in sample.columns]
    weight = np.ones(len(sample))
    for _ in range(ROUNDS):
        off = 0.0
        for codes, target in cells:
            have = np.bincount(codes, weights=weight, minlength=len(target)) / weight.sum()
            off = max(off, np.abs(have - target).max())
            weight *= (target / have)[codes]
        if off < 1e-10:
            break
    else:
        raise ValueError(
            f"after {ROUNDS} rounds the shares are still off by {off:.2g}: some combination of "
            "categories has no respondents. Merge small categories or drop a column."
        )
    return pd.Series(weight / weight.mean(), index=sample.index, name="weight")


def _shares(population: Any, names: pd.Index) -> dict[Any, pd.Series]:
    if isinstance(population, pd.DataFrame):
        population = inputs.table(population, list(names), "population")
        for name in names:
            _all_there(population, name, "population")
        return {name: population[name].value_counts(normalize=True) for name in names}
    if not isinstance(population, Mapping):
        kind = type(population).__name__
        raise ValueError(f"population is of type {kind}; give a table or shares by column.")
    inputs.columns(population, list(names), "population")
    return {
        name: inputs.weights(population[name], f"population[{name!r}]").astype(float)
        for name in names
    }


def _margin(
    sample: pd.DataFrame, name: Any, target: pd.Series
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    _all_there(sample, name, "sample")
    inputs.numbers(target, f"population[{name!r}]", above=0, remedy="Leave such categories out.")
    apart = set(sample[name]) ^ set(target.index)
    if apart:
        raise ValueError(
            f"column {name!r}: {inputs.listed(sorted(map(str, apart)))} in only one of sample and "
            "population. Merge categories until both have the same, written the same way."
        )
    return target.index.get_indexer(sample[name]), target.to_numpy()


def _all_there(table: pd.DataFrame, name: Any, where: str) -> None:
    empty = "is empty", "are empty"
    remedy = "Fill them or leave these rows out."
    inputs.refuse(table[name].isna(), table, f"{where}.{name}", empty, remedy)
