"""SQL that cannot leave the room: a DuckDB of its own that only reads the tables put into it."""

from __future__ import annotations

import tempfile
import warnings
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from crmlab.database.problems import DataError, listed
from crmlab.database.schema import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_READ = ("SELECT", "EXPLAIN")
_CLOSED = (
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)


class Queries:
    """Answers questions in SQL over a fixed set of tables.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Copied into a DuckDB in memory; their days get the type DATE. Once they are there, the
        database opens no file, no other database, no extension and no setting.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        import duckdb

        self._names = list(tables)
        self._spill = tempfile.TemporaryDirectory(prefix="crmlab-", ignore_cleanup_errors=True)
        self._connection = connection = duckdb.connect()
        weakref.finalize(self, _closed, connection, self._spill)
        connection.execute("set temp_directory = $1", [self._spill.name])
        for name, frame in tables.items():
            days = [c for c, rule in TABLES[name].columns.items() if rule.kind == "date"]
            casts = ", ".join(f"{day}::date as {day}" for day in days if day in frame)
            replace = f" replace ({casts})" if casts else ""
            connection.register("incoming", frame)
            connection.execute(f"create table {name} as select *{replace} from incoming")
            connection.unregister("incoming")
        for statement in _CLOSED:
            connection.execute(statement)

    def answer(self, query: str) -> pd.DataFrame:
        """Answer one question; see `CustomerDatabase.sql`."""
        import duckdb

        there = f"The tables are {listed(self._names)}."
        if not isinstance(query, str) or not query.strip(" ;\n\t"):
            raise DataError(
                f"there is no question in {query!r}; write SQL, such as "
                f'"select * from {next(iter(self._names), "customers")}"'
            )
        try:
            kinds = [one.type.name for one in self._connection.extract_statements(query)]
            wrong = next((kind for kind in kinds if kind not in _READ), None)
            if wrong:
                raise DataError(
                    f"SQL here only reads, and this holds a statement of kind {wrong}; write "
                    f"select, with, describe or explain. {there}"
                )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                return self._connection.cursor().execute(query).df()
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException:
            limit = self._connection.execute("select current_setting('memory_limit')").fetchall()
            raise DataError(
                f"the answer needs more than {limit[0][0]} of memory, the limit here; ask for "
                "fewer columns or rows, or add up before you list."
            ) from None
        except duckdb.PermissionException:
            raise DataError(
                f"SQL here sees only the tables of this database, no file and no web. {there} "
                "Load a file with crm.load."
            ) from None
        except duckdb.Error as error:
            raise DataError(f"{str(error).strip()}\n{there}") from None


def _closed(connection: DuckDBPyConnection, spill: tempfile.TemporaryDirectory) -> None:
    connection.close()
    spill.cleanup()
