"""Segments: who behaves alike, who looks like a buyer, and what to segment by."""

from crmlab.segments.bases import (
    SegmentationBases,
    plot_segmentation_bases,
    segmentation_bases,
)
from crmlab.segments.behaviour import behaviour
from crmlab.segments.clusters import SegmentCounts, Segments, choose_segment_count, cluster
from crmlab.segments.figures import plot_segment_counts, plot_segments
from crmlab.segments.lookalike import Lookalike, lookalike, plot_lift
from crmlab.segments.profiles import profile_association
from crmlab.segments.rfm import (
    RfmGrid,
    break_even_response,
    plot_rfm_grid,
    rfm_grid,
    rfm_scores,
)

__all__ = [
    "Lookalike",
    "RfmGrid",
    "SegmentCounts",
    "SegmentationBases",
    "Segments",
    "behaviour",
    "break_even_response",
    "choose_segment_count",
    "cluster",
    "lookalike",
    "plot_lift",
    "plot_rfm_grid",
    "plot_segment_counts",
    "plot_segmentation_bases",
    "plot_segments",
    "profile_association",
    "rfm_grid",
    "rfm_scores",
    "segmentation_bases",
]
