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
from crmlab.database.records.reading import ReadingGain, plot_reading_gain, reading_gain

__all__ = [
    "COMPANY_GROUPS",
    "PERSON_GROUPS",
    "Completeness",
    "Merged",
    "PairQuality",
    "Pairs",
    "ReadingGain",
    "answered",
    "completeness",
    "households",
    "merge_records",
    "normalised",
    "pair_quality",
    "plot_completeness",
    "plot_pair_quality",
    "plot_reading_gain",
    "possible_pairs",
    "reading_gain",
]
