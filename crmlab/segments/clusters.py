"""Segments of like behaviour: scaled, clustered, tried for stability."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style

MOST_FITTED = 50_000
MOST_COMPARED = 2_000


@dataclass(frozen=True)
class Segments:
    """Customers in segments.

    Attributes
    ----------
    customers : pandas.Series
        Segment of each customer, 1 being the largest.
    profile : pandas.DataFrame
        For each segment ``customers``, ``share_of_customers`` and the median of each feature.
    distinct : pandas.DataFrame
        Mean of each scaled feature: how many standard deviations from the average customer.
    scaling : pandas.DataFrame
        For each feature ``log`` (was log(1 + x) taken), ``mean`` and ``spread``.
    silhouette : float
        Separation, from -1 to 1, on at most 2,000 customers.
    """

    customers: pd.Series
    profile: pd.DataFrame
    distinct: pd.DataFrame
    scaling: pd.DataFrame
    silhouette: float


def segments(features, count, *, log="skewed", seed=0):
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
        With ``customers``, ``profile``, ``distinct``, ``scaling`` and ``silhouette``.

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
    >>> segments(visits, 2).customers.to_dict()
    {'Ann': 1, 'Bo': 1, 'Cy': 1, 'Di': 2, 'Ed': 2}
    """
    from threadpoolctl import threadpool_limits

    features = inputs.customer_table(features, "features")
    scaled, scaling = _scale(features, log)
    _check_count(scaled, count)
    order = np.lexsort(scaled.T)
    ordered = scaled[order]
    labels = np.empty(len(scaled), dtype=np.int64)
    with threadpool_limits(1):
        labels[order] = _fit(ordered, count, seed, starts=10).predict(ordered)
    size = np.bincount(labels, minlength=count)
    by_size = np.argsort(-size, kind="stable")
    number = np.empty(count, dtype=np.int64)
    number[by_size] = np.arange(1, count + 1)
    customers = pd.Series(number[labels], index=features.index, name="segment")
    profile = features.groupby(customers).median()
    profile.insert(0, "customers", customers.value_counts().sort_index())
    profile.insert(1, "share_of_customers", profile["customers"] / len(customers))
    distinct = pd.DataFrame(scaled, index=features.index, columns=features.columns)
    return Segments(
        customers,
        profile,
        distinct.groupby(customers).mean(),
        scaling,
        _silhouette(ordered, labels[order], seed),
    )


def choose_segment_count(features, *, counts=range(2, 8), log="skewed", draws=20, seed=0):
    r"""Try several numbers of segments: how separate are they, and do they come back?

    Parameters
    ----------
    features : pandas.DataFrame, shape (n, k)
        As for `segments`.
    counts : sequence of int
        Numbers of segments to try.
    log : {"skewed", "all", "none"}
        As for `segments`.
    draws : int
        Bootstrap samples on which the clustering is repeated.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``segments``: ``silhouette``; ``estimate``, ``low``, ``high`` of the
        stability (mean and middle 95 % of the adjusted Rand index over the samples, 1 = the
        same segments again); ``chosen``, True in one row.

    Raises
    ------
    ValueError
        As for `segments`.

    Notes
    -----
    Chosen is the highest silhouette among the counts whose mean stability is 0.8 or more; if
    there is none, the most stable. At most 2,000 customers are compared and 50,000 fitted.
    Rousseeuw (1987, Journal of Computational and Applied Mathematics 20); Hubert & Arabie
    (1985, Journal of Classification 2); Dolnicar & Leisch (2010, Marketing Letters 21).

    Examples
    --------
    >>> visits = pd.DataFrame({"visits": [1, 2, 2, 3, 30, 31, 33, 34]})
    >>> tried = choose_segment_count(visits, counts=[2, 3], log="none")
    >>> tried.index[tried["chosen"]].tolist()
    [2]
    """
    from sklearn.metrics import adjusted_rand_score
    from threadpoolctl import threadpool_limits
    from tqdm.auto import tqdm

    scaled, _ = _scale(inputs.customer_table(features, "features"), log)
    if not len(list(counts)) or draws < 1:
        raise ValueError(f"counts is {counts} and draws is {draws}; give at least one of each.")
    for count in counts:
        _check_count(scaled, count)
    scaled = scaled[np.lexsort(scaled.T)]
    generator = np.random.default_rng(seed)
    if len(scaled) > MOST_FITTED:
        scaled = scaled[np.sort(generator.choice(len(scaled), MOST_FITTED, replace=False))]
    shown = scaled[_spread_rows(len(scaled), generator)]
    rows = {}
    steps = len(counts) * (draws + 1)
    quick = steps * len(scaled) < 300_000
    bar = tqdm(total=steps, desc="segment counts", leave=False, disable=quick)
    with threadpool_limits(1), bar:  # on a busy machine, threads of many small fits wait for ever
        for count in counts:
            first = _fit(scaled, count, seed, starts=10).predict(shown)
            bar.update()
            agreement = np.empty(draws)
            for draw in range(draws):
                again = scaled[generator.integers(0, len(scaled), len(scaled))]
                again = _fit(again, count, seed + draw + 1, starts=3).predict(shown)
                agreement[draw] = adjusted_rand_score(first, again)
                bar.update()
            low, high = np.quantile(agreement, [0.025, 0.975])
            rows[count] = (_silhouette(shown, first, seed), agreement.mean(), low, high)
    columns = ["silhouette", "estimate", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("segments")
    stable = table[table["estimate"] >= 0.8]
    best = table["estimate"].idxmax() if stable.empty else stable["silhouette"].idxmax()
    table["chosen"] = table.index == best
    return table


def _scale(features, log):
    inputs.choice(log, "log", ("skewed", "all", "none"))
    scaled, record = [], {}
    for name in features.columns:
        column = features[name]
        inputs.numbers(column, f"features.{name}", rows=features)
        if log == "all":
            remedy = "log='all' needs numbers of 0 or more; say log='skewed'."
            inputs.refuse(
                column < 0, features, f"features.{name}", ("is below 0", "are below 0"), remedy
            )
        take_log = log == "all" or (log == "skewed" and column.min() >= 0 and column.skew() > 1)
        numbers = np.log1p(column.to_numpy()) if take_log else column.to_numpy()
        mean, spread = numbers.mean(), numbers.std()
        if not spread > 1e-12 * max(1, abs(mean)):
            raise ValueError(f"feature {name!r} is the same for everybody; leave it out.")
        scaled.append((numbers - mean) / spread)
        record[name] = (bool(take_log), mean, spread)
    columns = ["log", "mean", "spread"]
    return np.column_stack(scaled), pd.DataFrame.from_dict(record, orient="index", columns=columns)


def _check_count(scaled, count):
    most = len(np.unique(scaled, axis=0)) if len(scaled) <= MOST_FITTED else MOST_FITTED
    if int(count) != count or not 2 <= count <= most:
        raise ValueError(
            f"count is {count}; give a whole number from 2 to {most}, the number of customers who "
            "differ."
        )


def _fit(ordered, count, seed, starts):
    from sklearn.cluster import KMeans

    if len(ordered) > MOST_FITTED:
        rows = np.random.default_rng(seed).choice(len(ordered), MOST_FITTED, replace=False)
        ordered = ordered[np.sort(rows)]
    return KMeans(int(count), n_init=starts, random_state=seed).fit(ordered)


def _spread_rows(size, generator):
    if size <= MOST_COMPARED:
        return np.arange(size)
    return np.sort(generator.choice(size, MOST_COMPARED, replace=False))


def _silhouette(scaled, labels, seed):
    from sklearn.metrics import silhouette_score

    rows = _spread_rows(len(scaled), np.random.default_rng(seed))
    present = len(np.unique(labels[rows]))
    if not 2 <= present < len(rows):
        return float("nan")
    return float(silhouette_score(scaled[rows], labels[rows]))


@style.figure(width=11, height=4.5)
def plot_segments(result, ax=None):
    """Draw each segment as a small panel: how its features differ from the average customer.

    Parameters
    ----------
    result : Segments
        From `segments`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Bars to the right are above average, bars to the left below.
    """
    distinct = result.distinct
    reach = max(1.0, float(distinct.abs().to_numpy().max()))
    step = 2.4 * reach
    rows = np.arange(distinct.shape[1])
    for place, (name, means) in enumerate(distinct.iterrows()):
        centre = place * step
        colours = np.where(means >= 0, style.COLOURS["value"], style.COLOURS["cost"])
        ax.barh(rows, means, left=centre, color=colours, height=0.65)
        ax.vlines(centre, -0.5, len(rows) - 0.5, color=style.COLOURS["ink"], linewidth=1.2)
        row = result.profile.loc[name]
        ax.text(
            centre,
            -0.65,
            f"segment {name}\n{row['share_of_customers']:.0%} of customers",
            ha="center",
            va="bottom",
            weight="bold",
        )
    ax.set_yticks(rows, distinct.columns)
    ax.set(
        ylim=(len(rows) - 0.5, -1.45),
        xlim=(-1.15 * reach, step * (len(distinct) - 1) + 1.15 * reach),
    )
    ax.set(
        xticks=[],
        xlabel=f"below or above the average (longest bar: {reach:.1f} standard deviations)",
    )
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_title("What sets each segment apart")


@style.figure(width=9, height=5)
def plot_segment_counts(tried, ax=None):
    """Draw silhouette and stability against the number of segments.

    Parameters
    ----------
    tried : pandas.DataFrame
        From `choose_segment_count`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The chosen number is marked.
    """
    counts = tried.index.to_numpy()
    ax.axvline(counts[tried["chosen"].to_numpy()][0], color=style.COLOURS["pale"], linewidth=18)
    ax.fill_between(counts, tried["low"], tried["high"], color=style.COLOURS["good"], alpha=0.15)
    ends = sorted(
        [
            (tried["estimate"].iloc[-1], "do they come back?", "good", "estimate"),
            (tried["silhouette"].iloc[-1], "how separate?", "value", "silhouette"),
        ]
    )
    ends[1] = (max(ends[1][0], ends[0][0] + 0.09), *ends[1][1:])
    for height, text, colour, column in ends:
        ax.plot(counts, tried[column], "o-", color=style.COLOURS[colour])
        ax.text(
            counts[-1] + 0.12, height, text, color=style.COLOURS[colour], va="center", weight="bold"
        )
    ax.set_xticks(counts)
    ax.set(xlim=(counts[0] - 0.4, counts[-1] + 0.42 * max(4, len(counts))))
    ax.set(ylim=(min(0, tried["low"].min()), 1.03), xlabel="number of segments", ylabel="1 is best")
    ax.set_title("How many segments? Grey: chosen")
