"""Wholesale accounts: which get into trouble, their credit, invoices, payments and plans."""

import numpy as np
import pandas as pd

from .world import dates

TERMS = 30  # days
_FAILING = 0.45  # chance that an account of average strength that leaves does so unable to pay
_TROUBLE_DAYS = (60, 180)  # before it leaves
_LATEST = 45.0  # days that trouble adds to its payments in the end
_TYPICAL_DELAY, _DELAY_PER_STRENGTH, _DELAY_SPREAD = 4.0, 3.0, 4.0
_DISPUTED, _SPLIT = 0.03, 0.15
_PAID_IN_THE_END = 0.15
_EXPENSE_SHARE, _OVERSPENDERS = 0.06, 0.2


def make_accounts(rng, lives):
    """Draw the financial strength of each wholesale account, and which leave unable to pay.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        One row per account: `who` (row of the people), `left` (day), `strength` (mean 0, standard
        deviation 1), `failing`, `trouble` (day from which it pays later; infinite if never) and
        `delay` (days it usually pays after the due date).
    """
    who = np.flatnonzero((lives.people["kind"] == "wholesale").to_numpy())
    strength, left = rng.standard_normal(len(who)), lives.left[who]
    odds = _FAILING / (1 - _FAILING) * np.exp(-1.2 * strength)
    failing = rng.random(len(who)) < odds / (1 + odds)
    before = rng.uniform(*_TROUBLE_DAYS, len(who))
    joined = lives.people["day"].to_numpy()[who]
    return pd.DataFrame(
        {
            "who": who,
            "left": left,
            "strength": strength,
            "failing": failing,
            "trouble": np.where(failing, np.maximum(left - before, joined), np.inf),
            "delay": _TYPICAL_DELAY
            - _DELAY_PER_STRENGTH * strength
            + rng.normal(0, _DELAY_SPREAD, len(who)),
        }
    )


def accounts_table(rng, accounts, lives):
    """Make the accounts table: credit limit, terms, and what their balance sheets say.

    Parameters
    ----------
    rng : numpy.random.Generator
    accounts : pandas.DataFrame
        From `make_accounts`.
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of joining. A limit is empty where none was set.
    """
    people, count = lives.people.iloc[accounts["who"]], len(accounts)
    monthly = (people["rate"] * people["spend"]).to_numpy() * 52 / 12
    limit = np.maximum(np.round(1.6 * monthly * rng.lognormal(0, 0.35, count) / 50), 2) * 50
    strength = accounts["strength"].to_numpy()
    equity = np.clip(0.3 + 0.1 * strength + rng.normal(0, 0.08, count), -0.2, 0.9)
    quick = np.clip(1.1 + 0.3 * strength + rng.normal(0, 0.3, count), 0.1, None)
    return pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids[accounts["who"]], dtype="str"),
            "terms_days": np.full(count, TERMS),
            "credit_limit": np.where(rng.random(count) < 0.06, np.nan, limit),
            "founded": (2023 - rng.gamma(2, 5, count)).astype(int),
            "equity_ratio": equity,
            "quick_ratio": quick,
        }
    )


def invoices_table(rng, transactions, calendar):
    """Make the invoices table: one per wholesale order, up to ten days after it.

    Parameters
    ----------
    rng : numpy.random.Generator
    transactions : pandas.DataFrame
        The public table.
    calendar : Calendar

    Returns
    -------
    pandas.DataFrame
        In order of date. Orders at the end of the window may not be billed yet.
    """
    orders = transactions[(transactions["channel"] == "account") & (transactions["amount"] > 0)]
    table = orders[["order_id", "customer_id", "amount"]].reset_index(drop=True)
    later = pd.to_timedelta(rng.integers(1, 11, len(orders)), unit="D")
    table.insert(2, "date", (orders["date"].reset_index(drop=True) + later).astype("M8[us]"))
    table.insert(3, "due", (table["date"] + pd.Timedelta(days=TERMS)).astype("M8[us]"))
    table["disputed"] = (rng.random(len(table)) < _DISPUTED).astype(int)
    table = table[table["date"] < dates([calendar.end])[0]]
    table = table.sort_values(["date", "order_id"], kind="stable", ignore_index=True)
    number = np.char.mod("F%05d", np.arange(1, len(table) + 1))
    table.insert(0, "invoice_id", pd.Series(number, dtype="str"))
    return table


def payments_table(rng, accounts, invoices, transactions, lives):
    """Make the payments table: payments, late or in parts, and credit notes for refunds.

    An account that is failing pays later and later; what was due in its last month is hardly
    ever paid.

    Parameters
    ----------
    rng : numpy.random.Generator
    accounts, invoices, transactions : pandas.DataFrame
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of date, up to the end of the window.
    """
    own = accounts.set_index(lives.ids[accounts["who"]]).loc[invoices["customer_id"]]
    billed, due = (_day(invoices[name]) for name in ("date", "due"))
    left, trouble = own["left"].to_numpy(), own["trouble"].to_numpy()
    with np.errstate(invalid="ignore"):
        worse = np.nan_to_num(np.clip((due - trouble) / (left - trouble), 0, 1))
    day = due + own["delay"].to_numpy() + rng.normal(0, 5, len(due)) + _LATEST * worse
    day = np.floor(np.maximum(day, billed + 1))
    lost = own["failing"].to_numpy() & (due >= left - 30)
    lost &= rng.random(len(due)) >= _PAID_IN_THE_END
    back = _credit_notes(invoices, transactions)
    rest = np.round(invoices["amount"].to_numpy() - back["amount"].to_numpy(), 2)
    held = np.where(invoices["disputed"] == 1, 0.2, 0.0)
    held = np.where(rng.random(len(due)) < _SPLIT, 0.4, held)
    second = np.round(rest * held, 2)
    parts = [
        (day, rest - second, ~lost, "payment"),
        (day + np.floor(rng.uniform(15, 75, len(due))), second, ~lost & (second > 0), "payment"),
        (back["day"].to_numpy(), back["amount"].to_numpy(), back["amount"] > 0, "credit note"),
    ]
    rows = [
        pd.DataFrame({"at": when, "amount": money, "kind": kind}).assign(
            invoice_id=invoices["invoice_id"], customer_id=invoices["customer_id"]
        )[np.asarray(there)]
        for when, money, there, kind in parts
    ]
    table = pd.concat(rows, ignore_index=True)
    table = table[(table["at"] < lives.calendar.end) & (table["amount"] > 0)]
    table = table.sort_values(["at", "invoice_id", "kind"], kind="stable", ignore_index=True)
    number = np.char.mod("B%05d", np.arange(1, len(table) + 1))
    return pd.DataFrame(
        {
            "payment_id": pd.Series(number, dtype="str"),
            "invoice_id": table["invoice_id"].astype("str"),
            "customer_id": table["customer_id"].astype("str"),
            "date": dates(table["at"].to_numpy()),
            "amount": table["amount"].round(2),
            "kind": table["kind"].astype("str"),
        }
    )


def plans_table(rng, accounts, transactions, lives):
    """Make the plans table: planned sales, expense budget and expenses, by account and month.

    A plan is made when the account is won and again every January, from a guess of its orders.

    Parameters
    ----------
    rng : numpy.random.Generator
    accounts, transactions : pandas.DataFrame
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        In order of customer and month, from the month after the first order on. Plans go on to
        the end of the year in which the account left.
    """
    months = pd.date_range("2024-01-01", periods=lives.calendar.months, freq="MS").astype("M8[us]")
    first = transactions.groupby("customer_id")["date"].min()
    gone = dates(np.minimum(accounts["left"], lives.calendar.end - 1)).astype("M8[Y]")
    over = np.where(rng.random(len(accounts)) < _OVERSPENDERS, 0.5, 0.0)
    table = pd.DataFrame(
        {
            "who": np.repeat(accounts["who"].to_numpy(), len(months)),
            "month": np.tile(months, len(accounts)),
            "last": np.repeat(gone, len(months)),
            "over": np.repeat(over, len(months)),
        }
    )
    names = pd.Series(lives.ids[table["who"]], dtype="str")
    year = table["month"].dt.year
    kept = (table["month"] > names.map(first)) & (year <= table["last"].dt.year)
    table, names, year = (part[kept].reset_index(drop=True) for part in (table, names, year))
    person = lives.people.iloc[table["who"]]
    middle = table["month"].dt.day_of_year + 15
    swing = 1 + lives.world.seasonality * np.cos(2 * np.pi * (middle - 348) / 365.25)
    guess = rng.lognormal(-0.03, 0.25, (len(lives.people), len(months) // 12 + 1))
    planned = (
        (person["rate"] * person["spend"]).to_numpy() * swing * table["month"].dt.days_in_month
    )
    planned = planned / 7 * guess[table["who"], year - 2024]
    budget = _EXPENSE_SHARE * planned
    spent = budget * (1 + table["over"] * (year - 2024)) * rng.lognormal(0, 0.2, len(table))
    return pd.DataFrame(
        {
            "customer_id": names,
            "month": table["month"].astype("M8[us]"),
            "planned_sales": np.round(planned, 2),
            "expense_budget": np.round(budget, 2),
            "expenses": np.round(spent, 2),
        }
    )


def truth_accounts(accounts, lives):
    """Make the truth about the accounts: since when in trouble, when gone, unable to pay or not.

    Parameters
    ----------
    accounts : pandas.DataFrame
    lives : Lives

    Returns
    -------
    pandas.DataFrame
        Days up to the end of the window; empty if later or never.
    """
    end = lives.calendar.end
    left = np.where(accounts["left"] < end, accounts["left"], np.inf)
    return pd.DataFrame(
        {
            "customer_id": pd.Series(lives.ids[accounts["who"]], dtype="str"),
            "trouble_from": dates(np.where(accounts["trouble"] < end, accounts["trouble"], np.inf)),
            "left_on": dates(left),
            "failed": (accounts["failing"] & np.isfinite(left)).astype(int),
        }
    )


def _day(column):
    return (column - pd.Timestamp("2024-01-01")).dt.days.to_numpy(dtype=float)


def _credit_notes(invoices, transactions):
    """Refunds of accounts, each on their latest invoice that is large enough: day and amount."""
    back = transactions[(transactions["channel"] == "account") & (transactions["amount"] < 0)]
    noted = pd.DataFrame({"day": np.full(len(invoices), np.nan), "amount": 0.0})
    for refund in back.itertuples():
        fits = (invoices["customer_id"] == refund.customer_id) & (
            invoices["amount"] - noted["amount"] >= -refund.amount
        )
        rows = np.flatnonzero(fits & (invoices["date"] <= refund.date + pd.Timedelta(days=14)))
        if len(rows):
            row = rows[-1]
            day = (max(refund.date, invoices["date"][row]) - pd.Timestamp("2024-01-01")).days
            noted.loc[row] = [day, noted["amount"][row] - refund.amount]
    return noted
