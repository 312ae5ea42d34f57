"""Exercises of lesson 71."""

from crmlab import evidence
from crmlab.check import Exercise
from crmlab.database import load


def _top_fifth(column="estimate"):
    """The largest fifth of the buyers of the CD shop."""
    return evidence.test_claims(load("cdnow"), ["K08"])[column]["K08"]


def _all_purchases():
    """The same over all purchases."""
    from crmlab.tiers import top_share

    spent = load("cdnow")["transactions"].groupby("customer_id")["amount"].sum()
    return top_share(spent, 0.2)["estimate"]


EXERCISES = {
    "71.1": Exercise(
        solution=lambda: 1,
        misreadings=(
            (
                lambda: 2,
                "Two contain values below 5. But does each of them also contain values above 5?",
            ),
            (lambda: 3, "One interval lies wholly in the range, so its verdict is not open."),
            (lambda: 0, "One interval begins below 5 and ends above 5. What is its verdict?"),
        ),
        hint="Draw 5 on a line, and the three intervals. Which of them has 5 inside?",
        recipe="4 to 7 is open, 5.5 to 9 holds, 2 to 4.5 fails: count the open ones.",
    ),
    "71.2": Exercise(
        solution=_top_fifth,
        misreadings=(
            (lambda: _top_fifth("low"), "That is the lower end of the interval. Take estimate."),
            (lambda: _top_fifth("high"), "That is the upper end of the interval. Take estimate."),
            (_all_purchases, "That covers all purchases. The test takes the last year only."),
            (lambda: 0.8, "That is what the saying says. What do the data say?"),
        ),
        hint="Which column of the result holds the number itself?",
        recipe="evidence.test_claims(crm.load('cdnow'), ['K08'])['estimate']['K08']",
        within=0.005,
    ),
}
