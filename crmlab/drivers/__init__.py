"""What to fix first: key drivers, importance and performance, Kano, touch-points, priorities.

shares       how much of satisfaction each driver explains; stated against derived importance
performance  importance against performance, penalty and reward
kano_model   pairs of Kano questions: categories and coefficients
actions      touch-points, priorities with their tornado
goals        improvement goals checked
labels       names beside the points of a map
"""

from crmlab.drivers.actions import (
    plot_tornado,
    plot_touchpoints,
    priorities,
    tornado,
    touchpoints,
)
from crmlab.drivers.goals import check_goals
from crmlab.drivers.kano_model import (
    CATEGORIES,
    Kano,
    kano,
    kano_categories,
    kano_coefficients,
    kano_counts,
    plot_kano,
    plot_kano_answers,
)
from crmlab.drivers.performance import (
    importance_performance,
    penalty_reward,
    plot_importance_performance,
    plot_penalty_reward,
)
from crmlab.drivers.shares import (
    plot_shares,
    relative_weights,
    shapley_shares,
    stated_and_derived,
)

__all__ = [
    "CATEGORIES",
    "Kano",
    "check_goals",
    "importance_performance",
    "kano",
    "kano_categories",
    "kano_coefficients",
    "kano_counts",
    "penalty_reward",
    "plot_importance_performance",
    "plot_kano",
    "plot_kano_answers",
    "plot_penalty_reward",
    "plot_shares",
    "plot_tornado",
    "plot_touchpoints",
    "priorities",
    "relative_weights",
    "shapley_shares",
    "stated_and_derived",
    "tornado",
    "touchpoints",
]
