"""Which column is which: the reader's names, the canonical ones, and where the header stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmlab.database.arithmetic import Formula, NotArithmetic, formula
from crmlab.database.problems import counted, listed
from crmlab.database.schema import TABLES

LOOKED_AT = 20  # rows that may hold the header
_DATA = re.compile(r"-?\d+([.,]\d+)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( .*)?")


def plain_name(name: Any) -> str:
    """Reduce a header to what counts: lower case, no blanks, marks or byte order mark.

    Examples
    --------
    >>> plain_name(" Customer ID"), plain_name("customer_id")
    ('customerid', 'customerid')
    """
    return re.sub(r"[\W_]+", "", str(name).casefold())


@dataclass
class Named:
    """The canonical names of a table's columns.

    Attributes
    ----------
    columns : list of str
        A name for each header, no two alike.
    formulas : dict of str to Formula
        Columns to be computed.
    used : set of str
        Keys of the reader's mapping that this table has.
    sources : dict of str to str
        What the reader named for a canonical name, a header or arithmetic.
    aside : dict of str to str
        Headers that lost their canonical name to one the reader named herself.
    problems : list of str
    lacking : list of str
        Required columns that are not there.
    """

    columns: list[str] = field(default_factory=list)
    formulas: dict[str, Formula] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    sources: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def named(table: str, headers: Sequence[str], columns: Mapping[str, str]) -> Named:
    """Give a table's columns their canonical names; what the reader says beats a likeness.

    Parameters
    ----------
    table : str
    headers : list of str
        The names found.
    columns : dict
        The reader's names, or arithmetic of them, and the canonical ones they stand for.
    """
    found = Named()
    sources = [_source(header, columns) for header in headers]
    found.used = {source for source in sources if source is not None}
    for key, target in columns.items():
        if key in found.used or not re.search(r"[-+*/]", key):
            continue
        try:
            found.formulas[target] = formula(key, [header.strip() for header in headers])
            found.used.add(key)
        except NotArithmetic:
            continue
    found.sources = {columns[key]: key for key in found.used}
    said = set(found.sources)
    canonical = {plain_name(column): column for column in TABLES[table].columns}
    lost: dict[int, str] = {}
    for header, source in zip(headers, sources, strict=True):
        name = columns[source] if source is not None else _matched(table, header, canonical)
        if source is None and name in said:
            lost[len(found.columns)] = header.strip()
            name = header.strip() if header.strip() != name else f"{name}_as_found"
        found.columns.append(name)
    _twins(table, headers, found)
    found.aside = {header: found.columns[place] for place, header in lost.items()}
    there = {*found.columns, *found.formulas}
    found.lacking = [column for column in TABLES[table].required if column not in there]
    return found


def _source(header: str, columns: Mapping[str, str]) -> str | None:
    exact = next((name for name in (header, header.strip()) if name in columns), None)
    if exact is not None or not plain_name(header):
        return exact
    alike = (key for key in columns if plain_name(key) == plain_name(header))
    return next((key for key in alike if not re.search(r"[*/+]", key)), None)


def _matched(table: str, header: str, canonical: Mapping[str, str]) -> str:
    """The canonical name a header is like, or the header itself."""
    if plain_name(header) in canonical:
        return canonical[plain_name(header)]
    side = re.fullmatch(r"(.+?)[\W_]*(expected|perceived)", header.strip().casefold())
    if side and TABLES[table].rated:
        return f"{re.sub(r'[^0-9a-z_]+', '_', side[1]).strip('_') or side[1]}_{side[2]}"
    return header.strip()


def _twins(table: str, headers: Sequence[str], found: Named) -> None:
    """Refuse two columns of one canonical name; give others of one name a number."""
    known = {name for name in (*found.columns, *found.formulas) if TABLES[table].column(name)}
    taken = {name.casefold(): 1 for name in known}
    for place, name in enumerate(found.columns):
        key = name.casefold()
        if name in known:
            continue
        taken[key] = taken.get(key, 0) + 1
        if taken[key] > 1:
            found.columns[place] = f"{name}_{taken[key]}"
    for name in (name for name, many in Counter(found.columns).items() if many > 1):
        twins = [header for header, c in zip(headers, found.columns, strict=True) if c == name]
        found.problems.append(
            f"{table}: {len(twins)} columns would be {name} ({listed(map(repr, twins))}); "
            f"rename or drop {'the others' if len(twins) > 2 else 'one'}"
        )


def lacking_columns(
    table: str, headers: Sequence[str], lacking: Sequence[str], first: bool = True
) -> str:
    """Say which columns are missing, and whether the header looks like data."""
    said = f"{table}: no column {listed(lacking, 'or')}; the columns are "
    said += listed(headers) if len(headers) else "none"
    if first and sum(bool(_DATA.fullmatch(str(header).strip())) for header in headers):
        said += (
            "; is there a header? If not, give the names: header=["
            + ", ".join(f'"{name}"' for name in TABLES[table].required[:3])
            + ", ...]"
        )
    return said


def header_row(rows: Sequence[Sequence[Any]], table: str, columns: Mapping[str, str]) -> int | None:
    """Find the row that names every column the table cannot do without, among the first ones."""
    for number, row in enumerate(rows[:LOOKED_AT]):
        cells = ["" if cell is None else str(cell) for cell in row]
        if any(cells) and not named(table, cells, columns).lacking:
            return number
    return None


def above(number: int) -> list[str]:
    """The remark on what stands above the header."""
    return [f"the header is below {counted(number, 'line')} left out"] if number else []


def unknown_columns(
    columns: Mapping[str, str], used: set[str], tables: Mapping[str, Sequence[str]]
) -> list[str]:
    """Say which names in ``columns`` no table has, and which targets are no canonical name.

    Parameters
    ----------
    columns : dict
    used : set of str
        Keys found in some table.
    tables : dict of str to list of str
        The columns of each table.
    """
    there = "; ".join(f"{name} has {listed(found)}" for name, found in tables.items())
    headers = {header for found in tables.values() for header in found}
    swapped = {
        source: target
        for source, target in columns.items()
        if _known(source, TABLES) and target in headers and not _known(target, TABLES)
    }
    problems = [
        f"columns: {source!r} is the name here, so it comes second: {{{target!r}: {source!r}}}"
        for source, target in swapped.items()
    ]
    rest = {source: target for source, target in columns.items() if source not in swapped}
    for source in rest:
        if source not in used and re.search(r"[-+*/]", source):
            problems.append(
                f"columns: {source!r} is no column, and no arithmetic (+ - * /) of columns; {there}"
            )
        elif source not in used:
            problems.append(f"columns: no table has a column {source!r}; {there}")
    strange = [target for target in rest.values() if not _known(target, TABLES)]
    known = ", ".join(sorted({c for name in tables for c in TABLES[name].columns}))
    return problems + [
        f"columns: {target!r} is not a column name here; the names are {known}"
        for target in strange
    ]


def _known(name: Any, tables: Mapping[str, Any]) -> bool:
    return isinstance(name, str) and any(table.column(name) for table in tables.values())
