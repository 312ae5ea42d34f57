"""What each tier gets: what it costs to serve, what an action costs and must bring in."""

import warnings

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import student_quantile


def cost_to_serve(contacts, tier, *, by="mode", confidence=0.95):
    r"""Cost of contacts per customer, by tier and channel.

    Parameters
    ----------
    contacts : pandas.DataFrame
        ``customer_id``, ``cost`` and the column named in `by`.
    tier : pandas.Series
        Tier of every customer, indexed by customer, also of those never contacted.
    by : str
        Column of channels.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``tier`` and channel, with a row ``all`` per tier: ``contacts``, ``cost``,
        ``cost_per_contact``, and ``estimate``, ``low``, ``high`` of the cost per customer of
        the tier, those never contacted included.

    Raises
    ------
    ValueError
        A column is missing, a cost missing or negative, a contact of a customer without tier.

    Notes
    -----
    Mean :math:`\pm t_{n-1}` standard errors over the customers of the tier.

    Examples
    --------
    >>> contacts = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo"],
    ...                          "mode": ["visit", "phone", "phone"], "cost": [50, 6, 6]})
    >>> tier = pd.Series({"Ann": "key", "Bo": "small", "Cy": "small"})
    >>> cost_to_serve(contacts, tier)["estimate"].loc[("small", "all")].item()
    3.0
    """
    inputs.table(contacts, ("customer_id", "cost", by), "contacts")
    tier, remedy = pd.Series(tier), "Give every customer a tier."
    inputs.one_row_each(tier, "tier")
    inputs.refuse(tier.isna(), tier, "tier", ("is empty", "are empty"), remedy)
    cost = inputs.numbers(contacts["cost"], "contacts.cost", rows=contacts, at_least=0).to_numpy()
    inputs.refuse(
        contacts[by].isna(),
        contacts,
        f"contacts.{by}",
        ("is empty", "are empty"),
        "Name the channel.",
    )
    place = tier.index.get_indexer(contacts["customer_id"].to_numpy())
    inputs.refuse(
        place < 0, contacts, "contacts.customer_id", ("is without tier", "are without tier"), remedy
    )
    names = list(tier.cat.categories) if hasattr(tier, "cat") else sorted(tier.unique(), key=str)
    channel = contacts[by].to_numpy()
    rows = {}
    for name in [*sorted(contacts[by].unique(), key=str), "all"]:
        chosen = np.full(len(channel), True) if name == "all" else channel == name
        customers = pd.DataFrame({"tier": tier})
        customers["contacts"] = np.bincount(place[chosen], minlength=len(tier))
        customers["cost"] = np.bincount(place[chosen], weights=cost[chosen], minlength=len(tier))
        for group in names:
            part = customers[customers["tier"] == group]
            rows[group, name] = _serving_cost(part["contacts"], part["cost"], confidence)
    channels = [name for group, name in rows if group == names[0]]
    columns = ["contacts", "cost", "cost_per_contact", "estimate", "low", "high"]
    order = pd.MultiIndex.from_product([names, channels], names=["tier", by])
    return pd.DataFrame([rows[key] for key in order], index=order, columns=columns)


def _serving_cost(contacts, cost, confidence):
    heads, made, spent = len(cost), int(contacts.sum()), float(cost.sum())
    half, mean = np.nan, spent / heads if heads else np.nan
    if heads > 1:
        half = student_quantile(confidence, heads - 1) * float(cost.std()) / np.sqrt(heads)
    return made, spent, spent / made if made else np.nan, mean, max(mean - half, 0.0), mean + half


def shift_channel(costs, *, source, target, share):
    """What is saved when part of the contacts in one channel move to a cheaper one.

    Parameters
    ----------
    costs : pandas.DataFrame
        From `cost_to_serve`.
    source, target : str
        Channels to leave and to use.
    share : float
        Share of the contacts of `source` that move, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        For each tier ``contacts_moved`` and ``saving`` in money. The cost of a contact in
        `target` is that of the tier, or of all tiers where the tier never used it.

    Raises
    ------
    ValueError
        An unknown channel, a share outside 0 to 1.

    Notes
    -----
    It takes for granted that a moved contact does its work at once. If one call in three ends
    in a visit after all, take that off `share`.

    Examples
    --------
    >>> contacts = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo"],
    ...                          "mode": ["visit", "phone", "phone"], "cost": [50, 6, 6]})
    >>> costs = cost_to_serve(contacts, pd.Series({"Ann": "key", "Bo": "small"}))
    >>> shift_channel(costs, source="visit", target="phone", share=0.5)["saving"].loc["key"].item()
    22.0
    """
    channels = list(costs.index.get_level_values(1).unique())
    if source not in channels or target not in channels or source == target:
        raise ValueError(f"source is {source!r}, target is {target!r}; give two of {channels}.")
    inputs.number(share, "share", at_least=0, at_most=1)
    old, new = (costs.xs(channel, level=1) for channel in (source, target))
    everywhere = new["cost"].sum() / new["contacts"].sum()
    moved = share * old["contacts"]
    price = new["cost_per_contact"].fillna(everywhere)
    saving = moved * (old["cost_per_contact"].fillna(0) - price)
    return pd.DataFrame({"contacts_moved": moved, "saving": saving})


def tier_plan(tiers, actions):
    r"""What each tier gets, what it costs, and what must come of it to pay.

    Parameters
    ----------
    tiers : pandas.DataFrame
        Indexed by tier with ``customers`` and ``mean`` (value per customer and year), such as
        ``pyramid(value).tiers``.
    actions : pandas.DataFrame
        One row per action: ``tier``, ``action``, ``cost`` (per customer and year) and, if
        known, ``gain`` (contribution per year from a customer in whom the action works).

    Returns
    -------
    pandas.DataFrame
        The actions with ``customers``, ``total_cost``, ``break_even_lift`` (rise in mean value
        that pays for it) and, with ``gain``, ``break_even_response`` (share of customers in
        whom it must work; above 1 it cannot pay).

    Raises
    ------
    ValueError
        A column is missing, a tier unknown, a cost missing or negative, a gain not above zero.

    Warns
    -----
    UserWarning
        A tier worth nothing or less per customer: no lift can be named (NaN).

    Notes
    -----
    Break-even lift = cost / mean; break-even response = cost / gain. A tier without an action
    is listed too, at no cost.

    Examples
    --------
    >>> tiers = pd.DataFrame({"customers": [2, 50], "mean": [400, 10]}, index=["key", "small"])
    >>> actions = pd.DataFrame({"tier": ["key"], "action": ["own adviser"], "cost": [60],
    ...                         "gain": [240]})
    >>> plan = tier_plan(tiers, actions)
    >>> plan.loc["key", ["total_cost", "break_even_lift", "break_even_response"]].tolist()
    [120.0, 0.15, 0.25]
    """
    inputs.table(tiers, ("customers", "mean"), "tiers")
    inputs.table(actions, ("tier", "action", "cost"), "actions")
    row = actions["tier"].astype(object)
    stranger = ~row.isin(list(tiers.index))
    remedy = f"Tiers: {[*tiers.index]}."
    inputs.refuse(
        stranger,
        actions,
        "actions.tier",
        ("is no tier of the pyramid", "are no tier of the pyramid"),
        remedy,
    )
    cost = inputs.numbers(actions["cost"], "actions.cost", rows=actions, at_least=0).to_numpy()
    plan = pd.DataFrame(
        {"tier": row.to_numpy(), "action": actions["action"].to_numpy(), "cost": cost}
    )
    if "gain" in actions:
        options = {"accept": ("empty",), "above": 0, "remedy": "Leave it empty if it is not known."}
        gain = inputs.numbers(actions["gain"], "actions.gain", rows=actions, **options)
        plan["gain"] = gain.to_numpy()
    idle = [name for name in tiers.index if name not in set(row)]
    if idle:
        none = pd.DataFrame({"tier": idle, "action": "none", "cost": 0.0})
        plan = pd.concat([plan, none], ignore_index=True)
    plan["place"] = plan["tier"].map({name: place for place, name in enumerate(tiers.index)})
    plan = plan.sort_values("place", kind="stable").drop(columns="place").set_index("tier")
    plan["customers"] = tiers["customers"].reindex(plan.index)
    plan["total_cost"] = plan["cost"] * plan["customers"]
    mean = tiers["mean"].reindex(plan.index)
    plan["break_even_lift"] = plan["cost"] / mean.where(mean > 0)
    worthless = tiers.index[~(tiers["mean"] > 0)]
    if len(worthless):
        warnings.warn(
            f"a customer of tier {', '.join(map(str, worthless))} brings nothing or a loss, so no "
            "rise in value can be named.",
            UserWarning,
            stacklevel=2,
        )
    if "gain" in plan:
        plan["break_even_response"] = plan["cost"] / plan["gain"]
    return plan


def policy_value(now, policy, customers, *, cost):
    """Gain of a tier policy: value by tier with it, less value without it, less its cost.

    Parameters
    ----------
    now, policy : pandas.DataFrame
        From `tier_value`, with the moves and profits of today and of the policy.
    customers : mapping or pandas.Series
        Customers in each tier today.
    cost : mapping or pandas.Series
        Present cost of the policy per customer of each tier; 0 where a tier is not named.

    Returns
    -------
    pandas.DataFrame
        One row per tier: ``customers``, ``value_now``, ``value_then``, ``cost`` (per customer)
        and ``gain`` (in all).

    Raises
    ------
    ValueError
        Different tiers, or a tier without head-count.

    Examples
    --------
    >>> now, then = (pd.DataFrame({"estimate": [value]}, index=["key"]) for value in (200, 260))
    >>> policy_value(now, then, {"key": 10}, cost={"key": 40})["gain"].loc["key"].item()
    200.0
    """
    if list(now.index) != list(policy.index):
        raise ValueError(
            f"now has the tiers {[*now.index]}, policy {[*policy.index]}; make them equal."
        )
    heads = inputs.customer_values(pd.Series(customers).reindex(now.index), "customers")
    unknown = set(cost.keys()) - set(now.index)
    if unknown:
        raise ValueError(f"cost names {sorted(map(str, unknown))}; tiers are {[*now.index]}.")
    cost = pd.Series(cost, dtype=float).reindex(now.index, fill_value=0.0)
    table = pd.DataFrame(
        {
            "customers": heads,
            "value_now": now["estimate"],
            "value_then": policy["estimate"],
            "cost": cost,
        }
    )
    table["gain"] = heads * (table["value_then"] - table["value_now"] - cost)
    return table
