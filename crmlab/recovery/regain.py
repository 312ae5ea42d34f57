"""What an offer to win customers back earns: returns, second lifetime value, gift and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.recovery.second_life import (
    FEWEST,
    Array,
    ends_of,
    frame_of,
    read_lives,
    survival_of,
    value_of,
    weights_of,
)
from crmlab.recovery.win_back import CONTROL, ENDS, offer_order, read_lost
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class RegainProfit(Result):
    """What each offer earns, per customer who gets it.

    Attributes
    ----------
    table : pandas.DataFrame
        For each offer, that of none first: ``customers``; ``chance`` to return in time; second
        lifetime ``value``, ``gift`` of those who return; ``cost`` of an offer; ``estimate``,
        ``low``, ``high`` of the profit per customer, chance x (value - gift) - cost; and
        ``note``: why an offer has no interval.
    added : pandas.DataFrame
        For each offer but none: ``returns``, what it adds to the chance; ``estimate``, ``low``,
        ``high`` of what it adds to the profit per customer; and ``note``.
    within, horizon : float
        Days after the offer in which a return counts, and days of second life that count.
    """

    added: pd.DataFrame
    within: float
    horizon: float

    @property
    def title(self) -> str:
        """Which offer wins most, and which earns most."""
        most = self.added["returns"].idxmax()
        best = self.added["estimate"].idxmax()
        if self.added["estimate"].max() <= 0:
            return f"Most returns: {most}. No offer earns more than none"
        return f"Most returns: {most}. Most profit: {best}"

    @property
    def caption(self) -> str:
        """What the profit covers."""
        return (
            f"Per customer, for a return within {self.within:g} days and the first "
            f"{self.horizon:g} days of second life; no fixed costs."
        )

    def total(self, offer: str, customers: float, *, fixed: float = 0) -> pd.Series:
        """What an offer to some customers adds to giving them none, less the fixed costs.

        Parameters
        ----------
        offer : str
            One of the offers.
        customers : float
            How many get it.
        fixed : float
            Costs that do not depend on how many.

        Returns
        -------
        pandas.Series
            ``estimate``, ``low``, ``high``.
        """
        inputs.choice(offer, "offer", list(self.added.index))
        many = inputs.number(customers, "customers", at_least=0)
        less = inputs.number(fixed, "fixed", at_least=0)
        return self.added[ENDS].T[offer].astype(float) * many - less

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_regain_profit`."""
        return plot_regain_profit(self, ax)


def regain_profit(
    lost: pd.DataFrame,
    until: inputs.Day,
    *,
    within: float = 180,
    horizon: float = 365,
    confidence: float = 0.95,
) -> RegainProfit:
    r"""Profit of each offer per customer, and what it adds to that of none.

    Parameters
    ----------
    lost : pandas.DataFrame
        As for `second_lives`, and ``offer_cost`` (of making the offer) and, if there is one,
        ``gift`` (cost of what she got for returning).
    until : day
        Last day that was watched, and to which margins were counted.
    within : float
        Days after the offer in which a return counts.
    horizon : float
        Days of second life that count.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    RegainProfit
        With ``table``, ``added``, ``total``.

    Raises
    ------
    ValueError
        What `second_lives` and `return_shares` refuse; a cost or a gift below 0.

    Notes
    -----
    Profit of N offers is :math:`N (\rho (SLTV - g) - c)` less fixed costs (Stauss & Friege 1999,
    Journal of Service Research 1), with the gift g taken off since only those who return get it.
    Those given no offer return too, so an offer earns the difference. Intervals as in
    `second_lives`, the customers of each offer drawn apart.

    Examples
    --------
    >>> lost = pd.DataFrame({"customer_id": list("abcd"), "offered": "2025-01-01",
    ...     "offer": ["none", "none", "call", "call"], "offer_cost": [0, 0, 3, 3],
    ...     "returned": [None, None, "2025-01-11", None], "left_again": [None, None,
    ...     "2025-03-11", None], "margin": [0, 0, 30.0, 0], "gift": [0, 0, 4, 0]})
    >>> regain_profit(lost, "2025-12-31").table["estimate"].to_dict()
    {'none': 0.0, 'call': 10.0}
    """
    lives, _, ahead = read_lives(lost, until, "offer", horizon)
    offers = offer_order(lives["group"])
    days = inputs.number(within, "within", above=0)
    tail = intervals.tail(confidence)
    for column in ("offer_cost", "gift"):
        lives[column] = _money(lost, column, lives.index)
    rows: dict[str, Any] = {}
    drawn: dict[str, Array] = {}
    for place, name in enumerate(offers):
        group = lives[lives["group"] == name]
        if group["wait"].max() < days:
            raise ValueError(
                f"within is {days:g}, but of the offer {name!r} nobody was watched for more than "
                f"{group['wait'].max():g} days. Choose a shorter time."
            )
        once = np.ones((1, len(group)))
        parts = {key: float(part[0]) for key, part in _profit(group, once, days, ahead).items()}
        profits = [_profit(group, w, days, ahead)["profit"] for w in weights_of(len(group), place)]
        drawn[name] = np.concatenate(profits)
        back = int(group["came"].sum())
        rows[name] = {"customers": len(group), **parts}
        rows[name] |= ends_of(rows[name].pop("profit"), drawn[name], tail, back)
    table = frame_of(rows, "offer", ("customers",))
    more = table[["chance", "estimate"]] - table.loc[CONTROL, ["chance", "estimate"]]
    added = {}
    for name in offers[1:]:
        ends = ends_of(more["estimate"][name], drawn[name] - drawn[CONTROL], tail, FEWEST)
        noted = [f"{one}: {table['note'][one]}" for one in (name, CONTROL) if table["note"][one]]
        if noted:
            ends |= {"low": np.nan, "high": np.nan, "note": "; ".join(noted)}
        added[name] = {"returns": more["chance"][name], **ends}
    frame = pd.DataFrame.from_dict(added, orient="index", columns=["returns", *ENDS, "note"])
    return RegainProfit(table, frame.rename_axis("offer"), days, ahead)


def profit_by(
    lost: pd.DataFrame,
    by: str,
    *,
    until: inputs.Day,
    within: float = 180,
    horizon: float = 365,
) -> pd.DataFrame:
    """What each offer adds to none in each group, such as each reason of leaving.

    Parameters
    ----------
    lost : pandas.DataFrame
        As for `regain_profit`.
    by : str
        Column of `lost` that was known before the lot.
    until, within, horizon
        As for `regain_profit`.

    Returns
    -------
    pandas.DataFrame
        By group and offer: ``customers`` who got it, ``returns`` (added chance), ``estimate``,
        ``low``, ``high`` of the added profit per customer at 95 %, and ``note``: why there is no
        interval.

    Raises
    ------
    ValueError
        What `regain_profit` refuses; a group without a name.

    Notes
    -----
    One interval of twenty misses its truth: of many groups some look good by luck alone.
    """
    rows, _ = read_lost(lost, until)
    inputs.table(lost, [by], "lost")
    groups = lost[by].reset_index(drop=True)[rows.index]
    empty = "is empty", "are empty"
    inputs.refuse(groups.isna(), lost, f"lost.{by}", empty, "Fill them or leave these rows out.")
    offers = offer_order(rows["offer"])[1:]
    days = inputs.number(within, "within", above=0)
    parts = {}
    for name in sorted(groups.unique(), key=str):
        group = rows[groups == name]
        longest = group.groupby("offer")["wait"].max()
        if CONTROL not in longest.index or longest[CONTROL] < days:
            found = pd.DataFrame(
                {"note": f"nobody with no offer was watched for {days:g} days"},
                index=pd.Index(offers, name="offer"),
            )
        else:
            kept = group[group["offer"].map(longest) >= days]
            part = lost.iloc[kept.index]
            found = regain_profit(part, until, within=days, horizon=horizon).added
            found = found.reindex(offers)
            found["note"] = found["note"].fillna(f"nobody was watched for {days:g} days")
        counts = group["offer"].value_counts().reindex(offers, fill_value=0)
        found.insert(0, "customers", counts)
        parts[name] = found.reindex(columns=["customers", "returns", *ENDS, "note"])
    return pd.concat(parts, names=[by, "offer"])


def _money(lost: pd.DataFrame, column: str, index: pd.Index) -> pd.Series:
    if column == "gift" and column not in lost:
        return pd.Series(0.0, index)
    kept = inputs.table(lost, (column,), "lost").reset_index(drop=True).loc[index]
    return inputs.numbers(
        kept[column], f"lost.{column}", rows=kept, at_least=0, remedy="Write 0 where it cost none."
    )


def _profit(group: pd.DataFrame, weights: Array, within: float, horizon: float) -> dict[str, Array]:
    """Chance, value, gift, cost and profit per customer, for each draw of weights."""
    times, stays = survival_of(group["wait"], group["came"], weights)
    chance = 1 - stays[:, np.searchsorted(times, within, side="right")]
    whole = weights.sum(axis=1)
    cost = weights @ group["offer_cost"].to_numpy() / whole
    back = group["came"].to_numpy()
    if not back.any():
        none = np.zeros(len(weights))
        return {"chance": chance, "value": none, "gift": none, "cost": cost, "profit": 0 - cost}
    value = value_of(group[back], weights[:, back], horizon)
    gift = weights[:, back] @ group.loc[back, "gift"].to_numpy() / weights[:, back].sum(axis=1)
    profit = chance * (value - gift) - cost
    return {"chance": chance, "value": value, "gift": gift, "cost": cost, "profit": profit}


@style.figure(RegainProfit, width=9, height=4)
def plot_regain_profit(found: RegainProfit, ax: Axes | None = None) -> None:
    """Draw the profit that each offer adds to none, with the returns it adds.

    Parameters
    ----------
    found : RegainProfit
        From `regain_profit`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A dot for each offer with its interval, the best on top; left of the line it costs more
        than it brings.
    """
    table = found.added.sort_values("estimate", kind="stable")
    ink = style.COLOURS["ink"]
    ax.axvline(0, color=ink, lw=1)
    for place, (_, row) in enumerate(table.iterrows()):
        colour = style.COLOURS["good" if row["estimate"] > 0 else "cost"]
        ax.plot(row["estimate"], place, "o", color=colour, ms=11)
        ax.hlines(place, row["low"], row["high"], color=colour)
        said = f"{100 * row['returns']:+.0f} returns of 100"
        at = (row["estimate"], place)
        ax.annotate(said, at, (0, 12), textcoords="offset points", ha="center", color=colour)
    ax.set_yticks(range(len(table)), [str(name) for name in table.index])
    ax.set_ylim(-0.6, len(table) - 0.3)
    ax.set_xlabel("profit that the offer adds per customer who gets it (unit of the margin)")
    ax.set_title(found.title)
