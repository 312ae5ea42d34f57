"""Exercises of lesson 30."""

import crmlab
from crmlab.check import Exercise
from crmlab.lifetime_value import count_renewals, present_value


def _account(yearly, first):
    return present_value([yearly] * 5, rate=0.08, first=first) - 150


def _counted(price=None):
    contracts = crmlab.load("lantern").subscriptions
    if price is not None:
        contracts = contracts[contracts["monthly_price"] == price]
    return count_renewals(contracts, until="2025-12-31", unit="month").table


def _rate(price=None):
    due = _counted(price).loc[1:]
    return due["renewed"].sum() / due["at_risk"].sum()


def _rate_with_the_start():
    table = _counted(42)
    return table["renewed"].sum() / table["at_risk"].sum()


def _heads():
    contracts = crmlab.load("lantern").subscriptions
    return contracts.loc[contracts["monthly_price"] == 42, "ended"].isna().mean()


EXERCISES = {
    "30.1": Exercise(
        solution=lambda: _account(0.30 * 400 - 20, "end"),
        misreadings=(
            (
                lambda: _account(400 - 20, "end"),
                "That counts revenue. Only 30 % of the 400 is contribution.",
            ),
            (lambda: _account(0.30 * 400, "end"), "Serving the cafe costs 20 a year. Take it off."),
            (
                lambda: _account(0.30 * 400 - 20, "start"),
                'The first payment comes after a year: first="end".',
            ),
            (
                lambda: 5 * (0.30 * 400 - 20) - 150,
                "That is the plain sum. Later payments are worth less today.",
            ),
            (
                lambda: _account(0.30 * 400 - 20, "end") + 150,
                "Take off the 150 that winning the cafe cost.",
            ),
        ),
        hint="Find what the cafe brings in one year, after service. Then value five of these.",
        recipe='ltv.present_value([0.30 * 400 - 20] * 5, rate=0.08, first="end") - 150',
    ),
    "30.2": Exercise(
        solution=lambda: _rate(42),
        misreadings=(
            (_rate, "That is the rate of all plans. Keep the contracts of 42 dollars first."),
            (
                _rate_with_the_start,
                "Row 0 is the start, where nothing is renewed. Add up the rows from 1 on.",
            ),
            (
                _heads,
                "That is the share of contracts still running. Count renewals, not contracts.",
            ),
        ),
        hint="Keep the contracts with a monthly_price of 42, then count renewals made and due.",
        recipe='due = ltv.count_renewals(dear, until="2025-12-31", unit="month").table.loc[1:], '
        'then ltv.retention_rate(due["renewed"].sum(), due["at_risk"].sum())["estimate"].',
        within=0.001,
    ),
}
