"""The errors of a customer database: all problems at once, in sentences."""

import pandas as pd

ADVICE = {
    "rows": 'Correct these rows, or load the others with bad_rows="set aside": '
    "what is left out is then in db.rejected.",
    "cells": "If a number was cut at its decimal comma, put it in quotation marks.",
    "columns": 'Say which column is which: columns={"their name": "customer_id"}.',
    "days": "Pass dayfirst=True if 03/04/2025 is 3 April, dayfirst=False if it is 4 March.",
    "numbers": "Write numbers as 1234.00, or read the file with pandas.read_csv(..., "
    "decimal=..., thousands=...) and load that frame.",
    "currencies": "Load one currency at a time, or convert the amounts first.",
}


class _Sentence:
    """Shows itself in a notebook without a traceback."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


class DataError(_Sentence, ValueError):
    """What is wrong with the data, every problem on a line of its own."""


class MissingTableError(_Sentence, AttributeError):
    """A table that the customer database does not have."""


def counted(number, word):
    """Write a number and its word: ``1 row``, ``2,000 rows``.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(names, word="and"):
    """Write names as in a sentence: ``a, b and c``.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    names = [str(name) for name in names]
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def shown(value):
    """Write a cell as an error shows it, cut after 60 characters."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def agreeing(problem, count):
    """Put the verb that begins a phrase into the plural where it speaks of several."""
    verb, _, rest = problem.partition(" ")
    if count != 1:
        odd = {"is": "are", "has": "have", "does": "do", "carries": "carry"}
        verb = odd.get(verb, verb.removesuffix("s"))
    return f"{verb} {rest}".strip()


def row_problem(where, found, rows, place):
    """Say how many rows have one fault, and where the first is.

    Parameters
    ----------
    where : str
        Table, or table and column.
    found : DataFrame
        The faulty rows with ``row``, ``value`` and ``reason``, of one reason.
    rows : int
        Rows of the table.
    place : str
        Words before a row's number, such as ``"in line"``.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> import pandas as pd
    >>> found = pd.DataFrame({"row": [2], "value": ["2025-13-40"], "reason": ["is not a date"]})
    >>> row_problem("transactions.date", found, 4, "in line")
    "transactions.date: 1 of 4 rows is not a date; first in line 2: '2025-13-40'"
    """
    first = found.iloc[0]
    reason = agreeing(first["reason"], len(found))
    value = "" if reason.endswith("empty") or pd.isna(first["value"]) else shown(first["value"])
    return (
        f"{where}: {len(found):,} of {counted(rows, 'row')} {reason}; "
        f"first {place} {first['row']}{value and f': {value}'}"
    )


def problems_error(source, problems, advice):
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
