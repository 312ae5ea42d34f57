"""Tiers: how much hangs on how few, and what each tier gets."""

from crmlab.tiers.concentration import (
    Lorenz,
    WhaleCurve,
    gini,
    lorenz_curve,
    top_share,
    whale_curve,
)
from crmlab.tiers.curves import plot_lorenz, plot_share_by_window, plot_whale_curve
from crmlab.tiers.longrun import steady_state, tier_value
from crmlab.tiers.migration import Migration, migration, plot_migration
from crmlab.tiers.profit import customer_profit
from crmlab.tiers.pyramid import Pyramid, plot_pyramid, pyramid
from crmlab.tiers.resampling import TailWarning
from crmlab.tiers.stability import TopShares, share_by_window, top_share_next
from crmlab.tiers.treatment import cost_to_serve, policy_value, shift_channel, tier_plan

__all__ = [
    "Lorenz",
    "Migration",
    "Pyramid",
    "TailWarning",
    "TopShares",
    "WhaleCurve",
    "cost_to_serve",
    "customer_profit",
    "gini",
    "lorenz_curve",
    "migration",
    "plot_lorenz",
    "plot_migration",
    "plot_pyramid",
    "plot_share_by_window",
    "plot_whale_curve",
    "policy_value",
    "pyramid",
    "share_by_window",
    "shift_channel",
    "steady_state",
    "tier_plan",
    "tier_value",
    "top_share",
    "top_share_next",
    "whale_curve",
]
