"""Frames of any kind: computed where they lie, brought into pandas, or given small tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd
from numpy.typing import NDArray

from crmlab.inputs.tables import by_customer, columns
from crmlab.results import Result


@dataclass(frozen=True)
class Engine:
    """One row per customer, in any kind of frame, to be computed where it lies.

    Attributes
    ----------
    rows : narwhals.LazyFrame
        With a column ``customer_id``.
    kind : str
        ``"pandas"``, ``"pyarrow"``, ``"eager"`` or ``"lazy"``: how to hand a result back.
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
        if rows.implementation.is_polars():
            import polars as pl

            return nw.from_native(pl.DataFrame(dict(table)).lazy())
        if rows.implementation.is_spark_like():
            session = rows.to_native().sparkSession
            return nw.from_native(session.createDataFrame(pd.DataFrame(table)))
        return nw.from_native(pd.DataFrame(table)).lazy()

    def back(self, rows: Any) -> Any:
        """Rows as a frame of the kind that was given."""
        if self.kind == "pandas":
            return rows.collect().to_native().set_index("customer_id")
        if self.kind == "pyarrow":
            return rows.to_native().to_arrow_table()
        return rows.to_native() if self.kind == "lazy" else rows.collect().to_native()


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
    """The rows of a result or a frame of any kind, once it has all columns of ``needed``.

    Raises
    ------
    ValueError
        No frame, or a column is missing.
    """
    given = customers.table if isinstance(customers, Result) else customers
    if isinstance(given, pd.DataFrame):
        given = by_customer(given).rename_axis("customer_id").reset_index()
        kind = "pandas"
    try:
        frame: Any = nw.from_native(given)
    except TypeError:
        name = type(given).__name__
        raise ValueError(f"{where} is of type {name}; give a summary or a frame.") from None
    columns(frame.collect_schema().names(), needed, where)
    if isinstance(given, pd.DataFrame):
        return Engine(frame.lazy(), kind)
    if frame.implementation.is_pyarrow():
        import duckdb

        relation = duckdb.connect().from_arrow(frame.to_native())
        return Engine(nw.from_native(relation), "pyarrow")
    return Engine(frame.lazy(), "eager" if isinstance(frame, nw.DataFrame) else "lazy")


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
