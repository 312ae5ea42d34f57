"""Whom to win back: who returns for which offer, when, and what the offer adds to none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result
from crmlab.satisfaction import difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONTROL = "none"  # the offer of those whom the lot gave no offer
ENDS = ["estimate", "low", "high"]


@dataclass(frozen=True, eq=False, repr=False)
class ReturnShares(Result):
    """Who returned, for which offer.

    Attributes
    ----------
    table : pandas.DataFrame
        For each offer, that of none first: ``customers``, ``returned`` within the time,
        ``watched`` (those who returned or were watched so long), and ``estimate``, ``low``,
        ``high`` of the share that returns within the time.
    added : pandas.DataFrame
        For each offer but none, ``estimate``, ``low``, ``high`` of what it adds to the share.
    curves : pandas.DataFrame
        For each ``offer`` and ``day`` the share returned by then, with ``low`` and ``high``.
    log_rank : pandas.Series
        ``chi2``, ``freedom`` and ``p``: the chance of curves as unlike as these if no offer
        changed anything.
    within : float
        Days that count after the offer.
    left_out : int
        Customers without an offer: not in the lot.
    """

    added: pd.DataFrame
    curves: pd.DataFrame
    log_rank: pd.Series
    within: float
    left_out: int

    @property
    def title(self) -> str:
        """Which offer brings most back, against none."""
        share = self.table["estimate"]
        best = share.drop(CONTROL).idxmax()
        said = f"{share[best]:.0%} return for {best}, {share[CONTROL]:.0%} for no offer"
        return f"Within {self.within:g} days {said}"

    @property
    def caption(self) -> str:
        """How long was watched, and who was not in the lot."""
        out = f"; {self.left_out:,} customers without an offer are left out" * bool(self.left_out)
        return f"Share returned within {self.within:g} days of the offer{out}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_return_shares`."""
        return plot_return_shares(self, ax)


def return_shares(
    lost: pd.DataFrame, until: inputs.Day, *, within: float = 180, confidence: float = 0.95
) -> ReturnShares:
    r"""Share of lost customers who return, for each offer and against none.

    Parameters
    ----------
    lost : pandas.DataFrame
        One row per lost customer: ``customer_id``, ``offer`` ("none" where the lot gave no
        offer, empty where she was not in the lot), ``offered`` (day of the lot) and ``returned``
        (day, empty if not yet).
    until : day
        Last day that was watched.
    within : float
        Days after the offer that count.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    ReturnShares
        With ``table``, ``added``, ``curves``, ``log_rank``.

    Raises
    ------
    ValueError
        A missing column, an id twice, days out of order or after `until`; nobody with no offer;
        an offer for which nobody was watched for `within` days.

    Notes
    -----
    Kaplan & Meier (1958, JASA 53) and the log-rank test as statsmodels computes them. A share has
    the interval of `crmlab.intervals.ended_by`, without censoring Wilson's, and what is added has
    Newcombe's (1998, Statistics in Medicine 17, method 10).

    Examples
    --------
    >>> lost = pd.DataFrame({"customer_id": ["Ann", "Bo", "Cy", "Di"],
    ...     "offer": ["none", "none", "call", "call"], "offered": "2025-01-01",
    ...     "returned": [None, "2025-01-11", "2025-01-06", "2025-02-10"]})
    >>> found = return_shares(lost, "2025-06-30", within=30)
    >>> found["estimate"].to_dict(), found.added["estimate"].to_dict()
    ({'none': 0.5, 'call': 0.5}, {'call': 0.0})
    """
    rows, left_out = read_lost(lost, until)
    days = inputs.number(within, "within", above=0)
    offers = offer_order(rows["offer"])
    table, curves = {}, []
    for name in offers:
        group = rows[rows["offer"] == name]
        longest = group["wait"].max()
        if longest < days:
            raise ValueError(
                f"within is {days:g}, but of the offer {name!r} nobody was watched for more than "
                f"{longest:g} days. Choose a shorter time."
            )
        at = np.unique(np.append(group["wait"][group["came"] & (group["wait"] <= days)], (0, days)))
        share = intervals.ended_by(group["wait"], group["came"], confidence, at=at)
        share = share.rename(columns={"share": "estimate"})
        curves.append(share.reset_index().assign(offer=name))
        early = group["came"] & (group["wait"] <= days)
        seen = int((early | (group["wait"] >= days)).sum())
        counts = {"customers": len(group), "returned": int(early.sum()), "watched": seen}
        table[name] = counts | share.iloc[-1].to_dict()
    frame = pd.DataFrame.from_dict(table, orient="index").rename_axis("offer")
    frame = frame.astype(dict.fromkeys(["customers", "returned", "watched"], int))
    none = frame[ENDS].iloc[0]
    added = {name: difference(none, one) for name, one in frame[ENDS].iterrows()}
    return ReturnShares(
        frame,
        pd.DataFrame(added).T.drop(CONTROL).rename_axis("offer"),
        pd.concat(curves, ignore_index=True)[["offer", "day", *ENDS]],
        _log_rank(rows),
        days,
        left_out,
    )


def longest_watch(lost: pd.DataFrame, until: inputs.Day) -> int:
    """Days after the offer up to which all offers can be compared.

    Parameters
    ----------
    lost : pandas.DataFrame
        As for `return_shares`.
    until : day
        Last day that was watched.

    Returns
    -------
    int
        For the offer that was watched most briefly, the most days that any of its customers was
        watched or stayed away.

    Raises
    ------
    ValueError
        What `return_shares` refuses of the table.

    Examples
    --------
    >>> lost = pd.DataFrame({"customer_id": ["Ann", "Bo"], "offer": ["none", "call"],
    ...     "offered": ["2025-01-01", "2025-01-21"], "returned": None})
    >>> longest_watch(lost, "2025-01-31")
    10
    """
    rows, _ = read_lost(lost, until)
    return int(rows.groupby("offer")["wait"].max().min())


def read_lost(lost: Any, until: inputs.Day) -> tuple[pd.DataFrame, int]:
    """Customers who were in the lot, settled, and how many were not.

    By id, each under her place in the table: ``offer``, ``offered``, ``returned``, ``wait`` (days
    to the return, or watched) and whether she ``came``.
    """
    given = inputs.table(lost, ("customer_id", "offer", "offered", "returned"), "lost")
    given = given.reset_index(drop=True)
    who = inputs.ids(given["customer_id"], "lost.customer_id", rows=given)
    inputs.one_row_each(pd.DataFrame({"customer_id": who}), "lost", by=["customer_id"])
    last = inputs.day(until, "until")
    offer = given["offer"].astype(object).map(text_of)
    wrong = offer.isna() & given["offer"].notna()
    problem = "is not text", "are not text"
    inputs.refuse(wrong, given, "lost.offer", problem, "Name each offer.")
    dealt = offer.notna() & (offer != "")
    if not dealt.any():
        raise ValueError("lost.offer is empty in every row: nobody was in the lot.")
    kept = given[dealt.to_numpy()]
    offered = inputs.days(kept["offered"], "lost.offered", rows=kept)
    returned = past_days(kept, "returned", offered, last, allowed=0)
    problem = f"lies after {last:%Y-%m-%d}", f"lie after {last:%Y-%m-%d}"
    remedy = "Give the last day of the table as until."
    inputs.refuse(offered > last, kept, "lost.offered", problem, remedy)
    rows = pd.DataFrame({"offer": offer[dealt.to_numpy()], "offered": offered})
    rows["returned"], rows["came"] = returned, returned.notna()
    rows["wait"] = (returned.fillna(last) - offered).dt.days
    by_id = inputs.id_order(pd.Index(who[rows.index]))
    return rows.iloc[by_id], int((~dealt).sum())


def past_days(
    rows: pd.DataFrame, column: str, start: pd.Series, last: pd.Timestamp, *, allowed: int
) -> pd.Series:
    """A column of days that may be empty, none before its start (plus days) or after the end."""
    where = f"lost.{column}"
    blank = rows[column].map(lambda cell: isinstance(cell, str) and not cell.strip())
    found = inputs.days(rows[column].mask(blank), where, rows=rows, accept=("empty",))
    early = (found - start).dt.days < allowed
    problem = f"lies before its {start.name}", f"lie before their {start.name}"
    inputs.refuse(early, rows, where, problem, "Correct the days.")
    problem = f"lies after {last:%Y-%m-%d}", f"lie after {last:%Y-%m-%d}"
    inputs.refuse(found > last, rows, where, problem, "Give the last day of the table as until.")
    return found


def offer_order(offer: pd.Series) -> list[str]:
    """Offers by name, that of none first."""
    names = sorted(set(offer))
    if CONTROL not in names:
        raise ValueError(
            f"lost.offer has {inputs.listed(names)}, but no {CONTROL!r}. Without customers whom "
            "the lot gave no offer, nobody knows what an offer adds."
        )
    return [CONTROL, *(name for name in names if name != CONTROL)]


def text_of(cell: Any) -> str | None:
    """A cell without blanks around it, or nothing where it is no text."""
    return cell.strip() if isinstance(cell, str) else None


def _log_rank(rows: pd.DataFrame) -> pd.Series:
    from scipy.stats import chi2
    from statsmodels.duration.survfunc import survdiff

    freedom = rows["offer"].nunique() - 1
    if not freedom or not rows["came"].any():
        return pd.Series({"chi2": 0.0, "freedom": float(freedom), "p": 1.0})
    square, _ = survdiff(rows["wait"], rows["came"].astype(int), rows["offer"])
    return pd.Series({"chi2": square, "freedom": float(freedom), "p": chi2.sf(square, freedom)})


@style.figure(ReturnShares, width=9, height=5)
def plot_return_shares(found: ReturnShares, ax: Axes | None = None) -> None:
    """Draw the share returned by each day after the offer.

    Parameters
    ----------
    found : ReturnShares
        From `return_shares`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A stair for each offer, with the band of its interval and its name at the end.
    """
    names = [name for name in found.table.index if name != CONTROL]
    colours: dict[Any, str] = dict(zip(names, style.CYCLE, strict=False))
    for name in [CONTROL, *names]:
        curve = found.curves[found.curves["offer"] == name]
        colour = colours.get(name, style.COLOURS["neutral"])
        ax.step(curve["day"], curve["estimate"], where="post", color=colour)
        ax.fill_between(
            curve["day"], curve["low"], curve["high"], step="post", color=colour, alpha=0.15, lw=0
        )
    share = found.table["estimate"].sort_values(kind="stable")
    gap, at = 0.055 * float(found.curves["high"].max()), -1.0
    for name, end in share.items():
        at = max(at + gap, float(end))
        colour = colours.get(name, style.COLOURS["neutral"])
        ax.text(found.within * 1.02, at, str(name), va="center", color=colour)
    ax.set_xlim(0, found.within * 1.16)
    ax.set_ylim(0)
    style.percent(ax.yaxis)
    ax.set_xlabel("days after the offer")
    ax.set_ylabel("returned")
    ax.set_title(found.title)
