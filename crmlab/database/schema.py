"""The tables of a customer database: every column with its kind, unit, range and meaning.

This is the one place that knows a column. Validation, the error of a missing table, the page
that ``describe`` writes and pseudonymising all read it.
"""

from __future__ import annotations

from crmlab.database.columns import (
    CUSTOMER,
    ELEMENTS,
    Column,
    Table,
    day,
    key,
    money,
    rating,
    scale,
)
from crmlab.database.people_tables import PEOPLE_TABLES
from crmlab.database.price_tables import PRICE_TABLES
from crmlab.database.recovery_tables import RECOVERY_TABLES
from crmlab.database.trade_tables import TRADE_TABLES

TABLES: dict[str, Table] = {
    "customers": Table(
        "one row per customer",
        {
            "customer_id": CUSTOMER,
            "joined": Column("date", "day the relationship began", past=True),
            "kind": Column("text", "member, subscriber or wholesale"),
            "segment": Column("text", "commuter, connoisseur or saver"),
            "channel": Column("text", "how the customer was won: shop, web, referral, partner"),
            "referred_by": Column("id", "customer who recommended us"),
            "acquisition_cost": money("what winning the customer cost", 0),
            "retention_spend": money("what keeping the customer costs", 0),
            "region": Column("text", "where the customer lives"),
            "birth_year": Column("whole", "year of birth", "year", 1900, 2100, personal=True),
            "postcode": Column("text", "postcode", personal=True),
        },
        ("customer_id",),
    ),
    "transactions": Table(
        "one row per purchase or refund",
        {
            "order_id": Column("id", "the order, the same on each of its lines"),
            "customer_id": CUSTOMER,
            "date": day("day of purchase"),
            "amount": money("price paid; a refund is negative", filled=True),
            "margin": money("contribution: amount less the costs the purchase caused"),
            "channel": Column("text", "where it was bought: cafe, web, account"),
            "price_index": Column("number", "price level of that day and region, 1 = usual", low=0),
        },
    ),
    "subscriptions": Table(
        "one row per contract",
        {
            "customer_id": CUSTOMER,
            "started": Column("date", "first day of the contract", required=True, filled=True),
            "ended": Column("date", "day it was ended, empty while it runs", telling=True),
            "monthly_price": money("price of a month", 0, filled=True),
        },
    ),
    "survey": Table(
        "one row per respondent and wave",
        {
            "respondent_id": key("who answered"),
            "customer_id": Column("id", "the customer, empty if none of ours", telling=True),
            "wave": Column("whole", "number of the survey wave", low=1),
            "date": Column("date", "day of the answer", past=True),
            **{
                f"{element}_{side}": rating(element, side)
                for element in ELEMENTS
                for side in ("expected", "perceived")
            },
            "satisfaction": scale("satisfaction overall", 1, 10),
            "versus_expectation": scale("compared with what was expected", 1, 10),
            "versus_ideal": scale("compared with the ideal", 1, 10),
            "recommend": scale("would recommend us", 0, 10),
            "told": Column("whole", "people told about us in a year", "people", 0),
            "had_problem": scale("met a problem in the last year, 1 = yes", 0, 1, "whole"),
            "aware": scale("knows our name, 1 = yes", 0, 1, "whole"),
            "attitude": scale("attitude to us", 1, 5),
            "first_named": Column("text", "brand that came to mind first"),
        },
        ("respondent_id", "wave"),
        rated=True,
    ),
    "kano": Table(
        "one row per respondent and feature",
        {
            "respondent_id": key("who answered"),
            "feature": key("the feature asked about", "text"),
            **{
                name: Column("whole", meaning, "1 to 5", 1, 5, required=True, filled=True)
                for name, meaning in {
                    "functional": "if it is there: like, must be, neutral, live with, dislike",
                    "dysfunctional": "if it is not there, the same five answers",
                }.items()
            },
        },
        ("respondent_id", "feature"),
    ),
    "offers": Table(
        "one row per segment and offer, valued by the customers",
        {
            "segment": key("customers who value it so", "text"),
            "offer": key("whose offer", "text"),
            "benefit_unit": key("unit of the four values", "text"),
            "cost_unit": key("unit of the four costs", "text"),
            **{
                name: money(name.replace("_", " "), required=True, filled=True)
                for name in (
                    *("product_value", "service_value", "personnel_value", "image_value"),
                    *("monetary_cost", "time_cost", "psychic_cost", "physical_cost"),
                )
            },
        },
        ("segment", "offer"),
    ),
    "complaints": Table(
        "one row per complaint",
        {
            "complaint_id": key("the complaint"),
            "customer_id": Column("id", "the customer"),
            "opened": day("day it was made"),
            "first_reply": Column(
                "date", "day of the first reply, empty if none", past=True, telling=True
            ),
            "closed": Column(
                "date", "day it was settled, empty while open", past=True, telling=True
            ),
            "cause": Column("text", "what it was about"),
            "outcome": Column("text", "how it ended"),
            "compensation": money("what was paid or given", 0),
        },
        ("complaint_id",),
    ),
    "contacts": Table(
        "one row per contact with a customer",
        {
            "customer_id": CUSTOMER,
            "date": day("day of the contact"),
            "mode": Column("text", "workplace, visit, phone or digital"),
            "minutes": Column("number", "time our people spent", "minutes", 0),
            "cost": money("cost of the contact", 0),
        },
    ),
    "waits": Table(
        "one row per arrival at a queue that was measured",
        {
            "visit_id": Column("id", "the arrival"),
            "customer_id": Column("id", "the customer, empty if not known", telling=True),
            "date": day("day of the visit"),
            "hour": Column("whole", "hour of the day", "hour", 0, 23),
            "promised": Column("number", "wait promised", "minutes", 0, required=True, filled=True),
            "waited": Column(
                "number", "wait until served, empty if she left", "minutes", 0, telling=True
            ),
        },
    ),
    **PRICE_TABLES,
    **TRADE_TABLES,
    **PEOPLE_TABLES,
    **RECOVERY_TABLES,
    "truth": Table(
        "one row per customer: what only a simulation knows",
        {
            "customer_id": CUSTOMER,
            "purchase_rate": Column("number", "purchases while active", "per week", 0),
            "leaving_rate": Column(
                "number", "rate of leaving; contracts: chance at a renewal", "per month", 0
            ),
            "left_on": Column(
                "date", "day of quiet departure, empty if still active", telling=True
            ),
            "mean_spend": money("mean amount of a purchase"),
            "price_elasticity": Column("number", "per cent fewer purchases if prices rise 1 %"),
            "purchases_next_12_months": Column("whole", "purchases after the window", low=0),
            "spend_next_12_months": money("amount of those purchases"),
            "true_satisfaction": scale("satisfaction without noise", 1, 10),
            "problems": Column("whole", "problems met", low=0),
            **{
                f"weight_{element}": Column("number", f"weight of {element} in satisfaction")
                for element in ELEMENTS
            },
            "mean_wait": Column("number", "mean wait in a cafe", "minutes", 0),
        },
        ("customer_id",),
    ),
}

COLUMNS = frozenset(name for table in TABLES.values() for name in table.columns)
