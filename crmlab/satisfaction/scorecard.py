"""The six measures as one table and one index, and the figures of a report."""

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.satisfaction.intervals import interval

BETTER = {
    "reputation": "higher",
    "named_purchase": "higher",
    "repeat_rate": "higher",
    "complaint_rate": "lower",
    "spend": "higher",
    "price_sensitivity": "lower",
}
INDEX = "index"


def six_measures(measures, *, goalposts, weights=None):
    r"""Put the measures on one scale by fixed goalposts, and add them up to one index.

    Parameters
    ----------
    measures : mapping of str to Series or float, or DataFrame
        Each measure as its function returns it (``estimate``, ``low``, ``high``), or a number.
        The six are reputation, named_purchase, repeat_rate, complaint_rate, spend,
        price_sensitivity; others may be added.
    goalposts : mapping of str to tuple of float
        (worst, best) of each measure: 0 and 100 points. Worst above best where lower is better.
    weights : mapping of str to float, optional
        Weight of each measure in the index, adding up to 1; equal if not given.

    Returns
    -------
    pandas.DataFrame
        One row per measure, then ``index``: ``estimate``, ``low``, ``high`` in the measure's own
        unit, ``denominator`` (what the measure divides by, NaN if it was given as a number),
        ``better``, ``worst``, ``best``, ``weight``, ``score``, ``score_low``, ``score_high`` in
        points. A score below 0 or above 100 has passed its goalpost.

    Raises
    ------
    ValueError
        A measure without goalposts or weight, goalposts that are equal or point the wrong way.

    Notes
    -----
    Score = 100 (value - worst) / (best - worst). Goalposts stay fixed over the years, so a
    measure's score cannot move because others did. The index' interval adds the squared
    distances of the scores' ends, weighted (Zou & Donner 2008, Statistics in Medicine 27), as if
    the measures were estimated separately.

    Examples
    --------
    >>> table = six_measures({"reputation": 0.7, "complaint_rate": 10},
    ...     goalposts={"reputation": (0.4, 0.9), "complaint_rate": (40, 0)})
    >>> table["score"].round(1).tolist()
    [60.0, 75.0, 67.5]
    """
    rows = measures.T if isinstance(measures, pd.DataFrame) else measures
    names = list(rows.keys())
    if not names:
        raise ValueError("no measure is given")
    share = _shares(weights, names)
    posts = {name: _goalpost(name, goalposts) for name in names}
    table = pd.DataFrame(
        [_estimate(rows[name]) for name in names], index=pd.Index(names, name="measure")
    )
    table["worst"], table["best"] = zip(*posts.values(), strict=True)
    table.insert(3, "denominator", [_denominator(rows[name]) for name in names])
    table.insert(4, "better", np.where(table["best"] > table["worst"], "higher", "lower"))
    table["weight"] = share
    ends = {end: _score(table[end], table) for end in ("estimate", "low", "high")}
    table["score"] = ends["estimate"]
    table["score_low"] = np.fmin(ends["low"], ends["high"])
    table["score_high"] = np.fmax(ends["low"], ends["high"])
    total = (table["weight"] * table["score"]).sum()
    fall, rise = (
        np.sqrt(((table["weight"] * (table[end] - table["score"])) ** 2).sum(skipna=False))
        for end in ("score_low", "score_high")
    )
    index = interval(total, total - fall, total + rise)
    scores = {"score": total, "score_low": index["low"], "score_high": index["high"]}
    fixed = {"denominator": np.nan, "better": "higher", "worst": 0.0, "best": 100.0, "weight": 1.0}
    table.loc[INDEX] = {**index, **fixed, **scores}
    return table


@style.figure(width=9, height=5.5)
def plot_six_measures(table, ax=None):
    """Draw the scores of all measures and the index with their intervals (a forest plot).

    Parameters
    ----------
    table : DataFrame
        Result of `six_measures`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    rows = np.arange(len(table))[::-1]
    for row, (name, line) in zip(rows, table.iterrows(), strict=True):
        colour = style.COLOURS["ink" if name == INDEX else "value"]
        ax.hlines(row, line["score_low"], line["score_high"], color=colour, lw=3)
        ax.plot(line["score"], row, "D" if name == INDEX else "o", color=colour, ms=11)
        ax.text(1.01, row, f"{line['score']:.0f}", transform=ax.get_yaxis_transform(), va="center")
    ax.axhline(0.5, color=style.COLOURS["neutral"], lw=1)
    ax.set_yticks(rows, [_label(name) for name in table.index])
    ends = table[["score", "score_low", "score_high"]].to_numpy(dtype=float)
    ax.set(xlim=(min(0, np.nanmin(ends)), max(100, np.nanmax(ends))), ylim=(-0.6, len(rows) - 0.4))
    ax.set(xlabel="points between the goalposts (0 = worst, 100 = best)")
    ax.grid(visible=False, axis="y")
    ax.set_title(f"Six measures, one index: {table.loc[INDEX, 'score']:.0f} of 100")


@style.figure(width=9, height=6)
def plot_bullets(table, ax=None):
    """Draw each measure in its own unit between its worst and best goalpost.

    Parameters
    ----------
    table : DataFrame
        Result of `six_measures`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    single = table.drop(index=INDEX)
    rows = np.arange(len(single))[::-1]
    for row, (_, line) in zip(rows, single.iterrows(), strict=True):
        for share, grey in ((100, "#ECECEC"), (66, "#DADADA"), (33, "#C4C4C4")):
            ax.barh(row, share, height=0.62, color=grey)
        ax.barh(row, np.clip(line["score"], 0, 100), height=0.26, color=style.COLOURS["value"])
        ends = np.clip(line[["score_low", "score_high"]].astype(float), 0, 100)
        ax.hlines(row, *ends, color="black", lw=2)
        ax.text(1, row - 0.43, style.short(line["worst"]), ha="left", va="center", fontsize=12)
        ax.text(99, row - 0.43, style.short(line["best"]), ha="right", va="center", fontsize=12)
        ax.text(102, row, style.short(line["estimate"]), va="center", weight="bold", fontsize=15)
    ax.set_yticks(rows, [_label(name) for name in single.index])
    ax.set(xlim=(0, 115), ylim=(-0.7, len(rows) - 0.5), xticks=[])
    ax.set_xlabel("worst  to  best goalpost, in each measure's own unit")
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set_title("Each measure between its goalposts")


def _estimate(measure):
    if isinstance(measure, pd.DataFrame):
        raise ValueError("a measure is a table; give one row of it, such as spend(log).loc['mean']")
    if isinstance(measure, pd.Series):
        return measure[["estimate", "low", "high"]].astype(float)
    return interval(measure, np.nan, np.nan)


def _denominator(measure):
    if not isinstance(measure, pd.Series):
        return np.nan
    return measure.get("denominator", measure.get("n", np.nan))


def _goalpost(name, goalposts):
    if name not in goalposts:
        raise ValueError(f"measure {name!r} has no goalposts; there are {list(goalposts)}")
    worst, best = (float(end) for end in goalposts[name])
    if worst == best:
        raise ValueError(f"goalposts of {name!r} are equal ({worst:g}): no scale between them")
    known = BETTER.get(name)
    if known and known != ("higher" if best > worst else "lower"):
        raise ValueError(
            f"goalposts of {name!r} are ({worst:g}, {best:g}), but {known} is better: give the "
            "worst value first, then the best"
        )
    return worst, best


def _score(values, table):
    return 100 * (values - table["worst"]) / (table["best"] - table["worst"])


def _shares(weights, names):
    if weights is None:
        return [1 / len(names)] * len(names)
    lacking = [name for name in names if name not in weights]
    share = [float(weights[name]) for name in names if name in weights]
    if lacking or len(weights) != len(names):
        raise ValueError(f"weights are for {list(weights)}, measures are {names}")
    if min(share) < 0 or abs(sum(share) - 1) > 1e-6:
        raise ValueError(f"weights add up to {sum(share):.4g}: they must be shares of 1")
    return share


def _label(name):
    return str(name).replace("_", " ")
