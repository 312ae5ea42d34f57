"""Is a group better off than others like it? Differences among the like, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import student_quantile
from crmlab.recovery.complaints import labels
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

WIDE = 56  # letters that fit into a line of a title


@dataclass(frozen=True, eq=False, repr=False)
class MatchedDifference(Result):
    """How far each group lies from those like it.

    Attributes
    ----------
    table : pandas.DataFrame
        For each group ``estimate`` (its mean less that of those like it), ``low``, ``high``;
        ``plain``, the difference of the means of all; ``cases`` compared; ``alone``, cases left
        out because nobody was like them.
    outcome : str
        What was compared.
    against : str
        The group that the others are compared with.
    like : tuple of str
        Columns in which those compared are equal.
    """

    outcome: str
    against: str
    like: tuple[str, ...]

    @property
    def title(self) -> str:
        """Which groups lie above or below those like them, as far as the intervals tell."""
        table = self.table
        sides = {"higher": table["low"] > 0, "lower": table["high"] < 0}
        told = [
            f"{', '.join(map(str, table.index[rows]))} {said}"
            for said, rows in sides.items()
            if rows.any()
        ]
        return f"{self.outcome}: {'; '.join(told) or 'no group clearly differs'}"

    @property
    def caption(self) -> str:
        """With whom they were compared, and how many could not be."""
        same = f"equal in {', '.join(self.like)}" if self.like else "all of them"
        alone = int(self.table["alone"].sum())
        return f"Against {self.against}, {same}; nobody was like {alone:,} cases."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_matched_difference`."""
        return plot_matched_difference(self, ax)


def matched_difference(
    rows: pd.DataFrame,
    outcome: str,
    *,
    against: str,
    like: Sequence[str] = (),
    confidence: float = 0.95,
) -> MatchedDifference:
    r"""Compare the mean of each group with that of others who are equal in some columns.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``customer_id``, ``group``, the outcome (numbers, or True and False) and the columns of
        `like`. A customer may have several rows. Rows without an outcome are left out.
    outcome : str
        Column to compare.
    against : str
        The group that each other one is compared with.
    like : sequence of str
        Columns in which a row and those it is compared with must be equal. Only what was so
        before the groups parted belongs here.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    MatchedDifference
        With ``table``, ``plot``.

    Raises
    ------
    ValueError
        A missing or empty column; no such group; nobody like any of them; an outcome, other than
        yes and no, that is the same in all rows.

    Notes
    -----
    Exact matching: of each of the T cases the mean of the others in its cell c of equal rows is
    taken off. The variance of the mean of these differences is :math:`s_d^2/T + \sum_c
    \frac{t_c(t_c-1)}{T(T-1)} s_c^2/n_c`, the second part for what the t_c cases of a cell share,
    with Welch's degrees of freedom; rows of one customer are added up first. In one cell it is
    Welch's interval, in pairs that of the paired t test (compare Abadie & Imbens 2006, Econometrica
    74). Where the rows of one side are all alike, or one, the spread of the other side stands for
    theirs; where both are, that of all rows, a yes and a no added to answers of yes and no. It
    corrects for what is in `like` and for nothing else: only a lot does more.

    Examples
    --------
    Regulars score higher, and more of them were put right. Among the like nothing is left.

    >>> rows = pd.DataFrame({"group": ["right"] * 4 + ["none"] * 4, "customer_id": range(8)})
    >>> rows["regular"] = [1, 1, 1, 0, 1, 0, 0, 0]
    >>> rows["score"] = [8, 9, 7, 5, 8, 4, 5, 6]
    >>> found = matched_difference(rows, "score", against="none", like=["regular"])
    >>> found.table[["plain", "estimate"]].to_numpy().tolist()
    [[1.5, 0.0]]
    """
    if isinstance(like, str):
        raise ValueError(f"like is {like!r}; give a list of columns, such as [{like!r}].")
    table = _read(rows, outcome, list(like))
    if not (table["group"] == against).any():
        known = inputs.listed(sorted(table["group"].unique()))
        raise ValueError(f"against is {against!r}; the groups are {known}.")
    others = table[table["group"] == against]
    groups = [name for name in table["group"].unique() if name != against]
    if not groups:
        raise ValueError(f"rows holds only the group {against!r}; there is nothing to compare.")
    found = {}
    for name in sorted(groups):
        found[name] = _compared(table[table["group"] == name], others, confidence)
    result = pd.DataFrame.from_dict(found, orient="index").rename_axis("group")
    result = result.sort_values("estimate", ascending=False, kind="stable")
    if not result["cases"].any():
        raise ValueError(
            f"nobody in {against!r} is equal to any case in {', '.join(like)}. Give fewer columns."
        )
    counts = {"cases": int, "alone": int}
    return MatchedDifference(result.astype(counts), outcome, against, tuple(like))


def _read(rows: Any, outcome: str, like: list[str]) -> pd.DataFrame:
    given = inputs.table(rows, ["customer_id", "group", outcome, *like], "rows")
    score = inputs.numbers(
        given[outcome], f"rows.{outcome}", rows=given, accept=("empty", "flags")
    ).to_numpy()
    table = pd.DataFrame(
        {
            "customer": inputs.ids(given["customer_id"], "rows.customer_id", rows=given).array,
            "group": labels(given["group"], "rows.group", given).array,
            "score": score,
        }
    )
    for name in like:
        empty = "is empty", "are empty"
        remedy = "Fill them, with 'not known' where it is so, or leave these rows out."
        inputs.refuse(given[name].isna(), given, f"rows.{name}", empty, remedy)
    keys = given[like].astype(object).reset_index(drop=True)
    table["cell"] = keys.groupby(like, sort=False).ngroup() if like else 0
    table = table[~np.isnan(score)]
    if table.empty:
        raise ValueError(f"rows.{outcome} is empty in all rows; there is nothing to compare.")
    if table["score"].nunique() == 1 and not table["score"].isin((0, 1)).all():
        raise ValueError(
            f"rows.{outcome} is {table['score'].iloc[0]:g} in all rows; there is no difference and "
            "no interval."
        )
    return table


def _compared(cases: pd.DataFrame, others: pd.DataFrame, confidence: float) -> dict[str, float]:
    both = cases["cell"].isin(others["cell"])
    plain = float(cases["score"].mean() - others["score"].mean())
    told = {"plain": plain, "cases": int(both.sum()), "alone": int((~both).sum())}
    if not both.any():
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, **told}
    mine = cases[both]
    theirs = others[others["cell"].isin(mine["cell"])]
    each = (mine["score"] - mine["cell"].map(theirs.groupby("cell")["score"].mean())).to_numpy()
    estimate = float(each.mean())
    parts = [_of_cases(mine, each - estimate), _of_others(theirs, mine["cell"])]
    total, freedom = _joined(parts, _pooled(np.concatenate([mine["score"], theirs["score"]])))
    reach = float(student_quantile(confidence, freedom)) * total**0.5
    return {"estimate": estimate, "low": estimate - reach, "high": estimate + reach, **told}


def _pooled(scores: NDArray[np.float64]) -> float:
    """Spread of all rows; of yes and no with one of each added, since nobody may have said no."""
    if np.isin(scores, (0, 1)).all():
        share = (scores.sum() + 1) / (len(scores) + 2)
        return float(share * (1 - share))
    return float(scores.var(ddof=1))


@dataclass(frozen=True)
class _Arm:
    """Variance that one arm brings, how it is made of the spread of single rows, and freedom."""

    variance: float
    spread: float
    factor: float
    freedom: int


def _of_cases(cases: pd.DataFrame, left: NDArray[np.float64]) -> _Arm:
    n, owners = len(cases), cases["customer"].nunique()
    if owners < 2:
        return _Arm(0.0, 0.0, 1 / n, 0)
    by_owner = pd.Series(left / n).groupby(cases["customer"].to_numpy()).sum().to_numpy()
    square = float(by_owner @ by_owner) * owners / (owners - 1)
    return _Arm(square, float(left @ left) / max(n - 1, 1), 1 / n, owners - 1)


def _of_others(others: pd.DataFrame, used: pd.Series) -> _Arm:
    """What the means of the others add: the part that several cases of a cell share.

    One spread for all cells, since a cell may hold two rows; times what repeated customers add.
    """
    count, n = used.value_counts(), len(used)
    shared = count * (count - 1) / (n * (n - 1)) if n > 1 else count / n
    size = others.groupby("cell").size()
    factor = float((shared / size).sum())
    owners = others["customer"].nunique()
    freedom = owners - len(size)
    left = others["score"] - others.groupby("cell")["score"].transform("mean")
    if freedom < 1 or not (left**2).sum() > 0:
        return _Arm(0.0, 0.0, factor, max(freedom, 0))
    spread = float((left**2).mean()) * owners / freedom
    weight = others["cell"].map(count / size) * left
    by_owner = weight.groupby(others["customer"].to_numpy()).sum()
    repeated = max(float((by_owner**2).sum() / (weight**2).sum()), 1.0)
    return _Arm(spread * factor * repeated, spread, factor, freedom)


def _joined(arms: list[_Arm], spare: float) -> tuple[float, float]:
    """Variance of the difference, and Welch's freedom; where one spread is not known, the other's.

    An arm whose rows are all alike, or too few, says nothing of its spread.
    """
    slight = 1e-12 * spare
    known = [arm.spread for arm in arms if arm.spread > slight]
    variance, freedom = [], []
    for arm in arms:
        told = arm.spread > slight
        variance.append(arm.variance if told else arm.factor * (known[0] if known else spare))
        freedom.append(max(arm.freedom if told else max(one.freedom for one in arms), 1))
    total = sum(variance)
    return total, total**2 / sum(v**2 / f for v, f in zip(variance, freedom, strict=True))


@style.figure(MatchedDifference, width=9, height=4)
def plot_matched_difference(found: MatchedDifference, ax: Axes | None = None) -> None:
    """Draw how far each group lies from those like it, with its interval.

    Parameters
    ----------
    found : MatchedDifference
        From `matched_difference`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A point for each group; right of 0 it is better off than those like it.
    """
    table = found.table[::-1]
    good, bad, plain = (style.COLOURS[name] for name in ("good", "cost", "neutral"))
    numbers = table[["estimate", "low", "high"]].to_numpy()
    for place, (estimate, low, high) in enumerate(numbers):
        colour = good if low > 0 else bad if high < 0 else plain
        reach = [[estimate - low], [high - estimate]]
        ax.errorbar([estimate], [place], xerr=reach, fmt="o", color=colour, capsize=5)
    names = [f"{name} ({cases})" for name, cases in table["cases"].items()]
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.axvline(0, color=style.COLOURS["ink"], lw=1)
    ax.set_xlabel(f"{found.outcome}: difference from '{found.against}' (in brackets: cases)")
    ax.set_title(found.title if len(found.title) < WIDE else found.title.replace("; ", ";\n"))
