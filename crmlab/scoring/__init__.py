"""Customer score: the current x future matrix, the composite value, weights one can defend."""

from crmlab.scoring.composite import (
    composite_score,
    factor_profile,
    plot_contributions,
    plot_profile,
    scale_factors,
)
from crmlab.scoring.judgement import (
    MERITS,
    RISKS,
    good_customer,
    loyalty_and_profit,
    plot_loyalty_and_profit,
)
from crmlab.scoring.matrix import ValueMatrix, plot_value_matrix, value_matrix
from crmlab.scoring.ranking import plot_rank_acceptability, rank_acceptability, topsis
from crmlab.scoring.weights import (
    RANDOM_INDEX,
    PairwiseWeights,
    ahp_weights,
    entropy_weights,
)

__all__ = [
    "MERITS",
    "RANDOM_INDEX",
    "RISKS",
    "PairwiseWeights",
    "ValueMatrix",
    "ahp_weights",
    "composite_score",
    "entropy_weights",
    "factor_profile",
    "good_customer",
    "loyalty_and_profit",
    "plot_contributions",
    "plot_loyalty_and_profit",
    "plot_profile",
    "plot_rank_acceptability",
    "plot_value_matrix",
    "rank_acceptability",
    "scale_factors",
    "topsis",
    "value_matrix",
]
