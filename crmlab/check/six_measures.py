"""Exercises of lesson 23."""

from functools import cache

import crmlab as crm
from crmlab.check import Exercise


@cache
def _days():
    """Days from each CDNOW customer's first purchase to the second, NaN where there is none."""
    log = crm.load("cdnow").transactions[["customer_id", "date"]].drop_duplicates()
    first = log.groupby("customer_id")["date"].transform("min")
    later = log[log["date"] > first].groupby("customer_id")["date"].min()
    joined = log.groupby("customer_id")["date"].min()
    return (later.reindex(joined.index) - joined).dt.days


def _share(within):
    return (_days() <= within).mean()


EXERCISES = {
    "23.1": Exercise(
        solution=lambda: _share(90),
        misreadings=(
            (
                lambda: _days().notna().mean(),
                "That is who came back at any time. Count those who did it within 90 days.",
            ),
            (
                lambda: _share(30),
                "That is within 30 days. Give each customer 90.",
            ),
            (
                lambda: (_days() <= 90).sum(),
                "That is how many came back in time. Divide by those who had the time.",
            ),
            (
                lambda: 1 - _share(90),
                "That is who did not come back in time.",
            ),
        ),
        hint="The same function as for the four customers, with the days of the question.",
        recipe='sat.repeat_rate(cdnow, within=90)["estimate"]',
    ),
    "23.2": Exercise(
        solution=lambda: 9 * 5 - 12 * 3,
        misreadings=(
            (
                lambda: 9 - 12,
                "That is the change in complaints. Most problems are never told.",
            ),
            (
                lambda: 9 / 5 - 12 / 3,
                "Complaints are the part that is told. Divide by the share, do not multiply.",
            ),
            (
                lambda: 12 * 3 - 9 * 5,
                "This year less last year: the sign says which way it went.",
            ),
            (
                lambda: 9 * 5,
                "Those are this year's problems. By how much did they change?",
            ),
            (
                lambda: 9 * 5 / (12 * 3) - 1,
                "That is the relative change. Give problems per 1,000 purchases.",
            ),
        ),
        hint="If one in three tells, how many problems stand behind 12 complaints?",
        recipe="Problems = complaints / voiced share, once a year. Then this year less last.",
    ),
}
