"""Tests of the sayings about satisfaction, loyalty and recommendation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.evidence.claims.saying import (
    CannotTestError,
    Measured,
    difference_of_means,
    enough,
    need,
    purchases,
    share_of,
)

WATCHED = 180  # days after an answer
ELEMENTS = ("product", "service", "personnel", "image", "money", "time", "psychic", "physical")


def answered(db: Any, *columns: str) -> pd.DataFrame:
    """Answers that can be followed for half a year: each with ``bought`` and ``later`` (money)."""
    rows = need(db, "survey", "customer_id", "date", *columns)
    rows = rows.dropna(subset=["customer_id", "date", *columns]).reset_index(drop=True)
    log = purchases(db)
    day = inputs.days(rows["date"], "survey.date", rows=rows)
    rows = rows.assign(date=day, answer=np.arange(len(rows)))
    rows = rows[day + pd.Timedelta(days=WATCHED) <= log["date"].max()]
    enough(len(rows), 100, f"answers that can be followed for {WATCHED} days")
    rows["customer_id"] = rows["customer_id"].astype(str)
    asked = rows[["answer", "customer_id", "date"]]
    both = asked.merge(log, on="customer_id", suffixes=("", "_of"))
    gap = (both["date_of"] - both["date"]).dt.days
    spent = both[(gap > 0) & (gap <= WATCHED)].groupby("answer")["amount"].sum()
    rows["later"] = rows["answer"].map(spent).fillna(0.0).clip(lower=0)
    return rows.assign(bought=rows["later"] > 0)


def profit_of_satisfaction(db: Any, confidence: float) -> Measured:
    """K03: change of later spending with 5 % more satisfaction (Poisson regression)."""
    import statsmodels.api as sm

    rows = answered(db, "satisfaction")
    fit = sm.GLM(
        rows["later"], sm.add_constant(rows["satisfaction"].astype(float)), sm.families.Poisson()
    ).fit(cov_type="HC1")
    step = 0.05 * rows["satisfaction"].mean()
    low, high = fit.conf_int(2 * intervals.tail(confidence)).loc["satisfaction"]
    return Measured(
        *(float(np.expm1(step * one)) for one in (fit.params["satisfaction"], low, high))
    )


def top_or_second(db: Any, confidence: float) -> Measured:
    """K04: share who bought again of the very satisfied (9-10) over that of the satisfied (7-8)."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    rows = answered(db, "satisfaction")
    very, just = rows["satisfaction"] >= 9, rows["satisfaction"].between(7, 8)
    for group, said in ((very, "very satisfied"), (just, "satisfied")):
        enough(int(group.sum()), 30, f"answers of the {said}")
    one, other = rows.loc[very, "bought"], rows.loc[just, "bought"]
    if not other.any() or not one.any():
        raise CannotTestError("nobody in one of the groups bought again; there is no ratio.")
    low, high = confint_proportions_2indep(
        one.sum(),
        len(one),
        other.sum(),
        len(other),
        compare="ratio",
        method="log-adjusted",
        alpha=2 * intervals.tail(confidence),
    )
    ratio = float(one.mean() / other.mean())
    return Measured(ratio, min(float(low), ratio), max(float(high), ratio))


def old_or_new(db: Any, confidence: float) -> Measured:
    """K06: share of customers who take an offer less that of strangers who got the same, by lot."""
    rows = need(db, "same_offer", "customer", "bought")
    known = inputs.flags(rows["customer"], "same_offer.customer", rows=rows)
    bought = inputs.flags(rows["bought"], "same_offer.bought", rows=rows)
    enough(int(min(known.sum(), (~known).sum())), 30, "people in a group")
    return difference_of_means(bought[known], bought[~known], confidence)


def referred(db: Any, confidence: float) -> Measured:
    """K07: share of customers won by referral, of those whose channel is known."""
    rows = need(db, "customers", "channel").dropna(subset=["channel"])
    enough(len(rows), 30, "customers whose channel is known")
    if not (rows["channel"] == "referral").any():
        raise CannotTestError("no channel is called referral in customers.")
    return share_of(rows["channel"] == "referral", confidence)


def expectation_slope(db: Any, confidence: float) -> Measured:
    """K14: points of satisfaction with each point more of expectation, all elements together."""
    import statsmodels.api as sm

    names = [f"{element}_expected" for element in ELEMENTS]
    rows = need(db, "survey", "satisfaction")
    names = [name for name in names if name in rows]
    if not names:
        raise CannotTestError("needs expectations (<element>_expected) in survey.")
    pairs = pd.DataFrame(
        {"expected": rows[names].mean(axis=1), "satisfaction": rows["satisfaction"]}
    ).dropna()
    enough(len(pairs), 50, "answers with expectations")
    fit = sm.OLS(pairs["satisfaction"], sm.add_constant(pairs["expected"])).fit(cov_type="HC1")
    low, high = fit.conf_int(2 * intervals.tail(confidence)).loc["expected"]
    return Measured(float(fit.params["expected"]), float(low), float(high))


def put_right(db: Any, confidence: float) -> Measured:
    """K17: share who buy again after a complaint put right, less that of like days without one."""
    from crmlab import recovery

    complaints = need(db, "complaints", "customer_id", "opened", "first_reply", "closed", "outcome")
    log = need(db, "transactions", "customer_id", "date", "amount")
    moments = recovery.complaint_moments(complaints, log, refunds="net")
    rows = moments.table
    if not (rows["group"] == "put right").any():
        raise CannotTestError("no complaint was put right early enough to be followed.")
    enough(int((rows["group"] == "put right").sum()), 30, "complaints put right")
    like = ["so_far"]
    if "customers" in db:
        known = db["customers"]
        rows = recovery.with_customers(rows, known, ["kind", "segment"])
        like += [name for name in ("kind", "segment") if name in rows]
    found = recovery.matched_difference(
        rows, "again", against="no complaint", like=like, confidence=confidence
    )
    row = found.table.loc["put right", list(Measured._fields)]
    return Measured(*row.astype(float))


def one_number(db: Any, confidence: float) -> Measured:
    """K18: squared rank correlation with later spending of recommending, less of satisfaction."""
    rows = answered(db, "satisfaction", "recommend")
    ranks = rows[["recommend", "satisfaction", "later"]].rank().to_numpy()
    rng = np.random.default_rng(0)

    def gap(drawn: np.ndarray) -> float:
        found = np.corrcoef(drawn, rowvar=False)
        return float(found[0, 2] ** 2 - found[1, 2] ** 2)

    size = len(ranks)
    drawn = [gap(ranks[rng.integers(0, size, size)]) for _ in range(500)]
    tail = intervals.tail(confidence)
    low, high = np.quantile(drawn, [tail, 1 - tail])
    estimate = gap(ranks)
    return Measured(estimate, min(float(low), estimate), max(float(high), estimate))
