"""Exercises of lesson 60."""

import pandas as pd

from crmlab import recovery
from crmlab.check import Exercise
from crmlab.database import load


def _returns(lost_for, silent=90):
    """Share of CDNOW's lost customers who return in the next month."""
    days = pd.date_range("1997-01-31", "1998-06-30", freq="ME")
    states = recovery.customer_states(load("cdnow").transactions, days=days, silent=silent)
    returns = states.returns()
    return returns.overall if lost_for is None else returns["estimate"][lost_for]


EXERCISES = {
    "60.1": Exercise(
        solution=lambda: ["new", "active", "lost"],
        misreadings=(
            (
                lambda: ["new", "lost", "lost"],
                "Hugo bought on 1 August. Count the days from there to 30 September.",
            ),
            (
                lambda: ["new", "active", "new"],
                "For Iris ask the rule of the lost first: how many days is 10 July ago?",
            ),
            (
                lambda: ["active", "active", "lost"],
                "Gia's first purchase was on 5 August. Is that more than 60 days ago?",
            ),
        ),
        hint="Ask the rules in order: count days from the last purchase, then from the first.",
        recipe=(
            "Gia: first 56 days ago, last 10. Hugo: last 60 days ago, which is not more than 60. "
            "Iris: last 82 days ago."
        ),
    ),
    "60.2": Exercise(
        solution=lambda: 0.04 / 0.16,
        misreadings=(
            (lambda: 0.12 / 0.16, "That is the share of the lost. Who is active?"),
            (lambda: 0.04 / 0.12, "That is active customers for each lost one, not of all."),
            (
                lambda: 0.04,
                "That is the share who return in a month. How many are active?",
            ),
        ),
        hint="In the long run, as many customers become lost in a month as return.",
        recipe="0.12 x active = 0.04 x lost; active + lost = 1; active = 0.04 / (0.12 + 0.04).",
    ),
    "60.3": Exercise(
        solution=lambda: _returns(1),
        misreadings=(
            (lambda: _returns(6), "That is after six months. Take the row 1."),
            (lambda: _returns(None), "That is the share over all months together."),
            (lambda: _returns(1, silent=60), "Take 90 silent days."),
        ),
        hint="Which method of the states counts who returns? Which row is one month?",
        recipe=(
            "days = pd.date_range('1997-01-31', '1998-06-30', freq='ME'); "
            "recovery.customer_states(crm.load('cdnow').transactions, days=days, silent=90)"
            ".returns()['estimate'][1]."
        ),
    ),
}
