"""Lifetime value: expected purchases times spend times margin, discounted."""

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.repeat_buying import fitting
from crmlab.repeat_buying.customers import UnitError, unit_days
from crmlab.repeat_buying.models import Model
from crmlab.repeat_buying.spend import GammaGamma
from crmlab.repeat_buying.spend import _read as read_spend


def lifetime_value(model, spend, summary, *, margin, annual_rate, years=None, confidence=0.95):
    r"""Present value of each customer's future purchases.

    Parameters
    ----------
    model : BGNBD, MBGNBD, ParetoNBD, BGBB or ShiftedBetaGeometric
        Who buys how often. Its time unit, or the summary's, turns years into periods.
    spend : GammaGamma, float or array-like
        Spend per purchase: a model, one amount, or one amount per customer; a Series is matched
        by its index.
    summary : frame, mapping or Series
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
    pandas.DataFrame
        The summary's index; ``estimate``, and where all models are fitted ``low`` and ``high``:
        delta method on the logarithm, uncertainty of the parameters only, spend independent of
        frequency. ``attrs["total"]`` is the sum over all rows with its own interval.

    Raises
    ------
    ValueError
        A margin outside 0..1, a rate of 2 or more, no time unit, no discount for an infinite
        horizon, infinite spend, a Series of spend without some of the customers.

    Notes
    -----
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
    >>> lifetime_value(model, 35, three, margin=0.3, annual_rate=0.15, years=1).round(2)
       estimate
    0     15.39
    1      2.49
    2      3.44
    >>> lifetime_value(model, 35, three, margin=0.3, annual_rate=0.15).round(2)
       estimate
    0     54.38
    1     10.72
    2     10.88
    """
    force, horizon = _discount(annual_rate, years)
    if isinstance(model, GammaGamma) or not isinstance(model, Model):
        kind = type(model).__name__
        raise ValueError(f"model is a {kind}; give the model of purchases first, then the spend")
    customers = model._read(summary)
    unit = model.unit or customers.unit
    if unit is None:
        raise UnitError("neither model nor summary says its time unit; make one with unit='week'")
    _check_margin(margin)
    scale = unit_days(unit) / 365.25
    length = np.inf if horizon is None else horizon / scale
    if model.whole and np.isfinite(length):
        length = _whole(length, years, unit)
    bought, slope = model._forecast(
        customers, length, force=force * scale, with_gradient=confidence is not None
    )
    spent, spend_slope = _spend(spend, summary, customers.index, confidence is not None)
    estimate = bought + spent + np.log(margin)
    known = slope is not None and (spend_slope is not None or not isinstance(spend, GammaGamma))
    parts = [(slope, model._log_covariance())] if known else []
    if known and spend_slope is not None:
        parts.append((spend_slope, spend._log_covariance()))
    return _frame(estimate, parts, confidence, customers)


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


def _spend(spend, summary, index, with_gradient):
    if isinstance(spend, GammaGamma):
        logs, slope = spend._log_spend(read_spend(summary), with_gradient)
        if np.isinf(logs).any():
            raise ValueError(
                f"spend: q is {spend.q:.3g}, not above 1, so the mean spend of"
                f" {int(np.isinf(logs).sum()):,} customers is infinite; no value can be given"
            )
        return logs, slope
    amounts = pd.Series(_amounts(spend, index), index)
    remedy = "Give the amount per purchase, above 0."
    return np.log(inputs.numbers(amounts, "spend", above=0, remedy=remedy).to_numpy()), None


def _amounts(spend, index):
    """One amount per customer, in the order of ``index``."""
    if isinstance(spend, Model | pd.DataFrame):
        raise ValueError(
            f"spend is a {type(spend).__name__}; give a GammaGamma, an amount or a column of "
            "amounts, such as spend_model.expected_spend(summary)['estimate']"
        )
    if isinstance(spend, pd.Series) and not spend.index.equals(index):
        if spend.index.has_duplicates or not index.isin(spend.index).all():
            raise ValueError(
                f"spend: a Series of {len(spend):,} rows whose index does not name each of the "
                f"{len(index):,} customers once; take it from the same summary"
            )
        spend = spend.loc[index]
    if np.ndim(spend) and len(spend) != len(index):
        raise ValueError(f"spend has {len(spend):,} amounts for {len(index):,} customers")
    return np.broadcast_to(np.asarray(spend), (len(index),))


def _frame(estimate, parts, confidence, customers):
    reach = None
    if parts:
        reach = intervals.normal_quantile(confidence) * fitting.together(parts)
    result = fitting.with_interval(estimate, reach, np.exp, customers.index)
    values = result["estimate"].to_numpy()
    result.attrs["total"] = fitting.total(values, customers.weight, parts, confidence)
    return result
