"""What offers are made of: levels and numbers, coded against a plain offer, and what aliases."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.satisfaction.regression import NotIdentifiedError

PRICE, NONE = "price", "none"
NOTHING = "buy nothing"
_STEP = "+1"
_TINY = 1e-9


@dataclass(frozen=True)
class Attributes:
    """The attributes of a design, in the order given, the price last.

    Attributes
    ----------
    levels : dict of str to tuple of str
        Levels of each attribute that is text, the base first.
    values : dict of str to tuple of float
        Distinct values of each attribute that is a number, in rising order.
    none : bool
        Whether buying nothing is one of the alternatives.
    """

    levels: dict[str, tuple[str, ...]]
    values: dict[str, tuple[float, ...]]
    none: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all attributes, the price last."""
        rest = [name for name in (*self.levels, *self.values) if name != PRICE]
        return (*rest, PRICE)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What has a part-worth: a level against the base, or one unit of a number."""
        found: list[tuple[str, str]] = []
        for name in self.names:
            levels = self.levels.get(name, ("", _STEP))
            found += [(name, level) for level in levels[1:]]
        return [*found, (NONE, NOTHING)] if self.none else found

    @property
    def labels(self) -> list[str]:
        """The steps in words: ``cup: souvenir``."""
        return [f"{name}: {level}" for name, level in self.steps]

    @property
    def base(self) -> str:
        """What the levels are compared with, in words."""
        return ", ".join(f"{name} {levels[0]}" for name, levels in self.levels.items())

    def code(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """How many of each step a row holds; all 0 and 1 for ``none`` where nothing is bought."""
        nothing = rows[PRICE].isna().to_numpy()
        columns = []
        for name, level in self.steps:
            if name == NONE:
                columns.append(nothing)
            elif name in self.levels:
                columns.append((rows[name] == level).to_numpy(bool, na_value=False))
            else:
                columns.append(rows[name].fillna(0.0).to_numpy(float))
        return np.column_stack(columns).astype(float)


def read_attributes(
    frame: pd.DataFrame,
    attributes: Sequence[str],
    where: str,
    *,
    base: Mapping[str, str] | None = None,
    none: bool = False,
) -> tuple[Attributes, pd.DataFrame]:
    """Read the attributes of a table: text as levels, numbers as numbers, yes and no as levels.

    Parameters
    ----------
    frame : DataFrame
        With the columns of ``attributes`` and ``price``.
    attributes : sequence of str
        All but the price.
    where : str
        What to call the table in an error.
    base : mapping of str to str, optional
        The level that others are compared with; the first in the alphabet otherwise.
    none : bool
        Whether a row may be empty in all attributes: to buy nothing.

    Returns
    -------
    Attributes, DataFrame
        And the columns, read.
    """
    names = _names(attributes)
    inputs.table(frame, [*names, PRICE], where)
    read = pd.DataFrame({name: _column(frame, name, where) for name in [*names, PRICE]})
    empty = read.isna()
    nothing = empty.all(axis=1) & none
    for name in read:
        remedy = "Fill it in." if not none else "Fill it in; to buy nothing, empty them all."
        problem = "is empty", "are empty"
        inputs.refuse(empty[name] & ~nothing, frame, f"{where}.{name}", problem, remedy)
    if base is not None and not isinstance(base, Mapping):
        raise ValueError(f"base is {base!r}; write {{'cup': 'paper'}}, a level by attribute.")
    wanted = dict(base or {})
    levels: dict[str, tuple[str, ...]] = {}
    values: dict[str, tuple[float, ...]] = {}
    for name in map(str, read):
        distinct = sorted(read[name].dropna().unique())
        if len(distinct) < 2:
            one = f"{name} is {inputs.shown(distinct[0])} on all cards" if distinct else name
            raise NotIdentifiedError(f"{where}: {one}; show at least two levels, or leave it out.")
        if isinstance(distinct[0], str):
            first = wanted.pop(name, distinct[0])
            inputs.choice(first, f"base[{name!r}]", distinct)
            levels[name] = (first, *(level for level in distinct if level != first))
        else:
            values[name] = tuple(map(float, distinct))
    if wanted:
        raise ValueError(
            f"base names {inputs.listed(list(wanted))}; it can name {inputs.listed(list(levels))}."
        )
    return Attributes(levels, values, bool(nothing.any())), read


def _names(attributes: Any) -> list[str]:
    given = list(attributes) if isinstance(attributes, list | tuple | pd.Index) else []
    names = [name for name in given if name != PRICE]
    if not names or not all(isinstance(name, str) for name in names) or len({*names}) < len(names):
        raise ValueError(
            f"attributes is {attributes!r}; list the columns beside the price, each once, such as "
            "['coffee', 'cup']."
        )
    return names


def _column(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    given = frame[name]
    if name != PRICE and isinstance(given.dtype, pd.StringDtype):
        return given.str.strip().astype("str")
    if isinstance(given.dtype, np.dtype) and given.dtype.kind in "iuf":
        return _numbers(frame, name, where)
    cells = given.dropna()
    flags = cells.map(lambda cell: isinstance(cell, bool | np.bool_))
    if name != PRICE and len(cells) and flags.all():
        return given.astype(object).map({True: "yes", False: "no"}).astype("str")
    text = cells.map(lambda cell: isinstance(cell, str))
    if name != PRICE and text.any():
        found = given.astype(object).where(given.notna(), None)
        return found.map(lambda cell: cell if cell is None else str(cell).strip()).astype("str")
    return _numbers(frame, name, where)


def _numbers(frame: pd.DataFrame, name: str, where: str) -> pd.Series:
    lowest = 0.0 if name == PRICE else -np.inf
    found = inputs.numbers(
        frame[name], f"{where}.{name}", rows=frame, accept=("empty",), at_least=lowest
    )
    settled = inputs.settled(found.to_numpy())
    return pd.Series(settled, found.index)


def check_identified(
    matrix: NDArray[np.float64], attributes: Attributes, where: str, alike: str
) -> None:
    """Raise unless the coded, centred cards can tell every step apart; name what aliases.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (rows, steps)
        Coded cards, less their mean in each respondent or set.
    attributes : Attributes
    where : str
        The table.
    alike : str
        Where an attribute that never varies does not vary: ``"within a set"``.
    """
    size = np.sqrt((matrix**2).sum(axis=0))
    owner = [name for name, _ in attributes.steps]
    for name, length in zip(owner, size, strict=True):
        if length < _TINY:
            raise NotIdentifiedError(
                f"{where}: {name} never varies {alike}, so its part-worth cannot be found. "
                "Vary it, or leave it out."
            )
    scaled = np.unique(np.round(matrix / size, 12), axis=0)
    if _rank(scaled) == scaled.shape[1]:
        return
    places = {
        name: [i for i, one in enumerate(owner) if one == name] for name in dict.fromkeys(owner)
    }
    for many in range(1, len(places) + 1):
        for some in itertools.combinations(places, many):
            columns = scaled[:, [place for name in some for place in places[name]]]
            if _rank(columns) < columns.shape[1]:
                raise NotIdentifiedError(_aliased(where, some))


def _aliased(where: str, names: Sequence[str]) -> str:
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    if len(names) == 2:
        told += " always change together, so their part-worths"
    elif len(names) == 1:
        told += " has levels that its cards do not tell apart, so their part-worths"
    else:
        told += " can be made of one another on these cards, so their part-worths"
    return f"{where}: {told} cannot be told apart. Add cards on which they vary by themselves."


def _rank(matrix: NDArray[np.float64]) -> int:
    return int(np.linalg.matrix_rank(matrix, tol=1e-8 * max(matrix.shape)))
