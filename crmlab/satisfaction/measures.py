"""The six measures of satisfaction, each with its denominator and its interval."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.satisfaction.answers import numeric, paired
from crmlab.satisfaction.intervals import interval, mean, median, proportion, share_within
from crmlab.satisfaction.regression import NotIdentifiedError, regress


def reputation(survey, *, favourable=4, confidence=0.95):
    """Share of those who know the brand whose attitude is favourable.

    Parameters
    ----------
    survey : DataFrame
        ``aware`` (0 or 1) and ``attitude`` (1 to 5), one row per respondent.
    favourable : float
        Attitude from which on it counts as favourable.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator``, ``denominator`` (aware, with an
        attitude), ``missing`` (aware without attitude, or awareness not answered),
        ``effective_n``, ``aware`` (share of those asked who know the brand; times the estimate:
        the share of all people who think well of it).

    Raises
    ------
    ValueError
        Nobody is aware; answers outside their scale.

    Examples
    --------
    >>> survey = pd.DataFrame({"aware": [1, 1, 0], "attitude": [5, 2, None]})
    >>> reputation(survey)[["estimate", "denominator", "aware"]].round(2).tolist()
    [0.5, 2.0, 0.67]
    """
    inputs.table(survey, ["aware", "attitude"], "survey")
    aware = numeric(survey["aware"], scale=(0, 1), whole=True)
    attitude = numeric(survey["attitude"], scale=(1, 5))
    known = attitude[aware == 1]
    if known.notna().sum() == 0:
        raise ValueError(
            f"survey: {int((aware == 1).sum())} of {len(survey)} are aware of the brand, none "
            "with an attitude. Reputation has no denominator; it is not 0."
        )
    good = (known >= favourable).where(known.notna())
    result = proportion(good, confidence=confidence)
    result["missing"] += aware.isna().sum()
    result["aware"] = aware.mean()
    return result


def named_purchase(survey, brand, *, confidence=0.95):
    """Share of respondents who name the brand first, without being prompted.

    Parameters
    ----------
    survey : DataFrame
        ``first_named``, the brand named first. With ``customer_id``, several answers of one
        customer count as one cluster.
    brand : str
        Name to count; capitals and spaces around it do not matter.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``numerator``, ``denominator`` (who named any brand),
        ``missing``, ``effective_n``.

    Raises
    ------
    ValueError
        Nobody named any brand.

    Warns
    -----
    UserWarning
        The brand was never named: is it spelled as in the survey?

    Examples
    --------
    >>> survey = pd.DataFrame({"first_named": ["Lantern", "Rival", "lantern "]})
    >>> round(float(named_purchase(survey, "Lantern")["estimate"]), 3)
    0.667
    """
    inputs.table(survey, ["first_named"], "survey")
    named = survey["first_named"].astype("object")
    plain = named.map(lambda name: str(name).strip().casefold(), na_action="ignore")
    plain = plain.where(plain != "")
    if plain.notna().sum() == 0:
        raise ValueError(f"survey: none of {len(survey)} respondents named a brand")
    ours = (plain == brand.strip().casefold()).where(plain.notna())
    if not ours.any():
        seen = ", ".join(map(str, named.dropna().unique()[:5]))
        warnings.warn(f"nobody named {brand!r}; named were {seen}", stacklevel=2)
    clusters = None
    if "customer_id" in survey and survey["customer_id"].duplicated().any():
        alone = pd.Series([f"row {i}" for i in range(len(survey))], index=survey.index)
        clusters = (
            survey["customer_id"].astype("object").where(survey["customer_id"].notna(), alone)
        )
    return proportion(ours, clusters=clusters, confidence=confidence)


def repeat_rate(transactions, *, window, as_of=None, confidence=0.95):
    """Share of customers who buy again within a window after their first purchase.

    Parameters
    ----------
    transactions : DataFrame
        ``customer_id``, ``date`` and, if there, ``amount``: refunds (negative) are no purchases.
    window : int
        Days after the first purchase; a purchase on the last day counts, one on the day of the
        first does not.
    as_of : date, optional
        Last day watched; the last date in the log if not given.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``, ``events``, ``n`` (customers), ``censored`` (first
        purchase less than a window ago and no second yet), ``naive`` (events / n, which counts
        the censored as lost).

    Raises
    ------
    ValueError
        No purchases, a window of less than a day, purchases after `as_of`.

    Notes
    -----
    Kaplan-Meier if anyone is censored. The first purchase is the first in the log: pass
    customers who were new in the period, or the early regulars will look like fast returners.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b", "c"],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-01-20", "2024-01-05", "2024-03-20"])})
    >>> repeat_rate(log, window=30, as_of="2024-03-31")[["estimate", "naive"]].round(3).tolist()
    [0.5, 0.333]
    """
    inputs.table(transactions, ["customer_id", "date"], "transactions")
    if window < 1:
        raise ValueError(f"window {window}: give one day or more")
    days = purchases(transactions)[["customer_id", "date"]]
    read = inputs.days(days["date"], "transactions.date", rows=days)
    days = days.assign(date=read).drop_duplicates()
    end = days["date"].max() if as_of is None else inputs.day(as_of, "as_of")
    late = days["date"] > end
    if late.any():
        raise ValueError(
            f"transactions: {int(late.sum())} purchases lie after as_of {end.date()} (first: row "
            f"{late.idxmax()}). Cut the log at that day, or move as_of."
        )
    days = days.sort_values(["customer_id", "date"], ignore_index=True)
    rank = days.groupby("customer_id").cumcount()
    first = days[rank == 0].set_index("customer_id")["date"]
    second = days[rank == 1].set_index("customer_id")["date"].reindex(first.index)
    watched = (second.fillna(end) - first).dt.days
    result = share_within(watched, second.notna(), window, confidence=confidence)
    result["naive"] = result["events"] / result["n"]
    return result


def spend(transactions, *, confidence=0.95):
    """Mean and median amount per active customer, refunds taken off.

    Parameters
    ----------
    transactions : DataFrame
        ``customer_id`` and ``amount`` (refunds negative), of the period in question.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Rows ``mean``, ``median``; columns ``estimate``, ``low``, ``high``, ``n`` (customers
        with at least one purchase), ``missing``.

    Raises
    ------
    ValueError
        Missing amounts, or nobody who bought.

    Notes
    -----
    Among customers who bought: if the small ones leave, the mean rises and nobody is happier.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": list("aabc"), "amount": [5.0, 7.0, 3.0, 30.0]})
    >>> with warnings.catch_warnings(action="ignore"):
    ...     spend(log)["estimate"].tolist()
    [15.0, 12.0]
    """
    inputs.table(transactions, ["customer_id", "amount"], "transactions")
    amount = numeric(transactions["amount"])
    inputs.refuse(
        amount.isna(),
        transactions,
        "transactions.amount",
        ("is empty", "are empty"),
        "Fill or remove the rows.",
    )
    totals = amount.groupby(transactions["customer_id"]).sum()
    bought = purchases(transactions)["customer_id"].unique()
    totals = totals[bought]
    rows = {
        "mean": mean(totals, confidence=confidence).drop("effective_n"),
        "median": median(totals, confidence=confidence),
    }
    return pd.DataFrame(rows).T


def price_sensitivity(price, quantity, *, within=None, confidence=0.95):
    r"""How strongly demand falls with price: the price elasticity without its sign.

    Parameters
    ----------
    price, quantity : Series or sequence of float, shape (n,)
        Prices charged and quantities sold at them, both positive.
    within : DataFrame, shape (n, k), optional
        Categories held fixed, such as region and quarter: prices are compared after the usual
        level of each category is taken off.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.Series
        ``estimate``, ``low``, ``high``: per cent of quantity lost per per cent of price; lower
        is better. ``n``, ``missing``.

    Raises
    ------
    ValueError
        A price or quantity of 0 or less, a price that never changed.

    Warns
    -----
    UserWarning
        Demand rises with price: the estimate is negative. Was the price raised when demand was
        high anyway?

    Notes
    -----
    Slope of ln quantity on ln price, sign turned, standard error HC3. Each category of `within`
    has an intercept of its own, and the interval pays for it.

    Examples
    --------
    >>> round(float(price_sensitivity([1, 2, 4, 8], [80, 40, 20, 10])["estimate"]), 2)
    1.0
    """
    table = paired(price=price, quantity=quantity)
    for name in table:
        values = numeric(table[name])
        inputs.refuse(
            values <= 0,
            table,
            f"table.{name}",
            ("is not positive", "are not positive"),
            "A logarithm needs more than 0.",
        )
        table[name] = np.log(values)
    causes = table[["price"]]
    if within is not None:
        levels = pd.get_dummies(within.astype(str), drop_first=True, dtype=float)
        causes = causes.join(levels.set_axis(causes.index))
    try:
        slope = regress(causes, table["quantity"], confidence=confidence).loc["price"]
    except NotIdentifiedError as error:
        raise ValueError(f"price sensitivity needs prices that differ: {error}") from None
    if slope["estimate"] > 0:
        warnings.warn(
            "demand rises with price here: the sensitivity is negative. Prices set high when "
            "demand is high look like this; use a test with prices drawn by lot",
            stacklevel=2,
        )
    return interval(
        -slope["estimate"], -slope["high"], -slope["low"], n=slope["n"], missing=slope["missing"]
    )


def purchases(transactions):
    """Transactions without refunds; an error if nothing is left, since rates divide by them."""
    bought = transactions
    if "amount" in transactions:
        bought = transactions[~(numeric(transactions["amount"]) < 0)]
    if bought.empty:
        raise ValueError(
            f"transactions: {len(transactions)} rows, no purchase among them. A rate per purchase "
            "has no denominator; it is not 0."
        )
    return bought
