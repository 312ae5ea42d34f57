"""Newton, Miller and Smith's addition to the price meter: who would buy, and what that brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile
from crmlab.pricing.best import best_price
from crmlab.pricing.meter import THRESHOLDS, ordered_answers
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CALIBRATION = {5: 0.7, 4: 0.5, 3: 0.3, 2: 0.1, 1: 0.0}
INTENTS = ("intent_cheap", "intent_expensive")
_PRICES, _CHUNK = 201, 20_000


@dataclass(frozen=True, eq=False, repr=False)
class PriceIntent(Result):
    """What share would buy at each price, and the best prices.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows ``most buyers``, ``most revenue``, ``most profit``; the price as ``estimate``,
        ``low``, ``high``, and what it brings per respondent: ``value`` (a share, money, money)
        with ``value_low`` and ``value_high``.
    curve : pandas.DataFrame
        ``price``, ``demand`` (share that would buy), ``revenue`` and ``profit`` per respondent.
    valid, given : int
        Respondents who count, and all of them.
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    valid: int
    given: int

    @property
    def caption(self) -> str:
        """How many respondents count."""
        return f"{self.valid:,} of {self.given:,} respondents with thresholds in order and intents."

    @property
    def title(self) -> str:
        """Title of the figure: the price with the most profit."""
        best = self.table.loc["most profit"]
        return f"Most profit at {best['estimate']:.2f} ({best['low']:.2f} to {best['high']:.2f})"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw demand and profit by price: see `plot_price_intent`."""
        return plot_price_intent(self, ax)


def price_intent(
    answers: pd.DataFrame,
    *,
    calibration: Mapping[int, float] = CALIBRATION,
    unit_cost: float = 0.0,
    confidence: float = 0.95,
) -> PriceIntent:
    r"""Demand, revenue and profit by price, from four thresholds and two purchase intents.

    Parameters
    ----------
    answers : pandas.DataFrame
        As for `price_meter`, and ``intent_cheap``, ``intent_expensive``: would she buy at the
        price that she called cheap, or expensive? Any codes that `calibration` knows.
    calibration : mapping of answer to share
        Probability to buy that stands behind each answer: people do less than they say. The
        default is the usual guess for a scale from 5 (surely) to 1; put in your own if you know
        how many of those who said so did buy.
    unit_cost : float
        Cost of one unit, not negative.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    PriceIntent
        With ``table``, ``curve``, ``valid`` and ``given``.

    Raises
    ------
    ValueError
        A column is missing; an answer without a probability, or a probability outside 0 to 1;
        fewer than two respondents who count; nobody who would buy.

    Notes
    -----
    Newton, Miller & Smith (1993, Marketing Research 5): nobody buys at a price that she calls
    too cheap or too expensive, and between neighbouring thresholds the probability runs along a
    straight line. The interval keeps each price whose worth falls short of the best by no more
    than chance explains.

    Examples
    --------
    Two people who think alike and would buy at 2 with probability 0.7, at 4 with 0.1:

    >>> answers = pd.DataFrame({"too_cheap": [1, 1], "cheap": [2, 2], "expensive": [4, 4],
    ...     "too_expensive": [5, 5], "intent_cheap": [5, 5], "intent_expensive": [2, 2]})
    >>> price_intent(answers)["estimate"].round(2).tolist()
    [2.0, 2.16, 2.16]
    """
    z = normal_quantile(confidence)
    cost = inputs.number(unit_cost, "unit_cost", at_least=0)
    inputs.table(answers, (*THRESHOLDS, *INTENTS), "answers")
    limits, reason = ordered_answers(answers)
    chance = pd.DataFrame({name: _chance(answers, name, calibration) for name in INTENTS})
    counts = (reason == "").to_numpy() & chance.notna().all(axis=1).to_numpy()
    if counts.sum() < 2:
        raise ValueError(
            f"answers: {counts.sum()} of {len(answers):,} respondents have rising thresholds and "
            "both intents; two are needed."
        )
    told, odds = limits.to_numpy()[counts], chance.to_numpy()[counts]
    if not odds.any():
        raise ValueError("answers: nobody would buy at any price by this calibration.")
    prices = np.linspace(told[:, 0].min(), told[:, 3].max(), _PRICES)
    # the peaks of a small survey lie on thresholds
    middle = np.unique(told[:, 1:3])
    if len(middle) <= _PRICES:
        prices = np.unique(np.concatenate([prices, middle]))
    n, mean, products = len(told), np.zeros(len(prices)), np.zeros((len(prices), len(prices)))
    for at in range(0, n, _CHUNK):
        buys = _buying(prices, told[at : at + _CHUNK], odds[at : at + _CHUNK])
        mean += buys.sum(axis=0) / n
        products += buys.T @ buys / n
    worth = {"most buyers": np.ones_like(prices), "most revenue": prices}
    worth["most profit"] = prices - cost
    rows = {
        name: best_price(prices, mean, products, n, worth=each, z=z) for name, each in worth.items()
    }
    curve = {"price": prices, "demand": mean, "revenue": prices * mean}
    curve["profit"] = (prices - cost) * mean
    return PriceIntent(pd.DataFrame(rows).T, pd.DataFrame(curve), n, len(answers))


def _chance(answers: pd.DataFrame, name: str, calibration: Mapping[int, float]) -> pd.Series:
    """Probability to buy behind each answer; NaN where there is none."""
    if not isinstance(calibration, Mapping) or not calibration:
        raise ValueError("calibration: give a dict such as {5: 0.7, 4: 0.5, 3: 0.3, 2: 0.1, 1: 0}.")
    known = {
        inputs.number(code, "calibration"): inputs.share(share, f"calibration[{code!r}]")
        for code, share in calibration.items()
    }
    said = inputs.numbers(answers[name], f"answers.{name}", rows=answers, accept=("empty",))
    strange = said.notna() & ~said.isin(list(known))
    problem = "has no probability", "have no probability"
    told = ", ".join(f"{code:g}" for code in sorted(known))
    remedy = f"The calibration knows {told}."
    inputs.refuse(strange, answers, f"answers.{name}", problem, remedy)
    return said.map(known).astype(float)


def _buying(prices: np.ndarray, told: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Probability of each person to buy at each price, straight between the thresholds."""
    ends = np.zeros(len(told))
    height = np.column_stack([ends, odds, ends])
    found = np.zeros((len(told), len(prices)))
    for left in range(3):
        low, high = told[:, [left]], told[:, [left + 1]]
        share = (prices - low) / (high - low)
        line = height[:, [left]] * (1 - share) + height[:, [left + 1]] * share
        found = np.where((prices >= low) & (prices <= high), line, found)
    return found


@style.figure(PriceIntent, width=9, height=5)
def plot_price_intent(intent: PriceIntent, ax: Axes | None = None) -> None:
    """Draw profit per respondent by price, and the prices that may be the best.

    Parameters
    ----------
    intent : PriceIntent
        From `price_intent`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Prices that chance cannot tell from the best lie in the grey band.
    """
    curve, best = intent.curve, intent.table.loc["most profit"].to_dict()
    ax.axvspan(best["low"], best["high"], color=style.COLOURS["pale"], alpha=0.5, lw=0)
    ax.plot(curve["price"], curve["profit"], color=style.COLOURS["value"])
    ax.plot([best["estimate"]], [best["value"]], "o", color="black", ms=10)
    ax.set(xlabel="price", ylabel="profit per respondent", title=intent.title)
    ax.set_xlim(curve["price"].min(), curve["price"].max())
