"""Improvement goals checked for what nobody could ever miss."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlab import inputs

_RULES = ("specific", "measurable", "achievable", "relevant", "time_bound")
_UNSEEN = "the change is within the margin of error: aim further or ask more people"


def check_goals(goals: pd.DataFrame, *, until: inputs.Day) -> pd.DataFrame:
    """Check improvement goals against the SMART form and say what is lacking.

    Parameters
    ----------
    goals : DataFrame
        One row per goal: ``metric``, ``unit``, ``baseline``, ``target``, ``date`` (by when),
        ``serves`` (the outcome it is for); optionally ``best_seen`` (the best anyone reached) and
        ``margin`` (margin of error of the measurement). Empty cells are allowed: they are found.
    until : date
        The last day that has passed: a goal must lie after it.

    Returns
    -------
    pandas.DataFrame
        One row per goal: ``specific``, ``measurable``, ``achievable``, ``relevant``,
        ``time_bound``, ``ok``, and ``to_do`` in words.

    Raises
    ------
    ValueError
        A missing column; a baseline, target or margin that is no number; a date that is none.

    Notes
    -----
    The form of Doran (1981, Management Review 70). A form cannot tell a good goal from a bad one;
    it finds goals that nobody could ever miss. A change smaller than the margin of error cannot
    be seen in the data.

    Examples
    --------
    >>> goals = pd.DataFrame({"metric": ["kept promises"], "unit": ["%"], "baseline": [71],
    ...     "target": [71], "date": ["2026-06-30"], "serves": ["satisfaction"]})
    >>> check_goals(goals, until="2026-01-01")["to_do"].tolist()
    ['set a target that differs from the baseline']
    """
    inputs.table(goals, ["metric", "unit", "baseline", "target", "date", "serves"], "goals")
    by = inputs.days(goals["date"], "goals.date", rows=goals, accept=("empty",))
    late = by <= inputs.day(until, "until")
    asked = [name for name in ("baseline", "target", "best_seen", "margin") if name in goals]
    read = inputs.number_columns(goals, asked, "goals", accept=("empty",))
    baseline, target = read["baseline"], read["target"]
    rounding = 1e-9 * np.fmax(baseline.abs(), target.abs())
    change = (target - baseline).mask((target - baseline).abs() <= rounding, 0.0)
    nothing = pd.Series(np.nan, goals.index)
    margin, best = read.get("margin", nothing).fillna(0), read.get("best_seen", nothing)
    unseen = (change != 0) & (change.abs() <= margin + rounding)
    beyond = (target - best) * np.sign(change) > rounding
    lacking = [
        ("specific", _blank(goals["metric"]), "name one metric"),
        ("measurable", _blank(goals["unit"]), "name the unit"),
        ("measurable", baseline.isna(), "measure the baseline"),
        ("measurable", target.isna(), "set a target"),
        ("measurable", change == 0, "set a target that differs from the baseline"),
        ("measurable", unseen, _UNSEEN),
        ("achievable", beyond, "nobody has reached the target: say how it can be"),
        ("relevant", _blank(goals["serves"]), "say which outcome it serves"),
        ("time_bound", by.isna(), "set a date"),
        ("time_bound", late, "the date has passed"),
    ]
    checked = pd.DataFrame({rule: np.full(len(goals), True) for rule in _RULES})
    advice: list[list[str]] = [[] for _ in range(len(goals))]
    for rule, found, told in lacking:
        for row in np.flatnonzero(found):
            checked.loc[row, rule] = False
            advice[row].append(told)
    checked["ok"] = checked.all(axis=1)
    checked["to_do"] = ["; ".join(told) for told in advice]
    return checked.set_axis(goals.index)


def _blank(column: pd.Series) -> pd.Series:
    return column.isna() | (column.astype("str").str.strip() == "")
