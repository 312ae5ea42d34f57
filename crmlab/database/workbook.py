"""Read an Excel workbook: its sheets, which is which table, and where each header stands."""

from __future__ import annotations

import warnings
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlab.database.form import Form
from crmlab.database.headers import above, header_row, plain_name
from crmlab.database.problems import DataError, listed
from crmlab.database.raw import Raw, tidy, together
from crmlab.database.schema import TABLES

Rows = list[tuple[Any, ...]]
_FROM_1904 = 1462  # days between the two first days that workbooks count from


def read_workbook(path: Path, table: str | None, form: Form) -> tuple[dict[str, Raw], list[str]]:
    """Read the tables of a workbook.

    Parameters
    ----------
    path : Path
    table : str, optional
        The table the workbook holds; otherwise its sheets are named after tables, or its only
        sheet or sheets of one shape are taken.
    form : Form

    Returns
    -------
    tables : dict of str to Raw
    ignored : list of str
        Sheets not read.
    """
    sheets, shift = _sheets(path)
    if form.sheet is not None:
        sheets = {_chosen(path, form.sheet, sheets): sheets[_chosen(path, form.sheet, sheets)]}
    known = {name.strip().lower(): name for name in sheets}
    if table is None and set(known) & set(TABLES):
        named = {name: known[name] for name in TABLES if name in known}
        tables = {name: _read(sheets[sheet], name, form, shift) for name, sheet in named.items()}
        return tables, [name for name in sheets if name not in named.values()]
    one = table or (path.stem.lower() if path.stem.lower() in TABLES else "transactions")
    if not sheets:
        raise DataError(f"{path.name} is empty")
    raws = {name: _read(rows, one, form, shift) for name, rows in sheets.items()}
    if len({tuple(map(plain_name, raw.frame.columns)) for raw in raws.values()}) == 1:
        return {one: together(raws)}, []
    raise DataError(
        f"{path.name} has no known table: its sheets are {listed(sheets)}; known: "
        f'{listed(TABLES)}. Say which sheet to read: sheet="{next(iter(sheets))}"'
    )


def _chosen(path: Path, sheet: str, sheets: dict[str, Rows]) -> str:
    if sheet in sheets:
        return sheet
    alike = [name for name in sheets if plain_name(name) == plain_name(sheet)]
    if not alike:
        raise DataError(f"{path.name} has no sheet {sheet!r}; its sheets are {listed(sheets)}")
    return alike[0]


def _sheets(path: Path) -> tuple[dict[str, Rows], int]:
    """Every sheet that holds something, as rows of values, and the days to add to day numbers."""
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheets = {}
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                sheets[sheet.title] = list(sheet.iter_rows(values_only=True))
            early = book.epoch == CALENDAR_MAC_1904
            book.close()
        except Exception as error:
            said = str(error).strip().split("\n")[0]
            raise DataError(f"{path.name} cannot be read as an Excel workbook: {said}") from None
    filled = {name: rows for name, rows in sheets.items() if any(map(_filled, rows))}
    return filled, _FROM_1904 if early else 0


def _filled(row: tuple[Any, ...]) -> bool:
    return any(cell is not None and cell != "" for cell in row)


def _read(rows: Rows, table: str, form: Form, shift: int) -> Raw:
    top = next(number for number, row in enumerate(rows) if _filled(row))
    given = form.header
    names: list[Any]
    remarks: list[str] = []
    if isinstance(given, list):
        names, begin = given, top
    else:
        found = header_row(rows, table, form.columns) if given is None else given - 1
        if found is not None and not (0 <= found < len(rows) and _filled(rows[found])):
            raise DataError(f"a sheet has no row {given}: header= is the row of the header")
        remarks = above(found) if found is not None and found > top else []
        top = top if found is None else found
        names, begin = list(rows[top]), top + 1  # cells, which tidy writes as text
    columns = list(zip_longest(*rows[begin:]))  # rows of a sheet may differ in length
    wide = max(len(columns), len(names))
    columns += [(None,) * (len(rows) - begin)] * (wide - len(columns))
    names += [None] * (wide - len(names))
    frame = pd.DataFrame({i: pd.Series(list(c), dtype=object) for i, c in enumerate(columns)})
    numbers = np.arange(len(frame)) + begin + 1
    frame = frame.set_axis(names, axis=1) if wide else frame
    return tidy(Raw(frame, numbers, "in row", remarks, shift=shift))
