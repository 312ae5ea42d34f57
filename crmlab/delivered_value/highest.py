"""The highest price at which an offer is still chosen."""

from __future__ import annotations

import pandas as pd

from crmlab import inputs
from crmlab.delivered_value.offers import NO_PURCHASE, choose, compare


def highest_price(offers: pd.DataFrame, offer: str) -> pd.DataFrame:
    r"""Highest price at which each segment still chooses an offer, all else as it is.

    Parameters
    ----------
    offers : DataFrame
        As in `compare`; ``monetary_cost`` of ``offer`` is taken as its price.
    offer : str
        The offer whose price is sought.

    Returns
    -------
    DataFrame
        One row per segment that has the offer, sorted: ``asked_price``, ``delivered_value`` of
        the offer at that price, ``best_other`` (name of the best alternative, which may be "no
        purchase") and its ``other_value``, ``highest_price``, ``room`` (highest less asked price;
        below 0 where the offer is not chosen today) and ``unit``.

    Raises
    ------
    ValueError
        An offer that is not in ``offers``, or anything `compare` refuses.

    Notes
    -----
    Highest price = asked price + delivered value - delivered value of the best alternative, where
    buying nothing is worth 0. At that price the customer is indifferent; below 0 the offer is not
    chosen even as a gift. It is the economic value to the customer with every cost in it.

    Examples
    --------
    >>> import pandas as pd
    >>> offers = pd.DataFrame({
    ...     "segment": "commuter", "offer": ["bar", "kiosk"],
    ...     "benefit_unit": "USD", "cost_unit": "USD",
    ...     "product_value": [50, 30], "service_value": [20, 4],
    ...     "personnel_value": [10, 4], "image_value": [20, 2],
    ...     "monetary_cost": [60, 16], "time_cost": [5, 2],
    ...     "psychic_cost": [3, 1], "physical_cost": [2, 1]})
    >>> highest_price(offers, "bar")[["asked_price", "best_other", "highest_price", "room"]]
              asked_price best_other  highest_price  room
    segment
    commuter         60.0      kiosk           70.0  10.0
    """
    comparison = compare(offers)
    names = comparison["offer"].astype(str)
    if not isinstance(offer, str) or offer not in set(names):
        known = inputs.listed(names.unique().tolist())
        raise ValueError(f"offers.offer: there is no {inputs.shown(offer)}; choose from {known}.")
    mine = (names == offer).to_numpy()
    own = comparison[mine].set_index("segment").sort_index()
    prices = inputs.number_columns(offers[mine], ["monetary_cost"], "offers")["monetary_cost"]
    price = prices.set_axis(comparison.loc[mine, "segment"]).reindex(own.index)
    best = pd.DataFrame(index=own.index)
    if not mine.all():
        best = best.join(choose(comparison[~mine]).set_index("segment"))
    best = best.reindex(columns=["choice", "delivered_value"])
    other = best["delivered_value"].astype(float).fillna(0.0)
    room = own["delivered_value"] - other
    return pd.DataFrame(
        {
            "asked_price": price,
            "delivered_value": own["delivered_value"],
            "best_other": best["choice"].astype(object).fillna(NO_PURCHASE),
            "other_value": other,
            "highest_price": price + room,
            "room": room,
            "unit": own["unit"],
        }
    )
