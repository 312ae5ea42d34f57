"""Part-worths: what each step of an attribute adds to how much an offer is liked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import style
from crmlab.pricing.attributes import NONE, PRICE, Attributes
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Kind = Literal["ratings", "choices"]


@dataclass(frozen=True, eq=False, repr=False)
class PartWorths(Result):
    """What each step adds: to a rating in points, to a choice in units of its noise.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per step, ``cup: souvenir`` or ``wait: +1``: ``attribute``, ``level``,
        ``estimate``, ``low``, ``high``.
    kind : str
        ``"ratings"`` or ``"choices"``.
    attributes : Attributes
        Levels and numbers of the design; a base has the part-worth 0.
    covariance : pandas.DataFrame
        Covariance of the estimates; infinite where there are as many unknowns as cards.
    influence : pandas.DataFrame
        How far each respondent moves the estimates; no rows where there is only one.
    individual : pandas.DataFrame
        Part-worths of each respondent, NaN where her cards are too few; no rows for choices.
    confidence, freedom : float
        Coverage of the intervals, and degrees of freedom of Student's t.
    skipped, flat : int
        Answers left out because they are empty; respondents who answered all cards alike.
    """

    table: pd.DataFrame
    kind: Kind
    attributes: Attributes
    covariance: pd.DataFrame
    influence: pd.DataFrame
    individual: pd.DataFrame
    confidence: float
    freedom: float
    skipped: int
    flat: int

    @property
    def respondents(self) -> int:
        """How many answered."""
        return max(len(self.influence), 1)

    @property
    def price_t(self) -> float:
        """Estimate of the price over its standard error; NaN where that is not known."""
        label = f"{PRICE}: +1"
        place = self.table.index.get_loc(label)
        variance = self.covariance.to_numpy()[place, place]
        estimate = self.table["estimate"].to_numpy()[place]
        if not np.isfinite(variance):
            return float("nan")
        return (
            float(estimate / np.sqrt(variance))
            if variance > 0
            else float(np.sign(estimate) * np.inf)
        )

    @property
    def title(self) -> str:
        """The step that counts most, beside the price."""
        steps = self.table[~self.table["attribute"].isin([PRICE, NONE])]
        return f"Of single steps, {steps['estimate'].abs().idxmax()} counts most"

    @property
    def caption(self) -> str:
        """Who answered, against what, how sure."""
        who = f"{self.respondents:,} respondent{'s' * (self.respondents > 1)}"
        against = f"; against {self.attributes.base}" if self.attributes.base else ""
        told = f"From the {self.kind} of {who}{against}. "
        if np.isinf(self.covariance.to_numpy()).any():
            return told + "As many unknowns as cards: there is no interval."
        told += f"Intervals {self.confidence:.0%}."
        told += f" {self.skipped:,} empty answers left out." if self.skipped else ""
        return told + (f" {self.flat:,} gave all cards the same rating." if self.flat else "")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_part_worths`."""
        return plot_part_worths(self, ax)


def part_worths_frame(
    attributes: Attributes,
    estimate: NDArray[np.float64],
    covariance: NDArray[np.float64],
    quantile: float,
) -> pd.DataFrame:
    """The table of `PartWorths`: estimates with their intervals, by step."""
    half = quantile * np.sqrt(np.maximum(np.diag(covariance), 0))
    table = pd.DataFrame(attributes.steps, columns=["attribute", "level"], dtype="str")
    table = table.assign(estimate=estimate, low=estimate - half, high=estimate + half)
    return table.set_axis(pd.Index(attributes.labels, name="step"))


@style.figure(PartWorths, width=9, height=5)
def plot_part_worths(parts: PartWorths, ax: Axes | None = None) -> None:
    """Draw the part-worth of each step as a bar with its interval.

    Parameters
    ----------
    parts : PartWorths
        From `conjoint` or `choice_model`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = parts.table[parts.table["attribute"] != NONE][::-1]
    colours = [style.COLOURS["value" if value >= 0 else "cost"] for value in table["estimate"]]
    ax.barh(table.index, table["estimate"], color=colours, height=0.6)
    known = table[np.isfinite(table["low"])]
    ax.hlines(known.index, known["low"], known["high"], color=style.COLOURS["ink"], lw=2)
    ax.axvline(0, color=style.COLOURS["neutral"], lw=1)
    ax.grid(visible=False, axis="y")
    unit = "points of the rating" if parts.kind == "ratings" else "utility, in units of its noise"
    ax.set(xlabel=f"part-worth ({unit})")
    ax.set_title(parts.title)
