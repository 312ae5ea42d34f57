"""Exercises of lesson 53."""

from crmlab.check import Exercise
from crmlab.database import load


def _best():
    """The way of contact for a small customer."""
    from crmlab.delivery import contact_mode

    return contact_mode({"control": 0.2, "cost": 0.5, "information": 0.3}).best[0]


def _internet(column):
    """Cost of a lead by the internet, over one of the conversions in the table."""
    from crmlab.delivery import lead_costs

    row = lead_costs(load("lantern").leads).table.loc["internet"]
    return float(row["cost_per_lead"] / row[column])


EXERCISES = {
    "53.1": Exercise(
        solution=_best,
        misreadings=(
            (lambda: "workplace", "A high rank of cost is bad. Did you turn the cost round?"),
            (
                lambda: "digital",
                "It is the cheapest, but cost has only half of the weight. Add the other two.",
            ),
            (lambda: "visit", "It comes close. Add up its three parts once more."),
        ),
        hint="For each of the four, add weight times points, with 5 - cost as the points of cost.",
        recipe='delivery.contact_mode({"control": 0.2, "cost": 0.5, "information": 0.3}).best[0]',
    ),
    "53.2": Exercise(
        solution=lambda: _internet("low"),
        misreadings=(
            (
                lambda: _internet("high"),
                "That is the high end of the conversion. Which end makes a customer dear?",
            ),
            (
                lambda: _internet("conversion"),
                "That is the usual cost. The question asks for a lower conversion.",
            ),
            (lambda: _internet("leads"), "Divide the cost of one lead by a share of leads won."),
        ),
        hint="A customer costs the cost per lead divided by a conversion. Which column holds it?",
        recipe='table = delivery.lead_costs(crm.load("lantern").leads).table, then '
        'table.loc["internet", "cost_per_lead"] / table.loc["internet", "low"]',
    ),
    "53.3": Exercise(
        solution=lambda: (4 * 1 + 2 * 0.5 + 1 * 0 + 3 * -1) / (4 + 2 + 1 + 3),
        misreadings=(
            (lambda: (1 + 0.5 + 0 - 1) / 4, "All four count the same here. Use the influence."),
            (lambda: 2, "That is the sum. Divide it by all of the influence."),
            (lambda: 0.8, "The owner is against us: her stance is below 0."),
        ),
        hint="Multiply each stance by its influence, add up, and divide by the whole influence.",
        recipe="(4 * 1 + 2 * 0.5 + 1 * 0 + 3 * -1) / (4 + 2 + 1 + 3)",
    ),
}
