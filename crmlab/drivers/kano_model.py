"""Kano: what must be there, what is asked for, and what delights unasked."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.labels import label_points
from crmlab.intervals import wilson
from crmlab.satisfaction.answers import numeric, to_numbers
from crmlab.satisfaction.intervals import MIN_ANSWERS

CATEGORIES = {
    "M": "must-be",
    "O": "one-dimensional",
    "A": "attractive",
    "I": "indifferent",
    "R": "reverse",
    "Q": "questionable",
}
TABLE = np.array([list(row) for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")])
_LETTERS = list(CATEGORIES)


@dataclass(frozen=True, eq=False)
class Kano:
    """Kano's categories and coefficients of each feature.

    Attributes
    ----------
    counts : DataFrame
        Respondents in each of the categories M, O, A, I, R, Q; ``missing``.
    categories : DataFrame
        Result of `kano_categories`.
    coefficients : DataFrame
        Result of `kano_coefficients`.
    """

    counts: pd.DataFrame
    categories: pd.DataFrame
    coefficients: pd.DataFrame


def kano(answers, *, order=None, confidence=0.95):
    """Categories and coefficients of features from pairs of Kano questions.

    Parameters
    ----------
    answers : DataFrame
        ``feature``, ``functional`` ("how do you feel if it is there?"), ``dysfunctional`` ("...
        if it is not?"), one row per respondent and feature. Answers 1 to 5: like, must-be,
        neutral, live with, dislike.
    order : str or sequence, optional
        Order of the labels if answers are text, "kano" for the usual ones in English and
        Chinese; see `crmlab.satisfaction.to_numbers`.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Kano
        ``counts``, ``categories``, ``coefficients``.

    Raises
    ------
    ValueError
        Answers other than 1 to 5, a label outside the order, a missing feature.

    Warns
    -----
    UserWarning
        More than a tenth of a feature's answers are questionable, most people want the reverse,
        or fewer than five answered.

    Examples
    --------
    Three customers on free refills; all like having them, one would miss them:

    >>> answers = pd.DataFrame({"feature": "refill", "functional": [1, 1, 1],
    ...     "dysfunctional": [3, 3, 5]})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     kano(answers).counts.loc["refill", ["O", "A"]].tolist()
    [1, 2]
    """
    counts = kano_counts(answers, order=order)
    return Kano(
        counts,
        kano_categories(counts),
        kano_coefficients(counts, confidence=confidence),
    )


def kano_counts(answers, *, order=None):
    """Count the categories that pairs of answers fall into, by feature.

    Parameters
    ----------
    answers : DataFrame
        ``feature``, ``functional``, ``dysfunctional`` as in `kano`.
    order : str or sequence, optional
        Order of the labels if answers are text.

    Returns
    -------
    pandas.DataFrame
        One row per feature: M, O, A, I, R, Q, and ``missing`` (one answer of the pair missing).

    Notes
    -----
    Berger et al. (1993, Center for Quality of Management Journal 2), rows functional, columns
    dysfunctional: like Q A A A O; must-be, neutral, live with R I I I M; dislike R R R R Q.

    Examples
    --------
    >>> pairs = pd.DataFrame({"feature": "wifi", "functional": [2, 1], "dysfunctional": [5, 1]})
    >>> kano_counts(pairs).loc["wifi", ["M", "Q"]].tolist()
    [1, 1]
    """
    inputs.table(answers, ["feature", "functional", "dysfunctional"], "kano")
    if answers.empty or answers["feature"].isna().any():
        raise ValueError(f"kano: {len(answers)} rows; there must be some, each with its feature")
    pair = answers[["functional", "dysfunctional"]]
    if order is not None:
        pair = pair.apply(to_numbers, order=order)
    pair = pair.apply(numeric, scale=(1, 5), whole=True)
    whole = pair.notna().all(axis=1)
    codes = pair[whole].astype(int).to_numpy() - 1
    letters = pd.Series(TABLE[codes[:, 0], codes[:, 1]], index=answers.index[whole])
    features = answers["feature"].rename("feature")
    letters = letters.reindex(answers.index).fillna("missing")
    counts = pd.crosstab(features, letters).reindex(columns=[*_LETTERS, "missing"], fill_value=0)
    return counts.rename_axis(columns=None).loc[features.unique()]


def kano_categories(counts):
    r"""Name each feature's category, say how, and whether it is clear.

    Parameters
    ----------
    counts : DataFrame
        M, O, A, I, R, Q per feature: numbers of respondents (percentages work, without the
        test).

    Returns
    -------
    pandas.DataFrame
        ``category``; ``mode`` (the most frequent of the six); ``second``, the runner-up to
        `category` among the letters the rule looked at; ``tie`` (both equally frequent); ``p``
        of the test that category and second are equally common; ``questionable`` and
        ``reverse`` as shares; ``n``, ``missing``; ``note``. Fewer than five answers: no category.

    Notes
    -----
    If more answers are M, O or A than I, R or Q, the category is the most frequent of M, O, A,
    else of I, R, Q (Berger et al. 1993). Ties go to the earlier in M > O > A > I > R > Q: what
    hurts most if it is missing. ``p`` is the two-sided binomial test of the two counts, which
    holds although the winner was picked by looking (Hung & Fithian 2019, Annals of Statistics
    47). Fong's z (1996) treats the two as separate samples and is too sure.

    Examples
    --------
    >>> counts = pd.DataFrame({"M": [38], "O": [8], "A": [33], "I": [18], "R": [1], "Q": [1]})
    >>> kano_categories(counts).loc[0, ["category", "second"]].tolist()
    ['M', 'A']
    """
    counts = _checked_counts(counts)
    table = pd.DataFrame([_category(row) for _, row in counts.iterrows()], index=counts.index)
    n = counts[_LETTERS].sum(axis=1)
    table["questionable"], table["reverse"] = counts["Q"] / n, counts["R"] / n
    table["n"] = n
    table["missing"] = counts.get("missing", 0)
    few = table["n"] < MIN_ANSWERS
    table.loc[few, ["category", "mode", "second"]] = None
    table.loc[few, "p"] = np.nan
    table["note"] = np.select(
        [
            few,
            table["questionable"] > 0.1,
            table["category"] == "R",
        ],
        [
            f"fewer than {MIN_ANSWERS} answers",
            "more than 10 % questionable: was the pair of questions understood?",
            "people want the reverse: turn the feature round and count again",
        ],
        "",
    )
    for feature, note in table["note"][table["note"] != ""].items():
        warnings.warn(f"feature {feature!r}: {note}", stacklevel=2)
    return table


def kano_coefficients(counts, *, confidence=0.95):
    r"""How many a feature would satisfy if it is there, and dissatisfy if it is not.

    Parameters
    ----------
    counts : DataFrame
        M, O, A, I per feature, as numbers of respondents.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Rows (feature, ``satisfaction``) from 0 to 1 and (feature, ``dissatisfaction``) from -1 to
        0; ``estimate``, ``low``, ``high``, ``n`` (M + O + A + I). Fewer than five: NaN with a
        warning.

    Notes
    -----
    (A + O) / (A + O + M + I) and -(O + M) / (A + O + M + I) (Berger et al. 1993), Wilson's
    interval.

    Examples
    --------
    >>> counts = pd.DataFrame({"M": [5], "O": [2], "A": [2], "I": [1], "R": [0], "Q": [0]},
    ...     index=["parking"])
    >>> kano_coefficients(counts)["estimate"].tolist()
    [0.4, -0.7]
    """
    counts = _checked_counts(counts)
    rows = {}
    for feature, row in counts.iterrows():
        n = row[["M", "O", "A", "I"]].sum()
        parts = {"satisfaction": row["A"] + row["O"], "dissatisfaction": row["O"] + row["M"]}
        if n < MIN_ANSWERS:
            warnings.warn(
                f"feature {feature!r}: {n:g} answers are M, O, A or I, fewer than "
                f"{MIN_ANSWERS}: coefficients are NaN",
                stacklevel=2,
            )
        for name, count in parts.items():
            if n < MIN_ANSWERS:
                rows[feature, name] = (np.nan, np.nan, np.nan, n)
                continue
            ends = wilson(count, n, confidence)
            sign = 1 if name == "satisfaction" else -1
            rows[feature, name] = (sign * count / n, *sorted(sign * end for end in ends), n)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high", "n"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["feature", "coefficient"])
    return table


@style.figure(width=9, height=7)
def plot_kano(result, ax=None):
    """Draw the Kano map: what it costs to lack each feature, what it gains to have it.

    Parameters
    ----------
    result : Kano
        Result of `kano`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    wide = result.coefficients.dropna().unstack()
    x, y = -wide["estimate"]["dissatisfaction"], wide["estimate"]["satisfaction"]
    spots = {
        "attractive": (0.01, 0.985, "good"),
        "one-dimensional": (0.99, 0.985, "value"),
        "indifferent": (0.01, -0.06, "neutral"),
        "must-be": (0.99, -0.06, "cost"),
    }
    for name, (across, up, colour) in spots.items():
        ax.text(
            across,
            up,
            name,
            ha="left" if across < 0.5 else "right",
            va="top" if up > 0.5 else "bottom",
            color=style.COLOURS[colour],
            weight="bold",
            fontsize=16,
        )
    ax.axhline(0.5, color=style.COLOURS["ink"], lw=1.2)
    ax.axvline(0.5, color=style.COLOURS["ink"], lw=1.2)
    ends = {end: wide[end] for end in ("low", "high")}
    across = [x + ends["high"]["dissatisfaction"], -ends["low"]["dissatisfaction"] - x]
    up = [y - ends["low"]["satisfaction"], ends["high"]["satisfaction"] - y]
    ax.errorbar(x, y, xerr=np.abs(across), yerr=np.abs(up), fmt="none", color="#B0B0B0", lw=1.5)
    colours = {CATEGORIES[letter]: spots[CATEGORIES[letter]][2] for letter in "MOAI"}
    named = result.categories["category"].map(CATEGORIES).reindex(x.index)
    shades = [style.COLOURS[colours.get(name, "other")] for name in named]
    ax.scatter(x, y, s=120, color=shades, zorder=3)
    ax.set(xlim=(0, 1), ylim=(-0.08, 1), title="What must be there, what delights")
    label_points(ax, x, y)
    ax.set(
        xlabel="dissatisfied if it is missing (share)", ylabel="satisfied if it is there (share)"
    )


@style.figure(width=10, height=6)
def plot_kano_answers(result, ax=None):
    """Draw how the answers to each feature are divided among the six categories.

    Parameters
    ----------
    result : Kano
        Result of `kano`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    share = result.counts[_LETTERS].div(result.counts[_LETTERS].sum(axis=1), axis=0)
    share = share.sort_values(["M", "O", "A"])
    rows, left = np.arange(len(share)), np.zeros(len(share))
    colours = ("cost", "value", "good", "pale", "other", "neutral")
    for letter, colour in zip(_LETTERS, colours, strict=True):
        ax.barh(rows, share[letter], left=left, color=style.COLOURS[colour], height=0.7)
        for row, start, width in zip(rows, left, share[letter], strict=True):
            if width > 0.05:
                ink = "black" if colour == "pale" else "white"
                ax.text(start + width / 2, row, letter, ha="center", va="center", color=ink)
        left = left + share[letter].to_numpy()
    ax.set_yticks(rows, share.index)
    ax.set(xlim=(0, 1), title="Answers by category")
    ax.set_xlabel("M must-be, O one-dimensional, A attractive, I indifferent, R reverse, Q unclear")
    style.percent(ax.xaxis)
    ax.grid(visible=False)


def _checked_counts(counts):
    inputs.table(counts, _LETTERS, "counts")
    for name in _LETTERS:
        values = numeric(counts[name])
        if (values.isna() | (values < 0)).any():
            raise ValueError(f"counts, column {name!r}: negative or missing numbers")
    return counts


def _category(row):
    wanted, other = row[["M", "O", "A"]], row[["I", "R", "Q"]]
    pool = wanted if wanted.sum() > other.sum() else other
    ranked = pool.astype(float).sort_values(ascending=False, kind="stable")
    first, second = ranked.iloc[0], ranked.iloc[1]
    return {
        "category": ranked.index[0],
        "mode": row[_LETTERS].astype(float).idxmax(),
        "second": ranked.index[1],
        "tie": bool(first == second),
        "p": _binomial(first, second),
    }


def _binomial(first, second):
    """Two-sided p that two counts come from equal shares; NaN for what is no count."""
    from scipy.special import bdtr

    total = first + second
    if total == 0 or first % 1 or second % 1:
        return np.nan
    return min(1.0, 2 * float(bdtr(int(second), int(total), 0.5)))
