"""A points score for credit: from what is known of accounts to the chance that they fail."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.results import Result

MISSING, HALF = "missing", 0.5


def points_scale(*, points: float, odds: float, double: float) -> tuple[float, float]:
    r"""Factor and offset that turn odds into points.

    Parameters
    ----------
    points : float
        Points at the given odds.
    odds : float
        Good accounts for each bad one, above 0.
    double : float
        Points that double the odds, above 0.

    Returns
    -------
    factor, offset : float
        points = offset + factor x ln(odds).

    Raises
    ------
    ValueError
        Odds or `double` not above 0.

    Notes
    -----
    factor = double / ln 2 (Siddiqi 2006, Credit Risk Scorecards).

    Examples
    --------
    600 points at 50 to 1, 20 points double the odds.

    >>> factor, offset = points_scale(points=600, odds=50, double=20)
    >>> round(factor, 4), round(offset, 3)
    (28.8539, 487.123)
    """
    factor = inputs.number(double, "double", above=0) / math.log(2)
    at = inputs.number(odds, "odds", above=0)
    return factor, inputs.number(points, "points") - factor * math.log(at)


@dataclass(frozen=True, eq=False, repr=False)
class ScoreCard(Result):
    """Points by class of each column.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per ``column`` and ``bin``: ``accounts``, ``failed``, ``weight_of_evidence`` (log
        of the share of good accounts over the share of bad ones) and ``points``.
    information : pandas.Series
        Information value of each column: how far good and bad accounts lie apart.
    cuts : dict
        Edges of the classes of each number column.
    factor, offset, intercept : float
        Points = offset + factor x log odds of being good; the intercept is part of the offset of
        each column's points.
    """

    table: pd.DataFrame
    information: pd.Series
    cuts: dict[str, list[float]]
    factor: float
    offset: float
    intercept: float

    @property
    def caption(self) -> str:
        """How points are read."""
        double = self.factor * math.log(2)
        best = self.information.idxmax()
        return f"{double:,.0f} points double the odds. Most telling: {best}."

    def score(self, accounts: pd.DataFrame) -> pd.DataFrame:
        """Points and chance to fail of each account.

        Parameters
        ----------
        accounts : pandas.DataFrame
            With the columns of the card. A text that the card does not know is refused.

        Returns
        -------
        pandas.DataFrame
            ``points`` and ``chance`` (to fail), with the index of `accounts`.
        """
        names = list(self.information.index)
        inputs.table(accounts, names, "accounts")
        total = np.zeros(len(accounts))
        for name in names:
            own = self.table.loc[name, "points"]
            placed = _bins(accounts[name], name, self.cuts.get(name))
            unknown = ~placed.isin(own.index)
            problem = (
                "is a class that the card does not know",
                "are classes the card does not know",
            )
            inputs.refuse(unknown, accounts, f"accounts.{name}", problem, "Fit the card with it.")
            total += placed.map(own).to_numpy(dtype=float)
        chance = 1 / (1 + np.exp((total - self.offset) / self.factor))
        return pd.DataFrame({"points": total, "chance": chance}, index=accounts.index)


def score_card(
    accounts: pd.DataFrame,
    failed: str,
    *,
    columns: Sequence[str],
    scale: Mapping[str, float],
    bins: int = 5,
) -> ScoreCard:
    r"""Fit a points score to accounts of which it is known who failed.

    Parameters
    ----------
    accounts : pandas.DataFrame
        One row per account.
    failed : str
        Column that says who failed, 1 or 0.
    columns : sequence of str
        What the score may use: number columns are cut into classes of equal size, text columns
        are taken as they are, empty cells are a class of their own.
    scale : mapping
        ``points``, ``odds`` and ``double`` as in `points_scale`.
    bins : int
        Classes of a number column, at least 2; fewer where values tie.

    Returns
    -------
    ScoreCard
        With ``table``, ``information`` and ``score``.

    Raises
    ------
    ValueError
        A column is missing or has one class only; nobody failed, or everybody.

    Notes
    -----
    Weight of evidence of a class = ln(share of all good / share of all bad), half an account
    added to each, so that a class without failures has points. A logistic regression on these
    weights (by statsmodels) gives each column its own weight. Points spread the intercept evenly
    over the columns.

    Examples
    --------
    >>> accounts = pd.DataFrame({"sector": ["cafe"] * 40 + ["office"] * 40,
    ...                          "failed": [1] * 10 + [0] * 30 + [1] * 2 + [0] * 38})
    >>> card = score_card(accounts, "failed", columns=["sector"],
    ...                   scale={"points": 600, "odds": 50, "double": 20})
    >>> card.score(accounts)["chance"].round(2).unique().tolist()
    [0.25, 0.05]
    """
    table = inputs.table(accounts, [failed, *columns], "accounts")
    bad = inputs.flags(table[failed], f"accounts.{failed}", rows=table).to_numpy()
    if not columns or failed in columns:
        raise ValueError(f"columns is {list(columns)}; name at least one column, not {failed!r}.")
    if bad.all() or not bad.any():
        raise ValueError(f"accounts.{failed}: {bad.sum()} of {len(bad)}; a score needs both kinds.")
    factor, offset = points_scale(**scale)
    cuts, parts, evidence = {}, [], {}
    for name in columns:
        if pd.api.types.is_numeric_dtype(table[name]):
            cuts[name] = _cuts(table[name], inputs.count(bins, "bins", at_least=2))
        placed = _bins(table[name], name, cuts.get(name))
        part = _evidence(placed, bad)
        if len(part) < 2:
            raise ValueError(f"accounts.{name} has one class only; leave it out.")
        if np.ptp(part["weight_of_evidence"]) < 1e-9:
            raise ValueError(f"accounts.{name}: its classes fail alike; leave it out.")
        evidence[name] = placed.map(part["weight_of_evidence"]).to_numpy(dtype=float)
        parts.append(pd.concat({name: part}, names=["column", "bin"]))
    weights = _logistic(1.0 - bad, list(evidence.values()))
    whole = pd.concat(parts)
    place = [list(columns).index(name) for name in whole.index.get_level_values("column")]
    share = (offset + factor * weights[0]) / len(columns)
    whole["points"] = factor * weights[1:][place] * whole["weight_of_evidence"] + share
    gap = whole["good_share"] - whole["bad_share"]
    value = (gap * whole["weight_of_evidence"]).groupby(level="column").sum()
    information = value[list(columns)].rename("information_value")
    shown = whole.drop(columns=["good_share", "bad_share"])
    return ScoreCard(shown, information, cuts, factor, offset, float(weights[0]))


def _logistic(good: np.ndarray, evidence: list[np.ndarray]) -> np.ndarray:
    """Intercept and weight of each column, by maximum likelihood."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    design = np.column_stack([np.ones(len(good)), *evidence])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("Two columns say the same, account by account; leave one of them out.")
    runaway = PerfectSeparationWarning, ConvergenceWarning
    with warnings.catch_warnings():
        for kind in runaway:
            warnings.simplefilter("error", kind)
        try:
            return np.asarray(Logit(good, design).fit(disp=0).params)
        except runaway:
            raise ValueError(
                "These columns tell failed accounts from others nearly without error, and the "
                "weights run away. Is one of them known only afterwards? Or do some classes hold "
                "too few accounts?"
            ) from None


def _evidence(placed: pd.Series, bad: np.ndarray) -> pd.DataFrame:
    grouped = pd.Series(bad, placed.index).groupby(placed, observed=True)
    part = pd.DataFrame({"accounts": grouped.size(), "failed": grouped.sum()})
    good = part["accounts"] - part["failed"] + HALF
    lost = part["failed"] + HALF
    part["good_share"], part["bad_share"] = good / good.sum(), lost / lost.sum()
    part["weight_of_evidence"] = np.log(part["good_share"] / part["bad_share"])
    return part.rename(index=str)


def _cuts(values: pd.Series, bins: int) -> list[float]:
    known = inputs.settled(values.dropna().to_numpy(dtype=float))
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    return [float(edge) for edge in edges if edge < known.max()]


def _bins(values: pd.Series, name: str, cuts: list[float] | None) -> pd.Series:
    """Class of each cell: up to an edge, above the last, a text, or missing."""
    if cuts is None:
        text = values.astype(object).where(values.notna(), MISSING).astype(str)
        return text.astype("category")
    read = inputs.numbers(values, f"accounts.{name}", accept=("empty",))
    names = [f"up to {edge:g}" for edge in cuts] + ([f"above {cuts[-1]:g}"] if cuts else ["all"])
    order, classes = pd.factorize(np.array([*names, MISSING], dtype=object), sort=True)
    inside = np.minimum(np.searchsorted(np.array(cuts), read.to_numpy(), side="left"), len(cuts))
    codes = order[np.where(read.notna(), inside, len(names))]
    return pd.Series(pd.Categorical.from_codes(codes, categories=classes), values.index)
