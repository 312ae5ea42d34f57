"""When a customer will buy a thing anew: how long it lasts, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Lifetimes(Result):
    """How long a thing lasts: a Weibull distribution, fitted to some that are still in use.

    Attributes
    ----------
    table : pandas.DataFrame
        ``estimate``, ``low``, ``high`` of ``shape``, ``scale`` and ``median``.
    covariance : numpy.ndarray, shape (2, 2)
        Of the logarithms of shape and scale.
    replaced, kept : int
        How many were replaced, and how many are still in use.
    longest : float
        Highest age that was seen; beyond it nothing was observed.
    confidence : float
    """

    covariance: NDArray[np.float64]
    replaced: int
    kept: int
    longest: float
    confidence: float

    @property
    def shape(self) -> float:
        """Above 1, the older a thing, the more likely it is replaced."""
        return float(self.table["estimate"]["shape"])

    @property
    def scale(self) -> float:
        """Age by which 63 % are replaced."""
        return float(self.table["estimate"]["scale"])

    @property
    def title(self) -> str:
        """The median life."""
        median, low, high = self.table.loc["median"]
        return f"Half are replaced by age {median:.1f} ({low:.1f} to {high:.1f})"

    @property
    def caption(self) -> str:
        """How many ended and how far the ages reach."""
        return (
            f"{self.replaced:,} replaced and {self.kept:,} still in use; nothing was seen beyond "
            f"an age of {self.longest:g}."
        )

    def chance(self, age: inputs.Numbers, within: float) -> pd.DataFrame:
        """Chance that a thing of each age is replaced within a time.

        Parameters
        ----------
        age : row of numbers
            Ages, 0 or more.
        within : float
            Time from now, above 0.

        Returns
        -------
        pandas.DataFrame
            ``estimate``, ``low``, ``high`` and ``beyond``, whether the age at the end lies beyond
            all that was seen. The index is that of the ages.
        """
        ages = inputs.numbers(age, "age", at_least=0)
        ahead = inputs.number(within, "within", above=0)
        logs = np.log([self.shape, self.scale])
        hazard, slopes = _hazard(logs, ages.to_numpy(), ahead)
        spread = np.sqrt(np.einsum("ni,ij,nj->n", slopes, self.covariance, slopes))
        reach = intervals.normal_quantile(self.confidence) * spread
        sides = {"estimate": 0.0, "low": -reach, "high": reach}
        found = {name: -np.expm1(-hazard * np.exp(side)) for name, side in sides.items()}
        return pd.DataFrame(found, ages.index).assign(beyond=ages + ahead > self.longest)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_lifetimes`."""
        return plot_lifetimes(self, ax)


def replacement_chance(age: float, within: float, *, shape: float, scale: float) -> float:
    r"""Chance that a thing of a known age is replaced within a time, from a known Weibull life.

    Parameters
    ----------
    age : float
        How old it is, 0 or more.
    within : float
        Time from now, above 0.
    shape, scale : float
        Of the Weibull distribution of its life.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        A number outside its range.

    Notes
    -----
    :math:`1 - S(age + within) / S(age)` with :math:`S(t) = e^{-(t / scale)^{shape}}`.

    Examples
    --------
    >>> round(replacement_chance(8, 1, shape=3, scale=10), 4)
    0.1951
    """
    old = inputs.number(age, "age", at_least=0)
    ahead = inputs.number(within, "within", above=0)
    k, size = inputs.number(shape, "shape", above=0), inputs.number(scale, "scale", above=0)
    hazard, _ = _hazard(np.log([k, size]), np.array([old]), ahead)
    return float(-np.expm1(-hazard[0]))


def fit_lifetimes(
    ages: inputs.Numbers, replaced: inputs.Numbers, *, confidence: float = 0.95
) -> Lifetimes:
    r"""Fit how long a thing lasts, where some are still in use.

    Parameters
    ----------
    ages : row of numbers, shape (n,)
        Age at replacement, or so far, above 0.
    replaced : row of True and False, shape (n,)
        False for a thing that is still in use: it will last longer than its age, nobody knows
        how much (it is censored).
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Lifetimes
        With ``table``, ``chance(age, within)``, ``longest``, ``plot()``.

    Raises
    ------
    ValueError
        Fewer than three were replaced, or all of these at one age; ages that are not above 0;
        rows of different lengths.

    Notes
    -----
    Weibull by maximum likelihood, as `scipy.stats.weibull_min.fit` does with right-censored data.
    Intervals are normal for the logarithms of shape and scale, by the observed information, and
    need some ten replacements. A customer who left with his old machine counts as still in use:
    that he will come back for the new one is an assumption.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> life, watched = 10 * rng.weibull(3, 4000), rng.uniform(2, 14, 4000)
    >>> found = fit_lifetimes(np.minimum(life, watched), life <= watched)
    >>> found["estimate"].round().to_dict()
    {'shape': 3.0, 'scale': 10.0, 'median': 9.0}
    """
    from scipy.stats import CensoredData, weibull_min

    read = inputs.numbers(ages, "ages", above=0)
    ended = inputs.flags(replaced, "replaced").to_numpy()
    if len(ended) != len(read):
        raise ValueError(f"ages has {len(read)} rows and replaced {len(ended)}; give one for each.")
    times = read.to_numpy()
    if len(np.unique(inputs.settled(times[ended]))) < 2 or ended.sum() < 3:
        raise ValueError(
            f"replaced: {int(ended.sum())} were replaced, at "
            f"{len(np.unique(times[ended]))} different ages; three at two ages are needed."
        )
    unit = float(np.median(times))
    data = CensoredData.right_censored(times / unit, ~ended)
    shape, _, scale = weibull_min.fit(data, floc=0)
    logs = _polished(np.log([shape, scale]), times / unit, ended)
    covariance = np.asarray(np.linalg.inv(_information(logs, times / unit, ended)), float)
    logs = np.array([logs[0], logs[1] + np.log(unit)])
    table = _estimates(logs, covariance, intervals.normal_quantile(confidence))
    kept = int((~ended).sum())
    longest = float(times.max())
    return Lifetimes(table, covariance, int(ended.sum()), kept, longest, confidence)


def _hazard(
    logs: NDArray[np.float64], age: NDArray[np.float64], ahead: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hazard added up from the age on, and how its logarithm moves with the two logarithms."""
    k, scale = np.exp(logs)
    start, stop = age / scale, (age + ahead) / scale
    hazard = stop**k - start**k
    log_start = np.log(np.where(start > 0, start, 1.0))
    by_shape = k * (stop**k * np.log(stop) - start**k * log_start) / hazard
    return hazard, np.column_stack([by_shape, np.full(len(age), -k)])


def _gradient(
    logs: NDArray[np.float64], times: NDArray[np.float64], ended: NDArray[np.bool_]
) -> NDArray[np.float64]:
    k = float(np.exp(logs[0]))
    z = np.log(times) - logs[1]
    grown = np.exp(k * z)
    return np.array([(ended * (1 + k * z) - k * z * grown).sum(), k * (grown - ended).sum()])


def _information(
    logs: NDArray[np.float64], times: NDArray[np.float64], ended: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Minus the second derivatives of the log-likelihood in the logarithms of shape and scale."""
    k = float(np.exp(logs[0]))
    z = np.log(times) - logs[1]
    grown = np.exp(k * z)
    both = -(k * (grown * (1 + k * z) - ended)).sum()
    shape = (k * z * (grown * (1 + k * z) - ended)).sum()
    return np.array([[shape, both], [both, (k**2 * grown).sum()]])


def _polished(
    logs: NDArray[np.float64], times: NDArray[np.float64], ended: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """A few steps of Newton's method from where scipy's search has stopped."""
    for _ in range(3):
        step = np.linalg.solve(_information(logs, times, ended), _gradient(logs, times, ended))
        logs = logs + np.clip(step, -0.1, 0.1)
    return logs


def _estimates(
    logs: NDArray[np.float64], covariance: NDArray[np.float64], quantile: float
) -> pd.DataFrame:
    k = float(np.exp(logs[0]))
    inner = np.log(np.log(2))
    ways = {
        "shape": (logs[0], np.array([1.0, 0.0])),
        "scale": (logs[1], np.array([0.0, 1.0])),
        "median": (logs[1] + inner / k, np.array([-inner / k, 1.0])),
    }
    rows = {}
    for name, (log, slope) in ways.items():
        reach = quantile * float(slope @ covariance @ slope) ** 0.5
        rows[name] = {
            "estimate": np.exp(log),
            "low": np.exp(log - reach),
            "high": np.exp(log + reach),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@style.figure(Lifetimes, width=9, height=5)
def plot_lifetimes(found: Lifetimes, ax: Axes | None = None) -> None:
    """Draw the chance to be replaced within one unit of time, by age.

    Parameters
    ----------
    found : Lifetimes
        From `fit_lifetimes`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A line with its interval up to the highest age seen.
    """
    ages = np.linspace(0, max(found.longest - 1, found.longest / 2), 60)
    told = found.chance(ages, min(1.0, found.longest / 2))
    ax.plot(ages, told["estimate"], color=style.COLOURS["value"])
    ax.fill_between(ages, told["low"], told["high"], color=style.COLOURS["value"], alpha=0.2)
    ax.set_ylim(bottom=0)
    style.percent(ax.yaxis)
    ax.set_xlabel("age")
    ax.set_ylabel("chance to be replaced\nwithin one unit of time")
    ax.set_title(found.title)
