"""Exercises of lesson 14."""

import pandas as pd

from crmlab.check import Exercise
from crmlab.database import load


def _cdnow(lapsed=True, row="gain per joiner", swapped=False):
    """What a club of 10 and 10 % would have brought at CDNOW."""
    from crmlab.pricing import club_fee

    log = load("cdnow").transactions
    half = log["date"] <= "1997-09-30"
    spent = pd.DataFrame({"before": log[half].groupby("customer_id")["amount"].sum()})
    spent["after"] = log[~half].groupby("customer_id")["amount"].sum()
    spent = spent[spent["before"] > 0]
    spent = spent.fillna(0) if lapsed else spent.dropna()
    if swapped:
        spent["after"] = spent["before"]
    return float(club_fee(spent, fee=10, discount=0.10, margin=0.30)["estimate"][row])


EXERCISES = {
    "14.1": Exercise(
        solution=lambda: 12 * 20 / (3_000 - 600),
        misreadings=(
            (lambda: 12 * 20 / 600, "That is the money she has. Which money must she move?"),
            (lambda: 12 * 20 / 3_000, "She holds some of the 3,000 already. How much is missing?"),
            (lambda: 20 / 2_400, "That is the fee of one month. The rate is for a year."),
        ),
        hint="Compare the fees of a year with the money that is missing.",
        recipe="12 * 20 / (3_000 - 600)",
        within=1e-6,
    ),
    "14.2": Exercise(
        solution=_cdnow,
        misreadings=(
            (
                lambda: _cdnow(lapsed=False),
                "Some joiners did not come back. Keep them, with 0 after.",
            ),
            (
                lambda: _cdnow(swapped=True),
                "That is the gain if they spend as before. Use what they spent in the second half.",
            ),
            (
                lambda: _cdnow(row="extra purchases needed"),
                "That is the share of purchases to be added. Take the row with our gain.",
            ),
            (lambda: -_cdnow(), "That is what a joiner saves. What is our gain?"),
        ),
        hint="Give the table and the terms of the club to `club_fee`. Which row holds our gain?",
        recipe='pricing.club_fee(cd, fee=10, discount=0.10, margin=0.30)["estimate"]'
        '["gain per joiner"].',
    ),
    "14.3": Exercise(
        solution=lambda: 1 / 99 * 365 / 30,
        misreadings=(
            (lambda: 1 / 99, "That is the interest of 30 days. How many such periods has a year?"),
            (lambda: 1 / 100 * 365 / 30, "She borrows what she would have paid on day 15: 99."),
            (
                lambda: 1 / 99 * 365 / 45,
                "She has the first 15 days for nothing. For how many days does she borrow?",
            ),
            (
                lambda: (1 + 1 / 99) ** (365 / 30) - 1,
                "That is the effective rate. The question asks for the simple one.",
            ),
        ),
        hint="Find what she borrows, for how many days, and what she pays for it.",
        recipe="1 / 99 * 365 / (45 - 15)",
        within=2e-4,
    ),
}
