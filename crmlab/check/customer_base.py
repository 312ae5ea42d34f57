"""Exercises of lesson 00."""

from datetime import date

from crmlab.check import Exercise
from crmlab.database import cohorts, load


def _rate(within, *, so_far=False):
    """Repeat rate of the tenth of CDNOW; the share so far where asked for."""
    found = cohorts(load("cdnow"), within=within)
    table = found.table
    if so_far:
        return (table["repeated_so_far"] * table["customers"]).sum() / table["customers"].sum()
    return found.overall["estimate"]


EXERCISES = {
    "0.1": Exercise(
        solution=lambda: (date(2025, 5, 9) - date(2025, 3, 3)).days,
        misreadings=(
            (
                lambda: (date(2025, 5, 31) - date(2025, 5, 9)).days,
                "That is days_since_last: from the last purchase to the end. Count from the first.",
            ),
            (
                lambda: (date(2025, 5, 31) - date(2025, 3, 3)).days,
                "That is T, her age at the end. You want her age at the last purchase.",
            ),
            (
                lambda: (date(2025, 5, 9) - date(2025, 3, 3)).days + 1,
                "Count the days between the two purchases, not the days you touch.",
            ),
        ),
        hint="How old was she, as a customer, when she last bought?",
        recipe="Count the days from her first purchase, 3 March, to her last, 9 May.",
        within=1e-9,
    ),
    "0.2": Exercise(
        solution=lambda: _rate(180),
        misreadings=(
            (
                lambda: _rate(90),
                "That is within 90 days. Say within=180.",
            ),
            (
                lambda: _rate(180, so_far=True),
                "That is the share so far, whatever time they had. Give everybody 180 days.",
            ),
            (
                lambda: cohorts(load("lantern"), within=180, refunds="net").overall["estimate"],
                'Those are Lantern\'s customers. Load "cdnow".',
            ),
            (
                lambda: 1 - _rate(180),
                "That is the share who did not come back.",
            ),
            (
                lambda: cohorts(load("cdnow-full"), within=180).overall["estimate"],
                'That is the whole cohort. The tenth is crm.load("cdnow").',
            ),
        ),
        hint="The function that made the table of cohorts also gives all of them together.",
        recipe='crm.database.cohorts(cdnow, until=cdnow.until, within=180).overall["estimate"]',
        within=0.001,
    ),
    "0.3": Exercise(
        solution=lambda: 45 / 150,
        misreadings=(
            (
                lambda: (45 + 5) / 200,
                "That is the rate so far. It counts customers whose 90 days are not over.",
            ),
            (
                lambda: 45 / 200,
                "The 50 who have not had 90 days belong in neither part of the fraction.",
            ),
            (
                lambda: (45 + 5) / 150,
                "The 5 belong to customers whose 90 days are not over; they count in neither part.",
            ),
            (
                lambda: 100 * 45 / 150,
                "That is in per cent. Give the fraction.",
            ),
        ),
        hint="Who has had the full time? Only they count, above the line and below it.",
        recipe="Divide the 45 who came back within 90 days by the 150 who have had 90 days.",
    ),
}
