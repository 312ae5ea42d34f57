"""Tests of the sayings about concentration, experience, push and pull, and firms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.evidence.claims.saying import (
    CannotTestError,
    Measured,
    enough,
    need,
    paired_ratio,
    per_customer,
    purchases,
)

HOLDING = 0.25  # what a piece that is not sold costs, as a share of the margin of a sale
PULL_WAIT = 0.15  # what a guest's wait costs, as a share of the margin of a sale


def top_fifth(db: Any, confidence: float) -> Measured:
    """K08: share of a year's sales from the largest fifth of its buyers."""
    from crmlab.tiers import top_share

    log = purchases(db)
    end = log["date"].max()
    spent = per_customer(log[log["date"] > end - pd.Timedelta(days=365)])
    enough(len(spent), 30, "buyers")
    return Measured(*top_share(spent, 0.2, confidence=confidence)[["estimate", "low", "high"]])


def experience(db: Any, confidence: float) -> Measured:
    """K11: share of a cup's extra worth that is seat and cup, the rest being the coffee."""
    rows = need(db, "conjoint", "respondent_id", "coffee", "seat", "cup", "rating")
    rows = rows.dropna(subset=["rating"])

    def gain(column: str, best: tuple[str, ...], worst: str) -> pd.Series:
        means = rows.groupby(["respondent_id", column])["rating"].mean().unstack()
        there = [level for level in best if level in means]
        if not there or worst not in means:
            raise CannotTestError(f"conjoint.{column} has other levels than a cup of Lantern.")
        top = means[there].mean().idxmax()
        return means[top] - means[worst]

    seat = gain("seat", ("chair", "sofa"), "bench")
    around = seat + gain("cup", ("porcelain", "souvenir"), "paper")
    taste = gain("coffee", ("single origin",), "house")
    both = pd.DataFrame({"around": around, "all": around + taste}).dropna()
    enough(len(both), 30, "people who rated")
    return paired_ratio(both["around"], both["all"], confidence)


def push_leaves(db: Any, confidence: float) -> Measured:
    """K13: cost of making to stock over that of making to order, one product a day.

    Push: what is not sold, and demand not met. Pull: nothing is left over, but each guest waits.
    ``cups`` holds what was baked, sold and asked for in vain.
    """
    rows = need(db, "cups", "date", "baked", "sold", "asked_in_vain")
    days = rows.groupby("date")[["baked", "sold", "asked_in_vain"]].sum()
    enough(len(days), 30, "days")
    push = HOLDING * (days["baked"] - days["sold"]) + days["asked_in_vain"]
    pull = PULL_WAIT * (days["sold"] + days["asked_in_vain"])
    return paired_ratio(push, pull, confidence)


def caring_firms(db: Any, confidence: float) -> Measured:
    """K12: share of firms that survive among those who care, less that among the others."""
    if "firms" not in db:
        raise CannotTestError(
            "needs many firms, the dead ones too; the data of one firm, or of three picked ones, "
            "cannot show it."
        )
    from statsmodels.stats.proportion import confint_proportions_2indep

    rows = need(db, "firms", "cares", "survived")
    cares = inputs.flags(rows["cares"], "firms.cares", rows=rows).to_numpy()
    alive = inputs.flags(rows["survived"], "firms.survived", rows=rows).to_numpy()
    enough(int(min(cares.sum(), (~cares).sum())), 10, "firms in a group")
    gap = float(alive[cares].mean() - alive[~cares].mean())
    low, high = confint_proportions_2indep(
        alive[cares].sum(),
        cares.sum(),
        alive[~cares].sum(),
        (~cares).sum(),
        method="newcomb",
        alpha=2 * intervals.tail(confidence),
    )
    return Measured(gap, min(float(low), gap), max(float(high), gap))


def demand_days(size: int, swing: float, seed: int) -> pd.DataFrame:
    """Days of one product that is made in advance, at the best amount, for a demand that swings."""
    rng = np.random.default_rng(seed)
    asked = rng.poisson(100 * np.exp(swing * rng.standard_normal(size) - swing**2 / 2))
    baked = int(np.quantile(asked, 1 / (1 + HOLDING)))
    sold = np.minimum(asked, baked)
    days = pd.date_range("2024-01-01", periods=size)
    return pd.DataFrame({"date": days, "baked": baked, "sold": sold, "asked_in_vain": asked - sold})
