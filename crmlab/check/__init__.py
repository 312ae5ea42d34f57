"""Answers to the exercises: ``check("0.1", answer)`` says how far along you are.

It says *not attempted yet* while the answer is ``...``, *right* when it is right, and otherwise
*not yet* with a hint; the usual misreadings have a hint of their own. Exercises state their
inputs, so that they have one answer whichever data the rest of the lesson runs on.

One file here holds the exercises of one lesson, and bears its name.
"""

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Number

_LESSONS = {
    "0": "customer_base",
    "1": "delivered_value",
    "3": "satisfaction",
    "4": "measuring_satisfaction",
    "5": "drivers",
    "6": "lifetime_value",
    "7": "repeat_buying",
    "8": "scoring",
    "9": "tiers",
}


@dataclass(frozen=True)
class Exercise:
    """One exercise: its solution, the usual misreadings, and a hint for everything else.

    Attributes
    ----------
    solution : callable
        Computes the right answer: a number, a text, or a list or set of these.
    misreadings : tuple of (callable, str)
        Pairs: computes a wrong answer, and the hint to give for it. At least two.
    hint : str
        Given for any other wrong answer.
    within : float
        Largest relative difference at which a number still counts as right.
    """

    solution: Callable[[], object]
    misreadings: tuple[tuple[Callable[[], object], str], ...]
    hint: str
    within: float = 0.005


def check(exercise, answer):
    """Print whether an exercise is right, not yet right, or not attempted yet.

    Parameters
    ----------
    exercise : str
        Its number in the lesson, such as ``"0.1"``.
    answer : number, str, list, set, or ``...``
        What you found. ``...`` means: not attempted yet.

    Raises
    ------
    KeyError
        There is no such exercise.

    Examples
    --------
    >>> check("0.1", ...)
    0.1: not attempted yet
    """
    print(f"{exercise}: {verdict(find(exercise), answer)}")


def verdict(exercise, answer):
    """Judge an answer in words: what `check` prints after the number of the exercise."""
    if answer is ...:
        return "not attempted yet"
    if _same(answer, exercise.solution(), exercise.within):
        return "right"
    for wrong, hint in exercise.misreadings:
        if _same(answer, wrong(), exercise.within):
            return f"not yet. {hint}"
    return f"not yet. {exercise.hint}"


def exercises():
    """Every exercise of the course, a dict from number to `Exercise`."""
    modules = [importlib.import_module(f"crmlab.check.{name}") for name in _LESSONS.values()]
    return {number: one for module in modules for number, one in module.EXERCISES.items()}


def find(exercise):
    """Look an exercise up by its number."""
    lesson = _LESSONS.get(str(exercise).partition(".")[0])
    known = importlib.import_module(f"crmlab.check.{lesson}").EXERCISES if lesson else {}
    if exercise not in known:
        raise KeyError(f"there is no exercise {exercise!r}")
    return known[exercise]


def _same(answer, target, within):
    answer, target = _plain(answer), _plain(target)
    if isinstance(target, bool) or isinstance(answer, bool):
        return answer is target
    if isinstance(target, Number):
        return isinstance(answer, Number) and math.isclose(answer, target, rel_tol=within)
    if isinstance(target, str):
        return isinstance(answer, str) and answer.strip().casefold() == target.casefold()
    if isinstance(target, set):
        return isinstance(answer, (set, list)) and {_folded(a) for a in answer} == {
            _folded(t) for t in target
        }
    return (
        isinstance(answer, list)
        and len(answer) == len(target)
        and all(_same(a, t, within) for a, t in zip(answer, target, strict=True))
    )


def _plain(value):
    """Turn NumPy and pandas values into plain Python ones; tuples become lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Number):
        return value[0]
    return list(value) if isinstance(value, tuple) else value


def _folded(value):
    value = _plain(value)
    return value.strip().casefold() if isinstance(value, str) else value
