"""Numbers handed in: one, a row, some columns; limits, weights, equality up to rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.inputs.refusals import Phrase, refuse, shown

Numbers: TypeAlias = "pd.Series | pd.Index | NDArray[Any] | Sequence[float] | Mapping[Any, float]"

_EMPTY: Phrase = ("is empty", "are empty")
_TOO_LARGE: Phrase = ("is too large for a float", "are too large for floats")
_EXACT = 2.0**53  # from here on a float cannot hold every whole number
_LIMITS: dict[str, tuple[Callable, str, str]] = {
    "whole": (lambda x, on: on & (np.rint(x) != x) & ~np.isnan(x), "not whole", "a whole number"),
    "at_least": (np.less, "below {:g}", "at least {:g}"),
    "above": (np.less_equal, "not above {:g}", "above {:g}"),
    "at_most": (np.greater, "above {:g}", "at most {:g}"),
}


def numbers(
    values: Numbers,
    where: str,
    *,
    rows: pd.DataFrame | None = None,
    accept: tuple[str, ...] = (),
    remedy: str = "",
    **limits: float,
) -> pd.Series:
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
        if not isinstance(values, Mapping) and not _is_row(values):
            raise ValueError(f"{where} is {shown(values)}; give a row of numbers.")
        values = pd.Series(values)
    if values.empty:
        raise ValueError(f"{where} is empty; give at least one number.")
    named = values if rows is None else rows
    read = _floats(values, named, where, flags="flags" in accept)
    found = read.to_numpy()
    integers = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu"
    if not integers:
        if "empty" not in accept:
            refuse(np.isnan(found), named, where, _EMPTY, remedy or "Fill or leave them out.")
        infinite = "is infinite", "are infinite"
        refuse(np.isinf(found), named, where, infinite, "Correct them.")
    for name, limit in limits.items():
        if name == "whole" and integers:
            continue
        beyond, problem, _ = _LIMITS[name]
        rule = f"Each must be {_required(limits)}."
        said = problem.format(limit)
        refuse(beyond(found, limit), named, where, (f"is {said}", f"are {said}"), remedy or rule)
    return read


def number_columns(
    frame: pd.DataFrame, names: Iterable[str], where: str, **options: Any
) -> pd.DataFrame:
    """Columns of a table as floats, each read by `numbers` with the same options."""
    read = {name: numbers(frame[name], f"{where}.{name}", rows=frame, **options) for name in names}
    return pd.DataFrame(read, index=frame.index)


def number(value: Any, where: str, *, remedy: str = "", **limits: float) -> float:
    """One finite number inside its limits (see `numbers`), as a float."""
    if not _is_number(value):
        raise ValueError(f"{where} is {value!r}; give one number. {remedy}".strip())
    given, value = value, _float(value)
    if not np.isfinite(value):
        said = f"{where} is {shown(given)}; give a finite number. {remedy}"
        raise ValueError(said.strip())
    if any(_LIMITS[name][0](value, limit) for name, limit in limits.items()):
        raise ValueError(f"{where} is {value:g}; it must be {_required(limits)}. {remedy}".strip())
    return value


def count(value: Any, where: str, *, at_least: int = 1) -> int:
    """A whole number, as an int."""
    return int(number(value, where, whole=True, at_least=at_least))


def share(value: Any, where: str) -> float:
    """A share from 0 to 1, as a float."""
    return number(value, where, at_least=0, at_most=1, remedy="Write 0.3 for 30 %.")


def scale(ends: Any, where: str = "scale") -> tuple[float, float]:
    """The lowest and the highest point of a scale of answers, as floats.

    Examples
    --------
    >>> scale((1, 10))
    (1.0, 10.0)
    """
    pair = list(ends) if isinstance(ends, tuple | list | np.ndarray | pd.Series) else []
    if len(pair) == 2 and all(map(_is_number, pair)):
        low, high = map(_float, pair)
        if -np.inf < low < high < np.inf:
            return low, high
    raise ValueError(
        f"{where} is {shown(ends)}; give the lowest point first, then the highest, such as (1, 10)."
    )


def choice(value: Any, where: str, options: Iterable[str]) -> str:
    """One of the named options."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{where} is {value!r}; choose one of {', '.join(map(repr, options))}.")
    return value


def flags(values: Any, where: str, *, rows: pd.DataFrame | None = None) -> pd.Series:
    """Yes or no per row, as bool: True and False, or 1 and 0; text such as "no" is refused.

    Examples
    --------
    >>> flags([1, 0, True], "bought").tolist()
    [True, False, True]
    """
    remedy = "Use True and False, such as column == 'yes'."
    given = pd.Series(values)
    if not pd.api.types.is_numeric_dtype(given.dtype):  # numbers and booleans hold no text
        text = given.map(lambda cell: isinstance(cell, str))
        refuse(text, given if rows is None else rows, where, ("is text", "are text"), remedy)
    found = numbers(values, where, rows=rows, accept=("flags",), remedy=remedy)
    wrong = ~found.isin((0, 1))
    problem = "is not True or False", "are not True or False"
    refuse(wrong, found if rows is None else rows, where, problem, remedy)
    return found.astype(bool)


def weights(
    values: Numbers, where: str, names: Iterable[Any] | None = None, *, total: float | None = 1
) -> pd.Series:
    """Weights of 0 or more, one for each of ``names``, in their order.

    They must add up to ``total``, up to 1e-6 of it; with None they only need a positive sum.
    """
    found = numbers(values, where, at_least=0)
    names = list(found.index if names is None else names)
    lacking = [name for name in names if name not in found.index]
    unknown = [name for name in found.index if name not in names]
    if lacking or unknown or found.index.has_duplicates:
        raise ValueError(
            f"{where}: without weight {lacking}, without column {unknown}. Give each one weight."
        )
    if found.sum() == 0:
        raise ValueError(f"{where} are all 0. Give at least one of them some weight.")
    if total is not None and abs(found.sum() - total) > 1e-6 * total:
        raise ValueError(
            f"{where} add up to {found.sum():.6g}, not {total:g}. Divide each by their sum, or "
            "look for the one that is missing."
        )
    return found[names]


def settled(values: NDArray[np.float64], *, within: float = 1e-9) -> NDArray[np.float64]:
    """Make numbers that differ by rounding alone exactly equal.

    Ranks, ties and cuts depend on what is equal, and 0.1 + 0.2 is not 0.3 to the last bit.

    Parameters
    ----------
    values : numpy.ndarray, shape (n,)
        NaN stays NaN.
    within : float
        Neighbours in ascending order that differ by at most this share of the larger one (and of
        the largest of all, times 1e-6) are one number: the smallest of them. Whole numbers that
        differ never are, nor is what differs from one of them by more than 1e-14 of its size.

    Returns
    -------
    numpy.ndarray, shape (n,)

    Examples
    --------
    >>> a, b, c = settled(np.array([0.1 + 0.2, 0.3, 0.31]))
    >>> a == b, b == c
    (np.True_, np.False_)
    """
    values = np.asarray(values, dtype=float)
    if (np.abs(values) < _EXACT).all() and (np.rint(values) == values).all():
        return values.copy()  # whole numbers never differ by rounding alone
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    size = np.abs(ascending)
    floor = 1e-6 * np.nanmax(size, initial=0, where=np.isfinite(size))
    with np.errstate(invalid="ignore"):
        step = ascending[1:] - ascending[:-1]
        larger = np.maximum(np.maximum(size[1:], size[:-1]), floor)
        apart = ~(step <= within * larger) | np.isinf(step)
        apart |= _between_wholes(ascending, apart) & (step > np.minimum(1e-14 * larger, 0.25))
    starts = np.flatnonzero(np.concatenate(([True], apart))) if len(values) else np.array([], int)
    group = np.repeat(starts, np.diff(np.append(starts, len(values))))
    result = np.empty(len(values))
    result[order] = ascending[group]
    return result


def _between_wholes(ascending: NDArray[np.float64], apart: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Steps inside a group, of those that ``apart`` leaves, that holds two whole numbers."""
    group = np.append(0, np.cumsum(apart))[: len(ascending)]
    whole = np.flatnonzero((np.rint(ascending) == ascending) & (np.abs(ascending) < _EXACT))
    first, second = whole[:-1], whole[1:]
    clash = (group[first] == group[second]) & (ascending[first] != ascending[second])
    return np.isin(group[1:], group[second[clash]])


def _required(limits: Mapping[str, float]) -> str:
    return " and ".join(_LIMITS[name][2].format(limit) for name, limit in limits.items())


def _is_row(values: Any) -> bool:
    try:
        return np.ndim(values) == 1
    except ValueError:  # rows within it are of different lengths
        return False


def _is_number(cell: Any, flags: bool = False) -> bool:
    if isinstance(cell, bool | np.bool_):
        return flags
    return isinstance(cell, Real | Decimal)


def _float(cell: Any) -> float:
    """A number as a float; infinite where it is too large for one."""
    try:
        return float(cell)
    except OverflowError:
        return np.inf if cell > 0 else -np.inf


def _floats(values: pd.Series, rows: Any, where: str, flags: bool) -> pd.Series:
    kind = values.dtype
    counts = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)
    if counts and (flags or not pd.api.types.is_bool_dtype(kind)):
        return values.astype(float)
    cells, there = values.astype(object), values.notna().to_numpy()
    text = there & ~np.array([_is_number(cell, flags) for cell in cells])
    problem = "is not numeric", "are not numeric"
    refuse(text, rows, where, problem, "Convert text with pandas.to_numeric.")
    found = np.full(len(cells), np.nan)
    found[there] = [_float(cell) for cell in cells[there]]
    large = np.isinf(found) & ~cells.isin([np.inf, -np.inf]).to_numpy()
    refuse(large, rows, where, _TOO_LARGE, "Correct them.")
    return pd.Series(found, values.index, name=values.name)
