"""Gabor and Granger: ask people at which prices they would buy; a smooth curve through it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.intervals import normal_quantile, wilson
from crmlab.pricing.best import best_price
from crmlab.pricing.response import step_elasticity
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class AskedPrices(Result):
    """Who would buy at each price that was asked.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per ``price``: ``buyers``, ``demand`` (their share) with ``low`` and ``high``,
        ``revenue`` and ``profit`` per respondent, and ``elasticity``, per cent fewer buyers per
        per cent of price on the way to the next price.
    best : pandas.DataFrame
        Rows ``most revenue`` and ``most profit``: the price as ``estimate``, ``low``, ``high``,
        and ``value``, ``value_low``, ``value_high`` per respondent.
    answers : pandas.DataFrame
        Who would buy at which price: one row per respondent, one column per price.
    unit_cost : float
        Cost of one unit.
    """

    table: pd.DataFrame
    best: pd.DataFrame
    answers: pd.DataFrame
    unit_cost: float

    @property
    def caption(self) -> str:
        """How many were asked, and how many would buy at no price."""
        never = int((~self.answers.any(axis=1)).sum())
        return f"{len(self.answers):,} respondents; {never:,} would buy at none of the prices."

    @property
    def title(self) -> str:
        """Title of the figure: the price with the most profit."""
        best = self.best.loc["most profit"]
        return f"Most profit at {best['estimate']:,.2f} of the prices asked"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw demand and profit: see `plot_asked_prices`."""
        return plot_asked_prices(self, ax)


@dataclass(frozen=True)
class LogisticDemand:
    r"""Share that buys at a price: ceiling / (1 + exp(-(intercept + slope x price))).

    Parameters
    ----------
    intercept, slope : float
        The slope is below 0: demand falls.
    ceiling : float
        Share that would buy at a price of minus infinity, above 0 and up to 1.
    covariance : tuple of tuple of float, optional
        Of intercept and slope, where they are estimates.

    Raises
    ------
    ValueError
        A slope that is not below 0, or a ceiling outside 0 to 1.

    Examples
    --------
    >>> LogisticDemand(8.3, -0.97, ceiling=0.33).demand([7.5]).round(4).tolist()
    [0.2429]
    """

    intercept: float
    slope: float
    ceiling: float = 1.0
    covariance: tuple[tuple[float, float], tuple[float, float]] | None = None

    def __post_init__(self) -> None:
        inputs.number(self.intercept, "intercept")
        if inputs.number(self.slope, "slope") >= 0:
            raise ValueError(
                f"slope is {self.slope:g}; it must be below 0: demand falls as the price rises."
            )
        inputs.number(self.ceiling, "ceiling", above=0, at_most=1)

    def demand(self, prices: inputs.Numbers) -> pd.Series:
        """Share that buys at each price."""
        given = inputs.numbers(prices, "prices")
        return self.ceiling / (1 + np.exp(-(self.intercept + self.slope * given)))

    def elasticity(self, prices: inputs.Numbers, *, confidence: float = 0.95) -> pd.DataFrame:
        r"""Per cent fewer buyers per per cent of price, at each price.

        Parameters
        ----------
        prices : Series or array-like, shape (n,)
            Where to look.
        confidence : float
            Coverage of the intervals, where the curve has a covariance.

        Returns
        -------
        pandas.DataFrame
            One row per price: ``estimate`` and, with a covariance, ``low`` and ``high``.

        Notes
        -----
        :math:`-b p (1 - D / \text{ceiling})`; intervals by the delta method.

        Examples
        --------
        >>> LogisticDemand(8, -2).elasticity([4])["estimate"].tolist()
        [4.0]
        """
        z, b = normal_quantile(confidence), self.slope
        price = inputs.numbers(prices, "prices").to_numpy()
        share = self.demand(price).to_numpy() / self.ceiling
        found = -b * price * (1 - share)
        table = pd.DataFrame({"estimate": found}, index=pd.Index(price, name="price"))
        if self.covariance is None:
            return table
        turn = b * price * share * (1 - share)
        slopes = np.column_stack([turn, -price * (1 - share) + turn * price])
        half = z * np.sqrt(((slopes @ np.array(self.covariance)) * slopes).sum(axis=1))
        return table.assign(low=found - half, high=found + half)

    def best(
        self,
        *,
        unit_cost: float = 0.0,
        market: float = 1.0,
        fixed_cost: float = 0.0,
        confidence: float = 0.95,
    ) -> pd.DataFrame:
        r"""Price with the highest profit, exactly, not on a grid.

        Parameters
        ----------
        unit_cost, fixed_cost : float
            Money per unit, and once. 0 gives the price with the highest revenue.
        market : float
            People who may buy; 1 for the profit per person.
        confidence : float
            Coverage of the intervals, where the curve has a covariance.

        Returns
        -------
        pandas.DataFrame
            Rows ``price``, ``demand``, ``profit``; ``estimate`` and, with a covariance, ``low``
            and ``high``.

        Notes
        -----
        :math:`p = c + (1 + W(e^{a + bc - 1})) / (-b)` with Lambert's W; intervals by the delta
        method. The interval of demand is the one at this price.

        Examples
        --------
        >>> curve = LogisticDemand(8.3, -0.97, ceiling=0.33)
        >>> best = curve.best(unit_cost=3, market=10_000, fixed_cost=5_000)
        >>> best["estimate"].round(3).tolist()
        [7.351, 0.252, 5956.245]
        """
        from scipy.special import wrightomega

        cost = inputs.number(unit_cost, "unit_cost", at_least=0)
        people = inputs.number(market, "market", above=0)
        fixed = inputs.number(fixed_cost, "fixed_cost", at_least=0)
        a, b = self.intercept, self.slope
        omega = float(wrightomega(a + b * cost - 1))
        price = cost - (1 + omega) / b
        share = float(self.demand([price]).iloc[0])
        profit = people * share * (price - cost) - fixed
        table = pd.DataFrame(
            {"estimate": [price, share, profit]}, index=["price", "demand", "profit"]
        )
        z = normal_quantile(confidence)
        if self.covariance is None:
            return table
        turn = omega / (1 + omega)
        steep = share * (1 - share / self.ceiling)
        slopes = {
            "price": (-turn / b, (1 + omega) / b**2 - cost * turn / b),
            "demand": (steep, steep * price),
            "profit": (people * steep * (price - cost), people * steep * price * (price - cost)),
        }
        spread = np.array(self.covariance)
        half = [z * np.sqrt(np.array(each) @ spread @ np.array(each)) for each in slopes.values()]
        return table.assign(low=table["estimate"] - half, high=table["estimate"] + half)


def gabor_granger(
    answers: inputs.Numbers | pd.DataFrame,
    *,
    prices: inputs.Numbers | None = None,
    unit_cost: float = 0.0,
    confidence: float = 0.95,
) -> AskedPrices:
    r"""Demand, revenue and profit at the prices that were asked.

    Parameters
    ----------
    answers : Series or array-like, shape (n,), or DataFrame, shape (n, k)
        The highest price at which each respondent would buy (missing: at none of them), which
        makes demand fall by construction. Or yes and no (True and False, 1 and 0), one column
        per price, named by the price.
    prices : array-like, shape (k,), optional
        The prices asked, for highest prices; the ones that were named if left out.
    unit_cost : float
        Cost of one unit, not negative.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    AskedPrices
        With ``table``, ``best``, ``answers`` and ``unit_cost``.

    Raises
    ------
    ValueError
        Text; a price that is negative, asked twice or no number; fewer than two prices or
        respondents; a highest price that was not asked.

    Warns
    -----
    UserWarning
        More people say yes at a higher price than at a lower one.

    Notes
    -----
    Gabor & Granger (1966, Economica 33). Shares have Wilson's interval. The interval of the best
    price holds each price asked that chance cannot tell from the best.

    Examples
    --------
    >>> gabor_granger([1000, 1000, 2000, None], unit_cost=200)["demand"].tolist()
    [0.75, 0.25]
    """
    z = normal_quantile(confidence)
    cost = inputs.number(unit_cost, "unit_cost", at_least=0)
    yes = _said_yes(answers) if isinstance(answers, pd.DataFrame) else _up_to(answers, prices)
    asked, n = yes.columns.to_numpy(dtype=float), len(yes)
    if n < 2 or len(asked) < 2:
        raise ValueError(
            f"answers: {n} respondents and {len(asked)} prices; two of each are needed."
        )
    bought = yes.to_numpy(dtype=float)
    buyers = bought.sum(axis=0)
    if (np.diff(buyers) > 0).any():
        at = int(np.argmax(np.diff(buyers) > 0))
        told = f"more people say yes at {asked[at + 1]:g} than at {asked[at]:g}"
        warnings.warn(f"{told}: chance, or a price taken for quality?", stacklevel=2)
    demand, products = buyers / n, bought.T @ bought / n
    low, high = wilson(buyers, np.full(len(asked), n), confidence)
    table = pd.DataFrame(
        {"buyers": buyers.astype(int), "demand": demand, "low": low, "high": high},
        index=pd.Index(asked, name="price"),
    )
    table["revenue"], table["profit"] = asked * demand, (asked - cost) * demand
    steps = step_elasticity(asked, buyers)["elasticity"] if (asked > 0).all() else np.nan
    table["elasticity"] = np.append(steps, np.nan) if np.ndim(steps) else np.nan
    worth = {"most revenue": asked, "most profit": asked - cost}
    best = {
        name: best_price(asked, demand, products, n, worth=each, z=z)
        for name, each in worth.items()
    }
    return AskedPrices(table, pd.DataFrame(best).T, yes, cost)


def logistic_demand(asked: AskedPrices) -> LogisticDemand:
    """Smooth demand curve through the answers, with the same people at all prices allowed for.

    Parameters
    ----------
    asked : AskedPrices
        From `gabor_granger`.

    Returns
    -------
    LogisticDemand
        With its covariance, robust to one person answering at several prices.

    Raises
    ------
    ValueError
        Something else; demand that does not fall; everybody or nobody buys at every price, or
        all give up between the same two prices.

    Notes
    -----
    Logistic regression of yes on price (statsmodels); the covariance is a sandwich clustered by
    respondent (Liang & Zeger 1986, Biometrika 73).

    Examples
    --------
    >>> curve = logistic_demand(gabor_granger([1, 2, 2, 3, 3, 4], prices=[1, 2, 3, 4, 5]))
    >>> round(curve.intercept / -curve.slope, 2)
    3.0
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    if not isinstance(asked, AskedPrices):
        kind = type(asked).__name__
        raise ValueError(f"asked is of type {kind}; give what gabor_granger returned.")
    yes = asked.answers.to_numpy(dtype=float)
    prices, buyers, n = asked.table.index.to_numpy(), yes.sum(axis=0), len(yes)
    inside = (buyers > 0) & (buyers < n)
    if not inside.any():
        raise ValueError(
            "asked: at each price everybody or nobody would buy, so no curve can be told from "
            "another. Ask prices in between."
        )
    middle, scale = prices.mean(), prices.std()
    design = np.column_stack([np.ones_like(prices), (prices - middle) / scale])
    fit = GLM(np.column_stack([buyers, n - buyers]), design, family=Binomial()).fit()
    a, b = fit.params
    if b >= 0:
        raise ValueError("asked: demand does not fall as the price rises, so no curve fits it.")
    scores = (yes - 1 / (1 + np.exp(-design @ fit.params))) @ design
    bread = fit.normalized_cov_params
    sandwich = bread @ (scores.T @ scores) @ bread * n / (n - 1)
    back = np.array([[1, -middle / scale], [0, 1 / scale]])
    spread = back @ sandwich @ back.T
    cells: Any = tuple(tuple(float(cell) for cell in row) for row in spread)
    return LogisticDemand(float(a - b * middle / scale), float(b / scale), covariance=cells)


def _up_to(answers: Any, prices: Any) -> pd.DataFrame:
    """Who would buy at which price, from the highest price of each."""
    highest = inputs.numbers(answers, "answers", accept=("empty",), at_least=0)
    named = highest.dropna()
    if named.empty:
        raise ValueError("answers: nobody would buy at any price.")
    asked = np.sort(inputs.numbers(named if prices is None else prices, "prices", at_least=0))
    if prices is None:
        asked = np.unique(inputs.settled(asked))
    _rising(asked)
    told = highest.fillna(-np.inf).to_numpy()
    near = np.abs(told[:, None] - asked) <= 1e-9 * np.abs(asked)
    strange = highest.notna().to_numpy() & ~near.any(axis=1)
    problem = "is no price asked", "are no prices asked"
    inputs.refuse(strange, highest, "answers", problem, "Round down to the next price asked.")
    return pd.DataFrame((told[:, None] > asked) | near, highest.index, asked)


def _said_yes(answers: pd.DataFrame) -> pd.DataFrame:
    """Who would buy at which price, from one column of yes and no per price."""
    answers = inputs.table(answers, (), "answers")
    try:
        asked = [float(str(name)) for name in answers.columns]
    except ValueError:
        names = inputs.listed(list(answers.columns))
        raise ValueError(f"answers: name each column by its price; they are {names}.") from None
    inputs.numbers(asked, "answers (names of the columns)", at_least=0)
    flags = [inputs.flags(answers[name], f"answers.{name}") for name in answers.columns]
    yes = pd.concat(flags, axis=1, keys=asked).sort_index(axis=1)
    _rising(yes.columns.to_numpy(dtype=float))
    return yes


def _rising(asked: Any) -> None:
    twice = np.flatnonzero(np.diff(asked) <= 1e-9 * asked[1:])
    if len(twice):
        raise ValueError(f"prices: {asked[twice[0]]:g} is there twice. Give each price once.")


@style.figure(AskedPrices, width=9, height=5)
def plot_asked_prices(asked: AskedPrices, ax: Axes | None = None) -> None:
    """Draw the share that would buy, with intervals, and the profit per respondent.

    Parameters
    ----------
    asked : AskedPrices
        From `gabor_granger`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Demand on the left axis, profit on a second one to the right.
    """
    table, best = asked.table, asked.best.loc["most profit"].to_dict()
    price, money = table.index.to_numpy(), style.COLOURS["good"]
    around = np.abs(table[["low", "high"]].sub(table["demand"], axis=0)).T
    paint: dict[str, Any] = {"color": style.COLOURS["value"], "fmt": "o-", "capsize": 4}
    ax.errorbar(price, table["demand"], around, **paint)
    ax.axvspan(best["low"], best["high"], color=style.COLOURS["pale"], alpha=0.5, lw=0)
    ax.set(ylim=(0, 1.04), xlabel="price", ylabel="share that would buy", title=asked.title)
    ax.yaxis.label.set_color(style.COLOURS["value"])
    style.percent(ax.yaxis)
    right = ax.twinx()
    right.plot(price, table["profit"], "s--", color=money)
    right.plot([best["estimate"]], [best["value"]], "o", color="black", ms=11)
    right.set_ylabel("profit per respondent", color=money)
    right.set_ylim(min(0, table["profit"].min()), table["profit"].max() * 1.25)
    right.grid(visible=False)
    right.spines["right"].set_visible(True)
