"""A table as it was found: cells unread, rows numbered as their reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.problems import counted
from crmlab.inputs import Phrase

WIDE: Phrase = ("has more cells than the header", "have more cells than the header")


@dataclass
class Raw:
    """A table as it was found.

    Parameters
    ----------
    frame : DataFrame
        Columns under the names found.
    rows : ndarray
        The reader's number of each row.
    place : str
        Words before that number: ``"in line"``, ``"in row"``, ``"at index"``.
    remarks : list of str
        What was decided while reading.
    broken : list of tuple
        Number and text of rows that could not be split into cells.
    extra : Series, optional
        Per row, what stood beyond the last column, empty where nothing did.
    sources : sequence of str
        The files or sheets that were put together, empty where it was one.
    source : ndarray, optional
        Per row, which of them it comes from.
    shift : int
        Days to add to Excel's day numbers.
    unzoned : frozenset of str
        Columns of moments whose time zone is not known.
    typed : bool
        Cells were read by their kind, so an error must go back to the text.
    """

    frame: pd.DataFrame
    rows: NDArray[Any]
    place: str
    remarks: list[str] = field(default_factory=list)
    broken: list[tuple[Any, str]] = field(default_factory=list)
    extra: pd.Series | None = None
    sources: Sequence[str] = ()
    source: NDArray[np.intp] | None = None
    shift: int = 0
    unzoned: frozenset[str] = frozenset()
    typed: bool = False

    def labels(self, mask: NDArray[np.bool_]) -> NDArray[Any]:
        """The number of each row as its reader sees it, after its file where there are several."""
        found = np.array(self.rows[mask], dtype=object)
        if self.source is None:
            return found
        word = self.place.partition(" ")[2]
        names = np.array(self.sources, dtype=object)[self.source[mask]]
        return np.array([f"{n}, {word} {r}" for n, r in zip(names, found, strict=True)], object)

    def where(self, label: Any) -> str:
        """Say where a row is."""
        return f"in {label}" if self.source is not None else f"{self.place} {label}"


def tidy(raw: Raw) -> Raw:
    """Leave out blank rows, and columns with neither name nor value; say so."""
    frame = raw.frame
    blank = np.ones(len(frame), bool)
    for position in range(frame.shape[1]):
        if not blank.any():
            break
        blank[blank] = _blank(frame.iloc[:, position][blank])
    if raw.extra is not None:
        blank &= (raw.extra == "").to_numpy()
        raw.extra = raw.extra[~blank].reset_index(drop=True)
    names = ["" if pd.api.types.is_scalar(n) and pd.isna(n) else str(n).strip() for n in frame]
    empty = [not name and _blank(frame.iloc[:, i]).all() for i, name in enumerate(names)]
    names = [name or f"column_{i + 1}" for i, name in enumerate(names)]
    if blank.any():
        raw.remarks.append(f"{counted(int(blank.sum()), 'blank row')} left out")
        frame = frame[~blank]
        raw.rows = raw.rows[~blank]
        raw.source = None if raw.source is None else raw.source[~blank]
    frame = frame.reset_index(drop=True).set_axis(names, axis=1)
    raw.frame = frame.loc[:, ~np.array(empty)] if any(empty) else frame
    return raw


def _blank(cells: pd.Series) -> NDArray[np.bool_]:
    if isinstance(cells.dtype, pd.StringDtype):
        return (cells.isna() | (cells.str.strip() == "").fillna(False)).to_numpy(bool)
    if cells.dtype == object:
        return np.array([_blank_cell(cell) for cell in cells], dtype=bool)
    return cells.isna().to_numpy(bool)


def _blank_cell(cell: Any) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def together(parts: dict[str, Raw]) -> Raw:
    """Put tables of one shape under each other; rows keep the number they have in their file."""
    raws = list(parts.values())
    if len(raws) == 1:
        return raws[0]
    columns = list(raws[0].frame.columns)
    frames = [raw.frame.set_axis(columns, axis=1) for raw in raws]
    common = [remark for remark in raws[0].remarks if all(remark in raw.remarks for raw in raws)]
    own = [f"{n}: {r}" for n, raw in parts.items() for r in raw.remarks if r not in common]
    extras = [raw.extra for raw in raws if raw.extra is not None]
    return replace(
        raws[0],
        frame=pd.concat(frames, ignore_index=True),
        rows=np.concatenate([raw.rows for raw in raws]),
        remarks=[f"{counted(len(raws), 'part')} of one shape put together", *common, *own],
        broken=[(f"{n}, line {row}", said) for n, raw in parts.items() for row, said in raw.broken],
        extra=pd.concat(extras, ignore_index=True) if len(extras) == len(raws) else None,
        sources=tuple(parts),
        source=np.repeat(np.arange(len(raws)), [len(raw.frame) for raw in raws]),
        unzoned=frozenset().union(*(raw.unzoned for raw in raws)),
        typed=any(raw.typed for raw in raws),
    )
