"""What is held of each customer, and which records are one customer."""

from crmlab.database.records.completeness import (
    COMPANY_GROUPS,
    PERSON_GROUPS,
    Completeness,
    completeness,
    plot_completeness,
)
from crmlab.database.records.matching import Pairs, possible_pairs
from crmlab.database.records.merging import Merged, households, merge_records
from crmlab.database.records.normalising import answered, normalised
from crmlab.database.records.quality import PairQuality, pair_quality, plot_pair_quality

__all__ = [
    "COMPANY_GROUPS",
    "PERSON_GROUPS",
    "Completeness",
    "Merged",
    "PairQuality",
    "Pairs",
    "answered",
    "completeness",
    "households",
    "merge_records",
    "normalised",
    "pair_quality",
    "plot_completeness",
    "plot_pair_quality",
    "possible_pairs",
]
