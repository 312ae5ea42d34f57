"""One score from several factors: put them on one scale, weigh them, add them up."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs, style

SCALES = ("percentile", "min_max", "share_of_best")


def scale_factors(table, *, scale="percentile", lower_is_better=(), missing="error"):
    r"""Put factors of different units on one scale from 0 (worst) to 1 (best).

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, k)
        One row per customer, one column per factor, in any units.
    scale : {"percentile", "min_max", "share_of_best"} or mapping of goalposts
        Goalposts are fixed in advance, factor to (worst, best); worst may exceed best, and
        whoever lies outside is set to 0 or 1. The three named rules use the customers at hand.
    lower_is_better : sequence of str
        Factors that count against a customer. Goalposts say so by themselves.
    missing : {"error", "skip", "neutral"}
        What to do with an unknown number: stop, leave it NaN, or give it the median of the
        scaled factor.

    Returns
    -------
    pandas.DataFrame
        Same shape, between 0 and 1.

    Raises
    ------
    ValueError
        A factor unknown, missing, or the same for everybody (it cannot tell customers apart).

    Warns
    -----
    UserWarning
        Customers outside the goalposts; unknown numbers skipped or filled.

    Notes
    -----
    Percentile: (rank - 1/2)/n, ties sharing their mean rank. Min-max: (x - min)/(max - min).
    Share of best: x/max, and min/x where less is better (Hwang & Yoon 1981). Only goalposts
    leave a customer's scaled value alone when other customers come or go; under the other
    rules a newcomer can swap the order of two customers who did not change.

    Examples
    --------
    >>> table = pd.DataFrame({"margin": [120, 40, 80]}, index=["Ann", "Bo", "Cy"])
    >>> scale_factors(table, scale="min_max")["margin"].tolist()
    [1.0, 0.0, 0.5]
    >>> scale_factors(table, scale={"margin": (0, 160)})["margin"].tolist()
    [0.75, 0.25, 0.5]
    """
    table = inputs.customer_table(table)
    goalposts = _goalposts(scale, table.columns, lower_is_better)
    inputs.choice(missing, "missing", ("error", "skip", "neutral"))
    scaled = {}
    for factor in table.columns:
        numbers = table[factor]
        if missing == "error":
            remedy = "Fill it, or say missing='skip' or missing='neutral'."
            inputs.numbers(numbers, f"table.{factor}", rows=table, remedy=remedy)
        if goalposts is not None:
            scaled[factor] = _between(numbers, *goalposts[factor], factor)
        else:
            scaled[factor] = _relative(numbers, scale, factor in lower_is_better, factor)
    scaled = pd.DataFrame(scaled, index=table.index)
    unknown = scaled.isna().any(axis=1).to_numpy()
    if unknown.any():
        done = "stay NaN" if missing == "skip" else "get the median of the factor"
        warnings.warn(
            f"{unknown.sum():,} of {len(unknown):,} customers lack a factor, "
            f"first {table.index[unknown.argmax()]!r}; the missing numbers {done}.",
            UserWarning,
            stacklevel=2,
        )
    return scaled.fillna(scaled.median()) if missing == "neutral" else scaled


def _goalposts(scale, factors, lower_is_better):
    unknown = set(lower_is_better) - set(factors)
    if isinstance(lower_is_better, str) or unknown:
        raise ValueError(f"lower_is_better holds {sorted(unknown)}; factors are {list(factors)}.")
    if isinstance(scale, str):
        if scale not in SCALES:
            raise ValueError(f"scale is {scale!r}; give goalposts or one of {', '.join(SCALES)}.")
        return None
    if lower_is_better:
        raise ValueError("lower_is_better is for named scales; put (worst, best) in the goalposts.")
    missing = [factor for factor in factors if factor not in scale]
    if missing:
        raise ValueError(f"goalposts lack {', '.join(map(str, missing))}; give each (worst, best).")
    goalposts = {factor: tuple(float(post) for post in scale[factor]) for factor in factors}
    for factor, posts in goalposts.items():
        if len(posts) != 2 or not np.isfinite(posts).all() or posts[0] == posts[1]:
            raise ValueError(f"goalposts of {factor!r} are {posts}; give two different numbers.")
    return goalposts


def _between(numbers, worst, best, factor):
    position = (numbers - worst) / (best - worst)
    outside = ((position < 0) | (position > 1)).sum()
    if outside:
        warnings.warn(
            f"{outside:,} of {len(numbers):,} customers lie outside the goalposts of {factor!r} "
            f"({worst:g} to {best:g}) and count as 0 or 1.",
            UserWarning,
            stacklevel=3,
        )
    return position.clip(0, 1)


def _relative(numbers, scale, less_is_better, factor):
    lowest, highest = numbers.min(), numbers.max()
    if not highest > lowest:
        raise ValueError(
            f"factor {factor!r} has no two different numbers, so it cannot tell customers apart. "
            "Leave it out or give goalposts."
        )
    if scale == "percentile":
        known = numbers.notna().sum()
        return (numbers.rank(ascending=not less_is_better) - 0.5) / known
    if scale == "min_max":
        position = (numbers - lowest) / (highest - lowest)
        return 1 - position if less_is_better else position
    inputs.refuse(
        numbers < 0 if not less_is_better else numbers <= 0,
        numbers,
        f"table.{factor}",
        ("is not positive", "are not positive")
        if less_is_better
        else ("is below 0", "are below 0"),
        "A share of the best needs positive numbers; use goalposts or 'min_max'.",
    )
    return lowest / numbers if less_is_better else numbers / highest


def composite_score(table, weights, *, scale="percentile", lower_is_better=(), missing="error"):
    r"""Weigh factors into one score between 0 and 1, and keep what each factor gave.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, k)
        One row per customer, one column per factor, such as current and future contribution,
        credit, loyalty and growth.
    weights : mapping or pandas.Series
        Factor to weight, adding up to one.
    scale, lower_is_better, missing
        As in `scale_factors`. With ``missing="skip"`` a customer who lacks a factor has no score.

    Returns
    -------
    pandas.DataFrame
        One column per factor with its contribution (weight times scaled factor), then
        ``score``, their sum, and ``rank`` (1 is best, ties share the better rank).

    Raises
    ------
    ValueError
        Weights that do not match the factors or add up to one; see also `scale_factors`.

    Warns
    -----
    UserWarning
        Two factors correlate above 0.8 over 20 or more customers: one thing counts twice.

    Notes
    -----
    Simple additive weighting, :math:`S_i = \sum_k w_k z_{ik}` (Hwang & Yoon 1981, Multiple
    Attribute Decision Making, Springer). A low factor can be bought back by a high one.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"current": [120, 40, 80], "future": [60, 150, 105]}, index=["Ann", "Bo", "Cy"]
    ... )
    >>> weights = {"current": 0.6, "future": 0.4}
    >>> composite_score(table, weights, scale="min_max")["score"].round(2).to_dict()
    {'Ann': 0.6, 'Bo': 0.4, 'Cy': 0.5}
    """
    table = inputs.customer_table(table)
    taken = {"score", "rank"} & set(table.columns)
    if taken:
        raise ValueError(f"table has a factor named {', '.join(taken)}; rename it.")
    weight = inputs.weights(weights, "weights", table.columns).to_numpy()
    result = weight * scale_factors(
        table, scale=scale, lower_is_better=lower_is_better, missing=missing
    )
    _warn_overlap(table)
    result["score"] = result.sum(axis=1, skipna=False)
    result["rank"] = result["score"].rank(ascending=False, method="min")
    return result


def _warn_overlap(table):
    if len(table) < 20:
        return
    correlation = table.corr()
    for i, first in enumerate(table.columns):
        for second in table.columns[i + 1 :]:
            if correlation.loc[first, second] > 0.8:
                warnings.warn(
                    f"{first!r} and {second!r} correlate at {correlation.loc[first, second]:.2f}; "
                    "together they count one thing twice.",
                    UserWarning,
                    stacklevel=3,
                )


def factor_profile(scaled, customer_id):
    """Set one customer beside the median of the table, factor by factor.

    Parameters
    ----------
    scaled : pandas.DataFrame
        From `scale_factors`.
    customer_id : label
        A row of it.

    Returns
    -------
    pandas.DataFrame
        One row per factor: ``customer``, ``median``.

    Raises
    ------
    ValueError
        No such customer.

    Examples
    --------
    >>> scaled = pd.DataFrame({"margin": [1.0, 0.0, 0.5]}, index=["Ann", "Bo", "Cy"])
    >>> factor_profile(scaled, "Ann").loc["margin"].tolist()
    [1.0, 0.5]
    """
    scaled = inputs.customer_table(scaled, "scaled")
    if customer_id not in scaled.index:
        raise ValueError(f"scaled has no customer {customer_id!r}.")
    profile = pd.DataFrame({"customer": scaled.loc[customer_id], "median": scaled.median()})
    profile.columns.name = customer_id
    return profile.rename_axis("factor")


@style.figure(width=9, height=5.5)
def plot_contributions(scores, ax=None):
    """Stack what each factor adds to the score of each customer, best on top.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `composite_score`; the twelve best rows are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per customer.
    """
    shown = scores.dropna().sort_values("rank", kind="stable").head(12)
    factors = [column for column in scores.columns if column not in ("score", "rank")]
    left = np.zeros(len(shown))
    for factor, colour in zip(factors, style.CYCLE * len(factors), strict=False):
        ax.barh(range(len(shown)), shown[factor], left=left, color=colour, label=factor, height=0.7)
        left = left + shown[factor].to_numpy()
    for row, score in enumerate(shown["score"]):
        ax.text(score + 0.01, row, f"{score:.2f}", va="center", weight="bold")
    ax.set_yticks(range(len(shown)), shown.index.astype(str))
    ax.set(ylim=(len(shown) - 0.5, -0.5), xlim=(0, min(1.1, left.max() * 1.12)))
    ax.set(xlabel="score (0 worst, 1 best)")
    ax.grid(visible=False, axis="y")
    ax.set_title("What makes up each score", pad=44)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=min(len(factors), 5),
        columnspacing=1.1,
        handlelength=1,
        borderaxespad=0.2,
    )


@style.figure(width=9, height=4.5)
def plot_profile(profile, ax=None):
    """Draw one customer's factors against the median.

    Parameters
    ----------
    profile : pandas.DataFrame
        From `factor_profile`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One line per factor: the dot is the customer, the tick the median.
    """
    rows = np.arange(len(profile))
    colours = np.where(
        profile["customer"] >= profile["median"], style.COLOURS["good"], style.COLOURS["cost"]
    )
    ax.hlines(rows, profile["median"], profile["customer"], color=colours, linewidth=5)
    ax.scatter(profile["customer"], rows, color=colours, s=170, zorder=3)
    ax.scatter(
        profile["median"],
        rows,
        marker="|",
        color=style.COLOURS["ink"],
        s=500,
        linewidth=3,
        zorder=4,
    )
    ax.set_yticks(rows, profile.index)
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlim=(-0.03, 1.03))
    ax.set(xlabel="0 worst, 1 best; dot: this customer, black tick: median")
    ax.grid(visible=False, axis="y")
    ax.set_title(f"Customer {profile.columns.name}: strong and weak points")
