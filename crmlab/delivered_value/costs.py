"""Costs a price tag hides: time, risk, and what a thing costs once it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import amounts, below, same_rows, same_unit, short
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HOURS = {"minutes": 1 / 60, "hours": 1.0}
_OWNERSHIP = ["price", "quantity", "processing", "yield_rate", "failure_cost"]


@overload
def time_cost(
    duration: float, unit: Literal["minutes", "hours"], *, value_per_hour: float
) -> float: ...
@overload
def time_cost(
    duration: float | inputs.Numbers,
    unit: Literal["minutes", "hours"],
    *,
    value_per_hour: float | inputs.Numbers,
) -> float | pd.Series: ...
def time_cost(
    duration: float | inputs.Numbers,
    unit: Literal["minutes", "hours"],
    *,
    value_per_hour: float | inputs.Numbers,
) -> float | pd.Series:
    r"""What the customer's time costs: hours times the value of an hour.

    Parameters
    ----------
    duration : float or array-like, shape (n,)
        Time spent queueing, travelling, filling in forms; not negative.
    unit : {"minutes", "hours"}
        Unit of ``duration``.
    value_per_hour : float or array-like, shape (n,)
        Money an hour is worth to this customer, not negative.

    Returns
    -------
    float or Series
        Money, in the currency of ``value_per_hour``; a Series where either is a row of numbers.

    Raises
    ------
    ValueError
        An unknown unit, a negative, empty or infinite number, or rows that do not match.

    Notes
    -----
    Time has a price because it could be used otherwise (Becker 1965, Economic Journal 75).

    Examples
    --------
    Ten queues of 3 minutes, for three customers whose hour is worth 0, 10 and 30 dollars:

    >>> [time_cost(10 * 3, "minutes", value_per_hour=hour) for hour in (0, 10, 30)]
    [0.0, 5.0, 15.0]
    """
    inputs.choice(unit, "unit", _HOURS)
    spent = amounts(duration, "duration", at_least=0)
    hour = amounts(value_per_hour, "value_per_hour", at_least=0)
    same_rows(duration=spent, value_per_hour=hour)
    return spent * _HOURS[unit] * hour


def risk_cost(risks: pd.DataFrame) -> float:
    r"""What perceived risk costs: the sum of probability times loss.

    Parameters
    ----------
    risks : DataFrame
        One row per thing that can go wrong: ``probability`` (0 to 1) and ``loss`` (money, not
        negative). The probabilities need not sum to 1, as several things can go wrong at once.

    Returns
    -------
    float
        Expected loss, in the money of ``loss``.

    Raises
    ------
    ValueError
        A missing column, an empty cell, a probability outside 0 to 1, a negative loss.

    Notes
    -----
    :math:`\sum_k p_k \times \text{loss}_k` over performance, social, financial and physical risk
    (Jacoby & Kaplan 1972). A customer who dislikes risk pays more than this to avoid it, so it is
    a lower bound of the psychic cost.

    Examples
    --------
    >>> import pandas as pd
    >>> risks = pd.DataFrame({"risk": ["stale", "wrong taste", "stomach ache"],
    ...                       "probability": [0.1, 0.2, 0.01], "loss": [5, 5, 100]})
    >>> risk_cost(risks)
    2.5
    """
    inputs.table(risks, ["probability", "loss"], "risks")
    probability = inputs.numbers(
        risks["probability"],
        "risks.probability",
        rows=risks,
        at_least=0,
        at_most=1,
        remedy="Write 5 per cent as 0.05.",
    )
    loss = inputs.numbers(
        risks["loss"],
        "risks.loss",
        rows=risks,
        at_least=0,
        remedy="Enter a loss as a positive amount; a gain belongs to the values.",
    )
    return float(np.dot(probability, loss))


def cost_of_ownership(options: pd.DataFrame, *, rate: float | None = None) -> pd.DataFrame:
    r"""Cost per good unit of each option: material, processing, scrap and failures in use.

    Parameters
    ----------
    options : DataFrame
        One row per option: ``offer``; ``price`` (per unit of material); ``quantity`` (of material
        per unit made, in the unit of the price: 0.1 kg at a price per tonne is 0.0001);
        ``processing`` and ``failure_cost`` (money per unit made, per good unit); ``yield_rate``
        (share of good units, in (0, 1]); ``price_unit`` and ``cost_unit``, such as "CNY per tonne"
        and "CNY per part". Optional ``service_life``, in years.
    rate : float, optional
        Yearly interest rate, as a fraction. Turns the costs into equivalent annual costs; needed
        when service lives differ.

    Returns
    -------
    DataFrame
        ``offer``, ``material``, ``processing``, ``scrap``, ``failure_cost``, their sum
        ``total_cost``, ``unit``, and with a ``rate`` also ``annual_cost``. Index as in ``options``.

    Raises
    ------
    UnitMismatchError
        Options in different units.
    ValueError
        A yield outside (0, 1], a negative or empty cost, different service lives and no ``rate``.

    Notes
    -----
    :math:`(\text{price} \times \text{quantity} + \text{processing}) / \text{yield} +
    \text{failure cost}`. Scrap is what the division by the yield adds. The equivalent annual cost
    is the level payment over the service life that is worth the total cost at ``rate``.

    Examples
    --------
    >>> import pandas as pd
    >>> options = pd.DataFrame({
    ...     "offer": ["cheap", "middle", "dear"], "price": [3, 5, 10], "quantity": 0.1,
    ...     "processing": [0.5, 0.5, 0.4], "yield_rate": [0.8, 1.0, 1.0],
    ...     "failure_cost": [0.1, 0.1, 0.0],
    ...     "price_unit": "USD per kg", "cost_unit": "USD per part"})
    >>> cost_of_ownership(options).drop(columns="unit")
        offer  material  processing  scrap  failure_cost  total_cost
    0   cheap       0.3         0.5    0.2           0.1         1.1
    1  middle       0.5         0.5    0.0           0.1         1.1
    2    dear       1.0         0.4    0.0           0.0         1.4
    """
    numbers, _, unit = _ownership(options)
    per_year = _annual_factor(options, rate)
    material = numbers["price"] * numbers["quantity"]
    made = material + numbers["processing"]
    costs = options[["offer"]].assign(
        material=material,
        processing=numbers["processing"],
        scrap=made * (1 / numbers["yield_rate"] - 1),
        failure_cost=numbers["failure_cost"],
        total_cost=made / numbers["yield_rate"] + numbers["failure_cost"],
        unit=unit,
    )
    return costs if rate is None else costs.assign(annual_cost=costs["total_cost"] * per_year)


@dataclass(frozen=True, eq=False, repr=False)
class IndifferencePrice(Result):
    """The price at which one option costs its user as much as another; see `indifference_price`.

    Attributes
    ----------
    table : DataFrame
        The two options, ``offer`` first, by name: ``asked_price`` (the price in the options
        table), ``fixed_cost`` and ``cost_per_price`` (how the cost follows from a price), ``cost``
        at the price asked.
    price : float
        The price of ``offer`` at which both cost the same.
    price_unit, cost_unit : str
    """

    price: float
    price_unit: str
    cost_unit: str

    @property
    def offer(self) -> str:
        """The option whose price is sought."""
        return str(self.table.index[0])

    @property
    def against(self) -> str:
        """The option it is measured against."""
        return str(self.table.index[1])

    @property
    def target_cost(self) -> float:
        """The cost both options have at ``price``, in ``cost_unit``."""
        return float(self.table["cost"].iloc[1])

    @property
    def title(self) -> str:
        """What the figure says."""
        if self.price <= 0:
            return f"{self.offer} costs more in use than {self.against}, even as a gift"
        return f"{self.offer} is cheaper in use than {self.against} below {short(self.price)}"

    @property
    def caption(self) -> str:
        """The price of equal cost."""
        return f"{self.title} ({self.price_unit}); costs in {self.cost_unit}."

    def cost_at(self, price: float) -> float:
        """Cost of the option to its user at ``price``, in ``cost_unit``."""
        asked = inputs.number(price, "price", at_least=0)
        return float(
            self.table["fixed_cost"].iloc[0] + self.table["cost_per_price"].iloc[0] * asked
        )

    def holds_at(self, price: float) -> bool:
        """Whether "cheaper in use" is true at ``price``; at the same cost it is not."""
        return bool(below(self.cost_at(price), self.target_cost)[0])

    def life_needed(self, price: float) -> float:
        """How many times as long the option must last, were its price the only cost."""
        reference = self.table["asked_price"].iloc[1]
        return inputs.number(price, "price", at_least=0) / reference if reference else np.inf

    def at(self, prices: Sequence[float] = ()) -> pd.DataFrame:
        """``price``, ``cost`` and ``verdict`` ("cheaper", "not cheaper") at some prices.

        Without any, at the price in the options table.
        """
        given = self.table["asked_price"].iloc[:1] if len(prices) == 0 else prices
        asked = inputs.numbers(given, "prices", at_least=0).tolist()
        cheaper = [self.holds_at(price) for price in asked]
        costs = [self.cost_at(price) for price in asked]
        verdict = ["cheaper" if holds else "not cheaper" for holds in cheaper]
        return pd.DataFrame({"price": asked, "cost": costs, "verdict": verdict})

    def plot(self, ax: Axes | None = None, *, prices: Sequence[float] = ()) -> Axes:
        """Draw it with `plot_break_even`."""
        from crmlab.delivered_value.figures import plot_break_even

        return plot_break_even(self, prices, ax=ax)


def indifference_price(
    options: pd.DataFrame, offer: str, *, against: str, rate: float | None = None
) -> IndifferencePrice:
    r"""Price at which ``offer`` costs its user as much as the offer ``against``.

    Parameters
    ----------
    options : DataFrame
        As in `cost_of_ownership`.
    offer : str
        The option whose price is sought, usually the dear one.
    against : str
        The option it is measured against, at its price in the table.
    rate : float, optional
        As in `cost_of_ownership`; the equivalent annual costs are then made equal.

    Returns
    -------
    IndifferencePrice
        ``price``, in the unit of the column ``price``, and what the figure needs. Negative when
        the option would be the dearer one even as a gift. ``holds_at(price)`` tells whether
        "cheaper in use" is true at a price, ``life_needed(price)`` what life alone must do.

    Raises
    ------
    ValueError
        A name that is not in ``options``, a quantity of 0, or what `cost_of_ownership` refuses.

    Notes
    -----
    With :math:`c` the cost of ``against`` per good unit,
    :math:`p^* = ((c - \text{failure cost}) \times \text{yield} - \text{processing}) /
    \text{quantity}`.

    Examples
    --------
    >>> import pandas as pd
    >>> options = pd.DataFrame({
    ...     "offer": ["cheap", "middle", "dear"], "price": [3, 5, 10], "quantity": 0.1,
    ...     "processing": [0.5, 0.5, 0.4], "yield_rate": [0.8, 1.0, 1.0],
    ...     "failure_cost": [0.1, 0.1, 0.0],
    ...     "price_unit": "USD per kg", "cost_unit": "USD per part"})
    >>> dear = indifference_price(options, "dear", against="cheap")
    >>> round(dear.price, 2), dear.holds_at(10), dear.holds_at(6)
    (7.0, False, True)
    """
    numbers, price_unit, unit = _ownership(options)
    names = options["offer"].tolist()
    for name in (offer, against):
        if name not in names:
            raise ValueError(
                f"options.offer: there is no {name!r}. Choose from {inputs.listed(names)}."
            )
    both = [names.index(offer), names.index(against)]
    years = _annual_factor(options, rate)[both]
    pair = numbers.iloc[both]
    if pair["quantity"].iloc[0] == 0:
        raise ValueError(
            f"options.quantity: 0 for {offer!r}. No price can change the cost of a material that "
            "is not used. Enter the amount used per unit made."
        )
    table = pd.DataFrame(
        {
            "asked_price": pair["price"],
            "fixed_cost": years * (pair["processing"] / pair["yield_rate"] + pair["failure_cost"]),
            "cost_per_price": years * pair["quantity"] / pair["yield_rate"],
        }
    ).set_axis(pd.Index([offer, against], name="offer"))
    table["cost"] = table["fixed_cost"] + table["cost_per_price"] * table["asked_price"]
    own = table.iloc[0]
    price = (table["cost"].iloc[1] - own["fixed_cost"]) / own["cost_per_price"]
    cost_unit = unit if rate is None else f"{unit} and year"
    return IndifferencePrice(table, float(price), price_unit, cost_unit)


def _ownership(options: pd.DataFrame) -> tuple[pd.DataFrame, str, str]:
    """The checked numbers of an options table, the unit of its prices and that of its costs."""
    inputs.table(options, ["offer", *_OWNERSHIP, "price_unit", "cost_unit"], "options")
    inputs.one_row_each(options, "options", by=["offer"])
    numbers = inputs.number_columns(
        options, _OWNERSHIP, "options", at_least=0, remedy="Enter a positive amount, or 0."
    )
    inputs.numbers(
        numbers["yield_rate"],
        "options.yield_rate",
        rows=options,
        above=0,
        at_most=1,
        remedy="The yield is the share of good units: write 90 per cent as 0.90.",
    )
    price_unit = same_unit(options, "price_unit", table="options")
    return numbers, price_unit, same_unit(options, "cost_unit", table="options")


def _annual_factor(options: pd.DataFrame, rate: float | None) -> np.ndarray:
    """What turns one payment into its equivalent annual cost, per option; 1 without a rate."""
    if "service_life" not in options.columns:
        if rate is not None:
            raise ValueError(
                "options: column service_life is missing, so nothing can be spread over years. "
                "Add it, or leave out rate."
            )
        return np.ones(len(options))
    life = inputs.numbers(
        options["service_life"],
        "options.service_life",
        rows=options,
        above=0,
        remedy="Enter the years of use.",
    ).to_numpy()
    if rate is None:
        if (life != life[0]).any():
            raise ValueError(
                f"options.service_life: lives differ ({life.min():g} to {life.max():g} years), so "
                "total costs do not compare. Give a yearly rate, such as rate=0.08, to compare "
                "the equivalent annual cost."
            )
        return np.ones(len(options))
    rate = inputs.number(rate, "rate", at_least=0, at_most=1, remedy="Write 8 per cent as 0.08.")
    return 1 / life if rate == 0 else rate / -np.expm1(-life * np.log1p(rate))
