"""Exercises of lesson 61."""

from crmlab import recovery as rec
from crmlab.check import Exercise
from crmlab.database import load


def _lost(problem=0.05, voiced=0.10):
    """Customers lost of 4,000."""
    returning = {"silent": 0.40, "told": 0.80}
    return rec.silent_damage(4_000, problem, voiced, returning=returning).lost


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
        solution=_lost,
        misreadings=(
            (lambda: 200 - _lost(), "Those are the customers who buy again."),
            (lambda: 200 * 0.9 * 0.6, "You left out those who complained and did not return."),
            (lambda: 4_000 * (0.9 * 0.6 + 0.1 * 0.2), "Only 5 % of the customers had a problem."),
            (lambda: 200 * (0.9 * 0.2 + 0.1 * 0.6), "You took the shares the wrong way round."),
        ),
        hint="How many customers have a problem? How many of them are silent?",
        recipe="200 have a problem: 180 are silent, and 60 % of them are lost; 20 told, and 20 %.",
    ),
    "61.2": Exercise(
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
    "61.3": Exercise(
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
