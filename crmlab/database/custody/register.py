"""The register of purposes: which column is needed for what, on which lawful basis, how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from crmlab import inputs
from crmlab.results import Result

Law: TypeAlias = Literal["GDPR", "PIPL"]

LAWFUL_BASES: dict[str, tuple[str, ...]] = {
    "GDPR": (
        "consent",
        "contract",
        "legal duty",
        "vital interests",
        "public task",
        "legitimate interests",
    ),
    "PIPL": (
        "consent",
        "contract",
        "legal duty",
        "emergency",
        "news",
        "made public",
        "other law",
    ),
}
"""Lawful bases of the European Union (GDPR, article 6) and of China (PIPL, article 13)."""

_NEEDED = ("purpose", "column", "basis", "keep_months")


@dataclass(frozen=True, eq=False, repr=False)
class ColumnReview(Result):
    """What the register says of each column that is held.

    Attributes
    ----------
    table : pandas.DataFrame
        For each column ``purposes`` and ``bases``, written one after another; ``keep_months``,
        the longest that any purpose needs; ``verdict``: "keep", "no purpose", or "ask first" for
        a sensitive column that does not rest on consent alone.
    missing : tuple of str
        Columns that the register needs and the table does not hold.
    law : str
    """

    missing: tuple[str, ...]
    law: str

    @property
    def to_drop(self) -> list[str]:
        """Columns without a purpose."""
        return list(self.table.index[self.table["verdict"] == "no purpose"])

    @property
    def caption(self) -> str:
        """How many columns may stay, and what is asked for and not held."""
        stays = int((self.table["verdict"] == "keep").sum())
        left = f" Needed and not held: {inputs.listed(self.missing)}." if self.missing else ""
        return f"{self.law}: {stays} of {len(self.table)} columns have a purpose and a basis.{left}"


def purpose(
    name: str, columns: Iterable[str], *, basis: str, keep_months: float | None = None
) -> pd.DataFrame:
    """Rows of a register for one purpose; put several together with ``pandas.concat``.

    Parameters
    ----------
    name : str
        What the data are needed for.
    columns : iterable of str
        Columns that this purpose needs.
    basis : str
        One of `LAWFUL_BASES`.
    keep_months : float, optional
        How long it needs them after the customer was last heard of, if that was decided.

    Returns
    -------
    pandas.DataFrame
        ``purpose``, ``column``, ``basis``, ``keep_months``, as `review_columns` reads them.

    Raises
    ------
    ValueError
        No column.

    Examples
    --------
    >>> purpose("birthday card", ["name", "born"], basis="consent", keep_months=24)
             purpose column    basis  keep_months
    0  birthday card   name  consent           24
    1  birthday card   born  consent           24
    """
    needed = [columns] if isinstance(columns, str) else list(columns)
    if not needed:
        raise ValueError(f"columns is empty; say what {name!r} needs.")
    row = {"purpose": name, "column": needed, "basis": basis, "keep_months": keep_months}
    return pd.DataFrame(row)


def review_columns(
    held: Iterable[str],
    register: pd.DataFrame,
    *,
    sensitive: Iterable[str] = (),
    law: Law = "GDPR",
) -> ColumnReview:
    """Hold the columns of a table against the register of purposes.

    Parameters
    ----------
    held : iterable of str
        Columns of the table: ``db.address_book.columns``.
    register : pandas.DataFrame
        One row per purpose and column that it needs: ``purpose``, ``column``, ``basis`` (one of
        `LAWFUL_BASES` of the law) and ``keep_months``, how long the purpose needs it after the
        customer was last heard of, empty where that is not decided.
    sensitive : iterable of str
        Columns that tell of health, faith, ethnic origin, politics, sex life and the like, in
        so many words or by accident, such as free text. They rest on consent alone.
    law : {"GDPR", "PIPL"}
        European Union or China. In China, legitimate interests are no basis.

    Returns
    -------
    ColumnReview
        With ``table``, ``to_drop``, ``missing``.

    Raises
    ------
    ValueError
        A column of the register is missing or empty, a basis the law does not know, a time of 0
        months or less, nothing held.

    Notes
    -----
    Purpose limitation, minimisation and storage limitation are article 5 of the GDPR and articles
    6 and 19 of the PIPL; special categories are its article 9, and articles 28 to 30 of the
    PIPL. This finds gaps in a register; whether a basis holds is for a lawyer.

    Examples
    --------
    >>> register = pd.DataFrame({"purpose": ["send parcels"] * 2, "column": ["name", "street"],
    ...                          "basis": "contract", "keep_months": 36})
    >>> found = review_columns(["name", "street", "remark"], register)
    >>> found["verdict"].to_dict()
    {'name': 'keep', 'street': 'keep', 'remark': 'no purpose'}
    """
    names = [held] if isinstance(held, str) else [str(name) for name in held]
    if not names:
        raise ValueError("held is empty; give the columns of the table.")
    register = _read(register, inputs.choice(law, "law", LAWFUL_BASES))
    by = register.groupby("column", sort=False)
    written = {
        "purposes": by["purpose"].agg(lambda cells: ", ".join(cells.unique())),
        "bases": by["basis"].agg(lambda cells: ", ".join(cells.unique())),
        "keep_months": by["keep_months"].max(),
    }
    table = pd.DataFrame(written).reindex(pd.Index(names, name="column"))
    careful = set(sensitive)
    table["verdict"] = "keep"
    ask = table.index.isin(careful) & table["bases"].ne("consent")
    table.loc[ask, "verdict"] = "ask first"
    table.loc[table["purposes"].isna(), "verdict"] = "no purpose"
    table[["purposes", "bases"]] = table[["purposes", "bases"]].fillna("")
    missing = tuple(str(name) for name in by.groups if name not in names)
    return ColumnReview(table, missing, law)


def access_breaches(
    log: pd.DataFrame, register: pd.DataFrame, *, law: Law = "GDPR"
) -> pd.DataFrame:
    """Find who looked at what no purpose allows.

    Parameters
    ----------
    log : pandas.DataFrame
        The access log, one row per look: ``who``, ``date``, ``purpose``, ``column``.
    register : pandas.DataFrame
        As in `review_columns`.
    law : {"GDPR", "PIPL"}

    Returns
    -------
    pandas.DataFrame
        The rows of the log that no row of the register allows, with ``why``: "unknown purpose"
        or "not needed for it".

    Raises
    ------
    ValueError
        A column is missing or empty; a register that `review_columns` refuses.

    Examples
    --------
    >>> register = pd.DataFrame({"purpose": ["send parcels"], "column": ["street"],
    ...                          "basis": ["contract"], "keep_months": [36]})
    >>> log = pd.DataFrame({"who": ["Eva", "Jan", "Jan"], "date": "2025-03-01",
    ...                     "purpose": ["send parcels", "send parcels", "curious"],
    ...                     "column": ["street", "remark", "street"]})
    >>> access_breaches(log, register)[["who", "column", "why"]]
       who  column                why
    1  Jan  remark  not needed for it
    2  Jan  street    unknown purpose
    """
    log = inputs.table(log, ("who", "date", "purpose", "column"), "log")
    for name in ("who", "purpose", "column"):
        _said(log, name, "log")
    read = _read(register, inputs.choice(law, "law", LAWFUL_BASES))
    allowed = set(zip(read["purpose"], read["column"], strict=True))
    looked = list(zip(log["purpose"].astype("str"), log["column"].astype("str"), strict=True))
    known = log["purpose"].astype("str").isin(set(read["purpose"]))
    found = log.assign(
        date=inputs.days(log["date"], "log.date", rows=log),
        why=known.map({True: "not needed for it", False: "unknown purpose"}),
    )
    return found[[pair not in allowed for pair in looked]]


def _read(register: pd.DataFrame, law: str) -> pd.DataFrame:
    register = inputs.table(register, _NEEDED, "register")
    for name in ("purpose", "column", "basis"):
        _said(register, name, "register")
    unknown = ~register["basis"].isin(LAWFUL_BASES[law])
    said = f"is no lawful basis of the {law}", f"are no lawful bases of the {law}"
    options = f"Choose one of {', '.join(LAWFUL_BASES[law])}."
    inputs.refuse(unknown, register, "register.basis", said, options)
    given, accept = register["keep_months"], ("empty",)
    months = inputs.numbers(given, "register.keep_months", rows=register, accept=accept, above=0)
    texts = {name: register[name].astype("str") for name in ("purpose", "column", "basis")}
    return register.assign(keep_months=months, **texts)


def _said(rows: pd.DataFrame, name: str, where: str) -> None:
    empty = rows[name].isna() | rows[name].astype("str").str.strip().eq("")
    said = "is empty", "are empty"
    inputs.refuse(empty, rows, f"{where}.{name}", said, "Say it in every row.")
