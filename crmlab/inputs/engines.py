"""Frames of any kind: computed where they lie, brought into pandas, or given small tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab.inputs.numbers import number_columns
from crmlab.inputs.tables import by_customer, columns
from crmlab.results import Result

PLAIN = {np.dtype("float64"), np.dtype("int64")}


@dataclass(frozen=True)
class Engine:
    """Rows in any kind of frame, to be computed where they lie.

    Attributes
    ----------
    rows : narwhals.LazyFrame
    kind : str
        ``"pandas"``, ``"pyarrow"`` (computed by DuckDB), ``"eager"`` or ``"lazy"``: how to hand a
        result back.
    """

    rows: Any
    kind: str

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.rows.collect_schema().names())

    def with_table(self, table: Mapping[str, NDArray[Any]]) -> Any:
        """A small table of numbers as a Narwhals LazyFrame that these rows can be joined with."""
        rows = self.rows
        if rows.implementation.is_duckdb():
            crmlab_table = pd.DataFrame(table)  # the only way onto a relation's own connection
            found = rows.to_native().query("crmlab_rows", "select * from crmlab_table")
            del crmlab_table
            return nw.from_native(found)
        if rows.implementation.is_spark_like():
            from pyspark.sql.functions import broadcast

            small = rows.to_native().sparkSession.createDataFrame(pd.DataFrame(table))
            return nw.from_native(broadcast(small))
        return nw.from_dict(dict(table), backend=rows.implementation).lazy()

    def back(self, rows: Any) -> Any:
        """Rows as a frame of the kind that was given."""
        if self.kind == "pandas":
            return rows.collect().to_native().set_index("customer_id")
        if self.kind == "pyarrow":
            return rows.to_native().to_arrow_table()
        return rows.to_native() if self.kind == "lazy" else rows.collect().to_native()


def opened(frame: Any, where: str, wanted: str = "a summary or a frame") -> Engine:
    """A frame of any kind, without a check of its columns.

    Raises
    ------
    ValueError
        It is no frame.
    """
    try:
        found: Any = nw.from_native(frame)
    except TypeError:
        name = type(frame).__name__
        raise ValueError(f"{where} is of type {name}; give {wanted}.") from None
    if found.implementation.is_pyarrow():
        import duckdb

        relation = duckdb.connect().from_arrow(found.to_native())
        return Engine(nw.from_native(relation), "pyarrow")
    kind = "pandas" if found.implementation.is_pandas_like() else "eager"
    return Engine(found.lazy(), kind if isinstance(found, nw.DataFrame) else "lazy")


def elsewhere(customers: Any) -> bool:
    """Whether the customers lie in a frame of another kind than pandas, or in a result of one."""
    given = customers.table if isinstance(customers, Result) else customers
    if isinstance(given, pd.DataFrame | pd.Series | Mapping):
        return False
    try:
        nw.from_native(given)
    except TypeError:
        return False
    return True


def engine(customers: Any, needed: tuple[str, ...], where: str) -> Engine:
    """The rows of a result or a frame of any kind, once they have ``needed``, and these as numbers.

    Raises
    ------
    ValueError
        No frame; a column is missing, or is not of numbers (``customer_id`` may be).
    """
    given = customers.table if isinstance(customers, Result) else customers
    counted = [name for name in needed if name != "customer_id"]
    if isinstance(given, pd.DataFrame):
        given = by_customer(given).rename_axis("customer_id")
        columns(given.columns, counted, where)
        odd = [name for name in counted if given[name].dtype not in PLAIN]
        given = given.assign(**number_columns(given, odd, where, accept=("empty",)))
        given = given.reset_index()
    found = opened(given, where)
    schema = found.rows.collect_schema()
    columns(schema.names(), needed, where)
    for name in counted:
        if not schema[name].is_numeric():
            raise ValueError(f"{where}.{name} is of type {schema[name]}, not numbers; convert it.")
    return found


def collected(frame: Any) -> pd.DataFrame:
    """Bring a Narwhals lazy frame into pandas, without asking for pyarrow where it can be helped.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, also where DuckDB makes an error of its own of it.
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        import duckdb

        try:
            return native.df()
        except (duckdb.InterruptException, RuntimeError) as error:
            if "interrupted" not in str(error).lower():
                raise
            raise KeyboardInterrupt from None
    if frame.implementation.is_polars():
        table = native.collect()
        columns = {name: table[name].to_numpy() for name in table.columns}
        return pd.DataFrame(columns).infer_objects()
    return frame.collect(backend="pandas").to_native()
