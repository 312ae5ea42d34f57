"""How long money stays out, how much is collected, how much will never come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class ExpectedLoss(Result):
    """What of the open money will never be paid.

    Attributes
    ----------
    table : pandas.DataFrame
        For each bucket ``balance``, ``loss_rate`` and ``loss``.
    """

    @property
    def total(self) -> float:
        """Expected loss of all buckets."""
        return float(self.table["loss"].sum())

    @property
    def caption(self) -> str:
        """The sum, in money and as a share of the balances."""
        balance = self.table["balance"].sum()
        share = f", {self.total / balance:.1%} of {balance:,.2f}" if balance else ""
        return f"Expected loss {self.total:,.2f}{share}."


def days_sales_outstanding(receivables: float, sales: float, *, days: float) -> float:
    """Days of credit sales that are still out.

    Parameters
    ----------
    receivables : float
        Money open at the end of the period.
    sales : float
        Credit sales of the period, above 0.
    days : float
        Days in the period.

    Returns
    -------
    float
        receivables / sales x days.

    Raises
    ------
    ValueError
        Negative receivables; sales or days not above 0.

    Notes
    -----
    Rising sales make it look better and falling ones worse, though nobody pays otherwise:
    `count_back` does not err so.

    Examples
    --------
    >>> days_sales_outstanding(450, 1_200, days=90)
    33.75
    """
    open_money = inputs.number(receivables, "receivables", at_least=0)
    sold = inputs.number(sales, "sales", above=0)
    return open_money / sold * inputs.number(days, "days", above=0)


def count_back(receivables: float, sales: inputs.Numbers, days: inputs.Numbers) -> float:
    """Days of sales outstanding, counted back month by month from the last one.

    Parameters
    ----------
    receivables : float
        Money open at the end of the last month.
    sales : array-like, shape (n,)
        Credit sales of each month, in order of time.
    days : array-like, shape (n,)
        Days in each month.

    Returns
    -------
    float
        Whole months whose sales the open money covers, in days, and a part of the next.

    Raises
    ------
    ValueError
        Rows of different length; negative sales; open money beyond the sales of all months.

    Examples
    --------
    450 open: the 300 of March and half of February's 300.

    >>> count_back(450, [600, 300, 300], [31, 28, 31])
    45.0
    """
    left = inputs.number(receivables, "receivables", at_least=0)
    sold = inputs.numbers(sales, "sales", at_least=0).to_numpy()
    length = inputs.numbers(days, "days", above=0).to_numpy()
    if len(sold) != len(length):
        raise ValueError(f"sales has {len(sold)} months and days {len(length)}; give one each.")
    if left > sold.sum() * (1 + 1e-9):
        raise ValueError(
            f"receivables {left:,.2f} exceed the sales of all {len(sold)} months, "
            f"{sold.sum():,.2f}. Give more months."
        )
    counted = 0.0
    for amount, month in zip(sold[::-1], length[::-1], strict=True):
        if amount >= left:
            return float(counted + (month * left / amount if amount else 0.0))
        left, counted = left - amount, counted + month
    return float(counted)


def collection_effectiveness(
    opening: float, sales: float, *, closing: float, closing_current: float
) -> float:
    """Share of the money that could be collected in a period and was.

    Parameters
    ----------
    opening, closing : float
        Money open at the beginning and at the end.
    sales : float
        Credit sales of the period.
    closing_current : float
        Part of `closing` that is not due yet.

    Returns
    -------
    float
        (opening + sales - closing) / (opening + sales - closing_current), a share; NaN where
        nothing was due.

    Raises
    ------
    ValueError
        A negative amount; more not due than open; more open than opening and sales.

    Notes
    -----
    Collection effectiveness index of the National Association of Credit Management.

    Examples
    --------
    >>> round(collection_effectiveness(1_000, 800, closing=900, closing_current=700), 3)
    0.818
    """
    at_start = inputs.number(opening, "opening", at_least=0)
    sold = inputs.number(sales, "sales", at_least=0)
    at_end = inputs.number(closing, "closing", at_least=0, at_most=at_start + sold)
    current = inputs.number(closing_current, "closing_current", at_least=0, at_most=at_end)
    due = at_start + sold - current
    return (at_start + sold - at_end) / due if due > 0 else float("nan")


def loss_rates(reached: inputs.Numbers, *, lost: float) -> pd.Series:
    r"""Share of the money in each bucket that is never paid, from what reached each bucket.

    Parameters
    ----------
    reached : Series or mapping
        Of the same sales: the money that reached each bucket, the first (not due) first. What
        reaches the next bucket was not paid in this one.
    lost : float
        Money of these sales that was never paid.

    Returns
    -------
    pandas.Series
        lost / reached, by bucket: shares from 0 to 1.

    Raises
    ------
    ValueError
        Money that grows from bucket to bucket, or a bucket that nothing reached while something
        was lost.

    Notes
    -----
    The simplified approach of IFRS 9: the product of roll rates,
    :math:`\prod_j reached_{j+1} / reached_j`. Sales must be old enough: of a month that is still
    being paid the rates come out too high.

    Examples
    --------
    100,000 sold; 50,000, 23,000, 8,000 and 2,000 not paid after the 1st to 4th bucket.

    >>> reached = {"not due": 100_000, "1-30": 50_000, "31-60": 23_000, "61-90": 8_000,
    ...            "over 90": 2_000}
    >>> loss_rates(reached, lost=2_000).round(4).tolist()
    [0.02, 0.04, 0.087, 0.25, 1.0]
    """
    money = inputs.numbers(reached, "reached", at_least=0)
    never = inputs.number(lost, "lost", at_least=0)
    steps = np.diff(money.to_numpy())
    if (steps > 1e-9 * money.max()).any():
        place = money.index[int(np.argmax(steps > 1e-9 * money.max())) + 1]
        raise ValueError(
            f"reached grows at {place!r}; give what of the same sales reached each bucket, which "
            "can only fall. Balances of one day are different sales."
        )
    if never > money.iloc[-1] * (1 + 1e-9):
        raise ValueError(
            f"lost is {never:,.2f} and only {money.iloc[-1]:,.2f} reached the last bucket."
        )
    return (never / money.where(money > 0)).fillna(0.0).rename("loss_rate")


def expected_loss(balances: inputs.Numbers, rates: inputs.Numbers) -> ExpectedLoss:
    """What of today's open money will not be paid, bucket by bucket.

    Parameters
    ----------
    balances : Series or mapping
        Money open today in each bucket.
    rates : Series or mapping
        Share of each bucket that is never paid, such as from `loss_rates`, for the same buckets.

    Returns
    -------
    ExpectedLoss
        With ``table`` and ``total``.

    Raises
    ------
    ValueError
        Other buckets; negative balances; rates outside 0 to 1.

    Notes
    -----
    Provision matrix of IFRS 9. Yesterday's rates hold for today's sales only if customers and
    times are alike; the standard asks for an adjustment where they are not.

    Examples
    --------
    >>> expected_loss({"not due": 1_000, "late": 200}, {"not due": 0.02, "late": 0.25}).total
    70.0
    """
    held = inputs.numbers(balances, "balances", at_least=0)
    given = inputs.numbers(rates, "rates", at_least=0, at_most=1)
    if list(held.index) != list(given.index):
        raise ValueError(
            f"balances has the buckets {list(held.index)} and rates {list(given.index)}; give "
            "both for the same buckets in the same order."
        )
    table = pd.DataFrame({"balance": held, "loss_rate": given})
    return ExpectedLoss(table.assign(loss=table["balance"] * table["loss_rate"]))
