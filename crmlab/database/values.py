"""Turn cells into ids, days and numbers, and say which could not be turned.

Each reader takes the different cells of a column (every text once), so a million rows cost
little more than their different values.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import numpy as np
import pandas as pd

from crmlab.database.numbers import read_numbers

_MISSING = frozenset(("", "nan", "null", "none", "n/a", "#n/a", "na", "<na>", "nat"))
_YEAR_FIRST = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_YEAR_LAST = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_CLOCK = rf"(?:T| +|, *){_TIME} ?(?:Z|UTC|GMT|[+-]\d{{2}}(?::?\d{{2}})?)?$"
_MIDNIGHT = r"[T ]0{1,2}:00(?::00(?:[.,]0+)?)?(?:[^\d:.,]|$)"
_MONTH_NAMES = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y")
_DAY_ZERO = pd.Timestamp("1899-12-30")  # of Excel's day numbers
DAY = "datetime64[us]"


@dataclass
class Parsed:
    """Cells read as one kind: values, faults by reason, remarks, and what can be read two ways."""

    values: pd.Series
    faults: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    unclear: np.ndarray | None = None
    question: str = ""
    advice: str = ""
    marks: frozenset = frozenset()

    def spread(self, codes):
        """Turn what was read of different cells into one entry per row.

        Parameters
        ----------
        codes : ndarray of int
            As from ``cells``.

        Returns
        -------
        Parsed
        """
        rows = {reason: np.append(mask, False)[codes] for reason, mask in self.faults.items()}
        unclear = None if self.unclear is None else np.append(self.unclear, False)[codes]
        values = self.values.reindex(codes).reset_index(drop=True)
        return replace(self, values=values, faults=rows, unclear=unclear)


def cells(raw):
    """Split a column into its different values and the position of each row's value.

    Parameters
    ----------
    raw : Series
        Any dtype.

    Returns
    -------
    codes : ndarray of int
        Position in ``distinct``, -1 for a missing cell.
    distinct : Series
    """
    try:
        codes, distinct = pd.factorize(raw)
    except TypeError:  # lists and the like
        codes, distinct = pd.factorize(raw.astype(str))
    return codes, pd.Series(distinct)


def as_text(distinct):
    """Write different cells as trimmed text; what stands for "missing" becomes empty."""
    if isinstance(distinct.dtype, pd.StringDtype):
        text = distinct.astype("str")
    else:
        text = pd.Series([_written(value) for value in distinct], dtype="str")
    text = text.str.strip()
    return text.mask(text.str.casefold().isin(_MISSING), "")


def _written(value):
    if isinstance(value, datetime) and (value.tzinfo or value.time() != time()):
        return value.isoformat(sep=" ")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read_words(distinct):
    """Read text: trimmed, missing where empty."""
    text = distinct.astype("str").str.strip()
    return Parsed(text.mask(text == ""))


def read_ids(distinct):
    """Read ids as text: leading zeros stay, ``1.0`` from a decimal column becomes ``1``.

    Parameters
    ----------
    distinct : Series
        Different cells.

    Returns
    -------
    Parsed
        ``values`` is text, missing where there is no id.
    """
    text = as_text(distinct)
    parsed = Parsed(text)
    short = text.str.fullmatch(r"\d(\.\d+)?[Ee]\+\d+")
    parsed.faults["is an id that a spreadsheet has shortened"] = short.to_numpy(bool)
    if pd.api.types.is_float_dtype(distinct.dtype):
        parsed.faults["is not a whole number, so no id"] = (distinct % 1 != 0).to_numpy(bool)
    whole = text.str.fullmatch(r"\d+(\.0)?") | (text == "") | short
    decimal = whole & text.str.endswith(".0")
    if decimal.any() and (whole | pd.api.types.is_float_dtype(distinct.dtype)).all():
        parsed.values = text.where(~decimal, text.str.removesuffix(".0"))
        parsed.remarks.append("ids that had become decimals, such as 1.0, are written as 1")
    if isinstance(distinct.dtype, pd.StringDtype) and (text != distinct)[text != ""].any():
        parsed.remarks.append("spaces around ids are taken off")
    parsed.values = parsed.values.mask(parsed.values == "")
    return parsed


def read_days(distinct, dayfirst=None):
    """Read days; a clock time is left out and the day stays the one that was written.

    Parameters
    ----------
    distinct : Series
        Different cells: dates, text, or Excel's day numbers.
    dayfirst : bool, optional
        Whether 03/04/2025 is 3 April (True) or 4 March (False). None asks.

    Returns
    -------
    Parsed
        ``values`` is datetime64[us] without a zone.
    """
    if pd.api.types.is_datetime64_any_dtype(distinct.dtype):
        return _days_of_moments(distinct)
    text, remarks = _without_clock(as_text(distinct))
    codes, days = cells(text)
    days = days.str.normalize("NFKC")
    parsed = Parsed(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype(DAY))
    rest = (parsed.values.isna() & (days != "")).to_numpy()
    if rest.any():
        _days_of_text(days[rest], dayfirst, parsed)
    bad = (parsed.values.isna() & (days != "")).to_numpy()
    if parsed.unclear is not None:
        bad = bad & ~parsed.unclear
        parsed.unclear = parsed.unclear[codes]
    early = (parsed.values < pd.Timestamp("1900-01-01")).to_numpy()
    parsed.faults = {"is not a date": bad[codes], "lies before 1900": early[codes]}
    parsed.values = parsed.values.iloc[codes].reset_index(drop=True)
    parsed.remarks += remarks
    return parsed


def _without_clock(text):
    """Cut the clock time and its zone off days; say so."""
    timed = text[text.str.contains(":", regex=False)]
    days = timed.str.replace(_CLOCK, "", regex=True)
    timed = timed[days != timed]
    if timed.empty:
        return text, []
    zones = cells(timed.str.replace(rf"^.*(?:[T,]| ){_TIME} ?", "", regex=True))[1]
    zones = zones[zones != ""].replace(["Z", "GMT", "+00:00", "+0000", "+00"], "UTC")
    remarks = [] if timed.str.contains(_MIDNIGHT).all() else ["the time of day is left out"]
    if len(zones):
        remarks.append(_zones_remark(sorted(set(zones))))
    text = text.copy()
    text[days.index] = days
    return text, remarks


def _days_of_moments(moments):
    parsed = Parsed(moments)
    if moments.dt.tz is not None:
        parsed.remarks.append(f"days are those of the time zone given, {moments.dt.tz}")
        moments = moments.dt.tz_localize(None)
    parsed.values = moments.dt.normalize().astype(DAY)
    if (parsed.values != moments).any():
        parsed.remarks.append("the time of day is left out")
    return parsed


def _days_of_text(text, dayfirst, parsed):
    found = text.str.extract(f"^{_YEAR_FIRST}$").set_axis(["year", "month", "day"], axis=1)
    last = text.str.extract(f"^{_YEAR_LAST}$").set_axis(["first", "second", "year"], axis=1)
    compact = text.str.extract(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$").set_axis(found.columns, axis=1)
    found = found.fillna(_year_last(text, last, dayfirst, parsed)).fillna(compact)
    days = _from_parts(found)
    serial = pd.to_numeric(text.where(text.str.fullmatch(r"\d{5}(\.\d+)?")))
    if (serial % 1 > 0).any():
        parsed.remarks.append("the time of day is left out")
    serial = serial.floordiv(1).where(serial.between(20_000, 80_000))  # the years 1954 to 2119
    if serial.notna().any():
        parsed.remarks.append("Excel's day numbers, such as 45731, are read as days")
        days = days.fillna(_DAY_ZERO + pd.to_timedelta(serial, unit="D"))
    for pattern in _MONTH_NAMES:
        days = days.fillna(pd.to_datetime(text, format=pattern, errors="coerce"))
    parsed.values = parsed.values.fillna(days.astype(DAY))


def _zones_remark(zones):
    if len(zones) == 1:
        return f"days are those of the time zone given, {zones[0]}"
    some = zones if len(zones) <= 4 else [*zones[:3], f"{len(zones) - 3} more"]
    return f"time zones differ ({', '.join(some)}): each day is the one written, in its own zone"


def _from_parts(parts):
    written = parts["year"] + "-" + parts["month"].str.zfill(2) + "-" + parts["day"].str.zfill(2)
    return pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").astype(DAY)


def _year_last(text, parts, dayfirst, parsed):
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
        first_is = "day" if order else "month"
        parsed.remarks.append(f"dates such as {_sample(order)} are read with the {first_is} first")
    if (seen & short).any():
        parsed.remarks.append("two-digit years are read as 1969 to 2068")
        century = np.where(pd.to_numeric(parts["year"]) > 68, "19", "20")
        parts = parts.assign(year=parts["year"].where(~short, century + parts["year"]))
    names = {"first": "day", "second": "month"} if order else {"first": "month", "second": "day"}
    return parts[seen].rename(columns=names).reindex(parts.index)


def _sample(order):
    return "31/12/2025" if order else "12/31/2025"


def _ask_order(text, either, day_leads, day_follows, parsed):
    parsed.unclear = np.isin(parsed.values.index, text.index[either])
    parsed.question, parsed.advice = "can be read with the day or the month first", "days"
    hints = [
        f"{text[mask].iloc[0]!r} has the {word} first"
        for mask, word in ((day_leads, "day"), (day_follows, "month"))
        if mask.any()
    ]
    if hints:
        parsed.question += f" ({', '.join(hints)})"


def read_amounts(distinct, mark=None):
    """Read numbers, with decimal commas, thousands separators and currency signs.

    Parameters
    ----------
    distinct : Series
        Different cells.
    mark : {".", ","}, optional
        Decimal mark of the table's other columns, for ``1,234`` that could be either.

    Returns
    -------
    Parsed
        ``values`` is float64.
    """
    if pd.api.types.is_numeric_dtype(distinct.dtype):
        values = pd.Series(distinct.to_numpy(dtype=float, na_value=np.nan))
        return Parsed(values, {"is infinite": np.isinf(values.to_numpy())})
    text = as_text(distinct)
    values, unclear, currencies, marks, remarks = read_numbers(text, mark)
    parsed = Parsed(values, remarks=remarks, marks=marks)
    if unclear.any():
        parsed.unclear = unclear.to_numpy()
        parsed.question, parsed.advice = (
            "can be read as thousands or with three decimals",
            "numbers",
        )
    if len(currencies) > 1:
        parsed.question = f"has one of several currencies ({', '.join(currencies)})"
        parsed.advice = "currencies"
    parsed.faults = {
        "is not a number": (values.isna() & (text != "") & ~unclear).to_numpy(),
        "is infinite": np.isinf(values.to_numpy()),
    }
    return parsed
