"""The tiers of customers, what each brings and costs, and who moved."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd

import crmlab as crm
from crmlab.evidence.board.buying import LEAST, Sales
from crmlab.evidence.board.facts import Ledger, Picture

TIERS = ("key", "ordinary", "small")


def tiers(sales: Sales, ledger: Ledger) -> None:
    """Three tiers by what each customer brought in the window, or the reason why there are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an empty tier shows in the table
        found = _pyramid(sales, "now")
        if found is None:
            ledger.absent.append("absent.tiers")
            return
        base = (len(found.customers), "customers")
        for name in TIERS:
            row: Any = found.table.loc[name]
            ledger.count(f"{name}.customers", row["customers"], "customers", "now", base)
            ledger.count(f"{name}.heads", row["share_of_customers"], "share", "now", base)
            ledger.count(f"{name}.value", row["value"], "money", "now", base)
            ledger.count(f"{name}.share", row["share_of_value"], "share", "now", base)
        rows = tuple((f"{n}.customers", f"{n}.heads", f"{n}.share") for n in TIERS)
        says = "tiers.profit" if sales.margin else "tiers.sales"
        ledger.part("tiers", says, picture=Picture("twins", rows))
        _costs(sales, found, ledger)
        _moves(sales, found, ledger)


def _pyramid(sales: Sales, window: str) -> crm.tiers.Pyramid | None:
    value = _value(sales, window)
    if len(value) < LEAST:
        return None
    try:
        return crm.tiers.pyramid(value)
    except ValueError:  # all together bring nothing, so no share of it exists
        return None


def _value(sales: Sales, window: str) -> pd.Series:
    """Profit of each customer where the margin is known, else sales."""
    contacts = _contacts(sales, window)
    if sales.margin is None:
        spent = sales.spent(window)
        met = pd.Index(contacts["customer_id"].unique()).difference(spent.index)
        return pd.concat([spent, pd.Series(0.0, index=met)])
    inside = sales.rows[sales.windows.inside(sales.rows["date"], window)]
    given = sales.db.transactions
    if "margin" in given and given["margin"].notna().all():
        inside = inside.assign(margin=given["margin"].reindex(inside.index))
    if inside.empty:
        return pd.Series(dtype=float)
    return crm.tiers.customer_profit(
        inside, margin=sales.margin, contacts=contacts if len(contacts) else None
    )


def _contacts(sales: Sales, window: str) -> pd.DataFrame:
    """Contacts of a window whose cost is known."""
    contacts = sales.db.tables.get("contacts")
    if contacts is None or "cost" not in contacts:
        return pd.DataFrame({"customer_id": pd.Series(dtype="str"), "mode": [], "cost": []})
    known = contacts.dropna(subset=["customer_id", "date", "cost"])
    known = known[sales.windows.inside(known["date"], window)]
    return known.assign(mode="contact")


def _costs(sales: Sales, found: crm.tiers.Pyramid, ledger: Ledger) -> None:
    contacts = _contacts(sales, "now")
    if contacts.empty:
        ledger.absent.append("absent.costs")
        return
    served = crm.tiers.cost_to_serve(contacts, found).xs("all", level="mode")
    for name in TIERS:
        row = served.loc[name]
        if row["low"] == row["low"]:  # a tier of one customer has no interval
            many = ledger.value(f"{name}.customers")
            ledger.estimate(f"{name}.cost", row, "money", "now", (many, "customers"))
    if all(f"{name}.cost" in ledger for name in TIERS):
        ledger.part("tiers", "tiers.cost")


def _moves(sales: Sales, found: crm.tiers.Pyramid, ledger: Ledger) -> None:
    """Of the key customers of the window before, who are key customers still, and who are gone."""
    before = _pyramid(sales, "before") if sales.windows.months else None
    if before is None or not found.tier.index.isin(before.tier.index).any():
        return
    moves = crm.tiers.migration(before, found).table
    many = int((before.tier == "key").sum())
    for key, state in (("key.kept", "key"), ("key.lost", "lost")):
        if ("key", state) in moves.index and many:
            ledger.estimate(key, moves.loc[("key", state)], "share", "now", (many, "customers"))
    if "key.kept" in ledger and "key.lost" in ledger:
        ledger.part("tiers", "tiers.moves")
