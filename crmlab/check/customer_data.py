"""Exercises of lesson 52."""

from crmlab.check import Exercise
from crmlab.database import load


def _groups(traits=("region", "segment", "birth_year")):
    """Groups of Lantern's customers who have a year of birth."""
    from crmlab.database import custody

    customers = load("lantern").customers
    return custody.k_anonymity(customers[customers["birth_year"].notna()], list(traits))


EXERCISES = {
    "52.1": Exercise(
        solution=lambda: (3 * 0.8 + 2 * 1 + 1 * 0 + 2 * 0.5) / (3 + 2 + 1 + 2),
        misreadings=(
            (
                lambda: (3 * 0.8 + 2 * 1 + 1 * 0) / (3 + 2 + 1),
                "You left the day of birth out. A field that one of the two lacks has a value too.",
            ),
            (
                lambda: (3 * 0.8 + 2 * 1) / (3 + 2 + 1 + 2),
                "You counted the empty field as different. It speaks neither for nor against.",
            ),
            (
                lambda: (0.8 + 1 + 0 + 0.5) / 4,
                "You gave every field the same weight. What does the name count, and the postcode?",
            ),
        ),
        hint="Four fields with the weights 3, 2, 1 and 2. Multiply, add up, divide by the sum.",
        recipe="(3 * 0.8 + 2 * 1 + 1 * 0 + 2 * 0.5) / (3 + 2 + 1 + 2)",
    ),
    "52.2": Exercise(
        solution=lambda: float(_groups().below(5).mean()),
        misreadings=(
            (
                lambda: float(_groups().alone / _groups().customers),
                "That is the share of those who are alone. Groups of 2, 3 and 4 are too small too.",
            ),
            (
                lambda: float((_groups()["customers"] < 5).mean()),
                "That is the share of the groups. Count the rows in them: `below`.",
            ),
            (
                lambda: float(_groups(("region", "birth_year")).below(5).mean()),
                "One trait is missing. Somebody may know the segment too.",
            ),
            (
                lambda: float((~_groups().below(5)).mean()),
                "That is the share of rows that may be handed on.",
            ),
        ),
        hint="`k_anonymity` with three traits, then `below`, then the mean of what it gives.",
        recipe="customers = crm.load('lantern').customers, then customers = "
        "customers[customers['birth_year'].notna()], then custody.k_anonymity(customers, "
        "['region', 'segment', 'birth_year']).below(5).mean()",
    ),
}
