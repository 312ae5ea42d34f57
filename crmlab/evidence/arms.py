"""Who was treated, and what came of it: a trial read from a table, for all of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals


@dataclass(frozen=True)
class Trial:
    """One row per customer: place of the arm (0 is the control), outcome."""

    rows: pd.DataFrame
    labels: tuple[Any, ...]
    arm: NDArray[np.intp]
    outcome: NDArray[np.float64]

    @property
    def shares(self) -> bool:
        """Whether the outcome is yes or no."""
        return bool(np.isin(self.outcome, (0.0, 1.0)).all())

    def treated(self, where: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Outcomes of those who got anything."""
        return self.outcome[(self.arm > 0) & (True if where is None else where)]

    def control(self, where: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Outcomes of those who got nothing."""
        return self.outcome[(self.arm == 0) & (True if where is None else where)]


def read_trial(
    customers: Any, outcome: str, treated: str, more: Sequence[str] = (), where: str = "customers"
) -> Trial:
    """Read a trial: one row per customer, each in one arm, at least two customers in each arm."""
    rows = inputs.table(inputs.by_customer(customers), (outcome, treated, *more), where)
    in_both = "is in the trial twice", "are in the trial twice"
    twice = rows.index.duplicated()
    inputs.refuse(twice, rows.index, where, in_both, "A customer belongs to one arm only.")
    order = inputs.id_order(rows.index)
    rows = rows.iloc[order]
    came = inputs.numbers(
        rows[outcome],
        f"{where}.{outcome}",
        rows=rows,
        accept=("flags",),
        remedy="Watch each customer equally long, and count 0 for one who did nothing.",
    )
    labels, arm = _arms(rows, treated, f"{where}.{treated}")
    sizes = np.bincount(arm, minlength=len(labels))
    for label, size in zip(labels, sizes, strict=True):
        if size < 2:
            said = "customer has" if size == 1 else "customers have"
            raise ValueError(
                f"{where}.{treated}: {size} {said} {label}; an effect needs at least 2 in each arm."
            )
    return Trial(rows, labels, arm, came.to_numpy())


def _arms(rows: pd.DataFrame, treated: str, where: str) -> tuple[tuple[Any, ...], NDArray[np.intp]]:
    given = rows[treated]
    if isinstance(given.dtype, pd.CategoricalDtype):
        empty = "is empty", "are empty"
        inputs.refuse(given.isna(), rows, where, empty, "Say which arm each customer was in.")
        kinds = list(given.cat.categories)
        there = [kind for kind in kinds if kind == kinds[0] or (given == kind).any()]
        places = {kind: place for place, kind in enumerate(there)}
        arm = np.array([places[kind] for kind in given], dtype=np.intp)
    else:
        remedy = "Write 0 for not treated and 1 for treated, or the dose, by lot."
        text = given.map(lambda cell: isinstance(cell, str)).to_numpy(dtype=bool)
        named = "Name arms by pd.Categorical(column, ['none', ...]), the control first."
        inputs.refuse(text, rows, where, ("is text", "are text"), f"{remedy} {named}")
        dose = inputs.numbers(
            given, where, rows=rows, accept=("flags",), remedy=remedy, at_least=0
        ).to_numpy()
        kinds = [0.0, *(value for value in np.unique(dose) if value > 0)]
        arm = np.searchsorted(np.asarray(kinds), dose).astype(np.intp)
        there = [int(value) if value == int(value) else float(value) for value in kinds]
    if len(there) < 2:
        raise ValueError(f"{where}: nobody was treated; an effect needs two arms.")
    return tuple(there), arm


def welch(
    one: NDArray[np.float64], other: NDArray[np.float64], confidence: float
) -> tuple[float, float, float]:
    """Difference of two means with Welch's interval, which never assumes one spread for both."""
    spreads = [sample.var(ddof=1) / len(sample) for sample in (one, other)]
    gap, error = float(one.mean() - other.mean()), sum(spreads)
    if error == 0:
        raise ValueError(
            f"The outcome is {one[0]:g} for all in one arm and {other[0]:g} for all in the other; "
            "without any spread there is no interval."
        )
    parts = sum(
        spread**2 / (len(sample) - 1) for spread, sample in zip(spreads, (one, other), strict=True)
    )
    reach = float(intervals.student_quantile(confidence, error**2 / parts)) * float(error) ** 0.5
    return gap, gap - reach, gap + reach


def newcombe(
    one: NDArray[np.float64], other: NDArray[np.float64], confidence: float
) -> tuple[float, float, float]:
    """Difference of two shares with Newcombe's interval (1998, Statistics in Medicine 17)."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    gap = float(one.mean() - other.mean())
    low, high = confint_proportions_2indep(
        one.sum(),
        len(one),
        other.sum(),
        len(other),
        method="newcomb",
        alpha=2 * intervals.tail(confidence),
    )
    return gap, min(float(low), gap), max(float(high), gap)


def difference(
    trial: Trial, one: NDArray[np.float64], other: NDArray[np.float64], confidence: float
) -> tuple[float, float, float]:
    """Newcombe's for shares, Welch's for everything else."""
    return (newcombe if trial.shares else welch)(one, other, confidence)
