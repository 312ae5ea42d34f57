"""The page that says what a customer database holds and which lessons it allows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd

from crmlab.database.problems import counted, listed
from crmlab.database.readiness import lessons_ready
from crmlab.database.remarks import COPIES, on_customers, on_days, on_set_aside
from crmlab.database.schema import TABLES

Tables = Mapping[str, pd.DataFrame]

_WIDTH = 15


class Page(str):
    """Text that shows itself as it is, also as the last expression of a notebook cell."""

    def __repr__(self) -> str:
        return str(self)


def describe(
    tables: Tables, rejected: pd.DataFrame, remarks: Mapping[str, list[str]], title: str
) -> str:
    """Write the page.

    Parameters
    ----------
    tables : dict of str to DataFrame
    rejected : DataFrame
    remarks : dict of str to list of str
    title : str

    Returns
    -------
    str
    """
    lines = [f"Customer database: {title}", ""]
    alike = _said_of_all([remarks.get(name, []) for name in tables])
    for name, frame in tables.items():
        own = [remark for remark in remarks.get(name, []) if remark not in alike]
        lines += _entry(name, facts(name, frame, tables, own))
    lines += ["", *(_entry("All tables", alike) if alike else [])]
    lines += _entry("Set aside", on_set_aside(rejected) or ["nothing"])
    lines += _entry("Not there", [", ".join(n for n in TABLES if n not in tables) or "nothing"])
    if remarks.get(""):
        lines += _entry("Not read", remarks[""])
    lines += ["", *lessons_ready(tables)]
    return "\n".join(lines)


def _said_of_all(remarks: list[list[str]]) -> list[str]:
    first, *others = remarks
    return [one for one in first if others and all(one in other for other in others)]


def _entry(name: str, facts: list[str]) -> list[str]:
    folded = [line for fact in facts for line in textwrap.wrap(fact, 84, subsequent_indent="  ")]
    return [f"{name if not i else '':<{_WIDTH}}{line}" for i, line in enumerate(folded)]


def facts(name: str, frame: pd.DataFrame, tables: Tables, remarks: list[str]) -> list[str]:
    """Say what one table holds, in a few short lines.

    Parameters
    ----------
    name : str
    frame : DataFrame
    tables : dict of str to DataFrame
        All tables, to compare customers.
    remarks : list of str
        What was said of it while it was read.

    Returns
    -------
    list of str
    """
    said = [counted(len(frame), "row")]
    if "customer_id" in frame and name != "customers":
        said[0] += f", {counted(frame['customer_id'].nunique(), 'customer')}"
    days = [c for c, rule in TABLES[name].columns.items() if rule.kind == "date" and c in frame]
    for day in days:
        first, last = frame[day].min(), frame[day].max()
        if first == first:  # not all missing
            said[0] += f"; {day} from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if name == "transactions":
        counted_before = any(remark.startswith(COPIES) for remark in remarks)
        said += [*_purchases(frame, counted_before), *on_customers(frame), *on_days(frame["date"])]
    if "customers" in tables and name != "customers" and "customer_id" in frame:
        said += _against_customers(frame, tables["customers"], days)
    extra = [column for column in frame if TABLES[name].column(str(column)) is None]
    if extra:
        said.append(f"other columns kept: {listed(extra)}")
    return [*said, *remarks]


def _purchases(frame: pd.DataFrame, counted_before: bool) -> list[str]:
    said = []
    if "amount" in frame:
        amount = frame["amount"]
        refunds = amount[amount < 0]
        said.append(f"amount sums to {amount.sum():,.2f}")
        said.append(
            f"refunds (amount below 0): {counted(len(refunds), 'row')}, {refunds.sum():,.2f}; "
            f"amount 0: {counted(int((amount == 0).sum()), 'row')}"
        )
    days = len(frame[["customer_id", "date"]].drop_duplicates())
    said.append(
        f"same customer, same day: merging them leaves {days:,} of {counted(len(frame), 'row')}"
    )
    copies = 0 if counted_before else int(frame.duplicated().sum())
    if copies:
        said.append(f"{COPIES}: {counted(copies, 'row')}, kept")
    if "order_id" in frame:
        said += _orders(frame)
    return said


def _orders(frame: pd.DataFrame) -> list[str]:
    given = frame.dropna(subset="order_id")
    lines = given[given["order_id"].duplicated(keep=False)]
    said = []
    if len(given) < len(frame):
        said.append(f"no order_id: {counted(len(frame) - len(given), 'row')}")
    if len(lines):
        orders = lines["order_id"].nunique()
        said.append(f"{counted(orders, 'order')} with several rows ({len(lines):,}), all kept")
        shared = int((lines.groupby("order_id")["customer_id"].nunique() > 1).sum())
        if shared:
            said.append(f"of these, with more than one customer: {counted(shared, 'order')}")
    return said


def _against_customers(frame: pd.DataFrame, customers: pd.DataFrame, days: list[str]) -> list[str]:
    said = []
    known = frame["customer_id"].isin(customers["customer_id"])
    strangers = frame.loc[~known & frame["customer_id"].notna(), "customer_id"]
    if len(strangers):
        said.append(
            f"not in customers: {counted(strangers.nunique(), 'customer')}, "
            f"{counted(len(strangers), 'row')}"
        )
        alike = strangers.str.lstrip("0").isin(customers["customer_id"].str.lstrip("0"))
        if alike.any():
            said[-1] += f"; {alike.sum():,} of these rows differ by leading zeros only"
    if "joined" in customers and days:
        joined = frame["customer_id"].map(customers.set_index("customer_id")["joined"])
        early = int((frame[days[0]] < joined).sum())
        if early:
            said.append(f"{days[0]} before the customer joined: {counted(early, 'row')}")
    return said
