"""The customer database: its tables, SQL over all of them, and a page that describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from crmlab.curriculum import lesson as lesson_named
from crmlab.database import custody
from crmlab.database.description import Page, describe
from crmlab.database.faults import REJECTED
from crmlab.database.problems import MissingTableError, listed
from crmlab.database.queries import Queries
from crmlab.database.readiness import verdict
from crmlab.database.schema import TABLES


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
        self._queries: Queries | None = None
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
        return self.__dict__ | {"_queries": None}

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
        type DATE. A query can only read them: it opens no file, no other database and no
        extension, and it changes nothing.

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
            A statement that does more than read, or DuckDB's own message, where it cannot answer.
        """
        if self._queries is None:
            self._queries = Queries(self._tables)
        return self._queries.answer(query)

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
            Such as ``"10-delivered-value"`` or ``"10"``.

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
            if ";" in said:  # it tells what there is
                raise MissingTableError(f"lesson {one.title} {said}")
            there = listed(self._tables)
            raise MissingTableError(
                f"lesson {one.title} {said}, which is not in {self.title}; it has {there}"
            )

    def pseudonymised(self, key: str | bytes) -> CustomerDatabase:
        """Replace every id by a keyed hash and leave out personal columns.

        The same key gives the same pseudonyms, in every table and every time. Columns that the
        schema does not know are left out too, since they may name a person. Rows are put into the
        order of a hash, which tells nothing of the old one. Whoever holds the key can find a
        customer again: pseudonyms are not anonymity. See `k_anonymity` before you hand it on.

        Parameters
        ----------
        key : str or bytes
            A secret of at least 16 characters, such as ``secrets.token_hex()`` makes.

        Returns
        -------
        CustomerDatabase
            ``rejected`` keeps its rows without their values.

        Raises
        ------
        ValueError
            The key is no text or bytes, or too short to be a secret.

        Notes
        -----
        HMAC with SHA-256 (Krawczyk, Bellare & Canetti 1997, RFC 2104), the first 20 hex digits:
        80 bits, so that two of a hundred million customers share a pseudonym with a probability
        below 1 in 100 million.
        """
        tables, remarks = custody.pseudonymised(self._tables, custody.secret(key))
        rejected = self._rejected.assign(value=None, order_id=None)
        return CustomerDatabase(tables, rejected=rejected, remarks=remarks, title=self.title)

    def k_anonymity(self, traits: Sequence[str] | None = None) -> custody.Anonymity:
        """Count who is alone in a combination of traits that somebody else may know.

        Parameters
        ----------
        traits : sequence of str, optional
            Columns of the table customers; without them region, birth_year and joined, as far as
            they are there.

        Returns
        -------
        Anonymity

        Raises
        ------
        MissingTableError
            There is no table customers.
        ValueError
            A named column is missing.
        """
        people = self.customers
        if traits is None:
            traits = [one for one in ("region", "birth_year", "joined") if one in people]
        return custody.k_anonymity(people, traits)
