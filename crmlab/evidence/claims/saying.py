"""What a saying becomes: a number, the range in which it would be true, and a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from crmlab import inputs, intervals

Tables: TypeAlias = Mapping[str, pd.DataFrame]
HOLDS, FAILS, OPEN, NOT = "holds", "fails", "open", "cannot be tested"


class CannotTestError(ValueError):
    """The data at hand do not allow this test; the message says why."""


class Measured(NamedTuple):
    """A number and its interval."""

    estimate: float
    low: float
    high: float


Test: TypeAlias = Callable[[Any, float], Measured]
World: TypeAlias = Callable[[int, int], dict[str, pd.DataFrame]]
RangeFrom: TypeAlias = Literal["saying", "break-even", "our choice"]


@dataclass(frozen=True)
class Claim:
    """A saying made testable.

    Attributes
    ----------
    key : str
        ``K01`` to ``K20``.
    saying : str
        As it is said.
    source : str
        What is known of where it comes from, and what studies found.
    statistic : str
        The number that is measured, with its denominator and unit.
    at_least, at_most : float
        The saying is true if the number lies in this range.
    test : callable
        Takes a database and the confidence, returns the number with its interval.
    true_world, false_world : callable
        Take a seed and a number of customers, return tables in which the saying is true or false.
    customers : int
        Customers of such a world that the test needs.
    range_from : {"saying", "break-even", "our choice"}
        Whose range it is: the number that is said, the point where something begins to pay, or
        a border chosen here because the saying names none.
    interval_over : str
        What is drawn by chance, so what the interval is about: customers, answers, days.
    substitute : str
        What the statistic measures in place of what is said; empty if it measures what is said.
    """

    key: str
    saying: str
    source: str
    statistic: str
    at_least: float
    at_most: float
    test: Test
    true_world: World
    false_world: World
    customers: int = 2000
    range_from: RangeFrom = field(kw_only=True)
    interval_over: str = field(kw_only=True)
    substitute: str = field(default="", kw_only=True)

    @property
    def said(self) -> str:
        """The range in words."""
        if np.isinf(self.at_most):
            return f"at least {self.at_least:g}"
        if np.isinf(self.at_least):
            return f"at most {self.at_most:g}"
        return f"{self.at_least:g} to {self.at_most:g}"

    def verdict(self, low: float, high: float) -> str:
        """``holds`` if the whole interval lies in the range, ``fails`` if all of it lies outside.

        Otherwise ``open``: the data allow both.
        """
        if low >= self.at_least and high <= self.at_most:
            return HOLDS
        return FAILS if high < self.at_least or low > self.at_most else OPEN


def need(db: Any, table: str, *columns: str) -> pd.DataFrame:
    """A table of the data, or the sentence that says what is missing."""
    if table not in db:
        raise CannotTestError(f"needs a table {table}.")
    rows = db[table]
    lacking = [name for name in columns if name not in rows or rows[name].isna().all()]
    if lacking:
        raise CannotTestError(f"needs {inputs.listed(lacking)} in {table}.")
    return rows


def enough(count: int, at_least: int, what: str) -> None:
    """Stop where a group is too small for an interval that means anything."""
    if count < at_least:
        raise CannotTestError(f"there are {count} {what}; at least {at_least} are needed.")


def mean_of(values: Any, confidence: float) -> Measured:
    """Mean with Student's interval."""
    sample = np.asarray(values, dtype=float)
    half = float(intervals.student_quantile(confidence, len(sample) - 1)) * (
        sample.std(ddof=1) / len(sample) ** 0.5
    )
    return Measured(sample.mean(), sample.mean() - half, sample.mean() + half)


def share_of(flags: Any, confidence: float) -> Measured:
    """Share with Wilson's interval."""
    sample = np.asarray(flags, dtype=bool)
    low, high = intervals.wilson(sample.sum(), len(sample), confidence)
    return Measured(float(sample.mean()), float(low), float(high))


def ratio_of_means(above: Any, below: Any, confidence: float) -> Measured:
    """Mean of one sample over the mean of an independent other one, by the delta method in logs."""
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    for sample in (top, bottom):
        if not sample.mean() > 0:
            raise CannotTestError("a mean is not above 0, so there is no ratio.")
    spread = sum(s.var(ddof=1) / len(s) / s.mean() ** 2 for s in (top, bottom))
    return around(float(top.mean() / bottom.mean()), spread, confidence)


def paired_ratio(above: Any, below: Any, confidence: float) -> Measured:
    """Sum of one column over the sum of another one of the same rows, in logs."""
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if not (top.mean() > 0 and bottom.mean() > 0):
        raise CannotTestError("a mean is not above 0, so there is no ratio.")
    influence = top / top.mean() - bottom / bottom.mean()
    return around(float(top.mean() / bottom.mean()), influence.var(ddof=1) / len(top), confidence)


def around(ratio: float, spread: float, confidence: float) -> Measured:
    """A ratio with an interval that is symmetric in its logarithm."""
    step = intervals.normal_quantile(confidence) * spread**0.5
    return Measured(ratio, float(ratio * np.exp(-step)), float(ratio * np.exp(step)))


def difference_of_means(one: Any, other: Any, confidence: float) -> Measured:
    """Welch's interval."""
    from crmlab.evidence.arms import welch

    return Measured(*welch(np.asarray(one, float), np.asarray(other, float), confidence))


def purchases(db: Any) -> pd.DataFrame:
    """The log of purchases with refunds taken off, ids as text."""
    need(db, "transactions", "customer_id", "date", "amount")
    return inputs.purchases(db["transactions"], refunds="net")


def last_years(log: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The purchases of the last 365 days and of the 365 before; stops if there are not so many."""
    end = log["date"].max()
    year = pd.Timedelta(days=365)
    span = (end - log["date"].min()).days + 1
    if span < 2 * 365:
        raise CannotTestError(f"needs two years of purchases; there are {span} days.")
    recent = log["date"] > end - year
    return log[~recent & (log["date"] > end - 2 * year)], log[recent]


def per_customer(log: pd.DataFrame) -> pd.Series:
    """What each customer spent, for those who spent more than 0."""
    spent = log.groupby("customer_id")["amount"].sum()
    return spent[spent > 0]
