"""Read a long text file at the speed of its parser: each column by its kind, in pieces.

Whatever is not of the plainest form goes back to `text.read_text`, which reads every cell as text
and names each fault. The two agree on every file that both can read.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlab.database.headers import named
from crmlab.database.raw import Raw, tidy
from crmlab.database.schema import TABLES

HEAD = 1 << 16  # bytes looked at before the rest is read
FROM = 1 << 20  # bytes from which a file counts as long
_BLOCK = 1 << 20
_ROWS = 200_000  # rows of a piece
_PATIENCE = 2.0  # seconds before the bar is shown
_PLAIN = r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?"
_PROOF = r"-?\d+\.(?:\d{1,2}|\d{4,})"


@dataclass(frozen=True)
class Look:
    """What a first pass over the bytes of a file shows."""

    head: str
    lines: int
    marked: bool

    @staticmethod
    def at(path: Path) -> Look | None:
        """Count the lines of a long UTF-8 file; None where it is short or of another form."""
        if path.stat().st_size < FROM:
            return None
        decoder = codecs.getincrementaldecoder("utf-8")()
        head, lines, returns, block = b"", 0, 0, b""
        with path.open("rb") as handle:
            try:
                while piece := handle.read(_BLOCK):
                    decoder.decode(piece)
                    head = head or piece[:HEAD]
                    lines += piece.count(b"\n")
                    returns += piece.count(b"\r")
                    block = piece
                    if b"\0" in piece:
                        return None
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return None
        if returns not in (0, lines):
            return None
        marked = head.startswith(codecs.BOM_UTF8)
        whole = head[: head.rfind(b"\n") + 1].decode("utf-8-sig").replace("\r\n", "\n")
        return Look(whole, lines + (not block.endswith(b"\n")), marked) if whole else None


@dataclass(frozen=True)
class Names:
    """The table, the reader's names for its columns, and the header of the file."""

    table: str
    columns: Mapping[str, str]
    headers: Sequence[str]


def read(path: Path, names: Names, separator: str, lines: int, remarks: list[str]) -> Raw | None:
    """Read the file, or return None where some cell does not fit the plan.

    Parameters
    ----------
    path : Path
        UTF-8, the header in its first line.
    names : Names
    separator : str
    lines : int
        Lines of the file; a cell over several lines does not fit.
    remarks : list of str

    Returns
    -------
    Raw or None
        Cells are text, categories of text, or floats.
    """
    width = len(names.headers) + 1
    options: dict[str, Any] = {
        "sep": separator,
        "header": None,
        "names": list(range(width)),
        "skiprows": 1,
        "keep_default_na": False,
        "na_values": [""],
        "skip_blank_lines": False,
        "index_col": False,
        "encoding": "utf-8",
    }
    try:
        plan = _plan(path, names, options)
        pieces = _pieces(path, options | {"dtype": plan, "chunksize": _ROWS})
    except (ValueError, OverflowError):  # also a parser's error: some cell needs a closer look
        return None
    if not pieces or pieces[0].empty:
        return None
    if any(piece[width - 1].notna().any() for piece in pieces):
        return None
    if sum(map(len, pieces)) != lines - 1:
        return None
    frame = _joined(pieces, width - 1).set_axis(list(names.headers), axis=1)
    rows = np.arange(2, len(frame) + 2, dtype="int32")
    raw = Raw(frame, rows, "in line", remarks, typed=True)
    return tidy(raw)


def _plan(path: Path, names: Names, options: dict[str, Any]) -> dict[int, str]:
    """Say how each column is read: days by their different texts, numbers once a point is proved.

    A column whose numbers all have three decimals, or none, may hold thousands.
    """
    sample = pd.read_csv(path, dtype=str, nrows=1_000, **options)
    found = named(names.table, names.headers, names.columns)
    plan = dict.fromkeys(options["names"], "str")
    plan[len(names.headers)] = "float64"  # what stands beyond the last column: nothing, or no plan
    for place, name in enumerate(found.columns):
        rule, cells = TABLES[names.table].column(name), sample[place].dropna()
        if rule is not None and rule.kind == "date":
            plan[place] = "category"
        elif rule is not None and rule.kind in ("number", "whole") and len(cells):
            plain = cells.str.fullmatch(_PLAIN).all() and cells.str.fullmatch(_PROOF).any()
            plan[place] = "float64" if plain else "category"
    return plan


def _pieces(path: Path, options: dict[str, Any]) -> list[pd.DataFrame]:
    from tqdm.auto import tqdm

    size, pieces = path.stat().st_size, []
    with (
        path.open("rb") as handle,
        tqdm(total=size, desc=path.name, unit="B", unit_scale=True, delay=_PATIENCE) as bar,
        pd.read_csv(handle, **options) as reader,
    ):
        for piece in reader:
            pieces.append(piece)
            bar.update(handle.tell() - bar.n)
        bar.update(size - bar.n)
    return pieces


def _joined(pieces: list[pd.DataFrame], width: int) -> pd.DataFrame:
    """Put the pieces under each other, column by column, letting go of what is done."""
    columns = {}
    for place in range(width):
        parts = [piece.pop(place) for piece in pieces]  # type: ignore[arg-type]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            columns[place] = pd.Series(pd.api.types.union_categoricals(parts))
        else:
            columns[place] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)
