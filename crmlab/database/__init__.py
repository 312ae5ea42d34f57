"""Load a customer database, ours or the reader's own, and ask it questions.

``load`` reads and checks; ``CustomerDatabase`` holds the tables. The columns and their meaning
are in ``crmlab.database.schema``.
"""

from collections.abc import Mapping

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
)
from crmlab.database.problems import ADVICE, DataError, MissingTableError, problems_error
from crmlab.database.reading import find_tables
from crmlab.database.schema import LESSONS, TABLES, Column, Table
from crmlab.database.validation import check_table, unknown_columns

__all__ = [
    "LESSONS",
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
]


def load(source, *, columns=None, dayfirst=None, bad_rows="raise"):
    """Load a customer database and check it.

    Parameters
    ----------
    source : str, Path, dict of frames, or frame
        ``"lantern"``, ``"cdnow"`` (the published 1/10 sample) or ``"cdnow-full"``; a folder of
        files named after the tables; one CSV, Parquet, Excel or DuckDB file; frames by table
        name; or one pandas or Polars frame. A single table is taken as ``transactions`` unless
        its file is named after another table.
    columns : dict of str to str, optional
        The source's own column names and the canonical names they stand for. Names that differ
        only in capitals, blanks or marks (``Customer ID``) need no entry.
    dayfirst : bool, optional
        Whether 03/04/2025 is 3 April (True) or 4 March (False). If such days occur and nothing
        is said, that is an error.
    bad_rows : {"raise", "set aside"}
        What to do with rows that cannot be used: one error that names them all, or keep the
        others and put these into ``db.rejected``.

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
    if bad_rows not in ("raise", "set aside"):
        raise ValueError(f'bad_rows is "raise" or "set aside", not {bad_rows!r}')
    if dayfirst not in (None, True, False):
        raise ValueError(f"dayfirst is True, False or None, not {dayfirst!r}")
    if columns is not None and not isinstance(columns, Mapping):
        raise ValueError(
            f'columns is a {type(columns).__name__}; write {{"their name": "customer_id", ...}}'
        )
    columns = dict(columns or {})
    found, title, ignored = find_tables(source)
    checked, used = {}, set()
    for name in (table for table in TABLES if table in found):
        raw = found[name]
        checked[name], names = check_table(name, raw, columns, dayfirst)
        used |= names
    headers = {name: list(raw.frame.columns) for name, raw in found.items()}
    whole = unknown_columns(columns, used, headers)
    whole += [line for table in checked.values() for line in table.problems]
    rows = [line for table in checked.values() for line in table.row_problems]
    advice = [line for table in checked.values() for line in table.advice]
    if whole or (rows and bad_rows == "raise"):
        raise problems_error(title, rows + whole, advice if whole else [*advice, ADVICE["rows"]])
    rejected = pd.concat([table.rejected for table in checked.values()], ignore_index=True)
    remarks = {name: table.remarks for name, table in checked.items()} | {"": ignored}
    tables = {name: table.frame for name, table in checked.items()}
    if isinstance(source, str) and source == "cdnow":
        tables = _sample(tables)
    return CustomerDatabase(tables, rejected=rejected, remarks=remarks, title=title)


def _sample(tables):
    customers = tables["customers"].dropna(subset="sample_id")
    bought = tables["transactions"]["customer_id"].isin(customers["customer_id"])
    return {
        "customers": customers.reset_index(drop=True),
        "transactions": tables["transactions"][bought].reset_index(drop=True),
    }
