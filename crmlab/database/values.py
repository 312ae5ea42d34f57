"""Turn cells into ids, numbers and text, and say which could not be turned.

Only what is text is parsed. A number stays the number it is, whatever stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.numbers import read_numbers
from crmlab.inputs import Phrase

DAY = "datetime64[us]"
EXACT = 2**53  # whole numbers beyond it share a float with their neighbours
MISSING = frozenset(("", "nan", "null", "none", "n/a", "#n/a", "na", "<na>", "nat"))
_TRUE, _FALSE = ("true", "yes"), ("false", "no")

NOT_A_DATE: Phrase = ("is not a date", "are not dates")
NOT_A_NUMBER: Phrase = ("is not a number", "are not numbers")
INFINITE: Phrase = ("is infinite", "are infinite")
NOT_AN_ID: Phrase = ("is not an id", "are not ids")
_NOT_WHOLE: Phrase = ("is not a whole number, so no id", "are not whole numbers, so no ids")
_TOO_LONG: Phrase = (
    "is an id of 16 digits or more that was kept as a decimal, so its last digits are lost",
    "are ids of 16 digits or more that were kept as decimals, so their last digits are lost",
)
_SHORTENED: Phrase = (
    "is an id that a spreadsheet has shortened",
    "are ids that a spreadsheet has shortened",
)
_IDS_DECIMAL = "ids that had become decimals, such as 1.0, are written as 1"


@dataclass
class Parsed:
    """Cells read as one kind: values, faults by reason, remarks, and what can be read two ways."""

    values: pd.Series
    faults: dict[Phrase, NDArray[np.bool_]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    unclear: NDArray[np.bool_] | None = None
    question: Phrase = ("", "")
    advice: str = ""
    marks: frozenset[str] = frozenset()

    def spread(self, codes: NDArray[np.intp]) -> Parsed:
        """Turn what was read of different cells into one entry per row; -1 is a missing cell."""
        rows = {reason: np.append(mask, False)[codes] for reason, mask in self.faults.items()}
        unclear = None if self.unclear is None else np.append(self.unclear, False)[codes]
        values = self.values.reindex(codes).reset_index(drop=True)
        return replace(self, values=values, faults=rows, unclear=unclear)

    def fault(self, reason: Phrase, mask: Any) -> None:
        """Note faulty cells under a reason."""
        found = np.asarray(mask, dtype=bool)
        if found.any():
            self.faults[reason] = self.faults.get(reason, np.zeros(len(found), bool)) | found


def plain(raw: pd.Series) -> pd.Series:
    """Bring a column of any dtype to one of few: numbers, bool, moments, text, Python objects."""
    dtype = raw.dtype
    if not (isinstance(raw.index, pd.RangeIndex) and raw.index.start == 0):
        raw = raw.reset_index(drop=True)
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(raw)
    if isinstance(dtype, pd.SparseDtype):
        return plain(pd.Series(np.asarray(raw)))
    if isinstance(dtype, pd.StringDtype):
        return raw if dtype.na_value is np.nan else raw.astype("str")
    if isinstance(dtype, pd.DatetimeTZDtype):
        return raw
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iub" or dtype == np.float64:
            return raw
        if dtype.kind == "f":
            return raw.astype("float64")
        if dtype.kind == "M":
            return raw.astype(DAY)
        texts = pd.api.types.infer_dtype(raw, skipna=True) in ("string", "empty")
        return raw.astype("str") if dtype.kind == "O" and texts else raw.astype(object)
    return _of_extension(raw)


def _of_categories(raw: pd.Series) -> pd.Series:
    categories, codes = plain(pd.Series(raw.cat.categories)), raw.cat.codes.to_numpy()
    if (codes < 0).any() and not isinstance(categories.dtype, pd.StringDtype):
        categories = categories.astype(object)
        return pd.Series([None if code < 0 else categories[code] for code in codes], dtype=object)
    return pd.Series(categories.array.take(codes, allow_fill=(codes < 0).any()))


def _of_extension(raw: pd.Series) -> pd.Series:
    types = pd.api.types
    if types.is_string_dtype(raw.dtype):
        return raw.astype("str")
    if types.is_float_dtype(raw.dtype):
        return pd.Series(raw.to_numpy(dtype=float, na_value=np.nan))
    if types.is_integer_dtype(raw.dtype) and not raw.hasnans:
        return pd.Series(raw.to_numpy(dtype="int64" if raw.dtype != "UInt64" else "uint64"))
    if types.is_bool_dtype(raw.dtype) and not raw.hasnans:
        return pd.Series(raw.to_numpy(dtype=bool))
    return pd.Series(list(raw), dtype=object)


def kinds(cells: pd.Series) -> NDArray[np.str_]:
    """The kind of each object: "text", "number", "flag", "moment", "missing" or "other"."""
    return np.array([_kind(cell) for cell in cells], dtype="U7")


def _kind(cell: Any) -> str:
    if isinstance(cell, str):
        return "text"
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return "missing"
    if isinstance(cell, bool | np.bool_):
        return "flag"
    if isinstance(cell, Real | Decimal):
        return "missing" if cell != cell else "number"
    if isinstance(cell, dt.date | np.datetime64):
        return "missing" if cell != cell else "moment"
    return "other"


def cells(raw: pd.Series) -> tuple[NDArray[np.intp], pd.Series]:
    """Split text into its different values and the position of each row's value, -1 if missing."""
    codes, distinct = pd.factorize(raw)
    return codes, pd.Series(distinct, dtype="str")


def trimmed(text: pd.Series) -> pd.Series:
    """Text without blanks around it; what stands for "missing" becomes empty."""
    text = text.str.strip()
    short = (text.str.len() <= 4).fillna(False)
    if not short.any():
        return text
    gone = text[short].str.casefold().isin(MISSING)
    return text.mask(gone.reindex(text.index, fill_value=False), "")


def read_words(raw: pd.Series) -> Parsed:
    """Read text: trimmed, missing where empty; numbers and days as they are written."""
    column = plain(raw)
    if not isinstance(column.dtype, pd.StringDtype):
        column = pd.Series([written(cell) for cell in column], dtype="str")
    text = column.str.strip()
    return Parsed(text.mask(text == ""))


def written(cell: Any) -> str | None:
    """A cell as text: whole numbers without a point, days without a clock."""
    kind = _kind(cell)
    if kind in ("missing", "text"):
        return None if kind == "missing" else cell
    if kind == "number" and np.isfinite(float(cell)) and cell == cell // 1:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time() and cell.tzinfo is None:
        return cell.date().isoformat()
    return str(cell)


def read_ids(raw: pd.Series) -> Parsed:
    """Read ids as text: leading zeros stay, a number 1.0 becomes ``1``.

    Parameters
    ----------
    raw : Series
        Cells of any dtype.

    Returns
    -------
    Parsed
        ``values`` is text, missing where there is no id.
    """
    column = plain(raw)
    if isinstance(column.dtype, pd.StringDtype):
        return _ids_of_text(column)
    if column.dtype.kind in "iuf":
        return _ids_of_numbers(column)
    found, kind = column.astype(object), kinds(column.astype(object))
    parsed = Parsed(pd.Series(None, index=found.index, dtype="str"))
    for mask, read in ((kind == "text", _ids_of_text), (kind == "number", _ids_of_objects)):
        if mask.any():
            _merge(parsed, read(found[mask].reset_index(drop=True)), mask)
    parsed.fault(NOT_AN_ID, np.isin(kind, ("flag", "moment", "other")))
    return parsed


def _merge(parsed: Parsed, part: Parsed, mask: NDArray[np.bool_]) -> None:
    """Put what was read of some rows into the whole."""
    values = parsed.values.copy()
    values[mask] = part.values.to_numpy()
    parsed.values = values
    parsed.remarks += part.remarks
    parsed.marks |= part.marks
    for reason, found in part.faults.items():
        whole = np.zeros(len(mask), bool)
        whole[mask] = found
        parsed.fault(reason, whole)
    if part.unclear is not None:
        parsed.unclear = np.zeros(len(mask), bool)
        parsed.unclear[mask] = part.unclear
        parsed.question, parsed.advice = part.question, part.advice


def _ids_of_text(column: pd.Series) -> Parsed:
    column = column.astype("str")
    text = trimmed(column)
    parsed = Parsed(text)
    short = text.str.contains("+", regex=False).fillna(False).to_numpy(bool)
    if short.any():
        short = text.str.fullmatch(r"\d(\.\d+)?[Ee]\+\d+").fillna(False).to_numpy(bool)
        parsed.fault(_SHORTENED, short)
    decimal = text.str.endswith(".0").fillna(False).to_numpy(bool)
    if decimal.any() and (text.str.fullmatch(r"(\d+(\.0)?)?").fillna(True) | short).all():
        parsed.values = text.where(~decimal, text.str.removesuffix(".0"))
        parsed.remarks.append(_IDS_DECIMAL)
    if (text.notna() & (text != column) & (text != "")).any():
        parsed.remarks.append("spaces around ids are taken off")
    parsed.values = parsed.values.mask(parsed.values == "")
    return parsed


def _ids_of_numbers(column: pd.Series) -> Parsed:
    codes, distinct = pd.factorize(column)
    if column.dtype.kind in "iu":
        return Parsed(pd.Series(distinct.astype(str), dtype="str")).spread(codes)
    whole = (distinct % 1 == 0) & (np.abs(distinct) < EXACT)
    text = [str(int(one)) if known else None for one, known in zip(distinct, whole, strict=True)]
    parsed = Parsed(pd.Series(text, dtype="str"), remarks=[_IDS_DECIMAL] if whole.any() else [])
    parsed.fault(_TOO_LONG, np.abs(distinct) >= EXACT)
    parsed.fault(_NOT_WHOLE, ~whole & (np.abs(distinct) < EXACT))
    return parsed.spread(codes)


def _ids_of_objects(numbers: pd.Series) -> Parsed:
    """Ids held as numbers among other cells; only decimals of limited precision lose digits."""
    loose = np.array([isinstance(cell, float | np.floating) for cell in numbers])
    large = np.array([abs(cell) >= EXACT for cell in numbers]) & loose
    whole = np.array([bool(abs(cell) < np.inf and cell == cell // 1) for cell in numbers]) & ~large
    text = [str(int(cell)) if known else None for cell, known in zip(numbers, whole, strict=True)]
    parsed = Parsed(pd.Series(text, dtype="str"))
    parsed.remarks += [_IDS_DECIMAL] if (loose & whole).any() else []
    parsed.fault(_TOO_LONG, large)
    parsed.fault(_NOT_WHOLE, ~whole & ~large)
    return parsed


def read_amounts(raw: pd.Series, mark: str | None = None, *, flags: bool = False) -> Parsed:
    """Read numbers; in text also decimal commas, thousands separators and currency signs.

    Parameters
    ----------
    raw : Series
        Cells of any dtype.
    mark : {".", ","}, optional
        Decimal mark of the table's other columns, for the text ``1,234`` that could be either.
    flags : bool
        Read True and False, yes and no, as 1 and 0; otherwise they are no numbers.

    Returns
    -------
    Parsed
        ``values`` is float64.
    """
    column = plain(raw)
    if isinstance(column.dtype, pd.StringDtype):
        codes, distinct = cells(column)
        return _amounts_of_text(distinct, mark, flags).spread(codes)
    if _are_numbers(column, flags):
        values = column.astype(float)
        return Parsed(values, {INFINITE: np.isinf(values.to_numpy())})
    found, kind = column.astype(object), kinds(column.astype(object))
    parsed = Parsed(pd.Series(np.nan, index=found.index))
    text, number = kind == "text", (kind == "number") | ((kind == "flag") & flags)
    if text.any():
        part = found[text].reset_index(drop=True).astype("str")
        _merge(parsed, _on_distinct(part, lambda d: _amounts_of_text(d, mark, flags)), text)
    if number.any():
        parsed.values[number] = [float(cell) for cell in found[number]]
    parsed.fault(INFINITE, np.isinf(parsed.values.to_numpy()))
    parsed.fault(NOT_A_NUMBER, (kind != "missing") & ~text & ~number)
    return parsed


def _are_numbers(column: pd.Series, flags: bool) -> bool:
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else ""
    return kind in ("i", "u", "f") or (flags and kind == "b")


def _on_distinct(text: pd.Series, read: Callable[[pd.Series], Parsed]) -> Parsed:
    codes, distinct = cells(text)
    return read(distinct).spread(codes)


def _amounts_of_text(distinct: pd.Series, mark: str | None, flags: bool) -> Parsed:
    text = trimmed(distinct)
    if flags:
        said = text.str.casefold()
        text = text.mask(said.isin(_TRUE), "1").mask(said.isin(_FALSE), "0")
    values, unclear, currencies, marks, remarks = read_numbers(text, mark)
    parsed = Parsed(values, remarks=remarks, marks=marks)
    if unclear.any():
        parsed.unclear = unclear.to_numpy()
        parsed.question = (can := "can be read as thousands or with three decimals", can)
        parsed.advice = "numbers"
    if len(currencies) > 1:
        several = f"one of several currencies ({', '.join(currencies)})"
        parsed.question = (f"has {several}", f"have {several}")
        parsed.advice = "currencies"
    parsed.fault(NOT_A_NUMBER, values.isna() & (text != "") & ~unclear)
    parsed.fault(INFINITE, np.isinf(values.to_numpy()))
    return parsed
