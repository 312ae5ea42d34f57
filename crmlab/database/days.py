"""Read days as people, programs and spreadsheets write them; the day is the one written."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.values import DAY, NOT_A_DATE, Parsed, cells, kinds, plain, trimmed, written
from crmlab.inputs import Phrase

_YEAR_FIRST = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_YEAR_LAST = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})"
_TIME = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::(?:[0-5]\d|60)(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_CLOCK = rf"(?:T| +|, *){_TIME} ?(?:Z|UTC|GMT|[+-]\d{{2}}(?::?\d{{2}})?)?$"
_MIDNIGHT = r"[T ]0{1,2}:00(?::00(?:[.,]0+)?)?(?:[^\d:.,]|$)"
_MONTH_NAMES = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
_ISO = r"\d{4}-\d{2}-\d{2}"
_WORDED = r"(?:\d{1,2}[ -])?[A-Za-z]+[ -].*"
_DAY_ZERO = pd.Timestamp("1899-12-30")  # of Excel's day numbers
_FIRST_DAY = pd.Timestamp("1900-01-01")
CUT = "the time of day is left out"
EARLY: Phrase = ("lies before 1900", "lie before 1900")


def read_days(raw: pd.Series, dayfirst: bool | None = None, *, shift: int = 0) -> Parsed:
    """Read days; a clock time is left out and the day stays the one that was written.

    Parameters
    ----------
    raw : Series
        Cells of any dtype: dates, moments, text, or Excel's day numbers.
    dayfirst : bool, optional
        Whether 03/04/2025 is 3 April (True) or 4 March (False). None asks.
    shift : int
        Days to add to Excel's day numbers, 1,462 in a workbook that counts from 1904.

    Returns
    -------
    Parsed
        ``values`` is datetime64[us] without a zone.
    """
    column = plain(raw)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        parsed = _days_of_moments(column)
    elif isinstance(column.dtype, pd.StringDtype):
        parsed = _days_of_text(column, dayfirst, shift)
    else:
        parsed = _days_of_objects(column.astype(object), dayfirst, shift)
    parsed.fault(EARLY, (parsed.values < _FIRST_DAY).to_numpy())
    return parsed


def _days_of_objects(column: pd.Series, dayfirst: bool | None, shift: int) -> Parsed:
    """Days among cells of several kinds: what is a moment stays one, the rest is read as text."""
    kind = kinds(column)
    moment, other = kind == "moment", np.isin(kind, ("flag", "other"))
    readable = pd.Series([written(c) for c in column.mask(moment | other, None)], dtype="str")
    parsed = _days_of_text(readable, dayfirst, shift)
    if moment.any():
        moments = [pd.Timestamp(cell) for cell in column[moment]]
        found = [one.tz_localize(None).normalize() for one in moments]
        parsed.values[moment] = pd.Series(found, dtype=DAY).to_numpy()
        if any(one.tz_localize(None) != day for one, day in zip(moments, found, strict=True)):
            parsed.remarks += [] if CUT in parsed.remarks else [CUT]
        zones = {str(one.tz) for one in moments if one.tz is not None}
        parsed.remarks += [_zones_remark(sorted(zones))] if zones else []
    parsed.fault(NOT_A_DATE, other)
    return parsed


def _days_of_moments(moments: pd.Series) -> Parsed:
    parsed = Parsed(moments)
    if moments.dt.tz is not None:
        parsed.remarks.append(f"days are those of the time zone given, {moments.dt.tz}")
        moments = moments.dt.tz_localize(None)
    parsed.values = moments.dt.normalize().astype(DAY)
    if (parsed.values != moments).where(moments.notna(), False).any():
        parsed.remarks.append(CUT)
    return parsed


def _days_of_text(column: pd.Series, dayfirst: bool | None, shift: int) -> Parsed:
    back, distinct = cells(column)
    text, remarks = _without_clock(trimmed(distinct))
    codes, days = cells(text)
    days = days.str.normalize("NFKC")
    iso = days.str.fullmatch(_ISO).fillna(False)
    found = pd.to_datetime(days.where(iso), format="%Y-%m-%d", errors="coerce").astype(DAY)
    parsed = Parsed(found)
    rest = (found.isna() & (days != "")).to_numpy()
    if rest.any():
        _of_other_forms(days[rest], dayfirst, shift, parsed)
    bad = (parsed.values.isna() & (days != "")).to_numpy()
    if parsed.unclear is not None:
        bad = bad & ~parsed.unclear
    parsed.fault(NOT_A_DATE, bad)
    parsed.remarks += remarks
    return parsed.spread(codes).spread(back)


def _without_clock(text: pd.Series) -> tuple[pd.Series, list[str]]:
    """Cut the clock time and its zone off days; say so."""
    timed = text[text.str.contains(":", regex=False).fillna(False)]
    days = timed.str.replace(_CLOCK, "", regex=True)
    timed = timed[days != timed]
    if timed.empty:
        return text, []
    zones = cells(timed.str.replace(rf"^.*(?:[T,]| ){_TIME} ?", "", regex=True))[1]
    zones = zones[zones != ""].replace(["Z", "GMT", "+00:00", "+0000", "+00"], "UTC")
    remarks = [] if timed.str.contains(_MIDNIGHT).all() else [CUT]
    if len(zones):
        remarks.append(_zones_remark(sorted(set(zones))))
    text = text.copy()
    text[days.index] = days
    return text, remarks


def _of_other_forms(text: pd.Series, dayfirst: bool | None, shift: int, parsed: Parsed) -> None:
    found = text.str.extract(f"^{_YEAR_FIRST}$").set_axis(["year", "month", "day"], axis=1)
    last = text.str.extract(f"^{_YEAR_LAST}$").set_axis(["first", "second", "year"], axis=1)
    compact = text.str.extract(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$").set_axis(found.columns, axis=1)
    found = found.fillna(_year_last(text, last, dayfirst, parsed)).fillna(compact)
    days = _from_parts(found)
    serial = pd.to_numeric(text.where(text.str.fullmatch(r"\d{5}(\.\d+)?")))
    if (serial % 1 > 0).any():
        parsed.remarks.append(CUT)
    serial = serial.floordiv(1).where(serial.between(20_000, 80_000))  # the years 1954 to 2119
    if serial.notna().any():
        parsed.remarks.append("Excel's day numbers, such as 45731, are read as days")
        days = days.fillna(_DAY_ZERO + pd.to_timedelta(serial + shift, unit="D"))
    worded = text.where(text.str.fullmatch(_WORDED))
    for pattern in _MONTH_NAMES if worded.notna().any() else ():
        days = days.fillna(pd.to_datetime(worded, format=pattern, errors="coerce"))
    parsed.values = parsed.values.fillna(days.astype(DAY))


def _zones_remark(zones: list[str]) -> str:
    if len(zones) == 1:
        return f"days are those of the time zone given, {zones[0]}"
    some = zones if len(zones) <= 4 else [*zones[:3], f"{len(zones) - 3} more"]
    return f"time zones differ ({', '.join(some)}): each day is the one written, in its own zone"


def _from_parts(parts: pd.DataFrame) -> pd.Series:
    written = parts["year"] + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2)
    return pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").astype(DAY)


def _year_last(
    text: pd.Series, parts: pd.DataFrame, dayfirst: bool | None, parsed: Parsed
) -> pd.DataFrame:
    first, second = pd.to_numeric(parts["first"]), pd.to_numeric(parts["second"])
    seen, short = first.notna(), parts["year"].str.len().eq(2)
    day_leads, day_follows = seen & (first > 12), seen & (second > 12)
    order = dayfirst
    if order is None and seen.any():
        either = seen & ~day_leads & ~day_follows & (first != second) | (seen & short)
        if day_leads.any() and day_follows.any():
            either = seen
        if either.any():
            _ask_order(text, either, day_leads, day_follows, parsed)
            seen = seen & ~either
        order = bool(day_leads.any())
    if (seen & (first != second)).any():
        sample, leads = ("31/12/2025", "day") if order else ("12/31/2025", "month")
        parsed.remarks.append(f"dates such as {sample} are read with the {leads} first")
    if (seen & short).any():
        parsed.remarks.append("two-digit years are read as 1969 to 2068")
        century = np.where(pd.to_numeric(parts["year"]) > 68, "19", "20")
        parts = parts.assign(year=parts["year"].where(~short, century + parts["year"]))
    names = {"first": "day", "second": "month"} if order else {"first": "month", "second": "day"}
    return parts[seen].rename(columns=names).reindex(parts.index)


def _ask_order(
    text: pd.Series, either: Any, day_leads: Any, day_follows: Any, parsed: Parsed
) -> None:
    unclear: NDArray[np.bool_] = np.isin(parsed.values.index, text.index[either])
    parsed.unclear, parsed.advice = unclear, "days"
    hints = [
        f"{text[mask].iloc[0]!r} has the {word} first"
        for mask, word in ((day_leads, "day"), (day_follows, "month"))
        if mask.any()
    ]
    said = "can be read with the day or the month first"
    said += f" ({', '.join(hints)})" if hints else ""
    parsed.question = (said, said)


def today() -> pd.Timestamp:
    """The day on this machine's calendar."""
    return pd.Timestamp(dt.date.today())
