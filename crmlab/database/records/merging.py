"""One row per customer, from pairs that somebody has accepted; and who lives together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.database.records.normalising import answered, normalised
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Merged(Result):
    """Records put together, one row per customer.

    Attributes
    ----------
    table : pandas.DataFrame
        For each customer the columns of the records and ``records``, how many were put together;
        the index is the id of the first of them.
    members : pandas.Series
        For each record the customer that it went to.
    conflicts : pandas.DataFrame
        Where records of one customer differ: ``customer``, ``field``, ``kept``, ``dropped``.
    """

    members: pd.Series
    conflicts: pd.DataFrame

    @property
    def caption(self) -> str:
        """How many records became how many customers, and where they differed."""
        most = int(self.table["records"].max())
        return (
            f"{len(self.members):,} records are {len(self.table):,} customers, the largest of "
            f"{most}; {len(self.conflicts):,} cells differed and the latest was kept."
        )


def merge_records(
    records: pd.DataFrame, accepted: pd.DataFrame, *, newest: str | None = None
) -> Merged:
    """Put records together that were accepted as one customer.

    Parameters
    ----------
    records : pandas.DataFrame
        ``record_id`` and any other columns.
    accepted : pandas.DataFrame
        One row per pair: ``record`` and ``other``. It may be empty.
    newest : str, optional
        Column by which a record is newer than another. Of each column the newest answer is kept;
        without ``newest`` that of the last row.

    Returns
    -------
    Merged
        With ``table``, ``members``, ``conflicts``.

    Raises
    ------
    ValueError
        A column is missing; an id is there twice, or is none of the records.

    Notes
    -----
    Pairs chain: if a goes with b and b with c, all three are one customer. Look at customers of
    many records. Nothing is lost: ``members`` undoes it, and ``conflicts`` holds what was dropped.

    Examples
    --------
    >>> book = pd.DataFrame({"record_id": ["a", "b", "c"], "name": ["Ann", "Ann", "Bo"],
    ...                      "phone": ["1", None, "2"]})
    >>> found = merge_records(book, pd.DataFrame({"record": ["a"], "other": ["b"]}))
    >>> found.table[["name", "phone", "records"]]
              name phone  records
    customer
    a          Ann     1        2
    c           Bo     2        1
    """
    records = inputs.table(records, ("record_id",), "records")
    ids = inputs.ids(records["record_id"], "records.record_id", rows=records)
    records = records.assign(record_id=ids)
    inputs.one_row_each(records, "records", ("record_id",))
    members = members_of(ids, accepted)
    order = records if newest is None else _by_day(records, newest)
    owner = order["record_id"].map(members).rename("customer")
    fields = [c for c in records if c != "record_id"]
    filled = order[fields].where(order[fields].apply(answered))
    table = filled.groupby(owner, sort=True).last().infer_objects()
    table["records"] = owner.value_counts()
    table.index.name = "customer"
    return Merged(table, members, _conflicts(filled, owner, table))


def households(records: pd.DataFrame) -> pd.Series:
    """Who lives together: records with one address, street and postcode.

    Parameters
    ----------
    records : pandas.DataFrame
        ``record_id``, ``street``, ``postcode``.

    Returns
    -------
    pandas.Series
        For each record the id of the first record of its address; itself without an address.

    Raises
    ------
    ValueError
        A column is missing; an id is there twice.

    Examples
    --------
    >>> households(pd.DataFrame({"record_id": ["a", "b"], "street": ["9 Mill Road", "9 Mill Rd"],
    ...                          "postcode": ["10110", "10110"]})).tolist()
    ['a', 'a']
    """
    records = inputs.table(records, ("record_id", "street", "postcode"), "records")
    ids = inputs.ids(records["record_id"], "records.record_id", rows=records)
    inputs.one_row_each(records.assign(record_id=ids), "records", ("record_id",))
    where = normalised(records[["street", "postcode"]])
    first = ids.groupby([where["street"], where["postcode"]]).transform("min")
    home = first.fillna(ids).astype("str")
    return pd.Series(
        home.to_numpy(), pd.Index(ids, name="record_id"), name="household", dtype="str"
    )


def members_of(ids: pd.Series, accepted: pd.DataFrame) -> pd.Series:
    """For each record the first id of those it is joined with, directly or by others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not isinstance(accepted, pd.DataFrame):
        raise ValueError("accepted must be a table of pairs with the columns record and other.")
    inputs.columns(accepted.columns, ("record", "other"), "accepted")
    places = pd.Series(np.arange(len(ids)), pd.Index(ids, dtype="str"))
    ends = []
    for side in ("record", "other"):
        asked = accepted[side].astype("str")
        unknown = ~asked.isin(places.index)
        said = "is no record here", "are no records here"
        inputs.refuse(unknown, accepted, f"accepted.{side}", said, "Write ids as the records do.")
        ends.append(places[asked].to_numpy())
    size = (len(ids), len(ids))
    links = coo_array((np.ones(len(accepted)), (ends[0], ends[1])), shape=size)
    _, group = connected_components(links, directed=False)
    first = pd.Series(ids.to_numpy()).groupby(group).min()
    named = pd.Index(ids, name="record_id")
    return pd.Series(first[group].to_numpy(), named, name="customer", dtype="str")


def _by_day(records: pd.DataFrame, newest: str) -> pd.DataFrame:
    inputs.columns(records.columns, (newest,), "records")
    return records.sort_values([newest, "record_id"], na_position="first")


def _conflicts(filled: pd.DataFrame, owner: pd.Series, table: pd.DataFrame) -> pd.DataFrame:
    """Answers of merged records that are not the one that was kept."""
    several = owner[owner.map(table["records"]) > 1]
    found = []
    for field in filled:
        cells = filled.loc[several.index, field].dropna()
        kept = several[cells.index].map(table[field])
        differs = cells.ne(kept)
        rows = {"customer": several[cells.index], "field": field, "kept": kept, "dropped": cells}
        found.append(pd.DataFrame(rows)[differs].astype(object))
    columns = ["customer", "field", "kept", "dropped"]
    both = pd.concat(found) if found else pd.DataFrame(columns=columns)
    return both.drop_duplicates().sort_values(["customer", "field"], ignore_index=True)
