"""Profit now against profit to come: four cells, four policies, and who is in which."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.scoring.shares import share

CELLS = ("high_high", "high_low", "low_high", "low_low")
METAL_NAMES = {
    "high_high": "gold",
    "high_low": "platinum",
    "low_high": "iron",
    "low_low": "lead",
    "unclassified": "",
}
ACTIONS = {
    "high_high": "protect",
    "high_low": "harvest or renew",
    "low_high": "grow",
    "low_low": "serve at low cost",
    "unclassified": "forecast first",
}


@dataclass(frozen=True)
class ValueMatrix:
    """Customers placed in the matrix.

    Attributes
    ----------
    customers : pandas.DataFrame
        ``current``, ``future`` and ``cell`` for each customer. The first word of a cell is the
        profit now, the second the profit to come: ``high_low`` is high now, low later.
    cells : pandas.DataFrame
        For each cell: ``metal_name``, ``action``, ``customers``, ``share_of_customers``,
        ``current``, ``share_of_current``, ``future``, ``share_of_future``.
    cut : dict
        The two cuts, in the unit of the values.
    """

    customers: pd.DataFrame
    cells: pd.DataFrame
    cut: dict


def value_matrix(values, *, cut="median", band=0.0, previous=None, at_cut="high"):
    """Place each customer by profit now and profit to come.

    Parameters
    ----------
    values : pandas.DataFrame
        One row per customer with ``current`` and ``future``, both profit in one currency.
    cut : {"median", "break_even"}, number, or mapping with ``current`` and ``future``
        Where high begins. Break-even is 0; a number or a mapping is a target.
    band : float or mapping with ``current`` and ``future``
        Half-width of a band around the cut, in the unit of the values. A customer inside it
        keeps the side held in `previous`, so nobody flickers over a few cents.
    previous : pandas.Series, optional
        Cell of each customer at the last date. New customers are placed by the cut alone.
    at_cut : {"high", "low"}
        Side of a customer exactly on the cut.

    Returns
    -------
    ValueMatrix
        With ``customers``, ``cells`` and ``cut``.

    Raises
    ------
    ValueError
        A column is missing or not numeric, an id twice, an unknown cut, band or cell.

    Warns
    -----
    UserWarning
        A value is unknown (that customer stays ``unclassified``, never 0), or every customer
        is on the same side of a cut.

    Notes
    -----
    Metal names confuse: some schools call high-now-low-later "platinum" and high-high "gold",
    while Zeithaml, Rust & Lemon (2001, California Management Review 43(4)) rank platinum above
    gold, iron and lead. Cells are therefore named by what they are; ``metal_name`` gives the
    first school's words.

    Examples
    --------
    >>> values = pd.DataFrame(
    ...     {"current": [90, 80, 10], "future": [200, 20, 150]}, index=["Ann", "Bo", "Cy"]
    ... )
    >>> value_matrix(values, cut=50).customers["cell"].astype(str).to_dict()
    {'Ann': 'high_high', 'Bo': 'high_low', 'Cy': 'low_high'}
    """
    inputs.choice(at_cut, "at_cut", ("high", "low"))
    values = inputs.table(inputs.by_customer(values), ("current", "future"), "values")
    inputs.one_row_each(values, "values")
    customers = inputs.number_columns(values, ("current", "future"), "values", accept=("empty",))
    cuts, bands = _cuts(customers, cut), _per_axis(band, "band")
    unknown = customers.isna().any(axis=1).to_numpy()
    sides = {}
    for place, axis in enumerate(("current", "future")):
        numbers = customers[axis].to_numpy()
        side = numbers >= cuts[axis] if at_cut == "high" else numbers > cuts[axis]
        if previous is not None:
            earlier = _previous_side(previous, customers.index, place)
            keep = (np.abs(numbers - cuts[axis]) <= bands[axis]) & ~np.isnan(earlier)
            side = np.where(keep, earlier == 1, side)
        sides[axis] = side
        _warn_one_sided(side[~unknown], axis, cuts[axis])
    code = 3 - 2 * sides["current"].astype(int) - sides["future"].astype(int)
    code = np.where(unknown, len(CELLS), code)
    customers["cell"] = pd.Categorical.from_codes(code, [*CELLS, "unclassified"])
    if unknown.any():
        warnings.warn(
            f"{unknown.sum():,} of {len(unknown):,} customers have no current or no future value, "
            f"first {customers.index[unknown.argmax()]!r}; they stay unclassified.",
            UserWarning,
            stacklevel=2,
        )
    return ValueMatrix(customers, _cell_table(customers), cuts)


def _per_axis(number, name):
    pair = dict(number) if hasattr(number, "keys") else {"current": number, "future": number}
    if set(pair) != {"current", "future"}:
        raise ValueError(f"{name} needs current and future; it has {sorted(map(str, pair))}.")
    pair = {axis: float(pair[axis]) for axis in ("current", "future")}
    if not all(np.isfinite(list(pair.values()))) or (name == "band" and min(pair.values()) < 0):
        raise ValueError(
            f"{name} is {pair}; give finite numbers" + ", 0 or more." * (name == "band")
        )
    return pair


def _cuts(customers, cut):
    if not isinstance(cut, str):
        return _per_axis(cut, "cut")
    if cut == "break_even":
        return {"current": 0.0, "future": 0.0}
    if cut == "median":
        return customers.median().to_dict()
    raise ValueError(
        f"cut is {cut!r}; give 'median', 'break_even', a number, or one for each axis."
    )


def _previous_side(previous, index, place):
    previous = pd.Series(previous).astype(object)
    inputs.one_row_each(previous, "previous")
    inputs.shared_ids(index, previous.index, "values and previous")
    sides = {cell: float(cell.split("_")[place] == "high") for cell in CELLS}
    stranger = ~previous.isin([*CELLS, "unclassified"])
    remedy = f"Cells are {', '.join(CELLS)} and unclassified."
    inputs.refuse(
        stranger,
        previous,
        "previous",
        ("is no cell of the matrix", "are no cell of the matrix"),
        remedy,
    )
    return previous.map(sides).astype(float).reindex(index).to_numpy()


def _warn_one_sided(high, axis, cut):
    if len(high) and high.all() != (~high).all():
        side = "high" if high.all() else "low"
        warnings.warn(
            f"every customer is {side} in {axis} at the cut {cut:g}; this cut separates nobody.",
            UserWarning,
            stacklevel=3,
        )


def _cell_table(customers):
    groups = customers.groupby("cell", observed=False)[["current", "future"]]
    table = groups.sum()
    table.loc["unclassified"] = groups.sum(min_count=1).loc["unclassified"]
    table.insert(0, "customers", groups.size())
    if table.loc["unclassified", "customers"] == 0:
        table = table.drop(index="unclassified")
    table.index = pd.Index(table.index.astype("str"), name="cell")
    for column in ("customers", "current", "future"):
        place = table.columns.get_loc(column) + 1
        table.insert(place, f"share_of_{column}", share(table[column], column))
    table.insert(0, "metal_name", [METAL_NAMES[cell] for cell in table.index])
    table.insert(1, "action", [ACTIONS[cell] for cell in table.index])
    return table


@style.figure(width=9, height=6)
def plot_value_matrix(matrix, ax=None):
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
    for cell, (x, y) in places.items():
        row, colour = matrix.cells.loc[cell], style.COLOURS[colours[cell]]
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, alpha=0.13, edgecolor="none"))
        ax.text(
            x + 0.05, y + 0.90, row["action"], color=colour, fontsize=17, weight="bold", va="top"
        )
        lines = (
            f"{row['customers']:,.0f} customers ({row['share_of_customers']:.0%})\n"
            f"{round(row['share_of_current'], 2) + 0:.0%} of profit now\n"
            f"{round(row['share_of_future'], 2) + 0:.0%} of profit to come"
        )
        ax.text(x + 0.05, y + 0.70, lines, fontsize=15, va="top", linespacing=1.5)
    ax.axvline(1, color="white", linewidth=6)
    ax.axhline(1, color="white", linewidth=6)
    ax.set(xlim=(0, 2), ylim=(0, 2), xticks=[0.5, 1.5], yticks=[0.5, 1.5])
    low, high = ("below {}", "{} and more")
    for axis, name in ((ax.xaxis, "current"), (ax.yaxis, "future")):
        edge = style.short(matrix.cut[name])
        axis.set_ticklabels([low.format(edge), high.format(edge)])
    ax.tick_params(axis="y", labelrotation=90)
    for label in ax.get_yticklabels():
        label.set_verticalalignment("center")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel("profit now, per customer")
    ax.set_ylabel("profit to come, per customer", labelpad=12)
    left_out = matrix.cells["customers"].get("unclassified", 0)
    title = "Profit now against profit to come"
    ax.set_title(f"{title} ({left_out:,} unclassified)" if left_out else title)
