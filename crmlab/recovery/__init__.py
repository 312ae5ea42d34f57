"""Recovery: what complaints tell, who is lost, and who comes back."""

from crmlab.recovery.complaints import (
    Causes,
    Iceberg,
    complaint_causes,
    plot_causes,
    plot_iceberg,
    repeat_complaints,
    silent_damage,
)
from crmlab.recovery.funnel import Funnel, funnel, plot_funnel
from crmlab.recovery.matching import (
    MatchedDifference,
    matched_difference,
    plot_matched_difference,
)
from crmlab.recovery.moments import (
    ComplaintMoments,
    ProblemAnswers,
    complaint_moments,
    problem_answers,
    with_customers,
)
from crmlab.recovery.moves import Moves, long_run, steps_to
from crmlab.recovery.regain import RegainProfit, plot_regain_profit, profit_by, regain_profit
from crmlab.recovery.resolution import HandlingTime, handling_time, plot_handling_time
from crmlab.recovery.return_hazard import hazard_ratios
from crmlab.recovery.second_life import SecondLives, second_lives
from crmlab.recovery.states import (
    ReturnRates,
    States,
    customer_states,
    plot_returns,
    plot_states,
)
from crmlab.recovery.win_back import (
    ReturnShares,
    longest_watch,
    plot_return_shares,
    return_shares,
)

__all__ = [
    "Causes",
    "ComplaintMoments",
    "Funnel",
    "HandlingTime",
    "Iceberg",
    "MatchedDifference",
    "Moves",
    "ProblemAnswers",
    "RegainProfit",
    "ReturnRates",
    "ReturnShares",
    "SecondLives",
    "States",
    "complaint_causes",
    "complaint_moments",
    "customer_states",
    "funnel",
    "handling_time",
    "hazard_ratios",
    "long_run",
    "longest_watch",
    "matched_difference",
    "plot_causes",
    "plot_funnel",
    "plot_handling_time",
    "plot_iceberg",
    "plot_matched_difference",
    "plot_regain_profit",
    "plot_return_shares",
    "plot_returns",
    "plot_states",
    "problem_answers",
    "profit_by",
    "regain_profit",
    "repeat_complaints",
    "return_shares",
    "second_lives",
    "silent_damage",
    "steps_to",
    "with_customers",
]
