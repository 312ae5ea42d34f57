"""Good is not big, and loyal is not profitable: two claims to check before spending money."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MERITS = ("buys_willingly", "profitable_and_pays", "needs_little_service", "low_risk")
RISKS = ("finance_risk", "profit_risk", "management_risk", "switching_risk", "integration_risk")


@dataclass(frozen=True, eq=False, repr=False)
class Correlations(Result):
    """Correlations of loyalty and profit.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for ``all``, one for each group: ``customers``, ``estimate``, ``low``, ``high``.
    method : str
        ``"spearman"`` or ``"pearson"``.
    confidence : float
        Coverage of the intervals.
    """

    method: str
    confidence: float

    @property
    def caption(self) -> str:
        """Which correlation, and what its interval covers."""
        return f"{self.method.title()} correlations, {self.confidence:.0%} intervals."

    @property
    def labels(self) -> list[str]:
        """Each group with its number of customers."""
        return [f"{name} ({count:,.0f})" for name, count in self.table["customers"].items()]

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw each group's correlation, see `plot_loyalty_and_profit`."""
        return plot_loyalty_and_profit(self, ax=ax)


def good_customer(
    ratings: pd.DataFrame | Result,
    *,
    scale: tuple[float, float],
    weights: Mapping[str, float] | pd.Series | None = None,
    risk_weight: float = 1.0,
) -> pd.DataFrame:
    r"""Score four merits of a good customer less five risks that come with a big one.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per customer, ratings in the nine columns `MERITS` and `RISKS`: buys willingly
        and can afford it, profitable and pays on time, needs little service, low risk; less
        unpaid bills (finance), squeezed prices (profit), wishes that overload us (management),
        switching away, and making it themselves (integration).
    scale : tuple of two numbers
        Lowest and highest possible rating, such as (1, 10). High means much of it.
    weights : mapping, optional
        Weight of each merit, adding up to one. Equal if not given.
    risk_weight : float
        What a full set of risks costs, in units of a full set of merits.

    Returns
    -------
    pandas.DataFrame
        ``merits`` and ``risks`` between 0 and 1, ``score`` = merits - risk_weight x risks,
        ``rank``.

    Raises
    ------
    ValueError
        A column is missing, a rating is missing or outside the scale.

    Notes
    -----
    :math:`S = \sum_k w_k z_k - \rho\,\bar r`, every rating put between 0 and 1 by its scale.
    Nothing in it is size: compare the rank with the rank by sales.

    Examples
    --------
    >>> ratings = pd.DataFrame([[9] * 4 + [2] * 5, [10] * 4 + [9] * 5, [5] * 4 + [1] * 5],
    ...                        index=["Ann", "Big", "Cy"], columns=[*MERITS, *RISKS])
    >>> good_customer(ratings, scale=(1, 10))["score"].round(2).to_dict()
    {'Ann': 0.78, 'Big': 0.11, 'Cy': 0.44}
    """
    ratings = inputs.table(inputs.by_customer(ratings), (*MERITS, *RISKS), "ratings")
    inputs.one_row_each(ratings, "ratings")
    low, high = inputs.scale(scale)
    risk_weight = inputs.number(risk_weight, "risk_weight", at_least=0)
    remedy = f"Ratings run from {low:g} to {high:g}."
    limits = {"at_least": low, "at_most": high}
    found = inputs.number_columns(ratings, [*MERITS, *RISKS], "ratings", remedy=remedy, **limits)
    found = (found - low) / (high - low)
    equal = dict.fromkeys(MERITS, 1 / len(MERITS))
    weight = inputs.weights(equal if weights is None else weights, "weights", MERITS)
    merits = found[[*MERITS]].to_numpy() @ weight.to_numpy()
    risks = found[[*RISKS]].to_numpy().mean(axis=1)
    result = pd.DataFrame({"merits": merits, "risks": risks}, index=found.index)
    result["score"] = inputs.settled(merits - risk_weight * risks)
    result["rank"] = result["score"].rank(ascending=False, method="min")
    return result


def loyalty_and_profit(
    customers: pd.DataFrame | Result,
    *,
    by: str | None = None,
    method: Literal["spearman", "pearson"] = "spearman",
    confidence: float = 0.95,
) -> Correlations:
    r"""Correlation of loyalty and profit with its interval, for all and for each group.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer with ``loyalty`` (tenure, share of wallet, a rating) and
        ``profit`` (money).
    by : str, optional
        A column of groups, such as ``"segment"``. A correlation over all customers can come
        from differences between the groups alone.
    method : {"spearman", "pearson"}
        Of ranks, which a few very large customers cannot upset, or of the numbers themselves.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    Correlations
        With ``table``: one row for ``all``, one for each group.

    Raises
    ------
    ValueError
        A column is missing or holds missing numbers; an unknown method.

    Warns
    -----
    UserWarning
        A group has fewer than five customers, or no variation: its numbers are NaN. Or its
        correlation is full, 1 or -1: then the interval has no width, however few they are.

    Notes
    -----
    Fisher's transform :math:`\tanh(\operatorname{artanh} r \pm z s)` with
    :math:`s = 1/\sqrt{n-3}` (Pearson) or :math:`\sqrt{(1 + r^2/2)/(n-3)}` (Spearman; Bonett &
    Wright 2000, Psychometrika 65). Across four firms Reinartz & Kumar (2002, Harvard Business
    Review 80(7)) found correlations from .20 to .45.

    Examples
    --------
    >>> customers = pd.DataFrame({"loyalty": [1, 2, 3, 4, 5], "profit": [10, 30, 20, 50, 40]})
    >>> loyalty_and_profit(customers).table.loc["all"].round(2).to_dict()
    {'customers': 5.0, 'estimate': 0.8, 'low': -0.46, 'high': 0.99}
    """
    inputs.choice(method, "method", ("spearman", "pearson"))
    z = normal_quantile(confidence)
    needed = ["loyalty", "profit", *([] if by is None else [by])]
    customers = inputs.table(inputs.by_customer(customers), needed, "customers")
    read = inputs.number_columns(customers, ("loyalty", "profit"), "customers")
    pairs = read.apply(lambda column: inputs.settled(column.to_numpy()))
    rows = {"all": _correlation(pairs, method, z, "all")}
    if by is not None:
        group = customers[by].to_numpy()
        empty = "is empty", "are empty"
        remedy = "Name a group for them."
        inputs.refuse(pd.isna(group), customers, f"customers.{by}", empty, remedy)
        if "all" in group:
            raise ValueError(f"customers.{by} holds a group 'all', the name of the whole; rename.")
        for name, part in pairs.groupby(group, observed=True):
            rows[name] = _correlation(part, method, z, name)
    names = ["customers", "estimate", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    return Correlations(table.rename_axis(by or "group"), method, float(confidence))


@style.figure(Correlations, width=9, height=4.5)
def plot_loyalty_and_profit(correlations: Correlations, ax: Axes | None = None) -> None:
    """Draw each group's correlation with its interval.

    Parameters
    ----------
    correlations : Correlations
        From `loyalty_and_profit`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        All customers on top, then the groups; a line at no relation.
    """
    table = correlations.table
    rows = np.arange(len(table))
    colours = [style.COLOURS["ink"]] + [style.COLOURS["value"]] * (len(rows) - 1)
    ax.hlines(rows, table["low"], table["high"], color=colours, linewidth=4)
    ax.scatter(table["estimate"], rows, color=colours, s=150, zorder=3)
    ax.axvline(0, color=style.COLOURS["neutral"], linewidth=1.5)
    ax.set_yticks(rows, correlations.labels)
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlim=(np.fmin(-0.1, table["low"].min() - 0.05), 1.02))
    ax.set(xlabel="correlation of loyalty and profit (0 none, 1 full), with interval")
    ax.grid(visible=False, axis="y")
    ax.set_title("Is the loyal customer the profitable one?")


def _correlation(
    pairs: pd.DataFrame, method: Any, z: float, name: Any
) -> tuple[int, float, float, float]:
    size = len(pairs)
    if size < 5 or (pairs.nunique() < 2).any():
        reason = "fewer than five customers" if size < 5 else "no variation"
        warnings.warn(f"group {name!r} has {reason}: no correlation.", UserWarning, stacklevel=3)
        return size, np.nan, np.nan, np.nan
    ranked = pairs.rank() if method == "spearman" else pairs
    estimate = float(np.clip(np.corrcoef(ranked.to_numpy().T)[0, 1], -1, 1))
    if abs(estimate) > 1 - 1e-12:
        estimate = float(np.sign(estimate))
        told = f"group {name!r} has a correlation of {estimate:g}: its interval has no width."
        warnings.warn(told, UserWarning, stacklevel=3)
        return size, estimate, estimate, estimate
    spread = 1 + estimate**2 / 2 if method == "spearman" else 1
    half = z * np.sqrt(spread / (size - 3))
    middle = np.arctanh(estimate)
    return size, estimate, float(np.tanh(middle - half)), float(np.tanh(middle + half))
