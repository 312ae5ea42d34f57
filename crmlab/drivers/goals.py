"""Improvement goals checked for what nobody could ever miss."""

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.satisfaction.answers import numeric


def check_goals(goals, *, today):
    """Check improvement goals against the SMART form and say what is lacking.

    Parameters
    ----------
    goals : DataFrame
        One row per goal: ``metric``, ``unit``, ``baseline``, ``target``, ``date`` (by when),
        ``serves`` (the outcome it is for); optionally ``best_seen`` (the best anyone reached) and
        ``margin`` (margin of error of the measurement). Empty cells are allowed: they are found.
    today : date
        Day of the check.

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
    >>> check_goals(goals, today="2026-01-01")["to_do"].tolist()
    ['set a target that differs from the baseline']
    """
    inputs.table(goals, ["metric", "unit", "baseline", "target", "date", "serves"], "goals")
    table = goals.copy()
    for name in ("baseline", "target", "best_seen", "margin"):
        table[name] = numeric(table[name]) if name in table else np.nan
    table["date"] = inputs.days(goals["date"], "goals.date", rows=goals, accept=("empty",))
    change = table["target"] - table["baseline"]
    seen = change.abs() > table["margin"].fillna(0)
    reach = (table["best_seen"] - table["target"]) * np.sign(change)
    rules = [
        ("specific", ~_blank(table["metric"]), "name one metric"),
        ("measurable", ~_blank(table["unit"]), "name the unit"),
        ("measurable", table["baseline"].notna(), "measure the baseline"),
        ("measurable", table["target"].notna(), "set a target"),
        ("measurable", change != 0, "set a target that differs from the baseline"),
        (
            "measurable",
            change.isna() | (change == 0) | seen,
            "the change is within the margin of error: aim further or ask more people",
        ),
        ("achievable", ~(reach < 0), "nobody has reached the target: say how it can be"),
        ("relevant", ~_blank(table["serves"]), "say which outcome it serves"),
        ("time_bound", table["date"].notna(), "set a date"),
        (
            "time_bound",
            table["date"].isna() | (table["date"] > inputs.day(today, "today")),
            "the date has passed",
        ),
    ]
    checked = pd.DataFrame(True, index=table.index, columns=_unique(rule for rule, _, _ in rules))
    lacking = {row: [] for row in range(len(table))}
    for rule, passed, advice in rules:
        checked[rule] &= passed
        for row in np.flatnonzero(~passed.to_numpy()):
            lacking[row].append(advice)
    checked["ok"] = checked.all(axis=1)
    checked["to_do"] = ["; ".join(advice) for advice in lacking.values()]
    return checked


def _blank(column):
    return column.isna() | (column.astype(str).str.strip() == "")


def _unique(names):
    return list(dict.fromkeys(names))
