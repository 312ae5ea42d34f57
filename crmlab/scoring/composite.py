"""One score from several factors: weigh them, add them up, keep what each of them gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result
from crmlab.scoring.scaling import Missing, Scale, scale_factors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OVERLAP, SHOWN = 0.8, 12


@dataclass(frozen=True, eq=False, repr=False)
class CompositeScore(Result):
    """A score for each customer, and what it is made of.

    Attributes
    ----------
    table : pandas.DataFrame
        One column per factor with its contribution (weight times scaled factor), then
        ``score``, their sum, and ``rank`` (1 is best, ties share the better rank).
    scaled : pandas.DataFrame
        The factors between 0 (worst) and 1 (best).
    weights : pandas.Series
        Weight of each factor.
    """

    scaled: pd.DataFrame
    weights: pd.Series

    @property
    def contributions(self) -> pd.DataFrame:
        """What each factor adds to the score."""
        return self.table[self.weights.index]

    @property
    def best(self) -> pd.DataFrame:
        """The twelve best, what each factor gave them, best first."""
        shown = self.table.dropna().sort_values("rank", kind="stable").head(SHOWN)
        return self.contributions.loc[shown.index]

    @property
    def title(self) -> str:
        """Title of the figure: which factor gave the best most, and which least."""
        given = self.best.mean()
        return f"The best owe most to {given.idxmax()} and least to {given.idxmin()}"

    @property
    def overlaps(self) -> pd.DataFrame:
        """Pairs of factors that correlate above 0.8: together they count one thing twice.

        Looked for among 20 or more customers; one row per pair: ``first``, ``second``,
        ``correlation``.
        """
        found = self.scaled.corr().to_numpy() if len(self.scaled) >= 20 else np.zeros((0, 0))
        pairs = np.argwhere(np.triu(found > OVERLAP, 1))
        names = self.scaled.columns
        rows = [(names[one], names[other], found[one, other]) for one, other in pairs]
        return pd.DataFrame(rows, columns=["first", "second", "correlation"])

    @property
    def caption(self) -> str:
        """Which factors count one thing twice, if any do."""
        told = [
            f"{row.first} and {row.second} correlate at {row.correlation:.2f}: together they count "
            "one thing twice."
            for row in self.overlaps.itertuples()
        ]
        return " ".join(told)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw what makes up the best scores, see `plot_contributions`."""
        return plot_contributions(self, ax=ax)


def composite_score(
    table: pd.DataFrame | Result,
    weights: Mapping[Any, float] | pd.Series,
    *,
    scale: Scale = "percentile",
    lower_is_better: Sequence[Any] = (),
    missing: Missing = "error",
) -> CompositeScore:
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
    CompositeScore
        With ``table``, ``scaled``, ``weights`` and ``overlaps``. Scores that differ by rounding
        alone are equal.

    Raises
    ------
    ValueError
        Weights that do not match the factors or add up to one; see also `scale_factors`.

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
    >>> composite_score(table, weights, scale="min_max").table["score"].round(2).to_dict()
    {'Ann': 0.6, 'Bo': 0.4, 'Cy': 0.5}
    """
    table = inputs.customer_table(table)
    taken = [name for name in ("score", "rank") if name in table.columns]
    if taken:
        raise ValueError(f"table has a factor named {', '.join(taken)}; rename it.")
    weight = inputs.weights(weights, "weights", table.columns)
    scaled = scale_factors(table, scale=scale, lower_is_better=lower_is_better, missing=missing)
    result = scaled * weight.to_numpy()
    result["score"] = inputs.settled(result.sum(axis=1, skipna=False).to_numpy())
    result["rank"] = result["score"].rank(ascending=False, method="min")
    return CompositeScore(result, scaled, weight.rename("weight"))


@style.figure(CompositeScore, width=9, height=5.5)
def plot_contributions(scores: CompositeScore, ax: Axes | None = None) -> None:
    """Stack what each factor adds to the score of each customer, best on top.

    Parameters
    ----------
    scores : CompositeScore
        From `composite_score`; the twelve best are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per customer.
    """
    parts = scores.best
    shown = scores.table.loc[parts.index]
    parts.plot.barh(stacked=True, ax=ax, width=0.7, legend=False)
    for row, score in enumerate(shown["score"]):
        ax.text(score + 0.01, row, f"{score:.2f}", va="center", weight="bold")
    ax.set(ylim=(len(shown) - 0.5, -0.5), xlim=(0, min(1.1, shown["score"].max() * 1.12)))
    ax.set(xlabel="score (0 worst, 1 best)", ylabel="")
    ax.grid(visible=False, axis="y")
    ax.set_title(scores.title, pad=44)
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=min(len(parts.columns), 5),
        columnspacing=1.1,
        handlelength=1,
        borderaxespad=0.2,
    )
