"""How far old sales went: what of them reached each bucket, and what was never paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.alerts.collection import expected_loss, loss_rates
from crmlab.alerts.ledger import (
    BUCKETS,
    bucket_names,
    invoice_of,
    read_invoices,
    read_payments,
    refuse_unknown,
)
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class OldSales(Result):
    """What became of sales that are old enough.

    Attributes
    ----------
    table : pandas.DataFrame
        For each bucket the money that ``reached`` it and the ``loss_rate``.
    lost : float
        Money of these sales that is still not paid.
    by_customer : pandas.DataFrame
        Money that reached each bucket, and ``lost``, by customer.
    """

    table: pd.DataFrame
    lost: float
    by_customer: pd.DataFrame

    @property
    def caption(self) -> str:
        """How much was sold, and how much of it was never paid."""
        sold = self.table["reached"].iloc[0]
        return f"Of {sold:,.2f} sold {self.lost:,.2f} was never paid."

    def expected_loss(
        self,
        balances: inputs.Numbers,
        *,
        confidence: float = 0.95,
        draws: int = 2_000,
        seed: int = 0,
    ) -> pd.Series:
        """What of today's open money will not be paid, with an interval.

        Parameters
        ----------
        balances : Series or mapping
            Money open today in each bucket.
        confidence : float
            Coverage of the interval.
        draws, seed : int
            Bootstrap samples of customers, and the seed they are drawn with.

        Returns
        -------
        pandas.Series
            ``estimate``, ``low``, ``high``.

        Raises
        ------
        ValueError
            Other buckets, negative balances.

        Notes
        -----
        Customers are drawn, not invoices, since one that fails leaves all its invoices unpaid.
        Percentile bootstrap. Where nothing was lost it would say 0 to 0; then ``high`` is the
        balances times Wilson's upper limit of the share of customers lost, none of so many.
        """
        found = expected_loss(balances, self.table["loss_rate"])
        held, value = found["balance"], found.total
        money = self.by_customer.to_numpy()
        lot = np.random.default_rng(seed)
        times = lot.multinomial(
            len(money), np.full(len(money), 1 / len(money)), size=inputs.count(draws, "draws")
        )
        sums = times @ money
        with np.errstate(invalid="ignore", divide="ignore"):
            rates = np.where(sums[:, :-1] > 0, sums[:, -1:] / sums[:, :-1], 0.0)
        tail = intervals.tail(confidence)
        low, high = np.quantile(rates @ held.to_numpy(), [tail, 1 - tail])
        if self.lost == 0:
            high = held.sum() * intervals.wilson(0, len(money), confidence)[1]
        return pd.Series({"estimate": value, "low": min(low, value), "high": max(high, value)})


def old_sales(
    invoices: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    until: inputs.Day,
    due_by: inputs.Day,
    buckets: Sequence[float] = BUCKETS,
) -> OldSales:
    """Follow old invoices through the buckets, to the money that was never paid.

    Parameters
    ----------
    invoices, payments : pandas.DataFrame
        As in `open_items`.
    until : day
        Last day that counts.
    due_by : day
        Invoices due up to this day are followed. It must lie long enough before `until`: what is
        still being paid counts as lost.
    buckets : sequence of float
        Days late at which a bucket ends, as in `open_items`.

    Returns
    -------
    OldSales
        With ``table``, ``lost`` and ``expected_loss``.

    Raises
    ------
    ValueError
        As in `open_items`; `due_by` after `until`; no invoice due by then.

    Notes
    -----
    Payments are matched as in `open_items` on the day `until`, and counted from the day they came.

    Examples
    --------
    100 is paid 40 days late, 50 never.

    >>> bills = pd.DataFrame({"invoice_id": ["1", "2"], "customer_id": ["Ann", "Bo"],
    ...     "date": "2025-01-01", "due": "2025-01-31", "amount": [100.0, 50.0]})
    >>> paid = pd.DataFrame({"customer_id": ["Ann"], "date": ["2025-03-12"], "amount": [100.0]})
    >>> old = old_sales(bills, paid, until="2025-12-31", due_by="2025-06-30")
    >>> old.table["reached"].tolist(), old.lost
    ([150.0, 150.0, 150.0, 50.0, 50.0], 50.0)
    """
    day, last = inputs.day(until, "until"), inputs.day(due_by, "due_by")
    if last > day:
        raise ValueError(f"due_by is {last:%Y-%m-%d}, after until, {day:%Y-%m-%d}.")
    names, edges = bucket_names(buckets)
    bills, paid = read_invoices(invoices), read_payments(payments)
    refuse_unknown(invoice_of(paid, bills), bills, payments)
    bills = bills[bills["date"] <= day].sort_values(["due", "date"], kind="stable")
    paid = paid[paid["date"] <= day].sort_values("date", kind="stable")
    followed = (bills["due"] <= last).to_numpy()
    if not followed.any():
        raise ValueError(f"No invoice was due by {last:%Y-%m-%d}; give a later day.")
    open_on = _Account(bills, paid)
    wide = pd.DataFrame({names[0]: bills["amount"].to_numpy()})
    for name, edge in zip(names[1:], edges, strict=True):
        wide[name] = open_on(bills["due"] + pd.Timedelta(days=int(edge)))
    wide["lost"] = open_on(pd.Series(day, bills.index))
    kept = wide[followed].groupby(bills["customer_id"].to_numpy()[followed]).sum()
    reached, lost = kept[names].sum().rename("reached"), float(kept["lost"].sum())
    rates = loss_rates(reached, lost=lost)
    table = pd.DataFrame({"reached": reached, "loss_rate": rates}).rename_axis("bucket")
    return OldSales(table, lost, kept.rename_axis("customer_id"))


class _Account:
    """What each invoice still lacks on a day of its own, payments matched once and for all."""

    def __init__(self, bills: pd.DataFrame, paid: pd.DataFrame) -> None:
        owner = pd.factorize(pd.concat([bills["customer_id"], paid["customer_id"]]))[0]
        debtor, payer = owner[: len(bills)], owner[len(bills) :]
        place = invoice_of(paid, bills)
        bound = (place >= 0) & (place < len(bills))
        self.amount, money = bills["amount"].to_numpy(), paid["amount"].to_numpy()
        day = paid["date"].to_numpy()
        so_far = pd.Series(money[bound]).groupby(place[bound]).cumsum().to_numpy()
        cap = self.amount[place[bound]]
        met = np.minimum(so_far, cap) - np.minimum(so_far - money[bound], cap)
        self.direct = _Sums(place[bound], day[bound], met)
        free = np.concatenate([money[~bound], money[bound] - met])
        whose = np.concatenate([payer[~bound], debtor[place[bound]]])
        self.free = _Sums(whose, np.concatenate([day[~bound], day[bound]]), free)
        self.debtor = debtor
        end = np.full(len(bills), np.datetime64("9999-12-31"), dtype="M8[D]")
        rest = pd.Series(self.amount - self.direct(np.arange(len(bills)), end))
        self.rest = rest.to_numpy()
        self.before = (rest.groupby(debtor).cumsum() - rest).to_numpy()

    def __call__(self, days: pd.Series) -> NDArray[np.float64]:
        at = days.to_numpy().astype("M8[D]")
        direct = self.direct(np.arange(len(at)), at)
        used = np.clip(self.free(self.debtor, at) - self.before, 0.0, self.rest)
        return np.round(self.amount - direct - used, 6)


class _Sums:
    """Money of each code up to a day."""

    def __init__(self, codes: NDArray, days: NDArray, money: NDArray) -> None:
        time = days.astype("M8[D]").astype(np.int64)
        order = np.lexsort((time, codes))
        self.keys = self._key(codes[order], time[order])
        self.money = np.concatenate([[0.0], np.cumsum(money[order])])

    @staticmethod
    def _key(codes: NDArray, time: NDArray) -> NDArray[np.int64]:
        return codes.astype(np.int64) * 2**32 + time + 2**24

    def __call__(self, codes: NDArray, days: NDArray) -> NDArray[np.float64]:
        time = days.astype(np.int64)
        upto = np.searchsorted(self.keys, self._key(codes, time), side="right")
        start = np.searchsorted(self.keys, codes.astype(np.int64) * 2**32, side="left")
        return self.money[upto] - self.money[start]
