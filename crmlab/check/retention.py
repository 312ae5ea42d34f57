"""Exercises of lesson 31."""

import crmlab
from crmlab.check import Exercise
from crmlab.lifetime_value import cost_of_lost_customers, count_renewals, survival


def _counted(price=None):
    contracts = crmlab.load("lantern").subscriptions
    if price is not None:
        contracts = contracts[contracts["monthly_price"] == price]
    return count_renewals(contracts, until="2025-12-31", unit="month")


def _left(price=None, age=6):
    from crmlab.repeat_buying import ShiftedBetaGeometric

    model = ShiftedBetaGeometric.fit(_counted(price).histories, unit="month")
    return model.survival(age)["estimate"].iloc[age]


def _left_at_one_rate():
    due = _counted(28).table.loc[1:]
    rate = due["renewed"].sum() / due["at_risk"].sum()
    return survival(rate, periods=6)[6]


def _millions(margin, service):
    lost = cost_of_lost_customers(
        64_000, loss_rate=0.05, revenue=40_000, margin=margin, cost_to_serve=service
    )
    return lost["one_year_cost"] / 1_000_000


EXERCISES = {
    "31.1": Exercise(
        solution=lambda: 3 / 4,
        misreadings=(
            (
                lambda: 2 / 3,
                "That counts customers. Count renewals: one customer can have several.",
            ),
            (lambda: 3 / 5, "Chen's first renewal falls on 1 April: it is not due yet."),
            (lambda: 1, "Ana's contract ended. The renewal of 10 March was due and was not made."),
            (
                lambda: 2 / 4,
                "February is a short month: Ben renewed on the 28th, and again on 31 March.",
            ),
        ),
        hint="Write for each of the three the days on which a renewal fell due, up to 31 March.",
        recipe="Ana: 10 February and 10 March. Ben: 28 February and 31 March. Chen: none yet.",
    ),
    "31.2": Exercise(
        solution=lambda: _left(28),
        misreadings=(
            (_left, "That is the share of all plans. Keep the contracts of 28 dollars first."),
            (
                _left_at_one_rate,
                "That is one constant rate. Fit the model to the histories of these contracts.",
            ),
            (
                lambda: _left(28, 5),
                "That is the share after 5 renewals: age 0 is the start, and age 6 is asked.",
            ),
            (
                lambda: _counted(28).table.loc[6, "survival"],
                "That is the counted share. Fit the model, and take the share from its curve.",
            ),
        ),
        hint="Count the renewals of this plan, fit the model, and read its curve at age 6.",
        recipe="rb.ShiftedBetaGeometric.fit(counted.histories, "
        'unit="month").survival(6)["estimate"].iloc[6]',
        within=0.002,
    ),
    "31.3": Exercise(
        solution=lambda: _millions(0.30, 5_000),
        misreadings=(
            (
                lambda: _millions(0.10, 0),
                "That is the board's own number. Neither correction is in it.",
            ),
            (
                lambda: _millions(0.30, 0),
                "Take off the 5,000 of service that each lost customer no longer needs.",
            ),
            (
                lambda: 64_000 * 0.05 * (0.10 * 40_000 - 5_000) / 1_000_000,
                "The overheads stay. Take the contribution of 30 %, not the profit of 10 %.",
            ),
            (lambda: _millions(0.30, 5_000) * 1_000_000, "Right in dollars. Write it in millions."),
        ),
        hint="First find how many customers left, then what one of them brought and cost a year.",
        recipe="ltv.cost_of_lost_customers(64_000, loss_rate=0.05, revenue=40_000, margin=0.30, "
        'cost_to_serve=5_000)["one_year_cost"] / 1_000_000',
    ),
}
