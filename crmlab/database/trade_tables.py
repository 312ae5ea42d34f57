"""Tables of a trade: accounts, invoices, payments, plans, leads, and what was baked and sold."""

from __future__ import annotations

from crmlab.database.columns import CUSTOMER, Column, Table, day, key, money

TRADE_TABLES: dict[str, Table] = {
    "accounts": Table(
        "one row per customer who buys on credit",
        {
            "customer_id": CUSTOMER,
            "terms_days": Column("whole", "days from invoice to due date", "days", 0),
            "credit_limit": money("most it may owe, empty if none was set", 0, telling=True),
            "founded": Column("whole", "year in which the firm was founded", "year", 1000, 2100),
            "equity_ratio": Column("number", "own capital over all capital", "share", high=1),
            "quick_ratio": Column("number", "cash and claims over short-term debt", "ratio", 0),
        },
        ("customer_id",),
    ),
    "invoices": Table(
        "one row per invoice",
        {
            "invoice_id": key("the invoice"),
            "order_id": Column("id", "the order it bills"),
            "customer_id": CUSTOMER,
            "date": day("day of the invoice"),
            "due": Column("date", "day by which it must be paid", required=True, filled=True),
            "amount": money("what is to be paid", 0, required=True, filled=True),
            "disputed": Column("whole", "the customer contests it, 1 = yes", "", 0, 1),
        },
        ("invoice_id",),
    ),
    "payments": Table(
        "one row per payment or credit note",
        {
            "payment_id": Column("id", "the payment"),
            "invoice_id": Column("id", "the invoice it pays, empty if not said", telling=True),
            "customer_id": CUSTOMER,
            "date": day("day it came in"),
            "amount": money("what came in", required=True, filled=True),
            "kind": Column("text", "payment or credit note"),
        },
    ),
    "plans": Table(
        "one row per customer and month",
        {
            "customer_id": CUSTOMER,
            "month": Column("date", "first day of the month", required=True, filled=True),
            "planned_sales": money("sales planned", 0),
            "expense_budget": money("selling expenses planned", 0),
            "expenses": money("selling expenses, empty where not known", telling=True),
        },
        ("customer_id", "month"),
    ),
    "leads": Table(
        "one row per firm or person that was approached to win a customer",
        {
            "lead_id": key("the lead"),
            "method": key("how it was found", "text"),
            "approached": day("day of the first approach"),
            "cost": money("what looking for it and approaching it cost", 0, filled=True),
            "won": Column(
                "whole", "became a customer, 1 = yes", "", 0, 1, required=True, filled=True
            ),
            "became": Column("id", "the customer it became, empty if not won", telling=True),
        },
        ("lead_id",),
    ),
    "funnel": Table(
        "one row per month and channel: people on their way to become customers",
        {
            "month": Column("date", "first day of the month", required=True, filled=True),
            "channel": key("how they heard of the firm", "text"),
            "reached": Column("whole", "people the channel reached", "people", 0, telling=True),
            "interested": Column("whole", "of these, asked for more", "people", 0, telling=True),
            "tried": Column(
                "whole", "of these, tried a first cup or bag", "people", 0, telling=True
            ),
            "won": Column(
                "whole", "of these, became customers", "people", 0, required=True, telling=True
            ),
            "cost": money("what the channel cost in the month", 0, telling=True),
        },
        ("month", "channel"),
    ),
    "credit_pool": Table(
        "one row per account whose payments were watched for a year",
        {
            "account_id": key("the account"),
            "year": Column("whole", "year of the watch", "year", 1900, 2100),
            "sector": Column("text", "cafe, office, shop or hotel"),
            "age_of_firm": Column("number", "age of the firm", "years", 0),
            "equity_ratio": Column("number", "own capital over all capital", "share", high=1),
            "days_late": Column("number", "mean days late, six months before", "days", 0),
            "limit_use": Column("number", "owed over the limit", "share", 0),
            "owner_birth_year": Column(
                "whole", "the owner's year of birth", "year", 1900, 2100, personal=True
            ),
            "failed": Column(
                "whole",
                "did not pay within the year, 1 = yes",
                "",
                0,
                1,
                required=True,
                filled=True,
            ),
        },
        ("account_id",),
    ),
    "cups": Table(
        "one row per day and place of sale",
        {
            "date": day("day of sale"),
            "region": Column("text", "where it was sold"),
            "cups": Column("whole", "cups sold", "cups", 0),
            "baked": Column("whole", "croissants set out", "croissants", 0),
            "sold": Column("whole", "croissants sold", "croissants", 0),
            "asked_in_vain": Column("whole", "croissants asked for when none was left", low=0),
        },
        ("date", "region"),
    ),
    "truth_accounts": Table(
        "one row per account: what only a simulation knows",
        {
            "customer_id": CUSTOMER,
            "trouble_from": Column("date", "day from which it pays later", telling=True),
            "left_on": Column("date", "day it left, empty if still active", telling=True),
            "failed": Column("whole", "left unable to pay, 1 = yes", "", 0, 1),
        },
        ("customer_id",),
    ),
    "truth_pool": Table(
        "one row per account of the credit pool: what only a simulation knows",
        {
            "account_id": key("the account"),
            "chance_to_fail": Column("number", "chance to fail within the year", "", 0, 1),
        },
        ("account_id",),
    ),
}
