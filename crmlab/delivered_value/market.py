"""An offer in its market: what it is worth, the price ladder, the value map."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import below, short, stated
from crmlab.intervals import student_quantile
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FITTED_FROM = 4  # offers
_EQUAL = "45 degrees"


@dataclass(frozen=True, eq=False, repr=False)
class EconomicValue(Result):
    """What a product is worth to a customer who could buy the reference instead.

    Attributes
    ----------
    table : DataFrame
        From the ``reference price`` over each difference: ``amount``, and ``total`` so far.
    unit : str
        Unit of all amounts.
    """

    unit: str

    @property
    def value(self) -> float:
        """The reference price plus all differences."""
        return float(self.table["total"].iloc[-1])

    @property
    def caption(self) -> str:
        """The value in words."""
        return f"Worth {short(self.value)} to this customer, in {self.unit}."

    def surplus(self, price: float) -> float:
        """What the customer keeps at ``price``: value less price. The seller gets the rest."""
        return self.value - inputs.number(price, "price", at_least=0)


def economic_value(
    reference_price: float, differences: inputs.Numbers, *, unit: str
) -> EconomicValue:
    r"""Economic value to the customer: the reference price plus what the product does better.

    Parameters
    ----------
    reference_price : float
        Price of the next best alternative, not negative.
    differences : mapping or Series
        What each difference to the alternative is worth to this customer, in money over the same
        time; negative where the product does worse.
    unit : str
        Unit of all amounts, such as "USD".

    Returns
    -------
    EconomicValue
        ``value``, ``table`` with its parts, and ``surplus(price)``.

    Raises
    ------
    ValueError
        An empty, infinite or missing amount, or a negative reference price.

    Notes
    -----
    Value = reference price + functional gain + start-up saving + post-purchase saving
    (Forbis & Mehta 1981, Business Horizons 24(3)). At a price equal to the value the customer is
    indifferent, so a sale needs a surplus.

    Examples
    --------
    >>> worth = economic_value(300, {"function": 350, "start-up": 100, "upkeep": 200}, unit="USD")
    >>> worth.value, worth.surplus(850)
    (950.0, 100.0)
    """
    reference = inputs.number(reference_price, "reference_price", at_least=0)
    parts = inputs.numbers(differences, "differences", remedy="Give 0 where it is worth nothing.")
    names = pd.Index(["reference price", *parts.index], name="part")
    table = pd.DataFrame({"amount": [reference, *parts]}, index=names)
    table["total"] = table["amount"].cumsum()
    return EconomicValue(table, stated(unit))


@dataclass(frozen=True, eq=False, repr=False)
class PriceLadder(Result):
    """How a price climbs from one stage to the next; see `price_ladder`.

    Attributes
    ----------
    table : DataFrame
        One row per stage, from the raw good upwards.
    unit : str
        Unit of the prices.
    """

    unit: str

    @property
    def title(self) -> str:
        """What the figure says."""
        first, last = self.table.iloc[0], self.table.iloc[-1]
        times = band(last["multiple_low"], last["multiple_high"])
        return f"{last['stage']} sells at {times} times the price of {first['stage']}"

    @property
    def caption(self) -> str:
        """The unit, and what multiples are of."""
        first = self.table["stage"].iloc[0]
        return f"Prices in {self.unit}; multiples of the middle price of {first}."

    @property
    def labels(self) -> pd.DataFrame:
        """What the figure writes beside each stage: its ``price`` and its ``multiple``."""
        prices = [band(*row) for row in self.table[["low", "high"]].to_numpy()]
        rows = self.table[["multiple_low", "multiple_high"]].to_numpy()
        multiples = ["", *(f"{band(*row)} times" for row in rows[1:])]
        return pd.DataFrame({"price": prices, "multiple": multiples}, index=self.table.index)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_price_ladder`."""
        from crmlab.delivered_value.figures import plot_price_ladder

        return plot_price_ladder(self, ax)


def price_ladder(
    stages: pd.DataFrame | Sequence[tuple[str, float, float]], *, unit: str
) -> PriceLadder:
    r"""How the price of the same good climbs from one stage to the next.

    Parameters
    ----------
    stages : DataFrame or list of (stage, low, high)
        The stages from the raw good upwards: lowest and highest price, above 0, all for the same
        quantity, such as one cup.
    unit : str
        Unit of the prices, such as "USD per cup".

    Returns
    -------
    PriceLadder
        ``table`` with ``stage``, ``low``, ``high``, ``middle``; ``multiple_low`` and
        ``multiple_high`` (times the middle price of the first stage); ``added_low`` and
        ``added_high`` (what is added, as a multiple of that price: one less); ``step_share``
        (share of the middle price that this stage adds to the one before, empty for the first).
        ``unit``, ``title``, ``labels`` and ``plot()``.

    Raises
    ------
    ValueError
        A low above its high (often a lost dash, 0.5-1 read as 0.51), a price not above 0,
        fewer than two stages, a stage listed twice.

    Notes
    -----
    A price of 435 times the raw good is 434 times value added, and neither is profit: milk,
    labour and rent are still to be paid. Stages after Pine & Gilmore (1999), The Experience
    Economy.

    Examples
    --------
    >>> ladder = price_ladder([("beans", 1, 1), ("bag", 2, 4), ("cup", 8, 12)], unit="USD")
    >>> ladder.table[["stage", "middle", "multiple_low", "multiple_high", "step_share"]]
       stage  middle  multiple_low  multiple_high  step_share
    0  beans     1.0           1.0            1.0         NaN
    1    bag     3.0           2.0            4.0    0.666667
    2    cup    10.0           8.0           12.0    0.700000
    """
    names = ["stage", "low", "high"]
    if not isinstance(stages, pd.DataFrame):
        rows = list(stages) if isinstance(stages, list | tuple) else [stages]
        if any(not isinstance(row, list | tuple) or len(row) != 3 for row in rows):
            raise ValueError(
                "stages: every stage needs a name, a low and a high price, such as "
                "('cafe', 0.5, 1). Where there is one price, give it twice."
            )
        stages = pd.DataFrame(rows, columns=names)
    inputs.table(stages, names, "stages")
    inputs.one_row_each(stages, "stages", by=["stage"])
    prices = inputs.number_columns(
        stages, ["low", "high"], "stages", above=0, remedy="A multiple needs a price above 0."
    )
    inputs.refuse(
        prices["low"] > prices["high"],
        stages,
        "stages.low",
        ("is above high", "are above high"),
        "Swap them, or look for a lost dash: 0.5-1, not 0.51.",
    )
    if len(stages) < 2:
        raise ValueError("stages: one stage is no ladder. Give at least two.")
    middle = prices.mean(axis=1)
    multiple = prices / middle.iloc[0]
    table = stages[["stage"]].assign(
        low=prices["low"],
        high=prices["high"],
        middle=middle,
        multiple_low=multiple["low"],
        multiple_high=multiple["high"],
        added_low=multiple["low"] - 1,
        added_high=multiple["high"] - 1,
        step_share=1 - middle.shift() / middle,
    )
    return PriceLadder(table, stated(unit))


@dataclass(frozen=True, eq=False, repr=False)
class ValueMap(Result):
    """Price and quality of each offer relative to its rivals; see `value_map`.

    Attributes
    ----------
    table : DataFrame
        One row per offer.
    line : str
        What a fair price is: "fitted" to the offers, or "45 degrees".
    segment : str
        Whose market it is; empty if the offers name no segment.
    """

    line: str
    segment: str = ""

    @property
    def title(self) -> str:
        """What the figure says."""
        found = {
            verdict: list(self.table.loc[self.table["verdict"] == verdict, "offer"])
            for verdict in ("better value", "worse value")
        }
        told = [f"{inputs.listed(who, most=3)}: {what}" for what, who in found.items() if who]
        return "; ".join(told) or "No offer is clearly better or worse value"

    @property
    def caption(self) -> str:
        """Whose market it is, and which line stands for a fair price."""
        whose = f"Segment: {self.segment}. " if self.segment else ""
        if self.line == "fitted":
            return f"{whose}Bars: how far the line through {len(self.table)} offers is known."
        return f"{whose}The line: price equals quality."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it with `plot_value_map`."""
        from crmlab.delivered_value.figures import plot_value_map

        return plot_value_map(self, ax)


def value_map(
    offers: pd.DataFrame,
    weights: inputs.Numbers,
    *,
    line: Literal["fitted", "45 degrees"] = "fitted",
    confidence: float = 0.95,
) -> ValueMap:
    r"""Quality and price of each offer relative to its rivals, the fair-value line, the strategy.

    Parameters
    ----------
    offers : DataFrame
        One row per offer, one segment: ``offer``, ``monetary_cost`` (its price) and a column of
        ratings or values for each attribute in ``weights``; all above 0.
    weights : mapping or Series
        Importance of each attribute, not negative, summing to 1.
    line : {"fitted", "45 degrees"}
        What a fair price is: fitted to the offers, or price equals quality, without a band.
    confidence : float
        Coverage of the band around a fitted line.

    Returns
    -------
    ValueMap
        ``table`` with ``offer``; ``relative_quality`` and ``relative_price`` (1 = like the average
        rival); ``fair_price`` (relative price on the line, at this quality) with its band
        ``fair_low`` (0 or more, as a price is) and ``fair_high``; ``verdict`` (better value below
        the band, worse value above, fair value within); ``strategy`` (lower price, better product
        and service, both, neither); index as in ``offers``. ``line`` ("fitted" or "45 degrees"),
        ``segment``, ``title``, ``plot()``.

    Raises
    ------
    ValueError
        Fewer than two offers, several segments, weights that do not sum to 1, a rating or price
        not above 0.

    Notes
    -----
    Relative quality :math:`\sum_k w_k q_k / \bar q_k`, relative price :math:`p / \bar p`, the
    averages taken over the other offers (Gale 1994, Managing Customer Value). With four or more
    offers the line is fitted by least squares and the band is that of its mean; with fewer, or
    where all qualities are the same, the fair price is the relative quality (the 45-degree line)
    and there is no band. A handful of offers says little about a line: expect a wide band.

    Examples
    --------
    >>> import pandas as pd
    >>> offers = pd.DataFrame({"offer": ["bar", "kiosk", "chain"], "taste": [8, 4, 6],
    ...                        "monetary_cost": [4, 2, 3]})
    >>> market = value_map(offers, {"taste": 1})
    >>> market.table[["offer", "relative_quality", "relative_price", "verdict"]]
       offer  relative_quality  relative_price     verdict
    0    bar          1.600000        1.600000  fair value
    1  kiosk          0.571429        0.571429  fair value
    2  chain          1.000000        1.000000  fair value
    """
    shares = inputs.weights(weights, "weights")
    inputs.table(offers, ["offer", "monetary_cost", *shares.index], "offers")
    if "segment" in offers.columns and offers["segment"].nunique(dropna=False) > 1:
        raise ValueError(
            "offers.segment: several segments, a value map shows one market. "
            "Keep one, for instance offers.query(\"segment == 'commuter'\")."
        )
    inputs.one_row_each(offers, "offers", by=["offer"])
    if len(offers) < 2:
        raise ValueError("offers: only one offer, and nothing to compare it with. Add its rivals.")
    rated = dict.fromkeys(["monetary_cost", *shares.index])
    remedy = "Nothing is relative to 0: leave that offer out of the map."
    ratings = inputs.number_columns(offers, rated, "offers", above=0, remedy=remedy)
    relative = ratings / ((ratings.sum() - ratings) / (len(ratings) - 1))
    quality = (relative[shares.index] @ shares).to_numpy()
    price = relative["monetary_cost"].to_numpy()
    used, fair, half = _EQUAL, quality, np.zeros_like(quality)
    if inputs.choice(line, "line", ("fitted", _EQUAL)) == "fitted":
        used, fair, half = _fair_line(quality, price, confidence)
    cheap, dear = below(price, fair - half), below(fair + half, price)
    better, cheaper = below(1, quality), below(price, 1)
    table = offers[["offer"]].assign(
        relative_quality=quality,
        relative_price=price,
        fair_price=fair,
        fair_low=(fair - half).clip(min=0),
        fair_high=fair + half,
        verdict=np.select([cheap, dear], ["better value", "worse value"], "fair value"),
        strategy=np.select(
            [better & cheaper, better, cheaper],
            ["both", "better product and service", "lower price"],
            "neither",
        ),
    )
    segment = str(offers["segment"].iloc[0]) if "segment" in offers.columns else ""
    return ValueMap(table, used, segment)


def band(low: float, high: float) -> str:
    """One number, or two with a word between them."""
    return short(low) if low == high else f"{short(low)} to {short(high)}"


def _fair_line(
    quality: np.ndarray, price: np.ndarray, confidence: float
) -> tuple[str, np.ndarray, np.ndarray]:
    """Name of the line, fair price at each quality, half width of the band."""
    from scipy.stats import linregress

    few = len(quality) < _FITTED_FROM or len(np.unique(inputs.settled(quality))) == 1
    quantile = student_quantile(confidence, max(len(quality) - 2, 1))
    if few:
        return _EQUAL, quality, np.zeros_like(quality)
    fit = linregress(quality, price)
    centred = quality - quality.mean()
    spread = (centred**2).mean()
    half = quantile * fit.stderr * np.sqrt(spread + centred**2)
    if below(fit.slope + 1, 1)[0]:
        warnings.warn(
            f"offers: the fitted line falls (slope {fit.slope:.2f}): here the better offers are "
            "the cheaper ones, so the line is no guide to a fair price. Judge by strategy instead.",
            stacklevel=3,
        )
    return "fitted", fit.intercept + fit.slope * quality, half
