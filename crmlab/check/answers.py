"""Whether an answer is the same as another one, in whatever natural form a person hands it in."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from crmlab.results import Result

_NUMBER = re.compile(r"[-+]?(\d[\d,]*\.?\d*|\.\d+)(e[-+]?\d+)?")


def same(answer: Any, target: Any, within: float) -> bool:
    """Whether an answer is the target, up to its type and to a person's rounding.

    Examples
    --------
    >>> same("30 %", 0.3, 0.005), same(pd.Timedelta("67D"), 67, 0), same(0.06, 0.0625, 0.005)
    (True, True, True)
    >>> same("Gus, Ida", {"Ida", "Gus"}, 0), same([2, 1], [1, 2], 0)
    (True, False)
    """
    target = plain(target)
    if isinstance(target, set):
        given = _row(plain(answer))
        return given is not None and {_folded(one) for one in given} == set(map(_folded, target))
    if isinstance(target, list):
        given = _row(plain(answer))
        return (
            given is not None
            and len(given) == len(target)
            and all(same(a, t, within) for a, t in zip(given, target, strict=True))
        )
    given = _single(plain(answer))
    if isinstance(target, bool) or isinstance(given, bool):
        return given is target
    if isinstance(target, str):
        return isinstance(given, str) and _folded(given) == _folded(target)
    number = _number(given)
    return number is not None and _close(number, float(target), within)


def a_hundredfold(answer: Any, target: Any) -> bool:
    """Whether an answer is the target's per cent, where a fraction was asked for."""
    number, target = _number(_single(plain(answer))), plain(target)
    if number is None or isinstance(target, bool) or not isinstance(target, Real):
        return False
    return 0 < abs(float(target)) < 1 and _close(number / 100, float(target), 0.005)


def plain(value: Any) -> Any:
    """Turn an answer into plain Python: a number, a text, a list or a set; anything else stays."""
    if isinstance(value, Result):
        value = value.table
    if isinstance(value, pd.DataFrame):
        value = value.iloc[0] if len(value) == 1 else value.to_numpy()
    if isinstance(value, pd.Timedelta | datetime.timedelta | np.timedelta64):
        return pd.Timedelta(value) / pd.Timedelta(days=1)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, np.generic | np.ndarray | pd.Series | pd.Index):
        value = value.tolist()
    if isinstance(value, set | frozenset):
        return {plain(one) for one in value}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def _single(value: Any) -> Any:
    return _single(value[0]) if isinstance(value, list) and len(value) == 1 else value


def _row(value: Any) -> list | None:
    if isinstance(value, str):
        return [part for part in re.split(r"\s*[,;]\s*", value.strip(" []()")) if part]
    if isinstance(value, set):
        return list(value)
    if isinstance(value, list):
        return value[0] if len(value) == 1 and isinstance(value[0], list) else value
    return None


def _folded(value: Any) -> Any:
    return (
        re.sub(r"[\s_-]+", " ", value.strip(" '\"")).casefold() if isinstance(value, str) else value
    )


def _number(value: Any) -> float | None:
    """Read a number; as text it may have a currency sign, thousands marks or a per cent sign."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Real):
        return float(value)
    if not isinstance(value, str):
        return None
    text = value.strip().strip("$€£¥").strip()
    share = text.endswith("%")
    text = text.rstrip("%").strip()
    if not _NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", "")) / (100 if share else 1)


def _close(number: float, target: float, within: float) -> bool:
    """Equal within a share of the target, or rounded to two decimals or two digits, or more."""
    if math.isclose(number, target, rel_tol=within):
        return True
    if not math.isfinite(number) or not math.isfinite(target) or within < 1e-6:
        return False
    digits = Decimal(repr(number)).normalize().as_tuple()
    decimals = -int(digits.exponent)
    return (decimals >= 2 or len(digits.digits) >= 2) and round(target, decimals) == number
