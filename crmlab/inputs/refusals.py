"""One wording of every refusal: where, how many rows, which one first, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Phrase: TypeAlias = tuple[str, str]

_NAMING = ("customer_id", "segment", "offer", "stage")


def refuse(
    bad: ArrayLike,
    rows: pd.DataFrame | pd.Series | pd.Index | Sequence,
    where: str,
    problem: Phrase,
    remedy: str,
) -> None:
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
    problem : pair of str
        What one bad row does, and what several do: ``("is empty", "are empty")``.
    remedy : str
        What to do, a sentence.

    Raises
    ------
    ValueError
        At least one row is bad.

    Examples
    --------
    >>> problem = "is below 0", "are below 0"
    >>> refuse([False, True], pd.Series([1, -2]), "visits", problem, "Count them again.")
    Traceback (most recent call last):
    ...
    ValueError: visits: 1 of 2 rows is below 0; first row 1: -2. Count them again.
    """
    bad = np.asarray(bad, dtype=bool)
    count = int(np.count_nonzero(bad))
    if count:
        raise ValueError(
            f"{where}: {count:,} of {len(bad):,} rows {problem[count > 1]}; "
            f"first {first_row(rows, bad, where)}. {remedy}".strip()
        )


def first_row(
    rows: pd.DataFrame | pd.Series | pd.Index | Sequence, bad: ArrayLike, where: str = ""
) -> str:
    """Name the first bad row as `refuse` does: ``row 1 (offer 'bar'): -2``."""
    place = int(np.argmax(bad))
    index = rows.index if isinstance(rows, pd.DataFrame | pd.Series) else rows
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


def shown(value: object) -> str:
    """Write a cell as an error shows it, cut after 60 characters."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, int) and abs(value) >= 10**60:
        return f"{Decimal(value):.6g}"
    text = repr(value) if isinstance(value, str) else str(value).removesuffix(" 00:00:00")
    return text if len(text) <= 60 else f"{text[:57]}..."


def listed(names: Sequence[object], most: int = 20) -> str:
    """Write names one after another, cut after ``most``.

    Examples
    --------
    >>> listed(["a", "b"]), listed("abcde", most=3), listed([])
    ('a, b', 'a, b, c and 2 more', 'none')
    """
    told = ", ".join(map(str, list(names)[:most])) or "none"
    return f"{told} and {len(names) - most:,} more" if len(names) > most else told
