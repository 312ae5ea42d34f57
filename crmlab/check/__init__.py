"""Answers to the exercises: ``check("0.1", answer)`` says how far along you are.

It says *not attempted yet* while the answer is ``...``, *right* when it is right, and otherwise
*not yet* with a hint; the usual misreadings have a hint of their own. ``solution("0.1")`` shows the
code after a try. Exercises state their inputs, so that they have one answer whichever data the
rest of the lesson runs on.

One file here holds the exercises of one lesson, and bears its name.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from crmlab.check.answers import a_hundredfold, same
from crmlab.curriculum import LESSONS

SOLUTIONS = Path(__file__).parent / "solutions.json"

_tries: Counter[str] = Counter()


@dataclass(frozen=True)
class Exercise:
    """One exercise: its solution, the usual misreadings, and hints for everything else.

    Attributes
    ----------
    solution : callable
        Computes the right answer: a number, a text, or a list or set of these.
    misreadings : tuple of (callable, str)
        Pairs: computes a wrong answer, and the hint to give for it. At least two.
    hint : str
        Given for the first other wrong answer.
    recipe : str
        Given from the second one on: the call, or the whole way. The hint again where it is empty.
    within : float
        Largest relative difference at which a number still counts as right. Below 1e-6 a rounded
        answer does not.
    """

    solution: Callable[[], Any]
    misreadings: tuple[tuple[Callable[[], Any], str], ...]
    hint: str
    recipe: str = ""
    within: float = 0.005


def check(exercise: str, answer: object) -> None:
    """Print whether an exercise is right, not yet right, or not attempted yet.

    Parameters
    ----------
    exercise : str
        Its number in the lesson, such as ``"0.1"``.
    answer : number, str, list, set, Series, DataFrame of one row, result, or ``...``
        What you found, in any natural form: ``0.3`` or ``"30 %"``, 67 or a Timedelta of 67 days.
        ``...`` means: not attempted yet.

    Raises
    ------
    KeyError
        There is no such exercise.

    Examples
    --------
    >>> check("0.1", ...)
    0.1: not attempted yet
    """
    one = find(exercise)
    said = verdict(one, answer, again=_tries[str(exercise)] > 0)
    if answer is not ...:
        _tries[str(exercise)] += 1
    print(f"{exercise}: {said}")


def solution(exercise: str) -> None:
    """Print the code that solves an exercise, once it has been tried.

    Parameters
    ----------
    exercise : str
        Its number in the lesson, such as ``"0.1"``.

    Raises
    ------
    KeyError
        There is no such exercise.
    """
    find(exercise)
    if not _tries[str(exercise)]:
        print(f"{exercise}: try it first; check it once, right or wrong.")
        return
    print(json.loads(SOLUTIONS.read_text(encoding="utf-8"))[str(exercise)])


def verdict(exercise: Exercise, answer: object, *, again: bool = False) -> str:
    """Judge an answer in words: what `check` prints after the number of the exercise."""
    if answer is ...:
        return "not attempted yet"
    target = exercise.solution()
    if same(answer, target, exercise.within):
        return "right"
    for wrong, hint in exercise.misreadings:
        if same(answer, wrong(), exercise.within):
            return f"not yet. {hint}"
    if a_hundredfold(answer, target):
        return "not yet. Write it as a fraction: 0.77 for 77 %."
    return f"not yet. {exercise.recipe if again and exercise.recipe else exercise.hint}"


def exercises() -> dict[str, Exercise]:
    """Every exercise of the course, from its number to what it is."""
    return {number: one for lesson in LESSONS for number, one in _of(lesson.exercises).items()}


def find(exercise: str) -> Exercise:
    """Look an exercise up by its number."""
    number = str(exercise).partition(".")[0].zfill(2)
    known: dict[str, Exercise] = {}
    for lesson in LESSONS:
        if lesson.number == number:
            known = _of(lesson.exercises)
    if str(exercise) not in known:
        told = ", ".join(known) or ", ".join(one.number for one in LESSONS)
        raise KeyError(f"there is no exercise {exercise!r}; there are {told}")
    return known[str(exercise)]


def _of(name: str) -> dict[str, Exercise]:
    return importlib.import_module(f"crmlab.check.{name}").EXERCISES


class _Callable(ModuleType):
    """Lets ``crm.check("0.1", 67)`` work, although ``crm.check`` is this module."""

    def __call__(self, exercise: str, answer: object) -> None:
        check(exercise, answer)


sys.modules[__name__].__class__ = _Callable
