"""A club with a fee and a discount: who joins, what it brings, and what would make it pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import student_quantile, tail
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

ENDS = ["estimate", "low", "high"]
POINTS = 101


@dataclass(frozen=True, eq=False, repr=False)
class ClubFee(Result):
    """What a club would have brought, had customers joined after what they spent before.

    Attributes
    ----------
    table : pandas.DataFrame
        ``estimate``, ``low``, ``high`` of ``spent per joiner`` and ``gain per joiner`` (money,
        ours, if they buy no more than without the club), ``extra purchases needed`` (a share, so
        that the gain is 0) and ``elasticity needed`` (the same, for one per cent of price).
    customers : pandas.DataFrame
        For each customer ``before``, ``after``, ``saving`` (what the club promises by the
        spending before, after the fee), ``joins``, and ``gain``, ours, 0 without the club.
    fee, discount, margin, confidence : float
        As they were given.
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    fee: float
    discount: float
    margin: float
    confidence: float

    @property
    def caption(self) -> str:
        """How many join, and from which spending on."""
        joins = self.customers["joins"]
        told = f"{int(joins.sum()):,} of {len(joins):,} customers join: those who spent more than"
        line = f"{told} {self.fee / self.discount:,.10g} before."
        return line if joins.any() else f"{line} So nothing can be estimated."

    @property
    def title(self) -> str:
        """Title of the figure: what makes the club pay."""
        found, low, high = self._needed
        if not np.isfinite(found):
            return "No joiner spends anything, so no purchases can be added"
        if found <= 0:
            return "The club pays without extra purchases"
        ends = f"{low:.0%} to {high:.0%}" if np.isfinite(low) else f"at most {high:.0%}"
        return f"The club pays if joiners buy {found:.0%} more ({ends})"

    @property
    def curve(self) -> pd.DataFrame:
        """Gain per joiner by extra purchases, at the mean spending and at both ends; or NaN."""
        widest = max([2 * end for end in self._needed if np.isfinite(end)] + [0.05])
        extra = np.linspace(0, widest, POINTS)
        spent = self.table.loc["spent per joiner", ENDS]
        known = spent.where(np.isfinite(spent.to_numpy()))
        each = {end: self._gain(known[end], extra) for end in ENDS}
        return pd.DataFrame(each, index=pd.Index(extra, name="extra purchases"))

    def by(self, groups: pd.Series) -> pd.DataFrame:
        """Who joins and what we gain, by group.

        Parameters
        ----------
        groups : pandas.Series
            A group for each customer, such as ``tiers.pyramid(spent["before"]).tier``.

        Returns
        -------
        pandas.DataFrame
            For each group ``customers``, ``joiners``, ``did not come back`` (joiners who spent
            nothing after), and the gain per joiner as ``estimate``, ``low``, ``high``; NaN where
            nobody joins.

        Raises
        ------
        ValueError
            No row of groups, or a customer without one.
        """
        if not isinstance(groups, pd.Series):
            raise ValueError("groups: give a Series with one group for each customer.")
        inputs.one_row_each(groups, "groups")
        inputs.shared_ids(self.customers.index, groups.index, "customers and groups")
        own = groups.reindex(self.customers.index)
        remedy = "Leave these customers out, or give them a group."
        inputs.refuse(own.isna(), own, "groups", ("is missing", "are missing"), remedy)
        rows = {}
        for name, part in self.customers.groupby(own, observed=False, sort=True):
            joiners = part[part["joins"]]
            low_high = _mean(joiners["after"].to_numpy(), self.confidence)
            gain = self.fee - self.discount * low_high[[0, 2, 1]]
            rows[name] = [len(part), len(joiners), int((joiners["after"] <= 0).sum()), *gain]
        columns = ["customers", "joiners", "did not come back", *ENDS]
        found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        counts = dict.fromkeys(columns[:3], int)
        return found.astype(counts).rename_axis(groups.name or "group")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gain by extra purchases: see `plot_club_fee`."""
        return plot_club_fee(self, ax)

    @property
    def _needed(self) -> list[float]:
        ends = self.table.loc["extra purchases needed", ENDS]
        return [float(end) for end in ends.to_numpy(dtype=float)]

    def _gain(self, spent: Any, extra: Any) -> Any:
        return self.fee - self.discount * spent + (self.margin - self.discount) * spent * extra


def club_fee(
    spent: pd.DataFrame, *, fee: float, discount: float, margin: float, confidence: float = 0.95
) -> ClubFee:
    r"""What a club with a fee and a discount brings, if customers join after what they spent.

    Parameters
    ----------
    spent : pandas.DataFrame
        One row per customer: ``before``, the spending by which she decides, and ``after``, her
        spending without a club in a later time of the same length. 0 for one who did not buy.
    fee : float
        What membership costs for that time, above 0.
    discount : float
        Share taken off each purchase of a member.
    margin : float
        Share of sales left to us after the cost of the goods, above the discount.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ClubFee
        With ``table``, ``customers`` and the terms of the club.

    Raises
    ------
    ValueError
        A column is missing; a number is missing; an id twice; a margin not above the discount.

    Notes
    -----
    She joins if ``discount * before > fee``. With mean spending :math:`S` of the joiners after,
    the gain of each is :math:`F - dS`, and extra purchases of
    :math:`(dS - F) / ((m - d) S)` make up for it. Both rise or fall with :math:`S` alone, so
    their intervals are those of :math:`S` (Student) carried over. The elasticity needed is
    :math:`e` in :math:`(1 - d)^{-e} - 1`, set equal to the extra purchases.

    Examples
    --------
    >>> spent = pd.DataFrame({"before": [50, 200, 300], "after": [90, 100, 300]},
    ...                      index=["Ann", "Bo", "Cy"])
    >>> club = club_fee(spent, fee=10, discount=0.10, margin=0.60)
    >>> club.customers["gain"].tolist()
    [0.0, 0.0, -20.0]
    >>> club["estimate"].round(3).tolist()
    [200.0, -10.0, 0.1, 0.905]
    """
    tail(confidence)
    cost = inputs.number(fee, "fee", above=0)
    off = inputs.number(discount, "discount", above=0, remedy="Write 0.1 for 10 %.")
    left = inputs.share(margin, "margin")
    if off >= left:
        raise ValueError(
            f"discount is {off:g} and margin is {left:g}; with a discount of the margin or more "
            "no extra purchase brings money. Give a smaller discount."
        )
    given = inputs.table(inputs.by_customer(spent), ("before", "after"), "spent")
    inputs.one_row_each(given, "spent")
    people = inputs.number_columns(given, ("before", "after"), "spent")
    people["saving"] = off * people["before"] - cost
    level = np.isclose(off * people["before"], cost, rtol=1e-9, atol=0)
    people["joins"] = (people["saving"] > 0) & ~level
    people["gain"] = (cost - off * people["after"]).where(people["joins"], 0.0)
    after = _mean(people.loc[people["joins"], "after"].to_numpy(), confidence)
    ordered = after[[0, 2, 1]]
    extra, reach = _extra(after, cost, off, left), -np.log1p(-off)
    with np.errstate(divide="ignore", invalid="ignore"):
        elasticity = np.log1p(np.maximum(extra, -1)) / reach
    rows = {
        "spent per joiner": after,
        "gain per joiner": cost - off * ordered,
        "extra purchases needed": extra,
        "elasticity needed": elasticity,
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=ENDS)
    return ClubFee(table, people, cost, off, left, float(confidence))


def _mean(values: NDArray[np.float64], confidence: float) -> NDArray[np.float64]:
    """Mean with its Student interval; NaN of nobody, without ends for one."""
    n = len(values)
    if n == 0:
        return np.full(3, np.nan)
    mean = float(np.mean(values))
    if n == 1:
        return np.array([mean, -np.inf, np.inf])
    half = float(student_quantile(confidence, n - 1)) * float(np.std(values, ddof=1)) / n**0.5
    return np.array([mean, mean - half, mean + half])


def _extra(spent: NDArray[np.float64], fee: float, off: float, left: float) -> Any:
    """Share of purchases to be added; without a lower end where spending may be 0."""
    with np.errstate(all="ignore"):
        found = (off - fee / spent) / (left - off)
    if np.isnan(spent[0]) or spent[0] <= 0:
        return np.full(3, np.nan)
    return np.where(spent > 0, found, -np.inf)


@style.figure(ClubFee, width=9, height=5)
def plot_club_fee(club: ClubFee, ax: Axes | None = None) -> None:
    """Draw what a joiner brings, by how much more she buys as a member.

    Parameters
    ----------
    club : ClubFee
        From `club_fee`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A line with its interval; it crosses 0 where the club begins to pay.
    """
    from matplotlib.ticker import MaxNLocator

    if not club.customers["joins"].any():
        raise ValueError("club: nobody joins, so there is nothing to draw. Give a smaller fee.")
    curve, ink = club.curve, style.COLOURS["ink"]
    blue, needed = style.COLOURS["value"], club._needed[0]
    if np.isfinite(curve.to_numpy()).all():
        ax.fill_between(curve.index, curve["low"], curve["high"], color=blue, alpha=0.18, lw=0)
    ax.plot(curve.index, curve["estimate"], color=blue)
    ax.axhline(0, color=ink, lw=1.2)
    if needed > 0:
        ax.plot(needed, 0, "o", color=ink)
        place: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "va": "top"}
        ax.annotate(f"{needed:.1%}", (needed, 0), (8, -6), weight="bold", **place)
    ax.set(xlabel="extra purchases of a joiner", ylabel="our gain per joiner")
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    style.percent(ax.xaxis)
    ax.set_xlim(0, curve.index[-1])
    ax.set_title(club.title)
