"""Good is not big, and loyal is not profitable: two claims to check before spending money."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile

MERITS = ("buys_willingly", "profitable_and_pays", "needs_little_service", "low_risk")
RISKS = ("finance_risk", "profit_risk", "management_risk", "switching_risk", "integration_risk")


def good_customer(ratings, *, scale, weights=None, risk_weight=1.0):
    r"""Score four merits of a good customer less five risks that come with a big one.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per customer, ratings in the nine columns `MERITS` and `RISKS`: buys willingly
        and can afford it, profitable and pays on time, needs little service, low risk; less
        unpaid bills (finance), squeezed prices (profit), wishes that overload us (management),
        switching away, and making it themselves (integration).
    scale : tuple of two numbers
        Lowest and highest possible rating, such as (1, 10). High means much of it.
    weights : mapping, optional
        Weight of each merit, adding up to one. Equal if not given.
    risk_weight : float
        What a full set of risks costs, in units of a full set of merits.

    Returns
    -------
    pandas.DataFrame
        ``merits`` and ``risks`` between 0 and 1, ``score`` = merits - risk_weight x risks,
        ``rank``.

    Raises
    ------
    ValueError
        A column is missing, a rating is missing or outside the scale.

    Notes
    -----
    :math:`S = \sum_k w_k z_k - \rho\,\bar r`, every rating put between 0 and 1 by its scale.
    Nothing in it is size: compare the rank with the rank by sales.

    Examples
    --------
    >>> ratings = pd.DataFrame([[9] * 4 + [2] * 5, [10] * 4 + [9] * 5, [5] * 4 + [1] * 5],
    ...                        index=["Ann", "Big", "Cy"], columns=[*MERITS, *RISKS])
    >>> good_customer(ratings, scale=(1, 10))["score"].round(2).to_dict()
    {'Ann': 0.78, 'Big': 0.11, 'Cy': 0.44}
    """
    ratings = inputs.table(inputs.by_customer(ratings), (*MERITS, *RISKS), "ratings")
    inputs.one_row_each(ratings, "ratings")
    low, high = scale
    if not high > low:
        raise ValueError(f"scale is {scale}; give the lowest and the highest possible rating.")
    numbers = inputs.number_columns(
        ratings,
        [*MERITS, *RISKS],
        "ratings",
        remedy=f"Ratings run from {low:g} to {high:g}.",
        at_least=low,
        at_most=high,
    )
    if not risk_weight >= 0:
        raise ValueError(f"risk_weight is {risk_weight}; it must be 0 or more.")
    numbers = (numbers - low) / (high - low)
    weight = inputs.weights(
        dict.fromkeys(MERITS, 1 / len(MERITS)) if weights is None else weights, "weights", MERITS
    )
    result = pd.DataFrame(
        {"merits": numbers[[*MERITS]] @ weight, "risks": numbers[[*RISKS]].mean(axis=1)}
    )
    result["score"] = result["merits"] - risk_weight * result["risks"]
    result["rank"] = result["score"].rank(ascending=False, method="min")
    return result


def loyalty_and_profit(customers, *, by=None, method="spearman", confidence=0.95):
    r"""Correlation of loyalty and profit with its interval, for all and for each group.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer with ``loyalty`` (tenure, share of wallet, a rating) and
        ``profit`` (money).
    by : str, optional
        A column of groups, such as ``"segment"``. A correlation over all customers can come
        from differences between the groups alone.
    method : {"spearman", "pearson"}
        Of ranks, which a few very large customers cannot upset, or of the numbers themselves.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row for ``all``, one for each group: ``customers``, ``estimate``, ``low``, ``high``.

    Raises
    ------
    ValueError
        A column is missing or holds missing numbers; an unknown method.

    Warns
    -----
    UserWarning
        A group has fewer than five customers, or no variation: its numbers are NaN.

    Notes
    -----
    Fisher's transform :math:`\tanh(\operatorname{artanh} r \pm z s)` with
    :math:`s = 1/\sqrt{n-3}` (Pearson) or :math:`\sqrt{(1 + r^2/2)/(n-3)}` (Spearman; Bonett &
    Wright 2000, Psychometrika 65). Across four firms Reinartz & Kumar (2002, Harvard Business
    Review 80(7)) found correlations from .20 to .45.

    Examples
    --------
    >>> customers = pd.DataFrame({"loyalty": [1, 2, 3, 4, 5], "profit": [10, 30, 20, 50, 40]})
    >>> loyalty_and_profit(customers).loc["all"].round(2).to_dict()
    {'customers': 5.0, 'estimate': 0.8, 'low': -0.46, 'high': 0.99}
    """
    inputs.choice(method, "method", ("spearman", "pearson"))
    inputs.table(customers, ["loyalty", "profit", *([by] if by else [])], "customers")
    z = normal_quantile(confidence)
    numbers = inputs.number_columns(customers, ("loyalty", "profit"), "customers")
    rows = {"all": _correlation(numbers, method, z, "all")}
    if by:
        group = customers[by].to_numpy()
        inputs.refuse(
            pd.isna(group),
            customers,
            f"customers.{by}",
            ("is empty", "are empty"),
            "Name a group for them.",
        )
        for name, part in numbers.groupby(group, observed=True):
            rows[name] = _correlation(part, method, z, name)
    result = pd.DataFrame.from_dict(
        rows, orient="index", columns=["customers", "estimate", "low", "high"]
    )
    return result.rename_axis(by or "group")


def _correlation(numbers, method, z, name):
    size = len(numbers)
    if size < 5 or (numbers.nunique() < 2).any():
        reason = "fewer than five customers" if size < 5 else "no variation"
        warnings.warn(f"group {name!r} has {reason}: no correlation.", UserWarning, stacklevel=3)
        return size, np.nan, np.nan, np.nan
    if method == "spearman":
        numbers = numbers.rank()
    estimate = float(np.clip(np.corrcoef(numbers.to_numpy().T)[0, 1], -1, 1))
    spread = 1 + estimate**2 / 2 if method == "spearman" else 1
    with np.errstate(divide="ignore"):
        middle = np.arctanh(estimate)
    half = z * np.sqrt(spread / (size - 3))
    return size, estimate, float(np.tanh(middle - half)), float(np.tanh(middle + half))


@style.figure(width=9, height=4.5)
def plot_loyalty_and_profit(correlations, ax=None):
    """Draw each group's correlation with its interval.

    Parameters
    ----------
    correlations : pandas.DataFrame
        From `loyalty_and_profit`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        All customers on top, then the groups; a line at no relation.
    """
    rows = np.arange(len(correlations))
    colours = [style.COLOURS["ink"]] + [style.COLOURS["value"]] * (len(rows) - 1)
    ax.hlines(rows, correlations["low"], correlations["high"], color=colours, linewidth=4)
    ax.scatter(correlations["estimate"], rows, color=colours, s=150, zorder=3)
    ax.axvline(0, color=style.COLOURS["neutral"], linewidth=1.5)
    labels = [f"{name} ({count:,.0f})" for name, count in correlations["customers"].items()]
    ax.set_yticks(rows, labels)
    lowest = min(-0.1, correlations["low"].min() - 0.05)
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlim=(lowest, max(1, lowest)))
    ax.set(xlabel="correlation of loyalty and profit (0 none, 1 full), with interval")
    ax.grid(visible=False, axis="y")
    ax.set_title("Is the loyal customer the profitable one?")
