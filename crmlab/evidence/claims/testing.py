"""Test sayings: all of them on one data set, or one of them in two worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.evidence.claims.catalogue import CLAIMS
from crmlab.evidence.claims.saying import NOT, Claim
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRUE, FALSE, DATA = "where it is true", "where it is false", "these data"
STUDY = Path(__file__).with_name("study.csv")


@dataclass(frozen=True, eq=False, repr=False)
class ClaimTests(Result):
    """The verdicts on sayings.

    Attributes
    ----------
    table : pandas.DataFrame
        The columns of `sayings` but ``source``, and for the data ``estimate``, ``low``, ``high``,
        ``verdict`` (``holds``, ``fails``, ``open`` or ``cannot be tested``) and ``why`` it cannot
        be tested.
    confidence : float
        Coverage of each interval.
    """

    confidence: float

    @property
    def caption(self) -> str:
        """How many verdicts there are, and how many of them chance may have made."""
        counts = self.table["verdict"].value_counts()
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        tested = int((self.table["verdict"] != NOT).sum())
        luck = tested * (1 - self.confidence)
        return f"{told}. Of {tested} intervals about {luck:.1f} miss the truth by chance."


@dataclass(frozen=True, eq=False, repr=False)
class ClaimWorlds(Result):
    """One saying in two worlds, and in the data.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows: the world where it is true, the world where it is false, the data if given; columns
        ``saying``, ``statistic``, ``said`` and those on the data of `ClaimTests`.
    claim : Claim
        The saying.
    """

    claim: Claim

    @property
    def title(self) -> str:
        """The verdict in each place."""
        verdicts = self.table["verdict"]
        told = f"{self.claim.key}: {verdicts[TRUE]} where true, {verdicts[FALSE]} where false"
        return f"{told}\nthese data: {verdicts[DATA]}" if DATA in verdicts.index else told

    @property
    def caption(self) -> str:
        """What was measured, and when the saying is true."""
        return f"{self.claim.statistic}; true if {self.claim.said}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_claim_worlds`."""
        return plot_claim_worlds(self, ax)


def sayings() -> pd.DataFrame:
    """The twenty sayings of `CLAIMS` as a table.

    Returns
    -------
    pandas.DataFrame
        Index the key; ``saying``, ``statistic``, ``said`` (the range in which it is true),
        ``range_from`` (whose range: that of the saying, the point where something begins to pay,
        or our choice), ``interval_over`` (what is drawn by chance), ``substitute`` (what is
        measured in place of what is said), ``true_world`` and ``false_world`` (how many of the
        drawn worlds got the right verdict), ``source``.

    Notes
    -----
    The worlds were drawn by ``benchmarks/claims.py``, each at the size that `Claim.customers`
    gives. "holds 10 of 10" shows a chance of at least 0.74 to be right there (one-sided interval of
    95 %, Clopper and Pearson).

    Examples
    --------
    >>> sayings().loc["K07", ["saying", "said", "range_from"]].to_list()
    ['Sixty per cent of new customers come by recommendation.', 'at least 0.6', 'saying']
    """
    columns = [
        *("saying", "statistic", "said", "range_from", "interval_over", "substitute"),
        "source",
    ]
    rows = [[getattr(claim, column) for column in columns] for claim in CLAIMS.values()]
    table = pd.DataFrame(rows, columns=columns, index=pd.Index(CLAIMS, name="claim"))
    table.insert(6, "true_world", _drawn("true", "holds"))
    table.insert(7, "false_world", _drawn("false", "fails"))
    return table


@cache
def _study() -> pd.DataFrame:
    return pd.read_csv(STUDY, keep_default_na=False, index_col=["claim", "world"])


def _drawn(world: str, verdict: str) -> pd.Series:
    """In how many of the drawn worlds the test gave the right verdict, in words."""
    rows = _study().xs(world, level="world")
    return f"{verdict} " + rows[verdict].astype(str) + " of " + rows["draws"].astype(str)


def test_claims(
    db: Any,
    claims: Sequence[str] | None = None,  # noqa: PT028
    *,
    confidence: float = 0.95,  # noqa: PT028
) -> ClaimTests:
    """Test sayings on one data set.

    Parameters
    ----------
    db : CustomerDatabase or dict of DataFrame
        The data. Each test takes the tables it needs.
    claims : sequence of str, optional
        Keys of `CLAIMS`; default all.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    ClaimTests
        With ``table``. A saying that the data cannot test says why; it never gets a verdict.

    Raises
    ------
    ValueError
        A key that is not known, a confidence outside 0 to 1.

    Notes
    -----
    A saying holds if the whole interval lies in its range, and fails if all of it lies outside.
    The tests are not adjusted for their number: some intervals miss by chance.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": range(50), "date": "2025-01-01", "amount": 5.0})
    >>> test_claims({"transactions": log}, ["K08", "K12"])["verdict"].to_dict()
    {'K08': 'fails', 'K12': 'cannot be tested'}
    """
    intervals.tail(confidence)
    if isinstance(db, pd.DataFrame):
        db = {"transactions": db}
    if not hasattr(db, "__contains__") or isinstance(db, str | Sequence):
        raise ValueError("db: give what crm.load returns, or a dict of tables.")
    keys = list(CLAIMS) if claims is None else _keys(claims)
    rows = [_row(CLAIMS[key], db, confidence) for key in keys]
    found = pd.DataFrame(rows, index=pd.Index(keys, name="claim"))
    return ClaimTests(sayings().drop(columns="source").loc[keys].join(found), confidence)


test_claims.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test


def claim_worlds(
    key: str,
    db: Any = None,
    *,
    customers: int | None = None,
    seed: int = 1,
    confidence: float = 0.95,
) -> ClaimWorlds:
    """Test one saying where it is true, where it is false, and on the data.

    Parameters
    ----------
    key : str
        Key of `CLAIMS`.
    db : CustomerDatabase or dict of DataFrame, optional
        The data; left out, only the two worlds.
    customers : int, optional
        Customers of each world; default what the test needs.
    seed : int
        Start of the random numbers.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    ClaimWorlds
        With ``table``, ``plot``.

    Raises
    ------
    ValueError
        A key that is not known.

    Examples
    --------
    >>> claim_worlds("K12")["verdict"].to_list()
    ['holds', 'fails']
    """
    claim = CLAIMS[_keys([key])[0]]
    size = claim.customers if customers is None else inputs.count(customers, "customers")
    begin = inputs.count(seed, "seed", at_least=0)
    intervals.tail(confidence)
    places = {
        TRUE: claim.true_world(begin, size),
        FALSE: claim.false_world(begin, size),
    }
    rows = {place: _row(claim, tables, confidence) for place, tables in places.items()}
    if db is not None:
        rows[DATA] = _row(claim, db, confidence)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("world")
    for place, name in enumerate(("saying", "statistic", "said")):
        table.insert(place, name, getattr(claim, name))
    return ClaimWorlds(table, claim)


def _keys(claims: Sequence[str]) -> list[str]:
    if isinstance(claims, str):
        raise ValueError(f"claims is {claims!r}; give a list, such as [{claims!r}].")
    return [inputs.choice(key, "claim", list(CLAIMS)) for key in claims]


def _row(claim: Claim, db: Any, confidence: float) -> dict[str, Any]:
    try:
        estimate, low, high = claim.test(db, confidence)
    except ValueError as reason:
        empty = dict.fromkeys(("estimate", "low", "high"), np.nan)
        return {**empty, "verdict": NOT, "why": str(reason)}
    numbers = {"estimate": float(estimate), "low": float(low), "high": float(high)}
    if np.isnan(list(numbers.values())).any():
        why = "the data are all alike; there is no interval."
        return {**dict.fromkeys(numbers, np.nan), "verdict": NOT, "why": why}
    return {**numbers, "verdict": claim.verdict(low, high), "why": ""}


@style.figure(ClaimWorlds, width=9, height=3.5)
def plot_claim_worlds(result: ClaimWorlds, ax: Axes | None = None) -> None:
    """Draw the interval in each world, and the range in which the saying is true.

    Parameters
    ----------
    result : ClaimWorlds
        From `claim_worlds`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A point and its interval for each world; the green area is where the saying is true.
    """
    table = result.table[result.table["verdict"] != NOT]
    ends = table[["low", "high"]].replace([np.inf, -np.inf], np.nan).to_numpy()
    known = [one for one in (result.claim.at_least, result.claim.at_most) if np.isfinite(one)]
    reach = np.append(ends[~np.isnan(ends)], known)
    room = 0.08 * (reach.max() - reach.min() or 1)
    left, right = reach.min() - room, reach.max() + room
    start, stop = max(result.claim.at_least, left), min(result.claim.at_most, right)
    ax.axvspan(start, stop, color=style.COLOURS["good"], alpha=0.15, lw=0, label="true")
    for place, (name, row) in enumerate(table.iterrows()):
        colour = style.COLOURS["value" if name == DATA else "neutral"]
        ax.plot(np.clip([row["low"], row["high"]], left, right), [place, place], color=colour, lw=3)
        ax.plot([row["estimate"]], [place], "o", color=colour)
    ax.set_xlim(left, right)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_yticks(range(len(table)), table.index)
    ax.set_xlabel(result.claim.statistic)
    ax.legend(loc="best")
    ax.set_title(result.title)
