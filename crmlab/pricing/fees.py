"""A fee on small balances: who pays, tops up or leaves, and what would undo it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from crmlab import inputs, style
from crmlab.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESPONSES = ("no fee", "pay", "top up", "leave")
MARKS, POINTS = (0, 0.2, 0.5, 0.8), 201


@dataclass(frozen=True, eq=False, repr=False)
class FeeResponses(Result):
    """What each account holder does about a fee.

    Attributes
    ----------
    table : pandas.DataFrame
        For each account ``balance``, ``break_even_rate``, ``fee_cost`` and ``top_up_cost`` in a
        year, ``response`` (no fee, pay, top up, leave) and ``cost``, what it costs in a year.
    threshold : float
        Balance from which no fee is due, to which holders top up.
    """

    table: pd.DataFrame
    threshold: float

    @property
    def caption(self) -> str:
        """How many do what."""
        counts = self.table["response"].value_counts().reindex(list(RESPONSES), fill_value=0)
        told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        return f"Threshold {self.threshold:,.10g}: {told}."


@dataclass(frozen=True, eq=False, repr=False)
class FeeMap(Result):
    """Lines that part paying, topping up and leaving.

    Attributes
    ----------
    table : pandas.DataFrame
        ``balance`` from 0 to the threshold, ``break_even_rate``, and ``leave_rate``, the rate
        above which the holder leaves (infinite where the fee is worth paying).
    marks : pandas.DataFrame
        The line to label: ``balance`` (0, 20, 50 and 80 % of the threshold) and ``rate``.
    above : str
        What is cheapest above the line: ``"pay the fee"`` or ``"leave"``. Below it, topping up.
    """

    table: pd.DataFrame
    marks: pd.DataFrame
    above: str

    @property
    def line(self) -> pd.Series:
        """Rate above which topping up is not the cheapest, at each balance."""
        return self.table["leave_rate" if self.above == "leave" else "break_even_rate"]

    @property
    def caption(self) -> str:
        """What is cheapest where."""
        return f"Below the line of rates the cheapest is to top up, above it to {self.above}."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw it: see `plot_fee_map`."""
        return plot_fee_map(self, ax)


def break_even_rate(
    balance: float | inputs.Numbers, *, threshold: float, fee: float, fees_per_year: float
) -> float | pd.Series:
    r"""Yearly interest elsewhere at which topping up costs as much as paying the fee.

    Parameters
    ----------
    balance : float or array-like, shape (n,)
        Balance of an account, not negative.
    threshold : float
        Balance from which no fee is due.
    fee : float
        Fee each time.
    fees_per_year : float
        How often it is due: 12 for a monthly fee.

    Returns
    -------
    float or pandas.Series
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
    >>> bank = {"threshold": 5_000, "fee": 40, "fees_per_year": 12}
    >>> break_even_rate([0, 1_000, 2_500, 4_000], **bank).round(3).tolist()
    [0.096, 0.12, 0.192, 0.48]
    """
    limit, yearly = _terms(threshold, fee, fees_per_year)
    given: Any = balance
    if np.ndim(given) == 0 and not isinstance(given, Mapping):
        held = pd.Series([inputs.number(given, "balance", at_least=0)])
        return float((yearly / _missing(held, limit)).iloc[0])
    return yearly / _missing(inputs.numbers(given, "balance", at_least=0), limit)


def fee_response(
    accounts: pd.DataFrame,
    *,
    threshold: float,
    fee: float,
    fees_per_year: float,
    at_break_even: Literal["pay", "top up"] = "pay",
) -> FeeResponses:
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
        What a holder does to whom both cost the same, up to rounding.

    Returns
    -------
    FeeResponses
        With ``table`` and ``threshold``.

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
    >>> bank = {"threshold": 5_000, "fee": 40, "fees_per_year": 12}
    >>> fee_response(accounts, **bank).table["response"].astype(str).to_dict()
    {'Ann': 'no fee', 'Bo': 'top up', 'Cy': 'pay', 'Di': 'leave'}
    """
    inputs.choice(at_break_even, "at_break_even", ("pay", "top up"))
    limit, yearly = _terms(threshold, fee, fees_per_year)
    accounts = inputs.table(inputs.by_customer(accounts), ("balance", "rate"), "accounts")
    inputs.one_row_each(accounts, "accounts")
    names = [name for name in ("balance", "rate", "worth") if name in accounts]
    given = inputs.number_columns(accounts, names, "accounts", at_least=0)
    missing = _missing(given["balance"], limit)
    due = missing.notna()
    found = pd.DataFrame({"balance": given["balance"], "break_even_rate": yearly / missing})
    found["fee_cost"] = np.where(due, yearly, 0.0)
    found["top_up_cost"] = (missing * given["rate"]).fillna(0.0)
    worth = given.get("worth", np.inf)
    fee_cost, top_up = found["fee_cost"], found["top_up_cost"]
    same = np.isclose(fee_cost, top_up, rtol=1e-9, atol=0)
    tops_up = np.where(same, at_break_even == "top up", top_up < fee_cost)
    cheapest = np.minimum(fee_cost, top_up)
    leaves = (cheapest > worth) & ~np.isclose(cheapest, worth, rtol=1e-9, atol=0)
    code = np.select([~due, leaves, tops_up], [0, 3, 2], default=1)
    found["response"] = pd.Categorical.from_codes(code, list(RESPONSES))
    found["cost"] = np.where(leaves, worth, cheapest)
    return FeeResponses(found, limit)


def fee_ledger(
    responses: FeeResponses, *, spread: float, service_cost: float, spillover: float = 0.0
) -> pd.Series:
    """What the fee brings the bank in a year, and the spill-over that would undo it.

    Parameters
    ----------
    responses : FeeResponses
        From `fee_response`.
    spread : float
        What the bank earns in a year on a unit of balance, a share.
    service_cost : float
        What an account costs the bank in a year.
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
        Responses of another kind; a negative spread or cost; a spill-over outside 0 to 1.

    Notes
    -----
    A holder who owes no fee brings spread x balance - service cost. Haenlein & Kaplan (2010,
    Journal of Relationship Marketing 9) find that customers who see others dropped react too.

    Examples
    --------
    >>> accounts = pd.DataFrame({"balance": [20_000, 1_000], "rate": [0.05, 0.20]})
    >>> responses = fee_response(accounts, threshold=5_000, fee=40, fees_per_year=12)
    >>> ledger = fee_ledger(responses, spread=0.03, service_cost=100)
    >>> ledger[["gain", "break_even_spillover"]].round(2).tolist()
    [480.0, 0.96]
    """
    if not isinstance(responses, FeeResponses):
        kind = type(responses).__name__
        raise ValueError(f"responses is of type {kind}; give what fee_response returned.")
    spread = inputs.number(spread, "spread", at_least=0)
    service_cost = inputs.number(service_cost, "service_cost", at_least=0)
    spillover = inputs.share(spillover, "spillover")
    table = responses.table
    chosen = {name: table[table["response"] == name] for name in RESPONSES}
    leavers, rest = chosen["leave"], chosen["no fee"]
    at_stake = spread * rest["balance"].sum() - service_cost * len(rest)
    parts = {
        "fees": chosen["pay"]["fee_cost"].sum(),
        "margin_on_top_ups": spread * (responses.threshold - chosen["top up"]["balance"]).sum(),
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


def fee_map(
    *, threshold: float, fee: float, fees_per_year: float, worth: float | None = None
) -> FeeMap:
    """Lines that part paying, topping up and leaving, for balances below the threshold.

    Parameters
    ----------
    threshold, fee, fees_per_year : float
        As in `break_even_rate`.
    worth : float, optional
        What the account is worth to its holder in a year. Without it nobody leaves.

    Returns
    -------
    FeeMap
        With ``table`` (201 balances), ``marks`` and ``above``.

    Raises
    ------
    ValueError
        A negative or missing number.

    Examples
    --------
    >>> fee_map(threshold=5_000, fee=40, fees_per_year=12).marks["rate"].round(3).tolist()
    [0.096, 0.12, 0.192, 0.48]
    """
    limit, yearly = _terms(threshold, fee, fees_per_year)
    balance = np.linspace(0, limit, POINTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        lines = pd.DataFrame({"balance": balance, "break_even_rate": yearly / (limit - balance)})
        lines["leave_rate"] = np.inf
        spent, above = yearly, "pay the fee"
        if worth is not None and inputs.number(worth, "worth", at_least=0) < yearly:
            spent, above = float(worth), "leave"
            lines["leave_rate"] = spent / (limit - balance)
    held = limit * np.array(MARKS)
    marks = pd.DataFrame({"balance": held, "rate": spent / (limit - held)})
    return FeeMap(lines.fillna(np.inf), marks, above)


def _missing(balance: pd.Series, limit: float) -> pd.Series:
    """What balances lack up to the threshold; NaN where they reach it, up to rounding."""
    reached = (balance >= limit) | np.isclose(balance, limit, rtol=1e-9, atol=0)
    return (limit - balance).where(~reached)


def _terms(threshold: float, fee: float, fees_per_year: float) -> tuple[float, float]:
    """Threshold, and the fees of a year."""
    limit = inputs.number(threshold, "threshold", above=0)
    yearly = inputs.number(fee, "fee", at_least=0)
    return limit, yearly * inputs.number(fees_per_year, "fees_per_year", above=0)


@style.figure(FeeMap, width=9, height=5.5)
def plot_fee_map(lines: FeeMap, ax: Axes | None = None) -> None:
    """Draw which answer to the fee is cheapest, by balance and interest elsewhere.

    Parameters
    ----------
    lines : FeeMap
        From `fee_map`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        Below the line topping up is cheapest; above it paying, or leaving.
    """
    balance, rates = lines.table["balance"], lines.table["break_even_rate"]
    widest, top = balance.iloc[-1], min(1.0, 5.5 * rates.iloc[0]) or 1.0
    edge, ink = np.minimum(lines.line, top), style.COLOURS["ink"]
    good = style.COLOURS["good"]
    colour = style.COLOURS["cost" if lines.above == "leave" else "warn"]
    ax.fill_between(balance, 0, edge, color=good, alpha=0.18, lw=0)
    ax.fill_between(balance, edge, top, color=colour, alpha=0.18, lw=0)
    ax.plot(balance[edge < top], edge[edge < top], color=ink)
    large: dict[str, Any] = {"fontsize": 20, "weight": "bold", "ha": "center"}
    ax.text(widest * 0.25, top * 0.72, lines.above, color=colour, **large)
    ax.text(widest * 0.75, top * 0.12, "top up", color=good, **large)
    for held, rate in lines.marks.itertuples(index=False):
        if rate < top:
            ax.plot(held, rate, "o", color=ink, clip_on=False)
            ax.annotate(
                f"{rate:.1%}",
                (held, rate),
                (-8 if held else 10, 6),
                textcoords="offset points",
                ha="right" if held else "left",
                va="bottom",
                weight="bold",
            )
    ax.set(xlim=(0, widest), ylim=(0, top), xlabel="balance of the account")
    ax.set(ylabel="interest elsewhere, per year")
    ax.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    style.percent(ax.yaxis)
    ax.grid(visible=False)
    ax.set_title("The cheapest answer to a fee on small balances")
