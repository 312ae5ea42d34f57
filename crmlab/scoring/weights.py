"""Where weights come from: pairwise judgements, or how far apart customers lie."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RANDOM_INDEX = {
    "saaty-1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "saaty-later": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
}


@dataclass(frozen=True, eq=False, repr=False)
class PairwiseWeights(Result):
    """Weights from pairwise judgements.

    Attributes
    ----------
    table : pandas.DataFrame
        ``weight`` of each factor; they add up to one.
    consistency_ratio : float
        0 for judgements without contradiction; 0.10 is the usual limit.
    largest_eigenvalue : float
        Equal to the number of factors if nothing contradicts.
    random_index : str
        The table (or number) the ratio was taken with.
    """

    consistency_ratio: float
    largest_eigenvalue: float
    random_index: str

    @property
    def weights(self) -> pd.Series:
        """The weights alone, as `composite_score` takes them."""
        return self.table["weight"]

    @property
    def caption(self) -> str:
        """The consistency ratio, with the random index it was taken with."""
        return f"Consistency ratio {self.consistency_ratio:.3f} ({self.random_index})."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the weights as bars, see `plot_pairwise_weights`."""
        return plot_pairwise_weights(self, ax=ax)


def ahp_weights(
    judgements: Mapping[tuple[Any, Any], float] | pd.DataFrame | Sequence[Sequence[float]],
    *,
    names: Sequence[Any] | None = None,
    random_index: Literal["saaty-1980", "saaty-later"] | float = "saaty-1980",
) -> PairwiseWeights:
    r"""Weights from pairwise judgements, with the consistency ratio (AHP).

    Parameters
    ----------
    judgements : mapping of pairs, square pandas.DataFrame, or nested list
        ``("credit", "growth"): 3`` says that credit matters three times as much as growth. A
        table holds the same in full: ones on the diagonal, mirrored cells reciprocal.
    names : sequence, optional
        The factors of a nested list or an array, in its order.
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
    >>> ahp_weights([[1, 3], [1 / 3, 1]], names=["credit", "growth"]).weights.tolist()
    [0.75, 0.25]
    """
    matrix = _judgement_matrix(judgements, names)
    size = len(matrix)
    index = _random_index(random_index, size)
    eigenvalues, vectors = np.linalg.eig(matrix.to_numpy())
    leading = eigenvalues.real.argmax()
    weights = np.abs(vectors[:, leading].real)
    weights = weights / weights.sum()
    largest = float(eigenvalues[leading].real)
    ratio = max(0.0, (largest - size) / (size - 1)) / index if size > 2 else 0.0
    if ratio > 0.10:
        judged = matrix.to_numpy()
        strain = judged * weights / weights[:, None]
        row, column = np.unravel_index(strain.argmax(), strain.shape)
        warnings.warn(
            f"judgements contradict each other: consistency ratio {ratio:.2f} is above 0.10. Most "
            f"out of line: {matrix.index[row]!r} over {matrix.index[column]!r} judged "
            f"{judged[row, column]:.3g}, the weights say "
            f"{weights[row] / weights[column]:.3g}.",
            UserWarning,
            stacklevel=2,
        )
    table = pd.DataFrame({"weight": weights}, index=matrix.index.rename("factor"))
    return PairwiseWeights(table, ratio, largest, str(random_index))


def entropy_weights(table: pd.DataFrame | Result) -> pd.Series:
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


@style.figure(PairwiseWeights, width=8, height=4.5)
def plot_pairwise_weights(judged: PairwiseWeights, ax: Axes | None = None) -> None:
    """Draw the weights that pairwise judgements amount to.

    Parameters
    ----------
    judged : PairwiseWeights
        From `ahp_weights`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per factor.
    """
    import seaborn as sns

    names = judged.weights.index.astype(str)
    sns.barplot(x=judged.weights.to_numpy(), y=names, color=style.COLOURS["value"], ax=ax)
    for row, weight in enumerate(judged.weights):
        ax.text(weight, row, f" {weight:.0%}", va="center")
    style.percent(ax.xaxis)
    ax.margins(x=0.12)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="weight (they add up to 100 %)", ylabel="")
    ax.set_title(judged.caption.removesuffix("."))


def _judgement_matrix(judgements: Any, names: Sequence[Any] | None) -> pd.DataFrame:
    given = isinstance(judgements, Mapping | pd.DataFrame)
    if given and names is not None:
        raise ValueError("names belong to a nested list; these judgements name their factors.")
    if isinstance(judgements, Mapping):
        judgements = _from_pairs(judgements)
    elif not given:
        judgements = _from_rows(judgements, names)
    matrix = inputs.table(judgements, (), "judgements")
    if list(matrix.index) != list(matrix.columns):
        raise ValueError("judgements must have the same factors, in the same order, both ways.")
    matrix = inputs.customer_table(matrix, "judgements")
    if len(matrix) < 2:
        raise ValueError("judgements name one factor; a weight needs two or more.")
    numbers = matrix.to_numpy()
    pairs = [f"{row} over {column}" for row in matrix.index for column in matrix.columns]
    judged = pd.Series(numbers.ravel(), pairs)
    problem = "is not above zero", "are not above zero"
    inputs.refuse(~(judged > 0), judged, "judgements", problem, "Judge every pair.")
    turned = (np.abs(numbers * numbers.T - 1) > 1e-6).ravel()
    problem = "is not the reciprocal of its mirror", "are not the reciprocal of their mirrors"
    remedy = "Write 1/3, not 0.33, opposite a 3, and 1 on the diagonal."
    inputs.refuse(turned, judged, "judgements", problem, remedy)
    return matrix


def _from_pairs(pairs: Mapping[Any, Any]) -> pd.DataFrame:
    wrong = [pair for pair in pairs if not (isinstance(pair, tuple) and len(pair) == 2)]
    if wrong or not pairs:
        told = f"{wrong[0]!r} is no pair" if wrong else "judgements are empty"
        raise ValueError(f"{told}; write pairs such as {{('credit', 'growth'): 3}}.")
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    matrix = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for (first, second), judgement in pairs.items():
        where = f"judgement of {first!r} over {second!r}"
        if first == second or matrix.loc[first, second] != 0:
            raise ValueError(f"{where} compares one factor with itself or comes twice.")
        matrix.loc[first, second] = found = inputs.number(judgement, where)
        matrix.loc[second, first] = 1 / found if found else np.nan
    return matrix


def _from_rows(rows: Any, names: Sequence[Any] | None) -> pd.DataFrame:
    if names is None or isinstance(names, str):
        raise ValueError("judgements in a nested list need names=[...], one for each factor.")
    lengths = {len(row) if hasattr(row, "__len__") else 0 for row in rows} if _listed(rows) else {0}
    if lengths != {len(names)} or len(rows) != len(names):
        raise ValueError(f"judgements must be a square of {len(names)} by {len(names)} numbers.")
    return pd.DataFrame(list(rows), index=list(names), columns=list(names))


def _listed(rows: Any) -> bool:
    return isinstance(rows, list | tuple | np.ndarray) and len(rows) > 0


def _random_index(given: Any, size: int) -> float:
    if not isinstance(given, str):
        return inputs.number(given, "random_index", above=0)
    known = RANDOM_INDEX[inputs.choice(given, "random_index", RANDOM_INDEX)]
    if size - 3 >= len(known):
        raise ValueError(f"{given} ends at 15 factors; give a number as random_index for {size}.")
    return known[max(size - 3, 0)]
