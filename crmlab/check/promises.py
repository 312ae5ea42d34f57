"""Exercises of lesson 21."""

import functools
import math

from crmlab.check import Exercise
from crmlab.database import load

_LIKELY = (10, 20, 40, 70)


@functools.cache
def _waits():
    return load("lantern").waits


def _share(when, rows="served"):
    """Share of promises kept among the measured waits before or after 1 March 2025."""
    waits = _waits()
    early = waits["date"] < "2025-03-01"
    waits = waits[{"before": early, "after": ~early, "all": early | ~early}[when]]
    if rows == "served":
        waits = waits.dropna(subset="waited")
    return float((waits["waited"] <= waits["promised"]).mean())


def _value(promise):
    """Value of a promise for the four equally likely waits, 1 % a minute going away."""
    kept = sum(wait <= promise for wait in _LIKELY) / len(_LIKELY)
    return math.exp(-0.01 * promise) * kept


EXERCISES = {
    "21.1": Exercise(
        solution=lambda: _share("before"),
        misreadings=(
            (
                lambda: _share("before", "everybody"),
                "Guests who left count as broken promises there. Take those who were served.",
            ),
            (lambda: _share("after"), "Those are the arrivals since March. Take the ones before."),
            (lambda: _share("all"), "That takes both years together. Stop before 1 March 2025."),
            (
                lambda: 1 - _share("before"),
                "That is the share of promises that were broken.",
            ),
        ),
        hint="Choose the rows by date, drop those without a wait, then compare two columns.",
        recipe='early = waits.query("date < \'2025-03-01\'").dropna(subset="waited"), then the '
        'mean of early["waited"] <= early["promised"].',
    ),
    "21.2": Exercise(
        solution=lambda: max(_LIKELY, key=_value),
        misreadings=(
            (
                lambda: max(_LIKELY),
                "Never broken, but half have left on reading the board. Try shorter ones.",
            ),
            (
                lambda: sum(_LIKELY) / len(_LIKELY),
                "That is the mean. No wait ends there: a promise of 20 keeps just as many.",
            ),
            (
                lambda: 30,
                "That is the median: broken half the time, and it keeps no more than 20 does.",
            ),
            (lambda: min(_LIKELY), "Nearly all stay, and three in four are served late."),
            (
                lambda: _value(max(_LIKELY, key=_value)),
                "That is the best promise's value. The question asks for its minutes.",
            ),
        ),
        hint="For each of the four waits: which share stays, which share of those is in time?",
        recipe='sat.best_promise([10, 20, 40, 70], balking=0.01)["estimate"]["promise"]',
        within=1e-9,
    ),
}
