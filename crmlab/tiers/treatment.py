"""What each tier gets: what it costs to serve, what an action costs and must bring in."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlab import inputs
from crmlab.intervals import student_quantile
from crmlab.tiers.pyramid import Pyramid, tier_of


def cost_to_serve(
    contacts: pd.DataFrame,
    tier: Pyramid | pd.Series,
    *,
    by: str = "mode",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Cost of contacts per customer, by tier and channel.

    Parameters
    ----------
    contacts : pandas.DataFrame
        ``customer_id``, ``cost`` and the column named in `by`.
    tier : Pyramid or pandas.Series
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
        the tier, those never contacted included. A tier of one customer has no interval (NaN).

    Raises
    ------
    ValueError
        A column is missing, a cost missing or negative, a contact of a customer without tier.

    Warns
    -----
    UserWarning
        A tier of one customer or none, so no interval.

    Notes
    -----
    Mean :math:`\pm t_{n-1}` standard errors over the customers of the tier.

    Examples
    --------
    >>> contacts = pd.DataFrame({"customer_id": ["Ann", "Ann", "Bo"],
    ...                          "mode": ["visit", "phone", "phone"], "cost": [50, 6, 6]})
    >>> tier = pd.Series({"Ann": "key", "Al": "key", "Bo": "small", "Cy": "small"})
    >>> cost_to_serve(contacts, tier)["estimate"].loc[("small", "all")].item()
    3.0
    """
    if not isinstance(by, str):
        raise ValueError(f"by is {inputs.shown(by)}; name the column of channels.")
    contacts = inputs.table(contacts, ("customer_id", "cost", by), "contacts")
    tiers = tier_of(tier, "tier")
    cost = inputs.numbers(contacts["cost"], "contacts.cost", rows=contacts, at_least=0).to_numpy()
    empty, remedy = ("is empty", "are empty"), "Name the channel."
    inputs.refuse(contacts[by].isna(), contacts, f"contacts.{by}", empty, remedy)
    ids = inputs.ids(contacts["customer_id"], "contacts.customer_id", rows=contacts)
    place = pd.Index(inputs.ids(tiers.index, "tier")).get_indexer(ids)
    problem, remedy = ("is without tier", "are without tier"), "Give every customer a tier."
    inputs.refuse(place < 0, contacts, "contacts.customer_id", problem, remedy)
    named = list(tiers.cat.categories) if hasattr(tiers, "cat") else sorted(set(tiers), key=str)
    channels = [*sorted(contacts[by].unique(), key=str), "all"]
    _warn_alone(tiers, named)
    channel, rows = contacts[by].to_numpy(), {}
    for name in channels:
        chosen = np.full(len(channel), True) if name == "all" else channel == name
        made = np.bincount(place[chosen], minlength=len(tiers))
        spent = np.bincount(place[chosen], weights=cost[chosen], minlength=len(tiers))
        for group in named:
            mine = (tiers == group).to_numpy()
            rows[group, name] = _serving_cost(made[mine], spent[mine], confidence)
    columns = ["contacts", "cost", "cost_per_contact", "estimate", "low", "high"]
    order = pd.MultiIndex.from_product([named, channels], names=["tier", by])
    return pd.DataFrame([rows[key] for key in order], index=order, columns=columns)


def shift_channel(
    costs: pd.DataFrame, *, source: str, target: str, share: float, again: float = 0.0
) -> pd.DataFrame:
    """What is saved when part of the contacts in one channel move to a cheaper one.

    Parameters
    ----------
    costs : pandas.DataFrame
        From `cost_to_serve`.
    source, target : str
        Channels to leave and to use.
    share : float
        Share of the contacts of `source` that move, 0 to 1.
    again : float
        Share of the moved contacts that need a contact in `source` after all, 0 to 1.

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
    Saving = moved contacts x (cost in `source` x (1 - `again`) - cost in `target`). It takes for
    granted that the customers buy as before.

    Examples
    --------
    >>> contacts = pd.DataFrame({"customer_id": ["Ann", "Al", "Bo", "Cy"],
    ...                          "mode": ["visit", "phone", "phone", "phone"],
    ...                          "cost": [50, 6, 6, 6]})
    >>> tier = pd.Series({"Ann": "key", "Al": "key", "Bo": "small", "Cy": "small"})
    >>> costs = cost_to_serve(contacts, tier)
    >>> shift_channel(costs, source="visit", target="phone", share=0.5)["saving"].loc["key"].item()
    22.0
    """
    costs = inputs.table(costs, ("contacts", "cost", "cost_per_contact"), "costs")
    if costs.index.nlevels != 2:
        raise ValueError("costs has no rows by tier and channel; give what cost_to_serve returned.")
    channels = [name for name in costs.index.get_level_values(1).unique() if name != "all"]
    for channel, where in ((source, "source"), (target, "target")):
        inputs.choice(channel, where, channels)
    if source == target:
        raise ValueError(f"source and target are both {source!r}; give two of {channels}.")
    share, again = inputs.share(share, "share"), inputs.share(again, "again")
    old, new = (costs.xs(channel, level=1) for channel in (source, target))
    everywhere = new["cost"].sum() / new["contacts"].sum()
    moved = share * old["contacts"]
    price = new["cost_per_contact"].fillna(everywhere)
    saving = moved * (old["cost_per_contact"].fillna(0) * (1 - again) - price)
    return pd.DataFrame({"contacts_moved": moved, "saving": saving})


def tier_plan(tiers: Pyramid | pd.DataFrame, actions: pd.DataFrame) -> pd.DataFrame:
    r"""What each tier gets, what it costs, and what must come of it to pay.

    Parameters
    ----------
    tiers : Pyramid or pandas.DataFrame
        From `pyramid`, or indexed by tier with ``customers`` and ``mean`` (value per customer and
        year).
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
    table = tiers.table if isinstance(tiers, Pyramid) else tiers
    table = inputs.table(table, ("customers", "mean"), "tiers")
    inputs.one_row_each(table, "tiers")
    inputs.numbers(table["customers"], "tiers.customers", rows=table, at_least=0)
    mean = inputs.numbers(table["mean"], "tiers.mean", rows=table, accept=("empty",))
    plan = _actions(actions, list(table.index))
    plan["customers"] = table["customers"].reindex(plan.index)
    plan["total_cost"] = plan["cost"] * plan["customers"]
    plan["break_even_lift"] = plan["cost"] / mean.where(mean > 0).reindex(plan.index)
    worthless = table.index[(mean <= 0).to_numpy()]
    if len(worthless):
        warnings.warn(
            f"a customer of tier {inputs.listed(list(worthless))} brings nothing or a loss, so no "
            "rise in value can be named.",
            UserWarning,
            stacklevel=2,
        )
    if "gain" in plan:
        plan["break_even_response"] = plan["cost"] / plan["gain"]
    return plan


def policy_value(
    now: pd.DataFrame,
    policy: pd.DataFrame,
    customers: pd.Series | Mapping[Any, float],
    *,
    cost: pd.Series | Mapping[Any, float],
) -> pd.DataFrame:
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
        Different tiers, a tier without head-count, a cost of no tier.

    Examples
    --------
    >>> now, then = (pd.DataFrame({"estimate": [value]}, index=["key"]) for value in (200, 260))
    >>> policy_value(now, then, {"key": 10}, cost={"key": 40})["gain"].loc["key"].item()
    200.0
    """
    before, after = (
        inputs.numbers(inputs.table(frame, ("estimate",), where)["estimate"], where)
        for frame, where in ((now, "now"), (policy, "policy"))
    )
    names = list(before.index)
    if names != list(after.index):
        raise ValueError(f"now has the tiers {names}, policy {[*after.index]}; make them equal.")
    heads = inputs.weights(_named(customers, names, "customers"), "customers", names, total=None)
    table = pd.DataFrame({"customers": heads, "value_now": before, "value_then": after})
    table["cost"] = _named(cost, names, "cost").reindex(names, fill_value=0.0)
    table["gain"] = heads * (table["value_then"] - table["value_now"] - table["cost"])
    return table.rename_axis(before.index.name)


def _warn_alone(tiers: pd.Series, names: list) -> None:
    heads = tiers.value_counts().reindex(names, fill_value=0)
    alone = [str(name) for name in names if heads[name] < 2]
    if alone:
        warnings.warn(
            f"tier {', '.join(alone)} has fewer than two customers, so no interval.",
            UserWarning,
            stacklevel=3,
        )


def _serving_cost(contacts: np.ndarray, cost: np.ndarray, confidence: float) -> tuple:
    heads, made, spent = len(cost), int(contacts.sum()), float(cost.sum())
    half, mean = np.nan, spent / heads if heads else np.nan
    if heads > 1:
        half = student_quantile(confidence, heads - 1) * float(cost.std(ddof=1)) / np.sqrt(heads)
    return made, spent, spent / made if made else np.nan, mean, max(mean - half, 0.0), mean + half


def _actions(actions: Any, names: list) -> pd.DataFrame:
    """The actions by tier in the order of the tiers, and ``none`` for a tier without one."""
    actions = inputs.table(actions, ("tier", "action", "cost"), "actions")
    row = actions["tier"].astype(object)
    stranger, remedy = ~row.isin(names), f"Tiers: {names}."
    problem = "is no tier of the pyramid", "are no tier of the pyramid"
    inputs.refuse(stranger, actions, "actions.tier", problem, remedy)
    cost = inputs.numbers(actions["cost"], "actions.cost", rows=actions, at_least=0).to_numpy()
    plan = pd.DataFrame(
        {"tier": row.to_numpy(), "action": actions["action"].to_numpy(), "cost": cost}
    )
    if "gain" in actions:
        remedy = "Leave it empty if it is not known."
        gain = inputs.numbers(
            actions["gain"],
            "actions.gain",
            rows=actions,
            accept=("empty",),
            above=0,
            remedy=remedy,
        )
        plan["gain"] = gain.to_numpy()
    idle = [name for name in names if name not in set(row)]
    if idle:
        none = pd.DataFrame({"tier": idle, "action": "none", "cost": 0.0})
        plan = pd.concat([plan, none], ignore_index=True)
    place = plan["tier"].map({name: place for place, name in enumerate(names)})
    return plan.iloc[np.argsort(place, kind="stable")].set_index("tier")


def _named(values: Any, names: list, where: str) -> pd.Series:
    """A number of 0 or more by name of tier; none at all may be named."""
    if not isinstance(values, pd.Series | Mapping):
        raise ValueError(f"{where} is a {type(values).__name__}; give a number by name of tier.")
    unknown = [name for name in values.keys() if name not in names]  # noqa: SIM118
    if unknown:
        raise ValueError(f"{where} names {inputs.listed(unknown)}; tiers are {names}.")
    return inputs.numbers(values, where, at_least=0) if len(values) else pd.Series(dtype=float)
