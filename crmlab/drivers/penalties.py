"""What a bad and what a good performance does: penalties and rewards."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.ratings import complete, side_by_side, side_of
from crmlab.intervals import tail
from crmlab.results import Result
from crmlab.satisfaction.regression import NotIdentifiedError, check_identified

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST = 20


@dataclass(frozen=True, eq=False, repr=False)
class PenaltyReward(Result):
    """What a low rating of each driver costs, and what a high one adds; see `penalty_reward`.

    Attributes
    ----------
    table : DataFrame
        One row per driver.
    outcome : str
        What is gained and lost.
    n, missing : int
        Respondents used, and those left out because an answer is missing.
    """

    outcome: str
    n: int
    missing: int

    @property
    def title(self) -> str:
        """What the figure says."""
        told = {
            "Hurts if bad": self.table.index[self.table["kind"] == "basic"],
            "Delights if good": self.table.index[self.table["kind"] == "excitement"],
        }
        parts = [f"{what}: {inputs.listed(list(who), 3)}" for what, who in told.items() if len(who)]
        return "\n".join(parts) or "No driver is clearly a must, and none a surprise"

    @property
    def caption(self) -> str:
        """How many answers stand behind it."""
        return f"{self.n:,} complete answers, {self.missing:,} left out."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_penalty_reward`."""
        return plot_penalty_reward(self, ax)


def penalty_reward(
    X: pd.DataFrame,
    y: inputs.Numbers,
    *,
    cuts: tuple[float, float],
    scale: tuple[float, float],
    confidence: float = 0.95,
) -> PenaltyReward:
    r"""What a low rating of each driver costs in satisfaction, and what a high one adds.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of the drivers.
    y : Series or sequence, shape (n,)
        Overall satisfaction.
    cuts : tuple of float
        (a, b): a rating of a or less is low, of b or more is high.
    scale : tuple of float
        Lowest and highest possible rating.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PenaltyReward
        ``table``, one row per driver: ``penalty`` and ``reward`` in points of `y` against a
        middling rating, each with ``_low`` and ``_high``; reward + penalty as ``estimate``,
        ``low``, ``high`` (negative: what is missing hurts more than what is good helps); ``kind``:
        "basic" or "excitement" where that interval lies below or above 0, else "performance" if
        penalty and reward are both clear of 0, else "unclear"; ``n_low``, ``n_high``, ``reason``
        where there is no number. ``n``, ``missing``; ``plot()``.

    Raises
    ------
    ValueError
        Cuts outside the scale or in the wrong order; ratings outside the scale; no driver with
        enough low and high ratings.

    Warns
    -----
    UserWarning
        A driver with fewer than 20 low, middling or high ratings: it is left out of the
        regression, its numbers are NaN.

    Notes
    -----
    One regression on two dummies per driver (Brandt 1987), HC3 errors. Methods for the asymmetry
    do not agree with each other in general (Matzler & Sauerwein 2002, International J. Service
    Industry Management 13).

    Examples
    --------
    >>> speed = pd.Series([2] * 20 + [5] * 20 + [9] * 20)
    >>> satisfaction = 5 - 2.0 * (speed == 2) + 0.5 * (speed == 9)
    >>> result = penalty_reward(speed.to_frame("speed"), satisfaction, cuts=(3, 8), scale=(1, 10))
    >>> result.table[["penalty", "reward", "estimate", "kind"]].round(2)
            penalty  reward  estimate   kind
    driver
    speed      -2.0     0.5      -1.5  basic
    """
    low, high = inputs.scale(cuts, "cuts")
    bottom, top = inputs.scale(scale)
    if not bottom <= low < high <= top:
        raise ValueError(f"cuts {low:g} and {high:g} must lie on the scale, {bottom:g} to {top:g}.")
    table = side_by_side(X, y, scale)
    used = complete(table)
    ratings, outcome = used.iloc[:, :-1], used.iloc[:, -1]
    sides = {
        "low": ratings.apply(lambda column: side_of(column, low) <= 0),
        "high": ratings.apply(lambda column: side_of(column, high) >= 0),
    }
    count = pd.DataFrame({f"n_{side}": found.sum() for side, found in sides.items()})
    middle = len(ratings) - count.sum(axis=1)
    scarce = count.assign(middle=middle).min(axis=1) < FEWEST
    kept = list(ratings.columns[~scarce])
    if not kept:
        raise ValueError(
            f"no driver has {FEWEST} low, middling and high ratings among {len(ratings)} complete "
            "answers: move the cuts or ask more people"
        )
    design = pd.concat([found[kept].add_suffix(f" {it}") for it, found in sides.items()], axis=1)
    found = _effects(design.astype(float), outcome, kept, confidence)
    found = found.reindex(ratings.columns).join(count)
    found["kind"] = _kind(found)
    found["reason"] = ""
    for name in ratings.columns[scarce]:
        lows, mids, highs = (int(each[name]) for each in (count["n_low"], middle, count["n_high"]))
        reason = f"{lows} low, {mids} middling, {highs} high ratings: {FEWEST} of each are needed"
        found.loc[name, "reason"] = reason
        warnings.warn(f"{name}: {reason}; its numbers are NaN", stacklevel=2)
    missing = len(table) - len(used)
    return PenaltyReward(found.rename_axis("driver"), str(outcome.name), len(used), missing)


@style.figure(PenaltyReward, width=9, height=6)
def plot_penalty_reward(result: PenaltyReward, ax: Axes | None = None) -> None:
    """Draw the penalty and, below it, the reward of each driver, the most basic on top.

    Parameters
    ----------
    result : PenaltyReward
        Result of `penalty_reward`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    shown = result.table.dropna(subset="penalty").sort_values("estimate", ascending=False)
    rows = np.arange(len(shown))
    for side, colour, place in (("penalty", "cost", rows + 0.17), ("reward", "good", rows - 0.17)):
        ax.barh(place, shown[side], color=style.COLOURS[colour], height=0.34)
        ax.hlines(place, shown[f"{side}_low"], shown[f"{side}_high"], color="black", lw=2)
    for row, kind in enumerate(shown["kind"]):
        ax.text(1.01, row, kind, transform=ax.get_yaxis_transform(), va="center")
    ax.axvline(0, color=style.COLOURS["ink"], lw=1.5)
    ax.set_yticks(rows, shown.index)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(f"points of {result.outcome}:  a low rating costs  |  a high rating adds")
    ax.set_title(result.title)


def _effects(
    design: pd.DataFrame, outcome: pd.Series, names: list, confidence: float
) -> pd.DataFrame:
    """Penalty, reward and their sum with intervals, by least squares with HC3 errors."""
    from statsmodels.regression.linear_model import OLS

    try:
        check_identified(design)
    except NotIdentifiedError as error:
        raise NotIdentifiedError(f"low and high ratings as dummies: {error}") from None
    columns = np.column_stack([np.ones(len(design)), design.to_numpy()])
    fit = OLS(outcome.to_numpy(), columns).fit(cov_type="HC3", use_t=True)
    unit = np.eye(2 * len(names), columns.shape[1], 1)
    penalty, reward = unit[: len(names)], unit[len(names) :]
    found = pd.DataFrame(index=names)
    for prefix, rows in (("penalty_", penalty), ("reward_", reward), ("", penalty + reward)):
        test = fit.t_test(rows)
        found[prefix.strip("_") or "estimate"] = test.effect
        found[[f"{prefix}low", f"{prefix}high"]] = test.conf_int(2 * tail(confidence))
    return found


def _kind(table: pd.DataFrame) -> np.ndarray:
    both_clear = (table["penalty_high"] < 0) & (table["reward_low"] > 0)
    return np.select(
        [table["high"] < 0, table["low"] > 0, both_clear, table["low"].notna()],
        ["basic", "excitement", "performance", "unclear"],
        "",
    )
