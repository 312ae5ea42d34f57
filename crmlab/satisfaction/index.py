"""A satisfaction index from 0 to 100, and item weights learned from what it should predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.inputs import Numbers
from crmlab.intervals import student_quantile
from crmlab.results import Result
from crmlab.satisfaction.answers import Scale, items_on_scale
from crmlab.satisfaction.intervals import interval, mean
from crmlab.satisfaction.regression import (
    NotIdentifiedError,
    check_identified,
    percentiles,
    resampled_correlations,
)

DRAWS = 500


def index_0_100(
    items: pd.DataFrame,
    *,
    scale: Scale,
    item_weights: Numbers | None = None,
    weights: Numbers | None = None,
    confidence: float = 0.95,
) -> pd.Series:
    r"""Satisfaction index from 0 to 100 of several items.

    Parameters
    ----------
    items : DataFrame, shape (n, k)
        The items, all on one scale with high = good: overall satisfaction, against
        expectation, against the ideal.
    scale : tuple of float
        Lowest and highest possible answer.
    item_weights : Series, mapping or sequence of float, shape (k,), optional
        Positive weights of the items, of any sum; equal if not given.
    weights : Series or sequence of float, shape (n,), optional
        Survey weights of the respondents.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``n``, ``missing`` (fewer than two thirds of the items
        answered: left out), ``partial`` (some item missing: index of the others).

    Raises
    ------
    ValueError
        Answers outside the scale, weights that are not positive or do not match the items.

    Notes
    -----
    :math:`100\,(\sum w_i\bar x_i - a\sum w_i) / ((b-a)\sum w_i)` on a scale from a to b; with
    three items from 1 to 10 the formula of the American Customer Satisfaction Index (Fornell et
    al. 1996, J. Marketing 60).

    Examples
    --------
    Three customers, two items:

    >>> items = pd.DataFrame({"overall": [10, 7, 4], "ideal": [10, 4, 4]})
    >>> index_0_100(items, scale=(1, 10)).round(1)[["estimate", "n"]].tolist()
    [61.1, 3.0]
    """
    low, high = inputs.scale(scale)
    table = items_on_scale(items, scale=(low, high))
    weight = _item_weights(item_weights, table.columns)
    given = table.notna()
    enough = given.mean(axis=1) >= 2 / 3 - 1e-9
    person = (table * weight).sum(axis=1) / (given * weight).sum(axis=1).where(enough)
    score = 100 * (person - low) / (high - low)
    result = mean(score, weights=weights, confidence=confidence).drop("effective_n")
    result["low"], result["high"] = result[["low", "high"]].clip(0, 100)
    result["partial"] = float((enough & ~given.all(axis=1)).sum())
    return result


@dataclass(frozen=True, eq=False, repr=False)
class PathModel(Result):
    """Two blocks of items, each reduced to one score so that the first predicts the second.

    Attributes
    ----------
    table : DataFrame
        One row per item: ``block``; standardised weight as ``estimate``, ``low``, ``high``;
        ``loading`` (correlation with the block's score); ``index_weight`` (per point of the
        scale, adding up to 1 in each block), to be used in `index_0_100`.
    path : Series
        Correlation of the two scores: ``estimate``, ``low``, ``high``.
    n, missing : int
        Respondents used, and left out for a missing answer.
    """

    path: pd.Series
    n: int
    missing: int

    @property
    def caption(self) -> str:
        """The path, its interval and who it rests on."""
        low, middle, high = self.path["low"], self.path["estimate"], self.path["high"]
        left_out = f", {self.missing:,} left out for a missing one" if self.missing else ""
        return f"Path {middle:.3f} ({low:.3f} to {high:.3f}), {self.n:,} answers{left_out}."


def path_weights(
    causes: pd.DataFrame,
    effects: pd.DataFrame,
    *,
    scale: Scale | Mapping[str, Scale] | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> PathModel:
    r"""Weight the items of an index so that it predicts what follows from it (PLS, mode A).

    Parameters
    ----------
    causes : DataFrame, shape (n, k)
        Items of the index, such as three satisfaction items.
    effects : DataFrame, shape (n, m)
        Items of what it should predict, such as recommendation and intention.
    scale : tuple of float or mapping, optional
        Lowest and highest possible answer of all items, or of those named.
    confidence : float
        Coverage of the intervals.
    seed : int
        Of the 500 bootstrap resamples.

    Returns
    -------
    PathModel
        Weights of both blocks and the path between them.

    Raises
    ------
    NotIdentifiedError
        A constant column, or two blocks without any correlation.
    ValueError
        An item in both blocks, rows that do not match, answers outside the scale.

    Notes
    -----
    In mode A each score is the sum of its items weighted by their covariance with the other
    block's score (Wold 1982; Tenenhaus et al. 2005, Computational Statistics & Data Analysis
    48). With two blocks the fixed point is known: the first singular vectors of the
    correlations between the blocks, scaled so that each score has variance 1. No iteration.
    Weights have percentile intervals. Since weights are chosen to make the path long, resamples
    have longer ones still: the interval of the path is a normal one on Fisher's scale,
    :math:`\operatorname{artanh}` (Fisher 1921, "On the probable error of a coefficient of
    correlation", Metron 1), moved back by the mean excess of the resamples. It assumes paths whose
    excess is that of the resamples: a path near 0 has none to show.

    Examples
    --------
    >>> causes = pd.DataFrame({"overall": [3, 5, 6, 8, 9], "ideal": [2, 6, 5, 7, 9]})
    >>> model = path_weights(causes, pd.DataFrame({"recommend": [2, 5, 7, 8, 10]}))
    >>> round(float(model.path["estimate"]), 3)
    0.972
    """
    seed = inputs.count(seed, "seed", at_least=0)
    causes, effects = inputs.table(causes, (), "causes"), inputs.table(effects, (), "effects")
    if shared := set(causes.columns) & set(effects.columns):
        raise ValueError(f"{sorted(shared)} are in both blocks: an item belongs to one")
    if not causes.index.equals(effects.index):
        raise ValueError("the two blocks have different row labels: take both from one table")
    table = items_on_scale(pd.concat([causes, effects], axis=1), scale=scale)
    used = table.dropna()
    if len(used) < 3:
        raise ValueError(f"{len(used)} complete rows of {len(table)}: three at least are needed")
    for block in (causes, effects):
        check_identified(used[block.columns])
    correlations = resampled_correlations(used, DRAWS, seed)
    k = causes.shape[1]
    if np.abs(correlations[0][:k, k:]).max() < 1e-9:
        raise NotIdentifiedError("no item of one block correlates with the other: no weights")
    weight, path = _mode_a(correlations, k)
    ends = percentiles(weight[1:], confidence)
    items = pd.DataFrame(
        {
            "block": ["causes"] * k + ["effects"] * (table.shape[1] - k),
            "estimate": weight[0],
            "low": ends[0],
            "high": ends[1],
            "loading": _loadings(correlations[0], weight[0], k),
            "index_weight": weight[0] / used.std().to_numpy(),
        },
        index=table.columns.rename("item"),
    )
    items["index_weight"] /= items.groupby("block")["index_weight"].transform("sum")
    found = interval(path[0], *_path_ends(path, len(used) - table.shape[1] - 1, confidence))
    return PathModel(items, found, len(used), len(table) - len(used))


def _item_weights(weights: Numbers | None, items: pd.Index) -> pd.Series:
    if weights is None:
        return pd.Series(1.0, index=items)
    if not isinstance(weights, Mapping | pd.Series):
        weights = inputs.numbers(weights, "item_weights")
        if len(weights) != len(items):
            raise ValueError(f"{len(weights)} item_weights for {len(items)} items")
        weights = weights.set_axis(items)
    found = inputs.weights(weights, "item_weights", items, total=None)
    return inputs.numbers(found, "item_weights", above=0, remedy="Leave such items out.")


def _mode_a(
    correlations: NDArray[np.float64], k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    between = correlations[:, :k, k:]
    failed = np.isnan(correlations).any(axis=(1, 2))
    left, _, right = np.linalg.svd(np.where(failed[:, None, None], 0.0, between))
    left, right = left[:, :, 0], right[:, 0, :]
    sizes = []
    for part, block in ((left, slice(0, k)), (right, slice(k, None))):
        within = np.where(
            failed[:, None, None], np.eye(part.shape[1]), correlations[:, block, block]
        )
        part /= np.sqrt(np.einsum("di,dij,dj->d", part, within, part))[:, None]
        sizes.append(np.sign(np.einsum("dij,dj->di", within, part).sum(axis=1)))
    left, right = left * sizes[0][:, None], right * sizes[1][:, None]
    path = np.einsum("di,dij,dj->d", left, between, right)
    weight = np.column_stack([left, right])
    weight[failed] = path[failed] = np.nan
    return weight, path


def _path_ends(path: NDArray[np.float64], freedom: int, confidence: float) -> tuple[float, float]:
    """Interval of the path, whose resamples follow it, without their mean excess."""
    scale = np.arctanh(np.clip(path[~np.isnan(path)], -1 + 1e-9, 1 - 1e-9))
    if len(scale) < 2:
        return np.nan, np.nan
    reach = float(student_quantile(confidence, max(freedom, 1))) * scale[1:].std(ddof=1)
    middle = 2 * scale[0] - scale[1:].mean()
    low, high = np.tanh([middle - reach, middle + reach])
    return min(float(low), float(path[0])), max(float(high), float(path[0]))


def _loadings(
    correlation: NDArray[np.float64], weight: NDArray[np.float64], k: int
) -> NDArray[np.float64]:
    blocks = (slice(0, k), slice(k, None))
    return np.concatenate([correlation[b, b] @ weight[b] for b in blocks])
