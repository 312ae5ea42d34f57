"""Exercises of lesson 72."""

import crmlab as crm
from crmlab import evidence
from crmlab.check import Exercise

MODELS = ("worth.BGNBD", "worth.MBGNBD", "worth.ParetoNBD")


def _models():
    return evidence.board_report(crm.load("cdnow")).table.loc[list(MODELS)]


EXERCISES = {
    "72.1": Exercise(
        solution=lambda: {"B", "D"},
        misreadings=(
            (
                lambda: {"B", "C", "D"},
                "Read C again: 61 % of whom? And from where to where could it be?",
            ),
            (lambda: {"D"}, "B has all four as well. Look for its base and its window."),
            (lambda: {"B"}, "D has all four as well. Its unit is a share of the 500."),
            (
                lambda: {"A", "C"},
                "Those are the ones that lack something. Which lack nothing?",
            ),
            (lambda: {"A", "B", "C", "D"}, "A has no window, no base and no interval."),
        ),
        hint="Ask each sentence: in what unit, when, out of how many, from where to where?",
        recipe='Write the letters as a set: {"A", "B"} for two. Two sentences are complete.',
    ),
    "72.2": Exercise(
        solution=lambda: _models()["estimate"].max() / _models()["estimate"].min() - 1,
        misreadings=(
            (
                lambda: _models()["estimate"].max() - _models()["estimate"].min(),
                "That is money. Which share of the lowest is it?",
            ),
            (
                lambda: _models()["estimate"].max() / _models()["estimate"].min(),
                "That is how many times as large. How much is it above, as a share?",
            ),
            (
                lambda: 1 - _models()["estimate"].min() / _models()["estimate"].max(),
                "That is how far the lowest lies below the highest. Divide by the lowest.",
            ),
            (
                lambda: _models()["high"].max() / _models()["low"].min() - 1,
                "That compares the ends of the intervals. Compare the column estimate.",
            ),
        ),
        hint="Take the column estimate of the three rows. Divide the highest by the lowest.",
        recipe='table = evidence.board_report(crm.load("cdnow")).table, then models = '
        'table.loc[["worth.BGNBD", "worth.MBGNBD", "worth.ParetoNBD"], "estimate"], then '
        "models.max() / models.min() - 1",
        within=1e-3,
    ),
    "72.3": Exercise(
        solution=lambda: 0.08,
        misreadings=(
            (lambda: 12.5, "That is 25 / 2. What share of the customers must buy because of it?"),
            (lambda: 0.11, "That is the estimate of the trial. Where does the catalogue just pay?"),
            (lambda: 0.07, "That is the low end of the interval. The limit follows from money."),
            (lambda: 0.15, "That is the limit of the call in the text. The catalogue has its own."),
        ),
        hint="At the limit, what comes in from a hundred customers is what they cost.",
        recipe="The cost divided by the gain: 2 / 25, which is a share.",
        within=1e-6,
    ),
}
