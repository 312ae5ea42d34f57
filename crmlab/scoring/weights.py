"""Where weights come from: pairwise judgements, or how far apart customers lie."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs

RANDOM_INDEX = {
    "saaty-1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "saaty-later": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from pairwise judgements.

    Attributes
    ----------
    weights : pandas.Series
        One weight per factor, adding up to one.
    consistency_ratio : float
        0 for judgements without contradiction; 0.10 is the usual limit.
    largest_eigenvalue : float
        Equal to the number of factors if nothing contradicts.
    random_index : str
        The table (or number) the ratio was taken with.
    """

    weights: pd.Series
    consistency_ratio: float
    largest_eigenvalue: float
    random_index: str


def ahp_weights(judgements, *, random_index="saaty-1980"):
    r"""Weights from pairwise judgements, with the consistency ratio (AHP).

    Parameters
    ----------
    judgements : mapping of pairs, or square pandas.DataFrame
        ``("credit", "growth"): 3`` says that credit matters three times as much as growth. A
        table holds the same in full: ones on the diagonal, mirrored cells reciprocal.
    random_index : {"saaty-1980", "saaty-later"} or float
        Mean consistency index of random judgements; the ratio depends on which table is meant.

    Returns
    -------
    PairwiseWeights
        With ``weights``, ``consistency_ratio``, ``largest_eigenvalue``, ``random_index``.

    Raises
    ------
    ValueError
        A pair without judgement, a judgement not above zero, mirrored cells that are not
        reciprocal, more than 15 factors without a random index of your own.

    Warns
    -----
    UserWarning
        The ratio exceeds 0.10. The judgement farthest from the weights is named.

    Notes
    -----
    Weights are the principal eigenvector; the consistency ratio is
    :math:`(\lambda_{max} - n)/(n - 1)` over the random index (Saaty 1980, The Analytic
    Hierarchy Process, McGraw-Hill). ``"saaty-later"`` is the table of his later books.

    Examples
    --------
    >>> judged = ahp_weights({("value", "credit"): 2, ("value", "growth"): 4,
    ...                       ("credit", "growth"): 2})
    >>> judged.weights.round(4).to_dict()
    {'value': 0.5714, 'credit': 0.2857, 'growth': 0.1429}
    >>> round(judged.consistency_ratio, 4)
    0.0
    """
    matrix = _judgement_matrix(judgements)
    size = len(matrix)
    eigenvalues, vectors = np.linalg.eig(matrix.to_numpy())
    leading = eigenvalues.real.argmax()
    weights = np.abs(vectors[:, leading].real)
    weights = pd.Series(weights / weights.sum(), index=matrix.index, name="weight")
    largest = float(eigenvalues[leading].real)
    ratio = 0.0
    if size > 2:
        ratio = max(0.0, (largest - size) / (size - 1)) / _random_index(random_index, size)
    if ratio > 0.10:
        strain = matrix.to_numpy() * weights.to_numpy() / weights.to_numpy()[:, None]
        row, column = np.unravel_index(strain.argmax(), strain.shape)
        warnings.warn(
            f"judgements contradict each other: consistency ratio {ratio:.2f} is above 0.10. Most "
            f"out of line: {matrix.index[row]!r} over {matrix.index[column]!r} judged "
            f"{matrix.iloc[row, column]:.3g}, the weights say "
            f"{weights.iloc[row] / weights.iloc[column]:.3g}.",
            UserWarning,
            stacklevel=2,
        )
    return PairwiseWeights(weights, ratio, largest, str(random_index))


def _judgement_matrix(judgements):
    if isinstance(judgements, Mapping):
        judgements = _from_pairs(judgements)
    matrix = inputs.customer_table(judgements, "judgements")
    if list(matrix.index) != list(matrix.columns):
        raise ValueError("judgements must have the same factors, in the same order, both ways.")
    numbers = matrix.to_numpy()
    pairs = [f"{row} over {column}" for row in matrix.index for column in matrix.columns]
    judged = pd.Series(numbers.ravel(), pairs)
    inputs.refuse(
        ~(judged > 0),
        judged,
        "judgements",
        ("is not above zero", "are not above zero"),
        "Judge every pair.",
    )
    inputs.refuse(
        (np.abs(numbers * numbers.T - 1) > 1e-6).ravel(),
        judged,
        "judgements",
        ("is not the reciprocal of its mirror", "are not the reciprocal of its mirror"),
        "Write 1/3, not 0.33, opposite a 3, and 1 on the diagonal.",
    )
    return matrix


def _from_pairs(pairs):
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    matrix = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for (first, second), judgement in pairs.items():
        if first == second or matrix.loc[first, second] != 0:
            raise ValueError(
                f"judgement ({first!r}, {second!r}) compares one factor or comes twice."
            )
        matrix.loc[first, second] = judgement
        matrix.loc[second, first] = 1 / judgement if judgement else np.nan
    return matrix


def _random_index(table, size):
    if isinstance(table, str):
        if table not in RANDOM_INDEX:
            raise ValueError(
                f"random_index is {table!r}; give a number or one of {[*RANDOM_INDEX]}."
            )
        if size - 3 >= len(RANDOM_INDEX[table]):
            raise ValueError(
                f"{table} ends at 15 factors; give a number as random_index for {size}."
            )
        return RANDOM_INDEX[table][size - 3]
    if not table > 0:
        raise ValueError(f"random_index is {table!r}; it must be above zero.")
    return float(table)


def entropy_weights(table):
    r"""Weights by dispersion: a factor counts more the more unevenly it is spread.

    It measures how far customers differ, not what matters. A factor everybody has in full
    gets no weight, however important it is.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, k)
        One row per customer, one column per factor, no negative number.

    Returns
    -------
    pandas.Series
        One weight per factor, adding up to one.

    Raises
    ------
    ValueError
        A missing or negative number, a column of zeros, one row only, or no factor differs.

    Notes
    -----
    With shares :math:`p_{ik} = x_{ik}/\sum_i x_{ik}` and
    :math:`d_k = 1 + \sum_i p_{ik}\ln p_{ik}/\ln n`, the weight is :math:`d_k/\sum_k d_k`
    (Hwang & Yoon 1981, section 3.2). Multiplying a factor by a number changes nothing, adding
    a number does.

    Examples
    --------
    >>> table = pd.DataFrame({"spend": [8, 1, 1], "visits": [2, 2, 2]})
    >>> entropy_weights(table).round(2).to_dict()
    {'spend': 1.0, 'visits': 0.0}
    """
    table = inputs.customer_table(table)
    if len(table) < 2:
        raise ValueError("table has one row; entropy weights need two customers or more.")
    for factor in table.columns:
        inputs.numbers(table[factor], f"table.{factor}", rows=table, at_least=0)
        if table[factor].sum() == 0:
            raise ValueError(f"factor {factor!r} is zero for everybody; leave it out.")
    shares = table / table.sum()
    logs = np.log(shares.where(shares > 0, 1.0))
    dispersion = (1 + (shares * logs).sum() / np.log(len(table))).clip(lower=0)
    if dispersion.sum() < 1e-12:
        raise ValueError(
            "every factor is the same for everybody; there is no dispersion to weigh by."
        )
    return (dispersion / dispersion.sum()).rename("weight")
