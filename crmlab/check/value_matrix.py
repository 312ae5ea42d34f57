"""Exercises of lesson 40."""

import functools

import crmlab as crm
from crmlab.check import Exercise


@functools.cache
def _music():
    """CDNOW on 30 June 1998: profit now and to come, and who is high in both."""
    log = crm.load("cdnow").transactions
    found = crm.scoring.current_and_future(log, until="1998-06-30", margin=0.30)
    cells = crm.scoring.value_matrix(found, cut=20).customers["cell"]
    return found, cells == "high_high"


def _silent(rhythms, *, good_only=True):
    found, good = _music()
    late = found["silence"] > rhythms * found["rhythm"]
    return int((late & good).sum() if good_only else late.sum())


EXERCISES = {
    "40.1": Exercise(
        solution=lambda: 250 + 90,
        misreadings=(
            (
                lambda: 250 + 90 + 100,
                "The 100 are past. What she buys as now is already in the 250.",
            ),
            (
                lambda: 250 + 90 + 300,
                "The 300 have come already. Only what is still to come was asked.",
            ),
            (lambda: 250 + 90 + 300 + 100, "The 100 are part of the 300, and both are past."),
            (lambda: 250, "That is without what she buys elsewhere today."),
        ),
        hint="Put each number on a time line. Which of them lie after today?",
        recipe="Potential value has two parts, repeat purchases and growth: add up these two.",
    ),
    "40.2": Exercise(
        solution=lambda: {"Bo", "Ed"},
        misreadings=(
            (
                lambda: {"Ann", "Bo", "Cy", "Ed"},
                "That is without the band. From 45 to 55 a customer keeps the side held before.",
            ),
            (lambda: {"Ann", "Cy"}, "Those two are inside the band, so they keep their side."),
            (lambda: {"Bo"}, "One falls out of the band below. Does nobody leave it above?"),
            (lambda: {"Ed"}, "One leaves the band above. Does nobody fall out of it below?"),
        ),
        hint="The band reaches from 45 to 55. Who is outside it, on another side than before?",
        recipe="Build the table, then scoring.value_matrix(moved, cut=50, band=5, previous=so_far)"
        " and compare .customers['cell'] with so_far.",
    ),
    "40.3": Exercise(
        solution=lambda: _silent(2),
        misreadings=(
            (
                lambda: _silent(2, good_only=False),
                "That counts all customers. Keep those who are high_high.",
            ),
            (lambda: _silent(1), "That is more than one rhythm. Two were asked."),
            (lambda: int(_music()[1].sum()), "Those are all who are high_high, silent or not."),
            (
                lambda: int((_music()[1] & (_music()[0]["silence"] > 2)).sum()),
                "That is more than two weeks. Count in each customer's own rhythm.",
            ),
        ),
        hint="Two conditions hold at once: the cell, and the silence against twice the rhythm.",
        recipe='music = scoring.current_and_future(cdnow, until="1998-06-30", margin=0.30); then '
        'compare music["silence"] with 2 * music["rhythm"], for the cell high_high only.',
        within=1e-6,
    ),
}
