"""Exercises of lesson 24."""

import crmlab as crm
from crmlab.check import Exercise

_QUEUE, _PRICE, _BOTH = 0.60**2, 0.40**2, 0.37


def _gain(segment: str = "commuter", *, importance: float = 0.047, target: float = 9):
    """What a fairer price gains in one segment of Lantern's respondents."""
    lantern = crm.load("lantern")
    asked = crm.drivers.respondents(lantern.survey, lantern.customers)
    part = asked[asked["segment"] == segment]
    return importance * (target - part["money_perceived"].mean()) * len(part) / len(asked)


EXERCISES = {
    "24.1": Exercise(
        solution=lambda: (_QUEUE + _BOTH - _PRICE) / 2 / _BOTH,
        misreadings=(
            (
                lambda: (_QUEUE + _BOTH - _PRICE) / 2,
                "That is in units of R². Divide by .37 for the share of it.",
            ),
            (
                lambda: (_PRICE + _BOTH - _QUEUE) / 2 / _BOTH,
                "That is the price. The queue has the .60.",
            ),
            (
                lambda: _QUEUE / _BOTH,
                "That is the order with the queue first. Average it with the queue second.",
            ),
            (
                lambda: (_BOTH - _PRICE) / _BOTH,
                "That is the order with the queue second. Average it with the queue first.",
            ),
            (
                lambda: _QUEUE / (_QUEUE + _PRICE),
                "Squared correlations do not add up to R² when drivers overlap.",
            ),
            (
                lambda: 0.60 / (0.60 + 0.40),
                "Correlations are not shares of R². Square them, and average both orders.",
            ),
        ),
        hint="There are two orders. What does the queue add in each? Then take the mean.",
        recipe="First in: .60². Second in: .37 - .40². Average the two, then divide by .37.",
    ),
    "24.2": Exercise(
        solution=_gain,
        misreadings=(
            (
                lambda: _gain("saver"),
                "That takes the savers' rating and number. The question is about the commuters.",
            ),
            (
                lambda: _gain(importance=1),
                "That is gap times reach. Multiply by the importance, 0.047.",
            ),
            (
                lambda: -_gain(target=0),
                "That uses the mean rating itself. The gap is the target minus the mean rating.",
            ),
            (
                lambda: -_gain(),
                "The gap is the target minus the mean rating, and not the other way round.",
            ),
        ),
        hint="Importance x gap x reach. Which people give the mean rating, and which the reach?",
        recipe="Keep the commuters of `asked`. The gap is 9 minus their mean money_perceived; "
        "the reach is their number divided by the number of all who were asked. Multiply both by "
        "0.047.",
    ),
}
