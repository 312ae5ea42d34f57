"""Exercises of lesson 25."""

import crmlab as crm
from crmlab.check import Exercise


def _counts():
    return crm.drivers.kano(crm.load("lantern").kano).counts


def _reverse(letters: str = "MOAIRQ"):
    counts = _counts()
    return counts["R"] / counts[list(letters)].sum(axis=1)


EXERCISES = {
    "25.1": Exercise(
        solution=lambda: "M",
        misreadings=(
            (
                lambda: "I",
                "I is the most frequent, but which camp is larger: M, O, A or I, R, Q?",
            ),
            (
                lambda: "O",
                "M and O tie. Which of the two hurts more if it is missing?",
            ),
            (
                lambda: "A",
                "A is the smallest of the three that count.",
            ),
        ),
        hint="Compare the two camps first, and look only at the larger one.",
        recipe="M + O + A = 53, I + R + Q = 47. M and O tie, and M goes before O. Or call "
        "kd.kano on a table with one row and the columns M, O, A, I, R, Q.",
    ),
    "25.2": Exercise(
        solution=lambda: _reverse().max(),
        misreadings=(
            (
                lambda: _counts()["R"].max(),
                "That is a number of customers. Divide by all who answered about the feature.",
            ),
            (
                lambda: _reverse("MOAI").max(),
                "The coefficients leave out R and Q. Here divide by all six letters.",
            ),
            (
                lambda: _reverse().nlargest(2).iloc[-1],
                "That is the feature in second place.",
            ),
            (
                lambda: _reverse().mean(),
                "That is the mean over the features. Take the largest.",
            ),
            (
                lambda: _reverse().idxmax(),
                "That is the feature. How large is its share?",
            ),
        ),
        hint="Ask the helper for the letters of each feature, and look for R.",
        recipe='kd.kano(asked)["reverse"].max(); the column is R divided by all six letters.',
    ),
    "25.3": Exercise(
        solution=lambda: "B",
        misreadings=(
            (
                lambda: "A",
                "Nobody has been seen below three minutes. Why should we reach one?",
            ),
            (
                lambda: "C",
                "A tenth of a point is less than the margin of error: nobody could see it.",
            ),
            (
                lambda: "D",
                "By when? Without a date it can never be missed.",
            ),
        ),
        hint="Ask of each: could we see it, has anyone reached it, is there a date?",
        recipe="Compare the change with the margin of error, the target with the best seen, and "
        "look for the date. kd.check_goals(goals, until='2026-01-01') does all three.",
    ),
}
