"""Fixed covariates: what is known of each customer, and how it moves a model's parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.repeat_buying.summary import Summary

Columns: TypeAlias = "str | Sequence[str]"

LEAST = 10
ALIKE = 1e-8
TAKEN = ("frequency", "recency", "T", "monetary_value", "customers")
OUTCOMES = ("amount", "spend")
PLAIN = re.compile(r"[^\s'\"]+")
NUMERIC = ("integer", "floating", "decimal", "mixed-integer-float")


@dataclass(frozen=True)
class Term:
    """One effect of a covariate.

    Attributes
    ----------
    on : str
        What it moves: buying, leaving or spend.
    column : str
    level : str or None
        Of a column of levels: this one against ``base``; None for a column of numbers. A level
        that is no text, such as True or 1, is taken by its text.
    base : str or None
        The level that the others are compared with.
    centre : float
        Of a column of numbers: the mean of the customers in the fit, taken off.
    spread : float
        Of a column of numbers: the ratio is that of so much more; in a fit, the standard deviation.
    """

    on: str
    column: str
    level: str | None = None
    base: str | None = None
    centre: float = 0.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        for name in ("level", "base"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else str(value))

    @property
    def name(self) -> str:
        """Its name in a table of parameters, such as "buying: channel shop".

        A column whose name has a space or a quote stands in quotes, so that two never run together.
        """
        column = self.column if PLAIN.fullmatch(self.column) else repr(self.column)
        return f"{self.on}: {column}" + (f" {self.level}" if self.level is not None else "")


def add_covariates(summary: Summary, customers: pd.DataFrame) -> Summary:
    """Put columns that are known of each customer beside the summary, matched by id.

    Parameters
    ----------
    summary : Summary
        From `summarise` or `split`.
    customers : DataFrame
        One row per customer: ``customer_id`` as a column or as the index, and the covariates.
        Customers who are not in the summary are ignored.

    Returns
    -------
    Summary
        With the columns of ``customers``, in the summary's order.

    Raises
    ------
    ValueError
        A customer of the summary is missing or occurs twice, or a column is there already.

    Examples
    --------
    >>> table = pd.DataFrame({"frequency": [1, 0], "recency": [2.0, 0], "T": [4.0, 3]}, ["a", "b"])
    >>> known = pd.DataFrame({"customer_id": ["b", "a"], "channel": ["shop", "web"]})
    >>> add_covariates(Summary(table.rename_axis("customer_id"), unit="week"), known)["channel"]
    customer_id
    a     web
    b    shop
    Name: channel, dtype: str
    """
    if not isinstance(summary, Summary):
        kind = type(summary).__name__
        raise ValueError(f"summary is of type {kind}; give what summarise or split return.")
    table = summary._frame()
    known = inputs.table(inputs.by_customer(customers), (), "customers")
    known = known.set_axis(inputs.ids(known.index.to_series(), "customers.customer_id"))
    inputs.one_row_each(known, "customers")
    there = [name for name in known.columns if name in table.columns]
    if there:
        raise ValueError(
            f"customers: the summary has a column {there[0]} already. Rename it or leave it out."
        )
    inputs.one_row_each(table, "summary")
    ids = pd.Index(inputs.ids(table.index.to_series(), "summary.customer_id"))
    inputs.shared_ids(ids, known.index, "summary and customers")
    lacking = ~ids.isin(known.index)
    problem = "is missing in customers", "are missing in customers"
    remedy = "Add them, or leave them out of the summary."
    inputs.refuse(lacking, table.index, "summary", problem, remedy)
    found = known.loc[ids].set_axis(table.index)
    return replace(summary, table=pd.concat([table, found], axis=1))


def named(columns: Columns, role: str) -> list[str]:
    """The columns of one role as a list of names, each once."""
    given: Any = [columns] if isinstance(columns, str) else columns
    remedy = "Name columns of the summary; add_covariates puts them there."
    if (
        isinstance(given, pd.DataFrame | pd.Series | Mapping)
        or not np.iterable(given)
        or not all(isinstance(name, str) for name in given)
    ):
        raise ValueError(f"{role} is of type {type(columns).__name__}. {remedy}")
    names = list(given)
    for name in names:
        if name in TAKEN or names.count(name) > 1:
            twice = "is what the model explains" if name in TAKEN else "is there twice"
            raise ValueError(f"{role}: {name} {twice}. {remedy}")
        if name in OUTCOMES or name.endswith("_holdout"):
            raise ValueError(
                f"{role}: {name} holds the purchases that the model explains, so it tells nothing "
                "of who makes them. Leave it out, or rename a column that is something else."
            )
    return names


def learnt(
    table: pd.DataFrame, columns: list[str], role: str, weights: NDArray[np.float64]
) -> tuple[Term, ...]:
    """The terms of the columns, as these customers show them.

    Parameters
    ----------
    table : DataFrame
        The summary.
    columns : list of str
        Of numbers: one term, around the mean. Of text, flags or a pandas category: a term for each
        level but the base, which is the first category, False, or the most frequent text.
    role : str
        buying, leaving or spend.
    weights : numpy.ndarray
        Customers per row.

    Returns
    -------
    tuple of Term

    Raises
    ------
    ValueError
        Missing values, one value for everybody, a level of fewer than 10 customers, a column that
        follows from the others.
    """
    terms: list[Term] = []
    for name in columns:
        cells, numeric = _cells(table, name)
        where = f"summary.{name}"
        if numeric:
            mean, spread = _around(cells, weights)
            if spread <= 1e-9 * abs(mean):
                raise ValueError(f"{where} is {cells[0]:g} for everybody. Leave it out.")
            terms.append(Term(role, name, centre=mean, spread=spread))
            continue
        counts = pd.Series(weights).groupby(cells).sum()
        if len(counts) < 2:
            raise ValueError(f"{where} is {inputs.shown(cells[0])} for everybody. Leave it out.")
        if counts.min() < LEAST:
            rare = counts.idxmin()
            raise ValueError(
                f"{where}: {counts.min():,.0f} of {weights.sum():,.0f} customers have "
                f"{inputs.shown(rare)}; first {inputs.first_row(table, cells == rare, where)}. A "
                f"level needs at least {LEAST}; merge it with another."
            )
        base, *others = _ordered(table[name], counts)
        terms += [Term(role, name, level, base) for level in others]
    _independent(coded(table, tuple(terms)), terms, weights)
    return tuple(terms)


def seen_levels(table: pd.DataFrame, counted: NDArray[np.bool_], columns: list[str]) -> None:
    """Refuse a level that no row has of those that a fit counts, so that nothing is learnt of it.

    Raises
    ------
    ValueError
        Such a level.
    """
    for name in columns:
        known = table[name].notna().to_numpy()
        rows = table[known]
        cells, numeric = _cells(rows, name)
        if numeric:
            continue
        problem = (
            "has a level that no customer with a repeat purchase has",
            "have levels that no customer with a repeat purchase has",
        )
        remedy = "Merge it with another level, or leave these customers out."
        unseen = ~np.isin(cells, cells[counted[known]])
        inputs.refuse(unseen, rows, f"summary.{name}", problem, remedy)


def coded(table: pd.DataFrame, terms: Sequence[Term]) -> NDArray[np.float64]:
    """The values of the terms, one row per customer and one column per term.

    Raises
    ------
    ValueError
        A column is missing or has missing values, text where numbers were learnt, or a level that
        the fit has not seen.
    """
    values = np.zeros((len(table), len(terms)))
    columns = dict.fromkeys(term.column for term in terms)
    inputs.columns(table.columns, columns, "summary", remedy="add_covariates puts them there.")
    for name in columns:
        own = [(place, term) for place, term in enumerate(terms) if term.column == name]
        cells, _ = _cells(table, name, numeric=own[0][1].level is None)
        levels = {str(own[0][1].base), *(str(term.level) for _, term in own)}
        if own[0][1].level is not None:
            unseen = ~np.isin(cells, list(levels))
            problem = "has a level that the fit has not seen", "have levels the fit has not seen"
            remedy = f"Known are {inputs.listed(sorted(levels))}."
            inputs.refuse(unseen, table, f"summary.{name}", problem, remedy)
        for place, term in own:
            values[:, place] = cells == term.level if term.level is not None else cells
            with np.errstate(over="ignore"):
                values[:, place] = (values[:, place] - term.centre) / term.spread
    return values


def _around(cells: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation of a column, whose squares may be too large or too small."""
    largest, share = float(np.abs(cells).max()) or 1.0, weights / weights.sum()
    mean = float(share @ (cells / largest))
    return largest * mean, largest * float(np.sqrt(share @ (cells / largest - mean) ** 2))


def _cells(
    table: pd.DataFrame, name: str, *, numeric: bool | None = None
) -> tuple[NDArray[Any], bool]:
    """A column as numbers, or as the names of its levels; ``numeric`` where that is known."""
    column = table[name]
    remedy = "Fill them, give them a level of their own such as 'unknown', or leave them out."
    where = f"summary.{name}"
    inputs.refuse(column.isna(), table, where, ("is empty", "are empty"), remedy)
    plain = column.dtype != "category" and pd.api.types.infer_dtype(column) in NUMERIC
    if numeric or (numeric is None and plain):
        return inputs.numbers(column, where, rows=table, remedy=remedy).to_numpy(), True
    if pd.api.types.infer_dtype(column) == "boolean":
        column = column.astype(bool)
    return column.astype(object).map(str).to_numpy(), False


def _ordered(column: pd.Series, counts: pd.Series) -> list[str]:
    """The levels, the base first."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [one for one in map(str, column.cat.categories) if one in counts.index]
    if set(counts.index) == {"False", "True"}:
        return ["False", "True"]
    most = counts.index[np.flatnonzero(counts == counts.max())[0]]
    return [most, *(one for one in counts.index if one != most)]


def _independent(values: NDArray[np.float64], terms: Sequence[Term], weights: Any) -> None:
    """Refuse a term that follows from those before it."""
    away = values - weights @ values / weights.sum()
    away /= np.sqrt(weights @ away**2)
    gram = (away * weights[:, None]).T @ away
    for place in range(1, len(terms)):
        before, here = gram[:place, :place], gram[:place, place]
        if 1 - here @ np.linalg.solve(before, here) < ALIKE:
            raise ValueError(
                f"summary.{terms[place].column}: {terms[place].name} follows from the columns "
                "before it, so their effects cannot be told apart. Leave it out."
            )
