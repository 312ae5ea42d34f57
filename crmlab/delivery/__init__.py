"""Delivery: what to make before it is sold, how orders swing, by which door customers are met."""

from crmlab.delivery.stock import (
    BestQuantity,
    PushOrPull,
    best_quantity,
    plot_best_quantity,
    push_or_pull,
)
from crmlab.delivery.supply import (
    Bullwhip,
    Chain,
    bullwhip,
    plot_bullwhip,
    plot_chain,
    simulate_chain,
)

__all__ = [
    "BestQuantity",
    "Bullwhip",
    "Chain",
    "PushOrPull",
    "best_quantity",
    "bullwhip",
    "plot_best_quantity",
    "plot_bullwhip",
    "plot_chain",
    "push_or_pull",
    "simulate_chain",
]
