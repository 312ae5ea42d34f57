"""Who is in a segment: traits describe it, they do not make it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import tail
from crmlab.segments.clusters import Segments


def profile_association(
    segment: Segments | pd.Series, profile: pd.DataFrame, *, confidence: float = 0.95
) -> pd.DataFrame:
    r"""How strongly each trait (age group, region) goes with the segments: Cramér's V.

    Parameters
    ----------
    segment : Segments or pandas.Series
        Segment or tier of each customer, indexed by customer.
    profile : pandas.DataFrame
        One row per customer, one column of categories per trait. Cut numbers into groups first.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per trait, strongest first: ``customers``, ``estimate``, ``low``, ``high`` of V
        (0 no relation, 1 the trait tells the segment), ``p_value`` of the chi-squared test.

    Raises
    ------
    ValueError
        A customer without profile, a missing trait, fewer than two categories.

    Notes
    -----
    :math:`V = \sqrt{\max(0, \chi^2 - df)/(n\,(\min(r, c) - 1))}`: chi-squared less its
    expected value without relation, else many categories look like a relation (Bergsma 2013,
    Journal of the Korean Statistical Society 42, corrects likewise). The interval inverts the
    noncentral chi-squared distribution (Smithson 2003, Confidence Intervals, Sage).

    Examples
    --------
    >>> segment = pd.Series([1] * 20 + [2] * 20)
    >>> traits = pd.DataFrame({"region": ["north"] * 18 + ["south"] * 20 + ["north"] * 2})
    >>> profile_association(segment, traits).loc["region", "estimate"].round(2).item()
    0.78
    """
    from scipy.stats import chi2, chi2_contingency

    tail(confidence)
    group, traits = _described(segment, profile)
    rows, columns = {}, ["customers", "estimate", "low", "high", "p_value"]
    for trait in traits.columns:
        counts = pd.crosstab(group.to_numpy(), traits[trait].to_numpy()).to_numpy()
        if min(counts.shape) < 2:
            raise ValueError(
                f"profile[{trait!r}] or segment has one category only; nothing to relate."
            )
        statistic, _, freedom, _ = chi2_contingency(counts, correction=False)
        most = counts.sum() * (min(counts.shape) - 1)
        excess = max(0.0, statistic - freedom)
        low, high = _noncentrality(statistic, freedom, confidence)
        limits = np.array([excess, min(low, excess), max(high, excess)])
        v = np.sqrt(np.minimum(limits / most, 1))
        rows[trait] = (counts.sum(), *v, chi2.sf(statistic, freedom))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("trait")
    return table.sort_values("estimate", ascending=False, kind="stable")


def _described(segment: Any, profile: Any) -> tuple[pd.Series, pd.DataFrame]:
    """Segment and traits of each customer, in one order."""
    given = segment.customers if isinstance(segment, Segments) else segment
    if not isinstance(given, pd.Series):
        raise ValueError(
            f"segment is a {type(given).__name__}; give a Series with the segment of each customer."
        )
    traits = inputs.table(inputs.by_customer(profile), (), "profile")
    inputs.one_row_each(given, "segment")
    inputs.one_row_each(traits, "profile")
    empty = "is empty", "are empty"
    inputs.refuse(given.isna(), given, "segment", empty, "Give every customer a segment.")
    stranger = ~given.index.isin(traits.index)
    problem = "has no profile row", "have no profile row"
    inputs.refuse(stranger, given, "segment", problem, "Add it.")
    traits = traits.loc[given.index]
    odd, remedy = ("is no category", "are no categories"), "Use text or whole numbers."
    inputs.refuse(~given.map(pd.api.types.is_hashable), given, "segment", odd, remedy)
    for trait in traits.columns:
        hashable = traits[trait].map(pd.api.types.is_hashable)
        inputs.refuse(~hashable, traits, f"profile.{trait}", odd, "Use text or whole numbers.")
        missing, remedy = traits[trait].isna(), "Give it a category such as 'unknown'."
        inputs.refuse(missing, traits, f"profile.{trait}", empty, remedy)
    return given, traits


def _noncentrality(statistic: float, freedom: int, confidence: float) -> list[float]:
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    limits, missed = [], tail(confidence)
    for below in (1 - missed, missed):

        def gap(excess: float, below: float = below) -> float:
            return ncx2.cdf(statistic, freedom, excess) - below

        upper = 2 * statistic + 50
        while gap(upper) > 0:
            upper *= 2
        limits.append(brentq(gap, 1e-9, upper) if gap(1e-9) > 0 else 0.0)
    return limits
