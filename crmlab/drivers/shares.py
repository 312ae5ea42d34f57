"""Key drivers: how much of the variance of satisfaction each driver explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.drivers.ratings import complete, ordered, side_by_side, within
from crmlab.results import Result
from crmlab.satisfaction.regression import check_identified, percentiles, resampled_correlations

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DRIVERS, ENOUGH = 12, 300
_SINGULAR = 1e-10
_FEW = (
    f" With fewer than {ENOUGH} answers the interval of the largest share can end too early: at "
    "95 % it holds the truth in about 9 of 10 surveys."
)
_TURNED = "beta has the other sign: overlaps with other drivers"


@dataclass(frozen=True, eq=False, repr=False)
class Shares(Result):
    """How much of an outcome's variance each driver explains; see `shapley_shares`.

    Attributes
    ----------
    table : DataFrame
        One row per driver, the largest first.
    outcome : str
        What the drivers explain.
    r_squared : float
        The share of its variance that they explain together.
    n, missing : int
        Respondents used, and those left out because an answer is missing.
    draws : int
        Resamples behind the intervals; with 0 there are none.
    """

    outcome: str
    r_squared: float
    n: int
    missing: int
    draws: int

    @property
    def title(self) -> str:
        """What the figure says."""
        first = self.table.iloc[0]
        told = f" (first in {first['leads']:.0%} of resamples)" if self.draws else ""
        return f"{self.outcome[:1].upper()}{self.outcome[1:]} moves most with {first.name}{told}"

    @property
    def caption(self) -> str:
        """What the shares are shares of."""
        doubt = " No resamples were drawn, so there are no intervals."
        if self.draws:
            doubt = _FEW if self.n < ENOUGH else ""
        return (
            f"R² {self.r_squared:.2f}: what the drivers explain together, in {self.n:,} complete "
            f"answers ({self.missing:,} left out).{doubt}"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_shares`."""
        return plot_shares(self, ax)


def shapley_shares(
    X: pd.DataFrame,
    y: inputs.Numbers,
    *,
    scale: tuple[float, float] | None = None,
    confidence: float = 0.95,
    draws: int = 500,
) -> Shares:
    r"""Share of R² that each driver adds, averaged over all orders of adding them (LMG).

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of up to twelve drivers.
    y : Series or sequence, shape (n,)
        Outcome, such as overall satisfaction, of the same respondents.
    scale : tuple of float, optional
        Lowest and highest possible rating: others, such as the code 99, are refused.
    confidence : float
        Coverage of the intervals.
    draws : int
        Bootstrap resamples of the respondents; 0 gives no intervals.

    Returns
    -------
    Shares
        ``table``, one row per driver, the largest first: ``estimate``, ``low``, ``high`` in units
        of R² (they add up to it); ``share``, ``share_low``, ``share_high`` as shares of R²;
        ``leads`` (share of the resamples in which it is the first); ``correlation`` with the
        outcome; ``beta``, the standardised coefficient; ``sign`` (of the correlation); ``note``
        where correlation and beta differ in sign. ``r_squared``, ``n``, ``missing``; ``plot()``.

    Raises
    ------
    ValueError
        More than twelve drivers: use `relative_weights`. Text, or ratings outside the scale.
    NotIdentifiedError
        A constant column, or drivers of which one is made of the others.

    Notes
    -----
    The Shapley value of R² (Lindeman, Merenda & Gold 1980; Grömping 2006, J. Statistical Software
    17). All 2^p values of R² come from the correlation matrix: each driver in turn is either
    swept out of the residual matrix or not, for all resamples at once. Percentile intervals (Efron
    1979, "Bootstrap methods", Annals of Statistics 7), stretched where needed to hold the
    estimate; for a driver without any effect they stay above 0, as the share itself does. They
    assume resamples that differ from the sample as it does from everybody: with few answers
    resamples give weak drivers too much, so that the interval of the largest share ends too early
    (``benchmarks/README.md`` has how often it holds the truth). A share says how well the outcome
    can be told from a driver and those it moves with; with correlated drivers a driver without
    effect of its own gets a share too.

    Examples
    --------
    Two unrelated drivers, so each share is a squared correlation:

    >>> X = pd.DataFrame({"speed": [1, 1, 9, 9], "taste": [1, 9, 1, 9]})
    >>> shapley_shares(X, [1, 2, 5, 6], draws=0).table["share"].round(3).to_dict()
    {'speed': 0.941, 'taste': 0.059}
    """
    inputs.table(X, (), "X")
    if X.shape[1] > MOST_DRIVERS:
        raise ValueError(
            f"{X.shape[1]} drivers have {2 ** X.shape[1]:,} subsets: use "
            f"crm.drivers.relative_weights, or keep {MOST_DRIVERS}"
        )
    return _importance(side_by_side(X, y, scale), lmg, confidence, draws)


def relative_weights(
    X: pd.DataFrame,
    y: inputs.Numbers,
    *,
    scale: tuple[float, float] | None = None,
    confidence: float = 0.95,
    draws: int = 500,
) -> Shares:
    r"""Share of R² of each driver by Johnson's relative weights, for any number of drivers.

    Parameters
    ----------
    X : DataFrame, shape (n, p)
        Ratings of the drivers.
    y : Series or sequence, shape (n,)
        Outcome, such as overall satisfaction, of the same respondents.
    scale : tuple of float, optional
        Lowest and highest possible rating: others, such as the code 99, are refused.
    confidence : float
        Coverage of the intervals.
    draws : int
        Bootstrap resamples of the respondents; 0 gives no intervals.

    Returns
    -------
    Shares
        As `shapley_shares`.

    Raises
    ------
    NotIdentifiedError
        A constant column, or drivers of which one is made of the others.

    Notes
    -----
    With :math:`\Lambda = R_{xx}^{1/2}` and :math:`\beta = \Lambda^{-1} r_{xy}` the weights are
    :math:`\Lambda^{\circ 2}\beta^{\circ 2}`; they add up to R² (Johnson 2000, Multivariate
    Behavioral Research 35). Usually close to `shapley_shares`, at the cost of one
    eigendecomposition.

    Examples
    --------
    >>> X = pd.DataFrame({"speed": [1, 1, 9, 9], "taste": [1, 9, 1, 9]})
    >>> relative_weights(X, [1, 2, 5, 6], draws=0).table["share"].round(3).to_dict()
    {'speed': 0.941, 'taste': 0.059}
    """
    return _importance(side_by_side(X, y, scale), _johnson, confidence, draws)


@style.figure(Shares, width=9, height=6)
def plot_shares(shares: Shares, ax: Axes | None = None) -> None:
    """Draw drivers from the strongest to the weakest, with intervals.

    Parameters
    ----------
    shares : Shares
        Result of `shapley_shares` or `relative_weights`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = shares.table
    rows = np.arange(len(table))[::-1]
    colours = [style.COLOURS["value" if sign >= 0 else "cost"] for sign in table["sign"]]
    ax.barh(rows, table["share"], color=colours, height=0.62, alpha=0.85)
    ax.hlines(rows, table["share_low"], table["share_high"], color="black", lw=2)
    ax.set_yticks(rows, table.index)
    ax.set_xlim(left=0)
    ax.grid(visible=False, axis="y")
    style.percent(ax.xaxis)
    ax.set_xlabel(f"share of what the drivers explain (R² {shares.r_squared:.2f})")
    ax.set_title(shares.title)
    if (table["sign"] < 0).any():
        text = f"orange: more of it goes with less {shares.outcome}"
        look: Any = {"ha": "right", "color": style.COLOURS["cost"]}
        ax.annotate(text, (0.98, 0.04), xycoords="axes fraction", **look)


def _importance(
    table: pd.DataFrame,
    method: Callable[[np.ndarray], np.ndarray],
    confidence: float,
    draws: int,
) -> Shares:
    used = complete(table)
    names, outcome = list(table.columns[:-1]), str(table.columns[-1])
    check_identified(used[[outcome]])
    check_identified(used[names])
    draws = inputs.count(draws, "draws", at_least=0)
    correlations = resampled_correlations(used, draws, 0)
    parts = method(correlations)
    r, target = correlations[0][:-1, :-1], correlations[0][:-1, -1]
    total = parts.sum(axis=1, keepdims=True)
    ratios = parts / np.where(total > 0, total, np.nan)
    result = pd.DataFrame(index=pd.Index(names, name="driver"))
    for prefix, values in (("", parts), ("share_", ratios)):
        nothing = np.full((2, len(names)), np.nan)
        ends: Any = percentiles(values[1:], confidence) if draws else nothing
        estimate = pd.Series(values[0], result.index)
        result[prefix.strip("_") or "estimate"] = estimate
        result[f"{prefix}low"], result[f"{prefix}high"] = within(ends[0], estimate, ends[1])
    result["leads"] = leads(parts[1:])
    result["correlation"], result["beta"] = target, np.linalg.solve(r, target)
    result["sign"] = np.sign(target).astype(int)
    turned = np.sign(result["beta"]) * result["sign"] < 0
    result["note"] = np.where(turned, _TURNED, "")
    result = ordered(result, result["estimate"])
    return Shares(result, outcome, float(total[0, 0]), len(used), len(table) - len(used), draws)


def leads(draws: np.ndarray) -> np.ndarray:
    """Share of the draws (rows) in which each column is the largest; failed draws left out."""
    kept = draws[~np.isnan(draws).any(axis=1)]
    if not len(kept):
        return np.full(draws.shape[1], np.nan)
    return np.bincount(kept.argmax(axis=1), minlength=draws.shape[1]) / len(kept)


def lmg(correlations: np.ndarray) -> np.ndarray:
    """Shapley shares of R² of the last column, for each matrix of correlations."""
    rest = _unexplained(correlations)
    p = correlations.shape[1] - 1
    subsets = np.arange(2**p)
    size = np.bitwise_count(subsets)
    weight = np.array([1 / (p * comb(p - 1, min(k, p - 1))) for k in range(p + 1)])
    gain = np.zeros((2**p, p))
    for driver in range(p):
        inside = (subsets >> driver) & 1 == 1
        gain[:, driver] = np.where(inside, -weight[size - inside], weight[size])
    return rest @ gain


def _unexplained(correlations: np.ndarray) -> np.ndarray:
    """Unexplained variance of the last column by every subset of the others, bit i = column i."""
    rest = correlations[:, None]
    p = correlations.shape[1] - 1
    for _ in range(p):
        column = rest[:, :, 0, 1:]
        pivot = rest[:, :, 0, 0][:, :, None, None]
        swept = rest[:, :, 1:, 1:] - column[..., :, None] * column[..., None, :] / np.where(
            pivot > _SINGULAR, pivot, np.inf
        )
        rest = np.concatenate([rest[:, :, 1:, 1:], swept], axis=1)
    return rest[:, :, 0, 0]


def _johnson(correlations: np.ndarray) -> np.ndarray:
    failed = np.isnan(correlations).any(axis=(1, 2))
    clean = np.where(failed[:, None, None], np.eye(correlations.shape[1]), correlations)
    values, vectors = np.linalg.eigh(clean[:, :-1, :-1])
    root = np.sqrt(np.clip(values, 0, None))
    turned = np.einsum("dij,di->dj", vectors, clean[:, :-1, -1])
    turned /= np.where(root > np.sqrt(_SINGULAR), root, np.inf)
    beta = np.einsum("dij,dj->di", vectors, turned)
    half = np.einsum("dij,dj,dkj->dik", vectors, root, vectors)
    weights = np.einsum("dij,dj->di", half**2, beta**2)
    weights[failed] = np.nan
    return weights
