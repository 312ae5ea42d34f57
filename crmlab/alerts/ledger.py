"""Invoices and payments as they come in: read, matched by id, and parted into buckets."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs

BUCKETS = (0, 30, 60, 90)


def read_invoices(invoices: pd.DataFrame) -> pd.DataFrame:
    """Invoices settled, one row each."""
    needed = ("invoice_id", "customer_id", "date", "due", "amount")
    table = inputs.table(invoices, needed, "invoices")
    read = pd.DataFrame(
        {
            "invoice_id": inputs.ids(table["invoice_id"], "invoices.invoice_id", rows=table),
            "customer_id": inputs.ids(table["customer_id"], "invoices.customer_id", rows=table),
            "date": inputs.days(table["date"], "invoices.date", rows=table),
            "due": inputs.days(table["due"], "invoices.due", rows=table),
            "amount": inputs.numbers(table["amount"], "invoices.amount", rows=table, at_least=0),
        }
    )
    twice = read["invoice_id"].duplicated()
    said = ("is there twice", "are there twice")
    inputs.refuse(twice, table, "invoices.invoice_id", said, "Keep one row per invoice.")
    return read


def read_payments(payments: pd.DataFrame) -> pd.DataFrame:
    """Payments settled; the invoice may be missing, and there may be none."""
    names = ["invoice_id", "customer_id", "date", "amount"]
    if isinstance(payments, pd.DataFrame) and payments.empty:
        inputs.columns(payments, names[1:], "payments")
        return pd.DataFrame({name: pd.Series(dtype="str") for name in names}).assign(
            date=pd.Series(dtype="M8[us]"), amount=pd.Series(dtype=float)
        )
    table = inputs.table(payments, names[1:], "payments")
    invoice = table["invoice_id"] if "invoice_id" in table else pd.Series(None, table.index, "str")
    parts = [
        inputs.ids(invoice, "payments.invoice_id", rows=table, accept=("empty",)),
        inputs.ids(table["customer_id"], "payments.customer_id", rows=table),
        inputs.days(table["date"], "payments.date", rows=table),
        inputs.numbers(table["amount"], "payments.amount", rows=table, at_least=0),
    ]
    return pd.DataFrame(dict(zip(names, parts, strict=True)))


def bucket_names(buckets: Sequence[float]) -> tuple[list[str], np.ndarray]:
    """Names of the buckets, and the days late at which all but the last end."""
    edges = inputs.numbers(buckets, "buckets", at_least=0, whole=True).to_numpy()
    if (np.diff(edges) <= 0).any() or edges[0] != 0:
        raise ValueError(f"buckets is {list(buckets)}; give rising days that begin with 0.")
    ends = edges.astype(int)
    middle = [f"{low + 1}-{high} days" for low, high in itertools.pairwise(ends)]
    return ["not due", *middle, f"over {ends[-1]} days"], edges


def invoice_of(paid: pd.DataFrame, bills: pd.DataFrame) -> NDArray[np.intp]:
    """Row of the invoice that each payment names; -1 for none, beyond the last for an unknown."""
    named = paid["invoice_id"].notna().to_numpy()
    codes = pd.factorize(pd.concat([bills["invoice_id"], paid["invoice_id"][named]]))[0]
    place = np.full(len(paid), -1)
    place[named] = codes[len(bills) :]
    return place


def refuse_unknown(place: NDArray[np.intp], bills: pd.DataFrame, payments: pd.DataFrame) -> None:
    """Stop where a payment names an invoice that is not among the bills."""
    problem = ("names an invoice that is not there", "name invoices that are not there")
    remedy = "Add it, or empty the cell."
    inputs.refuse(place >= len(bills), payments, "payments.invoice_id", problem, remedy)
