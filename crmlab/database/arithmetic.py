"""Plain arithmetic of columns, such as ``Quantity * UnitPrice``: + - * / and brackets."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

_STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_WORD = re.compile(r"[^\W\d]\w*")


class NotArithmetic(ValueError):
    """Text that is no arithmetic of the columns at hand."""


@dataclass(frozen=True)
class Formula:
    """Arithmetic of columns.

    Attributes
    ----------
    text : str
        As it was written.
    names : tuple of str
        The columns it uses.
    """

    text: str
    names: tuple[str, ...]
    _tree: Any

    def __call__(self, values: Mapping[str, pd.Series]) -> pd.Series:
        """Work it out, row by row.

        Examples
        --------
        >>> twice = formula("2 * (price - cost)", ["price", "cost"])
        >>> twice({"price": pd.Series([3.0, 1.5]), "cost": pd.Series([1.0, 2.0])}).tolist()
        [4.0, -1.0]
        """
        return _worked_out(self._tree, values)


def _worked_out(tree: Any, values: Mapping[str, pd.Series]) -> Any:
    if isinstance(tree, str):
        return values[tree]
    if isinstance(tree, float):
        return tree
    sign, left, right = tree
    return _STEPS[sign](_worked_out(left, values), _worked_out(right, values))


def formula(text: str, columns: Iterable[str]) -> Formula:
    """Read arithmetic; a column's name may hold blanks and signs, the longest one counts.

    Raises
    ------
    NotArithmetic
        It uses something that is no column, or is not complete.
    """
    tokens = _tokens(text, list(columns))
    tree, rest = _sum(tokens, text)
    if rest:
        raise NotArithmetic(f"{text!r} cannot be read from {rest[0][1]!r} on")
    names = tuple(dict.fromkeys(word for kind, word in tokens if kind == "column"))
    if not names or isinstance(tree, str):
        raise NotArithmetic(f"{text!r} computes nothing from columns")
    return Formula(text, names, tree)


def _tokens(text: str, columns: list[str]) -> list[tuple[str, str]]:
    longest = sorted(filter(None, columns), key=len, reverse=True)
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        name = next((n for n in longest if _stands(n, text, at)), None)
        number, word = _NUMBER.match(text, at), _WORD.match(text, at)
        if name is not None:
            found.append(("column", name))
            at += len(name)
        elif text[at] in "+-*/()":
            found.append((text[at], text[at]))
            at += 1
        elif number:
            found.append(("number", number[0]))
            at = number.end()
        else:
            raise NotArithmetic(f"{text!r} uses {word[0] if word else text[at]!r}")
    return found


def _stands(name: str, text: str, at: int) -> bool:
    """Whether a name stands here as a whole word."""
    end = at + len(name)
    whole = not (
        name[-1].isalnum() and end < len(text) and (text[end].isalnum() or text[end] == "_")
    )
    return text.startswith(name, at) and whole


def _sum(tokens: list[tuple[str, str]], text: str) -> tuple[Any, list[tuple[str, str]]]:
    tree, rest = _product(tokens, text)
    while rest and rest[0][0] in ("+", "-"):
        sign = rest[0][0]
        right, rest = _product(rest[1:], text)
        tree = (sign, tree, right)
    return tree, rest


def _product(tokens: list[tuple[str, str]], text: str) -> tuple[Any, list[tuple[str, str]]]:
    tree, rest = _one(tokens, text)
    while rest and rest[0][0] in ("*", "/"):
        sign = rest[0][0]
        right, rest = _one(rest[1:], text)
        tree = (sign, tree, right)
    return tree, rest


def _one(tokens: list[tuple[str, str]], text: str) -> tuple[Any, list[tuple[str, str]]]:
    if not tokens:
        raise NotArithmetic(f"{text!r} is not complete")
    (kind, word), rest = tokens[0], tokens[1:]
    if kind == "column":
        return word, rest
    if kind == "number":
        return float(word), rest
    if kind == "-":
        tree, rest = _one(rest, text)
        return ("-", 0.0, tree), rest
    if kind == "(":
        tree, rest = _sum(rest, text)
        if not rest or rest[0][0] != ")":
            raise NotArithmetic(f"{text!r} lacks a closing bracket")
        return tree, rest[1:]
    raise NotArithmetic(f"{text!r} is not complete before {word!r}")
