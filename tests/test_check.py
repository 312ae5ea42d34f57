"""Exercises: each takes its solution, knows a stub, and rejects its listed misreadings."""

import numpy as np
import pandas as pd
import pytest

from crmlab import check as checks
from crmlab.check import Exercise, check, exercises, verdict

ALL = exercises()


@pytest.mark.parametrize("number", ALL)
def test_accepts_the_solution_and_knows_the_stub(number):
    assert verdict(ALL[number], ALL[number].solution()) == "right"
    assert verdict(ALL[number], ...) == "not attempted yet"


@pytest.mark.parametrize("number", ALL)
def test_rejects_the_usual_misreadings_each_with_its_hint(number):
    exercise = ALL[number]
    assert len(exercise.misreadings) >= 2
    for wrong, hint in exercise.misreadings:
        assert verdict(exercise, wrong()) == f"not yet. {hint}"


@pytest.mark.parametrize("number", ALL)
@pytest.mark.parametrize("answer", [None, "", "no idea", float("nan"), [], -987654.321])
def test_rejects_nonsense_with_a_hint(number, answer):
    assert verdict(ALL[number], answer) == f"not yet. {ALL[number].hint}"


@pytest.mark.parametrize(
    ("solution", "answer", "right"),
    [
        (lambda: 0.3, np.float64(0.3), True),
        (lambda: 0.3, pd.Series([0.3]), True),
        (lambda: 0.3, 0.3014, True),
        (lambda: 0.3, 0.302, False),
        (lambda: 0.3, "0.3", False),
        (lambda: 1, True, False),
        (lambda: 0, 0.0, True),
        (lambda: "Lantern", " lantern ", True),
        (lambda: {"Ana", "Ben"}, ["ben", "ANA"], True),
        (lambda: {"Ana", "Ben"}, {"Ana"}, False),
        (lambda: [1, 2], (1, 2), True),
        (lambda: [1, 2], [2, 1], False),
        (lambda: ["a", 2], np.array(["a", 2], dtype=object), True),
    ],
)
def test_compares_what_people_type(solution, answer, right):
    assert (verdict(Exercise(solution, (), "hint"), answer) == "right") is right


def test_prints_one_line(capsys):
    number = next(iter(ALL))
    check(number, ...)
    assert capsys.readouterr().out == f"{number}: not attempted yet\n"


@pytest.mark.parametrize("number", ["99.1", "0.99", "x"])
def test_an_unknown_exercise_is_an_error(number):
    with pytest.raises(KeyError, match="no exercise"):
        checks.find(number)
