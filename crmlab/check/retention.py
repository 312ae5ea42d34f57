"""Exercises of lesson 31."""

import crmlab
from crmlab.check import Exercise
from crmlab.lifetime_value import count_renewals, survival


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


EXERCISES = {
    "31.1": Exercise(
        solution=lambda: 3 / 4,
        misreadings=(
            (
                lambda: 2 / 3,
                "That counts customers. Count renewals: one customer can have several.",
            ),
            (lambda: 3 / 5, "Chen's first renewal falls on 5 April: it is not due yet."),
            (lambda: 1, "Ana's contract ended. The renewal of 10 March was due and was not made."),
            (
                lambda: 2 / 4,
                "Ana renewed once, on 10 February. That renewal counts too.",
            ),
        ),
        hint="Write for each of the three the days on which a renewal fell due, up to 31 March.",
        recipe="Ana: 10 February and 10 March. Ben: 15 February and 15 March. Chen: none yet.",
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
        solution=lambda: 20 * (1 + 0.80 + 0.56),
        misreadings=(
            (lambda: 20 * 3, "Not every member makes all three payments."),
            (
                lambda: 20 * (0.80 + 0.56),
                "The first payment is made by everybody, and it counts too.",
            ),
            (
                lambda: 20 * (1 + 0.80 + 0.70),
                "56 of the 100 pay for the third month. 0.70 is their share of the 80.",
            ),
            (lambda: 20 * (100 + 80 + 56), "That is for all 100 members. Find it for one."),
        ),
        hint="How many payments does one new member make on average?",
        recipe="Add the payments of the three months, divide by 100, and multiply by 20.",
    ),
}
