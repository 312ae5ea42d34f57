"""Exercises of lesson 20."""

import functools

from crmlab.check import Exercise
from crmlab.database import load


@functools.cache
def _gaps(wave):
    """Mean of perceived minus expected of each element of the shipped survey, in one wave."""
    survey = load("lantern").survey
    survey = survey[survey["wave"] == wave]
    elements = [name.removesuffix("_perceived") for name in survey.filter(like="_perceived")]
    return [(survey[f"{e}_perceived"] - survey[f"{e}_expected"]).mean() for e in elements]


def _next(before, lived, share=0.4):
    return before + share * (lived - before)


EXERCISES = {
    "20.1": Exercise(
        solution=lambda: {"Gus", "Ida"},
        misreadings=(
            (
                lambda: {"Eva", "Gus", "Ida"},
                "Eva misses by one point, which is inside the tolerance.",
            ),
            (
                lambda: {"Ida"},
                "Gus got a 7, a good rating. He expected a 9: compare with that.",
            ),
            (
                lambda: {"Hal"},
                "Hal got more than he expected. Subtract expected from perceived.",
            ),
            (
                lambda: {"Eva", "Fay", "Hal"},
                "Those are the ones within the tolerance. Who lies below it?",
            ),
            (lambda: 2, "Give their names, in a list."),
        ),
        hint="Subtract five times, and compare each result with the edge of the tolerance.",
        recipe="Perceived minus expected for each of the five. Dissatisfied: below minus one.",
    ),
    "20.2": Exercise(
        solution=lambda: _next(_next(8, 5), 7),
        misreadings=(
            (
                lambda: _next(8, 5),
                "That is before the second visit. The second visit surprises her once more.",
            ),
            (
                lambda: _next(_next(8, 5, 0.6), 7, 0.6),
                "You kept 40 % of the old expectation. 40 % of the surprise is what is added.",
            ),
            (
                lambda: _next(8, 6),
                "That averages both visits. Take one visit after the other.",
            ),
            (
                lambda: _next(_next(_next(8, 5), 7), 7),
                "That is before the fourth visit. Stop after the second surprise.",
            ),
            (
                lambda: 8 + 0.4 * (5 - 8) + 0.4 * (7 - 8),
                "The second surprise compares the 7 with what she expected by then, not with 8.",
            ),
        ),
        hint="After each visit: the old expectation plus 0.4 times (perceived - expected).",
        recipe='sat.expectation_path([5, 7, 7], start=8, learning=0.4)["expected"][3]',
    ),
    "20.3": Exercise(
        solution=lambda: min(_gaps(1)),
        misreadings=(
            (lambda: min(_gaps(2)), "That is the second wave. Take wave == 1."),
            (lambda: max(_gaps(1)), "That is the largest surplus. Look for what falls short."),
            (
                lambda: -min(_gaps(1)),
                "The size is right. A gap is perceived minus expected: mind its sign.",
            ),
            (
                lambda: sum(_gaps(1)) / len(_gaps(1)),
                "That is the mean over all elements. Which single one falls shortest?",
            ),
            (
                lambda: sorted(_gaps(1))[1],
                "That is the second of the elements that fall short. Another one is lower.",
            ),
        ),
        hint="Compute the service gaps of the first wave and look for the lowest estimate.",
        recipe='sat.service_gaps(first_wave, scale=(1, 10))["estimate"].min()',
    ),
}
