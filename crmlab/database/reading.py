"""Find the tables of a source: a shipped name, a folder, a file, a dict of frames, one frame."""

import warnings
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.database.problems import DataError, listed
from crmlab.database.schema import TABLES
from crmlab.database.text import read_text, tidy
from crmlab.database.validation import Raw

SHIPPED = {
    "lantern": "lantern",
    "cdnow": "cdnow",
    "cdnow-full": "cdnow",
}
_TEXT = (".csv", ".tsv", ".txt")
_DUCKDB = (".duckdb", ".db", ".ddb")
_EXCEL = (".xlsx", ".xlsm")
_ENDINGS = (*_TEXT, ".parquet", *_EXCEL, *_DUCKDB)


def data_folder():
    """Find the data that comes with crmlab: in the installed package, or in a clone beside it."""
    here = Path(__file__).resolve()
    folders = [here.parents[1] / "data", here.parents[2] / "data"]
    return next((folder for folder in folders if (folder / "cdnow").is_dir()), folders[0])


def find_tables(source):
    """Read every table of a source, unchecked.

    Parameters
    ----------
    source : str, Path, dict of frames, or frame

    Returns
    -------
    tables : dict of str to Raw
    title : str
        What was read, without its folder.
    ignored : list of str
        What was there and is not one of the tables.

    Raises
    ------
    DataError
        There is no such source, or no known table in it.
    """
    if isinstance(source, dict):
        frames = {str(name).lower(): frame for name, frame in source.items()}
        unknown = [name for name in source if str(name).lower() not in TABLES]
        if unknown or not source:
            names = listed([repr(name) for name in unknown]) if unknown else "nothing"
            raise DataError(f"the dict holds {names}; the tables are {listed(TABLES)}")
        if len(frames) < len(source):
            raise DataError(f"the dict holds one table twice: {listed(map(str, source))}; keep one")
        return {name: _from_frame(frame) for name, frame in frames.items()}, "frames", []
    if not isinstance(source, str | Path):
        return {"transactions": _from_frame(source)}, "a frame", []
    if source in SHIPPED:
        tables, _, ignored = _from_folder(data_folder() / SHIPPED[source])
        return tables, source, ignored
    path = Path(source).expanduser()
    if not path.exists():
        raise DataError(
            f"no file or folder {str(source)!r} in {Path.cwd()}; "
            f"the data that comes with crmlab is {listed(map(repr, SHIPPED), 'or')}"
        )
    return _from_folder(path) if path.is_dir() else _from_file(path)


def _from_folder(folder):
    tables, ignored = {}, []
    for path in sorted(folder.iterdir()):
        name, ending = path.stem.lower(), path.suffix.lower()
        if name not in TABLES or ending not in (*_TEXT, ".parquet", *_EXCEL) or not path.is_file():
            ignored += [path.name] if path.name != "README.md" and path.name[0] != "." else []
        elif name in tables:
            raise DataError(f"{folder.name} has several files for the table {name}; keep one")
        else:
            tables[name] = next(iter(_from_file(path)[0].values()))
    if not tables:
        there = listed(ignored) if ignored else "nothing"
        raise DataError(
            f"the folder {folder.name} has no table: it holds {there}. Name the files after the "
            f"tables: {listed(TABLES)}, each .csv, .xlsx or .parquet; or load one file by its path"
        )
    return tables, folder.name, ignored


def _from_file(path):
    ending = path.suffix.lower()
    if ending in _EXCEL:
        return _from_workbook(path)
    if ending in _DUCKDB:
        return _from_duckdb(path)
    name = path.stem.lower() if path.stem.lower() in TABLES else "transactions"
    if ending in _TEXT:
        return {name: read_text(path)}, path.name, []
    if ending == ".parquet":
        return {name: _from_parquet(path)}, path.name, []
    raise DataError(f"{path.name}: can read {listed(_ENDINGS)}; save it as one of these")


def _from_parquet(path):
    import duckdb

    try:
        with duckdb.connect() as connection:
            literal = str(path).replace("'", "''")
            return _numbered(_selected(connection, f"read_parquet('{literal}')"), "in row")
    except duckdb.Error as error:
        raise DataError(f"{path.name} cannot be read as Parquet: {_first_line(error)}") from None


def _from_duckdb(path):
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_catalog = current_catalog() order by all"
            ).fetchall()
            known = {name.lower(): f'"{schema}"."{name}"' for schema, name in found}
            tables = {
                name: _numbered(_selected(connection, known[name]), "in row")
                for name in TABLES
                if name in known
            }
    except duckdb.Error as error:
        raise DataError(f"{path.name} cannot be read by DuckDB: {_first_line(error)}") from None
    ignored = [name for _, name in found if name.lower() not in TABLES]
    if not tables:
        raise _no_table(path.name, "tables", ignored)
    return tables, path.name, ignored


def _selected(connection, relation):
    """Fetch a relation; moments with a zone come as UTC, which pandas gets without a warning."""
    described = connection.execute(f"describe select * from {relation}").fetchall()
    zoned = [name.replace('"', '""') for name, kind, *_ in described if "TIME ZONE" in kind]
    casts = ", ".join(f'"{name}" at time zone \'UTC\' as "{name}"' for name in zoned)
    replace = f" replace ({casts})" if zoned else ""
    frame = connection.execute(f"select *{replace} from {relation}").df()
    for name, kind, *_ in described:
        if "TIME ZONE" in kind:
            frame[name] = frame[name].dt.tz_localize("UTC")
    return frame


def _from_workbook(path):
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise DataError(
                f"{path.name} cannot be read as an Excel workbook: {_first_line(error)}"
            ) from None
        sheets = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            sheets[sheet.title] = list(sheet.iter_rows(values_only=True))
        book.close()
    sheets = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    known = {name.strip().lower(): name for name in sheets}
    ignored = [name for name in sheets if name.strip().lower() not in TABLES]
    tables = {name: _from_sheet(sheets[known[name]]) for name in TABLES if name in known}
    if not tables and len(sheets) == 1:
        name = path.stem.lower() if path.stem.lower() in TABLES else "transactions"
        tables, ignored = {name: _from_sheet(*sheets.values())}, []
    if not tables:
        raise _no_table(path.name, "sheets", ignored)
    return tables, path.name, ignored


def _from_sheet(rows):
    top = next(number for number, row in enumerate(rows) if any(row))
    columns = list(zip_longest(*rows[top:]))  # rows of a sheet may differ in length
    cells = pd.DataFrame(dict(enumerate(columns)), dtype=object)
    frame = cells.iloc[1:].set_axis(list(cells.iloc[0]), axis=1)
    return tidy(Raw(frame, np.arange(len(frame)) + top + 2, "in row"))


def _from_frame(frame):
    if not isinstance(frame, pd.DataFrame):
        frame = _as_pandas(frame)
    if any(frame.index.names):
        frame = frame.reset_index()
    return tidy(Raw(frame.reset_index(drop=True), frame.index.to_numpy(), "at index"))


def _as_pandas(frame):
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
    return pd.DataFrame({column.name: _as_series(column, nw) for column in native.iter_columns()})


def _as_series(column, nw):
    if column.dtype.is_integer() and column.null_count():
        return pd.Series(column.to_list(), dtype="Int64")
    values = pd.Series(column.to_numpy())
    if isinstance(column.dtype, nw.Datetime) and column.dtype.time_zone:
        return values.dt.tz_localize("UTC").dt.tz_convert(column.dtype.time_zone)
    return values


def _numbered(frame, place):
    return tidy(Raw(frame, np.arange(1, len(frame) + 1), place))


def _no_table(name, parts, there):
    held = listed(there) if there else "nothing"
    return DataError(f"{name} has no known table: its {parts} are {held}; known: {listed(TABLES)}")


def _first_line(error):
    return str(error).strip().split("\n")[0]
