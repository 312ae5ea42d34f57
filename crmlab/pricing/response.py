"""How strongly sales fall when the price rises: from step to step, and by regression."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result
from crmlab.satisfaction.regression import NotIdentifiedError, regress

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Elasticity(Result):
    """Price elasticity, with its interval.

    Attributes
    ----------
    table : pandas.DataFrame
        Row ``elasticity``: per cent fewer sales per per cent of price, so 1.2 says that a price
        1 % higher costs 1.2 % of the sales. With a moderator, its elasticity is the one at the
        moderator's mean, and a second row says by how much one more unit of it changes it.
        With a reference, rows ``gain`` and ``loss`` (see `reference_effect`).
        Columns ``estimate``, ``low``, ``high``.
    points : pandas.DataFrame
        Logarithms of ``price`` and ``quantity``, each less what the fixed categories explain.
    rows : int
        Rows used.
    """

    table: pd.DataFrame
    points: pd.DataFrame
    rows: int

    @property
    def caption(self) -> str:
        """How many rows stand behind it."""
        return f"{self.rows:,} rows; standard errors HC3."

    @property
    def title(self) -> str:
        """Title of the figure."""
        found = self.table.loc["elasticity"]
        fewer = "fewer" if found["estimate"] >= 0 else "more"
        return (
            f"1 % higher price: {abs(found['estimate']):.1f} % {fewer} sales "
            f"({found['low']:.1f} to {found['high']:.1f})"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw sales against price: see `plot_elasticity`."""
        return plot_elasticity(self, ax)


def step_elasticity(
    prices: inputs.Numbers,
    quantities: inputs.Numbers,
    *,
    base: Literal["start", "middle"] = "start",
) -> pd.DataFrame:
    r"""Elasticity from each price to the next higher one.

    Parameters
    ----------
    prices, quantities : Series or array-like, shape (n,)
        Prices above 0, each once, and what is sold at them, not negative.
    base : {"start", "middle"}
        What per cent are taken of: the lower price and what is sold at it (point elasticity),
        or the middle of both (arc elasticity), which is the same up and down.

    Returns
    -------
    pandas.DataFrame
        ``price`` and ``next_price``, ``quantity`` and ``next_quantity``, ``elasticity``: per
        cent fewer sales per per cent of price (NaN where nothing is sold to begin with).

    Raises
    ------
    ValueError
        Rows that do not match, fewer than two prices, a price of 0 or twice.

    Examples
    --------
    >>> step_elasticity([4, 5], [100, 70])["elasticity"].round(3).tolist()
    [1.2]
    >>> step_elasticity([4, 5], [100, 70], base="middle")["elasticity"].round(3).tolist()
    [1.588]
    """
    inputs.choice(base, "base", ("start", "middle"))
    price = inputs.numbers(prices, "prices", above=0).to_numpy()
    sold = inputs.numbers(quantities, "quantities", at_least=0).to_numpy()
    if len(price) != len(sold) or len(price) < 2:
        raise ValueError(
            f"prices has {len(price)} and quantities {len(sold)} rows; give as many of both, two "
            "at least."
        )
    order = np.argsort(price, kind="stable")
    price, sold = price[order], sold[order]
    if (np.diff(price) <= 1e-9 * price[1:]).any():
        raise ValueError("prices: one is there twice. Add up what is sold at one price.")
    low, high, before, after = price[:-1], price[1:], sold[:-1], sold[1:]
    middle = base == "middle"
    start, share = ((low + high) / 2, (before + after) / 2) if middle else (low, before)
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = ((before - after) / share) / ((high - low) / start)
    steps = np.where(share > 0, steps, np.nan)
    return pd.DataFrame(
        {
            "price": low,
            "next_price": high,
            "quantity": before,
            "next_quantity": after,
            "elasticity": steps,
        }
    )


def elasticity(
    sales: pd.DataFrame,
    *,
    fixed: Sequence[str] = (),
    moderator: str | None = None,
    confidence: float = 0.95,
) -> Elasticity:
    r"""Price elasticity from prices and quantities, other things held fixed.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``price`` and ``quantity``, both above 0, and the columns named below.
    fixed : sequence of str
        Columns of categories held fixed, such as region and quarter: each category has its own
        level of sales, so that only differences within it count.
    moderator : str, optional
        Column with the number on which the elasticity may depend, such as the satisfaction of
        the group that bought. Each value of it has its own levels in the fixed categories.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    Elasticity
        With ``table``, ``points`` and ``rows``.

    Raises
    ------
    ValueError
        A column is missing; a price or quantity of 0 or less; a price (or moderator) that does
        not vary, or only together with the fixed categories; too few rows.

    Warns
    -----
    UserWarning
        Sales rise with the price: prices that follow demand look like this.

    Notes
    -----
    Slope of ln quantity on ln price with its sign turned, least squares, standard errors HC3
    and Student's quantile. The slope is what a price does only if prices were set regardless of
    demand, best by lot.

    Examples
    --------
    >>> sales = pd.DataFrame({"price": [1, 2, 4, 8], "quantity": [80, 40, 20, 10]})
    >>> elasticity(sales)["estimate"].round(2).tolist()
    [1.0]
    """
    more = () if moderator is None else (moderator,)
    logs, levels = prepared(sales, fixed, more)
    causes = logs[["price"]]
    if moderator is not None:
        held = inputs.numbers(sales[moderator], f"sales.{moderator}", rows=sales)
        if held.nunique() < 2:
            raise ValueError(f"sales.{moderator} is the same in all rows; compare two groups.")
        group = pd.Series(inputs.settled(held.to_numpy()), held.index).rank(method="dense")
        levels = levels_of(sales, fixed, group.astype(int).astype(str))
        name = f"change per {moderator}"
        causes = causes.assign(**{name: logs["price"] * (held - held.mean())})
    table = slopes(causes, levels, logs["quantity"], confidence)
    if table["estimate"].iloc[0] < 0:
        warnings.warn(
            "sales rise with the price here: the elasticity is negative. Prices set high when "
            "demand is high look like this; use a test with prices drawn by lot",
            stacklevel=2,
        )
    return Elasticity(table, points(logs, levels), len(logs))


def prepared(
    sales: pd.DataFrame, fixed: Sequence[str], more: Sequence[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Logarithms of price and quantity, and one column per fixed category but the first."""
    if isinstance(fixed, str):
        raise ValueError(f"fixed is {fixed!r}; give a list of columns, such as [{fixed!r}].")
    sales = inputs.table(sales, ("price", "quantity", *fixed, *more), "sales")
    remedy = "A logarithm needs more than 0."
    given = inputs.number_columns(sales, ("price", "quantity"), "sales", above=0, remedy=remedy)
    return given.apply(np.log), levels_of(sales, fixed)


def levels_of(
    sales: pd.DataFrame, fixed: Sequence[str], group: pd.Series | None = None
) -> pd.DataFrame:
    """One column of 0 and 1 per category but the first of each kind, within each group."""
    parts = [pd.DataFrame(index=sales.index)]
    if group is not None:
        parts.append(pd.get_dummies(group, prefix="group", drop_first=True, dtype=float))
    for name in fixed:
        empty = "is empty", "are empty"
        remedy = "Give each row its category."
        inputs.refuse(sales[name].isna(), sales, f"sales.{name}", empty, remedy)
        label = sales[name].astype(str)
        for each in [None] if group is None else sorted(group.unique()):
            inside = pd.Series(True, sales.index) if each is None else group == each
            level = pd.get_dummies(label, prefix=name, dtype=float)
            used = level.loc[inside].sum() > 0
            level = level.loc[:, used[used].index[1:]].mul(inside.astype(float), axis=0)
            parts.append(level if each is None else level.add_prefix(f"{each} "))
    return pd.concat(parts, axis=1)


def slopes(
    causes: pd.DataFrame, levels: pd.DataFrame, quantity: pd.Series, confidence: float
) -> pd.DataFrame:
    """Slopes of ln quantity on the causes, the first as an elasticity: its sign is turned."""
    try:
        found = regress(causes.join(levels), quantity, confidence=confidence)
    except NotIdentifiedError as error:
        raise ValueError(f"elasticity needs prices that differ freely: {error}") from None
    table = found.loc[list(causes.columns), ["estimate", "low", "high"]]
    turned = -table[["estimate", "high", "low"]]
    turned.columns = table.columns
    return turned.rename(index={"price": "elasticity"})


def points(logs: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """What the fixed categories leave of both logarithms."""
    design = np.column_stack([np.ones(len(logs)), levels.to_numpy()])
    found = logs.to_numpy() - design @ np.linalg.lstsq(design, logs.to_numpy(), rcond=None)[0]
    return pd.DataFrame(found, logs.index, logs.columns)


@style.figure(Elasticity, width=8, height=5.5)
def plot_elasticity(found: Elasticity, ax: Axes | None = None) -> None:
    """Draw how far sales lie from the usual where the price lies from the usual.

    Parameters
    ----------
    found : Elasticity
        From `elasticity`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Each dot is a row of sales; the line is the elasticity.
    """
    across, up = (np.expm1(found.points[name]) for name in ("price", "quantity"))
    slope = found.table["estimate"]["elasticity"]
    paint: dict[str, Any] = {"s": 70, "alpha": 0.6, "color": style.COLOURS["value"]}
    ax.scatter(across, up, **paint, edgecolor="none")
    line = np.linspace(across.min(), across.max(), 50)
    ax.plot(line, (1 + line) ** -slope - 1, color=style.COLOURS["cost"])
    ax.axhline(0, color=style.COLOURS["neutral"], lw=1)
    ax.set(xlabel="price against the usual one", ylabel="sales against the usual ones")
    ax.set_title(found.title)
    style.percent(ax.xaxis)
    style.percent(ax.yaxis)
