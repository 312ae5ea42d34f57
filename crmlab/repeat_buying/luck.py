"""What single customers will do: a range for each, and for all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from crmlab import inputs, intervals
from crmlab.repeat_buying.comparison import told_apart
from crmlab.repeat_buying.customers import as_pandas, row_weights
from crmlab.repeat_buying.forecast import Forecast, forecast_of
from crmlab.repeat_buying.purchases import PurchaseModel, Summaries
from crmlab.repeat_buying.spreading import spread
from crmlab.repeat_buying.summary import Summary
from crmlab.results import Result

LEAST, NUDGE = 1e-300, 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class Luck(Result):
    """How many purchases each customer may make, one customer's luck included.

    ``luck["none"]`` is a column; ``luck[mask]`` and ``luck[ids]`` are those of these customers.

    Attributes
    ----------
    table : pandas.DataFrame
        The customers' index; ``expected``, the mean; ``sd``, the standard deviation around it;
        ``none``, the chance of no purchase at all; ``low`` and ``high``, whole numbers between
        which the purchases of this customer will lie.
    forecast : Forecast
        The means, with the uncertainty of the parameters.
    chances : Forecast
        The chances to buy at all, likewise.
    confidence : float
        Coverage of the ranges.
    """

    forecast: Forecast
    chances: Forecast
    confidence: float

    @property
    def caption(self) -> str:
        """What is forecast, and what the ranges cover, in one line."""
        return f"{self.forecast.what}; {100 * self.confidence:.4g} % of customers like each"

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, asked: Any) -> Any:
        if isinstance(asked, str):
            inputs.columns(self.table.columns, [asked], "luck")
            return self.table[asked]
        rows = inputs.places(self.table.index, asked, "luck")
        several = self.forecast[asked], self.chances[asked]
        return Luck(self.table.iloc[rows], *several, self.confidence)

    def total(self) -> pd.Series:
        """Purchases of these customers together, with both doubts in the range.

        Returns
        -------
        pandas.Series
            ``estimate``; ``low`` and ``high``: whole numbers between which the total will lie.

        Notes
        -----
        The variance adds up the customers' own variances, and the square of the error that the
        parameters bring to the total. A negative binomial distribution of this mean and variance
        gives the range.
        """
        mean, doubt = _doubted(self.forecast)
        variance = float(np.sum(self._weights * self.table["sd"].to_numpy() ** 2)) + doubt
        low, high = _range(mean, variance, self.confidence)
        return pd.Series({"estimate": mean, "low": low, "high": high}, name="total")

    @property
    def _weights(self) -> NDArray[np.float64]:
        known = self.forecast.weights
        return np.ones(len(self.table)) if known is None else known

    def buyers(self) -> pd.Series:
        """How many of these customers buy at all.

        Returns
        -------
        pandas.Series
            ``estimate``; ``low`` and ``high``: whole numbers between which it will lie.

        Notes
        -----
        The variance adds up the customers' own variances, none (1 - none), and the square of the
        error that the parameters bring to their sum.
        """
        chance, most = 1 - self.table["none"].to_numpy(), float(self._weights.sum())
        mean, doubt = _doubted(self.chances)
        spread = np.sqrt(np.sum(self._weights * chance * (1 - chance)) + doubt)
        reach = intervals.normal_quantile(self.confidence) * float(spread)
        low, high = max(np.floor(mean - reach), 0.0), min(np.ceil(mean + reach), most)
        return pd.Series({"estimate": mean, "low": low, "high": high}, name="buyers")

    def trial(self, effect: float) -> int:
        """Customers needed, both halves together, to show that a call makes more of them buy.

        Parameters
        ----------
        effect : float
            Share of the called who buy only because of the call.

        Returns
        -------
        int
            Twice the `crmlab.evidence.trial_size` of the share who buy without a call.

        Raises
        ------
        ValueError
            So many are expected to buy anyway that the effect has no room, as after a few days.
        """
        from crmlab.evidence import trial_size

        wanted = inputs.number(effect, "effect", above=0, at_most=1)
        share = float(self.buyers()["estimate"] / self._weights.sum())
        if share + wanted > 1:
            raise ValueError(
                f"effect is {wanted:g}, but {share:.1%} of the customers are expected to buy "
                "without a call; so many more cannot come. Forecast fewer periods, or take a "
                "longer list of purchases."
            )
        return 2 * trial_size(wanted, sd=float(np.sqrt(share * (1 - share))))

    def held(self, came: inputs.Numbers) -> pd.Series:
        """The share of customers whose purchases lay in their range.

        Parameters
        ----------
        came : Series
            What each customer bought, for the same customers in any order; where a row stands for
            several equal customers, what each of them bought.

        Returns
        -------
        pandas.Series
            ``customers``; ``estimate``, the share, with ``low`` and ``high`` (Wilson).
        """
        bought = inputs.numbers(came, "came", at_least=0)
        if isinstance(came, pd.Series):
            inputs.one_row_each(bought, "came")
            inputs.shared_ids(self.table.index, bought.index, "came")
            bought = bought.reindex(self.table.index)
        if len(bought) != len(self.table):
            raise ValueError(f"came has {len(bought):,} numbers for {len(self.table):,} customers.")
        number, most = bought.to_numpy(), float(self._weights.sum())
        lies = (number >= self.table["low"]) & (number <= self.table["high"])
        inside = float(self._weights @ lies)
        low, high = (float(end) for end in intervals.wilson(inside, most, self.confidence))
        share = inside / most
        told = {"customers": most, "estimate": share}
        return pd.Series(told | {"low": min(low, share), "high": max(high, share)}, name="held")


def luck(
    model: PurchaseModel, summary: Summaries, *, periods: float, confidence: float = 0.95
) -> Luck:
    r"""How many purchases each customer may make in the next periods, luck included.

    A forecast such as `expected_purchases` is a mean, and its interval says how well that mean is
    known. One customer does not buy a mean: this is the range of what a customer will do.

    Parameters
    ----------
    model : model of repeat purchases
    summary : Summary, frame, mapping or Series
        Customers.
    periods : float
        Length of the forecast, in the model's time unit.
    confidence : float
        Chance that a customer's purchases lie in the range, at least.

    Returns
    -------
    Luck

    Raises
    ------
    ValueError
        As for ``model.expected_purchases``; a customer who may buy more than 20,000 times.

    Notes
    -----
    The ends of the range are quantiles of ``model.purchase_distribution``: the chance to lie below
    ``low`` is less than :math:`(1 - c)/2`, and so is the chance to lie above ``high``. The doubt
    about the parameters is small beside one customer's luck and left out of the single ranges;
    ``Luck.total`` and ``Luck.buyers`` have both.

    Examples
    --------
    >>> from crmlab.repeat_buying import NBD
    >>> model = NBD(r=1.0, alpha=1.0, unit="week")
    >>> two = pd.DataFrame({"frequency": [1, 9], "recency": [1.0, 4], "T": [4.0, 4]})
    >>> luck(model, two, periods=5, confidence=0.9).table.round(2)
       expected    sd  none  low  high
    0       2.0  2.00  0.25    0     6
    1      10.0  4.47  0.00    4    18
    """
    tail = intervals.tail(confidence)
    forecast = model.expected_purchases(summary, periods=periods, confidence=confidence)
    customers, horizon = model._read(summary), model._horizon(periods)
    mean = forecast["estimate"].to_numpy()
    found = spread(model, customers, mean, (horizon, tail))
    table = pd.DataFrame(found, columns=["sd", "none", "low", "high"], index=forecast.index)
    table.insert(0, "expected", mean)
    chances = _chances(model, customers, horizon, confidence)
    return Luck(table.astype({"low": int, "high": int}), forecast, chances, confidence)


def _doubted(forecast: Forecast) -> tuple[float, float]:
    """The sum of a forecast, and the variance that the parameters bring to it."""
    told = forecast.total()
    mean = float(told["estimate"])
    if forecast.confidence is None or "high" not in told or mean == 0:
        return mean, 0.0
    reach = float(np.log(told["high"] / mean))
    return mean, (mean * reach / intervals.normal_quantile(forecast.confidence)) ** 2


def _chances(model: PurchaseModel, customers: Any, horizon: float, confidence: float) -> Forecast:
    """The chance of each customer to buy at all, with its slopes by the log parameters."""

    def logs(theta: NDArray[np.float64]) -> NDArray[np.float64]:
        one = model._at(theta)
        alive = special.expit(one._log_odds(customers, False)[0])
        return np.log(np.maximum(alive * (1 - one._count_chances(customers, horizon, 0)), LEAST))

    slopes, known = model._room(len(customers.index), confidence), None
    if slopes is not None:
        for place in range(len(model.theta)):
            step = np.where(np.arange(len(model.theta)) == place, NUDGE, 0.0)
            up, down = (logs(model.theta * np.exp(way * step)) for way in (1, -1))
            slopes[place] = (up - down) / (2 * NUDGE)
        known = slopes, model._log_covariance(), confidence
    what, here = "chance to buy at all", logs(model.theta)
    return forecast_of(here, customers.index, what, known=known, weights=customers.weight)


def _range(mean: float, variance: float, confidence: float) -> tuple[float, float]:
    """Range of a number of purchases: negative binomial, or Poisson where it spreads no wider."""
    from scipy import stats

    tail = intervals.tail(confidence)
    if variance > mean * (1 + 1e-9):
        shape = mean**2 / (variance - mean)
        law = stats.nbinom(shape, mean / variance)
    else:
        law = stats.poisson(mean)
    low, high = law.ppf([tail, 1 - tail])
    return float(min(low, np.floor(mean))), float(max(high, np.ceil(mean)))


def holdout_totals(both: Summary, *models: PurchaseModel, confidence: float = 0.95) -> pd.DataFrame:
    """What came in the holdout of all these customers, beside what each model expected.

    Parameters
    ----------
    both : Summary
        From `split`; ``both[mask]`` for some of the customers.
    *models : model of repeat purchases
        Fitted to the calibration columns.
    confidence : float
        Coverage of the ranges.

    Returns
    -------
    pandas.DataFrame
        One row per model; models of one title are told apart by season and covariates, or numbered.
        ``came``, what was bought, by all customers that a row stands for; ``estimate``, what the
        model expected, with ``low`` and ``high`` for both doubts, parameters and luck; ``held``,
        whether what came lies between them.

    Raises
    ------
    ValueError
        Not a split summary, no customers, no model, or what is no model of purchases.
    """
    inputs.columns(getattr(both, "columns", ()), ["frequency_holdout", "T_holdout"], "both")
    if not models:
        raise ValueError("holdout_totals: no model; write holdout_totals(both, model).")
    for model in models:
        if not isinstance(model, PurchaseModel):
            raise ValueError(
                f"holdout_totals: {inputs.shown(model)} is no fitted model of purchases; write "
                "holdout_totals(both, one, other), the models one by one."
            )
    widths = inputs.numbers(both["T_holdout"], "both.T_holdout", above=0)
    if widths.max() - widths.min() > 1e-9 * widths.max():
        raise ValueError("both.T_holdout: holdouts of different length; split in one go.")
    periods = float(widths.iloc[0])
    later = inputs.numbers(both["frequency_holdout"], "both.frequency_holdout", at_least=0)
    weights = row_weights(as_pandas(both, ()))
    came = float(later.sum() if weights is None else weights @ later)
    rows = {}
    for name, model in zip(told_apart([one.title for one in models], models), models, strict=True):
        length = round(periods) if model.whole else periods
        told = luck(model, both, periods=length, confidence=confidence).total()
        held = bool(told["low"] <= came <= told["high"])
        rows[name] = {
            "came": int(came) if came.is_integer() else came,
            **told.to_dict(),
            "held": held,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
