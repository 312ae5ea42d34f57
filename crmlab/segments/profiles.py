"""Who is in a segment: traits describe it, they do not make it."""

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import tail


def profile_association(segment, profile, *, confidence=0.95):
    r"""How strongly each trait (age group, region) goes with the segments: Cramér's V.

    Parameters
    ----------
    segment : pandas.Series
        Segment or tier of each customer.
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

    segment = pd.Series(segment)
    stranger = ~segment.index.isin(profile.index)
    inputs.refuse(
        stranger, segment, "segment", ("has no profile row", "have no profile row"), "Add it."
    )
    profile = profile.loc[segment.index]
    rows = {}
    for trait in profile.columns:
        remedy = "Give it a category such as 'unknown'."
        inputs.refuse(
            profile[trait].isna(), profile, f"profile.{trait}", ("is empty", "are empty"), remedy
        )
        counts = pd.crosstab(segment.to_numpy(), profile[trait].to_numpy()).to_numpy()
        if min(counts.shape) < 2:
            raise ValueError(
                f"profile[{trait!r}] or segment has one category only; nothing to relate."
            )
        statistic, _, freedom, _ = chi2_contingency(counts, correction=False)
        most = counts.sum() * (min(counts.shape) - 1)
        excess = [max(0.0, statistic - freedom), *_noncentrality(statistic, freedom, confidence)]
        estimate, low, high = np.sqrt(np.minimum(np.array(excess) / most, 1))
        rows[trait] = (counts.sum(), estimate, low, high, chi2.sf(statistic, freedom))
    columns = ["customers", "estimate", "low", "high", "p_value"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("trait")
    return table.sort_values("estimate", ascending=False, kind="stable")


def _noncentrality(statistic, freedom, confidence):
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    limits, missed = [], tail(confidence)
    for below in (1 - missed, missed):

        def gap(excess, below=below):
            return ncx2.cdf(statistic, freedom, excess) - below

        upper = 2 * statistic + 50
        limits.append(brentq(gap, 1e-9, upper) if gap(1e-9) > 0 else 0.0)
    return limits
