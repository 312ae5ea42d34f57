"""Satisfaction as a comparison of what was perceived with what was expected."""

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlab import style
from crmlab.satisfaction.answers import checked_scale, numeric, paired

STATES = ("dissatisfied", "satisfied", "very satisfied")


def disconfirmation(expected, perceived, *, scale, tolerance=0.0):
    r"""Compare perceived with expected, in three ways, and name the state.

    Parameters
    ----------
    expected, perceived : Series or sequence of float, shape (n,)
        Ratings on one scale, high = good for the customer.
    scale : tuple of float
        Lowest and highest possible answer, such as ``(1, 10)``. If the two questions were asked
        on different scales give ``{"expected": (1, 5), "perceived": (1, 10)}``: an error says
        what to do.
    tolerance : float
        Half-width of "as expected", in points of the scale.

    Returns
    -------
    pandas.DataFrame
        ``expected``, ``perceived``; ``difference`` (perceived - expected); ``ratio`` (perceived /
        expected, NaN on a scale that goes to 0 or below); ``felt``, the difference with losses
        larger than gains; ``state``: dissatisfied, satisfied or very satisfied. A row with a
        missing answer stays, with NaN.

    Raises
    ------
    ValueError
        Answers outside the scale, two different scales, columns of different length.

    Warns
    -----
    UserWarning
        More than half of twenty or more answers at one end of the scale; or one question that
        never leaves the lower half of the scale while the other does.

    Notes
    -----
    States after Oliver (1980, J. Marketing Research 17). ``felt`` is :math:`d^{0.88}` for gains
    and :math:`-2.25(-d)^{0.88}` for losses (Tversky & Kahneman 1992, J. Risk and Uncertainty 5).

    Examples
    --------
    >>> disconfirmation([8, 7, 6], [6, 7, 9], scale=(1, 10))[["difference", "state"]]
       difference           state
    0        -2.0    dissatisfied
    1         0.0       satisfied
    2         3.0  very satisfied
    """
    if tolerance < 0:
        raise ValueError(f"tolerance {tolerance} is negative: give a half-width in points")
    table = compared(expected, perceived, scale)
    gap = table["perceived"] - table["expected"]
    low = checked_scale(next(iter(scale.values())) if isinstance(scale, Mapping) else scale)[0]
    table["difference"] = gap
    table["ratio"] = table["perceived"] / table["expected"] if low > 0 else np.nan
    if low <= 0:
        warnings.warn("a ratio needs a scale above 0: ratio is NaN", stacklevel=2)
    table["felt"] = np.where(gap < 0, -2.25, 1.0) * gap.abs() ** 0.88
    codes = np.select([gap < -tolerance, gap <= tolerance, gap > tolerance], [0, 1, 2], -1)
    table["state"] = pd.Categorical.from_codes(codes, STATES, ordered=True)
    return table


def expectation_path(experience, *, start, learning, others=None, promise=None):
    r"""Expectation before each visit: own experience, what others say, what is promised.

    Parameters
    ----------
    experience : sequence of float, shape (t,)
        What the customer perceived at each visit.
    start : float
        Expectation before the first visit.
    learning : float or tuple of float
        Share of the surprise that enters the next expectation: own, or (own, from others).
    others : sequence of float, shape (t,), optional
        What the customer hears others perceived.
    promise : sequence of float, shape (t,), optional
        What publicity adds to the expectation before each visit, in points.

    Returns
    -------
    pandas.DataFrame
        One row per visit: ``expected``, ``perceived``, ``difference``.

    Raises
    ------
    ValueError
        Shares that are negative or add up to more than 1; sequences of different length.

    Notes
    -----
    :math:`E_t = E_{t-1} + k(P_{t-1}-E_{t-1}) + m(W_{t-1}-E_{t-1}) + a_t`. What delights today
    is expected tomorrow, and a promise stays in the expectation until experience wears it down.

    Examples
    --------
    >>> expectation_path([8, 8, 8], start=6, learning=0.5)["expected"].tolist()
    [6.0, 7.0, 7.5]
    """
    own, heard = learning if isinstance(learning, tuple) else (learning, 0.0)
    if own < 0 or heard < 0 or own + heard > 1:
        raise ValueError(f"learning {learning}: shares of 0 or more that add up to 1 at most")
    told = experience if others is None else others
    added = np.zeros(len(experience)) if promise is None else promise
    table = paired(perceived=experience, others=told, promise=added).astype(float)
    if table.isna().any().any():
        raise ValueError("a path has no gaps: give a number for every visit")
    expected = [float(start) + table["promise"].iloc[0]]
    steps = zip(table["perceived"], table["others"], table["promise"].iloc[1:], strict=False)
    for lived, hearsay, advertised in steps:
        before = expected[-1]
        expected.append(before + own * (lived - before) + heard * (hearsay - before) + advertised)
    path = pd.DataFrame({"expected": expected, "perceived": table["perceived"].to_numpy()})
    path["difference"] = path["perceived"] - path["expected"]
    return path.rename_axis("visit").rename(lambda visit: visit + 1)


def compared(expected, perceived, scale):
    """Expected and perceived side by side, refused unless both were asked on one scale."""
    if isinstance(scale, Mapping):
        scales = {name: checked_scale(scale[name]) for name in ("expected", "perceived")}
        if scales["expected"] != scales["perceived"]:
            raise ValueError(
                f"expected was asked on {scales['expected']} and perceived on "
                f"{scales['perceived']}: their difference means nothing. Bring one to the other "
                "first with crm.satisfaction.rescale(answers, old, new)."
            )
        scale = scales["expected"]
    low, high = checked_scale(scale)
    raw = paired(expected=expected, perceived=perceived)
    table = raw.assign(
        expected=numeric(raw["expected"], getattr(expected, "name", None) or "expected"),
        perceived=numeric(raw["perceived"], getattr(perceived, "name", None) or "perceived"),
    )
    for name in table:
        numeric(table[name], name, scale=scale)
    _warn_of_ends(table, low, high)
    return table


@style.figure(width=8, height=7)
def plot_expectations(table, ax=None):
    """Draw `disconfirmation`: each respondent on the plane of expected and perceived.

    Parameters
    ----------
    table : DataFrame
        Result of `disconfirmation`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    shown = table.dropna(subset=["expected", "perceived"])
    shake = np.random.default_rng(0).uniform(-0.3, 0.3, (2, len(shown)))
    colours = dict(zip(STATES, ("cost", "neutral", "good"), strict=True))
    ends = shown[["expected", "perceived"]].to_numpy()
    ends = ends.min() - 0.5, ends.max() + 0.5
    spots = {STATES[2]: (0.03, 0.95), STATES[0]: (0.97, 0.05), STATES[1]: (0.03, 0.88)}
    size = 30 if len(shown) > 300 else 70
    for state, colour in colours.items():
        here = (shown["state"] == state).to_numpy()
        ax.scatter(
            shown["expected"][here] + shake[0][here],
            shown["perceived"][here] + shake[1][here],
            s=size,
            alpha=0.45,
            color=style.COLOURS[colour],
            edgecolor="none",
        )
        x, y = spots[state]
        ax.text(
            x,
            y,
            f"{state}: {here.mean():.0%}",
            transform=ax.transAxes,
            ha="left" if x < 0.5 else "right",
            va="center",
            weight="bold",
            color=style.COLOURS[colour],
            bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none"},
        )
    ax.plot(ends, ends, color=style.COLOURS["ink"], lw=1.5)
    ax.set(xlim=ends, ylim=ends, aspect="equal", xlabel="expected (points)")
    ax.set(ylabel="perceived (points)", title="What was perceived against what was expected")


def _warn_of_ends(table, low, high):
    if table.notna().sum().min() < 20:
        return
    for name in table:
        answers = table[name].dropna()
        for end, word in ((low, "lowest"), (high, "highest")):
            share = (answers == end).mean()
            if share > 0.5:
                warnings.warn(
                    f"{share:.0%} of the answers in {name!r} are the {word} point {end:g}: the "
                    "scale cannot show anything beyond it",
                    stacklevel=4,
                )
    half = (low + high) / 2
    tops = table.max()
    if (tops <= half).sum() == 1:
        name = tops.idxmin()
        warnings.warn(
            f"{name!r} never exceeds {tops[name]:g} on a scale to {high:g}, the other does: was "
            "it asked on a shorter scale? If so use crm.satisfaction.rescale",
            stacklevel=4,
        )
