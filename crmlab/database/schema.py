"""The tables of a customer database: every column with its kind, unit, range and meaning.

This is the one place that knows a column. Validation, the error of a missing table, the page
that ``describe`` writes and pseudonymising all read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["id", "text", "date", "number", "whole"]

ELEMENTS = ("product", "service", "personnel", "image", "money", "time", "psychic", "physical")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    kind : str
        ``"id"`` and ``"text"`` are text, ``"date"`` is a day, ``"number"`` any number,
        ``"whole"`` a number without decimals.
    meaning : str
        What one cell says.
    unit : str
        Unit of a number, empty where it has none.
    low, high : float
        Smallest and largest value allowed, both included.
    required : bool
        The table is of no use without this column.
    filled : bool
        Where the column is there, each of its cells must hold a value.
    past : bool
        A date that cannot lie after today.
    personal : bool
        Left out by ``CustomerDatabase.pseudonymised``.
    telling : bool
        An empty cell says something of its own, so a faulty cell cannot be emptied.
    """

    kind: Kind
    meaning: str
    unit: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    required: bool = False
    filled: bool = False
    past: bool = False
    personal: bool = False
    telling: bool = False

    @property
    def flag(self) -> bool:
        """Whether it says yes or no, as 1 and 0."""
        return self.kind == "whole" and (self.low, self.high) == (0, 1)


@dataclass(frozen=True)
class Table:
    """One table: its meaning, its columns, and the columns that tell its rows apart."""

    meaning: str
    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    rated: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns the table cannot do without."""
        return tuple(name for name, column in self.columns.items() if column.required)

    def column(self, name: str) -> Column | None:
        """The rule of a column; in a table that is ``rated``, of any element's two sides.

        Examples
        --------
        >>> TABLES["survey"].column("wait_perceived").unit
        '1 to 10'
        >>> TABLES["survey"].column("shoe_size") is None
        True
        """
        if name in self.columns or not self.rated:
            return self.columns.get(name)
        side = re.fullmatch(r"(.+)_(expected|perceived)", name)
        return _rating(side[1], side[2]) if side else None


def _key(meaning: str, kind: Kind = "id") -> Column:
    return Column(kind, meaning, required=True, filled=True)


def _day(meaning: str) -> Column:
    return Column("date", meaning, required=True, filled=True, past=True)


def _scale(meaning: str, low: float, high: float, kind: Kind = "number") -> Column:
    return Column(kind, meaning, f"{low} to {high}", low, high)


def _rating(element: str, side: str) -> Column:
    return _scale(f"{element}, {side}; high is good", 1, 10)


def _money(meaning: str, low: float = float("-inf"), **more: Any) -> Column:
    return Column("number", meaning, "money", low, **more)


def _attributes() -> dict[str, Column]:
    """What the sample company's cards say beside the price; yours may say other things."""
    texts = {"coffee": "kind of coffee", "seat": "what she sits on", "cup": "kind of cup"}
    columns = {name: Column("text", meaning, telling=True) for name, meaning in texts.items()}
    return columns | {"wait": Column("number", "wait", "minutes", 0, telling=True)}


_CUSTOMER = _key("the customer")

TABLES: dict[str, Table] = {
    "customers": Table(
        "one row per customer",
        {
            "customer_id": _CUSTOMER,
            "joined": Column("date", "day the relationship began", past=True),
            "kind": Column("text", "member, subscriber or wholesale"),
            "segment": Column("text", "commuter, connoisseur or saver"),
            "channel": Column("text", "how the customer was won: shop, web, referral, partner"),
            "referred_by": Column("id", "customer who recommended us"),
            "acquisition_cost": _money("what winning the customer cost", 0),
            "retention_spend": _money("what keeping the customer costs", 0),
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
            "customer_id": _CUSTOMER,
            "date": _day("day of purchase"),
            "amount": _money("price paid; a refund is negative", filled=True),
            "margin": _money("contribution: amount less the costs the purchase caused"),
            "channel": Column("text", "where it was bought: cafe, web, account"),
            "price_index": Column("number", "price level of that day and region, 1 = usual", low=0),
        },
    ),
    "subscriptions": Table(
        "one row per contract",
        {
            "customer_id": _CUSTOMER,
            "started": Column("date", "first day of the contract", required=True, filled=True),
            "ended": Column("date", "day it was ended, empty while it runs", telling=True),
            "monthly_price": _money("price of a month", 0, filled=True),
        },
    ),
    "survey": Table(
        "one row per respondent and wave",
        {
            "respondent_id": _key("who answered"),
            "customer_id": Column("id", "the customer, empty if none of ours", telling=True),
            "wave": Column("whole", "number of the survey wave", low=1),
            "date": Column("date", "day of the answer", past=True),
            **{
                f"{element}_{side}": _rating(element, side)
                for element in ELEMENTS
                for side in ("expected", "perceived")
            },
            "satisfaction": _scale("satisfaction overall", 1, 10),
            "versus_expectation": _scale("compared with what was expected", 1, 10),
            "versus_ideal": _scale("compared with the ideal", 1, 10),
            "recommend": _scale("would recommend us", 0, 10),
            "told": Column("whole", "people told about us in a year", "people", 0),
            "had_problem": _scale("met a problem in the last year, 1 = yes", 0, 1, "whole"),
            "aware": _scale("knows our name, 1 = yes", 0, 1, "whole"),
            "attitude": _scale("attitude to us", 1, 5),
            "first_named": Column("text", "brand that came to mind first"),
        },
        ("respondent_id", "wave"),
        rated=True,
    ),
    "kano": Table(
        "one row per respondent and feature",
        {
            "respondent_id": _key("who answered"),
            "feature": _key("the feature asked about", "text"),
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
            "segment": _key("customers who value it so", "text"),
            "offer": _key("whose offer", "text"),
            "benefit_unit": _key("unit of the four values", "text"),
            "cost_unit": _key("unit of the four costs", "text"),
            **{
                name: _money(name.replace("_", " "), required=True, filled=True)
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
            "complaint_id": _key("the complaint"),
            "customer_id": Column("id", "the customer"),
            "opened": _day("day it was made"),
            "first_reply": Column(
                "date", "day of the first reply, empty if none", past=True, telling=True
            ),
            "closed": Column(
                "date", "day it was settled, empty while open", past=True, telling=True
            ),
            "cause": Column("text", "what it was about"),
            "outcome": Column("text", "how it ended"),
            "compensation": _money("what was paid or given", 0),
        },
        ("complaint_id",),
    ),
    "contacts": Table(
        "one row per contact with a customer",
        {
            "customer_id": _CUSTOMER,
            "date": _day("day of the contact"),
            "mode": Column("text", "workplace, visit, phone or digital"),
            "minutes": Column("number", "time our people spent", "minutes", 0),
            "cost": _money("cost of the contact", 0),
        },
    ),
    "waits": Table(
        "one row per arrival at a queue that was measured",
        {
            "visit_id": Column("id", "the arrival"),
            "customer_id": Column("id", "the customer, empty if not known", telling=True),
            "date": _day("day of the visit"),
            "hour": Column("whole", "hour of the day", "hour", 0, 23),
            "promised": Column("number", "wait promised", "minutes", 0, required=True, filled=True),
            "waited": Column(
                "number", "wait until served, empty if she left", "minutes", 0, telling=True
            ),
        },
    ),
    "conjoint": Table(
        "one row per respondent and card: how much she likes an offer made up of attributes",
        {
            "respondent_id": _key("who answered"),
            "customer_id": Column("id", "the customer, empty if none of ours", telling=True),
            "segment": Column("text", "segment of the respondent"),
            "card": Column("text", "name of the card"),
            **_attributes(),
            "price": _money("price on the card", 0, required=True, filled=True),
            "rating": Column("number", "her rating, empty if skipped", required=True, telling=True),
        },
    ),
    "choices": Table(
        "one row per respondent, set and alternative: which of several offers she takes",
        {
            "respondent_id": _key("who answered"),
            "segment": Column("text", "segment of the respondent"),
            "set": _key("the set of offers shown together", "text"),
            "alternative": Column("text", "the offer; none is to buy nothing"),
            **_attributes(),
            "price": _money("price, empty for none", 0, required=True, telling=True),
            "chosen": _scale("she took it, 1 = yes", 0, 1, "whole"),
        },
    ),
    "part_worths": Table(
        "what only a simulation knows: how much each step of an attribute is worth",
        {
            "segment": _key("the segment, or all", "text"),
            "attribute": _key("the attribute", "text"),
            "level": _key("the level, or +1 of a number", "text"),
            "part_worth": Column("number", "points that it adds to a rating"),
            "worth": _money("the same in money"),
        },
        ("segment", "attribute", "level"),
    ),
    "price_survey": Table(
        "one row per respondent: what she says about the price of one product",
        {
            "respondent_id": Column("id", "who answered"),
            "customer_id": Column("id", "the customer, empty if none of ours", telling=True),
            "segment": Column("text", "segment of the respondent"),
            **{
                name: _money(f"price from which the product is {meaning}", 0, required=True)
                for name, meaning in {
                    "too_cheap": "so cheap that she doubts it (down from it)",
                    "cheap": "a bargain (down from it)",
                    "expensive": "expensive, but not out of the question",
                    "too_expensive": "too expensive to buy",
                }.items()
            },
            "max_price": _money(
                "highest price asked at which she would buy, empty if none", 0, telling=True
            ),
            "intent_cheap": _scale("would buy at her price cheap; 5 surely", 1, 5, "whole"),
            "intent_expensive": _scale("would buy at her price expensive; 5 surely", 1, 5, "whole"),
        },
        ("respondent_id",),
    ),
    "accounts": Table(
        "one row per customer who buys on credit",
        {
            "customer_id": _CUSTOMER,
            "terms_days": Column("whole", "days from invoice to due date", "days", 0),
            "credit_limit": _money("most it may owe, empty if none was set", 0, telling=True),
            "founded": Column("whole", "year in which the firm was founded", "year", 1000, 2100),
            "equity_ratio": Column("number", "own capital over all capital", "share", high=1),
            "quick_ratio": Column("number", "cash and claims over short-term debt", "ratio", 0),
        },
        ("customer_id",),
    ),
    "invoices": Table(
        "one row per invoice",
        {
            "invoice_id": _key("the invoice"),
            "order_id": Column("id", "the order it bills"),
            "customer_id": _CUSTOMER,
            "date": _day("day of the invoice"),
            "due": Column("date", "day by which it must be paid", required=True, filled=True),
            "amount": _money("what is to be paid", 0, required=True, filled=True),
            "disputed": Column("whole", "the customer contests it, 1 = yes", "", 0, 1),
        },
        ("invoice_id",),
    ),
    "payments": Table(
        "one row per payment or credit note",
        {
            "payment_id": Column("id", "the payment"),
            "invoice_id": Column("id", "the invoice it pays, empty if not said", telling=True),
            "customer_id": _CUSTOMER,
            "date": _day("day it came in"),
            "amount": _money("what came in", required=True, filled=True),
            "kind": Column("text", "payment or credit note"),
        },
    ),
    "plans": Table(
        "one row per customer and month",
        {
            "customer_id": _CUSTOMER,
            "month": Column("date", "first day of the month", required=True, filled=True),
            "planned_sales": _money("sales planned", 0),
            "expense_budget": _money("selling expenses planned", 0),
            "expenses": _money("selling expenses, empty where not known", telling=True),
        },
        ("customer_id", "month"),
    ),
    "leads": Table(
        "one row per firm or person that was approached to win a customer",
        {
            "lead_id": _key("the lead"),
            "method": _key("how it was found", "text"),
            "approached": _day("day of the first approach"),
            "cost": _money("what looking for it and approaching it cost", 0, filled=True),
            "won": Column(
                "whole", "became a customer, 1 = yes", "", 0, 1, required=True, filled=True
            ),
            "became": Column("id", "the customer it became, empty if not won", telling=True),
        },
        ("lead_id",),
    ),
    "credit_pool": Table(
        "one row per account whose payments were watched for a year",
        {
            "account_id": _key("the account"),
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
            "date": _day("day of sale"),
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
            "customer_id": _CUSTOMER,
            "trouble_from": Column("date", "day from which it pays later", telling=True),
            "left_on": Column("date", "day it left, empty if still active", telling=True),
            "failed": Column("whole", "left unable to pay, 1 = yes", "", 0, 1),
        },
        ("customer_id",),
    ),
    "truth_pool": Table(
        "one row per account of the credit pool: what only a simulation knows",
        {
            "account_id": _key("the account"),
            "chance_to_fail": Column("number", "chance to fail within the year", "", 0, 1),
        },
        ("account_id",),
    ),
    "truth": Table(
        "one row per customer: what only a simulation knows",
        {
            "customer_id": _CUSTOMER,
            "purchase_rate": Column("number", "purchases while active", "per week", 0),
            "leaving_rate": Column(
                "number", "rate of leaving; contracts: chance at a renewal", "per month", 0
            ),
            "left_on": Column(
                "date", "day of quiet departure, empty if still active", telling=True
            ),
            "mean_spend": _money("mean amount of a purchase"),
            "price_elasticity": Column("number", "per cent fewer purchases if prices rise 1 %"),
            "purchases_next_12_months": Column("whole", "purchases after the window", low=0),
            "spend_next_12_months": _money("amount of those purchases"),
            "true_satisfaction": _scale("satisfaction without noise", 1, 10),
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
