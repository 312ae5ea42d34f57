"""Collect faulty cells and rows, and split a table into what is kept and what is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.problems import row_problem
from crmlab.database.raw import WIDE, Raw
from crmlab.inputs import Phrase

REJECTED = (
    *("table", "position", "row", "column", "value", "reason"),
    *("left_out", "order_id", "amount"),
)
_FIRST = ["position", "row", "column", "value", "reason", "left_out"]


class Faults:
    """Faulty cells of a table; a row may have several, a cell only one.

    Attributes
    ----------
    bad : ndarray of bool
        Rows that cannot be used.
    chosen : ndarray of bool
        Rows that the reader asked to leave out, which are no faults.
    """

    def __init__(self, table: str, raw: Raw) -> None:
        self.table, self.raw = table, raw
        self.bad = np.zeros(len(raw.frame), bool)
        self.wide, self.chosen = self.bad, self.bad
        self.phrases: dict[str, Phrase] = {WIDE[0]: WIDE}
        self._found: list[pd.DataFrame] = []
        self.broken = len(raw.broken)
        if raw.broken:
            rows, said = zip(*raw.broken, strict=True)
            more = {"position": len(raw.frame) + np.arange(self.broken), "row": rows, "value": said}
            self._found.append(pd.DataFrame(more).assign(column="", reason=WIDE[0], left_out="row"))
        if raw.extra is not None and (wide := (raw.extra != "").to_numpy()).any():
            self.add("", _whole(raw), wide, WIDE)
            self.wide = self.bad

    def add(
        self,
        column: str,
        values: Any,
        mask: NDArray[np.bool_],
        reason: Phrase,
        *,
        row: bool = True,
    ) -> None:
        """Note faulty cells; ``row`` says whether their rows go, or the cells alone."""
        mask = mask & ~self.wide & ~self.chosen if column else mask
        if mask.any():
            self._note(column, values, mask, reason, "row" if row else "cell")
            self.bad = self.bad | mask if row else self.bad

    def choose(self, column: str, values: Any, mask: NDArray[np.bool_], reason: Phrase) -> None:
        """Leave out rows because the reader said so."""
        mask = mask & ~self.chosen
        if mask.any():
            self._note(column, values, mask, reason, "row")
            self.chosen = self.chosen | mask

    def _note(
        self, column: str, values: Any, mask: NDArray[np.bool_], reason: Phrase, left: str
    ) -> None:
        self.phrases[reason[0]] = reason
        cells = pd.Series(values).reset_index(drop=True)[mask].astype(object)
        if self.raw.typed:
            cells = cells.where(cells.notna(), "")
        more = {
            "position": np.flatnonzero(mask),
            "row": self.raw.labels(mask),
            "column": column,
            "value": cells.array,
            "reason": reason[0],
            "left_out": left,
        }
        self._found.append(pd.DataFrame(more))

    def of_numbers(self, frame: pd.DataFrame) -> bool:
        """Whether a cell that is no text any more has a fault, other than that it is empty."""
        columns = {str(c) for part in self._found for c in part["column"].unique() if len(part)}
        known = [c for c in columns if c in frame and pd.api.types.is_float_dtype(frame[c].dtype)]
        told = pd.concat(self._found) if self._found else pd.DataFrame(columns=_FIRST)
        return bool((told["column"].isin(known) & (told["value"] != "")).any())

    def problems(self) -> Iterable[tuple[str, str, Phrase]]:
        """A line for every kind of fault, in the order of the rows, its column and its phrase."""
        found = self._table()
        faults = found[~found["position"].isin(np.flatnonzero(self.chosen))]
        total = len(self.raw.frame) + self.broken
        for (column, reason), part in faults.groupby(["column", "reason"], sort=False):
            where = f"{self.table}.{column}" if column else self.table
            first = part.assign(place=[self.raw.where(row) for row in part["row"]])
            phrase = self.phrases[str(reason)]
            yield row_problem(where, first, total, phrase), str(column), phrase

    def _table(self) -> pd.DataFrame:
        if not self._found:
            return pd.DataFrame(columns=_FIRST)
        found = pd.concat([part.astype(object) for part in self._found], ignore_index=True)
        if self.raw.place == "at index" or self.raw.source is not None:
            return found
        return found.sort_values("row", kind="stable", ignore_index=True)

    def rejected(self, values: pd.DataFrame) -> pd.DataFrame:
        """What was set aside, one row per faulty cell, with the row's order and money."""
        found = self._table()
        found.insert(0, "table", self.table)
        known = found["position"].to_numpy(dtype=int)
        inside = known < len(values)
        for column, empty in (("order_id", None), ("amount", np.nan)):
            cells = np.full(len(found), empty, dtype=object if empty is None else float)
            if column in values and inside.any():
                cells[inside] = values[column].to_numpy()[known[inside]]
            found[column] = cells
        return found[list(REJECTED)]


def _whole(raw: Raw) -> pd.Series:
    """The whole text of rows that have too many cells."""
    if raw.extra is None:
        return pd.Series(dtype=object)
    whole = pd.Series(index=raw.extra.index, dtype=object)
    wide = raw.extra != ""
    cells = [raw.frame.iloc[:, i][wide] for i in range(raw.frame.shape[1])]
    whole[wide] = [", ".join(row) for row in zip(*cells, raw.extra[wide], strict=True)]
    return whole
