"""Exercises of lesson 11."""

from crmlab.check import Exercise
from crmlab.database import load


def _cost_per_part(price, processing, good, failure):
    return (price * 0.0001 + processing) / good + failure


def _same_cost_at(standard, good=0.98):
    """Price per tonne of the premium plastic at which a good part costs ``standard``."""
    return ((standard - 0.02) * good - 0.42) / 0.0001


def _losses(*, kinds=("wholesale",), served=True):
    """Customers of some kinds that cost more than they bring, and how many there are."""
    lantern = load("lantern")
    customers = lantern.customers[lantern.customers["kind"].isin(kinds)]
    margin = lantern.transactions.groupby("customer_id")["margin"].sum()
    cost = lantern.contacts.groupby("customer_id")["cost"].sum()
    ids = customers["customer_id"]
    margin, cost = margin.reindex(ids, fill_value=0), cost.reindex(ids, fill_value=0)
    return int((margin < (cost if served else 0)).sum()), len(ids)


EXERCISES = {
    "11.1": Exercise(
        solution=lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.80, 0.15)),
        misreadings=(
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.90, 0.15)),
                "That is still with 90 %. On the old machines 80 % of the standard parts are good.",
            ),
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.90, 0.15), good=0.80),
                "That changes the yield of the premium plastic. The standard one gets worse.",
            ),
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.80, 0.15), good=0.80),
                "That changes both yields. Only that of the standard plastic gets worse.",
            ),
            (
                lambda: _same_cost_at(_cost_per_part(3_000, 0.50, 0.80, 0.15)) / 1_000,
                "That is the price of a kilogram. The question is about a tonne.",
            ),
            (
                lambda: _cost_per_part(3_000, 0.50, 0.80, 0.15),
                "That is a standard part's cost now. When does a premium part cost as much?",
            ),
        ),
        hint="Find a standard part's cost on the old machines; which premium price matches it?",
        recipe=(
            "Give plastics.assign(yield_rate=[0.80, 0.98]) to dv.indifference_price, as in the "
            "figure, and take .price of the result."
        ),
    ),
    "11.2": Exercise(
        solution=lambda: 300 + 350 + 100 - 200 - 480,
        misreadings=(
            (
                lambda: 300 + 350 + 100 - 200,
                "That is what the printer is worth to her. What is left after she has paid?",
            ),
            (
                lambda: 300 + 350 + 100 + 200 - 480,
                "The paper costs her more, so it is taken off, not added.",
            ),
            (
                lambda: 350 + 100 - 200 - 480,
                "The rival's price is missing: she would have to pay it otherwise.",
            ),
            (
                lambda: 300 + 350 + 100 - 480,
                "That leaves out the paper.",
            ),
            (
                lambda: 350 + 100 - 200,
                "That is how much better our printer is. What does she pay more for it?",
            ),
        ),
        hint="Start from the rival's price, go up and down to her value, then subtract our price.",
        recipe="300 + 350 + 100 - 200 is its value to her; take off 480.",
        within=1e-9,
    ),
    "11.3": Exercise(
        solution=lambda: _losses()[0],
        misreadings=(
            (
                lambda: _losses(kinds=("member", "subscriber", "wholesale"))[0],
                "That counts all customers. Keep those whose kind is wholesale.",
            ),
            (
                lambda: _losses()[1] - _losses()[0],
                "Those are the ones that bring more than they cost.",
            ),
            (
                lambda: _losses(served=False)[0],
                "That looks at the margin alone. Take off the cost of contacts.",
            ),
            (
                lambda: _losses()[1],
                "That is how many wholesale customers there are. Which of them lose money?",
            ),
        ),
        hint="Two sums for each customer, one subtraction, then count. Who had no contact cost 0.",
        recipe=(
            "Group margin and cost by customer_id, subtract with .sub(..., fill_value=0), keep "
            "wholesale, and count what is below 0."
        ),
        within=1e-9,
    ),
}
