"""Does the 80/20 hold still? Concentration by window, and last year's best a year later."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.tiers.concentration import top_share


def share_by_window(transactions, *, months=(1, 3, 6, 12), as_of=None, share=0.2, zeros="drop"):
    """Top share measured over windows of different length that end on the same day.

    Parameters
    ----------
    transactions : pandas.DataFrame
        ``customer_id``, ``date``, ``amount``.
    months : sequence of int
        Lengths of the windows.
    as_of : date, optional
        Last day of every window; the last day of the log if not given.
    share : float
        Share of customers counted as the top.
    zeros : {"drop", "keep"}
        Count only who bought in the window, or everybody who ever bought up to `as_of`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``months``: ``customers``, ``estimate``, ``low``, ``high`` (95 %).

    Raises
    ------
    ValueError
        A column is missing, a cell unreadable, no purchase in a window.

    Warns
    -----
    UserWarning
        Refunds exceed purchases for some customers in a window: they count as 0.

    Notes
    -----
    The shorter the window among buyers, the less anyone could repeat; the shorter the window
    among all, the more of the base shows nothing. So a share without its window says little.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["Ann", "Bo", "Ann", "Cy", "Di", "Ed"],
    ...                     "date": pd.to_datetime(["2025-01-05"] + ["2025-02-10"] * 5),
    ...                     "amount": [60, 10, 10, 10, 10, 10]})
    >>> share_by_window(log, months=(1, 2))["estimate"].round(2).tolist()
    [0.2, 0.64]
    """
    inputs.table(transactions, ("customer_id", "date", "amount"), "transactions")
    amount = inputs.numbers(transactions["amount"], "transactions.amount", rows=transactions)
    date = inputs.days(transactions["date"], "transactions.date", rows=transactions)
    for name in ("customer_id", "date"):
        empty, remedy = transactions[name].isna(), "Drop or complete these rows."
        inputs.refuse(
            empty, transactions, f"transactions.{name}", ("is empty", "are empty"), remedy
        )
    if not len(months) or min(months) < 1:
        raise ValueError(f"months is {months}; give whole numbers of 1 or more.")
    as_of = date.max() if as_of is None else inputs.day(as_of, "as_of")
    log = pd.DataFrame(
        {"customer_id": transactions["customer_id"], "date": date, "amount": amount}
    )[date < as_of.normalize() + pd.Timedelta(days=1)]
    everybody = log["customer_id"].unique()
    rows = {}
    for length in months:
        begin = as_of.normalize() + pd.Timedelta(days=1) - pd.DateOffset(months=length)
        spent = log[log["date"] >= begin].groupby("customer_id", observed=True)["amount"].sum()
        spent = spent.reindex(everybody, fill_value=0.0) if zeros == "keep" else spent
        if not (spent > 0).any():
            raise ValueError(f"nobody bought in the {length} months up to {as_of:%Y-%m-%d}.")
        net = _refunds_to_zero(spent, length)
        kept = len(net) if zeros == "keep" else int((net > 0).sum())
        rows[length] = {"customers": kept, **top_share(net, share, zeros=zeros)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months")


def _refunds_to_zero(spent, length):
    below = int((spent < 0).sum())
    if below:
        warnings.warn(
            f"{below:,} of {len(spent):,} customers got back more than they paid in the window of "
            f"{length} months; they count as 0.",
            UserWarning,
            stacklevel=3,
        )
    return spent.clip(lower=0)


def top_share_next(before, after, share=0.2, *, draws=1_000, seed=0):
    r"""Share of the next period's value that comes from this period's top customers.

    Parameters
    ----------
    before : pandas.Series
        Value of each customer in this period, indexed by customer.
    after : pandas.Series
        The same for the next period. Who is missing there bought nothing.
    share : float
        Share of the customers of `before` counted as the top.
    draws : int
        Bootstrap resamples of customers.
    seed : int
        Start of the random numbers.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high`` (95 %) of their share of what the customers of `before`
        bring in the next period.

    Raises
    ------
    ValueError
        Missing numbers, an id twice, or nothing of value in the next period.

    Notes
    -----
    Customers tied at the cut count in proportion, so the order of rows does not matter. The
    interval is the percentile bootstrap over customers (Efron 1979, Annals of Statistics 7).
    Part of what makes a top customer is a lucky year, so the share falls.

    Examples
    --------
    >>> before = pd.Series([50, 20, 10, 10, 10], index=list("ABCDE"))
    >>> after = pd.Series([30, 30, 20, 20], index=list("ABCD"))
    >>> float(top_share_next(before, after)["estimate"])
    0.3
    """
    from tqdm.auto import tqdm

    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; give a share of customers such as 0.2.")
    before = inputs.customer_values(before, "before", keyed=True)
    after = inputs.customer_values(after, "after", keyed=True)
    held, earned = before.to_numpy(), after.reindex(before.index, fill_value=0.0).to_numpy()
    if not earned.sum() > 0:
        raise ValueError("the customers of before bring nothing in after; there is no share of it.")
    estimate = _carried(held, earned, share)
    generator, size = np.random.default_rng(seed), len(held)
    shares = np.empty(draws)
    for draw in tqdm(range(draws), desc="resamples", disable=draws * size < 50_000_000):
        rows = generator.integers(0, size, size)
        shares[draw] = _carried(held[rows], earned[rows], share)
    low, high = np.nanquantile(shares, [0.025, 0.975])
    return pd.Series({"estimate": estimate, "low": low, "high": high})


def _carried(held, earned, share):
    wanted, total = share * len(held), earned.sum()
    if total <= 0:
        return np.nan
    edge = np.partition(held, len(held) - int(np.ceil(wanted)))[len(held) - int(np.ceil(wanted))]
    above, tied = held > edge, held == edge
    part = (wanted - above.sum()) / tied.sum()
    return (earned[above].sum() + part * earned[tied].sum()) / total
