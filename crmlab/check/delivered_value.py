"""Exercises of lesson 10."""

from crmlab.check import Exercise
from crmlab.database import load
from crmlab.delivered_value import highest_price


def _commuter_price(*, column="highest_price", time_cost=None):
    """What `highest_price` says of Lantern's commuters, after some time has been saved."""
    offers = load("lantern").offers
    saved = (offers["segment"] == "commuter") & (offers["offer"] == "Lantern")
    if time_cost is not None:
        offers["time_cost"] = offers["time_cost"].mask(saved, time_cost)
    return highest_price(offers, "Lantern").loc["commuter", column]


EXERCISES = {
    "10.1": Exercise(
        solution=lambda: "no purchase",
        misreadings=(
            (
                lambda: "tea house",
                "It gives him most in all, and costs him even more. Subtract the cost.",
            ),
            (
                lambda: "kiosk",
                "It takes more from him than it gives. What else can Tom do?",
            ),
            (
                lambda: "flask",
                "The smallest cost does not decide. Is anything left after the cost?",
            ),
        ),
        hint="Subtract the cost from the value of each, and do not forget Tom's fourth option.",
        recipe="30 - 33, 24 - 25 and 12 - 13 are all below 0; buying nothing leaves 0.",
    ),
    "10.2": Exercise(
        solution=lambda: 5.5 - (2 + 7 / 60 * 12 + 0.05 * 2 + 0.3),
        misreadings=(
            (
                lambda: 5.5 - (2 + 1 / 60 * 12 + 0.05 * 2 + 0.3),
                "The customer walks too: seven minutes, not one.",
            ),
            (
                lambda: 5.5 - (2 + 7 / 60 * 12 + 0.3),
                "The worry is missing: one in twenty, times a loss of 2.",
            ),
            (
                lambda: 5.5 - (2 + 7 / 60 * 12 + 2 + 0.3),
                "The loss of 2 comes once in twenty visits. Multiply it by its chance.",
            ),
            (
                lambda: 5.5 - (2 + 7 * 12 + 0.05 * 2 + 0.3),
                "Minutes were priced as hours. Divide them by 60.",
            ),
            (
                lambda: 5.5 - 2,
                "That takes off the price alone. Time, worry and effort are costs too.",
            ),
            (
                lambda: 5.5 / (2 + 7 / 60 * 12 + 0.05 * 2 + 0.3),
                "That is the ratio. Delivered value is the difference.",
            ),
        ),
        hint="Add four values, add four costs, subtract. Which costs are not in dollars yet?",
        recipe="5.50 less 2.00, 7 / 60 x 12 for time, 0.05 x 2 for the worry and 0.30 for effort.",
    ),
    "10.3": Exercise(
        solution=lambda: _commuter_price(time_cost=4),
        misreadings=(
            (
                lambda: _commuter_price(),
                "That is without ordering ahead. Set Lantern's time_cost for commuters to 4.",
            ),
            (
                lambda: _commuter_price(column="room", time_cost=4),
                "That is the room, how far the price is off. The question asks for the price.",
            ),
            (
                lambda: _commuter_price(column="delivered_value", time_cost=4),
                "That is the delivered value at today's price. You want the price itself.",
            ),
            (
                lambda: _commuter_price(column="asked_price"),
                "That is the price asked today. Would commuters choose Lantern at it?",
            ),
        ),
        hint="Change one cell of the table, then ask for the highest price again.",
        recipe=(
            "Pick the row with a mask on segment and offer, set its time_cost to 4 with .loc, and "
            'read highest_price of "commuter" in dv.highest_price(table, "Lantern").'
        ),
    ),
}
