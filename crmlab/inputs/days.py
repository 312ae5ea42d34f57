"""Days handed in: whole calendar days, in the zone written, from 1900 on."""

from __future__ import annotations

import datetime
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from crmlab.inputs.refusals import refuse

Day: TypeAlias = "str | datetime.date | np.datetime64 | pd.Timestamp"

FIRST_YEAR = 1900  # earlier days stand for "no date": 1899-12-30 in Excel, 0001-01-01 in .NET
_WHOLE_DAY = r"\d{4}-\d{2}-\d{2}(?!\d)|\d{8}(?!\d)"


def day(value: Day, where: str) -> pd.Timestamp:
    """One day as a Timestamp at midnight: a date, or text with the year first.

    Examples
    --------
    >>> day("2025-04-03", "until")
    Timestamp('2025-04-03 00:00:00')
    """
    given: Any = value
    found: Any = pd.NaT
    if isinstance(given, str | datetime.date | np.datetime64):
        found = _read(pd.Series([given])).iloc[0]
    if found is pd.NaT:
        raise ValueError(
            f"{where} is not a date: {value!r}. Write a whole day with the year first, like "
            "2025-12-31."
        )
    if found.year < FIRST_YEAR:
        raise ValueError(f"{where} lies before {FIRST_YEAR}: {value!r}. Give the true day.")
    return found


def days(
    values: Any,
    where: str,
    *,
    rows: pd.DataFrame | None = None,
    accept: tuple[str, ...] = (),
) -> pd.Series:
    """One day per row at midnight; text must be a whole day with the year first.

    03/04/2025 is two days: `crmlab.load` asks which, pandas takes the month first. "1998-06" is a
    month, and no day. With ``accept=("empty",)`` missing days stay NaT.
    """
    given = pd.Series(values)
    shown = given if rows is None else rows
    found = _read(given)
    if "empty" not in accept:
        problem = "is empty", "are empty"
        refuse(given.isna(), shown, where, problem, "Fill them or leave these rows out.")
    problem = "cannot be read as a date", "cannot be read as dates"
    refuse(
        found.isna() & given.notna(),
        shown,
        where,
        problem,
        "Write dates like 2025-12-31, or convert them with "
        "pandas.to_datetime(column, dayfirst=True) or dayfirst=False.",
    )
    problem = f"lies before {FIRST_YEAR}", f"lie before {FIRST_YEAR}"
    remedy = "Such days often stand for no date at all; correct them or leave these rows out."
    refuse((found.dt.year < FIRST_YEAR).fillna(False), shown, where, problem, remedy)
    return found


def _read(given: pd.Series) -> pd.Series:
    """Midnight of each day, NaT where there is none; a zone is dropped, its clock time kept."""
    if pd.api.types.is_numeric_dtype(given):
        return pd.Series(pd.NaT, given.index, dtype="datetime64[us]")
    if isinstance(given.dtype, pd.DatetimeTZDtype):
        return given.dt.tz_localize(None).dt.normalize()
    if pd.api.types.is_datetime64_dtype(given):
        return given.dt.normalize()
    cells = given.astype(object)
    text = cells.map(lambda cell: isinstance(cell, str))
    part = text & ~cells.where(text, "").astype("str").str.match(_WHOLE_DAY)
    whole = cells.where(~part & ~cells.map(lambda cell: isinstance(cell, bool | float | int)))
    local = whole.map(_without_zone)
    found = pd.to_datetime(local, errors="coerce", format="ISO8601", utc=False)
    return found.astype("datetime64[us]").dt.normalize()


def _without_zone(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, str) and len(cell) > 10:
        return cell[: 10 if "-" in cell[:10] else 8]
    return cell
