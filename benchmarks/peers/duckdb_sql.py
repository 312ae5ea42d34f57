"""The summary and silences, written by hand in DuckDB's SQL: the mark to come close to."""

import duckdb
import pandas as pd

from peers import silences, totals

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


SILENCE = """
with days as (
    select customer_id, date::date as day from log group by all
), ends as (
    select customer_id, min(day) as first, max(day) as last, count(*) as visits
    from days group by customer_id
)
select customer_id, visits, date '2025-12-31' - last as silence,
       case when visits >= 3
            then exp(-(date '2025-12-31' - last) / ((last - first) / (visits - 1))) end as chance
from ends order by chance, customer_id
"""


def silence(folder):
    log = pd.read_parquet(folder / "transactions.parquet")
    return lambda: duckdb.from_df(log).query("log", SILENCE).df(), silences
