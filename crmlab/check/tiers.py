"""Exercises of lesson 43."""

import crmlab as crm
from crmlab import tiers
from crmlab.check import Exercise


def _music():
    return crm.load("cdnow").transactions.groupby("customer_id")["amount"].sum()


EXERCISES = {
    "43.1": Exercise(
        solution=lambda: 4,
        misreadings=(
            (
                lambda: 3,
                "Three reach the line of 80 %, but the fourth is worth as much as the third.",
            ),
            (lambda: 2, "Equal customers stay together, and here they go up, not down."),
            (
                lambda: 5,
                "Before the fifth, 90 % is reached already. The line is at 80 %.",
            ),
        ),
        hint="Add up from the best. Who stands before the line of 80 %, and who equals the last?",
        recipe='tiers.pyramid([50, 20, 10, 10, 5, 3, 2]).table.loc["key", "customers"]',
        within=1e-9,
    ),
    "43.2": Exercise(
        solution=lambda: tiers.pyramid(_music()).table.loc["key", "share_of_customers"],
        misreadings=(
            (
                lambda: tiers.pyramid(_music()).table.loc["key", "customers"],
                "That is how many they are. Divide by all customers.",
            ),
            (
                lambda: tiers.pyramid(_music()).table.loc["key", "share_of_value"],
                "That is their share of the money, which the rule sets. Their share of the heads?",
            ),
            (
                lambda: tiers.pyramid(_music()).table.loc["ordinary", "share_of_customers"],
                "That is the ordinary tier. The key tier was asked.",
            ),
        ),
        hint="One sum per customer, then tiers.pyramid. In which column is the share of customers?",
        recipe='tiers.pyramid(music).table.loc["key", "share_of_customers"], with music = '
        'crm.load("cdnow").transactions.groupby("customer_id")["amount"].sum()',
    ),
    "43.3": Exercise(
        solution=lambda: {"B", "C"},
        misreadings=(
            (lambda: {"A", "D"}, "Those keep levels apart in space. Which do it in time?"),
            (lambda: {"C"}, "One more: in which other do the two levels differ in when?"),
            (lambda: {"B"}, "One more: which other uses the hours when nobody else is there?"),
            (lambda: {"B", "C", "D"}, "D is a place of its own, though not a room."),
            (lambda: {"A", "B", "C"}, "A is another door: a place, not a time."),
        ),
        hint="Ask of each: do the levels differ in when something happens, or in where?",
        recipe="Two of them name a time: an hour or a day. Write the set of their letters.",
    ),
}
