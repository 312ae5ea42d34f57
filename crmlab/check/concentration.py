"""Exercises of lesson 42."""

import crmlab as crm
from crmlab import tiers
from crmlab.check import Exercise


def _music():
    return crm.load("cdnow").transactions.groupby("customer_id")["amount"].sum()


EXERCISES = {
    "42.1": Exercise(
        solution=lambda: (10 + 4) / 20,
        misreadings=(
            (lambda: 10 / 20, "A fifth of ten customers is two of them, not one."),
            (lambda: 10 + 4, "That is what the two spent. Divide by what all ten spent."),
            (lambda: 2 / 10, "That is their share of the heads. What is their share of the money?"),
            (lambda: (10 + 4 + 3) / 20, "Three of ten are more than a fifth."),
        ),
        hint="Ten customers now: how many are a fifth? Add up what they spent.",
        recipe="tiers.top_share([0, 0, 0, 0, 0, 1, 2, 3, 4, 10]) has it as estimate.",
        within=1e-6,
    ),
    "42.2": Exercise(
        solution=lambda: tiers.top_share(_music())["estimate"],
        misreadings=(
            (
                lambda: tiers.top_share(crm.load("cdnow").transactions["amount"])["estimate"],
                "That is the top fifth of the purchases. Add up per customer first.",
            ),
            (
                lambda: tiers.gini(_music())["estimate"],
                "That is the Gini coefficient. The top share was asked.",
            ),
            (
                lambda: tiers.top_share(_music(), 0.8)["estimate"],
                "That is what four fifths hold. The second argument is the share of customers.",
            ),
            (
                lambda: tiers.top_share(
                    crm.load("cdnow").transactions.groupby("customer_id").size()
                )["estimate"],
                "That counts purchases. Add up the amounts.",
            ),
        ),
        hint="Add up the amount of each customer, then take the largest fifth of the customers.",
        recipe='tiers.top_share(music)["estimate"], with music = crm.load("cdnow").transactions'
        '.groupby("customer_id")["amount"].sum()',
    ),
    "42.3": Exercise(
        solution=lambda: 1.2,
        misreadings=(
            (lambda: 120, "That is the money at the top. Divide by the profit of all six."),
            (lambda: 0.6, "The first alone brings that. Go on adding while the curve rises."),
            (lambda: 1.0, "That is where the curve ends. Where is it highest?"),
            (lambda: 120 / 140, "Losses are taken off: all six together bring 100, not 140."),
        ),
        hint="Add up from the best. When does the sum stop rising, and what do all six bring?",
        recipe='tiers.whale_curve([60, 40, 20, 0, -10, -10]).peak has it as "share_of_profit".',
        within=1e-6,
    ),
}
