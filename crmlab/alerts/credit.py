"""What customers owe on a day: open invoices, how late, against which limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.alerts.ledger import (
    BUCKETS,
    bucket_names,
    invoice_of,
    read_invoices,
    read_payments,
    refuse_unknown,
)
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AMBER, RED = 0.8, 1.0


@dataclass(frozen=True, eq=False, repr=False)
class OpenItems(Result):
    """What is still owed on a day.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per open invoice: ``customer_id``, ``date``, ``due``, ``amount``, ``paid``,
        ``open``, ``days_late`` (negative before it is due) and ``bucket``.
    until : pandas.Timestamp
        The day.
    credit : pandas.Series
        Money that customers have paid beyond their invoices, by customer.
    buckets : list of str
        Names of the buckets, the not yet due first.
    """

    table: pd.DataFrame
    until: pd.Timestamp
    credit: pd.Series
    buckets: list[str]

    @property
    def ageing(self) -> pd.DataFrame:
        """Money open by customer and bucket, with ``total``; the largest first."""
        wide = self.table.pivot_table(
            index="customer_id", columns="bucket", values="open", aggfunc="sum", observed=False
        )
        wide = wide.reindex(columns=self.buckets).fillna(0.0)
        wide.columns = pd.Index(self.buckets, name="bucket")
        total = wide.sum(axis=1)
        return wide.assign(total=total).sort_values("total", ascending=False, kind="stable")

    @property
    def by_bucket(self) -> pd.Series:
        """Money open in each bucket."""
        grouped = self.table.groupby("bucket", observed=False)["open"].sum()
        return grouped.reindex(self.buckets).fillna(0.0).rename_axis("bucket")

    @property
    def caption(self) -> str:
        """How much is open, how much of it late, and what was paid too much."""
        late = self.table.loc[self.table["days_late"] > 0, "open"].sum()
        said = f"{self.until:%Y-%m-%d}: {self.table['open'].sum():,.2f} open, {late:,.2f} late."
        extra = self.credit.sum()
        return said + (f" Paid beyond invoices: {extra:,.2f}." if extra > 0.005 else "")

    @property
    def title(self) -> str:
        """Share of the open money that is late."""
        money, late = self.table["open"].sum(), self.table["days_late"] > 0
        if money == 0:
            return "Nothing is open"
        return f"{self.table.loc[late, 'open'].sum() / money:.0%} of the open money is late"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_ageing`."""
        return plot_ageing(self, ax)


def open_items(
    invoices: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    until: inputs.Day,
    buckets: Sequence[float] = BUCKETS,
) -> OpenItems:
    """Which invoices are not paid on a day, and how late they are.

    Parameters
    ----------
    invoices : pandas.DataFrame
        ``invoice_id``, ``customer_id``, ``date``, ``due``, ``amount``.
    payments : pandas.DataFrame
        ``customer_id``, ``date``, ``amount`` and, where known, ``invoice_id``.
    until : day
        Last day that counts: later invoices and payments are not known yet.
    buckets : sequence of float
        Days late at which a bucket ends, rising: (0, 30, 60, 90) gives not due, 1-30, 31-60,
        61-90 and over 90.

    Returns
    -------
    OpenItems
        With ``table``, ``ageing``, ``by_bucket``, ``credit``.

    Raises
    ------
    ValueError
        A missing column, id, day or amount; an invoice twice; a payment for an invoice that is
        not there; buckets that do not rise.

    Notes
    -----
    A payment that names an invoice pays that one; what goes beyond it, and payments that name
    none, pay the customer's oldest open invoices first. What is left then is the customer's
    credit.

    Examples
    --------
    >>> bills = pd.DataFrame({"invoice_id": ["1", "2"], "customer_id": "Ann",
    ...     "date": ["2025-01-01", "2025-02-01"], "due": ["2025-01-31", "2025-03-03"],
    ...     "amount": [100.0, 50.0]})
    >>> paid = pd.DataFrame({"customer_id": ["Ann"], "date": ["2025-02-10"], "amount": [60.0]})
    >>> open_items(bills, paid, until="2025-02-20").table[["open", "days_late"]].values.tolist()
    [[40.0, 20.0], [50.0, -11.0]]
    """
    day = inputs.day(until, "until")
    names, edges = bucket_names(buckets)
    bills, paid = read_invoices(invoices), read_payments(payments)
    bills = bills.sort_values(["due", "date"], kind="stable")
    place = invoice_of(paid, bills)
    refuse_unknown(place, bills, payments)
    left, credit = _settle(bills, paid, place, day)
    late = (day - bills["due"]).dt.days
    table = bills.assign(paid=bills["amount"] - left, open=left, days_late=late)
    table["bucket"] = pd.Categorical.from_codes(np.searchsorted(edges, late), names, ordered=True)
    table = table[table["open"] > 0].set_index("invoice_id")
    return OpenItems(table, day, credit[credit > 0], names)


def _settle(
    bills: pd.DataFrame, paid: pd.DataFrame, place: NDArray[np.intp], day: pd.Timestamp
) -> tuple[NDArray[np.float64], pd.Series]:
    """What each invoice still lacks on a day, and what each customer has paid beyond them all."""
    owner, customers = pd.factorize(pd.concat([bills["customer_id"], paid["customer_id"]]))
    debtor, payer = owner[: len(bills)], owner[len(bills) :]
    billed = (bills["date"] <= day).to_numpy()
    amount = np.where(billed, bills["amount"], 0.0)
    money = np.where(paid["date"] <= day, paid["amount"], 0.0)
    bound = (place >= 0) & billed[place]
    direct = _sums(place[bound], money[bound], len(bills))
    met = np.minimum(direct, amount)
    free = _sums(payer[~bound], money[~bound], len(customers))
    free += _sums(debtor, direct - met, len(customers))
    rest = pd.Series(amount - met)
    before = (rest.groupby(debtor).cumsum() - rest).to_numpy()
    used = np.clip(free[debtor] - before, 0.0, rest.to_numpy())
    credit = free - _sums(debtor, used, len(customers))
    left = np.round(rest.to_numpy() - used, 6)
    return left, pd.Series(credit.round(6), pd.Index(customers, name="customer_id"))


def _sums(codes: NDArray[np.intp], money: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.bincount(codes, money, minlength=count).astype(float)


def exposure(
    items: OpenItems, limits: inputs.Numbers, *, unbilled: inputs.Numbers | None = None
) -> pd.DataFrame:
    """How much of its credit limit each customer uses.

    Parameters
    ----------
    items : OpenItems
        From `open_items`.
    limits : Series or mapping
        Credit limit by customer; empty where none was set.
    unbilled : Series or mapping, optional
        Delivered or ordered but not billed yet, by customer.

    Returns
    -------
    pandas.DataFrame
        For each customer with a limit or something owed: ``open``, ``unbilled``, ``exposure``
        (less credit, not below 0), ``limit``, ``use``, ``days_late`` (of the latest) and ``alert``:
        red (use of 1 or more), amber (0.8 or more), none, or no limit set.

    Raises
    ------
    ValueError
        A limit that is not above 0; a negative unbilled amount.

    Examples
    --------
    >>> bills = pd.DataFrame({"invoice_id": ["1"], "customer_id": "Ann", "date": "2025-01-01",
    ...                       "due": "2025-01-31", "amount": [100.0]})
    >>> nothing = pd.DataFrame({"customer_id": [], "date": [], "amount": []})
    >>> items = open_items(bills, nothing, until="2025-01-20")
    >>> exposure(items, {"Ann": 120}, unbilled={"Ann": 30})["alert"].to_dict()
    {'Ann': 'red'}
    """
    allowed = inputs.numbers(limits, "limits", above=0, accept=("empty",))
    waiting = pd.Series(dtype=float)
    if unbilled is not None:
        waiting = inputs.numbers(unbilled, "unbilled", at_least=0)
    owed = items.table.groupby("customer_id")["open"].sum()
    names = allowed.index.union(owed.index).union(waiting.index)
    table = pd.DataFrame(index=pd.Index(names, name="customer_id"))
    table["open"] = owed.reindex(names).fillna(0.0)
    table["unbilled"] = waiting.reindex(names).fillna(0.0)
    spare = items.credit.reindex(names).fillna(0.0)
    table["exposure"] = np.maximum(table["open"] + table["unbilled"] - spare, 0.0)
    table["limit"] = allowed.reindex(names)
    table["use"] = table["exposure"] / table["limit"]
    latest = items.table.groupby("customer_id")["days_late"].max()
    table["days_late"] = np.maximum(latest.reindex(names).fillna(0), 0).astype(int)
    use, unset = table["use"].to_numpy(), table["limit"].isna().to_numpy()
    marks = [unset, use >= RED * (1 - 1e-9), use >= AMBER * (1 - 1e-9)]
    table["alert"] = "none"
    for mark, name in zip(marks[::-1], ("amber", "red", "no limit set"), strict=True):
        table.loc[mark, "alert"] = name
    return table.sort_values("use", ascending=False, kind="stable")


@style.figure(OpenItems, width=9, height=4.5)
def plot_ageing(items: OpenItems, ax: Axes | None = None) -> None:
    """Draw the open money by how late it is.

    Parameters
    ----------
    items : OpenItems
        From `open_items`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per bucket.
    """
    money = items.by_bucket
    colours = [style.COLOURS["good"], *[style.COLOURS["cost"]] * (len(money) - 1)]
    bars = ax.bar(money.index.astype(str), money, color=colours)
    ax.bar_label(bars, [f"{value:,.0f}" for value in money], padding=3)
    ax.margins(y=0.12)
    ax.set(ylabel="money open", xlabel="days after the due date")
    ax.set_title(items.title)
