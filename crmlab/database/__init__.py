"""Load a customer database, ours or the reader's own, and ask it questions.

``load`` reads and checks; ``CustomerDatabase`` holds the tables. The columns and their meaning
are in ``crmlab.database.schema``. What is held of whom, and which records are one customer, is
in ``crmlab.database.records``; what may be held and handed on, in ``crmlab.database.custody``;
what customer data are for, in ``crmlab.database.uses``.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypedDict, Unpack

import pandas as pd

from crmlab.database.base import CustomerDatabase
from crmlab.database.cohorts import (
    Cohorts,
    PurchaseCounts,
    cohorts,
    plot_cohorts,
    plot_purchase_counts,
    plot_recency,
    purchase_counts,
    visit_days,
)
from crmlab.database.columns import Column, Table
from crmlab.database.days import today
from crmlab.database.form import Form
from crmlab.database.headers import unknown_columns
from crmlab.database.problems import ADVICE, DataError, MissingTableError, problems_error
from crmlab.database.reading import SHIPPED, Found, Source, find_tables
from crmlab.database.schema import TABLES
from crmlab.database.validation import Checked, check_table
from crmlab.database.wishes import Wishes

__all__ = [
    "TABLES",
    "Cohorts",
    "Column",
    "CustomerDatabase",
    "DataError",
    "MissingTableError",
    "PurchaseCounts",
    "Table",
    "cohorts",
    "load",
    "plot_cohorts",
    "plot_purchase_counts",
    "plot_recency",
    "purchase_counts",
    "visit_days",
]


class FileForm(TypedDict, total=False):
    """What `load` can be told about the form of a file."""

    table: str
    sheet: str
    header: int | Sequence[str]
    encoding: str
    zone: str


def load(
    source: Source,
    *,
    columns: Mapping[str, str] | None = None,
    dayfirst: bool | None = None,
    missing: Mapping[str, Any] | None = None,
    guests: Sequence[Any] = (),
    only: Mapping[str, Any] | None = None,
    bad_rows: Literal["raise", "set aside"] = "raise",
    **form: Unpack[FileForm],
) -> CustomerDatabase:
    """Load a customer database and check it.

    Parameters
    ----------
    source : str, Path, dict of frames, or frame
        ``"lantern"``, ``"cdnow"`` (the published 1/10 sample) or ``"cdnow-full"``; a folder of
        files named after the tables, or of files that all have the same columns; one CSV,
        Parquet, Excel or DuckDB file; frames by table name; or one pandas or Polars frame. A
        single table is taken as ``transactions`` unless its file is named after another table.
    columns : dict of str to str, optional
        The source's own column names, or arithmetic of them (``"Quantity * UnitPrice"``), and the
        canonical names they stand for. Names that differ only in capitals, blanks or marks
        (``Customer ID``) need no entry.
    dayfirst : bool, optional
        Whether 03/04/2025 is 3 April (True) or 4 March (False). If such days occur and nothing
        is said, that is an error.
    missing : dict of str to list, optional
        Per column the answers that mean "no answer": ``{"*_perceived": [98, 99, "Blank"]}``.
    guests : list, optional
        Ids that stand for people unknown: ``["0", "GUEST"]``. Their rows are set aside.
    only : dict of str to value or list, optional
        Per column the values whose rows count: ``{"currency": "GBP"}``. The others are set aside.
    bad_rows : {"raise", "set aside"}
        What to do with rows that cannot be used: one error that names them all, or keep the
        others and put these into ``db.rejected``. In a column that may be empty the cell is
        emptied and the row kept.
    **form
        The form of a file, where it must be said: ``table`` (such as ``"survey"``), ``sheet``,
        ``header`` (its line, or the names where there is none), ``encoding`` (``"cp1252"``), and
        the time ``zone`` of moments that are stored without theirs.

    Returns
    -------
    CustomerDatabase

    Raises
    ------
    DataError
        Every problem on a line of its own. Lines of a text file and rows of a sheet are counted
        as an editor shows them, the header included; rows of a Parquet or DuckDB table from 1;
        rows of a frame by its index.

    Notes
    -----
    Ids are text, leading zeros kept. Days carry no clock time; where a time zone is given, the
    day is the one written, in that zone. Refunds, zero amounts and repeated orders are kept and
    counted by ``db.describe()``, as is every decision taken while reading.

    Examples
    --------
    >>> import pandas as pd
    >>> import crmlab as crm
    >>> db = crm.load(pd.DataFrame({"buyer": [7, 7, 9],
    ...                             "day": ["02/01/2025", "13/01/2025", "14/01/2025"],
    ...                             "total": ["1.234,50", "(20,00)", "8,25"]}),
    ...               columns={"buyer": "customer_id", "day": "date", "total": "amount"},
    ...               dayfirst=True)
    >>> db.transactions
      customer_id       date   amount
    0           7 2025-01-02  1234.50
    1           7 2025-01-13   -20.00
    2           9 2025-01-14     8.25
    """
    said = _words(columns, dayfirst, bad_rows)
    wishes = Wishes(said, dayfirst, _lists(missing, "missing"), list(guests), _lists(only, "only"))
    table, words = _form(form, said)
    if (
        isinstance(source, str)
        and source in SHIPPED
        and not (said or missing or guests or only or form)
    ):
        return copy.copy(_shipped(source))
    return _loaded(source, table, words, wishes, bad_rows)


@functools.cache
def _shipped(source: str) -> CustomerDatabase:
    """One of the bases that come with the package, read once a session; it never changes."""
    table, words = _form({}, {})
    return _loaded(source, table, words, Wishes({}, None, {}, [], {}), "raise")


def _loaded(
    source: Source, table: str | None, words: Form, wishes: Wishes, bad_rows: str
) -> CustomerDatabase:
    found = find_tables(source, table, words)
    wishes = replace(wishes, latest=None if found.shipped else today())
    checked = _checked(found, wishes)
    if any(one.unclear for one in checked.values()):
        found = find_tables(source, table, replace(words, careful=True))
        wishes = replace(wishes, met=set())
        checked = _checked(found, wishes)
    return _database(found, checked, wishes, bad_rows)


def _checked(found: Found, wishes: Wishes) -> dict[str, Checked]:
    return {
        name: check_table(name, found.tables[name], wishes)
        for name in TABLES
        if name in found.tables
    }


def _database(
    found: Found, checked: dict[str, Checked], wishes: Wishes, bad_rows: str
) -> CustomerDatabase:
    """Raise what must be raised; otherwise the database."""
    used = set().union(*(table.used for table in checked.values()))
    headers = {name: list(map(str, raw.frame.columns)) for name, raw in found.tables.items()}
    whole = unknown_columns(wishes.columns, used, headers) + wishes.unmet()
    whole += [line for table in checked.values() for line in table.problems]
    rows = [line for table in checked.values() for line in table.row_problems]
    advice = [line for table in checked.values() for line in table.advice]
    if whole or (rows and bad_rows == "raise"):
        advice = advice if whole else [*advice, ADVICE["rows"]]
        raise problems_error(found.title, rows + whole, advice)
    rejected = pd.concat([table.rejected for table in checked.values()], ignore_index=True)
    remarks = {name: table.remarks for name, table in checked.items()} | {"": found.ignored}
    tables = {name: table.frame for name, table in checked.items()}
    if found.sample is not None:
        tables = _sample(tables, found.sample)
    return CustomerDatabase(tables, rejected=rejected, remarks=remarks, title=found.title)


def _words(columns: Any, dayfirst: Any, bad_rows: Any) -> dict[str, str]:
    if bad_rows not in ("raise", "set aside"):
        raise ValueError(f'bad_rows is "raise" or "set aside", not {bad_rows!r}')
    if dayfirst not in (None, True, False):
        raise ValueError(f"dayfirst is True, False or None, not {dayfirst!r}")
    if columns is not None and not isinstance(columns, Mapping):
        raise ValueError(
            f'columns is a {type(columns).__name__}; write {{"their name": "customer_id", ...}}'
        )
    return {str(source): str(target) for source, target in (columns or {}).items()}


def _lists(words: Any, name: str) -> dict[str, list[Any]]:
    if words is not None and not isinstance(words, Mapping):
        raise ValueError(f'{name} is a {type(words).__name__}; write {{"column": [value, ...]}}')
    return {
        str(column): list(values)
        if isinstance(values, list | tuple | set | frozenset)
        else [values]
        for column, values in (words or {}).items()
    }


def _form(form: FileForm, columns: dict[str, str]) -> tuple[str | None, Form]:
    """Check the words on the form of a file."""
    unknown = set(form) - set(FileForm.__annotations__)
    if unknown:
        options = ", ".join(FileForm.__annotations__)
        raise TypeError(f"load has no option {sorted(unknown)[0]!r}; for a file: {options}")
    table, header, zone = form.get("table"), form.get("header"), form.get("zone")
    if table is not None and table not in TABLES:
        raise ValueError(f"table is {table!r}; the tables are {', '.join(TABLES)}")
    if header is not None and (isinstance(header, bool | str) or not header):
        raise ValueError(f"header is {header!r}; give the line of the header, or a list of names")
    if zone is not None:
        try:
            pd.Timestamp(0, tz=zone)
        except (KeyError, ValueError, TypeError, OSError):
            raise ValueError(f'zone is {zone!r}; write it like "Asia/Shanghai" or "UTC"') from None
    named = header if header is None or isinstance(header, int) else [str(n) for n in header]
    return table, Form(columns, named, form.get("encoding"), form.get("sheet"), zone)


def _sample(tables: dict[str, pd.DataFrame], column: str) -> dict[str, pd.DataFrame]:
    """Keep the customers of a sample, those with a column filled, and what they bought."""
    customers = tables["customers"].dropna(subset=column)
    bought = tables["transactions"]["customer_id"].isin(customers["customer_id"])
    return {
        "customers": customers.reset_index(drop=True),
        "transactions": tables["transactions"][bought].reset_index(drop=True),
    }
