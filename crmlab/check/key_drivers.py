"""Exercises of lesson 24."""

import crmlab as crm
from crmlab.check import Exercise

_QUEUE, _PRICE, _BOTH = 0.60**2, 0.40**2, 0.37


def _falls(strong_from: float = 8, *, last: bool = True, empty_is_weak: bool = False):
    """By how much satisfaction falls after a problem, with a weak and with a strong image."""
    survey = crm.load("lantern").survey.dropna(subset=["satisfaction", "had_problem"])
    if last:
        survey = crm.drivers.respondents(survey)
    if not empty_is_weak:
        survey = survey.dropna(subset=["image_perceived"])
    strong = survey["image_perceived"] >= strong_from
    means = survey.groupby([strong, "had_problem"])["satisfaction"].mean().unstack()
    fall = means[0] - means[1]
    return fall[False], fall[True]


def _more(**options):
    weak, strong = _falls(**options)
    return strong - weak


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
        solution=lambda: "queue",
        misreadings=(
            (
                lambda: "price",
                "People name the price most. It is said more than it shows.",
            ),
            (
                lambda: "taste",
                "Both ways find taste. Which one is high in one of them only?",
            ),
            (
                lambda: "cups",
                "Cups are below the mean both ways.",
            ),
            (
                lambda: "hidden",
                "Hidden is the kind. Name the element.",
            ),
        ),
        hint="Look for an element that is below the mean as stated, and above it as derived.",
        recipe="Four elements, so the mean share is .25. Compare 30, 10, 40 and 20 points with 25, "
        "and the shares with .25, or call kd.stated_and_derived(stated, derived).",
    ),
    "24.3": Exercise(
        solution=_more,
        misreadings=(
            (
                lambda: -_more(),
                "That is weak minus strong. Take the fall with a strong image minus the other.",
            ),
            (
                lambda: _falls()[1],
                "That is the fall with a strong image. Subtract the fall with a weak one.",
            ),
            (
                lambda: _falls()[0],
                "That is the fall with a weak image. Subtract it from the fall with a strong one.",
            ),
            (
                lambda: _more(empty_is_weak=True),
                "An image nobody rated is not weak: drop the rows where it is missing.",
            ),
            (
                lambda: _more(strong_from=9),
                "Strong begins at 8, and 8 belongs to it.",
            ),
            (
                lambda: _more(last=False),
                "Some people answered twice. Keep the last answer, as kd.respondents does.",
            ),
        ),
        hint="Make four means: problem or none, image strong or weak. Then two falls.",
        recipe='known.groupby([known["image_perceived"] >= 8, "had_problem"])["satisfaction"]'
        ".mean().unstack(), where known has both answers; fall = column 0 minus column 1; "
        "then fall[True] - fall[False].",
    ),
}
