"""Profit now against profit to come: four cells, four policies, and who is in which."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result
from crmlab.scoring.shares import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

AXES = ("current", "future")
CELLS = ("high_high", "high_low", "low_high", "low_low")
UNKNOWN = "unclassified"
METAL_NAMES = dict(zip((*CELLS, UNKNOWN), ("gold", "platinum", "iron", "lead", ""), strict=True))
ACTIONS = {
    "high_high": "protect",
    "high_low": "harvest or renew",
    "low_high": "grow",
    "low_low": "serve at low cost",
    UNKNOWN: "forecast first",
}


@dataclass(frozen=True, eq=False, repr=False)
class ValueMatrix(Result):
    """Customers placed in the matrix.

    Attributes
    ----------
    table : pandas.DataFrame
        For each cell: ``metal_name``, ``action``, ``customers``, ``share_of_customers``,
        ``current``, ``share_of_current``, ``future``, ``share_of_future``.
    customers : pandas.DataFrame
        ``current``, ``future`` and ``cell`` for each customer. The first word of a cell is the
        profit now, the second the profit to come: ``high_low`` is high now, low later.
    cut : dict
        The two cuts, in the unit of the values.
    band : dict
        The half-widths of the band around them.
    """

    customers: pd.DataFrame
    cut: dict[str, float]
    band: dict[str, float]

    @property
    def caption(self) -> str:
        """Where high begins, and the band inside which a customer keeps the earlier side."""
        parts = []
        for axis in AXES:
            around = f" ± {style.short(self.band[axis])}" if self.band[axis] else ""
            parts.append(f"{axis} at {style.short(self.cut[axis])}{around}")
        return f"High begins: {', '.join(parts)}{self._unknown}."

    @property
    def title(self) -> str:
        """Title of the figure: the share of those high in both, and how many are in no cell."""
        row = self.table.loc["high_high"]
        told = f"{row['share_of_customers']:.0%} of the customers are high in both"
        if not np.isnan(row["share_of_future"]):
            told = (
                f"{row['share_of_customers']:.0%} of the customers hold "
                f"{_per_cent(row['share_of_future'])} of the profit to come"
            )
        return f"{told}{self._unknown}"

    @property
    def _unknown(self) -> str:
        left_out = self.table["customers"].get(UNKNOWN, 0)
        return f" ({left_out:,} unclassified)" if left_out else ""

    @property
    def labels(self) -> dict[str, str]:
        """What the figure says in each cell: how many, and their share of both profits."""
        told = {}
        for cell, row in zip(CELLS, self.table.loc[[*CELLS]].itertuples(), strict=True):
            word = "customer" if row.customers == 1 else "customers"
            told[cell] = (
                f"{row.customers:,} {word} ({row.share_of_customers:.0%})\n"
                f"{_per_cent(row.share_of_current)} of profit now\n"
                f"{_per_cent(row.share_of_future)} of profit to come"
            )
        return told

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the four cells, see `plot_value_matrix`."""
        return plot_value_matrix(self, ax=ax)


def value_matrix(
    values: pd.DataFrame | Result,
    *,
    cut: float | Mapping[str, float] | Literal["median", "break_even"] = "median",
    band: float | Mapping[str, float] = 0.0,
    previous: ValueMatrix | pd.Series | None = None,
    at_cut: Literal["high", "low"] = "high",
) -> ValueMatrix:
    """Place each customer by profit now and profit to come.

    Parameters
    ----------
    values : pandas.DataFrame
        One row per customer with ``current`` and ``future``, both profit in one currency. Where
        one of the two is unknown, the customer stays ``unclassified``; unknown is never 0.
    cut : {"median", "break_even"}, number, or mapping with ``current`` and ``future``
        Where high begins. Break-even is 0; a number or a mapping is a target.
    band : float or mapping with ``current`` and ``future``
        Half-width of a band around the cut, in the unit of the values. A customer inside it, or
        on its edge, keeps the side held in `previous`: nobody flickers over a few cents.
    previous : ValueMatrix or pandas.Series, optional
        The matrix at the last date, or the cell of each customer in it. New customers are placed
        by the cut alone.
    at_cut : {"high", "low"}
        Side of a customer exactly on the cut.

    Returns
    -------
    ValueMatrix
        With ``table``, one row per cell, ``customers``, ``cut`` and ``band``.

    Raises
    ------
    ValueError
        A column is missing or not numeric, an id twice, an unknown cut, band or cell.

    Warns
    -----
    UserWarning
        Every customer is on the same side of a cut.

    Notes
    -----
    Metal names confuse: some schools call high-now-low-later "platinum" and high-high "gold",
    while Zeithaml, Rust & Lemon (2001, California Management Review 43(4)) rank platinum above
    gold, iron and lead. Cells are therefore named by what they are; ``metal_name`` gives the
    first school's words. A value equals the cut, or the edge of the band, up to rounding.

    Examples
    --------
    >>> values = pd.DataFrame(
    ...     {"current": [90, 80, 10], "future": [200, 20, 150]}, index=["Ann", "Bo", "Cy"]
    ... )
    >>> value_matrix(values, cut=50).customers["cell"].astype(str).to_dict()
    {'Ann': 'high_high', 'Bo': 'high_low', 'Cy': 'low_high'}
    """
    inputs.choice(at_cut, "at_cut", ("high", "low"))
    values = inputs.table(inputs.by_customer(values), AXES, "values")
    inputs.one_row_each(values, "values")
    customers = inputs.number_columns(values, AXES, "values", accept=("empty",))
    cuts, bands = _cuts(customers, cut), _per_axis(band, "band", at_least=0)
    unknown = customers.isna().any(axis=1).to_numpy()
    if unknown.all():
        raise ValueError("values: no customer has both a current and a future value.")
    sides = {}
    for axis in AXES:
        high, inside = _side(customers[axis].to_numpy(), cuts[axis], bands[axis], at_cut)
        if previous is not None:
            earlier = _previous_side(previous, customers.index, AXES.index(axis))
            high = np.where(inside & ~np.isnan(earlier), earlier == 1, high)
        sides[axis] = high
        _warn_one_sided(high[~unknown], axis, cuts[axis])
    code = 3 - 2 * sides["current"].astype(int) - sides["future"].astype(int)
    code = np.where(unknown, len(CELLS), code)
    customers["cell"] = pd.Categorical.from_codes(code, [*CELLS, UNKNOWN])
    return ValueMatrix(_cell_table(customers), customers, cuts, bands)


@style.figure(ValueMatrix, width=9, height=6)
def plot_value_matrix(matrix: ValueMatrix, ax: Axes | None = None) -> None:
    """Draw the four cells with their customers and their share of both profits.

    Parameters
    ----------
    matrix : ValueMatrix
        From `value_matrix`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Profit now to the right, profit to come upwards.
    """
    from matplotlib.patches import Rectangle

    places = {"high_high": (1, 1), "high_low": (1, 0), "low_high": (0, 1), "low_low": (0, 0)}
    colours = {"high_high": "good", "high_low": "warn", "low_high": "value", "low_low": "neutral"}
    big: dict[str, Any] = {"fontsize": 17, "weight": "bold", "va": "top"}
    for cell, (x, y) in places.items():
        colour = style.COLOURS[colours[cell]]
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, alpha=0.13, edgecolor="none"))
        ax.text(x + 0.05, y + 0.90, ACTIONS[cell], color=colour, **big)
        ax.text(x + 0.05, y + 0.70, matrix.labels[cell], fontsize=15, va="top", linespacing=1.5)
    ax.axvline(1, color="white", linewidth=6)
    ax.axhline(1, color="white", linewidth=6)
    ax.set(xlim=(0, 2), ylim=(0, 2), xticks=[0.5, 1.5], yticks=[0.5, 1.5])
    for axis, name in ((ax.xaxis, "current"), (ax.yaxis, "future")):
        edge = style.short(matrix.cut[name])
        axis.set_ticklabels([f"below {edge}", f"{edge} and more"])
    ax.tick_params(axis="y", labelrotation=90)
    for label in ax.get_yticklabels():
        label.set_verticalalignment("center")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel("profit now, per customer")
    ax.set_ylabel("profit to come, per customer", labelpad=12)
    ax.set_title(matrix.title)


def _per_axis(value: Any, name: str, **limits: Any) -> dict[str, float]:
    if isinstance(value, Mapping | pd.Series):
        pair = dict(value)
        if set(pair) != set(AXES):
            held = sorted(map(str, pair))
            raise ValueError(f"{name} needs current and future; it has {inputs.listed(held)}.")
    else:
        pair = dict.fromkeys(AXES, value)
    return {axis: inputs.number(pair[axis], f"{name} of {axis}", **limits) for axis in AXES}


def _cuts(customers: pd.DataFrame, cut: Any) -> dict[str, float]:
    if not isinstance(cut, str):
        return _per_axis(cut, "cut")
    inputs.choice(cut, "cut", ("median", "break_even"))
    return {axis: float(customers[axis].median()) if cut == "median" else 0.0 for axis in AXES}


def _side(
    values: NDArray[np.float64], cut: float, band: float, at_cut: str
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is high by the cut, and who lies inside the band, its edges included."""
    edges = (cut, cut - band, cut + band)
    *_, cut, lowest, highest = settled = inputs.settled(np.append(values, edges))
    values = settled[:-3]
    high = values >= cut if at_cut == "high" else values > cut
    return high, (lowest <= values) & (values <= highest)


def _previous_side(previous: Any, index: pd.Index, place: int) -> NDArray[np.float64]:
    if isinstance(previous, ValueMatrix):
        previous = previous.customers["cell"]
    previous = pd.Series(previous).astype(object)
    inputs.one_row_each(previous, "previous")
    inputs.shared_ids(index, previous.index, "values and previous")
    stranger = ~previous.isin([*CELLS, UNKNOWN])
    problem = "is no cell of the matrix", "are no cell of the matrix"
    remedy = f"Cells are {', '.join(CELLS)} and {UNKNOWN}."
    inputs.refuse(stranger, previous, "previous", problem, remedy)
    sides = {cell: float(cell.split("_")[place] == "high") for cell in CELLS}
    return previous.map(sides).astype(float).reindex(index).to_numpy()


def _warn_one_sided(high: NDArray[np.bool_], axis: str, cut: float) -> None:
    if high.all() or not high.any():
        side = "high" if high.all() else "low"
        warnings.warn(
            f"every customer is {side} in {axis} at the cut {cut:g}; this cut separates nobody.",
            UserWarning,
            stacklevel=3,
        )


def _cell_table(customers: pd.DataFrame) -> pd.DataFrame:
    groups = customers.groupby("cell", observed=False)[[*AXES]]
    table = groups.sum()
    table.loc[UNKNOWN] = groups.sum(min_count=1).loc[UNKNOWN]
    table.insert(0, "customers", groups.size())
    if table.loc[UNKNOWN, "customers"] == 0:
        table = table.drop(index=UNKNOWN)
    table.index = pd.Index(table.index.astype("str"), name="cell")
    for column in ("customers", *AXES):
        place = list(table.columns).index(column) + 1
        table.insert(place, f"share_of_{column}", share(table[column], column))
    table.insert(0, "metal_name", [METAL_NAMES[cell] for cell in table.index])
    table.insert(1, "action", [ACTIONS[cell] for cell in table.index])
    return table


def _per_cent(part: Any) -> str:
    return "no share" if np.isnan(part) else f"{round(part, 2) + 0:.0%}"
