"""Answers of a survey: labels turned into numbers, scales and missing answers checked."""

import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlab import inputs

ORDERS = {
    "satisfaction": (
        ("very dissatisfied", "非常不满意", "很不满意", "非常不滿意"),
        ("dissatisfied", "不满意", "不滿意"),
        ("neither satisfied nor dissatisfied", "neither", "neutral", "一般", "中立"),
        ("satisfied", "满意", "比较满意", "滿意"),
        ("very satisfied", "非常满意", "很满意", "非常滿意"),
    ),
    "agreement": (
        ("strongly disagree", "非常不同意", "完全不同意"),
        ("disagree", "不同意"),
        ("neither agree nor disagree", "neither", "neutral", "一般", "中立"),
        ("agree", "同意"),
        ("strongly agree", "非常同意", "完全同意"),
    ),
    "kano": (
        ("like", "喜欢", "喜歡"),
        ("must-be", "must be", "理应如此", "理所当然", "理所當然"),
        ("neutral", "无所谓", "無所謂"),
        ("live with", "可以忍受", "勉强接受", "勉強接受"),
        ("dislike", "不喜欢", "不喜歡"),
    ),
}


def to_numbers(answers, order):
    """Turn the labels of an answer scale into numbers, in an order that you declare.

    Parameters
    ----------
    answers : Series or sequence of str
        One label per respondent. Empty and missing answers become NaN.
    order : str, sequence or mapping
        Labels from the lowest to the highest, numbered from 1. An entry may be a tuple of
        labels that mean the same, so one order serves two languages. A mapping gives the
        numbers itself. A name takes an order from ``ORDERS``: "satisfaction", "agreement",
        "kano", each in English and Chinese.

    Returns
    -------
    pandas.Series
        Numbers with the index of `answers`.

    Raises
    ------
    ValueError
        A label that the order does not contain, or an order that names one label twice.

    Examples
    --------
    >>> to_numbers(["very satisfied", "非常满意", "dissatisfied"], "satisfaction").tolist()
    [5.0, 5.0, 2.0]
    >>> to_numbers(["fine", "bad", None], ["bad", "fine"]).tolist()
    [2.0, 1.0, nan]
    """
    answers = answers if isinstance(answers, pd.Series) else pd.Series(answers, dtype=object)
    code = _codes(order)
    labels = answers.astype(object).where(answers.notna(), "").map(_plain)
    numbers = labels.map(code).astype(float)
    wrong = numbers.isna() & (labels != "")
    inputs.refuse(
        wrong,
        answers,
        "answers" if answers.name is None else str(answers.name),
        (
            "carries a label that the order does not contain",
            "carry a label that the order does not contain",
        ),
        f"The order has: {', '.join(code)}. Add the label to the order, or correct the answer.",
    )
    return numbers


def rescale(answers, old, new):
    """Move answers from one scale to another, end to end and linearly.

    Parameters
    ----------
    answers : Series or sequence of float
        Answers on the old scale.
    old, new : tuple of float
        Lowest and highest point of each scale.

    Returns
    -------
    pandas.Series
        Answers on the new scale. Two scales with a different number of points do not become
        comparable in every respect by this: people use a short scale differently.

    Examples
    --------
    >>> rescale([1, 3, 5], (1, 5), (1, 10)).tolist()
    [1.0, 5.5, 10.0]
    """
    answers = numeric(answers, scale=old)
    new = checked_scale(new)
    return new[0] + (answers - old[0]) * (new[1] - new[0]) / (old[1] - old[0])


def numeric(values, name=None, *, scale=None, whole=False):
    """Answers as a Series of floats, missing ones NaN; anything that is no answer is an error.

    Parameters
    ----------
    values : Series or sequence
        One answer per respondent.
    name : str, optional
        What to call the column in an error; the Series' own name otherwise.
    scale : tuple of float, optional
        Lowest and highest possible answer.
    whole : bool
        Whether answers must be whole numbers.

    Returns
    -------
    pandas.Series
        Floats, with the index that came in.

    Raises
    ------
    ValueError
        Text, infinite numbers, answers outside the scale, or parts of a point.

    Examples
    --------
    >>> numeric([3, None, 5], "service", scale=(1, 5)).tolist()
    [3.0, nan, 5.0]
    """
    _refuse_table(values, name or "answers")
    values = values if isinstance(values, pd.Series) else pd.Series(values)
    name = name or values.name
    where = "answers" if name is None else str(name)
    numbers = _floats(values, name, where)
    infinite, remedy = np.isinf(numbers), "Correct them or leave them empty."
    inputs.refuse(infinite, values, where, ("is infinite", "are infinite"), remedy)
    if scale is not None:
        low, high = checked_scale(scale)
        inputs.refuse(
            (numbers < low) | (numbers > high),
            values,
            where,
            (
                f"is outside the scale {low:g} to {high:g}",
                f"are outside the scale {low:g} to {high:g}",
            ),
            "Correct them, leave them empty, or declare the scale that was asked.",
        )
    if whole:
        inputs.refuse(
            numbers % 1 > 0,
            values,
            where,
            ("is not whole", "are not whole"),
            "Correct or round them.",
        )
    return numbers


def numeric_table(table, *, scale=None):
    """Check every column of a table as `numeric` does one.

    Parameters
    ----------
    table : DataFrame, Series or mapping
        One column per item.
    scale : tuple of float, optional
        Lowest and highest possible answer of all items.

    Returns
    -------
    pandas.DataFrame
        Floats.

    Raises
    ------
    ValueError
        As `numeric`, or a table without rows or columns, or two columns of one name.
    """
    table = table.to_frame() if isinstance(table, pd.Series) else pd.DataFrame(table)
    if table.empty:
        raise ValueError(f"the table has {len(table)} rows and {table.shape[1]} columns: no answer")
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise ValueError(f"column {twice!r} appears more than once: rename or drop one of them")
    checked = {name: numeric(table[name], name, scale=scale) for name in table.columns}
    return pd.DataFrame(checked, index=table.index)


def paired(**columns):
    """Put columns side by side after checking that they describe the same respondents.

    Parameters
    ----------
    **columns : Series or sequence
        Each becomes a column. Series must share their index; sequences their length.

    Returns
    -------
    pandas.DataFrame
        One row per respondent, not yet checked as numbers.

    Raises
    ------
    ValueError
        Lengths or indexes that differ.
    """
    for name, values in columns.items():
        _refuse_table(values, name)
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"columns of different length ({told}): one answer per respondent each")
    series = {name: v for name, v in columns.items() if isinstance(v, pd.Series)}
    indexes = list(series.values())
    for name, values in series.items():
        if not values.index.equals(indexes[0].index):
            raise ValueError(
                f"{next(iter(series))} and {name} have different row labels: take both from one "
                "table, or call reset_index(drop=True) on each if the order is the same"
            )
    index = indexes[0].index if indexes else None
    plain = {name: getattr(v, "array", v) for name, v in columns.items()}
    return pd.DataFrame(plain, index=index)


def complete(table, at_least=2):
    """Rows in which every answer is there, and how many were left out for a missing one.

    Parameters
    ----------
    table : DataFrame
        Checked answers.
    at_least : int
        Rows without which the caller cannot compute.

    Returns
    -------
    DataFrame, int
        Complete rows; number of rows left out.

    Raises
    ------
    ValueError
        Fewer complete rows than needed.
    """
    kept = table.dropna()
    if len(kept) < at_least:
        gaps = table.isna().sum()
        worst = f"; column {gaps.idxmax()!r} lacks {gaps.max()} answers" if gaps.any() else ""
        raise ValueError(
            f"{len(kept)} complete rows of {len(table)}, at least {at_least} are needed{worst}"
        )
    return kept, len(table) - len(kept)


def checked_scale(scale):
    """Lowest and highest point of a scale, refused unless the first is the smaller."""
    low, high = (float(end) for end in scale)
    if not low < high:
        raise ValueError(f"scale {tuple(scale)}: give the lowest point first, then the highest")
    return low, high


def _refuse_table(values, name):
    if isinstance(values, pd.DataFrame):
        raise ValueError(
            f"{name}: a table of {values.shape[1]} columns; give one of them, such as "
            "survey['satisfaction']"
        )


def _floats(values, name, where):
    if pd.api.types.is_numeric_dtype(values.dtype):
        return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), values.index, name=name)
    text = values.map(lambda value: isinstance(value, str)).astype(bool)
    plain = values.astype(object).where(values.notna() & ~text, np.nan)
    numbers = pd.to_numeric(plain, errors="coerce").astype(float)
    inputs.refuse(
        values.notna() & (text | numbers.isna()),
        values,
        where,
        ("is not numeric", "are not numeric"),
        "Turn labels into numbers with crm.satisfaction.to_numbers(column, order), digits stored "
        "as text with pandas.to_numeric.",
    )
    return numbers


def _codes(order):
    if isinstance(order, str):
        if order not in ORDERS:
            raise ValueError(f"no order is called {order!r}; there are {', '.join(ORDERS)}")
        order = ORDERS[order]
    if isinstance(order, Mapping):
        return {_plain(label): float(number) for label, number in order.items()}
    code = {}
    for number, labels in enumerate(order, start=1):
        for label in (labels,) if isinstance(labels, str) else labels:
            if _plain(label) in code:
                raise ValueError(f"the order names {label!r} twice: keep it at one place")
            code[_plain(label)] = float(number)
    return code


def _plain(label):
    return " ".join(unicodedata.normalize("NFKC", str(label)).casefold().split())
