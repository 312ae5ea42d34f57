"""Exercises of lesson 12."""

from crmlab import pricing
from crmlab.check import Exercise
from crmlab.database import load

_BENEFITS = ["coffee", "seat", "wait", "cup"]


def _minute(segment="commuter"):
    """What one minute more is worth to a segment of Lantern, in dollars: below 0."""
    table = pricing.worth_by(load("lantern")["conjoint"], _BENEFITS).table
    return table[table["segment"] == segment].loc["wait: +1", "estimate"]


def _minute_of_all():
    parts = pricing.conjoint(load("lantern")["conjoint"], _BENEFITS)
    return pricing.willingness_to_pay(parts).table.loc["wait: +1", "estimate"]


EXERCISES = {
    "12.1": Exercise(
        solution=lambda: ((5 + 8) / 2 - (6 + 3) / 2) / (((6 + 8) / 2 - (3 + 5) / 2) / 2),
        misreadings=(
            (
                lambda: (5 + 8) / 2 - (6 + 3) / 2,
                "Those are points. How many points does one dollar take away?",
            ),
            (
                lambda: 2 / 3,
                "You divided by the points of two dollars. The prices are 3 and 5.",
            ),
            (
                lambda: 1.5 / 2,
                "That is upside down: divide the points of the coffee by those of a dollar.",
            ),
            (lambda: 1.5, "That is what one dollar takes away, in points. What does coffee add?"),
            (lambda: 0, "That is the souvenir cup. The question is about the coffee."),
            (lambda: 1, "That is Ana's answer. Use the ratings of Bo."),
            (
                lambda: -4 / 3,
                "Bo likes the better coffee, so it is worth a positive sum to him.",
            ),
        ),
        hint="Two means for the coffee, two for the price. Prices differ by two dollars.",
        recipe=(
            "Single origin has 5 and 8, house has 6 and 3. At 3 dollars he gives 6 and 8, at 5 "
            "dollars 3 and 5. Divide the first difference by half of the second."
        ),
    ),
    "12.2": Exercise(
        solution=lambda: -3 * _minute(),
        misreadings=(
            (lambda: -_minute(), "That is one minute. The question is about three."),
            (lambda: _minute(), "That is one minute more. The question is about three less."),
            (
                lambda: 3 * _minute(),
                "That is what three minutes more would be worth. Less waiting is a gain.",
            ),
            (
                lambda: -3 * _minute_of_all(),
                "That is the average guest. Keep the rows of the commuters.",
            ),
            (
                lambda: -3 * _minute("saver"),
                "Those are the savers. Keep the rows of the commuters.",
            ),
        ),
        hint="Find the worth of one minute more among the commuters. Which way does the sign go?",
        recipe=(
            "groups = pricing.worth_by(lantern, ['coffee', 'seat', 'wait', 'cup']).table; keep "
            "groups['segment'] == 'commuter', take .loc['wait: +1', 'estimate'], times -3."
        ),
    ),
}
