"""Exercises of lesson 24."""

import crmlab as crm
from crmlab.check import Exercise

_QUEUE, _PRICE, _BOTH = 0.60**2, 0.40**2, 0.37


def _loss(good: bool | None = True, *, column: str = "satisfaction") -> float:
    """How much lower those with a problem rate, among people who rate the image 8 or more."""
    lantern = crm.load("lantern")
    asked = crm.drivers.respondents(lantern.survey, lantern.customers)
    image = asked["image_perceived"]
    if good is not None:
        asked = asked[image >= 8 if good else image < 8]
    means = asked.groupby("had_problem")[column].mean()
    return means.loc[0] - means.loc[1]


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
        solution=_loss,
        misreadings=(
            (
                lambda: -_loss(),
                "How many points less: take those without a problem minus those with one.",
            ),
            (
                lambda: _loss(good=False),
                "Those rate the image below 8. Keep the customers who rate it 8 or more.",
            ),
            (
                lambda: _loss(good=None),
                "That takes everybody. Keep the customers who rate the image 8 or more.",
            ),
            (
                lambda: _loss(column="image_perceived"),
                "That compares the ratings of the image. Compare the satisfaction.",
            ),
        ),
        hint="Keep the people with a good image first. Then two means of satisfaction.",
        recipe='good = asked[asked["image_perceived"] >= 8], then the means of satisfaction by '
        "had_problem, and the mean of 0 minus the mean of 1.",
    ),
}
