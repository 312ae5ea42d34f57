"""Find the tables of a source: a shipped name, a folder, a file, a dict of frames, one frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from crmlab.database.engines import read_duckdb, read_parquet
from crmlab.database.form import Form
from crmlab.database.headers import plain_name
from crmlab.database.problems import DataError, listed
from crmlab.database.raw import Raw, tidy, together
from crmlab.database.schema import TABLES
from crmlab.database.text import read_text
from crmlab.database.workbook import read_workbook

Source: TypeAlias = Any

_TEXT = (".csv", ".tsv", ".txt")
_DUCKDB = (".duckdb", ".db", ".ddb")
_EXCEL = (".xlsx", ".xlsm")
_FILES = (*_TEXT, ".parquet", *_EXCEL)
_ENDINGS = (*_FILES, *_DUCKDB)


@dataclass(frozen=True)
class Shipped:
    """Data that comes with crmlab: its folder, and the column of ``customers`` that fills a sample.

    Customers with that column empty are outside the sample.
    """

    folder: str
    sample: str | None = None


SHIPPED = {
    "lantern": Shipped("lantern"),
    "cdnow": Shipped("cdnow", sample="sample_id"),
    "cdnow-full": Shipped("cdnow"),
}


@dataclass
class Found:
    """What a source holds: tables, its name without its folder, and what was not read.

    A ``shipped`` one comes with crmlab; its days are right, whatever the clock says.
    """

    tables: dict[str, Raw]
    title: str
    ignored: list[str] = field(default_factory=list)
    sample: str | None = None
    shipped: bool = False


def data_folder() -> Path:
    """Find the data that comes with crmlab: in the installed package, or in a clone beside it."""
    here = Path(__file__).resolve()
    folders = [here.parents[1] / "data", here.parents[2] / "data"]
    return next((folder for folder in folders if (folder / "cdnow").is_dir()), folders[0])


def find_tables(source: Source, table: str | None, form: Form) -> Found:
    """Read every table of a source, unchecked.

    Parameters
    ----------
    source : str, Path, dict of frames, or frame
    table : str, optional
        The table that a source of one table holds.
    form : Form

    Raises
    ------
    DataError
        There is no such source, or no known table in it.
    """
    if isinstance(source, Mapping):
        return _from_dict(source)
    if not isinstance(source, str | Path):
        return Found({table or "transactions": _from_frame(source)}, "a frame")
    if isinstance(source, str) and source in SHIPPED:
        shipped = SHIPPED[source]
        found = _from_folder(data_folder() / shipped.folder, None, form)
        return Found(found.tables, source, found.ignored, shipped.sample, shipped=True)
    path = _path(source)
    return _from_folder(path, table, form) if path.is_dir() else _from_file(path, table, form)


def _path(source: str | Path) -> Path:
    path = Path(source)
    try:
        path = path if path.exists() else path.expanduser()
        there = path.exists()
    except (OSError, RuntimeError, ValueError):
        there = False
    if not there:
        raise DataError(
            f"no file or folder {str(source)!r} in {Path.cwd()}; "
            f"the data that comes with crmlab is {listed(map(repr, SHIPPED), 'or')}"
        )
    return path


def _from_dict(source: Mapping[Any, Any]) -> Found:
    frames = {str(name).lower(): frame for name, frame in source.items()}
    unknown = [name for name in source if str(name).lower() not in TABLES]
    if unknown or not source:
        names = listed([repr(name) for name in unknown]) if unknown else "nothing"
        raise DataError(f"the dict holds {names}; the tables are {listed(TABLES)}")
    if len(frames) < len(source):
        raise DataError(f"the dict holds one table twice: {listed(map(str, source))}; keep one")
    return Found({name: _from_frame(frame) for name, frame in frames.items()}, "frames")


def _from_folder(folder: Path, table: str | None, form: Form) -> Found:
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.name[0] not in ".~" and path.name != "README.md"
    ]
    readable = [path for path in files if path.suffix.lower() in _FILES and path.is_file()]
    named = [path for path in readable if path.stem.lower() in TABLES]
    if table is None and named:
        tables: dict[str, Raw] = {}
        for path in named:
            name = path.stem.lower()
            if name in tables:
                raise DataError(f"{folder.name} has several files for the table {name}; keep one")
            tables[name] = next(iter(_from_file(path, name, form).tables.values()))
        return Found(tables, folder.name, [path.name for path in files if path not in named])
    if readable and (table is not None or len(readable) > 1):
        one = table or "transactions"
        parts = {path.name: _from_file(path, one, form).tables[one] for path in readable}
        if len({tuple(map(plain_name, raw.frame.columns)) for raw in parts.values()}) == 1:
            left = [path.name for path in files if path not in readable]
            return Found({one: together(parts)}, folder.name, left)
    raise DataError(
        f"the folder {folder.name} has no table: it holds {listed(p.name for p in files)}. Name "
        f"the files after the tables: {listed(TABLES)}, each .csv, .xlsx or .parquet; or load one "
        "file by its path. Files that all have the same columns are read as one table"
    )


def _from_file(path: Path, table: str | None, form: Form) -> Found:
    ending = path.suffix.lower()
    if not path.is_file():
        raise DataError(f"{path.name} is neither a file nor a folder")
    if ending in _EXCEL:
        tables, ignored = read_workbook(path, table, form)
        return Found(tables, path.name, ignored)
    if ending in _DUCKDB:
        tables, ignored = read_duckdb(path, table, form)
        return Found(tables, path.name, ignored)
    name = table or (path.stem.lower() if path.stem.lower() in TABLES else "transactions")
    if ending in _TEXT:
        return Found({name: read_text(path, name, form)}, path.name)
    if ending == ".parquet":
        return Found({name: read_parquet(path, form)}, path.name)
    raise DataError(f"{path.name}: can read {listed(_ENDINGS)}; save it as one of these")


def _from_frame(frame: Any) -> Raw:
    if not isinstance(frame, pd.DataFrame):
        frame = _as_pandas(frame)
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.set_axis([" ".join(map(str, name)).strip() for name in frame.columns], axis=1)
    levels = [name for name in frame.index.names if name is not None]
    new = [name for name in levels if name not in frame.columns]
    if new:
        frame = frame.reset_index(level=new)
    rows = frame.index.to_numpy() if frame.index.nlevels == 1 else frame.index.to_flat_index()
    return tidy(Raw(frame.reset_index(drop=True), pd.Index(rows).to_numpy(), "at index"))


def _as_pandas(frame: Any) -> pd.DataFrame:
    """Copy a Polars or other frame column by column, which needs no pyarrow."""
    import narwhals as nw

    try:
        native = nw.from_native(frame)
    except TypeError:
        raise DataError(
            f"cannot load a {type(frame).__name__}; give a path, a shipped name "
            f"({listed(map(repr, SHIPPED), 'or')}), a pandas or Polars frame, or a dict of frames"
        ) from None
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    return pd.DataFrame({column.name: _as_series(column) for column in native.iter_columns()})


def _as_series(column: Any) -> pd.Series:
    import narwhals as nw

    kind = column.dtype
    if isinstance(kind, nw.Datetime):
        values = pd.Series(column.to_numpy())
        if kind.time_zone:
            return values.dt.tz_localize("UTC").dt.tz_convert(kind.time_zone)
        return values
    if kind == nw.Date or kind.is_float() or kind == nw.String:
        return pd.Series(column.to_numpy())
    if kind.is_integer() and not column.null_count() and kind not in (nw.Int128, nw.UInt128):
        return pd.Series(column.to_numpy())
    return pd.Series(column.to_list(), dtype=object)
