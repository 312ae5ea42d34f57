"""Total customer value against total customer cost, and who buys what."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import UnitMismatchError, below, same_unit, short
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VALUES = ["product_value", "service_value", "personnel_value", "image_value"]
COSTS = ["monetary_cost", "time_cost", "psychic_cost", "physical_cost"]
NO_PURCHASE = "no purchase"

_EXPLICIT_ZERO = "Every element needs an amount: enter 0 where an offer gives or costs nothing."
_COST_SIGN = "Enter a cost as a positive amount: it is subtracted here."
_SCORES = {"difference": ("delivered_value", 0.0), "ratio": ("ratio", 1.0)}


def compare(offers: pd.DataFrame) -> pd.DataFrame:
    r"""Total value, total cost, delivered value and ratio of every offer.

    Parameters
    ----------
    offers : DataFrame
        One row per segment and offer: ``segment``, ``offer``, ``benefit_unit``, ``cost_unit``,
        the four columns of `VALUES` and the four of `COSTS`, all amounts in that one unit.

    Returns
    -------
    DataFrame
        ``segment``, ``offer``, ``unit``, ``total_value``, ``total_cost``, ``delivered_value``
        (in ``unit``) and ``ratio`` (value per unit of cost), rows and index as in ``offers``.
        Where the total cost is 0 the ratio is NaN, with a warning.

    Raises
    ------
    UnitMismatchError
        Values and costs, or two offers, are in different units.
    ValueError
        A missing column, an empty or infinite amount, a negative cost, an offer listed twice
        in one segment.

    Notes
    -----
    Delivered value :math:`= \sum \text{values} - \sum \text{costs}`;
    ratio :math:`= \sum \text{values} / \sum \text{costs}` (Kotler & Keller 2012, Marketing
    Management, 14th ed., ch. 5). A value may be negative, as with a bad image; a cost may not.

    Examples
    --------
    >>> import pandas as pd
    >>> offers = pd.DataFrame({
    ...     "segment": "commuter", "offer": ["bar", "kiosk", "thermos"],
    ...     "benefit_unit": "USD", "cost_unit": "USD",
    ...     "product_value": [50, 30, 10], "service_value": [20, 4, 0],
    ...     "personnel_value": [10, 4, 0], "image_value": [20, 2, 0],
    ...     "monetary_cost": [60, 16, 2], "time_cost": [5, 2, 4],
    ...     "psychic_cost": [3, 1, 0], "physical_cost": [2, 1, 6]})
    >>> compare(offers)[["offer", "total_value", "total_cost", "delivered_value", "ratio"]].round(2)
         offer  total_value  total_cost  delivered_value  ratio
    0      bar        100.0        70.0             30.0   1.43
    1    kiosk         40.0        20.0             20.0   2.00
    2  thermos         10.0        12.0             -2.0   0.83
    """
    unit, values, costs = _ledger(offers)
    comparison = offers[["segment", "offer"]].assign(
        unit=unit, total_value=values.sum(axis=1), total_cost=costs.sum(axis=1)
    )
    value, cost = comparison["total_value"], comparison["total_cost"]
    comparison["delivered_value"] = _difference(value, cost)
    free = cost == 0
    if free.any():
        warnings.warn(
            f"offers: {free.sum()} of {len(offers)} rows have a total cost of 0, first "
            f"{inputs.first_row(offers, free)}. Nothing can be divided by 0, so their ratio is "
            "NaN; their delivered value stands.",
            stacklevel=2,
        )
    comparison["ratio"] = value / cost.mask(free)
    return comparison


def choose(
    comparison: pd.DataFrame, *, rule: Literal["difference", "ratio"] = "difference"
) -> pd.DataFrame:
    r"""Who buys what: the best offer of each segment, with "no purchase" as an option.

    Parameters
    ----------
    comparison : DataFrame
        The result of `compare`.
    rule : {"difference", "ratio"}
        Largest ``delivered_value``, where not buying is worth 0; or largest ``ratio``, where
        not buying is worth 1.

    Returns
    -------
    DataFrame
        One row per segment, sorted: ``segment``; ``choice`` (names joined by "or" when tied);
        ``delivered_value`` or ``ratio`` of the choice; ``lead`` over the next best option, 0 when
        tied; ``tied``; ``unit``.

    Raises
    ------
    ValueError
        An unknown rule, an undefined number to rank by, or an offer called "no purchase".

    Notes
    -----
    The customer buys the offer that delivers most, and only if it delivers more than nothing.
    The two rules can disagree: 100 - 70 beats 40 - 20, but 40/20 beats 100/70. The difference is
    what one customer keeps from one purchase; the ratio fits a fixed budget spent many times.
    On rating scales the difference has no natural zero, so "no purchase" means little there.
    Options that differ by rounding alone are tied: by less than a billionth of the segment's
    largest total, or of the ratio.

    Examples
    --------
    >>> import pandas as pd
    >>> comparison = pd.DataFrame({
    ...     "segment": "commuter", "offer": ["bar", "kiosk", "thermos"], "unit": "USD",
    ...     "total_value": [100, 40, 10], "total_cost": [70, 20, 12],
    ...     "delivered_value": [30, 20, -2], "ratio": [1.43, 2.0, 0.83]})
    >>> choose(comparison)
        segment choice  delivered_value  lead   tied unit
    0  commuter    bar             30.0  10.0  False  USD
    >>> choose(comparison, rule="ratio").round(2)
        segment choice  ratio  lead   tied   unit
    0  commuter  kiosk    2.0  0.57  False  ratio
    """
    score, outside = _SCORES[inputs.choice(rule, "rule", _SCORES)]
    names = ["segment", "offer", "unit", "total_value", "total_cost", score]
    inputs.table(comparison, names, "comparison", remedy="Make it with compare(offers).")
    inputs.one_row_each(comparison, "comparison", by=["segment", "offer"])
    inputs.refuse(
        comparison["offer"] == NO_PURCHASE,
        comparison,
        "comparison.offer",
        (f"is called {NO_PURCHASE!r}", f"are called {NO_PURCHASE!r}"),
        "Leave that row out: not buying is always an option here.",
    )
    unit = same_unit(comparison, "unit", table="comparison")
    remedy = "A ratio is undefined at a total cost of 0: use rule='difference'."
    totals = inputs.number_columns(comparison, ["total_value", "total_cost"], "comparison")
    read = comparison[["segment", "offer"]].assign(
        size=totals.abs().max(axis=1) if rule == "difference" else 0.0,
        score=inputs.number_columns(comparison, [score], "comparison", remedy=remedy)[score],
    )
    segments = read.groupby("segment", observed=True)
    chosen = [(segment, *_best(options, outside)) for segment, options in segments]
    result = pd.DataFrame(chosen, columns=["segment", "choice", score, "lead", "tied"])
    return result.assign(unit=unit if rule == "difference" else "ratio")


@dataclass(frozen=True, eq=False, repr=False)
class Waterfall(Result):
    """The steps from nothing to the delivered value of one offer; see `waterfall`.

    Attributes
    ----------
    table : DataFrame
        Nine rows: four values, four costs and the delivered value. ``element``, ``kind`` (value,
        cost, delivered), ``amount`` (costs negative), ``start`` and ``end`` (the running total
        before and after the step).
    segment, offer : str
        Whose account of what.
    unit : str
        Unit of all amounts.
    """

    segment: str
    offer: str
    unit: str

    @property
    def gained(self) -> float:
        """The four values together."""
        return float(self.table.loc[self.table["kind"] == "value", "end"].iloc[-1])

    @property
    def left(self) -> float:
        """The delivered value."""
        return float(self.table["amount"].iloc[-1])

    @property
    def title(self) -> str:
        """What the figure says."""
        told = f"of {short(self.gained)} gained, {short(self.left)} is left"
        return f"{self.offer}, {self.segment}: {told}"

    @property
    def caption(self) -> str:
        """Whose offer, and in which unit."""
        return f"{self.title}, in {self.unit}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_waterfall`."""
        from crmlab.delivered_value.figures import plot_waterfall

        return plot_waterfall(self, ax)


def waterfall(offer: pd.Series | pd.DataFrame) -> Waterfall:
    """The steps from nothing to the delivered value of one offer.

    Parameters
    ----------
    offer : Series or DataFrame
        One row of an offers table, as in `compare`.

    Returns
    -------
    Waterfall
        ``table`` with the nine steps, ``segment``, ``offer``, ``unit``, ``gained``, ``left``,
        ``title``; ``plot()``.

    Raises
    ------
    ValueError
        More than one offer, or anything `compare` refuses.

    Examples
    --------
    >>> import pandas as pd
    >>> offer = pd.Series({
    ...     "segment": "commuter", "offer": "bar", "benefit_unit": "USD", "cost_unit": "USD",
    ...     "product_value": 50, "service_value": 20, "personnel_value": 10, "image_value": 20,
    ...     "monetary_cost": 60, "time_cost": 5, "psychic_cost": 3, "physical_cost": 2})
    >>> waterfall(offer).table[["element", "amount", "end"]].iloc[[0, 3, 4, 8]]
               element  amount    end
    0    product_value    50.0   50.0
    3      image_value    20.0  100.0
    4    monetary_cost   -60.0   40.0
    8  delivered_value    30.0   30.0
    """
    row = offer.to_frame().T if isinstance(offer, pd.Series) else offer
    unit, values, costs = _ledger(row, "offer")
    if len(row) > 1:
        raise ValueError(
            f"offer: {len(row)} offers were given, a waterfall shows one. "
            "Pick one row, for instance offers.iloc[0]."
        )
    signed = np.concatenate([values.to_numpy()[0], 0.0 - costs.to_numpy()[0]])
    ends = np.cumsum(signed)
    ends[-1] = _difference(values.sum(axis=1), costs.sum(axis=1)).iloc[0]
    steps = pd.DataFrame(
        {
            "element": [*VALUES, *COSTS, "delivered_value"],
            "kind": ["value"] * 4 + ["cost"] * 4 + ["delivered"],
            "amount": [*signed, ends[-1]],
            "start": [0.0, *ends[:-1], 0.0],
            "end": [*ends, ends[-1]],
        }
    )
    return Waterfall(steps, str(row["segment"].iloc[0]), str(row["offer"].iloc[0]), unit)


def _ledger(offers: pd.DataFrame, where: str = "offers") -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """The unit all amounts share, the values, and the costs."""
    names = ["segment", "offer", "benefit_unit", "cost_unit"]
    inputs.table(offers, names + VALUES + COSTS, where, remedy=_EXPLICIT_ZERO)
    inputs.one_row_each(offers, where, by=["segment", "offer"])
    units = {name: offers[name].astype(str).str.strip() for name in ("benefit_unit", "cost_unit")}
    mixed = offers[list(units)].notna().all(axis=1) & (units["benefit_unit"] != units["cost_unit"])
    if mixed.any():
        benefit, cost = (unit[mixed].iloc[0] for unit in units.values())
        raise UnitMismatchError(
            f"{where}: {mixed.sum()} of {len(offers)} rows count values in one unit and costs in "
            f"another, first {inputs.first_row(offers, mixed)}: values in {benefit!r}, costs in "
            f"{cost!r}. A rating minus a price means nothing: 6 points less 4 dollars is neither "
            "points nor dollars, and its sign changes with the scale. Turn the ratings into "
            "willingness to pay (how much more would the customer pay for it?) and state both "
            "sides in that money, for the same period."
        )
    same_unit(offers, "benefit_unit", table=where)
    unit = same_unit(offers, "cost_unit", table=where)
    values = inputs.number_columns(offers, VALUES, where, remedy=_EXPLICIT_ZERO)
    costs = inputs.number_columns(offers, COSTS, where, remedy=_EXPLICIT_ZERO)
    for name in COSTS:
        inputs.numbers(costs[name], f"{where}.{name}", rows=offers, at_least=0, remedy=_COST_SIGN)
    return unit, values, costs


def _difference(value: pd.Series, cost: pd.Series) -> pd.Series:
    """Value less cost, 0 where the two differ by rounding alone."""
    return (value - cost).where(below(value, cost) | below(cost, value), 0.0)


def _best(options: pd.DataFrame, outside: float) -> tuple[str, float, float, bool]:
    """The best of a segment's offers and of buying nothing; its score, its lead, whether tied."""
    scores = np.append(options["score"].to_numpy(), outside)
    names = np.array([*options["offer"].astype(str), NO_PURCHASE])
    ranked = inputs.settled(scores + options["size"].max())  # equal beside the totals
    best = ranked == ranked.max()
    tied = bool(best.sum() > 1)
    offers = sorted(names[:-1][best[:-1]])
    choice = " or ".join([*offers, NO_PURCHASE] if best[-1] else offers)
    first, second = np.sort(scores)[[-1, -2]]
    return choice, float(first), 0.0 if tied else float(first - second), tied
