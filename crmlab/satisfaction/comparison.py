"""Satisfaction as a comparison of what was perceived with what was expected."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.inputs import Numbers
from crmlab.results import Result
from crmlab.satisfaction.answers import Scale, items_on_scale, paired

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STATES = ("dissatisfied", "satisfied", "very satisfied")


@dataclass(frozen=True, eq=False, repr=False)
class Disconfirmation(Result):
    """What was perceived against what was expected, respondent by respondent.

    Attributes
    ----------
    table : pandas.DataFrame
        ``expected``, ``perceived``; ``difference`` (perceived - expected); ``ratio`` (perceived /
        expected, NaN on a scale that goes to 0 or below); ``felt``, the difference with losses
        larger than gains; ``state``: dissatisfied, satisfied or very satisfied.
    scale : tuple of float
        Lowest and highest possible answer.
    tolerance : float
        Half-width of "as expected", in points.
    """

    scale: tuple[float, float]
    tolerance: float

    @property
    def shares(self) -> pd.Series:
        """Share of each state among those who gave both answers."""
        counts = self.table["state"].value_counts(sort=False)
        return (counts / counts.sum()).rename("share")

    @property
    def caption(self) -> str:
        """How wide "as expected" is, and how many gave both answers."""
        given, asked = int(self.table["state"].notna().sum()), len(self.table)
        return (
            f"As expected: within {self.tolerance:g} points; {given:,} of {asked:,} gave both "
            "answers."
        )

    @property
    def labels(self) -> dict[str, str]:
        """What the figure says of each state."""
        return {state: f"{state}: {self.shares[state]:.0%}" for state in STATES}

    @property
    def title(self) -> str:
        """Title of the figure: the share that rated below what they expected."""
        edge = f"more than {self.tolerance:g} below" if self.tolerance else "below"
        return f"{self.shares[STATES[0]]:.0%} rate it {edge} expected"

    @property
    def crowds(self) -> pd.DataFrame:
        """How many ``people`` gave each pair of answers, and its ``state``."""
        pairs = ["expected", "perceived", "state"]
        given = self.table.dropna(subset=pairs)
        return given.groupby(pairs, observed=True).size().rename("people").reset_index()

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw everybody on the plane of both ratings, see `plot_expectations`."""
        return plot_expectations(self, ax=ax)


def disconfirmation(
    expected: Numbers, perceived: Numbers, *, scale: Scale, tolerance: float = 0.0
) -> Disconfirmation:
    r"""Compare perceived with expected, in three ways, and name the state.

    Parameters
    ----------
    expected, perceived : Series or sequence of float, shape (n,)
        Ratings on one scale, high = good for the customer.
    scale : tuple of float
        Lowest and highest possible answer of both, such as ``(1, 10)``; `rescale` first what
        was asked on another scale.
    tolerance : float
        Half-width of "as expected", in points of the scale.

    Returns
    -------
    Disconfirmation
        With ``table``, one row per respondent, and ``shares`` of the three states. A row with a
        missing answer stays, with NaN.

    Raises
    ------
    ValueError
        Answers outside the scale, columns of different length, a negative tolerance.

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
    >>> disconfirmation([8, 7, 6], [6, 7, 9], scale=(1, 10)).table[["difference", "state"]]
       difference           state
    0        -2.0    dissatisfied
    1         0.0       satisfied
    2         3.0  very satisfied
    """
    tolerance = inputs.number(tolerance, "tolerance", at_least=0)
    table = compared(expected, perceived, scale)
    scale = inputs.scale(scale)
    gap = (table["perceived"] - table["expected"]).to_numpy()
    table["difference"] = gap
    table["ratio"] = table["perceived"] / table["expected"] if scale[0] > 0 else np.nan
    if scale[0] <= 0:
        warnings.warn("a ratio needs a scale above 0: ratio is NaN", stacklevel=2)
    table["felt"] = np.where(gap < 0, -2.25, 1.0) * np.abs(gap) ** 0.88
    *gap, lowest, highest = inputs.settled(np.array([*gap, -tolerance, tolerance]))
    gap = np.array(gap)
    codes = np.select([gap < lowest, gap <= highest, gap > highest], [0, 1, 2], -1)
    table["state"] = pd.Categorical.from_codes(codes, STATES, ordered=True)
    return Disconfirmation(table, scale, tolerance)


def expectation_path(
    experience: Numbers,
    *,
    start: float,
    learning: float | tuple[float, float],
    others: Numbers | None = None,
    promise: Numbers | None = None,
) -> pd.DataFrame:
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
    own, heard = learning if isinstance(learning, tuple | list) else (learning, 0.0)
    own, heard = (inputs.number(part, "learning", at_least=0) for part in (own, heard))
    if own + heard > 1 + 1e-9:
        raise ValueError(f"learning {learning}: shares of 0 or more that add up to 1 at most")
    start = inputs.number(start, "start")
    perceived = inputs.numbers(experience, "experience").to_numpy()
    told = perceived if others is None else inputs.numbers(others, "others").to_numpy()
    added = np.zeros(len(perceived))
    if promise is not None:
        added = inputs.numbers(promise, "promise").to_numpy()
    paired(experience=perceived, others=told, promise=added)
    expected = [start + added[0]]
    for lived, hearsay, advertised in zip(perceived[:-1], told[:-1], added[1:], strict=True):
        before = expected[-1]
        expected.append(before + own * (lived - before) + heard * (hearsay - before) + advertised)
    path = pd.DataFrame({"expected": expected, "perceived": perceived})
    path["difference"] = path["perceived"] - path["expected"]
    return path.set_axis(pd.RangeIndex(1, len(path) + 1, name="visit"))


@style.figure(Disconfirmation, width=8, height=7)
def plot_expectations(compared: Disconfirmation, ax: Axes | None = None) -> None:
    """Draw `disconfirmation`: each respondent on the plane of expected and perceived.

    Parameters
    ----------
    compared : Disconfirmation
        Result of `disconfirmation`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Above the line more was perceived than expected; the area of a dot is how many gave that
        pair of answers.
    """
    crowds = compared.crowds
    sides = crowds[["expected", "perceived"]]
    low, high = float(sides.to_numpy().min()) - 0.5, float(sides.to_numpy().max()) + 0.5
    area = np.maximum(900 * crowds["people"] / max(crowds["people"].max(), 10), 12)
    spots = ((0.97, 0.05, "right", "cost"), (0.03, 0.88, "left", "neutral"))
    spots = (*spots, (0.03, 0.95, "left", "good"))
    box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none"}
    for (state, label), (x, y, side, colour) in zip(compared.labels.items(), spots, strict=True):
        here = crowds["state"] == state
        paint = style.COLOURS[colour]
        dots: dict[str, Any] = {"s": area[here], "color": paint, "alpha": 0.6}
        ax.scatter(*sides[here].to_numpy().T, **dots, edgecolor="none")
        ax.text(
            x,
            y,
            label,
            transform=ax.transAxes,
            ha=side,
            va="center",
            weight="bold",
            color=paint,
            bbox=box,
        )
    ax.plot((low, high), (low, high), color=style.COLOURS["ink"], lw=1.5)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="expected (points)")
    ax.set(ylabel="perceived (points)", title=compared.title)


def compared(expected: Any, perceived: Any, scale: Any) -> pd.DataFrame:
    """Both ratings side by side, checked against one scale, with a warning about its ends."""
    if isinstance(scale, Mapping):
        raise ValueError(
            f"expected and perceived were asked on {dict(scale)}: move one of them with "
            "crm.satisfaction.rescale, then give their common scale"
        )
    low, high = inputs.scale(scale)
    table = items_on_scale(paired(expected=expected, perceived=perceived), scale=(low, high))
    if not table.notna().all(axis=1).any():
        raise ValueError("nobody gave both answers, expected and perceived: nothing to compare")
    _warn_of_ends(table, low, high)
    return table


def _warn_of_ends(table: pd.DataFrame, low: float, high: float) -> None:
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
