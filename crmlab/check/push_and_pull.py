"""Exercises of lesson 54."""

import pandas as pd

from crmlab import delivery, scoring
from crmlab.check import Exercise
from crmlab.database import load


def _friday(*columns, region="south", day="Friday", since="2025-01-01"):
    """Best batch from the columns of Lantern's days, added up."""
    days = load("lantern")["cups"]
    same = (days["region"] == region) & (days["date"].dt.day_name() == day)
    kept = days[same & (days["date"] >= since)]
    asked = kept[list(columns)].sum(axis=1)
    return delivery.best_quantity(asked, price=3.0, cost=1.2, salvage=0.3).estimate


def _best(price=(8, 4), lead_time=(10, 0), which=None):
    """Score of the best dairy, or of a named one."""
    names = ("price", "lead_time", "on_time")
    rows = {"North": (5, 2, 0.90), "River": (4, 8, 0.80), "Hill": (6, 1, 0.95)}
    dairies = pd.DataFrame(rows, index=names).T
    posts = {"price": price, "lead_time": lead_time, "on_time": (0.5, 1)}
    weights = dict(zip(names, (0.4, 0.4, 0.2), strict=True))
    score = scoring.composite_score(dairies, weights, scale=posts)["score"]
    return float(score.max() if which is None else score[which])


EXERCISES = {
    "54.1": Exercise(
        solution=lambda: _best(),
        misreadings=(
            (
                lambda: _best(price=(4, 8), lead_time=(0, 10)),
                "A high price is bad, and so is a long lead time: the worst goalpost comes first.",
            ),
            (
                lambda: _best(price=(8, 4), lead_time=(0, 10)),
                "A long lead time is bad: 10 days are the worst, 0 the best.",
            ),
            (lambda: "North", "That is the name of the dairy. Give its score."),
            (
                lambda: _best(which="Hill"),
                "That is Hill. It is the fastest; is it the best, with its price?",
            ),
            (lambda: _best(which="River"), "That is River. It is the cheapest, and slow."),
        ),
        hint="Where does a price of 5 lie between 8, the worst, and 4, the best?",
        recipe="North: 0.4 * (8 - 5) / (8 - 4) + 0.4 * (10 - 2) / 10 + 0.2 * (0.9 - 0.5) / 0.5",
    ),
    "54.2": Exercise(
        solution=lambda: _friday("sold", "asked_in_vain"),
        misreadings=(
            (
                lambda: _friday("sold"),
                "That is from the sales alone. Who came when none was left?",
            ),
            (
                lambda: _friday("sold", "asked_in_vain", since="2024-01-01"),
                "You took both years. Keep the days of 2025.",
            ),
            (
                lambda: _friday("sold", "asked_in_vain", region="north"),
                "Those are the Fridays of the north.",
            ),
        ),
        hint="Demand is what was sold and what was asked for in vain, on one weekday.",
        recipe=(
            "Keep region 'south', dates from 2025-01-01, date.dt.day_name() == 'Friday'; then "
            "delivery.best_quantity(sold + asked_in_vain, price=3.00, cost=1.20, salvage=0.30)"
            ".estimate."
        ),
    ),
}
