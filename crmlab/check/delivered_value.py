"""Exercises of lesson 10."""

from crmlab.check import Exercise
from crmlab.database import load
from crmlab.delivered_value import highest_price


def _cost_per_part(price, processing, good, failure):
    return (price * 0.0001 + processing) / good + failure


def _same_cost_at(standard):
    """Price per tonne of the premium plastic at which a good part costs ``standard``."""
    return ((standard - 0.02) * 0.98 - 0.42) / 0.0001


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
    "1.1": Exercise(
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
        hint="Add the four values, add the four costs, subtract. Time: minutes / 60 x 12.",
    ),
    "1.2": Exercise(
        solution=lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.80, 0.15)),
        misreadings=(
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.90, 0.15)),
                "That is still with 90 %. Set the yield of the standard plastic to 0.80.",
            ),
            (
                lambda: ((_cost_per_part(3_000, 0.50, 0.90, 0.15) - 0.02) * 0.80 - 0.42) / 0.0001,
                "That changes the yield of the premium plastic. The standard one gets worse.",
            ),
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.80, 0.15)) / 1_000,
                "That is the price of a kilogram. The question is about a tonne.",
            ),
            (
                lambda: _cost_per_part(3_000, 0.50, 0.80, 0.15),
                "That is a standard part's cost now. When does a premium part cost as much?",
            ),
        ),
        hint="Change one yield in plastics, then ask dv.indifference_price again.",
    ),
    "1.3": Exercise(
        solution=lambda: (200 - 40) + (200 - 5 * 40 - 10 * 6),
        misreadings=(
            (
                lambda: 200 - 40,
                "That leaves B out. A customer who costs money is still a customer.",
            ),
            (
                lambda: 200 + 200,
                "Those are the margins. Take off what it costs to serve the two.",
            ),
            (
                lambda: 40 + 5 * 40 + 10 * 6,
                "That is the cost to serve. Take it off the margins.",
            ),
            (
                lambda: (200 - 40) + (5 * 40 + 10 * 6 - 200),
                "B loses money, so it counts with a minus sign.",
            ),
        ),
        hint="For each cafe: margin less 40 per visit less 6 per call. Then add.",
        within=1e-9,
    ),
    "1.4": Exercise(
        solution=lambda: (13.95e9 / 58e6) ** (1 / 21) - 1,
        misreadings=(
            (
                lambda: (13.95e9 / 58e6) ** (1 / 20) - 1,
                "From 1984 to 2005 is not 20 steps. Subtract the years.",
            ),
            (
                lambda: (13.95e9 / 58e6) ** (1 / 22) - 1,
                "A fence of 22 posts has 21 gaps. Count the steps, not the years.",
            ),
            (
                lambda: ((13.95e9 / 58e6) ** (1 / 21) - 1) * 100,
                "That is in per cent. Give the fraction.",
            ),
            (
                lambda: (13.95e9 / 58e6) ** (1 / 21),
                "That is the yearly factor. The growth is one less.",
            ),
            (
                lambda: (13.95e9 / 58e6 - 1) / 21,
                "That spreads the whole rise evenly. Growth compounds: take the root.",
            ),
        ),
        hint="Divide the last by the first, take the root of as many steps as lie between, less 1.",
        within=0.01,
    ),
}
