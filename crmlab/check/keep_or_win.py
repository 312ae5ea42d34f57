"""Exercises of lesson 34."""

import crmlab
from crmlab.check import Exercise
from crmlab.lifetime_value import cost_of_lost_customers


def _millions(margin, service):
    lost = cost_of_lost_customers(
        64_000, loss_rate=0.05, revenue=40_000, margin=margin, cost_to_serve=service
    )
    return lost["one_year_cost"] / 1_000_000


def _brought(since=None):
    customers = crmlab.load("lantern").customers
    if since is not None:
        customers = customers[customers["joined"] >= since]
    return customers["referred_by"].notna()


EXERCISES = {
    "34.1": Exercise(
        solution=lambda: _millions(0.30, 5_000),
        misreadings=(
            (
                lambda: _millions(0.10, 0),
                "That is the lost profit. Rent and salaries stay: take the contribution.",
            ),
            (
                lambda: _millions(0.30, 0),
                "Take off the 5,000 of service that each lost customer no longer needs.",
            ),
            (
                lambda: 64_000 * 0.05 * (0.10 * 40_000 - 5_000) / 1_000_000,
                "Rent and salaries stay. Take the contribution of 30 %, not the profit of 10 %.",
            ),
            (lambda: _millions(0.30, 5_000) * 1_000_000, "Right in dollars. Write it in millions."),
        ),
        hint="First find how many customers left, then what one of them brought and cost a year.",
        recipe="ltv.cost_of_lost_customers(64_000, loss_rate=0.05, revenue=40_000, margin=0.30, "
        'cost_to_serve=5_000)["one_year_cost"] / 1_000_000',
    ),
    "34.2": Exercise(
        solution=lambda: (5_000 - 3_000) / (76 - 60),
        misreadings=(
            (lambda: 5_000 / 76, "That is the average cost of all 76. Take the step alone."),
            (lambda: 3_000 / 60, "That is the average cost of the first 60. Take the step alone."),
            (lambda: 5_000 / (76 - 60), "Only the money of the step buys the members of the step."),
        ),
        hint="How much more money is it, and how many more members?",
        recipe="(5_000 - 3_000) / (76 - 60)",
    ),
    "34.3": Exercise(
        solution=lambda: _brought("2025-01-01").mean(),
        misreadings=(
            (
                lambda: _brought().mean(),
                "That is the share of all customers. Keep those who joined in 2025 first.",
            ),
            (
                lambda: _brought("2025-01-01").sum(),
                "That is a number of customers. Divide it by all who joined in 2025.",
            ),
            (
                lambda: 1 - _brought("2025-01-01").mean(),
                "That is the share without a friend. Take the rows where referred_by is filled.",
            ),
        ),
        hint="Keep the rows by `joined`, then find the share whose `referred_by` is not empty.",
        recipe='recent["referred_by"].notna().mean()',
        within=0.002,
    ),
}
