"""Handing a customer base on: pseudonyms with a secret, and who is alone in what is left."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crmlab import inputs
from crmlab.database.problems import listed
from crmlab.database.schema import TABLES
from crmlab.results import Result

SHORTEST_KEY = 16


@dataclass(frozen=True, eq=False, repr=False)
class Anonymity(Result):
    """How many customers share their combination of traits.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per combination, the smallest first: the traits and ``customers``.
    traits : tuple of str
    customers : int
    """

    traits: tuple[str, ...]
    customers: int

    @property
    def k(self) -> int:
        """Size of the smallest group."""
        return int(self.table["customers"].iloc[0])

    @property
    def alone(self) -> int:
        """Customers whose combination nobody else has."""
        return int((self.table["customers"] == 1).sum())

    @property
    def caption(self) -> str:
        """Who is alone, and the smallest group by name."""
        first = self.table.iloc[0]
        told = ", ".join(f"{trait} {inputs.shown(first[trait])}" for trait in self.traits)
        return (
            f"{self.alone:,} of {self.customers:,} customers are alone in their combination of "
            f"{listed(self.traits)}; the smallest group has {self.k}: {told}."
        )


def k_anonymity(customers: pd.DataFrame, traits: Sequence[str]) -> Anonymity:
    """Count the customers in each combination of traits (Sweeney 2002: k is the smallest group).

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer.
    traits : sequence of str
        Columns that somebody else may know of a person. A missing cell is a value of its own.

    Returns
    -------
    Anonymity

    Raises
    ------
    ValueError
        A column is missing, or no column is named.

    Examples
    --------
    >>> people = pd.DataFrame({"region": ["north", "north", "east"]})
    >>> found = k_anonymity(people, ["region"])
    >>> found.k, found.alone
    (1, 1)
    """
    traits = tuple(traits)
    if not traits:
        raise ValueError("traits is empty; name columns such as region and joined.")
    inputs.table(customers, traits, "customers")
    groups = customers.groupby(list(traits), dropna=False, sort=True, observed=True).size()
    table = groups.rename("customers").reset_index()
    table = table.sort_values("customers", kind="stable", ignore_index=True)
    return Anonymity(table, traits, len(customers))


def secret(key: str | bytes) -> bytes:
    """A key as bytes, once it can be a secret.

    Raises
    ------
    ValueError
        No text or bytes, or shorter than 16.
    """
    advice = "make one with secrets.token_hex() and keep it where the data are not."
    if not isinstance(key, str | bytes):
        raise ValueError(f"the key is a {type(key).__name__}, which can be guessed; {advice}")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has {len(key)} characters, too few for a secret; {advice}")
    return key.encode() if isinstance(key, str) else key


def pseudonymised(
    tables: dict[str, pd.DataFrame], key: bytes
) -> tuple[dict[str, pd.DataFrame], dict[str, list[str]]]:
    """Tables with keyed hashes for ids, without personal columns, in an order that tells nothing.

    Parameters
    ----------
    tables : dict of str to DataFrame
    key : bytes
        From `secret`.

    Returns
    -------
    tables : dict of str to DataFrame
    remarks : dict of str to list of str
        What was left out, and which free text stays.
    """
    found, remarks = {}, {}
    for name, frame in tables.items():
        rules = {c: rule for c in map(str, frame) if (rule := TABLES[name].column(c)) is not None}
        kept = [c for c in rules if not rules[c].personal]
        left = [str(c) for c in frame if c not in kept]
        texts = [c for c in kept if rules[c].kind == "text"]
        ids = {c: _pseudonyms(frame[c], key) for c in kept if rules[c].kind == "id"}
        found[name] = _reordered(frame[kept].assign(**ids), list(ids), key)
        remarks[name] = ["ids are pseudonyms; rows are in the order of a keyed hash"]
        remarks[name] += [f"left out as personal or unknown: {listed(left)}"] if left else []
        if texts:
            remarks[name].append(f"text kept as it is, see that it names nobody: {listed(texts)}")
    return found, remarks


def _pseudonyms(ids: pd.Series, key: bytes) -> pd.Series:
    codes, distinct = pd.factorize(ids)
    hashed = [hmac.digest(key, str(one).encode(), hashlib.sha256).hex()[:20] for one in distinct]
    return pd.Series([*hashed, None], dtype="str").iloc[codes].set_axis(ids.index)


def _reordered(frame: pd.DataFrame, ids: list[str], key: bytes) -> pd.DataFrame:
    """Rows sorted by a hash of what they hold, so that the old order is gone for good."""
    hashes = pd.util.hash_pandas_object(frame, index=False)
    salt = int.from_bytes(hmac.digest(key, b"order", hashlib.sha256)[:8], "big")
    order = pd.util.hash_array(hashes.to_numpy() ^ salt)
    return frame.iloc[order.argsort(kind="stable")].reset_index(drop=True)
