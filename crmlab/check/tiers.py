"""Exercises of lesson 09."""

from crmlab.check import Exercise

_BALANCES = {"below": (0, 1_000, 2_500, 4_000), "above": (30_000, 60_000)}
_FEE = 12 * 40
_TOP_UPS = 0.03 * ((5_000 - 2_500) + (5_000 - 4_000))
_AT_STAKE = 0.03 * sum(_BALANCES["above"]) - 2 * 100


EXERCISES = {
    "9.1": Exercise(
        solution=lambda: (10 + 4) / 20,
        misreadings=(
            (
                lambda: 10 / 20,
                "A fifth of ten customers is two of them, not one.",
            ),
            (
                lambda: 10 + 4,
                "That is what the two spent. Divide by what all ten spent.",
            ),
            (
                lambda: 2 / 10,
                "That is their share of the heads. What is their share of the money?",
            ),
            (
                lambda: (10 + 4 + 3) / 20,
                "Three of ten are more than a fifth.",
            ),
        ),
        hint="Ten customers now: find the largest two, add, divide by what all spent.",
        within=1e-6,
    ),
    "9.2": Exercise(
        solution=lambda: 4,
        misreadings=(
            (
                lambda: 3,
                "Three reach the line of 80 %, but the fourth is worth as much as the third.",
            ),
            (
                lambda: 2,
                "Equal customers stay together, and here they go up, not down.",
            ),
            (
                lambda: 5,
                "At the fifth, 90 % is reached already. The line is at 80 %.",
            ),
        ),
        hint="Add up from the best. Who stands before the line of 80 %, and who equals the last?",
        within=1e-9,
    ),
    "9.3": Exercise(
        solution=lambda: {"region", "lifestyle"},
        misreadings=(
            (
                lambda: {"age", "past purchases", "benefits sought"},
                "Those are the ones to keep. Name the others.",
            ),
            (
                lambda: {"region"},
                "One more: which is as hard to use as benefits sought, and tells less?",
            ),
            (
                lambda: {"lifestyle"},
                "One more: which is as easy to use as age, and tells less?",
            ),
            (
                lambda: {"age", "region", "lifestyle"},
                "Age tells little, but nothing as easy tells more.",
            ),
            (
                lambda: {"age", "region"},
                "A low rating alone is no defeat. Is there one that is as easy and tells more?",
            ),
        ),
        hint="A basis is beaten if another tells at least as much, is as easy, and better in one.",
    ),
    "9.4": Exercise(
        solution=lambda: (_FEE + _TOP_UPS + 100) / _AT_STAKE,
        misreadings=(
            (
                lambda: _FEE / _AT_STAKE,
                "That counts the fee alone. Topped-up balances earn, and a leaver costs no more.",
            ),
            (
                lambda: 4 * _FEE / _AT_STAKE,
                "Not all four pay. Ask of each: what is cheapest, and is the account worth it?",
            ),
            (
                lambda: (_FEE + _TOP_UPS) / _AT_STAKE,
                "Ana's account was costing the bank 100 a year. She is gone.",
            ),
            (
                lambda: (_FEE + _TOP_UPS + 100) / (_AT_STAKE + 2 * 100),
                "The two large accounts cost 100 each as well. Take it off what they bring.",
            ),
            (
                lambda: _FEE + _TOP_UPS + 100,
                "That is the gain in dollars. Divide by what the two large accounts bring.",
            ),
        ),
        hint="fee_ledger(responses, spread=0.03, service_cost=100) has it as break_even_spillover.",
    ),
}
