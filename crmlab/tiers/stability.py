"""Does the 80/20 hold still? Concentration by window, and last year's best a year later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab import inputs
from crmlab.intervals import tail
from crmlab.results import Result
from crmlab.tiers.concentration import Values, top_part, top_share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESAMPLES = 1_000


@dataclass(frozen=True, eq=False, repr=False)
class TopShares(Result):
    """Top share by length of window.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by ``counted`` (``"buyers"`` in the window, or ``"everybody"`` who bought until
        its end) and ``months``: ``customers``, ``estimate``, ``low``, ``high`` (95 %).
    share : float
        Share of customers counted as the top.
    until : pandas.Timestamp
        Last day of every window.
    refunded : pandas.DataFrame
        Indexed by ``months``: how many ``customers`` got back more than they paid in the window,
        and how much ``money`` more; they count as 0.
    """

    table: pd.DataFrame
    share: float
    until: pd.Timestamp
    refunded: pd.DataFrame

    @property
    def who(self) -> dict[str, str]:
        """What each kind of row counts."""
        return {"buyers": "of buyers in the window", "everybody": "of everybody, zeros included"}

    @property
    def title(self) -> str:
        """The shares of the shortest and of the longest window, for each kind of row."""
        said = []
        for counted in ("buyers", "everybody"):
            shares = self.table.loc[counted, "estimate"].sort_index()
            short, long = (f"{months:,.0f}" for months in shares.index[[0, -1]])
            said.append(
                f"of {counted}: {shares.iloc[0]:.0%} in {short} months, "
                f"{shares.iloc[-1]:.0%} in {long}".replace(" 1 months", " 1 month")
            )
        top = f"Top {self.share:.0%} "
        return top + f"\n{top}".join(said)

    @property
    def caption(self) -> str:
        """Share, last day, and how many got back more than they paid."""
        said = [f"Top {self.share:.0%} of customers, windows until {self.until:%Y-%m-%d}."]
        said += [
            f"In {months} months {row['customers']:,.0f} got back {row['money']:,.2f} more than "
            "they paid; they count as 0."
            for months, row in self.refunded.iterrows()
            if row["customers"]
        ]
        return " ".join(said)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_share_by_window`."""
        from crmlab.tiers.curves import plot_share_by_window

        return plot_share_by_window(self, ax)


def share_by_window(
    transactions: Any,
    *,
    months: Sequence[int] = (1, 3, 6, 12),
    until: inputs.Day | None = None,
    share: float = 0.2,
    refunds: inputs.Refunds = "error",
) -> TopShares:
    """Top share measured over windows of different length that end on the same day.

    Parameters
    ----------
    transactions : pandas.DataFrame or CustomerDatabase
        ``customer_id``, ``date``, ``amount``.
    months : sequence of int
        Lengths of the windows.
    until : date, optional
        Last day of every window; the last day of the log if not given.
    share : float
        Share of customers counted as the top.
    refunds : {"error", "ignore", "net"}
        What a negative amount means: stop; leave the row out; take it off what the customer paid.

    Returns
    -------
    TopShares
        With ``table``, ``share`` and ``until``.

    Raises
    ------
    ValueError
        A column is missing, a cell unreadable, a refund if not said what it means, no purchase in
        a window.

    Notes
    -----
    The shorter the window among buyers, the less anyone could repeat; the shorter the window
    among all, the more of the base shows nothing. So a share without its window says little.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Bo", "Ann", "Cy", "Di", "Ed"],
    ...                     "date": pd.to_datetime(["2025-01-05"] + ["2025-02-10"] * 5),
    ...                     "amount": [60, 10, 10, 10, 10, 10]})
    >>> shares = share_by_window(log, months=(1, 2))
    >>> shares.table.loc["buyers", "estimate"].round(2).tolist()
    [0.2, 0.64]
    """
    log = inputs.purchases(transactions, refunds=refunds)
    lengths = [int(x) for x in inputs.numbers(months, "months", whole=True, at_least=1)]
    share = top_part(share)
    last = log["date"].max() if until is None else inputs.day(until, "until")
    log = log[log["date"] <= last]
    everybody = pd.Index(log["customer_id"].unique())
    rows, refunded = {}, {}
    for length in lengths:
        begin = last + pd.Timedelta(days=1) - pd.DateOffset(months=length)
        spent = log[log["date"] >= begin].groupby("customer_id")["amount"].sum()
        if not (spent > 0).any():
            raise ValueError(f"nobody bought in the {length} months up to {last:%Y-%m-%d}.")
        spent = spent.where(spent.abs() > 1e-9 * spent.max(), 0.0)
        refunded[length] = {"customers": (spent < 0).sum(), "money": -spent[spent < 0].sum()}
        net = spent.clip(lower=0)
        rows["buyers", length] = _top(net[net > 0], share)
        rows["everybody", length] = _top(net.reindex(everybody, fill_value=0.0), share)
    kinds = pd.MultiIndex.from_product([["buyers", "everybody"], lengths])
    kinds.names = ["counted", "months"]
    table = pd.DataFrame([rows[kind] for kind in kinds], index=kinds)
    more = pd.DataFrame.from_dict(refunded, orient="index").rename_axis("months")
    return TopShares(table, share, last, more)


def top_share_next(
    before: Values, after: Values, share: float = 0.2, *, confidence: float = 0.95, seed: int = 0
) -> pd.Series:
    r"""Share of the next period's value that comes from this period's top customers.

    Parameters
    ----------
    before : pandas.Series or result
        Value of each customer in this period, indexed by customer.
    after : pandas.Series or result
        The same for the next period. Who is missing there bought nothing.
    share : float
        Share of the customers of `before` counted as the top.
    confidence : float
        Coverage of the interval.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high`` of their share of what the customers of `before` bring in
        the next period.

    Raises
    ------
    ValueError
        Missing numbers, an id twice, no id in common, or nothing of value in the next period.

    Notes
    -----
    Customers tied at the cut count in proportion, so the order of rows does not matter. The
    interval is the percentile bootstrap over customers, 1,000 resamples (Efron 1979, Annals of
    Statistics 7). Part of what makes a top customer is a lucky year, so the share falls.

    Examples
    --------
    >>> before = pd.Series([50, 20, 10, 10, 10], index=list("ABCDE"))
    >>> after = pd.Series([30, 30, 20, 20], index=list("ABCD"))
    >>> float(top_share_next(before, after)["estimate"])
    0.3
    """
    from tqdm.auto import tqdm

    share, missed = top_part(share), tail(confidence)
    generator = np.random.default_rng(inputs.count(seed, "seed", at_least=0))
    first = inputs.customer_values(before, "before", keyed=True)
    second = inputs.customer_values(after, "after", keyed=True)
    inputs.shared_ids(first.index, second.index, "before and after")
    earned = second.reindex(first.index, fill_value=0.0).to_numpy()
    held, size = inputs.settled(first.to_numpy()), len(first)
    order = np.lexsort((earned, held))
    held, earned = held[order], earned[order]
    if not earned.sum() > 0:
        raise ValueError("the customers of before bring nothing in after; there is no share of it.")
    estimate = _carried(held, earned, share)
    shares = np.empty(RESAMPLES)
    for draw in tqdm(range(RESAMPLES), desc="resamples", disable=RESAMPLES * size < 50_000_000):
        rows = generator.integers(0, size, size)
        shares[draw] = _carried(held[rows], earned[rows], share)
    low, high = np.nanquantile(shares, [missed, 1 - missed])
    return pd.Series(
        {"estimate": estimate, "low": min(low, estimate), "high": max(high, estimate)}, dtype=float
    )


def _top(net: pd.Series, share: float) -> dict[str, float]:
    return {"customers": len(net), **top_share(net, share)}


def _carried(held: NDArray, earned: NDArray, share: float) -> float:
    wanted, total = share * len(held), earned.sum()
    if total <= 0:
        return np.nan
    edge = np.partition(held, len(held) - int(np.ceil(wanted)))[len(held) - int(np.ceil(wanted))]
    above, tied = held > edge, held == edge
    part = (wanted - above.sum()) / tied.sum()
    return (earned[above].sum() + part * earned[tied].sum()) / total
