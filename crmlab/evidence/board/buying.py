"""What the record of sales says: customers, concentration, change, and what was left out."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import inputs
from crmlab.evidence.board.facts import Ledger, Picture, Span, Windows
from crmlab.intervals import normal_quantile, wilson

if TYPE_CHECKING:
    from crmlab.database import CustomerDatabase

LEAST = 30  # customers below whom shares, tiers and models say nothing
LARGE_SHARE = 0.25  # of all rows or all money, in one hand
MENTIONED = 0.10  # refunds beside purchases, from which the share is worth a line


@dataclass(frozen=True)
class Sales:
    """A record of sales, read once.

    Attributes
    ----------
    db : CustomerDatabase
    rows : pandas.DataFrame
        ``customer_id``, ``date``, ``amount``; refunds are negative.
    days : pandas.DataFrame
        One row per customer and day with a purchase: ``customer_id``, ``date``, ``amount``.
    windows : Windows
    margin : float or None
        Share of sales that is contribution, where it is known.
    margin_given : bool
        Whether it was assumed and not read from the record.
    """

    db: CustomerDatabase
    rows: pd.DataFrame
    days: pd.DataFrame
    windows: Windows
    margin: float | None
    margin_given: bool

    @classmethod
    def of(cls, db: CustomerDatabase, margin: float | None, given: bool) -> Sales:
        """Read it: a day whose refunds leave nothing above zero is no purchase."""
        rows = inputs.purchases(db, refunds="net")
        back = (-rows["amount"]).clip(lower=0)
        days = rows.assign(back=back).groupby(["customer_id", "date"], as_index=False).sum()
        bought = (days["back"] == 0) | (days["amount"] > 1e-9 * days["back"])
        days = days.loc[bought, ["customer_id", "date", "amount"]]
        if days.empty:
            raise ValueError("transactions: refunds only; a page needs at least one purchase.")
        survey, surveys = wave_days(db.tables.get("survey"))
        windows = replace(Windows.of(rows["date"]), survey=survey, surveys=surveys)
        return cls(db, rows, days, windows, margin, given)

    def spent(self, window: str) -> pd.Series:
        """Net amount of each customer with a row in a window, to the cent of rounding."""
        inside = self.rows[self.windows.inside(self.rows["date"], window)]
        net = inside.groupby("customer_id")["amount"].sum()
        size = inside["amount"].abs().groupby(inside["customer_id"]).sum()
        return net.where(net.abs() > 1e-9 * size, 0.0)

    def buyers(self, window: str) -> pd.Series:
        """Number of purchases of each customer who made one in a window."""
        inside = self.days[self.windows.inside(self.days["date"], window)]
        return inside.groupby("customer_id").size()


def wave_days(survey: pd.DataFrame | None) -> tuple[Span | None, Span | None]:
    """First and last day of the last wave and of the last two, where the survey tells its days."""
    if survey is None or "date" not in survey or survey["date"].isna().all():
        return None, None
    if "wave" not in survey:
        return (survey["date"].min(), survey["date"].max()), None
    spans = survey.groupby("wave")["date"].agg(["min", "max"]).dropna()
    last = spans.iloc[-2:]
    return (last["min"].iloc[-1], last["max"].iloc[-1]), (last["min"].min(), last["max"].max())


def customers(sales: Sales, ledger: Ledger) -> None:
    """How many customers there are, and how we know."""
    bought = sales.buyers("all")
    many = ledger.count("customers.all", len(bought), "customers", "all")
    ledger.count("rows.all", len(sales.rows), "rows", "all")
    ledger.count("purchases.all", len(sales.days), "purchases", "all", (many, "customers"))
    total = float(sales.rows["amount"].sum())
    ledger.count("sales.all", total, "money", "all", (many, "customers"))
    if sales.margin_given and sales.margin is not None:
        ledger.given("margin.share", sales.margin, "share", "all")
    elif sales.margin is not None:
        ledger.count("margin.share", sales.margin, "share", "all")
    again = int((bought > 1).sum())
    low, high = wilson(again, len(bought))
    found = {"estimate": again / len(bought), "low": low, "high": high}
    ledger.estimate("customers.again", found, "share", "all", (many, "customers"))
    ledger.part("customers", "customers.known", "customers.again")
    if sales.windows.months:
        now = sales.buyers("now")
        first = sales.days.groupby("customer_id")["date"].min()
        new = int(sales.windows.inside(first, "now").sum())
        ledger.count("customers.now", len(now), "customers", "now", (many, "customers"))
        ledger.count("customers.new", new, "customers", "now", (len(now), "customers"))
        ledger.part("customers", "customers.now")


def concentration(sales: Sales, ledger: Ledger) -> None:
    """How much hangs on how few, in the window that is reported; and how far the ranges hold."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        _concentration(sales, ledger)
    if any(one.category is crm.tiers.TailWarning for one in heard):
        ledger.part("concentration", "top.few")


def _concentration(sales: Sales, ledger: Ledger) -> None:
    spent = sales.spent("now")
    spent = spent[spent > 0]
    if len(spent) < LEAST:
        ledger.count("spenders", len(spent), "customers", "now")
        ledger.absent.append("absent.concentration")
        return
    base = (len(spent), "customers")
    share, gini = crm.tiers.top_share(spent), crm.tiers.gini(spent)
    ledger.estimate("top.share", share, "share", "now", base)
    ordered = spent.sort_values(ascending=False).to_numpy()
    cuts = np.ceil(np.arange(6) * len(ordered) / 5 - 1e-9).astype(int)
    ledger.count("top.customers", int(cuts[1]), "customers", "now", base)
    ledger.derived("rest.share", 1 - share["estimate"], "share", "now", base)
    ledger.estimate("top.gini", gini, "index", "now", base)
    for place, (begin, end) in enumerate(pairwise(cuts), 1):
        held = ordered[begin:end].sum() / ordered.sum()
        ledger.count(f"fifth.{place}", held, "share", "now", base)
    bars = tuple((f"fifth.{place}", f"fifth.{place}") for place in range(1, 6))
    ledger.part("concentration", "top.share", "top.gini", picture=Picture("bars", bars))
    if sales.windows.months:
        _next(sales, ledger)


def _next(sales: Sales, ledger: Ledger) -> None:
    """What the top fifth of the window before brings now."""
    before = sales.spent("before").clip(lower=0)
    before, now = before[before > 0], sales.spent("now").clip(lower=0)
    if len(before) < LEAST or not now.reindex(before.index, fill_value=0.0).sum() > 0:
        return
    later = crm.tiers.top_share_next(before, now)
    base = (len(before), "customers")
    ledger.estimate("top.before", crm.tiers.top_share(before), "share", "before", base)
    ledger.estimate("top.later", later, "share", "now", base)
    ledger.part("concentration", "top.later")


def change(sales: Sales, ledger: Ledger) -> None:
    """What changed since the window before, with the interval of each change.

    Customers are taken to come independently, each with what they bring: the variance of a sum is
    then the sum of the squares (compound Poisson).
    """
    if not sales.windows.months:
        ledger.absent.append("absent.change")
        return
    pairs = {"sales": (sales.spent("before"), sales.spent("now"), "money")}
    before, now = sales.buyers("before"), sales.buyers("now")
    pairs["buyers"] = ((before > 0).astype(float), (now > 0).astype(float), "customers")
    pairs["purchases"] = (before, now, "purchases")
    for name, (old, new, unit) in pairs.items():
        moved = new.sub(old, fill_value=0.0).to_numpy(dtype=float)
        reach = normal_quantile(0.95) * float(np.sqrt((moved**2).sum()))
        middle, either = float(moved.sum()), (len(moved), "customers")
        ledger.count(f"{name}.before", float(old.sum()), unit, "before")
        ledger.count(f"{name}.now", float(new.sum()), unit, "now")
        found = {"estimate": middle, "low": middle - reach, "high": middle + reach}
        if len(moved) < LEAST:
            ledger.count(f"{name}.change", middle, unit, "now", either)
        else:
            ledger.estimate(f"{name}.change", found, unit, "now", either)
    few = ledger["sales.change"].basis == "counted"
    ledger.part("change", "change.sales_few" if few else "change.sales")
    if ledger["sales.change"].low <= 0 <= ledger["sales.change"].high:
        ledger.part("change", "change.chance")
    if len(before):
        _returned(before, now, ledger)
    if sales.windows.months < 12:
        ledger.part("change", "change.season")


def _returned(before: pd.Series, now: pd.Series, ledger: Ledger) -> None:
    back = int(before.index.isin(now.index).sum())
    low, high = wilson(back, len(before))
    base = (len(before), "customers")
    found = {"estimate": back / len(before), "low": low, "high": high}
    ledger.estimate("returned.share", found, "share", "now", base)
    ledger.count("gone.customers", len(before) - back, "customers", "now", base)
    ledger.part("change", "change.returned")


def left_out(sales: Sales, ledger: Ledger) -> None:
    """What the page leaves out or treats in its own way, in rows and money."""
    rows, part = sales.rows, ledger.part("left_out")
    _set_aside(sales.db.rejected, ledger)
    refunds = rows[rows["amount"] < 0]
    if len(refunds):
        ledger.count("out.refund_rows", len(refunds), "rows", "all", (len(rows), "rows"))
        ledger.count("out.refund_money", -refunds["amount"].sum(), "money", "all")
        part.says.append("out.refunds")
        _weigh_refunds(rows["amount"], ledger)
    spent = sales.spent("all")
    never = spent[~spent.index.isin(sales.days["customer_id"])]
    if len(never):
        ledger.count("out.never", len(never), "customers", "all")
        ledger.count("out.never_money", -never.sum(), "money", "all")
        part.says.append("out.never")
    over = spent[(spent < 0) & ~spent.index.isin(never.index)]
    if len(over):
        many = (ledger.value("customers.all"), "customers")
        ledger.count("out.over", len(over), "customers", "all", many)
        ledger.count("out.over_money", -over.sum(), "money", "all")
        part.says.append("out.over")
    _one_row(sales, ledger)
    _kept(sales, ledger)
    if not part.says:
        part.says.append("out.nothing")


def _weigh_refunds(amount: pd.Series, ledger: Ledger) -> None:
    """Refunds beside the purchases, where they are no small thing."""
    paid, back = (float(side.clip(lower=0).sum()) for side in (amount, -amount))
    if back >= MENTIONED * paid > 0:
        ledger.count("out.refund_share", back / paid, "share", "all", (len(amount), "rows"))
        ledger.part("left_out", "out.refund_share")


def _one_row(sales: Sales, ledger: Ledger) -> None:
    """A single purchase that is a large share of all: true, or a slip of the keyboard."""
    for window in ("now", "all"):
        inside = sales.rows.loc[sales.windows.inside(sales.rows["date"], window), "amount"]
        paid, base = inside.clip(lower=0), (len(inside), "rows")
        if len(inside) < LEAST or not paid.max() >= LARGE_SHARE * paid.sum() > 0:
            continue
        ledger.count("row.money", float(paid.max()), "money", window)
        ledger.count("row.share", float(paid.max() / paid.sum()), "share", window, base)
        ledger.part("left_out", f"out.row_{window}")
        return


def _set_aside(rejected: pd.DataFrame, ledger: Ledger) -> None:
    whole = rejected[rejected["left_out"] == "row"].drop_duplicates(["table", "position"])
    sold = whole["table"] == "transactions"
    part = ledger.part("left_out")
    if sold.any():
        amount = whole.loc[sold, "amount"]
        ledger.count("out.rows", int(sold.sum()), "rows", "all")
        ledger.count("out.money", float(amount.sum()), "money", "all")
        ledger.count("out.unknown", int(amount.isna().sum()), "rows", "all")
        part.says.append("out.rows")
    if (~sold).any():
        ledger.count("out.other", int((~sold).sum()), "rows", "all")
        part.says.append("out.other")
    cells = int((rejected["left_out"] == "cell").sum())
    if cells:
        ledger.count("out.cells", cells, "cells", "all")
        part.says.append("out.cells")


def _kept(sales: Sales, ledger: Ledger) -> None:
    """What stayed in although a careful reader would ask about it."""
    rows, given = sales.rows, sales.db.transactions
    part, base = ledger.part("left_out"), (len(rows), "rows")
    for key, found in (
        ("out.zero", int((rows["amount"] == 0).sum())),
        ("out.copies", int(given.duplicated().sum())),
    ):
        if found:
            ledger.count(key, found, "rows", "all", base)
            part.says.append(key)
    largest: Any = rows["customer_id"].value_counts(normalize=True)
    if len(largest) > 1 and largest.iloc[0] >= LARGE_SHARE:
        ledger.count("out.one_id", float(largest.iloc[0]), "share", "all", base)
        part.says.append("out.one_id")
