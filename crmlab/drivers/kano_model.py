"""Kano: what must be there, what is asked for, and what delights unasked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import wilson
from crmlab.results import Result
from crmlab.satisfaction.answers import to_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Order: TypeAlias = "str | Sequence[Any] | Mapping[str, float] | None"

CATEGORIES = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
TABLE = np.array([list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")])
LETTERS = list(CATEGORIES)
FEWEST = 5

_FEW = f"fewer than {FEWEST} answers"
_ASKED_BADLY = "more than 10 % questionable: was the pair of questions understood?"
_REVERSE = "people want the reverse: turn the feature round and count again"


@dataclass(frozen=True, eq=False, repr=False)
class Kano(Result):
    """Kano's categories and coefficients of each feature; see `kano`.

    Attributes
    ----------
    table : DataFrame
        One row per feature: its category, and how clear it is.
    counts : DataFrame
        Respondents in each of the categories M, O, A, I, R, Q; ``missing``.
    coefficients : DataFrame
        Rows (feature, ``satisfaction``) and (feature, ``dissatisfaction``).
    """

    counts: pd.DataFrame
    coefficients: pd.DataFrame

    @property
    def shares(self) -> pd.DataFrame:
        """Each category's share of a feature's answers, the features with most M last."""
        counts = self.counts[LETTERS]
        return counts.div(counts.sum(axis=1), axis=0).sort_values(["M", "O", "A"], kind="stable")

    @property
    def title(self) -> str:
        """What the map says."""
        found = self.table["category"]
        told = [
            f"{word}: {inputs.listed(list(found.index[found == letter]), 3)}"
            for letter, word in (("M", "Must be there"), ("A", "Delights"))
            if (found == letter).any()
        ]
        return "\n".join(told) or "No feature must be there, and none delights"

    @property
    def caption(self) -> str:
        """What to read before the categories."""
        noted = self.table["note"][self.table["note"] != ""]
        return "; ".join(f"{feature}: {note}" for feature, note in noted.items())

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the map with `plot_kano`."""
        from crmlab.drivers.kano_figures import plot_kano

        return plot_kano(self, ax)

    def plot_answers(self, ax: Axes | None = None) -> Axes:
        """Draw the six categories with `plot_kano_answers`."""
        from crmlab.drivers.kano_figures import plot_kano_answers

        return plot_kano_answers(self, ax)


def kano(answers: pd.DataFrame, *, order: Order = None, confidence: float = 0.95) -> Kano:
    r"""Categories and coefficients of features from pairs of Kano questions.

    Parameters
    ----------
    answers : DataFrame
        ``feature``, ``functional`` ("how do you feel if it is there?"), ``dysfunctional`` ("...
        if it is not?"), one row per respondent and feature. Answers 1 to 5: like, must-be,
        neutral, live with, dislike. Or counts of respondents already made: M, O, A, I, R, Q, one
        row per feature (percentages work, without the test).
    order : str or sequence, optional
        Order of the labels if answers are text, "kano" for the usual ones in English and
        Chinese; see `crmlab.satisfaction.to_numbers`.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Kano
        ``table``: ``category``; ``mode`` (the most frequent of the six); ``second``, the runner-up
        to the category among the letters the rule looked at; ``tie`` (both equally frequent); ``p``
        of the test that the two are equally common; ``questionable`` and ``reverse`` as shares;
        ``n``, ``missing``; ``note``. Fewer than five answers: no category. ``coefficients`` with
        ``estimate``, ``low``, ``high``, ``n`` (M + O + A + I), NaN where that is below five:
        ``satisfaction`` from 0 to 1, ``dissatisfaction`` from -1 to 0. ``counts``; ``plot()``,
        ``plot_answers()``.

    Raises
    ------
    ValueError
        Answers other than 1 to 5, a label outside the order, a missing feature.

    Warns
    -----
    UserWarning
        More than a tenth of a feature's answers are questionable, most people want the reverse,
        or fewer than five answered.

    Notes
    -----
    Categories of a pair, rows functional, columns dysfunctional: like Q A A A O; must-be, neutral
    and live with R I I I M; dislike R R R R Q.

    If more answers are M, O or A than I, R or Q, the category is the most frequent of M, O, A,
    else of I, R, Q. Ties go to the earlier in M > O > A > I > R > Q: what hurts most if it is
    missing. Satisfaction is (A + O) / (A + O + M + I), dissatisfaction -(O + M) / (A + O + M + I),
    with Wilson's interval (Berger et al. 1993, Center for Quality of Management Journal 2). ``p``
    is the two-sided binomial test of the two counts, which holds although the winner was picked by
    looking (Hung & Fithian 2019, Annals of Statistics 47). Fong's z (1996) treats the two as
    separate samples and is too sure.

    Examples
    --------
    >>> counts = pd.DataFrame({"M": [38], "O": [8], "A": [33], "I": [18], "R": [1], "Q": [1]},
    ...     index=["parking"])
    >>> found = kano(counts)
    >>> found.table.loc["parking", ["category", "second"]].tolist()
    ['M', 'A']
    >>> found.coefficients["estimate"].round(2).tolist()  # 41/97 and -46/97
    [0.42, -0.47]
    """
    if isinstance(answers, pd.DataFrame) and set(LETTERS) <= set(answers.columns):
        counts = _checked_counts(answers)
    else:
        counts = _counts(answers, order)
    table = _categories(counts)
    coefficients = _coefficients(counts, confidence)
    for feature, note in table["note"][table["note"] != ""].items():
        warnings.warn(f"feature {feature!r}: {note}", stacklevel=2)
    few = coefficients["estimate"].isna().groupby(level="feature", sort=False).any()
    for feature in few.index[few & ~(table["note"] == _FEW)]:
        told = f"{coefficients.loc[feature, 'n'].iloc[0]:g} answers are M, O, A or I"
        warnings.warn(f"feature {feature!r}: {told}: its coefficients are NaN", stacklevel=2)
    return Kano(table, counts, coefficients)


def _counts(answers: pd.DataFrame, order: Order) -> pd.DataFrame:
    """The categories that pairs of answers fall into, counted by feature."""
    inputs.table(answers, ["feature", "functional", "dysfunctional"], "answers")
    feature = answers["feature"]
    nameless = feature.isna() | (feature.astype("str").str.strip() == "")
    problem = "is empty", "are empty"
    inputs.refuse(nameless, answers, "answers.feature", problem, "Name the feature that was asked.")
    pair = answers[["functional", "dysfunctional"]]
    if order is not None:
        pair = pair.apply(to_numbers, order=order)
    remedy = "Answers are 1 to 5; labels are read with order='kano', or see to_numbers."
    text = pair.map(lambda cell: isinstance(cell, str))
    for name in pair:
        problem = "is text", "are text"
        inputs.refuse(text[name], answers, f"answers.{name}", problem, remedy)
    limits: Any = {"at_least": 1, "at_most": 5, "whole": True}
    names = ("functional", "dysfunctional")
    pair = inputs.number_columns(pair, names, "answers", accept=("empty",), remedy=remedy, **limits)
    whole = pair.notna().all(axis=1).to_numpy()
    codes = pair[whole].astype(int).to_numpy() - 1
    letters = np.full(len(pair), "missing", dtype=object)
    letters[whole] = TABLE[codes[:, 0], codes[:, 1]]
    counts = pd.crosstab(feature.to_numpy(), letters, rownames=["feature"], colnames=[None])
    return counts.reindex(columns=[*LETTERS, "missing"], fill_value=0)


def _checked_counts(counts: pd.DataFrame) -> pd.DataFrame:
    inputs.table(counts, LETTERS, "counts")
    inputs.one_row_each(counts, "counts")
    kept = [*LETTERS, *(["missing"] if "missing" in counts else [])]
    read = inputs.number_columns(counts, kept, "counts", at_least=0)
    return (read if "missing" in read else read.assign(missing=0)).rename_axis("feature")


def _categories(counts: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame([_category(row) for _, row in counts.iterrows()], index=counts.index)
    n = counts[LETTERS].sum(axis=1)
    table["questionable"], table["reverse"] = counts["Q"] / n, counts["R"] / n
    table["n"], table["missing"] = n, counts["missing"]
    few = n < FEWEST
    table.loc[few, ["category", "mode", "second"]] = None
    table.loc[few, "p"] = np.nan
    reverse = table["category"] == "R"
    notes = [_FEW, _ASKED_BADLY, _REVERSE]
    table["note"] = np.select([few, table["questionable"] > 0.1, reverse], notes, "")
    return table


def _category(row: pd.Series) -> dict[str, Any]:
    counts = pd.Series(inputs.settled(row[LETTERS].to_numpy(dtype=float)), LETTERS)
    wanted, other = counts[["M", "O", "A"]], counts[["I", "R", "Q"]]
    camps = inputs.settled(np.array([wanted.sum(), other.sum()]))
    pool = wanted if camps[0] > camps[1] else other
    ranked = pool.sort_values(ascending=False, kind="stable")
    return {
        "category": ranked.index[0],
        "mode": counts.idxmax(),
        "second": ranked.index[1],
        "tie": bool(ranked.iloc[0] == ranked.iloc[1]),
        "p": _binomial(*row[ranked.index[:2]].astype(float)),
    }


def _binomial(first: float, second: float) -> float:
    """Two-sided p that two counts come from equal shares; NaN for what is no count."""
    from scipy.stats import binomtest

    if first + second == 0 or first % 1 or second % 1:
        return np.nan
    return float(binomtest(int(first), int(first + second)).pvalue)


def _coefficients(counts: pd.DataFrame, confidence: float) -> pd.DataFrame:
    n = counts[["M", "O", "A", "I"]].sum(axis=1).to_numpy(dtype=float)
    n = np.where(n < FEWEST, np.nan, n)
    parts = {}
    for name, letters, sign in (("satisfaction", ["A", "O"], 1), ("dissatisfaction", "OM", -1)):
        some = counts[list(letters)].sum(axis=1).to_numpy(dtype=float)
        ends = np.sort([sign * end for end in wilson(some, n, confidence)], axis=0)
        columns = {"estimate": sign * some / n, "low": ends[0], "high": ends[1]}
        parts[name] = pd.DataFrame(columns, index=counts.index)
    table = pd.concat(parts, names=["coefficient"]).swaplevel()
    table = table.loc[[(feature, name) for feature in counts.index for name in parts]]
    table.index.names = ["feature", "coefficient"]
    total = counts[["M", "O", "A", "I"]].sum(axis=1)
    return table.assign(n=total.reindex(table.index.get_level_values(0)).to_numpy())
