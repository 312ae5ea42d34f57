"""Exercises of lesson 51."""

from math import exp

from crmlab.check import Exercise
from crmlab.database import load


def _four_gaps(column):
    """A column of the scores of the rule of four gaps, for silences of CDNOW of 1997."""
    from crmlab import alerts

    found = alerts.past_silences(load("cdnow"), until="1998-06-30")
    found = found.between("1997-01-01", "1997-12-31")
    scores = alerts.evaluate(
        {"4 gaps": found.alarms(4 * found["usual_gap"])},
        found.lost(180),
        span=("1997-01-01", "1998-06-30"),
        within=(0, 180),
        worth=(10, 3),
    )
    return float(scores[column]["4 gaps"])


EXERCISES = {
    "51.1": Exercise(
        solution=lambda: [exp(-50 / 20), exp(-20 / 5)],
        misreadings=(
            (
                lambda: [exp(-20 / 50), exp(-5 / 20)],
                "You divided the gap by the silence. How many usual gaps fit into the silence?",
            ),
            (
                lambda: [1 - exp(-50 / 20), 1 - exp(-20 / 5)],
                "That is the chance that she comes back sooner. The silence is the other case.",
            ),
            (
                lambda: [exp(-20 / 5), exp(-50 / 20)],
                "Both are right, in the other order. Dora comes first.",
            ),
        ),
        hint="Divide each silence by the usual gap, and put a minus and an exp before it.",
        recipe="[math.exp(-50 / 20), math.exp(-20 / 5)]",
    ),
    "51.2": Exercise(
        solution=lambda: _four_gaps("precision"),
        misreadings=(
            (
                lambda: _four_gaps("recall"),
                "That is the recall: the share of lost customers who were caught.",
            ),
            (
                lambda: 1 - _four_gaps("precision"),
                "That is the share of false alarms. The precision is the share of hits.",
            ),
            (lambda: _four_gaps("hits"), "That is the number of hits. Divide it by the alarms."),
        ),
        hint="Give `evaluate` the rule `four` and what `found.lost` returns, then take a column.",
        recipe='found = alerts.past_silences(crm.load("cdnow"), until="1998-06-30"), then '
        'found = found.between("1997-01-01", "1997-12-31"), then alerts.evaluate({"4 gaps": '
        'found.alarms(4 * found["usual_gap"])}, found.lost(180), span=("1997-01-01", '
        '"1998-06-30"), within=(0, 180), worth=(10, 3))["precision"]["4 gaps"]',
    ),
    "51.3": Exercise(
        solution=lambda: ["green", "green", "red"],
        misreadings=(
            (
                lambda: ["green", "red", "red"],
                "You compared each month by itself. Add up the budget and the expenses first.",
            ),
            (
                lambda: ["green", "green", "amber"],
                "Is the sum within 5 % of the budget to date? Divide the one by the other.",
            ),
        ),
        hint="Add up both rows from the start, then divide the expenses by the budget.",
        recipe="list(alerts.expense_progress([40, 40, 40], [30, 45, 55], tolerance=0.05)['state'])",
    ),
}
