"""Exercises of lesson 00."""

from datetime import date

from crmlab.check import Exercise
from crmlab.database import load


def _sample():
    return load("cdnow").transactions


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
        hint="Count the days from her first purchase to her last.",
        within=1e-9,
    ),
    "0.2": Exercise(
        solution=lambda: len(set(_sample()[["customer_id", "date"]].itertuples(index=False))),
        misreadings=(
            (
                lambda: len(_sample()),
                "That counts every row. Two purchases of a customer on one day count as one.",
            ),
            (
                lambda: len(_sample().drop_duplicates()),
                "That drops only rows that agree in every column. Compare customer and date alone.",
            ),
            (
                lambda: len(
                    load("cdnow-full").transactions[["customer_id", "date"]].drop_duplicates()
                ),
                'That is the whole cohort. The sample is load("cdnow").',
            ),
        ),
        hint='Take load("cdnow").transactions and count distinct pairs of customer_id and date.',
        within=1e-9,
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
        hint="Divide those who came back within 90 days by those who have had 90 days.",
    ),
}
