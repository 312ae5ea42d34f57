"""Delivery: what to make before it is sold, how orders swing, by which door customers are met."""

from crmlab.delivery.batches import BatchPlan, next_open_day, plan_batches, plot_batches
from crmlab.delivery.contact import (
    CONTACT_RANKS,
    ContactRegions,
    ContactScores,
    contact_mode,
    contact_regions,
    plot_contact_regions,
)
from crmlab.delivery.processes import (
    CycleTimes,
    cycle_times,
    first_contact,
    payment_cases,
    plot_cycle_times,
)
from crmlab.delivery.prospecting import (
    ROLES,
    LeadCosts,
    buying_centre,
    lead_costs,
    plot_lead_costs,
)
from crmlab.delivery.stock import (
    BestQuantity,
    PushOrPull,
    best_quantity,
    plot_best_quantity,
    plot_push_or_pull,
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
    "CONTACT_RANKS",
    "ROLES",
    "BatchPlan",
    "BestQuantity",
    "Bullwhip",
    "Chain",
    "ContactRegions",
    "ContactScores",
    "CycleTimes",
    "LeadCosts",
    "PushOrPull",
    "best_quantity",
    "bullwhip",
    "buying_centre",
    "contact_mode",
    "contact_regions",
    "cycle_times",
    "first_contact",
    "lead_costs",
    "next_open_day",
    "payment_cases",
    "plan_batches",
    "plot_batches",
    "plot_best_quantity",
    "plot_bullwhip",
    "plot_chain",
    "plot_contact_regions",
    "plot_cycle_times",
    "plot_lead_costs",
    "plot_push_or_pull",
    "push_or_pull",
    "simulate_chain",
]
