"""How good pairs are: precision and recall, where it is known which records are one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.database.records.matching import Pairs
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class PairQuality(Result):
    """How many of the pairs are right, and how many of the true pairs are there.

    Attributes
    ----------
    table : pandas.DataFrame
        For each lowest score ``pairs`` and ``right`` ones; ``precision`` (right over pairs) and
        ``recall`` (right over all true pairs), each with ``_low`` and ``_high``.
    pairs : pandas.DataFrame
        For each pair ``record``, ``other``, ``score``, ``exact``, and whether it is ``right``.
    bands : pandas.DataFrame
        For each band of scores, from ``least`` up to below the next: ``pairs``, ``right``, the
        ``share`` right, ``low`` and ``high``.
    exact : pandas.Series
        The same of the exact pairs.
    true_pairs : int
        Pairs of records of one customer, listed or not.
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    bands: pd.DataFrame
    exact: pd.Series
    true_pairs: int

    @property
    def best(self) -> float:
        """The lowest score at which precision and recall are highest together (harmonic mean)."""
        table = self.table
        both = table["precision"].fillna(0) + table["recall"]
        mean = 2 * table["precision"].fillna(0) * table["recall"] / both.where(both > 0)
        return float(self.table.index[int(mean.fillna(0).to_numpy().argmax())])

    @property
    def title(self) -> str:
        """What holds at the best lowest score."""
        row = self.table.loc[self.best]
        return (
            f"From a score of {self.best:.2f} on, {row['precision']:.0%} of the pairs are right\n"
            f"and {row['recall']:.0%} of the true pairs are found"
        )

    @property
    def caption(self) -> str:
        """How many true pairs there are."""
        return f"{self.true_pairs:,} pairs of records are one customer."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_pair_quality`."""
        return plot_pair_quality(self, ax)


def pair_quality(
    pairs: Pairs,
    truth: pd.DataFrame,
    *,
    least: Sequence[float] = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6),
    confidence: float = 0.95,
) -> PairQuality:
    """Hold pairs against the truth.

    Parameters
    ----------
    pairs : Pairs
        From `possible_pairs`.
    truth : pandas.DataFrame
        ``record_id`` and ``customer_id`` of every record.
    least : sequence of float
        Lowest scores to try.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PairQuality
        With ``table``, ``pairs``, ``bands``, ``exact``, ``true_pairs``, ``best``.

    Raises
    ------
    ValueError
        The pairs are no `Pairs`; a record of a pair is not in the truth; no two records are one
        customer; scores that are none.

    Notes
    -----
    Recall counts all true pairs, those that were never compared too. Intervals are Wilson's; they
    take pairs as independent, which those of a customer with three records are not quite.

    Examples
    --------
    >>> from crmlab.database.records import possible_pairs
    >>> book = pd.DataFrame({"record_id": ["a", "b", "c"], "name": ["Zoe K", "Zoé K", "Zoe L"],
    ...                      "phone": ["471536", "471536", "471536"]})
    >>> truth = pd.DataFrame({"record_id": ["a", "b", "c"], "customer_id": [1, 1, 2]})
    >>> found = pair_quality(possible_pairs(book), truth, least=[0.95, 0.7])
    >>> found.table[["pairs", "right", "precision", "recall"]].round(2)
           pairs  right  precision  recall
    least
    0.95       1      1       1.00     1.0
    0.70       3      1       0.33     1.0
    """
    if not isinstance(pairs, Pairs):
        raise ValueError(f"pairs is a {type(pairs).__name__}; give what possible_pairs returns.")
    owner = _owners(truth)
    for side in ("record", "other"):
        unknown = ~pairs[side].isin(owner.index)
        said = "is not in the truth", "are not in the truth"
        inputs.refuse(unknown, pairs.table, f"pairs.{side}", said, "Write ids in one way.")
    sizes = owner.value_counts()
    true_pairs = int((sizes * (sizes - 1) // 2).sum())
    if true_pairs == 0:
        raise ValueError("truth: no two records are one customer, so there is nothing to find.")
    cuts = sorted({inputs.share(cut, "least") for cut in _row(least)}, reverse=True)
    right = pairs["record"].map(owner).eq(pairs["other"].map(owner)).to_numpy()
    score = pairs["score"].to_numpy()
    tried = np.array([(score >= cut).sum() for cut in cuts])
    hits = np.array([right[score >= cut].sum() for cut in cuts])
    table = pd.DataFrame({"pairs": tried, "right": hits}, pd.Index(cuts, name="least"))
    whole = {"precision": table["pairs"], "recall": pd.Series(true_pairs, table.index)}
    for name, base in whole.items():
        table[name] = table["right"] / base.where(base > 0)
        table[f"{name}_low"], table[f"{name}_high"] = intervals.wilson(
            table["right"], base, confidence
        )
    bands = table[["pairs", "right"]].diff().fillna(table[["pairs", "right"]]).astype(int)
    same = pairs["exact"].to_numpy()
    exact = pd.DataFrame({"pairs": [int(same.sum())], "right": [int(right[same].sum())]})
    judged = pairs.table[["record", "other", "score", "exact"]].assign(right=right)
    return PairQuality(
        table,
        judged,
        _with_share(bands, confidence),
        _with_share(exact, confidence).iloc[0].rename("exact"),
        true_pairs,
    )


def _with_share(counts: pd.DataFrame, confidence: float) -> pd.DataFrame:
    share = counts["right"] / counts["pairs"].where(counts["pairs"] > 0)
    low, high = intervals.wilson(counts["right"], counts["pairs"], confidence)
    return counts.assign(share=share, low=low, high=high)


def _owners(truth: pd.DataFrame) -> pd.Series:
    truth = inputs.table(truth, ("record_id", "customer_id"), "truth")
    read = pd.DataFrame(
        {
            name: inputs.ids(truth[name], f"truth.{name}", rows=truth)
            for name in ("record_id", "customer_id")
        }
    )
    inputs.one_row_each(read, "truth", ("record_id",))
    return read.set_index("record_id")["customer_id"]


def _row(least: Sequence[float]) -> list[float]:
    found = inputs.numbers(least, "least", at_least=0, at_most=1)
    return found.tolist()


@style.figure(PairQuality, width=9, height=5)
def plot_pair_quality(quality: PairQuality, ax: Axes | None = None) -> None:
    """Draw precision and recall against the lowest score.

    Parameters
    ----------
    quality : PairQuality
        From `pair_quality`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Two lines with their intervals; the dotted line is the best lowest score.
    """
    table = quality.table
    words = {"precision": "precision: right, of the pairs", "recall": "recall: found, of the true"}
    for name, colour in (("precision", "value"), ("recall", "cost")):
        shade = style.COLOURS[colour]
        ax.plot(table.index, table[name], color=shade, marker="o", label=words[name])
        ax.fill_between(
            table.index, table[f"{name}_low"], table[f"{name}_high"], color=shade, alpha=0.2
        )
    ax.axvline(quality.best, color=style.COLOURS["ink"], lw=1, ls=":")
    ax.set_ylim(0, 1.02)
    style.percent(ax.yaxis)
    ax.set_xlabel("lowest score of a pair")
    ax.set_ylabel("share of pairs")
    ax.legend(loc="lower left")
    ax.set_title(quality.title)
