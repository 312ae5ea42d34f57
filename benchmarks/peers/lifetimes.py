"""The work, done with lifetimes."""

import warnings

import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data

from peers import totals

warnings.simplefilter("ignore")


def summary(folder):
    def run():
        log = pd.read_parquet(folder / "transactions.parquet")
        return summary_data_from_transaction_data(
            log, "customer_id", "date", "amount", observation_period_end="2025-12-31", freq="D"
        )

    return run, totals


def read(folder):
    return pd.read_parquet(folder / "summary.parquet").fillna({"monetary_value": 0.0})


def fit(folder):
    table = read(folder)

    def run():
        return BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])

    return run, parameters


def spend(folder):
    table = read(folder)
    table = table[table["frequency"] > 0]

    def run():
        return GammaGammaFitter().fit(table["frequency"], table["monetary_value"])

    return run, parameters


def parameters(model):
    return {name: float(number) for name, number in model.params_.items()}


def models(folder):
    small = read(folder).head(100_000)
    model = BetaGeoFitter().fit(small["frequency"], small["recency"], small["T"])
    again = small[small["frequency"] > 0]
    return model, GammaGammaFitter().fit(again["frequency"], again["monetary_value"])


def purchases(folder):
    table, (model, _) = read(folder), models(folder)
    buying = table["frequency"], table["recency"], table["T"]

    def run():
        return model.conditional_expected_number_of_purchases_up_to_time(52, *buying)

    return run, lambda result: {"total": float(result.sum())}


def value(folder):
    table, (model, spending) = read(folder), models(folder)
    columns = [table[name] for name in ("frequency", "recency", "T", "monetary_value")]
    monthly = 1.1 ** (1 / 12) - 1

    def run():
        return spending.customer_lifetime_value(
            model, *columns, time=12, discount_rate=monthly, freq="W"
        )

    return run, lambda result: {"total": float(result.sum())}
