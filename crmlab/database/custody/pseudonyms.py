"""Handing a customer base on under pseudonyms that are made with a secret."""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd

from crmlab.database.problems import listed
from crmlab.database.schema import TABLES

SHORTEST_KEY = 16


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
