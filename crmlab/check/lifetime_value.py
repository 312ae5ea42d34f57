"""Exercises of lesson 06."""

from crmlab.check import Exercise
from crmlab.lifetime_value import margin_multiple, present_value


def _account(yearly, first):
    return present_value([yearly] * 5, rate=0.08, first=first) - 150


def _telephone(rate, first):
    return 2_400 * margin_multiple(0.85, rate=rate, first=first)


def _lost(yearly, first):
    return 64_000 * 0.05 * yearly * margin_multiple(0.95, rate=0.10, first=first)


EXERCISES = {
    "6.1": Exercise(
        solution=lambda: _account(0.30 * 400 - 20, "end"),
        misreadings=(
            (
                lambda: _account(400 - 20, "end"),
                "That counts revenue. Only 30 % of the 400 is contribution.",
            ),
            (lambda: _account(0.30 * 400, "end"), "Serving the cafe costs 20 a year. Take it off."),
            (
                lambda: _account(0.30 * 400 - 20, "start"),
                'The first payment comes after a year: first="end".',
            ),
            (
                lambda: 5 * (0.30 * 400 - 20) - 150,
                "That is the plain sum. Later payments are worth less today.",
            ),
            (
                lambda: _account(0.30 * 400 - 20, "end") + 150,
                "Take off the 150 that winning the cafe cost.",
            ),
        ),
        hint="Contribution less service, five times, each worth less than the last; less 150.",
    ),
    "6.2": Exercise(
        solution=lambda: _telephone(0.10, "start"),
        misreadings=(
            (lambda: 2_400 * 30, "That is the saying itself: nobody leaves, and waiting is free."),
            (
                lambda: _telephone(0, "start"),
                "That is without discounting. Use 10 % a year as well as the retention.",
            ),
            (lambda: _telephone(0.10, "end"), "The first margin comes now and is certain."),
            (
                lambda: present_value([2_400] * 30, rate=0.10, first="start"),
                "That discounts, but nobody leaves. Use the retention of 0.85.",
            ),
        ),
        hint="The first 2,400 comes now; each later year counts 0.85 / 1.10 of the year before.",
    ),
    "6.3": Exercise(
        solution=lambda: _lost(0.30 * 40_000 - 5_000, "start"),
        misreadings=(
            (
                lambda: 64_000 * 0.05 * 40_000 * 0.10,
                "That is the saying itself. None of the three corrections is in it.",
            ),
            (
                lambda: 64_000 * 0.05 * (0.30 * 40_000 - 5_000),
                "That is one year. They would have stayed for more: use the multiple.",
            ),
            (
                lambda: _lost(0.10 * 40_000, "start"),
                "Profit is after overheads, which stay. Take the contribution less service saved.",
            ),
            (
                lambda: _lost(0.30 * 40_000, "start"),
                "Take off the 5,000 of service that each lost customer no longer needs.",
            ),
            (
                lambda: _lost(0.30 * 40_000 - 5_000, "end"),
                'The first year counts from now, whole: first="start".',
            ),
        ),
        hint="Lost customers, times contribution less service saved, times the margin multiple.",
    ),
    "6.4": Exercise(
        solution=lambda: 100 + (350 - 100) + 90,
        misreadings=(
            (
                lambda: 100 + 350 + 90,
                "Next year is in it twice: once as current, once inside the 350.",
            ),
            (lambda: 300 + 100 + 250 + 90, "The 300 has been paid. It is history, not future."),
            (lambda: 300 + 100 + 350 + 90, "That counts the past, and next year twice."),
            (lambda: 250 + 90, "That leaves out next year's 100."),
        ),
        hint="Current value, plus what comes after it, plus growth; no year twice.",
    ),
}
