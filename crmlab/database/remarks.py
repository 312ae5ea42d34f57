"""Remarks on a table: what a careful reader would ask about it before she counts."""

from __future__ import annotations

import calendar
import re

import pandas as pd

from crmlab.database.days import CUT
from crmlab.database.headers import Named, plain_name
from crmlab.database.problems import counted, listed
from crmlab.database.schema import TABLES
from crmlab.database.values import plain, written

_PRICE = re.compile(r"price|preis|prix|precio|单价|單價|价格|unitcost")
_QUANTITY = re.compile(r"quantity|qty|menge|anzahl|quantit|cantidad|units|数量|件数")
_STATUS = re.compile(r"status|state|状态|狀態|zustand|estado")
_CANCELLED = re.compile(
    r"cancel|void|refund|return|reject|storn|annul|退|取消|作废|关闭", re.IGNORECASE
)
COPIES = "exact copies of an earlier row"
_MOST_STATES = 50
_FEW_ANSWERS = 5
_LARGE_SHARE = 0.25
_DAYS_SHORT = 3


def while_reading(
    name: str, frame: pd.DataFrame, values: pd.DataFrame, names: Named, said: list[str]
) -> list[str]:
    """Remarks that need the cells as they were found.

    Parameters
    ----------
    name : str
        The table.
    frame : DataFrame
        Cells unread, under the names they will have.
    values : DataFrame
        Cells read.
    names : Named
    said : list of str
        What was remarked so far.
    """
    new = [
        f"{old} is kept as {now}: the name was given to another" for old, now in names.aside.items()
    ]
    new += _other_numbers(name, values, names) + _states(name, values) + _scales(name, values)
    if name == "transactions" and f"date: {CUT}" in said:
        copies = _copies(frame)
        new.append(f"{COPIES}, time of day included: {counted(copies, 'row')}, kept")
    return new


def _other_numbers(name: str, values: pd.DataFrame, names: Named) -> list[str]:
    """Number columns beside an amount that was found by its name or is the price of one piece."""
    if name != "transactions" or "amount" not in values:
        return []
    known = TABLES[name].columns
    extra = [c for c in values if c not in known and pd.api.types.is_numeric_dtype(values[c])]
    source = names.sources.get("amount", "")
    many = [c for c in values if _QUANTITY.search(plain_name(c))]
    if _PRICE.search(plain_name(source)) and many and not re.search(r"[*/+]", source):
        return [
            f"a column {many[0]} stands beside {source}: if amount is the price of one piece, load "
            f'it with columns={{"{many[0]} * {source}": "amount"}}'
        ]
    money = [c for c in extra if re.search(r"price|sales|total|revenue|金额", plain_name(c))]
    if not source and money:
        return [f"amount was found by its name; other number columns: {listed(extra)}"]
    return []


def _states(name: str, values: pd.DataFrame) -> list[str]:
    """A status column that holds cancelled orders, and what they add up to."""
    said = []
    for column in values.columns if name == "transactions" else ():
        if not _STATUS.search(plain_name(column)) or column in TABLES[name].columns:
            continue
        states = values[column].dropna().astype(str)
        different = states.unique()
        gone = [state for state in different if _CANCELLED.search(state)]
        if not gone or len(different) > _MOST_STATES:
            continue
        rows = values[column].isin(gone)
        money = f", {values.loc[rows, 'amount'].sum():,.2f}" if "amount" in values else ""
        kept = [state for state in different if state not in gone]
        said.append(
            f"{column} is {listed(map(repr, gone), 'or')} in {counted(int(rows.sum()), 'row')}"
            f"{money}, kept" + (f'; to leave them out: only={{"{column}": {kept}}}' if kept else "")
        )
    return said


def _scales(name: str, values: pd.DataFrame) -> list[str]:
    """Ratings that use only the lower half of their scale were perhaps asked on another."""
    said = []
    for column in values.columns if name == "survey" else ():
        rule = TABLES[name].column(column)
        if rule is None or rule.high != 10:
            continue
        answers = values[column].dropna()
        low, high = answers.min(), answers.max()
        if len(answers) >= _FEW_ANSWERS and answers.nunique() > 2 and low >= 1 and high <= 5:
            step = f"{rule.low:g} + ({column} - 1) * {10 - rule.low:g} / 4"
            said.append(
                f"{column}: answers {low:g} to {high:g} only, this column is {rule.low:g} to 10; "
                f'if it was asked on 1 to 5: columns={{"{step}": "{column}"}}'
            )
    return said


def _copies(frame: pd.DataFrame) -> int:
    """Rows that repeat an earlier one in every cell as it was written."""
    codes = [pd.factorize(plain(frame[column]).astype(object).map(written))[0] for column in frame]
    return int(pd.DataFrame(dict(enumerate(codes))).duplicated().sum())


def on_customers(frame: pd.DataFrame) -> list[str]:
    """The customer with most rows, if she holds a large share of them."""
    if "customer_id" not in frame or len(frame) < 4:
        return []
    counts = frame["customer_id"].value_counts()
    if counts.empty:
        return []
    share = counts.iloc[0] / len(frame)
    if share < _LARGE_SHARE or len(counts) < 2:
        return []
    who = counts.index[0]
    return [
        f"customer {who!r} holds {share:.0%} of the rows; if that is no one person: "
        f'guests=["{who}"]'
    ]


def on_days(days: pd.Series) -> list[str]:
    """A last month that is not whole."""
    first, last = days.min(), days.max()
    if first != first or (first.year, first.month) == (last.year, last.month):
        return []
    length = calendar.monthrange(last.year, last.month)[1]
    if length - last.day < _DAYS_SHORT:
        return []
    return [f"the last month, {last:%Y-%m}, is not whole: it ends on day {last.day} of {length}"]


def on_set_aside(rejected: pd.DataFrame) -> list[str]:
    """What was set aside, in rows and money, table by table."""
    rows = rejected[rejected["left_out"] == "row"].drop_duplicates(["table", "position"])
    cells = rejected[rejected["left_out"] == "cell"]
    said = []
    for table, part in rows.groupby("table", sort=False):
        line = f"{counted(len(part), 'row')} of {table}"
        known = part["amount"].dropna()
        if len(known):
            line += f", amount {known.sum():,.2f}"
        if table == "transactions" and len(known) < len(part):
            line += f" (unknown in {counted(len(part) - len(known), 'row')})"
        said.append(line)
    lines = [listed(said)] if said else []
    if len(cells):
        whose = "its row" if len(cells) == 1 else "their rows"
        lines.append(f"{counted(len(cells), 'cell')} emptied, {whose} kept")
    groups = rejected.groupby(["table", "column", "reason", "left_out"], sort=False).size()
    for row in groups.reset_index(name="many").to_dict("records"):
        where = ".".join(filter(None, (row["table"], row["column"])))
        lines.append(f"{where} {row['reason']}: {counted(row['many'], row['left_out'])}")
    return lines
