"""Tables of people: the address book, and which of its records are one customer."""

from __future__ import annotations

from crmlab.database.columns import CUSTOMER, Column, Table, key


def _personal(kind: str, meaning: str, **more: object) -> Column:
    return Column(kind, meaning, personal=True, **more)  # type: ignore[arg-type]


PEOPLE_TABLES: dict[str, Table] = {
    "address_book": Table(
        "one row per record of a person or a firm, who may have several",
        {
            "record_id": key("the record"),
            "source": Column("text", "list it comes from"),
            "kind": Column("text", "person or company"),
            "name": _personal("text", "name as it was written"),
            "postcode": _personal("text", "postcode"),
            "street": _personal("text", "street and number"),
            "email": _personal("text", "e-mail address"),
            "phone": _personal("text", "telephone number"),
            "born": _personal("date", "day of birth", past=True),
            "occupation": _personal("text", "what a person works as"),
            "household_size": _personal("whole", "people in the household", unit="people", low=1),
            "interests": _personal("text", "what a person likes to do"),
            "remark": _personal("text", "what staff wrote, in their own words"),
            "contact_name": _personal("text", "whom to ask for in a firm"),
            "last_heard": Column("date", "last purchase or message under this record", past=True),
        },
        ("record_id",),
    ),
    "truth_records": Table(
        "one row per record of the address book: what only a simulation knows",
        {
            "record_id": key("the record"),
            "customer_id": CUSTOMER,
            "household_id": Column("id", "household or firm it belongs to"),
        },
        ("record_id",),
    ),
}
