"""Exercises of lesson 03."""

import math

from crmlab.check import Exercise

_WAITS = (10, 20, 40, 70)
_GAPS = (-1.2, -0.6, -0.2, 0.1, 0.9)
_POINTS = (35, 30, 15, 15, 5)


def _value(promise):
    """Value of a promise for the four equally likely waits, 1 % a minute going away."""
    kept = sum(wait <= promise for wait in _WAITS) / len(_WAITS)
    return math.exp(-0.01 * promise) * kept


EXERCISES = {
    "3.1": Exercise(
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
        hint="Perceived minus expected, five times. Dissatisfied: below minus one. Give names.",
    ),
    "3.2": Exercise(
        solution=lambda: ((0.88 + 0.80) / 2 - 0.60) / (1 - 0.60),
        misreadings=(
            (
                lambda: (0.88 + 0.80) / 2,
                "That is the mean reliability of the two ratings. The difference has less.",
            ),
            (
                lambda: (0.88 + 0.80) / 2 - 0.60,
                "Nearly. Divide by what is left of the variance: one minus the correlation.",
            ),
            (
                lambda: 0.88 * 0.80,
                "Reliabilities are not multiplied here. Take their mean, less the correlation.",
            ),
            (
                lambda: (0.88 - 0.60) / (1 - 0.60),
                "Only one rating is in that. Take the mean of the two reliabilities.",
            ),
            (
                lambda: 1 - ((0.88 + 0.80) / 2 - 0.60) / (1 - 0.60),
                "That is the share of noise. The reliability is the rest.",
            ),
        ),
        hint="(mean reliability - correlation) / (1 - correlation).",
    ),
    "3.3": Exercise(
        solution=lambda: max(_WAITS, key=_value),
        misreadings=(
            (
                lambda: max(_WAITS),
                "Never broken, but half have left on reading the board. Try shorter ones.",
            ),
            (
                lambda: sum(_WAITS) / len(_WAITS),
                "That is the mean. No wait ends there: a promise of 20 keeps just as many.",
            ),
            (
                lambda: 30,
                "That is the median: broken half the time, and it keeps no more than 20 does.",
            ),
            (lambda: min(_WAITS), "Nearly all stay, and three in four are served late."),
            (
                lambda: _value(max(_WAITS, key=_value)),
                "That is the best promise's value. The question asks for its minutes.",
            ),
        ),
        hint="For each of the four waits: exp(-0.01 x promise) x share kept. Take the largest.",
        within=1e-9,
    ),
    "3.4": Exercise(
        solution=lambda: sum(g * w / 100 for g, w in zip(_GAPS, _POINTS, strict=True)),
        misreadings=(
            (
                lambda: sum(_GAPS) / len(_GAPS),
                "That counts the five alike. Weight each by its points.",
            ),
            (
                lambda: sum(g * w for g, w in zip(_GAPS, _POINTS, strict=True)),
                "The points add up to 100. Divide by that.",
            ),
            (
                lambda: -sum(g * w / 100 for g, w in zip(_GAPS, _POINTS, strict=True)),
                "The sign is turned: a gap is perceived minus expected.",
            ),
            (
                lambda: sum(min(g, 0) * w / 100 for g, w in zip(_GAPS, _POINTS, strict=True)),
                "That leaves out the two surpluses. They count, with their small weights.",
            ),
            (
                lambda: sum(g * w / 100 for g, w in zip(_GAPS, _POINTS, strict=True)) / 5,
                "The weights already add up to one. Do not divide by five as well.",
            ),
        ),
        hint="Multiply each gap by its points, add up, divide by 100.",
    ),
}
