"""Exercises of lesson 13."""

from crmlab.check import Exercise
from crmlab.database import load


def _point(segment=None, point="optimal price"):
    """A point of the price meter of one segment in Lantern's price survey."""
    from crmlab.pricing import price_meter

    survey = load("lantern").price_survey
    rows = survey if segment is None else survey[survey["segment"] == segment]
    return float(price_meter(rows)["estimate"][point])


EXERCISES = {
    "13.1": Exercise(
        solution=lambda: 100 - 100 * (10 - 6) / (11 - 6),
        misreadings=(
            (lambda: 100 * (10 - 6) / (11 - 6), "That many are left. How many may go?"),
            (
                lambda: 100 - 100 * 10 / 11,
                "That keeps the revenue. A cake that is not sold also saves its cost.",
            ),
            (lambda: 10, "The price rises by 10 %, but the profit per cake by more. Use that one."),
            (
                lambda: 25,
                "The profit per cake rises by a quarter. How many sales then give the old profit?",
            ),
        ),
        hint="Compare the profit of all cakes today with the profit of each cake at 11 dollars.",
        recipe="100 - 100 * (10 - 6) / (11 - 6)",
        within=1e-6,
    ),
    "13.2": Exercise(
        solution=lambda: _point("saver"),
        misreadings=(
            (_point, "That is the point of all members. Keep the rows of the savers first."),
            (
                lambda: _point("connoisseur"),
                "Those are the connoisseurs. The question asks for the savers.",
            ),
            (
                lambda: _point("saver", "indifference price"),
                "There cheap meets expensive. Take the point where the two outer curves meet.",
            ),
            (
                lambda: _point("saver", "marginal expensiveness"),
                "That is the upper end of the acceptable range. Take point 2 of the figure.",
            ),
        ),
        hint="Choose the rows by segment, then look for the row of the table that point 2 shows.",
        recipe='savers = crm.load("lantern").price_survey.query("segment == \'saver\'"), then '
        'pricing.price_meter(savers)["estimate"]["optimal price"].',
    ),
}
