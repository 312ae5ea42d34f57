"""Least squares that refuses what cannot be told apart, and correlations resampled in bulk."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs import Numbers
from crmlab.intervals import tail
from crmlab.satisfaction.answers import complete, paired

_CHUNK = 20_000_000


class NotIdentifiedError(ValueError):
    """The data cannot separate the effects that were asked for, whatever their number."""


def regress(
    predictors: pd.DataFrame | pd.Series, outcome: Numbers, *, confidence: float = 0.95
) -> pd.DataFrame:
    r"""Least squares with intervals that hold when the scatter is not the same everywhere.

    Parameters
    ----------
    predictors : DataFrame or Series, shape (n, p)
        One column per predictor, numbers.
    outcome : Series or sequence, shape (n,)
        What is explained.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Rows ``intercept`` and the predictors; columns ``estimate``, ``low``, ``high``, ``n``,
        ``missing``. Rows with a missing answer are left out and counted.

    Raises
    ------
    NotIdentifiedError
        A constant column, columns of which one is made of the others, or a row without which an
        effect could not be told: the error names them.

    Notes
    -----
    Standard errors HC3 (MacKinnon & White 1985, J. Econometrics 29), Student's quantile.

    Examples
    --------
    Perceived, expected and their difference cannot enter one regression:

    >>> table = pd.DataFrame({"perceived": [7, 9, 6, 8, 7], "expected": [6, 9, 8, 7, 5]})
    >>> table["gap"] = table["perceived"] - table["expected"]
    >>> regress(table, [6, 9, 4, 8, 7])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    crmlab.satisfaction.regression.NotIdentifiedError: gap = perceived - expected holds in ...
    """
    fit, n, missing = fitted(predictors, outcome)
    names = ["intercept", *fit.model.data.orig_exog.columns[1:]]
    low, high = fit.conf_int(2 * tail(confidence)).to_numpy().T
    table = pd.DataFrame({"estimate": fit.params.to_numpy(), "low": low, "high": high}, names)
    return table.assign(n=n, missing=missing)


def fitted(predictors: pd.DataFrame | pd.Series, outcome: Numbers) -> tuple[Any, int, int]:
    """Statsmodels' fit behind `regress`, with the number of rows used and of rows left out."""
    from statsmodels.regression.linear_model import OLS

    table, missing = together(predictors, outcome)
    y = table.pop(table.columns[-1])
    check_identified(table)
    if len(table) <= table.shape[1] + 1:
        raise NotIdentifiedError(
            f"{len(table)} complete rows for {table.shape[1]} predictors and an intercept: "
            "ask more people or explain with fewer columns"
        )
    design = table.copy()
    design.insert(0, "intercept", 1.0, allow_duplicates=True)
    _check_leverage(design)
    return OLS(y, design).fit(cov_type="HC3", use_t=True), len(table), missing


def together(predictors: pd.DataFrame | pd.Series, outcome: Numbers) -> tuple[pd.DataFrame, int]:
    """Predictors and, last, the outcome: complete rows, and the number of rows left out."""
    if isinstance(predictors, pd.Series):
        predictors = predictors.to_frame(predictors.name or "predictor")
    predictors = inputs.table(predictors, (), "predictors")
    table = inputs.number_columns(
        predictors, predictors.columns, "predictors", accept=("empty", "flags")
    )
    side = paired(predictors=predictors.iloc[:, 0], outcome=outcome)["outcome"]
    name = str(getattr(outcome, "name", None) or "outcome")
    while name in table:
        name = f"{name} (outcome)"
    table[name] = inputs.numbers(side, name, accept=("empty", "flags")).to_numpy()
    return complete(table, at_least=3)


def check_identified(table: pd.DataFrame) -> None:
    """Refuse constant columns and columns that others make up exactly.

    Parameters
    ----------
    table : DataFrame
        Complete rows.

    Raises
    ------
    NotIdentifiedError
        With the column, or the relation between columns, in words.
    """
    spread = table.max() - table.min()
    if (spread == 0).any():
        name = spread.idxmin()
        raise NotIdentifiedError(
            f"column {name!r} is constant: all {len(table)} answers are {table[name].iloc[0]:g}, "
            "so it explains nothing. Leave it out."
        )
    scaled = (table - table.mean()) / table.std()
    values, vectors = np.linalg.eigh(scaled.T @ scaled / len(table))
    if values[0] < 1e-10:
        weight = pd.Series(vectors[:, 0], index=table.columns) / table.std()
        raise NotIdentifiedError(
            f"{_relation(weight, table)} holds in every row, so the effects of these columns "
            "cannot be told apart: any amount can move from one to the others without changing the "
            "fit. Leave one of them out."
        )


def resampled_correlations(table: pd.DataFrame, draws: int, seed: int) -> NDArray[np.float64]:
    r"""Correlations of a table and of its bootstrap resamples, without copying the rows.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        Complete rows.
    draws : int
        Number of resamples of the rows with replacement.
    seed : int
        Of the random numbers.

    Returns
    -------
    numpy.ndarray, shape (1 + draws, k, k)
        The sample's own correlations first. NaN where a column is constant in a resample.

    Notes
    -----
    A resample is n counts drawn from a multinomial; its moments are these counts times the
    products of the columns, one matrix product for all resamples.
    """
    from tqdm.auto import tqdm

    rng = np.random.default_rng(seed)
    z = table.to_numpy(dtype=float)
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    n, k = z.shape
    rows, columns = np.triu_indices(k)
    moments = np.zeros((1 + draws, k + len(rows)))
    size = max(1, _CHUNK // (1 + draws + k + len(rows)))
    blocks = [slice(at, min(at + size, n)) for at in range(0, n, size)]
    lengths = np.array([block.stop - block.start for block in blocks])
    split = rng.multinomial(n, lengths / n, size=draws)
    for block, length, counts in zip(
        tqdm(blocks, desc="bootstrap", leave=False, disable=n * draws < 3e7),
        lengths,
        split.T,
        strict=True,
    ):
        part = z[block]
        part = np.column_stack([part, part[:, rows] * part[:, columns]])
        moments[0] += part.sum(axis=0)
        drawn = rng.multinomial(counts, np.full(length, 1 / length))
        moments[1:] += drawn.astype(float) @ part
    moments /= n
    middle = moments[:, :k]
    second = np.empty((1 + draws, k, k))
    second[:, rows, columns] = second[:, columns, rows] = moments[:, k:]
    covariance = second - middle[:, :, None] * middle[:, None, :]
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    spread = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    return covariance / spread[:, :, None] / spread[:, None, :]


def percentiles(draws: NDArray[np.float64], confidence: float) -> NDArray[np.float64]:
    """Ends of the middle share of bootstrap draws (first axis), with failed draws told."""
    failed = np.isnan(draws).reshape(len(draws), -1).any(axis=1)
    if failed.any():
        warnings.warn(
            f"{int(failed.sum())} of {len(draws)} resamples had a constant or collinear column "
            "and are left out of the intervals",
            stacklevel=3,
        )
    if failed.all():
        return np.full((2, *draws.shape[1:]), np.nan)
    missed = tail(confidence)
    return np.quantile(draws[~failed], (missed, 1 - missed), axis=0)


def _check_leverage(design: pd.DataFrame) -> None:
    """Refuse a row that no other row resembles: its effect would have no interval."""
    q, _ = np.linalg.qr(design.to_numpy())
    alone = (q**2).sum(axis=1) > 1 - 1e-9
    if alone.any():
        row = design.index[int(np.argmax(alone))]
        raise NotIdentifiedError(
            f"row {inputs.shown(row)} alone decides the effect of a column: no other row is like "
            "it, so the effect has no interval. Leave out the row or that column."
        )


def _relation(weight: pd.Series, table: pd.DataFrame) -> str:
    weight = weight[weight.abs() > 1e-6 * weight.abs().max()]
    others = -weight.iloc[:-1] / weight.iloc[-1]
    constant = table[weight.index[-1]].mean() - (table[others.index].mean() * others).sum()
    terms = []
    for name, factor in others.items():
        size = "" if abs(abs(factor) - 1) < 1e-6 else f"{abs(factor):.3g} "
        terms.append(f"{'-' if factor < 0 else '+'} {size}{name}")
    if abs(constant) > 1e-6 * table.abs().to_numpy().max():
        terms.append(f"{'-' if constant < 0 else '+'} {abs(constant):.3g}")
    return f"{weight.index[-1]} = {' '.join(terms).removeprefix('+ ')}"
