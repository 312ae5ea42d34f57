"""Exercises of lesson 54."""

from crmlab import delivery
from crmlab.check import Exercise
from crmlab.database import load

_MUFFINS = [20, 24, 26, 30, 38]


def _friday(*columns, region="south", day="Friday", since="2025-01-01"):
    """Best batch from the columns of Lantern's days, added up."""
    days = load("lantern")["cups"]
    same = (days["region"] == region) & (days["date"].dt.day_name() == day)
    kept = days[same & (days["date"] >= since)]
    asked = kept[list(columns)].sum(axis=1)
    return delivery.best_quantity(asked, price=3.0, cost=1.2, salvage=0.3).estimate


EXERCISES = {
    "54.1": Exercise(
        solution=lambda: 2.5**2,
        misreadings=(
            (lambda: 2.5, "That is the first stage. The second one swings on top of it."),
            (
                lambda: 1 + 2 * 4 / 4 + 2 * 4**2 / 4**2,
                "That is the chain in which both see the sales, or a sum of both stages. "
                "Here they see only orders.",
            ),
            (
                lambda: (1 + 2 * 4 / 2 + 2 * 4**2 / 2**2) ** 2,
                "You exchanged the two numbers: L is the lead time, p the weeks of the average.",
            ),
            (
                lambda: (1 + 2 * 2 / 4 + 2 * 2 / 4) ** 2,
                "The last part of the formula has squares, of the lead time and of the weeks.",
            ),
        ),
        hint="Compute one stage first. What does the second stage do with what reaches it?",
        recipe="One stage is 1 + 2 * 2 / 4 + 2 * 2**2 / 4**2. Multiply it by itself.",
    ),
    "54.2": Exercise(
        solution=lambda: 30,
        misreadings=(
            (
                lambda: 26,
                "That was enough on three days of five. Which share do the losses ask for?",
            ),
            (lambda: 27.6, "That is the mean demand. Are the two losses equally large?"),
            (lambda: 38, "That is always enough. The last ones are left over too often."),
            (lambda: 24, "You exchanged the two losses: one too few is the dearer one here."),
            (
                lambda: 0.75,
                "That is the share of days. Which batch was enough on so many of the five?",
            ),
        ),
        hint="Find the two losses, then the share of days, then count days from the smallest.",
        recipe="1.50 / (1.50 + 0.50) is 0.75; the smallest number enough on 75 % of the 5 days.",
    ),
    "54.3": Exercise(
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
