"""How odd a customer's silence is, measured by her own rhythm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab import inputs, intervals
from crmlab.database.cohorts import visit_days
from crmlab.repeat_buying.summarising import summarise
from crmlab.results import Result


@dataclass(frozen=True, eq=False, repr=False)
class Silence(Result):
    """How long each customer has been silent, and how odd that is.

    Attributes
    ----------
    table : pandas.DataFrame
        For each customer ``purchases`` (days with one), ``usual_gap`` and ``silence`` in days,
        and ``chance`` that one who still buys is silent so long; NaN below the least number of
        purchases. The oddest first.
    until : pandas.Timestamp
        Last day that counts.
    regularity : float
        Shape of the gaps: 1 is a Poisson buyer, more is more regular.
    """

    table: pd.DataFrame
    until: pd.Timestamp
    regularity: float

    @property
    def caption(self) -> str:
        """How many have no rhythm yet."""
        without = int(self.table["chance"].isna().sum())
        return (
            f"Up to {self.until:%Y-%m-%d}; regularity {self.regularity:.2f}. {without:,} of "
            f"{len(self.table):,} customers have bought too seldom to have a rhythm."
        )


def silence(
    transactions: pd.DataFrame,
    *,
    until: inputs.Day,
    regularity: float = 1.0,
    least: int = 3,
    refunds: inputs.Refunds = "error",
) -> Silence:
    r"""How odd each customer's silence is.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id``, ``date`` and, to know refunds, ``amount``.
    until : day
        Last day that counts; later purchases are left out.
    regularity : float
        Shape of the gamma distribution of gaps: 1 is a Poisson buyer; from `gap_regularity`.
    least : int
        Days with a purchase below which a customer has no rhythm, at least 2.
    refunds : {"error", "ignore", "net"}
        What a negative amount means. A refund is no purchase; "error" stops at the first.

    Returns
    -------
    Silence
        With ``table``, ``until`` and ``regularity``.

    Raises
    ------
    ValueError
        What `crmlab.repeat_buying.summarise` refuses, but for later rows, which are left out; no
        purchase up to `until`.

    Notes
    -----
    With gaps of mean m and shape k, :math:`p = 1 - F_{\Gamma}(s; k, m/k)`; for a Poisson buyer
    :math:`e^{-s/m}`. The mean is the customer's own, taken as known: of few purchases it is
    uncertain, and the chance is then too small. Seasons and holidays silence everybody.

    Examples
    --------
    A purchase a month, then three silent months: 5 % for a Poisson buyer, 0.6 % for a regular one.

    >>> log = pd.DataFrame({"customer_id": "Ann", "date": pd.date_range("2025-01-01", periods=5,
    ...                                                                freq="30D")})
    >>> until = log["date"].max() + pd.Timedelta(days=90)
    >>> [round(float(silence(log, until=until, regularity=k)["chance"]["Ann"]), 4) for k in (1, 3)]
    [0.0498, 0.0062]
    """
    from scipy.special import gammaincc

    day = inputs.day(until, "until")
    shape = inputs.number(regularity, "regularity", above=0)
    fewest = inputs.count(least, "least", at_least=2)
    summary = summarise(transactions, until=day, unit="day", refunds=refunds, later="ignore")
    seen = inputs.table(summary.table, (), "transactions")
    again, recency, age = (seen[name].to_numpy() for name in ("frequency", "recency", "T"))
    gap = recency / np.where(again > 0, again, np.nan)
    silent = np.rint(age - recency).astype(int)
    rhythm = np.where(again + 1 >= fewest, gap, np.nan)
    columns = {
        "purchases": again.astype(int) + 1,
        "usual_gap": gap,
        "silence": silent,
        "chance": gammaincc(shape, silent * shape / rhythm),
    }
    table = pd.DataFrame(columns, seen.index)
    return Silence(table.sort_values("chance", kind="stable"), day, shape)


def gap_regularity(
    transactions: pd.DataFrame, *, confidence: float = 0.95, refunds: inputs.Refunds = "error"
) -> pd.Series:
    r"""How regular customers buy: the shape of the gaps between purchases.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id``, ``date`` and, to know refunds, ``amount``.
    confidence : float
        Coverage of the interval.
    refunds : {"error", "ignore", "net"}
        As in `silence`.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high`` and ``customers`` used.

    Raises
    ------
    ValueError
        Fewer than 10 customers with three or more days of purchase.

    Notes
    -----
    Wheat & Morrison (1990, Journal of Marketing Research 27): of two gaps of one customer the
    first is a share M of both; if gaps are gamma distributed with shape k, M is beta distributed
    and var M = 1 / (4 (2k + 1)), whatever the customer's rate. One pair per customer, the last
    two gaps. Gaps in whole days and customers who change their rate make k too large or small.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> log = pd.DataFrame({"customer_id": np.repeat(np.arange(2000), 3),
    ...                     "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(
    ...     rng.gamma(2, 500, (2000, 3)).cumsum(axis=1).ravel().round(), unit="D")})
    >>> bool(1.8 < gap_regularity(log)["estimate"] < 2.2)
    True
    """
    days = visit_days(transactions, refunds=refunds).sort_values(["customer_id", "date"])
    gaps = days.groupby("customer_id")["date"].diff().dt.days
    place = days.groupby("customer_id").cumcount(ascending=False)
    last, before = (gaps[place == step].to_numpy() for step in (0, 1))
    owners = [days["customer_id"][place == step].to_numpy() for step in (0, 1)]
    pairs = pd.DataFrame(
        {"last": pd.Series(last, owners[0]), "before": pd.Series(before, owners[1])}
    )
    pairs = pairs.dropna()
    if len(pairs) < 10:
        raise ValueError(
            f"transactions: {len(pairs)} customers have three or more days of purchase; 10 are "
            "needed to see how regular they buy."
        )
    squares = ((pairs["before"] / pairs.sum(axis=1)) - 0.5).pow(2).to_numpy()
    variance, error = squares.mean(), squares.std(ddof=1) / len(squares) ** 0.5
    reach = intervals.normal_quantile(confidence) * error / variance
    low, high = variance * np.exp(reach), variance * np.exp(-reach)
    shapes = {"estimate": _shape(variance), "low": _shape(low), "high": _shape(high)}
    return pd.Series({**shapes, "customers": float(len(pairs))})


def _shape(variance: float) -> float:
    return max((1 / (4 * variance) - 1) / 2, 0.0)
