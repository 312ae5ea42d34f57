"""Service quality as gaps between perceived and expected, by dimension."""

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.intervals import student_quantile
from crmlab.satisfaction.answers import checked_scale, numeric_table
from crmlab.satisfaction.intervals import mean
from crmlab.satisfaction.reliability import alpha_of

TOTALS = ("all, unweighted", "all, weighted")


def service_gaps(survey, *, scale, dimensions=None, weights=None, confidence=0.95):
    r"""Gap between perceived and expected for each dimension of service, and overall.

    Parameters
    ----------
    survey : DataFrame, shape (n, ...)
        Columns ``<item>_expected`` and ``<item>_perceived``; others are not looked at.
    scale : tuple of float
        Lowest and highest possible answer, the same for both questions.
    dimensions : mapping of str to list of str, optional
        Items of each dimension. Each item by itself if not given.
    weights : mapping of str to float, optional
        Importance of each dimension, adding up to 1.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per dimension, then ``all, unweighted`` and, with weights, ``all, weighted``:
        ``expected``, ``perceived``, the gap as ``estimate``, ``low``, ``high``, ``weight``, ``n``,
        ``missing``. With several items in a dimension also ``alpha_expected``,
        ``alpha_perceived``, ``alpha_gap``; the last is usually the lowest.

    Raises
    ------
    ValueError
        An item with one of its two columns, weights that do not add up to 1 or do not match
        the dimensions, answers outside the scale.

    Notes
    -----
    A respondent's gap in a dimension is the mean over the items with both answers; whoever
    answered none is counted as missing there. Parasuraman, Zeithaml & Berry (1988, J. Retailing
    64). Difference scores have their critics (Brown, Churchill & Peter 1993, J. Retailing 69);
    ``perceived`` alone is the measure of Cronin & Taylor (1992, J. Marketing 56).

    Examples
    --------
    >>> survey = pd.DataFrame({"speed_expected": [8, 9, 7], "speed_perceived": [6, 8, 7]})
    >>> float(service_gaps(survey, scale=(1, 10)).loc["speed", "estimate"])
    -1.0
    """
    items = _items(survey)
    dimensions = dimensions or {item: [item] for item in items}
    unknown = [i for group in dimensions.values() for i in group if i not in items]
    if unknown:
        raise ValueError(f"survey has no items {', '.join(unknown)}; it has {', '.join(items)}")
    scale = checked_scale(scale)
    expected = numeric_table(survey[[f"{i}_expected" for i in items]], scale=scale)
    perceived = numeric_table(survey[[f"{i}_perceived" for i in items]], scale=scale)
    expected.columns = perceived.columns = items
    both = expected.notna() & perceived.notna()
    gap = (perceived - expected).where(both)
    rows, respondents = {}, {}
    for name, group in dimensions.items():
        tables = {
            "expected": expected.where(both)[group],
            "perceived": perceived.where(both)[group],
        }
        respondents[name] = gap[group].mean(axis=1)
        rows[name] = {part: table.mean(axis=1).mean() for part, table in tables.items()}
        rows[name] |= mean(respondents[name], confidence=confidence).drop("effective_n")
        if max(map(len, dimensions.values())) > 1:
            alphas = {**tables, "gap": gap[group]}
            rows[name] |= {f"alpha_{part}": alpha_of(table) for part, table in alphas.items()}
    respondents = pd.DataFrame(respondents)
    result = pd.DataFrame(rows).T
    result.insert(5, "weight", np.nan if weights is None else _weights(weights, result.index))
    equal = np.full(len(dimensions), 1 / len(dimensions))
    for name, weight in zip(TOTALS, (equal, result["weight"].to_numpy()), strict=True):
        if not np.isnan(weight).any():
            result.loc[name] = _total(result, respondents, weight, confidence)
    return result.rename_axis("dimension")


@style.figure(width=9, height=5.5)
def plot_gaps(gaps, ax=None):
    """Draw service gaps from the widest shortfall to the largest surplus, with intervals.

    Parameters
    ----------
    gaps : DataFrame
        Result of `service_gaps`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    single = gaps.drop(index=list(TOTALS), errors="ignore").sort_values("estimate")[::-1]
    rows = np.arange(len(single))
    colours = [style.COLOURS["cost" if gap < 0 else "good"] for gap in single["estimate"]]
    ax.hlines(rows, 0, single["estimate"], color=colours, lw=4, alpha=0.6)
    ax.hlines(rows, single["low"], single["high"], color=style.COLOURS["ink"], lw=1.5)
    ax.scatter(single["estimate"], rows, s=130, color=colours, zorder=3)
    ax.axvline(0, color=style.COLOURS["ink"], lw=1.5)
    ax.set_yticks(rows, single.index)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="perceived minus expected (points)")
    ax.set_title("Where we fall short of what was expected")


def _items(survey):
    asked = [str(name) for name in survey.columns]
    halves = {
        part: [name.removesuffix(part) for name in asked if name.endswith(part)]
        for part in ("_expected", "_perceived")
    }
    items = [item for item in halves["_expected"] if item in halves["_perceived"]]
    lone = set(halves["_expected"]) ^ set(halves["_perceived"])
    if lone or not items:
        what = f"only one of the two for {', '.join(sorted(lone))}" if lone else "none"
        raise ValueError(
            "table survey: each item needs the columns <item>_expected and <item>_perceived; "
            f"there is {what}. Rename your columns, or pass only those to compare."
        )
    return items


def _weights(weights, names):
    weights = pd.Series(weights, dtype=float)
    if set(weights.index) != set(names):
        raise ValueError(f"weights are for {list(weights.index)}, dimensions are {list(names)}")
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"weights add up to {weights.sum():.4g}: they must be shares of 1")
    return weights[names].to_numpy()


def _total(result, respondents, weight, confidence):
    n = respondents.notna().sum()
    spread = ((respondents - respondents.mean()) / n * weight).fillna(0).sum(axis=1)
    people = int(respondents.notna().any(axis=1).sum())
    total = (result["estimate"].to_numpy()[: len(weight)] * weight).sum()
    half = student_quantile(confidence, people - 1) * np.sqrt(
        (spread**2).sum() * people / (people - 1)
    )
    row = {
        name: (result[name].to_numpy()[: len(weight)] * weight).sum()
        for name in ("expected", "perceived")
    }
    row |= {"estimate": total, "low": total - half, "high": total + half}
    row |= {"weight": 1.0, "n": people, "missing": len(respondents) - people}
    return pd.Series(row).reindex(result.columns)
