"""The work, done with pymc-marketing: maximum a posteriori with flat priors, compiled before."""

import logging
import warnings

import pandas as pd
from pymc_extras.prior import Prior
from pymc_marketing import clv

from peers import totals

warnings.simplefilter("ignore")
logging.disable(logging.INFO)


def summary(folder):
    def run():
        log = pd.read_parquet(folder / "transactions.parquet")
        return clv.rfm_summary(
            log, "customer_id", "date", "amount", observation_period_end="2025-12-31"
        )

    return run, totals


def read(folder):
    return pd.read_parquet(folder / "summary.parquet").fillna({"monetary_value": 0.0})


def fitted(kind, table):
    names = "rab" if kind is clv.BetaGeoModel else "pqv"
    flat = {name: Prior("HalfFlat") for name in ("alpha", *names)}
    model = kind(model_config=flat)
    model.fit(table, method="map", progressbar=False)
    return model


def fit(folder):
    table = read(folder)
    fitted(clv.BetaGeoModel, table.head(1_000))
    return lambda: fitted(clv.BetaGeoModel, table), parameters


def spend(folder):
    table = read(folder)
    table = table[table["frequency"] > 0][["customer_id", "frequency", "monetary_value"]]
    fitted(clv.GammaGammaModel, table.head(1_000))
    return lambda: fitted(clv.GammaGammaModel, table), parameters


def parameters(model):
    found = model.fit_result
    return {name: float(found[name].mean()) for name in found.data_vars if found[name].size == 1}


def models(folder):
    small = read(folder).head(100_000)
    again = small[small["frequency"] > 0]
    return fitted(clv.BetaGeoModel, small), fitted(
        clv.GammaGammaModel, again[["customer_id", "frequency", "monetary_value"]]
    )


def purchases(folder):
    table, (model, _) = read(folder), models(folder)
    return lambda: model.expected_purchases(table, future_t=52), total


def value(folder):
    table, (model, spending) = read(folder), models(folder)
    monthly = 1.1 ** (1 / 12) - 1

    def run():
        return spending.expected_customer_lifetime_value(
            model, table, future_t=12, discount_rate=monthly, time_unit="W"
        )

    return run, total


def total(result):
    return {"total": float(result.mean(("chain", "draw")).sum())}


def rfm(folder):
    def run():
        log = pd.read_parquet(folder / "transactions.parquet")
        return clv.rfm_segments(
            log, "customer_id", "date", "amount", observation_period_end="2025-12-31"
        )

    return run, lambda result: {"customers": len(result)}
