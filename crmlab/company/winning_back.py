"""Lost members who were offered something by lot, or nothing: who returned, and what it brought."""

import numpy as np
import pandas as pd

from .people import pick
from .world import TYPICAL_SATISFACTION, dates

OFFERS = ("none", "discount", "call", "bundle")
# what an offer costs each time it is made, and what is given to her if she returns, in USD
COST = {"none": 0.0, "discount": 1.0, "call": 3.0, "bundle": 4.0}
GIFT = {"none": 0.0, "discount": 8.0, "call": 4.0, "bundle": 24.0}
REASONS = ("price", "service", "moved", "other")
_REASON_WEIGHT = {
    "commuter": (0.30, 0.38, 0.14, 0.18),
    "connoisseur": (0.24, 0.46, 0.14, 0.16),
    "saver": (0.50, 0.27, 0.10, 0.13),
}
_SERVICE_PER_POINT = 0.35  # fewer service reasons per point of satisfaction, as a logarithm
# cumulative hazard of return in the first 180 days with no offer; it grows as days ** 0.7
WATCH = 180
_SHAPE = 0.7
_RETURN = {"price": 0.17, "service": 0.085, "moved": 0.03, "other": 0.10}
# how many times faster she returns with an offer
_FASTER = {
    "price": {"none": 1.0, "discount": 2.6, "call": 1.3, "bundle": 3.2},
    "service": {"none": 1.0, "discount": 1.3, "call": 4.0, "bundle": 4.6},
    "moved": {"none": 1.0, "discount": 1.2, "call": 1.2, "bundle": 1.5},
    "other": {"none": 1.0, "discount": 1.7, "call": 1.7, "bundle": 2.4},
}
# second life: rate of leaving again and mean contribution, both per month
_LEAVING = {"price": 0.22, "service": 0.08, "moved": 0.20, "other": 0.14}
_HUNTERS = {"none": 1.0, "discount": 1.3, "call": 1.0, "bundle": 1.3}
_MONTHLY = {"price": 6.0, "service": 13.0, "moved": 8.0, "other": 8.0}
_MARGIN_SHARE = 0.55
_BAD_DEBT = 0.04
MONTH = 365.25 / 12
YEAR = 12  # months of second life that count in the truth


def win_back_tables(rng, lives, transactions, contacts):
    """Make the win-back table and its truth: lost members, in order of the day they closed.

    Parameters
    ----------
    rng : numpy.random.Generator
    lives : Lives
    transactions, contacts : pandas.DataFrame
        What the first life brought and took.

    Returns
    -------
    table, truth : pandas.DataFrame
        One row per member who closed her card in time for the last lot.
    """
    who, lost, offered = _lost(rng, lives)
    people, count = lives.people.iloc[who].reset_index(drop=True), len(who)
    ids = pd.Series(lives.ids[who], dtype="str")
    reason = _reasons(rng, people["segment"].to_numpy(), lives.feelings.base[who])
    first = _first_margin(ids, transactions, contacts)
    offer = pick(rng, count, OFFERS, (0.25, 0.25, 0.25, 0.25))
    bad_debt = rng.random(count) < _BAD_DEBT
    habit = np.clip(people["rate"].to_numpy() / 0.3, 0.2, 5) ** 0.3
    monthly = pd.Series(reason).map(_MONTHLY).to_numpy(dtype=float) * habit
    monthly = monthly * rng.gamma(4, 1 / 4, count)
    second = _second_lives(rng, reason, offer, offered, monthly, lives.calendar.end)
    dealt = ~bad_debt & (first > 0)
    table = pd.DataFrame(
        {
            "customer_id": ids,
            "lost": dates(lost),
            "reason": pd.Series(reason, dtype="str"),
            "first_margin": first,
            "bad_debt": bad_debt.astype(int),
            "offer": pd.Series(np.where(dealt, offer, None), dtype="str"),
            "offered": dates(np.where(dealt, offered, np.nan)),
            "offer_cost": np.where(dealt, _look_up(COST, offer), np.nan),
            **{name: np.where(dealt, values, np.nan) for name, values in second.items()},
        }
    )
    table["returned"], table["left_again"] = dates(table["returned"]), dates(table["left_again"])
    order = np.lexsort((who, lost))
    truth = _truth(ids, reason, monthly)
    return table.iloc[order].reset_index(drop=True), truth.iloc[order].reset_index(drop=True)


def _lost(rng, lives):
    """Members whose lot came in time, the day each closed her card, and the day of the lot."""
    calendar = lives.calendar
    member = (lives.people["kind"] == "member").to_numpy()
    who = np.flatnonzero(member & (lives.left < calendar.end))
    lost = np.floor(lives.left[who]) + rng.integers(1, 31, len(who))
    lots = np.array([calendar.day_of_month(month) for month in range(2, calendar.months - 1)])
    place = np.searchsorted(lots, lost, side="right")
    kept = (place < len(lots)) & (lost >= calendar.day_of_month(1))
    return who[kept], lost[kept], lots[place[kept]].astype(float)


def _reasons(rng, segment, satisfaction):
    weight = np.array([_REASON_WEIGHT[name] for name in segment]).reshape(len(segment), 4)
    point = np.asarray(satisfaction, dtype=float) - TYPICAL_SATISFACTION
    weight[:, REASONS.index("service")] *= np.exp(-_SERVICE_PER_POINT * point)
    reached = weight.cumsum(axis=1) / weight.sum(axis=1, keepdims=True)
    return np.array(REASONS, dtype=object)[(rng.random((len(segment), 1)) >= reached).sum(axis=1)]


def _first_margin(ids, transactions, contacts):
    earned = transactions.groupby("customer_id")["margin"].sum()
    spent = contacts.groupby("customer_id")["cost"].sum()
    known = earned.reindex(ids, fill_value=0.0) - spent.reindex(ids, fill_value=0.0)
    return known.astype(float).round(2).to_numpy()


def _second_lives(rng, reason, offer, offered, monthly, end):
    """Return, second departure, gift, spending and margin, as far as the window shows them."""
    count = len(reason)
    hazard = _look_up(_RETURN, reason) * _faster(reason, offer)
    wait = WATCH * (rng.exponential(size=count) / hazard) ** (1 / _SHAPE)
    returned = np.floor(offered + 1 + wait)
    rate = _look_up(_LEAVING, reason) * _look_up(_HUNTERS, offer)
    again = np.floor(returned + 1 + MONTH * rng.exponential(size=count) / rate)
    months = (np.minimum(again, end) - returned) / MONTH
    shape = 4 * np.maximum(months, 0.1) + 1
    spent = monthly / _MARGIN_SHARE * months * rng.gamma(shape, 1 / shape)
    back = returned < end
    spent = np.where(back, np.maximum(np.round(spent, 2), 1.0), 0.0)
    return {
        "returned": np.where(back, returned, np.nan),
        "left_again": np.where(back & (again < end), again, np.nan),
        "gift": np.where(back, _look_up(GIFT, offer), 0.0),
        "spent": spent,
        "margin": np.round(_MARGIN_SHARE * spent, 2),
    }


def _truth(ids, reason, monthly):
    """Chance of return within 180 days and worth of a year of second life, under each offer."""
    table = pd.DataFrame({"customer_id": ids, "monthly_margin": monthly})
    table["second_rate"] = _look_up(_LEAVING, reason)
    for offer in OFFERS:
        hazard = _look_up(_RETURN, reason) * _faster(reason, np.full(len(reason), offer))
        table[f"chance_{offer}"] = 1 - np.exp(-hazard)
    for offer in OFFERS:
        rate = table["second_rate"] * _HUNTERS[offer]
        table[f"value_{offer}"] = monthly * (1 - np.exp(-rate * YEAR)) / rate
    return table


def _faster(reason, offer):
    pairs = zip(reason, offer, strict=True)
    return np.array([_FASTER[why][what] for why, what in pairs], dtype=float)


def _look_up(table, names):
    return np.array([table[name] for name in names], dtype=float)
