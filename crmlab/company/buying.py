"""When customers buy, what the orders are worth, and which are refunded."""

import numpy as np
import pandas as pd

from .people import pick
from .world import CRISIS_HALF_LIFE, START, TYPICAL_SATISFACTION, Clock, dates, parse_date

_PRICE_STEPS = np.array((-1, 0, 1, 0))
_UNIT_COST = {"member": 0.38, "subscriber": 0.55, "wholesale": 0.72}
_WEB_SHARE = {"commuter": 0.06, "connoisseur": 0.3, "saver": 0.12}
_POSTAGE = {"cafe": 0.0, "web": 2.5, "account": 9.0}
_REFUND_SHARE = 0.018
_WHOLESALE_REGULARITY = 4


def price_index(region, days, world):
    """Price level in force in a region on a day: 1 is list price.

    Parameters
    ----------
    region : array of int
    days : array of float
        Days since the start.
    world : World

    Returns
    -------
    array
        In the broadcast shape of the two.
    """
    quarter = (START + np.floor(days).astype("m8[D]")).astype("M8[M]").astype(int) // 3
    return 1 + world.price_spread * _PRICE_STEPS[(region + quarter) % 4]


def demand(people, calendar, world):
    """Purchases per week of each customer while active, week by week.

    Parameters
    ----------
    people : pandas.DataFrame
        With `rate` and `elasticity`.
    calendar : Calendar
    world : World

    Returns
    -------
    array of shape (customers, weeks)
    """
    middle = calendar.weeks[:-1] + 3.5
    common = 1 + world.seasonality * np.cos(2 * np.pi * (middle - 348) / 365.25)
    since = (middle - (parse_date(world.crisis_date) - START).astype(int)) / 7
    lost = world.crisis_size * np.where(since >= 0, 0.5 ** (since / CRISIS_HALF_LIFE), 0.0)
    price = price_index(people["region"].to_numpy()[:, None], middle, world)
    response = price ** -people["elasticity"].to_numpy()[:, None]
    return people["rate"].to_numpy()[:, None] * response * (common * (1 - lost))


def visits(rng, people, left, demanded, world):
    """Moments at which members and accounts buy, from the day of joining until they leave.

    On each customer's own clock, which runs as fast as demand, the gaps are Erlang with mean 1.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        Members and accounts; with `day` and `kind`.
    left : array of shape (customers,)
        Day of leaving; at most the horizon.
    demanded : array of shape (customers, weeks)
    world : World

    Returns
    -------
    who : array of int
        Row of `people`, one entry per purchase.
    day : array of float
    """
    rows = np.arange(len(people))
    clock = Clock(demanded)
    start, stop = clock.read(rows, people["day"].to_numpy()), clock.read(rows, left)
    factor = np.where(people["kind"] == "wholesale", _WHOLESALE_REGULARITY, 1)
    shape = world.regularity * factor
    who, times, now = [rows], [start], start
    while rows.size:
        now = now + rng.gamma(shape[rows], 1 / shape[rows])
        rows, now = rows[now < stop[rows]], now[now < stop[rows]]
        who.append(rows)
        times.append(now)
    who, times = np.concatenate(who), np.concatenate(times)
    day = clock.when(who, times)
    day[: len(people)] = people["day"]
    return who, day


def charges(people, left, calendar):
    """Days on which contracts are charged: the start, then every month until they end.

    Parameters
    ----------
    people : pandas.DataFrame
        Subscribers; with `day`.
    left : array of shape (customers,)
        Day of leaving; at most the horizon.
    calendar : Calendar

    Returns
    -------
    who : array of int
        Row of `people`, one entry per charge.
    day : array of float
    """
    months = np.arange(calendar.months + 13)
    due = calendar.anniversary(people["day"].to_numpy()[:, None], months)
    who, month = np.nonzero(due < left[:, None])
    return who, due[who, month]


def price_orders(rng, people, who, day, world):
    """Amount, margin and channel of every order.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
    who : array of int
        Row of `people`, one entry per order.
    day : array of float
    world : World

    Returns
    -------
    pandas.DataFrame
        Columns who, day, amount, margin, channel, price_index.
    """
    kind, segment = people["kind"].to_numpy()[who], people["segment"].to_numpy()[who]
    count, member, account = len(who), kind == "member", kind == "wholesale"
    price = np.where(member, price_index(people["region"].to_numpy()[who], day, world), 1.0)
    spend = people["spend"].to_numpy()[who]
    basket = np.select([member, account], [rng.gamma(6, 1 / 6, count), rng.gamma(4, 1 / 4, count)])
    basket = np.where(kind == "subscriber", 1.0, basket)
    amount = np.select(
        [member, account],
        [np.maximum(np.round(spend * basket * price * 20) / 20, 1.0), spend * basket],
        spend,
    )
    web = rng.random(count) < pd.Series(segment).map(_WEB_SHARE).to_numpy(dtype=float)
    channel = np.select([account, member & ~web], ["account", "cafe"], "web")
    terms = rng.normal(1, 0.13, len(people))
    haggled = np.where(account, terms[who] + rng.normal(0, 0.12, count), rng.normal(1, 0.08, count))
    cost = pd.Series(kind).map(_UNIT_COST).to_numpy(dtype=float) * haggled
    postage = pd.Series(channel).map(_POSTAGE).to_numpy(dtype=float)
    amount = np.round(amount, 2)
    margin = amount - amount / price * cost - postage
    return pd.DataFrame(
        {
            "who": who,
            "day": day,
            "amount": amount,
            "margin": np.round(margin, 2),
            "channel": channel,
            "price_index": np.round(price, 4),
        }
    )


def refunds(rng, orders, base):
    """Refunds, one to fourteen days after some orders: the money goes back, the goods are lost.

    Parameters
    ----------
    rng : numpy.random.Generator
    orders : pandas.DataFrame
        From `price_orders`.
    base : array of shape (customers,)
        Satisfaction before anything happens: the less satisfied ask more often.

    Returns
    -------
    pandas.DataFrame
        In the columns of `orders`.
    """
    chance = _REFUND_SHARE * np.exp(-0.2 * (base - TYPICAL_SATISFACTION))
    chosen = orders[rng.random(len(orders)) < chance[orders["who"]]]
    share = pick(rng, len(chosen), (1.0, 0.5), (0.75, 0.25)).astype(float)
    amount = -np.round(chosen["amount"] * share, 2)
    later = chosen["day"] + 1 + 13 * rng.random(len(chosen))
    return chosen.assign(day=later, amount=amount, margin=amount)


def transactions_table(orders, ids, calendar):
    """Make the public transactions table: orders and refunds in the window, in order of time.

    Parameters
    ----------
    orders : pandas.DataFrame
        Orders and refunds.
    ids : array of str
    calendar : Calendar

    Returns
    -------
    pandas.DataFrame
    """
    seen = orders[orders["day"] < calendar.end].sort_values(["day", "who"], kind="stable")
    number = np.arange(1, len(seen) + 1)
    return pd.DataFrame(
        {
            "order_id": pd.Series(np.char.mod("T%06d", number), dtype="str"),
            "customer_id": pd.Series(ids[seen["who"]], dtype="str"),
            "date": dates(seen["day"]),
            "amount": seen["amount"].to_numpy(),
            "margin": seen["margin"].to_numpy(),
            "channel": pd.Series(seen["channel"].to_numpy(), dtype="str"),
            "price_index": seen["price_index"].to_numpy(),
        }
    )
