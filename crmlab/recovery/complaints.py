"""What complaints tell: the silence behind them, their causes, and who complains again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import wilson
from crmlab.results import Result
from crmlab.satisfaction.intervals import share_within

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SILENT = "silent"
NOT_TOLD = "not told"


@dataclass(frozen=True, eq=False, repr=False)
class Iceberg(Result):
    """Customers whom problems cost, those who complained and those who kept silent.

    Attributes
    ----------
    table : pandas.DataFrame
        For each kind of complaint, and last for the ``silent``: ``customers`` with a problem,
        ``returning`` (share who buy again) and ``lost`` (customers who do not).
    customers : float
        All customers, with a problem or not.
    problem, voiced : float
        Share of customers with a problem; share of those who complain.
    """

    customers: float
    problem: float
    voiced: float

    @property
    def lost(self) -> float:
        """Customers lost, whether they complained or not."""
        return float(self.table["lost"].sum())

    @property
    def title(self) -> str:
        """How many of the lost never complained."""
        silent = float(self.table["lost"].iloc[-1])
        return f"{silent:,.0f} of {self.lost:,.0f} lost never complained"

    @property
    def caption(self) -> str:
        """What was put in."""
        return (
            f"{self.customers:,.0f} customers, {self.problem:.3g} of them with a problem, "
            f"{self.voiced:.3g} of these complain. The shares are put in, not measured here."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_iceberg`."""
        return plot_iceberg(self, ax)


def silent_damage(
    customers: float,
    problem: float,
    voiced: float,
    *,
    returning: Mapping[str, float],
    mix: Mapping[str, float] | None = None,
) -> Iceberg:
    r"""Customers whom problems cost, counted from shares that must be known or assumed.

    Parameters
    ----------
    customers : float
        How many customers there are.
    problem : float
        Share of them who meet a problem.
    voiced : float
        Share of those who complain.
    returning : mapping of str to float
        Share who buy again, for ``"silent"`` and for each kind of complaint.
    mix : mapping of str to float, optional
        Share of each kind among the complaints, adding up to 1. It may be left out where there
        is only one kind.

    Returns
    -------
    Iceberg
        With ``table``, ``lost``, ``plot``.

    Raises
    ------
    ValueError
        No customers, a share outside 0 to 1, nothing said of the silent, shares that do not add
        up.

    Notes
    -----
    :math:`N p\,[(1-c)(1-r_s) + c \sum_k m_k (1-r_k)]`, the count behind the studies of TARP for
    the White House Office of Consumer Affairs. Nobody who only reads complaints can know how many
    are silent, nor how many of the silent return.

    Examples
    --------
    10,000 customers, one in ten with a problem, of whom 2 % complain (shares who return: TARP).

    >>> returning = {"silent": 0.37, "settled": 0.70}
    >>> round(silent_damage(10_000, 0.10, 0.02, returning=returning).lost, 1)
    623.4
    """
    base = inputs.number(customers, "customers", above=0)
    met, told = inputs.share(problem, "problem"), inputs.share(voiced, "voiced")
    if not isinstance(returning, Mapping) or SILENT not in returning:
        raise ValueError(
            f"returning says nothing of the silent; give {{'{SILENT}': 0.37, 'settled': 0.70}}."
        )
    back = {name: inputs.share(share, f"returning[{name!r}]") for name, share in returning.items()}
    kinds = [name for name in back if name != SILENT]
    if not kinds:
        raise ValueError("returning names no kind of complaint beside the silent; add 'settled'.")
    if mix is None and len(kinds) > 1:
        raise ValueError(
            f"mix is missing; say which share of the complaints is {' and which '.join(kinds)}."
        )
    parts = inputs.weights({kinds[0]: 1.0} if mix is None else mix, "mix", kinds)
    having = base * met * np.append(told * parts.to_numpy(), 1 - told)
    rows = [*kinds, SILENT]
    table = pd.DataFrame({"customers": having}, pd.Index(rows, name="group"))
    table["returning"] = [back[name] for name in rows]
    table["lost"] = table["customers"] * (1 - table["returning"])
    return Iceberg(table, base, met, told)


@style.figure(Iceberg, width=9, height=4)
def plot_iceberg(iceberg: Iceberg, ax: Axes | None = None) -> None:
    """Draw customers with a problem: complaints above the water, the silent below it.

    Parameters
    ----------
    iceberg : Iceberg
        From `silent_damage`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A bar for each group, the lost first, then those who buy again.
    """
    table = iceberg.table
    names, kept = [str(name) for name in table.index], table["customers"] - table["lost"]
    ax.axhspan(len(table) - 1.5, len(table) - 0.4, color=style.COLOURS["light"], alpha=0.2)
    ax.barh(names, table["lost"], color=style.COLOURS["cost"], label="lost")
    ax.barh(names, kept, left=table["lost"], color=style.COLOURS["pale"], label="buy again")
    for place, row in enumerate(table.itertuples()):
        said = f"{row.lost:,.0f} of {row.customers:,.0f} lost"
        ax.annotate(said, (row.customers, place), (6, 0), textcoords="offset points", va="center")
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.margins(x=0.3)
    ax.set_xlabel("customers with a problem")
    ax.legend(loc="upper right")
    ax.set_title(iceberg.title)


@dataclass(frozen=True, eq=False, repr=False)
class Causes(Result):
    """Causes of complaints, the most frequent first.

    Attributes
    ----------
    table : pandas.DataFrame
        For each cause ``complaints``, ``share`` of all with ``low`` and ``high``, and
        ``cumulative``, the share of this cause and all before it.
    """

    @property
    def leaders(self) -> list[str]:
        """The fewest causes that make half of the complaints."""
        reached = inputs.settled(self.table["cumulative"].to_numpy())
        needed = 1 + int(np.searchsorted(reached, 0.5 - 1e-9))
        return [str(name) for name in self.table.index[:needed]]

    @property
    def title(self) -> str:
        """Which causes make half of the complaints."""
        share = self.table["cumulative"].iloc[len(self.leaders) - 1]
        makes = "makes" if len(self.leaders) == 1 else "make"
        named = " and ".join(
            [", ".join(self.leaders[:-1]), self.leaders[-1]][len(self.leaders) < 2 :]
        )
        return f"{named} {makes} {share:.0%} of {self.table['complaints'].sum():,} complaints"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_causes`."""
        return plot_causes(self, ax)


def complaint_causes(complaints: pd.DataFrame, *, confidence: float = 0.95) -> Causes:
    """How often each cause is complained about, and how sure its share is (Pareto).

    Parameters
    ----------
    complaints : pandas.DataFrame
        One row per complaint, with ``cause``. Where it is empty the cause is "not told".
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Causes
        With ``table``, ``leaders``, ``plot``; equal counts by name.

    Raises
    ------
    ValueError
        No complaints, or no column ``cause``.

    Notes
    -----
    Wilson's interval for each share. Two causes whose intervals overlap may change places in the
    next year. A cause that is told often is not the one that drives customers away: see whom it
    costs.

    Examples
    --------
    >>> complaint_causes(pd.DataFrame({"cause": ["wait"] * 3 + ["taste"]})).table.round(2)
           complaints  share   low  high  cumulative
    cause
    wait            3   0.75  0.30  0.95        0.75
    taste           1   0.25  0.05  0.70        1.00
    """
    rows = inputs.table(complaints, ["cause"], "complaints")
    where = "complaints.cause"
    cause = labels(rows["cause"], where, rows, accept=("empty",)).fillna(NOT_TOLD)
    count = cause.value_counts().rename("complaints").rename_axis("cause").reset_index()
    count = count.sort_values(["complaints", "cause"], ascending=[False, True])
    table = count.set_index("cause")
    table["share"] = table["complaints"] / len(rows)
    table["low"], table["high"] = wilson(table["complaints"], len(rows), confidence)
    table["cumulative"] = table["complaints"].cumsum() / len(rows)
    return Causes(table)


@style.figure(Causes, width=9, height=4.5)
def plot_causes(causes: Causes, ax: Axes | None = None) -> None:
    """Draw the share of each cause with its interval, the largest on top.

    Parameters
    ----------
    causes : Causes
        From `complaint_causes`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = causes.table[::-1]
    names = [str(name) for name in table.index]
    most, rest = style.COLOURS["cost"], style.COLOURS["neutral"]
    ax.barh(names, table["share"], color=[most if n in causes.leaders else rest for n in names])
    reach = [table["share"] - table["low"], table["high"] - table["share"]]
    ax.errorbar(table["share"], names, xerr=reach, fmt="none", ecolor=style.COLOURS["ink"], lw=2)
    style.percent(ax.xaxis)
    ax.set_xlabel("share of complaints (line: interval)")
    ax.set_title(causes.title)


def repeat_complaints(
    complaints: pd.DataFrame, *, until: inputs.Day, within: float = 90, confidence: float = 0.95
) -> pd.Series:
    """Share of complaining customers who complain again within some days.

    Parameters
    ----------
    complaints : pandas.DataFrame
        ``customer_id`` and ``opened``.
    until : day
        Last day that counts.
    within : float
        Days after the first complaint; the last of them counts.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        As `crmlab.satisfaction.share_within`: ``estimate``, ``low``, ``high``, ``events``
        (customers who complained again), ``n`` (customers who complained), ``censored``.

    Raises
    ------
    ValueError
        Empty ids or days, no complaint up to `until`.

    Notes
    -----
    One row for each customer, from her first complaint to her second; who complained lately is
    counted as long as she was watched (Kaplan & Meier 1958). A customer who has left cannot
    complain again, so a low share is no praise by itself.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo"],
    ...                       "opened": ["2025-01-01", "2025-02-01", "2025-01-05"]})
    >>> float(repeat_complaints(table, until="2025-12-31")["estimate"])
    0.5
    """
    read = opened_by(complaints, until).sort_values("opened", kind="stable")
    place = read.groupby("customer_id").cumcount()
    day = read.set_index("customer_id")["opened"]
    first, second = (day[place.to_numpy() == step] for step in (0, 1))
    end = second.reindex(first.index)
    seen = end.notna()
    waited = (end.fillna(inputs.day(until, "until")) - first).dt.days
    return share_within(waited, seen, within, confidence=confidence)


def opened_by(complaints: Any, until: inputs.Day) -> pd.DataFrame:
    """Complaints opened up to a day: ``customer_id`` and ``opened`` read, the rest as it is."""
    last = inputs.day(until, "until")
    rows = inputs.table(complaints, ["customer_id", "opened"], "complaints")
    read = rows.assign(
        customer_id=inputs.ids(rows["customer_id"], "complaints.customer_id", rows=rows),
        opened=inputs.days(rows["opened"], "complaints.opened", rows=rows),
    )
    read = read[read["opened"] <= last]
    if read.empty:
        raise ValueError(f"complaints: none of {len(rows):,} rows was opened by {last:%Y-%m-%d}.")
    return read


def labels(
    values: pd.Series, where: str, rows: pd.DataFrame, *, accept: tuple[str, ...] = ()
) -> pd.Series:
    """Names of groups as text, "none" among them; ``accept=("empty",)`` lets some be missing."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return inputs.ids(values, where, rows=rows, accept=accept)
    text = values.astype(object).map(str, na_action="ignore").astype("str")
    found = text.where(text.str.strip() != "")
    if "empty" not in accept:
        empty = "is empty", "are empty"
        inputs.refuse(found.isna(), rows, where, empty, "Name the group of each row.")
    return found
