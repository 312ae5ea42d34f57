"""Exercises of lesson 22."""

from functools import cache

import crmlab as crm
from crmlab.check import Exercise

_MEANS = (8.2, 7.6, 7.1)
_WEIGHTS = (0.3885, 0.3190, 0.2925)
_WEIGHTED = sum(mean * weight for mean, weight in zip(_MEANS, _WEIGHTS, strict=True))


@cache
def _by_person(segment=None):
    """Ratings of the waiting time, one column per wave, of one segment or of all."""
    db = crm.load("lantern")
    table = db.survey.merge(db.customers[["customer_id", "segment"]], on="customer_id")
    if segment:
        table = table[table["segment"] == segment]
    return table.pivot(index="customer_id", columns="wave", values="time_perceived")


def _same_people(segment=None):
    both = _by_person(segment).dropna()
    return (both[2] - both[1]).mean()


def _wave_means(segment):
    means = _by_person(segment).mean()
    return means[2] - means[1]


EXERCISES = {
    "22.1": Exercise(
        solution=lambda: 100 * (_WEIGHTED - 1) / 9,
        misreadings=(
            (
                lambda: 100 * (sum(_MEANS) / 3 - 1) / 9,
                "That is the index with equal weights. Multiply each mean by its weight.",
            ),
            (
                lambda: 10 * _WEIGHTED,
                "The scale begins at 1, not at 0: how many of the nine steps is that?",
            ),
            (
                lambda: 100 * _WEIGHTED / 9,
                "You divide by the nine steps, but have not subtracted the 1 where they begin.",
            ),
            (
                lambda: _WEIGHTED,
                "That is the weighted mean on the scale from 1 to 10. Move it to 0 to 100.",
            ),
            (
                lambda: (_WEIGHTED - 1) / 9,
                "That is a share between 0 and 1. Give points from 0 to 100.",
            ),
        ),
        hint="First one weighted mean of the three, then move it to 0 to 100 as you did for Ana.",
        recipe="Add up mean times weight, subtract 1, divide by 9, multiply by 100.",
        within=0.001,
    ),
    "22.2": Exercise(
        solution=lambda: _same_people("commuter"),
        misreadings=(
            (
                lambda: _same_people(),
                "Those are all customers. Keep the survey rows of the commuters first.",
            ),
            (
                lambda: _wave_means("commuter"),
                "That compares the means of the two waves, with other people in each. Compare "
                "the same people.",
            ),
            (
                lambda: -_same_people("commuter"),
                "Take the later answer minus the earlier one: a fall has a minus sign.",
            ),
            (
                lambda: _same_people("connoisseur"),
                "Those are the connoisseurs. Look for commuter in the column segment.",
            ),
        ),
        hint="Which customers are commuters, which survey rows are theirs, and then panel_changes.",
        recipe="Keep the rows of shipped.survey whose customer_id is a commuter's, then call "
        'sat.panel_changes(those, ["time_perceived"]) and read its estimate.',
        within=0.01,
    ),
}
