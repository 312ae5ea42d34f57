"""Ageing as most people write it: sum the payments, merge, cut the days late; no checks."""

import numpy as np
import pandas as pd

NAMES = ["not due", "1-30 days", "31-60 days", "61-90 days", "over 90 days"]


def ageing(folder):
    invoices = pd.read_parquet(folder / "invoices.parquet")
    payments = pd.read_parquet(folder / "payments.parquet")
    day = pd.Timestamp("2025-12-31")

    def run():
        paid = payments[payments["date"] <= day].groupby("invoice_id")["amount"].sum()
        table = invoices[invoices["date"] <= day].merge(
            paid.rename("paid"), left_on="invoice_id", right_index=True, how="left"
        )
        table["open"] = (table["amount"] - table["paid"].fillna(0)).clip(lower=0).round(2)
        late = (day - table["due"]).dt.days
        bucket = pd.cut(late, [-np.inf, 0, 30, 60, 90, np.inf], labels=NAMES)
        return table.groupby(bucket, observed=False)["open"].sum()

    return run, lambda money: money.to_dict()
