"""The work, done with crmlab."""

import duckdb
import pandas as pd

import crmlab as crm
from crmlab import alerts, pricing, segments
from crmlab import repeat_buying as rb
from peers import ACCOUNT, SCALE, discrimination, loaded, silences, totals


def load(folder):
    return lambda: crm.load(folder / "transactions.csv").transactions, loaded


def summary(folder):
    path = str(folder / "transactions.parquet")

    def run():
        return rb.summarise(duckdb.read_parquet(path), until="2025-12-31").table.df()

    return run, lambda table: totals(table, days=7)


def read(folder):
    table = pd.read_parquet(folder / "summary.parquet")
    return rb.Summary(table.set_index("customer_id"), unit="week")


def fit(folder):
    table = read(folder)
    return lambda: rb.BGNBD.fit(table), parameters


def pareto(folder):
    table = read(folder)
    return lambda: rb.ParetoNBD.fit(table), parameters


def spend(folder):
    table = read(folder)
    return lambda: rb.GammaGamma.fit(table), parameters


def parameters(model):
    return {name: getattr(model, name) for name in model.names()}


def models(folder):
    small = read(folder)[:100_000]
    return rb.BGNBD.fit(small), rb.GammaGamma.fit(small)


def purchases(folder):
    table, (model, _) = read(folder), models(folder)

    def run():
        return model.expected_purchases(table, periods=52, confidence=None)

    return run, lambda result: {"total": float(result.total()["estimate"])}


def value(folder):
    table, (model, spending) = read(folder), models(folder)
    options = {"margin": 1.0, "annual_rate": 0.1, "years": 1, "confidence": None}

    def run():
        return rb.lifetime_value(model, spending, table, **options)

    return run, lambda result: {"total": float(result.total()["estimate"])}


def rfm(folder):
    path = str(folder / "transactions.parquet")

    def run():
        log = duckdb.read_parquet(path)
        return segments.rfm_scores(rb.summarise(log, until="2025-12-31", unit="day").table.df())

    return run, lambda result: {"customers": len(result)}


def meter(folder):
    answers = pd.read_parquet(folder / "thresholds.parquet")

    def points(result):
        return {name: float(price) for name, price in result["estimate"].items()}

    return lambda: pricing.price_meter(answers), points


def ageing(folder):
    invoices = pd.read_parquet(folder / "invoices.parquet")
    payments = pd.read_parquet(folder / "payments.parquet")

    def run():
        return alerts.open_items(invoices, payments, until="2025-12-31").by_bucket

    return run, lambda money: money.to_dict()


def silence(folder):
    log = pd.read_parquet(folder / "transactions.parquet")
    return lambda: alerts.silence(log, until="2025-12-31").table, silences


def credit(folder):
    past, new = (pd.read_parquet(folder / f"{name}.parquet") for name in ("past", "new"))

    def run():
        card = alerts.score_card(past, "failed", columns=ACCOUNT, scale=SCALE, bins=10)
        return card.score(new)["points"]

    return run, discrimination(folder)
