"""What a log says of each customer, and what must never be lost: time unit, window, left-outs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import pandas as pd

from crmlab import inputs
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Summary(Result):
    """One row per customer, with the time unit, the window and what was left out.

    ``summary["frequency"]`` is a column, ``summary[["frequency", "T"]]`` a frame of columns;
    ``summary[mask]`` and ``summary[ids]`` are summaries of these customers, in the same unit.
    The plain frame is ``summary.table``.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by ``customer_id``: ``frequency``, the number of repeat purchases; ``recency``, the
        customer's age at the last purchase (0 for one-time buyers); ``T``, the age at the end of
        the window; with amounts ``monetary_value``, the mean amount of the repeat purchases,
        missing for one-time buyers, and ``amount``, what all purchases came to. After `split` also
        ``frequency_holdout``, ``spend_holdout``, ``T_holdout``. Polars, DuckDB, pyarrow and Spark
        logs give a frame of their own kind, with a column ``customer_id``.
    unit : str or None
        Time unit of recency and T.
    until : str or None
        Last day of the window, of the holdout after `split`.
    calibration_end : str or None
        Last day of the calibration window, after `split`.
    conventions : dict
        What was decided (``refunds``, ``same_day``, ``later``) and what was left out, in rows and
        money; numbers and text only, so it can be written as JSON.

    Examples
    --------
    >>> table = pd.DataFrame({"frequency": [1, 0], "T": [4.0, 3]}, index=["a", "b"])
    >>> summary = Summary(table.rename_axis("customer_id"), unit="week", until="2024-01-29")
    >>> summary[summary["frequency"] > 0]
                 frequency    T
    customer_id
    a                    1  4.0
    unit week, until 2024-01-29
    """

    table: Any
    unit: str | None = None
    until: str | None = None
    calibration_end: str | None = None
    conventions: dict[str, Any] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """Unit, window, and what was left out, in one line."""
        told = [f"unit {self.unit or 'not said'}"]
        if self.calibration_end:
            told.append(f"calibration until {self.calibration_end}")
        if self.until:
            last = self.conventions.get("until_is") == "last day of the log"
            told.append(f"until {self.until}{', the last day of the log' if last else ''}")
        if self.conventions.get("distinct"):
            many = float(self.table["customers"].sum())
            told.append(f"{len(self.table):,} distinct histories of {many:,.0f} customers")
        return ", ".join(told) + "".join(f"; {one}" for one in _left_out(self.conventions))

    @property
    def index(self) -> pd.Index:
        """The customers' ids."""
        return self._frame().index

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(nw.from_native(self.table).collect_schema().names())

    def __len__(self) -> int:
        return len(self._frame())

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, asked: Any) -> Any:
        frame = self._frame()
        if isinstance(asked, str):
            inputs.columns(frame.columns, [asked], "summary")
            return frame[asked]
        if isinstance(asked, slice):
            return replace(self, table=frame.iloc[asked])
        if isinstance(asked, list) and asked and all(name in frame.columns for name in asked):
            return frame[asked]
        return replace(self, table=frame.iloc[inputs.places(frame.index, asked, "summary")])

    def __repr__(self) -> str:
        if isinstance(self.table, pd.DataFrame):
            return super().__repr__()
        return f"{self.table!r}\n{self.caption}"

    def _repr_html_(self) -> str:
        if isinstance(self.table, pd.DataFrame):
            return super()._repr_html_()
        inner = getattr(self.table, "_repr_html_", None)
        shown = inner() if inner else f"<pre>{self.table!r}</pre>"
        return f"{shown}\n<p>{self.caption}</p>"

    def _frame(self) -> pd.DataFrame:
        if not isinstance(self.table, pd.DataFrame):
            kind = type(self.table).__name__
            raise ValueError(f"summary.table is a {kind}; work with it in its own way.")
        return self.table


def _left_out(said: Mapping[str, Any]) -> list[str]:
    """What a summary leaves out, in rows and money, one phrase each."""
    told = []
    ignored = said.get("refund_rows") if said.get("refunds") == "ignore" else 0
    for rows, what, money in (
        (said.get("rows_later"), "after it", said.get("money_later")),
        (ignored, "of refunds", said.get("refund_money")),
    ):
        if rows:
            worth = "" if money is None else f", {money:,.2f}"
            told.append(f"left out {_counted(rows, 'row')} {what}{worth}")
    if said.get("money_not_netted"):
        told.append(f"refunds of {said['money_not_netted']:,.2f} taken off no purchase")
    if said.get("customers_left_out"):
        gone = _counted(said["customers_left_out"], "customer")
        told.append(f"left out {gone} without a purchase")
    if said.get("new_customers"):
        money = said.get("new_customer_money")
        worth = "" if money is None else f", {money:,.2f}"
        told.append(f"left out {_counted(said['new_customers'], 'new customer')}{worth}")
    return told


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
