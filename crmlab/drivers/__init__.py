"""What to fix first: key drivers, importance and performance, Kano, touch-points, priorities.

shares        how much of satisfaction each driver explains
stated        stated against derived importance
performance   importance against performance
penalties     what a low rating costs, what a high one adds
kano_model    pairs of Kano questions: categories and coefficients
kano_figures  their map, and their answers
stages        touch-points before, during and after
by_segment    what moves satisfaction most in each segment
actions       which improvement comes first
goals         improvement goals checked
respondents   one row per person who answered, with her segment
ratings       ratings read by one door
labels        names beside the points of a map, texts on a heat map
"""

from crmlab.drivers.actions import Priorities, plot_priorities, priorities
from crmlab.drivers.by_segment import Candidates, candidates, plot_candidates
from crmlab.drivers.goals import check_goals
from crmlab.drivers.kano_figures import plot_kano, plot_kano_answers
from crmlab.drivers.kano_model import CATEGORIES, Kano, kano
from crmlab.drivers.penalties import PenaltyReward, penalty_reward, plot_penalty_reward
from crmlab.drivers.performance import (
    ImportancePerformance,
    importance_performance,
    plot_importance_performance,
)
from crmlab.drivers.respondents import respondents
from crmlab.drivers.shares import Shares, plot_shares, relative_weights, shapley_shares
from crmlab.drivers.stages import Touchpoints, plot_touchpoints, touchpoints
from crmlab.drivers.stated import stated_and_derived

__all__ = [
    "CATEGORIES",
    "Candidates",
    "ImportancePerformance",
    "Kano",
    "PenaltyReward",
    "Priorities",
    "Shares",
    "Touchpoints",
    "candidates",
    "check_goals",
    "importance_performance",
    "kano",
    "penalty_reward",
    "plot_candidates",
    "plot_importance_performance",
    "plot_kano",
    "plot_kano_answers",
    "plot_penalty_reward",
    "plot_priorities",
    "plot_shares",
    "plot_touchpoints",
    "priorities",
    "relative_weights",
    "respondents",
    "shapley_shares",
    "stated_and_derived",
    "touchpoints",
]
