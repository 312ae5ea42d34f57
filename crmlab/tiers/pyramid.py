"""The customer pyramid: key, ordinary and small, with every boundary rule stated."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, style
from crmlab.inputs.engines import elsewhere
from crmlab.results import Result
from crmlab.scoring.shares import share
from crmlab.tiers.concentration import Values
from crmlab.tiers.elsewhere import tiers_elsewhere

if TYPE_CHECKING:
    from matplotlib.axes import Axes

By = Literal["profit", "customers", "threshold"]
Boundary = Literal["up", "down", "split"]
DEFAULT_CUTS = {"profit": (0.80, 0.95), "customers": (0.05, 0.20)}


@dataclass(frozen=True, eq=False, repr=False)
class Pyramid(Result):
    """Customers in tiers.

    Attributes
    ----------
    table : pandas.DataFrame
        For each tier ``customers``, ``share_of_customers``, ``value``, ``share_of_value``,
        ``mean``, ``smallest``, ``largest``, the best tier first.
    customers : pandas.DataFrame
        ``value`` and ``tier`` (ordered, best first) of each customer; of customers in another
        kind of frame than pandas, in that kind.
    rule : str
        How the lines were drawn, in one sentence.
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    rule: str

    @property
    def tier(self) -> pd.Series:
        """Tier of each customer."""
        return self.customers["tier"]

    @property
    def caption(self) -> str:
        """How the lines were drawn."""
        return self.rule

    @property
    def title(self) -> str:
        """What the best tier brings; of a base that loses money, what it loses."""
        heads, held = self.table[["share_of_customers", "share_of_value"]].iloc[0]
        if np.isnan(held):
            total = style.short(self.table["value"].sum())
            return f"All customers together bring {total}: there are no shares of it"
        return f"{heads:.1%} of customers bring {held:.1%} of the value"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_pyramid`."""
        return plot_pyramid(self, ax)


def pyramid(
    value: Values,
    *,
    by: By = "profit",
    cuts: Sequence[float] | None = None,
    names: Sequence[str] = ("key", "ordinary", "small"),
    boundary: Boundary = "up",
) -> Pyramid:
    """Cut customers into tiers by value; every customer is in exactly one.

    Parameters
    ----------
    value : pandas.Series, array-like or result, shape (n,)
        Profit or value of each customer, may be negative, indexed by customer; of a forecast, its
        estimates. Polars, DuckDB, pyarrow and Spark frames with ``customer_id`` and one column
        of numbers, or ``estimate``, are cut where they lie.
    by : {"profit", "customers", "threshold"}
        Cut at shares of cumulative profit (best customers first), at shares of the head-count,
        or at amounts.
    cuts : sequence of numbers, one fewer than `names`
        For profit and head-count rising shares, 0.80 and 0.95 or 0.05 and 0.20 if not given.
        For thresholds falling amounts.
    names : sequence of str
        Tiers from the best to the least.
    boundary : {"up", "down", "split"}
        A customer on a line, and all with the same value, go up, or go down. ``"split"`` goes
        up but separates equal values in the order of their ids, for exact head-counts. Values
        that differ by rounding alone are equal.

    Returns
    -------
    Pyramid
        With ``table``, ``customers`` and ``rule``.

    Raises
    ------
    ValueError
        A missing value, an id twice, cuts that do not fit, fewer customers than tiers, or cuts by
        profit where profit adds up to zero or a loss.

    Warns
    -----
    UserWarning
        A tier stays empty; value adds up to zero or a loss, so no share of it exists.

    Notes
    -----
    By profit, "up" puts a customer in the tier whose line the customers before have not reached.
    Whatever the rule, a customer worth more is never in a lower tier. Zeithaml, Rust &
    Lemon (2001, California Management Review 43(4)).

    Examples
    --------
    >>> tiers = pyramid({"Ann": 85, "Bo": 12, "Cy": 3})
    >>> tiers.tier.astype(str).to_dict()
    {'Ann': 'key', 'Bo': 'ordinary', 'Cy': 'small'}
    """
    names = _check_names(names)
    edges = _check_cuts(by, cuts, len(names))
    inputs.choice(boundary, "boundary", ("up", "down", "split"))
    if elsewhere(value):
        if boundary == "split" and by != "threshold":
            raise ValueError("outside pandas equal values stay together: boundary 'up' or 'down'.")
        sums, customers = tiers_elsewhere(value, by, edges, names, boundary)
        return Pyramid(_shares(sums), customers, _rule(by, edges, boundary))
    found = inputs.customer_values(value, keyed=True)
    if len(found) < len(names):
        raise ValueError(
            f"{len(found)} customers cannot fill {len(names)} tiers; name fewer tiers."
        )
    numbers, order = found.to_numpy(), inputs.id_order(found.index)
    if by == "threshold":
        level = inputs.settled(np.append(numbers, edges))
        side: Literal["left", "right"] = "left" if boundary == "down" else "right"
        lines = np.sort(level[len(numbers) :])
        code = len(edges) - np.searchsorted(lines, level[: len(numbers)], side=side)
    else:
        level = inputs.settled(numbers)
        order = order[np.argsort(-level[order], kind="stable")]
        code = np.empty(len(order), dtype=np.int64)
        code[order] = _codes_by_share(level[order], by, edges, boundary)
    tier = pd.Categorical.from_codes(code, list(names), ordered=True)
    customers = pd.DataFrame({"value": numbers, "tier": tier}, index=found.index)
    table = _shares(_tier_sums(customers.iloc[order]))
    return Pyramid(table, customers, _rule(by, edges, boundary))


def tier_of(tier: Any, where: str) -> pd.Series:
    """Tier of each customer: of a `Pyramid`, or a Series indexed by customer, none missing."""
    if isinstance(tier, Pyramid):
        return tier.tier
    if not isinstance(tier, pd.Series | dict):
        raise ValueError(
            f"{where} is a {type(tier).__name__}; give a Pyramid, or a Series with the tier of "
            "each customer."
        )
    found = pd.Series(tier)
    if found.empty:
        raise ValueError(f"{where} is empty; give the tier of each customer.")
    inputs.one_row_each(found, where)
    remedy = "Give every customer a tier or a name for none."
    inputs.refuse(found.isna(), found, where, ("has no tier", "have no tier"), remedy)
    return found


def _check_names(names: Any) -> tuple[str, ...]:
    given = () if isinstance(names, str) or np.ndim(names) != 1 else tuple(names)
    text = all(isinstance(name, str) and name for name in given)
    if not text or len(set(given)) != len(given) or len(given) < 2:
        raise ValueError(f"names are {names!r}; give two or more different tiers, as text.")
    return given


def _check_cuts(by: By, cuts: Any, tiers: int) -> NDArray[np.float64]:
    inputs.choice(by, "by", ("profit", "customers", "threshold"))
    if cuts is None and by == "threshold":
        raise ValueError("by='threshold' needs cuts, falling amounts such as (1000, 200).")
    given = inputs.numbers(DEFAULT_CUTS[by] if cuts is None else cuts, "cuts").to_numpy()
    if len(given) != tiers - 1:
        raise ValueError(f"{tiers} tiers need {tiers - 1} cuts; there are {len(given)}.")
    steps = np.diff(given) if by != "threshold" else -np.diff(given)
    inside = by == "threshold" or ((given > 0) & (given < 1)).all()
    if not ((steps > 0).all() and inside):
        wanted = "falling amounts" if by == "threshold" else "rising shares between 0 and 1"
        raise ValueError(f"cuts are {given.tolist()}; give {wanted}.")
    return given


def _codes_by_share(
    ordered: NDArray[np.float64], by: By, cuts: NDArray[np.float64], boundary: Boundary
) -> NDArray[np.int64]:
    """Tier of each customer, the best customer first."""
    size = len(ordered)
    if by == "customers":
        reached, before = np.arange(1, size + 1) / size, np.arange(size) / size
    else:
        total = ordered.sum()
        if not total > 1e-12 * np.abs(ordered).sum():
            raise ValueError(
                f"value adds up to {total:.6g}, so no share of it exists. Cut by 'customers' or by "
                "'threshold'."
            )
        reached = np.cumsum(ordered) / total
        before = np.concatenate(([0.0], reached[:-1]))
    if boundary == "down":
        placed = np.searchsorted(cuts + 1e-9, np.maximum.accumulate(reached), side="left")
    else:
        placed = np.searchsorted(cuts - 1e-9, np.maximum.accumulate(before), side="right")
    if boundary == "split":
        return placed
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    length = np.diff(np.append(first, size))
    leader = first if boundary == "up" else first + length - 1
    return np.repeat(placed[leader], length)


def _tier_sums(customers: pd.DataFrame) -> pd.DataFrame:
    groups = customers.groupby("tier", observed=False)["value"]
    table = pd.DataFrame({"customers": groups.size()})
    table["value"] = groups.sum()
    table["mean"], table["smallest"], table["largest"] = groups.mean(), groups.min(), groups.max()
    return table


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    """The sums of each tier with their shares, empty tiers told."""
    table.insert(1, "share_of_customers", table["customers"] / table["customers"].sum())
    table.insert(3, "share_of_value", share(table["value"], "value"))
    table.index = pd.Index(table.index.astype("str"), name="tier")
    empty = table.index[table["customers"] == 0]
    if len(empty):
        warnings.warn(
            f"no customer is in tier {', '.join(empty)}; ties or one very large customer can do "
            "this. Move the cuts or name fewer tiers.",
            UserWarning,
            stacklevel=3,
        )
    return table


def _rule(by: By, cuts: NDArray[np.float64], boundary: Boundary) -> str:
    lines = ", ".join(f"{cut:,.10g}" if by == "threshold" else f"{cut:.4g}" for cut in cuts)
    what = {
        "profit": "shares of cumulative profit, best customers first",
        "customers": "shares of the head-count, best customers first",
        "threshold": "amounts per customer",
    }[by]
    ties = {
        "up": "equal values stay together and go up",
        "down": "equal values stay together and go down",
        "split": "equal values are separated in the order of their ids",
    }["up" if by == "threshold" and boundary == "split" else boundary]
    return f"Lines at {lines} ({what}); {ties}."


@style.figure(Pyramid, width=10, height=5)
def plot_pyramid(result: Pyramid, ax: Axes | None = None) -> None:
    """Draw twin pyramids: share of customers to the left, share of value to the right.

    Parameters
    ----------
    result : Pyramid
        From `pyramid`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One row per tier, the best on top; a tier at a loss in orange. Where all together bring no
        profit, the bars to the right are left out.
    """
    tiers, gap = result.table, 0.14
    rows, grey, blue = np.arange(len(tiers)), style.COLOURS["neutral"], style.COLOURS["value"]
    heads, held = tiers["share_of_customers"], tiers["share_of_value"].fillna(0)
    signs = np.where(held < 0, style.COLOURS["cost"], blue)
    ax.barh(rows, -heads, left=-gap, color=grey, height=0.78)
    ax.barh(rows, held.abs(), left=gap, color=signs, height=0.78)
    for row, name in enumerate(tiers.index):
        tier = tiers.loc[name]
        money, part = style.short(tier["value"]), tier["share_of_value"]
        left = f"{tier['share_of_customers']:.1%}\n{tier['customers']:,.0f}"
        right = money if np.isnan(part) else f"{part:.1%}\n{money}"
        ax.text(0, row, name, ha="center", va="center", weight="bold", fontsize=16)
        ax.text(-gap - heads.iloc[row] - 0.015, row, left, ha="right", va="center")
        ax.text(gap + abs(held.iloc[row]) + 0.015, row, right, ha="left", va="center")
    ax.text(-gap - 0.01, -0.62, "customers", ha="right", fontsize=15, color=grey)
    ax.text(gap + 0.01, -0.62, "value", ha="left", fontsize=15, color=blue)
    ax.set(ylim=(len(rows) - 0.5, -0.95), yticks=[], xticks=[])
    ax.set(xlim=(-gap - max(heads.max(), 0.3) - 0.17, gap + max(held.abs().max(), 0.3) + 0.17))
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.grid(visible=False)
    ax.set_title(result.title)
