"""Exercises: each takes its solution, knows a stub, and rejects its listed misreadings."""

import numpy as np
import pandas as pd
import pytest

import crmlab as crm
from crmlab import check as checks
from crmlab.check import Exercise, check, exercises, solution, verdict
from crmlab.results import Result

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
        (lambda: 0.3, "0.3", True),
        (lambda: 0.3, "30 %", True),
        (lambda: 0.3, "30%", True),
        (lambda: 0.3, "thirty", False),
        (lambda: 1250, "$1,250", True),
        (lambda: 67, pd.Timestamp("2025-05-09") - pd.Timestamp("2025-03-03"), True),
        (lambda: 67, "67", True),
        (lambda: 67, 67 + 0j, False),
        (lambda: 0.512, 0.51, True),
        (lambda: 0.0625, 0.06, True),
        (lambda: 0.512, 0.5, False),
        (lambda: 0.512, 0.52, False),
        (lambda: 2.583, 2.6, True),
        (lambda: 2.583, 3, False),
        (lambda: 61.44, 61.4, True),
        (lambda: [-0.111, 0.617], [-0.11, 0.62], True),
        (lambda: [2, 9.0, 13.0], {"frequency": 2, "recency": 9, "T": 13}, True),
        (
            lambda: [2, 9.0, 13.0],
            pd.DataFrame({"frequency": [2], "recency": [9.0], "T": [13.0]}),
            True,
        ),
        (lambda: 0.3, pd.DataFrame({"a": [0.1, 0.2]}), False),
        (lambda: 0.3, [[0.3, [1]]], False),
        (lambda: "must be", "Must-be", True),
        (lambda: "queue", ["queue"], True),
        (lambda: {"Gus", "Ida"}, "Ida, Gus", True),
        (lambda: 0.3, object(), False),
        (lambda: 0.3, len, False),
        (lambda: 40.5, Result(pd.DataFrame({"estimate": [40.5]})), True),
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


def test_per_cent_for_a_fraction_is_told():
    exercise = Exercise(lambda: 0.77, ((lambda: 0.23, "other way"),), "hint")
    assert verdict(exercise, 77) == "not yet. Write it as a fraction: 0.77 for 77 %."
    assert verdict(exercise, 76) == "not yet. hint"


def test_the_recipe_comes_with_the_second_try():
    exercise = Exercise(lambda: 3, (), "hint", recipe="call len")
    assert verdict(exercise, 4) == "not yet. hint"
    assert verdict(exercise, 4, again=True) == "not yet. call len"
    assert verdict(Exercise(lambda: 3, (), "hint"), 4, again=True) == "not yet. hint"


def test_a_count_is_not_rounded():
    assert verdict(Exercise(lambda: 412, (), "hint", within=1e-9), 410) == "not yet. hint"


def test_the_solution_is_shown_after_a_try(capsys, monkeypatch):
    monkeypatch.setattr(checks, "_tries", checks.Counter())
    number = next(iter(ALL))
    solution(number)
    assert "try it first" in capsys.readouterr().out
    crm.check(number, -1)
    capsys.readouterr()
    solution(number)
    assert "answer = " in capsys.readouterr().out
    with pytest.raises(KeyError, match="no exercise"):
        solution("0.99")


def test_prints_one_line(capsys):
    number = next(iter(ALL))
    check(number, ...)
    assert capsys.readouterr().out == f"{number}: not attempted yet\n"


@pytest.mark.parametrize("number", ["99.1", "0.99", "x"])
def test_an_unknown_exercise_is_an_error(number):
    with pytest.raises(KeyError, match="no exercise"):
        checks.find(number)
