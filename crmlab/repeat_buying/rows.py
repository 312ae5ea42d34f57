"""What every model is fitted to: rows of customers as arrays, each counting one or several."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows:
    """Base of what models read; subclasses add arrays of one entry per row.

    Attributes
    ----------
    weight : numpy.ndarray or None
        Customers per row where the summary has a column ``customers``.
    index : pandas.Index
    clock : Clock or None
        Of a season, where times are in operational time.
    """

    weight: NDArray[np.float64] | None
    index: pd.Index
    clock: Any = None

    @property
    def weights(self) -> NDArray[np.float64]:
        """Customers per row: 1 where the summary does not say."""
        return np.ones(len(self.index)) if self.weight is None else self.weight

    @property
    def count(self) -> float:
        """Number of customers."""
        return float(len(self.index) if self.weight is None else self.weight.sum())

    def part(self, rows: slice | NDArray[Any]) -> Self:
        """Some of the rows: a slice, places, or an array of bool."""
        columns = {one.name: getattr(self, one.name) for one in fields(self)}
        arrays: dict[str, Any] = {
            name: column[rows]
            for name, column in columns.items()
            if isinstance(column, np.ndarray | pd.Index)
        }
        return replace(self, **arrays)
