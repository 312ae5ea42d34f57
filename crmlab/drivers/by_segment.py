"""Candidates for improvement: what moves satisfaction most in each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.labels import readable
from crmlab.drivers.ratings import ordered, side_by_side
from crmlab.drivers.shares import Shares, lmg, shapley_shares
from crmlab.results import Result
from crmlab.satisfaction.regression import NotIdentifiedError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GIVEN = ("importance", "actual", "reach")


@dataclass(frozen=True, eq=False, repr=False)
class Candidates(Result):
    """The strongest driver of each segment; see `candidates`.

    Attributes
    ----------
    table : DataFrame
        One row per project.
    by_segment : dict of str to Shares
        All drivers of each segment.
    resampled : numpy.ndarray, shape (draws, projects, 3)
        Importance, actual and reach of each project among resampled respondents.
    """

    by_segment: dict[str, Shares]
    resampled: np.ndarray

    @property
    def caption(self) -> str:
        """How each candidate was found."""
        return (
            "The strongest driver of each segment; importance is its share of variance (R²), "
            "reach the segment's share of the respondents."
        )

    @property
    def shares(self) -> pd.DataFrame:
        """Share of each driver (row) in what all explain, by segment (column).

        The drivers that matter most anywhere stand on top.
        """
        table = pd.DataFrame({name: found["share"] for name, found in self.by_segment.items()})
        return ordered(table.rename_axis("driver"), table.max(axis=1))

    @property
    def title(self) -> str:
        """What the figure says."""
        first = self.table["driver"]
        if first.nunique() == 1:
            every = "every segment" if len(first) > 1 else self.table["segment"].iloc[0]
            return f"Satisfaction moves most with {first.iloc[0]} in {every}"
        told = [f"{row.segment}: {row.driver}" for row in self.table.itertuples()]
        return f"What moves satisfaction most\n{inputs.listed(told, 4)}"

    @property
    def labels(self) -> pd.DataFrame:
        """What stands in each cell of the figure: the share and its interval."""
        cells = {}
        for name, found in self.by_segment.items():
            ends = found.table[["share", "share_low", "share_high"]].to_numpy() * 100
            told = [f"{it:.0f} %\n{low:.0f} to {high:.0f}" for it, low, high in ends]
            cells[name] = pd.Series(told, found.table.index)
        return pd.DataFrame(cells).loc[self.shares.index]

    @property
    def heads(self) -> list[str]:
        """What stands below each column of the figure: who, her first driver, how surely."""
        told = []
        for name, found in self.by_segment.items():
            first = found.table.iloc[0]
            often = f" in {first['leads']:.0%}" if found.draws else ""
            told.append(f"{name}\n{first.name} first{often}")
        return told

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_candidates`."""
        return plot_candidates(self, ax)


def candidates(
    X: pd.DataFrame,
    y: inputs.Numbers,
    *,
    segment: pd.Series | Sequence[Any],
    scale: tuple[float, float] | None = None,
    draws: int = 500,
) -> Candidates:
    """The strongest driver of each segment, as a candidate for `priorities`.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of up to twelve drivers.
    y : Series or sequence, shape (n,)
        Overall satisfaction of the same respondents.
    segment : Series or sequence, shape (n,)
        Segment of each; those without one count in nobody's reach.
    scale : tuple of float, optional
        Lowest and highest possible rating.
    draws : int
        Bootstrap resamples of the respondents.

    Returns
    -------
    Candidates
        ``table``, one row per segment, named "driver, segment": ``segment``, ``driver``,
        ``importance`` (R² share of that driver in the segment), ``actual`` (its mean rating),
        ``reach`` (the segment's share of all respondents), ``n`` (complete answers).
        ``by_segment``: all drivers of each; ``shares``: the share of each driver by segment.
        ``resampled``: the doubt, for `priorities`. ``plot()``.

    Raises
    ------
    NotIdentifiedError
        A segment with too few or too uniform answers; it is named.

    Notes
    -----
    Shares of different R² do not compare, so importance is in units of R². The driver of each
    segment is picked once, in the sample; the resamples tell how far its numbers would move, not
    how often another driver would have been picked (see ``leads`` of `shapley_shares` for that).

    Examples
    --------
    >>> X = pd.DataFrame({"speed": [1, 1, 9, 9] * 20, "taste": [1, 9, 1, 9] * 20})
    >>> y = [1, 2, 5, 6] * 10 + [1, 7, 2, 8] * 10
    >>> found = candidates(X, y, segment=["commuter"] * 40 + ["home"] * 40, draws=20)
    >>> found.table[["importance", "actual", "reach"]].round(2)
                     importance  actual  reach
    project
    speed, commuter        0.94     5.0    0.5
    taste, home            0.97     5.0    0.5
    """
    table = side_by_side(X, y, scale)
    names = _segments(segment, table)
    draws = inputs.count(draws, "draws")
    rng = np.random.default_rng(0)
    sizes = names.value_counts().sort_index()
    chances = np.array([*sizes, len(names) - sizes.sum()]) / len(names)
    drawn = rng.multinomial(len(names), chances, size=draws)
    by_segment, rows, resampled = {}, [], []
    for place, name in enumerate(sizes.index):
        own = table[names == name]
        try:
            shares = shapley_shares(own.iloc[:, :-1], own.iloc[:, -1], draws=draws)
        except ValueError as error:
            raise NotIdentifiedError(f"segment {name!r}: {error}") from None
        driver, importance = shares.table.index[0], shares.table["estimate"].iloc[0]
        reach, n = chances[place], shares.n
        rows.append((f"{driver}, {name}", name, driver, importance, own[driver].mean(), reach, n))
        by_segment[str(name)] = shares
        column = list(own.columns).index(driver)
        found = _resampled(own.to_numpy(), column, drawn[:, place], rng)
        resampled.append(np.column_stack([*found, drawn[:, place] / len(names)]))
    found_table = pd.DataFrame(rows, columns=["project", "segment", "driver", *GIVEN, "n"])
    return Candidates(found_table.set_index("project"), by_segment, np.stack(resampled, axis=1))


@style.figure(Candidates, width=9, height=7)
def plot_candidates(result: Candidates, ax: Axes | None = None) -> None:
    """Draw the share of each driver in each segment as a heat map.

    Parameters
    ----------
    result : Candidates
        Result of `candidates`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    import seaborn as sns

    look: Any = {"cmap": "cividis", "cbar": False, "linewidths": 3, "vmin": 0}
    look["annot_kws"] = {"fontsize": 12}
    sns.heatmap(result.shares, annot=result.labels, fmt="", ax=ax, **look)
    readable(ax)
    ax.set_xticklabels(result.heads)
    ax.set(xlabel="share of what the drivers explain in the segment", ylabel="")
    ax.set_title(result.title)
    ax.tick_params(length=0, rotation=0)
    ax.grid(visible=False)


def _segments(segment: pd.Series | Sequence[Any], table: pd.DataFrame) -> pd.Series:
    """The segment of each row of a table, missing where there is none."""
    if isinstance(segment, pd.Series) and not segment.index.equals(table.index):
        raise ValueError("X and segment have different row labels; take both from one table.")
    given = pd.Series(inputs.ids(segment, "segment", accept=("empty",)).to_numpy())
    if len(given) != len(table):
        raise ValueError(f"X has {len(table)} rows, segment has {len(given)}; give one for each.")
    if given.isna().all():
        raise ValueError("segment is empty in every row. Name the segment of each respondent.")
    return given.set_axis(table.index)


def _resampled(
    values: np.ndarray, column: int, sizes: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Importance and mean rating of one driver among resampled respondents of one segment."""
    from tqdm.auto import tqdm

    values = values[np.lexsort(values.T)]
    k = values.shape[1]
    actual = np.full(len(sizes), np.nan)
    correlations = np.full((len(sizes), k, k), np.nan)
    quiet = len(sizes) * len(values) < 2e6
    for draw, size in enumerate(tqdm(sizes, desc="bootstrap", leave=False, disable=quiet)):
        part = values[rng.integers(0, len(values), size)]
        rated = part[~np.isnan(part[:, column]), column]
        whole = part[~np.isnan(part).any(axis=1)]
        if len(rated) and len(whole) > 1 and (np.ptp(whole, axis=0) > 0).all():
            actual[draw] = rated.mean()
            correlations[draw] = np.corrcoef(whole.T)
    return lmg(correlations)[:, column], actual
