"""RFM scores with stated tie and quintile rules, and what a mailing must earn to pay."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.inputs.engines import elsewhere
from crmlab.results import Result
from crmlab.segments.rfm_elsewhere import scores_elsewhere

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Ties = Literal["together", "split"]


@dataclass(frozen=True, eq=False, repr=False)
class RfmGrid(Result):
    """Mean value of customers by recency and frequency score.

    Attributes
    ----------
    table : pandas.DataFrame
        Recency scores down (best first), frequency scores across; NaN where nobody is.
    customers : pandas.DataFrame
        How many customers each mean is of.
    """

    table: pd.DataFrame
    customers: pd.DataFrame

    @property
    def labels(self) -> pd.DataFrame:
        """What each field says: its mean in few characters and of how many, or nobody."""
        means = self.table.map(self._short)
        heads = self.customers.map("{:,.0f}".format)
        return (means + "\n(" + heads + ")").where(self.customers > 0, "nobody")

    @property
    def title(self) -> str:
        """The least and the greatest mean of a field."""
        least, most = (self._short(end) for end in (self.table.min().min(), self.table.max().max()))
        return f"A customer brings {least} to {most}, by recency and frequency"

    def _short(self, mean: float) -> str:
        largest = self.table.abs().max().max()
        decimals = max(0, 2 - int(np.floor(np.log10(largest)))) if largest > 0 else 0
        return style.short(round(mean, decimals))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_rfm_grid`."""
        return plot_rfm_grid(self, ax)


def rfm_scores(
    summary: Any,
    *,
    groups: int = 5,
    nested: bool = False,
    ties: Ties = "together",
) -> Any:
    r"""Score recency, frequency and money from 1 (worst) to 5 (best).

    Parameters
    ----------
    summary : repeat_buying.Summary or pandas.DataFrame
        One row per customer with ``frequency``, with ``days_since_last`` (or ``recency`` and
        ``T``, whose difference it is, in any unit of time), and with ``amount``, money in all (or
        ``monetary_value``, money per purchase). Polars, DuckDB, pyarrow and Spark frames with
        ``customer_id`` are scored where they lie.
    groups : int
        Number of scores, 2 to 9.
    nested : bool
        False: each score is taken over all customers. True: frequency within each recency
        score, money within each recency and frequency score, so that cells are of like size.
    ties : {"together", "split"}
        Customers with equal numbers get equal scores (that of their mean rank), or are split
        in the order of their ids to make groups of equal size. Numbers that differ by rounding
        alone are equal.

    Returns
    -------
    pandas.DataFrame
        ``recency_score``, ``frequency_score``, ``monetary_score`` and ``rfm``, the three digits
        in this order, such as ``"543"``; indexed by customer, or in the kind of frame given.

    Raises
    ------
    ValueError
        A column is missing, a number is missing or negative where that cannot be, an id twice,
        fewer customers than groups.

    Warns
    -----
    UserWarning
        Ties leave a score without customers (only where `nested` is False).

    Notes
    -----
    Score = ceiling(groups x rank / n), rank 1 being the worst (Hughes 2000, Strategic Database
    Marketing, McGraw-Hill, for nested groups). Scores say who is ahead of whom, not by how much.

    Examples
    --------
    >>> summary = pd.DataFrame({"days_since_last": [3, 90, 20], "frequency": [8, 1, 4],
    ...                         "amount": [90, 20, 160]}, index=["Ann", "Bo", "Cy"])
    >>> rfm_scores(summary, groups=3)["rfm"].astype(str).to_dict()
    {'Ann': '332', 'Bo': '111', 'Cy': '223'}
    """
    groups = int(inputs.number(groups, "groups", whole=True, at_least=2, at_most=9))
    inputs.choice(ties, "ties", ("together", "split"))
    if not isinstance(nested, bool):
        raise ValueError(f"nested is {nested!r}; give True or False.")
    if elsewhere(summary):
        if nested or ties == "split":
            raise ValueError(
                "outside pandas scores are taken over all customers and equal customers get equal "
                "scores; leave out nested and ties."
            )
        return scores_elsewhere(summary, groups)
    table = inputs.by_customer(summary)
    numbers = _rfm_numbers(table)
    if len(table) < groups:
        raise ValueError(f"{len(table)} customers cannot fill {groups} groups; ask for fewer.")
    rows = inputs.id_order(table.index) if ties == "split" else np.arange(len(table))
    inside = np.zeros(len(table), dtype=np.int64)
    scores = {}
    for name, column in numbers.items():
        score = np.empty(len(table), dtype=np.int8)
        score[rows] = _scores_within(column[rows], inside[rows], groups, ties)
        if not nested:
            _warn_empty(score, groups, name)
        scores[f"{name}_score"] = score
        inside = inside * 10 + score if nested else inside
    code = np.zeros(len(table), dtype=np.int64)
    for score in scores.values():
        code = code * groups + score - 1
    digits = [str(digit) for digit in range(1, groups + 1)]
    cells = [r + f + m for r in digits for f in digits for m in digits]
    result = pd.DataFrame(scores, index=table.index)
    result["rfm"] = pd.Categorical.from_codes(code, cells)
    return result


def break_even_response(cost: float, margin: float) -> float:
    """Share of contacted customers who must respond for a contact to pay.

    Parameters
    ----------
    cost : float
        Cost of one contact.
    margin : float
        Contribution of one response, in the same currency.

    Returns
    -------
    float
        ``cost / margin``; above 1 it cannot pay.

    Raises
    ------
    ValueError
        A negative cost or a margin that is not above zero.

    Examples
    --------
    >>> round(break_even_response(cost=0.60, margin=45), 4)
    0.0133
    """
    cost = inputs.number(cost, "cost", at_least=0)
    return cost / inputs.number(margin, "margin", above=0)


def rfm_grid(scores: pd.DataFrame, value: inputs.Numbers | Result) -> RfmGrid:
    """Mean value of customers at each recency and frequency score.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `rfm_scores`.
    value : pandas.Series or result
        A number per customer, such as later purchases or 0/1 for a response.

    Returns
    -------
    RfmGrid
        With ``table`` and ``customers``.

    Raises
    ------
    ValueError
        A customer of `scores` has no value.

    Examples
    --------
    >>> scores = pd.DataFrame({"recency_score": [1, 2, 2], "frequency_score": [1, 2, 2]},
    ...                       index=["Ann", "Bo", "Cy"])
    >>> rfm_grid(scores, pd.Series({"Ann": 0, "Bo": 1, "Cy": 3})).table.loc[2, 2].item()
    2.0
    """
    names = ["recency_score", "frequency_score"]
    table = inputs.table(inputs.by_customer(scores), names, "scores")
    inputs.one_row_each(table, "scores")
    given = inputs.customer_values(value, keyed=True)
    inputs.shared_ids(table.index, given.index, "scores and value")
    remedy = "Give every customer of scores a value, such as 0 for none."
    known = given.reindex(table.index)
    inputs.refuse(known.isna(), known, "value", ("is empty", "are empty"), remedy)
    given_scores = inputs.number_columns(table, names, "scores", whole=True, at_least=1)
    cells = known.groupby([given_scores[name].astype(int) for name in names])
    means, counts = (cells.agg(what).unstack().sort_index(ascending=False) for what in (_mean, len))
    return RfmGrid(means, counts.fillna(0).astype(int))


def _mean(values: pd.Series) -> float:
    """Mean that does not depend on the order of the rows."""
    return float(np.sort(values.to_numpy()).mean())


def _rfm_numbers(summary: Any) -> dict[str, NDArray[np.float64]]:
    """Numbers to rank, more being better; equal ones exactly equal."""
    inputs.table(summary, ("frequency",), "summary")
    if "days_since_last" not in summary:
        inputs.table(summary, ("recency", "T"), "summary without days_since_last")
    money = "amount" if "amount" in summary else "monetary_value"
    inputs.table(summary, (money,), "summary without amount")
    inputs.one_row_each(summary, "summary")
    if "days_since_last" in summary:
        waited = summary["days_since_last"]
    else:
        ages = inputs.number_columns(summary, ("T", "recency"), "summary")
        waited = (ages["T"] - ages["recency"]).where(
            ~np.isclose(ages["T"], ages["recency"], rtol=1e-12, atol=0), 0.0
        )
    waited, frequency = (
        inputs.numbers(column, f"summary.{name}", rows=summary, at_least=0).to_numpy()
        for name, column in (("days_since_last", waited), ("frequency", summary["frequency"]))
    )
    remedy = "Fill it or drop these customers."
    if money == "monetary_value":
        remedy = "One-time buyers have no monetary_value; add a column amount, the money in all."
    spent = inputs.numbers(summary[money], f"summary.{money}", rows=summary, remedy=remedy)
    numbers = {"recency": -waited, "frequency": frequency, "monetary": spent.to_numpy()}
    return {name: inputs.settled(column) for name, column in numbers.items()}


def _scores_within(
    numbers: NDArray[np.float64], inside: NDArray[np.int64], groups: int, ties: Ties
) -> NDArray[np.int8]:
    order = np.argsort(numbers, kind="stable")
    if inside.any():
        order = order[np.argsort(inside[order], kind="stable")]
    size = len(order)
    part = inside[order]
    first_of_part = np.flatnonzero(np.concatenate(([True], part[1:] != part[:-1])))
    part_size = np.diff(np.append(first_of_part, size))
    rank = np.arange(1.0, size + 1) - np.repeat(first_of_part, part_size)
    if ties == "together":
        ranked = numbers[order]
        new = np.concatenate(([True], (ranked[1:] != ranked[:-1]) | (part[1:] != part[:-1])))
        first = np.flatnonzero(new)
        length = np.diff(np.append(first, size))
        rank = np.repeat(rank[first] + (length - 1) / 2, length)
    scaled = groups * rank / np.repeat(part_size, part_size)
    score = np.empty(size, dtype=np.int8)
    score[order] = np.clip(np.ceil(scaled - 1e-9), 1, groups).astype(np.int8)
    return score


def _warn_empty(score: NDArray[np.int8], groups: int, name: str) -> None:
    empty = [str(step) for step in range(1, groups + 1) if not (score == step).any()]
    if empty:
        warnings.warn(
            f"ties in {name} leave score {', '.join(empty)} without customers; use fewer groups, "
            "or ties='split' if equal customers may be told apart.",
            UserWarning,
            stacklevel=3,
        )


@style.figure(RfmGrid, width=8, height=6)
def plot_rfm_grid(grid: RfmGrid, ax: Axes | None = None) -> None:
    """Draw the mean value by recency and frequency score as a heat map.

    Parameters
    ----------
    grid : RfmGrid
        From `rfm_grid`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Each field says the mean value per customer and, in brackets, of how many. The best
        customers are in the upper right corner.
    """
    import seaborn as sns

    table, labels = grid.table, grid.labels
    least = min(0.0, float(table.min().min()))
    look = {"cmap": "Blues", "vmin": least, "cbar": False, "annot_kws": {"fontsize": 13}}
    sns.heatmap(table, annot=labels, fmt="", ax=ax, **look)
    for row, column in zip(*np.nonzero(table.isna().to_numpy()), strict=True):
        ax.text(column + 0.5, row + 0.5, "nobody", ha="center", va="center", fontsize=13)
    ax.tick_params(length=0)
    ax.set(xlabel=f"frequency score ({table.columns.max()} = most often)")
    ax.set_ylabel(f"recency score ({table.index.max()} = most recent)")
    ax.set_yticklabels(table.index, rotation=0)
    ax.set_title(grid.title)
