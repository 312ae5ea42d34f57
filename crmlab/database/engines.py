"""Read Parquet and DuckDB files through DuckDB, every value as the file holds it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab.database.form import Form
from crmlab.database.problems import DataError, listed
from crmlab.database.raw import Raw, tidy
from crmlab.database.schema import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AS_THEY_ARE = re.compile(r"BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|VARCHAR")


def read_parquet(path: Path, form: Form) -> Raw:
    """Read one Parquet file; nothing in its path is a pattern, no folder above it a column."""
    import duckdb

    literal = re.sub(r"([\[*?])", r"[\1]", str(path)).replace("'", "''")
    try:
        with duckdb.connect() as connection:
            about = f"parquet_kv_metadata('{literal}')"
            notes = dict(connection.execute(f"select key, value from {about}").fetchall())
            relation = f"read_parquet('{literal}', hive_partitioning=false)"
            return _selected(connection, relation, form.zone, _zones(notes))
    except duckdb.Error as error:
        raise DataError(f"{path.name} cannot be read as Parquet: {_first_line(error)}") from None


# A view in somebody else's file must not read ours.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}


def read_duckdb(path: Path, table: str | None, form: Form) -> tuple[dict[str, Raw], list[str]]:
    """Read the known tables of a DuckDB file, or the one that ``form.sheet`` names as ``table``."""
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True, config=_CLOSED) as connection:
            found = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_catalog = current_catalog() order by all"
            ).fetchall()
            known = {name.lower(): f'"{schema}"."{name}"' for schema, name in found}
            wanted = {name: known[name] for name in TABLES if name in known}
            if form.sheet is not None:
                if form.sheet.lower() not in known:
                    there = listed(name for _, name in found)
                    raise DataError(f"{path.name} has no table {form.sheet!r}; it has {there}")
                wanted = {table or "transactions": known[form.sheet.lower()]}
            tables = {
                name: _selected(connection, relation, form.zone, {})
                for name, relation in wanted.items()
            }
    except duckdb.Error as error:
        raise DataError(f"{path.name} cannot be read by DuckDB: {_first_line(error)}") from None
    ignored = [name for _, name in found if name.lower() not in TABLES]
    if not tables:
        raise DataError(
            f"{path.name} has no known table: its tables are {listed(ignored)}; known: "
            f"{listed(TABLES)}" + (f'. Say which: sheet="{ignored[0]}"' if ignored else "")
        )
    return tables, ignored


def _zones(notes: dict[bytes, bytes]) -> dict[str, str]:
    """The time zones that pandas or Arrow noted in a Parquet file, by column."""
    if b"pandas" in notes:
        columns = json.loads(notes[b"pandas"]).get("columns", [])
        return {
            str(one["name"]): one["metadata"]["timezone"]
            for one in columns
            if one.get("metadata") and "timezone" in one["metadata"]
        }
    if b"ARROW:schema" not in notes:
        return {}
    import base64
    import zoneinfo

    schema = base64.b64decode(notes[b"ARROW:schema"])
    words = {word.decode() for word in re.findall(rb"[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*", schema)}
    named = words & zoneinfo.available_timezones()
    return {"": next(iter(named))} if len(named) == 1 else {}


def _selected(
    connection: DuckDBPyConnection, relation: str, zone: str | None, zones: dict[str, str]
) -> Raw:
    """Fetch a relation; what pandas cannot hold exactly comes as decimals or text."""
    described = connection.execute(f"describe select * from {relation}").fetchall()
    types = {name: str(kind) for name, kind, *_ in described}
    endless = _endless(connection, relation, types)
    casts, exact = [], []
    for name, kind in types.items():
        column = '"' + name.replace('"', '""') + '"'
        if name in endless:
            casts.append(f"{column}::varchar as {column}")
        elif "TIME ZONE" in kind and kind.startswith("TIMESTAMP"):
            casts.append(f"{column} at time zone 'UTC' as {column}")
        elif kind.startswith(("DECIMAL", "HUGEINT", "UHUGEINT")):
            exact.append(name)
            casts.append(f"{column}::varchar as {column}")
        elif not _AS_THEY_ARE.fullmatch(kind) and not kind.startswith(("DATE", "TIMESTAMP")):
            casts.append(f"{column}::varchar as {column}")
    replace = f" replace ({', '.join(casts)})" if casts else ""
    frame = connection.execute(f"select *{replace} from {relation}").df()
    for name in exact:
        frame[name] = pd.Series([_decimal(c) for c in frame[name]], dtype=object)
    raw = Raw(frame, np.arange(1, len(frame) + 1), "in row")
    moments = [name for name, kind in types.items() if "WITH TIME ZONE" in kind]
    _zoned(raw, [name for name in moments if name not in endless], zone, zones)
    return tidy(raw)


def _decimal(cell: Any) -> Decimal | None:
    return Decimal(cell) if isinstance(cell, str) else None


def _endless(connection: DuckDBPyConnection, relation: str, types: dict[str, str]) -> set[str]:
    """Columns of days or moments that hold infinity, which pandas has not."""
    names = [n for n, kind in types.items() if kind.startswith(("DATE", "TIMESTAMP"))]
    if not names:
        return set()
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    asked = ", ".join(f"coalesce(bool_or(isinf({column})), false)" for column in quoted)
    found = connection.execute(f"select {asked} from {relation}").fetchone() or ()
    return {name for name, endless in zip(names, found, strict=True) if endless}


def _zoned(raw: Raw, moments: list[str], zone: str | None, zones: dict[str, str]) -> None:
    """Give moments, which files hold in UTC, their own zone; note those whose zone nobody said."""
    unknown = set()
    for name in moments:
        own = zones.get(name) or zones.get("") or zone
        cells = raw.frame[name].dt.tz_localize("UTC")
        if own is None and (cells.dropna() != cells.dropna().dt.normalize()).any():
            unknown.add(name)
        raw.frame[name] = cells if own is None else cells.dt.tz_convert(own)
    raw.unzoned = frozenset(unknown)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
