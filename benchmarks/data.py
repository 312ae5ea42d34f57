"""Data for the benchmarks: transaction logs and customer summaries, the same for every peer.

Simulated customers follow the published CDNOW parameters, so that every package fits them well.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

import crmlab as crm
from crmlab import repeat_buying as rb

CUSTOMERS = {"100k": 100_000, "1m": 1_000_000}
ROWS = {"1m": 1_000_000, "10m": 10_000_000}
RESPONDENTS = {"prices-1m": 1_000_000}
INVOICES = {"invoices-1m": 1_000_000}
LOGS = {"log-5m": (1_000_000, 5_000_000)}
ACCOUNTS = {"accounts-100k": 100_000}
TEXT = {"csv-1m": 1_000_000, "csv-10m": 10_000_000}
SEED = 20261122


def folder(home, size):
    """Folder with ``transactions.parquet`` and ``summary.parquet`` of a size, made if need be.

    A size of text holds ``transactions.csv`` alone, its ids with leading zeros; one of
    respondents ``thresholds.parquet``, one of invoices ``invoices.parquet`` and
    ``payments.parquet``, one of accounts ``past.parquet`` and ``new.parquet``.
    """
    place = home / "data" / size
    if not (place / "ready").exists():
        place.mkdir(parents=True, exist_ok=True)
        if size in TEXT:
            log = transactions(TEXT[size])
            ids = log["customer_id"].astype(str).str.zfill(7)
            log.assign(customer_id=ids).to_csv(place / "transactions.csv", index=False)
        else:
            for name, table in tables(size).items():
                table.to_parquet(place / f"{name}.parquet")
        (place / "ready").write_text("", encoding="utf-8")
    return place


def tables(size):
    """Tables of a size, by the name of their file."""
    if size in RESPONDENTS:
        return {"thresholds": thresholds(RESPONDENTS[size])}
    if size in INVOICES:
        return invoices(INVOICES[size])
    if size in LOGS:
        return {"transactions": visits(*LOGS[size])}
    if size in ACCOUNTS:
        return {"past": accounts(ACCOUNTS[size], SEED), "new": accounts(ACCOUNTS[size], SEED + 1)}
    log = {"transactions": transactions(ROWS[size])} if size in ROWS else {}
    return {**log, "summary": summary(size)}


def transactions(rows):
    """A log of about six purchases a customer over two years, in no order."""
    rng = np.random.default_rng(SEED)
    customers = rows // 6
    rate = rng.gamma(0.5, 2.0, customers)
    buyer = rng.choice(customers, size=rows, p=rate / rate.sum())
    day = rng.integers(0, 730, rows)
    date = np.datetime64("2024-01-01") + day.astype("timedelta64[D]")
    amount = np.round(rng.gamma(2.0, 15.0, rows) + 1, 2)
    return pd.DataFrame(
        {"customer_id": buyer, "date": date.astype("datetime64[us]"), "amount": amount}
    )


def thresholds(respondents):
    """Four prices of each respondent, in rising order."""
    rng = np.random.default_rng(SEED)
    told = np.sort(np.exp(rng.normal(1.4, 0.3, (respondents, 4))), axis=1)
    return pd.DataFrame(told, columns=["too_cheap", "cheap", "expensive", "too_expensive"])


def invoices(rows):
    """Invoices of 50,000 customers over two years, and payments of nine in ten of them."""
    rng = np.random.default_rng(SEED)
    date = np.datetime64("2024-01-01") + rng.integers(0, 730, rows).astype("timedelta64[D]")
    bills = pd.DataFrame(
        {
            "invoice_id": pd.Series(np.char.mod("F%07d", np.arange(rows)), dtype="str"),
            "customer_id": pd.Series(
                np.char.mod("C%05d", rng.integers(0, 50_000, rows)), dtype="str"
            ),
            "date": date.astype("datetime64[us]"),
            "due": (date + np.timedelta64(30, "D")).astype("datetime64[us]"),
            "amount": np.round(rng.gamma(2.0, 100.0, rows) + 1, 2),
        }
    )
    paid = bills[rng.random(rows) < 0.9].drop(columns="due")
    later = pd.to_timedelta(rng.integers(5, 80, len(paid)), unit="D")
    return {"invoices": bills, "payments": paid.assign(date=paid["date"] + later)}


def visits(customers, rows):
    """A log of two years without amounts, ids as text, in which every customer has bought."""
    rng = np.random.default_rng(SEED)
    rate = rng.gamma(0.5, 2.0, customers)
    others = rng.choice(customers, size=rows - customers, p=rate / rate.sum())
    buyer = rng.permutation(np.concatenate([np.arange(customers), others]))
    date = np.datetime64("2024-01-01") + rng.integers(0, 730, rows).astype("timedelta64[D]")
    ids = pd.Series(np.char.mod("C%07d", buyer), dtype="str")
    return pd.DataFrame({"customer_id": ids, "date": date.astype("datetime64[us]")})


def accounts(rows, seed):
    """Accounts with five numbers, one of them missing at times, a text, and who failed."""
    rng = np.random.default_rng(seed)
    effect = {"cafe": 0.5, "hotel": 0.2, "office": -0.4, "shop": 0.0}
    table = pd.DataFrame(
        {
            "age": np.round(rng.gamma(2, 6, rows)),
            "days_late": np.round(rng.gamma(1.2, 8, rows)),
            "equity_ratio": np.round(rng.beta(2, 4, rows), 3),
            "limit_use": np.round(rng.beta(2, 2, rows), 2),
            "quick_ratio": np.round(rng.gamma(4, 0.3, rows), 2),
            "sector": rng.choice(list(effect), rows),
        }
    )
    slopes = {"age": -0.04, "days_late": 0.05, "equity_ratio": -2.5, "limit_use": 1.5}
    odds = -3.2 - 0.3 * table["quick_ratio"] + table["sector"].map(effect)
    odds += sum(slope * table[name] for name, slope in slopes.items())
    table["failed"] = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
    return table.assign(equity_ratio=table["equity_ratio"].mask(rng.random(rows) < 0.1))


def summary(size):
    """One row per customer: the CDNOW sample at 39 weeks, or simulated customers."""
    if size == "cdnow":
        log = crm.load("cdnow").transactions
        found = rb.summarise(log, until="1997-09-30", unit="week", later="ignore")
        return found.table.reset_index()
    buying = rb.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    rng = np.random.default_rng(SEED)
    age = rng.integers(26 * 7, 78 * 7, CUSTOMERS.get(size, 100_000)) / 7
    table = buying.simulate(age, seed=SEED)[["frequency", "recency", "T"]]
    spend = rb.GammaGamma(p=6.25, q=3.74, v=15.44).simulate(table["frequency"], seed=SEED)
    return table.join(spend["monetary_value"]).reset_index()


if __name__ == "__main__":
    folder(Path(sys.argv[1]), sys.argv[2])
