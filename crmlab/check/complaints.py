"""Exercises of lesson 61."""

from crmlab import recovery as rec
from crmlab.check import Exercise
from crmlab.database import load


def _closed(step="closed", until="2025-03-31", days=14):
    """Share of Lantern's complaints that ended within some days."""
    times = rec.handling_time(load("lantern")["complaints"], step, until=until)
    return times.within(days).loc["all", "estimate"]


def _of_closed():
    """The same share, of the closed complaints alone."""
    table = load("lantern")["complaints"]
    table = table[table["closed"] <= "2025-03-31"]
    return ((table["closed"] - table["opened"]).dt.days <= 14).mean()


EXERCISES = {
    "61.1": Exercise(
        solution=_closed,
        misreadings=(
            (_of_closed, "You counted closed complaints only. Those still open belong to it."),
            (
                lambda: _closed(until="2025-12-31"),
                "That is the end of the data. Set until to 31 March 2025.",
            ),
            (lambda: _closed("first_reply"), "That is the first reply. Ask for closed."),
            (lambda: 1 - _closed(), "That is the share still open after 14 days."),
        ),
        within=0.002,
        hint="Which argument of handling_time sets the day on which we look?",
        recipe=(
            "times = rec.handling_time(lantern['complaints'], 'closed', until='2025-03-31'); then "
            "times.within(14)['estimate']."
        ),
    ),
    "61.2": Exercise(
        solution=lambda: 0.10,
        misreadings=(
            (lambda: 0.20, "That is the members alone. The subscribers count as well."),
            (lambda: 0.60, "That is the share who bought again. Take off that of the others."),
            (lambda: -0.10, "Those who complained come first; take the others off."),
        ),
        hint="What is the difference among subscribers? And among members?",
        recipe="Subscribers: 0.80 - 0.80. Members: 0.40 - 0.20. Take the mean, five of each.",
    ),
}
