"""Check one table against the schema: names, kinds, ranges, keys; say everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.database.columns import Column
from crmlab.database.days import read_days
from crmlab.database.faults import Faults
from crmlab.database.headers import Named, lacking_columns, named
from crmlab.database.problems import ADVICE, counted, listed, row_problem
from crmlab.database.raw import WIDE, Raw
from crmlab.database.remarks import while_reading
from crmlab.database.schema import TABLES
from crmlab.database.shapes import as_found, long_kano, numbered
from crmlab.database.values import EXACT, Parsed, plain, read_amounts, read_ids, read_words
from crmlab.database.wishes import Wishes
from crmlab.inputs import Phrase

_EMPTY: Phrase = ("is empty", "are empty")
_UNZONED: Phrase = (
    "is a moment in UTC whose own time zone is not said",
    "are moments in UTC whose own time zone is not said",
)
_BROKEN: Phrase = ("is not a whole number", "are not whole numbers")


@dataclass
class Checked:
    """A table after the checks: good rows, rejected rows, problems of the whole and of rows.

    It is ``unclear`` where a problem must show cells as they were written, which a file read by
    the kinds of its columns no longer has.
    """

    frame: pd.DataFrame
    rejected: pd.DataFrame
    problems: list[str] = field(default_factory=list)
    row_problems: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    unclear: bool = False


def check_table(name: str, raw: Raw, wishes: Wishes) -> Checked:
    """Read and check every column of one table.

    Parameters
    ----------
    name : str
        The table.
    raw : Raw
    wishes : Wishes
        What the reader says about columns, answers and rows.
    """
    headers = [str(header) for header in raw.frame.columns]
    if name == "kano":
        raw, headers = long_kano(raw, headers, wishes.columns)
    names = named(name, headers, wishes.columns)
    checked = Checked(pd.DataFrame(), pd.DataFrame(), list(names.problems), used=names.used)
    checked.remarks += raw.remarks
    faults = Faults(name, raw)
    if not len(raw.frame) and not raw.broken:
        checked.problems.append(f"{name}: no rows")
    frame = raw.frame.set_axis(names.columns, axis=1).reset_index(drop=True)
    if name == "survey" and "respondent_id" in names.lacking:
        frame = numbered(frame, "respondent_id", checked.remarks)
        names.lacking.remove("respondent_id")
    if names.lacking:
        checked.problems.append(lacking_columns(name, headers, names.lacking))
    if checked.problems:
        checked.advice.append(ADVICE["columns"])
    checked.unclear = raw.typed and bool(checked.problems)
    if names.problems or not len(frame):
        return checked
    checked.remarks += _renamed(headers, names)
    values = _read_columns(name, frame, names, wishes, checked, faults)
    checked.problems += wishes.choose(name, frame, values, faults)
    _check_key(name, values, faults)
    if not checked.problems:
        checked.remarks += while_reading(name, frame, values, names, checked.remarks)
    _split(name, values, checked, faults)
    checked.unclear = raw.typed and (bool(checked.problems) or faults.of_numbers(frame))
    return checked


def _renamed(headers: list[str], names: Named) -> list[str]:
    pairs = zip(headers, names.columns, strict=False)
    renamed = [f"{old.strip()} as {new}" for old, new in pairs if old != new]
    renamed += [f"{formula.text} as {name}" for name, formula in names.formulas.items()]
    return [f"columns read: {', '.join(renamed)}"] if renamed else []


def _read_columns(
    name: str,
    frame: pd.DataFrame,
    names: Named,
    wishes: Wishes,
    checked: Checked,
    faults: Faults,
) -> pd.DataFrame:
    read, raw = _read_cells(name, frame, names, wishes, checked, faults), faults.raw
    new: dict[str, Any] = {}
    for column in [*frame.columns, *(c for c in names.formulas if c not in frame)]:
        if column not in read:
            new[column] = as_found(frame[column], column, checked.remarks)
            continue
        rule, parsed = TABLES[name].column(column), read[column]
        cells = frame[column] if column in frame else _shown(names, column, frame, raw)
        new[column] = parsed.values
        checked.remarks += [f"{column}: {remark}" for remark in parsed.remarks]
        if column in raw.unzoned:
            parsed.unclear = parsed.values.notna().to_numpy()
            parsed.question = _UNZONED
            parsed.advice = "zone"
        if parsed.unclear is None and rule is not None:
            new[column] = _check_column(column, rule, cells, parsed, faults, wishes.latest)
        elif parsed.unclear is not None:
            _ask(f"{name}.{column}", cells, parsed, checked, faults)
    return pd.DataFrame(new, index=frame.index)


def _renaming(names: Named, raw: Raw) -> dict[str, str]:
    """The name each header of a table was given."""
    return dict(zip([str(h).strip() for h in raw.frame.columns], names.columns, strict=False))


def _shown(names: Named, column: str, frame: pd.DataFrame, raw: Raw) -> pd.Series:
    """The cells to show where a computed column has a fault: those of the columns it uses."""
    new = _renaming(names, raw)
    used = [frame[new[n]].astype(object) for n in names.formulas[column].names]
    if len(used) == 1:
        return used[0]
    return pd.Series([", ".join(map(str, row)) for row in zip(*used, strict=True)], dtype=object)


def _ask(where: str, cells: pd.Series, parsed: Parsed, checked: Checked, faults: Faults) -> None:
    """Put what can be read two ways into the problems of the whole table."""
    asked = parsed.unclear if parsed.unclear is not None else np.zeros(len(cells), bool)
    places = [faults.raw.where(row) for row in faults.raw.labels(asked)]
    found = pd.DataFrame({"place": places, "value": cells.astype(object).array[asked]})
    total = len(cells) + faults.broken
    checked.problems.append(row_problem(where, found, total, parsed.question))
    checked.advice.append(ADVICE[parsed.advice])


def _read_cells(
    name: str,
    frame: pd.DataFrame,
    names: Named,
    wishes: Wishes,
    checked: Checked,
    faults: Faults,
) -> dict[str, Parsed]:
    """Read each known column by its kind; unclear numbers once more by the others' marks."""
    rules = {c: rule for c in frame.columns if (rule := TABLES[name].column(c)) is not None}
    numbers = {n for formula in names.formulas.values() for n in formula.names}
    found = _renaming(names, faults.raw)
    operands = {n: frame[found[n]] for n in numbers}
    cells = {c: wishes.emptied(c, plain(frame[c]), checked.remarks) for c in rules}
    read = {c: _read(cells[c], rule, wishes, faults.raw.shift) for c, rule in rules.items()}
    worth = {n: read_amounts(plain(column)) for n, column in operands.items()}
    every = [*read.values(), *worth.values()]
    marks = frozenset().union(*(parsed.marks for parsed in every))
    if len(marks) == 1:
        mark = next(iter(marks))
        for column, parsed in read.items():
            if parsed.unclear is not None and rules[column].kind in ("number", "whole"):
                read[column] = read_amounts(cells[column], mark)
        again = [n for n, parsed in worth.items() if parsed.unclear is not None]
        worth |= {n: read_amounts(plain(operands[n]), mark) for n in again}
    for target, formula in names.formulas.items():
        read[target] = _worked_out(formula, worth)
    return read


def _worked_out(formula: Any, worth: Mapping[str, Parsed]) -> Parsed:
    """Compute a column; a row is faulty where a number that it needs is."""
    used = [worth[n] for n in formula.names]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = formula({n: worth[n].values for n in formula.names})
    parsed = Parsed(pd.Series(values, dtype=float))
    parsed.remarks = [f"{n}: {r}" for n in formula.names for r in worth[n].remarks]
    for one in used:
        for reason, mask in one.faults.items():
            parsed.fault(reason, mask)
        if one.unclear is not None:
            parsed.unclear, parsed.question, parsed.advice = one.unclear, one.question, one.advice
    there = np.logical_and.reduce([one.values.notna().to_numpy() for one in used])
    parsed.fault(
        ("cannot be computed", "cannot be computed"),
        there & ~np.isfinite(parsed.values.to_numpy()),
    )
    parsed.values = parsed.values.mask(~np.isfinite(parsed.values.to_numpy()))
    return parsed


def _read(cells: pd.Series, rule: Column, wishes: Wishes, shift: int) -> Parsed:
    if rule.kind == "date":
        return read_days(cells, wishes.dayfirst, shift=shift)
    if rule.kind == "id":
        return read_ids(cells)
    return read_words(cells) if rule.kind == "text" else read_amounts(cells, flags=rule.flag)


def _check_column(
    column: str,
    rule: Column,
    raw: pd.Series,
    parsed: Parsed,
    faults: Faults,
    latest: pd.Timestamp | None,
) -> pd.Series:
    """Note the faults of a column; in one that may be empty, the cell is emptied, the row kept."""
    values, fault = parsed.values, np.zeros(len(raw), bool)
    row = rule.filled or rule.telling
    checks = dict(parsed.faults)
    if rule.past and latest is not None:
        today = f"after today, {latest:%Y-%m-%d}"
        checks[(f"lies {today}", f"lie {today}")] = (values > latest).to_numpy()
    if rule.kind == "whole":
        checks[_BROKEN] = (values % 1 > 0).to_numpy()
    if rule.kind in ("number", "whole") and np.isfinite([rule.low, rule.high]).any():
        checks[_range(rule)] = ((values < rule.low) | (values > rule.high)).to_numpy()
    for reason, mask in checks.items():
        faults.add(column, raw, mask & ~fault, reason, row=row)
        fault |= mask
    if rule.filled:
        faults.add(column, raw, values.isna().to_numpy() & ~fault, _EMPTY)
    return values.mask(fault) if fault.any() and not row else values


def _range(rule: Column) -> Phrase:
    if np.isinf(rule.high):
        return f"is below {rule.low:g}", f"are below {rule.low:g}"
    between = f"not between {rule.low:g} and {rule.high:g}"
    return f"is {between}", f"are {between}"


def _check_key(name: str, values: pd.DataFrame, faults: Faults) -> None:
    key = list(TABLES[name].key)
    if key and set(key) <= set(values.columns):
        good = values[~(faults.bad | faults.chosen)]
        again = good.duplicated(key).reindex(values.index, fill_value=False)
        words = f"the {listed(key)} of an earlier row"
        repeated = (f"repeats {words}", f"repeat {words}")
        faults.add(key[0], values[key[0]], again.to_numpy(), repeated)


def _split(name: str, values: pd.DataFrame, checked: Checked, faults: Faults) -> None:
    checked.rejected = faults.rejected(values)
    total = len(values) + faults.broken
    for line, column, phrase in faults.problems():
        checked.row_problems.append(line)
        checked.advice += [ADVICE["cells"]] if phrase == WIDE else []
        rule = TABLES[name].column(column)
        answer = name == "survey" and rule is not None and np.isfinite(rule.high)
        checked.advice += [ADVICE["answers"] % column] if answer else []
    out: NDArray[np.bool_] = faults.bad | faults.chosen
    good = values[~out].reset_index(drop=True) if out.any() else values
    if not len(good) and not checked.problems:
        if faults.chosen.all():
            checked.problems.append(f"{name}: no row is left, all {counted(total, 'row')} left out")
        else:
            everyone = "its only row has" if total == 1 else f"all {total:,} rows have"
            checked.problems.append(f"{name}: no row is left, {everyone} faults")
    for column in good.columns:
        rule = TABLES[name].column(column)
        whole = rule is not None and rule.kind == "whole" and len(good)
        if whole and good[column].abs().max(skipna=False) < EXACT:
            good[column] = good[column].astype("int64")
    checked.frame = good
