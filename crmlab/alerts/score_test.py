"""Does a credit score tell the accounts that fail from the others, and are its chances right?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, intervals, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ScoreTest(Result):
    """How well chances to fail agree with who failed.

    Attributes
    ----------
    table : pandas.DataFrame
        Calibration: for each class of rising chance ``accounts``, ``expected`` and ``actual``
        share that failed, with ``low`` and ``high`` of the actual one.
    auc : pandas.Series
        ``estimate``, ``low``, ``high``: chance that of two accounts, one failed and one not, the
        failed one has the higher chance.
    ks : float
        Kolmogorov-Smirnov distance: the largest gap between the shares of failed and of good
        accounts that lie above one chance.
    """

    table: pd.DataFrame
    auc: pd.Series
    ks: float

    @property
    def caption(self) -> str:
        """Discrimination in one line."""
        low, high = self.auc["low"], self.auc["high"]
        return f"AUC {self.auc['estimate']:.3f} ({low:.3f} to {high:.3f}), KS {self.ks:.3f}."

    @property
    def title(self) -> str:
        """In how many classes the chance lies in the interval of what happened."""
        inside = self.table["expected"].between(self.table["low"], self.table["high"]).sum()
        return f"The chance lies in the interval of {inside} of {len(self.table)} classes"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_score_test`."""
        return plot_score_test(self, ax)


def score_test(
    chance: inputs.Numbers, failed: inputs.Numbers, *, classes: int = 5, confidence: float = 0.95
) -> ScoreTest:
    """Test chances to fail on accounts that the score has not seen.

    Parameters
    ----------
    chance : array-like, shape (n,)
        Chance to fail, 0 to 1.
    failed : array-like, shape (n,)
        Who failed, 1 or 0.
    classes : int
        Classes of equal size for the calibration.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    ScoreTest
        With ``table``, ``auc`` and ``ks``.

    Raises
    ------
    ValueError
        Rows of different length; a chance outside 0 to 1; nobody failed, or everybody.

    Notes
    -----
    AUC counts ties half; its interval is DeLong's (1988, Biometrics 44), on the log-odds so that
    it stays between 0 and 1. Shares have Wilson's interval. Discrimination does not see whether
    chances are too high or too low: a score can rank well and be wrong everywhere.

    Examples
    --------
    >>> score_test([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], classes=2).ks
    1.0
    """
    given = inputs.numbers(chance, "chance", at_least=0, at_most=1).to_numpy()
    bad = inputs.flags(failed, "failed").to_numpy()
    if len(given) != len(bad):
        raise ValueError(f"chance has {len(given)} rows and failed {len(bad)}; give one each.")
    if bad.all() or not bad.any():
        raise ValueError(f"failed: {bad.sum()} of {len(bad)}; a test needs both kinds.")
    groups = inputs.count(classes, "classes", at_least=1)
    settled = inputs.settled(given)
    order = pd.Series(settled).rank(method="average", pct=True).to_numpy()
    place = np.minimum(np.ceil(order * groups - 1e-9).astype(int), groups)
    frame = pd.DataFrame({"class": place, "expected": given, "bad": bad}).groupby("class")
    table = pd.DataFrame({"accounts": frame.size(), "expected": frame["expected"].mean()})
    table["actual"] = frame["bad"].mean()
    table["low"], table["high"] = intervals.wilson(frame["bad"].sum(), frame.size(), confidence)
    return ScoreTest(table, _auc(settled, bad, confidence), _ks(settled, bad))


def _auc(chance: np.ndarray, bad: np.ndarray, confidence: float) -> pd.Series:
    n, m = int(bad.sum()), int((~bad).sum())
    estimate, spread = intervals.area_under_curve(chance, bad)
    if estimate in (0.0, 1.0) or spread == 0:
        bound = intervals.wilson(estimate * min(n, m), min(n, m), confidence)
        return pd.Series({"estimate": estimate, "low": float(bound[0]), "high": float(bound[1])})
    middle = math.log(estimate / (1 - estimate))
    reach = intervals.normal_quantile(confidence) * spread / (estimate * (1 - estimate))
    low, high = (1 / (1 + math.exp(-(middle + side * reach))) for side in (-1, 1))
    return pd.Series({"estimate": estimate, "low": low, "high": high})


def _ks(chance: np.ndarray, bad: np.ndarray) -> float:
    at = np.unique(chance)
    lost = np.searchsorted(np.sort(chance[bad]), at, side="right") / bad.sum()
    good = np.searchsorted(np.sort(chance[~bad]), at, side="right") / (~bad).sum()
    return float(np.abs(lost - good).max())


@style.figure(ScoreTest, width=8, height=6)
def plot_score_test(result: ScoreTest, ax: Axes | None = None) -> None:
    """Draw the share that failed against the chance, class by class.

    Parameters
    ----------
    result : ScoreTest
        From `score_test`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        On the line the chance is right.
    """
    table = result.table
    reach = [table["actual"] - table["low"], table["high"] - table["actual"]]
    ax.errorbar(
        table["expected"], table["actual"], yerr=reach, fmt="o", color=style.COLOURS["value"]
    )
    top = float(max(table["high"].max(), table["expected"].max())) * 1.05
    ax.plot([0, top], [0, top], color=style.COLOURS["ink"], lw=1)
    ax.set(xlim=(0, top), ylim=(0, top), xlabel="chance to fail", ylabel="share that failed")
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
    ax.set_title(result.title)
