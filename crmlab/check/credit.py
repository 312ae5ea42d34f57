"""Exercises of lesson 50."""

from crmlab import alerts
from crmlab.check import Exercise
from crmlab.database import load


def _late(beyond, until="2025-06-30"):
    """Money of Lantern that is later than some days on a day."""
    db = load("lantern")
    items = alerts.open_items(db["invoices"], db["payments"], until=until)
    return items.table.loc[items.table["days_late"] > beyond, "open"].sum()


EXERCISES = {
    "50.1": Exercise(
        solution=lambda: _late(60),
        misreadings=(
            (lambda: _late(0), "That is all that is late. Keep what is more than 60 days late."),
            (lambda: _late(-1e9), "That is all that is open, late or not."),
            (
                lambda: _late(60, until="2025-12-31"),
                "That is the last day of the data. Set until to 30 June 2025.",
            ),
        ),
        hint="Which argument of open_items sets the day? Which column says how late a row is?",
        recipe=(
            "items = alerts.open_items(db['invoices'], db['payments'], until='2025-06-30'); then "
            "add up open where items.table['days_late'] > 60."
        ),
    ),
    "50.2": Exercise(
        solution=lambda: 12.5,
        misreadings=(
            (lambda: 25, "That is at 580 points. Go down 20 points once more."),
            (lambda: 200, "You went up. Fewer points mean worse odds."),
            (
                lambda: 50 * 560 / 600,
                "Odds do not move in proportion to points. Each 20 points halve or double them.",
            ),
            (lambda: 1 / 13.5, "That is the chance to fail. The question asks for the odds."),
        ),
        hint="How many steps of 20 points lie between 600 and 560? What does each step do?",
        recipe="Two steps down, and each step halves the odds: 50 / 2 / 2.",
    ),
}
