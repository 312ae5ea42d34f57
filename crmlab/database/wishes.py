"""What the reader says about cells and rows: codes for no answer, guests, the rows that count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.faults import Faults
from crmlab.database.headers import plain_name
from crmlab.database.problems import counted, listed
from crmlab.database.schema import TABLES
from crmlab.database.values import plain, written
from crmlab.inputs import Phrase

CURRENCY = frozenset(
    (
        *("currency", "curr", "ccy", "currencycode", "currencyiso", "währung", "waehrung"),
        *("devise", "moneda", "valuta", "货币", "币种", "币别", "通貨"),
    )
)
_GUEST: Phrase = ("is a guest", "are guests")


@dataclass
class Wishes:
    """The reader's words on columns, answers and rows.

    Attributes
    ----------
    columns : dict of str to str
        Her names and the canonical ones.
    dayfirst : bool or None
    missing : dict of str to list
        Per column (``"*_perceived"`` for several) the answers that say "no answer".
    guests : list
        Ids that stand for people unknown.
    only : dict of str to list
        Per column the values whose rows count.
    latest : Timestamp or None
        The last day that something past can have happened on; None where that is not asked.
    met : set of str
        Keys of ``missing`` and ``only`` that some table has.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dayfirst: bool | None = None
    missing: Mapping[str, list[Any]] = field(default_factory=dict)
    guests: list[Any] = field(default_factory=list)
    only: Mapping[str, list[Any]] = field(default_factory=dict)
    latest: pd.Timestamp | None = None
    met: set[str] = field(default_factory=set)

    def emptied(self, column: str, cells: pd.Series, remarks: list[str]) -> pd.Series:
        """Empty the cells of a column that say "no answer"."""
        keys = [key for key in self.missing if self._meant(key, column)]
        if not keys:
            return cells
        self.met |= set(keys)
        codes = [code for key in keys for code in self.missing[key]]
        gone = _among(cells, codes)
        said = f"{listed(map(repr, codes), 'or')} is no answer: {counted(int(gone.sum()), 'cell')}"
        remarks.append(f"{column}: {said} emptied")
        return cells.astype(object).mask(gone, None) if gone.any() else cells

    def _meant(self, key: str, column: str) -> bool:
        name = self.columns.get(key, key)
        return fnmatchcase(column, name) or plain_name(column) == plain_name(name) != ""

    def choose(
        self, table: str, frame: pd.DataFrame, values: pd.DataFrame, faults: Faults
    ) -> list[str]:
        """Leave out the rows of guests and those that do not count; ask where currencies differ."""
        for key, kept in self.only.items():
            name = self.columns.get(key, key)
            column = next((c for c in map(str, frame) if plain_name(c) == plain_name(name)), None)
            if column is None:
                continue
            self.met.add(key)
            reason = f"another {column} than {listed(kept, 'or')}"
            other = ~_among(plain(frame[column]), kept)
            faults.choose(column, frame[column], other, (f"has {reason}", f"have {reason}"))
        rule = TABLES[table].column("customer_id")
        if self.guests and rule is not None and "customer_id" in values:
            found = values["customer_id"].isin([written(guest) for guest in self.guests]).to_numpy()
            if rule.filled:
                faults.choose("customer_id", values["customer_id"], found, _GUEST)
            else:
                values["customer_id"] = values["customer_id"].mask(found)
        return self._currencies(table, frame, values, faults)

    def _currencies(
        self, table: str, frame: pd.DataFrame, values: pd.DataFrame, faults: Faults
    ) -> list[str]:
        problems = []
        for column in frame.columns:
            if plain_name(column) not in CURRENCY or "amount" not in values:
                continue
            cells = frame[column][~faults.chosen].dropna()
            several = [c for c in dict.fromkeys(written(cell) for cell in cells.unique()) if c]
            if len(several) > 1:
                problems.append(
                    f"{table}: column {column} has {len(several)} values ({listed(several)}), "
                    "whose amounts cannot be added; choose one: "
                    f'only={{"{column}": "{several[0]}"}}'
                )
        return problems

    def unmet(self) -> list[str]:
        """Say which keys no table has."""
        words = (("missing", self.missing), ("only", self.only))
        return [
            f"{word}: no table has a column {key!r}"
            for word, mapping in words
            for key in mapping
            if key not in self.met
        ]


def _among(cells: pd.Series, codes: Iterable[Any]) -> NDArray[np.bool_]:
    """Which cells are one of some values, numbers and their text alike."""
    wanted = {_plainly(code) for code in codes}
    places, distinct = pd.factorize(cells.astype(object))
    found = np.array([*(_plainly(cell) in wanted for cell in distinct), False])
    return found[places]


def _plainly(cell: Any) -> str:
    text = (written(cell) or "").strip().casefold()
    return text.removesuffix(".0")
