"""The customer pyramid: key, ordinary and small, with every boundary rule stated."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.scoring.shares import share

DEFAULT_CUTS = {"profit": (0.80, 0.95), "customers": (0.05, 0.20)}


@dataclass(frozen=True)
class Pyramid:
    """Customers in tiers.

    Attributes
    ----------
    customers : pandas.DataFrame
        ``value`` and ``tier`` (ordered, best first) of each customer.
    tiers : pandas.DataFrame
        For each tier ``customers``, ``share_of_customers``, ``value``, ``share_of_value``,
        ``mean``, ``smallest``, ``largest``.
    rule : str
        How the lines were drawn, in one sentence.
    """

    customers: pd.DataFrame
    tiers: pd.DataFrame
    rule: str


def pyramid(value, *, by="profit", cuts=None, names=("key", "ordinary", "small"), boundary="up"):
    """Cut customers into tiers by value; every customer is in exactly one.

    Parameters
    ----------
    value : pandas.Series or array-like, shape (n,)
        Profit or value of each customer, may be negative, indexed by customer.
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
        up but separates equal values in the order of the rows, for exact head-counts.

    Returns
    -------
    Pyramid
        With ``customers``, ``tiers`` and ``rule``.

    Raises
    ------
    ValueError
        A missing value, an id twice, cuts that do not fit, fewer customers than tiers, or cuts by
        profit where profit adds up to zero or a loss.

    Warns
    -----
    UserWarning
        A tier stays empty.

    Notes
    -----
    By profit, "up" puts a customer in the tier whose line the customers before have not reached.
    Whatever the rule, a customer worth more is never in a lower tier. Zeithaml, Rust &
    Lemon (2001, California Management Review 43(4)).

    Examples
    --------
    >>> tiers = pyramid({"Ann": 85, "Bo": 12, "Cy": 3})
    >>> tiers.customers["tier"].astype(str).to_dict()
    {'Ann': 'key', 'Bo': 'ordinary', 'Cy': 'small'}
    """
    names = tuple(names)
    cuts = _check_cuts(by, cuts, names, boundary)
    value = inputs.customer_values(value, keyed=True)
    if len(value) < len(names):
        raise ValueError(
            f"{len(value)} customers cannot fill {len(names)} tiers; name fewer tiers."
        )
    numbers = value.to_numpy()
    if by == "threshold":
        edges = np.sort(cuts)
        side = "left" if boundary == "down" else "right"
        code = len(cuts) - np.searchsorted(edges, numbers, side=side)
    else:
        code = _codes_by_share(numbers, by, cuts, boundary)
    customers = pd.DataFrame({"value": numbers}, index=value.index)
    customers["tier"] = pd.Categorical.from_codes(code, names, ordered=True)
    return Pyramid(customers, _tier_table(customers), _rule(by, cuts, boundary))


def _check_cuts(by, cuts, names, boundary):
    inputs.choice(by, "by", ("profit", "customers", "threshold"))
    inputs.choice(boundary, "boundary", ("up", "down", "split"))
    if len(set(names)) != len(names) or len(names) < 2:
        raise ValueError(f"names are {names}; give two or more different tiers.")
    if cuts is None and by == "threshold":
        raise ValueError("by='threshold' needs cuts, falling amounts such as (1000, 200).")
    cuts = np.asarray(DEFAULT_CUTS[by] if cuts is None else cuts, dtype=float)
    if cuts.shape != (len(names) - 1,):
        raise ValueError(f"{len(names)} tiers need {len(names) - 1} cuts; there are {cuts.size}.")
    steps = np.diff(cuts) if by != "threshold" else -np.diff(cuts)
    inside = by == "threshold" or ((cuts > 0) & (cuts < 1)).all()
    if not (np.isfinite(cuts).all() and (steps > 0).all() and inside):
        wanted = "falling amounts" if by == "threshold" else "rising shares between 0 and 1"
        raise ValueError(f"cuts are {cuts.tolist()}; give {wanted}.")
    return cuts


def _codes_by_share(numbers, by, cuts, boundary):
    order = np.argsort(-numbers, kind="stable")
    if by == "customers":
        reached = np.arange(1, len(order) + 1) / len(order)
        before = np.arange(len(order)) / len(order)
    else:
        total = numbers.sum()
        if not total > 1e-12 * np.abs(numbers).sum():
            raise ValueError(
                f"value adds up to {total:.6g}, so no share of it exists. Cut by 'customers' or by "
                "'threshold'."
            )
        reached = np.cumsum(numbers[order]) / total
        before = np.concatenate(([0.0], reached[:-1]))
    if boundary == "down":
        placed = np.searchsorted(cuts + 1e-9, np.maximum.accumulate(reached), side="left")
    else:
        placed = np.searchsorted(cuts - 1e-9, np.maximum.accumulate(before), side="right")
    if boundary != "split":
        ordered = numbers[order]
        first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        length = np.diff(np.append(first, len(ordered)))
        leader = first if boundary == "up" else first + length - 1
        placed = np.repeat(placed[leader], length)
    code = np.empty(len(order), dtype=np.int64)
    code[order] = placed
    return code


def _tier_table(customers):
    groups = customers.groupby("tier", observed=False)["value"]
    table = pd.DataFrame({"customers": groups.size()})
    table["share_of_customers"] = table["customers"] / len(customers)
    table["value"] = groups.sum()
    table["share_of_value"] = share(table["value"], "value")
    table["mean"], table["smallest"], table["largest"] = groups.mean(), groups.min(), groups.max()
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


def _rule(by, cuts, boundary):
    lines = ", ".join(f"{cut:,.10g}" if by == "threshold" else f"{cut:.4g}" for cut in cuts)
    what = {
        "profit": "shares of cumulative profit, best customers first",
        "customers": "shares of the head-count, best customers first",
        "threshold": "amounts per customer",
    }[by]
    ties = {
        "up": "equal values stay together and go up",
        "down": "equal values stay together and go down",
        "split": "equal values are separated in the order of the rows",
    }[boundary]
    return f"Lines at {lines} ({what}); {ties}."


@style.figure(width=10, height=5)
def plot_pyramid(result, ax=None):
    """Draw twin pyramids: share of customers to the left, share of profit to the right.

    Parameters
    ----------
    result : Pyramid
        From `pyramid`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        One row per tier, the best on top.
    """
    tiers = result.tiers
    gap = 0.14
    rows = np.arange(len(tiers))
    heads, held = tiers["share_of_customers"], tiers["share_of_value"]
    ax.barh(rows, -heads, left=-gap, color=style.COLOURS["neutral"], height=0.78)
    ax.barh(
        rows,
        held,
        left=gap,
        color=np.where(held < 0, style.COLOURS["cost"], style.COLOURS["value"]),
        height=0.78,
    )
    for row, (name, tier) in enumerate(tiers.iterrows()):
        ax.text(0, row, name, ha="center", va="center", weight="bold", fontsize=16)
        ax.text(
            -gap - heads.iloc[row] - 0.015,
            row,
            f"{tier['share_of_customers']:.1%}\n{tier['customers']:,.0f}",
            ha="right",
            va="center",
        )
        ax.text(
            gap + max(held.iloc[row], 0) + 0.015,
            row,
            f"{tier['share_of_value']:.1%}\n{style.short(tier['value'])}",
            ha="left",
            va="center",
        )
    ax.text(
        -gap - 0.01, -0.62, "customers", ha="right", fontsize=15, color=style.COLOURS["neutral"]
    )
    ax.text(gap + 0.01, -0.62, "profit", ha="left", fontsize=15, color=style.COLOURS["value"])
    ax.set(ylim=(len(rows) - 0.5, -0.95), yticks=[], xticks=[])
    ax.set(xlim=(-gap - max(heads.max(), 0.3) - 0.17, gap + max(held.max(), 0.3) + 0.17))
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.grid(visible=False)
    ax.set_title(f"{heads.iloc[0]:.1%} of customers bring {held.iloc[0]:.1%} of profit")
