"""Tables of customers who were lost: what they were offered, who returned, and what it brought."""

from __future__ import annotations

from crmlab.database.columns import CUSTOMER, Column, Table, day, money

_OFFERS = ("none", "discount", "call", "bundle")


def _truth() -> dict[str, Column]:
    """Chance and worth of a return under each offer of the sample company."""
    chance = "chance to return within 180 days of the offer"
    value = "margin of a year of second life, if she returns, before the gift"
    return {
        **{f"chance_{offer}": Column("number", chance, "share", 0, 1) for offer in _OFFERS},
        **{f"value_{offer}": money(value, 0) for offer in _OFFERS},
    }


RECOVERY_TABLES: dict[str, Table] = {
    "win_back": Table(
        "one row per lost customer: the offer to come back, and what became of it",
        {
            "customer_id": CUSTOMER,
            "lost": day("day the relationship ended"),
            "reason": Column("text", "reason given for leaving"),
            "first_margin": money("contribution of the first life, less contacts"),
            "bad_debt": Column("whole", "left without paying, 1 = yes", "", 0, 1),
            "offer": Column(
                "text",
                "offer drawn by lot; none is no offer, empty if she was left out of the lot",
                required=True,
                telling=True,
            ),
            "offered": Column(
                "date", "day of the offer, or of the lot that gave none", past=True, telling=True
            ),
            "offer_cost": money("cost of making the offer", 0, telling=True),
            "returned": Column(
                "date",
                "first purchase of the second life, empty if none yet",
                required=True,
                past=True,
                telling=True,
            ),
            "left_again": Column(
                "date", "end of the second life, empty while it lasts", past=True, telling=True
            ),
            "gift": money("cost of what she got for returning", 0, telling=True),
            "spent": money("spending of the second life so far", 0, telling=True),
            "margin": money(
                "contribution of the second life so far, before the gift", telling=True
            ),
        },
        ("customer_id",),
    ),
    "truth_win_back": Table(
        "one row per lost customer: what only a simulation knows",
        {
            "customer_id": CUSTOMER,
            "monthly_margin": money("mean contribution per month of second life", 0),
            "second_rate": Column(
                "number", "rate of leaving again after a return without a gift", "per month", 0
            ),
            **_truth(),
        },
        ("customer_id",),
    ),
}
