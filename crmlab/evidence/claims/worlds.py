"""Worlds in which a saying is true or false by construction: knobs, or tables changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crmlab.evidence.claims.markets import demand_days
from crmlab.evidence.claims.people import WATCHED
from crmlab.evidence.claims.saying import World
from crmlab.evidence.crisis import firms

Tables = dict[str, pd.DataFrame]
Change = Callable[[Tables, np.random.Generator], Tables]


def lantern(change: Change | None = None, **knobs: float) -> World:
    """The sample company drawn anew with other knobs, and changed after that."""

    def make(seed: int, customers: int) -> Tables:
        from crmlab.company import simulate
        from crmlab.company.world import World as Knobs

        tables = simulate(seed, customers=customers, world=Knobs(**knobs))  # type: ignore[arg-type]
        if change is None:
            return tables
        return {**tables, **change(tables, np.random.default_rng([seed, 71]))}

    return make


def times(table: str, **factors: float) -> Change:
    """Multiply columns of a table."""

    def change(tables: Tables, rng: np.random.Generator) -> Tables:
        rows = tables[table].copy()
        for column, factor in factors.items():
            rows[column] = rows[column] * factor
        return {table: rows}

    return change


def mixed(column: str) -> Change:
    """Deal the answers to one question to others, so that they say nothing."""

    def change(tables: Tables, rng: np.random.Generator) -> Tables:
        rows = tables["survey"].copy()
        rows[column] = rng.permutation(rows[column].to_numpy())
        return {"survey": rows}

    return change


def same_offer(customers: float, strangers: float) -> World:
    """The same offer made to customers and strangers, by lot."""

    def make(seed: int, count: int) -> Tables:
        rng = np.random.default_rng(seed)
        known = rng.random(count) < 0.5
        bought = rng.random(count) < np.where(known, customers, strangers)
        return {"same_offer": pd.DataFrame({"customer": known, "bought": bought})}

    return make


def answers(effect: float, *, second: float = 0.5, top: float = 0.5) -> World:
    """Answers of a survey and one purchase after each.

    Its amount grows by `effect` in the logarithm for each point; `top` (9-10) and `second` are
    the shares who buy.
    """

    def make(seed: int, count: int) -> Tables:
        rng = np.random.default_rng(seed)
        who = np.array([f"A{number}" for number in range(count)])
        score = rng.integers(5, 11, count).astype(float)
        amount = 10 * np.exp(effect * (score - 7)) * rng.gamma(4, 0.25, count)
        buys = rng.random(count) < np.where(score >= 9, top, second)
        day = pd.Timestamp("2025-01-01")
        survey = pd.DataFrame({"customer_id": who, "date": day, "satisfaction": score})
        log = pd.DataFrame({"customer_id": who, "amount": amount})[buys]
        log["date"] = day + pd.to_timedelta(rng.integers(1, WATCHED, len(log)), unit="D")
        last = pd.DataFrame({"customer_id": ["last"], "amount": [1.0], "date": ["2025-12-31"]})
        last["date"] = pd.to_datetime(last["date"])
        return {"survey": survey, "transactions": pd.concat([log, last], ignore_index=True)}

    return make


def leavers(spend: float) -> World:
    """Two years of buyers; those who leave after the first spend `spend` times as much in it."""

    def make(seed: int, count: int) -> Tables:
        rng = np.random.default_rng(seed)
        who = np.array([f"A{number}" for number in range(count)])
        lost = rng.random(count) < 0.3
        first = pd.DataFrame({"customer_id": who, "date": pd.Timestamp("2024-06-01")})
        first["amount"] = rng.gamma(4, 25, count) * np.where(lost, spend, 1)
        second = first[~lost].assign(date=pd.Timestamp("2025-06-01"))
        ends = pd.DataFrame({"customer_id": who[~lost][:2], "amount": 1.0})
        ends["date"] = pd.to_datetime(["2024-01-01", "2025-12-31"])
        return {"transactions": pd.concat([first, second, ends], ignore_index=True)}

    return make


def croissants(swing: float) -> World:
    """Two years of days of one product; demand swings more or less."""

    def make(seed: int, count: int) -> Tables:
        return {"cups": demand_days(730, swing, seed)}

    return make


def many_firms(effect: float) -> World:
    """Firms in a crisis; see `firms`."""

    def make(seed: int, count: int) -> Tables:
        return {"firms": firms(count, effect=effect, seed=seed)}

    return make


def dearer_with_time(factor: float) -> Change:
    """Customers spend more with each purchase after their first year."""

    def change(tables: Tables, rng: np.random.Generator) -> Tables:
        log = tables["transactions"].copy()
        first = log.groupby("customer_id")["date"].transform("min")
        late = (log["date"] - first).dt.days > 300
        log["amount"] = log["amount"] * np.where(late, factor, 1.0)
        return {"transactions": log}

    return change


def plain_coffee(tables: Tables, rng: np.random.Generator) -> Tables:
    """Nobody tastes where the coffee comes from."""
    rows = tables["conjoint"].copy()
    means = rows.groupby("coffee")["rating"].mean()
    fine = rows["coffee"] == "single origin"
    rows["rating"] = rows["rating"] - fine * (means["single origin"] - means["house"])
    return {"conjoint": rows}


def no_seat(tables: Tables, rng: np.random.Generator) -> Tables:
    """Nobody cares for the seat."""
    rows = tables["conjoint"].copy()
    means = rows.groupby("seat")["rating"].mean()
    rows["rating"] = rows["rating"] - rows["seat"].map(means - means["bench"])
    return {"conjoint": rows}


def generous(tables: Tables, rng: np.random.Generator) -> Tables:
    """What comes back with an offer is worth four times as much, and gifts are free."""
    rows: Any = tables["win_back"].copy()
    offered = rows["offer"].astype(str) != "none"
    rows["margin"] = rows["margin"] * np.where(offered, 4.0, 1.0)
    rows["gift"] = 0.0
    return {"win_back": rows}
