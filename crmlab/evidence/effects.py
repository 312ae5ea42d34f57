"""What an action did: the effect of a trial by lot, with its interval."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals, style
from crmlab.evidence.arms import Trial, difference, read_trial
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmlab.repeat_buying import Summary

ODD = 0.001  # chance under a lot below which the groups do not look as if drawn by lot


@dataclass(frozen=True, eq=False, repr=False)
class TrialEffect(Result):
    """What the action did, on average.

    Attributes
    ----------
    table : pandas.DataFrame
        For each arm but the control: ``customers``, their ``mean`` outcome, and ``estimate``,
        ``low``, ``high`` of the difference from the control; with covariates also ``adjusted``,
        ``adjusted_low``, ``adjusted_high``.
    control : pandas.Series
        ``customers`` and ``mean`` of those not treated.
    balance : pandas.DataFrame
        For each covariate its mean (or its share, for each kind) in every arm, the largest
        ``gap`` from the control in standard deviations, and ``p``, the chance of such
        differences under a lot.
    outcome : str
        What was measured.
    shares : bool
        Whether the outcome is yes or no, and its mean a share.
    confidence : float
        Coverage of each interval.
    """

    table: pd.DataFrame
    control: pd.Series
    balance: pd.DataFrame
    outcome: str
    shares: bool
    confidence: float

    @property
    def title(self) -> str:
        """What the largest effect is, with its interval."""
        row = self.table.loc[self.table["estimate"].abs().idxmax()]
        size = "Effect" if len(self.table) == 1 else f"Largest effect, of {row.name}"
        low, high = (self.said(row[name], sign=True) for name in ("low", "high"))
        return f"{size}: {self.said(row['estimate'], sign=True)} ({low} to {high})"

    @property
    def caption(self) -> str:
        """Against whom."""
        count = int(self.control["customers"])
        mean = self.said(float(self.control["mean"]))
        return (
            f"{self.outcome} against {count:,} customers not treated, mean {mean}; each interval "
            f"holds {self.confidence:.0%}."
        )

    def said(self, value: float, *, sign: bool = False) -> str:
        """A number in the unit of the outcome: shares as per cent."""
        return format(value, f"{'+' if sign else ''}{'.1%' if self.shares else ',.2f'}")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_trial_effect`."""
        return plot_trial_effect(self, ax)


def trial_effect(
    customers: pd.DataFrame | Summary,
    outcome: str,
    *,
    treated: str = "treated",
    covariates: Sequence[str] = (),
    confidence: float = 0.95,
) -> TrialEffect:
    r"""Compare those treated by lot with those who were not.

    Parameters
    ----------
    customers : DataFrame
        One row per customer, all watched equally long.
    outcome : str
        Column of what was measured: a number, or yes and no (True and False, 1 and 0).
    treated : str
        Column of what the **lot** said, whatever the customer then did: 0 and 1, doses with 0 for
        nothing, or a category whose first kind is the control.
    covariates : sequence of str
        Columns known before the lot, numbers or kinds: they are checked for balance, and the
        effect is also given adjusted for them.
    confidence : float
        Coverage of each interval.

    Returns
    -------
    TrialEffect
        With ``table``, ``control``, ``balance``.

    Raises
    ------
    ValueError
        A missing column, an outcome that is missing, an arm with fewer than two customers, a
        customer in the trial twice, an outcome without spread, more covariates than customers
        can tell.

    Warns
    -----
    UserWarning
        A covariate differs so much between the arms that a lot would do it less than once in a
        thousand times: not by lot?

    Notes
    -----
    Means are compared by Welch's interval, shares by that of Newcombe (1998). The comparison is
    by intention to treat: who was drawn and did not take the offer stays with the drawn. Adjusted
    for covariates it is the regression on treatment, centred covariates and their products (Lin
    2013, Annals of Applied Statistics 7), with errors robust to unequal spread (HC2): the variance
    falls by about the share :math:`\rho^2` that the covariates explain (Deng et al. 2013 call it
    CUPED). Balance is tested by ranks (numbers) or chi-squared (kinds), times the number of
    covariates.

    Examples
    --------
    >>> coffee = pd.DataFrame({"treated": [1, 1, 1, 0, 0, 0], "spent": [5, 7, 9, 4, 5, 6]})
    >>> trial_effect(coffee, "spent").table.round(2).values.tolist()
    [[3.0, 7.0, 2.0, -2.16, 6.16]]
    """
    names = [covariates] if isinstance(covariates, str) else list(covariates)
    intervals.tail(confidence)
    trial = read_trial(customers, outcome, treated, names)
    before = read_covariates(trial, names)
    balance, chances = _balance(trial, before)
    odd = min(chances, key=chances.__getitem__, default="")
    if odd and chances[odd] * len(chances) < ODD:
        warnings.warn(
            f"{odd} differs between the arms of {treated} more than a lot explains "
            f"(p < {ODD:g}): not by lot? Then the effect may be the difference of the customers.",
            UserWarning,
            stacklevel=2,
        )
    rows = []
    others = trial.control()
    for place in range(1, len(trial.labels)):
        those = trial.outcome[trial.arm == place]
        estimate = difference(trial, those, others, confidence)
        rows.append((len(those), float(those.mean()), *estimate))
    index = pd.Index(trial.labels[1:], name=treated)
    table = pd.DataFrame(rows, index, ["customers", "mean", "estimate", "low", "high"])
    if names:
        table = table.join(_adjusted(trial, before, confidence, index))
    control = pd.Series({"customers": len(others), "mean": float(others.mean())}, name="control")
    return TrialEffect(table, control, balance, outcome, trial.shares, confidence)


def read_covariates(trial: Trial, names: Sequence[str]) -> dict[str, pd.Series]:
    """Covariates as numbers, or as kinds in text."""
    read: dict[str, pd.Series] = {}
    for name in names:
        column, where = trial.rows[name], f"customers.{name}"
        if pd.api.types.is_datetime64_any_dtype(column):
            column = (column - pd.Timestamp(2000, 1, 1)) / pd.Timedelta(days=1)
        if column.map(lambda cell: isinstance(cell, str)).any():
            empty = "is empty", "are empty"
            inputs.refuse(column.isna(), trial.rows, where, empty, "Name what is not known, too.")
            read[name] = column.astype(str)
        else:
            read[name] = inputs.numbers(column, where, rows=trial.rows, accept=("flags",))
    return read


def standardised(before: dict[str, pd.Series]) -> NDArray[np.float64]:
    """Covariates as columns of mean 0 and spread 1, kinds as 0 and 1; constant ones left out."""
    wide = pd.get_dummies(pd.DataFrame(before), drop_first=True, dtype=float).to_numpy()
    spread = inputs.settled(wide.std(axis=0))
    used = spread > 1e-12 * np.abs(wide).max(axis=0, initial=0)
    return (wide - wide.mean(axis=0))[:, used] / spread[used]


def _balance(trial: Trial, before: dict[str, pd.Series]) -> tuple[pd.DataFrame, dict[str, float]]:
    """The table of balance, and for each covariate the chance of such differences by lot."""
    from scipy import stats

    lines, names, arms = [], [], range(len(trial.labels))
    chances = {}
    for name, column in before.items():
        if column.dtype == float:
            ranks = inputs.settled(column.to_numpy())
            parts = [ranks[trial.arm == arm] for arm in arms]
            same = (ranks == ranks[0]).all()
            chance = 1.0 if same else float(stats.kruskal(*parts).pvalue)
            shown = {name: ranks}
        else:
            counts = pd.crosstab(column.to_numpy(), trial.arm)
            chance = float(stats.chi2_contingency(counts, correction=False).pvalue)
            shown = {f"{name}: {kind}": (column == kind).to_numpy(float) for kind in counts.index}
        chances[name] = chance
        for label, values in shown.items():
            means = [float(values[trial.arm == arm].mean()) for arm in arms]
            spread = float(values.std(ddof=1)) or 1.0
            gap = max((mean - means[0] for mean in means[1:]), key=abs) / spread
            lines.append((*means, gap, chance))
            names.append(label)
    index = pd.Index(names, name="covariate", dtype="str")
    return pd.DataFrame(lines, index, [*trial.labels, "gap", "p"]), chances


def _adjusted(
    trial: Trial, before: dict[str, pd.Series], confidence: float, index: pd.Index
) -> pd.DataFrame:
    wide = standardised(before)
    drawn = (trial.arm[:, None] == np.arange(1, len(trial.labels))).astype(float)
    both = [wide * drawn[:, [place]] for place in range(drawn.shape[1])]
    design = np.hstack([np.ones((len(wide), 1)), drawn, wide, *both])
    place = range(1, 1 + drawn.shape[1])
    effect, error, freedom = _robust(design, trial.outcome, place)
    reach = error * intervals.student_quantile(confidence, freedom)
    limits = np.column_stack([effect, effect - reach, effect + reach])
    return pd.DataFrame(limits, index, ["adjusted", "adjusted_low", "adjusted_high"])


def _robust(
    design: NDArray[np.float64], outcome: NDArray[np.float64], place: range
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Coefficients at some places, their HC2 errors, degrees of freedom.

    Statsmodels makes a matrix of customers by customers for the same.
    """
    left, size, right = np.linalg.svd(design, full_matrices=False)
    kept = size > size[0] * len(design) * np.finfo(float).eps
    left, right = left[:, kept], right[kept]
    leverage = (left**2).sum(axis=1)
    freedom = len(design) - int(kept.sum())
    known = (right[:, place] ** 2).sum(axis=0) > 1 - 1e-9
    if freedom < 1 or not known.all() or (leverage > 1 - 1e-9).any():
        raise ValueError(
            "covariates: one of their kinds, or their number, leaves a customer without any other "
            "to compare with in the same arm. Merge rare kinds, or name fewer covariates."
        )
    pull = (right[:, place].T / size[kept]) @ left.T
    residual = outcome - left @ (left.T @ outcome)
    error = np.sqrt(pull**2 @ (residual**2 / (1 - leverage)))
    return pull @ outcome, error, freedom


@style.figure(TrialEffect, width=8, height=4)
def plot_trial_effect(effect: TrialEffect, ax: Axes | None = None) -> None:
    """Draw the effect of each arm with its interval.

    Parameters
    ----------
    effect : TrialEffect
        From `trial_effect`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        A point with an interval for each arm; the dashed line is no effect.
    """
    table = effect.table
    places = np.arange(len(table))
    draw_intervals(ax, table, places)
    ax.axvline(0, color=style.COLOURS["ink"], ls="--", lw=1)
    ax.set_yticks(places, [f"{table.index.name} {label}" for label in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel(f"effect on {effect.outcome}, against no treatment")
    if effect.shares:
        style.percent(ax.xaxis)
    ax.set_title(effect.title)


def draw_intervals(ax: Any, table: pd.DataFrame, places: Any) -> None:
    """A point for each estimate, a line for its interval, coloured by what it shows."""
    for place, row in zip(places, table.to_dict("records"), strict=True):
        estimate, low, high = row["estimate"], row["low"], row["high"]
        sure = "good" if low > 0 else "cost" if high < 0 else "neutral"
        reach = [[estimate - low], [high - estimate]]
        ax.errorbar(estimate, place, xerr=reach, fmt="o", color=style.COLOURS[sure], capsize=4)
