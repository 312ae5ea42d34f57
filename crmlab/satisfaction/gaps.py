"""Service quality as gaps between perceived and expected, by dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import skewed_reach, skewness
from crmlab.results import Result
from crmlab.satisfaction.answers import Scale, items_on_scale
from crmlab.satisfaction.intervals import mean
from crmlab.satisfaction.reliability import alpha_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = ("_expected", "_perceived")


@dataclass(frozen=True, eq=False, repr=False)
class ServiceGaps(Result):
    """Gaps between perceived and expected.

    Attributes
    ----------
    table : DataFrame
        One row per dimension: ``expected``, ``perceived``, the gap as ``estimate``, ``low``,
        ``high``, ``weight`` (NaN without weights), ``n``, ``missing``. With several items in a
        dimension also ``alpha_expected``, ``alpha_perceived``, ``alpha_gap``; the last is usually
        the lowest.
    totals : DataFrame
        Over all dimensions: row ``unweighted`` and, with weights, ``weighted``; ``expected``,
        ``perceived``, ``estimate``, ``low``, ``high``, ``n``, ``missing``.
    """

    totals: pd.DataFrame

    @property
    def caption(self) -> str:
        """The gap over all dimensions."""
        told = [
            f"{name} {row.estimate:+.2f} ({row.low:+.2f} to {row.high:+.2f})"
            for name, row in zip(self.totals.index, self.totals.itertuples(), strict=True)
        ]
        return f"Over all dimensions: {', '.join(told)}."

    @property
    def sorted(self) -> pd.DataFrame:
        """The dimensions from the largest surplus to the widest shortfall."""
        return self.table.sort_values("estimate", ascending=False, kind="stable")

    @property
    def title(self) -> str:
        """Title of the figure: what falls shortest."""
        last = self.sorted.iloc[-1]
        if last["estimate"] >= 0:
            return "Nothing falls short of what was expected"
        return f"{last.name} falls shortest: {last['estimate']:+.2f} points"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the gaps with their intervals, see `plot_gaps`."""
        return plot_gaps(self, ax=ax)


def service_gaps(
    survey: pd.DataFrame,
    *,
    scale: Scale,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | pd.Series | None = None,
    confidence: float = 0.95,
) -> ServiceGaps:
    r"""Gap between perceived and expected for each dimension of service, and overall.

    Parameters
    ----------
    survey : DataFrame, shape (n, ...)
        Columns ``<item>_expected`` and ``<item>_perceived``; others are not looked at.
    scale : tuple of float
        Lowest and highest possible answer, the same for both questions.
    dimensions : mapping of str to list of str, optional
        Items of each dimension. Each item by itself if not given.
    weights : mapping of str to float, optional
        Importance of each dimension, adding up to 1.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ServiceGaps
        With ``table``, one row per dimension, and ``totals`` over all of them.

    Raises
    ------
    ValueError
        An item with one of its two columns, weights that do not add up to 1 or do not match
        the dimensions, answers outside the scale, a dimension without any answer.

    Notes
    -----
    A respondent's gap in a dimension is the mean over the items with both answers; whoever
    answered none is counted as missing there. Parasuraman, Zeithaml & Berry (1988, J. Retailing
    64). Difference scores have their critics (Brown, Churchill & Peter 1993, J. Retailing 69);
    ``perceived`` alone is the measure of Cronin & Taylor (1992, J. Marketing 56).

    Examples
    --------
    >>> survey = pd.DataFrame({"speed_expected": [8, 9, 7], "speed_perceived": [6, 8, 7]})
    >>> float(service_gaps(survey, scale=(1, 10)).table.loc["speed", "estimate"])
    -1.0
    """
    low, high = inputs.scale(scale)
    items = _items(inputs.table(survey, (), "survey"))
    groups = _groups(dimensions, items)
    weight = None if weights is None else inputs.weights(weights, "weights", groups).to_numpy()
    expected, perceived = _sides(survey, items, (low, high))
    gap = perceived - expected
    tables = {"expected": expected.where(gap.notna()), "perceived": perceived.where(gap.notna())}
    tables["gap"] = gap
    alphas = max(map(len, groups.values())) > 1
    people = pd.DataFrame({name: gap[group].mean(axis=1) for name, group in groups.items()})
    silent = [name for name in groups if people[name].isna().all()]
    if silent:
        raise ValueError(f"nobody answered both questions of {silent[0]!r}; leave it out.")
    rows = {}
    for name, group in groups.items():
        found = mean(people[name], scale=(low - high, high - low), confidence=confidence)
        row = {part: tables[part][group].mean(axis=1).mean() for part in ("expected", "perceived")}
        row |= {str(part): found[part] for part in found.index.drop("effective_n")}
        if alphas:
            row |= {f"alpha_{part}": alpha_of(table[group]) for part, table in tables.items()}
        rows[name] = row
    table = pd.DataFrame(rows).T.rename_axis("dimension")
    table.insert(5, "weight", np.nan if weight is None else weight)
    shares = {"unweighted": np.full(len(groups), 1 / len(groups))}
    if weight is not None:
        shares["weighted"] = weight
    totals = {name: _total(table, people, each, confidence) for name, each in shares.items()}
    return ServiceGaps(table, pd.DataFrame(totals).T)


def mean_ratings(survey: pd.DataFrame, *, scale: Scale) -> pd.DataFrame:
    """Each respondent's mean ratings over the items that she rated on both sides.

    Parameters
    ----------
    survey : DataFrame, shape (n, ...)
        Columns ``<item>_expected`` and ``<item>_perceived``; others are not looked at.
    scale : tuple of float
        Lowest and highest possible answer, the same for both questions.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``perceived``, ``expected`` and ``difference`` (perceived - expected); NaN for whoever
        rated no item on both sides.

    Raises
    ------
    ValueError
        An item with one of its two columns, answers outside the scale.

    Examples
    --------
    >>> survey = pd.DataFrame({"speed_expected": [8, 9], "speed_perceived": [6, None]})
    >>> mean_ratings(survey, scale=(1, 10))["difference"].tolist()
    [-2.0, nan]
    """
    items = _items(inputs.table(survey, (), "survey"))
    expected, perceived = _sides(survey, items, scale)
    rated = expected.notna() & perceived.notna()
    means = pd.DataFrame({"perceived": perceived[rated].mean(axis=1)})
    means["expected"] = expected[rated].mean(axis=1)
    return means.assign(difference=means["perceived"] - means["expected"])


@style.figure(ServiceGaps, width=9, height=5.5)
def plot_gaps(gaps: ServiceGaps, ax: Axes | None = None) -> None:
    """Draw service gaps from the widest shortfall to the largest surplus, with intervals.

    Parameters
    ----------
    gaps : ServiceGaps
        Result of `service_gaps`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The widest shortfall on top.
    """
    shown = gaps.sorted
    rows = np.arange(len(shown))
    colours = [style.COLOURS["cost" if gap < 0 else "good"] for gap in shown["estimate"]]
    ax.hlines(rows, 0, shown["estimate"], color=colours, lw=4, alpha=0.6)
    ax.hlines(rows, shown["low"], shown["high"], color=style.COLOURS["ink"], lw=1.5)
    ax.scatter(shown["estimate"], rows, s=130, color=colours, zorder=3)
    ax.axvline(0, color=style.COLOURS["ink"], lw=1.5)
    ax.set_yticks(rows, shown.index)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set(xlabel="perceived minus expected (points)")
    ax.set_title(gaps.title)


def _items(survey: pd.DataFrame) -> list[str]:
    asked = [str(name) for name in survey.columns]
    halves = {
        part: [name.removesuffix(part) for name in asked if name.endswith(part)]
        for part in ("_expected", "_perceived")
    }
    items = [item for item in halves["_expected"] if item in halves["_perceived"]]
    lone = set(halves["_expected"]) ^ set(halves["_perceived"])
    if lone or not items:
        what = f"only one of the two for {', '.join(sorted(lone))}" if lone else "none"
        raise ValueError(
            "table survey: each item needs the columns <item>_expected and <item>_perceived; "
            f"there is {what}. Rename your columns, or pass only those to compare."
        )
    return items


def _sides(
    survey: pd.DataFrame, items: list[str], scale: Scale
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Expected and perceived of every item, one column each."""
    expected, perceived = (
        items_on_scale(survey[[f"{item}{part}" for item in items]], scale=scale) for part in PARTS
    )
    return expected.set_axis(items, axis=1), perceived.set_axis(items, axis=1)


def _groups(dimensions: Any, items: list[str]) -> dict[Any, list[str]]:
    """Items of each dimension, each known and named once in it."""
    if dimensions is None:
        return {item: [item] for item in items}
    if not isinstance(dimensions, Mapping) or not dimensions:
        raise ValueError(
            f"dimensions is {inputs.shown(dimensions)}; give each dimension its items, such as "
            f"{{'service': {items[:2]}}}."
        )
    groups = {}
    for name, group in dimensions.items():
        if isinstance(group, str) or not isinstance(group, Sequence | pd.Index) or not len(group):
            raise ValueError(
                f"dimension {name!r} is {group!r}; list its items, such as {items[:2]}."
            )
        groups[name] = list(dict.fromkeys(group))
    unknown = [item for group in groups.values() for item in group if item not in items]
    if unknown:
        raise ValueError(
            f"survey has no items {inputs.listed(unknown)}; it has {inputs.listed(items)}"
        )
    return groups


def _total(
    table: pd.DataFrame, people: pd.DataFrame, weight: np.ndarray, confidence: float
) -> pd.Series:
    """The weighted sum of the gaps, with the interval of its respondents (linearised)."""
    spread = ((people - people.mean()) / people.notna().sum() * weight).fillna(0).sum(axis=1)
    n = int(people.notna().any(axis=1).sum())
    below = above = np.nan
    if n > 1:
        error = np.sqrt((spread**2).sum() * n / (n - 1))
        asked = spread[people.notna().any(axis=1)].to_numpy()
        reach = skewed_reach(confidence, n - 1, skewness(asked) / np.sqrt(n))
        below, above = (errors * error for errors in reach)
    row = {name: table[name] @ weight for name in ("expected", "perceived", "estimate")}
    row |= {"low": row["estimate"] - below, "high": row["estimate"] + above}
    return pd.Series(row | {"n": n, "missing": len(people) - n})
