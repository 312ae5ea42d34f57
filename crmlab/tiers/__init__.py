"""Tiers: how much hangs on how few, which customers are alike, and what each tier gets."""

from crmlab.tiers.bases import plot_segmentation_bases, segmentation_bases
from crmlab.tiers.clusters import (
    Segments,
    choose_segment_count,
    plot_segment_counts,
    plot_segments,
    segments,
)
from crmlab.tiers.concentration import gini, lorenz_curve, top_share, whale_curve
from crmlab.tiers.curves import plot_lorenz, plot_share_by_window, plot_whale_curve
from crmlab.tiers.fees import (
    RESPONSES,
    break_even_rate,
    fee_ledger,
    fee_map,
    fee_response,
    plot_fee_map,
)
from crmlab.tiers.longrun import steady_state, tier_value
from crmlab.tiers.lookalike import Lookalike, lookalike, plot_lift
from crmlab.tiers.migration import Migration, migration, plot_migration
from crmlab.tiers.profiles import profile_association
from crmlab.tiers.pyramid import Pyramid, plot_pyramid, pyramid
from crmlab.tiers.rfm import break_even_response, plot_rfm_grid, rfm_grid, rfm_scores
from crmlab.tiers.stability import share_by_window, top_share_next
from crmlab.tiers.treatment import cost_to_serve, policy_value, shift_channel, tier_plan

__all__ = [
    "RESPONSES",
    "Lookalike",
    "Migration",
    "Pyramid",
    "Segments",
    "break_even_rate",
    "break_even_response",
    "choose_segment_count",
    "cost_to_serve",
    "fee_ledger",
    "fee_map",
    "fee_response",
    "gini",
    "lookalike",
    "lorenz_curve",
    "migration",
    "plot_fee_map",
    "plot_lift",
    "plot_lorenz",
    "plot_migration",
    "plot_pyramid",
    "plot_rfm_grid",
    "plot_segment_counts",
    "plot_segmentation_bases",
    "plot_segments",
    "plot_share_by_window",
    "plot_whale_curve",
    "policy_value",
    "profile_association",
    "pyramid",
    "rfm_grid",
    "rfm_scores",
    "segmentation_bases",
    "segments",
    "share_by_window",
    "shift_channel",
    "steady_state",
    "tier_plan",
    "tier_value",
    "top_share",
    "top_share_next",
    "whale_curve",
]
