"""Exercises of lesson 04."""

from math import sqrt

from crmlab.check import Exercise

_SCORES = (64, 62.5, 100 * 0.38 / 0.6, 70, 50, 100 * 1.2 / 2.2)
_WEIGHTS = (0.20, 0.15, 0.25, 0.15, 0.15, 0.10)


def _margin(design_effect):
    """Margin of error of 16,677 answers in percentage points, worst case, 95 %."""
    return 100 * 1.959964 * sqrt(design_effect * 0.25 / 16_677)


def _index(scores, weights):
    return sum(score * weight for score, weight in zip(scores, weights, strict=True))


EXERCISES = {
    "4.1": Exercise(
        solution=lambda: {"roasting"},
        misreadings=(
            (
                lambda: {"roasting", "delivery"},
                "The mean of delivery is above 3, its interval is not.",
            ),
            (
                lambda: {"roasting", "delivery", "accounts"},
                "Those are the means above 3. Look where each interval begins.",
            ),
            (
                lambda: {"accounts"},
                "The highest mean comes from two answers. Five are needed.",
            ),
            (
                lambda: {"roasting", "accounts"},
                "Two colleagues of accounts agree. That is no interval; five answers are needed.",
            ),
        ),
        hint="sat.mean(ratings) has a low end. Which departments have five answers and low > 3?",
    ),
    "4.2": Exercise(
        solution=lambda: _margin(1 + 555 * 0.02),
        misreadings=(
            (
                lambda: _margin(1),
                "That is as if each had been drawn alone. Multiply the variance by the effect.",
            ),
            (
                lambda: _margin(1) * (1 + 555 * 0.02),
                "The effect multiplies the variance. The margin grows by its square root.",
            ),
            (
                lambda: _margin(1 + 555 * 0.02) / 100,
                "That is a share. Times 100 for percentage points.",
            ),
            (
                lambda: _margin(1 + 29 * 0.02),
                "m is the number of answers per city, not the number of cities.",
            ),
        ),
        hint="Design effect 1 + 555 x 0.02. Multiply 0.25/n by it, then take the root.",
    ),
    "4.3": Exercise(
        solution=lambda: _index(_SCORES, _WEIGHTS),
        misreadings=(
            (
                lambda: sum(_SCORES) / 6,
                "That is the plain mean of the six. Use the weights.",
            ),
            (
                lambda: _index((*_SCORES[:3], 30, *_SCORES[4:]), _WEIGHTS),
                "Twelve complaints are nearer to the best, 0. Their score is 70, not 30.",
            ),
            (
                lambda: _index((*_SCORES[:3], 30, 50, 100 - _SCORES[5]), _WEIGHTS),
                "Two measures are good when low. Their worst goalpost is the larger number.",
            ),
            (
                lambda: _index((*_SCORES[:5], 100 - _SCORES[5]), _WEIGHTS),
                "A low price sensitivity is good: from 3.0 towards 0.8.",
            ),
            (
                lambda: _index(_SCORES, _WEIGHTS) / 100,
                "That is between 0 and 1. Give points, 0 to 100.",
            ),
        ),
        hint="Score = 100 x (value - worst) / (best - worst). Multiply by the weights and add.",
        within=0.001,
    ),
    "4.4": Exercise(
        solution=lambda: 9 * 5 - 12 * 3,
        misreadings=(
            (
                lambda: 9 - 12,
                "That is the change in complaints. Most problems are never told.",
            ),
            (
                lambda: 9 / 5 - 12 / 3,
                "Complaints are the part that is told. Divide by the share, do not multiply.",
            ),
            (
                lambda: 12 * 3 - 9 * 5,
                "This year less last year: the sign says which way it went.",
            ),
            (
                lambda: 9 * 5,
                "Those are this year's problems. By how much did they change?",
            ),
            (
                lambda: 9 * 5 / (12 * 3) - 1,
                "That is the relative change. Give problems per 1,000 purchases.",
            ),
        ),
        hint="Problems = complaints / share that tells. Once for each year, then subtract.",
    ),
}
