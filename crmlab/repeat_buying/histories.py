"""Customers of equal history: fit and forecast on few rows, and join back where the many lie."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypeAlias

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs, intervals
from crmlab.inputs.engines import collected, engine
from crmlab.repeat_buying.forecast import Forecast
from crmlab.repeat_buying.models import Model
from crmlab.repeat_buying.spend import GammaGamma
from crmlab.repeat_buying.summary import Summary

Of: TypeAlias = Literal["purchases", "spend"]

KEYS = ["frequency", "recency", "T"]
SPENDING = ["frequency", "monetary_value"]


def distinct(summary: Any, *, of: Of = "purchases") -> Summary:
    """The distinct histories of a summary, each with its number of customers, in pandas.

    Two customers with equal frequency, recency and T are one row to every model of purchases. So
    a model is fitted to this table, and forecasts it, wherever the customers themselves lie:
    in a DuckDB relation larger than memory, or on a Spark cluster. `joined` brings the forecast
    back to them.

    Parameters
    ----------
    summary : Summary or frame
        From `summarise` or `split`, of any kind of frame.
    of : {"purchases", "spend"}
        What makes two customers equal: frequency, recency and T; or, among repeat buyers,
        frequency and monetary value, for `GammaGamma.fit`.

    Returns
    -------
    Summary
        One row per history, in the unit and window of the summary, with ``customers``. Of
        purchases, where there is money, ``monetary_value`` is the mean over the customers of a
        history, missing for one-time buyers; the total of a `lifetime_value` of this table is
        that of the customers, with the same interval. Its caption says its size.

    Raises
    ------
    ValueError
        Missing columns, no rows, or a summary that counts equal customers already.

    Notes
    -----
    This table is all that leaves the engine. Of purchases, the days of the window limit it,
    however many customers there are: a history is a first and a last day and a count. Of spend,
    amounts differ almost always, so it grows with the repeat buyers; a random part of them fits
    as well.

    Examples
    --------
    >>> summary = pd.DataFrame(
    ...     {"frequency": [0, 2, 0], "recency": [0, 3.0, 0], "T": [9.0, 9, 9]}, index=list("abc")
    ... )
    >>> distinct(summary)
             frequency  recency    T  customers
    history
    0                0      0.0  9.0          2
    1                2      3.0  9.0          1
    unit not said, 2 distinct histories of 3 customers
    """
    inputs.choice(of, "of", ("purchases", "spend"))
    keys = KEYS if of == "purchases" else SPENDING
    found = engine(summary, tuple(keys), "summary")
    if "customers" in found.names:
        raise ValueError("summary has a column customers: it counts equal customers already.")
    rows, sums = found.rows, [nw.len().alias("customers")]
    if of == "spend":
        rows = rows.filter(nw.col("frequency") > 0)
    elif "monetary_value" in found.names:
        sums.append(nw.col("monetary_value").mean())
    table = collected(rows.group_by(*keys).agg(*sums))
    if table.empty:
        who = "repeat buyers" if of == "spend" else "rows"
        raise ValueError(f"summary has no {who}; there are no histories.")
    table = table.astype({"customers": np.int64}).sort_values(keys, ignore_index=True)
    table = table.rename_axis("history")
    known = summary if isinstance(summary, Summary) else Summary(table)
    return replace(known, table=table, conventions={**known.conventions, "distinct": of})


def joined(
    summary: Any,
    histories: Summary,
    forecast: Forecast | pd.DataFrame,
    *,
    spend: GammaGamma | float | None = None,
    name: str = "estimate",
) -> Summary:
    r"""Each customer with the forecast of her history, where the customers lie.

    Parameters
    ----------
    summary : Summary or frame
        The customers, of any kind of frame, from which `distinct` made ``histories``.
    histories : Summary
        From `distinct`.
    forecast : Forecast or pandas.DataFrame
        Of ``histories``: from ``expected_purchases``, ``p_alive`` or `lifetime_value`.
    spend : GammaGamma or float
        What `lifetime_value` was given, for a value or an expected spend: it depends on each
        customer's own purchases too.
    name : str
        Name of the new column; its interval is in ``low`` and ``high``, or, under another name
        than ``"estimate"``, in ``name_low`` and ``name_high``.

    Returns
    -------
    Summary
        The summary with the new columns, in its kind of frame, in any order of rows. A lazy
        frame comes back lazy. A customer whose history is not among ``histories`` gets none.

    Raises
    ------
    ValueError
        A forecast of other rows, a value without ``spend``, a column that is there already.

    Notes
    -----
    Expected spend is a straight line in a customer's mean amount z, so a value is that of the
    history times :math:`(v + x z) / (v + x \bar z)`, with the mean of the history
    :math:`\bar z`. The variance of its logarithm is a polynomial of second degree in
    :math:`v / (v + x z)`. So neither needs the customers' amounts outside the engine.

    Examples
    --------
    >>> from crmlab.repeat_buying import BGNBD
    >>> summary = pd.DataFrame(
    ...     {"frequency": [2, 0, 2], "recency": [30.43, 0, 30.43], "T": [38.86] * 3},
    ...     index=pd.Index(["ann", "bob", "cy"], name="customer_id"),
    ... )
    >>> histories = distinct(summary)
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> ahead = model.expected_purchases(histories, periods=39)
    >>> joined(summary, histories, ahead)["estimate"].round(3).to_dict()
    {'ann': 1.226, 'bob': 0.195, 'cy': 1.226}
    """
    found = engine(summary, tuple(KEYS), "summary")
    table = _of_purchases(histories)
    estimates = forecast.table if isinstance(forecast, Forecast) else forecast
    if not (isinstance(estimates, pd.DataFrame) and estimates.index.equals(table.index)):
        raise ValueError("forecast has other rows than histories; forecast this table.")
    suffixes = ("low", "high") if name == "estimate" else (f"{name}_low", f"{name}_high")
    new = [name, *(suffixes if "low" in estimates else ())]
    for one in new:
        if one in found.names:
            raise ValueError(f"summary has a column {one} already; choose another name.")
    of_money = isinstance(forecast, Forecast) and forecast.what.startswith(("value", "spend"))
    if of_money and spend is None and "monetary_value" in table:
        raise ValueError(f"forecast is of {forecast.what}; give spend, as to lifetime_value.")
    if isinstance(forecast, Forecast) and of_money and isinstance(spend, Model):
        if not isinstance(spend, GammaGamma):
            raise ValueError(f"spend is a {type(spend).__name__}; give a GammaGamma or a number.")
        inputs.columns(found.names, ["monetary_value"], "summary")
        parts, made = _with_spend(table, forecast, spend, new)
    else:
        parts = {f"_{one}": estimates.iloc[:, place] for place, one in enumerate(new)}
        made = [nw.col(f"_{one}").alias(one) for one in new]
    small = {key: table[key].to_numpy() for key in KEYS}
    small |= {key: np.asarray(column, dtype=np.float64) for key, column in parts.items()}
    both = found.rows.join(found.with_table(small), on=KEYS, how="left")
    frame = found.back(both.with_columns(*made).select(*found.names, *new))
    return replace(summary if isinstance(summary, Summary) else Summary(frame), table=frame)


def _of_purchases(histories: Any) -> pd.DataFrame:
    said = histories.conventions.get("distinct") if isinstance(histories, Summary) else None
    if said != "purchases":
        raise ValueError("histories are not distinct(summary); join the forecast of those.")
    return histories.table


def _with_spend(
    table: pd.DataFrame, forecast: Forecast, spend: GammaGamma, new: list[str]
) -> tuple[dict[str, Any], list[Any]]:
    """What each history brings to a value, and how it and a customer's own mean make one."""
    v, x = spend.v, table["frequency"].to_numpy(np.float64)
    mean = table["monetary_value"].fillna(0.0).to_numpy()
    parts = {"_per": forecast.table["estimate"].to_numpy() / (v + x * mean)}
    bought = nw.col("frequency")
    own = nw.when(bought > 0).then(nw.col("monetary_value") * bought).otherwise(nw.lit(0.0)) + v
    value = nw.col("_per") * own
    if len(new) == 1:
        return parts, [value.alias(new[0])]
    constant, linear, square = _variance(forecast.slopes, forecast.covariance)
    parts |= {"_constant": constant, "_linear": linear}
    pull = v / own
    variance = nw.col("_constant") + nw.col("_linear") * pull + square * pull * pull
    confidence: Any = forecast.confidence
    reach = intervals.normal_quantile(confidence) * variance.sqrt()
    low, high = value * (-reach).exp(), value * reach.exp()
    return parts, [one.alias(key) for one, key in zip((value, low, high), new, strict=True)]


def _variance(slopes: Any, covariance: Any) -> tuple[NDArray[Any], NDArray[Any], float]:
    """The variance of the logarithm by history: coefficients of 1, s and s squared.

    The last parameter is v of the spend, and s the slope of the logarithm by it.
    """
    steep = slopes[:-1].astype(np.float64)
    constant = np.einsum("kn,kl,ln->n", steep, covariance[:-1, :-1], steep, optimize=True)
    return constant, 2 * covariance[-1, :-1] @ steep, float(covariance[-1, -1])
