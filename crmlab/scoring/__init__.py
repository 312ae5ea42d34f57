"""Customer score: the current x future matrix, the composite value, weights one can defend."""

from crmlab.scoring.composite import (
    CompositeScore,
    composite_score,
    plot_contributions,
)
from crmlab.scoring.judgement import (
    MERITS,
    RISKS,
    Correlations,
    good_customer,
    loyalty_and_profit,
    plot_loyalty_and_profit,
)
from crmlab.scoring.lists import ListComparison, compare_lists
from crmlab.scoring.matrix import ValueMatrix, plot_value_matrix, value_matrix
from crmlab.scoring.moves import CellMoves, cell_moves, plot_cell_moves
from crmlab.scoring.ranking import (
    RankAcceptability,
    plot_rank_acceptability,
    rank_acceptability,
)
from crmlab.scoring.scaling import scale_factors
from crmlab.scoring.values import CurrentAndFuture, current_and_future
from crmlab.scoring.weights import (
    PairwiseWeights,
    ahp_weights,
    entropy_weights,
    plot_pairwise_weights,
)

__all__ = [
    "MERITS",
    "RISKS",
    "CellMoves",
    "CompositeScore",
    "Correlations",
    "CurrentAndFuture",
    "ListComparison",
    "PairwiseWeights",
    "RankAcceptability",
    "ValueMatrix",
    "ahp_weights",
    "cell_moves",
    "compare_lists",
    "composite_score",
    "current_and_future",
    "entropy_weights",
    "good_customer",
    "loyalty_and_profit",
    "plot_cell_moves",
    "plot_contributions",
    "plot_loyalty_and_profit",
    "plot_pairwise_weights",
    "plot_rank_acceptability",
    "plot_value_matrix",
    "rank_acceptability",
    "scale_factors",
    "value_matrix",
]
