"""Conjoint analysis of rated cards: part-worths by least squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.pricing.attributes import Attributes, check_identified, read_attributes
from crmlab.pricing.part_worths import PartWorths, part_worths_frame

_WHERE = "ratings"


def conjoint(
    ratings: pd.DataFrame,
    attributes: Sequence[str],
    *,
    base: Mapping[str, str] | None = None,
    confidence: float = 0.95,
) -> PartWorths:
    r"""Part-worths from rated cards: what each step adds to a rating, in points.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per respondent and card: ``respondent_id``, ``price``, ``rating`` (empty where
        skipped), the columns of ``attributes``; ``card``, if there, must not repeat in one
        respondent.
    attributes : sequence of str
        Columns beside the price. Text is taken as levels, numbers count by the unit.
    base : mapping of str to str, optional
        The level that others are compared with, by attribute; first in the alphabet if not said.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PartWorths
        With ``table``: ``attribute``, ``level``, ``estimate``, ``low``, ``high``.

    Raises
    ------
    NotIdentifiedError
        The cards do not tell attributes apart; the error names them.
    ValueError
        A column is missing; ratings or prices are text; an attribute is empty; nobody rated.

    Notes
    -----
    Least squares of the rating on the coded cards, with a level of its own for each respondent:
    who rates everything high says nothing by it. The standard errors allow the answers of one
    respondent to hang together (clustered), Student's t has as many degrees of freedom as
    respondents less one. With one respondent they are those of plain least squares. Green &
    Srinivasan (1978, Journal of Consumer Research 5).

    Examples
    --------
    Four cards. Souvenir cups are rated 6 and 9, paper cups 5 and 4: the cup adds 3 points.

    >>> cards = pd.DataFrame({"respondent_id": "Ana",
    ...                       "coffee": ["house", "house", "single origin", "single origin"],
    ...                       "cup": ["paper", "souvenir", "paper", "souvenir"],
    ...                       "price": [3, 5, 5, 3], "rating": [5, 6, 4, 9]})
    >>> conjoint(cards, ["coffee", "cup"])["estimate"].round(6).to_dict()
    {'coffee: single origin': 1.0, 'cup: souvenir': 3.0, 'price: +1': -1.0}
    """
    intervals.tail(confidence)
    frame = inputs.table(ratings, ("respondent_id", "price", "rating"), _WHERE)
    who = inputs.ids(frame["respondent_id"], f"{_WHERE}.respondent_id", rows=frame)
    _each_card_once(frame, who)
    design, read = read_attributes(frame, attributes, _WHERE, base=base)
    given = inputs.numbers(frame["rating"], f"{_WHERE}.rating", rows=frame, accept=("empty",))
    rated = given.notna().to_numpy()
    if not rated.any():
        raise ValueError(f"{_WHERE}.rating is empty in all rows. Check how it was read.")
    code, names = pd.factorize(who[rated], sort=True)
    matrix = design.code(read)[rated]
    points = inputs.settled(given.to_numpy()[rated])
    return _fit(
        points,
        matrix,
        code,
        pd.Index(names, name="respondent_id"),
        design,
        confidence,
        skipped=int((~rated).sum()),
    )


def _each_card_once(frame: pd.DataFrame, who: pd.Series) -> None:
    if "card" in frame:
        pairs = pd.DataFrame({"respondent_id": who, "card": frame["card"]})
        inputs.one_row_each(pairs, _WHERE, ("respondent_id", "card"))


def _fit(
    points: NDArray[np.float64],
    matrix: NDArray[np.float64],
    code: NDArray[Any],
    names: pd.Index,
    design: Attributes,
    confidence: float,
    *,
    skipped: int,
) -> PartWorths:
    from statsmodels.regression.linear_model import OLS

    rows, steps, count = *matrix.shape, len(names)
    centred = matrix - _means(matrix, code)
    check_identified(centred, design, _WHERE, "among the cards of one respondent")
    above = points - _means(points[:, None], code)[:, 0]
    fitted = OLS(above, centred).fit()
    freedom = float(count - 1 if count > 1 else rows - 1 - steps)
    if count > 1:
        clustered = fitted.get_robustcov_results("cluster", groups=code, use_t=True)
        covariance = np.asarray(clustered.cov_params())
    elif freedom:
        covariance = np.asarray(fitted.cov_params()) * (rows - steps) / freedom
    else:
        covariance = np.full((steps, steps), np.inf)
    labels = design.labels
    own = _individual(above, centred, code, count)
    scores = _sums(centred * np.asarray(fitted.resid)[:, None], code, count)
    moved = scores @ np.asarray(fitted.normalized_cov_params)
    t = intervals.student_quantile(confidence, freedom) if freedom else np.inf
    return PartWorths(
        table=part_worths_frame(design, np.asarray(fitted.params), covariance, t),
        kind="ratings",
        attributes=design,
        covariance=pd.DataFrame(covariance, labels, labels),
        influence=pd.DataFrame(moved, names, labels).iloc[: count if count > 1 else 0],
        individual=pd.DataFrame(own, names, labels),
        confidence=confidence,
        freedom=freedom,
        skipped=skipped,
        flat=int((np.sqrt(_sums(above[:, None] ** 2, code, count)[:, 0]) < 1e-9).sum()),
    )


def _individual(
    above: NDArray[np.float64], centred: NDArray[np.float64], code: NDArray[Any], count: int
) -> NDArray[np.float64]:
    """Part-worths of each respondent by herself; NaN where her cards do not tell them apart."""
    steps = centred.shape[1]
    scaled = centred / np.sqrt((centred**2).mean(axis=0))
    squares = np.stack([_sums(scaled * scaled[:, [i]], code, count) for i in range(steps)], axis=1)
    products = _sums(scaled * above[:, None], code, count)
    own = np.full((count, steps), np.nan)
    known = np.linalg.eigvalsh(squares)[:, 0] > 1e-9 * np.trace(squares, axis1=1, axis2=2)
    own[known] = np.linalg.solve(squares[known], products[known][..., None])[..., 0]
    return own / np.sqrt((centred**2).mean(axis=0))


def _sums(values: NDArray[np.float64], code: NDArray[Any], count: int) -> NDArray[np.float64]:
    return np.column_stack([np.bincount(code, column, minlength=count) for column in values.T])


def _means(values: NDArray[np.float64], code: NDArray[Any]) -> NDArray[np.float64]:
    """Mean of each column within its group, one row per row."""
    count = int(code.max()) + 1
    return (_sums(values, code, count) / np.bincount(code)[:, None])[code]
