"""What a column and a table are: kind, unit, range and meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["id", "text", "date", "number", "whole"]

ELEMENTS = ("product", "service", "personnel", "image", "money", "time", "psychic", "physical")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    kind : str
        ``"id"`` and ``"text"`` are text, ``"date"`` is a day, ``"number"`` any number,
        ``"whole"`` a number without decimals.
    meaning : str
        What one cell says.
    unit : str
        Unit of a number, empty where it has none.
    low, high : float
        Smallest and largest value allowed, both included.
    required : bool
        The table is of no use without this column.
    filled : bool
        Where the column is there, each of its cells must hold a value.
    past : bool
        A date that cannot lie after today.
    personal : bool
        Left out by ``CustomerDatabase.pseudonymised``.
    telling : bool
        An empty cell says something of its own, so a faulty cell cannot be emptied.
    """

    kind: Kind
    meaning: str
    unit: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    required: bool = False
    filled: bool = False
    past: bool = False
    personal: bool = False
    telling: bool = False

    @property
    def flag(self) -> bool:
        """Whether it says yes or no, as 1 and 0."""
        return self.kind == "whole" and (self.low, self.high) == (0, 1)


@dataclass(frozen=True)
class Table:
    """One table: its meaning, its columns, and the columns that tell its rows apart."""

    meaning: str
    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    rated: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns the table cannot do without."""
        return tuple(name for name, column in self.columns.items() if column.required)

    def column(self, name: str) -> Column | None:
        """The rule of a column; in a table that is ``rated``, of any element's two sides.

        Examples
        --------
        >>> answers = Table("answers", {}, rated=True)
        >>> answers.column("wait_perceived").unit
        '1 to 10'
        >>> answers.column("shoe_size") is None
        True
        """
        if name in self.columns or not self.rated:
            return self.columns.get(name)
        side = re.fullmatch(r"(.+)_(expected|perceived)", name)
        return rating(side[1], side[2]) if side else None


def key(meaning: str, kind: Kind = "id") -> Column:
    """A column without which a row is nothing."""
    return Column(kind, meaning, required=True, filled=True)


def day(meaning: str) -> Column:
    """A day that must be there and has passed."""
    return Column("date", meaning, required=True, filled=True, past=True)


def scale(meaning: str, low: float, high: float, kind: Kind = "number") -> Column:
    """An answer on a scale."""
    return Column(kind, meaning, f"{low} to {high}", low, high)


def rating(element: str, side: str) -> Column:
    """A rating of one element, perceived or expected."""
    return scale(f"{element}, {side}; high is good", 1, 10)


def money(meaning: str, low: float = float("-inf"), **more: Any) -> Column:
    """An amount of money."""
    return Column("number", meaning, "money", low, **more)


CUSTOMER = key("the customer")
