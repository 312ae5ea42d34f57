"""Lifetime value: expected purchases times spend times margin, discounted."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg

from crmlab import inputs, intervals
from crmlab.repeat_buying.customers import UnitError, unit_days
from crmlab.repeat_buying.forecast import Forecast, forecast_of
from crmlab.repeat_buying.models import Model
from crmlab.repeat_buying.purchases import PurchaseModel, Summaries
from crmlab.repeat_buying.spend_model import SpendModel
from crmlab.results import Result

Spend: TypeAlias = "SpendModel | float | inputs.Numbers"


def lifetime_value(
    model: PurchaseModel,
    spend: Spend,
    summary: Summaries,
    *,
    margin: float,
    annual_rate: float,
    years: float | None = None,
    confidence: float | None = 0.95,
) -> Forecast:
    r"""Present value of each customer's future purchases.

    Parameters
    ----------
    model : BGNBD, MBGNBD, ParetoNBD, BGBB, ShiftedBetaGeometric or WithCovariates
        Who buys how often. Its time unit, or the summary's, turns years into periods.
    spend : GammaGamma, SpendWithCovariates, float or array-like
        Spend per purchase: a model, one amount, or one amount per customer; a Series is matched
        by its index.
    summary : Summary, frame, mapping or Series
        Customers; with a spend model also ``monetary_value``.
    margin : float
        Contribution as a share of spend, such as 0.3 for 30 %.
    annual_rate : float
        Discount rate a year, such as 0.15 for 15 %.
    years : float, optional
        Horizon; None for all future purchases.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    Forecast
        One row per customer, with ``low`` and ``high`` where all models are fitted (the
        uncertainty of their parameters, spend independent of frequency);
        ``value[ids].total()`` is what any part is worth, with its own interval.

    Raises
    ------
    ValueError
        A margin outside 0..1, a rate of 2 or more, no time unit, no discount for an infinite
        horizon, infinite spend, a Series of spend without some of the customers.

    Notes
    -----
    Under a model with a season the discount runs in calendar time, purchases in operational time.
    A purchase u years from now counts :math:`(1 + i)^{-u}`, whenever in the year it comes; at
    opportunities and renewals u is a whole number of periods. The purchase or renewal of today is
    not part of it. A year is 365.25 days, so 52.18 weeks. Without a horizon and with spend of 1
    and margin of 1, this is the discounted expected residual transactions (DERT) of Fader, Hardie
    & Lee (2005), "RFM and CLV", Journal of Marketing Research 42(4); under BG/NBD by quadrature
    over the chance to leave and the purchase rate.

    Examples
    --------
    >>> from crmlab.repeat_buying import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> three = pd.DataFrame(
    ...     {"frequency": [2, 0, 10], "recency": [30.43, 0, 20], "T": [38.86, 38.86, 39]}
    ... )
    >>> value = lifetime_value(model, 35, three, margin=0.3, annual_rate=0.15, years=1)
    >>> value["estimate"].round(2).tolist()
    [15.39, 2.49, 3.44]
    >>> value[value["estimate"] > 3].total().round(2).tolist()
    [18.83]
    >>> whole = lifetime_value(model, 35, three, margin=0.3, annual_rate=0.15)
    >>> whole["estimate"].round(2).tolist()
    [54.38, 10.72, 10.88]

    With models fitted to the summary of a log:

    ``value = rb.lifetime_value(buying, spend, summary, margin=0.3, annual_rate=0.15, years=3)``
    """
    force, horizon = _discount(annual_rate, years)
    _check_margin(margin)
    if not isinstance(model, PurchaseModel):
        kind = model.__name__ if isinstance(model, type) else type(model).__name__
        raise ValueError(f"model is a {kind}; give the fitted model of purchases, then the spend")
    customers = model._read(summary)
    unit = model.unit or customers.unit
    if unit is None:
        raise UnitError(
            "the time unit is not known; give the model one, as BGNBD(..., unit='week')"
        )
    scale = unit_days(unit) / 365.25
    length = np.inf if horizon is None else horizon / scale
    if model.whole and np.isfinite(length):
        length = _whole(length, years, unit)
    slopes, covariance = _room(model, spend, len(customers.index), confidence)
    first = None if slopes is None else slopes[: len(model.names())]
    rest = None if slopes is None else slopes[len(model.names()) :]
    logs = model._forecast(customers, length, force=force * scale, slopes=first)
    logs += _log_spend(spend, summary, customers.index, rest)
    logs += np.log(margin)
    known = None if slopes is None else (slopes, covariance, confidence)
    span = "all of the future" if years is None else f"{years:g} year{'s' * (years != 1)}"
    what = f"value of {span}, margin {100 * margin:.4g} %, {100 * annual_rate:.4g} % a year"
    return forecast_of(logs, customers.index, what, known=known, weights=customers.weight)


def _room(
    model: PurchaseModel, spend: Spend, count: int, confidence: float | None
) -> tuple[NDArray[np.float32] | None, NDArray[np.float64] | None]:
    """Room for the slopes of all parameters, and their covariance; None without intervals."""
    estimated = [one for one in (model, spend) if isinstance(one, Model)]
    if confidence is not None:
        intervals.tail(confidence)
    if confidence is None or any(one.covariance is None for one in estimated):
        return None, None
    covariance = linalg.block_diag(*(one._log_covariance() for one in estimated))
    return np.empty((len(covariance), count), dtype=np.float32), covariance


def _discount(annual_rate, years):
    remedy = "Write 0.15 for 15 %."
    annual_rate = inputs.number(annual_rate, "annual_rate", at_least=0, at_most=2, remedy=remedy)
    if years is None:
        if annual_rate == 0:
            raise ValueError(
                "annual_rate is 0 and years is None: without a discount the sum over all time is"
                " infinite or nearly so; give a rate or a horizon"
            )
        return np.log1p(annual_rate), None
    years = inputs.number(years, "years", above=0, remedy="None stands for all of the future.")
    return np.log1p(annual_rate), years


def _check_margin(margin):
    remedy = "It is a share of spend, such as 0.3 for 30 %."
    inputs.number(margin, "margin", above=0, at_most=1, remedy=remedy)


def _whole(length, years, unit):
    periods = round(length)
    if periods < 1 or abs(length - periods) > 0.02:
        raise ValueError(f"years is {years}: not a whole number of {unit}s, as this model counts")
    return float(periods)


def _log_spend(spend, summary, index, slopes):
    if isinstance(spend, SpendModel):
        logs = spend._log_spend(spend._read(summary), slopes)
        if np.isinf(logs).any():
            raise ValueError(
                f"spend: q is {spend.q:.3g}, not above 1, so the mean spend of"
                f" {int(np.isinf(logs).sum()):,} customers is infinite; no value can be given"
            )
        return logs
    amounts = pd.Series(_amounts(spend, index), index)
    remedy = "Give the amount per purchase, above 0."
    return np.log(inputs.numbers(amounts, "spend", above=0, remedy=remedy).to_numpy())


def _amounts(spend, index):
    """One amount per customer, in the order of ``index``."""
    if isinstance(spend, Model | pd.DataFrame | Result):
        raise ValueError(
            f"spend is a {type(spend).__name__}; give a GammaGamma, whose own uncertainty then "
            "counts, an amount or a column of amounts, such as table['amount']"
        )
    if isinstance(spend, pd.Series) and not spend.index.equals(index):
        if spend.index.has_duplicates or not index.isin(spend.index).all():
            raise ValueError(
                f"spend: a Series of {len(spend):,} rows whose index does not name each of the "
                f"{len(index):,} customers once; take it from the same summary"
            )
        spend = spend.loc[index]
    if np.ndim(spend) > 1:
        raise ValueError("spend has rows and columns; give one amount per customer")
    if np.ndim(spend) and len(spend) != len(index):
        raise ValueError(f"spend has {len(spend):,} amounts for {len(index):,} customers")
    return np.broadcast_to(np.asarray(spend), (len(index),))
