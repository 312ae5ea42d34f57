"""Tests of the sayings about money: what customers cost, bring, and take with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlab import intervals
from crmlab.evidence.claims.saying import (
    CannotTestError,
    Measured,
    difference_of_means,
    enough,
    last_years,
    mean_of,
    need,
    paired_ratio,
    per_customer,
    purchases,
    ratio_of_means,
    share_of,
)

FEWEST = 30  # customers in a group


def kept(db: Any, confidence: float) -> Measured:
    """Share of customers kept for a year: contracts, or who bought in both of two years."""
    if "subscriptions" in db:
        contracts = need(db, "subscriptions", "started")
        started, ended = pd.to_datetime(contracts["started"]), pd.to_datetime(contracts["ended"])
        last = max(started.max(), ended.max())
        whole = started + pd.Timedelta(days=365) <= last
        enough(int(whole.sum()), FEWEST, "contracts that began a year before the last day")
        stayed = ended.isna() | ((ended - started).dt.days > 365)
        return share_of(stayed[whole], confidence)
    before, recent = last_years(purchases(db))
    buyers = per_customer(before).index
    enough(len(buyers), FEWEST, "buyers in the year before the last")
    return share_of(buyers.isin(per_customer(recent).index), confidence)


def win_or_keep(db: Any, confidence: float) -> Measured:
    """K01: cost of winning a customer over a year's spending to keep one."""
    rows = need(db, "customers", "acquisition_cost", "retention_spend")
    spent = rows[rows["retention_spend"] > 0]
    enough(len(spent), FEWEST, "customers on whom money is spent to keep them")
    known = spent.dropna(subset=["acquisition_cost"])
    return paired_ratio(known["acquisition_cost"], 12 * known["retention_spend"], confidence)


def five_points(db: Any, confidence: float) -> Measured:
    """K02: lift of lifetime value from five points of yearly retention, without discounting."""
    from crmlab.lifetime_value import retention_lift

    def lift(rate: float) -> float:
        if rate >= 0.95:
            return float("inf")
        return float(retention_lift(rate, change=5, unit="pp", rate=0, first="start"))

    found = kept(db, confidence)
    if found.estimate >= 0.95:
        raise CannotTestError(
            f"{found.estimate:.0%} stay; five points more would keep everybody, without limit."
        )
    return Measured(*(lift(rate) for rate in found))


def year_or_replacement(db: Any, confidence: float) -> Measured:
    """K09: a year's margin of a lost customer over the cost of winning another one."""
    need(db, "transactions", "margin")
    rows = need(db, "customers", "customer_id", "acquisition_cost").set_index("customer_id")
    before, recent = last_years(purchases(db))
    lost = per_customer(before).index.difference(per_customer(recent).index)
    enough(len(lost), FEWEST, "customers who bought in the year before and not in the last")
    margins = db["transactions"]["margin"].reindex(before.index)
    lost_margin = margins.groupby(before["customer_id"]).sum().reindex(lost)
    cost = rows["acquisition_cost"].reindex(lost)
    known = cost.notna()
    return paired_ratio(lost_margin[known], cost[known], confidence)


def years_of_margin(db: Any, confidence: float) -> Measured:
    """K10: yearly margins that a customer brings, undiscounted, 1 / (1 - retention)."""
    found = kept(db, confidence)
    return Measured(*(1 / (1 - rate) if rate < 1 else float("inf") for rate in found))


def dearer_small(db: Any, confidence: float) -> Measured:
    """K15: change of margin from small customers when all prices are 5 % higher."""
    import statsmodels.api as sm

    log = need(db, "transactions", "customer_id", "date", "margin", "price_index")
    who = need(db, "customers", "customer_id", "region", "kind").set_index("customer_id")
    if log["price_index"].nunique() < 2:
        raise CannotTestError("there was one price only; a test of prices is needed.")
    members = log[log["customer_id"].map(who["kind"]) == "member"]
    later = members[members["date"] > members.groupby("customer_id")["date"].transform("min")]
    spent = later.groupby("customer_id")["amount"].sum()
    small = spent.index[spent <= spent.median()]
    rows = later[later["customer_id"].isin(small)].copy()
    rows["region"] = rows["customer_id"].map(who["region"])
    rows["quarter"] = rows["date"].dt.to_period("Q").astype(str)
    cells = rows.groupby(["region", "quarter"]).agg(
        margin=("margin", "sum"), price=("price_index", "median")
    )
    cells = cells[cells["margin"] > 0].reset_index()
    enough(len(cells), 16, "quarters of regions with different prices")
    fixed = pd.get_dummies(cells[["region", "quarter"]], drop_first=True, dtype=float)
    design = sm.add_constant(fixed.assign(price=20 * (cells["price"] - 1)))
    fit = sm.OLS(np.log(cells["margin"]), design).fit(cov_type="HC3", use_t=True)
    low, high = fit.conf_int(2 * intervals.tail(confidence)).loc["price"]
    return Measured(*(float(np.expm1(one)) for one in (fit.params["price"], low, high)))


def offer_pays(db: Any, confidence: float) -> Measured:
    """K19: gain per lost customer from an offer, against no offer by lot, costs taken off."""
    rows = need(db, "win_back", "offer", "offer_cost", "margin", "gift")
    rows = rows.dropna(subset=["offer", "margin"])
    net = rows["margin"] - rows["gift"].fillna(0) - rows["offer_cost"].fillna(0)
    offered = rows["offer"].astype(str) != "none"
    enough(int(min(offered.sum(), (~offered).sum())), FEWEST, "lost customers in a group")
    return difference_of_means(net[offered], net[~offered], confidence)


def lost_or_average(db: Any, confidence: float) -> Measured:
    """K20: last year's spending of those who then left over that of the average customer."""
    before, recent = last_years(purchases(db))
    spent = per_customer(before)
    lost = ~spent.index.isin(per_customer(recent).index)
    enough(int(min(lost.sum(), (~lost).sum())), FEWEST, "customers who left, or who stayed")
    share = lost.mean()
    influence = lost * (spent - spent[lost].mean()) / (share * spent[lost].mean())
    influence = influence - (spent / spent.mean() - 1)
    ratio = float(spent[lost].mean() / spent.mean())
    step = intervals.normal_quantile(confidence) * (influence.var() / len(spent)) ** 0.5
    return Measured(ratio, float(ratio * np.exp(-step)), float(ratio * np.exp(step)))


def longer_pays_more(db: Any, confidence: float) -> Measured:
    """K16: mean purchase of customers of more than a year over that of newer ones, last 90 days."""
    log = purchases(db)
    end = log["date"].max()
    days = log.groupby(["customer_id", "date"], as_index=False)["amount"].sum()
    days = days[days["amount"] > 0]
    first = days.groupby("customer_id")["date"].min()
    recent = days[days["date"] > end - pd.Timedelta(days=90)]
    mean = recent.groupby("customer_id")["amount"].mean()
    long = (end - first.reindex(mean.index)).dt.days > 365
    if "customers" in db and "kind" in db["customers"]:
        who = db["customers"].dropna(subset=["customer_id"]).drop_duplicates("customer_id")
        kind = who.set_index("customer_id")["kind"].reindex(mean.index)
        if kind.notna().any():
            alike = (kind == kind.mode().iloc[0]).to_numpy()
            mean, long = mean[alike], long[alike]
    for group, said in ((long, "customers of more than a year"), (~long, "newer customers")):
        enough(int(group.sum()), FEWEST, f"{said} who bought in the last 90 days")
    return ratio_of_means(mean[long], mean[~long], confidence)


def mean_told(db: Any, confidence: float) -> Measured:
    """K05: people told by a dissatisfied customer (4 or less of 10) in a year."""
    rows = need(db, "survey", "satisfaction", "told").dropna(subset=["satisfaction", "told"])
    told = rows.loc[rows["satisfaction"] <= 4, "told"]
    enough(len(told), 10, "answers of dissatisfied customers")
    return mean_of(told, confidence)
