"""What a function returns when one plain table is not enough: a small frozen result.

A result holds a table and what belongs to it by name. It shows itself as a table, draws itself,
and equals another result that says the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

ROWS_SHOWN = 60


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """A table and what belongs to it.

    Attributes
    ----------
    table : pandas.DataFrame
        The main answer.
    """

    table: pd.DataFrame

    @property
    def caption(self) -> str:
        """One line on what the table alone does not say; empty where there is nothing to add."""
        return ""

    def __getitem__(self, column: str) -> Any:
        """One column of the table."""
        return self.table[column]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        mine, theirs = (
            [getattr(one, field.name) for field in fields(one)] for one in (self, other)
        )
        return all(map(_same, mine, theirs))

    __hash__ = None

    def __repr__(self) -> str:
        shown = self.table.to_string(max_rows=ROWS_SHOWN)
        return f"{shown}\n{self.caption}" if self.caption else shown

    def _repr_html_(self) -> str:
        shown = self.table.to_html(max_rows=ROWS_SHOWN, notebook=True, border=0)
        return f"{shown}\n<p>{self.caption}</p>" if self.caption else shown


def _same(mine: Any, theirs: Any) -> bool:
    if type(mine) is not type(theirs):
        return False
    if isinstance(mine, pd.DataFrame | pd.Series | pd.Index):
        return mine.equals(theirs)
    if isinstance(mine, np.ndarray):
        return np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
    if isinstance(mine, dict):
        return mine.keys() == theirs.keys() and all(_same(mine[k], theirs[k]) for k in mine)
    if isinstance(mine, tuple | list):
        return len(mine) == len(theirs) and all(map(_same, mine, theirs))
    if isinstance(mine, float):
        return mine == theirs or (mine != mine and theirs != theirs)
    return bool(mine == theirs)
