"""How well the processes of a value net work: how long they take, what is settled at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.alerts.ledger import invoice_of, read_invoices, read_payments, refuse_unknown
from crmlab.intervals import ended_by, half_ended, wilson
from crmlab.results import Result
from crmlab.satisfaction.intervals import share_within

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF_CENT = 0.005


@dataclass(frozen=True, eq=False, repr=False)
class CycleTimes(Result):
    """How long the cases of each process take, open ones counted as long as they were watched.

    Attributes
    ----------
    table : pandas.DataFrame
        For each process ``cases``, ``open``, ``median`` days with ``low`` and ``high`` (infinite
        where fewer than half have ended), ``ended_median`` of the ended cases alone and, with a
        target, the share ``on_time`` with ``on_time_low`` and ``on_time_high``.
    until : pandas.Timestamp
        Day on which we looked.
    later : int
        Cases that began after it, left out.
    """

    table: pd.DataFrame
    until: pd.Timestamp
    later: int

    @property
    def title(self) -> str:
        """The slowest process."""
        slowest, days = self.table["median"].idxmax(), self.table["median"].max()
        if np.isinf(days):
            return f"Slowest: {slowest}; fewer than half have ended"
        return f"Slowest: {slowest}, half end within {days:,.0f} days"

    @property
    def caption(self) -> str:
        """How many cases are open, and how many were left out."""
        cases, still = self.table["cases"].sum(), self.table["open"].sum()
        said = f"{cases:,} cases, {still:,} open on {self.until:%Y-%m-%d}"
        return said + (f"; {self.later:,} began later and are left out." if self.later else ".")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_cycle_times`."""
        return plot_cycle_times(self, ax)


def cycle_times(
    cases: pd.DataFrame,
    *,
    until: inputs.Day,
    target: float | Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> CycleTimes:
    r"""Days from the start to the end of each process.

    Parameters
    ----------
    cases : pandas.DataFrame
        One row per case: ``process`` (such as "order to delivery", "order to pay", "idea to
        launch", "complaint to answer"), ``started`` and ``ended``, empty while it is open.
    until : day
        Day on which we look; an end after it is not known yet.
    target : float or mapping, optional
        Days within which a case should end: one number, or one for each process.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    CycleTimes
        With ``table``, ``until``, ``later``; slowest process first.

    Raises
    ------
    ValueError
        A missing column, an empty process, a day that cannot be read, an end before the start,
        no case that began by `until`, a target not above 0 or of no process.

    Notes
    -----
    Kaplan & Meier (1958, JASA 53): an open case counts as long as it was watched. The median is
    the first day by which half have ended; its limits are those days for the interval of the
    share (Brookmeyer & Crowley 1982, Biometrics 38). The median of the ended cases alone is too
    short: the slow ones are still open.

    Examples
    --------
    Two orders took 2 and 6 days; two are open, 3 and 9 days old.

    >>> cases = pd.DataFrame({"process": "order to delivery",
    ...                       "started": ["2025-03-01", "2025-03-01", "2025-03-07", "2025-03-01"],
    ...                       "ended": ["2025-03-03", "2025-03-07", None, None]})
    >>> cycle_times(cases, until="2025-03-10")[["open", "median", "ended_median"]].values.tolist()
    [[2.0, 6.0, 2.0]]
    """
    last = inputs.day(until, "until")
    read = _cases(cases, last)
    began = read[read["started"] <= last]
    if began.empty:
        raise ValueError(f"cases: none began by {last:%Y-%m-%d}.")
    days = _targets(target, began["process"].unique())
    done = began["ended"].notna()
    took = (began["ended"].fillna(last) - began["started"]).dt.days
    began = began.assign(days=took.astype(float), done=done)
    rows = {
        str(name): _measured(part, days.get(str(name)), confidence)
        for name, part in began.groupby("process", sort=False)
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("process")
    table = table.sort_index().sort_values("median", ascending=False, kind="stable")
    return CycleTimes(table, last, len(read) - len(began))


def payment_cases(invoices: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """Invoices as cases for `cycle_times`: from the day of the invoice until it is paid in full.

    Parameters
    ----------
    invoices : pandas.DataFrame
        ``invoice_id``, ``customer_id``, ``date``, ``due``, ``amount``.
    payments : pandas.DataFrame
        ``invoice_id``, ``customer_id``, ``date``, ``amount``.

    Returns
    -------
    pandas.DataFrame
        ``process`` ("invoice to pay"), ``started`` and ``ended``, empty while something is open.

    Raises
    ------
    ValueError
        What `crmlab.alerts.open_items` refuses; a payment that names no invoice.

    Examples
    --------
    >>> bills = pd.DataFrame({"invoice_id": ["1"], "customer_id": "Ann", "date": ["2025-01-01"],
    ...                       "due": ["2025-01-31"], "amount": [100.0]})
    >>> paid = pd.DataFrame({"invoice_id": "1", "customer_id": "Ann", "amount": [60.0, 40.0],
    ...                      "date": ["2025-01-20", "2025-02-09"]})
    >>> payment_cases(bills, paid)["ended"].astype(str).tolist()
    ['2025-02-09']
    """
    bills, paid = read_invoices(invoices), read_payments(payments)
    place = invoice_of(paid, bills)
    refuse_unknown(place, bills, payments)
    problem, remedy = ("is empty", "are empty"), "Say which invoice each payment is for."
    inputs.refuse(place < 0, payments, "payments.invoice_id", problem, remedy)
    rows = paid.assign(place=place).sort_values(["place", "date"])
    so_far = rows.groupby("place")["amount"].cumsum()
    enough = so_far >= bills["amount"].to_numpy()[rows["place"]] - HALF_CENT
    full = rows[enough].groupby("place")["date"].min().reindex(range(len(bills)))
    columns = {"process": "invoice to pay", "started": bills["date"], "ended": full.to_numpy()}
    return pd.DataFrame(columns, index=bills.index)


def first_contact(
    cases: pd.DataFrame, *, until: inputs.Day, again: int = 30, confidence: float = 0.95
) -> pd.Series:
    """Share of complaints or questions that the first contact settles.

    Parameters
    ----------
    cases : pandas.DataFrame
        One row per case: ``customer_id``, ``opened``, ``first_reply`` and ``closed``, both empty
        until they come.
    until : day
        Day on which we look.
    again : int
        Days after the opening in which the case must be closed, and the customer must not come
        with another one.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``; ``resolved`` of ``cases``; of those not resolved ``open``
        (no reply, or open, after that many days), ``later_contact`` (closed after the day of the
        first reply) and ``came_back``; ``too_recent``, left out: younger than `again` days.

    Raises
    ------
    ValueError
        A missing column, id or day of opening; a reply before the opening or a closing before
        the reply; no case that is old enough.

    Notes
    -----
    Resolved: closed on the day of the first reply, and not followed by another case of the same
    customer. Cases that are too young to know are left out, whatever came of them so far;
    leaving out the open ones alone would make the share too high. Wilson's interval.

    Examples
    --------
    Ann's case is settled at once; Bo's too, but he is back after five days.

    >>> cases = pd.DataFrame({"customer_id": ["Ann", "Bo", "Bo"],
    ...                       "opened": ["2025-03-01", "2025-03-01", "2025-03-06"],
    ...                       "first_reply": ["2025-03-02", "2025-03-01", None],
    ...                       "closed": ["2025-03-02", "2025-03-01", None]})
    >>> first_contact(cases, until="2025-04-01")[["resolved", "cases", "too_recent"]].tolist()
    [1.0, 2.0, 1.0]
    """
    last = inputs.day(until, "until")
    reach = pd.Timedelta(days=inputs.count(again, "again"))
    read = _contacts(cases)
    read = read[read["opened"] <= last].sort_values(["customer_id", "opened"])
    following = read.groupby("customer_id")["opened"].shift(-1)
    old = read["opened"] + reach <= last
    if not old.any():
        raise ValueError(
            f"cases: none was opened {again} days before {last:%Y-%m-%d}. Look later, or wait "
            "fewer days."
        )
    read, following = read[old], following[old]
    end = read["opened"] + reach
    still = ~(read["closed"] <= end)
    slow = ~still & ~(read["closed"] == read["first_reply"])
    back = ~still & ~slow & (following <= end)
    resolved, n = int((~(still | slow | back)).sum()), len(read)
    low, high = wilson(resolved, n, confidence)
    counts = {"resolved": resolved, "cases": n, "open": still.sum(), "later_contact": slow.sum()}
    shares = {"estimate": resolved / n, "low": low, "high": high}
    return pd.Series(
        {**shares, **counts, "came_back": back.sum(), "too_recent": (~old).sum()}, dtype=float
    )


def _cases(cases: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    table = inputs.table(cases, ("process", "started", "ended"), "cases")
    remedy = "Say of which process each case is."
    unnamed = table["process"].isna() | (table["process"].astype(str).str.strip() == "")
    inputs.refuse(unnamed, table, "cases.process", ("is empty", "are empty"), remedy)
    read = pd.DataFrame(
        {
            "process": table["process"].astype(str),
            "started": inputs.days(table["started"], "cases.started", rows=table),
            "ended": inputs.days(table["ended"], "cases.ended", rows=table, accept=("empty",)),
        }
    )
    _in_order(read, table, "ended", "started")
    return read.assign(ended=read["ended"].where(read["ended"] <= last))


def _contacts(cases: pd.DataFrame) -> pd.DataFrame:
    names = ("customer_id", "opened", "first_reply", "closed")
    table = inputs.table(cases, names, "cases")
    read = pd.DataFrame(
        {
            "customer_id": inputs.ids(table["customer_id"], "cases.customer_id", rows=table),
            "opened": inputs.days(table["opened"], "cases.opened", rows=table),
        }
    )
    for name in ("first_reply", "closed"):
        found = inputs.days(table[name], f"cases.{name}", rows=table, accept=("empty",))
        read[name] = found
    _in_order(read, table, "first_reply", "opened")
    _in_order(read, table, "closed", "opened")
    _in_order(read, table, "closed", "first_reply")
    return read


def _in_order(read: pd.DataFrame, table: pd.DataFrame, later: str, earlier: str) -> None:
    problem = f"lies before {earlier}", f"lie before {earlier}"
    inputs.refuse(read[later] < read[earlier], table, f"cases.{later}", problem, "Correct the day.")


def _targets(target: float | Mapping[str, float] | None, processes: np.ndarray) -> dict[str, float]:
    if target is None:
        return {}
    if not isinstance(target, Mapping):
        return dict.fromkeys(processes, inputs.number(target, "target", above=0))
    unknown = [name for name in target if name not in processes]
    if unknown:
        raise ValueError(f"target names {inputs.listed(unknown)}, which is no process of cases.")
    return {name: inputs.number(days, "target", above=0) for name, days in target.items()}


def _measured(part: pd.DataFrame, target: float | None, confidence: float) -> dict[str, float]:
    days, done = part["days"].to_numpy(), part["done"].to_numpy()
    shares = ended_by(days, done, confidence)
    closed = half_ended(ended_by(days[done], done[done])["share"]) if done.any() else np.nan
    row = {
        "cases": len(part),
        "open": int((~done).sum()),
        "median": half_ended(shares["share"]),
        "low": half_ended(shares["high"]),
        "high": half_ended(shares["low"]),
        "ended_median": closed,
    }
    if target is not None:
        found = share_within(days, done, target, confidence=confidence)
        names = {"on_time": "estimate", "on_time_low": "low", "on_time_high": "high"}
        row |= {name: float(found[side]) for name, side in names.items()}
    return row


@style.figure(CycleTimes, width=9, height=4)
def plot_cycle_times(times: CycleTimes, ax: Axes | None = None) -> None:
    """Draw the median of each process with its interval.

    Parameters
    ----------
    times : CycleTimes
        From `cycle_times`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A dot for each process, the slowest on top; where fewer than half have ended there is
        none.
    """
    table = times.table.iloc[::-1].replace(np.inf, np.nan)
    far = np.fmax(table["high"], table["median"]).max()
    reach = [table["median"] - table["low"], table["high"].fillna(far) - table["median"]]
    ax.errorbar(
        table["median"],
        range(len(table)),
        xerr=reach,
        fmt="o",
        color=style.COLOURS["value"],
        markersize=9,
    )
    names = [f"{row.Index}\n({row.open:,} of {row.cases:,} open)" for row in table.itertuples()]
    ax.set_yticks(range(len(table)), names)
    ax.set(ylim=(-0.6, len(table) - 0.4), xlabel="days until half have ended (line: interval)")
    ax.set_xlim(left=0)
    ax.set_title(times.title)
