"""The customer database: its tables, SQL over all of them, and a page that describes it."""

from __future__ import annotations

import hashlib
import hmac
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from crmlab.curriculum import lesson as lesson_named
from crmlab.database.description import Page, describe
from crmlab.database.faults import REJECTED
from crmlab.database.problems import DataError, MissingTableError, listed
from crmlab.database.readiness import verdict
from crmlab.database.schema import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class CustomerDatabase:
    """The tables of a customer database, as ``crmlab.load`` returns them.

    A table is an attribute, ``db.transactions``, or has its name: ``db["transactions"]``. What is
    handed out is a copy of its own (pandas copies lazily, so it costs nothing): changing it does
    not change the database.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Checked tables under their canonical names.
    rejected : DataFrame, optional
        What was set aside, as the property of that name gives it.
    remarks : dict of str to list of str, optional
        What was decided while reading each table.
    title : str
        Name of the source.

    Examples
    --------
    >>> import pandas as pd
    >>> import crmlab as crm
    >>> db = crm.load(pd.DataFrame({"customer_id": ["A", "B", "A"],
    ...                             "date": ["2025-01-02", "2025-01-05", "2025-02-01"],
    ...                             "amount": [10.0, 4.0, 6.0]}))
    >>> db
    CustomerDatabase(transactions 3)
    >>> db.sql("select customer_id, sum(amount) as spent from transactions group by 1 order by 1")
      customer_id  spent
    0           A   16.0
    1           B    4.0
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        *,
        rejected: pd.DataFrame | None = None,
        remarks: Mapping[str, list[str]] | None = None,
        title: str = "frames",
    ) -> None:
        self._tables = dict(tables)
        self._rejected = pd.DataFrame(columns=list(REJECTED)) if rejected is None else rejected
        self._remarks = dict(remarks or {})
        self._connected: DuckDBPyConnection | None = None
        self.title = title

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._tables:
            return self._tables[name].copy(deep=False)
        if name in TABLES:
            raise self._lacking(name)
        there = listed(self._tables)
        raise AttributeError(f"a customer database has no {name!r}; its tables are {there}")

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name in self._tables:
            return self._tables[name].copy(deep=False)
        if name in TABLES:
            raise self._lacking(name)
        raise KeyError(
            f"a customer database has no {name!r}; its tables are {listed(self._tables)}"
        )

    def _lacking(self, name: str) -> MissingTableError:
        needed = ", ".join(TABLES[name].required)
        return MissingTableError(
            f"this needs the table {name} with the columns {needed}, "
            f"and the database has only {listed(self._tables)}"
        )

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_connected": None}

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._tables})

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(frame):,}" for name, frame in self._tables.items())
        return f"CustomerDatabase({rows})"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, each a copy of its own."""
        return {name: frame.copy(deep=False) for name, frame in self._tables.items()}

    @property
    def rejected(self) -> pd.DataFrame:
        """What was set aside, one row per faulty cell.

        ``table``; ``position`` of the row in what was read, from 0; ``row`` as its reader counts
        it; ``column``, ``value`` and ``reason``; ``left_out``, the whole "row" or the "cell"
        alone; the row's ``order_id`` and ``amount``.
        """
        return self._rejected.copy(deep=False)

    @property
    def until(self) -> pd.Timestamp:
        """The last day seen in ``transactions``, until which we know what customers bought."""
        return self.transactions["date"].max()

    def sql(self, query: str) -> pd.DataFrame:
        """Ask all tables a question in SQL.

        The tables are copied into a DuckDB of this database's own, where their days have the
        type DATE. Nothing that a query does changes the tables handed out elsewhere.

        Parameters
        ----------
        query : str
            DuckDB's SQL.

        Returns
        -------
        DataFrame

        Raises
        ------
        DataError
            DuckDB's own message, where it cannot answer.
        """
        import duckdb

        if not isinstance(query, str) or not query.strip(" ;\n\t"):
            raise DataError(
                f"there is no question in {query!r}; write SQL, such as "
                f'"select * from {next(iter(self._tables))}"'
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                answer = self._connection().execute(query)
                return answer.df() if answer.description else pd.DataFrame()
        except duckdb.Error as error:
            tables = listed(self._tables)
            raise DataError(f"{str(error).strip()}\nThe tables are {tables}.") from None

    def _connection(self) -> DuckDBPyConnection:
        import duckdb

        if self._connected is not None:
            return self._connected
        self._connected = connection = duckdb.connect()
        connection.execute("set python_enable_replacements = false")
        for name, frame in self._tables.items():
            days = [c for c, rule in TABLES[name].columns.items() if rule.kind == "date"]
            casts = ", ".join(f"{day}::date as {day}" for day in days if day in frame)
            replace = f" replace ({casts})" if casts else ""
            connection.register("incoming", frame)
            connection.execute(f"create table {name} as select *{replace} from incoming")
            connection.unregister("incoming")
        return connection

    def describe(self) -> Page:
        """Write a page: what is there, what was decided, what is missing, which lessons work.

        Returns
        -------
        Page
            Text that shows itself as the last expression of a cell.
        """
        return Page(describe(self._tables, self._rejected, self._remarks, self.title))

    def require(self, lesson: str) -> None:
        """Stop unless the tables and columns are there that a lesson cannot do without.

        Parameters
        ----------
        lesson : str
            Such as ``"01-delivered-value"`` or ``"01"``.

        Raises
        ------
        MissingTableError
            One sentence with the tables, columns, months or waves that are missing.
        ValueError
            There is no lesson of that name.
        """
        one = lesson_named(lesson)
        said = verdict(one, self._tables)
        if said != "ready":
            there = listed(self._tables)
            raise MissingTableError(
                f"lesson {one.title} {said}, which is not in {self.title}; it has {there}"
            )

    def pseudonymised(self, key: str | bytes) -> CustomerDatabase:
        """Replace every id by a keyed hash and leave out personal columns.

        The same key gives the same pseudonyms, in every table and every time. Columns that the
        schema does not know are left out too, since they may name a person. Whoever holds the
        key can find a customer again: pseudonyms are not anonymity.

        Parameters
        ----------
        key : str or bytes
            A secret. Not empty.

        Returns
        -------
        CustomerDatabase
            ``rejected`` keeps its rows without their values.

        Raises
        ------
        ValueError
            The key is empty.

        Notes
        -----
        HMAC with SHA-256 (Krawczyk, Bellare & Canetti 1997, RFC 2104), the first 20 hex digits:
        80 bits, so that two of a hundred million customers share a pseudonym with a probability
        below 1 in 100 million.
        """
        key = key.encode() if isinstance(key, str) else bytes(key)
        if not key:
            raise ValueError("the key is empty; pass a secret text and keep it")
        tables, remarks = {}, {}
        for name, frame in self._tables.items():
            rules = {
                c: rule for c in map(str, frame) if (rule := TABLES[name].column(c)) is not None
            }
            kept = [c for c in rules if not rules[c].personal]
            left = [str(c) for c in frame if c not in kept]
            ids = {c: _pseudonyms(frame[c], key) for c in kept if rules[c].kind == "id"}
            tables[name] = frame[kept].assign(**ids)
            remarks[name] = ["ids are pseudonyms"]
            remarks[name] += [f"left out as personal or unknown: {listed(left)}"] if left else []
        rejected = self._rejected.assign(value=None, order_id=None)
        return CustomerDatabase(tables, rejected=rejected, remarks=remarks, title=self.title)


def _pseudonyms(ids: pd.Series, key: bytes) -> pd.Series:
    codes, distinct = pd.factorize(ids)
    hashed = [hmac.digest(key, str(one).encode(), hashlib.sha256).hex()[:20] for one in distinct]
    return pd.Series([*hashed, None], dtype="str").iloc[codes].set_axis(ids.index)
