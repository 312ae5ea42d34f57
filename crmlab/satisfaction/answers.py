"""Answers of a survey: labels turned into numbers, scales and missing answers checked."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from crmlab import inputs
from crmlab.inputs import Numbers

Scale: TypeAlias = "tuple[float, float]"
Order: TypeAlias = "str | Sequence[str | tuple[str, ...]] | Mapping[str, float]"

NO_ANSWER_CODES = (77, 88, 97, 98, 99, 998, 999, 9998, 9999, -99, -999)
LONGEST_SCALE = 11  # points of the longest scale in use, 0 to 10

ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
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


def to_numbers(answers: pd.Series | Sequence[Any], order: Order) -> pd.Series:
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
    answers = _one_column(answers, "answers")
    code = _codes(order)
    labels = answers.astype(object).where(answers.notna(), "").map(_plain)
    numbers = labels.map(code).astype(float)
    wrong = numbers.isna() & (labels != "")
    inputs.refuse(
        wrong,
        answers,
        "answers" if answers.name is None else str(answers.name),
        (
            "has a label that the order does not contain",
            "have a label that the order does not contain",
        ),
        f"The order has: {', '.join(code)}. Add the label to the order, or correct the answer.",
    )
    return numbers


def rescale(answers: Numbers, *, old: Scale, new: Scale) -> pd.Series:
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

    Raises
    ------
    ValueError
        Answers outside the old scale, or a scale whose lowest point does not come first.

    Examples
    --------
    >>> rescale([1, 3, 5], old=(1, 5), new=(1, 10)).tolist()
    [1.0, 5.5, 10.0]
    """
    answers = on_scale(answers, scale=old)
    (low, high), (start, end) = inputs.scale(old, "old"), inputs.scale(new, "new")
    return start + (answers - low) * (end - start) / (high - low)


def on_scale(
    values: Any, where: str | None = None, *, scale: Scale | None = None, whole: bool = False
) -> pd.Series:
    """Answers as floats, missing ones NaN; text and what lies outside the scale are refused.

    Parameters
    ----------
    values : Series or sequence
        One answer per respondent; True and False are 1 and 0.
    where : str, optional
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
        Text, infinite numbers, answers outside the scale, parts of a point, no row at all.

    Warns
    -----
    UserWarning
        Without a scale: answers such as 98 and 99 beside answers of at most ten, which often
        stand for "no answer".

    Examples
    --------
    >>> on_scale([3, None, 5], "service", scale=(1, 5)).tolist()
    [3.0, nan, 5.0]
    """
    values = _one_column(values, where or "answers")
    where = str(where or ("answers" if values.name is None else values.name))
    _refuse_labels(values, where)
    found = inputs.numbers(values, where, accept=("empty", "flags"))
    if scale is not None:
        low, high = inputs.scale(scale)
        outside = f"outside the scale {low:g} to {high:g}"
        inputs.refuse(
            (found < low) | (found > high),
            values,
            where,
            (f"is {outside}", f"are {outside}"),
            "Empty the codes that stand for no answer, such as 99, correct the others, or declare "
            "the scale that was asked.",
        )
    else:
        _tell_codes(found, where)
    if whole:
        part = "is not whole", "are not whole"
        inputs.refuse(found % 1 > 0, values, where, part, "Correct or round them.")
    return found


def items_on_scale(
    table: pd.DataFrame | pd.Series | Mapping[str, Any],
    *,
    scale: Scale | Mapping[str, Scale] | None = None,
) -> pd.DataFrame:
    """Check every column of a table as `on_scale` does one.

    Parameters
    ----------
    table : DataFrame, Series or mapping
        One column per item.
    scale : tuple of float or mapping, optional
        Lowest and highest possible answer of all items, or of each item by its name.

    Returns
    -------
    pandas.DataFrame
        Floats.

    Raises
    ------
    ValueError
        As `on_scale`, or a table without rows or columns, or two columns of one name.
    """
    if isinstance(table, pd.Series):
        table = table.to_frame()
    table = inputs.table(paired(**table) if isinstance(table, Mapping) else table, (), "items")
    scales = scale if isinstance(scale, Mapping) else dict.fromkeys(table.columns, scale)
    inputs.columns(table.columns, scales, "items", remedy="scale names what is not there.")
    checked = {name: on_scale(table[name], str(name), scale=scales.get(name)) for name in table}
    return pd.DataFrame(checked, index=table.index)


def paired(**columns: Any) -> pd.DataFrame:
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
        Lengths or indexes that differ, no row at all.
    """
    given = {name: _one_column(values, name) for name, values in columns.items()}
    lengths = {name: len(values) for name, values in given.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"columns of different length ({told}): one answer per respondent each")
    labelled = {name: v.index for name, v in columns.items() if isinstance(v, pd.Series)}
    first, index = next(iter(labelled.items()), ("", None))
    for name, own in labelled.items():
        if not own.equals(index):
            raise ValueError(
                f"{first} and {name} have different row labels: take both from one table, or call "
                "reset_index(drop=True) on each if the order is the same"
            )
    return pd.DataFrame({name: values.array for name, values in given.items()}, index=index)


def complete(table: pd.DataFrame, at_least: int = 2) -> tuple[pd.DataFrame, int]:
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


def _one_column(values: Any, where: str) -> pd.Series:
    if isinstance(values, pd.DataFrame):
        raise ValueError(
            f"{where}: a table of {values.shape[1]} columns; give one of them, such as "
            "survey['satisfaction']"
        )
    if isinstance(values, pd.Series):
        return values
    if (
        isinstance(values, str | set)
        or not hasattr(values, "__len__")
        or getattr(values, "ndim", 1) != 1
    ):
        raise ValueError(f"{where} is {inputs.shown(values)}; give one answer per respondent.")
    return pd.Series(values)


def _refuse_labels(values: pd.Series, where: str) -> None:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return
    text = values.map(lambda cell: isinstance(cell, str)).astype(bool)
    inputs.refuse(
        text,
        values,
        where,
        ("is not numeric", "are not numeric"),
        "Turn labels into numbers with crm.satisfaction.to_numbers(column, order), digits stored "
        "as text with pandas.to_numeric.",
    )


def _tell_codes(found: pd.Series, where: str) -> None:
    codes = found.isin(NO_ANSWER_CODES)
    others = found[~codes].dropna()
    if not codes.any() or others.empty or not others.between(0, LONGEST_SCALE - 1).all():
        return
    told = ", ".join(f"{code:g}" for code in sorted(found[codes].unique()))
    warnings.warn(
        f"{where}: {int(codes.sum())} of {len(found)} answers are {told}, all others lie from "
        f"{others.min():g} to {others.max():g}. If these are codes for no answer, empty them; "
        "scale= refuses what lies outside.",
        stacklevel=4,
    )


def _codes(order: Order) -> dict[str, float]:
    if isinstance(order, str):
        order = ORDERS[inputs.choice(order, "order", ORDERS)]
    if isinstance(order, Mapping):
        return {
            _plain(label): inputs.number(number, f"order[{label!r}]")
            for label, number in order.items()
        }
    if not isinstance(order, Iterable):
        raise ValueError(f"order is {order!r}; give the labels from the lowest to the highest.")
    code: dict[str, float] = {}
    for number, labels in enumerate(order, start=1):
        for label in (labels,) if isinstance(labels, str) else labels:
            if _plain(label) in code:
                raise ValueError(f"the order names {label!r} twice: keep it at one place")
            code[_plain(label)] = float(number)
    return code


def _plain(label: object) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(label)).casefold().split())
