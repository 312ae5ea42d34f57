"""Who the customers are: kind, segment, channel, and their own rates and baskets."""

import numpy as np
import pandas as pd

from .world import KINDS, REGIONS, SEGMENTS, TYPICAL_SATISFACTION, WEEKS_PER_MONTH, dates

_KIND_SHARE = (0.725, 0.26, 0.015)
_SEGMENT_SHARE = {
    "member": (0.42, 0.2, 0.38),
    "subscriber": (0.25, 0.5, 0.25),
    "wholesale": (0.2, 0.3, 0.5),
}
_CHANNELS = ("shop", "web", "partner")
_CHANNEL_SHARE = {
    "member": (0.7, 0.2, 0.1),
    "subscriber": (0.2, 0.65, 0.15),
    "wholesale": (0.0, 0.25, 0.75),
}
_ACQUISITION_COST = {"shop": 3.0, "web": 11.0, "referral": 8.0, "partner": 15.0}
_RATE_FACTOR = {"commuter": 1.25, "connoisseur": 0.85, "saver": 0.8}
_BASKET = {"commuter": 7.5, "connoisseur": 12.0, "saver": 6.5}
_PLANS = (18.0, 28.0, 42.0)
_PLAN_SHARE = {
    "commuter": (0.4, 0.45, 0.15),
    "connoisseur": (0.15, 0.45, 0.4),
    "saver": (0.65, 0.3, 0.05),
}
_RETENTION_LEVELS = (0.0, 1.0, 2.0, 4.0)
_RETENTION_SHARE = (0.55, 0.15, 0.15, 0.15)
_WHOLESALE_RATE = 0.4  # orders a week
_WHOLESALE_BASKET = 170.0


def pick(rng, size, values, shares):
    """Draw values with the given shares."""
    edges = np.cumsum(shares)[:-1]
    return np.array(values, dtype=object)[np.searchsorted(edges, rng.random(size), side="right")]


def pick_by_group(rng, groups, values, shares):
    """Draw one value per row, with shares that depend on the row's group."""
    drawn = np.empty(len(groups), dtype=object)
    for group, share in shares.items():
        rows = np.asarray(groups) == group
        drawn[rows] = pick(rng, rows.sum(), values, share)
    return drawn


def make_people(rng, count, calendar, world):
    """Draw the customers in the order in which they joined.

    Parameters
    ----------
    rng : numpy.random.Generator
    count : int
        Customers.
    calendar : Calendar
    world : World

    Returns
    -------
    pandas.DataFrame
        One row per customer. `day` is the moment of joining in days since the start; `region`
        is a number.
    """
    day = np.sort(calendar.end * rng.random(count) ** 1.15)
    kind = pick(rng, count, KINDS, _KIND_SHARE)
    referred = (rng.random(count) < world.referral_share) & (kind != "wholesale")
    referred[:1] = False
    channel = pick_by_group(rng, kind, _CHANNELS, _CHANNEL_SHARE)
    people = pd.DataFrame(
        {
            "day": day,
            "kind": kind,
            "segment": pick_by_group(rng, kind, SEGMENTS, _SEGMENT_SHARE),
            "channel": np.where(referred, "referral", channel),
            "region": rng.integers(len(REGIONS), size=count),
        }
    )
    lots = pick(rng, count, _RETENTION_LEVELS, _RETENTION_SHARE).astype(float)
    people["retention_spend"] = np.where(kind == "member", lots, 0.0)
    cost = people["channel"].map(_ACQUISITION_COST).to_numpy(dtype=float)
    cost = cost * np.where(kind == "wholesale", 20, 1) * rng.gamma(16, 1 / 16, count)
    people["acquisition_cost"] = cost
    return people


def add_rates(rng, people, satisfaction, world):
    """Add each customer's own purchase rate, mean spend and price elasticity.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        From `make_people`.
    satisfaction : array of shape (customers,)
        Satisfaction before anything happens.
    world : World

    Returns
    -------
    pandas.DataFrame
        `people` with `rate` (purchases per week), `spend` (USD per purchase at list price) and
        `elasticity`.
    """
    count = len(people)
    kind, segment = people["kind"].to_numpy(), people["segment"]
    own = rng.gamma(world.rate_shape, 1 / world.rate_shape, count)
    member_rate = world.purchase_rate * own * segment.map(_RATE_FACTOR).to_numpy(dtype=float)
    account_rate = _WHOLESALE_RATE * rng.gamma(2, 1 / 2, count)
    rate = np.select(
        [kind == "member", kind == "wholesale"], [member_rate, account_rate], 1 / WEEKS_PER_MONTH
    )
    lift = np.exp(0.05 * (satisfaction - TYPICAL_SATISFACTION))
    basket = segment.map(_BASKET).to_numpy(dtype=float) * lift * 7 / rng.gamma(8, 1, count)
    account = _WHOLESALE_BASKET * rng.lognormal(0, 0.5, count)
    plan = pick_by_group(rng, segment, _PLANS, _PLAN_SHARE).astype(float)
    spend = np.select([kind == "member", kind == "wholesale"], [basket, account], plan)
    relief = world.elasticity_relief * (satisfaction - TYPICAL_SATISFACTION)
    elasticity = np.clip(world.price_elasticity - relief, 0, 6)
    return people.assign(
        rate=np.maximum(rate, 1e-5),
        spend=spend,
        elasticity=np.where(kind == "member", elasticity, 0.0),
    )


def add_referrers(rng, people, praise):
    """Name for each referred customer someone who had joined before and recommends.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
        In order of joining.
    praise : array of shape (customers,)
        How many people each customer tells good things; referrers are drawn in proportion.

    Returns
    -------
    pandas.DataFrame
        `people` with `referrer`, a row number, -1 where there is none.
    """
    uniform = rng.random(len(people))
    reached = np.concatenate([[0.0], np.cumsum(praise)])
    referrer = np.searchsorted(reached[1:], uniform * reached[:-1], side="right")
    referred = people["channel"].to_numpy() == "referral"
    return people.assign(referrer=np.where(referred, referrer, -1))


def customers_table(rng, people, ids):
    """Make the public customers table, with two made-up personal columns.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : pandas.DataFrame
    ids : array of str
        Customer ids, one per row of `people`.

    Returns
    -------
    pandas.DataFrame
    """
    person = people["kind"].to_numpy() != "wholesale"
    age = 18 + 62 * rng.beta(1.6, 2.6, len(people))
    region = people["region"].to_numpy()
    postcode = 10_000 * (region + 1) + 10 * rng.integers(1, 60, len(people))
    referrer = people["referrer"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": ids,
            "joined": dates(people["day"]),
            "kind": people["kind"].astype("str"),
            "segment": people["segment"].astype("str"),
            "channel": people["channel"].astype("str"),
            "referred_by": pd.Series(np.where(referrer >= 0, ids[referrer], None), dtype="str"),
            "acquisition_cost": people["acquisition_cost"],
            "retention_spend": people["retention_spend"],
            "region": pd.Series(np.array(REGIONS)[region], dtype="str"),
            "birth_year": np.where(person, np.floor(2024 - age), np.nan),
            "postcode": postcode,
        }
    )
