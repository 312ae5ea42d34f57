"""Check one table against the schema: names, kinds, ranges, keys; say everything at once."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlab.database.problems import ADVICE, listed, row_problem
from crmlab.database.schema import COLUMNS, TABLES
from crmlab.database.values import cells, read_amounts, read_days, read_ids, read_words

WIDE = "has more cells than the header"
REJECTED = ("table", "row", "column", "value", "reason")


@dataclass
class Raw:
    """A table as it was found: cells unread, rows numbered as its reader sees them.

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
        (row, value, reason) of rows that could not be split into cells.
    extra : Series, optional
        Per row, what stood beyond the last column, empty where nothing did.
    """

    frame: pd.DataFrame
    rows: np.ndarray
    place: str
    remarks: list = field(default_factory=list)
    broken: list = field(default_factory=list)
    extra: pd.Series | None = None


@dataclass
class Checked:
    """A table after the checks: good rows, rejected rows, problems of the whole and of rows."""

    frame: pd.DataFrame | None = None
    rejected: pd.DataFrame | None = None
    problems: list = field(default_factory=list)
    row_problems: list = field(default_factory=list)
    advice: list = field(default_factory=list)
    remarks: list = field(default_factory=list)


def plain_name(name):
    """Reduce a header to what counts: lower case, no blanks, marks or byte order mark.

    Examples
    --------
    >>> plain_name(" Customer ID"), plain_name("customer_id")
    ('customerid', 'customerid')
    """
    return re.sub(r"[\W_]+", "", str(name).casefold())


def named(name, headers, columns):
    """Give a table's columns their canonical names.

    Parameters
    ----------
    name : str
        The table.
    headers : list of str
        The names found.
    columns : dict
        The reader's names and the canonical ones they stand for.

    Returns
    -------
    new : list of str
    used : set of str
        Keys of ``columns`` that this table has.
    problems : list of str
    """
    canonical = {plain_name(column): column for column in TABLES[name].columns}
    new, used = [], set()
    for header in headers:
        source = next((s for s in (header, header.strip()) if s in columns), None)
        if source is None:
            source = next((s for s in columns if plain_name(s) == plain_name(header) != ""), None)
        used |= {source} - {None}
        fallback = canonical.get(plain_name(header), header.strip())
        new.append(columns.get(source, fallback))
    problems = []
    for column in dict.fromkeys(c for c in new if new.count(c) > 1 and c):
        twins = [header for header, c in zip(headers, new, strict=True) if c == column]
        problems.append(
            f"{name}: {len(twins)} columns would be {column} ({listed(map(repr, twins))}); "
            f"rename or drop {'the others' if len(twins) > 2 else 'one'}"
        )
    missing = [column for column in TABLES[name].required if column not in new]
    if missing:
        problems.append(
            f"{name}: no column {listed(missing, 'or')}; "
            f"the columns are {listed(headers) if headers else 'none'}"
        )
    return new, used, problems


def check_table(name, raw, columns, dayfirst):
    """Read and check every column of one table.

    Parameters
    ----------
    name : str
        The table.
    raw : Raw
    columns : dict
        The reader's names and the canonical ones they stand for.
    dayfirst : bool or None

    Returns
    -------
    checked : Checked
        Without a frame where the whole table cannot be used.
    used : set of str
        Keys of ``columns`` that this table has.
    """
    headers = [str(header) for header in raw.frame.columns]
    new, used, problems = named(name, headers, columns)
    checked = Checked(problems=problems, remarks=list(raw.remarks))
    if not len(raw.frame) and not raw.broken:
        return Checked(problems=[*problems, f"{name}: no rows"]), used
    if problems:
        checked.advice.append(ADVICE["columns"])
        return checked, used
    renamed = [f"{old.strip()} as {c}" for old, c in zip(headers, new, strict=True) if old != c]
    if renamed:
        checked.remarks.append(f"columns read: {', '.join(renamed)}")
    frame = raw.frame.set_axis(new, axis=1).reset_index(drop=True)
    faults = _Faults(name, raw)
    values = _read_columns(name, frame, dayfirst, checked, faults)
    _check_key(name, values, faults)
    _split(name, raw, values, checked, faults)
    return checked, used


class _Faults:
    """Collect faulty cells; a row may have several, a cell only one."""

    def __init__(self, table, raw):
        self.table, self.rows, self.place, self.broken = table, raw.rows, raw.place, len(raw.broken)
        self.bad = self.wide = np.zeros(len(raw.frame), bool)
        broken = pd.DataFrame(raw.broken, columns=["row", "value", "reason"]).assign(column="")
        self.found = [broken[list(REJECTED[1:])]] if raw.broken else []
        if raw.extra is not None:
            self.add("", _whole(raw), (raw.extra != "").to_numpy(), WIDE)
            self.wide = self.bad

    def add(self, column, values, mask, reason):
        mask = mask & ~self.wide if column else mask
        if mask.any():
            value = pd.Series(values)[mask].astype(object).array
            more = {"row": self.rows[mask], "column": column, "value": value, "reason": reason}
            self.found.append(pd.DataFrame(more))
            self.bad = self.bad | mask

    def frame(self):
        if not self.found:
            return pd.DataFrame(columns=list(REJECTED))
        found = pd.concat([part.astype(object) for part in self.found], ignore_index=True)
        found.insert(0, "table", self.table)
        return found if self.place == "at index" else found.sort_values("row", kind="stable")


def _whole(raw):
    whole = pd.Series(index=raw.extra.index, dtype=object)
    wide = raw.extra != ""
    if wide.any():
        first, *others = (raw.frame.iloc[:, i][wide] for i in range(raw.frame.shape[1]))
        whole[wide] = first.str.cat([*others, raw.extra[wide]], sep=", ")
    return whole


def _read_columns(name, frame, dayfirst, checked, faults):
    new = {}
    read = _read_cells(TABLES[name].columns, frame, dayfirst)
    for column in frame.columns:
        if column not in read:
            new[column] = _as_found(frame[column])
            continue
        parsed = read[column]
        new[column] = parsed.values
        checked.remarks += [f"{column}: {remark}" for remark in parsed.remarks]
        if parsed.unclear is None:
            _check_column(column, TABLES[name].columns[column], frame[column], parsed, faults)
            continue
        asked = parsed.unclear
        found = pd.DataFrame({"row": faults.rows[asked], "value": frame[column].array[asked]})
        found["reason"] = parsed.question
        total = len(frame) + faults.broken
        checked.problems.append(row_problem(f"{name}.{column}", found, total, faults.place))
        checked.advice.append(ADVICE[parsed.advice])
    return pd.DataFrame(new)


def _read_cells(schema, frame, dayfirst):
    """Read each known column by its kind; unclear numbers once more by the others' marks."""
    readers = {"id": read_ids, "text": read_words, "number": read_amounts, "whole": read_amounts}
    coded = {column: cells(frame[column]) for column in frame.columns if column in schema}
    read = {}
    for column, (_, distinct) in coded.items():
        kind = schema[column].kind
        read[column] = read_days(distinct, dayfirst) if kind == "date" else readers[kind](distinct)
    marks = frozenset().union(*(parsed.marks for parsed in read.values()))
    if len(marks) == 1:
        for column, parsed in read.items():
            if parsed.unclear is not None and schema[column].kind in ("number", "whole"):
                read[column] = read_amounts(coded[column][1], next(iter(marks)))
    return {column: parsed.spread(coded[column][0]) for column, parsed in read.items()}


def _as_found(raw):
    """Keep a column as it is; text that is nothing but plain numbers becomes numbers."""
    if not isinstance(raw.dtype, pd.StringDtype):
        return raw
    text = raw.mask((raw == "").fillna(False))
    plain = text.dropna().str.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
    return text if plain.empty or not plain.all() else pd.to_numeric(text)


def _check_column(column, rule, raw, parsed, faults):
    values, fault = parsed.values, np.zeros(len(raw), bool)
    for reason, mask in parsed.faults.items():
        faults.add(column, raw, mask & ~fault, reason)
        fault |= mask
    checks = {}
    if rule.filled:
        checks["is empty"] = values.isna().to_numpy()
    if rule.past:
        checks["lies after today"] = (values > pd.Timestamp.today()).to_numpy()
    if rule.kind == "whole":
        checks["is not a whole number"] = (values % 1 > 0).to_numpy()
    if rule.kind in ("number", "whole"):
        checks[_range(rule)] = ((values < rule.low) | (values > rule.high)).to_numpy()
    for reason, mask in checks.items():
        faults.add(column, raw, mask & ~fault, reason)
        fault |= mask


def _range(rule):
    if np.isinf(rule.high):
        return f"is below {rule.low:g}"
    return f"is not between {rule.low:g} and {rule.high:g}"


def _check_key(name, values, faults):
    key = list(TABLES[name].key)
    if key and set(key) <= set(values.columns):
        again = values[~faults.bad].duplicated(key).reindex(values.index, fill_value=False)
        repeated = f"repeats the {listed(key)} of an earlier row"
        faults.add(key[0], values[key[0]], again.to_numpy(), repeated)


def _split(name, raw, values, checked, faults):
    found = faults.frame()
    checked.rejected = found
    total = len(values) + len(raw.broken)
    for (column, _), part in found.groupby(["column", "reason"], sort=False):
        where = f"{name}.{column}" if column else name
        checked.row_problems.append(row_problem(where, part, total, raw.place))
        checked.advice += [ADVICE["cells"]] if part["reason"].iloc[0] == WIDE else []
    good = values[~faults.bad].reset_index(drop=True)
    if not len(good) and not checked.problems:
        everyone = "its only row has" if total == 1 else f"all {total:,} rows have"
        checked.problems.append(f"{name}: no row is left, {everyone} faults")
    for column, rule in TABLES[name].columns.items():
        if rule.kind == "whole" and column in good and good[column].abs().max(skipna=False) < 2**53:
            good[column] = good[column].astype("int64")
    checked.frame = good


def unknown_columns(columns, used, tables):
    """Say which names in ``columns`` no table has, and which targets are no canonical name.

    Parameters
    ----------
    columns : dict
    used : set of str
        Keys found in some table.
    tables : dict of str to list of str
        The columns of each table.

    Returns
    -------
    list of str
    """
    there = "; ".join(f"{name} has {listed(found)}" for name, found in tables.items())
    headers = {header for found in tables.values() for header in found}
    swapped = {
        source: target
        for source, target in columns.items()
        if source in COLUMNS and target in headers and target not in COLUMNS
    }
    problems = [
        f"columns: {source!r} is the name here, so it comes second: {{{target!r}: {source!r}}}"
        for source, target in swapped.items()
    ]
    columns = {source: target for source, target in columns.items() if source not in swapped}
    problems += [
        f"columns: no table has a column {source!r}; {there}"
        for source in columns
        if source not in used
    ]
    strange = [target for target in columns.values() if target not in COLUMNS]
    known = sorted({c for name in tables for c in TABLES[name].columns})
    return problems + [
        f"columns: {target!r} is not a column name here; the names are {listed(known)}"
        for target in strange
    ]
