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
    "25.2": Exercise(
        solution=lambda: 2.5,
        misreadings=(
            (
                lambda: 1.25,
                "That is the priority of the greeting today. At which effort would it be 2?",
            ),
            (
                lambda: 2,
                "That is the priority to reach. Which effort brings 5 to it?",
            ),
            (
                lambda: 10,
                "That is gain times 2. A priority is the gain divided by the effort.",
            ),
            (
                lambda: 0.4,
                "Turned round: divide the gain of the greeting by the priority of the taste.",
            ),
        ),
        hint="Which priority must the greeting reach? The gain stays 5.",
        recipe="The taste has the priority 2 / 1. Divide the gain of the greeting, 5, by it.",
    ),
}
