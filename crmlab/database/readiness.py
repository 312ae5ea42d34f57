"""Which lessons the tables at hand allow, and what the others lack."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pandas as pd

from crmlab.curriculum import LESSONS, Lesson
from crmlab.database.problems import counted, listed

_WIDTH = 99
_INDENT = max(len(one.title) for one in LESSONS) + 2


def lessons_ready(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The lessons that are ready, together; then one line per lesson that is not: what it needs."""
    said = {one.title: verdict(one, tables) for one in LESSONS}
    ready = ", ".join(title for title, word in said.items() if word == "ready")
    lines = textwrap.wrap(
        f"{'Ready':<15}{ready or 'no lesson'}",
        _WIDTH,
        subsequent_indent=" " * 15,
        break_on_hyphens=False,
    )
    for title, needs in said.items():
        if needs != "ready":
            text = f"{title:<{_INDENT - 2}}  {needs}"
            lines += textwrap.wrap(text, _WIDTH, subsequent_indent=" " * _INDENT)
    return lines


def verdict(one: Lesson, tables: Mapping[str, pd.DataFrame]) -> str:
    """Say whether the tables are enough for a lesson, or what they lack.

    Parameters
    ----------
    one : Lesson
    tables : dict of str to DataFrame

    Returns
    -------
    str
        ``"ready"``, or a phrase that begins with "needs".

    Examples
    --------
    >>> from crmlab.curriculum import lesson
    >>> verdict(lesson("00"), {})
    'needs transactions (customer_id, date, amount)'
    """
    lacking = {
        name: [c for c in columns if name not in tables or c not in tables[name]]
        for name, columns in one.needs.items()
    }
    needs = [f"{name} ({', '.join(columns)})" for name, columns in lacking.items() if columns]
    if not needs:
        needs = _span(one, tables) + _answers(one, tables)
    return f"needs {listed(needs)}" if needs else "ready"


def _span(one: Lesson, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    if not one.months:
        return []
    days = tables["transactions"]["date"]
    if days.min() + pd.DateOffset(months=one.months) < days.max():
        return []
    there = (days.max() - days.min()).days
    return [f"transactions over more than {one.months} months; these span {counted(there, 'day')}"]


def _answers(one: Lesson, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    needs: list[str] = []
    if one.waves:
        there = tables["survey"]["wave"].nunique()
        if there < one.waves:
            needs.append(f"survey of {one.waves} waves or more; there is {there}")
    if one.rated:
        answered = [
            str(c) for c, any_answer in tables["survey"].notna().any().items() if any_answer
        ]
        lacking = [s for s in one.rated if not any(c.endswith(f"_{s}") for c in answered)]
        words = [f"<element>_{side}" for side in lacking]
        needs += [f"survey (at least one {listed(words)})"] if words else []
    return needs
