"""A fee on small balances: who pays, tops up or leaves, and what would undo it."""

import numpy as np
import pandas as pd

from crmlab import inputs, style

RESPONSES = ("no fee", "pay", "top up", "leave")


def break_even_rate(balance, *, threshold=5_000, fee=40, fees_per_year=12):
    r"""Yearly interest elsewhere at which topping up costs as much as paying the fee.

    Parameters
    ----------
    balance : float or array-like
        Balance of an account, not negative.
    threshold : float
        Balance from which no fee is due.
    fee : float
        Fee each time.
    fees_per_year : float
        How often it is due: 12 for a monthly fee.

    Returns
    -------
    float or numpy.ndarray
        A share, 0.096 for 9.6 %; NaN where no fee is due.

    Raises
    ------
    ValueError
        A missing or negative balance, fee or threshold.

    Notes
    -----
    :math:`\text{fees per year} \times \text{fee} / (\text{threshold} - \text{balance})`. Below this
    rate it is cheaper to leave more money in the account.

    Examples
    --------
    >>> break_even_rate([0, 1_000, 2_500, 4_000]).round(3).tolist()
    [0.096, 0.12, 0.192, 0.48]
    """
    if not (threshold > 0 and fee >= 0 and fees_per_year > 0):
        raise ValueError(
            f"threshold is {threshold}, fee is {fee}, fees_per_year is {fees_per_year}; threshold "
            "and fees_per_year must be above 0, fee 0 or more."
        )
    balances = np.asarray(balance, dtype=float)
    inputs.numbers(balances.ravel(), "balance", at_least=0)
    missing = np.where(balances < threshold, threshold - balances, np.nan)
    rate = fees_per_year * fee / missing
    return float(rate) if rate.ndim == 0 else rate


def fee_response(accounts, *, threshold=5_000, fee=40, fees_per_year=12, at_break_even="pay"):
    r"""What each account holder does about a fee on small balances, if each looks at the cost.

    Parameters
    ----------
    accounts : pandas.DataFrame
        ``balance`` (money), ``rate`` (what money earns elsewhere in a year, a share) and, if
        known, ``worth`` (what the account is worth to its holder in a year). Without it nobody
        leaves.
    threshold, fee, fees_per_year : float
        As in `break_even_rate`.
    at_break_even : {"pay", "top up"}
        What a holder does to whom both cost the same.

    Returns
    -------
    pandas.DataFrame
        ``balance``, ``break_even_rate``, ``fee_cost`` and ``top_up_cost`` in a year,
        ``response`` (no fee, pay, top up, leave) and ``cost``, what the response costs in a year.

    Raises
    ------
    ValueError
        A column is missing; a missing or negative number; an id twice.

    Notes
    -----
    The cheaper of fee and top-up, or leaving if both cost more than the account is worth. Real
    holders also forget, are offended, and talk; see `fee_ledger` for the last.

    Examples
    --------
    >>> accounts = pd.DataFrame({"balance": [6_000, 1_000, 1_000, 0],
    ...                          "rate": [0.05, 0.05, 0.20, 0.20],
    ...                          "worth": [900, 900, 900, 100]}, index=["Ann", "Bo", "Cy", "Di"])
    >>> fee_response(accounts)["response"].astype(str).to_dict()
    {'Ann': 'no fee', 'Bo': 'top up', 'Cy': 'pay', 'Di': 'leave'}
    """
    inputs.choice(at_break_even, "at_break_even", ("pay", "top up"))
    accounts = inputs.table(inputs.by_customer(accounts), ("balance", "rate"), "accounts")
    inputs.one_row_each(accounts, "accounts")
    names = [name for name in ("balance", "rate", "worth") if name in accounts]
    given = inputs.number_columns(accounts, names, "accounts", at_least=0)
    balance, worth = given["balance"], given.get("worth", np.inf)
    result = pd.DataFrame({"balance": balance}, index=accounts.index)
    options = {"threshold": threshold, "fee": fee, "fees_per_year": fees_per_year}
    result["break_even_rate"] = break_even_rate(balance, **options)
    due = balance < threshold
    result["fee_cost"] = np.where(due, fees_per_year * fee, 0.0)
    result["top_up_cost"] = np.where(due, (threshold - balance) * given["rate"], 0.0)
    fee_cost, top_up = result["fee_cost"].to_numpy(), result["top_up_cost"].to_numpy()
    tops_up = top_up <= fee_cost if at_break_even == "top up" else top_up < fee_cost
    cheapest = np.minimum(fee_cost, top_up)
    code = np.select([~due, cheapest > worth, tops_up], [0, 3, 2], default=1)
    result["response"] = pd.Categorical.from_codes(code, RESPONSES)
    result["cost"] = np.where(code == 3, worth, cheapest)
    return result


def fee_ledger(responses, *, spread, service_cost, threshold=5_000, spillover=0.0):
    """What the fee brings the bank in a year, and the spill-over that would undo it.

    Parameters
    ----------
    responses : pandas.DataFrame
        From `fee_response`.
    spread : float
        What the bank earns in a year on a unit of balance, a share.
    service_cost : float
        What an account costs the bank in a year.
    threshold : float
        Balance to which holders top up.
    spillover : float
        Share of the holders who owe no fee but leave all the same, because of what they hear.

    Returns
    -------
    pandas.Series
        Money in a year: ``fees``, ``margin_on_top_ups``, ``margin_lost`` and ``service_saved``
        (leavers), ``gain`` (their sum), ``spillover_loss``, ``net``; and
        ``break_even_spillover``, the share at which net is 0 (NaN where those who owe no fee
        bring no profit or the fee brings no gain; above 1 nothing undoes it).

    Raises
    ------
    ValueError
        A column is missing; a negative spread or cost; a spill-over outside 0 to 1.

    Notes
    -----
    A holder who owes no fee brings spread x balance - service cost. Haenlein & Kaplan (2010,
    Journal of Relationship Marketing 9) find that customers who see others dropped react too.

    Examples
    --------
    >>> accounts = pd.DataFrame({"balance": [20_000, 1_000], "rate": [0.05, 0.20]})
    >>> ledger = fee_ledger(fee_response(accounts), spread=0.03, service_cost=100)
    >>> ledger[["gain", "break_even_spillover"]].round(2).tolist()
    [480.0, 0.96]
    """
    inputs.table(responses, ("balance", "fee_cost", "response"), "responses")
    if not (spread >= 0 and service_cost >= 0 and 0 <= spillover <= 1):
        raise ValueError(
            f"spread is {spread}, service_cost is {service_cost}, spillover is {spillover}; the "
            "first two must be 0 or more, the last between 0 and 1."
        )
    chosen = {name: responses[responses["response"] == name] for name in RESPONSES}
    leavers, rest = chosen["leave"], chosen["no fee"]
    at_stake = spread * rest["balance"].sum() - service_cost * len(rest)
    parts = {
        "fees": chosen["pay"]["fee_cost"].sum(),
        "margin_on_top_ups": spread * (threshold - chosen["top up"]["balance"]).sum(),
        "margin_lost": -spread * leavers["balance"].sum(),
        "service_saved": service_cost * len(leavers),
    }
    gain = sum(parts.values())
    exists = at_stake > 0 and gain > 0
    return pd.Series(
        {
            **parts,
            "gain": gain,
            "spillover_loss": -spillover * at_stake,
            "net": gain - spillover * at_stake,
            "break_even_spillover": gain / at_stake if exists else np.nan,
        },
        dtype=float,
    )


def fee_map(*, threshold=5_000, fee=40, fees_per_year=12, worth=None, points=201):
    """Lines that part paying, topping up and leaving, for every balance below the threshold.

    Parameters
    ----------
    threshold, fee, fees_per_year : float
        As in `break_even_rate`.
    worth : float, optional
        What the account is worth to its holder in a year. Without it nobody leaves.
    points : int
        Number of balances.

    Returns
    -------
    pandas.DataFrame
        ``balance``, ``break_even_rate``, and ``leave_rate``, the rate from which the holder
        leaves (infinite where the fee is worth paying).

    Examples
    --------
    >>> fee_map(points=3)["break_even_rate"].round(3).tolist()
    [0.096, 0.192, inf]
    """
    balance = np.linspace(0, threshold, points)
    rate = break_even_rate(balance, threshold=threshold, fee=fee, fees_per_year=fees_per_year)
    lines = pd.DataFrame(
        {"balance": balance, "break_even_rate": np.where(np.isnan(rate), np.inf, rate)}
    )
    lines["leave_rate"] = np.inf
    if worth is not None and fees_per_year * fee > worth:
        below = balance < threshold
        lines.loc[below, "leave_rate"] = worth / (threshold - balance[below])
    return lines


@style.figure(width=9, height=5.5)
def plot_fee_map(lines, ax=None):
    """Draw which answer to the fee is cheapest, by balance and interest elsewhere.

    Parameters
    ----------
    lines : pandas.DataFrame
        From `fee_map`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Below the line topping up is cheapest; above it paying, or leaving.
    """
    balance = lines["balance"].to_numpy()
    top = min(1.0, 5.5 * lines["break_even_rate"].iloc[0])
    leaving = np.isfinite(lines["leave_rate"]).any()
    edge = np.minimum(lines["leave_rate" if leaving else "break_even_rate"], top)
    above = "leave" if leaving else "pay the fee"
    colour = style.COLOURS["cost" if leaving else "warn"]
    ax.fill_between(balance, 0, edge, color=style.COLOURS["good"], alpha=0.18, lw=0)
    ax.fill_between(balance, edge, top, color=colour, alpha=0.18, lw=0)
    ax.plot(balance[edge < top], edge[edge < top], color=style.COLOURS["ink"])
    ax.text(
        balance[-1] * 0.25, top * 0.72, above, color=colour, fontsize=20, weight="bold", ha="center"
    )
    ax.text(
        balance[-1] * 0.75,
        top * 0.12,
        "top up",
        color=style.COLOURS["good"],
        fontsize=20,
        weight="bold",
        ha="center",
    )
    for share in (0, 0.2, 0.5, 0.8):
        x, rate = share * balance[-1], np.interp(share * balance[-1], balance, edge)
        if rate < top:
            ax.plot(x, rate, "o", color=style.COLOURS["ink"], clip_on=False)
            place = {"ha": "right" if share else "left", "va": "bottom", "weight": "bold"}
            offset = (-8 if share else 10, 6)
            ax.annotate(f"{rate:.1%}", (x, rate), offset, textcoords="offset points", **place)
    ax.set(xlim=(0, balance[-1]), ylim=(0, top), xlabel="balance of the account")
    ax.set(ylabel="interest elsewhere, per year")
    ax.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    style.percent(ax.yaxis)
    ax.grid(visible=False)
    ax.set_title("The cheapest answer to a fee on small balances")
