"""Tables of what people say they would pay: ratings, choices and thresholds of price."""

from __future__ import annotations

from crmlab.database.columns import Column, Table, key, money, scale


def _attributes() -> dict[str, Column]:
    """What the sample company's cards say beside the price; yours may say other things."""
    texts = {"coffee": "kind of coffee", "seat": "what she sits on", "cup": "kind of cup"}
    columns = {name: Column("text", meaning, telling=True) for name, meaning in texts.items()}
    return columns | {"wait": Column("number", "wait", "minutes", 0, telling=True)}


PRICE_TABLES: dict[str, Table] = {
    "conjoint": Table(
        "one row per respondent and card: how much she likes an offer made up of attributes",
        {
            "respondent_id": key("who answered"),
            "customer_id": Column("id", "the customer, empty if none of ours", telling=True),
            "segment": Column("text", "segment of the respondent"),
            "card": Column("text", "name of the card"),
            **_attributes(),
            "price": money("price on the card", 0, required=True, filled=True),
            "rating": Column("number", "her rating, empty if skipped", required=True, telling=True),
        },
    ),
    "choices": Table(
        "one row per respondent, set and alternative: which of several offers she takes",
        {
            "respondent_id": key("who answered"),
            "segment": Column("text", "segment of the respondent"),
            "set": key("the set of offers shown together", "text"),
            "alternative": Column("text", "the offer; none is to buy nothing"),
            **_attributes(),
            "price": money("price, empty for none", 0, required=True, telling=True),
            "chosen": scale("she took it, 1 = yes", 0, 1, "whole"),
        },
    ),
    "part_worths": Table(
        "what only a simulation knows: how much each step of an attribute is worth",
        {
            "segment": key("the segment, or all", "text"),
            "attribute": key("the attribute", "text"),
            "level": key("the level, or +1 of a number", "text"),
            "part_worth": Column("number", "points that it adds to a rating"),
            "worth": money("the same in money"),
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
                name: money(f"price from which the product is {meaning}", 0, required=True)
                for name, meaning in {
                    "too_cheap": "so cheap that she doubts it (down from it)",
                    "cheap": "a bargain (down from it)",
                    "expensive": "expensive, but not out of the question",
                    "too_expensive": "too expensive to buy",
                }.items()
            },
            "max_price": money(
                "highest price asked at which she would buy, empty if none", 0, telling=True
            ),
            "intent_cheap": scale("would buy at her price cheap; 5 surely", 1, 5, "whole"),
            "intent_expensive": scale("would buy at her price expensive; 5 surely", 1, 5, "whole"),
        },
        ("respondent_id",),
    ),
}
