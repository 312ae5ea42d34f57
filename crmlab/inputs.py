"""Check what a reader hands over: a refusal says where, how many, which one first, what to do."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

_NAMING = ("customer_id", "segment", "offer", "stage")
_LIMITS = {
    "whole": (lambda x, on: on & (np.rint(x) != x) & ~np.isnan(x), "not whole", "a whole number"),
    "at_least": (np.less, "below {:g}", "at least {:g}"),
    "above": (np.less_equal, "not above {:g}", "above {:g}"),
    "at_most": (np.greater, "above {:g}", "at most {:g}"),
}


def refuse(bad, rows, where, problem, remedy):
    """Raise if any row is bad.

    Parameters
    ----------
    bad : array-like of bool, shape (n,)
        The offending rows.
    rows : DataFrame, Series or sequence, shape (n, ...)
        What to name the first one by: its label, what the table calls it, and the value found
        (of a Series, or of the column that ``where`` names). A sequence holds the labels.
    where : str
        ``"table"`` or ``"table.column"``.
    problem : str
        What one bad row does, beginning with a verb: ``"is empty"``, ``"has no tier"``.
    remedy : str
        What to do, a sentence.

    Raises
    ------
    ValueError
        At least one row is bad.

    Examples
    --------
    >>> refuse([False, True], pd.Series([1, -2]), "visits", "is below 0", "Count them again.")
    Traceback (most recent call last):
    ...
    ValueError: visits: 1 of 2 rows is below 0; first row 1: -2. Count them again.
    """
    bad = np.asarray(bad, dtype=bool)
    count = np.count_nonzero(bad)
    if count:
        raise ValueError(
            f"{where}: {count:,} of {len(bad):,} rows {agreeing(problem, count)}; "
            f"first {first_row(rows, bad, where)}. {remedy}".strip()
        )


def agreeing(problem, count):
    """Put the verb that begins a phrase into the plural where it speaks of several."""
    verb, _, rest = problem.partition(" ")
    if count != 1:
        odd = {"is": "are", "has": "have", "does": "do", "carries": "carry"}
        verb = odd.get(verb, verb.removesuffix("s"))
    return f"{verb} {rest}".strip()


def first_row(rows, bad, where=""):
    """Name the first bad row as `refuse` does: ``row 1 (offer 'bar'): -2``."""
    place = int(np.argmax(bad))
    pandas = isinstance(rows, pd.DataFrame | pd.Series)
    index = rows.index if pandas else rows
    called = getattr(index, "name", None) or "row"
    cells, column = {}, where.partition(".")[2]
    if isinstance(rows, pd.DataFrame):
        cells = {key: rows[key].iloc[place] for key in (*_NAMING, column) if key in rows.columns}
    names = ", ".join(f"{key} {shown(cells[key])}" for key in _NAMING if key in cells)
    value = rows.iloc[place] if isinstance(rows, pd.Series) else cells.get(column)
    told = column not in _NAMING and pd.api.types.is_scalar(value) and not pd.isna(value)
    return (
        f"{called} {shown(index[place])}"
        + (f" ({names})" if names else "")
        + (f": {shown(value)}" if told else "")
    )


def shown(value):
    """Write a cell as an error shows it, cut after 60 characters."""
    if isinstance(value, float):
        return f"{value:.10g}"
    text = repr(value) if isinstance(value, str) else str(value).removesuffix(" 00:00:00")
    return text if len(text) <= 60 else f"{text[:57]}..."


def table(frame, needed, where, *, remedy=""):
    """The table itself, once it is a DataFrame with rows and with all columns of ``needed``."""
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ValueError(f"{where} is of type {kind}; give a pandas DataFrame.")
    columns(frame.columns, needed, where, remedy=remedy)
    twice = frame.columns[frame.columns.duplicated()]
    twice = [name for name in twice if not len(needed) or name in needed]
    if twice:
        raise ValueError(f"{where}: column {twice[0]} is there twice. Keep one of them.")
    if frame.empty:
        lacking = "columns" if len(frame) else "rows"
        raise ValueError(f"{where} has no {lacking}. Check the step that made this table.")
    return frame


def columns(names, needed, where, *, remedy=""):
    """Raise unless ``names``, the columns of a table of any kind, have all of ``needed``."""
    missing = [name for name in needed if name not in names]
    if missing:
        raise ValueError(
            f"{where} lacks the column {', '.join(map(str, missing))}; it has "
            f"{', '.join(map(str, names)) or 'none'}. {remedy}".strip()
        )


def one_row_each(rows, where, by=()):
    """Raise where an id occurs twice: in the index, or in the columns ``by`` taken together."""
    for name in by:
        refuse(rows[name].isna(), rows, f"{where}.{name}", "is empty", "Give every row a name.")
    twice = rows.duplicated(list(by)) if by else rows.index.duplicated()
    refuse(
        twice,
        rows if by else rows.index,
        f"{where}.{by[-1]}" if by else where,
        f"repeats an earlier {'one' if by else 'id'}",
        f"Keep one row per {' and '.join(by) or rows.index.name or 'id'}, or add them up before.",
    )


def by_customer(frame):
    """Put the column ``customer_id`` into the index, if a table has one."""
    if isinstance(frame, pd.DataFrame) and "customer_id" in frame.columns:
        return frame.set_index("customer_id")
    return frame


def numbers(values, where, *, rows=None, accept=(), remedy="", **limits):
    """One number per row as floats: no text, nothing empty, infinite or out of range.

    Parameters
    ----------
    values : Series, mapping or array-like, shape (n,)
        Numbers of any dtype: integer, nullable, decimals, objects.
    where : str
        What to call them in an error.
    rows : DataFrame, optional
        The table they come from, to name a row by.
    accept : tuple of str
        ``"empty"`` keeps missing numbers as NaN, ``"flags"`` reads True and False as 1 and 0.
    remedy : str
        What to do about empty rows and numbers out of range.
    **limits
        ``at_least``, ``above``, ``at_most`` (float); ``whole=True``.

    Returns
    -------
    pandas.Series
        float64, with the index that came in.

    Examples
    --------
    >>> numbers([3, None, 4], "visits", accept=("empty",), at_least=0).tolist()
    [3.0, nan, 4.0]
    """
    if isinstance(values, pd.DataFrame):
        raise ValueError(f"{where} is a table; pass one column of it, such as table['amount'].")
    if not isinstance(values, pd.Series):
        if not isinstance(values, Mapping) and np.ndim(values) != 1:
            raise ValueError(f"{where} is {shown(values)}; give a row of numbers.")
        values = pd.Series(values)
    if values.empty:
        raise ValueError(f"{where} is empty; give at least one number.")
    rows = values if rows is None else rows
    read = _floats(values, rows, where, flags="flags" in accept)
    found = read.to_numpy()
    integers = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu"
    if not integers:
        if "empty" not in accept:
            refuse(np.isnan(found), rows, where, "is empty", remedy or "Fill or leave them out.")
        refuse(np.isinf(found), rows, where, "is infinite", "Correct them.")
    for name, limit in limits.items():
        if name == "whole" and integers:
            continue
        beyond, problem, _ = _LIMITS[name]
        rule = f"Each must be {_required(limits)}."
        refuse(beyond(found, limit), rows, where, f"is {problem.format(limit)}", remedy or rule)
    return read


def number_columns(frame, names, where, **options):
    """Columns of a table as floats, each read by `numbers` with the same options."""
    read = {name: numbers(frame[name], f"{where}.{name}", rows=frame, **options) for name in names}
    return pd.DataFrame(read, index=frame.index)


def customer_values(values, where="value", *, keyed=False):
    """One number per customer; ``keyed`` where the result is told by id, which must be unique."""
    remedy = "Fill in what you know, such as 0 for one who bought nothing, or drop these customers."
    found = numbers(values, where, accept=("flags",), remedy=remedy)
    if keyed:
        one_row_each(found, where)
    return found


def customer_table(frame, where="table"):
    """A table of numbers, one row per customer and one column per factor; missing ones stay NaN."""
    frame = table(by_customer(frame), (), where)
    one_row_each(frame, where)
    return number_columns(frame, frame.columns, where, accept=("empty", "flags"))


def weights(values, where, names=None):
    """Weights of 0 or more that add up to one; one for each of ``names``, in their order."""
    found = numbers(values, where, at_least=0)
    names = list(found.index if names is None else names)
    lacking = [name for name in names if name not in found.index]
    unknown = [name for name in found.index if name not in names]
    if lacking or unknown or found.index.has_duplicates:
        raise ValueError(
            f"{where}: without weight {lacking}, without column {unknown}. Give each one weight."
        )
    if abs(found.sum() - 1) > 1e-6:
        raise ValueError(
            f"{where} add up to {found.sum():.6g}, not 1. Divide each by their sum, or look for "
            "the one that is missing."
        )
    return found[names]


def number(value, where, *, remedy="", **limits):
    """One finite number inside its limits (see `numbers`), as a float."""
    if not _is_number(value):
        raise ValueError(f"{where} is {value!r}; give one number. {remedy}".strip())
    value = float(value)
    if not np.isfinite(value):
        raise ValueError(f"{where} is {value}; give a finite number. {remedy}".strip())
    if any(_LIMITS[name][0](value, limit) for name, limit in limits.items()):
        raise ValueError(f"{where} is {value:g}; it must be {_required(limits)}. {remedy}".strip())
    return value


def count(value, where, *, at_least=1):
    """A whole number, as an int."""
    return int(number(value, where, whole=True, at_least=at_least))


def day(value, where):
    """One day as a Timestamp at midnight: a date, or text with the year first.

    Examples
    --------
    >>> day("2025-04-03", "until")
    Timestamp('2025-04-03 00:00:00')
    """
    found = pd.NaT
    if isinstance(value, str):
        found = pd.to_datetime(value, errors="coerce", format="ISO8601")
    elif isinstance(value, datetime.date | np.datetime64):
        found = pd.Timestamp(value)
    if found is pd.NaT:
        raise ValueError(
            f"{where} is not a date: {value!r}. Write it with the year first, like 2025-12-31."
        )
    return found.tz_localize(None).normalize()


def days(values, where, *, rows=None):
    """One day per row at midnight, missing ones NaT; text must have the year first.

    03/04/2025 is two days: `crmlab.load` asks which, pandas takes the month first.
    """
    given = pd.Series(values)
    if pd.api.types.is_numeric_dtype(given):
        found = pd.Series(pd.NaT, given.index)
    else:
        found = pd.to_datetime(given, errors="coerce", format="ISO8601")
    refuse(
        found.isna() & given.notna(),
        given if rows is None else rows,
        where,
        "cannot be read as a date",
        "Write dates like 2025-12-31, or convert them with "
        "pandas.to_datetime(column, dayfirst=True) or dayfirst=False.",
    )
    return found.dt.tz_localize(None).dt.normalize()


def shared_ids(first, second, where):
    """Raise if two rows of customers have no id in common, as with 7 here and "0007" there."""
    if len(first) and len(second) and not first.isin(second).any():
        raise ValueError(
            f"{where} have no id in common: {shown(first[0])} ({type(first[0]).__name__}) against "
            f"{shown(second[0])} ({type(second[0]).__name__}). Write ids the same way in both, "
            "such as ids.astype(str)."
        )


def choice(value, where, options):
    """One of the named options."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{where} is {value!r}; choose one of {', '.join(map(repr, options))}.")
    return value


def _required(limits):
    return " and ".join(_LIMITS[name][2].format(limit) for name, limit in limits.items())


def _is_number(cell, flags=False):
    if isinstance(cell, bool | np.bool_):
        return flags
    return isinstance(cell, Real | Decimal)


def _floats(values, rows, where, flags):
    kind = values.dtype
    counts = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)
    if counts and (flags or not pd.api.types.is_bool_dtype(kind)):
        return values.astype(float)
    cells, there = values.astype(object), values.notna().to_numpy()
    text = there & ~np.array([_is_number(cell, flags) for cell in cells])
    refuse(text, rows, where, "is not numeric", "Convert text with pandas.to_numeric.")
    found = np.full(len(cells), np.nan)
    found[there] = cells[there].astype(float)
    return pd.Series(found, values.index, name=values.name)
