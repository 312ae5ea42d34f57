"""The summary, written by hand in DuckDB's SQL: the mark to come close to."""

import duckdb

from peers import totals

QUERY = """
with days as (
    select customer_id, date::date as day, sum(amount) as amount
    from read_parquet('{path}') group by all
), ends as (
    select customer_id, min(day) as first, max(day) as last, count(*) as visits,
           sum(amount) as amount, arg_min(amount, day) as first_amount
    from days group by customer_id
)
select customer_id, visits - 1 as frequency, (last - first) / 7 as recency,
       (date '2025-12-31' - first) / 7 as T,
       case when visits > 1 then (amount - first_amount) / (visits - 1) end as monetary_value
from ends order by customer_id
"""


def summary(folder):
    query = QUERY.format(path=folder / "transactions.parquet")
    return lambda: duckdb.sql(query).df(), lambda table: totals(table, days=7)
