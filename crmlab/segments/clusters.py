"""Segments of like behaviour: scaled, clustered, tried for stability."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Log = Literal["skewed", "all", "none"]
MOST_FITTED = 50_000
MOST_COMPARED = 2_000
STABLE = 0.8


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Result):
    """Customers in segments.

    Attributes
    ----------
    table : pandas.DataFrame
        For each segment ``customers``, ``share_of_customers`` and the median of each feature.
    customers : pandas.Series
        Segment of each customer, 1 being the largest.
    distinct : pandas.DataFrame
        Mean of each scaled feature: how many standard deviations from the average customer.
    scaling : pandas.DataFrame
        For each feature ``log`` (was log(1 + x) taken), ``mean`` and ``spread``.
    silhouette : float
        Separation, from -1 to 1, on at most 2,000 customers.
    """

    table: pd.DataFrame
    customers: pd.Series
    distinct: pd.DataFrame
    scaling: pd.DataFrame
    silhouette: float

    @property
    def labels(self) -> list[str]:
        """Number and size of each segment."""
        sizes = self.table["share_of_customers"].items()
        return [f"segment {name}\n{size:.0%} of customers" for name, size in sizes]

    @property
    def title(self) -> str:
        """How many segments, and in what they differ most."""
        widest = (self.distinct.max() - self.distinct.min()).idxmax()
        return f"{len(self.table)} segments differ most in {widest}"

    @property
    def caption(self) -> str:
        """Separation, and which features were replaced by their logarithm."""
        logged = inputs.listed(list(self.scaling.index[self.scaling["log"]]))
        return f"Silhouette {self.silhouette:.2f}; log(1 + x) taken of: {logged}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_segments`."""
        from crmlab.segments.figures import plot_segments

        return plot_segments(self, ax)


@dataclass(frozen=True, eq=False, repr=False)
class SegmentCounts(Result):
    """Several numbers of segments, tried.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by ``segments``: ``silhouette``; ``estimate``, ``low``, ``high`` of the stability
        (mean and middle 95 % of the adjusted Rand index over the samples, 1 = the same segments
        again).
    chosen : int
        The number that parts customers best among those that are stable.
    stable : bool
        Whether any is; if none, the most stable is chosen.
    """

    table: pd.DataFrame
    chosen: int
    stable: bool

    @property
    def title(self) -> str:
        """The chosen number, in a line."""
        if self.stable:
            return f"{self.chosen} segments: they come back and lie furthest apart"
        return f"No number of segments comes back; {self.chosen} are the most stable"

    @property
    def caption(self) -> str:
        """The chosen number and why."""
        if self.stable:
            return f"{self.chosen} part best of those with a stability of {STABLE:g} or more."
        return f"No number has a stability of {STABLE:g}; {self.chosen} is the most stable."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_segment_counts`."""
        from crmlab.segments.figures import plot_segment_counts

        return plot_segment_counts(self, ax)


def cluster(
    features: Result | pd.DataFrame, count: int, *, log: Log = "skewed", seed: int = 0
) -> Segments:
    r"""Group customers of like behaviour by k-means on scaled features.

    Parameters
    ----------
    features : pandas.DataFrame, shape (n, k)
        One row per customer: behaviour (frequency, spend) or needs (part-worths). Leave age,
        region and the like out; see `profile_association`.
    count : int
        Number of segments; see `choose_segment_count`.
    log : {"skewed", "all", "none"}
        Which features to replace by log(1 + x): those without negatives whose skewness exceeds
        1, all, or none (as for part-worths).
    seed : int
        Start of the random numbers.

    Returns
    -------
    Segments
        With ``table``, ``customers``, ``distinct``, ``scaling`` and ``silhouette``.

    Raises
    ------
    ValueError
        A missing number, a feature that is the same for everybody, fewer different customers
        than segments.

    Notes
    -----
    k-means, ten starts, on z-scores (Lloyd 1982, IEEE Transactions on Information Theory 28;
    scikit-learn). With more than 50,000 customers the centres are fitted on 50,000 of them.
    k-means always finds `count` segments, whether or not there are any.

    Examples
    --------
    >>> visits = pd.DataFrame({"visits": [1, 2, 2, 30, 33]}, index=["Ann", "Bo", "Cy", "Di", "Ed"])
    >>> cluster(visits, 2).customers.to_dict()
    {'Ann': 1, 'Bo': 1, 'Cy': 1, 'Di': 2, 'Ed': 2}
    """
    from threadpoolctl import threadpool_limits

    table = inputs.customer_table(features, "features")
    seed = _seed(seed)
    scaled, scaling = _scale(table, log)
    count = _check_count(scaled, count)
    order = np.lexsort(scaled.T)
    ordered = scaled[order]
    labels = np.empty(len(scaled), dtype=np.int64)
    with threadpool_limits(1):
        labels[order] = _fit(ordered, count, seed, starts=10).predict(ordered)
    size = np.bincount(labels, minlength=count)
    by_size = np.argsort(-size, kind="stable")
    number = np.empty(count, dtype=np.int64)
    number[by_size] = np.arange(1, count + 1)
    customers = pd.Series(number[labels], index=table.index, name="segment")
    profile = table.groupby(customers).median()
    profile.insert(0, "customers", customers.value_counts().sort_index())
    profile.insert(1, "share_of_customers", profile["customers"] / len(customers))
    distinct = pd.DataFrame(ordered, columns=table.columns).groupby(number[labels[order]]).mean()
    separation = _silhouette(ordered, labels[order], seed)
    return Segments(profile, customers, distinct.rename_axis("segment"), scaling, separation)


def choose_segment_count(
    features: Result | pd.DataFrame,
    *,
    counts: Sequence[int] = range(2, 8),
    log: Log = "skewed",
    draws: int = 20,
    seed: int = 0,
) -> SegmentCounts:
    r"""Try several numbers of segments: how separate are they, and do they come back?

    Parameters
    ----------
    features : pandas.DataFrame, shape (n, k)
        As for `cluster`.
    counts : sequence of int
        Numbers of segments to try.
    log : {"skewed", "all", "none"}
        As for `cluster`.
    draws : int
        Bootstrap samples on which the clustering is repeated.
    seed : int
        Start of the random numbers.

    Returns
    -------
    SegmentCounts
        With ``table``, ``chosen`` and ``stable``.

    Raises
    ------
    ValueError
        As for `cluster`.

    Notes
    -----
    Chosen is the highest silhouette among the counts whose mean stability is 0.8 or more; if
    there is none, the most stable. At most 2,000 customers are compared and 50,000 fitted.
    Rousseeuw (1987, Journal of Computational and Applied Mathematics 20); Hubert & Arabie
    (1985, Journal of Classification 2); Dolnicar & Leisch (2010, Marketing Letters 21).

    Examples
    --------
    >>> visits = pd.DataFrame({"visits": [1, 2, 2, 3, 30, 31, 33, 34]})
    >>> choose_segment_count(visits, counts=[2, 3], log="none").chosen
    2
    """
    from threadpoolctl import threadpool_limits
    from tqdm.auto import tqdm

    scaled, _ = _scale(inputs.customer_table(features, "features"), log)
    draws, seed = inputs.count(draws, "draws"), _seed(seed)
    given = inputs.numbers(counts, "counts", whole=True)
    tried = [_check_count(scaled, count) for count in given]
    scaled = scaled[np.lexsort(scaled.T)]
    generator = np.random.default_rng(seed)
    if len(scaled) > MOST_FITTED:
        scaled = scaled[np.sort(generator.choice(len(scaled), MOST_FITTED, replace=False))]
    shown = scaled[_spread_rows(len(scaled), generator)]
    rows: dict[int, tuple[Any, ...]] = {}
    steps = len(tried) * (draws + 1)
    quick = steps * len(scaled) < 300_000
    bar = tqdm(total=steps, desc="segment counts", leave=False, disable=quick)
    with threadpool_limits(1), bar:  # on a busy machine, threads of many small fits wait for ever
        for count in tried:
            first = _fit(scaled, count, seed, starts=10).predict(shown)
            bar.update()
            agreement = np.empty(draws)
            for draw in range(draws):
                again = scaled[generator.integers(0, len(scaled), len(scaled))]
                agreement[draw] = _agreement(again, shown, first, count, seed + draw + 1)
                bar.update()
            rows[count] = (_silhouette(shown, first, seed), *_stability(agreement))
    return _chosen(rows)


def _agreement(
    again: NDArray[np.float64],
    shown: NDArray[np.float64],
    first: NDArray[Any],
    count: int,
    seed: int,
) -> float:
    """Adjusted Rand index of a clustering of a resample with the first one."""
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(first, _fit(again, count, seed, starts=3).predict(shown))


def _stability(agreement: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean and middle 95 %, widened to the mean where one odd sample pulls it out."""
    mean, (low, high) = agreement.mean(), np.quantile(agreement, [0.025, 0.975])
    return mean, min(low, mean), max(high, mean)


def _chosen(rows: dict[int, tuple[Any, ...]]) -> SegmentCounts:
    """The best parted of the stable numbers; where none is stable, the most stable."""
    columns = ["silhouette", "estimate", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("segments")
    stable = table[table["estimate"] >= STABLE]
    best = table["estimate"].idxmax() if stable.empty else stable["silhouette"].idxmax()
    return SegmentCounts(table, int(best), not stable.empty)


def _scale(features: pd.DataFrame, log: Log) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """z-scores, summed in the order of the numbers so that they do not depend on the rows'."""
    inputs.choice(log, "log", ("skewed", "all", "none"))
    scaled, record = [], {}
    for name in features.columns:
        column = inputs.numbers(features[name], f"features.{name}", rows=features)
        if log == "all":
            remedy = "log='all' needs numbers of 0 or more; say log='skewed'."
            below = "is below 0", "are below 0"
            inputs.refuse(column < 0, features, f"features.{name}", below, remedy)
        ordered = column.sort_values()
        take_log = log == "all" or (log == "skewed" and ordered.iloc[0] >= 0 and ordered.skew() > 1)
        if take_log:
            column, ordered = np.log1p(column), np.log1p(ordered)
        mean, spread = ordered.to_numpy().mean(), ordered.to_numpy().std()
        if not spread > 1e-12 * max(1, abs(mean)):
            raise ValueError(f"feature {name!r} is the same for everybody; leave it out.")
        scaled.append(inputs.settled((column.to_numpy() - mean) / spread))
        record[name] = (bool(take_log), mean, spread)
    columns = ["log", "mean", "spread"]
    return np.column_stack(scaled), pd.DataFrame.from_dict(record, orient="index", columns=columns)


def _seed(seed: Any) -> int:
    """What scikit-learn takes as the start of random numbers, room for draws left."""
    return int(inputs.number(seed, "seed", whole=True, at_least=0, at_most=2**31))


def _check_count(scaled: NDArray[np.float64], count: Any) -> int:
    most = len(np.unique(scaled, axis=0)) if len(scaled) <= MOST_FITTED else MOST_FITTED
    remedy = f"{most:,} customers differ."
    return int(inputs.number(count, "count", whole=True, at_least=2, at_most=most, remedy=remedy))


def _fit(ordered: NDArray[np.float64], count: int, seed: int, starts: int) -> Any:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    if len(ordered) > MOST_FITTED:
        rows = np.random.default_rng(seed).choice(len(ordered), MOST_FITTED, replace=False)
        ordered = ordered[np.sort(rows)]
    with warnings.catch_warnings():  # a resample may hold fewer different customers than segments
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(count, n_init=starts, random_state=seed).fit(ordered)


def _spread_rows(size: int, generator: np.random.Generator) -> NDArray[np.int64]:
    if size <= MOST_COMPARED:
        return np.arange(size)
    return np.sort(generator.choice(size, MOST_COMPARED, replace=False))


def _silhouette(scaled: NDArray[np.float64], labels: NDArray[Any], seed: int) -> float:
    from sklearn.metrics import silhouette_score

    rows = _spread_rows(len(scaled), np.random.default_rng(seed))
    present = len(np.unique(labels[rows]))
    if not 2 <= present < len(rows):
        return float("nan")
    return float(silhouette_score(scaled[rows], labels[rows]))
