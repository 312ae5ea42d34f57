"""The one door for what is handed in: numbers, days, ids, tables, and how each is refused.

A refusal says where, how many rows, which one first, and what to do.
"""

from crmlab.inputs.days import Day, day, days
from crmlab.inputs.numbers import (
    Numbers,
    choice,
    count,
    flags,
    number,
    number_columns,
    numbers,
    scale,
    settled,
    share,
    weights,
)
from crmlab.inputs.refusals import Phrase, first_row, listed, refuse, shown
from crmlab.inputs.tables import (
    Refunds,
    by_customer,
    columns,
    customer_table,
    customer_values,
    id_order,
    ids,
    one_row_each,
    places,
    purchases,
    shared_ids,
    table,
)

__all__ = [
    "Day",
    "Numbers",
    "Phrase",
    "Refunds",
    "by_customer",
    "choice",
    "columns",
    "count",
    "customer_table",
    "customer_values",
    "day",
    "days",
    "first_row",
    "flags",
    "id_order",
    "ids",
    "listed",
    "number",
    "number_columns",
    "numbers",
    "one_row_each",
    "places",
    "purchases",
    "refuse",
    "scale",
    "settled",
    "share",
    "shared_ids",
    "shown",
    "table",
    "weights",
]
