"""The errors of a customer database: all problems at once, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from crmlab.inputs import Phrase, shown

MOST_NAMES = 20

ADVICE = {
    "rows": 'Correct these rows, or load the others with bad_rows="set aside": '
    "what is left out is then in db.rejected.",
    "cells": "If a number was cut at its decimal comma, put it in quotation marks.",
    "columns": 'Say which column is which: columns={"their name": "customer_id"}.',
    "days": "Pass dayfirst=True if 03/04/2025 is 3 April, dayfirst=False if it is 4 March.",
    "numbers": "Write numbers as 1234.00, or read the file with pandas.read_csv(..., "
    "decimal=..., thousands=...) and load that frame.",
    "currencies": "Load one currency at a time, or convert the amounts first.",
    "answers": 'Answers that mean "no answer" can be said: missing={"%s": [98, 99]}.',
    "zone": 'Say whose days you count: zone="Asia/Shanghai", or zone="UTC".',
}


class _Sentence(Exception):
    """Shows itself in a notebook without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class DataError(_Sentence, ValueError):
    """What is wrong with the data, every problem on a line of its own."""


class MissingTableError(_Sentence, AttributeError):
    """A table that the customer database does not have."""


def counted(number: int, word: str) -> str:
    """Write a number and its word: ``1 row``, ``2,000 rows``.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(names: Iterable[Any], word: str = "and") -> str:
    """Write names as in a sentence, cut after twenty: ``a, b and c``.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', 'nothing')
    """
    told = [str(name) for name in names]
    if not told:
        return "nothing"
    if len(told) > MOST_NAMES + 1:
        told = [*told[:MOST_NAMES], f"{len(told) - MOST_NAMES:,} more"]
    return f" {word} ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def row_problem(where: str, found: pd.DataFrame, rows: int, problem: Phrase) -> str:
    """Say how many rows have one fault, and where the first is.

    Parameters
    ----------
    where : str
        Table, or table and column.
    found : DataFrame
        The faulty rows with ``place`` (such as ``"in line 2"``) and ``value``.
    rows : int
        Rows of the table.
    problem : pair of str
        What one row does, and what several do.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"place": ["in line 2"], "value": ["2025-13-40"]})
    >>> row_problem("transactions.date", found, 4, ("is not a date", "are not dates"))
    "transactions.date: 1 of 4 rows is not a date; first in line 2: '2025-13-40'"
    """
    value = found["value"].iloc[0]
    empty = problem[0].endswith("empty") or (pd.api.types.is_scalar(value) and pd.isna(value))
    if isinstance(value, float) and value == value // 1:
        value = int(value)
    said = "" if empty else f": {shown(value)}"
    reason = problem[len(found) != 1]
    first = found["place"].iloc[0]
    return f"{where}: {len(found):,} of {counted(rows, 'row')} {reason}; first {first}{said}"


def problems_error(source: str, problems: Sequence[str], advice: Sequence[str]) -> DataError:
    """Put all problems into one error.

    Parameters
    ----------
    source : str
        What was loaded.
    problems : list of str
        One line each.
    advice : list of str
        What to do, the last lines.

    Returns
    -------
    DataError
    """
    head = f"{counted(len(problems), 'problem')} in {source}"
    lines = [head, *(f"  {line}" for line in problems), *dict.fromkeys(advice)]
    return DataError("\n".join(lines))
