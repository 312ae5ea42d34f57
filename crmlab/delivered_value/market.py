"""An offer in its market: what it is worth, the price ladder, the value map."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.units import amounts
from crmlab.intervals import student_quantile

_ALIKE = 1e-9


@dataclass(frozen=True)
class EconomicValue:
    """What a product is worth to a customer who could buy the reference instead.

    ``value`` is the reference price plus all ``differences``, in ``unit``.
    """

    value: float
    reference_price: float
    differences: dict
    unit: str

    def surplus(self, price):
        """What the customer keeps at ``price``: value less price. The seller gets the rest."""
        return self.value - amounts(price, "price", at_least=0)


def economic_value(reference_price, differences, *, unit):
    r"""Economic value to the customer: the reference price plus what the product does better.

    Parameters
    ----------
    reference_price : float
        Price of the next best alternative, not negative.
    differences : dict or Series
        What each difference to the alternative is worth to this customer, in money over the same
        time; negative where the product does worse.
    unit : str
        Unit of all amounts, such as "USD".

    Returns
    -------
    EconomicValue
        ``value``, its parts, and ``surplus(price)``.

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
    reference = amounts(reference_price, "reference_price", at_least=0)
    parts = pd.Series(differences, dtype=object)
    if parts.empty:
        raise ValueError(
            "differences: none were given. Without any, the value is the reference price; "
            "name at least one, with 0 if it is worth nothing."
        )
    parts = inputs.numbers(parts, "differences")
    return EconomicValue(reference + float(parts.sum()), reference, parts.to_dict(), unit)


def price_ladder(stages, *, unit):
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
    DataFrame
        ``stage``, ``low``, ``high``, ``middle``; ``multiple_low`` and ``multiple_high`` (times the
        middle price of the first stage); ``added_low`` and ``added_high`` (what is added, as a
        multiple of that price: one less); ``step_share`` (share of the middle price that this
        stage adds to the one before, empty for the first); ``unit``.

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
    >>> ladder[["stage", "middle", "multiple_low", "multiple_high", "added_high", "step_share"]]
       stage  middle  multiple_low  multiple_high  added_high  step_share
    0  beans     1.0           1.0            1.0         0.0         NaN
    1    bag     3.0           2.0            4.0         3.0    0.666667
    2    cup    10.0           8.0           12.0        11.0    0.700000
    """
    names = ["stage", "low", "high"]
    if not isinstance(stages, pd.DataFrame):
        stages = list(stages)
        if any(len(stage) != 3 for stage in stages):
            raise ValueError(
                "stages: every stage needs a name, a low and a high price, such as "
                "('cafe', 0.5, 1). Where there is one price, give it twice."
            )
        stages = pd.DataFrame(stages, columns=names)
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
    return stages[["stage"]].assign(
        low=prices["low"],
        high=prices["high"],
        middle=middle,
        multiple_low=multiple["low"],
        multiple_high=multiple["high"],
        added_low=multiple["low"] - 1,
        added_high=multiple["high"] - 1,
        step_share=1 - middle.shift() / middle,
        unit=unit,
    )


def value_map(offers, weights, *, confidence=0.95):
    r"""Quality and price of each offer relative to its rivals, the fair-value line, the strategy.

    Parameters
    ----------
    offers : DataFrame
        One row per offer, one segment: ``offer``, ``monetary_cost`` (its price) and a column of
        ratings or values for each attribute in ``weights``; all above 0.
    weights : dict or Series
        Importance of each attribute, not negative, summing to 1.
    confidence : float
        Coverage of the band around a fitted line.

    Returns
    -------
    DataFrame
        ``offer``; ``relative_quality`` and ``relative_price`` (1 = like the average rival);
        ``fair_price`` (relative price on the line, at this quality) with its band ``fair_low`` and
        ``fair_high``; ``verdict`` (better value below the band, worse value above, fair value
        within); ``strategy`` (lower price, better product and service, both, neither);
        ``line`` (fitted, or 45 degrees). Index as in ``offers``.

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
    >>> value_map(offers, {"taste": 1})[["offer", "relative_quality", "relative_price", "verdict"]]
       offer  relative_quality  relative_price     verdict
    0    bar          1.600000        1.600000  fair value
    1  kiosk          0.571429        0.571429  fair value
    2  chain          1.000000        1.000000  fair value
    """
    weights = inputs.weights(weights, "weights")
    inputs.table(offers, ["offer", "monetary_cost", *weights.index], "offers")
    if "segment" in offers.columns and offers["segment"].nunique(dropna=False) > 1:
        raise ValueError(
            "offers.segment: several segments, a value map shows one market. "
            "Keep one, for instance offers.query(\"segment == 'commuter'\")."
        )
    inputs.one_row_each(offers, "offers", by=["offer"])
    if len(offers) < 2:
        raise ValueError("offers: only one offer, and nothing to compare it with. Add its rivals.")
    ratings = inputs.number_columns(
        offers,
        ["monetary_cost", *weights.index],
        "offers",
        above=0,
        remedy="Nothing is relative to 0: leave that offer out of the map.",
    )
    relative = ratings / ((ratings.sum() - ratings) / (len(ratings) - 1))
    quality, price = relative[weights.index] @ weights, relative["monetary_cost"]
    line, fair, half = _fair_line(quality.to_numpy(), price.to_numpy(), confidence)
    below, above = price < fair - half - _ALIKE, price > fair + half + _ALIKE
    better, cheaper = quality > 1 + _ALIKE, price < 1 - _ALIKE
    return offers[["offer"]].assign(
        relative_quality=quality,
        relative_price=price,
        fair_price=fair,
        fair_low=fair - half,
        fair_high=fair + half,
        verdict=np.select([below, above], ["better value", "worse value"], "fair value"),
        strategy=np.select(
            [better & cheaper, better, cheaper],
            ["both", "better product and service", "lower price"],
            "neither",
        ),
        line=line,
    )


def _fair_line(quality, price, confidence):
    """Name of the line, fair price at each quality, half width of the band."""
    spread = ((quality - quality.mean()) ** 2).sum()
    quantile = student_quantile(confidence, len(quality) - 2)
    if len(quality) < 4 or spread < _ALIKE:
        return "45 degrees", quality, np.zeros_like(quality)
    slope, level = np.polyfit(quality, price, 1)
    fair = level + slope * quality
    if slope < -_ALIKE:
        warnings.warn(
            f"offers: the fitted line falls (slope {slope:.2f}): here the better offers are the "
            "cheaper ones, so the line is no guide to a fair price. Judge by strategy instead.",
            stacklevel=3,
        )
    error = np.sqrt(((price - fair) ** 2).sum() / (len(quality) - 2))
    half = error * np.sqrt(1 / len(quality) + (quality - quality.mean()) ** 2 / spread)
    return "fitted", fair, half * quantile
