"""The work, done with clvkit."""

import warnings

import pandas as pd
from clvkit import BGNBD, CLV, CustomerBase, GammaGamma

from peers import totals

warnings.simplefilter("ignore")


def summary(folder):
    def run():
        log = pd.read_parquet(folder / "transactions.parquet")
        return CustomerBase.from_transactions(
            log, "customer_id", "date", "amount", observation_period_end="2025-12-31"
        ).to_pandas()

    return run, totals


def read(folder, rows=None):
    table = pd.read_parquet(folder / "summary.parquet").fillna({"monetary_value": 0.0})
    return CustomerBase(
        table.head(rows or len(table)).set_index("customer_id"),
        time_unit="W",
        observation_period_end=pd.Timestamp("2025-12-31"),
        has_monetary=True,
        on_negative="net",
    )


def fit(folder):
    customers = read(folder)
    return lambda: BGNBD().fit(customers), parameters


def spend(folder):
    customers = read(folder)
    return lambda: GammaGamma().fit(customers), parameters


def parameters(model):
    return {name: float(number) for name, number in model.params_.items()}


def purchases(folder):
    customers, model = read(folder), BGNBD().fit(read(folder, 100_000))
    return lambda: model.predict(52, customers), lambda result: {
        "total": float(result.to_pandas().sum(numeric_only=True).iloc[-1])
    }


def value(folder):
    customers, model = read(folder), CLV().fit(read(folder, 100_000))
    weekly = 1.1 ** (7 / 365.25) - 1

    def run():
        return model.predict(horizon=52, discount_rate=weekly, cb=customers)

    return run, lambda result: {"total": float(result.to_pandas()["clv"].sum())}
