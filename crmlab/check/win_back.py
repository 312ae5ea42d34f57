"""Exercises of lesson 62."""

from crmlab import recovery
from crmlab.check import Exercise
from crmlab.database import load


def _added(reason="price", offer="discount", within=90):
    """What an offer adds to the share of Lantern's members who return."""
    lost = load("lantern")["win_back"]
    kept = lost[lost["reason"] == reason] if reason else lost
    found = recovery.return_shares(kept, "2025-12-31", within=within)
    return found.added["estimate"][offer]


def _share():
    """The share itself, of those with the discount."""
    lost = load("lantern")["win_back"]
    price = lost[lost["reason"] == "price"]
    return recovery.return_shares(price, "2025-12-31", within=90)["estimate"]["discount"]


EXERCISES = {
    "62.1": Exercise(
        solution=lambda: 1 - (1 - 2 / 10) * (1 - 1 / 4),
        misreadings=(
            (
                lambda: 3 / 10,
                "Four of the ten were not watched until day 30. They still may return.",
            ),
            (
                lambda: 3 / 6,
                "You left out the four who were watched for 20 days. On day 10 they were there.",
            ),
            (
                lambda: 0.8 * 0.75,
                "That is the share that is still away. Which share has returned?",
            ),
            (
                lambda: 2 / 10 + 1 / 4,
                "Do not add the hazards: the second one is a share of those still away.",
            ),
        ),
        hint="How many are still watched and away on day 10, and how many on day 30?",
        recipe="On day 10 it is 2 of 10, on day 30 it is 1 of 4: 1 - (1 - 2/10) * (1 - 1/4).",
    ),
    "62.2": Exercise(
        solution=_added,
        misreadings=(
            (_share, "That is the share that returns. What does the offer add to no offer?"),
            (lambda: _added(reason=None), "Those are all members. Keep the reason price first."),
            (lambda: _added(offer="bundle"), "That is the bundle. Take the row of the discount."),
            (lambda: _added(within=180), "Those are 180 days. Set within to 90."),
        ),
        hint="Which attribute of the result holds the differences from no offer?",
        recipe=(
            "price = table[table['reason'] == 'price'], then recovery.return_shares(price, "
            "'2025-12-31', within=90).added['estimate']['discount']."
        ),
    ),
    "62.3": Exercise(
        solution=lambda: (0.20 * (50 - 10) - 1) - 0.12 * 50,
        misreadings=(
            (
                lambda: 0.20 * (50 - 10) - 1,
                "That is the profit with the letter. What would have come without it?",
            ),
            (
                lambda: 0.08 * (50 - 10) - 1,
                "All 20 who return take the gift, also the 12 who would have come anyway.",
            ),
            (lambda: 0.20 * 50 - 1 - 0.12 * 50, "You forgot the gift."),
            (lambda: 0.20 * (50 - 10) - 0.12 * 50, "You forgot the dollar that the letter costs."),
        ),
        hint="Find the profit per customer twice, with the letter and without it.",
        recipe="With the letter 0.20 * (50 - 10) - 1, without it 0.12 * 50. Subtract.",
    ),
}
