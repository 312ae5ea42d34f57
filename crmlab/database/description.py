"""The page that says what a customer database holds and which lessons it allows."""

import textwrap

from crmlab.database.problems import counted, listed
from crmlab.database.schema import LESSONS, TABLES

_WIDTH = 15


class Page(str):
    """Text that shows itself as it is, also as the last expression of a notebook cell."""

    def __repr__(self):
        return str(self)


def describe(tables, rejected, remarks, title):
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
    for name, frame in tables.items():
        lines += _entry(name, [*facts(name, frame, tables), *remarks.get(name, [])])
    lines += ["", *_entry("Set aside", _set_aside(rejected))]
    lines += _entry("Not there", [", ".join(n for n in TABLES if n not in tables) or "nothing"])
    if remarks.get(""):
        lines += _entry("Not read", remarks[""])
    lines.append("")
    for lesson in LESSONS:
        text = f"{lesson:<20}  {allowed(lesson, tables)}"
        lines += textwrap.wrap(text, 99, subsequent_indent=" " * 22)
    return "\n".join(lines)


def _entry(name, facts):
    folded = [line for fact in facts for line in textwrap.wrap(fact, 84, subsequent_indent="  ")]
    return [f"{name if not i else '':<{_WIDTH}}{line}" for i, line in enumerate(folded)]


def facts(name, frame, tables):
    """Say what one table holds, in a few short lines.

    Parameters
    ----------
    name : str
    frame : DataFrame
    tables : dict of str to DataFrame
        All tables, to compare customers.

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
            said.append(f"{day} from {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    if name == "transactions":
        said += _purchases(frame)
    if "customers" in tables and name != "customers" and "customer_id" in frame:
        said += _against_customers(frame, tables["customers"], days)
    extra = [column for column in frame if column not in TABLES[name].columns]
    if extra:
        said.append(f"other columns kept: {', '.join(extra)}")
    return said


def _purchases(frame):
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
    copies = int(frame.duplicated().sum())
    if copies:
        said.append(f"exact copies of an earlier row: {counted(copies, 'row')}, kept")
    if "order_id" in frame:
        said += _orders(frame)
    return said


def _orders(frame):
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


def _against_customers(frame, customers, days):
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


def _set_aside(rejected):
    if rejected.empty:
        return ["nothing"]
    rows = rejected.drop_duplicates(["table", "row"])
    said = [
        f"{counted(len(part), 'row')} of {table}"
        for table, part in rows.groupby("table", sort=False)
    ]
    cells = rejected.groupby(["table", "column", "reason"], sort=False).size()
    return [listed(said)] + [
        f"{'.'.join(filter(None, (table, column)))} {reason}: {counted(number, 'row')}"
        for (table, column, reason), number in cells.items()
    ]


def allowed(lesson, tables):
    """Say whether the tables are enough for a lesson, or what they lack.

    Parameters
    ----------
    lesson : str
        One of ``LESSONS``.
    tables : dict of str to DataFrame

    Returns
    -------
    str

    Examples
    --------
    >>> allowed("00-customer-base", {})
    'needs transactions (customer_id, date, amount)'
    """
    lacking = {
        name: [c for c in columns if name not in tables or c not in tables[name]]
        for name, columns in LESSONS[lesson].items()
    }
    needs = [f"{name} ({', '.join(columns)})" for name, columns in lacking.items() if columns]
    return f"needs {listed(needs)}" if needs else "ready"
