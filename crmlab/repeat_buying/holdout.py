"""Does the forecast hold? What happened after the fit, next to what was expected."""

import datetime

import narwhals as nw
import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.repeat_buying.customers import UnitError, as_pandas, collected, conventions, unit_days
from crmlab.repeat_buying.transactions import (
    as_day,
    checked,
    day_number,
    opened,
    purchase_days,
)


def tracking(model, transactions, *, until, calibration_end=None, refunds="error"):
    """Repeat purchases of all customers, period by period: actual and expected.

    Parameters
    ----------
    model : BGNBD, MBGNBD or ParetoNBD
        With a time unit; the periods are that long.
    transactions : frame
        ``customer_id``, ``date``; any frame that `summarise` takes. Purchases of one customer on
        one day count once.
    until : date or str
        Last day shown. Later rows are left out.
    calibration_end : date or str, optional
        Last day the model has seen; customers who came later are left out of both sides and
        counted in ``attrs["new_customers"]``.
    refunds : str
        As in `summarise`.

    Returns
    -------
    pandas.DataFrame
        One row per period: ``end`` (date), ``purchases`` and ``expected`` in the period,
        ``cumulative`` purchases, and their expectation since the start: ``estimate``, and for a
        fitted model ``low`` and ``high`` (uncertainty of the parameters).
    """
    if model.unit is None:
        raise UnitError("the model has no time unit; make it with unit='week'")
    last = as_day(until, "until")
    known = last if calibration_end is None else as_day(calibration_end, "calibration_end")
    born, bought, newcomers = _daily(transactions, last, known, refunds)
    start, length = born.index.min(), unit_days(model.unit)
    count = int((day_number(last) - start + 1) // length)
    if count < 1:
        raise ValueError(f"until {last}: less than one {model.unit} after the first purchase")
    ends = start + np.ceil(length * np.arange(1, count + 1)).astype(int) - 1
    actual = np.array([bought[bought.index <= end].sum() for end in ends])
    ages = np.arange(1, int(ends[-1] - start) + 1)
    counts = np.array([[born.get(end - age, 0) for age in ages] for end in ends])
    rows = model._nudged(lambda one: counts @ one._new_purchases(ages / length))
    gradient = rows[1:] if len(rows) > 1 else None
    expected = model._positive(rows[0], gradient, 0.95, None)
    table = pd.DataFrame(
        {
            "end": [_date_of(end) for end in ends],
            "purchases": np.diff(actual, prepend=0),
            "expected": np.diff(expected["estimate"], prepend=0.0),
            "cumulative": actual,
        },
        index=pd.RangeIndex(1, count + 1, name=model.unit),
    ).join(expected.set_axis(range(1, count + 1)))
    table.attrs["calibration_end"] = None if calibration_end is None else str(known)
    table.attrs["new_customers"] = newcomers
    return table


def _date_of(number):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(number))


def _daily(transactions, last, known, refunds):
    """First purchases and repeat purchases by day number; customers who came too late."""
    rows, _ = opened(transactions)
    options = {"refunds": refunds, "same_day": "merge", "later": "ignore"}
    checked(rows, last, options, transactions)
    days = purchase_days(rows, last, options).select("customer_id", "date")
    firsts = days.group_by("customer_id").agg(nw.col("date").min().alias("first"))
    both = days.join(firsts, on="customer_id", how="inner")
    by_day = collected(
        both.group_by("date", "first").agg(nw.len().alias("n"))
        if known == last
        else both.with_columns(
            nw.when(nw.col("first") <= nw.lit(known)).then(nw.col("first")).alias("first")
        )
        .group_by("date", "first")
        .agg(nw.len().alias("n"))
    )
    late = by_day["first"].isna()
    newcomers = int(
        collected(firsts.filter(nw.col("first") > nw.lit(known)).select(nw.len().alias("n")))[
            "n"
        ].iloc[0]
    )
    by_day = by_day[~late]
    day = _numbers_of(by_day["date"])
    first = day == _numbers_of(by_day["first"])
    number = by_day["n"].to_numpy().astype(int)
    born = pd.Series(number[first], index=day[first]).groupby(level=0).sum()
    bought = pd.Series(number[~first], index=day[~first]).groupby(level=0).sum()
    return born, bought, newcomers


def _numbers_of(dates):
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(int)


def by_frequency(model, both, *, most=7, confidence=0.95):
    """Purchases in the holdout by purchases before: actual and expected, per customer.

    Parameters
    ----------
    model : model of repeat purchases
        Fitted to the calibration columns of ``both``.
    both : frame
        From `split`.
    most : int
        Customers with this many repeat purchases or more form the last group.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        One row per ``frequency``: ``customers``; ``actual``, the mean purchases in the holdout,
        with ``actual_low`` and ``actual_high`` (normal interval of a mean); expected purchases
        ``estimate``, and for a fitted model ``low`` and ``high``.
    """
    names = ("frequency", "recency", "T", "frequency_holdout", "T_holdout")
    table = as_pandas(both, names)[list(names)]
    table.attrs["conventions"] = conventions(both)
    periods = float(table["T_holdout"].iloc[0])
    if model.whole:
        periods = round(periods)
    group = np.minimum(table["frequency"].to_numpy(), most)
    rows = []
    z = intervals.normal_quantile(confidence)
    for value in np.unique(group):
        part = table[group == value]
        actual, count = part["frequency_holdout"], len(part)
        error = z * actual.std() / np.sqrt(count) if count > 1 else np.nan
        total = model.expected_purchases(part, periods=periods, confidence=confidence).attrs[
            "total"
        ]
        rows.append(
            {
                "customers": count,
                "actual": actual.mean(),
                "actual_low": max(actual.mean() - error, 0.0),
                "actual_high": actual.mean() + error,
                **{name: number / count for name, number in total.items()},
            }
        )
    index = [f"{int(v)}+" if v == most else f"{int(v)}" for v in np.unique(group)]
    return pd.DataFrame(rows, index=pd.Index(index, name="frequency"))


def calibration(predicted, happened, *, groups=10, confidence=0.95):
    """Chances that were forecast against what happened: does 70 % come true seven times in ten?

    Parameters
    ----------
    predicted : pandas.Series
        A chance between 0 and 1 for each customer, such as ``model.p_alive(summary)["estimate"]``.
    happened : pandas.Series of bool
        Whether it came true, for the same customers in any order.
    groups : int
        Number of equal steps from 0 to 1; steps without a customer are left out.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per step, named by its upper end: ``customers``; ``predicted``, their mean chance;
        ``estimate``, the share for whom it came true, with ``low`` and ``high`` (Wilson).

    Raises
    ------
    ValueError
        A chance that is missing or outside 0..1, no customers, or customers without an outcome.

    Examples
    --------
    >>> predicted = pd.Series([0.1, 0.2, 0.9, 0.8], index=["a", "b", "c", "d"])
    >>> happened = pd.Series([False, True, True, True], index=["a", "b", "c", "d"])
    >>> calibration(predicted, happened, groups=2).round(2)
          customers  predicted  estimate   low  high
    step
    0.5           2       0.15       0.5  0.09  0.91
    1.0           2       0.85       1.0  0.34  1.00
    """
    steps = inputs.count(groups, "groups")
    chance = inputs.numbers(predicted, "predicted", at_least=0, at_most=1)
    outcome = happened.reindex(chance.index)
    unknown = ~outcome.isin([True, False])
    remedy = "Give each customer an outcome."
    inputs.refuse(
        unknown, outcome, "happened", ("is not True or False", "are not True or False"), remedy
    )
    upper = np.maximum(np.ceil((chance.to_numpy() * steps).round(9)), 1) / steps
    frame = pd.DataFrame({"predicted": chance.to_numpy(), "happened": outcome.to_numpy(bool)})
    grouped = frame.groupby(pd.Index(upper, name="step"))
    table = pd.DataFrame({"customers": grouped.size(), "predicted": grouped["predicted"].mean()})
    came_true = grouped["happened"].sum()
    table["estimate"] = came_true / table["customers"]
    table["low"], table["high"] = intervals.wilson(came_true, table["customers"], confidence)
    return table


def alive_map(model, *, T, most=15, steps=60):
    """P(alive) of customers of one age, over frequency and recency.

    Parameters
    ----------
    model : model of repeat purchases in continuous time
    T : float
        Age, in the model's time unit.
    most : int
        Largest number of repeat purchases.
    steps : int
        Points on the recency axis.

    Returns
    -------
    pandas.DataFrame
        Rows: frequency 1 .. ``most``; columns: recency, up to T.
    """
    recency = np.linspace(0, T, steps + 1)[1:]
    frequency = np.arange(1, most + 1)
    x, tx = (grid.ravel() for grid in np.meshgrid(frequency, recency, indexing="ij"))
    grid = {"frequency": x, "recency": tx, "T": np.full(len(x), float(T))}
    chance = model.p_alive(grid, confidence=None)["estimate"].to_numpy()
    result = pd.DataFrame(
        chance.reshape(most, steps),
        index=pd.Index(frequency, name="frequency"),
        columns=pd.Index(recency, name="recency"),
    )
    result.attrs["unit"] = model.unit
    return result


def alive_history(model, transactions, *, until, refunds="error", confidence=0.95):
    """P(alive) of one customer on each day since the first purchase.

    Parameters
    ----------
    model : model of repeat purchases in continuous time
        With a time unit.
    transactions : frame
        The rows of one customer: ``customer_id``, ``date`` and, if there, ``amount``.
    until : date or str
        Last day shown.
    refunds : str
        As in `summarise`.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        Index: date; ``purchase``, whether the customer bought that day; ``estimate``, and for a
        fitted model ``low`` and ``high``.

    Raises
    ------
    ValueError
        Rows of more than one customer, and what ``refunds`` forbids.
    """
    if model.unit is None:
        raise UnitError("the model has no time unit; make it with unit='week'")
    final = as_day(until, "until")
    options = {"refunds": refunds, "same_day": "merge", "later": "ignore"}
    log, _ = opened(transactions)
    checked(log, final, options, transactions)
    rows = collected(purchase_days(log, final, options).select("customer_id", "date"))
    last = day_number(final)
    if rows.empty:
        raise ValueError(f"transactions.date: no purchase up to {until}")
    if rows["customer_id"].nunique() != 1:
        raise ValueError(
            f"transactions.customer_id: {rows['customer_id'].nunique()} customers; give the"
            " rows of one customer"
        )
    bought = np.unique(_numbers_of(rows["date"]))
    days = np.arange(bought[0], last + 1)
    before = np.searchsorted(bought, days, side="right")
    length = unit_days(model.unit)
    grid = {
        "frequency": before - 1,
        "recency": (bought[before - 1] - bought[0]) / length,
        "T": (days - bought[0]) / length,
    }
    chance = model.p_alive(grid, confidence=confidence)
    dates = pd.DatetimeIndex(days.astype("datetime64[D]"), name="date")
    table = chance.set_index(dates)
    table.insert(0, "purchase", np.isin(days, bought))
    return table
