"""Tables handed in: columns that must be there, one row per customer, ids, purchases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.inputs.days import days
from crmlab.inputs.numbers import Numbers, choice, number_columns, numbers
from crmlab.inputs.refusals import listed, refuse, shown
from crmlab.results import Result

Refunds = Literal["error", "ignore", "net"]

NO_ID = frozenset({"", "nan", "none", "nat", "<na>", "null"})


def table(frame: Any, needed: Sequence[str], where: str, *, remedy: str = "") -> pd.DataFrame:
    """The table itself, once it is a DataFrame with rows and with all columns of ``needed``."""
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ValueError(f"{where} is of type {kind}; give a pandas DataFrame.")
    columns(frame.columns, needed, where, remedy=remedy)
    doubled = frame.columns[frame.columns.duplicated()]
    twice = [name for name in doubled if not len(needed) or name in needed]
    if twice:
        raise ValueError(f"{where}: column {twice[0]} is there twice. Keep one of them.")
    if frame.empty:
        lacking = "columns" if len(frame) else "rows"
        raise ValueError(f"{where} has no {lacking}. Check the step that made this table.")
    return frame


def columns(names: Iterable[Any], needed: Iterable[str], where: str, *, remedy: str = "") -> None:
    """Raise unless ``names``, the columns of a table of any kind, have all of ``needed``."""
    missing = [name for name in needed if name not in names]
    if missing:
        raise ValueError(
            f"{where} lacks the column {', '.join(map(str, missing))}; it has "
            f"{listed(list(names))}. {remedy}".strip()
        )


def one_row_each(rows: Any, where: str, by: Sequence[str] = ()) -> None:
    """Raise where an id occurs twice: in the index, or in the columns ``by`` taken together."""
    for name in by:
        empty = "is empty", "are empty"
        refuse(rows[name].isna(), rows, f"{where}.{name}", empty, "Give every row a name.")
    twice = rows.duplicated(subset=list(by)) if by else rows.index.duplicated()
    word = "one" if by else "id"
    refuse(
        twice,
        rows if by else rows.index,
        f"{where}.{by[-1]}" if by else where,
        (f"repeats an earlier {word}", f"repeat an earlier {word}"),
        f"Keep one row per {' and '.join(by) or rows.index.name or 'id'}, or add them up before.",
    )


def by_customer(frame: Any) -> Any:
    """The plain frame of a table or a result, with a column ``customer_id`` put into the index."""
    if isinstance(frame, Result):
        frame = frame.table
    if isinstance(frame, pd.DataFrame) and "customer_id" in frame.columns:
        return frame.set_index("customer_id")
    return frame


def places(index: pd.Index, asked: Any, where: str) -> NDArray[np.intp]:
    """Places of the customers asked for by a mask, matched by id, or by a row of ids.

    Examples
    --------
    >>> places(pd.Index(["a", "b", "c"]), ["c", "a"], "summary").tolist()
    [2, 0]
    """
    if isinstance(asked, Mapping | pd.DataFrame) or np.ndim(asked) != 1:
        raise ValueError(f"{where}[...] takes a column, a mask or a row of ids.")
    wanted = asked if isinstance(asked, pd.Series) else pd.Series(asked)
    if len(wanted) and pd.api.types.is_bool_dtype(wanted.dtype):
        if isinstance(asked, pd.Series) and not wanted.index.equals(index):
            if len(wanted) != len(index) or not index.isin(wanted.index).all():
                raise ValueError(f"{where}[mask]: the mask's index names other customers.")
            wanted = wanted.loc[index]
        if len(wanted) != len(index):
            raise ValueError(
                f"{where}[mask]: {len(wanted):,} answers for {len(index):,} customers."
            )
        return np.flatnonzero(wanted.to_numpy(bool, na_value=False))
    unknown = ~wanted.isin(index)
    problem = "is no customer here", "are no customers here"
    refuse(unknown, wanted, f"{where}[ids]", problem, "Write ids as the summary has them.")
    one_row_each(pd.DataFrame(index=pd.Index(wanted, name="customer_id")), f"{where}[ids]")
    one_row_each(pd.DataFrame(index=index), where)
    return index.get_indexer(pd.Index(wanted))


def customer_values(
    values: Numbers | pd.DataFrame | Result, where: str = "value", *, keyed: bool = False
) -> pd.Series:
    """One number per customer; ``keyed`` where the result is told by id, which must be unique.

    Of a forecast, or of a table with a column ``estimate``, these are the estimates.
    """
    given: Any = by_customer(values)
    if isinstance(given, pd.DataFrame) and "estimate" in given.columns:
        given = given["estimate"]
    remedy = "Fill in what you know, such as 0 for one who bought nothing, or drop these customers."
    found = numbers(given, where, accept=("flags",), remedy=remedy)
    if keyed:
        one_row_each(found, where)
    return found


def customer_table(frame: Any, where: str = "table") -> pd.DataFrame:
    """A table of numbers, one row per customer and one column per factor; missing ones stay NaN."""
    frame = table(by_customer(frame), (), where)
    one_row_each(frame, where)
    return number_columns(frame, frame.columns, where, accept=("empty", "flags"))


def id_order(index: pd.Index) -> NDArray[np.intp]:
    """Rows in the order of their ids: what parts equal rows must not depend on their order."""
    if index.is_monotonic_increasing:
        return np.arange(len(index))
    if index.inferred_type.startswith("mixed"):
        index = index.map(str)
    return index.argsort()


def shared_ids(first: pd.Index, second: pd.Index, where: str) -> None:
    """Raise if two rows of customers have no id in common, as with 7 here and "0007" there."""
    if len(first) and len(second) and not first.isin(second).any():
        raise ValueError(
            f"{where} have no id in common: {shown(first[0])} ({type(first[0]).__name__}) against "
            f"{shown(second[0])} ({type(second[0]).__name__}). Write ids the same way in both, "
            "such as ids.astype(str)."
        )


def ids(
    values: Any, where: str, *, rows: pd.DataFrame | None = None, accept: tuple[str, ...] = ()
) -> pd.Series:
    """One id per row as text, whole numbers without a decimal point; "" and "nan" are no ids.

    Parameters
    ----------
    values : Series or array-like, shape (n,)
        Text, whole numbers of any kind, decimals.
    where : str
        What to call them in an error.
    rows : DataFrame, optional
        The table they come from, to name a row by.
    accept : tuple of str
        ``"empty"`` keeps missing ids as missing.

    Returns
    -------
    pandas.Series
        Text, with the index that came in.

    Examples
    --------
    >>> ids([7, 7.0, "007"], "customer_id").tolist()
    ['7', '7', '007']
    """
    given = pd.Series(values)
    named = given if rows is None else rows
    if isinstance(given.dtype, pd.StringDtype):
        none = given.str.strip().str.lower().isin(NO_ID)
        found = given.astype("str").where(~none, None)
    else:
        found = _written(given, named, where)
    if "empty" not in accept:
        problem = "is empty", "are empty"
        refuse(found.isna(), named, where, problem, "Give each row its customer.")
    found.name = given.name
    return found


def purchases(
    transactions: Any,
    *,
    amount: bool = True,
    refunds: Refunds = "error",
    where: str = "transactions",
) -> pd.DataFrame:
    """A log of purchases, settled: ids are text, days are days, amounts are float64.

    Parameters
    ----------
    transactions : DataFrame or CustomerDatabase
        ``customer_id``, ``date`` and, unless told otherwise, ``amount``.
    amount : bool
        Whether amounts are needed; where they are not, they are read if there.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; leave such rows out; keep them, to be added up.

    Returns
    -------
    pandas.DataFrame
        The rows that count, in their order, with ``customer_id``, ``date``, ``amount``.

    Raises
    ------
    ValueError
        A column is missing; an id, day or amount is empty or unreadable; a refund, if not said
        what it means.
    """
    choice(refunds, "refunds", ("error", "ignore", "net"))
    transactions = getattr(transactions, "transactions", transactions)
    needed = ("customer_id", "date", "amount") if amount else ("customer_id", "date")
    log = table(transactions, needed, where)
    found = pd.DataFrame(
        {
            "customer_id": ids(log["customer_id"], f"{where}.customer_id", rows=log),
            "date": days(log["date"], f"{where}.date", rows=log),
        }
    )
    if found.index.name in found:
        found.index = found.index.rename(None)
    if "amount" not in log:
        return found
    found["amount"] = numbers(log["amount"], f"{where}.amount", rows=log)
    refund = found["amount"] < 0
    if refunds == "error":
        problem = "is negative, a refund", "are negative, refunds"
        remedy = "Choose refunds='net' or refunds='ignore'."
        refuse(refund, log, f"{where}.amount", problem, remedy)
    return found[~refund] if refunds == "ignore" else found


def _written(given: pd.Series, named: Any, where: str) -> pd.Series:
    """Ids of mixed kinds as text, each distinct one once; what is none is missing."""
    problem, remedy = ("is not an id", "are not ids"), "An id is text or a whole number."
    try:
        codes, distinct = pd.factorize(given if given.dtype.kind in "iu" else given.astype(object))
    except TypeError:
        refuse(given.map(pd.api.types.is_list_like), named, where, problem, remedy)
        raise
    written: list[str | None] = [_id(cell) for cell in distinct]
    wrong = np.array([*(text is None for text in written), False])[codes]
    refuse(wrong, named, where, problem, remedy)
    kept = [None if text is None or text.strip().lower() in NO_ID else text for text in written]
    return pd.Series([*kept, None], dtype="str").iloc[codes].set_axis(given.index)


def _id(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return None
    if isinstance(cell, int | np.integer):
        return str(int(cell))
    if isinstance(cell, float | np.floating | Decimal) and cell == cell // 1:
        return str(int(cell))
    return None
